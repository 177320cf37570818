"""Cause and chance: what a mechanism or the table of incidence makes of it."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd

from mutualaid import churn, history, sharing, shutdown
from mutualaid.assertions.compare import (
    about,
    assumed,
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
from mutualaid.history import helped_per_million
from mutualaid.periods import PER_YEAR

#: Day whose members and terms stand for the plan of late 2021.
_LATE = dt.date(2021, 12, 7)
#: Pools in which a bill is reckoned at one risk, members.
_POOLS = (1_000_000, 100_000_000)
#: Half-months over which exits after a wrong approval are weighed: nothing to five years.
_HORIZON = 5 * PER_YEAR
#: Risk classes of the plan that goes on: share of the raised class, and its factor. An assumption.
_CLASSES = (0.05, 4.0)
#: Share of members under 20 if they were many; none is published.
_MANY_CHILDREN = 0.2


def helped_rate(label: str, words: str) -> Number:
    """Return how many of a million sharers of the critical plan were helped, at a year's pace."""
    helped, members = (
        history.number_of(f"notices/{label}/critical/{name}") for name in ("helped", "sharers")
    )
    return derived(f"helped of a million a year, {words}", helped_per_million(helped, members),
                   "people")  # fmt: skip


@cache
def plan_of_the_model() -> churn.Fit:
    """Return the plan as fitted; computed once."""
    return churn.fit()


@checks_assertion("A24")
def more_members(given: Assertion) -> Check:
    """Compute the bill of a small and a large pool at one risk, and ask what else grew."""
    figures_of(given)
    benefit = published(
        "mean benefit, April 2021", "annual/2021-04-21/critical/mean_benefit", "yuan"
    )
    rate = published("cases of a member in a year",
                     "annual/2021-04-21/critical/helped_rate_per_year",
                     "a year")  # fmt: skip
    fee = published("fee", "plans/general/administration_fee", "share")
    cases = {value(benefit): value(rate) / PER_YEAR}
    bills = sharing.bill_by_size(cases, _POOLS, fee=value(fee)).bills
    numbers = [benefit, rate, fee]
    for bill, words in zip(bills, ("a million", "a hundred million"), strict=True):
        numbers += [
            of_the_model(f"mean bill of {words}", bill.expected_bill, "yuan"),
            of_the_model(f"spread with {words}", bill.coefficient_of_variation, "share"),
        ]
    small, wide, large, narrow = numbers[3:]
    rates = [helped_rate("2019-06-2", "June 2019"), helped_rate("2021-04-2", "April 2021")]
    projection = plan_of_the_model().projection
    waiting = [
        of_the_model(f"still waiting, {words}",
                     float(projection.waiting[place] / projection.members[place]), "share")
        for place, words in ((projection.place("2019-06-2"), "June 2019"),
                             (projection.place("2021-04-2"), "April 2021"))
    ]  # fmt: skip
    right = about(value(large), value(small), within=1e-6) and value(narrow) < value(wide)
    why = (
        f"At one risk the mean bill is {small} with a million members and {large} with a hundred "
        f"million, and its spread falls from {wide} to {narrow}: "
        + ("the speaker is right. " if right else "the mean is not the same. ")
        + f"What grew was the part of members who were helped, from {rates[0]} to {rates[1]} of a "
        f"million a year; in the model, where nobody joins a plan that shrinks, those still "
        f"waiting fell from {waiting[0]} to " + (f"{waiting[1]}." if value(waiting[1]) else "none.")
    )
    return concluded(given, judged(right), why, numbers, rates, waiting)


@checks_assertion("A26")
def selection_above_a_bill(given: Assertion) -> Check:
    """Compare with the highest bill, and with the pace at which members left below it."""
    bill, _ = figures_of(given)
    names = said(given, ("bill from which it is marked", "yuan"), ("highest bill said", "yuan"))
    most = published("highest bill", "annual/2021/critical/highest_share", "yuan")
    rates = churn.exit_rates()
    rates = rates[rates["plan"] == "all"]
    pace = "net_fall_share_per_half_month"
    first, last = (
        derived(f"net fall a half-month, {words}", float(part[pace].mean()), "share")
        for words, part in (("bills below 5 yuan", rates[rates["bill_yuan_per_head"] < 5]),
                            ("bills from 6 yuan on", rates[rates["bill_yuan_per_head"] >= 6]))
    )  # fmt: skip
    numbers = [most, first, last]
    if value(most) < bill:
        why = (
            f"No bill was above {most}, so that what happens from {names[0]} on was never seen. "
            f"Members left long before: {first} of them each half-month while the bill was below "
            f"five yuan, and {last} from six yuan on; whether they were healthier is not published."
        )
        return concluded(given, "cannot be decided", why, names, numbers)
    below = rates[rates["bill_yuan_per_head"] < bill][pace]
    above = rates[rates["bill_yuan_per_head"] >= bill][pace]
    if below.empty or above.empty:
        why = f"The bill passed {names[0]}, but on one side of it no fall is known."
        return concluded(given, "cannot be decided", why, names, numbers)
    paces = [derived("net fall below that bill", float(below.mean()), "share"),
             derived("net fall above it", float(above.mean()), "share")]  # fmt: skip
    faster = value(paces[1]) >= 1.5 * value(paces[0])
    why = (
        f"Below {names[0]} members fell by {paces[0]} each half-month, above it by {paces[1]}"
        + ("; that they were the healthy is not published." if faster else ", hardly faster.")
    )  # fmt: skip
    return concluded(given, judged(False, faster), why, names, [*numbers, *paces])


@cache
def cumulative_incidence() -> pd.DataFrame:
    """Return the chance of at least one illness to the end of each age, if nobody died first."""
    rows = history.table("incidence")
    rows = rows[(rows["diseases"] == 25) & (rows["status"] == "used")]
    table = rows.pivot_table(index="age", columns="sex", values="value").sort_index()
    return 1.0 - (1.0 - table).cumprod()


def _reached(chance: pd.Series[float], wanted: float) -> float:
    """Return the first age at whose end a chance is reached; NaN if it is not."""
    ages = chance.index[chance >= wanted]
    return float(ages[0]) if len(ages) else float("nan")


@checks_assertion("A31")
def chance_of_a_lifetime(given: Assertion) -> Check:
    """Add up the incidence of the table over the ages, and find when it comes to what was said."""
    (chance,) = figures_of(given)
    names = said(given, ("chance in a lifetime", "share"))
    table = cumulative_incidence()
    sexes = (("male", "men"), ("female", "women"))
    to_60 = [derived(f"to 60, {words}", float(table[sex][59]), "share") for sex, words in sexes]
    to_80 = [derived(f"to 80, {words}", float(table[sex][79]), "share") for sex, words in sexes]
    ages = [derived(f"age at which it is reached, {words}", _reached(table[sex], chance), "years")
            for sex, words in sexes]  # fmt: skip
    insurers = published("to 60, men, by insurers' data",
                         "industry/2020/critical_illness_to_60_men",
                         "share")  # fmt: skip
    end = derived("last age of the table", float(table.index.max()), "years")
    right = all(value(each) >= 0.95 * chance for each in to_60)
    lives = all(not np.isnan(value(each)) for each in ages)
    why = f"By the table it is {to_60[0]} for men and {to_60[1]} for women to the age of 60. " + (
        "So it is reached early."
        if right
        else f"It comes to {names[0]} only for men who live to {ages[0]} and women who live to "
        f"{ages[1]}: the table knows no deaths, and who dies sooner never reaches it."
        if lives
        else f"It never comes to {names[0]}, not even at {end}, where the table ends."
    )
    return concluded(
        given, judged(right, lives), why, names, [*to_60, *to_80, *ages, insurers, end]
    )


@checks_assertion("A32")
def equal_shares(given: Assertion) -> Check:
    """Take the mean of two fair prices, and their ratio from the table."""
    child, adult, equal = figures_of(given)
    names = said(given, ("fair at 1", "yuan"), ("fair at 39", "yuan"), ("equal share", "yuan"))
    table = churn.incidence_table()
    young, old = (float(table[:, age].mean()) for age in (1, 39))
    rates = [derived(f"incidence at {age}, both sexes", 1_000_000 * each, "of a million a year")
             for age, each in ((1, young), (39, old))]  # fmt: skip
    ratio = derived("incidence at 39 over that at 1", old / young, "times")
    claimed = derived("ratio said", adult / child, "times")
    mean = derived("mean of the two", (child + adult) / 2, "yuan")
    benefit = published("benefit at both ages", "plans/critical/benefit_to_39", "yuan")
    fair = derived("fair at 39 if it is 1 at 1", child * old / young, "yuan")
    right = about(equal, value(mean))
    table_says = about(adult / child, old / young, within=0.1)
    why = (
        f"The mean of {names[0]} and {names[1]} is {mean}"
        + (", if the two are as many" if right else f", not {names[2]}")
        + ". "
        + (
            f"The table agrees: at 39 illness is {ratio} times as frequent as at 1."
            if table_says
            else f"But by the table illness at 39 is {ratio} times as frequent as at 1, and not "
            f"{claimed} times: for {names[0]} the other would pay {fair}."
        )
    )
    return concluded(
        given, judged(right and table_says, right), why, names,
        [*rates, ratio, claimed, mean, benefit, fair],
    )  # fmt: skip


@checks_assertion("A33")
def men_and_women(given: Assertion) -> Check:
    """Compare the columns of the table age by age, and the premiums that are printed."""
    figures_of(given)
    men, women = churn.incidence_table()
    ages = [
        derived("ages at which men fall ill more often", int((men > women).sum()), "ages"),
        derived("ages at which women do", int((women > men).sum()), "ages"),
    ]
    bands = shutdown.quoted_premiums().pivot_table(index="age_from", columns="sex", values="value")
    keys = shutdown.quoted_premiums().set_index(["age_from", "sex"])["key"]
    premiums = [
        published(
            f"first-year premium of {word} of {age} to {age + 4}", str(keys[age, sex]), "yuan"
        )
        for age in bands.index
        for sex, word in (("male", "men"), ("female", "women"))
    ]
    count = derived("bands of ages with premiums printed", len(bands), "bands")
    dearer = derived("bands dearer for men", int((bands["male"] > bands["female"]).sum()), "bands")
    everywhere = value(ages[1]) == 0 and value(dearer) == value(count)
    table = cumulative_incidence()
    in_sum = [
        derived(f"fall ill to 60, {words}", float(table[sex][59]), "share")
        for sex, words in (("male", "men"), ("female", "women"))
    ]
    taken_together = value(in_sum[0]) > value(in_sum[1])
    alike = derived("ages at which both do alike", int((men == women).sum()), "ages")
    last = int(np.flatnonzero(women > men).max()) if value(ages[1]) else -1
    since = derived("age from which men always do", last + 1, "years")
    exception = bands.index[bands["male"] < bands["female"]]
    why = (
        f"By the table {in_sum[0]} of men fall ill before 60 and {in_sum[1]} of women. But men do "
        f"so more often at {ages[0]} of the ages to 59, women at {ages[1]} and both alike at "
        f"{alike}: it holds from {since} on, where it is always men. "
    )
    if len(exception):
        man, woman = (each for each in premiums if f" of {exception[0]} to" in each.label)
        why += (
            f"Men paid more in {dearer} of {count} bands whose premiums are printed, but less at "
            f"{exception[0]} to {exception[0] + 4}, {man} against {woman}."
        )
    else:
        why += f"Men paid more in {dearer} of {count} bands."
    bounds = [
        derived(f"{word} age of the band where men pay less", float(age), "years")
        for first in exception[:1]
        for word, age in (("first", first), ("last", first + 4))
    ]
    return concluded(
        given,
        judged(everywhere, taken_together),
        why,
        [*in_sum, *ages, alike, since, *premiums, count, dearer, *bounds],
    )


@checks_assertion("A38")
def gain_of_a_wrong_approval(given: Assertion) -> Check:
    """Weigh the fee on a wrong approval against the fees of those who leave for the bill."""
    (fee,) = figures_of(given)
    names = said(given, ("fee on the benefits", "share"))
    mean = published("mean aid", "annual/..2021-12-28/all/mean_benefit", "yuan")
    members = published("sharers", "notices/2021-12-1/critical/sharers", "people")
    bill = published("bill", "notices/2021-12-1/critical/share", "yuan")
    gain = derived("fee on one wrong approval", fee * value(mean), "yuan")
    rise = derived("rise of one bill by it", value(mean) * (1 + fee) / value(members), "yuan")
    part = float(sharing.share_of_payments(fee))
    each = derived("fee of one member in a notice", value(bill) * part, "yuan")
    rates = churn.exit_rates()
    response = churn.response_of(rates[rates["plan"] == "all"])
    strongest = derived("leave for each yuan, at most", response.all_for_the_bill, "share")
    horizon = assumed("half-months that they would have stayed", _HORIZON, "half-months")
    leave = of_the_model("leave for it, at most",
                         value(strongest) * value(rise) * value(members), "people")  # fmt: skip
    loss = of_the_model("fees lost with them, at most",
                        value(leave) * value(each) * _HORIZON, "yuan")  # fmt: skip
    numbers = [mean, members, bill, gain, rise, each, strongest, horizon, leave, loss]
    why = (
        f"A wrong approval brings a fee of {gain}, and makes one bill dearer by {rise}. If nobody "
        f"leaves for that the speaker is right; if the whole fall of members was for the bill, "
        f"{leave} leave and take {loss} of fees with them in five years"
    )
    if value(gain) <= 0:
        return concluded(
            given, "does not hold", why + ": there is nothing to gain.", names, numbers
        )
    if value(loss) < value(gain):
        return concluded(given, "holds", why + ", which is less.", names, numbers)
    why += ", which is more: the published counts leave both open."
    return concluded(given, "cannot be decided", why, names, numbers)


@cache
def going_on_further() -> pd.DataFrame:
    """Return outcomes of the plan had it gone on, with and without joins and exits for the bill."""
    base = churn.with_classes(plan_of_the_model().scenario, *_CLASSES)
    rates = churn.exit_rates()
    response = churn.response_of(rates[rates["plan"] == "all"])
    pairs = [
        (strength, selection)
        for strength in (0.0, response.high, response.all_for_the_bill)
        for selection in (0.0, 1.0)
    ]
    alone = [
        churn.going_on(base, exit_response=strength, selection=selection, joins_share=0.0)
        for strength, selection in pairs
    ]
    # Where members leave more slowly than the counts fell, nobody joined: the same plan again.
    joined = [
        (strength, churn.going_on(base, exit_response=strength, selection=selection,
                                  joins_share=float(share)))
        for (strength, selection), share in zip(pairs, churn.joins_then(alone), strict=True)
        if share > 0
    ]  # fmt: skip
    frame = churn.outcome([*alone, *(plan for _, plan in joined)]).to_frame()
    frame["joins"] = [False] * len(alone) + [True] * len(joined)
    frame["exits"] = [strength > 0 for strength, _ in (*pairs, *joined)]
    return frame


@checks_assertion("A39")
def balance_of_the_bill(given: Assertion) -> Check:
    """Follow the plan had it gone on, with and without newcomers and exits for the bill."""
    figures_of(given)
    frame = going_on_further()
    bill = "bill_at_the_end_yuan_per_head"
    settled = frame["outcome"] == "settles"
    nobody = frame[~frame["joins"]]
    unmoved = nobody[~nobody["exits"]].iloc[0]
    start = of_the_model("bill of December 2021",
                         float(frame["bill_at_the_start_yuan_per_head"][0]),
                         "yuan")  # fmt: skip
    aged = of_the_model("bill after ten years, nobody joins or leaves for it", float(unmoved[bill]),
                        "yuan")  # fmt: skip
    drift = of_the_model("still rising in the last year by",
                         float(unmoved["balance_drift_share_per_year"]), "share")  # fmt: skip
    counts = [
        of_the_model(label, float(number), "runs")
        for label, number in (
            ("runs of the model", len(frame)),
            ("runs that settle", settled.sum()),
            ("runs that settle without newcomers", (settled & ~frame["joins"]).sum()),
            ("runs that collapse", (frame["outcome"] == "collapses").sum()),
        )
    ]
    low, high = (
        of_the_model(f"{word} bill of those that settle", float(number), "yuan")
        for word, number in (("least", frame.loc[settled, bill].min()),
                             ("highest", frame.loc[settled, bill].max()))
    )  # fmt: skip
    why = f"Of {counts[0]} runs of the model beyond 2021, {counts[1]} settle" + (
        f", at bills from {low} to {high}, "
        + (f"{counts[2]} of them" if value(counts[2]) else "none of them")
        + " without newcomers: a balance needs people who go on joining, which the speaker does "
        "not say. "
        if settled.any() and not settled.all()
        else ". "
    )
    why += (
        f"If nobody joins and none leave for the bill it comes from {start} to {aged} in ten "
        f"years, and still rises."
    )
    numbers = [start, aged, drift, *counts]
    if settled.any():
        numbers += [low, high]
    return concluded(given, judged(bool(settled.all()), bool(settled.any())), why, numbers)


def _by_age(under_20: float | None = None) -> pd.DataFrame:
    """Return what a head of each age and sex pays and may expect, without the fee."""
    pool = sharing.groups_of("critical", _LATE, under_20=under_20)
    return (
        sharing.expected_by_group(pool.groups)
        .to_frame()
        .rename(
            columns={
                "age_from_years": "age",
                "expected_benefit_yuan_per_head_and_year": "benefit",
                "expected_charge_yuan_per_head_and_year": "charge",
            }
        )
    )


@checks_assertion("A40")
def who_gives(given: Assertion) -> Check:
    """Compute what each age pays and may expect, by the table and the two benefits."""
    (boundary,) = figures_of(given)
    names = said(given, ("age", "years"))
    frame = _by_age()
    young = frame["age"] < boundary
    money = frame[["benefit", "charge"]].mul(frame["members"], axis=0)
    parts = [
        of_the_model(f"back for each yuan, {words} that age",
                     float(money["benefit"][who].sum() / money["charge"][who].sum()), "yuan")
        for who, words in ((young, "below"), (~young, "from"))
    ]  # fmt: skip
    by_age = money.groupby(frame["age"]).sum()
    gets = by_age.index[by_age["benefit"] > by_age["charge"]]
    gets_early = [age for age in gets if age < boundary]
    pays_late = [age for age in by_age.index.difference(gets) if age >= boundary]
    children = assumed("members under 20, many", _MANY_CHILDREN, "share")
    more = _by_age(_MANY_CHILDREN)
    early = more[more["age"] < boundary]
    among_many = of_the_model(
        "back for each yuan below that age, with so many children",
        float(
            (early["benefit"] * early["members"]).sum() / (early["charge"] * early["members"]).sum()
        ),
        "yuan",
    )
    numbers = [*parts, children, among_many]
    right = value(parts[0]) < 1 < value(parts[1])
    everywhere = right and not gets_early and not pays_late
    why = (
        f"Taken together those below {names[0]} may expect {parts[0]} for each yuan that they pay "
        f"in, and the others {parts[1]}"
        + (", so that the young do give. " if right else ". ")
    )  # fmt: skip
    if gets_early and pays_late:
        ends = [
            of_the_model("first of the younger who receives", float(gets_early[0]), "years"),
            of_the_model("last of the older who gives", float(pays_late[-1]), "years"),
        ]
        numbers += ends
        why += (
            f"But the benefit falls at {names[0]}: from {ends[0]} up to it members "
            f"receive more than they pay, and from {names[0]} to {ends[1]} they pay more than they "
            "receive."
        )
    why += (
        f" If {children} of the members were under 20, which nobody published, those below "
        f"{names[0]} would get back {among_many} for each yuan."
    )
    return concluded(given, judged(everywhere, right), why, names, numbers)
