"""The person who looks for cover, and the illness that he or she may meet."""

from __future__ import annotations

from dataclasses import dataclass

from mutualaid import checks
from mutualaid.churn.published import SEXES

__all__ = ["CITIES", "HEALTH", "SOCIAL", "Illness", "Person"]

#: Health when cover is bought: an insurer would refuse, or pay less to, those ill before.
HEALTH = ("well", "ill before")
#: Which public insurance somebody has.
SOCIAL = ("resident", "employee", "none")
#: Cities whose policy has a price in the tables. The terms are known for Shanghai only.
CITIES = ("shanghai", "suzhou", "zibo", "shenzhen", "elsewhere")
#: Oldest age of a person, that of the table of prices.
_OLDEST = 105


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who looks for cover.

    Parameters
    ----------
    age : int
        Years, 0 to 105.
    sex : str
        ``male`` or ``female``.
    health : str
        One of ``HEALTH``, when cover is bought.
    social : str
        One of ``SOCIAL``.
    city : str
        One of ``CITIES``.
    wage : float, optional
        Yuan a year; an employee's contribution is a part of it.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> Person(age=32, sex="female").social
    'resident'
    """

    age: int
    sex: str
    health: str = "well"
    social: str = "resident"
    city: str = "shanghai"
    wage: float | None = None

    def __post_init__(self) -> None:
        checks.whole("age", self.age, 0, _OLDEST)
        checks.one_of("sex", self.sex, SEXES)
        checks.one_of("health", self.health, HEALTH)
        checks.one_of("social", self.social, SOCIAL)
        checks.one_of("city", self.city, CITIES)
        if self.wage is not None:
            checks.number("wage", self.wage, unit="yuan a year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """One illness and what its treatment costs in a year.

    Parameters
    ----------
    bill : float
        Hospital bills of a year, yuan.
    inside : float
        Part of the bill that the public insurance recognizes, 0 to 1. No source gives it; the
        default is an assumption.
    critical : bool
        Whether it meets the definition of a critical illness, so that a fixed sum is due.

    Raises
    ------
    ValueError
        If a number is out of range.
    TypeError
        If `critical` is neither True nor False.

    Examples
    --------
    >>> round(Illness(bill=100_000).outside)
    30000
    """

    bill: float
    inside: float = 0.7
    critical: bool = True

    def __post_init__(self) -> None:
        checks.number("bill", self.bill, unit="yuan")
        checks.number("inside", self.inside, 0, 1)
        checks.boolean("critical", self.critical)

    @property
    def recognized(self) -> float:
        """Part of the bill that the public insurance recognizes, yuan."""
        return self.bill * self.inside

    @property
    def outside(self) -> float:
        """The rest of the bill, yuan."""
        return self.bill - self.recognized
