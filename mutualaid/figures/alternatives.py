"""Figures of the alternatives: who pays what of a bill, what cover costs, how long it lasts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    BELOW,
    HEIGHT,
    PALETTE,
    base_layout,
    labeled_rows,
    light,
    row_axis,
    upright,
)

#: Half the height of a bar that is drawn as an outline, in rows.
_HALF = 0.15
#: A dashed thick line: what is hoped for, or not known.
_HATCH = "3px,4px"


def _bar(
    name: str, row: int, start: float, end: float, color: str, *, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "name": name, "mode": "lines", "x": [round(start), round(end)],
        "y": [row + BELOW, row + BELOW], "hoverinfo": "skip", "showlegend": False,
        "line": {"width": 14, "color": color, "dash": dash},
    }  # fmt: skip


def plot_layers(
    rows: Sequence[tuple[str, float, float, str]], *, recognized: float, bill: float, top: float
) -> go.Figure:
    """Draw a bill, what takes a part of it from the right, and what is left on the left.

    Parameters
    ----------
    rows : sequence of (str, float, float, str)
        Words of a row below the bill, where its bar begins and ends in yuan, and its color in
        :data:`PALETTE`; ``unknown`` is drawn hatched.
    recognized, bill : float
        Yuan that the social insurance recognizes, and the whole bill.
    top : float
        End of the axis, yuan.

    Returns
    -------
    Figure
    """
    said = [f"The bill: {bill:,.0f}, of which {recognized:,.0f} recognized"]
    labels, lines = labeled_rows([*said, *(words for words, *_ in rows)])
    figure = go.Figure(
        layout=base_layout(
            height=90 + 40 * (len(rows) + 1),
            margin={"l": 14, "r": 14, "t": 10, "b": 46},
            xaxis={"range": [-0.01 * top, top], "tickformat": ",d", "nticks": 5, "tickangle": 0,
                   "title": {"text": "yuan"}},
            yaxis=row_axis(len(rows) + 1),
            annotations=labels,
            shapes=lines,
        )
    )  # fmt: skip
    figure.add_scatter(**_bar("outside", 0, 0, bill - recognized, light("bill")))
    figure.add_scatter(**_bar("recognized", 0, bill - recognized, bill, PALETTE["bill"][0]))
    for place, (_, start, end, color) in enumerate(rows, 1):
        dash = _HATCH if color == "unknown" else "solid"
        figure.add_scatter(**_bar(f"row {place}", place, start, end, PALETTE[color][0], dash=dash))
    return figure


def plot_prices(
    dots: pd.DataFrame,
    between: Sequence[tuple[str, Sequence[float], Sequence[float]]],
    *,
    chosen: float,
    unit: str,
    axis: tuple[float, float],
) -> go.Figure:
    """Draw prices by age on a logarithmic axis: dots of sources, lines for ages in between.

    Parameters
    ----------
    dots : DataFrame
        ``kind`` (a key of the legend), ``age_from``, ``age_to``, ``yuan``, ``filled``.
    between : sequence of (str, sequence of float, sequence of float)
        Kind, ages and yuan of prices read between those of sources.
    chosen : float
        Age that is looked at.
    unit : str
        Words of the axis.
    axis : (float, float)
        Least and greatest value, yuan.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            # A phone sets the names of the legend below each other.
            height=HEIGHT + 60,
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"range": [-2, 72], "tick0": 0, "dtick": 10, "title": {"text": "age, years"}},
            yaxis={"title": {"text": unit}, "type": "log", "tickvals": [10, 100, 1_000, 10_000],
                   "range": [round(math.log10(end), 3) for end in axis], "tickformat": ",d"},
            shapes=[upright(chosen)],
        )
    )  # fmt: skip
    for kind, ages, yuan in between:
        figure.add_scatter(
            name=kind, mode="lines", x=list(ages), y=list(yuan), showlegend=False,
            hovertemplate="%{x} years, read between: %{y:,.0f} yuan<extra></extra>",
            line={"width": 2, "dash": "dot", "color": PALETTE[_KINDS[kind]][0]},
        )  # fmt: skip
    for kind, color in _KINDS.items():
        for filled in (True, False):
            rows = dots[(dots["kind"] == kind) & (dots["filled"] == filled)]
            if rows.empty:
                continue
            middle = (rows["age_from"] + rows["age_to"]) / 2
            figure.add_scatter(
                name=kind, mode="markers", x=middle.tolist(), y=rows["yuan"].tolist(),
                showlegend=filled or dots[(dots["kind"] == kind) & dots["filled"]].empty,
                error_x={"type": "data", "array": (middle - rows["age_from"]).tolist(),
                         "thickness": 1.5, "width": 0},
                hovertemplate=kind + ", %{x} years: %{y:,.2f} yuan<extra></extra>",
                marker={"size": 8, "symbol": "circle" if filled else "circle-open",
                        "color": PALETTE[color][0],
                        "line": {"width": 2, "color": PALETTE[color][0]}},
            )  # fmt: skip
    return figure


#: Kinds of cover to the color of each.
_KINDS = {
    "mutual aid": "members",
    "one year": "platform",
    "for life": "critical",
    "to 70 or 80": "research",
    "term unknown": "unknown",
    "social": "state",
    "city": "elderly",
    "million": "helped",
}


def plot_standing(rows: Sequence[tuple[str, int, int, bool]], *, life: int) -> go.Figure:
    """Draw for how long each kind of cover is promised, and for how long it may last.

    What is promised is filled, what may last is an outline: light and dark would change places
    with the ground of the page.

    Parameters
    ----------
    rows : sequence of (str, int, int, bool)
        Words of a row, years promised, years that it may last, and whether anything is known.
    life : int
        Years that stand for life.

    Returns
    -------
    Figure
    """
    labels, lines = labeled_rows([words for words, *_ in rows])
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            height=100 + 40 * len(rows),
            margin={"l": 14, "r": 14, "t": 30, "b": 46},
            xaxis={"range": [-0.5, life + 0.5], "tickvals": [0, 10, 20, 30, life],
                   "ticktext": ["0", "10", "20", "30", "life"], "tickangle": 0,
                   "title": {"text": "years from then on"}},
            yaxis=row_axis(len(rows)),
            annotations=labels,
            shapes=lines,
        )
    )  # fmt: skip
    color = PALETTE["critical"][0]
    looks: dict[str, dict[str, Any]] = {
        "promised": {"fill": "toself", "fillcolor": color, "line": {"width": 2, "color": color}},
        "may last": {"fill": "toself", "fillcolor": "rgba(0,0,0,0)",
                     "line": {"width": 2, "color": color}},
        "not known": {"line": {"width": 14, "color": PALETTE["unknown"][0], "dash": _HATCH}},
    }  # fmt: skip
    for name, look in looks.items():
        for place, (_, sure, perhaps, known) in enumerate(rows):
            start, end = {"promised": (0, sure), "may last": (sure, perhaps),
                          "not known": (0, 0 if known else life)}[name]  # fmt: skip
            middle = place + BELOW
            outline = name != "not known" and start != end
            figure.add_scatter(
                name=name, mode="lines", hoverinfo="skip", showlegend=place == 0,
                x=[start, end, end, start, start] if outline else [start, end],
                y=[middle + side * _HALF for side in (-1, -1, 1, 1, -1)] if outline
                else [middle, middle],
                **look,
            )  # fmt: skip
    return figure
