"""Unlike things compared: cover, age, months and persons put on one footing."""

from __future__ import annotations

import pandas as pd

from mutualaid import alternatives, history, shutdown
from mutualaid.assertions.compare import (
    about,
    assumed,
    concluded,
    derived,
    figures_of,
    judged,
    nearly,
    published,
    said,
    value,
)
from mutualaid.assertions.declare import Assertion, Check, Number, assertion, checks_assertion
from mutualaid.periods import PER_YEAR

#: Cover on which prices are compared, yuan.
_COVER = 10_000
_SEXES = ("male", "female")


def benefits() -> tuple[Number, Number]:
    """Return the benefits of the plan to 39 and from 40 on."""
    return (
        published("benefit to 39", "plans/critical/benefit_to_39", "yuan"),
        published("benefit from 40 on", "plans/critical/benefit_40_to_59", "yuan"),
    )


def band_premiums(age: int) -> list[Number]:
    """Return the printed first-year premiums of the policy offered, of one age for both sexes.

    Raises
    ------
    ValueError
        If a premium of that age is not printed.
    """
    offers = [shutdown.transfer(age, sex) for sex in _SEXES]
    if not all(each.known for each in offers):
        raise ValueError(f"age must be one whose premium is printed, got {age}")
    return [
        published(f"first-year premium of a {word} of {age}", each.keys[0], "yuan")
        for word, each in zip(("man", "woman"), offers, strict=True)
    ]


@checks_assertion("A05")
def year_of_the_plan(given: Assertion) -> Check:
    """Multiply a bill by the notices of a year, and look who gets how much for it."""
    bill, notices, cost = figures_of(given)
    names = said(given, ("bill", "yuan"), ("notices a year", "notices"), ("cost said", "yuan"))
    product = derived("bill times notices", bill * notices, "yuan")
    year = published("bills of 2021", "annual/2021/critical/share", "yuan")
    young, old = benefits()
    right = about(cost, bill * notices, within=0.005)
    all_ages = value(young) == value(old)
    why = (
        f"{names[1]} bills of {names[0]} make {product}"
        + (", as was said" if right else f", not {names[2]}")
        + f"; the bills of 2021 came to {year}. "
        + (
            f"It buys {young} at every age."
            if all_ages
            else f"It bought {young} up to the age of 39 alone, which the speaker does not say: "
            f"from 40 on the same money bought {old}."
        )
    )
    return concluded(
        given, judged(right and all_ages, right), why, names, [product, year, young, old]
    )


@checks_assertion("A06")
def one_year_policy(given: Assertion) -> Check:
    """Multiply the premium of one buyer, and look at the premiums printed for another age."""
    premium, times, payments, cost = figures_of(given)
    names = said(
        given, ("premium of a half-month", "yuan"), ("policies for the same cover", "times"),
        ("payments a year", "payments"), ("cost said", "yuan"),
    )  # fmt: skip
    plan = figures_of(assertion("A05"))[-1]
    plan_year = Number(label="a year of the plan, same speaker", value=plan, unit="yuan",
                       basis="said")  # fmt: skip
    product = derived("premiums of a year", premium * times * payments, "yuan")
    ratio = derived("over a year of the plan", premium * times * payments / plan, "times")
    four = assumed("nearly four is just below", 4, "times")
    known = band_premiums(32)
    months = derived("months that these buy", shutdown.transfer(32, "male").months, "months")
    ratios = [derived(f"times the plan: {each.label}", value(each) * times / plan, "times")
              for each in known]  # fmt: skip
    right = about(cost, premium * times * payments, within=0.005) and nearly(4, value(ratio))
    everyone = all(nearly(4, value(each)) for each in ratios)
    why = (
        f"{names[0]} makes {product} a year for that cover, {ratio} times {plan_year}"
        + (", as was said. " if right else f"; {names[3]} was said. ")
        + f"It is the price of one buyer, whose age is not told: at 30 to 34 the premiums that are "
        f"printed make it {ratios[0]} times for a man and {ratios[1]} times for a woman, and those "
        f"buy {months} months."
    )
    return concluded(
        given, judged(right and everyone, right), why, names,
        [plan_year, product, ratio, four, *known, months, *ratios],
    )  # fmt: skip


@checks_assertion("A07")
def same_cover_at_55(given: Assertion) -> Check:
    """Multiply a premium at 55, and compare the cover with what the plan paid at that age."""
    premium, payments, times, cost = figures_of(given)
    names = said(
        given, ("premium of a half-month", "yuan"), ("payments a year", "payments"),
        ("policies for the same cover", "times"), ("cost said", "yuan"),
    )  # fmt: skip
    # The speaker prices policies of 100,000 yuan each, as in the sentence before.
    each = Number(label="cover of one policy", value=100_000.0, unit="yuan", basis="said")
    product = derived("premiums of a year", premium * payments * times, "yuan")
    cover = derived("cover that it buys", times * value(each), "yuan")
    _, paid = benefits()
    like = derived("premiums for the cover of the plan",
                   premium * payments * value(paid) / value(each), "yuan")  # fmt: skip
    right = about(cost, value(product), within=0.005)
    same = value(cover) == value(paid)
    why = (
        f"The product is {product}" + (", as was said" if right else f", not {names[3]}") + ". "
        + (
            f"It buys {cover}, which is what the plan paid at 55."
            if same
            else f"But at 55 the plan paid {paid} and not {cover}: the same cover costs {like}."
        )
    )  # fmt: skip
    return concluded(given, judged(right and same), why, names, [each, product, cover, paid, like])


@checks_assertion("A08")
def price_of_the_offer(given: Assertion) -> Check:
    """Compare prices for the same cover, at the ages whose premiums are printed."""
    premium, cover, bill, benefit, times = figures_of(given)
    names = said(
        given, ("premium of a half-month", "yuan"), ("cover of the policy", "yuan"),
        ("bill of the plan", "yuan"), ("benefit of the plan", "yuan"), ("rise said", "times"),
    )  # fmt: skip
    policy = derived("policy, for each 10,000", premium / cover * _COVER, "yuan")
    plan = derived("plan, for each 10,000", bill / benefit * _COVER, "yuan")
    ratio = derived("policy over plan", value(policy) / value(plan), "times")
    known = band_premiums(57)
    payments = published("payments in the first year", "plans/transfer/payments", "payments")
    ratios = [
        derived(f"times the plan: {each.label}",
                value(each) / value(payments) / cover * _COVER / value(plan), "times")
        for each in known
    ]  # fmt: skip
    ages = []
    for sex, word in zip(_SEXES, ("a man", "a woman"), strict=True):
        offers = [shutdown.transfer(age, sex) for age in range(40, 60)]
        near = min(offers, key=lambda each: abs(each.payment - premium))
        ages.append(
            derived(f"age at which {word} pays about that, read between", near.age, "years")
        )
    months = derived("months that they buy", shutdown.transfer(57, "male").months, "months")
    alike = derived("policy over plan, month for month", value(ratio) * 12 / value(months), "times")
    right = about(times, value(ratio), within=0.02)
    everyone = all(about(times, value(each), within=0.1) for each in ratios)
    why = (
        f"For each 10,000 yuan of cover it is {policy} against {plan}, {ratio} times"
        + (", as was said. " if right else f" and not {names[4]}. ")
        + (
            f"The ages whose premiums are printed agree: {ratios[0]} and {ratios[1]} times."
            if everyone
            else f"But it can be the price of one age alone, about {ages[0]} for men and {ages[1]} "
            f"for women as read between printed ages: by the premiums printed for 55 to "
            f"59 it was {ratios[0]} and {ratios[1]} times."
        )
        + f" The payments of the first year buy {months} months, so that month for month it is "
        f"{alike} times."
    )
    return concluded(
        given, judged(right and everyone, right), why, names,
        [policy, plan, ratio, payments, *known, *ratios, *ages, months, alike],
    )  # fmt: skip


@checks_assertion("A09")
def offer_beside_another_policy(given: Assertion) -> Check:
    """Compare two policies for the same cover, and for the same months."""
    offer, other, more = figures_of(given)
    names = said(
        given, ("premiums of the policy offered", "yuan"), ("premium of the other policy", "yuan"),
        ("dearer by, said", "share"),
    )  # fmt: skip
    cover = published("cover of the policy offered", "plans/transfer/cover_critical_40_to_59",
                      "yuan")  # fmt: skip
    free = published("free months", "plans/transfer/free_months", "months")
    scaled = derived("other policy, same cover", other * value(cover) / 100_000, "yuan")
    dearer = derived("dearer by", offer / value(scaled) - 1, "share")
    months = derived("months that it covers", 12 + value(free), "months")
    year = derived("policy offered, for twelve months", offer * 12 / value(months), "yuan")
    left = derived("dearer by, for twelve months", value(year) / value(scaled) - 1, "share")
    right = about(more, value(dearer))
    why = (
        f"For the same cover it is {names[0]} against {scaled}, {dearer} more"
        + (", as was said. " if right else f" and not {names[2]}. ")
        + (
            "Both are for twelve months."
            if value(free) == 0
            else f"But the first payments buy {months} months of cover and not twelve: for the "
            f"same months it is {left} more, and whether both are for one age is not told."
        )
    )
    return concluded(
        given, judged(right and value(free) == 0, right), why, names,
        [cover, scaled, dearer, free, months, year, left],
    )  # fmt: skip


@checks_assertion("A22")
def policy_below_25(given: Assertion) -> Check:
    """Compare policy with policy, and then cover with cover, at each age below 25."""
    bill, notices, cost = figures_of(given)
    names = said(given, ("bill", "yuan"), ("notices a year", "notices"), ("cost said", "yuan"))
    product = derived("bill times notices", bill * notices, "yuan")
    young, _ = benefits()
    plan = derived("plan, for each 10,000", cost / value(young) * _COVER, "yuan")
    offers = [shutdown.transfer(age, sex) for age in range(25) for sex in _SEXES]
    known = band_premiums(2)
    cover = derived("cover of the policy", offers[0].cover, "yuan")
    months = derived("months that the first payments buy", offers[0].months, "months")
    dearest = max(offers, key=lambda each: each.first_year)
    most = derived("dearest first year below 25, read between", dearest.first_year, "yuan")
    per = [each.year / each.cover * _COVER for each in offers]
    least, highest = (
        derived(f"{word} policy for each 10,000 and twelve months", number, "yuan")
        for word, number in (("cheapest", min(per)), ("dearest", max(per)))
    )
    right = about(cost, value(product), within=0.005) and dearest.first_year < cost
    alike = all(each < value(plan) for each in per)
    why = (
        f"Below 25 the policy offered cost at most {most}, read between printed ages, "
        + ("less than" if dearest.first_year < cost else "and not less than")
        + f" {names[2]}. "
        + (
            f"For each 10,000 yuan of cover it is cheaper too, at most {highest} against {plan}."
            if alike
            else f"But it covers {cover} and the plan {young}. For each 10,000 yuan and twelve "
            f"months, of the {months} that its first payments buy, it cost from {least} for small "
            f"children to {highest} at 24, against {plan} in the plan."
        )
    )
    return concluded(
        given, judged(right and alike, right), why, names,
        [product, young, plan, cover, months, *known, most, least, highest],
    )  # fmt: skip


@checks_assertion("A35")
def fifteen_months(given: Assertion) -> Check:
    """Multiply the payments, subtract the gift, and divide by the months of cover."""
    premium, payments, total, gift, left = figures_of(given)
    names = said(
        given, ("payment", "yuan"), ("payments", "payments"), ("first year", "yuan"),
        ("gift", "yuan"), ("left, said", "yuan"),
    )  # fmt: skip
    offer = shutdown.transfer(32, "female")
    row = published("printed premium of the first year", offer.keys[0], "yuan")
    months = derived("months of cover", offer.months, "months")
    product = derived("payments together", premium * payments, "yuan")
    rest = derived("less the gift", premium * payments - gift, "yuan")
    month = derived("for each month of cover", total / offer.months, "yuan")
    right = (
        about(total, value(product), within=1e-4)
        and about(total, value(row), within=1e-4)
        and about(left, value(rest), within=0.005)
    )
    why = (
        f"{names[1]} payments make {product}, and {rest} less the gift"
        + (": all of it is right, the months too. " if right else f"; {names[4]} was said. ")
        + f"They cover {months} months, {month} a month: the half-months that are paid are those "
        "of one year."
    )
    return concluded(given, judged(right), why, names, [row, months, product, rest, month])


def one_year_prices() -> pd.DataFrame:
    """Return each printed price of a one-year policy once, with its price for 100,000 yuan."""
    rows = pd.concat([alternatives.quoted_prices(sex) for sex in _SEXES])
    return rows[rows["alternative"] == "one-year"].drop_duplicates("key").reset_index(drop=True)


@checks_assertion("A48")
def plan_beside_policies(given: Assertion) -> Check:
    """Compare a year of the plan with every printed price of a one-year policy."""
    bill, months, cost, benefit = figures_of(given)
    names = said(
        given, ("bill", "yuan"), ("months", "months"), ("a year, said", "yuan"),
        ("benefit said", "yuan"),
    )  # fmt: skip
    year = bill * months * PER_YEAR / 12
    product = derived("bills of a year", year, "yuan")
    young, old = benefits()
    prices = one_year_prices()
    boundary = history.number_of("plans/critical/age_boundary_of_benefit")
    # A price of many ages is set beside the lower benefit where it reaches above the boundary.
    paid = [value(young if age < boundary else old) for age in prices["age_to"]]
    plan = [cost / each * 100_000 for each in paid]
    count = derived("printed prices", len(prices), "prices")
    dearer = derived("dearer than the plan", int((prices["value"] > cost).sum()), "prices")
    cover = derived("dearer for the same cover", int((prices["each"] > plan).sum()), "prices")
    right = about(cost, year, within=0.005) and 2 * value(dearer) > value(count)
    all_ages = benefit == value(old)
    why = (
        f"A year makes {product}, and {dearer} of {count} printed prices of one-year policies are "
        f"higher; for the same cover it is {cover} of {count}, at the ages above 39 too. "
        + (
            f"It pays {names[3]} at every age."
            if all_ages
            else f"But it paid {young} up to 39 alone, and {old} from 40 on, which the speaker "
            "does not say."
        )
    )
    return concluded(
        given, judged(right and all_ages, right and benefit == value(young)), why, names,
        [product, young, old, count, dearer, cover],
    )  # fmt: skip


@checks_assertion("A53")
def bills_of_a_household(given: Assertion) -> Check:
    """Add up the years of a household, and divide each by the bills of one member."""
    *years, total = figures_of(given)
    names = said(
        given, ("paid in 2019", "yuan"), ("paid in 2020", "yuan"), ("paid in 2021", "yuan"),
        ("a bit over, said", "yuan"),
    )  # fmt: skip
    added = derived("sum of the years", sum(years), "yuan")
    bills = [published(f"one member's bills of {year}", f"annual/{year}/critical/share", "yuan")
             for year in (2019, 2020, 2021)]  # fmt: skip
    persons = [
        derived(f"persons, by the {bill.label}", paid / value(bill), "people")
        for paid, bill in zip(years, bills, strict=True)
    ]
    whole = round(value(persons[0]))
    number = derived("persons in the household", whole, "people")
    right = total < sum(years) <= 1.1 * total
    steady = whole > 0 and all(about(value(each), whole) for each in persons)
    why = (
        f"The years make {added}"
        + (", " if right else ", which is not ")
        + f"a bit over {names[3]}. "
        + (
            f"Each year is nearly that of {number} members: "
            if steady
            else "The years are not those of one number of members: "
        )
        + f"{persons[0]}, {persons[1]} and {persons[2]} times one member's bills."
    )
    return concluded(given, judged(right and steady, right), why, names, [added, *bills, *persons,
                                                                          number])  # fmt: skip


@checks_assertion("A54")
def sum_of_the_covers(given: Assertion) -> Check:
    """Add up the covers of the policy offered, and count the illnesses that it takes."""
    severe, n_moderate, moderate, n_light, light, total, old, n_both, old_light = figures_of(given)
    names = said(
        given, ("severe, to 39", "yuan"), ("moderate illnesses, to 39", "illnesses"),
        ("moderate, to 39", "yuan"), ("light illnesses, to 39", "illnesses"),
        ("light, to 39", "yuan"), ("total said, to 39", "yuan"), ("severe, from 40", "yuan"),
        ("moderate and light illnesses, from 40", "illnesses"), ("light, from 40", "yuan"),
    )  # fmt: skip
    part = "plans/transfer/cover_{}_{}".format
    covers = [
        published(f"printed cover, {kind}, {words}", part(kind, ages), "yuan")
        for ages, words in (("to_39", "to 39"), ("40_to_59", "from 40"))
        for kind in ("critical", "moderate", "light")
    ]
    plan = benefits()
    young = derived("sum to 39", severe + n_moderate * moderate + n_light * light, "yuan")
    # From 40 on a moderate illness pays what a light one did before, twice the light one.
    later = derived("sum from 40", old + n_both * value(covers[4]) + n_both * old_light, "yuan")
    needed = derived("illnesses needed, to 39", 1 + n_moderate + n_light, "illnesses")
    older = derived("illnesses needed, from 40", 1 + 2 * n_both, "illnesses")
    printed = [severe, moderate, light, old, value(covers[4]), old_light]
    sums = total == value(young) and all(
        about(mine, value(row), within=1e-9) for mine, row in zip(printed, covers, strict=True)
    )
    same = value(young) == value(plan[0]) and value(later) == value(plan[1])
    at_once = severe >= value(plan[0])
    why = (
        f"The covers make {young} and {later}"
        + (", the benefits of the plan. " if sums and same else f"; the plan paid {plan[0]} and "
           f"{plan[1]}. ")
        + (
            "One illness pays it all."
            if at_once
            else f"But the policy pays as much only to a person with {needed} separate illnesses "
            f"in the year, or {older} from 40 on. For one the plan paid all of it, and the policy "
            f"{covers[0]}, or {covers[3]} from 40 on."
        )
    )  # fmt: skip
    return concluded(
        given, judged(sums and same and at_once, sums and same), why, names,
        [*covers, *plan, young, later, needed, older],
    )  # fmt: skip


@checks_assertion("A55")
def users_of_another_plan(given: Assertion) -> Check:
    """Compare sharers with sharers, and people who ever joined with each other."""
    top, end = figures_of(given)
    names = said(given, ("claimed once", "people"), ("at the close", "people"))
    left = derived("left, as said", end / top, "share")
    peak = published("highest count of sharers", "platform_facts/waterdrop/sharers_peak/2019",
                     "people")  # fmt: skip
    last = published("members at the close",
                     "platform_facts/waterdrop/members_at_close/2021-03-31", "people")  # fmt: skip
    ever = published("ever joined, March 2019", "platform_facts/waterdrop/ever_joined/2019-03",
                     "people")  # fmt: skip
    alike = derived("left, sharers to sharers", value(last) / value(peak), "share")
    rows = history.table("platform_facts")
    rows = rows[(rows["platform"] == "waterdrop") & (rows["quantity"] == "ever_joined")]
    others = rows["value"][rows["source"] != given.source]
    most = derived("highest count of other sources", float(others.max()), "people")
    right = about(top, value(peak), within=0.1) and about(end, value(last), within=0.1)
    why = (
        f"{names[1]} are {left} of {names[0]}, "
        + ("both counts of sharers. " if right else
           "but the larger is a count of people who ever joined, and other sources have "
           f"{most} of them at most. ")
        + f"Sharers fell from {peak} to {last}, of whom {alike} were left."
    )  # fmt: skip
    return concluded(given, judged(right), why, names, [left, peak, last, ever, most, alike])


@checks_assertion("A56")
def policies_from_25_on(given: Assertion) -> Check:
    """Compare with each printed price from an age on, as it stands and for the plan's cover."""
    most, age = figures_of(given)
    names = said(given, ("a year of the plan, at most", "yuan"), ("age", "years"))
    bills = published("bills of 2021", "annual/2021/critical/share", "yuan")
    least = assumed("least for the better part of a thousand", 500, "yuan")
    young, old = benefits()
    prices = one_year_prices()
    prices = prices[prices["age_to"] >= age]
    boundary = history.number_of("plans/critical/age_boundary_of_benefit")
    cover = [value(young if last < boundary else old) for last in prices["age_to"]]
    same = prices["each"] * cover / 100_000
    count = derived("printed prices at those ages", len(prices), "prices")
    high = derived("as high as they stand", int((prices["value"] >= value(least)).sum()), "prices")
    alike = derived("as high for the plan's cover", int((same >= value(least)).sum()), "prices")
    cheapest = derived("lowest of them for the plan's cover", float(same.min()), "yuan")
    right = value(bills) <= most and value(high) == value(count)
    on_condition = value(bills) <= most and value(alike) == value(count)
    why = (
        f"The plan cost {bills} in 2021"
        + (f", no more than {names[0]}. " if value(bills) <= most else f", more than {names[0]}. ")
        + f"Of {count} printed prices of policies {high} "
        f"reaches {least} as it stands and {alike} for the cover of the plan, where the lowest is "
        f"{cheapest}: "
        + (
            "all of them are so high."
            if right or on_condition
            else "dearer than the plan they are, but not by so much."
        )
    )
    return concluded(
        given, judged(right, on_condition), why, names,
        [bills, least, young, old, count, high, alike, cheapest],
    )  # fmt: skip
