"""The chapter of statements: what its prose says of verdicts is what the checks find."""

from __future__ import annotations

import re
from collections import Counter

import nbformat
import pytest

from conftest import ROOT
from mutualaid import assertions, explorables
from mutualaid.assertions import TRAPS, VERDICTS

CELLS = nbformat.read(ROOT / "chapters" / "forty-claims.ipynb", as_version=4).cells
PROSE = "\n\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
FOUND = {one.assertion.assertion: one for one in assertions.check_all()}
COUNTS = Counter(one.verdict for one in FOUND.values())


def test_the_statements_are_those_of_the_table_with_what_their_checks_find():
    shown = {one.name.upper(): one for one in explorables.forty_claims()}
    assert shown.keys() == FOUND.keys()
    for name, one in shown.items():
        check = FOUND[name]
        assert (one.verdict, one.why) == (check.verdict, check.why)
        assert one.subject.lower() == check.assertion.chapter
        assert one.numbers["what"].tolist() == [each.label for each in check.numbers]
        assert all(one.numbers["value"])


def test_each_group_has_its_heading_and_stands_once_in_order():
    assert re.findall(r"^### (.+)$", PROSE, re.M) == [trap.title for trap in TRAPS.values()]
    shown = re.findall(r'^claims\.group\("(\w+)"\)$', "\n".join(c.source for c in CELLS), re.M)
    assert shown == list(TRAPS)


def test_no_group_gives_its_verdicts_away():
    for trap in TRAPS:
        verdicts = [one.verdict for one in FOUND.values() if one.assertion.trap == trap]
        assert len(set(verdicts)) > 1
        assert max(verdicts.count(one) for one in verdicts) < 0.7 * len(verdicts)


def test_each_verdict_in_prose_is_the_one_that_is_found():
    told = re.findall(rf"\b(A\d\d) \(({'|'.join(VERDICTS)})\)", PROSE)
    assert len(told) > 25
    assert [(name, FOUND[name].verdict) for name, _ in told] == told
    assert set(re.findall(r"\bA\d\d\b", PROSE)) <= FOUND.keys()


@pytest.mark.parametrize(
    ("prose", "holds"),
    [
        ("One statement in four holds as it was said.",
         lambda n: abs(COUNTS["holds"] / n - 1 / 4) < 0.03),
        ("One in three does not.", lambda n: abs(COUNTS["does not hold"] / n - 1 / 3) < 0.03),
        ("As many hold with a condition",
         lambda n: abs(COUNTS["holds with a condition"] - COUNTS["does not hold"]) <= 1),
        ("What cannot be decided is spread over five of the seven.",
         lambda n: len({one.assertion.trap for one in FOUND.values()
                        if one.verdict == "cannot be decided"}) == 5),
        ("Six could not.", lambda n: COUNTS["cannot be decided"] == 6),
        ("The first forty came from one reading of the sources, and more from another",
         lambda n: n > 40),
    ],
)  # fmt: skip
def test_the_counts_in_prose(prose, holds):
    assert prose in PROSE
    assert holds(len(FOUND))


def test_those_with_a_condition_among_comparisons_and_all_that_cannot_be_decided_are_named():
    listed = re.search(r"(A\d\d(?:, A\d\d)+ and A\d\d) all hold with a condition", PROSE)[1]
    assert set(re.findall(r"A\d\d", listed)) == {
        name for name, one in FOUND.items()
        if one.assertion.trap == "unlike" and one.verdict == "holds with a condition"
    }  # fmt: skip
    undecided = {name for name, one in FOUND.items() if one.verdict == "cannot be decided"}
    section = PROSE.partition("**What could not be decided")[2]
    assert set(re.findall(r"(A\d\d) \(cannot be decided\)", section)) == undecided
    assert "Sums are right or wrong, without conditions" in PROSE
    assert not any(
        one.verdict in ("holds with a condition", "cannot be decided")
        for one in FOUND.values()
        if one.assertion.trap == "arithmetic"
    )


def test_what_exercises_say_of_statements():
    of = {name: one.assertion.chapter for name, one in FOUND.items()}
    alternatives = {name for name in of if of[name] == "alternatives"}
    assert alternatives == {"A05", "A06", "A07", "A22", "A41", "A48", "A51", "A56"}
    forty = {name for name in alternatives if re.search(r" (39|40|55)\b", FOUND[name].why)}
    assert forty == {"A05", "A07", "A48"}
    assert {of["A11"], of["A12"]} == {"shutdown"}
