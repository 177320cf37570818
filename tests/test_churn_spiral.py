"""The plan had it gone on: small plans by hand, laws, and what the published counts tell."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mutualaid import history
from mutualaid.churn import (
    LAST_PAID,
    Scenario,
    check_flow,
    check_money,
    exit_rates,
    feedback,
    fit,
    going_on,
    joins_then,
    outcome,
    project,
    published_members,
    response_of,
    smallest_pool_then,
    spiral_map,
    two_classes,
    was_it_a_spiral,
    with_classes,
)
from mutualaid.churn.projection import SERIES
from mutualaid.periods import Period

YEAR = 24
THIRTY = np.eye(60)[30]
RESPONSES, SELECTIONS = (0.0, 0.001, 0.002, 0.005), (0.0, 0.5, 1.0)


def tiny(periods=2, first=LAST_PAID, **changes):
    """Return men of 30 who join once; one in 100 is ill in a half-month, and helped at once."""
    said = {
        "first": first, "last": first + (periods - 1), "joins": [1_000] + [0] * (periods - 1),
        "age_mix": THIRTY, "men": 1.0, "incidence": np.full((2, 60), 0.24),
        "accident_share": 0.0, "waiting": 0, "ageing": False, "delay_mean": 0.0,
        "light_share": 0.0, "exit_base": 0.0, "exit_reference": 0.0, "fee": 0.0,
        "cap_per_case": math.inf, "cap_per_year": math.inf,
    }  # fmt: skip
    return Scenario(**{**said, **changes})


@pytest.fixture(scope="module")
def the_map():
    return spiral_map(RESPONSES, SELECTIONS, 0.0025)


@pytest.fixture(scope="module")
def course(the_map):
    return project(the_map.outcomes.scenarios)


# ---- the gain, by hand --------------------------------------------------------------------


def half_and_half(**changes):
    # 500 healthy and 500 of raised risk, who never leave: 5 and 15 are helped with 300,000 yuan
    # each, 6,000 yuan a head. Of the 495 healthy ones left half leave for such a bill.
    return tiny(
        raised_share=0.5, raised_factor=3.0, exit_raised_factor=0.0,
        exit_response=math.log(2) / 6_000, **changes,
    )  # fmt: skip


def test_the_gain_by_hand():
    def cost(healthy):
        return (0.01 * healthy + 0.03 * 485) / (healthy + 485)

    p = project(half_and_half())
    assert p.bill[0] == pytest.approx(6_000)
    assert p.bill[1] == pytest.approx(300_000 * cost(247.5))
    found = feedback(half_and_half(), after=[1])
    # They act on 6,060 yuan: 2^-1.01 of the healthy stay.
    expected = math.log(cost(495 * 2**-1.01) / cost(247.5)) / math.log(1.01)
    assert found.gain == pytest.approx(np.array([[expected]]))
    assert 0.1 < expected < 0.2 and not found.feeds_itself.any()


def test_the_loop_is_cut():
    # The cost of the second notice is higher by the gain, but what is acted on there is not.
    found = feedback(half_and_half(periods=3, last=LAST_PAID + 2), after=[2])
    healthy = {}
    for factor in (1.0, 1.01):
        stay, raised = 495.0, 485.0
        stay *= 2**-factor
        bill = 300_000 * (0.01 * 247.5 + 0.03 * 485) / (247.5 + 485)  # of the plan as it goes
        stay, raised = stay * 0.99, raised * 0.97
        stay *= 2 ** (-factor * bill / 6_000)
        healthy[factor] = (0.01 * stay + 0.03 * raised) / (stay + raised)
    expected = math.log(healthy[1.01] / healthy[1.0]) / math.log(1.01)
    assert found.gain == pytest.approx(np.array([[expected]]))


def test_a_bill_can_feed_itself():
    # One in 100 has three times the risk, and of 200 healthy ones one stays: the mix tips.
    plan = tiny(raised_share=0.01, raised_factor=3.0, exit_raised_factor=0.0)
    plan = replace(plan, exit_response=5 / project(plan).bill[0])
    found = feedback(plan, after=[1])
    assert found.gain.item() > 1 and found.to_frame()["feeds_itself"].tolist() == [True]


def test_without_differences_nobody_who_leaves_changes_the_cost():
    plans = [
        tiny(periods=61, joins=[1_000] * 61, exit_base=0.02, exit_response=each)
        for each in (0.0, 1e-5, 1e-3)
    ]
    p = project(plans)
    assert p.members[2, -1] < p.members[1, -1] < p.members[0, -1]
    assert p.benefits / p.members == pytest.approx(np.full((3, 61), 3_000), rel=1e-12)
    assert feedback(plans, after=[1, 24, 60]).gain == pytest.approx(np.zeros((3, 3)), abs=1e-9)


def test_late_claims_alone_make_a_gain():
    # Alike, but claims come in late: fewer pay for claims of when there were more.
    plan = tiny(periods=61, delay_mean=4.0, exit_response=1e-6)
    assert feedback(plan, after=[12]).gain.item() > 0.001


def test_without_a_response_there_is_no_gain_and_the_plan_rests_where_it_is(the_map):
    first = the_map.outcomes.scenarios[: len(SELECTIONS)]
    assert (feedback(first).gain == 0).all()
    assert the_map.grid("balance_point")[0].tolist() == the_map.grid("bill")[0].tolist()


# ---- what becomes of it -------------------------------------------------------------------


def healthy(start, base, periods=49):
    return tiny(
        periods, joins=[start] + [0] * (periods - 1), exit_base=base, incidence=np.zeros((2, 60))
    )


def test_outcomes_by_hand():
    assert smallest_pool_then() == 3_240_000
    plans = [healthy(1e7, 0.0), healthy(1e7, 0.0005), healthy(1e7, 0.001), healthy(4.1e6, 0.1)]
    found = outcome(plans)
    # 0.05 percent a half-month are 1.19 percent a year. 4.1, 3.69, 3.32, 2.99 million: below 3.24
    # at the third notice after the first.
    assert found.outcome.tolist() == ["settles", "shrinks", "shrinks", "collapses"]
    assert found.time_to_smallest_pool.tolist()[:3] == pytest.approx([math.nan] * 3, nan_ok=True)
    assert found.time_to_smallest_pool[3] == 3
    assert found.change_of_members == pytest.approx([0, 0.9995**24 - 1, 0.999**24 - 1, 0.9**24 - 1])
    assert found.members[1] == pytest.approx(1e7 * 0.9995**48)
    assert np.isnan(found.bill[3]) and found.bill[0] == 0
    assert outcome(healthy(1e7, 0.0004)).outcome.tolist() == ["settles"]


def test_below_the_smallest_pool_once_is_a_collapse():
    plan = healthy(1e7, 0.5)
    plan = replace(plan, joins=[1e7, 0, 0, *[1e7] * 46])
    found = outcome(plan)
    assert found.outcome.tolist() == ["collapses"] and found.time_to_smallest_pool.item() == 2


def test_the_balance_point_by_hand():
    # The raised half stays, and the healthy leave: the bill rises over that of all together.
    plan = half_and_half(periods=25, joins=[1e7] + [0] * 24, last=LAST_PAID + 24)
    found = outcome(plan)
    left = 0.99**24, 0.97**24
    rest = 300_000 * (0.01 * left[0] + 0.03 * left[1]) / sum(left)
    assert found.balance_point.item() == pytest.approx(rest)
    assert project(plan).bill[-1] > rest


# ---- the plan that goes on ----------------------------------------------------------------


def test_the_past_is_that_of_the_fit(the_map, course):
    base = project(two_classes())
    now = LAST_PAID - base.periods[0]
    path = published_members()[: now + 1]
    np.testing.assert_allclose(course.members[:, : now + 1], np.tile(path, (12, 1)), rtol=1e-12)
    assert (course.left_bill[:, :now] == 0).all()
    # The response changes nothing before it is at work; selection changes the past a little.
    for place in range(3):
        bills = course.bill[place::3, : now + 1]
        np.testing.assert_allclose(bills, np.tile(bills[0], (4, 1)), rtol=1e-12)
    assert course.bill[:, now] == pytest.approx(base.bill[now], rel=0.02)
    # With the selection of the fit, and no slope on age, it is the fit itself.
    alike = replace(
        the_map.outcomes.scenarios[0], exit_age_slope=two_classes().exit_age_slope,
        exit_raised_factor=two_classes().exit_raised_factor,
    )  # fmt: skip
    np.testing.assert_allclose(project(alike).bill[: now + 1], base.bill[: now + 1], rtol=1e-12)


def test_after_it_the_rules_hold(course):
    now = LAST_PAID - course.periods[0]
    assert (course.path[:, now + 1 :] == 0).all()
    assert course.joins[:, now + 1 :] == pytest.approx(0.0025 * course.members[0, now])
    assert (course.left_bill[3:, now] > 0).all() and (course.left_bill[:3] == 0).all()


def test_people_and_money_are_all_accounted_for(course):
    assert check_flow(course) < 1e-12 and check_money(course) < 1e-12
    for name in SERIES:
        assert np.isfinite(getattr(course, name)).all(), name


def test_a_higher_response_never_leaves_more_members(course):
    members = course.members.reshape(len(RESPONSES), len(SELECTIONS), -1)
    assert (np.diff(members, axis=0) <= 1e-9 * members[0].max()).all()


def test_more_selection_never_makes_the_bill_lower(course):
    bills = course.bill.reshape(len(RESPONSES), len(SELECTIONS), -1)
    now = LAST_PAID - course.periods[0]
    assert (np.diff(bills[..., now:], axis=1) > 0).all()


def test_the_map_as_a_table(the_map):
    table = the_map.to_frame()
    assert len(table) == 12
    assert table["exit_response_per_yuan"].tolist() == np.repeat(RESPONSES, 3).tolist()
    assert table["selection"].tolist() == list(SELECTIONS) * 4
    assert the_map.grid("outcome").shape == (4, 3)
    assert the_map.grid("members").ravel().tolist() == table["members_at_the_end_people"].tolist()
    with pytest.raises(ValueError, match="name must be one of outcome, time"):
        the_map.grid("scenarios")
    with pytest.raises(ValueError, match="read-only"):
        the_map.outcomes.members[0] = 1


def test_who_joined_if_members_left_for_the_bill():
    base = two_classes()
    plans = [
        going_on(base, exit_response=each, selection=0.5, joins_share=0, years=1)
        for each in (0.0, 0.002, 0.005)
    ]
    shares = joins_then(plans)
    assert shares[0] == 0 < shares[1] < shares[2] < 0.02
    # A plan that takes it goes on as the published counts did.
    p = project(
        going_on(base, exit_response=0.005, selection=0.5, joins_share=shares[2], years=1)
    )  # fmt: skip
    now = LAST_PAID - p.periods[0]
    path = published_members()
    assert p.members[now + 1] / p.members[now] == pytest.approx(path[now] / path[now - 1])


def test_a_map_of_plans_that_go_on_as_the_counts_did():
    found = spiral_map([0.0, 0.004], [0.0, 1.0], None, years=1)
    assert (found.joins_share[0] == 0).all() and (found.joins_share[1] > 0).all()
    p, path = project(found.outcomes.scenarios[2:]), published_members()
    now = LAST_PAID - p.periods[0]
    pace = p.members[:, now + 1] / p.members[:, now]
    assert pace == pytest.approx([path[now] / path[now - 1]] * 2)


def test_other_risk_classes_leave_the_claims_of_joiners():
    one = two_classes()
    other = with_classes(one, 0.1, 6.0)
    assert other.plan_ratio * 1.5 == pytest.approx(one.plan_ratio * 1.15)
    bills = project([one, other]).bill[:, LAST_PAID - one.first]
    assert bills[1] == pytest.approx(bills[0], rel=0.03)


# ---- published counts ---------------------------------------------------------------------


def test_exit_rates_are_the_published_counts():
    rates = exit_rates()
    for row in rates.itertuples():
        keys = row.keys.split("; ")
        values = [history.fact(key).value for key in keys]
        assert keys[:2] == [f"notices/{n}/{row.plan}/sharers" for n in (row.first, row.last)]
        assert values[:2] == [row.members_first_people, row.members_last_people]
        assert row.half_months == Period.parse(row.last) - Period.parse(row.first)
        kept = math.exp(-row.half_months * row.net_fall_share_per_half_month)
        assert values[0] * kept == pytest.approx(values[1])
        assert len(values) - 2 == row.bills_published <= row.half_months
    # From 2020-12-1 to 2020-12-2 one bill tells, that of the first.
    row = rates[(rates["first"] == "2020-12-1") & (rates["plan"] == "all")].iloc[0]
    assert row["bill_yuan_per_head"] == history.fact("notices/2020-12-1/critical/share").value
    # Each plan's counts follow each other.
    for _, part in rates.groupby("plan"):
        assert part["first"].tolist()[1:] == part["last"].tolist()[:-1]
    assert rates["net_fall_share_per_half_month"].between(0.005, 0.02).all()


def test_the_slope_of_a_line_is_found():
    rates = pd.DataFrame(
        {"bill_yuan_per_head": [4.0, 5.0, 7.0], "half_months": [1, 2, 9],
         "net_fall_share_per_half_month": [0.009, 0.011, 0.015]}
    )  # fmt: skip
    found = response_of(rates)
    assert (found.slope, found.at_three) == pytest.approx((0.002, 0.007))
    assert found.standard_error == pytest.approx(0, abs=1e-9)
    mean = (4 + 2 * 5 + 9 * 7) / 12
    assert found.all_for_the_bill == pytest.approx((0.007 + 0.002 * (mean - 3)) / (mean - 3))
    assert len(found.to_frame()) == 1


def test_the_standard_error_is_that_of_the_textbook():
    x, y = np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 5])
    rates = pd.DataFrame({"bill_yuan_per_head": x, "half_months": 1,
                          "net_fall_share_per_half_month": y})  # fmt: skip
    slope, level = np.polyfit(x, y, 1)
    misses = y - level - slope * x
    expected = math.sqrt((misses**2).sum() / 2 / ((x - 2.5) ** 2).sum())
    assert response_of(rates).slope == pytest.approx(slope)
    assert response_of(rates).standard_error == pytest.approx(expected)


def test_the_published_counts_show_no_response():
    rates = exit_rates()
    for part in (rates, rates[rates["plan"] == "all"]):
        found = response_of(part)
        assert abs(found.slope) < 2 * found.standard_error
        assert found.high < found.all_for_the_bill < 0.005


# ---- the answer ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answer():
    return was_it_a_spiral({"as chosen": fit()}, classes=[(0.05, 4.0)])


def test_the_answer(answer):
    assert len(answer) == 18
    still = answer[answer["exit_response_per_yuan"] == 0]
    assert (still[["gain_after_1_year", "gain_after_5_years", "largest_gain"]] == 0).all(axis=None)
    # Nowhere does a rise bring a rise as large within a year.
    assert answer["gain_after_1_year"].between(-0.1, 0.5).all()
    assert (answer["largest_gain"] >= answer["gain_after_1_year"]).all()
    joined = answer[answer["joins"] == "as before"]
    assert (joined["outcome"] != "collapses").all()
    nobody = answer[(answer["joins"] == "given") & (answer["exit_response_per_yuan"] > 0)]
    assert (nobody["outcome"] == "collapses").all()
    # What comes after a collapse is not told.
    gone = answer["time_to_smallest_pool_half_months"] <= 120
    assert answer.loc[gone, "bill_after_5_years_yuan_per_head"].isna().all()
    assert answer.loc[~gone, "bill_after_5_years_yuan_per_head"].notna().all()
    assert gone.any() and not gone.all()


def test_the_answer_agrees_with_its_parts(answer):
    row = answer[(answer["joins"] == "as before") & (answer["selection"] == 1)].iloc[-1]
    plan = going_on(
        with_classes(fit().scenario, 0.05, 4.0), exit_response=row["exit_response_per_yuan"],
        selection=1.0, joins_share=row["joins_share_per_half_month"],
    )  # fmt: skip
    assert feedback(plan).gain[0].tolist() == pytest.approx(
        [row["gain_after_1_year"], row["gain_after_5_years"]]
    )
    found = outcome(plan)
    assert found.outcome.item() == row["outcome"]
    assert found.balance_point.item() == pytest.approx(row["balance_point_yuan_per_head"])
    assert project(plan).bill[LAST_PAID - plan.first + 120] == pytest.approx(
        row["bill_after_5_years_yuan_per_head"]
    )


# ---- refusals -----------------------------------------------------------------------------

GOOD = {"exit_response": 0.001, "selection": 0.5, "joins_share": 0.001}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exit_response": -1}, "exit_response must be at least 0 hazard and finite, got -1"),
        ({"selection": 1.5}, "selection must be from 0 to 1, got 1.5"),
        ({"joins_share": math.nan}, "joins_share must be from 0 to 1, got nan"),
        ({"years": 0}, "years must be a whole number from 1 to 39, got 0"),
        ({"years": 40}, "years must be a whole number from 1 to 39, got 40"),
    ],
)
def test_refusals_of_going_on(changes, told):
    with pytest.raises(ValueError, match=told):
        going_on(Scenario(), **{**GOOD, **changes})


def test_more_refusals():
    with pytest.raises(ValueError, match="path of members up to 2021-12-1, got none of 1 per"):
        going_on(tiny(), **GOOD)
    short = Scenario(last=LAST_PAID + -1)
    with pytest.raises(ValueError, match="path of members up to 2021-12-1, got 75 of 76 periods"):
        going_on(short, **GOOD)
    with pytest.raises(TypeError, match="scenario must be a Scenario, got 1"):
        going_on(1, **GOOD)
    for function in (outcome, feedback):
        with pytest.raises(TypeError, match="scenario must be a Scenario or a sequence"):
            function([])
    with pytest.raises(ValueError, match="since must be from 2021-12-1 to 24 half-months before"):
        outcome(tiny(24))
    with pytest.raises(ValueError, match="since must be .* to 5 half-months before"):
        feedback(tiny(5), after=[5])
    with pytest.raises(ValueError, match="after must be a whole number of at least 1, got 0"):
        feedback(tiny(), after=[0])
    with pytest.raises(ValueError, match="after must hold at least one time"):
        feedback(tiny(), after=[])
    with pytest.raises(ValueError, match="after must be times at which members pay"):
        feedback(healthy(1e7, 0.1), after=[3])
    for name in ("responses", "selections"):
        with pytest.raises(ValueError, match=f"{name} must hold at least one number, got none"):
            spiral_map(**{"responses": [0], "selections": [0], "joins_share": 0, name: []})
    with pytest.raises(ValueError, match="plans must have a path of members that ends with"):
        joins_then([Scenario()])
    with pytest.raises(ValueError, match="share must be from 0 to 1, got 2"):
        with_classes(Scenario(), 2, 3)
    with pytest.raises(ValueError, match="rates must hold at least 3 intervals .* got 2"):
        response_of(exit_rates().head(2))
    with pytest.raises(ValueError, match="years must be a whole number from 5 to 39, got 4"):
        was_it_a_spiral({}, years=4)
