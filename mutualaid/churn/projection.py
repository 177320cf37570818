"""What a scenario leads to: people and money by period, and the identities they keep."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mutualaid.churn.scenario import Scenario
from mutualaid.periods import PER_YEAR, Period

__all__ = ["Projection", "check_flow", "check_money"]

Floats = NDArray[np.float64]


def _result(unit: str, text: str) -> Any:
    return field(metadata={"unit": unit, "text": text})


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """The plan over time, as expected numbers. No draw, no rounding of people.

    Each array has one value for each period; for a batch, one row for each scenario before it.
    Order within a period: those who turned 60 leave, those who join come (or, where a given path
    falls faster than members leave, the rest leaves), diagnoses, the notice with its bill, and
    after it exits and those helped.

    Attributes
    ----------
    scenarios : tuple of Scenario
        What was assumed.
    batch : bool
        Whether arrays have a row for each scenario.
    periods : tuple of Period
        The periods.
    by_cell : dict or None
        ``exposed`` and ``incurred`` (people covered for illness, and claims incurred among them)
        by risk class, sex and age, as arrays of ... x periods x risk x sex x 60, if asked for.
        A single risk class where no scenario has a raised share.

    Notes
    -----
    The other attributes are arrays; ``to_frame`` names their units.

    - ``members``: in the plan at the notice, charged; ``waiting``, ``covered`` (both healthy),
      ``pending`` (diagnosed, not in this notice) and ``helped`` (in this notice) add up to it.
    - ``exposed``: covered members at risk in the period, before diagnoses.
    - ``joins``; exits by cause: ``aged`` (turned 60), ``path`` (a given path falls), ``ended``
      (diagnosed while waiting), ``left_base``, ``left_bill``; the last two and ``helped`` leave
      after the notice.
    - ``diagnosed``: claims incurred, of them ``accidents_waiting`` of members still waiting;
      ``incurred``: their benefits, whenever they are paid.
    - ``benefits``, ``fee``, ``carried_in``, ``carried_out``, ``collected``, ``arrears``,
      ``sponsor``; ``bill`` per head, after caps.
    - ``mean_share``: mean of the scenario's ``share_by_age`` over healthy members at the notice;
      ``bill_by_age``: what a healthy member of each age is charged.
    - ``mean_benefit``: benefits per person helped; NaN where nobody is helped.
    - ``incurred_rate``: claims incurred of covered members, per exposed member and year; NaN
      where nobody is exposed.
    """

    scenarios: tuple[Scenario, ...]
    batch: bool
    periods: tuple[Period, ...]
    members: Floats = _result("people", "in the plan at the notice")
    waiting: Floats = _result("people", "healthy, still waiting")
    covered: Floats = _result("people", "healthy, covered for illness")
    exposed: Floats = _result("people", "covered for illness, before diagnoses")
    joins: Floats = _result("people", "who join")
    aged: Floats = _result("people", "who turn 60")
    path: Floats = _result("people", "who leave as a given path falls")
    ended: Floats = _result("people", "diagnosed while waiting, unpaid")
    left_base: Floats = _result("people", "who leave at the base rate")
    left_bill: Floats = _result("people", "who leave for the bill")
    diagnosed: Floats = _result("people", "claims incurred")
    accidents_waiting: Floats = _result("people", "claims incurred by members still waiting")
    pending: Floats = _result("people", "diagnosed, to be helped later")
    helped: Floats = _result("people", "helped in this notice")
    incurred: Floats = _result("yuan", "benefits of claims incurred")
    benefits: Floats = _result("yuan", "benefits of this notice")
    fee: Floats = _result("yuan", "fee")
    carried_in: Floats = _result("yuan", "surplus of the notice before")
    carried_out: Floats = _result("yuan", "surplus of this notice")
    collected: Floats = _result("yuan", "paid by members")
    arrears: Floats = _result("yuan", "charged and not paid")
    sponsor: Floats = _result("yuan", "above the caps")
    bill: Floats = _result("yuan_per_head", "charged to each member, the mean")
    mean_share: Floats = _result("ratio", "mean of share_by_age over healthy members")
    by_cell: dict[str, Floats] | None = None

    def __post_init__(self) -> None:
        for name in SERIES:
            getattr(self, name).setflags(write=False)

    @property
    def mean_benefit(self) -> Floats:
        """Benefits per person helped, yuan; NaN where nobody is helped."""
        return _ratio(self.benefits, self.helped)

    @property
    def bill_by_age(self) -> Floats:
        """Bill of a healthy member by age, yuan per head, as an array of ... x periods x 60.

        It is the bill times the scenario's ``share_by_age`` over ``mean_share``; the bill itself
        where that mean is 0, and for members pending or helped.
        """
        shares = np.array([each.share_by_age for each in self.scenarios])[:, None]
        shares = shares if self.batch else shares[0]
        return self.bill[..., None] * relative_shares(shares, self.mean_share[..., None])

    @property
    def incurred_rate(self) -> Floats:
        """Claims incurred of covered members, per exposed member and year."""
        return _ratio((self.diagnosed - self.accidents_waiting) * PER_YEAR, self.exposed)

    def place(self, label: str) -> int:
        """Return the index of a period, by its label such as ``"2021-12-1"``.

        Raises
        ------
        ValueError
            If it is not among the periods.
        """
        period = Period.parse(label)
        if period not in self.periods:
            raise ValueError(
                f"label must be from {self.periods[0]} to {self.periods[-1]}, got {label!r}"
            )
        return period - self.periods[0]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each period (and scenario), units in the names of columns."""
        count = len(self.scenarios)
        columns: dict[str, Any] = {"scenario": np.repeat(np.arange(count), len(self.periods))}
        if not self.batch:
            columns = {}
        columns["period"] = [each.label for each in self.periods] * count
        for each in fields(self):
            if each.name in SERIES:
                columns[f"{each.name}_{each.metadata['unit']}"] = getattr(self, each.name).ravel()
        columns["mean_benefit_yuan"] = self.mean_benefit.ravel()
        columns["incurred_rate_per_year"] = self.incurred_rate.ravel()
        return pd.DataFrame(columns)


#: Names of the arrays of a projection.
SERIES = tuple(each.name for each in fields(Projection) if "unit" in each.metadata)


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return ratio


def relative_shares(shares: Floats, mean: Floats) -> Floats:
    """Return shares over their mean; 1 where the mean is 0, as nobody there has a share.

    Those who leave for a high bill are never quite gone. A mean so far below the highest share that
    the ratio could overflow counts as 0.
    """
    relative = np.ones(np.broadcast_shapes(shares.shape, mean.shape))
    some = mean > 1e-100 * shares.max(axis=-1, keepdims=True)
    np.divide(shares, mean, out=relative, where=some)
    return relative


def _before(values: Floats) -> Floats:
    """Return what each period found from the one before; 0 at the first."""
    return np.concatenate([np.zeros((*values.shape[:-1], 1)), values[..., :-1]], axis=-1)


def _largest(gaps: list[Floats], scale: Floats) -> float:
    size = max(1.0, float(np.abs(scale).max()))
    return float(max(np.abs(gap).max() for gap in gaps)) / size


def check_flow(projection: Projection) -> float:
    r"""Return by how much people are not accounted for, as a share of the most members.

    .. math::

        N_t = N_{t-1} - H_{t-1} - B_{t-1} - R_{t-1} - A_t - P_t + J_t - E_t

    with members :math:`N`, helped :math:`H`, those who left at the base rate :math:`B` or for the
    bill :math:`R`, who turned 60 :math:`A`, left as the path falls :math:`P`, join :math:`J` and
    ended while waiting :math:`E`. Besides, the parts of members add up, and so do cases diagnosed,
    pending and helped. About 1e-15 if all is well; NaN if a number is.
    """
    p = projection
    rolled = (
        _before(p.members - p.helped - p.left_base - p.left_bill)
        - p.aged - p.path + p.joins - p.ended
    )  # fmt: skip
    gaps = [
        p.members - rolled,
        p.members - (p.waiting + p.covered + p.pending + p.helped),
        p.pending - (_before(p.pending) + p.diagnosed - p.helped),
    ]
    return _largest(gaps, p.members)


def check_money(projection: Projection) -> float:
    r"""Return by how much money is not accounted for, as a share of the largest notice.

    Benefits + fee + carried out = collected + arrears + sponsor + carried in; what is carried in
    was carried out before; and collected + arrears = bill times members.
    """
    p = projection
    out = p.benefits + p.fee + p.carried_out
    gaps = [
        out - (p.collected + p.arrears + p.sponsor + p.carried_in),
        p.carried_in - _before(p.carried_out),
        p.collected + p.arrears - p.bill * p.members,
    ]
    return _largest(gaps, out)
