"""The tables of the book: well formed, sourced, and free of contradictions left unsaid."""

import csv
import re
import string
import tomllib
from decimal import Decimal
from itertools import combinations

import pytest
from frictionless import Package

from conftest import ROOT
from mutualaid import history
from mutualaid.history import DATA, fact, facts, recompute, schema
from mutualaid.periods import Period

TABLES = history.tables()
#: Columns that hold keys and addresses; a reader reads all others.
KEYS = {"source", "also", "formula", "inputs", "against", "address", "assertion"}
#: Codes of working notes look like these.
CODE = re.compile(r"\b[STNRX]\d+[a-e]?\b")
#: Folders of a machine, which no reader has.
FOLDER = re.compile(r"/(work|tmp)\b")
ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def printed(name):
    """Return the rows of a table as they stand in its file, by line."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return dict(enumerate(csv.DictReader(file), start=2))


def key_of(name, row):
    return "/".join([name, *(row[column] for column in schema(name)["schema"]["key"])])


# ---- form ---------------------------------------------------------------------------------


def test_frictionless_finds_the_package_valid():
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "type", "note"]) == []
    assert report.valid


@pytest.mark.parametrize("name", TABLES)
def test_every_table_loads_with_all_its_rows(name):
    table = history.table(name)
    assert len(table) > 0
    assert list(table.index) == list(printed(name))


def test_every_file_is_described_and_every_described_file_is_there():
    files = {path.stem for path in DATA.glob("*.csv")}
    assert files == set(TABLES)


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_files_are_utf_8_with_plain_line_ends(path):
    text = path.read_bytes().decode("utf-8")
    assert text.endswith("\n")
    assert not text.startswith("\ufeff")
    assert "\r" not in text


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("sources", "assertions")])
def test_every_row_is_found_by_the_key_that_its_file_shows(name):
    for line, row in printed(name).items():
        assert line in [one.line for one in facts(key_of(name, row))]


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_tells_of_the_work_behind_the_book(name):
    for line, row in printed(name).items():
        for column, cell in row.items():
            assert not FOLDER.search(cell), (line, column, cell)
            if column not in KEYS:
                assert not CODE.search(cell), (line, column, cell)


# ---- sources ------------------------------------------------------------------------------


def terms():
    return history.plan_terms().to_dict("records")


def test_every_source_named_is_a_source_of_the_book():
    known = set(history.table("sources")["source"])
    rows = [row for name in TABLES if name != "sources" for row in printed(name).values()]
    for row in [*rows, *terms()]:
        main, further = row["source"], [key for key in row.get("also", "").split("; ") if key]
        assert {main, *further} <= known, row
        assert main not in further, row
        assert len(set(further)) == len(further), row


def test_every_source_supports_some_row_or_is_cited_in_the_text():
    cited = set()
    for path in [*(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "chapters").glob("*.md")]:
        cited |= set(re.findall(r"\{cite\}`([^`]+)`", path.read_text("utf-8")))
    rows = [row for name in TABLES if name != "sources" for row in printed(name).values()]
    for row in [*rows, *terms()]:
        cited |= {row["source"], *row.get("also", "").split("; ")}
    assert set(history.table("sources")["source"]) - cited == set()


# ---- derived values -----------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_input_key_leads_to_a_number(name):
    for line, row in printed(name).items():
        for key in filter(None, row.get("inputs", "").split("; ")):
            assert fact(key).value is not None, (line, key)


@pytest.mark.parametrize("name", TABLES)
def test_every_formula_uses_each_of_its_inputs(name):
    for line, row in printed(name).items():
        inputs = [key for key in row.get("inputs", "").split("; ") if key]
        letters = set(re.findall(r"[a-z]+", row.get("formula", "")))
        assert letters == set(string.ascii_lowercase[: len(inputs)]), (line, row["formula"])


@pytest.mark.parametrize("name", TABLES)
def test_every_formula_gives_its_value_to_the_last_digit_printed(name):
    for line, row in printed(name).items():
        if not row.get("formula"):
            continue
        (one,) = (f for f in facts(key_of(name, row)) if f.line == line)
        half_a_digit = 0.5 * 10.0 ** Decimal(row["value"]).as_tuple().exponent
        assert recompute(one) == pytest.approx(one.value, rel=1e-9, abs=half_a_digit), (line, row)


@pytest.mark.parametrize("name", TABLES)
def test_no_derived_value_rests_on_itself(name):
    def rests_on(key, below):
        assert key not in below, (key, below)
        for row in facts(key.partition("@")[0]):
            for other in row.inputs:
                rests_on(other.partition("@")[0], [*below, key])

    for row in printed(name).values():
        if row.get("inputs"):
            rests_on(key_of(name, row), [])


# ---- events and platforms -----------------------------------------------------------------


def test_events_tell_of_every_category_from_2011_to_2023():
    used = history.timeline().query("status == 'used'")
    assert len(used) >= 60
    (field,) = (f for f in schema("timeline")["schema"]["fields"] if f["name"] == "category")
    assert set(used["category"]) == set(field["constraints"]["enum"])
    years = used["date"].str[:4].astype(int)
    assert (years.min(), years.max()) == (2011, 2023)


def test_an_event_is_named_by_its_date():
    for event, date in history.timeline()[["event", "date"]].itertuples(index=False):
        assert event.startswith(f"{date}-")


def test_there_are_21_platforms_and_something_is_known_of_each():
    platforms = set(history.platforms()["platform"])
    assert len(platforms) == 21
    assert set(history.table("platform_facts")["platform"]) == platforms


# ---- notices ------------------------------------------------------------------------------


def test_no_notice_lies_outside_the_life_of_the_plan():
    periods = history.notices()["notice"].map(Period.parse)
    assert periods.min() == Period(2018, 12, 1)
    assert periods.max() == Period(2022, 1, 2)


def test_every_bill_of_the_critical_plan_is_positive_and_below_8_yuan():
    bills = history.series("critical", "share", contested=True)["value"]
    assert bills.between(0, 8, inclusive="neither").all()


@pytest.mark.parametrize("plan", ["all", "critical"])
@pytest.mark.parametrize("quantity", ["cumulative_helped", "cumulative_benefits"])
def test_a_count_since_the_start_never_falls(plan, quantity):
    counts = history.series(plan, quantity)["value"]
    assert len(counts) > 0
    assert counts.is_monotonic_increasing


def test_a_count_since_the_start_holds_the_notice_itself():
    used = history.notices().query("status == 'used'")
    wide = used.pivot_table(index=["notice", "plan"], columns="quantity", values="value")
    for quantity in ("helped", "benefits"):
        both = wide[[quantity, f"cumulative_{quantity}"]].dropna()
        assert len(both) > 0
        assert (both[f"cumulative_{quantity}"] >= both[quantity]).all()


def test_all_plans_never_count_less_than_one_of_them():
    used = history.notices().query("status == 'used' and quantity != 'share'")
    wide = used.pivot_table(index=["notice", "quantity"], columns="plan", values="value")
    for plan in ("critical", "elderly"):
        both = wide[["all", plan]].dropna()
        assert len(both) > 0
        assert (both["all"] >= both[plan]).all()


# ---- incidence ----------------------------------------------------------------------------


def incidence(diseases, sex):
    rows = history.table("incidence").query("diseases == @diseases and sex == @sex")
    return rows.set_index("age")["value"]


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("diseases", [6, 25])
def test_incidence_is_a_probability_at_each_of_106_ages(diseases, sex):
    rates = incidence(diseases, sex)
    assert list(rates.index) == list(range(106))
    assert rates.between(0, 1, inclusive="neither").all()


@pytest.mark.parametrize("sex", ["male", "female"])
def test_25_illnesses_are_at_least_as_frequent_as_6_of_them(sex):
    assert (incidence(25, sex) >= incidence(6, sex)).all()


def test_other_sources_repeat_the_incidence_table_to_its_last_digit():
    checks = history.table("incidence_checks").query("against != '' and unit == 'per year'")
    assert len(checks) >= 3
    for value, against in checks[["value", "against"]].itertuples(index=False):
        row = fact(against)
        assert row.unit == "per year"
        # The table is rounded to five decimals.
        assert abs(Decimal(str(value)) - Decimal(str(row.value))) <= Decimal("0.000005"), against


# ---- plans --------------------------------------------------------------------------------


def test_every_section_of_the_plans_holds_terms():
    with (DATA / "plans.toml").open("rb") as file:
        plans = {name: part for name, part in tomllib.load(file).items() if isinstance(part, dict)}
    assert {"critical", "elderly", "chronic", "transport"} <= set(plans)
    assert sum(len(part["term"]) for part in plans.values()) == len(terms())


def test_every_term_has_item_value_basis_status_and_source():
    for term in terms():
        for column in ("item", "value", "basis", "status", "source"):
            assert term[column] != "", (column, term)


def test_terms_use_the_words_of_the_tables():
    words = {f["name"]: f.get("constraints", {}) for f in schema("notices")["schema"]["fields"]}
    for term in terms():
        assert term["basis"] in words["basis"]["enum"], term
        assert term["status"] in words["status"]["enum"], term
        assert term["approx"] in ("", *words["approx"]["enum"]), term
        assert term["reason"] != "" or term["status"] == "used", term


def test_every_term_is_found_by_its_key():
    for term in terms():
        rows = facts(term["key"])
        assert term["source"] in [row.source.key for row in rows], term
        assert [row.status for row in rows].count("used") <= 1, term


def test_no_two_used_terms_of_an_item_are_in_force_on_one_day():
    used = [term for term in terms() if term["status"] == "used"]
    for one, other in combinations(used, 2):
        if (one["plan"], one["item"]) == (other["plan"], other["item"]):
            first, later = sorted((one, other), key=lambda term: term["from"])
            assert first["to"] != "", (first, later)
            assert first["to"] < later["from"], (first, later)


def test_no_term_ends_before_it_begins():
    for term in terms():
        days = [str(term[end]) for end in ("from", "to") if term[end] != ""]
        assert all(ISO_DATE.fullmatch(day) for day in days), term
        exact = min(map(len, days), default=0)
        assert days == sorted(days, key=lambda day: day[:exact]), term


def test_no_term_tells_of_the_work_behind_the_book():
    text = (DATA / "plans.toml").read_text("utf-8")
    assert not FOLDER.search(text)
    for term in terms():
        for cell in filter(lambda cell: isinstance(cell, str), term.values()):
            assert not CODE.search(cell), term
