"""What each published notice tells, what it leaves open, and whether its numbers fit each other."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable
from functools import cache

import pandas as pd

from mutualaid import history
from mutualaid.history import Fact
from mutualaid.periods import Period
from mutualaid.rules import plan as plan_named
from mutualaid.sharing.printed import Span, minus, printed_span, product, ratio, times

#: The parts of one notice, and the quantity of the tables that each one is.
PARTS = {
    "benefits": "benefits",
    "cases": "helped",
    "sharers": "sharers",
    "share": "share",
    "fee": "",
    "mean_benefit": "",
}
_UNITS = {
    "benefits": "yuan",
    "cases": "persons",
    "sharers": "persons",
    "share": "yuan per head",
    "fee": "yuan",
    "mean_benefit": "yuan",
}
_PLANS = ("critical", "all")
_FEE_KEY = "plans/general/administration_fee"
#: From this day on some members took half or a third of benefit and share.
_ENTRY_VERSION = "plans/entry-version/benefit_and_share"
_ENTRY_FROM = dt.date(2020, 6, 1)


@cache
def _known() -> frozenset[str]:
    return frozenset(history.keys("notices"))


@cache
def _rows(notice: str, plan: str, part: str) -> tuple[Fact, ...]:
    """Return what sources say of one part; rejected values are left out."""
    key = f"notices/{notice}/{plan}/{PARTS[part]}"
    rows = history.facts(key) if key in _known() else ()
    return tuple(row for row in rows if row.status != "rejected" and row.value is not None)


def _spans(notice: str, plan: str, part: str) -> list[Span]:
    return [printed_span(row, part) for row in _rows(notice, plan, part)] if PARTS[part] else []


def _roots(keys: Iterable[str]) -> frozenset[str]:
    """Return rows and all that they were derived from."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        plain = key.partition("@")[0]
        if plain in found:
            continue
        found.add(plain)
        try:
            waiting += [one for row in history.facts(plain) for one in row.inputs]
        except KeyError:
            continue
    return frozenset(found)


def _fee() -> float:
    return float(history.fact(_FEE_KEY).value or 0.0)


def _notices() -> list[tuple[str, str]]:
    table = history.notices()
    wanted = table["plan"].isin(_PLANS) & table["quantity"].isin([q for q in PARTS.values() if q])
    pairs = table.loc[wanted, ["notice", "plan"]].drop_duplicates()
    return sorted((str(notice), str(plan)) for notice, plan in pairs.itertuples(index=False))


# ---- what is published ---------------------------------------------------------------------


def parts() -> pd.DataFrame:
    """Return which parts of each notice are published, derived, inferred, contested or unknown.

    Returns
    -------
    DataFrame
        One row for each notice, plan (*critical* or *all*) and part: ``state``, ``value``,
        ``low``, ``high``, ``unit``, ``other_values``, ``key``, ``inputs``. A part is *contested*
        when sources disagree, whether or not one of them is preferred; *inferred* when the figure
        is printed but its notice or plan was placed by us. The fee of a notice is never printed;
        it follows from the benefits by the rule of 8 percent.
    """
    rows = []
    for notice, plan in _notices():
        for part in PARTS:
            rows.append({"notice": notice, "plan": plan, "part": part} | _part(notice, plan, part))
    return pd.DataFrame(rows)


def _part(notice: str, plan: str, part: str) -> dict[str, object]:
    none = float("nan")
    blank = {"value": none, "low": none, "high": none, "unit": _UNITS[part]}
    if not PARTS[part]:
        found = _followed(notice, plan, part)
        if found is None:
            return {"state": "unknown", **blank, "other_values": "", "key": "", "inputs": ""}
        return {
            "state": "derived", **blank, "value": found.value, "low": found.low,
            "high": found.high, "other_values": "", "key": "", "inputs": "; ".join(found.keys),
        }  # fmt: skip
    rows = _rows(notice, plan, part)
    if not rows:
        return {"state": "unknown", **blank, "other_values": "", "key": "", "inputs": ""}
    first, *others = rows
    span = printed_span(first, part)
    contested = first.status != "used" or any(row.value != first.value for row in others)
    plain = "published" if first.basis in ("published", "quoted") else first.basis
    return {
        "state": "contested" if contested else plain,
        **blank,
        "value": span.value,
        "low": span.low,
        "high": span.high,
        "other_values": "; ".join(history.written(row.value or 0.0) for row in others),
        "key": span.keys[0],
        "inputs": "; ".join(first.inputs),
    }


def _followed(notice: str, plan: str, part: str) -> Span | None:
    """Return fee or mean benefit of the benefits that are printed."""
    benefits, cases = _spans(notice, plan, "benefits")[:1], _spans(notice, plan, "cases")[:1]
    if part == "fee" and benefits:
        return times(benefits[0], _fee(), (_FEE_KEY,))
    if part == "mean_benefit" and benefits and cases:
        return ratio(benefits[0], cases[0])
    return None


# ---- what each reading gives ---------------------------------------------------------------


def compare_readings() -> pd.DataFrame:
    r"""Compute each part of a notice from the others, and set it beside the published one.

    .. math::
        s = \frac{B (1 + \phi)}{n}, \qquad B = \frac{s\, n}{1 + \phi}, \qquad
        n = \frac{B (1 + \phi)}{s}, \qquad \bar b = \frac{B}{k}

    for share :math:`s`, benefits :math:`B`, sharers :math:`n`, cases :math:`k` and the fee rate
    :math:`\phi` (plans/general/administration_fee). The first three are three views of one
    comparison. The carry-over is in no source; with it, and with shares rounded up to the fen, a
    bill may lie up to 0.01 yuan off the formula either way.

    A mean benefit is compared with the least and the greatest benefit that the plan paid up to
    the notice. Where the benefits behind it are themselves computed from share and sharers, the
    ``label`` says *reconstruction*: it is a figure of the book, not of the plan.

    Returns
    -------
    DataFrame
        One row for each notice, plan, part and combination of values: ``formula``, ``inputs``,
        ``implied``, ``implied_low``, ``implied_high``, ``published``, ``published_low``,
        ``published_high``, ``difference`` (implied less published), ``unit``, ``label`` and
        ``verdict``: *agrees*, *agrees within one fen*, *does not agree*, *no check possible* (one
        is derived from the other), *nothing to compare*; for a mean benefit *possible* or *not
        possible*.
    """
    rows: list[dict[str, object]] = []
    for notice, plan in _notices():
        one = 1 + _fee()
        benefits = _spans(notice, plan, "benefits")
        sharers = _spans(notice, plan, "sharers")
        shares = _spans(notice, plan, "share")
        cases = _spans(notice, plan, "cases")
        at = {"notice": notice, "plan": plan}
        for b, n in itertools.product(benefits, sharers):
            implied = times(ratio(b, n), one, (_FEE_KEY,))
            rows += _compared(at, "share", "benefits x 1.08 / sharers", implied, shares)
        for s, n in itertools.product(shares, sharers):
            implied = times(product(s, n), 1 / one, (_FEE_KEY,))
            rows += _compared(at, "benefits", "share x sharers / 1.08", implied, benefits)
            if not benefits:
                rows += [
                    _mean(at, ratio(implied, k), "share x sharers / 1.08 / cases", "reconstruction")
                    for k in cases
                ]
        for b, s in itertools.product(benefits, shares):
            implied = times(ratio(b, s), one, (_FEE_KEY,))
            rows += _compared(at, "sharers", "benefits x 1.08 / share", implied, sharers)
        for b, k in itertools.product(benefits, cases):
            if _roots(b.keys) & set(_plain(k.keys)):
                rows.append(_no_check(at, "mean_benefit", "benefits / cases", ratio(b, k)))
            else:
                rows.append(_mean(at, ratio(b, k), "benefits / cases", ""))
    return pd.DataFrame(rows)


def _plain(keys: Iterable[str]) -> list[str]:
    return [key.partition("@")[0] for key in keys]


def _compared(
    at: dict[str, str], part: str, formula: str, implied: Span, published: list[Span]
) -> list[dict[str, object]]:
    if not published:
        label = "reconstruction" if part == "benefits" else ""
        return [_row(at, part, formula, implied, None, label, "nothing to compare")]
    rows = []
    for span in published:
        tied = set(_plain(implied.keys)) & _roots(span.keys) or set(_plain(span.keys)) & _roots(
            implied.keys
        )
        verdict = "no check possible" if tied else _verdict(part, implied, span)
        rows.append(_row(at, part, formula, implied, span, "", verdict))
    return rows


def _verdict(part: str, implied: Span, published: Span) -> str:
    if implied.overlaps(published):
        return "agrees"
    if part == "share":
        wider = Span(
            value=implied.value, low=implied.low - 0.01, high=implied.high + 0.01, keys=implied.keys
        )
        if wider.overlaps(published):
            return "agrees within one fen"
    return "does not agree"


def _mean(at: dict[str, str], implied: Span, formula: str, label: str) -> dict[str, object]:
    bounds = benefit_bounds(at["plan"], at["notice"])
    verdict = "possible" if implied.overlaps(bounds) else "not possible"
    return _row(at, "mean_benefit", formula, implied, bounds, label, verdict)


def _no_check(at: dict[str, str], part: str, formula: str, implied: Span) -> dict[str, object]:
    return _row(at, part, formula, implied, None, "", "no check possible")


def _row(
    at: dict[str, str], part: str, formula: str, implied: Span, published: Span | None,
    label: str, verdict: str,
) -> dict[str, object]:  # fmt: skip
    none = float("nan")
    known = published or Span(value=none, low=none, high=none, keys=())
    return {
        **at,
        "part": part,
        "formula": formula,
        "inputs": "; ".join(implied.keys),
        "implied": implied.value,
        "implied_low": implied.low,
        "implied_high": implied.high,
        "published": known.value,
        "published_low": known.low,
        "published_high": known.high,
        "compared_with": "; ".join(known.keys),
        "difference": implied.value - known.value,
        "unit": _UNITS[part],
        "label": label,
        "verdict": verdict,
    }


@cache
def _benefits(plan: str) -> tuple[tuple[str, float, str], ...]:
    """Return key, yuan and first day of every benefit above 0 that a plan had."""
    terms = history.plan_terms()
    rows = terms[
        (terms["plan"] == plan)
        & terms["item"].str.startswith("benefit_")
        & (terms["unit"] == "yuan")
        & (terms["status"] == "used")
    ]
    return tuple(
        (str(key), float(value), str(since))
        for key, value, since in zip(rows["key"], rows["value"], rows["from"], strict=True)
        if float(value) > 0
    )


def benefit_bounds(plan: str, notice: str) -> Span:
    """Return the least and the greatest benefit that a plan can have paid up to a notice.

    Light thyroid cancer (plans/critical/benefit_light_thyroid_cancer/2019-05-01) counts from its
    first day on, and the entry version with a third of 100,000 yuan
    (plans/entry-version/benefit_and_share) from June 1, 2020. For *all* plans every plan that was
    open counts.

    Examples
    --------
    >>> bounds = benefit_bounds("critical", "2019-06-2")
    >>> bounds.low, bounds.high
    (50000.0, 300000.0)
    """
    day = Period.parse(notice).notice_day
    names = [plan] if plan != "all" else ["critical", "elderly", "chronic", "transport"]
    found: dict[str, float] = {}
    for name in names:
        if plan == "all" and day < plan_named(name).first:
            continue
        found |= {key: value for key, value, since in _benefits(name) if since <= day.isoformat()}
    low_key, high_key = min(found, key=found.__getitem__), max(found, key=found.__getitem__)
    low, keys = found[low_key], [low_key, high_key]
    third = float(history.fact("plans/critical/benefit_40_to_59").value or 0.0) / 3
    if day >= _ENTRY_FROM and third < low:
        low, keys = third, [*keys, _ENTRY_VERSION]
    return Span(value=math.nan, low=low, high=found[high_key], keys=tuple(keys))


# ---- a puzzle ------------------------------------------------------------------------------


def combinations(notice: str) -> pd.DataFrame:
    """Try every combination of the printed numbers of one notice of the critical plan.

    Each printed benefit, share and count of sharers (of the critical plan, and of all plans, as
    both are printed under one name) is taken with three readings of the fee: 8 percent on top, 10
    percent on top as under the insurance, and contained in the printed benefits (or none).

    Parameters
    ----------
    notice : str
        Label of the notice, such as ``2021-04-2``.

    Returns
    -------
    DataFrame
        ``sharers_of``, ``fee``, ``benefits_yuan``, ``sharers``, ``implied_yuan_per_head`` with its
        bounds, ``published_yuan_per_head``, ``difference_yuan_per_head``, ``closes`` and
        ``inputs``. Empty where benefits, share or sharers are missing.

    Examples
    --------
    >>> combinations("2021-04-2")["closes"].any()
    np.False_
    """
    insurance = "plans/xiang-hu-bao-insurance/administration_fee"
    fees = {
        "8 percent on top": (1 + _fee(), (_FEE_KEY,)),
        "10 percent on top": (1 + float(history.fact(insurance).value or 0.0), (insurance,)),
        "within the printed benefits": (1.0, ()),
    }
    rows = []
    for plan in _PLANS:
        for b, n, s, (words, (factor, keys)) in itertools.product(
            _spans(notice, "critical", "benefits"),
            _spans(notice, plan, "sharers"),
            _spans(notice, "critical", "share"),
            fees.items(),
        ):
            implied = times(ratio(b, n), factor, keys)
            rows.append(
                {
                    "sharers_of": plan,
                    "fee": words,
                    "benefits_yuan": b.value,
                    "sharers": n.value,
                    "implied_yuan_per_head": implied.value,
                    "implied_low": implied.low,
                    "implied_high": implied.high,
                    "published_yuan_per_head": s.value,
                    "difference_yuan_per_head": implied.value - s.value,
                    "closes": _verdict("share", implied, s) != "does not agree",
                    "inputs": "; ".join(implied.keys + s.keys),
                }
            )
    return pd.DataFrame(rows)


def what_would_close(notice: str) -> pd.DataFrame:
    r"""Say what must have been otherwise for the numbers of a notice to fit each other.

    Each row changes one thing and keeps the other printed numbers. No source tells which is
    true; each is arithmetic.

    * members charged in full: :math:`m = B (1 + \phi) / s`, so that :math:`n - m` paid nothing,
      or twice as many took half of benefit and share, or one and a half times as many took a
      third of both;
    * the benefits, the fee rate, or what was carried in (negative: a debt of earlier notices).

    Parameters
    ----------
    notice : str
        Label of a notice whose benefits, share and sharers are known for the critical plan.

    Returns
    -------
    DataFrame
        ``change``, ``needed``, ``low``, ``high``, ``unit``, ``printed``.

    Raises
    ------
    ValueError
        If one of the three numbers is missing.
    """
    found = [_spans(notice, "critical", part)[:1] for part in ("benefits", "sharers", "share")]
    if not all(found):
        raise ValueError(f"notice must have benefits, sharers and share, got {notice!r}")
    (b,), (n,), (s,) = found
    one = 1 + _fee()
    full = times(ratio(b, s), one)
    missing = (n.value - full.value, n.low - full.high, n.high - full.low)
    charged, needed = product(s, n), times(b, one)
    benefits = times(charged, 1 / one)
    rate = ratio(charged, b)
    gap = (
        needed.value - charged.value,
        needed.low - charged.high,
        needed.high - charged.low,
    )
    rows: list[tuple[str, tuple[float, float, float], str, float]] = [
        ("members charged in full", (full.value, full.low, full.high), "persons", n.value),
        ("sharers as printed who were charged nothing", missing, "persons", 0.0),
        ("members with half of benefit and share", _scaled(missing, 2.0), "persons", math.nan),
        ("members with a third of benefit and share", _scaled(missing, 1.5), "persons", math.nan),
        ("benefits", (benefits.value, benefits.low, benefits.high), "yuan", b.value),
        (
            "fee rate",
            (rate.value - 1, rate.low - 1, rate.high - 1),
            "share of the benefits",
            _fee(),
        ),
        ("carried in", gap, "yuan", math.nan),
    ]
    return pd.DataFrame(
        [
            {"change": change, "needed": x, "low": low, "high": high, "unit": u, "printed": printed}
            for change, (x, low, high), u, printed in rows
        ]
    )


def _scaled(values: tuple[float, float, float], factor: float) -> tuple[float, float, float]:
    value, low, high = values
    return value * factor, low * factor, high * factor


def last_bill() -> pd.DataFrame:
    """Reconstruct the last bill that members paid, 2021-12-1, from two sides.

    The benefits of that notice are in no source. One side is share times sharers less the fee,
    for the critical plan. The other is the benefits of the last two notices of the year, all
    plans (annual/2021-12-07..2021-12-21/all/benefits, as far as the earlier, undated total was
    placed right), less those of 2021-12-2. What is left over would be the benefits of all other
    plans. The last row, share times sharers of the elderly plan a year before, shows how small
    that rest is: the two sides do not sit well together, as the numbers of 2021-04-2 do not.

    Returns
    -------
    DataFrame
        ``what``, ``value``, ``low``, ``high`` in yuan, ``inputs``; every row is a reconstruction.
    """
    (s,), (n,) = (_spans("2021-12-1", "critical", part) for part in ("share", "sharers"))
    critical = times(product(s, n), 1 / (1 + _fee()), (_FEE_KEY,))
    second = _spans("2021-12-2", "all", "benefits")[0]
    before = printed_span(history.fact("notices/2021-11-2/all/cumulative_benefits"), "benefits")
    after = printed_span(history.fact("annual/..2021-12-28/all/benefits"), "benefits")
    (old_share,), (old,) = (_spans("2020-12-1", "elderly", part) for part in ("share", "sharers"))
    elderly = times(product(old_share, old), 1 / (1 + _fee()), (_FEE_KEY,))
    every = minus(minus(after, before), second)
    rows = {
        "benefits of the critical plan": critical,
        "benefits of all plans": every,
        "benefits of the other plans": minus(every, critical),
        "benefits of the elderly plan, 2020-12-1": elderly,
    }
    return pd.DataFrame(
        [
            {
                "what": what,
                "value": span.value,
                "low": span.low,
                "high": span.high,
                "unit": "yuan",
                "inputs": "; ".join(span.keys),
                "label": "reconstruction",
            }
            for what, span in rows.items()
        ]
    )
