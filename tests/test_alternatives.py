"""What else a person could have: layers add up, terms hold, and figures are those of the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid import history
from mutualaid.alternatives import (
    ALTERNATIVES,
    ASSUMED,
    CITIES,
    HEALTH,
    LIFE,
    SOCIAL,
    YEARS,
    Alternative,
    Illness,
    Person,
    before_and_after,
    check_before_and_after,
    check_layers,
    compare,
    cost_by_participation,
    fixed_sum,
    paid_back,
    quoted_prices,
    standing,
    yearly_cost,
)
from mutualaid.alternatives.cost import KNOWN

people = st.builds(
    Person,
    age=st.integers(0, 105),
    sex=st.sampled_from(["male", "female"]),
    health=st.sampled_from(HEALTH),
    social=st.sampled_from(SOCIAL),
    city=st.sampled_from(CITIES),
)
illnesses = st.builds(
    Illness, bill=st.floats(0, 5e6), inside=st.floats(0, 1), critical=st.booleans()
)
bundles = st.sets(st.sampled_from(list(ALTERNATIVES)))
WOMAN = Person(age=32, sex="female")


def paid(person, illness, *held, **settings):
    found = compare(person, illness, held=held, **settings)
    return {layer.name: layer.paid for layer in found.layers}


# ---- laws ---------------------------------------------------------------------------------


@given(person=people, illness=illnesses, held=bundles)
def test_the_layers_and_the_family_make_the_bill(person, illness, held):
    found = compare(person, illness, held=held)
    assert check_layers(found) <= 1e-6 * max(1, illness.bill)
    assert found.family >= -1e-6
    assert found.at_most == any(layer.paid is None for layer in found.layers)
    table = found.to_frame()
    shown = table.set_index("name")["paid_yuan"]
    assert shown["family"] == found.family
    assert len(table) == len(found.layers) + 2


@given(person=people, illness=illnesses, held=bundles)
def test_parts_of_the_costs_and_gifts_never_exceed_the_bill(person, illness, held):
    found = compare(person, illness, held=held)
    assert found.costs_paid + found.gifts <= illness.bill * (1 + 1e-9) + 1e-6
    assert all(layer.paid is None or layer.paid >= 0 for layer in found.layers)


def test_fixed_sums_may_exceed_the_bill():
    found = compare(WOMAN, Illness(bill=60_000), held=["social", "plan"])
    assert found.fixed == 300_000
    assert found.family == 0
    assert found.left_over == pytest.approx(300_000 - found.gap)
    assert found.left_over > 60_000


@given(person=people, illness=illnesses, held=bundles, more=st.sampled_from(list(ALTERNATIVES)))
def test_holding_more_never_costs_the_family_more(person, illness, held, more):
    less = compare(person, illness, held=held).family
    assert compare(person, illness, held=held | {more}).family <= less + 1e-6


offers = st.builds(
    Alternative,
    name=st.just("made"), title=st.just("made up"), paid_for=st.just("in advance"),
    pays=st.just("part of the costs"), certainty=st.just("contract"), renewal=st.just("none"),
    deductible=st.floats(0, 1e5), share=st.floats(0, 1), ceiling=st.floats(0, 1e6),
)  # fmt: skip


@given(offer=offers, costs=st.floats(0, 5e6), more=st.floats(0, 1e5))
def test_a_ceiling_holds_and_a_higher_deductible_never_pays_more(offer, costs, more):
    from dataclasses import replace

    found = offer.part_of(costs)
    assert 0 <= found <= min(costs, offer.ceiling) + 1e-6
    assert replace(offer, deductible=offer.deductible + more).part_of(costs) <= found
    assert offer.part_of(costs + more) >= found


def test_terms_that_are_not_known_pay_none_and_not_nothing():
    from dataclasses import replace

    assert replace(ALTERNATIVES["city"], deductible=None).part_of(1e5) is None
    found = compare(
        Person(age=32, sex="female", city="suzhou"), Illness(bill=1e5), held=["social", "city"]
    )
    assert paid(found.person, found.illness, "social", "city")["city"] is None
    assert found.at_most
    assert "at most" in set(found.to_frame()["why"])


# ---- by hand ------------------------------------------------------------------------------

# The case of the chapter: 100,000 yuan, seven tenths of them recognized.
WORKED = {"social": 49_000, "serious": 2_061.6, "city": 7_000, "million": 31_938.4}


def test_the_worked_case():
    found = paid(WOMAN, Illness(bill=100_000), *WORKED)
    assert found == pytest.approx(WORKED)
    both = compare(WOMAN, Illness(bill=100_000), held=WORKED)
    assert both.family == pytest.approx(10_000)


def test_each_layer_looks_at_what_is_left_to_it():
    alone = paid(WOMAN, Illness(bill=200_000), "social", "million")["million"]
    after = paid(WOMAN, Illness(bill=200_000), "social", "city", "million")
    assert alone - after["million"] == pytest.approx(after["city"])
    # Nothing of the bill recognized: the social insurance pays nothing, the city policy most.
    outside = paid(WOMAN, Illness(bill=200_000, inside=0), "social", "city")
    assert outside["social"] == 0
    assert outside["city"] == pytest.approx(0.7 * 180_000)


def test_those_ill_before_are_refused_or_paid_less():
    ill = Person(age=32, sex="female", health="ill before")
    found = paid(ill, Illness(bill=200_000), *ALTERNATIVES)
    assert found["city"] == pytest.approx(0.5 * 40_000)
    assert {name for name, each in found.items() if each == 0} == {
        "million", "one-year", "long-term", "plan",
    }  # fmt: skip
    assert found["mutual-insurer"] is None


def test_without_social_insurance_little_is_left():
    alone = Person(age=32, sex="female", social="none")
    found = paid(alone, Illness(bill=100_000), "social", "city", "million", "plan")
    assert found == {"social": 0, "city": 0, "million": None, "plan": 300_000}


def test_what_is_no_critical_illness_gets_no_fixed_sum():
    found = paid(WOMAN, Illness(bill=100_000, critical=False), "plan", "one-year", "social")
    assert (found["plan"], found["one-year"]) == (0, 0)
    assert found["social"] == pytest.approx(49_000)


def test_gifts_are_the_mean_less_the_fee_and_no_more_than_is_missing():
    mean = history.fact("alternatives/crowdfunding/mean_raised_last_years/waterdrop/2021").value
    assert paid(WOMAN, Illness(bill=100_000), "gifts")["gifts"] == pytest.approx(mean * 0.964)
    assert paid(WOMAN, Illness(bill=5_000), "gifts")["gifts"] == 5_000
    assert paid(WOMAN, Illness(bill=100_000), "plan", "gifts")["gifts"] == 0


def test_assumptions_are_named_and_can_be_changed():
    worker = Person(age=32, sex="male", social="employee")
    found = compare(worker, Illness(bill=100_000), held=["social", "million"], employee_share=0.5)
    assert [layer.paid for layer in found.layers] == pytest.approx([35_000, 55_000])
    assert all(layer.illustrative for layer in found.layers)
    assert not compare(WOMAN, Illness(bill=1e5), held=["social", "city"]).layers[0].illustrative
    assert set(ASSUMED) == {"employee_share", "million_share"}
    assert ALTERNATIVES["million"].illustrative == {"share"}


# ---- figures of the sources ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field", "key"),
    [
        ("social", "share", "resident-insurance/hospital_share_in_policy/china/2024"),
        ("serious", "deductible", "serious-illness-insurance/deductible/china/2022"),
        ("serious", "share", "serious-illness-insurance/share_paid/china/2023"),
        ("city", "deductible", "city-medical/deductible/shanghai/2022"),
        ("city", "share", "city-medical/share_paid/shanghai/2022"),
        ("city", "ceiling", "city-medical/ceiling/shanghai/2021"),
        ("million", "deductible", "million-medical/deductible/china/unknown"),
        ("million", "ceiling", "million-medical/limit_of_year/ping-an/2020-09-08"),
    ],
)
def test_a_term_is_its_row(name, field, key):
    offer = ALTERNATIVES[name]
    assert getattr(offer, field) == history.fact(f"alternatives/{key}").value
    assert f"alternatives/{key}" in offer.keys
    assert field not in offer.illustrative


@pytest.mark.parametrize("offer", ALTERNATIVES.values(), ids=lambda offer: offer.name)
def test_every_key_is_a_row_in_use(offer):
    assert all(history.fact(key).status == "used" for key in offer.keys)


@pytest.mark.parametrize(
    ("name", "person", "low", "known"),
    [
        ("social", WOMAN, 320, "quoted"),
        ("social", Person(age=40, sex="male", social="employee", wage=60_000), 1_200, "derived"),
        ("city", WOMAN, 129, "quoted"),
        ("city", Person(age=80, sex="male", city="suzhou"), 79, "inferred"),
        ("million", Person(age=30, sex="male"), 350, "inferred"),
        ("million", Person(age=3, sex="male"), 498, "quoted"),
        ("million", Person(age=3, sex="male", social="none"), 968, "quoted"),
        ("one-year", WOMAN, 147.84, "quoted"),
        ("long-term", Person(age=27, sex="male"), 2_988, "inferred"),
        ("long-term", Person(age=30, sex="female"), 3_669, "derived"),
        ("long-term", Person(age=40, sex="female"), 1_956, "derived"),
        ("plan", WOMAN, 152.10, "derived"),
        ("gifts", WOMAN, 0, "quoted"),
    ],
)
def test_a_price_is_that_of_its_row(name, person, low, known):
    found = yearly_cost(name, person)
    assert (found.low, found.known) == (low, known)
    assert found.keys


@given(person=people, name=st.sampled_from(list(ALTERNATIVES)), year=st.sampled_from([2019, 2021]))
def test_a_cost_is_known_or_none(person, name, year):
    found = yearly_cost(name, person, year=year)
    assert found.known in KNOWN
    assert (found.known == "none") == (found.low is None) == (found.high is None)
    assert found.why
    if found.low is not None:
        assert 0 <= found.low <= found.high
        assert [history.fact(key).status for key in found.keys] == ["used"] * len(found.keys)


def test_what_no_source_gives_is_none():
    worker = Person(age=40, sex="male", social="employee")
    assert yearly_cost("social", worker).low is None
    assert yearly_cost("city", Person(age=40, sex="male", city="elsewhere")).low is None
    assert yearly_cost("long-term", Person(age=28, sex="male")).low is None
    assert yearly_cost("long-term", Person(age=51, sex="male")).low is None
    assert yearly_cost("one-year", Person(age=60, sex="male")).low is None
    assert fixed_sum("mutual-insurer", WOMAN) is None


def test_a_price_is_for_life_only_where_a_source_calls_it_so():
    for sex in ("female", "male"):
        for age in range(106):
            found = yearly_cost("long-term", Person(age=age, sex=sex))
            policies = {key.split("/")[1] for key in found.keys}
            for_life = bool(policies) and all(
                each.startswith("long-term-life") for each in policies
            )
            assert (found.term == "for life") == for_life
            assert (found.term == "not known") == (policies == {"long-term-b-30-payments"})
            assert bool(found.term) == (found.low is not None)
    at_30 = yearly_cost("long-term", Person(age=30, sex="female"))
    assert (at_30.low, at_30.high) == (3_669, 5_847)
    assert [history.fact(key).value for key in at_30.keys] == [6_115, 9_745]
    assert {yearly_cost(name, WOMAN).term for name in ALTERNATIVES if name != "long-term"} == {""}


def test_terms_of_printed_prices_are_those_of_their_policies():
    for sex in ("female", "male"):
        rows = quoted_prices(sex)
        for term, starts in {"for life": "long-term-life", "not known": "long-term-b"}.items():
            assert rows[rows["term"] == term]["policy"].str.startswith(starts).all()
        assert set(rows[rows["alternative"] == "one-year"]["term"]) == {"a year"}
        assert "a year" not in set(rows[rows["alternative"] == "long-term"]["term"])


def test_a_price_in_between_lies_between():
    for age in range(31, 50):
        found = yearly_cost("long-term", Person(age=age, sex="male"))
        rows = [history.fact(key).value for key in found.keys]
        assert min(rows) - 1e-9 <= found.low / found.cover * 1_000 <= max(rows) + 1e-5
    middle = yearly_cost("million", Person(age=35, sex="male"))
    assert (middle.low, middle.high, middle.known) == (350, 1_100, "in between")


def test_the_dots_are_rows():
    for sex in ("male", "female"):
        for _, row in quoted_prices(sex).iterrows():
            fact = history.fact(row["key"])
            assert (fact.value, fact.status, fact.basis) == (row["value"], "used", row["basis"])
            assert row["each"] == pytest.approx(row["value"] * 1e5 / row["cover"], abs=0.006)


def test_cover_for_life_costs_many_times_the_year():
    """Seven to fifteen times wherever a price for life is known."""
    for sex in ("female", "male"):
        for age in range(31):
            person = Person(age=age, sex=sex)
            life, year = (yearly_cost(name, person).each(1e5) for name in ("long-term", "one-year"))
            if life is not None:
                assert 7 < life[0] / year[0] <= life[1] / year[0] < 15


# ---- standing -----------------------------------------------------------------------------


@given(
    person=people, name=st.sampled_from(list(ALTERNATIVES)), year=st.sampled_from(list(YEARS))
)  # fmt: skip
def test_what_is_sure_never_lasts_longer_than_what_may_be(person, name, year):
    found = standing(name, person, year=year)
    assert (found.sure is None) == (found.perhaps is None)
    assert found.sure is None or 0 <= found.sure <= found.perhaps
    assert found.sure is not None or (name, found.may_join) == ("long-term", True)
    assert found.why
    if found.may_join is not True:
        assert found.perhaps == 0


def test_the_plan_promised_nothing_and_ended():
    assert [standing("plan", WOMAN, year=year).perhaps for year in YEARS] == [3, 2, 1, 0]
    assert {standing("plan", WOMAN, year=year).sure for year in YEARS} == {0}
    assert standing("plan", Person(age=60, sex="male"), year=2019).may_join is False


def test_the_policy_for_twenty_years_is_sold_up_to_55():
    assert standing("million", Person(age=55, sex="male"), year=2021).sure == 20
    assert standing("million", Person(age=55, sex="male"), year=2019).sure == 1
    for year in YEARS:
        assert standing("million", Person(age=56, sex="male"), year=year).may_join is None


def test_a_childs_medical_policy_is_another_and_promises_no_renewal():
    for social in ("resident", "none"):
        child = Person(age=5, sex="female", social=social)
        assert standing("million", child, year=2021).sure == 1
        assert "million-medical-b" in yearly_cost("million", child).keys[0]
    assert standing("million", Person(age=17, sex="female"), year=2021).may_join is None
    adult = Person(age=30, sex="female", social="none")
    assert standing("million", adult, year=2021).may_join is None


def test_long_term_cover_is_promised_for_life_where_its_price_is():
    for age in (5, 27, 30):
        assert standing("long-term", Person(age=age, sex="female"), year=2021).sure == LIFE
    for age in (31, 39, 50):
        found = standing("long-term", Person(age=age, sex="female"), year=2021)
        assert (found.may_join, found.sure) == (True, None)
    for age in (28, 51):
        assert standing("long-term", Person(age=age, sex="female"), year=2021).may_join is None


def test_what_no_source_tells_of_a_year_or_an_age_is_not_known():
    assert standing("one-year", WOMAN, year=2019).may_join is None
    assert standing("one-year", WOMAN, year=2021).may_join is True
    assert standing("long-term", Person(age=51, sex="female"), year=2021).may_join is None
    assert standing("mutual-insurer", WOMAN, year=2021).may_join is None
    assert standing("city", Person(age=30, sex="male", city="elsewhere"), year=2021).may_join is (
        None
    )  # fmt: skip


def test_who_is_ill_may_join_what_asks_nothing():
    ill = Person(age=45, sex="male", health="ill before")
    may = {name for name in ALTERNATIVES if standing(name, ill, year=2021).may_join}
    assert may == {"social", "serious", "city", "gifts"}


# ---- in advance, or after -----------------------------------------------------------------


@given(
    cases=st.lists(st.integers(0, 1_000), min_size=1, max_size=20),
    members=st.integers(1, 10**6),
    charge=st.floats(0, 10_000),
    costs=st.floats(0, 1),
)
def test_what_is_kept_and_missing_is_what_is_shared_after(cases, members, charge, costs):
    table = before_and_after(cases, members=members, benefit=10_000, charge=charge, costs=costs)
    assert check_before_and_after(table) <= 1e-9 * max(1, table["after"].max())
    assert (table["kept"] <= charge).all()
    assert ((table["returned"] == 0) | (table["missing"] == 0)).all()


def test_the_years_of_the_chapter():
    table = before_and_after([2, 3, 6], members=100, benefit=1_000, charge=50)
    assert table["after"].tolist() == [20, 30, 60]
    assert table["returned"].tolist() == [30, 20, 0]
    assert table["kept"].tolist() == [20, 30, 50]
    assert table["missing"].tolist() == [0, 0, 10]


@given(
    low=st.floats(0.01, 1), high=st.floats(0.01, 1), ill=st.floats(0, 1), times=st.floats(1, 50)
)  # fmt: skip
def test_the_fewer_buy_the_dearer_each(low, high, ill, times):
    low, high = sorted((low, high))
    few = cost_by_participation(low, ill=ill, times=times)
    many = cost_by_participation(high, ill=ill, times=times)
    assert few >= many - 1e-9
    assert cost_by_participation(1, ill=ill, times=times) == pytest.approx(1)
    assert cost_by_participation(low, ill=ill, times=1) == pytest.approx(1)


def test_what_comes_back_of_a_hundred_is_that_of_the_rows():
    table = paid_back()
    np.testing.assert_allclose(table[["for_claims", "returned", "rest"]].sum(axis=1), 100)
    assert table["for_claims"].round(1).tolist() == [92.6, 88.0, 52.0]
    assert table["returned"].iloc[2] == pytest.approx(30.5)
    # The printed parts of the account of the kyosai leave a little for reserves.
    costs = history.fact("alternatives/kyosai/costs_share/prefectural/2017").value
    assert 100 * costs < table["rest"].iloc[2]


# ---- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Person(age=-1, sex="male"), "age must be a whole number from 0 to 105, got -1"),
        (lambda: Person(age=30, sex="x"), "sex must be one of male, female"),
        (lambda: Person(age=30, sex="male", health="fit"), "health must be one of well"),
        (lambda: Person(age=30, sex="male", city="paris"), "city must be one of shanghai"),
        (lambda: Person(age=30, sex="male", wage=-1), "wage must be at least 0 yuan a year"),
        (lambda: Illness(bill=-1), "bill must be at least 0 yuan"),
        (lambda: Illness(bill=1, inside=1.1), "inside must be from 0 to 1"),
        (lambda: yearly_cost("lottery", WOMAN), "name must be one of social"),
        (lambda: yearly_cost("plan", WOMAN, year=2018), "year must be a whole number from 2019"),
        (lambda: compare(WOMAN, Illness(bill=1), held=["lottery"]), "held must be one of social"),
        (lambda: compare(WOMAN, Illness(bill=1), million_share=2), "million_share must be from 0"),
        (lambda: standing("plan", WOMAN, year=2030), "year must be a whole number from 2019"),
        (lambda: fixed_sum("city", WOMAN), "name must be one of one-year"),
        (lambda: before_and_after([], members=1, benefit=1, charge=1), "at least one year"),
        (lambda: cost_by_participation(0), "participation must be above 0"),
        (lambda: ALTERNATIVES["plan"].part_of(1), "plan must pay a part of the costs"),
    ],
)
def test_bad_input_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Illness(bill=1, critical=1), "critical must be True or False"),
        (lambda: compare("she", Illness(bill=1)), "person must be a Person"),
        (lambda: compare(WOMAN, 100), "illness must be an Illness"),
        (lambda: compare(WOMAN, Illness(bill=1), held="plan"), "held must be names in a list"),
    ],
)
def test_input_of_the_wrong_kind_is_refused(make, said):
    with pytest.raises(TypeError, match=said):
        make()
