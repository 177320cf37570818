"""The members: how many, who they were, and how many of them were helped."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from mutualaid import figures, history
from mutualaid.explorables.wording import (
    millions,
    placed,
    written_date,
    written_day,
    written_notice,
)
from mutualaid.explore import Choice, Explorable, Slider, View
from mutualaid.history import number_of
from mutualaid.periods import NOTICES, PER_YEAR, Period

_PRINTED = "printed as members or sharers"
_ALL, _CRITICAL, _ELDERLY = "all plans", "critical-illness plan", "elderly plan"
_MEMBERS = "members or users"
_SERIES = {"all": _ALL, "critical": _CRITICAL, "elderly": _ELDERLY}
_COLORS = {
    _PRINTED: "unknown", _ALL: "members", _CRITICAL: "critical", _ELDERLY: "elderly",
    _MEMBERS: "platform",
}  # fmt: skip
_READINGS = {
    "printed": "all alike, as printed",
    "plans": "sharers, by plan",
    "definitions": "by plan and definition",
}
_WINDOWS = {
    "life": (dt.date(2018, 9, 15), dt.date(2022, 2, 5), 0.0, 115.0),
    "top": (dt.date(2020, 5, 20), dt.date(2022, 1, 10), 68.0, 110.0),
}


@cache
def _counts() -> pd.DataFrame:
    """Return every dated count of people in the plan: day, kind, value, basis, approx, source."""
    members = history.table("membership")
    dated = members["date"].str.len() > 4
    wanted = members["definition"].isin(["members", "users"]) & (members["status"] == "used")
    members = members[dated & wanted]
    parts = [members.assign(day=members["date"].map(placed), kind=_MEMBERS)]
    for plan, kind in _SERIES.items():
        sharers = history.series(plan, "sharers")
        # Early counts of members that stand in for sharers are drawn as what they are: members.
        stand_in = sharers["inputs"].str.fullmatch(r"membership/.*/(members|users)")
        sharers = sharers[~stand_in]
        parts.append(sharers.assign(day=sharers["notice_day"], kind=kind))
    columns = ["day", "kind", "value", "basis", "approx", "source"]
    return pd.concat(parts)[columns].sort_values("day", kind="stable")


def _shown(reading: str) -> pd.DataFrame:
    counts = _counts()
    match reading:
        case "printed":
            printed = (counts["kind"] != _ELDERLY) & (counts["basis"] != "derived")
            return counts[printed].assign(kind=_PRINTED)
        case "plans":
            return counts[counts["kind"].isin(_SERIES.values())]
        case _:
            return counts


def _amount(row: pd.Series) -> str:
    """Write one count: its kind, how it was said, and the number."""
    return " ".join(filter(None, (row["kind"], row["approx"], millions(row["value"]))))


def _members(reading: str, notice: str, scale: str) -> View:
    counts, chosen = _shown(reading), Period.parse(notice).notice_day
    first, last, low, high = _WINDOWS[scale]
    million = counts["value"] / 1e6
    inside = (counts["day"] >= first) & (counts["day"] <= last) & million.between(low, high)
    figure = figures.plot_members(
        counts[inside], colors=_COLORS, chosen=chosen, days=(first, last), million=(low, high)
    )
    here = counts[counts["day"] == chosen]
    if here.empty:
        told = "nothing was printed; our count of it is derived"
    elif reading == "printed":
        amounts = [millions(value) for value in sorted(set(here["value"]), reverse=True)]
        told = f"one could read {' or '.join(amounts)}, under the name of sharers or members"
    else:
        told = "; ".join(_amount(row) for _, row in here.iterrows())
    if reading == "definitions":
        others = counts[counts["kind"] == _MEMBERS]
        away = others["day"].map(lambda day: abs((day - chosen).days))
        near = others.iloc[int(away.to_numpy().argmin())]
        told += f". Nearest count of another kind: {_amount(near)} on {written_day(near['day'])}"
    table = pd.DataFrame(
        {
            "day": [str(day) for day in counts["day"]],
            "count": counts["kind"],
            "million": million.round(6),
            "said": counts["approx"],
            "how known": counts["basis"],
            "source": [history.source(key).name for key in counts["source"]],
        }
    )
    return View(figure=figure, words={"told": told}, table=table[inside.to_numpy()])


def members_by_definition() -> Explorable:
    """Show the counts of members over time, apart or as mixed up by the press."""
    first, last, *_ = _WINDOWS["top"]
    counts = _counts()
    days = set(counts["day"][counts["kind"].isin([_ALL, _CRITICAL])])
    stops = [p.label for p in NOTICES if p.notice_day in days and first <= p.notice_day <= last]
    return Explorable(
        name="members-by-definition",
        title="How many were in the plan? It depends on who is counted",
        controls=(
            Choice("reading", _READINGS, label="Counts shown"),
            Slider(
                "notice",
                stops,
                label="Notice of",
                start="2020-12-1",
                format=written_notice,
            ),
            Choice(
                "scale",
                {"life": "all years", "top": "from June 2020, close up"},
                label="Look at",
            ),
        ),
        draw=_members,
        words="On {notice}: {told}. Shown: {scale}.",
    )


# ---- who they were ------------------------------------------------------------------------

_TOPICS = {"age": "age", "place": "place", "income": "income and work", "cover": "other cover"}
#: Who says so: words for the reader, and the color.
_VOICES = {
    "platform": ("the platform itself", "platform"),
    "institute": ("a survey of its research institute", "elderly"),
    "university": ("a survey of a university", "research"),
    "press": ("newspapers and others", "state"),
}
_OF_HELPED, _OF_OTHERS = "of the people helped", "of others"
_OF_MEMBERS, _OF_USERS = "of the members", "of users of mutual aid"
#: Shares by topic, in the order of the figure: key, who is counted, what is said of them.
_ANSWERS: tuple[tuple[str, str, str, str], ...] = (
    ("age", "profile/members/2018-12/age/under_30", _OF_MEMBERS, "were under 30"),
    ("age", "profile/members/2018-12/decade_of_birth/1980s", _OF_MEMBERS, "were born in the 1980s"),
    ("age", "profile/members/2019/decade_of_birth/1980s", _OF_MEMBERS, "were born in the 1980s"),
    ("age", "profile/members/2019/decade_of_birth/1990s", _OF_MEMBERS, "were born in the 1990s"),
    ("age", "profile/members/2019/decade_of_birth/1980s_and_1990s", _OF_MEMBERS,
     "were born in the 1980s or 1990s"),
    ("age", "profile/helped/2019-11-27/decade_of_birth/1980s_and_1990s", _OF_HELPED,
     "were born in the 1980s or 1990s"),
    ("place", "profile/members/2019-04/place/rural_areas_and_counties", _OF_MEMBERS,
     "lived in rural areas and counties"),
    ("place", "profile/members/2019-11-22/place/rural", _OF_MEMBERS, "lived in rural areas"),
    ("place", "profile/members/2021-12/place/rural_areas_and_counties", _OF_MEMBERS,
     "lived in rural areas and counties"),
    ("place", "profile/members/2021-12/place/third_tier_cities_and_below", _OF_MEMBERS,
     "lived in third-tier cities or below"),
    ("place", "surveys/white-paper-2020/place/third_tier_cities_and_below", _OF_USERS,
     "lived in third-tier cities or below"),
    ("income", "profile/members/2019-04/occupation/migrant_workers", _OF_MEMBERS,
     "were migrant workers"),
    ("income", "profile/members/2019-11-22/income/under_100000_yuan_a_year", _OF_MEMBERS,
     "earned under 100,000 yuan a year"),
    ("income", "surveys/nankai-2019/income/under_100000_yuan_a_year", _OF_MEMBERS,
     "earned under 100,000 yuan a year"),
    ("income", "surveys/white-paper-2020/income/under_100000_yuan_a_year", _OF_USERS,
     "earned under 100,000 yuan a year"),
    ("income", "surveys/nankai-2019/medical_cost/can_barely_bear_up_to_100000_yuan", _OF_MEMBERS,
     "could barely bear a bill of 100,000 yuan"),
    ("cover", "surveys/nankai-2019/other_cover/none_besides_the_plan", _OF_MEMBERS,
     "had no cover besides the plan"),
    ("cover", "surveys/white-paper-2020/social_insurance/none", _OF_USERS,
     "had no public insurance"),
    ("cover", "surveys/white-paper-2020/commercial_insurance/none", _OF_USERS,
     "had no commercial insurance"),
    ("cover", "surveys/nankai-2019/thinks_of_buying_insurance/yes_members", _OF_MEMBERS,
     "thought of buying insurance"),
    ("cover", "surveys/nankai-2019/thinks_of_buying_insurance/yes_others", _OF_OTHERS,
     "thought of buying insurance"),
)  # fmt: skip


@cache
def _answers() -> pd.DataFrame:
    """Return every share that is known of the members, with who is counted and who says so."""
    rows, survey = [], history.table("surveys")
    for topic, key, whom, said in _ANSWERS:
        fact = history.fact(key)
        table, first, *rest = key.split("/")
        voice = "platform" if fact.basis == "quoted" else "press"
        if table == "surveys":
            voice = "institute" if first.startswith("white-paper") else "university"
        date = rest[0] if table == "profile" else survey.loc[fact.line, "as_of"]
        rows.append(
            {
                "topic": topic,
                "voice": voice,
                "whom": whom,
                "said": said,
                "percent": round(100 * number_of(key), 2),
                "date": date,
                "basis": fact.basis,
                "approx": fact.approx,
                "source": fact.source.name,
            }
        )
    return pd.DataFrame(rows)


def _percent(row: pd.Series) -> str:
    return f"{row['approx']} {row['percent']:.4g} percent".strip()


def _label(row: pd.Series) -> str:
    """Write one answer above its dot, over two lines where one is too long for a phone."""
    whom = f"{row['whom'].removeprefix('of ').removeprefix('the ')}, {written_date(row['date'])}"
    said = row["said"].removeprefix("were ")
    return f"{whom}:{'<br>' if len(whom) + len(said) > 42 else ' '}{said}"


def _who(topic: str, voice: str) -> View:
    every = _answers()
    answers = every[every["topic"] == topic]
    heard = answers if voice == "all" else answers[answers["voice"] == voice]
    figure = figures.plot_answers(
        answers.assign(label=[_label(row) for _, row in answers.iterrows()]),
        voices=_VOICES,
        bright=list(_VOICES) if voice == "all" else [voice],
        rows=max(every["topic"].value_counts()),
    )
    table = pd.DataFrame(
        {
            "of whom": answers["whom"].tolist(),
            "what is said": answers["said"].tolist(),
            "as of": answers["date"].tolist(),
            "percent": answers["percent"].tolist(),
            "said": answers["approx"].tolist(),
            "who says so": [_VOICES[v][0] for v in answers["voice"]],
            "how known": answers["basis"].tolist(),
            "source": answers["source"].tolist(),
        }
    )
    if heard.empty:
        told = f"We found no word of {_VOICES[voice][0]} on it."
    else:
        told = " ".join(
            f"{_percent(row).capitalize()} {row['whom']} {row['said']} "
            f"({written_date(row['date'])})."
            for _, row in heard.iterrows()
        )
    return View(figure=figure, words={"told": told}, table=table)


def who_were_the_members() -> Explorable:
    """Show what is known of the members' age, place, income and cover, and who says so."""
    voices = {"all": "all"} | {key: words for key, (words, _) in _VOICES.items()}
    return Explorable(
        name="who-were-the-members",
        title="Young, from small places, with little money, say those who counted or asked them",
        controls=(
            Choice("topic", _TOPICS, label="Question"),
            Choice("voice", voices, label="Who says so"),
        ),
        draw=_who,
        words="On {topic}. {told} Shown: {voice}.",
    )


# ---- how often they were helped -----------------------------------------------------------


def _helped(key: str, notices: int, plan: str, day: dt.date) -> dict[str, object]:
    return {"key": key, "notices": notices, "plan": plan, "day": day}


#: People helped: the key of their number, in how many notices, of which plans, and when.
_HELPED = {
    "june-2019": _helped("notices/2019-06-2/critical/helped", 1, "critical", dt.date(2019, 6, 21)),
    "july-2019": _helped("notices/2019-07-2/critical/helped", 1, "critical", dt.date(2019, 7, 21)),
    "year-2019": _helped("annual/2019/all/helped", PER_YEAR, "all", dt.date(2019, 7, 1)),
    "year-2020": _helped("annual/2020/all/helped", PER_YEAR, "all", dt.date(2020, 7, 1)),
    "april-2021": _helped("notices/2021-04-2/critical/helped", 1, "critical", dt.date(2021, 4, 21)),
    "january-2022": _helped("notices/2022-01-2/all/helped", 1, "all", dt.date(2022, 1, 21)),
}
_HELPED_WORDS = {
    "june-2019": "in the notice of June 21, 2019",
    "july-2019": "in the notice of July 21, 2019",
    "year-2019": "in the year 2019, 24 notices",
    "year-2020": "in the year 2020, 24 notices",
    "april-2021": "in the notice of April 21, 2021",
    "january-2022": "in the notice of January 21, 2022",
}
#: Counts of members to divide by: key, plans, and day.
_COUNTED = {
    "end-2018": ("membership/2018-12-31/critical/users", "critical", dt.date(2018, 12, 31)),
    "march-2019": ("membership/2019-03-22/critical/members", "critical", dt.date(2019, 3, 22)),
    "april-2019": ("membership/2019-04-10/critical/members", "critical", dt.date(2019, 4, 10)),
    "june-2019": ("notices/2019-06-2/critical/sharers", "critical", dt.date(2019, 6, 21)),
    "july-2019": ("notices/2019-07-2/critical/sharers", "critical", dt.date(2019, 7, 21)),
    "november-2019": ("membership/2019-11-27/critical/members", "critical", dt.date(2019, 11, 27)),
    "june-2020": ("notices/2020-06-1/all/sharers", "all", dt.date(2020, 6, 7)),
    "december-2020": ("notices/2020-12-2/all/sharers", "all", dt.date(2020, 12, 21)),
    "april-2021-critical": ("notices/2021-04-2/critical/sharers", "critical",
                            dt.date(2021, 4, 21)),
    "april-2021-all": ("notices/2021-04-2/all/sharers", "all", dt.date(2021, 4, 21)),
    "end-2021": ("membership/2021-12-28/all/members", "all", dt.date(2021, 12, 28)),
    "ever": ("membership/2021-12-29/all/ever_joined", "ever", dt.date(2021, 12, 29)),
}  # fmt: skip
_COUNTED_WORDS = {"critical": "critical-illness plan", "all": "all plans"}
#: Until the second plan opened, members of the one plan were members of all.
_SECOND_PLAN = dt.date(2019, 5, 8)


def _counted_text(counted: str) -> str:
    key, plan, day = _COUNTED[counted]
    fact = history.fact(key)
    people = " ".join(filter(None, (fact.approx, millions(number_of(key)))))
    if plan == "ever":
        return f"{people} who ever joined"
    return f"{people} ({_COUNTED_WORDS[plan]}, {written_day(day)})"


def _fit(helped: str, counted: str) -> tuple[bool, str]:
    """Say whether a count of members fits the people helped, and if not, why."""
    plan, day, notices = (_HELPED[helped][name] for name in ("plan", "day", "notices"))
    _, among, on = _COUNTED[counted]
    assert isinstance(day, dt.date)
    if among == "ever":
        return False, "It counts everyone who ever joined, also those who had left long before."
    if among != plan and on > _SECOND_PLAN:
        return False, (
            f"People helped: {_COUNTED_WORDS[str(plan)]}. Members: {_COUNTED_WORDS[among]}. "
            "They do not match."
        )
    days = abs((on - day).days)
    if days > (31 if notices == PER_YEAR else 25):
        months = max(1, round(days / 30.4))
        when = "after" if on > day else "before"
        middle = " the middle of the year" if notices == PER_YEAR else ""
        return False, (
            f"That was counted {'a month' if months == 1 else f'{months} months'} {when}{middle}."
        )
    return True, "The count is of the same plan and time."


@cache
def _rates() -> pd.DataFrame:
    rows = []
    for helped, numerator in _HELPED.items():
        people = number_of(str(numerator["key"]))
        notices = numerator["notices"]
        assert isinstance(notices, int)
        for counted, (key, *_) in _COUNTED.items():
            fits, why = _fit(helped, counted)
            rate = history.helped_per_million(people, number_of(key), notices=notices)
            rows.append(
                {"helped": helped, "counted": counted, "people": people, "notices": notices,
                 "rate": rate, "fits": fits, "why": why}
            )  # fmt: skip
    return pd.DataFrame(rows)


#: Rates that were said in public in August 2019, per person and year.
_SAID = {
    "platform": ("annual/..2019-08-09/critical/helped_rate_per_year@beijing-news-2019-08-09"),
    "society": "incidence_checks/platform-social-rate",
}


def _often(helped: str, counted: str) -> View:
    rates = _rates()
    said = {name: 1e6 * number_of(key) for name, key in _SAID.items()}
    labels = {name: words.removeprefix("in the ") for name, words in _HELPED_WORDS.items()}
    figure = figures.plot_rates(
        rates.assign(label=rates["helped"].map(labels)),
        lines=said,
        chosen=(labels[helped], counted),
    )
    row = rates[(rates["helped"] == helped) & (rates["counted"] == counted)].iloc[0]
    table = rates[rates["helped"] == helped]
    table = pd.DataFrame(
        {
            "people helped": table["people"].tolist(),
            "notices": table["notices"].tolist(),
            "divided by": [_counted_text(name) for name in table["counted"]],
            "helped per million and year": table["rate"].round(1).tolist(),
            "does the count fit": table["why"].tolist(),
        }
    )
    words = {
        "people": history.written(row["people"]),
        "pace": "" if row["notices"] == PER_YEAR else f", times {PER_YEAR} notices a year",
        "members": _counted_text(counted),
        "rate": f"{row['rate']:,.0f}",
        "why": row["why"],
        "where": _HELPED_WORDS[helped],
    }
    return View(figure=figure, words=words, table=table)


def how_often_helped() -> Explorable:
    """Divide the people helped by any count of members, and say which count fits."""
    return Explorable(
        name="how-often-helped",
        title="One number of people helped makes many rates: it depends on who is counted",
        controls=(
            Choice("helped", _HELPED_WORDS, label="People helped"),
            Slider(
                "counted",
                list(_COUNTED),
                label="Divided by",
                start="june-2019",
                format=_counted_text,
            ),
        ),
        draw=_often,
        words=(
            "{people} people helped {where}{pace}, divided by {members}: {rate} per million "
            "members and year. {why}"
        ),
    )
