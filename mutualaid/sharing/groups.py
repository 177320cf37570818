"""Members in groups: how many, how often they fall ill, and what they are paid.

Incidence is the regulator's table of 2006-2010, of people with private insurance. It is not that
of the plan: the bills of 2021 (``annual/2021/critical/share``) were about a third of what the table
would make them with the mix of ages assumed here. Who gives to whom as a share of the bill does
not depend on that, if the plan's incidence is the same share of the table's at every age; sums in
yuan scale with ``plan_ratio``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks, history, rules
from mutualaid.sharing.chance import Risk

__all__ = [
    "AGE_BANDS",
    "AgeMix",
    "Group",
    "Pool",
    "age_mix",
    "groups_of",
    "in_whole_members",
    "risks_of",
    "split_by_years",
    "with_growing_benefit",
]

_Floats = NDArray[np.float64]
_SEXES = ("male", "female")

#: The bands of age in which schemes and comparisons reckon unless told otherwise.
AGE_BANDS = ((0, 29), (30, 39), (40, 49), (50, 59))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Members who are alike.

    Parameters
    ----------
    age_from, age_to : int
        First and last age, in full years.
    sex : str
        ``male``, ``female`` or ``both``.
    members : float
        How many, above 0. Whole for the schemes and functions that say so.
    incidence : float
        Chance of a case, per member and year.
    benefit : float
        What a case is paid, in yuan.
    years_in_plan : float
        Years since joining; 0 where it does not matter.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    age_from: int
    age_to: int
    sex: str
    members: float
    incidence: float
    benefit: float
    years_in_plan: float = 0.0

    def __post_init__(self) -> None:
        checks.whole("age_from", self.age_from, 0, 120)
        checks.whole("age_to", self.age_to, self.age_from, 120)
        checks.one_of("sex", self.sex, (*_SEXES, "both"))
        checks.number("members", self.members, above=True)
        checks.number("incidence", self.incidence, 0, 1, unit="per year")
        checks.number("benefit", self.benefit, unit="yuan")
        checks.number("years_in_plan", self.years_in_plan, unit="years")

    @property
    def expected_benefit(self) -> float:
        """Expected benefit per head and year, in yuan."""
        return self.incidence * self.benefit

    def __str__(self) -> str:
        to = "" if self.age_from == self.age_to else f"-{self.age_to}"
        return f"{self.age_from}{to} {self.sex}"


def checked(groups: object) -> tuple[Group, ...]:
    """Return groups, and refuse what is none."""
    if not isinstance(groups, Sequence) or not all(isinstance(group, Group) for group in groups):
        raise TypeError(f"groups must be a sequence of Group, got {groups!r}")
    if not groups:
        raise ValueError(f"groups must hold at least one group, got {groups!r}")
    return tuple(groups)


def column(groups: Sequence[Group], name: str) -> _Floats:
    """Return one number of each group."""
    return np.array([getattr(group, name) for group in groups], dtype=np.float64)


def columns(groups: Sequence[Group]) -> dict[str, list[Any]]:
    """Return the first columns of every table of groups."""
    table: dict[str, list[Any]] = {
        "age_from_years": [group.age_from for group in groups],
        "age_to_years": [group.age_to for group in groups],
        "sex": [group.sex for group in groups],
        "members": [group.members for group in groups],
    }
    if any(group.years_in_plan for group in groups):
        table["years_in_plan"] = [group.years_in_plan for group in groups]
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeMix:
    """Shares of the members by single age, and what they rest on.

    Attributes
    ----------
    as_of : str
        When the members were counted.
    age : array of int, shape (60,)
        Full years, 0 to 59.
    share : array of float, shape (60,)
        Share of the members; adds up to 1.
    bands : tuple of (int, int, float, str)
        First and last age, share, and whether it was ``published``, is the ``rest``, or is
        ``assumed``.
    keys : tuple of str
        Values in the tables that it rests on.
    assumptions : tuple of str
        What was assumed, in words.
    """

    as_of: str
    age: NDArray[np.int64]
    share: _Floats
    bands: tuple[tuple[int, int, float, str], ...]
    keys: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def mean_age(self) -> float:
        """Mean age in full years."""
        return float(self.age @ self.share)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each age, with the basis of its band."""
        basis = [word for low, high, _, word in self.bands for _ in range(low, high + 1)]
        return pd.DataFrame({"age_years": self.age, "share": self.share, "basis_of_band": basis})


def age_mix(day: dt.date, *, under_20: float | None = None) -> AgeMix:
    """Return the members of the critical plan by single age.

    Two counts are published. At the end of 2018, 46 percent were under 30 and 34 percent born in
    the 1980s; at the end of 2019, 31 percent were born in the 1990s and 48 percent in the 1980s.
    The rest is not published: people of 40 to 59 and, in the count of 2019, children. No count
    by single age is known.

    Interpolation, all of it assumed: members are spread evenly over the ages of a band; those
    born in the 1980s count as 30 to 39 at both times. How many are under 20 is not published. In
    the count of 2019 it is what makes the mean age the 34.4 years of the report of 2020, if that
    is read in full years and of this plan alone; it comes out at 0.4 percent, surely too few, so
    try other shares. In the count of 2018 the 12 percent who had enrolled a child too are taken
    to have enrolled one each.

    Parameters
    ----------
    day : date
        A day of the plan. The count of the end of 2019 holds from 2019-12-31, the other before.
    under_20 : float, optional
        Share of members under 20, if not as above. At most 0.46 in the count of 2018, and 0.21
        in that of 2019.

    Returns
    -------
    AgeMix

    Raises
    ------
    TypeError
        If `day` is no date.
    ValueError
        If the plan was not open that day, or `under_20` is out of range.

    Examples
    --------
    >>> mix = age_mix(dt.date(2021, 12, 7))
    >>> [(low, high, round(share, 3)) for low, high, share, _ in mix.bands]
    [(0, 19, 0.004), (20, 29, 0.31), (30, 39, 0.48), (40, 59, 0.206)]
    >>> [basis for _, _, _, basis in mix.bands]
    ['assumed', 'published', 'published', 'rest']
    >>> round(mix.mean_age, 1)
    34.4
    """
    checks.date("day", day)
    first, last = rules.plan("insurance").first, rules.plan("critical").last
    if not first <= day <= last:
        raise ValueError(f"day must be from {first} to {last}, when the plan was open, got {day}")
    late = day >= dt.date(2019, 12, 31)
    late_keys = ("2019/decade_of_birth/1990s", "2019/decade_of_birth/1980s", "2020/mean_age/all")
    early_keys = (
        "2018-12/age/under_30",
        "2018-12/decade_of_birth/1980s",
        "2018-12/family/enrolled_a_child_too",
    )
    keys = tuple(f"profile/members/{key}" for key in (late_keys if late else early_keys))
    young, thirties, third = (history.number_of(key) for key in keys)
    # Rounded, so that 0.21 is 0.21 and not a hair less.
    older = round(1 - young - thirties, 12)
    most = older if late else young
    if under_20 is not None:
        children = checks.number("under_20", under_20, 0, most)
        why = "The share under 20 is the caller's."
    elif late:
        # Middles of the bands 0-19, 20-29, 30-39 and 40-59 in full years.
        rest = third - 24.5 * young - 34.5 * thirties
        children = (49.5 * most - rest) / (49.5 - 9.5)
        why = "The share under 20 makes the mean age the published 34.4 years."
    else:
        children = third / (1 + third)
        why = "Those who enrolled a child too enrolled one each, under 20."
    bands = (
        (0, 19, children, "assumed"),
        (20, 29, young if late else young - children, "published" if late else "rest"),
        (30, 39, thirties, "published"),
        (40, 59, older - children if late else older, "rest"),
    )
    return AgeMix(
        as_of="2019-12" if late else "2018-12",
        age=np.arange(60),
        share=np.concatenate(
            [np.full(high - low + 1, share / (high - low + 1)) for low, high, share, _ in bands]
        ),
        bands=bands,
        keys=keys,
        assumptions=("Members are spread evenly over the ages of a band.", why),
    )


@cache
def _incidence(diseases: int) -> Mapping[tuple[str, int], float]:
    rows = history.table("incidence")
    rows = rows[(rows["diseases"] == diseases) & (rows["status"] == "used")]
    return {
        (str(sex), int(age)): float(value)
        for sex, age, value in zip(rows["sex"], rows["age"], rows["value"], strict=True)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The members of a plan on one day, in groups, and what was assumed.

    Attributes
    ----------
    plan : str
        Name of the plan.
    day : date
        Day of the terms.
    groups : tuple of Group
        By age, and within an age men before women.
    assumptions : tuple of str
        What was assumed, in words.
    keys : tuple of str
        Values in the tables that it rests on.
    """

    plan: str
    day: dt.date
    groups: tuple[Group, ...]
    assumptions: tuple[str, ...]
    keys: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each group."""
        return pd.DataFrame(
            {
                **columns(self.groups),
                "incidence_per_year": column(self.groups, "incidence"),
                "benefit_yuan": column(self.groups, "benefit"),
            }
        )


def groups_of(
    plan: str,
    day: dt.date,
    *,
    members: float = 1_000_000,
    bands: Sequence[tuple[int, int]] | None = None,
    men: float = 0.5,
    plan_ratio: float = 1.0,
    under_20: float | None = None,
) -> Pool:
    """Return the members of a plan by age and sex, with incidence and benefit by the terms.

    Parameters
    ----------
    plan : str
        ``critical``, ``insurance`` (its first six weeks) or ``elderly``.
    day : date
        Day of the terms and of the age mix.
    members : float
        Members in all.
    bands : sequence of (int, int), optional
        First and last age of each band, which together must hold every age of the plan once;
        single ages if not given. Incidence in a band is the mean over its members.
    men : float
        Share of men at each age. One half is an assumption: no source tells.
    plan_ratio : float
        Incidence in the plan as a share of the table's. 1 is the table itself.
    under_20 : float, optional
        As in :func:`age_mix`.

    Returns
    -------
    Pool
        For the critical plan, incidence of 25 illnesses and benefits by age. For the elderly
        plan, two things are not known, and what stands for them is rough: its ages are not
        published, and are taken as evenly spread from 60 to 70; the incidence of cancer alone is
        not in the tables, and that of six illnesses, cancer among them, is too high; and every
        cancer is taken as severe.

    Raises
    ------
    TypeError
        If `day` is no date.
    ValueError
        If the plan was not open, another plan is asked for (the tables hold no incidence for
        it), a number is out of range, or the bands do not fit the ages and benefits.

    Examples
    --------
    >>> pool = groups_of("critical", dt.date(2021, 12, 7), bands=AGE_BANDS)
    >>> [str(group) for group in pool.groups[:3]], pool.groups[0].benefit
    (['0-29 male', '0-29 female', '30-39 male'], 300000.0)
    """
    checks.one_of("plan", plan, ("critical", "insurance", "elderly"))
    terms = rules.plan(plan).on(checks.date("day", day))
    checks.number("members", members, above=True)
    checks.number("men", men, 0, 1)
    checks.number("plan_ratio", plan_ratio)
    assumed = [f"Men are {men:.0%} of the members at each age; no source tells."]
    if plan_ratio == 1:
        assumed.append("Incidence is that of the table of 2006-2010, not the plan's own.")
    else:
        assumed.append(f"Incidence is {plan_ratio:g} times that of the table of 2006-2010.")
    if plan == "elderly":
        if under_20 is not None:
            raise ValueError(f"under_20 must be None for the elderly plan, got {under_20!r}")
        low, high = (int(age) for age in terms["entry_age"].value)
        ages = list(range(low, high + 1))
        shares = np.full(len(ages), 1 / len(ages))
        benefits = dict.fromkeys(ages, terms.number("benefit_severe_cancer"))
        keys = tuple(terms[item].key for item in ("entry_age", "benefit_severe_cancer"))
        table = _incidence(6)
        assumed += [
            "Ages are spread evenly from 60 to 70; they are not published.",
            "Incidence is that of six illnesses, as that of cancer alone is not in the tables.",
            "Every cancer is severe; how many are light is not published.",
        ]
    else:
        mix = age_mix(day, under_20=under_20)
        ages, shares = [int(age) for age in mix.age], mix.share
        boundary = terms.number("age_boundary_of_benefit")
        items = ("benefit_to_39", "benefit_40_to_59")
        benefits = {age: terms.number(items[age >= boundary]) for age in ages}
        keys = (*mix.keys, *(terms[item].key for item in items))
        table = _incidence(25)
        assumed += mix.assumptions
    groups = []
    for first, last in _checked_bands(bands, ages):
        inside = [place for place, age in enumerate(ages) if first <= age <= last]
        paid = {benefits[ages[place]] for place in inside}
        if len(paid) > 1:
            raise ValueError(f"bands must not cross a change of the benefit, got {(first, last)}")
        weight = shares[inside]
        for sex, share in zip(_SEXES, (men, 1 - men), strict=True):
            if share * weight.sum() == 0:
                continue
            rates = np.array([table[sex, ages[place]] for place in inside])
            mean = float(rates @ (weight / weight.sum()))
            groups.append(
                Group(
                    age_from=first,
                    age_to=last,
                    sex=sex,
                    members=members * share * float(weight.sum()),
                    incidence=checks.number("incidence", plan_ratio * mean, 0, 1),
                    benefit=next(iter(paid)),
                )
            )
    return Pool(
        plan=plan, day=day, groups=tuple(groups), assumptions=tuple(assumed), keys=tuple(keys)
    )


def _checked_bands(
    bands: Sequence[tuple[int, int]] | None, ages: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    if bands is None:
        return tuple((age, age) for age in ages)
    covered = [age for first, last in bands for age in range(first, last + 1)]
    if covered != list(ages):
        raise ValueError(
            f"bands must hold each age from {ages[0]} to {ages[-1]} once and in order, got {bands}"
        )
    return tuple((first, last) for first, last in bands)


def in_whole_members(groups: Sequence[Group], members: int) -> tuple[Group, ...]:
    """Return the same mix in a pool of a whole number of members, each group whole.

    Numbers are rounded by the largest remainder, so that they add up; groups left without a
    member are dropped, so a small pool needs wide bands.

    Examples
    --------
    >>> third = Group(
    ...     age_from=0, age_to=59, sex="both", members=1, incidence=0.002, benefit=100_000
    ... )
    >>> [group.members for group in in_whole_members([third] * 3, 10)]
    [4, 3, 3]
    """
    groups = checked(groups)
    checks.whole("members", members, 1)
    weights = [Fraction(group.members) for group in groups]
    counts = largest_remainder([members * weight / sum(weights) for weight in weights], members)
    return tuple(
        replace(group, members=count) for group, count in zip(groups, counts, strict=True) if count
    )


def largest_remainder(
    quotas: Sequence[Fraction], total: int, sizes: Sequence[int] | None = None
) -> list[int]:
    """Round quotas to whole numbers that add up; one quota stands for `sizes` equal ones.

    Returns how much each group receives in all.
    """
    sizes = sizes or [1] * len(quotas)
    floors = [math.floor(quota) for quota in quotas]
    missing = total - sum(size * floor for size, floor in zip(sizes, floors, strict=True))
    given = [size * floor for size, floor in zip(sizes, floors, strict=True)]
    # Ties go to the group named first.
    for place in sorted(range(len(quotas)), key=lambda i: floors[i] - quotas[i]):
        more = min(sizes[place], missing)
        given[place] += more
        missing -= more
    return given


def risks_of(groups: Sequence[Group], years: float = 1.0) -> list[Risk]:
    """Return the groups as risks of a period, for :func:`bill_distribution`.

    Parameters
    ----------
    groups : sequence of Group
        With whole numbers of members.
    years : float
        Length of the period: 1 for a year, 1/24 for one notice. The chance of a case is
        `incidence` times `years`.

    Raises
    ------
    ValueError
        If a group's number of members is not whole, its benefit is not whole fen, all benefits
        are 0, or a chance is above 1.
    """
    checks.number("years", years, above=True, unit="years")
    groups = checked(groups)
    highest = max(group.benefit for group in groups)
    if highest == 0:
        raise ValueError("benefits of the groups must be above 0 together, got 0")
    # Who has no benefit shares the bill all the same: a benefit with no chance.
    return [
        Risk(
            members=whole_members(group),
            cases={group.benefit: group.incidence * years} if group.benefit else {highest: 0.0},
        )
        for group in groups
    ]


def whole_members(group: Group) -> int:
    """Return the members of a group, and refuse a part of one."""
    if group.members != int(group.members):
        raise ValueError(f"members of {group} must be a whole number, got {group.members!r}")
    return int(group.members)


def split_by_years(groups: Sequence[Group], shares: Mapping[float, float]) -> tuple[Group, ...]:
    """Split each group by years in the plan, the same way at every age.

    Parameters
    ----------
    groups : sequence of Group
        The members.
    shares : mapping of float to float
        Years in the plan to the share of members who have been in it so long; adds up to 1. No
        source gives these shares.

    Raises
    ------
    ValueError
        If the shares do not add up to 1, or one is not above 0.
    """
    for share in shares.values():
        checks.number("share", share, 0, 1, above=True)
    if abs(math.fsum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"shares must add up to 1, got {math.fsum(shares.values())!r}")
    return tuple(
        replace(group, members=group.members * share, years_in_plan=float(years))
        for group in checked(groups)
        for years, share in shares.items()
    )


def with_growing_benefit(
    groups: Sequence[Group], *, start: float, full_after: float
) -> tuple[Group, ...]:
    r"""Return the groups with benefits that grow with their years in the plan.

    .. math:: b_g' = b_g \min\left(1,\ s + (1 - s) \frac{y_g}{Y}\right)

    A proposal, not a rule of the plan: a reviewer wrote when it closed that the sum paid should
    hang on the days of taking part, to keep members in (``qa-2021-12-29-policy-reviewer``). He
    gave no formula; this one is ours. It changes what is paid and not how the bill is shared, so
    any scheme can follow. Incidence is left as it is.

    Parameters
    ----------
    groups : sequence of Group
        With `years_in_plan`, :math:`y_g`, and full benefit :math:`b_g`.
    start : float
        Share of the benefit on the first day, :math:`s`, from 0 to 1.
    full_after : float
        Years until the full benefit, :math:`Y`, above 0.

    Examples
    --------
    >>> new = Group(
    ...     age_from=30, age_to=39, sex="both", members=1, incidence=0.002, benefit=300_000,
    ...     years_in_plan=1,
    ... )
    >>> with_growing_benefit([new], start=0.25, full_after=3)[0].benefit
    150000.0
    """
    checks.number("start", start, 0, 1)
    checks.number("full_after", full_after, above=True, unit="years")
    return tuple(
        replace(
            group,
            benefit=group.benefit
            * min(1.0, start + (1 - start) * group.years_in_plan / full_after),
        )
        for group in checked(groups)
    )
