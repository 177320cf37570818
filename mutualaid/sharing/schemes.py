"""Schemes: ways to share the same total.

A scheme takes the groups and a total in yuan and returns what a head in each group is charged.
Every scheme collects exactly the total.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mutualaid import checks
from mutualaid.sharing.conditional import ConditionalMean
from mutualaid.sharing.groups import (
    AGE_BANDS,
    Group,
    checked,
    column,
    largest_remainder,
    whole_members,
)

__all__ = [
    "SCHEMES",
    "ByAgeBand",
    "FenCharges",
    "Scheme",
    "by_benefit_band",
    "check_total",
    "equal",
    "expected_total",
    "fair",
    "in_proportion_to_benefit",
    "whole_fen",
]

_Floats = NDArray[np.float64]

#: Takes groups and a total in yuan; returns the charge per head of each group, in yuan.
Scheme = Callable[[Sequence[Group], float], _Floats]


def expected_total(groups: Sequence[Group]) -> float:
    r"""Return the expected benefits of a year, in yuan: :math:`\sum_g n_g \lambda_g b_g`."""
    return math.fsum(group.members * group.expected_benefit for group in checked(groups))


def _by_weight(groups: Sequence[Group], total: float, weights: _Floats, what: str) -> _Floats:
    """Charge heads in proportion to weights."""
    checks.number("total", total, unit="yuan")
    weighed = float(column(groups, "members") @ weights)
    if weighed <= 0:
        raise ValueError(f"{what} of the groups must be above 0 together, got {weighed!r}")
    return weights * (total / weighed)


def equal(groups: Sequence[Group], total: float) -> _Floats:
    r"""Charge every head the same: the plan's own rule.

    .. math:: c_g = \frac{T}{\sum_h n_h}

    Parameters
    ----------
    groups : sequence of Group
        Members :math:`n_g`.
    total : float
        What is to be collected, :math:`T`, in yuan.

    Returns
    -------
    array of float, shape (groups,)
        Charge per head, in yuan.

    Examples
    --------
    >>> young = Group(
    ...     age_from=20, age_to=39, sex="both", members=3, incidence=0.001, benefit=300_000
    ... )
    >>> old = Group(
    ...     age_from=40, age_to=59, sex="both", members=1, incidence=0.006, benefit=100_000
    ... )
    >>> equal([young, old], 1_500).tolist(), fair([young, old], 1_500).tolist()
    ([375.0, 375.0], [300.0, 600.0])
    """
    groups = checked(groups)
    return _by_weight(groups, total, np.ones(len(groups)), "members")


def fair(groups: Sequence[Group], total: float) -> _Floats:
    r"""Charge each head in proportion to its expected benefit: the actuarially fair scheme.

    .. math:: c_g = T \frac{\lambda_g b_g}{\sum_h n_h \lambda_h b_h}

    Parameters, returns and units as in :func:`equal`.

    Raises
    ------
    ValueError
        If no group expects a benefit.
    """
    groups = checked(groups)
    expected = np.array([group.expected_benefit for group in groups])
    return _by_weight(groups, total, expected, "expected benefits")


def in_proportion_to_benefit(groups: Sequence[Group], total: float) -> _Floats:
    r"""Charge each head in proportion to its benefit.

    .. math:: c_g = T \frac{b_g}{\sum_h n_h b_h}

    So the plan did from June 2020 within an age: who chose a half or a third of the benefit
    paid a half or a third of the share (``plans/critical/benefit_and_share``). Between ages it
    never did. Parameters, returns and units as in :func:`equal`.

    Raises
    ------
    ValueError
        If all benefits are 0.
    """
    groups = checked(groups)
    return _by_weight(groups, total, column(groups, "benefit"), "benefits")


def by_benefit_band(groups: Sequence[Group], total: float) -> _Floats:
    """Let those with the same benefit bear their own expected cost, equally per head.

    Parameters, returns and units as in :func:`equal`.

    Raises
    ------
    ValueError
        If no group expects a benefit.
    """
    groups = checked(groups)
    return _by_band(groups, total, [group.benefit for group in groups])


def _by_band(groups: Sequence[Group], total: float, bands: Sequence[object]) -> _Floats:
    """Charge equally within a band, which bears its own expected cost."""
    members: dict[object, float] = {}
    cost: dict[object, float] = {}
    for group, band in zip(groups, bands, strict=True):
        members[band] = members.get(band, 0.0) + group.members
        cost[band] = cost.get(band, 0.0) + group.members * group.expected_benefit
    per_head = np.array([cost[band] / members[band] for band in bands])
    return _by_weight(groups, total, per_head, "expected benefits")


@dataclass(frozen=True, slots=True, kw_only=True)
class ByAgeBand:
    r"""Let each band of ages bear its own expected cost, equally per head.

    .. math::

        c_g = \frac{T}{N_a} \cdot
        \frac{\sum_{h \in a} n_h \lambda_h b_h}{\sum_h n_h \lambda_h b_h},
        \qquad N_a = \sum_{h \in a} n_h

    for a group :math:`g` in band :math:`a`. One reviewer of the plan asked for it when it closed:
    the old should share the costs of the old, and the young those of the young
    (``qa-2021-12-29-policy-reviewer``; no bands are named).

    Parameters
    ----------
    bands : tuple of (int, int)
        First and last age of each band.
    """

    bands: tuple[tuple[int, int], ...] = AGE_BANDS

    def __call__(self, groups: Sequence[Group], total: float) -> _Floats:
        """Return the charge per head of each group, in yuan.

        Raises
        ------
        ValueError
            If a group does not lie in exactly one band, or no group expects a benefit.
        """
        groups = checked(groups)
        checks.number("total", total, unit="yuan")
        return _by_band(groups, total, [self._band(group) for group in groups])

    def _band(self, group: Group) -> tuple[int, int]:
        inside = [
            band for band in self.bands if band[0] <= group.age_from <= group.age_to <= band[1]
        ]
        if len(inside) != 1:
            raise ValueError(f"bands must hold each group in exactly one, got {group} in {inside}")
        return inside[0]


#: The schemes of the comparison, by name.
SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "equal": equal,
        "in proportion to benefit": in_proportion_to_benefit,
        "by benefit band": by_benefit_band,
        "by age band": ByAgeBand(),
        "fair": fair,
        "conditional mean": ConditionalMean(),
    }
)


def check_total(groups: Sequence[Group], charges: ArrayLike, total: float) -> float:
    """Return by how many yuan the charges of all members miss the total: 0 when kept."""
    collected = column(checked(groups), "members") @ np.asarray(charges, dtype=np.float64)
    return abs(float(collected) - total)


@dataclass(frozen=True, slots=True, kw_only=True)
class FenCharges:
    """Charges in whole fen that add up exactly.

    Attributes
    ----------
    members : tuple of int
        Members of each group.
    charge : tuple of int
        What each of them pays at least, in fen.
    one_more : tuple of int
        How many of them pay one fen more.
    """

    members: tuple[int, ...]
    charge: tuple[int, ...]
    one_more: tuple[int, ...]

    @property
    def collected(self) -> int:
        """What comes in, in fen."""
        each = zip(self.members, self.charge, self.one_more, strict=True)
        return sum(members * charge + more for members, charge, more in each)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each group."""
        return pd.DataFrame(
            {
                "members": self.members,
                "charge_fen": self.charge,
                "members_paying_one_fen_more": self.one_more,
            }
        )


def whole_fen(groups: Sequence[Group], charges: ArrayLike, total: int) -> FenCharges:
    """Turn charges into whole fen that add up exactly, by the largest remainder.

    Parameters
    ----------
    groups : sequence of Group
        With whole numbers of members.
    charges : array of float, shape (groups,)
        Charge per head in any unit; only proportions count.
    total : int
        What is to be collected, in fen.

    Returns
    -------
    FenCharges
        Members who are alike pay the same, or one fen more.

    Raises
    ------
    ValueError
        If a charge is negative or no number, their number is not that of the groups, or all are
        0 and the total is not.

    Examples
    --------
    One yuan among three members:

    >>> three = Group(
    ...     age_from=0, age_to=59, sex="both", members=3, incidence=0.002, benefit=100_000
    ... )
    >>> whole_fen([three], [1 / 3], 100)
    FenCharges(members=(3,), charge=(33,), one_more=(1,))
    """
    groups = checked(groups)
    total = checks.whole("total", total)
    members = [whole_members(group) for group in groups]
    given = list(np.asarray(charges, dtype=np.float64))
    if len(given) != len(groups):
        raise ValueError(f"charges must be one for each of {len(groups)} groups, got {charges!r}")
    weights = [Fraction(checks.number("charge", float(charge))) for charge in given]
    weighed = sum(n * weight for n, weight in zip(members, weights, strict=True))
    if weighed == 0 and total > 0:
        raise ValueError(f"charges must be above 0 together to collect {total} fen, got 0")
    quotas = [total * weight / weighed if weighed else Fraction(0) for weight in weights]
    sums = largest_remainder(quotas, total, members)
    charge = tuple(math.floor(quota) for quota in quotas)
    more = tuple(s - n * c for s, n, c in zip(sums, members, charge, strict=True))
    # Where all pay one fen more, it is simply their charge.
    full = [n == m for n, m in zip(members, more, strict=True)]
    return FenCharges(
        members=tuple(members),
        charge=tuple(c + 1 if f else c for c, f in zip(charge, full, strict=True)),
        one_more=tuple(0 if f else m for m, f in zip(more, full, strict=True)),
    )
