"""What is held against the notices: targets, fits with their rivals and band, the causes divided.

The last part states what the book says of its replay and its prediction, with the misses.
"""

import csv
import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutualaid import history
from mutualaid.churn import (
    CAUSES,
    END_OF_2020,
    FREE,
    HINDSIGHT,
    LAST_PAID,
    NOT_SO,
    RIVALS,
    SETTLED,
    Scenario,
    Target,
    active_causes,
    band,
    decompose,
    fit,
    naive_forecasts,
    predicted,
    project,
    rivals,
    shaken,
    shapley,
    starting_scenario,
    targets,
    that_fit,
    uncapped,
    without,
)
from mutualaid.churn.published import FIRST, LAST
from mutualaid.periods import Period

DATA = Path(history.__file__).parents[2] / "data"
NEW_YEAR_2021 = Period(2021, 1, 1)


def place(period):
    """Return how many half-months a period lies after the first, reckoned here."""
    return (period.year - 2018) * 24 + (period.month - 10) * 2 + period.half - 2


def made(scenario, known=None):
    """Return the figures as a scenario itself gives them, with their widths."""
    known = targets() if known is None else known
    values = predicted(project(scenario), known).tolist()
    return tuple(
        replace(each, value=value, low=value, high=value)
        for each, value in zip(known, values, strict=True)
    )


def bills_of(year):
    """Return the published single bills of a year."""
    return [t for t in targets() if t.series == "bill" and t.how == "at" and t.last.year == year]


@pytest.fixture(scope="module")
def to_the_end():
    return fit()


@pytest.fixture(scope="module")
def to_2020():
    return fit(END_OF_2020)


# ---- targets ------------------------------------------------------------------------------


def rows():
    """Return the rows of the tables by address, read without the package."""
    found = {}
    for table, first in (("notices", "notice"), ("annual", "span")):
        with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = f"{table}/{row[first]}/{row['plan']}/{row['quantity']}"
                found.setdefault(key, []).append(row)
    return found


def test_each_target_is_its_row():
    known = rows()
    for each in targets():
        (used,) = [row for row in known[each.key] if row["status"] == "used"]
        assert each.value == float(used["value"]), each.key
        assert used["plan"] == "critical"
        assert used["basis"] != "derived"
        assert used["approx"] in ("", "about")


def test_every_bill_and_count_that_is_told_is_a_target():
    told = {
        key
        for key, all_rows in rows().items()
        for row in all_rows
        if key.startswith("notices/") and row["plan"] == "critical" and row["status"] == "used"
        and row["quantity"] in ("share", "helped") and row["basis"] != "derived"
        and row["approx"] not in ("over", "under")
    }  # fmt: skip
    assert {each.key for each in targets() if each.how == "at"} == told
    assert len({each.key for each in targets()}) == len(targets())


def test_a_target_allows_its_printed_form_and_what_disputes_it():
    known = rows()
    for each in targets():
        assert each.low <= each.value <= each.high
        assert each.width >= math.log(each.high / each.low) / math.sqrt(12), each.key
        for row in known[each.key]:
            if row["status"] in ("used", "disputed"):
                assert each.low <= float(row["value"]) <= each.high, each.key
        disputed = any(row["status"] == "disputed" for row in known[each.key])
        if each.how == "at" and each.series == "bill" and not disputed:
            step = 0.1 if each.key == "notices/2020-05-2/critical/share" else 0.005  # about 3.8
            assert each.high - each.value == pytest.approx(step)
            assert each.value - each.low == pytest.approx(step)


def test_the_width_of_the_last_bill_by_hand():
    last = next(t for t in targets() if t.key == "notices/2021-12-1/critical/share")
    cases = 7.02 * 71_177_000 / 160_000
    printed = math.log(7.025 / 7.015) / math.sqrt(12)
    assert last.width == pytest.approx(math.sqrt(0.1**2 + 1.25 / cases + printed**2))


def test_the_width_of_few_cases_is_mostly_chance():
    first = next(t for t in targets() if t.key == "notices/2019-01-2/critical/helped")
    assert first.value == 2
    assert first.width == pytest.approx(math.sqrt(0.5**2 + 1 / 2))


def test_targets_are_in_the_order_of_time_and_end_where_knowledge_ends():
    every = targets()
    ends = [each.last for each in every]
    assert ends == sorted(ends)
    for until in (Period(2019, 1, 1), SETTLED, END_OF_2020, LAST_PAID):
        assert targets(until) == tuple(each for each in every if place(each.last) <= place(until))
    assert targets(FIRST) == ()


def test_names_of_targets_differ():
    names = [each.name for each in targets()]
    assert len(set(names)) == len(names)


def a_target(how, first, last, series="bill", value=1.0):
    return Target(
        key="", series=series, how=how, first=FIRST + first, last=FIRST + last, value=value,
        low=value, high=value, width=0.1,
    )  # fmt: skip


def test_predicted_on_a_plan_by_hand():
    # 1,000 men of 30, one in 100 ill in a half-month and helped at once: 300,000 and a fee of 10 %.
    # Members: 1000, 990 + 1000, 990 * .99 + 990 + 1000; the bill is the same in each.
    scenario = Scenario(
        last=FIRST + 2, joins=[1_000] * 3, age_mix=np.eye(60)[30], men=1.0, waiting=0,
        incidence=np.full((2, 60), 0.24), accident_share=0.0, light_share=0.0, delay_mean=0.0,
        ageing=False, exit_base=0.0, fee=0.1, cap_per_case=math.inf, cap_per_year=math.inf,
    )  # fmt: skip
    asked = [
        a_target("at", 0, 1),
        a_target("sum", 0, 2),
        a_target("highest", 1, 2),
        a_target("sum", 1, 2, "helped"),
        a_target("at", 2, 2, "benefits"),
    ]
    helped = [10, 19.9, 29.701]
    by_hand = [3_300, 9_900, 3_300, helped[1] + helped[2], 300_000 * helped[2]]
    np.testing.assert_allclose(predicted(project(scenario), asked), by_hand, rtol=1e-12)
    twice = predicted(project([scenario, replace(scenario, plan_ratio=0.5)]), asked)
    assert twice.shape == (2, 5)
    np.testing.assert_allclose(twice[0], by_hand, rtol=1e-12)
    assert twice[1][0] == pytest.approx(3_300 / 2)


def test_predicted_reads_the_table_of_the_projection(to_the_end):
    frame = to_the_end.projection.to_frame().set_index("period")
    columns = {"bill": "bill_yuan_per_head", "helped": "helped_people", "benefits": "benefits_yuan"}
    values = predicted(to_the_end.projection, targets())
    for each, value in zip(targets(), values, strict=True):
        part = frame.loc[each.first.label : each.last.label, columns[each.series]]
        found = {"at": part.iloc[-1], "sum": part.sum(), "highest": part.max()}[each.how]
        assert value == pytest.approx(found), each.name


def test_predicted_refuses_a_projection_without_the_figures():
    short = project(Scenario(last=Period(2020, 12, 2)))
    with pytest.raises(ValueError, match="projection must run from 2018-10-2 to 2021-12-2"):
        predicted(short, targets())
    late = project(Scenario(first=FIRST + 1))
    with pytest.raises(ValueError, match="projection .* got 2018-11-1 to 2022-01-2"):
        predicted(late, targets())
    with pytest.raises(ValueError, match="published must hold at least one figure"):
        predicted(late, [])


@given(seed=st.integers(0, 10**6))
def test_shaken_figures_stay_within_what_was_printed(seed):
    moved = shaken(targets(), seed)
    assert moved == shaken(targets(), seed)
    for each, old in zip(moved, targets(), strict=True):
        assert old.low <= each.value <= old.high
        assert replace(each, value=old.value) == old


def test_shaken_figures_differ_from_seed_to_seed_and_lie_evenly():
    values = np.array([[each.value for each in shaken(bills_of(2021), i)] for i in range(400)])
    low, high = (np.array([getattr(t, end) for t in bills_of(2021)]) for end in ("low", "high"))
    shares = (values - low) / (high - low)
    np.testing.assert_allclose(shares.mean(0), 0.5, atol=4 / math.sqrt(12 * 400))
    assert len(np.unique(values[:, 0])) == 400


def test_naive_forecasts_by_hand():
    known = [t for year in (2019, 2020) for t in bills_of(year) if t.last >= SETTLED]
    found = naive_forecasts(END_OF_2020).set_index("notice")
    assert list(found.index) == [t.last.label for t in bills_of(2021)]
    x = np.array([place(t.last) for t in known], dtype=float)
    y = np.array([t.value for t in known])
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    for each in bills_of(2021):
        row = found.loc[each.last.label]
        line = y.mean() + slope * (place(each.last) - x.mean())
        assert row["published_yuan_per_head"] == each.value
        assert row["last_value_yuan_per_head"] == 4.31
        assert row["last_value_error"] == pytest.approx(4.31 / each.value - 1)
        assert row["straight_line_yuan_per_head"] == pytest.approx(line)
        assert row["straight_line_error"] == pytest.approx(line / each.value - 1)


def test_naive_forecasts_at_the_ends():
    assert naive_forecasts(LAST).empty
    two = naive_forecasts(Period(2019, 7, 1)).set_index("notice")  # 0.51 and 0.94
    assert two.loc["2019-07-2", "straight_line_yuan_per_head"] == pytest.approx(1.37)
    with pytest.raises(ValueError, match="until must leave at least 2 bills .* got 2019-06-2"):
        naive_forecasts(SETTLED)


@pytest.mark.parametrize("ask", [targets, naive_forecasts, fit])
def test_until_must_be_a_notice(ask):
    with pytest.raises(TypeError, match="until must be a Period, got '2020-12-2'"):
        ask("2020-12-2")


# ---- fit ----------------------------------------------------------------------------------

TRUTHS = [
    {},
    {"plan_ratio": 1.2, "delay_first": 10.0, "delay_settles": 3.0, "select_factor": 0.8,
     "dip_share": 0.1},
    {"plan_ratio": 0.2, "delay_first": 60.0, "delay_settles": 15.0, "select_factor": 0.1,
     "dip_share": 0.7},
]  # fmt: skip
OTHER_START = {"plan_ratio": 1.0, "delay_first": 20.0, "delay_settles": 5.0, "select_factor": 0.6,
               "dip_share": 0.1}  # fmt: skip


@pytest.mark.parametrize("start", [{}, OTHER_START], ids=["start", "other start"])
@pytest.mark.parametrize("truth", TRUTHS, ids=["round", "fast", "slow"])
def test_a_fit_to_figures_of_the_model_finds_its_numbers(truth, start):
    true = replace(starting_scenario(), **truth)
    found = fit(start=replace(starting_scenario(), **start), published=made(true))
    assert found.miss < 1e-6
    for name, value in found.estimates.items():
        assert value == pytest.approx(getattr(true, name), rel=1e-5), name


def test_other_numbers_come_back_too():
    true = Scenario(plan_ratio=0.4, delay_mean=7.0, trend_per_year=0.15, light_share=0.35)
    free = ("plan_ratio", "delay_mean", "trend_per_year", "light_share")
    found = fit(start=Scenario(), free=free, published=made(true))
    for name, value in found.estimates.items():
        assert value == pytest.approx(getattr(true, name), rel=1e-5), name


def test_twenty_starts_find_the_same_three_numbers():
    # Three of the five, for the time that it takes: with all five see below.
    free = ("plan_ratio", "delay_first", "select_factor")
    once, often = (fit(END_OF_2020, free=free, starts=n) for n in (1, 20))
    assert len(often.found) == 20
    assert (np.diff(often.found) >= 0).all()
    np.testing.assert_allclose(often.found[:18], once.found[0], rtol=1e-6)
    assert often.found[0] > once.found[0] * (1 - 1e-6)
    for name, value in often.estimates.items():
        assert value == pytest.approx(once.estimates[name], rel=1e-3), name


def test_most_starts_find_the_same_five_numbers_and_none_finds_better_ones(to_2020):
    # Of 20 starts with seed 0, 17 end here and 3 in a valley five times as high.
    often = fit(END_OF_2020, starts=6, seed=1)
    assert (np.isclose(often.found, to_2020.found[0], rtol=1e-5)).sum() >= 4
    assert often.found[0] > to_2020.found[0] * (1 - 1e-6)


def test_what_rounding_hides_moves_estimates_by_little(to_the_end):
    # Within the printed form, and within figures in dispute: over these seeds an estimate moves
    # by 4 percent at most, a bill after the summer of 2019 by 2.
    start = to_the_end.scenario
    bills = to_the_end.projection.bill[place(Period(2019, 10, 1)) :]
    for seed in range(6):
        found = fit(start=start, published=shaken(targets(), seed))
        for name, value in found.estimates.items():
            assert value == pytest.approx(to_the_end.estimates[name], rel=0.05), (seed, name)
        moved = found.projection.bill[place(Period(2019, 10, 1)) :]
        np.testing.assert_allclose(moved, bills, rtol=0.02)


def test_a_fit_knows_nothing_of_later_figures(to_2020):
    changed = [
        replace(t, value=t.value * 7, low=t.low * 7, high=t.high * 7, width=t.width / 9)
        if t.last > END_OF_2020
        else t
        for t in targets()
    ]
    found = fit(END_OF_2020, published=changed)
    assert found.estimates == to_2020.estimates
    assert found.miss == to_2020.miss
    assert np.array_equal(found.covariance, to_2020.covariance)
    assert [t.key for t in found.fitted + found.later] == [t.key for t in targets()]
    assert all(t.last <= END_OF_2020 for t in found.fitted)
    assert all(t.last > END_OF_2020 for t in found.later)


@pytest.mark.parametrize("free", [("plan_ratio",), FREE], ids=["alone", "with others"])
@pytest.mark.parametrize("factor", [0.5, 1.25])
def test_figures_times_a_number_are_the_plan_ratio_times_that_number(free, factor):
    # Nearly: who falls ill while waiting leaves, so that more illness leaves fewer to fall ill.
    times = [
        replace(t, value=t.value * factor, low=t.low * factor, high=t.high * factor)
        for t in targets()
    ]
    once, more = fit(free=free).estimates, fit(free=free, published=times).estimates
    assert more["plan_ratio"] == pytest.approx(factor * once["plan_ratio"], rel=2e-3)
    assert more["plan_ratio"] != pytest.approx(factor * once["plan_ratio"], rel=1e-6)
    for name in set(free) - {"plan_ratio"}:
        assert more[name] == pytest.approx(once[name], rel=5e-3), name


def slopes(found):
    """Return the slopes of the misses by central differences, one number at a time."""
    widths = np.array([t.width for t in found.fitted])
    columns = []
    for name, value in found.estimates.items():
        ends = []
        for step in (1e-3, -1e-3):
            moved = value + step if name == "dip_share" else value * math.exp(step)
            model = predicted(project(replace(found.scenario, **{name: moved})), found.fitted)
            ends.append(np.log(model) / widths)
        columns.append((ends[0] - ends[1]) / 2e-3)
    return np.array(columns).T


def test_singular_values_and_covariance_are_those_of_the_slopes(to_the_end):
    jacobian = slopes(to_the_end)
    singular = np.sqrt(np.linalg.eigvalsh(jacobian.T @ jacobian)[::-1])
    np.testing.assert_allclose(to_the_end.singular, singular, rtol=5e-3)
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    np.testing.assert_allclose(to_the_end.covariance, covariance, rtol=0.02, atol=1e-4)
    spread = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(
        to_the_end.correlations(), covariance / np.outer(spread, spread), atol=0.01
    )
    assert list(to_the_end.correlations()) == list(FREE)


def test_at_the_least_sum_no_number_has_a_slope(to_the_end):
    misses = to_the_end.errors()
    values = misses.loc[misses["known"], "widths"].to_numpy()
    downhill = slopes(to_the_end).T @ values / np.linalg.norm(slopes(to_the_end), axis=0)
    np.testing.assert_allclose(downhill, 0, atol=0.02)
    assert to_the_end.found[0] == pytest.approx((values**2).sum())
    assert to_the_end.miss == pytest.approx(math.sqrt((values**2).mean()))


def test_a_bound_that_is_hit_is_told(to_the_end):
    high = [replace(t, value=t.value * 20, low=t.low * 20, high=t.high * 20) for t in targets()]
    found = fit(free=("plan_ratio", "delay_first"), published=high)
    assert "plan_ratio" in found.at_bounds
    assert found.estimates["plan_ratio"] == pytest.approx(3.0, rel=1e-3)
    assert to_the_end.at_bounds == ()


def test_errors_by_hand(to_2020):
    table = to_2020.errors().set_index("figure")
    frame = to_2020.projection.to_frame().set_index("period")
    for each in bills_of(2021):
        row, model = table.loc[each.name], frame.loc[each.last.label, "bill_yuan_per_head"]
        assert row["model"] == pytest.approx(model)
        assert row["error"] == pytest.approx((model - each.value) / each.value)
        assert row["widths"] == pytest.approx(math.log(model / each.value) / each.width)
        assert not row["known"]
    assert table["known"].sum() == len(to_2020.fitted) == len(targets(END_OF_2020))
    errors = sorted(abs(table.loc[t.name, "error"]) for t in bills_of(2021))
    assert len(errors) == 6
    middle = (errors[2] + errors[3]) / 2
    assert to_2020.median_error(NEW_YEAR_2021, LAST_PAID) == pytest.approx(middle)


def test_the_median_error_of_one_bill_is_its_error(to_2020):
    (bill,) = [t for t in targets() if t.key == "notices/2020-12-2/critical/share"]
    error = to_2020.projection.bill[place(bill.last)] / bill.value - 1
    assert to_2020.median_error(END_OF_2020, END_OF_2020) == pytest.approx(abs(error))
    with pytest.raises(ValueError, match="first and last must have a published bill between"):
        to_2020.median_error(Period(2020, 1, 1), Period(2020, 2, 1))


def test_unpaid_claims_are_those_pending_at_the_mean_benefit(to_the_end):
    frame = to_the_end.projection.to_frame().set_index("period")
    last = frame.loc["2021-09-2":"2021-12-1"]
    assert len(last) == 6
    worth = last["benefits_yuan"].sum() / last["helped_people"].sum()
    assert to_the_end.unpaid == pytest.approx(frame.loc["2021-12-1", "pending_people"] * worth)


def test_a_start_beyond_the_bounds_is_moved_to_them():
    outside = replace(starting_scenario(), plan_ratio=9.0, select_factor=0.0)
    free = ("plan_ratio", "select_factor")
    found, usual = (fit(start=start, free=free) for start in (outside, None))
    for name in free:
        assert found.estimates[name] == pytest.approx(usual.estimates[name], rel=1e-3)


def test_a_delay_of_its_own_at_the_beginning_begins_at_the_later_one():
    start = replace(starting_scenario(), delay_first=None)
    found = fit(start=start, free=("plan_ratio", "delay_first"))
    usual = fit(free=("plan_ratio", "delay_first"))
    assert found.estimates["delay_first"] == pytest.approx(usual.estimates["delay_first"], rel=1e-3)


def test_figures_that_the_model_says_are_nought_are_a_miss_and_no_fault():
    # Without accidents nobody is helped while all are waiting, here for four months.
    start = replace(starting_scenario(), accident_share=0.0, waiting=8)
    found = fit(start=start, free=("plan_ratio",))
    first = found.errors().iloc[0]
    assert (first["figure"], first["model"], first["error"]) == ("bill 2019-01-2", 0, -1)
    assert np.isfinite(found.errors()["widths"]).all()


@pytest.mark.parametrize(
    ("changes", "free", "idle"),
    [
        ({"dip_first": None, "dip_last": None}, ("plan_ratio", "dip_share"), "dip_share"),
        ({"delay_first": None}, ("plan_ratio", "delay_settles"), "delay_settles"),
    ],
)
def test_a_number_that_moves_nothing_is_refused(changes, free, idle):
    with pytest.raises(ValueError, match=f"free must name numbers that move .* got {idle}$"):
        fit(start=replace(starting_scenario(), **changes), free=free)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"free": ("plan_ratio", "men")}, ValueError, "free must be one of plan_ratio.*got 'men'"),
        ({"free": ()}, ValueError, "free must name 1 to 6 different numbers"),
        ({"free": ("plan_ratio", "plan_ratio")}, ValueError, "free must name 1 to 6 different"),
        ({"free": (*FREE, "delay_mean", "light_share")}, ValueError, "free must name 1 to 6"),
        ({"until": Period(2019, 3, 1)}, ValueError, "until must leave more than 5 figures.* 4$"),
        ({"starts": 0}, ValueError, "starts must be a whole number of at least 1, got 0"),
        ({"start": "2018"}, TypeError, "start must be a Scenario, got '2018'"),
        ({"start": Scenario(first=FIRST + 1)}, ValueError, "start must run from 2018-10-2 to 2022"),
    ],
)
def test_fit_refuses(given, error, said):
    with pytest.raises(error, match=said):
        fit(**given)


# ---- rivals and the band ------------------------------------------------------------------

#: What the name of a rival says: a field, and its value; that of the start is another.
NAMED = {
    "claims take one month on average": ("delay_mean", 2.0),
    "claims take three months on average": ("delay_mean", 6.0),
    "delays differ more": ("delay_shape", 2.0),
    "delays differ less": ("delay_shape", 8.0),
    "one accident in 50 claims": ("accident_share", 1 / 50),
    "one accident in 10 claims": ("accident_share", 1 / 10),
    "fewer light cancers": ("light_share", 0.15),
    "more light cancers": ("light_share", 0.4),
    "the health check wears off in a year": ("select_years", 1.0),
    "the health check wears off in six years": ("select_years", 6.0),
    "the young leave first": ("exit_age_slope", -0.3),
    "the healthy leave first": ("exit_raised_factor", 0.2),
    "no dip in early 2020": ("dip_share", 0.0),
    "diagnoses put off through 2020, made up in 2021": ("dip_recovered", 1.0),
    "no health check, claims grow each year": ("select_factor", 1.0),
    "no health check": ("select_factor", 1.0),
    "the same delay from the first day": ("delay_first", None),
    "no waiting time": ("waiting", 0),
}


@pytest.fixture(scope="module", params=[END_OF_2020, LAST_PAID], ids=str)
def all_rivals(request):
    return request.param, rivals(request.param)


def test_each_rival_differs_in_what_it_is_called():
    start = starting_scenario()
    assert RIVALS["as chosen"] == ({}, FREE)
    assert set(NAMED) == set(RIVALS) - {"as chosen"}
    for name, (field, value) in NAMED.items():
        changes, free = RIVALS[name]
        assert changes[field] == value != getattr(start, field), name
        assert field not in free, name
        for each, new in changes.items():
            assert new != getattr(start, each), (name, each)
        assert len(free) <= 5, name


def test_rivals_keep_what_they_are_called_and_free_the_rest(all_rivals):
    until, found = all_rivals
    assert list(found) == list(RIVALS)
    for name, each in found.items():
        changes, free = RIVALS[name]
        assert each.free == free
        assert each.until == until
        for field, value in changes.items():
            if field not in free:
                assert getattr(each.scenario, field) == value, (name, field)


def test_rivals_that_fit_are_about_as_good_as_the_best_and_not_known_to_be_wrong(all_rivals):
    until, found = all_rivals
    kept = that_fit(until)
    possible = {
        name: each.miss
        for name, each in found.items()
        if name not in NOT_SO and not (name in HINDSIGHT and until < LAST_PAID)
    }
    best = min(possible.values())
    assert set(kept) == {name for name, miss in possible.items() if miss <= 1.5 * best}
    assert "no waiting time" not in kept
    assert found["no waiting time"].miss < 1.5 * best  # the figures alone would not refuse it


def test_rivals_are_fitted_once_and_nobody_can_spoil_them(all_rivals):
    until, found = all_rivals
    again = rivals(until=until)
    assert all(again[name] is each for name, each in found.items())
    again.clear()
    assert rivals(until)


def sure(found):
    """Return the fit as if its estimates were known."""
    return replace(found, covariance=1e-24 * np.eye(len(found.free)))


def test_a_fit_that_is_sure_has_a_band_of_chance_only(to_the_end):
    known = [t for year in (2019, 2020, 2021) for t in bills_of(year)]
    misses = [
        math.log(to_the_end.projection.bill[place(t.last)] / t.value)
        for t in known
        if place(t.last) >= place(Period(2019, 10, 1))
    ]
    size = math.sqrt(sum(x * x for x in misses) / len(misses))
    found = band([sure(to_the_end)], draws=2_000)
    assert list(found["notice"]) == [p.label for p in to_the_end.projection.periods]
    low, middle, high = (found[f"{n}_yuan_per_head"] for n in ("low", "middle", "high"))
    late = slice(place(SETTLED), None)
    wide = np.log(high / low)[late] / (2 * 1.2816)
    np.testing.assert_allclose(wide, size, rtol=0.2)
    assert wide.mean() == pytest.approx(size, rel=0.02)
    np.testing.assert_allclose(middle[late], to_the_end.projection.bill[late], rtol=5 * size / 45)


def test_bands_of_smaller_level_lie_inside(to_the_end):
    half, most = (band([to_the_end], level=level, draws=60) for level in (0.5, 0.8))
    named = "low_yuan_per_head", "middle_yuan_per_head", "high_yuan_per_head"
    low, middle, high = (half[name] for name in named)
    assert (most["low_yuan_per_head"] <= low).all()
    assert (low <= middle).all() and (middle <= high).all()
    assert (high <= most["high_yuan_per_head"]).all()
    np.testing.assert_allclose(most["middle_yuan_per_head"], middle)


def test_a_band_is_the_same_for_the_same_seed_only(to_the_end):
    one, same, other = (band([to_the_end], draws=20, seed=seed) for seed in (3, 3, 4))
    assert one.equals(same)
    assert not one.equals(other)


def test_a_band_with_every_cause_off_is_flat(to_the_end):
    found = band([sure(to_the_end)], draws=400, off=tuple(CAUSES))
    middle = found["middle_yuan_per_head"]
    np.testing.assert_allclose(middle, middle.mean(), rtol=0.05)
    true = project(uncapped(without(to_the_end.scenario, *CAUSES))).bill
    assert middle.mean() == pytest.approx(true.mean(), rel=0.01)


def test_band_refuses(to_the_end):
    with pytest.raises(ValueError, match="fits must hold at least one fit, got none"):
        band([])
    with pytest.raises(ValueError, match="draws must be a whole number of at least 2, got 1"):
        band([to_the_end] * 2, draws=1)
    with pytest.raises(ValueError, match="level must be above 0 and at most 1, got 1.5"):
        band([to_the_end], level=1.5)
    with pytest.raises(ValueError, match="cause must be one of waiting.*got 'luck'"):
        band([to_the_end], draws=2, off=("luck",))
    early = fit(Period(2019, 7, 2), free=("plan_ratio", "select_factor"))
    with pytest.raises(ValueError, match="fits must know a bill from 2019-10-1 on.*2019-07-2"):
        band([early], draws=2)


# ---- causes -------------------------------------------------------------------------------

_worths = st.integers(0, 5).flatmap(
    lambda n: st.lists(st.floats(-100, 100), min_size=2**n, max_size=2**n)
)


def by_orders(worth):
    """Return the mean of what each adds, over every order in which the players may come."""
    players = len(worth).bit_length() - 1
    values, orders = [0.0] * players, list(itertools.permutations(range(players)))
    for order in orders:
        here = 0
        for player in order:
            values[player] += worth[here + 2**player] - worth[here]
            here += 2**player
    return np.array(values) / len(orders)


@settings(max_examples=60)
@given(worth=_worths)
def test_shapley_is_the_mean_over_all_orders_and_adds_up(worth):
    values = shapley(worth)
    np.testing.assert_allclose(values, by_orders(worth), atol=1e-10)
    assert values.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-10)


def test_shapley_of_two_by_hand():
    # Alone 3 and 5, together 20: of the 12 that neither brings alone each gets half.
    assert shapley([0, 3, 5, 20]).tolist() == [9.0, 11.0]
    assert shapley([7.0]).tolist() == []
    assert shapley([1.0, 4.0]).tolist() == [3.0]


@given(worth=_worths, other=_worths, factor=st.floats(-3, 3))
def test_shapley_of_two_games_together_is_the_sum(worth, other, factor):
    size = min(len(worth), len(other))
    one, two = np.array(worth[:size]), np.array(other[:size])
    np.testing.assert_allclose(
        shapley(one + factor * two), shapley(one) + factor * shapley(two), atol=1e-9
    )


@given(worth=_worths, adds=st.floats(-10, 10))
def test_one_who_adds_the_same_to_everyone_gets_that(worth, adds):
    game = np.concatenate([worth, np.array(worth) + adds])
    values = shapley(game)
    assert values[-1] == pytest.approx(adds, abs=1e-10)
    np.testing.assert_allclose(values[:-1], shapley(worth), atol=1e-10)


@given(sizes=st.lists(st.floats(0, 10), min_size=5, max_size=5))
def test_players_who_bring_the_same_get_the_same(sizes):
    # What a set is worth depends on how many are in it, and on whether the last is.
    worth = [sizes[bin(s).count("1") - 1] * (2 if s & 8 else 1) if s else 0.0 for s in range(16)]
    values = shapley(worth)
    np.testing.assert_allclose(values[:3], values[0], atol=1e-12)


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        ([], "worth must hold 1, 2, 4, 8, ... numbers in a row, got 0"),
        ([1, 2, 3], "worth must hold .* got 3"),
        ([[1, 2], [3, 4]], "worth must hold .* got 2 x 2"),
        ([0, math.nan], "worth must be finite, got .*nan"),
        ([0, math.inf], "worth must be finite, got .*inf"),
    ],
)
def test_shapley_refuses(worth, said):
    with pytest.raises(ValueError, match=said):
        shapley(worth)


BOTH = without(starting_scenario(), *(c for c in CAUSES if c not in ("waiting", "delay")))


def test_two_causes_from_four_projections():
    first, last = place(SETTLED), place(LAST_PAID)

    def rise(scenario):
        bill = project(uncapped(scenario)).bill
        return math.log(bill[last] / bill[first])

    neither, waiting, delay, both = (
        rise(without(BOTH, *off)) for off in (("waiting", "delay"), ("delay",), ("waiting",), ())
    )
    assert neither == pytest.approx(0, abs=1e-9)
    found = decompose(BOTH)
    assert active_causes(BOTH) == ("waiting", "delay")
    assert found.of("waiting")[0] == pytest.approx((waiting + both - delay) / 2, abs=1e-9)
    assert found.of("delay")[0] == pytest.approx((delay + both - waiting) / 2, abs=1e-9)
    assert waiting > 0.1 and delay > 0.1
    others = [cause for cause in CAUSES if cause not in ("waiting", "delay")]
    assert [found.of(cause)[0] for cause in others] == [0.0] * len(others)


def test_parts_add_up_to_the_rise_of_the_model(to_the_end, to_2020):
    scenarios = [to_the_end.scenario, to_2020.scenario, Scenario(trend_per_year=0.2)]
    for first, last in ((SETTLED, LAST_PAID), (Period(2019, 10, 1), END_OF_2020)):
        found = decompose(scenarios, first, last)
        bills = project([uncapped(each) for each in scenarios]).bill
        rise = np.log(bills[:, place(last)] / bills[:, place(first)])
        np.testing.assert_allclose(found.rise, rise, atol=1e-9)
        np.testing.assert_allclose(found.parts.sum(1), rise, atol=1e-9)
        assert found.causes == tuple(CAUSES)
        assert found.parts.shape == (3, len(CAUSES))
        for row, each in enumerate(scenarios):
            for cause in set(CAUSES) - set(active_causes(each)):
                assert found.of(cause)[row] == 0.0, cause
        for row, each in enumerate(scenarios):
            assert np.array_equal(decompose(each, first, last).parts[0], found.parts[row])


def test_with_everything_off_there_is_no_rise():
    off = without(starting_scenario(), *CAUSES)
    assert active_causes(off) == ()
    found = decompose(off)
    assert not found.parts.any()
    bill = project(uncapped(off)).bill
    assert bill[place(LAST_PAID)] == pytest.approx(bill[place(SETTLED)], rel=1e-9)
    assert found.unexplained[0] == pytest.approx(math.log(7.02 / 0.51))


def test_a_dip_without_its_days_is_no_cause():
    dipped = replace(BOTH, dip_first=None, dip_last=None, dip_share=0.5)
    assert decompose(dipped).of("dip")[0] == 0.0


def test_what_is_published_and_not_explained():
    found = decompose([BOTH, starting_scenario()])
    assert found.published == pytest.approx(math.log(7.02 / 0.51))
    np.testing.assert_allclose(found.rise + found.unexplained, found.published)
    unknown = decompose(BOTH, SETTLED, Period(2020, 1, 1))
    assert math.isnan(unknown.published)
    assert np.isnan(unknown.unexplained).all()
    assert np.isfinite(unknown.parts).all()


def test_the_table_of_causes():
    found = decompose([BOTH, starting_scenario()])
    table = found.to_frame().set_index("cause")
    assert list(table.index) == [*CAUSES, "delay and select", "the model", "unexplained"]
    assert list(table) == [
        "low_log", "mean_log", "high_log", "low_times", "mean_times", "high_times",
    ]  # fmt: skip
    low, mean, high = (table[f"{each}_log"] for each in ("low", "mean", "high"))
    assert (low <= mean).all() and (mean <= high).all()
    assert mean[list(CAUSES)].sum() + mean["unexplained"] == pytest.approx(found.published)
    waiting = found.of("waiting")
    assert low["waiting"] == min(waiting)
    assert mean["waiting"] == pytest.approx(sum(waiting) / 2)
    assert table.loc["waiting", "high_times"] == pytest.approx(math.exp(max(waiting)))
    together = found.of("delay") + found.of("select")
    assert high["delay and select"] == pytest.approx(max(together))
    np.testing.assert_allclose(found.of("delay", "select"), together)
    np.testing.assert_allclose(found.of(*CAUSES), found.rise)
    assert not found.of().any()


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ((BOTH, LAST_PAID, SETTLED), ValueError, "first and last must be in order"),
        ((BOTH, SETTLED, SETTLED), ValueError, "first and last must be in order"),
        ((BOTH, SETTLED, LAST + 1), ValueError, "from 2018-10-2 to 2022-01-2, got .* 2022-02-1"),
        ((BOTH, "2019-06-2"), TypeError, "first must be a Period, got '2019-06-2'"),
        ((BOTH, SETTLED, None), TypeError, "last must be a Period, got None"),
        ((3,), TypeError, "scenario must be a Scenario or a sequence of them, got 3"),
        (([],), TypeError, "scenario must be a Scenario or a sequence of them"),
        (([BOTH, "other"],), TypeError, "scenario must be a Scenario or a sequence of them"),
        ((Scenario(joins=[10**6] * 79),), ValueError, "scenario must follow a path of members"),
        ((replace(BOTH, accident_share=0.0), FIRST), ValueError, "first must be a notice with a"),
    ],
)
def test_decompose_refuses(given, error, said):
    with pytest.raises(error, match=said):
        decompose(*given)


def test_a_decomposition_refuses_unknown_causes_and_the_same_twice():
    found = decompose(BOTH)
    with pytest.raises(ValueError, match="cause must be one of waiting.*got 'luck'"):
        found.of("luck")
    with pytest.raises(ValueError, match="causes must be different ones, got delay, delay"):
        found.of("delay", "delay")


# ---- what the book says of its replay and its prediction ----------------------------------


def error(found, key):
    """Return by how much the model misses a published figure, a share of it."""
    table = found.errors().set_index("figure")
    return float(table.loc[next(t.name for t in targets() if t.key == key), "error"])


def test_replay_bills_of_2020_and_2021_have_a_median_error_below_10_percent(to_the_end):
    assert to_the_end.median_error(Period(2020, 1, 1), LAST_PAID) <= 0.10


def test_replay_sum_of_2019_is_within_10_percent(to_the_end):
    assert abs(error(to_the_end, "annual/2019/critical/share")) <= 0.10


def test_replay_sum_of_2020_misses_6_percent_by_one_and_a_half(to_the_end):
    # A target that is missed: the model's year 2020 is too dear by about 7.5 percent.
    assert 0.06 < error(to_the_end, "annual/2020/critical/share") < 0.08


def test_replay_sum_of_2021_is_within_6_percent(to_the_end):
    bill = to_the_end.projection.bill
    year = bill[place(NEW_YEAR_2021) : place(LAST_PAID) + 1]
    assert len(year) == 23
    assert abs(year.sum() / (271.80 - 29.14 - 90.56) - 1) <= 0.06  # three years less two
    assert abs(error(to_the_end, "annual/2021-01-01..2021-11-07/critical/share")) <= 0.06


def test_replay_no_number_is_at_a_bound_and_every_direction_is_pinned(to_the_end):
    assert to_the_end.at_bounds == ()
    assert to_the_end.singular[-1] > 1


def test_replay_benefits_that_no_fit_knew_are_within_5_percent():
    key = "annual/..2021-12-28/critical/benefits"
    assert {t.key for t in that_fit()["as chosen"].later} == {key}
    for name, each in that_fit().items():
        assert abs(error(each, key)) <= 0.05, name


def test_replay_mean_benefits_miss_those_of_mid_2019_by_a_fifth_or_more(to_the_end):
    # The model helps too many in the summer of 2019, at about the bill that was published.
    for notice, day, low, high in (
        (SETTLED, "2019-06-21", -0.27, -0.23),
        (Period(2019, 7, 2), "2019-07-21", -0.24, -0.20),
        (Period(2021, 4, 2), "2021-04-21", 0.06, 0.10),
    ):
        published = history.fact(f"annual/{day}/critical/mean_benefit").value
        model = to_the_end.projection.mean_benefit[place(notice)]
        assert low < model / published - 1 < high, day


def test_replay_does_not_fall_to_two_yuan_in_early_2020():
    # An actuary put the bills of February to April 2020 at one or two yuan; these are not fitted.
    most = history.fact("annual/2020-02..2020-04/critical/share_per_notice_high").value
    assert most == 2
    dip = slice(place(Period(2020, 2, 1)), place(Period(2020, 4, 2)) + 1)
    for name, each in that_fit().items():
        assert each.projection.bill[dip].min() > most, name


def test_prediction_of_the_bills_of_2021_has_a_median_error_below_15_percent(to_2020):
    assert to_2020.median_error(NEW_YEAR_2021, LAST_PAID) <= 0.15
    naive = naive_forecasts(END_OF_2020)
    assert naive["last_value_error"].abs().median() > 0.35


def test_prediction_is_no_better_than_a_straight_line(to_2020):
    # A finding: each bill of 2021 is above the model's, and the line is nearer to all but few.
    line = naive_forecasts(END_OF_2020)["straight_line_error"].abs().median()
    assert line < to_2020.median_error(NEW_YEAR_2021, LAST_PAID)
    assert all(error(to_2020, t.key) < 0 for t in bills_of(2021))


# So many draws that the ends hang on the seed by one percent.
@pytest.fixture(scope="module")
def forecast():
    assert not set(that_fit(END_OF_2020)) & set(HINDSIGHT)
    found = band(list(that_fit(END_OF_2020).values()), draws=1_000).set_index("notice")
    found.columns = ["low", "middle", "high"]
    return found.loc["2021-01-1":"2021-12-1"]


def test_prediction_every_bill_of_2021_is_inside_the_band_of_2020(forecast):
    for each in bills_of(2021):
        row = forecast.loc[each.last.label]
        assert row["low"] < each.value < row["high"], each.name


def test_prediction_the_band_of_2020_is_narrower_than_35_percent(forecast):
    assert (forecast["high"] / forecast["middle"] - 1).max() < 0.35
    assert (1 - forecast["low"] / forecast["middle"]).max() < 0.35


def test_the_rounded_scenario_is_the_fitted_one_at_four_digits():
    found = fit()
    rounded = found.rounded()
    for name, value in found.estimates.items():
        assert getattr(rounded, name) == float(f"{value:.3e}")
    assert project(rounded).bill == pytest.approx(found.projection.bill, rel=2e-3, abs=1e-4)
    with pytest.raises(ValueError, match="digits must be a whole number from 1 to 15, got 0"):
        found.rounded(0)
