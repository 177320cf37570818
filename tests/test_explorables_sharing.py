"""What the explorables of the chapter Sharing say, by hand or by another way of reckoning."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from mutualaid import explorables, history
from mutualaid.explore import grid

POOL = explorables.how_large_must_the_pool_be()
MONEY = explorables.before_or_after_the_case()
PAYERS = explorables.who_pays_for_whom()
LEVELS = (1.0, 0.34)


#: The table's own level, by which the tests reckon unless they say otherwise.
TABLE = {"how-large-must-the-pool-be": {"level": 1.0}, "who-pays-for-whom": {"scale": 1.0}}


def state_of(one, **settings):
    settings = TABLE.get(one.name, {}) | settings
    view = one.view(**settings)
    return view, one.sentence(view, settings)


def number(text: str) -> float:
    return float(text.replace(",", "").removesuffix(" million")) * (
        1e6 if text.endswith("million") else 1
    )


def table_of_incidence() -> dict[tuple[str, int], float]:
    rows = history.table("incidence").query("diseases == 25 and status == 'used'")
    return {(r.sex, r.age): r.value for r in rows.itertuples()}


def shares_of_ages() -> np.ndarray:
    """31 percent of 20 to 29, 48 of 30 to 39, and children who make the mean age 34.4."""
    children = (49.5 * 0.21 - (34.4 - 24.5 * 0.31 - 34.5 * 0.48)) / 40
    shares = np.empty(60)
    shares[:20], shares[20:30], shares[30:40] = children / 20, 0.031, 0.048
    shares[40:] = (0.21 - children) / 20
    return shares


def expected_benefits() -> dict[str, np.ndarray]:
    table = table_of_incidence()
    paid = np.where(np.arange(60) < 40, 300_000, 100_000)
    return {s: paid * [table[s, age] for age in range(60)] for s in ("male", "female")}


@pytest.mark.parametrize("one", [POOL, MONEY, PAYERS], ids=lambda one: one.name)
def test_each_control_changes_figure_and_words_from_the_start(one):
    states = dict(zip((tuple(s.values()) for s in one.settings()), grid.states(one), strict=True))
    start = list(one.start.values())
    for number_, control in enumerate(one.controls):
        shown, said = set(), set()
        for stop in control.stops:
            document = states[tuple(stop if k == number_ else v for k, v in enumerate(start))]
            shown.add(str([document["data"], document["layout"]]))
            said.add(one.words.format(**document["words"]))
        assert len(shown) == len(said) == len(control.stops), control.name


def test_grids_are_small():
    for one in (POOL, MONEY, PAYERS):
        assert 100 <= len(grid.states(one)) <= 300
        assert len(str(grid.pack(grid.states(one)))) < 50 * 1024


# ---- size and chance ----------------------------------------------------------------------


def test_the_level_of_034_is_what_the_bills_of_2021_imply():
    """In 2021 members paid 23 of 24 notices; the model's year has 24."""
    paid = history.facts("annual/2021/critical/share")[0].value
    year = sum(shares_of_ages() @ values for values in expected_benefits().values()) / 2
    assert round(paid * 24 / 23 / (1.08 * year), 2) == 0.34


@pytest.mark.parametrize("scale", ["notice", "year"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_mean_bill_is_the_same_with_any_number_of_members(level, scale):
    year = sum(shares_of_ages() @ values for values in expected_benefits().values()) / 2
    expected = 1.08 * level * year / (24 if scale == "notice" else 1)
    view, _ = state_of(POOL, level=level, scale=scale)
    mean = view.table["mean bill, yuan per head"]
    assert mean.nunique() == 1
    # A hundred million members in whole numbers: ages are a hair off their shares.
    assert mean.iloc[0] == pytest.approx(expected, abs=0.006)


def test_the_range_shrinks_with_the_root_of_the_members():
    """A normal bill: 1.96 f / sqrt(expected cases) to each side, f from two benefits."""
    table, ages = table_of_incidence(), shares_of_ages()
    chance = ages * [(table["male", a] + table["female", a]) / 48 for a in range(60)]
    q = np.array([chance[:40].sum(), chance[40:].sum()])
    benefit = np.array([3e5, 1e5])
    for members in (1_000_000, 10_000_000, 100_000_000):
        view, _ = state_of(POOL, members=members)
        mean, low, high = (number(view.words[name]) for name in ("mean", "low", "high"))
        half = 1.96 * math.sqrt(benefit**2 @ q / members) * 1.08
        assert (high - low) / 2 == pytest.approx(half, rel=0.05)
        assert (high + low) / 2 == pytest.approx(mean, rel=0.01)


def test_a_bill_of_ten_thousand_members_against_a_hundred_million():
    """The numbers of the chapter: from nothing to four times the mean, or two percent about it."""
    few, _ = state_of(POOL, members=10_000)
    many, _ = state_of(POOL, members=10**8)
    assert [few.words[k] for k in ("mean", "low", "high")] == ["19.30", "0.00", "75.60"]
    assert [many.words[k] for k in ("mean", "low", "high")] == ["19.30", "18.87", "19.73"]


def test_the_range_and_the_chance_agree_with_drawn_bills():
    rng = np.random.default_rng(20260101)
    view, _ = state_of(POOL, members=1_000_000)
    table, ages = table_of_incidence(), shares_of_ages()
    chance = ages * [(table["male", a] + table["female", a]) / 48 for a in range(60)]
    cases = rng.binomial(1_000_000, [chance[:40].sum(), chance[40:].sum()], (40_000, 2))
    bills = 1.08 * cases @ [3e5, 1e5] / 1e6
    inside = (bills >= number(view.words["low"])) & (bills <= number(view.words["high"]))
    assert inside.mean() == pytest.approx(0.955, abs=0.01)
    near = np.abs(bills - bills.mean()) <= 0.1 * bills.mean()
    assert near.mean() == pytest.approx(0.626, abs=0.01)
    assert view.words["near"] == "62.6%"


def test_what_counts_is_the_number_of_cases_and_not_of_members():
    """About 2,000, 500 or 125 cases, at any level and length: (1.96 f / x) squared."""
    for within, cases in ((0.05, 2011), (0.1, 504), (0.2, 126)):
        seen = set()
        for level in LEVELS:
            for scale in ("notice", "year"):
                view, _ = state_of(POOL, level=level, scale=scale, within=within)
                seen.add(number(view.words["cases"]))
                assert number(view.words["cases"]) == pytest.approx(cases, rel=0.004)
        assert cases in seen
        assert cases == pytest.approx((1.96 * 1.1416 / within) ** 2, rel=0.01)


def test_a_third_of_the_incidence_needs_three_times_the_members_and_a_year_a_24th():
    def needed(**settings):
        return number(state_of(POOL, **settings)[0].words["needed"])

    assert needed() == 4.98e6
    assert needed(level=0.34) == 14.6e6
    assert needed(level=0.34) == pytest.approx(needed() / 0.34, rel=0.01)
    assert needed(scale="year") == pytest.approx(needed() / 24, rel=0.01)


def test_the_chance_is_95_percent_on_the_right_of_the_line_only():
    (column,) = (c for c in POOL.view().table.columns if c.startswith("chance"))
    for within in (0.05, 0.1, 0.2):
        view, _ = state_of(POOL, within=within)
        needed = number(view.words["needed"])
        beyond = view.table["members"] > 1.1 * needed
        assert (view.table[column][beyond] >= 95).all()
        assert (view.table[column][view.table["members"] < 0.9 * needed] < 95).all()


def test_in_the_smallest_plan_a_notice_may_bring_nothing_or_six_times_the_mean():
    """What the chapter says of the first setting, at a third of the table."""
    view, _ = state_of(POOL, level=0.34, members=10_000)
    low, mean, high = (number(view.words[name]) for name in ("low", "mean", "high"))
    assert low == 0
    assert 6 < high / mean < 7
    large, _ = state_of(POOL, level=0.34, members=10**8)
    assert number(large.words["high"]) / number(large.words["low"]) < 1.1


# ---- before or after the case -------------------------------------------------------------


def test_a_quarter_used_is_seen_by_nobody_until_the_end():
    """300,000 yuan in; 12 cases of 10,800 out; 170,400 owed in the end, and 95,400 held."""
    view, said = state_of(MONEY)
    assert (
        "uses 25% of it, 75,000 yuan. Nobody notices before the end; then members lose 75,000"
        in said
    )
    last = view.table[view.table["paid"] == "before the case"].set_index("notice").loc["12"]
    assert last["held, yuan"] == 300_000 - 75_000 - 12 * 10_800 == 95_400
    assert last["owed to members, yuan"] == 300_000 - 12 * 10_800 == 170_400
    assert last["owed to families, yuan"] == 0


def test_a_run_shows_what_is_gone_and_families_lose_too():
    """At notice 8 each balance is 213.60; 225,000 less 86,400 are held; 700 ask for 149,520."""
    _, said = state_of(MONEY, run=0.7)
    assert 225_000 - 8 * 10_800 == 138_600 and 700 * 213.6 == 149_520
    assert "Leavers get 138,600 of 149,520 yuan at once. It is noticed at notice 8" in said
    # Nothing is left for the last four families, nor for the fee on them.
    assert "families lose 40,000 yuan" in said
    assert "misses 3,200 yuan of its fee" in said
    # Owed: the rest to leavers, and 300 balances of 213.60 less four shares of 36.
    assert f"members lose {149_520 - 138_600 + 300 * (213.6 - 4 * 36):,.0f} yuan" in said


def test_who_leaves_first_is_paid_and_who_stays_loses():
    _, said = state_of(MONEY, used=0.1, run=0.7)
    assert "Leavers get 149,520 of 149,520 yuan at once. It is noticed at notice 12" in said
    assert "members lose 20,880 yuan, families lose 8,320 yuan" in said


def lost(view, way):
    rows = view.table[view.table["paid"] == f"{way} the case"]
    return rows.filter(like="lost by").sum()


def test_before_the_case_all_that_is_lost_is_what_the_platform_used():
    for settings in MONEY.settings():
        view = MONEY.view(**settings)
        losses = lost(view, "before")
        assert losses.sum() == pytest.approx(300_000 * settings["used"], abs=0.005)
        if settings["good"]:
            assert losses.drop("lost by the platform, yuan").sum() == 0


def test_after_the_case_no_balance_is_lost_and_families_lose_only_above_the_fee():
    """8 of 108 yuan are the fee: 7.4 percent may not pay before a family misses a fen."""
    for settings in MONEY.settings():
        losses = lost(MONEY.view(**settings), "after")
        assert losses["lost by members, yuan"] == 0
        missed = losses["lost by families, yuan"] > 0
        assert missed == (settings["nonpayment"] > 8 / 108 and not settings["good"])
    losses = lost(MONEY.view(nonpayment=0.1), "after")
    assert losses["lost by families, yuan"] == 12 * (10_000 - 0.9 * 10_800) == 3_360
    assert losses["lost by the platform, yuan"] == 12 * 800
    assert "Families wait; in the end families lose 3,360" in state_of(MONEY, nonpayment=0.1)[1]
    assert "Families are paid at once" in state_of(MONEY, nonpayment=0.07)[1]
    assert "Families wait; in the end families lose 768" in state_of(MONEY, nonpayment=0.08)[1]


def test_after_the_case_nothing_but_roundings_is_ever_held():
    for settings in MONEY.settings():
        rows = MONEY.view(**settings).table
        held = rows["held, yuan"][rows["paid"] == "after the case"]
        assert held.max() <= 1_000 * 0.01


def test_who_stays_pays_more_for_each_case():
    _, said = state_of(MONEY, run=0.7)
    assert "A case costs each 10.80 yuan, and 36 after the run." in said
    _, said = state_of(MONEY, run=0.3)
    assert "and 15.43 after the run" in said  # 10,800 / 700 = 15.428...


def test_the_ring_is_where_it_is_noticed_and_nowhere_if_it_is_not():
    def ringed(**settings):
        (trace,) = (t for t in MONEY.view(**settings).figure.data if t.name == "noticed")
        return list(trace.x)

    assert ringed() == ringed(used=0.0, run=0.7) == []
    assert ringed(run=0.7) == [8]
    assert ringed(used=0.1, run=0.7) == [12]


def test_no_member_is_asked_for_more_than_the_deposit():
    """So the platform uses a part of 300,000 yuan in every state, and the percents are of it."""
    for settings in MONEY.settings():
        view = MONEY.view(**settings)
        gone = number(view.words["gone"])
        assert gone == pytest.approx(300_000 * settings["used"])


# ---- who pays for whom --------------------------------------------------------------------


def test_what_is_told_of_a_member_is_the_table_times_the_benefit():
    benefits, ages = expected_benefits(), shares_of_ages()
    mean = sum(ages @ values for values in benefits.values()) / 2
    for sex in ("male", "female"):
        for age in (5, 29, 39, 40, 59):
            for level in LEVELS:
                view, said = state_of(PAYERS, sex=sex, age=age, scale=level)
                assert number(view.words["benefit"]) == pytest.approx(
                    level * benefits[sex][age], abs=0.006
                )
                assert number(view.words["charge"]) == pytest.approx(level * mean, abs=0.006)
                word = "receives" if benefits[sex][age] > mean else "gives"
                off = f"{abs(round(level * benefits[sex][age], 2) - round(level * mean, 2)):,.2f}"
                assert f"each {word} {off} yuan a year" in said


def test_in_equal_shares_the_young_and_those_just_past_40_pay_for_the_rest():
    for sex in ("male", "female"):
        off = PAYERS.view(sex=sex).table.iloc[:, 3]
        assert (off[:34] < 0).all() and (off[36:40] > 0).all()
        assert (off[40:45] < 0).all() and (off[46:] > 0).all()


MOVED = {
    "equal": "23.2", "by benefit band": "20.1", "by age band": "12.1",
    "in proportion to benefit": "31.3", "fair": "0.0",
}  # fmt: skip


@pytest.mark.parametrize("scheme", MOVED)
def test_the_money_moved_is_half_of_what_is_off_and_the_same_at_each_level(scheme):
    ages, off, total = shares_of_ages(), 0.0, 0.0
    for sex in ("male", "female"):
        table = PAYERS.view(scheme=scheme, sex=sex).table
        off += ages @ np.abs(table.iloc[:, 3]) / 2
        total += ages @ table["charge, yuan a year"]
    assert f"{100 * off / total:.1f}" == MOVED[scheme]
    for level in LEVELS:
        assert PAYERS.view(scheme=scheme, scale=level).words["moved"] == MOVED[scheme]


@pytest.mark.parametrize("scheme", MOVED)
def test_every_scheme_collects_what_is_expected(scheme):
    """What men and women give and receive adds up to nothing."""
    ages = shares_of_ages()
    off = sum(ages @ PAYERS.view(scheme=scheme, sex=s).table.iloc[:, 3] for s in ("male", "female"))
    assert off == pytest.approx(0, abs=0.01)


def test_a_charge_in_proportion_to_the_benefit_costs_the_young_most():
    young = {s: number(PAYERS.view(scheme=s, scale=1.0).words["young"]) for s in MOVED}
    assert young == {
        "equal": 428.80, "by benefit band": 351.24, "by age band": 196.02,
        "in proportion to benefit": 497.16, "fair": 196.02,
    }  # fmt: skip
    benefits, ages = expected_benefits(), shares_of_ages()[:30]
    own = sum(ages @ values[:30] for values in benefits.values()) / 2 / ages.sum()
    assert young["by age band"] == pytest.approx(own, abs=0.006)
    # Three to one: whoever may get 300,000 pays three times as much.
    charge = PAYERS.view(scheme="in proportion to benefit", scale=1.0).table["charge, yuan a year"]
    assert charge[39] / charge[40] == pytest.approx(3, abs=1e-4)


def test_by_expected_benefit_nobody_gives():
    _, said = state_of(PAYERS, scheme="fair", age=59)
    assert "each neither gives nor receives" in said
    assert re.search(r"may expect 1,743\.00 yuan a year and is charged 1,743\.00", said)
