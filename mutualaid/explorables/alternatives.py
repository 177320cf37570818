"""What else a person could have, asked: who pays a bill, what cover costs, whose promise it is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from mutualaid import alternatives, figures
from mutualaid.alternatives import ALTERNATIVES, LIFE, Comparison, Illness, Person
from mutualaid.explorables.wording import listed
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.history import number_of

# ---- what an illness costs ----------------------------------------------------------------

#: Bills, each with what it is near to.
_BILLS = {
    60_000: "about the mean of six cancers in 2014",
    100_000: "the lower end of the mean need that insurers name",
    200_000: "what a breast cancer had cost a woman by June 2015",
    300_000: "the plan's benefit up to 39",
    500_000: "the upper end of the mean need that insurers name",
    700_000: "a transplant for a girl of nine in 2019",
}
_HELD = {
    "none": ("nothing", ()),
    "social": ("social insurance", ("social",)),
    "gifts": ("social insurance, and an appeal for gifts", ("social", "gifts")),
    "city": ("social insurance and the city policy", ("social", "city")),
    "million": ("social insurance and a million-yuan policy", ("social", "million")),
    "plan": ("social insurance and mutual aid", ("social", "plan")),
    "all": ("all of these, without gifts", ("social", "city", "million", "plan")),
}
_WHO = {
    "young": ("a woman of 32, well when she joined", Person(age=32, sex="female")),
    "older": ("a man of 52, well when he joined", Person(age=52, sex="male")),
    "ill": ("a man of 52, ill before", Person(age=52, sex="male", health="ill before")),
}
_INSIDE = (0.5, 0.7, 0.9)
_TOP = 720_000
_COLORS = {"social": "state", "serious": "peers", "city": "elderly", "million": "platform"}


def _yuan(amount: float | None) -> str:
    return "not known" if amount is None else f"{amount:,.0f}"


def _illness_costs(bill: int, held: str, who: str, inside: float) -> View:
    names = _HELD[held][1]
    person = _WHO[who][1]
    found = alternatives.compare(person, Illness(bill=bill, inside=inside), held=names)
    paid = {layer.name: layer.paid or 0.0 for layer in found.layers}
    rows: list[tuple[str, float, float, str]] = []
    end = float(bill)
    for name, color in _COLORS.items():
        amount = paid.get(name, 0.0)
        title = ALTERNATIVES[name].title
        rows.append((f"{title[0].upper()}{title[1:]}: {amount:,.0f}", end - amount, end, color))
        end -= amount
    rows += [
        (f"Left of the bill: {found.gap:,.0f}", 0, found.gap, "bill"),
        (f"Fixed sum: {found.fixed:,.0f}", 0, found.fixed, "members"),
        (f"Gifts, the mean: {found.gifts:,.0f}", 0, found.gifts, "unknown"),
        (f"The family pays: {found.family:,.0f}", 0, found.family, "helped"),
    ]
    figure = figures.plot_layers(rows, recognized=bill * inside, bill=bill, top=_TOP)
    words = {
        "near": _BILLS[bill],
        "costs": _yuan(found.costs_paid),
        "fixed": _fixed_words(found),
        "family": _yuan(found.family),
        "percent": f"{100 * found.family / bill:.0f}",
        "over": f", and {found.left_over:,.0f} yuan of the fixed sum are left over"
        if found.left_over
        else "",
        "refused": ""
        if person.health == "well"
        else " Ill before, he is refused by the plan and "
        "by the million-yuan policy, and the city policy pays a smaller part.",
    }
    table = pd.DataFrame(
        {
            "who pays": [*(ALTERNATIVES[name].title for name in _COLORS), "fixed sum, needed",
                         "gifts, mean of appeals", "the family", "fixed sum, left over"],
            "yuan": [round(amount) for amount in (
                *(paid.get(name, 0.0) for name in _COLORS), found.fixed - found.left_over,
                found.gifts, found.family, found.left_over)],
        }
    )  # fmt: skip
    return View(figure=figure, words=words, table=table)


def _fixed_words(found: Comparison) -> str:
    if found.fixed:
        return f"a fixed sum of {found.fixed:,.0f} yuan comes on top"
    if found.gifts:
        return f"gifts of {found.gifts:,.0f} yuan, the mean of all appeals, may come on top"
    return "nothing comes on top"


def what_an_illness_costs() -> Explorable:
    """Show who pays what of one bill, by what a person holds."""
    return Explorable(
        name="what-an-illness-costs",
        title="What an illness costs",
        controls=(
            Slider("bill", list(_BILLS), label="The bill", unit="yuan", start=200_000),
            Choice("held", {key: words for key, (words, _) in _HELD.items()}, label="Held",
                   start="all"),
            Choice("who", {key: words for key, (words, _) in _WHO.items()}, label="For"),
            Slider("inside", list(_INSIDE), label="Recognized part", start=0.7,
                   format=lambda part: f"{100 * part:.0f}%"),
        ),
        draw=_illness_costs,
        words=(
            "A bill of {bill} ({near}) for {who}, a resident of Shanghai. Held: {held}. {inside} "
            "of the bill is recognized by the social insurance. Parts of the costs that are paid "
            "come to {costs} yuan; {fixed}. The family pays {family} yuan, {percent} percent of "
            "the bill{over}.{refused} (Illustrative: the recognized part, and that a million-yuan "
            "policy pays all above its deductible.)"
        ),
    )  # fmt: skip


# ---- what it costs to be covered ----------------------------------------------------------

_AGES = (2, 12, 20, 25, 30, 32, 40, 45, 50, 57)
_SEXES = {"female": "a woman or girl", "male": "a man or boy"}
_YEARS = {year: f"the bills of {year}" for year in (2019, 2020, 2021)}
_SCALES = {
    "each": "fixed sums, yuan a year for each 100,000",
    "costs": "parts of the costs, yuan a year",
}
_UNITS = {"each": "yuan a year for each 100,000", "costs": "yuan a year"}
_COVER = 100_000
_AXIS = {"each": (8, 6_000), "costs": (30, 4_000)}
_HOW = {
    "quoted": "as a source tells",
    "derived": "as a source tells",
    "inferred": "as we read a source",
    "in between": "read between ages",
    "none": "",
}
_SOCIAL_OTHER = (
    "alternatives/resident-insurance/contribution/china/2018",
    "alternatives/resident-insurance/contribution/shanxi/2022",
    "alternatives/resident-insurance/contribution/china/2024",
)


def _each(name: str, person: Person, year: int = 2021) -> tuple[float | None, str]:
    cost = alternatives.yearly_cost(name, person, year=year)
    found = cost.each(_COVER)
    return (None if found is None else round(found[0], 2)), cost.known


@cache
def _line(name: str, sex: str, ages: tuple[int, ...]) -> tuple[list[float], list[float]]:
    pairs = [(age, _each(name, Person(age=age, sex=sex))[0]) for age in ages]
    return (
        [float(age) for age, yuan in pairs if yuan is not None],
        [yuan for _, yuan in pairs if yuan is not None],
    )


@cache
def _fixed_dots(sex: str, year: int) -> pd.DataFrame:
    rows = alternatives.quoted_prices(sex)
    kinds = {"one-year": "one year", "long-term": "long term"}
    dots = pd.DataFrame(
        {
            "kind": rows["alternative"].map(kinds),
            "age_from": rows["age_from"],
            "age_to": rows["age_to"],
            "yuan": rows["each"],
            "filled": rows["basis"].isin(["published", "quoted"]),
        }
    )
    cost = [
        alternatives.yearly_cost("plan", Person(age=age, sex=sex), year=year) for age in (20, 50)
    ]
    bills = pd.DataFrame(
        {
            "kind": "mutual aid",
            "age_from": [0, 40],
            "age_to": [39, 59],
            "yuan": [round((each.each(_COVER) or (0.0, 0.0))[0], 2) for each in cost],
            "filled": [each.known == "quoted" for each in cost],
        }
    )
    return pd.concat([bills, dots], ignore_index=True)


@cache
def _cost_dots() -> pd.DataFrame:
    rows: list[tuple[str, float, float, float, bool]] = []
    for key in _SOCIAL_OTHER:
        rows.append(("social", 0, 70, number_of(key), True))
    for city in ("shanghai", "suzhou", "shenzhen", "zibo"):
        cost = alternatives.yearly_cost("city", Person(age=30, sex="male", city=city))
        rows.append(("city", 0, 70, cost.low or 0.0, cost.known == "quoted"))
    for age, (first, last) in {3: (0, 5), 8: (6, 10), 13: (11, 15), 22: (20, 25), 30: (30, 30),
                               45: (40, 50), 60: (60, 60)}.items():  # fmt: skip
        cost = alternatives.yearly_cost("million", Person(age=age, sex="male"))
        for yuan in sorted({cost.low or 0.0, cost.high or 0.0}):
            rows.append(("million", first, last, yuan, cost.known == "quoted"))
    return pd.DataFrame(rows, columns=["kind", "age_from", "age_to", "yuan", "filled"])


def _range(name: str, person: Person) -> str:
    said = _price(name, person)
    known = alternatives.yearly_cost(name, person).known
    return said if known == "none" else f"{said} ({_HOW[known]})"


def _cover_costs(age: int, sex: str, year: int, scale: str) -> View:
    person = Person(age=age, sex=sex)
    if scale == "each":
        dots = _fixed_dots(sex, year)
        between = [
            ("one year", *_line("one-year", sex, tuple(range(40)))),
            ("one year", *_line("one-year", sex, tuple(range(40, 60)))),
            ("long term", *_line("long-term", sex, tuple(range(28)))),
            ("long term", *_line("long-term", sex, tuple(range(30, 51)))),
        ]
    else:
        dots, between = _cost_dots(), []
    figure = figures.plot_prices(dots, between, chosen=age, unit=_UNITS[scale], axis=_AXIS[scale])
    plan, _ = _each("plan", person, year)
    short, how_short = _each("one-year", person)
    long, how_long = _each("long-term", person)
    times = "" if long is None or short is None else f", {long / short:.1f} times as much"
    words = {
        "plan": f"{plan:,.2f}",
        "short": f"{short:,.2f} ({_HOW[how_short]})",
        "long": "not known at this age" if long is None else f"{long:,.0f} ({_HOW[how_long]})",
        "times": times,
        "social": _range("social", person),
        "city": _range("city", person),
        "million": _range("million", person),
    }
    table = pd.DataFrame(
        {
            "kind": dots["kind"],
            "from age": dots["age_from"].astype(int),
            "to age": dots["age_to"].astype(int),
            "yuan a year": dots["yuan"],
            "basis": dots["filled"].map({True: "printed", False: "derived or inferred"}),
        }
    )
    return View(figure=figure, words=words, table=table)


def what_it_costs_to_be_covered() -> Explorable:
    """Set yearly prices by age beside each other, for a fixed sum and for parts of the costs."""
    return Explorable(
        name="what-it-costs-to-be-covered",
        title="What it costs to be covered",
        controls=(
            Slider("age", list(_AGES), label="Age", unit="years", start=30),
            Choice("sex", _SEXES, label="For"),
            Choice("year", _YEARS, label="Mutual aid by", start=2021),
            Choice("scale", _SCALES, label="Axis"),
        ),
        draw=_cover_costs,
        words=(
            "For {sex} of {age}, a year. For each 100,000 yuan of fixed cover: mutual aid, by "
            "{year}, {plan} yuan, known only afterward; the one-year policy offered at the "
            "closing {short}; a long-term policy {long}{times}. For a part of the costs: social "
            "insurance {social}, the city policy of Shanghai {city}, a million-yuan policy "
            "{million}. Axis: {scale}."
        ),
    )


# ---- whose promise? -----------------------------------------------------------------------

_STAND_AGES = (5, 25, 39, 40, 55, 57, 62)
_HEALTH = {"well": "well", "ill before": "ill before"}
_SOCIAL = {"resident": "a resident's social insurance", "none": "no social insurance"}
_STAND_YEARS = (2019, 2021, 2022)
_STAND_BILLS = (60_000, 200_000, 500_000)
#: Not drawn apart: it goes with the residents' insurance.
_SHOWN = tuple(name for name in ALTERNATIVES if name != "serious")


_COLUMNS = [
    "kind of cover", "open to her", "costs, yuan a year", "pays of the bill, yuan", "word", "why",
]  # fmt: skip


def _price(name: str, person: Person) -> str:
    """Return the last yearly cost that is known, for the sum as it is sold."""
    cost = alternatives.yearly_cost(name, person)
    if cost.low is None or cost.high is None:
        return "not known"
    return f"{cost.low:,.0f}" if cost.low == cost.high else f"{cost.low:,.0f} to {cost.high:,.0f}"


def _with_social(name: str, person: Person) -> tuple[str, ...]:
    return (name,) if person.social == "none" or name == "social" else ("social", name)


def _pays(name: str, person: Person, bill: float) -> float | None:
    """Return what an alternative pays of a bill, after the social insurance if there is one."""
    found = alternatives.compare(person, Illness(bill=bill), held=_with_social(name, person))
    layers = {layer.name: layer.paid for layer in found.layers}
    if name == "social":
        return found.costs_paid
    return layers[name]


def _promise(age: int, health: str, social: str, year: int, bill: int) -> View:
    person = Person(age=age, sex="female", health=health, social=social)
    # Who has no social insurance may still join that of residents.
    joined = replace(person, social="resident")
    rows, cells = [], []
    for name in _SHOWN:
        stands = alternatives.standing(name, person, year=year)
        # An appeal is open to all; what it brings is not known to anybody beforehand.
        known = stands.may_join is not None
        amount = _pays(name, person, bill) if stands.may_join else None
        if social == "none" and name == "social":
            amount = None
        said = _said(name, stands.may_join, amount)
        title = ALTERNATIVES[name].title
        rows.append((f"{title[0].upper()}{title[1:]}: {said}", stands.sure, stands.perhaps, known))
        cells.append(
            (title, {True: "yes", False: "no", None: "not known"}[stands.may_join],
             _price(name, joined) if stands.may_join else "", said,
             ALTERNATIVES[name].certainty, stands.why)
        )  # fmt: skip
    open_to = [
        name for name in _SHOWN
        if name not in ("social", "gifts")
        and alternatives.standing(name, person, year=year).may_join
    ]  # fmt: skip
    held = [*open_to, *(["social"] if social != "none" else [])]
    all_held = alternatives.compare(person, Illness(bill=bill), held=held)
    alone = alternatives.compare(
        person, Illness(bill=bill), held=["social"] if social != "none" else []
    )
    sure = [ALTERNATIVES[name].title for name in open_to
            if alternatives.standing(name, person, year=year).sure > 1]  # fmt: skip
    words = {
        "open": listed([ALTERNATIVES[name].title for name in open_to]) or "nothing",
        "sure": listed(sure) or "none of it",
        "family": f"{'at most ' if all_held.at_most else ''}{all_held.family:,.0f}",
        "alone": f"{alone.family:,.0f}",
        "over": f" ({all_held.left_over:,.0f} of fixed sums are left over)"
        if all_held.left_over
        else "",
    }
    table = pd.DataFrame(cells, columns=_COLUMNS)
    return View(figure=figures.plot_standing(rows, life=LIFE), words=words, table=table)


def _said(name: str, may_join: bool | None, amount: float | None) -> str:
    if may_join is None:
        return "not known"
    if not may_join:
        return "closed to her"
    if amount is None:
        return "open to her" if name == "social" else "pays: not known"
    return f"{'perhaps ' if name == 'gifts' else ''}{amount:,.0f}"


def whose_promise() -> Explorable:
    """Describe a person, and see what is open to her, what it pays, and until when it is sure."""
    return Explorable(
        name="whose-promise",
        title="Whose promise?",
        controls=(
            Slider("age", list(_STAND_AGES), label="Age", unit="years", start=39),
            Slider("bill", list(_STAND_BILLS), label="A bill of", unit="yuan", start=200_000),
            Slider("year", list(_STAND_YEARS), label="In the year", start=2021, format=str),
            Choice("health", _HEALTH, label="Health"),
            Choice("social", _SOCIAL, label="With"),
        ),
        draw=_promise,
        words=(
            "A woman or girl of {age} in Shanghai in {year}, {health}, with {social}. Beyond the "
            "social insurance she may buy or join: {open}. Promised for more than a year: {sure}. "
            "Of a bill of {bill} for a critical illness the family pays {family} yuan with all "
            "that{over}, and {alone} without. (Seven tenths of the bill are recognized, an "
            "assumption; a long-term policy is bought for the plan's benefit. Gifts are not "
            "counted.)"
        ),
    )
