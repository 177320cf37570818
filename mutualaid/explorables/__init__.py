"""The book's explorables and questions, one function each, named as in the chapter.

Each room holds what belongs to one subject: ``events``, ``bills``, ``members``, ``platforms``;
``questions`` holds the questions of all chapters, ``wording`` how days and counts are written.
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
    can_both_surveys_be_right,
    did_the_plan_grow,
    five_times_the_members,
    how_much_was_paid,
    was_the_first_bill_a_bargain,
    who_was_helped,
)

__all__ = [
    "bill_notice_by_notice",
    "can_both_surveys_be_right",
    "did_the_plan_grow",
    "five_times_the_members",
    "how_much_was_paid",
    "how_often_helped",
    "lives_of_the_platforms",
    "members_by_definition",
    "twelve_years_in_one_line",
    "was_the_first_bill_a_bargain",
    "who_was_helped",
    "who_were_the_members",
]
