"""Money before a case, or after it: no fen appears or is lost but by the rules; and the fee."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import heads

from mutualaid import history
from mutualaid.sharing import (
    Course,
    afterwards,
    check_pool,
    compare_fees,
    prepaid,
    rate_on_benefits,
    share_of_payments,
    true_cases,
)

NAN = float("nan")

parts = st.fractions(0, 1, max_denominator=100)
common = {
    "benefits": st.lists(st.integers(0, 10**9), max_size=8),
    "members": heads,
    "run": parts,
    "run_in": st.integers(1, 8),
    "fee_rate": st.sampled_from([0, 0.08, 1]),
    "platform_pays": st.booleans(),
}


@st.composite
def prepaid_plans(draw):
    deposit = draw(st.integers(0, 10**6))
    given = {name: draw(kind) for name, kind in common.items()}
    return given | {
        "deposit": deposit,
        "limit": draw(st.integers(0, deposit)),
        "used": draw(parts),
    }


later_plans = st.fixed_dictionaries(common | {"nonpayment": parts})


def total(course, name):
    return sum(getattr(position, name) for position in course.positions)


# ---- by hand ------------------------------------------------------------------------------


def test_a_pool_of_which_a_quarter_is_used_by_hand():
    course = prepaid(
        benefits=[3_000] * 3, members=10, deposit=1_000, limit=200, used=0.25, run=0.4, run_in=2,
        fee_rate=0,
    )  # fmt: skip
    first, second, third, closing = course.positions
    # Ten deposits of 10 yuan, a quarter used; the share is 3 yuan, and 7 are left to each.
    assert (first.paid_in, first.to_platform, first.to_families) == (10_000, 2_500, 3_000)
    assert (first.held, first.owed_members) == (4_500, 7_000)
    # 4 yuan are left; four members ask for 16 yuan, and 15 are held.
    assert (second.to_families, second.to_members, second.members) == (3_000, 1_500, 6)
    assert (second.held, second.owed_members) == (0, 6 * 400 + 100)
    # Six share 30 yuan: 5 each, 1 more than they have. Each pays 11 and has 10 again.
    assert (third.paid_in, third.to_platform) == (6_600, 1_650)
    assert (third.to_families, third.to_members) == (3_000, 100)
    assert (third.held, third.owed_members) == (1_850, 6_000)
    assert (closing.to_members, closing.lost_members) == (1_850, 4_150)
    assert (closing.lost_families, closing.lost_platform) == (0, 0)
    assert closing.lost_members == 2_500 + 1_650  # what the platform had used


@pytest.mark.parametrize(("limit", "topped_up"), [(699, 0), (700, 0), (701, 300)])
def test_a_balance_is_topped_up_only_below_the_limit(limit, topped_up):
    # Of 10 yuan each pays a share of 3; 7 are left.
    course = prepaid(benefits=[3_000], members=10, deposit=1_000, limit=limit, fee_rate=0)
    assert course.positions[0].paid_in == 10 * (1_000 + topped_up)


def test_a_family_that_comes_when_the_money_is_gone_waits_and_loses():
    course = prepaid(benefits=[500, 400], members=10, deposit=100, used=0.5, fee_rate=0)
    first, second, closing = course.positions
    assert (first.held, first.owed_families) == (0, 0)
    # Each still has 0.50 yuan in the books and so tops up nothing.
    assert (second.paid_in, second.to_families, second.owed_families) == (0, 0, 400)
    assert (closing.lost_families, closing.lost_members) == (400, 100)


# Ten members, twice a case of 60 yuan and 4.80 of fee; one in ten does not pay 6.48.
@pytest.mark.parametrize(
    ("platform_pays", "families", "platform"), [(False, 336, 960), (True, 0, 1_296)]
)
def test_one_of_ten_who_does_not_pay_by_hand(platform_pays, families, platform):
    course = afterwards(
        benefits=[6_000, 6_000], members=10, nonpayment=0.1, platform_pays=platform_pays
    )
    first, second, closing = course.positions
    assert (first.paid_in, second.paid_in) == (5_832, 5_832)
    assert (first.owed_families, second.owed_families) == ((0, 0) if platform_pays else (168, 336))
    assert total(course, "to_families") == 12_000 - families
    assert (closing.lost_families, total(course, "lost_platform")) == (families, platform)


def test_a_course_as_a_table_names_its_units():
    frame = afterwards(benefits=[6_000], members=10).to_frame()
    assert frame.columns.tolist()[:3] == ["period", "members_persons", "paid_in_fen"]
    assert all(name.endswith("_fen") for name in frame.columns[2:])
    assert frame["to_families_fen"].tolist() == [6_000, 0]


# ---- laws ---------------------------------------------------------------------------------


@given(plan=prepaid_plans())
def test_before_a_case_money_in_is_money_out_and_held(plan):
    course = prepaid(**plan)
    assert check_pool(course) == 0
    assert course.positions[-1].held == 0
    assert total(course, "paid_in") + total(course, "platform_paid_in") == (
        total(course, "to_families") + total(course, "to_members") + total(course, "to_platform")
    )


@given(plan=later_plans)
def test_after_a_case_money_in_is_money_out_and_held(plan):
    course = afterwards(**plan)
    assert check_pool(course) == 0
    assert course.positions[-1].held == 0
    assert total(course, "paid_in") + total(course, "platform_paid_in") == (
        total(course, "to_families") + total(course, "to_members") + total(course, "to_platform")
    )


@given(plan=prepaid_plans() | later_plans)
def test_nothing_is_below_nothing_and_every_benefit_is_paid_or_lost(plan):
    course = (prepaid if "deposit" in plan else afterwards)(**plan)
    assert (course.to_frame() >= 0).all(axis=None)
    assert sum(plan["benefits"]) == total(course, "to_families") + total(course, "lost_families")


@given(plan=prepaid_plans())
def test_what_is_lost_is_to_the_fen_what_the_platform_used(plan):
    course = prepaid(**plan)
    used = sum(int(plan["used"] * position.paid_in) for position in course.positions)
    lost = {name: total(course, f"lost_{name}") for name in ("members", "families", "platform")}
    assert sum(lost.values()) == used
    if plan["platform_pays"]:
        assert (lost["members"], lost["families"]) == (0, 0)


@given(plan=prepaid_plans())
def test_of_money_that_is_not_used_nobody_loses_in_any_run(plan):
    course = prepaid(**plan | {"used": 0, "platform_pays": False})
    for position in course.positions:
        assert (position.held, position.owed_families) == (position.owed_members, 0)
        assert position.lost_members == position.lost_families == position.lost_platform == 0


@given(plan=later_plans)
def test_if_all_pay_afterwards_nobody_loses_in_any_run(plan):
    course = afterwards(**plan | {"nonpayment": 0, "platform_pays": False})
    assert all(position.owed_families == 0 for position in course.positions)
    assert total(course, "lost_families") == total(course, "lost_platform") == 0


@given(plan=later_plans)
def test_afterwards_members_can_lose_nothing_but_less_than_a_fen_a_head_is_held(plan):
    course = afterwards(**plan)
    assert total(course, "lost_members") == 0
    assert all(position.held < plan["members"] for position in course.positions)


def test_a_course_that_loses_a_fen_is_told():
    course = afterwards(benefits=[6_000], members=10)
    first, closing = course.positions
    kept = {name: getattr(first, name) for name in first.__dataclass_fields__}
    wrong = type(first)(**kept | {"held": first.held + 3})
    assert check_pool(course) == 0
    assert check_pool(Course(positions=(wrong, closing))) == 3


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong", "allowed"),
    [
        ("members", 0, "a whole number of at least 1"),
        ("deposit", -1, "a whole number of at least 0"),
        ("deposit", 0.5, "a whole number of at least 0"),
        ("limit", 101, "a whole number from 0 to 100"),
        ("run_in", 0, "a whole number of at least 1"),
        ("used", 1.1, "a number from 0 to 1"),
        ("used", NAN, "a number from 0 to 1"),
        ("run", -0.1, "a number from 0 to 1"),
        ("fee_rate", "much", "a number from 0 to 1"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(name, wrong, allowed):
    right = {"benefits": [500], "members": 10, "deposit": 100}
    with pytest.raises(
        ValueError, match=f"^{name} must be {allowed}, got {re.escape(repr(wrong))}"
    ):
        prepaid(**right | {name: wrong})


@pytest.mark.parametrize("wrong", [-0.1, 2, NAN, "none"])
def test_a_part_of_members_that_cannot_be_is_refused(wrong):
    said = f"^nonpayment must be a number from 0 to 1, got {re.escape(repr(wrong))}$"
    with pytest.raises(ValueError, match=said):
        afterwards(benefits=[500], members=10, nonpayment=wrong)


@pytest.mark.parametrize("kind", [prepaid, afterwards])
def test_benefits_and_switches_of_another_kind_are_refused(kind):
    more = {"deposit": 1} if kind is prepaid else {}
    with pytest.raises(ValueError, match=r"^benefits\[1\] must be a whole number .*got -5"):
        kind(benefits=[1, -5], members=10, **more)
    with pytest.raises(TypeError, match="^platform_pays must be True or False, got 1"):
        kind(benefits=[1], members=10, platform_pays=1, **more)


# ---- true cases ---------------------------------------------------------------------------


def test_the_true_cases_are_rows_of_the_tables():
    rows = true_cases().set_index("key")
    approved = rows.loc["platform_facts/qingsong/approved_benefit/2021-05", "value"]
    paid = rows.loc["platform_facts/qingsong/paid_benefit/2021-05-27", "value"]
    unpaid = rows.loc["platform_facts/qingsong/unpaid_benefit/2021-05-27", "value"]
    assert (approved, paid) == (61_337.02, 28_500)
    assert unpaid == pytest.approx(approved - paid)
    assert rows.loc["platform_facts/waterdrop/sharers_peak/2019", "value"] == 43_520_000
    # One count under two dates: neither is preferred.
    fall = rows.loc[[f"platform_facts/waterdrop/sharers/2020-{month}" for month in ("08", "12")]]
    assert fall["value"].tolist() == [13_120_000] * 2
    assert fall["status"].tolist() == ["disputed"] * 2


# ---- the fee ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "share"),
    [(0, 0), (0.08, Fraction(2, 27)), (0.1, Fraction(1, 11)), ("0.25", Fraction(1, 5)), (1, 0.5)],
)
def test_a_fee_on_top_is_less_of_what_members_pay(rate, share):
    assert share_of_payments(rate) == share


@given(rate=st.fractions(0, 1))
def test_there_and_back_is_the_same_rate(rate):
    assert rate_on_benefits(share_of_payments(rate)) == rate
    assert share_of_payments(rate) <= rate


def test_eight_percent_of_what_members_pay_would_be_8_70_percent_on_top():
    assert round(100 * float(rate_on_benefits(0.08)), 2) == 8.70


@pytest.mark.parametrize("wrong", [-0.1, 1, 1.5, NAN, "none"])
def test_a_share_that_leaves_no_benefits_is_refused(wrong):
    said = f"^share must be a number from 0 to below 1, got {re.escape(repr(wrong))}$"
    with pytest.raises(ValueError, match=said):
        rate_on_benefits(wrong)


def test_each_fee_compared_is_a_row_of_the_tables_on_both_bases():
    fees = compare_fees().set_index("key")
    assert len(fees) == 6
    for key, row in fees.iterrows():
        value = history.fact(key).value
        assert row["fee_yuan_on_100_yuan_of_benefits"] == pytest.approx(100 * value)
        assert row["fee_yuan_in_100_yuan_paid"] == pytest.approx(100 * value / (1 + value))
    both = fees.loc[["plans/general/administration_fee", "platform_facts/kang-ai/fee/2014-10"]]
    assert both["fee_yuan_in_100_yuan_paid"].round(2).tolist() == [7.41, 0]
