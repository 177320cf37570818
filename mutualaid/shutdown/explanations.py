"""Why it ended: rival explanations, what each leads one to expect, and what was observed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from mutualaid import checks, history
from mutualaid.churn import exit_rates
from mutualaid.history import number_of

__all__ = ["EXPLANATIONS", "Observation", "observations", "weigh"]

#: The explanations heard at the time, in words.
EXPLANATIONS: Mapping[str, str] = MappingProxyType(
    {
        "state": "The state wanted it ended.",
        "spiral": "The pool was eating itself: a higher bill, fewer and sicker members, a higher "
        "bill.",
        "business": "It no longer paid for the platform.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Something that was observed, and how it bears on each explanation.

    Attributes
    ----------
    name : str
        Short name.
    title : str
        What a reader calls it.
    text : str
        What was observed, with its figures.
    bears : mapping of str to int
        Explanation to 1 (it leads one to expect this), 0 (it is silent), or -1 (it leads one to
        expect otherwise). A judgment, and open to dispute.
    why : mapping of str to str
        Explanation to the reason for that; empty where it is silent.
    keys : tuple of str
        Addresses of the rows it rests on.
    """

    name: str
    title: str
    text: str
    bears: Mapping[str, int]
    why: Mapping[str, str]
    keys: tuple[str, ...]


def _observation(
    name: str, title: str, text: str, keys: Collection[str], **bears: tuple[int, str]
) -> Observation:
    said = {each: bears.get(each, (0, "")) for each in EXPLANATIONS}
    return Observation(
        name=name, title=title, text=text, keys=tuple(keys),
        bears=MappingProxyType({each: sign for each, (sign, _) in said.items()}),
        why=MappingProxyType({each: why for each, (_, why) in said.items()}),
    )  # fmt: skip


def _ends() -> pd.DataFrame:
    """Return the platforms whose end is known, with the date and the key of the row used."""
    facts = history.table("platform_facts").assign(key=history.keys("platform_facts"))
    ends = facts[(facts["quantity"] == "close") & (facts["status"] == "used")]
    # A test of two days was no plan that lived.
    return ends[ends["platform"] != "jd"].drop_duplicates("platform")


@cache
def observations() -> tuple[Observation, ...]:
    """Return what was observed, each computed from the tables.

    Examples
    --------
    >>> [each.name for each in observations()][:3]
    ['one year', 'all sizes', 'steady pace']
    """
    ends = _ends()
    in_year = ends[ends["as_of"].str.startswith("2021")]
    small = "platform_facts/baidu/members/2020-08"
    large = "platform_facts/xiang-hu-bao/members_at_close/2021-12-28"
    pace = exit_rates()
    earlier, later = pace[pace["plan"] == "critical"].to_dict("records")[-2:]
    bill_before, bill_after = "notices/2020-12-1/critical/share", "notices/2021-12-1/critical/share"
    people_before = "notices/2020-12-1/critical/sharers"
    people_after = "notices/2021-12-1/critical/sharers"
    year_bill, benefit = "annual/2021/critical/share", "plans/critical/benefit_to_39"
    policy = "premiums/transfer-critical/female/32/32/100000/first year"
    # The first year of the policy covers fifteen months.
    policy_year = number_of(policy) * 12 / 15
    study = "regulation/study-illegal-insurance-2020/measure"
    listed = "regulation/rectification-2021-03/measure"
    order = "regulation/penalty-ant-2023/order"
    never = "platform_facts/xiang-hu-bao/profit/2022-01-28"
    buyers = "platform_facts/waterdrop/premium_share_via_mutual_aid/{}".format
    buyers_before, buyers_after = buyers(2018), buyers(2020)
    paid, fee = "annual/2021-12-28..2023-07-10/all/closure_cost", "annual/2020/all/fee_received"
    years = number_of(paid) / number_of(fee)
    moved = "platform_facts/xiang-hu-bao/transferred/2022-01-28"
    return (
        _observation(
            "one year", "Many plans ended in one year",
            f"Since 2016, {len(ends)} platforms ended of which the year is known, "
            f"{len(in_year)} of them in 2021.",
            ends["key"],
            state=(1, "A word from the regulator reaches all at once."),
            spiral=(-1, "Each pool has members and bills of its own, and would end in its own "
                    "time."),
        ),
        _observation(
            "all sizes", "Small plans ended, and the largest",
            f"Baidu's plan had fewer than {number_of(small):,.0f} members, Xiang Hu Bao about "
            f"{number_of(large) / 1e6:.0f} million.",
            (small, large),
            state=(1, "What counts is the missing license, and not the size."),
            spiral=(-1, "A large pool with a bill of a few yuan is far from the smallest that can "
                    "share one case."),
        ),
        _observation(
            "steady pace", "Members left no faster when the bill rose",
            f"The critical-illness plan lost "
            f"{100 * earlier['net_fall_share_per_half_month']:.2f} percent of its members a "
            f"half-month at a mean bill of {earlier['bill_yuan_per_head']:.2f} yuan, and then "
            f"{100 * later['net_fall_share_per_half_month']:.2f} percent at "
            f"{later['bill_yuan_per_head']:.2f} yuan.",
            [*earlier["keys"].split("; "), *later["keys"].split("; ")],
            spiral=(-1, "A higher bill should drive out more, and they should drive it up."),
        ),
        _observation(
            "bill and members", "The bill rose and members left",
            f"In the last year the bill rose from {number_of(bill_before):.2f} to "
            f"{number_of(bill_after):.2f} yuan, and the critical-illness plan fell from "
            f"{number_of(people_before) / 1e6:.2f} to {number_of(people_after) / 1e6:.2f} million.",
            (bill_before, bill_after, people_before, people_after),
            spiral=(1, "This is what a spiral looks like from afar."),
            business=(1, "A service that its users leave is worth less to its owner."),
        ),
        _observation(
            "still cheap", "It was still cheap, even for the young",
            f"The bills of 2021 came to {number_of(year_bill):.2f} yuan for a benefit of "
            f"{number_of(benefit):,.0f}. The policy offered instead asked a woman of 32 for "
            f"{policy_year:.2f} yuan a year, free months counted, for a third of it.",
            (year_bill, benefit, policy),
            spiral=(-1, "The young should have found the same cover for less elsewhere."),
        ),
        _observation(
            "named", "Regulators had named it",
            "A study of the regulator named it in September 2020, a list of things to set right in "
            "March 2021. The penalty of July 2023 ordered the business closed and called it run "
            "against the rules.",
            (study, listed, order),
            state=(1, "It says so itself, though a year and a half after the end."),
        ),
        _observation(
            "said of another", "What a regulator said of another plan",
            "Of Meituan's plan an officer of the regulator said in 2021 that it lay far from the "
            "business of the company, and that adverse selection kept growing.",
            ("platform_facts/meituan/closing_reason/2021-01-22",),
            spiral=(1, "Adverse selection is the motor of a spiral."),
            business=(1, "It names the distance from the company's business first."),
        ),
        _observation(
            "ruled out", "In spring its end was ruled out",
            "In May 2021 people who knew of the talks with regulators said that closing it was no "
            "choice, for fear of unrest among those who had paid for others.",
            ("platform_facts/xiang-hu-bao/closing_ruled_out/2021-05-06",),
            state=(-1, "Who fears unrest does not ask for the end."),
        ),
        _observation(
            "fewer buyers", "Mutual aid brought fewer buyers of insurance",
            f"Of Waterdrop's first-year premiums people from its mutual aid brought "
            f"{100 * number_of(buyers_before):.1f} percent in 2018 and "
            f"{100 * number_of(buyers_after):.1f} percent in 2020.",
            (buyers_before, buyers_after),
            business=(1, "What a plan brought its owner was gone before the plan."),
        ),
        _observation(
            "no profit", "It never made a profit",
            "Its former head said so after the end.",
            (never,),
            business=(1, "Who earns nothing has little to lose by stopping."),
        ),
        _observation(
            "price of leaving", "Leaving was dear",
            f"The platform paid nearly {number_of(paid) / 1e9:.0f} billion yuan of aid after the "
            f"notice, {years:.1f} times the fee that it had received in 2020.",
            (paid, fee),
            business=(-1, "Who only wants to lose less lets members pay to the end, as others "
                      "did."),
            state=(1, "Who must end it quietly pays so that nobody complains."),
        ),
        _observation(
            "insurance instead", "Members were led to an insurer",
            f"Over {number_of(moved) / 1e6:.0f} million members took the one-year policies.",
            (moved,),
            state=(1, "Talks of May 2021 were about turning it into an insurance."),
            business=(1, "Selling insurance is a business, and sharing aid was none."),
        ),
    )  # fmt: skip


def weigh(
    prior: Mapping[str, float] | None = None, *, weight: float = 3.0, without: Collection[str] = ()
) -> pd.DataFrame:
    r"""Weigh the explanations by what was observed. An illustration, and no measurement.

    .. math:: p_i \propto \pi_i\, w^{\sum_j b_{ij}}

    with prior weights :math:`\pi`, how an observation bears on an explanation :math:`b`, and
    :math:`w`: how many times likelier it is where it is expected than where nothing is said of it.
    Observations count as if each told something of its own. They do not: several ends in one year,
    large and small, may be one fact told twice. So the result is too sure of itself.

    Parameters
    ----------
    prior : mapping of str to float, optional
        Weight of each explanation before. If not given, all are alike.
    weight : float
        :math:`w`, at least 1.
    without : collection of str
        Names of observations to leave out.

    Returns
    -------
    DataFrame
        A row for each explanation: ``explanation``, ``prior_share``, ``expects``, ``silent``,
        ``against`` (numbers of observations) and ``share``.

    Raises
    ------
    TypeError
        If ``without`` is one name instead of a list.
    ValueError
        If a name is unknown, or a weight out of range, or all prior weights are 0.

    Examples
    --------
    >>> weigh(weight=1.0)["share"].round(3).tolist()
    [0.333, 0.333, 0.333]
    """
    checks.number("weight", weight, 1.0)
    names = [each.name for each in observations()]
    if isinstance(without, str):
        raise TypeError(f"without must be a list of names, got {without!r}")
    for each in without:
        checks.one_of("without", each, names)
    before = dict.fromkeys(EXPLANATIONS, 1.0) if prior is None else dict(prior)
    if set(before) != set(EXPLANATIONS):
        raise ValueError(
            f"prior must weigh {', '.join(EXPLANATIONS)}, got {', '.join(before) or 'none'}"
        )
    start = np.array([checks.number(f"prior of {name}", before[name]) for name in EXPLANATIONS])
    if start.sum() <= 0:
        raise ValueError("prior must weigh at least one explanation above 0, got 0 for each")
    seen = [each for each in observations() if each.name not in set(without)]
    bears = np.array([[each.bears[name] for name in EXPLANATIONS] for each in seen])
    bears = bears.reshape(len(seen), len(EXPLANATIONS))
    weights = start / start.sum() * float(weight) ** bears.sum(axis=0)
    return pd.DataFrame(
        {
            "explanation": list(EXPLANATIONS),
            "prior_share": start / start.sum(),
            "expects": (bears == 1).sum(axis=0),
            "silent": (bears == 0).sum(axis=0),
            "against": (bears == -1).sum(axis=0),
            "share": weights / weights.sum(),
        }
    )
