"""Questions of the chapter Alternatives."""

from __future__ import annotations

from mutualaid import alternatives
from mutualaid.alternatives import Illness, Person
from mutualaid.explore import Answer, Question
from mutualaid.history import number_of


def a_sum_or_her_bills() -> Question:
    """Ask what a member is offered whose platform has begun to pay bills."""
    offered = number_of("cases/bills-instead-of-a-sum-2018/benefit")
    claimed = number_of("cases/bills-instead-of-a-sum-2018/claimed")
    whole = offered + claimed
    return Question(
        name="a-sum-or-her-bills",
        prompt=(
            f"A woman joined a platform that promised {whole:,.0f} yuan for cancer. It changed its "
            "rules, and from then on paid hospital bills in place of the sum. Then she fell ill. "
            "What did it offer her?"
        ),
        answers=(
            Answer(
                f"{whole:,.0f} yuan. She had joined before the change.",
                "That is what she asked for in court. The platform offered what its new rules "
                f"gave: {offered:,.0f} yuan.",
            ),
            Answer(
                f"About half of it, {whole / 2:,.0f} yuan.",
                f"It was far less: {offered:,.0f} yuan. A part of the costs has nothing to do "
                "with a sum that was promised before.",
            ),
            Answer(
                f"{offered:,.0f} yuan.",
                f"Her bills gave no more. She sued for the other {claimed:,.0f}, and the headline "
                "says that they came to nothing. The two promises sound alike and are not.",
                right=True,
            ),
        ),
    )


def how_much_is_left_to_them() -> Question:
    """Ask what social insurance that pays seventy percent leaves of a bill."""
    bill = 100_000
    share = number_of("alternatives/resident-insurance/hospital_share_in_policy/china/2024")
    found = alternatives.compare(
        Person(age=32, sex="female"), Illness(bill=bill), held=["social"]
    )  # fmt: skip
    paid = {layer.name: layer.paid or 0.0 for layer in found.layers}
    return Question(
        name="how-much-is-left-to-them",
        prompt=(
            f"The social insurance of residents paid about {100 * share:.0f} percent of hospital "
            f"costs within its policy. A family gets a bill of {bill:,} yuan, and "
            f"{100 * Illness(bill=bill).inside:.0f} percent of it lies within the policy. About "
            "how much does the family pay?"
        ),
        answers=(
            Answer(
                f"{bill * (1 - share):,.0f} yuan.",
                f"That would be so if the policy recognized the whole bill. It pays its part of "
                f"the {Illness(bill=bill).recognized:,.0f} yuan that it recognizes.",
            ),
            Answer(
                "About half of the bill.",
                f"A share of a share: {paid['social']:,.0f} yuan are paid. A second insurance, "
                f"which comes with the first, adds {paid['serious']:,.0f}. The family pays "
                f"{found.family:,.0f}.",
                right=True,
            ),
            Answer(
                "Less than a tenth of the bill.",
                "Nothing in these rules caps what a family pays. It is "
                f"{found.family:,.0f} yuan here.",
            ),
        ),
    )


def how_much_dearer_is_cover_for_life() -> Question:
    """Ask what a promise for life costs beside one for a year."""
    person = Person(age=30, sex="female")
    life = alternatives.yearly_cost("long-term", person).each(100_000)
    year = alternatives.yearly_cost("one-year", person).each(100_000)
    assert life is not None
    assert year is not None
    said = (
        f"Two prices for life were found for her: {life[0] / year[0]:.0f} and "
        f"{life[1] / year[0]:.0f} times a price for twelve months. (The dearer policy also pays at "
        "death, and twice for cancer.)"
    )
    return Question(
        name="how-much-dearer-is-cover-for-life",
        prompt=(
            "A woman of 30 wants the same fixed sum from two insurers. One sells it for a year, "
            "the other for as long as she lives, in thirty yearly payments. How many times the "
            "price of the year is each of the thirty payments?"
        ),
        answers=(
            Answer(
                "About twice.",
                f"{said} At twice the price of the year, thirty payments would come to "
                f"{2 * 30 * year[0] / 1_000:.0f} percent of the sum, for the years in which she "
                "will be old as well.",
            ),
            Answer(
                "About ten times.",
                f"{said} She pays now for the years in which she will be old.",
                right=True,
            ),
            Answer(
                "About fifty times.",
                f"{said} At fifty times the price of the year, thirty payments would come to "
                f"{50 * 30 * year[0] / 100_000:.1f} times the sum itself.",
            ),
        ),
    )


def how_much_came_back() -> Question:
    """Ask what a mutual that charges in advance returned."""
    returned = 100 * number_of("alternatives/kyosai/surplus_returned_share/prefectural/2017")
    claims = 100 * number_of("alternatives/kyosai/claims_share/prefectural/2017")
    costs = 100 * number_of("alternatives/kyosai/costs_share/prefectural/2017")
    return Question(
        name="how-much-came-back",
        prompt=(
            "In Japan cooperatives of the prefectures charge their members in advance. At the end "
            "of the year they return what was not needed. Of 100 yen charged in the fiscal year "
            "2017, how much was set aside to be returned?"
        ),
        answers=(
            Answer(
                "About 5.",
                f"It was {returned:.1f}. Who must not run short charges more than is expected.",
            ),
            Answer(
                "About 30.",
                f"{claims:.0f} went to claims, {costs:.1f} to costs, and {returned:.1f} came back. "
                f"What became of the other {100 - claims - costs - returned:.1f} our tables do not "
                "tell. In a bad year less comes back: the charge has room for it.",
                right=True,
            ),
            Answer(
                "About 60.",
                f"It was {returned:.1f}; {claims:.0f} went to claims.",
            ),
        ),
    )


def how_far_does_an_appeal_reach() -> Question:
    """Ask how many appeals bring a great sum."""
    many = 100 * number_of("alternatives/crowdfunding/raised_over_100000/waterdrop/2021-12-31")
    mean = number_of("alternatives/crowdfunding/mean_raised/waterdrop/2021-12-31")
    return Question(
        name="how-far-does-an-appeal-reach",
        prompt=(
            "On the largest platform for medical appeals over two and a half million appeals had "
            "been made by the end of 2021. How many of 100 raised more than 100,000 yuan?"
        ),
        answers=(
            Answer(
                "About 2.",
                f"Nearly {many:.0f}. The mean of all since 2016 was about {mean:,.0f} yuan.",
                right=True,
            ),
            Answer(
                "About 20.",
                f"Nearly {many:.0f}. One reads of the great ones; the mean of all since 2016 was "
                f"about {mean:,.0f} yuan.",
            ),
            Answer(
                "About 50.",
                f"Nearly {many:.0f}. If half of them did, the mean would be above 50,000 yuan. It "
                f"was about {mean:,.0f} for all since 2016.",
            ),
        ),
    )


def who_buys_where_nobody_is_refused() -> Question:
    """Ask how many buy a city policy."""
    low = 100 * number_of("alternatives/city-medical/participation_median_low/china/2022")
    high = 100 * number_of("alternatives/city-medical/participation_median_high/china/2022")
    price = number_of("alternatives/city-medical/premium_per_head/china/2021")
    return Question(
        name="who-buys-where-nobody-is-refused",
        prompt=(
            f"City policies cost about {price:.0f} yuan a year in 2021. They refuse nobody in the "
            "social insurance of the city. In the city in the middle of the list, how many of 100 "
            "bought one in 2022?"
        ),
        answers=(
            Answer(
                "Fewer than 10.",
                f"The median lay between {low:.0f} and {high:.0f}. At the same price for all, "
                "those who are well have the least reason to buy.",
                right=True,
            ),
            Answer(
                "About 40.",
                f"About that many did in Shanghai. The median lay between {low:.0f} and "
                f"{high:.0f}.",
            ),
            Answer(
                "Nearly all.",
                f"The median lay between {low:.0f} and {high:.0f}. Cheap is not free, and many "
                "hope to stay well.",
            ),
        ),
    )
