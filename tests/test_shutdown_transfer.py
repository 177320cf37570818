"""Where members could go, and why it ended: figures of the sources come out, people add up."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid import history
from mutualaid.churn import Scenario, project
from mutualaid.shutdown import (
    EXPLANATIONS,
    left_without_cover,
    observations,
    quoted_premiums,
    refused_share,
    transfer,
    weigh,
)

PLAN = project(Scenario(), cells=True)
THERE = float(PLAN.by_cell["exposed"][-1].sum())


# ---- the policy offered -------------------------------------------------------------------


@pytest.mark.parametrize(
    "age, sex, first_year, payment, year",
    [
        # 24 payments in the first policy year, which covers 15 months.
        (32, "female", 147.84, 6.16, 118.27),
        (30, "male", 141.84, 5.91, 113.47),
        (59, "male", 607.92, 25.33, 486.34),
        (55, "female", 450.00, 18.75, 360.00),
        (0, "female", 48.96, 2.04, 39.17),
    ],
)
def test_the_premiums_of_the_sources_come_out(age, sex, first_year, payment, year):
    offer = transfer(age, sex)
    assert offer.known
    assert offer.first_year == first_year
    assert round(offer.payment, 2) == payment
    assert round(offer.year, 2) == year
    assert history.fact(offer.keys[0]).value == first_year


def test_the_gift_leaves_the_price_that_a_source_prints():
    gift = history.fact("plans/transfer/gift@qa-2021-12-29-finance-blogger").value
    printed = history.fact("premiums/transfer-critical/female/32/32/100000/first year after gift")
    left = transfer(32, "female").first_year - gift
    assert left == pytest.approx(139.04)
    assert math.floor(left) == printed.value


def test_days_of_membership_count_for_the_waiting_time():
    # A source works the case of thirty days: sixty are left.
    waits = [transfer(30, "male", days_of_membership=d).waiting_days for d in (0, 30, 89, 90, 400)]
    assert waits == [90, 60, 1, 0, 0]


def test_cover_falls_at_40_as_the_sources_say():
    young, old = transfer(39, "male"), transfer(40, "male")
    assert (young.cover, young.cover_moderate, young.cover_light) == (100_000, 40_000, 20_000)
    assert (old.cover, old.cover_moderate, old.cover_light) == (40_000, 20_000, 10_000)
    assert (young.payments, young.months) == (24, 15)


@given(age=st.integers(0, 59), sex=st.sampled_from(["male", "female"]))
def test_a_price_read_between_two_ages_lies_between_them(age, sex):
    offer = transfer(age, sex)
    rate = offer.first_year / offer.cover
    bands = quoted_premiums().set_index("key").loc[list(offer.keys)]
    rates = bands["value"] / bands["cover"]
    assert rates.min() - 1e-9 <= rate <= rates.max() + 1e-6
    assert offer.known == (len(offer.keys) == 1)
    same = transfer(age // 5 * 5, sex)
    if (age // 5 * 5 < 40) == (age < 40):
        assert same.first_year == offer.first_year


def test_prices_read_between_agree_with_those_of_unknown_sex_and_age():
    # A source gives 10.45 yuan a half-month for somebody of 40 to 59.
    told = history.fact(
        "premiums/transfer-critical/both/40/59/40000/half-month@qa-2021-12-29-insurance-commentator"
    ).value
    prices = [transfer(age, sex).payment for age in range(40, 60) for sex in ("male", "female")]
    assert min(prices) < told < max(prices)


def test_who_is_no_member_of_the_plan_gets_no_offer():
    with pytest.raises(ValueError, match="age must be a whole number from 0 to 59, got 60"):
        transfer(60, "male")
    with pytest.raises(ValueError, match="sex must be one of male, female"):
        transfer(30, "other")
    with pytest.raises(ValueError, match="days_of_membership must be a whole number"):
        transfer(30, "male", days_of_membership=-1)


# ---- who is left without cover ------------------------------------------------------------


@given(moved=st.floats(0, THERE), at_40=st.floats(0, 0.5), slope=st.sampled_from([0.0, -0.5, 2.0]))
def test_members_move_or_stay_insurable_or_are_shut_out(moved, at_40, slope):
    table = left_without_cover(PLAN, moved=moved, refused=refused_share(at_40), willing_slope=slope)
    parts = table[["moved", "insurable", "shut_out"]]
    assert (parts >= -1e-6).all().all()
    np.testing.assert_allclose(parts.sum(axis=1), table["members"], rtol=1e-9, atol=1e-6)
    assert parts["moved"].sum() == pytest.approx(moved, rel=1e-6, abs=1e-3)


def test_the_old_are_shut_out_more_than_the_young():
    table = left_without_cover(PLAN, moved=12e6, refused=refused_share(0.1)).set_index("age")
    stays = table["insurable"] + table["shut_out"]
    share = table["shut_out"] / stays
    assert share[55] > share[40] > share[25]
    assert share[40] == pytest.approx(0.1)
    same = table["moved"] / table["members"]
    assert same[20] == pytest.approx(same[50])


def test_where_the_young_are_more_willing_more_of_them_move():
    table = left_without_cover(PLAN, moved=12e6, refused=np.zeros(60), willing_slope=-0.5)
    moves = (table["moved"] / table["members"]).to_numpy()
    assert moves[25] / moves[45] == pytest.approx(math.exp(1.0))


def test_more_cannot_move_than_are_there_and_shares_are_shares():
    with pytest.raises(ValueError, match="moved must be at most"):
        left_without_cover(PLAN, moved=1e9, refused=np.zeros(60))
    with pytest.raises(ValueError, match="refused must hold 60 shares from 0 to 1"):
        left_without_cover(PLAN, moved=1e6, refused=np.full(60, 1.5))
    with pytest.raises(ValueError, match="with cells=True"):
        left_without_cover(project(Scenario()), moved=1e6, refused=np.zeros(60))
    with pytest.raises(ValueError, match=r"at_40 must be from 0 to 0.5, got 0.6"):
        refused_share(0.6)


# ---- why it ended -------------------------------------------------------------------------


def test_each_observation_rests_on_rows_and_gives_its_reasons():
    for each in observations():
        assert each.keys
        for key in each.keys:
            assert history.fact(key).source.name
        assert set(each.bears) == set(EXPLANATIONS)
        for name, sign in each.bears.items():
            assert sign in (-1, 0, 1)
            assert bool(each.why[name]) == bool(sign), (each.name, name)
        assert any(each.bears.values()), f"{each.name} tells nothing"


def test_weights_by_hand():
    # Four times as likely before, and one observation that it leads one not to expect.
    names = [each.name for each in observations()]
    only = [each for each in names if each != "one year"]
    found = weigh({"state": 1, "spiral": 4, "business": 1}, weight=2, without=only)
    found = found.set_index("explanation")
    # 1 x 2, 4 / 2 and 1 x 1.
    np.testing.assert_allclose(found["share"], [0.4, 0.4, 0.2])
    np.testing.assert_allclose(found["prior_share"], [1 / 6, 4 / 6, 1 / 6])
    assert found.loc["spiral", "against"] == found.loc["state", "expects"] == 1


@given(weight=st.floats(1, 10), without=st.sets(st.sampled_from(
    [each.name for each in observations()])))  # fmt: skip
def test_weights_are_shares_and_count_what_is_seen(weight, without):
    found = weigh(weight=weight, without=without)
    assert found["share"].sum() == pytest.approx(1)
    counts = found[["expects", "silent", "against"]].sum(axis=1)
    assert (counts == len(observations()) - len(without)).all()


def test_nothing_seen_leaves_the_weights_as_they_were():
    prior = {"state": 1, "spiral": 2, "business": 5}
    found = weigh(prior, weight=9, without=[each.name for each in observations()])
    np.testing.assert_allclose(found["share"], found["prior_share"])


def test_what_cannot_be_weighed_is_refused():
    with pytest.raises(ValueError, match="weight must be at least 1"):
        weigh(weight=0.5)
    with pytest.raises(ValueError, match="without must be one of"):
        weigh(without=["the moon"])
    with pytest.raises(TypeError, match="without must be a list of names, got 'the moon'"):
        weigh(without="the moon")
    with pytest.raises(ValueError, match="prior must weigh state, spiral, business, got state"):
        weigh({"state": 1})
    with pytest.raises(ValueError, match="prior must weigh at least one explanation above 0"):
        weigh(dict.fromkeys(EXPLANATIONS, 0))
