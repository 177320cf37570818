"""What the tables hold for a scenario: members, ages, incidence, and the terms by period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from mutualaid import history, rules, sharing
from mutualaid.periods import PER_YEAR, Period, periods_between

__all__ = [
    "AGES",
    "FIRST",
    "HORIZON",
    "LAST",
    "SEXES",
    "PeriodTerms",
    "age_boundary",
    "incidence_table",
    "members_age_mix",
    "period_terms",
    "published_members",
    "waiting_periods",
]

Floats = NDArray[np.float64]

#: Ages of the critical-illness plan, 0 to 59.
AGES = 60
#: Sexes, in the order of every array.
SEXES = ("male", "female")
#: The half-month in which the plan began, on 16 October 2018.
FIRST = Period(2018, 10, 2)
#: The half-month of the last notice.
LAST = Period(2022, 1, 2)
#: Until when a plan that was never closed can be followed.
HORIZON = Period(2060, 12, 2)

#: Counts from before the first notice, by the half-month that they are taken for.
_EARLY = {
    Period(2018, 10, 2): "membership/2018-10-26/critical/members",
    Period(2018, 11, 2): "membership/2018-11-27/critical/members",
}


def _locked(values: Floats) -> Floats:
    values.setflags(write=False)
    return values


@cache
def published_members(first: Period = FIRST, last: Period = LAST) -> Floats:
    """Return members of the critical-illness plan at each notice, between the published counts.

    Counts are the sharers of the notices; those of 2018 are of members. In between, the
    logarithm is drawn straight, an assumption; after the last count members stay as they were.
    Several counts are rounded or "over", so that the path is no better than two or three percent.

    Parameters
    ----------
    first, last : Period
        The periods, from 2018-10-2 to 2022-01-2.

    Returns
    -------
    array
        People, one value for each period. It cannot be written to.

    Raises
    ------
    ValueError
        If a period lies outside the plan.

    Examples
    --------
    >>> path = published_members()
    >>> len(path), f"{path[-3]:,.0f}"
    (79, '71,177,000')
    """
    if first < FIRST or last > LAST:
        raise ValueError(f"periods must be from {FIRST} to {LAST}, got {first} to {last}")
    counts = {period: cast(float, history.fact(key).value) for period, key in _EARLY.items()}
    rows = history.series("critical", "sharers")
    counts |= {
        period: float(value)
        for period, value in zip(rows["period"], rows["value"], strict=True)
        if isinstance(period, Period)
    }
    places = [period - FIRST for period in sorted(counts)]
    logs = np.log([counts[period] for period in sorted(counts)])
    wanted = [period - FIRST for period in periods_between(first, last)]
    return _locked(np.exp(np.interp(wanted, places, logs)))


@cache
def incidence_table(diseases: int = 25) -> Floats:
    """Return the regulator's incidence of 2006-2010 by sex and age, cases per person and year.

    Parameters
    ----------
    diseases : int
        25 or 6, the two lists of illnesses of the table.

    Returns
    -------
    array, 2 x 60
        Men first. It cannot be written to.

    Raises
    ------
    ValueError
        If there is no table for so many illnesses.
    """
    if diseases not in (6, 25):
        raise ValueError(f"diseases must be 6 or 25, got {diseases!r}")
    rows = history.table("incidence")
    rows = rows[(rows["diseases"] == diseases) & (rows["status"] == "used") & (rows["age"] < AGES)]
    table = np.full((len(SEXES), AGES), np.nan)
    for sex, age, value in zip(rows["sex"], rows["age"], rows["value"], strict=True):
        table[SEXES.index(str(sex)), int(age)] = value
    return _locked(table)


@cache
def members_age_mix() -> Floats:
    """Return the share of members at each age by the count of the end of 2019.

    It is that of :func:`mutualaid.sharing.age_mix`, with what is assumed there; who joined had
    the same ages as the members, a further assumption.
    """
    return _locked(np.array(sharing.age_mix(dt.date(2019, 12, 31)).share, dtype=np.float64))


@cache
def _terms(day: dt.date) -> rules.Terms:
    """Return the terms of a day; after the last day of the plan, those of its last day."""
    critical = rules.plan("critical")
    day = min(day, critical.last)
    return (critical if day >= critical.first else rules.plan("insurance")).on(day)


@cache
def waiting_periods() -> int:
    """Return the waiting time of the terms in half-months: 90 days are six."""
    days = _terms(FIRST.notice_day).number("waiting")
    return round(days / 365.25 * PER_YEAR)


@cache
def age_boundary() -> int:
    """Return the age from which the smaller benefit is paid."""
    return int(_terms(FIRST.notice_day).number("age_boundary_of_benefit"))


@dataclass(frozen=True, kw_only=True, eq=False)
class PeriodTerms:
    """The terms of each period, one value for each.

    Attributes
    ----------
    benefit_younger, benefit_older : array
        Benefits below and from the age boundary, yuan, by the day of diagnosis.
    benefit_light : array
        Benefit for a light thyroid cancer, yuan, by the day of diagnosis; NaN where it is the
        full benefit, 0 where it is none.
    fee : array
        Fee as a share of benefits, by the day of the notice.
    cap_per_case, cap_per_year : array
        Most that a member pays, yuan per head; infinite where no cap was in force.
    """

    benefit_younger: Floats
    benefit_older: Floats
    benefit_light: Floats
    fee: Floats
    cap_per_case: Floats
    cap_per_year: Floats


@cache
def period_terms(first: Period, last: Period, rules_on: dt.date | None = None) -> PeriodTerms:
    """Return the terms of each period, from ``plans.toml``.

    A rule for diagnoses is read on the first day of the half-month: the rules for light thyroid
    cancer began on the 1st of a month, so that no half-month is divided by them. A day after the
    plan closed has the terms of its last day, 2022-01-28, an assumption.

    Parameters
    ----------
    first, last : Period
        The periods; `last` may come after the last notice.
    rules_on : date, optional
        Take the terms of this day throughout; if not given, those of each period.

    Examples
    --------
    >>> terms = period_terms(Period(2019, 4, 2), Period(2020, 1, 1))
    >>> terms.benefit_light[[0, 1, -2, -1]].tolist()
    [nan, 50000.0, 50000.0, 0.0]
    """
    rows = []
    for period in periods_between(first, last):
        start = dt.date(period.year, period.month, 1 if period.half == 1 else 16)
        diagnosis = _terms(rules_on or start)
        notice = _terms(rules_on or period.notice_day)
        light, year = "benefit_light_thyroid_cancer", "cap_year"
        rows.append(
            (
                diagnosis.number("benefit_to_39"),
                diagnosis.number("benefit_40_to_59"),
                diagnosis.number(light) if light in diagnosis else np.nan,
                notice.number("administration_fee"),
                notice.number("cap_per_case"),
                notice.number(year) if year in notice else np.inf,
            )
        )
    columns = np.ascontiguousarray(np.array(rows, dtype=np.float64).T)
    names = ("benefit_younger", "benefit_older", "benefit_light", "fee", "cap_per_case",
             "cap_per_year")  # fmt: skip
    return PeriodTerms(
        **{name: _locked(column) for name, column in zip(names, columns, strict=True)}
    )
