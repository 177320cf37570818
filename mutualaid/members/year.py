"""The books of one year of the plan, simulated at true size with the scenario of the fit."""

from __future__ import annotations

from functools import cache

from mutualaid import checks
from mutualaid.churn import fit
from mutualaid.members.books import Books
from mutualaid.members.simulate import simulate
from mutualaid.periods import FIRST, LAST, Period

__all__ = ["simulated_year"]


def simulated_year(year: int = 2020, *, seed: int = 2020) -> Books:
    """Return the books of one calendar year of the plan, drawn at true size: nobody is real.

    The scenario is that of :func:`~mutualaid.churn.fit`, with each estimate rounded to three
    digits: its last bits differ among machines, and would draw other people there. The run begins
    with the plan, so that the year opens with members, pending cases and a surplus.

    Parameters
    ----------
    year : int
        2019 to 2021.
    seed : int
        Beginning of the random numbers, at least 0.

    Returns
    -------
    Books
        The same object for the same year and seed.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    # The plan began within 2018, and ended within 2022.
    year = checks.whole("year", year, FIRST.year, LAST.year - 1)
    return _simulated_year(year, checks.whole("seed", seed))


@cache
def _simulated_year(year: int, seed: int) -> Books:
    run = simulate(fit().rounded(3), seed, histories=False)
    return run.books(Period(year, 1, 1), Period(year, 12, 2))
