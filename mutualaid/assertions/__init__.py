"""Public statements about the plan, each with a function that checks it.

A *claim* is a request for aid; a statement of the public debate is an *assertion*. Each stands in
``data/assertions.csv`` with the numbers that were said. One function computes what is published or
follows from it, and compares: the verdict is never typed. It is read literally first; where it is
true only with a reading or a condition that the speaker did not name, the check names it.

Rooms: ``declare`` (what an assertion and a check are, the table, who checks which), ``compare``
(how numbers are compared), and one for each mistake that can be made: ``arithmetic``, ``base``,
``unlike``, ``counted``, ``spans``, ``cause``, ``single``.
"""

from mutualaid.assertions import (  # noqa: F401
    arithmetic,
    base,
    cause,
    counted,
    single,
    spans,
    unlike,
)
from mutualaid.assertions.declare import (
    BASES,
    CHAPTERS,
    TRAPS,
    VERDICTS,
    Assertion,
    Check,
    Number,
    Trap,
    assertion,
    assertions,
    check,
    check_all,
    examine,
    verdicts,
)

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
