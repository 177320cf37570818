"""How a plan ends: what stopping costs, and where members go.

Rooms: ``terms`` (on what terms platforms ended), ``run_off`` (the tail of claims), ``cost`` (what
an end costs the platform, and what others said of it), ``ways`` (one plan ended on the terms of
each platform), ``refunds`` (all shares, to the fen), ``transfer`` (the policies offered, and who
is left without cover), ``account`` (what a year brought the platform), ``explanations`` (why it
ended).
"""

from mutualaid.shutdown.account import insurance_per_member, yearly_account
from mutualaid.shutdown.cost import (
    DELAYS,
    ESTIMATES,
    Cost,
    Estimate,
    closing_cost,
    delay_for_tail,
    other_plans,
    tails_by_delay,
)
from mutualaid.shutdown.explanations import EXPLANATIONS, Observation, observations, weigh
from mutualaid.shutdown.refunds import charges_by_end
from mutualaid.shutdown.run_off import REPORTING_SHARE, RunOff, check_run_off, ended_at, run_off
from mutualaid.shutdown.terms import PLATFORMS, REFUNDS, ClosingTerms, closing_terms
from mutualaid.shutdown.transfer import (
    Offer,
    left_without_cover,
    quoted_premiums,
    refused_share,
    transfer,
)
from mutualaid.shutdown.ways import ways_to_close

__all__ = [
    "DELAYS",
    "ESTIMATES",
    "EXPLANATIONS",
    "PLATFORMS",
    "REFUNDS",
    "REPORTING_SHARE",
    "ClosingTerms",
    "Cost",
    "Estimate",
    "Observation",
    "Offer",
    "RunOff",
    "charges_by_end",
    "check_run_off",
    "closing_cost",
    "closing_terms",
    "delay_for_tail",
    "ended_at",
    "insurance_per_member",
    "left_without_cover",
    "observations",
    "other_plans",
    "quoted_premiums",
    "refused_share",
    "run_off",
    "tails_by_delay",
    "transfer",
    "ways_to_close",
    "weigh",
    "yearly_account",
]
