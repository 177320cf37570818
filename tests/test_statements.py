"""Statements to judge: what a declaration refuses, and that its three forms agree."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from test_script import FRAME

from conftest import ROOT
from mutualaid.explore import Statement, Statements, grid, live, page

HOLDS, NOT, OPEN = VERDICTS = ("holds", "does not hold", "cannot be decided")


def said(name: str, verdict: str = HOLDS, subject: str = "Sharing", text: str = "") -> Statement:
    return Statement(
        name=name, text=text or f"{name} was said.", by=f"speaker of {name}, 2021",
        subject=subject, verdict=verdict, why=f"Because of {name}.",
        numbers=pd.DataFrame({"what": ["said"], "value": [f"number of {name}"]}),
    )  # fmt: skip


def made(**groups: tuple[Statement, ...]) -> Statements:
    return Statements(name="the-score", title="Does it hold?", verdicts=VERDICTS, groups=groups)


FOUR = made(
    sums=(said("a01", NOT), said("a02")),
    bases=(said("a03", OPEN, "Churn"), said("a04", HOLDS, "Churn")),
)


# ---- declaration --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: made(sums=()), "every group of the-score must hold a statement"),
        (lambda: made(), "every group of the-score must hold a statement"),
        (lambda: made(sums=(said("a01"), said("a01"))), "got 'a01' twice"),
        (lambda: made(sums=(said("sums"),)), "got 'sums' twice"),
        (lambda: made(sums=(said("A 01"),)), "name must match .* got 'A 01'"),
        (
            lambda: made(sums=(said("a01", "maybe"),)),
            "verdict of a01 must be one of .* got 'maybe'",
        ),
        (lambda: made(sums=(replace(said("a01"), why=""),)), "a01 must have a text"),
        (
            lambda: made(sums=(replace(said("a01"), numbers=pd.DataFrame()),)),
            "a01 must have a text",
        ),
        (lambda: replace(FOUR, verdicts=(HOLDS, HOLDS)), "verdicts must be 2 to 6 different ones"),
    ],
)
def test_a_broken_list_is_refused(build, told):
    with pytest.raises(ValueError, match=told):
        build()


def test_an_unknown_group_is_refused():
    with pytest.raises(KeyError, match="group must be one of sums, bases, got 'causes'"):
        FOUR.group("causes")


def test_statements_keep_their_order():
    assert [one.name for one in FOUR] == ["a01", "a02", "a03", "a04"]
    assert len(FOUR) == 4
    assert FOUR.subjects == ("Sharing", "Churn")


# ---- print form ---------------------------------------------------------------------------


def test_the_print_form_does_not_tell_the_verdict_and_changes_with_it():
    text = grid.group_text(FOUR.group("sums"))
    assert "A01, speaker of a01, 2021: a01 was said." in text
    assert "Because" not in text
    assert NOT not in text
    changed = (
        made(sums=(said("a01", HOLDS), said("a02"))),
        made(sums=(said("a02"), said("a01", NOT))),
        made(sums=(replace(said("a01", NOT), why="Another reason."), said("a02"))),
        made(sums=(replace(said("a01", NOT), numbers=pd.DataFrame({"x": [1]})), said("a02"))),
    )
    texts = {grid.group_text(one.group("sums")) for one in changed}
    assert len(texts | {text}) == 5
    assert "(4 statements)" in grid.board_text(FOUR)


# ---- live form ----------------------------------------------------------------------------


def test_a_guess_counts_once_in_the_live_form():
    board = live.Board(FOUR)
    first, second = board.group(FOUR.group("sums")).children
    _, radio, button, found = first.children
    button.click()
    assert "Choose a verdict first." in found.value
    radio.value = HOLDS
    button.click()
    assert "Not quite. The statement <strong>does not hold</strong>. Because of a01." in found.value
    assert "number of a01" in found.value
    radio.value = NOT
    button.click()
    assert "checked 1 of 4 statements and guessed 0 of them right" in board.score.value
    _, radio, button, found = second.children
    radio.value = HOLDS
    button.click()
    assert "Right." in found.value
    assert "checked 2 of 4 statements and guessed 1 of them right" in board.score.value


def test_the_filters_of_the_live_form():
    board = live.Board(FOUR)
    boxes = [*board.group(FOUR.group("sums")).children, *board.group(FOUR.group("bases")).children]

    def shown() -> list[bool]:
        return [box.layout.display != "none" for box in boxes]

    board.subject.value = "Churn"
    assert shown() == [False, False, True, True]
    board.verdict.value = HOLDS
    assert shown() == [False, False, False, True]
    board.subject.value = "all"
    assert shown() == [False, True, False, True]
    boxes[1].children[1].value = HOLDS
    boxes[1].children[2].click()
    board.verdict.value = "not yet checked"
    assert shown() == [True, False, True, True]


# ---- page form ----------------------------------------------------------------------------


def test_the_page_form_can_be_read_without_a_script():
    html = page.group_html(FOUR.group("sums"))
    assert "<strong>does not hold</strong>. Because of a01." in html
    assert "number of a01" in html
    assert "hidden" not in html.replace('class="ma-none" hidden', "")


@pytest.mark.parametrize("wild", ["</script><b x>", '"><b x>'])
def test_text_cannot_break_out_of_the_page_form(wild):
    one = replace(said("a01", text=wild), by=wild, subject=wild, why=wild)
    many = made(sums=(replace(one, numbers=pd.DataFrame({wild: [wild]})),))
    assert "<b x" not in page.board_html(many) + page.group_html(many.group("sums"))


@pytest.fixture
def sheet(visit, tmp_path):
    """Open a page with these statements, outside the built book."""
    parts = [page.board_html(FOUR), *(page.group_html(FOUR.group(name)) for name in FOUR.groups)]
    (tmp_path / "page.html").write_text(FRAME.format(inside="".join(parts)), "utf-8")
    for name in ("explorable.js", "book.css"):
        (tmp_path / name).write_bytes((ROOT / "assets" / name).read_bytes())
    return lambda tail="": visit(tmp_path / "page.html", tail=tail)


def guess(seen, name: str, verdict: str) -> str:
    seen.page.locator(f"#{name}").get_by_label(verdict.capitalize()).press("Space")
    seen.page.locator(f"#{name} [data-check]").press("Enter")
    return seen.page.locator(f"#{name} .ma-feedback").inner_text()


@pytest.mark.page
def test_a_guess_opens_the_check_and_counts_once(sheet):
    seen = sheet()
    check = seen.page.locator("#a01 details")
    assert not check.is_visible()
    seen.page.locator("#a01 [data-check]").press("Enter")
    assert seen.page.locator("#a01 .ma-feedback").inner_text() == "Choose a verdict first."
    assert not check.is_visible()
    told = guess(seen, "a01", HOLDS)
    assert told.startswith("Not quite. The statement does not hold.")
    assert told.endswith("checked 1 of 4 statements and guessed 0 of them right.")
    assert "Because of a01." in check.inner_text()
    # The keyboard stays where the answer is, and the guess cannot be made better afterwards.
    assert seen.page.evaluate("document.activeElement.closest('article').id") == "a01"
    assert not seen.page.locator("#a01 [data-check]").is_visible()
    assert seen.page.locator("#a01").get_by_label(NOT.capitalize()).is_disabled()
    assert guess(seen, "a03", OPEN).startswith("Right. The statement cannot be decided.")
    score = seen.page.locator(".ma-score")
    assert "checked 2 of 4 statements and guessed 1 of them right" in score.inner_text()
    seen.page.get_by_role("button", name="Start again").press("Enter")
    assert score.inner_text() == "You have checked none of 4 statements."
    assert not check.is_visible()
    assert guess(seen, "a01", NOT).startswith("Right.")
    assert seen.errors == []


@pytest.mark.page
def test_filters_hide_what_does_not_fit_and_say_so(sheet):
    seen = sheet()

    def shown() -> list[str]:
        return seen.page.locator(".ma-guess:visible").evaluate_all("all => all.map(e => e.id)")

    guess(seen, "a02", HOLDS)
    subject, verdict = (seen.page.get_by_label(name) for name in ("Chapter", "Verdict (tells"))
    subject.select_option("Churn")
    assert shown() == ["a03", "a04"]
    assert seen.page.locator(".ma-shown").inner_text() == "2 of 4 statements are shown."
    assert seen.page.locator("#the-score--sums .ma-none").is_visible()
    verdict.select_option(OPEN)
    assert shown() == ["a03"]
    subject.select_option("all")
    verdict.select_option("not yet checked")
    assert shown() == ["a01", "a03", "a04"]
    seen.page.evaluate("location.hash = '#a02'")
    seen.page.wait_for_selector("#a02", state="visible")
    assert shown() == ["a01", "a02", "a03", "a04"]
    verdict.select_option(NOT)
    seen.page.get_by_role("button", name="Start again").press("Enter")
    assert shown() == ["a01", "a02", "a03", "a04"]


@pytest.mark.page
def test_every_check_can_be_opened_without_a_guess_and_is_printed(sheet):
    seen = sheet()
    every = seen.page.get_by_label("Show every check without a guess")
    every.press("Space")
    assert seen.page.locator(".ma-guess details:visible").count() == 4
    # What was told is no guess.
    assert seen.page.locator(".ma-guess [data-check]:visible").count() == 0
    every.press("Space")
    assert seen.page.locator(".ma-guess [data-check]:visible").count() == 4
    assert seen.page.locator(".ma-guess details:visible").count() == 0
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator(".ma-guess details[open]:visible").count() == 4
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator(".ma-guess details:visible").count() == 0
