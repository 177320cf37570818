"""The books of a plan: a double-entry journal of its notices.

Chart of accounts. Every notice passes through the account *notice*, which it leaves at zero:

=============  ====================================================================
account        what a credit, less the debits, means
=============  ====================================================================
notice         what the notice has yet to place; 0 when it is settled
families       owed to the families of published cases
platform       fee owed to the platform
carry-over     surplus kept for the next notice
members        (debit) what members have yet to pay of this notice
arrears        (debit) what members did not pay
sponsor        (debit) what the sponsor has yet to pay
cash           (debit) money in hand; below zero, what the platform advances
=============  ====================================================================

On the notice day the cases are published, the fee is added, the surplus is brought in, the share
and the sponsor's part are claimed, and the new surplus is set aside. On the deduction day members
and sponsor pay, and families and platform are paid. That families are paid on the deduction day is
an assumption: no source gives the day.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mutualaid import checks
from mutualaid.periods import Period
from mutualaid.sharing.bill import Bill, Caps, check_money

#: The accounts of the books.
ACCOUNTS = (
    "notice",
    "families",
    "platform",
    "carry-over",
    "members",
    "arrears",
    "sponsor",
    "cash",
)

#: What a line records: account debited, account credited, and whether on the notice day.
ENTRIES: Mapping[str, tuple[str, str, bool]] = {
    "case published": ("notice", "families", True),
    "fee": ("notice", "platform", True),
    "carried in": ("carry-over", "notice", True),
    "share": ("members", "notice", True),
    "sponsor": ("sponsor", "notice", True),
    "carried out": ("notice", "carry-over", True),
    "collected": ("cash", "members", False),
    "arrears": ("arrears", "members", False),
    "sponsor paid": ("cash", "sponsor", False),
    "case paid": ("families", "cash", False),
    "fee paid": ("platform", "cash", False),
}

#: The entries that name a case, and those that count members.
OF_CASES = ("case published", "case paid")
OF_MEMBERS = ("share", "collected", "arrears")

#: The columns of a journal.
COLUMNS = (
    "line",
    "period",
    "day",
    "entry",
    "account_debit",
    "debit_fen",
    "account_credit",
    "credit_fen",
    "case",
    "members",
)
_WHOLE = ("line", "debit_fen", "credit_fen", "members")

#: Caps of the critical plan after 2019 (plans/critical/cap_per_case).
CRITICAL = Caps(per_case=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One settled notice with its cases.

    Parameters
    ----------
    period : Period
        The half month.
    cases : mapping of str to int
        Name of each case, such as ``2021-12-1/0001``, to its benefit in fen.
    bill : Bill
        The settled bill.

    Raises
    ------
    ValueError
        If a case has no printable name or no whole benefit, the bill has other cases or benefits,
        or its money is not kept.
    """

    period: Period
    cases: Mapping[str, int]
    bill: Bill

    def __post_init__(self) -> None:
        for case, benefit in self.cases.items():
            if not isinstance(case, str) or not case.strip() or not case.isprintable():
                raise ValueError(f"cases must have printable names, got {case!r}")
            checks.whole(f"cases[{case!r}]", benefit, 1)
        count, total = len(self.cases), sum(self.cases.values())
        if (count, total) != (self.bill.cases, self.bill.benefits):
            raise ValueError(
                f"bill must have the {count} cases and {total} fen of cases, "
                f"got {self.bill.cases} and {self.bill.benefits}"
            )
        if check_money(self.bill) != 0:
            raise ValueError(f"bill must keep its money, got {check_money(self.bill)} fen amiss")


def journal(notices: Sequence[Notice]) -> pd.DataFrame:
    """Write the books of some notices, one line for each entry.

    Lines of nothing are left out, but for the share and what was collected of it.

    Parameters
    ----------
    notices : sequence of Notice
        In the order of time.

    Returns
    -------
    DataFrame
        ``line`` (from 1), ``period``, ``day``, ``entry``, ``account_debit``, ``debit_fen``,
        ``account_credit``, ``credit_fen``, ``case`` (empty if the line has none) and ``members``
        (how many heads the line concerns; 0 if none).

    Raises
    ------
    ValueError
        If the notices are not in order, or a case is published twice.

    Examples
    --------
    >>> from mutualaid.sharing import settle
    >>> bill = settle(benefits=[1_000], members=10)
    >>> books = journal([Notice(period=Period(2021, 12, 1), cases={"A": 1_000}, bill=bill)])
    >>> books[["day", "entry", "account_debit", "account_credit", "debit_fen"]]
              day           entry account_debit account_credit  debit_fen
    0  2021-12-07  case published        notice       families       1000
    1  2021-12-07             fee        notice       platform         80
    2  2021-12-07           share       members         notice       1080
    3  2021-12-14       collected          cash        members       1080
    4  2021-12-14       case paid      families           cash       1000
    5  2021-12-14        fee paid      platform           cash         80
    """
    lines: list[dict[str, Any]] = []
    seen: set[str] = set()
    last: Period | None = None
    for notice in notices:
        if last is not None and not last < notice.period:
            raise ValueError(f"notices must be in order, got {notice.period} after {last}")
        if seen & set(notice.cases):
            raise ValueError(f"cases must be published once, got {min(seen & set(notice.cases))!r}")
        seen |= set(notice.cases)
        last, bill = notice.period, notice.bill
        each = list(notice.cases.items())
        posts = [
            *(("case published", benefit, case, 0) for case, benefit in each),
            ("fee", bill.fee, "", 0),
            ("carried in", bill.carried_in, "", 0),
            ("share", bill.charged, "", bill.members),
            ("sponsor", bill.sponsor, "", 0),
            ("carried out", bill.carried_out, "", 0),
            ("collected", bill.collected, "", bill.members - bill.unpaid),
            ("arrears", bill.arrears, "", bill.unpaid),
            ("sponsor paid", bill.sponsor, "", 0),
            *(("case paid", benefit, case, 0) for case, benefit in each),
            ("fee paid", bill.fee, "", 0),
        ]
        for entry, amount, case, members in posts:
            if amount or members or entry in ("share", "collected"):
                lines.append(
                    entry_line(len(lines) + 1, notice.period, entry, amount, case, members)
                )
    return frame_of(lines)


def entry_line(
    line: int, period: Period, entry: str, amount: int, case: str = "", members: int = 0
) -> dict[str, Any]:
    """Return one line of a journal, on the accounts and the day of its entry."""
    debit, credit, on_notice_day = ENTRIES[entry]
    day = period.notice_day if on_notice_day else period.deduction_day
    cells = (
        line, period.label, day.isoformat(), entry, debit, amount, credit, amount, case, members,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def frame_of(lines: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return lines as a journal, with the types of its columns."""
    return pd.DataFrame(
        {
            name: np.array([line[name] for line in lines], dtype=np.int64)
            if name in _WHOLE
            else pd.array([line[name] for line in lines], dtype="str")
            for name in COLUMNS
        }
    )


# ---- as text ---------------------------------------------------------------------------------


def to_csv(books: pd.DataFrame) -> str:
    """Write a journal as CSV text; :func:`read_journal` reads the same journal back.

    Raises
    ------
    ValueError
        If the journal lacks a column.
    """
    if tuple(books.columns) != COLUMNS:
        raise ValueError(f"journal must have the columns {', '.join(COLUMNS)}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(books.itertuples(index=False, name=None))
    return text.getvalue()


def read_journal(text: str) -> pd.DataFrame:
    """Read a journal from CSV text, and refuse it if any cell is malformed.

    Whether the books are right is for :func:`~mutualaid.sharing.audit`.

    Raises
    ------
    ValueError
        If the header, a row or a cell is malformed; the message names row and column.

    Examples
    --------
    >>> from mutualaid.sharing import draw_notices
    >>> books = journal(draw_notices(seed=2))
    >>> read_journal(to_csv(books)).equals(books)
    True
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[dict[str, Any]] = []
    row = 1
    try:
        for row, cells in enumerate(reader, start=1):
            if row == 1:
                if tuple(cells) != COLUMNS:
                    raise ValueError(f"row 1: columns must be {list(COLUMNS)}, got {cells}")
                continue
            if len(cells) != len(COLUMNS):
                raise ValueError(f"row {row}: must have {len(COLUMNS)} cells, got {len(cells)}")
            lines.append(
                {
                    name: _cell(row, name, cell)
                    for name, cell in zip(COLUMNS, cells, strict=True)
                }
            )  # fmt: skip
    except csv.Error as error:
        raise ValueError(f"row {row + 1}: {error}") from None
    if row == 1 and not text:
        raise ValueError(f"row 1: columns must be {list(COLUMNS)}, got nothing")
    return frame_of(lines)


def _cell(row: int, name: str, text: str) -> int | str:
    def refuse(allowed: str) -> ValueError:
        return ValueError(f"row {row}, column {name!r}: must be {allowed}, got {text!r}")

    if name in _WHOLE:
        # Nineteen digits and less than 2**63: what a column of the table holds.
        if not re.fullmatch(r"0|[1-9]\d{0,18}", text, re.ASCII) or int(text) >= 2**63:
            raise refuse("a whole number of at least 0")
        if name == "line" and text == "0":
            raise refuse("a whole number of at least 1")
        return int(text)
    if name == "period":
        try:
            Period.parse(text)
        except ValueError:
            raise refuse("a period such as '2021-12-1'") from None
    elif name == "day" and not _is_day(text):
        raise refuse("a day such as '2021-12-07'")
    elif name == "entry" and text not in ENTRIES:
        raise refuse(f"one of {', '.join(ENTRIES)}")
    elif name.startswith("account") and text not in ACCOUNTS:
        raise refuse(f"one of {', '.join(ACCOUNTS)}")
    elif name == "case" and text and (not text.strip() or not text.isprintable()):
        raise refuse("a printable name, or nothing")
    return text


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        np.datetime64(text, "D")
    except ValueError:
        return False
    return True
