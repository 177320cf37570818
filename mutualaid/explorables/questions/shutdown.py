"""Questions of the chapter Shutdown."""

from __future__ import annotations

from mutualaid import churn, shutdown
from mutualaid.explore import Answer, Question
from mutualaid.history import number_of
from mutualaid.periods import Period


def _hundreds(people: float) -> str:
    return f"{round(people, -2):,.0f}"


def who_is_hurt_by_a_sudden_end() -> Question:
    """Ask who loses most where a plan ends on the day of its notice."""
    projection = churn.fit().projection
    result = shutdown.run_off(projection, shutdown.closing_terms("qingsong"))
    owed = float(projection.pending[-1])
    return Question(
        name="who-is-hurt-by-a-sudden-end",
        prompt=(
            "A plan ends at six in the evening of the day on which this is announced. Who asks for "
            "aid within a week may still be helped. Who loses most?"
        ),
        answers=(
            Answer(
                "All members alike: each loses the same cover.",
                "They lose cover that they have not needed yet, and most of them can look for "
                "another. Somebody else has lost more.",
            ),
            Answer(
                "Those who are ill already and have not asked.",
                f"They paid for the aid of others, they are ill, and no insurer takes them. In the "
                f"model {_hundreds(owed)} members of Xiang Hu Bao were ill and not yet helped at "
                f"its end. On such terms {_hundreds(float(result.late_cases.sum()))} of them would "
                "have asked too late, if half of the time to a notice passes before one asks.",
                right=True,
            ),
            Answer(
                "The platform, which has to pay the last claims.",
                "On such terms it pays little: the fewer ask in time, the less.",
            ),
        ),
    )


def how_many_are_still_owed() -> Question:
    """Ask how many are ill and not yet helped on the day of the last notice."""
    p = churn.fit().projection
    owed, helped = float(p.pending[-1]), float(p.helped[-1])
    return Question(
        name="how-many-are-still-owed",
        prompt=(
            f"The last notice of the critical-illness plan helps about {_hundreds(helped)} people "
            "in the model. Claims take two months on average from the diagnosis to the notice. How "
            "many members are ill by then, and not yet helped?"
        ),
        answers=(
            Answer(
                "Hardly any. The last notice settles what is open.",
                "It settles the claims that have been checked by then. Who was diagnosed last "
                "week has not even asked.",
            ),
            Answer(
                f"About as many again: {_hundreds(helped)}.",
                "That would be so if claims took half a month.",
            ),
            Answer(
                f"About four times as many: {_hundreds(owed)}.",
                "Two months are four half-months, and each brings as many new cases as a notice "
                "helps. Insurers call these claims incurred but not reported, or reported and not "
                "yet settled.",
                right=True,
            ),
            Answer(
                "About fifty times as many: every case of two years.",
                "Those of earlier months have been helped. Only the delay counts.",
            ),
        ),
    )


def what_did_the_forecast_leave_out() -> Question:
    """Ask in which part two estimates of the cost of closing differ."""
    forecast, told = shutdown.ESTIMATES["forecast"], shutdown.ESTIMATES["told"]
    assert forecast.tail is not None
    assert told.tail is not None
    assert forecast.notices is not None
    assert told.notices is not None
    short, long = shutdown.delay_for_tail([forecast.tail, told.tail])
    return Question(
        name="what-did-the-forecast-leave-out",
        prompt=(
            f"When the end was announced, writers put its cost at about {forecast.total / 1e9:.0f} "
            f"billion yuan. A year and a half later the former head of the plan spoke of nearly "
            f"{told.total / 1e9:.0f} billion, for aid alone. In which part do they differ most?"
        ),
        answers=(
            Answer(
                "The last three notices, which the platform paid.",
                f"The writers said {forecast.notices / 1e9:.1f} billion, and "
                f"{told.notices / 1e9:.1f} were printed in the end.",
            ),
            Answer(
                "The claims that came after the end.",
                f"The writers took {forecast.tail / 1e9:.1f} billion. The look back leaves "
                f"{told.tail / 1e9:.1f}. In the model the first fits claims that take "
                f"{short:.1f} months on average, the second {long:.1f}.",
                right=True,
            ),
            Answer(
                "The free months of the new insurance.",
                "The writers counted them; the look back speaks of aid, and leaves them out. So "
                "they make the gap smaller, and not larger.",
            ),
        ),
    )


def what_would_a_refund_cost() -> Question:
    """Ask what paying back all shares would have cost beside the tail."""
    p = churn.fit().projection
    tail = shutdown.run_off(p, shutdown.closing_terms("meituan")).tail
    paid = float(p.collected.sum())
    times = paid / tail
    return Question(
        name="what-would-a-refund-cost",
        prompt=(
            "Meituan and DiDi gave back every share that members had ever paid. Had Xiang Hu Bao "
            f"done so, what would it have cost, beside the {tail / 1e9:.1f} billion yuan of claims "
            "after the end, by the model?"
        ),
        answers=(
            Answer(
                "About as much.",
                "The claims after the end are those of a few months. The shares are those of "
                "three years.",
            ),
            Answer(
                f"About {times:.0f} times as much.",
                f"Members of the critical-illness plan paid {paid / 1e9:.0f} billion yuan in the "
                "model, fees among it. What a young and small plan can give back, a large and "
                "grown one cannot.",
                right=True,
            ),
            Answer(
                "Nothing: the shares lie in the pool.",
                "There was no pool. Each share went to the people helped in the same notice.",
            ),
        ),
    )


def whose_cover_costs_most() -> Question:
    """Ask for whom the policy offered is dearest for each yuan of cover."""
    young, old = shutdown.transfer(32, "female"), shutdown.transfer(57, "male")
    bill = number_of("annual/2021/critical/share")
    for_old = bill * 100_000 / number_of("plans/critical/benefit_40_to_59")

    def each(offer: shutdown.Offer) -> float:
        return offer.later_year * 100_000 / offer.cover

    return Question(
        name="whose-cover-costs-most",
        prompt=(
            "The policy offered to members asks each age for what that age costs. The plan asked "
            "all for the same. For whom does the price for each 100,000 yuan of cover rise most?"
        ),
        answers=(
            Answer(
                "For a woman of 32: she used to pay for the old.",
                f"For each 100,000 she pays {each(young):.0f} yuan a year, against "
                f"{bill * 100_000 / number_of('plans/critical/benefit_to_39'):.0f}. That is more, "
                "too: the plan had been cheap even for the young.",
            ),
            Answer(
                "For a man of 57.",
                f"For each 100,000 he pays {each(old):,.0f} yuan a year, against {for_old:.0f} in "
                "the plan's last year: ten times as much. The young no longer pay for him, and he "
                "is offered less than half of the old cover.",
                right=True,
            ),
            Answer(
                "For nobody: health questions are waived.",
                "They are. But the price goes by age and sex.",
            ),
        ),
    )


def was_there_a_cheaper_day() -> Question:
    """Ask how the cost of the end changes with its date."""
    scenario, terms = churn.fit().scenario, shutdown.closing_terms("xiang-hu-bao")
    costs = []
    for last in (Period(2020, 12, 2), Period(2022, 1, 2)):
        ended = churn.project(shutdown.ended_at(scenario, last))
        costs.append(shutdown.closing_cost(shutdown.run_off(ended, terms)).aid / 1e9)
    return Question(
        name="was-there-a-cheaper-day",
        prompt=(
            "From the end of 2020 to the end of the plan a quarter of its members left. Had it "
            "ended at the end of 2020, on the same terms, what would the aid after the notice have "
            "cost the platform?"
        ),
        answers=(
            Answer(
                "A third more: it had a third more members.",
                "It had. But each of them fell ill, and was helped, less often than a year later.",
            ),
            Answer(
                "About as much.",
                f"{costs[0]:.1f} billion yuan against {costs[1]:.1f}, in the model: fewer members "
                "who cost more each. Waiting did not make the end cheaper.",
                right=True,
            ),
            Answer(
                "Half as much: the bill was half as high.",
                "The bill was two thirds as high, and more members shared it. What counts is the "
                "benefits, not the share of one.",
            ),
        ),
    )
