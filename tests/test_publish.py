"""What leaves the house: licenses, citation, Binder, the workflow that publishes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml
from sphinx.errors import ConfigError

import mutualaid
from conftest import HTML, ROOT

sys.path.insert(0, str(ROOT / "_ext"))
import book
import release

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOW = ROOT / ".github" / "workflows" / "publish.yml"
SCRIPTS = Path(sysconfig.get_path("scripts"))


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def names(requirements: list[str]) -> set[str]:
    """The packages that a list of requirements names."""
    return {re.split(r"[<>=!~ ;\[]", one)[0] for one in requirements}


# ---- licenses and citation ------------------------------------------------------------------


def test_all_statements_of_license_agree():
    assert PROJECT["license"] == "BSD-3-Clause AND CC-BY-4.0"
    assert read("LICENSE").startswith("BSD 3-Clause License\n\nCopyright (c) 2026, The authors of")
    assert "https://creativecommons.org/licenses/by/4.0/" in read("LICENSE-TEXT.md")
    (table_license,) = json.loads(read("data/datapackage.json"))["licenses"]
    assert table_license["name"] == "CC-BY-4.0"
    cited = yaml.safe_load(read("CITATION.cff"))
    assert cited["license"] == "BSD-3-Clause"
    assert cited["preferred-citation"]["license"] == "CC-BY-4.0"


def test_all_statements_of_version_agree():
    cited = yaml.safe_load(read("CITATION.cff"))
    stated = [mutualaid.__version__, cited["version"], cited["preferred-citation"]["version"]]
    assert stated == [PROJECT["version"]] * 3


def valid_citation(path: Path) -> bool:
    command = [SCRIPTS / "check-jsonschema", "--builtin-schema", "vendor.citation-file-format"]
    done = subprocess.run([*command, path], capture_output=True, check=False)
    return done.returncode == 0


def test_the_citation_file_is_valid(tmp_path):
    assert valid_citation(ROOT / "CITATION.cff")
    broken = tmp_path / "CITATION.cff"
    broken.write_text(read("CITATION.cff").replace("license: CC-BY-4.0", "license: CC"), "utf-8")
    assert not valid_citation(broken)


# ---- Binder ---------------------------------------------------------------------------------


def pins(name: str) -> set[str]:
    """The packages of a lock with their versions."""
    return set(re.findall(r"^[\w.-]+==[\w.+!]+", read(name), flags=re.M))


def test_binder_has_the_versions_of_the_book():
    assert pins("binder/requirements.txt") <= pins("requirements.txt")


def test_binder_has_what_a_notebook_needs_and_no_tool_of_the_book():
    extras = PROJECT["optional-dependencies"]
    here = {pin.partition("==")[0] for pin in pins("binder/requirements.txt")}
    needed = names(PROJECT["dependencies"]) | names(extras["lab"])
    tools = names(extras["book"]) | names(extras["test"]) | {"sphinx", "otter-grader"}
    assert needed <= here
    assert here & (tools - needed) == {"beautifulsoup4"}  # JupyterLab needs it, too


def test_binder_has_the_python_that_the_lock_starts_from():
    (version,) = re.findall(r"^python-(\d+\.\d+)$", read("binder/runtime.txt"), flags=re.M)
    assert PROJECT["requires-python"] == f">={version}"


@pytest.mark.parametrize("answers", [True, False])
def test_binder_keeps_no_answers(tmp_path, answers):
    """A stand-in for pip writes down what it is asked."""
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text('#!/bin/sh\necho "$@" > asked\n', "utf-8")
    pip.chmod(0o755)
    if answers:
        (tmp_path / "assignments" / "rules").mkdir(parents=True)
    path = f"{pip.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [ROOT / "binder" / "postBuild"], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True
    )
    assert not (tmp_path / "assignments").exists()
    assert (tmp_path / "asked").read_text("utf-8").split()[-2:] == ["--no-deps", "."]


def test_launch_buttons_of_the_built_book_open_its_notebooks():
    """None while ``_config.yml`` names no repository, afterwards one on each notebook."""
    said = yaml.safe_load(read("_config.yml"))["repository"]
    pages = sorted((HTML / "chapters").glob("*.html"))
    assert pages
    for page in [HTML / "index.html", *pages]:
        notebook = page.relative_to(HTML).with_suffix(".ipynb")
        expected = (
            [book.launch_address(said["url"], said.get("tag") or said["branch"], str(notebook))]
            if said["url"] and (ROOT / notebook).exists()
            else []
        )
        found = re.findall(r'https://mybinder\.org[^"]*', page.read_text("utf-8"))
        assert found == expected, page.name


@pytest.mark.parametrize(
    "url",
    ["github.com/o/r", "https://github.com/o", "https://github.com/o/r.git", "https://a.b/o/r"],
)
def test_an_address_that_is_no_repository_is_refused(tmp_path, monkeypatch, url):
    (tmp_path / "_config.yml").write_text(f"repository: {{url: {url!r}}}\n", "utf-8")
    monkeypatch.setattr(book, "ROOT", tmp_path)
    said = f"must read https://github.com/OWNER/REPOSITORY, but it is '{url}'"
    with pytest.raises(ConfigError, match=re.escape(said)):
        book.show_buttons(None, None)


# ---- the workflow ---------------------------------------------------------------------------


def audit(folder: Path) -> subprocess.CompletedProcess[str]:
    """Let zizmor check syntax and safety of the workflows in a folder, offline."""
    command = [SCRIPTS / "zizmor", "--offline", "--strict-collection", "--quiet", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_workflow_is_sound():
    done = audit(ROOT / ".github")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("runs-on: ubuntu-latest", "run-on: ubuntu-latest"),
        ("contents: read", "contents: reed"),
        ("contents: read", "contents: write"),
        ("pull_request:", "pull_request_target:"),
        ("actions/checkout@v7", "someone/checkout@v7"),
        ("run: .ci/run", "run: .ci/run ${{ github.head_ref }}"),
    ],
)
def test_a_broken_workflow_is_found(tmp_path, whole, broken):
    text = WORKFLOW.read_text("utf-8")
    assert whole in text
    copy = tmp_path / ".github" / "workflows" / "publish.yml"
    copy.parent.mkdir(parents=True)
    (tmp_path / ".github" / "zizmor.yml").write_text(read(".github/zizmor.yml"), "utf-8")
    copy.write_text(text, "utf-8")
    assert audit(tmp_path / ".github").returncode == 0
    copy.write_text(text.replace(whole, broken), "utf-8")
    assert audit(tmp_path / ".github").returncode != 0


def unresolved(text: str) -> list[str]:
    """What a workflow refers to and does not have; zizmor does not look."""
    jobs = yaml.safe_load(text)["jobs"]
    needed = [job["needs"] for job in jobs.values() if "needs" in job]
    missing = [name for name in needed if name not in jobs]
    for job in jobs.values():
        has = {
            "steps": {step.get("id") for step in job["steps"]},
            "matrix": set(job.get("strategy", {}).get("matrix", {})),
        }
        found = re.findall(r"\b(steps|matrix)\.(\w+)", json.dumps(job))
        missing += [name for kind, name in found if name not in has[kind]]
    return missing


def test_the_weekly_workflow_tries_the_newest_versions_and_publishes_nothing():
    text = (WORKFLOW.parent / "weekly.yml").read_text("utf-8")
    assert unresolved(text) == []
    weekly = yaml.safe_load(text)
    assert weekly["permissions"] == {"contents": "read"}
    (job,) = weekly["jobs"].values()
    assert "permissions" not in job
    commands = [step.get("run", "") for step in job["steps"]]
    assert commands.index("make lock UPGRADE=--upgrade") < commands.index(".ci/run")
    asked = subprocess.run(
        ["make", "-n", "lock", "UPGRADE=--upgrade"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert asked.stdout.count("--upgrade") == 4


def test_the_release_carries_what_make_release_puts_together():
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    steps = jobs["test"]["steps"]
    assert [s["with"]["path"] for s in steps if s.get("with", {}).get("name") == "release"] == [
        release.RELEASE.relative_to(ROOT).as_posix()
    ]
    assert steps.index({"run": ".ci/run"}) < [s.get("run") for s in steps].index("make release")
    (got,) = [s["with"] for s in jobs["release"]["steps"] if "with" in s]
    assert got["name"] == "release"
    assert f"{got['path']}/*" in jobs["release"]["steps"][-1]["run"]


def test_the_workflow_refers_to_what_it_has():
    text = WORKFLOW.read_text("utf-8")
    assert unresolved(text) == []
    assert unresolved(text.replace("needs: test", "needs: tests", 1)) == ["tests"]
    assert unresolved(text.replace("id: deploy", "id: deployed")) == ["deploy"]
    assert unresolved(text.replace("matrix.python }}", "matrix.version }}")) == ["version"]


def test_only_what_was_tested_is_published():
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    jobs = workflow["jobs"]
    commands = [step.get("run") for step in jobs["test"]["steps"]]
    assert ".ci/run" in commands
    assert jobs["deploy"]["needs"] == jobs["release"]["needs"] == "test"
    assert workflow[True]["push"]["branches"] == ["main"]  # YAML reads "on" as true
    assert (HTML / ".nojekyll").exists()
