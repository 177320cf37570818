"""The plan once more, one member after the other in plain loops, for tests and the benchmark.

It shares no code with the package but the scenario; terms, delays and factors are those of the
plain loops over groups (``churn_reference``). Caps are left out.
"""

import math
import random
from fractions import Fraction

from churn_reference import (
    CLASSES,
    day_of,
    delay_chances,
    select,
    share_of_benefit,
    terms_on,
    tilt,
    time_factor,
)


def half_up(amount):
    return math.floor(amount + Fraction(1, 2))


def simulate_plainly(scenario, seed):
    """Return a dict for each period, one for each member, and one for each case."""
    s, draw = scenario, random.Random(seed)
    count = len(s.periods)
    entry = ("wait", s.waiting) if s.waiting else ("class", 0)
    kinds = [
        (age, sex, raised)
        for age in range(60)
        for sex in (0, 1)
        for raised in (False, True)
        if s.age_mix[age] > 0
    ]
    weights = [
        s.age_mix[age]
        * (s.men if sex == 0 else 1 - s.men)
        * (s.raised_share if raised else 1 - s.raised_share)
        for age, sex, raised in kinds
    ]
    onward = min(1.0, CLASSES / (s.select_years * 24))
    everyone, healthy, notices, cases, rows = [], [], [[] for _ in range(count)], [], []
    pending = carried = 0
    for now, period in enumerate(s.periods):
        at_diagnosis = terms_on(s.rules_on or day_of(period))
        light_worth = math.nan
        if "benefit_light_thyroid_cancer" in at_diagnosis:
            light_worth = at_diagnosis.number("benefit_light_thyroid_cancer")
        claim = 1 - s.light_share if light_worth == 0 else 1.0
        younger, older = (
            at_diagnosis.number(item) if said is None else said
            for said, item in (
                (s.benefit_younger, "benefit_to_39"),
                (s.benefit_older, "benefit_40_to_59"),
            )
        )
        yearly = s.plan_ratio * time_factor(s, period) / 24
        known = {}

        def chances(who, known=known, yearly=yearly, claim=claim):
            key = (who["age"], who["sex"], who["raised"], who["tenure"])
            if key not in known:
                rate = s.incidence[who["sex"]][who["age"]] * yearly
                ill = rate * (1 - s.accident_share) * claim * select(s, who["tenure"])
                if who["tenure"][0] == "wait" and not s.waiting_ends:
                    ill = 0.0
                known[key] = (
                    ill * (s.raised_factor if who["raised"] else 1.0),
                    rate * s.accident_share,
                )
            return known[key]

        row = dict.fromkeys(
            ("aged", "path", "ended", "left_base", "left_bill", "diagnosed", "accidents_waiting"), 0
        )

        def goes(who, cause, last, now=now):
            who |= {"end": cause, "when": now, "last": last}

        # 1: a birthday, by luck.
        stays = []
        for who in healthy:
            if s.ageing and now and draw.random() < 1 / 24:
                who["age"] += 1
                if who["age"] == 60:
                    goes(who, "turned 60", now - 1)
                    row["aged"] += 1
                    continue
            stays.append(who)
        healthy = stays

        # 2: joins, or leave as the path falls.
        if s.members is None or now >= len(s.members):
            joins = round(s.joins[now])
        else:

            def ends(who, chances=chances):
                return chances(who)[0] if who["tenure"][0] == "wait" else 0.0

            gap = s.members[now] - pending - sum(1 - ends(who) for who in healthy)
            adds = 0.0
            for (age, sex, raised), weight in zip(kinds, weights, strict=True):
                new = {"age": age, "sex": sex, "raised": raised, "tenure": entry}
                adds += weight * (1 - ends(new))
            joins = max(round(gap / adds), 0)
            if gap < 0:

                def pull(who):
                    return tilt(s, (who["age"], 0, who["raised"], 0))

                all_pull = sum((1 - ends(who)) * pull(who) for who in healthy)
                stays = []
                for who in healthy:
                    if draw.random() < -gap / all_pull * pull(who):
                        goes(who, "path", now - 1)
                        row["path"] += 1
                    else:
                        stays.append(who)
                healthy = stays
        for age, sex, raised in draw.choices(kinds, weights, k=joins):
            who = {
                "age": age, "sex": sex, "raised": raised, "tenure": entry, "joined": now,
                "age_at_joining": age, "first": now, "last": count - 1, "end": "member",
            }  # fmt: skip
            everyone.append(who)
            healthy.append(who)

        # 3 and 4: who falls ill or is hurt, and when it is published.
        mean = s.delay_mean
        if s.delay_first is not None:
            mean += (s.delay_first - mean) * math.exp(-now / s.delay_settles)
        mean *= 1 + s.delay_load * pending / 1000
        delays = delay_chances(mean, s.delay_shape, s.delay_longest)
        stays = []
        for who in healthy:
            ill, hurt = chances(who)
            luck = draw.random()
            if luck >= ill + hurt:
                stays.append(who)
                continue
            waits = who["tenure"][0] == "wait"
            if luck < ill and waits:
                goes(who, "ended while waiting", now - 1)
                row["ended"] += 1
                continue
            full = younger if who["age"] < 40 else older
            kind = "accident" if luck >= ill else "severe"
            if kind == "severe" and light_worth != 0 and draw.random() < s.light_share:
                kind = "light"
                full = full if math.isnan(light_worth) else light_worth
            benefit = half_up(Fraction(full * share_of_benefit(s, who["tenure"])) * 100)
            row["diagnosed"] += 1
            row["accidents_waiting"] += waits
            delay = draw.choices(range(len(delays)), delays)[0]
            case = {
                "member": who, "age": who["age"], "illness": kind, "benefit": benefit,
                "since": now - who["joined"], "diagnosed": now,
            }  # fmt: skip
            cases.append(case)
            who["end"] = "pending"
            if now + delay < count:
                notices[now + delay].append(case)
            pending += 1
        healthy = stays

        # 5: the bill, shared by all who are in the plan.
        members = len(healthy) + pending
        benefits = sum(case["benefit"] for case in notices[now])
        rate = terms_on(s.rules_on or period.notice_day).number("administration_fee")
        rate = Fraction(str(float(rate if s.fee is None else s.fee)))
        fee = half_up(benefits * rate)
        need = max(benefits + fee - carried, 0)
        share = -(-need // members) if members else 0
        surplus = carried + share * members - benefits - fee
        row |= {
            "members": members, "joins": joins, "helped": len(notices[now]), "benefits": benefits,
            "fee": fee, "bill": share, "carried_in": carried, "carried_out": surplus,
            "exposed": row["diagnosed"] - row["accidents_waiting"]
            + sum(who["tenure"][0] == "class" for who in healthy),
        }  # fmt: skip
        carried = surplus

        # 6 and 7: those helped leave, and others, the bill being paid.
        for case in notices[now]:
            goes(case["member"], "helped", now)
        pending -= len(notices[now])
        row["pending"] = pending
        own = share / 100
        if s.exit_bill is not None and not math.isnan(s.exit_bill[now]):
            own = s.exit_bill[now]
        excess = max(own - s.exit_reference, 0.0)
        stays = []
        for who in healthy:
            if draw.random() < s.exit_base:
                goes(who, "left", now)
                row["left_base"] += 1
                continue
            if excess and s.exit_response:
                pull = tilt(s, (who["age"], 0, who["raised"], 0))
                if draw.random() < 1 - math.exp(-s.exit_response * excess * pull):
                    goes(who, "left for the bill", now)
                    row["left_bill"] += 1
                    continue
            kind, place = who["tenure"]
            if kind == "wait":
                who["tenure"] = ("wait", place - 1) if place > 1 else ("class", 0)
            elif place < CLASSES and draw.random() < onward:
                who["tenure"] = ("class", place + 1)
            stays.append(who)
        healthy = stays
        rows.append(row)
    paid = [0]
    for row in rows:
        paid.append(paid[-1] + row["bill"])
    for who in everyone:
        who["charged"] = paid[who["last"] + 1] - paid[who["first"]]
    return rows, everyone, cases
