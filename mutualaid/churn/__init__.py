"""Who stays: the plan over time, as expected numbers in cells.

``project`` takes a ``Scenario``, or a batch of them, through the half-months of the plan. Rooms:
``scenario`` (what is assumed, and which causes can be switched off), ``published`` (what the
tables hold for it), ``delay`` (from diagnosis to notice), ``stack`` (scenarios side by side),
``engine`` (the periods), ``projection`` (the result and its identities). ``targets`` (what was
published), ``fit`` (a few unknown numbers, their rivals, a band) and ``decompose`` (what raised
the bill) hold it against the published notices.
"""

from mutualaid.churn.decompose import Decomposition, active_causes, decompose, shapley
from mutualaid.churn.delay import delay_distribution
from mutualaid.churn.engine import project
from mutualaid.churn.fit import (
    END_OF_2020,
    FREE,
    NOT_SO,
    RIVALS,
    Fit,
    band,
    fit,
    rivals,
    starting_scenario,
    that_fit,
)
from mutualaid.churn.projection import Projection, check_flow, check_money
from mutualaid.churn.published import incidence_table, members_age_mix, published_members
from mutualaid.churn.scenario import CAUSES, Scenario, describe, uncapped, without
from mutualaid.churn.targets import (
    LAST_PAID,
    SETTLED,
    Target,
    naive_forecasts,
    predicted,
    shaken,
    targets,
)

__all__ = [
    "CAUSES",
    "END_OF_2020",
    "FREE",
    "LAST_PAID",
    "NOT_SO",
    "RIVALS",
    "SETTLED",
    "Decomposition",
    "Fit",
    "Projection",
    "Scenario",
    "Target",
    "active_causes",
    "band",
    "check_flow",
    "check_money",
    "decompose",
    "delay_distribution",
    "describe",
    "fit",
    "incidence_table",
    "members_age_mix",
    "naive_forecasts",
    "predicted",
    "project",
    "published_members",
    "rivals",
    "shaken",
    "shapley",
    "starting_scenario",
    "targets",
    "that_fit",
    "uncapped",
    "without",
]
