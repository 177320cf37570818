"""Eleven ways to close: the end of one plan, on the terms of each platform that ended."""

from __future__ import annotations

import pandas as pd

from mutualaid import checks
from mutualaid.churn import Projection
from mutualaid.shutdown.run_off import REPORTING_SHARE, run_off
from mutualaid.shutdown.terms import PLATFORMS

__all__ = ["ways_to_close"]


def ways_to_close(
    projection: Projection, *, reporting_share: float = REPORTING_SHARE, notices: int = 3
) -> pd.DataFrame:
    """Return who bears what, if the plan ended on the terms of each platform.

    What is divided is the same for all: the benefits of the last notices and of the tail. Who paid
    the last notices is known of Xiang Hu Bao alone; elsewhere members are taken to have paid them,
    as before. Where no source tells until when claims were taken, nobody can say what became of the
    tail.

    Parameters
    ----------
    projection : Projection
        The plan up to its last notice, of one scenario.
    reporting_share : float
        See :func:`run_off`.
    notices : int
        How many of the last notices are counted in, at least as many as a platform pays.

    Returns
    -------
    DataFrame
        A row for each platform: ``platform``, ``title``, ``known``; in yuan ``platform_yuan``,
        ``members_yuan`` (both of benefits), ``not_paid_yuan``, ``unknown_yuan`` (they add up to the
        same in each row); ``not_paid_people``; ``refunds_yuan``: shares that are paid back, apart
        from those.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If it is out of range.

    Examples
    --------
    >>> from mutualaid.churn import fit
    >>> table = ways_to_close(fit().projection).set_index("platform")
    >>> bool(table.loc["meituan", "not_paid_yuan"] < table.loc["qingsong", "not_paid_yuan"])
    True
    """
    if not isinstance(projection, Projection):
        raise TypeError(f"projection must be a Projection, got {projection!r}")
    most = len(projection.periods)
    free = max(each.free_notices or 0 for each in PLATFORMS.values())
    notices = checks.whole("notices", notices, free, most)
    last = float(projection.benefits[most - notices :].sum())
    rows = []
    for each in PLATFORMS.values():
        result = run_off(projection, each, reporting_share=reporting_share)
        paid_back = 0.0
        if each.refund == "shares":
            paid_back = float(projection.collected.sum())
        rows.append(
            {
                "platform": each.name,
                "title": each.title,
                "known": each.known,
                "platform_yuan": result.sponsor if each.known else 0.0,
                "members_yuan": last - result.last_notices + result.members,
                "not_paid_yuan": result.families,
                "unknown_yuan": 0.0 if each.known else result.tail,
                "not_paid_people": float(result.late_cases.sum()),
                "refunds_yuan": paid_back,
            }
        )
    return pd.DataFrame(rows)
