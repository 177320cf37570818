"""The book's explorables and questions, one function each, named as in the chapter.

Each room holds what belongs to one subject: ``events``, ``bills``, ``members``, ``platforms``,
``rules``, ``sharing``; ``questions`` holds the questions of all chapters, ``wording`` how days
and counts are written.
"""

from mutualaid.explorables.bills import bill_notice_by_notice
from mutualaid.explorables.events import twelve_years_in_one_line
from mutualaid.explorables.members import (
    how_often_helped,
    members_by_definition,
    who_were_the_members,
)
from mutualaid.explorables.platforms import lives_of_the_platforms
from mutualaid.explorables.questions import (
    are_more_jurors_wiser,
    can_both_surveys_be_right,
    did_the_plan_grow,
    fifty_one_minutes,
    five_times_the_members,
    how_much_was_paid,
    one_day_in_spring,
    the_man_in_the_ditch,
    was_it_a_heart_attack,
    was_the_first_bill_a_bargain,
    where_may_she_join,
    who_was_helped,
)
from mutualaid.explorables.rules import (
    a_claims_path,
    may_i_join,
    the_jury,
    the_relay,
    the_smallest_pool,
    what_is_paid_when,
)
from mutualaid.explorables.sharing import (
    before_or_after_the_case,
    how_large_must_the_pool_be,
    who_pays_for_whom,
)

__all__ = [
    "a_claims_path",
    "are_more_jurors_wiser",
    "before_or_after_the_case",
    "bill_notice_by_notice",
    "can_both_surveys_be_right",
    "did_the_plan_grow",
    "fifty_one_minutes",
    "five_times_the_members",
    "how_large_must_the_pool_be",
    "how_much_was_paid",
    "how_often_helped",
    "lives_of_the_platforms",
    "may_i_join",
    "members_by_definition",
    "one_day_in_spring",
    "the_jury",
    "the_man_in_the_ditch",
    "the_relay",
    "the_smallest_pool",
    "twelve_years_in_one_line",
    "was_it_a_heart_attack",
    "was_the_first_bill_a_bargain",
    "what_is_paid_when",
    "where_may_she_join",
    "who_pays_for_whom",
    "who_was_helped",
    "who_were_the_members",
]
