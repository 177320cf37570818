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
    costs = PROMISE.view(age=25).table.set_index("kind of cover")["costs, yuan a year"]
    assert costs.to_dict() == {
        "social insurance": "320", "city policy": "129", "million-yuan medical policy":
        "240 to 350", "one-year critical-illness policy": "123",
        "long-term critical-illness policy": "2,655", "mutual aid": "152", "mutual insurer": "",
        "an appeal for gifts": "0",
    }  # fmt: skip
    view, _ = state_of(PROMISE, social="none")
    assert view.table["costs, yuan a year"].iloc[0] == "320"
    assert set(view.table["open to her"]) == {"yes", "no", "not known"}


# ---- what the chapter says of them --------------------------------------------------------


def family(who, bill, held, inside=0.7):
    return alternatives.compare(
        room._WHO[who][1], Illness(bill=bill, inside=inside), held=room._HELD[held][1]
    ).family


def test_what_the_chapter_says_of_an_illness():
    social = {bill: family("young", bill, "social") / bill for bill in room._BILLS}
    assert social[60_000] == pytest.approx(0.5, abs=0.02)
    assert social[700_000] == pytest.approx(0.4, abs=0.01)
    assert list(social.values()) == sorted(social.values(), reverse=True)
    for bill in (500_000, 700_000):
        assert family("young", bill, "social", 0.5) / bill == pytest.approx(0.6, abs=0.03)
        assert family("young", bill, "social", 0.9) / bill < 0.25
    assert family("young", 60_000, "city") == family("young", 60_000, "social")
    half = family("young", 700_000, "city") / family("young", 700_000, "social")
    assert 0.5 < half < 0.55
    for bill in room._BILLS:
        assert family("young", bill, "plan") == 0
        assert (family("older", bill, "plan") > 0) == (bill >= 300_000)
    gifts = {b: family("young", b, "gifts") / family("young", b, "social") for b in room._BILLS}
    assert gifts[60_000] < 0.5
    assert 1 - gifts[700_000] == pytest.approx(1 / 16, abs=0.003)


def test_what_is_best_for_a_man_refused_by_all():
    """The solution of an exercise: the appeal at first, then the city policy by a little."""
    left = {
        bill: {held: family("ill", bill, held) for held in room._HELD if held != "all"}
        for bill in (100_000, 200_000)
    }
    assert min(left[100_000], key=left[100_000].get) == "gifts"
    assert min(left[200_000], key=left[200_000].get) == "city"
    assert left[200_000]["gifts"] - left[200_000]["city"] == pytest.approx(2_000, abs=200)
    assert family("ill", 200_000, "all") == left[200_000]["city"]


def test_for_whom_the_policy_was_cheaper():
    """The solution of an exercise: girls of 2 only, and dearest at 57."""
    times = {}
    for sex in ("female", "male"):
        for age in room._AGES:
            person = Person(age=age, sex=sex)
            short, _ = room._each("one-year", person)
            plan, _ = room._each("plan", person)
            times[sex, age] = short / plan
            if (sex, age) == ("female", 2):
                assert 0 < plan - short < 2
    assert [key for key, each in times.items() if each < 1] == [("female", 2)]
    assert max(times, key=times.get) == ("male", 57)
    assert 7 < times["female", 57] < 8
    assert times["male", 57] == pytest.approx(10, abs=0.1)
    assert times["female", 30] == pytest.approx(3, abs=0.2)


def test_how_prices_rise_with_age():
    for sex in ("female", "male"):
        short = [room._each("one-year", Person(age=age, sex=sex))[0] for age in (2, 57)]
        long = [room._each("long-term", Person(age=age, sex=sex))[0] for age in (0, 50)]
        assert short[1] / short[0] > 20
        assert 5 < long[1] / long[0] < 8
    early, late = (room._each("plan", Person(age=30, sex="male"), year)[0] for year in (2019, 2021))
    assert early / late == pytest.approx(0.2, abs=0.01)


def open_to(**settings):
    table = PROMISE.view(**settings).table
    rows = zip(table["kind of cover"], table["open to her"], strict=True)
    return {kind for kind, may in rows if may == "yes"}


def test_what_is_left_as_she_grows_older_or_falls_ill():
    assert "none of it" in state_of(PROMISE, age=57)[1]
    assert open_to(age=62) == {"social insurance", "city policy", "an appeal for gifts"}
    for age in room._STAND_AGES:
        ill = open_to(age=age, health="ill before")
        assert ill == {"social insurance", "city policy", "an appeal for gifts"}
        assert open_to(age=age, health="ill before", social="none") == ill - {"city policy"}
        assert open_to(age=age, health="ill before", year=2019) == ill - {"city policy"}


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
    assert len({each.feedback for each in one.answers}) == len(one.answers)
    assert figure in answer.feedback
