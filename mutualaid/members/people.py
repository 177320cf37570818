"""What became of each member: who it was, what was charged, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid import checks
from mutualaid.churn.published import AGES, SEXES
from mutualaid.members.books import span_of
from mutualaid.members.counts import (
    AGED,
    CAUSES,
    ENDED,
    HELPED,
    ILLNESSES,
    PATH,
    UNPAID,
    codes,
    stream,
)
from mutualaid.members.histories import Codes, shuffled
from mutualaid.periods import Period

if TYPE_CHECKING:
    from mutualaid.members.simulation import Simulation

__all__ = ["Charge", "Member", "last_charged", "member_of", "members_table", "numbers_of"]

Whole = NDArray[np.int64]


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


def member_of(s: Simulation, number: int) -> Member:
    """Return the history of one member, see :meth:`~mutualaid.members.Simulation.member`."""
    number = checks.whole("number", number, 0, s.people - 1)
    d, count = s.drawn, len(s.periods)
    groups = d.exits.shape[1] // count
    t = int(np.searchsorted(np.cumsum(s.joins), number, side="right"))
    block = d.exits[:, t * groups : (t + 1) * groups]
    sizes = np.cumsum(block.sum(axis=0, dtype=np.int64))
    before = int(s.joins[:t].sum())
    group = int(np.searchsorted(sizes, number - before, side="right"))
    cohort = t * groups + group
    begin, end = before + int(sizes[group - 1] if group else 0), before + int(sizes[group])
    if s.ends is None:
        ends = shuffled(s.seed, t, block)[begin - before : end - before]
    else:
        ends = s.ends[begin:end]
    place, code = number - begin, int(ends[number - begin])
    period, cause = divmod(code, len(CAUSES))
    last = int(last_charged(count)[code])
    over = period < count
    case = None
    if (over and cause == HELPED) or code == codes(count) - 1:
        # Those of a cohort who are helped in one notice differ by luck alone.
        rank = int((ends[:place] == code).sum())
        when = period if over else count
        case = np.flatnonzero((d.cohort == cohort) & (d.published == when))[rank]
    unpaid = _unpaid_of(s, cohort, ends, t, place)
    return Member(
        number=number,
        joined=s.periods[t],
        age=group % AGES,
        sex=SEXES[group // AGES % len(SEXES)],
        raised_risk=group // AGES // len(SEXES) == 1,
        charges=tuple(
            Charge(period=s.periods[n], fen=int(s.bill[n]), paid=n not in unpaid)
            for n in range(t, last + 1)
        ),
        end=CAUSES[cause] if over else ("member", "pending")[code - codes(count) + 2],
        left=s.periods[period] if over else None,
        diagnosed=None if case is None else s.periods[d.diagnosed[case]],
        illness=None if case is None else ILLNESSES[d.illness[case]],
        benefit=None if case is None else int(d.benefit[case]),
    )


def numbers_of(
    s: Simulation, joined: Period, age: int, sex: str, *, raised_risk: bool = False
) -> range:
    """Return the numbers of some, see :meth:`~mutualaid.members.Simulation.numbers_of`."""
    place, _ = span_of(s.periods, joined, None)
    age = checks.whole("age", age, 0, AGES - 1)
    checks.one_of("sex", sex, SEXES)
    checks.boolean("raised_risk", raised_risk)
    groups = s.drawn.exits.shape[1] // len(s.periods)
    group = (int(raised_risk) * len(SEXES) + SEXES.index(sex)) * AGES + age
    if group >= groups:
        return range(0)
    cohort = place * groups + group
    sizes = s.drawn.exits[:, place * groups : cohort + 1].sum(axis=0, dtype=np.int64)
    stop = int(s.joins[:place].sum() + sizes.sum())
    return range(stop - int(sizes[-1]), stop)


def _unpaid_of(s: Simulation, cohort: int, ends: Codes, joined: int, place: int) -> set[int]:
    """Return the notices that one of a cohort does not pay."""
    if s.drawn.unpaid is None:
        return set()
    last = last_charged(len(s.periods))[ends]
    found = set()
    for n in range(joined, int(last[place]) + 1):
        there = np.flatnonzero(last >= n)
        rng = stream(s.seed, UNPAID, n, cohort)
        chosen = rng.choice(len(there), int(s.drawn.unpaid[n, cohort]), replace=False)
        if place in there[chosen]:
            found.add(n)
    return found


def members_table(s: Simulation, start: int = 0, stop: int | None = None) -> pd.DataFrame:
    """Return a row for each, see :meth:`~mutualaid.members.Simulation.members_table`."""
    start = checks.whole("start", start, 0, s.people)
    stop = checks.whole("stop", s.people if stop is None else stop, start, s.people)
    if s.ends is None:
        raise ValueError("histories must be True for a table of members, got False")
    ends = s.ends[start:stop]
    count = len(s.periods)
    groups = s.drawn.exits.shape[1] // count
    edges = np.cumsum(s.drawn.exits.sum(axis=0, dtype=np.int64))
    cohort = np.searchsorted(edges, np.arange(start, stop), side="right")
    joined, group = np.divmod(cohort, groups)
    last = last_charged(count)[ends]
    sums = np.concatenate([[0], np.cumsum(s.bill)])
    labels = np.array([*(each.label for each in s.periods), ""])
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


def last_charged(periods: int) -> Whole:
    """Return the index of the last notice that is charged, for each code."""
    period, cause = np.divmod(np.arange(codes(periods)), len(CAUSES))
    last = np.where(np.isin(cause, (AGED, PATH, ENDED)), period - 1, period)
    return np.minimum(last, periods - 1)
