"""Where members could go, asked: the policy offered at the closing, beside the bills before it."""

from __future__ import annotations

from functools import cache

import pandas as pd

from mutualaid import figures, shutdown
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.history import number_of

_AGES = (2, 12, 22, 32, 39, 40, 45, 50, 55, 59)
_SEXES = {"female": "a woman or girl", "male": "a man or boy"}
_DAYS = (0, 30, 60, 90)
_YEARS = {"first": "a year, free months counted", "later": "a year without free months"}
_SCALES = {"as sold": "for the cover as it is", "for 100,000": "for each 100,000 of cover"}
#: Axis of each scale: greatest value, distance of lines.
_TOPS = {"as sold": (700, 100), "for 100,000": (1_750, 250)}
_PER = 100_000


@cache
def _offers(sex: str) -> tuple[shutdown.Offer, ...]:
    return tuple(shutdown.transfer(age, sex) for age in range(60))


def _price(offer: shutdown.Offer, year: str, scale: str) -> float:
    yuan = offer.year if year == "first" else offer.later_year
    return round(yuan * (_PER / offer.cover if scale == "for 100,000" else 1), 2)


def _benefits() -> tuple[float, float]:
    return number_of("plans/critical/benefit_to_39"), number_of("plans/critical/benefit_40_to_59")


def _offered(age: int, sex: str, days: int, year: str, scale: str) -> View:
    offers = _offers(sex)
    prices = [_price(each, year, scale) for each in offers]
    bill = number_of("annual/2021/critical/share")
    younger, older = _benefits()
    old = [
        (first, last, round(bill * (_PER / benefit if scale == "for 100,000" else 1), 2))
        for first, last, benefit in ((0, 39, younger), (40, 59, older))
    ]
    known = [each.age for each in offers if each.known]
    top, step = _TOPS[scale]
    offer = shutdown.transfer(age, sex, days_of_membership=days)
    figure = figures.plot_premiums(
        ((list(range(40)), prices[:40]), (list(range(40, 60)), prices[40:])),
        (known, [prices[each] for each in known]),
        old=old,
        chosen=(age, prices[age]),
        said=f"{offer.waiting_days} days to wait" if offer.waiting_days else "no wait",
        unit=f"yuan a year, {_SCALES[scale]}",
        top=top,
        step=step,
    )
    benefit = younger if age < 40 else older
    words = {
        "cover": f"{offer.cover:,.0f}",
        "benefit": f"{benefit:,.0f}",
        "price": f"{_price(offer, year, 'as sold'):.2f}",
        "how": "from a premium that a source tells"
        if offer.known
        else "read between the premiums that sources tell",
        "payment": f"{offer.payment:.2f}",
        "waiting": f"after {offer.waiting_days} days"
        if offer.waiting_days
        else "from the first day",
        "bill": f"{bill:.2f}",
        "each": f"{_price(offer, year, 'for 100,000'):.0f}",
        "old": f"{bill * _PER / benefit:.0f}",
    }
    shown = [offers[each] for each in _AGES]
    table = pd.DataFrame(
        {
            "age": [each.age for each in shown],
            "cover, yuan": [each.cover for each in shown],
            "policy, yuan a year": [_price(each, year, "as sold") for each in shown],
            "policy, for 100,000": [_price(each, year, "for 100,000") for each in shown],
            "told by a source": ["yes" if each.known else "no" for each in shown],
        }
    )
    return View(figure=figure, words=words, table=table)


def where_would_you_go() -> Explorable:
    """Set the one-year policy offered at the closing beside the bills of the plan's last year."""
    return Explorable(
        name="where-would-you-go",
        title="Where would you go?",
        controls=(
            Slider("age", list(_AGES), label="Age", unit="years", start=32),
            Choice("sex", _SEXES, label="For"),
            Slider("days", list(_DAYS), label="In the plan for", unit="days", start=90),
            Choice("year", _YEARS, label="Price of"),
            Choice("scale", _SCALES, label="Axis"),
        ),
        draw=_offered,
        words=(
            "For {sex} of {age}, {days} days in the plan: the policy pays {cover} yuan for a "
            "critical illness, and the plan paid {benefit}. It costs {price} yuan for {year} "
            "({how}), {payment} each half-month, and covers illness {waiting}. The bills of 2021 "
            "came to {bill} yuan. For each 100,000 of cover that is {each} against {old}. Axis: "
            "{scale}."
        ),
    )
