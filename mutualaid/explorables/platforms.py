"""The 21 platforms: when they lived, how members paid, how they ended."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from mutualaid import figures, history
from mutualaid.explorables.wording import millions, placed, written_date
from mutualaid.explore import Choice, Explorable, Slider, View

_PAID = {"prepaid": "before the case", "after": "after the case", "unknown": "not known"}
_ENDED = ("end with known terms", "end, terms not known", "no end known")
#: What a bar is colored by: its values and their colors.
_READINGS = {
    "payment": dict(zip(_PAID.values(), ("elderly", "members", "unknown"), strict=True)),
    "ending": dict(zip(_ENDED, ("platform", "critical", "unknown"), strict=True)),
}
#: What a platform told its members of its end.
_TERMS = {
    "refund": "Money back",
    "late_claims": "Claims after the end",
    "transfer": "Other cover",
}


def _facts(platform: str, quantity: str) -> pd.DataFrame:
    """Return what is known of one quantity, contested values too, the used one first."""
    facts = history.table("platform_facts")
    found = facts[(facts["platform"] == platform) & (facts["quantity"] == quantity)]
    rank = found["status"].map(history.STATUSES.index)
    return found[rank < 2].assign(rank=rank).sort_values(["rank", "as_of"], kind="stable")


def _span(platform: str, quantity: str) -> tuple[str, bool]:
    """Return the date of a start or an end as the tables write it, and whether it is contested."""
    found = _facts(platform, quantity)
    if found.empty:
        return "", False
    return str(found["as_of"].iloc[0]), bool((found["status"] == "disputed").all())


@cache
def _lives() -> pd.DataFrame:
    """Return one row for each platform, the oldest start first, unknown starts by their end."""
    rows = []
    for _, platform in history.platforms().iterrows():
        name = platform["platform"]
        (start, start_contested), (end, end_contested) = _span(name, "start"), _span(name, "close")
        terms = [q for q in _TERMS if not _facts(name, q).empty]
        last = history.table("platform_facts").query("platform == @name and as_of != 'unknown'")
        announced, _ = _span(name, "announced")
        days = len(announced) == len(end) == 10
        rows.append(
            {
                "platform": name,
                "name": platform["name_en"],
                "zh": platform["name_zh"],
                "payment": _PAID[platform["payment"]],
                "ending": _ENDED[0 if terms else 1] if end else _ENDED[2],
                "start": start,
                "end": end,
                "contested": start_contested or end_contested,
                "last_seen": max(last["as_of"].map(placed)),
                "days_of_notice": (placed(end) - placed(announced)).days if days else None,
                "source": platform["source"],
            }
        )
    lives = pd.DataFrame(rows).set_index("platform", drop=False)
    order = [placed(row["start"] or row["end"]) for _, row in lives.iterrows()]
    return lives.assign(order=order).sort_values("order", kind="stable")


def _amount(platform: str, quantity: str, before: str) -> str:
    """Say the latest count of people that the book relies on, or nothing."""
    found = _facts(platform, quantity)
    if found.empty:
        return ""
    row = found[found["rank"] == found["rank"].min()].iloc[-1]
    said = " ".join(filter(None, (row["approx"], _people(row["value"]))))
    when = "" if row["as_of"] == "unknown" else f" ({written_date(row['as_of'])})"
    return f"{before} {said}{when}"


def _people(count: float) -> str:
    return millions(count) if count >= 1e6 else history.written(count)


_COUNTS = {
    "members_peak": "at most", "sharers_peak": "at most", "sharers": "sharers:",
    "members": "members:", "members_at_close": "at the end", "helped": "helped:",
}  # fmt: skip


def _told(platform: str) -> str:
    """Tell the life of one platform in sentences."""
    life = _lives().loc[[platform]].iloc[0]
    begun = f"began {written_date(life['start'])}" if life["start"] else "began on a day not found"
    if life["end"]:
        ended = f"ended {written_date(life['end'])}"
        if pd.notna(life["days_of_notice"]):
            days = int(life["days_of_notice"])
            ended += f", {days} days after its notice" if days else ", on the day of its notice"
    else:
        ended = f"has no known end, and was last heard of in {life['last_seen']:%Y}"
    said = [f"It {begun} and {ended}."]
    if life["contested"]:
        said.append("Sources disagree on a date.")
    counts = [_amount(platform, quantity, before) for quantity, before in _COUNTS.items()]
    people = [count for count in counts if count]
    if people:
        said.append(f"People: {'; '.join(people)}.")
    for quantity, words in _TERMS.items():
        for _, term in _facts(platform, quantity).head(1).iterrows():
            text = term["text"]
            if quantity == "late_claims" and pd.notna(term["value"]):
                text = f"{term['value']:g} {term['unit']}. {text}"
            said.append(f"{words}: {text}")
    return " ".join(said)


def _draw(platform: str, reading: str) -> View:
    lives = _lives()
    drawn = pd.DataFrame(
        {
            "name": lives["name"],
            "start": [placed(s) if s else None for s in lives["start"]],
            "end": [placed(e) if e else None for e in lives["end"]],
            "last_seen": lives["last_seen"],
            "meaning": lives[reading],
        }
    )
    figure = figures.plot_lives(
        drawn,
        colors=_READINGS[reading],
        chosen=str(lives.loc[platform, "name"]),
        days=(dt.date(2011, 1, 1), dt.date(2022, 12, 31)),
    )
    table = pd.DataFrame(
        {
            "platform": [f"{n} ({z})" for n, z in zip(lives["name"], lives["zh"], strict=True)],
            "members paid": lives["payment"].tolist(),
            "began": [s or "not known" for s in lives["start"]],
            "ended": [e or "not known" for e in lives["end"]],
            "days of notice": [None if pd.isna(d) else int(d) for d in lives["days_of_notice"]],
            "how it ended": lives["ending"].tolist(),
            "source": [history.source(key).name for key in lives["source"]],
        }
    )
    chosen = lives.loc[[platform]].iloc[0]
    same = lives[lives[reading] == chosen[reading]]
    words = {
        "name": f"{chosen['name']} ({chosen['zh']})",
        "told": _told(platform),
        "meaning": chosen[reading],
        "others": "1 other" if len(same) == 2 else f"{len(same) - 1} others",
    }
    return View(figure=figure, words=words, table=table)


def lives_of_the_platforms() -> Explorable:
    """Show the span of each platform, how its members paid, and how it ended."""
    lives = _lives()
    ended = lives["end"] != ""
    in_2021 = lives["end"].str[:4] == "2021"
    return Explorable(
        name="lives-of-the-platforms",
        title=(
            f"Lives of {len(lives)} platforms: {ended.sum()} are known to have ended, "
            f"{in_2021.sum()} of them in 2021"
        ),
        controls=(
            Slider(
                "platform",
                list(lives.index),
                label="Platform",
                start="xiang-hu-bao",
                format=lambda name: str(_lives().loc[name, "name"]),
            ),
            Choice(
                "reading",
                {"payment": "when members paid", "ending": "how it ended"},
                label="Color by",
            ),
        ),
        draw=_draw,
        words="{name}. {told} Colored by {reading}: {meaning}, like {others}.",
    )
