"""Questions of the chapter History."""

from __future__ import annotations

from mutualaid.explorables.wording import millions
from mutualaid.explore import Answer, Question
from mutualaid.history import number_of


def five_times_the_members() -> Question:
    """Ask what a larger pool does to the cost of a year."""
    at_60, at_300 = (
        number_of(f"platform_facts/kang-ai/share_at_{n}_members/2014-10") for n in (60_000, 300_000)
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
    waiting = number_of("plans/critical/waiting")
    first, later = (number_of(f"notices/{n}/critical/share") for n in ("2019-01-2", "2019-10-1"))
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
    share = 100 * number_of("profile/members/2019/decade_of_birth/1980s_and_1990s")
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
    nankai = 100 * number_of("surveys/nankai-2019/other_cover/none_besides_the_plan")
    paper = 100 * number_of("surveys/white-paper-2020/commercial_insurance/none")
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
    approved = number_of("platform_facts/qingsong/approved_benefit/2021-05")
    paid = number_of("platform_facts/qingsong/paid_benefit/2021-05-27")
    share = 100 * number_of("platform_facts/qingsong/approved_paid_share/2021-05")
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
    april = millions(number_of("notices/2021-04-2/critical/sharers"))
    june = millions(number_of("notices/2021-06-1/all/sharers"))
    april_all = millions(number_of("notices/2021-04-2/all/sharers"))
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
