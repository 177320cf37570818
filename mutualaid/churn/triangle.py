"""Claims by the half-month of their diagnosis and by how long they wait for their notice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.churn.delay import delays, under_load
from mutualaid.churn.projection import Projection
from mutualaid.periods import Period

__all__ = ["Triangle", "triangle"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Triangle:
    """The run-off triangle of one projection, filled to the right: expected cases and benefits.

    Attributes
    ----------
    periods : tuple of Period
        Periods of diagnosis, the rows.
    cases : array, periods x delays
        People diagnosed in a period whose notice is so many half-months later.
    benefits : array, periods x delays
        Their benefits, yuan.
    """

    periods: tuple[Period, ...]
    cases: Floats
    benefits: Floats

    def __post_init__(self) -> None:
        for each in (self.cases, self.benefits):
            each.setflags(write=False)

    @property
    def notices(self) -> tuple[Period, ...]:
        """Every notice in which one of the claims may be helped, in order."""
        rows, columns = self.cases.shape
        return tuple(self.periods[0] + place for place in range(rows + columns - 1))

    def by_notice(self, values: Floats) -> Floats:
        """Return the sums over the claims of each notice, of an array like ``cases``."""
        rows, columns = values.shape
        place = np.add.outer(np.arange(rows), np.arange(columns))
        sums: Floats = np.bincount(
            place.ravel(), weights=values.ravel(), minlength=rows + columns - 1
        ).astype(np.float64)
        return sums


def triangle(projection: Projection) -> Triangle:
    r"""Return the claims of a projection by diagnosis and delay, also those still to be helped.

    .. math:: C_{t,d} = D_t\, p_{t,d}

    with claims incurred :math:`D_t` and the chance :math:`p_{t,d}` of each delay, see
    :func:`delay_distribution`. Where the delay grows with the load, it is that of the claims
    pending before the period. Sums over the claims of one notice are ``helped`` and ``benefits``
    of the projection. What lies beyond its last notice is the run-off.

    Parameters
    ----------
    projection : Projection
        Of one scenario.

    Raises
    ------
    TypeError
        If it is no projection.
    ValueError
        If it is a batch.

    Examples
    --------
    >>> from mutualaid.churn import Scenario, project
    >>> projection = project(Scenario())
    >>> claims = triangle(projection)
    >>> to_come = claims.by_notice(claims.cases)[len(claims.periods) :].sum()
    >>> bool(abs(to_come - projection.pending[-1]) < 1e-6)
    True
    """
    if not isinstance(projection, Projection):
        raise TypeError(f"projection must be a Projection, got {projection!r}")
    if projection.batch:
        raise ValueError("projection must be of one scenario, got a batch")
    scenario = projection.scenarios[0]
    waiting_before = np.append(0.0, projection.pending[:-1])
    means = under_load(scenario.delay_means(), scenario.delay_load, waiting_before)
    longest = scenario.delay_longest
    chances = delays(means, scenario.delay_shape, longest, longest)
    return Triangle(
        periods=projection.periods,
        cases=projection.diagnosed[:, None] * chances,
        benefits=projection.incurred[:, None] * chances,
    )
