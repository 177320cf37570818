"""What the sandbox says, against the plan's own runs, the tables, and the terms of ends."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from mutualaid import churn, explorables, history, rules, shutdown
from mutualaid.explorables import sandbox
from mutualaid.explorables.sandbox import LONGEST, outcome_of, peer_terms, shares_by_age, whole_plan
from mutualaid.explore import MAX_STATES, Choice, grid
from mutualaid.explore.page import explorable_html

WHOLE = explorables.the_whole_plan()
STATES = list(zip(WHOLE.settings(), grid.states(WHOLE), strict=True))
PRESETS = {preset.label: preset for preset in WHOLE.presets}
TRUE = shutdown.closing_terms("xiang-hu-bao")


def end_of(terms=TRUE, **chosen):
    return outcome_of(whole_plan(**chosen), terms)


def last_bill(found) -> float:
    charged = found.bill[: found.count]
    return float(charged[charged > 0][-1])


def helped(found) -> float:
    return float(found.helped[: found.count].sum())


def state(**changed):
    setting = WHOLE.start | changed
    return next(document for known, document in STATES if known == setting)


# ---- the page -----------------------------------------------------------------------------


def test_the_page_form_keeps_within_its_weight():
    assert len(STATES) <= MAX_STATES
    assert len(explorable_html(WHOLE).encode()) <= 120_000


def test_every_setting_has_a_figure_and_words_of_its_own():
    figures = {json.dumps([document["data"], document["layout"]]) for _, document in STATES}
    words = {json.dumps(document["words"]) for _, document in STATES}
    assert (len(figures), len(words)) == (len(STATES), len(STATES))


def test_every_axis_stays_and_its_bars_stay_below_the_top():
    ranges = set()
    for settings, document in STATES:
        axes = [document["layout"][axis]["range"] for axis in ("yaxis", "yaxis2", "yaxis3")]
        ranges.add(str(axes))
        bars = [trace["y"] for trace in document["data"] if trace["type"] == "bar"]
        assert max(map(sum, zip(*bars, strict=True))) <= axes[2][1], settings
    assert len(ranges) == 1


def test_names_in_the_legend_are_short():
    assert max(len(trace["name"]) for trace in STATES[0][1]["data"]) <= 12


def test_options_fit_into_a_list_of_a_third_of_the_page():
    lists = [control for control in WHOLE.controls if isinstance(control, Choice)]
    texts = [control.format(stop) for control in lists for stop in control.stops]
    assert len(lists) == 6
    assert max(map(len, texts)) <= 22


def test_lines_stop_with_the_plan_and_a_note_stays_inside_the_figure():
    for settings, document in STATES:
        bill, members = (document["data"][place] for place in (0, 4))
        end = document["layout"]["shapes"][0]["x0"]
        assert members["x"][-1] == end, settings
        assert 0 < len(bill["x"]) <= len(members["x"])
        assert bill["x"][-1] <= end
        for line in (bill, members):
            count = len(line["x"])
            assert line["y"][count - 1] > 0
            assert not any(line["y"][count:])
        for note in document["layout"]["annotations"][-2:]:
            late = settings["last"] == LONGEST
            assert (note["x"], note["xanchor"]) == (end, "right" if late else "left")


def test_a_bill_stands_at_its_own_notice_and_is_that_of_the_sentence():
    for settings, document in STATES:
        bill = document["data"][0]
        said = document["words"]["bill"]
        assert bill["y"][len(bill["x"]) - 1] == pytest.approx(float(said)), settings
    assert STATES[0][1]["data"][0]["x"][-1] == "2021-12-07"


def test_the_page_says_that_a_rule_has_nothing_around_it():
    words = "A start that is one change to “The true plan” itself is put back by the next control."
    assert words in explorable_html(WHOLE)


def test_an_axis_grows_in_a_kernel_where_the_page_does_not_reach():
    view = WHOLE.view(older=300_000, younger=400_000, response=6.0, first="young", raised=10)
    top = view.figure.layout.yaxis.range[1]
    assert top > STATES[0][1]["layout"]["yaxis"]["range"][1]
    assert max(view.figure.data[0].y) <= top


# ---- the scenario -------------------------------------------------------------------------


def test_as_it_stands_it_is_the_plan_as_it_was():
    """The fee is 8 percent from the first day, which before December 2018 had no cases to be on."""
    was = churn.project(churn.as_it_was(years=7))
    now = churn.project(whole_plan(last=LONGEST))
    assert now.periods == was.periods
    assert np.abs(now.bill - was.bill).max() < 1e-6
    assert now.members == pytest.approx(was.members, rel=1e-9)


@pytest.mark.parametrize("name", list(churn.POLICIES))
def test_a_rule_of_churn_does_here_what_it_does_there(name):
    strength = {"shares by bands of age": churn.STRENGTHS[-1]}.get(name, churn.STRENGTHS[1])
    there = churn.project(churn.POLICIES[name](churn.as_it_was(years=7), strength))
    setting = dict(PRESETS[f"Rule: {name}"].settings)
    closing = setting.pop("closing")
    setting |= {"fee": setting["fee"] / 100, "raised": setting["raised"] / 100, "last": LONGEST}
    here = churn.project(whole_plan(**setting))
    assert closing == "xiang-hu-bao"
    since = here.place("2019-01-1")
    assert here.bill[since:] == pytest.approx(there.bill[since:], rel=1e-6)
    assert here.members == pytest.approx(there.members, rel=1e-6)


@pytest.mark.parametrize("scheme", ["by age band", "fair", "in proportion to benefit"])
def test_a_scheme_collects_the_same_at_the_mix_of_those_who_join(scheme):
    plan = whole_plan()
    shares = shares_by_age(plan, scheme)
    assert churn.members_age_mix() @ shares == pytest.approx(1)
    if scheme == "in proportion to benefit":
        assert shares[39] / shares[40] == pytest.approx(3)
    if scheme == "by age band":
        assert shares == pytest.approx(churn.policies.fair_by_band(plan))


def test_an_age_limit_lets_nobody_in_above_it():
    plan, was = whole_plan(age_to=39), whole_plan()
    assert plan.age_mix[40:].sum() == 0
    mix = plan.age_mix[None, :] * plan.joins[:, None]
    assert mix[:, :40] == pytest.approx(was.age_mix[:40] * was.joins[:, None])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"waiting": -1}, "waiting must be"),
        ({"fee": 1.5}, "fee must be"),
        ({"last": "2030-01-1"}, "last must be from"),
        ({"age_to": -1}, "age_to must be"),
        ({"cap": "much"}, "cap must be"),
        ({"first": "nobody"}, "first must be"),
        ({"scheme": "by lot"}, "scheme must be"),
        ({"rule": "a lottery"}, "rule must be"),
    ],
)
def test_a_rule_out_of_range_is_refused_by_name(chosen, said):
    with pytest.raises(ValueError, match=said):
        whole_plan(**chosen)


# ---- the outcome --------------------------------------------------------------------------


@pytest.mark.parametrize("closing", ["xiang-hu-bao", "waterdrop", "meituan", "suning", "qingsong"])
def test_nothing_is_lost_between_those_who_pay_and_those_who_are_owed(closing):
    terms = shutdown.closing_terms(closing)
    plan = whole_plan(cap="3")
    found, run, off = outcome_of(plan, terms), churn.project(plan), shutdown.run_off(plan, terms)
    paid = found.by_members + found.by_platform
    charged = found.count - (terms.free_notices or 0)
    assert paid[:charged] == pytest.approx((run.benefits + run.fee)[:charged])
    assert paid[charged:].sum() == pytest.approx(off.sponsor + off.members)
    assert found.not_paid.sum() == pytest.approx(off.families)
    assert found.by_members[found.count :].sum() == pytest.approx(off.members)
    people = found.helped.sum() + off.late_cases.sum()
    assert people == pytest.approx(run.helped.sum() + run.pending[-1])
    back = run.collected[:charged].sum() if closing == "meituan" else 0
    assert found.refund == pytest.approx(back)


def test_one_who_stays_pays_the_bills_of_his_age():
    run = churn.project(whole_plan(scheme="fair"))
    paid = sum(run.bill_by_age[k, 45 + k // 24] for k in range(len(run.periods) - 3))
    assert end_of(scheme="fair").paid[45] == pytest.approx(paid)


def test_the_table_adds_up_to_the_words():
    table = WHOLE.view(cap="3").table
    words = state(cap="3")["words"]
    platform = table["platform, billion yuan"].sum()
    assert platform == pytest.approx(float(words["sponsor"]) + float(words["tail"]), abs=0.05)
    total = 1e3 * table["helped, thousand"].sum()
    said = [float(words[slot].replace(",", "")) for slot in ("helped", "late")]
    assert total == pytest.approx(sum(said), abs=1_000)
    assert table["given back, billion yuan"].sum() == 0
    assert table["members, million"].iloc[-1] == 0


def test_shares_given_back_stand_in_the_sentence_the_figure_and_the_table():
    document = state(closing="meituan")
    said = document["words"]["back"]
    column = document["table"]["columns"].index("given back, billion yuan")
    assert sum(document["table"]["cells"][column]) == pytest.approx(float(said))
    assert document["layout"]["annotations"][-1]["text"] == f"given back:<br>{said} billion"
    assert "stays pays and gets back 291 yuan in all; at 45, 291." in WHOLE.words.format(
        **document["words"]
    )


def test_a_sentence_has_no_clause_for_nothing():
    for settings, document in STATES:
        sentence = WHOLE.words.format(**document["words"])
        closing = settings["closing"]
        assert not re.search(r"(?<![\d.,])0\.00(?!\d)", sentence), settings
        assert ("gives back" in sentence) == (closing == "meituan")
        assert ("is not paid" in sentence) == (closing in ("suning", "qingsong"))
        assert ("a head" in sentence) == (closing == "qingsong")
        assert ("nobody joins at 45" in sentence) == (settings["age_to"] < 45)
        assert (" at 45)" in sentence or "nobody is 45" in sentence) == (
            settings["scheme"] != "equal"
        )


def test_the_highest_mean_bill_is_not_below_the_last():
    for settings, document in STATES:
        words = document["words"]
        assert float(words["highest"]) >= float(words["bill"]), settings


def test_a_tail_that_members_pay_is_told_a_head():
    words = state(closing="qingsong")["words"]
    a_head = float(words["each"].removeprefix(" (").removesuffix(" a head)"))
    million = float(words["members"])
    assert a_head == pytest.approx(1e3 * float(words["tail"]) / million, abs=0.1)
    assert a_head > float(words["highest"])


def test_nobody_has_a_bill_at_an_age_that_no_member_has():
    found = end_of(age_to=39, scheme="fair")
    assert (list(found.paid), list(found.last_bill)) == ([25], [25])
    later = end_of(age_to=39, scheme="fair", last=LONGEST)
    assert (list(later.paid), list(later.last_bill)) == ([25], [25, 45])
    nobody = end_of(age_to=20)
    assert (nobody.paid, nobody.last_bill) == ({}, {})


# ---- the peers ----------------------------------------------------------------------------


def test_the_terms_of_a_peer_are_those_of_the_tables_and_the_rest_is_the_true_plan():
    known = {name: peer_terms(name)[0] for name in rules.PEERS}
    assert known == {
        "kang-ai": {"waiting": 24, "younger": 300_000, "fee": 0},
        "e-huzhu": {"waiting": 12, "younger": 400_000, "age_to": 50},
        "qingsong": {"closing": "qingsong"},
        "waterdrop": {"younger": 300_000, "fee": 8, "age_to": 50, "closing": "waterdrop"},
        "zhongtuobang": {"waiting": 12, "younger": 300_000, "fee": 0, "age_to": 50},
        "sina": {"waiting": 12, "younger": 300_000},
        "meituan": {"younger": 350_000, "fee": 8, "age_to": 39, "closing": "meituan"},
        "360": {"scheme": "by age band"},
    }
    for name, terms in known.items():
        preset = PRESETS[rules.plan(name).title]
        assert preset.settings == WHOLE.start | terms
        assert "on the members of this plan" in preset.note
        assert "Not known, and as in the true plan: " in preset.note


def test_the_note_says_what_is_not_known():
    assert peer_terms("sina")[1].endswith(": fee, cap, age at entry and the end.")
    assert peer_terms("meituan")[1].endswith(": waiting.")
    term = rules.plan("360").on(dt.date(2021, 1, 1))["benefit_is"]
    assert "The share rises with age." in term.note


# ---- what the chapter says ----------------------------------------------------------------


def test_a_year_of_waiting_takes_more_people_than_yuan():
    was, now = end_of(), end_of(waiting=24)
    assert 1 - last_bill(now) / last_bill(was) == pytest.approx(0.25, abs=0.03)
    assert 0.4 < 1 - helped(now) / helped(was) < 0.45


def test_one_benefit_for_all_nearly_doubles_the_bill():
    was, now = end_of(), end_of(older=300_000)
    assert 1.8 < last_bill(now) / last_bill(was) < 2
    left = was.members[was.count - 1] - now.members[now.count - 1]
    assert 18e6 < left < 19e6


def test_a_cap_is_paid_by_the_platform():
    was, now = end_of(), end_of(cap="3")
    assert last_bill(now) == 3
    paid = [float(each.by_platform[: each.count].sum()) for each in (was, now)]
    assert paid[1] > 10e9
    assert 7 < paid[1] / paid[0] < 8
    assert now.members[now.count - 1] > was.members[was.count - 1]
    plan = churn.project(replace(whole_plan(cap="3")))
    assert paid[1] > 4 * plan.fee.sum()
    bills = churn.project(whole_plan())
    assert (bills.bill[bills.place("2019-10-1") :] > 3).mean() > 0.8


def test_bands_of_age_move_the_bill_above_50():
    was, now = end_of(), end_of(scheme="by age band")
    assert now.paid[25] < 0.5 * was.paid[25]
    assert now.paid[45] == pytest.approx(was.paid[45], rel=0.05)
    bills = churn.project(whole_plan(scheme="by age band"))
    by_age = bills.bill_by_age[bills.place("2021-12-1")]
    assert by_age[55] > 2 * last_bill(was)
    assert last_bill(now) < last_bill(was)


def test_other_ends_take_from_other_people():
    was = end_of()
    week, members = (end_of(shutdown.closing_terms(each)) for each in ("suning", "qingsong"))
    tail = [float(each.helped[each.count :].sum()) for each in (was, week, members)]
    assert 0.36 < 1 - tail[1] / tail[0] < 0.4
    assert tail[0] - tail[2] == pytest.approx(4_000, abs=500)
    paid = float(members.by_members[members.count :].sum())
    lost = float(members.not_paid.sum())
    assert lost / (paid + lost) > 2 / 3
    refund = end_of(shutdown.closing_terms("meituan"))
    assert refund.refund > 10 * refund.by_platform[refund.count :].sum()
    assert paid == pytest.approx(0.5e9, rel=0.05)
    assert lost > 1e9
    assert members.by_platform.sum() == 0
    assert was.by_platform.sum() > 3e9
    more = members.paid[25] - was.paid[25]
    assert 28 < more < 30
    assert members.bill[members.count - 3 : members.count].sum() > more / 2


def test_the_plan_that_goes_on_has_no_cliff():
    now = end_of(last=LONGEST)
    top = int(np.argmax(now.bill[: now.count]))
    assert now.notices[top].year == 2024
    falls = -np.diff(now.members[70 : now.count])
    assert (falls > 0).all()
    assert falls[-1] < falls[0] / 10
    assert 20e6 < now.members[now.count - 1] < 71e6 / 3


def test_the_lowest_bills_of_a_single_change():
    bills = {}
    for control in WHOLE.controls:
        if control.name in ("last", "closing", "response", "first", "raised"):
            continue
        for stop in control.stops:
            words = state(**{control.name: stop})["words"]
            bills[control.name, stop] = float(words["bill"])
    order = sorted(bills, key=bills.get)
    assert order[:3] == [("cap", "3"), ("younger", 100_000), ("cap", "5")]
    assert bills["cap", "3"] == 3
    assert bills["younger", 100_000] == pytest.approx(4.1, abs=0.1)


def test_an_entry_age_of_39_helps_fewer_for_each_yuan():
    terms = {"younger": 350_000, "closing": "meituan"}
    low, high = (
        end_of(shutdown.closing_terms("meituan"), younger=350_000, age_to=age) for age in (39, 59)
    )
    assert PRESETS["Meituan"].settings == WHOLE.start | terms | {"age_to": 39}
    assert 1 - last_bill(low) / last_bill(high) == pytest.approx(1 / 7, abs=0.02)
    assert helped(low) < 0.5 * helped(high)
    assert low.by_members.sum() / helped(low) > high.by_members.sum() / helped(high)


def test_the_terms_of_the_commune_lower_the_bill_by_almost_three_tenths():
    was, now = end_of(), end_of(waiting=24, fee=0.0)
    assert 0.27 < 1 - last_bill(now) / last_bill(was) < 0.3
    assert 1 - helped(now) / helped(was) > 0.4
    assert now.paid[25] / was.paid[25] == pytest.approx(0.5, abs=0.02)
    a_yuan, with_fee = (
        [each.helped.sum() / (each.by_members + each.by_platform).sum() for each in (was, other)]
        for other in (now, end_of(waiting=24))
    )
    assert 1.03 < a_yuan[1] / a_yuan[0] < 1.08
    assert with_fee[1] / with_fee[0] == pytest.approx(1, abs=0.02)


def test_the_line_of_the_true_plan_follows_the_dots_but_misses_some():
    run = churn.project(whole_plan())
    dots = [trace for trace in STATES[0][1]["data"] if trace.get("mode") == "markers"]
    known = {day: y for trace in dots[:2] for day, y in zip(trace["x"], trace["y"], strict=True)}
    days = [each.notice_day.isoformat() for each in run.periods]
    off = {day: run.bill[days.index(day)] - y for day, y in known.items()}
    assert np.median(np.abs(list(off.values()))) < 0.2
    assert off["2020-12-21"] > 0.5
    assert off["2021-08-21"] < -0.5


def test_the_tail_is_smaller_than_in_shutdown_which_adds_other_plans():
    tails = shutdown.tails_by_delay().set_index("delay")["tail_yuan"]
    tail = float(state()["words"]["tail"]) * 1e9
    assert whole_plan().delay_mean == 4
    assert 0.8 < tail / tails["two months"] < 0.9
    assert tails["three months"] < shutdown.ESTIMATES["told"].tail


def test_members_and_helped_are_fewer_than_those_counted_in_all_plans():
    words = state()["words"]
    sharers = history.series("all", "sharers")["value"].max()
    every = history.series("all", "cumulative_helped")["value"].max()
    assert float(words["most"]) * 1e6 < sharers
    assert float(words["helped"].replace(",", "")) < every


def test_of_two_peers_one_term_is_known():
    assert sorted(name for name in rules.PEERS if len(peer_terms(name)[0]) == 1) == [
        "360",
        "qingsong",
    ]


def test_designs_of_the_exercises_have_the_limits_that_are_told():
    close = end_of(younger=100_000, waiting=24)
    assert 3 < last_bill(close) < 3.5
    cut, nobody = end_of(younger=100_000, older=50_000), end_of(response=0.0)
    assert helped(cut) == pytest.approx(helped(nobody))
    without = end_of(last=LONGEST, response=0.0)
    assert 30e6 < without.members[without.count - 1] < 40e6


@pytest.mark.parametrize(
    "name",
    [
        "what_does_a_year_of_waiting_save",
        "what_if_all_ages_got_the_same",
        "what_if_nobody_had_closed_it",
        "who_pays_above_a_cap",
    ],
)
def test_feedback_of_the_questions_holds_computed_numbers(name):
    question = getattr(explorables, name)()
    (right,) = (answer for answer in question.answers if answer.right)
    fewer = 1 - helped(end_of(waiting=24)) / helped(end_of())
    number = {
        "what_does_a_year_of_waiting_save": f"{fewer:.0%}",
        "what_if_all_ages_got_the_same": f"{last_bill(end_of(older=300_000)):.2f}",
        "what_if_nobody_had_closed_it": f"{end_of(last=LONGEST).bill.max():.2f}",
        "who_pays_above_a_cap": f"{end_of(cap='3').by_platform[:79].sum() / 1e9:.1f} billion",
    }[name]
    assert number in right.feedback


def test_the_start_is_a_preset_and_every_rule_of_churn_is_one():
    assert WHOLE.presets[0].settings == WHOLE.start
    assert {label.removeprefix("Rule: ") for label in PRESETS if label.startswith("Rule: ")} == set(
        churn.POLICIES
    )
    assert sandbox.peer_terms("sina")[0].keys() <= WHOLE.start.keys()
