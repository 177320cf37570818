"""Rewrite the outputs that the notebooks store: text only, the same on every machine.

Run by ``make outputs``. Re-running it without a change changes nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def refresh(path: Path) -> None:
    """Run one notebook in the print form and store its normalized outputs."""
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            kinds = set(output.get("data", {})) - {"text/plain", "text/html"}
            if kinds:
                raise SystemExit(f"{path}: a cell stores {', '.join(kinds)}; only text may be")
    nbformat.write(notebook, path)
    print(f"{path}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells")


if __name__ == "__main__":
    os.environ["MUTUALAID_FORM"] = "print"
    for name in sys.argv[1:]:
        refresh(Path(name))
