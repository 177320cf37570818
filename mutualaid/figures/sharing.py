"""Figures of sharing: size and chance, money before or after a case, who pays for whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import PALETTE, base_layout, edge, ground, ring


def plot_steadiness(
    bills: pd.DataFrame,
    *,
    chosen: int,
    needed: int,
    said: str,
    within: float,
    yuan: tuple[float, float],
    unit: str,
) -> go.Figure:
    """Draw the mean bill and the range of most bills by the number of members.

    Parameters
    ----------
    bills : DataFrame
        Columns ``members``, rising, and ``mean``, ``low``, ``high`` in yuan per head.
    chosen : int
        Number of members that is looked at.
    needed : int
        Members from which on the bill is as steady as asked for.
    said : str
        Words beside the line of that number.
    within : float
        Share of the mean that was asked for.
    yuan : (float, float)
        Least and greatest value of the axis.
    unit : str
        Words of the axis.

    Returns
    -------
    Figure
    """
    line = {"color": PALETTE["members"][0], "width": 2, "dash": "dash"}
    left = needed < 2_000_000
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"type": "log", "range": [3.85, 8.15], "tickvals": [10**4, 10**6, 10**8],
                   "ticktext": ["10,000", "1 million", "100 m."], "tickangle": 0,
                   "title": {"text": "members"}},
            yaxis={"title": {"text": unit}, "range": list(yuan)},
            shapes=[{"type": "line", "x0": needed, "x1": needed, "yref": "paper", "y0": 0,
                     "y1": 1, "line": line}],
            annotations=[{"x": math.log10(needed), "xanchor": "left" if left else "right",
                          "xshift": 5 if left else -5, "yref": "paper", "y": 0.98,
                          "yanchor": "top", "align": "left" if left else "right",
                          "text": said, "showarrow": False}],
        )
    )  # fmt: skip
    members, mean = bills["members"].tolist(), bills["mean"].tolist()
    figure.add_scatter(**edge(members, bills["low"].tolist(), "linear"))
    figure.add_scatter(**ground("95 of 100 bills", members, bills["high"].tolist(), "bill"))
    figure.add_scatter(
        name="mean", mode="lines", x=members, y=mean,
        hovertemplate="%{x} members: %{y} yuan<extra></extra>",
        line={"width": 2.5, "color": PALETTE["bill"][0]},
    )  # fmt: skip
    for share, shown in ((1 - within, True), (1 + within, False)):
        figure.add_scatter(
            name="asked for", mode="lines", showlegend=shown, x=[members[0], members[-1]],
            y=[round(share * mean[0], 4), round(share * mean[-1], 4)], hoverinfo="skip",
            line={"width": 1.5, "dash": "dot", "color": PALETTE["members"][0]},
        )  # fmt: skip
    figure.add_scatter(**ring(chosen, mean[members.index(chosen)], "bill"))
    return figure


#: Who may lose, with the color of each.
_LOSERS = {"members": "members", "families": "helped", "platform": "platform"}


def plot_before_and_after(
    held: Mapping[str, Sequence[float]],
    owed: Sequence[float],
    lost: Mapping[str, Mapping[str, float]],
    *,
    noticed: tuple[int, float] | None,
    leaving: int | None,
) -> go.Figure:
    """Draw what a platform holds by notice, and what is lost in the end, for two plans.

    Parameters
    ----------
    held : mapping of str to sequence of float
        ``before`` and ``after``: what the platform holds at the end of each notice, in percent
        of what the members of that plan were asked for.
    owed : sequence of float
        The same for what the plan before a case owes to members and families.
    lost : mapping of str to mapping of str to float
        ``before`` and ``after``: what ``members``, ``families`` and ``platform`` lose, in the
        same percent.
    noticed : (int, float), optional
        Notice at which the plan before a case cannot pay, and what is held then.
    leaving : int, optional
        Notice at which members leave.

    Returns
    -------
    Figure
    """
    notices = list(range(1, len(owed) + 1))
    bars = {"before": notices[-1] + 3.0, "after": notices[-1] + 6.5}
    grey = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    words: dict[str, Any] = {"yref": "paper", "y": 0.99, "yanchor": "top", "showarrow": False}
    annotations = [{"x": notices[-1] + 4.75, "text": "lost", **words}]
    shapes: list[dict[str, Any]] = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": notices[-1] + 1,
         "x1": notices[-1] + 1, "line": {"color": PALETTE["unknown"][0], "width": 1}}
    ]  # fmt: skip
    for at, said, height in ((leaving, "members leave", 0.99),
                             (noticed and noticed[0], "noticed", 0.9)):  # fmt: skip
        if at is not None:
            shapes.append({"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0,
                           "y1": 0.8, "line": grey})  # fmt: skip
            annotations.append({"x": at, "text": said, **words, "y": height})
    figure = go.Figure(
        layout=base_layout(
            height=360,
            showlegend=True,
            legend_traceorder="normal",
            barmode="stack",
            xaxis={"range": [0.4, notices[-1] + 8.2], "tickangle": 0, "showgrid": False,
                   "tickvals": [1, 4, 8, 12, *bars.values()],
                   "ticktext": ["1", "4", "8", "12", *bars],
                   "title": {"text": "notice; paid before or after"}},
            yaxis={"range": [-8, 108], "dtick": 25, "ticksuffix": " %",
                   "title": {"text": "of what members are asked for"}},
            shapes=shapes, annotations=annotations,
        )
    )  # fmt: skip
    look = "%{x}: %{y:.1f} percent<extra></extra>"
    figure.add_scatter(**edge(notices, held["before"], "linear"))
    figure.add_scatter(**{**ground("missing", notices, owed, "platform"), "showlegend": False})
    figure.add_scatter(
        name="owed (before)", mode="lines", x=notices, y=list(owed), hovertemplate=look,
        line={"width": 2.5, "dash": "dash", "color": PALETTE["members"][0]},
    )  # fmt: skip
    for way, dash in (("before", "solid"), ("after", "dot")):
        figure.add_scatter(
            name=f"held ({way})", mode="lines", x=notices, y=list(held[way]), hovertemplate=look,
            line={"width": 2.5, "dash": dash, "color": PALETTE["platform"][0]},
        )  # fmt: skip
    for who, color in _LOSERS.items():
        figure.add_bar(
            name=f"lost by {who}", x=list(bars.values()), y=[lost[way][who] for way in bars],
            width=2, hovertemplate="%{y:.1f} percent<extra></extra>",
            marker={"color": PALETTE[color][0]},
        )  # fmt: skip
    mark = ring(*(noticed or (0, 0.0)), "critical", name="noticed")
    figure.add_scatter(**(mark if noticed else {**mark, "x": [], "y": []}))
    return figure


def plot_who_pays(
    benefit: Sequence[float],
    charge: Sequence[float],
    *,
    chosen: int,
    yuan: tuple[float, float],
) -> go.Figure:
    """Draw what a member may expect and what he or she is charged, by age.

    Parameters
    ----------
    benefit, charge : sequence of float
        Yuan a year at each age, from 0.
    chosen : int
        The age that is looked at.
    yuan : (float, float)
        Least and greatest value of the axis.

    Returns
    -------
    Figure
    """
    ages = list(range(len(benefit)))
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"range": [-1.5, len(ages) + 0.5], "dtick": 10, "tickangle": 0,
                   "title": {"text": "age in full years"}},
            yaxis={"title": {"text": "yuan a year"}, "range": list(yuan), "tickformat": ",d"},
        )
    )  # fmt: skip
    for name, other, color in (
        ("gives", np.minimum(benefit, charge), "members"),
        ("receives", np.maximum(benefit, charge), "helped"),
    ):
        figure.add_scatter(**edge(ages, charge, "hvh"))
        figure.add_scatter(**ground(name, ages, other.tolist(), color, shape="hvh"))
    for name, values, dash, color in (
        ("expected benefit", benefit, "solid", "helped"),
        ("charge", charge, "dash", "bill"),
    ):
        figure.add_scatter(
            name=name, mode="lines", x=ages, y=list(values),
            hovertemplate="age %{x}: %{y} yuan<extra></extra>",
            line={"shape": "hvh", "dash": dash, "width": 2.5, "color": PALETTE[color][0]},
        )  # fmt: skip
        figure.add_scatter(**ring(chosen, values[chosen], color))
    return figure
