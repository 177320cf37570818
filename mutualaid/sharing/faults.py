"""Notices and faults drawn by chance: for exercises, and for the tests of the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from mutualaid import checks
from mutualaid.periods import FIRST, Period
from mutualaid.sharing.bill import Caps, settle
from mutualaid.sharing.findings import KINDS
from mutualaid.sharing.ledger import (
    ACCOUNTS,
    CRITICAL,
    ENTRIES,
    OF_CASES,
    OF_MEMBERS,
    Notice,
    entry_line,
    frame_of,
)


def draw_notices(
    *,
    seed: int | np.random.Generator,
    notices: int = 3,
    members: int = 1_000,
    fee_rate: float | str | Decimal | Fraction = 0.08,
    caps: Caps = CRITICAL,
) -> list[Notice]:
    """Draw some settled notices of a small plan that was never there.

    Each has one to five cases of a few yuan to some hundred yuan, some members who do not pay,
    and brings in what the one before left. With the cap of 0.1 yuan for one case, cases above
    about 93 yuan bind it in a pool of 1,000.

    Parameters
    ----------
    seed : int or Generator
        Seed, or the caller's generator.
    notices : int
        How many, from 1.
    members : int
        Members at the first notice, from 10.
    fee_rate : float, str, Decimal or Fraction
        Fee as a share of the benefits.
    caps : Caps
        Caps in force; a cap for a year counts from the first notice.

    Raises
    ------
    ValueError
        If `notices` or `members` is out of range.
    """
    notices = checks.whole("notices", notices, 1)
    members = checks.whole("members", members, 10)
    rng = np.random.default_rng(seed)
    period = FIRST + int(rng.integers(0, 48))
    drawn: list[Notice] = []
    carried = paid = 0
    for _ in range(notices):
        cases = {
            f"{period}/{number:04d}": int(amount)
            for number, amount in enumerate(
                rng.integers(members // 2, 11 * members, int(rng.integers(1, 6))), start=1
            )
        }
        bill = settle(
            benefits=list(cases.values()),
            members=members,
            fee_rate=fee_rate,
            carried_in=carried,
            caps=caps,
            paid_this_year=paid,
            unpaid=int(rng.integers(0, members // 10 + 1)),
        )
        drawn.append(Notice(period=period, cases=cases, bill=bill))
        carried, members = bill.carried_out, max(10, members - bill.unpaid // 2)
        paid = paid + bill.share if (period + 1).year == period.year else 0
        period = period + 1
    return drawn


def plant_fault(books: pd.DataFrame, kind: str, seed: int | np.random.Generator) -> pd.DataFrame:
    """Return a copy of a journal with one fault of a kind; the same seed, the same fault.

    Parameters
    ----------
    books : DataFrame
        A journal without faults.
    kind : str
        One of :data:`KINDS`.
    seed : int or Generator
        Seed, or the caller's generator.

    Returns
    -------
    DataFrame
        The copy. Its ``attrs["fault"]`` holds the kind and the line that an audit must name.

    Raises
    ------
    ValueError
        If the kind is unknown, or no line of this journal can carry it.
    """
    checks.one_of("kind", kind, KINDS)
    lines = [
        {str(name): cell for name, cell in row.items()}
        for row in books.to_dict("records")
    ]  # fmt: skip
    planted = _Fault(lines, np.random.default_rng(seed))
    line = _PLANTS[kind](planted)
    faulty = frame_of(planted.lines)
    faulty.attrs["fault"] = {"kind": kind, "line": line}
    return faulty


class _Fault:
    """Lines of the books, about to be spoiled."""

    def __init__(self, lines: list[dict[str, Any]], rng: np.random.Generator) -> None:
        self.lines, self.rng = lines, rng

    def pick(self, *entries: str, **cells: Any) -> dict[str, Any]:
        """Pick a line of some entries."""
        fitting = [
            line
            for line in self.lines
            if (not entries or line["entry"] in entries)
            and all(line[name] == cell for name, cell in cells.items())
        ]
        if not fitting:
            raise ValueError(f"journal must have a line {' or '.join(entries)} for this fault")
        return fitting[int(self.rng.integers(len(fitting)))]

    def shift(self, line: dict[str, Any], by: int) -> int:
        for side in ("debit_fen", "credit_fen"):
            line[side] += by
        return int(line["line"])

    def step(self, line: dict[str, Any]) -> int:
        """Return a change that leaves the amount at one fen or more."""
        by = int(self.rng.integers(1, 1_000))
        down = line["debit_fen"] > by and self.rng.integers(2)
        return -by if down else by

    def add(self, line: dict[str, Any], **cells: Any) -> int:
        number = max(int(one["line"]) for one in self.lines) + 1
        self.lines.append({**line, **cells, "line": number})
        return number

    def share_of(self, line: dict[str, Any]) -> int:
        """Return the line of the share of the same notice."""
        return int(self.pick("share", period=line["period"])["line"])

    # One method for each kind; each returns the line that an audit must name.

    def unequal_sides(self) -> int:
        line = self.pick()
        side = ("debit_fen", "credit_fen")[int(self.rng.integers(2))]
        line[side] += int(self.rng.integers(1, 1_000))
        return int(line["line"])

    def doubled(self) -> int:
        return self.add(self.pick(*(entry for entry in ENTRIES if entry != "case paid")))

    def line_missing(self) -> int:
        line = self.pick("share", "collected")
        other = "collected" if line["entry"] == "share" else "share"
        self.lines.remove(line)
        return int(self.pick(other, period=line["period"])["line"])

    def wrong_day(self) -> int:
        line = self.pick()
        days = [f"{line['period'][:7]}-{day}" for day in ("07", "14", "21", "28")]
        others = [day for day in days if day != line["day"]]
        line["day"] = others[int(self.rng.integers(len(others)))]
        return int(line["line"])

    def wrong_account(self) -> int:
        line = self.pick()
        side = ("account_debit", "account_credit")[int(self.rng.integers(2))]
        others = [account for account in ACCOUNTS if account != line[side]]
        line[side] = others[int(self.rng.integers(len(others)))]
        return int(line["line"])

    def out_of_place(self) -> int:
        if self.rng.integers(2):
            line = self.pick(*(entry for entry in ENTRIES if entry not in OF_CASES))
            line["case"] = "a case"
        else:
            line = self.pick(*(entry for entry in ENTRIES if entry not in OF_MEMBERS))
            line["members"] = int(self.rng.integers(1, 1_000))
        return int(line["line"])

    def never_published(self) -> int:
        line = self.pick("case paid")
        return self.add(line, case=f"{line['case']}x")

    def paid_twice(self) -> int:
        line = self.pick("case paid")
        if self.rng.integers(2):
            return self.add(line)
        later = self.pick("share", period=max(one["period"] for one in self.lines))
        period = Period.parse(str(later["period"]))
        return self.add(line, period=period.label, day=period.deduction_day.isoformat())

    def unlike_published(self) -> int:
        line = self.pick("case paid")
        return self.shift(line, self.step(line))

    def never_paid(self) -> int:
        line = self.pick("case paid")
        self.lines.remove(line)
        return int(self.pick("case published", case=line["case"])["line"])

    def one_fen(self, sign: int) -> int:
        """Charge one fen more or less, and carry it through what was paid and what was not."""
        charged = [one for one in self.lines if one["entry"] == "share" and one["debit_fen"]]
        if not charged:
            raise ValueError("journal must have a share above 0 for this fault")
        share = charged[int(self.rng.integers(len(charged)))]
        for line in self.lines:
            if line["period"] == share["period"] and line["entry"] in (
                "share", "collected", "arrears",
            ):  # fmt: skip
                self.shift(line, sign * line["members"])
        return int(share["line"])

    def fee_missing(self) -> int:
        line = self.pick("fee", "fee paid")
        self.lines.remove(line)
        return self.share_of(line)

    def fee_wrong(self) -> int:
        line = self.pick("fee", "fee paid")
        return self.shift(line, self.step(line))

    def collection_wrong(self) -> int:
        line = self.pick("collected")
        return self.shift(line, self.step(line))

    def arrears_wrong(self) -> int:
        line = self.pick("arrears")
        if self.rng.integers(2):
            line["members"] += int(self.rng.integers(1, 10))
            return int(line["line"])
        return self.shift(line, self.step(line))

    def not_brought_in(self) -> int:
        first = min(line["period"] for line in self.lines)
        later = [
            line for line in self.lines if line["entry"] == "carried in" and line["period"] > first
        ]
        if not later:
            raise ValueError("journal must have a carry-over brought in for this fault")
        line = later[int(self.rng.integers(len(later)))]
        if self.rng.integers(2):
            return self.shift(line, self.step(line))
        self.lines.remove(line)
        before = (Period.parse(str(line["period"])) + (-1)).label
        return int(self.pick("carried out", period=before)["line"])

    def carry_over_wrong(self) -> int:
        line = self.pick("carried out")
        return self.shift(line, self.step(line))

    def sponsor_without_cap(self) -> int:
        capped = {line["period"] for line in self.lines if line["entry"] == "sponsor"}
        free = [
            line for line in self.lines if line["entry"] == "share" and line["period"] not in capped
        ]
        if not free:
            raise ValueError("journal must have a notice that no cap binds for this fault")
        share = free[int(self.rng.integers(len(free)))]
        period = Period.parse(str(share["period"]))
        entry = ("sponsor", "sponsor paid")[int(self.rng.integers(2))]
        amount = int(self.rng.integers(1, 1_000))
        return self.add(entry_line(0, period, entry, amount))

    def sponsor_missing(self) -> int:
        line = self.pick("sponsor", "sponsor paid")
        self.lines.remove(line)
        return self.share_of(line)

    def sponsor_wrong(self) -> int:
        line = self.pick("sponsor", "sponsor paid")
        return self.shift(line, self.step(line))


_PLANTS: Mapping[str, Callable[[_Fault], int]] = {
    "debit and credit differ": _Fault.unequal_sides,
    "line doubled": _Fault.doubled,
    "line missing": _Fault.line_missing,
    "wrong day": _Fault.wrong_day,
    "wrong account": _Fault.wrong_account,
    "out of place": _Fault.out_of_place,
    "paid, never published": _Fault.never_published,
    "paid twice": _Fault.paid_twice,
    "paid unlike published": _Fault.unlike_published,
    "never paid": _Fault.never_paid,
    "share too high": lambda fault: fault.one_fen(1),
    "share too low": lambda fault: fault.one_fen(-1),
    "fee missing": _Fault.fee_missing,
    "fee wrong": _Fault.fee_wrong,
    "collection wrong": _Fault.collection_wrong,
    "arrears wrong": _Fault.arrears_wrong,
    "carry-over not brought in": _Fault.not_brought_in,
    "carry-over wrong": _Fault.carry_over_wrong,
    "sponsor without a cap": _Fault.sponsor_without_cap,
    "sponsor missing": _Fault.sponsor_missing,
    "sponsor wrong": _Fault.sponsor_wrong,
}
