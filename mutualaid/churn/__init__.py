"""Who stays: the plan over time, as expected numbers in cells.

``project`` takes a ``Scenario``, or a batch of them, through the half-months of the plan. Rooms:
``scenario`` (what is assumed, and which causes can be switched off), ``published`` (what the
tables hold for it), ``delay`` (from diagnosis to notice), ``stack`` (scenarios side by side),
``engine`` (the periods), ``projection`` (the result and its identities).
"""

from mutualaid.churn.delay import delay_distribution
from mutualaid.churn.engine import project
from mutualaid.churn.projection import Projection, check_flow, check_money
from mutualaid.churn.published import incidence_table, members_age_mix, published_members
from mutualaid.churn.scenario import CAUSES, Scenario, describe, without

__all__ = [
    "CAUSES",
    "Projection",
    "Scenario",
    "check_flow",
    "check_money",
    "delay_distribution",
    "describe",
    "incidence_table",
    "members_age_mix",
    "project",
    "published_members",
    "without",
]
