"""Where members could go, asked: the policy offered at the closing, and who is left without it."""

from __future__ import annotations

from functools import cache

import pandas as pd

from mutualaid import churn, figures, shutdown
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


# ---- who is left ----------------------------------------------------------------------------

#: The published mix of ages has hardly anybody below 20.
_BANDS = ("under 30", "30-39", "40-49", "50-59")
_MOVED = (3, 6, 12, 18, 24)
_REFUSED = (5, 10, 20, 30)
_WILLING = {-0.4: "the young first", 0.0: "all ages alike", 0.4: "the old first"}
_LEFT_SCALES = {"people": "people", "share": "share of each age"}
#: Unit of each scale, its greatest value, distance of lines.
_LEFT_TOPS = {"people": ("million people", 35, 5), "share": ("percent of the age", 100, 20)}


@cache
def _at_the_end() -> churn.Projection:
    return churn.project(churn.fit().scenario, cells=True)


def _left(moved: float, refused: int, willing: float, scale: str) -> View:
    plan = _at_the_end()
    table = shutdown.left_without_cover(
        plan,
        moved=moved * 1e6,
        refused=shutdown.refused_share(refused / 100),
        willing_slope=willing,
    )
    decades = (table["age"] // 10).clip(lower=2)
    people = table.groupby(decades)[["moved", "insurable", "shut_out"]].sum() / 1e6
    people.columns = pd.Index(["moved", "could buy", "refused"])
    shares = people.div(people.sum(axis=1), axis=0) * 100
    drawn = {"people": people, "share": shares}[scale].round(2)
    unit, top, step = _LEFT_TOPS[scale]
    out = people["refused"]
    words = {
        "staying": f"{people['could buy'].sum():.1f}",
        "out": f"{out.sum():.1f}",
        "older": f"{100 * out.loc[4:].sum() / out.sum():.0f}",
        "members_older": f"{100 * people.loc[4:].sum().sum() / people.sum().sum():.0f}",
        "most": f"{100 * out.iloc[-1] / people.iloc[-1].sum():.0f}",
    }
    return View(
        figure=figures.plot_left(
            _BANDS,
            {str(name): drawn[name].tolist() for name in drawn},
            unit=unit,
            top=top,
            step=step,
        ),
        words=words,
        table=pd.DataFrame(
            {"age": _BANDS}
            | {f"{name}, million": people[name].round(2).tolist() for name in people}
            | {f"{name}, percent": shares[name].round(2).tolist() for name in shares}
        ),
    )


def who_loses_cover() -> Explorable:
    """Ask who is left without cover when a plan ends and an insurer asks for health."""
    return Explorable(
        name="who-loses-cover",
        title="Who loses cover for good?",
        controls=(
            Slider("refused", list(_REFUSED), label="Refused at 40", unit="percent", start=10),
            Slider("moved", list(_MOVED), label="Take the policy", unit="million", start=12),
            Choice("willing", _WILLING, label="Who takes it", start=0.0),
            Choice("scale", _LEFT_SCALES, label="Axis"),
        ),
        draw=_left,
        words=(
            "An illustration: {moved} million take the policy, {willing}. {staying} million do "
            "not, and could buy other cover. {out} million do not, and no insurer would take them: "
            "{older} percent of these are 40 or older, as {members_older} percent of all members "
            "are. Of those in their fifties it shuts out {most} percent. Axis: {scale}."
        ),
    )
