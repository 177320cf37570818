"""The questions of all chapters, a room for each."""

from mutualaid.explorables.questions.alternatives import (
    a_sum_or_her_bills,
    how_far_does_an_appeal_reach,
    how_much_came_back,
    how_much_dearer_is_cover_for_life,
    how_much_is_left_to_them,
    who_buys_where_nobody_is_refused,
)
from mutualaid.explorables.questions.churn import (
    how_many_were_still_there,
    how_would_a_spiral_look,
    what_raised_it_most,
    which_forecast_was_nearest,
    which_rule_helps_the_young,
    who_could_be_helped_in_january,
)
from mutualaid.explorables.questions.history import (
    can_both_surveys_be_right,
    did_the_plan_grow,
    five_times_the_members,
    how_much_was_paid,
    was_the_first_bill_a_bargain,
    who_was_helped,
)
from mutualaid.explorables.questions.rules import (
    are_more_jurors_wiser,
    fifty_one_minutes,
    one_day_in_spring,
    the_man_in_the_ditch,
    was_it_a_heart_attack,
    where_may_she_join,
)
from mutualaid.explorables.questions.sandbox import (
    what_does_a_year_of_waiting_save,
    what_if_all_ages_got_the_same,
    what_if_nobody_had_closed_it,
    who_pays_above_a_cap,
)
from mutualaid.explorables.questions.sharing import (
    a_hundredth_of_a_yuan,
    is_a_larger_pool_cheaper,
    what_can_no_audit_find,
    when_does_a_cap_bind,
    who_gains_by_equal_shares,
    who_notices_that_money_is_gone,
)
from mutualaid.explorables.questions.shutdown import (
    how_many_are_still_owed,
    was_there_a_cheaper_day,
    what_did_the_forecast_leave_out,
    what_would_a_refund_cost,
    who_is_hurt_by_a_sudden_end,
    whose_cover_costs_most,
)

__all__ = [
    "a_hundredth_of_a_yuan",
    "a_sum_or_her_bills",
    "are_more_jurors_wiser",
    "can_both_surveys_be_right",
    "did_the_plan_grow",
    "fifty_one_minutes",
    "five_times_the_members",
    "how_far_does_an_appeal_reach",
    "how_many_are_still_owed",
    "how_many_were_still_there",
    "how_much_came_back",
    "how_much_dearer_is_cover_for_life",
    "how_much_is_left_to_them",
    "how_much_was_paid",
    "how_would_a_spiral_look",
    "is_a_larger_pool_cheaper",
    "one_day_in_spring",
    "the_man_in_the_ditch",
    "was_it_a_heart_attack",
    "was_the_first_bill_a_bargain",
    "was_there_a_cheaper_day",
    "what_can_no_audit_find",
    "what_did_the_forecast_leave_out",
    "what_does_a_year_of_waiting_save",
    "what_if_all_ages_got_the_same",
    "what_if_nobody_had_closed_it",
    "what_raised_it_most",
    "what_would_a_refund_cost",
    "when_does_a_cap_bind",
    "where_may_she_join",
    "which_forecast_was_nearest",
    "which_rule_helps_the_young",
    "who_buys_where_nobody_is_refused",
    "who_could_be_helped_in_january",
    "who_gains_by_equal_shares",
    "who_is_hurt_by_a_sudden_end",
    "who_notices_that_money_is_gone",
    "who_pays_above_a_cap",
    "who_was_helped",
    "whose_cover_costs_most",
]
