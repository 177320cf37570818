"""One notice settled: what each member owes, who pays the rest, what is carried on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from mutualaid import checks
from mutualaid.money import fen
from mutualaid.rules import Terms

#: What a cap can be set on.
CAP_NAMES = ("case", "period", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that a member pays; the sponsor pays what is above.

    Parameters
    ----------
    per_case : int, Fraction or None
        For one person helped, fee included, in fen per head; None where there is no such cap.
        10 in the critical plan (plans/critical/cap_per_case), 100 in the elderly plan and the
        chronic plan (plans/elderly/cap_per_case, plans/chronic/cap_per_case). May be less than
        one fen.
    per_period : int or None
        For one notice, in fen per head. 200 in the transport plan
        (plans/transport/cap_per_period).
    per_year : int or None
        For one calendar year, in fen per head. 18,800 in the critical plan in 2019
        (plans/critical/cap_year/2019-01-01).

    Raises
    ------
    ValueError
        If a cap is below 0, or not whole fen where it must be.
    """

    per_case: int | Fraction | None = None
    per_period: int | None = None
    per_year: int | None = None

    def __post_init__(self) -> None:
        if self.per_case is not None and not isinstance(self.per_case, Fraction):
            checks.whole("per_case", self.per_case)
        elif self.per_case is not None and self.per_case < 0:
            raise ValueError(f"per_case must be at least 0 fen, got {self.per_case!r}")
        for name in ("per_period", "per_year"):
            if getattr(self, name) is not None:
                checks.whole(name, getattr(self, name))

    @classmethod
    def of(cls, terms: Terms) -> Caps:
        """Return the caps of a plan by its terms of one day.

        Examples
        --------
        >>> import datetime as dt
        >>> from mutualaid.rules import plan
        >>> Caps.of(plan("critical").on(dt.date(2019, 6, 21)))
        Caps(per_case=10, per_period=None, per_year=18800)
        """
        known = {
            name: fen(terms.number(item))
            for name, item in (
                ("per_case", "cap_per_case"),
                ("per_period", "cap_per_period"),
                ("per_year", "cap_year"),
                ("per_year", "cap_per_year"),
            )
            if item in terms
        }
        return cls(**known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One notice, settled; every amount in whole fen.

    Attributes
    ----------
    members : int
        Members in the plan at 0:00 of the notice day, the waiting ones included.
    unpaid : int
        Those of them who do not pay.
    cases : int
        People helped.
    benefits, fee : int
        What the families get, and what the platform gets on top.
    carried_in : int
        Surplus of the notice before.
    share : int
        What each member owes.
    charged : int
        `share` times `members`.
    collected, arrears : int
        What the payers paid, and what the others still owe.
    sponsor : int
        What is above a cap.
    carried_out : int
        Surplus, for the next notice.
    bound_by : tuple of str
        The caps that made the share smaller: ``case``, ``period``, ``year``.
    """

    members: int
    unpaid: int
    cases: int
    benefits: int
    fee: int
    carried_in: int
    share: int
    charged: int
    collected: int
    arrears: int
    sponsor: int
    carried_out: int
    bound_by: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row, with the unit in each column's name."""
        heads = ("members", "unpaid", "cases")
        row: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in heads:
                row[f"{field.name}_persons"] = value
            elif field.name == "bound_by":
                row["bound_by"] = ", ".join(value)
            else:
                unit = "fen_per_head" if field.name == "share" else "fen"
                row[f"{field.name}_{unit}"] = value
        return pd.DataFrame([row])


def settle(
    *,
    benefits: Sequence[int],
    members: int,
    fee_rate: float | str | Decimal | Fraction = 0.08,
    carried_in: int = 0,
    caps: Caps | None = None,
    paid_this_year: int = 0,
    unpaid: int = 0,
) -> Bill:
    r"""Settle one notice, exact in fen at any size.

    With benefits :math:`B_i`, fee rate :math:`\phi`, members :math:`n` and the cap for one case
    :math:`c`, the members' part :math:`M` and the share :math:`s` are

    .. math::
        M = \Big[ \sum_i \min\{B_i (1 + \phi),\; c\, n\} \Big], \qquad
        s = \min\Big\{ \Big\lceil \frac{M - C}{n} \Big\rceil,\;
        \lfloor c\, k \rfloor,\; p,\; y - a \Big\}

    where :math:`[\cdot]` rounds half up to the fen, :math:`C` is carried in, :math:`k` counts the
    cases, :math:`p` and :math:`y` are the caps for a period and a year, and :math:`a` is what a
    member already paid this year. Without a cap this is the formula of the plan,
    plans/general/formula_of_share. Whatever the members do not owe, the sponsor pays.

    Four assumptions, as no source gives the plan's own rule: the fee is rounded half up to the
    fen, once for a notice; the share is rounded up to the fen; a cap for one case is set on each
    case by itself, with its fee, before anything is carried in; every member paid the same this
    year. Amounts in arrears stay owed, and are not shared again.

    Parameters
    ----------
    benefits : sequence of int
        Benefit of each person helped, in fen.
    members : int
        Members in the plan at 0:00 of the notice day, the waiting ones included.
    fee_rate : float, str, Decimal or Fraction
        Fee as a share of the benefits, from 0 to 1 (plans/general/administration_fee). A float
        is read by its shortest decimal form.
    carried_in : int
        Surplus of the notice before, in fen. If it is larger than what is needed, nobody pays,
        and the rest is carried on.
    caps : Caps, optional
        The most that a member pays; no caps unless given.
    paid_this_year : int
        What each member already paid this calendar year, in fen.
    unpaid : int
        Members who do not pay.

    Returns
    -------
    Bill
        The settled notice.

    Raises
    ------
    ValueError
        If a number is not whole, or out of range.
    TypeError
        If `caps` is no Caps.

    Examples
    --------
    Ten members, two people helped with 10 and 5 yuan; one member does not pay:

    >>> bill = settle(benefits=[1_000, 500], members=10, unpaid=1)
    >>> bill.fee, bill.share, bill.collected, bill.arrears, bill.carried_out
    (120, 162, 1458, 162, 0)

    A cap of 0.50 yuan for one case leaves 5.80 yuan of the first and 0.40 of the second to the
    sponsor:

    >>> bill = settle(benefits=[1_000, 500], members=10, caps=Caps(per_case=50))
    >>> bill.share, bill.sponsor, bill.bound_by
    (100, 620, ('case',))
    """
    amounts = [checks.whole(f"benefits[{i}]", one) for i, one in enumerate(benefits)]
    members = checks.whole("members", members, 1)
    unpaid = checks.whole("unpaid", unpaid, 0, members)
    carried_in = checks.whole("carried_in", carried_in)
    paid_this_year = checks.whole("paid_this_year", paid_this_year)
    rate, caps = exact_rate(fee_rate), Caps() if caps is None else check_caps("caps", caps)

    total = sum(amounts)
    fee = _half_up(total * rate)
    limits: dict[str, int] = {}
    borne = total + fee
    if caps.per_case is not None:
        cap = Fraction(caps.per_case)
        borne = _half_up(_capped_cost(amounts, rate, cap * members))
        limits["case"] = math.floor(cap * len(amounts))
    if caps.per_period is not None:
        limits["period"] = caps.per_period
    if caps.per_year is not None:
        limits["year"] = max(0, caps.per_year - paid_this_year)

    need = max(0, borne - carried_in)
    uncapped = -(-need // members)
    share = min([uncapped, *limits.values()])
    charged = share * members
    bound = {name for name, limit in limits.items() if limit == share < uncapped}
    if borne < total + fee:
        bound.add("case")
    return Bill(
        members=members,
        unpaid=unpaid,
        cases=len(amounts),
        benefits=total,
        fee=fee,
        carried_in=carried_in,
        share=share,
        charged=charged,
        collected=share * (members - unpaid),
        arrears=share * unpaid,
        sponsor=total + fee - borne + max(0, need - charged),
        carried_out=max(0, carried_in - borne) + max(0, charged - need),
        bound_by=tuple(name for name in CAP_NAMES if name in bound),
    )


def check_caps(name: str, value: object) -> Caps:
    """Return caps, and refuse anything else, such as the bare number of one cap.

    Raises
    ------
    TypeError
        If it is no Caps.
    """
    if not isinstance(value, Caps):
        raise TypeError(f"{name} must be a Caps, such as Caps(per_case=10), got {value!r}")
    return value


def check_money(bill: Bill) -> int:
    r"""Return the size of the broken identity of a bill, in fen; 0 if money is kept.

    .. math::
        \text{benefits} + \text{fee} + \text{carried out}
        = \text{collected} + \text{arrears} + \text{sponsor} + \text{carried in}

    and, within it, share times members = charged = collected + arrears. The size is that of the
    worst of the three.

    Examples
    --------
    >>> check_money(settle(benefits=[30_000_000], members=7, carried_in=1))
    0
    """
    b = bill
    return max(
        abs(
            b.benefits + b.fee + b.carried_out - b.collected - b.arrears - b.sponsor - b.carried_in
        ),
        abs(b.share * b.members - b.charged),
        abs(b.charged - b.collected - b.arrears),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """One notice charged to each member by itself; sums in whole fen.

    Attributes
    ----------
    charge : ndarray of int32
        What each member is asked for: the share, as far as the cap for a year leaves room, and
        the arrears of before. In fen.
    collected, arrears : int
        What the payers paid, and what the others still owe, earlier arrears included in both.
    sponsor : int
        Parts of shares above the cap for a year.
    """

    charge: npt.NDArray[np.int32]
    collected: int
    arrears: int
    sponsor: int


#: Members charged at a time: the working arrays stay within the processor's cache.
_BLOCK = 1 << 18


def charge_each(
    share: int,
    *,
    owed: npt.NDArray[np.int32],
    pays: npt.NDArray[np.bool_],
    paid_this_year: npt.NDArray[np.int32] | None = None,
    cap_per_year: int | None = None,
) -> Charges:
    r"""Charge a share to members who differ in arrears and in what they paid this year.

    .. math:: q_j = \min\{s,\; \max(0, y - a_j)\} + o_j

    Exact at true size, 10^8 members, with no other working array of that length than the result
    (``benchmarks/bill.py``). The arrears are those of the members; who has twice not paid is
    taken out by the rule (plans/general/failed_deductions_until_removal), which is for the caller.

    Parameters
    ----------
    share : int
        The share before the cap for a year, :math:`s`, in fen, from 0 to 10^9.
    owed : ndarray of int32
        What each member owes from before, :math:`o_j`, in fen, from 0 to 10^9.
    pays : ndarray of bool
        Who pays this time.
    paid_this_year : ndarray of int32, optional
        What each member already paid this calendar year, :math:`a_j`, in fen; needed with a cap.
    cap_per_year : int, optional
        The most a member pays in a calendar year, :math:`y`, in fen.

    Returns
    -------
    Charges
        What each is asked for, and the sums.

    Raises
    ------
    TypeError
        If an array has another type.
    ValueError
        If a number is out of range, or the arrays differ in length.

    Examples
    --------
    >>> owed = np.array([0, 0, 700], dtype=np.int32)
    >>> pays = np.array([True, False, True])
    >>> charges = charge_each(702, owed=owed, pays=pays)
    >>> charges.charge.tolist(), charges.collected, charges.arrears
    ([702, 702, 1402], 2104, 702)
    """
    limit = 10**9
    share = checks.whole("share", share, 0, limit)
    _array("owed", owed, np.int32)
    _array("pays", pays, np.bool_, len(owed))
    if (cap_per_year is None) != (paid_this_year is None):
        raise ValueError(
            "cap_per_year and paid_this_year must be given together, "
            f"got cap_per_year {cap_per_year!r}"
        )
    if cap_per_year is not None and paid_this_year is not None:
        cap_per_year = checks.whole("cap_per_year", cap_per_year, 0, limit)
        _array("paid_this_year", paid_this_year, np.int32, len(owed))

    charge = np.empty(len(owed), dtype=np.int32)
    collected = total = shares = 0
    for start in range(0, len(owed), _BLOCK):
        block = slice(start, start + _BLOCK)
        before, part = owed[block], charge[block]
        _within("owed", before, limit)
        if cap_per_year is None or paid_this_year is None:
            np.add(before, np.int32(share), out=part)
            shares += share * len(part)
        else:
            paid = paid_this_year[block]
            _within("paid_this_year", paid, limit)
            np.subtract(np.int32(cap_per_year), paid, out=part)
            np.clip(part, 0, share, out=part)
            shares += int(part.sum(dtype=np.int64))
            part += before
        total += int(part.sum(dtype=np.int64))
        collected += int(np.multiply(part, pays[block]).sum(dtype=np.int64))
    return Charges(
        charge=charge,
        collected=collected,
        arrears=total - collected,
        sponsor=share * len(owed) - shares,
    )


def exact_rate(fee_rate: float | str | Decimal | Fraction) -> Fraction:
    """Return a fee rate from 0 to 1 as an exact fraction; a float by its shortest decimal.

    Raises
    ------
    ValueError
        If it is no number from 0 to 1.

    Examples
    --------
    >>> exact_rate(0.08)
    Fraction(2, 25)
    """
    try:
        rate = Fraction(fee_rate if isinstance(fee_rate, Fraction) else Decimal(str(fee_rate)))
    except (ArithmeticError, ValueError):
        rate = Fraction(-1)
    if not 0 <= rate <= 1:
        raise ValueError(f"fee_rate must be a number from 0 to 1, got {fee_rate!r}")
    return rate


def _half_up(amount: Fraction) -> int:
    return math.floor(amount + Fraction(1, 2))


def _capped_cost(amounts: Sequence[int], rate: Fraction, most: Fraction) -> Fraction:
    """Sum what the members bear of each case with its fee; whole numbers until the end."""
    whole, parts = rate.numerator + rate.denominator, rate.denominator
    ceiling = most.numerator * parts
    borne = sum(min(amount * whole * most.denominator, ceiling) for amount in amounts)
    return Fraction(borne, parts * most.denominator)


def _array(
    name: str, value: npt.NDArray[np.generic], kind: type[np.generic], length: int | None = None
) -> None:
    if not isinstance(value, np.ndarray) or value.dtype != kind or value.ndim != 1:
        found = getattr(value, "dtype", type(value).__name__)
        raise TypeError(f"{name} must be a flat array of {kind.__name__}, got {found}")
    if length is not None and len(value) != length:
        raise ValueError(f"{name} must have {length} members as owed has, got {len(value)}")


def _within(name: str, block: npt.NDArray[np.int32], limit: int) -> None:
    for worst in (int(block.min()), int(block.max())):
        if not 0 <= worst <= limit:
            raise ValueError(f"{name} must be from 0 to {limit} fen, got {worst}")
