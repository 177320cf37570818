"""Published numbers set beside each other: within their rounding, never against themselves."""

from dataclasses import replace

import pytest

from mutualaid import history
from mutualaid.sharing import (
    Span,
    benefit_bounds,
    combinations,
    compare_readings,
    last_bill,
    parts,
    printed_span,
    readings,
    what_would_close,
)


@pytest.fixture(scope="module")
def compared():
    return compare_readings()


@pytest.fixture(scope="module")
def known():
    return parts().set_index(["notice", "plan", "part"])


# ---- what a printed figure allows ---------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "part", "low", "high"),
    [
        ("notices/2021-12-1/critical/share", "share", 7.015, 7.025),
        ("notices/2020-12-1/elderly/share", "share", 20.495, 20.505),  # in fen, if one digit
        ("notices/2020-05-2/critical/share", "share", 3.7, 3.9),  # about 3.8
        ("notices/2019-07-1/critical/share@siliu-2020-12", "share", 0.9, 1.1),  # about 1
        ("notices/2021-12-1/critical/sharers", "sharers", 71_176_500, 71_177_500),
        ("notices/2021-04-2/critical/sharers", "sharers", 86_387_150, 86_387_250),
        ("notices/2019-01-2/critical/sharers", "sharers", 23_000_000, 24_000_000),  # over 23
        ("notices/2019-11-2/critical/sharers", "sharers", 100_000_000, 110_000_000),
        ("notices/2021-12-2/all/sharers", "sharers", 74_000_000, 76_000_000),  # about 75
        ("notices/2021-04-2/critical/benefits", "benefits", 488_645_000, 488_655_000),
        ("notices/2019-01-2/critical/benefits", "benefits", 600_000, 600_000),  # 2 x 300,000
        ("notices/2019-06-2/critical/helped", "cases", 150, 150),
        ("platform_facts/waterdrop/sharers/2019-09", "sharers", 19_000_000, 20_000_000),  # under
    ],
)
def test_a_printed_figure_stands_for_what_rounds_to_it(key, part, low, high):
    span = printed_span(history.fact(key), part)
    assert (span.low, span.high) == pytest.approx((low, high), abs=1e-9)
    assert span.keys == (key,)


def test_a_figure_in_words_has_no_span():
    row = replace(history.fact("notices/2021-12-1/critical/share"), value=None, text="seven")
    with pytest.raises(ValueError, match="must have a number, got 'seven'"):
        printed_span(row, "share")


# ---- which parts are known ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "plan", "part", "state"),
    [
        ("2021-12-1", "critical", "share", "published"),
        ("2021-12-1", "critical", "sharers", "published"),
        ("2021-12-1", "critical", "benefits", "unknown"),
        ("2021-12-1", "critical", "cases", "unknown"),
        ("2021-12-1", "critical", "mean_benefit", "unknown"),
        ("2021-12-1", "all", "cases", "contested"),
        ("2021-04-2", "critical", "benefits", "published"),
        ("2021-04-2", "critical", "fee", "derived"),
        ("2021-04-2", "critical", "mean_benefit", "derived"),
        ("2019-01-2", "critical", "benefits", "derived"),
        ("2019-06-2", "critical", "sharers", "inferred"),
        ("2019-07-1", "critical", "share", "contested"),
        ("2019-01-1", "critical", "share", "unknown"),  # its one row is rejected
        ("2021-12-2", "all", "benefits", "contested"),
    ],
)
def test_a_part_is_told_as_the_tables_know_it(known, notice, plan, part, state):
    assert known.loc[(notice, plan, part), "state"] == state


def test_a_value_that_is_not_preferred_is_told_beside_the_other(known):
    row = known.loc[("2019-07-1", "critical", "share")]
    assert (row["value"], row["other_values"]) == (0.94, "1")


def test_every_notice_has_every_part_and_no_value_without_a_state(known):
    assert set(known.groupby(["notice", "plan"]).size()) == {6}
    assert (known["value"].isna() == (known["state"] == "unknown")).all()


# ---- readings -----------------------------------------------------------------------------


def row_of(compared, notice, part, plan="critical"):
    rows = compared[
        (compared["notice"] == notice) & (compared["plan"] == plan) & (compared["part"] == part)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_last_bill_is_a_reconstruction(compared):
    row = row_of(compared, "2021-12-1", "benefits")
    # 7.02 x 71,177,000 / 1.08, from 7.015 x 71,176,500 to 7.025 x 71,177,500.
    assert row["implied"] == pytest.approx(462_650_500)
    assert row["implied_low"] == pytest.approx(7.015 * 71_176_500 / 1.08)
    assert row["implied_high"] == pytest.approx(7.025 * 71_177_500 / 1.08)
    assert (row["label"], row["verdict"]) == ("reconstruction", "nothing to compare")


def test_the_two_last_notices_of_2021_leave_24_million_to_the_other_plans():
    rows = last_bill().set_index("what")
    # 25,937 less 24,894 less 556 million; 462.65 of them for the critical plan.
    assert rows.loc["benefits of all plans", "value"] == 487_000_000
    other = rows.loc["benefits of the other plans"]
    assert other["value"] == pytest.approx(24_349_500)
    assert other["low"] < 24_349_500 - 1_500_000 < 24_349_500 + 1_500_000 < other["high"]
    # A year before the elderly plan alone took three times as much: 20.5 x 4,035,000 / 1.08.
    elderly = rows.loc["benefits of the elderly plan, 2020-12-1", "value"]
    assert elderly == pytest.approx(76_590_278, abs=1)
    assert set(rows["label"]) == {"reconstruction"}


@pytest.mark.parametrize(
    ("part", "implied", "published"),
    [
        ("share", 488_650_000 * 1.08 / 86_387_200, 6.39),  # 6.109
        ("benefits", 6.39 * 86_387_200 / 1.08, 488_650_000),  # 511.1 million
        ("sharers", 488_650_000 * 1.08 / 6.39, 86_387_200),  # 82.6 million
    ],
)
def test_the_numbers_of_april_2021_do_not_fit_each_other(compared, part, implied, published):
    row = row_of(compared, "2021-04-2", part)
    assert row["implied"] == pytest.approx(implied)
    assert row["difference"] == pytest.approx(implied - published)
    assert row["verdict"] == "does not agree"


def test_the_first_notice_fits_within_its_rounding(compared):
    # 648,000 yuan among 23 to 24 million: 0.0270 to 0.0282; printed 0.03.
    row = row_of(compared, "2019-01-2", "share")
    assert (row["implied_low"], row["implied_high"]) == pytest.approx((0.027, 0.0281739), abs=1e-6)
    assert row["verdict"] == "agrees"


def test_nothing_is_checked_against_its_own_factors(compared):
    # The benefits of the first notice are its cases times 300,000.
    assert row_of(compared, "2019-01-2", "mean_benefit")["verdict"] == "no check possible"

    def behind(keys):
        waiting, seen = [key.partition("@")[0] for key in keys], set()
        while waiting:
            key = waiting.pop()
            seen.add(key)
            waiting += [one for row in history.facts(key) for one in row.inputs]
        return seen

    checked = compared[
        compared["verdict"].isin(["agrees", "agrees within one fen", "does not agree"])
    ]
    assert len(checked) >= 6
    for inputs, target in zip(checked["inputs"], checked["compared_with"], strict=True):
        given, wanted = inputs.split("; "), target.split("; ")
        assert not behind(given) & set(wanted)
        assert not behind(wanted) & set(given)


def test_a_figure_derived_from_the_share_is_no_check_of_the_share():
    share = printed_span(history.fact("notices/2021-04-2/critical/share"), "share")
    tied = replace(share, keys=("annual/2021-04-21/critical/payers_from_benefits",))
    (row,) = readings._compared({"notice": "", "plan": ""}, "share", "", tied, [share])
    assert row["verdict"] == "no check possible"


@pytest.mark.parametrize(
    ("implied", "verdict"),
    [
        (7.0149, "agrees within one fen"),
        (7.015, "agrees"),
        (7.025, "agrees"),
        (7.0349, "agrees within one fen"),
        (7.0351, "does not agree"),
        (7.0049, "does not agree"),
    ],
)
def test_a_share_agrees_within_its_rounding_or_within_one_fen(implied, verdict):
    share = printed_span(history.fact("notices/2021-12-1/critical/share"), "share")
    exact = Span(value=implied, low=implied, high=implied, keys=())
    assert readings._verdict("share", exact, share) == verdict


@pytest.mark.parametrize(
    ("plan", "notice", "low", "high"),
    [
        ("critical", "2019-04-1", 100_000, 300_000),
        ("critical", "2019-06-2", 50_000, 300_000),  # light thyroid cancer
        ("critical", "2021-04-2", 100_000 / 3, 300_000),  # entry version
        ("all", "2021-12-2", 100_000 / 3, 1_000_000),  # an accident in the air
    ],
)
def test_a_mean_benefit_is_compared_with_what_the_plan_could_pay(plan, notice, low, high):
    bounds = benefit_bounds(plan, notice)
    assert (bounds.low, bounds.high) == pytest.approx((low, high))


def test_a_mean_benefit_from_share_and_sharers_is_a_reconstruction(compared):
    row = row_of(compared, "2019-06-2", "mean_benefit")
    assert row["implied"] == pytest.approx(0.51 * 72_000_000 / 1.08 / 150)  # 226,667
    assert (row["label"], row["verdict"]) == ("reconstruction", "possible")


# ---- the puzzle ---------------------------------------------------------------------------


def test_no_combination_of_printed_numbers_closes_april_2021():
    tried = combinations("2021-04-2").set_index(["sharers_of", "fee"])
    assert len(tried) == 6
    assert not tried["closes"].any()
    nearest = tried["difference_yuan_per_head"].abs().idxmin()
    assert nearest == ("critical", "10 percent on top")
    implied = tried.loc[nearest, "implied_yuan_per_head"]
    assert implied == pytest.approx(488_650_000 * 1.1 / 86_387_200)  # 6.22


def test_a_combination_that_does_close_is_told():
    # The first notice closes with either fee: 0.0282 and 0.0287 are both printed 0.03.
    tried = combinations("2019-01-2").set_index("fee")
    assert tried["closes"].to_dict() == {
        "8 percent on top": True,
        "10 percent on top": True,
        "within the printed benefits": True,
    }


def test_what_would_close_april_2021_by_hand():
    rows = what_would_close("2021-04-2").set_index("change")["needed"]
    full = 488_650_000 * 1.08 / 6.39
    assert round(full) == 82_588_732  # also annual/2021-04-21/critical/payers_from_benefits
    assert rows["members charged in full"] == pytest.approx(full)
    missing = 86_387_200 - full
    assert rows["sharers as printed who were charged nothing"] == pytest.approx(missing)
    assert rows["members with half of benefit and share"] == pytest.approx(2 * missing)
    assert rows["members with a third of benefit and share"] == pytest.approx(1.5 * missing)
    charged = 6.39 * 86_387_200
    assert rows["benefits"] == pytest.approx(charged / 1.08)
    assert rows["fee rate"] == pytest.approx(charged / 488_650_000 - 1)  # 13 percent
    assert rows["carried in"] == pytest.approx(488_650_000 * 1.08 - charged)  # a debt of 24 million


def test_each_change_closes_the_notice():
    rows = what_would_close("2021-04-2").set_index("change")["needed"]
    n, b = 86_387_200, 488_650_000
    half = rows["members with half of benefit and share"]
    third = rows["members with a third of benefit and share"]
    for bill in (
        b * 1.08 / (n - half / 2),
        b * 1.08 / (n - third * 2 / 3),
        b * (1 + rows["fee rate"]) / n,
        (b * 1.08 - rows["carried in"]) / n,
    ):
        assert bill == pytest.approx(6.39)


def test_a_notice_without_its_numbers_has_nothing_to_close():
    assert combinations("2021-12-1").empty
    with pytest.raises(ValueError, match="must have benefits, sharers and share, got '2021-12-1'"):
        what_would_close("2021-12-1")
