"""The book's explorables and questions, one function each, named as in the chapter.

Each room holds what belongs to one subject: ``events``, ``bills``, ``members``, ``platforms``,
``rules``, ``ledger`` (bill, caps, books), ``year`` (the books of a simulated year), ``sharing``
(size, deposits, subsidies), ``churn`` (the plan over time), ``simulated`` (one life, and twenty
runs), ``exits`` (who left, the spiral), ``policies`` (other rules), ``closing`` (the end and its
cost), ``transfer`` (where members could go), ``alternatives`` (what else a person could have),
``debate`` (what was said, to be checked), ``sandbox`` (every rule at once); ``questions`` holds
the questions of all chapters, ``wording`` how days and counts are written.
"""

from mutualaid.explorables.alternatives import (
    what_an_illness_costs,
    what_it_costs_to_be_covered,
    whose_promise,
)
from mutualaid.explorables.bills import bill_notice_by_notice
from mutualaid.explorables.churn import three_years_of_bills, what_raised_the_bill
from mutualaid.explorables.closing import (
    eleven_ways_to_close,
    the_bill_for_closing,
    the_tail_of_claims,
    which_explanation,
)
from mutualaid.explorables.debate import forty_claims
from mutualaid.explorables.events import twelve_years_in_one_line
from mutualaid.explorables.exits import the_spiral, who_left
from mutualaid.explorables.ledger import (
    audit_the_ledger,
    caps_and_the_sponsor,
    one_notice,
)
from mutualaid.explorables.members import (
    how_often_helped,
    members_by_definition,
    who_were_the_members,
)
from mutualaid.explorables.platforms import lives_of_the_platforms
from mutualaid.explorables.policies import a_plan_of_your_own, could_it_have_been_saved
from mutualaid.explorables.questions import (
    a_hundredth_of_a_yuan,
    a_sum_or_her_bills,
    are_more_jurors_wiser,
    can_both_surveys_be_right,
    did_the_plan_grow,
    fifty_one_minutes,
    five_times_the_members,
    how_far_does_an_appeal_reach,
    how_many_are_still_owed,
    how_many_were_still_there,
    how_much_came_back,
    how_much_dearer_is_cover_for_life,
    how_much_is_left_to_them,
    how_much_was_paid,
    how_would_a_spiral_look,
    is_a_larger_pool_cheaper,
    one_day_in_spring,
    the_man_in_the_ditch,
    was_it_a_heart_attack,
    was_the_first_bill_a_bargain,
    was_there_a_cheaper_day,
    what_can_no_audit_find,
    what_did_the_forecast_leave_out,
    what_does_a_year_of_waiting_save,
    what_if_all_ages_got_the_same,
    what_if_nobody_had_closed_it,
    what_raised_it_most,
    what_would_a_refund_cost,
    when_does_a_cap_bind,
    where_may_she_join,
    which_forecast_was_nearest,
    which_rule_helps_the_young,
    who_buys_where_nobody_is_refused,
    who_could_be_helped_in_january,
    who_gains_by_equal_shares,
    who_is_hurt_by_a_sudden_end,
    who_notices_that_money_is_gone,
    who_pays_above_a_cap,
    who_was_helped,
    whose_cover_costs_most,
)
from mutualaid.explorables.rules import (
    a_claims_path,
    may_i_join,
    the_jury,
    the_relay,
    the_smallest_pool,
    what_is_paid_when,
)
from mutualaid.explorables.sandbox import the_whole_plan
from mutualaid.explorables.sharing import (
    before_or_after_the_case,
    how_large_must_the_pool_be,
    who_pays_for_whom,
)
from mutualaid.explorables.simulated import (
    one_members_three_years,
    the_same_plan_twenty_times,
)
from mutualaid.explorables.transfer import where_would_you_go, who_loses_cover
from mutualaid.explorables.year import a_simulated_year

__all__ = [
    "a_claims_path",
    "a_hundredth_of_a_yuan",
    "a_plan_of_your_own",
    "a_simulated_year",
    "a_sum_or_her_bills",
    "are_more_jurors_wiser",
    "audit_the_ledger",
    "before_or_after_the_case",
    "bill_notice_by_notice",
    "can_both_surveys_be_right",
    "caps_and_the_sponsor",
    "could_it_have_been_saved",
    "did_the_plan_grow",
    "eleven_ways_to_close",
    "fifty_one_minutes",
    "five_times_the_members",
    "forty_claims",
    "how_far_does_an_appeal_reach",
    "how_large_must_the_pool_be",
    "how_many_are_still_owed",
    "how_many_were_still_there",
    "how_much_came_back",
    "how_much_dearer_is_cover_for_life",
    "how_much_is_left_to_them",
    "how_much_was_paid",
    "how_often_helped",
    "how_would_a_spiral_look",
    "is_a_larger_pool_cheaper",
    "lives_of_the_platforms",
    "may_i_join",
    "members_by_definition",
    "one_day_in_spring",
    "one_members_three_years",
    "one_notice",
    "the_bill_for_closing",
    "the_jury",
    "the_man_in_the_ditch",
    "the_relay",
    "the_same_plan_twenty_times",
    "the_smallest_pool",
    "the_spiral",
    "the_tail_of_claims",
    "the_whole_plan",
    "three_years_of_bills",
    "twelve_years_in_one_line",
    "was_it_a_heart_attack",
    "was_the_first_bill_a_bargain",
    "was_there_a_cheaper_day",
    "what_an_illness_costs",
    "what_can_no_audit_find",
    "what_did_the_forecast_leave_out",
    "what_does_a_year_of_waiting_save",
    "what_if_all_ages_got_the_same",
    "what_if_nobody_had_closed_it",
    "what_is_paid_when",
    "what_it_costs_to_be_covered",
    "what_raised_it_most",
    "what_raised_the_bill",
    "what_would_a_refund_cost",
    "when_does_a_cap_bind",
    "where_may_she_join",
    "where_would_you_go",
    "which_explanation",
    "which_forecast_was_nearest",
    "which_rule_helps_the_young",
    "who_buys_where_nobody_is_refused",
    "who_could_be_helped_in_january",
    "who_gains_by_equal_shares",
    "who_is_hurt_by_a_sudden_end",
    "who_left",
    "who_loses_cover",
    "who_notices_that_money_is_gone",
    "who_pays_above_a_cap",
    "who_pays_for_whom",
    "who_was_helped",
    "who_were_the_members",
    "whose_cover_costs_most",
    "whose_promise",
]
