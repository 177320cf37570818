"""The statements of the public debate, to be guessed and checked one by one."""

from __future__ import annotations

from functools import cache

import pandas as pd

from mutualaid import assertions
from mutualaid.assertions import TRAPS, VERDICTS, Check, Number
from mutualaid.explorables.wording import written_date
from mutualaid.explore import Statement, Statements

#: How a number is known, in a reader's words.
_KNOWN_AS = {
    "said": "said",
    "published": "published",
    "derived": "worked out",
    "model": "model",
    "assumed": "assumed",
}
#: Units that are written with the number, or go without saying.
_UNITS_WRITTEN = ("yuan", "share", "times", "people", "date")


@cache
def _statement(name: str) -> Statement:
    return _shown(assertions.check(name))


def _shown(check: Check) -> Statement:
    said = check.assertion
    when = f", {written_date(said.date)}" if said.date else ""
    return Statement(
        name=said.assertion.lower(),
        text=said.statement,
        by=f"{said.role}{when}",
        subject=said.chapter.capitalize(),
        verdict=check.verdict,
        why=check.why,
        numbers=pd.DataFrame(
            {
                "what": [each.label for each in check.numbers],
                "value": [_value(each) for each in check.numbers],
                "how known": [_KNOWN_AS[each.basis] for each in check.numbers],
            }
        ),
    )


def _value(number: Number) -> str:
    if number.unit in _UNITS_WRITTEN:
        return str(number)
    unit = number.unit
    if number.value == 1:
        unit = unit.removesuffix("es") if unit == "illnesses" else unit.removesuffix("s")
    return f"{number} {unit}"


def forty_claims() -> Statements:
    """Put the statements of the public debate to the reader, by the mistake that can be made."""
    return Statements(
        name="forty-claims-score",
        title="Does it hold? Guess first, then check",
        verdicts=VERDICTS,
        groups={
            trap: tuple(
                _statement(each.assertion) for each in assertions.assertions() if each.trap == trap
            )
            for trap in TRAPS
        },
    )
