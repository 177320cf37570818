"""The bill of each notice."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from mutualaid import figures, history
from mutualaid.explorables.wording import written_day, written_notice
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.history import number_of
from mutualaid.periods import FIRST, NOTICES, Period

#: The first of the three notices that the platform paid.
_SPONSORED_FROM = Period(2021, 12, 2)


@cache
def _bills() -> pd.DataFrame:
    bills = history.series("critical", "share")
    return bills[bills["period"] >= FIRST]


def _bill(notice: str, scale: str) -> View:
    bills, chosen = _bills(), Period.parse(notice)
    known = set(bills["period"])
    sponsored = [p for p in NOTICES if p >= _SPONSORED_FROM]
    unknown = [p for p in NOTICES if p not in known and p not in sponsored]
    figure = figures.plot_bills(
        bills,
        [p.notice_day for p in unknown],
        [p.notice_day for p in sponsored],
        _rough(),
        chosen=chosen.notice_day,
        logarithmic=scale == "log",
    )
    table = pd.DataFrame(
        {
            "notice of": [str(day) for day in bills["notice_day"]],
            "bill, yuan per head": bills["value"],
            "how known": bills["basis"],
            "source": [history.source(key).name for key in bills["source"]],
        }
    )
    return View(figure=figure, words={"told": _told(chosen, bills)}, table=table)


@cache
def _rough() -> pd.DataFrame:
    """Return what is known of bills without their notice: first and last day, least, greatest."""
    dip = "annual/2020-02..2020-04/critical/share_per_notice"
    highest = number_of("annual/2021/critical/highest_share")
    rows = [
        (dt.date(2020, 2, 1), dt.date(2020, 4, 30),
         number_of(f"{dip}_low"), number_of(f"{dip}_high")),
        (dt.date(2021, 1, 1), dt.date(2021, 12, 14), highest, highest),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["first", "last", "least", "greatest"])


#: The first bill of which sources tell more than a few cases, half a year after the start.
_BASE = Period(2019, 6, 2)
_WAYS = {
    "published": "",
    "quoted": "from the platform's notice; ",
    "inferred": "date placed by us; ",
}


def _told(chosen: Period, bills: pd.DataFrame) -> str:
    """Say what is known of one notice's bill."""
    day, key = written_day(chosen.notice_day), f"notices/{chosen}/critical/share"
    if chosen in set(bills["period"]):
        fact = history.fact(key)
        times = number_of(key) / number_of(f"notices/{_BASE}/critical/share")
        compared = (
            f" That is {times:.{1 if times < 9.95 else 0}f} times the bill of "
            f"{written_day(_BASE.notice_day)}."
            if times >= 1.5
            else ""
        )
        amount = f"{fact.approx} {fact.value:.2f} yuan".strip()
        return (
            f"On {day} the bill was {amount} per head ({_WAYS[fact.basis]}source: "
            f"{fact.source.name}).{compared}"
        )
    if chosen >= _SPONSORED_FROM:
        return f"On {day} members were charged nothing: the platform paid the last three bills."
    try:
        contested = history.facts(key)[0]
    except KeyError:
        pass
    else:
        return (
            f"For {day} one source gives {contested.value:.2f} yuan, which is "
            f"{contested.status}. {contested.reason}"
        )
    for _, rough in _rough().iterrows():
        within = rough["first"] <= chosen.notice_day <= rough["last"]
        if within and rough["least"] < rough["greatest"]:
            return (
                f"The bill of {day} was not found. From {rough['first']:%B} to "
                f"{rough['last']:%B %Y} bills were about {rough['least']:.0f} to "
                f"{rough['greatest']:.0f} yuan."
            )
    before, after = bills[bills["period"] < chosen], bills[bills["period"] > chosen]
    near = [
        f"{row['value']:.2f} yuan on {written_day(row['notice_day'])}"
        for part in (before.tail(1), after.head(1))
        for _, row in part.iterrows()
    ]
    return f"The bill of {day} was not found. The nearest known: {' and '.join(near)}."


def bill_notice_by_notice() -> Explorable:
    """Show every published bill of the critical-illness plan, and what was never found."""
    bills = _bills()
    last = bills.iloc[-1]
    base = number_of(f"notices/{_BASE}/critical/share")
    missing = sum(p < _SPONSORED_FROM for p in NOTICES) - len(bills)
    return Explorable(
        name="bill-notice-by-notice",
        title=(
            f"From {base:.2f} yuan in June 2019 to {last['value']:.2f} at the end: "
            f"{len(bills)} bills are known, {missing} were not found"
        ),
        controls=(
            Slider(
                "notice",
                [p.label for p in NOTICES],
                label="Notice of",
                start=last["notice"],
                format=written_notice,
            ),
            Choice(
                "scale",
                {"linear": "equal steps (1, 2, 3)", "log": "equal factors (0.1, 1, 10)"},
                label="Vertical axis",
            ),
        ),
        draw=_bill,
        words="{told} The vertical axis counts in {scale}.",
    )
