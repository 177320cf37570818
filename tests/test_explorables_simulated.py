"""What the explorables of simulated plans say, against the package, and as the chapter says it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from mutualaid import churn, explorables, members
from mutualaid.explorables import simulated
from mutualaid.explorables.churn import replayed
from mutualaid.explore import grid
from mutualaid.explore.page import explorable_html
from mutualaid.periods import Period

LIVES = explorables.one_members_three_years()
RUNS = explorables.the_same_plan_twenty_times()
MADE = (LIVES, RUNS)
LAST = str(churn.LAST_PAID)


def state_of(one, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


def documents(one):
    """Yield each state with its words and its table by columns."""
    for settings, document in zip(one.settings(), grid.states(one), strict=True):
        table = document["table"]
        yield settings, document, dict(zip(table["columns"], table["cells"], strict=True))


def whole(words, name):
    return int(words[name].replace(",", ""))


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_each_step_of_a_control_changes_figure_and_words_wherever_one_stands(one):
    states = {
        tuple(settings.values()): (str(document["data"]) + str(document["layout"]), document)
        for settings, document, _ in documents(one)
    }
    start = tuple(one.start.values())
    for number, control in enumerate(one.controls):
        at = [(*start[:number], stop, *start[number + 1 :]) for stop in control.stops]
        drawn, said = zip(*(states[each] for each in at), strict=True)
        assert len(set(drawn)) == len(drawn), control.name
        assert len({one.words.format(**each["words"]) for each in said}) == len(said)


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_the_page_form_keeps_its_budget(one):
    assert len(explorable_html(one).encode()) <= 120_000


# ---- the plan that is run -----------------------------------------------------------------


def test_the_plan_is_the_fitted_one_up_to_the_last_notice_that_members_paid():
    plan, found = simulated.fitted_plan(), churn.fit()
    p = churn.project(plan)
    assert [str(each) for each in p.periods][-1] == LAST
    for name, value in found.estimates.items():
        assert getattr(plan, name) == pytest.approx(value, rel=1e-3)
        assert len(re.sub(r"^0\.0*|\.", "", f"{getattr(plan, name)!r}")) <= 4
    # Four digits leave the bills where they were.
    last = len(p.periods)
    assert p.bill[20:] == pytest.approx(found.projection.bill[20:last], rel=1e-3)


# ---- one member's three years -------------------------------------------------------------


def test_those_of_whom_it_is_told_are_all_who_joined():
    run = simulated._run()
    for settings, document, _ in documents(LIVES):
        words = document["words"]
        parts = [whole(words, name) for name in ("helped", "left", "ended", "pending", "still")]
        joined = Period.parse(settings["joined"])
        there = sum(len(run.numbers_of(joined, settings["age"], sex)) for sex in ("male", "female"))
        # Nobody shown can have turned 60.
        assert sum(parts) == whole(words, "count") == there
        if parts[0]:
            assert words["one_in"] == f", one in {round(there / parts[0]):,}"


def test_people_and_money_of_the_run_are_all_accounted_for():
    run = simulated._run()
    assert (members.check_charges(run), members.check_people(run)) == (0, 0)
    assert run.people > 100_000_000


@pytest.mark.parametrize("who", simulated._WHOSE)
@pytest.mark.parametrize("age", [20, 39])
def test_what_a_member_paid_is_the_sum_of_the_bills_from_joining_to_the_end(age, who):
    run = simulated._run()
    settings = {"age": age, "joined": "2019-04-1", "who": who}
    view, said = state_of(LIVES, **settings)
    first = run.periods.index(Period.parse("2019-04-1"))
    for _, row in view.table.iterrows():
        stop = first + row["notices"]
        assert round(100 * row["paid, yuan"]) == run.bill[first:stop].sum()
        assert row["people helped by these notices"] == run.helped[first:stop].sum()
        if row["how it ended"] in ("left", "helped", "ill while waiting"):
            ended = run.periods.index(Period.parse(row["in"]))
            # Who is ill while waiting, or leaves as the path falls, is gone before the notice.
            assert ended - stop in ((-1,) if row["how it ended"] == "helped" else (-1, 0))
        else:
            assert stop == len(run.periods)
    row = view.table.iloc[0]
    if row["paid, yuan"]:
        each = 100 * row["paid, yuan"] / row["people helped by these notices"]
        assert f"paid {row['paid, yuan']:.2f} yuan in {row['notices']} notice" in said
        assert f"{each:.2f} fen for each" in said


def test_the_five_are_different_members_who_joined_then_and_of_the_kind_asked_for():
    run = simulated._run()
    for who, (_, wanted) in simulated._WHOSE.items():
        numbers, ends = simulated._ends_of(Period(2018, 10, 2), 45)
        chosen = numbers if wanted is None else numbers[ends == simulated._ENDS.index(wanted)]
        five = simulated.evenly(chosen, 5)
        assert len(set(five)) == 5
        for number in five:
            one = run.member(number)
            assert (one.age, str(one.joined)) == (45, "2018-10-2")
            assert who == "any" or one.end == wanted
    # The middle of each fifth: nobody is asked whether his story is a good one.
    assert simulated.evenly(np.arange(100), 5) == [10, 30, 50, 70, 90]
    assert simulated.evenly(np.arange(3), 5) == [0, 1, 2]


def test_ends_and_numbers_are_those_of_the_members_table():
    run = simulated._run()
    numbers, ends = simulated._ends_of(Period(2020, 6, 1), 40)
    men = run.numbers_of(Period(2020, 6, 1), 40, "male")
    table = run.members_table(men.start, men.stop)
    assert numbers[: len(men)].tolist() == table["number"].tolist()
    assert [simulated._ENDS[each] for each in ends[: len(men)]] == table["end"].tolist()


def test_the_figure_marks_what_the_table_tells():
    for _settings, document, table in documents(LIVES):
        shown = 0 if table["person"] == ["nobody"] else len(table["person"])
        traces = {trace["name"]: trace for trace in document["data"]}
        assert len(traces["waiting"]["y"]) == len(traces["covered"]["y"]) == shown
        how = Counter(table["how it ended"])
        assert len(traces["helped"]["x"]) == how["helped"]
        still = how["still a member"] + how["not yet helped"]
        assert len(traces["goes on"]["x"]) == still
        assert len(traces["ends"]["x"]) == shown * (shown > 0) - how["helped"] - still
        words = [note["text"] for note in document["layout"]["annotations"]]
        if shown:
            for said, paid in zip(words, table["paid, yuan"], strict=True):
                assert f"paid {paid:.2f} yuan" in said
        else:
            assert words[0].endswith("nobody")
            assert "There is nobody to show." in document["words"]["first"]


def test_picked_blindly_five_lives_are_nearly_all_uneventful():
    """What the chapter says: 30 settings, 150 lives, one of them helped."""
    how, five_years_old, fifths = Counter(), [], []
    for settings, document, table in documents(LIVES):
        if settings["who"] == "any":
            how.update(table["how it ended"])
            if settings["age"] == 5:
                five_years_old.append(whole(document["words"], "helped"))
            fifths += [
                (100 * paid / helped, helped)
                for paid, helped, notices in zip(
                    table["paid, yuan"],
                    table["people helped by these notices"],
                    table["notices"],
                    strict=True,
                )
                if notices >= 20
            ]
    assert how.total() == 150
    assert how["helped"] == 1
    assert set(how) == {"helped", "left", "still a member"}
    assert five_years_old == [0] * 5
    assert all(0.15 < each < 0.25 for each, _ in fifths)
    assert all(helped > 1_000 for _, helped in fifths)
    view, _ = state_of(LIVES, age=30, joined="2019-04-1")
    assert "helped" in set(view.table["how it ended"])


def test_one_in_how_many_was_helped():
    found = {
        (age, joined): document["words"]["one_in"]
        for (age, joined, who), document in (
            (tuple(settings.values()), document) for settings, document, _ in documents(LIVES)
        )
        if who == "any"
    }
    first = {age: whole({"n": found[age, "2018-10-2"][9:]}, "n") for age in (20, 30, 45)}
    assert 275 < first[45] < 325
    assert 1_500 < first[30] < 1_700
    assert 3_000 < first[20] < 3_500
    # Those who joined later were helped more seldom.
    for age in (20, 30, 39, 40, 45):
        assert whole({"n": found[age, "2020-12-1"][9:]}, "n") > 2 * first.get(age, 500)


def test_whoever_picks_by_the_end_sees_another_plan():
    benefits = {}
    for settings, _, table in documents(LIVES):
        if settings["who"] == "helped" and table["person"] != ["nobody"]:
            assert all(paid < 300 for paid in table["paid, yuan"])
            benefits.setdefault(settings["age"], set()).update(table["received, yuan"])
        if settings["who"] == "ended":
            assert set(table["received, yuan"]) == {0}
            assert all(paid < 25 for paid in table["paid, yuan"])
    assert set.union(*benefits.values()) == {50_000, 100_000, 300_000}
    assert {100_000, 300_000} <= benefits[39]
    assert max(benefits[40]) == max(benefits[45]) == 100_000


# ---- the same plan, twenty times ----------------------------------------------------------


def test_twenty_runs_are_on_average_the_projection():
    plan = churn.project(churn.uncapped(simulated.fitted_plan()))
    start = plan.place("2019-11-1")
    for size in simulated._SIZES:
        off = simulated._runs(size).bill[:, start:] / plan.bill[start:] - 1
        means = off.mean(axis=1)
        assert abs(means.mean()) < 3 * means.std(ddof=1) / np.sqrt(20), size
        assert simulated._runs(size).members[:, start:].mean(axis=0) == pytest.approx(
            size * plan.members[start:], rel=0.001
        )


def test_the_spread_is_that_of_independent_cases_at_every_size():
    """The variance over the rule's, averaged over the notices: 1, but for the luck of 20 runs."""
    plan = churn.project(churn.uncapped(simulated.fitted_plan()))
    start = plan.place("2019-11-1")
    for size in simulated._SIZES:
        off = simulated._runs(size).bill[:, start:] / plan.bill[start:] - 1
        rule = simulated._runs(1.0).unequal[start:] / np.sqrt(plan.helped[start:] * size)
        assert (off.var(axis=0, ddof=1) / rule**2).mean() == pytest.approx(1, abs=0.25)
    assert (simulated._runs(1.0).unequal[start:] > 1).all()


def test_the_words_are_those_of_the_runs_of_the_package():
    plan = churn.uncapped(simulated.fitted_plan())
    runs = members.simulate_many(plan, range(1, 21), members_scale=0.001, pooled=True)
    now = churn.project(plan).place("2019-11-1")
    bills = np.array([run.bill[now] for run in runs]) / 100
    view, said = state_of(RUNS, size=0.001, notice="2019-11-1", run=2)
    assert view.table["bill, yuan per head"].tolist() == pytest.approx(bills)
    assert view.table["people helped"].tolist() == [int(run.helped[now]) for run in runs]
    assert f"the lowest bill is {bills.min():.2f} yuan" in said
    assert f"the middle one {np.median(bills):.2f}, the highest {bills.max():.2f}" in said
    assert f"run 2 has {bills[1]:.2f}" in said
    expected = churn.project(plan).bill[now]
    spread = bills.std(ddof=1) / expected
    assert f"spread by {100 * spread:.0f} percent" in said
    assert f"{int((np.abs(bills / expected - 1) > 0.1).sum())} of the twenty" in said


def test_bills_above_the_axis_are_counted_in_the_words():
    for settings, document, _ in documents(RUNS):
        every = next(trace for trace in document["data"] if trace.get("name") == "every run")
        at_top = sum(bill == simulated._TOP for bill in every["y"])
        axis = document["words"]["axis"]
        if settings["scale"] == "linear" and at_top:
            assert axis.split("; ")[1].startswith(f"{at_top} of {len(every['y'])} bills")
        else:
            assert "bills" not in axis


def test_every_run_is_drawn_and_the_thick_one_is_the_one_told():
    view, said = state_of(RUNS, run=3)
    traces = {trace.name: trace for trace in view.figure.data}
    one, every = traces["one run"], traces["every run"]
    assert len(every.y) == 20 * len(one.y)
    assert f"run 3 has {one.y[-1]:.2f}" in said
    drawn = {(x, y) for x, y in zip(every.x, every.y, strict=True)}
    assert set(zip(one.x, one.y, strict=True)) <= drawn


def test_at_true_size_luck_is_less_than_what_is_not_known():
    """What the chapter says below the explorable, for each notice that it names."""
    band = replayed(churn.LAST_PAID, ()).set_index("notice")
    plan = churn.project(churn.uncapped(simulated.fitted_plan()))
    low, high = band["low"], band["high"]
    bills = {
        (size, notice): simulated._runs(size).bill[:, plan.place(notice)]
        for size in simulated._SIZES
        for notice in simulated._NOTICES
    }
    last = bills[1.0, LAST]
    assert (high[LAST] - low[LAST]) > 2 * (last.max() - last.min())
    view, said = state_of(RUNS)
    assert "0 of the twenty are more than a tenth off" in said
    assert 2 < float(view.words["spread"]) < 3
    summer = RUNS.view(notice="2019-07-1").words
    assert float(summer["spread"]) > 2 * float(view.words["spread"])
    assert 300 < float(summer["cases"]) < 400
    assert not last.min() <= float(view.words["published"]) <= last.max()
    for notice in simulated._NOTICES:
        hundredth, thousandth = bills[0.01, notice], bills[0.001, notice]
        assert hundredth.min() < low[notice] < high[notice] < hundredth.max()
        assert ((thousandth < low[notice]) | (thousandth > high[notice])).sum() > 10
    assert bills[0.001, LAST].min() == 0
    assert bills[0.001, LAST].max() > 3 * plan.bill[plan.place(LAST)]


def test_without_caps_the_sponsor_pays_nothing_in_the_smallest_plan():
    plan = churn.uncapped(simulated.fitted_plan())
    run = members.simulate(plan, 1, members_scale=0.001, histories=False, pooled=True)
    assert run.sponsor.sum() == 0
    capped = replace(plan, cap_per_case=0.0001)
    small = members.simulate(capped, 1, members_scale=0.001, histories=False, pooled=True)
    assert small.sponsor.sum() > 0
