"""What the explorables of the alternatives say, against the engine and the rows."""

from __future__ import annotations

import math

import pytest

from mutualaid import alternatives, explorables, history
from mutualaid.alternatives import ALTERNATIVES, LIFE, Illness, Person
from mutualaid.explorables import alternatives as room
from mutualaid.explore import MAX_STATES, Question, grid
from mutualaid.explore.page import explorable_html

COSTS = explorables.what_an_illness_costs()
COVER = explorables.what_it_costs_to_be_covered()
PROMISE = explorables.whose_promise()
MADE = (COSTS, COVER, PROMISE)


def state_of(one, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


# ---- all ----------------------------------------------------------------------------------


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_each_stop_of_each_control_changes_figure_and_words_from_the_start(one):
    for control in one.controls:
        views = [state_of(one, **{control.name: stop}) for stop in control.stops]
        assert len({view.figure.to_json() for view, _ in views}) == len(control.stops)
        assert len({said for _, said in views}) == len(control.stops)


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_controls_moved_one_after_another_change_figure_and_words(one):
    settings = dict(one.start)
    for control in one.controls:
        before, told = state_of(one, **settings)
        place = control.stops.index(settings[control.name])
        settings[control.name] = control.stops[place - 1 if place else 1]
        after, now = state_of(one, **settings)
        assert now != told
        assert after.figure.to_json() != before.figure.to_json()


@pytest.mark.parametrize(
    ("one", "states"), list(zip(MADE, (378, 120, 252), strict=True)), ids=lambda one: str(one)[:12]
)
def test_the_page_form_keeps_within_its_weight(one, states):
    assert len(grid.states(one)) == states <= MAX_STATES
    assert len(explorable_html(one).encode()) < 120_000


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_legend_names_are_short(one):
    for trace in one.view().figure.data:
        assert trace.showlegend is False or len(trace.name) <= 12


# ---- what an illness costs ----------------------------------------------------------------


def test_the_table_and_the_bars_make_the_bill():
    for settings in COSTS.settings():
        view = COSTS.view(**settings)
        yuan = dict(zip(view.table["who pays"], view.table["yuan"], strict=True))
        over = yuan.pop("fixed sum, left over")
        assert sum(yuan.values()) == pytest.approx(settings["bill"], abs=4)
        bars = view.figure.data
        assert (bars[0].x[0], bars[1].x[1]) == (0, settings["bill"])
        # Bars of those who pay a part of the costs hang together, from the bill down to the rest.
        ends = [bars[1].x[1], *(bar.x[0] for bar in bars[2:6])]
        assert [bar.x[1] for bar in bars[2:6]] == ends[:-1]
        assert bars[6].x == (0, ends[-1])
        assert over == 0 or bars[7].x[1] > bars[6].x[1]


def test_only_gifts_are_drawn_hatched():
    for held in ("gifts", "all"):
        bars = COSTS.view(held=held).figure.data
        assert [bar.line.dash == "3px,4px" for bar in bars] == [False] * 8 + [True, False]


def test_more_held_leaves_less_and_the_million_policy_leaves_its_deductible():
    for bill in room._BILLS:
        left = {
            held: alternatives.compare(
                room._WHO["young"][1], Illness(bill=bill), held=room._HELD[held][1]
            ).family
            for held in room._HELD
        }
        assert left["none"] == bill
        assert left["social"] >= left["city"] >= left["million"]
        assert left["million"] == pytest.approx(10_000)


def test_bills_are_near_to_the_rows_that_their_words_name():
    rows = {
        60_000: "alternatives/illness-cost/mean_cost_in_yuan/six-cancers/2014",
        100_000: "alternatives/illness-cost/insurers_estimate_low/critical-illness/2021-01",
        200_000: "cases/e-huzhu-2015/cost_so_far",
        300_000: "plans/critical/benefit_to_39",
        500_000: "alternatives/illness-cost/insurers_estimate_high/critical-illness/2021-01",
        700_000: "cases/anemia-2019/cost",
    }
    assert set(rows) == set(room._BILLS)
    for bill, key in rows.items():
        assert history.fact(key).value == pytest.approx(bill, rel=0.005)


# ---- what it costs to be covered ----------------------------------------------------------


@pytest.mark.parametrize("sex", ["male", "female"])
def test_filled_dots_are_printed_and_hollow_ones_are_not(sex):
    view, _ = state_of(COVER, sex=sex)
    printed = alternatives.quoted_prices(sex)
    printed = printed[printed["basis"].isin(["published", "quoted"])]
    drawn = {
        kind: sorted(
            y for trace in view.figure.data
            if trace.mode == "markers" and trace.marker.symbol == "circle" and trace.name == kind
            for y in trace.y
        )
        for kind in ("one year", "long term", "mutual aid")
    }  # fmt: skip
    for kind, name in (("one year", "one-year"), ("long term", "long-term")):
        assert drawn[kind] == sorted(printed[printed["alternative"] == name]["each"])
    # The bills of 2021 are what is left of three years less two, so they are derived.
    assert drawn["mutual aid"] == []
    view, _ = state_of(COVER, sex=sex, year=2019)
    filled = [t for t in view.figure.data if t.name == "mutual aid" and t.mode == "markers"]
    assert [t.marker.symbol for t in filled] == ["circle"]


def test_the_bills_per_100000_are_a_third_up_to_39():
    for year in (2019, 2020, 2021):
        bill = history.fact(f"annual/{year}/critical/share").value
        young, old = state_of(COVER, year=year)[1], state_of(COVER, year=year, age=45)[1]
        assert f"the bills of {year}, {bill / 3:,.2f} yuan" in young
        assert f"the bills of {year}, {bill:,.2f} yuan" in old


def test_lines_end_where_no_price_is_known():
    view, said = state_of(COVER, age=57)
    assert "a long-term policy not known at this age" in said
    lines = [t for t in view.figure.data if t.mode == "lines" and t.name == "long term"]
    assert [(t.x[0], t.x[-1]) for t in lines] == [(0, 27), (30, 50)]


def test_prices_of_parts_of_the_costs_are_rows():
    view, _ = state_of(COVER, scale="costs")
    known = set(history.table("premiums")["value"]) | {
        history.fact(key).value for key in room._SOCIAL_OTHER
    }
    assert set(view.table["yuan a year"]) <= known
    assert all(math.isfinite(yuan) for yuan in view.table["yuan a year"])


# ---- whose promise? -----------------------------------------------------------------------


def test_bars_are_what_is_promised_and_what_may_last():
    for settings in PROMISE.settings():
        person = Person(
            age=settings["age"], sex="female", health=settings["health"], social=settings["social"]
        )
        names = [name for name in ALTERNATIVES if name != "serious"]
        stands = [alternatives.standing(name, person, year=settings["year"]) for name in names]
        bars = PROMISE.view(**settings).figure.data
        sure, perhaps, unknown = (bars[k * len(names) : (k + 1) * len(names)] for k in range(3))
        assert [bar.x for bar in sure] == [(0, each.sure) for each in stands]
        assert [bar.x for bar in perhaps] == [(each.sure, each.perhaps) for each in stands]
        assert [bar.x[1] == LIFE for bar in unknown] == [each.may_join is None for each in stands]


def test_words_tell_what_the_engine_finds():
    _, said = state_of(PROMISE)
    assert "million-yuan medical policy and long-term critical-illness policy" in said
    assert "the family pays 0 yuan with all that" in said
    _, ill = state_of(PROMISE, health="ill before")
    assert "she may buy or join: city policy." in ill
    _, after = state_of(PROMISE, year=2022)
    assert "mutual aid" not in after
    view, _ = state_of(PROMISE, social="none")
    assert set(view.table["open to her"]) == {"yes", "no", "not known"}


# ---- questions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "right", "figure"),
    [
        ("a_sum_or_her_bills", "11,000 yuan.", "289,000"),
        ("how_much_is_left_to_them", "About half of the bill.", "48,938"),
        ("how_much_dearer_is_cover_for_life", "About ten times.", "11 times"),
        ("how_much_came_back", "About 30.", "30.5"),
        ("how_far_does_an_appeal_reach", "About 2.", "19,275"),
        ("who_buys_where_nobody_is_refused", "Fewer than 10.", "between 5 and 10"),
    ],
)
def test_the_right_answer_is_that_of_the_rows(name, right, figure):
    one = getattr(explorables, name)()
    assert isinstance(one, Question)
    (answer,) = (each for each in one.answers if each.right)
    assert answer.text == right
    assert figure in answer.feedback
