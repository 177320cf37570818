"""Check what Binder will make of the last commit, without Binder. Run by ``make binder-check``.

The commit is cloned into an empty folder, its ``binder/`` is carried out in a fresh environment,
and every chapter runs there in its live form. So do the notebooks of the assignments, as students
get them: made outside, and brought there. repo2docker, which Binder uses, then says what it
would do with the same folder. Not checked: the image itself, and the hub.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEED = 7
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"

#: Run in the folder of the chapters, as a notebook's kernel is.
IMPORT = """import mutualaid, sys
from mutualaid import history
assert mutualaid.__file__.startswith(sys.prefix), f"mutualaid comes from {mutualaid.__file__}"
assert history.DATA.is_relative_to(sys.prefix), f"the tables come from {history.DATA}"
assert history.table("sources").size, "the tables are empty"
"""


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it says; stop with all of it if it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        said = " ".join(map(str, command)).splitlines()[0]
        sys.exit(f"{done.stdout}\nbinder-check: {said} ... failed")
    return done.stdout


def environment(folder: Path, python: str) -> dict[str, str]:
    """Make a virtual environment; return the variables of a shell that knows nothing else."""
    run(python, "-m", "venv", folder, cwd=folder.parent)
    foreign = ("MUTUALAID", "JUPYTER", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        # A kernel of the same name that the user has installed would come first.
        "JUPYTER_DATA_DIR": str(folder / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def clone(folder: Path) -> None:
    """Clone the last commit, with an answer in ``assignments`` that must not stay."""
    if run("git", "status", "--porcelain", cwd=ROOT):
        print("note: what is not committed is not checked")
    run("git", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), folder, cwd=ROOT)
    canary = folder / "assignments" / "canary" / "answer.ipynb"
    canary.parent.mkdir(parents=True)
    canary.write_text("{}", "utf-8")


def hand_out(folder: Path) -> None:
    """Make the pack of a course, and copy what students get into a folder."""
    grader = ROOT / "_build" / "grader" / "bin" / "python"
    run(grader, "assignments/build.py", "--seed", str(SEED), cwd=ROOT)
    shutil.copytree(ROOT / "_build" / "assignments" / str(SEED) / "students", folder)


def execute(folder: Path, env: dict[str, str]) -> int:
    """Run every notebook; return how many widgets they show, or stop at what went wrong."""
    notebooks = sorted(folder.glob("*.ipynb"))
    done = folder / "executed"
    command = ["jupyter", "nbconvert", "--execute", "--to", "notebook", "--output-dir", done]
    run(*command, *notebooks, cwd=folder, env=env)
    widgets = 0
    for notebook in notebooks:
        text = (done / notebook.name).read_text("utf-8")
        # A widget keeps to itself what its callback raised: it stands in the stored state only.
        for wrong in ('"output_type": "error"', '"name": "stderr"'):
            if wrong in text:
                place = text.index(wrong)
                sys.exit(f"{text[place : place + 2000]}\nbinder-check: {notebook.name} failed")
        widgets += text.count('"application/vnd.jupyter.widget-view+json"')
    return widgets


def main() -> None:
    """Check, and print what it took."""
    version = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
    find = [sys.executable, "-m", "uv", "python", "find", "--no-python-downloads", version]
    python = run(*find, cwd=ROOT).splitlines()[-1]
    with tempfile.TemporaryDirectory(prefix="binder-") as name:
        folder = Path(name).resolve()
        repository, venv = folder / "repository", folder / "venv"
        clone(repository)

        start = time.monotonic()
        env = environment(venv, python)
        run("pip", "install", "--quiet", "-r", "binder/requirements.txt", cwd=repository, env=env)
        run("binder/postBuild", cwd=repository, env=env)
        if (repository / "assignments").exists():
            sys.exit("binder-check: binder/postBuild leaves assignments/ in place")
        run("pip", "check", cwd=repository, env=env)
        run("python", "-c", IMPORT, cwd=repository / "chapters", env=env)
        size = int(run("du", "-sm", venv, cwd=folder).split()[0])
        print(f"environment: Python {version}, {size} MB, {time.monotonic() - start:.0f} s")

        start = time.monotonic()
        widgets = execute(repository / "chapters", env)
        if not widgets:
            sys.exit("binder-check: no chapter shows a widget; was MUTUALAID_FORM set?")
        print(f"chapters: executed, {widgets} widgets, {time.monotonic() - start:.0f} s")

        start = time.monotonic()
        hand_out(folder / "students")
        execute(folder / "students", env)
        print(f"assignments of students: executed, {time.monotonic() - start:.0f} s")

        env = environment(folder / "tool", python)
        run("pip", "install", "--quiet", REPO2DOCKER, cwd=folder, env=env)
        said = run("repo2docker", "--no-build", "--debug", repository, cwd=folder, env=env)
        for wanted in ("binder/requirements.txt", "./binder/postBuild", f"python={version}"):
            if wanted not in said:
                sys.exit(f"{said}\nbinder-check: repo2docker does not mention {wanted}")
        print("repo2docker: uses binder/requirements.txt, binder/postBuild and this Python")


if __name__ == "__main__":
    main()
