"""The page's script on a declaration that uses all of it: presets, comparison, odd values."""

from __future__ import annotations

import csv
import io
import random

import pandas as pd
import plotly.graph_objects as go
import pytest
from test_explore import AROUND, ASKED, PLAN

from conftest import ROOT
from mutualaid.explore import Choice, Explorable, Slider, View, grid, page

pytestmark = pytest.mark.page

FRAME = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<title>Test</title><link rel="stylesheet" href="book.css">
<script src="explorable.js" defer></script></head>
<body><main class="bd-article"><h1>Test</h1>{inside}</main></body></html>"""


def odd(kind: str, level: float) -> View:
    """Values that are hard to write down: holes, signs, percent signs, Chinese, great spans."""
    y = {"a+b=c&d": [1.5, None, -3.25], "50 %": [1e9, 2e9, 3e9], "相互宝": [0.0, 0.0, 0.0]}[kind]
    figure = go.Figure(
        go.Scatter(name="odd", x=["x", "y", "z"], y=[v if v is None else v * level for v in y])
    )
    table = pd.DataFrame({"place": ["x", 'y "quoted", cut', "z"], "value": figure.data[0].y})
    return View(figure=figure, words={"sum": sum(v or 0 for v in y) * level}, table=table)


ODD = Explorable(
    name="odd-values",
    title="Odd values",
    controls=(
        Choice("kind", {"a+b=c&d": "signs", "50 %": "percent", "相互宝": "Chinese"}),
        Slider("level", [0.5, 1.0, 3.0], start=1.0),
    ),
    draw=odd,
    words="With {kind} at {level} the sum is {sum}.",
)


@pytest.fixture
def sheet(visit, tmp_path):
    """Open a page with these declarations, outside the built book."""
    inside = "".join(map(page.explorable_html, (PLAN, ODD, AROUND))) + page.question_html(ASKED)
    (tmp_path / "page.html").write_text(FRAME.format(inside=inside), "utf-8")
    for name in ("assets/explorable.js", "assets/book.css",
                 "node_modules/plotly.js-basic-dist-min/plotly-basic.min.js"):  # fmt: skip
        path = ROOT / name
        (tmp_path / path.name).write_bytes(path.read_bytes())

    def open_sheet(tail: str = "", **settings):
        return visit(tmp_path / "page.html", tail=tail, **settings)

    return open_sheet


def words(seen, name: str, panel: int = 0) -> str:
    return seen.page.locator(f"#{name} .ma-words").nth(panel).inner_text()


def test_a_preset_sets_several_controls(sheet):
    seen = sheet()
    seen.page.get_by_role("button", name="large").press("Enter")
    assert words(seen, "a-small-plan") == "With 1,000 members and 8 percent the bill is 160 yuan."
    assert seen.page.locator("#a-small-plan--waiting").is_checked()


def test_two_settings_stand_side_by_side_and_move_apart(sheet):
    seen = sheet()
    seen.scroll_through()
    compare = seen.page.locator("#a-small-plan").get_by_label("Compare with a second setting")
    compare.press("Space")
    seen.scroll_through()
    assert words(seen, "a-small-plan", 1) == words(seen, "a-small-plan", 0)
    second = seen.page.locator("#a-small-plan--members--b")
    second.press("ArrowRight")
    assert words(seen, "a-small-plan", 1).startswith("With 1,000 members")
    assert words(seen, "a-small-plan", 0).startswith("With 100 members")
    first = seen.page.locator("#a-small-plan .ma-figure").nth(0).evaluate("f => f.data[0].y")
    other = seen.page.locator("#a-small-plan .ma-figure").nth(1).evaluate("f => f.data[0].y")
    assert [10 * value for value in first] == pytest.approx(other)
    ids = seen.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    labelled = "[...document.querySelectorAll('label[for]')].every(l => l.control)"
    assert seen.page.evaluate(labelled)
    link = seen.page.locator("#a-small-plan [data-link]").get_attribute("href")
    again = sheet(tail=link)
    assert words(again, "a-small-plan", 0) == words(seen, "a-small-plan", 0)
    assert words(again, "a-small-plan", 1) == words(seen, "a-small-plan", 1)
    compare.press("Space")
    assert seen.page.locator("#a-small-plan .ma-panel").count() == 1
    seen.page.wait_for_function(
        "() => { const f = document.querySelector('#a-small-plan .ma-figure');"
        " return f._fullLayout.width === f.clientWidth; }"
    )
    assert seen.errors == []


@pytest.mark.parametrize("kind", ["a+b=c&d", "50 %", "相互宝"])
def test_a_link_carries_any_value(sheet, kind):
    seen = sheet()
    seen.page.locator("#odd-values--kind").select_option(label=ODD.controls[0].options[kind])
    seen.page.locator("#odd-values--level").press("ArrowRight")
    said = words(seen, "odd-values")
    assert said == ODD.sentence(ODD.view(kind=kind, level=3.0), {"kind": kind, "level": 3.0})
    again = sheet(tail=seen.page.locator("#odd-values [data-link]").get_attribute("href"))
    assert words(again, "odd-values") == said


def test_holes_and_quotes_survive_table_and_download(sheet):
    seen = sheet()
    seen.page.locator("#odd-values .ma-table summary").press("Enter")
    cells = seen.page.locator("#odd-values tbody td").all_inner_texts()
    assert cells == ["x", "1.50", 'y "quoted", cut', "not known", "z", "-3.25"]
    with seen.page.expect_download() as caught:
        seen.page.locator("#odd-values [data-csv]").press("Enter")
    rows = list(csv.reader(io.StringIO(caught.value.path().read_text("utf-8-sig"))))
    assert rows[1:] == [["x", "1.5"], ['y "quoted", cut', ""], ["z", "-3.25"]]


def test_a_reader_without_plotly_is_told_and_keeps_words_and_table(sheet, tmp_path):
    seen = sheet()
    (tmp_path / "plotly-basic.min.js").unlink()
    seen = sheet()
    told = seen.page.locator("#odd-values .ma-figure")
    told.scroll_into_view_if_needed()
    told.get_by_text("could not be drawn").wait_for(timeout=5000)
    seen.page.locator("#odd-values--level").press("ArrowRight")
    assert "at 3 " in words(seen, "odd-values")


def test_the_printer_gets_the_table_of_the_setting(sheet):
    """What the printer sees is there when the event ends: it does not wait for the script."""
    seen = sheet()
    seen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    seen.page.locator("#odd-values--level").press("ArrowRight")
    printed = seen.page.evaluate(
        """() => {
          window.dispatchEvent(new Event("beforeprint"));
          const table = document.querySelector("#odd-values .ma-table");
          const text = table.open ? table.querySelector("tbody").textContent : "closed";
          const theme = document.documentElement.dataset.theme;
          window.dispatchEvent(new Event("afterprint"));
          return [text, theme, table.open, document.documentElement.dataset.theme];
        }"""
    )
    table = "x" + "4.50" + 'y "quoted", cut' + "not known" + "z" + "-9.75"
    assert printed == [table, "light", False, "dark"]
    seen.page.emulate_media(media="print")
    assert not seen.page.locator("#odd-values [data-csv]").is_visible()
    assert seen.page.locator("#odd-values--kind").is_visible()


def test_each_row_of_a_compared_download_says_its_setting(sheet):
    seen = sheet()
    seen.page.locator("#a-small-plan").get_by_label("Compare with").press("Space")
    seen.page.locator("#a-small-plan--members--b").press("ArrowRight")
    with seen.page.expect_download() as caught:
        seen.page.locator("#a-small-plan [data-csv]").press("Enter")
    rows = list(csv.reader(io.StringIO(caught.value.path().read_text("utf-8-sig"))))
    assert rows[0] == ["members", "fee", "waiting", "period", "bill, yuan"]
    assert [row[0] for row in rows[1:]] == ["100", "100", "1000", "1000"]
    assert [float(row[4]) for row in rows[1:]] == pytest.approx([8, 8, 80, 80])


def test_comparison_is_sound_for_a_screen_reader(sheet):
    seen = sheet()
    seen.scroll_through()
    for compare in seen.page.get_by_label("Compare with a second setting").all():
        compare.press("Space")
    seen.scroll_through()
    for summary in seen.page.locator(".ma-table summary").all():
        summary.press("Enter")
    seen.page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    found = seen.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    names = seen.page.locator("#a-small-plan .ma-panel").evaluate_all(
        "p => p.map(e => e.ariaLabel)"
    )
    assert names == ["First setting", "Second setting"]


@pytest.mark.parametrize("tail", ["#50%", "#a-small-plan?members=1000&fee=8%", "#?", "#nobody?x=1"])
def test_an_odd_address_does_not_stop_the_page(sheet, tail):
    seen = sheet(tail=tail)
    assert seen.errors == []
    assert words(seen, "a-small-plan").startswith("With 1,0" if "members" in tail else "With 100 ")


def test_going_back_shows_one_setting_everywhere(sheet):
    seen = sheet()
    seen.page.locator("#a-small-plan--members").press("ArrowRight")
    seen.page.locator("#a-small-plan--fee").select_option(index=0)
    seen.page.goto("about:blank")
    seen.page.go_back()
    seen.page.wait_for_selector('html[data-explorables="ready"]', state="attached")
    members = seen.page.locator("#a-small-plan--members").get_attribute("aria-valuetext")
    fee = seen.page.locator("#a-small-plan--fee option:checked").inner_text()
    assert words(seen, "a-small-plan").startswith(f"With {members.removesuffix(' members')} ")
    assert f"and {fee} the bill" in words(seen, "a-small-plan")
    value = seen.page.locator("#a-small-plan--members").input_value()
    assert PLAN.controls[0].stops[int(value)] == int(members.split()[0].replace(",", ""))


# ---- a page that holds what lies around its presets ---------------------------------------

NAME = AROUND.name


def told(seen, panel: int = 0) -> str:
    return seen.page.locator(f"#{NAME} .ma-told").nth(panel).inner_text()


def shown_setting(seen, suffix: str = "") -> dict:
    """Return the setting that the controls show."""
    stops = {}
    for control in AROUND.controls:
        found = seen.page.locator(f"#{NAME}--{control.name}{suffix}")
        at = found.is_checked() if control.name == "waiting" else found.input_value()
        stops[control.name] = control.stops[int(at)]
    return stops


def move(seen, control: int, at: int, suffix: str = "") -> None:
    """Move one control to a stop by keyboard."""
    found = seen.page.locator(f"#{NAME}--{AROUND.controls[control].name}{suffix}")
    if AROUND.controls[control].name == "waiting":
        if found.is_checked() != bool(at):
            found.press("Space")
        return
    keys = ("ArrowUp", "ArrowDown") if control == 1 else ("ArrowLeft", "ArrowRight")
    while (now := int(found.input_value())) != at:
        found.press(keys[at > now])


def start_from(seen, preset: int, panel: int = 0) -> None:
    seen.page.locator(f"#{NAME} [data-start]").nth(panel).select_option(index=preset)


def test_every_setting_around_the_presets_is_reached_by_keyboard(sheet):
    """The script shows the state that the package computed for the setting of the controls."""
    seen = sheet()
    reached = []
    for number, preset in enumerate(AROUND.presets):
        if preset.step:
            continue
        for k, control in enumerate(AROUND.controls):
            for at in range(len(control.stops)):
                start_from(seen, number)
                move(seen, k, at)
                setting = shown_setting(seen)
                assert setting == preset.settings | {control.name: control.stops[at]}
                assert words(seen, NAME) == AROUND.sentence(AROUND.view(**setting), setting)
                reached.append(tuple(setting.values()))
    assert set(reached) == {tuple(setting.values()) for setting in AROUND.settings()}
    assert seen.errors == []


def test_a_second_control_sends_the_first_back_and_says_so(sheet):
    seen = sheet()
    move(seen, 0, 2)
    assert told(seen) == "One change from \u201csmall\u201d: members: 1,000 members."
    move(seen, 1, 0)
    assert shown_setting(seen) == PLAN.start | {"fee": 0.0}
    assert told(seen) == (
        "One change from \u201csmall\u201d: fee: no fee. "
        "Put back, as the page holds one change at a time: members: 100 members."
    )
    moved = seen.page.locator(f"#{NAME} [data-moved] [data-control]")
    assert moved.evaluate_all("all => all.map(e => e.dataset.control)") == ["fee"]
    move(seen, 1, 1)
    assert told(seen) == "Put back, as the page holds one change at a time: members: 100 members."
    start_from(seen, 1)
    assert (told(seen), shown_setting(seen)) == ("", AROUND.presets[1].settings)
    assert seen.page.locator(f"#{NAME} .ma-note").inner_text() == "As it grew."


def test_a_preset_that_is_a_step_belongs_to_another(sheet):
    seen = sheet()
    start_from(seen, 2)
    assert shown_setting(seen) == AROUND.presets[2].settings
    assert told(seen) == "One change from \u201csmall\u201d: fee: no fee."
    move(seen, 0, 0)
    assert shown_setting(seen) == PLAN.start | {"members": 10}
    assert seen.page.locator(f"#{NAME} [data-start]").input_value() == "0"


@pytest.mark.parametrize(
    ("query", "setting", "start"),
    [
        ("members=10&fee=0.08&waiting=false", (10, 0.08, False), "0"),
        ("members=100&fee=0.0&waiting=true", (100, 0.0, True), "1"),
        ("members=100&fee=0.0&waiting=false&start-from=small%2C+no+fee", (100, 0.0, False), "2"),
        # Not in the page: the nearest preset, and the first control that is another.
        ("members=10&fee=0.0&waiting=false", (10, 0.08, False), "0"),
        ("members=10&fee=0.0&waiting=false&start-from=large", (10, 0.0, True), "1"),
        ("start-from=nobody", (100, 0.08, False), "0"),
    ],
)
def test_a_link_shows_its_setting_or_the_nearest_that_the_page_holds(sheet, query, setting, start):
    seen = sheet(tail=f"#{NAME}?{query}")
    assert tuple(shown_setting(seen).values()) == setting
    assert seen.page.locator(f"#{NAME} [data-start]").input_value() == start
    now = shown_setting(seen)
    assert words(seen, NAME) == AROUND.sentence(AROUND.view(**now), now)
    again = sheet(tail=seen.page.locator(f"#{NAME} [data-link]").get_attribute("href"))
    assert shown_setting(again) == now
    assert again.page.locator(f"#{NAME} [data-start]").input_value() == start


def test_two_panels_start_from_presets_of_their_own(sheet):
    seen = sheet()
    start_from(seen, 1)
    move(seen, 0, 0)
    seen.page.locator(f"#{NAME}").get_by_label("Compare with").press("Space")
    assert shown_setting(seen, "--b") == shown_setting(seen)
    start_from(seen, 0, panel=1)
    move(seen, 2, 1, "--b")
    assert shown_setting(seen, "--b") == PLAN.start | {"waiting": True}
    assert shown_setting(seen) == AROUND.presets[1].settings | {"members": 10}
    link = seen.page.locator(f"#{NAME} [data-link]").get_attribute("href")
    again = sheet(tail=link)
    assert [told(again, k) for k in (0, 1)] == [told(seen, k) for k in (0, 1)]
    assert shown_setting(again, "--b") == shown_setting(seen, "--b")
    assert seen.errors == []


def shapes(rng: random.Random, depth: int = 3):
    """A random document: scalars, lists, and lists of dicts that need not be there."""
    kind = rng.randrange(8 if depth else 5)
    if kind == 0:
        return rng.choice([None, True, False, "", "text", "相互宝"])
    if kind == 1:
        return rng.choice([0, 1, -2, 0.5, 1e9, 1e-7])
    if kind == 2:
        return [rng.choice([1.5, -2, 0, None]) for _ in range(rng.randrange(4))]
    if kind == 3:
        return [rng.choice(["a", "b", None, 1]) for _ in range(rng.randrange(4))]
    if kind == 4:
        return rng.randrange(5)
    if kind == 5:
        return [{"text": shapes(rng, 0), "y": shapes(rng, 0)} for _ in range(rng.randrange(3))]
    return {key: shapes(rng, depth - 1) for key in rng.sample("abcd", rng.randrange(1, 4))}


def test_states_of_any_shape_come_back_as_they_were(sheet):
    """Annotations in one state only, fewer traces, empty lists: packing keeps them all."""
    rng = random.Random(2022)
    sets = []
    for _ in range(400):
        first = {"data": [shapes(rng)], "layout": shapes(rng), "table": {"cells": [shapes(rng)]}}
        sets.append([first] + [
            {**first, rng.choice(["data", "layout"]): [shapes(rng)] * rng.randrange(3)}
            for _ in range(2)
        ])  # fmt: skip
    seen = sheet()
    packs = [grid.pack(documents) for documents in sets]
    got = seen.page.evaluate(
        "packs => packs.map(pack => { const at = window.mutualaid.unpack(pack);"
        " return [0, 1, 2].map(at); })",
        packs,
    )
    for documents, others in zip(sets, got, strict=True):
        assert others == documents
