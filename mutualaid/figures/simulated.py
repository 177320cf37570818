"""Figures of simulated runs: lives on lanes, and many runs of one plan beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    BELOW,
    DAY,
    PALETTE,
    base_layout,
    edge,
    ground,
    labeled_rows,
    published_dots,
    row_axis,
    time_axis,
    upright,
)

# ---- lives --------------------------------------------------------------------------------

#: Marks on a life: column of the day, name, symbol, color, size.
_MARKS = (
    ("ends", "ends", "x-thin-open", "state", 11),
    ("goes_on", "goes on", "triangle-right", "members", 11),
    ("diagnosed", "diagnosed", "diamond-open", "helped", 12),
    ("helped", "helped", "diamond", "helped", 12),
)


def plot_lives_of_members(lives: pd.DataFrame, *, rows: int, nobody: str) -> go.Figure:
    """Draw memberships on lanes over time, with what happened to each.

    Parameters
    ----------
    lives : DataFrame
        A row for each lane from the top: ``words`` above it; the days ``joined``, ``covered``
        (the end of the waiting time, or of the membership) and ``until``; and the days ``ends``,
        ``goes_on``, ``diagnosed`` and ``helped``, None where there is none.
    rows : int
        Lanes; those that nobody fills stay empty.
    nobody : str
        Words where there is no life at all.

    Returns
    -------
    Figure
    """
    words, lines = labeled_rows(lives["words"].tolist())
    if lives.empty:
        words = [{"x": 0.5, "xref": "paper", "y": (rows - 1) / 2, "showarrow": False,
                  "text": nobody}]  # fmt: skip
    figure = go.Figure(
        layout=base_layout(
            height=52 * rows + 90,
            margin={"l": 14, "r": 14, "t": 30, "b": 40},
            showlegend=True,
            legend_traceorder="normal",
            barmode="overlay",
            xaxis=time_axis("2018-10-05", "2022-01-15"),
            yaxis=row_axis(rows),
            annotations=words,
            shapes=lines,
        )
    )
    heights = [place + BELOW for place in range(len(lives))]
    color = PALETTE["members"][0]
    for name, first, last, width, look in (
        (
            "waiting",
            "joined",
            "covered",
            0.12,
            {"color": "rgba(0,0,0,0)", "line": {"width": 1.5, "color": color}},
        ),
        ("covered", "covered", "until", 0.16, {"color": color}),
    ):
        figure.add_bar(
            name=name, orientation="h", y=heights, width=width, marker=look, hoverinfo="skip",
            base=[day.isoformat() for day in lives[first]],
            x=[(stop - start).days * DAY
               for start, stop in zip(lives[first], lives[last], strict=True)],
        )  # fmt: skip
    for column, name, symbol, color, size in _MARKS:
        figure.add_scatter(**_marks(lives[column].tolist(), heights, name, symbol, color, size))
    return figure


def _marks(
    days: Sequence[dt.date | None], heights: Sequence[float], name: str, symbol: str, color: str,
    size: int,
) -> dict[str, Any]:  # fmt: skip
    there = [
        (day.isoformat(), height)
        for day, height in zip(days, heights, strict=True)
        if day is not None
    ]
    return {
        "name": name, "mode": "markers", "x": [day for day, _ in there],
        "y": [height for _, height in there],
        "hovertemplate": f"%{{x|%b %-d, %Y}}: {name}<extra></extra>",
        "marker": {"symbol": symbol, "size": size, "color": PALETTE[color][0],
                   "line": {"width": 2.5, "color": PALETTE[color][0]}},
    }  # fmt: skip


# ---- runs ---------------------------------------------------------------------------------


def plot_runs(
    known: pd.DataFrame,
    days: Sequence[str],
    runs: Sequence[Sequence[float]],
    expected: Sequence[float],
    *,
    shown: int,
    chosen: dt.date,
    band: pd.DataFrame | None,
    least: float,
    top: float,
    logarithmic: bool,
) -> go.Figure:
    """Draw the bills of many runs of one plan, the expected ones, and those published.

    Parameters
    ----------
    known : DataFrame
        Columns ``notice_day``, ``value`` (yuan per head), ``basis``.
    days : sequence of str
        Days of the notices.
    runs : sequence of sequence of float
        Bills of each run, yuan per head, one for each day; within the axis.
    expected : sequence of float
        Expected bills.
    shown : int
        Place of the run that is drawn thick.
    chosen : date
        Day of the notice that is looked at.
    band : DataFrame or None
        Columns ``day``, ``low``, ``high``: what is drawn beside the runs.
    least, top : float
        Least bill on an axis of equal factors, and the greatest on one of equal amounts.
    logarithmic : bool
        Equal steps for equal factors instead of equal amounts.

    Returns
    -------
    Figure
    """
    axis = (
        {"type": "log", "range": [-2.4, 2.2], "tickvals": [least, 0.1, 1, 10, 100],
         "ticktext": ["0", "0.1", "1", "10", "100"]}
        if logarithmic
        else {"range": [-top / 40, 1.02 * top], "tick0": 0, "dtick": 2}
    )  # fmt: skip
    figure = go.Figure(
        layout=base_layout(
            height=360,
            showlegend=True,
            legend_traceorder="normal",
            xaxis=time_axis("2018-12-20", "2022-01-05"),
            yaxis={"title": {"text": "yuan per head, one notice"}, **axis},
            shapes=[upright(chosen.isoformat())],
        )
    )  # fmt: skip
    beside = pd.DataFrame({"day": [], "low": [], "high": []}) if band is None else band
    around = [day.isoformat() for day in beside["day"]]
    figure.add_scatter(**edge(around, beside["low"].tolist(), "linear"))
    figure.add_scatter(
        **{**ground("8 of 10 paths", around, beside["high"].tolist(), "unknown"),
           "showlegend": band is not None}
    )  # fmt: skip
    # There and back: one trace is drawn faster than many, and the turns lie within the spread.
    turned = [
        line if place % 2 == 0 else line[::-1]
        for place, line in enumerate(
            sorted((list(bills) for bills in runs), key=lambda bills: bills[-1])
        )
    ]
    figure.add_scatter(
        name="every run", mode="lines", hoverinfo="skip",
        x=[day for place in range(len(runs)) for day in (days[:: 1 - 2 * (place % 2)])],
        y=[bill for line in turned for bill in line],
        opacity=0.6, line={"width": 1.5, "color": PALETTE["bill"][0]},
    )  # fmt: skip
    figure.add_scatter(
        name="one run", mode="lines", x=list(days), y=list(runs[shown]),
        hovertemplate="%{x|%b %-d, %Y}: this run %{y:.2f} yuan<extra></extra>",
        line={"width": 2.5, "color": PALETTE["bill"][0]},
    )  # fmt: skip
    figure.add_scatter(
        name="expected", mode="lines", x=list(days), y=list(expected),
        hovertemplate="%{x|%b %-d, %Y}: expected %{y:.2f} yuan<extra></extra>",
        line={"width": 2, "dash": "dash", "color": PALETTE["state"][0]},
    )  # fmt: skip
    for dots in published_dots(known, "placed by us", unit="yuan"):
        figure.add_scatter(**dots)
    return figure
