"""What each alternative costs a year, as far as a source gives a price."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from mutualaid import checks, history
from mutualaid.alternatives.offers import ALTERNATIVES, fixed_sum, last_age
from mutualaid.alternatives.people import Person
from mutualaid.history import number_of
from mutualaid.shutdown import transfer

__all__ = ["CHILD", "KNOWN", "YearlyCost", "quoted_prices", "yearly_cost"]

#: How a cost is known: printed; worked out from printed figures; with our reading of whom it is
#: for; read between the prices of other ages; not at all.
KNOWN = ("quoted", "derived", "inferred", "in between", "none")

#: Whole life in thirty payments: a table of ages, and two policies that a page names for one age.
_LIFE = "long-term-life-a-30-payments"
_LIFE_AT_30 = ("long-term-life-c-30-payments", "long-term-life-e-with-death")
#: Thirty payments as well, but its source does not tell how long it covers.
_LONG = "long-term-b-30-payments"
#: What a long-term price buys, by the start of the name of its policy.
_TERMS = {
    "long-term-life": "for life", "long-term-to-70": "to 70", "long-term-to-80": "to 80",
    "long-term-b": "not known",
}  # fmt: skip
_PER = 1_000
#: Age from which the million-yuan policy has prices of its own; below it, a child's policy does.
CHILD = 20
#: Years of the plan's bills that are whole.
PLAN_YEARS = (2019, 2020, 2021)
_BASIS = {"published": "quoted", "quoted": "quoted", "derived": "derived", "inferred": "inferred"}


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyCost:
    """What one alternative costs one person a year.

    Attributes
    ----------
    name : str
        Name of the alternative.
    low, high : float or None
        Yuan a year. They differ where a source gives a range; None if no source gives a price.
    known : str
        One of ``KNOWN``.
    cover : float or None
        The fixed sum that is bought, yuan; None where a part of the costs is paid.
    why : str
        What the price is, or why there is none.
    keys : tuple of str
        Addresses of the rows it rests on.
    term : str
        For what time a long-term price buys cover: ``for life`` or ``not known``; empty for all
        other prices, which buy one year.
    """

    name: str
    low: float | None
    high: float | None
    known: str
    cover: float | None
    why: str
    keys: tuple[str, ...]
    term: str = ""

    def each(self, cover: float) -> tuple[float, float] | None:
        """Return low and high for another cover at the same rate, or None if not known."""
        if self.low is None or self.high is None or not self.cover:
            return None
        return self.low * cover / self.cover, self.high * cover / self.cover


def _cost(
    name: str, low: float | None, keys: tuple[str, ...] = (), *, why: str,
    high: float | None = None, known: str = "", cover: float | None = None, term: str = "",
) -> YearlyCost:  # fmt: skip
    if not known:
        known = _BASIS[history.fact(keys[0]).basis] if low is not None else "none"
    return YearlyCost(
        name=name, low=low, high=low if high is None else high, known=known, cover=cover,
        why=why, keys=keys, term=term,
    )  # fmt: skip


def yearly_cost(name: str, person: Person, *, year: int = 2021) -> YearlyCost:
    """Return what an alternative costs a person a year.

    Parameters
    ----------
    name : str
        Name in ``ALTERNATIVES``.
    person : Person
        Who pays.
    year : int
        Year of the bills of the plan, 2019 to 2021; nothing else depends on it.

    Returns
    -------
    YearlyCost
        With ``known`` telling where the figure comes from. Where no source gives a price, it is
        None, never a guess.

    Raises
    ------
    ValueError
        If there is no such alternative or year.

    Examples
    --------
    >>> person = Person(age=30, sex="female")
    >>> yearly_cost("city", person).low, yearly_cost("city", person).known
    (129.0, 'quoted')
    >>> yearly_cost("mutual-insurer", person).low is None
    True
    """
    checks.one_of("name", name, ALTERNATIVES)
    year = checks.whole("year", year, PLAN_YEARS[0], PLAN_YEARS[-1])
    match name:
        case "social":
            return _social(person)
        case "serious":
            return _cost(name, 0.0, known="derived", why="paid out of the social insurance",
                         keys=("alternatives/serious-illness-insurance/funding_low/china/2017",)
                         ) if person.social == "resident" else _cost(
                         name, None, why="it goes with the residents' insurance")  # fmt: skip
        case "city":
            return _city(person)
        case "million":
            return _million(person)
        case "one-year":
            return _one_year(person)
        case "long-term":
            return _long_term(person)
        case "plan":
            return _plan(person, year)
        case "gifts":
            return _cost(name, 0.0, ("alternatives/crowdfunding/fee/waterdrop/2022-04-07",),
                         why="nothing before; a fee on what is raised")  # fmt: skip
    return _cost(name, None, why="no price of a mutual insurer was found")


def _social(person: Person) -> YearlyCost:
    if person.social == "none":
        return _cost("social", None, why="this person has none")
    if person.social == "resident":
        key = "alternatives/resident-insurance/contribution/shanxi/2022"
        return _cost("social", number_of(key), (key,), why="a resident's part, Shanxi, 2022")
    key = "alternatives/employee-insurance/contribution_of_employee/china/2021"
    why = "a part of the wage; the employer pays more"
    if person.wage is None:
        return _cost("social", None, (key,), why=why)
    return _cost("social", person.wage * number_of(key), (key,), why=why, known="derived")


def _city(person: Person) -> YearlyCost:
    if person.social == "none":
        return _cost("city", None, why="only for those in the social insurance of the city")
    rows = _prices(f"city-medical-{person.city}")
    if rows.empty:
        return _cost("city", None, why="no price was found for this place")
    if person.age > rows["age_to"].max():
        return _cost("city", None, why="no price was found for this age")
    row = rows.sort_values("per").iloc[-1]
    return _cost("city", float(row["value"]), (str(row["key"]),), why=f"{row['per']}, at any age")


def _million(person: Person) -> YearlyCost:
    if person.health != "well":
        return _cost("million", None, why="an insurer would refuse")
    policy = "million-medical-a"
    if person.social == "none":
        policy = "million-medical-b-without-social"
    elif person.age < CHILD:
        policy = "million-medical-b-with-social"
    rows = _prices(policy)
    inside = rows[(rows["age_from"] <= person.age) & (person.age <= rows["age_to"])]
    if len(inside):
        values = inside["value"]
        why = "a range, on a seller's page of about 2025" if policy == "million-medical-a" else (
            "the first year, in a table of 2019"
        )  # fmt: skip
        return _cost("million", float(values.min()), tuple(inside["key"]), why=why,
                     high=float(values.max()))  # fmt: skip
    below = rows[rows["age_to"] < person.age]
    above = rows[rows["age_from"] > person.age]
    if below.empty or above.empty:
        return _cost("million", None, why="no price was found for this age")
    below = below[below["age_to"] == below["age_to"].max()]
    above = above[above["age_from"] == above["age_from"].min()]
    return _cost(
        "million", float(below["value"].min()), (*below["key"], *above["key"]),
        high=float(above["value"].max()), known="in between",
        why="from the lower end of the ages before to the upper end of the ages after, "
        "on a seller's page of about 2025",
    )  # fmt: skip


def _one_year(person: Person) -> YearlyCost:
    if person.age > last_age():
        return _cost("one-year", None, why="not sold at this age")
    offer = transfer(person.age, person.sex)
    return _cost(
        "one-year", offer.later_year, offer.keys, cover=offer.cover,
        known="quoted" if offer.known else "in between",
        why="the policy offered to members: 24 payments, a year without its free months",
    )  # fmt: skip


def _long_term(person: Person) -> YearlyCost:
    if person.health != "well":
        return _cost("long-term", None, why="an insurer would refuse")
    return (
        _life_at_one_age(person)
        or _read_in(_LIFE, person, "for life", "whole life, thirty payments")
        or _read_in(_LONG, person, "not known", "thirty payments; for what time is not known")
        or _cost("long-term", None, why="no price was found for this age")
    )


def _life_at_one_age(person: Person) -> YearlyCost | None:
    """Return the prices for life that a source gives for this age alone, as a range."""
    rows = pd.concat([_prices(policy) for policy in _LIFE_AT_30])
    rows = rows[(rows["sex"] == person.sex) & (rows["age_from"] == person.age)]
    if rows.empty:
        return None
    cover = fixed_sum("long-term", person) or 0.0
    yuan = [round(value * cover / each, 2) for value, each in zip(
        rows["value"], rows["cover"], strict=True)]  # fmt: skip
    why = "whole life, thirty payments"
    if rows["policy"].str.endswith("with-death").any():
        why += "; the dearest also pays at death, and twice for cancer"
    return _cost("long-term", min(yuan), tuple(rows["key"]), high=max(yuan), cover=cover,
                 known="derived", why=why, term="for life")  # fmt: skip


def _read_in(policy: str, person: Person, term: str, why: str) -> YearlyCost | None:
    """Return the price in a table of ages, read between two of them if it lacks this one."""
    rows = _prices(policy)
    rows = rows[(rows["sex"] == person.sex) & (rows["cover"] == _PER)].sort_values("age_from")
    ages = rows["age_from"].to_numpy(dtype=np.float64)
    if not ages[0] <= person.age <= ages[-1]:
        return None
    exact = rows[rows["age_from"] == person.age]
    place = int(np.searchsorted(ages, person.age))
    near = exact if len(exact) else rows.iloc[[place - 1, place]]
    prices = rows["value"].to_numpy(dtype=np.float64)
    rate = math.exp(float(np.interp(person.age, ages, np.log(prices)))) / _PER
    cover = fixed_sum("long-term", person)
    read = "inferred" if (exact["basis"] == "inferred").any() else "derived"
    return _cost(
        "long-term", round(rate * (cover or 0), 2), tuple(near["key"]), cover=cover,
        known=read if len(exact) else "in between", why=why, term=term,
    )  # fmt: skip


def _plan(person: Person, year: int) -> YearlyCost:
    if person.age > last_age():
        return _cost("plan", None, why="this plan ended at 60")
    if person.health != "well":
        return _cost("plan", None, why="its health declaration would refuse")
    key = f"annual/{year}/critical/share"
    return _cost("plan", number_of(key), (key,), cover=fixed_sum("plan", person),
                 why=f"the bills of {year}, known only when it was over")  # fmt: skip


@cache
def _prices(policy: str) -> pd.DataFrame:
    rows = history.table("premiums").assign(key=history.keys("premiums"))
    return rows[(rows["policy"] == policy) & (rows["status"] == "used")]


@cache
def quoted_prices(sex: str) -> pd.DataFrame:
    """Return every price of a fixed sum for one sex, as a source prints it.

    Parameters
    ----------
    sex : str
        ``male`` or ``female``; prices for both are in either.

    Returns
    -------
    DataFrame
        ``alternative`` (``one-year``, ``long-term``), ``policy``, ``term``, ``age_from``,
        ``age_to``, ``cover``, ``value`` (yuan a year), ``basis``, ``approx``, ``key``. A price
        per thousand is left as it is; ``each`` is the price for 100,000 yuan of cover. ``term``
        is for what time it buys cover: ``a year``, ``to 70``, ``to 80``, ``for life`` or ``not
        known``. That of the policy offered to members is of 24 payments, a year without its free
        months.

    Raises
    ------
    ValueError
        If there is no such sex.

    Examples
    --------
    >>> float(quoted_prices("female")["each"].min())
    48.96
    """
    checks.one_of("sex", sex, ("male", "female"))
    rows = history.table("premiums").assign(key=history.keys("premiums"))
    fixed = rows["policy"].str.startswith(("transfer-critical", "one-year-on-sale", "long-term"))
    yearly = rows["per"].isin(["year", "first year"])
    kept = rows[
        fixed & yearly & (rows["status"] == "used") & (rows["basis"] != "derived")
        & rows["sex"].isin([sex, "both"])
        # Said of the oldest, and given exactly by other rows.
        & ~((rows["policy"] == "transfer-critical") & (rows["sex"] == "both"))
    ].copy()  # fmt: skip
    kept["alternative"] = np.where(
        kept["policy"].str.startswith("long-term"), "long-term", "one-year"
    )
    kept["term"] = [
        next((term for start, term in _TERMS.items() if policy.startswith(start)), "a year")
        for policy in kept["policy"]
    ]
    kept["each"] = (kept["value"] * 100_000 / kept["cover"]).round(2)
    columns = ["alternative", "policy", "term", "age_from", "age_to", "cover", "value", "each",
               "basis", "approx", "key"]  # fmt: skip
    return kept[columns].sort_values(["alternative", "policy", "age_from"]).reset_index(drop=True)
