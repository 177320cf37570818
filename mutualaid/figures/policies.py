"""The figure of other rules: what was published, the plan as it was, and another beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import MARKS, PALETTE, base_layout


def plot_beside(
    known: pd.DataFrame,
    days: Sequence[str],
    was: Sequence[float],
    other: Sequence[float],
    *,
    called: str,
    meaning: str,
    unit: str,
    top: float,
    step: float,
) -> go.Figure:
    """Draw a plan as it was and another beside it, over time, with what was published.

    Parameters
    ----------
    known : DataFrame
        Columns ``notice_day``, ``value`` (in the unit of the axis), ``basis``.
    days : sequence of str
        Days of the drawn notices.
    was, other : sequence of float
        The plan as it was and the other, one value for each day.
    called : str
        What the legend calls the other.
    meaning : str
        What is drawn, a key of the palette: ``bill``, ``members`` or ``helped``.
    unit : str
        Words of the axis.
    top, step : float
        Its greatest value, and the distance of its lines.

    Returns
    -------
    Figure
    """
    color = PALETTE[meaning][0]
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"type": "date", "range": ["2018-12-20", "2022-01-05"], "dtick": "M6",
                   "tickformat": "%b<br>%Y", "tickangle": 0},
            yaxis={"title": {"text": unit}, "range": [-top / 40, top], "tick0": 0,
                   "dtick": step},
        )
    )  # fmt: skip
    for name, values, width, dash in (
        (called, other, 3.5, "solid"),
        ("as it was", was, 2.0, "dash"),
    ):
        look = {"color": PALETTE["critical"][0] if dash == "dash" else color}
        figure.add_scatter(
            name=name, mode="lines", x=list(days), y=list(values),
            hovertemplate="%{x|%b %-d, %Y}: " + name + " %{y}<extra></extra>",
            line={"width": width, "dash": dash, **look},
        )  # fmt: skip
    for name, mark in (("published", "filled"), ("not printed", "hollow")):
        dots = known[known["basis"].map(MARKS) == mark]
        figure.add_scatter(
            name=name, mode="markers", x=[day.isoformat() for day in dots["notice_day"]],
            y=dots["value"].tolist(), cliponaxis=False,
            hovertemplate="%{x|%b %-d, %Y}: %{y}<extra></extra>",
            marker={"size": 7, "color": PALETTE["critical"][0],
                    "symbol": "circle" if mark == "filled" else "circle-open",
                    "line": {"width": 2, "color": PALETTE["critical"][0]}},
        )  # fmt: skip
    return figure
