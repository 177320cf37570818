"""Other rules, asked: could it have been saved, and a plan of the reader's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mutualaid import churn, figures, history
from mutualaid.explorables.wording import listed, written_notice
from mutualaid.explore import Choice, Explorable, Preset, Slider, View
from mutualaid.figures import MARKS
from mutualaid.history import number_of
from mutualaid.periods import Period, periods_between

# ---- what both show -----------------------------------------------------------------------

_LAST = churn.LAST_PAID.label
_NOTICES = periods_between(Period(2019, 1, 1), churn.LAST_PAID)
#: A line has a point a month, and the table every second of them; both end with the last bill.
_DRAWN = _NOTICES[::-1][::2][::-1]
_TABLED = _NOTICES[::-1][::4][::-1]
#: Years whose first notice of December is told.
_YEARS = (2019, 2020, 2021)
#: How strongly members respond to the bill, hazard for each yuan: the model's reading of what was
#: is a little below the first.
RESPONSES = (0.002, 0.005, 0.01)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is looked at: words, series that was published, unit as a number, and the axis."""

    words: str
    quantity: str
    per: float
    decimals: int
    unit: str
    top: float
    step: float


_SCALES = {
    "bill": _Shown("the bill", "share", 1, 2, "yuan per head, one notice", 10, 2),
    "members": _Shown("the members", "sharers", 1e6, 2, "million members", 125, 25),
    "helped": _Shown("people helped", "cumulative_helped", 1e3, 1, "thousand people, in all",
                     175, 25),
}  # fmt: skip


@cache
def _known(scale: str) -> pd.DataFrame:
    """Return what was published of the critical plan, in the unit of the axis."""
    shown = _SCALES[scale]
    rows = history.series("critical", shown.quantity)[["notice_day", "notice", "value", "basis"]]
    rows = rows[rows["notice"].isin([each.label for each in _NOTICES])]
    return rows.assign(value=rows["value"] / shown.per)


@dataclass(frozen=True, eq=False)
class _Path:
    """A plan over time and at the last bill, rounded for the page."""

    series: dict[str, dict[Period, float]]
    bill: float
    young: float
    old: float
    members: float
    helped: float
    paid: float


def _paths(plans: churn.Projection) -> list[_Path]:
    """Return the path of each plan of a batch."""
    last = plans.place(_LAST)
    places = [plans.place(each.label) for each in _NOTICES]
    helped = plans.helped.cumsum(axis=1)
    paid = plans.bill.cumsum(axis=1)
    drawn = {"bill": plans.bill, "members": plans.members, "helped": helped}
    found = []
    for k in range(len(plans.scenarios)):
        series = {
            scale: dict(
                zip(
                    _NOTICES,
                    (values[k, places] / _SCALES[scale].per)
                    .round(_SCALES[scale].decimals)
                    .tolist(),
                    strict=True,
                )
            )
            for scale, values in drawn.items()
        }
        young, old = plans.bill_by_age[k, last, [_YOUNG, _OLD]]
        found.append(
            _Path(
                series=series, bill=float(plans.bill[k, last]), young=float(young),
                old=float(old), members=float(plans.members[k, last]),
                helped=float(helped[k, last]), paid=float(paid[k, last]),
            )
        )  # fmt: skip
    return found


#: Ages whose bills are told, as in a comparison of policies.
_YOUNG, _OLD = 25, 55


def _hundreds(people: float) -> str:
    return f"{round(people, -2):,.0f}"


def _millions(people: float) -> str:
    return f"{people / 1e6:.1f}"


def _figure(scale: str, was: _Path, other: _Path, called: str, top: float) -> go.Figure:
    shown = _SCALES[scale]
    return figures.plot_beside(
        _known(scale),
        [each.notice_day.isoformat() for each in _DRAWN],
        [was.series[scale][each] for each in _DRAWN],
        [other.series[scale][each] for each in _DRAWN],
        called=called,
        meaning=scale,
        unit=shown.unit,
        top=top,
        step=shown.step if top == shown.top else 2 * shown.step,
    )


def _table(was: _Path, other: _Path, called: str, scales: tuple[str, ...]) -> pd.DataFrame:
    """Return what can be drawn, whatever of it is looked at."""
    columns: dict[str, list[float] | list[str]] = {"notice": [each.label for each in _TABLED]}
    units = {"bill": "yuan per head", "members": "million", "helped": "thousand, in all"}
    for scale in scales:
        rows = _known(scale)
        rows = rows[rows["basis"].map(MARKS) == "filled"]
        known = dict(zip(rows["notice"], rows["value"].tolist(), strict=True))
        if scale != "helped":  # its few counts fall on other notices
            columns[f"{scale}, published, {units[scale]}"] = [
                known.get(each.label, np.nan) for each in _TABLED
            ]
        for path, name in ((was, churn.AS_IT_WAS), (other, called)):
            columns[f"{scale}, {name}, {units[scale]}"] = [
                path.series[scale][each] for each in _TABLED
            ]
    return pd.DataFrame(columns)


# ---- could it have been saved? ------------------------------------------------------------

_STRENGTHS = dict(zip(churn.STRENGTHS, ("mild", "middle", "strong"), strict=True))
_LEAVE = {
    response: f"{words}: {1000 * response:g} in 1,000 a yuan"
    for response, words in zip(RESPONSES, ("about as it was", "more", "far more"), strict=True)
}
_RULE = "other rule"


@cache
def compared(response: float = RESPONSES[0]) -> churn.PolicyComparison:
    """Return every policy at every strength, beside the plan as it was, computed once."""
    return churn.compare_policies(exit_response=response)


@cache
def _compared_paths(response: float) -> dict[tuple[str, int], _Path]:
    plans = compared(response)
    keys = zip(plans.names, plans.strengths, strict=True)
    return dict(zip(keys, _paths(plans.projection), strict=True))


def _place(response: float, policy: str, strength: int) -> int:
    plans = compared(response)
    return list(zip(plans.names, plans.strengths, strict=True)).index((policy, strength))


def _share(now: float, was: float) -> str:
    """Write a change: 5 percent fewer."""
    return f"{abs(100 * (now / was - 1)):.0f} percent {'more' if now > was else 'fewer'}"


def _joined(plan: churn.Scenario) -> float:
    assert plan.joins is not None
    return float(plan.joins.sum())


#: For each number that a policy changes, how the change is told; nothing of it is typed here.
_TOLD: dict[str, Callable[[churn.Scenario, churn.Scenario], str]] = {
    "share_by_age": lambda now, was: (
        f"at {_YOUNG} a member pays {now.share_by_age[_YOUNG]:.2f} of the mean bill, at {_OLD} "
        f"{now.share_by_age[_OLD]:.2f}"
    ),
    "benefit_start": lambda now, was: (
        f"at first {100 * now.benefit_start:g} percent of the benefit is paid, the whole after "
        f"about {now.select_years:g} years"
    ),
    "raised_share": lambda now, was: (
        f"of those who join {100 * now.raised_share:g} percent are at raised risk in place of "
        f"{100 * was.raised_share:g}"
    ),
    "exit_reference": lambda now, was: (
        f"nobody leaves for a bill up to {now.exit_reference:g} yuan in place of "
        f"{was.exit_reference:g}"
    ),
    "joins": lambda now, was: f"{_share(_joined(now), _joined(was))} join",
    "waiting": lambda now, was: f"waiting {now.waiting} half-months in place of {was.waiting}",
    "plan_ratio": lambda now, was: f"{_share(now.plan_ratio, was.plan_ratio)} claims are paid",
    "delay_mean": lambda now, was: (
        f"a claim takes {now.delay_mean:g} half-months on average in place of {was.delay_mean:g}"
    ),
    "fee": lambda now, was: (
        f"a fee of {100 * (now.fee or 0):g} percent of the benefits in place of "
        f"{100 * number_of('plans/general/administration_fee'):g}"
    ),
}


def meaning(policy: str, strength: int) -> str:
    """Say what a policy at a strength changes, read from the scenario that it returns."""
    was = churn.as_it_was()
    now = churn.POLICIES[policy](was, strength)
    changed = [
        each.name
        for each in fields(churn.Scenario)
        if not np.array_equal(getattr(was, each.name), getattr(now, each.name))
    ]
    return listed([_TOLD[name](now, was) for name in sorted(changed, key=list(_TOLD).index)])


#: Smaller changes are not told as a gain or a loss.
_FELT = 0.005


def _felt(now: float, was: float) -> int:
    """Return 1 for more, -1 for less, 0 for about the same."""
    return 0 if abs(now / was - 1) < _FELT else 1 if now > was else -1


def _who(response: float, policy: str, strength: int) -> str:
    """Say who gains and who loses by a policy."""
    p, row = compared(response).projection, _place(response, policy, strength)
    paths = _compared_paths(response)
    was, now = paths[churn.AS_IT_WAS, 0], paths[policy, strength]
    plan, before = p.scenarios[row], p.scenarios[0]
    until = p.place(_LAST) + 1
    gain: list[str] = []
    lose: list[str] = []
    young, old = _felt(now.young, was.young), _felt(now.old, was.old)
    if young == old != 0:
        (lose if young > 0 else gain).append("all who pay")
    else:
        for felt, who in ((young, "the young"), (old, "the old")):
            if felt:
                much = "more" if felt > 0 else "less"
                (lose if felt > 0 else gain).append(f"{who}, who pay {much}")
    if plan.fee is not None:
        fees = p.fee[:, :until].sum(axis=1) / 1e9
        gain.append(f"the platform, with {fees[row] - fees[0]:.1f} billion yuan more in fees")
    if plan.benefit_start < before.benefit_start:
        each = p.benefits[:, :until].sum(axis=1) / p.helped[:, :until].sum(axis=1)
        lose.append(
            f"the ill, with {round(each[row], -3):,.0f} yuan on average in place of "
            f"{round(each[0], -3):,.0f}"
        )
    joined = p.joins[:, :until].sum(axis=1)
    if _felt(joined[row], joined[0]):
        lose.append(f"{_millions(joined[0] - joined[row])} million who do not join")
    if felt := _felt(now.helped, was.helped):
        people = _hundreds(abs(now.helped - was.helped))
        (gain if felt > 0 else lose).append(
            f"{people} {'more who are' if felt > 0 else 'who are no longer'} helped"
        )
    told = [f"Who gains: {'; '.join(gain) or 'nobody in the plan'}."]
    return " ".join([*told, f"Who loses: {'; '.join(lose) or 'nobody in the plan'}."])


def _saved(policy: str, strength: int, response: float, scale: str) -> View:
    paths = _compared_paths(response)
    was, now = paths[churn.AS_IT_WAS, 0], paths[policy, strength]
    words = {
        "meaning": meaning(policy, strength),
        "bill": f"{now.bill:.2f}",
        "bill_was": f"{was.bill:.2f}",
        "ages": f"the same at {_YOUNG} and at {_OLD}"
        if now.young == now.old
        else f"{now.young:.2f} at {_YOUNG} and {now.old:.2f} at {_OLD} (both {was.bill:.2f})",
        "members": _millions(now.members),
        "members_was": _millions(was.members),
        "helped": _hundreds(now.helped),
        "helped_was": _hundreds(was.helped),
        "paid": f"{now.paid:.0f}",
        "paid_was": f"{was.paid:.0f}",
        "who": _who(response, policy, strength),
    }
    return View(
        figure=_figure(scale, was, now, _RULE, _SCALES[scale].top),
        words=words,
        table=_table(was, now, _RULE, tuple(_SCALES)),
    )


def could_it_have_been_saved() -> Explorable:
    """Let the plan run again under another rule from the first day."""
    reference = churn.as_it_was().exit_reference
    return Explorable(
        name="could-it-have-been-saved",
        title="The same three years under another rule",
        controls=(
            Choice(
                "policy",
                {name: name for name in churn.POLICIES},
                label="Rule",
                start="a longer waiting time",
            ),
            Choice("strength", _STRENGTHS, label="Strength", start=churn.STRENGTHS[1]),
            Choice("response", _LEAVE, label="Leave for the bill"),
            Choice("scale", {key: each.words for key, each in _SCALES.items()}, label="Look at"),
        ),
        draw=_saved,
        words=(
            f"Rule: {{policy}}, {{strength}}: {{meaning}}. On {written_notice(_LAST)} the bill is "
            "{bill} yuan ({bill_was} as it was), {ages}. There are {members} million members "
            "({members_was}); {helped} people have been helped ({helped_was}); the bills of all "
            "notices add up to {paid} yuan ({paid_was}). {who} Shown: {scale}. (A model; the rule "
            f"holds from the first day. Members leave for a bill above {reference:g} yuan, "
            "{response}. In brackets: the plan as it was, whose members follow the published "
            "counts.)"
        ),
    )


# ---- a plan of your own -------------------------------------------------------------------

_WAITING = (0, 6, 12)
_DELAY = (0, 4, 8)
#: The health check: words, and the factor on what is fitted; None is no check.
_CHECK = {"none": "none", "fitted": "as fitted", "strict": "twice as strict"}
_MIND = {"not": "not at all", "was": "as it was", "strong": "strongly"}
_FIRST = {"alike": "everybody alike", "healthy": "the healthy first"}
_OWN = "your plan"
#: Where many leave and claims are late, bills are far above those that were.
_OWN_TOP = {"bill": 20.0, "members": _SCALES["members"].top}
_Setting = tuple[int, int, str, str, str]


def own_plan(waiting: int, delay: int, check: str, mind: str, first: str) -> churn.Scenario:
    """Return a plan of the reader's own, built from the one as it was.

    Caps are left out, so that the bill is the whole cost. They never bound in the plan as it was.
    """
    plan = churn.as_it_was()
    select = {"none": 1.0, "fitted": plan.select_factor, "strict": plan.select_factor / 2}
    response = {"not": 0.0, "was": plan.exit_response, "strong": RESPONSES[1]}
    return churn.uncapped(
        replace(
            plan,
            waiting=waiting,
            delay_mean=float(delay),
            delay_first=plan.delay_first if delay else None,
            select_factor=select[check],
            exit_response=response[mind],
            exit_raised_factor={"alike": 1.0, "healthy": plan.exit_raised_factor}[first],
        )
    )


@cache
def _own_paths() -> dict[_Setting, _Path]:
    settings = list(product(_WAITING, _DELAY, _CHECK, _MIND, _FIRST))
    plans = churn.project([own_plan(*each) for each in settings])
    return dict(zip(settings, _paths(plans), strict=True))


_START: _Setting = (6, 4, "fitted", "was", "healthy")


def _own(waiting: int, delay: int, check: str, mind: str, first: str, scale: str) -> View:
    was, now = _own_paths()[_START], _own_paths()[waiting, delay, check, mind, first]
    ends = [Period(year, 12, 1) for year in _YEARS]
    plan = own_plan(waiting, delay, check, mind, first)
    apart = max(abs(now.series["members"][n] - was.series["members"][n]) for n in _NOTICES)
    words = {
        "claims": f"{100 * plan.select_factor:.0f}",
        "bills": listed([f"{now.series['bill'][each]:.2f}" for each in ends]),
        "bills_were": listed([f"{was.series['bill'][each]:.2f}" for each in ends]),
        "members": _millions(now.members),
        "members_were": _millions(was.members),
        "helped": _hundreds(now.helped),
        "helped_were": _hundreds(was.helped),
        "paid": f"{now.paid:.0f}",
        "paid_was": f"{was.paid:.0f}",
        "path": "Members follow the published counts."
        if apart == 0
        else f"As many join as did, but others leave: members are up to {apart:.1f} million away "
        "from the published path.",
    }
    return View(
        figure=_figure(scale, was, now, _OWN, _OWN_TOP[scale]),
        words=words,
        table=_table(was, now, _OWN, tuple(_OWN_TOP)),
    )


def _preset(label: str, *setting: object) -> Preset:
    return Preset(label, dict(zip(("waiting", "delay", "check", "mind", "first"), setting,
                                  strict=True)))  # fmt: skip


def a_plan_of_your_own() -> Explorable:
    """Build a plan from waiting, delay, health check and who leaves, and let it run."""
    days = listed([f"{year}" for year in _YEARS])
    return Explorable(
        name="a-plan-of-your-own",
        title="A plan of your own",
        controls=(
            Slider("waiting", _WAITING, label="Waiting", unit="half-months", start=_START[0]),
            Slider("delay", _DELAY, label="A claim takes", unit="half-months", start=_START[1]),
            Choice("check", _CHECK, label="Health check", start=_START[2]),
            # Before the next, which can switch off what it does.
            Choice("first", _FIRST, label="Who leaves first", start=_START[4]),
            Choice("mind", _MIND, label="Leave for the bill", start=_START[3]),
            Choice("scale", {key: _SCALES[key].words for key in _OWN_TOP}, label="Look at"),
        ),
        draw=_own,
        words=(
            "Waiting {waiting} half-months; claims take {delay} on average; health check {check}: "
            "new members claim {claims} percent of what others do. Leaving for the bill: {mind}; "
            f"{{first}}. Bills early in December {days}: {{bills}} yuan (as it was: "
            "{bills_were}). At the end {members} million members ({members_were}); {helped} people "
            "helped ({helped_were}); paid in all {paid} yuan a head ({paid_was}). {path} Shown: "
            "{scale}. (A model, without caps. In brackets: as it was.)"
        ),
        presets=(
            _preset("as it was", *_START),
            _preset("a young plan's dream", 12, 8, "strict", "not", "alike"),
            _preset("no waiting, no check", 0, 4, "none", "was", "healthy"),
            _preset("the bill drives out the healthy", 6, 4, "fitted", "strong", "healthy"),
            _preset("everything at once", 0, 8, "none", "strong", "healthy"),
        ),
        compare=True,
    )
