"""Days, months and half-months: rates and spans of time."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from mutualaid import churn, history, rules
from mutualaid.assertions.base import MONTH, monthly_growth
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
from mutualaid.assertions.counted import SEVERAL, last_count, sharers
from mutualaid.assertions.declare import Assertion, Check, Number, checks_assertion
from mutualaid.periods import Period

_PER_MONTH = 2


@checks_assertion("A17")
def growth_a_second(given: Assertion) -> Check:
    """Work out the mean growth a second between two counts."""
    rate, members = figures_of(given)
    names = said(given, ("members a second", "people"), ("members", "people"))
    early = published("April 10, 2019", "membership/2019-04-10/critical/members", "people")
    count = published("May 16, 2019", "membership/2019-05-16/all/members", "people")
    later = published("June 27, 2019", "membership/2019-06-27/all/members", "people")

    def a_second(first: Number, last: Number) -> Number:
        days = [dt.date.fromisoformat(each.key.split("/")[1]) for each in (first, last)]
        seconds = (days[1] - days[0]).total_seconds()
        return derived(f"a second, {first.label} to {last.label}",
                       (value(last) - value(first)) / seconds, "people")  # fmt: skip

    before, after = a_second(early, count), a_second(count, later)
    right = about(members, value(count)) and about(rate, value(before), within=0.25)
    why = (
        f"In the five weeks before, the plan grew from {early} to {count}, or by {before} people "
        f"a second; in the six weeks after, by {after}. "
        + (
            "So it is about right."
            if right
            else f"A steady {names[0]} a second was far above both."
        )
    )
    return concluded(given, judged(right), why, names, [early, count, later, before, after])


@checks_assertion("A19", "A20")
def days_alive(given: Assertion) -> Check:
    """Count the days between two dates, with and without the first and the last."""
    first, last, length = given.figures
    names = said(given, ("first day", "date"), ("last day", "date"), ("days said", "days"))
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        raise TypeError(f"figures of {given.assertion} must be two dates and a number of days")
    if isinstance(length, dt.date):
        raise TypeError(f"days of {given.assertion} must be a number, got {length}")
    gap = (last - first).days
    ways = [
        derived("days from the first to the last", gap, "days"),
        derived("counting both", gap + 1, "days"),
        derived("counting neither", gap - 1, "days"),
    ]
    plans = rules.plan("insurance"), rules.plan("critical")
    ends = derived("end of the insurance", plans[0].last, "date")
    close = derived("end of the plan", plans[1].last, "date")
    printed = first == plans[0].first and last in (plans[0].last, plans[1].last)
    right = printed and length in (gap, gap + 1)
    on_condition = printed and length == gap - 1
    why = f"From {names[0]} to {names[1]} it is {ways[0]} days, {ways[1]} if both days count: "
    if right:
        why += f"{names[2]} is right, round as it looks."
    elif on_condition:
        why += f"{names[2]} is right only if neither the first nor the last day counts."
    else:
        why += f"{names[2]} is not, however one counts."
    return concluded(given, judged(right, on_condition), why, names, [*ways, ends, close])


def joins_counted() -> int:
    """Return how many published counts tell who joined in a span of time."""
    rows = history.table("membership")
    return int(rows["definition"].str.startswith("joined_in").sum())


@checks_assertion("A42")
def eight_months(given: Assertion) -> Check:
    """Subtract two counts, and ask what the difference is a count of."""
    before, after, left, months = figures_of(given)
    names = said(
        given, ("members in April 2021", "people"), ("members at the end", "people"),
        ("left, said", "people"), ("months", "months"),
    )  # fmt: skip
    rows = [sharers("2021-04-1", "all", "sharers in April 2021, all plans"), last_count()]
    net = derived("difference of the speaker's counts", before - after, "people")
    rate = derived("net fall a month", -monthly_growth(before, after, months * MONTH), "share")
    known = joins_counted()
    joins = derived("published counts of who joined meanwhile", known, "counts")
    right = about(left, before - after) and all(
        about(mine, value(row)) for mine, row in zip((before, after), rows, strict=True)
    )
    why = (
        f"The difference is {net}, {rate} of the members a month"
        + (", and both counts are printed" if right else f", not {names[2]}")
        + ". "
        + (
            "Who joined meanwhile is published too."
            if known
            else "But it is those who left less those who joined, and who joined nobody "
            "published: as a count of all who left it holds only if nobody joined."
        )
    )
    return concluded(
        given, judged(right and known > 0, right), why, names, [*rows, net, rate, joins]
    )


def monthly_falls() -> pd.DataFrame:
    """Return the net fall of all plans in people a month between counts, from the peak on."""
    rates = churn.exit_rates()
    rates = rates[rates["plan"] == "all"]
    falls = rates["members_first_people"] - rates["members_last_people"]
    frame = pd.DataFrame(
        {
            "first": rates["first"],
            "last": rates["last"],
            "people_a_month": falls / rates["half_months"] * _PER_MONTH,
        }
    )
    last = rates.iloc[-1]
    # The count of the closing notice is rounded, so that the rates leave it out.
    span = Period.parse("2021-12-2") - Period.parse(str(last["last"]))
    end = (float(last["members_last_people"]) - value(last_count())) / span * _PER_MONTH
    frame.loc[len(frame)] = [last["last"], "2021-12-2", end]
    return frame


def mean_fall(first: Number, last: Number, half_months: int) -> float:
    """Return the mean net fall of a half-month between two counts, in people."""
    return (value(first) - value(last)) / half_months


@checks_assertion("A43")
def million_a_month(given: Assertion) -> Check:
    """Work out the mean net fall of a month in 2021, a least bound of who left."""
    (month,) = figures_of(given)
    names = said(given, ("leave in a month, said", "people"))
    first = sharers("2021-01-1", "all", "sharers in January 2021, all plans")
    last = last_count()
    halves = Period.parse("2021-12-2") - Period.parse("2021-01-1")
    mean = derived(
        "mean net fall of a month", mean_fall(first, last, halves) * _PER_MONTH, "people"
    )
    falls = monthly_falls()
    in_year = falls[falls["last"] >= "2021-02"]["people_a_month"]
    least = derived("least of the spans between counts", float(in_year.min()), "people")
    times = derived("net fall over what was said", value(mean) / month, "times")
    right = about(month, value(mean), within=0.2)
    why = (
        f"From {first} in January 2021 to {last} at the end it was {mean} a month, and never "
        f"less than {least} between two counts"
        + (", as was said." if right else f": {times} times {names[0]}, and those who joined "
           "hide as many more who left.")
    )  # fmt: skip
    return concluded(given, judged(right), why, names, [first, last, mean, least, times])


@checks_assertion("A44")
def million_a_notice(given: Assertion) -> Check:
    """Work out the mean net fall of a notice late in 2021, by both series of counts."""
    (notice,) = figures_of(given)
    names = said(given, ("left after a notice, more than", "people"))
    early = sharers("2021-08-1", "all", "sharers in August 2021, all plans")
    last = last_count()
    spring = sharers("2021-04-2", "critical", "sharers in April 2021, critical plan")
    autumn = sharers("2021-12-1", "critical", "sharers in December 2021, critical plan")
    all_plans = derived(
        "mean net fall of a notice, all plans",
        mean_fall(early, last, Period.parse("2021-12-2") - Period.parse("2021-08-1")),
        "people",
    )
    critical = derived(
        "mean net fall of a notice, critical plan",
        mean_fall(spring, autumn, Period.parse("2021-12-1") - Period.parse("2021-04-2")),
        "people",
    )
    means = sorted((value(all_plans), value(critical)))
    numbers = [early, last, all_plans, spring, autumn, critical]
    why = (
        f"The counts make a mean net fall of {all_plans} for each notice since August 2021 in all "
        f"plans, and of {critical} since April in the critical-illness plan alone. "
    )
    if means[0] > notice:
        return concluded(given, "holds", why + f"Both are more than {names[0]}.", names, numbers)
    if means[1] < 0.95 * notice:
        return concluded(given, "does not hold", why + f"Neither comes near {names[0]}.", names,
                         numbers)  # fmt: skip
    why += (
        ("They lie on both sides of" if means[0] <= notice < means[1] else "They come near")
        + f" {names[0]}, no two counts of the last notices follow each other, and who joined is "
        "not published."
    )
    return concluded(given, "cannot be decided", why, names, numbers)


@checks_assertion("A45")
def several_million_a_month(given: Assertion) -> Check:
    """Work out the net fall of each span for which two counts are known."""
    figures_of(given)
    falls = monthly_falls()
    people = falls["people_a_month"]
    top = sharers("2020-11-1", "all", "sharers at the peak, all plans")
    last = last_count()
    halves = Period.parse("2021-12-2") - Period.parse("2020-11-1")
    mean = derived("mean net fall of a month", mean_fall(top, last, halves) * _PER_MONTH, "people")
    least = derived("least of the spans between counts", float(people.min()), "people")
    most = derived("highest of the spans between counts", float(people.max()), "people")
    low = assumed("several million, at least", SEVERAL * 1e6, "people")
    high = assumed("several million, as most would read it", 1.5 * SEVERAL * 1e6, "people")
    spans = [
        derived("spans between counts", len(people), "spans"),
        *(
            derived(f"spans that reach {words}", int((people >= value(least)).sum()), "spans")
            for words, least in (("the lower", low), ("the higher", high))
        ),
    ]
    right = value(least) >= value(high)
    on_condition = value(mean) >= value(low)
    why = (
        f"Since the peak the net fall was {mean} a month, from {least} to {most} between counts. "
        + (
            "So several million is right."
            if right
            else f"So it holds only if {low} are called several, which {spans[1]} of {spans[0]} "
            f"spans reach; {high} are reached in {spans[2]}, and who joined, which would add to "
            "those who left, is not published."
            if on_condition
            else f"So not even {low} left in a month."
        )
    )
    return concluded(
        given, judged(right, on_condition), why, [top, last, mean, least, most, low, high, *spans]
    )


@checks_assertion("A57")
def cap_of_a_year(given: Assertion) -> Check:
    """Look for which years a cap was promised, and whether any year passed it."""
    (cap,) = figures_of(given)
    names = said(given, ("most in a year", "yuan"))
    key = "plans/critical/cap_year/{}-01-01".format
    terms = history.plan_terms().set_index("key")["status"]
    years = (2019, 2020, 2021)
    bills = [published(f"bills of {year}", f"annual/{year}/critical/share", "yuan")
             for year in years]  # fmt: skip
    promised = [
        published(f"cap promised for {year}", key(year), "yuan")
        for year in years
        if terms.get(key(year)) == "used"
    ]
    count = derived("years with a promised cap", len(promised), "years")
    highest = max(bills, key=value)
    kept = value(highest) <= cap and all(value(each) == cap for each in promised)
    why = (
        f"No year passed it: the dearest came to {highest}. "
        if value(highest) <= cap
        else f"A year came to {highest}. "
    ) + (
        f"{names[0]} was promised for each of the {count} years."
        if len(promised) == len(years)
        else f"But it was promised for {count} of the three years alone, "
        f"{' and '.join(each.label[-4:] for each in promised)}; for the others it was a forecast "
        "or nothing."
        if promised
        else "No cap was promised."
    )
    everywhere = kept and len(promised) == len(years)
    return concluded(
        given, judged(everywhere, kept and bool(promised)), why, names,
        [*bills, *promised, count],
    )  # fmt: skip


@checks_assertion("A58")
def first_month(given: Assertion) -> Check:
    """Count the days from the opening to the first count as high as was said."""
    months, members = figures_of(given)
    names = said(given, ("months", "months"), ("joined", "people"))
    rows = history.table("membership")
    rows = rows[
        (rows["plan"] == "critical")
        & (rows["definition"] == "members")
        & (rows["status"] == "used")
        & (rows["value"] >= members)
        & (rows["date"].str.len() == len("2018-11-19"))
    ].sort_values("date")
    opened = derived("opening", rules.plan("insurance").first, "date")
    if rows.empty:
        why = f"Since the opening on {opened} no count of members came to {names[1]}."
        return concluded(given, "does not hold", why, names, [opened])
    date = str(rows["date"].iloc[0])
    count = published("first count as high", f"membership/{date}/critical/members", "people")
    day = derived("day of that count", dt.date.fromisoformat(date), "date")
    days = (dt.date.fromisoformat(date) - rules.plan("insurance").first).days
    span = derived("days to it", days, "days")
    rate = derived("joined in a second", value(count) / (days * 86_400), "people")
    right = days <= 31 * months
    nearly_so = days <= 1.15 * 31 * months
    why = (
        f"From the opening on {opened} to the count of over {count} on {day} it was {span} days: "
        + (
            "right, as unlikely as it looks. "
            if right
            else "unlikely as it looks it holds, if so many days are called a month; the count was "
            "over that number, so that it may have been reached before. "
            if nearly_so
            else "more than was said. "
        )
        + f"That is {rate} people a second."
    )
    return concluded(given, judged(right, nearly_so), why, names, [opened, count, day, span, rate])
