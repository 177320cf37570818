"""The plan over time once more: one member at a time, in whole people and whole fen.

``simulate`` takes a ``Scenario``, as ``project`` does. Rooms: ``counts`` (how many of each group
join, fall ill and leave), ``histories`` (which members it falls on), ``simulation`` (the result and
its identities), ``simulate`` (the door).
"""

from mutualaid.members.counts import CAUSES, ILLNESSES
from mutualaid.members.simulate import show_progress, simulate, simulate_many
from mutualaid.members.simulation import (
    Charge,
    Member,
    Simulation,
    check_charges,
    check_people,
)

__all__ = [
    "CAUSES",
    "ILLNESSES",
    "Charge",
    "Member",
    "Simulation",
    "check_charges",
    "check_people",
    "show_progress",
    "simulate",
    "simulate_many",
]
