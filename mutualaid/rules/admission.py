"""Who may join."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from mutualaid import checks
from mutualaid.rules.plans import (
    LAST_DAY,
    PEERS,
    PLANS,
    Plan,
    Reason,
    Term,
    Terms,
    age_on,
    birthday,
    plan,
    reason,
)

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
        Day of birth of the account holder; for ``self`` the applicant's own, and not given.
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
        Already helped once, with the benefit for a severe illness.
    rejoins : bool
        Was a member before and left.
    moves_at_60 : bool
        Comes into the elderly plan from another one at 60, with the switch set.

    Raises
    ------
    TypeError
        If a date, a set or a mark is of the wrong kind.
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
    rejoins: bool = False
    moves_at_60: bool = False

    def __post_init__(self) -> None:
        checks.date("born", self.born)
        checks.one_of("relation", self.relation, RELATIONS)
        if self.relation != "self" and self.holder_born is None:
            raise ValueError(f"holder_born is needed for a {self.relation}, got None")
        if self.holder_born is not None:
            checks.date("holder_born", self.holder_born)
        if self.relation == "self" and self.holder_born not in (None, self.born):
            raise ValueError(
                f"holder_born must be the applicant's own ({self.born}) or None for self, "
                f"got {self.holder_born}"
            )
        for name in ("real_name", "refused_by_insurer", "women_findings", "birth_trouble",
                     "was_helped", "rejoins", "moves_at_60"):  # fmt: skip
            checks.boolean(name, getattr(self, name))
        checks.subset("illnesses", self.illnesses)
        checks.subset("chronic_classes", self.chronic_classes, CHRONIC_CLASSES)
        checks.whole("medicine_days", self.medicine_days)
        checks.whole("hospital_days", self.hospital_days)
        checks.number("sickness_claim", self.sickness_claim)
        if self.credit_score is not None:
            checks.whole("credit_score", self.credit_score, 350, 950)
        if self.birth_weight is not None:
            checks.number("birth_weight", self.birth_weight, 0.2, 9, unit="kg")
        if self.birth_week is not None:
            checks.whole("birth_week", self.birth_week, 20, 45)

    @property
    def findings(self) -> tuple[str, ...]:
        """What is declared about health, in words."""
        said = (
            *sorted(self.illnesses),
            *sorted(self.chronic_classes),
            *(("medicine",) if self.medicine_days else ()),
            *(("a stay in hospital",) if self.hospital_days else ()),
            *(("a claim paid by an insurer",) if self.sickness_claim else ()),
            *(("a refusal by an insurer",) if self.refused_by_insurer else ()),
            *(("findings of women",) if self.women_findings else ()),
            *(("trouble at birth",) if self.birth_trouble else ()),
        )
        return said


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
        First day of cover for illness, if the person joins; None where not known, or past the
        end of the plan.
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
        A key of ``PLANS`` or ``PEERS``. Of a peer the health questions are not known, so it never
        admits for certain.
    applicant : Applicant
        The person.
    on : date
        Day of joining.
    assessed : bool, optional
        Result of the platform's assessment of credit, which replaced the fixed score on March
        22, 2019; nobody outside could compute it.
    look_elsewhere : bool
        Look for other plans of the platform that would admit the person; choices on which they
        have a term hold for them, too.
    **choices
        A contested value to rely on, such as ``zhima_credit_score=600``.

    Returns
    -------
    Admission

    Raises
    ------
    TypeError
        If `on` is no date, or a mark neither True nor False.
    ValueError
        If the plan was not open that day, the person was not born yet, or moves at 60 to another
        plan than the elderly one.
    """
    checks.boolean("assessed", assessed, unknown=True)
    checks.boolean("look_elsewhere", look_elsewhere)
    asked = plan(plan_name)
    terms = asked.on(on, **choices)
    found = _Findings()
    if applicant.moves_at_60 and asked.name != "elderly":
        raise ValueError(f"moves_at_60 must be False for the {asked.title}, got True")
    if asked.name in PEERS:
        return _admit_peer(found, terms, applicant)
    _age(found, terms, applicant)
    _account(found, terms, applicant, assessed)
    if asked.name in ("insurance", "critical"):
        _health(found, terms, applicant)
    elif asked.name == "chronic":
        _chronic(found, terms, applicant)
    elif asked.name == "transport":
        term = terms["health_requirements"]
        found.check("health", True, term, "No question about health is asked.", "")
    elif asked.name == "covid":
        found.check("member", None, terms["first_confirmed_from"], "",
                    "Nobody joins this cover by itself: members of the plans have it."
                    )  # fmt: skip
    elif asked.name == "elderly" and applicant.findings:
        found.check(
            "health", None, terms["health_requirements"], "",
            "The questions were looser than those of the critical-illness plan; their list is not "
            f"known. Declared: {'; '.join(applicant.findings)}.",
        )  # fmt: skip
    if applicant.rejoins:
        found.check("rejoining", True, terms["waiting_after_rejoining"],
                    "Who left may join again; the waiting begins anew.", "")  # fmt: skip
    others: tuple[str, ...] = ()
    if look_elsewhere:
        elsewhere = replace(applicant, moves_at_60=False)
        others = tuple(
            other.name
            for other in PLANS.values()
            if other.name not in (asked.name, "covid")
            and _open(other, on)
            and admit(
                other.name, elsewhere, on, assessed=assessed, look_elsewhere=False,
                **{name: value for name, value in choices.items()
                   if other.accepts(on, name, value)},
            ).admitted is True
        )  # fmt: skip
    return Admission(
        admitted=False if found.bars else None if found.open else True,
        reasons=tuple(found.bars),
        undecided=tuple(found.open),
        met=tuple(found.met),
        covered_from=on if applicant.moves_at_60 else first_day_covered(asked.name, on),
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
        None where the length of the waiting or the way of counting it is not known, as for the
        seven days of the transport plan, and where the plan ended before.

    Raises
    ------
    TypeError
        If `joined` is no date.
    ValueError
        If the plan is unknown, or was not open on the day of joining.

    Examples
    --------
    >>> first_day_covered("insurance", dt.date(2018, 10, 16))
    datetime.date(2019, 1, 15)
    """
    terms = plan(plan_name).on(joined)
    if "waiting" not in terms or plan_name in ("transport", *PEERS):
        return None
    start = joined + dt.timedelta(days=int(terms.number("waiting")) + 1)
    return start if start <= LAST_DAY else None


def _admit_peer(found: _Findings, terms: Terms, applicant: Applicant) -> Admission:
    """Ask a plan of another platform for the age; of the rest too little is known."""
    years, days = age_on(applicant.born, terms.day), (terms.day - applicant.born).days
    ranges = [term for item, term in terms.terms.items()
              if item.startswith("entry_age") and isinstance(term.value, list)
              and item != "entry_age_accident_plan"]  # fmt: skip
    contested = [term for item, every in terms.contested.items() for term in every
                 if item.startswith("entry_age") and item not in terms]  # fmt: skip
    fitting, unclear = (
        next((t for t in held if t.value[0] <= years <= t.value[1]), None)
        for held in (ranges, contested)
    )
    if "entry_age_from" in terms:
        _from_to(found, terms, years, days)
    elif fitting is not None:
        low, high = fitting.value
        found.check("age", True, fitting, f"At {years} the applicant is between {low} and {high}.",
                    "")  # fmt: skip
    elif unclear is not None:
        found.check("age", None, unclear, "", f"Sources disagree on the ages; one has "
                    f"{unclear.value[0]} to {unclear.value[1]}.")  # fmt: skip
    elif ranges:
        every = " or ".join(f"{term.value[0]} to {term.value[1]}" for term in ranges)
        found.check("age", False, ranges[-1], "",
                    f"At {years} the applicant is not in the ages {every}.")  # fmt: skip
    known = next(iter(terms.terms.values()))
    found.check("peer", None, known, "",
                f"What else {terms.plan.title} asked is not known in full.")  # fmt: skip
    return Admission(
        admitted=False if found.bars else None,
        reasons=tuple(found.bars),
        undecided=tuple(found.open),
        met=tuple(found.met),
        covered_from=None,
        others=(),
    )


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
        if applicant.moves_at_60:
            turned = birthday(applicant.born, low)
            found.check(
                "moving at 60", on == turned, terms["move_from_critical_plan_at_60"],
                "Moves on with the switch set: no waiting anew.",
                f"One moves on with the birthday, {turned}, when the plan before ends.",
            )  # fmt: skip
        return
    if "entry_age_from" in terms:
        _from_to(found, terms, years, days)


def _from_to(found: _Findings, terms: Terms, years: int, days: int) -> None:
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
    if applicant.was_helped:
        same = terms.plan.name in ("insurance", "critical")
        found.check(
            "helped before", False if same else None, terms["end_by_benefit"], "",
            "A benefit for a severe illness ended the membership." if same
            else "Whether a benefit of one plan closed the others is not known.",
        )  # fmt: skip
    found.check(
        "real name", applicant.real_name, terms["principles"],
        "The account bears a checked real name.", "The account bears no checked real name.",
    )  # fmt: skip
    holder = terms["own_account_holder_age"]
    low, high = holder.value
    # The elderly plan took a child's account for a parent, and the member's own.
    name, own = terms.plan.name, applicant.relation == "self"
    late = age_on(applicant.born, on) > high
    if not (own and (name == "elderly" or (name == "covid" and late))):
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
    largest = terms["health_largest_claim"]
    found.check(
        "insurance claim", applicant.sickness_claim < largest.value, largest,
        "No insurer has paid a large claim for an illness.",
        f"An insurer has paid {largest.value:,} yuan or more for an illness.",
    )  # fmt: skip
    found.check(
        "insurers", not applicant.refused_by_insurer, terms["health_insurance_history"],
        "No insurer has refused the applicant for reasons of health.",
        "An insurer has refused the applicant, put off, charged more or excluded something.",
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
        weight, week = applicant.birth_weight, applicant.birth_week
        light, early = weight is not None and weight < 2, week is not None and week < 36
        bad = light or early or applicant.birth_trouble
        unknown = weight is None or week is None
        found.check(
            "under two", False if bad else None if unknown else True,
            terms["health_under_2_years"],
            "Nothing is declared that keeps a child under two out.",
            "Weight under 2 kg, birth before week 36, or trouble at birth keeps a child under two "
            "out." if bad else "Weight and week of birth are asked for a child under two.",
        )  # fmt: skip


def _examples(term: Term) -> dict[str, str]:
    """Return the illnesses that a source names as examples of a class."""
    pairs = [line.split(": ") for line in term.value]
    return {illness: one for one, illnesses in pairs for illness in illnesses.split(", ")}


def _chronic(found: _Findings, terms: Terms, applicant: Applicant) -> None:
    term = terms["eight_classes"]
    examples = _examples(terms["examples_of_classes"])
    named = {examples[illness] for illness in applicant.illnesses if illness in examples}
    classes = sorted(applicant.chronic_classes | named)
    other = sorted(applicant.illnesses - set(examples) - {"tumor"})
    if classes or not other:
        found.check(
            "chronic class", bool(classes), term,
            f"The plan is for people with one of the eight classes: {'; '.join(classes)}.",
            "The plan is for people with one of eight classes of chronic illness; none is "
            "declared.",
        )  # fmt: skip
    else:
        found.check("chronic class", None, term, "",
                    f"Whether {', '.join(other)} belongs to one of the eight classes is not known."
                    )  # fmt: skip
    if "tumor" in applicant.illnesses:
        found.check("illness", None, terms["classes_of_illness"], "",
                    "What keeps a person out of this plan is not known; a tumor may.")  # fmt: skip
