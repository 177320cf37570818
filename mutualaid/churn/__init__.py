"""Who stays: the plan over time, as expected numbers in cells.

``project`` takes a ``Scenario``, or a batch of them, through the half-months of the plan. Rooms:
``scenario`` (what is assumed, and which causes can be switched off), ``published`` (what the
tables hold for it), ``delay`` (from diagnosis to notice), ``stack`` (scenarios side by side),
``engine`` (the periods), ``projection`` (the result and its identities), ``triangle`` (claims by
diagnosis and delay). ``targets`` (what was published), ``fit`` (a few unknown numbers, their
rivals, a band) and ``decompose`` (what raised the bill) hold it against the published notices.
``exits`` (how fast members left), ``onward`` (the plan had it gone on), ``spiral`` (whether the
bill fed itself) and ``policies`` (other rules from the first day) ask what else could have become
of it.
"""

from mutualaid.churn.decompose import Decomposition, active_causes, decompose, shapley
from mutualaid.churn.delay import delay_distribution
from mutualaid.churn.engine import project
from mutualaid.churn.exits import Response, exit_rates, net_fall, response_of
from mutualaid.churn.fit import (
    END_OF_2020,
    FREE,
    HINDSIGHT,
    NOT_SO,
    RIVALS,
    Fit,
    band,
    fit,
    rival,
    rivals,
    starting_scenario,
    that_fit,
)
from mutualaid.churn.onward import (
    Outcomes,
    SpiralMap,
    going_on,
    joins_then,
    outcome,
    smallest_pool_then,
    spiral_map,
    two_classes,
    with_classes,
)
from mutualaid.churn.policies import (
    AS_IT_WAS,
    POLICIES,
    STRENGTHS,
    Policy,
    PolicyComparison,
    as_it_was,
    compare_policies,
    ever_joined,
)
from mutualaid.churn.projection import Projection, check_flow, check_money
from mutualaid.churn.published import incidence_table, members_age_mix, published_members
from mutualaid.churn.scenario import CAUSES, Scenario, describe, uncapped, without
from mutualaid.churn.spiral import AFTER, Feedback, feedback, was_it_a_spiral
from mutualaid.churn.targets import (
    LAST_PAID,
    SETTLED,
    Target,
    naive_forecasts,
    predicted,
    shaken,
    targets,
)
from mutualaid.churn.triangle import Triangle, triangle

__all__ = [
    "AFTER",
    "AS_IT_WAS",
    "CAUSES",
    "END_OF_2020",
    "FREE",
    "HINDSIGHT",
    "LAST_PAID",
    "NOT_SO",
    "POLICIES",
    "RIVALS",
    "SETTLED",
    "STRENGTHS",
    "Decomposition",
    "Feedback",
    "Fit",
    "Outcomes",
    "Policy",
    "PolicyComparison",
    "Projection",
    "Response",
    "Scenario",
    "SpiralMap",
    "Target",
    "Triangle",
    "active_causes",
    "as_it_was",
    "band",
    "check_flow",
    "check_money",
    "compare_policies",
    "decompose",
    "delay_distribution",
    "describe",
    "ever_joined",
    "exit_rates",
    "feedback",
    "fit",
    "going_on",
    "incidence_table",
    "joins_then",
    "members_age_mix",
    "naive_forecasts",
    "net_fall",
    "outcome",
    "predicted",
    "project",
    "published_members",
    "response_of",
    "rival",
    "rivals",
    "shaken",
    "shapley",
    "smallest_pool_then",
    "spiral_map",
    "starting_scenario",
    "targets",
    "that_fit",
    "triangle",
    "two_classes",
    "uncapped",
    "was_it_a_spiral",
    "with_classes",
    "without",
]
