"""The end of the plan, asked: what closing costs, the tail of claims, ways to close."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from mutualaid import churn, figures, shutdown
from mutualaid.explorables.wording import listed, written_notice
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.history import number_of
from mutualaid.periods import LAST, Period

#: Fits by the mean delay of claims, in the words of the reader's choice.
_DELAYS = {name: f"{words} on average" for name, words in shutdown.DELAYS.items()}
_CHOSEN = "as chosen"


@cache
def _ended(delay: str, last: str) -> churn.Projection:
    """Return the plan of a fit, ended with a notice."""
    scenario = churn.that_fit()[delay].scenario
    return churn.project(shutdown.ended_at(scenario, Period.parse(last)))


def _billion(yuan: float) -> str:
    return f"{yuan / 1e9:.2f}"


# ---- the bill for closing -----------------------------------------------------------------

_ENDS = ("2019-06-2", "2019-12-2", "2020-06-2", "2020-12-2", "2021-06-2", "2021-12-1", LAST.label)
_PLANS = {"all": "all plans", "critical": "the critical-illness plan alone"}
_TOP = 8.0


def _closing_bill(last: str, free: int, delay: str, plans: str) -> View:
    projection = _ended(delay, last)
    members = float(projection.members[-1])
    # The share of those who were there and took the insurance in the end.
    took = number_of("platform_facts/xiang-hu-bao/transferred/2022-01-28") / number_of(
        "platform_facts/xiang-hu-bao/members_at_close/2021-12-28"
    )
    terms = shutdown.ClosingTerms(name="drawn", title="Drawn", free_notices=free, window=180)
    result = shutdown.run_off(projection, terms)
    cost = shutdown.closing_cost(result, all_plans=plans == "all", moved=took * members)
    parts = {
        "last notices": cost.notices, "tail": cost.tail, "free months": cost.free_months,
        "work": cost.handling,
    }  # fmt: skip
    estimates = shutdown.ESTIMATES
    figure = figures.plot_closing_cost(
        {name: value / 1e9 for name, value in parts.items()},
        [(each.name, each.total / 1e9) for each in estimates.values()],
        label=f"model: ended with the notice of {written_notice(last)}",
        top=_TOP,
    )
    words = {
        "members": f"{members / 1e6:.1f}",
        "total": _billion(cost.total),
        "notices": _billion(cost.notices),
        "tail": _billion(cost.tail),
        "people": f"{float(result.helped[result.after].sum()):,.0f}",
        "months": _billion(cost.free_months),
        "work": _billion(cost.handling),
    }
    forecast, told = estimates["forecast"], estimates["told"]
    table = pd.DataFrame(
        {
            "part": [*parts, "sum"],
            "model, million yuan": [round(value / 1e6, 0) for value in (*parts.values(),
                                                                        cost.total)],
            "forecast of December 2021": _millions(
                forecast.notices, forecast.tail, forecast.free_months, None, forecast.total
            ),
            "told in 2023": _millions(told.notices, told.tail, None, None, told.total),
        }
    )  # fmt: skip
    return View(figure=figure, words=words, table=table)


def _millions(*yuan: float | None) -> list[float]:
    return [np.nan if each is None else round(each / 1e6, 0) for each in yuan]


def the_bill_for_closing() -> Explorable:
    """Price the end of the plan: when, on what terms, and how late claims are."""
    return Explorable(
        name="the-bill-for-closing",
        title="The bill for closing",
        controls=(
            Choice(
                "last",
                {each: f"the notice of {written_notice(each)}" for each in _ENDS},
                label="The last notice",
                start=LAST.label,
            ),
            Slider("free", [0, 1, 3, 6], label="Notices it pays", start=3),
            Choice("delay", _DELAYS, label="Claims take", start=_CHOSEN),
            Choice("plans", _PLANS, label="Counted", start="all"),
        ),
        draw=_closing_bill,
        words=(
            "Ended with {last}, with {members} million members, the end costs the platform {total} "
            "billion yuan: {notices} for the last notices (it pays {free}), {tail} for {people} "
            "people of the critical-illness plan who were ill before the end and are helped after "
            "it, and whoever belongs to them in the other plans if these are counted, {months} "
            "for free months and {work} for the work on claims, at the rate of the fee "
            "that nobody pays any more. Claims take {delay}; counted: {plans}. "
            "(A model. The dots were printed, for the end as it was.)"
        ),
    )


# ---- the tail of claims -------------------------------------------------------------------

_WINDOWS = {"180": "for 180 days", "90": "for 90 days", "30": "for 30 days", "none": "at any time"}
_DEADLINES = {"none": "at any time", "30": "for 30 days", "7": "for a week", "0": "no more"}
#: Notices drawn: the last paid by members, three that the platform pays, and a year after.
_DRAWN = 24
_TAIL_TOP = 700.0


def _tail(window: str, deadline: str, reporting: int, delay: str) -> View:
    terms = shutdown.ClosingTerms(
        name="drawn", title="Drawn", free_notices=4,
        window=None if window == "none" else int(window),
        deadline=None if deadline == "none" else int(deadline),
    )  # fmt: skip
    result = shutdown.run_off(
        _ended(delay, LAST.label), terms, reporting_share=reporting / 100
    )  # fmt: skip
    due = (result.benefits + result.late_benefits) / 1e6
    paid = result.paid / 1e6
    days = [each.notice_day.isoformat() for each in result.notices]
    figure = figures.plot_tail(
        days[:_DRAWN], due[:_DRAWN].round(1).tolist(), paid[:_DRAWN].round(1).tolist(),
        end="2022-01-28", top=_TAIL_TOP,
    )  # fmt: skip
    after = result.after
    helped, late = float(result.helped[after].sum()), float(result.late_cases.sum())
    spent = np.cumsum(due[after])
    half = int(after.argmax() + np.searchsorted(spent, spent[-1] / 2))
    words = {
        "people": f"{helped + late:,.0f}",
        "helped": f"{helped:,.0f}",
        "yuan": _billion(result.tail),
        "late": f"{late:,.0f}",
        "lost": f"{result.families / 1e6:,.0f}",
        "half": written_notice(result.notices[half].label),
    }
    table = pd.DataFrame(
        {
            "notice": [each.label for each in result.notices[:_DRAWN]],
            "due, million yuan": due[:_DRAWN].round(1),
            "paid, million yuan": paid[:_DRAWN].round(1),
            "too late, people": result.late_cases[:_DRAWN].round(0),
        }
    )
    return View(figure=figure, words=words, table=table)


def the_tail_of_claims() -> Explorable:
    """Follow the claims of people who were ill before the end, and whom a deadline shuts out."""
    return Explorable(
        name="the-tail-of-claims",
        title="The tail of claims",
        controls=(
            Choice("window", _WINDOWS, label="One may ask after the diagnosis"),
            Choice("deadline", _DEADLINES, label="And after the end"),
            Choice("delay", _DELAYS, label="Claims take", start=_CHOSEN),
            Slider("reporting", [25, 50, 75], label="Until the member asks",
                   unit="%", start=50),
        ),
        draw=_tail,
        words=(
            "At the end {people} people of the critical-illness plan are ill and not yet helped. "
            "{helped} of them are, with {yuan} billion yuan; {late} ask too late, and {lost} "
            "million yuan stay unpaid. Half of what is due falls due by {half}. Claims take "
            "{delay}, {reporting} percent of it until the member asks. After the diagnosis one may "
            "ask {window}, after the end {deadline}. (A model.)"
        ),
    )  # fmt: skip


# ---- eleven ways to close -----------------------------------------------------------------

_AXES = {"without": "shares paid back left out", "with": "shares paid back drawn"}
#: Greatest value of the axis and distance of its lines, in billion yuan.
_WAYS_TOPS = {"without": (5.0, 1.0), "with": (32.0, 8.0)}


@cache
def _ways(delay: str, reporting: int) -> pd.DataFrame:
    return shutdown.ways_to_close(_ended(delay, LAST.label), reporting_share=reporting / 100)


def _ways_to_close(platform: str, reporting: int, delay: str, scale: str) -> View:
    rows = _ways(delay, reporting)
    kinds = ("platform", "members", "not_paid", "unknown", "refunds")
    billions = rows.assign(**{f"{kind}_billion": rows[f"{kind}_yuan"] / 1e9 for kind in kinds})
    top, step = _WAYS_TOPS[scale]
    figure = figures.plot_ways(
        billions, chosen=platform, top=top, step=step, refunds=scale == "with"
    )
    row = next(each for each in rows.to_dict("records") if each["platform"] == platform)
    if not row["known"]:
        said = (
            f"no source tells until when claims were taken, and what becomes of the "
            f"{_billion(row['unknown_yuan'])} billion of the tail stays open"
        )
    else:
        said = (
            f"the platform bears {_billion(row['platform_yuan'])} billion, members "
            f"{_billion(row['members_yuan'])}, and {_billion(row['not_paid_yuan'])} are not paid "
            f"to people who fell ill in time ({row['not_paid_people']:,.0f} of them ask too late)"
        )
    back = float(row["refunds_yuan"])
    words = {
        "said": said,
        "back": f"all shares are paid back, {_billion(back)} billion" if back
        else "shares are not paid back, as far as is known",
    }  # fmt: skip
    table = pd.DataFrame(
        {"terms of": rows["title"]}
        | {
            f"{words}, million yuan": (rows[f"{kind}_yuan"] / 1e6).round(0)
            for kind, words in zip(
                kinds, ("platform", "members", "not paid", "unknown", "paid back"), strict=True
            )
        }
    )
    return View(figure=figure, words=words, table=table)


def eleven_ways_to_close() -> Explorable:
    """End the plan on the terms of each platform that ended, and see who bears what."""
    return Explorable(
        name="eleven-ways-to-close",
        title="Eleven ways to close",
        controls=(
            Choice(
                "platform",
                {each.name: each.title for each in shutdown.PLATFORMS.values()},
                label="On the terms of",
            ),
            Slider("reporting", [25, 50, 75], label="Until the member asks",
                   unit="%", start=50),
            Choice("delay", _DELAYS, label="Claims take", start=_CHOSEN),
            Choice("scale", _AXES, label="Axis"),
        ),
        draw=_ways_to_close,
        words=(
            "On the terms of {platform} {said}; {back}. Claims take {delay}, {reporting} percent "
            "of it until the member asks. Axis: {scale}. (A model of the critical-illness plan and "
            "its last three notices, with terms as far as sources tell them.)"
        ),
    )  # fmt: skip


# ---- which explanation --------------------------------------------------------------------

_PRIORS = {
    "even": ("all alike", {"state": 1.0, "spiral": 1.0, "business": 1.0}),
    "state": ("mostly the state", {"state": 4.0, "spiral": 1.0, "business": 1.0}),
    "spiral": ("mostly the spiral", {"state": 1.0, "spiral": 4.0, "business": 1.0}),
    "business": ("mostly the business", {"state": 1.0, "spiral": 1.0, "business": 4.0}),
}
_BEARS = {1: "expects", 0: "silent", -1: "against"}


def _explained(prior: str, weight: int, without: str) -> View:
    left_out = () if without == "none" else (without,)
    found = shutdown.weigh(_PRIORS[prior][1], weight=weight, without=left_out)
    after = (100 * found["share"]).round(1)
    largest = np.flatnonzero(after == after.max()).tolist()
    figure = figures.plot_explanations(
        list(_EXPLAINED.values()),
        (100 * found["prior_share"]).round(1).tolist(),
        after.tolist(),
        largest,
    )
    first, named = found.iloc[largest[0]], list(_EXPLAINED.values())
    seen = [each for each in shutdown.observations() if each.name not in left_out]
    words = {
        "largest": listed([named[place] for place in largest]),
        "share": _percent(float(first["share"])) + (" each" if len(largest) > 1 else ""),
        "expects": f"{first['expects']}",
        "against": f"{first['against']}",
        "rest": listed(
            [
                f"{_percent(float(row['share']))} for {_EXPLAINED[row['explanation']]}"
                for place, row in enumerate(found.to_dict("records"))
                if place not in largest
            ]
        ),
        "count": f"{len(seen)}",
    }
    table = pd.DataFrame(
        {
            "observed": [each.title for each in seen],
            **{
                words: [_BEARS[each.bears[name]] for each in seen]
                for name, words in _EXPLAINED.items()
            },
        }
    )
    return View(figure=figure, words=words, table=table)


_EXPLAINED = {"state": "the state", "spiral": "the spiral", "business": "the business"}


def _percent(share: float) -> str:
    return "less than 1 percent" if share < 0.01 else f"{100 * share:.0f} percent"


def which_explanation() -> Explorable:
    """Weigh three explanations of the end by what was observed."""
    return Explorable(
        name="which-explanation",
        title="Which explanation?",
        controls=(
            Choice("prior", {name: words for name, (words, _) in _PRIORS.items()},
                   label="Before looking, likely is"),
            Slider("weight", [2, 3, 5], label="Expected is likelier by",
                   unit="×", start=3),
            Choice(
                "without",
                {"none": "nothing"}
                | {each.name: each.title.lower() for each in shutdown.observations()},
                label="Left out",
            ),
        ),
        draw=_explained,
        words=(
            "Before looking: {prior}. After {count} observations most weight, {share}, lies on "
            "{largest}: {expects} of them are as one would expect then, and {against} not. "
            "There is {rest}. What is expected is {weight} times as likely; left out: {without}. "
            "(An illustration: how an observation bears on an explanation is a judgment, and the "
            "observations hang together.)"
        ),
    )  # fmt: skip
