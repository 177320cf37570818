"""Where members could go: the one-year policies offered, and who is left without cover."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from mutualaid import checks, history
from mutualaid.churn import Projection, incidence_table
from mutualaid.churn.published import AGES, SEXES
from mutualaid.rules.plans import rule_term

__all__ = ["Offer", "left_without_cover", "quoted_premiums", "refused_share", "transfer"]

Floats = NDArray[np.float64]

_POLICY = "transfer-critical"
_PER = "first year"
#: Years of a band of ages with one premium, in all bands that a source tells of.
_BAND = 5
#: Age from which the policy's cover is lower.
_OLDER = 40


def _term(item: str) -> float:
    value = rule_term(f"plans/transfer/{item}").value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"plans/transfer/{item} must be a number, got {value!r}")
    return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The policy offered to one member of the critical-illness plan.

    Attributes
    ----------
    age : int
        Years.
    sex : str
        ``male`` or ``female``.
    cover, cover_moderate, cover_light : float
        Paid for a critical, a moderate, a light illness, yuan.
    first_year : float
        Premium of the first policy year, yuan.
    payments, months : int
        Half-monthly payments in it, and months of cover, the free ones among them.
    waiting_days : int
        Days until it covers illness.
    known : bool
        Whether a source gives the premium; if not, it is read between those of other ages.
    keys : tuple of str
        Addresses of the rows it rests on.
    """

    age: int
    sex: str
    cover: float
    cover_moderate: float
    cover_light: float
    first_year: float
    payments: int
    months: int
    waiting_days: int
    known: bool
    keys: tuple[str, ...]

    @property
    def payment(self) -> float:
        """One half-monthly payment, yuan."""
        return self.first_year / self.payments

    @property
    def year(self) -> float:
        """Premium for twelve months at the rate of the first policy year, yuan."""
        return self.first_year * 12 / self.months

    @property
    def later_year(self) -> float:
        """Premium of a year without free months, if the payments stay, yuan."""
        return self.first_year


@cache
def quoted_premiums() -> pd.DataFrame:
    """Return the premiums that a source gives by sex and age, of the policy for the critical plan.

    Returns
    -------
    DataFrame
        ``sex``, ``age_from``, ``age_to``, ``cover``, ``value`` (yuan, first policy year) and
        ``key``, in the order of sex and age. A premium of a single age within a band is left out.
    """
    rows = history.table("premiums").assign(key=history.keys("premiums"))
    rows = rows[
        (rows["policy"] == _POLICY) & (rows["per"] == _PER) & (rows["status"] == "used")
        & rows["sex"].isin(SEXES) & (rows["age_from"] < rows["age_to"])
    ]  # fmt: skip
    columns = ["sex", "age_from", "age_to", "cover", "value", "key"]
    return rows[columns].sort_values(["sex", "age_from"]).reset_index(drop=True)


def transfer(age: int, sex: str, *, days_of_membership: int = 365) -> Offer:
    r"""Return the policy that a member of the critical-illness plan was offered at the closing.

    Premiums are known for three bands of five years. Those of the bands between them are read, for
    each yuan of cover, from a straight line through the logarithms at the middles of the bands:

    .. math:: \ln \frac{p(a)}{c(a)} = \ln r_1 + \frac{a - a_1}{a_2 - a_1} (\ln r_2 - \ln r_1)

    Parameters
    ----------
    age : int
        Years, 0 to 59.
    sex : str
        ``male`` or ``female``.
    days_of_membership : int
        Days since joining the plan; they count for the waiting time.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> offer = transfer(32, "female", days_of_membership=30)
    >>> offer.first_year, offer.known, offer.waiting_days, round(offer.payment, 2)
    (147.84, True, 60, 6.16)
    >>> transfer(45, "male").known
    False
    """
    age = checks.whole("age", age, 0, AGES - 1)
    checks.one_of("sex", sex, SEXES)
    days = checks.whole("days_of_membership", days_of_membership)
    part = "to_39" if age < _OLDER else "40_to_59"
    cover = _term(f"cover_critical_{part}")
    bands = quoted_premiums()
    bands = bands[bands["sex"] == sex]
    inside = bands[(bands["age_from"] <= age) & (age <= bands["age_to"])]
    if len(inside):
        first_year = float(inside["value"].iloc[0])
        keys: tuple[str, ...] = (str(inside["key"].iloc[0]),)
    else:
        first_year, keys = _between(bands, age, cover)
    waiting = float(rule_term("plans/critical/waiting").value)
    return Offer(
        age=age,
        sex=sex,
        cover=cover,
        cover_moderate=_term(f"cover_moderate_{part}"),
        cover_light=_term(f"cover_light_{part}"),
        first_year=first_year,
        payments=int(_term("payments")),
        months=12 + int(_term("free_months")),
        waiting_days=max(int(waiting) - days, 0),
        known=bool(len(inside)),
        keys=keys,
    )


def _between(bands: pd.DataFrame, age: int, cover: float) -> tuple[float, tuple[str, ...]]:
    """Return a premium read between two bands, and their keys."""
    middles = ((bands["age_from"] + bands["age_to"]) / 2).to_numpy(dtype=np.float64)
    rates = np.log((bands["value"] / bands["cover"]).to_numpy(dtype=np.float64))
    place = int(np.clip(np.searchsorted(middles, age) - 1, 0, len(middles) - 2))
    rate = math.exp(float(np.interp(_BAND * (age // _BAND) + _BAND // 2, middles, rates)))
    return round(cover * rate, 2), tuple(bands["key"].iloc[[place, place + 1]])


def refused_share(at_40: float) -> Floats:
    """Return by age the share whom an insurer would refuse later. An illustration.

    No source gives it. It rises with age as the chance of a critical illness does (the mean of men
    and women), from the share at 40 that is asked for, and reaches 0.95 at most.

    Parameters
    ----------
    at_40 : float
        Share at 40, 0 to 0.5.

    Raises
    ------
    ValueError
        If it is out of range.

    Examples
    --------
    >>> round(refused_share(0.1)[40].item(), 9)
    0.1
    """
    checks.number("at_40", at_40, 0, 0.5)
    chance = incidence_table().mean(axis=0)
    shares: Floats = np.minimum(at_40 * chance / chance[_OLDER], 0.95)
    return shares


def left_without_cover(
    projection: Projection, *, moved: float, refused: ArrayLike, willing_slope: float = 0.0
) -> pd.DataFrame:
    r"""Return by age how many members move to the policy, and who is left without cover.

    Whether somebody moves does not depend on his health, as no health questions are asked; of age
    :math:`a`, in proportion to :math:`e^{s (a - 35) / 10}`, so that the number comes out.

    Parameters
    ----------
    projection : Projection
        Of one scenario, by cell; members past the waiting time at its last notice.
    moved : float
        People who move.
    refused : array of 60
        Share by age whom an insurer would refuse later.
    willing_slope : float
        Logarithm of the factor on moving for each ten years of age.

    Returns
    -------
    DataFrame
        A row for each age: ``age``, ``members``, ``moved``, ``insurable`` (stay without the policy
        and could buy cover later), ``shut_out`` (could not). They add up.

    Raises
    ------
    ValueError
        If the projection has no cells or is a batch, a share is out of range, or more people move
        than are there.
    """
    if not isinstance(projection, Projection):
        raise TypeError(f"projection must be a Projection, got {projection!r}")
    if projection.batch or projection.by_cell is None:
        raise ValueError("projection must be of one scenario, with cells=True")
    checks.number("moved", moved, unit="people")
    checks.number("willing_slope", willing_slope, -math.inf)
    shares = np.asarray(refused, dtype=np.float64)
    if shares.shape != (AGES,) or not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"refused must hold {AGES} shares from 0 to 1, got {refused!r}")
    members = projection.by_cell["exposed"][-1].sum(axis=(0, 1))
    willing = np.exp(willing_slope * (np.arange(AGES) - 35) / 10)
    goes = _in_proportion(members, willing, moved)
    stays = members - goes
    return pd.DataFrame(
        {
            "age": np.arange(AGES),
            "members": members,
            "moved": goes,
            "insurable": stays * (1 - shares),
            "shut_out": stays * shares,
        }
    )


def _in_proportion(members: Floats, weights: Floats, wanted: float) -> Floats:
    """Return who goes of each age in proportion to a weight, but no more than are there."""
    if wanted > members.sum() * (1 + 1e-9):
        raise ValueError(f"moved must be at most {members.sum():,.0f} people, got {wanted:,.0f}")
    goes = np.zeros(len(members))
    for _ in range(len(members)):
        room = members - goes
        rest = wanted - goes.sum()
        open_to = np.where(room > 0, members * weights, 0.0)
        if rest <= 1e-9 * wanted or not open_to.any():
            break
        goes = np.minimum(goes + rest * open_to / open_to.sum(), members)
    return goes
