"""What a fit is held against: the published figures of the critical plan, each with its width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import history, sharing
from mutualaid.churn.projection import Projection
from mutualaid.churn.published import FIRST, LAST, published_members
from mutualaid.periods import Period

__all__ = [
    "LAST_PAID",
    "SETTLED",
    "Target",
    "naive_forecasts",
    "predicted",
    "shaken",
    "targets",
]

Floats = NDArray[np.float64]

#: First notice from which the rise of the bill is explained; before it a handful of cases decided.
SETTLED = Period(2019, 6, 2)
#: Last notice that members paid.
LAST_PAID = Period(2021, 12, 1)
#: How far a smooth model may be off a single notice, in logarithms: until `SETTLED`, in the
#: summer of 2019, and later; and off a sum that ends later. Judgments, not estimates.
EARLY_MISS, SUMMER_MISS, MISS, SUM_MISS = 0.5, 0.25, 0.1, 0.05
_SUMMER_ENDS = Period(2019, 9, 2)
#: Roughly, a mean benefit in yuan, and one plus the square of its coefficient of variation: only
#: for the part of chance in a bill, which is small but for the first few.
_BENEFIT, _SPREAD = 160_000, 1.25

#: Sums over notices: row, series of a projection, first and last notice.
_SUMS = (
    ("annual/2019/critical/share", "bill", Period(2019, 1, 1), Period(2019, 12, 2)),
    ("annual/2020/critical/share", "bill", Period(2020, 1, 1), Period(2020, 12, 2)),
    ("annual/2019..2021/critical/share", "bill", Period(2019, 1, 1), LAST_PAID),
    ("annual/2021-01-01..2021-11-07/critical/share", "bill", Period(2021, 1, 1),
     Period(2021, 11, 1)),
    ("annual/2020-01-21..2020-08-07/critical/helped_on_one_member_page", "helped",
     Period(2020, 1, 2), Period(2020, 8, 1)),
    ("annual/..2021-12-28/critical/benefits", "benefits", FIRST, Period(2021, 12, 2)),
)  # fmt: skip
#: The highest bill, of a notice that is not named.
_HIGHEST = ("annual/2021/critical/highest_share", Period(2021, 1, 1), LAST_PAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A published figure that a projection can be compared with.

    Attributes
    ----------
    key : str
        Address of its row.
    series : str
        Series of a projection: ``bill``, ``helped`` or ``benefits``.
    how : str
        ``at`` the last of the periods, ``sum`` of them, or their ``highest``.
    first, last : Period
        The periods.
    value, low, high : float
        The published value; the least and the greatest that its printed form allows, or that of
        a disputed value for the same.
    width : float
        Standard error of its logarithm: what a model may miss, the chance in few cases, and the
        span from `low` to `high` together.
    """

    key: str
    series: str
    how: str
    first: Period
    last: Period
    value: float
    low: float
    high: float
    width: float

    @property
    def is_bill(self) -> bool:
        """Whether it is the bill of a single notice."""
        return self.series == "bill" and self.how == "at"

    @property
    def name(self) -> str:
        """How tables name it: what, and when."""
        what = {"bill": "bill", "helped": "helped", "benefits": "benefits paid"}[self.series]
        if self.how == "at":
            return f"{what} {self.last}"
        if self.how == "highest":
            return f"highest {what} of {self.last.year}"
        return f"{what}, {self.first} to {self.last}"


def targets(until: Period = LAST) -> tuple[Target, ...]:
    """Return the published figures of the critical plan up to a notice, in the order of time.

    They are the bills, the people helped and their running count from 2019-06-2 on, sums of bills
    per head, people helped over 14 notices, the highest bill of 2021, and all benefits paid.
    What is known of bills without a notice, such as one to two yuan in February to April 2020, is
    not among them. Derived values are not, nor those that are only a bound, nor figures of all
    plans.

    Parameters
    ----------
    until : Period
        Last notice that is known.

    Raises
    ------
    TypeError
        If `until` is no Period.

    Examples
    --------
    >>> from mutualaid.periods import Period
    >>> [each.name for each in targets(Period(2019, 3, 1))]
    ['bill 2019-01-2', 'helped 2019-01-2', 'bill 2019-02-2', 'bill 2019-03-1']
    """
    _check_until(until)
    return tuple(each for each in _all_targets() if each.last <= until)


def _check_until(until: object) -> None:
    if not isinstance(until, Period):
        raise TypeError(f"until must be a Period, got {until!r}")


@cache
def _all_targets() -> tuple[Target, ...]:
    found = []
    for quantity, series in (("share", "bill"), ("helped", "helped")):
        for _, row in history.series("critical", quantity).iterrows():
            at = row["period"]
            if _is_told(row):
                key = f"notices/{at}/critical/{quantity}"
                found.append(_target(key, quantity, series, "at", at, at))
    for _, row in history.series("critical", "cumulative_helped").iterrows():
        at = row["period"]
        if _is_told(row) and at >= SETTLED:
            key = f"notices/{at}/critical/cumulative_helped"
            found.append(_target(key, "helped", "helped", "sum", FIRST, at))
    for key, series, first, last in _SUMS:
        part = {"bill": "share", "helped": "helped", "benefits": "benefits"}[series]
        found.append(_target(key, part, series, "sum", first, last))
    key, first, last = _HIGHEST
    found.append(_target(key, "share", "bill", "highest", first, last))
    order = {"bill": 0, "helped": 1, "benefits": 2}
    return tuple(sorted(found, key=lambda each: (each.last, each.how != "at", order[each.series])))


def _is_told(row: pd.Series[Any]) -> bool:
    """Tell whether a source gives the value itself: it is neither computed nor only a bound."""
    return row["basis"] != "derived" and row["approx"] not in ("over", "under")


def _target(key: str, part: str, series: str, how: str, first: Period, last: Period) -> Target:
    kind = {"helped": "cases"}.get(part, part)
    span = sharing.printed_span(history.fact(key), kind)
    others = [
        sharing.printed_span(row, kind) for row in history.facts(key) if row.status == "disputed"
    ]
    low = min(span.low, *(each.low for each in others)) if others else span.low
    high = max(span.high, *(each.high for each in others)) if others else span.high
    cases = span.value
    if series == "bill":
        cases = span.value * float(published_members()[last - FIRST]) / _BENEFIT
    chance = (_SPREAD if series == "bill" else 1.0) / max(cases, 1.0)
    if series == "benefits":
        chance = 0.0
    miss = EARLY_MISS if last < SETTLED else SUMMER_MISS if last <= _SUMMER_ENDS else MISS
    if how == "sum" and last > _SUMMER_ENDS:
        miss = SUM_MISS
    printed = math.log(high / low) ** 2 / 12  # evenly spread between the two
    return Target(
        key=key, series=series, how=how, first=first, last=last, value=span.value, low=low,
        high=high, width=math.sqrt(miss**2 + chance + printed),
    )  # fmt: skip


def predicted(projection: Projection, published: Sequence[Target]) -> Floats:
    """Return what a projection gives for each of the figures; for a batch, a row for each.

    Raises
    ------
    ValueError
        If there is no figure, or the projection does not begin with the plan or ends too soon.
    """
    if not published:
        raise ValueError("published must hold at least one figure, got none")
    first, last = projection.periods[0], projection.periods[-1]
    needed = max(each.last for each in published)
    if first != FIRST or last < needed:
        raise ValueError(
            f"projection must run from {FIRST} to {needed} or later, got {first} to {last}"
        )
    columns = []
    for each in published:
        values = getattr(projection, each.series)
        of = values[..., each.first - FIRST : each.last - FIRST + 1]
        columns.append(
            of[..., -1] if each.how == "at" else of.sum(-1) if each.how == "sum" else of.max(-1)
        )
    return np.stack(columns, axis=-1)


def shaken(published: Sequence[Target], seed: int) -> tuple[Target, ...]:
    """Return the figures with other values that sources allow, drawn evenly from low to high."""
    rng = np.random.default_rng(seed)
    return tuple(replace(each, value=rng.uniform(each.low, each.high)) for each in published)


def naive_forecasts(until: Period) -> pd.DataFrame:
    """Return two forecasts of later bills that know no model, beside what was published.

    Parameters
    ----------
    until : Period
        Last notice that is known.

    Returns
    -------
    DataFrame
        A row for each later bill: ``published_yuan_per_head``; the last bill known, and a straight
        line through the bills from 2019-06-2 on by least squares, with their errors as shares.

    Raises
    ------
    TypeError
        If `until` is no Period.
    ValueError
        If fewer than two bills are known by then.
    """
    _check_until(until)
    bills = [each for each in _all_targets() if each.is_bill]
    known = [each for each in bills if SETTLED <= each.last <= until]
    if len(known) < 2:
        raise ValueError(f"until must leave at least 2 bills from {SETTLED} on, got {until}")
    slope, start = np.polyfit([each.last - FIRST for each in known], [b.value for b in known], 1)
    rows = []
    for each in bills:
        if each.last > until:
            line = start + slope * (each.last - FIRST)
            last = known[-1].value
            rows.append(
                (each.last.label, each.value, last, last / each.value - 1, line,
                 line / each.value - 1)
            )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["notice", "published_yuan_per_head", "last_value_yuan_per_head",
                 "last_value_error", "straight_line_yuan_per_head", "straight_line_error"],
    )  # fmt: skip
