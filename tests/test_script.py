"""The page's script on a declaration that uses all of it: presets, comparison, odd values."""

from __future__ import annotations

import csv
import io

import pandas as pd
import plotly.graph_objects as go
import pytest
from test_explore import ASKED, PLAN

from conftest import ROOT
from mutualaid.explore import Choice, Explorable, Slider, View, page

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
        Slider("level", [0.5, 1.0, 2.5], start=1.0),
    ),
    draw=odd,
    words="With {kind} at {level} the sum is {sum}.",
)


@pytest.fixture
def sheet(visit, tmp_path):
    """Open a page with these declarations, outside the built book."""
    inside = page.explorable_html(PLAN) + page.explorable_html(ODD) + page.question_html(ASKED)
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
    compare = seen.page.get_by_label("Compare with a second setting")
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
    assert seen.errors == []


@pytest.mark.parametrize("kind", ["a+b=c&d", "50 %", "相互宝"])
def test_a_link_carries_any_value(sheet, kind):
    seen = sheet()
    seen.page.locator("#odd-values--kind").select_option(label=ODD.controls[0].options[kind])
    seen.page.locator("#odd-values--level").press("ArrowRight")
    said = words(seen, "odd-values")
    assert said == ODD.sentence(ODD.view(kind=kind, level=2.5), {"kind": kind, "level": 2.5})
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
    assert "at 2.50" in words(seen, "odd-values")


def test_the_print_view_shows_each_table(sheet):
    seen = sheet()
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")
    assert seen.page.locator("#odd-values table").is_visible()
    assert not seen.page.locator("#odd-values [data-csv]").is_visible()
