"""The benchmark: what it wrote last, and what the colophon prints of it. Times are not judged."""

from __future__ import annotations

import json
import re
import sys

import pandas as pd
import pytest

from conftest import HTML, ROOT

sys.path.insert(0, str(ROOT / "_ext"))
sys.path.insert(0, str(ROOT / "benchmarks"))
import book
import members
import pages

COLUMNS = [
    "kind", "way", "members", "seconds", "memory_mebibytes", "million_member_periods_per_second",
    "share_of_sweep", "times_ours",
]  # fmt: skip


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    return pd.read_csv(ROOT / "benchmarks" / "members.csv")


def test_each_way_was_measured_at_each_of_its_sizes(measured):
    assert list(measured) == COLUMNS
    drawn = measured[measured["kind"] == "drawn"]
    sizes = (10**4, 10**5, 10**6, 10**7, 10**8)
    assert list(zip(drawn["members"], drawn["way"], strict=True)) == [
        (size, way) for size in sizes for way, (_, most) in members.WAYS.items() if size <= most
    ]
    expected = measured[measured["kind"] == "expected"]
    assert list(expected["way"]) == list(members.EXPECTED)
    assert len(drawn) + len(expected) == len(measured)


def test_its_columns_agree_with_each_other(measured):
    """What is above 0 is; ours is the base; a sweep is the same for all."""
    numbers = measured[COLUMNS[2:]]
    assert (numbers["seconds"] > 0).all()
    assert (numbers["memory_mebibytes"] >= 0).all()
    base = measured.groupby(["kind", "members"])["seconds"].transform("first")
    assert measured["times_ours"].to_numpy() == pytest.approx(
        (measured["seconds"] / base).to_numpy(), rel=2e-3
    )
    drawn = measured[measured["kind"] == "drawn"]
    on = json.loads((ROOT / "benchmarks" / "machine.json").read_text("utf-8"))
    sweeps = drawn["million_member_periods_per_second"] / drawn["share_of_sweep"]
    assert sweeps.to_numpy() == pytest.approx(on["sweep_million_per_second"], rel=2e-3)
    # Each way at one size has had as many member-periods.
    work = drawn["million_member_periods_per_second"] * drawn["seconds"]
    assert (work.groupby(drawn["members"]).agg(lambda w: w.max() / w.min()) < 1.003).all()


def test_the_colophon_prints_it(measured):
    page = (HTML / "chapters" / "colophon.html").read_text("utf-8")
    assert book.measured_on() in page
    cells = re.findall(r"<td><p>(.*?)</p></td>", page.replace("\u00a0", " "))
    for _, row in measured.iterrows():
        at = [place for place, cell in enumerate(cells) if cell == row["way"]]
        drawn = row["kind"] == "drawn"
        said = [f"{row['members']:,} members"] * drawn + [book.duration(row["seconds"])]
        said.append(f"{book.short(row['times_ours'])} times ours")
        assert any(cells[place + 1 : place + 1 + len(said)] == said for place in at), row["way"]


def test_each_page_was_measured_and_the_colophon_prints_it():
    """Times and scores are not judged; only what cannot depend on the machine is."""
    measured = json.loads((ROOT / "benchmarks" / "pages.json").read_text("utf-8"))
    rows = {page["page"]: page for page in measured["pages"]}
    assert list(rows) == pages.names()
    printed = (HTML / "chapters" / "colophon.html").read_text("utf-8").replace("\u00a0", " ")
    assert book.measured_on(measured["machine"]) in printed
    for name, row in rows.items():
        text = (HTML / f"{name}.html").read_text("utf-8")
        assert row["explorables"] == text.count('<section class="ma-explorable"'), name
        assert ("first_seconds" in row) == (row["explorables"] > 0)
        assert row.get("step_milliseconds", 0) <= row.get("step_95_milliseconds", 0)
        assert row["sent_kilobytes"] <= row["kilobytes"]
        assert row["accessibility"] == row["best-practices"] == 100, name
        short = name.rpartition("/")[2]
        assert f"<td><p>{short}</p></td>" in printed
        assert f"<td><p>{row['kilobytes']} KB</p></td>" in printed


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.00087, "0.87 ms"),
        (0.0397, "40 ms"),
        (0.1, "0.10 s"),
        (4.715, "4.7 s"),
        (1234.5, "1,234 s"),
    ],
)
def test_durations_are_written_in_two_digits(seconds, said):
    assert book.duration(seconds) == said


def test_the_rivals_stay_out_of_the_book():
    """Their lock has the book's versions of all that both have; only it has Mesa and modelx."""

    def pins(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in re.findall(r"^[\w.-]+==[^ ]+", (ROOT / name).read_text("utf-8"), flags=re.M):
            found.setdefault(line.partition("==")[0], set()).add(line)
        return found

    ours, rivals = pins("requirements.txt"), pins("benchmarks/requirements.txt")
    assert {"mesa", "modelx"} <= rivals.keys() - ours.keys()
    assert {"numpy", "pandas", "scipy"} <= rivals.keys() & ours.keys()
    assert all(rivals[name] == ours[name] for name in rivals.keys() & ours.keys())
