"""What instructors get: tables counted from the chapters, and slides cut from their pages."""

from __future__ import annotations

import re
import sys

import pytest
from bs4 import BeautifulSoup

from conftest import HTML, ROOT

sys.path.insert(0, str(ROOT / "_ext"))
import teaching

PAGE = (ROOT / "chapters" / "instructors.md").read_text("utf-8")


def built(name: str) -> BeautifulSoup:
    return BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser")


# ---- what a chapter says of itself ----------------------------------------------------------


@pytest.mark.parametrize("name", teaching.CHAPTERS)
def test_a_chapter_tells_its_objectives_and_minutes(name):
    one = teaching.chapter(name)
    assert 4 <= len(one.objectives) <= 5
    assert 30 <= one.reading <= 180
    assert 20 <= one.practice <= 90
    assert len(one.exercises) >= 6
    assert one.shown


def test_every_master_belongs_to_a_chapter():
    owned = {teaching.of_chapter(name) for name in teaching.CHAPTERS} - {""}
    assert owned == set(teaching.assignments.masters())


@pytest.mark.parametrize("name", teaching.assignments.masters())
def test_an_assignment_tells_its_minutes_and_has_eight_to_twelve_points(name):
    work = teaching.assignment(name)
    assert 60 <= work.minutes <= 240
    assert 8 <= sum(work.points.values()) <= 12


def test_a_name_leads_to_its_chapter_and_another_is_refused():
    assert teaching.place_of("one-notice") == ("sharing", "A bill is a division")
    assert teaching.place_of("churn-try-spiral") == ("churn", "Try it: two plans that nobody joins")
    assert teaching.place_of("fifty-one-minutes") == (
        "rules",
        "the question in “Fifty-one minutes”",
    )
    with pytest.raises(KeyError, match="no chapter has .* 'two-notices'"):
        teaching.place_of("two-notices")


# ---- the page -------------------------------------------------------------------------------


def test_every_exercise_and_every_question_stands_in_the_tables_of_objectives():
    text = built("chapters/instructors").select_one("article").get_text()
    for name in teaching.CHAPTERS:
        for title in teaching.chapter(name).exercises.values():
            assert title in text, title
    for name in teaching.assignments.masters():
        for asked, points in teaching.assignment(name).points.items():
            assert f"{asked} ({points:g})" in text, (name, asked)


def test_the_table_of_minutes_adds_up_to_what_chapters_and_masters_say():
    table = built("chapters/instructors").select_one('[aria-label^="Minutes and points"] table')
    cells = [[c.get_text(strip=True) for c in row.select("td")] for row in table.select("tbody tr")]
    read, practiced, worked, points = (
        sum(float(row[column]) for row in cells if row[column] != "-") for column in (1, 2, 4, 5)
    )
    chapters = [teaching.chapter(name) for name in teaching.CHAPTERS]
    works = [teaching.assignment(name) for name in teaching.assignments.masters()]
    assert read == sum(one.reading for one in chapters)
    assert practiced == sum(one.practice for one in chapters)
    assert worked == sum(one.minutes for one in works)
    assert points == sum(sum(one.points.values()) for one in works)


def minutes_of(plan: str) -> list[int]:
    rows = built("chapters/instructors").select(f'[aria-label="{plan}"] tbody tr')
    return [int(re.search(r"(\d+) minutes at home", row.get_text())[1]) for row in rows]


def test_a_plan_counts_what_is_read_and_handed_in():
    five = minutes_of("A plan for five weeks")
    assert len(five) == 5
    history, rules = teaching.chapter("history"), teaching.chapter("rules")
    first = history.reading + rules.reading + teaching.assignment("history").minutes
    assert abs(five[0] - first) <= 2.5
    twelve = minutes_of("A plan for twelve weeks")
    assert len(twelve) == 12
    everything = sum(teaching.chapter(name).reading for name in teaching.CHAPTERS)
    everything += sum(teaching.assignment(name).minutes for name in teaching.assignments.masters())
    assert abs(sum(twelve) - everything) <= 12 * 2.5


# ---- slides ---------------------------------------------------------------------------------


def sections(page: BeautifulSoup) -> dict[str, str]:
    """Questions and figures of a page, as text and data, by their names."""
    return {
        one["id"]: one.get_text() + "".join(script.string for script in one.select("script"))
        for one in page.select(".ma-question, .ma-explorable")
    }


@pytest.mark.parametrize("name", teaching.SHOWN)
def test_slides_hold_the_questions_and_figures_of_the_chapter(name):
    chapter, slides = built(f"chapters/{name}"), built(f"slides/{name}")
    assert sections(slides) == sections(chapter)
    assert list(sections(slides)) == list(sections(chapter))
    titles = [one.get_text() for one in slides.select(".ma-slide > h2")]
    exercises = teaching.chapter(name).exercises.values()
    assert [title for title in titles if title in exercises] == [
        title for title in exercises if not title.startswith("Code:")
    ]
    assert slides.select(".solution, .toggle") == []


@pytest.mark.parametrize("name", teaching.SHOWN)
def test_each_slide_leads_to_the_next(name):
    slides = built(f"slides/{name}").select(".ma-slide")
    led = [one.select_one(".ma-slide-foot a")["href"] for one in slides]
    assert led == [f"#{one['id']}" for one in [*slides[1:], slides[0]]]


@pytest.mark.page
@pytest.mark.parametrize("name", teaching.SHOWN)
def test_slides_are_read_by_keyboard_and_printed_one_to_a_sheet(visit, name, tmp_path):
    seen = visit(f"slides/{name}.html")
    seen.page.locator(".ma-slide-foot a").first.focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_function("location.hash === '#slide-2'")
    seen.scroll_through()
    sheets = seen.page.pdf(path=tmp_path / "slides.pdf", prefer_css_page_size=True)
    count = len(re.findall(rb"/Type\s*/Page\b", sheets))
    assert count == seen.page.locator(".ma-slide").count()


# ---- what cannot be right is refused --------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "broken", "said"),
    [
        ("code-jury | jury", " | jury", "exercises of rules: ['rules-code-jury'] on one side only"),
        ("code-jury | jury", "code-jury | jurors", "['jurors', 'jury'] on one side only"),
        (" | pool\n", "", "questions of rules: ['pool'] on one side only"),
        ("try-alone | wave", "try-alone, wave", "a line must have 2 parts"),
        ("fifty-one-minutes, one-day", "fifty-two-minutes, one-day", "'fifty-two-minutes'"),
        (
            "\nsharing | when-does",
            "\nrules, sharing | when-does",
            "read more than once over: rules",
        ),
    ],
)
def test_a_page_that_forgets_or_invents_fails_the_build(tmp_path, whole, broken, said):
    """Built without the chapters, which it reads from where they are."""
    from sphinx.application import Sphinx

    assert whole in PAGE
    (tmp_path / "chapters").mkdir()
    text = PAGE.replace(whole, broken, 1).replace("(forty-claims.ipynb)", "(instructors.md)")
    (tmp_path / "chapters" / "instructors.md").write_text(text, "utf-8")
    warned = tmp_path / "warned.txt"
    with warned.open("w", encoding="utf-8") as file:
        app = Sphinx(
            str(tmp_path), None, str(tmp_path / "out"), str(tmp_path / "doctrees"), "dummy",
            confoverrides={
                "extensions": ["myst_parser", "teaching"],
                "root_doc": "chapters/instructors",
                "suppress_warnings": ["myst.header"],
            },
            status=None, warning=file,
        )  # fmt: skip
        app.build()
    assert said in warned.read_text("utf-8")
