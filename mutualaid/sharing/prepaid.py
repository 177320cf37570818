"""Money before a case, or after it: who holds what, who waits, and who loses.

Two plans with the same members and the same cases. In the *prepaid* plan members deposit money,
the platform holds it, and shares are taken from it. In the plan *afterwards* nothing is held, and
shares are asked for when the cases are known; some members do not pay. Both are models with
numbers of the reader; the true cases are in :func:`true_cases`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from mutualaid import checks, history
from mutualaid.sharing.bill import exact_rate, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Who holds and owes what at the end of one period; all in whole fen.

    Attributes
    ----------
    period : int
        Number of the period; the last one is the closing.
    members : int
        Members at the end of the period.
    paid_in : int
        Paid by members in this period: deposits and top-ups, or shares.
    platform_paid_in : int
        Paid by the platform from its own money in this period.
    to_families, to_members, to_platform : int
        Paid out in this period: benefits; balances given back; fee, and what the platform used of
        the members' money.
    held : int
        Members' money in the hands of the platform.
    owed_members, owed_families : int
        Balances of members, also of those who left; approved benefits not yet paid.
    lost_members, lost_families, lost_platform : int
        Balances and benefits that were never paid, and what the platform put in or did not get of
        its fee; set when it is certain, so that only the last period has losses of members and
        families.
    """

    period: int
    members: int
    paid_in: int
    platform_paid_in: int
    to_families: int
    to_members: int
    to_platform: int
    held: int
    owed_members: int
    owed_families: int
    lost_members: int
    lost_families: int
    lost_platform: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One plan from its first period to its closing.

    Attributes
    ----------
    positions : tuple of Position
        Each period, and the closing as the last.
    """

    positions: tuple[Position, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each period, with the unit in each column's name."""
        frame = pd.DataFrame([asdict(position) for position in self.positions])
        heads = {"period": "period", "members": "members_persons"}
        return frame.rename(columns=lambda name: heads.get(name, f"{name}_fen"))


def check_pool(course: Course) -> int:
    r"""Return the size of the broken identity of a course, in fen; 0 if money is kept.

    .. math:: \sum_{u \le t} \text{in}_u = \sum_{u \le t} \text{out}_u + \text{held}_t

    for every period :math:`t`; the size is that of the worst.
    """
    worst = flow = 0
    for p in course.positions:
        flow += p.paid_in + p.platform_paid_in - p.to_families - p.to_members - p.to_platform
        worst = max(worst, abs(flow - p.held))
    return worst


def prepaid(
    *,
    benefits: Sequence[int],
    members: int,
    deposit: int,
    limit: int = 0,
    used: float | str | Decimal | Fraction = 0,
    run: float | str | Decimal | Fraction = 0,
    run_in: int = 1,
    fee_rate: float | str | Decimal | Fraction = 0.08,
    platform_pays: bool = False,
) -> Course:
    """Run a plan whose members pay before a case.

    Members deposit in the first period. In each period, in this order: benefits are approved; a
    member whose balance would fall below the limit, or below nothing, tops up, so that the
    deposit is there again after the share; of all that comes in the platform uses a part for
    itself; the share (rounded up to the fen, surplus carried on) is taken from each balance;
    families are paid, then the fee, then those who have left and asked for their balance, as far
    as the money goes. In the closing the families, then the members, are paid from what is held;
    if the platform pays, it makes good what is missing; the rest is lost. What is lost, the fee
    that was not paid included, is to the fen what the platform had used.

    The share is taken from balances whether or not the money is still there. So nobody sees that
    a part is gone until families or leavers ask for more than is held.

    Parameters
    ----------
    benefits : sequence of int
        Benefits approved in each period, in fen.
    members : int
        Members at the start.
    deposit : int
        What each member pays in at the start, and is topped up to, in fen.
    limit : int
        Balance below which a member tops up, in fen; at most the deposit.
    used : float, str, Decimal or Fraction
        Part of each payment that the platform spends or invests for itself, from 0 to 1.
    run : float, str, Decimal or Fraction
        Part of the members who leave and ask for their balance, from 0 to 1; one always stays.
    run_in : int
        Period of the run, from 1.
    fee_rate : float, str, Decimal or Fraction
        Fee as a share of the benefits.
    platform_pays : bool
        Whether the platform makes good at the closing what is missing.

    Returns
    -------
    Course
        One position for each period, and the closing.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    Ten members deposit 100 yuan each, the platform uses half, one case takes 600 yuan:

    >>> course = prepaid(benefits=[60_000], members=10, deposit=10_000, used=0.5, fee_rate=0)
    >>> first, closing = course.positions
    >>> first.to_families, first.owed_families, first.owed_members
    (50000, 10000, 40000)
    >>> closing.lost_families, closing.lost_members
    (10000, 40000)
    """
    amounts = [checks.whole(f"benefits[{i}]", one) for i, one in enumerate(benefits)]
    heads = checks.whole("members", members, 1)
    deposit = checks.whole("deposit", deposit)
    limit = checks.whole("limit", limit, 0, deposit)
    run_in = checks.whole("run_in", run_in, 1)
    checks.boolean("platform_pays", platform_pays)
    used_part, run_part = _part("used", used), _part("run", run)
    rate = exact_rate(fee_rate)

    positions: list[Position] = []
    balance = held = asked = waiting = fee_due = carried = 0
    for period, amount in enumerate(amounts, start=1):
        bill = settle(benefits=[amount], members=heads, fee_rate=rate, carried_in=carried)
        joining = deposit if period == 1 else 0
        after = balance + joining - bill.share
        top_up = deposit - after if after < limit else 0
        paid_in = (joining + top_up) * heads
        spent = _whole_part(used_part, paid_in)
        held += paid_in - spent
        balance = after + top_up
        carried = bill.carried_out
        waiting += amount
        fee_due += bill.fee
        to_families = min(held, waiting)
        held, waiting = held - to_families, waiting - to_families
        fee = min(held, fee_due)
        held, fee_due = held - fee, fee_due - fee
        if period == run_in:
            leavers = min(_whole_part(run_part, heads), heads - 1)
            asked += leavers * balance
            heads -= leavers
        to_members = min(held, asked)
        held, asked = held - to_members, asked - to_members
        positions.append(
            Position(
                period=period,
                members=heads,
                paid_in=paid_in,
                platform_paid_in=0,
                to_families=to_families,
                to_members=to_members,
                to_platform=spent + fee,
                held=held,
                owed_members=balance * heads + asked + carried,
                owed_families=waiting,
                lost_members=0,
                lost_families=0,
                lost_platform=0,
            )
        )
    return _closed(
        positions,
        heads,
        held=held,
        waiting=waiting,
        asked=balance * heads + asked + carried,
        fee_due=fee_due,
        platform_pays=platform_pays,
    )


def afterwards(
    *,
    benefits: Sequence[int],
    members: int,
    nonpayment: float | str | Decimal | Fraction = 0,
    run: float | str | Decimal | Fraction = 0,
    run_in: int = 1,
    fee_rate: float | str | Decimal | Fraction = 0.08,
    platform_pays: bool = False,
) -> Course:
    """Run a plan whose members pay after the cases are known; nothing is held for them.

    In each period the share of all members is charged; some do not pay, and never will
    (assumption). Families are paid first, those who wait from before among them, then the fee.
    What is missing the families wait for, or the platform pays at once. Leavers have nothing to
    ask for; they are just fewer to share with.

    Parameters
    ----------
    benefits, members, run, run_in, fee_rate
        As in :func:`prepaid`.
    nonpayment : float, str, Decimal or Fraction
        Part of the members who do not pay, from 0 to 1.
    platform_pays : bool
        Whether the platform pays for those who do not.

    Returns
    -------
    Course
        One position for each period, and the closing.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    Ten members share a case of 600 yuan, one does not pay:

    >>> course = afterwards(benefits=[60_000], members=10, nonpayment=0.1, fee_rate=0)
    >>> course.positions[0].to_families, course.positions[-1].lost_families
    (54000, 6000)
    """
    amounts = [checks.whole(f"benefits[{i}]", one) for i, one in enumerate(benefits)]
    heads = checks.whole("members", members, 1)
    run_in = checks.whole("run_in", run_in, 1)
    checks.boolean("platform_pays", platform_pays)
    missing_part, run_part = _part("nonpayment", nonpayment), _part("run", run)
    rate = exact_rate(fee_rate)

    positions: list[Position] = []
    held = waiting = fee_due = carried = 0
    for period, amount in enumerate(amounts, start=1):
        bill = settle(
            benefits=[amount],
            members=heads,
            fee_rate=rate,
            carried_in=carried,
            unpaid=_whole_part(missing_part, heads),
        )
        carried = bill.carried_out
        held += bill.collected
        waiting += amount
        fee_due += bill.fee
        from_platform = max(0, waiting - held) if platform_pays else 0
        held += from_platform
        to_families = min(held, waiting)
        held, waiting = held - to_families, waiting - to_families
        fee = min(held, fee_due)
        held, fee_due = held - fee, fee_due - fee
        if period == run_in:
            heads -= min(_whole_part(run_part, heads), heads - 1)
        positions.append(
            Position(
                period=period,
                members=heads,
                paid_in=bill.collected,
                platform_paid_in=from_platform,
                to_families=to_families,
                to_members=0,
                to_platform=fee,
                held=held,
                owed_members=min(held, carried),
                owed_families=waiting,
                lost_members=0,
                lost_families=0,
                lost_platform=from_platform,
            )
        )
    return _closed(
        positions,
        heads,
        held=held,
        waiting=waiting,
        asked=min(held, carried),
        fee_due=fee_due,
        platform_pays=platform_pays,
    )


def _closed(
    positions: list[Position], heads: int, *, held: int, waiting: int, asked: int, fee_due: int,
    platform_pays: bool,
) -> Course:  # fmt: skip
    """Close the plan: families, then members, then the fee; the platform adds, or they lose."""
    added = max(0, waiting + asked - held) if platform_pays else 0
    held += added
    to_families = min(held, waiting)
    to_members = min(held - to_families, asked)
    fee = min(held - to_families - to_members, fee_due)
    left = held - to_families - to_members - fee
    positions = [
        *positions,
        Position(
            period=len(positions) + 1,
            members=heads,
            paid_in=0,
            platform_paid_in=added,
            to_families=to_families,
            to_members=to_members,
            to_platform=fee,
            held=left,
            owed_members=0,
            owed_families=0,
            lost_members=asked - to_members,
            lost_families=waiting - to_families,
            lost_platform=added + fee_due - fee,
        ),
    ]
    return Course(positions=tuple(positions))


def true_cases() -> pd.DataFrame:
    """Return what is known of two prepaid plans that closed: rows of the tables, with their keys.

    Of Qingsong one member's approved benefit and what was paid of it; of Waterdrop the sharers
    from the top to the end, and when balances were to be paid back. Whether and how the platforms
    had used members' money is not in the tables.
    """
    keys = (
        "platform_facts/qingsong/approved_benefit/2021-05",
        "platform_facts/qingsong/paid_benefit/2021-05-27",
        "platform_facts/qingsong/unpaid_benefit/2021-05-27",
        "platform_facts/qingsong/refund/2021-12",
        "platform_facts/waterdrop/sharers_peak/2019",
        "platform_facts/waterdrop/sharers/2019-09",
        "platform_facts/waterdrop/sharers/2020-08",
        "platform_facts/waterdrop/sharers/2020-12",
        "platform_facts/waterdrop/members_at_close/2021-03-31",
        "platform_facts/waterdrop/refund/2021-03-26",
    )
    rows = []
    for key in keys:
        fact = history.facts(key)[0]
        rows.append(
            {
                "key": key,
                "value": fact.value,
                "unit": fact.unit,
                "approx": fact.approx,
                "status": fact.status,
                "text": fact.text,
                "source": fact.source.name,
            }
        )
    return pd.DataFrame(rows)


def _part(name: str, value: float | str | Decimal | Fraction) -> Fraction:
    try:
        return exact_rate(value)
    except ValueError:
        raise ValueError(f"{name} must be a number from 0 to 1, got {value!r}") from None


def _whole_part(part: Fraction, whole: int) -> int:
    """Return a part of a whole number, rounded down."""
    return whole * part.numerator // part.denominator
