"""The plan member by member, and as expected numbers: ours beside what others would take.

Each way runs in a process of its own, on the published path made smaller, with the true incidence.
All who draw must keep their money to the fen, and have as many cases as expected, give or take five
standard deviations; all who expect must find the same bills. Times depend on the machine, so they
are never asserted. Memory is the peak of the process above that before the run; that of its workers
is not in it. What takes less than twenty seconds runs three times, and the median counts. A whole
run writes ``members.csv`` and ``machine.json`` beside this file, which the colophon prints. Run by
``make benchmark-members``, in an environment of its own.

    python benchmarks/members.py            # to 10^6 members; writes nothing
    python benchmarks/members.py --large    # ours to 10^8
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import numpy as np  # after the number of threads is set
import pandas as pd
from machine import machine
from members_reference import simulate_plainly

from mutualaid.churn import Scenario, delay_distribution, project
from mutualaid.churn.published import period_terms
from mutualaid.members import simulate
from mutualaid.money import split_evenly

HERE = Path(__file__).parent
WHOLE = 1e8  # members of the whole plan, about, at its height


def plan(size: float) -> Scenario:
    """Return the published plan with about so many members at its height, and no caps."""
    whole = Scenario(cap_per_case=math.inf, cap_per_year=math.inf)
    path = whole.members
    assert path is not None  # the published one
    return replace(whole, members=path * (size / WHOLE))


Outcome = tuple[int, int, int]  # cases, fen charged, fen of benefits, fee and the last surplus
Draw = Callable[[float, int], Outcome]  # from size and seed
Expect = Callable[[list[Scenario]], list[np.ndarray]]  # bills of each scenario


def ours(executor: Callable[[], object] | None) -> Draw:
    """Return a run of ours, with so many workers."""

    def run(size: float, seed: int) -> Outcome:
        whole = Scenario(cap_per_case=math.inf, cap_per_year=math.inf)
        pool = executor() if executor else None
        try:
            result = simulate(whole, seed, members_scale=size / WHOLE, executor=pool)  # type: ignore[arg-type]
        finally:
            if pool is not None:
                pool.shutdown()  # type: ignore[attr-defined]
        money = int(result.benefits.sum() + result.fee.sum() + result.carried_out[-1])
        return int(result.diagnosed.sum()), int((result.bill * result.members).sum()), money

    return run


def plain(size: float, seed: int) -> Outcome:
    """Run plain loops over members."""
    rows, _, cases = simulate_plainly(plan(size), seed)
    money = sum(row["benefits"] + row["fee"] for row in rows) + rows[-1]["carried_out"]
    return len(cases), sum(row["bill"] * row["members"] for row in rows), money


class Columns:
    """People as arrays, one for each thing known of them."""

    def __init__(self) -> None:
        kinds = {"age": np.int64, "sex": np.int64, "joined": np.int64, "number": np.int64}
        self.table = {name: np.zeros(0, dtype=kind) for name, kind in kinds.items()}

    def __getitem__(self, name: str) -> np.ndarray:
        return self.table[name]

    def __len__(self) -> int:
        return len(self.table["age"])

    def older(self, chosen: np.ndarray) -> None:
        """Make some a year older."""
        self.table["age"][chosen] += 1

    def keep(self, chosen: np.ndarray) -> None:
        """Let go all but some."""
        self.table = {name: column[chosen] for name, column in self.table.items()}

    def add(self, new: dict[str, np.ndarray]) -> None:
        """Let some join."""
        self.table = {name: np.concatenate([self.table[name], new[name]]) for name in new}


class Frame(Columns):
    """The same, as a table of pandas."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = pd.DataFrame(self.table)

    def __getitem__(self, name: str) -> np.ndarray:
        values: np.ndarray = self.frame[name].to_numpy()
        return values

    def __len__(self) -> int:
        return len(self.frame)

    def older(self, chosen: np.ndarray) -> None:
        """Make some a year older."""
        self.frame.loc[chosen, "age"] += 1

    def keep(self, chosen: np.ndarray) -> None:
        """Let go all but some."""
        self.frame = self.frame[chosen].reset_index(drop=True)

    def add(self, new: dict[str, np.ndarray]) -> None:
        """Let some join."""
        self.frame = pd.concat([self.frame, pd.DataFrame(new)], ignore_index=True)


def in_columns(columns: type[Columns]) -> Draw:
    """Return a run with one row for each member, and masks, as one would write it."""

    def run(size: float, seed: int) -> Outcome:
        s, rng, people = plan(size), np.random.default_rng(seed), columns()
        terms, count = period_terms(s.first, s.last), len(s.periods)
        delays = delay_distribution(s.delay_mean, s.delay_shape, s.delay_longest)
        due: list[list[int]] = [[] for _ in range(count)]
        first = np.zeros(0, dtype=np.int64)  # notice of each member
        last = np.zeros(0, dtype=np.int64)
        pending = carried = cases = charged = money = 0
        waiting_cases: list[tuple[int, int]] = []
        for now in range(count):
            # One in 24 is a year older; who turns 60 leaves.
            people.older(rng.random(len(people)) < 1 / 24)
            old = people["age"] == 60
            last[people["number"][old]] = now - 1
            people.keep(~old)
            # Join, or leave as the path falls.
            light_now = terms.benefit_light[now]
            claim = 1 - s.light_share if light_now == 0 else 1.0
            factor = s.plan_ratio / 24
            rate = s.incidence[people["sex"], people["age"]] * factor
            late = people["joined"] + s.waiting > now
            ends = np.where(late, rate * (1 - s.accident_share) * claim, 0.0)
            assert s.members is not None
            gap = s.members[now] - pending - (1 - ends).sum()
            if gap < 0:
                gone = rng.random(len(people)) < -gap / (1 - ends).sum()
                last[people["number"][gone]] = now - 1
                people.keep(~gone)
            else:
                joins = round(gap)
                new = {
                    "age": rng.choice(60, joins, p=s.age_mix),
                    "sex": (rng.random(joins) >= s.men).astype(np.int64),
                    "joined": np.full(joins, now),
                    "number": np.arange(len(first), len(first) + joins),
                }
                first = np.concatenate([first, new["joined"]])
                last = np.concatenate([last, np.full(joins, count - 1)])
                people.add(new)
            # Fall ill or be hurt.
            rate = s.incidence[people["sex"], people["age"]] * factor
            late = people["joined"] + s.waiting > now
            ill = rate * (1 - s.accident_share) * claim
            luck = rng.random(len(people))
            sick, hurt = luck < ill, (luck >= ill) & (luck < ill + rate * s.accident_share)
            last[people["number"][sick & late]] = now - 1
            full = np.where(
                people["age"] < 40, terms.benefit_younger[now], terms.benefit_older[now]
            )
            light = sick & (rng.random(len(people)) < s.light_share) & (light_now > 0)
            benefit = np.where(light, light_now, full)
            case = (sick & ~late) | hurt
            wait = rng.choice(len(delays), int(case.sum()), p=delays)
            for number, fen, delay in zip(
                people["number"][case], benefit[case] * 100, wait, strict=True
            ):
                cases += 1
                pending += 1
                if now + delay < count:
                    due[now + delay].append(int(fen))
                    waiting_cases.append((int(number), now + int(delay)))
            people.keep(~(sick | hurt))
            # The bill, and those who leave after it.
            members, benefits = len(people) + pending, sum(due[now])
            fee = (2 * benefits * round(1000 * float(terms.fee[now])) + 1000) // 2000
            need = benefits + fee - carried
            bill = split_evenly(max(need, 0), members)
            carried = bill.surplus + max(-need, 0)
            charged += bill.share * members
            money += benefits + fee
            pending -= len(due[now])
            gone = rng.random(len(people)) < s.exit_base
            last[people["number"][gone]] = now
            people.keep(~gone)
        for number, notice in waiting_cases:
            last[number] = notice
        return cases, charged, money + carried

    return run


def mesa() -> Draw:
    """Return a run of the model of Mesa."""
    import agents  # only here: Mesa is not among the book's own libraries

    return lambda size, seed: agents.run(plan(size), seed)


#: How each way is had, and the largest plan that it runs.
WAYS: dict[str, tuple[Callable[[], Draw], float]] = {
    "ours": (lambda: ours(None), 1e8),
    "ours, 2 threads": (lambda: ours(lambda: ThreadPoolExecutor(2)), 1e8),
    "ours, 2 processes": (lambda: ours(lambda: ProcessPoolExecutor(2)), 1e8),
    "numpy, a row a member": (lambda: in_columns(Columns), 1e6),
    "pandas, a row a member": (lambda: in_columns(Frame), 1e6),
    "plain Python": (lambda: plain, 1e5),
    "Mesa, an agent a member": (mesa, 1e5),
}


def ours_expected(scenarios: list[Scenario]) -> list[np.ndarray]:
    """Return the bills of one scenario after the other."""
    return [project(scenario).bill for scenario in scenarios]


def ours_at_once(scenarios: list[Scenario]) -> list[np.ndarray]:
    """Return the bills of all scenarios, side by side."""
    return list(project(scenarios).bill)


def modelx() -> Expect:
    """Return the same of modelx, once the formulas are read."""
    import modelx  # only here, as Mesa

    cells, whole = modelx.new_model().new_space(), plan(WHOLE)
    cells.new_cells_from_module("formulas")
    cells.np, cells.terms = np, period_terms(whole.first, whole.last)
    cells.delays = delay_distribution(whole.delay_mean, whole.delay_shape, whole.delay_longest)

    def run(scenarios: list[Scenario]) -> list[np.ndarray]:
        found = []
        for scenario in scenarios:
            cells.scenario = scenario  # forgets what the one before gave
            found.append(np.array([cells.bill(t) for t in range(len(scenario.periods))]))
        return found

    return run


EXPECTED: dict[str, Callable[[], Expect]] = {
    "ours": lambda: ours_expected,
    "ours, 64 at once": lambda: ours_at_once,
    "modelx": modelx,
}


def one(name: str, size: float) -> dict[str, float]:
    """Run one way in this process; return seconds, memory, and how far its cases are off."""
    expected = project(plan(size))
    run = WAYS[name][0]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(1e3, 0)  # what is read once
    start = time.perf_counter()
    cases, charged, money = run(size, 1)
    seconds = time.perf_counter() - start
    if charged != money:
        sys.exit(f"{name}: {charged - money} fen are not accounted for")
    wanted = float(expected.diagnosed.sum())
    off = (cases - wanted) / math.sqrt(wanted)
    if abs(off) > 5:
        sys.exit(f"{name}: cases are {off:.1f} standard deviations off")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "seconds": seconds,
        "mebibytes": peak / 1024,
        "member_periods": float(expected.members.sum()),
    }


def one_expected(name: str) -> dict[str, float]:
    """Run scenarios in this process; return seconds for each, and memory."""
    scenarios = [replace(plan(WHOLE), plan_ratio=0.5 + i / 100) for i in range(64)]
    run = EXPECTED[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run([plan(WHOLE)])  # what is read once
    start = time.perf_counter()
    bills = run(scenarios)
    seconds = (time.perf_counter() - start) / len(scenarios)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if not np.allclose(bills, ours_at_once(scenarios), rtol=1e-9, atol=0):
        sys.exit(f"{name}: the bills are not those of project")
    return {"seconds": seconds, "mebibytes": peak / 1024}


def apart(*arguments: str) -> dict[str, float]:
    """Return what a process of its own told.

    The peak of a process begins with that of the one which starts it, so that the sweep, too, runs
    in one of its own.
    """
    command = [sys.executable, __file__, *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        sys.exit(told.stderr)
    found: dict[str, float] = json.loads(told.stdout)
    return found


def median(*arguments: str) -> dict[str, float]:
    """Return the run of median time; a long one runs once."""
    runs: list[dict[str, float]] = []
    while len(runs) < 3 and not (runs and runs[0]["seconds"] > 20):
        runs.append(apart(*arguments))
    return sorted(runs, key=lambda each: each["seconds"])[len(runs) // 2]


def sweep() -> dict[str, float]:
    """Return how many members a second the machine can touch, 4 bytes read and written each."""
    size = 10**8
    state = np.zeros(size, dtype=np.uint32)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        np.bitwise_xor(state, 1, out=state)
        times.append(time.perf_counter() - start)
    return {"members_per_second": size / float(np.median(times))}


def main(large: bool) -> None:
    """Print a line for each way and size; write them, if the run is a whole one."""
    about, rate = (
        machine("numpy", "pandas", "mesa", "modelx"),
        apart("--sweep")["members_per_second"],
    )
    rows: list[dict[str, str | float]] = []

    def add(kind: str, way: str, members: float, found: dict[str, float]) -> None:
        same = (row for row in rows if (row["kind"], row["members"]) == (kind, members))
        base = next(same, {"seconds": found["seconds"]})["seconds"]  # ours comes first
        speed = found.get("member_periods", math.nan) / found["seconds"]
        rows.append(
            {
                "kind": kind,
                "way": way,
                "members": members,
                "seconds": found["seconds"],
                "memory_mebibytes": found["mebibytes"],
                "million_member_periods_per_second": speed / 1e6,
                "share_of_sweep": speed / rate,
                "times_ours": found["seconds"] / float(base),
            }
        )
        told = [value for value in rows[-1].values() if isinstance(value, float)]
        print(f"{kind:9}{way:24}" + "".join(f"{value:12,.4g}" for value in told), flush=True)

    print(about)
    print(f"sweep of 4 bytes a member, one thread: {rate / 1e6:,.0f} million a second")
    heads = ("members", "seconds", "MiB", "M/s", "/ sweep", "/ ours")
    print(" " * 33 + "".join(f"{head:>12}" for head in heads))
    for size in (1e4, 1e5, 1e6, 1e7, 1e8):
        for name, (_, most) in WAYS.items():
            if size <= min(most, 1e8 if large else 1e6):
                add("drawn", name, size, median("--one", name, str(size)))
    for name in EXPECTED:
        add("expected", name, WHOLE, median("--expected", name))
    if large:
        frame = pd.DataFrame(rows).astype({"members": int})
        frame.to_csv(HERE / "members.csv", index=False, float_format="%.4g", lineterminator="\n")
        text = json.dumps(about | {"sweep_million_per_second": round(rate / 1e6)}, indent=2)
        (HERE / "machine.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    if "--one" in sys.argv:
        print(json.dumps(one(sys.argv[2], float(sys.argv[3]))))
    elif "--sweep" in sys.argv:
        print(json.dumps(sweep()))
    elif "--expected" in sys.argv:
        print(json.dumps(one_expected(sys.argv[2])))
    else:
        main("--large" in sys.argv)
