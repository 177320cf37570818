"""How a check compares what was said with what was found, and words what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from mutualaid.assertions.declare import Assertion, Check, Number
from mutualaid.history import fact

__all__ = [
    "about",
    "assumed",
    "concluded",
    "derived",
    "figures_of",
    "judged",
    "nearly",
    "of_the_model",
    "published",
    "said",
    "value",
]


def about(one: float, other: float, *, within: float = 0.05) -> bool:
    """Whether a number is as good as another, within a share of the other.

    Examples
    --------
    >>> about(18e9, 17.91e9), about(1.8e9, 17.91e9)
    (True, False)
    """
    return abs(one - other) <= within * abs(other)


def nearly(said_number: float, found: float, *, within: float = 0.1) -> bool:
    """Whether a number found is just below the one said, by at most a share of it.

    Examples
    --------
    >>> nearly(4e8, 3.6e8), nearly(20e6, 24.83e6)
    (True, False)
    """
    return (1 - within) * said_number <= found <= said_number


def judged(holds: bool, on_condition: bool = False) -> str:
    """Return the verdict of a statement read literally, and with what was not said."""
    if holds:
        return "holds"
    return "holds with a condition" if on_condition else "does not hold"


def figures_of(given: Assertion) -> tuple[float, ...]:
    """Return figures that are numbers and no dates.

    Raises
    ------
    TypeError
        If one is a date.
    """
    numbers = []
    for each in given.figures:
        if isinstance(each, dt.date):
            raise TypeError(f"figures of {given.assertion} must be numbers, got {each}")
        numbers.append(float(each))
    return tuple(numbers)


def said(given: Assertion, *named: tuple[str, str]) -> tuple[Number, ...]:
    """Return the figures of an assertion as numbers, each named by label and unit."""
    return tuple(
        Number(label=label, value=value, unit=unit, basis="said")
        for (label, unit), value in zip(named, given.figures, strict=True)
    )


def published(label: str, key: str, unit: str) -> Number:
    """Return the number of a key, as published or as the table derives it from what is.

    Raises
    ------
    KeyError
        If there is no such row.
    ValueError
        If the row has no number.
    """
    row = fact(key)
    if row.value is None:
        raise ValueError(f"{key} must have a number, got {row.text!r}")
    basis = "derived" if row.basis == "derived" else "published"
    return Number(label=label, value=row.value, unit=unit, basis=basis, key=key)


def derived(label: str, value: float | dt.date, unit: str) -> Number:
    """Return a number worked out from what was said or published."""
    return Number(label=label, value=value, unit=unit, basis="derived")


def of_the_model(label: str, value: float, unit: str) -> Number:
    """Return a number of the model."""
    return Number(label=label, value=value, unit=unit, basis="model")


def assumed(label: str, value: float, unit: str) -> Number:
    """Return a number that no source gives."""
    return Number(label=label, value=value, unit=unit, basis="assumed")


def value(number: Number) -> float:
    """Return the value of a number that is no date.

    Raises
    ------
    TypeError
        If it is a date.
    """
    if isinstance(number.value, dt.date):
        raise TypeError(f"{number.label} must be a number, got {number.value}")
    return float(number.value)


def concluded(given: Assertion, verdict: str, why: str, *numbers: Iterable[Number]) -> Check:
    """Return the check with all its numbers, in the order in which they are given."""
    return Check(
        assertion=given,
        verdict=verdict,
        why=why,
        numbers=tuple(each for group in numbers for each in group),
    )
