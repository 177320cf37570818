"""Schemes, conditional means and who pays for whom: laws, hand calculations, printed numbers."""

import datetime as dt
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import amounts

from mutualaid import history
from mutualaid.sharing import (
    AGE_BANDS,
    SCHEMES,
    ByAgeBand,
    ConditionalMean,
    Group,
    age_mix,
    by_benefit_band,
    check_total,
    compare_schemes,
    compare_with_premiums,
    conditional_means,
    equal,
    expected_by_group,
    expected_total,
    fair,
    groups_of,
    in_proportion_to_benefit,
    in_whole_members,
    money_moved,
    risks_of,
    split_by_years,
    steadiness,
    whole_fen,
    with_growing_benefit,
)

NAN, INF = float("nan"), float("inf")
LAST_BILL = dt.date(2021, 12, 7)

#: Every scheme that charges in proportion to the total.
LINEAR = {name: scheme for name, scheme in SCHEMES.items() if name != "conditional mean"}


def group(ages=(30, 39), *, sex="both", members=1, incidence=0.002, benefit=300_000, years=0.0):
    return Group(
        age_from=ages[0], age_to=ages[1], sex=sex, members=members, incidence=incidence,
        benefit=benefit, years_in_plan=years,
    )  # fmt: skip


a_group = st.builds(
    group,
    ages=st.sampled_from(AGE_BANDS),
    sex=st.sampled_from(["male", "female"]),
    members=st.integers(1, 10**8),
    incidence=st.floats(1e-5, 0.05),
    benefit=st.sampled_from([50_000, 100_000, 300_000]),
)
pools = st.lists(a_group, min_size=1, max_size=8)
#: Small enough to count every outcome.
small_pools = st.lists(
    st.builds(
        group,
        ages=st.sampled_from(AGE_BANDS),
        members=st.integers(1, 3),
        incidence=st.floats(0.01, 0.6),
        benefit=st.sampled_from([50_000, 100_000, 300_000]),
    ),
    min_size=1,
    max_size=3,
)
totals = st.just(0.0) | st.floats(0.01, 1e11)


@st.composite
def small_pools_and_totals(draw):
    """A small pool, and a total that its cases can come to."""
    groups = draw(small_pools)
    cases = [draw(st.integers(0, one.members)) for one in groups]
    return groups, float(sum(n * one.benefit for n, one in zip(cases, groups, strict=True)))


# ---- laws of every scheme -----------------------------------------------------------------


@pytest.mark.parametrize("name", LINEAR)
@settings(max_examples=40)
@given(groups=pools, total=totals)
def test_a_scheme_collects_exactly_the_total(name, groups, total):
    charges = SCHEMES[name](groups, total)
    assert check_total(groups, charges, total) <= 1e-9 * total
    assert (charges >= 0).all()


@settings(max_examples=60)
@given(drawn=small_pools_and_totals())
def test_conditional_means_collect_exactly_the_total(drawn):
    groups, total = drawn
    assert check_total(groups, ConditionalMean()(groups, total), total) <= 1e-9 * total


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=25)
@given(drawn=small_pools_and_totals(), data=st.data())
def test_the_order_of_members_changes_nothing(name, drawn, data):
    groups, total = drawn
    order = data.draw(st.permutations(range(len(groups))))
    charges = SCHEMES[name](groups, total)
    shuffled = SCHEMES[name]([groups[place] for place in order], total)
    assert shuffled == pytest.approx(charges[list(order)], rel=1e-9)


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=25)
@given(drawn=small_pools_and_totals(), extra=st.integers(1, 2))
def test_members_who_are_alike_pay_the_same_however_they_are_grouped(name, drawn, extra):
    groups, total = drawn
    apart = [*groups, replace(groups[0], members=extra)]
    together = [replace(groups[0], members=groups[0].members + extra), *groups[1:]]
    one, two = SCHEMES[name](apart, total), SCHEMES[name](together, total)
    assert one[-1] == pytest.approx(one[0], rel=1e-9)
    assert one[:-1] == pytest.approx(two, rel=1e-9)


@pytest.mark.parametrize("name", LINEAR)
@given(groups=pools, total=totals, times=st.floats(0, 100))
@settings(max_examples=20)
def test_a_total_that_is_larger_is_charged_in_proportion(name, groups, total, times):
    once, more = SCHEMES[name](groups, total), SCHEMES[name](groups, total * times)
    assert more == pytest.approx(once * times, rel=1e-9)


@pytest.mark.parametrize("name", SCHEMES)
def test_where_all_are_alike_every_scheme_is_equal(name):
    groups = [group(sex=sex, members=n, incidence=0.01) for sex, n in (("male", 3), ("female", 5))]
    assert SCHEMES[name](groups, 600_000) == pytest.approx([75_000, 75_000])


# ---- schemes by hand ----------------------------------------------------------------------

# Expected cost a year: 10 x 0.001 x 300,000 = 3,000; 5 x 0.002 x 300,000 = 3,000;
# 5 x 0.012 x 100,000 = 6,000. Together 12,000, among 20 members.
THREE = (
    group((0, 29), members=10, incidence=0.001, benefit=300_000),
    group((30, 39), members=5, incidence=0.002, benefit=300_000),
    group((40, 59), members=5, incidence=0.012, benefit=100_000),
)
BY_HAND = {
    "equal": (equal, [600, 600, 600]),
    "fair": (fair, [300, 600, 1_200]),
    # 6,000 among 15, and 6,000 among 5.
    "by benefit band": (by_benefit_band, [400, 400, 1_200]),
    # Weights 3, 3, 1: 12,000 / (30 + 15 + 5) = 240 for each.
    "in proportion to benefit": (in_proportion_to_benefit, [720, 720, 240]),
    # 3,000 among 10, and 9,000 among 10.
    "by age band": (ByAgeBand(bands=((0, 29), (30, 59))), [300, 900, 900]),
}
# Half of the differences to 300, 600, 1,200: 10 x 300 + 5 x 0 + 5 x 600 for equal shares.
MOVED = {
    "equal": 3_000,
    "fair": 0,
    "by benefit band": 1_000,
    "in proportion to benefit": 4_800,
    "by age band": 1_500,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_three_groups_by_hand(name):
    scheme, charges = BY_HAND[name]
    assert scheme(THREE, 12_000) == pytest.approx(charges)
    assert scheme(THREE, 6_000) == pytest.approx(np.array(charges) / 2)


@pytest.mark.parametrize("name", MOVED)
def test_money_moved_between_three_groups_by_hand(name):
    moved = money_moved(THREE, BY_HAND[name][1])
    assert moved.yuan == pytest.approx(MOVED[name], abs=1e-9)
    assert moved.percent == pytest.approx(MOVED[name] / 120, abs=1e-9)


@given(groups=pools, total=st.floats(1, 1e11))
@settings(max_examples=40)
def test_what_some_pay_too_much_others_pay_too_little(groups, total):
    charges = equal(groups, total)
    over = sum(
        one.members * max(0.0, c - f)
        for one, c, f in zip(groups, charges, fair(groups, total), strict=True)
    )
    moved = money_moved(groups, charges)
    assert moved.yuan == pytest.approx(over, rel=1e-6, abs=1e-9 * total)
    assert 0 <= moved.percent < 100
    assert money_moved(groups, fair(groups, total)).yuan <= 1e-9 * total


@given(members=st.lists(st.integers(1, 10**6), min_size=1, max_size=5), total=st.floats(1, 1e9))
@settings(max_examples=30)
def test_equal_shares_move_no_money_between_groups_that_are_alike(members, total):
    groups = [group(members=n) for n in members]
    assert money_moved(groups, equal(groups, total)).yuan <= 1e-9 * total


# ---- conditional means --------------------------------------------------------------------


def counted_out(groups):
    """For each total: its chance, and what the first member of each group brings to it."""
    members = [(place, one) for place, one in enumerate(groups) for _ in range(one.members)]
    first = [next(i for i, (g, _) in enumerate(members) if g == p) for p in range(len(groups))]
    found = {}
    for ill in itertools.product((0, 1), repeat=len(members)):
        chance = math.prod(
            one.incidence if case else 1 - one.incidence
            for case, (_, one) in zip(ill, members, strict=True)
        )
        losses = [case * one.benefit for case, (_, one) in zip(ill, members, strict=True)]
        sums = found.setdefault(sum(losses), [0.0, np.zeros(len(groups))])
        sums[0] += chance
        sums[1] += chance * np.array([losses[place] for place in first])
    return {total: (chance, brought / chance) for total, (chance, brought) in found.items()}


@settings(max_examples=25)
@given(groups=small_pools)
def test_conditional_means_are_those_of_every_outcome_counted_out(groups):
    for total, (_, means) in counted_out(groups).items():
        assert ConditionalMean()(groups, total) == pytest.approx(means, rel=1e-9, abs=1e-9)


@settings(max_examples=25)
@given(groups=small_pools)
def test_a_conditional_mean_lies_between_nothing_and_the_loss_and_averages_to_the_expected(groups):
    scheme, mean = ConditionalMean(), np.zeros(len(groups))
    for total, (chance, _) in counted_out(groups).items():
        charges = scheme(groups, total)
        assert (charges >= 0).all()
        assert all(c <= one.benefit * (1 + 1e-12) for c, one in zip(charges, groups, strict=True))
        mean += chance * charges
    assert mean == pytest.approx([one.expected_benefit for one in groups], rel=1e-9)


def test_a_conditional_mean_by_hand():
    # 300,000 comes from the young one alone, 0.1 x 0.8^3 = 0.0512, or from all three old ones,
    # 0.9 x 0.2^3 = 0.0072.
    groups = [
        group((20, 39), members=1, incidence=0.1, benefit=300_000),
        group((40, 59), members=3, incidence=0.2, benefit=100_000),
    ]
    young, old = ConditionalMean()(groups, 300_000)
    assert young == pytest.approx(300_000 * 0.0512 / 0.0584)
    assert old == pytest.approx(100_000 * 0.0072 / 0.0584)
    # 100,000 can only come from the old, 400,000 only from the young one and one of them.
    assert ConditionalMean()(groups, 100_000) == pytest.approx([0, 100_000 / 3])
    assert ConditionalMean()(groups, 400_000) == pytest.approx([300_000, 100_000 / 3])


def test_a_period_of_half_the_length_halves_the_chances():
    # By hand as above, with chances 0.05 and 0.1: 0.05 x 0.9^3, and 0.95 x 0.1^3.
    groups = [
        group((20, 39), members=1, incidence=0.1, benefit=300_000),
        group((40, 59), members=3, incidence=0.2, benefit=100_000),
    ]
    young, _ = ConditionalMean(years=0.5)(groups, 300_000)
    assert young == pytest.approx(300_000 * 0.03645 / (0.03645 + 0.00095))


@given(
    sizes=st.lists(st.integers(1, 200), min_size=2, max_size=5),
    chance=st.floats(0.01, 0.5),
    data=st.data(),
)
@settings(max_examples=30)
def test_groups_with_one_chance_and_benefit_share_by_their_numbers(sizes, chance, data):
    """A closed form: given their sum, binomials of one chance are hypergeometric."""
    groups = [group(members=n, incidence=chance) for n in sizes]
    cases = data.draw(st.integers(0, min(sum(sizes), 20)))
    charges = ConditionalMean()(groups, cases * 300_000)
    assert charges == pytest.approx(np.full(len(sizes), cases * 300_000 / sum(sizes)), rel=1e-8)


def compound_poisson(rate, severity, last):
    """Panjer's recursion for a compound Poisson distribution on 0, 1, ..., last."""
    chance = np.zeros(last + 1)
    chance[0] = math.exp(-rate)
    for s in range(1, last + 1):
        chance[s] = (
            rate
            / s
            * sum(k * severity[k] * chance[s - k] for k in range(1, min(s, len(severity) - 1) + 1))
        )
    return chance


@given(
    rates=st.lists(st.floats(0.05, 3), min_size=2, max_size=4),
    severity=st.lists(st.floats(0.05, 1), min_size=1, max_size=4),
)
@settings(max_examples=30)
def test_compound_poisson_losses_of_one_severity_share_by_their_rates(rates, severity):
    """A closed form: the share is total x rate / sum of rates, whatever the severity.

    It is stated in the guide of the package aggregate (S. Mildenhall), "Examples of kappa
    functions", 3, and for plain Poisson losses in any textbook.
    """
    severity = np.array([0, *severity]) / sum(severity)
    means = conditional_means([compound_poisson(rate, severity, 25) for rate in rates], last=25)
    for rate, row in zip(rates, means.share, strict=True):
        assert row == pytest.approx(means.total * rate / sum(rates), rel=1e-9)


# Denuit, Size-biased transform and conditional mean risk sharing, ASTIN Bulletin 49 (2019)
# 591-617, example 6.1: four compound Poisson losses. The data were read in the guide of the
# package aggregate (github.com/mynl/aggregate, problems/030_denuit_astin.rst); the numbers of
# the paper are a picture there and could not be read.
RATES = (0.08, 0.08, 0.10, 0.10)
SEVERITIES = ((0, 0.1, 0.2, 0.4, 0.3), (0, 0.15, 0.25, 0.3, 0.3)) * 2
# What release 0.30.1 of that package, which shares no code with ours, computes for the example
# (columns p_total and exeqa_P1 to exeqa_P4; run for this test on 2026-11-22).
AGGREGATE = {
    1: (0.03139543, 0.17777778, 0.26666667, 0.22222222, 0.33333333),
    2: (0.05721818, 0.39457400, 0.49431489, 0.49321750, 0.61789361),
    3: (0.09046084, 0.75656300, 0.57677034, 0.94570375, 0.72096292),
    4: (0.08165093, 0.88848413, 0.88929365, 1.11060516, 1.11161706),
    5: (0.01070405, 1.12619633, 1.09602589, 1.40774541, 1.37003237),
    8: (0.00521805, 1.78916122, 1.76639433, 2.23645153, 2.20799291),
    12: (0.00024253, 2.70617442, 2.62715891, 3.38271802, 3.28394864),
    15: (0.00002459, 3.43482493, 3.23184173, 4.29353117, 4.03980217),
}


def denuit_2019():
    losses = [compound_poisson(r, f, 40) for r, f in zip(RATES, SEVERITIES, strict=True)]
    return conditional_means(losses, last=40)


def test_the_example_of_denuit_agrees_with_another_package_to_its_eight_digits():
    means = denuit_2019()
    for total, (probability, *shares) in AGGREGATE.items():
        assert means.probability[total] == pytest.approx(probability, abs=6e-9)
        assert means.share[:, total] == pytest.approx(shares, abs=2e-8)


def test_the_example_of_denuit_agrees_with_his_size_biased_formula():
    """A closed form of that paper: E[X_i | S = s] = rate_i sum_k k f_i(k) P(S = s - k) / P(S = s).

    The total is compound Poisson too, with the sum of the rates and the mixed severity.
    """
    mixed = np.average(np.array(SEVERITIES), axis=0, weights=RATES)
    total = compound_poisson(sum(RATES), mixed, 40)
    means = denuit_2019()
    assert means.probability == pytest.approx(total, rel=1e-12)
    for place, (rate, severity) in enumerate(zip(RATES, SEVERITIES, strict=True)):
        for s in range(1, 41):
            brought = sum(k * severity[k] * total[s - k] for k in range(1, min(4, s) + 1))
            assert means.share[place, s] == pytest.approx(rate * brought / total[s], rel=1e-9)
    # Given a total of 1 by hand: rates times first entries are 8, 12, 10 and 15 in 45.
    assert means.share[:, 1] == pytest.approx([8 / 45, 12 / 45, 10 / 45, 15 / 45])


# Denuit, Hieber and Robert, Mortality credits within large survivor funds, ASTIN Bulletin (2022):
# of ten members, six lose 1 with chance 0.1 and four lose 3 with chance 0.2. Data read in the same
# guide, values of its release 0.30.1 as above: the six together, the four together.
CREDITS = {
    3: (0.08010681, 2.91989319),
    4: (1.01025290, 2.98974710),
    6: (0.20454350, 5.79545650),
    9: (0.42417241, 8.57582759),
    12: (0.91579554, 11.08420446),
}


def test_an_example_of_survivor_credits_agrees_with_another_package():
    groups = [
        group(members=6, incidence=0.1, benefit=1),
        group(members=4, incidence=0.2, benefit=3),
    ]
    for total, (low, high) in CREDITS.items():
        assert ConditionalMean()(groups, total) == pytest.approx([low / 6, high / 4], abs=2e-8)


@settings(max_examples=25)
@given(drawn=small_pools_and_totals())
def test_conditional_means_follow_the_formula_for_losses_of_one_size(drawn):
    """A closed form: E[X_i | S = s] = a_i q_i P(S without i = s - a_i) / P(S = s).

    Formula 2.2 of the same paper, as a public script states it (read in a stored copy).
    """
    groups, total = drawn
    charges = ConditionalMean()(groups, total)
    chances = {t: chance for t, (chance, _) in counted_out(groups).items()}
    for place, one in enumerate(groups):
        fewer = [
            replace(other, members=other.members - (k == place))
            for k, other in enumerate(groups)
            if other.members > (k == place)
        ]
        others = {t: chance for t, (chance, _) in counted_out(fewer).items()} if fewer else {0: 1}
        left = others.get(total - one.benefit, 0.0)
        formula = one.benefit * one.incidence * left / chances[total]
        assert charges[place] == pytest.approx(formula, rel=1e-9, abs=1e-9)


def test_two_exponential_losses_agree_with_printed_digits():
    """Rates 1 and 2, total 3: 2.157 and 0.843.

    Printed in the tests of the package insurance-severity (github.com/burning-cost/
    insurance-severity, tests/test_cmrs.py), from ((s - 1) + exp(-s)) / (1 - exp(-s)).
    """
    step = 1 / 2_000
    places = np.arange(6_001) * step
    losses = [np.exp(-rate * places) * (1 - math.exp(-rate * step)) for rate in (1, 2)]
    shares = conditional_means(losses, last=6_000).share[:, 6_000] * step
    assert shares.round(3).tolist() == [2.157, 0.843]


def test_two_dice_that_show_eight_are_expected_to_show_four_each():
    """A question printed with its answer at imathworks.com, read in a stored copy."""
    die = [0, *[1 / 6] * 6]
    assert conditional_means([die, die]).share[:, 8] == pytest.approx([4, 4])


def test_a_total_that_cannot_occur_has_no_shares():
    means = conditional_means([[0.5, 0, 0, 0.5], [1.0]])
    assert np.isnan(means.share[:, 1]).all()
    assert means.share[:, 3].tolist() == [3, 0]
    assert list(means.to_frame()) == ["total_steps", "probability", "share_1_steps",
                                      "share_2_steps"]  # fmt: skip


@given(
    losses=st.lists(
        st.lists(st.floats(0.01, 1), min_size=1, max_size=4).map(lambda w: np.array(w) / sum(w)),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=40)
def test_shares_of_any_losses_add_up_and_average_to_the_mean(losses):
    means = conditional_means(losses)
    assert means.probability.sum() == pytest.approx(1)
    assert means.share.sum(axis=0) == pytest.approx(means.total, rel=1e-9)
    for loss, row in zip(losses, means.share, strict=True):
        assert row @ means.probability == pytest.approx(loss @ np.arange(len(loss)))
        assert (row >= 0).all()
        assert (row <= len(loss) - 1 + 1e-9).all()


# ---- whole fen ----------------------------------------------------------------------------


@given(groups=pools, total=amounts)
@settings(max_examples=60)
def test_whole_fen_add_up_exactly_and_differ_by_one_fen_at_most(groups, total):
    charges = fair(groups, total / 100)
    settled = whole_fen(groups, charges, total)
    assert settled.collected == total
    for one, charge, fen, more in zip(
        groups, charges * 100, settled.charge, settled.one_more, strict=True
    ):
        assert 0 <= more < one.members
        assert fen <= charge * (1 + 1e-9) + 1
        assert fen + bool(more) >= charge * (1 - 1e-9) - 1


def test_whole_fen_by_hand():
    # 100 fen in shares of 1 to 2: 14.29 for each of three, 28.57 for each of two. 14 x 3 + 28 x 2
    # is 98; the two with the larger remainder pay one fen more.
    groups = [group(members=3), group((40, 49), members=2)]
    settled = whole_fen(groups, [1, 2], 100)
    assert (settled.charge, settled.one_more) == ((14, 29), (0, 0))
    # 101 fen: 14.43 and 28.86; 98 again, so the two pay one more, and one of the three.
    settled = whole_fen(groups, [1, 2], 101)
    assert (settled.charge, settled.one_more) == ((14, 29), (1, 0))
    assert settled.to_frame().to_dict("list") == {
        "members": [3, 2],
        "charge_fen": [14, 29],
        "members_paying_one_fen_more": [1, 0],
    }


def test_among_equal_remainders_the_group_named_first_pays_the_fen():
    settled = whole_fen([group(members=2), group(members=2)], [1, 1], 5)
    assert (settled.charge, settled.one_more) == ((1, 1), (1, 0))


def test_nothing_to_collect_is_no_charge():
    assert whole_fen([group(members=3)], [0], 0).charge == (0,)


# ---- members ------------------------------------------------------------------------------


def table(key):
    return history.fact(f"profile/members/{key}").value


def test_the_age_mix_of_2019_is_the_published_one():
    mix = age_mix(LAST_BILL)
    frame = mix.to_frame()
    assert frame["share"].sum() == pytest.approx(1)
    twenties = frame[frame["age_years"].between(20, 29)]["share"]
    thirties = frame[frame["age_years"].between(30, 39)]["share"]
    assert twenties.sum() == pytest.approx(table("2019/decade_of_birth/1990s"))
    assert thirties.sum() == pytest.approx(table("2019/decade_of_birth/1980s"))
    assert mix.mean_age == pytest.approx(table("2020/mean_age/all"))
    # Even within a band.
    assert set(twenties.round(12)) == {0.031}
    assert set(thirties.round(12)) == {0.048}
    assert mix.as_of == "2019-12"


def test_the_age_mix_of_2018_is_the_published_one():
    mix = age_mix(dt.date(2019, 6, 21))
    assert mix.share.sum() == pytest.approx(1)
    assert mix.share[:30].sum() == pytest.approx(table("2018-12/age/under_30"))
    assert mix.share[30:40].sum() == pytest.approx(table("2018-12/decade_of_birth/1980s"))
    # 12 children to 112 members.
    assert mix.share[:20].sum() == pytest.approx(12 / 112)
    assert mix.as_of == "2018-12"


def test_the_count_of_2019_holds_from_the_day_it_was_made():
    assert age_mix(dt.date(2019, 12, 30)).as_of == "2018-12"
    assert age_mix(dt.date(2019, 12, 31)).as_of == "2019-12"


def test_the_median_member_is_where_writers_place_it():
    cumulative = np.cumsum(age_mix(LAST_BILL).share)
    median = int(np.searchsorted(cumulative, 0.5))
    low, high = (table(f"2021-12/median_age_band/{end}") for end in ("from", "to"))
    assert low <= median <= high


@pytest.mark.parametrize("under_20", [0, 0.05, 0.21])
def test_the_share_of_children_can_be_chosen(under_20):
    mix = age_mix(LAST_BILL, under_20=under_20)
    assert mix.share[:20].sum() == pytest.approx(under_20)
    assert mix.share[40:].sum() == pytest.approx(0.21 - under_20)


def test_groups_have_the_incidence_of_the_table_and_the_benefit_of_the_rule():
    pool = groups_of("critical", LAST_BILL, members=100_000_000)
    assert sum(one.members for one in pool.groups) == pytest.approx(100_000_000)
    assert len(pool.groups) == 120
    for one in pool.groups:
        key = f"incidence/25/{one.sex}/{one.age_from}"
        assert one.incidence == history.fact(key).value
        assert one.benefit == (300_000 if one.age_from <= 39 else 100_000)


def test_a_band_has_the_mean_incidence_of_its_members():
    single = groups_of("critical", LAST_BILL).groups
    for band in groups_of("critical", LAST_BILL, bands=AGE_BANDS).groups:
        inside = [
            one
            for one in single
            if one.sex == band.sex and band.age_from <= one.age_from <= band.age_to
        ]
        members = sum(one.members for one in inside)
        assert band.members == pytest.approx(members)
        cases = sum(one.members * one.incidence for one in inside)
        assert band.incidence == pytest.approx(cases / members)


def test_the_bills_of_2021_are_a_third_or_so_of_what_the_table_makes_them():
    # 23 notices paid by members, and the fee of 8 percent; 0 to 10 percent of members under 20.
    paid = history.fact("annual/2021/critical/share").value
    for under_20 in (None, 0.1):
        groups = groups_of("critical", LAST_BILL, under_20=under_20).groups
        table_bill = expected_total(groups) / 1_000_000 * 1.08 * 23 / 24
        assert 0.33 < paid / table_bill < 0.40


def test_plan_ratio_and_the_share_of_men_are_the_callers():
    plain = groups_of("critical", LAST_BILL, bands=AGE_BANDS).groups
    third = groups_of("critical", LAST_BILL, bands=AGE_BANDS, plan_ratio=1 / 3).groups
    assert expected_total(third) == pytest.approx(expected_total(plain) / 3)
    men = groups_of("critical", LAST_BILL, men=1).groups
    assert {one.sex for one in men} == {"male"}
    assert sum(one.members for one in men) == pytest.approx(1_000_000)


def test_the_elderly_plan_says_what_it_does_not_know():
    pool = groups_of("elderly", LAST_BILL)
    assert (pool.groups[0].age_from, pool.groups[-1].age_to) == (60, 70)
    assert {one.benefit for one in pool.groups} == {100_000}
    woman = pool.groups[-1]
    assert woman.incidence == history.fact("incidence/6/female/70").value
    said = " ".join(pool.assumptions)
    assert "not published" in said
    assert "cancer alone is not in the tables" in said


def test_assumptions_and_keys_come_with_the_groups():
    pool = groups_of("critical", LAST_BILL, men=0.6, plan_ratio=0.5)
    said = " ".join(pool.assumptions)
    assert "Men are 60%" in said
    assert "0.5 times" in said
    assert "evenly" in said
    for key in pool.keys:
        assert history.fact(key).status == "used"
    assert pool.to_frame()["benefit_yuan"].isin([300_000, 100_000]).all()


@given(groups=pools, members=st.integers(1, 10**6))
@settings(max_examples=40)
def test_a_pool_in_whole_members_keeps_the_mix(groups, members):
    few = in_whole_members(groups, members)
    assert sum(one.members for one in few) == members
    share = members / sum(one.members for one in groups)
    for one in few:
        assert one.members == int(one.members)
        assert any(abs(one.members - other.members * share) < 1 for other in groups)


# ---- who pays for whom --------------------------------------------------------------------


@given(groups=pools)
@settings(max_examples=40)
def test_what_groups_give_others_receive(groups):
    for scheme in LINEAR.values():
        expected = expected_by_group(groups, scheme)
        given_away = sum(
            one.members * s for one, s in zip(groups, expected.expected_subsidy, strict=True)
        )
        assert abs(given_away) <= 1e-9 * expected_total(groups)


def test_at_forty_the_benefit_falls_and_a_receiver_becomes_a_giver():
    # Men: 300,000 x 0.00219 = 657 yuan a year at 39; 100,000 x 0.00247 = 247 at 40.
    pool = groups_of("critical", LAST_BILL)
    expected = expected_by_group(pool.groups).to_frame()
    men = expected[expected["sex"] == "male"].set_index("age_from_years")
    benefit = men["expected_benefit_yuan_per_head_and_year"]
    subsidy = men["expected_subsidy_yuan_per_head_and_year"]
    assert benefit[39] == pytest.approx(300_000 * history.fact("incidence/25/male/39").value)
    assert benefit[40] == pytest.approx(100_000 * history.fact("incidence/25/male/40").value)
    assert subsidy[39] > 0 > subsidy[40]
    assert subsidy[39] - subsidy[40] == pytest.approx(657 - 247)
    # All are charged the same.
    assert men["expected_charge_yuan_per_head_and_year"].nunique() == 1


def test_the_fee_is_charged_on_top():
    plain, dearer = expected_by_group(THREE), expected_by_group(THREE, fee=0.08)
    assert plain.expected_charge == pytest.approx([600, 600, 600])
    assert dearer.expected_charge == pytest.approx([648, 648, 648])
    assert dearer.expected_subsidy == pytest.approx([300 - 648, 600 - 648, 1_200 - 648])


def test_conditional_means_are_fair_on_average():
    expected = expected_by_group(THREE, ConditionalMean())
    assert expected.expected_subsidy == pytest.approx([0, 0, 0])


def test_steadiness_of_equal_shares_by_hand():
    # Ten members with a chance of 0.1: sqrt(10 x 0.1 x 0.9) / (10 x 0.1).
    alike = [group(members=10, incidence=0.1)]
    assert steadiness(alike) == pytest.approx([math.sqrt(0.9)])
    assert steadiness(alike, years=0.5) == pytest.approx([math.sqrt(0.95 / 0.5)])
    assert steadiness(alike, ConditionalMean()) == pytest.approx([math.sqrt(0.9)])
    assert steadiness(alike, ConditionalMean(), years=0.5) == pytest.approx([math.sqrt(1.9)])


@settings(max_examples=20)
@given(groups=small_pools)
def test_steadiness_of_conditional_means_is_that_of_every_outcome(groups):
    found = counted_out(groups)
    chance = np.array([c for c, _ in found.values()])
    charges = np.array([means for _, means in found.values()])
    mean = chance @ charges
    spread = np.sqrt(chance @ (charges - mean) ** 2)
    assert steadiness(groups, ConditionalMean()) == pytest.approx(spread / mean, rel=1e-6)
    total = np.array(list(found))
    bill = math.sqrt(chance @ (total - chance @ total) ** 2) / (chance @ total)
    for scheme in LINEAR.values():
        assert steadiness(groups, scheme) == pytest.approx(np.full(len(groups), bill), rel=1e-6)


def test_the_comparison_agrees_with_its_parts():
    groups = groups_of("critical", LAST_BILL, bands=AGE_BANDS).groups
    frame = compare_schemes(groups).to_frame().set_index("scheme")
    assert list(frame.index) == list(SCHEMES)
    total = expected_total(groups)
    for name, scheme in LINEAR.items():
        moved = money_moved(groups, scheme(groups, total))
        assert frame.loc[name, "money_moved_yuan_a_year"] == pytest.approx(moved.yuan, abs=1e-3)
        assert frame.loc[name, "money_moved_percent"] == pytest.approx(moved.percent, abs=1e-9)
    for name in ("fair", "conditional mean"):
        assert frame.loc[name, "money_moved_percent"] == pytest.approx(0, abs=1e-9)
        young = [one for one in groups if one.age_to <= 29]
        cost = sum(one.members * one.expected_benefit for one in young)
        assert frame.loc[name, "expected_charge_0_to_29_yuan_a_year"] == pytest.approx(
            cost / sum(one.members for one in young)
        )
    equal_charge = frame.loc["equal", "expected_charge_0_to_29_yuan_a_year"]
    assert equal_charge == pytest.approx(total / 1_000_000)
    few = in_whole_members(groups, 1_000)
    mean = sum(one.members * one.expected_benefit for one in few)
    variance = sum(
        one.members * one.incidence * (1 - one.incidence) * one.benefit**2 for one in few
    )
    for end in ("least", "highest"):
        column = f"{end}_coefficient_of_variation_in_1000_members"
        assert frame.loc["equal", column] == pytest.approx(math.sqrt(variance) / mean)


def test_premiums_stand_beside_the_charges_of_the_same_ages():
    pool = groups_of("critical", LAST_BILL)
    frame = compare_with_premiums(pool.groups).to_frame().set_index("key")
    row = frame.loc["premiums/transfer-critical/male/30/34/100000/first year"]
    # 141.84 yuan for 15 months and 100,000: 11.3472 for 12 months and 10,000.
    assert row["premium_yuan_per_10000_and_year"] == pytest.approx(11.3472)
    bill = expected_total(pool.groups) / 1_000_000 * 1.08
    assert row["expected_charge_yuan_per_10000_and_year"] == pytest.approx(bill / 30)
    rates = [history.fact(f"incidence/25/male/{age}").value for age in range(30, 35)]
    assert row["fair_charge_yuan_per_10000_and_year"] == pytest.approx(
        10_000 * 1.08 * sum(rates) / 5
    )
    assert all(history.fact(key).status == "used" for key in frame.index)
    prices = ["policy", "sex", "age_from_years", "age_to_years", "premium_yuan_per_10000_and_year"]
    assert not frame.round(6).duplicated(prices).any()


# ---- a benefit that grows -----------------------------------------------------------------


def test_a_benefit_grows_in_a_straight_line_and_then_stays():
    grown = [
        with_growing_benefit([group(years=years)], start=0.1, full_after=3)[0].benefit
        for years in (0, 1.5, 3, 10)
    ]
    assert grown == pytest.approx([30_000, 165_000, 300_000, 300_000])


def test_members_split_by_years_are_the_same_members():
    split = split_by_years(THREE, {0: 0.25, 2: 0.75})
    assert sum(one.members for one in split) == pytest.approx(20)
    assert [one.years_in_plan for one in split[:2]] == [0, 2]
    assert expected_total(split) == pytest.approx(expected_total(THREE))
    assert "years_in_plan" in expected_by_group(split).to_frame()


def test_new_members_pay_for_old_ones_when_benefits_grow_by_hand():
    # Half just joined, without benefit; half have the full one. All pay 300; the fair charge
    # would be 0 and 600.
    split = split_by_years([group(members=2, incidence=0.002)], {0: 0.5, 3: 0.5})
    grown = with_growing_benefit(split, start=0, full_after=3)
    expected = expected_by_group(grown)
    assert expected.expected_subsidy == pytest.approx([-300, 300])
    assert money_moved(grown, expected.expected_charge).percent == pytest.approx(50)


def test_members_without_a_benefit_share_the_bill():
    # Two of whom one has a benefit of 300,000, with a chance of 0.1: a charge of 150,000 or 0.
    split = split_by_years([group(members=2, incidence=0.1)], {0: 0.5, 3: 0.5})
    grown = with_growing_benefit(split, start=0, full_after=3)
    assert steadiness(grown) == pytest.approx([3, 3])  # sqrt(0.1 x 0.9) / 0.1
    alone = steadiness(grown, ConditionalMean())
    assert math.isnan(alone[0])
    assert alone[1] == pytest.approx(3)
    with pytest.raises(ValueError, match="benefits of the groups must be above 0 together, got 0"):
        risks_of(grown[:1])


@given(groups=pools, start=st.floats(0, 1), years=st.floats(0, 5), longer=st.floats(0, 5))
@settings(max_examples=30)
def test_longer_membership_never_lowers_a_benefit(groups, start, years, longer):
    early, late = (
        with_growing_benefit(
            [replace(one, years_in_plan=y) for one in groups], start=start, full_after=3
        )
        for y in (years, years + longer)
    )
    for one, other, full in zip(early, late, groups, strict=True):
        assert start * full.benefit * (1 - 1e-12) <= one.benefit
        assert one.benefit <= other.benefit <= full.benefit


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"age_from": -1}, "age_from must be a whole number from 0 to 120, got -1"),
        ({"age_to": 29}, "age_to must be a whole number from 30 to 120, got 29"),
        ({"sex": "man"}, "sex must be one of male, female, both, got 'man'"),
        ({"members": 0}, "members must be above 0 and finite, got 0"),
        ({"members": INF}, "members must be above 0 and finite, got inf"),
        ({"incidence": 1.1}, "incidence must be from 0 to 1 per year, got 1.1"),
        ({"incidence": NAN}, "incidence must be from 0 to 1 per year, got nan"),
        ({"benefit": -1}, "benefit must be at least 0 yuan and finite, got -1"),
        ({"years_in_plan": -1}, "years_in_plan must be at least 0 years and finite, got -1"),
    ],
)
def test_a_group_out_of_range_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(group(), **change)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("total", [-1, NAN, INF, "1", None])
def test_a_total_out_of_range_is_refused(scheme, total):
    with pytest.raises(ValueError, match="total must be at least 0 yuan and finite, got"):
        scheme(THREE, total)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_what_is_no_group_is_refused(scheme):
    with pytest.raises(TypeError, match="groups must be a sequence of Group, got"):
        scheme([1, 2], 100)
    with pytest.raises(ValueError, match="groups must hold at least one group"):
        scheme([], 100)


@pytest.mark.parametrize("scheme", [fair, by_benefit_band, ByAgeBand()])
def test_without_an_expected_benefit_there_is_no_fair_share(scheme):
    with pytest.raises(ValueError, match="expected benefits of the groups must be above 0"):
        scheme([group(incidence=0)], 100)


def test_a_group_outside_the_bands_is_refused_by_name():
    with pytest.raises(ValueError, match="bands must hold each group in exactly one, got 20-49"):
        ByAgeBand()([group((20, 49))], 100)


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (50_000, "multiple of 100000 and at most 600000 yuan, got 50000"),
        (900_000, "multiple of 100000 and at most 600000 yuan, got 900000"),
        (300_000.005, "multiple of 100000 and at most 600000 yuan, got 300000.005"),
        (200_000, "total must be a sum that can come about, got 200000"),
    ],
)
def test_a_total_that_cannot_come_about_is_refused(total, said):
    groups = [
        group(members=1, incidence=0.1),
        group((40, 59), members=3, incidence=0.2, benefit=100_000),
    ]
    groups = groups if total != 200_000 else [groups[0], replace(groups[1], incidence=0.0)]
    with pytest.raises(ValueError, match=said):
        ConditionalMean()(groups, total)


def test_a_part_of_a_member_is_refused():
    with pytest.raises(ValueError, match="members of 30-39 both must be a whole number, got 1.5"):
        ConditionalMean()([group(members=1.5)], 300_000)
    with pytest.raises(ValueError, match="members of 30-39 both must be a whole number, got 1.5"):
        risks_of([group(members=1.5)])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: groups_of("chronic", LAST_BILL), "plan must be one of critical, insurance, eld"),
        (lambda: groups_of("critical", dt.date(2018, 11, 26)), "day must be from 2018-11-27 to"),
        (lambda: groups_of("critical", LAST_BILL, men=2), "men must be from 0 to 1, got 2"),
        (lambda: groups_of("critical", LAST_BILL, plan_ratio=-1), "plan_ratio must be at least 0"),
        (lambda: groups_of("critical", LAST_BILL, members=0), "members must be above 0"),
        (lambda: groups_of("elderly", LAST_BILL, under_20=0.1), "under_20 must be None"),
        (
            lambda: groups_of("critical", LAST_BILL, bands=((0, 34), (35, 59))),
            "bands must not cross a change of the benefit, got .35, 59.",
        ),
        (
            lambda: groups_of("critical", LAST_BILL, bands=((0, 29), (40, 59))),
            "bands must hold each age from 0 to 59 once and in order, got",
        ),
        (lambda: age_mix(dt.date(2022, 1, 29)), "day must be from 2018-10-16 to 2022-01-28"),
        (lambda: age_mix(LAST_BILL, under_20=0.22), "under_20 must be from 0 to 0.21, got 0.22"),
        (lambda: in_whole_members(THREE, 0), "members must be a whole number of at least 1"),
        (lambda: risks_of(THREE, years=0), "years must be above 0 years and finite, got 0"),
        (lambda: expected_by_group(THREE, fee=-1), "fee must be at least 0 and finite, got -1"),
        (lambda: conditional_means([]), "losses must hold at least one distribution"),
        (lambda: conditional_means([[0.5, -0.1]]), "each loss must be a list of probabilities"),
        (lambda: conditional_means([[0.9, 0.2]]), "each loss must be a list of probabilities"),
        (lambda: conditional_means([[NAN]]), "each loss must be a list of probabilities"),
        (lambda: conditional_means([[1.0]], last=-1), "last must be a whole number from 0 to"),
        (lambda: conditional_means([[1.0]], last=30_000), "last must be .* 20000, got 30000"),
        (lambda: whole_fen(THREE, [1, 2], 100), "charges must be one for each of 3 groups"),
        (lambda: whole_fen(THREE, [1, -2, 3], 100), "charge must be at least 0 and finite"),
        (lambda: whole_fen(THREE, [0, 0, 0], 100), "charges must be above 0 together"),
        (lambda: whole_fen(THREE, [1, 1, 1], 1.5), "total must be a whole number of at least 0"),
        (lambda: split_by_years(THREE, {0: 0.5}), "shares must add up to 1, got 0.5"),
        (lambda: split_by_years(THREE, {0: 1.5}), "share must be above 0 and at most 1, got 1.5"),
        (lambda: with_growing_benefit(THREE, start=2, full_after=3), "start must be from 0 to 1"),
        (lambda: with_growing_benefit(THREE, start=0, full_after=0), "full_after must be above 0"),
        (lambda: compare_schemes(THREE, young=(0, 5)), "young must hold at least one group"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_only_a_date_is_a_day():
    for ask in (age_mix, lambda day: groups_of("critical", day)):
        with pytest.raises(TypeError, match="day must be a date, got '2021-12-07'"):
            ask("2021-12-07")


def test_binomial_and_conditional_mean_speak_of_the_same_total():
    """The chance of a total from one room is the chance in the other."""
    groups = in_whole_members(groups_of("critical", LAST_BILL, bands=AGE_BANDS).groups, 500)
    means = ConditionalMean().at_every_total(groups, 3_000_000)
    assert len(means.total) == 31
    young = [one for one in groups if one.benefit == 300_000]
    old = [one for one in groups if one.benefit == 100_000]
    none_young = math.prod((1 - one.incidence) ** one.members for one in young)
    none_old = math.prod((1 - one.incidence) ** one.members for one in old)
    one_old = none_old * sum(one.members * one.incidence / (1 - one.incidence) for one in old)
    assert means.probability[0] == pytest.approx(none_young * none_old)
    assert means.probability[1] == pytest.approx(none_young * one_old)
