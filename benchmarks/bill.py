"""One notice charged to every member by itself: our way beside plain pandas, in one run.

Members differ in arrears, in what they paid this year, and in whether they pay. Both ways must
give the same charges and sums to the fen. Each runs in a process of its own, so that its peak
memory is its own. Times depend on the machine, so they are printed and never asserted. Run by
``make benchmark``; at true size by ``python benchmarks/bill.py --members 100000000``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import time

import numpy as np
import numpy.typing as npt
import pandas as pd

from mutualaid.sharing import charge_each, settle

#: The last bill that members paid, 7.02 yuan, under the cap for a year of 2019.
BENEFIT = 650
CAP_PER_YEAR = 18_800
ROUNDS = 3
_BLOCK = 1 << 20

Arrays = tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_], npt.NDArray[np.int32]]
Result = tuple[npt.NDArray[np.int32], int, int, int]


def plan(members: int) -> Arrays:
    """Return arrears, who pays, and what each paid this year; built in blocks."""
    rng = np.random.default_rng(2021)
    owed = np.empty(members, dtype=np.int32)
    pays = np.empty(members, dtype=bool)
    paid = np.empty(members, dtype=np.int32)
    for start in range(0, members, _BLOCK):
        size = min(_BLOCK, members - start)
        block = slice(start, start + size)
        late = rng.random(size, dtype=np.float32) < 0.05
        owed[block] = late * rng.integers(1, 1_500, size, dtype=np.int32)
        pays[block] = rng.random(size, dtype=np.float32) < 0.96
        paid[block] = rng.integers(0, 19_000, size, dtype=np.int32)
    return owed, pays, paid


def ours(share: int, owed: npt.NDArray[np.int32], pays: npt.NDArray[np.bool_],
         paid: npt.NDArray[np.int32]) -> Result:  # fmt: skip
    """Charge with the package."""
    charges = charge_each(
        share, owed=owed, pays=pays, paid_this_year=paid, cap_per_year=CAP_PER_YEAR
    )
    return charges.charge, charges.collected, charges.arrears, charges.sponsor


def plain(share: int, frame: pd.DataFrame) -> Result:
    """Charge with whole columns, as one would write it in pandas."""
    part = (CAP_PER_YEAR - frame["paid"]).clip(0, share)
    charge = part + frame["owed"]
    collected = charge.where(frame["pays"], 0)
    return (
        charge.to_numpy(),
        int(collected.sum()),
        int((charge - collected).sum()),
        int((share - part).sum()),
    )


def measure(way: str, members: int) -> dict[str, object]:
    """Run one way in this process: best time, peak memory, and a digest of what came out."""
    owed, pays, paid = plan(members)
    share = settle(benefits=[BENEFIT * members], members=members).share
    frame = pd.DataFrame({"owed": owed, "pays": pays, "paid": paid}, copy=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = ours(share, owed, pays, paid) if way == "ours" else plain(share, frame)
        times.append(time.perf_counter() - start)
        charge, *sums = result
        digest = hashlib.sha256(np.ascontiguousarray(charge)).hexdigest()
        del result, charge
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": min(times),
        "peak": peak / 1024,
        "above": (peak - before) / 1024,
        "output": [digest, *sums],
    }


def main() -> None:
    """Print one line for each way, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=10**7)
    parser.add_argument("--way", choices=("ours", "plain"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(measure(asked.way, asked.members)))
        return
    found = {}
    for way in ("ours", "plain"):
        command = [sys.executable, __file__, "--members", str(asked.members), "--way", way]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[way] = json.loads(done.stdout)
    if found["ours"]["output"] != found["plain"]["output"]:
        sys.exit("the two ways do not agree to the fen")
    print(f"one notice, {asked.members:,} members, best of {ROUNDS}; same output to the fen")
    print(f"{'way':8} {'seconds':>8} {'peak MiB':>9} {'above the inputs, MiB':>22}")
    for way, name in (("ours", "package"), ("plain", "pandas")):
        one = found[way]
        print(f"{name:8} {one['seconds']:8.3f} {one['peak']:9.0f} {one['above']:22.0f}")
    time_ratio = found["plain"]["seconds"] / found["ours"]["seconds"]
    memory_ratio = found["plain"]["peak"] / found["ours"]["peak"]
    print(f"pandas takes {time_ratio:.1f} times as long and {memory_ratio:.1f} times the memory")


if __name__ == "__main__":
    main()
