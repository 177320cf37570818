"""What a reader sees: every page of the built book, opened from its folder in Chromium."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from urllib.parse import unquote

import pytest

import mutualaid
from conftest import HTML, ROOT
from mutualaid import explorables, history
from mutualaid.explore import Explorable, Question, Statements, grid

pytestmark = pytest.mark.page

PAGES = sorted(
    str(path.relative_to(HTML))
    for path in HTML.rglob("*.html")
    if "_static" not in path.parts  # templates that the theme leaves there
)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@cache
def declared(name: str) -> Explorable:
    """Return an explorable of the book; its name on a page is that of its function."""
    one = getattr(explorables, name.replace("-", "_"))()
    assert (type(one), one.name) == (Explorable, name)
    return one


def explorables_of(page: str) -> list[str]:
    """The explorables that a page shows."""
    return re.findall(r'class="ma-explorable" id="([^"]+)"', (HTML / page).read_text("utf-8"))


#: Pages with explorables. A page takes seconds to open, so a test opens it once for all of them.
#: The slides are cut from these pages, and tests/test_teaching.py compares the two.
SHOWING = [page for page in PAGES if explorables_of(page) and not page.startswith("slides/")]


def sections() -> Iterator[tuple[str, str]]:
    """Each explorable with its part of a page, as often as it is shown."""
    for page in SHOWING:
        text = (HTML / page).read_text("utf-8")
        for name in explorables_of(page):
            opening = f'<section class="ma-explorable" id="{name}"'
            yield name, re.search(f"{opening}.*?</section>", text, re.S)[0]


def figure_of(visit, name: str) -> str:
    """What plotly has drawn, as text."""
    return visit.page.evaluate(
        "n => { const f = document.getElementById(n).querySelector('.ma-figure');"
        " return JSON.stringify([f.data, f.layout]); }",
        name,
    )


def words_of(visit, name: str) -> str:
    return visit.page.locator(f"#{name} .ma-words").first.inner_text()


def test_the_book_was_built():
    assert "index.html" in PAGES


#: Sphinx gives these to every exercise and solution.
REPEATED = {"exercise-content", "solution-content"}


@pytest.mark.parametrize("name", PAGES)
def test_an_address_on_a_page_leads_to_one_place(name):
    ids = re.findall(r'<[^<>]*?\sid="([^"]+)"', (HTML / name).read_text("utf-8"))
    assert {one for one in ids if ids.count(one) > 1} <= REPEATED
    assert set(SHOWING) >= {"index.html", "chapters/history.html"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_page_is_sound(visit, page, theme):
    """No request leaves the machine, no script complains, and axe finds no barrier."""
    seen = visit(page, theme=theme)
    assert seen.page.evaluate("document.documentElement.dataset.theme") == theme
    seen.scroll_through()
    seen.page.evaluate("window.scrollTo(0, 0)")
    assert seen.outside == []
    assert seen.errors == []
    seen.page.evaluate(AXE.read_text("utf-8"))
    found = seen.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [
        f"{one['id']}: {one['help']}: {node['target']}: {node['failureSummary']}"
        for one in found
        for node in one["nodes"][:3]
    ] == []


#: How far what stands on a page has moved by itself, as browsers reckon it.
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 100);
})"""


@pytest.mark.parametrize("page", PAGES)
def test_no_page_scrolls_sideways_or_shifts_on_a_phone(visit, page):
    """Figures are drawn where there was room for them; long text may settle while it comes in."""
    seen = visit(page, width=360)
    seen.scroll_through()
    wide = seen.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
    assert seen.page.evaluate(SHIFTED) < (0.01 if page in SHOWING else 0.1)


@pytest.mark.parametrize("page", SHOWING)
def test_each_control_moved_by_keyboard_changes_figure_and_words(visit, page):
    seen = visit(page)
    for name in explorables_of(page):
        seen.bring(name)
        controls = seen.page.locator(f"#{name} [data-control]").all()
        assert len(controls) == len(declared(name).controls), name
        for control in controls:
            before = figure_of(seen, name), words_of(seen, name)
            control.focus()
            kind = control.evaluate("e => e.type")
            if kind == "checkbox":
                seen.page.keyboard.press("Space")
            else:
                first = control.evaluate("e => Number(e.value) === 0")
                seen.page.keyboard.press("ArrowRight" if first and kind == "range" else
                                         "ArrowDown" if first else "ArrowUp" if kind != "range"
                                         else "ArrowLeft")  # fmt: skip
            moved = f"{name}: {control.get_attribute('data-control')}"
            assert words_of(seen, name) != before[1], moved
            assert figure_of(seen, name) != before[0], moved
            label = seen.page.locator(f"#{name} .ma-figure").first.get_attribute("aria-label")
            assert words_of(seen, name) in label, moved


@pytest.mark.parametrize("page", SHOWING)
def test_every_state_in_the_page_is_the_state_the_package_computes(visit, page):
    """Packing loses nothing: words and text are equal, numbers within a thousandth."""
    seen = visit(page)
    for name in explorables_of(page):
        expected = grid.states(declared(name))
        # As text: the driver takes long over millions of numbers.
        text = seen.page.evaluate(
            "([n, k]) => JSON.stringify("
            "Array.from({length: k}, (_, i) => window.mutualaid.state(n, i)))",
            [name, len(expected)],
        )
        for number, (one, other) in enumerate(zip(expected, json.loads(text), strict=True)):
            compare(one, other, f"{name}[{number}]")


def compare(one, other, place: str) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for key in one:
            compare(one[key], other[key], f"{place}.{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), place
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            compare(a, b, f"{place}[{number}]")
    elif isinstance(one, float):
        # As pytest.approx, which is far too slow for millions of numbers.
        assert abs(other - one) <= max(1e-3 * abs(one), 1e-12), place
    else:
        assert one == other, place


def last_state(name: str) -> tuple[dict, str, dict]:
    """Return the setting to which the last stop of each control leads, its words, and its table.

    Where a page holds what lies around presets, each control sends back the one before.
    """
    declaration = declared(name)
    settings = list(declaration.settings())
    last = {control.name: control.stops[-1] for control in declaration.controls}
    if declaration.around:
        moved = declaration.controls[-1].name
        last = declaration.start | {moved: last[moved]}
    document = grid.states(declaration)[settings.index(last)]
    return last, declaration.words.format(**document["words"]), document["table"]


@pytest.mark.parametrize("page", SHOWING)
def test_a_link_restores_its_setting(visit, page):
    """The address of a page when it opens, and one that is followed on it."""
    seen, words = None, {}
    for name in explorables_of(page):
        last, said, _ = last_state(name)
        written = {k: str(v).lower() if isinstance(v, bool) else v for k, v in last.items()}
        link = f"#{name}?" + "&".join(f"{key}={value}" for key, value in written.items())
        if seen is None:
            seen = visit(page, tail=link)
        else:
            seen.page.evaluate("link => { location.hash = link; }", link)
            # The page hears of a new address a moment later.
            seen.page.wait_for_function(
                "([n, said]) => document.querySelector(`#${n} .ma-words`).innerText === said",
                arg=[name, said],
            )
        words[name] = words_of(seen, name)
        assert words[name] == said
    link = seen.page.locator(f"#{name} [data-link]").get_attribute("href")
    again = visit(page, tail=link)
    assert words_of(again, name) == words[name]


@pytest.mark.parametrize("page", SHOWING)
def test_table_and_csv_hold_the_drawn_values_of_the_setting(visit, page):
    seen = visit(page)
    for name in explorables_of(page):
        check_table(seen, name)


def check_table(seen, name: str) -> None:
    _, _, table = last_state(name)
    seen.page.locator(f"#{name} .ma-table summary").press("Enter")
    for control in seen.page.locator(f"#{name} [data-control]").all():
        if control.get_attribute("type") != "checkbox":
            control.press("End")
        elif not control.is_checked():
            control.press("Space")
    cells = seen.page.locator(f"#{name} .ma-table tbody td").all_inner_texts()
    with seen.page.expect_download() as caught:
        seen.page.locator(f"#{name} [data-csv]").press("Enter")
    text = caught.value.path().read_text("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text))
    assert header == table["columns"], name
    rows = list(zip(*table["cells"], strict=True))
    assert len(lines) == len(rows), name
    expected = [value for row in rows for value in row]
    assert len(cells) == len(expected), name
    downloaded = [cell for line in lines for cell in line]
    for cell, value, shown_as in zip(downloaded, expected, cells, strict=True):
        if value is None:
            assert (cell, shown_as) == ("", "not known"), name
        elif isinstance(value, float):
            assert float(cell) == pytest.approx(value, rel=1e-9), name
            places = len(shown_as.partition(".")[2])
            assert shown_as == f"{value:,.{places}f}", name
        elif isinstance(value, int):
            assert (cell, shown_as) == (str(value), f"{value:,}"), name
        else:
            assert cell == shown_as == str(value), name


@pytest.mark.parametrize("name", explorables.__all__)
def test_every_declaration_stands_on_a_page(name):
    one = getattr(explorables, name)()
    kinds = {Question: "ma-question", Explorable: "ma-explorable", Statements: "ma-board"}
    kind = kinds[type(one)]
    found = [p for p in PAGES if f'class="{kind}" id="{one.name}"' in (HTML / p).read_text("utf-8")]
    assert len(found) >= 1


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "ma-question" in (HTML / page).read_text("utf-8")]
)
def test_a_question_answers_each_choice_by_keyboard(visit, page):
    seen = visit(page)
    for root in seen.page.locator(".ma-question").all():
        check, feedback = root.locator("[data-check]"), root.locator(".ma-feedback")
        check.focus()
        seen.page.keyboard.press("Enter")
        assert feedback.inner_text() == "Choose an answer first."
        answers = root.locator("input")
        told, right = set(), 0
        answers.first.focus()
        seen.page.keyboard.press("Space")
        for _ in range(answers.count()):
            check.focus()
            seen.page.keyboard.press("Enter")
            told.add(feedback.inner_text())
            right += feedback.get_attribute("data-right") == "true"
            root.locator("input:checked").focus()
            seen.page.keyboard.press("ArrowDown")
            assert feedback.inner_text() == ""
        assert len(told) == answers.count()
        assert right == 1


def test_figures_follow_the_theme(visit):
    seen = visit("index.html")
    seen.scroll_through()
    light = figure_of(seen, "bill-notice-by-notice")
    seen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    seen.page.wait_for_timeout(300)
    assert figure_of(seen, "bill-notice-by-notice") != light


def test_the_theme_can_be_switched_again_and_again_by_keyboard(visit):
    seen = visit("index.html")
    seen.page.locator(".theme-switch-button:visible").first.focus()
    modes = []
    for _ in range(3):
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_timeout(200)
        modes.append(seen.page.evaluate("document.documentElement.dataset.mode"))
    assert sorted(modes) == ["auto", "dark", "light"]


def test_a_figure_in_prose_leads_to_its_row_and_the_row_to_its_source(visit):
    seen = visit("index.html")
    fact = seen.page.locator("a.ma-fact", has_text="7.02").first
    assert "quoted" in fact.get_attribute("title")
    fact.click()
    seen.page.wait_for_selector("tr:target")
    row = seen.page.locator("tr:target")
    assert "7.02" in row.inner_text()
    row.locator("a").first.click()
    source = seen.page.locator("li:target")
    source.wait_for()
    assert "bibliography" in seen.page.url
    assert "Key: qa-2021-12-29" in source.inner_text()


def test_every_figure_in_prose_leads_to_a_row_that_is_there():
    rows = set(re.findall(r'id="([^"]+)"', (HTML / "chapters/tables.html").read_text("utf-8")))
    led = [
        target
        for page in PAGES
        for target in re.findall(
            r'class="ma-fact[^"]*" href="[^"]*tables\.html#([^"]+)"',
            (HTML / page).read_text("utf-8"),
        )
    ]
    assert len(led) > 15
    assert set(led) <= rows


def test_every_source_stands_in_the_bibliography_and_every_citation_leads_there():
    listed = set(re.findall(r'id="(sources-[^"]+)"', bibliography()))
    assert len(listed) == len(history.table("sources"))
    tables = (HTML / "chapters/tables.html").read_text("utf-8")
    cited = re.findall(r'href="bibliography\.html#([^"]+)"', tables)
    assert len(cited) > 500
    assert set(cited) <= listed


def bibliography() -> str:
    return (HTML / "chapters/bibliography.html").read_text("utf-8")


def search(visit, words: str):
    seen = visit("search.html", tail=f"?q={words}")
    seen.page.wait_for_selector("ul.search li a")
    return seen


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("waiting period", "term-waiting-period"),
        ("adverse selection", "term-adverse-selection"),
        ("等待期", "term-waiting-period"),
        ("逆向选择", "term-adverse-selection"),
        ("相互宝", "term-Xiang-Hu-Bao"),
        ("děngdàiqī", "term-waiting-period"),
        ("dengdaiqi", "term-waiting-period"),
        ("fentan renshu", "term-sharer"),
        ("xianghubao", "term-Xiang-Hu-Bao"),
    ],
)
def test_the_search_leads_to_a_term_in_either_language(visit, words, term):
    seen = search(visit, words)
    found = seen.page.locator("ul.search li a").evaluate_all("all => all.map(a => a.hash)")
    assert any(place.startswith(f"#{term}") for place in found)
    assert (seen.outside, seen.errors) == ([], [])


#: Where the first of the marked words stands on the screen.
SEEN = """() => {
  const [place] = CSS.highlights.get("ma-sought");
  const {top, bottom} = place.getBoundingClientRect();
  return [place.toString().toLowerCase(), top >= 0 && bottom <= innerHeight, scrollY > 0];
}"""


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("相互保", "chapters/history.html"),
        ("electrocardiogram", "chapters/rules.html"),
        ("double entry", "chapters/sharing.html"),
    ],
)
def test_the_search_opens_a_page_where_the_words_stand(visit, words, page):
    seen = search(visit, words)
    seen.page.locator(f'ul.search a[href="{page}"]').first.click()
    seen.page.wait_for_function("window.CSS.highlights.has('ma-sought')")
    assert seen.page.evaluate(SEEN) == [words, True, True]


def test_pages_load_the_index_of_the_search_where_it_is_used():
    loading = [page for page in PAGES if "searchindex.js" in (HTML / page).read_text("utf-8")]
    assert loading == ["search.html"]


def test_the_meaning_of_a_word_shows_on_hover_and_by_keyboard(visit):
    seen = visit("chapters/rules.html")
    link = seen.page.locator('a[href*="glossary.html#term-"]').first
    meaning = seen.page.locator(".ma-meaning")
    described = seen.page.locator(f"[id='{link.get_attribute('aria-describedby')}']")
    assert meaning.is_hidden()
    link.hover()
    assert meaning.inner_text() == described.text_content()
    assert link.inner_text().lower()[:4] in meaning.inner_text().lower()
    meaning.hover()
    seen.page.wait_for_timeout(400)
    assert meaning.is_visible()
    seen.page.mouse.move(0, 0)
    meaning.wait_for(state="hidden")
    seen.page.keyboard.press("Tab")  # from here on the keyboard is used
    link.focus()
    assert meaning.is_visible()
    box = meaning.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    seen.page.keyboard.press("Escape")
    assert meaning.is_hidden()
    assert link.evaluate("e => e === document.activeElement")


def test_every_word_of_the_glossary_on_a_page_carries_its_meaning():
    for page in PAGES:
        text = (HTML / page).read_text("utf-8")
        if page in ("chapters/glossary.html", "genindex.html") or page.startswith("slides/"):
            continue
        linked = set(re.findall(r'href="[^"]*glossary\.html#(term-[^"]+)"', text))
        assert linked == set(re.findall(r'id="meaning-([^"]+)"', text)), page


#: What can be reached by Tab, in the order of the page.
REACHABLE = """() => [...document.querySelectorAll(
  ".bd-article :is(a[href], button, input, select, summary, [tabindex='0'])")]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled)
  .filter((e) => e.type !== "radio" || e.checked ||
    e === document.querySelector(`input[name="${e.name}"]`))"""


def test_a_chapter_can_be_walked_through_by_keyboard(visit):
    """Tab comes to all that can be used, in the order of the page, sees it marked, and goes on."""
    seen = visit("chapters/shutdown.html")
    seen.scroll_through()
    count = seen.page.evaluate(f"window.reachable = ({REACHABLE})(); window.reachable.length")
    seen.page.evaluate("window.reachable[0].focus()")
    places, unmarked = [0], []
    for _ in range(count + 20):
        seen.page.keyboard.press("Tab")
        place, marked, words = seen.page.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e);
              const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
              return [window.reachable.indexOf(e), marked, e.outerHTML.slice(0, 120)];
            }"""
        )
        if place < 0:
            break
        places.append(place)
        unmarked += [words] * (not marked)
    assert places == list(range(count))
    assert unmarked == []


def test_every_link_within_the_book_leads_to_a_place_that_is_there():
    ids = {
        page: set(re.findall(r'\sid="([^"]+)"', (HTML / page).read_text("utf-8"))) for page in PAGES
    }
    linked = 0
    for page in PAGES:
        body = (HTML / page).read_text("utf-8").partition("<body")[2]
        for to in re.findall(r'<a\b[^>]*?\shref="([^"]+)"', body):
            if re.match(r"\w+:", to) or "data-link" in to:
                continue
            path, _, place = unescape(to).partition("#")
            there = (HTML / page).parent / path if path else HTML / page
            assert there.is_file(), (page, to)
            name = there.resolve().relative_to(HTML.resolve()).as_posix()
            if place and name in ids:
                assert unquote(place) in ids[name], (page, to)
            linked += 1
    assert linked > 5000


def test_each_page_tells_its_version_and_day():
    for page in PAGES:
        text = (HTML / page).read_text("utf-8")
        told = re.findall(r"<p>Version ([\d.]+)(?: \(commit [^)]+\))?, built on (\S+)\.</p>", text)
        assert len(told) == 1, page
        assert told[0][0] == mutualaid.__version__, page
        assert dt.date.fromisoformat(told[0][1]) <= dt.datetime.now(dt.UTC).date(), page


def test_old_addresses_keep_working():
    """Whoever linked to a page, or to a place on it, still finds it."""
    known = (ROOT / "tests" / "addresses.txt").read_text("utf-8").split()
    assert len(known) > 500
    texts: dict[str, str] = {}
    for address in known:
        page, _, place = address.partition("#")
        assert (HTML / page).is_file(), address
        text = texts.setdefault(page, (HTML / page).read_text("utf-8"))
        moved = 'http-equiv="refresh"' in text
        assert not place or moved or f'id="{place}"' in text, address


def test_pages_keep_within_their_weight():
    """At most 120 KB for each explorable, and 1 MB for a page of its own."""
    for name, section in sections():
        assert len(section.encode()) <= 120_000, name
    for page in PAGES:
        assert (HTML / page).stat().st_size <= 1_000_000, page


def test_no_page_names_an_outside_script_or_style():
    for page in PAGES:
        text = (HTML / page).read_text("utf-8")
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:[^"]+)"', text)
        assert [a for a in loaded if "canonical" not in a] == [], page


def test_what_is_packed_in_a_page_is_plain_json():
    def refused(constant):
        raise ValueError(f"{constant} is no JSON")

    found = set()
    for name, section in sections():
        packed = re.search(r'<script type="application/json">(.*?)</script>', section, re.S)
        json.loads(packed[1], parse_constant=refused)
        found.add(name)
    assert len(found) > 30
