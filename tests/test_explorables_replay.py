"""What the replay and the causes show: the package's own figures, in each setting that is told."""

import itertools
import math

import numpy as np
import pytest

from mutualaid import churn, explorables, history
from mutualaid.explorables.churn import _CAUSES, _JOINED
from mutualaid.periods import Period


def shown(one, **settings):
    view = one.view(**settings)
    return view, one.sentence(view, settings)


@pytest.mark.parametrize(
    "one",
    [explorables.three_years_of_bills(), explorables.what_raised_the_bill()],
    ids=lambda one: one.name,
)
def test_each_control_changes_the_figure_and_the_words_from_the_start(one):
    figure, words = one.view().figure.to_json(), one.sentence(one.view(), {})
    for control in one.controls:
        for stop in control.stops:
            if stop == control.start:
                continue
            view, said = shown(one, **{control.name: stop})
            assert said != words, (control.name, stop)
            assert view.figure.to_json() != figure, (control.name, stop)


def test_published_bills_are_dots_and_all_of_them_are_there():
    view, _ = shown(explorables.three_years_of_bills())
    dots = [trace for trace in view.figure.data if trace.mode == "markers"]
    drawn = sorted((x, y) for trace in dots for x, y in zip(trace.x, trace.y, strict=True))
    bills = history.series("critical", "share")
    assert drawn == sorted(
        (day.isoformat(), value)
        for day, value in zip(bills["notice_day"], bills["value"], strict=True)
    )
    assert list(view.table["published, yuan per head"]) == list(bills["value"])


def test_the_line_of_the_whole_model_is_near_that_of_the_chosen_fit():
    table = explorables.three_years_of_bills().view().table.set_index("notice")
    bill = churn.fit().projection
    for label in ("2019-10-1", "2020-10-2", "2021-12-1"):
        line = table.loc[label, "model, yuan per head"]
        assert line == pytest.approx(bill.bill[bill.place(label)], rel=0.06)
        assert (
            table.loc[label, "8 of 10 paths from, yuan"]
            < line
            < table.loc[label, "8 of 10 paths to, yuan"]
        )


def test_what_is_said_of_2021_is_counted_in_the_table():
    one = explorables.three_years_of_bills()
    view, said = shown(one, until=str(churn.END_OF_2020))
    late = view.table[view.table["notice"] > "2021"]
    inside = late["published, yuan per head"].between(
        late["8 of 10 paths from, yuan"], late["8 of 10 paths to, yuan"]
    )
    assert f"{inside.sum()} of {len(late)} of them lie in the band" in said
    assert inside.all()
    off = (late["model, yuan per head"] / late["published, yuan per head"] - 1).abs().median()
    assert f"off by {100 * off:.0f} percent" in said


def test_with_every_part_off_the_line_is_level_but_for_the_first_weeks():
    off = dict.fromkeys(("waiting", "delay", "select", "rules", "dip"), False)
    view = explorables.three_years_of_bills().view(**off)
    line = next(trace for trace in view.figure.data if trace.name == "model").y
    # Age and coming and going stay on, and so does the growth of claims in one of the sets.
    assert max(line) / min(line) < 1.35


def test_a_part_that_is_off_raises_the_first_bills():
    one = explorables.three_years_of_bills()
    first = one.view().table["model, yuan per head"].iloc[6]
    for part in ("waiting", "delay", "select"):
        assert one.view(**{part: False}).table["model, yuan per head"].iloc[6] > first


def test_the_bars_lead_from_one_published_bill_to_the_other():
    one = explorables.what_raised_the_bill()
    for settings in one.settings():
        view = one.view(**settings)
        bars = [trace.x for trace in view.figure.data if trace.mode == "lines"]
        dots = next(trace for trace in view.figure.data if trace.name == "published").x
        assert bars[0][0] == pytest.approx(dots[0], abs=1e-4)
        assert bars[-1][1] == pytest.approx(dots[1], abs=2e-4)
        for (_, end), (start, _) in itertools.pairwise(bars):
            assert end == start
        times = view.table["times, mean"]
        assert times.prod() == pytest.approx(dots[1] / dots[0], rel=0.03)


def test_the_parts_are_those_of_the_package():
    table = explorables.what_raised_the_bill().view(chosen="as chosen").table.set_index("cause")
    found = churn.decompose(churn.fit().scenario)
    for words, causes in _CAUSES.items():
        part = found.of(*causes).item()
        assert table.loc[words, "times, mean"] == pytest.approx(math.exp(part), abs=6e-3)
        share = table.loc[words, "percent of the model's rise, most"]
        assert share == pytest.approx(100 * part / found.rise.item(), abs=0.06)


@pytest.mark.parametrize("rows", [_CAUSES, _JOINED])
def test_rows_name_each_cause_once(rows):
    assert sorted(cause for causes in rows.values() for cause in causes) == sorted(churn.CAUSES)


def test_one_set_has_no_range():
    one = explorables.what_raised_the_bill()
    table = one.view(chosen="the healthy leave first").table
    assert np.array_equal(table["times, least"], table["times, most"])
    wide = one.view().table
    assert (wide["times, least"] < wide["times, most"]).any()


def test_the_hand_example_of_the_chapter():
    start = Period(2019, 1, 1)
    small = churn.Scenario(
        first=start, last=start + 11, joins=[1_000] * 6 + [0] * 6, age_mix=np.eye(60)[30],
        incidence=np.full((2, 60), 0.24), accident_share=0, waiting=2, delay_mean=1,
        delay_shape=50_000, light_share=0, benefit_younger=10_000, fee=0, exit_base=0,
        ageing=False, waiting_ends=False,
    )  # fmt: skip
    plan = churn.project(churn.uncapped(small))
    # Ten of the first thousand, helped in the fourth half-month at the cost of four thousand.
    assert plan.helped[:5] == pytest.approx([0, 0, 0, 10, 10 + 9.9], abs=1e-6)
    assert plan.bill[3] == pytest.approx(25)
    assert plan.bill[-4:] == pytest.approx(100, rel=1e-9)
    assert (np.diff(plan.bill[2:9]) > 0).all()
