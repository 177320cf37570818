"""Explorables and questions: what a declaration refuses, and that its three forms agree."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid import explorables
from mutualaid.explore import (
    MAX_STATES,
    Answer,
    Choice,
    Explorable,
    Preset,
    Question,
    Slider,
    Switch,
    View,
    form,
    grid,
    live,
    page,
)


def draw(members: int, fee: float, waiting: bool) -> View:
    bills = [members * fee, members * fee * (2 if waiting else 1)]
    figure = go.Figure(go.Scatter(name="bill", x=[1, 2], y=bills))
    table = pd.DataFrame({"period": [1, 2], "bill, yuan": bills})
    return View(figure=figure, words={"bill": bills[1]}, table=table)


PLAN = Explorable(
    name="a-small-plan",
    title="A small plan",
    controls=(
        Slider("members", [10, 100, 1000], unit="members", start=100, step=10),
        Choice("fee", {0.0: "no fee", 0.08: "8 percent"}, start=0.08),
        Switch("waiting", label="waiting members pay"),
    ),
    draw=draw,
    words="With {members} members and {fee} the bill is {bill} yuan.",
    presets=(Preset("large", {"members": 1000, "waiting": True}),),
    compare=True,
)

#: The same plan, of which a page holds presets, and one control moved from each.
AROUND = replace(
    PLAN,
    name="around-presets",
    title="A plan around its presets",
    around=True,
    presets=(
        Preset("small", PLAN.start, "As it began."),
        Preset("large", {"members": 1000, "fee": 0.0, "waiting": True}, "As it grew."),
        Preset("small, no fee", {"members": 100, "fee": 0.0, "waiting": False}, step=True),
    ),
)

ASKED = Question(
    name="asked",
    prompt="What is rounded up?",
    answers=(
        Answer("The share.", "So no bill stays open.", right=True),
        Answer("The benefit.", "It is fixed."),
    ),
)


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "A plan"}, "name must match .* got 'A plan'"),
        ({"controls": PLAN.controls[:2]}, r"must be the arguments of draw, .*'waiting'.* got"),
        ({"presets": (Preset("x", {"age": 1}),)}, "preset 'x' must set .* got 'age'"),
        ({"presets": (Preset("x", {"members": 7}),)}, "one of its stops, got 7"),
        (
            {"controls": (Slider("members", range(MAX_STATES)), *PLAN.controls[1:])},
            f"at most {MAX_STATES} states, got {4 * MAX_STATES}",
        ),
    ],
)
def test_a_broken_declaration_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(PLAN, **change)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Slider("Members", [1, 2]), "control name must match .* got 'Members'"),
        (lambda: Slider("members", [1]), "at least two different stops, got"),
        (lambda: Slider("members", [1, 1]), "at least two different stops, got"),
        (lambda: Slider("title", [1, 2]), "control name must match .* got 'title'"),
        (lambda: Slider("plan", ["a", "b"], step=1), "its stops numbers, got step 1"),
        (lambda: Slider("members", [1, 2], step=0), "above 0 .* got step 0"),
        (lambda: replace(PLAN, words="{members:>6}"), "braces only as {slot}"),
        (lambda: Slider("members", [1, 2], start=3), r"one of its stops \(1 ... 2\), got 3"),
        (lambda: Choice("fee", {0: "none"}), "at least two different stops"),
        (lambda: replace(ASKED, answers=ASKED.answers[:1]), "2 to 6 answers, got 1"),
        (lambda: replace(ASKED, answers=ASKED.answers[1:] * 2), "exactly one right answer, got 0"),
        (lambda: replace(ASKED, answers=(*ASKED.answers, Answer("x", ""))), "a feedback"),
    ],
)
def test_a_broken_control_or_question_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_words_and_table_may_not_be_missing():
    with pytest.raises(ValueError, match=r"must give the words \['spread'\]"):
        replace(PLAN, words="give or take {spread}").view()
    empty = replace(PLAN, draw=lambda members, fee, waiting: replace_table(draw(10, 0.0, False)))
    with pytest.raises(ValueError, match="a table with at least one row"):
        empty.view()


def replace_table(view: View) -> View:
    return View(figure=view.figure, words=view.words, table=view.table.iloc[:0])


def test_an_unknown_control_is_refused():
    with pytest.raises(TypeError, match="has no control age"):
        PLAN.view(age=3)


def test_an_unknown_form_is_refused(monkeypatch):
    monkeypatch.setenv("MUTUALAID_FORM", "paper")
    with pytest.raises(ValueError, match="one of live, page, print, got 'paper'"):
        form()


# ---- the grid and its packing -------------------------------------------------------------


def test_the_grid_has_every_setting_once_and_the_last_control_moves_fastest():
    settings = list(PLAN.settings())
    assert len(settings) == 12
    assert len({tuple(s.values()) for s in settings}) == 12
    assert [s["waiting"] for s in settings[:4]] == [False, True, False, True]
    assert len(grid.states(PLAN)) == 12


def test_around_presets_one_control_moves_and_each_setting_stands_once():
    settings = [tuple(setting.values()) for setting in AROUND.settings()]
    small = [(100, 0.08, False), (10, 0.08, False), (1000, 0.08, False), (100, 0.0, False),
             (100, 0.08, True)]  # fmt: skip
    large = [(1000, 0.0, True), (10, 0.0, True), (100, 0.0, True), (1000, 0.08, True),
             (1000, 0.0, False)]  # fmt: skip
    assert settings == small + large
    packed = packed_of(AROUND)
    places = [tuple(s.values()) for s in PLAN.settings()]
    held = unpack(packed["around"]["held"])
    assert [places[int(place)] for place in held] == settings
    assert packed["around"]["centers"] == [0, 1, 0]
    assert packed["around"]["homes"] == [[1, 1, 0], [2, 0, 1], [1, 0, 0]]


def packed_of(one: Explorable) -> dict:
    html = page.explorable_html(one)
    return json.loads(html.partition('json">')[2].partition("</script>")[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"presets": ()}, "first preset of around-presets must be its start"),
        ({"presets": AROUND.presets[1:]}, "first preset of around-presets must be its start"),
        ({"presets": (*AROUND.presets, Preset("x", {"fee": 0.0}))},
         r"preset 'x' must set all controls, got none for \['members', 'waiting'\]"),
        ({"presets": (AROUND.presets[0], replace(AROUND.presets[1], step=True))},
         "preset 'large' must be one step from a preset that is none"),
        ({"controls": (Slider("members", range(MAX_STATES)), *PLAN.controls[1:]),
          "presets": (Preset("x", {"members": 0, "fee": 0.08, "waiting": False}),)},
         f"at most {MAX_STATES} states, got {MAX_STATES + 2}"),
    ],
)  # fmt: skip
def test_a_broken_list_of_presets_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(AROUND, **change)


def test_the_digest_covers_what_lies_around_the_presets():
    text = grid.explorable_text(AROUND)
    assert "states: 10, around 3 presets" in text
    fewer = replace(AROUND, presets=AROUND.presets[:1])
    assert digest(fewer) != digest(AROUND)


def unpack(column: dict) -> list:
    """Decode one column of numbers as the page's script does."""
    kind = column["k"]
    numbers = np.frombuffer(base64.b64decode(column["b"]), dtype=f"<{kind}")
    if kind[0] == "f":
        return [None if np.isnan(number) else float(number) for number in numbers]
    hole = -(2 ** (8 * int(kind[1]) - 1))
    return [None if n == hole else (int(n) + column["o"]) / 10.0 ** column["d"] for n in numbers]


some_number = st.lists(
    st.lists(st.one_of(st.none(), st.decimals(-9999, 9999, places=2).map(float)), min_size=1),
    min_size=1,
).filter(lambda lists: any(v is not None for values in lists for v in values))


@given(some_number)
def test_short_decimals_are_packed_without_loss(lists):
    column = grid._numbers(lists)
    flat = [value for values in lists for value in values]
    for one, other in zip(flat, unpack(column), strict=True):
        assert (one is None) == (other is None)
        assert one is None or other == pytest.approx(one, abs=1e-9)


@given(st.lists(st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-9), min_size=1))
def test_any_number_is_packed_within_a_thousandth_of_itself(values):
    """Small values stay right beside large ones: they may be read on a log axis."""
    column = grid._numbers([values])
    for one, other in zip(values, unpack(column), strict=True):
        assert other == pytest.approx(one, rel=1e-3)


@given(st.lists(st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-9), min_size=1))
def test_the_digits_of_a_table_are_packed_as_they_are(values):
    """What a reader downloads must add up with what the words say."""
    column = grid._numbers([values], digits=True)
    for one, other in zip(values, unpack(column), strict=True):
        assert other == pytest.approx(one, rel=1e-9)


def test_tables_keep_their_columns():
    def shifting(members: int, fee: float, waiting: bool) -> View:
        view = draw(members, fee, waiting)
        names = {"bill, yuan": "bill, fen"} if waiting else {}
        return View(figure=view.figure, words=view.words, table=view.table.rename(columns=names))

    with pytest.raises(ValueError, match="same columns in every state"):
        grid.states(replace(PLAN, draw=shifting))


def test_a_missing_date_is_a_hole_and_an_hour_is_kept():
    assert grid._plain([pd.NaT, pd.Timestamp("2021-01-01"), pd.Timestamp("2021-01-01 12:30")]) == [
        None, "2021-01-01", "2021-01-01T12:30:00",
    ]  # fmt: skip


def test_the_cache_tells_declarations_and_code_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("MUTUALAID_CACHE", str(tmp_path))
    one = explorables.members_by_definition()
    assert len(grid.states(one)) == len(list(one.settings()))
    fewer = replace(one, controls=(one.controls[0], one.controls[1], Choice(
        "scale", {"life": "all years", "top": "close"}, label="Look at")))  # fmt: skip
    assert grid.states(fewer)[1]["words"]["scale"] == "close"
    monkeypatch.setattr(grid, "_PACKAGE", "other code")
    assert grid._key(one) != grid._key(fewer)
    before = {path.name for path in tmp_path.iterdir()}
    grid.states(one)
    assert {path.name for path in tmp_path.iterdir()} != before


def test_what_does_not_vary_is_stored_once():
    packed = grid.pack(grid.states(PLAN))
    paths = {tuple(column["p"]) for column in packed["columns"]}
    assert ("data", 0, "y") in paths
    assert ("data", 0, "x") not in paths
    twin = next(c for c in packed["columns"] if c["p"] == ["table", "cells", 1])
    assert "b" not in twin


# ---- print form ---------------------------------------------------------------------------


def digest(explorable: Explorable) -> str:
    return grid.explorable_text(explorable).splitlines()[-1]


def test_the_digest_tells_swapped_states_and_changed_words():
    def swapped(members: int, fee: float, waiting: bool) -> View:
        return draw(members, fee, not waiting)

    assert digest(PLAN) == digest(replace(PLAN))
    assert digest(replace(PLAN, draw=swapped)) != digest(PLAN)
    assert digest(replace(PLAN, words=PLAN.words.replace("the bill", "a bill"))) != digest(PLAN)


def test_the_digest_does_not_see_the_last_bit():
    def shaken(members: int, fee: float, waiting: bool) -> View:
        view = draw(members, fee, waiting)
        view.figure.data[0].y = [np.nextafter(y, 9e9) for y in view.figure.data[0].y]
        return view

    assert digest(replace(PLAN, draw=shaken)) == digest(PLAN)


def test_the_print_form_sums_the_series():
    text = grid.explorable_text(PLAN)
    # 0.08 x (10 + 100 + 1000), twice for two waiting settings, each with bills of 1+1 or 1+2.
    assert "states: 12" in text
    assert f"bill: sum {0.08 * 1110 * 5:.6g}, least 0, greatest 160" in text
    assert "With 100 members and 8 percent the bill is 8 yuan." in text


def test_the_print_form_of_a_question_does_not_tell_the_answer():
    text = grid.question_text(ASKED)
    assert "( ) The share." in text
    assert ASKED.answers[0].feedback not in text
    turned = replace(ASKED, answers=(
        replace(ASKED.answers[0], right=False), replace(ASKED.answers[1], right=True)))  # fmt: skip
    assert grid.question_text(turned) != text


# ---- page form ----------------------------------------------------------------------------


def test_the_page_form_can_be_read_without_a_script():
    html = page.explorable_html(PLAN)
    assert "With 100 members and 8 percent the bill is 8 yuan." in html
    assert '<td class="ma-number">8.0</td>' in html
    assert 'aria-live="polite"' in html
    assert "Compare with a second setting" in html


@pytest.mark.parametrize("wild", ["</script><b x>", "<!--<script>", '"><b x>'])
def test_text_cannot_break_out_of_the_page_form(wild):
    fee = Choice("fee", {0.0: wild, 0.08: "8 percent"}, start=0.08)
    controls = (PLAN.controls[0], fee, PLAN.controls[2])
    words = wild + " {members} {fee} {bill}"
    html = page.explorable_html(replace(PLAN, title=wild, controls=controls, words=words))
    asked = replace(ASKED, prompt=wild, answers=(Answer(wild, wild, right=True), ASKED.answers[1]))
    for text in (html, page.question_html(asked)):
        assert "<b x" not in text
        assert "<!--" not in text
        assert text.count("<script") == text.count("</script>") == 1
    packed = json.loads(html.partition('json">')[2].partition("</script>")[0])
    assert packed["sentence"] == words
    assert packed["controls"][1]["texts"][0] == wild


def test_a_preset_finds_the_stop_that_it_equals():
    html = page.explorable_html(replace(PLAN, presets=(Preset("x", {"members": 10.0}),)))
    packed = json.loads(html.partition('json">')[2].partition("</script>")[0])
    assert packed["presets"] == [{"members": "10"}]


@pytest.mark.parametrize(
    ("rates", "shown"),
    [
        ([0.000021, 0.00009], ["0.000021", "0.000090"]),
        ([0.5123, 2.0], ["0.51", "2.00"]),
        ([1050.0, 2000.0], ["1,050", "2,000"]),
    ],
)
def test_a_small_rate_keeps_its_digits_in_the_table(rates, shown):
    def plain(members: int, fee: float, waiting: bool) -> View:
        return View(figure=go.Figure(), words={"bill": 1}, table=pd.DataFrame({"rate": rates}))

    html = page.explorable_html(replace(PLAN, draw=plain))
    assert re.findall(r'<td class="ma-number">([^<]*)</td>', html) == shown


def test_the_form_follows_the_environment(monkeypatch):
    for wanted, kind in (
        ("page", "text/html"),
        ("print", "text/plain"),
        ("live", "application/vnd.jupyter.widget-view+json"),
    ):
        monkeypatch.setenv("MUTUALAID_FORM", wanted)
        assert kind in PLAN._repr_mimebundle_()
        assert kind in ASKED._repr_mimebundle_()


# ---- live form ----------------------------------------------------------------------------


def test_the_live_form_draws_what_a_control_says_between_the_stops():
    panel = live._Panel(PLAN)
    panel.controls["members"].value = 50
    assert list(panel.figure.data[0].y) == pytest.approx([4.0, 4.0])
    assert "With 50 members and 8 percent the bill is 4 yuan." in panel.words.value


def test_the_live_form_drops_what_the_next_setting_does_not_draw():
    def noted(members: int, fee: float, waiting: bool) -> View:
        view = draw(members, fee, waiting)
        if waiting:
            view.figure.add_annotation(text="waiting members pay", x=1, y=1)
            view.figure.data[0].text = ["a", "b"]
        return view

    panel = live._Panel(replace(PLAN, draw=noted))
    for on in (True, False, True, False):
        panel.controls["waiting"].value = on
        assert len(panel.figure.layout.annotations) == int(on)
        assert panel.figure.data[0].text == (("a", "b") if on else None)


def test_the_live_form_computes_no_grid():
    calls = []

    def counted(members: int, fee: float, waiting: bool) -> View:
        calls.append(members)
        return draw(members, fee, waiting)

    live.explorable_widget(replace(PLAN, draw=counted, compare=False))
    assert len(calls) == 1


def test_a_setting_that_fails_is_told_and_the_last_figure_stays():
    def breaks(members: int, fee: float, waiting: bool) -> View:
        if members == 200:
            raise ValueError("members must not be 200")
        return draw(members, fee, waiting)

    panel = live._Panel(replace(PLAN, draw=breaks))
    panel.controls["members"].value = 200
    assert "members must not be 200" in panel.error.value
    assert list(panel.figure.data[0].y) == pytest.approx([8.0, 8.0])
    panel.controls["members"].value = 1000
    assert panel.error.value == ""
    assert list(panel.figure.data[0].y) == pytest.approx([80.0, 80.0])


def test_live_and_page_say_the_same_in_every_state():
    panel = live._Panel(PLAN)
    for settings, document in zip(PLAN.settings(), grid.states(PLAN), strict=True):
        panel.set(settings)
        assert PLAN.words.format(**document["words"]) in panel.words.value
        assert list(panel.figure.data[0].y) == pytest.approx(document["data"][0]["y"])


def test_in_the_live_form_a_list_of_presets_sets_a_panel_and_every_setting_is_free():
    panel = live._Panel(AROUND)
    panel.starts.value = 1
    assert "With 1,000 members and no fee the bill is 0 yuan." in panel.words.value
    assert "As it grew." in panel.note.value
    panel.controls["fee"].value = 0.08
    panel.controls["members"].value = 50
    assert "With 50 members and 8 percent the bill is 8 yuan." in panel.words.value
    assert panel.starts.value is None
    panel.set(AROUND.presets[2].settings)
    assert panel.starts.value == 2


def test_a_preset_draws_once():
    calls = []

    def counted(members: int, fee: float, waiting: bool) -> View:
        calls.append(members)
        return draw(members, fee, waiting)

    panel = live._Panel(replace(AROUND, draw=counted))
    panel.starts.value = 1
    assert calls == [100, 1000]


def test_a_question_answers_in_the_live_form():
    box = live.question_widget(ASKED)
    _, radio, button, feedback = box.children
    button.click()
    assert "Choose an answer first." in feedback.value
    radio.value = 1
    button.click()
    assert "Not quite. It is fixed." in feedback.value
    radio.value = 0
    button.click()
    assert "Right. So no bill stays open." in feedback.value
