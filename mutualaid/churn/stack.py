"""Scenarios side by side: every number an array along one axis, ready for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.churn.delay import delays
from mutualaid.churn.published import AGES, SEXES, age_boundary, period_terms
from mutualaid.churn.scenario import Scenario
from mutualaid.periods import PER_YEAR

__all__ = ["SELECT_CLASSES", "SLOTS", "Stack", "stack"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Classes through which the select effect wears off and the benefit grows, before the last, where
#: both are over.
SELECT_CLASSES = 4
#: Places for age in a row of cells: 0 to 59, and one that holds those who turn 60, for a moment.
SLOTS = AGES + 1
#: Middle of the ages, from which exits by age are reckoned.
_PIVOT = 35.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Stack:
    """Scenarios stacked: B scenarios, T periods, C cells (risk class x sex x age, flat).

    Attributes
    ----------
    ring : int
        Slots of the waiting ring: the longest waiting time among the scenarios.
    tenures : int
        Slots of tenure in all: the ring, the select classes, and the last.
    slots : array, T x B
        Slot of tenure into which those who join come.
    together : bool
        Whether it is the same for all scenarios, in each period.
    ill, accident : array, B x C
        Chance of an illness or an accident in a period, before factors of time and tenure.
    mix : array, B x C
        Shares of those who join.
    tilt : array, B x C
        Weight on leaving for the bill.
    share : array, B x C
        Relative charge by age.
    level : array of B
        Its mean where it is the same at each age.
    unequal : array of B
        Whether it is not.
    sums : array, B x (4 or 6) x tenures
        Weights by tenure that give, of a cell: those at risk of illness and covered (weighted by
        the select factor), the same while waiting, everyone, and everyone waiting. Where a benefit
        grows, also the first and the third weighted by the share of the benefit that is paid.
    removal : array, B x (tenures - ring + 1) x 2
        By tenure, waiting first, then the others: minus the weight on illness in what leaves a
        cell, and one.
    entry : array, B x (4 or 6)
        `sums` of the slot into which those who join come.
    wearing : array, B x (tenures - ring) x (tenures - ring)
        Shares of the tenures past waiting that stay in a class or move on to the next.
    older : array of B
        Share of an age that turns a year older in a period.
    weights : array, B x C x 5
        Columns that give totals over cells: illness below the age boundary and from it on,
        accidents likewise, and people.
    members, joins : array, T x B
        Members wanted (NaN where joins hold) and joins given.
    given : array, T x B
        Whether a path of members is given.
    acted : array, T x B
        Bill that members act on when they leave; NaN where it is the bill charged.
    delay_means : array, T x B
        Mean delays by period of diagnosis, before the load on inquiry.
    delay_chances : array, T x B x D
        Chances of the delays 0 to D - 1; a single row instead of T where none changes.
    """

    ring: int
    tenures: int
    cells: int
    slots: Whole
    together: bool
    ill: Floats
    accident: Floats
    mix: Floats
    tilt: Floats
    share: Floats
    level: Floats
    unequal: NDArray[np.bool_]
    sums: Floats
    removal: Floats
    entry: Floats
    wearing: Floats
    older: Floats
    weights: Floats
    members: Floats
    joins: Floats
    given: NDArray[np.bool_]
    alike: Floats
    factor: Floats
    claimed: Floats
    light: Floats
    benefits: Floats
    fee: Floats
    cap_per_case: Floats
    cap_per_period: Floats
    cap_per_year: Floats
    rounding: Floats
    rounds: bool
    nothing: Floats
    arrears_share: Floats
    exit_base: Floats
    exit_response: Floats
    exit_reference: Floats
    acted: Floats
    delay_means: Floats
    delay_shape: Floats
    delay_longest: Whole
    delay_load: Floats
    delay_chances: Floats
    new_year: tuple[bool, ...]


def _column(scenarios: Sequence[Scenario], name: str) -> Floats:
    return np.array([getattr(each, name) for each in scenarios], dtype=np.float64)


def _by_cell(values: Floats, risks: int) -> Floats:
    """Spread B x risk x sex x age over the flat cells, with the slot of 60 empty."""
    cells = np.zeros((len(values), risks, len(SEXES), SLOTS))
    cells[..., :AGES] = values
    return cells.reshape(len(values), -1)


def _by_period(scenarios: Sequence[Scenario], name: str) -> Floats:
    """Return a term by period: what the scenario says, or else the terms; T x B."""
    count = len(scenarios[0].periods)
    columns = []
    for each in scenarios:
        said = getattr(each, name, None)
        terms = period_terms(each.first, each.last, each.rules_on)
        columns.append(getattr(terms, name) if said is None else np.full(count, said))
    return np.ascontiguousarray(np.array(columns, dtype=np.float64).T)


def _delay_chances(means: Floats, shape: Floats, longest: Whole) -> Floats:
    """Return the chances of each delay, T x B x D; where no mean changes, 1 x B x D."""
    width = int(longest.max())
    if (means == means[0]).all():
        return delays(means[0], shape, longest, width)[None]
    rows = [delays(row, shape, longest, width) for row in means]
    return np.ascontiguousarray(rows)


def stack(scenarios: Sequence[Scenario]) -> Stack:
    """Stack scenarios of the same periods."""
    batch, periods = len(scenarios), scenarios[0].periods
    column = {
        name: _column(scenarios, name)
        for name in (
            "men", "plan_ratio", "accident_share", "select_factor", "select_years",
            "benefit_start", "raised_share", "raised_factor", "light_share", "cap_per_period",
            "rounding", "arrears_share", "exit_base", "exit_response", "exit_reference",
            "exit_age_slope", "exit_raised_factor", "delay_shape", "delay_load",
            "waiting_ends", "ageing", "replace_alike",
        )
    }  # fmt: skip
    waiting = np.array([each.waiting for each in scenarios], dtype=np.int64)
    longest = np.array([each.delay_longest for each in scenarios], dtype=np.int64)
    risks = 2 if column["raised_share"].any() else 1

    def wide(name: str) -> Floats:
        return column[name][:, None, None, None]

    incidence = np.array([each.incidence for each in scenarios])[:, None] / PER_YEAR
    incidence = incidence * wide("plan_ratio")
    ages = np.array([each.age_mix for each in scenarios])[:, None, None, :]
    ones = np.ones(batch)
    by_risk = np.array([1 - column["raised_share"], column["raised_share"]])[:risks].T
    by_sex = np.array([column["men"], 1 - column["men"]]).T
    worse = np.array([ones, column["raised_factor"]])[:risks].T[:, :, None, None]
    stayers = np.array([ones, column["exit_raised_factor"]])[:risks].T[:, :, None, None]
    slope = np.exp(wide("exit_age_slope") * (np.arange(AGES) - _PIVOT) / 10)
    by_age = np.zeros((risks, len(SEXES), SLOTS))
    by_age[..., : age_boundary()] = 1.0
    young = by_age.ravel()

    select, start = column["select_factor"], column["benefit_start"]
    grows = bool((start != 1).any())
    kinds = SELECT_CLASSES if (select != 1).any() or grows else 0
    place = np.append((np.arange(kinds) + 0.5) / max(kinds, 1), 1.0)
    covered = select[:, None] + (1 - select[:, None]) * place
    grown = start[:, None] + (1 - start[:, None]) * place
    moving = np.minimum(1.0, kinds / (PER_YEAR * column["select_years"]))[:, None]
    wearing = np.zeros((batch, kinds + 1, kinds + 1))
    wearing[:, range(kinds), range(kinds)] = 1 - moving
    wearing[:, range(1, kinds + 1), range(kinds)] = moving
    wearing[:, kinds, kinds] = 1.0
    ring = int(waiting.max())
    tenures = ring + kinds + 1
    while_waiting = select * column["waiting_ends"]
    sums = np.zeros((batch, 6 if grows else 4, tenures))
    sums[:, 0, ring:] = covered
    sums[:, 1, :ring] = while_waiting[:, None]
    sums[:, 2] = 1.0
    sums[:, 3, :ring] = 1.0
    if grows:
        sums[:, 4, ring:] = covered * grown
        sums[:, 5, :ring] = start[:, None]
        sums[:, 5, ring:] = grown
    # Who joins comes into the ring, or past it where there is no waiting time.
    entry = np.where((waiting > 0)[:, None], sums[:, :, 0], sums[:, :, ring])

    ill = _by_cell(incidence * (1 - wide("accident_share")) * worse, risks)
    accident = _by_cell(np.repeat(incidence * wide("accident_share"), risks, axis=1), risks)
    weights = (ill * young, ill * (1 - young), accident * young, accident * (1 - young),
               np.ones_like(ill))  # fmt: skip
    removal = np.concatenate([while_waiting[:, None], covered], axis=1)

    means = np.ascontiguousarray(np.array([each.delay_means() for each in scenarios]).T)
    light = _by_period(scenarios, "benefit_light")
    share, in_full = column["light_share"], np.isnan(light)
    charge = np.array([each.share_by_age for each in scenarios])
    path = np.full((len(periods), batch), np.nan)
    joins = np.zeros((len(periods), batch))
    acted = np.full((len(periods), batch), np.nan)
    for place_of, each in enumerate(scenarios):
        if each.joins is not None:
            joins[:, place_of] = each.joins
        if each.members is not None:
            path[: len(each.members), place_of] = each.members
        if each.exit_bill is not None:
            acted[:, place_of] = each.exit_bill
    return Stack(
        ring=ring,
        tenures=tenures,
        cells=risks * len(SEXES) * SLOTS,
        slots=np.where(
            waiting > 0, (np.arange(len(periods))[:, None] + waiting) % max(ring, 1), ring
        ),
        together=bool((waiting == waiting[0]).all()),
        ill=ill,
        accident=accident,
        mix=_by_cell(ages * by_risk[:, :, None, None] * by_sex[:, None, :, None], risks),
        tilt=_by_cell(np.repeat(slope * stayers, len(SEXES), axis=2), risks),
        share=_by_cell(
            np.repeat(np.repeat(charge[:, None, None], risks, axis=1), len(SEXES), axis=2), risks
        ),
        level=charge[:, 0],
        unequal=(charge != charge[:, :1]).any(axis=1),
        sums=sums,
        removal=np.stack([-removal, np.ones_like(removal)], axis=2),
        entry=entry,
        wearing=wearing,
        older=column["ageing"] / PER_YEAR,
        weights=np.ascontiguousarray(np.stack(weights, axis=2)),
        members=path,
        joins=joins,
        given=np.isfinite(path),
        alike=column["replace_alike"],
        factor=np.ascontiguousarray(np.array([each.time_factors() for each in scenarios]).T),
        # Where a light cancer is worth nothing it is no claim.
        claimed=1 - np.where(light == 0, share, 0.0),
        light=np.where((light == 0) | in_full, 0.0, share),
        benefits=np.stack(
            [
                _by_period(scenarios, "benefit_younger"),
                _by_period(scenarios, "benefit_older"),
                np.where(in_full, 0.0, light),
            ],
            axis=2,
        ),
        fee=_by_period(scenarios, "fee"),
        # No cap is a large number here: an infinite one times nobody helped would be NaN.
        cap_per_case=np.minimum(_by_period(scenarios, "cap_per_case"), 1e200),
        cap_per_year=_by_period(scenarios, "cap_per_year"),
        acted=acted,
        delay_longest=longest,
        delay_means=means,
        delay_chances=_delay_chances(means, column["delay_shape"], longest),
        rounds=bool(column["rounding"].any()),
        nothing=np.zeros(batch),
        new_year=tuple(
            i == 0 or each.year != periods[i - 1].year for i, each in enumerate(periods)
        ),
        **{
            name: column[name]
            for name in (
                "cap_per_period", "rounding", "arrears_share", "exit_base", "exit_response",
                "exit_reference", "delay_shape", "delay_load",
            )
        },
    )  # fmt: skip
