"""What is known: malformed tables are refused, and each value is found with its source."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from frictionless import Resource
from hypothesis import given
from hypothesis import strategies as st

from mutualaid import history
from mutualaid.history import (
    DataError,
    fact,
    facts,
    helped_per_million,
    read_table,
    recompute,
    schema,
    series,
    source,
)
from mutualaid.periods import FIRST, LAST, Period

LAST_BILL = "notices/2021-12-1/critical/share"
#: Two sources, two counts, and nothing that speaks for either.
CONTESTED = "notices/2019-06-2/critical/cumulative_helped"

# ---- malformed tables ---------------------------------------------------------------------

Rows = list[list[str]]
Change = Callable[[Rows, int], int]


def cells(**new: str) -> Change:
    """Change cells of a row."""

    def change(rows: Rows, at: int) -> int:
        for column, text in new.items():
            rows[at][rows[0].index(column)] = text
        return at

    return change


def again(**new: str) -> Change:
    """Repeat a row at the end, with changed cells."""

    def change(rows: Rows, at: int) -> int:
        rows.append(list(rows[at]))
        return cells(**new)(rows, len(rows) - 1)

    return change


def renamed(rows: Rows, at: int) -> int:
    rows[0][rows[0].index("value")] = "amount"
    return 0


def swapped(rows: Rows, at: int) -> int:
    rows[0][0], rows[0][1] = rows[0][1], rows[0][0]
    return 0


def shortened(rows: Rows, at: int) -> int:
    rows[at].pop()
    return at


def lengthened(rows: Rows, at: int) -> int:
    rows[at].append("7.02")
    return at


def blank_line(rows: Rows, at: int) -> int:
    rows.insert(at, [])
    return at


class Case(NamedTuple):
    """A way to spoil one row, and how it is to be refused."""

    name: str
    change: Change
    #: Column that the refusal names; None where no single column is at fault.
    column: str | None
    #: What is allowed, and the value.
    says: str
    #: What Frictionless calls it; None where Table Schema cannot say it.
    peer: str | None
    row: str = LAST_BILL


CASES = (
    Case("wrong-header", renamed, None, "columns must be ['notice', 'plan'", "incorrect-label"),
    Case("columns-swapped", swapped, None, "got ['plan', 'notice'", "incorrect-label"),
    Case("missing-cell", shortened, None, "must have 14 cells, got 13", "missing-cell"),
    Case("extra-cell", lengthened, None, "must have 14 cells, got 15", "extra-cell"),
    Case("blank-line", blank_line, None, "must have 14 cells, got 0", "blank-row"),
    Case("text-for-a-number", cells(value="seven"), "value", "must be a number, got 'seven'",
         "type-error"),
    Case("thousands-separator", cells(value="98,244,000"), "value",
         "must be a number, got '98,244,000'", "type-error"),
    Case("decimal-comma", cells(value="7,02"), "value", "must be a number, got '7,02'",
         "type-error"),
    Case("not-a-number", cells(value="nan"), "value", "must be a number, got 'nan'", None),
    Case("number-beyond-all-floats", cells(value="1e999"), "value",
         "must be a number, got '1e999'", None),
    Case("full-width-digits", cells(value="７.０２"), "value", "must be a number, got '７.０２'",
         None),
    Case("number-required", cells(value=""), "value", "a value is required, got ''",
         "constraint-error"),
    Case("outside-an-enum", cells(plan="cancer"), "plan",
         "must be one of all, critical, elderly, chronic, transport, got 'cancer'",
         "constraint-error"),
    Case("pattern-broken", cells(notice="2021-13-1"), "notice", "got '2021-13-1'",
         "constraint-error"),
    Case("full-width-digits-in-a-date", cells(notice="20２１-12-1"), "notice",
         "got '20２１-12-1'", None),
    Case("text-required", cells(source=""), "source", "a value is required, got ''",
         "constraint-error"),
    Case("blank-at-the-end", cells(unit="yuan per head "), "unit",
         "no blanks are allowed at either end, got 'yuan per head '", None),
    Case("blank-at-the-start", cells(note=" Last bill."), "note",
         "no blanks are allowed at either end, got ' Last bill.'", None),
    Case("doubled-key", again(), "source", "notice + plan + quantity + source must be unique",
         "primary-key"),
    Case("two-used-rows", again(source="another"), "status",
         "only one row may be used for a notice/plan/quantity, got 'used'", None),
    Case("disputed-without-reason", cells(status="disputed"), "reason",
         "a value not used needs a reason, got ''", None),
    Case("rejected-without-reason", cells(status="rejected"), "reason",
         "a value not used needs a reason, got ''", None),
    Case("derived-without-formula", cells(basis="derived", inputs=CONTESTED), "formula",
         "a derived value needs a formula, got ''", None),
    Case("derived-without-inputs", cells(basis="derived", formula="a"), "inputs",
         "a derived value needs its inputs, got ''", None),
    Case("half-a-year-of-age", cells(age="30.5"), "age", "must be a whole number, got '30.5'",
         "type-error", "incidence/25/male/30"),
    Case("age-below-birth", cells(age="-1"), "age", "must be at least 0, got '-1'",
         "constraint-error", "incidence/25/male/30"),
    Case("age-beyond-the-table", cells(age="106"), "age", "must be at most 105, got '106'",
         "constraint-error", "incidence/25/male/30"),
    Case("no-such-list-of-illnesses", cells(diseases="28"), "diseases",
         "must be one of 6, 25, got '28'", "constraint-error", "incidence/25/male/30"),
    Case("neither-value-nor-text", cells(value="", text=""), "value",
         "value or text is required, got", None, "platform_facts/kang-ai/members/2014-10"),
)  # fmt: skip


def spoil(case, folder):
    """Copy the table of a case with the change made; return table and line of the fault."""
    name, *key = case.row.split("/")
    with (history.DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = next(i for i, row in enumerate(rows) if row[: len(key)] == key)
    line = case.change(rows, at) + 1
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return name, line


def peer_errors(name, folder):
    """Return what Frictionless finds in a table: pairs of line and kind of error."""
    resource = {**schema(name)}
    resource["schema"] = {k: v for k, v in resource["schema"].items() if k != "foreignKeys"}
    report = Resource.from_descriptor(resource, basepath=str(folder)).validate()
    return [(line or 1, kind) for line, kind in report.flatten(["rowNumber", "type"])]


@pytest.mark.parametrize("name", ["notices", "incidence", "platform_facts"])
def test_an_unchanged_copy_is_accepted(name, tmp_path):
    (tmp_path / f"{name}.csv").write_bytes((history.DATA / f"{name}.csv").read_bytes())
    assert read_table(name, tmp_path).equals(read_table(name))
    assert peer_errors(name, tmp_path) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_malformed_row_is_refused_by_file_line_and_column(case, tmp_path):
    name, line = spoil(case, tmp_path)
    with pytest.raises(DataError) as refusal:
        read_table(name, tmp_path)
    column = "" if case.column is None else f", column {case.column!r}"
    assert str(refusal.value).startswith(f"{tmp_path / name}.csv, line {line}{column}: ")
    assert case.says in str(refusal.value)


@pytest.mark.parametrize("case", [case for case in CASES if case.peer], ids=lambda case: case.name)
def test_frictionless_finds_the_same_fault_in_the_same_line(case, tmp_path):
    name, line = spoil(case, tmp_path)
    assert (line, case.peer) in peer_errors(name, tmp_path)


@pytest.mark.parametrize("line", [10, -1], ids=["in-the-middle", "in-the-last-row"])
@pytest.mark.parametrize(
    ("plain", "quoted"),
    [("used,", '"used,'), ("critical,", '"critical" plan,')],
    ids=["never-closed", "closed-too-early"],
)
def test_a_wrong_quote_is_refused_by_the_line_where_it_opens(plain, quoted, line, tmp_path):
    rows = (history.DATA / "notices.csv").read_text("utf-8").splitlines()
    # Elsewhere a later quote of the same row would close it.
    found = [at for at, row in enumerate(rows) if plain in row and '"' not in row]
    rows[found[line]] = rows[found[line]].replace(plain, quoted)
    (tmp_path / "notices.csv").write_text("\n".join(rows), "utf-8")
    with pytest.raises(DataError, match=rf"notices\.csv, line {found[line] + 1}: "):
        read_table("notices", tmp_path)


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path):
    text = (history.DATA / "platforms.csv").read_text("utf-8")
    (tmp_path / "platforms.csv").write_bytes(text.encode("gb18030"))
    with pytest.raises(DataError, match=r"platforms\.csv"):
        read_table("platforms", tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "notices.csv").touch()
    with pytest.raises(DataError, match=r"notices\.csv, line 1: columns must be .*, got \[\]$"):
        read_table("notices", tmp_path)


@pytest.mark.parametrize("ask", [history.table, schema, read_table])
def test_a_table_that_does_not_exist_is_refused_with_the_choices(ask):
    with pytest.raises(KeyError, match=r"table must be one of timeline, .*, got 'members'"):
        ask("members")


# ---- one value and its source -------------------------------------------------------------


def test_the_last_bill_that_members_paid_was_7_02_yuan():
    last = fact(LAST_BILL)
    assert (last.value, last.unit, last.status) == (7.02, "yuan per head", "used")
    assert Period.parse("2021-12-1").deduction_day.isoformat() == "2021-12-14"


def test_all_plans_and_the_critical_plan_are_different_counts():
    everyone, critical = (fact(f"notices/2020-12-1/{p}/sharers") for p in ("all", "critical"))
    assert everyone.value - critical.value > 5_000_000


def test_a_value_prints_with_its_key_unit_and_source():
    last = fact(LAST_BILL)
    assert str(last) == f"{LAST_BILL}: 7.02 yuan per head ({last.source})"
    assert last.source.publisher in str(last)


@pytest.mark.parametrize(
    "key",
    [
        "annual/2018-12..2019-01/critical/first_share",
        "notices/2021-12-2/all/benefits",
        CONTESTED,
    ],
)
def test_contradicting_values_stand_side_by_side_the_used_one_first(key):
    rows = facts(key)
    assert len({row.value for row in rows}) == len(rows) > 1
    order = [("used", "disputed", "rejected").index(row.status) for row in rows]
    assert order == sorted(order)
    assert all(row.reason for row in rows if row.status != "used")


def test_the_used_value_needs_no_source_in_its_key():
    used, disputed = facts("annual/2018-12..2019-01/critical/first_share")
    assert (used.value, disputed.value) == (0.03, 0.01)
    assert fact(used.key) == used


def test_a_source_after_the_key_picks_its_value():
    rows = facts(CONTESTED)
    assert {row.value for row in rows} == {310, 374}
    for row in rows:
        assert fact(f"{CONTESTED}@{row.source.key}") == row


def test_a_key_with_only_contested_values_is_refused_with_the_choices():
    with pytest.raises(KeyError, match=r"no value of .* is preferred") as refusal:
        fact(CONTESTED)
    for row in facts(CONTESTED):
        assert f"{CONTESTED}@{row.source.key}" in str(refusal.value)


def test_a_source_that_does_not_give_the_value_is_refused_with_the_choices():
    with pytest.raises(KeyError, match="got 'nobody'") as refusal:
        fact(f"{LAST_BILL}@nobody")
    assert LAST_BILL in str(refusal.value)
    assert fact(LAST_BILL).source.key in str(refusal.value)


@pytest.mark.parametrize("ask", [fact, facts, source])
def test_an_unknown_key_is_refused_with_near_keys(ask):
    with pytest.raises(KeyError, match="no value has the key") as refusal:
        ask("notices/2021-12-1/critical/shares")
    assert "'notices/2021-12-1/critical/shares'" in str(refusal.value)
    assert f"{LAST_BILL}" in re.split("near: ", str(refusal.value))[1]


def test_the_source_of_a_value_is_found_by_the_values_key_and_by_its_own():
    last = fact(LAST_BILL)
    assert source(LAST_BILL) == last.source == source(last.source.key)


def test_an_unknown_source_is_refused():
    with pytest.raises(KeyError, match="no source has the key 'nobody'"):
        source("nobody")


# ---- series -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "quantity"),
    [("critical", "share"), ("critical", "sharers"), ("all", "sharers"), ("all", "helped")],
)
def test_a_series_has_one_value_for_a_notice_in_the_order_of_time(plan, quantity):
    one = series(plan, quantity)
    assert one["period"].is_monotonic_increasing
    assert one["period"].is_unique
    assert list(one["notice_day"]) == [period.notice_day for period in one["period"]]
    assert set(one["status"]) == {"used"}


def test_plans_are_kept_apart():
    everyone, critical = series("all", "sharers"), series("critical", "sharers")
    assert set(everyone["plan"]) == {"all"}
    assert set(critical["plan"]) == {"critical"}
    both = everyone.merge(critical, on="notice", suffixes=("_all", "_critical"))
    assert len(both) > 0
    assert (both["value_all"] > both["value_critical"]).all()


def test_a_series_ends_with_what_the_plan_published_last():
    assert series("critical", "share")["value"].iloc[-1] == 7.02
    assert series("all", "cumulative_helped")["value"].iloc[-1] == 186_961
    assert series("all", "cumulative_helped")["period"].iloc[-1] == LAST


def test_contested_values_are_kept_on_demand():
    used, every = series("critical", "share"), series("critical", "share", contested=True)
    assert set(used.index) < set(every.index)
    assert set(every.loc[every.index.difference(used.index), "status"]) == {"disputed", "rejected"}
    assert used["period"].min() > FIRST > every["period"].min()


def test_a_series_of_an_unknown_plan_or_quantity_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"^plan must be one of all, .*critical.*, got 'cancer'$"):
        series("cancer", "share")
    with pytest.raises(ValueError, match=r"^quantity must be one of .*share.*, got 'members'$"):
        series("critical", "members")


# ---- tables -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "get", [lambda: history.table("notices"), history.notices], ids=["table", "notices"]
)
def test_changing_a_table_changes_nothing_but_the_copy(get):
    before, last = get(), fact(LAST_BILL)
    changed = get()
    changed["value"] = 0.0
    changed.loc[changed.index[0], "plan"] = "cancer"
    del changed["source"]
    assert get().equals(before)
    assert fact(LAST_BILL) == last


def test_events_are_in_the_order_of_time():
    dates = history.timeline()["date"]
    assert dates.is_monotonic_increasing


# ---- derived values -----------------------------------------------------------------------


def test_a_derived_value_is_computed_again_from_its_inputs():
    before = fact("notices/2020-11-2/all/sharers")
    after, fall = (fact(key) for key in before.inputs)
    assert recompute(before) == before.value == after.value + fall.value


def test_a_value_without_a_formula_is_not_computed():
    with pytest.raises(ValueError, match=f"^{LAST_BILL} is quoted and has no formula$"):
        recompute(fact(LAST_BILL))


def test_an_input_without_a_number_is_refused_by_its_key():
    words = "platform_facts/kang-ai/start/2011-05-08"
    assert fact(words).value is None
    row = replace(fact("notices/2020-11-2/all/sharers"), formula="a", inputs=(words,))
    with pytest.raises(ValueError, match=f"input '{words}' of {row.key} has no number"):
        recompute(row)


@pytest.mark.parametrize("formula", ["a", "a + b + c"])
def test_a_formula_that_does_not_fit_its_inputs_is_refused(formula):
    row = replace(fact("notices/2020-11-2/all/sharers"), formula=formula)
    with pytest.raises(ValueError, match=row.key):
        recompute(row)


# ---- how often members were helped --------------------------------------------------------


@given(helped=st.integers(0, 10**6), members=st.integers(1, 10**9), notices=st.integers(1, 24))
def test_a_rate_scales_with_people_and_members(helped, members, notices):
    rate = helped_per_million(helped, members, notices=notices)
    assert helped_per_million(2 * helped, 2 * members, notices=notices) == pytest.approx(rate)
    assert helped_per_million(helped, 2 * members, notices=notices) == pytest.approx(rate / 2)
    yearly = helped_per_million(24 * helped, members, notices=24 * notices)
    assert yearly == pytest.approx(rate)


@pytest.mark.parametrize(
    ("key", "helped", "members"),
    [
        (
            "annual/2019-06/critical/helped_rate_per_year",
            "notices/2019-06-2/critical/helped",
            "notices/2019-06-2/critical/sharers",
        ),
        (
            "annual/2021-04-21/critical/helped_rate_per_year",
            "notices/2021-04-2/critical/helped",
            "notices/2021-04-2/critical/sharers",
        ),
    ],
)
def test_the_rates_of_the_tables_follow_from_their_counts(key, helped, members):
    """A newspaper's rate and ours, by the one formula."""
    rate = helped_per_million(fact(helped).value, fact(members).value)
    assert rate == pytest.approx(1e6 * fact(key).value, rel=1e-3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"helped": -1}, "helped must be at least 0, got -1"),
        ({"members": 0}, "members must be above 0, got 0"),
        ({"members": float("nan")}, "members must be above 0, got nan"),
        ({"notices": 0}, "notices must be above 0, got 0"),
    ],
)
def test_a_rate_of_nobody_is_refused(wrong, said):
    right = {"helped": 1, "members": 1, "notices": 1}
    with pytest.raises(ValueError, match=said):
        helped_per_million(**{**right, **wrong})
