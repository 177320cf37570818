"""Exits, asked: who came and how they went, and where the plan goes from here."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import churn, figures, history
from mutualaid.explorables.wording import millions, placed, written_day, written_notice
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.history import number_of
from mutualaid.periods import PER_YEAR, Period, periods_between

Floats = NDArray[np.float64]

# ---- who came, and how they went ----------------------------------------------------------

#: Who leaves for the bill: words, ``exit_age_slope`` and ``exit_raised_factor``.
_WHO = {
    "alike": ("everybody alike", 0.0, 1.0),
    "young": ("the young first", -0.5, 1.0),
    "healthy": ("the healthy first", 0.0, 0.0),
}
#: Strength of the response as a multiple of that of ``churn.as_it_was``.
_STRENGTHS = {
    0: "not at all",
    1: "as the fall of members asks for",
    2: "twice as strongly",
    3: "three times as strongly",
}
_NOTICES = (
    *(str(Period(year, month, 1)) for year in (2019, 2020, 2021) for month in (1, 4, 7, 10)),
    str(churn.LAST_PAID),
)
_DRAWN = tuple(p for p in periods_between(Period(2018, 11, 1), churn.LAST_PAID) if p.half == 1)
#: Where those were who joined: words of the table, with the series that add up to it.
_WHERE = {
    "members": (),
    "left for the bill": ("left_bill",),
    "left otherwise": ("left_base",),
    "turned 60": ("aged",),
    "helped": ("helped",),
    "ill while waiting": ("ended",),
}
#: Series of those who leave after a notice; they were members at it.
_AFTERWARDS = ("left_bill", "left_base", "helped")


@cache
def _plans() -> tuple[dict[tuple[str, int], int], churn.Projection]:
    """Return the plans, with members free and the joins of one that follows the counts."""
    base = churn.as_it_was()
    places = {each: place for place, each in enumerate(product(_WHO, _STRENGTHS))}
    plans = [
        replace(
            base,
            exit_response=times * base.exit_response,
            exit_age_slope=_WHO[who][1],
            exit_raised_factor=_WHO[who][2],
        )
        for who, times in places
    ]
    return places, churn.project(plans, cells=True)


@cache
def _went(who: str, strength: int) -> pd.DataFrame:
    """Return where those were who had joined up to each notice, in people."""
    places, projection = _plans()
    row = places[who, strength]

    def until(name: str) -> Floats:
        series = getattr(projection, name)[row]
        past = np.cumsum(series)
        return np.asarray(past - series if name in _AFTERWARDS else past)

    frame = pd.DataFrame(
        {
            "notice": [str(period) for period in projection.periods],
            "joined": until("joins"),
            **{words: until(series[0]) for words, series in _WHERE.items() if series},
            "members": projection.members[row],
        }
    )
    return frame.set_index("notice")[["joined", *_WHERE]]


@cache
def _mix(who: str, strength: int, notice: str) -> tuple[float, float] | None:
    """Return mean age and share of raised risk past the waiting time; None if nobody is."""
    places, projection = _plans()
    assert projection.by_cell is not None
    people = projection.by_cell["exposed"][places[who, strength], projection.place(notice)]
    if not people.sum() > 0:
        return None
    ages = people.sum(axis=(0, 1))
    return (
        float(ages @ np.arange(len(ages)) / ages.sum()),
        float(people[1:].sum() / people.sum()),
    )


@cache
def _told_in_all() -> pd.DataFrame:
    """Return the row that says how many ever joined."""
    rows = history.table("membership")
    return rows[(rows["definition"] == "ever_joined") & (rows["value"] == churn.ever_joined())]


def _ever_joined() -> str:
    row = _told_in_all().iloc[0]
    return f"{row['approx']} {millions(row['value'])}".strip()


@cache
def _counted(scale: str) -> pd.DataFrame:
    """Return what was published of members, and of those who ever joined.

    As a share: the last count of members, of those who ever joined.
    """
    counts = history.series("critical", "sharers")
    counts = counts[[period <= churn.LAST_PAID for period in counts["period"]]]
    if scale == "share":
        share = round(100 * float(counts["value"].iloc[-1]) / churn.ever_joined(), 2)
        days = counts["notice_day"].tolist()[-1:]
        return pd.DataFrame({"day": days, "value": [share], "basis": ["derived"]})
    told = _told_in_all()
    return pd.DataFrame(
        {
            "day": [*counts["notice_day"], *map(placed, told["date"])],
            "value": [*(counts["value"] / 1e6).round(3), *(told["value"] / 1e6).round(3)],
            "basis": [*counts["basis"], *told["basis"]],
        }
    )


def _of_hundred(share: float) -> str:
    if share == 0:
        return "none"
    if 0 < share < 0.01:
        return "less than 0.01"
    return f"{share:.2f}" if share < 1 else f"{share:.1f}"


def _who_left(notice: str, who: str, strength: int, scale: str) -> View:
    went = _went(who, strength)
    drawn = went.loc[[str(period) for period in _DRAWN]]
    percent = drawn[list(_WHERE)].div(drawn["joined"], axis=0) * 100
    shown = percent if scale == "share" else drawn[list(_WHERE)] / 1e6
    parts = pd.DataFrame(
        {
            "day": [period.notice_day for period in _DRAWN],
            "members": shown["members"].round(3).tolist(),
            "for_the_bill": shown["left for the bill"].round(3).tolist(),
            "otherwise": shown["left otherwise"].round(3).tolist(),
            "ended": shown[["turned 60", "helped", "ill while waiting"]]
            .sum(axis=1)
            .round(3)
            .tolist(),
        }
    )
    figure = figures.plot_joined(
        parts,
        _counted(scale),
        chosen=Period.parse(notice).notice_day,
        shares=scale == "share",
        heights={"members": 40, "otherwise": 85}
        if scale == "share"
        else {"members": 45, "otherwise": 118},
        said=""
        if scale == "share"
        else f"over {churn.ever_joined() / 1e6:.0f} million ever joined",
    )
    here = {where: _of_hundred(float(percent[where].loc[notice])) for where in _WHERE}
    mix = _mix(who, strength, notice)
    words = {
        "day": written_notice(notice),
        "joined": f"{went['joined'][notice] / 1e6:.0f}",
        "members": here["members"],
        "bill": here["left for the bill"],
        "base": here["left otherwise"],
        "aged": here["turned 60"],
        "helped": here["helped"],
        "ill": here["ill while waiting"],
        "mix": "Nobody is past the waiting time yet."
        if mix is None
        else f"Members past the waiting time are {mix[0]:.1f} years old on average, and "
        f"{100 * mix[1]:.1f} percent of them have a raised risk.",
        "ever": millions(churn.ever_joined()),
    }
    table = pd.DataFrame(
        {
            "notice": [str(period) for period in _DRAWN],
            "joined so far, million": (drawn["joined"] / 1e6).round(2).tolist(),
            **{f"{where}, percent": percent[where].round(2).tolist() for where in _WHERE},
        }
    )
    return View(figure=figure, words=words, table=table)


def who_left() -> Explorable:
    """Show where those were, notice by notice, who had ever joined."""
    return Explorable(
        name="who-left",
        title="Who came, and how they went",
        controls=(
            Slider("notice", _NOTICES, label="Up to the notice of", start=_NOTICES[-1],
                   format=written_notice),
            Choice("who", {key: words for key, (words, *_) in _WHO.items()},
                   label="Who leaves for the bill"),
            Choice("strength", _STRENGTHS, label="Members leave for the bill", start=1),
            Choice("scale", {"people": "millions of people", "share": "shares of all who joined"},
                   label="Drawn"),
        ),
        draw=lambda notice, who, strength, scale: _who_left(notice, who, int(strength), scale),
        words=(
            "Up to {day}, {joined} million had joined. Of a hundred of them {members} are members, "
            "{bill} have left for the bill, {base} otherwise, {aged} have turned 60, {helped} were "
            "helped, and {ill} fell ill while waiting. {mix} Members leave for the bill: "
            "{strength}; {who}. Drawn are {scale}. (A model, much of it assumed. Joins are "
            "the same in each setting, so that {ever} ever joined. Who left why was never "
            "published.)"
        ),
    )  # fmt: skip


# ---- where the plan goes from here --------------------------------------------------------

_YEARS = 10
_STEP = 6  # half-months between drawn points
_SELECTIONS = (0.0, 0.25, 0.5, 0.75, 1.0)
_SELECTED = {0.0: "0 (all alike)", 1.0: "1 (only the healthier)"}
_JOINS = (0.0, 0.0025, 0.005, 0.01)
_BEFORE = PER_YEAR


@cache
def _counts_say() -> churn.Response:
    rates = churn.exit_rates()
    return churn.response_of(rates[rates["plan"] == "all"])


@cache
def _responses() -> tuple[float, ...]:
    """Return the stops: what the counts allow, half of it, all for the bill, and twice that."""
    said = _counts_say()
    whole = round(said.all_for_the_bill, 5)
    return (0.0, round(said.high / 2, 5), round(said.high, 5), whole, 2 * whole)


@cache
def _on_the_map() -> tuple[float, ...]:
    """Return the responses of the map: the stops, and some between where they are far apart."""
    *_, high, whole, most = _responses()
    between = [(high + whole) / 2, *(whole + (most - whole) * k / 4 for k in (1, 2, 3))]
    return tuple(sorted({*_responses(), *(round(each, 5) for each in between)}))


@cache
def _followed(joins: float) -> tuple[churn.SpiralMap, churn.Projection]:
    mapped = churn.spiral_map(_on_the_map(), _SELECTIONS, joins, years=_YEARS)
    return mapped, churn.project(mapped.outcomes.scenarios)


@cache
def _gains(joins: float) -> dict[tuple[float, float], tuple[float, float]]:
    """Return gains by response and selection: after a year, and the largest in five.

    What comes after a collapse does not count.
    """
    mapped, _ = _followed(joins)
    cells = list(product(_on_the_map(), _SELECTIONS))
    asked = [place for place, (response, _) in enumerate(cells) if response in _responses()]
    times = np.arange(1, churn.AFTER[1] + 1)
    found = churn.feedback(
        [mapped.outcomes.scenarios[place] for place in asked], after=times.tolist()
    ).gain
    over = mapped.outcomes.time_to_smallest_pool[asked][:, None] <= times
    gain = np.where(over, -np.inf, found)
    return {
        cells[place]: (float(each[churn.AFTER[0] - 1]), float(each.max()))
        for place, each in zip(asked, gain, strict=True)
    }


@cache
def _known() -> dict[str, pd.DataFrame]:
    """Return published members and bills of the last year, by years before its end."""
    since = churn.LAST_PAID + -_BEFORE
    known = {}
    for name, quantity, unit in (("members", "sharers", 1e6), ("bill", "share", 1.0)):
        rows = history.series("critical", quantity)
        rows = rows[[since <= period <= churn.LAST_PAID for period in rows["period"]]]
        # A derived value is left out: dots here are printed ones.
        rows = rows[rows["basis"].isin(["published", "quoted"])]
        known[name] = pd.DataFrame(
            {
                "years": [round((p - churn.LAST_PAID) / PER_YEAR, 3) for p in rows["period"]],
                "value": (rows["value"] / unit).round(3).tolist(),
            }
        )
    return known


def _reached(joins: float) -> pd.DataFrame:
    """Return what each place on the map comes to, after all years or when it collapses."""
    mapped, p = _followed(joins)
    start = p.place(str(churn.LAST_PAID))
    over = mapped.outcomes.time_to_smallest_pool
    ends = np.where(np.isnan(over), _YEARS * PER_YEAR, over).astype(int)
    rows = np.arange(len(ends))
    at = start + ends
    leave = p.left_base + p.left_bill
    return pd.DataFrame(
        {
            "response": np.repeat([_thousand(each) for each in _on_the_map()], len(_SELECTIONS)),
            "selection": np.tile(_SELECTIONS, len(_on_the_map())),
            "years": (ends / PER_YEAR).round(2),
            "members": (p.members[rows, at] / 1e6).round(2),
            "bill": p.bill[rows, at].round(2),
            "leave": (100 * leave[rows, at] / p.members[rows, at]).round(2),
            "outcome": mapped.outcomes.outcome,
        }
    )


def _course(joins: float, place: int, step: int, before: int = 0) -> pd.DataFrame:
    """Return one plan over the years, up to its end or its collapse."""
    mapped, p = _followed(joins)
    start = p.place(str(churn.LAST_PAID))
    over = float(mapped.outcomes.time_to_smallest_pool[place])
    end = _YEARS * PER_YEAR if np.isnan(over) else int(over)
    after = sorted({*range(-before, end + 1, step), end})
    at = start + np.array(after)
    leave = (p.left_base + p.left_bill)[place, at]
    return pd.DataFrame(
        {
            "years": np.round(np.array(after) / PER_YEAR, 3),
            "members": (p.members[place, at] / 1e6).round(2),
            "bill": p.bill[place, at].round(2),
            "leave": (100 * leave / p.members[place, at]).round(2),
        }
    )


def _thousand(response: float) -> float:
    return round(1_000 * response, 3)


def _written_years(half_months: float) -> str:
    years, months = divmod(round(half_months / 2), 12)
    parts = [f"{n} {unit}{'s' * (n > 1)}" for n, unit in ((years, "year"), (months, "month")) if n]
    return " and ".join(parts)


def _told(outcomes: churn.Outcomes, place: int) -> str:
    what = str(outcomes.outcome[place])
    if what == "collapses":
        after = _written_years(float(outcomes.time_to_smallest_pool[place]))
        smallest = millions(churn.smallest_pool_then())
        return f"It collapses: after {after} it has fewer than the smallest pool, {smallest}."
    change = round(100 * float(outcomes.change_of_members[place]), 1)
    moved = f"{abs(change)} percent {'fewer' if change < 0 else 'more'} than a year before"
    return (
        f"It {what}: after {_YEARS} years it has {outcomes.members[place] / 1e6:.1f} million "
        f"members, {moved if change else 'as many as a year before'}."
    )


def _meaning(gain: float, largest: float, collapses: bool) -> str:
    if largest < 0.005:
        return "nobody leaves for it, and nothing comes back"
    most = f"{largest:.2f} at most"
    if largest > 1:
        return f"and by {most}, more than the rise that brought it, so that the bill feeds itself"
    if gain < 0:
        return f"newcomers fill the gap ({most} before that), and the rise is damped"
    smaller = f"each turn is smaller than the one before ({most})"
    if collapses:
        return f"{smaller}; the plan empties, but the bill does not feed itself"
    return f"{smaller}, and the rise dies out"


def _spiral(response: float, selection: float, joins: float, scale: str) -> View:
    mapped, p = _followed(joins)
    ends = mapped.outcomes
    place = _on_the_map().index(response) * len(_SELECTIONS) + _SELECTIONS.index(selection)
    said, since = _counts_say(), written_day(churn.LAST_PAID.notice_day)
    reached = _reached(joins)
    if scale == "map":
        figure = figures.plot_map(
            reached[["response", "selection", "outcome"]],
            chosen=(_thousand(response), selection),
            allowed=(
                _thousand(said.slope - 2 * said.standard_error),
                _thousand(said.high),
            ),
            ticks=[_thousand(each) for place, each in enumerate(_responses()) if place != 1],
            unit=f"of 1,000 leave for each yuan above {_reference():g}",
        )
        rows = reached
    else:
        figure = figures.plot_years(
            _course(joins, place, _STEP, _BEFORE),
            _known(),
            smallest=churn.smallest_pool_then() / 1e6,
            collapsed=ends.outcome[place] == "collapses",
            since=since,
        )
        rows = _course(joins, place, PER_YEAR).assign(
            response=_thousand(response), selection=selection, outcome=str(ends.outcome[place])
        )
    gain, largest = _gains(joins)[response, selection]
    five = p.place(str(churn.LAST_PAID)) + churn.AFTER[1]
    collapsed = float(ends.time_to_smallest_pool[place]) <= churn.AFTER[1]
    course = _course(joins, place, PER_YEAR)
    words = {
        "yuan": f"{_reference():g}",
        "told": _told(ends, place),
        "first": f"{course['leave'].iloc[0]:.1f}",
        "last": f"{course['leave'].iloc[-1]:.1f}",
        "five": "After five years there is no plan"
        if collapsed
        else f"After five years the bill is {p.bill[place, five]:.1f} yuan",
        "balance": f"{ends.balance_point[place]:.1f}",
        "gain": f"{gain:+.2f}".replace("-", "\N{MINUS SIGN}"),
        "meaning": _meaning(gain, largest, ends.outcome[place] == "collapses"),
        "high": f"{_thousand(said.high):.3g}",
    }
    table = pd.DataFrame(
        {
            f"years after {since}": rows["years"].tolist(),
            "leave for each yuan, of 1,000": rows["response"].tolist(),
            "selection": rows["selection"].tolist(),
            "members, million": rows["members"].tolist(),
            "bill, yuan per head": rows["bill"].tolist(),
            "leave in the half-month, percent": rows["leave"].tolist(),
            "outcome": rows["outcome"].tolist(),
        }
    )
    return View(figure=figure, words=words, table=table)


def _reference() -> float:
    """Return the bill up to which nobody leaves for it, yuan."""
    return churn.two_classes().exit_reference


@cache
def _joining() -> dict[float, str]:
    members = number_of(f"notices/{churn.LAST_PAID}/critical/sharers")
    return {
        share: f"{round(share * members, -4):,.0f} a half-month" if share else "nobody"
        for share in _JOINS
    }


def the_spiral() -> Explorable:
    """Show whether the plan, had it gone on, settles, shrinks or collapses."""
    responses = _responses()
    return Explorable(
        name="the-spiral",
        title="Where the plan goes from here",
        controls=(
            Slider("response", responses, label="Leave for each yuan",
                   unit="of 1,000", start=responses[2],
                   format=lambda response: f"{_thousand(response):.3g}"),
            Slider("selection", _SELECTIONS, label="Selection", start=0.5,
                   format=lambda selection: _SELECTED.get(selection, f"{selection:g}")),
            Choice("joins", _joining(), label="Who joins", start=_JOINS[1]),
            Choice("scale", {"map": "the map of outcomes", "years": "members and bill by year"},
                   label="Drawn"),
        ),
        draw=_spiral,
        words=(
            "Of 1,000 members {response} leave in a half-month for each yuan of the bill above "
            "{yuan}, with selection {selection}. Who joins: {joins}. {told} At first {first} "
            "percent leave in a half-month, in the end {last}. {five}; if nobody left for the "
            "bill, it would be {balance} yuan after ten. If the bill were 1 percent higher, the "
            "cost per head would change by {gain} percent in a year: {meaning}. Drawn: {scale}. "
            "(A model. The published counts allow responses up to {high}.)"
        ),
    )  # fmt: skip
