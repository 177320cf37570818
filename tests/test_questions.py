"""What the questions of Sharing hold as true, from the model and by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from mutualaid import explorables, sharing
from mutualaid.rules import cost_of_one_case, plan


@pytest.mark.parametrize(("age", "receives"), [(25, False), (38, True), (42, False)])
def test_of_three_men_only_the_one_of_38_can_expect_more_than_he_pays(age, receives):
    pool = sharing.groups_of("critical", dt.date(2021, 12, 7))
    frame = sharing.expected_by_group(pool.groups).to_frame()
    man = frame[(frame["sex"] == "male") & (frame["age_from_years"] == age)].iloc[0]
    assert bool(man["expected_subsidy_yuan_per_head_and_year"] > 0) is receives
    named = [one for one in explorables.who_gains_by_equal_shares().answers if f"{age}" in one.text]
    assert [one.right for one in named] == [receives]


def test_among_seventy_million_a_case_costs_half_a_fen_and_the_cap_is_far():
    terms = plan("critical").on(dt.date(2021, 1, 1))
    each = cost_of_one_case(terms.number("benefit_to_39"), 0.08) / 70_000_000
    assert each == Fraction(32_400_000, 70_000_000)
    assert Fraction(2, 5) < each < Fraction(1, 2)  # in fen
    caps = sharing.Caps.of(terms)
    assert caps.per_case == 10
    for cases in (3_000, 6_000):
        bill = sharing.settle(benefits=[30_000_000] * cases, members=70_000_000, caps=caps)
        assert (bill.sponsor, bill.bound_by) == (0, ())


def test_a_hundredth_from_each_is_more_than_the_case_cost():
    one = explorables.a_hundredth_of_a_yuan()
    yes, right, _ = one.answers
    assert "348,600 yuan" in yes.feedback  # 34,860,000 fen
    assert "324,000" in yes.feedback  # 300,000 and 8 percent
    assert right.right
    assert "0.0093 yuan each" in right.feedback  # 324,000 / 34,860,000


def test_a_pool_a_hundred_times_as_large_has_the_same_mean_bill_and_a_tenth_of_the_swing():
    pool = sharing.groups_of("critical", dt.date(2021, 12, 7))
    whole = sharing.in_whole_members(pool.groups, 1_000_000)
    risks = sharing.risks_of(whole, years=1 / 24)
    cases = sharing.cases_of_one(risks)
    by_size = sharing.bill_by_size(cases, [1_000_000, 100_000_000]).to_frame()
    mean = by_size["expected_bill_yuan_per_head"]
    swing = by_size["coefficient_of_variation"]
    assert mean.iloc[0] == pytest.approx(mean.iloc[1], rel=1e-9)
    assert swing.iloc[0] / swing.iloc[1] == pytest.approx(10, rel=1e-3)


def test_only_two_notices_can_be_checked_with_printed_numbers_and_one_comes_out():
    readings = sharing.compare_readings()
    of = readings.groupby("verdict")["notice"].agg(set)
    assert of["agrees"] == {"2019-01-2"}
    assert of["does not agree"] == {"2021-04-2"}
    counts = readings["verdict"].value_counts()
    assert (counts["agrees"], counts["does not agree"]) == (3, 3)


def test_children_paid_more_than_a_policy_and_the_old_an_eighth():
    pool = sharing.groups_of("critical", dt.date(2021, 12, 7), plan_ratio=0.34)
    table = sharing.compare_with_premiums(pool.groups).to_frame().head(6)
    ratio = (
        table["premium_yuan_per_10000_and_year"] / table["expected_charge_yuan_per_10000_and_year"]
    )
    ages = table["age_from_years"]
    assert (ratio[ages == 0] < 1).all()
    assert ((ratio[ages == 30] > 2) & (ratio[ages == 30] < 2.4)).all()
    assert (ratio[ages == 55] > 5).all()
