"""One case, or a guess: estimates and single cases beside what was counted later."""

from __future__ import annotations

from functools import cache

import pandas as pd

from mutualaid import churn, shutdown
from mutualaid.assertions.compare import (
    about,
    concluded,
    derived,
    figures_of,
    judged,
    of_the_model,
    published,
    said,
    value,
)
from mutualaid.assertions.declare import Assertion, Check, Number, checks_assertion

#: Notices that the platform paid.
_FREE = ("2021-12-2", "2022-01-1", "2022-01-2")


def free_notices() -> list[Number]:
    """Return what the platform paid in each of the last three notices."""
    return [published(f"paid in {label}", f"notices/{label}/all/benefits", "yuan")
            for label in _FREE]  # fmt: skip


@checks_assertion("A11")
def three_notices_at_least(given: Assertion) -> Check:
    """Multiply, and compare with the three notices that followed."""
    notice, times, total = figures_of(given)
    names = said(given, ("a notice", "yuan"), ("notices", "notices"), ("at least", "yuan"))
    product = derived("product", notice * times, "yuan")
    paid = free_notices()
    added = derived("three notices together", sum(map(value, paid)), "yuan")
    printed = published("as printed afterwards",
                        shutdown.ESTIMATES["paid"].keys[0], "yuan")  # fmt: skip
    right = about(total, notice * times, within=0.005) and value(added) >= total
    why = (
        f"{names[1]} notices at {names[0]} make {product}, and the three came to {added}, printed "
        f"as {printed}: "
        + (
            "the estimate is right, made when only the first of the three was known."
            if right
            else f"less than {names[2]}, or another product."
        )
    )
    return concluded(given, judged(right), why, names, [product, *paid, added, printed])


@checks_assertion("A12")
def three_notices_about(given: Assertion) -> Check:
    """Multiply, and compare with the three notices and the people whom they helped."""
    notice, times, _, total = figures_of(given)
    names = said(
        given, ("a notice", "yuan"), ("notices", "notices"), ("people in a notice", "people"),
        ("total said", "yuan"),
    )  # fmt: skip
    product = derived("product", notice * times, "yuan")
    paid = free_notices()
    added = derived("three notices together", sum(map(value, paid)), "yuan")
    people = published("helped by the last notice", "notices/2022-01-2/all/helped", "people")
    short = derived("said, as a share of it", total / value(added), "share")
    product_right = about(total, notice * times)
    right = product_right and about(total, value(added))
    why = (
        f"The product is {product}, "
        + ("near enough to what was said" if product_right else f"not {names[3]}")
        + f", but the three notices came to {added}. "
        if not right
        else f"The product is {product}, and the three notices came to {added}, as was said. "
    )
    why += (
        f"The first of them alone was {paid[0]}, and the last helped {people} people"
        + ("." if right else f" instead of {names[2]}: too low from the start.")
    )  # fmt: skip
    return concluded(given, judged(right), why, names, [product, *paid, added, people, short])


@cache
def closing_by_delay() -> pd.DataFrame:
    """Return the cost of the end in the model, for each mean delay of claims; computed once."""
    return shutdown.tails_by_delay({name: churn.rival(name) for name in shutdown.DELAYS})


@checks_assertion("A14")
def cost_of_closing(given: Assertion) -> Check:
    """Add up the parts, and compare with what was told afterwards and with the model."""
    notices, late, free, total = figures_of(given)
    names = said(
        given, ("last notices", "yuan"), ("claims after the end", "yuan"),
        ("free months", "yuan"), ("in all", "yuan"),
    )  # fmt: skip
    added = derived("sum of the parts", notices + late + free, "yuan")
    told = published("told in 2023", shutdown.ESTIMATES["told"].keys[0], "yuan")
    paid = published("last notices as printed", shutdown.ESTIMATES["paid"].keys[0], "yuan")
    rest = derived("left of it for claims after the end", value(told) - value(paid), "yuan")
    aid = closing_by_delay()
    low, high = (
        of_the_model(f"aid in the model, claims take {delay}", float(yuan), "yuan")
        for delay, yuan in list(zip(aid["delay"], aid["aid_yuan"], strict=True))[:: len(aid) - 1]
    )
    sums = about(total, value(added), within=0.01)
    right = sums and about(total, value(told), within=0.1)
    why = (
        f"The parts make {added}"
        + (", as was said" if sums else f", not {names[3]}")
        + ("; " if right else ", but ")
        + f"in 2023 the former head of the plan told of nearly {told}. "
        f"It was of aid alone, and leaves {rest} for claims after the end, where the speaker "
        f"guessed {names[1]}; the model has {low} to {high} of aid, by how late claims arrive."
    )
    return concluded(given, judged(right), why, names, [added, told, paid, rest, low, high])


@checks_assertion("A34")
def worth_of_data(given: Assertion) -> Check:
    """Divide, and look at the whole range of the quotient."""
    cheap, dear, few, many, low, high = figures_of(given)
    names = said(
        given, ("training, from", "yuan"), ("training, to", "yuan"), ("clients, from", "people"),
        ("clients, to", "people"), ("worth, from", "yuan"), ("worth, to", "yuan"),
    )  # fmt: skip
    ends = [derived("least quotient", cheap / many, "yuan"),
            derived("highest quotient", dear / few, "yuan")]  # fmt: skip
    middle = [derived("least with fewest clients", cheap / few, "yuan"),
              derived("highest with most clients", dear / many, "yuan")]  # fmt: skip
    least, most = value(ends[0]), value(ends[1])
    why = f"Divided, the two ranges leave all from {ends[0]} to {ends[1]} for each client, "
    if low <= 1.05 * least and most <= 1.05 * high:
        verdict, why = "holds", why + f"which lies within {names[4]} to {names[5]}."
    elif high < least or low > most:
        verdict, why = "does not hold", why + f"which nowhere meets {names[4]} to {names[5]}."
    else:
        verdict = "cannot be decided"
        why += (
            f"of which {names[4]} to {names[5]} is a part: lowest by lowest gives {middle[0]}, "
            f"highest by highest {middle[1]}. Which costs go with which clients is not told."
        )
    return concluded(given, verdict, why, names, [*ends, *middle])


@checks_assertion("A51")
def one_relative(given: Assertion) -> Check:
    """Take both ratios, and ask what members got back who were not chosen for being ill."""
    benefit, shares, premiums = figures_of(given)
    names = said(given, ("received from each", "yuan"), ("paid in shares", "yuan"),
                 ("paid in premiums", "yuan"))  # fmt: skip
    ratios = [derived(f"back for each yuan of {words}", benefit / paid, "yuan")
              for words, paid in (("shares", shares), ("premiums", premiums))]  # fmt: skip
    first = published("bills of 2019", "annual/2019/critical/share", "yuan")
    second = published("bills of 2020", "annual/2020/critical/share", "yuan")
    both = derived("bills to the end of 2020", value(first) + value(second), "yuan")
    paid = published("benefit from 40 on", "plans/critical/benefit_40_to_59", "yuan")
    fee = published("fee on the benefits", "plans/general/administration_fee", "share")
    mean = derived("aid for each yuan, all members together", 1 / (1 + value(fee)), "yuan")
    fits = benefit == value(paid) and 0 < shares <= value(both)
    alike = about(value(ratios[0]), value(mean))
    why = (
        (f"It can be so: {names[1]} is within the bills to the end of 2020, {both} in all, and "
         if fits else f"It does not fit the bills to the end of 2020, {both} in all; ")
        + f"{names[0]} is {ratios[0]} for each yuan of shares and {ratios[1]} for one of premiums. "
        f"But that is of one who fell ill: all members together got {mean} of aid for each yuan, "
        "and most got none."
    )  # fmt: skip
    return concluded(
        given, judged(fits and alike, fits), why, names, [*ratios, first, second, both, paid, fee,
                                                          mean],
    )  # fmt: skip
