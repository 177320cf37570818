"""The rules, asked: who may join, what is paid and when, and who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from mutualaid import figures, rules
from mutualaid.explorables.wording import listed, written_chance, written_day
from mutualaid.explore import Choice, Explorable, Preset, Slider, Switch, View
from mutualaid.history import number_of
from mutualaid.money import FEN_PER_YUAN
from mutualaid.rules import Applicant, Claim, Membership, Reason

Day = dt.date


def _said(reasons: tuple[Reason, ...]) -> str:
    """Write reasons with their sources."""
    return " ".join(f"{one.text} ({one.source.name})" for one in reasons)


# ---- who may join -------------------------------------------------------------------------

_PLANS = ("critical", "elderly", "chronic", "transport")
_AGES = ("29 days", "30 days", "17", "18", "39", "59", "60", "70", "71")
_JOINING = {
    Day(2018, 11, 1): "insurance",
    Day(2019, 3, 22): "no fixed score",
    Day(2019, 5, 8): "elderly plan",
    Day(2020, 5, 13): "chronic plan",
    Day(2020, 9, 30): "transport plan open",
}
#: A score well above the line, so that age and health alone decide.
_SCORE = 700


def _title(plan: str) -> str:
    return rules.PLANS[plan].title


@cache
def _asked(plan: str, age: str, day: Day, ill: bool) -> rules.Admission | None:
    """Ask for one applicant; None where the plan was not open."""
    name = "insurance" if plan == "critical" and day < rules.PLANS["critical"].first else plan
    if day < rules.PLANS[name].first:
        return None
    number, *days = age.split()
    born = day - dt.timedelta(int(number)) if days else day.replace(year=day.year - int(number))
    years = 0 if days else int(number)
    minor, old = years < 18, years >= 60
    applicant = Applicant(
        born=born,
        relation="child" if minor else "parent" if old else "self",
        holder_born=day.replace(year=day.year - 35) if minor or old else None,
        credit_score=_SCORE,
        birth_weight=3.2 if days else None,
        birth_week=40 if days else None,
        illnesses=frozenset({"diabetes"} if ill else ()),
    )
    return rules.admit(name, applicant, day, assessed=True, look_elsewhere=False)


def _admission(plan: str, age: str, day: Day, ill: bool) -> View:
    found = {(p, a): _asked(p, a, day, ill) for p in _PLANS for a in _AGES}
    cases = pd.DataFrame(
        [
            {"plan": _title(p), "age": a, "admitted": one.admitted}
            for (p, a), one in found.items()
            if one is not None
        ]
    ).astype({"admitted": object})
    figure = figures.plot_admission(
        cases,
        plans={_title(p): _title(p) + ("" if found[p, age] else ", not open yet") for p in _PLANS},
        ages=_AGES,
        chosen=(_title(plan), age),
    )
    one = found[plan, age]
    if one is None:
        told = "The plan was not open yet."
    elif one.admitted:
        start = one.covered_from
        what = "Illness" if plan == "critical" else "Cancer"
        cover = f" {what} is covered from {written_day(start)} on." if start else ""
        told = f"May join.{cover}"
    elif one.admitted is None:
        told = f"Cannot be decided. {_said(one.undecided)}"
    else:
        told = f"May not join. {_said(one.reasons)}"
    others = [_title(p) for p in _PLANS if p != plan and (o := found[p, age]) and o.admitted]
    if others and (one is None or one.admitted is not True):
        told += f" Open to the same person: {listed(others)}."
    answers = {True: "may join", False: "may not join", None: "cannot be decided"}
    table = cases.assign(admitted=cases["admitted"].map(answers))
    table = table.rename(columns={"admitted": "answer"})
    words = {"told": told, "on": written_day(day)}
    return View(figure=figure, words=words, table=table)


def may_i_join() -> Explorable:
    """Ask whether a person of some age may join a plan on some day."""
    return Explorable(
        name="may-i-join",
        title="May I join? Age opens one door and closes another, and each door has its day",
        controls=(
            Choice("plan", {p: _title(p) for p in _PLANS}, label="Plan"),
            Slider("age", _AGES, label="Age", start="39"),
            Choice(
                "day",
                {day: f"{written_day(day)} ({said})" for day, said in _JOINING.items()},
                label="Day of joining",
                start=Day(2020, 5, 13),
            ),
            Switch("ill", label="With diabetes"),
        ),
        draw=_admission,
        words="{plan}, age {age}, on {on}, diabetes {ill}. {told}",
    )


# ---- what is paid, when -------------------------------------------------------------------

_JOINED = Day(2018, 11, 27)
_ILLNESSES = {
    "cancer": "cancer",
    "light thyroid cancer": "mild thyroid cancer",
    "light prostate cancer": "mild prostate cancer",
    "carcinoma in situ": "an early cancer (in situ)",
    "rare disease": "one of the five rare diseases",
}
_DIAGNOSED = (
    Day(2019, 2, 25), Day(2019, 2, 26), Day(2019, 4, 30), Day(2019, 5, 1), Day(2019, 12, 31),
    Day(2020, 1, 1), Day(2022, 1, 28), Day(2022, 1, 29),
)  # fmt: skip
#: Days on which what is paid can change.
_CHANGES = (Day(2019, 2, 26), Day(2019, 5, 1), Day(2020, 1, 1), Day(2022, 1, 29))


@cache
def _assessed(illness: str, age: int, day: Day) -> rules.Assessment:
    member = Membership(born=day.replace(year=day.year - age), joined=_JOINED)
    claim = Claim(illness=illness, diagnosed=day, reported=day + dt.timedelta(7))
    return rules.assess("critical", member, claim)


def _thousands(one: rules.Assessment) -> float:
    """Return what is paid in thousand yuan; NaN where it cannot be decided."""
    return float("nan") if one.outcome == "undecided" else one.amount / 1e5


def _benefit(illness: str, age: int, day: Day) -> View:
    days = sorted({*_DIAGNOSED, *pd.date_range("2018-12-01", "2022-02-01", freq="MS").date})
    lines: dict[str, dict[Day, float]] = {}
    for words, years in (("diagnosed at 39 or younger", 39), ("diagnosed at 40 to 59", 40)):
        outcomes = {d: _assessed(illness, years, d) for d in days}
        lines[words] = {d: _thousands(one) for d, one in outcomes.items()}
    chosen = _assessed(illness, age, day)
    figure = figures.plot_benefit(
        lines, chosen=(day, _thousands(chosen)), said=f"at {age}", changes=_CHANGES
    )  # fmt: skip
    told = {
        "paid": f"{chosen.amount // 100:,} yuan are paid. {_said(chosen.reasons)}",
        "refused": f"Nothing is paid. {_said(chosen.reasons)}",
        "undecided": f"It cannot be decided. {_said(chosen.undecided)}",
    }[chosen.outcome]
    both = {words: list(values.values()) for words, values in lines.items()}
    table = pd.DataFrame(
        {"day of diagnosis": [str(d) for d in days]}
        | {f"{words}, thousand yuan": values for words, values in both.items()}
    )
    return View(figure=figure, words={"told": told, "on": written_day(day)}, table=table)


def what_is_paid_when() -> Explorable:
    """Show what a diagnosis was worth, by its day and the age on that day."""
    return Explorable(
        name="what-is-paid-when",
        title="The same illness, another day: what a diagnosis was worth",
        controls=(
            Choice("illness", _ILLNESSES, label="Illness", start="light thyroid cancer"),
            Slider("age", (20, 39, 40, 59, 60), label="Age at diagnosis", unit="years", start=39),
            Slider(
                "day", _DIAGNOSED, label="Diagnosed", start=Day(2019, 4, 30), format=written_day
            ),
        ),
        draw=_benefit,
        words="{illness}, at {age}, diagnosed on {on}, by a member since November 27, 2018. {told}",
    )


# ---- the path of a claim ------------------------------------------------------------------

_PATH_JOINED = Day(2019, 6, 1)


def _path(after: int, delay: int, inquiry: int, cause: str) -> View:
    diagnosed = _PATH_JOINED + dt.timedelta(after)
    member = Membership(born=Day(1985, 1, 1), joined=_PATH_JOINED)
    claim = Claim(
        illness="critical illness", diagnosed=diagnosed,
        reported=diagnosed + dt.timedelta(delay), by_accident=cause == "accident",
    )  # fmt: skip
    one = rules.assess("critical", member, claim, inquiry_days=inquiry)
    steps = pd.DataFrame([{"name": s.name, "day": s.day, "how": s.how} for s in one.path])
    covered = rules.first_day_covered("critical", _PATH_JOINED)
    assert covered is not None
    figure = figures.plot_path(
        steps,
        waiting=None if cause == "accident" else (_PATH_JOINED, covered - dt.timedelta(1)),
        days=(Day(2019, 5, 15), Day(2021, 6, 15)),
    )
    reasons = one.undecided if one.outcome == "undecided" else one.reasons
    if one.outcome == "paid":
        total = (one.path[-1].day - diagnosed).days
        told = (
            f"{one.amount // 100:,} yuan are paid by {written_day(one.path[-1].day)}, {total} days "
            f"after the diagnosis. {_said(reasons)}"
        )
    else:
        told = f"{one.outcome.capitalize()}. {_said(reasons)}"
    told_how = {"rule": "fixed by a rule, or given", "disputed": "sources disagree"}
    table = steps.assign(
        day=[str(day) for day in steps["day"]], how=steps["how"].replace(told_how)
    ).rename(columns={"name": "step", "how": "how its day is known"})
    return View(figure=figure, words={"told": told, "on": written_day(diagnosed)}, table=table)


def a_claims_path() -> Explorable:
    """Lay the path of one claim on the calendar."""
    return Explorable(
        name="a-claims-path",
        title="A claim's path, from joining to payment",
        controls=(
            Choice("cause", {"illness": "an illness", "accident": "an accident"}, label="Cause"),
            Slider(
                "after", (0, 1, 30, 89, 90, 91, 180, 365), label="Diagnosis after",
                unit="days", start=180, step=1,
            ),
            Slider("delay", (0, 14, 60, 180), label="Report after", unit="days",
                   start=14, step=1),
            Slider("inquiry", (10, 30, 45, 140), label="Inquiry (assumed)", unit="days",
                   start=30, step=1),
        ),
        draw=lambda cause, after, delay, inquiry: _path(
            int(after), int(delay), int(inquiry), cause
        ),
        words=(
            "Joined on June 1, 2019, at 34; struck by {cause} after {after} days, on {on}; "
            "reported {delay} days later, examined for {inquiry} days. {told}"
        ),
    )  # fmt: skip


# ---- the jury -----------------------------------------------------------------------------

_JURORS = (1, 3, 11, 101, 1_001, 10_001, 250_001)
_DRAWN = (1, 3, 5, 7, 11, 21, 51, 101, 201, 501, 1_001, 2_001, 5_001, 10_001, 50_001, 250_001)
_CASES = {"a case that deserves payment": True, "a case that does not": False}


def _jury(jurors: int, competence: float, sympathy: float) -> View:
    drawn = sorted({*_DRAWN, jurors})
    chances = {
        words: [
            rules.chance_of_right_verdict(n, competence, sympathy, deserves=deserves) for n in drawn
        ]
        for words, deserves in _CASES.items()
    }
    figure = figures.plot_jury(drawn, chances, chosen=jurors)
    at = drawn.index(jurors)
    yes, no = (values[at] for values in chances.values())
    to_pay = rules.chance_of_vote_to_pay(competence, sympathy, deserves=False)
    lost = (
        "More jurors make the second kind worse: more than half of all votes go to paying."
        if to_pay > 0.5
        else "More jurors make both kinds better."
        if to_pay < 0.5 and competence > 0.5
        else "More jurors change nothing: each vote is as good as a coin."
    )
    table = pd.DataFrame(
        {"jurors": drawn} | {f"{w}, percent right": [round(100 * v, 2) for v in values]
                             for w, values in chances.items()}
    )  # fmt: skip
    words = {"yes": written_chance(yes), "no": written_chance(no), "lost": lost}
    return View(figure=figure, words=words, table=table)


def the_jury() -> Explorable:
    """Show how often a jury decides as the rules would."""
    percent = "{:.0%}".format
    return Explorable(
        name="the-jury",
        title="How often a jury is right, by the number of its jurors",
        controls=(
            Slider("jurors", _JURORS, label="Jurors who vote", start=11),
            Slider("competence", (0.5, 0.55, 0.6, 0.7, 0.8, 0.9), label="Reads the case rightly",
                   start=0.6, step=0.01, format=percent),
            Slider("sympathy", (0.0, 0.1, 0.2, 0.3, 0.4), label="Votes from sympathy", start=0.0,
                   step=0.01, format=percent),
        ),
        draw=lambda jurors, competence, sympathy: _jury(int(jurors), competence, sympathy),
        words=(
            "Jurors: {jurors}, of whom {sympathy} vote from sympathy and the others read the "
            "case rightly in {competence} of all cases. The verdict is right in {yes} of the "
            "cases that deserve payment and in {no} of those that do not. {lost} (A model.)"
        ),
    )  # fmt: skip


# ---- the smallest pool --------------------------------------------------------------------

_FEES = (0.0, 0.08, 0.10, 0.20)


def _pool(benefit: int, fee: float, cap: float) -> View:
    smallest = rules.smallest_pool(benefit, fee, cap)
    members = [round(10 ** (k / 8)) for k in range(32, 65)]
    cost = rules.cost_of_one_case(benefit, fee)
    costs = [float(cost / n) / FEN_PER_YUAN for n in members]
    figure = figures.plot_pool(members, costs, cap=cap, smallest=smallest)
    table = pd.DataFrame({"members": members, "one case costs each, yuan": costs})
    return View(figure=figure, words={"smallest": f"{smallest:,}"}, table=table)


def the_smallest_pool() -> Explorable:
    """Derive the smallest pool that keeps the promise on one case."""
    insurance = number_of("plans/xiang-hu-bao-insurance/administration_fee")
    later = number_of("plans/general/administration_fee")
    plans: Mapping[str, dict[str, Any]] = {
        "The insurance of 2018": {"benefit": 300_000, "fee": insurance, "cap": 0.1},
        "The plan after it": {"benefit": 300_000, "fee": later, "cap": 0.1},
        "The elderly plan": {"benefit": 100_000, "fee": later, "cap": 1.0},
    }
    return Explorable(
        name="the-smallest-pool",
        title="The smallest pool follows from three numbers: benefit, fee and promise",
        controls=(
            Slider("benefit", (50_000, 100_000, 300_000, 500_000), label="Full benefit",
                   unit="yuan", start=300_000),
            Slider("fee", _FEES, label="Fee", start=0.10, format="{:.0%}".format),
            Slider("cap", (0.05, 0.1, 0.5, 1.0, 2.0), label="Cap on one case", unit="yuan",
                   start=0.1),
        ),
        draw=_pool,
        words=(
            "A benefit of {benefit} yuan and a fee of {fee}, split so that one case costs nobody "
            "more than {cap} yuan: at least {smallest} members. (Our derivation.)"
        ),
        presets=tuple(Preset(name, settings) for name, settings in plans.items()),
    )  # fmt: skip


# ---- the relay ----------------------------------------------------------------------------

_FRIENDS = (10, 30, 100, 300, 1_000, 3_000)
_DRAWN_FRIENDS = (0, *range(100, 3_001, 100))


def _relay(friends: int, passing_on: float, gift: float) -> View:
    limit = number_of("plans/extra-help/largest_sum")
    drawn = sorted({*_DRAWN_FRIENDS, friends})
    gifts = [rules.relay(limit, n, passing_on, gift) for n in drawn]
    come = gifts[drawn.index(friends)]
    figure = figures.plot_relay(
        drawn,
        [one / 1_000 for one in gifts],
        chosen=(friends, come / 1_000),
        limit=limit / 1_000,
    )
    table = pd.DataFrame({"people reached first": drawn, "gifts, yuan": [round(g) for g in gifts]})
    words = {"come": f"{come:,.0f}", "part": f"{come / limit:.0%}"}
    return View(figure=figure, words=words, table=table)


def the_relay() -> Explorable:
    """Show what a call for gifts brings, by the network of the one who calls."""
    return Explorable(
        name="the-relay",
        title="A call for gifts: what comes in depends on whom one knows",
        controls=(
            Slider("friends", _FRIENDS, label="People reached first", start=100, step=1),
            Slider("passing_on", (0.0, 0.5, 1.0, 1.5, 2.0), label="Each brings new people",
                   start=0.5, step=0.01),
            Slider("gift", (5, 10, 20, 50), label="Mean gift", unit="yuan", start=20, step=1),
        ),
        draw=lambda friends, passing_on, gift: _relay(int(friends), passing_on, gift),
        words=(
            "The call reaches {friends} people in the first of three rounds, and each brings "
            "{passing_on} new ones in the next; a gift is {gift} yuan on average. {come} yuan come "
            "in, {part} of the most that may be asked for. (A model.)"
        ),
    )  # fmt: skip
