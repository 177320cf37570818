"""Figures of the rules: admission, benefits, a claim's path, the jury, the smallest pool."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    BELOW,
    PALETTE,
    base_layout,
    labeled_rows,
    ring,
    row_axis,
    time_axis,
)

#: Outcome of an admission to its words, symbol and color.
_ADMITTED = {
    True: ("may join", "circle", "members"),
    None: ("cannot be decided", "circle-open", "members"),
    False: ("may not join", "x-thin-open", "unknown"),
}


def plot_admission(
    cases: pd.DataFrame, *, plans: Mapping[str, str], ages: Sequence[str], chosen: tuple[str, str]
) -> go.Figure:
    """Draw who may join which plan: a row for each plan, a column for each age.

    Parameters
    ----------
    cases : DataFrame
        Columns ``plan``, ``age`` (words for both) and ``admitted`` (True, False, None). A plan
        that was not open has no rows.
    plans : mapping of str to str
        The rows from the top down, and what is written above each.
    ages : sequence of str
        The columns.
    chosen : (str, str)
        Plan and age that are looked at.

    Returns
    -------
    Figure
    """
    words, beneath = labeled_rows(list(plans.values()))
    figure = go.Figure(
        layout=base_layout(
            height=110 + 52 * len(plans),
            showlegend=True,
            xaxis={"range": [-0.6, len(ages) - 0.4], "tickvals": list(range(len(ages))),
                   "ticktext": [age.replace(" days", " d") for age in ages], "tickangle": 0,
                   "showgrid": False,
                   "title": {"text": "age (d: days, else years)"}},
            yaxis=row_axis(len(plans)),
            annotations=words, shapes=beneath, margin={"l": 14, "r": 14, "t": 30, "b": 56},
        )
    )  # fmt: skip
    column = {age: number for number, age in enumerate(ages)}
    row = {plan: number + BELOW for number, plan in enumerate(plans)}
    for outcome, (said, symbol, color) in _ADMITTED.items():
        part = cases[cases["admitted"].map(lambda found, o=outcome: found is o)]
        figure.add_scatter(
            name=said, mode="markers", x=[column[age] for age in part["age"]],
            y=[row[plan] for plan in part["plan"]], hoverinfo="name",
            marker={"symbol": symbol, "size": 12, "color": PALETTE[color][0],
                    "line": {"width": 2, "color": PALETTE[color][0]}},
        )  # fmt: skip
    figure.add_scatter(**ring(column[chosen[1]], row[chosen[0]], "members"))
    return figure


def plot_benefit(
    amounts: Mapping[str, Mapping[dt.date, float]],
    *,
    chosen: tuple[dt.date, float],
    said: str,
    changes: Sequence[dt.date],
) -> go.Figure:
    """Draw what a diagnosis was worth by its day, a line for each side of 40.

    Parameters
    ----------
    amounts : mapping of str to mapping of date to float
        Words for a line to its amounts in thousand yuan, by day of diagnosis and in order; NaN
        for a day that cannot be decided, where the line breaks.
    chosen : (date, float)
        Day and amount that are looked at; NaN where it cannot be decided.
    said : str
        Words above the ring.
    changes : sequence of date
        Days on which a rule changed.

    Returns
    -------
    Figure
    """
    change = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis=time_axis("2018-10-01", "2022-04-15"),
            yaxis={"title": {"text": "thousand yuan"}, "range": [-45, 350], "dtick": 50},
            shapes=[{"type": "line", "x0": str(day), "x1": str(day), "yref": "paper", "y0": 0,
                     "y1": 1, "line": change} for day in changes],
        )
    )  # fmt: skip
    dashes = ("solid", "dash")
    for (words, values), dash, color in zip(
        amounts.items(), dashes, ("helped", "critical"), strict=True
    ):
        known = pd.Series(values)
        pieces = known.groupby((known.isna() != known.isna().shift()).cumsum())
        drawn = [piece for _, piece in pieces if piece.notna().all()]
        for number, piece in enumerate(drawn):
            figure.add_scatter(
                name=words, mode="lines", showlegend=number == 0,
                x=[str(day) for day in piece.index], y=piece.tolist(),
                hovertemplate="%{x|%b %d, %Y}: %{y} thousand yuan<extra></extra>",
                line={"shape": "hv", "dash": dash, "width": 2.5, "color": PALETTE[color][0]},
            )  # fmt: skip
        open_days = known.index[known.isna()]
    if len(open_days):
        figure.add_scatter(
            name="not known", mode="lines", x=[str(open_days[0]), str(open_days[-1])], y=[-15, -15],
            hoverinfo="name",
            line={"dash": "dot", "width": 6, "color": PALETTE["unknown"][0]},
        )  # fmt: skip
    at = -15.0 if math.isnan(chosen[1]) else chosen[1]
    color = "unknown" if math.isnan(chosen[1]) else "helped"
    figure.add_scatter(**ring(str(chosen[0]), at, color, said=said))
    return figure


def plot_path(
    steps: pd.DataFrame,
    *,
    waiting: tuple[dt.date, dt.date] | None,
    days: tuple[dt.date, dt.date],
) -> go.Figure:
    """Draw the steps of a claim on the calendar, a row for each, after the days of waiting.

    Parameters
    ----------
    steps : DataFrame
        Columns ``name``, ``day``, ``how`` (``rule``, ``disputed`` or ``assumed``); in order.
    waiting : (date, date), optional
        Day of joining, and the last day of waiting; None where no waiting counts.
    days : (date, date)
        First and last day of the axis.

    Returns
    -------
    Figure
    """
    names = ["waiting" if waiting else "no waiting", *steps["name"]]
    rows = 8
    words, beneath = labeled_rows([*names, *[""] * (rows - len(names))])
    figure = go.Figure(
        layout=base_layout(
            height=70 + 40 * rows,
            showlegend=True,
            xaxis={"type": "date", "range": [str(day) for day in days], "dtick": "M3",
                   "tickformat": "%b\n%Y", "tickangle": 0},
            yaxis=row_axis(rows),
            annotations=words, shapes=beneath, margin={"l": 14, "r": 14, "t": 30, "b": 46},
        )
    )  # fmt: skip
    figure.add_scatter(
        name="days of waiting", mode="lines", x=[str(day) for day in waiting or ()],
        y=[BELOW, BELOW] if waiting else [],
        hoverinfo="name", line={"width": 9, "color": PALETTE["unknown"][0]},
    )  # fmt: skip
    for how, said, symbol in (("rule", "fixed by a rule or given", "circle"),
                              ("disputed", "sources disagree", "diamond-open"),
                              ("assumed", "assumed", "circle-open")):  # fmt: skip
        part = steps[steps["how"] == how]
        figure.add_scatter(
            name=said, mode="markers", x=[str(day) for day in part["day"]],
            y=[number + 1 + BELOW for number in part.index],
            hovertemplate="%{x|%b %d, %Y}<extra></extra>",
            marker={"symbol": symbol, "size": 12, "color": PALETTE["helped"][0],
                    "line": {"width": 2, "color": PALETTE["helped"][0]}},
        )  # fmt: skip
    return figure


def plot_jury(
    jurors: Sequence[int], chances: Mapping[str, Sequence[float]], *, chosen: int
) -> go.Figure:
    """Draw the chance of a right verdict by the number of jurors.

    Parameters
    ----------
    jurors : sequence of int
        Votes cast, rising.
    chances : mapping of str to sequence of float
        Words for a kind of case to its chances, 0 to 1.
    chosen : int
        The number that is looked at.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis={"type": "log", "range": [-0.3, 5.8], "tickvals": [1, 100, 10**4],
                   "ticktext": ["1", "100", "10,000"], "tickangle": 0,
                   "title": {"text": "jurors who vote"}},
            yaxis={"title": {"text": "chance of a right verdict"}, "range": [-0.1, 1.1],
                   "tickformat": ".0%", "dtick": 0.25},
        )
    )  # fmt: skip
    for (words, values), dash, color in zip(
        chances.items(), ("solid", "dash"), ("helped", "members"), strict=True
    ):
        figure.add_scatter(
            name=words, mode="lines", x=list(jurors), y=np.round(values, 4).tolist(),
            hovertemplate="%{x} jurors: %{y:.1%}<extra></extra>",
            line={"dash": dash, "width": 2.5, "color": PALETTE[color][0]},
        )  # fmt: skip
        at = list(jurors).index(chosen)
        figure.add_scatter(**ring(chosen, round(float(values[at]), 4), color))
    return figure


def _limit_line(at: float) -> dict[str, Any]:
    """Return the line of a limit that a platform set, over the whole width."""
    line = {"color": PALETTE["platform"][0], "width": 2, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "line": line}


def plot_pool(
    members: Sequence[int], costs: Sequence[float], *, cap: float, smallest: int
) -> go.Figure:
    """Draw what one case costs each member by the number of members, and the promise.

    Parameters
    ----------
    members : sequence of int
        Members, rising.
    costs : sequence of float
        Cost of one case to each of them, in yuan.
    cap : float
        Most that a case may cost, in yuan.
    smallest : int
        Smallest pool that keeps the promise.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis={"type": "log", "range": [3.8, 8.5], "tickvals": [10**4, 10**6, 10**8],
                   "ticktext": ["10,000", "1 million", "100 m."], "tickangle": 0,
                   "title": {"text": "members"}},
            yaxis={"type": "log", "range": [-3.5, 2.3], "tickvals": [0.001, 0.01, 0.1, 1, 10, 100],
                   "ticktext": ["0.001", "0.01", "0.1", "1", "10", "100"],
                   "title": {"text": "yuan for one case"}},
            shapes=[_limit_line(cap)],
            annotations=[{"xref": "paper", "x": 0.99, "xanchor": "right", "y": math.log10(cap),
                          "yanchor": "bottom", "text": f"promised: {cap:g} yuan",
                          "showarrow": False}],
        )
    )  # fmt: skip
    figure.add_scatter(
        name="cost of one case to each member", mode="lines", x=list(members),
        y=[float(f"{cost:.6g}") for cost in costs],
        hovertemplate="%{x} members: %{y} yuan<extra></extra>",
        line={"width": 2.5, "color": PALETTE["bill"][0]},
    )  # fmt: skip
    figure.add_scatter(**ring(smallest, cap, "bill"))
    return figure


def plot_relay(
    friends: Sequence[int], gifts: Sequence[float], *, chosen: tuple[int, float], limit: float
) -> go.Figure:
    """Draw what a call for gifts brings by the number of friends, and the limit.

    Parameters
    ----------
    friends : sequence of int
        People whom the patient reaches, rising.
    gifts : sequence of float
        What comes in, in thousand yuan.
    chosen : (int, float)
        The number that is looked at, and its gifts.
    limit : float
        Most that may be asked for, in thousand yuan.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            xaxis={"range": [-60, 3_120], "dtick": 1_000, "tickformat": ",d", "tickangle": 0,
                   "title": {"text": "people whom the patient reaches"}},
            yaxis={"range": [-4, 124], "dtick": 25, "title": {"text": "gifts, thousand yuan"}},
            shapes=[_limit_line(limit)],
            annotations=[{"xref": "paper", "x": 0.01, "xanchor": "left", "y": limit,
                          "yanchor": "bottom", "yshift": 12, "showarrow": False,
                          "text": "the most that may be asked for"}],
        )
    )  # fmt: skip
    figure.add_scatter(
        name="what comes in", mode="lines", x=list(friends), y=[round(gift, 3) for gift in gifts],
        hovertemplate="%{x} people: %{y} thousand yuan<extra></extra>",
        line={"width": 2.5, "color": PALETTE["helped"][0]},
    )  # fmt: skip
    figure.add_scatter(**ring(chosen[0], round(chosen[1], 3), "helped"))
    return figure
