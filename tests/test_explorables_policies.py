"""What the explorables of other rules say, against the plan's own runs."""

from __future__ import annotations

import math
import re
from dataclasses import fields

import numpy as np
import pytest

from mutualaid import churn, explorables, history
from mutualaid.explorables import policies
from mutualaid.explore import MAX_STATES, grid
from mutualaid.explore.page import explorable_html
from mutualaid.periods import PER_YEAR, Period

SAVED = explorables.could_it_have_been_saved()
OWN = explorables.a_plan_of_your_own()
MADE = (SAVED, OWN)
LAST = churn.LAST_PAID.label
RESPONSES = SAVED.controls[2].stops


def state_of(one, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


def lines_of(view):
    return {trace.name: list(trace.y) for trace in view.figure.data if trace.mode == "lines"}


# ---- both ---------------------------------------------------------------------------------


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_each_stop_of_each_control_changes_figure_and_words_from_the_start(one):
    for control in one.controls:
        views = [state_of(one, **{control.name: stop}) for stop in control.stops]
        assert len({view.figure.to_json() for view, _ in views}) == len(control.stops)
        assert len({said for _, said in views}) == len(control.stops)


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_axes_hold_and_every_drawn_value_lies_within(one):
    ranges = {}
    for settings, document in zip(one.settings(), grid.states(one), strict=True):
        low, high = document["layout"]["yaxis"]["range"]
        ranges.setdefault(settings["scale"], set()).add((low, high))
        drawn = [value for trace in document["data"] for value in trace["y"]]
        assert all(math.isfinite(value) and low <= value <= high for value in drawn), settings
    assert {len(each) for each in ranges.values()} == {1}


@pytest.mark.parametrize(("one", "states"), [(SAVED, 216), (OWN, 324)], ids=["saved", "own"])
def test_the_page_form_keeps_within_its_weight(one, states):
    assert len(grid.states(one)) == states <= MAX_STATES
    assert len(explorable_html(one).encode()) < 120_000


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_the_legend_is_short(one):
    names = [trace.name for trace in one.view().figure.data]
    assert len(names) <= 4
    assert max(map(len, names)) <= 12


@pytest.mark.parametrize("scale", ["bill", "members", "helped"])
def test_dots_are_the_published_values_of_the_critical_plan(scale):
    quantity = {"bill": "share", "members": "sharers", "helped": "cumulative_helped"}[scale]
    per = {"bill": 1, "members": 1e6, "helped": 1e3}[scale]
    rows = history.series("critical", quantity)
    rows = rows[(rows["notice"] >= "2019-01-1") & (rows["notice"] <= LAST)]
    view, _ = state_of(SAVED, scale=scale)
    for trace in view.figure.data:
        if trace.mode == "markers":
            derived = rows["basis"].isin(["derived", "inferred"])
            wanted = rows[derived if trace.marker.symbol == "circle-open" else ~derived]
            assert list(trace.x) == [day.isoformat() for day in wanted["notice_day"]]
            assert list(trace.y) == pytest.approx((wanted["value"] / per).tolist())


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_a_line_has_a_point_a_month_and_the_table_holds_every_second_of_them(one):
    view, _ = state_of(one)
    (days,) = {trace.x for trace in view.figure.data if trace.mode == "lines"}
    assert len(days) == 3 * 12
    assert (days[0], days[-1]) == ("2019-01-07", "2021-12-07")
    drawn = dict(zip(days, lines_of(view)["as it was"], strict=True))
    for notice, bill in zip(
        view.table["notice"], view.table["bill, as it was, yuan per head"], strict=True
    ):
        assert drawn[Period.parse(notice).notice_day.isoformat()] == bill
    assert len(view.table) == 18
    assert view.table["notice"].iloc[-1] == LAST


# ---- could it have been saved? ------------------------------------------------------------


@pytest.mark.parametrize("response", RESPONSES)
def test_as_it_was_members_follow_the_published_counts(response):
    view, said = state_of(SAVED, response=response, scale="members")
    path = dict(
        zip((p.label for p in churn.Scenario().periods), churn.published_members(), strict=True)
    )
    for notice, members in zip(
        view.table["notice"], view.table["members, as it was, million"], strict=True
    ):
        assert members == pytest.approx(path[notice] / 1e6, abs=0.0051)
    sharers = history.fact(f"notices/{LAST}/critical/sharers").value
    assert f"million members ({sharers / 1e6:.1f})" in said


@pytest.mark.parametrize("response", RESPONSES)
def test_words_are_those_of_the_comparison(response):
    frame = churn.compare_policies(exit_response=response).to_frame()
    was = frame.iloc[0]
    for _, row in frame.iloc[1:].iterrows():
        _, said = state_of(SAVED, policy=row["policy"], strength=row["strength"], response=response)
        bill, mean = row["bill_yuan_per_head"], was["bill_yuan_per_head"]
        assert f"the bill is {bill:.2f} yuan ({mean:.2f} as it was)" in said
        young, old = row["bill_at_25_yuan"], row["bill_at_55_yuan"]
        if row["policy"] == "shares by bands of age":
            assert young < bill < old
            assert f"{young:.2f} at 25 and {old:.2f} at 55 (both {mean:.2f})" in said
        else:
            assert young == old == bill
            assert "the same at 25 and at 55" in said
        members = row["members_people"] / 1e6, was["members_people"] / 1e6
        assert "{:.1f} million members ({:.1f})".format(*members) in said
        helped = round(row["helped_people"], -2), round(was["helped_people"], -2)
        assert "{:,.0f} people have been helped ({:,.0f})".format(*helped) in said
        paid = row["paid_per_head_yuan"], was["paid_per_head_yuan"]
        assert "add up to {:.0f} yuan ({:.0f})".format(*paid) in said


@pytest.mark.parametrize("scale", ["bill", "members", "helped"])
def test_lines_are_runs_of_the_plan(scale):
    view, _ = state_of(SAVED, policy="stricter inquiry", strength=3, response=0.005, scale=scale)
    found = churn.compare_policies(["stricter inquiry"], [3], exit_response=0.005).projection
    series = {
        "bill": found.bill,
        "members": found.members / 1e6,
        "helped": found.helped.cumsum(axis=1) / 1e3,
    }[scale]
    # From the first notice of January 2019 to the last bill, a point a month.
    places = slice(found.place("2019-01-1"), found.place(LAST) + 1, 2)
    lines = lines_of(view)
    assert lines["as it was"] == pytest.approx(series[0, places].tolist(), abs=0.051)
    assert lines["other rule"] == pytest.approx(series[1, places].tolist(), abs=0.051)


def test_a_smaller_response_than_the_plans_own_is_no_stop():
    assert min(RESPONSES) > churn.as_it_was().exit_response
    assert min(RESPONSES) == pytest.approx(churn.as_it_was().exit_response, rel=0.2)


@pytest.mark.parametrize(
    ("policy", "strength", "told"),
    [
        ("a longer waiting time", 1, "waiting 9 half-months in place of 6"),
        ("a longer waiting time", 3, "waiting 24 half-months in place of 6"),
        ("a benefit that grows with time", 2, "at first 50 percent of the benefit is paid"),
        ("a health test at entry", 3, "1.25 percent are at raised risk in place of 5"),
        ("a health test at entry", 3, "20 percent fewer join"),
        ("telling the bill to expect", 1, "a bill up to 4 yuan in place of 3"),
        ("stricter inquiry", 3, "20 percent fewer claims are paid"),
        ("stricter inquiry", 3, "takes 6 half-months on average in place of 4"),
        ("laxer inquiry", 1, "5 percent more claims are paid"),
        ("laxer inquiry", 1, "takes 3.5 half-months"),
        ("a higher fee", 3, "a fee of 15 percent of the benefits in place of 8"),
        ("shares by bands of age", 3, "at 25 a member pays 0.46 of the mean bill"),
    ],
)
def test_a_strength_is_told_as_what_the_rule_changes(policy, strength, told):
    assert told in state_of(SAVED, policy=policy, strength=strength)[1]


def test_everything_that_a_rule_changes_is_told_and_no_two_alike():
    was = churn.as_it_was()
    told = set()
    for policy, change in churn.POLICIES.items():
        for strength in churn.STRENGTHS:
            now = change(was, strength)
            changed = [
                each.name
                for each in fields(now)
                if not np.array_equal(getattr(now, each.name), getattr(was, each.name))
            ]
            assert set(changed) <= set(policies._TOLD)
            told.add(policies.meaning(policy, strength))
    assert len(told) == len(churn.POLICIES) * len(churn.STRENGTHS)


@pytest.mark.parametrize(
    ("policy", "gains", "loses"),
    [
        ("shares by bands of age", "the young, who pay less", "the old, who pay more"),
        ("a benefit that grows with time", "all who pay", "the ill, with 111,000 yuan"),
        ("a health test at entry", "all who pay", "million who do not join"),
        ("telling the bill to expect", "all who pay", "million who do not join"),
        ("a longer waiting time", "all who pay", "fewer who are helped"),
        ("stricter inquiry", "all who pay", "fewer who are helped"),
        ("laxer inquiry", "more who are helped", "all who pay"),
        ("a higher fee", "the platform", "all who pay"),
    ],
)
def test_who_gains_and_who_loses(policy, gains, loses):
    _, said = state_of(SAVED, policy=policy, strength=3)
    gain, lose = re.search(r"Who gains: (.+?)\. Who loses: (.+?)\. Shown", said).groups()
    assert gains in gain
    assert loses in lose


def test_nobody_gains_and_loses_the_same():
    for document in grid.states(SAVED):
        gain, lose = document["words"]["who"].split(" Who loses: ")
        gains, losses = (
            set(each.removesuffix(".").split("; "))
            for each in (gain.removeprefix("Who gains: "), lose)
        )
        assert not gains & losses - {"nobody in the plan"}


# ---- a plan of your own -------------------------------------------------------------------


def test_the_start_is_the_plan_as_it_was_and_its_members_are_the_published_ones():
    view, said = state_of(OWN, scale="members")
    lines = lines_of(view)
    assert lines["your plan"] == lines["as it was"]
    periods = [p.label for p in churn.Scenario().periods]
    path = churn.published_members()[periods.index("2019-01-1") : periods.index(LAST) + 1 : 2]
    assert lines["your plan"] == pytest.approx((path / 1e6).tolist(), abs=0.0051)
    assert "Members follow the published counts." in said
    bill = churn.compare_policies(["a higher fee"], [1]).to_frame().iloc[0]["bill_yuan_per_head"]
    assert f"and {bill:.2f} yuan (as it was:" in said


def test_caps_never_bound_in_the_plan_as_it_was():
    plan = churn.as_it_was()
    both = churn.project([plan, churn.uncapped(plan)]).bill
    assert both[0] == pytest.approx(both[1], abs=1e-12)


def test_who_leaves_otherwise_leaves_the_published_path_and_it_is_said():
    for settings, document in zip(OWN.settings(), grid.states(OWN), strict=True):
        same = all(
            settings[control.name] == control.start
            for control in OWN.controls
            if control.name != "scale"
        )
        apart = document["words"]["path"]
        assert same == (apart == "Members follow the published counts."), settings
        if not same:
            assert float(re.search(r"up to ([\d.]+) million", apart)[1]) > 0, settings


def test_what_the_controls_set():
    was = churn.as_it_was()
    plan = policies.own_plan(12, 0, "none", "not", "alike")
    assert (plan.waiting, plan.delay_mean, plan.delay_first) == (12, 0, None)
    assert (plan.select_factor, plan.exit_response, plan.exit_raised_factor) == (1, 0, 1)
    plan = policies.own_plan(6, 8, "strict", "strong", "healthy")
    assert (plan.delay_mean, plan.delay_first) == (8, was.delay_first)
    assert plan.select_factor == was.select_factor / 2
    assert plan.exit_response == RESPONSES[1] > was.exit_response
    assert plan.exit_raised_factor == was.exit_raised_factor < 1
    assert plan.joins.tolist() == was.joins.tolist()
    assert plan.members is None


def test_presets_set_every_control_but_what_is_looked_at():
    names = {control.name for control in OWN.controls}
    for preset in OWN.presets:
        assert set(preset.settings) == names - {"scale"}
    said = [state_of(OWN, **preset.settings)[1] for preset in OWN.presets]
    assert len(set(said)) == len(said)
    assert said[0] == state_of(OWN)[1]
    assert OWN.compare


def bills_of(one, **settings):
    said = state_of(one, **settings)[1]
    found = re.search(r"2021: ([\d.]+), ([\d.]+) and ([\d.]+) yuan", said)
    return [float(each) for each in found.groups()]


def test_presets_show_what_their_names_say():
    was, dream, unchecked, driven, everything = (
        bills_of(OWN, **preset.settings) for preset in OWN.presets
    )
    # The dream: lower at each notice than it was, and still rising.
    assert all(a < b for a, b in zip(dream, was, strict=True))
    assert dream[0] < dream[1] < dream[2]
    # No waiting and no check: dear from the first year.
    assert unchecked[0] > unchecked[2] > was[2]
    assert driven[2] > was[2]
    assert everything[2] == max(dream[2], unchecked[2], driven[2], everything[2])


def test_a_plan_in_which_nobody_waits_is_dear_at_once_and_hardly_rises():
    """No waiting, no delay, no check, nobody leaves for the bill: what the plan cost in truth."""
    first, _, last = bills_of(OWN, waiting=0, delay=0, check="none", mind="not", first="alike")
    assert first == pytest.approx(last, rel=0.2)
    assert last > bills_of(OWN)[2]


def test_a_sandbox_state_is_the_run_of_its_scenario():
    settings = {"waiting": 12, "delay": 8, "check": "none", "mind": "strong", "first": "alike"}
    view, said = state_of(OWN, **settings)
    found = churn.project(policies.own_plan(*settings.values()))
    last = found.place(LAST)
    places = slice(found.place("2019-01-1"), last + 1, 2)
    assert lines_of(view)["your plan"] == pytest.approx(found.bill[places].tolist(), abs=0.0051)
    assert f"{round(found.helped[: last + 1].sum(), -2):,.0f} people helped" in said
    assert f"paid in all {found.bill[: last + 1].sum():.0f} yuan a head" in said
    assert f"{found.members[last] / 1e6:.1f} million members" in said


# ---- the question -------------------------------------------------------------------------


def test_bands_of_age_leave_the_lowest_bill_at_25_and_those_of_55_pay_for_it():
    one = explorables.which_rule_helps_the_young()
    frame = churn.compare_policies(exit_response=RESPONSES[0]).to_frame()
    frame = frame[frame["strength"].isin([0, 3])].set_index("policy")
    asked = (
        "a longer waiting time",
        "shares by bands of age",
        "stricter inquiry",
        "a higher fee",
    )
    bills = frame["bill_at_25_yuan"]
    assert bills.loc[list(asked)].idxmin() == "shares by bands of age" == bills.idxmin()
    (right,) = (answer for answer in one.answers if answer.right)
    assert right.text.startswith("Shares by bands of age")
    assert f"{frame.loc['shares by bands of age', 'bill_at_55_yuan']:.2f} yuan in place of " in (
        right.feedback
    )
    for name, answer in zip(asked, one.answers, strict=True):
        assert f"{bills[name]:.2f} yuan" in answer.feedback
    was = bills[churn.AS_IT_WAS]
    assert f"{was:.2f} yuan as it was" in one.prompt
    assert frame.loc["shares by bands of age", "bill_at_55_yuan"] > 2 * was


def test_what_the_answers_say_of_the_rules_is_what_the_rules_do():
    was = churn.as_it_was()
    rules = {name: change(was, 3) for name, change in churn.POLICIES.items()}
    assert rules["a longer waiting time"].waiting == PER_YEAR
    assert rules["stricter inquiry"].plan_ratio == pytest.approx(was.plan_ratio * 4 / 5)
    assert rules["a higher fee"].fee == 0.15
    bands = rules["shares by bands of age"].share_by_age
    assert bands == pytest.approx(churn.policies.fair_by_band(was))
