"""The books of some periods of a run: notices, cases, journal, audit, balances, and as files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import mutualaid
from mutualaid import sharing
from mutualaid.churn import describe
from mutualaid.churn.published import AGES, SEXES
from mutualaid.members.counts import ILLNESSES, Counts
from mutualaid.periods import Period

if TYPE_CHECKING:
    from mutualaid.members.simulation import Simulation

__all__ = ["EMPTY", "Books", "check_books", "span_of", "table_of_cases"]

#: The accounts that hold nothing once a notice is settled and paid.
EMPTY = ("notice", "families", "platform", "members", "sponsor")


def span_of(
    periods: Sequence[Period], first: Period | None, last: Period | None
) -> tuple[int, int]:
    """Return where the periods from `first` to `last` begin and end among those of a run."""
    first = periods[0] if first is None else first
    last = periods[-1] if last is None else last
    for name, value in (("first", first), ("last", last)):
        if not isinstance(value, Period):
            raise TypeError(f"{name} must be a Period, got {value!r}")
    if not periods[0] <= first <= last <= periods[-1]:
        raise ValueError(
            f"first and last must be in order, from {periods[0]} to {periods[-1]}, "
            f"got {first} and {last}"
        )
    return first - periods[0], last - periods[0] + 1


def table_of_cases(drawn: Counts, periods: Sequence[Period], groups: int) -> pd.DataFrame:
    """Return one row for each case, see :meth:`~mutualaid.members.Simulation.cases`.

    `groups` are the ages at joining by sex and risk class.
    """
    order = np.lexsort((drawn.diagnosed, drawn.published))
    published = drawn.published[order]
    joined, group = np.divmod(drawn.cohort[order], groups)
    labels = np.array([*(each.label for each in periods), ""])
    place = np.arange(len(order)) - np.searchsorted(published, published) + 1
    told = [
        f"{labels[t]}/{n:06d}" if labels[t] else "" for t, n in zip(published, place, strict=True)
    ]
    return pd.DataFrame(
        {
            "case": pd.array(told, dtype="str"),
            "age_years": drawn.age[order].astype(np.int64),
            "sex": pd.array(np.array(SEXES)[group // AGES % len(SEXES)], dtype="str"),
            "half_months_since_joining": drawn.diagnosed[order].astype(np.int64) - joined,
            "illness": pd.array(np.array(ILLNESSES)[drawn.illness[order]], dtype="str"),
            "benefit_fen": drawn.benefit[order],
            "diagnosed": pd.array(labels[drawn.diagnosed[order]], dtype="str"),
            "published": pd.array(labels[published], dtype="str"),
        }
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Books:
    """The books of a run from one period to another, as they could be handed to an auditor.

    They close by themselves: what was in the accounts before is their opening balance.

    Parameters
    ----------
    run : Simulation
        The run.
    first, last : Period
        The periods, both included.

    Raises
    ------
    ValueError
        If a period is not one of the run, or they are not in order.
    TypeError
        If one is no Period.

    Examples
    --------
    >>> from mutualaid.churn import Scenario
    >>> from mutualaid.members import simulate
    >>> run = simulate(Scenario(), seed=1, members_scale=1e-4)
    >>> books = run.books(Period(2020, 1, 1), Period(2020, 12, 2))
    >>> len(books.to_frame()), len(books.audit()), check_books(books)
    (24, 0, 0)
    """

    run: Simulation
    first: Period
    last: Period

    def __post_init__(self) -> None:
        span_of(self.run.periods, self.first, self.last)

    @property
    def _span(self) -> range:
        return range(*span_of(self.run.periods, self.first, self.last))

    def cases(self) -> pd.DataFrame:
        """Return one row for each case of the notices, as of :meth:`Simulation.cases`."""
        cases = self.run.cases()
        published = cases["published"]
        inside = (published >= self.first.label) & (published <= self.last.label)
        return cases[inside].reset_index(drop=True)

    def notices(self) -> tuple[sharing.Notice, ...]:
        """Return the settled notices, each with its cases; no members, no notice.

        Raises
        ------
        ValueError
            If a case has no benefit: the books name none such.
        """
        cases = self.cases()
        published = cases["published"].to_numpy()
        found = []
        for t in self._span:
            bill, period = self.run.drawn.bills[t], self.run.periods[t]
            if bill is None:
                continue
            rows = cases[published == period.label]
            named = dict(zip(rows["case"], rows["benefit_fen"].tolist(), strict=True))
            found.append(sharing.Notice(period=period, cases=named, bill=bill))
        return tuple(found)

    def journal(self) -> pd.DataFrame:
        """Return the journal of the notices, as of :func:`mutualaid.sharing.journal`."""
        return sharing.journal(self.notices())

    def audit(self, journal: pd.DataFrame | None = None) -> pd.DataFrame:
        """Audit a journal by :func:`mutualaid.sharing.audit`; no row, no finding.

        Where the fee changes, or a period has no members, a new book is begun: what it was
        brought in is taken as given there.

        Parameters
        ----------
        journal : DataFrame, optional
            A journal of these periods that may have been changed, or read from a file; that of
            these books, if not given.
        """
        books = self.journal() if journal is None else journal
        run, findings = self.run, []
        there = [t for t in self._span if run.drawn.bills[t] is not None]
        start = 0
        for stop in range(1, len(there) + 1):
            here = there[start:stop]
            if stop < len(there) and run.drawn.fees[there[stop]] == run.drawn.fees[here[0]]:
                continue
            begin, end = (run.periods[t].label for t in (here[0], here[-1]))
            inside = (books["period"] >= begin) & (books["period"] <= end)
            findings.append(
                sharing.audit(
                    books if len(here) == len(there) else books[inside],
                    fee_rate=run.drawn.fees[here[0]],
                    caps={run.periods[t].label: run.drawn.caps[t] for t in here},
                    paid_this_year=self._paid_before(here[0]),
                )
            )
            start = stop
        if not findings:
            return sharing.audit(books)
        return pd.concat(findings, ignore_index=True)

    def _paid_before(self, t: int) -> int:
        """Return what a member paid in the year of a period before it."""
        periods = self.run.periods
        year = [each.year == periods[t].year for each in periods[:t]]
        return int(self.run.bill[:t][np.array(year, dtype=bool)].sum())

    def balances(self) -> pd.DataFrame:
        """Return what each account held before, what was booked, and what it holds in the end.

        Debits less credits, in fen; above 0 somebody owes it, or it is money in hand. Shares in
        arrears stay owed, and families are paid in full, so that cash is the surplus carried,
        less all arrears.
        """
        lines, start = self.journal(), self._span.start
        carried, owed = int(self.run.carried_in[start]), int(self.run.arrears[:start].sum())
        opening = {"carry-over": -carried, "arrears": owed, "cash": carried - owed}
        sides = {
            side: lines.groupby(f"account_{side}")[f"{side}_fen"].sum()
            for side in ("debit", "credit")
        }
        rows = []
        for name in sharing.ACCOUNTS:
            debits, credits = (int(each.get(name, 0)) for each in sides.values())
            before = opening.get(name, 0)
            rows.append((name, before, debits, credits, before + debits - credits))
        columns = ["account", "opening_fen", "debits_fen", "credits_fen", "closing_fen"]
        return pd.DataFrame(rows, columns=columns)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each notice, with the fee and the caps that were in force."""
        drawn, rows = self.run.drawn, []
        for t in self._span:
            bill, period, caps = drawn.bills[t], self.run.periods[t], drawn.caps[t]
            if bill is None:
                continue
            (row,) = bill.to_frame().to_dict("records")
            known: dict[str, Any] = {
                "notice": period.label,
                "notice_day": period.notice_day.isoformat(),
                "deduction_day": period.deduction_day.isoformat(),
                "fee_rate": drawn.fees[t],
            }
            for name in ("case", "period", "year"):
                cap = getattr(caps, f"per_{name}")
                known[f"cap_per_{name}_fen"] = "" if cap is None else str(cap)
            rows.append(known | {str(name): cell for name, cell in row.items()})
        return pd.DataFrame(rows)

    # ---- as files -------------------------------------------------------------------------

    def files(self) -> Mapping[str, str]:
        """Return the books as texts by the names of their files; no row is a member's."""
        scenario = describe(self.run.scenario)
        # Every digit of an array: with fewer, other people would be drawn.
        scenario["value"] = [
            json.dumps(each.tolist()) if isinstance(each, np.ndarray) else str(each)
            for each in scenario["value"]
        ]
        return {
            "README.txt": _readme(self),
            "notices.csv": _csv(self.to_frame()),
            "cases.csv": _csv(self.cases()),
            "journal.csv": sharing.to_csv(self.journal()),
            "balances.csv": _csv(self.balances()),
            "scenario.csv": _csv(scenario),
        }

    def to_zip(self) -> bytes:
        """Return the files in one zip; the same books, the same bytes."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in self.files().items():
                # The time of writing would be different bytes each time.
                entry = zipfile.ZipInfo(f"simulated-books/{name}", date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, text.encode(), compresslevel=9)
        return packed.getvalue()


def check_books(books: Books) -> int:
    """Return by how many fen books do not close; 0 if all is well.

    Both sides of all accounts are equal before and after; the accounts that must be empty are;
    the surplus that the last notice carries on is what the carry-over owes; each notice keeps its
    money and has the benefits of its cases.
    """
    balances = books.balances().set_index("account")
    opening, closing = balances["opening_fen"], balances["closing_fen"]
    gaps: list[int] = [int(opening.sum()), int(closing.sum()), *closing[list(EMPTY)].tolist()]
    notices = books.notices()
    if notices:
        gaps.append(int(closing["carry-over"]) + notices[-1].bill.carried_out)
    for each in notices:
        gaps += [sharing.check_money(each.bill), sum(each.cases.values()) - each.bill.benefits]
    return max(abs(gap) for gap in gaps)


def _csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n")


def _readme(books: Books) -> str:
    """Return what a reader of the files alone must know."""
    run = books.run
    size = f"{run.members_scale:g} of true size" if run.members_scale != 1 else "true size"
    return f"""SIMULATED BOOKS. NOBODY IN THEM IS REAL, AND NOTHING IN THEM WAS PUBLISHED.

A model of the mutual-aid plan Xiang Hu Bao drew these people, illnesses and sums.
Notices {books.first} to {books.last}, {size}, drawn from {run.periods[0]} on.
Seed {run.seed}, mutualaid {mutualaid.__version__}, numpy {np.__version__}: with these three and the
scenario, the same books come out.

notices.csv   a row for each notice: its days, the fee as a share of the benefits, the caps in fen
              per head (empty: none), people, and sums in fen
cases.csv     a row for each case: case (its name in the journal), age_years at diagnosis, sex,
              half_months_since_joining (to the diagnosis), illness (accident, light or severe),
              benefit_fen, and the half-months of diagnosis and notice: 2020-01-1 is the first half
              of January 2020
journal.csv   the books in double entry: line, period, day, entry, account and fen of both sides,
              case (empty if none), members (0 if none)
balances.csv  what each account held before the first notice, what was booked, and what it holds
              after the last, in fen, debits less credits
scenario.csv  what the model assumed: field, value, unit, source (a key of the book's tables)

All sums are whole fen; 100 fen are a yuan. There is no row for a member.

To audit by hand, for each notice: the benefits of its cases add up to benefits_fen; fee_fen is
fee_rate of them, rounded half up; share_fen_per_head is benefits and fee less carried_in_fen, over
members_persons, rounded up; carried_out_fen is what that collects too much, and the carried_in_fen
of the next notice. For each account: opening, debits less credits, closing.

To audit by the package (it assumes the fee and the cap of the critical plan in 2020; others can be
given):

    from pathlib import Path
    from mutualaid import sharing
    journal = sharing.read_journal(Path("journal.csv").read_text("utf-8"))
    print(sharing.audit(journal))    # no row, no finding
"""
