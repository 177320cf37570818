"""The alternatives: how each is paid for, what it pays, on whose word, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mutualaid import checks
from mutualaid.alternatives.people import Person
from mutualaid.history import number_of

__all__ = ["ALTERNATIVES", "ASSUMED", "Alternative", "fixed_sum"]

PAID_FOR = ("in advance", "after the case", "not at all")
PAYS = ("part of the costs", "a fixed sum", "what is given")
CERTAINTY = ("law", "contract", "rules that can change", "hope")

#: What no source gives and the layers cannot do without. Illustrations.
ASSUMED: Mapping[str, float] = MappingProxyType(
    {
        # The upper end of the range of what publicly insured patients get back, of all kinds.
        "employee_share": 0.8,
        # Above its deductible the policy is taken to pay everything.
        "million_share": 1.0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One thing that a person could buy or hope for.

    Parameters
    ----------
    name, title : str
        Short name; what a reader calls it.
    paid_for : str
        ``in advance``, ``after the case`` or ``not at all``.
    pays : str
        ``part of the costs``, ``a fixed sum`` or ``what is given``.
    certainty : str
        Whose word it is: ``law``, ``contract``, ``rules that can change`` or ``hope``.
    renewal : str
        For how long, in words.
    asks_health : bool
        Whether those who are ill are refused.
    deductible, share, ceiling : float, optional
        Yuan that the patient bears first, part of what lies above it, most that is paid. What no
        source gives is None.
    illustrative : frozenset of str
        Which of its figures are assumptions.
    keys : tuple of str
        Addresses of the rows it rests on.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    name: str
    title: str
    paid_for: str
    pays: str
    certainty: str
    renewal: str
    asks_health: bool = False
    deductible: float | None = None
    share: float | None = None
    ceiling: float | None = None
    illustrative: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks.one_of("paid_for", self.paid_for, PAID_FOR)
        checks.one_of("pays", self.pays, PAYS)
        checks.one_of("certainty", self.certainty, CERTAINTY)
        checks.boolean("asks_health", self.asks_health)
        checks.subset("illustrative", self.illustrative, ("deductible", "share", "ceiling"))
        for name, high in (("deductible", float("inf")), ("share", 1), ("ceiling", float("inf"))):
            if getattr(self, name) is not None:
                checks.number(name, getattr(self, name), 0, high)

    def part_of(self, costs: float) -> float | None:
        r"""Return what it pays of costs that are left to it, or None where terms are not known.

        .. math:: \min(c,\; q \max(0, x - d))

        with the costs :math:`x`, the deductible :math:`d`, the share :math:`q` and, if there is
        one, the ceiling :math:`c`.

        Raises
        ------
        ValueError
            If it pays no part of costs, or the costs are below 0.
        """
        if self.pays != "part of the costs":
            raise ValueError(f"{self.name} must pay a part of the costs, got {self.pays!r}")
        checks.number("costs", costs, unit="yuan")
        if self.deductible is None or self.share is None:
            return None
        paid = self.share * max(0.0, costs - self.deductible)
        return paid if self.ceiling is None else min(paid, self.ceiling)


_CITY = "alternatives/city-medical"
_SERIOUS = "alternatives/serious-illness-insurance"
_MILLION = "alternatives/million-medical"
_GIFTS = "alternatives/crowdfunding"

#: All alternatives, those that pay a part of the costs in the order in which they pay.
ALTERNATIVES: Mapping[str, Alternative] = MappingProxyType(
    {
        each.name: each
        for each in (
            Alternative(
                name="social", title="social insurance", paid_for="in advance",
                pays="part of the costs", certainty="law", renewal="each year, for life",
                # A deductible for each hospital stay exists; no row has it.
                deductible=0,
                share=number_of(
                    "alternatives/resident-insurance/hospital_share_in_policy/china/2024"
                ),
                illustrative=frozenset({"deductible"}),
                keys=("alternatives/resident-insurance/hospital_share_in_policy/china/2024",),
            ),
            Alternative(
                name="serious", title="serious-illness insurance", paid_for="in advance",
                pays="part of the costs", certainty="law", renewal="with the social insurance",
                deductible=number_of(f"{_SERIOUS}/deductible/china/2022"),
                share=number_of(f"{_SERIOUS}/share_paid/china/2023"),
                keys=(f"{_SERIOUS}/deductible/china/2022", f"{_SERIOUS}/share_paid/china/2023"),
            ),
            Alternative(
                name="city", title="city policy", paid_for="in advance",
                pays="part of the costs", certainty="contract",
                renewal="a year at a time, if it is sold again",
                deductible=number_of(f"{_CITY}/deductible/shanghai/2022"),
                share=number_of(f"{_CITY}/share_paid/shanghai/2022"),
                ceiling=number_of(f"{_CITY}/ceiling/shanghai/2021"),
                keys=(f"{_CITY}/deductible/shanghai/2022", f"{_CITY}/share_paid/shanghai/2022",
                      f"{_CITY}/share_paid_if_ill_before/shanghai/2022",
                      f"{_CITY}/ceiling/shanghai/2021", f"{_CITY}/entry/shanghai/2021-04-27"),
            ),
            Alternative(
                name="million", title="million-yuan medical policy", paid_for="in advance",
                pays="part of the costs", certainty="contract",
                renewal="most a year at a time; one, from 2020, for twenty years",
                asks_health=True,
                deductible=number_of(f"{_MILLION}/deductible/china/unknown"),
                share=ASSUMED["million_share"],
                ceiling=number_of(f"{_MILLION}/limit_of_year/ping-an/2020-09-08"),
                illustrative=frozenset({"share"}),
                keys=(f"{_MILLION}/deductible/china/unknown",
                      f"{_MILLION}/limit_of_year/ping-an/2020-09-08"),
            ),
            Alternative(
                name="one-year", title="one-year critical-illness policy", paid_for="in advance",
                pays="a fixed sum", certainty="contract",
                renewal="a year at a time, not guaranteed", asks_health=True,
                keys=("plans/transfer/cover_critical_to_39",
                      "plans/transfer/cover_critical_40_to_59", "plans/transfer/renewal"),
            ),
            Alternative(
                name="long-term", title="long-term critical-illness policy",
                paid_for="in advance", pays="a fixed sum", certainty="contract",
                renewal="for life, or for a time that its table does not tell", asks_health=True,
                keys=("premiums/long-term-life-a-30-payments/female/27/27/1000/year",
                      "premiums/long-term-life-c-30-payments/female/30/30/500000/year",
                      "premiums/long-term-b-30-payments/female/30/30/1000/year"),
            ),
            Alternative(
                name="plan", title="mutual aid", paid_for="after the case",
                pays="a fixed sum", certainty="rules that can change",
                renewal="until 60, or until the platform ends it", asks_health=True,
                keys=("plans/critical/benefit_to_39", "plans/critical/benefit_40_to_59",
                      "plans/critical/benefit_is"),
            ),
            Alternative(
                name="mutual-insurer", title="mutual insurer", paid_for="in advance",
                pays="a fixed sum", certainty="contract", renewal="by its policies",
                keys=("alternatives/mutual-insurer/approved/china/2016-06-22",),
            ),
            Alternative(
                name="gifts", title="an appeal for gifts", paid_for="not at all",
                pays="what is given", certainty="hope", renewal="once for each appeal",
                keys=(f"{_GIFTS}/mean_raised_last_years/waterdrop/2021",
                      f"{_GIFTS}/fee/waterdrop/2022-04-07"),
            ),
        )
    }
)  # fmt: skip


def fixed_sum(name: str, person: Person, *, cover: float | None = None) -> float | None:
    """Return the sum that an alternative pays for a critical illness, if it is a fixed one.

    Parameters
    ----------
    name : str
        ``plan``, ``one-year`` (the policy offered to members), ``long-term`` or
        ``mutual-insurer``.
    person : Person
        Whom it pays.
    cover : float, optional
        Sum chosen by the buyer, where it can be chosen. Without it, a long-term policy is taken
        to be bought for the benefit of the plan at that age.

    Returns
    -------
    float or None
        Yuan. None if no source gives it, and above the last age.

    Raises
    ------
    ValueError
        If the alternative pays no fixed sum.

    Examples
    --------
    >>> fixed_sum("plan", Person(age=39, sex="male")), fixed_sum("plan", Person(age=40, sex="male"))
    (300000.0, 100000.0)
    """
    checks.one_of("name", name, [n for n, a in ALTERNATIVES.items() if a.pays == PAYS[1]])
    if name == "mutual-insurer" or (name != "long-term" and person.age > last_age()):
        return None
    if name == "long-term" and cover is not None:
        return checks.number("cover", cover, unit="yuan")
    part = "to_39" if person.age < number_of("plans/critical/age_boundary_of_benefit") else (
        "40_to_59"
    )  # fmt: skip
    prefix = "plans/transfer/cover_critical" if name == "one-year" else "plans/critical/benefit"
    return number_of(f"{prefix}_{part}")


def last_age() -> int:
    """Return the last age of the plan, and of the policy offered when it closed."""
    return int(number_of("plans/critical/entry_age_to"))
