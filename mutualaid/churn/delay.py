"""From diagnosis to notice: how many half-months pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc

from mutualaid import checks

__all__ = ["delay_distribution"]

Floats = NDArray[np.float64]


def delay_distribution(mean: float, shape: float, longest: int) -> Floats:
    r"""Return the chance of each delay, in half-months from diagnosis to notice.

    A gamma distribution of mean :math:`m` and shape :math:`k`, rounded to whole half-months:

    .. math:: p_d = G(d + \tfrac12) - G(d - \tfrac12), \qquad G(x) = P(k,\ k x / m)

    for :math:`d` from 0 to the longest delay, on which everything later falls. Rounding keeps the
    mean nearly; the longest delay lowers it. A mean of 0 is no delay at all.

    Parameters
    ----------
    mean : float
        Mean before rounding, :math:`m`, half-months.
    shape : float
        Shape :math:`k`, above 0: 1 is an exponential wait, more is more regular.
    longest : int
        Longest delay, half-months.

    Returns
    -------
    array
        Chances of the delays 0 to `longest`; they add up to 1.

    Examples
    --------
    >>> delay_distribution(0, 2, 3).tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    checks.number("mean", mean, unit="half-months")
    checks.number("shape", shape, above=True)
    checks.whole("longest", longest, 0)
    chances: Floats = delays(mean, shape, longest, longest)[0]
    return chances


def delays(mean: ArrayLike, shape: ArrayLike, longest: ArrayLike, width: int) -> Floats:
    """Return one row of chances for each scenario, 0 to `width`, unchecked."""
    mean, shape, longest = (
        np.atleast_1d(np.asarray(value, dtype=np.float64))[:, None]
        for value in (mean, shape, longest)
    )
    edges = np.arange(width + 1) + 0.5
    with np.errstate(divide="ignore"):  # no delay: an infinite rate, and a chance of 1 at once
        below = gammainc(shape, edges * (shape / mean))
    below = np.where(edges > longest, 1.0, below)
    return np.diff(below, axis=1, prepend=0.0)


def under_load(mean: ArrayLike, load: ArrayLike, pending: ArrayLike) -> Floats:
    """Return the mean delay, longer by `load` for each 1,000 cases pending, unchecked."""
    more: Floats = np.asarray(mean) * (1 + np.asarray(load) * np.asarray(pending) / 1_000)
    return more
