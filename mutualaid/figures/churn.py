"""Figures of churn: the replayed bills, what raised them, who left, the spiral, the policies."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    BELOW,
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


def plot_replay(
    known: pd.DataFrame,
    band: pd.DataFrame,
    *,
    until: dt.date,
    logarithmic: bool,
) -> go.Figure:
    """Draw published bills as dots, and the model's as a line within its band.

    Parameters
    ----------
    known : DataFrame
        Columns ``notice_day``, ``value`` (yuan per head), ``basis``.
    band : DataFrame
        Columns ``day``, and ``low``, ``middle``, ``high`` in yuan per head.
    until : date
        Day of the last notice that the fit knew; what comes after it is predicted.
    logarithmic : bool
        Equal steps for equal factors instead of equal amounts.

    Returns
    -------
    Figure
    """
    axis = (
        {"type": "log", "range": [-2.4, 1.6], "tickvals": [0.01, 0.1, 1, 10],
         "ticktext": ["0.01", "0.1", "1", "10"]}
        if logarithmic
        else {"range": [0, 21], "tickvals": [0, 5, 10, 15, 20]}
    )  # fmt: skip
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            xaxis=time_axis("2018-12-20", "2022-01-05"),
            yaxis={"title": {"text": "yuan per head, one notice"}, **axis},
            shapes=[upright(until.isoformat())],
            annotations=[{"x": until.isoformat(), "xanchor": "right", "xshift": -4,
                          "yref": "paper", "y": 0.99, "yanchor": "top", "showarrow": False,
                          "text": "known<br>to the fit", "align": "right"}],
        )
    )  # fmt: skip
    days = [day.isoformat() for day in band["day"]]
    figure.add_scatter(**edge(days, band["low"].tolist(), "linear"))
    figure.add_scatter(**ground("8 of 10 paths", days, band["high"].tolist(), "bill"))
    figure.add_scatter(
        name="model", mode="lines", x=days, y=band["middle"].tolist(),
        hovertemplate="%{x|%b %-d, %Y}: model %{y:.2f} yuan<extra></extra>",
        line={"width": 2.5, "color": PALETTE["bill"][0]},
    )  # fmt: skip
    for dots in published_dots(known, "date placed by us", unit="yuan"):
        figure.add_scatter(**dots)
    return figure


def plot_causes(
    parts: pd.DataFrame, *, start: float, end: float, labels: tuple[str, str]
) -> go.Figure:
    """Draw how causes lead from one bill to another, each with its range, as rows.

    Parameters
    ----------
    parts : DataFrame
        A row for each cause, in order: ``cause`` (words), ``low``, ``middle``, ``high``: the
        factors by which it multiplies the bill; ``known`` is False for what is not explained.
        The middles multiply to the whole rise.
    start, end : float
        Bills at the two notices, yuan per head.
    labels : (str, str)
        Words for the two.

    Returns
    -------
    Figure
        On an axis of factors: a bar twice as long multiplies twice.
    """
    rows = [labels[0], *parts["cause"], labels[1]]
    words, lines = labeled_rows(rows)
    figure = go.Figure(
        layout=base_layout(
            height=52 * len(rows) + 60,
            margin={"l": 14, "r": 14, "t": 30, "b": 40},
            xaxis={"type": "log", "range": [-0.62, 1.48], "tickvals": [0.3, 1, 3, 10, 30],
                   "ticktext": ["0.3", "1", "3", "10", "30"], "tickangle": 0,
                   "title": {"text": "yuan per head, one notice"}},
            yaxis=row_axis(len(rows)),
            annotations=words,
            shapes=lines,
        )
    )  # fmt: skip
    at: float = start
    places: list[float] = []
    bars, colors, ranges = [], [], []
    for number, (_, row) in enumerate(parts.iterrows(), start=1):
        middle = float(row["middle"])
        places.append(number + BELOW)
        bars.append((at, at * middle))
        known = bool(row["known"])
        colors.append("unknown" if not known else "bill" if middle >= 1 else "members")
        ranges.append((at * float(row["low"]), at * float(row["high"])))
        at *= middle
    for (first, last), place, color in zip(bars, places, colors, strict=True):
        figure.add_scatter(
            mode="lines", x=[round(first, 4), round(last, 4)], y=[place, place],
            hoverinfo="skip", line={"width": 13, "color": PALETTE[color][0]},
        )  # fmt: skip
    pairs = list(zip(ranges, bars, strict=True))
    figure.add_scatter(
        name="range", mode="markers", y=places, x=[round(last, 4) for _, last in bars],
        marker={"size": 1, "color": PALETTE["state"][0]},
        error_x={
            "type": "data", "symmetric": False, "thickness": 2, "width": 6,
            "color": PALETTE["state"][0],
            "array": [round(ends[1] - bar[1], 4) for ends, bar in pairs],
            "arrayminus": [round(bar[1] - ends[0], 4) for ends, bar in pairs],
        },
        hovertemplate="to %{x:.2f} yuan<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        name="published", mode="markers+text", x=[start, end],
        y=[BELOW, len(rows) - 1 + BELOW], text=[f"{start:.2f}", f"{end:.2f}"],
        textposition=["middle right", "middle right"],
        hovertemplate="%{x:.2f} yuan<extra></extra>",
        marker={"size": 10, "color": PALETTE["critical"][0]},
    )  # fmt: skip
    return figure
