"""Churn, asked: three years of bills, what raised them, who left, and what might have been."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from mutualaid import churn, figures, history
from mutualaid.explorables.wording import listed, written_notice
from mutualaid.explore import Choice, Explorable, Switch, View
from mutualaid.periods import Period

# ---- three years of bills -----------------------------------------------------------------

#: Parts of the model that are switched, with the words for them.
_PARTS = {
    "waiting": "the waiting time",
    "delay": "late claims",
    "select": "the health check",
    "rules": "the rules as they changed",
    "dip": "the dip of early 2020",
}
#: Paths drawn for the whole model, and for the model with parts off, whose band is looked at only.
_DRAWS, _FEWER_DRAWS = 1_200, 48
_KNOWN = {churn.LAST_PAID: "everything", churn.END_OF_2020: "2018 to 2020 only"}
_START = dict.fromkeys(_PARTS, True)


@cache
def published_bills() -> pd.DataFrame:
    """Return the bills as published, in yuan, one row for each notice that has one."""
    return history.series("critical", "share")[["notice_day", "notice", "value", "basis"]]


@cache
def replayed(until: Period, off: tuple[str, ...]) -> pd.DataFrame:
    """Return the band of the sets that fit, with causes switched off, in yuan by notice."""
    draws = _FEWER_DRAWS if off else _DRAWS
    band = churn.band(list(churn.that_fit(until).values()), draws=draws, off=off)
    band.columns = pd.Index(["notice", "low", "middle", "high"])
    # Half a fen is the least that can be drawn on an axis of equal factors, and less is no bill.
    band[["low", "middle", "high"]] = band[["low", "middle", "high"]].clip(lower=0.005).round(3)
    band["day"] = band["notice"].map(lambda label: Period.parse(label).notice_day)
    first, last = Period(2019, 1, 1), Period(2021, 12, 2)
    return band[[first <= Period.parse(label) <= last for label in band["notice"]]]


def _three_years(
    waiting: bool, delay: bool, select: bool, rules: bool, dip: bool, until: str, scale: str
) -> View:
    on = dict(zip(_PARTS, (waiting, delay, select, rules, dip), strict=True))
    last = Period.parse(until)
    band = replayed(last, tuple(part for part, here in on.items() if not here))
    published = published_bills()
    figure = figures.plot_replay(
        published, band, until=last.notice_day, logarithmic=scale == "logarithmic"
    )
    both = published.merge(band, on="notice")
    off = (both["middle"] / both["value"] - 1).abs()
    periods = both["notice"].map(Period.parse)
    late = (periods > last) if last < churn.LAST_PAID else (periods >= Period(2020, 1, 1))
    inside = ((both["value"] >= both["low"]) & (both["value"] <= both["high"]))[late]
    here = band.set_index("notice")
    words = {
        "on": listed([said for part, said in _PARTS.items() if on[part]]) or "nothing",
        "first": f"{here['middle'][str(churn.SETTLED)]:.2f}",
        "last": f"{here['middle'][str(churn.LAST_PAID)]:.2f}",
        "which": "of 2021, which the fit did not know"
        if last < churn.LAST_PAID
        else "of 2020 and 2021",
        "off": f"{100 * float(off[late].median()):.0f}",
        "inside": f"{int(inside.sum())} of {len(inside)}",
    }
    table = pd.DataFrame(
        {
            "notice": both["notice"],
            "published, yuan per head": both["value"],
            "model, yuan per head": both["middle"].round(2),
            "8 of 10 paths from, yuan": both["low"].round(2),
            "8 of 10 paths to, yuan": both["high"].round(2),
        }
    )
    return View(figure=figure, words=words, table=table)


def three_years_of_bills() -> Explorable:
    """Replay the bills, with parts of the model switched on one by one."""
    return Explorable(
        name="three-years-of-bills",
        title="Three years of bills, published and replayed",
        controls=(
            Switch("waiting", label="The waiting time", start=True),
            Switch("delay", label="Late claims", start=True),
            Switch("select", label="The health check", start=True),
            Switch("rules", label="The rules as they changed", start=True),
            Switch("dip", label="The dip of early 2020", start=True),
            Choice(
                "until",
                {str(last): words for last, words in _KNOWN.items()},
                label="The fit knew",
            ),
            Choice(
                "scale",
                {"linear": "equal steps in yuan", "logarithmic": "equal steps for tenfold"},
                label="Axis",
            ),
        ),
        draw=_three_years,
        words=(
            "Switched on: {on}. The model gives {first} yuan on June 21, 2019 and {last} on "
            "December 7, 2021 (published: 0.51 and 7.02). Its line is off by {off} percent on the "
            "median of the bills {which}; {inside} of them lie in the band. The fit knew {until}; "
            "the axis has {scale}. (A model: its numbers are fitted with all parts on, and stay as "
            "they are when a part is off.)"
        ),
    )


# ---- what raised the bill -----------------------------------------------------------------

_ROWS = {
    "apart": "each cause by itself",
    "joined": "what cannot be told apart, joined",
}
_SPANS = {
    "2019-06-2/2021-12-1": "June 2019 to December 2021",
    "2019-06-2/2019-10-1": "June to October 2019",
    "2019-10-1/2020-12-1": "October 2019 to December 2020",
    "2020-12-1/2021-12-1": "December 2020 to December 2021",
}
_SETS = {
    "all": "all that fit",
    "as chosen": "the chosen one",
    "claims take one month on average": "claims take one month on average",
    "claims take three months on average": "claims take three months on average",
    "the health check wears off in a year": "the health check wears off in a year",
    "the healthy leave first": "the healthy leave first",
    "no health check, claims grow each year": "no health check; claims grow each year",
}
#: Causes in the order of the figure: words, and what they add up.
_CAUSES = {
    "the waiting time ends": ("waiting",),
    "claims arrive late": ("delay",),
    "the health check wears off": ("select",),
    "claims grow for other reasons": ("trend",),
    "rules change": ("rules",),
    "members grow older": ("ageing",),
    "members come and go": ("turnover",),
    "who leaves is healthier": ("exits",),
    "the dip of early 2020": ("dip",),
}
_JOINED = {
    "the waiting time ends": ("waiting",),
    "late claims, health check, growth": ("delay", "select", "trend"),
    "rules change": ("rules",),
    "age, coming and going, who leaves": ("ageing", "turnover", "exits"),
    "the dip of early 2020": ("dip",),
}


@cache
def _divided(span: str, chosen: str) -> churn.Decomposition:
    fits = churn.that_fit()
    sets = list(fits.values()) if chosen == "all" else [fits[chosen]]
    first, last = map(Period.parse, span.split("/"))
    return churn.decompose([each.scenario for each in sets], first, last)


def _raised(span: str, chosen: str, scale: str) -> View:
    divided = _divided(span, chosen)
    causes = _JOINED if scale == "joined" else _CAUSES
    values = {words: divided.of(*names) for words, names in causes.items()}
    values["not explained"] = divided.unexplained
    middles = {words: float(each.mean()) for words, each in values.items()}
    parts = pd.DataFrame(
        [
            {
                "cause": words,
                "low": math.exp(each.min()),
                "middle": math.exp(middles[words]),
                "high": math.exp(each.max()),
                "known": words != "not explained",
            }
            for words, each in values.items()
        ]
    )
    bills = published_bills().set_index("notice")["value"]
    start, end = (float(bills[label]) for label in span.split("/"))
    figure = figures.plot_causes(
        parts, start=start, end=end,
        labels=tuple(f"bill of {written_notice(label)}" for label in span.split("/")),  # type: ignore[arg-type]
    )  # fmt: skip
    shares = {words: 100 * each / divided.rise for words, each in values.items()}
    largest = max((words for words in causes), key=lambda words: middles[words])
    low, high = shares[largest].min(), shares[largest].max()
    model = np.exp(divided.rise)
    words = {
        "times": f"{end / start:.1f}",
        "model": _range(model.min(), model.max(), "{:.1f}"),
        "largest": largest,
        "part": _range(low, high, "{:.0f}"),
        "count": f"{len(divided.parts)} sets" if len(divided.parts) > 1 else "one set",
    }
    table = pd.DataFrame(
        {
            "cause": parts["cause"],
            "times, least": parts["low"].round(2),
            "times, mean": parts["middle"].round(2),
            "times, most": parts["high"].round(2),
            "percent of the model's rise, least": [
                round(float(s.min()), 1) for s in shares.values()
            ],
            "percent of the model's rise, most": [
                round(float(s.max()), 1) for s in shares.values()
            ],
        }
    )
    return View(figure=figure, words=words, table=table)


def _one_decimal(number: float) -> float:
    return round(float(number), 1)


def _range(low: float, high: float, how: str) -> str:
    least, most = how.format(low), how.format(high)
    return least if least == most else f"{least} to {most}"


def what_raised_the_bill() -> Explorable:
    """Divide the rise of the bill among its causes, with the range over what fits."""
    return Explorable(
        name="what-raised-the-bill",
        title="From one bill to another, cause by cause",
        controls=(
            Choice("span", _SPANS, label="From and to"),
            Choice("chosen", _SETS, label="Sets of numbers"),
            Choice("scale", _ROWS, label="Rows"),
        ),
        draw=_raised,
        words=(
            "{span}: the published bill was multiplied by {times}, the model's by {model} "
            "({count}: {chosen}). Largest part: {largest}, {part} percent of the model's rise, in "
            "logarithms. Rows: {scale}. (A model. Equal lengths are equal factors; thin lines "
            "are the range over the sets.)"
        ),
    )
