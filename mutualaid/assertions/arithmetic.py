"""Sums and powers of ten: what is multiplied, added or divided."""

from __future__ import annotations

from mutualaid import history, rules
from mutualaid.assertions.compare import (
    about,
    concluded,
    derived,
    figures_of,
    judged,
    nearly,
    published,
    said,
    value,
)
from mutualaid.assertions.declare import Assertion, Check, Number, checks_assertion

#: Plans of the platform that paid for an illness; the transport plan paid for accidents alone.
_ILLNESS_PLANS = ("critical", "elderly", "chronic")


def highest_benefit() -> Number:
    """Return the highest benefit of the platform's plans for an illness."""
    terms = history.plan_terms()
    paid = terms[
        terms["plan"].isin(_ILLNESS_PLANS)
        & terms["item"].str.startswith("benefit")
        & (terms["unit"] == "yuan")
        & (terms["status"] == "used")
    ]
    key = max(zip(paid["value"].astype(float), paid["key"], strict=True))[1]
    return published("highest benefit for an illness", str(key), "yuan")


@checks_assertion("A01", "A02", "A03")
def aid_at_one_sum(given: Assertion) -> Check:
    """Multiply people helped by one sum for each."""
    people, each, total = figures_of(given)
    names = said(given, ("people", "people"), ("for each", "yuan"), ("total said", "yuan"))
    product = derived("people times the sum", people * each, "yuan")
    off = derived("product over what was said", people * each / total, "times")
    paid = published("aid to the closing notice", "annual/..2021-12-28/all/benefits", "yuan")
    mean = published("mean aid", "annual/..2021-12-28/all/mean_benefit", "yuan")
    most = highest_benefit()
    right = about(total, people * each)
    why = f"{names[0]} people at {names[1]} each make {product}" + (
        ", as was said. " if right else f", {off} times the {names[2]} that was said. "
    )
    if each > value(most):
        why += f"Besides, no plan of the platform paid more than {most} for an illness."
    else:
        why += f"The closing notice gives {paid}, which is {mean} for each."
    verdict = judged(right and each <= value(most), right)
    return concluded(given, verdict, why, names, [product, off, paid, mean, most])


@checks_assertion("A10")
def thousand_claims(given: Assertion) -> Check:
    """Share the claims of all members among all members."""
    members, claim, share = figures_of(given)
    names = said(given, ("members", "people"), ("claim of each", "yuan"), ("share said", "yuan"))
    each = derived("share if each claims", members * claim / members, "yuan")
    one = derived("share of a single claim", claim / members, "yuan")
    right = about(share, members * claim / members)
    why = f"If each of {names[0]} members claims {names[1]}, each has to pay {each}, " + (
        "as was said." if right else f"not {names[2]}. A single claim of {names[1]} costs {one}."
    )
    return concluded(given, judged(right), why, names, [each, one])


@checks_assertion("A13")
def free_months(given: Assertion) -> Check:
    """Multiply members who move by the premium of their free months."""
    members, month, each, total = figures_of(given)
    names = said(
        given, ("members who move", "people"), ("premium of a month", "yuan"),
        ("premium of the free months", "yuan"), ("cost said", "yuan"),
    )  # fmt: skip
    months = published("free months", "plans/transfer/free_months", "months")
    cost = derived("cost for those members", members * each, "yuan")
    moved = published("members moved", "annual/..2022-01-28/all/members_moved", "people")
    later = derived("cost for those who moved", value(moved) * each, "yuan")
    right = about(each, month * value(months)) and nearly(total, members * each)
    why = (
        f"{months} months at {names[1]} for {names[0]} members make {cost}, which "
        + ("can be called nearly" if right else "is not nearly")
        + f" {names[3]}. More than {moved} moved in the end, for whom it would be {later}; no "
        "source tells who bore it."
    )
    return concluded(given, judged(right), why, names, [months, cost, moved, later])


@checks_assertion("A15")
def three_years_of_bills(given: Assertion) -> Check:
    """Add up the bills of three years."""
    *years, total = figures_of(given)
    names = said(
        given, ("bills of 2019", "yuan"), ("bills of 2020", "yuan"), ("bills of 2021", "yuan"),
        ("total said", "yuan"),
    )  # fmt: skip
    added = derived("sum of the years", sum(years), "yuan")
    rows = [
        published(f"bills of {year} in the tables", f"annual/{year}/critical/share", "yuan")
        for year in (2019, 2020, 2021)
    ]
    second = published(
        "a second member's total", "annual/2019..2021/critical/share_second_member", "yuan"
    )
    third = published(
        "a third member's total", "annual/2019..2021/critical/share_third_member", "yuan"
    )
    sums = about(sum(years), total, within=1e-6)
    right = sums and about(total, value(second), within=0.005)
    same = all(about(mine, value(row), within=0.005) for mine, row in zip(years, rows, strict=True))
    why = (
        f"The three years make {added}"
        + (", to the fen" if sums else f" and not {names[3]}")
        + f"; another member paid {third}. "
        + (
            f"Only the first two years are printed as such: the {rows[2]} of the third are what "
            "they leave of the total, so that the sum cannot fail."
            if history.fact(rows[2].key).basis == "derived"
            else "All three are printed as such."
        )
    )
    return concluded(given, judged(right and same), why, names, [added, *rows, second, third])


@checks_assertion("A16")
def one_members_bills(given: Assertion) -> Check:
    """Add up the bills of one member, beside those of a member who missed none."""
    third, second, first, total = figures_of(given)
    names = said(
        given, ("paid in 2021", "yuan"), ("paid in 2020", "yuan"), ("paid in 2019", "yuan"),
        ("total said", "yuan"),
    )  # fmt: skip
    full = published("all bills of three years", "annual/2019..2021/critical/share", "yuan")
    gap = derived("less than all bills", value(full) - total, "yuan")
    gaps = [
        derived(
            f"less than the bills of {year}",
            round(history.number_of(f"annual/{year}/critical/share") - paid, 2),
            "yuan",
        )
        for year, paid in ((2019, first), (2020, second), (2021, third))
    ]
    right = about(first + second + third, total, within=1e-6)
    added = derived("sum of the years", first + second + third, "yuan")
    why = (
        f"The three years make {added}" + (", to the fen" if right else f", not {names[3]}") + ". "
        f"That is {gap} less than all bills, {gaps[1]} of it in 2020, {gaps[2]} in 2021 and "
        + (
            f"{gaps[0]} in 2019."
            if value(gaps[0])
            else "nothing in 2019: a later start is not the reason, and none is told."
        )
    )
    return concluded(given, judged(right), why, names, [added, full, gap, *gaps])


@checks_assertion("A27", "A28")
def smallest_pool(given: Assertion) -> Check:
    """Divide one full benefit with its fee by the most that one case may cost a member."""
    members, benefit, fee, cap = figures_of(given)
    names = said(
        given, ("members said", "people"), ("one full benefit", "yuan"), ("fee", "share"),
        ("most for one case", "yuan"),
    )  # fmt: skip
    needed = derived("members needed", benefit * (1 + fee) / cap, "people")
    last, first = rules.plan("critical"), rules.plan("insurance")
    at_the_end = derived("by the last terms", rules.smallest_pool_of(last.on(last.last)), "people")
    at_first = derived(
        "by the first terms", rules.smallest_pool_of(first.on(first.first)), "people"
    )
    printed = published(
        "minimum as printed", "platform_facts/xiang-hu-bao/minimum_members/2021-12", "people"
    )
    change = derived("end of the first terms", last.first, "date")
    rate = published("fee after that", "plans/general/administration_fee", "share")
    right = about(members, benefit * (1 + fee) / cap, within=0.001)
    holds = right and members == value(at_the_end)
    early = right and members == value(at_first)
    why = (
        f"{names[1]} and a fee of {names[2]}, at no more than {names[3]} a head for one case, need "
        f"{needed} members"
    )
    if holds:
        why += f", and the rule of the plan gave just that: {printed}."
    elif early:
        why += (
            f". That was the rule until {change}, which the speaker does not say; from then on the "
            f"fee was {rate} and the least number {at_the_end}."
        )
    else:
        why += f", not {names[0]}; by the last terms of the plan it was {at_the_end}."
    return concluded(
        given, judged(holds, early), why, names,
        [needed, at_the_end, at_first, printed, change, rate],
    )  # fmt: skip
