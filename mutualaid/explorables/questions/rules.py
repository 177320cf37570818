"""Questions of the chapter Rules."""

from __future__ import annotations

from mutualaid.explore import Answer, Question
from mutualaid.history import number_of


def fifty_one_minutes() -> Question:
    """Ask what leaving for less than an hour costs."""
    gap = number_of("cases/rejoining-2021/gap")
    return Question(
        name="gone-for-fifty-one-minutes",
        prompt=(
            f"A member of three years left the plan and joined again {gap:.0f} minutes later. "
            "Eight weeks after that a heart attack was found. He had paid every bill. What did "
            "the rules say?"
        ),
        answers=(
            Answer(
                "Paid: he had been a member for three years.",
                "The rules count from the last joining, not from the first.",
            ),
            Answer(
                "Refused: with the second joining the waiting had begun again.",
                "It begins at zero, however short the gap, and it had not yet run out.",
                right=True,
            ),
            Answer(
                "Half paid, for the years before.",
                "The rules pay nothing for the years before.",
            ),
        ),
    )


def where_may_she_join() -> Question:
    """Ask which plan takes a person with diabetes."""
    return Question(
        name="where-may-she-join",
        prompt=(
            "In June 2020 a woman of 45 with diabetes wants to join, and says so. What do the "
            "rules offer her?"
        ),
        answers=(
            Answer(
                "Nothing: the questions about health keep her out.",
                "They keep her out of the critical-illness plan. A month before, another plan had "
                "opened for people like her.",
            ),
            Answer(
                "The critical-illness plan, with a lower benefit.",
                "The benefit fell with age, never with health. Who could not give the declaration "
                "could not join.",
            ),
            Answer(
                "The chronic-disease plan, which pays for cancer only.",
                "It took people with one of eight classes of chronic illness, and covered cancer "
                "alone, not what their own illness might bring.",
                right=True,
            ),
        ),
    )


def one_day_in_spring() -> Question:
    """Ask what one day changes for a mild thyroid cancer."""
    lower = number_of("plans/critical/benefit_light_thyroid_cancer/2019-05-01")
    full = number_of("plans/critical/benefit_to_39")
    return Question(
        name="one-day-in-spring",
        prompt=(
            "Two members of 35 have the same mild cancer of the thyroid. One is told on April 30, "
            "2019, the other on May 1. Both report it on May 10. What does each receive?"
        ),
        answers=(
            Answer(
                f"Both {full:,.0f} yuan.",
                "From May 1 on a mild case had a benefit of its own.",
            ),
            Answer(
                f"Both {lower:,.0f} yuan, as both reported after the change.",
                "The day of the diagnosis counts, not the day of the report.",
            ),
            Answer(
                f"The first {full:,.0f} yuan, the second {lower:,.0f}.",
                "One day between two diagnoses costs five sixths of the benefit. What the rules "
                "ask is when the illness was found, not when it began.",
                right=True,
            ),
        ),
    )


def was_it_a_heart_attack() -> Question:
    """Ask what a definition does to a death."""
    age = number_of("cases/heart-attack-henan-2020/age")
    minutes = number_of("cases/heart-attack-henan-2020/treated")
    needed = number_of("plans/critical/heart_attack_criteria_needed")
    return Question(
        name="was-it-a-heart-attack",
        prompt=(
            f"A man of {age:.0f} fell down on his way home. Doctors tried for {minutes:.0f} "
            "minutes to revive him. The death certificate of a public hospital says: acute heart "
            f"attack. The definition asks for {needed:.0f} of four proofs: typical signs, an "
            "electrocardiogram, enzymes in the blood, and a weak heart 90 days later. Decide "
            "first. What did the plan do?"
        ),
        answers=(
            Answer(
                "It paid: a public hospital had certified the illness.",
                "The rules ask for the proofs of the definition, not for a certificate.",
            ),
            Answer(
                "It refused.",
                "No more than one of the four proofs could be had. "
                "There had been no time for an electrocardiogram or for blood, and he did not live "
                "for another 90 days. The more sudden the death, the fewer the proofs.",
                right=True,
            ),
            Answer(
                "It paid the family half, out of kindness.",
                "The rules pay nothing for a case in doubt; a jury may.",
            ),
        ),
    )


def are_more_jurors_wiser() -> Question:
    """Ask what numbers do to a shared feeling."""
    return Question(
        name="are-more-jurors-wiser",
        prompt=(
            "Suppose that three in ten jurors vote from sympathy, always to pay. The others read a "
            "case rightly in six of ten cases. A case comes that the rules would not pay. Who gets "
            "it right more often: eleven jurors, or a quarter of a million?"
        ),
        answers=(
            Answer(
                "A quarter of a million: errors cancel out in a crowd.",
                "Errors that point in all directions cancel out. A feeling points in one.",
            ),
            Answer(
                "Eleven: the crowd is as good as certain to be wrong.",
                "Three in ten vote to pay from sympathy. Of the other seven, four in ten misread "
                "the case, and that is nearly three more. Together more than half vote to pay, and "
                "the larger the crowd, the surer it is.",
                right=True,
            ),
            Answer(
                "Both the same: the share of good jurors is the same.",
                "The share is the same, but the chance that more than half go astray is not.",
            ),
        ),
    )


def the_man_in_the_ditch() -> Question:
    """Ask whether a declaration that left something out ends the promise."""
    days = number_of("cases/first-jury-case-2019/earlier_hospital")
    sum_ = number_of("cases/first-jury-case-2019/benefit_at_stake")
    allowed = number_of("plans/critical/health_medicine_days")
    years = number_of("plans/critical/health_look_back")
    return Question(
        name="the-man-in-the-ditch",
        prompt=(
            "On December 29, 2018, a member of nearly fifty fell three meters into a flood ditch. "
            "A deep coma followed. He had joined on October 31. In September 2016 he had spent "
            f"{days:.0f} days in hospital with an inflammation of skin and muscle, and had then "
            f"had to take medicine for long. The declaration asked for {years:.0f} years back: no "
            f"medicine for more than {allowed:.0f} days in a row. {sum_:,.0f} yuan were at stake. "
            "Judge for yourself first. Then say what the inquiry found."
        ),
        answers=(
            Answer(
                "Refused: the fall came on day 59, within the waiting.",
                "An accident is covered from the first day. The waiting played no part.",
            ),
            Answer(
                "Paid: the illness had nothing to do with the fall.",
                "So said the family. But the rules ask whether the declaration was true, not "
                "whether what it left out did the harm.",
            ),
            Answer(
                "Refused: the declaration was not true.",
                "So it found, counting back from the day of joining. The family counted back from "
                "the fall. The words do not say from which day the two years count, and that was "
                "for the jury.",
                right=True,
            ),
        ),
    )
