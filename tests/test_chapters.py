"""Chapters: prose figures against data, stored outputs, and nothing ignored without a reason."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from conftest import ROOT
from mutualaid import explorables, history
from mutualaid.explore import Question

sys.path.insert(0, str(ROOT / "_ext"))
from book import KEYED, anchor, mismatch
from outputs import normalize, prepare, write_starters

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
LISTED = [TOC["root"], *(c["file"] for part in TOC["parts"] for c in part["chapters"])]
PAGES = [next(ROOT.glob(f"{name}.*")) for name in LISTED]
NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))

#: Cells whose output is not compared, each with its reason. There are none.
IGNORED: dict[str, str] = {}


def prose(path: Path) -> str:
    """Return what a person typed to be read: no code, no directives, no addresses."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.S)
    printed = "code-cell|data-table|plan-terms|source-list|versions|benchmark|nb-exec-table"
    printed += "|tableofcontents|eval-rst|objectives|workload|course-plan|slide-list"
    text = re.sub(rf"^(```+)\{{(?:{printed})\b.*?^\1", "", text, flags=re.S | re.M)
    text = re.sub(r"^(```+)(?![{`]).*?^\1", "", text, flags=re.S | re.M)
    text = re.sub(r"^```+.*$", "", text, flags=re.M)
    text = re.sub(r"`[^`\n]*`", "", text)
    return re.sub(r"\]\([^)]*\)|\$[^$\s](?:[^$\n]*[^$\s])?\$(?!\d)", "]", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_keyed_figure_equals_its_row(path):
    wrong = [said for match in KEYED.finditer(prose(path)) if (said := mismatch(match))]
    assert wrong == []


MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(
    rf"(?:{MONTHS}) \d{{1,2}}(?:, \d{{4}})?|(?:{MONTHS}) \d{{4}}"
    r"|\b(?:19|20)\d\d(?:-\d\d){0,2}\b(?! (?:members|people|yuan|persons))|\b(?:19|20)\d0s\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b"
)
FIGURE = re.compile(
    r"\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d{3,}"
    r"|\d+[ \u00a0](?:thousand|million|billion|percent|yuan|people|members)"
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_figure_stands_without_a_key(path):
    """Dates and small counts are exempt; every other figure has a row, or a cell prints it."""
    text = KEYED.sub("", prose(path).replace("\n", " "))
    assert [match[0] for match in FIGURE.finditer(DATE.sub("", text))] == []


def test_a_wrong_figure_is_found():
    """The two checks above can fail."""
    bill = "notices/2021-12-1/critical/share"
    assert mismatch(KEYED.search(f"7.02 yuan<!--={bill}-->")) == ""
    assert "is 7.02" in mismatch(KEYED.search(f"7.20 yuan<!--={bill}-->"))
    assert "no value has the key" in mismatch(KEYED.search("7.02<!--=notices/2021-12-1/share-->"))
    typed = KEYED.search("in 2021 about 75 million<!--=notices/2021-12-2/all/sharers-->")
    assert (typed["figure"], mismatch(typed)) == ("75", "")
    assert "0 is typed" in mismatch(KEYED.search(f"0 million<!--={bill}-->"))
    assert FIGURE.search(DATE.sub("", "There were 2000 members.")) is not None
    assert FIGURE.search(DATE.sub("", "On December 7, 2021, it was 7.02 yuan.")) is not None
    assert FIGURE.search(DATE.sub("", "On December 7, 2021, two weeks later, 74 notices.")) is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_stores_text_only_and_in_order(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type in ("stream", "execute_result", "display_data")
            assert set(output.get("data", {})) <= {"text/plain", "text/html"}


def test_every_cell_is_compared_or_has_a_reason():
    tagged = {
        f"{path.stem}/{cell['id']}"
        for path in NOTEBOOKS
        for cell in nbformat.read(path, as_version=4).cells
        if {"nbval-ignore-output", "nbval-skip", "raises-exception"}
        & set(cell.metadata.get("tags", []))
        or re.search(r"NBVAL_(?:IGNORE|SKIP|RAISES)|PYTEST_VALIDATE", cell.source)
    }
    assert tagged == set(IGNORED)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_defines_no_model(path):
    """Formulas live in the package; a chapter only calls them."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert not re.search(r"^\s*(def|class|lambda)\b", cell.source, flags=re.M)


def test_every_chapter_in_the_folder_is_in_the_book():
    files = {p for p in (ROOT / "chapters").iterdir() if p.suffix in (".md", ".ipynb")}
    assert files | {ROOT / "index.md"} == set(PAGES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_as_make_outputs_stores_it(path, tmp_path):
    """Starters, numbers of cells, and form; what the cells put out is compared by nbval."""
    notebook = nbformat.read(path, as_version=4)
    prepare(notebook)
    normalize(notebook, path.name)
    nbformat.write(notebook, tmp_path / path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes(), "run `make outputs`"


def test_rerunning_a_notebook_changes_nothing(tmp_path):
    """`make outputs` is a fixed point; on the notebook that takes least."""
    path = ROOT / "chapters" / "data.ipynb"
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    subprocess.run(
        [sys.executable, ROOT / "_ext" / "outputs.py", copy], check=True, capture_output=True
    )
    assert copy.read_bytes() == path.read_bytes(), f"{path.name}: run `make outputs`"


def exercise(*cells):
    made = []
    for tags, source in cells:
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata["tags"] = [tags]
        made.append(cell)
    return made


def test_a_starter_is_written_from_its_solution():
    cells = exercise(("starter", ""), ("solution", "a = 1\n# was: b = 2\nb = 3\nprint(a + b)"))
    write_starters(cells)
    assert cells[0].source == "a = 1\nb = 2\nprint(a + b)"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([("starter", "a")], "followed by its solution"),
        ([("solution", "# was: a\nb"), ("starter", "a")], "followed by its solution"),
        ([("starter", "a"), ("solution", "b")], "must hold a line '# was:'"),
    ],
)
def test_a_starter_without_its_solution_is_refused(cells, said):
    with pytest.raises(SystemExit, match=said):
        write_starters(exercise(*cells))


#: Chapters of the story; each has exercises of three kinds, at least two of each.
KINDS = ("Think", "Try it", "Code")
STORY = ("history", "rules", "sharing", "churn", "shutdown", "alternatives", "sandbox")


@pytest.mark.parametrize("chapter", [*STORY, "forty-claims"])
def test_a_chapter_has_exercises_of_each_kind_with_solutions(chapter):
    text = prose_with_directives(ROOT / "chapters" / f"{chapter}.ipynb")
    labels = re.findall(r"\{exercise-start\} [^\n]*\n:label: (\S+)", text)
    solved = re.findall(r"\{solution-start\} (\S+)\n:class: dropdown", text)
    assert labels == solved
    for kind in KINDS:
        assert len(re.findall(rf"\{{exercise-start\}} {kind}:", text)) >= 2


@pytest.mark.parametrize("chapter", STORY)
def test_a_chapter_asks_four_to_six_questions(chapter):
    cells = nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4).cells
    called = re.findall(r"explorables\.(\w+)\(\)", "\n".join(cell.source for cell in cells))
    made = [getattr(explorables, name)() for name in called]
    assert 4 <= sum(isinstance(one, Question) for one in made) <= 6


def prose_with_directives(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_each_key_has_an_address_of_its_own():
    """Two keys that differ in punctuation only would lead to one row."""
    spelled: dict[str, str] = {}
    tabled = [key for name in history.tables() for key in history.keys(name)]
    for key in [*tabled, *history.plan_terms()["key"]]:
        assert spelled.setdefault(anchor(key), key) == key
