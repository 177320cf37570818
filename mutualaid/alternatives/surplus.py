"""Charged before and partly returned, or shared after; and who buys where nobody is refused."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mutualaid import checks
from mutualaid.history import number_of

__all__ = ["before_and_after", "check_before_and_after", "cost_by_participation", "paid_back"]


def before_and_after(
    cases: Sequence[int], *, members: int, benefit: float, charge: float, costs: float = 0.0
) -> pd.DataFrame:
    r"""Return what a member pays in each year when charged in advance, and when sharing after.

    Both plans have the same members and cases. Afterwards a member pays
    :math:`k B (1 + \phi) / n`. In advance a member pays the charge, and what is not needed comes
    back; what is missing must come from elsewhere, from capital or from families.

    Parameters
    ----------
    cases : sequence of int
        People helped in each year.
    members : int
        Members, :math:`n`.
    benefit : float
        Yuan for each case, :math:`B`.
    charge : float
        Charged in advance, yuan a head and year.
    costs : float
        Costs of running it, as a part of the benefits, :math:`\phi`.

    Returns
    -------
    DataFrame
        ``cases_people``, and in yuan a head: ``after``, ``charged``, ``returned``, ``kept``
        (charged less returned), ``missing``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> table = before_and_after([2, 4], members=100, benefit=1_000, charge=30)
    >>> table[["after", "returned", "kept", "missing"]].to_numpy().tolist()
    [[20.0, 10.0, 20.0, 0.0], [40.0, 0.0, 30.0, 10.0]]
    """
    members = checks.whole("members", members, 1)
    benefit = checks.number("benefit", benefit, unit="yuan")
    charge = checks.number("charge", charge, unit="yuan")
    costs = checks.number("costs", costs)
    if not len(cases):
        raise ValueError("cases must hold at least one year, got none")
    counted = [checks.whole("cases", each) for each in cases]
    after = pd.Series(counted) * benefit * (1 + costs) / members
    returned = (charge - after).clip(lower=0)
    return pd.DataFrame(
        {
            "cases_people": counted,
            "after": after,
            "charged": charge,
            "returned": returned,
            "kept": charge - returned,
            "missing": (after - charge).clip(lower=0),
        }
    )


def check_before_and_after(table: pd.DataFrame) -> float:
    """Return by how much the two ways to pay differ: what is kept and missing is what is shared."""
    return float((table["kept"] + table["missing"] - table["after"]).abs().max())


def cost_by_participation(participation: float, *, ill: float = 0.1, times: float = 5.0) -> float:
    r"""Return the cost of a buyer where nobody is refused, as a multiple of the mean of all.

    Some are ill before and cost several times as much as the others. They buy first. An
    illustration; no source gives either number.

    .. math:: \frac{1 + (t - 1) \min(1, h / p)}{1 + (t - 1) h}

    Parameters
    ----------
    participation : float
        Part of all who buy, :math:`p`, above 0.
    ill : float
        Part of all who are ill before, :math:`h`.
    times : float
        What one of them costs, as a multiple of the cost of another, :math:`t`, at least 1.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> cost_by_participation(1.0)
    1.0
    >>> round(cost_by_participation(0.1), 2)
    3.57
    """
    participation = checks.number("participation", participation, 0, 1, above=True)
    ill = checks.number("ill", ill, 0, 1)
    times = checks.number("times", times, 1)
    return (1 + (times - 1) * min(1.0, ill / participation)) / (1 + (times - 1) * ill)


def paid_back() -> pd.DataFrame:
    """Return what becomes of 100 yuan (or yen) that members or customers pay, where it is known.

    Returns
    -------
    DataFrame
        ``who``, ``for_claims``, ``returned``, ``rest`` (costs and what is kept), ``key`` of the
        first figure. For mutual aid: the rule of its fee. For the city policy of Shanghai: its
        first year, benefits quoted, premiums printed.

    Examples
    --------
    >>> paid_back()["for_claims"].round(0).tolist()
    [93.0, 88.0, 52.0]
    """
    fee = number_of("plans/general/administration_fee")
    shanghai = number_of("alternatives/city-medical/claims_to_premiums/shanghai/2021")
    claims = number_of("alternatives/kyosai/claims_share/prefectural/2017")
    surplus = number_of("alternatives/kyosai/surplus_returned_share/prefectural/2017")
    rows = [
        ("mutual aid, by its rule", 1 / (1 + fee), 0.0, "plans/general/administration_fee"),
        ("city policy of Shanghai", shanghai, 0.0,
         "alternatives/city-medical/claims_to_premiums/shanghai/2021"),
        ("prefectural kyosai, 2017", claims, surplus,
         "alternatives/kyosai/claims_share/prefectural/2017"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["who", "for_claims", "returned", "key"])
    frame[["for_claims", "returned"]] *= 100
    frame.insert(3, "rest", 100 - frame["for_claims"] - frame["returned"])
    return frame
