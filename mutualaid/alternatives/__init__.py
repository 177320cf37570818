"""What else a person could buy or hope for: what it costs, what it pays, and on whose word.

Rooms: ``people`` (a person, an illness), ``offers`` (the alternatives and their terms), ``cost``
(what each costs a year), ``layers`` (who pays what of one illness), ``standing`` (who may join,
and until when cover is sure), ``surplus`` (charged before and partly returned, or shared after;
who buys where nobody is refused).

Every figure of a source keeps the key of its row. What no source gives is None. Where a model
cannot do without an assumption, it is an argument with a default, named in ``ASSUMED``.
"""

from mutualaid.alternatives.cost import YearlyCost, quoted_prices, yearly_cost
from mutualaid.alternatives.layers import Comparison, Layer, check_layers, compare
from mutualaid.alternatives.offers import ALTERNATIVES, ASSUMED, Alternative, fixed_sum
from mutualaid.alternatives.people import CITIES, HEALTH, SOCIAL, Illness, Person
from mutualaid.alternatives.standing import LIFE, YEARS, Standing, standing
from mutualaid.alternatives.surplus import (
    before_and_after,
    check_before_and_after,
    cost_by_participation,
    paid_back,
)

__all__ = [
    "ALTERNATIVES",
    "ASSUMED",
    "CITIES",
    "HEALTH",
    "LIFE",
    "SOCIAL",
    "YEARS",
    "Alternative",
    "Comparison",
    "Illness",
    "Layer",
    "Person",
    "Standing",
    "YearlyCost",
    "before_and_after",
    "check_before_and_after",
    "check_layers",
    "compare",
    "cost_by_participation",
    "fixed_sum",
    "paid_back",
    "quoted_prices",
    "standing",
    "yearly_cost",
]
