"""Every state of every explorable of the book, and what it says about the plan."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import cache

import pandas as pd
import pytest

from mutualaid import explorables, figures, history
from mutualaid.explore import MAX_STATES, Answer, Explorable, Question, grid
from mutualaid.periods import FIRST, NOTICES, Period

#: A question may fit the model when it is made: not here, where each worker collects its tests.
EXPLORABLES = [
    make()
    for make in (getattr(explorables, name) for name in explorables.__all__)
    if make.__annotations__["return"] == Explorable.__name__
]
each = pytest.mark.parametrize("one", EXPLORABLES, ids=lambda one: one.name)


def test_names_are_unique():
    names = [getattr(explorables, name)().name for name in explorables.__all__]
    assert len(set(names)) == len(names)


@cache
def moment(written) -> pd.Timestamp:
    return pd.Timestamp(written)


def inside(value, axis) -> bool:
    ends = axis["range"]
    if axis.get("type") == "date":
        *ends, value = (moment(v) for v in (*ends, value))
    elif axis.get("type") == "log":
        value = math.log10(value)
    return min(ends) <= value <= max(ends)


def places(trace, way) -> list:
    """Where a trace is drawn along an axis: a lying bar from its base to its end."""
    if trace.get("orientation") != "h" or way != "x":
        return trace.get(way, [])
    if not any(isinstance(base, str) for base in trace["base"]):
        return [*trace["base"], *(b + x for b, x in zip(trace["base"], trace["x"], strict=True))]
    length = pd.to_timedelta(trace["x"], unit="ms")
    return [*trace["base"], *map(str, pd.to_datetime(trace["base"]) + length)]


@each
def test_every_state_is_finite_within_its_axes_and_has_words_and_table(one):
    documents = grid.states(one)
    assert 1 <= len(documents) <= MAX_STATES
    for settings, document in zip(one.settings(), documents, strict=True):
        layout = document["layout"]
        for trace in document["data"]:
            for way in ("x", "y"):
                axis = f"{way}axis{trace.get(f'{way}axis', way)[1:]}"
                for value in places(trace, way):
                    assert value is not None
                    assert inside(value, layout[axis]), (one.name, settings, value)
        sentence = one.words.format(**document["words"])
        assert len(sentence) > 20
        assert not re.search(r"\bnan\b|\bNone\b|\{|\}|  ", sentence), sentence
        columns = document["table"]["columns"]
        assert columns
        assert len({len(cells) for cells in document["table"]["cells"]}) == 1
        assert len(document["table"]["cells"][0]) >= 1


@each
def test_each_control_changes_the_words_somewhere(one):
    """A control that says nothing is not a control."""
    said = {tuple(s.values()): d["words"] for s, d in
            zip(one.settings(), grid.states(one), strict=True)}  # fmt: skip
    for number, control in enumerate(one.controls):
        start = list(one.start.values())
        words = set()
        for stop in control.stops:
            setting = tuple(stop if k == number else v for k, v in enumerate(start))
            words.add(tuple(said[setting].items()))
        assert len(words) == len(control.stops)


@each
def test_axes_stay_while_a_control_moves(one):
    """Only a control that says it turns the axis may do so."""
    for scale in next((c.stops for c in one.controls if c.name == "scale"), [None]):
        ranges = set()
        for settings, document in zip(one.settings(), grid.states(one), strict=True):
            if settings.get("scale") == scale:
                axes = (document["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
                ranges.add(str(list(axes)))
        assert len(ranges) == 1


# ---- the bill -----------------------------------------------------------------------------


def state_of(one: Explorable, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


def test_the_last_bill_of_the_members_is_told_with_its_source():
    _, said = state_of(explorables.bill_notice_by_notice(), notice="2021-12-1")
    assert "On Dec 7, 2021 the bill was 7.02 yuan per head" in said
    assert "14 times the bill of Jun 21, 2019" in said


def test_a_bill_that_was_not_found_is_told_as_such():
    _, said = state_of(explorables.bill_notice_by_notice(), notice="2019-09-1")
    assert "was not found" in said
    assert "1.47 yuan on Aug 7, 2019 and 3.01 yuan on Oct 7, 2019" in said


@pytest.mark.parametrize("notice", ["2021-12-2", "2022-01-1", "2022-01-2"])
def test_the_last_three_bills_are_the_platforms(notice):
    _, said = state_of(explorables.bill_notice_by_notice(), notice=notice)
    assert "the platform paid" in said


def test_each_notice_is_known_or_open_or_paid_by_the_platform():
    view, _ = state_of(explorables.bill_notice_by_notice())
    days = [
        day
        for trace in view.figure.data
        if trace.name not in ("chosen notice", "known only roughly")
        for day in trace.x
    ]
    assert sorted(days) == [period.notice_day for period in NOTICES]


def test_a_filled_dot_is_a_published_bill_and_a_hollow_one_is_placed_by_us():
    view, _ = state_of(explorables.bill_notice_by_notice())
    drawn = {trace.name: set(trace.x) for trace in view.figure.data}
    bills = history.series("critical", "share")
    bills = bills[bills["period"] >= FIRST]
    placed = bills["basis"].isin(["derived", "inferred"])
    assert drawn["printed in a source"] == set(bills["notice_day"][~placed])
    assert drawn["date placed by us"] == set(bills["notice_day"][placed])
    assert Period.parse("2021-08-1").notice_day in drawn["date placed by us"]


# ---- the members --------------------------------------------------------------------------


def test_one_heap_hides_that_two_plans_were_counted():
    one = explorables.members_by_definition()
    _, heap = state_of(one, reading="printed", notice="2020-12-1")
    _, plans = state_of(one, reading="plans", notice="2020-12-1")
    assert "103.3216 million or 98.244 million" in heap
    assert "all plans 103.3216 million" in plans
    assert "critical-illness plan 98.244 million" in plans


def test_what_is_shown_as_printed_was_printed():
    one = explorables.members_by_definition()
    for scale in ("life", "top"):
        table = state_of(one, reading="printed", scale=scale)[0].table
        assert "derived" not in set(table["how known"])
        assert len(set(table["count"])) == 1
    _, derived = state_of(one, reading="printed", notice="2020-11-2")
    assert "nothing was printed" in derived


def test_the_window_cuts_counts_and_says_so():
    one = explorables.members_by_definition()
    life, _ = state_of(one, reading="definitions", scale="life")
    top, said = state_of(one, reading="definitions", scale="top")
    assert set(top.table["day"]) < set(life.table["day"])
    assert min(top.table["day"]) >= "2020-05"
    assert "close up" in said


def test_a_bill_known_only_roughly_is_told_roughly():
    _, said = state_of(explorables.bill_notice_by_notice(), notice="2020-03-1")
    assert "From February to April 2020 bills were about 1 to 2 yuan." in said


def test_a_contested_bill_is_told_with_the_reason():
    _, said = state_of(explorables.bill_notice_by_notice(), notice="2019-01-1")
    assert "one source gives 0.03 yuan, which is rejected" in said


def test_the_right_answer_is_the_one_that_the_data_give():
    critical = history.fact("notices/2021-04-2/critical/sharers").value
    before = history.fact("notices/2021-04-2/all/sharers").value
    after = history.fact("notices/2021-06-1/all/sharers").value
    assert critical < after < before
    (right,) = (a for a in explorables.did_the_plan_grow().answers if a.right)
    assert f"{before / 1e6:.4f}" in right.feedback


# ---- who they were ------------------------------------------------------------------------


def test_every_share_said_of_the_members_is_a_row_of_the_tables():
    one = explorables.who_were_the_members()
    shares = pd.concat([history.table("profile"), history.table("surveys")])
    known = set((100 * shares["value"]).round(2))
    for topic in ("age", "place", "income", "cover"):
        view, said = state_of(one, topic=topic)
        assert set(view.table["percent"]) <= known
        for percent in view.table["percent"]:
            assert f"{percent:.4g} percent" in said.lower()


def test_only_the_voice_that_is_chosen_is_heard():
    one = explorables.who_were_the_members()
    _, university = state_of(one, topic="cover", voice="university")
    _, institute = state_of(one, topic="cover", voice="institute")
    assert "10 percent of the members had no cover" in university
    assert "68.4 percent" not in university
    assert "68.4 percent of users of mutual aid had no commercial insurance" in institute
    _, silent = state_of(one, topic="age", voice="university")
    assert "We found no word of a survey of a university on it." in silent


# ---- how often they were helped -----------------------------------------------------------


def test_the_rate_on_the_page_is_the_worked_example():
    """The table that the chapter prints: 150 people, 24 notices, three counts of members."""
    one = explorables.how_often_helped()
    for counted, rate in {"june-2019": 50, "march-2019": 90, "end-2018": 133}.items():
        _, said = state_of(one, helped="june-2019", counted=counted)
        assert f": {rate} per million members and year." in said


def test_a_count_fits_only_the_people_helped_of_its_own_plan_and_time():
    one = explorables.how_often_helped()
    fitting = {
        (helped, counted)
        for helped in one.controls[0].stops
        for counted in one.controls[1].stops
        if "same plan and time" in state_of(one, helped=helped, counted=counted)[1]
    }
    assert fitting == {
        ("june-2019", "june-2019"),
        ("july-2019", "july-2019"),
        ("year-2020", "june-2020"),
        ("april-2021", "april-2021-critical"),
        ("january-2022", "end-2021"),
    }


# ---- events and platforms -----------------------------------------------------------------


def test_every_event_that_the_book_relies_on_is_a_stop_and_is_told_with_its_source():
    one = explorables.twelve_years_in_one_line()
    events = history.timeline().query("status == 'used'").set_index("event")
    assert list(one.controls[0].stops) == list(events.index)
    for name, event in events.iterrows():
        _, said = state_of(one, event=name)
        assert event["text"] in said
        assert history.source(event["source"]).name in said


def test_the_state_was_silent_while_the_plan_grew():
    """What the chapter says of the months between the fine and the study."""
    view, _ = state_of(explorables.twelve_years_in_one_line(), shown="state")
    days = sorted(view.table["date"])
    assert not [day for day in days if "2019-04-12" < day < "2020-09-08"]
    assert {"2019-04-12", "2020-09-08"} <= set(days)


def test_the_lives_of_the_platforms_are_those_of_the_tables():
    view, _ = state_of(explorables.lives_of_the_platforms())
    table = view.table.set_index(view.table["platform"].str.extract(r"\((.+)\)")[0])
    assert len(table) == len(history.platforms()) == 21
    # Numbers that the chapter states in words.
    assert (table["members paid"] == "not known").sum() == 9
    assert (table["began"] == "not known").sum() == 8
    days = {"相互宝": 31, "轻松互助": 0, "水滴互助": 5, "美团互助": 16, "悟空互助": 31}
    assert table["days of notice"].dropna().to_dict() == days


def test_a_contested_date_is_told_as_such():
    one = explorables.lives_of_the_platforms()
    assert "Sources disagree on a date." in state_of(one, platform="baidu")[1]
    assert "Sources disagree" not in state_of(one, platform="waterdrop")[1]


# ---- the rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "age", "said"),
    [
        ("critical", "29 days", "younger than 30 days"),
        ("critical", "30 days", "May join. Illness is covered from Aug 12, 2020 on."),
        ("critical", "59", "May join."),
        ("critical", "60", "is over 59. "),
        ("elderly", "59", "not between 60 and 70"),
        ("elderly", "70", "May join."),
        ("elderly", "71", "not between 60 and 70"),
        ("transport", "39", "The plan was not open yet."),
    ],
)
def test_who_may_join_changes_at_the_birthday_and_the_opening(plan, age, said):
    one = explorables.may_i_join()
    assert said in state_of(one, plan=plan, age=age, day=dt.date(2020, 5, 13))[1]


def test_diabetes_closes_one_door_and_opens_another():
    one = explorables.may_i_join()
    _, critical = state_of(one, plan="critical", ill=True)
    assert "The questions ask for diabetes." in critical
    assert "Open to the same person: chronic-disease cancer plan." in critical
    assert "May join." in state_of(one, plan="chronic", ill=True)[1]


@pytest.mark.parametrize(
    ("day", "age", "paid"),
    [
        ((2019, 2, 25), 39, "Nothing is paid. Day 90"),
        ((2019, 2, 26), 39, "300,000 yuan"),
        ((2019, 4, 30), 40, "100,000 yuan"),
        ((2019, 5, 1), 39, "50,000 yuan"),
        ((2019, 12, 31), 59, "50,000 yuan"),
        ((2020, 1, 1), 39, "Nothing is paid. It was no longer covered"),
        ((2022, 1, 29), 39, "after the plan had ended"),
        ((2019, 5, 1), 60, "Cover ended at 60"),
    ],
)
def test_the_thyroid_story_turns_on_its_days(day, age, paid):
    _, said = state_of(explorables.what_is_paid_when(), day=dt.date(*day), age=age)
    assert paid in said


def test_what_is_not_known_is_drawn_as_such_and_not_as_nothing():
    one = explorables.what_is_paid_when()
    view, said = state_of(one, illness="light prostate cancer", day=dt.date(2019, 4, 30))
    assert "It cannot be decided." in said
    drawn = {trace.name: trace.x for trace in view.figure.data}
    assert drawn["not known"] == ("2019-02-26", "2019-12-31")
    lines = [trace for trace in view.figure.data if trace.name.startswith("diagnosed")]
    assert not any("2019-02-26" <= day <= "2019-12-31" for line in lines for day in line.x)


def test_a_claim_waits_for_the_next_notice():
    """The exercise of the chapter: 30 to 45 days of inquiry cost 17 days, 10 to 30 cost 14."""
    one = explorables.a_claims_path()
    paid = {}
    for inquiry in (10, 30, 45):
        view, _ = state_of(one, after=180, delay=14, inquiry=inquiry)
        paid[inquiry] = dt.date.fromisoformat(view.table["day"].iloc[-1])
    assert (paid[45] - paid[30]).days == 17
    assert (paid[30] - paid[10]).days == 14


def test_a_claim_on_the_last_day_of_waiting_has_no_notice():
    one = explorables.a_claims_path()
    refused, said = state_of(one, after=90)
    assert "Refused. Day 90 of the membership" in said
    assert "notice" not in set(refused.table["step"])
    assert "notice" in set(state_of(one, after=91)[0].table["step"])
    assert "notice" in set(state_of(one, after=90, cause="accident")[0].table["step"])


def test_the_day_of_the_payment_is_drawn_as_contested():
    view, _ = state_of(explorables.a_claims_path(), after=180)
    how = dict(zip(view.table["step"], view.table["how its day is known"], strict=True))
    assert how["payment at the latest"] == "sources disagree"
    assert how["end of inquiry and reviews"] == "assumed"
    assert {how[step] for step in ("report", "notice", "deduction")} == {
        "fixed by a rule, or given"
    }


def test_the_presets_are_the_pools_of_the_plans():
    one = explorables.the_smallest_pool()
    said = [one.sentence(one.view(**p.settings), p.settings) for p in one.presets]
    sizes = [re.search(r"at least ([\d,]+) members", text)[1] for text in said]
    assert sizes == ["3,300,000", "3,240,000", "108,000"]
    minimum = history.fact("plans/xiang-hu-bao-insurance/minimum_members").value
    assert f"{minimum:,.0f}" == sizes[0]
    assert f"{history.fact('plans/general/minimum_members').value:,.0f}" == sizes[1]


def test_a_crowd_with_a_leaning_is_surer_to_be_wrong():
    """What the question of the chapter says: 3 in 10 by sympathy, 6 in 10 read rightly."""
    one = explorables.the_jury()
    settings = {"competence": 0.6, "sympathy": 0.3}
    right = {
        jurors: state_of(one, jurors=jurors, **settings)[0].words["no"]
        for jurors in (11, 1_001, 250_001)
    }
    exact = sum(math.comb(11, k) * 58**k * 42 ** (11 - k) for k in range(6)) / 100**11
    assert right == {11: f"{exact:.1%}", 1_001: "less than 0.1%", 250_001: "less than 0.1%"}
    assert "More jurors make the second kind worse" in state_of(one, **settings)[1]


def test_ten_times_the_friends_bring_ten_times_the_gifts_up_to_the_limit():
    one = explorables.the_relay()
    come = {
        friends: float(state_of(one, friends=friends)[0].words["come"].replace(",", ""))
        for friends in (10, 100, 1_000)
    }
    # Half a new person for each, three times round: 1 + 1/2 + 1/4 of the friends at 20 yuan.
    assert come == {friends: friends * 1.75 * 20 for friends in come}
    limit = history.fact("plans/extra-help/largest_sum").value
    full, _ = state_of(one, friends=3_000, passing_on=2.0, gift=50)
    assert full.words == {"come": f"{limit:,.0f}", "part": "100%"}


def test_the_man_in_the_ditch_fell_on_day_59_and_his_medicine_is_counted_from_two_days():
    joined, fell = (history.fact(f"cases/first-jury-case-2019/{q}") for q in ("joined", "accident"))
    assert joined.text.startswith("31 October 2018")
    assert fell.text.startswith("29 December 2018")
    assert (dt.date(2018, 12, 29) - dt.date(2018, 10, 31)).days == 59
    one = explorables.the_man_in_the_ditch()
    assert "day 59, within the waiting" in one.answers[0].text
    assert "10 days in hospital" in one.prompt
    assert "more than 30 days in a row" in one.prompt
    assert [answer.right for answer in one.answers] == [False, False, True]


# ---- questions ----------------------------------------------------------------------------


def test_three_answers_rest_on_figures_of_the_tables():
    def asked(one: Question) -> tuple[str, Answer]:
        return one.prompt, next(answer for answer in one.answers if answer.right)

    prompt, right = asked(explorables.how_much_was_paid())
    assert "61,337.02" in prompt
    assert right.text == "28,500 yuan, 46 percent."
    prompt, right = asked(explorables.who_was_helped())
    assert "79 percent" in prompt
    half = history.fact("profile/helped/2019-11-27/decade_of_birth/1980s_and_1990s")
    assert (right.text, half.value) == ("Nearly half.", 0.5)
    _, right = asked(explorables.was_the_first_bill_a_bargain())
    first_covered = dt.date(2018, 10, 16) + dt.timedelta(days=90)
    assert dt.timedelta(7) <= Period.parse("2019-01-2").notice_day - first_covered
    assert "only a week before" in right.feedback


# ---- the look -----------------------------------------------------------------------------


def luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("meaning", figures.PALETTE)
def test_colors_stand_out_on_light_and_on_dark_ground(meaning):
    for color, ground in zip(figures.PALETTE[meaning], ("#ffffff", "#14181e"), strict=True):
        bright, dim = sorted((luminance(color), luminance(ground)), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 3


def test_one_meaning_has_one_color():
    light, dark = zip(*figures.PALETTE.values(), strict=True)
    assert len(set(light)) == len(light)
    assert len(set(dark)) == len(dark)
