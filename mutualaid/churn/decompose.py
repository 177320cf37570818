"""What raised the bill: its rise from one notice to another, divided among causes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mutualaid import checks, history
from mutualaid.churn.engine import project
from mutualaid.churn.scenario import CAUSES, Scenario, many_of, uncapped, without
from mutualaid.churn.targets import LAST_PAID, SETTLED
from mutualaid.periods import Period

__all__ = ["Decomposition", "active_causes", "decompose", "shapley"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Decomposition:
    """The rise of the bill between two notices, in logarithms, by cause.

    Attributes
    ----------
    first, last : Period
        The notices.
    causes : tuple of str
        Names, all those of ``CAUSES``.
    parts : array, scenarios x causes
        Shapley values: they add up to the model's rise.
    published : float
        The rise of the published bills; NaN where one of the two is not known.
    """

    first: Period
    last: Period
    causes: tuple[str, ...]
    parts: Floats
    published: float

    def __post_init__(self) -> None:
        self.parts.setflags(write=False)

    @property
    def rise(self) -> Floats:
        """The model's rise, for each scenario."""
        return np.asarray(self.parts.sum(axis=1))

    @property
    def unexplained(self) -> Floats:
        """What of the published rise the model does not give, for each scenario."""
        return self.published - self.rise

    def of(self, *causes: str) -> Floats:
        """Return the parts of some causes together, for each scenario.

        Raises
        ------
        ValueError
            If a cause is not among those divided, or is named twice.
        """
        if len(set(causes)) < len(causes):
            raise ValueError(f"causes must be different ones, got {', '.join(causes)}")
        places = [self.causes.index(checks.one_of("cause", cause, self.causes)) for cause in causes]
        return np.asarray(self.parts[:, places].sum(axis=1))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each cause, and for what is unexplained, over the scenarios.

        Columns: ``cause``, ``low_log``, ``mean_log``, ``high_log`` (least, mean and greatest of the
        scenarios), and the same ``…_times``: by how much the bill was multiplied. The means add
        up; the least and the greatest need not. The row *delay and select* repeats two causes that
        the published figures hardly tell apart.
        """
        rows = {cause: self.parts[:, place] for place, cause in enumerate(self.causes)}
        rows |= {"delay and select": self.of("delay", "select")}
        rows |= {"the model": self.rise, "unexplained": self.unexplained}
        found = []
        for name, values in rows.items():
            least, middle, most = values.min(), float(values.mean()), values.max()
            found.append(
                (name, least, middle, most, math.exp(least), math.exp(middle), math.exp(most))
            )
        return pd.DataFrame(
            found,
            columns=["cause", "low_log", "mean_log", "high_log", "low_times", "mean_times",
                     "high_times"],
        )  # fmt: skip


def active_causes(scenario: Scenario) -> tuple[str, ...]:
    """Return the causes that are at work in a scenario: switched off, it would be another."""
    return tuple(
        cause
        for cause, changes in CAUSES.items()
        if any(
            not np.array_equal(getattr(scenario, name), value)
            for name, value in changes.items()
        )
    )  # fmt: skip


def shapley(worth: ArrayLike) -> Floats:
    r"""Divide the worth of all players together among them, by the values of Shapley (1953).

    .. math::

        \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n - |S| - 1)!}{n!}
                 \left( v(S \cup \{i\}) - v(S) \right)

    the mean over all orders in which the players may come. They add up to the worth of all less
    that of nobody.

    Parameters
    ----------
    worth : array of 2^n
        Worth of each set, by its number: bit i of the place says whether player i is in it.

    Returns
    -------
    array of n

    Raises
    ------
    ValueError
        If the length is no power of two, or a number is not finite.

    Examples
    --------
    >>> shapley([0.0, 1.0, 2.0, 5.0]).tolist()  # alone 1 and 2; together 5
    [2.0, 3.0]
    """
    worth = np.asarray(worth, dtype=np.float64)
    players = max(worth.size.bit_length() - 1, 0)
    if worth.shape != (1 << players,):
        got = " x ".join(map(str, worth.shape)) or "one number"
        raise ValueError(f"worth must hold 1, 2, 4, 8, ... numbers in a row, got {got}")
    if not np.isfinite(worth).all():
        raise ValueError(f"worth must be finite, got {worth[~np.isfinite(worth)][0]!r}")
    sets = np.arange(worth.size)
    size = np.array([bin(each).count("1") for each in sets])
    weight = np.array(
        [
            math.factorial(s) * math.factorial(players - s - 1) / math.factorial(players)
            for s in range(players)
        ]
    )
    values = np.empty(players)
    for player in range(players):
        out = sets[(sets >> player) & 1 == 0]
        values[player] = (weight[size[out]] * (worth[out | 1 << player] - worth[out])).sum()
    return values


def decompose(
    scenario: Scenario | Sequence[Scenario],
    first: Period = SETTLED,
    last: Period = LAST_PAID,
) -> Decomposition:
    """Divide the rise of the bill from one notice to another among its causes.

    The worth of a set of causes is the rise of the logarithm of the bill when they are at work and
    the others are switched off, see ``CAUSES``; with none at work the bill does not rise. A cause
    that is not at work in a scenario gets exactly 0. For several scenarios the parts of each are
    kept, so that their range can be told. Caps, which no published bill met, are lifted: what is
    divided is the cost per head.

    Parameters
    ----------
    scenario : Scenario or sequence of Scenario
        One, or several that fit about as well. Each must follow a path of members.
    first, last : Period
        The two notices, in order. The first bill that can be explained is that of 2019-06-2:
        before it a handful of cases decided.

    Returns
    -------
    Decomposition

    Raises
    ------
    ValueError
        If the notices are not in order or lie outside the scenario, joins are given, or a bill is
        0 with some of the causes switched off.
    TypeError
        If what is given is no scenario, or a notice is no Period.
    """
    many = many_of(scenario)
    for name, value in (("first", first), ("last", last)):
        if not isinstance(value, Period):
            raise TypeError(f"{name} must be a Period, got {value!r}")
    for each in many:
        if not each.first <= first < last <= each.last:
            raise ValueError(
                f"first and last must be in order and from {each.first} to {each.last}, "
                f"got {first} and {last}"
            )
        if each.joins is not None:
            raise ValueError("scenario must follow a path of members, got one with joins")
    parts = np.zeros((len(many), len(CAUSES)))
    for row, each in enumerate(many):
        at_work, bills = _with_each_set(each)
        ends = bills[:, [first - each.first, last - each.first]]
        if not (ends > 0).all():
            name, notice = ("last", last) if (ends[:, 0] > 0).all() else ("first", first)
            raise ValueError(
                f"{name} must be a notice with a bill above 0 whatever causes are switched off, "
                f"got {notice}"
            )
        values = shapley(np.log(ends[:, 1] / ends[:, 0]))
        for cause, value in zip(at_work, values, strict=True):
            parts[row, list(CAUSES).index(cause)] = value
    return Decomposition(
        first=first,
        last=last,
        causes=tuple(CAUSES),
        parts=parts,
        published=math.log(_published(last) / _published(first)),
    )


# Of the last few scenarios: other notices of the same scenario need no other projections.
@lru_cache(maxsize=64)
def _with_each_set(scenario: Scenario) -> tuple[tuple[str, ...], Floats]:
    """Return the causes at work, and the bills with each set of them, by the set's number."""
    at_work = active_causes(scenario)
    free = uncapped(scenario)
    sets = [
        without(free, *(c for place, c in enumerate(at_work) if not number >> place & 1))
        for number in range(1 << len(at_work))
    ]
    return at_work, project(sets).bill


def _published(notice: Period) -> float:
    """Return a published bill; NaN if there is none."""
    bills = history.series("critical", "share")
    found = bills.loc[bills["period"] == notice, "value"]
    return float(found.iloc[0]) if len(found) else math.nan
