"""The bill and the books: a notice settled, what a cap does, and an audit done by the reader."""

from __future__ import annotations

import datetime as dt
from functools import cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from mutualaid import figures, rules, sharing
from mutualaid.explorables.wording import listed, written_notice
from mutualaid.explore import Choice, Explorable, Preset, Slider, Switch, View
from mutualaid.money import FEN_PER_YUAN, fen
from mutualaid.sharing import Bill, Caps

_MILLION = 1_000_000


def _yuan(amount: int) -> float:
    """Return fen as yuan."""
    return amount / FEN_PER_YUAN


def _written(amount: int) -> str:
    """Write an amount in fen: 676,000 yuan, or 462.65 million yuan."""
    if amount < 100 * _MILLION:
        return f"{_yuan(amount):,.2f}".removesuffix(".00") + " yuan"
    return f"{_yuan(amount) / _MILLION:,.2f} million yuan"


# ---- one notice ---------------------------------------------------------------------------

#: The reconstruction of Dec 7, 2021: share and sharers are known, people and mean are ours.
_LAST = MappingProxyType({"helped": 3_250, "mean": 142_354, "members": 71.177, "fee": 0.08})


@cache
def _notice_bill(helped: int, mean: int, members: int, fee: float, before: bool) -> Bill:
    """Settle a notice, alone or after one that was just like it."""
    carried = _notice_bill(helped, mean, members, fee, False).carried_out if before else 0
    benefits = [fen(mean)] * helped
    return sharing.settle(benefits=benefits, members=members, fee_rate=fee, carried_in=carried)


def _notice(helped: int, mean: int, members: float, fee: float, before: bool) -> View:
    bill = _notice_bill(helped, mean, round(members * _MILLION), fee, before)
    cost = bill.benefits + bill.fee
    used = min(bill.carried_in, cost)
    shared = cost - used
    rows: dict[str, tuple[int, int, int, str]] = {
        # Part: amount, where its bar begins and ends, color.
        "benefits": (bill.benefits, 0, bill.benefits, "helped"),
        "fee": (bill.fee, bill.benefits, cost, "platform"),
        "carried in": (bill.carried_in, shared, cost if used else shared, "critical"),
        "to be shared": (shared, 0, shared, "bill"),
        "charged to members": (bill.charged, 0, bill.charged, "members"),
        "carried out": (bill.carried_out, shared, shared + bill.carried_out, "critical"),
    }
    scale = FEN_PER_YUAN * _MILLION
    figure = figures.plot_notice(
        {
            name: (start / scale, end / scale, color)
            for name, (_, start, end, color) in rows.items()
        },
        labels=[f"{name}: {_written(amount)}" for name, (amount, *_) in rows.items()],
        each=f"{_yuan(bill.share):,.2f} yuan each",
        most=1_200,
    )
    table = pd.DataFrame(
        [{"part": name, "yuan": _yuan(amount)} for name, (amount, *_) in rows.items()]
        + [
            {"part": "share of each member", "yuan": _yuan(bill.share)},
            {"part": "amiss, by the check of the money", "yuan": _yuan(sharing.check_money(bill))},
        ]
    )
    if not before:
        brought = "Nothing is carried in."
    elif bill.carried_in:
        brought = f"A notice just like it left {_written(bill.carried_in)}, which are carried in."
    else:
        brought = "A notice just like it left nothing."
    if bill.share == 0:
        left = (
            f"What is carried in covers all of it: nobody pays, and {_written(bill.carried_out)} "
            "go on."
        )
    elif bill.carried_out:
        left = f"Rounded up to the fen, it leaves {_written(bill.carried_out)} for the next notice."
    else:
        left = "It comes out even, and nothing is left."
    note = " (Too little money for the bars to show.)" if cost < 3 * scale else ""
    chosen = {"helped": helped, "mean": mean, "members": members, "fee": fee}
    if chosen == dict(_LAST):
        note = (
            f" Of {written_notice('2021-12-1')}, only share and sharers were published; people "
            "and mean benefit are ours, chosen to give the benefits that follow."
        )
    words = {
        "people": "1 person" if helped == 1 else f"{helped:,} people",
        "cost": _written(cost),
        "brought": brought,
        "bill": f"{_yuan(bill.share):,.2f}",
        "left": left,
        "note": note,
    }
    return View(figure=figure, words=words, table=table)


def one_notice() -> Explorable:
    """Turn the cases of a notice into a bill."""
    case = {"helped": 1, "mean": 300_000, "members": 100.0, "fee": 0.08}
    return Explorable(
        name="one-notice",
        title="A bill is a division: benefits and fee, split by heads, rounded up to the fen",
        controls=(
            Slider("helped", (1, 1_000, _LAST["helped"]), label="People helped",
                   start=1_000, step=1),
            Slider("mean", (100_000, _LAST["mean"], 300_000), label="Mean benefit", unit="yuan",
                   start=100_000, step=1),
            Slider("members", (1.0, 10.0, _LAST["members"], 100.0), label="Members",
                   unit="million", start=_LAST["members"], step=0.001, format="{:g}".format),
            Slider("fee", (0.0, 0.08, 0.10), label="Fee", start=0.08, step=0.01,
                   format="{:.0%}".format),
            Switch("before", label="After a notice just like it"),
        ),
        draw=lambda helped, mean, members, fee, before: _notice(
            int(helped), int(mean), float(members), round(float(fee), 4), bool(before)
        ),
        words=(
            "{people} helped with {mean} yuan on average cost {cost}, with a fee of {fee}. "
            "{brought} Shared by {members} million members, the bill is {bill} yuan each. "
            "{left}{note}"
        ),
        presets=(
            Preset("December 7, 2021 (a reconstruction)", _LAST),
            Preset("One case, 100 million members", case),
        ),
    )  # fmt: skip


# ---- caps and the sponsor -----------------------------------------------------------------

_DAY = dt.date(2019, 6, 21)
_CAPS = {
    "none": "none",
    "case": "0.1 yuan a case",
    "period": "2 yuan a notice",
    "year-12": "188 yuan a year, 12th notice",
    "year-24": "188 yuan a year, 24th notice",
}
_BINDS = {"case": "The cap for a case", "period": "The cap for a notice",
          "year": "The cap for a year"}  # fmt: skip
#: People helped in a million members, and members in million: chosen so that the cases of each
#: pool are whole, and the bill without a cap is the same in all.
_RATES = (5, 10, 20, 25, 50)
_POOLS = (0.4, 1.0, 2.0, 3.0, 3.4, 10.0, 30.0, 100.0)
_CURVE = (*(k / 5 for k in range(2, 21)), 6.0, 10.0, 20.0, 30.0, 50.0, 100.0)
#: The last whole pool before 3.24 million members, and the first from there on, by the rate.
_CORNER = {5: (3.2, 3.4), 10: (3.2, 3.3), 20: (3.2, 3.25), 25: (3.2, 3.24), 50: (3.2, 3.24)}


@cache
def _terms() -> tuple[rules.Terms, dict[str, Caps]]:
    """Return the terms of the critical plan, and the caps that the reader may set."""
    terms = rules.plan("critical").on(_DAY)
    critical = Caps.of(terms)
    transport = rules.plan("transport")
    year = Caps(per_year=critical.per_year)
    return terms, {
        "none": Caps(),
        "case": Caps(per_case=critical.per_case),
        "period": Caps(per_period=Caps.of(transport.on(transport.first)).per_period),
        "year-12": year,
        "year-24": year,
    }


@cache
def _capped(cap: str, rate: int, pool: float) -> tuple[Bill, int]:
    """Settle a notice under a cap; return it and what the notices before it cost, in fen."""
    terms, caps = _terms()
    _, _, number = cap.partition("-")
    members, paid = round(pool * _MILLION), 0
    benefits = [fen(terms.number("benefit_to_39"))] * round(rate * pool)
    fee = terms.number("administration_fee")

    def bill() -> Bill:
        return sharing.settle(
            benefits=benefits, members=members, fee_rate=fee, caps=caps[cap], paid_this_year=paid
        )

    for _ in range(1, int(number or 1)):
        paid += bill().share
    return bill(), paid


@cache
def _smallest() -> int:
    """Return the smallest pool in which one case costs no more than its cap."""
    terms, _ = _terms()
    return rules.smallest_pool(
        terms.number("benefit_to_39"),
        terms.number("administration_fee"),
        terms.number("cap_per_case"),
    )


def _cap(cap: str, rate: int, members: float) -> View:
    pools = sorted({*_CURVE, *_POOLS, *_CORNER[rate]})
    free = [_capped("none", rate, pool)[0] for pool in pools]
    held = [_capped(cap, rate, pool)[0] for pool in pools]
    bill, before = _capped(cap, rate, members)
    uncapped = _capped("none", rate, members)[0]
    figure = figures.plot_cap(
        pools,
        [_yuan(one.share) for one in free],
        [_yuan(one.share) for one in held],
        chosen=(members, _yuan(bill.share), _yuan(uncapped.share)),
        smallest=_smallest() / _MILLION if cap == "case" else None,
        axes=((0.18, 230.0), (-0.9, 18.5)),
    )
    table = pd.DataFrame(
        {
            "members, million": pools,
            "cases": [one.cases for one in held],
            "bill without a cap, yuan per head": [_yuan(one.share) for one in free],
            "members pay, yuan per head": [_yuan(one.share) for one in held],
            "sponsor pays, million yuan": [round(_yuan(one.sponsor) / 1e6, 6) for one in held],
            "bound by": [", ".join(one.bound_by) or "no cap" for one in held],
        }
    )
    cost = bill.benefits + bill.fee
    told = f"Cap: {_CAPS[cap]}. "
    if before:
        notices = int(cap.partition("-")[2]) - 1
        told += (
            f"The {notices} notices before it, alike and capped, cost {_yuan(before):,.2f} yuan. "
        )
    if bill.bound_by:
        told += (
            f"{listed([_BINDS[name] for name in bill.bound_by])} binds: each member pays "
            f"{_yuan(bill.share):,.2f} yuan, and the sponsor {_written(bill.sponsor)}, "
            f"{bill.sponsor / cost:.0%} of all."
        )
    elif cap == "none":
        told += "The members pay all of it, and a sponsor nothing."
    else:
        told += "It does not bind: the members pay all of it, and the sponsor nothing."
    if cap == "case":
        told += f" Below {_smallest() / _MILLION:g} million members it always binds."
    words = {
        "cases": f"{bill.cases:,}",
        "benefit": f"{bill.benefits // bill.cases // FEN_PER_YUAN:,}",
        "bill": f"{_yuan(uncapped.share):,.2f}",
        "told": told,
    }
    return View(figure=figure, words=words, table=table)


def caps_and_the_sponsor() -> Explorable:
    """Show what a cap takes off the bill, and what the sponsor pays for it."""
    return Explorable(
        name="caps-and-the-sponsor",
        title="What a cap does, and for whom",
        controls=(
            Choice("cap", _CAPS, label="Cap", start="case"),
            Slider("rate", _RATES, label="Helped per million", start=10),
            Slider("members", _POOLS, label="Members", unit="million", start=1.0,
                   format="{:g}".format),
        ),
        draw=lambda cap, rate, members: _cap(cap, int(rate), float(members)),
        words=(
            "In one notice {rate} in a million are helped: with {members} million members, {cases} "
            "cases of {benefit} yuan. Without a cap the bill is {bill} yuan each. {told}"
        ),
    )  # fmt: skip


# ---- the audit ----------------------------------------------------------------------------

#: Books to what was planted in them, and the seeds of the books and of the fault.
_BOOKS: dict[str, tuple[str, int, int]] = {
    "clean": ("", 30, 0),
    "1": ("fee wrong", 20, 11),
    "2": ("paid twice", 12, 0),
    "3": ("share too high", 33, 11),
    "4": ("wrong day", 22, 3),
    "5": ("debit and credit differ", 25, 1),
    "6": ("", 16, 0),
    "7": ("never paid", 11, 4),
    "8": ("carry-over not brought in", 29, 0),
    "9": ("collection wrong", 54, 11),
}
_NAMES = {name: "Clean books" if name == "clean" else f"Books {name}" for name in _BOOKS}
#: Account to its color, those first that must be empty once a notice is settled and paid.
_ACCOUNTS = {
    "notice": "bill", "families": "helped", "platform": "platform", "members": "members",
    "sponsor": "platform", "arrears": "members", "carry-over": "bill", "cash": "bill",
}  # fmt: skip
#: What a reader can check by hand.
_CHECKS = (
    "Check in the table: Are the two sides of a line alike? Is each published case paid once, and "
    "as published? Is the fee 8 percent? Is the share what it must be? Is the right sum collected, "
    "and the surplus carried on? Are the days right?"
)
_EMPTY = ("notice", "families", "platform", "members", "sponsor")


@cache
def _books(books: str) -> pd.DataFrame:
    """Return the journal of some books, with its fault."""
    kind, seed, spoiled = _BOOKS[books]
    clean = sharing.journal(sharing.draw_notices(seed=seed, caps=Caps()))
    return sharing.plant_fault(clean, kind, seed=spoiled) if kind else clean


@cache
def _findings(books: str) -> pd.DataFrame:
    return sharing.audit(_books(books), caps=Caps())


def _balances(lines: pd.DataFrame) -> dict[str, int]:
    """Return debits less credits of each account, in fen."""
    debits = lines.groupby("account_debit")["debit_fen"].sum()
    credits = lines.groupby("account_credit")["credit_fen"].sum()
    return {name: int(debits.get(name, 0)) - int(credits.get(name, 0)) for name in _ACCOUNTS}


@cache
def _widest() -> float:
    """Return the greatest balance of any books after any notice, in yuan."""
    found = [
        abs(balance)
        for books in _BOOKS
        for period in set(_books(books)["period"])
        for balance in _balances(_books(books).query("period <= @period")).values()
    ]
    return _yuan(max(found))


def _audited(books: str, notice: str, shown: bool) -> View:
    lines, found = _books(books), _findings(books)
    periods = sorted(set(lines["period"]))
    last = periods[-1] if notice == "all" else periods[int(notice) - 1]
    balances = _balances(lines[lines["period"] <= last])
    open_now = [name for name in _EMPTY if balances[name]]
    figure = figures.plot_balances(
        {name: _yuan(balance) for name, balance in balances.items()},
        colors=_ACCOUNTS,
        empty=_EMPTY,
        ringed=open_now if shown and len(found) else (),
        said=f"audit: {', '.join(found['kind']) or 'nothing found'}" if shown else "",
        most=1.15 * _widest(),
    )
    looked = lines if notice == "all" else lines[lines["period"] == last]
    kinds = dict(zip(found["line"], found["kind"], strict=True)) if shown else {}
    table = pd.DataFrame(
        {
            "line": looked["line"].tolist(),
            "day": [str(day)[5:] for day in looked["day"]],
            "entry": looked["entry"].tolist(),
            "debit": looked["account_debit"].tolist(),
            "debit, yuan": [_yuan(one) for one in looked["debit_fen"]],
            "credit": looked["account_credit"].tolist(),
            "credit, yuan": [_yuan(one) for one in looked["credit_fen"]],
            "case": looked["case"].str.partition("/")[2].str.lstrip("0").tolist()
            if notice != "all" and set(looked["case"].str.partition("/")[0]) <= {"", last}
            else looked["case"].tolist(),
            "members": [f"{count:,}" if count else "" for count in looked["members"]],
            "audit": [kinds.get(line, "") for line in looked["line"]],
        }
    )
    day = written_notice(last)
    count = {0: "none holds money", 1: "1 holds money"}.get(
        len(open_now), f"{len(open_now)} hold money"
    )
    words = {
        "name": _NAMES[books],
        "where": f"all three notices, up to {day}"
        if notice == "all"
        else f"notice {notice} of 3, {day}",
        "open": count,
        "sum": f"{_yuan(sum(balances.values())):,.2f}".replace("-", "\N{MINUS SIGN}"),
        "told": _told(found, periods) if shown else _CHECKS,
    }
    return View(figure=figure, words=words, table=table)


def _told(found: pd.DataFrame, periods: list[str]) -> str:
    """Write what the audit of all three notices finds."""
    if found.empty:
        return "The audit finds nothing in all three notices."
    told = []
    for row in found.to_dict("records"):
        expected, amount = _yuan(row["expected_fen"]), _yuan(row["found_fen"])
        told.append(
            f"The audit finds, in line {row['line']} (notice {periods.index(row['period']) + 1}): "
            f"{row['kind']}. {row['told']}"
            + (f" Expected {expected:,.2f} yuan, found {amount:,.2f}." * (expected != amount))
        )
    return " ".join(told)


def audit_the_ledger() -> Explorable:
    """Give the reader some books, most of them with one fault, and an audit to compare with."""
    notices: dict[Any, str] = {"1": "1", "2": "2", "3": "3", "all": "all three"}
    return Explorable(
        name="audit-the-ledger",
        title="Which books are wrong, and in which line?",
        controls=(
            Choice("books", _NAMES, label="Books", start="1"),
            Slider("notice", tuple(notices), label="Notice", format=notices.__getitem__),
            Switch("shown", label="Show what the audit finds"),
        ),
        draw=_audited,
        words=(
            "{name} of a made-up plan, {where}. Of five accounts that must be empty, {open}; all "
            "eight together come to {sum} yuan. {told}"
        ),
    )
