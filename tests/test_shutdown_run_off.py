"""The tail of claims: it adds up on drawn plans, by hand, and beside plans drawn by chance."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_churn_project import CALM, NO_CAPS, drawn, tiny

from mutualaid import history
from mutualaid.churn import Scenario, fit, project, that_fit, triangle
from mutualaid.members import simulate, simulate_many
from mutualaid.periods import Period
from mutualaid.shutdown import (
    ESTIMATES,
    PLATFORMS,
    ClosingTerms,
    charges_by_end,
    check_run_off,
    closing_cost,
    closing_terms,
    delay_for_tail,
    ended_at,
    insurance_per_member,
    other_plans,
    run_off,
    tails_by_delay,
    ways_to_close,
    yearly_account,
)


def terms(**said):
    return ClosingTerms(name="drawn", title="Drawn", **said)


closings = st.builds(
    terms,
    free_notices=st.sampled_from([None, 0, 1, 3]),
    window=st.one_of(st.none(), st.integers(0, 400)),
    deadline=st.one_of(st.none(), st.integers(-60, 400)),
    paid_share=st.one_of(st.none(), st.floats(0, 1)),
    members_pay_tail=st.booleans(),
)
shares = st.floats(0, 1)


# ---- the triangle -------------------------------------------------------------------------


@given(scenario=drawn(), load=st.sampled_from([0.0, 0.5, 30.0]))
def test_claims_by_diagnosis_and_delay_are_those_of_the_projection(scenario, load):
    projection = project(replace(scenario, delay_load=load))
    claims = triangle(projection)
    count = len(claims.periods)
    people, yuan = claims.by_notice(claims.cases), claims.by_notice(claims.benefits)
    most, dearest = max(1.0, projection.members.max()), max(1.0, projection.incurred.max())
    np.testing.assert_allclose(people[:count], projection.helped, rtol=1e-9, atol=1e-9 * most)
    np.testing.assert_allclose(yuan[:count], projection.benefits, rtol=1e-9, atol=1e-9 * dearest)
    np.testing.assert_allclose(claims.cases.sum(1), projection.diagnosed, atol=1e-9 * most)
    np.testing.assert_allclose(people[count:].sum(), projection.pending[-1], atol=1e-9 * most)
    assert len(claims.notices) == len(people)


def test_a_batch_has_no_triangle():
    with pytest.raises(ValueError, match="projection must be of one scenario, got a batch"):
        triangle(project([tiny(), tiny()]))
    with pytest.raises(TypeError, match="projection must be a Projection"):
        triangle(tiny())


# ---- what is still to be paid -------------------------------------------------------------


@given(scenario=drawn(), end=closings, share=shares)
def test_every_diagnosis_before_the_end_is_helped_or_too_late(scenario, end, share):
    result = run_off(scenario, end, reporting_share=share)
    assert check_run_off(result) < 1e-9
    projection = project(scenario)
    if not end.free_notices:
        there = result.helped.sum() + result.late_cases.sum()
        assert there == pytest.approx(projection.pending[-1], rel=1e-9, abs=1e-6)
        assert result.last_notices == 0
    for name in ("helped", "benefits", "paid", "late_cases", "late_benefits", "handling"):
        assert (getattr(result, name) >= 0).all(), name
    assert (result.paid <= result.benefits).all()


@given(scenario=drawn(), end=closings, share=shares, more=st.integers(1, 200))
def test_milder_terms_never_leave_more_unpaid(scenario, end, share, more):
    strict = run_off(scenario, end, reporting_share=share).families
    for name in ("window", "deadline"):
        if getattr(end, name) is not None:
            milder = replace(end, **{name: getattr(end, name) + more})
            assert run_off(scenario, milder, reporting_share=share).families <= strict + 1e-6
            freed = replace(end, **{name: None})
            assert run_off(scenario, freed, reporting_share=share).families <= strict + 1e-6
    sooner = run_off(scenario, end, reporting_share=share / 2).families
    assert sooner <= strict + 1e-6


def late_by_two(**changes):
    """Return a plan of which each claim is due exactly two half-months after its diagnosis."""
    return tiny(4, delay_mean=1e6, delay_shape=1e6, delay_longest=2, fee=0.08, **changes)


def test_a_tail_by_hand():
    # A thousand men join in each of four half-months, and one in 100 is ill in each.
    projection = project(late_by_two())
    result = run_off(late_by_two(), terms(free_notices=1), reporting_share=1.0)
    ill = projection.diagnosed
    np.testing.assert_allclose(ill, [10, 19.9, 29.701, 39.40399])
    assert [each.label for each in result.notices] == ["2020-02-2", "2020-03-1", "2020-03-2"]
    np.testing.assert_allclose(result.helped, [ill[1], ill[2], ill[3]])
    np.testing.assert_allclose(result.paid, 300_000 * ill[1:])
    np.testing.assert_allclose(result.handling, 0.08 * 300_000 * ill[1:])
    assert result.last_notices == pytest.approx(300_000 * ill[1])
    assert result.tail == result.sponsor - result.last_notices
    assert result.families == result.members == 0
    assert result.to_frame()["after_the_end"].tolist() == [False, True, True]


HALF_MONTH = 365.25 / 24


@pytest.mark.parametrize(
    "said, share, late",
    [
        # Two half-months are 30.4 days: a window of 30 days is missed, one of 31 is kept.
        ({"window": 30}, 1.0, (1, 1)),
        ({"window": 31}, 1.0, (0, 0)),
        ({"window": 15}, 0.5, (1, 1)),
        ({"window": 16}, 0.5, (0, 0)),
        # The last diagnoses lie from a half-month before the end up to it. They are asked for two
        # half-months later, from 15.2 to 30.4 days after the end; those before, up to 15.2 days.
        ({"deadline": 15}, 1.0, (1 - 15 / HALF_MONTH, 1)),
        ({"deadline": 31}, 1.0, (0, 0)),
        ({"deadline": 23}, 1.0, (0, 2 - 23 / HALF_MONTH)),
        ({"deadline": 7}, 1.0, (1 - 7 / HALF_MONTH, 1)),
        ({"deadline": 7}, 0.5, (0, 1 - 7 / HALF_MONTH)),
        # Asked for at once, all are in time, unless the deadline lies before the end.
        ({"deadline": 0}, 0.0, (0, 0)),
        ({"deadline": -8}, 0.0, (0, 8 / HALF_MONTH)),
        # Where both bind, the stricter counts.
        ({"window": 30, "deadline": 7}, 1.0, (1, 1)),
    ],
)
def test_who_asks_too_late_by_hand(said, share, late):
    ill = project(late_by_two()).diagnosed
    result = run_off(late_by_two(), terms(**said), reporting_share=share)
    wanted = [ill[2] * late[0], ill[3] * late[1]]
    np.testing.assert_allclose(result.late_cases, wanted, atol=1e-9)
    assert result.families == pytest.approx(300_000 * sum(wanted), abs=1e-6)


def test_paid_in_part_the_rest_is_the_families():
    whole = run_off(late_by_two(), terms(), reporting_share=0.5)
    part = run_off(
        late_by_two(), terms(paid_share=0.46, members_pay_tail=True), reporting_share=0.5
    )
    assert part.members == pytest.approx(0.46 * whole.sponsor)
    assert part.families == pytest.approx(0.54 * whole.sponsor)
    assert part.sponsor == 0
    nothing = run_off(late_by_two(), terms(paid_share=0.0))
    assert nothing.families == pytest.approx(whole.sponsor)
    assert nothing.paid.sum() == 0


def test_claims_to_come_agree_with_plans_drawn_by_chance():
    plan = ended_at(Scenario(**NO_CAPS), Period(2019, 12, 2))
    expected = run_off(plan, terms())
    scale = 1e-3
    runs = simulate_many(plan, range(10), members_scale=scale)
    for column, wanted in (("people", expected.helped.sum()), ("fen", expected.paid.sum() * 100)):
        found = []
        for run in runs:
            cases = run.cases()
            pending = cases[cases["published"] == ""]["benefit_fen"]
            found.append(len(pending) if column == "people" else pending.sum())
        error = np.std(found, ddof=1) / math.sqrt(len(found))
        assert abs(np.mean(found) - scale * wanted) < 5 * error, column


# ---- ended with another notice ------------------------------------------------------------


def test_a_plan_that_ends_earlier_has_the_same_past():
    whole = fit().scenario
    for last in (Period(2019, 3, 1), Period(2020, 12, 2), whole.last):
        cut = ended_at(whole, last)
        assert cut.last == last
        early, late = project(cut), project(whole)
        np.testing.assert_allclose(early.bill, late.bill[: len(early.bill)], rtol=1e-12)


def test_a_plan_with_joins_can_be_ended_too():
    plan = tiny(8)
    cut = ended_at(plan, CALM + 3)
    np.testing.assert_allclose(project(cut).members, project(plan).members[:4])


def test_no_plan_ends_after_its_last_notice():
    with pytest.raises(
        ValueError, match=r"last must be from 2018-10-2 to 2022-01-2, got 2022-02-1"
    ):
        ended_at(Scenario(), Period(2022, 2, 1))
    with pytest.raises(TypeError, match="last must be a Period"):
        ended_at(Scenario(), "2021-12-1")
    with pytest.raises(TypeError, match="scenario must be a Scenario"):
        ended_at(project(Scenario()), Period(2021, 12, 1))


# ---- terms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, message",
    [
        ({"window": -1}, "window must be a whole number from 0 to 3660, got -1"),
        ({"window": 1.5}, "window must be a whole number"),
        ({"deadline": -400}, "deadline must be a whole number from -366 to 3660, got -400"),
        ({"free_notices": -1}, "free_notices must be a whole number"),
        ({"paid_share": 1.1}, "paid_share must be from 0 to 1, got 1.1"),
        ({"paid_share": math.nan}, "paid_share must be from 0 to 1, got nan"),
        ({"refund": "all"}, "refund must be one of none, balances, shares, got 'all'"),
        (
            {"announced": dt.date(2022, 2, 1), "end": dt.date(2022, 1, 28)},
            "end must not come before 2022-02-01, got 2022-01-28",
        ),
    ],
)
def test_terms_out_of_range_are_refused(said, message):
    with pytest.raises(ValueError, match=message):
        terms(**said)


def test_what_is_no_term_or_plan_is_refused():
    with pytest.raises(TypeError, match="end must be a date"):
        terms(end="2022-01-28")
    with pytest.raises(TypeError, match="members_pay_tail must be True or False"):
        terms(members_pay_tail=1)
    with pytest.raises(TypeError, match="terms must be ClosingTerms"):
        run_off(tiny(), "meituan")
    with pytest.raises(TypeError, match="scenario must be a Scenario or a Projection"):
        run_off("plan", terms())
    with pytest.raises(ValueError, match="reporting_share must be from 0 to 1"):
        run_off(tiny(), terms(), reporting_share=1.5)
    with pytest.raises(ValueError, match="at most 8 notices, got 9"):
        run_off(tiny(8), terms(free_notices=9))
    with pytest.raises(ValueError, match="platform must be one of"):
        closing_terms("nobody")


# ---- the published costs ------------------------------------------------------------------


def test_the_three_notices_come_near_what_was_printed():
    printed = ESTIMATES["paid"].total
    for result in (run_off(each.projection, closing_terms("xiang-hu-bao")) for each in
                   that_fit().values()):  # fmt: skip
        assert abs(closing_cost(result).notices / printed - 1) < 0.2


def test_each_estimate_is_the_sum_of_its_parts():
    forecast, told = ESTIMATES["forecast"], ESTIMATES["told"]
    assert forecast.notices + forecast.tail + forecast.free_months == forecast.total
    assert told.notices + told.tail == told.total
    for estimate in ESTIMATES.values():
        for key in estimate.keys:
            assert history.fact(key).value > 0


def test_a_longer_delay_leaves_a_longer_tail_and_is_read_back():
    table = tails_by_delay()
    assert table["tail_yuan"].is_monotonic_increasing
    back = delay_for_tail(table["tail_yuan"].tolist(), table)
    np.testing.assert_allclose(back, table["mean_delay_months"])
    with pytest.raises(ValueError, match="tail must be at least 0"):
        delay_for_tail(-1.0, table)


def test_the_other_plans_are_what_the_totals_leave():
    whole = history.fact("annual/..2021-12-28/all/benefits").value
    critical = history.fact("annual/..2021-12-28/critical/benefits").value
    assert (1 + other_plans()) * critical == pytest.approx(whole)
    result = run_off(fit().projection, closing_terms("xiang-hu-bao"))
    alone, every = closing_cost(result, all_plans=False), closing_cost(result, moved=1e6)
    assert every.aid == pytest.approx(alone.aid * whole / critical)
    assert every.total == pytest.approx(every.aid + every.handling + every.free_months)
    assert every.free_months == 36e6
    assert alone.handling == pytest.approx(0.08 * alone.aid)


# ---- shares paid back ---------------------------------------------------------------------


@given(scenario=drawn(rounding=0.0, share_by_age=np.ones(60)), seed=st.integers(0, 99))
@settings(max_examples=15)
def test_all_shares_paid_back_are_the_ledger_to_the_fen(scenario, seed):
    run = simulate(scenario, seed, members_scale=1e-3, histories=False)
    table = charges_by_end(run).set_index("end")
    ledger = sum(b * n for b, n in zip(run.bill.tolist(), run.members.tolist(), strict=True))
    assert table["charged_fen"].sum() == ledger
    assert table["people"].sum() == run.people
    assert table.loc["helped", "people"] == run.helped.sum()
    assert table.loc["pending", "people"] == run.pending[-1]


def test_shares_by_end_are_those_of_the_members_one_by_one():
    run = simulate(Scenario(), 7, members_scale=1e-4)
    members = run.members_table()
    wanted = members.groupby("end")["charged_fen"].agg(["size", "sum"])
    table = charges_by_end(run).set_index("end")
    for end, row in wanted.iterrows():
        assert tuple(table.loc[end]) == (row["size"], row["sum"]), end
    assert table["people"].sum() == wanted["size"].sum()
    with pytest.raises(TypeError, match="simulation must be a Simulation"):
        charges_by_end(Scenario())
    pooled = simulate(Scenario(), 7, members_scale=1e-4, histories=False, pooled=True)
    with pytest.raises(ValueError, match="simulation must not be pooled"):
        charges_by_end(pooled)


# ---- eleven ways, and the account ---------------------------------------------------------


def test_each_way_to_close_divides_the_same_sum():
    projection = fit().projection
    for share in (0.0, 0.5, 1.0):
        table = ways_to_close(projection, reporting_share=share)
        parts = ["platform_yuan", "members_yuan", "not_paid_yuan", "unknown_yuan"]
        sums = table[parts].sum(axis=1)
        np.testing.assert_allclose(sums, sums.iloc[0], rtol=1e-9)
        owed = triangle(projection)
        tail = owed.by_notice(owed.benefits)[len(owed.periods) :].sum()
        assert sums.iloc[0] == pytest.approx(tail + projection.benefits[-3:].sum())


def test_who_pays_the_tail_is_as_the_terms_say():
    table = ways_to_close(fit().projection).set_index("platform")
    assert (table.loc[table["known"], "unknown_yuan"] == 0).all()
    assert table.loc["qingsong", "platform_yuan"] == 0
    assert table.loc["qingsong", "not_paid_yuan"] > table.loc["suning", "not_paid_yuan"] > 0
    paid = fit().projection.collected.sum()
    assert table.loc["didi", "refunds_yuan"] == table.loc["meituan", "refunds_yuan"] == paid
    assert (table.drop(["didi", "meituan"])["refunds_yuan"] == 0).all()
    with pytest.raises(ValueError, match="notices must be a whole number from 3"):
        ways_to_close(fit().projection, notices=2)


def test_terms_are_those_of_the_rows():
    for each in PLATFORMS.values():
        for key in each.keys:
            assert history.fact(key).source.name, key
    ours, qingsong = closing_terms("xiang-hu-bao"), closing_terms("qingsong")
    rows = "platform_facts/{}".format
    assert ours.window == history.fact(rows("xiang-hu-bao/late_claims/2021-12-28")).value
    free = history.fact(rows("xiang-hu-bao/periods_paid_by_platform/2021-12-28"))
    assert ours.free_notices == free.value
    assert closing_terms("meituan").window == 180
    assert history.fact(rows("meituan/late_claims/2021-01-15")).value == 180
    assert history.fact(rows("waterdrop/late_claims/2021-03-26")).value == 180
    assert qingsong.paid_share == history.fact(rows("qingsong/approved_paid_share/2021-05")).value
    # Dates that the sources give, as days after the end.
    last = {"didi": "2022-04-09", "wukong": "2021-04-05", "suning": "2021-09-21",
            "qingsong": "2021-03-31"}  # fmt: skip
    for name, until in last.items():
        each = closing_terms(name)
        assert each.end + dt.timedelta(each.deadline) == dt.date.fromisoformat(until), name
        said = f"{dt.date.fromisoformat(until):%-d %B %Y}"
        assert any(said in (history.fact(key).text or "") for key in each.keys), (name, said)


def test_the_account_stands_on_the_known_year():
    projection = fit().projection
    table = yearly_account(projection).set_index("year")
    assert table.loc[2020, "fee_yuan"] == history.fact("annual/2020/all/fee_received").value
    assert table.loc[2020, "left_yuan"] == pytest.approx(0, abs=1)
    spent = table["fee_yuan"] - table["inquiry_yuan"] - table["other_costs_yuan"]
    np.testing.assert_allclose(spent, table["left_yuan"], atol=1)
    # A critic said that the fee fell with the members.
    assert table.loc[2021, "members_people"] < table.loc[2020, "members_people"]
    assert table.loc[2021, "fee_yuan"] > table.loc[2020, "fee_yuan"]
    for year in (2019, 2021):
        ended = project(ended_at(projection.scenarios[0], Period(year, 12, 2)))
        cost = closing_cost(run_off(ended, closing_terms("xiang-hu-bao")))
        assert table.loc[year, "closing_yuan"] == pytest.approx(cost.aid)
    assert (yearly_account(projection, per_member=0.0)["insurance_yuan"] == 0).all()
    with pytest.raises(ValueError, match="every notice of 2019 to 2021"):
        yearly_account(project(ended_at(Scenario(), Period(2020, 12, 2))))
    with pytest.raises(ValueError, match="per_member must be at least 0"):
        yearly_account(projection, per_member=-1.0)


def test_what_insurance_earned_by_hand():
    rows = "platform_facts/waterdrop/{}/2019".format
    premiums, revenue, every, sharers = (
        history.fact(rows(each)).value
        for each in ("first_year_premiums_via_mutual_aid", "insurance_revenue",
                     "first_year_premiums", "sharers_peak")
    )  # fmt: skip
    assert insurance_per_member() == pytest.approx(premiums * revenue / every / sharers)
