"""The plan's calendar: half-month periods, notice days and deduction days.

Twice a month the plan published a notice of the cases to be helped, on the 7th and the 21st,
and a week later, on the 14th and the 28th, it charged every member an equal share.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

__all__ = ["FIRST", "LAST", "NOTICES", "PER_YEAR", "Period", "periods_between"]

#: Notices in a full year.
PER_YEAR = 24

_LABEL = re.compile(r"(\d{4})-(\d{2})-([12])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Half a month of the plan, with its notice and its deduction.

    Parameters
    ----------
    year, month : int
        Calendar month; `month` from 1 to 12.
    half : int
        1 for the notice of the 7th, 2 for the notice of the 21st.

    Raises
    ------
    ValueError
        If `year`, `month` or `half` is out of range.

    Examples
    --------
    >>> last_paid = Period(2021, 12, 1)
    >>> last_paid.label, last_paid.notice_day.isoformat(), last_paid.deduction_day.isoformat()
    ('2021-12-1', '2021-12-07', '2021-12-14')
    >>> (last_paid + 3).label, last_paid.number
    ('2022-01-2', 71)
    """

    year: int
    month: int
    half: int

    def __post_init__(self) -> None:
        for name in ("year", "month", "half"):
            part = getattr(self, name)
            if type(part) is not int:
                raise TypeError(f"{name} must be a whole number (int), got {part!r}")
        if not 1900 <= self.year <= 9998:
            raise ValueError(f"year must be from 1900 to 9998, got {self.year!r}")
        if self.month not in range(1, 13):
            raise ValueError(f"month must be from 1 to 12, got {self.month!r}")
        if self.half not in (1, 2):
            raise ValueError(f"half must be 1 or 2, got {self.half!r}")

    @classmethod
    def parse(cls, label: str) -> Period:
        """Read a label such as ``"2021-12-1"``.

        Raises
        ------
        ValueError
            If `label` does not have the form year-month-half.
        """
        match = _LABEL.fullmatch(label)
        if match is None:
            raise ValueError(f"label must look like '2021-12-1' (year-month-half), got {label!r}")
        year, month, half = map(int, match.groups())
        return cls(year, month, half)

    @classmethod
    def of(cls, day: dt.date) -> Period:
        """Return the period whose half of the month holds `day` (1st-15th, or from the 16th)."""
        return cls(day.year, day.month, 1 if day.day <= 15 else 2)

    @property
    def label(self) -> str:
        """Year, month and half: ``"2021-12-1"``."""
        return f"{self.year:04d}-{self.month:02d}-{self.half}"

    @property
    def notice_day(self) -> dt.date:
        """The 7th or the 21st: the cases are published; who is a member at 0:00 owes a share."""
        return dt.date(self.year, self.month, 7 if self.half == 1 else 21)

    @property
    def deduction_day(self) -> dt.date:
        """The 14th or the 28th: the share is charged."""
        return dt.date(self.year, self.month, 14 if self.half == 1 else 28)

    @property
    def number(self) -> int:
        """Ordinal of the notice, counted two a month from January 2019.

        This is the book's own count. It makes 74 notices of the plan. A count that starts with
        the first notice known from a newspaper, of 2019-01-21, makes 73.
        """
        return self._index - FIRST._index + 1

    @property
    def _index(self) -> int:
        return (self.year * 12 + self.month - 1) * 2 + self.half - 1

    def __add__(self, halves: int) -> Period:
        months, half = divmod(self._index + halves, 2)
        return Period(months // 12, months % 12 + 1, half + 1)

    def __sub__(self, other: Period) -> int:
        return self._index - other._index

    def __str__(self) -> str:
        return self.label


def periods_between(first: Period, last: Period) -> tuple[Period, ...]:
    """List the periods from `first` to `last`, both included.

    Raises
    ------
    ValueError
        If `last` comes before `first`.

    Examples
    --------
    >>> [p.label for p in periods_between(Period(2019, 12, 2), Period(2020, 1, 2))]
    ['2019-12-2', '2020-01-1', '2020-01-2']
    """
    if last < first:
        raise ValueError(f"last must not come before first ({first}), got {last}")
    return tuple(first + i for i in range(last - first + 1))


#: The first notice of the book's count.
FIRST = Period(2019, 1, 1)
#: The last notice, 2022-01-21, a week before the plan ended.
LAST = Period(2022, 1, 2)
#: The 74 notices of the plan.
NOTICES = periods_between(FIRST, LAST)
