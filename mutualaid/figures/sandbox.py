"""The sandbox: one plan over ten years, and who pays, in three rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import PALETTE, base_layout, published_dots, upright

#: Width of a bar: a quarter, less a gap.
_QUARTER = 78 * 24 * 3600 * 1000
#: Who pays, in the order of the bars from the ground up, with its color.
_PAYERS = {"members pay": "members", "platform": "platform", "not paid": "helped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of lines.

    Parameters
    ----------
    words : str
        What is drawn, with its unit.
    meaning : str
        A key of the palette.
    days, values : sequence
        The line. It stops at the last of the days, whatever values come after it; a page keeps
        those for its table and so need not keep two lists.
    was_days, was_values : sequence
        The line of the plan that was.
    known : DataFrame
        What was published: columns ``notice_day``, ``value``, ``basis``.
    top, step : float
        Greatest value of the axis, and the distance of its lines.
    """

    words: str
    meaning: str
    days: Sequence[str]
    values: Sequence[float]
    was_days: Sequence[str]
    was_values: Sequence[float]
    known: pd.DataFrame
    top: float
    step: float


def plot_whole_plan(
    rows: Sequence[Row],
    days: Sequence[str],
    payers: Mapping[str, Sequence[float]],
    *,
    words: str,
    top: float,
    step: float,
    end: str,
    said: str,
    ages: str,
) -> go.Figure:
    """Draw two rows of lines over a row of bars that say who pays.

    Parameters
    ----------
    rows : sequence of Row
        The two rows, from the top.
    days : sequence of str
        The middle of each quarter.
    payers : mapping of str to sequence of float
        Who pays in each quarter: ``members pay``, ``platform``, ``not paid``.
    words : str
        What the bars are, with their unit.
    top, step : float
        Greatest value of their axis, and the distance of its lines.
    end : str
        Last day of the plan.
    said : str
        What is said at the end, beside the bars; may be empty.
    ages : str
        What is said there beside the bill.

    Returns
    -------
    Figure
    """
    places = ((0.715, 0.95), (0.38, 0.615), (0.0, 0.28))
    axes = ("y", "y2", "y3")
    titles = [*((row.words, row.meaning) for row in rows), (words, "state")]
    tops = [*((row.top, row.step) for row in rows), (top, step)]
    plain = {"gridcolor": "#d0d0d0", "zeroline": False, "fixedrange": True}
    scales = {
        f"yaxis{axis[1:]}": {
            **plain, "range": [-high / 40, high], "tick0": 0, "dtick": distance,
            "domain": list(place),
        }
        for axis, place, (high, distance) in zip(axes, places, tops, strict=True)
    }  # fmt: skip
    notes: list[dict[str, Any]] = [
        {"x": 0, "xref": "paper", "xanchor": "left", "y": place[1], "yref": "paper",
         "yanchor": "bottom", "showarrow": False, "text": f"<b>{text}</b>",
         "font": {"color": PALETTE[color][0]}}
        for place, (text, color) in zip(places, titles, strict=True)
    ]  # fmt: skip
    # Where there is no room after a late end, before it.
    side = "left" if end < "2027" else "right"
    notes += [
        {"x": end, "xanchor": side, "borderpad": 5, "yref": "paper", "y": place[1],
         "yanchor": "top", "showarrow": False, "align": "left", "text": text}
        for place, text in ((places[0], ages), (places[2], said))
    ]  # fmt: skip
    figure = go.Figure(
        layout=base_layout(
            height=440,
            showlegend=True,
            legend_traceorder="normal",
            barmode="stack",
            xaxis={"type": "date", "range": ["2018-12-01", "2030-03-01"], "tick0": "2019-01-01",
                   "dtick": "M24", "tickformat": "%Y", "tickangle": 0, "anchor": "y3"},
            shapes=[upright(end)],
            annotations=notes,
            **scales,
        )
    )  # fmt: skip
    for number, (row, axis) in enumerate(zip(rows, axes, strict=False)):
        figure.add_scatter(
            name="this plan", mode="lines", x=list(row.days), y=list(row.values), yaxis=axis,
            showlegend=False, hovertemplate="%{x|%b %-d, %Y}: %{y}<extra></extra>",
            line={"width": 3.5, "color": PALETTE[row.meaning][0]},
        )  # fmt: skip
        figure.add_scatter(
            name="true plan", mode="lines", x=list(row.was_days), y=list(row.was_values),
            yaxis=axis, showlegend=number == 0,
            hovertemplate="%{x|%b %-d, %Y}: true plan %{y}<extra></extra>",
            line={"width": 2, "dash": "dash", "color": PALETTE["critical"][0]},
        )  # fmt: skip
        for dots in published_dots(row.known, "not printed", size=6):
            figure.add_scatter(**dots, yaxis=axis, showlegend=number == 0, cliponaxis=False)
    for name, color in _PAYERS.items():
        figure.add_bar(
            name=name, x=list(days), y=list(payers[name]), yaxis="y3", width=_QUARTER,
            hovertemplate="quarter of %{x|%b %Y}: " + name + " %{y}<extra></extra>",
            marker={"color": PALETTE[color][0], "line": {"width": 0}},
        )  # fmt: skip
    return figure
