"""The plan as formulas of modelx: expected people in cells by tenure, sex and age.

modelx keeps what each formula gave for each period, and works out what it is asked for from the
others, as actuaries write cash flows. Of the open libraries for that it is the best kept (lifelib,
a collection of their models, rests on it), and a formula may use the sum over all cells, which an
equal share needs. Of tenures there are the covered, at 0, and those with so many periods of
waiting left. Caps, risk classes, trends and exits for the bill are left out.

``members.py`` makes cells of the formulas, and gives them `scenario`, `terms` and `delays`; modelx
is not among the book's own libraries.
"""

# ruff: noqa: F821  modelx names for a formula what is beside it
import numpy as np

# Annotations are quoted, as modelx reads each formula by itself.


def illness(t: int) -> "np.ndarray":
    """Return the chance of an illness that is a claim, by sex and age."""
    claim = 1 - scenario.light_share if terms.benefit_light[t] == 0 else 1.0
    rate = scenario.incidence * (scenario.plan_ratio / 24)
    return rate * ((1 - scenario.accident_share) * claim)


def accidents(t: int) -> "np.ndarray":
    """Return the chance of an accident, by sex and age."""
    rate = scenario.incidence * (scenario.plan_ratio / 24)
    return rate * scenario.accident_share


def joining() -> "np.ndarray":
    """Return the shares of those who join, by sex and age."""
    return np.outer([scenario.men, 1 - scenario.men], scenario.age_mix)


def older(t: int) -> "np.ndarray":
    """Return who was there, one in 24 of each age a year older; who turns 60 has left."""
    if t == 0:
        return np.zeros((scenario.waiting + 1, 2, 60))
    before = staying(t - 1)
    turned = before / 24
    after = before - turned
    after[..., 1:] += turned[..., :-1]
    return after


def still_there(t: int) -> float:
    """Return how many of them are not diagnosed while they wait."""
    there = older(t)
    return float(there.sum() - (there[1:] * illness(t)).sum())


def gap(t: int) -> float:
    """Return by how much the path of members exceeds them."""
    return float(scenario.members[t]) - (pending(t - 1) if t else 0.0) - still_there(t)


def joins(t: int) -> float:
    """Return how many join, for so many to be there at the notice."""
    return max(gap(t), 0.0) / float((joining() * (1 - illness(t))).sum())


def people(t: int) -> "np.ndarray":
    """Return who may fall ill: the path met, by joins or by exits."""
    there = older(t)
    if gap(t) < 0:
        return there * (1 + gap(t) / still_there(t))
    there = there.copy()
    there[scenario.waiting] += joins(t) * joining()
    return there


def ended(t: int) -> float:
    """Return how many are diagnosed while they wait, unpaid."""
    return float((people(t)[1:] * illness(t)).sum())


def cases(t: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return claims for illness and for accidents, by age."""
    return (
        (people(t)[0] * illness(t)).sum(0),
        (people(t).sum(0) * accidents(t)).sum(0),
    )


def diagnosed(t: int) -> float:
    """Return how many claims are incurred."""
    return float(sum(part.sum() for part in cases(t)))


def incurred(t: int) -> float:
    """Return what these claims will be paid, yuan."""
    ill, hurt = cases(t)
    full = np.where(np.arange(60) < 40, terms.benefit_younger[t], terms.benefit_older[t])
    light = np.full(60, terms.benefit_light[t])
    # No light cases are told apart before the rule, and none are claims after it.
    light = np.where(light > 0, light, full)
    share = scenario.light_share
    return float((ill * (share * light + (1 - share) * full) + hurt * full).sum())


def helped(t: int) -> float:
    """Return how many are helped in this notice."""
    return sum(diagnosed(t - d) * float(delays[d]) for d in range(min(t + 1, len(delays))))


def benefits(t: int) -> float:
    """Return what they are paid, yuan."""
    return sum(incurred(t - d) * float(delays[d]) for d in range(min(t + 1, len(delays))))


def pending(t: int) -> float:
    """Return how many wait for help after this notice."""
    return (pending(t - 1) if t else 0.0) + diagnosed(t) - helped(t)


def members(t: int) -> float:
    """Return who is charged: those who are healthy, and those who wait for help until now."""
    return float(people(t).sum()) - ended(t) + (pending(t - 1) if t else 0.0)


def bill(t: int) -> float:
    """Return the equal share of benefits and fee, yuan."""
    return benefits(t) * (1 + float(terms.fee[t])) / members(t)


def staying(t: int) -> "np.ndarray":
    """Return who stays after the bill; a period of waiting is over."""
    left = people(t) * (1 - accidents(t))
    left[0] -= people(t)[0] * illness(t)
    left[1:] -= people(t)[1:] * illness(t)
    left *= 1 - scenario.exit_base
    after = np.zeros_like(left)
    after[:-1] = left[1:]
    after[0] += left[0]
    return after
