"""What each illness has to show, and what it is paid."""

from __future__ import annotations

from mutualaid.money import fen
from mutualaid.rules.claims import VEHICLES, Claim, Membership
from mutualaid.rules.plans import Reason, Term, Terms, age_on, reason, rule_term

_CANCERS = ("cancer", "light cancer", "carcinoma in situ", "cancer outside the definition",
            "light thyroid cancer", "light prostate cancer")  # fmt: skip


class Case:
    """One claim under examination: what refuses it, what is open, what fixes the amount."""

    def __init__(self, terms: Terms, membership: Membership, claim: Claim) -> None:
        self.terms, self.membership, self.claim = terms, membership, claim
        self.refused: list[Reason] = []
        self.open: list[Reason] = []
        self.fixed: list[Reason] = []
        self.amount = 0
        self.at_most = False

    def refuse(self, code: str, text: str, term: Term) -> None:
        """File a rule that refuses."""
        self.refused.append(reason(code, text, term))

    def leave_open(self, code: str, text: str, term: Term) -> None:
        """File a rule that what is known does not decide."""
        self.open.append(reason(code, text, term))

    def pay(self, code: str, text: str, term: Term, part: float = 1.0) -> None:
        """File the rule that fixes the amount, or a part of it."""
        self.fixed.append(reason(code, text, term))
        self.amount = round(fen(term.value) * part)
        self.at_most = term.approx == "under"


def decide_illness(case: Case) -> None:
    """Apply the plan's rules on the illness of a claim."""
    {
        "elderly": _cancer_plan,
        "chronic": _cancer_plan,
        "transport": _transport,
        "covid": _covid,
    }.get(case.terms.plan.name, _critical)(case)


# ---- the critical-illness plan ------------------------------------------------------------


def _by_age(case: Case) -> None:
    if case.membership.version != "full":
        _entry_version(case)
        return
    age = age_on(case.membership.born, case.claim.diagnosed)
    young = age < rule_term("plans/critical/age_boundary_of_benefit").value
    item = "benefit_to_39" if young else "benefit_40_to_59"
    case.pay("benefit", f"At {age} on the day of diagnosis.", case.terms[item])


def _entry_version(case: Case) -> None:
    """Leave a part of the benefit open: the sums by age are not known."""
    term = rule_term("plans/entry-version/benefit_and_share")
    case.leave_open("entry version", f"The member had chosen {case.membership.version} of benefit "
                    "and share; the table of its sums by age is not known.", term)  # fmt: skip


def _critical(case: Case) -> None:
    claim, terms = case.claim, case.terms
    match claim.illness:
        case "light thyroid cancer":
            _light(case, "benefit_light_thyroid_cancer")
        case "light prostate cancer":
            if "benefit_light_prostate_cancer" in terms:
                _light(case, "benefit_light_prostate_cancer")
            elif _defined(case):
                case.leave_open("light prostate cancer", "Whether it was paid in full before 2020 "
                                "is not known.", terms["illnesses"])  # fmt: skip
        case "carcinoma in situ":
            case.refuse("definition", "The definition of cancer leaves it out.",
                        terms["carcinoma_in_situ"])  # fmt: skip
        case "cancer outside the definition":
            case.refuse("definition", "It is one of the kinds that the definition of cancer leaves "
                        "out.", terms["cancer_leaves_out_2007"])  # fmt: skip
        case "light cancer":
            if _defined(case):
                case.leave_open("definition", "Light is a word of the elderly plan. Here it "
                                "depends on whether the kind is among those left out.",
                                terms["cancer_leaves_out_2007"])  # fmt: skip
        case "heart attack":
            _heart(case)
        case "deep coma":
            _coma(case)
        case "stroke":
            _stroke(case)
        case "rare disease":
            if "rare_diseases_added" in terms:
                _as_defined(case)
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


def _defined(case: Case) -> bool:
    """Ask whether the illness meets its definition; file the reason where it does not."""
    short = rule_term("plans/claims/reasons_for_refusal")
    term = case.terms.terms.get("definitions", short)
    if case.claim.as_defined is False:
        case.refuse("definition", "The illness falls short of its definition.", term)
    elif case.claim.as_defined is None:
        case.leave_open("definition", "Whether the definition is met is in dispute; a jury may "
                        "decide.", term)  # fmt: skip
    return case.claim.as_defined is True


def _as_defined(case: Case) -> None:
    if _defined(case):
        _by_age(case)


def _light(case: Case, item: str) -> None:
    if item in case.terms and case.terms[item].value == 0:
        case.refuse(case.claim.illness, "It was no longer covered on the day of diagnosis.",
                    case.terms[item])  # fmt: skip
    elif not _defined(case):
        return
    elif item not in case.terms:
        # Before the first rule of its own it was a cancer like any other.
        _by_age(case)
    elif case.membership.version != "full":
        _entry_version(case)
    else:
        case.pay(case.claim.illness, "It had a benefit of its own on the day of diagnosis.",
                 case.terms[item])  # fmt: skip


def _heart(case: Case) -> None:
    claim = case.claim
    needed, later = (case.terms["heart_attack_criteria_needed"],
                     case.terms["heart_attack_ventricle_days_2007"])  # fmt: skip
    days = (claim.reported - claim.diagnosed).days
    others = len(claim.criteria - {"ventricle"})
    weak = "ventricle" in claim.criteria
    met = others + (weak and days > later.value)
    if met >= needed.value:
        _by_age(case)
    elif weak and days == later.value and others + 1 >= needed.value:
        case.leave_open("heart attack", f"Whether a weak ventricle counts on day {days} itself is "
                        "not clear.", later)  # fmt: skip
    else:
        case.refuse("heart attack", f"{met} of the four criteria are on record; {needed.value} are "
                    "needed.", needed)  # fmt: skip
        if weak and days < later.value:
            case.refuse("ventricle", f"A weak ventricle counts {later.value} days after the onset; "
                        f"the report came on day {days}.", later)  # fmt: skip


def _coma(case: Case) -> None:
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


def _stroke(case: Case) -> None:
    claim, terms = case.claim, case.terms
    days = terms["stroke_days"]
    if claim.losses is None:
        case.leave_open("stroke days", f"Only what remains after {days.value} days counts.", days)
    elif not claim.losses:
        case.refuse("stroke losses", "None of the three lasting losses remains.",
                    terms["stroke_one_of"])  # fmt: skip
    else:
        _by_age(case)


def _accident(case: Case) -> None:
    claim = case.claim
    term = rule_term("plans/critical/accident_survived_hours")
    if claim.survived_hours is None or claim.survived_hours == term.value:
        case.leave_open("accident hours", f"Whether the member survived {term.value} hours is not "
                        "clear.", term)  # fmt: skip
    elif claim.survived_hours > term.value:
        _as_defined(case)
    elif claim.diagnosed.isoformat() < term.since:
        case.leave_open("accident hours", f"Whether the rule of {term.value} hours held before "
                        f"{term.since} is not known.", term)  # fmt: skip
    else:
        case.refuse("accident hours", f"The member survived {claim.survived_hours:g} hours, fewer "
                    f"than {term.value}: a death by accident.", term)  # fmt: skip


# ---- the other plans ----------------------------------------------------------------------


def _cancer_plan(case: Case) -> None:
    claim, terms = case.claim, case.terms
    if claim.illness not in _CANCERS:
        case.refuse("scope", "The plan covers cancer only.", terms["cover"])
    elif claim.illness in ("carcinoma in situ", "cancer outside the definition"):
        case.leave_open("definition", "Whether this plan pays it is not known.", terms["cover"])
    elif not _defined(case):
        return
    elif claim.illness != "cancer" and terms.plan.name == "chronic":
        case.leave_open("definition", "How this plan treats light cancers is not known.",
                        terms["cover"])  # fmt: skip
    elif terms.plan.name == "chronic":
        _by_age(case)
    elif claim.illness == "cancer":
        case.pay("benefit", "A severe cancer.", terms["benefit_severe_cancer"])
    else:
        case.pay("benefit", "A light cancer.", terms["benefit_light_cancer"])


def _transport(case: Case) -> None:
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


def _covid(case: Case) -> None:
    claim, terms, member = case.claim, case.terms, case.membership
    if claim.illness != "COVID-19" or not (claim.died or terms["paid_for"].value == "treatment"):
        case.refuse("scope", f"The cover is for {terms['paid_for'].value} of COVID-19.",
                    terms["paid_for"])  # fmt: skip
        return
    start, later = terms["first_confirmed_from"], terms["waiting_for_later_members"]
    day = (claim.diagnosed - member.joined).days
    if member.joined.isoformat() <= terms["no_waiting_if_joined_by"].value:
        if claim.diagnosed.isoformat() < start.value:
            case.refuse("first confirmed", f"Confirmed on {claim.diagnosed}, before {start.value}.",
                        start)  # fmt: skip
    elif 0 <= day < later.value:
        case.refuse("waiting", f"Confirmed on day {day} of the membership; more than "
                    f"{later.value} are needed.", later)  # fmt: skip
    elif day == later.value:
        case.leave_open("waiting", "Whether the sixth day counts is not clear.", later)
    seen = terms["last_seen"]
    if claim.diagnosed.isoformat() > seen.value:
        case.leave_open("end of cover", f"It is last described on {seen.value}; when it ended is "
                        "not known.", seen)  # fmt: skip
    case.fixed.append(reason("first confirmed", f"Confirmed on {claim.diagnosed}.", start))
    case.pay("benefit", "Paid by Ant Group, not shared.", terms["benefit"])
