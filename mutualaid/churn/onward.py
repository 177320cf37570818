"""What would have become of the plan if it had gone on after its last paid notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks, rules
from mutualaid.churn.engine import project
from mutualaid.churn.fit import rival
from mutualaid.churn.scenario import Scenario, many_of
from mutualaid.churn.targets import LAST_PAID
from mutualaid.periods import PER_YEAR, Period

__all__ = [
    "Outcomes",
    "SpiralMap",
    "going_on",
    "joins_then",
    "outcome",
    "smallest_pool_then",
    "spiral_map",
    "two_classes",
    "with_classes",
]

Floats = NDArray[np.float64]
Words = NDArray[np.str_]

#: Members of a plan that settles fall by less than this in its last year, as a share.
_AT_REST = 0.01
#: Slope of leaving on age where selection is full, see :func:`going_on`.
_AGE_SLOPE = -0.5
#: The rival with two risk classes.
_RIVAL = "the healthy leave first"


def two_classes() -> Scenario:
    """Return a fitted scenario with two risk classes: the rival "the healthy leave first".

    One in 20 who join has four times the risk, an assumption: no published figure tells the
    classes apart. Computed once.

    Examples
    --------
    >>> scenario = two_classes()
    >>> scenario.raised_share, scenario.raised_factor
    (0.05, 4.0)
    """
    return rival(_RIVAL).scenario


def with_classes(scenario: Scenario, share: float, factor: float) -> Scenario:
    r"""Return the scenario with other risk classes and the same claims among those who join.

    .. math:: \rho' = \rho\, \frac{1 + s (f - 1)}{1 + s' (f' - 1)}

    with plan ratio :math:`\rho`, share :math:`s` and factor :math:`f` of the raised class. Where
    accidents are many the claims are a little fewer, as the factor is on illness alone.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    share : float
        Share of the raised class among those who join.
    factor : float
        Its factor on the incidence of illness.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> round(with_classes(Scenario(plan_ratio=0.6), 0.05, 5.0).plan_ratio, 9)
    0.5
    """
    checks.number("share", share, 0, 1)
    checks.number("factor", factor)
    mean = 1 + scenario.raised_share * (scenario.raised_factor - 1)
    ratio = scenario.plan_ratio * mean / (1 + share * (factor - 1))
    return replace(scenario, raised_share=share, raised_factor=factor, plan_ratio=ratio)


def smallest_pool_then() -> int:
    """Return the smallest pool of the plan by its last terms, in members.

    Below it one full benefit costs a member more than the plan promised as the most.

    Examples
    --------
    >>> smallest_pool_then()
    3240000
    """
    plan = rules.plan("critical")
    return rules.smallest_pool_of(plan.on(plan.last))


def going_on(
    scenario: Scenario, *, exit_response: float, selection: float, joins_share: float,
    years: int = 10,
) -> Scenario:  # fmt: skip
    r"""Return the plan as if it had gone on after the last paid notice, 2021-12-1.

    Members follow the path of `scenario` to that notice, and from it on the rules: who joins is a
    constant number, and who leaves does so at the base rate or for the bill.

    Until that notice nobody leaves for the bill in the model (``exit_bill`` is 0): where the
    published path falls faster than the base rate, the rest leaves, with the same weights by age
    and risk class. So the past is that of the fit whatever the response. With the response at work
    in the past too, members who left for the bill would have to be replaced by more joins to keep
    the path: younger tenures, a lower bill, and a past that differs with each response. The weights
    do change the past a little: with more selection the published fall leaves more of the raised
    class behind.

    Parameters
    ----------
    scenario : Scenario
        With a path of members up to 2021-12-1 at least, and two risk classes if `selection` is to
        tell them apart, such as :func:`two_classes`. What is published later is not used.
    exit_response : float
        Hazard of leaving for each yuan of the bill above ``exit_reference``.
    selection : float
        From 0 (who leaves for the bill is like who stays) to 1 (the raised class never leaves for
        the bill). ``exit_raised_factor`` is 1 less it. The young leave first, too, as they are
        the healthier and can more easily buy other cover: ``exit_age_slope`` is -0.5 times it, so
        that at 1 a member of 25 is 2.7 times as likely to leave as one of 45. An assumption.
    joins_share : float
        Members who join in a half-month, as a share of the members at 2021-12-1. The number stays
        the same however few are left.
    years : int
        Years after 2021-12-1, 1 to 39.

    Raises
    ------
    TypeError
        If `scenario` is none.
    ValueError
        If a value is out of range, or the scenario has no path of members to 2021-12-1.

    Examples
    --------
    >>> longer = going_on(Scenario(), exit_response=0.002, selection=0.5, joins_share=0.005)
    >>> longer.last.label, longer.exit_raised_factor, longer.exit_age_slope
    ('2031-12-1', 0.5, -0.25)
    """
    if not isinstance(scenario, Scenario):
        raise TypeError(f"scenario must be a Scenario, got {scenario!r}")
    checks.number("exit_response", exit_response, unit="hazard")
    checks.number("selection", selection, 0, 1)
    checks.number("joins_share", joins_share, 0, 1)
    checks.whole("years", years, 1, 39)
    known = LAST_PAID - scenario.first + 1
    path = None if scenario.members is None else scenario.members[: max(known, 0)]
    if path is None or known < 1 or len(path) < known:
        raise ValueError(
            f"scenario must have a path of members up to {LAST_PAID}, got "
            f"{'none' if path is None else len(path)} of {known} periods"
        )
    later = PER_YEAR * years
    plan = replace(
        scenario,
        last=LAST_PAID + later,
        members=path,
        joins=np.zeros(known + later),
        replace_alike=False,
        exit_response=exit_response,
        exit_raised_factor=1.0 - selection,
        exit_age_slope=_AGE_SLOPE * selection,
        exit_bill=np.append(np.zeros(known - 1), np.full(later + 1, np.nan)),
    )
    return joined_by([plan], [joins_share])[0][0]


def joined_by(
    plans: Sequence[Scenario], shares: Sequence[float | None]
) -> tuple[list[Scenario], Floats]:
    """Return plans of :func:`going_on` that other shares join, and these; None is found first."""
    joined = np.array(
        [np.nan if each is None else checks.number("joins_share", each, 0, 1) for each in shares]
    )
    left_open = np.flatnonzero(np.isnan(joined))
    if len(left_open):
        joined[left_open] = joins_then([plans[place] for place in left_open.tolist()])
    changed = []
    for plan, share in zip(plans, joined.tolist(), strict=True):
        assert plan.members is not None
        known = len(plan.members)
        later = np.full(len(plan.periods) - known, share * plan.members[-1])
        changed.append(replace(plan, joins=np.append(np.zeros(known), later)))
    return changed, joined


def joins_then(plans: Sequence[Scenario]) -> Floats:
    """Return the joins with which members go on falling at the pace of the published counts.

    Nobody published who joined. The faster members leave in the model, the more must have joined to
    keep the path. This is the number for the half-month after 2021-12-1 if members fall in it at
    the same pace as before. A plan that takes it for its ``joins_share`` goes on at first as the
    counts did. Where members leave more slowly than that, nobody joined.

    Parameters
    ----------
    plans : sequence of Scenario
        Plans of :func:`going_on`; whom they let join does not matter.

    Returns
    -------
    array
        Joins in a half-month as a share of the members at 2021-12-1.

    Raises
    ------
    TypeError
        If a plan is no scenario.
    ValueError
        If a plan is none of :func:`going_on`, as its path does not end with 2021-12-1.

    Examples
    --------
    >>> plans = [
    ...     going_on(Scenario(), exit_response=each, selection=0, joins_share=0)
    ...     for each in (0, 0.01)
    ... ]
    >>> shares = joins_then(plans)
    >>> shares[0].item(), shares[1].item() > 0
    (0.0, True)
    """
    longer = []
    for each in many_of(plans):
        known = LAST_PAID - each.first + 1
        if each.members is None or len(each.members) != known or known < 2:
            raise ValueError(f"plans must have a path of members that ends with {LAST_PAID}")
        path = each.members
        acted = None if each.exit_bill is None else each.exit_bill[: known + 1]
        longer.append(
            replace(
                each,
                last=LAST_PAID + 1,
                members=np.append(path, path[-1] ** 2 / path[-2]),
                joins=None,
                exit_bill=acted,
            )
        )
    p = project(longer)
    share: Floats = p.joins[:, -1] / p.members[:, -2]
    return share


def place_of(scenarios: Sequence[Scenario], since: Period, least: int) -> int:
    """Return the place of the notice since which a plan is followed."""
    for each in scenarios:
        if not (each.first <= since and since + least <= each.last):
            raise ValueError(
                f"since must be from {each.first} to {least} half-months before {each.last}, "
                f"got {since}"
            )
    return since - scenarios[0].first


def acting_on(scenario: Scenario, place: int, bills: Floats) -> Scenario:
    """Return the scenario whose members act on given bills from a place on."""
    before = scenario.exit_bill
    acted = np.full(len(scenario.periods), np.nan) if before is None else before.copy()
    acted[place:] = bills
    return replace(scenario, exit_bill=acted)


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcomes:
    """What becomes of plans. Each array has one value for each scenario.

    Attributes
    ----------
    scenarios : tuple of Scenario
        The plans.
    since : Period
        Notice from which they are followed.
    outcome : array of str
        ``settles``, ``shrinks`` or ``collapses``, see :func:`outcome`.
    time_to_smallest_pool : array
        Half-months from `since` to the first notice with fewer members than the smallest pool;
        NaN if there is none.
    members, bill : array
        At the last notice: people, and yuan per head. The bill is NaN where the plan collapses:
        with few members and few claims the caps would decide it, and not the cost.
    bill_since : array
        At `since`, yuan per head.
    change_of_members : array
        In the last year, as a share; negative if they fall.
    balance_point : array
        Bill at the last notice if from `since` on nobody left for the bill, yuan per head.
    balance_drift : array
        Change of that bill in the last year, as a share: near 0 if it is at rest.
    """

    scenarios: tuple[Scenario, ...]
    since: Period
    outcome: Words
    time_to_smallest_pool: Floats
    members: Floats
    bill: Floats
    bill_since: Floats
    change_of_members: Floats
    balance_point: Floats
    balance_drift: Floats

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if isinstance(getattr(self, name), np.ndarray):
                getattr(self, name).setflags(write=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each scenario, units in the names of columns."""
        return pd.DataFrame(
            {
                "exit_response_per_yuan": [each.exit_response for each in self.scenarios],
                "outcome": self.outcome,
                "time_to_smallest_pool_half_months": self.time_to_smallest_pool,
                "members_at_the_end_people": self.members,
                "bill_at_the_start_yuan_per_head": self.bill_since,
                "bill_at_the_end_yuan_per_head": self.bill,
                "change_of_members_share_per_year": self.change_of_members,
                "balance_point_yuan_per_head": self.balance_point,
                "balance_drift_share_per_year": self.balance_drift,
            }
        )


def outcome(scenario: Scenario | Sequence[Scenario], *, since: Period = LAST_PAID) -> Outcomes:
    """Follow plans to their end and say what becomes of each.

    - **collapses**: at some notice after `since` there are fewer members than the smallest pool of
      the last terms, 3.24 million (:func:`smallest_pool_then`): one full benefit would cost each
      more than the 0.1 yuan that the plan promised as the most. What the rules of the model do
      with it later, as growing again from those who still join, does not count.
    - **settles**: it does not collapse, and in the last year members fall by less than 1 percent,
      or grow.
    - **shrinks**: neither.

    The balance point is the bill at the last notice of a second run, in which nobody leaves for the
    bill from `since` on. What is left of the bill above it is the work of those who left for it.
    The run may not be at rest at its end, above all where nobody joins; ``balance_drift`` tells.

    Parameters
    ----------
    scenario : Scenario or sequence of Scenario
        Plans of the same periods, such as those of :func:`going_on`.
    since : Period
        Notice from which they are followed, a year before their last or earlier.

    Returns
    -------
    Outcomes

    Raises
    ------
    TypeError
        If `scenario` is neither.
    ValueError
        If `since` lies outside, or the periods differ.

    Examples
    --------
    >>> plan = going_on(Scenario(), exit_response=0.0, selection=0.0, joins_share=0.02)
    >>> outcome(plan).outcome.tolist()
    ['settles']
    """
    many = many_of(scenario)
    place = place_of(many, since, PER_YEAR)
    alike = [acting_on(each, place, np.zeros(1)) for each in many]
    p = project([*many, *alike])
    members, bill = p.members[: len(many)], p.bill[: len(many)]
    rest = p.bill[len(many) :]
    low = members[:, place + 1 :] < smallest_pool_then()
    collapses = low.any(axis=1)
    change = _growth(members)
    settles = change > -_AT_REST
    return Outcomes(
        scenarios=many,
        since=since,
        outcome=np.where(collapses, "collapses", np.where(settles, "settles", "shrinks")),
        time_to_smallest_pool=np.where(collapses, low.argmax(axis=1) + 1.0, np.nan),
        members=members[:, -1].copy(),
        bill=np.where(collapses, np.nan, bill[:, -1]),
        bill_since=bill[:, place].copy(),
        change_of_members=change,
        balance_point=rest[:, -1].copy(),
        balance_drift=_growth(rest),
    )


def _growth(values: Floats) -> Floats:
    """Return the change in the last year as a share; 0 where there was nothing."""
    before = values[:, -1 - PER_YEAR]
    grown: Floats = np.divide(
        values[:, -1], before, out=np.ones_like(before), where=before > 0
    )  # fmt: skip
    return grown - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class SpiralMap:
    """What becomes of the plan, by the response to the bill and by selection.

    Attributes
    ----------
    responses, selections : array
        Axes: hazard per yuan, and selection from 0 to 1.
    joins_share : array, responses x selections
        Who joins in a half-month, as a share of the members at 2021-12-1.
    years : int
        Years followed.
    outcomes : Outcomes
        In the order of responses, and for each of selections.
    """

    responses: Floats
    selections: Floats
    joins_share: Floats
    years: int
    outcomes: Outcomes

    def grid(self, name: str) -> NDArray[np.generic]:
        """Return an array of the outcomes as responses x selections.

        Raises
        ------
        ValueError
            If there is no array of this name.
        """
        known = [n for n in Outcomes.__dataclass_fields__ if n not in ("scenarios", "since")]
        values: NDArray[np.generic] = getattr(self.outcomes, checks.one_of("name", name, known))
        return values.reshape(len(self.responses), len(self.selections))

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each response and selection, units in the names of columns."""
        frame = self.outcomes.to_frame()
        frame.insert(1, "selection", np.tile(self.selections, len(self.responses)))
        frame.insert(2, "joins_share_per_half_month", self.joins_share.ravel())
        return frame


def spiral_map(
    responses: Sequence[float],
    selections: Sequence[float],
    joins_share: float | None,
    *,
    scenario: Scenario | None = None,
    years: int = 10,
) -> SpiralMap:
    """Return what becomes of the plan for each response to the bill and each selection.

    Parameters
    ----------
    responses : sequence of float
        Hazards of leaving for each yuan of the bill above 3 yuan.
    selections : sequence of float
        From 0 to 1, see :func:`going_on`.
    joins_share : float or None
        Who joins in a half-month, as a share of the members at 2021-12-1; None for
        :func:`joins_then`, another for each plan, so that all go on at first as the published
        counts did.
    scenario : Scenario, optional
        The plan to 2021-12-1; if not given, :func:`two_classes`.
    years : int
        Years after 2021-12-1.

    Raises
    ------
    ValueError
        If there is no response or no selection, or a value is out of range.

    Examples
    --------
    >>> spiral_map([0.0, 0.5], [0.0], 0.0, scenario=Scenario()).grid("outcome").tolist()
    [['shrinks'], ['collapses']]
    """
    rows, columns = list(responses), list(selections)
    for name, values in (("responses", rows), ("selections", columns)):
        if not values:
            raise ValueError(f"{name} must hold at least one number, got none")
    base = two_classes() if scenario is None else scenario
    plans, joined = joined_by(
        [
            going_on(base, exit_response=each, selection=other, joins_share=0.0, years=years)
            for each in rows
            for other in columns
        ],
        [joins_share] * (len(rows) * len(columns)),
    )
    return SpiralMap(
        responses=np.array(rows, dtype=np.float64),
        selections=np.array(columns, dtype=np.float64),
        joins_share=joined.reshape(len(rows), len(columns)),
        years=years,
        outcomes=outcome(plans),
    )
