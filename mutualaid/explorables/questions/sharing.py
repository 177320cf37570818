"""Questions of the chapter Sharing."""

from __future__ import annotations

from mutualaid import sharing
from mutualaid.explore import Answer, Question
from mutualaid.history import number_of
from mutualaid.money import FEN_PER_YUAN, fen, yuan


def a_hundredth_of_a_yuan() -> Question:
    """Ask whether what a page said can be exact."""
    benefit = fen(number_of("cases/road-accident-2018/benefit"))
    sharers = int(number_of("cases/road-accident-2018/sharers"))
    rate = number_of("plans/general/administration_fee")
    bill = sharing.settle(benefits=[benefit], members=sharers, fee_rate=rate)
    cost = bill.benefits + bill.fee
    return Question(
        name="a-hundredth-of-a-yuan",
        prompt=(
            f"A case with a benefit of {yuan(bill.benefits):,.0f} yuan and a fee of "
            f"{100 * rate:.0f} percent on top was shared by {sharers:,} members. The page said: "
            "one hundredth of a yuan each. Can that be exact?"
        ),
        answers=(
            Answer(
                "Yes. That many hundredths are the cost of the case.",
                f"That many hundredths are {yuan(bill.charged):,.0f} yuan. The case cost "
                f"{yuan(cost):,.0f}.",
            ),
            Answer(
                "No. It was a little less, and the page cannot show less than a hundredth.",
                f"The cost of {yuan(cost):,.0f} yuan over {sharers:,} members is "
                f"{cost / sharers / FEN_PER_YUAN:.4f} yuan each. One hundredth, a fen, is the "
                "smallest coin.",
                right=True,
            ),
            Answer(
                "No. It was a little more, and the platform paid the rest.",
                "One hundredth from each brings in more than the case cost, not less.",
            ),
        ),
    )


def when_does_a_cap_bind() -> Question:
    """Ask what a promise on one case is worth when many fall ill."""
    cap = number_of("plans/critical/cap_per_case")
    return Question(
        name="when-does-a-cap-bind",
        prompt=(
            f"The plan promised that no case would cost a member more than {cap:g} yuan. Suppose "
            "that twice as many fall ill as before, in a plan of seventy million. What does the "
            "promise do for the bill?"
        ),
        answers=(
            Answer(
                "It holds the bill where it was.",
                "It speaks of one case. The bill is the sum of all cases.",
            ),
            Answer(
                "It halves the bill, and the platform pays the other half.",
                "The platform would pay what lies above the promise. Here nothing does.",
            ),
            Answer(
                "Nothing: the bill doubles.",
                "Among seventy million one case costs each about half a fen, far less than the "
                "promise. It is about the size of the plan, not about how many fall ill.",
                right=True,
            ),
        ),
    )


def what_can_no_audit_find() -> Question:
    """Ask what books show and what they do not."""
    return Question(
        name="what-can-no-audit-find",
        prompt=(
            "All books of a plan are open, each case with its sum, each charge, each payment. "
            "Which of these can nobody find in them?"
        ),
        answers=(
            Answer(
                "A case that was paid twice.",
                "It stands there twice with one name. Whoever compares what was published with "
                "what was paid finds it.",
            ),
            Answer(
                "A bill that is one fen too high for each member.",
                "One fen from each of seventy million is a great sum, and the division shows it.",
            ),
            Answer(
                "A case that was published and paid, of a person who was not ill.",
                "The books show where money went, not whether it should have. For that there was "
                "the inquiry, the days of objection, and the jury.",
                right=True,
            ),
        ),
    )


def who_notices_that_money_is_gone() -> Question:
    """Ask when members of a prepaid plan learn that their money was spent."""
    return Question(
        name="who-notices-that-money-is-gone",
        prompt=(
            "In a prepaid plan members keep a balance with the platform. The platform has quietly "
            "spent a quarter of it. Cases come as always, are paid, and each balance falls by its "
            "share. When do the members notice?"
        ),
        answers=(
            Answer(
                "At the next bill, which is higher by a quarter.",
                "The bill is the cost of the cases over the members. What the platform still "
                "holds does not enter it.",
            ),
            Answer(
                "When many ask for their balance at once.",
                "As long as few ask, what comes in from others pays for them. The figure on the "
                "page is a promise, not money.",
                right=True,
            ),
            Answer(
                "At once, from their balance on the page.",
                "The page shows what each has paid less the shares. It does not show what the "
                "platform still has.",
            ),
        ),
    )


def is_a_larger_pool_cheaper() -> Question:
    """Ask what size does to the bill."""
    return Question(
        name="is-a-larger-pool-cheaper",
        prompt=(
            "A plan grows from one million members to a hundred million. The new ones are like the "
            "old: as many of each age, as often ill. What happens to the mean bill?"
        ),
        answers=(
            Answer(
                "It falls to a hundredth: more people share.",
                "More people share, and more people fall ill. Both grow by the same factor.",
            ),
            Answer(
                "It stays, and swings less from notice to notice.",
                "Cases per member stay the same, so the mean stays. Among many the luck of each "
                "notice evens out.",
                right=True,
            ),
            Answer(
                "It rises: there are more cases to pay for.",
                "There are more cases, and as many times more people to pay for them.",
            ),
        ),
    )


def who_gains_by_equal_shares() -> Question:
    """Ask whom an equal bill favors when the benefit falls at 40."""
    young = number_of("plans/critical/benefit_to_39")
    old = number_of("plans/critical/benefit_40_to_59")
    return Question(
        name="who-gains-by-equal-shares",
        prompt=(
            f"All pay the same. Up to 39 the benefit is {young:,.0f} yuan, from 40 on "
            f"{old:,.0f}. The older one is, the more often one falls ill. Which of these three men "
            "can expect to receive more than he pays?"
        ),
        answers=(
            Answer(
                "The one of 25.",
                "He has the full benefit and hardly ever needs it.",
            ),
            Answer(
                "The one of 38.",
                "He is ill more often than at 25 and still has the full benefit. Two years later "
                "two thirds of it are gone.",
                right=True,
            ),
            Answer(
                "The one of 42.",
                "He is ill a little more often than at 38, and receives a third of the benefit. He "
                "pays more than he can expect.",
            ),
        ),
    )
