"""Whether the bill fed itself: the gain of the loop from the bill to those who leave for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks
from mutualaid.churn.engine import project
from mutualaid.churn.exits import exit_rates, response_of
from mutualaid.churn.fit import Fit, rival
from mutualaid.churn.onward import (
    acting_on,
    going_on,
    joined_by,
    outcome,
    place_of,
    with_classes,
)
from mutualaid.churn.scenario import Scenario, many_of
from mutualaid.churn.targets import LAST_PAID
from mutualaid.periods import PER_YEAR, Period

__all__ = ["AFTER", "Feedback", "feedback", "was_it_a_spiral"]

Floats = NDArray[np.float64]

#: Half-months after which the feedback is told: one year and five.
AFTER = (PER_YEAR, 5 * PER_YEAR)
#: How much higher the bill is that members act on, to measure the feedback.
_SHOCK = 0.01
#: Fits of :func:`was_it_a_spiral`: how soon claims arrive and how long a health check lasts, at
#: their ends. No fit in which claims grow each year, as that would go on for ever.
_SETS = (
    "as chosen",
    "claims take one month on average",
    "claims take three months on average",
    "the health check wears off in a year",
    "the health check wears off in six years",
)
#: Risk classes of :func:`was_it_a_spiral`: share of the raised class and its factor.
_CLASSES = ((0.05, 4.0), (0.1, 6.0))


@dataclass(frozen=True, kw_only=True, eq=False)
class Feedback:
    """By how much a higher bill makes the cost per head higher, through those who leave for it.

    Attributes
    ----------
    scenarios : tuple of Scenario
        The plans.
    since : Period
        Notice from which the bill is higher.
    after : tuple of int
        Half-months after it.
    gain : array, scenarios x after
        Percent of cost per head for each percent of the bill.
    """

    scenarios: tuple[Scenario, ...]
    since: Period
    after: tuple[int, ...]
    gain: Floats

    @property
    def feeds_itself(self) -> NDArray[np.bool_]:
        """Whether the gain is above 1, as scenarios x after."""
        return self.gain > 1

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each scenario and time."""
        count = len(self.scenarios)
        responses = [each.exit_response for each in self.scenarios]
        return pd.DataFrame(
            {
                "scenario": np.repeat(np.arange(count), len(self.after)),
                "exit_response_per_yuan": np.repeat(responses, len(self.after)),
                "after_half_months": list(self.after) * count,
                "gain_percent_per_percent": self.gain.ravel(),
                "feeds_itself": self.feeds_itself.ravel(),
            }
        )


def feedback(
    scenario: Scenario | Sequence[Scenario],
    *,
    after: Sequence[int] = AFTER,
    since: Period = LAST_PAID,
) -> Feedback:
    r"""Return the gain of the loop from the bill to those who leave, and from them to the bill.

    .. math::

        g_k = \frac{\ln c_{t + k}(1.01\, b) - \ln c_{t + k}(b)}{\ln 1.01}

    with cost per head :math:`c` (benefits over members) in a run whose members act on the bills
    :math:`b` of the plan as it goes, and in one where they act on bills that are 1 percent higher
    from the notice :math:`t` on. The bills charged differ by nothing but this, and what the first
    run's members act on is not raised again by those who leave: the loop is cut, and the gain is
    that of one turn. So it can exceed 1.

    Above 1 a rise of the bill brings a greater one, and that one a greater still: a death spiral in
    the strict sense. Between 0 and 1 each turn is smaller than the one before, and a rise is in
    the end multiplied by about 1 / (1 - gain). Below 0 it is damped: where many join, those who
    leave make room for a larger part of newcomers, who wait or are newly checked.

    Even without selection it is above 0 for a while where claims arrive late: fewer members pay for
    claims of when there were more.

    Parameters
    ----------
    scenario : Scenario or sequence of Scenario
        Plans of the same periods, such as those of :func:`going_on`.
    after : sequence of int
        Half-months after `since`, at least 1.
    since : Period
        Notice from which the bill acted on is higher.

    Returns
    -------
    Feedback

    Raises
    ------
    TypeError
        If `scenario` is neither.
    ValueError
        If a time lies outside the periods, or nothing is paid at it.

    Examples
    --------
    >>> plan = going_on(Scenario(), exit_response=0.0, selection=1.0, joins_share=0.0)
    >>> feedback(plan).gain.tolist()
    [[0.0, 0.0]]
    """
    many = many_of(scenario)
    times = tuple(checks.whole("after", each, 1) for each in after)
    if not times:
        raise ValueError("after must hold at least one time, got none")
    place = place_of(many, since, max(times))
    asis = project(many)
    acted = np.array([_acted(each, bill) for each, bill in zip(many, asis.bill, strict=True)])
    higher = project(
        [
            acting_on(each, place, (1 + _SHOCK) * bill[place:])
            for each, bill in zip(many, acted, strict=True)
        ]
    )
    places = place + np.array(times)
    costs = [p.benefits[:, places] / p.members[:, places] for p in (asis, higher)]
    if not all((each > 0).all() for each in costs):
        raise ValueError("after must be times at which members pay, got one without benefits")
    return Feedback(
        scenarios=many,
        since=since,
        after=times,
        gain=np.log(costs[1] / costs[0]) / math.log1p(_SHOCK),
    )


def _acted(scenario: Scenario, bill: Floats) -> Floats:
    """Return the bills that members act on."""
    if scenario.exit_bill is None:
        return bill
    return np.where(np.isnan(scenario.exit_bill), bill, scenario.exit_bill)


def was_it_a_spiral(
    fits: Mapping[str, Fit] | None = None,
    *,
    responses: Sequence[float] | None = None,
    selections: Sequence[float] = (0.0, 0.5, 1.0),
    joins: Sequence[float | None] = (0.0, None),
    classes: Sequence[tuple[float, float]] = _CLASSES,
    years: int = 10,
) -> pd.DataFrame:
    """Return gain and outcome over what the published figures leave open.

    Parameters
    ----------
    fits : mapping of str to Fit, optional
        Fits that count alike. If not given, five of :func:`rivals` which differ in how late claims
        arrive and in how long a health check lasts. Each is given risk classes, see
        :func:`with_classes`.
    responses : sequence of float, optional
        If not given: 0, and of :func:`response_of` for all plans (whose intervals do not overlap)
        the slope and two standard errors, and the response if the whole fall was for the bill.
    selections : sequence of float
        See :func:`going_on`.
    joins : sequence of float
        Who joins in a half-month, as a share of the members at 2021-12-1; None for
        :func:`joins_then`. 0 is a plan that nobody joins any more.
    classes : sequence of (float, float)
        Share of the raised class among those who join, and its factor.
    years : int
        Years after 2021-12-1, at least 5.

    Returns
    -------
    DataFrame
        A row for each combination: ``fit``, ``raised_share``, ``raised_factor``,
        ``exit_response_per_yuan``, ``selection``, ``joins`` (in words),
        ``joins_share_per_half_month``, ``gain_after_1_year``, ``gain_after_5_years``,
        ``largest_gain`` within 5 years, ``outcome``, ``time_to_smallest_pool_half_months``,
        ``bill_2021_12_1_yuan_per_head``, ``bill_after_5_years_yuan_per_head``,
        ``members_after_5_years_people``, ``balance_point_yuan_per_head``. What comes after a
        collapse is NaN.
    """
    checks.whole("years", years, AFTER[1] // PER_YEAR, 39)
    sets = {name: rival(name) for name in _SETS} if fits is None else dict(fits)
    if responses is None:
        rates = exit_rates()
        said = response_of(rates[rates["plan"] == "all"])
        responses = (0.0, said.high, said.all_for_the_bill)
    rows, plans = [], []
    for name, each in sets.items():
        for share, factor in classes:
            base = with_classes(each.scenario, share, factor)
            for response, selection in product(responses, selections):
                plan = going_on(base, exit_response=response, selection=selection,
                                joins_share=0.0, years=years)  # fmt: skip
                for joining in joins:
                    rows.append((name, share, factor, response, selection, joining))
                    plans.append(plan)
    plans, joined = joined_by(plans, [row[-1] for row in rows])
    frame = pd.DataFrame(
        [row[:-1] for row in rows],
        columns=["fit", "raised_share", "raised_factor", "exit_response_per_yuan", "selection"],
    )

    asis, ends = project(plans), outcome(plans)
    times = range(1, AFTER[1] + 1)
    over = ends.time_to_smallest_pool[:, None] <= np.array(times)
    gain = np.where(over, np.nan, feedback(plans, after=times).gain)
    five = LAST_PAID - asis.periods[0] + AFTER[1]
    return frame.assign(
        joins=["as before" if each[-1] is None else "given" for each in rows],
        joins_share_per_half_month=joined,
        gain_after_1_year=gain[:, AFTER[0] - 1],
        gain_after_5_years=gain[:, AFTER[1] - 1],
        largest_gain=np.fmax.reduce(gain, axis=1),
        outcome=ends.outcome,
        time_to_smallest_pool_half_months=ends.time_to_smallest_pool,
        bill_2021_12_1_yuan_per_head=ends.bill_since,
        bill_after_5_years_yuan_per_head=np.where(over[:, -1], np.nan, asis.bill[:, five]),
        members_after_5_years_people=np.where(over[:, -1], np.nan, asis.members[:, five]),
        balance_point_yuan_per_head=ends.balance_point,
    )
