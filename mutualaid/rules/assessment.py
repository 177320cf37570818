"""Which claim is paid, how much, when, and under which rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mutualaid.money import fen
from mutualaid.periods import Period
from mutualaid.rules.admission import first_day_covered
from mutualaid.rules.claims import VEHICLES, Assessment, Claim, Membership, Step
from mutualaid.rules.plans import LAST_DAY, Reason, Term, Terms, age_on, plan, reason, rule_term

_CANCERS = ("cancer", "light cancer", "carcinoma in situ", "light thyroid cancer",
            "light prostate cancer")  # fmt: skip


class _Case:
    """One claim under examination."""

    def __init__(self, terms: Terms, membership: Membership, claim: Claim) -> None:
        self.terms, self.membership, self.claim = terms, membership, claim
        self.refused: list[Reason] = []
        self.open: list[Reason] = []
        self.fixed: list[Reason] = []
        self.amount = 0
        self.at_most = False

    def refuse(self, code: str, text: str, term: Term) -> None:
        self.refused.append(reason(code, text, term))

    def leave_open(self, code: str, text: str, term: Term) -> None:
        self.open.append(reason(code, text, term))

    def pay(self, code: str, text: str, term: Term, part: float = 1.0) -> None:
        self.fixed.append(reason(code, text, term))
        self.amount = round(fen(term.value) * part)
        self.at_most = term.approx == "under"


def assess(
    plan_name: str, membership: Membership, claim: Claim, *, inquiry_days: int = 30,
    **choices: Any,
) -> Assessment:  # fmt: skip
    """Decide a claim by the rules in force on the day of diagnosis.

    Parameters
    ----------
    plan_name : str
        A key of ``PLANS``.
    membership : Membership
        The member.
    claim : Claim
        The claim.
    inquiry_days : int
        Days from the report to the end of the reviews: an assumption. A member who counted found
        ten-odd days in 2019 and forty-odd by early 2020.
    **choices
        A contested value to rely on.

    Returns
    -------
    Assessment

    Raises
    ------
    ValueError
        If the plan is unknown, was not open, or a value is out of range.
    """
    if isinstance(inquiry_days, bool) or not isinstance(inquiry_days, int) or inquiry_days < 0:
        raise ValueError(f"inquiry_days must be a whole number of at least 0, got {inquiry_days!r}")
    if claim.diagnosed < membership.born:
        raise ValueError(
            f"diagnosed must not come before birth ({membership.born}), got {claim.diagnosed}"
        )
    asked = plan(plan_name)
    if membership.joined < asked.first:
        raise ValueError(
            f"joined must be from {asked.first} on, when the {asked.title} opened, "
            f"got {membership.joined}"
        )
    if claim.diagnosed < asked.first:
        raise ValueError(
            f"diagnosed must be from {asked.first} on, when the {asked.title} opened, "
            f"got {claim.diagnosed}"
        )
    terms = asked.on(min(claim.diagnosed, asked.last), **choices)
    case = _Case(terms, membership, claim)
    _in_the_plan(case)
    _waiting(case)
    _declaration(case)
    {
        "elderly": _cancer_plan,
        "chronic": _cancer_plan,
        "transport": _transport,
        "covid": _covid,
    }.get(asked.name, _critical)(case)
    _arrears(case)
    outcome = "refused" if case.refused else "undecided" if case.open else "paid"
    amount = max(0, case.amount - membership.owed) if outcome == "paid" else 0
    return Assessment(
        outcome=outcome,
        amount=amount,
        at_most=case.at_most and outcome == "paid",
        reasons=tuple(case.refused or (case.fixed if outcome == "paid" else ())),
        undecided=tuple(case.open),
        path=_path(claim, outcome, inquiry_days),
    )


# ---- rules of every plan ------------------------------------------------------------------


def _in_the_plan(case: _Case) -> None:
    """Ask whether the person was a member on the day of diagnosis, and the plan still ran."""
    member, claim = case.membership, case.claim
    if claim.diagnosed < member.joined:
        case.refuse("before joining", "The diagnosis came before the day of joining.",
                    rule_term("plans/claims/reasons_for_refusal"))  # fmt: skip
    if member.left is not None and claim.diagnosed > member.left:
        case.refuse("left", f"The member had left on {member.left}.", case.terms["exit"])
    elif member.left is not None and claim.diagnosed == member.left:
        case.leave_open("left", "Leaving and diagnosis fall on one day; the hour decides.",
                        case.terms["exit"])  # fmt: skip
    if claim.diagnosed > LAST_DAY:
        case.refuse("shutdown", "The diagnosis came after the plan had ended.",
                    rule_term("plans/closure/last_day_of_diagnosis"))  # fmt: skip
    window = rule_term("plans/closure/claims_after_the_end")
    if claim.reported > LAST_DAY and (claim.reported - claim.diagnosed).days > int(window.value):
        days = (claim.reported - claim.diagnosed).days
        case.refuse("reported late", f"The report came {days} days after the diagnosis; "
                    f"after the end {int(window.value)} are allowed.", window)  # fmt: skip
    if member.helped_before:
        case.refuse("helped before", "A benefit for a severe illness had ended the membership.",
                    rule_term("plans/general/end_of_membership"))  # fmt: skip
    age = age_on(member.born, claim.diagnosed)
    if "entry_age" in case.terms:
        term = case.terms["entry_age"]
        if age > term.value[1]:
            case.refuse("age", f"Cover ended at {term.value[1] + 1}; the member was {age}.", term)
    elif "entry_age_to" in case.terms and age > case.terms["entry_age_to"].value:
        term = case.terms["entry_age_to"]
        case.refuse("age", f"Cover ended at {term.value + 1}; the member was {age}.", term)


def _waiting(case: _Case) -> None:
    member, claim, name = case.membership, case.claim, case.terms.plan.name
    if name == "covid" or member.moved_at_60:
        return
    if claim.by_accident and name in ("insurance", "critical"):
        if claim.diagnosed == member.joined:
            case.leave_open("accident on the day of joining", "Cover for accidents begins after "
                            "joining; the hour decides.", case.terms["accident_while_waiting"]
                            )  # fmt: skip
        return
    start = first_day_covered(name, member.joined)
    if start is None or claim.diagnosed < member.joined or claim.diagnosed >= start:
        return
    term = case.terms["waiting"]
    if name == "transport" and (claim.diagnosed - member.joined).days >= int(term.value):
        case.leave_open("waiting", "How the seven days are counted is not said.", term)
        return
    day = (claim.diagnosed - member.joined).days
    case.refuse("waiting", f"Day {day} of the membership: the waiting of {int(term.value)} days "
                "was not over.", term)  # fmt: skip


def _declaration(case: _Case) -> None:
    if case.terms.plan.name == "transport":
        return
    truth, term = case.membership.declaration_true, rule_term("plans/claims/reasons_for_refusal")
    if truth is False:
        case.refuse("declaration", "The health declaration was not true.", term)
    elif truth is None:
        case.leave_open("declaration", "Whether the declaration was true is in dispute; a jury "
                        "may decide.", term)  # fmt: skip


def _arrears(case: _Case) -> None:
    member = case.membership
    if member.failed_deductions >= 2:
        case.refuse("arrears", f"{member.failed_deductions} deductions in a row had failed; after "
                    "two the member is out.", case.terms["failed_deductions_until_removal"]
                    )  # fmt: skip
    elif member.owed and not case.refused:
        case.fixed.append(
            reason("arrears", f"{member.owed / 100:.2f} yuan owed are taken off.",
                   case.terms["grace_period"])
        )  # fmt: skip


# ---- the critical-illness plan ------------------------------------------------------------


def _by_age(case: _Case) -> None:
    age = age_on(case.membership.born, case.claim.diagnosed)
    young = age < rule_term("plans/critical/age_boundary_of_benefit").value
    item = "benefit_to_39" if young else "benefit_40_to_59"
    case.pay("benefit", f"At {age} on the day of diagnosis.", case.terms[item])


def _critical(case: _Case) -> None:
    claim, terms = case.claim, case.terms
    match claim.illness:
        case "light thyroid cancer":
            _light(case, "benefit_light_thyroid_cancer")
        case "light prostate cancer":
            if "benefit_light_prostate_cancer" in terms:
                _light(case, "benefit_light_prostate_cancer")
            else:
                case.leave_open("light prostate cancer", "Whether it was paid in full before 2020 "
                                "is not known.", terms["illnesses"])  # fmt: skip
        case "carcinoma in situ" | "light cancer":
            case.refuse("definition", "The definition of cancer leaves it out.",
                        terms["carcinoma_in_situ"])  # fmt: skip
        case "heart attack":
            _heart(case)
        case "deep coma":
            _coma(case)
        case "stroke":
            _stroke(case)
        case "rare disease":
            if "rare_diseases_added" in terms:
                _by_age(case)
            else:
                case.refuse("rare disease", "The five rare diseases were added on January 1, 2020.",
                            rule_term("plans/critical/rare_diseases_added"))  # fmt: skip
        case "sudden death":
            case.refuse("sudden death", "A death without an illness as defined is not covered.",
                        terms["death_without_illness_as_defined"])  # fmt: skip
        case "death by accident":
            _accident(case)
        case "injury in public transport" | "COVID-19":
            case.refuse("scope", "Another plan covers this.", terms["illnesses"])
        case _:
            _as_defined(case)


def _as_defined(case: _Case) -> None:
    term = case.terms["definitions"]
    if case.claim.as_defined is False:
        case.refuse("definition", "The illness falls short of its definition.", term)
    elif case.claim.as_defined is None:
        case.leave_open("definition", "Whether the definition is met is in dispute; a jury may "
                        "decide.", term)  # fmt: skip
    else:
        _by_age(case)


def _light(case: _Case, item: str) -> None:
    if item not in case.terms:
        # Before the first rule of its own it was a cancer like any other.
        _by_age(case)
    elif case.terms[item].value == 0:
        case.refuse(case.claim.illness, "It was no longer covered on the day of diagnosis.",
                    case.terms[item])  # fmt: skip
    else:
        case.pay(case.claim.illness, "It had a benefit of its own on the day of diagnosis.",
                 case.terms[item])  # fmt: skip


def _heart(case: _Case) -> None:
    term = case.terms["heart_attack_criteria_needed"]
    met = len(case.claim.criteria)
    if met < term.value:
        case.refuse("heart attack", f"{met} of the four criteria are on record; {term.value} are "
                    "needed.", term)  # fmt: skip
    else:
        _by_age(case)


def _coma(case: _Case) -> None:
    claim, terms = case.claim, case.terms
    points, hours = terms["deep_coma_glasgow"], terms["deep_coma_hours"]
    if claim.by_alcohol_or_drugs:
        case.refuse("coma by alcohol or drugs", "A coma by alcohol or drugs is left out.",
                    terms["deep_coma_not_by"])  # fmt: skip
    if claim.glasgow is None:
        case.leave_open("coma depth", "The points on the Glasgow scale are not known.", points)
    elif claim.glasgow > points.value:
        case.refuse("coma depth", f"{claim.glasgow} points on the Glasgow scale; at most "
                    f"{points.value} count.", points)  # fmt: skip
    if claim.support_hours is None:
        case.leave_open("coma hours", "The hours of life support are not known.", hours)
    elif claim.support_hours < hours.value:
        case.refuse("coma hours", f"{claim.support_hours:g} hours of life support; {hours.value} "
                    "are needed.", hours)  # fmt: skip
    if not case.refused and not case.open:
        _by_age(case)


def _stroke(case: _Case) -> None:
    claim, terms = case.claim, case.terms
    days = terms["stroke_days"]
    if (claim.reported - claim.diagnosed).days <= days.value:
        case.leave_open("stroke days", f"Only what remains after {days.value} days counts.", days)
    elif not claim.losses:
        case.refuse("stroke losses", "None of the three lasting losses remains.",
                    terms["stroke_one_of"])  # fmt: skip
    else:
        _by_age(case)


def _accident(case: _Case) -> None:
    term = rule_term("plans/critical/accident_survived_under_96_hours")
    hours = case.claim.survived_hours
    if hours is None or hours == 96:
        case.leave_open(
            "accident hours", "Whether the member survived 96 hours is not clear.", term
        )
    elif hours < 96:
        case.refuse("accident hours", f"The member survived {hours:g} hours, fewer than 96: a "
                    "death by accident.", term)  # fmt: skip
    else:
        _as_defined(case)


# ---- the other plans ----------------------------------------------------------------------


def _cancer_plan(case: _Case) -> None:
    claim, terms = case.claim, case.terms
    if claim.illness not in _CANCERS:
        case.refuse("scope", "The plan covers cancer only.", terms["cover"])
    elif claim.illness == "carcinoma in situ":
        case.leave_open("definition", "Whether this plan pays it is not known.", terms["cover"])
    elif terms.plan.name == "chronic":
        if claim.illness == "cancer":
            _by_age(case)
        else:
            case.leave_open("definition", "How this plan treats light cancers is not known.",
                            terms["cover"])  # fmt: skip
    elif claim.illness == "cancer":
        case.pay("benefit", "A severe cancer.", terms["benefit_severe_cancer"])
    else:
        case.pay("benefit", "A light cancer.", terms["benefit_light_cancer"])


def _transport(case: _Case) -> None:
    claim, terms = case.claim, case.terms
    if claim.illness != "injury in public transport":
        case.refuse("scope", "The plan covers accidents in public transport only.",
                    terms["who_is_covered"])  # fmt: skip
        return
    if not claim.vehicle or claim.grade is None:
        raise ValueError(
            "vehicle and grade are needed for an injury in public transport, "
            f"got {claim.vehicle!r} and {claim.grade!r}"
        )
    if not claim.passenger:
        case.refuse("passenger", "Only passengers are covered.", terms["who_is_covered"])
    if claim.grade >= 8:
        case.refuse("grade", f"Nothing is paid for grade {claim.grade}.",
                    terms["part_paid_disability_grades_8_to_10"])  # fmt: skip
        return
    if claim.vehicle == "ship":
        case.leave_open(
            "vehicle", "Texts read again name no ship.", terms["benefit_train_and_ship"]
        )
        return
    item = "part_paid_death_or_disability_grade_1" if claim.grade <= 1 else (
        f"part_paid_disability_grade_{claim.grade}"
    )  # fmt: skip
    case.fixed.append(reason("grade", f"{terms.number(item):.0%} are paid.", terms[item]))
    case.pay("benefit", f"An accident by {claim.vehicle}.", terms[VEHICLES[claim.vehicle]],
             part=terms.number(item))  # fmt: skip


def _covid(case: _Case) -> None:
    claim, terms, member = case.claim, case.terms, case.membership
    if claim.illness != "COVID-19" or not claim.died:
        case.refuse("scope", "The cover is for death from COVID-19.", terms["paid_for"])
        return
    start = terms["first_confirmed_from"]
    if member.joined > dt.date(2020, 1, 30):
        later = terms["waiting_for_later_members"]
        day = (claim.diagnosed - member.joined).days
        if day < later.value:
            case.refuse("waiting", f"Confirmed on day {day} of the membership; more than "
                        f"{later.value} are needed.", later)  # fmt: skip
        elif day == later.value:
            case.leave_open("waiting", "Whether the sixth day counts is not clear.", later)
    case.fixed.append(reason("first confirmed", f"Confirmed on {claim.diagnosed}.", start))
    case.pay("benefit", "Paid by Ant Group, not shared.", terms["benefit"])


# ---- the path -----------------------------------------------------------------------------


def _path(claim: Claim, outcome: str, inquiry_days: int) -> tuple[Step, ...]:
    """Lay the steps on the calendar: after the reviews, the next notice and its deduction."""
    reviewed = claim.reported + dt.timedelta(days=inquiry_days)
    steps = [
        Step(name="diagnosis", day=claim.diagnosed, how="rule"),
        Step(name="report", day=claim.reported, how="rule"),
        Step(name="end of inquiry and reviews", day=reviewed, how="assumed"),
    ]
    if outcome != "paid":
        return tuple(steps)
    period = Period.of(reviewed)
    if period.notice_day < reviewed:
        period += 1
    days = int(rule_term("plans/claims/length_of_public_notice").value)
    return (
        *steps,
        Step(name="notice", day=period.notice_day, how="rule"),
        Step(name="end of objections", day=period.notice_day + dt.timedelta(days=days), how="rule"),
        Step(name="deduction", day=period.deduction_day, how="rule"),
        Step(name="payment at the latest", day=period.deduction_day + dt.timedelta(days=7),
             how="rule"),
    )  # fmt: skip
