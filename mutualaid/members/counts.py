"""How many of each group join, fall ill and leave: drawn, one period after the other.

Members who joined in one period at one age, of one sex and one risk class are a *cohort*; those of
a cohort who are as old and have been members as long (in select classes) are a *cell*. Nothing
tells the members of a cell apart, so that the number of them to whom something happens is drawn at
once, by a binomial: an exact law. Where no one member will be asked for, cells may be *pooled*: who
is past the waiting time is then counted by age, whenever he joined, for his chances are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mutualaid.churn import Scenario
from mutualaid.churn.delay import delays, under_load
from mutualaid.churn.published import AGES, SEXES, age_boundary
from mutualaid.churn.stack import SLOTS, Stack, stack
from mutualaid.periods import PER_YEAR
from mutualaid.sharing import Bill, Caps, settle

__all__ = [
    "CAUSES",
    "ILLNESSES",
    "Counts",
    "bytes_needed",
    "code_of",
    "codes",
    "draw_counts",
    "stream",
]

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

#: How a membership ends within the periods, in the order of the codes.
CAUSES = ("turned 60", "path", "ended while waiting", "left", "left for the bill", "helped")
AGED, PATH, ENDED, BASE, FOR_BILL, HELPED = range(len(CAUSES))
#: Kinds of cases, in the order of their codes.
ILLNESSES = ("accident", "light", "severe")
ACCIDENT, LIGHT, SEVERE = range(len(ILLNESSES))
#: What random numbers are for; part of what a seed means.
COUNTS, PLACES, UNPAID = range(3)


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """Return the random numbers for one purpose, the same whoever asks, and in whatever order."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=purpose)))


def code_of(period: Any, cause: int) -> Any:
    """Return the code of an exit, by the index of its period, or the indices."""
    return period * len(CAUSES) + cause


def codes(periods: int) -> int:
    """Return how many codes there are: exits, still a member, and diagnosed but not yet helped."""
    return periods * len(CAUSES) + 2


def bytes_needed(scenario: Scenario, people: float, cases: float, histories: bool) -> int:
    """Return about how much memory a run takes at its peak; rather more than less."""
    periods, risks = len(scenario.periods), 2 if scenario.raised_share else 1
    kinds = 5 if scenario.select_factor != 1 or scenario.benefit_start != 1 else 1
    cohorts = periods * risks * len(SEXES) * AGES
    # Exits and unpaid by cohort; cells of up to two dozen years or birthdays, and what is drawn.
    fixed = cohorts * (8 * codes(periods) + 24 * kinds * 200)
    # A code for each member, and as much again while it is drawn; cases with their benefits.
    return round(fixed + (4.5 * people if histories else 0) + 250 * cases)


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """What was drawn: exits by cohort, cases, and the notices.

    Attributes
    ----------
    exits : array of int32, codes x cohorts
        People of each cohort by how it ends for them. In a pooled run it is no cohorts but ages at
        joining, or those reached when the waiting time was over, by sex and risk class; so are
        ``unpaid`` and ``cohort``.
    unpaid : array of int32, periods x cohorts, or None
        People of each cohort who do not pay the share of a period; None where all pay.
    cohort, age, illness, benefit, diagnosed, published : arrays
        Of each case: its cohort, age at diagnosis, kind, benefit in fen, and the indices of the
        periods; `published` is the number of periods where it is not yet published.
    series : dict of str to array of int64
        By period, in people or fen.
    bills : tuple of Bill or None
        The bill of each period; None where there are no members.
    caps : tuple of Caps
        In force in each period.
    fees : tuple of float
        Fee as a share of benefits, in each period.
    """

    exits: NDArray[np.int32]
    unpaid: NDArray[np.int32] | None
    cohort: NDArray[np.int32]
    age: NDArray[np.int8]
    illness: NDArray[np.int8]
    benefit: Whole
    diagnosed: NDArray[np.int16]
    published: NDArray[np.int16]
    series: dict[str, Whole]
    bills: tuple[Bill | None, ...]
    caps: tuple[Caps, ...]
    fees: tuple[float, ...]


#: The series, in people unless they are money.
PEOPLE = (
    "members", "waiting", "covered", "exposed", "joins", "aged", "path", "ended", "left_base",
    "left_bill", "diagnosed", "accidents_waiting", "pending", "helped", "unpaid",
)  # fmt: skip
FEN = ("benefits", "fee", "carried_in", "carried_out", "collected", "arrears", "sponsor", "bill")


def _fen(amount: float) -> Fraction | None:
    """Return yuan as an exact number of fen; None where there is no bound."""
    return None if amount >= 1e200 else Fraction(Decimal(str(float(amount)))) * 100


def caps_of(s: Stack, now: int, scale: float) -> Caps:
    """Return the caps of a period, in whole fen but for that of a case.

    A case of a smaller plan stands for 1 / scale cases.
    """
    case = _fen(s.cap_per_case[now, 0])
    period, year = _fen(s.cap_per_period[0]), _fen(s.cap_per_year[now, 0])
    return Caps(
        per_case=None if case is None else case / Fraction(Decimal(str(scale))),
        per_period=None if period is None else int(period),
        per_year=None if year is None else int(year),
    )


@dataclass(kw_only=True)
class _Cells:
    """The healthy, by cell: cohort, select class, and how many.

    `years` are the birthdays since joining; where everybody has a birthday of his own, the
    half-months from the last one to joining.
    """

    cohort: Whole
    kind: Whole
    years: Whole
    people: Whole

    @classmethod
    def merged(cls, kinds: int, parts: Sequence[_Cells]) -> _Cells:
        """Return cells once each, without the empty; no part holds a cell twice."""
        wide = 1 + max(int(part.years.max(initial=0)) for part in parts)
        high = 1 + max(int(part.cohort.max(initial=0)) for part in parts)
        people = np.zeros(high * kinds * wide, dtype=np.int64)
        for part in parts:
            people[(part.cohort * kinds + part.kind) * wide + part.years] += part.people
        place = np.flatnonzero(people)
        rest, years = np.divmod(place, wide)
        cohort, kind = np.divmod(rest, kinds)
        return cls(cohort=cohort, kind=kind, years=years, people=people[place])

    def moved(self, people: Whole, kind: int = 0, years: int = 0) -> _Cells:
        """Return some of the people of these cells, in cells further on."""
        some = people > 0
        return _Cells(
            cohort=self.cohort[some],
            kind=self.kind[some] + kind,
            years=self.years[some] + years,
            people=people[some],
        )

    def joined_by(self, other: _Cells) -> _Cells:
        """Return these cells and others, none of which is among them."""
        return _Cells(
            **{
                name: np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("cohort", "kind", "years", "people")
            }
        )


class _Run:
    """One plan on its way through the periods. It ends with ``counts``."""

    def __init__(
        self, scenario: Scenario, seed: int, scale: float, birthdays: bool, pooled: bool
    ) -> None:
        s = self.s = stack([scenario])
        self.rng, self.scale, self.seed = stream(seed, COUNTS), scale, seed
        self.pooled = pooled
        self.periods = len(scenario.periods)
        self.waiting = scenario.waiting
        self.phases = PER_YEAR if birthdays and scenario.ageing else 1
        self.light_share = scenario.light_share
        # Groups: risk class x sex x age at joining. Rates are those of cells by age now.
        slot = np.arange(s.cells)
        inside = slot % SLOTS < AGES
        self.slots = slot[inside]
        self.groups = len(self.slots)
        self.ages = self.slots % SLOTS
        self.young = slot % SLOTS < age_boundary()
        classes = s.sums[0, 0, s.ring :]
        self.kinds = len(classes)
        self.covered = classes
        self.while_waiting = float(s.sums[0, 1, 0]) if s.ring else 0.0
        self.moving = float(s.wearing[0, 1, 0]) if self.kinds > 1 else 0.0
        grows = s.sums.shape[1] > 4
        self.grown = s.sums[0, 5, s.ring :] if grows else np.ones(self.kinds)
        self.at_start = float(s.sums[0, 5, 0]) if grows and s.ring else 1.0
        self.mix = s.mix[0, self.slots] / s.mix[0, self.slots].sum()
        none = np.zeros(0, dtype=np.int64)
        self.cells = _Cells(cohort=none, kind=none, years=none, people=none)
        cohorts = self.groups if pooled else self.periods * self.groups
        self.exits = np.zeros((codes(self.periods), cohorts), dtype=np.int32)
        self.unpaid: NDArray[np.int32] | None = None
        if s.arrears_share[0] > 0:
            self.unpaid = np.zeros((self.periods, cohorts), dtype=np.int32)
            self.held = np.zeros(cohorts, dtype=np.int64)
        self.series = {name: np.zeros(self.periods, dtype=np.int64) for name in (*PEOPLE, *FEN)}
        self.cases: list[dict[str, NDArray[np.int64]]] = []
        self.due: list[list[Whole]] = [[] for _ in range(self.periods + 1)]
        self.bills: list[Bill | None] = []
        self.caps = [caps_of(s, now, scale) for now in range(self.periods)]
        self.pending = self.carried = self.paid = 0
        self.given = 0.0

    def run(self, told: Callable[[], None]) -> Counts:
        """Take the plan through its periods."""
        for now in range(self.periods):
            self.note("carried_in", now, self.carried)
            self.come_and_go(now)
            self.fall_ill(now)
            self.settle(now)
            self.leave(now)
            if now + 1 < self.periods:
                self.move_on(now)
            told()
        self.leave_as(codes(self.periods) - 2, self.cells.cohort, self.cells.people)
        none = {name: np.zeros(0, dtype=np.int64) for name in _OF_CASES}
        cases = {
            name: np.concatenate([none[name], *(each[name] for each in self.cases)]).astype(kind)
            for name, kind in _OF_CASES.items()
        }
        return Counts(
            exits=self.exits,
            unpaid=self.unpaid,
            series=self.series,
            bills=tuple(self.bills),
            caps=tuple(self.caps),
            fees=tuple(float(fee) for fee in self.s.fee[:, 0]),
            **cases,
        )

    def note(self, name: str, now: int, value: int | np.integer) -> None:
        """Write a number into a series."""
        self.series[name][now] = value

    def leave_as(self, code: int, cohort: Whole, people: Whole) -> None:
        """Count people of cohorts under a code; a cohort may come more than once."""
        total = np.bincount(self.told_apart(cohort), people).astype(np.int32)
        self.exits[code, : len(total)] += total

    def told_apart(self, cohort: Whole) -> Whole:
        """Return what is kept of cohorts: in a pooled run, not when they joined."""
        return cohort % self.groups if self.pooled else cohort

    def slot(self, now: int) -> Whole:
        """Return the place of each cell's age, sex and risk class among the rates."""
        cells = self.cells
        years = cells.years
        if self.phases > 1:
            years = (now - cells.cohort // self.groups + years) // PER_YEAR
        where: Whole = self.slots[cells.cohort % self.groups] + years
        return where

    def still_waiting(self, now: int) -> NDArray[np.bool_]:
        """Return which cells still wait; who joins in t is covered from t + waiting."""
        late: NDArray[np.bool_] = self.cells.cohort // self.groups + self.waiting > now
        return late

    def come_and_go(self, now: int) -> None:
        """Let members join; or leave, as a given path falls."""
        s = self.s
        if s.given[now, 0]:
            ill = float(s.factor[now, 0] * s.claimed[now, 0])
            slot, people = self.slot(now), self.cells.people
            # Who will be ended while waiting, as expected: so many do not reach the notice.
            ends = np.where(self.still_waiting(now), self.while_waiting, 0.0) * s.ill[0, slot] * ill
            gap = s.members[now, 0] * self.scale - self.pending - float(people @ (1 - ends))
            at_entry = (self.mix * s.ill[0, self.slots]).sum() * ill
            adds = 1 - (self.while_waiting * at_entry if self.waiting else 0.0)
            joins = max(round(gap / adds), 0) if adds > 0 else 0
            if gap < 0:
                weight = float((people * (1 - ends)) @ s.tilt[0, slot])
                pace = -gap / weight if weight > 0 else 0.0
                # Luck may ask for more than everybody.
                gone = self.rng.binomial(people, np.minimum(pace * s.tilt[0, slot], 1.0))
                self.leave_as(code_of(now, PATH), self.cells.cohort, gone)
                self.note("path", now, gone.sum())
                self.cells.people = people - gone
        else:
            # Fractions of people are carried on.
            before, self.given = self.given, self.given + float(s.joins[now, 0]) * self.scale
            joins = round(self.given) - round(before)
        self.note("joins", now, joins)
        if joins:
            mix = np.repeat(self.mix / self.phases, self.phases)
            new = self.rng.multinomial(joins, mix)
            place = np.flatnonzero(new)
            group, phase = np.divmod(place, self.phases)
            self.cells = self.cells.joined_by(
                _Cells(
                    cohort=now * self.groups + group,
                    kind=np.zeros_like(group),
                    years=phase,
                    people=new[place],
                )
            )

    def fall_ill(self, now: int) -> None:
        """Draw who falls ill or is hurt, what they will get, and when."""
        s, rng, cells = self.s, self.rng, self.cells
        slot, late = self.slot(now), self.still_waiting(now)
        light = float(s.light[now, 0])
        weight = np.where(late, self.while_waiting, self.covered[cells.kind])
        chance = s.ill[0, slot] * weight * float(s.factor[now, 0] * s.claimed[now, 0])
        hurt = s.accident[0, slot] * float(s.factor[now, 0])
        # One or the other: an accident with its chance, given that there is no illness.
        chance = np.minimum(chance, 1.0)
        rest = 1 - chance
        hurt = np.minimum(np.divide(hurt, rest, out=np.zeros_like(rest), where=rest > 0), 1.0)
        ill = rng.binomial(cells.people, chance)
        accidents = rng.binomial(cells.people - ill, hurt)
        ended = np.where(late, ill, 0)
        self.leave_as(code_of(now, ENDED), cells.cohort[late], ended[late])
        covered = int(cells.people[~late].sum())
        cells.people = cells.people - ill - accidents
        # One row for each case.
        counts = np.concatenate([np.where(late, 0, ill), accidents])
        place = np.repeat(np.tile(np.arange(len(ill)), 2), counts)
        kind = np.repeat(np.repeat([SEVERE, ACCIDENT], len(ill)), counts)
        lucky = rng.random(len(place)) < (self.light_share if s.claimed[now, 0] == 1 else 0.0)
        kind[(kind == SEVERE) & lucky] = LIGHT
        mean = s.delay_means[now]
        if s.delay_load[0]:
            mean = under_load(mean, s.delay_load, self.pending / self.scale)
        longest = int(s.delay_longest[0])
        below = np.cumsum(delays(mean, s.delay_shape, s.delay_longest, longest)[0])
        wait = np.searchsorted(below[:-1], rng.random(len(place)), side="right")
        full = np.where(self.young[slot[place]], s.benefits[now, 0, 0], s.benefits[now, 0, 1])
        amount = np.where((kind == LIGHT) & (light > 0), s.benefits[now, 0, 2], full)
        amount = amount * np.where(late, self.at_start, self.grown[cells.kind])[place]
        case = {
            "cohort": self.told_apart(cells.cohort[place]),
            "age": slot[place] % SLOTS,
            "illness": kind,
            "benefit": np.floor(amount * 100 + 0.5).astype(np.int64),
            "diagnosed": np.full(len(place), now),
            "published": np.minimum(now + wait, self.periods),
        }
        self.cases.append(case)
        order = np.argsort(case["published"], kind="stable")
        edges = np.searchsorted(case["published"][order], np.arange(self.periods + 2))
        for then in range(now, self.periods + 1):
            chosen = order[edges[then] : edges[then + 1]]
            if len(chosen):
                self.due[then].append(case["benefit"][chosen])
        then = case["published"]
        code = np.where(then < self.periods, code_of(then, HELPED), codes(self.periods) - 1)
        np.add.at(self.exits, (code, case["cohort"]), 1)
        if self.unpaid is not None:
            self.held += np.bincount(case["cohort"], minlength=len(self.held))
        self.pending += len(place)
        waiting = int(cells.people[late].sum())
        self.note("ended", now, ended.sum())
        self.note("exposed", now, covered)
        self.note("waiting", now, waiting)
        self.note("covered", now, cells.people.sum() - waiting)
        self.note("diagnosed", now, len(place))
        self.note("accidents_waiting", now, accidents[late].sum())
        self.note("members", now, cells.people.sum() + self.pending)

    def settle(self, now: int) -> None:
        """Settle the notice: who is helped, and what each member owes."""
        members = int(self.series["members"][now])
        benefits = [each for part in self.due[now] for each in part.tolist()]
        self.due[now] = []
        unpaid = 0
        if self.unpaid is not None:
            there = self.held + np.bincount(
                self.told_apart(self.cells.cohort), self.cells.people, minlength=len(self.held)
            ).astype(np.int64)
            self.unpaid[now] = self.rng.binomial(there, self.s.arrears_share[0])
            unpaid = int(self.unpaid[now].sum())
            for part in self.cases:
                helped = part["cohort"][part["published"] == now]
                self.held -= np.bincount(helped, minlength=len(self.held))
        if self.s.new_year[now]:
            self.paid = 0
        self.pending -= len(benefits)
        self.note("helped", now, len(benefits))
        self.note("pending", now, self.pending)
        self.note("unpaid", now, unpaid)
        if not members:
            self.bills.append(None)
            self.note("carried_out", now, self.carried)
            return
        bill = settle(
            benefits=benefits,
            members=members,
            fee_rate=float(self.s.fee[now, 0]),
            carried_in=self.carried,
            caps=self.caps[now],
            paid_this_year=self.paid,
            unpaid=unpaid,
        )
        self.bills.append(bill)
        for name in set(FEN) - {"carried_in", "bill"}:
            self.note(name, now, getattr(bill, name))
        self.note("bill", now, bill.share)
        self.paid += bill.share
        self.carried = bill.carried_out

    def leave(self, now: int) -> None:
        """Let members leave: at the base rate, and then for the bill they act on."""
        s, cells = self.s, self.cells
        base = float(s.exit_base[0])
        own = float(s.acted[now, 0])
        own = self.series["bill"][now] / 100 if np.isnan(own) else own
        excess = max(own - float(s.exit_reference[0]), 0.0)
        left = self.rng.binomial(cells.people, base)
        self.leave_as(code_of(now, BASE), cells.cohort, left)
        self.note("left_base", now, left.sum())
        cells.people = cells.people - left
        if s.exit_response[0] * excess > 0:
            chance = -np.expm1(-(s.exit_response[0] * excess) * s.tilt[0, self.slot(now)])
            left = self.rng.binomial(cells.people, chance)
            self.leave_as(code_of(now, FOR_BILL), cells.cohort, left)
            self.note("left_bill", now, left.sum())
            cells.people = cells.people - left

    def move_on(self, now: int) -> None:
        """Take the cells to the next period: the select effect wears off, and all grow older."""
        cells = self.cells
        older = float(self.s.older[0]) if self.phases == 1 else 0.0
        parts = [cells]
        if self.moving:
            on = self.rng.binomial(
                cells.people,
                np.where(
                    self.still_waiting(now) | (cells.kind == self.kinds - 1), 0.0, self.moving
                ),
            )
            cells.people = cells.people - on
            parts.append(cells.moved(on, kind=1))
        for part in parts.copy() if older else ():
            turned = self.rng.binomial(part.people, older)
            part.people = part.people - turned
            new = part.moved(turned, years=1)
            out = self.ages[new.cohort % self.groups] + new.years == AGES
            self.leave_as(code_of(now + 1, AGED), new.cohort[out], new.people[out])
            self.series["aged"][now + 1] += new.people[out].sum()
            new.people = np.where(out, 0, new.people)
            parts.append(new)
        self.cells = _Cells.merged(self.kinds, parts)
        if self.phases > 1:
            out = self.slot(now + 1) % SLOTS == AGES
            gone = np.where(out, self.cells.people, 0)
            self.leave_as(code_of(now + 1, AGED), self.cells.cohort, gone)
            self.note("aged", now + 1, gone.sum())
            self.cells.people = self.cells.people - gone
        if self.pooled:
            self.pool(now + 1)

    def pool(self, now: int) -> None:
        """Forget when those joined whose waiting time is over, and count them by age."""
        cells, late = self.cells, self.still_waiting(now)
        # As if they had joined in the first period, at the age they are: none of these still wait.
        cohort = np.where(late, cells.cohort, cells.cohort % self.groups + cells.years)
        years = np.where(late, cells.years, 0)
        wide = 1 + int(years.max(initial=0))
        place, where = np.unique(
            (cohort * self.kinds + cells.kind) * wide + years, return_inverse=True
        )
        rest, years = np.divmod(place, wide)
        cohort, kind = np.divmod(rest, self.kinds)
        people = np.zeros(len(place), dtype=np.int64)
        np.add.at(people, where, cells.people)
        self.cells = _Cells(cohort=cohort, kind=kind, years=years, people=people)


#: What is kept of a case, and how.
_OF_CASES = {
    "cohort": np.int32,
    "age": np.int8,
    "illness": np.int8,
    "benefit": np.int64,
    "diagnosed": np.int16,
    "published": np.int16,
}


def draw_counts(
    scenario: Scenario,
    seed: int,
    scale: float,
    birthdays: bool,
    pooled: bool,
    told: Callable[[], None],
) -> Counts:
    """Run the periods; `told` is called after each."""
    return _Run(scenario, seed, scale, birthdays, pooled).run(told)
