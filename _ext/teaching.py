"""What the book gives to those who teach from it: the tables of their page, and slides.

- ``{objectives}`` prints what a chapter lets readers do, with the exercises that practice it and
  the questions of its assignment that grade it; all of these must be named.
- ``{course-plan}`` prints a plan by week, with the minutes that it takes at home.
- ``{workload}`` prints the minutes and points of each chapter; ``{slide-list}`` leads to its
  slides, and ``{shown}`` to one figure or exercise.
- The slides are cut from the built pages: they hold the same figures and questions.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import nbformat
from book import ROOT, entry, region
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from mutualaid import explorables
from mutualaid.explore import Explorable

sys.path.insert(0, str(ROOT / "assignments"))
import build as assignments

#: The chapters that are taught, in order.
CHAPTERS = (
    "history", "rules", "sharing", "churn", "shutdown", "alternatives", "forty-claims", "sandbox",
)  # fmt: skip
#: Those of which slides are cut: the claims are asked on their own page.
SHOWN = tuple(name for name in CHAPTERS if name != "forty-claims")

_TIME = re.compile(
    r"\*Time:\* (?:(\d+) hours?(?: and )?)?(?:(\d+) minutes)?, and (\d+) (?:minutes )?more for the "
    r"exercises"
)
#: Tables of words: whole, and on a phone a card for each row.
_LOOK = "ma-cards ma-narrow ma-plan"
_EXPECTED = re.compile(r"Expect about (\d+) (minutes|hours)")


# ---- what a chapter and an assignment say of themselves ---------------------------------------


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter as a course sees it.

    Parameters
    ----------
    name, title : str
        Its file, and the first words of its heading.
    objectives : tuple of str
        What a reader can do after it.
    reading, practice : int
        Minutes for the chapter, and for its exercises.
    exercises : dict
        Titles by label.
    shown : dict
        Headings of the sections in which its explorables and questions stand, by their names.
    """

    name: str
    title: str
    objectives: tuple[str, ...]
    reading: int
    practice: int
    exercises: dict[str, str]
    shown: dict[str, str]


@cache
def chapter(name: str) -> Chapter:
    """Read a chapter from its notebook.

    Raises
    ------
    ValueError
        If it does not say what it is for, or how long it takes.
    """
    cells = nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    section, shown = "", {}
    for cell in cells:
        if cell.cell_type == "markdown":
            section = [section, *re.findall(r"^## (.*)$", cell.source, flags=re.M)][-1]
        for word in re.findall(r"explorables\.(\w+)\(\)", cell.source):
            shown[word.replace("_", "-")] = section
    aims = re.search(r"\*After this chapter you can\*\n\n(.*?)\n\n", text, flags=re.S)
    time = _TIME.search(text)
    title = re.match(r"# ([^:\n]+)", text)
    if aims is None or time is None or title is None:
        raise ValueError(
            f"chapters/{name}.ipynb must begin with its title, its objectives and '*Time:* N "
            "minutes, and N more for the exercises'"
        )
    hours, minutes, practice = (int(number or 0) for number in time.groups())
    return Chapter(
        name=name,
        title=title[1],
        objectives=tuple(re.findall(r"^- (.*?)[;.]$", aims[1], flags=re.M | re.S)),
        reading=60 * hours + minutes,
        practice=practice,
        exercises={
            label: said
            for said, label in re.findall(r"\{exercise-start\} (.*)\n:label: (\S+)", text)
        },
        shown=shown,
    )


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A master as a course sees it: points by question, and minutes."""

    name: str
    title: str
    points: dict[str, float]
    minutes: int


@cache
def assignment(name: str) -> Assignment:
    """Read what a master says of itself.

    Raises
    ------
    ValueError
        If it does not say how long it takes.
    """
    notebook = assignments.read_master(name).notebook
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    expected, title = (
        _EXPECTED.search(text),
        re.search(r"^# (?:Assignment: )?([^:\n]+)", text, flags=re.M),
    )
    if expected is None or title is None:
        raise ValueError(
            f"assignments/{name}.ipynb must have a title and say 'Expect about N minutes'"
        )
    return Assignment(
        name=name,
        title=title[1],
        points={one.name: one.points for one in assignments.questions(notebook)},
        minutes=int(expected[1]) * (60 if expected[2] == "hours" else 1),
    )


def of_chapter(name: str) -> str:
    """Return the assignment that grades a chapter: its own, the final project, or none."""
    own = {"sandbox": "project"}.get(name, name)
    return own if own in assignments.masters() else ""


def place_of(shown: str) -> tuple[str, str]:
    """Return the chapter of an explorable, a question or an exercise, and what to call it.

    Raises
    ------
    KeyError
        If no chapter has it.
    """
    for name in CHAPTERS:
        one = chapter(name)
        if shown in one.exercises:
            return name, one.exercises[shown]
        if shown in one.shown:
            made = getattr(explorables, shown.replace("-", "_"))()
            if isinstance(made, Explorable):
                return name, made.title.partition(":")[0]
            return name, f"the question in “{one.shown[shown]}”"
    raise KeyError(f"no chapter has an explorable, a question or an exercise {shown!r}")


# ---- the tables of the instructors' page ------------------------------------------------------


class Teaching(SphinxDirective):
    """What the directives share: links, and a build anew where a chapter or a master changed."""

    def note(self, *names: str) -> None:
        """Let the page follow its chapters and masters."""
        for name in names:
            self.env.note_dependency(str(ROOT / "chapters" / f"{name}.ipynb"))
            if of_chapter(name):
                self.env.note_dependency(str(ROOT / "assignments" / f"{of_chapter(name)}.ipynb"))

    def link(self, name: str, words: str, to: str = "") -> nodes.reference:
        """Return a link to a chapter, or to a place in it."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, f"chapters/{name}")
        refuri = f"{address}#{to}" if to else address
        return nodes.reference("", words, internal=True, refuri=refuri)

    def links(self, shown: list[str]) -> list[nodes.Node]:
        """Return links to explorables, questions and exercises, one to a line of a cell."""
        found: list[nodes.Node] = []
        for one in shown:
            try:
                name, title = place_of(one)
            except KeyError as error:
                raise self.error(str(error.args[0])) from error
            found += [nodes.Text("; ")] * bool(found) + [self.link(name, title, one)]
        return found

    def rows(self, columns: int) -> Iterator[list[str]]:
        """Yield the cells of each line of the content."""
        for line in filter(str.strip, self.content):
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) != columns:
                raise self.error(f"a line must have {columns} parts, got {line!r}")
            yield cells


def words(text: str) -> list[str]:
    """Return what stands between commas."""
    return [one.strip() for one in text.split(",") if one.strip()]


class Objectives(Teaching):
    """Print what a chapter lets readers do, and how each is practiced and graded.

    A line for each objective: labels of exercises without the chapter's name, a bar, questions of
    the assignment. Each exercise and each question must stand somewhere.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        one = chapter(self.arguments[0])
        graded = of_chapter(one.name)
        points = assignment(graded).points if graded else {}
        self.note(one.name)
        given = list(self.rows(2))
        labels = [f"{one.name}-{word}" for cells in given for word in words(cells[0])]
        asked = [word for cells in given for word in words(cells[1])]
        for kind, named, there in (
            ("exercises", set(labels), set(one.exercises)),
            ("questions", set(asked), set(points)),
        ):
            if named != there:
                raise self.error(f"{kind} of {one.name}: {sorted(named ^ there)} on one side only")
        if len(given) != len(one.objectives):
            raise self.error(f"{one.name} has {len(one.objectives)} objectives, not {len(given)}")
        rows = []
        for aim, (practiced, tested) in zip(one.objectives, given, strict=True):
            exercises = self.links([f"{one.name}-{word}" for word in words(practiced)])
            questions = ", ".join(f"{word} ({points[word]:g})" for word in words(tested))
            cells = [
                entry(nodes.Text(f"{aim[0].upper()}{aim[1:]}")),
                entry(*exercises or [nodes.Text("the text and its figures")]),
                entry(nodes.Text(questions or "not graded")),
            ]
            rows.append(nodes.row("", *cells))
        heads = ["after the chapter they can", "exercises", "questions (points)"]
        return region(f"{one.title}: objectives", heads, rows, look=_LOOK)


class Workload(Teaching):
    """Print minutes and points of each chapter and its assignment."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        self.note(*CHAPTERS)
        rows = []
        for name in CHAPTERS:
            one, graded = chapter(name), of_chapter(name)
            cells = [entry(self.link(name, one.title)), *map(number, (one.reading, one.practice))]
            if graded:
                work = assignment(graded)
                cells += [
                    entry(nodes.Text(work.title)),
                    *map(number, (work.minutes, sum(work.points.values()))),
                ]
            else:
                cells += [entry(nodes.Text("none")), entry(nodes.Text("-")), entry(nodes.Text("-"))]
            rows.append(nodes.row("", *cells))
        heads = ["chapter", "minutes", "exercises, minutes", "assignment", "minutes", "points"]
        return region("Minutes and points by chapter", heads, rows, look="ma-grid")


def number(value: float) -> nodes.entry:
    """Return a cell with a number."""
    return entry(nodes.Text(f"{value:g}"))


class CoursePlan(Teaching):
    """Print a plan by week, with minutes at home: chapters, what is done in class, what is set.

    Chapters stand with the part of them that is read, ``churn 1/2``; the first part is meant where
    it comes first. In class there are explorables, questions and exercises by name.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the table, or refuse a plan in which a chapter is read more than once over."""
        self.note(*CHAPTERS)
        rows, read = [], dict.fromkeys(CHAPTERS, Fraction(0))
        for week, (chapters, in_class, handed_in) in enumerate(self.rows(3), 1):
            minutes, reading = Fraction(0), []
            for one in words(chapters):
                name, _, part = one.partition(" ")
                share = Fraction(part or 1)
                minutes += chapter(name).reading * share
                half = "" if share == 1 else (", the rest" if read[name] else ", the first part")
                read[name] += share
                reading += [nodes.Text("; ")] * bool(reading)
                reading += [self.link(name, chapter(name).title), nodes.Text(half)]
            titles = []
            for one in words(handed_in):
                minutes += assignment(one).minutes
                titles.append(assignment(one).title)
            rows.append(
                nodes.row(
                    "",
                    entry(nodes.Text(f"Week {week}")),
                    entry(*reading or [nodes.Text("nothing new")]),
                    entry(*self.links(words(in_class))),
                    entry(nodes.Text(f"hand in {', '.join(titles)}" if titles else "")),
                    entry(nodes.Text(f"{round(minutes / 5) * 5} minutes at home")),
                )
            )
        if over := [name for name, share in read.items() if share > 1]:
            raise self.error(f"read more than once over: {', '.join(over)}")
        heads = ["week", "read before", "in class", "after", "in all"]
        return region(self.arguments[0], heads, rows, look=_LOOK)


class SlideList(Teaching):
    """Lead to the slides of each chapter."""

    def run(self) -> list[nodes.Node]:
        """Return a list of links."""
        listing = nodes.bullet_list()
        for name in SHOWN:
            # No page of Sphinx: they are cut when all pages stand.
            address = self.env.app.builder.get_relative_uri(self.env.docname, f"slides/{name}")
            link = nodes.reference("", chapter(name).title, internal=True, refuri=address)
            listing += nodes.list_item("", nodes.paragraph("", "", link))
        return [listing]


class Shown(SphinxRole):
    """Lead to an explorable, a question or an exercise by its name, and say its title."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or an error if no chapter has it."""
        try:
            name, title = place_of(self.text)
        except KeyError as error:
            message = self.inliner.reporter.error(str(error.args[0]), line=self.lineno)
            return [], [message]
        address = self.env.app.builder.get_relative_uri(self.env.docname, f"chapters/{name}")
        link = nodes.reference("", title, internal=True, refuri=f"{address}#{self.text}")
        return [link], []


# ---- slides -----------------------------------------------------------------------------------

TEMPLATE = Template(Path(__file__).with_name("slides.html").read_text("utf-8"))
#: Sections of which nothing goes on a slide, and the one of which all does.
_LEFT_OUT = {"What this chapter leaves out", "To go further"}
_KEPT = "Three things to keep"


def slides_of(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Yield heading and content of each slide of a chapter, in order."""
    chapter_ = page.select_one("article.bd-article section")
    assert chapter_ is not None
    title, *opening = chapter_.find_all(recursive=False)
    told = [str(one) for one in opening if one.name in ("p", "ul")]
    yield heading(title), "".join(told[:3])
    for section in chapter_.find_all("section", recursive=False):
        name = heading(section.find("h2"))
        if name in _LEFT_OUT:
            continue
        if name == _KEPT:
            yield name, "".join(map(str, section.find_all(["p", "ol"], recursive=False)))
            continue
        for one in section.select(".ma-question, .ma-explorable, .exercise"):
            if "exercise" not in one["class"]:
                yield name, str(one)
            elif not (said := heading(one.select_one(".admonition-title"))).startswith("Code:"):
                body = one.select_one("section")
                assert body is not None
                yield said, body.decode_contents()


def heading(found: Tag | None) -> str:
    """Return the words of a heading, or of the title of an exercise without its number."""
    assert found is not None
    text = re.sub(r"#$", "", found.get_text().strip())
    return re.sub(r"^Exercise \d+\s+\((.*)\)$", r"\1", text)


def cut(name: str, text: str) -> str:
    """Return the slides of a chapter from its built page."""
    page = BeautifulSoup(text, "html.parser")
    assert page.head is not None
    for link in page.select("a[href]"):
        to = str(link["href"])
        if "data-link" not in link.attrs and not re.match(r"\w+:", to):
            link["href"] = f"../chapters/{name}.html{to}" if to[0] == "#" else f"../chapters/{to}"
    looks = [
        str(one)
        for one in page.head.select('link[rel="stylesheet"], script[src*="explorable.js"]')
        if "book.css" in str(one) or "pydata" in str(one) or one.name == "script"
    ]
    slides = list(slides_of(page))
    cards = []
    for place, (said, content) in enumerate(slides, 1):
        level = "h1" if place == 1 else "h2"
        after = place % len(slides) + 1
        words_ = "Next" if after > place else "To the first"
        cards.append(
            f'<section class="ma-slide" id="slide-{place}">\n<{level}>{escape(said)}</{level}>\n'
            f'<div class="ma-slide-body">{content}</div>\n'
            f'<p class="ma-slide-foot"><span>{place} of {len(slides)}</span>'
            f'<a href="#slide-{after}" aria-label="{words_}: slide {after}">{words_}</a></p>\n'
            "</section>"
        )
    return TEMPLATE.substitute(
        title=escape(chapter(name).title),
        name=name,
        looks="\n".join(looks),
        slides="\n".join(cards),
        version="".join(one.decode_contents() for one in page.select(".extra_footer")),
    )


def write_slides(app: Sphinx, error: Exception | None) -> None:
    """Cut slides from each chapter of the story that the build holds."""
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for name in SHOWN:
        if f"chapters/{name}" in app.env.found_docs:
            (out / "slides").mkdir(exist_ok=True)
            page = (out / "chapters" / f"{name}.html").read_text("utf-8")
            (out / "slides" / f"{name}.html").write_text(cut(name, page), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives, and cut the slides at the end."""
    app.add_directive("objectives", Objectives)
    app.add_directive("workload", Workload)
    app.add_directive("course-plan", CoursePlan)
    app.add_directive("slide-list", SlideList)
    app.add_role("shown", Shown())
    app.connect("build-finished", write_slides, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
