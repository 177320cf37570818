"""What a run leads to, and its identities; books and people have rooms of their own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import sharing
from mutualaid.churn import Scenario
from mutualaid.members.books import Books, table_of_cases
from mutualaid.members.counts import FEN, PEOPLE, Counts, codes
from mutualaid.members.histories import Codes
from mutualaid.members.people import (
    Member,
    last_charged,
    member_of,
    members_table,
    numbers_of,
)
from mutualaid.periods import Period

__all__ = ["Simulation", "check_charges", "check_people"]

Whole = NDArray[np.int64]
Places = NDArray[np.integer[Any]]


def _result(unit: str, text: str) -> Any:
    return field(metadata={"unit": unit, "text": text})


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation:
    """The plan over time, drawn; people are whole, and money is in whole fen.

    The arrays have one value for each period, named as those of a
    :class:`~mutualaid.churn.Projection`; ``unpaid`` are members who do not pay the share.
    ``bill`` is the share of each member.

    Attributes
    ----------
    scenario : Scenario
        What was assumed.
    seed : int
        What the random numbers began with.
    members_scale : float
        Size of the plan, as a share of the scenario's.
    birthdays : bool
        Whether everybody has a birthday of his own.
    pooled : bool
        Whether it was forgotten when those joined who are past the waiting time.
    periods : tuple of Period
        The periods.
    ends : array of uint16, or None
        For each member, in the order of their numbers, a code: six times the index of the period
        and the place of the cause in ``CAUSES``; after the last of these, 0 for who is still a
        member, 1 for who is diagnosed and not yet helped. None if histories were not asked for.
    drawn : Counts
        What was drawn, before it fell on members.
    """

    scenario: Scenario
    seed: int
    members_scale: float
    birthdays: bool
    pooled: bool
    periods: tuple[Period, ...]
    members: Whole = _result("people", "in the plan at the notice")
    waiting: Whole = _result("people", "healthy, still waiting")
    covered: Whole = _result("people", "healthy, covered for illness")
    exposed: Whole = _result("people", "covered for illness, before diagnoses")
    joins: Whole = _result("people", "who join")
    aged: Whole = _result("people", "who turn 60")
    path: Whole = _result("people", "who leave as a given path falls")
    ended: Whole = _result("people", "diagnosed while waiting, unpaid")
    left_base: Whole = _result("people", "who leave at the base rate")
    left_bill: Whole = _result("people", "who leave for the bill")
    diagnosed: Whole = _result("people", "claims incurred")
    accidents_waiting: Whole = _result("people", "claims incurred by members still waiting")
    pending: Whole = _result("people", "diagnosed, to be helped later")
    helped: Whole = _result("people", "helped in this notice")
    unpaid: Whole = _result("people", "who do not pay the share")
    benefits: Whole = _result("fen", "benefits of this notice")
    fee: Whole = _result("fen", "fee")
    carried_in: Whole = _result("fen", "surplus of the notice before")
    carried_out: Whole = _result("fen", "surplus of this notice")
    collected: Whole = _result("fen", "paid by members")
    arrears: Whole = _result("fen", "charged and not paid")
    sponsor: Whole = _result("fen", "above the caps")
    bill: Whole = _result("fen_per_head", "charged to each member")
    ends: Codes | None
    drawn: Counts

    def __post_init__(self) -> None:
        d = self.drawn
        arrays = [getattr(self, name) for name in (*PEOPLE, *FEN)]
        arrays += [d.exits, d.cohort, d.age, d.illness, d.benefit, d.diagnosed, d.published]
        arrays += [each for each in (self.ends, d.unpaid) if each is not None]
        for each in arrays:
            each.setflags(write=False)

    @property
    def people(self) -> int:
        """Everybody who was ever a member."""
        return int(self.joins.sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each period, units in the names of columns."""
        columns: dict[str, Any] = {"period": [each.label for each in self.periods]}
        for each in fields(self):
            if "unit" in each.metadata:
                columns[f"{each.name}_{each.metadata['unit']}"] = getattr(self, each.name)
        return pd.DataFrame(columns)

    # ---- cases and books ------------------------------------------------------------------

    def cases(self) -> pd.DataFrame:
        """Return one row for each case, without the member's number, by the time of its notice.

        ``published`` is empty for a case that is not published in the run; ``case`` is its name in
        the books. Half-months since joining are those to the diagnosis; a pooled run has none.
        """
        cases = table_of_cases(self.drawn, self.periods, self._groups)
        return cases.drop(columns="half_months_since_joining") if self.pooled else cases

    def books(self, first: Period | None = None, last: Period | None = None) -> Books:
        """Return the books of some periods, all of them if not told otherwise.

        Raises
        ------
        ValueError
            If a period is not one of the run, or they are not in order.
        """
        return Books(
            run=self,
            first=self.periods[0] if first is None else first,
            last=self.periods[-1] if last is None else last,
        )

    def notices(
        self, first: Period | None = None, last: Period | None = None
    ) -> tuple[sharing.Notice, ...]:
        """Return the notices of some periods, as :meth:`Books.notices`.

        Raises
        ------
        ValueError
            If a period is not one of the run, or a case has no benefit: the books name none such.
        """
        return self.books(first, last).notices()

    def journal(self, first: Period | None = None, last: Period | None = None) -> pd.DataFrame:
        """Return the journal of some periods, as :meth:`Books.journal`."""
        return self.books(first, last).journal()

    def audit(self, first: Period | None = None, last: Period | None = None) -> pd.DataFrame:
        """Audit the books of some periods, as :meth:`Books.audit`."""
        return self.books(first, last).audit()

    # ---- members --------------------------------------------------------------------------

    @property
    def _groups(self) -> int:
        """Ages at joining by sex and risk class."""
        cohorts: int = self.drawn.exits.shape[1]
        return cohorts // (1 if self.pooled else len(self.periods))

    def _check_told_apart(self) -> None:
        if self.pooled:
            raise ValueError("pooled must be False where members are asked for, got True")

    def member(self, number: int) -> Member:
        """Return the history of one member.

        Parameters
        ----------
        number : int
            From 0; there are ``people`` of them.

        Raises
        ------
        ValueError
            If there is no such member, or the run was pooled.
        """
        self._check_told_apart()
        return member_of(self, number)

    def numbers_of(self, joined: Period, age: int, sex: str, *, raised_risk: bool = False) -> range:
        """Return the numbers of those who joined in a period at an age, of one sex and risk class.

        Raises
        ------
        ValueError
            If the period is not one of the run, there is no such age or sex, or the run was pooled.

        Examples
        --------
        >>> from mutualaid.members import simulate
        >>> result = simulate(Scenario(), 1, members_scale=1e-5)
        >>> numbers = result.numbers_of(result.periods[0], 30, "female")
        >>> one = result.member(numbers[0])
        >>> one.age, one.sex, one.joined == result.periods[0]
        (30, 'female', True)
        """
        self._check_told_apart()
        return numbers_of(self, joined, age, sex, raised_risk=raised_risk)

    def members_table(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """Return one row for each member from `start` up to, not including, `stop`.

        ``charged_fen`` is the sum of all charges, ``notices`` how many there were; ``end`` and
        ``left`` as in :class:`Member`.

        Raises
        ------
        ValueError
            If there are no such members, or histories were not asked for.
        """
        return members_table(self, start, stop)

    def digest(self) -> str:
        """Return the SHA-256 digest of everything that was drawn: the same bytes, the same run."""
        d = self.drawn
        arrays: list[Places] = [getattr(self, name) for name in (*PEOPLE, *FEN)]
        arrays += [d.exits, d.cohort, d.age, d.illness, d.benefit, d.diagnosed, d.published]
        arrays += [each for each in (self.ends, d.unpaid) if each is not None]
        work = hashlib.sha256()
        for each in arrays:
            work.update(f"{each.dtype.str}{each.shape}".encode())
            work.update(np.ascontiguousarray(each).data)
        return work.hexdigest()


def check_charges(simulation: Simulation) -> int:
    r"""Return by how many fen the charges of all members miss the ledger; 0 if all is well.

    .. math:: \sum_i \left( S_{l_i} - S_{f_i - 1} \right) = \sum_t s_t N_t

    with the sums :math:`S` of the shares :math:`s`, the first and last notice :math:`f_i` and
    :math:`l_i` of each member, and the members :math:`N` of each notice. The left side is taken
    from the histories, member by member, if the run has them, and else from the exits by cohort;
    and so is the number of members charged at each notice, which is compared as well.
    """
    s, count = simulation, len(simulation.periods)
    last = last_charged(count)
    sums = [0, *np.cumsum(s.bill).tolist()]
    edges = np.concatenate([[0], np.cumsum(s.joins)])
    joined = [range(count)] if s.pooled else [range(t, t + 1) for t in range(count)]
    exits = s.drawn.exits.reshape(codes(count), len(joined), -1).sum(axis=2, dtype=np.int64)
    total, leavers, amiss = 0, np.zeros(count + 1, dtype=np.int64), 0
    for people, span in zip(exits.T, joined, strict=True):
        if s.ends is not None:
            found = np.bincount(
                s.ends[edges[span.start] : edges[span.stop]], minlength=codes(count)
            )
            amiss += int(np.abs(found - people).sum())
            people = found
        by_last = np.bincount(last + 1, people, minlength=count + 1).astype(np.int64)
        total += sum(n * sums[k] for k, n in enumerate(by_last.tolist()) if n)
        total -= sum(int(s.joins[t]) * sums[t] for t in span)
        leavers += by_last
    charged = np.cumsum(s.joins) - np.cumsum(leavers)[:count]
    ledger: int = sum(b * n for b, n in zip(s.bill.tolist(), s.members.tolist(), strict=True))
    kept = int(s.collected.sum()) + int(s.arrears.sum())
    missing = int(np.abs(charged - s.members).max())
    return max(abs(total - ledger), abs(kept - ledger), amiss, missing)


def check_people(simulation: Simulation) -> int:
    r"""Return by how many people, or fen, a period does not follow from the one before; else 0.

    .. math::

        N_t = N_{t-1} - H_{t-1} - B_{t-1} - R_{t-1} - A_t - P_t + J_t - E_t

    as :func:`mutualaid.churn.check_flow`; besides, the parts of members add up, so do cases
    diagnosed, pending and helped, and each notice keeps its money.
    """
    s = simulation

    def before(values: Whole) -> Whole:
        return np.concatenate([[0], values[:-1]])

    rolled = (
        before(s.members - s.helped - s.left_base - s.left_bill)
        - s.aged - s.path + s.joins - s.ended
    )  # fmt: skip
    gaps: list[Whole] = [
        s.members - rolled,
        s.members - (s.waiting + s.covered + s.pending + s.helped),
        s.pending - (before(s.pending) + s.diagnosed - s.helped),
        s.covered + s.diagnosed - s.accidents_waiting - s.exposed,
        s.carried_in - before(s.carried_out),
        s.benefits + s.fee + s.carried_out
        - (s.collected + s.arrears + s.sponsor + s.carried_in),
        s.collected + s.arrears - s.bill * s.members,
    ]  # fmt: skip
    return max(int(np.abs(gap).max()) for gap in gaps)
