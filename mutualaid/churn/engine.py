"""The engine: expected numbers in cells, one period after the other, scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mutualaid import checks
from mutualaid.churn.delay import delays, under_load
from mutualaid.churn.projection import SERIES, Projection, relative_shares
from mutualaid.churn.published import AGES, SEXES
from mutualaid.churn.scenario import Scenario
from mutualaid.churn.stack import SLOTS, Stack, stack

__all__ = ["project"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Scenarios projected at once: many enough to pay for each call, few enough for the cache.
BLOCK = 64


@overload
def project(scenario: Scenario, *, cells: bool = False) -> Projection: ...
@overload
def project(scenario: Sequence[Scenario], *, cells: bool = False) -> Projection: ...
def project(scenario: Scenario | Sequence[Scenario], *, cells: bool = False) -> Projection:
    r"""Project the plan over time: expected people and money in each half-month.

    Members are counted in cells by age, sex, risk class and tenure. In each period:

    1. one in 24 of each age is a year older, and who turns 60 leaves;
    2. members join by the mix of ages, or as many as a given path of members needs; where the
       path falls faster than members leave, more leave;
    3. of :math:`n` members of a cell,
       :math:`n\, \rho\, \tau_t\, (i / 24) [(1 - \alpha) f_k g_r c_t + \alpha]` are diagnosed, with
       incidence :math:`i`, plan ratio :math:`\rho`, factor of time :math:`\tau`, share of accidents
       :math:`\alpha`, select factor :math:`f` by tenure, factor :math:`g` of the risk class, and
       :math:`c` the share of illness that is a claim by the rules; while waiting, illness ends
       membership unpaid and accidents are covered; the benefit may grow with tenure;
    4. a case is published after its delay; until then the person is charged, and at risk no more;
    5. the bill is (benefits + fee - carried in) / members, with caps; healthy members pay it in
       the relation of ``share_by_age``, the others as it is;
    6. members helped leave;
    7. others leave at the base rate, and then for their own bill just published, or for the one
       they act on instead (``exit_bill``).

    A member diagnosed does not turn 60 or leave before he is helped.

    Parameters
    ----------
    scenario : Scenario or sequence of Scenario
        One, or a batch with the same first and last period.
    cells : bool
        Keep people and claims by risk class, sex and age.

    Returns
    -------
    Projection
        Arrays by period; for a sequence, a row for each scenario.

    Raises
    ------
    TypeError
        If `scenario` is neither.
    ValueError
        If a batch is empty or mixes periods, or a path of members falls by more people than can
        leave.

    Examples
    --------
    >>> from mutualaid.churn import Scenario, check_money, project
    >>> projection = project(Scenario(plan_ratio=0.5))
    >>> projection.bill.shape, check_money(projection) < 1e-12
    ((79,), True)
    """
    checks.boolean("cells", cells)
    batch = not isinstance(scenario, Scenario)
    scenarios = (scenario,) if isinstance(scenario, Scenario) else tuple(scenario)
    if not all(isinstance(each, Scenario) for each in scenarios):
        raise TypeError(f"scenario must be a Scenario or a sequence of them, got {scenario!r}")
    if not scenarios:
        raise ValueError("scenario must hold at least one scenario, got none")
    spans = {(each.first, each.last) for each in scenarios}
    if len(spans) > 1:
        told = ", ".join(f"{first} to {last}" for first, last in sorted(spans))
        raise ValueError(f"scenarios of a batch must have the same periods, got {told}")
    blocks, kept = [], []
    # Blocks as equal as can be: a small last one would cost as much time as a large one.
    size = -(-len(scenarios) // -(-len(scenarios) // BLOCK))
    for start in range(0, len(scenarios), size):
        block, by_cell = _advance(scenarios[start : start + size], cells)
        blocks.append(block)
        kept.append(by_cell)
    joined = np.concatenate(blocks, axis=2) + 0.0  # no negative zero
    series = {
        name: np.ascontiguousarray(joined[place].T if batch else joined[place][:, 0])
        for place, name in enumerate(SERIES)
    }
    return Projection(
        scenarios=scenarios,
        batch=batch,
        periods=scenarios[0].periods,
        by_cell=_by_cell(kept, batch) if cells else None,
        **series,
    )


def _by_cell(kept: list[Floats], batch: bool) -> dict[str, Floats]:
    """Return what was kept by cell, in the same number of risk classes for each scenario."""
    most = max(block.shape[-1] for block in kept)
    rows = []
    for block in kept:
        wide = np.zeros((*block.shape[:-1], most))
        wide[..., : block.shape[-1]] = block
        rows.append(wide)
    joined = np.concatenate(rows, axis=2)  # kind x T x B x C
    shape = (*joined.shape[:3], -1, len(SEXES), SLOTS)
    cells = np.moveaxis(joined.reshape(shape)[..., :AGES], 1, 2)  # kind x B x T x ...
    exposed, incurred = (np.ascontiguousarray(part if batch else part[0]) for part in cells)
    return {"exposed": exposed, "incurred": incurred}


def _advance(scenarios: Sequence[Scenario], cells: bool) -> tuple[Floats, Floats]:
    """Run a block; return the series, series x T x B, and cells, 2 x T x B x C."""
    s = stack(scenarios)
    periods, batch = s.members.shape
    longest = s.delay_chances.shape[2]
    alike, response = bool(s.alike.any()), bool(s.exit_response.any())
    settling = len(s.delay_chances) > 1
    load, unequal = bool(s.delay_load.any()), bool(s.unequal.any())
    grows = s.sums.shape[1] > 4
    in_cells = cells or alike or response or unequal
    series = np.zeros((len(SERIES), periods, batch))
    by_cell = np.zeros((2, periods if cells else 0, batch, s.cells))
    # Tenure first: a slot of tenure is one piece of memory, and so are all the waiting.
    state = np.zeros((s.tenures, batch, s.cells))
    by_tenure = state.swapaxes(0, 1)
    past = s.tenures - s.ring
    room = _Room(
        chances=np.empty((batch, 2, s.cells)),
        rates=np.empty((batch, 2, s.cells)),
        kept=np.empty((past + 1, batch, s.cells)),
        left=np.empty((past, batch, s.cells)),
        turned=np.empty((max(s.ring, past), batch, s.cells)),
    )
    # Cases by the period of their notice: younger, older, light, and their benefits in yuan.
    published = np.zeros((batch, 4, periods + longest))
    ill_now, hurt_now = s.factor * s.claimed, s.factor
    # Chances stay from one period to the next unless the rules, a trend or a dip change them.
    moved = np.ones(periods, dtype=bool)
    moved[1:] = ((np.diff(ill_now, axis=0) != 0) | (np.diff(hurt_now, axis=0) != 0)).any(axis=1)
    # What one who joins adds to the totals below.
    entering = s.entry[:, :, None] * (s.mix[:, None, :] @ s.weights)
    pending = aged = carried = paid = np.zeros(batch)
    gone = np.zeros((batch, s.cells))
    still = 1 - s.exit_base
    fewer = (still * (1 - s.older))[:, None]
    everyone = np.arange(batch)
    arriving = np.empty((batch, s.cells))
    sums = np.empty((batch, s.sums.shape[1], s.cells))
    totals = np.empty((batch, s.sums.shape[1], s.weights.shape[2]))
    new = np.empty((batch, 4))
    nobody = np.zeros(batch)
    paths = bool(s.given.any())
    step: Floats | float | None = None
    if s.older.any():
        step = (s.older / (1 - s.older))[:, None]
        # One number is faster than one for each row.
        step = float(step[0, 0]) if (step == step[0]).all() else step
    steady = None

    for now in range(periods):
        # 1, 2: the cells are a 24th of a year older; who joins, or leaves as the path falls.
        f, g = ill_now[now], hurt_now[now]
        if moved[now]:
            np.multiply(s.ill, f[:, None], out=room.chances[:, 0])
            np.multiply(s.accident, -g[:, None], out=room.chances[:, 1])
            room.chances[:, 1] += 1
        np.matmul(s.sums, by_tenure, out=sums)
        if alike:
            replaced = gone * s.alike[:, None]
            sums += s.entry[:, :, None] * replaced[:, None, :]
        np.matmul(sums, s.weights, out=totals)
        joins, path, stay = s.joins[now], nobody, None
        if paths:
            joins, path, stay = _follow(s, now, sums, totals, pending, entering)
        if stay is not None:
            np.matmul(sums, s.weights, out=totals)
        totals += joins[:, None, None] * entering
        np.multiply(joins[:, None], s.mix, out=arriving)
        if in_cells:
            people = sums[:, 2] + arriving
            at_risk = sums[:, 0] + sums[:, 1]
            at_risk += (s.entry[:, 0] + s.entry[:, 1])[:, None] * arriving
        if cells:
            sums += s.entry[:, :, None] * arriving[:, None, :]
        if alike:
            arriving += replaced
            joins = joins + replaced.sum(1)
        if s.together:
            state[s.slots[now, 0]] += arriving
        else:
            state[s.slots[now], everyone] += arriving

        # 3: diagnoses, of those below the age boundary and from it on.
        illness = totals[:, 0, :2] * f[:, None]
        ended = (totals[:, 1, 0] + totals[:, 1, 1]) * f
        accidents = totals[:, 2, 2:4] * g[:, None]
        accidents_waiting = (totals[:, 3, 2] + totals[:, 3, 3]) * g
        healthy, waiting = totals[:, 2, 4], totals[:, 3, 4]
        exposed = np.maximum(healthy - waiting, 0.0)
        members = healthy - ended + pending
        _claims(s, now, illness, accidents, new)
        if grows:
            _grown(s, now, totals[:, 4, :2] * f[:, None], totals[:, 5, 2:4] * g[:, None], new)
        diagnosed = new[:, 0] + new[:, 1] + new[:, 2]
        remaining = healthy - ended - diagnosed

        # 4: they are published after a delay.
        delay = s.delay_chances[now if settling else 0]
        if load:
            delay = _delays(s, now, pending)
        published[:, :, now : now + longest] += new[:, :, None] * delay[:, None, :]
        cases = published[:, :, now]
        helped, benefits = cases[:, 0] + cases[:, 1] + cases[:, 2], cases[:, 3]
        pending = pending + diagnosed - helped

        # 5: the bill.
        paid = nobody if s.new_year[now] else paid
        fee, bill, sponsor, surplus = _settle(s, now, benefits, helped, members, carried, paid)
        paid = paid + bill
        charged = bill * members
        arrears = charged * s.arrears_share

        # 6, 7: those helped are out of the cells already; others leave.
        left_bill, level = nobody, s.level
        keep = fewer
        if in_cells:
            # Those who are neither ill nor hurt.
            well = people * room.chances[:, 1]
            at_risk *= room.chances[:, 0]
            well -= at_risk
            own = np.where(np.isnan(s.acted[now]), bill, s.acted[now])[:, None]
            if unequal:
                level, relative = _levels(s, np.maximum(well, 0.0))
                own = own * relative
        if response:
            staying = _staying(s, own)
            keep = fewer * staying
            left_bill = still * np.einsum("bc,bc->b", well, 1 - staying)
        if alike:
            staying = keep / (1 - s.older)[:, None]
            gone = (people - well) + well * (1 - staying)
        if cells:
            covered = sums[:, 2] - sums[:, 3]
            by_cell[0, now] = covered
            by_cell[1, now] = sums[:, 0] * s.ill * f[:, None] + covered * s.accident * g[:, None]
        if stay is not None:
            keep = keep * stay
        series[:, now] = (
            # A difference of like numbers may come out a hair below nobody.
            members, np.maximum(waiting - ended - accidents_waiting, 0.0),
            np.maximum(exposed - diagnosed + accidents_waiting, 0.0),
            exposed, joins, aged, path, ended, s.exit_base * remaining, left_bill, diagnosed,
            accidents_waiting, pending, helped, new[:, 3], benefits, fee, carried, surplus,
            charged - arrears, arrears, sponsor, bill, level,
        )  # fmt: skip
        carried = surplus
        # Rates stay where the chances stay, and nobody leaves for the bill or with the path.
        if moved[now] or keep is not steady:
            steady = keep
            np.multiply(room.chances, keep[:, None], out=room.rates)
            # By tenure: the second row less `removal` times the first.
            np.matmul(s.removal, room.rates, out=room.kept.swapaxes(0, 1))
        aged = _move_on(s, now, state, step, room)
    return series, by_cell


@dataclass(frozen=True, kw_only=True, eq=False)
class _Room:
    """Arrays that are written over again and again.

    `chances` are those of illness and of no accident; `rates` the same, times the share that stays;
    `kept` is the share kept by tenure, waiting first.
    """

    chances: Floats
    rates: Floats
    kept: Floats
    left: Floats
    turned: Floats


def _follow(
    s: Stack, now: int, sums: Floats, totals: Floats, pending: Floats, entering: Floats
) -> tuple[Floats, Floats, Floats | None]:
    """Return who joins, who leaves as the path falls, and the share of each cell that stays."""
    ill = s.factor[now] * s.claimed[now]
    # Who would be in the plan at the notice if nobody joined, and what one who joins adds.
    fit = totals[:, 2, 4] - (totals[:, 1, 0] + totals[:, 1, 1]) * ill
    adds = 1 - (entering[:, 1, 0] + entering[:, 1, 1]) * ill
    gap = np.where(s.given[now], s.members[now] - pending - fit, 0.0)
    joins = np.where(s.given[now], np.maximum(gap, 0) / adds, s.joins[now])
    if gap.min() >= 0:
        return joins, np.zeros(len(gap)), None
    weight = (s.tilt * (sums[:, 2] - sums[:, 1] * s.ill * ill[:, None])).sum(1)
    pace = np.divide(np.maximum(-gap, 0), weight, out=np.zeros_like(gap), where=weight > 0)
    leave = pace[:, None] * s.tilt
    if (leave[sums[:, 2] > 0] > 1 + 1e-9).any() or ((weight <= 0) & (gap < 0)).any():
        raise ValueError(
            "members must not fall by more people than can leave (those diagnosed stay until "
            f"they are helped), got such a fall in the period with index {now}"
        )
    np.minimum(leave, 1.0, out=leave)
    path = (leave * sums[:, 2]).sum(1)
    stay = 1 - leave
    sums *= stay[:, None, :]
    return joins, path, stay


def _levels(s: Stack, healthy: Floats) -> tuple[Floats, Floats]:
    """Return the mean of shares by age, and what each cell pays as a multiple of the bill."""
    people = healthy.sum(1)
    mean = (healthy * s.share).sum(1) / np.where(people > 0, people, 1.0)
    mean = np.where(s.unequal, mean, s.level)
    return mean, np.where(s.unequal[:, None], relative_shares(s.share, mean[:, None]), 1.0)


def _staying(s: Stack, own: Floats) -> Floats:
    """Return the share of each cell that does not leave for its own bill."""
    excess = np.maximum(own - s.exit_reference[:, None], 0)
    share: Floats = np.exp(-(s.exit_response[:, None] * excess) * s.tilt)
    return share


def _delays(s: Stack, now: int, pending: Floats) -> Floats:
    """Return the chances of each delay, longer by the load on inquiry."""
    mean = under_load(s.delay_means[now], s.delay_load, pending)
    return delays(mean, s.delay_shape, s.delay_longest, s.delay_chances.shape[2] - 1)


def _claims(s: Stack, now: int, illness: Floats, accidents: Floats, new: Floats) -> None:
    """Write cases paid in full to the younger and the older, light cases, and their benefits."""
    light = s.light[now]
    new[:, :2] = illness * (1 - light)[:, None] + accidents
    new[:, 2] = (illness[:, 0] + illness[:, 1]) * light
    new[:, 3] = (new[:, :3] * s.benefits[now]).sum(1)


def _grown(s: Stack, now: int, illness: Floats, accidents: Floats, new: Floats) -> None:
    """Write the benefits of cases that are weighted by the share of the benefit that is paid."""
    weighted = np.empty_like(new)
    _claims(s, now, illness, accidents, weighted)
    new[:, 3] = weighted[:, 3]


def _settle(
    s: Stack, now: int, benefits: Floats, helped: Floats, members: Floats, carried: Floats,
    paid: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    """Return fee, bill per head, the sponsor's part, and the surplus that is carried out."""
    fee = benefits * s.fee[now]
    due = benefits + fee - carried
    # Without members there is nothing due: those to be helped are members.
    share = np.maximum(due, 0) / np.where(members > 0, members, 1.0)
    surplus = s.nothing
    if s.rounds:
        unit = np.where(s.rounding > 0, s.rounding, 1.0)
        # A hair's breadth above a multiple is the multiple.
        up = np.ceil(share / unit - 1e-9) * unit
        share = np.where(s.rounding > 0, up, share)
        surplus = np.where(s.rounding > 0, share * members - due, 0.0)
    bill = np.minimum(share, np.minimum(s.cap_per_case[now] * helped, s.cap_per_period))
    bill = np.minimum(bill, np.maximum(s.cap_per_year[now] - paid, 0))
    return fee, bill, (share - bill) * members, surplus


def _move_on(s: Stack, now: int, state: Floats, step: Floats | float | None, room: _Room) -> Floats:
    """Take the cells to the next period, in place; return who turns 60.

    Members leave, the select effect wears off, a waiting time ends, and one age after the other
    moves on. `room.kept` holds the share that neither left nor grows older; `step` is the share
    that grows older in terms of the share that does not, or None where nobody does.
    """
    waiting, others = state[: s.ring], state[s.ring :]
    waiting *= room.kept[0]
    np.multiply(others, room.kept[1:], out=room.left)
    np.matmul(s.wearing, room.left.swapaxes(0, 1), out=others.swapaxes(0, 1))
    if s.ring:
        ending = waiting[(now + 1) % s.ring]
        others[0] += ending
        ending[...] = 0.0
    if step is None:
        return np.zeros(state.shape[1])
    for part in (waiting, others):
        turned = room.turned[: len(part)]
        np.multiply(part, step, out=turned)
        # The place of 60 is empty: a shift of the flat cells carries nobody into another row.
        flat = part.reshape(-1)
        flat[1:] += turned.reshape(-1)[:-1]
    sixty = state.reshape(*state.shape[:2], -1, SLOTS)[..., AGES]
    aged: Floats = sixty.sum(0).sum(1)
    sixty[...] = 0.0
    return aged
