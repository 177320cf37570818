"""The events of twelve years."""

from __future__ import annotations

from functools import cache

import pandas as pd

from mutualaid import figures, history
from mutualaid.explorables.wording import placed, written_date
from mutualaid.explore import Choice, Explorable, Slider, View

#: Kinds of events from the top of the figure down, and the categories that each takes in.
_KINDS = {
    "platforms": ("commune", "platform"),
    "plans": ("plan", "covid"),
    "members": ("members",),
    "people helped": ("helped",),
    "bills": ("bill",),
    "rules and jury": ("rule", "jury"),
    "regulators": ("regulation",),
    "research": ("research",),
    "endings": ("closing",),
}
#: Whose event it is, and its color.
_SIDES = {
    "plan": ("Xiang Hu Bao and those who ran it", "platform"),
    "platforms": ("other platforms", "peers"),
    "state": ("the state", "state"),
    "research": ("researchers", "research"),
}
_ALL = "all"
#: What can stand out against the rest.
_SHOWN = {
    _ALL: "all events",
    "plan": "Xiang Hu Bao and those who ran it",
    "state": "the state and its regulators",
}


@cache
def _events() -> pd.DataFrame:
    """Return the events that the book relies on, with kind and place on the axis."""
    events = history.timeline()
    events = events[events["status"] == "used"].reset_index(drop=True)
    kind_of = {category: kind for kind, inside in _KINDS.items() for category in inside}
    return events.assign(
        kind=events["category"].map(kind_of), day=events["date"].map(placed)
    ).set_index("event", drop=False)


def _draw(event: str, shown: str) -> View:
    events = _events()
    chosen = events.loc[[event]].iloc[0]
    counted = events if shown == _ALL else events[events["side"] == shown]
    figure = figures.plot_events(
        events,
        kinds=list(_KINDS),
        sides=_SIDES,
        bright=list(_SIDES) if shown == _ALL else [shown],
        chosen=event,
    )
    table = pd.DataFrame(
        {
            "date": counted["date"].tolist(),
            "what happened": counted["name_en"].tolist(),
            "kind": counted["kind"].tolist(),
            "who": counted["actor"].tolist(),
            "source": [history.source(key).name for key in counted["source"]],
        }
    )
    said = {
        "date": written_date(chosen["date"]),
        "kind": chosen["kind"],
        "actor": chosen["actor"],
        "name": f"{chosen['name_en']} ({chosen['name_zh']})",
        "text": chosen["text"],
        "source": history.source(chosen["source"]).name,
        "number": len(counted),
    }
    return View(figure=figure, words=said, table=table)


def twelve_years_in_one_line() -> Explorable:
    """Show the events from the first commune to the fine, by kind and by whose they are."""
    events = _events()
    before = (events["day"] < events.loc["2018-10-16-launch", "day"]).sum()
    return Explorable(
        name="twelve-years-in-one-line",
        title=(
            f"Twelve years in one line: {before} events before the plan, "
            f"{len(events) - before} from its first day on"
        ),
        controls=(
            Slider(
                "event",
                list(events.index),
                label="Event",
                start="2018-10-16-launch",
                format=lambda name: written_date(str(_events().loc[name, "date"])),
            ),
            Choice("shown", _SHOWN, label="Stand out"),
        ),
        draw=_draw,
        words=(
            "{date}, {kind}: {name}. {text} (Whose event: {actor}. Source: {source}.) "
            "Standing out: {shown}, {number} of them."
        ),
    )
