"""Who pays what for one notice.

Rooms: ``bill`` (one notice settled, exact in fen), ``printed`` (what a printed figure can stand
for), ``readings`` (whether published numbers fit each other), ``ledger`` (the books of a plan),
``findings`` (every line that breaks a rule), ``faults`` (drawn notices and planted faults, for
exercises), ``fee`` (what the fee is of what members pay), ``prepaid`` (money before a case, or
after it).
"""

from mutualaid.sharing.bill import Bill, Caps, Charges, charge_each, check_money, settle
from mutualaid.sharing.faults import draw_notices, plant_fault
from mutualaid.sharing.fee import compare_fees, rate_on_benefits, share_of_payments
from mutualaid.sharing.findings import KINDS, audit
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

__all__ = [
    "ACCOUNTS",
    "ENTRIES",
    "KINDS",
    "Bill",
    "Caps",
    "Charges",
    "Course",
    "Notice",
    "Position",
    "Span",
    "afterwards",
    "audit",
    "benefit_bounds",
    "charge_each",
    "check_money",
    "check_pool",
    "combinations",
    "compare_fees",
    "compare_readings",
    "draw_notices",
    "journal",
    "last_bill",
    "parts",
    "plant_fault",
    "prepaid",
    "printed_span",
    "rate_on_benefits",
    "read_journal",
    "settle",
    "share_of_payments",
    "to_csv",
    "true_cases",
    "what_would_close",
]
