"""The plans' terms by date, who may join, the smallest pool: all expected from the tables."""

import ast
import datetime as dt
import inspect
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies import amounts

from mutualaid import history
from mutualaid.rules import (
    CHRONIC_CLASSES,
    NAMED_ILLNESSES,
    PEERS,
    PLANS,
    Applicant,
    Practice,
    admission,
    admit,
    age_on,
    broken_principles,
    cost_of_one_case,
    first_day_covered,
    plan,
    pool,
    practice_of,
    relay,
    smallest_pool,
    smallest_pool_of,
)
from mutualaid.rules.plans import rule_term

NAN, INF = float("nan"), float("inf")
KEYS = frozenset(history.plan_terms()["key"])
FACTS = frozenset(history.keys("platform_facts"))

day = dt.date.fromisoformat

# ---- terms by date ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "item", "value"),
    [
        ("insurance", "2018-10-20", "administration_fee", 0.1),
        ("insurance", "2018-11-27", "administration_fee", 0.1),
        ("critical", "2018-11-27", "administration_fee", 0.08),
        ("critical", "2022-01-28", "administration_fee", 0.08),
        ("insurance", "2018-10-20", "price_groups_in_filed_papers", 6),
        ("insurance", "2018-10-20", "minimum_members", 3_300_000),
        ("critical", "2018-11-27", "minimum_members", 3_240_000),
        ("insurance", "2018-10-16", "benefit_to_39", 300_000),
        ("insurance", "2018-10-16", "benefit_40_to_59", 100_000),
        ("critical", "2022-01-28", "benefit_to_39", 300_000),
        ("critical", "2022-01-28", "benefit_40_to_59", 100_000),
        ("chronic", "2020-05-13", "benefit_to_39", 300_000),
        ("chronic", "2020-05-13", "benefit_40_to_59", 100_000),
        ("elderly", "2019-05-08", "benefit_severe_cancer", 100_000),
        ("elderly", "2019-05-08", "benefit_light_cancer", 50_000),
        ("critical", "2019-05-01", "benefit_light_thyroid_cancer", 50_000),
        ("critical", "2019-12-31", "benefit_light_thyroid_cancer", 50_000),
        ("critical", "2020-01-01", "benefit_light_thyroid_cancer", 0),
        ("critical", "2020-01-01", "benefit_light_prostate_cancer", 0),
        ("critical", "2019-03-21", "zhima_credit_score", 650),
        ("critical", "2019-12-31", "cap_year", 188),
        ("critical", "2020-01-01", "forecast_year", 188),
        ("transport", "2020-09-01", "waiting", 7),
        ("transport", "2020-09-30", "benefit_air", 1_000_000),
        ("covid", "2020-01-31", "benefit", 100_000),
        ("covid", "2020-01-31", "paid_for", "death"),
        ("covid", "2020-01-31", "no_waiting_if_joined_by", "2020-01-30"),
        ("insurance", "2018-11-27", "after_failed_retries", "the member is taken out"),
        ("critical", "2020-01-01", "accident_survived_hours", 96),
        ("critical", "2019-02-01", "health_largest_claim", 20_000),
        ("elderly", "2019-05-08", "entry_age", [60, 70]),
        ("elderly", "2022-01-28", "entry_age", [60, 70]),
        # Plans of other platforms: from plans.toml, and from platform_facts.csv.
        ("kang-ai", "2014-09-30", "benefit", 350_000),
        ("kang-ai", "2014-10-01", "benefit", 300_000),
        ("kang-ai", "2014-10-01", "waiting", 1),
        ("kang-ai", "2019-01-01", "benefit_cancer_patients", 100_000),
        ("e-huzhu", "2016-08-31", "waiting", 180),
        ("e-huzhu", "2016-08-31", "entry_age_children", [1, 17]),
        ("e-huzhu", "2016-08-31", "entry_age_adults", [18, 50]),
        ("e-huzhu", "2016-08-31", "benefit_adults", 400_000),
        ("waterdrop", "2021-01-01", "benefit", 300_000),
        ("zhongtuobang", "2016-12-31", "administration_fee", 0),
        ("zhongtuobang", "2016-12-31", "cap_per_case", 3),
        ("zhongtuobang", "2016-12-31", "waiting", 180),
        ("zhongtuobang", "2016-12-31", "entry_age_adults", [18, 50]),
        ("sina", "2019-01-01", "benefit", 300_000),
        ("sina", "2019-01-01", "benefit_accident", 50_000),
        ("sina", "2019-01-01", "waiting", 180),
        ("sina", "2019-01-01", "waiting_for_accidents", 30),
        ("meituan", "2020-06-27", "benefit", 300_000),
        ("meituan", "2020-06-28", "benefit", 350_000),
        ("meituan", "2020-06-28", "entry_age_to", 39),
        ("360", "2020-04-01", "benefit_is", "a fixed sum; light illness and death as well"),
    ],
)
def test_a_term_has_the_value_of_its_day(name, on, item, value):
    assert plan(name).on(day(on))[item].value == value


@pytest.mark.parametrize(
    ("name", "on", "item"),
    [
        ("critical", "2018-11-27", "price_groups_in_filed_papers"),
        ("critical", "2019-04-30", "benefit_light_thyroid_cancer"),
        ("critical", "2019-12-31", "benefit_light_prostate_cancer"),
        ("critical", "2019-12-31", "rare_diseases_added"),
        ("critical", "2019-03-14", "relatives_admitted"),
        ("critical", "2019-03-21", "credit_assessment"),
        ("critical", "2019-03-22", "zhima_credit_score"),
        # Contested, and in force by one source: left out unless chosen.
        ("critical", "2020-05-20", "zhima_credit_score"),
        ("critical", "2020-05-20", "cap_year"),
        ("insurance", "2018-10-16", "joining_cost"),
        ("elderly", "2019-05-08", "entry_age_in_other_texts"),
        ("critical", "2019-12-31", "accident_survived_hours"),
        ("critical", "2018-11-27", "after_failed_retries"),
        ("transport", "2020-09-01", "cap_per_case"),
        ("kang-ai", "2014-09-30", "waiting"),
        ("kang-ai", "2018-12-31", "benefit_cancer_patients"),
        ("e-huzhu", "2016-12-14", "change_of_2016"),
        ("e-huzhu", "2016-08-31", "entry_age_older"),
        ("meituan", "2020-06-27", "benefit_at_once"),
        ("meituan", "2020-02-04", "covid_death"),
        ("meituan", "2020-08-04", "covid_death"),
        ("sina", "2019-01-01", "cap_per_case"),
        ("waterdrop", "2020-12-31", "benefit"),
    ],
)
def test_a_term_not_in_force_or_contested_is_refused_by_name(name, on, item):
    terms = plan(name).on(day(on))
    assert item not in terms
    with pytest.raises(KeyError, match=f"{name} has no known term '{item}' on {on}"):
        terms[item]


@pytest.mark.parametrize(
    ("name", "on", "item", "value", "source"),
    [
        ("critical", "2019-10-22", "zhima_credit_score", 600, "medium-2019-10-22"),
        ("insurance", "2018-10-16", "joining_cost", 0, "qa-2021-12-29-insurance-adviser"),
        ("insurance", "2018-10-16", "joining_cost", 0.01, "qa-2021-12-29-insurance-essayist"),
        ("critical", "2020-05-20", "zhima_credit_score", 650, "g2bonline-2020"),
        ("elderly", "2019-05-08", "entry_age", [60, 69], "lianjie114"),
        ("covid", "2020-01-31", "paid_for", "treatment", "leiphone-2021-12-29"),
        ("e-huzhu", "2016-08-31", "entry_age_older", [51, 70], "encyclopedia-e-huzhu"),
    ],
)
def test_a_contested_value_is_the_callers_choice(name, on, item, value, source):
    chosen = plan(name).on(day(on), **{item: value})[item]
    assert (chosen.value, chosen.status) == (value, "disputed")
    assert chosen.source == history.source(source)


def test_a_pair_of_ages_may_be_chosen_as_a_tuple():
    assert plan("elderly").on(day("2019-05-08"), entry_age=(60, 69))["entry_age"].value == [60, 69]
    chosen = plan("elderly").on(day("2019-05-08"), entry_age=(60, 70))["entry_age"]
    assert (chosen.value, chosen.status) == ([60, 70], "used")


@pytest.mark.parametrize(
    ("name", "on", "item", "values"),
    [
        ("insurance", "2018-10-16", "joining_cost", [0, 0.01]),
        ("critical", "2019-10-22", "zhima_credit_score", [600]),
        ("critical", "2020-05-20", "zhima_credit_score", [600, 650]),
        ("critical", "2019-12-31", "cap_year", [188]),
        ("critical", "2020-12-31", "cap_year", [188, 188]),
        ("elderly", "2019-05-08", "entry_age", [[60, 69]]),
        ("covid", "2020-01-31", "paid_for", ["treatment"]),
        ("e-huzhu", "2016-08-31", "entry_age_older", [[51, 70]]),
        ("meituan", "2020-06-28", "benefit_in_other_texts", [1_000_000]),
        ("waterdrop", "2018-07-01", "benefit_low_grade_cancer", [50_000]),
    ],
)
def test_the_terms_tell_on_which_values_sources_disagree(name, on, item, values):
    """Whether or not another value is used; a rejected one is no value."""
    contested = plan(name).on(day(on)).contested[item]
    assert sorted(term.value for term in contested) == values
    assert {term.status for term in contested} == {"disputed"}


@pytest.mark.parametrize("name", [*PLANS, *PEERS])
def test_nothing_that_was_rejected_is_in_force_or_can_be_chosen(name):
    terms = plan(name).on(plan(name).last)
    every = (*terms.terms.values(), *(term for held in terms.contested.values() for term in held))
    assert "rejected" not in {term.status for term in every}
    assert {term.key for term in every} <= KEYS | FACTS


@pytest.mark.parametrize(
    ("name", "on", "choice", "said"),
    [
        ("critical", "2019-10-22", {"zhima_credit_score": 700},
         "zhima_credit_score must be one of 600, which sources give for 2019-10-22, got 700"),
        # 650 held to March 21, 2019; from 2020 another source has it again.
        ("critical", "2019-10-22", {"zhima_credit_score": 650},
         "zhima_credit_score must be one of 600, which sources give for 2019-10-22, got 650"),
        ("critical", "2020-05-20", {"zhima_credit_score": NAN},
         "zhima_credit_score must be one of 600, 650, which .* for 2020-05-20, got nan"),
        ("critical", "2019-10-22", {"waiting": 180},
         "waiting must be one of 90, which sources give for 2019-10-22, got 180"),
        ("critical", "2019-10-22", {"no_such_term": 1},
         "no_such_term must be one of none, which sources give for 2019-10-22, got 1"),
        # In force on another day, and no longer on this one.
        ("critical", "2021-06-01", {"benefit_light_thyroid_cancer": 50_000},
         "benefit_light_thyroid_cancer must be one of 0, which .* for 2021-06-01, got 50000"),
        ("insurance", "2018-11-01", {"administration_fee": 0.08},
         "administration_fee must be one of 0.1, which .* for 2018-11-01, got 0.08"),
        # Rejected: the member rules have 3.24 million.
        ("critical", "2020-05-20", {"minimum_members": 3_000_000},
         "minimum_members must be one of 3240000, which .* for 2020-05-20, got 3000000"),
        ("chronic", "2020-08-01", {"start": "2020-07-29"},
         "start must be one of '2020-05-13', which .* got '2020-07-29'"),
        ("elderly", "2019-06-01", {"entry_age": (60, 71)},
         r"entry_age must be one of \[60, 69\], \[60, 70\], which .*got \(60, 71\)"),
        ("elderly", "2019-06-01", {"cap_per_case": True}, "cap_per_case must be one of 1, .*True"),
        ("covid", "2020-06-01", {"paid_for": "cure"},
         "paid_for must be one of 'death', 'treatment', which .*got 'cure'"),
    ],
)  # fmt: skip
def test_a_value_that_no_source_gives_for_that_day_cannot_be_chosen(name, on, choice, said):
    with pytest.raises(ValueError, match=said):
        plan(name).on(day(on), **choice)


def test_a_rule_that_hangs_on_no_day_is_asked_by_its_key():
    """Of several rows under one key it is the used one."""
    assert rule_term("plans/jury/minimum_age").value == 18
    assert rule_term("plans/closure/last_day_of_diagnosis").value == "2022-01-28 24:00"
    assert rule_term("plans/closure/notices_paid_by_platform/2021-12-28").value == 3


@pytest.mark.parametrize(
    "wrong", ["x", "", "plans", "plans/critical", "plans/critical/none", "jury/minimum_age"]
)
def test_a_key_that_no_term_has_is_refused_by_name(wrong):
    with pytest.raises(KeyError, match=f"no term has the key '{wrong}'"):
        rule_term(wrong)


OPEN = {
    "insurance": ("2018-10-16", "2018-11-27"),
    "critical": ("2018-11-27", "2022-01-28"),
    "elderly": ("2019-05-08", "2022-01-28"),
    "chronic": ("2020-05-13", "2022-01-28"),
    "transport": ("2020-09-01", "2022-01-28"),
    "covid": ("2020-01-31", "2021-12-17"),
    # Of other platforms; of a month or a year all days, and up to where the sources tell of them.
    "kang-ai": ("2011-05-08", "2021-12-31"),
    "e-huzhu": ("2014-01-01", "2020-04-30"),
    "qingsong": ("2016-04-01", "2021-03-24"),
    "waterdrop": ("2016-05-01", "2021-03-31"),
    "zhongtuobang": ("2016-12-01", "2016-12-31"),
    "sina": ("2018-10-16", "2021-07-31"),  # after Xiang Hu Bao
    "meituan": ("2019-06-28", "2021-01-31"),
    "360": ("2020-04-01", "2021-05-31"),
}


@pytest.mark.parametrize(("name", "first", "last"), [(name, *days) for name, days in OPEN.items()])
def test_a_plan_has_terms_from_its_first_to_its_last_day_only(name, first, last):
    asked, one = plan(name), dt.timedelta(days=1)
    for inside in (day(first), day(last)):
        assert asked.on(inside).day == inside
    for outside in (day(first) - one, day(last) + one):
        with pytest.raises(ValueError, match=f"day must be from {first} to {last}.*got {outside}"):
            asked.on(outside)
        with pytest.raises(ValueError, match=f"day must be from {first} to {last}.*got {outside}"):
            admit(name, Applicant(born=day("1988-06-15")), outside)
        with pytest.raises(ValueError, match=f"day must be from {first} to {last}.*got {outside}"):
            first_day_covered(name, outside)


def test_every_plan_of_the_list_was_asked_for_its_days():
    assert set(OPEN) == {*PLANS, *PEERS}


@pytest.mark.parametrize("wrong", [dt.datetime(2019, 6, 1), "2019-06-01", None, 20190601])
def test_only_a_date_is_a_day(wrong):
    with pytest.raises(TypeError, match="day must be a date, got") as refusal:
        plan("critical").on(wrong)
    assert repr(wrong) in str(refusal.value)
    with pytest.raises(TypeError, match="day must be a date, got"):
        admit("critical", Applicant(born=day("1988-06-15")), wrong)
    with pytest.raises(TypeError, match="day must be a date, got"):
        first_day_covered("critical", wrong)
    with pytest.raises(TypeError, match="day must be a date, got"):
        age_on(day("1988-06-15"), wrong)
    with pytest.raises(TypeError, match="born must be a date, got"):
        age_on(wrong, day("2019-06-01"))


def test_a_plan_that_never_was_is_refused():
    names = "insurance, critical, elderly, chronic, transport, covid, kang-ai, .*, meituan, 360"
    for ask in (
        plan,
        lambda name: admit(name, Applicant(born=day("1988-06-15")), day("2019-06-01")),
        lambda name: first_day_covered(name, day("2019-06-01")),
    ):
        for wrong in ("life", "Critical", "", None, ["critical"]):
            with pytest.raises(ValueError, match=f"plan must be one of {names}, got ") as refusal:
                ask(wrong)
            assert str(refusal.value).endswith(f"got {wrong!r}")


def test_a_term_in_words_is_no_number():
    terms = plan("critical").on(day("2019-06-01"))
    with pytest.raises(ValueError, match="plans/general/principles must be a number, got "):
        terms.number("principles")


@pytest.mark.parametrize(
    ("name", "on", "members"),
    [
        ("insurance", "2018-10-20", 3_300_000),  # 300,000 x 1.10 / 0.1
        ("critical", "2018-11-27", 3_240_000),  # 300,000 x 1.08 / 0.1
        ("elderly", "2019-05-08", 108_000),  # 100,000 x 1.08 / 1
        ("chronic", "2020-05-13", 324_000),  # 300,000 x 1.08 / 1
        ("zhongtuobang", "2016-12-01", 100_000),  # 300,000 x 1.00 / 3
        ("meituan", "2020-06-27", 3_240_000),  # 300,000 x 1.08 / 0.1
        ("meituan", "2020-06-28", 3_780_000),  # 350,000 x 1.08 / 0.1
    ],
)
def test_the_smallest_pool_by_the_terms_of_the_day(name, on, members):
    assert smallest_pool_of(plan(name).on(day(on))) == members


@pytest.mark.parametrize(
    ("name", "on"),
    [("transport", "2020-10-01"), ("covid", "2020-10-01"), ("sina", "2019-01-01"),
     ("kang-ai", "2014-10-01"), ("e-huzhu", "2016-08-31"), ("waterdrop", "2021-01-01"),
     ("qingsong", "2017-01-01"), ("360", "2020-04-01")],
)  # fmt: skip
def test_without_a_cap_for_one_case_no_smallest_pool_is_known(name, on):
    with pytest.raises(KeyError, match=f"{name} has no known term 'cap_per_case' on {on}"):
        smallest_pool_of(plan(name).on(day(on)))


@pytest.mark.parametrize(("name", "on"), [("insurance", "2018-10-20"), ("critical", "2021-12-01")])
def test_the_smallest_pool_is_the_number_that_the_rules_print(name, on):
    terms = plan(name).on(day(on))
    assert smallest_pool_of(terms) == terms["minimum_members"].value


# ---- ages and the first day of cover ------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1980-03-01", "2020-02-29", 39),
        ("1980-03-01", "2020-03-01", 40),
        ("1980-02-29", "2020-02-28", 39),
        ("1980-02-29", "2020-02-29", 40),
        # In a year without the day, the year is full on March 1.
        ("2000-02-29", "2018-02-28", 17),
        ("2000-02-29", "2018-03-01", 18),
        ("2019-06-15", "2019-06-15", 0),
    ],
)
def test_age_is_counted_in_full_years(born, on, years):
    assert age_on(day(born), day(on)) == years


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match=r"birth \(2019-06-15\), got 2019-06-14"):
        age_on(day("2019-06-15"), day("2019-06-14"))
    with pytest.raises(ValueError, match=r"birth \(2019-06-15\), got 2019-06-14"):
        admit("critical", Applicant(born=day("2019-06-15")), day("2019-06-14"))


@pytest.mark.parametrize(
    ("name", "joined", "first"),
    [
        ("insurance", "2018-10-16", "2019-01-15"),  # critical/first_day_covered
        ("critical", "2018-11-27", "2019-02-26"),
        ("critical", "2019-11-30", "2020-02-29"),  # over the end of the year
        ("elderly", "2019-05-08", "2019-08-07"),
        ("chronic", "2020-05-13", "2020-08-12"),
        # The last to be covered at all: on January 28, 2022.
        *((name, "2021-10-29", "2022-01-28") for name in ("critical", "elderly", "chronic")),
    ],
)
def test_cover_for_illness_begins_on_the_91st_day_after_joining(name, joined, first):
    assert first_day_covered(name, day(joined)) == day(first)
    assert day(first) - day(joined) == dt.timedelta(days=91)


@pytest.mark.parametrize(
    ("name", "joined"),
    [
        # It would begin after the end of the plans.
        ("critical", "2021-10-30"), ("elderly", "2021-10-30"), ("chronic", "2022-01-28"),
        # How the seven days are counted is not said; the sponsor's cover waits otherwise.
        ("transport", "2020-09-01"), ("covid", "2020-01-31"),
        # Other platforms: a length at most, and never how it is counted.
        ("e-huzhu", "2016-08-31"), ("sina", "2019-01-01"), ("kang-ai", "2015-01-01"),
        ("zhongtuobang", "2016-12-01"), ("meituan", "2020-06-28"), ("qingsong", "2017-01-01"),
        ("waterdrop", "2017-12-01"), ("360", "2020-04-01"),
    ],
)  # fmt: skip
def test_a_first_day_that_is_not_known_or_never_came_is_none(name, joined):
    assert first_day_covered(name, day(joined)) is None


# ---- who may join: worked applicants ------------------------------------------------------

#: Rules that every applicant of a plan is asked, by code; addresses without ``plans/``.
ANYBODY = {"real name": "general/principles", "account holder": "general/own_account_holder_age"}
CRITICAL = ANYBODY | {
    "age from": "critical/entry_age_from",
    "age to": "critical/entry_age_to",
    "medicine": "critical/health_medicine_days",
    "hospital": "critical/health_hospital_days",
    "insurance claim": "critical/health_largest_claim",
    "insurers": "critical/health_insurance_history",
    "illness": "critical/health_illnesses",
}
USUAL = {
    "insurance": CRITICAL,
    "critical": CRITICAL,
    # A member of this plan may pay from an account of his or her own, at any age.
    "elderly": {"age": "elderly/entry_age/2019-05-08", "real name": "general/principles"},
    "chronic": ANYBODY
    | {
        "age from": "chronic/entry_age_from",
        "age to": "chronic/entry_age_to",
        "chronic class": "chronic/eight_classes",
    },
    "transport": ANYBODY
    | {
        "age from": "transport/entry_age_from",
        "age to": "transport/entry_age_to",
        "health": "transport/health_requirements",
    },
    "covid": ANYBODY,
}
SCORE_650 = {"credit score": "general/zhima_credit_score/2018-10-16"}
SCORE_600 = {"credit score": "general/zhima_credit_score"}
ASSESSMENT = {"credit assessment": "general/credit_assessment"}
AT_START = {"relative": "general/relatives_at_start"}
RELATIVE = {"relative": "general/relatives_admitted"}
UNDER_TWO = {"under two": "critical/health_under_2_years"}
HOLDER = {"account holder": "general/own_account_holder_age"}
ILLNESS = {"illness": "critical/health_illnesses"}
CLAIM_PAID = {"insurance claim": "critical/health_largest_claim"}
ELDERLY_AGE = {"age": "elderly/entry_age/2019-05-08"}
#: To the age of 69, as one text has it.
TO_69 = {"age": "elderly/entry_age"}
MOVED = {"moving at 60": "elderly/move_from_critical_plan_at_60"}
ELDERLY_HEALTH = {"health": "elderly/health_requirements"}
CLASS = {"chronic class": "chronic/eight_classes"}
HELPED = {"helped before": "general/end_by_benefit"}
REJOINS = {"rejoining": "general/waiting_after_rejoining"}
COVID_MEMBER = {"member": "covid/first_confirmed_from"}
TOO_OLD = {"age to": "critical/entry_age_to"} | HOLDER
KIDNEYS = frozenset({"kidneys"})


def who(born="1988-06-15", holder=None, **more):
    """Return a healthy person of thirty with a score of 700, but for what is said."""
    holder_born = None if holder is None else day(holder)
    return Applicant(
        born=day(born), holder_born=holder_born, **({"credit_score": 700, **more})
    )  # fmt: skip


def child(born, holder="1988-06-15", **more):
    """Return a child, born at a good weight and in time, but for what is said."""
    well = {"birth_weight": 3.2, "birth_week": 39}
    return who(born, holder, relation="child", **{**well, **more})


#: No rule, no choice.
NONE: Mapping[str, Any] = MappingProxyType({})


class Asked(NamedTuple):
    """An applicant, and what the rules say."""

    name: str
    plan: str
    on: str
    who: Applicant
    admitted: bool | None
    #: Rules that bar, and that are not decided: code to address.
    bars: Mapping[str, str] = NONE
    open: Mapping[str, str] = NONE
    #: Rules met besides the usual ones of the plan.
    also: Mapping[str, str] = NONE
    #: Other plans that admit.
    others: tuple[str, ...] = ()
    #: What the platform's own assessment came to.
    assessed: bool | None = True
    choices: Mapping[str, Any] = NONE


APPLICANTS = (
    # The first and the last day of each plan.
    Asked("insurance-first-day", "insurance", "2018-10-16", who(), True),
    Asked("insurance-last-day", "insurance", "2018-11-27", who(), True, others=("critical",)),
    Asked("critical-first-day", "critical", "2018-11-27", who(), True, others=("insurance",)),
    Asked("critical-last-day", "critical", "2022-01-28", who(), True, others=("transport",)),
    # Age: 30 days to 59 years, both included.
    Asked("29-days-old", "critical", "2019-01-30", child("2019-01-01"), False,
          {"age from": "critical/entry_age_from"}, also=AT_START | UNDER_TWO),
    Asked("30-days-old", "critical", "2019-01-31", child("2019-01-01"), True,
          also=AT_START | UNDER_TWO),
    Asked("59th-birthday", "critical", "2019-06-15", who("1960-06-15"), True),
    Asked("day-before-60", "critical", "2019-06-15", who("1959-06-16"), True),
    Asked("60th-birthday", "critical", "2019-06-16", who("1959-06-16"), False, TOO_OLD,
          others=("elderly",)),
    Asked("born-february-29-is-59", "critical", "2020-02-28", who("1960-02-29"), True),
    Asked("born-february-29-is-60", "critical", "2020-02-29", who("1960-02-29"), False, TOO_OLD,
          others=("elderly",)),
    Asked("parent-day-before-60", "critical", "2019-06-15",
          who("1959-06-16", "1988-06-15", relation="parent"), True, also=RELATIVE),
    Asked("parent-60th-birthday", "critical", "2019-06-16",
          who("1959-06-16", "1988-06-15", relation="parent"), False,
          {"age to": "critical/entry_age_to"}, also=RELATIVE, others=("elderly",)),
    # The account holder: 18 to 59 years.
    Asked("own-account-at-17", "critical", "2019-06-14", who("2001-06-15"), False, HOLDER),
    Asked("own-account-at-18", "critical", "2019-06-15", who("2001-06-15"), True),
    Asked("mother-of-17", "critical", "2019-06-15", child("2018-12-01", "2001-06-16"), False,
          HOLDER, also=AT_START | UNDER_TWO),
    Asked("mother-of-18", "critical", "2019-06-16", child("2018-12-01", "2001-06-16"), True,
          also=AT_START | UNDER_TWO),
    Asked("father-of-59", "critical", "2019-06-15", child("2000-01-01", "1959-06-16"), True,
          also=AT_START),
    Asked("father-of-60", "critical", "2019-06-16", child("2000-01-01", "1959-06-16"), False,
          HOLDER, also=AT_START),
    # Relatives: children from the start, parents from March 15, 2019, spouses not known since when.
    Asked("child-at-the-start", "insurance", "2018-10-16", child("2010-06-01"), True,
          also=AT_START),
    Asked("parent-march-14", "critical", "2019-03-14",
          who("1965-01-01", "1990-01-01", relation="parent"), False, AT_START),
    Asked("parent-march-15", "critical", "2019-03-15",
          who("1965-01-01", "1990-01-01", relation="parent"), True, also=RELATIVE),
    Asked("spouse-march-14", "critical", "2019-03-14",
          who("1989-01-01", "1990-01-01", relation="spouse"), None, open=AT_START),
    Asked("spouse-march-15", "critical", "2019-03-15",
          who("1989-01-01", "1990-01-01", relation="spouse"), True, also=RELATIVE),
    # Credit: a score of 650 to March 21, 2019, the platform's own assessment from the 22nd on.
    Asked("score-649-insurance", "insurance", "2018-10-16", who(credit_score=649), False,
          SCORE_650),
    Asked("score-649-march-21", "critical", "2019-03-21", who(credit_score=649), False, SCORE_650),
    Asked("score-650-march-21", "critical", "2019-03-21", who(credit_score=650), True),
    Asked("score-not-known-march-21", "critical", "2019-03-21", who(credit_score=None), None,
          open=SCORE_650),
    Asked("score-900-march-22", "critical", "2019-03-22", who(credit_score=900), None,
          open=ASSESSMENT, assessed=None),
    Asked("score-600-assessed-march-22", "critical", "2019-03-22", who(credit_score=600), True),
    Asked("score-900-assessed-and-refused", "critical", "2019-03-22", who(credit_score=900), False,
          ASSESSMENT, assessed=False),
    Asked("score-not-known-but-assessed", "critical", "2019-10-22", who(credit_score=None), True),
    Asked("chosen-600-score-600", "critical", "2019-10-22", who(credit_score=600), True,
          also=SCORE_600, assessed=None, choices={"zhima_credit_score": 600}),
    Asked("chosen-600-score-599", "critical", "2019-10-22", who(credit_score=599), False,
          SCORE_600, assessed=None, choices={"zhima_credit_score": 600}),
    Asked("chosen-600-score-not-known", "critical", "2019-10-22", who(credit_score=None), None,
          open=SCORE_600, assessed=None, choices={"zhima_credit_score": 600}),
    # The account's name, and a benefit received.
    Asked("no-real-name", "critical", "2019-02-01", who(real_name=False), False,
          {"real name": "general/principles"}),
    Asked("helped-before", "critical", "2019-06-01", who(was_helped=True), False, HELPED),
    Asked("helped-before-insurance", "insurance", "2018-11-01", who(was_helped=True), False,
          HELPED),
    Asked("helped-before-elderly", "elderly", "2019-06-01", who("1955-01-01", was_helped=True),
          None, open=HELPED),
    Asked("helped-before-chronic", "chronic", "2020-06-01",
          who(chronic_classes=KIDNEYS, was_helped=True), None, open=HELPED),
    Asked("helped-before-transport", "transport", "2020-09-01", who(was_helped=True), None,
          open=HELPED),
    # Who left may join again.
    Asked("joins-again", "critical", "2019-06-01", who(rejoins=True), True, also=REJOINS),
    Asked("joins-again-insurance", "insurance", "2018-11-01", who(rejoins=True), True,
          also=REJOINS),
    Asked("joins-again-transport", "transport", "2020-09-01", who(rejoins=True), True, also=REJOINS,
          others=("critical",)),
    Asked("joins-again-with-diabetes", "critical", "2019-06-01",
          who(rejoins=True, illnesses=frozenset({"diabetes"})), False, ILLNESS, also=REJOINS),
    # Joined too late for any illness to be covered: admitted all the same.
    Asked("last-to-be-covered", "critical", "2021-10-29", who(), True, others=("transport",)),
    Asked("a-day-too-late-to-be-covered", "critical", "2021-10-30", who(), True,
          others=("transport",)),
    # Questions on health: over 30 days of medicine, over 15 in hospital, within two years.
    Asked("medicine-30-days", "critical", "2019-02-01", who(medicine_days=30), True),
    Asked("medicine-31-days", "critical", "2019-02-01", who(medicine_days=31), False,
          {"medicine": "critical/health_medicine_days"}),
    Asked("hospital-15-days", "critical", "2019-02-01", who(hospital_days=15), True),
    Asked("hospital-16-days", "critical", "2019-02-01", who(hospital_days=16), False,
          {"hospital": "critical/health_hospital_days"}),
    Asked("claim-just-below-20000", "critical", "2019-02-01", who(sickness_claim=19_999.99), True),
    Asked("claim-of-20000", "critical", "2019-02-01", who(sickness_claim=20_000), False,
          CLAIM_PAID),
    Asked("claim-and-refusal", "critical", "2019-02-01",
          who(sickness_claim=50_000, refused_by_insurer=True), False,
          CLAIM_PAID | {"insurers": "critical/health_insurance_history"}),
    Asked("refused-by-an-insurer", "insurance", "2018-11-01", who(refused_by_insurer=True), False,
          {"insurers": "critical/health_insurance_history"}),
    *(Asked(f"declares-{illness.replace(' ', '-')}", "critical", "2019-02-01",
            who(illnesses=frozenset({illness})), False, ILLNESS)
      for illness in ("tumor", "heart disease", "epilepsy", "diabetes")),
    Asked("declares-gout", "critical", "2019-02-01", who(illnesses=frozenset({"gout"})), None,
          open=ILLNESS),
    Asked("declares-gout-and-epilepsy", "critical", "2019-02-01",
          who(illnesses=frozenset({"gout", "epilepsy"})), False, ILLNESS),
    Asked("findings-of-women", "critical", "2019-02-01", who(women_findings=True), False,
          {"women": "critical/health_women"}),
    # Children under two: 2 kg and week 36 are enough.
    Asked("weight-just-below-2-kg", "critical", "2019-02-01",
          child("2018-06-01", birth_weight=1.99), False, UNDER_TWO, also=AT_START),
    Asked("weight-2-kg", "critical", "2019-02-01", child("2018-06-01", birth_weight=2.0), True,
          also=AT_START | UNDER_TWO),
    Asked("born-in-week-35", "critical", "2019-02-01", child("2018-06-01", birth_week=35), False,
          UNDER_TWO, also=AT_START),
    Asked("born-in-week-36", "critical", "2019-02-01", child("2018-06-01", birth_week=36), True,
          also=AT_START | UNDER_TWO),
    Asked("trouble-at-birth", "critical", "2019-02-01", child("2018-06-01", birth_trouble=True),
          False, UNDER_TWO, also=AT_START),
    # Asked of a child under two, so what is not known is open, unless something else bars.
    Asked("weight-not-known", "critical", "2019-02-01", child("2018-06-01", birth_weight=None),
          None, open=UNDER_TWO, also=AT_START),
    Asked("week-not-known", "critical", "2019-02-01", child("2018-06-01", birth_week=None), None,
          open=UNDER_TWO, also=AT_START),
    Asked("weight-not-known-week-35", "critical", "2019-02-01",
          child("2018-06-01", birth_weight=None, birth_week=35), False, UNDER_TWO, also=AT_START),
    Asked("weight-not-known-trouble-at-birth", "critical", "2019-02-01",
          child("2018-06-01", birth_weight=None, birth_trouble=True), False, UNDER_TWO,
          also=AT_START),
    Asked("nothing-known-on-the-second-birthday", "critical", "2019-02-01",
          child("2017-02-01", birth_weight=None, birth_week=None), True, also=AT_START),
    Asked("light-at-birth-day-before-two", "critical", "2019-02-01",
          child("2017-02-02", birth_weight=1.2), False, UNDER_TWO, also=AT_START),
    Asked("light-at-birth-but-two", "critical", "2019-02-01",
          child("2017-02-01", birth_weight=1.2), True, also=AT_START),
    Asked("chosen-650-score-650", "critical", "2020-01-01", who(credit_score=650), True,
          also={"credit score": "general/zhima_credit_score/2020"}, assessed=None,
          choices={"zhima_credit_score": 650}),
    Asked("chosen-650-score-649", "critical", "2020-01-01", who(credit_score=649), False,
          {"credit score": "general/zhima_credit_score/2020"}, assessed=None,
          choices={"zhima_credit_score": 650}),
    # The choice holds for the other plans, too, which the score of 620 would else leave open.
    Asked("chosen-600-and-others", "critical", "2020-10-01", who(credit_score=620), True,
          also=SCORE_600, assessed=None, others=("transport",),
          choices={"zhima_credit_score": 600}),
    Asked("chosen-650-and-no-others", "critical", "2020-10-01", who(credit_score=620), False,
          {"credit score": "general/zhima_credit_score/2020"}, assessed=None,
          choices={"zhima_credit_score": 650}),
    # Several rules at once: each is named.
    Asked("two-bars", "critical", "2019-02-01", who(credit_score=640, medicine_days=400), False,
          SCORE_650 | {"medicine": "critical/health_medicine_days"}),
    Asked("bar-and-open", "critical", "2019-06-01", who(real_name=False), False,
          {"real name": "general/principles"}, ASSESSMENT, assessed=None),
    Asked("two-open", "critical", "2019-06-01", who(illnesses=frozenset({"gout"})), None,
          open=ILLNESS | ASSESSMENT, assessed=None),
    # data/cases.csv, fall-of-a-toddler-2019: a liver inflammation that no list we know names;
    # weight, week and the father's score are assumed.
    Asked("fall-of-a-toddler-2019", "critical", "2018-12-01",
          child("2017-09-01", illnesses=frozenset({"liver inflammation of infants"})), None,
          open=ILLNESS, also=AT_START | UNDER_TWO),
    # A class of chronic illness: not known whether a question asks for it; another plan opens.
    Asked("class-before-the-plan", "critical", "2020-05-12", who(chronic_classes=KIDNEYS), None,
          open=ILLNESS),
    Asked("class-first-day-of-the-plan", "critical", "2020-05-13", who(chronic_classes=KIDNEYS),
          None, open=ILLNESS, others=("chronic",)),
    Asked("class-and-transport-plan", "critical", "2020-09-01", who(chronic_classes=KIDNEYS),
          None, open=ILLNESS, others=("chronic", "transport")),
    Asked("diabetes-with-its-class", "critical", "2020-06-01",
          who(illnesses=frozenset({"diabetes"}), chronic_classes=frozenset(CHRONIC_CLASSES[:1])),
          False, ILLNESS, others=("chronic",)),
    Asked("diabetes-without-its-class", "critical", "2020-06-01",
          who(illnesses=frozenset({"diabetes"})), False, ILLNESS, others=("chronic",)),
    # The elderly plan: 60 to 70 years.
    Asked("elderly-59", "elderly", "2019-05-08", who("1959-05-09"), False,
          ELDERLY_AGE, others=("critical",)),
    Asked("elderly-60th-birthday", "elderly", "2019-05-08", who("1959-05-08"), True),
    Asked("elderly-day-before-71", "elderly", "2019-05-08", who("1948-05-09"), True),
    Asked("elderly-71st-birthday", "elderly", "2019-05-08", who("1948-05-08"), False,
          ELDERLY_AGE),
    Asked("elderly-born-february-29-is-59", "elderly", "2020-02-28", who("1960-02-29"), False,
          ELDERLY_AGE, others=("critical",)),
    Asked("elderly-born-february-29-is-60", "elderly", "2020-02-29", who("1960-02-29"), True),
    Asked("elderly-paid-for-by-a-child", "elderly", "2019-06-01",
          who("1955-01-01", "1988-06-15", relation="parent"), True, also=HOLDER | RELATIVE),
    Asked("elderly-paid-for-by-a-child-of-17", "elderly", "2019-06-01",
          who("1955-01-01", "2001-06-02", relation="parent"), False, HOLDER, also=RELATIVE),
    Asked("elderly-with-diabetes", "elderly", "2019-06-01",
          who("1955-01-01", illnesses=frozenset({"diabetes"})), None,
          open=ELDERLY_HEALTH),
    *(Asked(f"elderly-declares-{name}", "elderly", "2019-06-01", who("1955-01-01", **declared),
            None, open=ELDERLY_HEALTH)
      for name, declared in (
          ("a-class", {"chronic_classes": KIDNEYS}), ("medicine", {"medicine_days": 1}),
          ("hospital", {"hospital_days": 1}), ("a-claim", {"sickness_claim": 0.01}),
          ("a-refusal", {"refused_by_insurer": True}), ("findings", {"women_findings": True}))),
    Asked("elderly-71-declares-a-class", "elderly", "2019-06-01",
          who("1948-01-01", chronic_classes=KIDNEYS), False, ELDERLY_AGE, ELDERLY_HEALTH),
    # One text has 60 to 69.
    Asked("elderly-70", "elderly", "2019-06-01", who("1949-06-01"), True),
    Asked("chosen-69-at-69", "elderly", "2019-05-31", who("1949-06-01"), True, also=TO_69,
          choices={"entry_age": (60, 69)}),
    Asked("chosen-69-at-70", "elderly", "2019-06-01", who("1949-06-01"), False, TO_69,
          choices={"entry_age": (60, 69)}),
    Asked("chosen-70-at-70", "elderly", "2019-06-01", who("1949-06-01"), True,
          choices={"entry_age": (60, 70)}),
    # Moving on at 60 with the switch set: no waiting anew.
    Asked("moves-on-the-60th-birthday", "elderly", "2020-06-15",
          who("1960-06-15", moves_at_60=True), True, also=MOVED),
    Asked("moves-on-the-eve", "elderly", "2020-06-14", who("1960-06-15", moves_at_60=True), False,
          ELDERLY_AGE | MOVED, others=("critical",)),
    Asked("moves-at-61", "elderly", "2021-06-15", who("1960-06-15", moves_at_60=True), False,
          MOVED),
    Asked("moves-the-day-after-the-birthday", "elderly", "2020-06-16",
          who("1960-06-15", moves_at_60=True), False, MOVED),
    Asked("turned-60-before-the-plan-opened", "elderly", "2019-05-08",
          who("1958-12-01", moves_at_60=True), False, MOVED),
    Asked("covid-at-65", "covid", "2020-06-01", who("1955-01-01"), None, open=COVID_MEMBER,
          others=("elderly",)),
    Asked("chosen-by-the-day-of-the-critical-plan", "critical", "2020-10-01", who(), True,
          others=("transport",), choices={"waiting": 90}),
    Asked("moves-and-has-diabetes", "elderly", "2020-06-15",
          who("1960-06-15", moves_at_60=True, illnesses=frozenset({"diabetes"})), None,
          open=ELDERLY_HEALTH, also=MOVED),
    Asked("elderly-not-assessed", "elderly", "2019-06-01", who("1955-01-01"), None,
          open=ASSESSMENT, assessed=None),
    # The chronic-disease plan: one of eight classes.
    Asked("chronic-with-a-class", "chronic", "2020-05-13", who(chronic_classes=KIDNEYS), True),
    Asked("chronic-with-all-classes", "chronic", "2020-05-13",
          who(chronic_classes=frozenset(CHRONIC_CLASSES)), True),
    Asked("chronic-without-a-class", "chronic", "2020-05-13", who(), False,
          {"chronic class": "chronic/eight_classes"}, others=("critical",)),
    Asked("chronic-with-a-tumor", "chronic", "2020-06-01",
          who(chronic_classes=KIDNEYS, illnesses=frozenset({"tumor"})), None,
          open={"illness": "chronic/classes_of_illness"}),
    Asked("chronic-29-days-old", "chronic", "2020-06-01",
          child("2020-05-03", chronic_classes=frozenset({"others"})), False,
          {"age from": "chronic/entry_age_from"}, also=AT_START),
    Asked("chronic-30-days-old", "chronic", "2020-06-01",
          child("2020-05-02", chronic_classes=frozenset({"others"})), True, also=AT_START),
    Asked("chronic-day-before-60", "chronic", "2020-06-01",
          who("1960-06-02", chronic_classes=KIDNEYS), True),
    Asked("chronic-60th-birthday", "chronic", "2020-06-01",
          who("1960-06-01", chronic_classes=KIDNEYS, illnesses=frozenset({"nephritis"})), False,
          {"age to": "chronic/entry_age_to"} | HOLDER),
    *(Asked(f"chronic-with-{illness.replace(' ', '-')}", "chronic", "2020-06-01",
            who(illnesses=frozenset({illness})), True)
      for illness in ("diabetes", "heart disease", "gout", "nephritis", "asthma", "stroke")),
    Asked("chronic-with-migraine", "chronic", "2020-06-01",
          who(illnesses=frozenset({"migraine"})), None, open=CLASS),
    Asked("chronic-with-migraine-and-diabetes", "chronic", "2020-06-01",
          who(illnesses=frozenset({"migraine", "diabetes"})), True),
    Asked("chronic-with-a-tumor-and-diabetes", "chronic", "2020-06-01",
          who(illnesses=frozenset({"tumor", "diabetes"})), None,
          open={"illness": "chronic/classes_of_illness"}),
    # Nobody joins the cover for COVID-19 by itself.
    Asked("covid-by-itself", "covid", "2020-06-01", who(), None, open=COVID_MEMBER,
          others=("critical",)),
    Asked("covid-no-real-name", "covid", "2020-06-01", who(real_name=False), False,
          {"real name": "general/principles"}, COVID_MEMBER),
    # The public-transport plan: no question about health.
    Asked("transport-first-day", "transport", "2020-09-01", who(), True, others=("critical",)),
    Asked("transport-with-a-tumor", "transport", "2020-09-01",
          who(illnesses=frozenset({"tumor"}), refused_by_insurer=True, medicine_days=400), True),
    Asked("transport-29-days-old", "transport", "2020-09-30", child("2020-09-01"), False,
          {"age from": "transport/entry_age_from"}, also=AT_START),
    Asked("transport-30-days-old", "transport", "2020-10-01", child("2020-09-01"), True,
          also=AT_START, others=("critical",)),
    Asked("transport-day-before-60", "transport", "2020-09-01", who("1960-09-02"), True,
          others=("critical",)),
    Asked("transport-60th-birthday", "transport", "2020-09-01", who("1960-09-01"), False,
          {"age to": "transport/entry_age_to"} | HOLDER, others=("elderly",)),
)  # fmt: skip


def addresses(reasons):
    """Map the codes of reasons to the addresses of their rules; no code may come twice."""
    found = {reason.code: reason.key.removeprefix("plans/") for reason in reasons}
    assert len(found) == len(reasons)
    return found


def met_by(case):
    """Return every rule that the applicant is to meet: the usual ones less those that fail."""
    credit = SCORE_650 if day(case.on) <= day("2019-03-21") else ASSESSMENT
    failing = dict(case.bars) | dict(case.open)
    every = USUAL[case.plan] | credit | case.also
    if case.name == "covid-at-65":  # the elderly plan takes accounts of its own members
        del every["account holder"]
    if "zhima_credit_score" in case.choices:  # a score instead of the assessment
        del every["credit assessment"]
    return {code: key for code, key in every.items() if code not in failing}


def first_day(case):
    """Return the first day of cover by the rules: the 91st after joining, while the plans ran."""
    if case.who.moves_at_60:
        return day(case.on)
    if case.plan in ("transport", "covid"):
        return None
    start = day(case.on) + dt.timedelta(days=91)
    return start if start <= day("2022-01-28") else None


@pytest.mark.parametrize("case", APPLICANTS, ids=lambda case: case.name)
def test_worked_applicant(case):
    found = admit(case.plan, case.who, day(case.on), assessed=case.assessed, **case.choices)
    assert found.admitted is case.admitted
    assert addresses(found.reasons) == case.bars
    assert addresses(found.undecided) == case.open
    assert addresses(found.met) == met_by(case)
    assert found.others == case.others
    assert found.covered_from == first_day(case)
    for reason in (*found.reasons, *found.undecided, *found.met):
        assert reason.key in KEYS
        assert reason.text
        assert reason.text in str(reason)
        assert reason.source.name in str(reason)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("29-days-old", "At 29 days the applicant is younger than 30 days."),
        ("60th-birthday", "At 60 the applicant is over 59."),
        ("score-649-march-21", "A score of 649 is below 650."),
        ("score-not-known-march-21", "A score of 650 is needed; the applicant's is not known."),
        ("score-900-march-22", "assessed each applicant in a way that it did not print."),
        ("score-900-assessed-and-refused", "assessment does not admit the applicant."),
        ("medicine-31-days", "for 31 days in a row in the last 2 years, more than 30."),
        ("declares-gout", "it may ask for gout."),
        ("class-first-day-of-the-plan", "it may ask for kidneys."),
        ("claim-of-20000", "An insurer has paid 20,000 yuan or more for an illness."),
        ("elderly-71st-birthday", "At 71 the applicant is not between 60 and 70."),
        ("chosen-69-at-70", "At 70 the applicant is not between 60 and 69."),
        ("moves-at-61", "One moves on with the birthday, "),
        ("elderly-declares-a-class", "Declared: kidneys."),
        ("weight-not-known", "Weight and week of birth are asked for a child under two."),
        ("chronic-with-migraine", "Whether migraine belongs to one of the eight classes is not"),
    ],
)
def test_what_a_rule_says_has_the_numbers_of_the_applicant(name, said):
    case = next(case for case in APPLICANTS if case.name == name)
    found = admit(case.plan, case.who, day(case.on), assessed=case.assessed, **case.choices)
    assert [reason for reason in (*found.reasons, *found.undecided) if said in reason.text]


class Foreign(NamedTuple):
    """Somebody who wants to join a plan of another platform, and what is known of it."""

    plan: str
    on: str
    born: str
    #: Rules on the age alone; what else the platform asked is always open.
    bars: Mapping[str, str] = NONE
    open: Mapping[str, str] = NONE
    met: Mapping[str, str] = NONE
    choices: Mapping[str, Any] = NONE


CHILD = {"age": "e-huzhu/entry_age_children"}
ADULT = {"age": "e-huzhu/entry_age_adults"}
#: To 70, or to 65: sources disagree.
OLDER = {"age": "e-huzhu/entry_age_older"}
DROP = {"age": "waterdrop/entry_age_adults"}
TUOBANG = {"age": "zhongtuobang/entry_age_adults"}
FROM_30_DAYS = {"age from": "meituan/entry_age_from"}
TO_39 = {"age to": "meituan/entry_age_to"}

FOREIGN = (
    Foreign("e-huzhu", "2016-08-31", "2015-08-31", met=CHILD),  # 1
    Foreign("e-huzhu", "2016-08-31", "1998-09-01", met=CHILD),  # 17
    Foreign("e-huzhu", "2016-08-31", "1998-08-31", met=ADULT),  # 18
    Foreign("e-huzhu", "2016-08-31", "1965-09-01", met=ADULT),  # 50
    Foreign("e-huzhu", "2016-08-31", "1965-08-31", open=OLDER),  # 51
    Foreign("e-huzhu", "2016-08-31", "1946-08-31", open=OLDER),  # 70
    *(Foreign("e-huzhu", "2016-08-31", born, met=OLDER, choices={"entry_age_older": (51, 70)})
      for born in ("1965-08-31", "1945-09-01")),  # 51 and 70
    *(Foreign("e-huzhu", "2016-08-31", born, ADULT)  # 0 and 71: in no range that a source gives
      for born in ("2015-09-01", "1945-08-31")),
    Foreign("e-huzhu", "2016-08-31", "1945-08-31", OLDER,
            choices={"entry_age_older": (51, 70)}),  # 71
    Foreign("waterdrop", "2017-12-01", "1999-12-02", DROP),  # 17
    Foreign("waterdrop", "2017-12-01", "1999-12-01", met=DROP),  # 18
    Foreign("waterdrop", "2017-12-01", "1966-12-02", met=DROP),  # 50
    Foreign("waterdrop", "2017-12-01", "1966-12-01", DROP),  # 51
    Foreign("zhongtuobang", "2016-12-01", "1998-12-02", TUOBANG),  # 17
    Foreign("zhongtuobang", "2016-12-01", "1998-12-01", met=TUOBANG),  # 18
    Foreign("zhongtuobang", "2016-12-31", "1966-01-01", met=TUOBANG),  # 50
    Foreign("zhongtuobang", "2016-12-31", "1965-12-31", TUOBANG),  # 51
    Foreign("meituan", "2020-06-28", "2020-05-30", FROM_30_DAYS, met=TO_39),  # 29 days
    Foreign("meituan", "2020-06-28", "2020-05-29", met=FROM_30_DAYS | TO_39),  # 30 days
    Foreign("meituan", "2020-06-28", "1980-06-29", met=FROM_30_DAYS | TO_39),  # 39
    Foreign("meituan", "2020-06-28", "1980-06-28", TO_39, met=FROM_30_DAYS),  # 40
    # Their ages are not in the tables.
    *(Foreign(name, on, born)
      for name, on in (("kang-ai", "2014-10-01"), ("qingsong", "2017-01-01"),
                       ("sina", "2019-01-01"), ("360", "2020-04-01"))
      for born in ("2010-01-01", "1940-01-01")),
)  # fmt: skip


@pytest.mark.parametrize("case", FOREIGN, ids=lambda case: f"{case.plan}-{case.born}")
def test_worked_applicant_of_another_platform(case):
    found = admit(case.plan, Applicant(born=day(case.born)), day(case.on), **case.choices)
    assert found.admitted is (False if case.bars else None)
    assert addresses(found.reasons) == case.bars
    assert addresses(found.met) == case.met
    undecided = addresses(found.undecided)
    # Something that is known of the platform, to tell that the rest is not.
    source, platform, *_ = next(one for one in found.undecided if one.code == "peer").key.split("/")
    assert source in ("plans", "platform_facts")
    assert platform == case.plan
    assert {code: key for code, key in undecided.items() if code != "peer"} == case.open
    assert {one.key for one in (*found.reasons, *found.undecided, *found.met)} <= KEYS | FACTS
    assert (found.covered_from, found.others) == (None, ())


def test_a_number_may_be_chosen_as_the_table_prints_it():
    on = day("2016-12-01")
    assert plan("zhongtuobang").on(on, cap_per_case=3)["cap_per_case"].value == 3
    with pytest.raises(ValueError, match="cap_per_case must be one of 3.0, .*got True"):
        plan("zhongtuobang").on(on, cap_per_case=True)


@pytest.mark.parametrize(
    ("platform", "holds"),
    [("waterdrop", True), ("kang-ai", False), ("xiang-hu-bao", False), ("360", None)],
)
def test_who_held_money_is_read_from_the_table_of_platforms(platform, holds):
    assert practice_of(platform).holds_money is holds


def test_no_other_platform_takes_who_moves_at_60():
    with pytest.raises(ValueError, match="moves_at_60 must be False for the Sina, got True"):
        admit("sina", who(moves_at_60=True), day("2019-06-01"))


def test_there_are_at_least_110_worked_applicants_each_with_its_name():
    assert len({case.name for case in APPLICANTS}) == len(APPLICANTS) >= 110
    assert {case.plan for case in APPLICANTS} == set(PLANS)
    assert {case.plan for case in FOREIGN} == set(PEERS)


def calls(module, *names):
    """Yield name and arguments of every call in a module's source of a function or method."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in names:
                yield name, node.args


def values(condition: ast.expr) -> set[bool | None]:
    """Return what a condition of the source may come to."""
    if isinstance(condition, ast.Constant):
        return {condition.value}
    if isinstance(condition, ast.IfExp):
        return values(condition.body) | values(condition.orelse)
    # Only the caller's word on the platform's assessment may also be None.
    return {True, False, None} if ast.unparse(condition) == "assessed" else {True, False}


def test_the_worked_applicants_reach_every_code_in_every_way_of_the_source():
    """A rule asked with a condition must be met by one and bar another."""
    ways = {True: "met", False: "bars", None: "open"}
    source = set()
    for _, (code, good, *_) in calls(admission, "check"):
        names = (
            # The one loop over two rules.
            ("medicine", "hospital") if isinstance(code, ast.Name) else (ast.literal_eval(code),)
        )
        source |= {(ways[value], name) for value in values(good) for name in names}
    reached = {
        (way, code)
        for case in APPLICANTS
        for way, rules in (("bars", case.bars), ("open", case.open), ("met", met_by(case)))
        for code in rules
    } | {
        (way, code)
        for case in FOREIGN
        for way, rules in (("bars", case.bars), ("open", case.open), ("met", case.met))
        for code in rules
    }
    assert reached | {("open", "peer")} == source


def test_the_classes_and_the_illnesses_are_those_of_the_tables():
    on = day("2020-05-13")
    assert list(CHRONIC_CLASSES) == plan("chronic").on(on)["eight_classes"].value
    assert len(CHRONIC_CLASSES) == plan("chronic").on(on)["classes_of_illness"].value == 8
    named = plan("critical").on(on)["health_illnesses"].value
    assert {name.removesuffix("s") for name in named} == {
        name.removesuffix("s") for name in NAMED_ILLNESSES
    }


# ---- laws of admission --------------------------------------------------------------------

ages_in_days = st.integers(0, 80 * 366)


@st.composite
def applications(draw):
    """Draw a plan, a day on which it was open, a person, and an assessment."""
    asked = draw(st.sampled_from([*PLANS.values(), *PEERS.values()]))
    on = asked.first + dt.timedelta(days=draw(st.integers(0, (asked.last - asked.first).days)))
    born = on - dt.timedelta(days=draw(ages_in_days))
    relation = draw(st.sampled_from(["self", "spouse", "parent", "child"]))
    holder = None if relation == "self" else on - dt.timedelta(days=draw(ages_in_days))
    person = Applicant(
        born=born,
        relation=relation,
        holder_born=holder,
        real_name=draw(st.booleans()),
        credit_score=draw(st.none() | st.integers(350, 950)),
        illnesses=draw(st.frozensets(st.sampled_from(["tumor", "diabetes", "gout"]), max_size=1)),
        chronic_classes=draw(st.frozensets(st.sampled_from(CHRONIC_CLASSES), max_size=1)),
        medicine_days=draw(st.integers(0, 60)),
        women_findings=draw(st.booleans()),
        was_helped=draw(st.booleans()),
        rejoins=draw(st.booleans()),
        moves_at_60=asked.name == "elderly" and draw(st.booleans()),
    )
    return asked.name, person, on, draw(st.none() | st.booleans())


@given(application=applications())
def test_a_person_is_admitted_only_if_no_rule_bars_and_none_is_open(application):
    name, person, on, assessed = application
    found = admit(name, person, on, assessed=assessed)
    assert (found.admitted is True) == (not found.reasons and not found.undecided)
    assert (found.admitted is False) == bool(found.reasons)
    assert {reason.key for reason in (*found.reasons, *found.undecided, *found.met)} <= KEYS | FACTS


@given(application=applications())
def test_no_other_platform_and_no_gift_admits_for_certain(application):
    name, person, on, assessed = application
    assume(name in PEERS or name == "covid")
    assert admit(name, person, on, assessed=assessed).admitted is not True


@given(application=applications())
def test_who_joins_again_is_judged_like_anybody_else(application):
    name, person, on, assessed = application
    again, first = (
        admit(name, replace(person, rejoins=rejoins), on, assessed=assessed)
        for rejoins in (True, False)
    )
    assert (again.admitted, again.others) == (first.admitted, first.others)
    assert (again.reasons, again.undecided) == (first.reasons, first.undecided)
    assert again.covered_from == first.covered_from


@given(application=applications())
def test_only_the_elderly_plan_takes_who_moves_at_60(application):
    name, person, on, assessed = application
    assume(name in PLANS and name != "elderly")
    with pytest.raises(ValueError, match="moves_at_60 must be False for the .*, got True"):
        admit(name, replace(person, moves_at_60=True), on, assessed=assessed)


@given(application=applications(), declared=st.sampled_from([
    {"illnesses": frozenset({"tumor"})}, {"refused_by_insurer": True}, {"medicine_days": 31},
    {"hospital_days": 16}, {"sickness_claim": 20_000}, {"women_findings": True},
]))  # fmt: skip
def test_declaring_more_never_helps_but_into_the_chronic_plan(application, declared):
    name, person, on, assessed = application
    assume(name != "chronic")
    order = [False, None, True]
    before, after = (
        admit(name, one, on, assessed=assessed).admitted
        for one in (person, replace(person, **declared))
    )
    assert order.index(after) <= order.index(before)


@given(application=applications())
def test_every_other_plan_that_is_named_really_admits_and_no_admitting_one_is_left_out(application):
    name, person, on, assessed = application
    found = admit(name, person, on, assessed=assessed)
    elsewhere = replace(person, moves_at_60=False)
    admitting = [] if name in PEERS else [
        other.name
        for other in PLANS.values()
        if other.name not in (name, "covid")
        and other.first <= on <= other.last
        and admit(other.name, elsewhere, on, assessed=assessed).admitted
    ]  # fmt: skip
    assert list(found.others) == admitting
    assert admit(name, person, on, assessed=assessed, look_elsewhere=False).others == ()


@given(application=applications(), score=st.integers(350, 949))
def test_a_better_score_never_bars(application, score):
    name, _, on, assessed = application
    lower, higher = (
        admit(name, who(credit_score=points), on, assessed=assessed)
        for points in (score, score + 1)
    )
    assert len(higher.reasons) <= len(lower.reasons)


@given(
    joined=st.dates(day("2018-11-27"), day("2021-10-29")),
    later=st.dates(day("2018-11-27"), day("2021-10-29")),
)
def test_joining_later_is_being_covered_later_by_as_many_days(joined, later):
    moved = first_day_covered("critical", later) - first_day_covered("critical", joined)
    assert moved == later - joined


# ---- applicants that cannot be ------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        *(({"relation": wrong},
           f"relation must be one of self, spouse, parent, child, got {wrong!r}")
          for wrong in ("cousin", "Self", "", None)),
        ({"relation": "child"}, "holder_born is needed for a child, got None"),
        ({"relation": "parent"}, "holder_born is needed for a parent, got None"),
        ({"relation": "spouse"}, "holder_born is needed for a spouse, got None"),
        ({"holder_born": day("1988-06-16")},
         r"holder_born must be the applicant's own \(1988-06-15\) or None for self, "
         "got 1988-06-16"),
        *(({"credit_score": wrong},
           f"credit_score must be a whole number from 350 to 950, got {wrong!r}")
          for wrong in (300, 349, 951, 650.5, 650.0, NAN, INF, True, "700")),
        *(({name: wrong}, f"{name} must be a whole number of at least 0, got {wrong!r}")
          for name in ("medicine_days", "hospital_days")
          for wrong in (-1, 2.5, NAN, INF, True, "3", None)),
        *(({"sickness_claim": wrong},
           f"sickness_claim must be at least 0 and finite, got {wrong!r}")
          for wrong in (-0.01, NAN, INF, True, "20000", None)),
        ({"chronic_classes": frozenset({"liver"})},
         r"chronic_classes must be among high blood pressure.*; others, got \['liver'\]"),
        *(({"birth_weight": wrong}, f"birth_weight must be from 0.2 to 9 kg, got {wrong!r}")
          for wrong in (0.1, 9.1, NAN, True, "3")),
        *(({"birth_week": wrong}, f"birth_week must be a whole number from 20 to 45, got {wrong!r}")
          for wrong in (19, 46, 38.5, NAN, True, "38")),
    ],
)  # fmt: skip
def test_an_applicant_who_cannot_be_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Applicant(born=day("1988-06-15"), **wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        *(({"born": wrong}, "born must be a date, got ")
          for wrong in (dt.datetime(1988, 6, 15), "1988-06-15", 1988, None)),
        *(({"relation": "child", "holder_born": wrong}, "holder_born must be a date, got ")
          for wrong in (dt.datetime(1988, 6, 15), "1988-06-15", 1988)),
        *(({name: wrong}, f"{name} must be True or False, got {wrong!r}")
          for name in ("real_name", "refused_by_insurer", "women_findings", "birth_trouble",
                       "was_helped", "rejoins", "moves_at_60")
          for wrong in ("no", 1, 0, None)),
        *(({name: wrong}, f"{name} must be a frozenset of words, got ")
          for name in ("illnesses", "chronic_classes")
          for wrong in ("kidneys", ["kidneys"], {"kidneys"}, ("kidneys",), frozenset({1}), None)),
    ],
)  # fmt: skip
def test_an_applicant_of_the_wrong_kind_is_refused(wrong, said):
    with pytest.raises(TypeError, match=said):
        Applicant(**{"born": day("1988-06-15"), **wrong})


@pytest.mark.parametrize("wrong", ["yes", 1, 0, "None"])
def test_what_the_assessment_says_and_where_to_look_are_marks(wrong):
    with pytest.raises(TypeError, match=f"assessed must be True, False or None, got {wrong!r}"):
        admit("critical", who(), day("2019-06-01"), assessed=wrong)
    with pytest.raises(TypeError, match=f"look_elsewhere must be True or False, got {wrong!r}"):
        admit("critical", who(), day("2019-06-01"), look_elsewhere=wrong)


@pytest.mark.parametrize("name", ["insurance", "critical", "chronic", "transport", "covid"])
def test_nobody_moves_at_60_but_to_the_elderly_plan(name):
    on = PLANS[name].first
    with pytest.raises(ValueError, match="moves_at_60 must be False for the .*, got True"):
        admit(name, who("1958-01-01", moves_at_60=True), on)


def test_a_choice_that_no_source_gives_is_refused_for_an_applicant():
    with pytest.raises(ValueError, match="zhima_credit_score must be one of 600, .*got 620"):
        admit("critical", who(), day("2019-06-01"), zhima_credit_score=620)


def test_the_account_holder_of_ones_own_account_is_oneself():
    same = Applicant(born=day("1988-06-15"), holder_born=day("1988-06-15"))
    assert same.holder_born == same.born


@pytest.mark.parametrize(("name", "good"), [("credit_score", (350, 950)), ("birth_week", (20, 45)),
                                            ("birth_weight", (0.2, 9))])  # fmt: skip
def test_the_bounds_themselves_are_allowed(name, good):
    for value in good:
        assert getattr(Applicant(born=day("1988-06-15"), **{name: value}), name) == value


# ---- the smallest pool, the principles, the relay -----------------------------------------


@given(benefit=amounts, fee=st.integers(0, 2_000), cap=st.integers(1, 10**8))
@example(benefit=300_000_00, fee=80, cap=1_000)
@example(benefit=300_000_00, fee=80, cap=1)
@example(benefit=1, fee=0, cap=10**8)
def test_the_smallest_pool_keeps_the_promise_and_one_member_fewer_breaks_it(benefit, fee, cap):
    assume(benefit > 0)
    # The cap in hundredths of a fen: a promise may be finer than the smallest coin.
    members = smallest_pool(benefit / 100, fee / 1_000, cap / 10_000)
    cost = 100 * benefit * (1 + Fraction(fee, 1_000))  # exactly
    assert cost == 100 * cost_of_one_case(benefit / 100, fee / 1_000)
    assert cost <= cap * members
    assert cost > cap * (members - 1)
    assert members >= 1


@pytest.mark.parametrize(
    ("benefit", "fee", "cap", "members"),
    [
        (300_000, 0.10, 0.1, 3_300_000),
        (300_000, 0.08, 0.1, 3_240_000),
        (100_000, 0.08, 1, 108_000),
        (300_000, 0, 300_000, 1),
        (300_000, 0.08, 0.001, 324_000_000),  # a tenth of a fen each
        (300_000, 0.08, 0.0001, 3_240_000_000),
        (100, 0, 3, 34),
    ],
)
def test_worked_smallest_pool(benefit, fee, cap, members):
    assert smallest_pool(benefit, fee, cap) == members


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        *(({name: wrong}, f"{name} must be above 0 yuan and finite, got {wrong!r}")
          for name in ("benefit", "cap_per_case")
          for wrong in (0, -1, NAN, INF, -INF, True, "1", None)),
        *(({"fee": wrong}, f"fee must be at least 0 and finite, got {wrong!r}")
          for wrong in (-0.01, NAN, INF, True, "0.08", None)),
    ],
)  # fmt: skip
def test_a_pool_that_cannot_be_is_refused(wrong, said):
    right = {"benefit": 300_000, "fee": 0.08, "cap_per_case": 0.1}
    with pytest.raises(ValueError, match=said):
        smallest_pool(**{**right, **wrong})


@pytest.mark.parametrize(
    ("benefit", "fee", "cost"),
    [(300_000, 0.08, 32_400_000), (300_000, 0.1, 33_000_000), (100_000, 0, 10_000_000),
     (0.01, 0.5, Fraction(3, 2))],
)  # fmt: skip
def test_worked_cost_of_one_case_in_fen(benefit, fee, cost):
    assert cost_of_one_case(benefit, fee) == cost


@pytest.mark.parametrize("wrong", [{"benefit": 0}, {"benefit": True}, {"fee": -0.1}, {"fee": NAN}])
def test_a_case_that_cannot_cost_is_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be "):
        cost_of_one_case(**{"benefit": 300_000, "fee": 0.08, **wrong})


GOOD = Practice(real_names=True, holds_money=False, checks_each_step=True, publishes_cases=True)
BROKEN = {
    "real_names": "real names",
    "holds_money": "no pool of money",
    "checks_each_step": "control",
    "publishes_cases": "openness",
}


@pytest.mark.parametrize(("field", "code"), BROKEN.items())
def test_each_principle_is_broken_alone(field, code):
    (broken,) = broken_principles(replace(GOOD, **{field: not getattr(GOOD, field)}))
    assert addresses([broken]) == {code: "general/principles"}
    assert broken.key in KEYS


def test_the_principles_are_four_and_a_good_practice_breaks_none():
    assert broken_principles(GOOD) == ()
    worst = Practice(
        real_names=False, holds_money=True, checks_each_step=False, publishes_cases=False
    )
    assert [reason.code for reason in broken_principles(worst)] == list(BROKEN.values())
    # The loop over the four is the only place of the module that gives reasons.
    assert [ast.unparse(code) for _, (code, *_) in calls(pool, "reason")] == ["code"]


@pytest.mark.parametrize("field", BROKEN)
def test_what_is_not_known_breaks_no_principle_for_certain(field):
    assert broken_principles(replace(GOOD, **{field: None})) == ()


@pytest.mark.parametrize("field", BROKEN)
@pytest.mark.parametrize("wrong", [1, 0, "yes", "None", NAN])
def test_a_practice_is_true_false_or_not_known(field, wrong):
    said = f"{field} must be True, False or None, got {wrong!r}"
    with pytest.raises(TypeError, match=said):
        replace(GOOD, **{field: wrong})


@pytest.mark.parametrize(
    ("platform", "holds"),
    [("e-huzhu", True), ("waterdrop", True), ("zhongtuobang", True), ("qingsong", True),
     ("xiang-hu-bao", False), ("meituan", False), ("sina", False), ("360", None), ("jd", None)],
)  # fmt: skip
def test_of_a_platform_is_known_whether_it_held_money(platform, holds):
    practice = practice_of(platform)
    assert practice.holds_money is holds
    assert (practice.real_names, practice.checks_each_step, practice.publishes_cases) == (
        None, None, None,
    )  # fmt: skip
    broken = addresses(broken_principles(practice))
    assert broken == ({"no pool of money": "general/principles"} if holds else {})


@pytest.mark.parametrize("wrong", ["critical", "", None])
def test_a_platform_that_is_not_in_the_table_is_refused(wrong):
    with pytest.raises(
        ValueError, match="platform must be one of kang-ai, .*, jd, got "
    ) as refusal:
        practice_of(wrong)
    assert repr(wrong) in str(refusal.value)


@pytest.mark.parametrize(
    ("asked", "friends", "passing_on", "gift", "rounds", "sum_of_gifts"),
    [
        (100_000, 200, 0.5, 20, 3, 7_000),  # 20 x 200 x (1 + 0.5 + 0.25)
        (100_000, 200, 0.5, 20, 1, 4_000),
        (100_000, 200, 0.5, 20, 0, 0),
        (100_000, 200, 0, 20, 3, 4_000),
        (100_000, 0, 1.5, 20, 3, 0),
        (5_000, 200, 0.5, 20, 3, 5_000),  # no more than asked
        (500_000, 2_000, 1.5, 20, 4, 100_000),  # extra-help/largest_sum
        (500_000, 5_000, 0, 20, 1, 100_000),
        (500_000, 4_999, 0, 20, 1, 99_980),
        (100_000, 3, 1, 1, 100, 300),  # a hundred rounds of the same three gifts
        (100_000, 1, 1_000, 1, 2, 1_001),  # one friend, and a thousand of that friend
        (500_000, 1, 1_000, 1, 100, 100_000),
    ],
)
def test_worked_relay(asked, friends, passing_on, gift, rounds, sum_of_gifts):
    assert relay(asked, friends, passing_on, gift, rounds) == pytest.approx(sum_of_gifts)


def test_a_call_goes_round_three_times_unless_told():
    assert relay(100_000, 200, 0.5, 20) == pytest.approx(7_000)


@given(
    asked=st.integers(0, 10**6), friends=st.integers(0, 10**5), more=st.integers(0, 10**5),
    passing_on=st.floats(0, 2), gift=st.integers(0, 1_000),
)  # fmt: skip
def test_a_larger_network_never_brings_less_and_nothing_brings_more_than_the_limit(
    asked, friends, more, passing_on, gift
):
    small, large = (relay(asked, n, passing_on, gift) for n in (friends, friends + more))
    assert small <= large <= min(asked, 100_000)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        *(({name: wrong}, f"{name} must be at least 0 and finite, got {wrong!r}")
          for name in ("asked", "gift") for wrong in (-1, NAN, INF, True, "1", None)),
        *(({"friends": wrong}, f"friends must be a whole number of at least 0, got {wrong!r}")
          for wrong in (-1, 2.5, 200.0, NAN, INF, True, None)),
        *(({"passing_on": wrong}, f"passing_on must be from 0 to 1000, got {wrong!r}")
          for wrong in (-0.1, 1_000.1, 1e9, NAN, INF, True, None)),
        *(({"rounds": wrong}, f"rounds must be a whole number from 0 to 100, got {wrong!r}")
          for wrong in (-1, 101, 2.5, 3.0, NAN, INF, True, None)),
    ],
)  # fmt: skip
def test_a_relay_that_cannot_be_is_refused(wrong, said):
    right = {"asked": 100_000, "friends": 200, "passing_on": 0.5, "gift": 20, "rounds": 3}
    with pytest.raises(ValueError, match=said):
        relay(**{**right, **wrong})
