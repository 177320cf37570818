"""From which start, of what whole: rises and shares, and what they are measured from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from mutualaid import history, rules, sharing
from mutualaid.assertions.compare import (
    about,
    assumed,
    concluded,
    derived,
    figures_of,
    judged,
    published,
    said,
    value,
)
from mutualaid.assertions.declare import Assertion, Check, checks_assertion
from mutualaid.periods import PER_YEAR, Period

#: Days of a mean month.
MONTH = 365.25 / 12
#: Times that a speaker may call "some tens".
_TENS = 20.0


def _share(label: str) -> str:
    return f"notices/{label}/critical/share"


@checks_assertion("A04")
def rise_of_the_bill(given: Assertion) -> Check:
    """Divide the last bill by the first, and by two later ones."""
    first, last, times = figures_of(given)
    names = said(given, ("first bill", "yuan"), ("last bill", "yuan"), ("rise said", "times"))
    ratio = derived("last over first", last / first, "times")
    rows = [
        published("bill of January 2019", _share("2019-01-2"), "yuan"),
        published("bill of December 2021", _share("2021-12-1"), "yuan"),
    ]
    span = (Period.parse("2021-12-1").notice_day - Period.parse("2019-01-2").notice_day).days
    years = derived("years between", span / 365.25, "years")
    waiting = published("waiting", "plans/critical/waiting", "days")
    served = rules.plan("insurance").first + dt.timedelta(days=value(waiting))
    since = derived("days since anybody could have served it",
                    (Period.parse("2019-01-2").notice_day - served).days, "days")  # fmt: skip
    helped = published("helped by the first bill", "notices/2019-01-2/critical/helped", "people")
    later = [
        published("bill of June 2019", _share("2019-06-2"), "yuan"),
        published("bill of October 2019", _share("2019-10-1"), "yuan"),
    ]
    rises = [derived(f"rise from the {each.label}", last / value(each), "times") for each in later]
    printed = about(first, value(rows[0])) and about(last, value(rows[1]))
    right = printed and about(times, last / first, within=0.01)
    why = (
        (f"It is right: both bills are printed, and {names[1]} is {ratio} times {names[0]}. "
         if right else f"{names[1]} is {ratio} times {names[0]}; {names[2]} times was said. ")
        + f"But the first bill was for {helped} people, {since} days after anybody could first "
        f"have served the waiting period: from the {later[0]} of June 2019 the rise is {rises[0]} "
        f"times, from the {later[1]} of October {rises[1]} times."
    )  # fmt: skip
    return concluded(
        given,
        judged(right),
        why,
        names,
        [ratio, *rows, years, waiting, since, helped, *later, *rises],
    )


@checks_assertion("A18")
def cost_of_a_year(given: Assertion) -> Check:
    """Compare the bills of whole years."""
    start, half_month = figures_of(given)
    names = said(given, ("a year at the start", "yuan"), ("half a month now", "yuan"))
    years = [
        published(f"bills of {year}", f"annual/{year}/critical/share", "yuan")
        for year in (2019, 2020, 2021)
    ]
    now = derived("a year of such half-months", PER_YEAR * half_month, "yuan")
    rise = derived("rise as said", PER_YEAR * half_month / start, "times")
    rose = derived("2021 over 2019", value(years[2]) / value(years[0]), "times")
    tens = assumed("least for some tens", _TENS, "times")
    right = about(start, value(years[0]), within=0.25) and value(rose) >= _TENS
    why = f"The bills of 2019 came to {years[0]} and those of 2021 to {years[2]}, " + (
        f"{rose} times as much, as was said."
        if right
        else f"{rose} times as much. No year cost {names[0]}: the speaker sets a bill of the "
        "first months, when few could be helped, for a whole year."
    )
    return concluded(given, judged(right), why, names, [*years, now, rise, rose, tens])


@checks_assertion("A21")
def fee_and_charity(given: Assertion) -> Check:
    """Put a fee on the benefits and a cap on what is spent on one base."""
    fee, cap = figures_of(given)
    names = said(given, ("fee on the benefits", "share"), ("cap for charities", "share"))
    row = published("fee of the plan", "plans/general/administration_fee", "share")
    law = published(
        "cap of the law", "regulation/charity-law-article-60/administration_cap", "share"
    )
    spent = derived(
        "fee as a share of what is paid", float(sharing.share_of_payments(fee)), "share"
    )
    on_top = derived("cap as a share of benefits", float(sharing.rate_on_benefits(cap)), "share")
    right = about(fee, value(row)) and about(cap, value(law))
    holds = right and value(spent) < cap and fee < value(on_top)
    why = f"On one base, the fee of {names[0]} of the benefits is {spent} of all that is paid, " + (
        f"and the cap is {names[1]} of all that is spent: the speaker is right, and by more than "
        f"the two figures show. On the benefits the cap would be {on_top}; it is a cap, and not "
        "what charities take."
        if holds
        else f"and the cap is {names[1]} of all that is spent."
    )
    return concluded(given, judged(holds), why, names, [row, law, spent, on_top])


@checks_assertion("A23")
def cost_of_a_case(given: Assertion) -> Check:
    """Set the cost of checking a case beside the fee on its benefit."""
    cost, fee = figures_of(given)
    names = said(given, ("most for checking a case", "yuan"), ("fee", "share"))
    mean = published("mean aid", "annual/..2021-12-28/all/mean_benefit", "yuan")
    income = derived("fee on the mean aid", fee * value(mean), "yuan")
    received = published("fee for each person helped in 2020", "annual/2020/all/fee_per_helped",
                         "yuan")  # fmt: skip
    spent = published("inquiry for each person helped in 2020",
                      "annual/2020/all/inquiry_per_helped", "yuan")  # fmt: skip
    enough = derived("cases checked for one helped that would use up the fee",
                     value(received) / cost, "cases")  # fmt: skip
    right = cost > value(income)
    # Refused requests cost inquiry too: what was really spent for one helped counts them.
    refused = not right and value(spent) > value(received)
    why = (
        f"The fee on the mean aid is {income}, and in 2020 the platform received {received} for "
        f"each person helped: {enough} times {names[0]}. More than {spent} of that went into "
        f"inquiry, for refused requests too; only more than {enough} cases checked for one helped, "
        f"at {names[0]} each, would use it up."
    )
    return concluded(
        given, judged(right, refused), why, names, [mean, income, received, spent, enough]
    )


@checks_assertion("A41")
def commission(given: Assertion) -> Check:
    """Divide a commission by the premiums, and look who else tells of one."""
    premiums, received = figures_of(given)
    names = said(given, ("premiums sold", "yuan"), ("commission", "yuan"))
    ratio = derived("commission over premiums", received / premiums, "share")
    fee = published("fee of the plan on benefits", "plans/general/administration_fee", "share")
    charge = derived("fee in each charge of the plan",
                     float(sharing.share_of_payments(value(fee))), "share")  # fmt: skip
    table = history.table("alternatives")
    rows = table[table["quantity"] == "commission_share"]
    others = rows[rows["source"] != given.source]
    count = derived("other sources of a commission", float(others["source"].nunique()), "sources")
    if others.empty:
        verdict = "cannot be decided"
        why = (
            f"The division gives {ratio}, but the word of this one seller is the only source of a "
            "commission in the tables: there is nothing to hold it against. And it is of the first "
            f"premium alone, while the fee of the plan was {charge} of every charge."
        )
    else:
        near = any(about(received / premiums, float(each), within=0.1) for each in others["value"])
        verdict = judged(near)
        why = (
            f"The division gives {ratio}, and "
            + ("another source agrees." if near else f"none of {count} other sources agrees.")
        )  # fmt: skip
    return concluded(given, verdict, why, names, [ratio, fee, charge, count])


def monthly_growth(before: float, after: float, days: float) -> float:
    """Return the steady growth of a month that leads from one count to another."""
    return float((after / before) ** (MONTH / days) - 1)


@checks_assertion("A46")
def growth_of_the_second_year(given: Assertion) -> Check:
    """Work out the growth of a month between published counts."""
    start, rate = figures_of(given)
    names = said(given, ("members at the start", "people"), ("growth of a month", "share"))
    first = published("November 2019", "membership/2019-11-27/critical/members", "people")
    day = pd.Timestamp("2019-11-27")
    counts, growths = [], []
    for label, words in (("2020-06-1", "June 2020"), ("2020-11-1", "November 2020")):
        count = published(words, f"notices/{label}/all/sharers", "people")
        days = (pd.Timestamp(Period.parse(label).notice_day) - day).days
        counts.append(count)
        growths.append(
            derived(
                f"growth of a month to {words}", monthly_growth(start, value(count), days), "share"
            )
        )
    days = (Period.parse("2020-11-1").notice_day - Period.parse("2020-06-1").notice_day).days
    later = derived(
        "growth of a month after June 2020",
        monthly_growth(value(counts[0]), value(counts[1]), days),
        "share",
    )
    ends = [
        derived("day of the first count", day.date(), "date"),
        derived("day of the last count", Period.parse("2020-11-1").notice_day, "date"),
    ]
    span = (Period.parse("2020-11-1").notice_day - day.date()).days / MONTH
    expected = derived("members on that day at the pace said", start * (1 + rate) ** span, "people")
    right = about(start, value(first)) and about(rate, value(growths[1]), within=0.25)
    why = (
        f"From {names[0]} on {ends[0]} to {counts[1]} on {ends[1]} it was {growths[1]} a month"
        + (", as was said. " if right else f", and not {names[1]}. ")
        + f"It was {growths[0]} a month to June 2020 and {later} after that; at {names[1]} there "
        f"would have been {expected}."
    )
    return concluded(
        given, judged(right), why, names, [first, *counts, *ends, *growths, later, expected]
    )


def monthly_bills() -> pd.Series[float]:
    """Return what two bills of a month came to, where both are published, by month."""
    bills = history.series("critical", "share")
    month = bills["notice"].str[:7]
    both = bills.groupby(month)["value"].agg(["sum", "count"])
    return both.loc[both["count"] == 2, "sum"]


@checks_assertion("A50")
def share_of_a_month(given: Assertion) -> Check:
    """Find what a month cost in 2020, and when it first cost what was said."""
    (month,) = figures_of(given)
    names = said(given, ("a month in the course of 2020", "yuan"))
    bills = monthly_bills()
    in_year = bills[bills.index.str.startswith("2020")]
    year = published("bills of 2020", "annual/2020/critical/share", "yuan")
    mean = derived("mean month of 2020", value(year) / 12, "yuan")
    single = published("a month late in 2020", "annual/2020-12/critical/share_per_month", "yuan")
    most = max(float(in_year.max()), value(single))
    high = derived("highest month of 2020", most, "yuan")
    reached: Callable[[float], bool] = lambda each: each >= 0.95 * month  # noqa: E731
    first = bills[[reached(each) for each in bills]]
    numbers = [year, mean, single, high]
    right = reached(most)
    why = (
        f"The bills of 2020 came to {year}, a mean of {mean} a month, and the dearest month known "
        f"cost {high}" + (", as was said." if right else f", not {names[0]}.")
    )
    if len(first) and not right:
        then = derived("first month known to cost as much", float(first.iloc[0]), "yuan")
        day = derived(
            "notice of that month", Period.parse(f"{first.index[0]}-1").notice_day, "date"
        )
        numbers += [then, day]
        why += f" Two bills of one month first came to {then} with the notices from {day} on."
    return concluded(given, judged(right), why, names, numbers)


@checks_assertion("A59")
def year_at_the_last_price(given: Assertion) -> Check:
    """Multiply a month by twelve, and compare with the bills of the year."""
    month, year = figures_of(given)
    names = said(given, ("a month", "yuan"), ("a year, said", "yuan"))
    product = derived("twelve such months", 12 * month, "yuan")
    last = published("last bill paid", _share("2021-12-1"), "yuan")
    highest = published("highest bill", "annual/2021/critical/highest_share", "yuan")
    most = derived("a year of the highest bill", PER_YEAR * value(highest), "yuan")
    paid = published("bills of 2021", "annual/2021/critical/share", "yuan")
    right = about(year, 12 * month, within=0.01)
    possible = about(month, 2 * value(last), within=0.1)
    why = (
        f"Twelve such months make {product}"
        + (", as was said. " if right else f", not {names[1]}. ")
        + (
            f"Two bills like the last, {last}, are about such a month, and a year of the highest, "
            f"{highest}, makes {most}. "
            if possible
            else f"But two bills like the last, {last}, are not such a month. "
        )
        + f"It is a pace, as the speaker says, and not what a year had cost: the bills of 2021 "
        f"came to {paid}."
    )
    return concluded(
        given, judged(right and possible), why, names,
        [product, last, highest, most, paid],
    )  # fmt: skip
