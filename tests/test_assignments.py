"""The masters of the assignments: their form, their points, and that nothing of them leaks.

Otter itself grades them in ``make assignments-check``; here each notebook is run as it stands.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
import sys
import tomllib
import zipfile

import nbformat
import pytest
import yaml

from conftest import HTML, ROOT

sys.path.insert(0, str(ROOT / "assignments"))
import build
import prove

NAMES = build.masters()
SEEDS = prove.SEEDS
WHEEL = "mutualaid.whl"


@pytest.fixture(scope="module", params=NAMES)
def master(request):
    return build.read_master(request.param)


def run(notebook, answers, folder, monkeypatch) -> dict[str, float]:
    """Run a filled master with some answers in the place of its own; return points by question."""
    monkeypatch.chdir(folder)
    space: dict[str, object] = {}
    earned: dict[str, float] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for name, part, cell in build.parts(notebook):
            if cell.cell_type != "code" or part == "TESTS":
                continue
            exec(answers.get(name, "") if part == "SOLUTION" else cell.source, space)
        for one in build.questions(notebook):
            if not one.manual:
                earned[one.name] = sum(
                    test.points for test in one.tests if passes(test.code, space)
                )
    return earned


def passes(code, space) -> bool:
    try:
        exec(code, dict(space))
    except Exception:
        return False
    return True


def filled(master, seed, folder):
    task = master.draw(seed)
    for file, text in task["files"].items():
        (folder / file).write_text(text, "utf-8")
    return build.fill(master, task, WHEEL)


# ---- form -----------------------------------------------------------------------------------


def test_each_of_five_chapters_has_a_master():
    assert {"history", "rules", "sharing", "churn", "shutdown"} <= set(NAMES)


def test_a_master_has_eight_to_twelve_points_and_one_question_for_a_reader(master):
    asked = build.questions(master.notebook)
    assert 8 <= sum(one.points for one in asked) <= 12
    (read,) = [one for one in asked if one.manual]
    assert read.tests == ()
    # One row of the rubric for each point.
    assert read.solution.count("\n| ") == 1 + read.points


def test_no_sentence_of_a_task_gives_a_guarded_line_away(master):
    told = "\n".join(
        cell.source
        for _, part, cell in build.parts(master.notebook)
        if cell.cell_type == "markdown" and part != "SOLUTION"
    )
    assert [line for line in build.guarded(master.notebook) if line in told] == []


def test_each_answer_is_one_line_of_its_solution(master):
    """A line that is broken in two would not be found as an answer, nor taken from students."""
    task = master.draw(7)
    for one in build.questions(master.notebook):
        if not one.manual:
            marked = re.findall(r"# SOLUTION$", one.solution, flags=re.M)
            assert len(build.right_answers(one.solution, task)) == len(marked), one.name


def test_public_tests_guide_and_hidden_tests_grade(master):
    for one in build.questions(master.notebook):
        if one.manual:
            continue
        public = [test for test in one.tests if not test.hidden]
        assert public, one.name
        assert all(test.points == 0 and test.told for test in public), one.name
        assert sum(test.points for test in one.tests) == one.points, one.name
        assert all(test.points > 0 for test in one.tests if test.hidden), one.name


def test_a_heading_names_the_points_of_its_question(master):
    for name, part, cell in build.parts(master.notebook):
        if part == "QUESTION" and cell.cell_type == "markdown":
            (one,) = [one for one in build.questions(master.notebook) if one.name == name]
            said = re.search(r"^## .*\((\d+) points?", cell.source)
            assert said and int(said[1]) == one.points, name


def test_the_canary_stands_in_the_cell_that_stays(master):
    assert build.CANARY in master.notebook.cells[0].source
    assert sum(cell.source.count(build.CANARY) for cell in master.notebook.cells) == 1


def test_at_least_three_wrong_answers_are_kept_one_of_them_hard_coded(master):
    points = {one.name: one.points for one in build.questions(master.notebook) if not one.manual}
    kept = prove.wrong_answers(master.name)
    assert len(kept) >= 3
    assert all(0 <= one["points"] < points[one["question"]] for one in kept)
    assert any(one["why"].startswith("hard-coded") for one in kept)
    assert len({one["why"] for one in kept}) == len(kept)


def test_a_test_without_its_configuration_is_refused(master):
    broken = nbformat.from_dict(master.notebook)
    for _, part, cell in build.parts(broken):
        if part == "TESTS" and cell.cell_type == "code":
            cell.source = "assert share > 0"
            break
    with pytest.raises(ValueError, match="a test must begin with its configuration"):
        build.questions(broken)


# ---- what a seed does -----------------------------------------------------------------------


def test_a_seed_draws_one_task_and_another_seed_another(master):
    task = master.draw(SEEDS[0])
    assert task == master.draw(SEEDS[0])
    graded = [one for one in build.questions(master.notebook) if not one.manual]
    others = [master.draw(seed) for seed in range(100, 110)]
    for one in graded:
        right = build.right_answers(one.solution, task)
        same = [other for other in others if build.right_answers(one.solution, other) == right]
        assert not right or len(same) <= 1, one.name


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_left_to_fill_in(master, seed):
    task = master.draw(seed)
    notebook = build.fill(master, task, WHEEL)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "task[" not in text and build.CANARY not in text
    assert not re.search(r"\b" + str(seed) + r"\b", text) or seed < 1000
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\{\w+", cell.source)
    (config,) = [one.source for one in notebook.cells if "ASSIGNMENT CONFIG" in one.source]
    assert yaml.safe_load(config)["files"] == sorted(task["files"])


@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_earn_all_and_none_earn_nothing(master, seed, tmp_path, monkeypatch):
    notebook = filled(master, seed, tmp_path)
    graded = [one for one in build.questions(notebook) if not one.manual]
    right = {one.name: one.solution for one in graded}
    assert run(notebook, right, tmp_path, monkeypatch) == {one.name: one.points for one in graded}
    assert not any(run(notebook, {}, tmp_path, monkeypatch).values())


def test_wrong_answers_lose_what_they_should(master, tmp_path, monkeypatch):
    task = master.draw(SEEDS[0])
    notebook = filled(master, SEEDS[0], tmp_path)
    for wrong in prove.wrong_answers(master.name):
        answer = build.fill_code(wrong["answer"], task)
        earned = run(notebook, {wrong["question"]: answer}, tmp_path, monkeypatch)
        expected = dict.fromkeys(earned, 0) | {wrong["question"]: wrong["points"]}
        assert earned == expected, wrong["why"]


def untouched(solution):
    """Return the cell of a solution as students get it: three dots in the place of each answer."""
    names = re.findall(r"^(\w+) = .*# SOLUTION$", solution, flags=re.M)
    functions = re.findall(r"^def (\w+)", solution, flags=re.M)
    return "\n".join(
        [f"{name} = ..." for name in names] + [f"def {name}(*given): ..." for name in functions]
    )


def test_the_check_that_students_see_tells_what_is_amiss(master, tmp_path, monkeypatch, capsys):
    notebook = filled(master, SEEDS[0], tmp_path)
    monkeypatch.chdir(tmp_path)
    for fill_in, wanted in ((False, "must"), (True, "the form is right")):
        space: dict[str, object] = {}
        for _, part, cell in build.parts(notebook):
            if cell.cell_type == "code" and part != "TESTS":
                dots = part == "SOLUTION" and not fill_in
                exec(untouched(cell.source) if dots else cell.source, space)
        said = capsys.readouterr().out.splitlines()
        checks = [line for line in said if re.match(r"\w+: ", line)]
        assert len(checks) == sum(cell.source.startswith("check(") for cell in notebook.cells)
        assert all(wanted in line and "raised" not in line for line in checks)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ("share = ...", ""),
        ("share = 0", ""),
        ("def share(): ...", ""),
        ("", " Running it raised NameError: name 'share' is not defined"),
        ("share = None", " Running it raised TypeError: '>' not supported between .*"),
        ("def share(): return {}['fee']", " Running it raised KeyError: 'fee'"),
    ],
)
def test_the_check_names_an_error_in_the_code_of_a_student(answer, raised, capsys):
    """What has the wrong value, or is not filled in, is told by the plain sentence alone."""
    test = "assert share() == 1" if answer.startswith("def") else "assert share > 0"
    checks = {"bill": [(test, "share must be a number")]}
    space: dict[str, object] = {}
    exec(build.SETUP.format(wheel=WHEEL, checks=checks), space)
    exec(answer, space)
    exec('check("bill")', space)
    assert re.fullmatch(f"bill: share must be a number\\.{raised}\n", capsys.readouterr().out)


def test_a_student_without_the_package_is_told_what_to_do(monkeypatch):
    setup = build.SETUP.format(wheel=WHEEL, checks="{}")
    monkeypatch.setitem(sys.modules, "mutualaid", None)
    with pytest.raises(ImportError, match=r"Put mutualaid\.whl beside this notebook, run %pip"):
        exec(setup, {})


# ---- no leaks -------------------------------------------------------------------------------


def test_what_is_guarded_is_the_answers(master):
    """The lines are found where they are, and an answer's first words are not among them."""
    lines = build.guarded(master.notebook)
    text = "\n".join(cell.source for cell in master.notebook.cells)
    assert sum(line in text for line in lines) >= 3 * len(build.questions(master.notebook))
    graded = [one for one in build.questions(master.notebook) if not one.manual]
    assert not {line for one in graded for line in one.solution.splitlines() if line in lines} & {
        "def full_share(cost, full, waiting):"
    }


def texts(folder):
    """Every text of the built site, and of the archives in it, without the marks of HTML."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}/{one}", archive.read(one)) for one in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_bytes()


def leaks(folder, secret) -> list[str]:
    found = []
    for name, content in texts(folder):
        text = content.decode("utf-8", "ignore")
        if name.endswith(".html"):
            text = html.unescape(re.sub(r"<[^>]+>", "", text))
        found += [f"{name}: {line}" for line in secret if line in text]
    return found


def test_the_built_site_holds_no_answers():
    """Neither the canary nor a line of a solution or a hidden test; no file of an assignment."""
    assert (HTML / "searchindex.js").exists(), "run `make book` first"
    chapters = (nbformat.read(path, 4) for path in (ROOT / "chapters").glob("*.ipynb"))
    shown = "\n".join(cell.source for chapter in chapters for cell in chapter.cells)
    for name in NAMES:
        lines = build.guarded(build.read_master(name).notebook)
        # What a chapter shows its readers is no secret.
        secret = sorted(line for line in lines if len(line) > 20 and line not in shown)
        assert len(secret) >= 10
        assert leaks(HTML, [build.CANARY, *secret]) == []
    assert not [path for path in HTML.rglob("*") if "assignments" in path.parts[-2:]]


def test_a_leak_is_found(tmp_path):
    (tmp_path / "page.html").write_text(f"<p><b>{build.CANARY[:5]}</b>{build.CANARY[5:]}</p>")
    with zipfile.ZipFile(tmp_path / "books.zip", "w") as archive:
        archive.writestr("read.txt", build.CANARY)
    assert len(leaks(tmp_path, [build.CANARY])) == 2


def test_an_answer_in_the_files_of_students_is_found(master, tmp_path):
    """In a cell, in the metadata where otter keeps tests, or in a file beside the notebook."""
    students = tmp_path / "students"
    students.mkdir()
    cell = nbformat.v4.new_code_cell
    hidden = [
        test.code for one in build.questions(master.notebook) for test in one.tests if test.hidden
    ]
    for content in ([], [cell(hidden[0])], [cell("", metadata={"test": f">>> {hidden[-1]}"})]):
        notebook = nbformat.v4.new_notebook(cells=content)
        nbformat.write(notebook, students / f"{master.name}.ipynb")
        assert bool(prove.leaks(master.name, SEEDS[0], tmp_path)) == bool(content)
    (students / "data.csv").write_text(build.CANARY)
    assert "data.csv: the canary" in prove.leaks(master.name, SEEDS[0], tmp_path)


@pytest.mark.parametrize(
    ("earned", "failures"),
    [
        ({"a": 1.0, "b": 2.0}, 0),
        ({"a": 1.5, "b": 2.0}, 1),
        ({"a": 1.0, "b": 1.0}, 1),
        ({"a": 1.0}, 1),
        ({"a": 1.0, "b": 2.0, "c": 0.0}, 1),
    ],
)
def test_the_proof_fails_where_any_question_differs(tmp_path, earned, failures):
    trial = prove.Trial(
        name="sharing", seed=1, kind="wrong", told={"a": "half of it"}, answers={},
        expected={"a": 1.0, "b": 2.0}, pack=tmp_path,
    )  # fmt: skip
    assert prove.report(trial, earned) == failures


def test_sphinx_and_the_wheel_leave_the_masters_alone():
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    assert "assignments" in config["exclude_patterns"]
    assert "assignments" not in (ROOT / "_toc.yml").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["mutualaid"] and list(wheel["force-include"]) == ["data"]


def test_the_grader_has_the_versions_of_the_book():
    book, grader = (
        dict(re.findall(r"^([\w.-]+)==([\w.+!]+)", (ROOT / name).read_text("utf-8"), flags=re.M))
        for name in ("requirements.txt", "assignments/requirements.txt")
    )
    assert "otter-grader" in grader and "otter-grader" not in book
    needed = {"anywidget", "ipywidgets", "numpy", "pandas", "plotly", "scipy"}
    assert needed <= grader.keys()
    assert {name: grader[name] for name in grader.keys() & book.keys()} == {
        name: book[name] for name in grader.keys() & book.keys()
    }
