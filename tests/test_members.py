"""One member at a time: laws on drawn plans, certain plans by hand, and two other ways beside it.

Incidence is drawn far above the true one too: at the true one a small plan never has a case. The
other ways are plain loops over members, which share no code, and the expected numbers.
"""

import io
import json
import math
import threading
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from churn_reference import terms_on
from hypothesis import given, settings
from hypothesis import strategies as st
from members_reference import simulate_plainly
from scipy import stats
from test_churn_project import CALM, NO_CAPS, drawn, only, tiny

from mutualaid.churn import Scenario, project
from mutualaid.members import (
    CAUSES,
    ILLNESSES,
    Simulation,
    check_books,
    check_charges,
    check_people,
    show_progress,
    simulate,
    simulate_many,
)
from mutualaid.members.counts import FEN, PEOPLE
from mutualaid.members.histories import shuffled
from mutualaid.periods import PER_YEAR, Period
from mutualaid.sharing import plant_fault

#: A small plan in which money moves: a ten-thousandth of the true one, thirty times as ill.
SMALL = Scenario(plan_ratio=30.0, select_factor=0.5, raised_share=0.2, arrears_share=0.1)
SCALE = 1e-4


def small(**changes):
    return simulate(replace(SMALL, **changes), 7, members_scale=SCALE)


@st.composite
def little(draw, periods=14, most=60, **fixed):
    joins = draw(st.lists(st.integers(0, most), min_size=periods, max_size=periods))
    said = {
        "joins": joins, "share_by_age": np.ones(60),
        "delay_load": draw(st.sampled_from([0.0, 50.0])),
        # Caps that bind at times: those of the plan always do in a plan so small.
        "cap_per_case": draw(st.sampled_from([math.inf, math.inf, 5_000.0, None])),
        "cap_per_period": draw(st.sampled_from([math.inf, math.inf, 20_000.0])),
        "cap_per_year": draw(st.sampled_from([math.inf, 50_000.0, None])),
    }  # fmt: skip
    return draw(drawn(periods=periods, **{**said, **fixed}))


def half_up(amount):
    return math.floor(amount + Fraction(1, 2))


def recounted(result):
    """Rebuild each notice from the table of members and the table of cases alone."""
    s, members, cases = result.scenario, result.members_table(), result.cases()
    labels = [each.label for each in result.periods]
    place = {label: n for n, label in enumerate(labels)}
    joined = members["joined"].map(place).to_numpy(dtype=int)
    last = joined + members["notices"].to_numpy() - 1
    rows, carried, paid = [], 0, 0
    for now, period in enumerate(result.periods):
        there = int(((joined <= now) & (last >= now)).sum())
        here = cases[cases["published"] == labels[now]]
        benefits = [int(each) for each in here["benefit_fen"]]
        terms = terms_on(s.rules_on or period.notice_day)
        rate = Fraction(str(float(terms.number("administration_fee") if s.fee is None else s.fee)))
        fee = half_up(sum(benefits) * rate)
        paid = 0 if period.month == 1 and period.half == 1 else paid
        cap = terms.number("cap_per_case") if s.cap_per_case is None else s.cap_per_case
        year = s.cap_per_year
        if year is None:
            year = terms.number("cap_year") if "cap_year" in terms else math.inf
        borne, most = sum(benefits) + fee, [s.cap_per_period * 100, year * 100 - paid]
        if cap < math.inf:
            cap = Fraction(str(cap)) * 100 / Fraction(str(result.members_scale))
            borne = half_up(sum((min(b * (1 + rate), cap * there) for b in benefits), Fraction(0)))
            most.append(math.floor(cap * len(benefits)))
        need = max(borne - carried, 0)
        share = min(-(-need // there) if there else 0, *(max(each, 0) for each in most))
        surplus = max(carried - borne, 0) + max(share * there - need, 0)
        rows.append((there, len(here), sum(benefits), fee, share, carried, surplus))
        carried, paid = surplus, paid + share
    return rows


# ---- identities on drawn plans ------------------------------------------------------------


@given(scenario=little(), seed=st.integers(0, 10**6))
def test_people_and_money_are_all_accounted_for(scenario, seed):
    result = simulate(scenario, seed)
    assert check_people(result) == 0
    assert check_charges(result) == 0
    for name in (*PEOPLE, *FEN):
        assert (getattr(result, name) >= 0).all(), name
    assert (result.covered <= result.exposed).all()
    members = result.members_table()
    assert len(members) == result.people == result.joins.sum()
    assert members["charged_fen"].sum() == (result.collected + result.arrears).sum()


@given(scenario=little(), seed=st.integers(0, 10**6))
def test_the_notices_follow_from_members_and_cases_alone(scenario, seed):
    result = simulate(scenario, seed)
    rows = list(
        zip(
            *(
                getattr(result, name).tolist()
                for name in (
                    "members", "helped", "benefits", "fee", "bill", "carried_in", "carried_out",
                )
            ),
            strict=True,
        )
    )  # fmt: skip
    assert recounted(result) == rows


@given(scenario=little(), seed=st.integers(0, 10**6))
def test_members_and_cases_tell_the_same(scenario, seed):
    result = simulate(scenario, seed)
    members, cases = result.members_table(), result.cases()
    ends = Counter(members["end"])
    series = ("aged", "path", "ended", "left_base", "left_bill", "helped")
    for cause, name in zip(CAUSES, series, strict=True):
        assert ends[cause] == getattr(result, name).sum(), cause
        counted = members[members["end"] == cause]["left"].value_counts().to_dict()
        now = {p.label: int(n) for p, n in zip(result.periods, getattr(result, name), strict=True)}
        assert counted == {label: n for label, n in now.items() if n}, cause
    assert ends["pending"] == result.pending[-1] == (cases["published"] == "").sum()
    assert len(cases) == result.diagnosed.sum()
    assert (cases["age_years"] < 60).all() and set(cases["illness"]) <= set(ILLNESSES)
    waiting = cases["half_months_since_joining"] < scenario.waiting
    assert set(cases[waiting]["illness"]) <= {"accident"}
    assert waiting.sum() == result.accidents_waiting.sum()
    if not scenario.ageing:
        assert ends["turned 60"] == 0
        assert set(cases["age_years"]) <= set(np.flatnonzero(scenario.age_mix).tolist())


@settings(max_examples=20)
@given(scenario=little(most=12), seed=st.integers(0, 10**6))
def test_each_member_has_the_history_that_the_tables_tell(scenario, seed):
    result = simulate(scenario, seed)
    lazy = simulate(scenario, seed, histories=False)
    members, cases = result.members_table(), result.cases()
    paid, found, unpaid = 0, Counter(), Counter()
    for number, row in zip(range(result.people), members.itertuples(), strict=True):
        one = result.member(number)
        assert lazy.member(number) == one
        assert (one.joined.label, one.age, one.sex) == (row.joined, row.age_years, row.sex)
        assert (one.end, "" if one.left is None else one.left.label) == (row.end, row.left)
        assert one.raised_risk == row.raised_risk
        assert one.charged == row.charged_fen and len(one.charges) == row.notices
        assert [each.period for each in one.charges] == [
            one.joined + n for n in range(len(one.charges))
        ]
        assert len(one.to_frame()) == row.notices
        paid += one.paid
        unpaid.update(each.period for each in one.charges if not each.paid)
        if one.benefit is None:
            assert one.illness is None and one.diagnosed is None
            assert one.end not in ("helped", "pending")
        else:
            left = "" if one.left is None else one.left.label
            since = one.diagnosed - one.joined
            found[one.sex, since, one.illness, one.benefit, one.diagnosed.label, left] += 1
    assert paid == result.collected.sum()
    assert [unpaid[each] for each in result.periods] == result.unpaid.tolist()
    columns = ["sex", "half_months_since_joining", "illness", "benefit_fen", "diagnosed",
               "published"]  # fmt: skip
    assert found == Counter(cases[columns].itertuples(index=False, name=None))


@settings(max_examples=15)
@given(scenario=little(benefit_start=1.0), seed=st.integers(0, 10**6))
def test_the_audit_finds_nothing(scenario, seed):
    result = simulate(scenario, seed)
    assert len(result.audit()) == 0
    assert len(result.audit(result.periods[5], result.periods[9])) == 0


def test_cases_of_one_cohort_and_notice_go_to_one_member_each():
    result = simulate(
        tiny(
            8, joins=[80] + [0] * 7, incidence=np.full((2, 60), 6.0), accident_share=0.5,
            delay_mean=3.0, benefit_start=0.5,
        ),
        1,
    )  # fmt: skip
    cases, found = result.cases(), Counter()
    assert cases["published"].value_counts().max() > 10
    for number in range(80):
        one = result.member(number)
        if one.benefit is not None:
            left = "" if one.left is None else one.left.label
            found[one.diagnosed.label, left, one.illness, one.benefit] += 1
    columns = ["diagnosed", "published", "illness", "benefit_fen"]
    assert found == Counter(cases[columns].itertuples(index=False, name=None))


def test_the_audit_of_a_planted_fault_finds_it():
    from mutualaid import sharing

    result = small()
    assert len(result.audit()) == 0
    # Within one fee, as one book.
    first, last = Period(2020, 1, 1), Period(2020, 6, 2)
    books = result.journal(first, last)
    place = result.periods.index(first)
    caps = {p.label: c for p, c in zip(result.periods, result.drawn.caps, strict=True)}
    terms = {"fee_rate": result.drawn.fees[place], "caps": caps}
    assert len(sharing.audit(books, **terms)) == 0
    faulty = sharing.plant_fault(books, "fee wrong", seed=1)
    assert sharing.audit(faulty, **terms)["kind"].tolist() == ["fee wrong"]


# ---- certain plans, by hand ---------------------------------------------------------------

#: Chance 1 of illness in a half-month.
CERTAIN = {"incidence": np.full((2, 60), 24.0)}


def certain(periods=6, **changes):
    said = {"joins": [10] + [0] * (periods - 1), **CERTAIN, **changes}
    return simulate(tiny(periods, **said), 1)


def test_without_waiting_all_fall_ill_and_are_helped_at_once():
    result = certain()
    assert result.diagnosed.tolist() == result.helped.tolist() == [10, 0, 0, 0, 0, 0]
    assert result.members.tolist() == [10, 0, 0, 0, 0, 0]
    assert result.benefits.tolist() == [10 * 30_000_000, 0, 0, 0, 0, 0]
    assert result.bill.tolist() == [32_400_000, 0, 0, 0, 0, 0]
    assert set(result.members_table()["end"]) == {"helped"}


def test_illness_while_waiting_ends_membership_before_the_notice():
    result = certain(waiting=2)
    assert result.ended.tolist() == [10, 0, 0, 0, 0, 0]
    assert result.members.tolist() == [0] * 6 and result.helped.sum() == 0
    assert result.member(3).charges == () and result.member(3).end == "ended while waiting"


def test_who_joins_is_covered_when_the_waiting_time_is_over():
    result = certain(waiting=2, waiting_ends=False)
    assert result.diagnosed.tolist() == [0, 0, 10, 0, 0, 0]
    assert result.waiting.tolist() == [10, 10, 0, 0, 0, 0]
    assert result.exposed.tolist() == [0, 0, 10, 0, 0, 0]
    assert set(result.cases()["half_months_since_joining"]) == {2}


def test_accidents_are_covered_from_the_first_day_and_paid_in_part():
    result = certain(waiting=2, accident_share=1.0, benefit_start=0.5)
    assert result.accidents_waiting.tolist() == [10, 0, 0, 0, 0, 0]
    assert result.benefits[0] == 10 * 15_000_000
    assert set(result.cases()["illness"]) == {"accident"}


def test_a_case_is_charged_until_its_notice_and_cannot_leave():
    late = {"delay_mean": 3.0, "delay_shape": 1e6, "delay_longest": 9, "exit_base": 1.0}
    result = certain(**late)
    assert result.helped.tolist() == [0, 0, 0, 10, 0, 0]
    assert result.pending.tolist() == [10, 10, 10, 0, 0, 0]
    assert result.members.tolist() == [10, 10, 10, 10, 0, 0]
    assert result.left_base.sum() == 0 and len(result.member(9).charges) == 4
    assert certain(3, **late).member(0).end == "pending"


@pytest.mark.parametrize(("age", "yuan"), [(0, 300_000), (39, 300_000), (40, 100_000)])
def test_the_benefit_goes_by_age(age, yuan):
    result = certain(age_mix=only(age))
    assert result.benefits[0] == 10 * yuan * 100


def test_light_cases_are_paid_by_the_rules_of_their_day():
    rules = {"light_share": 1.0, "select_factor": 1.0}
    before, between = Period(2019, 4, 2), Period(2019, 5, 1)
    full = certain(first=before + -3, last=before + 2, **rules)
    assert full.benefits[0] == 10 * 30_000_000 and set(full.cases()["illness"]) == {"light"}
    part = certain(first=between, last=between + 5, **rules)
    assert part.benefits[0] == 10 * 5_000_000
    assert certain(**rules).diagnosed.sum() == 0  # no claim any more


def test_all_leave_after_the_notice_that_they_pay():
    result = simulate(tiny(3, exit_base=1.0, joins=[10] * 3, incidence=np.zeros((2, 60))), 1)
    assert result.members.tolist() == [10, 10, 10] and result.left_base.tolist() == [10, 10, 10]
    assert {len(result.member(n).charges) for n in range(30)} == {1}
    for_bill = certain(joins=[20] * 6, incidence=np.full((2, 60), 12.0), exit_response=1e9)
    assert (for_bill.left_bill == for_bill.members - for_bill.helped).all()
    kept = certain(
        joins=[20] * 6, incidence=np.full((2, 60), 12.0), exit_response=1e9, exit_bill=[3.0] * 6
    )
    assert kept.left_bill.sum() == 0


def test_the_share_is_rounded_up_and_the_surplus_carried():
    chosen = {"joins": [7], "incidence": np.full((2, 60), 12.0), "benefit_younger": 1.0, "fee": 0.0}
    for seed in range(40):
        result = simulate(tiny(1, **chosen), seed)
        total, members = int(result.helped[0]) * 100, int(result.members[0])
        assert result.bill[0] == -(-total // members)
        assert result.carried_out[0] == result.bill[0] * members - total
        assert total % 7 == 0 or 0 < result.carried_out[0] < members


def test_a_growing_benefit_is_paid_by_class():
    result = certain(1, benefit_start=0.2)
    assert set(result.cases()["benefit_fen"]) == {round(30_000_000 * (0.2 + 0.8 / 8))}


def test_a_fall_of_the_path_is_met_by_members_who_leave_before_the_notice():
    path = {"joins": None, "members": [1_000.0, 500.0, 800.0], "incidence": np.zeros((2, 60))}
    result = simulate(tiny(3, **path), 5)
    assert result.joins[0] == 1_000 and result.joins[1] == 0
    assert result.path[1] == result.members[0] - result.members[1] > 400
    assert result.members[2] == 800  # the next period makes up for it
    gone = result.members_table().query("end == 'path'")
    assert set(gone["notices"]) == {1}


def test_who_turns_60_leaves_before_the_notice():
    result = simulate(tiny(9, age_mix=only(59), ageing=True, incidence=np.zeros((2, 60))), 3)
    assert result.aged[0] == 0 and (result.aged[1:] > 0).all()
    for row in result.members_table().query("end == 'turned 60'").head(50).itertuples():
        assert Period.parse(row.left) - Period.parse(row.joined) == row.notices


def test_everybody_may_have_a_birthday_of_his_own():
    scenario = tiny(
        30, age_mix=only(58), ageing=True, incidence=np.zeros((2, 60)),
        joins=[24_000] + [0] * 29,
    )  # fmt: skip
    result = simulate(scenario, 3, birthdays=True)
    assert result.aged[:25].sum() == 0  # nobody of 58 turns 60 within a year
    assert result.aged[25:].sum() == pytest.approx(5_000, rel=0.1)
    by_luck = simulate(scenario, 3)
    assert by_luck.aged[:25].sum() > 1_000
    assert check_people(result) == check_charges(result) == 0
    assert result.digest() != by_luck.digest()


def test_a_smaller_plan_has_the_same_bill_and_the_same_caps():
    # Each case costs the same: a cap for each is then a cap for all.
    scenario = Scenario(
        plan_ratio=3.0, first=CALM, last=CALM + 20, benefit_older=300_000.0, cap_per_case=0.003
    )
    expected = project(scenario)
    assert (expected.sponsor > 0).any()
    for scale in (1e-3, 1e-2):
        result = simulate(scenario, 2, members_scale=scale)
        assert abs(result.bill.sum() / 100 / expected.bill.sum() - 1) < 0.05
        assert abs(result.sponsor.sum() / 100 / scale / expected.sponsor.sum() - 1) < 0.35


def test_a_cap_for_a_year_begins_anew_each_year():
    costly = {"joins": [20] * 40, "incidence": np.full((2, 60), 6.0), "cap_per_year": 90_000.0}
    result = simulate(tiny(40, **costly), 1)
    years = np.array([each.year for each in result.periods])
    assert [int(result.bill[years == year].sum()) for year in (2020, 2021)] == [9_000_000] * 2
    assert (result.sponsor > 0).sum() > 20
    assert len(result.audit(Period(2020, 6, 1), Period(2021, 5, 2))) == 0


def test_large_amounts_are_kept_to_the_fen():
    result = certain(1, benefit_younger=123_456_789.01, fee=0.08)
    assert result.benefits[0] == 10 * 12_345_678_901
    assert result.fee[0] == half_up(Fraction(10 * 12_345_678_901 * 8, 100))
    assert len(result.audit()) == 0


def test_fractions_of_people_who_join_are_carried_on():
    healthy = {"incidence": np.zeros((2, 60))}
    result = simulate(tiny(10, joins=[0.4] * 10, **healthy), 1)
    assert result.joins.sum() == 4 and result.joins.max() == 1
    small_plan = simulate(tiny(10, joins=[44] * 10, **healthy), 1, members_scale=0.01)
    assert small_plan.joins.sum() == 4


# ---- the law of the draws -----------------------------------------------------------------


def test_numbers_vary_as_those_of_independent_members():
    scenario = tiny(1, joins=[1_000], incidence=np.full((2, 60), 2.4), exit_base=0.3)
    runs = [simulate(scenario, seed, histories=False) for seed in range(400)]
    for values, mean, variance in (
        ([run.diagnosed[0] for run in runs], 100, 90),
        ([run.left_base[0] for run in runs], 270, 197.1),
    ):
        assert np.mean(values) == pytest.approx(mean, abs=4 * math.sqrt(variance / 400))
        assert np.var(values) == pytest.approx(variance, rel=4 * math.sqrt(2 / 400))


def test_illness_and_accidents_exclude_each_other():
    # Four in ten fall ill, four in ten are hurt, and two in ten stay.
    scenario = tiny(1, joins=[100_000], incidence=np.full((2, 60), 19.2), accident_share=0.5)
    result = simulate(scenario, 1)
    kinds = Counter(result.cases()["illness"])
    for count in (kinds["severe"], kinds["accident"]):
        assert count == pytest.approx(40_000, abs=4 * math.sqrt(24_000))
    assert result.covered[0] == pytest.approx(20_000, abs=4 * math.sqrt(16_000))


def test_every_place_in_a_cohort_has_the_same_chance_and_neighbors_are_independent():
    scenario = tiny(2, joins=[40, 0], incidence=np.full((2, 60), 4.8))
    helped = np.array(
        [[end == "helped" for end in simulate(scenario, seed).members_table()["end"]]
         for seed in range(600)]
    )  # fmt: skip
    share = helped.mean()
    chi2 = ((helped.mean(0) - share) ** 2).sum() * 600 / (share * (1 - share))
    assert stats.chi2.sf(chi2, 39) > 1e-3
    both = (helped[:, 1:] & helped[:, :-1]).mean()
    assert both == pytest.approx(share**2, abs=4 * math.sqrt(share**2 / (600 * 39)))


def test_members_of_one_joining_period_tell_nothing_of_those_of_another():
    exits = np.full((8, 1), 50, dtype=np.int32)
    one, other = shuffled(1, 0, exits), shuffled(1, 1, exits)
    assert sorted(one) == sorted(other)
    # Of 400 places one in eight is alike, by luck.
    assert (one == other).sum() == pytest.approx(50, abs=4 * math.sqrt(400 / 8 * 7 / 8))
    assert np.array_equal(one, shuffled(1, 0, exits))


def test_members_are_numbered_in_the_order_of_joining_risk_sex_and_age():
    result = small()
    table = result.members_table()
    for period in result.periods[:3]:
        for raised in (False, True):
            for sex in ("male", "female"):
                for age in (0, 30, 59):
                    numbers = result.numbers_of(period, age, sex, raised_risk=raised)
                    here = table[
                        (table["joined"] == period.label) & (table["age_years"] == age)
                        & (table["sex"] == sex) & (table["raised_risk"] == raised)
                    ]  # fmt: skip
                    assert list(numbers) == here["number"].tolist()
    plain = simulate(tiny(2), 1)
    assert len(plain.numbers_of(CALM, 30, "male", raised_risk=True)) == 0


def test_delays_are_drawn_one_by_one():
    scenario = tiny(
        12, joins=[20_000] + [0] * 11, incidence=np.full((2, 60), 12.0), delay_mean=3.0,
        rules_on=None,
    )  # fmt: skip
    cases = simulate(scenario, 1).cases()
    cases = cases[cases["diagnosed"] == CALM.label]
    found = Counter(Period.parse(each) - CALM if each else "later" for each in cases["published"])
    expected = project(replace(scenario, joins=[20_000] + [0] * 11, last=CALM + 11))
    from mutualaid.churn import delay_distribution

    chances = delay_distribution(3.0, scenario.delay_shape, scenario.delay_longest)
    counts = [found[n] for n in range(12)] + [found["later"]]
    chances = [*chances[:12], chances[12:].sum()]
    assert stats.chisquare(counts, np.array(chances) * len(cases)).pvalue > 1e-3
    assert expected.diagnosed[0] == pytest.approx(len(cases), rel=0.05)


#: Plans without a loop from what was drawn to what is drawn later: averages are exact.
def open_plan(rng):
    first = CALM + int(rng.integers(-30, 20))
    periods = int(rng.integers(8, 25))
    ages = rng.choice(60, int(rng.integers(1, 5)), replace=False)

    def one(*values):
        return values[int(rng.integers(len(values)))]

    waiting = int(rng.integers(0, 8))
    return Scenario(
        first=max(first, Period(2018, 10, 2)),
        last=max(first, Period(2018, 10, 2)) + (periods - 1),
        joins=rng.integers(0, 400, periods) * one(3, 10),
        age_mix=only(*one(ages, [59, 38], range(60))),
        men=round(float(rng.random()), 2),
        plan_ratio=one(10.0, 30.0, 100.0),
        accident_share=one(0.05, 0.5, 0.0),
        trend_per_year=one(0.0, 0.2),
        waiting=waiting,
        waiting_ends=one(True, False),
        select_factor=one(1.0, 0.3),
        select_years=one(0.1, 1.0, 3.0),
        benefit_start=one(1.0, 0.4),
        raised_share=one(0.0, 0.3),
        raised_factor=one(0.5, 3.0),
        ageing=one(True, False, True),
        delay_mean=one(0.0, 0.4, 4.0),
        delay_first=one(None, 9.0),
        delay_longest=one(3, 36),
        light_share=one(0.0, 0.25, 0.6),
        arrears_share=one(0.0, 0.3),
        exit_base=one(0.0, 0.01, 0.2),
        exit_response=one(0.0, 0.02),
        exit_bill=np.full(periods, one(2.0, 9.0)),
        exit_age_slope=one(0.0, -0.4),
        exit_raised_factor=one(1.0, 0.3),
        **NO_CAPS,
    )


PLANS, SEEDS = 50, 16
COMPARED = (
    "members", "waiting", "covered", "exposed", "joins", "aged", "ended", "left_base", "left_bill",
    "diagnosed", "accidents_waiting", "pending", "helped", "benefits", "fee", "charged",
)  # fmt: skip


def of_run(result, name):
    """Return a series, money in yuan; what was charged less the surplus that is left over."""
    if name == "charged":
        return (result.collected + result.arrears - result.carried_out + result.carried_in) / 100
    return getattr(result, name) / (100 if name in FEN else 1)


def of_projection(p, name):
    return p.collected + p.arrears if name == "charged" else getattr(p, name)


def distances(scenario, seeds, pooled=False):
    """Return by how many standard errors runs miss the expected numbers, series by series.

    A series is weighted in two ways: the sum of all periods, and their second half less the first.
    """
    expected = project(scenario)
    runs = simulate_many(scenario, seeds, pooled=pooled)
    count = len(scenario.periods)
    shapes = np.ones(count), np.where(np.arange(count) < count // 2, -1.0, 1.0)
    found = {}
    for name in COMPARED:
        for n, shape in enumerate(shapes):
            values = np.array([of_run(run, name) @ shape for run in runs])
            wanted = float(of_projection(expected, name) @ shape)
            gap, spread = values.mean() - wanted, values.std(ddof=1) / math.sqrt(len(runs))
            # Money is rounded to the fen, once for a notice.
            slack = 0.01 * count if name in ("fee", "charged") else 1e-6
            if abs(gap) > slack:
                found[name, n] = gap / spread if spread else math.inf
    return found


def test_on_average_it_is_the_projection_in_50_drawn_plans():
    rng = np.random.default_rng(2018)
    every, by_series, moved = [], {}, 0
    for place in range(PLANS):
        scenario = open_plan(rng)
        moved += project(scenario).helped.sum() > 20
        for key, distance in distances(scenario, range(place * 100, place * 100 + SEEDS)).items():
            every.append(distance)
            by_series.setdefault(key, []).append(distance)
    every = np.array(every)
    print(f"{len(every)} distances, largest {np.abs(every).max():.2f}, "
          f"mean square {(every**2).mean():.3f}")  # fmt: skip
    assert moved >= 40
    # A distance has Student's law with 15 degrees of freedom, of mean square 15 / 13.
    assert np.abs(every).max() < 6
    assert (every**2).mean() < 15 / 13 * 1.3
    for key, values in by_series.items():
        drift = np.mean(values) * math.sqrt(len(values) / (15 / 13))
        assert abs(drift) < 4, (key, drift)


def test_a_pooled_run_is_on_average_the_projection_in_25_drawn_plans():
    rng = np.random.default_rng(2019)
    every = []
    for place in range(25):
        seeds = range(place * 100, place * 100 + SEEDS)
        every.extend(distances(open_plan(rng), seeds, pooled=True).values())
    every = np.array(every)
    assert np.abs(every).max() < 6
    assert (every**2).mean() < 15 / 13 * 1.3


def test_pooled_runs_spread_as_others_do():
    """Bills and people helped of 60 runs each, notice by notice: the same variance."""
    pooled, apart = (
        simulate_many(replace(SMALL, **NO_CAPS), range(60), members_scale=SCALE, pooled=each)
        for each in (True, False)
    )
    for name in ("bill", "helped", "aged", "left_base"):
        spread = [np.array([getattr(run, name)[12:] for run in runs]).var(axis=0, ddof=1)
                  for runs in (pooled, apart)]  # fmt: skip
        assert np.log(spread[0] / spread[1]).mean() == pytest.approx(0, abs=0.15)


@given(scenario=little(), seed=st.integers(0, 10**6))
@settings(max_examples=25)
def test_a_pooled_run_accounts_for_people_and_money(scenario, seed):
    result = simulate(scenario, seed, histories=False, pooled=True)
    assert (check_people(result), check_charges(result)) == (0, 0)
    assert result.drawn.exits.sum() == result.people
    assert len(result.cases()) == result.diagnosed.sum()


def test_a_pooled_run_tells_of_no_member():
    for given_, name in (({"histories": True}, "histories"), ({"birthdays": True}, "birthdays")):
        with pytest.raises(ValueError, match=f"{name} must be False in a pooled run, got True"):
            simulate(
                Scenario(), 1, members_scale=1e-6, **{"histories": False, **given_}, pooled=True
            )
    with pytest.raises(TypeError, match="pooled must be True or False, got 1"):
        simulate(Scenario(), 1, members_scale=1e-6, histories=False, pooled=1)
    result = simulate(SMALL, 1, members_scale=SCALE, histories=False, pooled=True)
    for ask in (lambda: result.member(0), lambda: result.numbers_of(result.periods[0], 30, "male")):
        with pytest.raises(ValueError, match="pooled must be False where members are asked for"):
            ask()
    assert "half_months_since_joining" not in result.cases()
    assert check_charges(replace(result, bill=result.bill + 1)) >= result.members.sum()
    assert result.audit().empty


def test_where_members_react_to_what_was_drawn_means_agree_but_for_small_terms():
    """A path, the bill, caps and the load make means differ by terms that fall with size.

    In one of these plans members' joins are 1.8 percent off with 20,000 members, 0.5 with 80,000,
    and 0.13 with 320,000.
    """
    rng = np.random.default_rng(4)
    for place in range(8):
        plan = open_plan(rng)
        count = len(plan.periods)
        if place % 2:
            path = 1_000_000 * np.cumprod(rng.uniform(0.85, 1.25, count))
            plan = replace(plan, joins=None, members=path, accident_share=0.05)
        else:
            plan = replace(plan, joins=100 * plan.joins)
        loop = {"exit_bill": None, "exit_response": 0.002, "exit_reference": 20.0,
                "delay_load": 0.001, "cap_per_period": 200.0}  # fmt: skip
        plan = replace(plan, **loop)
        expected, runs = project(plan), simulate_many(plan, range(SEEDS))
        for name in COMPARED:
            # Rounding up costs up to a fen a head, and is carried.
            values = np.array([of_run(run, name).sum() for run in runs])
            wanted = float(of_projection(expected, name).sum())
            error = values.std(ddof=1) / math.sqrt(SEEDS)
            assert abs(values.mean() - wanted) <= 5 * error + 0.001 * abs(wanted) + 1, (place, name)


def test_cases_by_age_are_those_of_the_projection():
    scenario = replace(SMALL, plan_ratio=20.0, **NO_CAPS)
    runs = simulate_many(scenario, range(10), members_scale=SCALE)
    cells = project(scenario, cells=True).by_cell["incurred"].sum((0, 1, 2)) * SCALE * 10
    counts = np.zeros(60)
    for run in runs:
        cases = run.cases()
        covered = cases["half_months_since_joining"] >= scenario.waiting
        counts += np.bincount(cases["age_years"][covered], minlength=60)
    enough = cells > 10
    chi2 = ((counts - cells)[enough] ** 2 / cells[enough]).sum()
    assert enough.sum() >= 40 and stats.chi2.sf(chi2, enough.sum()) > 1e-3


# ---- plain loops beside it ----------------------------------------------------------------

#: 10^4 members and more, none of whom reacts to what the others do: counts can be compared.
LOOP = Scenario(
    joins=[2_000.0] + [110.0] * 78, plan_ratio=30.0, select_factor=0.4, raised_share=0.2,
    exit_bill=[5.0] * 79, exit_response=0.003, exit_age_slope=-0.3, exit_raised_factor=0.4,
    **NO_CAPS,
)  # fmt: skip


def two_samples(one, other, edges):
    """Return the chance that counts in bins differ so much, by luck."""
    table = np.array([np.histogram(each, edges)[0] for each in (one, other)])
    table = table[:, table.sum(0) > 10]
    return stats.chi2_contingency(table).pvalue


@pytest.fixture(scope="module")
def beside():
    rows, people, cases = simulate_plainly(LOOP, 1)
    return rows, people, cases, simulate(LOOP, 1)


def test_the_law_of_tenure_and_of_causes_is_that_of_plain_loops(beside):
    _, people, _, result = beside
    members = result.members_table()
    assert result.people == len(people) > 10_000
    for end in (*CAUSES, "member", "pending"):
        ours = members[members["end"] == end]
        theirs = [who for who in people if who["end"] == end]
        pool = (len(ours) + len(theirs)) / 2
        assert abs(len(ours) - len(theirs)) <= 4 * math.sqrt(2 * pool) + 1e-9, end
        if len(theirs) > 50 and end != "pending":
            tenure = [who["last"] - who["first"] + 1 for who in theirs]
            assert two_samples(ours["notices"], tenure, np.arange(-0.5, 85, 6)) > 1e-3, end
            ages = [who["age_at_joining"] for who in theirs]
            assert two_samples(ours["age_years"], ages, np.arange(-0.5, 65, 5)) > 1e-3, end
    raised = [who["raised"] for who in people if who["end"] == "helped"]
    ours = members[members["end"] == "helped"]["raised_risk"]
    assert two_samples(ours * 1, np.array(raised) * 1, [-0.5, 0.5, 1.5]) > 1e-3


def test_charges_per_person_are_those_of_plain_loops(beside):
    rows, people, _, result = beside
    # Bills are those of their cases: in relation to their sums, who pays what is the same law.
    members = result.members_table()
    ours = members["charged_fen"] / result.bill.sum()
    theirs = np.array([who["charged"] for who in people]) / sum(row["bill"] for row in rows)
    assert two_samples(ours, theirs, np.linspace(-0.01, 1.01, 15)) > 1e-3
    charged = (result.collected + result.arrears).sum()
    assert sum(who["charged"] for who in people) == sum(r["bill"] * r["members"] for r in rows)
    cases = result.diagnosed.sum()
    assert charged / sum(r["bill"] * r["members"] for r in rows) == pytest.approx(
        1, abs=6 / math.sqrt(cases)
    )


def test_cases_are_those_of_plain_loops(beside):
    rows, _, cases, result = beside
    ours = result.cases()
    assert len(cases) > 500
    assert len(ours) == pytest.approx(len(cases), abs=4 * math.sqrt(2 * len(cases)))
    for column, name, edges in (
        ("age_years", "age", np.arange(-0.5, 65, 4)),
        ("half_months_since_joining", "since", np.arange(-0.5, 85, 4)),
    ):
        assert two_samples(ours[column], [each[name] for each in cases], edges) > 1e-3, column
    for kind in ILLNESSES:
        theirs = sum(each["illness"] == kind for each in cases)
        mine = (ours["illness"] == kind).sum()
        assert abs(mine - theirs) < 4 * math.sqrt(mine + theirs), kind
    values = Counter(each["benefit"] for each in cases)
    mine = Counter(ours["benefit_fen"])
    assert set(values) == set(mine) or abs(len(values) - len(mine)) <= 1
    for value in values:
        assert abs(values[value] - mine[value]) < 4 * math.sqrt(values[value] + mine[value])
    for name in ("aged", "ended", "left_base", "left_bill", "accidents_waiting", "helped"):
        theirs, mine = sum(row[name] for row in rows), int(getattr(result, name).sum())
        assert abs(mine - theirs) <= 4 * math.sqrt(mine + theirs), name


# ---- the same bytes -----------------------------------------------------------------------


def test_workers_do_not_change_a_byte():
    alone = small()
    assert alone.helped.sum() > 500
    digests = {alone.digest()}
    for pool in (ThreadPoolExecutor, ProcessPoolExecutor):
        for workers in (1, 2, 4):
            with pool(workers) as executor:
                run = simulate(SMALL, 7, members_scale=SCALE, executor=executor)
            digests.add(run.digest())
            assert run.ends.tobytes() == alone.ends.tobytes()
    assert len(digests) == 1


def test_the_same_seed_is_the_same_run_and_another_is_another():
    assert small().digest() == small().digest()
    assert len({simulate(SMALL, s, members_scale=SCALE).digest() for s in range(5)}) == 5


def test_runs_of_several_seeds_are_those_of_each():
    one_by_one = [simulate(SMALL, seed, members_scale=SCALE, histories=False) for seed in (5, 3)]
    with ThreadPoolExecutor(2) as executor:
        together = simulate_many(SMALL, [5, 3], members_scale=SCALE, executor=executor)
    assert [run.digest() for run in together] == [run.digest() for run in one_by_one]
    with_histories = simulate(SMALL, 5, members_scale=SCALE)
    for name in (*PEOPLE, *FEN):
        assert np.array_equal(getattr(together[0], name), getattr(with_histories, name))
    with pytest.raises(ValueError, match="histories must be True for a table of members"):
        together[0].members_table()


def test_what_comes_later_changes_nothing_before():
    longer = tiny(9, joins=[500] * 9, delay_mean=2.0)
    shorter = replace(longer, last=longer.last + -3, joins=longer.joins[:6])
    one, other = simulate(longer, 1), simulate(shorter, 1)
    for name in (*PEOPLE, *FEN):
        assert np.array_equal(getattr(one, name)[:6], getattr(other, name)), name


def test_a_result_cannot_be_written_to():
    result = small()
    for each in (result.members, result.ends, result.drawn.exits, result.drawn.benefit):
        with pytest.raises(ValueError, match="read-only"):
            each[0] = 1


# ---- interruptions, refusals --------------------------------------------------------------


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("step", [1, 40, 79, 80, 130, 158])
@pytest.mark.parametrize("workers", [0, 2])
def test_an_interrupted_run_leaves_nothing_behind(step, workers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    threads, told = threading.active_count(), []

    def stop(done, steps):
        told.append((done, steps))
        if done == step:
            raise StoppedError

    executor = ThreadPoolExecutor(workers) if workers else None
    given = []
    if executor is not None:
        submit = executor.submit
        executor.submit = lambda *args: given.append(submit(*args)) or given[-1]
    with pytest.raises(StoppedError):
        simulate(SMALL, 7, members_scale=SCALE, executor=executor, progress=stop)
    assert told == [(n, 158) for n in range(1, step + 1)]
    if executor is not None:
        # It is not ours to shut down; nothing of ours is left in it.
        assert executor.submit(len, "ab").result() == 2
        executor.shutdown()
        assert all(isinstance(each, Future) and each.done() for each in given)
    assert threading.active_count() == threads
    assert list(tmp_path.iterdir()) == []
    # The next run is the same as ever.
    assert small().digest() == simulate(SMALL, 7, members_scale=SCALE).digest()


def test_a_bar_is_written(capsys):
    simulate(tiny(2), 1, progress=show_progress)
    told = capsys.readouterr().err
    assert told.endswith(f"[{'#' * 40}] 4/4\n") and f"[{'#' * 10}{'.' * 30}] 1/4" in told


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"seed": -1}, ValueError, "seed must be a whole number of at least 0, got -1"),
        ({"seed": 1.5}, ValueError, "seed must be a whole number of at least 0, got 1.5"),
        ({"seed": math.nan}, ValueError, "seed must be a whole number of at least 0, got nan"),
        ({"seed": True}, ValueError, "seed must be a whole number"),
        ({"seed": None}, ValueError, "seed must be a whole number"),
        ({"members_scale": 0}, ValueError, "members_scale must be above 0"),
        ({"members_scale": -1}, ValueError, "members_scale must be above 0"),
        ({"members_scale": math.nan}, ValueError, "members_scale must be above 0 .* got nan"),
        ({"members_scale": "1"}, ValueError, "members_scale must be above 0"),
        ({"birthdays": 1}, TypeError, "birthdays must be True or False, got 1"),
        ({"histories": None}, TypeError, "histories must be True or False"),
        ({"executor": 2}, TypeError, "executor must be a concurrent.futures.Executor, got 2"),
        ({"progress": 2}, TypeError, "progress must be callable, got 2"),
        ({"max_bytes": 0}, ValueError, "max_bytes must be a whole number of at least 1, got 0"),
        ({"max_bytes": 1000}, ValueError, "max_bytes must be at least [0-9,]+ for 79 periods"),
        ({"scenario": 1}, TypeError, "scenario must be a Scenario, got 1"),
        (
            {"scenario": Scenario(replace_alike=True)},
            ValueError, "replace_alike must be False in a simulation",
        ),
        (
            {"scenario": Scenario(share_by_age=np.linspace(1, 2, 60))},
            ValueError, "share_by_age must be the same at each age in a simulation, .* got 1 to 2",
        ),
        (
            {"scenario": Scenario(rounding=0.5)},
            ValueError, "rounding must be 0 or 0.01 yuan in a simulation, .* got 0.5",
        ),
        (
            {"scenario": Scenario(benefit_younger=1e18)},
            ValueError, "benefits must be less, or members_scale",
        ),
    ],
)  # fmt: skip
def test_refusals(changes, error, told):
    given = {"scenario": Scenario(), "seed": 1, "members_scale": 1e-6, **changes}
    with pytest.raises(error, match=told):
        simulate(given.pop("scenario"), given.pop("seed"), **given)


def test_a_plan_too_large_is_refused_with_a_size_that_fits():
    with pytest.raises(ValueError, match="members_scale must be at most .* got 30") as refusal:
        simulate(Scenario(), 1, members_scale=30.0)
    fits = float(str(refusal.value).split("at most ")[1].split(" ")[0])
    assert 1 < fits < 30
    from mutualaid.members.simulate import MAX_BYTES, _check_size

    _check_size(Scenario(), fits, True, MAX_BYTES)


def test_refusals_of_a_result():
    result = small()
    for number in (-1, result.people, 1.5, math.nan):
        with pytest.raises(ValueError, match="number must be a whole number from 0 to"):
            result.member(number)
    with pytest.raises(ValueError, match="first and last must be in order"):
        result.notices(result.periods[3], result.periods[2])
    with pytest.raises(TypeError, match="first must be a Period, got '2019-01-1'"):
        result.journal("2019-01-1")
    with pytest.raises(ValueError, match="stop must be a whole number from 5"):
        result.members_table(5, 4)
    nothing = certain(waiting=2, accident_share=1.0, benefit_start=0.0)
    with pytest.raises(ValueError, match="must be a whole number of at least 1, got 0"):
        nothing.notices()


def test_tables_name_their_units():
    result = small()
    frame = result.to_frame()
    assert len(frame) == 79 and "bill_fen_per_head" in frame and "members_people" in frame
    assert isinstance(result, Simulation) and len(frame.columns) == 1 + len(PEOPLE) + len(FEN)


def test_a_broken_identity_is_told():
    result = small()
    assert check_people(replace(result, joins=result.joins + 1)) == 1
    assert check_charges(replace(result, bill=result.bill + 1)) >= result.members.sum()
    ends = result.ends.copy()
    ends[0] = ends[0] - 1
    assert check_charges(replace(result, ends=ends)) > 0


def test_nobody_there():
    result = simulate(tiny(3, joins=[0, 0, 0]), 1)
    assert result.people == 0 and result.bill.tolist() == [0, 0, 0]
    assert result.notices() == () and len(result.audit()) == 0 and len(result.cases()) == 0
    assert len(result.members_table()) == 0
    assert PER_YEAR == 24


# ---- books of some periods ----------------------------------------------------------------


@settings(max_examples=15)
@given(
    scenario=little(benefit_start=1.0),
    seed=st.integers(0, 10**6),
    ends=st.tuples(st.integers(0, 13), st.integers(0, 13)).map(sorted),
)
def test_the_books_of_any_periods_close_by_themselves(scenario, seed, ends):
    result = simulate(scenario, seed)
    first, last = (result.periods[n] for n in ends)
    books = result.books(first, last)
    assert check_books(books) == 0
    assert len(books.audit()) == 0
    balances = books.balances().set_index("account")
    moved = balances["debits_fen"] - balances["credits_fen"]
    assert (balances["opening_fen"] + moved).equals(balances["closing_fen"])
    assert balances["opening_fen"]["arrears"] == result.arrears[: ends[0]].sum()
    assert balances["closing_fen"]["arrears"] == result.arrears[: ends[1] + 1].sum()
    # What the books of all periods hold at this place, these hold.
    later = result.books(result.periods[0], last).balances()
    assert later["closing_fen"].tolist() == balances["closing_fen"].tolist()
    assert books.cases()["benefit_fen"].sum() == result.benefits[ends[0] : ends[1] + 1].sum()


def test_the_books_of_a_year_open_with_what_the_year_before_left():
    result = small()
    before, year = (
        result.books(Period(y, 1, 1), Period(y, 12, 2)).balances().set_index("account")
        for y in (2019, 2020)
    )
    assert before["closing_fen"].equals(year["opening_fen"])
    assert year["opening_fen"]["cash"] < 0 < year["opening_fen"]["arrears"]


def test_books_that_do_not_close_are_told():
    result = small()
    start = result.periods.index(Period(2020, 1, 1))
    carried = result.carried_in.copy()
    carried[start] += 3
    wrong = replace(result, carried_in=carried)
    assert check_books(wrong.books(Period(2020, 1, 1), Period(2020, 12, 2))) == 3


def test_the_audit_of_books_settles_a_journal_from_elsewhere():
    """The fee of 2018 was another: the books fall into two, and so does a journal given."""
    books = small().books()
    assert len(set(small().drawn.fees)) == 2
    journal = books.journal()
    assert len(books.audit(journal)) == 0
    faulty = plant_fault(journal, "never paid", seed=3)
    assert books.audit(faulty)["line"].tolist() == [faulty.attrs["fault"]["line"]]


def test_books_beyond_the_run_are_refused():
    result = small()
    for first, last in (
        (Period(2020, 12, 2), Period(2020, 1, 1)),
        (Period(2018, 1, 1), Period(2020, 1, 1)),
        (Period(2020, 1, 1), Period(2022, 2, 1)),
    ):
        with pytest.raises(ValueError, match="from 2018-10-2 to 2022-01-2, got"):
            result.books(first, last)
    with pytest.raises(TypeError, match="last must be a Period, got 2020"):
        result.books(None, 2020)


def test_the_files_of_books_say_what_was_drawn_to_the_last_digit():
    files = small().books(Period(2020, 1, 1), Period(2020, 3, 2)).files()
    scenario = pd.read_csv(io.StringIO(files["scenario.csv"])).set_index("field")["value"]
    assert json.loads(scenario["incidence"]) == SMALL.incidence.tolist()
    assert float(scenario["plan_ratio"]) == SMALL.plan_ratio
    assert "0.0001 of true size" in files["README.txt"] and "Seed 7," in files["README.txt"]
