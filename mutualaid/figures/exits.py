"""Figures of exits: where those went who ever joined, and where the plan goes from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    PALETTE,
    base_layout,
    edge,
    ground,
    hatched,
    light,
    published_dots,
    ring,
    time_axis,
)

#: Areas of those who joined from the ground up: column, name, color.
_AREAS = {
    "members": ("members", "members"),
    "for_the_bill": ("left for bill", "bill"),
    "otherwise": ("left otherwise", "unknown"),
    "ended": ("60, ill, helped", "elderly"),
}
#: Areas whose names stand in them, with the day; the others are thin, and in the legend.
_NAMED = {"members": "2020-06-20", "otherwise": "2020-12-20"}


def plot_joined(
    parts: pd.DataFrame,
    known: pd.DataFrame,
    *,
    chosen: dt.date,
    shares: bool,
    heights: Mapping[str, float],
    said: str = "",
) -> go.Figure:
    """Draw where those were who had joined up to each notice, as stacked areas.

    Parameters
    ----------
    parts : DataFrame
        Columns ``day``, and ``members``, ``for_the_bill``, ``otherwise``, ``ended`` (turned 60,
        fell ill or were helped): millions of people, or percent of those who had joined.
    known : DataFrame
        Published numbers in the same unit: ``day``, ``value``, ``basis``.
    chosen : date
        Day of the notice that is looked at.
    shares : bool
        Percent instead of millions.
    heights : mapping of str to float
        Where on the axis the names of ``members`` and ``otherwise`` stand.
    said : str
        Words at the top right, for the last published number.

    Returns
    -------
    Figure
    """
    axis = (
        {"range": [0, 102], "dtick": 25, "title": {"text": "percent of those who had joined"}}
        if shares
        else {"range": [0, 175], "dtick": 50, "title": {"text": "million people"}}
    )
    figure = go.Figure(
        layout=base_layout(
            height=370,
            showlegend=True,
            legend_traceorder="normal",
            xaxis=time_axis("2018-10-10", "2022-02-25"),
            yaxis=axis,
            shapes=[{"type": "line", "x0": chosen.isoformat(), "x1": chosen.isoformat(),
                     "yref": "paper", "y0": 0, "y1": 0.87,
                     "line": {"color": PALETTE["state"][0], "width": 1.5, "dash": "dot"}}],
            annotations=[*({"x": day, "y": heights[part], "showarrow": False,
                            "text": f"<b>{_AREAS[part][0]}</b>"} for part, day in _NAMED.items()),
                         {"xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 1,
                          "yanchor": "top", "showarrow": False, "text": said}],
        )
    )  # fmt: skip
    days = [day.isoformat() for day in parts["day"]]
    figure.add_scatter(**edge(days, [0.0] * len(days), "linear"))
    derived = "derived" if shares else "placed by us"
    top = pd.Series(0.0, index=parts.index)
    # Thin enough for words to stand on it.
    pattern = {**hatched("unknown")["pattern"], "size": 7, "solidity": 0.2, "fgopacity": 0.6}
    for part, (name, color) in _AREAS.items():
        top = (top + parts[part]).round(3)
        area = ground(name, days, top.tolist(), color)
        if part == "otherwise":
            area |= {"fillcolor": "rgba(0,0,0,0)", "fillpattern": pattern}
        # Where an area ends, a line: areas of those who left are thin at first.
        area["line"] = {"width": 2.5 if part == "members" else 1, "color": PALETTE[color][0]}
        figure.add_scatter(**{**area, "showlegend": part not in _NAMED})
    for dots in published_dots(known.rename(columns={"day": "notice_day"}), derived):
        figure.add_scatter(**dots)
    here = days.index(chosen.isoformat())
    figure.add_scatter(**ring(days[here], parts["members"].iloc[here], "members"))
    return figure


# ---- the spiral ---------------------------------------------------------------------------

#: Outcome to the way its place on the map is drawn: symbol, color. Shapes tell without color.
_OUTCOMES = {
    "settles": ("square", "members"),
    "shrinks": ("triangle-down-open", "members"),
    "collapses": ("x", "state"),
}
_LEFT, _RIGHT = -0.6, 10.2


def plot_map(
    places: pd.DataFrame,
    *,
    chosen: tuple[float, float],
    allowed: tuple[float, float],
    ticks: Sequence[float],
    unit: str,
) -> go.Figure:
    """Draw what becomes of the plan, by the response to the bill and by selection.

    Parameters
    ----------
    places : DataFrame
        Columns ``response`` (of 1,000 members, for each yuan), ``selection`` (0 to 1) and
        ``outcome`` (settles, shrinks or collapses).
    chosen : (float, float)
        Response and selection of the reader.
    allowed : (float, float)
        Responses that the published counts allow, from and to.
    ticks : sequence of float
        Responses that are named on the axis.
    unit : str
        Words of that axis.

    Returns
    -------
    Figure
    """
    first, last = max(allowed[0], _LEFT), min(allowed[1], _RIGHT)
    figure = go.Figure(
        layout=base_layout(
            height=400,
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"range": [_LEFT, _RIGHT], "tickvals": list(ticks), "tickangle": 0,
                   "showgrid": False, "ticktext": [f"{each:.3g}" for each in ticks],
                   "title": {"text": unit}},
            yaxis={"range": [-0.13, 1.25], "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": False,
                   "title": {"text": "selection"}},
            shapes=[{"type": "rect", "x0": round(first, 3), "x1": round(last, 3), "yref": "paper",
                     "y0": 0, "y1": 1, "layer": "below", "fillcolor": light("unknown"),
                     "line": {"width": 0}}],
            annotations=[{"x": round((first + last) / 2, 3), "yref": "paper", "y": 0.99,
                          "yanchor": "top", "showarrow": False, "text": "counts<br>allow"}],
        )
    )  # fmt: skip
    figure.add_scatter(**ring(*chosen, "helped", size=28))
    figure.add_scatter(
        name="places", mode="markers", showlegend=False, hoverinfo="skip",
        x=places["response"].tolist(), y=places["selection"].tolist(),
        marker={"size": 1, "color": PALETTE["unknown"][0]},
    )  # fmt: skip
    for outcome, (symbol, color) in _OUTCOMES.items():
        here = places[places["outcome"] == outcome]
        figure.add_scatter(
            name=outcome, mode="markers", x=here["response"].tolist(),
            y=here["selection"].tolist(),
            hovertemplate=f"%{{x:.3g}} of 1,000, selection %{{y}}: {outcome}<extra></extra>",
            marker={"symbol": symbol, "size": 12, "color": PALETTE[color][0]},
        )  # fmt: skip
    return figure


def plot_years(
    course: pd.DataFrame,
    known: Mapping[str, pd.DataFrame],
    *,
    smallest: float,
    collapsed: bool,
    since: str,
) -> go.Figure:
    """Draw members and bill over the years, one above the other.

    Parameters
    ----------
    course : DataFrame
        Columns ``years`` (after the last paid notice), ``members`` (millions) and ``bill`` (yuan
        per head); where the plan collapses, up to then.
    known : mapping of str to DataFrame
        ``members`` and ``bill`` as published: ``years`` and ``value``, in the same units.
    smallest : float
        The smallest pool, in millions.
    collapsed : bool
        Whether the last row is a collapse.
    since : str
        Words for the day from which years are counted.

    Returns
    -------
    Figure
    """
    grey = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    figure = go.Figure(
        layout=base_layout(
            height=400,
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"range": [-1.25, 10.4], "tickvals": [0, 2, 4, 6, 8, 10], "tickangle": 0,
                   "anchor": "y2", "title": {"text": f"years after {since}"}},
            yaxis={"range": [-4, 105], "dtick": 50, "domain": [0.44, 1],
                   "title": {"text": "million members"}},
            yaxis2=_axis({"range": [0, 42], "dtick": 20, "domain": [0, 0.36],
                          "title": {"text": "yuan a notice"}}),
        )
    )  # fmt: skip
    years = course["years"].tolist()
    drawn = (("members", "members", "y"), ("bill", "bill", "y2"))
    for name, color, axis in drawn:
        figure.add_scatter(
            name=name, mode="lines", x=years, y=course[name].tolist(), yaxis=axis,
            hovertemplate="%{x:.1f} years: %{y:.1f}<extra></extra>",
            line={"width": 2.5, "color": PALETTE[color][0]},
        )  # fmt: skip
    for name, _, axis in drawn:
        figure.add_scatter(
            name="published", mode="markers", x=known[name]["years"].tolist(), yaxis=axis,
            y=known[name]["value"].tolist(), showlegend=name == "members",
            hovertemplate="%{x:.1f} years: %{y}<extra></extra>",
            marker={"size": 8, "color": PALETTE["critical"][0]},
        )  # fmt: skip
    figure.add_scatter(
        name="smallest pool", mode="lines", x=[-1.25, 10.4], y=[smallest, smallest], line=grey,
        hovertemplate="smallest pool: %{y} million<extra></extra>",
    )  # fmt: skip
    for name, _, axis in drawn:
        end = course.tail(1) if collapsed else course.head(0)
        figure.add_scatter(
            name="collapses", mode="markers", x=end["years"].tolist(), yaxis=axis,
            y=end[name].tolist(), showlegend=False, hoverinfo="skip",
            marker={"symbol": "x", "size": 12, "color": PALETTE["state"][0]},
        )  # fmt: skip
    return figure


def _axis(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a second axis with the look of the first."""
    first = base_layout().yaxis.to_plotly_json()
    return {**first, **settings}
