"""The page form: HTML with every state inside, for a book without a server.

The first state stands in the HTML as words and a table, so that it can be read without a script
and printed. One shared script, ``assets/explorable.js``, does the rest.
"""

from __future__ import annotations

import json
import math
from html import escape
from typing import Any

from mutualaid import figures
from mutualaid.explore import grid
from mutualaid.explore.declare import Choice, Control, Explorable, Question, Slider, Switch, text_of
from mutualaid.explore.statements import Statement, StatementGroup, Statements

#: Said below an explorable of which the page does not hold every setting.
_AROUND = (
    "This page holds each start of the list, and from it one control at another stop.{steps} Any "
    "other combination, and any value between, runs in a notebook, on Binder or on your own "
    "machine."
)
#: Said of the presets that are steps, where there are some.
_STEPS = " A start that is one change to {center} itself is put back by the next control."


def explorable_html(explorable: Explorable) -> str:
    """Return the page form of an explorable."""
    documents = grid.states(explorable)
    first = list(explorable.settings()).index(explorable.start)
    start = documents[first]
    packed = grid.pack(documents) | {
        "name": explorable.name,
        "start": first,
        "sentence": explorable.words,
        "decimals": _decimals(documents),
        "palette": dict(figures.PALETTE.values()),
        "controls": [
            {
                "name": control.name,
                "keys": [_key(value) for value in control.stops],
                "texts": [text_of(control, value) for value in control.stops],
            }
            for control in explorable.controls
        ],
        "presets": [
            {
                # The stop that equals the setting: 10 for 10.0, so that the script finds it.
                control.name: _key(stop)
                for control in explorable.controls
                for stop in control.stops
                if control.name in preset.settings and stop == preset.settings[control.name]
            }
            for preset in explorable.presets
            if not explorable.around
        ],
    }  # fmt: skip
    if explorable.around:
        packed["around"] = _around(explorable)
    sentence = explorable.words.format(**start["words"])
    data = _script_data(packed)
    height = start["layout"].get("height", figures.HEIGHT)
    name, title = escape(explorable.name), escape(explorable.title)
    controls = "".join(_control(explorable.name, control) for control in explorable.controls)
    presets = "".join(
        f'<button type="button" data-preset="{number}">{escape(preset.label)}</button>'
        for number, preset in enumerate(explorable.presets)
    )
    if explorable.around:
        presets, controls = "", _starts(explorable) + controls
    elif presets:
        presets = f'<div class="ma-presets" role="group" aria-label="Presets">{presets}</div>'
    compare = (
        '<label class="ma-compare"><input type="checkbox" data-compare autocomplete="off"> '
        "Compare with a second setting</label>"
        if explorable.compare
        else ""
    )
    around = f'<p class="ma-around">{_around_words(explorable)}</p>' if explorable.around else ""
    many = " ma-many" if explorable.around else ""
    group = f'<div class="ma-controls{many}">{controls}</div>' if controls else ""
    if explorable.around:
        # Below the controls, which stay where the hand is.
        group += '<p class="ma-told" aria-live="polite"></p>'
    return f"""<section class="ma-explorable" id="{name}" aria-labelledby="{name}--title">
<p class="ma-title" id="{name}--title">{title}</p>
{presets}<div class="ma-panels"><div class="ma-panel">
{group}
<div class="ma-figure" role="img" aria-label="{title}. {escape(sentence)}" \
style="height:{height}px"></div>
<p class="ma-words" aria-live="polite">{escape(sentence)}</p>
<details class="ma-table"><summary>The drawn values as a table</summary>\
<div class="ma-scroll" tabindex="0" role="region" aria-label="Table: {title}">\
{_table(start["table"], packed["decimals"])}</div></details>
</div></div>
{around}<div class="ma-tools">{compare}\
<button type="button" data-csv>Download these values (CSV)</button>\
<a data-link href="#{name}">Link to this setting</a></div>
<script type="application/json">{data}</script>
</section>"""


def _around_words(explorable: Explorable) -> str:
    """Say which settings the page holds; what is no center itself has none around it."""
    centers = [explorable.center_of(preset) for preset in explorable.presets if preset.step]
    names = dict.fromkeys(f"“{escape(center.label)}”" for center in centers if center)
    steps = _STEPS.format(center=" or ".join(names)) if names else ""
    return _AROUND.format(steps=steps)


def _around(explorable: Explorable) -> dict[str, Any]:
    """Say which settings the page holds, and how its presets hang together.

    A setting is written as its place in the whole grid, in which the last control moves fastest.
    """
    held = []
    for setting in explorable.settings():
        place = 0
        for control in explorable.controls:
            place = place * len(control.stops) + control.stops.index(setting[control.name])
        held.append(place)
    presets = explorable.presets
    homes = [
        [control.stops.index(preset.settings[control.name]) for control in explorable.controls]
        for preset in presets
    ]
    centers = [explorable.center_of(preset) for preset in presets]
    return {
        "held": grid.coded(held),
        "homes": homes,
        "centers": [next(k for k, p in enumerate(presets) if p is center) for center in centers],
        "notes": [preset.note for preset in presets],
        "labels": [control.label for control in explorable.controls],
    }


def _starts(explorable: Explorable) -> str:
    """Return the list of presets from which a panel starts, and what there is to say of one."""
    name = f"{explorable.name}--start-from"
    options = "".join(
        f'<option value="{number}"{" selected" * (number == 0)}>{escape(preset.label)}</option>'
        for number, preset in enumerate(explorable.presets)
    )
    return (
        f'<div class="ma-control ma-choice ma-starts"><label for="{name}">Start from</label>'
        f'<select id="{name}" data-start autocomplete="off">{options}</select>'
        f'<p class="ma-note">{escape(explorable.presets[0].note)}</p></div>'
    )


def _control(explorable: str, control: Control) -> str:
    name = f"{explorable}--{control.name}"
    label, start = escape(control.label), control.stops.index(control.start)
    match control:
        case Slider():
            shown = escape(text_of(control, control.start))
            body = (
                f'<label for="{name}">{label}</label>'
                f'<output for="{name}" aria-live="off">{shown}</output>'
                f'<input type="range" id="{name}" data-control="{control.name}" min="0" '
                f'max="{len(control.stops) - 1}" value="{start}" aria-valuetext="{shown}" '
                'autocomplete="off">'
            )
        case Choice():
            options = "".join(
                f'<option value="{number}"{" selected" * (number == start)}>'
                f"{escape(control.format(value))}</option>"
                for number, value in enumerate(control.stops)
            )
            body = (
                f'<label for="{name}">{label}</label>'
                f'<select id="{name}" data-control="{control.name}" autocomplete="off">'
                f"{options}</select>"
            )
        case Switch():
            body = (
                f'<input type="checkbox" id="{name}" data-control="{control.name}" '
                f'autocomplete="off"{" checked" * start}><label for="{name}">{label}</label>'
            )
    return f'<div class="ma-control ma-{type(control).__name__.lower()}">{body}</div>'


def _script_data(value: Any) -> str:
    """Write JSON that cannot end or open a script element."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )


def _key(value: Any) -> str:
    """Write a value for a link."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _decimals(documents: list[grid.Document]) -> list[int | None]:
    """Return the decimals that each column of the table shows; None where it holds text.

    As many as its numbers have, but not more than two, or two digits of the least of them.
    """
    decimals: list[int | None] = []
    for column in range(len(documents[0]["table"]["columns"])):
        cells = [c for document in documents for c in document["table"]["cells"][column]]
        numbers = [c for c in cells if isinstance(c, int | float) and not isinstance(c, bool)]
        if len(numbers) < sum(cell is not None for cell in cells) or not numbers:
            decimals.append(None)
        else:
            needed = max(len(f"{c:.10f}".rstrip("0").partition(".")[2]) for c in numbers)
            least = min((abs(c) for c in numbers if c), default=1)
            decimals.append(min(needed, max(2, 1 - math.floor(math.log10(least)))))
    return decimals


def _cell(value: Any, decimals: int | None) -> str:
    if value is None:
        return "<td>not known</td>"
    if decimals is None:
        return f"<td>{escape(str(value))}</td>"
    return f'<td class="ma-number">{value:,.{decimals}f}</td>'


def _table(table: grid.Document, decimals: list[int | None]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table["columns"])
    rows = "".join(
        f"<tr>{''.join(_cell(c, d) for c, d in zip(row, decimals, strict=True))}</tr>"
        for row in zip(*table["cells"], strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def question_html(question: Question) -> str:
    """Return the page form of a question."""
    name = escape(question.name)
    answers = "".join(
        f'<div class="ma-answer"><input type="radio" name="{name}" id="{name}--{number}" '
        f'value="{number}" autocomplete="off">'
        f'<label for="{name}--{number}">{escape(answer.text)}</label></div>'
        for number, answer in enumerate(question.answers)
    )
    data = _script_data([[answer.right, answer.feedback] for answer in question.answers])
    return f"""<section class="ma-question" id="{name}">
<fieldset><legend><span class="ma-badge">Predict first</span> {escape(question.prompt)}</legend>
{answers}</fieldset>
<button type="button" data-check>Check my answer</button>
<p class="ma-feedback" aria-live="polite"></p>
<script type="application/json">{data}</script>
</section>"""


def board_html(statements: Statements) -> str:
    """Return the page form of statements: the running score and the filters."""
    name, title = escape(statements.name), escape(statements.title)
    subjects = _options(["all", *statements.subjects])
    verdicts = _options(["all", "not yet checked", *statements.verdicts])
    count = len(statements)
    return f"""<section class="ma-board" id="{name}" aria-labelledby="{name}--title">
<p class="ma-title" id="{name}--title">{title}</p>
<div class="ma-controls">
<div class="ma-control"><label for="{name}--subject">Chapter</label>\
<select id="{name}--subject" data-filter="subject" autocomplete="off">{subjects}</select></div>
<div class="ma-control"><label for="{name}--verdict">Verdict (tells the answer)</label>\
<select id="{name}--verdict" data-filter="verdict" autocomplete="off">{verdicts}</select></div>
<div class="ma-control ma-switch"><input type="checkbox" id="{name}--open" data-open \
autocomplete="off"><label for="{name}--open">Show every check without a guess</label></div>
</div>
<p class="ma-shown" aria-live="polite">{count} of {count} statements are shown.</p>
<p class="ma-score">You have checked none of {count} statements.</p>
<button type="button" data-again>Start again</button>
</section>"""


def group_html(group: StatementGroup) -> str:
    """Return the page form of one group of statements."""
    verdicts = group.all.verdicts
    inside = "\n".join(_statement(one, verdicts) for one in group.statements)
    name = f"{escape(group.all.name)}--{escape(group.name)}"
    return f"""<section class="ma-guesses" id="{name}">
{inside}
<p class="ma-none" hidden>The filter shows no statement of this group.</p>
</section>"""


def _statement(one: Statement, verdicts: tuple[str, ...]) -> str:
    name = escape(one.name)
    guesses = "".join(
        f'<div class="ma-answer"><input type="radio" name="{name}" id="{name}--{number}" '
        f'value="{number}" autocomplete="off">'
        f'<label for="{name}--{number}">{escape(verdict.capitalize())}</label></div>'
        for number, verdict in enumerate(verdicts)
    )
    columns = {str(column): one.numbers[column].tolist() for column in one.numbers}
    table = _table(
        {"columns": list(columns), "cells": list(columns.values())}, [None] * len(columns)
    )
    return f"""<article class="ma-guess" id="{name}" data-subject="{escape(one.subject)}" \
data-verdict="{verdicts.index(one.verdict)}" aria-labelledby="{name}--said">
<fieldset><legend id="{name}--said"><span class="ma-badge">{escape(name.upper())}, \
{escape(one.by)}</span> {escape(one.text)}</legend>
<div class="ma-guess-answers">{guesses}</div></fieldset>
<button type="button" data-check>Check my guess</button>
<p class="ma-feedback" aria-live="polite"></p>
<details class="ma-table"><summary>The check</summary>
<p>The statement <strong>{escape(one.verdict)}</strong>. {escape(one.why)}</p>
<div class="ma-scroll" tabindex="0" role="region" aria-label="Numbers of {escape(name.upper())}">\
{table}</div></details>
</article>"""


def _options(texts: list[str]) -> str:
    return "".join(f'<option value="{escape(text)}">{escape(text)}</option>' for text in texts)
