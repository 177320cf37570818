"""Figures of the ledger: one notice, what a cap does, balances, cases by age, a running year."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from mutualaid.figures.base import BELOW, PALETTE, base_layout, labeled_rows, ring, row_axis


def _row_layout(labels: Sequence[str], **settings: Any) -> go.Layout:
    """Return the layout of rows of bars, each under its words."""
    words, beneath = labeled_rows(labels)
    annotations, shapes = settings.pop("annotations", []), settings.pop("shapes", [])
    return base_layout(
        **{
            "height": 90 + 44 * len(labels),
            "yaxis": row_axis(len(labels)),
            "annotations": [*words, *annotations],
            "shapes": [*beneath, *shapes],
            "margin": {"l": 14, "r": 14, "t": 30, "b": 46},
            **settings,
        }
    )


def _bar(name: str, row: int, start: float, end: float, color: str) -> dict[str, Any]:
    """Return a lying bar: a thick line, so that it may float and point either way."""
    return {
        "name": name, "mode": "lines", "x": [round(start, 6), round(end, 6)],
        "y": [row + BELOW, row + BELOW], "hoverinfo": "skip",
        "line": {"width": 14, "color": PALETTE[color][0]},
    }  # fmt: skip


def plot_notice(
    parts: Mapping[str, tuple[float, float, str]],
    *,
    labels: Sequence[str],
    each: str,
    most: float,
) -> go.Figure:
    """Draw how a notice becomes a bill: a row for each part, one after the other.

    Parameters
    ----------
    parts : mapping of str to (float, float, str)
        Name of a part to where its bar begins and ends, in million yuan, and its color in
        :data:`PALETTE`; from the top down.
    labels : sequence of str
        Words above each row.
    each : str
        The bill of one member, written large.
    most : float
        End of the axis, in million yuan.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=_row_layout(
            labels,
            xaxis={"range": [-0.01 * most, most], "tickformat": ",d", "nticks": 6, "tickangle": 0,
                   "title": {"text": "million yuan"}},
            annotations=[{"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1,
                          "yanchor": "bottom", "yshift": 2, "showarrow": False, "text": each,
                          "font": {"size": 24}}],
            margin={"l": 14, "r": 14, "t": 44, "b": 46},
        )
    )  # fmt: skip
    for row, (name, (start, end, color)) in enumerate(parts.items()):
        figure.add_scatter(**_bar(name, row, start, end, color))
    return figure


def plot_cap(
    members: Sequence[float],
    bills: Sequence[float],
    paid: Sequence[float],
    *,
    chosen: tuple[float, float, float],
    smallest: float | None,
    axes: tuple[tuple[float, float], tuple[float, float]],
) -> go.Figure:
    """Draw the bill of one notice by the number of members, and what a cap takes off it.

    Parameters
    ----------
    members : sequence of float
        Members in million, rising.
    bills, paid : sequence of float
        Bill without a cap, and what a member pays under the cap, in yuan.
    chosen : (float, float, float)
        Members that are looked at, what each pays, and the bill without a cap.
    smallest : float, optional
        Members in million below which the cap always binds.
    axes : pair of (float, float)
        Least and greatest value: million members (drawn on a log axis), and yuan.

    Returns
    -------
    Figure
    """
    mark = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    side = "left" if chosen[0] < 1 else "right" if chosen[0] > 10 else "center"
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis={"type": "log", "range": [round(math.log10(end), 3) for end in axes[0]],
                   "tickvals": [0.5, 1, 3, 10, 30, 100],
                   "ticktext": ["0.5", "1", "3", "10", "30", "100"], "tickangle": 0,
                   "title": {"text": "members, million"}},
            yaxis={"title": {"text": "yuan per head, one notice"}, "range": list(axes[1])},
            shapes=[{"type": "line", "x0": smallest, "x1": smallest, "yref": "paper", "y0": 0,
                     "y1": 1, "line": mark}] if smallest else [],
            annotations=[
                {"x": round(math.log10(chosen[0]), 4), "y": chosen[2], "xanchor": side,
                 "yanchor": "bottom", "yshift": 12, "showarrow": False,
                 "text": f"{chosen[1]:.2f} of {chosen[2]:.2f} yuan"},
                *([{"x": math.log10(smallest), "y": 0, "yref": "paper", "xanchor": "left",
                    "yanchor": "bottom", "xshift": 4, "showarrow": False,
                    "text": f"{smallest:g} million"}] if smallest else []),
            ],
        )
    )  # fmt: skip
    x = [round(n, 4) for n in members]
    figure.add_scatter(
        name="members pay", mode="lines", x=x, y=list(paid),
        hovertemplate="%{x} million members: %{y:.2f} yuan<extra></extra>",
        line={"width": 3, "color": PALETTE["bill"][0]},
    )  # fmt: skip
    figure.add_scatter(
        name="the sponsor pays", mode="lines", x=x, y=list(bills), hoverinfo="skip",
        fill="tonexty", fillcolor=PALETTE["platform"][0], line={"width": 0},
    )  # fmt: skip
    figure.add_scatter(
        name="bill without a cap", mode="lines", x=x, y=list(bills),
        hovertemplate="%{x} million members: %{y:.2f} yuan<extra></extra>",
        line={"width": 2, "dash": "dash", "color": PALETTE["critical"][0]},
    )  # fmt: skip
    figure.add_scatter(**ring(chosen[0], chosen[1], "bill"))
    return figure


def plot_balances(
    balances: Mapping[str, float],
    *,
    colors: Mapping[str, str],
    empty: Collection[str],
    ringed: Collection[str],
    said: str,
    most: float,
) -> go.Figure:
    """Draw the balance of each account, debits less credits: a row for each.

    Parameters
    ----------
    balances : mapping of str to float
        Account to its balance in yuan; from the top down.
    colors : mapping of str to str
        Account to a name of :data:`PALETTE`.
    empty : collection of str
        Accounts that must be empty.
    ringed : collection of str
        Accounts that an audit points at.
    said : str
        Words above the rows, or nothing.
    most : float
        End of the axis to both sides, in yuan.

    Returns
    -------
    Figure
    """
    labels = [
        f"{account}{', must be empty' if account in empty else ''}: "
        + (f"{balance:,.2f}" if balance >= 0 else f"\N{MINUS SIGN}{-balance:,.2f}")
        for account, balance in balances.items()
    ]
    axis = {"color": PALETTE["unknown"][0], "width": 1.5}
    figure = go.Figure(
        layout=_row_layout(
            labels,
            xaxis={"range": [-most, most], "nticks": 6, "tickangle": 0,
                   "title": {"text": "yuan, debits less credits"}},
            shapes=[{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1,
                     "layer": "below", "line": axis}],
        )
    )  # fmt: skip
    for row, (account, balance) in enumerate(balances.items()):
        figure.add_scatter(**_bar(account, row, 0.0, balance, colors[account]))
    for row, (account, balance) in enumerate(balances.items()):
        if account in ringed:
            figure.add_scatter(**ring(round(balance, 2), row + BELOW, "state", name="found"))
    if said:
        figure.add_annotation(
            x=1, xref="paper", xanchor="right", y=1, yref="paper", yanchor="bottom", text=said,
            showarrow=False,
        )  # fmt: skip
    return figure


def plot_cases(
    bands: Sequence[int], cases: Mapping[str, Sequence[int]], *, most: float
) -> go.Figure:
    """Draw the cases of a notice by age and sex: a step for each band of ages.

    Parameters
    ----------
    bands : sequence of int
        First age of each band, and after the last one its end; all as wide.
    cases : mapping of str to sequence of int
        Name of a line, the first one drawn through and the others dashed, to cases by band.
    most : float
        End of the axis, in cases.

    Returns
    -------
    Figure
    """
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis={"range": [bands[0], bands[-1]], "dtick": 10, "tickangle": 0,
                   "title": {"text": "age at diagnosis, years"}},
            yaxis={"range": [0, most], "title": {"text": "cases of the notice"}},
        )
    )  # fmt: skip
    for name, counts in cases.items():
        figure.add_scatter(
            name=name, mode="lines", x=list(bands), y=[*counts, counts[-1]],
            hovertemplate="from age %{x}: %{y}<extra></extra>",
            line={"width": 3, "shape": "hv", "color": PALETTE["helped"][0],
                  "dash": "dash" if figure.data else "solid"},
        )  # fmt: skip
    return figure


def plot_running(
    days: Sequence[str],
    sums: Mapping[str, tuple[Sequence[float], str]],
    *,
    chosen: tuple[str, float],
    said: str,
    axes: tuple[tuple[str, str], float],
) -> go.Figure:
    """Draw how sums grow from notice to notice, and ring where one notice brings the first.

    Parameters
    ----------
    days : sequence of str
        The notice days.
    sums : mapping of str to (sequence of float, str)
        Name of a line to its values in billion yuan, and its color in :data:`PALETTE`.
    chosen : (str, float)
        Day and sum that are ringed.
    said : str
        Words about the ring.
    axes : ((str, str), float)
        First and last day, and the end of the axis of sums.

    Returns
    -------
    Figure
    """
    mark = {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"}
    figure = go.Figure(
        layout=base_layout(
            showlegend=True,
            xaxis={"type": "date", "range": list(axes[0]), "dtick": "M3",
                   "tickformat": "%b<br>%Y", "tickangle": 0},
            yaxis={"range": [0, axes[1]], "title": {"text": "billion yuan so far"}},
            shapes=[{"type": "line", "x0": chosen[0], "x1": chosen[0], "yref": "paper", "y0": 0,
                     "y1": 1, "layer": "below", "line": mark}],
        )
    )  # fmt: skip
    for name, (values, color) in sums.items():
        figure.add_scatter(
            name=name, mode="lines", x=list(days), y=[round(one, 4) for one in values],
            hovertemplate="%{x|%b %-d, %Y}: %{y} billion yuan<extra></extra>",
            line={"width": 3, "color": PALETTE[color][0],
                  "dash": ("solid", "dash", "dot")[len(figure.data) % 3]},
        )  # fmt: skip
    figure.add_scatter(**ring(chosen[0], round(chosen[1], 4), "members"))
    # Sums rise, so that nothing is drawn in the upper left.
    figure.add_annotation(
        x=0.02, xref="paper", xanchor="left", y=0.97, yref="paper", yanchor="top", text=said,
        showarrow=False,
    )  # fmt: skip
    return figure
