"""Who pays what for one notice, and who pays for whom.

Rooms: ``bill`` (one notice settled, exact in fen), ``printed`` (what a printed figure can stand
for), ``readings`` (whether published numbers fit each other), ``ledger`` (the books of a plan),
``findings`` (every line that breaks a rule), ``faults`` (drawn notices and planted faults, for
exercises), ``fee`` (what the fee is of what members pay), ``prepaid`` (money before a case, or
after it), ``chance`` (size and chance), ``groups`` (members by age and sex), ``schemes`` and
``conditional`` (ways to share a total), ``transfers`` (who pays for whom).
"""

from mutualaid.sharing.bill import Bill, Caps, Charges, charge_each, check_money, settle
from mutualaid.sharing.chance import (
    BillBySize,
    BillDistribution,
    Risk,
    SizeNeeded,
    bill_by_size,
    bill_distribution,
    cases_of_one,
    same_mix,
    size_needed,
)
from mutualaid.sharing.conditional import (
    ConditionalMean,
    ConditionalMeans,
    conditional_means,
)
from mutualaid.sharing.faults import draw_notices, plant_fault
from mutualaid.sharing.fee import compare_fees, rate_on_benefits, share_of_payments
from mutualaid.sharing.findings import KINDS, audit
from mutualaid.sharing.groups import (
    AGE_BANDS,
    AgeMix,
    Group,
    Pool,
    age_mix,
    groups_of,
    in_whole_members,
    risks_of,
    split_by_years,
    with_growing_benefit,
)
from mutualaid.sharing.ledger import (
    ACCOUNTS,
    ENTRIES,
    Notice,
    journal,
    read_journal,
    to_csv,
)
from mutualaid.sharing.prepaid import (
    Course,
    Position,
    afterwards,
    check_pool,
    prepaid,
    true_cases,
)
from mutualaid.sharing.printed import Span, printed_span
from mutualaid.sharing.readings import (
    benefit_bounds,
    combinations,
    compare_readings,
    last_bill,
    parts,
    what_would_close,
)
from mutualaid.sharing.schemes import (
    SCHEMES,
    ByAgeBand,
    FenCharges,
    Scheme,
    by_benefit_band,
    check_total,
    equal,
    expected_total,
    fair,
    in_proportion_to_benefit,
    whole_fen,
)
from mutualaid.sharing.transfers import (
    ExpectedByGroup,
    Moved,
    PremiumComparison,
    SchemeComparison,
    compare_schemes,
    compare_with_premiums,
    expected_by_group,
    money_moved,
    steadiness,
)

__all__ = [
    "ACCOUNTS",
    "AGE_BANDS",
    "ENTRIES",
    "KINDS",
    "SCHEMES",
    "AgeMix",
    "Bill",
    "BillBySize",
    "BillDistribution",
    "ByAgeBand",
    "Caps",
    "Charges",
    "ConditionalMean",
    "ConditionalMeans",
    "Course",
    "ExpectedByGroup",
    "FenCharges",
    "Group",
    "Moved",
    "Notice",
    "Pool",
    "Position",
    "PremiumComparison",
    "Risk",
    "Scheme",
    "SchemeComparison",
    "SizeNeeded",
    "Span",
    "afterwards",
    "age_mix",
    "audit",
    "benefit_bounds",
    "bill_by_size",
    "bill_distribution",
    "by_benefit_band",
    "cases_of_one",
    "charge_each",
    "check_money",
    "check_pool",
    "check_total",
    "combinations",
    "compare_fees",
    "compare_readings",
    "compare_schemes",
    "compare_with_premiums",
    "conditional_means",
    "draw_notices",
    "equal",
    "expected_by_group",
    "expected_total",
    "fair",
    "groups_of",
    "in_proportion_to_benefit",
    "in_whole_members",
    "journal",
    "last_bill",
    "money_moved",
    "parts",
    "plant_fault",
    "prepaid",
    "printed_span",
    "rate_on_benefits",
    "read_journal",
    "risks_of",
    "same_mix",
    "settle",
    "share_of_payments",
    "size_needed",
    "split_by_years",
    "steadiness",
    "to_csv",
    "true_cases",
    "what_would_close",
    "whole_fen",
    "with_growing_benefit",
]
