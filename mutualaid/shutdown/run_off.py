"""The tail of claims: those incurred before a plan ends and helped after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks
from mutualaid.churn import Projection, Scenario, Triangle, project, triangle
from mutualaid.churn.published import period_terms
from mutualaid.periods import PER_YEAR, Period
from mutualaid.shutdown.terms import ClosingTerms

__all__ = ["RunOff", "check_run_off", "ended_at", "run_off"]

Floats = NDArray[np.float64]

#: Days of a half-month.
_DAYS = 365.25 / PER_YEAR
#: Assumption: half of the time from diagnosis to notice passes before the member asks for aid.
REPORTING_SHARE = 0.5


def ended_at(scenario: Scenario, last: Period) -> Scenario:
    """Return the scenario ended with another notice; members follow the same path until then.

    Parameters
    ----------
    scenario : Scenario
        With a path of members, or with joins, up to `last` at least.
    last : Period
        The last notice of the plan.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If `last` is not among the scenario's periods.

    Examples
    --------
    >>> ended_at(Scenario(), Period(2020, 12, 2)).last.label
    '2020-12-2'
    """
    if not isinstance(scenario, Scenario):
        raise TypeError(f"scenario must be a Scenario, got {scenario!r}")
    if not isinstance(last, Period):
        raise TypeError(f"last must be a Period, got {last!r}")
    if not scenario.first <= last <= scenario.last:
        raise ValueError(f"last must be from {scenario.first} to {scenario.last}, got {last}")
    count = last - scenario.first + 1

    def cut(path: Floats | None) -> Floats | None:
        return None if path is None else path[:count]

    whole_path = scenario.members is not None and len(scenario.members) >= count
    return replace(
        scenario,
        last=last,
        members=cut(scenario.members),
        # Where the path lasts to the end, nothing is left to the joins after it.
        joins=None if whole_path else cut(scenario.joins),
        exit_bill=cut(scenario.exit_bill),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class RunOff:
    """What a plan still owes when it ends, notice by notice, and who pays it.

    The arrays have one value for each notice, from the first that the platform pays to the last in
    which a claim can be helped. Claims of later notices were incurred before the end.

    Attributes
    ----------
    scenario : Scenario
        The plan, to its last notice.
    terms : ClosingTerms
        The terms of the end.
    reporting_share : float
        Share of the time from diagnosis to notice that passes before the member asks for aid.
    notices : tuple of Period
        The notices.
    helped : array
        People helped.
    benefits : array
        Their benefits as approved, yuan.
    paid : array
        What is paid of them, yuan.
    late_cases : array
        People ill in time who ask for aid too late, in the notice that would have been theirs.
    late_benefits : array
        Their benefits, yuan.
    handling : array
        Fee on the benefits paid, yuan: the work that no member's share pays for any more.
    pending : float
        People diagnosed and not yet helped before the first of the notices.
    incurred : array
        Claims incurred in each of the notices' periods, people; none after the end.
    """

    scenario: Scenario
    terms: ClosingTerms
    reporting_share: float
    notices: tuple[Period, ...]
    helped: Floats
    benefits: Floats
    paid: Floats
    late_cases: Floats
    late_benefits: Floats
    handling: Floats
    pending: float
    incurred: Floats

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            getattr(self, name).setflags(write=False)

    @property
    def after(self) -> NDArray[np.bool_]:
        """Whether a notice comes after the plan's last."""
        return np.array([each > self.scenario.last for each in self.notices], dtype=np.bool_)

    @property
    def last_notices(self) -> float:
        """Paid by the platform in the plan's last notices, yuan."""
        return float(self.paid[~self.after].sum())

    @property
    def tail(self) -> float:
        """Paid after the plan's last notice, by whomever the terms name, yuan."""
        return float(self.paid[self.after].sum())

    @property
    def sponsor(self) -> float:
        """Paid by the platform, yuan, without its work."""
        return self.last_notices + (0.0 if self.terms.members_pay_tail else self.tail)

    @property
    def members(self) -> float:
        """Paid by members after the end, yuan."""
        return self.tail if self.terms.members_pay_tail else 0.0

    @property
    def families(self) -> float:
        """Not paid to those who fell ill in time: asked too late, or paid in part only, yuan."""
        return float(self.late_benefits.sum() + (self.benefits - self.paid).sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each notice."""
        return pd.DataFrame(
            {
                "notice": [each.label for each in self.notices],
                "after_the_end": self.after,
                "helped_people": self.helped,
                "benefits_yuan": self.benefits,
                "paid_yuan": self.paid,
                "late_people": self.late_cases,
                "late_yuan": self.late_benefits,
                "handling_yuan": self.handling,
            }
        )


_ARRAYS = ("helped", "benefits", "paid", "late_cases", "late_benefits", "handling", "incurred")


def run_off(
    scenario: Scenario | Projection,
    terms: ClosingTerms,
    *,
    reporting_share: float = REPORTING_SHARE,
) -> RunOff:
    r"""Return what is still to be paid when the plan ends with the scenario's last notice.

    Of claims diagnosed in period :math:`t` and due :math:`d` half-months later, the member asks
    after :math:`\varphi d`. A claim is too late if that is more than the `window` :math:`w` of the
    terms after the diagnosis, or more than their `deadline` :math:`l` after the end, which comes
    half a period after the last notice :math:`T`. Diagnoses lie evenly over their period, at
    :math:`t + u` with :math:`u` from -1/2 to 1/2, so that a deadline divides the claims of one:

    .. math::

        \varphi d > w \qquad \text{or} \qquad t + u + \varphi d > T + \tfrac12 + l

    What no source tells of the terms is taken as mildest for the member: no window, no deadline,
    paid in full. Notices up to the end that the platform does not pay are not in the run-off.

    Parameters
    ----------
    scenario : Scenario or Projection
        The plan up to its last notice, see :func:`ended_at`.
    terms : ClosingTerms
        The terms of the end.
    reporting_share : float
        :math:`\varphi`, 0 to 1. Half, an assumption. A member's own count of 2020 speaks for a
        little less (``cases/waiting-for-money-2020/mean_wait_later``).

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a value is out of range, or the platform pays more notices than there are.

    Notes
    -----
    A delay counts in whole half-months. Claims for which the plan would have found later that they
    are not to be paid are not in the model at all.

    Examples
    --------
    >>> from mutualaid.shutdown import closing_terms
    >>> tail = run_off(Scenario(), closing_terms("xiang-hu-bao"))
    >>> len(tail.notices), check_run_off(tail) < 1e-9
    (39, True)
    """
    projection = project(scenario) if isinstance(scenario, Scenario) else scenario
    if not isinstance(projection, Projection):
        raise TypeError(f"scenario must be a Scenario or a Projection, got {scenario!r}")
    if not isinstance(terms, ClosingTerms):
        raise TypeError(f"terms must be ClosingTerms, got {terms!r}")
    share = checks.number("reporting_share", reporting_share, 0, 1)
    claims = triangle(projection)
    plan = projection.scenarios[0]
    count = len(plan.periods)
    free = terms.free_notices or 0
    if free > count:
        raise ValueError(f"terms must let the platform pay at most {count} notices, got {free}")
    start = count - free
    late = _too_late(claims, terms, share)
    notices = claims.notices[start:]

    def due(values: Floats, part: Floats) -> Floats:
        return claims.by_notice(values * part)[start:]

    benefits = due(claims.benefits, 1 - late)
    paid_share = 1.0 if terms.paid_share is None else terms.paid_share
    part = np.where(np.arange(len(notices)) >= free, paid_share, 1.0)
    incurred = np.zeros(len(notices))
    incurred[:free] = projection.diagnosed[start:]
    return RunOff(
        scenario=plan,
        terms=terms,
        reporting_share=share,
        notices=notices,
        helped=due(claims.cases, 1 - late),
        benefits=benefits,
        paid=benefits * part,
        late_cases=due(claims.cases, late),
        late_benefits=due(claims.benefits, late),
        handling=benefits * part * float(_fee(plan)),
        pending=float(projection.pending[start - 1]) if start else 0.0,
        incurred=incurred,
    )


def _too_late(claims: Triangle, terms: ClosingTerms, share: float) -> Floats:
    """Return which part of the claims, by period of diagnosis and delay, is asked for too late."""
    rows, columns = claims.cases.shape
    asked = share * np.arange(columns)[None, :]
    late: Floats = np.zeros((rows, columns))
    if terms.window is not None:
        late = late + (asked * _DAYS > terms.window)
    if terms.deadline is not None:
        # Diagnoses lie evenly over a period, which ends half a period after its notice.
        latest = np.arange(rows)[:, None] - (rows - 1) + asked
        late = np.maximum(late, np.clip(latest - terms.deadline / _DAYS, 0.0, 1.0))
    # What was published up to the end was asked for in time.
    done = np.arange(rows)[:, None] + np.arange(columns)[None, :] < rows
    return np.where(done, 0.0, late)


def _fee(plan: Scenario) -> float:
    return float(period_terms(plan.first, plan.last).fee[-1]) if plan.fee is None else plan.fee


def check_run_off(result: RunOff | Sequence[RunOff]) -> float:
    """Return by how much people or money are not accounted for, as a share of the whole.

    Pending before the first notice + incurred since = helped + too late; and the benefits of all
    of them = paid by the platform + by members + not paid.
    """
    worst = 0.0
    for each in [result] if isinstance(result, RunOff) else result:
        people = each.pending + each.incurred.sum()
        seen = each.helped.sum() + each.late_cases.sum()
        money = each.benefits.sum() + each.late_benefits.sum()
        known = each.sponsor + each.members + each.families
        worst = max(
            worst, abs(people - seen) / max(people, 1.0), abs(money - known) / max(money, 1.0)
        )
    return float(worst)
