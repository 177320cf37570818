"""The plan over time once more: plain loops over groups of people, for tests and the benchmark.

It shares no code with the engine but the scenario itself, and reads the terms day by day. It
follows the order of DESIGN: age, join, fall ill, publish, bill, help, leave.
"""

import datetime as dt
import math
from itertools import pairwise

from scipy.stats import gamma

from mutualaid import rules

CLASSES = 4  # through which the select effect wears off


def day_of(period):
    return dt.date(period.year, period.month, 1 if period.half == 1 else 16)


def terms_on(day):
    # A plan that was never closed keeps the terms of its last day.
    opened, day = dt.date(2018, 11, 27), min(day, dt.date(2022, 1, 28))
    return rules.plan("critical" if day >= opened else "insurance").on(day)


def delay_chances(mean, shape, longest):
    if mean == 0:
        return [1.0]
    below = [gamma.cdf(d + 0.5, shape, scale=mean / shape) for d in range(longest)] + [1.0]
    return [below[0]] + [later - earlier for earlier, later in pairwise(below)]


def time_factor(scenario, period):
    factor = math.exp(scenario.trend_per_year * (period - scenario.first) / 24)
    if scenario.dip_first is None:
        return factor
    length = scenario.dip_last - scenario.dip_first + 1
    if scenario.dip_first <= period <= scenario.dip_last:
        return factor * (1 - scenario.dip_share)
    if scenario.dip_last < period <= scenario.dip_last + length:
        return factor * (1 + scenario.dip_share * scenario.dip_recovered)
    return factor


def select(scenario, tenure):
    """Return the factor on illness: ("wait", k) or ("class", j)."""
    kind, place = tenure
    if kind == "class" and place == CLASSES:
        return 1.0
    middle = 0 if kind == "wait" else (place + 0.5) / CLASSES
    return scenario.select_factor + (1 - scenario.select_factor) * middle


def share_of_benefit(scenario, tenure):
    """Return what is paid of a benefit: ("wait", k) or ("class", j)."""
    kind, place = tenure
    if kind == "wait":
        return scenario.benefit_start
    way = 1.0 if place == CLASSES else (place + 0.5) / CLASSES
    return scenario.benefit_start * (1 - way) + way


def tilt(scenario, group):
    age, _, raised, _ = group
    return math.exp(scenario.exit_age_slope * (age - 35) / 10) * (
        scenario.exit_raised_factor if raised else 1.0
    )


def reference(scenario):
    """Return a list of one dict for each period."""
    people = {}  # (age, sex, raised, tenure) -> people
    notices = {}  # index of a notice -> [(people, yuan)]
    held = carried = paid = 0.0
    entry = ("wait", scenario.waiting) if scenario.waiting else ("class", 0)
    newcomers = {
        (age, sex, raised, entry): scenario.age_mix[age]
        * (scenario.men if sex == 0 else 1 - scenario.men)
        * (scenario.raised_share if raised else 1 - scenario.raised_share)
        for age in range(60)
        for sex in (0, 1)
        for raised in (False, True)
    }
    newcomers = {group: share for group, share in newcomers.items() if share > 0}
    result = []
    for now, period in enumerate(scenario.periods):
        at_diagnosis = terms_on(scenario.rules_on or day_of(period))
        at_notice = terms_on(scenario.rules_on or period.notice_day)
        # 1: age. One in 24 of each age; who turns 60 leaves.
        aged = 0.0
        if scenario.ageing:
            older = {}
            for (age, *rest), count in people.items():
                older[(age, *rest)] = older.get((age, *rest), 0.0) + count * 23 / 24
                if age == 59:
                    aged += count / 24
                else:
                    older[(age + 1, *rest)] = older.get((age + 1, *rest), 0.0) + count / 24
            people = older

        # What happens to one of a group in this period.
        light_worth = math.nan
        if "benefit_light_thyroid_cancer" in at_diagnosis:
            light_worth = at_diagnosis.number("benefit_light_thyroid_cancer")
        claim = 1 - scenario.light_share if light_worth == 0 else 1.0
        yearly = scenario.plan_ratio * time_factor(scenario, period)

        def ill(group, yearly=yearly, claim=claim):
            age, sex, raised, tenure = group
            chance = scenario.incidence[sex][age] * yearly / 24 * (1 - scenario.accident_share)
            chance *= claim * select(scenario, tenure)
            return chance * (scenario.raised_factor if raised else 1.0)

        def hurt(group, yearly=yearly):
            age, sex, _, _ = group
            return scenario.incidence[sex][age] * yearly / 24 * scenario.accident_share

        def ends(group, ill=ill):
            return ill(group) if group[3][0] == "wait" and scenario.waiting_ends else 0.0

        # 2: join, or leave as the path falls.
        path = 0.0
        if scenario.members is None or now >= len(scenario.members):
            joins = scenario.joins[now]
        else:
            there = held + sum(n * (1 - ends(group)) for group, n in people.items())
            gap = scenario.members[now] - there
            joins = max(gap, 0.0) / sum(
                share * (1 - ends(group)) for group, share in newcomers.items()
            )
            if gap < 0:
                weight = sum(
                    n * (1 - ends(group)) * tilt(scenario, group) for group, n in people.items()
                )
                for group in people:
                    out = people[group] * tilt(scenario, group) * -gap / weight
                    path += out
                    people[group] -= out
        for group, share in newcomers.items():
            people[group] = people.get(group, 0.0) + joins * share

        # 3 and 4: diagnoses, and the notices in which they will be published.
        mean = scenario.delay_mean
        if scenario.delay_first is not None:
            mean += (scenario.delay_first - mean) * math.exp(-now / scenario.delay_settles)
        mean *= 1 + scenario.delay_load * held / 1000
        chances = delay_chances(mean, scenario.delay_shape, scenario.delay_longest)
        younger, older = (
            at_diagnosis.number(item) if said is None else said
            for said, item in (
                (scenario.benefit_younger, "benefit_to_39"),
                (scenario.benefit_older, "benefit_40_to_59"),
            )
        )
        ended = diagnosed = worth = accidents_waiting = exposed = 0.0
        for group, count in people.items():
            full = younger if group[0] < 40 else older
            accident = count * hurt(group)
            illness = 0.0
            if group[3][0] == "wait":
                ended += count * ends(group)
                accidents_waiting += accident
            else:
                exposed += count
                illness = count * ill(group)
            light = 0.0 if light_worth == 0 else illness * scenario.light_share
            diagnosed += illness + accident
            paid_share = share_of_benefit(scenario, group[3])
            worth += (illness - light + accident) * full * paid_share
            worth += light * (full if math.isnan(light_worth) else light_worth) * paid_share
            people[group] = count - illness - accident - count * ends(group)
        for delay, chance in enumerate(chances):
            notices.setdefault(now + delay, []).append((diagnosed * chance, worth * chance))
        helped = sum(n for n, _ in notices[now])
        benefits = sum(yuan for _, yuan in notices[now])
        held += diagnosed
        members = sum(people.values()) + held

        # 5: the bill.
        if period.month == 1 and period.half == 1:
            paid = 0.0
        rate = at_notice.number("administration_fee") if scenario.fee is None else scenario.fee
        fee = benefits * rate
        due = benefits + fee - carried
        share = max(due, 0.0) / members if members else 0.0
        surplus = 0.0
        if scenario.rounding:
            share = math.ceil(share / scenario.rounding - 1e-9) * scenario.rounding
            surplus = share * members - due
        case = scenario.cap_per_case
        case = at_notice.number("cap_per_case") if case is None else case
        year = scenario.cap_per_year
        if year is None:
            year = at_notice.number("cap_year") if "cap_year" in at_notice else math.inf
        bill = min(
            share, case * helped if helped else 0.0, scenario.cap_per_period, max(year - paid, 0.0)
        )
        paid += bill

        # Healthy members pay by their ages; the others, of unknown age, pay the mean.
        healthy = sum(people.values())
        mean_share = scenario.share_by_age[0]
        if len(set(scenario.share_by_age)) > 1:
            mean_share = sum(n * scenario.share_by_age[age] for (age, *_), n in people.items())
            mean_share = mean_share / healthy if healthy else 0.0

        # 6 and 7: those helped leave, and others, the bill being paid.
        held -= helped
        left_base = left_bill = 0.0
        for group, count in people.items():
            own = bill
            if scenario.exit_bill is not None and not math.isnan(scenario.exit_bill[now]):
                own = scenario.exit_bill[now]
            if mean_share > 1e-100 * max(scenario.share_by_age):
                own *= scenario.share_by_age[group[0]] / mean_share
            excess = max(own - scenario.exit_reference, 0.0)
            base = count * scenario.exit_base
            reply = 1 - math.exp(-scenario.exit_response * excess * tilt(scenario, group))
            left_base += base
            left_bill += (count - base) * reply
            people[group] = (count - base) * (1 - reply)
        result.append(
            {
                "members": members, "joins": joins, "aged": aged, "path": path, "ended": ended,
                "left_base": left_base, "left_bill": left_bill, "diagnosed": diagnosed,
                "accidents_waiting": accidents_waiting, "exposed": exposed, "pending": held,
                "helped": helped, "incurred": worth, "benefits": benefits, "fee": fee,
                "carried_in": carried,
                "carried_out": surplus, "sponsor": (share - bill) * members, "bill": bill,
                "mean_share": mean_share,
                "arrears": bill * members * scenario.arrears_share,
                "collected": bill * members * (1 - scenario.arrears_share),
            }
        )  # fmt: skip
        carried = surplus

        # A half-month of waiting passes; the select effect wears off.
        onward = min(1.0, CLASSES / (scenario.select_years * 24))
        later = {}
        for (*who, (kind, place)), count in people.items():
            if kind == "wait":
                goes = {("wait", place - 1) if place > 1 else ("class", 0): 1.0}
            elif place == CLASSES:
                goes = {("class", CLASSES): 1.0}
            else:
                goes = {("class", place): 1 - onward, ("class", place + 1): onward}
            for tenure, part in goes.items():
                group = (*who, tenure)
                later[group] = later.get(group, 0.0) + count * part
        people = later
    return result
