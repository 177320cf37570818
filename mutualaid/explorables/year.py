"""The books of a simulated year: each notice to the fen, its cases, and the year so far."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from mutualaid import figures, members
from mutualaid.churn.published import SEXES
from mutualaid.explorables.wording import written_notice
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.money import FEN_PER_YUAN
from mutualaid.periods import Period, periods_between

_BILLION = 1e9 * FEN_PER_YUAN
_NOTICES = periods_between(Period(2020, 1, 1), Period(2020, 12, 2))
_LOOKS = {
    "bill": "the bill, to the fen",
    "cases": "its cases, by age and sex",
    "year": "the year so far",
}
#: First ages of the bands, and the end of the last one.
_BANDS = tuple(range(0, 61, 5))
#: Age from which the benefit is the lower one.
_OLDER = 40


def _yuan(amount: int) -> float:
    return amount / FEN_PER_YUAN


def _written(amount: int) -> str:
    """Write an amount in fen with every fen of it."""
    return f"{_yuan(amount):,.2f}"


def _table(rows: Sequence[tuple[str, int, int]]) -> pd.DataFrame:
    """Return what is drawn, line by line; in fen, where no digit is lost."""
    what, people, sums = zip(*rows, strict=True)
    return pd.DataFrame(
        {"line": what, "people": [int(one) for one in people], "fen": [int(one) for one in sums]}
    )


@cache
def _notices() -> pd.DataFrame:
    """Return the notices of the year by their labels."""
    return members.simulated_year().to_frame().set_index("notice")


def _numbers(label: str) -> dict[str, int]:
    """Return the whole numbers of one notice."""
    row = _notices().loc[label].to_dict()
    return {str(name): value for name, value in row.items() if isinstance(value, int)}


@cache
def _lines() -> dict[str, list[tuple[str, int, int]]]:
    """Return the lines of each notice: what, people and fen; those of its cases in one."""
    same = ["period", "entry", "account_debit", "account_credit"]
    lines = members.simulated_year().journal()
    lines["people"] = lines["members"] + (lines["case"] != "")
    found: dict[str, list[tuple[str, int, int]]] = {}
    for (period, entry, debit, credit), part in lines.groupby(same, sort=False):
        line = (
            f"{entry} ({debit} to {credit})",
            int(part["people"].sum()),
            int(part["debit_fen"].sum()),
        )
        found.setdefault(str(period), []).append(line)
    return found


@cache
def _cases() -> dict[str, pd.DataFrame]:
    """Return the cases of each notice."""
    cases = members.simulated_year().cases()
    cases["band"] = cases["age_years"] // 5
    return {str(label): part for label, part in cases.groupby("published")}


def _by_band(cases: pd.DataFrame) -> dict[str, list[int]]:
    """Return how many cases there are in each band, by sex."""
    count = len(_BANDS) - 1
    return {
        sex: np.bincount(cases["band"][cases["sex"] == sex], minlength=count).tolist()
        for sex in SEXES
    }


@cache
def _most() -> float:
    """Return the end of the axis of cases: a little above the highest step of the year."""
    return 1.1 * max(
        max(max(steps) for steps in _by_band(one).values()) for one in _cases().values()
    )


def _bill(label: str) -> View:
    row = _numbers(label)
    benefits, fee, carried, charged, left = (
        row[f"{name}_fen"] for name in ("benefits", "fee", "carried_in", "charged", "carried_out")
    )
    cost = benefits + fee
    shared = cost - carried
    parts: dict[str, tuple[int, int, int, str]] = {
        # Part: amount, where its bar begins and ends, color.
        "benefits": (benefits, 0, benefits, "helped"),
        "fee": (fee, benefits, cost, "platform"),
        "carried in": (carried, shared, cost, "critical"),
        "to be shared": (shared, 0, shared, "bill"),
        "charged to members": (charged, 0, charged, "members"),
        "carried out": (left, shared, shared + left, "critical"),
    }
    scale = _BILLION / 1e3
    share = _written(row["share_fen_per_head"])
    figure = figures.plot_notice(
        {
            name: (start / scale, end / scale, color)
            for name, (_, start, end, color) in parts.items()
        },
        labels=[f"{name}: {_written(amount)} yuan" for name, (amount, *_) in parts.items()],
        each=f"{share} yuan each",
        most=600,
    )
    table = _table(_lines()[label])
    told = (
        f"{row['cases_persons']:,} people are helped. Benefits of {_written(benefits)} yuan "
        f"and a fee of {_written(fee)}, less {_written(carried)} carried in, are "
        f"{_written(shared)} to be shared by {row['members_persons']:,} members. {share} yuan "
        f"each, rounded up to the fen, is {_written(charged)}; {_written(left)} yuan are carried "
        "on. Benefits, fee and what is carried on are what is charged and was carried in, "
        f"{_written(cost + left)} yuan, to the fen."
    )
    return View(figure=figure, words={"told": told}, table=table)


def _ages(label: str) -> View:
    cases = _cases()[label]
    steps = _by_band(cases)
    names = dict(zip(SEXES, ("men", "women"), strict=True))
    figure = figures.plot_cases(
        _BANDS, {names[sex]: counts for sex, counts in steps.items()}, most=_most()
    )
    sums = cases.groupby(["sex", "band"])["benefit_fen"].sum()
    table = _table(
        [
            (f"{names[sex]}, {low} to {low + 4} years", count, sums.get((sex, band), 0))
            for sex, counts in steps.items()
            for band, (low, count) in enumerate(zip(_BANDS[:-1], counts, strict=True))
        ]
    )
    young = cases["age_years"] < _OLDER
    few, part = int(young.sum()), int(cases["benefit_fen"][young].sum())
    total = int(cases["benefit_fen"].sum())
    told = (
        f"Of {len(cases):,} people helped, {sum(steps['male']):,} are men and "
        f"{sum(steps['female']):,} women. The {few:,} who were 39 or younger, "
        f"{few / len(cases):.0%} of all, receive {_written(part)} yuan, {part / total:.0%} of the "
        f"benefits; the {len(cases) - few:,} others {_written(total - part)}. Together that is "
        f"{_written(total)} yuan, as in the bill."
    )
    return View(figure=figure, words={"told": told}, table=table)


def _year(label: str) -> View:
    rows, so_far = _notices(), _notices().loc[:label]
    sums = {
        name: rows[f"{column}_fen"].cumsum()
        for name, column in (("charged", "charged"), ("to families", "benefits"), ("fee", "fee"))
    }
    helped = rows["cases_persons"].cumsum()
    people = {"charged": rows["members_persons"], "to families": helped, "fee": helped}
    charged, benefits, fee = (int(each[label]) for each in sums.values())
    figure = figures.plot_running(
        rows["notice_day"].tolist(),
        {
            name: ((sums[name] / _BILLION).tolist(), color)
            for name, color in zip(sums, ("members", "helped", "platform"), strict=True)
        },
        chosen=(rows["notice_day"][label], charged / _BILLION),
        said=f"charged so far:<br>{charged / _BILLION:.2f} billion yuan",
        axes=(("2020-01-01", "2021-01-01"), 11.0),
    )
    table = _table(
        [
            (f"{name}, up to {day[5:]}", people[name].iloc[place], each.iloc[place])
            for name, each in sums.items()
            for place, day in enumerate(rows["notice_day"])
        ]
    )
    opening, closing = int(rows["carried_in_fen"].iloc[0]), int(rows["carried_out_fen"][label])
    count = len(so_far)
    told = (
        f"The year opens with {_written(opening)} yuan carried in. "
        f"{'This notice charges' if count == 1 else f'The {count} notices so far charge'} "
        f"{_written(charged)} yuan: {_written(int(so_far['share_fen_per_head'].sum()))} for a "
        f"member who was there all the time. Of it {int(helped[label]):,} families receive "
        f"{_written(benefits)}, and the platform a fee of {_written(fee)}. What is left is "
        f"{_written(opening + charged - benefits - fee)} yuan, and "
        f"{'this notice' if count == 1 else 'the last notice'} carries on {_written(closing)}."
    )
    return View(figure=figure, words={"told": told}, table=table)


def a_simulated_year() -> Explorable:
    """Open the books of a simulated year at true size, notice by notice."""
    looks = {"bill": _bill, "cases": _ages, "year": _year}
    labels = tuple(each.label for each in _NOTICES)
    return Explorable(
        name="a-simulated-year",
        title="A year at true size, and not a fen is missing (simulated)",
        controls=(
            Slider("notice", labels, label="Notice", format=written_notice),
            Choice("scale", _LOOKS, label="Look at"),
        ),
        draw=lambda notice, scale: looks[scale](notice),
        words="Simulated, nobody in it is real. Notice of {notice}: {told}",
    )
