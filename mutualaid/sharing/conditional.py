"""Conditional mean risk sharing: each pays what it may be expected to have brought to the total.

Proposed by M. Denuit and J. Dhaene, Convex order and comonotonic conditional mean risk sharing,
Insurance: Mathematics and Economics 51 (2012) 265-270.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from mutualaid import checks
from mutualaid.money import FEN_PER_YUAN, fen
from mutualaid.sharing.groups import Group, checked, column, whole_members

__all__ = ["ConditionalMean", "ConditionalMeans", "conditional_means"]

_Floats = NDArray[np.float64]
#: Most steps of a total on its lattice for which conditional means are computed.
_MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalMeans:
    """For every total of independent losses, what each may be expected to have brought to it.

    Attributes
    ----------
    total : array of int, shape (k,)
        Totals 0, 1, 2, ... in steps of the lattice.
    probability : array of float, shape (k,)
        Probability of each total.
    share : array of float, shape (n, k)
        Conditional mean of each loss, in steps; NaN where the total cannot occur. Each column
        adds up to its total.
    """

    total: NDArray[np.int64]
    probability: _Floats
    share: _Floats

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each total, one column for each loss."""
        columns = {f"share_{place + 1}_steps": row for place, row in enumerate(self.share)}
        return pd.DataFrame({"total_steps": self.total, "probability": self.probability, **columns})


def conditional_means(losses: Sequence[ArrayLike], *, last: int | None = None) -> ConditionalMeans:
    r"""Return the conditional mean of each of several independent losses, given their total.

    .. math::

        E[X_i \mid S = s] = \frac{\sum_x x\, P(X_i = x)\, P(S - X_i = s - x)}{P(S = s)},
        \qquad S = \sum_i X_i

    by exact convolution on the lattice 0, 1, 2, ... All terms are positive, so that even an
    unlikely total has shares with all their digits.

    Parameters
    ----------
    losses : sequence of array
        Distribution of each loss: entry :math:`x` is the probability of :math:`x` steps. It may
        be cut off above; only totals below the cut are then right.
    last : int, optional
        Highest total to return, at most 20,000; the highest possible if not given.

    Returns
    -------
    ConditionalMeans

    Raises
    ------
    ValueError
        If a distribution has a negative or no number or adds up to more than 1, there are none,
        or `last` is out of range.

    References
    ----------
    M. Denuit and J. Dhaene, Convex order and comonotonic conditional mean risk sharing,
    Insurance: Mathematics and Economics 51 (2012) 265-270. M. Denuit, Size-biased transform and
    conditional mean risk sharing, ASTIN Bulletin 49 (2019) 591-617.

    Examples
    --------
    Two dice that show 8 together: each is expected to show 4. A die against a coin of 0 or 1:

    >>> die, coin = [0, *[1 / 6] * 6], [1 / 2, 1 / 2]
    >>> float(conditional_means([die, die]).share[0, 8].round(9))
    4.0
    >>> conditional_means([die, coin]).share[:, 4].round(9).tolist()
    [3.5, 0.5]
    """
    chances = [_checked_loss(loss) for loss in losses]
    if not chances:
        raise ValueError(f"losses must hold at least one distribution, got {losses!r}")
    highest = sum(len(chance) - 1 for chance in chances)
    last = checks.whole("last", highest if last is None else last, 0, _MOST_STEPS)
    before = [np.ones(1)]
    for chance in chances:
        before.append(np.convolve(before[-1], chance)[: last + 1])
    after = [np.ones(1)]
    for chance in reversed(chances):
        after.append(np.convolve(after[-1], chance)[: last + 1])
    probability = _padded(before[-1], last)
    share = np.empty((len(chances), last + 1))
    for place, chance in enumerate(chances):
        others = np.convolve(before[place], after[len(chances) - 1 - place])[: last + 1]
        brought = np.convolve(np.arange(len(chance)) * chance, others)[: last + 1]
        share[place] = _padded(brought, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(probability > 0, share / probability, np.nan)
    return ConditionalMeans(total=np.arange(last + 1), probability=probability, share=share)


def _checked_loss(loss: ArrayLike) -> _Floats:
    chance = np.asarray(loss, dtype=np.float64)
    good = chance.ndim == 1 and chance.size > 0 and bool(np.isfinite(chance).all())
    if not good or (chance < 0).any() or chance.sum() > 1 + 1e-9:
        raise ValueError(
            f"each loss must be a list of probabilities that add up to at most 1, got {loss!r}"
        )
    return chance


def _padded(row: _Floats, last: int) -> _Floats:
    return np.pad(row, (0, last + 1 - len(row)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalMean:
    r"""Charge each head what it may be expected to have brought to the total that came about.

    .. math:: c_i = E[X_i \mid S = T]

    Conditional mean risk sharing of Denuit and Dhaene (2012): exact, by convolution on the
    lattice of the benefits, for independent members with at most one case each in the period.
    Members of a group are alike, so each pays the group's conditional mean divided by its
    members. The mean of the charge over all totals is the expected benefit, so on average it is
    the fair scheme.

    Parameters
    ----------
    years : float
        Length of the period whose total is shared.
    """

    years: float = 1.0

    def __call__(self, groups: Sequence[Group], total: float) -> _Floats:
        """Return the charge per head of each group, in yuan.

        Parameters
        ----------
        groups : sequence of Group
            With whole numbers of members.
        total : float
            A total in yuan that the benefits can come to.

        Raises
        ------
        ValueError
            If the total cannot come about (or its probability is too small for a float), is
            longer than 20,000 steps, or a group's members or benefit do not fit.
        """
        checks.number("total", total, unit="yuan")
        groups = checked(groups)
        # Rounded first, so that a part of a fen is refused below like any total off the lattice.
        sought = round(total * FEN_PER_YUAN)
        losses, unit = self._losses(groups, sought)
        steps, off = divmod(sought, unit)
        highest = sum(whole_members(group) * fen(group.benefit) for group in groups)
        if off or sought > highest or abs(sought - total * FEN_PER_YUAN) > 1e-3:
            raise ValueError(
                f"total must be a sum of benefits, a multiple of {unit / FEN_PER_YUAN:g} and at "
                f"most {highest / FEN_PER_YUAN:g} yuan, got {total!r}"
            )
        means = conditional_means(losses, last=steps)
        share = means.share[:, steps]
        if np.isnan(share).any():
            raise ValueError(f"total must be a sum that can come about, got {total!r}")
        return share * (unit / FEN_PER_YUAN) / column(groups, "members")

    def at_every_total(self, groups: Sequence[Group], highest: float) -> ConditionalMeans:
        """Return the conditional means of the groups (all members together), in yuan steps.

        Parameters
        ----------
        groups : sequence of Group
            With whole numbers of members.
        highest : float
            Highest total looked at, in yuan. The step is the greatest common divisor of the
            benefits.
        """
        groups = checked(groups)
        losses, unit = self._losses(groups, fen(highest))
        return conditional_means(losses, last=fen(highest) // unit)

    def _losses(self, groups: Sequence[Group], highest: int) -> tuple[list[_Floats], int]:
        """Return the distribution of each group's benefits together, and the step in fen."""
        checks.number("years", self.years, above=True, unit="years")
        unit = math.gcd(*(fen(group.benefit) for group in groups))
        if unit == 0:
            raise ValueError("benefits of the groups must be above 0 together, got 0")
        losses = []
        for group in groups:
            steps = fen(group.benefit) // unit
            chance = checks.number("incidence times years", group.incidence * self.years, 0, 1)
            members = whole_members(group)
            most = min(members, highest // unit // steps) if steps else 0
            loss = np.zeros(most * steps + 1)
            cases = stats.binom.pmf(np.arange(most + 1), members, chance) if steps else 1.0
            loss[:: max(steps, 1)] = cases
            losses.append(loss)
        return losses, unit
