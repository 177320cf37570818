"""How fast members left, as far as published counts tell, and whether the bill drove them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from mutualaid import checks, history
from mutualaid.churn.scenario import Scenario
from mutualaid.periods import Period

__all__ = ["Response", "exit_rates", "net_fall", "response_of"]

#: Published counts from here on tell who left: the highest count known.
_FALLING = Period(2020, 11, 1)


def net_fall(before: float, after: float, half_months: float) -> float:
    r"""Return the rate at which members fell between two counts, per half-month.

    .. math:: r = \frac{\ln N_0 - \ln N_1}{n}

    The rate is compounded continuously: each half-month loses the share :math:`1 - e^{-r}`, which
    is of nearly the same size where the rate is small. Exits less joins; negative where members
    grew.

    Parameters
    ----------
    before, after : float
        The two counts, above 0.
    half_months : float
        Time between them, above 0.

    Raises
    ------
    ValueError
        If one of them is not above 0.

    Examples
    --------
    >>> round(net_fall(100, 81, 2), 3)
    0.105
    """
    for name, value in (("before", before), ("after", after), ("half_months", half_months)):
        checks.number(name, value, above=True)
    return math.log(before / after) / half_months


def exit_rates() -> pd.DataFrame:
    """Return by how much members fell between published counts, and the bill in between.

    Counts of sharers of all plans and of the critical plan from the highest one, 2020-11-1, on.
    Rounded counts ("about", "over") are left out; those of ``membership.csv`` are rounded too, or
    have become counts of the notices already. The bill is that of the critical plan, to which
    some 95 of 100 sharers belonged. Where no bill is published it is read off a straight line
    between those before and after it.

    Who leaves after a notice is missing at the next, so that between the counts of two notices the
    bills of the first up to the one before the last tell.

    Returns
    -------
    DataFrame
        ``plan``, ``first``, ``last``, ``half_months``, ``members_first_people``,
        ``members_last_people``, ``net_fall_share_per_half_month`` (of the logarithm),
        ``bill_yuan_per_head`` (the mean), ``bills_published`` (how many of them) and ``keys``.

    Examples
    --------
    >>> exit_rates()["plan"].value_counts().to_dict()
    {'all': 9, 'critical': 2}
    """
    bills = history.series("critical", "share")
    places = np.array([each.number for each in bills["period"]])
    values = bills["value"].to_numpy(dtype=np.float64)
    rows = []
    for plan in ("all", "critical"):
        counts = history.series(plan, "sharers")
        counts = counts[(counts["approx"] == "") | counts["approx"].isna()]
        counts = counts[[each >= _FALLING for each in counts["period"]]]
        known = list(zip(counts["period"], counts["value"], strict=True))
        for (first, before), (last, left) in pairwise(known):
            length = last - first
            between = np.arange(first.number, last.number)
            mean = float(np.interp(between, places, values).mean())
            found = [first + int(n) for n in np.flatnonzero(np.isin(between, places))]
            keys = [f"notices/{each}/{plan}/sharers" for each in (first, last)]
            keys += [f"notices/{each}/critical/share" for each in found]
            rows.append(
                (plan, first.label, last.label, length, before, left,
                 net_fall(before, left, length), mean, len(found), "; ".join(keys))
            )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["plan", "first", "last", "half_months", "members_first_people",
                 "members_last_people", "net_fall_share_per_half_month", "bill_yuan_per_head",
                 "bills_published", "keys"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The slope of the net fall of members on the bill.

    Attributes
    ----------
    slope : float
        Share of members per half-month for each yuan of the bill.
    standard_error : float
        Of the slope.
    at_three : float
        Fall on the line at a bill of 3 yuan, share per half-month.
    high : float
        Slope and two standard errors, or 0 if that is negative.
    all_for_the_bill : float
        Mean fall for each yuan of the mean bill above 3 yuan: the response if joins made up for
        every other exit, and the whole fall was for the bill.
    intervals : int
        How many it rests on.
    """

    slope: float
    standard_error: float
    at_three: float
    high: float
    all_for_the_bill: float
    intervals: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row."""
        return pd.DataFrame(
            {
                "slope_share_per_yuan": [self.slope],
                "standard_error_share_per_yuan": [self.standard_error],
                "fall_at_3_yuan_share_per_half_month": [self.at_three],
                "slope_and_two_errors_share_per_yuan": [self.high],
                "all_for_the_bill_share_per_yuan": [self.all_for_the_bill],
                "intervals": [self.intervals],
            }
        )


def response_of(rates: pd.DataFrame) -> Response:
    r"""Return the slope of the net fall on the bill, by least squares.

    .. math:: f_i = a + r\, b_i + e_i

    with the fall per half-month :math:`f` and the mean bill :math:`b` of each interval, weighted by
    its length. The standard error takes the intervals for independent. Those of two plans at the
    same time are not, so that it is too small.

    It is a bound of what can be learned, and no measurement. Who joined is not known, so that exits
    are not seen, only exits less joins; a fall of joins as the bill rose looks like exits. And the
    bill hardly did anything but rise, so that whatever else drove members away with time (rumors,
    the closing of other plans) is in the slope or hides it.

    Parameters
    ----------
    rates : DataFrame
        As from :func:`exit_rates`.

    Raises
    ------
    ValueError
        If there are fewer than three intervals, or all have one bill.
    """
    x = rates["bill_yuan_per_head"].to_numpy(dtype=np.float64)
    y = rates["net_fall_share_per_half_month"].to_numpy(dtype=np.float64)
    w = rates["half_months"].to_numpy(dtype=np.float64)
    if len(x) < 3 or np.ptp(x) == 0:
        raise ValueError(f"rates must hold at least 3 intervals with different bills, got {len(x)}")
    reference = Scenario().exit_reference
    w = w / w.sum()
    middle = float(w @ x)
    spread = float(w @ (x - middle) ** 2)
    slope = float(w @ ((x - middle) * y)) / spread
    level = float(w @ y)
    misses = y - level - slope * (x - middle)
    error = math.sqrt(float(w @ misses**2) / (len(x) - 2) / spread)
    return Response(
        slope=slope,
        standard_error=error,
        at_three=level + slope * (reference - middle),
        high=max(slope + 2 * error, 0.0),
        all_for_the_bill=max(level / (middle - reference), 0.0) if middle > reference else math.inf,
        intervals=len(x),
    )
