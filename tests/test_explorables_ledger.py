"""What the explorables of the bill and the books say, against sums done by hand."""

from __future__ import annotations

import math

import pytest

from mutualaid import explorables, history, sharing
from mutualaid.explorables import ledger
from mutualaid.explore import grid
from mutualaid.periods import Period

MADE = (
    explorables.one_notice(),
    explorables.caps_and_the_sponsor(),
    explorables.audit_the_ledger(),
)


def state_of(one, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


@pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)
def test_each_control_changes_the_figure_from_the_start(one):
    drawn = one.view().figure.to_json()
    for control in one.controls:
        others = [stop for stop in control.stops if stop != control.start]
        assert any(one.view(**{control.name: stop}).figure.to_json() != drawn for stop in others)


# ---- one notice ---------------------------------------------------------------------------


def parts_of(view):
    return dict(zip(view.table["part"], view.table["yuan"], strict=True))


def test_a_thousand_cases_of_100000_yuan():
    """108,000,000 / 71,177,000 = 1.517...; 1.52 x 71,177,000 = 108,189,040."""
    view, said = state_of(explorables.one_notice())
    assert "cost 108.00 million yuan, with a fee of 8%" in said
    assert "the bill is 1.52 yuan each" in said
    assert "leaves 189,040 yuan for the next notice" in said
    assert parts_of(view)["charged to members"] == 108_189_040


def test_the_last_bill_is_seven_yuan_and_two_fen_and_says_what_was_published():
    one = explorables.one_notice()
    settings = dict(one.presets[0].settings)
    view, said = state_of(one, **settings)
    parts = parts_of(view)
    # 6.50 yuan of benefits a head: 71,177,000 x 6.5 = 462,650,500 = 3,250 x 142,354.
    assert parts["benefits"] == 462_650_500 == 3_250 * 142_354
    assert parts["benefits"] == pytest.approx(sharing.last_bill()["value"].iloc[0], abs=0.01)
    assert parts["share of each member"] == history.fact("notices/2021-12-1/critical/share").value
    sharers = history.fact("notices/2021-12-1/critical/sharers").value
    assert round(1e6 * settings["members"]) == sharers
    assert parts["carried out"] == 0
    assert "Of Dec 7, 2021, only share and sharers were published" in said
    assert "were published" not in state_of(one)[1]


def test_one_case_among_100_million_costs_a_fen_and_the_next_one_nothing():
    """324,000 yuan are 0.324 fen a head; one fen each is 1,000,000 yuan."""
    one = explorables.one_notice()
    settings = dict(one.presets[1].settings)
    _, first = state_of(one, **settings)
    assert "the bill is 0.01 yuan each. Rounded up to the fen, it leaves 676,000 yuan" in first
    _, second = state_of(one, **settings, before=True)
    assert "left 676,000 yuan, which are carried in" in second
    assert "nobody pays, and 352,000 yuan go on" in second


@pytest.mark.parametrize(("fee", "bill"), [(0.0, "1.41"), (0.08, "1.52"), (0.1, "1.55")])
def test_the_fee_is_on_top_of_the_benefits(fee, bill):
    """100,000,000 / 71,177,000 = 1.4049..., times 1.08 = 1.517..., times 1.1 = 1.545...."""
    assert f"the bill is {bill} yuan each" in state_of(explorables.one_notice(), fee=fee)[1]


def test_money_is_kept_in_every_state():
    for document in grid.states(explorables.one_notice()):
        parts = dict(zip(*document["table"]["cells"], strict=True))
        assert parts["amiss, by the check of the money"] == 0
        out = parts["benefits"] + parts["fee"] + parts["carried out"]
        assert out == pytest.approx(parts["carried in"] + parts["charged to members"], abs=1e-3)


# ---- caps and the sponsor -----------------------------------------------------------------

POOLS = explorables.caps_and_the_sponsor().controls[2].stops
RATES = explorables.caps_and_the_sponsor().controls[1].stops


def test_ten_cases_among_a_million_cost_a_yuan_and_the_sponsor_the_rest():
    """10 x 324,000 / 1,000,000 = 3.24 yuan; the cap is 10 x 0.1 = 1 yuan a head."""
    _, said = state_of(explorables.caps_and_the_sponsor())
    assert "10 cases of 300,000 yuan. Without a cap the bill is 3.24 yuan each" in said
    assert "each member pays 1.00 yuan, and the sponsor 2.24 million yuan, 69% of all" in said


def test_the_bill_without_a_cap_does_not_depend_on_the_pool():
    one = explorables.caps_and_the_sponsor()
    for rate in RATES:
        bills = set(one.view(cap="none", rate=rate).table["bill without a cap, yuan per head"])
        # 324,000 yuan for each of the people helped in a million.
        assert bills == {math.ceil(32.4 * rate) / 100}


@pytest.mark.parametrize("rate", RATES)
def test_the_cap_for_a_case_binds_below_3_24_million_members_and_nowhere_else(rate):
    table = explorables.caps_and_the_sponsor().view(cap="case", rate=rate).table
    bound = table["bound by"] == "case"
    assert bound.equals(table["members, million"] < 3.24)
    capped = table[bound]
    assert capped["members pay, yuan per head"].tolist() == pytest.approx(capped["cases"] / 10)
    assert (table["sponsor pays, million yuan"] > 0).equals(bound)


@pytest.mark.parametrize(
    ("cap", "from_rate", "binds"),
    [
        # 2 / 0.324 = 6.2 cases in a million.
        ("period", 10, "period"),
        # 11 notices of 16.20 yuan are 178.20, of 8.10 yuan 89.10.
        ("year-12", 50, "year"),
        # 24 notices of 8.10 yuan are 194.40, of 6.48 yuan 155.52.
        ("year-24", 25, "year"),
    ],
)
def test_the_other_caps_bind_by_the_cases_at_any_number_of_members(cap, from_rate, binds):
    one = explorables.caps_and_the_sponsor()
    for rate in RATES:
        bound = set(one.view(cap=cap, rate=rate).table["bound by"])
        assert bound == {binds if rate >= from_rate else "no cap"}


@pytest.mark.parametrize(
    ("cap", "rate", "paid", "before"),
    [
        ("period", 10, "2.00", None),
        ("year-24", 25, "1.70", "23 notices before it, alike and capped, cost 186.30 yuan"),
        ("year-12", 50, "9.80", "11 notices before it, alike and capped, cost 178.20 yuan"),
        ("year-24", 50, "0.00", "23 notices before it, alike and capped, cost 188.00 yuan"),
    ],
)
def test_what_members_pay_under_a_cap(cap, rate, paid, before):
    _, said = state_of(explorables.caps_and_the_sponsor(), cap=cap, rate=rate)
    assert f"each member pays {paid} yuan" in said
    assert (before or "") in said


def test_the_caps_are_those_of_the_plans():
    _, caps = ledger._terms()
    assert (caps["case"].per_case, caps["period"].per_period, caps["year-24"].per_year) == (
        history.fact("plans/critical/cap_per_case").value * 100,
        history.fact("plans/transport/cap_per_period").value * 100,
        history.fact("plans/critical/cap_year/2019-01-01").value * 100,
    )


# ---- the audit ----------------------------------------------------------------------------

BOOKS = explorables.audit_the_ledger().controls[0].stops


def by_hand(table) -> set[str]:
    """Check a journal as a reader would, from the drawn table alone."""
    found = set()
    if (table["debit, yuan"] != table["credit, yuan"]).any():
        found.add("debit and credit differ")
    fen = {
        entry: {
            period: (
                round(100 * part["debit, yuan"].sum()),
                int(part["members"].str.replace(",", "").replace("", "0").iloc[0]),
            )
            for period, part in lines.groupby("period")
        }
        for entry, lines in table.groupby("entry")
    }
    carried = 0
    for period in sorted(set(table["period"])):
        notice = table[table["period"] == period]
        on_notice = notice["entry"].isin(
            ["case published", "fee", "carried in", "share", "sponsor", "carried out"]
        )
        half = Period.parse(period)
        days = on_notice.map(
            {True: f"{half.notice_day:%m-%d}", False: f"{half.deduction_day:%m-%d}"}
        )
        if (days != notice["day"]).any():
            found.add("wrong day")
        published, paid = (
            sorted(notice.loc[notice["entry"] == entry, "case"])
            for entry in ("case published", "case paid")
        )
        if set(published) - set(paid):
            found.add("never paid")
        if len(paid) > len(set(paid)):
            found.add("paid twice")

        def amount(entry, label=period):
            return fen.get(entry, {}).get(label, (0, 0))

        fee = (8 * amount("case published")[0] + 50) // 100
        if {amount("fee")[0], amount("fee paid")[0]} != {fee}:
            found.add("fee wrong")
        if amount("carried in")[0] != carried and carried is not None:
            found.add("carry-over not brought in")
        need = amount("case published")[0] + fee - (carried or 0)
        charged, members = amount("share")
        share = -(-need // members)
        if charged > share * members:
            found.add("share too high")
        collected, payers = amount("collected")
        if collected != charged // members * payers:
            found.add("collection wrong")
        carried = amount("carried out")[0]
    return found


@pytest.mark.parametrize("books", BOOKS)
def test_a_reader_finds_by_hand_what_the_audit_finds(books):
    one = explorables.audit_the_ledger()
    kind = ledger._BOOKS[books][0]
    table = one.view(books=books, notice="all").table
    # Lines stand in the order of the books; the period of a line is that of the notice it is in.
    table["period"] = ledger._books(books)["period"].tolist()
    assert by_hand(table) == ({kind} if kind else set())
    found = ledger._findings(books)
    assert found["kind"].tolist() == ([kind] if kind else [])


@pytest.mark.parametrize("books", BOOKS)
def test_the_answer_stands_nowhere_before_it_is_asked_for(books):
    one = explorables.audit_the_ledger()
    kind = ledger._BOOKS[books][0]
    for notice in one.controls[1].stops:
        view, said = state_of(one, books=books, notice=notice)
        assert set(view.table["audit"]) == {""}
        assert "found" not in {trace.name for trace in view.figure.data}
        assert "The audit finds" not in said
        shown, told = state_of(one, books=books, notice=notice, shown=True)
        assert (f": {kind}." if kind else "The audit finds nothing") in told
        assert set(shown.table["audit"]) <= {"", kind}
    assert set(shown.table["audit"]) == {"", kind}


def test_eight_faults_of_different_kinds_and_a_clean_one_among_them():
    kinds = [ledger._BOOKS[books][0] for books in BOOKS]
    assert kinds[0] == ""
    assert sorted(kinds[1:]).count("") == 1
    planted = [kind for kind in kinds if kind]
    assert len(set(planted)) == len(planted) == 8
    assert planted != sorted(planted, key=list(sharing.KINDS).index)


def test_the_fee_of_the_first_books_by_hand():
    """8 percent of 32.47 and 53.42 yuan are 6.8712: 6.87, not 5.58."""
    view, said = state_of(explorables.audit_the_ledger(), shown=True)
    published = view.table[view.table["entry"] == "case published"]
    assert published["debit, yuan"].tolist() == [32.47, 53.42]
    assert "line 3 (notice 1): fee wrong." in said
    assert "Expected 6.87 yuan, found 5.58." in said
    assert "2 hold money; all eight together come to 0.00 yuan" in said


def test_a_fault_that_no_balance_shows_and_one_that_only_their_sum_shows():
    one = explorables.audit_the_ledger()
    wrong_day = next(name for name, (kind, *_) in ledger._BOOKS.items() if kind == "wrong day")
    _, said = state_of(one, books=wrong_day, notice="all")
    assert "none holds money; all eight together come to 0.00 yuan" in said
    sides = next(name for name, (kind, *_) in ledger._BOOKS.items() if kind.startswith("debit"))
    _, said = state_of(one, books=sides, notice="all")
    assert "none holds money; all eight together come to \N{MINUS SIGN}7.55 yuan" in said
