"""How explorables write days, counts and chances."""

from __future__ import annotations

import datetime as dt

from mutualaid.periods import Period


def written_day(date: dt.date) -> str:
    """Write a day: Dec 7, 2021."""
    return f"{date:%b} {date.day}, {date.year}"


def written_notice(label: str) -> str:
    """Write the day of a notice: 2021-12-1 was published on Dec 7, 2021."""
    return written_day(Period.parse(label).notice_day)


def written_date(written: str) -> str:
    """Write a date of the tables, as exactly as it is known: 2021, Dec 2021 or Dec 7, 2021."""
    match len(written):
        case 4:
            return written
        case 7:
            return f"{dt.date.fromisoformat(f'{written}-01'):%b %Y}"
    return written_day(dt.date.fromisoformat(written))


def placed(written: str) -> dt.date:
    """Place a date of the tables on an axis: a month or a year in its middle."""
    return dt.date.fromisoformat(
        {4: f"{written}-07-01", 7: f"{written}-15"}.get(len(written), written)
    )


def millions(persons: float) -> str:
    """Write persons in millions, as exactly as they are known."""
    return f"{persons / 1e6:.4f}".rstrip("0").rstrip(".") + " million"


def listed(parts: list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def written_chance(chance: float) -> str:
    """Write a chance without claiming certainty."""
    if chance > 0.999:
        return "more than 99.9%"
    return "less than 0.1%" if chance < 0.001 else f"{chance:.1%}"
