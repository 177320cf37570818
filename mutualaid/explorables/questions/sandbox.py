"""Questions of the chapter Sandbox."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mutualaid import churn, shutdown
from mutualaid.explorables.sandbox import LONGEST, Outcome, outcome_of, whole_plan
from mutualaid.explorables.wording import written_notice
from mutualaid.explore import Answer, Question

#: A year of waiting, half-months.
_YEAR = 24
_CAP = "3"


@cache
def _of(**chosen: Any) -> Outcome:
    return outcome_of(whole_plan(**chosen), shutdown.closing_terms("xiang-hu-bao"))


def _last_bill(found: Outcome) -> float:
    return float(found.bill[: found.count][found.bill[: found.count] > 0][-1])


def _helped(found: Outcome) -> float:
    return float(found.helped[: found.count].sum())


def what_does_a_year_of_waiting_save() -> Question:
    """Ask who gives what a longer waiting time takes off the bill."""
    was, now = _of(), _of(waiting=_YEAR)
    bill = 1 - _last_bill(now) / _last_bill(was)
    helped = 1 - _helped(now) / _helped(was)
    return Question(
        name="what-does-a-year-of-waiting-save",
        prompt=(
            f"Let new members wait a year in place of three months. In the model the last bill is "
            f"lower by {bill:.0%}. What becomes of the number of people who are helped?"
        ),
        answers=(
            Answer(
                "It stays about the same; they are only helped later.",
                "Who falls ill while waiting leaves unpaid. They are not helped later, they are "
                f"not helped: {helped:.0%} fewer are.",
            ),
            Answer(
                "It falls by about as much as the bill.",
                f"It falls by more, by {helped:.0%}. By the last bill most members had waited long "
                "ago; the people helped are those of all three years.",
            ),
            Answer(
                "It falls by nearly twice as much as the bill.",
                f"By {helped:.0%}. The plan was young: many of its sick were in their first year. "
                "A waiting time takes from them, whoever they are.",
                right=True,
            ),
        ),
    )


def who_pays_above_a_cap() -> Question:
    """Ask what the sponsor of a cap pays."""
    was, now = _of(), _of(cap=_CAP)
    paid = float(now.by_platform[: now.count].sum())
    before = float(was.by_platform[: was.count].sum())
    fee = whole_plan(cap=_CAP).fee or 0.0
    fees = float(churn.project(whole_plan(cap=_CAP)).fee.sum())
    return Question(
        name="who-pays-above-a-cap",
        prompt=(
            f"No member pays more than {_CAP} yuan for a notice; the platform pays the rest. It "
            f"takes a fee of {fee:.0%} of the benefits. How does what it pays in the model "
            "compare with all its fees?"
        ),
        answers=(
            Answer(
                "It is less: a cap binds in a few bad months only.",
                f"Bills are above {_CAP} yuan in most notices from the second year on. The "
                f"platform pays {paid / 1e9:.1f} billion yuan in place of {before / 1e9:.1f}, and "
                f"its fees come to {fees / 1e9:.1f}.",
            ),
            Answer(
                "About as much: what comes in goes out.",
                f"It is several times as much: {paid / 1e9:.1f} billion yuan, and fees of "
                f"{fees / 1e9:.1f}.",
            ),
            Answer(
                "It is several times as much.",
                f"{paid / 1e9:.1f} billion yuan, and fees of {fees / 1e9:.1f}. A low bill that "
                "nobody is to notice must be paid by somebody all the same.",
                right=True,
            ),
        ),
    )


def what_if_all_ages_got_the_same() -> Question:
    """Ask what the lower benefit from 40 on was worth to the bill."""
    was, now = _of(), _of(older=300_000)
    times = _last_bill(now) / _last_bill(was)
    return Question(
        name="what-if-all-ages-got-the-same",
        prompt=(
            "From 40 on the benefit was a third of that below 40. Suppose that all had been "
            "promised the higher one, and everybody still paid the same. What would the last "
            "bill have been in the model?"
        ),
        answers=(
            Answer(
                "About a fifth higher: most members were young.",
                f"It is {times:.1f} times as high. Most members were young, but most who fell ill "
                "were not.",
            ),
            Answer(
                "Nearly twice as high.",
                f"{_last_bill(now):.2f} yuan in place of {_last_bill(was):.2f}. The step at 40 "
                "kept the bill down more than the waiting time did.",
                right=True,
            ),
            Answer(
                "Three times as high, like the benefit.",
                f"Only what is paid from 40 on becomes three times as much; the bill becomes "
                f"{times:.1f} times as high.",
            ),
        ),
    )


def what_if_nobody_had_closed_it() -> Question:
    """Ask how many members the model has after ten years."""
    now = _of(last=LONGEST)
    left = float(now.members[now.count - 1])
    highest = float(now.bill[: now.count].max())
    top = now.notices[int(np.argmax(now.bill[: now.count]))]
    return Question(
        name="what-if-nobody-had-closed-it",
        prompt=(
            "Let the plan go on under its own rules for ten years, with as many joining in each "
            "half-month as at its last paid notice. What does the model say of the end of 2028?"
        ),
        answers=(
            Answer(
                "The bill has run away and nobody is left.",
                f"The bill never is above {highest:.2f} yuan, and {left / 1e6:.0f} million are "
                "left. In the model new members cost little at first, and they go on joining.",
            ),
            Answer(
                "Members have fallen to less than a third, and the bill is about what it was.",
                f"{left / 1e6:.0f} million are left. The bill is highest on "
                f"{written_notice(top.label)}, at {highest:.2f} yuan, and "
                f"{_last_bill(now):.2f} at the end.",
                right=True,
            ),
            Answer(
                "Members have come back, and the bill has fallen to half.",
                f"Members only fall, to {left / 1e6:.0f} million: more go than join.",
            ),
        ),
    )
