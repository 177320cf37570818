"""The plan over time: one scenario, batches, and plain loops over groups of people, in one run.

All ways must give the same bills. Times depend on the machine, so they are printed and never
asserted. Run by ``make benchmark``; one thread is used.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import numpy as np  # after the number of threads is set
from churn_reference import reference

from mutualaid.churn import Scenario, project

BATCHES = (1, 10, 100, 400)
ROUNDS = 5


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the shortest of some runs, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1_000 * min(times)


def main() -> None:
    """Print a line for each scenario and size of batch, and the ratio to plain loops."""
    default = Scenario()
    every = replace(
        default, raised_share=0.05, select_factor=0.5, exit_response=0.01, exit_age_slope=-0.2,
        exit_raised_factor=0.5,
    )  # fmt: skip
    policy = replace(every, share_by_age=np.linspace(0.5, 1.5, 60), benefit_start=0.5)
    print(f"{len(default.periods)} half-months; best of {ROUNDS}, milliseconds a scenario")
    print(f"{'scenario':34}" + "".join(f"{'batch of ' + str(size):>14}" for size in BATCHES))
    for name, scenario in (
        ("default", default),
        ("risk classes, select, response", every),
        ("and shares by age, growing benefit", policy),
    ):
        many = [replace(scenario, plan_ratio=0.3 + i / 1_000) for i in range(max(BATCHES))]
        times = [best(lambda many=many, n=size: project(many[:n])) / size for size in BATCHES]
        print(f"{name:34}" + "".join(f"{each:14.2f}" for each in times))
        rows: list[dict[str, float]] = []
        plain = best(lambda one=scenario, rows=rows: rows.extend(reference(one)), 1)
        if not np.allclose([row["bill"] for row in rows], project(scenario).bill, rtol=1e-9):
            sys.exit("the two ways do not agree")
        print(
            f"plain loops over groups take {plain:,.0f}: {plain / times[0]:,.0f} times as long as "
            f"one, {plain / min(times):,.0f} times as long as one of a batch; same bills"
        )


if __name__ == "__main__":
    main()
