"""The book's explorables and questions, one function each, named as in the chapter."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from mutualaid import figures, history
from mutualaid.explore import Answer, Choice, Explorable, Question, Slider, View
from mutualaid.periods import FIRST, NOTICES, Period

__all__ = ["bill_notice_by_notice", "did_the_plan_grow", "members_by_definition"]


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def _million(persons: float) -> str:
    """Write persons in millions, as exactly as they are known."""
    return f"{persons / 1e6:.4f}".rstrip("0").rstrip(".") + " million"


# ---- the bill -----------------------------------------------------------------------------

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
        chosen=chosen.notice_day,
        logarithmic=scale == "log",
    )
    table = pd.DataFrame(
        {
            "notice": bills["notice"],
            "bill, yuan per head": bills["value"],
            "how known": bills["basis"],
            "source": [_named(history.source(key)) for key in bills["source"]],
        }
    )
    return View(figure=figure, words={"told": _told(chosen, bills)}, table=table)


#: The first bill of which sources tell more than a few cases, half a year after the start.
_BASE = Period(2019, 6, 2)
_FROM = {
    "published": "printed by",
    "quoted": "the platform's notice, as repeated by",
}


def _told(chosen: Period, bills: pd.DataFrame) -> str:
    """Say what is known of one notice's bill."""
    day = _day(chosen.notice_day)
    if chosen in set(bills["period"]):
        fact = history.fact(f"notices/{chosen}/critical/share")
        base = history.fact(f"notices/{_BASE}/critical/share").value
        assert fact.value is not None and base is not None
        times = fact.value / base
        compared = (
            f" That is {times:.0f} times the bill of {_day(_BASE.notice_day)}."
            if times >= 1.5
            else ""
        )
        way = _FROM.get(fact.basis, "placed at this notice by us, from")
        amount = f"{fact.approx} {fact.value:.2f} yuan".strip()
        return f"On {day} the bill was {amount} per head ({way} {_named(fact.source)}).{compared}"
    if chosen >= _SPONSORED_FROM:
        return f"On {day} members were charged nothing: the platform paid the last three bills."
    before, after = bills[bills["period"] < chosen], bills[bills["period"] > chosen]
    near = [
        f"{row['value']:.2f} yuan on {_day(row['notice_day'])}"
        for part in (before.tail(1), after.head(1))
        for _, row in part.iterrows()
    ]
    return f"The bill of {day} was not found. The nearest known: {' and '.join(near)}."


def _named(source: history.Source) -> str:
    """Name a source in a sentence; a forum's author has no name here."""
    kind = "a writer on " if source.kind == "forum" else ""
    return f"{kind}{source.publisher}, {source.date or 'undated'}"


def bill_notice_by_notice() -> Explorable:
    """Show every published bill of the critical-illness plan, and what was never found."""
    bills = _bills()
    last = bills.iloc[-1]
    base = history.fact(f"notices/{_BASE}/critical/share").value
    missing = sum(p < _SPONSORED_FROM for p in NOTICES) - len(bills)
    return Explorable(
        name="bill-notice-by-notice",
        title=(
            f"The bill rose from {base:.2f} yuan in June 2019 to {last['value']:.2f} at the end; "
            f"{missing} of the {len(NOTICES)} bills were not found"
        ),
        controls=(
            Slider(
                "notice",
                [p.label for p in NOTICES],
                label="Notice of",
                start=last["notice"],
                format=lambda label: _day(Period.parse(label).notice_day),
            ),
            Choice(
                "scale",
                {"linear": "equal steps: 1, 2, 3 yuan", "log": "equal factors: 0.1, 1, 10 yuan"},
                label="Upright axis in",
            ),
        ),
        draw=_bill,
        words="{told} The upright axis counts in {scale}.",
    )


# ---- the members --------------------------------------------------------------------------

_PRINTED = "printed as members or sharers"
_ALL, _CRITICAL, _ELDERLY = "all plans", "critical-illness plan", "elderly plan"
_MEMBERS, _EVER = "members or users on a day", "ever joined"
_SERIES = {"all": _ALL, "critical": _CRITICAL, "elderly": _ELDERLY}
_COLORS = {
    _PRINTED: "unknown", _ALL: "members", _CRITICAL: "critical", _ELDERLY: "elderly",
    _MEMBERS: "platform", _EVER: "bill",
}  # fmt: skip
_READINGS = {
    "printed": "one heap, as the press printed them",
    "plans": "sharers of a notice, by plan",
    "definitions": "everything, by plan and definition",
}


def _drawn_day(date: str) -> dt.date:
    """Place a month in its middle; a full date stays."""
    return dt.date.fromisoformat(date if len(date) == 10 else f"{date}-15")


@cache
def _counts() -> pd.DataFrame:
    """Return every dated count of people in the plan: day, kind, value, basis, approx, source."""
    members = history.table("membership")
    dated = members["date"].str.len() > 4
    wanted = members["definition"].isin(["members", "users", "ever_joined"])
    members = members[dated & wanted & (members["status"] == "used")]
    joined = members["definition"] == "ever_joined"
    parts = [
        members.assign(
            day=members["date"].map(_drawn_day), kind=joined.map({True: _EVER, False: _MEMBERS})
        )
    ]
    for plan, kind in _SERIES.items():
        sharers = history.series(plan, "sharers")
        # Early counts of members that stand in for sharers are drawn as what they are: members.
        sharers = sharers[~sharers["inputs"].str.startswith("membership/")]
        parts.append(sharers.assign(day=sharers["notice_day"], kind=kind))
    columns = ["day", "kind", "value", "basis", "approx", "source"]
    return pd.concat(parts)[columns].sort_values("day", kind="stable")


def _shown(reading: str) -> pd.DataFrame:
    counts = _counts()
    match reading:
        case "printed":
            return counts[~counts["kind"].isin([_EVER, _ELDERLY])].assign(kind=_PRINTED)
        case "plans":
            return counts[counts["kind"].isin(_SERIES.values())]
        case _:
            return counts


def _amount(row: pd.Series) -> str:
    """Write one count: its kind, how it was said, and the number."""
    return " ".join(filter(None, (row["kind"], row["approx"], _million(row["value"]))))


def _members(reading: str, notice: str) -> View:
    counts, chosen = _shown(reading), Period.parse(notice).notice_day
    figure = figures.plot_members(counts, colors=_COLORS, chosen=chosen)
    here = counts[counts["day"] == chosen]
    if reading == "printed":
        amounts = [_million(value) for value in sorted(set(here["value"]), reverse=True)]
        told = f"one could read {' or '.join(amounts)}, all under the name of sharers or members"
    else:
        told = "; ".join(_amount(row) for _, row in here.iterrows())
    if reading == "definitions":
        others = counts[counts["kind"].isin([_MEMBERS, _EVER])]
        away = others["day"].map(lambda day: abs((day - chosen).days))
        near = others.iloc[int(away.to_numpy().argmin())]
        told += f". Nearest count of another kind: {_amount(near)} on {_day(near['day'])}"
    table = pd.DataFrame(
        {
            "day": [str(day) for day in counts["day"]],
            "count": counts["kind"],
            "million": (counts["value"] / 1e6).round(6),
            "said": counts["approx"],
            "how known": counts["basis"],
            "source": [_named(history.source(key)) for key in counts["source"]],
        }
    )
    return View(figure=figure, words={"told": told}, table=table)


def members_by_definition() -> Explorable:
    """Show the counts of members over time, apart or as mixed up by the press."""
    counts = _counts()
    days = set(counts["day"][counts["kind"].isin(_SERIES.values())])
    stops = [p.label for p in NOTICES if p.notice_day in days]
    return Explorable(
        name="members-by-definition",
        title="Two series under one name: sharers of all plans, and of the critical-illness plan",
        controls=(
            Choice("reading", _READINGS, label="Counts shown as"),
            Slider(
                "notice",
                stops,
                label="Notice of",
                start="2020-12-1",
                format=lambda label: _day(Period.parse(label).notice_day),
            ),
        ),
        draw=_members,
        words="On {notice}: {told}.",
    )


def did_the_plan_grow() -> Question:
    """Ask what two printed counts say before they are told apart."""
    april = _million(history.fact("notices/2021-04-2/critical/sharers").value or 0)
    june = _million(history.fact("notices/2021-06-1/all/sharers").value or 0)
    april_all = _million(history.fact("notices/2021-04-2/all/sharers").value or 0)
    return Question(
        name="did-the-plan-grow",
        prompt=(
            f"Of the notice of 21 April 2021 one text printed {april} sharers. Of the notice of "
            f"7 June another printed {june}. What happened in between?"
        ),
        answers=(
            Answer(
                "The plan grew a little.",
                "Only if both counts count the same people. The first is of the critical-illness "
                "plan, the second of all plans together.",
            ),
            Answer(
                "It cannot be said before one knows whom each count counts.",
                f"The first is of the critical-illness plan alone. All plans together had "
                f"{april_all} sharers on 21 April, so they shrank until June.",
                right=True,
            ),
            Answer(
                "One of the two figures is wrong.",
                "Both were printed from the platform's notices, and both can be right: they count "
                "different people under one name.",
            ),
        ),
    )
