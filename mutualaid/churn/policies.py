"""Could it have been saved? Other rules from the first day, as changes of one scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks, history, sharing
from mutualaid.churn.engine import project
from mutualaid.churn.onward import two_classes
from mutualaid.churn.projection import Projection
from mutualaid.churn.published import AGES, FIRST, LAST, age_boundary, period_terms
from mutualaid.churn.scenario import Scenario
from mutualaid.churn.targets import LAST_PAID
from mutualaid.periods import PER_YEAR, Period

__all__ = [
    "AS_IT_WAS",
    "POLICIES",
    "STRENGTHS",
    "Policy",
    "PolicyComparison",
    "as_it_was",
    "compare_policies",
    "ever_joined",
]

Floats = NDArray[np.float64]
#: A policy: a scenario and a strength in, a scenario out.
Policy = Callable[[Scenario, int], Scenario]

#: What tables call the plan without a policy.
AS_IT_WAS = "as it was"
#: How strongly a policy is pursued; each policy says what its three strengths mean.
STRENGTHS = (1, 2, 3)
#: People who ever joined, with those who left; from a former employee's memory.
_EVER_JOINED = "membership/2021-12-29/all/ever_joined"
#: Ages whose bills a comparison shows.
_YOUNG, _OLD = 25, 55


def ever_joined() -> float:
    """Return how many people had ever joined by the end of 2021, as published: over 150 million.

    A former employee's memory, of all plans together; taken here for the critical plan, to which
    nearly all belonged, and for a number instead of a bound. The day before, a news agency wrote of
    over 100 million served (``membership/2021-12-28/all/ever_joined``), a weaker bound.

    Examples
    --------
    >>> f"{ever_joined():,.0f}"
    '150,000,000'
    """
    value = history.fact(_EVER_JOINED).value
    assert value is not None
    return float(value)


@cache
def _as_it_was() -> Scenario:
    return _left_free(two_classes(), None)


def as_it_was(
    scenario: Scenario | None = None, *, exit_response: float | None = None, years: int = 0
) -> Scenario:
    """Return the plan with members left free: who joins is given, who leaves follows from rules.

    Run, it gives the path of members again that `scenario` follows, and its bills. Under other
    rules members may then be more or fewer. All of it is assumed:

    - ``joins`` are the number that, with the exits of the model, makes members follow the path.
      They would be the same under other rules, unless a policy says otherwise.
    - ``exit_base`` is such that those who ever joined by 2021-12-1 come to :func:`ever_joined`. The
      model does not know who comes back, and counts him twice.
    - ``exit_response`` is the smallest with which no fall of the path is left unexplained: in each
      half-month at least as many leave, at the base rate or for the bill, as the path asks for.
      So the whole fall is put down to the bill and the base rate. The published counts ask for no
      response, see :func:`mutualaid.churn.exit_rates`: it is one reading.
    - Who leaves for the bill is selected as `scenario` says.

    Parameters
    ----------
    scenario : Scenario, optional
        With a path of members for all its periods. If not given, :func:`two_classes`, and the
        result is computed once.
    exit_response : float, optional
        Another response, not smaller than the smallest. Then ``exit_base`` is that of the smallest,
        and more have to join to make up for those who leave: those who ever joined are another
        number.
    years : int
        Years for which the plan goes on after 2021-12-1, at most 39, with as many joining in each
        half-month as at that notice. If 0, to the last notice of `scenario`.

    Raises
    ------
    TypeError
        If `scenario` is none.
    ValueError
        If it has no path of members, nobody could have joined so often, or a fall of the path is
        left with the response given.

    Examples
    --------
    >>> plan = as_it_was()
    >>> plan.members is None, 0 < plan.exit_response < 0.005
    (True, True)
    """
    checks.whole("years", years, 0, 39)
    if exit_response is not None:
        checks.number("exit_response", exit_response, unit="hazard")
    if scenario is None and exit_response is None:
        plan = _as_it_was()
    else:
        scenario = two_classes() if scenario is None else scenario
        if not isinstance(scenario, Scenario):
            raise TypeError(f"scenario must be a Scenario, got {scenario!r}")
        plan = _left_free(scenario, exit_response)
    if years == 0:
        return plan
    assert plan.joins is not None
    joins = plan.joins[: LAST_PAID - plan.first + 1]
    later = PER_YEAR * years
    return replace(plan, last=LAST_PAID + later, joins=np.append(joins, np.full(later, joins[-1])))


def _left_free(scenario: Scenario, exit_response: float | None) -> Scenario:
    scenario = replace(scenario, replace_alike=False)
    whole = scenario.members is not None and scenario.joins is None
    if not whole or scenario.first != FIRST or scenario.last < LAST_PAID:
        raise ValueError(
            f"scenario must have a path of members from {FIRST} to {LAST_PAID} or later, got "
            f"{'one' if whole else 'none for all periods'} from {scenario.first} to {scenario.last}"
        )
    wanted, last = ever_joined(), LAST_PAID - scenario.first + 1

    def joined(base: float) -> tuple[float, float]:
        response, p = _smallest_response(replace(scenario, exit_base=base))
        return response, float(p.joins[:last].sum()) - wanted

    # More leave at a higher base rate, and more must have joined: one crossing, found by secants.
    low, high = 0.0, scenario.exit_base or 0.01
    (_, least), (response, gap) = joined(low), joined(high)
    if least > 0:
        raise ValueError(
            f"scenario must let {wanted:,.0f} people join, got {least + wanted:,.0f} without a "
            "base rate of leaving"
        )
    for _ in range(50):
        if abs(gap) < 1e-7 * wanted:
            break
        low, least, high = high, gap, max(high - gap * (high - low) / (gap - least), 0.0)
        response, gap = joined(high)
    else:
        raise ValueError(f"scenario must let {wanted:,.0f} people join, and none near it does")
    free = replace(scenario, exit_base=high, exit_response=response)
    if exit_response is not None:
        if exit_response < response:
            raise ValueError(
                f"exit_response must be at least {response:g}, with which no fall of the path is "
                f"left, got {exit_response!r}"
            )
        free = replace(free, exit_response=exit_response)
    return replace(free, members=None, joins=project(free).joins)


def _smallest_response(scenario: Scenario) -> tuple[float, Projection]:
    """Return the smallest response with which the path falls by nobody else, and the run."""
    response = 0.001
    for _ in range(60):
        p = project(replace(scenario, exit_response=response))
        left, missing = p.left_bill[:-1], p.path[1:]
        short = missing > 0
        if not short.any():
            # Too strong: the smallest is below, if it is not nothing at all.
            response /= 2
            if response < 1e-9:
                return 0.0, p
            continue
        if (left[short] <= 0).any():
            raise ValueError("scenario must fall only where the bill is above exit_reference")
        factor = float((1 + missing[short] / left[short]).max())
        # Who leaves is nearly in proportion to a small response, and a little less.
        response *= factor
        if factor < 1 + 1e-10:
            break
    response *= 1 + 1e-9  # a hair more, so that nobody is missing by rounding
    return response, project(replace(scenario, exit_response=response))


# ---- policies -----------------------------------------------------------------------------


def _level(strength: int) -> int:
    """Return the place of a strength."""
    return checks.whole("strength", strength, STRENGTHS[0], STRENGTHS[-1]) - STRENGTHS[0]


def _fewer(scenario: Scenario, share: float) -> Floats:
    """Return joins of which a share stays away."""
    if scenario.joins is None:
        raise ValueError("scenario must have joins, got a path of members")
    return np.asarray(scenario.joins * (1 - share))


def fair_by_band(scenario: Scenario) -> Floats:
    r"""Return what each age would pay if each band of ages bore its own expected cost.

    .. math::

        f_a = \frac{\sum_{x \in a} m_x i_x b_x / \sum_{x \in a} m_x}{\sum_x m_x i_x b_x}

    with the mix of ages of those who join :math:`m`, incidence :math:`i` (both sexes, by ``men``)
    and the benefit :math:`b` by the last terms, over the bands ``sharing.AGE_BANDS``. The mean over
    the mix is 1. The benefit from 40 on is a third of that before, so that those of 40 to 49 cost
    about as much as those of 30 to 39.

    Parameters
    ----------
    scenario : Scenario
        The plan.

    Returns
    -------
    array of 60
        Share of each age in relation to the mean.
    """
    terms = period_terms(LAST, LAST, scenario.rules_on)
    younger, older = (
        float(term[0]) if said is None else said
        for said, term in (
            (scenario.benefit_younger, terms.benefit_younger),
            (scenario.benefit_older, terms.benefit_older),
        )
    )
    sexes = np.array([scenario.men, 1 - scenario.men])
    ages = np.arange(AGES)
    cost = (sexes @ scenario.incidence) * np.where(ages < age_boundary(), younger, older)
    fair = np.ones(AGES)
    for low, high in sharing.AGE_BANDS:
        band = (ages >= low) & (ages <= high)
        people = scenario.age_mix[band].sum()
        fair[band] = (scenario.age_mix[band] @ cost[band]) / people if people > 0 else 0.0
    return np.asarray(fair / (scenario.age_mix @ fair))


def _age_bands(scenario: Scenario, strength: int) -> Scenario:
    """Let the bill depend on age, in four bands.

    Strengths 1, 2, 3: one third, two thirds, the whole of the way from equal shares to
    :func:`fair_by_band`. The incidence table is taken for the true relation of ages; joins are
    as they were, though a fairer bill might draw the young.
    """
    way = (_level(strength) + 1) / len(STRENGTHS)
    return replace(scenario, share_by_age=1 + way * (fair_by_band(scenario) - 1))


def _growing_benefit(scenario: Scenario, strength: int) -> Scenario:
    """Let the benefit grow with time in the plan, over ``select_years``.

    Strengths: right after the waiting time 0.7, 0.5, 0.3 of the benefit is paid. Joins are as they
    were, though less is promised.
    """
    return replace(scenario, benefit_start=(0.7, 0.5, 0.3)[_level(strength)])


def _entry_test(scenario: Scenario, strength: int) -> Scenario:
    """Examine the health of those who want to join.

    Strengths: the raised class is 0.75, 0.5, 0.25 of what it was among those who join, and 5, 10,
    20 percent fewer join: those refused, and those who shun the trouble. What a test would cost
    is left out.
    """
    place = _level(strength)
    return replace(
        scenario,
        raised_share=scenario.raised_share * (0.75, 0.5, 0.25)[place],
        joins=_fewer(scenario, (0.05, 0.1, 0.2)[place]),
    )


def _telling(scenario: Scenario, strength: int) -> Scenario:
    """Tell those who join what bill to expect.

    Strengths: nobody leaves for a bill up to 1, 2, 3 yuan higher than it was, and 5, 10, 20 percent
    fewer join. That a bill foretold drives nobody away is the assumption.
    """
    place = _level(strength)
    return replace(
        scenario,
        exit_reference=scenario.exit_reference + (1.0, 2.0, 3.0)[place],
        joins=_fewer(scenario, (0.05, 0.1, 0.2)[place]),
    )


def _longer_waiting(scenario: Scenario, strength: int) -> Scenario:
    """Let new members wait longer for cover of illness.

    Strengths: 9, 12, 24 half-months in place of 6. Who falls ill while waiting leaves unpaid, as
    before. Joins are as they were.
    """
    return replace(scenario, waiting=(9, 12, 24)[_level(strength)])


def _stricter_inquiry(scenario: Scenario, strength: int) -> Scenario:
    """Inquire more strictly into claims.

    Strengths: 5, 10, 20 percent fewer claims are paid, and the mean delay is 0.5, 1, 2 half-months
    longer. Those refused stay as members and may claim again, and nobody leaves in anger. What
    inquiry costs is in the fee as it was.
    """
    place = _level(strength)
    return replace(
        scenario,
        plan_ratio=scenario.plan_ratio * (0.95, 0.9, 0.8)[place],
        delay_mean=scenario.delay_mean + (0.5, 1.0, 2.0)[place],
    )


def _laxer_inquiry(scenario: Scenario, strength: int) -> Scenario:
    """Inquire less strictly into claims.

    Strengths: 5, 10, 20 percent more claims are paid, and the mean delay is 0.5, 1, 2 half-months
    shorter, but not below 0. That laxity would draw more claims in time is left out.
    """
    place = _level(strength)
    return replace(
        scenario,
        plan_ratio=scenario.plan_ratio * (1.05, 1.1, 1.2)[place],
        delay_mean=max(scenario.delay_mean - (0.5, 1.0, 2.0)[place], 0.0),
    )


def _higher_fee(scenario: Scenario, strength: int) -> Scenario:
    """Take a fee that covers what running the plan costs.

    Strengths: 10, 12, 15 percent of the benefits, in place of 10 percent to November 2018 and 8
    percent since. What the plan cost is not known (:func:`mutualaid.sharing.compare_fees`): of the
    fee received in 2020 two fifths each went to inquiry and to technology. 10 percent is what the
    plan took as an insurance. Joins are as they were, and a yuan of fee is minded like any other.
    """
    return replace(scenario, fee=(0.10, 0.12, 0.15)[_level(strength)])


#: Policies by name. Each is in force from the first day; what is not said stays as it was.
POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "shares by bands of age": _age_bands,
        "a benefit that grows with time": _growing_benefit,
        "a health test at entry": _entry_test,
        "telling the bill to expect": _telling,
        "a longer waiting time": _longer_waiting,
        "stricter inquiry": _stricter_inquiry,
        "laxer inquiry": _laxer_inquiry,
        "a higher fee": _higher_fee,
    }
)


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyComparison:
    """Plans under other rules, beside the plan as it was.

    Attributes
    ----------
    names : tuple of str
        Policy of each plan; the first is ``as it was``.
    strengths : tuple of int
        Its strength; 0 for the first.
    projection : Projection
        The plans as a batch, in this order, with people by cell.
    """

    names: tuple[str, ...]
    strengths: tuple[int, ...]
    projection: Projection

    def to_frame(self, notice: Period = LAST_PAID) -> pd.DataFrame:
        """Return one row for each plan, as it stood at a notice.

        ``bill``, ``bill_at_25`` and ``bill_at_55`` are of the notice; ``paid_per_head`` is the sum
        of all bills up to it, what one pays who was there all the time, on average over ages. Sums
        of people run from the first notice to it. Mean age and the share of raised risk are of
        healthy members past their waiting time, NaN where there is none; before that the mix is
        that of those who join.

        Parameters
        ----------
        notice : Period
            From the first notice to the last.

        Raises
        ------
        TypeError
            If `notice` is no Period.
        ValueError
            If it is not among the periods.
        """
        if not isinstance(notice, Period):
            raise TypeError(f"notice must be a Period, got {notice!r}")
        p = self.projection
        now = p.place(notice.label)
        assert p.by_cell is not None
        people = p.by_cell["exposed"][:, now].sum(axis=2)  # plans x risk x age
        total = people.sum(axis=(1, 2))

        def mean(values: Floats) -> Floats:
            there: Floats = np.divide(
                values, total, out=np.full(len(total), np.nan), where=total > 0
            )  # fmt: skip
            return there

        def so_far(series: Floats) -> Floats:
            return np.asarray(series[:, : now + 1].sum(axis=1))

        by_age = p.bill_by_age[:, now]
        return pd.DataFrame(
            {
                "policy": self.names,
                "strength": self.strengths,
                "notice": notice.label,
                "bill_yuan_per_head": p.bill[:, now],
                f"bill_at_{_YOUNG}_yuan": by_age[:, _YOUNG],
                f"bill_at_{_OLD}_yuan": by_age[:, _OLD],
                "paid_per_head_yuan": so_far(p.bill),
                "members_people": p.members[:, now],
                "joined_people": so_far(p.joins),
                "helped_people": so_far(p.helped),
                "benefits_yuan": so_far(p.benefits),
                "mean_age_years": mean(people.sum(axis=1) @ np.arange(AGES)),
                "raised_risk_share": mean(people[:, 1:].sum(axis=(1, 2))),
                "left_at_60_people": so_far(p.aged),
                "left_ill_while_waiting_people": so_far(p.ended),
                "left_at_base_rate_people": so_far(p.left_base),
                "left_for_the_bill_people": so_far(p.left_bill),
            }
        )

    def differences(self, notice: Period = LAST_PAID) -> pd.DataFrame:
        """Return the same table less the row of the plan as it was, without that row."""
        frame = self.to_frame(notice)
        numbers = frame.columns[3:]
        frame[numbers] = frame[numbers] - frame[numbers].iloc[0]
        return frame.iloc[1:].reset_index(drop=True)


def compare_policies(
    policies: Mapping[str, Policy] | Sequence[str] | None = None,
    strengths: Sequence[int] = STRENGTHS,
    *,
    exit_response: float | None = None,
    scenario: Scenario | None = None,
) -> PolicyComparison:
    """Run the plan as it was, and under each policy at each strength, from the first day.

    Parameters
    ----------
    policies : mapping or sequence of str, optional
        Names out of ``POLICIES``, or functions of one's own by name. If not given, all.
    strengths : sequence of int
        1, 2 or 3.
    exit_response : float, optional
        Another response of members to the bill, see :func:`as_it_was`.
    scenario : Scenario, optional
        A plan with joins, in place of :func:`as_it_was`. Not with `exit_response`.

    Returns
    -------
    PolicyComparison

    Raises
    ------
    TypeError
        If `scenario` is none.
    ValueError
        If a policy is unknown, a strength is out of range, there is none of either, or both
        `exit_response` and `scenario` are given.

    Examples
    --------
    >>> table = compare_policies(["a longer waiting time"], [3]).differences()
    >>> table["bill_yuan_per_head"].item() < 0
    True
    """
    if scenario is not None and exit_response is not None:
        raise ValueError("exit_response must not be given with a scenario")
    if scenario is not None and not isinstance(scenario, Scenario):
        raise TypeError(f"scenario must be a Scenario, got {scenario!r}")
    base = as_it_was(exit_response=exit_response) if scenario is None else scenario
    if policies is None:
        chosen = dict(POLICIES)
    elif isinstance(policies, Mapping):
        chosen = dict(policies)
    else:
        chosen = {name: POLICIES[checks.one_of("policies", name, POLICIES)] for name in policies}
    levels = [checks.whole("strengths", each, STRENGTHS[0], STRENGTHS[-1]) for each in strengths]
    for name, values in (("policies", chosen), ("strengths", levels)):
        if not values:
            raise ValueError(f"{name} must hold at least one, got none")
    plans = [base] + [policy(base, strength) for policy in chosen.values() for strength in levels]
    return PolicyComparison(
        names=(AS_IT_WAS, *(name for name in chosen for _ in levels)),
        strengths=(0, *(levels * len(chosen))),
        projection=project(plans, cells=True),
    )
