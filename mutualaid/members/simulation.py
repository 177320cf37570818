"""What a run leads to: notices, cases, the books, and the history of each member."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks, sharing
from mutualaid.churn import Scenario
from mutualaid.churn.published import AGES, SEXES
from mutualaid.members.counts import (
    AGED,
    CAUSES,
    ENDED,
    FEN,
    HELPED,
    ILLNESSES,
    PATH,
    PEOPLE,
    UNPAID,
    Counts,
    codes,
    stream,
)
from mutualaid.members.histories import Codes, shuffled
from mutualaid.periods import Period

__all__ = ["Charge", "Member", "Simulation", "check_charges", "check_people"]

Whole = NDArray[np.int64]
Places = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a member was asked for by one notice.

    Attributes
    ----------
    period : Period
        Of the notice.
    fen : int
        The share.
    paid : bool
        Whether it was paid; if not, it is in arrears.
    """

    period: Period
    fen: int
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The history of one member.

    Attributes
    ----------
    number : int
        From 0, in the order of joining periods; within one by risk class, sex and age.
    joined : Period
        When the membership began.
    age : int
        At joining, years.
    sex : str
        ``male`` or ``female``.
    raised_risk : bool
        Whether of the class of undeclared or raised risk.
    charges : tuple of Charge
        One for each notice.
    end : str
        A cause of ``CAUSES``; ``member`` at the end of the run, or ``pending`` if diagnosed
        and not yet helped by then.
    left : Period or None
        Period of the end: after its notice for those who left or were helped, before it for the
        others. None if there was none.
    diagnosed : Period or None
        When the illness or accident for which the member was helped, or will be, was diagnosed.
    illness : str or None
        ``accident``, ``light`` or ``severe``.
    benefit : int or None
        In fen.
    """

    number: int
    joined: Period
    age: int
    sex: str
    raised_risk: bool
    charges: tuple[Charge, ...]
    end: str
    left: Period | None
    diagnosed: Period | None
    illness: str | None
    benefit: int | None

    @property
    def charged(self) -> int:
        """Sum of the charges, fen."""
        return sum(each.fen for each in self.charges)

    @property
    def paid(self) -> int:
        """Sum of what was paid, fen."""
        return sum(each.fen for each in self.charges if each.paid)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each charge."""
        return pd.DataFrame(
            {
                "period": [each.period.label for each in self.charges],
                "charge_fen": np.array([each.fen for each in self.charges], dtype=np.int64),
                "paid": np.array([each.paid for each in self.charges], dtype=bool),
            }
        )


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
        d = self.drawn
        order = np.lexsort((d.diagnosed, d.published))
        published = d.published[order]
        joined, group = np.divmod(d.cohort[order], self._groups)
        labels = np.array([*(each.label for each in self.periods), ""])
        place = np.arange(len(order)) - np.searchsorted(published, published) + 1
        told = [
            f"{labels[t]}/{n:06d}" if labels[t] else ""
            for t, n in zip(published, place, strict=True)
        ]
        cases = pd.DataFrame(
            {
                "case": pd.array(told, dtype="str"),
                "age_years": d.age[order].astype(np.int64),
                "sex": pd.array(np.array(SEXES)[group // AGES % len(SEXES)], dtype="str"),
                "half_months_since_joining": d.diagnosed[order].astype(np.int64) - joined,
                "illness": pd.array(np.array(ILLNESSES)[d.illness[order]], dtype="str"),
                "benefit_fen": d.benefit[order],
                "diagnosed": pd.array(labels[d.diagnosed[order]], dtype="str"),
                "published": pd.array(labels[published], dtype="str"),
            }
        )
        return cases.drop(columns="half_months_since_joining") if self.pooled else cases

    def notices(
        self, first: Period | None = None, last: Period | None = None
    ) -> tuple[sharing.Notice, ...]:
        """Return the settled notices of some periods, each with its cases.

        A period without members has no notice.

        Raises
        ------
        ValueError
            If a period is not one of the run, or a case has no benefit: the books name none such.
        """
        start, stop = self._span(first, last)
        cases = self.cases()
        published = cases["published"].to_numpy()
        found = []
        for t in range(start, stop):
            bill = self.drawn.bills[t]
            if bill is None:
                continue
            rows = cases[published == self.periods[t].label]
            named = dict(zip(rows["case"], rows["benefit_fen"].tolist(), strict=True))
            found.append(sharing.Notice(period=self.periods[t], cases=named, bill=bill))
        return tuple(found)

    def journal(self, first: Period | None = None, last: Period | None = None) -> pd.DataFrame:
        """Return the books of some periods, as of :func:`mutualaid.sharing.journal`.

        Raises
        ------
        ValueError
            As :meth:`notices`.
        """
        return sharing.journal(self.notices(first, last))

    def audit(self, first: Period | None = None, last: Period | None = None) -> pd.DataFrame:
        """Audit the books of some periods by :func:`mutualaid.sharing.audit`; no row, no finding.

        Where the fee changes, or a period has no members, a new book is begun: what it was
        brought in is taken as given there, and compared here.

        Raises
        ------
        ValueError
            As :meth:`notices`.
        """
        findings = []
        notices = self.notices(first, last)
        start = 0
        for stop in range(1, len(notices) + 1):
            here = [each.period - self.periods[0] for each in notices[start : stop + 1]]
            more = stop < len(notices)
            if more and self.drawn.fees[here[-1]] == self.drawn.fees[here[0]]:
                continue
            caps = {self.periods[t].label: self.drawn.caps[t] for t in here}
            findings.append(
                sharing.audit(
                    sharing.journal(notices[start:stop]),
                    fee_rate=self.drawn.fees[here[0]],
                    caps=caps,
                    paid_this_year=self._paid_before(here[0]),
                )
            )
            start = stop
        if not findings:
            return sharing.audit(sharing.journal(()))
        return pd.concat(findings, ignore_index=True)

    def _paid_before(self, t: int) -> int:
        """Return what a member paid in the year of a period before it."""
        year = [each.year == self.periods[t].year for each in self.periods[:t]]
        return int(self.bill[:t][np.array(year, dtype=bool)].sum())

    def _span(self, first: Period | None, last: Period | None) -> tuple[int, int]:
        first = self.periods[0] if first is None else first
        last = self.periods[-1] if last is None else last
        for name, value in (("first", first), ("last", last)):
            if not isinstance(value, Period):
                raise TypeError(f"{name} must be a Period, got {value!r}")
        if not self.periods[0] <= first <= last <= self.periods[-1]:
            raise ValueError(
                f"first and last must be in order, from {self.periods[0]} to {self.periods[-1]}, "
                f"got {first} and {last}"
            )
        return first - self.periods[0], last - self.periods[0] + 1

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
        number = checks.whole("number", number, 0, self.people - 1)
        d, count = self.drawn, len(self.periods)
        groups = self._groups
        t = int(np.searchsorted(np.cumsum(self.joins), number, side="right"))
        block = d.exits[:, t * groups : (t + 1) * groups]
        sizes = np.cumsum(block.sum(axis=0, dtype=np.int64))
        before = int(self.joins[:t].sum())
        group = int(np.searchsorted(sizes, number - before, side="right"))
        cohort = t * groups + group
        begin, end = before + int(sizes[group - 1] if group else 0), before + int(sizes[group])
        if self.ends is None:
            ends = shuffled(self.seed, t, block)[begin - before : end - before]
        else:
            ends = self.ends[begin:end]
        place, code = number - begin, int(ends[number - begin])
        period, cause = divmod(code, len(CAUSES))
        last = int(_last_charged(count)[code])
        over = period < count
        case = None
        if (over and cause == HELPED) or code == codes(count) - 1:
            # Those of a cohort who are helped in one notice differ by luck alone.
            rank = int((ends[:place] == code).sum())
            when = period if over else count
            case = np.flatnonzero((d.cohort == cohort) & (d.published == when))[rank]
        unpaid = self._unpaid_of(cohort, ends, t, place)
        return Member(
            number=number,
            joined=self.periods[t],
            age=group % AGES,
            sex=SEXES[group // AGES % len(SEXES)],
            raised_risk=group // AGES // len(SEXES) == 1,
            charges=tuple(
                Charge(period=self.periods[n], fen=int(self.bill[n]), paid=n not in unpaid)
                for n in range(t, last + 1)
            ),
            end=CAUSES[cause] if over else ("member", "pending")[code - codes(count) + 2],
            left=self.periods[period] if over else None,
            diagnosed=None if case is None else self.periods[d.diagnosed[case]],
            illness=None if case is None else ILLNESSES[d.illness[case]],
            benefit=None if case is None else int(d.benefit[case]),
        )

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
        place, _ = self._span(joined, None)
        age = checks.whole("age", age, 0, AGES - 1)
        checks.one_of("sex", sex, SEXES)
        checks.boolean("raised_risk", raised_risk)
        groups = self._groups
        group = (int(raised_risk) * len(SEXES) + SEXES.index(sex)) * AGES + age
        if group >= groups:
            return range(0)
        cohort = place * groups + group
        sizes = self.drawn.exits[:, place * groups : cohort + 1].sum(axis=0, dtype=np.int64)
        stop = int(self.joins[:place].sum() + sizes.sum())
        return range(stop - int(sizes[-1]), stop)

    def _unpaid_of(self, cohort: int, ends: Codes, joined: int, place: int) -> set[int]:
        """Return the notices that one of a cohort does not pay."""
        if self.drawn.unpaid is None:
            return set()
        last = _last_charged(len(self.periods))[ends]
        found = set()
        for n in range(joined, int(last[place]) + 1):
            there = np.flatnonzero(last >= n)
            rng = stream(self.seed, UNPAID, n, cohort)
            chosen = rng.choice(len(there), int(self.drawn.unpaid[n, cohort]), replace=False)
            if place in there[chosen]:
                found.add(n)
        return found

    def members_table(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """Return one row for each member from `start` up to, not including, `stop`.

        ``charged_fen`` is the sum of all charges, ``notices`` how many there were; ``end`` and
        ``left`` as in :class:`Member`.

        Raises
        ------
        ValueError
            If there are no such members, or histories were not asked for.
        """
        start = checks.whole("start", start, 0, self.people)
        stop = checks.whole("stop", self.people if stop is None else stop, start, self.people)
        if self.ends is None:
            raise ValueError("histories must be True for a table of members, got False")
        ends = self.ends[start:stop]
        count = len(self.periods)
        groups = self._groups
        edges = np.cumsum(self.drawn.exits.sum(axis=0, dtype=np.int64))
        cohort = np.searchsorted(edges, np.arange(start, stop), side="right")
        joined, group = np.divmod(cohort, groups)
        last = _last_charged(count)[ends]
        sums = np.concatenate([[0], np.cumsum(self.bill)])
        labels = np.array([*(each.label for each in self.periods), ""])
        period, cause = np.divmod(ends.astype(np.int64), len(CAUSES))
        told = np.array([*CAUSES, "member", "pending"])
        cause = np.where(period < count, cause, cause + len(CAUSES))
        return pd.DataFrame(
            {
                "number": np.arange(start, stop),
                "joined": pd.array(labels[joined], dtype="str"),
                "age_years": group % AGES,
                "sex": pd.array(np.array(SEXES)[group // AGES % len(SEXES)], dtype="str"),
                "raised_risk": group // AGES // len(SEXES) == 1,
                "notices": last + 1 - joined,
                "charged_fen": sums[last + 1] - sums[joined],
                "end": pd.array(told[cause], dtype="str"),
                "left": pd.array(labels[np.minimum(period, count)], dtype="str"),
            }
        )

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


def _last_charged(periods: int) -> Whole:
    """Return the index of the last notice that is charged, for each code."""
    period, cause = np.divmod(np.arange(codes(periods)), len(CAUSES))
    last = np.where(np.isin(cause, (AGED, PATH, ENDED)), period - 1, period)
    return np.minimum(last, periods - 1)


def check_charges(simulation: Simulation) -> int:
    r"""Return by how many fen the charges of all members miss the ledger; 0 if all is well.

    .. math:: \sum_i \left( S_{l_i} - S_{f_i - 1} \right) = \sum_t s_t N_t

    with the sums :math:`S` of the shares :math:`s`, the first and last notice :math:`f_i` and
    :math:`l_i` of each member, and the members :math:`N` of each notice. The left side is taken
    from the histories, member by member, if the run has them, and else from the exits by cohort;
    and so is the number of members charged at each notice, which is compared as well.
    """
    s, count = simulation, len(simulation.periods)
    last = _last_charged(count)
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
