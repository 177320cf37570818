"""Refusals of bad input: each names the argument, what is allowed, and what was given.

A number out of range, a number of the wrong kind, and NaN raise ValueError; a date or a set of
the wrong kind raises TypeError.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from numbers import Integral, Real

__all__ = ["boolean", "date", "number", "one_of", "subset", "whole"]


def whole(name: str, value: object, low: int = 0, high: int | None = None) -> int:
    """Return a whole number between two bounds, both allowed.

    Raises
    ------
    ValueError
        If it is no whole number (a bool is none), or out of range.

    Examples
    --------
    >>> whole("members", 10, 1)
    10
    """
    good = isinstance(value, Integral) and not isinstance(value, bool)
    if not good or not low <= int(value) or (high is not None and int(value) > high):  # type: ignore[call-overload]
        allowed = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be a whole number {allowed}, got {value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def number(
    name: str, value: object, low: float = 0.0, high: float = math.inf, *,
    above: bool = False, unit: str = "",
) -> float:  # fmt: skip
    """Return a finite number between two bounds, both allowed.

    Parameters
    ----------
    name : str
        What the caller calls it.
    value : object
        The number.
    low, high : float
        The bounds.
    above : bool
        Whether the number must lie above `low`.
    unit : str
        Unit, for the message.

    Raises
    ------
    ValueError
        If it is no number (a bool is none), not finite, or out of range.

    Examples
    --------
    >>> number("fee", 0.08, 0, 1)
    0.08
    """
    good = isinstance(value, Real) and not isinstance(value, bool)
    if good and math.isfinite(value) and (low < value if above else low <= value) and value <= high:  # type: ignore[arg-type, operator]
        return float(value)  # type: ignore[arg-type]
    unit = f" {unit}" if unit else ""
    least = f"above {low:g}" if above else f"at least {low:g}"
    allowed = f"{least}{unit} and finite" if high == math.inf else (
        f"{least} and at most {high:g}{unit}" if above else f"from {low:g} to {high:g}{unit}"
    )  # fmt: skip
    raise ValueError(f"{name} must be {allowed}, got {value!r}")


def date(name: str, value: object) -> dt.date:
    """Return a date without a time.

    Raises
    ------
    TypeError
        If it is none.

    Examples
    --------
    >>> date("day", dt.date(2019, 6, 21))
    datetime.date(2019, 6, 21)
    """
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise TypeError(f"{name} must be a date, got {value!r}")
    return value


def boolean(name: str, value: object, *, unknown: bool = False) -> None:
    """Refuse what is neither True nor False (nor None, if that stands for unknown).

    Raises
    ------
    TypeError
        If it is something else.

    Examples
    --------
    >>> boolean("real_name", True)
    """
    if value is not True and value is not False and not (unknown and value is None):
        allowed = "True, False or None" if unknown else "True or False"
        raise TypeError(f"{name} must be {allowed}, got {value!r}")


def one_of(name: str, value: object, known: Collection[str]) -> str:
    """Return a word out of a list.

    Raises
    ------
    ValueError
        If it is not in the list.

    Examples
    --------
    >>> one_of("relation", "self", ("self", "child"))
    'self'
    """
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    return value


def subset(name: str, value: object, known: Collection[str] | None = None) -> None:
    """Refuse what is not a frozenset of words, or holds a word that is not in the list.

    Raises
    ------
    TypeError
        If it is no frozenset of words.
    ValueError
        If a word is unknown.

    Examples
    --------
    >>> subset("losses", frozenset({"limb"}), ("limb", "speech"))
    """
    if not isinstance(value, frozenset) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"{name} must be a frozenset of words, got {value!r}")
    if known is not None and value - set(known):
        raise ValueError(
            f"{name} must be among {'; '.join(known)}, got {sorted(value - set(known))}"
        )
