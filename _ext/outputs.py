"""Rewrite the outputs that the notebooks store: text only, the same on every machine.

Run by ``make outputs``. Re-running it without a change changes nothing. Starters of exercises
are written here too, from their solutions, so that the two cannot drift apart.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def write_starters(cells: list[nbformat.NotebookNode]) -> None:
    """Write each cell tagged ``starter`` from the next one tagged ``solution``.

    In a solution the line ``# was: x`` says what its next line was before the exercise was
    solved; the starter holds ``x`` in place of the two.

    Raises
    ------
    SystemExit
        If starters and solutions do not alternate, or a solution changes nothing.
    """
    tagged = [(kind, cell) for cell in cells for kind in ("starter", "solution")
              if kind in cell.metadata.get("tags", [])]  # fmt: skip
    if [kind for kind, _ in tagged] != ["starter", "solution"] * (len(tagged) // 2):
        raise SystemExit("each starter must be followed by its solution")
    for (_, starter), (_, solution) in zip(tagged[::2], tagged[1::2], strict=True):
        starter.source, changes = re.subn(
            r"^( *)# was: (.*)\n.*", r"\1\2", solution.source, flags=re.M
        )
        if not changes:
            raise SystemExit(f"a solution must hold a line '# was:', got:\n{solution.source}")


def prepare(notebook: nbformat.NotebookNode) -> None:
    """Give the cells their numbers, and write the starters."""
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
    write_starters(notebook.cells)


def normalize(notebook: nbformat.NotebookNode, name: str) -> None:
    """Leave what is the same on every machine; refuse outputs that are not text."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            kinds = set(output.get("data", {})) - {"text/plain", "text/html"}
            if kinds:
                raise SystemExit(f"{name}: a cell stores {', '.join(kinds)}; only text may be")


def refresh(path: Path) -> None:
    """Run one notebook in the print form and store its normalized outputs."""
    notebook = nbformat.read(path, as_version=4)
    prepare(notebook)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # however the kernel cuts what a cell prints
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    normalize(notebook, str(path))
    nbformat.write(notebook, path)
    print(f"{path}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells")


if __name__ == "__main__":
    os.environ["MUTUALAID_FORM"] = "print"
    for name in sys.argv[1:]:
        refresh(Path(name))
