"""An audit of the books: every notice settled again, and each line that breaks a rule named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pandas as pd

from mutualaid.periods import Period
from mutualaid.sharing.bill import Bill, Caps, check_caps, exact_rate, settle
from mutualaid.sharing.ledger import COLUMNS, CRITICAL, ENTRIES, OF_CASES, OF_MEMBERS

#: What :func:`audit` can find.
KINDS: Mapping[str, str] = {
    "debit and credit differ": "The two sides of a line are not the same amount.",
    "line doubled": "A line is there twice, or one of a kind that a notice has only once.",
    "line missing": "A notice has no share, or nothing was collected of it.",
    "wrong day": "A line does not stand on the notice day or the deduction day of its period.",
    "wrong account": "A line is booked on an account where its entry does not belong.",
    "out of place": "A line names a case, or counts members, where its entry has none.",
    "paid, never published": "A case was paid that no notice published.",
    "paid twice": "A case was paid more than once.",
    "paid unlike published": "A case was paid another amount than its published benefit.",
    "never paid": "A published case was not paid.",
    "share too high": "Members were charged more than the notice needs.",
    "share too low": "Members were charged less than the notice needs.",
    "fee missing": "The fee was not charged, or not paid to the platform.",
    "fee wrong": "The fee is not its rate times the published benefits.",
    "collection wrong": "What was collected is not the share of those who paid.",
    "arrears wrong": "Arrears are not the share of those who did not pay.",
    "carry-over not brought in": "The surplus of the notice before was not brought in as it was.",
    "carry-over wrong": "The surplus set aside is not what the notice leaves over.",
    "sponsor without a cap": "The sponsor was charged though no cap binds.",
    "sponsor missing": "A cap binds, and the sponsor's part is not there.",
    "sponsor wrong": "The sponsor's part is not what is above the cap.",
}


def audit(
    books: pd.DataFrame,
    *,
    fee_rate: float | str | Decimal | Fraction = 0.08,
    caps: Caps | Mapping[str, Caps] = CRITICAL,
    paid_this_year: int = 0,
) -> pd.DataFrame:
    """Settle every notice of a journal again, and name each line that breaks a rule.

    Taken as given are the published cases, the members charged and those who paid, and what the
    first notice brought in; everything else follows. A fault is reported once, on the line where
    it is: lines that agree either with the rule or with the faulty line are let pass.

    Parameters
    ----------
    books : DataFrame
        A journal, as of :func:`journal`.
    fee_rate : float, str, Decimal or Fraction
        Fee as a share of the benefits.
    caps : Caps or mapping of str to Caps
        Caps in force, for all notices or by the label of the period (none where it has no label).
    paid_this_year : int
        What each member had paid in the calendar year before the first notice of the journal, in
        fen; matters only under a cap for a year.

    Returns
    -------
    DataFrame
        One row for each finding: ``line`` (of the fault; where a line is missing, of the line
        that it belongs to), ``period``, ``kind`` (one of :data:`KINDS`), ``expected_fen``,
        ``found_fen`` and ``told``. For a wrong day or account, and for what is out of place,
        the amounts are those of the line.
        No row: no finding. A notice of
        which no line is left cannot be missed, unless it left a surplus.

    Raises
    ------
    ValueError
        If the journal lacks a column, a line has no number of its own, or an entry is unknown.
    TypeError
        If `caps` is neither a Caps nor a mapping to them.

    Examples
    --------
    >>> from mutualaid.sharing import draw_notices, journal, plant_fault
    >>> books = journal(draw_notices(seed=1))
    >>> len(audit(books))
    0
    >>> audit(plant_fault(books, "fee wrong", seed=1))["kind"].tolist()
    ['fee wrong']
    """
    rate = exact_rate(fee_rate)
    named = caps if isinstance(caps, Mapping) else {}
    for label, one in named.items():
        check_caps(f"caps[{label!r}]", one)
    always = Caps() if isinstance(caps, Mapping) else check_caps("caps", caps)
    work = _Audit(_records(books))
    work.check_lines()
    work.check_cases()
    year, before = None, paid_this_year
    carried: tuple[Period, frozenset[int], _Record | None] | None = None
    for period in work.periods():
        if year is not None and period.year != year:
            before = 0
        year = period.year
        caps_now = named.get(period.label, always)
        bill, left = work.check_notice(period, rate, caps_now, before, carried)
        if bill is not None:
            before += bill.share
        carried = (period, *left)
    return work.findings()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One line of the books."""

    line: int
    period: str
    day: str
    entry: str
    account_debit: str
    debit_fen: int
    account_credit: str
    credit_fen: int
    case: str
    members: int

    def holds(self, *amounts: int) -> bool:
        """Tell whether one side of the line is one of these amounts."""
        return self.debit_fen in amounts or self.credit_fen in amounts

    def without_number(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in COLUMNS[1:])


def _records(books: pd.DataFrame) -> list[_Record]:
    if tuple(books.columns) != COLUMNS:
        raise ValueError(f"journal must have the columns {', '.join(COLUMNS)}")
    records = [
        _Record(**{str(name): cell for name, cell in row.items()})
        for row in books.to_dict("records")
    ]
    numbers: set[int] = set()
    for record in records:
        if record.line in numbers:
            raise ValueError(f"line must be a number of its own, got {record.line} twice")
        numbers.add(record.line)
        if record.entry not in ENTRIES:
            raise ValueError(
                f"entry must be one of {', '.join(ENTRIES)}, got {record.entry!r} "
                f"in line {record.line}"
            )
    return records


class _Audit:
    """One pass over the books; findings gather in the order in which they are made."""

    def __init__(self, records: list[_Record]) -> None:
        self.kept: list[_Record] = []
        self.rows: list[dict[str, Any]] = []
        single: set[tuple[str, str]] = set()
        copies: set[tuple[Any, ...]] = set()
        for record in records:
            place = (record.period, record.entry)
            of_case = record.entry in OF_CASES
            # A second payment is a fault of its own kind, found with the cases.
            again = record.without_number() in copies and record.entry != "case paid"
            if again or (not of_case and place in single):
                self.find("line doubled", record, 0, record.debit_fen, "The line is there twice.")
                continue
            single.add(place)
            copies.add(record.without_number())
            self.kept.append(record)
        self.published: dict[str, _Record] = {}
        self.paid = {one.case: one for one in reversed(self.kept) if one.entry == "case paid"}
        self.at: dict[tuple[str, str], list[_Record]] = {}
        for record in self.kept:
            self.at.setdefault((record.period, record.entry), []).append(record)
            if record.entry == "case published":
                if record.case in self.published:
                    told = f"The case {record.case!r} is published twice."
                    self.find("line doubled", record, 0, record.debit_fen, told)
                else:
                    self.published[record.case] = record

    def find(self, kind: str, record: _Record, expected: int, found: int, told: str) -> None:
        self.rows.append(
            {
                "line": record.line,
                "period": record.period,
                "kind": kind,
                "expected_fen": expected,
                "found_fen": found,
                "told": told,
            }
        )

    def findings(self) -> pd.DataFrame:
        columns = pd.Index(["line", "period", "kind", "expected_fen", "found_fen", "told"])
        rows = sorted(self.rows, key=lambda row: cast(int, row["line"]))
        return pd.DataFrame(rows, columns=columns)

    def periods(self) -> list[Period]:
        return sorted({Period.parse(record.period) for record in self.kept})

    def one(self, period: str, entry: str) -> _Record | None:
        return next(iter(self.at.get((period, entry), [])), None)

    def benefit(self, record: _Record) -> int:
        """Return a published benefit; where its two sides differ, the one that was paid."""
        paid = self.paid.get(record.case)
        if paid is None or paid.holds(record.debit_fen) or not paid.holds(record.credit_fen):
            return record.debit_fen
        return record.credit_fen

    def check_lines(self) -> None:
        for record in self.kept:
            if record.debit_fen != record.credit_fen:
                told = f"Debit {record.debit_fen} fen, credit {record.credit_fen} fen."
                kind = "debit and credit differ"
                self.find(kind, record, record.debit_fen, record.credit_fen, told)
            debit, credit, on_notice_day = ENTRIES[record.entry]
            if (record.account_debit, record.account_credit) != (debit, credit):
                told = (
                    f"{record.entry} goes from {credit} to {debit}, "
                    f"not from {record.account_credit} to {record.account_debit}."
                )
                self.find("wrong account", record, record.debit_fen, record.debit_fen, told)
            named = record.case != "" and record.entry not in OF_CASES
            if named or (record.members != 0 and record.entry not in OF_MEMBERS):
                told = f"{record.entry} has {'no case' if named else 'no members'}."
                self.find("out of place", record, record.debit_fen, record.debit_fen, told)
            period = Period.parse(record.period)
            day = (period.notice_day if on_notice_day else period.deduction_day).isoformat()
            if record.day != day:
                told = f"The day must be {day}, it is {record.day}."
                self.find("wrong day", record, record.debit_fen, record.debit_fen, told)

    def check_cases(self) -> None:
        paid: set[str] = set()
        for record in self.kept:
            if record.entry != "case paid":
                continue
            source = self.published.get(record.case)
            if source is None:
                told = f"No notice published the case {record.case!r}."
                self.find("paid, never published", record, 0, record.debit_fen, told)
            elif record.case in paid:
                told = f"The case {record.case!r} had been paid."
                self.find("paid twice", record, 0, record.debit_fen, told)
            else:
                paid.add(record.case)
                if record.period != source.period:
                    told = f"The case {record.case!r} was published in {source.period}."
                    self.find("wrong day", record, record.debit_fen, record.debit_fen, told)
                if not record.holds(source.debit_fen, source.credit_fen):
                    told = f"The published benefit of {record.case!r} is another."
                    kind = "paid unlike published"
                    self.find(kind, record, source.debit_fen, record.debit_fen, told)
        for case, source in self.published.items():
            if case not in paid:
                told = f"The case {case!r} was not paid."
                self.find("never paid", source, source.debit_fen, 0, told)

    def check_notice(
        self,
        period: Period,
        rate: Fraction,
        caps: Caps,
        paid_this_year: int,
        carried: tuple[Period, frozenset[int], _Record | None] | None,
    ) -> tuple[Bill | None, tuple[frozenset[int], _Record | None]]:
        """Check one notice; return its bill by the rules, and what may be carried on."""
        label = period.label
        share, collected = self.one(label, "share"), self.one(label, "collected")
        anchor = share or collected
        if share is None or collected is None:
            first = next(record for record in self.kept if record.period == label)
            told = f"The notice has no line {'share' if share is None else 'collected'}."
            self.find("line missing", anchor or first, 0, 0, told)
        if anchor is None:
            return None, (frozenset(), None)

        arrears = self.one(label, "arrears")
        payers = collected.members if collected is not None else None
        unpaid = arrears.members if arrears is not None else 0
        members = share.members if share is not None else (payers or 0) + unpaid
        benefits = [
            self.benefit(record)
            for record in self.at.get((label, "case published"), [])
            if self.published[record.case] is record
        ]
        bills = [
            settle(
                benefits=benefits,
                members=max(members, 1),
                fee_rate=rate,
                carried_in=into,
                caps=caps,
                paid_this_year=paid_this_year,
                unpaid=min(max(0, members - payers), members) if payers is not None else unpaid,
            )
            for into in self._carried_in(label, carried, anchor)
        ]
        fitting = (bill for bill in bills if self._fits(bill, label))
        bill = next(fitting, bills[0])
        self._fee(label, bill, anchor)
        charged = self._share(bill, share)
        self._paid(bill, charged, anchor, collected, arrears)
        self._sponsor(label, bill, anchor)
        left = self._carried_out(label, bill, charged, anchor)
        return bill, left

    def _carried_in(
        self,
        label: str,
        carried: tuple[Period, frozenset[int], _Record | None] | None,
        anchor: _Record,
    ) -> tuple[int, ...]:
        """Return what can have been brought in; of two sides that differ, either."""
        into = self.one(label, "carried in")
        if carried is None:
            return (into.debit_fen, into.credit_fen) if into is not None else (0,)
        _, allowed, source = carried
        kind = "carry-over not brought in"
        if into is None:
            expected = 0 if 0 in allowed else max(allowed, default=0)
            if expected:
                told = "The surplus of the notice before is not brought in."
                self.find(kind, source or anchor, expected, 0, told)
            return (expected,)
        if into.holds(*allowed):
            return tuple({into.debit_fen, into.credit_fen} & allowed)
        expected = source.debit_fen if source is not None else max(allowed, default=0)
        told = f"The notice before left {expected} fen."
        self.find(kind, into, expected, into.debit_fen, told)
        return (expected,)

    def _fits(self, bill: Bill, label: str) -> bool:
        """Tell whether share and surplus of a notice are those of a bill."""
        share, out = self.one(label, "share"), self.one(label, "carried out")
        return (share is None or share.holds(bill.charged)) and (
            bill.carried_out == 0 if out is None else out.holds(bill.carried_out)
        )

    def _fee(self, label: str, bill: Bill, anchor: _Record) -> None:
        for entry, told in (("fee", "charged"), ("fee paid", "paid")):
            record = self.one(label, entry)
            if record is None and bill.fee:
                self.find("fee missing", anchor, bill.fee, 0, f"The fee is not {told}.")
            elif record is not None and not record.holds(bill.fee):
                sentence = f"The fee {told} is not its rate times the published benefits."
                self.find("fee wrong", record, bill.fee, record.debit_fen, sentence)

    def _share(self, bill: Bill, share: _Record | None) -> int:
        """Return what a member was charged, right or wrong, in fen."""
        if share is None or share.holds(bill.charged):
            return bill.share
        kind = "share too high" if share.debit_fen > bill.charged else "share too low"
        told = f"The share must be {bill.share} fen for each of {bill.members} members."
        self.find(kind, share, bill.charged, share.debit_fen, told)
        return share.debit_fen // bill.members

    def _paid(
        self,
        bill: Bill,
        charged: int,
        anchor: _Record,
        collected: _Record | None,
        arrears: _Record | None,
    ) -> None:
        if collected is not None:
            payers = bill.members - bill.unpaid
            if not collected.holds(bill.collected, charged * payers):
                told = f"{payers} members paid {bill.share} fen each."
                kind = "collection wrong"
                self.find(kind, collected, bill.collected, collected.debit_fen, told)
        told = f"{bill.unpaid} members did not pay {bill.share} fen each."
        if arrears is None:
            if bill.unpaid and bill.arrears:
                self.find("arrears wrong", collected or anchor, bill.arrears, 0, told)
        elif arrears.members != bill.unpaid or not arrears.holds(
            bill.arrears, charged * bill.unpaid
        ):
            self.find("arrears wrong", arrears, bill.arrears, arrears.debit_fen, told)

    def _sponsor(self, label: str, bill: Bill, anchor: _Record) -> None:
        for entry in ("sponsor", "sponsor paid"):
            record = self.one(label, entry)
            if record is None:
                if bill.sponsor:
                    told = f"A cap for a {' and a '.join(bill.bound_by)} binds; no line {entry}."
                    self.find("sponsor missing", anchor, bill.sponsor, 0, told)
            elif not bill.sponsor:
                told = "No cap binds."
                self.find("sponsor without a cap", record, 0, record.debit_fen, told)
            elif not record.holds(bill.sponsor):
                told = f"The sponsor owes {bill.sponsor} fen."
                self.find("sponsor wrong", record, bill.sponsor, record.debit_fen, told)

    def _carried_out(
        self, label: str, bill: Bill, charged: int, anchor: _Record
    ) -> tuple[frozenset[int], _Record | None]:
        """Check what is set aside; return the amounts that the next notice may bring in."""
        out = self.one(label, "carried out")
        from_charge = bill.carried_out + (charged - bill.share) * bill.members
        if out is None:
            if bill.carried_out and from_charge != 0:
                told = f"The notice leaves {bill.carried_out} fen; nothing is set aside."
                self.find("carry-over wrong", anchor, bill.carried_out, 0, told)
            return frozenset({bill.carried_out}), None
        if not out.holds(bill.carried_out, from_charge):
            told = f"The notice leaves {bill.carried_out} fen."
            self.find("carry-over wrong", out, bill.carried_out, out.debit_fen, told)
        return frozenset({bill.carried_out, out.debit_fen, out.credit_fen}), out
