"""The book's explorables and questions, one function each, named as in the chapter."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from mutualaid import figures, history
from mutualaid.explore import Answer, Choice, Explorable, Question, Slider, View
from mutualaid.periods import FIRST, NOTICES, Period

__all__ = ["bill_notice_by_notice", "did_the_plan_grow", "members_by_definition"]


def _value(key: str) -> float:
    """Return the number of a key; a value in words has none and is refused."""
    fact = history.fact(key)
    if fact.value is None:
        raise ValueError(f"{key} must have a number, got {fact.text!r}")
    return fact.value


def _day(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


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
    highest = _value("annual/2021/critical/highest_share")
    rows = [
        (dt.date(2020, 2, 1), dt.date(2020, 4, 30), _value(f"{dip}_low"), _value(f"{dip}_high")),
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
    day, key = _day(chosen.notice_day), f"notices/{chosen}/critical/share"
    if chosen in set(bills["period"]):
        fact = history.fact(key)
        times = _value(key) / _value(f"notices/{_BASE}/critical/share")
        compared = (
            f" That is {times:.{1 if times < 9.95 else 0}f} times the bill of "
            f"{_day(_BASE.notice_day)}."
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
        f"{row['value']:.2f} yuan on {_day(row['notice_day'])}"
        for part in (before.tail(1), after.head(1))
        for _, row in part.iterrows()
    ]
    return f"The bill of {day} was not found. The nearest known: {' and '.join(near)}."


def bill_notice_by_notice() -> Explorable:
    """Show every published bill of the critical-illness plan, and what was never found."""
    bills = _bills()
    last = bills.iloc[-1]
    base = _value(f"notices/{_BASE}/critical/share")
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
                format=lambda label: _day(Period.parse(label).notice_day),
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


# ---- the members --------------------------------------------------------------------------

_PRINTED = "printed as members or sharers"
_ALL, _CRITICAL, _ELDERLY = "all plans", "critical-illness plan", "elderly plan"
_MEMBERS = "members or users"
_SERIES = {"all": _ALL, "critical": _CRITICAL, "elderly": _ELDERLY}
_COLORS = {
    _PRINTED: "unknown", _ALL: "members", _CRITICAL: "critical", _ELDERLY: "elderly",
    _MEMBERS: "platform",
}  # fmt: skip
_READINGS = {
    "printed": "all alike, as printed",
    "plans": "sharers, by plan",
    "definitions": "by plan and definition",
}
_WINDOWS = {
    "life": (dt.date(2018, 9, 15), dt.date(2022, 2, 5), 0.0, 115.0),
    "top": (dt.date(2020, 5, 20), dt.date(2022, 1, 10), 68.0, 110.0),
}


def _drawn_day(date: str) -> dt.date:
    """Place a month in its middle; a full date stays."""
    return dt.date.fromisoformat(date if len(date) == 10 else f"{date}-15")


@cache
def _counts() -> pd.DataFrame:
    """Return every dated count of people in the plan: day, kind, value, basis, approx, source."""
    members = history.table("membership")
    dated = members["date"].str.len() > 4
    wanted = members["definition"].isin(["members", "users"]) & (members["status"] == "used")
    members = members[dated & wanted]
    parts = [members.assign(day=members["date"].map(_drawn_day), kind=_MEMBERS)]
    for plan, kind in _SERIES.items():
        sharers = history.series(plan, "sharers")
        # Early counts of members that stand in for sharers are drawn as what they are: members.
        stand_in = sharers["inputs"].str.fullmatch(r"membership/.*/(members|users)")
        sharers = sharers[~stand_in]
        parts.append(sharers.assign(day=sharers["notice_day"], kind=kind))
    columns = ["day", "kind", "value", "basis", "approx", "source"]
    return pd.concat(parts)[columns].sort_values("day", kind="stable")


def _shown(reading: str) -> pd.DataFrame:
    counts = _counts()
    match reading:
        case "printed":
            printed = (counts["kind"] != _ELDERLY) & (counts["basis"] != "derived")
            return counts[printed].assign(kind=_PRINTED)
        case "plans":
            return counts[counts["kind"].isin(_SERIES.values())]
        case _:
            return counts


def _amount(row: pd.Series) -> str:
    """Write one count: its kind, how it was said, and the number."""
    return " ".join(filter(None, (row["kind"], row["approx"], _million(row["value"]))))


def _members(reading: str, notice: str, scale: str) -> View:
    counts, chosen = _shown(reading), Period.parse(notice).notice_day
    first, last, low, high = _WINDOWS[scale]
    million = counts["value"] / 1e6
    inside = (counts["day"] >= first) & (counts["day"] <= last) & million.between(low, high)
    figure = figures.plot_members(
        counts[inside], colors=_COLORS, chosen=chosen, days=(first, last), million=(low, high)
    )
    here = counts[counts["day"] == chosen]
    if here.empty:
        told = "nothing was printed; our count of it is derived"
    elif reading == "printed":
        amounts = [_million(value) for value in sorted(set(here["value"]), reverse=True)]
        told = f"one could read {' or '.join(amounts)}, under the name of sharers or members"
    else:
        told = "; ".join(_amount(row) for _, row in here.iterrows())
    if reading == "definitions":
        others = counts[counts["kind"] == _MEMBERS]
        away = others["day"].map(lambda day: abs((day - chosen).days))
        near = others.iloc[int(away.to_numpy().argmin())]
        told += f". Nearest count of another kind: {_amount(near)} on {_day(near['day'])}"
    table = pd.DataFrame(
        {
            "day": [str(day) for day in counts["day"]],
            "count": counts["kind"],
            "million": million.round(6),
            "said": counts["approx"],
            "how known": counts["basis"],
            "source": [history.source(key).name for key in counts["source"]],
        }
    )
    return View(figure=figure, words={"told": told}, table=table[inside.to_numpy()])


def members_by_definition() -> Explorable:
    """Show the counts of members over time, apart or as mixed up by the press."""
    first, last, *_ = _WINDOWS["top"]
    counts = _counts()
    days = set(counts["day"][counts["kind"].isin([_ALL, _CRITICAL])])
    stops = [p.label for p in NOTICES if p.notice_day in days and first <= p.notice_day <= last]
    return Explorable(
        name="members-by-definition",
        title="How many were in the plan? It depends on who is counted",
        controls=(
            Choice("reading", _READINGS, label="Counts shown"),
            Slider(
                "notice",
                stops,
                label="Notice of",
                start="2020-12-1",
                format=lambda label: _day(Period.parse(label).notice_day),
            ),
            Choice(
                "scale",
                {"life": "all years", "top": "from June 2020, close up"},
                label="Look at",
            ),
        ),
        draw=_members,
        words="On {notice}: {told}. Shown: {scale}.",
    )


def did_the_plan_grow() -> Question:
    """Ask what two printed counts say before they are told apart."""
    april = _million(_value("notices/2021-04-2/critical/sharers"))
    june = _million(_value("notices/2021-06-1/all/sharers"))
    april_all = _million(_value("notices/2021-04-2/all/sharers"))
    return Question(
        name="did-the-plan-grow",
        prompt=(
            f"Of the notice of April 21, 2021, one text printed {april} sharers. Of the notice "
            f"of June 7 another printed {june}. What happened in between?"
        ),
        answers=(
            Answer(
                "The plan grew a little.",
                "Only if both counts count the same people. The first is of the critical-illness "
                "plan, the second of all plans together.",
            ),
            Answer(
                "It cannot be said before one knows who is counted in each number.",
                f"The first is of the critical-illness plan alone. All plans together had "
                f"{april_all} sharers on April 21, so they shrank until June.",
                right=True,
            ),
            Answer(
                "One of the two figures is wrong.",
                "Both were printed from the platform's notices, and both can be right: they count "
                "different people under one name.",
            ),
        ),
    )
