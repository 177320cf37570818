"""Who may join what in which year, and until when cover is sure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from mutualaid import checks
from mutualaid.alternatives.cost import CHILD, yearly_cost
from mutualaid.alternatives.offers import ALTERNATIVES, last_age
from mutualaid.alternatives.people import Person
from mutualaid.history import number_of

__all__ = ["LIFE", "YEARS", "Standing", "standing"]

#: Years that can be asked for, from the first whole year of the plan on.
YEARS = (2019, 2020, 2021, 2022)
#: Years ahead that stand for life.
LIFE = 40
#: Year in which the policy of a city was first sold, as far as sources tell.
_CITY_SINCE = {"shenzhen": 2015, "zibo": 2020, "suzhou": 2021, "shanghai": 2021}
#: First year for which a source tells of one-year critical-illness policies on sale.
_ONE_YEAR_SINCE = 2021
#: First whole year with a medical policy that is renewed for twenty years.
_LONG_MEDICAL = 2021


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person stands with one alternative, at the start of one year.

    Attributes
    ----------
    name : str
        Name of the alternative.
    may_join : bool or None
        Whether it is open to the person; None if no source tells.
    sure : int or None
        Years for which cover is promised; None if it is sold and no source tells for how long.
    perhaps : int or None
        Years for which it can last if it goes on being offered, at least as long as `sure`; None
        where `sure` is.
    why : str
        Why.
    """

    name: str
    may_join: bool | None
    sure: int | None
    perhaps: int | None
    why: str


def standing(name: str, person: Person, *, year: int) -> Standing:
    """Return whether a person may join, for how long cover is promised and how long it may last.

    Parameters
    ----------
    name : str
        Name in ``ALTERNATIVES``.
    person : Person
        Age and health at that time.
    year : int
        One of ``YEARS``; of 2022, the time after the plan had ended.

    Raises
    ------
    ValueError
        If there is no such alternative or year.

    Examples
    --------
    >>> standing("plan", Person(age=32, sex="female"), year=2021).sure
    0
    >>> standing("plan", Person(age=32, sex="female"), year=2022).may_join
    False
    """
    checks.one_of("name", name, ALTERNATIVES)
    year = checks.whole("year", year, YEARS[0], YEARS[-1])

    found = partial(_found, name)
    if ALTERNATIVES[name].asks_health and person.health != "well":
        return found(False, 0, 0, "refused: ill before")
    match name:
        case "social":
            if person.social == "none":
                return found(True, 0, LIFE, "open, but this person has not joined")
            return found(True, LIFE, LIFE, "by law, for as long as one pays")
        case "serious":
            if person.social != "resident":
                return found(False, 0, 0, "only with the residents' insurance")
            return found(True, LIFE, LIFE, "with the residents' insurance")
        case "city":
            if person.social == "none":
                return found(False, 0, 0, "only with social insurance")
            since = _CITY_SINCE.get(person.city)
            if since is None:
                return found(None, 0, 0, "not known for this place")
            if year < since:
                return found(False, 0, 0, f"first sold in {since}")
            return found(True, 1, LIFE, "a year at a time, if it is sold again")
        case "million":
            return _million(person, year)
        case "one-year":
            if person.age > last_age():
                return found(None, 0, 0, "not known at this age")
            if year < _ONE_YEAR_SINCE:
                return found(None, 0, 0, "not known for this year")
            left = min(LIFE, last_age() + 1 - person.age)
            return found(True, 1, left, "a year at a time; price and sum of that for members")
        case "long-term":
            cost = yearly_cost("long-term", person)
            if cost.low is None:
                return found(None, 0, 0, "no price was found for this age")
            if cost.term != "for life":
                return found(True, None, None, "sold; for what time is not known")
            return found(True, LIFE, LIFE, "for life, in thirty yearly payments")
        case "plan":
            if year > YEARS[-2]:
                return found(False, 0, 0, "ended on January 28, 2022")
            if person.age > last_age():
                return found(False, 0, 0, "not open from 60 on")
            left = YEARS[-1] - year
            return found(True, 0, min(left, last_age() + 1 - person.age),
                         "nothing promised; it ended in January 2022")  # fmt: skip
        case "gifts":
            return found(True, 0, LIFE, "open to all; nothing promised")
    return found(None, 0, 0, "terms were not found")


def _found(
    name: str, may_join: bool | None, sure: int | None, perhaps: int | None, why: str
) -> Standing:
    return Standing(name=name, may_join=may_join, sure=sure, perhaps=perhaps, why=why)


def _million(person: Person, year: int) -> Standing:
    found = partial(_found, "million")
    if person.age < CHILD:
        if yearly_cost("million", person).low is None:
            return found(None, 0, 0, "no price was found for this age")
        return found(True, 1, LIFE, "a child's policy; no promise to renew was found")
    if person.social == "none":
        return found(None, 0, 0, "not known for an adult without social insurance")
    last = int(number_of("alternatives/million-medical/last_age_to_buy/ping-an/2020-09-08"))
    if person.age > last:
        return found(None, 0, 0, f"the one whose last age we know is sold up to {last}")
    if year < _LONG_MEDICAL:
        return found(True, 1, LIFE, "a year at a time, if it is sold again")
    years = int(number_of("alternatives/million-medical/guaranteed_renewal/ping-an/2020-09-08"))
    return found(True, years, LIFE, "one is renewed for twenty years")
