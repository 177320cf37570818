"""The questions of the chapters: predict first, then look."""

from __future__ import annotations

from mutualaid.explorables.wording import millions, value_of
from mutualaid.explore import Answer, Question


def five_times_the_members() -> Question:
    """Ask what a larger pool does to the cost of a year."""
    at_60, at_300 = (
        value_of(f"platform_facts/kang-ai/share_at_{n}_members/2014-10") for n in (60_000, 300_000)
    )
    return Question(
        name="five-times-the-members",
        prompt=(
            f"The commune reckoned like this: with 60,000 members, one case of cancer costs each "
            f"of them {at_60:.0f} yuan; with 300,000 members it costs {at_300:.0f} yuan. Suppose "
            "the commune grows from the first size to the second, with people like those it has. "
            "What happens to the sum that a member pays in a whole year?"
        ),
        answers=(
            Answer(
                "It falls to a fifth.",
                "That holds for one case. But five times as many people have about five times as "
                "many cases of cancer in a year.",
            ),
            Answer(
                "It stays about the same.",
                "A fifth of the price for each case, and five times as many cases. The two cancel "
                "out. What growth does change is how steady the sum is.",
                right=True,
            ),
            Answer(
                "It rises to five times as much.",
                "There are about five times as many cases, but each is split five ways finer. The "
                "two cancel out.",
            ),
        ),
    )


def was_the_first_bill_a_bargain() -> Question:
    """Ask why the first bill was so small."""
    waiting = value_of("plans/critical/waiting")
    first, later = (value_of(f"notices/{n}/critical/share") for n in ("2019-01-2", "2019-10-1"))
    return Question(
        name="was-the-first-bill-a-bargain",
        prompt=(
            f"The first bill, in January 2019, was {first} yuan a head. Many took it as a sign "
            "of what the plan would cost. What was the main reason that it was so small?"
        ),
        answers=(
            Answer(
                "The members were young and healthy.",
                f"They were young. But by October the members were hardly older, and the bill "
                f"was {later / first:.0f} times as high.",
            ),
            Answer(
                "With so many members, each pays almost nothing.",
                "Many members make each case cheap, and they bring many cases. Size alone does not "
                "make a plan cheap.",
            ),
            Answer(
                "Illness was not covered yet for nearly everyone.",
                f"Cover for illness began {waiting:.0f} days after joining, and the first members "
                "had passed that day only a week before. The bill paid for two accidents, which "
                "were covered from the first day.",
                right=True,
            ),
            Answer(
                "The platform's fee was low.",
                "The fee adds 8 or 10 percent to the benefits, whatever they are. It cannot make "
                "a bill small.",
            ),
        ),
    )


def who_was_helped() -> Question:
    """Ask whether the helped were like the members."""
    share = 100 * value_of("profile/members/2019/decade_of_birth/1980s_and_1990s")
    return Question(
        name="who-was-helped",
        prompt=(
            f"At the end of 2019, {share:.0f} percent of the members had been born in the 1980s or "
            "1990s. How many of the people helped by then had been born in those years?"
        ),
        answers=(
            Answer(
                "About as many, eight in ten.",
                "Then members of all ages would fall ill equally often. But cancer and heart "
                "attacks become more frequent with each year of age.",
            ),
            Answer(
                "Nearly half.",
                "The other half came from the fifth of the members who were older, or were "
                "children. Everyone paid the same, and the older were helped more often, with a "
                "smaller sum from the age of 40 on.",
                right=True,
            ),
            Answer(
                "About a quarter.",
                "Older members fall ill more often, but there were few of them. The many young "
                "ones still made up about half of the people helped.",
            ),
            Answer(
                "More still, nine in ten.",
                "Then the young would fall ill more often than the old.",
            ),
        ),
    )


def can_both_surveys_be_right() -> Question:
    """Ask how two surveys on other cover go together."""
    nankai = 100 * value_of("surveys/nankai-2019/other_cover/none_besides_the_plan")
    paper = 100 * value_of("surveys/white-paper-2020/commercial_insurance/none")
    return Question(
        name="can-both-surveys-be-right",
        prompt=(
            f"In one survey {nankai:.0f} percent of the members had no cover besides the plan. In "
            f"another {paper:.0f} percent of the users of mutual aid had no commercial insurance. "
            "Can both be right?"
        ),
        answers=(
            Answer(
                "No, one of them must be wrong.",
                "They did not ask the same thing, nor the same people.",
            ),
            Answer(
                "Yes: most have public health insurance, which counts as cover.",
                "Public insurance pays a part of the bills of nearly everyone in China. The "
                "surveys also asked different people: members of this plan, and users of all "
                "mutual aid.",
                right=True,
            ),
            Answer(
                "Yes, because so many bought insurance in between.",
                "The two surveys lie only months apart.",
            ),
        ),
    )


def how_much_was_paid() -> Question:
    """Ask what became of an approved claim after a platform had closed."""
    approved = value_of("platform_facts/qingsong/approved_benefit/2021-05")
    paid = value_of("platform_facts/qingsong/paid_benefit/2021-05-27")
    share = 100 * value_of("platform_facts/qingsong/approved_paid_share/2021-05")
    return Question(
        name="how-much-was-paid",
        prompt=(
            f"Qingsong closed in March 2021. In May it approved a member's claim for "
            f"{approved:,.2f} yuan. How much of it did the member get?"
        ),
        answers=(
            Answer(
                "All of it, as it had been approved.",
                "An approved claim is worth what can be paid. A plan that has closed has no next "
                "bill, and it had set nothing aside.",
            ),
            Answer(
                f"{paid:,.0f} yuan, {share:.0f} percent.",
                "A plan without reserves can pay only what it can still collect, or what somebody "
                "gives.",
                right=True,
            ),
            Answer(
                "Nothing, as the plan had closed.",
                "Some claims were refused as too late, but this one was paid in part.",
            ),
        ),
    )


def did_the_plan_grow() -> Question:
    """Ask what two printed counts say before they are told apart."""
    april = millions(value_of("notices/2021-04-2/critical/sharers"))
    june = millions(value_of("notices/2021-06-1/all/sharers"))
    april_all = millions(value_of("notices/2021-04-2/all/sharers"))
    return Question(
        name="did-the-plan-grow",
        prompt=(
            f"Of the notice of April 21, 2021, one text printed {april} sharers. Of the notice "
            f"of June 7 another printed {june}. What happened in between?"
        ),
        answers=(
            Answer(
                "The plan grew a little.",
                "Only if both counts count the same people. The first is of the critical-illness "
                "plan, the second of all plans together.",
            ),
            Answer(
                "It cannot be said before one knows who is counted in each number.",
                f"The first is of the critical-illness plan alone. All plans together had "
                f"{april_all} sharers on April 21, so they shrank until June.",
                right=True,
            ),
            Answer(
                "One of the two figures is wrong.",
                "Both were printed from the platform's notices, and both can be right: they count "
                "different people under one name.",
            ),
        ),
    )


# ---- rules --------------------------------------------------------------------------------


def fifty_one_minutes() -> Question:
    """Ask what leaving for less than an hour costs."""
    gap = value_of("cases/rejoining-2021/gap")
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
    lower = value_of("plans/critical/benefit_light_thyroid_cancer/2019-05-01")
    full = value_of("plans/critical/benefit_to_39")
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
    age = value_of("cases/heart-attack-henan-2020/age")
    minutes = value_of("cases/heart-attack-henan-2020/treated")
    needed = value_of("plans/critical/heart_attack_criteria_needed")
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
    days = value_of("cases/first-jury-case-2019/earlier_hospital")
    sum_ = value_of("cases/first-jury-case-2019/benefit_at_stake")
    allowed = value_of("plans/critical/health_medicine_days")
    years = value_of("plans/critical/health_look_back")
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
