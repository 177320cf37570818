"""What an assertion, a number and a check are; the table of assertions; who checks which."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import pandas as pd

from mutualaid import checks, history

__all__ = [
    "BASES",
    "CHAPTERS",
    "TRAPS",
    "VERDICTS",
    "Assertion",
    "Check",
    "Number",
    "Trap",
    "assertion",
    "assertions",
    "check",
    "check_all",
    "examine",
    "verdicts",
]

#: What a check can come to. A condition is one that the speaker did not name.
VERDICTS = ("holds", "holds with a condition", "does not hold", "cannot be decided")
#: Chapters that an assertion can belong to, in the order of the book.
CHAPTERS = ("history", "rules", "sharing", "churn", "shutdown", "alternatives")
#: Where a number of a check comes from: the speaker; a row of the tables; arithmetic; the model;
#: an assumption that no source gives.
BASES = ("said", "published", "derived", "model", "assumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A mistake that can be made with a figure, whether it was made or not.

    Attributes
    ----------
    title : str
        What a reader calls it.
    text : str
        What goes wrong, in one sentence.
    """

    title: str
    text: str


#: The mistakes, by name; each holds assertions that made it and assertions that did not.
TRAPS: Mapping[str, Trap] = MappingProxyType(
    {
        "arithmetic": Trap(
            title="Sums and powers of ten",
            text="A product or a sum is written down without working it out, and is off by a "
            "factor of ten or of a thousand.",
        ),
        "base": Trap(
            title="From which start, of what whole",
            text="A rise or a share depends on what it is measured from, and another start gives "
            "another number.",
        ),
        "unlike": Trap(
            title="Unlike things compared",
            text="Two prices or rates stand side by side although cover, age, months or base "
            "differ.",
        ),
        "counted": Trap(
            title="Who is counted",
            text="People are counted twice, or members, sharers, enrollments and jurors, one plan "
            "and all plans, are taken for one another.",
        ),
        "spans": Trap(
            title="Days, months and half-months",
            text="A rate is given for the wrong length of time, or a rule for the wrong date.",
        ),
        "cause": Trap(
            title="Cause and chance",
            text="Two things that go together are taken for cause and effect, or an average for "
            "everyone.",
        ),
        "single": Trap(
            title="One case, or a guess",
            text="A single case or an estimate stands for what nobody has counted.",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A statement of the public debate.

    Parameters
    ----------
    assertion : str
        Its id, such as ``A01``.
    role : str
        Who said it, by role.
    date : str
        When: a year, a month or a day; empty if not known.
    statement : str
        What was said, in our English.
    figures : tuple of float or date
        The numbers in it, in its order.
    chapter : str
        One of ``CHAPTERS``.
    trap : str
        Name of one of ``TRAPS``.
    source : str
        Key of the source.

    Raises
    ------
    ValueError
        If `chapter` or `trap` is unknown.
    TypeError
        If a figure is neither a number nor a date.
    """

    assertion: str
    role: str
    date: str
    statement: str
    figures: tuple[float | dt.date, ...]
    chapter: str
    trap: str
    source: str

    def __post_init__(self) -> None:
        checks.one_of("chapter", self.chapter, CHAPTERS)
        checks.one_of("trap", self.trap, TRAPS)
        for figure in self.figures:
            if isinstance(figure, bool) or not isinstance(figure, int | float | dt.date):
                raise TypeError(f"figures must be numbers or dates, got {figure!r}")

    def __str__(self) -> str:
        return f"{self.assertion} ({self.role}): {self.statement}"


def written(value: float | dt.date, unit: str) -> str:
    """Write a number of a check for a reader, with its unit.

    Examples
    --------
    >>> written(25_937_000_000, "yuan"), written(0.0741, "share"), written(7.02, "yuan")
    ('25.937 billion yuan', '7.41 percent', '7.02 yuan')
    >>> written(105_803_500, "people"), written(13.76, "times")
    ('105.8 million', '13.8')
    """
    if isinstance(value, dt.date):
        return f"{value:%B} {value.day}, {value.year}"
    if unit == "share":
        return f"{_short(100 * value)} percent"
    if unit == "yuan" and abs(value) < 10_000 and not float(value).is_integer():
        # Fen are written out, down to the first digit that is not zero.
        return f"{value:,.2f} yuan" if abs(value) >= 0.005 else f"{value:.2g} yuan"
    for size, word, digits in ((1e9, "billion", 3), (1e6, "million", 2)):
        if abs(value) >= size and unit in ("yuan", "people"):
            short = f"{value / size:.{digits}f}".rstrip("0").rstrip(".")
            return f"{short} {word}{' yuan' * (unit == 'yuan')}"
    return f"{_short(value)}{' yuan' * (unit == 'yuan')}"


def _short(value: float) -> str:
    """Write a number with about three digits, and a whole one in full."""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of a check.

    Parameters
    ----------
    label : str
        What it is.
    value : float or date
        The number, in `unit`.
    unit : str
        Unit in plain words; ``share`` for a part of one, ``times`` for a ratio.
    basis : str
        One of ``BASES``.
    key : str
        Address of its row in the tables; empty if it has none.

    Raises
    ------
    ValueError
        If `basis` is unknown, or a published number has no key.
    """

    label: str
    value: float | dt.date
    unit: str
    basis: str
    key: str = ""

    def __post_init__(self) -> None:
        checks.one_of("basis", self.basis, BASES)
        if self.basis == "published" and not self.key:
            raise ValueError(f"a published number must have a key, got none for {self.label!r}")

    def __str__(self) -> str:
        return written(self.value, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What became of an assertion.

    Attributes
    ----------
    assertion : Assertion
        The statement, with its figures.
    verdict : str
        One of ``VERDICTS``; it follows from comparisons of the numbers.
    why : str
        Why, in one to three short sentences.
    numbers : tuple of Number
        What was said, what is published and what was computed.
    """

    assertion: Assertion
    verdict: str
    why: str
    numbers: tuple[Number, ...]

    def __post_init__(self) -> None:
        checks.one_of("verdict", self.verdict, VERDICTS)

    def number(self, label: str) -> Number:
        """Return the number with this label.

        Raises
        ------
        KeyError
            If there is none.
        """
        for each in self.numbers:
            if each.label == label:
                return each
        known = ", ".join(each.label for each in self.numbers)
        raise KeyError(f"label must be one of {known}, got {label!r}")

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each number; a date is written as one."""
        return pd.DataFrame(
            [
                (
                    self.assertion.assertion,
                    self.verdict,
                    each.label,
                    each.value.isoformat() if isinstance(each.value, dt.date) else each.value,
                    each.unit,
                    each.basis,
                    each.key,
                )
                for each in self.numbers
            ],
            columns=["assertion", "verdict", "label", "value", "unit", "basis", "key"],
        )


# ---- the table ----------------------------------------------------------------------------


def _figure(text: str) -> float | dt.date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return dt.date.fromisoformat(text)
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"a figure must be a number or a date, got {text!r}") from None


@cache
def assertions() -> tuple[Assertion, ...]:
    """Return the assertions of the table, in order.

    Examples
    --------
    >>> assertions()[0].figures
    (179127.0, 100000.0, 1800000000.0)
    """
    rows = history.table("assertions").drop(columns="to_check").to_dict("records")
    return tuple(
        Assertion(
            **{str(name): cell for name, cell in row.items() if name != "figures"},
            figures=tuple(_figure(each) for each in row["figures"].split("; ") if each),
        )
        for row in rows
    )


def assertion(name: str) -> Assertion:
    """Return one assertion.

    Parameters
    ----------
    name : str
        Its id, such as ``A01``.

    Raises
    ------
    ValueError
        If there is none; the message names the first and the last.
    """
    for each in assertions():
        if each.assertion == name:
            return each
    first, last = assertions()[0].assertion, assertions()[-1].assertion
    raise ValueError(f"assertion must be from {first} to {last}, got {name!r}")


# ---- who checks which ---------------------------------------------------------------------

Checker = Callable[[Assertion], Check]
_CHECKERS: dict[str, Checker] = {}


def checks_assertion(*names: str) -> Callable[[Checker], Checker]:
    """Register the function that checks these assertions.

    Raises
    ------
    ValueError
        If one of them has a function already.
    """

    def register(checker: Checker) -> Checker:
        for name in names:
            if name in _CHECKERS:
                raise ValueError(f"{name} must have one function, got {checker.__name__} besides")
            _CHECKERS[name] = checker
        return checker

    return register


def checkers() -> Mapping[str, Checker]:
    """Return the function of each assertion, by id."""
    return MappingProxyType(_CHECKERS)


def examine(said: Assertion) -> Check:
    """Check an assertion, also one whose figures were changed.

    Parameters
    ----------
    said : Assertion
        One of :func:`assertions`, or a copy with other figures.

    Returns
    -------
    Check

    Raises
    ------
    TypeError
        If it is none.
    ValueError
        If no function checks its id, or it has another number of figures.

    Examples
    --------
    The first assertion is off by a factor of ten. Corrected, it holds:

    >>> from dataclasses import replace
    >>> first = assertion("A01")
    >>> examine(first).verdict
    'does not hold'
    >>> examine(replace(first, figures=(179_127, 100_000, 18e9))).verdict
    'holds'
    """
    if not isinstance(said, Assertion):
        raise TypeError(f"said must be an Assertion, got {said!r}")
    if said.assertion not in _CHECKERS:
        names = sorted(_CHECKERS)
        raise ValueError(
            f"assertion must be from {names[0]} to {names[-1]}, got {said.assertion!r}"
        )
    wanted = len(assertion(said.assertion).figures)
    if len(said.figures) != wanted:
        raise ValueError(
            f"figures of {said.assertion} must be {wanted} numbers, got {len(said.figures)}"
        )
    return _CHECKERS[said.assertion](said)


def check(name: str) -> Check:
    """Check one assertion of the table.

    Parameters
    ----------
    name : str
        Its id, such as ``A01``.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> check("A15").verdict
    'holds'
    """
    return examine(assertion(name))


def check_all() -> tuple[Check, ...]:
    """Check all assertions of the table, in order. The model is fitted once for those after it."""
    return tuple(examine(each) for each in assertions())


def verdicts(found: Iterable[Check] | None = None) -> pd.DataFrame:
    """Count verdicts by trap.

    Parameters
    ----------
    found : iterable of Check, optional
        All checks, if not given.

    Returns
    -------
    DataFrame
        A row for each trap and verdict: ``trap``, ``title``, ``verdict``, ``assertions``.
    """
    made = check_all() if found is None else tuple(found)
    rows = [
        (name, trap.title, verdict,
         sum(each.assertion.trap == name and each.verdict == verdict for each in made))
        for name, trap in TRAPS.items()
        for verdict in VERDICTS
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["trap", "title", "verdict", "assertions"])
