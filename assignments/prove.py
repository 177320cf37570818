"""Prove that the assignments grade. Run by ``make assignments-check``.

Under three seeds each, by otter itself: the reference answers earn every point; the notebook as
handed out earns none, and runs without an error; each wrong answer kept beside a master loses
exactly what it should, and costs no other question anything; answers copied from another seed
earn nothing. (Some answers have few values, such as a word out of ten: so it is the next seed that
shares none by chance.) And no file that students get holds a solution, a hidden test, or the
canary.

Wrong answers to different questions go into one notebook: each is judged by its own points.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from build import (
    CANARY,
    HERE,
    Master,
    build,
    fill,
    fill_code,
    guarded,
    hushed,
    masters,
    questions,
    read_master,
    right_answers,
    use_own_kernel,
)
from grade import grade

SEEDS = (7, 20181016, 918273645546)
WHEEL = "mutualaid.whl"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A notebook to be graded: the answers put into it, and the points that each should earn.

    What is wrong in it is told by question; nothing is where one word says what the whole is.
    """

    name: str
    seed: int
    kind: str
    told: Mapping[str, str]
    answers: Mapping[str, str]
    expected: Mapping[str, float]
    pack: Path


def wrong_answers(name: str) -> list[dict[str, Any]]:
    """Return the wrong answers kept beside a master: why, question, points, answer."""
    kept = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["wrong"]
    return list(kept)


def all_right(master: Master, seed: int) -> dict[tuple[str, str], Any]:
    """Return every right value of a seed, by its question and name."""
    task = master.draw(seed)
    return {
        (one.name, word): value
        for one in questions(master.notebook)
        for word, value in right_answers(one.solution, task).items()
    }


def next_seed(master: Master, seed: int) -> int:
    """Return the next seed that shares no right value: numbers differ by four percent."""
    mine = all_right(master, seed)

    def same(value: Any, other: Any) -> bool:
        if isinstance(value, int | float):
            return math.isclose(value, other, rel_tol=0.04)
        return bool(value == other)

    return next(
        other
        for other in itertools.count(seed + 1)
        if not any(map(same, mine.values(), all_right(master, other).values()))
    )


def trials(name: str, seed: int, pack: Path) -> Iterator[Trial]:
    """Yield what is graded under one seed."""
    master = read_master(name)
    task = master.draw(seed)
    graded = [one for one in questions(fill(master, task, WHEEL)) if not one.manual]
    right = {one.name: one.solution for one in graded}
    full = {one.name: one.points for one in graded}
    nothing = dict.fromkeys(full, 0.0)

    def trial(
        kind: str,
        answers: Mapping[str, str],
        expected: Mapping[str, float],
        told: Mapping[str, str] | None = None,
    ) -> Trial:
        return Trial(
            name=name,
            seed=seed,
            kind=kind,
            told=told or {},
            answers=answers,
            expected=expected,
            pack=pack,
        )

    yield trial("reference", right, full)
    yield trial("untouched", {}, nothing)
    other = next_seed(master, seed)
    copied = dict.fromkeys(right, "")
    for (asked, word), value in all_right(master, other).items():
        copied[asked] += f"{word} = {value!r}\n"
    yield trial(f"copied from seed {other}", copied, nothing)
    waiting = wrong_answers(name)
    while waiting:
        first = {one["question"]: one for one in reversed(waiting)}
        now = {asked: first[asked] for asked in right if asked in first}
        waiting = [one for one in waiting if one not in now.values()]
        yield trial(
            "wrong",
            right | {asked: fill_code(one["answer"], task) for asked, one in now.items()},
            full | {asked: one["points"] for asked, one in now.items()},
            {asked: one["why"] for asked, one in now.items()},
        )


def report(trial: Trial, earned: Mapping[str, float]) -> int:
    """Print a line for the notebook, or for each of its wrong answers; return the failures."""
    off = {q for q, points in trial.expected.items() if abs(earned.get(q, -1) - points) > 1e-9}
    off |= earned.keys() - trial.expected.keys()
    rows = [
        (earned.get(asked, 0), trial.expected[asked], f"{asked}: {why}")
        for asked, why in trial.told.items()
    ] or [(sum(earned.values()), sum(trial.expected.values()), trial.kind)]
    for got, expected, told in rows:
        print(f"{trial.name:12}{trial.seed:14}{got:8g}{expected:10g}  {told}")
    if off:
        print(f"  DIFFERS in {', '.join(sorted(off))}: {dict(earned)}")
    return bool(off)


def earn(trial: Trial) -> dict[str, float]:
    """Put the answers into the students' notebook, and grade it."""
    notebook = nbformat.read(trial.pack / "students" / f"{trial.name}.ipynb", as_version=4)
    for cell in notebook.cells:
        asked = cell.metadata.get("answers")
        if asked in trial.answers:
            cell.source = trial.answers[asked]
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        submission = Path(folder).resolve() / f"{trial.name}.ipynb"
        nbformat.write(notebook, submission)
        if trial.kind == "untouched":
            run_whole(submission, trial.pack / "students")
        marks = grade(submission, trial.pack / "instructors" / trial.name / "autograder.zip")
    return {name: points for name, (points, _) in marks.items()}


def run_whole(notebook: Path, students: Path) -> None:
    """Run a notebook beside the files that students get; any error stops."""
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        shutil.copytree(students, folder, dirs_exist_ok=True)
        content = nbformat.read(notebook, as_version=4)
        with hushed():
            NotebookClient(content, resources={"metadata": {"path": folder}}).execute()


def leaks(name: str, seed: int, pack: Path) -> list[str]:
    """Return what stands in the students' files and must not."""
    master = read_master(name)
    secret = guarded(master.notebook) | guarded(fill(master, master.draw(seed), WHEEL))
    found: list[str] = []
    for path in sorted((pack / "students").iterdir()):
        text = path.read_text("utf-8")
        if CANARY in text:
            found.append(f"{path.name}: the canary")
        if path.suffix == ".ipynb":
            # Tests stand in the notebook's metadata, too: in no cell.
            strings = list(_strings(json.loads(text)))
            found += [
                f"{path.name}: {line}"
                for line in sorted(secret)
                if any(line in string for string in strings)
            ]
    return found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def main() -> None:
    """Prove it, print the table, and exit with 1 if anything differs."""
    use_own_kernel()
    start, failures = time.monotonic(), 0
    with (
        tempfile.TemporaryDirectory(prefix="prove-") as folder,
        ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool,
    ):
        packs = {
            (name, seed): Path(folder) / name / str(seed) for name in masters() for seed in SEEDS
        }
        for pack in packs.values():
            (pack / "students").mkdir(parents=True)
        built = [
            pool.submit(build, name, seed, pack, WHEEL) for (name, seed), pack in packs.items()
        ]
        for one in built:
            one.result()
        print(f"built {len(packs)} assignments in {time.monotonic() - start:.0f} s")

        for (name, seed), pack in packs.items():
            for leak in leaks(name, seed, pack):
                failures += 1
                print(f"LEAK  {name}, seed {seed}: {leak}")
        tried = [one for (name, seed), pack in packs.items() for one in trials(name, seed, pack)]
        print(f"{'assignment':12}{'seed':>14}{'points':>8}{'expected':>10}  answers")
        failures += sum(map(report, tried, pool.map(earn, tried)))
    print(f"{len(tried)} notebooks graded, in {time.monotonic() - start:.0f} s")
    if failures:
        sys.exit(f"assignments-check: {failures} failures")
    print("No file that students get holds a solution, a hidden test, or the canary.")


if __name__ == "__main__":
    main()
