"""Who may join."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from mutualaid.rules.plans import PLANS, Plan, Reason, Term, Terms, age_on, plan, reason

#: Illnesses that the first list of questions names; it went on, and the rest is not known.
NAMED_ILLNESSES = frozenset({"tumor", "heart disease", "epilepsy", "diabetes"})
#: The eight classes of chronic illness that the chronic-disease plan admits.
CHRONIC_CLASSES = (
    "high blood pressure, diabetes, high lipids", "heart and vessels", "brain", "lungs",
    "digestion", "kidneys", "rheumatic illness", "others",
)  # fmt: skip
RELATIONS = ("self", "spouse", "parent", "child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A person who wants to join, and what he or she declares.

    Parameters
    ----------
    born : date
        Day of birth.
    relation : str
        ``self``, or ``spouse``, ``parent`` or ``child`` of the account holder.
    holder_born : date, optional
        Day of birth of the account holder; the applicant's own for ``self``.
    real_name : bool
        Whether the account bears a checked real name.
    credit_score : int, optional
        Zhima credit score of the account holder, 350 to 950; None if not known.
    illnesses : frozenset of str
        Illnesses declared, such as ``"diabetes"``.
    chronic_classes : frozenset of str
        Classes of :data:`CHRONIC_CLASSES` that they belong to.
    medicine_days, hospital_days : int
        Longest time of medicine, and in hospital, in a row within the last two years.
    sickness_claim : float
        Largest claim for an illness ever paid by an insurer, in yuan.
    refused_by_insurer : bool
        Ever refused, put off, charged more or given an exclusion for reasons of health.
    women_findings : bool
        Any of the findings that the questions for women name.
    birth_weight, birth_week : float and int, optional
        For a child under two: weight at birth in kg, and completed week of birth.
    birth_trouble : bool
        For a child under two: lack of air or oxygen, bleeding in the brain, delayed
        development or cerebral palsy.
    was_helped : bool
        Already helped by the plan once.

    Raises
    ------
    ValueError
        If a value is out of range, a class or a relation unknown.
    """

    born: dt.date
    relation: str = "self"
    holder_born: dt.date | None = None
    real_name: bool = True
    credit_score: int | None = None
    illnesses: frozenset[str] = frozenset()
    chronic_classes: frozenset[str] = frozenset()
    medicine_days: int = 0
    hospital_days: int = 0
    sickness_claim: float = 0.0
    refused_by_insurer: bool = False
    women_findings: bool = False
    birth_weight: float | None = None
    birth_week: int | None = None
    birth_trouble: bool = False
    was_helped: bool = False

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(
                f"relation must be one of {', '.join(RELATIONS)}, got {self.relation!r}"
            )
        if self.relation != "self" and self.holder_born is None:
            raise ValueError(f"holder_born is needed for a {self.relation}, got None")
        if self.credit_score is not None and not 350 <= self.credit_score <= 950:
            raise ValueError(f"credit_score must be from 350 to 950, got {self.credit_score!r}")
        for name in ("medicine_days", "hospital_days", "sickness_claim"):
            amount = getattr(self, name)
            if not 0 <= amount < float("inf"):
                raise ValueError(f"{name} must be at least 0 and finite, got {amount!r}")
        unknown = self.chronic_classes - set(CHRONIC_CLASSES)
        if unknown:
            raise ValueError(
                f"chronic_classes must be among {'; '.join(CHRONIC_CLASSES)}, got {sorted(unknown)}"
            )
        if self.birth_weight is not None and not 0.2 <= self.birth_weight <= 9:
            raise ValueError(f"birth_weight must be from 0.2 to 9 kg, got {self.birth_weight!r}")
        if self.birth_week is not None and not 20 <= self.birth_week <= 45:
            raise ValueError(f"birth_week must be from 20 to 45, got {self.birth_week!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a person may join, and why.

    Attributes
    ----------
    admitted : bool or None
        None if some rule cannot be decided from what is known, and no other rule bars.
    reasons : tuple of Reason
        The rules that bar.
    undecided : tuple of Reason
        The rules that could not be decided, and what is missing.
    met : tuple of Reason
        The rules that the applicant meets.
    covered_from : date or None
        First day of cover for illness, if the person joins; None where not known.
    others : tuple of str
        Other plans that would admit the same person that day.
    """

    admitted: bool | None
    reasons: tuple[Reason, ...]
    undecided: tuple[Reason, ...]
    met: tuple[Reason, ...]
    covered_from: dt.date | None
    others: tuple[str, ...]


class _Findings:
    """Reasons as they are found."""

    def __init__(self) -> None:
        self.bars: list[Reason] = []
        self.open: list[Reason] = []
        self.met: list[Reason] = []

    def check(self, code: str, good: bool | None, term: Term, yes: str, no: str) -> None:
        """File a rule under met, bars or undecided."""
        where = {True: self.met, False: self.bars, None: self.open}[good]
        where.append(reason(code, yes if good else no, term))


def admit(
    plan_name: str, applicant: Applicant, on: dt.date, *, assessed: bool | None = None,
    look_elsewhere: bool = True, **choices: Any,
) -> Admission:  # fmt: skip
    """Ask whether a person may join a plan on a day.

    Parameters
    ----------
    plan_name : str
        A key of ``PLANS``.
    applicant : Applicant
        The person.
    on : date
        Day of joining.
    assessed : bool, optional
        Result of the platform's assessment of credit, which replaced the fixed score on March
        22, 2019; nobody outside could compute it.
    look_elsewhere : bool
        Look for other plans that would admit the person.
    **choices
        A contested value to rely on, such as ``zhima_credit_score=600``.

    Returns
    -------
    Admission

    Raises
    ------
    ValueError
        If the plan was not open that day, or the person was not born yet.
    """
    asked = plan(plan_name)
    terms = asked.on(on, **choices)
    found = _Findings()
    _age(found, terms, applicant)
    _account(found, terms, applicant, assessed)
    if asked.name in ("insurance", "critical"):
        _health(found, terms, applicant)
    elif asked.name == "chronic":
        _chronic(found, terms, applicant)
    elif asked.name == "transport":
        term = terms["health_requirements"]
        found.check("health", True, term, "No question about health is asked.", "")
    elif asked.name == "elderly" and applicant.illnesses:
        found.check(
            "health", None, terms["health_requirements"], "",
            "The questions were looser than those of the critical-illness plan; their list is not "
            "known.",
        )  # fmt: skip
    others: tuple[str, ...] = ()
    if look_elsewhere:
        others = tuple(
            other.name
            for other in PLANS.values()
            if other.name not in (asked.name, "covid")
            and _open(other, on)
            and admit(
                other.name, applicant, on, assessed=assessed, look_elsewhere=False
            ).admitted is True
        )  # fmt: skip
    return Admission(
        admitted=False if found.bars else None if found.open else True,
        reasons=tuple(found.bars),
        undecided=tuple(found.open),
        met=tuple(found.met),
        covered_from=first_day_covered(asked.name, on),
        others=others,
    )


def _open(asked: Plan, day: dt.date) -> bool:
    return asked.first <= day <= asked.last


def first_day_covered(plan_name: str, joined: dt.date) -> dt.date | None:
    """Return the first day on which an illness is covered, after joining.

    The days of waiting count from the day after joining, and the last of them is still waiting.
    A member who joins again waits again, so `joined` is the last joining.

    Returns
    -------
    date or None
        None where the length of the waiting is not known.

    Examples
    --------
    >>> first_day_covered("insurance", dt.date(2018, 10, 16))
    datetime.date(2019, 1, 15)
    """
    asked = plan(plan_name)
    terms = asked.on(max(joined, asked.first))
    if "waiting" not in terms:
        return None
    return joined + dt.timedelta(days=int(terms.number("waiting")) + 1)


def _age(found: _Findings, terms: Terms, applicant: Applicant) -> None:
    on = terms.day
    years = age_on(applicant.born, on)
    days = (on - applicant.born).days
    if terms.plan.name == "elderly":
        term = terms["entry_age"]
        low, high = term.value
        found.check(
            "age", low <= years <= high, term,
            f"At {years} the applicant is between {low} and {high}.",
            f"At {years} the applicant is not between {low} and {high}.",
        )  # fmt: skip
        return
    if "entry_age_from" not in terms:
        return
    youngest, oldest = terms["entry_age_from"], terms["entry_age_to"]
    found.check(
        "age from", days >= youngest.value, youngest,
        f"The applicant is at least {youngest.value} days old.",
        f"At {days} days the applicant is younger than {youngest.value} days.",
    )  # fmt: skip
    found.check(
        "age to", years <= oldest.value, oldest,
        f"At {years} the applicant is not over {oldest.value}.",
        f"At {years} the applicant is over {oldest.value}.",
    )  # fmt: skip


def _account(found: _Findings, terms: Terms, applicant: Applicant, assessed: bool | None) -> None:
    on = terms.day
    if applicant.was_helped and "end_by_benefit" in terms:
        found.check("helped before", False, terms["end_by_benefit"], "",
                    "A benefit for a severe illness ended the membership for good.")  # fmt: skip
    found.check(
        "real name", applicant.real_name, terms["principles"],
        "The account bears a checked real name.", "The account bears no checked real name.",
    )  # fmt: skip
    holder = terms["own_account_holder_age"]
    low, high = holder.value
    # The elderly plan took a child's account for a parent, and the member's own.
    if not (terms.plan.name == "elderly" and applicant.relation == "self"):
        born = applicant.holder_born or applicant.born
        years = age_on(born, on)
        found.check(
            "account holder", low <= years <= high, holder,
            f"At {years} the account holder is between {low} and {high}.",
            f"At {years} the account holder is not between {low} and {high}.",
        )  # fmt: skip
    if applicant.relation in ("spouse", "parent"):
        admitted = terms.terms.get("relatives_admitted")
        start = terms["relatives_at_start"]
        if admitted is not None:
            found.check("relative", True, admitted, f"A {applicant.relation} may be enrolled.", "")
        elif applicant.relation == "parent":
            found.check("relative", False, start, "",
                        "Parents could be enrolled from March 15, 2019, on.")  # fmt: skip
        else:
            found.check("relative", None, start, "",
                        "Since when a spouse could be enrolled is not known.")  # fmt: skip
    elif applicant.relation == "child":
        found.check("relative", True, terms["relatives_at_start"],
                    "A child may be enrolled.", "")  # fmt: skip
    if "zhima_credit_score" in terms:
        term = terms["zhima_credit_score"]
        score = applicant.credit_score
        found.check(
            "credit score", None if score is None else score >= term.value, term,
            f"A score of {score} is at least {term.value}.",
            f"A score of {term.value} is needed; the applicant's is not known." if score is None
            else f"A score of {score} is below {term.value}.",
        )  # fmt: skip
    else:
        found.check(
            "credit assessment", assessed, terms["credit_assessment"],
            "The platform's assessment admits the applicant.",
            "The platform assessed each applicant in a way that it did not print."
            if assessed is None else "The platform's assessment does not admit the applicant.",
        )  # fmt: skip


def _health(found: _Findings, terms: Terms, applicant: Applicant) -> None:
    """Ask the questions of the critical-illness plan, as far as they are known."""
    look_back = int(terms.number("health_look_back"))
    for code, item, days, what in (
        ("medicine", "health_medicine_days", applicant.medicine_days, "took medicine"),
        ("hospital", "health_hospital_days", applicant.hospital_days, "was in hospital"),
    ):
        term = terms[item]
        found.check(
            code, days <= term.value, term,
            f"The applicant never {what} for more than {term.value} days in a row in "
            f"{look_back} years.",
            f"The applicant {what} for {days} days in a row in the last {look_back} years, more "
            f"than {term.value}.",
        )  # fmt: skip
    history_ = terms["health_insurance_history"]
    clean = applicant.sickness_claim < 20_000 and not applicant.refused_by_insurer
    found.check(
        "insurers", clean, history_,
        "No insurer has paid a large claim for an illness, or refused the applicant.",
        "An insurer has paid 20,000 yuan or more for an illness, or refused the applicant.",
    )  # fmt: skip
    named = sorted(applicant.illnesses & NAMED_ILLNESSES)
    other = sorted(applicant.illnesses - NAMED_ILLNESSES)
    term = terms["health_illnesses"]
    if named:
        found.check("illness", False, term, "", f"The questions ask for {', '.join(named)}.")
    elif other or applicant.chronic_classes:
        what = ", ".join(other) or "; ".join(sorted(applicant.chronic_classes))
        found.check("illness", None, term, "",
                    f"The full list of illnesses is not known; it may ask for {what}.")  # fmt: skip
    else:
        found.check("illness", True, term, "No illness is declared.", "")
    if applicant.women_findings:
        said = "One of the findings that the questions for women name is declared."
        found.check("women", False, terms["health_women"], "", said)
    if age_on(applicant.born, terms.day) < 2:
        light = applicant.birth_weight is not None and applicant.birth_weight < 2
        early = applicant.birth_week is not None and applicant.birth_week < 36
        found.check(
            "under two", not (light or early or applicant.birth_trouble),
            terms["health_under_2_years"],
            "Nothing is declared that keeps a child under two out.",
            "Weight under 2 kg, birth before week 36, or trouble at birth keeps a child under two "
            "out.",
        )  # fmt: skip


def _chronic(found: _Findings, terms: Terms, applicant: Applicant) -> None:
    term = terms["eight_classes"]
    classes = sorted(applicant.chronic_classes)
    found.check(
        "chronic class", bool(classes), term,
        f"The plan is for people with one of the eight classes: {'; '.join(classes)}.",
        "The plan is for people with one of eight classes of chronic illness; none is declared.",
    )  # fmt: skip
    if "tumor" in applicant.illnesses:
        found.check("illness", None, terms["classes_of_illness"], "",
                    "What keeps a person out of this plan is not known; a tumor may.")  # fmt: skip
