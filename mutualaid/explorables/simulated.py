"""Simulated plans, asked: one member's three years, and the same plan with other luck."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import churn, figures, members
from mutualaid.explorables.churn import published_bills, replayed
from mutualaid.explorables.wording import written_day, written_notice
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.periods import Period

Floats = NDArray[np.float64]

_LAST = churn.LAST_PAID


@cache
def fitted_plan() -> churn.Scenario:
    """Return the fitted scenario up to the last notice that members paid."""
    return replace(churn.fit().rounded(), last=_LAST, members=churn.published_members(last=_LAST))


# ---- one member's three years -------------------------------------------------------------

#: The seed of all lives shown.
SEED = 2018
_SHOWN = 5
_GROWN = 18  # years, at joining
#: In the model one in 24 of each age is a year older in each half-month. Who joins at 45 at most
#: is not yet 60 at the end, on the calendar or in the model.
_AGES = (5, 20, 30, 39, 40, 45)
#: From the first half-month to the last in which anybody joins in the model.
_JOINED = ("2018-10-2", "2019-04-1", "2019-11-1", "2020-06-1", "2020-12-1")
#: Whose lives: words, and how a membership ends; None for everybody.
_WHOSE = {
    "any": ("all of them", None),
    "helped": ("those helped", "helped"),
    "ended": ("those ill while waiting", "ended while waiting"),
}
_ENDS = (*members.CAUSES, "member", "pending")
#: Counts of the sentence, with the ends that they add up.
_TOLD = {
    "helped": ("helped",),
    "left": ("path", "left", "left for the bill"),
    "ended": ("ended while waiting",),
    "pending": ("pending",),
    "still": ("member",),
}
_HOW = {
    "helped": "helped",
    "ended while waiting": "ill while waiting",
    "pending": "not yet helped",
    "member": "still a member",
}


@cache
def _run() -> members.Simulation:
    """Return the one run whose members are shown, at true size."""
    return members.simulate(fitted_plan(), SEED)


def _ends_of(joined: Period, age: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of those who joined, men first, and how it ended: places in `_ENDS`."""
    run = _run()
    assert run.ends is not None
    ranges = [run.numbers_of(joined, age, sex) for sex in ("male", "female")]
    numbers = np.concatenate([np.arange(each.start, each.stop) for each in ranges])
    period, cause = np.divmod(run.ends[numbers].astype(np.int64), len(members.CAUSES))
    return numbers, np.where(period < len(run.periods), cause, cause + len(members.CAUSES))


def evenly(numbers: NDArray[np.int64], count: int) -> list[int]:
    """Return the middles of so many equal parts, or all if there are no more.

    Those of one age and sex stand in random order, so that it is a blind pick.
    """
    if len(numbers) <= count:
        return [int(each) for each in numbers]
    return [int(numbers[(2 * k + 1) * len(numbers) // (2 * count)]) for k in range(count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """What is told of one member."""

    member: members.Member
    helped: int  # people helped by the notices the member shared

    @property
    def sex(self) -> str:
        child = self.member.age < _GROWN
        if self.member.sex == "male":
            return "boy" if child else "man"
        return "girl" if child else "woman"

    @property
    def paid(self) -> float:
        """Yuan."""
        return self.member.paid / 100

    @property
    def benefit(self) -> float:
        """Yuan received; a case not yet published has none."""
        got = self.member.benefit if self.member.end == "helped" else None
        return 0.0 if got is None else got / 100

    @property
    def how(self) -> str:
        return _HOW.get(self.member.end, "left")

    @property
    def words(self) -> str:
        end = f"got {self.benefit:,.0f}" if self.benefit else self.how
        return f"{self.sex}: paid {self.paid:.2f} yuan, {end}"

    def days(self) -> dict[str, object]:
        """Return the days of the figure."""
        one = self.member
        end = _LAST if one.left is None else one.left
        over = min(one.joined + fitted_plan().waiting, end)
        fell_ill = one.left if one.end == "ended while waiting" else one.diagnosed
        return {
            "words": self.words,
            "joined": one.joined.notice_day,
            "covered": over.notice_day,
            "until": end.notice_day,
            "ends": None if one.left is None or one.end == "helped" else end.notice_day,
            "goes_on": end.notice_day if one.left is None else None,
            "diagnosed": None if fell_ill is None else fell_ill.notice_day,
            "helped": end.notice_day if one.end == "helped" else None,
        }


def _life(number: int) -> _Life:
    run = _run()
    one = run.member(number)
    first = one.joined - run.periods[0]
    helped = int(run.helped[first : first + len(one.charges)].sum())
    return _Life(member=one, helped=helped)


def half_month(label: str) -> str:
    """Write a half-month: 2018-10-2 is late October 2018."""
    period = Period.parse(label)
    part = "early" if period.half == 1 else "late"
    return f"{part} {dt.date(period.year, period.month, 1):%B %Y}"


def _first_of(lives: list[_Life]) -> str:
    if not lives:
        return "There is nobody to show."
    one = lives[0]
    notices = len(one.member.charges)
    if not one.member.paid:
        return f"The first, a {one.sex}, paid nothing."
    each = one.member.paid / one.helped
    return (
        f"The first, a {one.sex}, paid {one.paid:.2f} yuan in {notices} "
        f"notice{'s' * (notices > 1)}, which helped {one.helped:,} "
        f"{'people' if one.helped > 1 else 'person'}: {each:.2f} fen for each, fee included."
    )


def _three_years(age: int, joined: str, who: str) -> View:
    numbers, ends = _ends_of(Period.parse(joined), age)
    counts = np.bincount(ends, minlength=len(_ENDS))
    told = {
        name: int(sum(counts[_ENDS.index(end)] for end in parts)) for name, parts in _TOLD.items()
    }
    words, wanted = _WHOSE[who]
    chosen = numbers if wanted is None else numbers[ends == _ENDS.index(wanted)]
    lives = [_life(number) for number in evenly(chosen, _SHOWN)]
    days = ["words", "joined", "covered", "until", "ends", "goes_on", "diagnosed", "helped"]
    frame = pd.DataFrame([each.days() for each in lives], columns=days, dtype=object)
    figure = figures.plot_lives_of_members(
        frame.where(frame.notna(), None),
        rows=_SHOWN,
        nobody=f"{words}: nobody",
    )
    one_in = f", one in {round(len(numbers) / told['helped']):,}" if told["helped"] else ""
    rows = [
        {
            "person": each.sex,
            "how it ended": each.how,
            "in": str(each.member.left or ""),
            "notices": len(each.member.charges),
            "paid, yuan": each.paid,
            "people helped by these notices": each.helped,
            "received, yuan": each.benefit,
        }
        for each in lives
    ] or [
        {
            "person": "nobody",
            "how it ended": "",
            "in": "",
            "notices": 0,
            "paid, yuan": 0.0,
            "people helped by these notices": 0,
            "received, yuan": 0.0,
        }
    ]
    return View(
        figure=figure,
        words={
            "count": len(numbers),
            **told,
            "one_in": one_in,
            "day": written_day(_LAST.notice_day),
            "shown": f"{len(lives)}, picked blindly from" if lives else "nobody, of",
            "first": _first_of(lives),
        },
        table=pd.DataFrame(rows),
    )


def one_members_three_years() -> Explorable:
    """Show what became of five of those who joined at one age in one half-month."""
    return Explorable(
        name="one-members-three-years",
        title="One member’s three years",
        controls=(
            Slider("age", _AGES, label="Age at joining", start=30),
            Slider("joined", _JOINED, label="Joined in", start=_JOINED[2], format=half_month),
            Choice(
                "who",
                {key: words for key, (words, _) in _WHOSE.items()},
                label="Five lives picked from",
            ),
        ),
        draw=lambda age, joined, who: _three_years(int(age), joined, who),
        words=(
            "In one simulated run of the plan {count} people aged {age} joined in {joined}. Up to "
            "{day}, {helped} of them were helped{one_in}; {left} left, {ended} fell ill while "
            "waiting, {pending} were ill and not yet helped, and {still} were still members. "
            "Shown: {shown} {who}. {first} (A model with drawn luck. Nobody here is a real "
            "person.)"
        ),
    )


# ---- the same plan, twenty times ----------------------------------------------------------

_SEEDS = tuple(range(1, 21))
_SIZES = {
    1.0: "as large as it was",
    0.1: "a tenth as large",
    0.01: "a hundredth as large",
    0.001: "a thousandth as large",
}
_NOTICES = ("2019-07-1", "2019-11-1", str(_LAST))
_BESIDE = {"nothing": "nothing", "band": "the band of what fits"}
_FIRST = Period(2019, 1, 1)
_STEP = 2  # notices from one that is drawn to the next
#: Least bill drawn on an axis of equal factors, and top of that of equal amounts, yuan.
_LEAST, _TOP = 0.005, 14.0
_FAR = 0.1


@cache
def _expected() -> churn.Projection:
    return churn.project(churn.uncapped(fitted_plan()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Runs of one size, each by period; `unequal` is by how much unequal benefits add to luck."""

    bill: Floats
    helped: NDArray[np.int64]
    members: NDArray[np.int64]
    unequal: Floats


@cache
def _runs(size: float) -> _Runs:
    """Run the plan with twenty seeds, without caps: a small plan would not have held them."""
    runs = members.simulate_many(
        churn.uncapped(fitted_plan()), _SEEDS, members_scale=size, pooled=True
    )
    ones, sums, squares = np.zeros((3, len(runs[0].periods) + 1))
    for run in runs:
        case, benefit = run.drawn.published, run.drawn.benefit / 100
        for total, power in ((ones, 0), (sums, 1), (squares, 2)):
            total += np.bincount(case, benefit**power, minlength=len(total))
    # The root of the mean square of a benefit over its mean: 1 where all are equal.
    spread = np.sqrt(ones * squares) / np.maximum(sums, 1)
    return _Runs(
        bill=np.array([run.bill for run in runs]) / 100,
        helped=np.array([run.helped for run in runs]),
        members=np.array([run.members for run in runs]),
        unequal=spread[:-1],
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"


def _twenty(size: float, notice: str, run: int, beside: str, scale: str) -> View:
    runs, plan = _runs(size), _expected()
    now, start = plan.place(notice), plan.place(str(_FIRST))
    logarithmic = scale == "logarithmic"
    drawn = runs.bill[:, start::_STEP]
    path = plan.bill[start::_STEP]
    low, high = (_LEAST, np.inf) if logarithmic else (0.0, _TOP)
    periods = plan.periods[start::_STEP]
    band, around = None, ""
    if beside == "band":
        band = replayed(_LAST, ()).set_index("notice").loc[list(map(str, periods))]
        around = f" ({band['low'][notice]:.2f} to {band['high'][notice]:.2f} yuan)"
    figure = figures.plot_runs(
        published_bills(),
        [period.notice_day.isoformat() for period in periods],
        np.clip(drawn, low, high).round(2 if not logarithmic else 3).tolist(),
        np.clip(path, low, high).round(3).tolist(),
        shown=_SEEDS.index(run),
        chosen=Period.parse(notice).notice_day,
        band=band,
        least=_LEAST,
        top=_TOP,
        logarithmic=logarithmic,
    )
    bills, expected = runs.bill[:, now], float(plan.bill[now])
    cases = float(plan.helped[now]) * size
    rule = 1 / math.sqrt(cases)
    off = bills / expected - 1
    above = int((drawn > _TOP).sum())
    told = {bill["notice"]: bill["value"] for _, bill in published_bills().iterrows()}
    words = {
        "day": written_notice(notice),
        "members": f"{runs.members[:, now].mean():,.0f}",
        "low": f"{bills.min():.2f}",
        "middle": f"{np.median(bills):.2f}",
        "high": f"{bills.max():.2f}",
        "own": f"{bills[_SEEDS.index(run)]:.2f}",
        "expected": f"{expected:.2f}",
        "published": f"{told[notice]:.2f}",
        "spread": _percent(float(off.std(ddof=1))),
        "cases": f"{cases:,.0f}" if cases >= 10 else f"{cases:.2g}",
        "rule": _percent(rule),
        "unequal": _percent(rule * float(_runs(1.0).unequal[now])),
        "far": int((np.abs(off) > _FAR).sum()),
        "band": around,
        "axis": "equal steps for tenfold, and a bill of nothing at its foot"
        if logarithmic
        else f"equal steps in yuan; {above:,} of {drawn.size:,} bills are above {_TOP:g} and drawn "
        "at its top"
        if above
        else "equal steps in yuan",
    }
    table = pd.DataFrame(
        {
            "run": _SEEDS,
            "people helped": runs.helped[:, now],
            "bill, yuan per head": bills.round(2),
            "off the expected, percent": (100 * off).round(1),
        }
    )
    return View(figure=figure, words=words, table=table)


def the_same_plan_twenty_times() -> Explorable:
    """Run one plan with twenty seeds, at several sizes."""
    return Explorable(
        name="the-same-plan-twenty-times",
        title="The same plan, twenty times",
        controls=(
            Choice("size", _SIZES, label="Size of the plan"),
            Choice("notice", {label: written_notice(label) for label in _NOTICES},
                   label="Look at", start=str(_LAST)),
            Slider("run", _SEEDS[:3], label="Run drawn thick"),
            Choice("beside", _BESIDE, label="Beside them"),
            Choice("scale", {"linear": "equal steps in yuan",
                             "logarithmic": "equal steps for tenfold"}, label="Axis"),
        ),
        draw=lambda size, notice, run, beside, scale: _twenty(
            float(size), notice, int(run), beside, scale
        ),
        words=(
            "The plan is {size}: on {day} it has {members} members. Of twenty runs the lowest bill "
            "is {low} yuan, the middle one {middle}, the highest {high}; run {run} has {own}. "
            "Expected are {expected}; published were {published}. The bills spread by {spread} "
            "percent of the expected (standard deviation). {cases} people are expected to be "
            "helped; one over the root of that is {rule} percent, and as benefits differ, "
            "{unequal}. {far} of the twenty are more than a tenth off the expected bill. Beside "
            "them: {beside}{band}. The axis has {axis}. (A model with drawn luck, without caps.)"
        ),
    )  # fmt: skip
