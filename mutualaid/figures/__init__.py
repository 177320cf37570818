"""Plotly figures from results. One meaning has one color through the whole book.

Published values are filled dots, values that were derived or placed by us are hollow dots, model
values are lines. Axes stay while a control moves, so that a change can be seen. No model lives
here.
"""

from mutualaid.figures.alternatives import plot_layers, plot_prices, plot_standing
from mutualaid.figures.base import HEIGHT, MARKS, PALETTE, base_layout
from mutualaid.figures.churn import plot_causes, plot_replay
from mutualaid.figures.exits import plot_joined, plot_map, plot_years
from mutualaid.figures.history import (
    plot_answers,
    plot_bills,
    plot_events,
    plot_lives,
    plot_members,
    plot_rates,
)
from mutualaid.figures.ledger import (
    plot_balances,
    plot_cap,
    plot_cases,
    plot_notice,
    plot_running,
)
from mutualaid.figures.policies import plot_beside
from mutualaid.figures.rules import (
    plot_admission,
    plot_benefit,
    plot_jury,
    plot_path,
    plot_pool,
    plot_relay,
)
from mutualaid.figures.sandbox import Row, plot_whole_plan
from mutualaid.figures.sharing import plot_before_and_after, plot_steadiness, plot_who_pays
from mutualaid.figures.shutdown import (
    plot_closing_cost,
    plot_explanations,
    plot_left,
    plot_premiums,
    plot_tail,
    plot_ways,
)
from mutualaid.figures.simulated import plot_lives_of_members, plot_runs

__all__ = [
    "HEIGHT",
    "MARKS",
    "PALETTE",
    "Row",
    "base_layout",
    "plot_admission",
    "plot_answers",
    "plot_balances",
    "plot_before_and_after",
    "plot_benefit",
    "plot_beside",
    "plot_bills",
    "plot_cap",
    "plot_cases",
    "plot_causes",
    "plot_closing_cost",
    "plot_events",
    "plot_explanations",
    "plot_joined",
    "plot_jury",
    "plot_layers",
    "plot_left",
    "plot_lives",
    "plot_lives_of_members",
    "plot_map",
    "plot_members",
    "plot_notice",
    "plot_path",
    "plot_pool",
    "plot_premiums",
    "plot_prices",
    "plot_rates",
    "plot_relay",
    "plot_replay",
    "plot_running",
    "plot_runs",
    "plot_standing",
    "plot_steadiness",
    "plot_tail",
    "plot_ways",
    "plot_who_pays",
    "plot_whole_plan",
    "plot_years",
]
