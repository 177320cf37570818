"""The plan over time once more: one member at a time, in whole people and whole fen.

``simulate`` takes a ``Scenario``, as ``project`` does. Rooms: ``counts`` (how many of each group
join, fall ill and leave), ``histories`` (which members it falls on), ``books`` (notices, cases,
journal, audit), ``people`` (what became of each member), ``simulation`` (the result and its
identities), ``simulate`` (the door), ``year`` (the books of one year at true size).
"""

from mutualaid.members.books import Books, check_books
from mutualaid.members.counts import CAUSES, ILLNESSES
from mutualaid.members.people import Charge, Member
from mutualaid.members.simulate import show_progress, simulate, simulate_many
from mutualaid.members.simulation import Simulation, check_charges, check_people
from mutualaid.members.year import simulated_year

__all__ = [
    "CAUSES",
    "ILLNESSES",
    "Books",
    "Charge",
    "Member",
    "Simulation",
    "check_books",
    "check_charges",
    "check_people",
    "show_progress",
    "simulate",
    "simulate_many",
    "simulated_year",
]
