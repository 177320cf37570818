"""Which claim is paid, how much, when, and under which rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mutualaid import checks
from mutualaid.periods import FIRST, LAST, Period
from mutualaid.rules.claims import Assessment, Claim, Membership, Step
from mutualaid.rules.illnesses import Case, decide_illness
from mutualaid.rules.plans import (
    LAST_DAY,
    PEERS,
    PLANS,
    Plan,
    age_on,
    birthday,
    plan,
    reason,
    rule_term,
)

#: Longest inquiry that is taken as meant.
_MOST_DAYS = 3_650


def assess(
    plan_name: str, membership: Membership, claim: Claim, *, inquiry_days: int = 30,
    **choices: Any,
) -> Assessment:  # fmt: skip
    """Decide a claim by the rules in force on the day of diagnosis.

    Members of the insurance of 2018 went on as members of the critical-illness plan, so a claim
    to either is decided by the one that was in force on the day of diagnosis.

    Parameters
    ----------
    plan_name : str
        A key of ``PLANS`` or ``PEERS``. For a peer too little is known for a payment: the
        outcome is refused or undecided, and the reasons tell what is known.
    membership : Membership
        The member.
    claim : Claim
        The claim.
    inquiry_days : int
        Days from the report to the end of the reviews, at most ten years: an assumption. A member
        who counted found ten-odd days in 2019 and forty-odd by early 2020.
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
    checks.whole("inquiry_days", inquiry_days, 0, _MOST_DAYS)
    if claim.diagnosed < membership.born:
        raise ValueError(
            f"diagnosed must not come before birth ({membership.born}), got {claim.diagnosed}"
        )
    asked = plan(plan_name)
    _check_joining(asked, membership)
    _check_version(membership, claim)
    asked = _in_force(asked, claim.diagnosed)
    terms = asked.on(min(max(claim.diagnosed, asked.first), asked.last), **choices)
    case = Case(terms, membership, claim)
    if asked.name in PEERS:
        _peer(case)
    else:
        _in_the_plan(case)
        _ages(case)
        _waiting(case)
        _declaration(case)
        decide_illness(case)
        _arrears(case)
    outcome = "refused" if case.refused else "undecided" if case.open else "paid"
    # The cover for COVID-19 was the sponsor's gift, so no share is taken off.
    owed = 0 if asked.name == "covid" else membership.owed
    amount = max(0, case.amount - owed) if outcome == "paid" else 0
    return Assessment(
        outcome=outcome,
        amount=amount,
        at_most=case.at_most and outcome == "paid",
        reasons=tuple(case.refused or (case.fixed if outcome == "paid" else ())),
        undecided=tuple(case.open),
        path=_path(case, outcome, inquiry_days),
    )


def _line(asked: Plan) -> tuple[Plan, ...]:
    """Return a plan with the one before or after it that shares its members, in order."""
    before = (PLANS[asked.continues],) if asked.continues else ()
    after = tuple(one for one in PLANS.values() if one.continues == asked.name)
    return (*before, asked, *after)


def _check_joining(asked: Plan, member: Membership) -> None:
    """Refuse a membership that cannot be: joined while the plan was not open."""
    if member.moved_at_60 and asked.name != "elderly":
        raise ValueError(f"moved_at_60 must be False in the {asked.title}, got True")
    if member.version != "full" and asked.name not in ("insurance", "critical"):
        raise ValueError(f"version must be full in the {asked.title}, got {member.version!r}")
    first, last = _line(asked)[0].first, asked.last
    if asked.name == "covid" or member.moved_at_60:
        # Whoever was in a plan of the platform had the cover; who moves was in a plan before.
        first, last = PLANS["insurance"].first, LAST_DAY
    if not first <= member.joined <= last:
        raise ValueError(
            f"joined must be from {first} to {last} for the {asked.title}, got {member.joined}"
        )


def _check_version(member: Membership, claim: Claim) -> None:
    """Refuse a choice of the entry version before there was one."""
    since = rule_term("plans/entry-version/benefit_and_share").since
    if member.version != "full" and claim.diagnosed.isoformat() < since:
        raise ValueError(
            f"version must be full before {since}, got {member.version!r} for {claim.diagnosed}"
        )


def _in_force(asked: Plan, diagnosed: dt.date) -> Plan:
    """Return the plan that decides: the one asked, or the one before or after it."""
    line = _line(asked)
    if diagnosed < line[0].first and asked.name != "covid":
        raise ValueError(
            f"diagnosed must be from {line[0].first} on, when the {line[0].title} opened, "
            f"got {diagnosed}"
        )
    if asked.name in PEERS and diagnosed > asked.last:
        raise ValueError(
            f"diagnosed must be up to {asked.last}, the last day known of {asked.title}, "
            f"got {diagnosed}"
        )
    if asked.first <= diagnosed <= asked.last:
        return asked
    return next((one for one in line if one.first <= diagnosed <= one.last), line[-1])


# ---- rules of every plan ------------------------------------------------------------------


def _in_the_plan(case: Case) -> None:
    """Ask whether the person was a member on the day of diagnosis, and the plan still ran."""
    member, claim, name = case.membership, case.claim, case.terms.plan.name
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
    if member.helped_before and name in ("transport", "covid"):
        case.leave_open("helped before", "Whether a benefit of one plan ended the others is not "
                        "known.", case.terms["end_by_benefit"])  # fmt: skip
    elif member.helped_before:
        case.refuse("helped before", "A benefit for a severe illness had ended the membership.",
                    case.terms["end_by_benefit"])  # fmt: skip


def _ages(case: Case) -> None:
    """Ask for the age on the day of joining and on the day of diagnosis."""
    member, claim, terms = case.membership, case.claim, case.terms
    age = age_on(member.born, claim.diagnosed)
    joined_at = age_on(member.born, member.joined)
    if terms.plan.name == "elderly":
        term = terms["entry_age"]
        low, high = term.value
        if age > high:
            case.refuse("age", f"Cover ended at {high + 1}; the member was {age}.", term)
        elif age < low:
            case.refuse("age", f"Cover begins at {low}; the member was {age}.", term)
        if not member.moved_at_60 and not low <= joined_at <= high:
            case.refuse("age at joining", f"At {joined_at} nobody could join.", term)
        if member.moved_at_60:
            if joined_at >= low:
                case.refuse("age at joining", f"At {joined_at} nobody could join the plan before.",
                            rule_term("plans/critical/entry_age_to"))  # fmt: skip
            turned = birthday(member.born, low)
            if turned < terms.plan.first:
                case.refuse("moved at 60", f"The member turned {low} on {turned}, before the "
                            "elderly plan opened.", terms["start"])  # fmt: skip
            else:
                case.fixed.append(
                    reason("moved at 60", "Moved on with the switch set: no waiting anew.",
                           terms["move_from_critical_plan_at_60"])
                )  # fmt: skip
        return
    if terms.plan.name == "covid":
        if age > rule_term("plans/critical/entry_age_to").value:
            case.leave_open("age", "The sum for members of the elderly plan is not known.",
                            terms["benefit"])  # fmt: skip
        return
    oldest, youngest = terms["entry_age_to"], terms["entry_age_from"]
    if age > oldest.value:
        case.refuse("age", f"Cover ended at {oldest.value + 1}; the member was {age}.", oldest)
    if joined_at > oldest.value:
        case.refuse("age at joining", f"At {joined_at} nobody could join.", oldest)
    if (member.joined - member.born).days < youngest.value:
        case.refuse("age at joining", f"Nobody younger than {youngest.value} days could join.",
                    youngest)  # fmt: skip


def _waiting(case: Case) -> None:
    member, claim, name = case.membership, case.claim, case.terms.plan.name
    if name == "covid":
        return
    if claim.accident and name in ("insurance", "critical"):
        if claim.diagnosed == member.joined:
            case.leave_open("accident on the day of joining", "Cover for accidents begins after "
                            "joining; the hour decides.", case.terms["accident_while_waiting"]
                            )  # fmt: skip
        return
    day, term = (claim.diagnosed - member.joined).days, case.terms["waiting"]
    if day < 0 or day > term.value:
        return
    if name == "transport" and day == term.value:
        case.leave_open("waiting", "How the seven days are counted is not said.", term)
    elif member.moved_at_60:
        case.leave_open("waiting", "Whether the waiting of the plan before went on after the move "
                        "is not known.", case.terms["move_from_critical_plan_at_60"])  # fmt: skip
    else:
        case.refuse("waiting", f"Day {day} of the membership: the waiting of {int(term.value)} "
                    "days was not over.", term)  # fmt: skip
        if member.rejoined:
            case.refuse("rejoining", f"It had begun again with the joining of {member.joined}.",
                        case.terms["waiting_after_rejoining"])  # fmt: skip


def _declaration(case: Case) -> None:
    if case.terms.plan.name == "transport":
        return
    truth, term = case.membership.declaration_true, rule_term("plans/claims/reasons_for_refusal")
    if truth is False:
        case.refuse("declaration", "The health declaration was not true.", term)
    elif truth is None:
        case.leave_open("declaration", "Whether the declaration was true is in dispute; a jury "
                        "may decide.", term)  # fmt: skip


def _arrears(case: Case) -> None:
    member, terms = case.membership, case.terms
    failed = member.failed_deductions
    if failed and "after_failed_retries" in terms:
        case.refuse("arrears", "The share was still unpaid after the days of retrying.",
                    terms["after_failed_retries"])  # fmt: skip
    elif failed >= (out := terms["failed_deductions_until_removal"]).value:
        case.refuse("arrears", f"{failed} deductions in a row had failed; after {out.value} the "
                    "member is out.", out)  # fmt: skip
    elif member.owed and not case.refused and terms.plan.name != "covid":
        case.fixed.append(
            reason("arrears", f"{member.owed / 100:.2f} yuan owed are taken off.",
                   terms["grace_period"])
        )  # fmt: skip


# ---- plans of other platforms -------------------------------------------------------------


def _peer(case: Case) -> None:
    """Say what is known of a claim to another platform's plan: enough to refuse, not to pay."""
    member, claim, terms = case.membership, case.claim, case.terms
    start = rule_term("plans/claims/reasons_for_refusal")
    if claim.diagnosed < member.joined:
        case.refuse("before joining", "The diagnosis came before the day of joining.", start)
    if member.left is not None and claim.diagnosed > member.left:
        case.refuse("left", f"The member had left on {member.left}.",
                    terms.terms.get("exit", start))  # fmt: skip
    item = "waiting_for_accidents" if claim.accident else "waiting"
    if item in terms:
        term = terms[item]
        length = int(term.value) * (365 if term.unit == "years" else 1)
        day = (claim.diagnosed - member.joined).days
        if 0 <= day < length:
            case.refuse("waiting", f"Day {day} of the membership: the waiting of {length} days was "
                        "not over.", term)  # fmt: skip
    for name, term in terms.terms.items():
        if name.startswith("benefit") and isinstance(term.value, int | float):
            case.leave_open("benefit", f"Up to {term.value:,.0f} yuan are named; which claims "
                            "were paid how much is not known.", term)  # fmt: skip
    if not case.open:
        case.leave_open("benefit", "No benefit is known.", start)


# ---- the path -----------------------------------------------------------------------------


def _path(case: Case, outcome: str, inquiry_days: int) -> tuple[Step, ...]:
    """Lay the steps on the calendar: after the reviews, the next notice and its deduction."""
    claim = case.claim
    reviewed = claim.reported + dt.timedelta(days=inquiry_days)
    if claim.illness == "stroke" and outcome == "paid":
        # What remains can be seen only after the days that the definition asks for.
        days = int(case.terms["stroke_days"].value) + 1
        reviewed = max(reviewed, claim.diagnosed + dt.timedelta(days=days))
    steps = [
        Step(name="diagnosis", day=claim.diagnosed, how="rule"),
        Step(name="report", day=claim.reported, how="rule"),
        Step(name="end of inquiry and reviews", day=reviewed, how="assumed"),
    ]
    # The sponsor's gift had no notice, and no notice came after the last one.
    period = Period.of(reviewed)
    if period.notice_day < reviewed:
        period += 1
    if outcome != "paid" or case.terms.plan.name == "covid" or period > LAST:
        return tuple(steps)
    period = max(period, FIRST)
    shown = int(rule_term("plans/claims/length_of_public_notice").value)
    payers = int(rule_term("plans/closure/notices_paid_by_platform/2021-12-28").value)
    by = "deduction" if LAST - period >= payers else "deduction, borne by the platform"
    return (
        *steps,
        Step(name="notice", day=period.notice_day, how="rule"),
        Step(name="end of objections", day=period.notice_day + dt.timedelta(days=shown),
             how="rule"),
        Step(name=by, day=period.deduction_day, how="rule"),
        Step(name="payment at the latest", day=period.deduction_day + dt.timedelta(days=7),
             how="disputed"),
    )  # fmt: skip
