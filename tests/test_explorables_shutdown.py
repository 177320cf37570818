"""What the chapter Shutdown says one should see, computed over the states of its explorables."""

import itertools

import pytest

from mutualaid import explorables, shutdown
from mutualaid.explorables import closing

ONE, TWO, THREE = closing._DELAYS


def told(one, **settings):
    """Return the words of a state as numbers, those that are."""
    words = one.draw(**settings).words
    numbers = {}
    for name, text in words.items():
        try:
            numbers[name] = float(text.replace(",", ""))
        except ValueError:
            numbers[name] = text
    return numbers


# ---- the tail of claims -------------------------------------------------------------------


def tail(delay=TWO, reporting=50, window="none", deadline="none"):
    return told(
        explorables.the_tail_of_claims(),
        delay=delay, reporting=reporting, window=window, deadline=deadline,
    )  # fmt: skip


def test_whoever_is_owed_is_helped_or_late():
    for delay, window, deadline in itertools.product(
        (ONE, TWO, THREE), ("none", "90", "30"), ("none", "7", "0")
    ):
        each = tail(delay, window=window, deadline=deadline)
        assert each["helped"] + each["late"] == pytest.approx(each["people"], abs=1)


def test_windows_hit_the_slow():
    assert tail(window="180")["late"] == 0
    assert tail(window="90")["late"] < 0.02 * tail()["people"]
    assert tail(window="30")["late"] > 0.5 * tail()["people"]


def test_a_week_shuts_out_nearly_two_fifths_and_more_where_members_ask_later():
    week = tail(deadline="7")
    assert 0.36 < week["late"] / week["people"] < 0.4
    assert tail(reporting=25, deadline="7")["late"] < 2_000
    assert tail(reporting=75, deadline="7")["late"] > 7_000
    parts = [tail(delay, deadline="7") for delay in (ONE, TWO, THREE)]
    assert [each["people"] for each in parts] == sorted(each["people"] for each in parts)
    shares = [each["late"] / each["people"] for each in parts]
    assert shares == sorted(shares)


def test_every_deadline_shuts_out_fewer_than_the_window_of_a_month():
    month = tail(window="30")["late"]
    assert month > 8_000
    assert all(tail(deadline=each)["late"] < 6_000 for each in ("30", "7", "0"))


def test_half_of_what_is_due_is_due_within_three_notices():
    assert tail()["half"] == "Mar 7, 2022"


# ---- the bill for closing -----------------------------------------------------------------


def bill(last="2022-01-2", free=3, delay=TWO, plans="all"):
    return told(explorables.the_bill_for_closing(), last=last, free=free, delay=delay, plans=plans)


def test_the_bill_is_the_sum_of_its_parts():
    for last, free, delay in itertools.product(closing._ENDS, (0, 3, 6), (ONE, TWO, THREE)):
        each = bill(last, free, delay)
        parts = each["notices"] + each["tail"] + each["months"] + each["work"]
        assert parts == pytest.approx(each["total"], abs=0.021)


def test_the_bill_as_it_was():
    asis = bill()
    assert 4.4 < asis["total"] < 4.6
    assert 0.45 < asis["tail"] / asis["total"] < 0.5
    forecast = shutdown.ESTIMATES["forecast"].total / 1e9
    assert forecast < bill(delay=ONE)["total"] < forecast + 0.5
    slow = bill(delay=THREE)
    assert slow["total"] > shutdown.ESTIMATES["told"].total / 1e9
    assert 4.5 < slow["notices"] + slow["tail"] < 4.8
    none = bill(free=0)
    assert none["notices"] == 0
    assert none["tail"] == asis["tail"]
    assert asis["total"] - none["total"] > asis["total"] / 3


def test_an_early_end_and_no_cheaper_day():
    early, asis = bill("2019-06-2"), bill()
    assert early["members"] == pytest.approx(asis["members"], rel=0.02)
    assert early["notices"] < 0.1
    assert 0.4 < early["tail"] / asis["tail"] < 0.55
    late = [bill(last)["total"] for last in ("2020-12-2", "2021-06-2", "2021-12-1", "2022-01-2")]
    assert max(late) / min(late) < 1.05


# ---- eleven ways, and where to go ---------------------------------------------------------


def test_who_bears_the_end_on_whose_terms():
    rows = closing._ways(TWO, 50).set_index("platform")
    whole = rows.loc["xiang-hu-bao", "platform_yuan"]
    assert whole > 0.99 * rows.loc["xiang-hu-bao"].filter(like="yuan").drop("refunds_yuan").sum()
    for name in ("meituan", "didi", "waterdrop"):
        assert rows.loc[name, "not_paid_yuan"] < 1e6
    cut = rows.loc[["wukong", "suning"], "not_paid_yuan"] / rows.loc["meituan", "platform_yuan"]
    assert cut.between(0.38, 0.43).all()
    assert rows.loc["qingsong", "platform_yuan"] == 0
    assert (rows.loc[["baidu", "xiaomi", "360", "sina"], "unknown_yuan"] > 0).all()
    assert rows.loc["meituan", "refunds_yuan"] > 10 * rows.loc["meituan", "platform_yuan"]


def test_what_the_policy_costs_beside_the_plan():
    table = {
        (sex, year, scale): explorables.where_would_you_go()
        .draw(age=32, sex=sex, days=90, year=year, scale=scale)
        .figure
        for sex in ("female", "male")
        for year in ("first", "later")
        for scale in ("as sold", "for 100,000")
    }
    prices = {}
    for key, figure in table.items():
        young, old = (trace for trace in figure.data if trace.name == "in between")
        prices[key] = [*young.y, *old.y]
    bill = 152.10
    for sex in ("female", "male"):
        sold = prices[sex, "first", "as sold"]
        assert max(sold[:35]) < bill < sold[35]
        assert min(sold[55:]) > 2 * bill
        assert sold[40] < sold[39]
    equal = prices["male", "first", "for 100,000"][55] / bill
    assert equal == pytest.approx(8, abs=0.05)
    assert prices["male", "later", "for 100,000"][55] / bill == pytest.approx(10, abs=0.05)
    assert prices["female", "later", "for 100,000"][2] < bill / 3


# ---- which explanation --------------------------------------------------------------------


def explained(prior="even", weight=3, without="none"):
    return told(explorables.which_explanation(), prior=prior, weight=weight, without=without)


def test_who_is_left_without_cover():
    one = explorables.who_loses_cover()
    for setting in one.settings():
        view = one.view(**setting)
        assert float(view.words["older"]) > 50 > float(view.words["members_older"])
        bands = sum(trace.y[k] for trace in view.figure.data for k in range(4))
        people = told(one, **setting)["staying"] + told(one, **setting)["out"] + setting["moved"]
        assert bands == pytest.approx(400 if setting["scale"] == "share" else people, abs=0.15)
    assert 30 < told(one, **one.start)["most"] < 36  # a third
    old_first = told(one, **one.start | {"willing": 0.4})
    assert old_first["out"] < told(one, **one.start)["out"]


def test_the_spiral_comes_last_whatever_is_left_out():
    names = ["none", *(each.name for each in shutdown.observations())]
    for prior, weight, without in itertools.product(closing._PRIORS, (2, 3, 5), names):
        found = shutdown.weigh(
            closing._PRIORS[prior][1], weight=weight,
            without=() if without == "none" else (without,),
        ).set_index("explanation")  # fmt: skip
        assert found["share"].idxmin() == "spiral", (prior, weight, without)


def test_which_observation_decides():
    assert explained()["largest"] == "the state and the business"
    state = {"ruled out", "bill and members", "no profit", "said of another", "fewer buyers"}
    business = {"one year", "all sizes", "named", "price of leaving"}
    for each in shutdown.observations():
        wanted = (
            "the state" if each.name in state
            else "the business" if each.name in business
            else "the state and the business"
        )  # fmt: skip
        assert explained(without=each.name)["largest"] == wanted, each.name
