"""The figure of other rules: what was published, the plan as it was, and another beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import PALETTE, base_layout, published_dots, time_axis


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
            xaxis=time_axis("2018-12-20", "2022-01-05"),
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
    for dots in published_dots(known, "not printed", size=7):
        figure.add_scatter(**dots, cliponaxis=False)
    return figure
