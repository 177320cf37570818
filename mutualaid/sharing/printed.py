"""Printed figures: the least and the greatest value behind each, and arithmetic with both."""

from __future__ import annotations

from dataclasses import dataclass

from mutualaid.history import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A value with the least and the greatest that its printed form allows.

    Attributes
    ----------
    value, low, high : float
        The value and its bounds, in the unit of its part.
    keys : tuple of str
        Addresses of the rows it rests on.
    """

    value: float
    low: float
    high: float
    keys: tuple[str, ...]

    def overlaps(self, other: Span) -> bool:
        """Tell whether one true value can lie behind both."""
        # A billionth part for the arithmetic of floats: bounds that touch do overlap.
        slack = 1e-9 * max(abs(self.value), abs(other.value))
        return self.low <= other.high + slack and other.low <= self.high + slack


def printed_span(row: Fact, part: str) -> Span:
    r"""Return the least and the greatest value behind a printed one.

    A printed 7.02 stands for 7.015 to 7.025. The step of the last printed digit is 0.01 yuan for
    a share, one person for people helped, and for sharers and sums the place of the last digit
    that is not zero: 71,177,000 is read to the thousand. With *about* the value may be a whole
    step off either way, with *over* and *under* up to a step above or below; there at least two
    digits are taken as meant, so that *over 100 million* ends at 110 million. These widths are
    assumptions of the book.

    Parameters
    ----------
    row : Fact
        A row with a number.
    part : str
        The part of the notice that it is.

    Examples
    --------
    >>> from mutualaid import history
    >>> span = printed_span(history.fact("notices/2021-12-1/critical/share"), "share")
    >>> round(span.low, 3), round(span.high, 3)
    (7.015, 7.025)
    """
    if row.value is None:
        raise ValueError(f"{row.key} must have a number, got {row.text!r}")
    value = row.value
    step = _step(value, part, rough=bool(row.approx))
    below, above = {
        "": (step / 2, step / 2),
        "about": (step, step),
        "over": (0.0, step),
        "under": (step, 0.0),
    }[row.approx]
    if not row.approx and (part == "cases" or row.basis == "derived"):
        below = above = 0.0
    return Span(value=value, low=value - below, high=value + above, keys=(address(row),))


def _step(value: float, part: str, *, rough: bool) -> float:
    if part == "share":
        return max(0.01, _place(round(value * 100)) / 100) if rough else 0.01
    if part == "cases" and not rough:
        return 1.0
    return float(_place(round(value)))


def _place(whole: int) -> float:
    """Return the place of the last digit that is not zero, but two digits at least."""
    if whole == 0:
        return 1.0
    place = 10 ** (len(str(whole)) - len(str(whole).rstrip("0")))
    return float(min(place, 10.0 ** (len(str(whole)) - 2)))


def address(row: Fact) -> str:
    """Return the key of a row, with its source where another row of the key is preferred."""
    return row.key if row.status == "used" else f"{row.key}@{row.source.key}"


def times(span: Span, factor: float, keys: tuple[str, ...] = ()) -> Span:
    """Return a span times a number, which may rest on further rows."""
    return Span(
        value=span.value * factor,
        low=span.low * factor,
        high=span.high * factor,
        keys=span.keys + keys,
    )


def ratio(over: Span, under: Span) -> Span:
    """Return one span divided by another."""
    return Span(
        value=over.value / under.value,
        low=over.low / under.high,
        high=over.high / under.low,
        keys=over.keys + under.keys,
    )


def product(one: Span, other: Span) -> Span:
    """Return one span times another."""
    return Span(
        value=one.value * other.value,
        low=one.low * other.low,
        high=one.high * other.high,
        keys=one.keys + other.keys,
    )


def minus(one: Span, other: Span) -> Span:
    """Return one span less another."""
    return Span(
        value=one.value - other.value,
        low=one.low - other.high,
        high=one.high - other.low,
        keys=one.keys + other.keys,
    )
