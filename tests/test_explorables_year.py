"""The books of the simulated year: what they say, what the files hold, what an audit finds."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import zipfile
from fractions import Fraction

import pandas as pd
import pytest

from conftest import HTML, ROOT
from mutualaid import explorables, members, sharing
from mutualaid.periods import Period

ONE = explorables.a_simulated_year()
LABELS = ONE.controls[0].stops


@pytest.fixture(scope="module")
def year():
    return members.simulated_year()


@pytest.fixture(scope="module")
def frame(year):
    return year.to_frame()


@pytest.fixture(scope="module")
def cases(year):
    return year.cases()


@pytest.fixture(scope="module")
def journal(year):
    return year.journal()


@pytest.fixture(scope="module")
def packed(year):
    return year.to_zip()


@pytest.fixture(scope="module")
def files(packed):
    """The texts in the zip, by name."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name.split("/")[1]: archive.read(name).decode() for name in archive.namelist()}


def said(label, look):
    view = ONE.view(notice=label, scale=look)
    return view, ONE.sentence(view, {"notice": label, "scale": look})


def fen(text):
    """Every sum of yuan and fen in a sentence, in fen."""
    return [int(one.replace(",", "").replace(".", "")) for one in re.findall(r"[\d,]+\.\d\d", text)]


# ---- the year -----------------------------------------------------------------------------


def test_the_year_is_at_true_size_and_closes(year, frame, cases):
    assert frame["notice"].tolist() == [
        p.label for p in (Period(2020, 1, 1) + n for n in range(24))
    ]
    # The published sharers of the critical plan, which the scenario follows.
    assert frame["members_persons"].max() == pytest.approx(101e6, rel=0.001)
    assert 40_000 < len(cases) < 70_000
    assert members.check_books(year) == 0
    assert len(year.audit()) == 0
    assert frame["carried_in_fen"].iloc[0] > 0
    assert frame["carried_in_fen"].tolist()[1:] == frame["carried_out_fen"].tolist()[:-1]


def test_cases_of_a_notice_add_up_to_its_benefits(frame, cases):
    sums = cases.groupby("published")["benefit_fen"].agg(["size", "sum"])
    assert sums["sum"].tolist() == frame["benefits_fen"].tolist()
    assert sums["size"].tolist() == frame["cases_persons"].tolist()


def test_the_same_year_is_drawn_once_and_another_is_refused(year):
    assert members.simulated_year(2020, seed=2020) is year
    for wrong in (2018, 2022, 2020.5):
        with pytest.raises(ValueError, match="year must be a whole number from 2019 to 2021"):
            members.simulated_year(wrong)
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0"):
        members.simulated_year(seed=-1)


def test_the_scenario_is_the_fit_with_three_digits(year):
    from mutualaid.churn import fit

    for name, value in fit().estimates.items():
        drawn = getattr(year.run.scenario, name)
        assert drawn == pytest.approx(value, rel=0.005) and drawn == float(f"{drawn:.3g}"), name


# ---- the explorable -----------------------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
def test_the_words_of_a_bill_are_its_identity_to_the_fen(cases, label):
    _, words = said(label, "bill")
    benefits, fee, carried, shared, share, charged, left, both = fen(words)
    people, there = (
        int(re.search(rf"([\d,]+) {what}", words)[1].replace(",", ""))
        for what in ("people are helped", "members")
    )
    assert fee == round(Fraction(8, 100) * benefits)
    assert shared == benefits + fee - carried
    assert share == -(-shared // there) and charged == share * there
    assert benefits + fee + left == charged + carried == both
    assert people == (cases["published"] == label).sum()


@pytest.mark.parametrize("label", LABELS)
def test_the_table_of_a_bill_is_the_journal_of_the_notice(journal, label):
    view, _ = said(label, "bill")
    lines = journal[journal["period"] == label]
    table = view.table.set_index(view.table["line"].str.partition(" (")[0])
    assert table["fen"].to_dict() == lines.groupby("entry")["debit_fen"].sum().to_dict()
    assert table["people"]["case paid"] == (lines["entry"] == "case paid").sum()
    assert table["people"]["share"] == lines["members"].max()


@pytest.mark.parametrize("label", LABELS)
def test_the_cases_by_age_and_sex_are_those_of_the_notice(cases, label):
    view, words = said(label, "cases")
    cases = cases[cases["published"] == label]
    table = view.table.set_index("line")
    assert table["people"].sum() == len(cases)
    assert table["fen"].sum() == cases["benefit_fen"].sum() == fen(words)[-1]
    here = cases[(cases["sex"] == "female") & cases["age_years"].between(35, 39)]
    assert table.loc["women, 35 to 39 years"].tolist() == [len(here), here["benefit_fen"].sum()]


@pytest.mark.parametrize("label", LABELS)
def test_the_year_so_far_closes_at_each_notice(frame, label):
    _, words = said(label, "year")
    opening, charged, shares, benefits, fee, left, carried = fen(words)
    assert left == carried == opening + charged - benefits - fee
    so_far = frame[frame["notice"] <= label]
    assert shares == so_far["share_fen_per_head"].sum()
    assert benefits == so_far["benefits_fen"].sum()


def test_the_chapter_says_what_is_seen_in_every_notice(frame, cases):
    """Spring, the drop at 40, a good third of the people with about three fifths of the money."""
    shares = frame["share_fen_per_head"]
    low = int(shares.idxmin())
    assert frame["notice_day"][low][5:7] in ("03", "04", "05")
    assert shares.iloc[-1] == pytest.approx(2 * shares[low], rel=0.1)
    for label in LABELS:
        people = said(label, "cases")[0].table["people"].to_numpy()
        bands = people[:12] + people[12:]
        assert bands[7] > bands[6] > bands[5] > bands[4], label
        assert bands[7] > bands[8] and bands[11] > bands[10] > bands[9], label
        here = cases[cases["published"] == label]
        young = here["age_years"] < 40
        assert 1 / 3 < young.mean() < 0.4, label
        money = here["benefit_fen"][young].sum() / here["benefit_fen"].sum()
        assert money == pytest.approx(0.62, abs=0.03), label


# ---- the files ----------------------------------------------------------------------------


def test_the_zip_is_the_same_bytes_twice_and_small(packed, year):
    assert hashlib.sha256(packed).digest() == hashlib.sha256(year.to_zip()).digest()
    # The chapter says: about a megabyte.
    assert 0.7e6 < len(packed) < 1.4e6
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_zip_holds_what_it_says(files, cases):
    told = files["README.txt"]
    assert told.startswith("SIMULATED BOOKS. NOBODY IN THEM IS REAL")
    assert "Seed 2020, mutualaid " in told
    assert max(map(len, told.splitlines())) <= 100
    assert set(re.findall(r"^(\w+\.csv)  ", told, re.M)) | {"README.txt"} == set(files)
    for name in ("notices.csv", "cases.csv", "journal.csv", "balances.csv", "scenario.csv"):
        header, *rows = csv.reader(io.StringIO(files[name]))
        assert rows and {len(row) for row in rows} == {len(header)}, name
        assert len(set(header)) == len(header), name
    assert pd.read_csv(io.StringIO(files["cases.csv"])).equals(cases)
    # What would name a member: no file has it.
    assert not re.search(r"member_|number", files["cases.csv"].partition("\n")[0])


def test_the_journal_read_back_from_its_file_passes_the_audit_of_the_readme(files):
    journal = sharing.read_journal(files["journal.csv"])
    assert len(sharing.audit(journal)) == 0


def test_the_books_can_be_audited_from_the_files_by_hand(files):
    """As the text says, by plain loops over lines of text."""
    benefits: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(files["cases.csv"])):
        notice = row["case"].partition("/")[0]
        assert notice == row["published"]
        benefits[notice] = benefits.get(notice, 0) + int(row["benefit_fen"])
    carried = None
    for row in csv.DictReader(io.StringIO(files["notices.csv"])):
        total = int(row["benefits_fen"])
        assert total == benefits.pop(row["notice"])
        fee = int(row["fee_fen"])
        assert fee == int(Fraction(row["fee_rate"]) * total + Fraction(1, 2))
        assert carried in (None, int(row["carried_in_fen"]))
        need, there = total + fee - int(row["carried_in_fen"]), int(row["members_persons"])
        share = int(row["share_fen_per_head"])
        assert share - 1 < Fraction(need, there) <= share
        carried = int(row["carried_out_fen"])
        assert carried == share * there - need
        assert dt.date.fromisoformat(row["notice_day"]).day in (7, 21)
    assert benefits == {}
    balances = {r["account"]: r for r in csv.DictReader(io.StringIO(files["balances.csv"]))}
    assert int(balances["carry-over"]["closing_fen"]) == -carried


@pytest.mark.parametrize("kind", ["paid unlike published", "share too high", "fee wrong"])
def test_a_fault_planted_in_the_file_is_found(files, year, kind):
    journal = sharing.read_journal(files["journal.csv"])
    faulty = sharing.plant_fault(journal, kind, seed=5)
    again = sharing.read_journal(sharing.to_csv(faulty))
    (found,) = year.audit(again).to_dict("records")
    assert (found["kind"], found["line"]) == (kind, faulty.attrs["fault"]["line"])


def test_a_benefit_changed_in_the_file_of_the_journal_is_found(files):
    """A case published with a yuan less than it is paid: one digit, changed by hand."""
    lines = files["journal.csv"].splitlines()
    place = next(n for n, line in enumerate(lines) if ",case published," in line)
    assert lines[place].count("10000000") == 2
    lines[place] = lines[place].replace("10000000", "9999900")
    found = sharing.audit(sharing.read_journal("\n".join(lines) + "\n"))
    assert "paid unlike published" in set(found["kind"])


# ---- the page -----------------------------------------------------------------------------


def test_the_chapter_links_to_the_file_that_the_build_writes():
    import sys

    sys.path.insert(0, str(ROOT / "_ext"))
    from book import BOOKS

    page, name = BOOKS
    text = (ROOT / f"{page}.ipynb").read_text("utf-8")
    assert f'<a href=\\"{name}\\" download>' in text


@pytest.mark.page
def test_the_page_gives_the_books_to_take_away(visit, packed):
    seen = visit("chapters/sharing.html")
    with seen.page.expect_download() as caught:
        seen.page.locator("a[download][href$='.zip']").press("Enter")
    assert caught.value.suggested_filename == "simulated-year-2020.zip"
    assert caught.value.path().read_bytes() == packed
    assert seen.outside == []
    assert (HTML / "chapters" / "simulated-year-2020.zip").exists()
