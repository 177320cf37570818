"""Fit a few unknown numbers to what was published, and tell how well and how surely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from mutualaid import checks
from mutualaid.churn.engine import project
from mutualaid.churn.projection import Projection
from mutualaid.churn.published import FIRST, LAST
from mutualaid.churn.scenario import Scenario, uncapped, without
from mutualaid.churn.targets import LAST_PAID, Target, predicted, targets
from mutualaid.periods import Period

__all__ = [
    "END_OF_2020",
    "FREE",
    "HINDSIGHT",
    "NOT_SO",
    "RIVALS",
    "Fit",
    "band",
    "fit",
    "rivals",
    "starting_scenario",
    "that_fit",
]

Floats = NDArray[np.float64]

#: Last notice of 2020, from which 2021 is predicted.
END_OF_2020 = Period(2020, 12, 2)
#: Draws of chance for each drawn path: they cost nothing beside the path.
_CHANCES = 25
#: Bills from this notice on tell how far a smooth model is off single notices.
_AUTUMN = Period(2019, 10, 1)

#: Numbers that can be estimated: bounds, and whether the search runs over the logarithm.
_BOUNDS: dict[str, tuple[float, float, bool]] = {
    "plan_ratio": (0.03, 3.0, True),
    "delay_mean": (0.5, 24.0, True),
    "delay_shape": (0.5, 20.0, True),
    "delay_first": (0.5, 80.0, True),
    "delay_settles": (1.0, 60.0, True),
    "select_factor": (0.02, 1.5, True),
    "select_years": (0.3, 8.0, True),
    "accident_share": (0.001, 0.4, True),
    "light_share": (0.01, 0.7, True),
    "dip_share": (0.0, 0.95, False),
    "trend_per_year": (-1.0, 1.0, False),
}
#: At most so many numbers: about as many directions as the published figures pin.
MOST = 6
#: The numbers that are estimated unless others are named.
FREE = ("plan_ratio", "delay_first", "delay_settles", "select_factor", "dip_share")
#: A fit is about as good as the best if its misses are at most so many times as large. A judgment;
#: the rivals leave a gap here: each is either well below or well above.
ABOUT_AS_GOOD = 1.5


def starting_scenario() -> Scenario:
    """Return the scenario from which a fit starts: the defaults, and round values to begin with.

    The dip in diagnoses lies in the half-months from late January to late March 2020, when far
    fewer people than usual came to a cancer hospital (rows ``industry/2020-01`` to ``2020-03``).
    """
    return Scenario(
        plan_ratio=0.5, delay_first=30.0, delay_settles=8.0, select_factor=0.3,
        dip_first=Period(2020, 1, 2), dip_last=Period(2020, 3, 2), dip_share=0.3,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A scenario whose free numbers were estimated, with what it misses.

    Attributes
    ----------
    scenario : Scenario
        With the estimates.
    projection : Projection
        Of the scenario.
    free : tuple of str
        Names of the numbers estimated.
    until : Period
        Last notice that was known to the fit.
    fitted, later : tuple of Target
        Figures that the fit knew, and those that came later.
    miss : float
        Root mean square of the misses, each as a multiple of its width: 1 where the model is off
        by as much as the widths allow.
    singular : array
        Singular values of the misses by the coordinates of the search, largest first: the
        logarithms of the free numbers, but `dip_share` and `trend_per_year` as they are. In a
        direction with a value below 1 a step of 1, which for logarithms is a factor of 2.7, moves
        all figures together by less than a width: it is not pinned.
    covariance : array
        Of the estimates, in the same coordinates, if each miss is a draw of variance 1. ``band``
        enlarges it where the misses are larger.
    at_bounds : tuple of str
        Numbers that ended at a bound of the search.
    found : array
        Sum of squares from each start, smallest first.
    """

    scenario: Scenario
    projection: Projection
    free: tuple[str, ...]
    until: Period
    fitted: tuple[Target, ...]
    later: tuple[Target, ...]
    miss: float
    singular: Floats
    covariance: Floats
    at_bounds: tuple[str, ...]
    found: Floats

    @property
    def estimates(self) -> dict[str, float]:
        """The estimates by name."""
        return {name: float(getattr(self.scenario, name)) for name in self.free}

    @property
    def unpaid(self) -> float:
        """Benefits of claims diagnosed and not yet published at the last paid notice, yuan.

        Not fitted to anything: a check against what the closing is said to have cost.
        """
        p = self.projection
        now = p.place(LAST_PAID.label)
        worth = p.benefits[now - 5 : now + 1].sum() / p.helped[now - 5 : now + 1].sum()
        return float(p.pending[now] * worth)

    def rounded(self, digits: int = 4) -> Scenario:
        """Return the scenario with the estimates at so many digits, the same on every machine.

        A search ends at other last digits on another processor. Expected numbers hardly feel it; in
        a simulation it is other luck for everybody.
        """
        digits = checks.whole("digits", digits, 1, 15)
        values: dict[str, Any] = {
            name: float(f"{value:.{digits}g}") for name, value in self.estimates.items()
        }
        return replace(self.scenario, **values)

    def errors(self) -> pd.DataFrame:
        """Return every figure with the model's, and by how much the model is off, as a share.

        Returns
        -------
        DataFrame
            ``figure``, ``series``, ``how``, ``last``, ``published``, ``model``, ``error``,
            ``widths`` (the error as a multiple of its width) and ``known`` (to the fit).
        """
        every = self.fitted + self.later
        model = predicted(self.projection, every)
        widths = _misses(model, every)
        known = len(self.fitted)
        rows = [
            (each.name, each.series, each.how, each.last.label, each.value, float(model[place]),
             float(model[place]) / each.value - 1, float(widths[place]), place < known)
            for place, each in enumerate(every)
        ]  # fmt: skip
        return pd.DataFrame(
            rows,
            columns=["figure", "series", "how", "last", "published", "model", "error", "widths",
                     "known"],
        )  # fmt: skip

    def correlations(self) -> pd.DataFrame:
        """Return the correlations of the estimates: near 1 or -1, two cannot be told apart."""
        spread = np.sqrt(np.diag(self.covariance))
        return pd.DataFrame(
            self.covariance / np.outer(spread, spread),
            index=list(self.free),
            columns=list(self.free),
        )

    def median_error(self, first: Period, last: Period) -> float:
        """Return the median absolute error of single bills from one notice to another, a share.

        Raises
        ------
        ValueError
            If no bill is known between them.
        """
        bills = [
            each for each in self.fitted + self.later if each.is_bill and first <= each.last <= last
        ]
        if not bills:
            raise ValueError(
                f"first and last must have a published bill between them, got {first} and {last}"
            )
        model = predicted(self.projection, bills)
        return float(np.median(np.abs(model / [each.value for each in bills] - 1)))


def fit(
    until: Period = LAST_PAID,
    *,
    start: Scenario | None = None,
    free: Sequence[str] = FREE,
    published: Sequence[Target] | None = None,
    starts: int = 1,
    seed: int = 0,
) -> Fit:
    r"""Estimate at most six numbers of a scenario by least squares on logarithms.

    .. math:: \min_\theta \sum_i \left( \frac{\ln m_i(\theta) - \ln y_i}{w_i} \right)^2

    with published figures :math:`y`, the model's :math:`m`, and widths :math:`w`, see
    :class:`Target`. Members follow the published counts, also after `until`: what is predicted are
    bills with the number of members given. The number of members hardly moves a bill per head.

    Parameters
    ----------
    until : Period
        Last notice that is known to the fit.
    start : Scenario, optional
        Where the search begins; what is not free stays as it is. If not given,
        :func:`starting_scenario`. It must run from 2018-10-2 to 2022-01-2. A free number beyond
        the bounds of the search is first moved to them; a `delay_first` of None begins at
        `delay_mean`.
    free : sequence of str
        Names of the numbers to estimate.
    published : sequence of Target, optional
        Figures, instead of those of :func:`targets`.
    starts : int
        Searches: the first from `start`, the others from points drawn within the bounds.
    seed : int
        Seed of these points.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If a name in `free` is unknown or moves no figure, or there are too many, or no more
        figures than numbers, or `start` does not run from the first notice to the last.
    TypeError
        If `until` is no Period, or `start` is no Scenario.

    Examples
    --------
    >>> from mutualaid.periods import Period
    >>> found = fit(Period(2020, 12, 2), free=("plan_ratio", "delay_first"))
    >>> sorted(found.estimates)
    ['delay_first', 'plan_ratio']
    """
    checks.whole("starts", starts, 1)
    start = starting_scenario() if start is None else start
    if not isinstance(start, Scenario):
        raise TypeError(f"start must be a Scenario, got {start!r}")
    if (start.first, start.last) != (FIRST, LAST):
        raise ValueError(
            f"start must run from {FIRST} to {LAST}, got {start.first} to {start.last}"
        )
    names = tuple(checks.one_of("free", name, _BOUNDS) for name in free)
    if not 1 <= len(set(names)) == len(names) <= MOST:
        raise ValueError(f"free must name 1 to {MOST} different numbers, got {list(free)}")
    if not isinstance(until, Period):
        raise TypeError(f"until must be a Period, got {until!r}")
    every = targets() if published is None else tuple(published)
    known = tuple(each for each in every if each.last <= until)
    if len(known) <= len(names):
        raise ValueError(
            f"until must leave more than {len(names)} figures, one for each free number, got "
            f"{until}, which leaves {len(known)}"
        )

    low, high = _bounds(names)

    def at(x: Floats) -> Scenario:
        return _moved(start, names, x)

    def misses(points: Sequence[Floats]) -> Floats:
        return _misses(predicted(project([at(x) for x in points]), known), known)

    def slopes(x: Floats) -> Floats:
        steps = np.where(x + 1e-4 > high, -1e-4, 1e-4)
        moved = misses([x, *(x + np.diag(steps))])
        return np.asarray(((moved[1:] - moved[0]) / steps[:, None]).T)

    def search(x: Floats) -> tuple[float, Floats, Floats]:
        inside = np.clip(x, low + 1e-6, high - 1e-6)
        done = least_squares(
            lambda y: misses([y])[0], inside, slopes, bounds=(low, high), x_scale="jac",
            xtol=1e-10, ftol=1e-10, gtol=1e-10,
        )  # fmt: skip
        return 2 * float(done.cost), done.x, done.jac

    rng = np.random.default_rng(seed)
    begun = [np.array([_coordinate(name, _begin(start, name)) for name in names])]
    begun += [rng.uniform(low, high) for _ in range(starts - 1)]
    ended = sorted((search(x) for x in begun), key=lambda each: each[0])
    best, x, jacobian = ended[0]
    # A number that moves nothing would seem to be known for certain.
    idle = [name for name, column in zip(names, jacobian.T, strict=True)
            if np.linalg.norm(column) < 1e-6]  # fmt: skip
    if idle:
        raise ValueError(
            f"free must name numbers that move a figure in this scenario, got {', '.join(idle)}"
        )
    scenario = at(x)
    singular = np.linalg.svd(jacobian, compute_uv=False)
    near = np.minimum(x - low, high - x) < 1e-3
    return Fit(
        scenario=scenario,
        projection=project(scenario),
        free=names,
        until=until,
        fitted=known,
        later=tuple(each for each in every if each.last > until),
        miss=math.sqrt(best / len(known)),
        singular=np.asarray(singular, dtype=np.float64),
        covariance=np.asarray(np.linalg.pinv(jacobian.T @ jacobian), dtype=np.float64),
        at_bounds=tuple(name for name, bound in zip(names, near, strict=True) if bound),
        found=np.array([each[0] for each in ended]),
    )


def _coordinate(name: str, value: float) -> float:
    return math.log(value) if _BOUNDS[name][2] else value


def _value(name: str, coordinate: float) -> float:
    return math.exp(coordinate) if _BOUNDS[name][2] else coordinate


def _moved(scenario: Scenario, names: Sequence[str], point: Floats) -> Scenario:
    """Return the scenario at a point of the search."""
    values: dict[str, Any] = {
        name: _value(name, each) for name, each in zip(names, point.tolist(), strict=True)
    }
    return replace(scenario, **values)


def _bounds(names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the bounds of the search."""
    ends = np.array([[_coordinate(name, _BOUNDS[name][end]) for name in names] for end in (0, 1)])
    return ends[0], ends[1]


def _begin(start: Scenario, name: str) -> float:
    """Return where the search begins: the start's own number, moved into the bounds."""
    value = getattr(start, name)
    low, high, _ = _BOUNDS[name]
    return min(max(float(start.delay_mean if value is None else value), low), high)


def _misses(model: Floats, published: Sequence[Target]) -> Floats:
    """Return by how many widths the logarithms of the model's figures are off."""
    wanted = np.log([each.value for each in published])
    widths = np.array([each.width for each in published])
    # Nobody helped is no logarithm: a billionth is far off enough.
    return np.asarray((np.log(np.maximum(model, 1e-9)) - wanted) / widths)


#: Other scenarios that might fit as well: what is changed, and which numbers are then free. Each
#: takes one thing that the published figures do not settle to be otherwise.
RIVALS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "as chosen": ({}, FREE),
    "claims take one month on average": ({"delay_mean": 2.0}, FREE),
    "claims take three months on average": ({"delay_mean": 6.0}, FREE),
    "delays differ more": ({"delay_shape": 2.0}, FREE),
    "delays differ less": ({"delay_shape": 8.0}, FREE),
    "one accident in 50 claims": ({"accident_share": 0.02}, FREE),
    "one accident in 10 claims": ({"accident_share": 0.1}, FREE),
    "fewer light cancers": ({"light_share": 0.15}, FREE),
    "more light cancers": ({"light_share": 0.4}, FREE),
    "the health check wears off in a year": ({"select_years": 1.0}, FREE),
    "the health check wears off in six years": ({"select_years": 6.0}, FREE),
    "the young leave first": ({"exit_age_slope": -0.3}, FREE),
    "the healthy leave first": (
        {"raised_share": 0.05, "raised_factor": 4.0, "exit_raised_factor": 0.2}, FREE
    ),
    "no dip in early 2020": ({"dip_share": 0.0}, tuple(n for n in FREE if n != "dip_share")),
    # What a reinsurer found for insurers: row ``timeline/2023-12-01-china-re-study``.
    "diagnoses put off through 2020, made up in 2021": (
        {"dip_last": Period(2020, 12, 2), "dip_share": 0.1, "dip_recovered": 1.0}, FREE
    ),
    "no health check, claims grow each year": (
        {"select_factor": 1.0, "trend_per_year": 0.2},
        tuple("trend_per_year" if n == "select_factor" else n for n in FREE),
    ),
    "no health check": ({"select_factor": 1.0}, tuple(n for n in FREE if n != "select_factor")),
    "the same delay from the first day": (
        {"delay_first": None},
        ("plan_ratio", "delay_mean", "select_factor", "dip_share"),
    ),
    "no waiting time": ({"waiting": 0}, FREE),
}  # fmt: skip
#: What is known not to have been so. It is fitted to show what the bills alone cannot tell.
NOT_SO = ("no waiting time",)
#: What nobody could have put forward before the notice named: its source is of 2023. Fitted to 2020
#: alone it foretells bills half as large again as those that came.
HINDSIGHT = {"diagnoses put off through 2020, made up in 2021": LAST_PAID}


def rivals(until: Period = LAST_PAID) -> dict[str, Fit]:
    """Fit each of ``RIVALS`` to what was known at a notice; computed once for each notice."""
    return {name: _rival(name, until) for name in RIVALS}


def rival(name: str, until: Period = LAST_PAID) -> Fit:
    """Fit one of ``RIVALS`` to what was known at a notice; computed once, also for ``rivals``."""
    return _rival(checks.one_of("name", name, RIVALS), until)


@cache
def _rival(name: str, until: Period) -> Fit:
    changes, free = RIVALS[name]
    return fit(until, start=replace(starting_scenario(), **changes), free=free)


def that_fit(until: Period = LAST_PAID) -> dict[str, Fit]:
    """Return the rivals whose misses are at most half as large again as those of the best.

    Those in ``NOT_SO`` are left out, however well they fit, and those in ``HINDSIGHT`` where
    `until` is before their time. The best need not be the one *as chosen*: that one was chosen for
    leaving about as much unpaid at the end as the closing is said to have cost.
    """
    found = {
        name: each
        for name, each in rivals(until).items()
        if name not in NOT_SO and until >= HINDSIGHT.get(name, until)
    }
    best = min(each.miss for each in found.values())
    return {name: each for name, each in found.items() if each.miss <= ABOUT_AS_GOOD * best}


def band(
    fits: Sequence[Fit],
    *,
    level: float = 0.8,
    draws: int = 400,
    seed: int = 0,
    off: Sequence[str] = (),
) -> pd.DataFrame:
    r"""Return a band of bills: what a published bill may be, if one of the fits is right.

    From each fit numbers are drawn from a normal law around its estimates, with their covariance
    times the square of its miss where that is above 1, and moved to the bounds where they lie
    beyond; each drawn path is multiplied with chance from notice to notice, whose size is that of
    the misses of the bills from October 2019 on that the fit knew. Members are those published.
    With few draws the ends of the band are themselves a matter of chance: with 400 they move by
    2 to 5 percent from seed to seed.

    Parameters
    ----------
    fits : sequence of Fit
        Fits that count alike.
    level : float
        Share of the paths inside the band, at each notice.
    draws : int
        Paths in all.
    seed : int
        Seed.
    off : sequence of str
        Causes to switch off in each path, out of ``CAUSES``: what the bill would have been
        without them. Caps are lifted then.

    Returns
    -------
    DataFrame
        ``notice``, ``low_yuan_per_head``, ``middle_yuan_per_head``, ``high_yuan_per_head``.

    Raises
    ------
    ValueError
        If there is no fit, or fewer draws than fits, or a fit knows no bill from October 2019 on,
        or the level is not above 0 and at most 1.
    """
    if not fits:
        raise ValueError("fits must hold at least one fit, got none")
    checks.number("level", level, 0.0, 1.0, above=True)
    checks.whole("draws", draws, len(fits))
    rng = np.random.default_rng(seed)
    paths = []
    for place, each in enumerate(fits):
        count = draws // len(fits) + (place < draws % len(fits))
        low, high = _bounds(each.free)
        middle = np.array([_coordinate(*pair) for pair in each.estimates.items()])
        spread = each.covariance * max(each.miss, 1.0) ** 2
        # By Cholesky: other roots of the spread have signs that differ between machines.
        root = np.linalg.cholesky(spread)
        points = np.clip(middle + rng.normal(size=(count, len(middle))) @ root.T, low, high)
        scenarios = [_moved(each.scenario, each.free, x) for x in points]
        bills = [
            math.log(model / target.value)
            for target, model in zip(
                each.fitted, predicted(each.projection, each.fitted), strict=True
            )
            if target.is_bill and target.last >= _AUTUMN
        ]
        if not bills:
            raise ValueError(
                f"fits must know a bill from {_AUTUMN} on, got one that knows none after "
                f"{each.until}"
            )
        size = math.sqrt(np.mean(np.square(bills)))
        chance = rng.normal(0.0, size, (count, _CHANCES, len(each.projection.periods)))
        if off:
            scenarios = [uncapped(without(each, *off)) for each in scenarios]
        paths.append(project(scenarios).bill[:, None] * np.exp(chance))
    every = np.concatenate(paths).reshape(-1, len(fits[0].projection.periods))
    tail = 100 * (1 - level) / 2
    low, middle, high = np.percentile(every, [tail, 50, 100 - tail], axis=0)
    return pd.DataFrame(
        {
            "notice": [each.label for each in fits[0].projection.periods],
            "low_yuan_per_head": low,
            "middle_yuan_per_head": middle,
            "high_yuan_per_head": high,
        }
    )
