"""Who pays for whom: what groups pay and receive, and what other schemes would change.

What a group is charged less what it may expect is what it gives to the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mutualaid import checks, history
from mutualaid.rules.plans import rule_term
from mutualaid.sharing.chance import bill_distribution
from mutualaid.sharing.conditional import ConditionalMean
from mutualaid.sharing.groups import Group, checked, column, columns, in_whole_members, risks_of
from mutualaid.sharing.schemes import SCHEMES, Scheme, equal, expected_total, fair

__all__ = [
    "ExpectedByGroup",
    "Moved",
    "PremiumComparison",
    "SchemeComparison",
    "compare_schemes",
    "compare_with_premiums",
    "expected_by_group",
    "money_moved",
    "steadiness",
]

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedByGroup:
    """What a head in each group may expect to receive and to pay in a year.

    Attributes
    ----------
    groups : tuple of Group
        The groups.
    expected_benefit, expected_charge : array of float, shape (groups,)
        Yuan per head and year.
    """

    groups: tuple[Group, ...]
    expected_benefit: _Floats
    expected_charge: _Floats

    @property
    def expected_subsidy(self) -> _Floats:
        """Benefit less charge, in yuan per head and year: above 0, others pay for the group."""
        return self.expected_benefit - self.expected_charge

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each group."""
        return pd.DataFrame(
            {
                **columns(self.groups),
                "benefit_yuan": column(self.groups, "benefit"),
                "expected_benefit_yuan_per_head_and_year": self.expected_benefit,
                "expected_charge_yuan_per_head_and_year": self.expected_charge,
                "expected_subsidy_yuan_per_head_and_year": self.expected_subsidy,
            }
        )


def expected_by_group(
    groups: Sequence[Group], scheme: Scheme = equal, *, fee: float = 0.0
) -> ExpectedByGroup:
    """Return expected benefit, charge and subsidy of each group, per head and year.

    Parameters
    ----------
    groups : sequence of Group
        The members.
    scheme : callable
        How the expected total is shared.
    fee : float
        Fee as a share of the benefits, added to the charges. Without it the subsidies of all
        members add up to 0.

    Returns
    -------
    ExpectedByGroup

    Examples
    --------
    The young give 75 yuan each, and the one who is older receives 225 more than it pays:

    >>> young = Group(
    ...     age_from=20, age_to=39, sex="both", members=3, incidence=0.001, benefit=300_000
    ... )
    >>> old = Group(
    ...     age_from=40, age_to=59, sex="both", members=1, incidence=0.006, benefit=100_000
    ... )
    >>> expected_by_group([young, old]).expected_subsidy.round(9).tolist()
    [-75.0, 225.0]
    """
    groups = checked(groups)
    fee = checks.number("fee", fee)
    return ExpectedByGroup(
        groups=groups,
        expected_benefit=np.array([group.expected_benefit for group in groups]),
        expected_charge=_expected_charges(groups, scheme) * (1 + fee),
    )


def _expected_charges(groups: Sequence[Group], scheme: Scheme) -> _Floats:
    """Return the mean of a charge over all totals of a year."""
    if isinstance(scheme, ConditionalMean):
        # By the law of total expectation, exactly the expected benefit.
        return np.array([group.expected_benefit for group in groups])
    return scheme(groups, expected_total(groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Money that a scheme moves between groups, against the fair one.

    Attributes
    ----------
    yuan : float
        Yuan, of the total that was shared.
    percent : float
        Percent of that total.
    """

    yuan: float
    percent: float


def money_moved(groups: Sequence[Group], charges: ArrayLike) -> Moved:
    r"""Return how much money charges move between groups, against fair ones of the same total.

    .. math:: M = \frac12 \sum_g n_g \left| c_g - c_g^{\text{fair}} \right|

    What some pay above the fair charge others pay below it; the half counts each yuan once.

    Parameters
    ----------
    groups : sequence of Group
        The members.
    charges : array of float, shape (groups,)
        Charge per head, in yuan.

    Returns
    -------
    Moved

    Examples
    --------
    >>> young = Group(
    ...     age_from=20, age_to=39, sex="both", members=3, incidence=0.001, benefit=300_000
    ... )
    >>> old = Group(
    ...     age_from=40, age_to=59, sex="both", members=1, incidence=0.006, benefit=100_000
    ... )
    >>> money_moved([young, old], [375, 375])
    Moved(yuan=225.0, percent=15.0)
    """
    groups = checked(groups)
    members = column(groups, "members")
    charged = np.asarray(charges, dtype=np.float64)
    total = float(members @ charged)
    off = float(members @ np.abs(charged - fair(groups, total))) / 2
    return Moved(yuan=off, percent=100 * off / total if total else 0.0)


def steadiness(groups: Sequence[Group], scheme: Scheme = equal, *, years: float = 1.0) -> _Floats:
    r"""Return the coefficient of variation of a head's charge, by group: 0 would be a fixed price.

    .. math:: v_g = \frac{\sqrt{\operatorname{Var} c_g(S)}}{E[c_g(S)]}

    over all totals :math:`S` that the groups may come to in the period. For every scheme that
    charges in proportion to the total it is that of the total, the same for all.

    Parameters
    ----------
    groups : sequence of Group
        With whole numbers of members.
    scheme : callable
        How the total is shared. For :class:`ConditionalMean` the pool must be small, and its own
        `years` are those given here.
    years : float
        Length of the period.

    Returns
    -------
    array of float, shape (groups,)
        NaN for a group that is never charged.
    """
    groups = checked(groups)
    bill = bill_distribution(risks_of(groups, years))
    chance = bill.probability
    if isinstance(scheme, ConditionalMean):
        means = replace(scheme, years=years).at_every_total(groups, float(bill.total[-1]))
        chance = means.probability
        charges = np.nan_to_num(means.share)
    else:
        charges = np.outer(scheme(groups, 1.0), bill.total)
    mean = charges @ chance
    spread = np.sqrt(np.maximum((charges - mean[:, None]) ** 2 @ chance, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(mean > 0, spread / mean, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeComparison:
    """Several schemes for the same members and the same total.

    Attributes
    ----------
    names : tuple of str
        The schemes.
    groups : tuple of Group
        The members.
    expected_charge : array of float, shape (schemes, groups)
        Yuan per head and year.
    moved : tuple of Moved
        Against the fair scheme, a year.
    young : tuple of (int, int)
        Ages of the young.
    variation : array of float, shape (schemes, 2)
        Least and highest coefficient of variation of a head's charge in the small pool.
    small_pool : int
        Members of the small pool.
    """

    names: tuple[str, ...]
    groups: tuple[Group, ...]
    expected_charge: _Floats
    moved: tuple[Moved, ...]
    young: tuple[int, int]
    variation: _Floats
    small_pool: int

    @property
    def expected_charge_of_young(self) -> _Floats:
        """Mean charge of the young under each scheme, in yuan per head and year."""
        low, high = self.young
        members = np.array(
            [g.members if low <= g.age_from and g.age_to <= high else 0.0 for g in self.groups]
        )
        return cast(_Floats, self.expected_charge @ members / members.sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each scheme."""
        low, high = self.young
        pool = f"in_{self.small_pool}_members"
        return pd.DataFrame(
            {
                "scheme": self.names,
                "money_moved_yuan_a_year": [moved.yuan for moved in self.moved],
                "money_moved_percent": [moved.percent for moved in self.moved],
                f"expected_charge_{low}_to_{high}_yuan_a_year": self.expected_charge_of_young,
                f"least_coefficient_of_variation_{pool}": self.variation[:, 0],
                f"highest_coefficient_of_variation_{pool}": self.variation[:, 1],
            }
        )


def compare_schemes(
    groups: Sequence[Group],
    schemes: Mapping[str, Scheme] = SCHEMES,
    *,
    young: tuple[int, int] = (0, 29),
    small_pool: int = 1_000,
    years: float = 1.0,
) -> SchemeComparison:
    """Return what schemes for the same members charge, move, and how steady they are.

    Parameters
    ----------
    groups : sequence of Group
        The members, in bands wide enough for a small pool.
    schemes : mapping of str to callable
        The schemes by name.
    young : (int, int)
        First and last age of the young. At least one group must lie within.
    small_pool : int
        Members of the pool in which steadiness is reckoned, with the same mix.
    years : float
        Length of the period for steadiness.

    Returns
    -------
    SchemeComparison

    Raises
    ------
    ValueError
        If no group lies within the ages of the young.
    """
    groups = checked(groups)
    if not any(young[0] <= group.age_from and group.age_to <= young[1] for group in groups):
        raise ValueError(f"young must hold at least one group, got {young!r}")
    few = in_whole_members(groups, small_pool)
    charges = np.array([_expected_charges(groups, scheme) for scheme in schemes.values()])
    variation = [steadiness(few, scheme, years=years) for scheme in schemes.values()]
    return SchemeComparison(
        names=tuple(schemes),
        groups=groups,
        expected_charge=charges,
        moved=tuple(money_moved(groups, row) for row in charges),
        young=young,
        variation=np.array([[np.nanmin(row), np.nanmax(row)] for row in variation]),
        small_pool=small_pool,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumComparison:
    """One-year premiums beside what members of the same ages are charged.

    Attributes
    ----------
    rows : tuple of mapping
        One for each premium; :meth:`to_frame` names the columns.
    """

    rows: tuple[Mapping[str, Any], ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each premium, per 10,000 yuan of cover and year."""
        return pd.DataFrame([dict(row) for row in self.rows])


def compare_with_premiums(
    groups: Sequence[Group], scheme: Scheme = equal, *, fee: float = 0.08
) -> PremiumComparison:
    """Return the used yearly premiums of one-year critical-illness policies beside the charges.

    All are put on 10,000 yuan of cover and twelve months. The first year of the transfer policy
    covers 15 months (``plans/transfer/free_months``). Policies differ from the plan in what they
    cover, so this compares prices, not value.

    Parameters
    ----------
    groups : sequence of Group
        The members, best by single age and sex.
    scheme : callable
        How the expected total is shared.
    fee : float
        Fee of the plan as a share of the benefits, part of what members pay.

    Returns
    -------
    PremiumComparison
        A premium whose ages hold no group is left out, and a price that the table holds for
        several covers is shown once.
    """
    groups = checked(groups)
    expected = expected_by_group(groups, scheme, fee=fee)
    fair_cost = expected.expected_benefit * (1 + fee)
    free = float(rule_term("plans/transfer/free_months").value)
    months = {"first year": 12 + free, "year": 12.0}
    table = history.table("premiums")
    keys = history.keys("premiums")
    kept = table["per"].isin(list(months)) & (table["status"] == "used")
    kept &= table["policy"].str.startswith(("transfer-critical", "one-year"))
    rows = []
    shown = set()
    for line, row in table[kept].to_dict("index").items():
        inside = [
            place
            for place, group in enumerate(groups)
            if row["age_from"] <= group.age_from
            and group.age_to <= row["age_to"]
            and row["sex"] in (group.sex, "both")
        ]
        if not inside:
            continue
        premium = row["value"] / (row["cover"] / 10_000) * 12 / months[row["per"]]
        price = (row["policy"], row["sex"], row["age_from"], row["age_to"], round(premium, 6))
        if price in shown:
            continue
        shown.add(price)
        weight = column(groups, "members")[inside]
        cover = column(groups, "benefit")[inside] / 10_000
        charge = float(expected.expected_charge[inside] / cover @ weight / weight.sum())
        cost = float(fair_cost[inside] / cover @ weight / weight.sum())
        rows.append(
            MappingProxyType(
                {
                    "key": keys.loc[int(str(line))],
                    "policy": row["policy"],
                    "sex": row["sex"],
                    "age_from_years": row["age_from"],
                    "age_to_years": row["age_to"],
                    "approx": row["approx"],
                    "premium_yuan_per_10000_and_year": premium,
                    "expected_charge_yuan_per_10000_and_year": charge,
                    "fair_charge_yuan_per_10000_and_year": cost,
                }
            )
        )
    return PremiumComparison(rows=tuple(rows))
