"""Figures of the shutdown: what closing costs, the tail of claims, ways to close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from mutualaid.figures.base import (
    BELOW,
    PALETTE,
    base_layout,
    ground,
    hatched,
    labeled_rows,
    lanes,
    ring,
    row_axis,
    time_axis,
    upright,
)

#: Parts of a cost, or those who bear it, to the color of each.
_COLORS = {
    "last notices": "platform",
    "tail": "helped",
    "free months": "members",
    "work": "unknown",
    "platform": "platform",
    "members": "members",
    "not paid": "helped",
    "moved": "members",
    "could buy": "bill",
    "refused": "helped",
}


def plot_closing_cost(
    parts: Mapping[str, float], said: Sequence[tuple[str, float]], *, label: str, top: float
) -> go.Figure:
    """Draw the parts of what closing costs as one row, and what others said of the sum below it.

    Parameters
    ----------
    parts : mapping of str to float
        Part to billion yuan, from the left: ``last notices``, ``tail``, ``free months``, ``work``.
    said : sequence of (str, float)
        Words and billion yuan of what was published.
    label : str
        Words of the model's row.
    top : float
        Greatest value of the axis.

    Returns
    -------
    Figure
    """
    rows = [label, *(words for words, _ in said)]
    words, lines = labeled_rows(rows)
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            height=62 * len(rows) + 90,
            margin={"l": 14, "r": 14, "t": 30, "b": 40},
            xaxis={"range": [-top / 60, top], "tick0": 0, "dtick": 1,
                   "title": {"text": "billion yuan"}},
            yaxis=row_axis(len(rows)),
            annotations=words,
            shapes=lines,
        )
    )  # fmt: skip
    start = 0.0
    for name, value in parts.items():
        stop = start + value
        figure.add_scatter(
            name=name, mode="lines", x=[round(start, 3), round(stop, 3)], y=[BELOW, BELOW],
            line={"width": 16, "color": PALETTE[_COLORS[name]][0]},
            hovertemplate=f"{name}: {value:.2f} billion yuan<extra></extra>",
        )  # fmt: skip
        start = stop
    figure.add_scatter(
        name="published", mode="markers+text", x=[value for _, value in said],
        y=[place + BELOW for place in range(1, len(rows))],
        text=[f"{value:g}" for _, value in said], textposition="middle right",
        hovertemplate="%{x:.2f} billion yuan<extra></extra>",
        marker={"size": 10, "color": PALETTE["critical"][0]},
    )  # fmt: skip
    return figure


def plot_tail(
    days: Sequence[str], due: Sequence[float], paid: Sequence[float], *, end: str, top: float
) -> go.Figure:
    """Draw what is due to people ill before the end, notice by notice, and what of it is paid.

    Parameters
    ----------
    days : sequence of str
        Days of the notices.
    due, paid : sequence of float
        Million yuan.
    end : str
        Last day of the plan.
    top : float
        Greatest value of the axis.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            xaxis=time_axis("2021-11-25", "2023-02-01") | {"dtick": "M3"},
            yaxis={"title": {"text": "million yuan, one notice"}, "range": [-top / 40, top]},
            shapes=[upright(end)],
            annotations=[{"x": end, "xanchor": "left", "xshift": 5, "yref": "paper", "y": 0.99,
                          "yanchor": "top", "showarrow": False, "text": "after the end",
                          "align": "left"}],
        )
    )  # fmt: skip
    figure.add_scatter(
        mode="lines", x=list(days), y=list(paid), showlegend=False, hoverinfo="skip",
        line={"width": 0},
    )  # fmt: skip
    figure.add_scatter(**ground("too late", list(days), list(due), "unknown"))  # type: ignore[arg-type]
    figure.add_scatter(
        name="paid", mode="lines", x=list(days), y=list(paid),
        hovertemplate="%{x|%b %-d, %Y}: paid %{y:.0f} million yuan<extra></extra>",
        line={"width": 5, "color": PALETTE["helped"][0]},
    )  # fmt: skip
    # Over the other, so that both are seen where they are one.
    figure.add_scatter(
        name="due", mode="lines", x=list(days), y=list(due),
        hovertemplate="%{x|%b %-d, %Y}: due %{y:.0f} million yuan<extra></extra>",
        line={"width": 2, "dash": "dash", "color": PALETTE["state"][0]},
    )  # fmt: skip
    return figure


def plot_explanations(
    words: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    largest: Sequence[int],
) -> go.Figure:
    """Draw what each explanation weighs after what was observed, and what it weighed before.

    Parameters
    ----------
    words : sequence of str
        The explanations.
    before, after : sequence of float
        Their weights, percent.
    largest : sequence of int
        Which of them weigh most after.

    Returns
    -------
    Figure
    """
    labels, lines = labeled_rows(words)
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            height=62 * len(words) + 90,
            margin={"l": 14, "r": 14, "t": 30, "b": 40},
            xaxis={"range": [-3, 112], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": "%",
                   "title": {"text": "weight, percent of all"}},
            yaxis=row_axis(len(words)),
            annotations=labels,
            shapes=lines,
        )
    )  # fmt: skip
    for place, share in enumerate(after):
        figure.add_scatter(
            name="after", showlegend=place == 0, mode="lines+text", x=[0, share],
            y=[place + BELOW, place + BELOW], text=["", f"{share:.0f}%" if share >= 1 else "<1%"],
            textposition="middle right", hoverinfo="skip",
            line={"width": 14,
                  "color": PALETTE["critical" if place in largest else "unknown"][0]},
        )  # fmt: skip
    figure.add_scatter(
        name="before", mode="markers", x=list(before),
        y=[place + BELOW for place in range(len(words))],
        hovertemplate="before: %{x:.0f}%<extra></extra>",
        marker={"symbol": "line-ns", "size": 22,
                "line": {"width": 3, "color": PALETTE["platform"][0]}},
    )  # fmt: skip
    return figure


def plot_premiums(
    between: Sequence[tuple[Sequence[float], Sequence[float]]],
    known: tuple[Sequence[float], Sequence[float]],
    *,
    old: Sequence[tuple[float, float, float]],
    chosen: tuple[float, float],
    said: str,
    unit: str,
    top: float,
    step: float,
) -> go.Figure:
    """Draw what a policy costs by age, where a source tells and in between, and the old bill.

    Parameters
    ----------
    between : sequence of (sequence of float, sequence of float)
        Ages and premiums, as far as they go together; most are read between known ones.
    known : (sequence of float, sequence of float)
        Ages and premiums of the sources.
    old : sequence of (float, float, float)
        First age, last age and cost of the plan's bills.
    chosen : (float, float)
        Age and premium that is looked at.
    said : str
        Words above it.
    unit : str
        Words of the axis.
    top, step : float
        Its greatest value, and the distance of its lines.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            xaxis={"range": [-1, 61], "tick0": 0, "dtick": 10, "title": {"text": "age, years"}},
            yaxis={"title": {"text": unit}, "range": [-top / 40, top], "tick0": 0,
                   "dtick": step},
        )
    )  # fmt: skip
    for place, (ages, prices) in enumerate(between):
        figure.add_scatter(
            name="in between", mode="lines", x=list(ages), y=list(prices), showlegend=place == 0,
            hovertemplate="%{x} years: %{y:.2f} yuan<extra></extra>",
            line={"width": 2, "dash": "dot", "color": PALETTE["unknown"][0]},
        )  # fmt: skip
    for place, (first, last, yuan) in enumerate(old):
        figure.add_scatter(
            name="bills, 2021", mode="lines", x=[first, last], y=[yuan, yuan],
            showlegend=place == 0, hovertemplate="bills of 2021: %{y:.2f} yuan<extra></extra>",
            line={"width": 3, "color": PALETTE["bill"][0]},
        )  # fmt: skip
    figure.add_scatter(
        name="published", mode="markers", x=list(known[0]), y=list(known[1]),
        hovertemplate="%{x} years: %{y:.2f} yuan<extra></extra>",
        marker={"size": 7, "color": PALETTE["critical"][0]},
    )  # fmt: skip
    figure.add_scatter(**ring(*chosen, "platform", said=said))
    return figure


def plot_ways(
    rows: pd.DataFrame, *, chosen: str, top: float, step: float, refunds: bool
) -> go.Figure:
    """Draw who bears the end of a plan on the terms of each platform, a row for each.

    Parameters
    ----------
    rows : DataFrame
        Columns ``platform``, ``title``, and in billion yuan ``platform``'s part
        ``platform_billion``, ``members_billion``, ``not_paid_billion``, ``unknown_billion``,
        ``refunds_billion``.
    chosen : str
        The platform that is looked at.
    top, step : float
        Greatest value of the axis, and the distance of its lines.
    refunds : bool
        Draw shares that are paid back, too.

    Returns
    -------
    Figure
    """
    names = rows["platform"].tolist()
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            height=30 * len(rows) + 110,
            barmode="overlay",
            xaxis={"range": [-top / 60, top], "tick0": 0, "dtick": step,
                   "title": {"text": "billion yuan"}},
            yaxis=lanes(rows["title"].tolist()),
        )
    )  # fmt: skip
    kinds = ["platform", "members", "not paid", "unknown", *(["paid back"] if refunds else [])]
    columns = {"not paid": "not_paid_billion", "paid back": "refunds_billion"}
    start = [0.0] * len(rows)
    for kind in kinds:
        values = rows[columns.get(kind, f"{kind}_billion")].tolist()
        figure.add_bar(
            name=kind, orientation="h", x=[round(each, 3) for each in values],
            y=list(range(len(rows))), base=[round(each, 3) for each in start],
            width=[0.8 if name == chosen else 0.35 for name in names],
            hovertemplate=kind + ": %{x:.2f} billion yuan<extra></extra>",
            marker=hatched("unknown" if kind == "unknown" else "platform")
            if kind in ("unknown", "paid back")
            else {"color": PALETTE[_COLORS[kind]][0]},
        )  # fmt: skip
        start = [before + value for before, value in zip(start, values, strict=True)]
    return figure


def plot_left(
    bands: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    unit: str,
    top: float,
    step: float,
) -> go.Figure:
    """Draw what becomes of the members of each age once a plan ends, one part upon the other.

    Parameters
    ----------
    bands : sequence of str
        Bands of age.
    parts : mapping of str to sequence of float
        Those who ``moved``, ``could buy`` cover later, or are ``refused``, for each band.
    unit : str
        Unit of the axis.
    top, step : float
        Greatest value of the axis, and the distance of its lines.

    Returns
    -------
    Figure
    """
    places = list(range(len(bands)))
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            legend_traceorder="normal",
            barmode="stack",
            bargap=0.25,
            xaxis={"title": {"text": "age"}, "range": [-0.6, len(bands) - 0.4],
                   "tickvals": places, "ticktext": list(bands)},
            yaxis={"title": {"text": unit}, "range": [0, top], "dtick": step},
        )
    )  # fmt: skip
    for name, values in parts.items():
        figure.add_bar(
            name=name, x=places, y=list(values), customdata=list(bands),
            hovertemplate=f"%{{customdata}}: %{{y:.2f}} {unit}, {name}<extra></extra>",
            marker={"color": PALETTE[_COLORS[name]][0]},
        )  # fmt: skip
    return figure
