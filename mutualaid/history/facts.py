"""One value with its source, and series of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import pandas as pd

from mutualaid.history.tables import STATUSES, checked_table, notices, plan_terms, schema, tables
from mutualaid.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from.

    Attributes
    ----------
    key : str
        Key of the source, also in the book's bibliography.
    publisher, title, date, language, kind, address, about, caution : str
        The columns of ``sources.csv``; empty where not known.
    """

    key: str
    publisher: str
    title: str
    date: str
    language: str
    kind: str
    address: str
    about: str
    caution: str

    @property
    def name(self) -> str:
        """Publisher and date: how a sentence or a table names the source."""
        return f"{self.publisher}, {self.date or 'undated'}"

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.publisher, self.title, self.date or "undated")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value with everything that is known of it.

    Attributes
    ----------
    key : str
        Address of the value.
    value : float or None
        The figure in `unit`; None where the row has only a `text`.
    unit, text : str
        Unit in plain words; the value in words where it is a date or a term.
    basis : str
        ``published``, ``quoted``, ``derived`` or ``inferred``.
    approx : str
        ``about``, ``over``, ``under`` or empty.
    status, reason : str
        ``used``, ``disputed`` or ``rejected``, and why.
    formula : str
        Arithmetic of a derived value, in a, b, c, ... for its `inputs`.
    inputs : tuple of str
        Keys of the inputs.
    source : Source
        The main source.
    also : tuple of Source
        Further sources that say the same.
    note : str
        What a reader needs to know.
    line : int
        Line of the row in its table; 0 for a plan's term.
    """

    key: str
    value: float | None
    unit: str
    text: str
    basis: str
    approx: str
    status: str
    reason: str
    formula: str
    inputs: tuple[str, ...]
    source: Source
    also: tuple[Source, ...]
    note: str
    line: int

    def __str__(self) -> str:
        amount = self.text if self.value is None else f"{written(self.value)} {self.unit}"
        return f"{self.key}: {' '.join(filter(None, (self.approx, amount)))} ({self.source})"


def written(number: float) -> str:
    """Write a number in plain digits: thousands apart, no powers of ten, no trailing zeros.

    Examples
    --------
    >>> written(24_894_000_000), written(0.00095), written(7.02)
    ('24,894,000,000', '0.00095', '7.02')
    """
    whole, _, rest = f"{number:,.8f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def keys(name: str) -> pd.Series[str]:
    """Return the key of each row of a table, by line.

    Raises
    ------
    KeyError
        If there is no such table.

    Examples
    --------
    >>> keys("incidence").iloc[0]
    'incidence/6/male/0'
    """
    cells = checked_table(name)[schema(name)["schema"]["key"]]
    parts = cells.map(lambda cell: f"{cell:.15g}" if isinstance(cell, float) else str(cell))
    return cast("pd.Series[str]", name + "/" + parts.agg("/".join, axis=1))


@cache
def _index() -> dict[str, tuple[Fact, ...]]:
    """Map each key to its rows, the used one first."""
    index: dict[str, list[Fact]] = {}
    for name in tables():
        if name in ("sources", "assertions"):
            continue
        rows = checked_table(name).to_dict("records")
        for (line, key), row in zip(keys(name).items(), rows, strict=True):
            index.setdefault(key, []).append(_fact(key, int(str(line)), row))
    for row in plan_terms().to_dict("records"):
        entry = {**row, "value": None} if row["text"] else row
        index.setdefault(row["key"], []).append(_fact(row["key"], 0, entry))
    return {
        key: tuple(sorted(rows, key=lambda row: STATUSES.index(row.status)))
        for key, rows in index.items()
    }


def _fact(key: str, line: int, row: Mapping[Any, Any]) -> Fact:
    value = row.get("value")
    return Fact(
        key=key,
        value=None if value is None or pd.isna(value) else float(value),
        inputs=tuple(filter(None, row.get("inputs", "").split("; "))),
        source=source(row["source"]),
        also=tuple(source(other) for other in row.get("also", "").split("; ") if other),
        line=line,
        status=row.get("status", "used"),
        basis=row.get("basis", "published"),
        **{c: row.get(c, "") for c in ("unit", "text", "approx", "reason", "formula", "note")},
    )


def facts(key: str) -> tuple[Fact, ...]:
    """Return every row of a key, the used one first: what sources say, side by side.

    Parameters
    ----------
    key : str
        ``table/column/column/...``

    Raises
    ------
    KeyError
        If no row has this key; the message names the nearest keys.
    """
    try:
        return _index()[key]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(key, _index(), n=3, cutoff=0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise KeyError(f"no value has the key {key!r}{hint}") from None


def fact(key: str) -> Fact:
    """Return the used value of a key, or the value that one source gives.

    Parameters
    ----------
    key : str
        ``table/column/...`` for the used row, ``table/column/...@source`` for one source's.

    Raises
    ------
    KeyError
        If there is no such row, or the key has only contested rows and none is named.

    Examples
    --------
    >>> last = fact("notices/2021-12-1/critical/share")
    >>> last.value, last.unit
    (7.02, 'yuan per head')
    """
    name, _, wanted = key.partition("@")
    rows = facts(name)
    if wanted:
        for row in rows:
            if row.source.key == wanted:
                return row
        known = ", ".join(row.source.key for row in rows)
        raise KeyError(f"source of {name!r} must be one of {known}, got {wanted!r}")
    if rows[0].status != "used":
        known = ", ".join(f"{name}@{row.source.key}" for row in rows)
        raise KeyError(f"no value of {name!r} is preferred to the others; choose: {known}")
    return rows[0]


def number_of(key: str) -> float:
    """Return the number of a key; a value in words has none.

    Parameters
    ----------
    key : str
        As for :func:`fact`.

    Raises
    ------
    KeyError
        As :func:`fact`.
    ValueError
        If the value is in words.

    Examples
    --------
    >>> number_of("notices/2021-12-1/critical/share")
    7.02
    """
    found = fact(key)
    if found.value is None:
        raise ValueError(f"{key} must have a number, got {found.text!r}")
    return found.value


def source(key: str) -> Source:
    """Return the source of a value, or the source of that key.

    Parameters
    ----------
    key : str
        A value's key (``notices/2021-12-1/critical/share``) or a source's own.

    Raises
    ------
    KeyError
        If neither has this key.
    """
    if "/" in key:
        return fact(key).source
    try:
        return _sources()[key]
    except KeyError:
        raise KeyError(f"no source has the key {key!r}") from None


@cache
def _sources() -> dict[str, Source]:
    rows = checked_table("sources").rename(columns={"source": "key"}).to_dict("records")
    return {row["key"]: Source(**{str(name): cell for name, cell in row.items()}) for row in rows}


def series(plan: str, quantity: str, *, contested: bool = False) -> pd.DataFrame:
    """Return one series of the notices, in the order of time.

    Parameters
    ----------
    plan : str
        ``all``, ``critical``, ``elderly``, ``chronic`` or ``transport``. The series of *all*
        plans and of the *critical* plan are different things under one name in the press.
    quantity : str
        ``share``, ``sharers``, ``helped``, ``benefits``, ``cumulative_helped``, ...
    contested : bool
        Keep disputed and rejected rows too.

    Returns
    -------
    DataFrame
        Columns ``period`` (:class:`~mutualaid.periods.Period`), ``notice_day``, and those of
        the table. A notice for which nothing is known has no row.

    Raises
    ------
    ValueError
        If the table has no such plan or quantity.
    """
    frame = notices()
    for name, wanted in (("plan", plan), ("quantity", quantity)):
        known = sorted(set(frame[name]))
        if wanted not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {wanted!r}")
    keep = (frame["plan"] == plan) & (frame["quantity"] == quantity)
    if not contested:
        keep &= frame["status"] == "used"
    frame = frame[keep].copy()
    period = frame["notice"].map(Period.parse)
    frame.insert(0, "period", period)
    frame.insert(1, "notice_day", period.map(lambda p: p.notice_day))
    return frame


def recompute(row: Fact) -> float:
    """Compute a derived value again from its inputs.

    Parameters
    ----------
    row : Fact
        A value with `formula` and `inputs`.

    Returns
    -------
    float
        The formula's result, in the row's unit.

    Raises
    ------
    ValueError
        If the row has no formula, or an input has no number.
    """
    if not row.formula:
        raise ValueError(f"{row.key} is {row.basis} and has no formula")
    letters = list("abcdefghijklmnopqrstuvwxyz"[: len(row.inputs)])
    if sorted(set(re.findall("[A-Za-z_]+", row.formula))) != letters:
        raise ValueError(
            f"formula of {row.key} must use exactly {', '.join(letters)} "
            f"for its {len(row.inputs)} inputs, got {row.formula!r}"
        )
    values: dict[str, float] = {}
    for letter, key in zip(letters, row.inputs, strict=True):
        value = fact(key).value
        if value is None:
            raise ValueError(f"input {key!r} of {row.key} has no number")
        values[letter] = value
    evaluate = cast(Callable[..., Any], pd.eval)
    return float(evaluate(row.formula, local_dict=values, engine="python", parser="pandas"))
