"""Plotly figures from results. One meaning has one color through the whole book.

Published values are filled dots, values that were derived or placed by us are hollow dots, model
values are lines. Axes stay while a control moves, so that a change can be seen. No model lives
here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

__all__ = ["HEIGHT", "MARKS", "PALETTE", "base_layout", "plot_bills", "plot_members"]

#: Height of a figure in pixels; with controls and words it fits a laptop screen.
HEIGHT = 340

#: Meaning to color, on light and on dark ground; from the Okabe-Ito palette, some of them
#: darkened or lightened to stand out at 3:1 or more on their ground.
PALETTE: Mapping[str, tuple[str, str]] = {
    "members": ("#0072B2", "#56B4E9"),
    "helped": ("#D55E00", "#F0864A"),
    "bill": ("#008A65", "#2FBF93"),
    "platform": ("#A86F00", "#E69F00"),
    "critical": ("#1F3A68", "#C4DCF5"),
    "elderly": ("#A3527C", "#CC79A7"),
    "unknown": ("#767676", "#9AA5B1"),
}

#: Basis of a value to the way its dot is drawn.
MARKS: Mapping[str, str] = {
    "published": "filled", "quoted": "filled", "derived": "hollow", "inferred": "hollow",
}  # fmt: skip

#: Milliseconds, the unit of a date axis.
_DAY = 24 * 3600 * 1000


def base_layout(**settings: Any) -> go.Layout:
    """Return the layout that all figures share, with `settings` laid over it.

    The page form replaces the gray of text and grid by the theme's own colors.
    """
    axis = {"gridcolor": "#d0d0d0", "zeroline": False, "fixedrange": True, "automargin": True}
    layout = go.Layout(
        template="none",
        height=HEIGHT,
        margin={"l": 52, "r": 14, "t": 30, "b": 40},
        font={"size": 13, "color": "#767676"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        hovermode="closest",
        showlegend=False,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False,
                "itemdoubleclick": False},
        xaxis=axis,
        yaxis=axis,
    )  # fmt: skip
    layout.update(settings)
    return layout


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
            xaxis={"type": "date", "range": ["2018-12-20", "2022-02-05"], "dtick": "M6",
                   "tickformat": "%b<br>%Y", "tickangle": 0},
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
            name=name, x=list(days), y=[strip] * len(days), width=13 * _DAY, hoverinfo="x+name",
            marker=_hatched(color),
        )  # fmt: skip
    _add_dots(
        figure, known, color="bill", unit="yuan", names=("printed in a source", "date placed by us")
    )
    # A single value without its date is drawn as a thin bar over the days that it may be of.
    thick = 0.015 * rough["greatest"]
    figure.add_bar(
        name="date not known", hoverinfo="name",
        x=(rough["first"] + (rough["last"] - rough["first"]) / 2).tolist(),
        width=[days.days * _DAY for days in rough["last"] - rough["first"]],
        base=(rough["least"] - thick).tolist(),
        y=(rough["greatest"] - rough["least"] + 2 * thick).tolist(),
        marker=_hatched("bill"),
    )  # fmt: skip
    here = known[known["notice_day"] == chosen]
    on_strip = here.empty
    figure.add_scatter(
        name="chosen notice", showlegend=False, hoverinfo="skip", mode="markers",
        x=[chosen], y=[strip / 2 if on_strip and not logarithmic else low * 1.3 if on_strip
                       else float(here["value"].iloc[0])],
        marker={"symbol": "circle-open", "size": 19, "line": {"width": 2.5},
                "color": PALETTE["unknown" if on_strip else "bill"][0]},
    )  # fmt: skip
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
            xaxis={"type": "date", "range": [str(day) for day in days], "dtick": "M6",
                   "tickformat": "%b<br>%Y", "tickangle": 0},
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


def _hatched(meaning: str) -> dict[str, Any]:
    """Return the look of what is not known well: hatched, without a ground."""
    pattern = {"shape": "/", "fgcolor": PALETTE[meaning][0], "size": 5, "solidity": 0.45}
    return {"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": pattern}


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
