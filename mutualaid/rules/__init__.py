"""What the plans promised: whom they admit, which claims they pay, and who decides.

Every rule is a term of ``data/plans.toml`` with its dates and its source; each outcome names the
rules that led to it. What the sources do not tell is left undecided, and the result says which
rule could not be decided. Rooms: ``plans`` (terms by date), ``admission``, ``claims``,
``illnesses`` (what each has to show), ``assessment``, ``jury``, ``pool`` (the smallest pool, the
principles, the relay).
"""

from mutualaid.rules.admission import (
    CHRONIC_CLASSES,
    NAMED_ILLNESSES,
    Admission,
    Applicant,
    admit,
    first_day_covered,
)
from mutualaid.rules.assessment import assess
from mutualaid.rules.claims import (
    HEART_CRITERIA,
    ILLNESSES,
    STROKE_LOSSES,
    VEHICLES,
    VERSIONS,
    Assessment,
    Claim,
    Membership,
    Step,
)
from mutualaid.rules.jury import (
    Juror,
    Standing,
    Verdict,
    chance_of_passing,
    chance_of_right_verdict,
    chance_of_vote_to_pay,
    jury_verdict,
    may_vote,
)
from mutualaid.rules.plans import PEERS, PLANS, Plan, Reason, Term, Terms, age_on, plan
from mutualaid.rules.pool import (
    Practice,
    broken_principles,
    cost_of_one_case,
    full_benefit,
    practice_of,
    relay,
    smallest_pool,
    smallest_pool_of,
)

__all__ = [
    "CHRONIC_CLASSES",
    "HEART_CRITERIA",
    "ILLNESSES",
    "NAMED_ILLNESSES",
    "PEERS",
    "PLANS",
    "STROKE_LOSSES",
    "VEHICLES",
    "VERSIONS",
    "Admission",
    "Applicant",
    "Assessment",
    "Claim",
    "Juror",
    "Membership",
    "Plan",
    "Practice",
    "Reason",
    "Standing",
    "Step",
    "Term",
    "Terms",
    "Verdict",
    "admit",
    "age_on",
    "assess",
    "broken_principles",
    "chance_of_passing",
    "chance_of_right_verdict",
    "chance_of_vote_to_pay",
    "cost_of_one_case",
    "first_day_covered",
    "full_benefit",
    "jury_verdict",
    "may_vote",
    "plan",
    "practice_of",
    "relay",
    "smallest_pool",
    "smallest_pool_of",
]
