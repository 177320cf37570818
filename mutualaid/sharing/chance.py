"""Size and chance: why a larger pool makes the bill steadier, and not dearer.

Each member falls ill in a period with some chance, independently of the others, and receives a
fixed sum. The bill is what all receive together, divided by the number of members. Its mean does
not depend on how many members there are; its spread does. A period is half a month for the bill
of one notice, or a year for a year's; the chances are those of that period.

Nothing here is rounded: what a member pays is the bill rounded up to the fen
(:func:`mutualaid.money.split_evenly`), at most one fen more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import fft, stats

from mutualaid import checks
from mutualaid.money import FEN_PER_YUAN, fen

__all__ = [
    "BillBySize",
    "BillDistribution",
    "Risk",
    "SizeNeeded",
    "bill_by_size",
    "bill_distribution",
    "cases_of_one",
    "same_mix",
    "size_needed",
]

_Floats = NDArray[np.float64]

#: Totals that one distribution may hold; more would take seconds and gigabytes.
_MOST_TOTALS = 2**22
#: Two shares of the mean closer than this are the same: a bound given as 10 percent is met.
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Members who fall ill alike: how many they are, and what each may receive in a period.

    Parameters
    ----------
    members : int
        How many. At least 1.
    cases : mapping of float to float
        Benefit in yuan, in whole fen and above 0, to the chance that a member receives it in the
        period. A member receives at most one of them, so the chances add up to at most 1.

    Raises
    ------
    ValueError
        If a number is out of range.
    TypeError
        If `cases` is no mapping.

    Examples
    --------
    A thousand members, one in a thousand of whom receives 300,000 yuan in the period:

    >>> risk = Risk(members=1_000, cases={300_000: 0.001})
    >>> risk.expected_cases, risk.expected_benefits
    (1.0, 300000.0)
    """

    members: int
    cases: Mapping[float, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", checks.whole("members", self.members, 1))
        object.__setattr__(self, "cases", _checked_cases(self.cases))

    @property
    def expected_cases(self) -> float:
        """Expected number of cases in the period."""
        return self.members * math.fsum(self.cases.values())

    @property
    def expected_benefits(self) -> float:
        """Expected sum of the benefits of the period, in yuan."""
        return self.members * math.fsum(b * q for b, q in self.cases.items())

    @property
    def variance(self) -> float:
        """Variance of the sum of the benefits of the period, in yuan squared."""
        mean = math.fsum(b * q for b, q in self.cases.items())
        return self.members * (math.fsum(b * b * q for b, q in self.cases.items()) - mean**2)


def _checked_cases(cases: object) -> Mapping[float, float]:
    if not isinstance(cases, Mapping):
        raise TypeError(f"cases must map a benefit in yuan to its chance, got {cases!r}")
    if not cases:
        raise ValueError(f"cases must hold at least one benefit, got {cases!r}")
    checked = {}
    for benefit, chance in cases.items():
        fen(checks.number("benefit", benefit, above=True, unit="yuan"))
        checked[float(benefit)] = checks.number("chance", chance, 0, 1)
    if math.fsum(checked.values()) > 1 + _SAME:
        raise ValueError(f"chances must add up to at most 1, got {math.fsum(checked.values())!r}")
    return MappingProxyType(checked)


def _checked_risks(risks: object) -> tuple[Risk, ...]:
    if not isinstance(risks, Sequence) or not all(isinstance(risk, Risk) for risk in risks):
        raise TypeError(f"risks must be a sequence of Risk, got {risks!r}")
    if not risks:
        raise ValueError(f"risks must hold at least one group, got {risks!r}")
    return tuple(risks)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDistribution:
    """What one period's bill may come to, and with what probability.

    Attributes
    ----------
    members : int
        Members who share the bill.
    fee : float
        Fee as a share of the benefits.
    total : array of float, shape (k,)
        What all benefits may come to, in yuan, rising in equal steps.
    probability : array of float, shape (k,)
        Probability of each total.
    mass_left : float
        Bound on the probability of all totals outside `total` together; each entry of
        `probability` and their sum differ from the exact one by at most this much, and by
        rounding (about 1e-13).
    """

    members: int
    fee: float
    total: _Floats
    probability: _Floats
    mass_left: float

    @property
    def bill(self) -> _Floats:
        """Bill per head in yuan for each total, before it is rounded up to the fen."""
        return self.total * ((1 + self.fee) / self.members)

    @property
    def expected_bill(self) -> float:
        """Mean of the bill per head, in yuan."""
        # About its middle, so that rounding in the probabilities is not multiplied by the total.
        middle = self.bill[len(self.bill) // 2]
        return float(middle + (self.bill - middle) @ self.probability)

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the bill per head, in yuan."""
        return math.sqrt(float((self.bill - self.expected_bill) ** 2 @ self.probability))

    @property
    def coefficient_of_variation(self) -> float:
        """Standard deviation as a share of the mean: how unsteady the bill is. NaN if all are 0."""
        mean = self.expected_bill
        return self.standard_deviation / mean if mean > 0 else math.nan

    def quantile(self, chance: float) -> float:
        """Return the least bill that is not exceeded with at least this chance.

        Parameters
        ----------
        chance : float
            Above 0 and at most 1.

        Returns
        -------
        float
            Bill per head, in yuan. A chance nearer to 1 than `mass_left` gives the highest bill
            kept.
        """
        chance = checks.number("chance", chance, 0, 1, above=True)
        place = int(np.searchsorted(np.cumsum(self.probability), chance - 1e-13))
        return float(self.bill[min(place, len(self.bill) - 1)])

    def chance_within(self, share: float) -> float:
        """Return the probability that the bill is within a share of its mean, bounds included.

        Parameters
        ----------
        share : float
            Such as 0.1 for 10 percent up or down. Above 0.
        """
        share = checks.number("share", share, above=True)
        off = np.abs(self.bill - self.expected_bill)
        near = off <= share * self.expected_bill * (1 + _SAME)
        return float(self.probability[near].sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the distribution, one row for each total."""
        return pd.DataFrame(
            {
                "total_yuan": self.total,
                "bill_yuan_per_head": self.bill,
                "probability": self.probability,
            }
        )


def bill_distribution(
    risks: Sequence[Risk], *, fee: float = 0.0, mass_left: float = 1e-12
) -> BillDistribution:
    r"""Return the distribution of one period's bill per head.

    The total of the benefits is a sum of independent losses. On the lattice of the greatest
    common divisor :math:`u` of the benefits, its distribution is read off its characteristic
    function by one fast Fourier transform,

    .. math::

        \varphi(\omega) = \prod_g \Bigl(1 + \sum_b q_{gb} (e^{i \omega b / u} - 1)\Bigr)^{n_g},
        \qquad
        P(S = s u) = \frac{1}{m} \sum_{k=0}^{m-1} \varphi(2 \pi k / m)\, e^{-2 \pi i k s / m}

    with :math:`n_g` members in group :math:`g` and chance :math:`q_{gb}` of benefit :math:`b`.
    A window of :math:`m` totals around the mean :math:`\mu` is kept. It is all of them in a small
    pool, and then the result is exact but for rounding. Otherwise what lies outside is bounded
    by Bernstein's inequality, with the variance :math:`\sigma^2` and the highest benefit :math:`B`,

    .. math:: P(|S - \mu| \ge t) \le 2 \exp\left(-\frac{t^2}{2 (\sigma^2 + B t / 3)}\right)

    so that no normal approximation is needed at any size: a hundred million members take as long
    as ten thousand.

    Parameters
    ----------
    risks : sequence of Risk
        The groups of members.
    fee : float
        Fee as a share of the benefits, added to the bill.
    mass_left : float
        Highest probability that may be left out, above 0 and at most 0.01.

    Returns
    -------
    BillDistribution
        Totals in yuan, their probabilities, and the bound on what is left out, 0 if nothing is.

    Raises
    ------
    ValueError
        If a number is out of range, or benefits have so small a common divisor that the lattice
        would hold more than four million totals.
    TypeError
        If `risks` is no sequence of :class:`Risk`.

    Examples
    --------
    Two members, each of whom loses 30,000 with a chance of one half:

    >>> pair = bill_distribution([Risk(members=2, cases={30_000: 0.5})])
    >>> [round(float(p), 6) for p in pair.probability]
    [0.25, 0.5, 0.25]
    >>> round(pair.coefficient_of_variation, 3)
    0.707
    """
    risks = _checked_risks(risks)
    fee = checks.number("fee", fee)
    mass_left = checks.number("mass_left", mass_left, 0, 0.01, above=True)
    lattice = _Lattice.of(risks, mass_left)
    return BillDistribution(
        members=sum(risk.members for risk in risks),
        fee=fee,
        total=lattice.totals,
        probability=lattice.probabilities(_log_transform(risks, lattice)),
        mass_left=lattice.mass_left,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lattice:
    """A window of totals: first and last in steps of `unit` fen, and the size of the transform."""

    unit: int
    first: int
    last: int
    size: int
    mass_left: float

    @classmethod
    def of(cls, risks: Sequence[Risk], mass_left: float) -> _Lattice:
        unit = math.gcd(*(fen(benefit) for risk in risks for benefit in risk.cases))
        step = unit / FEN_PER_YUAN
        highest = sum(risk.members * fen(max(risk.cases)) // unit for risk in risks)
        mean = math.fsum(risk.expected_benefits for risk in risks) / step
        variance = math.fsum(risk.variance for risk in risks) / step**2
        most = max(max(risk.cases) for risk in risks) / step
        # The least t for which twice Bernstein's bound is no more than mass_left.
        needed = math.log(2 / mass_left)
        reach = needed * most / 3 + math.sqrt((needed * most / 3) ** 2 + 2 * needed * variance)
        first, last = max(0, math.floor(mean - reach)), min(highest, math.ceil(mean + reach))
        if last - first + 1 > _MOST_TOTALS:
            raise ValueError(
                f"benefits must have a common divisor that leaves at most {_MOST_TOTALS} totals, "
                f"got {unit / FEN_PER_YUAN:g} yuan, which leaves {last - first + 1}"
            )
        whole = first == 0 and last == highest
        size = fft.next_fast_len(last - first + 1, real=True)
        return cls(
            unit=unit, first=first, last=last, size=size, mass_left=0.0 if whole else mass_left
        )

    @property
    def totals(self) -> _Floats:
        steps = np.arange(self.first, self.last + 1, dtype=np.float64)
        return steps * self.unit / FEN_PER_YUAN

    def probabilities(self, log_transform: NDArray[np.complex128]) -> _Floats:
        around: _Floats = fft.irfft(np.exp(log_transform), n=self.size)
        # What lies outside the window comes back inside it: less than mass_left in all.
        kept = around[np.arange(self.first, self.last + 1) % self.size]
        return np.clip(kept, 0.0, None)


def _log_transform(risks: Sequence[Risk], lattice: _Lattice) -> NDArray[np.complex128]:
    """Return the logarithm of the characteristic function at the points of the transform."""
    points = np.arange(lattice.size // 2 + 1)
    waves: dict[float, tuple[_Floats, _Floats]] = {}
    size = np.zeros(len(points))
    angle = np.zeros(len(points))
    for risk in risks:
        real = np.zeros(len(points))
        imaginary = np.zeros(len(points))
        for benefit, chance in risk.cases.items():
            if benefit not in waves:
                # Modulo first, in whole numbers: the angle keeps all its digits.
                turns = points * (fen(benefit) // lattice.unit % lattice.size) % lattice.size
                around = 2 * np.pi * turns / lattice.size
                waves[benefit] = -2 * np.sin(around / 2) ** 2, -np.sin(around)
            real += chance * waves[benefit][0]
            imaginary += chance * waves[benefit][1]
        # The logarithm of 1 + z, in parts: that of numpy rounds 1 + z, which members multiply.
        with np.errstate(divide="ignore"):
            size += risk.members * np.log1p(real * (2 + real) + imaginary**2) / 2
        angle += risk.members * np.arctan2(imaginary, 1 + real)
    return size + 1j * angle


def cases_of_one(risks: Sequence[Risk]) -> Mapping[float, float]:
    r"""Return what a member drawn by lot may receive: each benefit with its chance.

    .. math:: q_b = \sum_g \frac{n_g}{n} q_{gb}

    It stands for the mix of the members, apart from how many they are.

    Examples
    --------
    >>> half = [Risk(members=10, cases={300_000: 0.25}), Risk(members=10, cases={100_000: 0.5})]
    >>> dict(cases_of_one(half))
    {300000.0: 0.125, 100000.0: 0.25}
    """
    risks = _checked_risks(risks)
    members = sum(risk.members for risk in risks)
    chances: dict[float, list[float]] = {}
    for risk in risks:
        for benefit, chance in risk.cases.items():
            chances.setdefault(benefit, []).append(risk.members * chance)
    return MappingProxyType({b: math.fsum(parts) / members for b, parts in chances.items()})


def same_mix(risks: Sequence[Risk], members: int) -> Risk:
    """Return a pool of another size with members drawn by lot from the same mix.

    Its mean bill is that of `risks`. Its variance is larger by the little that the mix itself
    now varies: by a share of about the chance of a case, a hundredth of a percent in a period.
    """
    return Risk(members=members, cases=cases_of_one(risks))


@dataclass(frozen=True, slots=True, kw_only=True)
class BillBySize:
    """The bill of one mix of members in pools of several sizes.

    Attributes
    ----------
    bills : tuple of BillDistribution
        One for each size.
    within : float
        Share of the mean within which `chance_within` is reckoned.
    """

    bills: tuple[BillDistribution, ...]
    within: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each size: mean, spread and quantiles of the bill per head."""
        return pd.DataFrame(
            [
                {
                    "members": bill.members,
                    "expected_bill_yuan_per_head": bill.expected_bill,
                    "standard_deviation_yuan_per_head": bill.standard_deviation,
                    "coefficient_of_variation": bill.coefficient_of_variation,
                    "quantile_05_yuan_per_head": bill.quantile(0.05),
                    "quantile_95_yuan_per_head": bill.quantile(0.95),
                    f"chance_within_{100 * self.within:g}_percent": bill.chance_within(self.within),
                }
                for bill in self.bills
            ]
        )


def bill_by_size(
    cases: Mapping[float, float], sizes: Sequence[int], *, fee: float = 0.0, within: float = 0.1
) -> BillBySize:
    """Return the bill in pools of several sizes whose members are alike.

    Parameters
    ----------
    cases : mapping of float to float
        What a member may receive, as in :class:`Risk` or from :func:`cases_of_one`.
    sizes : sequence of int
        Numbers of members.
    fee : float
        Fee as a share of the benefits.
    within : float
        Share of the mean for the chance that the bill stays near it.

    Examples
    --------
    Ten times the members, the same mean, and a spread smaller by the root of ten:

    >>> sizes = bill_by_size({300_000: 0.0001}, [10_000, 100_000]).to_frame()
    >>> sizes["expected_bill_yuan_per_head"].round(6).tolist()
    [30.0, 30.0]
    >>> sizes["coefficient_of_variation"].round(3).tolist()
    [1.0, 0.316]
    """
    within = checks.number("within", within, above=True)
    pools = [Risk(members=size, cases=cases) for size in sizes]
    return BillBySize(
        bills=tuple(bill_distribution([pool], fee=fee) for pool in pools), within=within
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeNeeded:
    """How large a pool must be for a steady bill.

    Attributes
    ----------
    members : int
        Smallest size from which on the bill keeps its bounds with the chance asked for.
    expected_cases : float
        Cases expected in a period among so many.
    chance_within : float
        Chance at that size.
    rule_of_thumb : float
        Members by the closed form.
    factor_of_benefits : float
        How much unequal benefits add to the spread: 1 if all are equal.
    within, chance : float
        What was asked for.
    """

    members: int
    expected_cases: float
    chance_within: float
    rule_of_thumb: float
    factor_of_benefits: float
    within: float
    chance: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row."""
        row: dict[str, Any] = {
            "within_percent": 100 * self.within,
            "chance_asked": self.chance,
            "members": self.members,
            "expected_cases_a_period": self.expected_cases,
            "chance_at_this_size": self.chance_within,
            "rule_of_thumb_members": self.rule_of_thumb,
            "factor_of_benefits": self.factor_of_benefits,
        }
        return pd.DataFrame([row])


def size_needed(
    cases: Mapping[float, float], *, within: float = 0.1, chance: float = 0.95
) -> SizeNeeded:
    r"""Return how many members keep the bill of a period within a share of its mean.

    The closed form: with :math:`\lambda = n q` expected cases the bill has a coefficient of
    variation of about :math:`f / \sqrt\lambda`, and a normal bill stays within :math:`\pm x` with
    chance :math:`p` if that is :math:`x / z`, so

    .. math::

        n \approx \frac{1}{q} \left(\frac{z f}{x}\right)^2, \qquad
        f = \frac{\sqrt{E[B^2]}}{E[B]}, \qquad z = \Phi^{-1}\left(\frac{1 + p}{2}\right)

    with the chance :math:`q` of a case and the benefit :math:`B` of a case.

    The exact answer is searched on the distribution. Benefits come in steps, so the chance does
    not rise smoothly with size: it jumps up where the bounds take in one more total, and down
    where they lose one. The answer is the size from which on the chance is kept; a somewhat
    smaller pool may keep it by luck. After a bisection, larger sizes are looked at where the
    chance is lowest, on both sides of each jump, until the normal chance has risen by more than
    two jumps. At most 5,000 sizes are looked at.

    Parameters
    ----------
    cases : mapping of float to float
        What a member may receive in the period, as in :class:`Risk`.
    within : float
        Share of the mean, from 0.01 to 0.9.
    chance : float
        From 0.5 to 0.999.

    Returns
    -------
    SizeNeeded

    Raises
    ------
    ValueError
        If a number is out of range, or no benefit has a chance above 0.

    Examples
    --------
    >>> needed = size_needed({300_000: 0.0001}, within=0.1, chance=0.95)
    >>> round(needed.rule_of_thumb), needed.factor_of_benefits
    (3841459, 1.0)
    """
    cases = _checked_cases(cases)
    within = checks.number("within", within, 0.01, 0.9)
    chance = checks.number("chance", chance, 0.5, 0.999)
    likely = math.fsum(cases.values())
    if likely <= 0:
        raise ValueError(f"cases must hold a chance above 0, got {dict(cases)!r}")
    mean = math.fsum(b * q for b, q in cases.items())
    square = math.fsum(b * b * q for b, q in cases.items())
    factor = math.sqrt(square * likely) / mean
    z = float(stats.norm.ppf((1 + chance) / 2))
    thumb = (z * factor / within) ** 2 / likely

    def keeps(size: int) -> bool:
        return _chance_at(size, cases, within)[0] >= chance

    low, high = 0, max(1, math.ceil(thumb / 2))
    while not keeps(high):
        low, high = high, 2 * high
    members = _first_between(low, high, keeps)
    jump = _chance_at(members, cases, within)[1]
    reach = math.ceil(members * 2 * jump / (z * float(stats.norm.pdf(z)))) + 1
    looked_at = _sizes_at_jumps(cases, within, members, members + reach)
    short = [place for place, size in enumerate(looked_at) if not keeps(size)]
    if short:
        beyond = [*looked_at, members + 2 * reach][short[-1] + 1]
        members = _first_between(looked_at[short[-1]], beyond, keeps)
    return SizeNeeded(
        members=members,
        expected_cases=members * likely,
        chance_within=_chance_at(members, cases, within)[0],
        rule_of_thumb=thumb,
        factor_of_benefits=factor,
        within=within,
        chance=chance,
    )


def _chance_at(members: int, cases: Mapping[float, float], within: float) -> tuple[float, float]:
    """Return the chance within the bounds, and the highest probability of a total at their edge."""
    bill = bill_distribution([Risk(members=members, cases=cases)], mass_left=1e-10)
    outer = np.abs(bill.bill - bill.expected_bill) > 0.9 * within * bill.expected_bill
    edge = float(bill.probability[outer].max(initial=0.0))
    return bill.chance_within(within), edge


def _first_between(low: int, high: int, keeps: Callable[[int], bool]) -> int:
    """Return the first size that keeps the bounds, between one that does not and one that does."""
    while high - low > 1:
        half = (low + high) // 2
        low, high = (low, half) if keeps(half) else (half, high)
    return high


def _sizes_at_jumps(
    cases: Mapping[float, float], within: float, first: int, last: int
) -> list[int]:
    """Return the sizes on both sides of each jump of the chance: between two it has one peak."""
    unit = math.gcd(*map(fen, cases)) / FEN_PER_YUAN
    mean = math.fsum(benefit * chance for benefit, chance in cases.items())
    sizes: set[int] = set()
    for share in (1 + within, 1 - within):
        per_total = unit / (share * mean)
        totals = np.arange(math.ceil(first / per_total), math.floor(last / per_total) + 1)
        for beside in (-1, 0, 1):
            sizes.update(int(size) + beside for size in np.round(totals * per_total))
    inside = sorted(size for size in sizes if first < size <= last)
    return inside[:: max(1, -(-len(inside) // 5_000))]
