"""The plan's calendar: two notices a month, each a week before its deduction."""

import datetime as dt
import re
from itertools import pairwise

import pytest
from hypothesis import given
from strategies import periods, steps

from mutualaid.periods import FIRST, LAST, NOTICES, Period, periods_between

# ---- the notices of the plan --------------------------------------------------------------


def test_the_plan_has_74_notices_from_january_2019_to_january_2022():
    assert len(NOTICES) == 74
    assert (NOTICES[0], NOTICES[-1]) == (FIRST, LAST)
    assert FIRST.notice_day == dt.date(2019, 1, 7)
    assert LAST.notice_day == dt.date(2022, 1, 21)
    assert LAST.deduction_day == dt.date(2022, 1, 28)


def test_notices_are_numbered_from_one_without_a_gap():
    assert [period.number for period in NOTICES] == list(range(1, 75))


@pytest.mark.parametrize(("label", "number"), {"2021-05-1": 57, "2021-12-1": 71}.items())
def test_the_numbers_that_sources_print_fit_the_count_from_january_2019(label, number):
    assert Period.parse(label).number == number


@pytest.mark.parametrize(
    ("label", "notice_day", "deduction_day"),
    [
        ("2019-01-1", "2019-01-07", "2019-01-14"),
        ("2019-01-2", "2019-01-21", "2019-01-28"),
        ("2020-02-2", "2020-02-21", "2020-02-28"),
        ("2021-12-1", "2021-12-07", "2021-12-14"),
    ],
)
def test_notices_on_the_7th_and_21st_deductions_on_the_14th_and_28th(
    label, notice_day, deduction_day
):
    period = Period.parse(label)
    assert period.notice_day.isoformat() == notice_day
    assert period.deduction_day.isoformat() == deduction_day


# ---- any half month -----------------------------------------------------------------------


@given(period=periods)
def test_the_deduction_follows_the_notice_by_a_week(period):
    assert period.deduction_day - period.notice_day == dt.timedelta(weeks=1)


@given(period=periods)
def test_a_label_names_one_period(period):
    assert Period.parse(period.label) == period
    assert str(period) == period.label


@given(period=periods, step=steps)
def test_going_forth_and_back_leads_home(period, step):
    assert (period + step) - period == step
    assert (period + step) + -step == period


@given(first=periods, last=periods)
def test_the_distance_leads_from_one_period_to_the_other(first, last):
    assert first + (last - first) == last
    assert first - last == -(last - first)


@given(one=periods, other=periods)
def test_order_is_the_order_of_notice_days(one, other):
    assert (one < other) == (one.notice_day < other.notice_day)
    assert (one < other) == (one.label < other.label)
    assert (one == other) == (one.notice_day == other.notice_day)


@given(period=periods, step=steps)
def test_periods_between_follow_each_other_from_first_to_last(period, step):
    first, last = sorted((period, period + step))
    between = periods_between(first, last)
    assert (between[0], between[-1]) == (first, last)
    assert all(later - earlier == 1 for earlier, later in pairwise(between))


@given(period=periods)
def test_notice_and_deduction_fall_into_their_own_half_month(period):
    assert Period.of(period.notice_day) == period
    assert Period.of(period.deduction_day) == period


def test_every_day_of_2018_to_2022_lies_in_exactly_one_half_month():
    first = dt.date(2018, 1, 1)
    days = [first + dt.timedelta(days=i) for i in range((dt.date(2023, 1, 1) - first).days)]
    held = {period: [] for period in periods_between(Period(2018, 1, 1), Period(2022, 12, 2))}
    for day in days:
        held[Period.of(day)].append(day)
    assert [day for half_month in held.values() for day in half_month] == days
    for period, half_month in held.items():
        start, end = (1, 15) if period.half == 1 else (16, half_month[-1].day)
        assert [day.day for day in half_month] == list(range(start, end + 1))
        assert {(day.year, day.month) for day in half_month} == {(period.year, period.month)}


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((1899, 12, 2), "year must be from 1900 to 9998, got 1899"),
        ((9999, 1, 1), "year must be from 1900 to 9998, got 9999"),
        ((2021, 0, 1), "month must be from 1 to 12, got 0"),
        ((2021, 13, 1), "month must be from 1 to 12, got 13"),
        ((2021, 12, 0), "half must be 1 or 2, got 0"),
        ((2021, 12, 3), "half must be 1 or 2, got 3"),
    ],
)
def test_a_period_outside_the_calendar_is_refused(parts, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Period(*parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("2021", 12, 1), r"^year must be .*, got '2021'$"),
        ((2021.5, 12, 1), r"^year must be .*, got 2021\.5$"),
        ((2021, "12", 1), r"^month must be .*, got '12'$"),
        ((2021, 12.0, 1), r"^month must be .*, got 12\.0$"),
        ((2021, 12, "1"), r"^half must be .*, got '1'$"),
        ((2021, 12, True), r"^half must be .*, got True$"),
    ],
)
def test_a_part_that_is_not_a_whole_number_is_refused_by_name(parts, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Period(*parts)


@pytest.mark.parametrize(
    "label",
    ["", "2021-12", "2021-12-3", "2021-12-0", "2021-1-1", "21-12-1", "2021-12-07", "2021-12-1 ",
     "２０２１-１２-1"],
)  # fmt: skip
def test_a_label_of_another_form_is_refused(label):
    with pytest.raises(ValueError, match=r"^label must look like '2021-12-1'") as refusal:
        Period.parse(label)
    assert repr(label) in str(refusal.value)


def test_a_label_of_a_thirteenth_month_is_refused():
    with pytest.raises(ValueError, match=r"^month must be from 1 to 12, got 13$"):
        Period.parse("2021-13-1")


def test_a_span_that_ends_before_it_starts_is_refused():
    message = r"^last must not come before first \(2021-12-1\), got 2021-11-2$"
    with pytest.raises(ValueError, match=message):
        periods_between(Period(2021, 12, 1), Period(2021, 11, 2))


def test_a_step_out_of_the_calendar_is_refused():
    with pytest.raises(ValueError, match=r"^year must be from 1900 to 9998, got 1899$"):
        Period(1900, 1, 1) + -1
