"""Money in whole fen: exact conversion and exact splitting.

One yuan is 100 fen. Whatever is settled between members is counted in fen, as an ``int``, so
that nothing is lost at any size. Floats in yuan serve expected values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Integral

__all__ = ["FEN_PER_YUAN", "Split", "fen", "split_evenly", "yuan"]

FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """An amount shared equally: what each pays, what comes in, what is left over.

    Attributes
    ----------
    share : int
        What each head pays, in fen.
    collected : int
        ``share`` times the number of heads, in fen.
    surplus : int
        ``collected`` less the amount, in fen: carried to the next notice. At least 0 and
        smaller than the number of heads.
    """

    share: int
    collected: int
    surplus: int


def fen(amount: str | int | float | Decimal) -> int:
    """Convert yuan to whole fen, exactly.

    A float is read by its shortest decimal form, so ``0.29`` is 29 fen and not 28.

    Parameters
    ----------
    amount : str, int, float or Decimal
        Yuan, with at most two decimals.

    Returns
    -------
    int
        The same amount in fen.

    Raises
    ------
    ValueError
        If `amount` is not a finite number of whole fen.

    Examples
    --------
    >>> fen("7.02"), fen(0.29), fen(300_000)
    (702, 29, 30000000)
    """
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        raise ValueError(f"amount must be a number of yuan, got {amount!r}") from None
    if not exact.is_finite():
        raise ValueError(f"amount must be a finite number of yuan, got {amount!r}")
    whole = Fraction(exact) * FEN_PER_YUAN  # no rounding, however long
    if whole.denominator != 1:
        raise ValueError(f"amount must be whole fen (two decimals at most), got {amount!r} yuan")
    return int(whole)


def yuan(amount: int) -> Decimal:
    """Convert whole fen to yuan, exactly.

    Parameters
    ----------
    amount : int
        Fen.

    Returns
    -------
    Decimal
        The same amount in yuan, always with two decimals.

    Raises
    ------
    TypeError
        If `amount` is not an integer.

    Examples
    --------
    >>> yuan(702)
    Decimal('7.02')
    """
    return Decimal(f"{_whole('amount', amount)}e-2")


def split_evenly(total: int, heads: int) -> Split:
    r"""Share an amount equally, each share rounded up to the fen.

    .. math:: s = \lceil T / n \rceil, \qquad n s = T + r, \qquad 0 \le r < n

    Rounding up is an assumption: no source gives the plan's own rule. It never leaves a bill
    unpaid, and the surplus :math:`r` is carried to the next notice.

    Parameters
    ----------
    total : int
        The amount to share, :math:`T`, in fen. At least 0.
    heads : int
        How many share it, :math:`n`. At least 1.

    Returns
    -------
    Split
        Share :math:`s`, money collected :math:`n s` and surplus :math:`r`, in fen.

    Raises
    ------
    TypeError
        If an argument is not an integer.
    ValueError
        If `total` is negative or `heads` is less than 1.

    Examples
    --------
    Three members share one yuan:

    >>> split_evenly(100, 3)
    Split(share=34, collected=102, surplus=2)
    """
    total, heads = _whole("total", total), _whole("heads", heads)
    if total < 0:
        raise ValueError(f"total must be at least 0 fen, got {total}")
    if heads < 1:
        raise ValueError(f"heads must be at least 1, got {heads}")
    share = -(-total // heads)
    return Split(share=share, collected=share * heads, surplus=share * heads - total)


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number (int), got {value!r}")
    return int(value)
