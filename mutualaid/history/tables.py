"""Reading the tables of ``data``, checked cell by cell."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

_PACKAGE = Path(__file__).parent.parent
#: The folder of the tables: inside the installed package, or beside it in the repository.
DATA = _PACKAGE / "data" if (_PACKAGE / "data").is_dir() else _PACKAGE.parent / "data"


#: What a row can be, the preferred value first.
STATUSES = ("used", "disputed", "rejected")


class DataError(ValueError):
    """A table is malformed; the message names file, line, column, value and what is allowed."""


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
def checked_table(name: str) -> pd.DataFrame:
    """Return one table, read once and shared: not to be changed."""
    frame = read_table(name)
    for foreign in schema(name)["schema"].get("foreignKeys", []):
        (column,), reference = foreign["fields"], foreign["reference"]
        known = set(checked_table(reference["resource"].replace("-", "_"))[reference["fields"][0]])
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
    return checked_table(name).copy()


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
        One row for each term: key, plan, item, value (number, text or list), text (the value in
        words, empty for a number), unit, from, to, basis, approx, status, reason, source, also,
        note. Empty ``from`` or ``to`` means not known or open. The key is ``plans/plan/item``,
        with the first day of the term behind it where an item has several terms:
        ``plans/critical/cap_year/2019-01-01``.
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
    frame.insert(3, "text", frame["value"].map(_words))
    key = "plans/" + frame["plan"] + "/" + frame["item"]
    several = key.duplicated(keep=False) & (frame["from"] != "")
    frame.insert(0, "key", key.where(~several, key + "/" + frame["from"]))
    return frame


def _words(value: Any) -> str:
    """Write a term's value in words; nothing for a number, which speaks for itself."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if number else str(value)
