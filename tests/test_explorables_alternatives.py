"""What the explorables of the alternatives say, against the engine and the rows."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest

from mutualaid import alternatives, explorables, history, shutdown
from mutualaid.alternatives import ALTERNATIVES, LIFE, Illness, Person
from mutualaid.explorables import alternatives as room
from mutualaid.explore import MAX_STATES, Choice, Question, grid
from mutualaid.explore.page import explorable_html

COSTS = explorables.what_an_illness_costs()
COVER = explorables.what_it_costs_to_be_covered()
PROMISE = explorables.whose_promise()
MADE = (COSTS, COVER, PROMISE)


def state_of(one, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


@cache
def promises():
    """Return every setting of the sandbox with its view, drawn once."""
    return [(settings, PROMISE.view(**settings)) for settings in PROMISE.settings()]


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


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_words_to_choose_from_are_not_cut_on_a_phone(one):
    for control in one.controls:
        if isinstance(control, Choice):
            assert max(len(control.format(stop)) for stop in control.stops) <= 26


# ---- what an illness costs ----------------------------------------------------------------


def test_the_table_and_the_bars_make_the_bill():
    for settings in COSTS.settings():
        view = COSTS.view(**settings)
        yuan = dict(zip(view.table["who pays"], view.table["yuan"], strict=True))
        over = yuan.pop("fixed sum, left over")
        assert sum(yuan.values()) == settings["bill"]
        bars = view.figure.data
        assert (bars[0].x[0], bars[1].x[1]) == (0, settings["bill"])
        # Bars of those who pay a part of the costs hang together, from the bill down to the rest.
        ends = [bars[1].x[1], *(bar.x[0] for bar in bars[2:6])]
        assert [bar.x[1] for bar in bars[2:6]] == ends[:-1]
        # The bill and what is left of it do not look the same.
        assert bars[6].line.color != bars[1].line.color
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
                room._WHO["young"][1], Illness(bill=bill), held=room._HELD[held][2]
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
    terms = {"for life": "for life", "to 70 or 80": "to [78]0", "term unknown": "not known"}
    drawn = {
        kind: sorted(
            y for trace in view.figure.data
            if trace.mode == "markers" and trace.marker.symbol == "circle" and trace.name == kind
            for y in trace.y
        )
        for kind in ("one year", *terms, "mutual aid")
    }  # fmt: skip
    for kind, term in {"one year": "a year", **terms}.items():
        rows = printed[printed["term"].str.fullmatch(term)]
        assert len(rows)
        assert drawn[kind] == sorted(rows["each"])
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


def test_a_price_is_called_for_life_only_where_its_source_does():
    for age, sex in itertools.product(room._AGES, room._SEXES):
        _, said = state_of(COVER, age=age, sex=sex)
        person = Person(age=age, sex=sex)
        term = alternatives.yearly_cost("long-term", person).term
        assert ("for life" in said) == ("times the price" in said) == (term == "for life")
        assert ("for a time that is not known" in said) == (term == "not known")
        assert ("policy not known at this age" in said) == (not term)


def test_lines_end_where_no_price_is_known():
    view, _ = state_of(COVER, age=57)
    lines = {t.name: t for t in view.figure.data if t.mode == "lines" and t.name != "one year"}
    assert {name: (line.x[0], line.x[-1]) for name, line in lines.items()} == {
        "for life": (0, 27), "term unknown": (30, 50),
    }  # fmt: skip
    # A line joins dots, so that on this axis it reads between them as the engine does.
    for name, line in lines.items():
        for age in range(int(line.x[0]), int(line.x[-1]) + 1):
            cost = alternatives.yearly_cost("long-term", Person(age=age, sex="female"))
            if (name, age) != ("term unknown", 30):
                drawn = math.exp(np.interp(age, line.x, np.log(line.y)))
                assert cost.each(1e5)[0] == pytest.approx(drawn, rel=1e-4)


def test_twelve_months_stand_beside_twelve():
    for sex in ("female", "male"):
        for age in room._AGES:
            offer = shutdown.transfer(age, sex)
            _, said = state_of(COVER, age=age, sex=sex)
            paid = offer.payment * 24 * 1e5 / offer.cover
            assert f"{paid:,.2f} for twelve months as they are paid" in said
            assert f"{paid * 12 / 15:,.2f} with the free months of its first year counted" in said


def test_prices_of_parts_of_the_costs_are_rows():
    for year in (2019, 2020, 2021):
        table = state_of(COVER, scale="costs", year=year)[0].table
        bill = history.fact(f"annual/{year}/critical/share").value
        assert table[table["kind"] == "mutual aid"]["yuan a year"].tolist() == [bill]
        known = set(history.table("premiums")["value"]) | {
            history.fact(key).value for key in room._SOCIAL_OTHER
        }
        assert set(table["yuan a year"]) <= known | {bill}


def test_each_dot_names_its_row():
    policies = set(history.table("premiums")["policy"])
    named = {f"bills of {year}" for year in (2019, 2020, 2021)}
    named |= {
        f"resident-insurance, {place}" for place in ("china 2018", "shanxi 2022", "china 2024")
    }
    for scale in ("each", "costs"):
        for sex in ("female", "male"):
            table = state_of(COVER, scale=scale, sex=sex)[0].table
            assert set(table["row of the data tables"]) <= policies | named


# ---- whose promise? -----------------------------------------------------------------------


def test_bars_are_what_is_promised_and_what_may_last():
    for settings, view in promises():
        person = Person(
            age=settings["age"], sex="female", health=settings["health"], social=settings["social"]
        )
        names = [name for name in ALTERNATIVES if name != "serious"]
        stands = [alternatives.standing(name, person, year=settings["year"]) for name in names]
        bars = view.figure.data
        sure, perhaps, unknown = (bars[k * len(names) : (k + 1) * len(names)] for k in range(3))
        ends = [(each.sure or 0, each.perhaps or 0) for each in stands]
        assert [(min(bar.x), max(bar.x)) for bar in sure] == [(0, end) for end, _ in ends]
        assert [(min(bar.x), max(bar.x)) for bar in perhaps] == ends
        assert [bar.x[1] == LIFE for bar in unknown] == [
            each.may_join is None or each.sure is None for each in stands
        ]


def test_what_is_promised_is_filled_and_what_may_last_is_an_outline():
    """Light and dark would change places with the ground of the page."""
    bars = {bar.name: bar for bar in PROMISE.view().figure.data}
    assert bars["promised"].fillcolor == bars["promised"].line.color
    assert bars["may last"].fillcolor == "rgba(0,0,0,0)"
    assert bars["may last"].line.color == bars["promised"].line.color
    assert "px" in bars["not known"].line.dash


def test_words_tell_what_the_engine_finds():
    _, said = state_of(PROMISE)
    assert "million-yuan medical policy and long-term critical-illness policy" in said
    assert "the family pays 0 yuan with all that" in said
    assert "and 87,338 with social insurance alone" in said
    _, ill = state_of(PROMISE, health="ill before")
    assert "she may buy or join: city policy." in ill
    _, after = state_of(PROMISE, year=2022)
    assert "mutual aid" not in after
    price = "last known price, yuan a year"
    costs = PROMISE.view().table.set_index("kind of cover")[price]
    assert costs.to_dict() == {
        "social insurance": "320 (Shanxi, 2022)", "city policy": "129",
        "million-yuan medical policy": "350 to 500", "one-year critical-illness policy": "148",
        "long-term critical-illness policy": "3,669 to 5,847", "mutual aid": "152",
        "mutual insurer": "", "an appeal for gifts": "0",
    }  # fmt: skip
    view, said = state_of(PROMISE, social="none")
    assert view.table[price].iloc[0] == "320 (Shanxi, 2022)"
    assert set(view.table["open to her"]) == {"yes", "no", "not known"}
    assert "with nothing at all" in said
    _, none = state_of(PROMISE, social="none", health="ill before")
    assert "Promised for more than a year: nothing." in none


def test_a_term_that_is_not_known_is_told_in_figure_words_and_table():
    for age in (39, 40):
        view, said = state_of(PROMISE, age=age)
        assert "For a time that is not known: long-term critical-illness policy." in said
        row = view.table.set_index("kind of cover").loc["long-term critical-illness policy"]
        assert row["last known price, yuan a year"].endswith("(time not known)")
        assert "not known" in row["why"]
    for age in (5, 30, 57):
        assert "For a time that is not known" not in state_of(PROMISE, age=age)[1]


def test_the_million_yuan_policy_is_the_same_in_both_explorables():
    """Open to her with a price, or not known and without one; a child's price is a child's."""
    for settings, view in promises():
        table = view.table.set_index("kind of cover")
        row = table.loc["million-yuan medical policy"]
        price = row["last known price, yuan a year"]
        assert bool(price) == (row["open to her"] == "yes")
        if price and settings["social"] == "resident" and settings["age"] in room._AGES:
            assert price in state_of(COVER, age=settings["age"])[1]
        if price and settings["age"] == 5:
            assert price == {"resident": "498", "none": "968"}[settings["social"]]
        assert row["open to her"] != "yes" or settings["age"] <= 55


# ---- what the chapter says of them --------------------------------------------------------


def family(who, bill, held, inside=0.7):
    return alternatives.compare(
        room._WHO[who][1], Illness(bill=bill, inside=inside), held=room._HELD[held][2]
    ).family


def test_what_the_chapter_says_of_an_illness():
    social = {bill: family("young", bill, "social") / bill for bill in room._BILLS}
    assert social[60_000] == pytest.approx(0.5, abs=0.02)
    assert social[700_000] == pytest.approx(0.4, abs=0.01)
    assert list(social.values()) == sorted(social.values(), reverse=True)
    left = [family("young", bill, "social") for bill in room._BILLS]
    assert left == sorted(set(left))
    for bill in room._BILLS:
        assert family("ill", bill, "million") == family("ill", bill, "social")
        assert family("ill", bill, "city") >= family("older", bill, "city")
    for bill in (500_000, 700_000):
        assert family("young", bill, "social", 0.5) / bill == pytest.approx(0.6, abs=0.03)
        assert family("young", bill, "social", 0.9) / bill < 0.25
    assert family("young", 60_000, "city") == family("young", 60_000, "social")
    half = family("young", 700_000, "city") / family("young", 700_000, "social")
    assert 0.5 < half < 0.55
    for inside in room._INSIDE:
        for bill in room._BILLS:
            assert family("young", bill, "million", inside) == pytest.approx(10_000)
            for held in ("none", "social", "city"):
                assert family("young", bill, held, inside) > 10_000
    assert family("young", 700_000, "plan", 0.5) > 0
    assert all(family("young", bill, "plan", 0.5) == 0 for bill in room._BILLS if bill < 700_000)
    sums = [alternatives.fixed_sum("plan", room._WHO[who][1]) for who in ("young", "older")]
    assert sums[0] == 3 * sums[1] > 3 * 60_000
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


def prices(name, age, sex, year=2021):
    return alternatives.yearly_cost(name, Person(age=age, sex=sex), year=year).each(1e5)


def test_for_whom_the_policy_was_cheaper():
    """The solution of an exercise: girls of 2 only, or boys of 2 as well; and dearest at 57."""
    paid, counted = {}, {}
    for sex in ("female", "male"):
        for age in room._AGES:
            short, plan = prices("one-year", age, sex)[0], prices("plan", age, sex)[0]
            paid[sex, age] = short / plan
            counted[sex, age] = room._with_free_months(age, sex) / plan
            assert counted[sex, age] == pytest.approx(0.8 * paid[sex, age])
    assert [key for key, each in paid.items() if each < 1] == [("female", 2)]
    assert 0 < prices("plan", 2, "female")[0] - prices("one-year", 2, "female")[0] < 2
    assert [key for key, each in counted.items() if each < 1] == [("female", 2), ("male", 2)]
    assert max(paid, key=paid.get) == ("male", 57)
    assert 7 < paid["female", 57] < 8
    assert paid["male", 57] == pytest.approx(10, abs=0.1)
    assert counted["female", 57] == pytest.approx(6, abs=0.1)
    assert counted["male", 57] == pytest.approx(8, abs=0.1)
    assert paid["female", 30] == pytest.approx(3, abs=0.2)
    assert 1 / counted["female", 30] == pytest.approx(0.4, abs=0.04)
    for sex in ("female", "male"):
        assert paid[sex, 2] == pytest.approx(1, abs=0.1)
    # Nearly always the lowest: the policy for girls of 2 is the only mark below those of the plan.
    table = state_of(COVER)[0].table
    bills = table[table["kind"] == "mutual aid"]
    below = [
        row["yuan a year"] < bills[bills["to age"] >= row["from age"]]["yuan a year"].iloc[0]
        for _, row in table[table["kind"] != "mutual aid"].iterrows()
    ]
    assert sum(below) == 1
    others = table[(table["kind"] == "one year") & (table["basis"] != "printed")]
    assert sorted(others["row of the data tables"]) == ["one-year-on-sale-a", "one-year-on-sale-b"]


def test_how_prices_rise_with_age():
    for sex in ("female", "male"):
        assert prices("one-year", 57, sex)[0] / prices("one-year", 2, sex)[0] > 20
        assert prices("plan", 45, sex)[0] == pytest.approx(3 * prices("plan", 30, sex)[0])
        early, late = (prices("plan", 30, sex, year)[0] for year in (2019, 2021))
        assert early / late == pytest.approx(0.2, abs=0.01)
    (gray,) = (
        t for t in COVER.view().figure.data if t.name == "term unknown" and t.mode == "lines"
    )
    assert gray.y[-1] / gray.y[0] < 1.5
    rise = prices("one-year", 50, "female")[0] / prices("one-year", 30, "female")[0]
    assert rise == pytest.approx(5, abs=0.2)


def test_how_many_times_a_year_cover_for_life_costs():
    for sex, times in {"female": [8, 13], "male": [15, 15]}.items():
        life, year = prices("long-term", 30, sex), prices("one-year", 30, sex)[0]
        assert [round(each / year) for each in life] == times
    for age in range(31, 60):
        cost = alternatives.yearly_cost("long-term", Person(age=age, sex="female"))
        assert cost.term != "for life"


def test_prices_of_parts_of_the_costs_by_age():
    """The bill of mutual aid came to more than the city policy; children of 11 to 15 pay least."""
    table = state_of(COVER, scale="costs")[0].table
    (city,) = table[table["row of the data tables"] == "city-medical-shanghai"]["yuan a year"]
    (bill,) = table[table["kind"] == "mutual aid"]["yuan a year"]
    assert bill > city == 129
    million = table[table["kind"] == "million"].sort_values("yuan a year")
    assert million["from age"].iloc[0] == 11
    grown = million[million["from age"] >= 20].groupby("from age")["yuan a year"].max()
    assert grown.is_monotonic_increasing
    assert len(table[table["kind"] == "social"]) == 3
    assert len(table[table["kind"] == "city"]) == 4
    men = state_of(COVER, scale="costs", sex="male")[0].table
    assert men.equals(table)


def open_to(**settings):
    table = PROMISE.view(**settings).table
    rows = zip(table["kind of cover"], table["open to her"], strict=True)
    return {kind for kind, may in rows if may == "yes"}


def test_what_she_could_have_at_30():
    assert open_to() == {ALTERNATIVES[name].title for name in room._SHOWN} - {"mutual insurer"}
    said = state_of(PROMISE)[1]
    assert "more than a year: million-yuan medical policy and long-term critical-illness" in said
    assert "mutual aid" not in open_to(year=2022)
    stands = alternatives.standing("plan", Person(age=30, sex="female"), year=2021)
    assert (stands.sure, stands.perhaps) == (0, 1)
    word = PROMISE.view().table.set_index("kind of cover")
    best = word[word["word"].isin(["law", "contract"]) & (word["paid for"] == "after the case")]
    assert best.empty


def test_what_is_left_as_she_grows_older_or_falls_ill():
    for name in ("one-year", "plan"):
        at = [alternatives.fixed_sum(name, Person(age=age, sex="female")) for age in (39, 40)]
        assert at[0] > at[1]
    assert "none of it" in state_of(PROMISE, age=57)[1]
    assert open_to(age=62) == {"social insurance", "city policy", "an appeal for gifts"}
    for age in room._STAND_AGES:
        ill = open_to(age=age, health="ill before")
        assert ill == {"social insurance", "city policy", "an appeal for gifts"}
        assert open_to(age=age, health="ill before", year=2022) == ill
        assert open_to(age=age, health="ill before", social="none") == ill - {"city policy"}
        assert open_to(age=age, health="ill before", year=2019) == ill - {"city policy"}
        # What is closed to her then asks about health, all of it.
        asking = {each.title for each in ALTERNATIVES.values() if each.asks_health}
        assert not ill & asking


# ---- questions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "right", "figure"),
    [
        ("a_sum_or_her_bills", "11,000 yuan.", "289,000"),
        ("how_much_is_left_to_them", "About half of the bill.", "48,938"),
        ("how_much_dearer_is_cover_for_life", "About ten times.", "8 and 13 times"),
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
