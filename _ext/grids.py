"""Compute the grids of all explorables, as many at once as there are processors.

The build would compute them one after the other. Run by ``make book`` before it; what is computed
lies in the folder that the environment variable ``MUTUALAID_CACHE`` names.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from mutualaid import explorables
from mutualaid.explore import Explorable, grid


def compute(name: str) -> tuple[str, float]:
    """Compute one grid, unless it lies there already; return its name and the seconds taken."""
    start = time.perf_counter()
    one = getattr(explorables, name)()
    if isinstance(one, Explorable):
        grid.states(one)
    return name, time.perf_counter() - start


def main() -> None:
    """Compute all grids."""
    if not os.environ.get("MUTUALAID_CACHE"):
        sys.exit("MUTUALAID_CACHE must name the folder of the grids")
    with ProcessPoolExecutor() as pool:
        for name, seconds in pool.map(compute, explorables.__all__):
            if "--verbose" in sys.argv:
                print(f"{seconds:7.1f}  {name}")


if __name__ == "__main__":
    main()
