"""The build: fresh, strict, and complete; what a change touches is redone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from conftest import ROOT

BUILD = "from jupyter_book.cli.main import main; main()"
PAGE = """---
file_format: mystnb
kernelspec: {{display_name: Python 3, name: python3}}
---

# A small book

The last bill was {figure}<!--=notices/2021-12-1/critical/share-->.

```{{code-cell}} ipython3
{code}
```
"""
SHOW = "from mutualaid import explorables\n\nexplorables.bill_notice_by_notice()"


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """A book of one page beside a copy of the package, in a folder with an odd name."""
    folder = tmp_path_factory.mktemp("a büilt book")
    for name in ("mutualaid", "data", "assets", "_ext", "assignments"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n")

    def build(figure: str = "7.02 yuan", code: str = SHOW) -> tuple[int, str, str]:
        (folder / "index.md").write_text(PAGE.format(figure=figure, code=code), "utf-8")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MUTUALAID")}
        done = subprocess.run(
            [sys.executable, "-c", BUILD, "build", ".", "-W", "-n", "--keep-going"],
            cwd=folder,
            env=environment | {"PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        page = folder / "_build" / "html" / "index.html"
        text = page.read_text("utf-8") if page.exists() else ""
        return done.returncode, done.stdout + done.stderr, text

    build.folder = folder
    return build


def test_a_change_in_the_package_changes_the_page(small_book):
    status, said, before = small_book()
    assert status == 0, said
    assert "were not found" in before
    module = small_book.folder / "mutualaid" / "explorables" / "bills.py"
    text = module.read_text("utf-8")
    module.write_text(text.replace("were not found", "are missing"), "utf-8")
    status, said, after = small_book()
    assert status == 0, said
    assert "are missing" in after
    assert "were not found" not in after
    module.write_text(text, "utf-8")


def test_a_change_in_the_data_changes_the_page_and_breaks_prose_that_disagrees(small_book):
    table = small_book.folder / "data" / "notices.csv"
    text = table.read_text("utf-8")
    line = "2021-12-1,critical,share,7.02,"
    assert line in text
    table.write_text(text.replace(line, line.replace("7.02", "7.03")), "utf-8")
    status, said, _ = small_book()
    assert status != 0
    assert "7.02  is typed, but notices/2021-12-1/critical/share is 7.03" in said
    status, said, page = small_book(figure="7.03 yuan")
    assert status == 0, said
    assert "was 7.03 yuan per head" in page
    table.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ('from mutualaid import history\nhistory.fact("notices/2021-12-1/share")', "no value has"),
        ('import sys\nprint("stale", file=sys.stderr)', "stderr"),
    ],
)
def test_a_failing_cell_fails_the_build_and_is_named(small_book, code, said):
    status, printed, _ = small_book(code=code)
    assert status != 0
    assert said in printed
    assert re.search(r"ExecutionError: \S.*index\.md|index\.md:\d+:.*stderr", printed)


def test_a_malformed_table_fails_the_build_with_file_line_and_column(small_book):
    table = small_book.folder / "data" / "notices.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace(",share,7.02,", ",share,7.02 yuan,"), "utf-8")
    status, said, _ = small_book()
    table.write_text(text, "utf-8")
    assert status != 0
    assert "notices.csv, line" in said
    assert "column 'value': must be a number, got '7.02 yuan'" in said


NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# A notebook"}],
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def test_naming_the_repository_shows_its_buttons(small_book):
    """A notebook opens on Binder; a page of Markdown, which JupyterLab only edits, does not."""
    changed = {
        "_config.yml": (
            r"^repository: .*$",
            "repository: {url: https://github.com/an-owner/a.book, branch: main, tag: v1.0/a}",
        ),
        "_toc.yml": (r"\Z", "chapters: [file: chapters/a notebook]\n"),
    }
    notebook = small_book.folder / "chapters" / "a notebook.ipynb"
    notebook.parent.mkdir()
    notebook.write_text(json.dumps(NOTEBOOK), "utf-8")
    before = {name: (small_book.folder / name).read_text("utf-8") for name in changed}
    for name, (line, instead) in changed.items():
        text, times = re.subn(line, instead, before[name], flags=re.M)
        assert times == 1
        (small_book.folder / name).write_text(text, "utf-8")
    status, said, front = small_book(code="1 + 1")
    for name, text in before.items():
        (small_book.folder / name).write_text(text, "utf-8")
    assert status == 0, said
    built = small_book.folder / "_build" / "html"
    page = (built / "chapters" / "a notebook.html").read_text("utf-8")
    assert re.findall(r'https://mybinder\.org[^"]*', page) == [
        "https://mybinder.org/v2/gh/an-owner/a.book/v1.0%2Fa"
        "?urlpath=lab/tree/chapters/a%20notebook.ipynb"
    ]
    assert "mybinder.org" not in front
    assert 'href="https://github.com/an-owner/a.book/edit/main/index.md"' in front
    for text in (front, page):
        assert 'href="https://github.com/an-owner/a.book"' in text
        assert re.findall(r'<script[^>]*src="(?:https?:)?//[^"]*', text) == []
    assert list(built.rglob("*.ipynb")) == []
    (built / "chapters" / "a notebook.html").unlink()  # the next test builds without it


def test_a_page_that_moved_leads_on(small_book):
    config = small_book.folder / "_config.yml"
    before = config.read_text("utf-8")
    moved = before.replace("redirects: {}", 'redirects: {"chapters/old": "../index.html"}')
    assert moved != before
    config.write_text(moved, "utf-8")
    status, said, _ = small_book(code="1 + 1")
    config.write_text(before, "utf-8")
    assert status == 0, said
    page = (small_book.folder / "_build" / "html" / "chapters" / "old.html").read_text("utf-8")
    assert re.search(r'http-equiv="refresh" content="0; url=\.\./index\.html"', page)


def planned(*arguments: str) -> str:
    """Return what make would do, without doing it."""
    done = subprocess.run(
        ["make", "-n", *arguments, "book"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_nothing_is_redone_when_nothing_changed():
    if not (ROOT / "_build" / "html" / ".built").exists():
        pytest.fail("run `make book` first")
    assert "jupyter_book" not in planned()


@pytest.mark.parametrize(
    "changed",
    [
        "index.md",
        "_config.yml",
        "_toc.yml",
        "chapters/data.ipynb",
        "chapters/glossary.md",
        "mutualaid/money.py",
        "mutualaid/explore/grid.py",
        "data/notices.csv",
        "data/plans.toml",
        "assets/explorable.js",
        "_ext/book.py",
        "assignments/churn.ipynb",
        "benchmarks/members.csv",
        "benchmarks/pages.json",
        "requirements.txt",
        "package-lock.json",
    ],
)
def test_a_change_redoes_the_book(changed):
    assert "jupyter_book" in planned("-W", changed)


def test_a_file_that_goes_away_redoes_the_book():
    gone, listed = ROOT / "assets" / "gone.css", ROOT / "_build" / ".sources"
    before = listed.stat()
    try:
        gone.write_text("/* here */\n", "utf-8")
        assert "jupyter_book" in planned()
    finally:
        gone.unlink()
    assert "jupyter_book" in planned()
    # The list is whole again; with its old time, the next run has nothing to redo.
    os.utime(listed, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_only_the_scripts_lock_asks_for_the_scripts_again():
    assert "npm-cli.js" not in planned("-W", "pyproject.toml")
    assert "npm-cli.js" in planned("-W", "package-lock.json")


def test_the_wheel_carries_the_data_and_the_licenses(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    inside = {p.name for p in (tmp_path / "installed" / "mutualaid" / "data").iterdir()}
    assert inside == {p.name for p in (ROOT / "data").iterdir()}
    (about,) = (tmp_path / "installed").glob("*.dist-info")
    for name in ("LICENSE", "LICENSE-TEXT.md"):
        assert (about / "licenses" / name).read_bytes() == (ROOT / name).read_bytes()
    assert "License-Expression: BSD-3-Clause AND CC-BY-4.0" in (about / "METADATA").read_text(
        "utf-8"
    )
    script = (
        "from mutualaid import history; print(history.DATA); "
        "print(history.fact('notices/2021-12-1/critical/share').value)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, value = done.stdout.split("\n")[:2]
    assert folder.endswith("installed/mutualaid/data")
    assert value == "7.02"


@pytest.mark.parametrize(
    "name",
    [f"{folder}requirements.txt" for folder in ("", "binder/", "benchmarks/", "assignments/")],
)
def test_the_lock_names_no_index_and_hashes_everything(name):
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    pinned = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pinned
    assert all("==" in line for line in pinned)
    assert text.count("--hash=sha256:") > len(pinned)


@pytest.mark.parametrize("folder", ["", "benchmarks/"])
def test_the_lock_of_the_scripts_names_no_index(folder):
    assert "resolved" not in (ROOT / f"{folder}package-lock.json").read_text("utf-8")


def test_the_repository_holds_no_scripts_of_others_and_no_paths_of_a_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, listed):
        path = ROOT / name
        assert not name.endswith((".min.js", ".woff", ".woff2", ".ttf")), name
        assert path.stat().st_size < 400_000, name
        if path.suffix in (".md", ".ipynb", ".py", ".toml", ".yml", ".csv", ".json", ""):
            # After a letter or a digit it is a part of a key or of an address.
            found = re.findall(r"(?<!\w)/(?:work|root|home)/.*", path.read_text("utf-8"))
            assert found == [], name
