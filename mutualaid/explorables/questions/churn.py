"""Questions of the chapter Churn."""

from __future__ import annotations

from mutualaid import churn
from mutualaid.explorables.policies import compared
from mutualaid.explorables.wording import millions
from mutualaid.explore import Answer, Question
from mutualaid.history import number_of
from mutualaid.periods import PER_YEAR, Period


def who_could_be_helped_in_january() -> Question:
    """Ask why the first notice had so few cases."""
    sharers = number_of("notices/2019-01-2/critical/sharers")
    helped = number_of("notices/2019-01-2/critical/helped")
    rate = float(churn.members_age_mix() @ churn.incidence_table().mean(axis=0))
    return Question(
        name="who-could-be-helped-in-january",
        prompt=(
            f"The first notice, of January 21, 2019, had {helped:.0f} people to help, and over "
            f"{millions(sharers)} members to share. By the regulator's table about "
            f"{sharers * rate / PER_YEAR:,.0f} of so many fall seriously ill in half a month. Why "
            f"were there only {helped:.0f}?"
        ),
        answers=(
            Answer(
                "Who joined was far healthier than others.",
                "Perhaps they were healthier. But not a thousand times: even the healthy have "
                "heart attacks and cancers.",
            ),
            Answer(
                "Many more fell ill. Most had not been members long enough to be helped.",
                "An illness counts after 90 days of waiting, and the plan was 97 days old. Both "
                "were accidents, which count from the first day; and a case takes time to be "
                "reported and checked.",
                right=True,
            ),
            Answer(
                "The platform paid for the others itself.",
                "For January 2019 it paid the shares of those who had joined before. It paid for "
                "no other cases, as far as any source tells.",
            ),
        ),
    )


def which_forecast_was_nearest() -> Question:
    """Ask what foresaw the bills of 2021 best."""
    naive = churn.naive_forecasts(churn.END_OF_2020)
    last = 100 * naive["last_value_error"].abs().median()
    line = 100 * naive["straight_line_error"].abs().median()
    found = churn.rival("as chosen", churn.END_OF_2020)
    model = 100 * found.median_error(Period(2021, 1, 1), churn.LAST_PAID)
    return Question(
        name="which-forecast-was-nearest",
        prompt=(
            "It is the end of 2020, and you are to foretell the bills of 2021. You may say: as the "
            "last one. You may draw a straight line through the bills since June 2019. Or you may "
            "fit a model of members, waiting, claims and health to the same bills. Which comes "
            "nearest?"
        ),
        answers=(
            Answer(
                "The last bill.",
                f"It misses the bills of 2021 by {last:.0f} percent on the median. They went on "
                "rising.",
            ),
            Answer(
                "The straight line.",
                f"It misses by {line:.0f} percent on the median, the model by {model:.0f}. A "
                "forecast need not know why. But the line cannot say what another rule would have "
                "done, nor where a rise ends.",
                right=True,
            ),
            Answer(
                "The model.",
                f"It misses by {model:.0f} percent on the median, the straight line by {line:.0f}. "
                "The model is worth its trouble for other questions: what raised the bill, and "
                "what another rule would have done.",
            ),
        ),
    )


def what_raised_it_most() -> Question:
    """Ask for the largest cause, before the figure shows it."""
    fits = [each.scenario for each in churn.that_fit().values()]
    divided = churn.decompose(fits)

    def part(*names: str) -> str:
        shares = 100 * divided.of(*names) / divided.rise
        low, high = f"{shares.min():.0f}", f"{shares.max():.0f}"
        return low if low == high else f"{low} to {high}"

    first = number_of("notices/2019-06-2/critical/share")
    last = number_of("notices/2021-12-1/critical/share")
    return Question(
        name="what-raised-it-most",
        prompt=(
            f"From June 2019 to December 2021 the bill rose from {first} to {last} yuan. Which of "
            "these had the largest part in it?"
        ),
        answers=(
            Answer(
                "The members grew older.",
                "They did, each by two and a half years, but new ones were young. That gives "
                f"{part('ageing')} percent of the model's rise.",
            ),
            Answer(
                "The healthy left, and the ill stayed.",
                "Few had left for the bill before the end of 2020. The model gives it "
                f"{part('exits')} percent, where we let the healthy leave first. What came later "
                "could be more.",
            ),
            Answer(
                "Waiting times ended, and claims that had long been on their way arrived.",
                f"Together {part('waiting', 'delay')} percent of the model's rise. The bill of "
                "June 2019 was one of a plan that had hardly begun to pay.",
                right=True,
            ),
            Answer(
                "The health check at joining wore off.",
                f"It is the next largest, {part('select')} percent. The published figures cannot "
                "tell it from claims that grow for another reason.",
            ),
        ),
    )


def how_many_were_still_there() -> Question:
    """Ask how many of those who ever joined were charged to the end."""
    ever = number_of("platform_facts/xiang-hu-bao/ever_joined/2021-12-29")
    last = number_of("notices/2021-12-1/critical/sharers")
    every = number_of("notices/2021-12-2/all/sharers")
    ages = churn.members_age_mix()
    # Of those who join, who turns 60 within a year and a half: half of the plan's time.
    old = 100 * float(ages[-1] * 1.5)
    return Question(
        name="how-many-were-still-there",
        prompt=(
            f"A former employee recalled that over {millions(ever)} people had joined at one time "
            "or another. Of a hundred of them, about how many were members when the end was "
            "announced?"
        ),
        answers=(
            Answer(
                "About ninety.",
                f"About {millions(every)} were left in all plans, {millions(last)} of them in the "
                "last critical-illness bill.",
            ),
            Answer(
                "About seventy.",
                "That is about how many were left of the members at the top. Many more had come "
                "and gone before.",
            ),
            Answer(
                "About half.",
                f"{millions(every)} of {millions(ever)}. Hardly any had been helped, and only "
                f"about {old:.0f} in a hundred turned 60. The others left, or were put out because "
                "they did not pay.",
                right=True,
            ),
        ),
    )


def how_would_a_spiral_look() -> Question:
    """Ask what a spiral predicts for the counts."""
    return Question(
        name="how-would-a-spiral-look",
        prompt=(
            "Suppose that members left because the bill rose, and that the bill rose because they "
            "left. From late 2020 to the end of 2021 the bill went from under 5 yuan to over 7. "
            "What should the share of members who leave from one notice to the next have done?"
        ),
        answers=(
            Answer(
                "Grown, as the bill did.",
                "A higher bill drives out more, and that makes the next bill higher still: it has "
                "to speed up. Next you can see whether it did.",
                right=True,
            ),
            Answer(
                "Stayed about the same.",
                "Then a higher bill would drive out no more than a lower one. That is a plan that "
                "shrinks, not one that spirals.",
            ),
            Answer(
                "Fallen: those who mind the bill leave first.",
                "That can follow when they are gone. It is then the end of a spiral, not its "
                "course.",
            ),
        ),
    )


def which_rule_helps_the_young() -> Question:
    """Ask which rule lowers the bill of the young most, and who pays for it."""
    found = compared().to_frame()
    strongest = churn.STRENGTHS[-1]

    def at(policy: str, column: str, strength: int = strongest) -> float:
        row = (found["policy"] == policy) & (found["strength"] == strength)
        return float(found.loc[row, column].item())

    def less(policy: str, column: str) -> str:
        gone = at(churn.AS_IT_WAS, column, 0) - at(policy, column)
        return f"{round(abs(gone), -2):,.0f}"

    def yuan(policy: str, age: int = 25) -> str:
        return f"{at(policy, f'bill_at_{age}_yuan'):.2f}"

    waiting, bands, inquiry, fee = (
        "a longer waiting time",
        "shares by bands of age",
        "stricter inquiry",
        "a higher fee",
    )
    rate = churn.POLICIES[fee](churn.as_it_was(), strongest).fee
    bill = f"{at(churn.AS_IT_WAS, 'bill_yuan_per_head', 0):.2f}"
    mean = f"{at(bands, 'bill_yuan_per_head'):.2f}"

    return Question(
        name="which-rule-helps-the-young",
        prompt=(
            "Which of these rules, from the first day, would have left the bill of a member of 25 "
            f"lowest in December 2021? In the model it is {bill} yuan as it was."
        ),
        answers=(
            Answer(
                "A waiting time of a year.",
                f"It leaves {yuan(waiting)} yuan, at every age. {less(waiting, 'helped_people')} "
                f"fewer are helped: {less(waiting, 'left_ill_while_waiting_people')} more fall ill "
                "while they wait, and in the model the health check wears off only after the wait.",
            ),
            Answer(
                "Shares by bands of age, each bearing its own cost.",
                f"{yuan(bands)} yuan at 25. A member of 55 pays for it, "
                f"{yuan(bands, 55)} yuan in place of {bill}; on average over members "
                f"the bill is {mean}, little lower than it was.",
                right=True,
            ),
            Answer(
                "Stricter inquiry, which pays a fifth fewer claims.",
                f"It leaves {yuan(inquiry)} yuan, at every age. {less(inquiry, 'helped_people')} "
                "fewer are helped.",
            ),
            Answer(
                f"A fee of {rate:.0%}, which pays for good work.",
                f"The bill is higher by it: {yuan(fee)} yuan. What better work "
                "for the money would save is not in the model.",
            ),
        ),
    )
