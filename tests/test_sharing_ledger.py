"""The books: every fault is found on its line, clean books raise no alarm, text loses nothing."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import heads, periods

from mutualaid.periods import Period
from mutualaid.sharing import (
    ACCOUNTS,
    ENTRIES,
    KINDS,
    Caps,
    Notice,
    audit,
    draw_notices,
    journal,
    plant_fault,
    read_journal,
    settle,
    to_csv,
)

DECEMBER = Period(2021, 12, 1)

seeds = st.integers(0, 10**9)


def notice(period, cases, members, **more):
    bill = settle(benefits=list(cases.values()), members=members, **more)
    return Notice(period=period, cases=cases, bill=bill)


def two_notices():
    """Ten members and two notices; the second brings in 0.09 yuan and its cap binds."""
    return [
        # 10.00 and 5.01 yuan, fee 1.2008 so 1.20: 16.21, shared 1.63, and 0.09 left over.
        notice(DECEMBER, {"a": 1_000, "b": 501}, 10, unpaid=2),
        # 12.00 yuan, fee 0.96: 12.96, of which the cap of 1.20 a head leaves 0.96 to the sponsor;
        # 12.00 less 0.09 is shared 1.20, and 0.09 is left over again.
        notice(DECEMBER + 1, {"c": 1_200}, 10, carried_in=9, caps=Caps(per_case=120)),
    ]


CAPS = {"2021-12-1": Caps(), "2021-12-2": Caps(per_case=120)}


def changed(books, at, /, **cells):
    """A copy of a journal with some cells of one line changed."""
    books, lines = books.copy(), books["line"] == at
    for name, cell in cells.items():
        books.loc[lines, name] = cell
    return books


def found(books, **rules):
    return audit(books, **rules)[["line", "kind", "expected_fen", "found_fen"]].to_numpy().tolist()


# ---- the books by hand --------------------------------------------------------------------


def test_two_notices_by_hand():
    books = journal(two_notices())
    columns = ["day", "entry", "account_debit", "account_credit", "debit_fen", "case", "members"]
    assert books["line"].tolist() == list(range(1, 21))
    assert (books["debit_fen"] == books["credit_fen"]).all()
    assert books[columns].to_numpy().tolist() == [
        ["2021-12-07", "case published", "notice", "families", 1_000, "a", 0],
        ["2021-12-07", "case published", "notice", "families", 501, "b", 0],
        ["2021-12-07", "fee", "notice", "platform", 120, "", 0],
        ["2021-12-07", "share", "members", "notice", 1_630, "", 10],
        ["2021-12-07", "carried out", "notice", "carry-over", 9, "", 0],
        ["2021-12-14", "collected", "cash", "members", 1_304, "", 8],
        ["2021-12-14", "arrears", "arrears", "members", 326, "", 2],
        ["2021-12-14", "case paid", "families", "cash", 1_000, "a", 0],
        ["2021-12-14", "case paid", "families", "cash", 501, "b", 0],
        ["2021-12-14", "fee paid", "platform", "cash", 120, "", 0],
        ["2021-12-21", "case published", "notice", "families", 1_200, "c", 0],
        ["2021-12-21", "fee", "notice", "platform", 96, "", 0],
        ["2021-12-21", "carried in", "carry-over", "notice", 9, "", 0],
        ["2021-12-21", "share", "members", "notice", 1_200, "", 10],
        ["2021-12-21", "sponsor", "sponsor", "notice", 96, "", 0],
        ["2021-12-21", "carried out", "notice", "carry-over", 9, "", 0],
        ["2021-12-28", "collected", "cash", "members", 1_200, "", 10],
        ["2021-12-28", "sponsor paid", "cash", "sponsor", 96, "", 0],
        ["2021-12-28", "case paid", "families", "cash", 1_200, "c", 0],
        ["2021-12-28", "fee paid", "platform", "cash", 96, "", 0],
    ]


def balances(books):
    debits = books.groupby("account_debit")["debit_fen"].sum()
    credits = books.groupby("account_credit")["credit_fen"].sum()
    return debits.reindex(ACCOUNTS, fill_value=0) - credits.reindex(ACCOUNTS, fill_value=0)


@given(period=periods, members=heads)
@settings(max_examples=30)
def test_what_is_owed_stands_on_the_notice_day_and_what_is_paid_on_the_deduction_day(
    period, members
):
    books = journal([notice(period, {"a": 10**6}, members, unpaid=members // 2)])
    days = {entry: set(lines["day"]) for entry, lines in books.groupby("entry")}
    for owed in ("case published", "fee", "share"):
        assert days[owed] == {f"{period.year}-{period.month:02d}-{(7, 21)[period.half - 1]:02d}"}
    for paid in ("collected", "case paid", "fee paid"):
        assert days[paid] == {f"{period.year}-{period.month:02d}-{(14, 28)[period.half - 1]:02d}"}
    assert set(books["period"]) == {period.label}
    assert audit(books, caps=Caps()).empty


@given(seed=seeds, count=st.integers(1, 5))
@settings(max_examples=50)
def test_what_passes_through_is_settled_and_cash_is_surplus_less_arrears(seed, count):
    notices = draw_notices(seed=seed, notices=count)
    left = balances(journal(notices))
    for account in ("notice", "families", "platform", "members", "sponsor"):
        assert left[account] == 0
    arrears = sum(one.bill.arrears for one in notices)
    surplus = notices[-1].bill.carried_out
    assert left["arrears"] == arrears
    assert left["carry-over"] == -surplus
    assert left["cash"] == surplus - arrears


@given(seed=seeds)
@settings(max_examples=50)
def test_drawn_notices_follow_each_other_and_bring_in_what_was_left(seed):
    notices = draw_notices(seed=seed, notices=4)
    assert notices == draw_notices(seed=seed, notices=4)
    for one, after in pairwise(notices):
        assert after.period - one.period == 1
        assert after.bill.carried_in == one.bill.carried_out


# ---- each fault by hand -------------------------------------------------------------------


def test_clean_books_raise_no_alarm():
    assert found(journal(two_notices()), caps=CAPS) == []


# Lines as in the table above; amounts in fen.
@pytest.mark.parametrize(
    ("line", "cells", "finding"),
    [
        (3, {"credit_fen": 121}, [3, "debit and credit differ", 120, 121]),
        (4, {"day": "2021-12-21"}, [4, "wrong day", 1_630, 1_630]),
        (6, {"day": "2021-12-28"}, [6, "wrong day", 1_304, 1_304]),
        (6, {"account_debit": "arrears"}, [6, "wrong account", 1_304, 1_304]),
        (3, {"members": 10}, [3, "out of place", 120, 120]),
        (5, {"case": "a"}, [5, "out of place", 9, 9]),
        (8, {"debit_fen": 999, "credit_fen": 999}, [8, "paid unlike published", 1_000, 999]),
        (4, {"debit_fen": 1_640, "credit_fen": 1_640}, [4, "share too high", 1_630, 1_640]),
        (3, {"debit_fen": 119, "credit_fen": 119}, [3, "fee wrong", 120, 119]),
        (10, {"debit_fen": 119, "credit_fen": 119}, [10, "fee wrong", 120, 119]),
        (6, {"debit_fen": 1_303, "credit_fen": 1_303}, [6, "collection wrong", 1_304, 1_303]),
        (7, {"debit_fen": 163, "credit_fen": 163}, [7, "arrears wrong", 326, 163]),
        (7, {"members": 3}, [7, "arrears wrong", 326, 326]),
        (5, {"debit_fen": 8, "credit_fen": 8}, [5, "carry-over wrong", 9, 8]),
        (13, {"debit_fen": 8, "credit_fen": 8}, [13, "carry-over not brought in", 9, 8]),
        (15, {"debit_fen": 95, "credit_fen": 95}, [15, "sponsor wrong", 96, 95]),
        (18, {"debit_fen": 97, "credit_fen": 97}, [18, "sponsor wrong", 96, 97]),
    ],
)
def test_a_line_that_is_wrong_is_named_with_both_amounts(line, cells, finding):
    assert found(changed(journal(two_notices()), line, **cells), caps=CAPS) == [finding]


@pytest.mark.parametrize(
    ("gone", "finding"),
    [
        (8, [1, "never paid", 1_000, 0]),
        (3, [4, "fee missing", 120, 0]),
        (20, [14, "fee missing", 96, 0]),
        (7, [6, "arrears wrong", 326, 0]),
        (13, [5, "carry-over not brought in", 9, 0]),
        (15, [14, "sponsor missing", 96, 0]),
        (18, [14, "sponsor missing", 96, 0]),
        (4, [6, "line missing", 0, 0]),
        (6, [4, "line missing", 0, 0]),
        (16, [14, "carry-over wrong", 9, 0]),
    ],
)
def test_a_line_that_is_gone_is_told_on_the_line_it_belongs_to(gone, finding):
    books = journal(two_notices())
    assert found(books[books["line"] != gone], caps=CAPS)[0] == finding


@pytest.mark.parametrize(
    ("copied", "cells", "kind"),
    [
        (8, {"case": "z"}, "paid, never published"),
        (8, {}, "paid twice"),
        (8, {"period": "2021-12-2", "day": "2021-12-28"}, "paid twice"),
        (4, {}, "line doubled"),
        (1, {}, "line doubled"),
        (7, {"members": 1}, "line doubled"),
    ],
)
def test_a_line_too_many_is_named_by_its_own_number(copied, cells, kind):
    books = journal(two_notices())
    more = changed(books[books["line"] == copied], copied, line=99, **cells)
    findings = found(pd.concat([books, more], ignore_index=True), caps=CAPS)
    assert findings == [[99, kind, 0, int(more["debit_fen"].iloc[0])]]


def test_a_sponsor_is_refused_where_no_cap_binds():
    # Without the cap the share of the second notice must be 1.29: (12.96 - 0.09) / 10.
    findings = found(journal(two_notices()), caps=Caps())
    assert [15, "sponsor without a cap", 0, 96] in findings
    assert [18, "sponsor without a cap", 0, 96] in findings
    assert [14, "share too low", 1_290, 1_200] in findings


def test_a_share_one_fen_too_high_and_collected_throughout_is_one_finding():
    books = journal(two_notices())
    for line, amount in ((4, 1_640), (5, 19), (6, 1_312), (7, 328)):
        books = changed(books, line, debit_fen=amount, credit_fen=amount)
    assert found(books, caps=CAPS) == [[4, "share too high", 1_630, 1_640]]


def test_a_case_paid_with_another_notice_than_its_own_is_on_the_wrong_day():
    books = changed(journal(two_notices()), 8, period="2021-12-2", day="2021-12-28")
    assert found(books, caps=CAPS) == [[8, "wrong day", 1_000, 1_000]]


@pytest.mark.parametrize(
    ("side", "debit", "credit"), [("debit_fen", 29, 30), ("credit_fen", 30, 29)]
)
def test_of_two_sides_brought_into_the_first_notice_the_one_that_fits_is_believed(
    side, debit, credit
):
    # 10.80 less 0.30 is 1.05 for each of ten; less 0.29 it would be 1.06.
    books = journal([notice(DECEMBER, {"a": 1_000}, 10, carried_in=30)])
    assert books["entry"][2] == "carried in"
    findings = found(changed(books, 3, **{side: 29}), caps=Caps())
    assert findings == [[3, "debit and credit differ", debit, credit]]


def test_two_faults_are_two_findings():
    books = changed(journal(two_notices()), 3, debit_fen=1, credit_fen=1)
    books = changed(books, 19, debit_fen=2, credit_fen=2)
    assert found(books, caps=CAPS) == [
        [3, "fee wrong", 120, 1],
        [19, "paid unlike published", 1_200, 2],
    ]


def test_the_cap_for_a_year_counts_what_earlier_notices_took_and_starts_anew():
    # Ten members, 1.08 yuan each notice; 1.50 a year leaves 0.42 for the second notice of 2019,
    # and all of the first of 2020.
    caps, paid, notices = Caps(per_year=150), 0, []
    for period in (Period(2019, 12, 1), Period(2019, 12, 2), Period(2020, 1, 1)):
        paid = 0 if period.year == 2020 else paid
        notices.append(
            notice(period, {f"{period}": 1_000}, 10, caps=caps, paid_this_year=paid)
        )  # fmt: skip
        paid += notices[-1].bill.share
    assert [one.bill.share for one in notices] == [108, 42, 108]
    assert found(journal(notices), caps=caps) == []
    # Had each paid 0.50 before the first of them, that one could take 1.00 only.
    late = found(journal(notices), caps=caps, paid_this_year=50)
    assert [3, "share too high", 1_000, 1_080] in late


# ---- every kind, a thousand times ---------------------------------------------------------


def drawn(seed, kind):
    """A clean journal that can carry a fault of a kind, and the journal with it."""
    for again in range(20):
        books = journal(draw_notices(seed=seed + 10_000 * again, notices=4))
        try:
            return books, plant_fault(books, kind, seed)
        except ValueError as refusal:
            assert "journal must have" in str(refusal)
    raise AssertionError(f"no journal in twenty can carry {kind!r}")


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_fifty_faults_of_a_kind_is_found_on_its_line_and_nothing_else_is(kind):
    # Twenty-one kinds, fifty seeds each: over a thousand faults, and as many clean journals.
    assert len(KINDS) == 21
    start = 50 * list(KINDS).index(kind)
    for seed in range(start, start + 50):
        books, faulty = drawn(seed, kind)
        assert audit(books).empty, seed
        fault = faulty.attrs["fault"]
        assert fault["kind"] == kind
        assert audit(faulty)[["kind", "line"]].to_dict("records") == [fault], seed


@given(seed=seeds, kind=st.sampled_from(list(KINDS)))
@settings(max_examples=60)
def test_a_fault_survives_the_way_through_text(seed, kind):
    _, faulty = drawn(seed, kind)
    assert audit(read_journal(to_csv(faulty))).equals(audit(faulty))


@given(seed=seeds, kind=st.sampled_from(list(KINDS)))
@settings(max_examples=40)
def test_the_same_seed_plants_the_same_fault_in_a_copy(seed, kind):
    books, faulty = drawn(seed, kind)
    text = to_csv(books)
    assert to_csv(plant_fault(books, kind, seed)) == to_csv(faulty) != text
    assert to_csv(books) == text


# ---- text ---------------------------------------------------------------------------------


@given(seed=seeds, count=st.integers(1, 4))
@settings(max_examples=40)
def test_text_and_back_is_the_same_journal(seed, count):
    books = journal(draw_notices(seed=seed, notices=count))
    pd.testing.assert_frame_equal(read_journal(to_csv(books)), books)


@pytest.mark.parametrize("name", ["a, b", 'the "first"', "张三", "'", "NA", "nan", "1e5", " x "])
def test_a_case_keeps_its_name_through_text(name):
    books = journal([notice(DECEMBER, {name: 1_000}, 10)])
    assert read_journal(to_csv(books))["case"].tolist() == books["case"].tolist()
    assert name in set(books["case"])


def test_no_notice_is_an_empty_journal_and_stays_one():
    books = journal([])
    pd.testing.assert_frame_equal(read_journal(to_csv(books)), books)
    assert audit(books).empty


def test_sums_of_a_billion_members_stay_exact():
    large = notice(DECEMBER, {"a": 10**15 + 1}, 10**9)
    books = read_journal(to_csv(journal([large])))
    # 8 percent on top of 10^15 + 1 fen is 8 x 10^13 + 0.08.
    assert books.loc[books["entry"] == "fee", "debit_fen"].tolist() == [8 * 10**13]
    assert books.loc[books["entry"] == "case paid", "debit_fen"].tolist() == [10**15 + 1]
    assert audit(books, caps=Caps()).empty


@pytest.mark.parametrize(
    ("column", "wrong", "allowed"),
    [
        ("line", "0", "a whole number of at least 1"),
        ("line", "one", "a whole number of at least 0"),
        ("period", "2021-12-3", "a period such as '2021-12-1'"),
        ("day", "2021-12-32", "a day such as '2021-12-07'"),
        ("day", "7.12.2021", "a day such as '2021-12-07'"),
        ("entry", "gift", "one of case published, fee, "),
        ("account_debit", "bank", "one of notice, families, "),
        ("account_credit", "", "one of notice, families, "),
        ("debit_fen", "1.5", "a whole number of at least 0"),
        ("debit_fen", "-1", "a whole number of at least 0"),
        ("credit_fen", str(2**63), "a whole number of at least 0"),
        ("credit_fen", "", "a whole number of at least 0"),
        ("members", "٣", "a whole number of at least 0"),
        ("case", " ", "a printable name, or nothing"),
        ("case", "a\tb", "a printable name, or nothing"),
    ],
)
def test_a_malformed_cell_is_refused_with_row_and_column(column, wrong, allowed):
    rows = [line.split(",") for line in to_csv(journal(two_notices())).splitlines()]
    rows[3][rows[0].index(column)] = wrong
    text = "\n".join(",".join(row) for row in rows)
    said = (
        f"^row 4, column '{column}': must be {re.escape(allowed)}.*, got {re.escape(repr(wrong))}$"
    )
    with pytest.raises(ValueError, match=said):
        read_journal(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "^row 1: columns must be .*got nothing"),
        ("line,period\n", "^row 1: columns must be .*got \\['line', 'period'\\]"),
        (to_csv(journal([])) + "1,2021-12-1\n", "^row 2: must have 10 cells, got 2"),
        (to_csv(journal([])) + '1,"2021', "^row 2: "),
    ],
)
def test_a_malformed_text_is_refused_with_its_row(text, said):
    with pytest.raises(ValueError, match=said):
        read_journal(text)


# ---- refusals -----------------------------------------------------------------------------


def test_a_notice_whose_bill_is_of_other_cases_is_refused():
    bill = settle(benefits=[1_000], members=10)
    with pytest.raises(ValueError, match="bill must have the 1 cases and 999 fen .*got 1 and 1000"):
        Notice(period=DECEMBER, cases={"a": 999}, bill=bill)
    with pytest.raises(ValueError, match="bill must keep its money, got 3 fen amiss"):
        Notice(period=DECEMBER, cases={"a": 1_000}, bill=replace(bill, fee=bill.fee + 3))


@pytest.mark.parametrize("name", ["", " ", "a\nb", 7])
def test_a_case_without_a_printable_name_is_refused(name):
    with pytest.raises(ValueError, match="cases must have printable names, got"):
        notice(DECEMBER, {name: 1_000}, 10)


def test_notices_out_of_order_and_cases_published_twice_are_refused():
    first, second = two_notices()
    with pytest.raises(ValueError, match="in order, got 2021-12-1 after 2021-12-2"):
        journal([second, first])
    with pytest.raises(ValueError, match="published once, got 'a'"):
        journal([first, notice(DECEMBER + 1, {"a": 1}, 10)])


def test_books_without_a_column_a_number_or_a_known_entry_are_refused():
    books = journal(two_notices())
    with pytest.raises(ValueError, match="^journal must have the columns line, period, "):
        audit(books.drop(columns="case"))
    with pytest.raises(ValueError, match="^journal must have the columns line, period, "):
        to_csv(books.drop(columns="case"))
    with pytest.raises(ValueError, match="^line must be a number of its own, got 2 twice"):
        audit(changed(books, 1, line=2))
    with pytest.raises(ValueError, match=r"^entry must be one of .*got 'gift' in line 3"):
        audit(changed(books, 3, entry="gift"))


@pytest.mark.parametrize(
    ("wrong", "named"), [(7, "caps"), (None, "caps"), ({"2021-12-2": 7}, r"caps\['2021-12-2'\]")]
)
def test_caps_that_are_none_are_refused_with_their_notice(wrong, named):
    books = journal([notice(DECEMBER, {"a": 1_000}, 10)])
    with pytest.raises(TypeError, match=f"^{named} must be a Caps, .*got (7|None)$"):
        audit(books, caps=wrong)


def test_a_fault_that_a_journal_cannot_carry_is_refused():
    calm = journal([notice(DECEMBER, {"a": 1_000}, 10)])
    for kind in ("sponsor missing", "arrears wrong", "carry-over not brought in"):
        with pytest.raises(ValueError, match="^journal must have a "):
            plant_fault(calm, kind, seed=1)
    with pytest.raises(ValueError, match="^kind must be one of .*got 'theft'"):
        plant_fault(calm, "theft", seed=1)


@pytest.mark.parametrize(("name", "wrong"), [("notices", 0), ("members", 9)])
def test_a_plan_too_small_to_draw_is_refused(name, wrong):
    with pytest.raises(
        ValueError, match=f"^{name} must be a whole number of at least .*got {wrong}"
    ):
        draw_notices(seed=1, **{name: wrong})


def test_a_generator_serves_as_well_as_its_seed():
    assert draw_notices(seed=np.random.default_rng(5)) == draw_notices(seed=5)


def test_every_entry_stands_on_known_accounts():
    assert all({debit, credit} <= set(ACCOUNTS) for debit, credit, _ in ENTRIES.values())
