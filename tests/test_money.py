"""Money in whole fen: nothing is lost between yuan and fen, members and bills."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import amounts, heads

from mutualaid.money import Split, fen, split_evenly, yuan

# ---- yuan and fen -------------------------------------------------------------------------


@given(signed=amounts | amounts.map(lambda amount: -amount))
@example(signed=10**40 + 1)
def test_fen_to_yuan_and_back_loses_nothing(signed):
    assert fen(yuan(signed)) == signed
    assert fen(str(yuan(signed))) == signed


@given(yuan_whole=amounts)
def test_whole_yuan_are_a_hundred_fen_each(yuan_whole):
    assert fen(yuan_whole) == 100 * yuan_whole


@given(amount=amounts)
def test_yuan_always_show_both_decimals(amount):
    assert str(yuan(amount)) == f"{amount // 100}.{amount % 100:02d}"


@given(amount=amounts)
def test_a_float_is_read_by_its_shortest_decimal(amount):
    assert fen(amount / 100) == amount


def test_every_price_from_one_fen_to_a_hundred_yuan_is_exact_as_a_float():
    printed = [f"{cents // 100}.{cents % 100:02d}" for cents in range(1, 10_001)]
    assert [fen(float(price)) for price in printed] == list(range(1, 10_001))


@pytest.mark.parametrize("form", ["7.02", "7.020", 7.02, np.float64(7.02), Decimal("7.02")])
def test_one_price_is_the_same_in_every_form(form):
    assert fen(form) == 702


def test_a_sum_larger_than_any_float_holds_is_exact():
    assert fen("27077000000000000.01") == 2_707_700_000_000_000_001
    assert yuan(2_707_700_000_000_000_001) == Decimal("27077000000000000.01")


@pytest.mark.parametrize(
    ("amount", "allowed"),
    [
        (float("nan"), "finite number of yuan"),
        (float("inf"), "finite number of yuan"),
        (float("-inf"), "finite number of yuan"),
        ("NaN", "finite number of yuan"),
        (True, "number of yuan"),
        (None, "number of yuan"),
        ("seven", "number of yuan"),
        ("7,02", "number of yuan"),
        ("", "number of yuan"),
        (0.001, "whole fen"),
        ("7.025", "whole fen"),
        ("10000000000000000000000000000.001", "whole fen"),
        (Decimal("1e-3"), "whole fen"),
        (0.1 + 0.2, "whole fen"),
    ],
)
def test_fen_refuses_what_is_not_a_sum_of_whole_fen(amount, allowed):
    with pytest.raises(ValueError, match=r"^amount must be ") as refusal:
        fen(amount)
    assert allowed in str(refusal.value)
    assert repr(amount) in str(refusal.value)


@pytest.mark.parametrize("amount", [7.02, 702.0, "702", True, None, Decimal(702)])
def test_yuan_refuses_fen_that_are_not_whole_numbers(amount):
    with pytest.raises(TypeError, match=r"^amount must be a whole number") as refusal:
        yuan(amount)
    assert repr(amount) in str(refusal.value)


# ---- sharing ------------------------------------------------------------------------------


@given(total=amounts, count=heads)
@example(total=0, count=10**9)
@example(total=1, count=10**9)
@example(total=10**12, count=10**9)
@example(total=10**12 - 1, count=10**9)
def test_what_is_collected_is_the_bill_and_a_surplus_below_one_fen_a_head(total, count):
    split = split_evenly(total, count)
    assert split.collected == split.share * count == total + split.surplus
    assert 0 <= split.surplus < count


@given(totals=st.tuples(amounts, amounts), count=heads)
def test_a_larger_bill_never_has_a_smaller_share(totals, count):
    less, more = sorted(totals)
    assert split_evenly(less, count).share <= split_evenly(more, count).share


@given(total=amounts, counts=st.tuples(heads, heads))
def test_more_heads_never_pay_a_larger_share(total, counts):
    fewer, more = sorted(counts)
    assert split_evenly(total, fewer).share >= split_evenly(total, more).share


# Each bill is larger than any surplus that can be carried into it.
@given(bills=st.lists(st.tuples(st.integers(10**9, 10**12), heads), min_size=1, max_size=80))
def test_carrying_the_surplus_forward_never_loses_a_fen(bills):
    collected = surplus = 0
    for total, count in bills:
        split = split_evenly(total - surplus, count)
        collected, surplus = collected + split.collected, split.surplus
    assert collected == sum(total for total, _ in bills) + surplus


def test_the_first_bill_by_hand():
    # Two accidents of 300,000 yuan and 8 percent fee, 23 million heads: 0.0282 yuan, so 0.03.
    split = split_evenly(fen(648_000), 23_000_000)
    assert split == Split(share=fen("0.03"), collected=fen(690_000), surplus=fen(42_000))


@pytest.mark.parametrize(
    ("total", "count", "kind", "message"),
    [
        (-1, 3, ValueError, r"^total must be at least 0 fen, got -1$"),
        (100, 0, ValueError, r"^heads must be at least 1, got 0$"),
        (100, -3, ValueError, r"^heads must be at least 1, got -3$"),
        (1.0, 3, TypeError, r"^total must be a whole number .*, got 1\.0$"),
        ("100", 3, TypeError, r"^total must be a whole number .*, got '100'$"),
        (100, 3.0, TypeError, r"^heads must be a whole number .*, got 3\.0$"),
        (100, True, TypeError, r"^heads must be a whole number .*, got True$"),
        (100, None, TypeError, r"^heads must be a whole number .*, got None$"),
    ],
)
def test_no_bill_is_split_that_is_negative_or_has_no_whole_head(total, count, kind, message):
    with pytest.raises(kind, match=message):
        split_evenly(total, count)
