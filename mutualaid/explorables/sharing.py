"""Sharing, asked: how large a pool must be, money before or after a case, who pays for whom."""

from __future__ import annotations

import datetime as dt
from functools import cache
from types import MappingProxyType

import pandas as pd

from mutualaid import figures, sharing
from mutualaid.explorables.wording import listed, written_chance
from mutualaid.explore import Choice, Explorable, Slider, Switch, View
from mutualaid.history import number_of
from mutualaid.money import FEN_PER_YUAN, fen
from mutualaid.periods import PER_YEAR

#: The terms and the age mix of the last bill that members paid.
_DAY = dt.date(2021, 12, 7)
#: Incidence as a share of the table's. The bills of 2021 make it 0.34: see the test.
_LEVELS = {
    1.0: "that of the regulator's table",
    0.34: "a third of the table (0.34)",
}
_percent = "{:.0%}".format


def _fee() -> float:
    return number_of("plans/general/administration_fee")


# ---- size and chance ----------------------------------------------------------------------

_SIZES = (*(step * 10**k for k in range(4, 8) for step in (1, 3)), 10**8)
_SIZES_DRAWN = tuple(sorted({*_SIZES, *(round(10 ** (k / 8)) for k in range(32, 65))}))
#: What is looked at: its words, its length in years, and the axis in yuan.
_LENGTHS = {
    "notice": ("one notice", 1 / PER_YEAR, (-2.0, 80.0)),
    "year": ("a whole year", 1.0, (-18.0, 720.0)),
}


@cache
def _cases(level: float, scale: str) -> dict[float, float]:
    """Return what a member drawn by lot may receive in a notice or a year, with the chances."""
    pool = sharing.groups_of("critical", _DAY, plan_ratio=level)
    whole = sharing.in_whole_members(pool.groups, _SIZES[-1])
    return dict(sharing.cases_of_one(sharing.risks_of(whole, _LENGTHS[scale][1])))


@cache
def _bills(level: float, scale: str) -> tuple[sharing.BillDistribution, ...]:
    return sharing.bill_by_size(_cases(level, scale), _SIZES_DRAWN, fee=_fee()).bills


@cache
def _needed(level: float, scale: str, within: float) -> sharing.SizeNeeded:
    return sharing.size_needed(_cases(level, scale), within=within, chance=0.95)


def _about(persons: int) -> str:
    """Write a number of persons at three digits."""
    rounded = float(f"{persons:.3g}")
    return f"{rounded / 1e6:.3g} million" if rounded >= 1e6 else f"{rounded:,.0f}"


def _steadiness(members: int, level: float, scale: str, within: float) -> View:
    what, _, yuan = _LENGTHS[scale]
    bills = pd.DataFrame(
        [
            {
                "members": bill.members,
                "mean": round(bill.expected_bill, 2),
                "low": round(bill.quantile(0.025), 2),
                "high": round(bill.quantile(0.975), 2),
                "chance": bill.chance_within(within),
            }
            for bill in _bills(level, scale)
        ]
    )
    here = bills[bills["members"] == members].iloc[0]
    needed = _needed(level, scale, within)
    figure = figures.plot_steadiness(
        bills, chosen=members, needed=needed.members, said=f"needed:<br>{_about(needed.members)}",
        within=within, yuan=yuan, unit=f"yuan per head, {what}",
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "members": bills["members"],
            "mean bill, yuan per head": bills["mean"],
            "95 of 100 bills from, yuan": bills["low"],
            "95 of 100 bills to, yuan": bills["high"],
            "chance to be as near to the mean as asked for, percent": (100 * bills["chance"]).round(
                2
            ),
        }
    )
    words = {
        "mean": f"{here['mean']:,.2f}",
        "low": f"{here['low']:,.2f}",
        "high": f"{here['high']:,.2f}",
        "near": written_chance(here["chance"]),
        "needed": _about(needed.members),
        "cases": f"{needed.expected_cases:,.0f}",
    }
    return View(figure=figure, words=words, table=table)


def how_large_must_the_pool_be() -> Explorable:
    """Show why a larger pool makes the bill steadier and not dearer."""
    return Explorable(
        name="how-large-must-the-pool-be",
        title="What size does to the bill",
        controls=(
            Slider("members", _SIZES, label="Members", start=1_000_000),
            Choice("level", _LEVELS, label="Incidence", start=0.34),
            Choice("scale", {key: words for key, (words, *_) in _LENGTHS.items()},
                   label="Look at the bill of"),
            Slider("within", (0.05, 0.1, 0.2), label="Near the mean: within", start=0.1,
                   format=_percent),
        ),
        draw=_steadiness,
        words=(
            "With {members} members the bill of {scale} is {mean} yuan on average, as with any "
            "number of members. Incidence is {level}. 95 of 100 such bills lie between {low} and "
            "{high} yuan; the chance to be within {within} of the mean is {near}. It is at least "
            "95% from about {needed} members on, who expect {cases} cases. (A model: members fall "
            "ill independently of each other; the fee of 8% is in the bill.)"
        ),
    )  # fmt: skip


# ---- before or after the case -------------------------------------------------------------

_HEADS = 1_000
_NOTICES = 12
_BENEFIT = 10_000
_DEPOSIT = 300
#: Notice at which members leave.
_RUN_IN = 8


@cache
def _prepaid(used: float, run: float, good: bool) -> sharing.Course:
    return sharing.prepaid(
        benefits=[fen(_BENEFIT)] * _NOTICES, members=_HEADS, deposit=fen(_DEPOSIT), used=used,
        run=run, run_in=_RUN_IN, fee_rate=_fee(), platform_pays=good,
    )  # fmt: skip


@cache
def _afterwards(nonpayment: float, run: float, good: bool) -> sharing.Course:
    return sharing.afterwards(
        benefits=[fen(_BENEFIT)] * _NOTICES, members=_HEADS, nonpayment=nonpayment,
        run=run, run_in=_RUN_IN, fee_rate=_fee(), platform_pays=good,
    )  # fmt: skip


def _yuan(amount: int) -> str:
    """Write an amount in fen as yuan, with fen only where there are some."""
    whole = amount % FEN_PER_YUAN == 0
    return f"{amount // FEN_PER_YUAN:,}" if whole else f"{amount / FEN_PER_YUAN:,.2f}"


def _sum(course: sharing.Course, name: str) -> int:
    return sum(getattr(position, name) for position in course.positions)


def _lost(course: sharing.Course) -> dict[str, int]:
    """Return who loses how much in the end, in fen."""
    return {who: _sum(course, f"lost_{who}") for who in ("members", "families", "platform")}


def _left(course: sharing.Course) -> int:
    """Return what those who leave are paid before the closing, in fen."""
    return sum(position.to_members for position in course.positions[:-1])


def _noticed(course: sharing.Course, run: float) -> int | None:
    """Return the first notice at which families or leavers ask for more than is held."""
    due = _left(_prepaid(0.0, run, False))
    paid = 0
    for position in course.positions[:-1]:
        paid += position.to_members
        if position.owed_families or (position.period >= _RUN_IN and paid < due):
            return position.period
    return None


def _share(members: int) -> str:
    """Write what one case costs each of so many members."""
    bill = sharing.settle(benefits=[fen(_BENEFIT)], members=members, fee_rate=_fee())
    return _yuan(bill.share)


def _told_losses(course: sharing.Course) -> str:
    lost, put_in = _lost(course), _sum(course, "platform_paid_in")
    without = lost["platform"] - put_in
    parts = [f"{who} lose {_yuan(lost[who])} yuan" for who in ("members", "families") if lost[who]]
    bears = [f"puts in {_yuan(put_in)} yuan"] if put_in else []
    bears += [f"misses {_yuan(without)} yuan of its fee"] if without else []
    parts += [f"the platform {listed(bears)}"] if bears else []
    return listed(parts) or "nobody loses a fen"


def _told_before(used: float, run: float, good: bool) -> str:
    course = _prepaid(used, run, good)
    noticed = _noticed(course, run)
    told = []
    if run:
        due = _left(_prepaid(0.0, run, False))
        told.append(f"Leavers get {_yuan(_left(course))} of {_yuan(due)} yuan at once.")
    if noticed:
        told.append(f"It is noticed at notice {noticed}; in the end {_told_losses(course)}.")
    elif used:
        told.append(f"Nobody notices before the end; then {_told_losses(course)}.")
    else:
        told.append("Nobody loses a fen.")
    return " ".join(told)


def _told_after(nonpayment: float, run: float, good: bool) -> str:
    course = _afterwards(nonpayment, run, good)
    held = max(position.held for position in course.positions)
    rounding = f" but {_yuan(held)} yuan from rounding" if held else ""
    told = [f"Nothing is held{rounding}, so no balance can be lost."]
    if run:
        first, last = course.positions[0].members, course.positions[-1].members
        told.append(f"A case costs each {_share(first)} yuan, and {_share(last)} after the run.")
    waits = any(position.owed_families for position in course.positions)
    paid = "Families wait" if waits else "Families are paid at once"
    told.append(f"{paid}; in the end {_told_losses(course)}.")
    return " ".join(told)


def _before_or_after(used: float, run: float, nonpayment: float, good: bool) -> View:
    before, after = _prepaid(used, run, good), _afterwards(nonpayment, run, good)
    # If all pay, what is paid in is what was asked for.
    asked = {
        "before": _sum(_prepaid(used, run, False), "paid_in"),
        "after": _sum(_afterwards(0.0, run, False), "paid_in"),
    }
    courses = {"before": before, "after": after}
    lost = {way: _lost(course) for way, course in courses.items()}
    held = {
        way: [round(100 * p.held / asked[way], 2) for p in course.positions[:-1]]
        for way, course in courses.items()
    }
    owed = [p.owed_members + p.owed_families for p in before.positions[:-1]]
    at = _noticed(before, run)
    figure = figures.plot_before_and_after(
        held,
        [round(100 * one / asked["before"], 2) for one in owed],
        {
            way: {who: round(100 * amount / asked[way], 2) for who, amount in losses.items()}
            for way, losses in lost.items()
        },
        noticed=(at, held["before"][at - 1]) if at else None,
        leaving=_RUN_IN if run else None,
    )
    rows = []
    for way, course in courses.items():
        for p in course.positions:
            closing = p.period > _NOTICES
            rows.append(
                {
                    "paid": f"{way} the case",
                    "notice": "closing" if closing else str(p.period),
                    "held, yuan": p.held / FEN_PER_YUAN,
                    "owed to members, yuan": p.owed_members / FEN_PER_YUAN,
                    "owed to families, yuan": p.owed_families / FEN_PER_YUAN,
                    "lost by members, yuan": p.lost_members / FEN_PER_YUAN,
                    "lost by families, yuan": p.lost_families / FEN_PER_YUAN,
                    "lost by the platform, yuan": p.lost_platform / FEN_PER_YUAN,
                }
            )
    words = {
        "gone": _yuan(_sum(_prepaid(used, 0.0, False), "to_platform") - _sum(
            _prepaid(0.0, 0.0, False), "to_platform")),
        "before": _told_before(used, run, good),
        "after": _told_after(nonpayment, run, good),
    }  # fmt: skip
    return View(figure=figure, words=words, table=pd.DataFrame(rows))


def before_or_after_the_case() -> Explorable:
    """Set a plan whose members pay before a case beside one whose members pay after it."""
    return Explorable(
        name="before-or-after-the-case",
        title="Paid before the case, or after it: what is held and what is lost",
        controls=(
            Slider("used", (0.0, 0.1, 0.25, 0.5), label="Before: platform uses",
                   start=0.25, step=0.01, format=_percent),
            Slider("nonpayment", (0.0, 0.02, 0.05, 0.07, 0.08, 0.1),
                   label="After: do not pay", start=0.05, step=0.01, format=_percent),
            Slider("run", (0.0, 0.3, 0.7), label=f"Leave at notice {_RUN_IN}",
                   start=0.0, step=0.01, format=_percent),
            Switch("good", label="The platform makes good what is missing"),
        ),
        draw=lambda used, nonpayment, run, good: _before_or_after(used, run, nonpayment, good),
        words=(
            f"Before the case: {_HEADS:,} members pay in {_DEPOSIT} yuan each; the platform "
            "uses {used} of it, {gone} yuan. {before} After the case: {nonpayment} do not pay. "
            f"{{after}} (A model: {_NOTICES} cases of {_BENEFIT:,} yuan, one a notice; {{run}} "
            f"leave at notice {_RUN_IN}; then the end. Making good: {{good}}. Assumed: families "
            "are paid before the fee.)"
        ),
    )  # fmt: skip


# ---- who pays for whom --------------------------------------------------------------------

_SCHEMES = {
    "equal": "equal for all",
    "in proportion to benefit": "in proportion to the benefit",
    "by benefit band": "by benefit band, each its own cost",
    "by age band": "by age band, each its own cost",
    "fair": "fair: the expected benefit",
}
_SEXES = {"male": "male members", "female": "female members"}
_AGES = (5, 20, 29, 30, 39, 40, 49, 50, 59)
#: The axis in yuan at the table's level.
_YUAN = (-60.0, 1_960.0)


@cache
def _compared(level: float) -> sharing.SchemeComparison:
    groups = sharing.groups_of("critical", _DAY, plan_ratio=level).groups
    schemes = MappingProxyType({name: sharing.SCHEMES[name] for name in _SCHEMES})
    return sharing.compare_schemes(groups, schemes)


def _who_pays(scheme: str, sex: str, age: int, scale: float) -> View:
    compared = _compared(scale)
    row = compared.names.index(scheme)
    places = [k for k, group in enumerate(compared.groups) if group.sex == sex]
    benefit = [round(compared.groups[k].expected_benefit, 2) for k in places]
    charge = [round(float(compared.expected_charge[row, k]), 2) for k in places]
    figure = figures.plot_who_pays(
        benefit, charge, chosen=age, yuan=(_YUAN[0] * scale, _YUAN[1] * scale)
    )
    off = [round(b - c, 2) for b, c in zip(benefit, charge, strict=True)]
    if off[age] == 0:
        told = "neither gives nor receives"
    elif off[age] > 0:
        told = f"receives {off[age]:,.2f} yuan a year from others"
    else:
        told = f"gives {-off[age]:,.2f} yuan a year to others"
    table = pd.DataFrame(
        {
            "age": [compared.groups[k].age_from for k in places],
            "expected benefit, yuan a year": benefit,
            "charge, yuan a year": charge,
            "received (below 0: given), yuan a year": off,
        }
    )
    words = {
        "benefit": f"{benefit[age]:,.2f}",
        "charge": f"{charge[age]:,.2f}",
        "told": told,
        "moved": f"{compared.moved[row].percent:.1f}",
        "young": f"{compared.expected_charge_of_young[row]:,.2f}",
    }
    return View(figure=figure, words=words, table=table)


def who_pays_for_whom() -> Explorable:
    """Show what members of each age may expect and are charged, under five schemes."""
    return Explorable(
        name="who-pays-for-whom",
        title="Who pays for whom: what each age may expect, and what it is charged",
        controls=(
            Choice("scheme", _SCHEMES, label="Charge"),
            Choice("sex", _SEXES, label="Sex"),
            Slider("age", _AGES, label="Age", unit="years", start=29),
            Choice("scale", _LEVELS, label="Incidence", start=0.34),
        ),
        draw=lambda scheme, sex, age, scale: _who_pays(scheme, sex, int(age), scale),
        words=(
            "Charge: {scheme}. Incidence: {scale}. Of {sex} aged {age}, each may expect {benefit} "
            "yuan a year and is charged {charge}: each {told}. In all, {moved} percent of the "
            "money moves between ages and sexes; those under 30 pay {young} yuan a year. (A model "
            "without the fee, from a table of 2006-2010 and a mix of ages that is partly assumed.)"
        ),
    )  # fmt: skip
