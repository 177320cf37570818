"""Grade notebooks that were handed in. Run by ``make grade SEED=… FOLDER=…``.

Otter runs each notebook in this environment, with no container: it runs what students wrote, so
grade only what you would open.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import nbformat
from build import PACKS, hushed, use_own_kernel


def grade(submission: Path, autograder: Path) -> dict[str, tuple[float, float]]:
    """Return what each question of a notebook earned, and what it could.

    Raises
    ------
    RuntimeError
        If the notebook could not be graded.
    """
    from otter.run import main as run

    with hushed() as said:
        results = run(str(submission), autograder=str(autograder), output_dir="", no_logo=True)
    if results.catastrophic_error or not results.results:
        raise RuntimeError(f"{submission.name} could not be graded:\n{said.getvalue()}")
    return {name: (one.score, one.possible) for name, one in results.results.items()}


def handed_in(folder: Path) -> list[Path]:
    """Return the notebooks in a folder and in the folders of students within it."""
    return sorted(
        path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
    )


def main() -> None:
    """Grade a folder, and write its marks beside the notebooks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, required=True, help="seed of the pack")
    parser.add_argument("folder", type=Path, help="folder of the notebooks handed in")
    given = parser.parse_args()
    use_own_kernel()
    rows: list[tuple[str, str, str, float, float]] = []
    submissions = handed_in(given.folder)
    if not submissions:
        sys.exit(f"{given.folder} holds no notebook")
    for submission in submissions:
        about = nbformat.read(submission, as_version=4).metadata.get("otter", {})
        name = about.get("assignment_name", "")
        autograder = PACKS / str(given.seed) / "instructors" / name / "autograder.zip"
        if not name or not autograder.exists():
            sys.exit(f"{submission} is no assignment of the pack {PACKS / str(given.seed)}")
        marks = grade(submission.resolve(), autograder)
        path = submission.relative_to(given.folder).as_posix()
        rows += [(path, name, one, *points) for one, points in marks.items()]
        earned, possible = (sum(column) for column in zip(*marks.values(), strict=True))
        print(f"{path}: {earned:g} of {possible:g}, before the rubric")
    with (given.folder / "marks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "assignment", "question", "points", "possible"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
