"""Build the instructors' pack. Run by ``make assignments SEED=…``.

A master is a notebook in otter-grader's format. Its first cell draws the task from a seed:
``draw(seed)`` returns every number of the task and every right answer, and the files that go with
it. Wherever a later cell says ``task["name"]``, or a sentence ``{name}``, the value is filled in;
so students get data, and the autograder right answers, and neither the seed. Then otter makes of
it the notebook of the students, the autograder and the solution.

Students need the package and nothing else: the public tests are written into their notebook.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import csv
import io
import os
import pprint
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKS = ROOT / "_build" / "assignments"

#: Stands in the first cell of every master, and may stand nowhere that a student looks. One word,
#: so that a search index would hold it whole.
CANARY = "canary6f2b7c1e904"

#: The first code cell of a student's notebook.
SETUP = """\
# Run this cell first. It needs the book's package mutualaid, and nothing else.
try:
    import mutualaid
except ImportError:
    raise ImportError(
        "The package mutualaid is not installed here. Put {wheel} beside this notebook, "
        "run %pip install {wheel} in a cell, and restart the kernel."
    ) from None

CHECKS = {checks}


def check(question):
    \"\"\"Say whether an answer has the right form; what it is worth, other tests decide.\"\"\"
    for test, told in CHECKS[question]:
        try:
            exec(test, dict(globals()))
        except Exception as error:
            more = f" Running it raised {{type(error).__name__}}: {{error}}"
            plain = isinstance(error, AssertionError) or "ellipsis" in str(error).lower()
            print(f"{{question}}: {{told}}.{{'' if plain else more}}")
            return
    print(f"{{question}}: the form is right. Whether the answer is, other tests decide.")
"""

_CONFIG = re.compile(r'\A""" *# BEGIN TEST CONFIG\n(.*?)""" *# END TEST CONFIG\n', re.DOTALL)
_BLOCK = re.compile(r"# (BEGIN|END) (QUESTION|SOLUTION|TESTS)\n?")


@dataclass(frozen=True, kw_only=True)
class Test:
    """One test of a question: its code, what it is worth, and what a student is told."""

    code: str
    hidden: bool
    points: float
    told: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a master: its solution is the source of one cell."""

    name: str
    manual: bool
    points: float
    solution: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, kw_only=True)
class Master:
    """One assignment: its notebook, and the source of the cell that draws its tasks."""

    name: str
    notebook: NotebookNode
    source: str

    def draw(self, seed: int) -> dict[str, Any]:
        """Return the task of a seed: numbers, right answers, and ``files`` by their names."""
        space: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(self.source, f"{self.name}: draw", "exec"), space)
        return {"files": {}, **space["draw"](seed)}


def read_master(name: str) -> Master:
    """Read a master from its notebook.

    Raises
    ------
    ValueError
        If its first cell does not draw the task.
    """
    notebook = nbformat.read(HERE / f"{name}.ipynb", as_version=4)
    first = notebook.cells[0]
    if first.cell_type != "code" or "def draw(seed" not in first.source:
        raise ValueError(f"{name}.ipynb: the first cell must define draw(seed)")
    return Master(name=name, notebook=notebook, source=first.source)


def masters() -> tuple[str, ...]:
    """Return the names of all masters."""
    return tuple(sorted(path.stem for path in HERE.glob("*.ipynb")))


def parts(notebook: NotebookNode) -> Iterator[tuple[str, str, NotebookNode]]:
    """Walk through the cells: name of the question, part of it, cell; both empty outside."""
    name = part = ""
    for cell in notebook.cells:
        block = _BLOCK.match(cell.source) if cell.cell_type == "raw" else None
        if block is None:
            yield name, part, cell
            continue
        begins, kind = block[1] == "BEGIN", block[2]
        if kind == "QUESTION" and begins:
            name = str(yaml.safe_load(cell.source)["name"])
        part = kind if begins else "QUESTION"
        yield name, part if begins else "END", cell
        if kind == "QUESTION" and not begins:
            name = part = ""


def questions(notebook: NotebookNode) -> tuple[Question, ...]:
    """Return the questions of a master, in order.

    Raises
    ------
    ValueError
        If a question has not one solution cell, or a test has no configuration.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, part, cell in parts(notebook):
        if cell.cell_type == "raw" and part == "QUESTION":
            config = yaml.safe_load(cell.source)
            found[name] = {"manual": False, **config, "solution": [], "tests": []}
        elif part == "SOLUTION" and cell.cell_type != "raw":
            found[name]["solution"].append(cell.source)
        elif part == "TESTS" and cell.cell_type == "code":
            found[name]["tests"].append(_test(name, cell.source))
    for name, one in found.items():
        if len(one["solution"]) != 1:
            raise ValueError(
                f"question {name!r} must have one cell with its solution, "
                f"got {len(one['solution'])}"
            )
    return tuple(
        Question(
            name=name,
            manual=one["manual"],
            points=one["points"],
            solution=one["solution"][0],
            tests=tuple(one["tests"]),
        )
        for name, one in found.items()
    )


def _test(name: str, source: str) -> Test:
    config = _CONFIG.match(source)
    if config is None:
        raise ValueError(f"question {name!r}: a test must begin with its configuration")
    said = yaml.safe_load(config[1])
    return Test(
        code=source[config.end() :],
        hidden=said.get("hidden", False),
        points=said["points"],
        told=said.get("failure_message", ""),
    )


# ---- filling in ----------------------------------------------------------------------------


def fill(master: Master, task: Mapping[str, Any], wheel: str) -> NotebookNode:
    """Return the master for one task, as otter takes it; the cell that draws is gone."""
    notebook = nbformat.v4.new_notebook(metadata=master.notebook.metadata)
    checks = {
        one.name: [
            (fill_code(test.code.strip(), task), test.told) for test in one.tests if not test.hidden
        ]
        for one in questions(master.notebook)
    }
    setup = SETUP.format(
        wheel=wheel,
        checks=pprint.pformat(
            {name: tests for name, tests in checks.items() if tests}, width=96, sort_dicts=False
        ),
    )
    for name, part, cell in list(parts(master.notebook))[1:]:
        source = cell.source
        if cell.cell_type == "raw" and source.startswith("# ASSIGNMENT CONFIG"):
            source += f"\nfiles: {sorted(task['files'])}"
        elif cell.cell_type == "raw" and part == "QUESTION":
            source += "\ncheck_cell: false"
        elif cell.cell_type == "raw" and source.startswith("# END QUESTION"):
            notebook.cells.append(_cell("raw", source))
            if checks[name]:
                notebook.cells.append(_cell("code", f'check("{name}")'))
            continue
        elif cell.cell_type == "code":
            source = fill_code(source, task)
        elif cell.cell_type == "markdown":
            source = source.format_map(task)
        notebook.cells.append(_cell(cell.cell_type, source))
        if part == "SOLUTION":
            notebook.cells[-1].metadata["answers"] = name
        if setup and cell.cell_type == "markdown":
            notebook.cells.append(_cell("code", setup))
            notebook.cells[-1].metadata["jupyter"] = {"source_hidden": True}
            setup = ""
    return notebook


def fill_code(source: str, task: Mapping[str, Any]) -> str:
    """Return code with the values of a task in the place of ``task["name"]``."""
    return re.sub(r'\btask\["(\w+)"\]', lambda found: repr(task[found[1]]), source)


def _cell(kind: str, source: str) -> NotebookNode:
    cell: NotebookNode = getattr(nbformat.v4, f"new_{kind}_cell")(source)
    return cell


def guarded(notebook: NotebookNode) -> frozenset[str]:
    """Return the lines of code that no student may see: of solutions, and of hidden tests."""
    lines: set[str] = set()
    for one in questions(notebook):
        for test in one.tests:
            if test.hidden:
                lines |= {*test.code.splitlines(), *ast.unparse(ast.parse(test.code)).splitlines()}
        if one.manual:
            lines |= {line for line in one.solution.splitlines() if not line.startswith("|--")}
            continue
        inside = False
        for line in one.solution.splitlines():
            code, *comment = line.split("# ")
            if comment and comment[-1].startswith(("BEGIN", "END")):
                inside = comment[-1].startswith("BEGIN")
            elif inside or comment:
                lines.add(code)
    return frozenset(line.strip() for line in lines if len(line.strip()) > 12)


def right_answers(solution: str, task: Mapping[str, Any]) -> dict[str, Any]:
    """Return the right values of the names that a student fills in; none for a function."""
    names = re.findall(r"^(\w+) = .*# SOLUTION$", solution, flags=re.MULTILINE)
    return {name: task[name] for name in names}


# ---- building ------------------------------------------------------------------------------


def build(name: str, seed: int, pack: Path, wheel: str) -> None:
    """Build one assignment into a pack: what students get, and what they must not see.

    Raises
    ------
    RuntimeError
        If the solution does not pass all tests of this seed.
    """
    from otter.assign import main as assign

    master = read_master(name)
    task = master.draw(seed)
    mine = pack / "instructors" / name
    mine.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="assignment-") as temporary:
        work = Path(temporary).resolve()
        nbformat.write(fill(master, task, wheel), work / f"{name}.ipynb")
        for file, text in task["files"].items():
            (work / file).write_text(text, "utf-8")
        with hushed():
            assign(str(work / f"{name}.ipynb"), str(work / "made"), no_pdfs=True)
        made = work / "made"
        _copy(made / "student" / f"{name}.ipynb", pack / "students" / f"{name}.ipynb")
        _copy(made / "autograder" / f"{name}.ipynb", mine / "solution.ipynb")
        shutil.copy(next((made / "autograder").glob("*.zip")), mine / "autograder.zip")
        for folder in (pack / "students", mine):
            for file in task["files"]:
                shutil.copy(work / file, folder)
    (mine / "rubric.md").write_text(rubric(name, fill(master, task, wheel), task), "utf-8")


def rubric(name: str, notebook: NotebookNode, task: Mapping[str, Any]) -> str:
    """Return what a reader needs beside the solution: the right values, and how to judge."""
    asked = questions(notebook)
    said = [f"# {name.capitalize()}: right answers and rubric\n"]
    for one in asked:
        found = right_answers(one.solution, task)
        values = "; ".join(
            f"`{word}` = {value:,.2f}" if isinstance(value, float) else f"`{word}` = {value}"
            for word, value in found.items()
        )
        by = "see below" if one.manual else values or "see `solution.ipynb`"
        said.append(f"- {one.name} ({one.points:g}): {by}")
    for one in asked:
        if one.manual:
            said.append(f"\n## {one.name} ({one.points:g})\n\n{one.solution}")
    return "\n".join(said) + "\n"


def _copy(source: Path, target: Path) -> None:
    """Copy a notebook; its cells are numbered, so that a seed makes the same notebook again."""
    notebook = nbformat.read(source, as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
    nbformat.write(notebook, target)


def make_wheel(folder: Path) -> str:
    """Build the package for students who have no book; return the file's name."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl")).name


def make_pack(seed: int, pack: Path) -> None:
    """Build every assignment for one seed."""
    shutil.rmtree(pack, ignore_errors=True)
    (pack / "students").mkdir(parents=True)
    wheel = make_wheel(pack / "students")
    rows: list[tuple[str, str, float, str]] = []
    for name in masters():
        build(name, seed, pack, wheel)
        rows += [
            (name, one.name, one.points, "rubric" if one.manual else "autograder")
            for one in questions(read_master(name).notebook)
        ]
    with (pack / "instructors" / "marks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("assignment", "question", "points", "graded_by"))
        writer.writerows(rows)


@contextlib.contextmanager
def hushed() -> Iterator[io.StringIO]:
    """Catch what otter prints, and drop what its kernels write; what it raises is heard."""
    said, kept = io.StringIO(), os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            yield said
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def use_own_kernel() -> None:
    """Let notebooks run in this environment, whatever kernels the user has installed."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


def main() -> None:
    """Build the pack, and say where it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, help="whole number from 0; drawn unless given")
    seed = parser.parse_args().seed
    if seed is None:
        seed = secrets.randbelow(10**12)
    if seed < 0:
        parser.error(f"argument --seed: must be at least 0, got {seed}")
    use_own_kernel()
    pack = PACKS / str(seed)
    make_pack(seed, pack)
    print(f"The pack of seed {seed} (keep it to yourself) is in {pack}")
    print(f"Hand out:  {pack / 'students'}")
    print(f"Keep:      {pack / 'instructors'}")


if __name__ == "__main__":
    main()
