"""The grid of an explorable: every state computed once, packed for the page, summed for print."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import gzip
import hashlib
import importlib.metadata
import json
import math
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mutualaid import history
from mutualaid.explore.declare import Explorable, Question, View
from mutualaid.explore.statements import StatementGroup, Statements

Document = dict[str, Any]
_ABSENT = "\0absent"


# ---- states -------------------------------------------------------------------------------


def states(explorable: Explorable) -> list[Document]:
    """Compute every state of an explorable, in the order of its settings.

    Each is a plain document: ``data`` and ``layout`` of the figure, ``words`` by slot, and the
    ``table`` by columns. Explorables of this package are kept in the folder that
    ``MUTUALAID_CACHE`` names, under a hash of the package, the data and the libraries.
    """
    folder = os.environ.get("MUTUALAID_CACHE")
    own = explorable.draw.__module__.startswith("mutualaid.")
    if not (folder and own):
        return _compute(explorable)
    path = Path(folder) / f"{explorable.name}-{_key(explorable)}.json.gz"
    # Another process may clear an old file away at any moment.
    with contextlib.suppress(FileNotFoundError):
        found: list[Document] = json.loads(gzip.decompress(path.read_bytes()))
        return found
    computed = _compute(explorable)
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{explorable.name}-{'?' * 16}.json.gz"):
        old.unlink(missing_ok=True)
    # Written aside and moved, so that an interrupted run leaves nothing half-written.
    aside = path.with_suffix(f".{os.getpid()}")
    aside.write_bytes(gzip.compress(json.dumps(computed).encode(), mtime=0))
    aside.replace(path)
    return computed


def _compute(explorable: Explorable) -> list[Document]:
    documents = [document(explorable, settings) for settings in explorable.settings()]
    if len({tuple(document["table"]["columns"]) for document in documents}) > 1:
        raise ValueError(
            f"the tables of {explorable.name} must have the same columns in every state"
        )
    return documents


def _key(explorable: Explorable) -> str:
    """Hash the code, the data, the libraries, and what the declaration itself says."""
    declared = [
        explorable.words,
        explorable.draw.__qualname__,
        [[c.name, [[repr(stop), c.format(stop)] for stop in c.stops]] for c in explorable.controls],
    ]
    return hashlib.sha256(f"{_PACKAGE}{declared}".encode()).hexdigest()[:16]


def document(explorable: Explorable, settings: dict[str, Any]) -> Document:
    """Draw one setting and return it as a plain document of JSON values."""
    view = explorable.view(**settings)
    return {
        "data": [_plain(trace.to_plotly_json()) for trace in view.figure.data],
        "layout": _plain(view.figure.layout.to_plotly_json()),
        "words": explorable.slots(view, settings),
        "table": _table(view),
    }


def _table(view: View) -> Document:
    columns = {str(name): _plain(view.table[name].tolist()) for name in view.table.columns}
    return {"columns": list(columns), "cells": list(columns.values())}


def _plain(value: Any) -> Any:
    """Turn what plotly and pandas hold into JSON values, numbers at ten significant digits."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{value:.10g}") + 0.0 if math.isfinite(value) else None
    raise TypeError(f"a figure or table must hold numbers, text and dates, got {value!r}")


def _fingerprint() -> str:
    """Hash the whole package, the data and the libraries that the package names."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    files = [*package.rglob("*.py"), *history.DATA.rglob("*")]
    for file in sorted(file for file in files if file.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for needed in importlib.metadata.requires("mutualaid") or ():
        if "extra ==" not in needed:
            library = re.split(r"[^\w-]", needed)[0]
            digest.update(f"{library}=={importlib.metadata.version(library)}".encode())
    return digest.hexdigest()


#: Taken at import: it names the code that runs, not what is on disk by the time of a grid.
_PACKAGE = _fingerprint()


# ---- packing for the page -----------------------------------------------------------------


def pack(documents: Sequence[Document]) -> Document:
    """Pack the states of a grid into one small document.

    The first state is stored whole, as ``template``; of the others only what varies, one
    column for each varying place. Numbers become whole steps of a power of ten: exact where
    they are short decimals (in 8 bits, or 16 or 32 where those do not hold them). Other numbers
    of a figure stand in 16 bits where a step is at most a thousandth of the least of them,
    otherwise as floats of 32 bits. Those of a table are read as digits and stay floats of 64
    bits.

    Returns
    -------
    dict
        ``template``; ``columns``, each with its path ``p``, kind, values and an index of the
        values by state; ``indexes``, shared by columns.
    """
    columns: list[Document] = []
    indexes: list[list[int]] = []
    seen: dict[str, int] = {}
    for path, leaves in _places(documents):
        keys = [json.dumps(leaf) for leaf in leaves]
        if len(set(keys)) == 1:
            continue
        order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        index = [order[key] for key in keys]
        unique = [json.loads(key) for key in order]
        if index == list(range(len(index))):
            where: int = -1
        else:
            if index not in indexes:
                indexes.append(index)
            where = indexes.index(index)
        alike = len({isinstance(leaf, list) for leaf in unique}) == 1
        column = (
            _numbers(unique, digits=path[0] == "table")
            if alike and all(map(_numeric, unique))
            else {"v": unique}
        )
        content = json.dumps([column, where])
        if content in seen:
            columns.append({"p": list(path), "e": seen[content]})
        else:
            seen[content] = len(columns)
            columns.append({"p": list(path), "i": where, **column})
    return {
        "template": documents[0],
        "columns": columns,
        "indexes": [coded(index) for index in indexes],
        "absent": _ABSENT,
    }


def _places(
    values: Sequence[Any], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], list[Any]]]:
    """Yield each place that changes as one, with what stands there in every state.

    Only what all states have is entered. What some lack is there as a whole, or absent.
    """
    if all(isinstance(value, dict) for value in values):
        for key in dict.fromkeys(key for value in values for key in value):
            yield from _places([value.get(key, _ABSENT) for value in values], (*path, key))
    elif all(isinstance(value, list) for value in values) and any(
        isinstance(item, dict | list) for value in values for item in value
    ):
        lengths = [len(value) for value in values]
        for n in range(max(lengths)):
            yield from _places([v[n] if n < len(v) else _ABSENT for v in values], (*path, n))
        # The script sets it last, and so cuts the list to its size.
        yield (*path, "length"), lengths
    else:
        yield path, list(values)


def _items(leaf: Any) -> list[Any]:
    return leaf if isinstance(leaf, list) else [leaf]


def _numeric(leaf: Any) -> bool:
    items = _items(leaf)
    return any(map(_is_number, items)) and all(item is None or _is_number(item) for item in items)


def _is_number(item: Any) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def coded(whole: Sequence[int]) -> Document:
    """Code whole numbers as the script reads them."""
    return _numbers(list(whole))


def _numbers(leaves: list[Any], *, digits: bool = False) -> Document:
    """Code numbers, or lists of numbers, in as few bits as keep them.

    ``n`` is 0 for numbers, the length of lists, or their lengths, coded too.
    """
    scalar = not isinstance(leaves[0], list)
    lists = list(map(_items, leaves))
    values = np.array(
        [np.nan if item is None else item for items in lists for item in items], dtype=float
    )
    lengths = [len(items) for items in lists]
    return {
        **_coded(values, digits=digits),
        "n": 0 if scalar else lengths[0] if len(set(lengths)) == 1 else _numbers(lengths),
    }


def _coded(values: np.ndarray[Any, np.dtype[np.float64]], *, digits: bool) -> Document:
    known = values[~np.isnan(values)]
    low, high = float(known.min()), float(known.max())
    span = max(high - low, 1e-12)
    least = float(np.abs(known[known != 0]).min(initial=np.inf))
    exact = next((d for d in range(-6, 7) if np.allclose(known, known.round(d), 1e-9, 0)), None)
    decimals = math.floor(math.log10(65_000 / span))
    # Steps of an equal size must not swallow small values: they may stand on a log axis.
    kind = "i2" if 10.0**-decimals <= 1e-3 * least else "f4"
    if exact is not None and span * 10.0**exact <= 4e9:
        steps_needed = span * 10.0**exact
        decimals = exact
        kind = "i1" if steps_needed <= 250 else "i2" if steps_needed <= 65_000 else "i4"
    elif digits:
        kind = "f8"
    coded: Document = {"k": kind}
    if kind[0] == "i":
        middle = round((low + high) / 2 * 10.0**decimals)
        hole = -(2 ** (8 * int(kind[1]) - 1))
        steps = np.round(values * 10.0**decimals) - middle
        values = np.where(np.isnan(steps), hole, steps)
        coded |= {"d": decimals, "o": middle}
    return coded | {"b": base64.b64encode(values.astype(f"<{kind}").tobytes()).decode()}


# ---- print form ---------------------------------------------------------------------------


def explorable_text(explorable: Explorable) -> str:
    """Return the print form: what a notebook stores and a test compares."""
    documents = states(explorable)
    rounded = _rounded(documents)
    lines = [f"Explorable: {explorable.title}"]
    for control in explorable.controls:
        first, last = control.format(control.stops[0]), control.format(control.stops[-1])
        lines.append(f"  control {control.label}: {len(control.stops)} stops, {first} to {last}")
    around = f", around {len(explorable.presets)} presets" if explorable.around else ""
    lines.append(f"  states: {len(documents)}{around}")
    first_view = explorable.view()
    lines.append(f"  words: {explorable.sentence(first_view, {})}")
    for name, values in _series(documents).items():
        if values.size:
            total, least, most = values.sum(), values.min(), values.max()
            lines.append(f"  {name}: sum {total:.6g}, least {least:.6g}, greatest {most:.6g}")
    content = json.dumps(
        [explorable.title, explorable.words, rounded], ensure_ascii=False, sort_keys=True
    )
    lines.append(f"  digest: {hashlib.sha256(content.encode()).hexdigest()[:16]}")
    return "\n".join(lines)


def _series(documents: Sequence[Document]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Collect the drawn values of each trace, by its name, over all states."""
    series: dict[str, list[float]] = {}
    for document in documents:
        for number, trace in enumerate(document["data"]):
            name = trace.get("name", f"series {number + 1}")
            y = trace.get("y", [])
            series.setdefault(name, []).extend(v for v in y if _is_number(v))
    return {name: np.array(values, dtype=float) for name, values in series.items()}


def _rounded(documents: Sequence[Document]) -> list[list[Any]]:
    """Return each place with its leaves in state order, numbers at six digits of its largest.

    So processors that differ in a last bit agree on the digest.
    """
    return [[path, _six_digits(leaves)] for path, leaves in _places(documents)]


def _six_digits(leaves: Sequence[Any]) -> list[Any]:
    numbers = [n for leaf in leaves if _numeric(leaf) for n in _items(leaf) if n is not None]
    largest = max(map(abs, numbers), default=0)
    decimals = 5 - math.floor(math.log10(largest)) if largest else 0

    def rounded(number: float | None) -> float | None:
        return None if number is None else round(float(number), decimals) + 0.0

    return [list(map(rounded, _items(leaf))) if _numeric(leaf) else leaf for leaf in leaves]


def question_text(question: Question) -> str:
    """Return the print form of a question: prompt and answers, not which is right."""
    content = json.dumps(
        [question.prompt, [[a.text, a.feedback, a.right] for a in question.answers]],
        ensure_ascii=False,
    )
    answers = [f"  ( ) {answer.text}" for answer in question.answers]
    return "\n".join([f"Question: {question.prompt}", *answers, f"  digest: {_short(content)}"])


def board_text(statements: Statements) -> str:
    """Return the print form of statements: what is asked, and how many there are of each group."""
    groups = [f"  {name}: {len(group)}" for name, group in statements.groups.items()]
    asked = f"  Guess for each: {'; '.join(statements.verdicts)}."
    return "\n".join([f"{statements.title} ({len(statements)} statements)", asked, *groups])


def group_text(group: StatementGroup) -> str:
    """Return the print form of a group: the statements, not what the checks find."""
    content = json.dumps(
        [
            [one.name, one.text, one.by, one.subject, one.verdict, one.why,
             one.numbers.to_csv(index=False, lineterminator="\n")]
            for one in group.statements
        ],
        ensure_ascii=False,
    )  # fmt: skip
    said = [f"  {one.name.upper()}, {one.by}: {one.text}" for one in group.statements]
    return "\n".join([f"Statements: {group.name}", *said, f"  digest: {_short(content)}"])


def _short(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]
