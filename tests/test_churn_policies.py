"""Other rules from the first day: the plan as it was, and laws of each policy."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from mutualaid import history, sharing
from mutualaid.churn import (
    AS_IT_WAS,
    LAST_PAID,
    POLICIES,
    STRENGTHS,
    Scenario,
    as_it_was,
    check_flow,
    check_money,
    compare_policies,
    ever_joined,
    predicted,
    project,
    published_members,
    targets,
    two_classes,
)
from mutualaid.churn.policies import fair_by_band
from mutualaid.churn.projection import SERIES
from mutualaid.periods import Period


@pytest.fixture(scope="module")
def compared():
    return compare_policies()


@pytest.fixture(scope="module")
def calm():
    """Nobody leaves for the bill: only what the rules themselves do."""
    return compare_policies(scenario=replace(as_it_was(), exit_response=0.0))


def column(comparison, policy, name):
    """Return a column: as it was, then the three strengths."""
    table = comparison.to_frame()
    return table.loc[table["policy"].isin([AS_IT_WAS, policy]), name].to_numpy()


# ---- as it was ----------------------------------------------------------------------------


def test_as_it_was_gives_the_published_members():
    plan = as_it_was()
    assert plan.members is None
    p = project(plan)
    np.testing.assert_allclose(p.members, published_members(), rtol=1e-12)
    assert (p.path == 0).all() and (plan.joins >= 0).all()


def test_as_it_was_gives_the_published_bills():
    bills = [t for t in targets(LAST_PAID)
             if t.series == "bill" and t.how == "at" and t.last >= Period(2019, 10, 1)]  # fmt: skip
    misses = predicted(project(as_it_was()), bills) / [t.value for t in bills] - 1
    assert len(bills) > 10 and np.median(np.abs(misses)) < 0.1


def test_as_many_ever_joined_as_is_told():
    now = LAST_PAID - as_it_was().first
    assert as_it_was().joins[: now + 1].sum() == pytest.approx(ever_joined(), rel=1e-6)
    assert ever_joined() == history.fact("platform_facts/xiang-hu-bao/ever_joined/2021-12-29").value


def test_the_response_is_the_smallest():
    plan, path = as_it_was(), published_members()
    followed = replace(plan, joins=None, members=path)
    assert project(followed).path.sum() == 0
    assert project(replace(followed, exit_response=0.9999 * plan.exit_response)).path.sum() > 1
    # With it, at some notice nobody at all may join.
    assert plan.joins.min() == pytest.approx(0, abs=1)


def test_another_response():
    least = as_it_was()
    more = as_it_was(exit_response=1.5 * least.exit_response)
    np.testing.assert_allclose(project(more).members, published_members(), rtol=1e-12)
    assert more.exit_base == least.exit_base
    assert more.joins.sum() > least.joins.sum()
    with pytest.raises(ValueError, match="exit_response must be at least 0.001.*, got 0.0001"):
        as_it_was(exit_response=0.0001)


def test_as_it_was_may_go_on():
    plan, longer = as_it_was(), as_it_was(years=2)
    assert longer.last == Period(2023, 12, 1)
    now = LAST_PAID - plan.first
    assert (longer.joins[: now + 1] == plan.joins[: now + 1]).all()
    assert (longer.joins[now:] == plan.joins[now]).all()
    p = project(longer)
    np.testing.assert_allclose(p.members[: now + 1], published_members()[: now + 1], rtol=1e-12)
    # It goes on falling at first as the counts did.
    pace = p.members[now + 1] / p.members[now]
    assert pace == pytest.approx(p.members[now] / p.members[now - 1], rel=1e-3)
    found = compare_policies(["a longer waiting time"], [3], scenario=longer)
    assert found.differences(Period(2023, 12, 1))["members_people"].item() > 0


def test_refusals_of_as_it_was():
    with pytest.raises(ValueError, match="years must be a whole number from 0 to 39, got 40"):
        as_it_was(years=40)
    with pytest.raises(TypeError, match="scenario must be a Scenario, got 1"):
        as_it_was(1)
    with pytest.raises(ValueError, match="scenario must have a path of members from 2018-10-2"):
        as_it_was(as_it_was())
    with pytest.raises(ValueError, match="scenario must let 150,000,000 people join, got"):
        as_it_was(replace(two_classes(), exit_reference=0.0, exit_base=0.02, members=
                          published_members() * 2))  # fmt: skip


# ---- the policies -------------------------------------------------------------------------


def test_people_and_money_are_all_accounted_for(compared):
    p = compared.projection
    assert check_flow(p) < 1e-12 and check_money(p) < 1e-12
    for name in SERIES:
        assert np.isfinite(getattr(p, name)).all(), name
    assert len(p.scenarios) == 1 + 3 * len(POLICIES)
    assert (p.sponsor == 0).all()


def test_each_policy_changes_something_and_says_what_it_assumes(compared):
    changes = compared.differences()
    assert set(changes["policy"]) == set(POLICIES)
    assert (changes["bill_yuan_per_head"].abs() > 0.01).all()
    for policy in POLICIES.values():
        assert "Strengths" in policy.__doc__


def test_shares_by_age_collect_the_same_money(calm):
    for name in ("bill_yuan_per_head", "paid_per_head_yuan", "members_people", "benefits_yuan"):
        values = column(calm, "shares by bands of age", name)
        assert values == pytest.approx(np.full(4, values[0]), rel=1e-12)
    young = column(calm, "shares by bands of age", "bill_at_25_yuan")
    old = column(calm, "shares by bands of age", "bill_at_55_yuan")
    assert (np.diff(young) < 0).all() and (np.diff(old) > 0).all()


def test_fair_shares_are_those_of_the_scheme():
    # The same bands, mix, incidence and benefits by another way: sharing.ByAgeBand.
    day = dt.date(2021, 12, 7)
    groups = sharing.groups_of("critical", day, bands=sharing.AGE_BANDS).groups
    total = sum(group.members for group in groups)
    charges = sharing.ByAgeBand()(groups, total)
    fair = fair_by_band(Scenario())
    for group, charge in zip(groups, charges, strict=True):
        assert fair[group.age_from] == pytest.approx(charge, rel=0.01)
    assert fair @ Scenario().age_mix == pytest.approx(1)


def test_fair_shares_by_hand():
    # 20 and 45 in equal parts, twice the incidence at 45, a third of the benefit: 3 to 2.
    mix = np.zeros(60)
    mix[[20, 45]] = 0.5
    incidence = np.where(np.arange(60) < 40, 0.001, 0.002) * np.ones((2, 1))
    fair = fair_by_band(Scenario(age_mix=mix, incidence=incidence))
    assert fair[[20, 45]] == pytest.approx([1.2, 0.8])


@pytest.mark.parametrize(
    ("policy", "name", "sign"),
    [
        ("a benefit that grows with time", "benefits_yuan", -1),
        ("a benefit that grows with time", "bill_yuan_per_head", -1),
        ("a health test at entry", "raised_risk_share", -1),
        ("a health test at entry", "members_people", -1),
        ("a health test at entry", "bill_yuan_per_head", -1),
        ("telling the bill to expect", "members_people", -1),
        ("a longer waiting time", "helped_people", -1),
        ("a longer waiting time", "left_ill_while_waiting_people", 1),
        ("a longer waiting time", "paid_per_head_yuan", -1),
        ("stricter inquiry", "benefits_yuan", -1),
        ("stricter inquiry", "helped_people", -1),
        ("laxer inquiry", "helped_people", 1),
        ("a higher fee", "bill_yuan_per_head", 1),
    ],
)
def test_strength_is_monotone_by_the_rules_alone(calm, policy, name, sign):
    assert (sign * np.diff(column(calm, policy, name)) > 0).all()


@pytest.mark.parametrize(
    ("policy", "sign"),
    [
        ("a benefit that grows with time", -1),
        ("a longer waiting time", -1),
        ("stricter inquiry", -1),
        ("telling the bill to expect", -1),
        ("laxer inquiry", 1),
        ("a higher fee", 1),
    ],
)
def test_a_lower_bill_drives_fewer_away(compared, policy, sign):
    assert (sign * np.diff(column(compared, policy, "left_for_the_bill_people")) > 0).all()


def test_the_fee_changes_no_case(calm):
    helped = column(calm, "a higher fee", "helped_people")
    assert helped == pytest.approx(np.full(4, helped[0]), rel=1e-12)
    bills = column(calm, "a higher fee", "bill_yuan_per_head")
    assert bills / bills[0] == pytest.approx([1, 1.10 / 1.08, 1.12 / 1.08, 1.15 / 1.08])


def test_without_a_response_nobody_leaves_for_the_bill(calm):
    assert (calm.to_frame()["left_for_the_bill_people"] == 0).all()


# ---- tables -------------------------------------------------------------------------------


def test_the_first_row_is_the_plan_as_it_was(compared):
    row, p = compared.to_frame().iloc[0], project(as_it_was())
    now = p.place("2021-12-1")
    assert (row["policy"], row["strength"]) == (AS_IT_WAS, 0)
    assert row["members_people"] == pytest.approx(
        history.fact("notices/2021-12-1/critical/sharers").value
    )
    assert row["bill_yuan_per_head"] == pytest.approx(p.bill[now])
    assert row["paid_per_head_yuan"] == pytest.approx(p.bill[: now + 1].sum())
    assert row["helped_people"] == pytest.approx(p.helped[: now + 1].sum())
    # Who joined, less who left, is there.
    left = row[[name for name in row.index if name.startswith("left_")]].sum()
    out = p.left_base[now] + p.left_bill[now] + p.helped[now]  # after the notice
    there = row["joined_people"] - left - row["helped_people"]
    assert there == pytest.approx(row["members_people"] - out)


def test_differences(compared):
    table, changes = compared.to_frame(), compared.differences()
    assert len(changes) == len(table) - 1
    assert changes["bill_yuan_per_head"].tolist() == pytest.approx(
        (table["bill_yuan_per_head"] - table["bill_yuan_per_head"][0]).tolist()[1:]
    )
    assert changes["strength"].tolist() == list(STRENGTHS) * len(POLICIES)


def test_another_notice(compared):
    early = compared.to_frame(Period(2018, 10, 2))
    assert early["notice"].unique().tolist() == ["2018-10-2"]
    assert early["mean_age_years"].isna().all()  # all wait
    with pytest.raises(ValueError, match="label must be from 2018-10-2 to 2022-01-2"):
        compared.to_frame(Period(2022, 2, 1))
    with pytest.raises(TypeError, match="notice must be a Period, got '2021-12-1'"):
        compared.to_frame("2021-12-1")


def test_a_policy_of_ones_own():
    def half_the_cover(scenario, strength):
        return replace(scenario, plan_ratio=scenario.plan_ratio / (1 + strength))

    found = compare_policies({"less": half_the_cover}, [1], exit_response=0.003)
    assert found.names == (AS_IT_WAS, "less") and found.strengths == (0, 1)
    assert found.differences()["bill_yuan_per_head"].item() < 0


def test_refusals():
    with pytest.raises(ValueError, match="policies must be one of shares by bands of age, .* got"):
        compare_policies(["luck"])
    with pytest.raises(ValueError, match="strengths must be a whole number from 1 to 3, got 4"):
        compare_policies(["a higher fee"], [4])
    with pytest.raises(ValueError, match="strengths must hold at least one, got none"):
        compare_policies(["a higher fee"], [])
    with pytest.raises(ValueError, match="policies must hold at least one, got none"):
        compare_policies([])
    with pytest.raises(ValueError, match="exit_response must not be given with a scenario"):
        compare_policies(exit_response=0.1, scenario=as_it_was())
    with pytest.raises(TypeError, match="scenario must be a Scenario, got 1"):
        compare_policies(scenario=1)
    for policy in POLICIES.values():
        with pytest.raises(ValueError, match="strength must be a whole number from 1 to 3, got 0"):
            policy(as_it_was(), 0)
    with pytest.raises(ValueError, match="scenario must have joins, got a path of members"):
        POLICIES["a health test at entry"](Scenario(), 1)
