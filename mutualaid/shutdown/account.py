"""The platform's account: what a year brought it, and what stopping at its end would have cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutualaid import checks, history
from mutualaid.churn import Projection, project
from mutualaid.periods import Period
from mutualaid.shutdown.cost import closing_cost, other_plans
from mutualaid.shutdown.run_off import ended_at, run_off
from mutualaid.shutdown.terms import closing_terms

__all__ = ["insurance_per_member", "yearly_account"]

#: The year of which the fee and its uses were published.
_KNOWN = 2020


def insurance_per_member() -> float:
    """Return what another platform earned from insurance for each of its members, yuan a year.

    Waterdrop in 2019: first-year premiums of people who came from its mutual aid, times what it
    kept of a premium, over its sharers at the peak of that year. Xiang Hu Bao published nothing
    like it.

    Examples
    --------
    >>> 3 < insurance_per_member() < 5
    True
    """
    row = "platform_facts/waterdrop/{}/2019".format
    premiums = history.number_of(row("first_year_premiums_via_mutual_aid"))
    kept = history.number_of(row("insurance_revenue")) / history.number_of(
        row("first_year_premiums")
    )
    return premiums * kept / history.number_of(row("sharers_peak"))


def yearly_account(projection: Projection, *, per_member: float | None = None) -> pd.DataFrame:
    r"""Return a simple account of the platform by year. An illustration around one known year.

    Of 2020 the fee received is published, and that over two fifths of it went to inquiry. The model
    gives how fee and cases of the other years stand to it. Inquiry costs are taken to go with the
    people helped, all else to be the same each year, and the year 2020 to break even, as the
    platform said that it made no profit:

    .. math::

        \text{left}_y = F_{2020} \left( \frac{f_y}{f_{2020}} - q \frac{h_y}{h_{2020}}
        - (1 - q) \right)

    with the published fee :math:`F`, the model's fee :math:`f` and people helped :math:`h`, and
    the share of inquiry :math:`q`.

    Parameters
    ----------
    projection : Projection
        Of one scenario, from 2019 to 2021 at least.
    per_member : float, optional
        Yuan a year earned from insurance for each member; :func:`insurance_per_member` if not
        given.

    Returns
    -------
    DataFrame
        A row for each year: ``year``, ``fee_yuan``, ``inquiry_yuan``, ``other_costs_yuan``,
        ``left_yuan``, ``insurance_yuan``, ``members_people`` (mean over the year), and
        ``closing_yuan``: aid that the platform would have to pay had the plan ended with the last
        notice of the year on the terms of Xiang Hu Bao, all plans.

    Raises
    ------
    TypeError
        If `projection` is none.
    ValueError
        If it is a batch or does not hold the years, or a number is out of range.

    Examples
    --------
    >>> from mutualaid.churn import fit
    >>> table = yearly_account(fit().projection).set_index("year")
    >>> abs(round(table.loc[2020, "left_yuan"])), bool(table.loc[2021, "left_yuan"] > 0)
    (0, True)
    """
    if not isinstance(projection, Projection):
        raise TypeError(f"projection must be a Projection, got {projection!r}")
    if projection.batch:
        raise ValueError("projection must be of one scenario, got a batch")
    each = insurance_per_member() if per_member is None else per_member
    checks.number("per_member", each, unit="yuan")
    years = np.array([period.year for period in projection.periods])
    wanted = (2019, _KNOWN, 2021)
    if any((years == year).sum() != 24 for year in wanted):
        raise ValueError("projection must hold every notice of 2019 to 2021")
    received = history.number_of(f"annual/{_KNOWN}/all/fee_received")
    share = history.number_of(f"annual/{_KNOWN}/all/fee_share_inquiry")

    def total(values: np.ndarray, year: int) -> float:
        return float(values[years == year].sum())

    rows = []
    for year in wanted:
        fee = received * total(projection.fee, year) / total(projection.fee, _KNOWN)
        cases = total(projection.helped, year) / total(projection.helped, _KNOWN)
        members = total(projection.members, year) / 24 * (1 + other_plans())
        ended = project(ended_at(projection.scenarios[0], Period(year, 12, 2)))
        cost = closing_cost(run_off(ended, closing_terms("xiang-hu-bao")))
        rows.append(
            (year, fee, received * share * cases, received * (1 - share),
             fee - received * share * cases - received * (1 - share), each * members, members,
             cost.aid)
        )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["year", "fee_yuan", "inquiry_yuan", "other_costs_yuan", "left_yuan",
                 "insurance_yuan", "members_people", "closing_yuan"],
    )  # fmt: skip
