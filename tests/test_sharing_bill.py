"""One notice settled: kept to the fen at any size, under every cap; expected by hand or by law."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import heads

from mutualaid.money import fen
from mutualaid.rules import plan, smallest_pool
from mutualaid.sharing import Caps, charge_each, check_money, settle

NAN, INF = float("nan"), float("inf")

# Benefits in fen; a share of a billion members needs sums beyond any float.
cases = st.lists(st.integers(0, 10**8), max_size=8)
rates = st.sampled_from([0, 0.08, "0.1", Decimal("0.075"), Fraction(1, 3), 1])
limits = st.none() | st.integers(0, 10**5)
caps = st.builds(
    Caps,
    per_case=limits | st.fractions(0, 1_000, max_denominator=1_000),
    per_period=limits,
    per_year=limits,
)


@st.composite
def notices(draw, caps=caps):
    """Arguments of one notice."""
    members = draw(heads)
    return {
        "benefits": draw(cases),
        "members": members,
        "fee_rate": draw(rates),
        "carried_in": draw(st.sampled_from([0, 1, 10**12]) | st.integers(0, 10**9)),
        "caps": draw(caps),
        "paid_this_year": draw(st.integers(0, 10**5)),
        "unpaid": draw(st.integers(0, members)),
    }


# ---- by hand ------------------------------------------------------------------------------

# Ten members, cases of 10.00 and 5.00 yuan: with 8 percent 10.80 and 5.40, together 16.20.
TEN = {"benefits": [1_000, 500], "members": 10}


@pytest.mark.parametrize(
    ("more", "share", "sponsor", "carried_out", "bound_by"),
    [
        ({}, 162, 0, 0, ()),
        ({"carried_in": 15}, 161, 0, 5, ()),  # 16.05 needed, 16.10 charged
        ({"carried_in": 1_620}, 0, 0, 0, ()),
        ({"carried_in": 2_000}, 0, 0, 380, ()),
        ({"caps": Caps(per_case=108)}, 162, 0, 0, ()),  # 10.80 among ten is the cap itself
        # 1.00 a head for one case: 0.80 of the first case is left, the second is below the cap.
        ({"caps": Caps(per_case=100)}, 154, 80, 0, ("case",)),
        ({"caps": Caps(per_case=50)}, 100, 620, 0, ("case",)),
        ({"caps": Caps(per_case=50), "carried_in": 7}, 100, 620, 7, ("case",)),
        # Half a fen a head for one case is one fen for two; 0.10 yuan in all.
        ({"caps": Caps(per_case=Fraction(1, 2))}, 1, 1_610, 0, ("case",)),
        ({"caps": Caps(per_case=Fraction(1, 3))}, 0, 1_620, 0, ("case",)),
        ({"caps": Caps(per_case=0)}, 0, 1_620, 0, ("case",)),
        ({"caps": Caps(per_period=200)}, 162, 0, 0, ()),
        ({"caps": Caps(per_period=162)}, 162, 0, 0, ()),
        ({"caps": Caps(per_period=161)}, 161, 10, 0, ("period",)),
        ({"caps": Caps(per_year=18_800), "paid_this_year": 18_638}, 162, 0, 0, ()),
        ({"caps": Caps(per_year=18_800), "paid_this_year": 18_700}, 100, 620, 0, ("year",)),
        ({"caps": Caps(per_year=18_800), "paid_this_year": 19_000}, 0, 1_620, 0, ("year",)),
        # The first case loses 0.80 to its cap, and the period leaves 1.50 of 1.54 a head.
        ({"caps": Caps(per_case=100, per_period=150)}, 150, 120, 0, ("case", "period")),
        ({"caps": Caps(per_period=100, per_year=100)}, 100, 620, 0, ("period", "year")),
    ],
)
def test_ten_members_by_hand(more, share, sponsor, carried_out, bound_by):
    bill = settle(**TEN, **more)
    assert (bill.cases, bill.benefits, bill.fee) == (2, 1_500, 120)
    assert (bill.share, bill.sponsor, bill.carried_out) == (share, sponsor, carried_out)
    assert bill.bound_by == bound_by


def test_three_of_ten_members_who_do_not_pay_leave_three_shares():
    bill = settle(**TEN, unpaid=3)
    assert (bill.charged, bill.collected, bill.arrears) == (1_620, 1_134, 486)


@pytest.mark.parametrize(
    ("benefit", "rate", "fee"),
    [(4, 0.1, 0), (5, 0.1, 1), (14, 0.1, 1), (15, "0.1", 2), (6, 0.08, 0), (7, 0.08, 1), (9, 0, 0)],
)
def test_the_fee_is_rounded_half_up_to_the_fen(benefit, rate, fee):
    assert settle(benefits=[benefit], members=1, fee_rate=rate).fee == fee


def test_the_fee_is_rounded_once_for_a_notice():
    # Four cases of 5 fen: 10 percent of 20 is 2; of each by itself it would be 1, and 4 in all.
    assert settle(benefits=[5, 5, 5, 5], members=1, fee_rate=0.1).fee == 2


def test_a_rate_is_read_by_its_shortest_decimal():
    # As a binary fraction 0.29 is a little less, and 50 x 0.29 = 14.5 would be rounded down.
    assert settle(benefits=[50], members=1, fee_rate=0.29).fee == 15


def test_the_last_bill_that_members_paid():
    # 7.02 yuan x 71,177,000 sharers = 499,662,540 yuan, which is 1.08 x 462,650,500.
    bill = settle(benefits=[fen(462_650_500)], members=71_177_000)
    assert (bill.share, bill.fee, bill.carried_out) == (702, fen(37_012_040), 0)
    assert bill.charged == fen(499_662_540)
    # A fen more, and the next share is rounded up: a surplus of just under a fen a head.
    more = settle(benefits=[fen(462_650_500) + 1], members=71_177_000)
    assert (more.share, more.carried_out) == (703, 71_176_999)


def test_the_first_bill():
    bill = settle(benefits=[fen(300_000)] * 2, members=23_000_000)
    assert (bill.share, bill.carried_out) == (3, fen(42_000))


def test_the_smallest_pool_is_the_last_that_needs_no_sponsor():
    pool = smallest_pool(300_000, 0.08, 0.1)
    assert pool == 3_240_000
    enough = settle(benefits=[fen(300_000)], members=pool, caps=Caps(per_case=10))
    assert (enough.share, enough.sponsor, enough.bound_by) == (10, 0, ())
    short = settle(benefits=[fen(300_000)], members=pool - 1, caps=Caps(per_case=10))
    assert (short.share, short.sponsor, short.bound_by) == (10, 10, ("case",))


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("critical", dt.date(2019, 6, 21), Caps(per_case=10, per_year=18_800)),
        ("critical", dt.date(2021, 12, 7), Caps(per_case=10)),
        ("elderly", dt.date(2020, 12, 7), Caps(per_case=100)),
        ("chronic", dt.date(2020, 12, 7), Caps(per_case=100)),
        ("transport", dt.date(2020, 12, 7), Caps(per_period=200, per_year=4_800)),
    ],
)
def test_the_caps_of_a_plan_are_those_of_its_terms(name, day, expected):
    assert Caps.of(plan(name).on(day)) == expected


def test_a_bill_as_a_table_names_its_units():
    row = settle(**TEN, unpaid=3, caps=Caps(per_case=50)).to_frame().iloc[0].to_dict()
    assert row == {
        "members_persons": 10,
        "unpaid_persons": 3,
        "cases_persons": 2,
        "benefits_fen": 1_500,
        "fee_fen": 120,
        "carried_in_fen": 0,
        "share_fen_per_head": 100,
        "charged_fen": 1_000,
        "collected_fen": 700,
        "arrears_fen": 300,
        "sponsor_fen": 620,
        "carried_out_fen": 0,
        "bound_by": "case",
    }


# ---- laws ---------------------------------------------------------------------------------


@given(notice=notices())
@example(notice={"benefits": [10**8] * 8, "members": 10**9})
@example(notice={"benefits": [], "members": 10**9, "carried_in": 10**12})
def test_money_in_is_money_out_to_the_fen(notice):
    bill = settle(**notice)
    assert bill.benefits + bill.fee + bill.carried_out == (
        bill.collected + bill.arrears + bill.sponsor + bill.carried_in
    )
    assert bill.charged == bill.share * bill.members == bill.collected + bill.arrears
    assert bill.arrears == bill.share * bill.unpaid
    assert check_money(bill) == 0
    assert min(bill.share, bill.sponsor, bill.carried_out) >= 0


@given(notice=notices())
def test_no_share_is_above_a_cap(notice):
    bill, cap = settle(**notice), notice["caps"]
    if cap.per_case is not None:
        assert bill.share <= cap.per_case * bill.cases
    if cap.per_period is not None:
        assert bill.share <= cap.per_period
    if cap.per_year is not None:
        assert bill.share <= max(0, cap.per_year - notice["paid_this_year"])


@given(notice=notices())
def test_the_sponsor_pays_if_and_only_if_a_cap_binds(notice):
    bill = settle(**notice)
    assert (bill.sponsor > 0) == bool(bill.bound_by)
    free = settle(**{**notice, "caps": Caps()})
    assert (free.sponsor, free.bound_by) == (0, ())
    assert bill.share <= free.share


@given(notice=notices(caps=st.just(Caps())))
def test_without_a_cap_the_surplus_is_below_one_fen_a_head(notice):
    bill = settle(**notice)
    need = bill.benefits + bill.fee - bill.carried_in
    if need > 0:
        assert 0 <= bill.carried_out < bill.members
        assert bill.share * bill.members >= need > (bill.share - 1) * bill.members
    else:
        assert (bill.share, bill.carried_out) == (0, -need)


@given(notice=notices(), benefit=st.integers(0, 10**8))
def test_one_more_case_never_lowers_the_share(notice, benefit):
    more = {**notice, "benefits": [*notice["benefits"], benefit]}
    assert settle(**more).share >= settle(**notice).share


@given(notice=notices(), data=st.data())
def test_the_order_of_the_cases_changes_nothing(notice, data):
    shuffled = {**notice, "benefits": data.draw(st.permutations(notice["benefits"]))}
    assert settle(**shuffled) == settle(**notice)


# A cap for one case is left out: with twice the members one case costs each of them half.
@given(notice=notices(caps=st.builds(Caps, per_period=limits, per_year=limits)))
def test_twice_the_members_and_the_cases_keep_the_share_to_one_fen(notice):
    notice |= {"carried_in": 0, "unpaid": 0}
    doubled = notice | {"benefits": notice["benefits"] * 2, "members": notice["members"] * 2}
    assert abs(settle(**doubled).share - settle(**notice).share) <= 1


# Nor here: where a cap for one case binds, more members bear more of the case, and the surplus
# carried in is spread thinner.
@given(
    notice=notices(caps=st.builds(Caps, per_period=limits, per_year=limits)),
    more=st.integers(0, 10**9),
)
def test_more_members_never_pay_a_larger_share(notice, more):
    larger = {**notice, "members": notice["members"] + more}
    assert settle(**larger).share <= settle(**notice).share


@given(notice=notices(), amount=st.integers(1, 10**6))
@pytest.mark.parametrize(
    "part", ["benefits", "fee", "carried_in", "collected", "arrears", "sponsor", "carried_out"]
)
def test_a_bill_that_does_not_keep_its_money_is_told_by_the_fen(part, notice, amount):
    bill = settle(**notice)
    wrong = replace(bill, **{part: getattr(bill, part) + amount})
    assert check_money(wrong) == amount


# ---- each member by itself ----------------------------------------------------------------


def test_three_members_by_hand():
    # Share 7.02; room for the year: all of it, 2.00, nothing; arrears of before: 0, 7.00, 6.96.
    charges = charge_each(
        702,
        owed=np.array([0, 700, 696], dtype=np.int32),
        pays=np.array([True, True, False]),
        paid_this_year=np.array([0, 18_600, 18_900], dtype=np.int32),
        cap_per_year=18_800,
    )
    assert charges.charge.tolist() == [702, 900, 696]
    assert (charges.collected, charges.arrears) == (1_602, 696)
    assert charges.sponsor == 3 * 702 - 702 - 200


@given(data=st.data(), share=st.integers(0, 10**9), capped=st.booleans())
def test_each_member_is_charged_as_one_by_one(data, share, capped):
    most = st.integers(0, 10**9)
    members = data.draw(st.lists(st.tuples(most, st.booleans(), most), max_size=20))
    owed, pays, paid = zip(*members, strict=True) if members else ((), (), ())
    cap = data.draw(most) if capped else None
    charges = charge_each(
        share,
        owed=np.array(owed, dtype=np.int32),
        pays=np.array(pays, dtype=bool),
        paid_this_year=np.array(paid, dtype=np.int32) if capped else None,
        cap_per_year=cap,
    )
    parts = [share if cap is None else min(share, max(0, cap - one)) for one in paid]
    asked = [part + before for part, before in zip(parts, owed, strict=True)]
    assert charges.charge.tolist() == asked
    assert charges.collected == sum(one for one, pay in zip(asked, pays, strict=True) if pay)
    assert charges.arrears == sum(asked) - charges.collected
    assert charges.sponsor == share * len(members) - sum(parts)


def test_equal_members_are_charged_as_one_bill_across_blocks():
    count, unpaid = 600_000, 1_234
    bill = settle(benefits=[10**9], members=count, unpaid=unpaid)
    charges = charge_each(
        bill.share, owed=np.zeros(count, dtype=np.int32), pays=np.arange(count) >= unpaid
    )
    assert set(charges.charge.tolist()) == {bill.share}
    assert (charges.collected, charges.arrears, charges.sponsor) == (
        bill.collected,
        bill.arrears,
        0,
    )


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong", "allowed"),
    [
        ("members", 0, "of at least 1"),
        ("members", 10.0, "of at least 1"),
        ("members", True, "of at least 1"),
        ("unpaid", -1, "from 0 to 10"),
        ("unpaid", 11, "from 0 to 10"),
        ("carried_in", -1, "of at least 0"),
        ("carried_in", 0.5, "of at least 0"),
        ("paid_this_year", -1, "of at least 0"),
        ("paid_this_year", None, "of at least 0"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(name, wrong, allowed):
    said = f"^{name} must be a whole number {allowed}, got {re.escape(repr(wrong))}$"
    with pytest.raises(ValueError, match=said):
        settle(**{**TEN, name: wrong})


@pytest.mark.parametrize("wrong", [-1, 10.0, "10", None, True])
def test_a_benefit_that_is_not_whole_is_refused_by_its_place(wrong):
    with pytest.raises(ValueError, match=r"^benefits\[1\] must be a whole number of at least 0"):
        settle(benefits=[1, wrong], members=1)


@pytest.mark.parametrize("wrong", [-0.01, 1.01, NAN, INF, "eight", None, Fraction(-1, 8)])
def test_a_fee_rate_that_is_no_share_is_refused(wrong):
    said = f"^fee_rate must be a number from 0 to 1, got {re.escape(repr(wrong))}$"
    with pytest.raises(ValueError, match=said):
        settle(**TEN, fee_rate=wrong)


@pytest.mark.parametrize("name", ["per_case", "per_period", "per_year"])
@pytest.mark.parametrize("wrong", [-1, 0.5, "10", True])
def test_a_cap_that_is_not_whole_fen_is_refused(name, wrong):
    with pytest.raises(ValueError, match=f"^{name} must be a whole number of at least 0, got "):
        Caps(**{name: wrong})


@pytest.mark.parametrize("wrong", [0, 12, "12", {"per_case": 12}])
def test_caps_that_are_a_bare_number_are_refused(wrong):
    said = f"caps must be a Caps, such as Caps(per_case=10), got {wrong!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        settle(**TEN, caps=wrong)


def test_a_cap_below_nothing_is_refused():
    with pytest.raises(ValueError, match=r"^per_case must be at least 0 fen, got Fraction\(-1, 2"):
        Caps(per_case=Fraction(-1, 2))


ONE = {"owed": np.zeros(1, dtype=np.int32), "pays": np.ones(1, dtype=bool)}
LATE = {"paid_this_year": np.zeros(1, dtype=np.int32), "cap_per_year": 1}


@pytest.mark.parametrize(
    ("share", "arrays", "kind", "said"),
    [
        (-1, {}, ValueError, "share must be a whole number from 0 to 1000000000, got -1"),
        (10**9 + 1, {}, ValueError, "share must be a whole number from 0 to 1000000000, got 1000"),
        (1, {"owed": np.zeros(1)}, TypeError, "owed must be a flat array of int32, got float64"),
        (1, {"owed": [0]}, TypeError, "owed must be a flat array of int32, got list"),
        (
            1,
            {"owed": np.array([-1], dtype=np.int32)},
            ValueError,
            "owed must be from 0 to .*got -1",
        ),
        (1, {"pays": np.ones(2, dtype=bool)}, ValueError, "pays must have 1 members .*got 2"),
        (1, {"pays": np.ones(1)}, TypeError, "pays must be a flat array of bool.*got float64"),
        (1, {"cap_per_year": 1}, ValueError, "must be given together, got cap_per_year 1"),
        (1, LATE | {"cap_per_year": None}, ValueError, "must be given together, got .*None"),
        (1, LATE | {"cap_per_year": -1}, ValueError, "cap_per_year must be a whole number .*-1"),
        (
            1,
            LATE | {"paid_this_year": np.array([-2], dtype=np.int32)},
            ValueError,
            "paid_this_year must be from 0 to 1000000000 fen, got -2",
        ),
    ],
)
def test_members_who_cannot_be_are_refused(share, arrays, kind, said):
    with pytest.raises(kind, match=said):
        charge_each(share, **(ONE | arrays))
