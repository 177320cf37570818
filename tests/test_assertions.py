"""Public statements: each has one check, whose verdict follows from the numbers and the data."""

import ast
import datetime as dt
import importlib
import math
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import mutualaid
from mutualaid import history
from mutualaid.assertions import (
    BASES,
    CHAPTERS,
    TRAPS,
    VERDICTS,
    Assertion,
    Check,
    Number,
    assertion,
    assertions,
    check,
    check_all,
    examine,
    spans,
    verdicts,
)
from mutualaid.assertions.compare import about, judged, nearly, published
from mutualaid.assertions.declare import checkers, checks_assertion, written

#: The function of the same name hides it.
facts_module = importlib.import_module("mutualaid.history.facts")
HOLDS, CONDITION, FAILS, OPEN = VERDICTS
IDS = [each.assertion for each in assertions()]
#: Floors that a check may stand on.
FLOORS = {
    "assertions", "money", "periods", "checks", "history", "rules", "sharing", "churn", "members",
    "shutdown", "alternatives",
}  # fmt: skip
#: Whole numbers that words need and nobody computes: years, ages of bands, a unit of cover.
IN_WORDS = {"10,000", "30", "34", "39", "40", "55", "59", "60", "25", "24", "1"} | {
    str(year) for year in range(2018, 2024)
}


@pytest.fixture(scope="module")
def found():
    return {each.assertion.assertion: each for each in check_all()}


@pytest.fixture
def row(monkeypatch):
    """Change the used value of a key, for every function that reads it."""

    def change(key, value):
        rows = facts_module._index()[key]
        changed = (replace(rows[0], value=value), *rows[1:])
        monkeypatch.setitem(facts_module._index(), key, changed)

    return change


def with_figures(name, *figures):
    return examine(replace(assertion(name), figures=figures))


# ---- form ---------------------------------------------------------------------------------


def test_every_row_has_one_function_and_every_function_a_row():
    assert sorted(checkers()) == sorted(history.table("assertions")["assertion"])


def test_a_second_function_is_refused():
    with pytest.raises(ValueError, match="A01 must have one function"):
        checks_assertion("A01")(lambda given: None)


def test_rows_are_read_as_they_stand():
    rows = history.table("assertions").to_dict("records")
    for each, row in zip(assertions(), rows, strict=True):
        assert (each.statement, each.trap, each.source) == (
            row["statement"],
            row["trap"],
            row["source"],
        )
        assert len(each.figures) == len([part for part in row["figures"].split("; ") if part])
    assert assertion("A19").figures == (dt.date(2018, 10, 16), dt.date(2022, 1, 28), 1200.0)
    assert assertion("A52").figures == ()


def test_chapters_and_traps_are_those_of_the_schema():
    fields = {field["name"]: field for field in history.schema("assertions")["schema"]["fields"]}
    assert tuple(fields["chapter"]["constraints"]["enum"]) == CHAPTERS
    assert tuple(fields["trap"]["constraints"]["enum"]) == tuple(TRAPS)
    assert {each.chapter for each in assertions()} == set(CHAPTERS)


@pytest.mark.parametrize("name", IDS)
def test_a_check_says_what_was_said_and_why(found, name):
    each = found[name]
    assert each.verdict in VERDICTS
    said = [number.value for number in each.numbers if number.basis == "said"]
    for figure in each.assertion.figures:
        assert figure in said
    assert each.why.endswith(".")
    # A full stop before a capital ends a sentence; one in a number does not.
    assert len(re.findall(r"\.(?=\s[A-Z]|$)", each.why)) <= 3


@pytest.mark.parametrize("name", IDS)
def test_every_number_of_the_words_is_one_of_the_check(found, name):
    each = found[name]
    known = {token for number in each.numbers for token in re.findall(r"[\d.,]*\d", str(number))}
    tokens = set(re.findall(r"\d[\d.,]*\d|\d", each.why))
    assert tokens
    assert tokens - known <= IN_WORDS


@pytest.mark.parametrize("name", IDS)
def test_published_numbers_are_those_of_their_rows(found, name):
    each = found[name]
    assert {number.basis for number in each.numbers} <= set(BASES)
    assert any(number.basis != "said" for number in each.numbers)
    for number in each.numbers:
        if number.key:
            assert history.number_of(number.key) == number.value
            assert number.basis in ("published", "derived")
        if isinstance(number.value, float):
            assert math.isfinite(number.value)


@pytest.mark.parametrize("name", IDS)
def test_labels_tell_the_numbers_of_a_check_apart(found, name):
    labels = [number.label for number in found[name].numbers]
    assert len(set(labels)) == len(labels)
    assert found[name].number(labels[0]) is found[name].numbers[0]


def test_a_check_as_a_table(found):
    frame = found["A20"].to_frame()
    assert frame["value"][0] == "2018-10-16"
    assert set(frame["verdict"]) == {CONDITION}
    for each in found.values():
        assert len(each.to_frame()) == len(each.numbers)


def test_no_trap_gives_its_verdicts_away(found):
    table = verdicts(found.values())
    assert table["assertions"].sum() == len(IDS)
    assert list(table["trap"].unique()) == list(TRAPS)
    for trap, part in table.groupby("trap"):
        counts = part["assertions"]
        assert counts.sum() >= 4, trap
        assert (counts > 0).sum() >= 2, trap
        assert counts.max() < counts.sum(), trap
    every = table.groupby("verdict")["assertions"].sum()
    assert (every[list(VERDICTS)] >= 5).all()


def test_imports_point_down_and_nothing_below_imports_a_check():
    package = Path(mutualaid.__file__).parent

    def imported(path):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mutualaid"):
                inner = node.module.split(".")[1:2]
                yield from inner or [alias.name for alias in node.names]

    for path in (package / "assertions").glob("*.py"):
        assert set(imported(path)) <= FLOORS, path
    for path in package.rglob("*.py"):
        inside = path.relative_to(package).parts[0]
        if inside not in ("assertions", "explorables"):
            assert "assertions" not in set(imported(path)), path


# ---- worked by hand -----------------------------------------------------------------------


def test_people_times_a_sum():
    found = check("A01")
    assert found.verdict == FAILS
    assert found.number("people times the sum").value == 179_127 * 100_000 == 17_912_700_000
    assert "17.913 billion yuan" in found.why


def test_days_are_counted_by_hand():
    # From 16 October: 15 days to the end of October, 27 of November.
    assert check("A20").number("days from the first to the last").value == 15 + 27
    # Three years with one leap day, then 15 + 30 + 31 + 28.
    assert check("A19").number("days from the first to the last").value == 3 * 365 + 1 + 104


def test_fee_and_cap_on_one_base():
    found = check("A21")
    assert found.number("fee as a share of what is paid").value == pytest.approx(8 / 108)
    assert found.number("cap as a share of benefits").value == pytest.approx(10 / 90)


def test_two_persons_in_a_household():
    found = check("A53")
    assert found.number("sum of the years").value == 58 + 180 + 304
    assert found.number("persons in the household").value == 2


def test_a_quotient_of_two_ranges():
    found = check("A34")
    assert found.number("least quotient").value == pytest.approx(2_000 / 6)
    assert found.number("highest quotient").value == pytest.approx(5_000 / 3)


def test_growth_a_second_between_two_dates():
    found = check("A17")
    second = found.number("a second, April 10, 2019 to May 16, 2019").value
    assert second == pytest.approx(13_150_000 / (36 * 86_400))


def test_net_fall_of_a_month():
    # 101.0076 million to 75 million in 23 half-months.
    mean = check("A43").number("mean net fall of a month").value
    assert mean == pytest.approx((101_007_600 - 75_000_000) / 23 * 2)
    falls = spans.monthly_falls()
    assert falls["people_a_month"].iloc[0] == pytest.approx(2 * (105_803_500 - 105_148_600))
    assert (falls["first"].iloc[1:].tolist()) == falls["last"].iloc[:-1].tolist()


def test_equal_shares_of_child_and_adult():
    table = history.table("incidence")
    table = table[(table["diseases"] == 25) & (table["status"] == "used")]
    mean = table.groupby("age")["value"].mean()
    ratio = check("A32").number("incidence at 39 over that at 1").value
    assert ratio == pytest.approx(mean[39] / mean[1])


def test_chance_to_an_age_is_one_less_all_escapes():
    table = history.table("incidence")
    table = table[(table["diseases"] == 25) & (table["status"] == "used")]
    men = table[table["sex"] == "male"].set_index("age")["value"].sort_index()
    escapes = 1.0
    for age in range(60):
        escapes *= 1 - men[age]
    assert check("A31").number("to 60, men").value == pytest.approx(1 - escapes)


def test_the_mean_bill_does_not_hang_on_the_pool_and_its_spread_falls_by_the_root():
    found = check("A24")
    pools = ("a million", "a hundred million")
    means = [found.number(f"mean bill of {each}").value for each in pools]
    spreads = [found.number(f"spread with {each}").value for each in pools]
    assert means[0] == pytest.approx(means[1])
    assert spreads[0] / spreads[1] == pytest.approx(10, rel=1e-3)


# ---- verdicts follow the figures ----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "before", "figures", "after"),
    [
        ("A01", FAILS, (179_127, 100_000, 18e9), HOLDS),
        ("A02", FAILS, (179_127, 300_000, 53.7e9), HOLDS),
        ("A03", FAILS, (179_127, 500_000, 89.6e9), CONDITION),
        ("A04", HOLDS, (0.03, 7.02, 23.4), FAILS),
        ("A07", FAILS, (24.12, 24, 1, 578.88), HOLDS),
        ("A10", FAILS, (1_000, 1_000, 1_000), HOLDS),
        ("A12", FAILS, (5.6e8, 3, 3_900, 1.7e9), HOLDS),
        ("A14", FAILS, (1.7e9, 3.0e9, 0.4e9, 5.1e9), HOLDS),
        ("A15", HOLDS, (29.14, 90.56, 152.10, 281.8), FAILS),
        ("A17", FAILS, (4, 63_150_000), HOLDS),
        ("A18", FAILS, (29, 7), FAILS),
        ("A19", HOLDS, (dt.date(2018, 10, 16), dt.date(2022, 1, 28), 1_100), FAILS),
        ("A20", CONDITION, (dt.date(2018, 10, 16), dt.date(2018, 11, 27), 42), HOLDS),
        ("A23", FAILS, (20_000, 0.08), HOLDS),
        ("A25", FAILS, (0.51, 0.49, 250_000), HOLDS),
        ("A26", OPEN, (6, 7.56), FAILS),
        ("A27", HOLDS, (3_300_000, 300_000, 0.10, 0.1), CONDITION),
        ("A28", CONDITION, (3_240_000, 300_000, 0.08, 0.1), HOLDS),
        ("A30", OPEN, (2_200, 1e8, 3_000, 9.2e7), HOLDS),
        ("A31", CONDITION, (0.14,), HOLDS),
        ("A32", CONDITION, (1, 3.9, 2.45), HOLDS),
        ("A34", OPEN, (2_400, 3_000, 3, 3, 800, 1_000), HOLDS),
        ("A37", FAILS, (3.3e8, 1.41e9, 1, 10), HOLDS),
        ("A40", CONDITION, (55,), CONDITION),
        ("A43", FAILS, (2_250_000,), HOLDS),
        ("A44", OPEN, (900_000,), HOLDS),
        ("A46", FAILS, (1e8, 0.005), HOLDS),
        ("A47", HOLDS, (1e8, 7.5e7, 3.5e7), FAILS),
        ("A49", FAILS, (96e6, 71.17e6, 25e6), HOLDS),
        ("A50", FAILS, (9.5,), HOLDS),
        ("A51", CONDITION, (100_000, 500, 7_400), FAILS),
        ("A53", HOLDS, (58, 180, 450, 640), CONDITION),
        ("A55", FAILS, (43.5e6, 12e6), HOLDS),
    ],
)  # fmt: skip
def test_another_figure_gives_another_verdict(found, name, before, figures, after):
    assert found[name].verdict == before
    assert with_figures(name, *figures).verdict == after


@pytest.mark.parametrize(
    ("name", "key", "value", "after"),
    [
        ("A04", "notices/2021-12-1/critical/share", 8.5, FAILS),
        ("A05", "plans/critical/benefit_40_to_59", 300_000.0, HOLDS),
        ("A11", "notices/2022-01-2/all/benefits", 5e8, FAILS),
        ("A14", "annual/2021-12-28..2023-07-10/all/closure_cost", 3e9, HOLDS),
        ("A18", "annual/2019/critical/share", 2.0, HOLDS),
        ("A25", "profile/jurors/2021/number/all", 1.1e8, HOLDS),
        ("A26", "annual/2021/critical/highest_share", 8.4, OPEN),
        ("A30", "notices/2021-04-2/critical/helped", 4_100.0, HOLDS),
        ("A36", "industry/2019-12-31/people", 3e8, FAILS),
        ("A37", "industry/2019-12-31/people", 3e8, HOLDS),
        ("A43", "membership/2021-12-28/all/members", 90e6, HOLDS),
        ("A47", "notices/2020-11-1/all/sharers", 101e6, FAILS),
        ("A52", "annual/..2022-01-21/all/helped", 2.5e6, HOLDS),
        ("A53", "annual/2020/critical/share", 60.0, CONDITION),
        ("A54", "plans/critical/benefit_to_39", 100_000.0, FAILS),
    ],
)
def test_another_row_gives_another_verdict(found, row, name, key, value, after):
    before = found[name]
    row(key, value)
    changed = check(name)
    assert changed.why != before.why
    assert changed.verdict == after


def test_a_published_count_of_joins_would_settle_who_left(monkeypatch):
    assert check("A42").verdict == CONDITION
    monkeypatch.setattr(spans, "joins_counted", lambda: 1)
    assert check("A42").verdict == HOLDS


def test_a_second_source_of_a_commission_would_settle_it(monkeypatch):
    assert check("A41").verdict == OPEN
    table = history.table("alternatives")
    for source, share, after in (("other", 0.9, HOLDS), ("other", 0.4, FAILS)):
        more = table[table["quantity"] == "commission_share"].assign(source=source, value=share)
        both = pd.concat([table, more], ignore_index=True)
        monkeypatch.setattr(history, "table", lambda name, both=both: both)
        assert check("A41").verdict == after


def test_counts_of_all_plans_in_april_would_settle_who_was_helped(monkeypatch):
    notices = history.notices()
    line = notices[(notices["notice"] == "2021-04-2") & (notices["quantity"] == "helped")].assign(
        plan="all"
    )
    for helped, after in ((4_100.0, HOLDS), (3_500.0, FAILS)):
        more = pd.concat([notices, line.assign(value=helped)], ignore_index=True)
        monkeypatch.setattr(history, "notices", lambda more=more: more)
        assert check("A30").verdict == after


def test_a_weak_response_would_settle_the_wrong_approval(monkeypatch):
    from mutualaid import churn
    from mutualaid.assertions import cause

    assert check("A38").verdict == OPEN
    weak = churn.response_of(churn.exit_rates())
    monkeypatch.setattr(
        cause.churn, "response_of", lambda rates: replace(weak, all_for_the_bill=1e-4)
    )
    assert check("A38").verdict == HOLDS


# ---- comparing and writing ----------------------------------------------------------------


def test_about_and_nearly_at_their_ends():
    assert about(105, 100)
    assert not about(105.01, 100)
    assert about(0, 0)
    assert nearly(20, 18) and nearly(20, 20)
    assert not nearly(20, 17.99) and not nearly(20, 20.01)


def test_a_literal_truth_needs_no_condition():
    assert judged(True) == judged(True, True) == HOLDS
    assert judged(False, True) == CONDITION
    assert judged(False) == FAILS


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1_090_000_000, "yuan", "1.09 billion yuan"),
        (144_797, "yuan", "144,797 yuan"),
        (1_736.64, "yuan", "1,736.64 yuan"),
        (7.02, "yuan", "7.02 yuan"),
        (0.0022, "yuan", "0.0022 yuan"),
        (3_240_000, "people", "3.24 million"),
        (0.07407, "share", "7.41 percent"),
        (234.0, "times", "234"),
        (2.332, "times", "2.33"),
        (dt.date(2018, 10, 16), "date", "October 16, 2018"),
    ],
)
def test_numbers_are_written_for_a_reader(value, unit, words):
    assert written(value, unit) == words


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["A00", "A99", "a01", ""])
def test_an_unknown_id_is_refused_with_the_range(name):
    last = IDS[-1]
    with pytest.raises(ValueError, match=f"from A01 to {last}, got '{name}'"):
        assertion(name)
    with pytest.raises(ValueError, match=f"from A01 to {last}"):
        check(name)
    with pytest.raises(ValueError, match=f"from A01 to {last}"):
        examine(replace(assertion("A01"), assertion=name))


def test_what_is_no_assertion_is_refused():
    with pytest.raises(TypeError, match="said must be an Assertion, got 'A01'"):
        examine("A01")


def test_figures_of_another_number_or_kind_are_refused():
    with pytest.raises(ValueError, match="figures of A01 must be 3 numbers, got 2"):
        with_figures("A01", 1, 2)
    with pytest.raises(TypeError, match="figures of A01 must be numbers"):
        with_figures("A01", dt.date(2021, 1, 1), 2, 3)
    with pytest.raises(TypeError, match="two dates"):
        with_figures("A19", 1, 2, 3)
    with pytest.raises(TypeError, match="days of A20 must be a number"):
        with_figures("A20", *[dt.date(2021, 1, 1)] * 3)
    with pytest.raises(TypeError, match="numbers or dates"):
        replace(assertion("A01"), figures=("1", 2, 3))


@pytest.mark.parametrize(("field", "value"), [("trap", "luck"), ("chapter", "colophon")])
def test_an_unknown_trap_or_chapter_is_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be one of"):
        replace(assertion("A01"), **{field: value})


def test_a_number_without_its_row_is_no_published_one():
    with pytest.raises(ValueError, match="must have a key"):
        Number(label="bill", value=7.02, unit="yuan", basis="published")
    with pytest.raises(ValueError, match="basis must be one of"):
        Number(label="bill", value=7.02, unit="yuan", basis="known")
    with pytest.raises(ValueError, match="must have a number"):
        published("who", "plans/transfer/insurer", "")
    with pytest.raises(KeyError):
        published("who", "notices/none", "")


def test_a_verdict_is_one_of_four():
    with pytest.raises(ValueError, match="verdict must be one of"):
        Check(assertion=assertion("A01"), verdict="true", why="", numbers=())
    with pytest.raises(KeyError, match="label must be one of"):
        check("A01").number("none")
    assert isinstance(check("A01").assertion, Assertion)
