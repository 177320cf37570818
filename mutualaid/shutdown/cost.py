"""What an end costs its platform: the parts, and what others said of the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from mutualaid import checks
from mutualaid.churn import Fit, that_fit
from mutualaid.history import number_of
from mutualaid.shutdown.run_off import RunOff, run_off
from mutualaid.shutdown.terms import closing_terms

__all__ = [
    "DELAYS",
    "ESTIMATES",
    "Cost",
    "Estimate",
    "closing_cost",
    "delay_for_tail",
    "other_plans",
    "tails_by_delay",
]

#: Fits that differ in how long claims take on average.
DELAYS: Mapping[str, str] = MappingProxyType(
    {
        "claims take one month on average": "one month",
        "as chosen": "two months",
        "claims take three months on average": "three months",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one source said the end would cost or had cost, yuan. What it leaves out is None.

    Attributes
    ----------
    name : str
        What a reader calls it.
    total : float
        The sum as printed.
    notices, tail, free_months : float or None
        Parts, where the source names them.
    keys : tuple of str
        Addresses of the rows.
    """

    name: str
    total: float
    notices: float | None
    tail: float | None
    free_months: float | None
    keys: tuple[str, ...]


def _estimates() -> Mapping[str, Estimate]:
    annual = "annual/{}/all/{}".format
    three = annual("2021-12-21..2022-01-21", "closure_cost_three_notices")
    forecast_three = f"{three}@kang9900-2021-12"
    late = annual("2021-12-28", "closure_forecast_late_claims")
    months = annual("2021-12-28", "closure_forecast_free_months")
    cost = annual("2021-12-28..2023-07-10", "closure_cost")
    forecast = f"{cost}@kang9900-2021-12"
    paid, told = number_of(three), number_of(cost)
    return MappingProxyType(
        {
            "paid": Estimate(
                name="the last three notices, as printed", total=paid, notices=paid, tail=None,
                free_months=None, keys=(three,),
            ),
            "forecast": Estimate(
                name="a forecast of December 2021", total=number_of(forecast),
                notices=number_of(forecast_three), tail=number_of(late),
                free_months=number_of(months),
                keys=(forecast, forecast_three, late, months),
            ),
            "told": Estimate(
                name="told in 2023: all aid since the closing notice", total=told, notices=paid,
                tail=told - paid, free_months=None, keys=(cost, three),
            ),
        }
    )  # fmt: skip


#: What was said of the cost, by name. The look back of 2023 counts aid alone; its tail is the rest
#: beyond the three notices.
ESTIMATES: Mapping[str, Estimate] = _estimates()


def other_plans() -> float:
    """Return the benefits of the other plans for each yuan of the critical plan's, to the closing.

    The model knows the critical plan alone. Assumption: the tail of the others was in the same
    proportion.

    Examples
    --------
    >>> round(other_plans(), 4)
    0.1106
    """
    return number_of("annual/..2021-12-28/all/benefits_other_plans") / number_of(
        "annual/..2021-12-28/critical/benefits"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the end costs the platform, yuan.

    Attributes
    ----------
    notices : float
        The last notices, paid in the place of members.
    tail : float
        Claims incurred before the end and paid after it.
    free_months : float
        Premiums of the free months of insurance, if the platform paid them; no source tells.
    handling : float
        Work on the claims of both, at the rate of the fee that nobody pays any more.
    """

    notices: float
    tail: float
    free_months: float
    handling: float

    @property
    def aid(self) -> float:
        """What is paid to people who fell ill."""
        return self.notices + self.tail

    @property
    def total(self) -> float:
        """All parts."""
        return self.aid + self.free_months + self.handling


def closing_cost(result: RunOff, *, all_plans: bool = True, moved: float = 0.0) -> Cost:
    """Return the parts of what an end costs the platform.

    Parameters
    ----------
    result : RunOff
        Of the critical plan.
    all_plans : bool
        Count the other plans too, see :func:`other_plans`.
    moved : float
        Members who take the insurance with its free months, people.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a number is out of range.

    Notes
    -----
    A free month is priced at 12 yuan, a round figure for a member of median age in the sources.

    Examples
    --------
    >>> from mutualaid.churn import Scenario
    >>> cost = closing_cost(run_off(Scenario(), closing_terms("xiang-hu-bao")), moved=12e6)
    >>> round(cost.free_months / 1e6)
    432
    """
    if not isinstance(result, RunOff):
        raise TypeError(f"result must be a RunOff, got {result!r}")
    checks.boolean("all_plans", all_plans)
    checks.number("moved", moved, unit="people")
    factor = 1 + other_plans() if all_plans else 1.0
    month = number_of("premiums/transfer-critical/both/30/34/100000/month")
    months = number_of("platform_facts/xiang-hu-bao/transfer_free_months/2021-12-28")
    by_members = result.after & result.terms.members_pay_tail
    return Cost(
        notices=factor * result.last_notices,
        tail=factor * (result.sponsor - result.last_notices),
        free_months=moved * month * months,
        handling=factor * float(result.handling[~by_members].sum()),
    )


def tails_by_delay(fits: Mapping[str, Fit] | None = None) -> pd.DataFrame:
    """Return the cost of the end as it was, for fits with another mean delay of claims.

    Returns
    -------
    DataFrame
        ``delay`` (words), ``mean_delay_months``, ``notices_yuan``, ``tail_yuan``, ``aid_yuan``,
        of all plans.
    """
    fits = that_fit() if fits is None else fits
    terms = closing_terms("xiang-hu-bao")
    rows = []
    for name, words in DELAYS.items():
        cost = closing_cost(run_off(fits[name].projection, terms))
        months = fits[name].scenario.delay_mean / 2
        rows.append((words, months, cost.notices, cost.tail, cost.aid))
    return pd.DataFrame(
        rows,
        columns=["delay", "mean_delay_months", "notices_yuan", "tail_yuan", "aid_yuan"],
    )


def delay_for_tail(tail: float | Sequence[float], table: pd.DataFrame | None = None) -> list[float]:
    """Return the mean delay of claims at which the model's tail is as large, in months.

    Read off a straight line through the nearest two of the fits with one, two and three months;
    beyond them the line goes on.

    Parameters
    ----------
    tail : float or sequence of float
        Yuan, of all plans.
    table : DataFrame, optional
        As of :func:`tails_by_delay`.

    Raises
    ------
    ValueError
        If a tail is below 0.
    """
    wanted = [tail] if isinstance(tail, int | float) else list(tail)
    for each in wanted:
        checks.number("tail", each, unit="yuan")
    known = tails_by_delay() if table is None else table
    x = known["tail_yuan"].to_numpy(dtype=np.float64)
    y = known["mean_delay_months"].to_numpy(dtype=np.float64)
    found = []
    for each in wanted:
        place = int(np.clip(np.searchsorted(x, each) - 1, 0, len(x) - 2))
        slope = (y[place + 1] - y[place]) / (x[place + 1] - x[place])
        found.append(float(y[place] + slope * (each - x[place])))
    return found
