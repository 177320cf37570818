"""The whole plan, asked: every rule that matters, the terms of its end, and who pays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks, churn, figures, history, rules, sharing, shutdown
from mutualaid.explorables.wording import listed, written_notice
from mutualaid.explore import Choice, Explorable, Preset, Slider, View
from mutualaid.periods import LAST, PER_YEAR, Period

Floats = NDArray[np.float64]

# ---- what can be chosen -------------------------------------------------------------------

#: A plan that nobody closes goes on for so many years after its last paid notice.
_YEARS = 7
#: The strength at which a rule of Churn is pursued.
_STRENGTH = churn.STRENGTHS[1]
#: Rules of Churn that are no other control.
_RULES = {
    "none": "none",
    "a benefit that grows with time": "a growing benefit",
    "a health test at entry": "a health test at entry",
    "telling the bill to expect": "expected bill is told",
    "stricter inquiry": "stricter inquiry",
    "laxer inquiry": "laxer inquiry",
}
_SCHEMES = {
    "equal": "everybody alike",
    "by age band": "each band its own cost",
    "fair": "each age its own cost",
    "in proportion to benefit": "by size of benefit",
}
#: Most that a member pays for a notice, yuan; the sponsor pays the rest.
_CAPS = {"none": "only the plan's own", "5": "5 yuan a notice", "3": "3 yuan a notice"}
#: Who leaves first for the bill: factor of the raised class, and slope on age.
_FIRST = {
    "alike": "everybody alike",
    "healthy": "the healthy",
    "young": "the healthy and young",
}
#: The last notice of a plan that goes on for ten years.
LONGEST = (churn.LAST_PAID + PER_YEAR * _YEARS).label
_LASTS = ("2020-12-1", LAST.label, "2024-12-1", LONGEST)
_CLOSINGS = {
    "xiang-hu-bao": "platform: bills, tail",
    "waterdrop": "platform: tail",
    "meituan": "platform: tail, refund",
    "suning": "a week, platform pays",
    "qingsong": "a week, members pay",
}
#: The same as whole clauses, which a list has no room for.
_TERMS = {
    "xiang-hu-bao": "the platform pays the tail, and before it three bills",
    "waterdrop": "the platform pays the tail",
    "meituan": "the platform pays the tail and gives all shares back",
    "suning": "there is a week for claims, and the platform pays",
    "qingsong": "there is a week for claims, and members pay",
}
#: Ages of two who join on the first day.
_YOUNG, _OLD = 25, 45


@cache
def _members() -> churn.Scenario:
    """Return the plan as it was, with members left free, as long as it can go on here."""
    return churn.as_it_was(years=_YEARS)


def shares_by_age(plan: churn.Scenario, scheme: str) -> Floats:
    """Return what each age pays by a scheme of Sharing, in relation to the others.

    The scheme sees one group for each age, as many as there are in the mix of ages of the plan
    that was. So a band in which nobody may join still has its price, for those who grow into it.

    Examples
    --------
    >>> plan = churn.as_it_was()
    >>> np.allclose(shares_by_age(plan, "by age band"), churn.policies.fair_by_band(plan))
    True
    """
    terms = rules.plan("critical")
    promised = terms.on(terms.last)
    younger, older = (
        promised.number(item) if given is None else given
        for given, item in (
            (plan.benefit_younger, "benefit_to_39"),
            (plan.benefit_older, "benefit_40_to_59"),
        )
    )
    incidence = np.array([plan.men, 1 - plan.men]) @ plan.incidence
    mix = churn.members_age_mix()
    groups = [
        sharing.Group(
            age_from=age, age_to=age, sex="both", members=float(people), incidence=float(chance),
            benefit=younger if age < 40 else older,
        )
        for age, (people, chance) in enumerate(zip(mix, incidence, strict=True))
    ]  # fmt: skip
    return np.asarray(sharing.SCHEMES[scheme](groups, 1.0))


def whole_plan(
    *,
    waiting: int = 6,
    younger: float = 300_000,
    older: float = 100_000,
    fee: float = 0.08,
    cap: str = "none",
    age_to: int = 59,
    raised: float = 0.05,
    response: float = 1.0,
    first: str = "healthy",
    scheme: str = "equal",
    rule: str = "none",
    last: str = LAST.label,
) -> churn.Scenario:
    """Return the plan under other rules, up to its last notice; as it stands, the plan as it was.

    Parameters
    ----------
    waiting : int
        Waiting time, half-months.
    younger, older : float
        Benefits below 40 and from 40 on, yuan.
    fee : float
        Fee as a share of the benefits.
    cap : str
        Most that a member pays for a notice: ``none``, ``5`` or ``3`` yuan.
    age_to : int
        Greatest age at entry; who would have joined above it does not.
    raised : float
        Share of raised risk among those who join.
    response : float
        How strongly members leave for the bill, in multiples of what :func:`churn.as_it_was` finds.
    first : str
        Who leaves first for the bill: ``alike``, ``healthy`` or ``young``.
    scheme : str
        A name out of ``sharing.SCHEMES``.
    rule : str
        ``none``, or a name out of ``churn.POLICIES``, pursued at its middle strength.
    last : str
        The last notice.

    Raises
    ------
    ValueError
        If a value is out of range; the message names it.

    Examples
    --------
    >>> whole_plan(waiting=12, last="2020-12-1").waiting
    12
    """
    plan = _members()
    assert plan.joins is not None
    checks.whole("age_to", age_to, 0, 59)
    checks.one_of("cap", cap, _CAPS)
    checks.one_of("first", first, _FIRST)
    checks.one_of("scheme", scheme, sharing.SCHEMES)
    if rule != "none":
        checks.one_of("rule", rule, churn.POLICIES)
    admitted = np.where(np.arange(len(plan.age_mix)) <= age_to, plan.age_mix, 0.0)
    leaving = {
        "alike": (1.0, 0.0),
        "healthy": (plan.exit_raised_factor, plan.exit_age_slope),
        "young": (plan.exit_raised_factor, -0.5),
    }
    plan = replace(
        plan,
        waiting=waiting,
        benefit_younger=younger,
        benefit_older=older,
        fee=fee,
        cap_per_period=math.inf if cap == "none" else float(cap),
        age_mix=admitted / admitted.sum(),
        joins=plan.joins * admitted.sum(),
        raised_share=raised,
        exit_response=response * plan.exit_response,
        exit_raised_factor=leaving[first][0],
        exit_age_slope=leaving[first][1],
    )
    if scheme != "equal":
        plan = replace(plan, share_by_age=shares_by_age(plan, scheme))
    if rule != "none":
        plan = churn.POLICIES[rule](plan, _STRENGTH)
    return shutdown.ended_at(plan, Period.parse(last))


# ---- what comes of it ---------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Outcome:
    """What comes of a plan and of its end, notice by notice to the last claim.

    Attributes
    ----------
    notices : tuple of Period
        Of the plan and, after it, of the claims still to be helped.
    count : int
        How many are of the plan.
    bill : array
        What a member is charged, yuan; after the end, where members pay, those of the last notice.
    members, helped : array
        People; nobody is a member after the end.
    by_members, by_platform, not_paid : array
        Who pays, yuan; the last is what families ill in time do not get.
    paid : dict
        Sum of the bills of one who joined on the first day at an age and stayed, yuan; without an
        age at which nobody may join.
    last_bill : dict
        The last bill that members pay, by their age, yuan; without an age that no member has.
    refund : float
        Shares given back at the end, yuan.
    """

    notices: tuple[Period, ...]
    count: int
    bill: Floats
    members: Floats
    helped: Floats
    by_members: Floats
    by_platform: Floats
    not_paid: Floats
    paid: dict[int, float]
    last_bill: dict[int, float]
    refund: float


def outcome_of(plan: churn.Scenario, terms: shutdown.ClosingTerms) -> Outcome:
    """Return what comes of a plan that ends with its last notice, on these terms.

    Examples
    --------
    >>> end = outcome_of(whole_plan(), shutdown.closing_terms("xiang-hu-bao"))
    >>> end.notices[end.count - 1].label, round(float(end.bill[end.count - 4]), 1)
    ('2022-01-2', 7.1)
    """
    run = churn.project(plan)
    off = shutdown.run_off(run, terms)
    count, free = len(run.periods), terms.free_notices or 0
    charged = count - free
    later = len(off.notices) - free

    def longer(values: Floats, tail: Floats | None = None) -> Floats:
        return np.append(values, np.zeros(later) if tail is None else tail)

    tail, after = off.paid[free:], slice(count, None)
    by_members = longer(np.where(np.arange(count) < charged, run.collected, 0.0))
    by_platform = longer(np.where(np.arange(count) < charged, run.sponsor, 0.0))
    by_platform[charged:count] = off.paid[:free]
    (by_members if terms.members_pay_tail else by_platform)[after] = tail
    not_paid = np.zeros(count + later)
    not_paid[charged:] = off.late_benefits + off.benefits - off.paid
    bill = longer(np.where(np.arange(count) < charged, run.bill, 0.0))
    last_tail = tail / run.members[-1] if terms.members_pay_tail else np.zeros(later)
    bill[after] = last_tail
    grown = np.arange(charged) // PER_YEAR
    oldest = int(np.flatnonzero(plan.age_mix)[-1])
    paid = {
        age: float(run.bill_by_age[np.arange(charged), age + grown].sum() + last_tail.sum())
        for age in (_YOUNG, _OLD)
        if age <= oldest
    }
    return Outcome(
        notices=(*run.periods, *off.notices[free:]),
        count=count,
        bill=bill,
        members=longer(run.members),
        helped=longer(run.helped, off.helped[free:]),
        by_members=by_members,
        by_platform=by_platform,
        not_paid=not_paid,
        paid=paid,
        last_bill={
            age: float(run.bill_by_age[charged - 1, age])
            for age in (_YOUNG, _OLD)
            if age <= oldest + grown[-1]
        },
        refund=float(run.collected[:charged].sum()) if terms.refund == "shares" else 0.0,
    )


# ---- what is shown ------------------------------------------------------------------------

_TOPS = {"bill": 15.0, "members": 110.0, "yuan": 6.0}
_UNITS = {"bill": 1.0, "members": 1e6}


@cache
def _known(quantity: str, per: float) -> pd.DataFrame:
    """Return what was published of the critical plan while members paid, in the axis's unit."""
    rows = history.series("critical", quantity)[["notice_day", "notice", "value", "basis"]]
    rows = rows[(rows["notice"] >= "2019-01-1") & (rows["notice"] <= churn.LAST_PAID.label)]
    return rows.assign(value=rows["value"] / per)


@dataclass(frozen=True, eq=False)
class _Quarters:
    """An outcome by quarters, rounded for the page; bill and members at the last notice of each.

    The days are those of the plan itself. The table goes on after it, where there is no bill and
    nobody is a member.
    """

    middles: tuple[str, ...]
    days: Mapping[str, list[str]]
    table: pd.DataFrame


def _in_quarters(found: Outcome) -> _Quarters:
    places: dict[tuple[int, int], list[int]] = {}
    for place, notice in enumerate(found.notices):
        # Before 2019 there is hardly a case.
        if notice.year >= 2019:
            places.setdefault((notice.year, (notice.month + 2) // 3), []).append(place)

    def last(values: Floats, per: float, decimals: int) -> tuple[list[str], list[float]]:
        """Return the last of the plan that is not 0, as the last notices may be the platform's."""
        until = int(np.flatnonzero(values[: found.count])[-1])
        kept = [[place for place in each if place <= until] for each in places.values()]
        days = [found.notices[each[-1]].notice_day.isoformat() for each in kept if each]
        return days, [
            round(float(values[each[-1]] / per), decimals) if each else 0.0 for each in kept
        ]

    def total(values: Floats, per: float, decimals: int) -> list[float]:
        return [round(float(values[each].sum() / per), decimals) for each in places.values()]

    back = np.zeros(len(found.notices))
    back[found.count - 1] = found.refund
    at_last = {"bill": last(found.bill, 1, 2), "members": last(found.members, 1e6, 1)}
    table = pd.DataFrame(
        {
            "quarter": [f"{year} Q{quarter}" for year, quarter in places],
            _COLUMNS["bill"]: at_last["bill"][1],
            _COLUMNS["members"]: at_last["members"][1],
            "helped, thousand": total(found.helped, 1e3, 1),
            "members pay, billion yuan": total(found.by_members, 1e9, 2),
            "platform, billion yuan": total(found.by_platform, 1e9, 2),
            "not paid, billion yuan": total(found.not_paid, 1e9, 2),
            "given back, billion yuan": total(back, 1e9, 2),
        }
    )
    # The last claims of the tail are too few to be seen.
    seen = table.drop(columns="quarter").any(axis=1).to_numpy()
    until = int(np.flatnonzero(seen)[-1]) + 1
    return _Quarters(
        middles=tuple(f"{year}-{3 * quarter - 1:02d}-15" for year, quarter in places)[:until],
        days={name: days for name, (days, _) in at_last.items()},
        table=table.iloc[:until],
    )


_COLUMNS = {"bill": "bill, yuan a notice", "members": "members, million"}


@cache
def _as_it_was() -> _Quarters:
    return _in_quarters(outcome_of(whole_plan(), shutdown.closing_terms("xiang-hu-bao")))


def _row(words: str, quantity: str, series: str, now: _Quarters, step: float) -> figures.Row:
    values, was = (each.table[_COLUMNS[quantity]].tolist() for each in (now, _as_it_was()))
    was_days = _as_it_was().days[quantity]
    return figures.Row(
        words=words, meaning=quantity, days=now.days[quantity], values=values,
        was_days=was_days, was_values=was[: len(was_days)],
        known=_known(series, _UNITS[quantity]), top=_top(quantity, values), step=step,
    )  # fmt: skip


def _top(quantity: str, values: list[float]) -> float:
    """Return the top of an axis: the same in every state of the page, higher in a kernel."""
    top = _TOPS[quantity]
    while max(values) > top:
        top *= 2
    return top


def _billion(yuan: float) -> str:
    return f"{yuan / 1e9:.2f}"


def _clause(name: str, before: str, value: float, after: str) -> dict[str, str]:
    """Return a value and the words around it, all empty where it rounds to nothing."""
    said = f"{value:.2f}"
    parts = ("", "", "") if said == "0.00" else (before, said, after)
    return dict(zip((f"before_{name}", name, f"after_{name}"), parts, strict=True))


def _by_age(bills: Mapping[int, float]) -> str:
    """Return what members of some ages pay, where a mean does not say it."""
    if not bills:
        return ""
    said = [f"{yuan:.2f} at {age}" for age, yuan in bills.items()]
    missing = [f"nobody is {age}" for age in (_YOUNG, _OLD) if age not in bills]
    return f" ({', '.join(said + missing)})"


def _whole(closing: str, last: str, scheme: str, **chosen: Any) -> View:
    terms = shutdown.closing_terms(closing)
    found = outcome_of(whole_plan(last=last, scheme=scheme, **chosen), terms)
    now = _in_quarters(found)
    count = found.count
    payers = {
        name: now.table[f"{name}, billion yuan"].tolist()
        for name in ("members pay", "platform", "not paid")
    }
    end = found.notices[count - 1]
    given_back = f"given back:<br>{_billion(found.refund)} billion" if found.refund else ""
    stacked = [sum(each) for each in zip(*payers.values(), strict=True)]
    ages = {} if scheme == "equal" else found.last_bill
    figure = figures.plot_whole_plan(
        [
            _row("Bill, yuan a head for one notice", "bill", "share", now, 5),
            _row("Members, million", "members", "sharers", now, 50),
        ],
        now.middles,
        payers,
        words="Who pays, billion yuan a quarter",
        top=_top("yuan", stacked),
        step=2,
        end=end.notice_day.isoformat(),
        said=given_back,
        ages="<br>".join(f"at {age}: {yuan:.2f}" for age, yuan in ages.items()),
    )
    charged = count - (terms.free_notices or 0)
    each = float(found.by_members[count:].sum() / found.members[count - 1])
    platform, lost = float(found.by_platform[:count].sum()), float(found.not_paid.sum())
    words = {
        "bill": f"{found.bill[charged - 1]:.2f}",
        "by_age": _by_age(ages),
        "highest": f"{found.bill[:charged].max():.2f}",
        "members": f"{found.members[count - 1] / 1e6:.1f}",
        "most": f"{found.members.max() / 1e6:.1f}",
        "young": f"{found.paid[_YOUNG]:,.0f}" if _YOUNG in found.paid else "",
        "at_old": f"at {_OLD}, " if _OLD in found.paid else f"nobody joins at {_OLD}",
        "old": f"{found.paid[_OLD]:,.0f}" if _OLD in found.paid else "",
        "gets": " and gets back" if found.refund else "",
        "helped": f"{round(float(found.helped[:count].sum()), -2):,.0f}",
        "terms": _TERMS[closing],
        "late": f"{round(float(found.helped[count:].sum()), -2):,.0f}",
        "tail": _billion(float((found.by_members + found.by_platform)[count:].sum())),
        "each": f" ({each:.2f} a head)" if each else "",
        **_clause("sponsor", " and the platform pays ", platform / 1e9, " billion yuan"),
        **_clause("lost", "; ", lost / 1e9, " billion of what is promised is not paid"),
        **_clause("back", "; the platform gives back ", found.refund / 1e9, " billion of shares"),
    }
    return View(figure=figure, words=words, table=now.table)


# ---- from where one starts ----------------------------------------------------------------


def _start() -> dict[str, Any]:
    return {
        "waiting": 6, "younger": 300_000, "older": 100_000, "fee": 8, "cap": "none",
        "age_to": 59, "raised": 5, "response": 1.0, "first": "healthy", "scheme": "equal",
        "rule": "none", "last": LAST.label, "closing": "xiang-hu-bao",
    }  # fmt: skip


#: Terms of a peer that a control can take, and what they are called.
_ITEMS = {
    "waiting": "waiting", "benefit": "benefit", "fee": "fee", "cap": "cap", "age": "age at entry",
    "closing": "the end",
}  # fmt: skip


def peer_terms(name: str) -> tuple[dict[str, Any], str]:
    """Return what is known of the terms of a peer, as controls of the sandbox, and in words.

    The terms are those of its last day. A benefit of which no source says for whom stands for
    those below 40; where a sum is the most that was paid, it is taken for the sum.

    Examples
    --------
    >>> peer_terms("sina")[0]
    {'waiting': 12, 'younger': 300000}
    """
    plan = rules.plan(name)
    terms = plan.on(plan.last)
    known: dict[str, Any] = {}
    said: dict[str, str] = {}
    if "waiting" in terms:
        term = terms["waiting"]
        years = terms.number("waiting") / (1 if term.unit == "years" else 365)
        known["waiting"] = round(years * PER_YEAR)
        said["waiting"] = f"{term.value:g} {term.unit if term.value != 1 else 'year'} of waiting"
    for item in ("benefit_adults", "benefit"):
        if item in terms and "younger" not in known:
            known["younger"] = round(terms.number(item))
            most = "up to " if terms[item].approx == "under" else ""
            said["benefit"] = f"a benefit of {most}{known['younger']:,} yuan"
    if "administration_fee" in terms:
        known["fee"] = round(100 * terms.number("administration_fee"))
        said["fee"] = f"a fee of {known['fee']} percent" if known["fee"] else "no fee"
    if "cap_per_case" in terms:
        # Far above what one case costs a member of so large a plan.
        said["cap"] = f"a cap of {terms.number('cap_per_case'):g} yuan a case, never reached here"
    if "entry_age_to" in terms:
        known["age_to"] = round(terms.number("entry_age_to"))
    elif "entry_age_adults" in terms:
        known["age_to"] = int(terms["entry_age_adults"].value[1])
    if "age_to" in known:
        said["age"] = f"entry up to the age of {known['age_to']}"
    if name in _CLOSINGS:
        known["closing"] = name
        said["closing"] = f"its end ({_TERMS[name]})"
    if name == "360":  # plans/360/benefit_is, in its note
        known["scheme"] = "by age band"
        said["share"] = "a share that rises with age"
    missing = [words for item, words in _ITEMS.items() if item not in said]
    return known, (
        f"The terms of {plan.title}, as far as they are known, on the members of this plan: "
        f"{listed(list(said.values()))}. Not known, and as in the true plan: {listed(missing)}."
    )


_POLICIES: Mapping[str, dict[str, Any]] = {
    "shares by bands of age": {"scheme": "by age band"},
    "a longer waiting time": {"waiting": 12},
    "a higher fee": {"fee": 12},
    **{name: {"rule": name} for name in _RULES if name != "none"},
}


def _presets() -> tuple[Preset, ...]:
    start = _start()
    peers = []
    for name in rules.PEERS:
        known, note = peer_terms(name)
        peers.append(Preset(rules.plan(name).title, start | known, note))
    return (
        Preset("The true plan", start, "The plan as Churn fits it, ended as it was."),
        *peers,
        *(
            Preset(
                f"Rule: {name}",
                start | _POLICIES[name],
                "The true plan with this rule of Churn from the first day.",
                step=True,
            )
            for name in churn.POLICIES
        ),
    )


def _times(factor: float) -> str:
    return f"{factor:g} ×"


def the_whole_plan() -> Explorable:
    """Set every rule that matters, and the terms of the end, and let the plan run."""
    start = _start()
    return Explorable(
        name="the-whole-plan",
        title="The whole plan",
        controls=(
            Slider("waiting", [0, 6, 12, 24], label="Waiting", unit="half-months",
                   start=start["waiting"], step=1),
            Slider("younger", [100_000, 300_000, 350_000, 400_000], label="Benefit <40",
                   unit="yuan", start=start["younger"], step=10_000),
            Slider("older", [50_000, 100_000, 200_000, 300_000], label="Benefit 40+",
                   unit="yuan", start=start["older"], step=10_000),
            Slider("fee", [0, 8, 12], label="Fee", unit="percent",
                   start=start["fee"], step=1),
            Choice("cap", _CAPS, label="Cap on a bill", start=start["cap"]),
            Slider("age_to", [39, 50, 59], label="Entry up to", unit="years",
                   start=start["age_to"], step=1),
            Slider("raised", [0, 5, 10], label="Raised risk", unit="percent",
                   start=start["raised"], step=1),
            Slider("response", [0.0, 1.0, 3.0], label="Leaving", unit="as fitted",
                   start=start["response"], step=0.25, format=_times),
            Choice("first", _FIRST, label="Who leaves first", start=start["first"]),
            Choice("scheme", _SCHEMES, label="Shares", start=start["scheme"]),
            Choice("rule", _RULES, label="Another rule", start=start["rule"]),
            Choice("last", {each: written_notice(each) for each in _LASTS},
                   label="Last notice", start=start["last"]),
            Choice("closing", _CLOSINGS, label="After the end", start=start["closing"]),
        ),
        draw=_draw,
        words=(
            "After the notice of {last} {terms}. Members: {most} million at most, {members} at the "
            "end. The last mean bill of the plan is {bill} yuan{by_age}, the highest {highest}. "
            f"One who joins on the first day, at {_YOUNG}, and stays pays{{gets}} {{young}} yuan "
            "in all; {at_old}{old}. By the end {helped} people are helped"
            "{before_sponsor}{sponsor}{after_sponsor}. After it {late} more are helped, for {tail} "
            "billion yuan{each}{before_lost}{lost}{after_lost}{before_back}{back}{after_back}. (A "
            "model of the plan for critical illness alone, with the joins of the true plan.)"
        ),
        presets=_presets(),
        compare=True,
        around=True,
    )  # fmt: skip


def _draw(
    waiting: int, younger: int, older: int, fee: int, cap: str, age_to: int, raised: int,
    response: float, first: str, scheme: str, rule: str, last: str, closing: str,
) -> View:  # fmt: skip
    return _whole(
        closing, last, waiting=waiting, younger=younger, older=older, fee=fee / 100, cap=cap,
        age_to=age_to, raised=raised / 100, response=response, first=first, scheme=scheme,
        rule=rule,
    )  # fmt: skip
