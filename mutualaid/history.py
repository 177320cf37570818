"""What is known: the tables of the ``data`` folder, each value with its source.

A value is addressed by its key, ``table/column/column/...``, over the key columns of its table:
``notices/2021-12-1/critical/share``. Contradicting values are separate rows of one key. At most
one of them has the status *used*; ``key@source`` addresses another.

Tables are read once, checked cell by cell against their schema in ``datapackage.json`` (a
Frictionless data package), and refused with file, line and column if anything is wrong.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

from mutualaid.periods import Period

__all__ = [
    "DATA",
    "DataError",
    "Fact",
    "Source",
    "fact",
    "facts",
    "keys",
    "notices",
    "plan_terms",
    "platforms",
    "read_table",
    "recompute",
    "schema",
    "series",
    "source",
    "table",
    "tables",
    "timeline",
    "written",
]

_INSIDE = Path(__file__).parent / "data"
#: The folder of the tables: inside the installed package, or beside it in the repository.
DATA = _INSIDE if _INSIDE.is_dir() else Path(__file__).parent.parent / "data"


class DataError(ValueError):
    """A table is malformed; the message names file, line, column, value and what is allowed."""


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


# ---- reading ------------------------------------------------------------------------------


@cache
def _package() -> dict[str, Any]:
    package = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    return {resource["path"].removesuffix(".csv"): resource for resource in package["resources"]}


def tables() -> tuple[str, ...]:
    """Return the names of all tables, in the order of ``datapackage.json``."""
    return tuple(_package())


def schema(name: str) -> dict[str, Any]:
    """Return the Frictionless resource of a table: title, description, fields, key.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    try:
        return cast(dict[str, Any], _package()[name])
    except KeyError:
        raise KeyError(f"table must be one of {', '.join(tables())}, got {name!r}") from None


def read_table(name: str, folder: Path = DATA) -> pd.DataFrame:
    """Read one table and refuse it if any cell breaks its schema.

    Parameters
    ----------
    name : str
        Name of the table, without ``.csv``.
    folder : Path
        Where the file is; the book's own data by default.

    Returns
    -------
    DataFrame
        One row for each line; text columns hold ``""`` and number columns NaN where a cell is
        empty. The index is the line of the row in the file.

    Raises
    ------
    DataError
        If the header or any cell is wrong. The message names file, line and column.
    """
    rules = schema(name)["schema"]
    fields = rules["fields"]
    names = [field["name"] for field in fields]
    path = folder / f"{name}.csv"
    rows: list[list[Any]] = []
    lines: list[int] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        line = 1
        try:
            header = next(reader, [])
            if header != names:
                raise DataError(f"{path}, line 1: columns must be {names}, got {header}")
            line = reader.line_num + 1
            for cells in reader:
                if len(cells) != len(names):
                    raise DataError(
                        f"{path}, line {line}: a row must have {len(names)} cells, got {len(cells)}"
                    )
                rows.append([_cell(path, line, f, c) for f, c in zip(fields, cells, strict=True)])
                lines.append(line)
                line = reader.line_num + 1
        except csv.Error as error:
            raise DataError(f"{path}, line {line}: {error}") from None
        except UnicodeDecodeError as error:
            raise DataError(f"{path}, line {line} or later: must be UTF-8, {error}") from None
    frame = pd.DataFrame(rows, columns=pd.Index(names), index=pd.Index(lines, name="line"))
    for field in fields:
        if field["type"] == "number":
            frame[field["name"]] = frame[field["name"]].astype(float)
    _check_rows(path, frame, rules)
    return frame


def _cell(path: Path, line: int, field: Mapping[str, Any], text: str) -> Any:
    rules = field.get("constraints", {})

    def refuse(allowed: str) -> DataError:
        return DataError(f"{path}, line {line}, column {field['name']!r}: {allowed}, got {text!r}")

    if text == "":
        if rules.get("required") or field["type"] == "integer":
            raise refuse("a value is required")
        return float("nan") if field["type"] == "number" else ""
    if text != text.strip():
        raise refuse("no blanks are allowed at either end")
    value: Any = text
    if field["type"] != "string":
        kind, word = (int, "a whole number") if field["type"] == "integer" else (float, "a number")
        if not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text, re.ASCII):
            raise refuse(f"must be {word}")
        try:
            value = kind(text)
        except ValueError:
            raise refuse(f"must be {word}") from None
        if value in (float("inf"), float("-inf")):
            raise refuse(f"must be {word}")
    if "enum" in rules and value not in rules["enum"]:
        raise refuse(f"must be one of {', '.join(map(str, rules['enum']))}")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text, re.ASCII):
        raise refuse(f"must match {rules['pattern']}")
    if "minimum" in rules and value < rules["minimum"]:
        raise refuse(f"must be at least {rules['minimum']}")
    if "maximum" in rules and value > rules["maximum"]:
        raise refuse(f"must be at most {rules['maximum']}")
    return value


def _check_rows(path: Path, frame: pd.DataFrame, rules: Mapping[str, Any]) -> None:
    """Refuse what no single cell shows: doubled keys, and values without their reasons."""

    def refuse(bad: pd.Series, column: str, allowed: str) -> None:
        for line in frame.index[bad]:
            raise DataError(
                f"{path}, line {line}, column {column!r}: {allowed}, got {frame[column][line]!r}"
            )

    primary, key = rules["primaryKey"], rules["key"]
    refuse(frame.duplicated(primary), primary[-1], f"{' + '.join(primary)} must be unique")
    if "status" not in frame:
        return
    used = frame["status"] == "used"
    refuse(~used & (frame["reason"] == ""), "reason", "a value not used needs a reason")
    refuse(
        used & frame.where(used).duplicated(key),
        "status",
        f"only one row may be used for a {'/'.join(key)}",
    )
    if "formula" in frame:
        derived = frame["basis"] == "derived"
        refuse(derived & (frame["formula"] == ""), "formula", "a derived value needs a formula")
        refuse(derived & (frame["inputs"] == ""), "inputs", "a derived value needs its inputs")
    if "text" in frame and "value" in frame:
        refuse(frame["value"].isna() & (frame["text"] == ""), "value", "value or text is required")


@cache
def _table(name: str) -> pd.DataFrame:
    frame = read_table(name)
    for foreign in schema(name)["schema"].get("foreignKeys", []):
        (column,), reference = foreign["fields"], foreign["reference"]
        known = set(_table(reference["resource"].replace("-", "_"))[reference["fields"][0]])
        # Further sources stand beside the main one; Table Schema has no word for such a list.
        for place in ("source", "also") if column == "source" else (column,):
            cells = frame.get(place, pd.Series("", frame.index)).str.split("; ").explode()
            for line, key in cells[(cells != "") & ~cells.isin(known)].items():
                raise DataError(
                    f"{DATA / name}.csv, line {line}, column {place!r}: "
                    f"must be a key of {reference['resource']}.csv, got {key!r}"
                )
    return frame


def table(name: str) -> pd.DataFrame:
    """Return one table of the book, checked.

    Parameters
    ----------
    name : str
        One of :func:`tables`.

    Returns
    -------
    DataFrame
        A copy, as of :func:`read_table`.

    Raises
    ------
    KeyError
        If there is no such table.
    DataError
        If the table is malformed, or names a source that ``sources.csv`` does not have.
    """
    schema(name)
    return _table(name).copy()


def timeline() -> pd.DataFrame:
    """Return the dated events of 2011 to 2023, in order."""
    return table("timeline").sort_values(["date", "event"], kind="stable")


def platforms() -> pd.DataFrame:
    """Return the 21 platforms: names and manner of payment."""
    return table("platforms")


def notices() -> pd.DataFrame:
    """Return every published figure of the notices, in tidy rows."""
    return table("notices").sort_values(["notice", "plan", "quantity"], kind="stable")


def plan_terms() -> pd.DataFrame:
    """Return the terms of every plan, by date, from ``plans.toml``.

    Returns
    -------
    DataFrame
        One row for each term: key, plan, item, value (number, text or list), unit, from, to,
        basis, approx, status, reason, source, also, note. Empty ``from`` or ``to`` means not
        known or open. The key is ``plans/plan/item``, with the first day of the term behind it
        where an item has several terms: ``plans/critical/fee/2018-11-27``.
    """
    with (DATA / "plans.toml").open("rb") as file:
        sections = tomllib.load(file)
    rows = [
        {"plan": plan, **term}
        for plan, section in sections.items()
        if isinstance(section, dict)
        for term in section.get("term", [])
    ]
    about = ["basis", "approx", "status", "reason", "source", "also", "note"]
    columns = ["plan", "item", "value", "unit", "from", "to", *about]
    frame = pd.DataFrame(rows).reindex(columns=columns).astype(object)
    frame = frame.where(frame.notna(), "")
    key = "plans/" + frame["plan"] + "/" + frame["item"]
    several = key.duplicated(keep=False) & (frame["from"] != "")
    frame.insert(0, "key", key.where(~several, key + "/" + frame["from"]))
    return frame


# ---- one value and its source -------------------------------------------------------------


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
    cells = _table(name)[schema(name)["schema"]["key"]]
    written = cells.map(lambda cell: f"{cell:.15g}" if isinstance(cell, float) else str(cell))
    return cast("pd.Series[str]", name + "/" + written.agg("/".join, axis=1))


@cache
def _index() -> dict[str, tuple[Fact, ...]]:
    """Map each key to its rows, the used one first."""
    index: dict[str, list[Fact]] = {}
    for name in tables():
        if name in ("sources", "assertions"):
            continue
        rows = _table(name).to_dict("records")
        for (line, key), row in zip(keys(name).items(), rows, strict=True):
            index.setdefault(key, []).append(_fact(key, int(str(line)), row))
    for row in plan_terms().to_dict("records"):
        value = row["value"]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        entry = {**row, "value": value if number else None, "text": "" if number else words}
        index.setdefault(row["key"], []).append(_fact(row["key"], 0, entry))
    order = {"used": 0, "disputed": 1, "rejected": 2}
    return {
        key: tuple(sorted(rows, key=lambda row: order[row.status])) for key, rows in index.items()
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
    rows = _table("sources").rename(columns={"source": "key"}).to_dict("records")
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
