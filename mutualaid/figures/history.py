"""Figures of the history: events, bills, members, platforms."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    BELOW,
    DAY,
    MARKS,
    PALETTE,
    base_layout,
    hatched,
    labeled_rows,
    lanes,
    ring,
    row_axis,
    time_axis,
)


def plot_bills(
    known: pd.DataFrame,
    unknown: Sequence[dt.date],
    sponsored: Sequence[dt.date],
    rough: pd.DataFrame,
    *,
    chosen: dt.date,
    logarithmic: bool,
) -> go.Figure:
    """Draw each known bill as a dot and each unknown one as a hatched gap.

    Parameters
    ----------
    known : DataFrame
        Columns ``notice_day``, ``value`` (yuan per head), ``basis``.
    unknown : sequence of date
        Notice days whose bill was not found.
    sponsored : sequence of date
        Notice days whose bill the platform paid.
    rough : DataFrame
        What is known of bills whose notice is not: columns ``first``, ``last`` (days) and
        ``least``, ``greatest`` (yuan per head).
    chosen : date
        The notice that is looked at.
    logarithmic : bool
        Equal steps for equal factors instead of equal amounts.

    Returns
    -------
    Figure
    """
    low, high = (0.005, 12.0) if logarithmic else (0.0, 8.4)
    strip = low * 1.7 if logarithmic else 0.34
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            bargap=0,
            barmode="overlay",
            xaxis=time_axis("2018-12-20", "2022-02-05"),
            yaxis={
                "title": {"text": "yuan per head, one notice"},
                "type": "log" if logarithmic else "linear",
                "range": [-2.301, 1.079] if logarithmic else [low, high],
                "tickvals": [0.01, 0.1, 1, 10] if logarithmic else list(range(9)),
                "ticktext": ["0.01", "0.1", "1", "10"] if logarithmic else list(map(str, range(9))),
            },
        )
    )  # fmt: skip
    for name, days, color in (
        ("not found", unknown, "unknown"),
        ("paid by the platform", sponsored, "platform"),
    ):
        figure.add_bar(
            name=name, x=list(days), y=[strip] * len(days), width=13 * DAY, hoverinfo="x+name",
            marker=hatched(color),
        )  # fmt: skip
    _add_dots(
        figure, known, color="bill", unit="yuan", names=("printed in a source", "date placed by us")
    )
    # A single value without its date is drawn as a thin bar over the days that it may be of.
    thick = (0.05 if logarithmic else 0.015) * rough["greatest"]
    figure.add_bar(
        name="known only roughly", hoverinfo="name",
        x=(rough["first"] + (rough["last"] - rough["first"]) / 2).tolist(),
        width=[days.days * DAY for days in rough["last"] - rough["first"]],
        base=(rough["least"] - thick).tolist(),
        y=(rough["greatest"] - rough["least"] + 2 * thick).tolist(),
        marker=hatched("bill"),
    )  # fmt: skip
    here = known[known["notice_day"] == chosen]
    on_strip = here.empty
    figure.add_scatter(
        **ring(
            chosen,
            strip / 2
            if on_strip and not logarithmic
            else low * 1.3
            if on_strip
            else float(here["value"].iloc[0]),
            "unknown" if on_strip else "bill",
            name="chosen notice",
            size=19,
        )
    )
    return figure


def plot_members(
    counts: pd.DataFrame,
    *,
    colors: Mapping[str, str],
    chosen: dt.date,
    days: tuple[dt.date, dt.date],
    million: tuple[float, float],
) -> go.Figure:
    """Draw counts of members over time, one color and one symbol for each kind of count.

    Parameters
    ----------
    counts : DataFrame
        Columns ``day``, ``value`` (persons), ``basis``, ``kind``.
    colors : mapping of str to str
        Kind of count to a name of :data:`PALETTE`, in drawing order. Kinds that have no dots
        are drawn empty, so that the figure keeps its shape.
    chosen : date
        The day that is looked at.
    days : (date, date)
        First and last day of the axis.
    million : (float, float)
        Least and greatest value of the axis, in million persons.

    Returns
    -------
    Figure
    """
    line = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis=time_axis(str(days[0]), str(days[1])),
            yaxis={"title": {"text": "million"}, "range": list(million)},
            shapes=[{"type": "line", "x0": str(chosen), "x1": str(chosen), "yref": "paper",
                     "y0": 0, "y1": 1, "line": line}],
        )
    )  # fmt: skip
    symbols = ("circle", "diamond", "square", "triangle-up", "x", "cross")
    for (kind, color), symbol in zip(colors.items(), symbols, strict=False):
        part = counts[counts["kind"] == kind].assign(notice_day=lambda c: c["day"])
        part["value"] = (part["value"] / 1e6).round(6)
        _add_dots(figure, part, color=color, unit="million", names=(kind, f"{kind}, hollow"),
                  symbol=symbol)  # fmt: skip
    return figure


def plot_events(
    events: pd.DataFrame,
    *,
    kinds: Sequence[str],
    sides: Mapping[str, tuple[str, str]],
    bright: Sequence[str],
    chosen: str,
) -> go.Figure:
    """Draw events over the years, a lane for each kind, a color and a symbol for each side.

    Parameters
    ----------
    events : DataFrame
        Columns ``event``, ``day``, ``kind``, ``side``, ``name_en``, ``date``.
    kinds : sequence of str
        The lanes, from the top down.
    sides : mapping of str to (str, str)
        Side to its words and its name in :data:`PALETTE`.
    bright : sequence of str
        Sides that stand out; the others are faint.
    chosen : str
        The event that is looked at.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            height=400,
            showlegend=True,
            xaxis={"type": "date", "range": ["2011-01-01", "2023-12-31"], "dtick": "M12",
                   "tickformat": "%Y", "tickangle": 0},
            yaxis=lanes(kinds),
        )
    )  # fmt: skip
    symbols = ("circle", "diamond", "square", "triangle-up")
    lane = {kind: number for number, kind in enumerate(kinds)}
    for (side, (words, color)), symbol in zip(sides.items(), symbols, strict=True):
        part = events[events["side"] == side]
        figure.add_scatter(
            name=words, mode="markers", x=part["day"].tolist(), y=part["kind"].map(lane).tolist(),
            text=[f"{d}: {n}" for d, n in zip(part["date"], part["name_en"], strict=True)],
            hovertemplate="%{text}<extra></extra>",
            opacity=0.8 if side in bright else 0.15,
            marker={"symbol": symbol, "size": 8, "color": PALETTE[color][0]},
        )  # fmt: skip
    here = events.loc[[chosen]].iloc[0]
    figure.add_scatter(
        **ring(
            here["day"], lane[here["kind"]], sides[here["side"]][1], name="chosen event", size=19
        )
    )
    return figure


def plot_lives(
    lives: pd.DataFrame,
    *,
    colors: Mapping[str, str],
    chosen: str,
    days: tuple[dt.date, dt.date],
) -> go.Figure:
    """Draw the life of each platform as a bar from its first day to its last.

    A life shorter than six weeks is drawn as six weeks, so that it can be seen. An unknown first
    day is drawn as a hatched half year before the end, an unknown end as an arrow on the day when
    the platform was last heard of.

    Parameters
    ----------
    lives : DataFrame
        Columns ``name``, ``start``, ``end`` (None where not known), ``last_seen``, ``meaning``;
        from the top down.
    colors : mapping of str to str
        Meaning to a name of :data:`PALETTE`.
    chosen : str
        Name of the platform that is looked at.
    days : (date, date)
        First and last day of the axis.

    Returns
    -------
    Figure
    """
    names = lives["name"].tolist()
    lane = {name: number for number, name in enumerate(names)}
    figure = go.Figure(
        layout=base_layout(
            height=520,
            showlegend=True,
            barmode="overlay",
            xaxis={"type": "date", "range": [str(day) for day in days], "dtick": "M24",
                   "tick0": "2012-01-01", "tickformat": "%Y", "tickangle": 0},
            yaxis=lanes(names),
        )
    )  # fmt: skip
    ends = lives["end"].where(lives["end"].notna(), lives["last_seen"])
    starts = lives["start"].where(lives["start"].notna(), ends - dt.timedelta(days=182))
    for meaning, color in colors.items():
        for known, look in ((True, {"color": PALETTE[color][0]}), (False, hatched(color))):
            part = (lives["meaning"] == meaning) & (lives["start"].notna() == known)
            figure.add_bar(
                name=meaning if known else f"{meaning}, beginning not known",
                showlegend=known, orientation="h", width=0.6, hoverinfo="skip",
                base=[str(day) for day in starts[part]],
                x=[max(d.days, 42) * DAY for d in (ends - starts)[part]],
                y=[lane[name] for name in lives["name"][part]],
                marker=look,
            )  # fmt: skip
    going = lives["end"].isna()
    figure.add_scatter(
        name="last heard of", mode="markers", hoverinfo="skip",
        x=lives["last_seen"][going].tolist(), y=[lane[name] for name in lives["name"][going]],
        marker={"symbol": "triangle-right", "size": 11, "color": PALETTE["unknown"][0]},
    )  # fmt: skip
    figure.add_scatter(
        **ring(
            ends[lives["name"] == chosen].iloc[0],
            lane[chosen],
            colors[lives["meaning"][lives["name"] == chosen].iloc[0]],
            name="chosen platform",
            size=19,
        )
    )
    return figure


def plot_answers(
    answers: pd.DataFrame,
    *,
    voices: Mapping[str, tuple[str, str]],
    bright: Sequence[str],
    rows: int,
) -> go.Figure:
    """Draw shares of members as dots between 0 and 100 percent, a line of words for each.

    Parameters
    ----------
    answers : DataFrame
        Columns ``label``, ``percent``, ``voice``, ``basis``; from the top down.
    voices : mapping of str to (str, str)
        Who says so, to its words and its name in :data:`PALETTE`.
    bright : sequence of str
        Voices that stand out; the others are faint.
    rows : int
        Lines of the figure, so that it keeps its height.

    Returns
    -------
    Figure
    """
    marks, beneath = labeled_rows(answers["label"].tolist())
    figure = go.Figure(
        layout=base_layout(
            height=100 + 56 * rows,
            showlegend=True,
            xaxis={"range": [0, 100], "dtick": 25, "ticksuffix": " %", "tickangle": 0},
            yaxis=row_axis(rows),
            annotations=marks,
            shapes=beneath,
            margin={"l": 14, "r": 24, "t": 30, "b": 40},
        )
    )  # fmt: skip
    places = pd.Series(range(len(answers)), index=answers.index) + BELOW
    symbols = ("circle", "diamond", "square", "triangle-up")
    for (voice, (words, color)), symbol in zip(voices.items(), symbols, strict=True):
        part = answers["voice"] == voice
        hollow = answers["basis"][part].map(MARKS) == "hollow"
        figure.add_scatter(
            name=words, mode="markers", x=answers["percent"][part].tolist(),
            y=places[part].tolist(), opacity=1 if voice in bright else 0.2,
            hovertemplate=f"%{{x}} percent<extra>{words}</extra>",
            marker={"symbol": [symbol + "-open" * h for h in hollow] or [symbol], "size": 11,
                    "color": PALETTE[color][0],
                    "line": {"width": 2, "color": PALETTE[color][0]}},
        )  # fmt: skip
    return figure


def plot_rates(
    rates: pd.DataFrame, *, lines: Mapping[str, float], chosen: tuple[str, str]
) -> go.Figure:
    """Draw one number of people helped divided by many counts of members.

    Parameters
    ----------
    rates : DataFrame
        Columns ``label`` (the people helped), ``counted`` (the members), ``rate`` (per million
        and year), ``fits`` (whether the members are those of the people helped).
    lines : mapping of str to float
        Rates to compare with, by their words.
    chosen : (str, str)
        Label and count that are looked at.

    Returns
    -------
    Figure
    """
    labels = list(dict.fromkeys(rates["label"]))
    lane = {label: number for number, label in enumerate(labels)}
    line = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    marks, beneath = labeled_rows(labels)
    figure = go.Figure(
        layout=base_layout(
            height=120 + 48 * len(labels),
            showlegend=True,
            xaxis={"type": "log", "range": [0.7, 3.7], "tickvals": [10, 100, 1000],
                   "ticktext": ["10", "100", "1,000"],
                   "title": {"text": "helped per million members and year"}},
            yaxis=row_axis(len(labels)),
            shapes=[*beneath, *({"type": "line", "x0": rate, "x1": rate, "yref": "paper", "y0": 0,
                                 "y1": 1, "line": line} for rate in lines.values())],
            annotations=[*marks, *({"x": math.log10(rate), "y": 1, "yref": "paper",
                                    "xanchor": "center", "yanchor": "bottom", "showarrow": False,
                                    "text": f"{words}: {rate:.0f}"}
                                   for words, rate in lines.items())],
            margin={"l": 14, "r": 14, "t": 60, "b": 46},
            legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom",
                    "itemclick": False, "itemdoubleclick": False},
        )
    )  # fmt: skip
    for fits, words, size, symbol in (
        (True, "members of the same plan and time", 12, "diamond-open"),
        (False, "other counts of members", 7, "circle-open"),
    ):
        part = rates[rates["fits"] == fits]
        figure.add_scatter(
            name=words, mode="markers", x=part["rate"].round(1).tolist(),
            y=[lane[label] + BELOW for label in part["label"]],
            hovertemplate="%{x} per million and year<extra></extra>",
            marker={"symbol": symbol, "size": size, "color": PALETTE["helped"][0],
                    "line": {"width": 2 if fits else 1}},
        )  # fmt: skip
    here = rates[(rates["label"] == chosen[0]) & (rates["counted"] == chosen[1])]
    figure.add_scatter(**ring(here["rate"].round(1).iloc[0], lane[chosen[0]] + BELOW, "helped"))
    return figure


def _add_dots(
    figure: go.Figure,
    values: pd.DataFrame,
    *,
    color: str,
    unit: str,
    names: tuple[str, str],
    symbol: str = "circle",
) -> None:
    """Add published values as filled dots, and derived or inferred ones as hollow dots."""
    marks = values["basis"].map(MARKS)
    for mark, name in zip(("filled", "hollow"), names, strict=True):
        part = values[marks == mark]
        figure.add_scatter(
            name=name,
            showlegend=not name.endswith(", hollow"),
            mode="markers",
            x=part["notice_day"].tolist(),
            y=part["value"].tolist(),
            hovertemplate=f"%{{x|%d %b %Y}}: %{{y}} {unit}<extra>{name}</extra>",
            marker={
                "symbol": symbol if mark == "filled" else f"{symbol}-open",
                "size": 9,
                "line": {"width": 2 if mark == "hollow" else 0},
                "color": PALETTE[color][0],
            },
        )
