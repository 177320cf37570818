"""The smallest pool, the four principles, and the relay for those whom the rules refuse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutualaid import checks, history
from mutualaid.money import FEN_PER_YUAN, fen
from mutualaid.rules.plans import Reason, Term, Terms, reason, rule_term


def cost_of_one_case(benefit: float, fee: float) -> Fraction:
    """Return what one benefit costs all members together, with the fee, in fen and exactly.

    Parameters
    ----------
    benefit : float
        One full benefit, in yuan.
    fee : float
        Fee as a share of the benefit.

    Raises
    ------
    ValueError
        If the benefit is not above 0, or the fee is below 0.

    Examples
    --------
    >>> cost_of_one_case(300_000, 0.08)
    Fraction(32400000, 1)
    """
    checks.number("benefit", benefit, above=True, unit="yuan")
    checks.number("fee", fee)
    return fen(benefit) * (1 + Fraction(Decimal(str(fee))))


def smallest_pool(benefit: float, fee: float, cap_per_case: float) -> int:
    r"""Return the fewest members among whom one benefit costs each no more than the cap.

    .. math:: n = \left\lceil \frac{B (1 + \phi)}{c} \right\rceil

    A derivation: the rules state the number and the cap, not how one follows from the other.

    Parameters
    ----------
    benefit : float
        One full benefit, :math:`B`, in yuan.
    fee : float
        Fee as a share of the benefit, :math:`\phi`.
    cap_per_case : float
        Most that one case may cost a member, :math:`c`, in yuan.

    Returns
    -------
    int
        Members.

    Raises
    ------
    ValueError
        If an amount is not above 0, or the fee is below 0.

    Examples
    --------
    The insurance, and the plan after it:

    >>> smallest_pool(300_000, 0.10, 0.1), smallest_pool(300_000, 0.08, 0.1)
    (3300000, 3240000)
    """
    checks.number("cap_per_case", cap_per_case, above=True, unit="yuan")
    # A promise may be finer than a fen: it binds the mean, and not what one notice charges.
    cap = Fraction(Decimal(str(cap_per_case))) * FEN_PER_YUAN
    return math.ceil(cost_of_one_case(benefit, fee) / cap)


def full_benefit(terms: Terms) -> Term:
    """Return the largest benefit that a plan pays for an illness, as a term.

    Raises
    ------
    KeyError
        If the plan has no known benefit of this kind.
    """
    for item in ("benefit_to_39", "benefit_severe_cancer"):
        if item in terms:
            return terms[item]
    return terms["benefit"]


def smallest_pool_of(terms: Terms) -> int:
    """Return the smallest pool of a plan by the terms of one day.

    Raises
    ------
    KeyError
        If the plan has no known cap for one case, as the transport plan, or no one benefit.

    Examples
    --------
    >>> import datetime as dt
    >>> from mutualaid.rules.plans import plan
    >>> smallest_pool_of(plan("zhongtuobang").on(dt.date(2016, 12, 1)))
    100000
    """
    cap, fee = terms.number("cap_per_case"), terms.number("administration_fee")
    return smallest_pool(full_benefit(terms).value, fee, cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """How a plan works, as the four principles ask; None for what is not known.

    Parameters
    ----------
    real_names : bool, optional
        Every member's name is checked.
    holds_money : bool, optional
        The platform holds members' money before a case.
    checks_each_step : bool, optional
        Risk is controlled at joining, at the claim and before payment.
    publishes_cases : bool, optional
        Cases and sums are shown to all members before they pay.

    Raises
    ------
    TypeError
        If a value is not True, False or None.
    """

    real_names: bool | None
    holds_money: bool | None
    checks_each_step: bool | None
    publishes_cases: bool | None

    def __post_init__(self) -> None:
        for name in ("real_names", "holds_money", "checks_each_step", "publishes_cases"):
            checks.boolean(name, getattr(self, name), unknown=True)


def practice_of(platform: str) -> Practice:
    """Return how a platform worked, as far as the table of platforms tells: whether it held money.

    The table has each platform as it began; the commune took topped-up accounts by late 2016.

    Parameters
    ----------
    platform : str
        Name in ``platforms.csv``, such as ``"waterdrop"``.

    Raises
    ------
    ValueError
        If there is no such platform.

    Examples
    --------
    >>> practice_of("waterdrop").holds_money, practice_of("meituan").holds_money
    (True, False)
    """
    known = history.platforms().set_index("platform")["payment"]
    payment = known[checks.one_of("platform", platform, list(known.index))]
    holds = {"prepaid": True, "after": False}.get(payment)
    return Practice(real_names=None, holds_money=holds, checks_each_step=None, publishes_cases=None)


def broken_principles(practice: Practice) -> tuple[Reason, ...]:
    """Return which of the plan's four principles a practice breaks for certain."""
    term = rule_term("plans/general/principles")
    asked = (
        ("real names", practice.real_names is False, "Names are not checked."),
        ("no pool of money", practice.holds_money, "Members' money is held before a case."),
        ("control", practice.checks_each_step is False, "Some step is not checked."),
        ("openness", practice.publishes_cases is False, "Cases are not shown before members pay."),
    )
    return tuple(reason(code, said, term) for code, broken, said in asked if broken)


def relay(asked: float, friends: int, passing_on: float, gift: float, rounds: int = 3) -> float:
    r"""Return what a call for gifts brings in: a model of crowdfunding, not a rule.

    The call reaches the patient's friends in the first round; in each later round everybody
    reached in the one before brings :math:`r` new people. All who are reached give. No source
    says how the relay of the plan worked; that gifts depend on the patient's network is known of
    crowdfunding in general.

    .. math:: G = \min\left(A,\; L,\; g f \sum_{k=0}^{m - 1} r^k\right)

    Parameters
    ----------
    asked : float
        Sum asked for, :math:`A`, in yuan.
    friends : int
        People whom the patient reaches, :math:`f`.
    passing_on : float
        New people reached for each one before, :math:`r`; at most 1,000.
    gift : float
        Mean gift of a person reached, :math:`g`, in yuan.
    rounds : int
        Rounds of the call, the first one among them, :math:`m`; at most 100.

    Returns
    -------
    float
        Yuan; at most the limit :math:`L` that the platform set.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> relay(100_000, friends=200, passing_on=0.5, gift=20), relay(100_000, 2_000, 1.5, 20)
    (7000.0, 100000.0)
    """
    checks.number("asked", asked)
    checks.whole("friends", friends)
    checks.number("passing_on", passing_on, 0, 1_000)
    checks.number("gift", gift)
    checks.whole("rounds", rounds, 0, 100)
    limit = float(rule_term("plans/extra-help/largest_sum").value)
    reached = friends * sum(passing_on**k for k in range(rounds))
    return float(min(asked, limit, gift * reached))
