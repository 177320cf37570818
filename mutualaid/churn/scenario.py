"""What is assumed of the plan over time: one frozen set of numbers, each with its source."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mutualaid import checks, rules
from mutualaid.churn.published import (
    AGES,
    FIRST,
    HORIZON,
    LAST,
    SEXES,
    incidence_table,
    members_age_mix,
    published_members,
    waiting_periods,
)
from mutualaid.periods import Period, periods_between

__all__ = ["CAUSES", "Scenario", "describe", "many_of", "uncapped", "without"]

Floats = NDArray[np.float64]


def _number(
    default: float, unit: str, source: str, low: float = 0.0, high: float = math.inf,
    *, above: bool = False, boundless: bool = False,
) -> Any:  # fmt: skip
    """Declare a number with its bounds, unit and source."""

    def check(name: str, value: object) -> float:
        if boundless and value == math.inf:
            return math.inf
        return checks.number(name, value, low, high, above=above, unit=unit.split(" per ")[0])

    return _declared(unit, source, check, default=default)


def _optional(unit: str, source: str, *, boundless: bool = False, high: float = math.inf) -> Any:
    """Declare a number that is read from the terms where it is None."""

    def check(name: str, value: object) -> float | None:
        if value is None or (boundless and value == math.inf):
            return value
        return checks.number(name, value, 0.0, high, unit=unit.split(" per ")[0])

    return _declared(unit, source, check, default=None)


def _whole(
    default: int | None, unit: str, source: str, low: int, high: int,
    factory: Callable[[], int] | None = None,
) -> Any:  # fmt: skip
    def check(name: str, value: object) -> int:
        return checks.whole(name, value, low, high)

    if factory is not None:
        return _declared(unit, source, check, default_factory=factory)
    return _declared(unit, source, check, default=default)


def _switch(default: bool, source: str) -> Any:
    def check(name: str, value: object) -> object:
        checks.boolean(name, value)
        return value

    return _declared("yes or no", source, check, default=default)


def _equal_shares() -> Floats:
    return _array("share_by_age", np.ones(AGES), (AGES,))


def _declared(unit: str, source: str, check: Callable[[str, object], object] | None = None,
              **given: Any) -> Any:  # fmt: skip
    return field(**given, metadata={"unit": unit, "source": source, "check": check})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    r"""The plan over time: who joins, who falls ill, what is paid, who leaves.

    A default is read from the tables, or is an assumption, round and not fitted to any bill.
    Where one is None it is read from the terms of each period. A half-month is one period.
    ``describe`` lists fields, units and sources.

    Parameters
    ----------
    first, last : Period
        First and last period. The first is one of the plan, from 2018-10-2 to 2022-01-2; the last
        may be as late as 2060-12-2, for a plan that was never closed. After 2022-01-28, the last
        day of the plan, its terms stay those of that day.
    members : array, optional
        Members at each notice, people: joins and exits are set so that they follow it. If neither
        `members` nor `joins` is given, the published path, which ends with 2022-01-2: with a later
        `last` one of them must be given.
    joins : array, optional
        Who joins in each period, people: members follow from the rules. With `members` too, the
        path must be shorter than the periods: joins hold from its end on. The joins of a projection
        along a path, where nobody leaves as the path falls, lead to the same path.
    replace_alike : bool
        With a path of members: each who leaves or is diagnosed is replaced by a new member of the
        same age, sex and risk class. It keeps the mix of members and serves comparisons only.
    age_mix : array of 60
        Shares of the ages 0 to 59 of those who join.
    men : float
        Share of men among those who join, the same at each age.
    incidence : array, 2 x 60
        Cases per person and year by sex (men first) and age, accidents among them.
    plan_ratio : float
        Claims paid by the plan as a share of `incidence`; claims refused are not in it.
    accident_share : float
        Share of accidents in `incidence`, the same at each age; covered from the day of joining.
    trend_per_year : float
        Growth of the logarithm of incidence a year from `first`. Sensitivity only.
    dip_first, dip_last : Period, optional
        Periods of a dip in diagnoses. Sensitivity only.
    dip_share : float
        Share of diagnoses not made in the dip.
    dip_recovered : float
        Share of these that are made up for, evenly, in as many periods after the dip.
    waiting : int
        Waiting time for illness in periods; who joins in period t is covered from t + waiting.
    waiting_ends : bool
        A diagnosis while waiting ends membership unpaid. If not, it changes nothing.
    select_factor : float
        Factor on the incidence of illness while waiting, at the start of the wear-off.
    select_years : float
        Mean length of the wear-off after the waiting time, in four classes of equal mean length.
        The benefit grows through the same classes, see `benefit_start`.
    raised_share : float
        Share of those joining who have an undeclared or raised risk.
    raised_factor : float
        Factor of that class on the incidence of illness.
    ageing : bool
        One in 24 of each age is a year older in each period, an approximation; membership ends at
        60. If not, everybody keeps his age.
    delay_mean, delay_shape : float
        Half-months from diagnosis to notice: mean and shape, see ``delay_distribution``.
    delay_first : float, optional
        Mean delay of diagnoses in the period `first`, if it is another than later: a plan and its
        members learn to claim and to inquire.
    delay_settles : float
        Half-months in which the difference between `delay_first` and `delay_mean` falls to 1/e.
    delay_longest : int
        Longest delay, half-months.
    delay_load : float
        How much longer the mean delay is for each 1,000 cases pending, as a share of it.
    light_share : float
        Share of light thyroid cancers in illness (not accidents): paid in full, in part, or no
        claim at all, by the terms on the day of diagnosis. Where it is no claim the member stays.
    benefit_younger, benefit_older : float, optional
        Benefits for those below 40 and from 40 on at diagnosis.
    benefit_start : float
        Share of the benefit paid right after the waiting time, and for accidents during it. It
        grows to the whole benefit in `select_years`, through the same four classes: in class
        j = 0 to 3 by (j + 0.5) / 4 of the way. 1 is the whole benefit at once.
    fee : float, optional
        Fee as a share of benefits.
    rules_on : date, optional
        Take the terms of this day throughout.
    cap_per_case : float, optional
        Most that a member pays for each person helped; the sponsor pays the rest.
    cap_per_period : float
        Most that a member pays for a notice.
    cap_per_year : float, optional
        Most that a member pays in a calendar year, reckoned for one who was there all the year.
    rounding : float
        Shares are rounded up to multiples of this and the surplus is carried; 0 is no rounding.
    share_by_age : array of 60
        What each age pays, in relation to the others: a member of age a pays the bill times the
        value of a over its mean, taken over the healthy members at the notice. Those pending or
        helped in it pay the bill itself, as their ages are not kept. So the bill stays the mean
        per head; caps and rounding apply to the bill, and not to what one age pays. Where no
        healthy member has a value above 0 everyone pays the bill.
    arrears_share : float
        Share of the charges that is not paid; who leaves for it is in `exit_base`.
    exit_base : float
        Share of members who leave in each period whatever the bill.
    exit_response : float
        Hazard of leaving for each yuan of a member's own bill above `exit_reference`. Bills
        differ only by `share_by_age`.
    exit_reference : float
        Own bill up to which nobody leaves for it.
    exit_bill : array, optional
        Bill per head that members act on in each period when they leave for their own bill, in
        place of the bill charged, which stays as it is; NaN where it is the bill charged. It cuts
        the loop from exits to the bill and back to exits.
    exit_age_slope : float
        Logarithm of the factor on leaving for the bill, for each ten years of age above 35.
        Negative: the young leave first. It also weighs those who leave as a given path falls.
    exit_raised_factor : float
        Factor of the raised class on the same.

    Raises
    ------
    ValueError
        If a value is out of range or of the wrong length; the message names it.
    TypeError
        If a period, date or switch is none.

    Notes
    -----
    Who leaves for his own bill :math:`s` at age :math:`a` and risk class :math:`r`, of those whom
    the base rate has left:

    .. math::

        1 - \exp\left(-\beta \max(s - s_0, 0)\, w_{ar}\right),
        \qquad w_{ar} = f_r\, e^{\lambda (a - 35) / 10}

    Examples
    --------
    >>> Scenario(plan_ratio=0.5).waiting
    6
    """

    first: Period = _declared("period", "timeline/2018-10-16-launch", default=FIRST)
    last: Period = _declared("period", "timeline: last notice, 2022-01-21", default=LAST)
    members: Floats | None = _declared("people", "notices/*/critical/sharers", default=None)
    joins: Floats | None = _declared("people per period", "assumption", default=None)
    replace_alike: bool = _switch(False, "assumption")
    age_mix: Floats = _declared(
        "share", "profile/members, as in sharing.age_mix", default_factory=members_age_mix
    )
    men: float = _number(0.5, "share", "assumption: no source tells", 0, 1)
    incidence: Floats = _declared(
        "cases per person and year", "incidence/25", default_factory=incidence_table
    )
    plan_ratio: float = _number(1.0, "ratio", "assumption: the table itself")
    accident_share: float = _number(0.05, "share", "assumption", 0, 1)
    trend_per_year: float = _number(0.0, "log per year", "assumption: none", -math.inf)
    dip_first: Period | None = _declared("period", "assumption: none", default=None)
    dip_last: Period | None = _declared("period", "assumption: none", default=None)
    dip_share: float = _number(0.0, "share", "assumption: none", 0, 1)
    dip_recovered: float = _number(0.0, "share", "assumption: none", 0, 1)
    waiting: int = _whole(None, "periods", "plans/critical/waiting", 0, 48, waiting_periods)
    waiting_ends: bool = _switch(True, "assumption")
    select_factor: float = _number(1.0, "factor", "assumption: none")
    select_years: float = _number(3.0, "years", "assumption", above=True)
    raised_share: float = _number(0.0, "share", "assumption: none", 0, 1)
    raised_factor: float = _number(3.0, "factor", "assumption")
    ageing: bool = _switch(True, "plans/general/end_at_60")
    delay_mean: float = _number(4.0, "half-months", "assumption: two months")
    delay_shape: float = _number(4.0, "shape", "assumption", above=True)
    delay_first: float | None = _optional("half-months", "assumption: none")
    delay_settles: float = _number(6.0, "half-months", "assumption", above=True)
    delay_longest: int = _whole(36, "half-months", "assumption: a year and a half", 0, 240)
    delay_load: float = _number(0.0, "share per 1,000 cases", "assumption: none")
    light_share: float = _number(
        0.25, "share", "assumption, under profile/helped/2019-06-21/illness_share", 0, 1
    )
    benefit_younger: float | None = _optional("yuan", "plans/critical/benefit_to_39")
    benefit_older: float | None = _optional("yuan", "plans/critical/benefit_40_to_59")
    benefit_start: float = _number(1.0, "share of the benefit", "assumption: none", 0, 1)
    fee: float | None = _optional("share of benefits", "plans/*/administration_fee", high=1.0)
    rules_on: dt.date | None = _declared("date", "assumption: none", default=None)
    cap_per_case: float | None = _optional(
        "yuan per head", "plans/critical/cap_per_case", boundless=True
    )
    cap_per_period: float = _number(math.inf, "yuan per head", "assumption: none", boundless=True)
    cap_per_year: float | None = _optional(
        "yuan per head", "plans/critical/cap_year/2019-01-01", boundless=True
    )
    rounding: float = _number(0.0, "yuan", "assumption: expected values are not rounded")
    share_by_age: Floats = _declared(
        "ratio", "plans/general/formula_of_share", default_factory=_equal_shares
    )
    arrears_share: float = _number(0.0, "share", "assumption: none", 0, 1)
    exit_base: float = _number(0.01, "share per period", "assumption: a fifth a year", 0, 1)
    exit_response: float = _number(0.0, "hazard per yuan", "assumption: none")
    exit_reference: float = _number(3.0, "yuan per head", "assumption")
    exit_bill: Floats | None = _declared("yuan per head", "assumption: none", default=None)
    exit_age_slope: float = _number(0.0, "log per 10 years of age", "assumption: none", -math.inf)
    exit_raised_factor: float = _number(1.0, "factor", "assumption: none")

    def __post_init__(self) -> None:
        for each in fields(self):
            if check := each.metadata["check"]:
                object.__setattr__(self, each.name, check(each.name, getattr(self, each.name)))
        for name in ("first", "last", "dip_first", "dip_last"):
            value = getattr(self, name)
            if not (isinstance(value, Period) or (value is None and name.startswith("dip"))):
                raise TypeError(f"{name} must be a Period, got {value!r}")
        if not FIRST <= self.first <= LAST:
            raise ValueError(f"first must be from {FIRST} to {LAST}, got {self.first}")
        if not self.first <= self.last <= HORIZON:
            raise ValueError(
                f"last must be from first ({self.first}) to {HORIZON}, got {self.last}"
            )
        if (self.dip_first is None) != (self.dip_last is None) or (
            self.dip_first is not None and self.dip_last is not None
            and self.dip_last < self.dip_first
        ):  # fmt: skip
            raise ValueError(
                "dip_first and dip_last must be given together and in order, "
                f"got {self.dip_first} and {self.dip_last}"
            )
        self._check_rules_on()
        self._check_arrays()

    def _check_rules_on(self) -> None:
        if self.rules_on is None:
            return
        checks.date("rules_on", self.rules_on)
        first, last = rules.plan("insurance").first, rules.plan("critical").last
        if not first <= self.rules_on <= last:
            raise ValueError(f"rules_on must be from {first} to {last}, got {self.rules_on}")

    def _check_arrays(self) -> None:
        if self.joins is not None and self.replace_alike:
            raise ValueError("replace_alike must be False where joins are given, got True")
        if self.members is None and self.joins is None:
            if self.last > LAST:
                raise ValueError(
                    f"members or joins must be given where last is after {LAST}, got neither with "
                    f"last {self.last}"
                )
            path = published_members(self.first, self.last)
            object.__setattr__(self, "members", path)
        count = self.last - self.first + 1
        followed = np.size(np.array(self.members)) if self.joins is not None else count
        if self.members is not None and self.joins is not None and not 0 < followed < count:
            raise ValueError(
                "members must end before the periods do where joins are given, in 1 to "
                f"{count - 1} periods, got {followed}"
            )
        shapes: dict[str, tuple[int, ...]] = {
            "members": (followed,),
            "joins": (count,),
            "age_mix": (AGES,),
            "incidence": (len(SEXES), AGES),
            "share_by_age": (AGES,),
            "exit_bill": (count,),
        }
        for name, shape in shapes.items():
            if getattr(self, name) is not None:
                numbers = _array(name, getattr(self, name), shape, unknown=name == "exit_bill")
                object.__setattr__(self, name, numbers)
        total = float(self.age_mix.sum())
        if abs(total - 1) > 1e-9:
            raise ValueError(f"age_mix must add up to 1, got {total!r}")
        if not self.share_by_age.any():
            raise ValueError("share_by_age must be above 0 at some age, got 0 at each")
        factors = self.time_factors()
        highest = float(self.incidence.max()) / 24 * self.plan_ratio * float(factors.max())
        highest *= max(1.0, self.raised_factor if self.raised_share else 1.0)
        highest *= max(1.0, self.select_factor)
        if highest > 1:
            raise ValueError(
                "incidence with plan_ratio and its factors must be at most 1 in a period, "
                f"got {highest:g}"
            )

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods, in order."""
        return periods_between(self.first, self.last)

    def delay_means(self) -> Floats:
        r"""Return the mean delay of the diagnoses of each period, before the load on inquiry.

        .. math:: m_t = m + (m_0 - m)\, e^{-t / \tau}

        with `delay_mean` :math:`m`, `delay_first` :math:`m_0`, `delay_settles` :math:`\tau`, and
        :math:`t` periods after `first`.
        """
        count = self.last - self.first + 1
        first = self.delay_mean if self.delay_first is None else self.delay_first
        fading = np.exp(-np.arange(count) / self.delay_settles)
        return self.delay_mean + (first - self.delay_mean) * fading

    def time_factors(self) -> Floats:
        """Return the factor on incidence of each period, from the trend and the dip."""
        count = self.last - self.first + 1
        factors = np.exp(self.trend_per_year * np.arange(count) / 24)
        if self.dip_first is not None and self.dip_last is not None:
            start, length = self.dip_first - self.first, self.dip_last - self.dip_first + 1
            place = np.arange(count) - start
            factors[(place >= 0) & (place < length)] *= 1 - self.dip_share
            after = (place >= length) & (place < 2 * length)
            factors[after] *= 1 + self.dip_share * self.dip_recovered
        return factors


def _array(name: str, value: ArrayLike, shape: tuple[int, ...], *, unknown: bool = False) -> Floats:
    wanted = " x ".join(map(str, shape))
    try:
        numbers = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must hold {wanted} numbers, got {value!r}") from None
    if numbers.shape != shape:
        got = " x ".join(map(str, numbers.shape)) or "one number"
        raise ValueError(f"{name} must hold {wanted} numbers, got {got}")
    bad = ~(np.isfinite(numbers) & (numbers >= 0) | (np.isnan(numbers) & unknown))
    if bad.any():
        raise ValueError(f"{name} must be at least 0 and finite, got {numbers[bad][0]!r}")
    numbers.setflags(write=False)
    return numbers


def describe(scenario: Scenario | None = None) -> pd.DataFrame:
    """Return a table of the fields: name, value, unit and source.

    Where a value is another than the one that is read or assumed, its source says so. A value of
    None is read from the terms of each period, or stands for nothing; the source tells which.

    Examples
    --------
    >>> describe().set_index("field").loc["waiting", ["value", "unit"]].tolist()
    [6, 'periods']
    >>> describe(Scenario(plan_ratio=0.6)).set_index("field").loc["plan_ratio", "source"]
    'chosen; else assumption: the table itself'
    """
    shown = Scenario() if scenario is None else scenario
    standard = Scenario()
    rows = []
    for each in fields(Scenario):
        value, usual = getattr(shown, each.name), getattr(standard, each.name)
        source = each.metadata["source"]
        if not np.array_equal(np.asarray(value), np.asarray(usual)):
            source = f"chosen; else {source}"
        rows.append((each.name, value, each.metadata["unit"], source))
    return pd.DataFrame(rows, columns=["field", "value", "unit", "source"])


#: Causes of a rising bill that can be switched off, and what is set for it. With all of them off
#: the bill per head is the same in every period, whatever the path of members. *Turnover* is not
#: among the causes usually named: members who are diagnosed or leave are replaced by others of the
#: mix of joiners, so that the mix of members moves; alone it lets the bill fall a little.
CAUSES: dict[str, dict[str, Any]] = {
    "waiting": {"waiting": 0},
    "delay": {"delay_mean": 0.0, "delay_first": None, "delay_load": 0.0},
    "select": {"select_factor": 1.0},
    "ageing": {"ageing": False},
    # Where some pay more than others they leave sooner; the bill is a mean, and stays one.
    "exits": {
        "exit_age_slope": 0.0, "exit_raised_factor": 1.0, "share_by_age": _equal_shares(),
    },
    "rules": {"rules_on": dt.date(2020, 1, 1), "benefit_start": 1.0},
    "turnover": {"replace_alike": True},
    "dip": {"dip_share": 0.0},
    "trend": {"trend_per_year": 0.0},
}  # fmt: skip


def many_of(scenario: Scenario | Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Return one scenario or several as a tuple; what is none is refused, and so is nothing."""
    many: tuple[Scenario, ...] = ()
    if isinstance(scenario, Scenario):
        many = (scenario,)
    elif isinstance(scenario, Iterable):
        many = tuple(scenario)
    if not many or not all(isinstance(each, Scenario) for each in many):
        raise TypeError(f"scenario must be a Scenario or a sequence of them, got {scenario!r}")
    return many


def uncapped(scenario: Scenario) -> Scenario:
    """Return the scenario without caps: the bill is the whole cost per head."""
    return replace(scenario, cap_per_case=math.inf, cap_per_period=math.inf, cap_per_year=math.inf)


def without(scenario: Scenario, *causes: str) -> Scenario:
    """Return the scenario with some causes of a rising bill switched off.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    *causes : str
        Names out of ``CAUSES``. *turnover* needs a path of members.

    Raises
    ------
    ValueError
        If a cause is unknown, or *turnover* is asked for where joins are given.

    Examples
    --------
    >>> without(Scenario(), "waiting", "delay").waiting
    0
    """
    changes: dict[str, Any] = {}
    for cause in causes:
        changes |= CAUSES[checks.one_of("cause", cause, CAUSES)]
    return replace(scenario, **changes)
