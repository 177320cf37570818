"""Who pays what of one illness: parts of the costs in their order, then fixed sums, then gifts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import pandas as pd

from mutualaid import checks
from mutualaid.alternatives.offers import ALTERNATIVES, ASSUMED, fixed_sum
from mutualaid.alternatives.people import Illness, Person
from mutualaid.history import number_of

__all__ = ["Comparison", "Layer", "check_layers", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one alternative pays.

    Attributes
    ----------
    name, pays : str
        Name and kind of the alternative.
    paid : float or None
        Yuan; None if its terms are not known.
    why : str
        Why it pays this, or nothing.
    illustrative : bool
        Whether an assumption is in it.
    """

    name: str
    pays: str
    paid: float | None
    why: str
    illustrative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Who pays what of one illness.

    Attributes
    ----------
    person : Person
        Who is ill.
    illness : Illness
        With what.
    layers : tuple of Layer
        What each thing held pays, in the order in which they pay.
    """

    person: Person
    illness: Illness
    layers: tuple[Layer, ...]

    def _sum(self, pays: str) -> float:
        return sum(layer.paid or 0.0 for layer in self.layers if layer.pays == pays)

    @property
    def costs_paid(self) -> float:
        """Parts of the costs that are paid, yuan; never more than the bill."""
        return self._sum("part of the costs")

    @property
    def gap(self) -> float:
        """What is left of the bill after them, yuan."""
        return self.illness.bill - self.costs_paid

    @property
    def fixed(self) -> float:
        """Fixed sums, yuan; they may exceed the gap, and the bill."""
        return self._sum("a fixed sum")

    @property
    def gifts(self) -> float:
        """Gifts, yuan."""
        return self._sum("what is given")

    @property
    def family(self) -> float:
        """What the family pays itself, yuan."""
        return max(0.0, self.gap - self.fixed) - self.gifts

    @property
    def left_over(self) -> float:
        """What is left of fixed sums when the bill is paid, yuan."""
        return max(0.0, self.fixed - self.gap)

    @property
    def at_most(self) -> bool:
        """Whether something held has terms that are not known, so that the family pays at most."""
        return any(layer.paid is None for layer in self.layers)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each layer, and at the end what the family pays and what is left."""
        frame = pd.DataFrame([asdict(layer) for layer in self.layers])
        rest = pd.DataFrame(
            {
                "name": ["family", "left over"],
                "pays": ["the rest", "fixed sums beyond the bill"],
                "paid": [self.family, self.left_over],
                "why": ["at most" if self.at_most else "", ""],
                "illustrative": [any(layer.illustrative for layer in self.layers)] * 2,
            }
        )
        frame = pd.concat([frame, rest], ignore_index=True) if len(frame) else rest
        return frame.rename(columns={"paid": "paid_yuan"})


def check_layers(comparison: Comparison) -> float:
    """Return by how much the parts miss the bill and the fixed sums, yuan.

    Parts of the costs, fixed sums as far as they are needed, gifts and the family's own part make
    the bill; what is needed and what is left over make the fixed sums.
    """
    needed = comparison.fixed - comparison.left_over
    parts = comparison.costs_paid + needed + comparison.gifts + comparison.family
    over = max(0.0, comparison.costs_paid - comparison.illness.bill)
    return abs(comparison.illness.bill - parts) + over


def compare(
    person: Person,
    illness: Illness,
    *,
    held: Iterable[str] = (),
    cover: float | None = None,
    employee_share: float = ASSUMED["employee_share"],
    million_share: float = ASSUMED["million_share"],
) -> Comparison:
    """Return who pays what of an illness, for a person who holds some of the alternatives.

    Social insurance pays its share of what it recognizes, the serious-illness insurance a part of
    what is then left of it, the city policy a part of what the social insurance does not
    recognize, the million-yuan policy what is left above its deductible. Fixed sums come on top,
    whatever the costs. Gifts come last, and no more than is still missing.

    Parameters
    ----------
    person : Person
        Who is ill.
    illness : Illness
        The bill, and how much of it the social insurance recognizes.
    held : iterable of str
        Names in ``ALTERNATIVES``. The order does not matter. The serious-illness insurance comes
        with the social insurance of residents and need not be named.
    cover : float, optional
        Fixed sum of the long-term policy, yuan; see :func:`fixed_sum`.
    employee_share : float
        Part that the social insurance of employees pays; an assumption.
    million_share : float
        Part that the million-yuan policy pays above its deductible; an assumption.

    Raises
    ------
    ValueError
        If something held has no such name, or a share is out of range.
    TypeError
        If `person` is no Person, or `illness` no Illness.

    Examples
    --------
    >>> found = compare(Person(age=32, sex="female"), Illness(bill=100_000), held=["social"])
    >>> [(layer.name, round(layer.paid)) for layer in found.layers], round(found.family)
    ([('social', 49000), ('serious', 2062)], 48938)
    """
    if not isinstance(person, Person):
        raise TypeError(f"person must be a Person, got {person!r}")
    if not isinstance(illness, Illness):
        raise TypeError(f"illness must be an Illness, got {illness!r}")
    if isinstance(held, str):
        raise TypeError(f"held must be names in a list, got {held!r}")
    held = {checks.one_of("held", name, ALTERNATIVES) for name in held}
    checks.number("employee_share", employee_share, 0, 1)
    checks.number("million_share", million_share, 0, 1)
    if "social" in held and person.social == "resident":
        held.add("serious")
    shares = {"employee": employee_share, "million": million_share}
    recognized, outside = illness.recognized, illness.outside
    found: list[Layer] = []
    for name in (each for each in ALTERNATIVES if each in held):
        kind = ALTERNATIVES[name].pays
        if kind == "part of the costs":
            left = {"city": outside, "million": recognized + outside}.get(name, recognized)
            layer = _part(name, person, left, shares, "social" in held)
            paid = layer.paid or 0.0
            if name == "city":
                outside -= paid
            elif name == "million":
                recognized, outside = recognized + outside - paid, 0.0
            else:
                recognized -= paid
        elif kind == "a fixed sum":
            layer = _fixed(name, person, illness, cover)
        else:
            fixed = sum(each.paid or 0.0 for each in found if each.pays == "a fixed sum")
            layer = _given(max(0.0, recognized + outside - fixed))
        found.append(layer)
    return Comparison(person=person, illness=illness, layers=tuple(found))


def _part(name: str, person: Person, left: float, shares: dict[str, float], insured: bool) -> Layer:
    """Return the layer of an alternative that pays a part of the costs left to it."""
    offer = ALTERNATIVES[name]

    def layer(paid: float | None, why: str, *, illustrative: bool = False) -> Layer:
        return Layer(name=name, pays=offer.pays, paid=paid, why=why, illustrative=illustrative)

    if name == "social":
        if person.social == "none":
            return layer(0.0, "this person has none")
        if person.social == "employee":
            offer = replace(offer, share=shares["employee"])
        return layer(offer.part_of(left), "its share of what it recognizes",
                     illustrative=person.social == "employee")  # fmt: skip
    if name == "serious":
        if person.social != "resident" or not insured:
            return layer(0.0, "only with the social insurance of residents")
        return layer(offer.part_of(left), "a part of what that leaves, above a deductible")
    if name == "city":
        if person.social == "none" or not insured:
            return layer(0.0, "only for those in the social insurance of the city")
        if person.city != "shanghai":
            return layer(None, "its terms were not found")
        if person.health != "well":
            key = "alternatives/city-medical/share_paid_if_ill_before/shanghai/2022"
            offer = replace(offer, share=number_of(key))
        return layer(offer.part_of(left), "a part of what the social insurance leaves out")
    if person.health != "well":
        return layer(0.0, "an insurer would have refused")
    if person.social == "none" or not insured:
        return layer(None, "its terms without social insurance were not found")
    offer = replace(offer, share=shares["million"])
    return layer(offer.part_of(left), "what is left above its deductible", illustrative=True)


def _fixed(name: str, person: Person, illness: Illness, cover: float | None) -> Layer:
    kind = ALTERNATIVES[name].pays
    if person.health != "well" and ALTERNATIVES[name].asks_health:
        return Layer(name=name, pays=kind, paid=0.0, why="refused: ill before joining")
    if not illness.critical:
        return Layer(name=name, pays=kind, paid=0.0, why="no critical illness by its definition")
    paid = fixed_sum(name, person, cover=cover)
    if paid is None and name != "mutual-insurer":
        return Layer(name=name, pays=kind, paid=0.0, why="not sold at this age")
    why = "its terms were not found" if paid is None else "a fixed sum, whatever the bill"
    return Layer(name=name, pays=kind, paid=paid, why=why, illustrative=name == "long-term")


def _given(missing: float) -> Layer:
    raised = number_of("alternatives/crowdfunding/mean_raised_last_years/waterdrop/2021")
    fee = number_of("alternatives/crowdfunding/fee/waterdrop/2022-04-07")
    return Layer(
        name="gifts", pays=ALTERNATIVES["gifts"].pays, paid=min(raised * (1 - fee), missing),
        why="the mean of three years' appeals, less the fee; one may bring far less or more",
        illustrative=True,
    )  # fmt: skip
