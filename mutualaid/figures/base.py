"""What all figures share: colors, marks, layout, rows of words, the ring of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

#: Height of a figure in pixels; with controls and words it fits a laptop screen.
HEIGHT = 340

#: Meaning to color, on light and on dark ground; from the Okabe-Ito palette, some of them
#: darkened or lightened to stand out at 3:1 or more on their ground.
PALETTE: Mapping[str, tuple[str, str]] = {
    "members": ("#0072B2", "#56B4E9"),
    "helped": ("#D55E00", "#F0864A"),
    "bill": ("#008A65", "#2FBF93"),
    "platform": ("#A86F00", "#E69F00"),
    "critical": ("#1F3A68", "#C4DCF5"),
    "elderly": ("#A3527C", "#CC79A7"),
    "peers": ("#7A6A00", "#E5D84A"),
    "state": ("#1A1A1A", "#F2F2F2"),
    "research": ("#2B7FA8", "#8FD0F0"),
    "unknown": ("#767676", "#9AA5B1"),
}

#: Basis of a value to the way its dot is drawn.
MARKS: Mapping[str, str] = {
    "published": "filled", "quoted": "filled", "derived": "hollow", "inferred": "hollow",
}  # fmt: skip

#: Milliseconds, the unit of a date axis.
DAY = 24 * 3600 * 1000


def base_layout(**settings: Any) -> go.Layout:
    """Return the layout that all figures share, with `settings` laid over it.

    The page form replaces the gray of text and grid by the theme's own colors.
    """
    axis = {"gridcolor": "#d0d0d0", "zeroline": False, "fixedrange": True, "automargin": True}
    layout = go.Layout(
        template="none",
        height=HEIGHT,
        margin={"l": 52, "r": 14, "t": 30, "b": 40},
        font={"size": 13, "color": "#767676"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        hovermode="closest",
        showlegend=False,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False,
                "itemdoubleclick": False},
        xaxis=axis,
        yaxis=axis,
    )  # fmt: skip
    layout.update(settings)
    return layout


def time_axis(first: str, last: str) -> dict[str, Any]:
    """Return an axis of dates with a mark for each half-year."""
    return {"type": "date", "range": [first, last], "dtick": "M6", "tickformat": "%b<br>%Y",
            "tickangle": 0}  # fmt: skip


def published_dots(
    known: pd.DataFrame, hollow: str, *, unit: str = "", size: int = 8
) -> list[dict[str, Any]]:
    """Return the traces of published values, filled, and of those derived or placed, hollow.

    Parameters
    ----------
    known : DataFrame
        Columns ``notice_day``, ``value``, ``basis``.
    hollow : str
        Name of the second trace.
    unit : str
        Unit behind a value that is pointed at.
    size : int
        Size of a dot in pixels.
    """
    color = PALETTE["critical"][0]
    traces = []
    for name, mark in (("published", "filled"), (hollow, "hollow")):
        dots = known[known["basis"].map(MARKS) == mark]
        traces.append(
            {
                "name": name, "mode": "markers",
                "x": [day.isoformat() for day in dots["notice_day"]],
                "y": dots["value"].tolist(),
                "hovertemplate": f"%{{x|%b %-d, %Y}}: %{{y}}{unit and f' {unit}'}<extra></extra>",
                "marker": {"size": size, "color": color,
                           "symbol": "circle" if mark == "filled" else "circle-open",
                           "line": {"width": 2, "color": color}},
            }
        )  # fmt: skip
    return traces


def hatched(meaning: str) -> dict[str, Any]:
    """Return the look of what is not known well: hatched, without a ground."""
    pattern = {"shape": "/", "fgcolor": PALETTE[meaning][0], "size": 5, "solidity": 0.45}
    return {"color": "rgba(0,0,0,0)", "line": {"width": 0}, "pattern": pattern}


def lanes(names: Sequence[str]) -> dict[str, Any]:
    """Return an axis with a lane for each name, from the top down."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
    }


def row_axis(rows: int) -> dict[str, Any]:
    """Return the axis of rows that :func:`labeled_rows` gives their words."""
    bare = {"showticklabels": False, "showgrid": False, "ticks": ""}
    return {**lanes([""] * rows), **bare}


#: How far below the middle of its row a dot stands, under the words of the row.
BELOW = 0.14


def labeled_rows(labels: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return annotations and shapes: the words of each row, and below them the row's line.

    Words above a row leave the whole width to the axis, where a phone has little of it.
    """
    words = [
        {"x": 0, "xref": "paper", "xanchor": "left", "y": place - 0.27, "yanchor": "middle",
         "align": "left", "text": label, "showarrow": False}
        for place, label in enumerate(labels)
    ]  # fmt: skip
    line = {"color": PALETTE["unknown"][0], "width": 1}
    lines = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": place + BELOW,
         "y1": place + BELOW, "layer": "below", "opacity": 0.4, "line": line}
        for place in range(len(labels))
    ]  # fmt: skip
    return words, lines


def ring(
    x: object, y: object, color: str, *, said: str = "", name: str = "chosen", size: int = 22
) -> dict[str, Any]:
    """Return the trace that rings what is chosen, with words above it if there are any."""
    return {
        "name": name, "showlegend": False, "hoverinfo": "skip",
        "mode": "markers+text" if said else "markers", "x": [x], "y": [y],
        **({"text": [said], "textposition": "top center"} if said else {}),
        "marker": {"symbol": "circle-open", "size": size, "line": {"width": 2.5},
                   "color": PALETTE[color][0]},
    }  # fmt: skip


def upright(x: object) -> dict[str, Any]:
    """Return the shape that marks one place of the axis, from the foot to the top."""
    return {
        "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": PALETTE["unknown"][0], "width": 1.5, "dash": "dot"},
    }  # fmt: skip


def light(color: str) -> str:
    """Return a color so thin that lines stand out on it, on light and on dark ground."""
    sides = [[int(one[k : k + 2], 16) for k in (1, 3, 5)] for one in PALETTE[color]]
    middle = ", ".join(str(sum(pair) // 2) for pair in zip(*sides, strict=True))
    return f"rgba({middle}, 0.3)"


def edge(x: Sequence[float], y: Sequence[float], shape: str) -> dict[str, Any]:
    """Return the lower edge of a light ground: a trace that is not seen."""
    return {
        "mode": "lines", "x": list(x), "y": list(y), "showlegend": False, "hoverinfo": "skip",
        "line": {"width": 0, "shape": shape},
    }  # fmt: skip


def ground(
    name: str, x: Sequence[float], y: Sequence[float], color: str, *, shape: str = "linear"
) -> dict[str, Any]:
    """Return the trace that lays a light ground from the trace before it to its own values."""
    return {
        "name": name, "mode": "lines", "x": list(x), "y": list(y), "hoverinfo": "skip",
        "fill": "tonexty", "fillcolor": light(color),
        "line": {"width": 0, "shape": shape},
    }  # fmt: skip
