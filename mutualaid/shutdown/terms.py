"""The terms on which a plan ended, as far as sources tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mutualaid import checks

__all__ = ["PLATFORMS", "REFUNDS", "ClosingTerms", "closing_terms"]

#: What members can get back: nothing, what they had paid ahead, or every share they ever paid.
REFUNDS = ("none", "balances", "shares")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingTerms:
    """The terms of one end. What no source tells is None.

    Parameters
    ----------
    name : str
        Short name.
    title : str
        What a reader calls it.
    announced, end : date, optional
        Day of the notice; last day on which a diagnosis counts.
    free_notices : int, optional
        Last notices that the platform pays in the place of the members.
    window : int, optional
        Days from diagnosis within which a member may ask for aid.
    deadline : int, optional
        Days after the end until which a member may ask for aid; below 0 before it.
    paid_share : float, optional
        Part of an approved benefit that is paid after the end.
    members_pay_tail : bool
        Whether members pay, and not the platform, what is paid after the end.
    refund : str, optional
        One of ``REFUNDS``.
    transfer : str
        What members are offered instead, in words; empty if nothing.
    keys : tuple of str
        Addresses of the rows that tell it.

    Raises
    ------
    ValueError
        If a value is out of range.
    TypeError
        If a day is no date.
    """

    name: str
    title: str
    announced: dt.date | None = None
    end: dt.date | None = None
    free_notices: int | None = None
    window: int | None = None
    deadline: int | None = None
    paid_share: float | None = None
    members_pay_tail: bool = False
    refund: str | None = None
    transfer: str = ""
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("announced", "end"):
            if getattr(self, name) is not None:
                checks.date(name, getattr(self, name))
        if self.announced and self.end and self.end < self.announced:
            raise ValueError(f"end must not come before {self.announced}, got {self.end}")
        for name, low in (("free_notices", 0), ("window", 0), ("deadline", -366)):
            if getattr(self, name) is not None:
                checks.whole(name, getattr(self, name), low, 3_660)
        if self.paid_share is not None:
            checks.number("paid_share", self.paid_share, 0, 1)
        checks.boolean("members_pay_tail", self.members_pay_tail)
        if self.refund is not None:
            checks.one_of("refund", self.refund, REFUNDS)

    @property
    def known(self) -> bool:
        """Whether a source tells until when claims were taken."""
        return self.window is not None or self.deadline is not None


def _keys(platform: str, *rows: str) -> tuple[str, ...]:
    return tuple(f"platform_facts/{platform}/{row}" for row in rows)


#: Terms by platform, as far as sources tell. Of the last four the day alone is known.
PLATFORMS: Mapping[str, ClosingTerms] = MappingProxyType(
    {
        each.name: each
        for each in (
            ClosingTerms(
                name="xiang-hu-bao", title="Xiang Hu Bao", announced=dt.date(2021, 12, 28),
                end=dt.date(2022, 1, 28), free_notices=3, window=180, refund="none",
                transfer="three one-year policies without new health questions",
                keys=_keys("xiang-hu-bao", "announced/2021-12-28", "close/2022-01-28",
                           "periods_paid_by_platform/2021-12-28", "late_claims/2021-12-28",
                           "refund/2021-12-28", "transfer/2021-12-28"),
            ),
            ClosingTerms(
                name="meituan", title="Meituan", announced=dt.date(2021, 1, 15),
                end=dt.date(2021, 1, 31), window=180, refund="shares",
                keys=_keys("meituan", "announced/2021-01-15", "close/2021-01-31",
                           "late_claims/2021-01-15", "refund/2021-01-15"),
            ),
            ClosingTerms(
                name="didi", title="DiDi", end=dt.date(2021, 10, 11), deadline=180,
                refund="shares",
                keys=_keys("didi", "close/2021-10-11", "late_claims/2021-10-11",
                           "refund/2021-10-11"),
            ),
            ClosingTerms(
                name="waterdrop", title="Waterdrop", announced=dt.date(2021, 3, 26),
                end=dt.date(2021, 3, 31), window=180, refund="balances",
                transfer="a one-year policy at the platform's cost",
                keys=_keys("waterdrop", "announced/2021-03-26", "close/2021-03-31",
                           "late_claims/2021-03-26", "late_claims_paid_by/2021-03-31",
                           "refund/2021-03-26", "transfer/2021-03-26"),
            ),
            ClosingTerms(
                name="wukong", title="Wukong", announced=dt.date(2021, 3, 30),
                end=dt.date(2021, 3, 31), deadline=5, refund="balances",
                keys=_keys("wukong", "announced/2021-03-30", "close/2021-04-30",
                           "late_claims/2021-04-05", "refund/2021-04-30"),
            ),
            ClosingTerms(
                name="suning", title="Suning", announced=dt.date(2021, 9, 14),
                end=dt.date(2021, 9, 14), deadline=7,
                keys=_keys("suning", "late_claims/2021-09-14", "close/2021-09"),
            ),
            ClosingTerms(
                name="qingsong", title="Qingsong", announced=dt.date(2021, 3, 24),
                end=dt.date(2021, 3, 24), deadline=7, paid_share=0.46, members_pay_tail=True,
                refund="none",
                keys=_keys("qingsong", "announced/2021-03-24", "close/2021-03-24",
                           "late_claims/2021-03-24", "late_claims/2021-12",
                           "approved_paid_share/2021-05", "refund/2021-12"),
            ),
            ClosingTerms(name="baidu", title="Baidu", keys=_keys("baidu", "announced/2020-08")),
            ClosingTerms(name="xiaomi", title="Xiaomi", end=dt.date(2021, 5, 14),
                         keys=_keys("xiaomi", "close/2021-05-14")),
            ClosingTerms(name="360", title="360", keys=_keys("360", "close/2021-05")),
            ClosingTerms(name="sina", title="Sina", keys=_keys("sina", "close/2021-07")),
        )
    }
)  # fmt: skip


def closing_terms(platform: str) -> ClosingTerms:
    """Return the terms on which a platform ended its plan.

    Raises
    ------
    ValueError
        If no terms of it are known.

    Examples
    --------
    >>> closing_terms("xiang-hu-bao").window
    180
    """
    return PLATFORMS[checks.one_of("platform", platform, PLATFORMS)]
