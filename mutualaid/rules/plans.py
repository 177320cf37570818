"""The plans and their terms, by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from mutualaid import checks, history
from mutualaid.history import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a plan, as the tables hold it.

    Attributes
    ----------
    key : str
        Address in the tables, such as ``plans/critical/waiting``.
    value : number, str or list
        The term itself, in `unit`.
    unit : str
        Unit in plain words; empty for words.
    since, until : str
        First and last day in force, as exactly as known; empty where not known or open.
    approx, basis, status, reason, note : str
        As in the tables: how exactly, how known, whether contested and why.
    source : Source
        Where the value comes from.
    """

    key: str
    value: Any
    unit: str
    since: str
    until: str
    approx: str
    basis: str
    status: str
    reason: str
    note: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one plan that were in force on one day.

    Attributes
    ----------
    plan : Plan
        The plan.
    day : date
        The day.
    terms : mapping of str to Term
        Item, such as ``waiting``, to its term.
    contested : mapping of str to tuple of Term
        Item to the values on which sources disagree, whether or not one of them is used.
    """

    plan: Plan
    day: dt.date
    terms: Mapping[str, Term]
    contested: Mapping[str, tuple[Term, ...]]

    def __getitem__(self, item: str) -> Term:
        """Return a term; a term that the plan did not have that day is refused by name."""
        if item not in self.terms:
            raise KeyError(f"{self.plan.name} has no known term {item!r} on {self.day}")
        return self.terms[item]

    def __contains__(self, item: object) -> bool:
        return item in self.terms

    def number(self, item: str) -> float:
        """Return a term's number, in the unit of the tables."""
        value = self[item].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self[item].key} must be a number, got {value!r}")
        return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan of the sources.

    Parameters
    ----------
    name : str
        Short name, a key of :data:`PLANS` or :data:`PEERS`.
    title : str
        What a reader calls it.
    sections : tuple of str
        Sections of ``plans.toml`` that hold its terms, the plan's own first.
    first, last : date
        First and last day on which it was open; of a peer, on which the sources have it open.
    continues : str
        Name of the plan whose members it took over; empty for none.
    platform : str
        For a peer: its name in ``platform_facts.csv``, which holds more of its terms.
    """

    name: str
    title: str
    sections: tuple[str, ...]
    first: dt.date
    last: dt.date
    continues: str = ""
    platform: str = ""

    def on(self, day: dt.date, **choices: Any) -> Terms:
        """Return the terms in force on a day.

        A term without a first day is taken as in force from the start, and one without a last
        day as in force to the end; what the tables do not know, this cannot know. A contested
        value is left out unless the caller chooses it.

        Parameters
        ----------
        day : date
            A day on which the plan was open.
        **choices
            A value for an item on which sources disagree, such as
            ``zhima_credit_score=600``. It must be one that a source gives for that day and that
            was not rejected.

        Raises
        ------
        TypeError
            If `day` is no date.
        ValueError
            If the plan was not open that day, or no source gives a chosen value for it.
        """
        checks.date("day", day)
        if not self.first <= day <= self.last:
            raise ValueError(
                f"day must be from {self.first} to {self.last}, when the {self.title} was open, "
                f"got {day}"
            )
        terms: dict[str, Term] = {}
        contested: dict[str, tuple[Term, ...]] = {}
        for every in reversed(self._held()):
            held = [term for term in every if _in_force(term, day)]
            # Where two terms of an item hold, the one that began later has replaced the other.
            for term in sorted(held, key=lambda term: term.since):
                if term.status == "used":
                    terms[_item(term)] = term
                elif term.status == "disputed":
                    contested[_item(term)] = (*contested.get(_item(term), ()), term)
        for item, value in choices.items():
            given = [*([terms[item]] if item in terms else []), *contested.get(item, ())]
            wanted = list(value) if isinstance(value, tuple) else value
            # True is no number here, though Python takes it for 1.
            chosen = [term for term in given if not isinstance(wanted, bool)
                      and term.value == wanted]  # fmt: skip
            if not chosen:
                known = sorted({repr(term.value) for term in given})
                raise ValueError(
                    f"{item} must be one of {', '.join(known) or 'none'}, which sources give for "
                    f"{day}, got {value!r}"
                )
            terms[item] = chosen[0]
        return Terms(
            plan=self, day=day, terms=MappingProxyType(terms), contested=MappingProxyType(contested)
        )

    def accepts(self, day: dt.date, item: str, value: object) -> bool:
        """Tell whether a source gives a value of an item for the plan on a day."""
        try:
            self.on(day, **{item: value})
        except ValueError:
            return False
        return True

    def _held(self) -> tuple[tuple[Term, ...], ...]:
        """Return the terms that hold for the plan, section by section, its own first."""
        facts = (_platform_terms(self.platform),) if self.platform else ()
        return (*(_terms(section) for section in self.sections), *facts)


@cache
def _terms(section: str) -> tuple[Term, ...]:
    rows = history.plan_terms()
    return tuple(
        _term(row, since=row["from"], until=row["to"])
        for row in rows[rows["plan"] == section].to_dict("records")
    )


#: What a quantity of ``platform_facts`` is called among the terms of a plan.
_QUANTITIES = {
    "benefit": "benefit", "benefit_accident": "benefit_accident", "fee": "administration_fee",
    "observation": "waiting", "observation_accident": "waiting_for_accidents",
    "share_cap": "cap_per_case", "waiting": "waiting",
}  # fmt: skip


@cache
def _platform_terms(platform: str) -> tuple[Term, ...]:
    """Return the terms among the facts on a platform, each from the day its source tells of."""
    rows = history.table("platform_facts")
    rows = rows.assign(key=history.keys("platform_facts"))
    known = rows[(rows["platform"] == platform) & rows["quantity"].isin(_QUANTITIES)]
    return tuple(
        _term(row, since=row["as_of"].replace("unknown", ""), until="")
        for row in known[known["value"].notna()].to_dict("records")
    )


def _term(row: Mapping[Any, Any], *, since: str, until: str) -> Term:
    named = ("key", "value", "unit", "approx", "basis", "status", "reason", "note")
    told = {name: "" if pd.api.types.is_scalar(row[name]) and pd.isna(row[name]) else row[name]
            for name in named}  # fmt: skip
    return Term(since=since, until=until, source=history.source(row["source"]), **told)


def _item(term: Term) -> str:
    table, _, name, *_ = term.key.split("/")
    return _QUANTITIES[name] if table == "platform_facts" else name


def _in_force(term: Term, day: dt.date) -> bool:
    """Compare as exactly as a date is known: from 2020-09 holds on every day of that month."""
    written = day.isoformat()
    return term.since <= written[: len(term.since)] and (
        not term.until or written[: len(term.until)] <= term.until
    )


#: Last day of the plans; a diagnosis up to its end counts.
LAST_DAY = dt.date(2022, 1, 28)

#: Every plan by its name. The day in September 2020 on which the transport plan opened is not
#: known, nor the end of the COVID-19 cover: it is last described on December 17, 2021.
PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        plan.name: plan
        for plan in (
            Plan(
                name="insurance",
                title="Xiang Hu Bao insurance",
                sections=("xiang-hu-bao-insurance", "critical", "general", "definitions"),
                first=dt.date(2018, 10, 16),
                last=dt.date(2018, 11, 27),
            ),
            Plan(
                name="critical",
                title="critical-illness plan",
                sections=("critical", "general", "definitions"),
                first=dt.date(2018, 11, 27),
                last=LAST_DAY,
                continues="insurance",
            ),
            Plan(
                name="elderly",
                title="elderly cancer plan",
                sections=("elderly", "general", "definitions"),
                first=dt.date(2019, 5, 8),
                last=LAST_DAY,
            ),
            Plan(
                name="chronic",
                title="chronic-disease cancer plan",
                sections=("chronic", "general", "definitions"),
                first=dt.date(2020, 5, 13),
                last=LAST_DAY,
            ),
            Plan(
                name="transport",
                title="public-transport plan",
                sections=("transport", "general", "definitions"),
                first=dt.date(2020, 9, 1),
                last=LAST_DAY,
            ),
            Plan(
                name="covid",
                title="cover for death from COVID-19",
                sections=("covid", "general"),
                first=dt.date(2020, 1, 31),
                last=dt.date(2021, 12, 17),
            ),
        )
    }
)


def _peer(name: str, title: str, first: dt.date, last: dt.date, section: str = "") -> Plan:
    return Plan(
        name=name, title=title, sections=(section,) if section else (), first=first, last=last,
        platform=name,
    )  # fmt: skip


#: Plans of other platforms, as far as any of their terms is known. Where only a month or a year
#: of the opening or of the closing is known, all of it counts; e Huzhu, the commune and
#: Zhongtuobang have no known end and stop where the sources last tell of them.
PEERS: Mapping[str, Plan] = MappingProxyType(
    {
        plan.name: plan
        for plan in (
            _peer("kang-ai", "Kang Ai Commune", dt.date(2011, 5, 8), dt.date(2021, 12, 31),
                  "kang-ai"),
            _peer("e-huzhu", "e Huzhu", dt.date(2014, 1, 1), dt.date(2020, 4, 30), "e-huzhu"),
            _peer("qingsong", "Qingsong", dt.date(2016, 4, 1), dt.date(2021, 3, 24), "qingsong"),
            _peer("waterdrop", "Waterdrop", dt.date(2016, 5, 1), dt.date(2021, 3, 31),
                  "waterdrop"),
            _peer("zhongtuobang", "Zhongtuobang", dt.date(2016, 12, 1), dt.date(2016, 12, 31),
                  "zhongtuobang"),
            _peer("sina", "Sina", dt.date(2018, 10, 16), dt.date(2021, 7, 31)),
            _peer("meituan", "Meituan", dt.date(2019, 6, 28), dt.date(2021, 1, 31), "meituan"),
            _peer("360", "360", dt.date(2020, 4, 1), dt.date(2021, 5, 31), "360"),
        )
    }
)  # fmt: skip


_EVERY: Mapping[str, Plan] = MappingProxyType({**PLANS, **PEERS})


def plan(name: str) -> Plan:
    """Return a plan by its name.

    Raises
    ------
    ValueError
        If there is no such plan.

    Examples
    --------
    >>> plan("critical").on(dt.date(2019, 6, 21))["waiting"].value
    90
    """
    return _EVERY[checks.one_of("plan", name, _EVERY)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one rule says of one case.

    Attributes
    ----------
    code : str
        Short name of the rule, the same wherever it speaks.
    text : str
        What it says, in words.
    key : str
        Address of the rule in the tables.
    source : Source
        Where the rule comes from.
    """

    code: str
    text: str
    key: str
    source: Source

    def __str__(self) -> str:
        return f"{self.text} ({self.key}; {self.source.name})"


def reason(code: str, text: str, term: Term) -> Reason:
    """Return what a term says of a case."""
    return Reason(code=code, text=text, key=term.key, source=term.source)


def rule_term(key: str) -> Term:
    """Return a term that does not hang on a day, by its key; the used one, if there are several.

    Raises
    ------
    KeyError
        If no term has this key.
    """
    section = key.split("/")[1] if key.count("/") > 1 else ""
    found = [term for term in _terms(section) if term.key == key]
    if not found:
        raise KeyError(f"no term has the key {key!r}")
    return min(found, key=lambda term: history.STATUSES.index(term.status))


def age_on(born: dt.date, day: dt.date) -> int:
    """Return the age in full years.

    Raises
    ------
    TypeError
        If one is no date.
    ValueError
        If `day` comes before `born`.

    Examples
    --------
    >>> age_on(dt.date(1980, 3, 1), dt.date(2020, 2, 29))
    39
    """
    checks.date("born", born)
    checks.date("day", day)
    if day < born:
        raise ValueError(f"day must not come before birth ({born}), got {day}")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: dt.date, age: int) -> dt.date:
    """Return the first day on which a person is so many years old.

    Examples
    --------
    >>> birthday(dt.date(1960, 2, 29), 61)
    datetime.date(2021, 3, 1)
    """
    checks.date("born", born)
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)
