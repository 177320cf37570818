"""What a fee on top of the benefits is of what members pay, and the other way round."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pandas as pd

from mutualaid import history
from mutualaid.sharing.bill import exact_rate

#: Fees in the tables that are a share of the benefits, and what a reader calls each.
_FEES = (
    ("plans/xiang-hu-bao-insurance/administration_fee", "Xiang Hu Bao as an insurance, 2018"),
    ("plans/general/administration_fee", "Xiang Hu Bao as mutual aid"),
    ("annual/2020/all/fee_to_benefits", "Xiang Hu Bao, received in 2020"),
    ("plans/meituan/administration_fee", "Meituan"),
    ("platform_facts/kang-ai/fee/2014-10", "Kang Ai"),
    ("platform_facts/zhongtuobang/fee/2016-12", "Zhongtuobang"),
)


def share_of_payments(fee_rate: float | str | Decimal | Fraction) -> Fraction:
    r"""Return the part of what members pay that is the fee.

    .. math:: q = \frac{\phi}{1 + \phi}

    Parameters
    ----------
    fee_rate : float, str, Decimal or Fraction
        Fee as a share of the benefits, :math:`\phi`, from 0 to 1.

    Returns
    -------
    Fraction
        Fee as a share of the payments, :math:`q`; times 100, the fee in 100 yuan paid.

    Raises
    ------
    ValueError
        If `fee_rate` is no number from 0 to 1.

    Examples
    --------
    Eight percent of the benefits (plans/general/administration_fee):

    >>> share_of_payments(0.08), round(100 * float(share_of_payments(0.08)), 2)
    (Fraction(2, 27), 7.41)
    """
    rate = exact_rate(fee_rate)
    return rate / (1 + rate)


def rate_on_benefits(share: float | str | Decimal | Fraction) -> Fraction:
    r"""Return the fee on top of the benefits that takes a given part of what members pay.

    .. math:: \phi = \frac{q}{1 - q}

    Parameters
    ----------
    share : float, str, Decimal or Fraction
        Fee as a share of the payments, :math:`q`, from 0 to below 1.

    Returns
    -------
    Fraction
        Fee as a share of the benefits, :math:`\phi`.

    Raises
    ------
    ValueError
        If `share` is no number from 0 to below 1.

    Examples
    --------
    >>> rate_on_benefits(Fraction(2, 27)), round(float(rate_on_benefits(0.08)), 4)
    (Fraction(2, 25), 0.087)
    """
    try:
        part = exact_rate(share)
    except ValueError:
        part = Fraction(1)
    if part == 1:
        raise ValueError(f"share must be a number from 0 to below 1, got {share!r}")
    return part / (1 - part)


def compare_fees() -> pd.DataFrame:
    """Return the fees that the tables know, on both bases.

    A fee of an insurer or a charity is not among them: what the tables hold of those are words in
    public statements (assertions A21 and A41), on other bases. Their true cost is not known here.

    Returns
    -------
    DataFrame
        ``who``, ``fee_yuan_on_100_yuan_of_benefits``, ``fee_yuan_in_100_yuan_paid``, ``basis``,
        ``status``, ``note``, ``key``, ``source``.
    """
    rows = []
    for key, who in _FEES:
        fact = history.fact(key)
        if fact.value is None:
            raise ValueError(f"{key} must have a number, got {fact.text!r}")
        rows.append(
            {
                "who": who,
                "fee_yuan_on_100_yuan_of_benefits": 100 * fact.value,
                "fee_yuan_in_100_yuan_paid": float(100 * share_of_payments(fact.value)),
                "basis": fact.basis,
                "status": fact.status,
                "note": fact.note,
                "key": key,
                "source": fact.source.name,
            }
        )
    return pd.DataFrame(rows)
