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
from mutualaid.shutdown import transfer

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
#: What is wanted: words of the control, which a phone cuts, words of the sentence, and names.
_HELD: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "none": ("nothing", "nothing", ()),
    "social": ("social insurance", "social insurance", ("social",)),
    "gifts": ("social, and an appeal", "social insurance, and an appeal for gifts",
              ("social", "gifts")),
    "city": ("social and city policy", "social insurance and the city policy",
             ("social", "city")),
    "million": ("social and million-yuan", "social insurance and a million-yuan policy",
                ("social", "million")),
    "plan": ("social and mutual aid", "social insurance and mutual aid", ("social", "plan")),
    "all": ("all of these but gifts", "all of these but gifts",
            ("social", "city", "million", "plan")),
}  # fmt: skip
_WHO = {
    "young": ("a woman of 32, well", Person(age=32, sex="female")),
    "older": ("a man of 52, well", Person(age=52, sex="male")),
    "ill": ("a man of 52, ill before", Person(age=52, sex="male", health="ill before")),
}
_INSIDE = (0.5, 0.7, 0.9)
_TOP = 720_000
_COLORS = {"social": "state", "serious": "peers", "city": "elderly", "million": "platform"}


def _whole(found: Comparison) -> dict[str, int]:
    """Return who pays what in whole yuan, so that the parts still make the bill."""
    yuan = {layer.name: round(layer.paid or 0.0) for layer in found.layers if layer.name in _COLORS}
    gap = round(found.illness.bill) - sum(yuan.values())
    fixed = round(found.fixed)
    gifts = round(found.gifts)
    needed = min(fixed, gap)
    return {
        **dict.fromkeys(_COLORS, 0), **yuan, "gap": gap, "fixed": fixed, "needed": needed,
        "gifts": gifts, "family": gap - needed - gifts, "over": fixed - needed,
    }  # fmt: skip


def _illness_costs(bill: int, held: str, who: str, inside: float) -> View:
    _, wanted, names = _HELD[held]
    person = _WHO[who][1]
    found = alternatives.compare(person, Illness(bill=bill, inside=inside), held=names)
    yuan = _whole(found)
    rows: list[tuple[str, float, float, str]] = []
    end = float(bill)
    for name, color in _COLORS.items():
        title = ALTERNATIVES[name].title
        rows.append(
            (f"{title[0].upper()}{title[1:]}: {yuan[name]:,}", end - yuan[name], end, color)
        )
        end -= yuan[name]
    rows += [
        (f"Left of the bill: {yuan['gap']:,}", 0, yuan["gap"], "critical"),
        (f"Fixed sum: {yuan['fixed']:,}", 0, yuan["fixed"], "members"),
        (f"Gifts, a mean less the fee: {yuan['gifts']:,}", 0, yuan["gifts"], "unknown"),
        (f"The family pays: {yuan['family']:,}", 0, yuan["family"], "helped"),
    ]
    figure = figures.plot_layers(rows, recognized=bill * inside, bill=bill, top=_TOP)
    words = {
        "near": _BILLS[bill],
        "whom": _WHO[who][0].replace(", well", ", well before it"),
        "wanted": wanted,
        "costs": f"{bill - yuan['gap']:,}",
        "top": _on_top(yuan),
        "family": f"{yuan['family']:,}",
        "percent": f"{100 * yuan['family'] / bill:.0f}",
        "over": f", and {yuan['over']:,} yuan of the fixed sum are left over"
        if yuan["over"]
        else "",
        "refused": ""
        if person.health == "well"
        else " Ill before, he is refused by the plan and "
        "by the million-yuan policy, and the city policy pays a smaller part.",
    }
    table = pd.DataFrame(
        {
            "who pays": [*(ALTERNATIVES[name].title for name in _COLORS), "fixed sum, needed",
                         "gifts, a mean less the fee", "the family", "fixed sum, left over"],
            "yuan": [yuan[name] for name in (*_COLORS, "needed", "gifts", "family", "over")],
        }
    )  # fmt: skip
    return View(figure=figure, words=words, table=table)


def _on_top(yuan: dict[str, int]) -> str:
    if yuan["fixed"]:
        return f"a fixed sum of {yuan['fixed']:,} yuan comes on top"
    if yuan["gifts"]:
        return (
            f"gifts of {yuan['gifts']:,} yuan, the mean of three years' appeals less the fee, "
            "may come on top"
        )
    return "nothing comes on top"


def what_an_illness_costs() -> Explorable:
    """Show who pays what of one bill, by what a person holds."""
    return Explorable(
        name="what-an-illness-costs",
        title="What an illness costs",
        controls=(
            Slider("bill", list(_BILLS), label="The bill", unit="yuan", start=200_000),
            Choice("held", {key: short for key, (short, *_) in _HELD.items()}, label="Wanted",
                   start="all"),
            Choice("who", {key: words for key, (words, _) in _WHO.items()}, label="For"),
            Slider("inside", list(_INSIDE), label="Recognized part", start=0.7,
                   format=lambda part: f"{100 * part:.0f}%"),
        ),
        draw=_illness_costs,
        words=(
            "A bill of {bill} ({near}) for {whom}, a resident of Shanghai. Wanted: "
            "{wanted}. {inside} of the bill is of a kind that social insurance recognizes. Parts "
            "of the costs that are paid come to {costs} yuan; {top}. The family pays {family} "
            "yuan, {percent} percent of the bill{over}.{refused} (Illustrative: the recognized "
            "part, and that a million-yuan policy pays all above its deductible.)"
        ),
    )  # fmt: skip


# ---- what it costs to be covered ----------------------------------------------------------

_AGES = (2, 12, 20, 25, 30, 32, 40, 45, 50, 57)
_SEXES = {"female": "a woman or girl", "male": "a man or boy"}
_YEARS = {year: f"the bills of {year}" for year in (2019, 2020, 2021)}
_SCALES = {"each": "fixed sums", "costs": "parts of the costs"}
_UNITS = {"each": "yuan a year for each 100,000", "costs": "yuan a year"}
_COVER = 100_000
#: Age from which the words say woman and man.
_GROWN = 18
_AXIS = {"each": (8, 6_000), "costs": (25, 4_000)}
_HOW = {
    "quoted": "as a source tells",
    "derived": "worked out from a source",
    "inferred": "as we read a source",
    "in between": "read between ages",
    "none": "",
}
#: For what time a long-term price buys cover, as the legend calls it.
_TERMS = {
    "a year": "one year", "for life": "for life", "to 70": "to 70 or 80", "to 80": "to 70 or 80",
    "not known": "term unknown",
}  # fmt: skip
#: Policies that a source prices at several ages: a line joins the prices of each.
_TABLES = ("long-term-life-a-30-payments", "long-term-b-30-payments")
_SOCIAL_OTHER = (
    "alternatives/resident-insurance/contribution/china/2018",
    "alternatives/resident-insurance/contribution/shanxi/2022",
    "alternatives/resident-insurance/contribution/china/2024",
)


def _each(name: str, person: Person, year: int = 2021) -> tuple[float, float] | None:
    return alternatives.yearly_cost(name, person, year=year).each(_COVER)


def _with_free_months(age: int, sex: str) -> float:
    """Return what twelve months of the policy for members cost in its first year, per cover."""
    offer = transfer(age, sex)
    return offer.year * _COVER / offer.cover


def _row(key: str) -> str:
    """Name the row of a price as the data tables do."""
    table, *rest = key.split("/")
    if table == "annual":
        return f"bills of {rest[0]}"
    return rest[0] if table == "premiums" else f"{rest[0]}, {rest[2]} {rest[3]}"


@cache
def _lines(sex: str) -> list[tuple[str, list[float], list[float]]]:
    """Return the kind, ages and yuan of prices that are read between those of sources."""
    lines: list[tuple[str, list[float], list[float]]] = []
    for ages in (range(40), range(40, 60)):
        found = [_each("one-year", Person(age=age, sex=sex)) for age in ages]
        yuan = [round(each[0], 2) for each in found if each is not None]
        lines.append(("one year", [float(age) for age in ages], yuan))
    rows = alternatives.quoted_prices(sex)
    for policy in _TABLES:
        table = rows[rows["policy"] == policy]
        kind = _TERMS[table["term"].iloc[0]]
        ages_read = table["age_from"].astype(float).tolist()
        lines.append((kind, ages_read, table["each"].tolist()))
    return lines


@cache
def _fixed_dots(sex: str, year: int) -> pd.DataFrame:
    rows = alternatives.quoted_prices(sex)
    dots = pd.DataFrame(
        {
            "kind": rows["term"].map(_TERMS),
            "age_from": rows["age_from"],
            "age_to": rows["age_to"],
            "yuan": rows["each"],
            "filled": rows["basis"].isin(["published", "quoted"]),
            "row": rows["key"].map(_row),
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
            "row": [_row(each.keys[0]) for each in cost],
        }
    )
    return pd.concat([bills, dots], ignore_index=True)


@cache
def _cost_dots(year: int) -> pd.DataFrame:
    # The bill of a member, whatever the benefit: no part of costs, but the same purse pays it.
    bill = alternatives.yearly_cost("plan", Person(age=30, sex="male"), year=year)
    rows: list[tuple[str, float, float, float, bool, str]] = [
        ("mutual aid", 0, 59, bill.low or 0.0, bill.known == "quoted", _row(bill.keys[0]))
    ]
    for key in _SOCIAL_OTHER:
        rows.append(("social", 0, 70, number_of(key), True, _row(key)))
    for city in ("shanghai", "suzhou", "shenzhen", "zibo"):
        cost = alternatives.yearly_cost("city", Person(age=30, sex="male", city=city))
        rows.append(("city", 0, 70, cost.low or 0.0, cost.known == "quoted", _row(cost.keys[0])))
    for age, (first, last) in {3: (0, 5), 8: (6, 10), 13: (11, 15), 22: (20, 25), 30: (30, 30),
                               45: (40, 50), 60: (60, 60)}.items():  # fmt: skip
        cost = alternatives.yearly_cost("million", Person(age=age, sex="male"))
        for yuan in sorted({cost.low or 0.0, cost.high or 0.0}):
            rows.append(("million", first, last, yuan, cost.known == "quoted", _row(cost.keys[0])))
    return pd.DataFrame(rows, columns=["kind", "age_from", "age_to", "yuan", "filled", "row"])


def _range(name: str, person: Person) -> str:
    said = _price(name, person)
    known = alternatives.yearly_cost(name, person).known
    return said if known == "none" else f"{said} ({_HOW[known]})"


def _span(low: float, high: float, form: str) -> str:
    """Write one number, or two where they differ."""
    return f"{low:{form}}" if low == high else f"{low:{form}} to {high:{form}}"


def _long_words(person: Person, short: float | None) -> str:
    """Return what a long-term price is, for what time, and how it compares with that of a year."""
    cost = alternatives.yearly_cost("long-term", person)
    each = cost.each(_COVER)
    if each is None:
        return "not known at this age"
    said = _span(*each, ",.0f")
    if cost.term != "for life":
        return f"{said} for a time that is not known ({_HOW[cost.known]})"
    times = "" if short is None else (
        f", {_span(each[0] / short, each[1] / short, '.1f')} times the price of the twelve months"
    )  # fmt: skip
    return f"{said} for life ({_HOW[cost.known]}){times}"


def _called(age: int, sex: str) -> str:
    names = {"female": ("girl", "woman"), "male": ("boy", "man")}[sex]
    return f"a {names[age >= _GROWN]} of {age}"


def _cover_costs(age: int, sex: str, year: int, scale: str) -> View:
    person = Person(age=age, sex=sex)
    if scale == "each":
        dots, between = _fixed_dots(sex, year), _lines(sex)
    else:
        dots, between = _cost_dots(year), []
    figure = figures.plot_prices(dots, between, chosen=age, unit=_UNITS[scale], axis=_AXIS[scale])
    plan, short = _each("plan", person, year), _each("one-year", person)
    one_year = alternatives.yearly_cost("one-year", person)
    words = {
        "whom": _called(age, sex),
        "plan": "not open at this age" if plan is None else f"{plan[0]:,.2f} yuan",
        "short": "not known at this age" if short is None else
        f"{short[0]:,.2f} for twelve months as they are paid ({_HOW[one_year.known]}), "
        f"{_with_free_months(age, sex):,.2f} with the free months of its first year counted",
        "long": _long_words(person, None if short is None else short[0]),
        "social": _range("social", person),
        "city": _range("city", person),
        "million": _range("million", person),
        "page": "a child's table of 2019" if age < _GROWN else "a page of about 2025",
    }  # fmt: skip
    table = pd.DataFrame(
        {
            "kind": dots["kind"],
            "from age": dots["age_from"].astype(int),
            "to age": dots["age_to"].astype(int),
            "yuan a year": dots["yuan"],
            "basis": dots["filled"].map({True: "printed", False: "derived or inferred"}),
            "row of the data tables": dots["row"],
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
            "What {whom} pays a year. For each 100,000 yuan of a fixed sum: mutual aid, by "
            "{year}, {plan}, known only afterward; the one-year policy offered to members at the "
            "closing {short}; a long-term policy {long}. For a part of the costs: social "
            "insurance, a resident's part in Shanxi for 2022, {social}; the city policy of "
            "Shanghai {city}; a million-yuan policy, by {page}, {million}. Axis: {scale}."
        ),
    )


# ---- whose promise? -----------------------------------------------------------------------

_STAND_AGES = (5, 30, 39, 40, 55, 57, 62)
_HEALTH = {"well": "well", "ill before": "ill before"}
_SOCIAL = {"resident": "social insurance", "none": "no social insurance"}
_STAND_YEARS = (2019, 2021, 2022)
_STAND_BILLS = (60_000, 200_000, 500_000)
#: Not drawn apart: it goes with the residents' insurance.
_SHOWN = tuple(name for name in ALTERNATIVES if name != "serious")


_COLUMNS = [
    "kind of cover", "open to her", "paid for", "last known price, yuan a year",
    "pays on its own, yuan", "word", "why",
]  # fmt: skip
#: What a price needs said beside it, where the sentence has no room for it.
_OF = {"social": " (Shanxi, 2022)"}


def _price(name: str, person: Person) -> str:
    """Return the last yearly cost that is known, for the sum as it is sold."""
    cost = alternatives.yearly_cost(name, person)
    if cost.low is None or cost.high is None:
        return "not known"
    return _span(cost.low, cost.high, ",.0f")


def _priced(name: str, person: Person) -> str:
    """Return the price, and whose or for what time where that is not plain."""
    # Who has no social insurance may still join that of residents.
    if name == "social":
        person = replace(person, social="resident")
    of = " (time not known)" if alternatives.yearly_cost(name, person).term == "not known" else ""
    return _price(name, person) + _OF.get(name, of)


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
    found = {name: alternatives.standing(name, person, year=year) for name in _SHOWN}
    rows, cells = [], []
    for name, stands in found.items():
        # An appeal is open to all; what it brings is not known to anybody beforehand.
        known = stands.may_join is not None and stands.sure is not None
        amount = _pays(name, person, bill) if stands.may_join else None
        if social == "none" and name == "social":
            amount = None
        said = _said(name, stands.may_join, amount)
        title = ALTERNATIVES[name].title
        rows.append(
            (f"{title[0].upper()}{title[1:]}: {said}", stands.sure or 0, stands.perhaps or 0, known)
        )
        cells.append(
            (title, {True: "yes", False: "no", None: "not known"}[stands.may_join],
             ALTERNATIVES[name].paid_for, _priced(name, person) if stands.may_join else "", said,
             ALTERNATIVES[name].certainty, stands.why)
        )  # fmt: skip
    open_to = [
        name
        for name, stands in found.items()
        if name not in ("social", "gifts") and stands.may_join
    ]
    alone_with = [] if social == "none" else ["social"]
    illness = Illness(bill=bill)
    all_held = alternatives.compare(person, illness, held=[*open_to, *alone_with])
    alone = alternatives.compare(person, illness, held=alone_with)
    sure = [ALTERNATIVES[name].title for name in open_to if (found[name].sure or 0) > 1]
    untold = [ALTERNATIVES[name].title for name in open_to if found[name].sure is None]
    words = {
        "whom": _called(age, "female").replace("a ", "A ", 1),
        "beyond": "She may join the social insurance of residents. Beyond it"
        if social == "none"
        else "Beyond it",
        "base": "social insurance alone" if alone_with else "nothing at all",
        "open": listed([ALTERNATIVES[name].title for name in open_to]) or "nothing",
        "sure": listed(sure) or ("none of it" if open_to else "nothing"),
        "untold": f" For a time that is not known: {listed(untold)}." if untold else "",
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
            Slider("age", list(_STAND_AGES), label="Age", unit="years", start=30),
            Slider("bill", list(_STAND_BILLS), label="A bill of", unit="yuan", start=200_000),
            Slider("year", list(_STAND_YEARS), label="In the year", start=2021, format=str),
            Choice("health", _HEALTH, label="Health"),
            Choice("social", _SOCIAL, label="With"),
        ),
        draw=_promise,
        words=(
            "{whom} in Shanghai in {year}, {health}, with {social}. {beyond} she may buy or "
            "join: {open}. Promised for more than a year: {sure}.{untold} Of a bill of {bill} for "
            "a critical illness the family pays {family} yuan with all that{over}, and {alone} "
            "with {base}. (A row has what that cover pays on its own, not together with others. "
            "Seven tenths of the bill are taken to be of a kind that social insurance recognizes, "
            "an assumption; a long-term policy is bought for the plan's benefit. Gifts are not "
            "counted.)"
        ),
    )
