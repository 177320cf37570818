"""Who is counted: jurors, sharers, enrollments and people, one plan and all plans."""

from __future__ import annotations

from mutualaid import history
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
from mutualaid.assertions.declare import Assertion, Check, Number, checks_assertion
from mutualaid.history import helped_per_million

#: The least that "several" can mean.
SEVERAL = 2.0


def sharers(label: str, plan: str, words: str) -> Number:
    """Return the sharers of one notice."""
    return published(words, f"notices/{label}/{plan}/sharers", "people")


def last_count() -> Number:
    """Return the members of all plans at the end."""
    return published("members at the end, all plans", "membership/2021-12-28/all/members", "people")


@checks_assertion("A25")
def unhappy_after_a_vote(given: Assertion) -> Check:
    """Take the losing share of those who vote, and not of all members."""
    won, lost, members = figures_of(given)
    names = said(given, ("for", "share"), ("against", "share"), ("members said", "people"))
    product = derived("the losing share of them", lost * members, "people")
    jurors = published("jurors", "profile/jurors/2021/number/all", "people")
    votes = published(
        "votes in the first case", "profile/jurors/2019-03/first_case/votes", "people"
    )
    of_votes = derived("the losing share of those votes", lost * value(votes), "people")
    right = about(won + lost, 1, within=1e-6) and members <= value(jurors)
    why = f"{names[1]} of {names[2]} are {product}, " + (
        f"and no more than the {jurors} jurors can vote. "
        if right
        else f"but only jurors vote, {jurors} in all, and not every member. "
    )
    why += f"In the first case {votes} votes were cast; such a share of them is {of_votes}."
    return concluded(given, judged(right), why, names, [product, jurors, votes, of_votes])


@checks_assertion("A29")
def fall_of_a_year(given: Assertion) -> Check:
    """Subtract two counts, and look whether both are of the same plans."""
    before, after, fall = figures_of(given)
    names = said(given, ("June 2020", "people"), ("June 2021", "people"), ("fall said", "people"))
    rows = [
        sharers("2020-06-1", "all", "sharers in June 2020, all plans"),
        sharers("2021-06-1", "all", "sharers in June 2021, all plans"),
    ]
    gap = derived("difference", before - after, "people")
    share = derived("fall as a share", (before - after) / before, "share")
    counts = all(about(mine, value(row), within=1e-6)
                 for mine, row in zip((before, after), rows, strict=True))  # fmt: skip
    right = counts and about(fall, before - after, within=1e-6)
    why = (
        f"The difference is {gap}, {share} of the sharers"
        + (", to the last person as was said" if right else f", and {names[2]} was said")
        + (
            ", and both counts are of all plans: right on both points."
            if counts
            else f"; the notices give {rows[0]} and {rows[1]}."
        )
    )
    return concluded(given, judged(right), why, names, [*rows, gap, share])


@checks_assertion("A30")
def helped_then_and_now(given: Assertion) -> Check:
    """Put people helped on members, and look which plan the published count is of."""
    first, many, later, fewer = figures_of(given)
    names = said(
        given, ("helped at first", "people"), ("members at first", "people"),
        ("helped in April 2021", "people"), ("members in April 2021", "people"),
    )  # fmt: skip
    rates = [
        derived(f"a million and year, {words}", helped_per_million(helped, of), "people")
        for words, helped, of in (("at first", first, many), ("in April 2021", later, fewer))
    ]
    ratio = derived("rise of the rate", value(rates[1]) / value(rates[0]), "times")
    critical = published("helped in April 2021, critical plan", "notices/2021-04-2/critical/helped",
                         "people")  # fmt: skip
    year = published("helped in 2021, all plans", "annual/2021/all/helped", "people")
    mean = derived("mean notice of 2021, all plans", value(year) / 24, "people")
    notices = history.notices()
    rows = notices[
        notices["notice"].str.startswith("2021-04")
        & (notices["plan"] == "all")
        & (notices["quantity"] == "helped")
        & (notices["status"] == "used")
    ]
    count = derived("published counts of all plans in April 2021", len(rows), "counts")
    numbers = [*rates, ratio, critical, year, mean, count]
    words = f"By these figures the rate rose {ratio} times, more than the counts alone. "
    if value(critical) >= later:
        verdict, why = "holds", words + f"The critical-illness plan alone helped {critical}."
    elif len(rows):
        most = float(rows["value"].max())
        numbers.append(derived("highest count in April 2021, all plans", most, "people"))
        verdict = judged(most >= later)
        why = words + f"A notice of all plans helped {numbers[-1]}."
    else:
        verdict = "cannot be decided"
        why = words + (
            f"In April 2021 a notice helped {critical} in the critical-illness plan, and no count "
            f"of all plans is published; their mean notice of that year helped {mean}, so that "
            f"{names[2]} can neither be confirmed nor ruled out."
        )
    return concluded(given, verdict, why, names, numbers)


@checks_assertion("A36")
def share_of_the_population(given: Assertion) -> Check:
    """Divide people, doubles removed, by the population."""
    people, population, share = figures_of(given)
    names = said(given, ("members of plans", "people"), ("population", "people"),
                 ("share said", "share"))  # fmt: skip
    ratio = derived("share", people / population, "share")
    row = published("people, doubles removed", "industry/2019-12-31/people", "people")
    right = about(people, value(row)) and about(share, people / population, within=0.1)
    why = f"{names[0]} are {ratio} of {names[1]}" + (
        ", about as was said. " if right else f"; {names[2]} was said. "
    )
    why += f"The source of the count removed doubles and found {row}, so that it is of people."
    return concluded(given, judged(right), why, names, [ratio, row])


@checks_assertion("A37")
def enrollments_as_people(given: Assertion) -> Check:
    """Divide enrollments by the population, and then people."""
    joined, population, part, whole = figures_of(given)
    names = said(
        given, ("enrollments said as people", "people"), ("population", "people"),
        ("at least", "people"), ("in every", "people"),
    )  # fmt: skip
    ratio = derived("enrollments over population", joined / population, "share")
    row = published("enrollments, May 2020", "industry/2020-05-31/enrollments", "people")
    people = published("people, doubles removed, end of 2019", "industry/2019-12-31/people",
                       "people")  # fmt: skip
    share = derived("people over population", value(people) / population, "share")
    each = derived("enrollments for each person", value(row) / value(people), "times")
    right = value(share) >= part / whole
    why = (
        f"{names[0]} are {ratio} of {names[1]}, but they are enrollments, and who is in two plans "
        f"counts twice. Five months before, {people} people were found with doubles removed, "
        f"{share}" + ("." if right else f": less than {names[2]} in {names[3]}.")
    )
    return concluded(given, judged(right), why, names, [ratio, row, people, share, each])


@checks_assertion("A47")
def left_since_the_peak(given: Assertion) -> Check:
    """Subtract from the speaker's peak, and from the published one."""
    peak, end, left = figures_of(given)
    names = said(given, ("peak, at least", "people"), ("members at the end", "people"),
                 ("left, at least", "people"))  # fmt: skip
    own = derived("difference of the speaker's figures", peak - end, "people")
    top = published("published peak, all plans", "notices/2020-11-1/all/sharers", "people")
    last = last_count()
    net = derived("net fall since the peak", value(top) - value(last), "people")
    right = value(top) >= peak and about(end, value(last)) and value(net) >= left
    why = (
        f"The speaker's own figures leave {own}, "
        + ("too few; but " if right and value(own) < left else "and ")
        + f"from the published peak of {top} the fall is {net}: "
        + (
            f"more than {names[2]} is right, and a safe bound, as those who joined hide as many "
            "who left."
            if right
            else f"less than {names[2]}."
        )
    )
    return concluded(given, judged(right), why, names, [own, top, last, net])


@checks_assertion("A49")
def fall_of_2021(given: Assertion) -> Check:
    """Subtract two counts, and look which plan each is of."""
    before, after, fall = figures_of(given)
    names = said(given, ("start of 2021", "people"), ("end of 2021", "people"),
                 ("nearly, said", "people"))  # fmt: skip
    gap = derived("difference", before - after, "people")
    early = sharers("2020-12-1", "critical", "sharers in December 2020, critical plan")
    late = sharers("2021-12-1", "critical", "sharers in December 2021, critical plan")
    net = derived("fall of the critical plan in that year", value(early) - value(late), "people")
    right = about(after, value(late)) and nearly(fall, before - after)
    why = (
        f"The difference of the two figures is {gap}"
        + (", as was said. " if right else f", which is well above {names[2]} and not nearly it. ")
        + f"Both fit the critical-illness plan, which fell by {net} from December to December."
    )
    return concluded(given, judged(right), why, names, [gap, early, late, net])


@checks_assertion("A52")
def people_helped(given: Assertion) -> Check:
    """Compare with the count of the last notice."""
    figures_of(given)
    row = published("helped to the last notice", "annual/..2022-01-21/all/helped", "people")
    least = assumed("least for several million", SEVERAL * 1e6, "people")
    ever = published("ever joined", "membership/2021-12-29/all/ever_joined", "people")
    short = derived("several million over those helped", value(least) / value(row), "times")
    right = value(row) >= value(least)
    why = f"The last notice counts {row} people helped" + (
        ", as was said." if right else f"; {least} would be {short} times as many. What runs to "
        f"many millions is those who ever joined, over {ever}."
    )  # fmt: skip
    return concluded(given, judged(right), why, [row, least, ever, short])
