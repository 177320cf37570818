"""Size and chance: the bill's distribution against enumeration, binomials and formulas."""

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats
from strategies import heads

from mutualaid.sharing import (
    Risk,
    bill_by_size,
    bill_distribution,
    cases_of_one,
    same_mix,
    size_needed,
)

NAN, INF = float("nan"), float("inf")
BENEFITS = (50_000, 100_000, 300_000)

#: What one member may receive: one or two of the plan's benefits, each with a chance.
mixes = st.dictionaries(st.sampled_from(BENEFITS), st.floats(0.001, 0.45), min_size=1, max_size=2)
#: The same, as seldom as in one period of a large pool.
rare_mixes = st.dictionaries(
    st.sampled_from(BENEFITS), st.floats(1e-5, 0.01), min_size=1, max_size=3
)
few = st.lists(st.builds(lambda n, c: Risk(members=n, cases=c), st.integers(1, 3), mixes),
               min_size=1, max_size=2)  # fmt: skip
many = st.lists(st.builds(lambda n, c: Risk(members=n, cases=c), st.integers(1, 10**7), rare_mixes),
                min_size=1, max_size=4)  # fmt: skip


def enumerated(risks):
    """The chance of each total, member by member over every outcome."""
    members = [dict(risk.cases) for risk in risks for _ in range(risk.members)]
    outcomes = [[(0, 1 - sum(cases.values())), *cases.items()] for cases in members]
    chance = defaultdict(float)
    for way in itertools.product(*outcomes):
        chance[sum(benefit for benefit, _ in way)] += math.prod(p for _, p in way)
    return chance


def mean_and_spread(risks):
    """Mean and standard deviation of the bill per head, from the moments of each member."""
    members = sum(risk.members for risk in risks)
    mean = sum(risk.members * b * q for risk in risks for b, q in risk.cases.items())
    variance = sum(
        risk.members
        * (
            sum(b**2 * q for b, q in risk.cases.items())
            - sum(b * q for b, q in risk.cases.items()) ** 2
        )
        for risk in risks
    )
    return mean / members, math.sqrt(variance) / members


# ---- the distribution ---------------------------------------------------------------------


@settings(max_examples=40)
@given(risks=few)
def test_a_small_pool_agrees_with_every_outcome_counted_out(risks):
    bill, counted = bill_distribution(risks), enumerated(risks)
    assert bill.mass_left == 0
    assert set(counted) <= set(bill.total)
    for total, probability in zip(bill.total, bill.probability, strict=True):
        assert probability == pytest.approx(counted.get(total, 0.0), abs=1e-13)


@settings(max_examples=40)
@given(members=st.integers(1, 2_000), chance=st.floats(0, 1), benefit=st.sampled_from(BENEFITS))
def test_one_group_with_one_benefit_is_a_binomial(members, chance, benefit):
    bill = bill_distribution([Risk(members=members, cases={benefit: chance})])
    cases = np.round(bill.total / benefit).astype(int)
    assert bill.total == pytest.approx(cases * benefit)
    assert bill.probability == pytest.approx(stats.binom.pmf(cases, members, chance), abs=1e-11)


@pytest.mark.parametrize("members", [10**4, 10**6, 10**8])
@pytest.mark.parametrize("chance", [4e-5, 1e-3])
def test_a_hundred_million_members_are_a_binomial_too_and_little_is_left_out(members, chance):
    bill = bill_distribution([Risk(members=members, cases={300_000: chance})], mass_left=1e-12)
    cases = np.round(bill.total / 300_000).astype(int)
    exact = stats.binom(members, chance)
    # A probability of 1e-3 with an error of 1e-12 has nine right digits.
    assert bill.probability == pytest.approx(exact.pmf(cases), abs=3e-12)
    assert exact.cdf(cases[0] - 1) + exact.sf(cases[-1]) <= bill.mass_left
    for level in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert bill.quantile(level) == pytest.approx(exact.ppf(level) * 300_000 / members)


@settings(max_examples=40)
@given(risks=many)
def test_mean_and_spread_are_those_of_the_formulas(risks):
    bill = bill_distribution(risks)
    mean, spread = mean_and_spread(risks)
    assert bill.expected_bill == pytest.approx(mean, rel=1e-9)
    assert bill.standard_deviation == pytest.approx(spread, rel=1e-7)
    assert bill.coefficient_of_variation == pytest.approx(spread / mean, rel=1e-7)


@settings(max_examples=40)
@given(risks=few)
def test_mean_and_spread_of_a_small_pool_are_exact(risks):
    bill = bill_distribution(risks)
    assert (bill.expected_bill, bill.standard_deviation) == pytest.approx(
        mean_and_spread(risks), rel=1e-9
    )


@settings(max_examples=40)
@given(risks=many, left=st.sampled_from([1e-12, 1e-9, 1e-6, 1e-3]))
def test_probabilities_add_up_to_one_but_for_what_is_left(risks, left):
    bill = bill_distribution(risks, mass_left=left)
    assert bill.mass_left in (0, left)
    assert bill.probability.min() >= 0
    assert abs(bill.probability.sum() - 1) <= bill.mass_left + 1e-11


def test_nothing_is_left_out_only_where_every_total_is_kept():
    small = bill_distribution([Risk(members=20, cases={100_000: 0.5})])
    assert (small.mass_left, len(small.total)) == (0, 21)
    # Nearly all fall ill: the highest total is kept, and the lowest are not.
    sick = bill_distribution([Risk(members=2_000, cases={100_000: 0.99})], mass_left=1e-12)
    assert sick.total[0] > 0
    assert sick.total[-1] == 2_000 * 100_000
    assert sick.mass_left == 1e-12


@settings(max_examples=30)
@given(risks=few, data=st.data())
def test_the_order_and_the_splitting_of_groups_change_nothing(risks, data):
    bill = bill_distribution(risks)
    shuffled = data.draw(st.permutations(risks))
    single = [Risk(members=1, cases=risk.cases) for risk in shuffled for _ in range(risk.members)]
    again = bill_distribution(single)
    assert again.members == bill.members
    assert list(again.total) == list(bill.total)
    assert again.probability == pytest.approx(bill.probability, abs=1e-13)


def test_a_fee_makes_every_bill_dearer_by_its_share():
    risks = [Risk(members=10, cases={300_000: 0.1})]
    plain, dearer = bill_distribution(risks), bill_distribution(risks, fee=0.08)
    assert dearer.bill == pytest.approx(plain.bill * 1.08)
    assert dearer.expected_bill == pytest.approx(0.1 * 300_000 * 1.08)
    assert dearer.coefficient_of_variation == pytest.approx(plain.coefficient_of_variation)


# One person who loses 30,000 with a chance of 2 percent, and two who lose it with one half: an
# exercise on risk pooling, coursehero.com/file/14069286/hw-10, read in a stored copy. It prints
# 600 and 7.0; 30,000, 450,000,000, 0.25, 0.50, 0.25 and 0.707.
def test_a_printed_exercise_on_pooling_is_met():
    alone = bill_distribution([Risk(members=1, cases={30_000: 0.02})])
    assert alone.expected_bill == pytest.approx(600)
    assert alone.standard_deviation**2 == pytest.approx(17_640_000)
    assert alone.coefficient_of_variation == pytest.approx(7.0)
    pair = bill_distribution([Risk(members=2, cases={30_000: 0.5})])
    assert pair.probability == pytest.approx([0.25, 0.50, 0.25])
    assert pair.expected_bill * 2 == pytest.approx(30_000)
    assert (pair.standard_deviation * 2) ** 2 == pytest.approx(450_000_000)
    assert round(pair.coefficient_of_variation, 3) == 0.707


# Two independent units, 0, 8 or 10 and 0, 1 or 90, each with chances 1/2, 1/4, 1/4: the column
# of probabilities in S. Mildenhall and J. Major, Pricing Insurance Risk (Wiley 2022), table 3.4,
# read in a stored copy (livelib.biz/read_1144042/p30). The table prints the total and its
# probabilities; that the units are these is our reading of them.
def test_a_printed_distribution_of_unequal_losses_is_met():
    units = [
        Risk(members=1, cases={8: 0.25, 10: 0.25}),
        Risk(members=1, cases={1: 0.25, 90: 0.25}),
    ]
    bill = bill_distribution(units)
    printed = {0: 0.25, 1: 0.125, 8: 0.125, 9: 0.0625, 10: 0.125, 11: 0.0625, 90: 0.125,
               98: 0.0625, 100: 0.0625}  # fmt: skip
    found = {
        int(total): round(float(p), 4)
        for total, p in zip(bill.total, bill.probability, strict=True)
        if p > 1e-12
    }
    assert found == {total: round(p, 4) for total, p in printed.items()}
    # The mean of the total cut at 80, printed 23.625.
    assert np.minimum(bill.total, 80) @ bill.probability == pytest.approx(23.625)


def test_quantiles_of_two_members_by_hand():
    pair = bill_distribution([Risk(members=2, cases={30_000: 0.5})])
    levels = {0.01: 0, 0.25: 0, 0.26: 15_000, 0.75: 15_000, 0.76: 30_000, 1: 30_000}
    assert {level: pair.quantile(level) for level in levels} == pytest.approx(levels)


def test_the_chance_near_the_mean_of_two_members_by_hand():
    pair = bill_distribution([Risk(members=2, cases={30_000: 0.5})])
    assert pair.chance_within(0.5) == pytest.approx(0.5)
    # Bounds belong to it: the bill is 0 or 30,000 at 100 percent off.
    assert pair.chance_within(0.999) == pytest.approx(0.5)
    assert pair.chance_within(1) == pytest.approx(1)


def test_without_a_chance_of_a_case_there_is_no_bill_and_no_share_of_it():
    none = bill_distribution([Risk(members=3, cases={100_000: 0.0})])
    assert none.expected_bill == pytest.approx(0, abs=1e-9)
    assert none.quantile(1) == 0
    assert math.isnan(none.coefficient_of_variation)


def test_a_case_that_is_certain_leaves_no_chance():
    sure = bill_distribution([Risk(members=3, cases={100_000: 1.0})])
    assert sure.probability == pytest.approx([0, 0, 0, 1], abs=1e-12)
    assert sure.standard_deviation == pytest.approx(0, abs=1e-3)


# ---- size ---------------------------------------------------------------------------------


@settings(max_examples=30)
@given(cases=rare_mixes, size=st.integers(100, 10**6), times=st.integers(2, 100))
@example(cases={300_000: 4e-5, 100_000: 6e-5}, size=10**6, times=100)
def test_a_larger_pool_is_steadier_and_not_dearer(cases, size, times):
    frame = bill_by_size(cases, [size, times * size]).to_frame()
    small, large = frame.to_dict("records")
    assert large["expected_bill_yuan_per_head"] == pytest.approx(
        small["expected_bill_yuan_per_head"], rel=1e-9
    )
    assert large["standard_deviation_yuan_per_head"] == pytest.approx(
        small["standard_deviation_yuan_per_head"] / math.sqrt(times), rel=1e-6
    )
    assert large["coefficient_of_variation"] < small["coefficient_of_variation"]


@settings(max_examples=30)
@given(risks=many, members=heads)
def test_a_member_drawn_by_lot_keeps_the_mean_and_adds_little_spread(risks, members):
    drawn = same_mix(risks, members)
    mean, spread = mean_and_spread(risks)
    assert drawn.expected_benefits / drawn.members == pytest.approx(mean, rel=1e-12)
    total = sum(risk.members for risk in risks)
    # The spread of one member, drawn and on average over the groups.
    alone, average = drawn.variance / drawn.members, spread**2 * total
    most = max(sum(risk.cases.values()) for risk in risks)
    assert average * (1 - 1e-12) <= alone <= average / (1 - most) * (1 + 1e-12)


def test_the_mix_of_two_groups_by_hand():
    risks = [
        Risk(members=30, cases={300_000: 0.1, 50_000: 0.2}),
        Risk(members=10, cases={100_000: 0.4, 50_000: 0.4}),
    ]
    assert dict(cases_of_one(risks)) == pytest.approx({300_000: 0.075, 50_000: 0.25, 100_000: 0.1})


@pytest.mark.parametrize("within", [0.3, 0.5, 0.75])
@pytest.mark.parametrize("chance", [0.6, 0.9])
@pytest.mark.parametrize("likely", [0.05, 0.2])
def test_the_size_needed_is_that_of_a_search_through_every_size(within, chance, likely):
    sizes = np.arange(1, 4_000)
    low = np.ceil((1 - within) * sizes * likely - 1e-9)
    high = np.floor((1 + within) * sizes * likely + 1e-9)
    kept = stats.binom.cdf(high, sizes, likely) - stats.binom.cdf(low - 1, sizes, likely)
    last_short = sizes[kept < chance][-1]
    assert last_short < 3_000  # else the search ends too soon to tell
    needed = size_needed({300_000: likely}, within=within, chance=chance)
    assert needed.members == last_short + 1


@settings(max_examples=15)
@given(
    cases=rare_mixes,
    within=st.sampled_from([0.05, 0.1, 0.25]),
    chance=st.sampled_from([0.8, 0.95, 0.99]),
    times=st.floats(1, 3),
)
def test_the_size_needed_is_needed_and_enough(cases, within, chance, times):
    needed = size_needed(cases, within=within, chance=chance)

    def kept(members):
        return bill_distribution([Risk(members=members, cases=cases)]).chance_within(within)

    assert needed.chance_within == pytest.approx(kept(needed.members), abs=1e-9)
    assert needed.chance_within >= chance
    assert kept(needed.members - 1) < chance
    assert kept(math.ceil(times * needed.members)) >= chance - 1e-9
    assert needed.expected_cases == pytest.approx(needed.members * sum(cases.values()))


def test_the_rule_of_thumb_by_hand():
    # 1.959964 / 0.1, squared: 384.1459 cases.
    one = size_needed({300_000: 0.0001}, within=0.1, chance=0.95)
    assert one.factor_of_benefits == pytest.approx(1)
    assert one.rule_of_thumb == pytest.approx(3_841_459, abs=1)
    # Half of the cases at 300,000 and half at 100,000: sqrt(5) / 2, and 5 / 4 times the cases.
    two = size_needed({300_000: 0.00005, 100_000: 0.00005}, within=0.1, chance=0.95)
    assert two.factor_of_benefits == pytest.approx(math.sqrt(5) / 2)
    assert two.rule_of_thumb == pytest.approx(3_841_459 * 5 / 4, abs=2)


@settings(max_examples=15)
@given(cases=rare_mixes)
def test_the_rule_of_thumb_is_within_a_few_percent_of_the_search(cases):
    assume(sum(cases.values()) < 0.005)
    needed = size_needed(cases, within=0.05, chance=0.95)
    assert needed.members == pytest.approx(needed.rule_of_thumb, rel=0.05)


def test_half_the_bounds_need_four_times_the_members():
    wide, narrow = (
        size_needed({300_000: 4e-5, 100_000: 6e-5}, within=within) for within in (0.1, 0.05)
    )
    assert narrow.members / wide.members == pytest.approx(4, rel=0.02)


# ---- tables and refusals ------------------------------------------------------------------


def test_tables_name_their_units():
    pair = bill_distribution([Risk(members=2, cases={30_000: 0.5})])
    assert pair.to_frame().to_dict("list") == {
        "total_yuan": [0, 30_000, 60_000],
        "bill_yuan_per_head": [0, 15_000, 30_000],
        "probability": pytest.approx([0.25, 0.5, 0.25]),
    }
    needed = size_needed({300_000: 0.001}).to_frame()
    assert needed["within_percent"].tolist() == [10]
    assert needed["members"].iloc[0] * 0.001 == pytest.approx(
        needed["expected_cases_a_period"].iloc[0]
    )
    sizes = bill_by_size({300_000: 0.001}, [10, 20], within=0.25).to_frame()
    assert sizes["members"].tolist() == [10, 20]
    assert "chance_within_25_percent" in sizes


@pytest.mark.parametrize("members", [0, -1, 1.5, True, None, "10", NAN])
def test_members_are_at_least_one(members):
    with pytest.raises(ValueError, match="members must be a whole number of at least 1, got"):
        Risk(members=members, cases={300_000: 0.1})


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ({}, "cases must hold at least one benefit"),
        ({0: 0.1}, "benefit must be above 0 yuan and finite, got 0"),
        ({-1: 0.1}, "benefit must be above 0 yuan and finite, got -1"),
        ({INF: 0.1}, "benefit must be above 0 yuan and finite, got inf"),
        ({0.001: 0.1}, "amount must be whole fen .* got 0.001"),
        ({300_000: -0.1}, "chance must be from 0 to 1, got -0.1"),
        ({300_000: 1.1}, "chance must be from 0 to 1, got 1.1"),
        ({300_000: NAN}, "chance must be from 0 to 1, got nan"),
        ({300_000: 0.6, 100_000: 0.6}, "chances must add up to at most 1, got 1.2"),
    ],
)
def test_cases_out_of_range_are_refused(cases, said):
    with pytest.raises(ValueError, match=said):
        Risk(members=10, cases=cases)
    if cases:
        with pytest.raises(ValueError, match=said):
            size_needed(cases)


def test_what_is_no_mapping_and_no_risk_is_refused():
    with pytest.raises(TypeError, match="cases must map a benefit in yuan to its chance, got 3"):
        Risk(members=10, cases=3)
    with pytest.raises(TypeError, match="risks must be a sequence of Risk, got"):
        bill_distribution([{300_000: 0.1}])
    with pytest.raises(ValueError, match="risks must hold at least one group"):
        bill_distribution([])


def test_a_risk_cannot_be_changed():
    risk = Risk(members=10, cases={300_000: 0.1})
    with pytest.raises(AttributeError):
        risk.members = 11
    with pytest.raises(TypeError):
        risk.cases[300_000] = 0.2


def test_benefits_without_a_common_step_are_refused_in_a_large_pool():
    odd = [Risk(members=10**8, cases={299_999.99: 1e-4, 100_000: 1e-4})]
    with pytest.raises(ValueError, match="benefits must have a common divisor .* got 0.01 yuan"):
        bill_distribution(odd)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda risks: bill_distribution(risks, fee=-0.1), "fee must be at least 0"),
        (lambda risks: bill_distribution(risks, mass_left=0), "mass_left must be above 0"),
        (lambda risks: bill_distribution(risks, mass_left=0.1), "mass_left must be .* 0.01, got"),
        (lambda risks: bill_distribution(risks).quantile(0), "chance must be above 0"),
        (lambda risks: bill_distribution(risks).quantile(1.1), "chance must be .* got 1.1"),
        (lambda risks: bill_distribution(risks).chance_within(0), "share must be above 0"),
        (lambda risks: bill_by_size({300_000: 0.1}, [10], within=0), "within must be above 0"),
        (lambda risks: size_needed({300_000: 0.1}, within=0.001), "within must be from 0.01 to"),
        (lambda risks: size_needed({300_000: 0.1}, chance=1), "chance must be from 0.5 to 0.999"),
        (lambda risks: size_needed({300_000: 0.0}), "cases must hold a chance above 0"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(call, said):
    with pytest.raises(ValueError, match=said):
        call([Risk(members=10, cases={300_000: 0.1})])
