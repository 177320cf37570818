"""The live form: ipywidgets and a plotly FigureWidget that call ``draw`` in a running kernel."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets
import plotly.graph_objects as go

from mutualaid.explore.declare import (
    Choice,
    Control,
    Explorable,
    Question,
    Slider,
    Switch,
    View,
    text_of,
)
from mutualaid.explore.statements import Statement, StatementGroup, Statements

_WIDE = widgets.Layout(width="auto", max_width="44em")
_STYLE = {"description_width": "initial"}


def explorable_widget(explorable: Explorable) -> widgets.VBox:
    """Return the live form of an explorable.

    A setting that ``draw`` cannot take leaves the last good figure and shows the error in the
    widget, where the reader looks; the controls go on working.
    """
    panels = [_Panel(explorable)]
    if explorable.compare:
        panels.append(_Panel(explorable))
        panels[1].box.layout.display = "none"
    title = widgets.HTML(f"<strong>{escape(explorable.title)}</strong>")
    rows: list[widgets.Widget] = [title]
    if explorable.presets and not explorable.around:
        buttons = []
        for preset in explorable.presets:
            button = widgets.Button(description=preset.label, layout=widgets.Layout(width="auto"))
            button.on_click(lambda _, settings=preset.settings: panels[0].set(settings))
            buttons.append(button)
        rows.append(widgets.HBox(buttons, layout=widgets.Layout(flex_flow="row wrap")))
    rows.append(widgets.HBox([p.box for p in panels], layout=widgets.Layout(flex_flow="row wrap")))
    if explorable.compare:
        switch = widgets.Checkbox(
            description="Compare with a second setting", indent=False, layout=_WIDE
        )
        switch.observe(
            lambda change: setattr(
                panels[1].box.layout, "display", None if change["new"] else "none"
            ),
            "value",
        )
        rows.append(switch)
    return widgets.VBox(rows)


class _Panel:
    """Controls, figure, words and table of one setting."""

    def __init__(self, explorable: Explorable) -> None:
        self.explorable = explorable
        self.controls = {control.name: _control(control) for control in explorable.controls}
        view = explorable.view()
        self.figure = go.FigureWidget(view.figure)
        self.figure._config = {"displayModeBar": False}
        self.words = widgets.HTML()
        self.error = widgets.HTML()
        self.table = widgets.HTML()
        self._tell(view, {})
        self.starts = _starts(explorable)
        self.note = widgets.HTML()
        first = [self.starts, self.note] if explorable.around else []
        self.settling = False
        self._name_start()
        drawer = widgets.Accordion([self.table], titles=("The drawn values as a table",))
        drawer.selected_index = None
        self.box = widgets.VBox(
            [*first, *self.controls.values(), self.figure, self.words, self.error, drawer],
            layout=widgets.Layout(flex="1 1 24em", min_width="0"),
        )
        for control in self.controls.values():
            control.observe(self.redraw, "value")
        self.starts.observe(self._begin, "value")

    def set(self, settings: Any) -> None:
        """Set several controls; the figure follows when all are set."""
        self.settling = True
        try:
            for name, value in settings.items():
                self.controls[name].value = value
        finally:
            self.settling = False
        self.redraw()

    def _begin(self, _: object) -> None:
        """Set what the list of presets says, unless it only follows the controls."""
        chosen = self.starts.value
        if not self.settling and chosen is not None:
            self.set(self.explorable.presets[chosen].settings)

    def _name_start(self) -> None:
        """Show in the list which preset the controls are, if any."""
        settings = {name: control.value for name, control in self.controls.items()}
        chosen, presets = self.starts.value, self.explorable.presets
        # Two presets may be alike: the one that was chosen stays.
        if chosen is None or presets[chosen].settings != settings:
            chosen = next((k for k, p in enumerate(presets) if p.settings == settings), None)
        self.settling = True
        self.starts.value = chosen
        self.settling = False
        self.note.value = "" if chosen is None else f"<p>{escape(presets[chosen].note)}</p>"

    def redraw(self, _: object = None) -> None:
        """Draw the present setting, or say why it cannot be drawn."""
        if self.settling:
            return
        self._name_start()
        settings = {name: control.value for name, control in self.controls.items()}
        try:
            view = self.explorable.view(**settings)
            self._draw(view.figure)
            self._tell(view, settings)
        except Exception as error:
            # Raised again, an error of a callback would vanish in the log of JupyterLab.
            self.error.value = (
                '<p role="alert">This setting cannot be drawn: '
                f"{escape(type(error).__name__)}: {escape(str(error))}. "
                "The figure shows the last one that could.</p>"
            )
        else:
            self.error.value = ""

    def _draw(self, figure: go.Figure) -> None:
        with self.figure.batch_update():
            if [trace.type for trace in self.figure.data] == [trace.type for trace in figure.data]:
                for old, new in zip(self.figure.data, figure.data, strict=True):
                    _replace(old, new)
            else:
                self.figure.data = ()
                self.figure.add_traces(figure.data)
            _replace(self.figure.layout, figure.layout)

    def _tell(self, view: View, settings: dict[str, Any]) -> None:
        words = escape(self.explorable.sentence(view, settings))
        self.words.value = f'<p aria-live="polite">{words}</p>'
        csv = base64.b64encode(view.table.to_csv(index=False).encode()).decode()
        table = view.table.to_html(index=False, border=0, na_rep="not known")
        self.table.value = (
            f'<div style="max-height:20em;overflow:auto">{table}</div>'
            f'<a download="{self.explorable.name}.csv" href="data:text/csv;base64,{csv}">'
            "Download these values (CSV)</a>"
        )


def _starts(explorable: Explorable) -> widgets.Dropdown:
    """Return the list of presets from which a panel starts."""
    labels = [(preset.label, number) for number, preset in enumerate(explorable.presets)]
    return widgets.Dropdown(
        options=[("a setting of your own", None), *labels],
        description="Start from", style=_STYLE, layout=_WIDE,
    )  # fmt: skip


def _replace(old: Any, new: Any) -> None:
    """Make a trace or a layout like another, dropping what the other does not have."""
    properties = new.to_plotly_json()
    gone = old.to_plotly_json().keys() - properties.keys() - {"type", "uid"}
    old.update({**dict.fromkeys(gone), **properties}, overwrite=True)


def _control(control: Control) -> widgets.ValueWidget:
    shared: dict[str, Any] = {
        "description": f"{control.label} ({control.unit})" if control.unit else control.label,
        "style": _STYLE,
        "layout": _WIDE,
    }
    match control:
        case Slider(step=None):
            options = [(text_of(control, value), value) for value in control.stops]
            return widgets.SelectionSlider(options=options, value=control.start, **shared)
        case Slider():
            whole = all(isinstance(value, int) for value in (*control.stops, control.step))
            kind: Callable[..., widgets.ValueWidget] = (
                widgets.IntSlider if whole else widgets.FloatSlider
            )
            if not whole:
                shared["readout_format"] = ".4g"
            return kind(
                value=control.start,
                min=min(control.stops),
                max=max(control.stops),
                step=control.step,
                **shared,
            )
        case Choice():
            options = [(text, value) for value, text in control.options.items()]
            return widgets.Dropdown(options=options, value=control.start, **shared)
        case Switch():
            return widgets.Checkbox(value=control.start, indent=False, **shared)


def question_widget(question: Question) -> widgets.VBox:
    """Return the live form of a question."""
    prompt = widgets.HTML(f"<strong>Predict first.</strong> {escape(question.prompt)}")
    radio = widgets.RadioButtons(
        options=[(answer.text, number) for number, answer in enumerate(question.answers)],
        index=None,
        layout=widgets.Layout(width="auto"),
    )
    button = widgets.Button(description="Check my answer", layout=widgets.Layout(width="auto"))
    feedback = widgets.HTML()

    def check(_: object) -> None:
        if radio.value is None:
            feedback.value = '<p aria-live="polite">Choose an answer first.</p>'
            return
        answer = question.answers[radio.value]
        verdict = "Right." if answer.right else "Not quite."
        feedback.value = f'<p aria-live="polite">{verdict} {escape(answer.feedback)}</p>'

    button.on_click(check)
    return widgets.VBox([prompt, radio, button, feedback])


class Board:
    """The running score and the filters of the live form, shared by all groups of statements."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self.guessed: dict[str, bool] = {}
        self.rows: list[tuple[Statement, widgets.VBox]] = []
        self.score = widgets.HTML()
        self.subject = _filter("Chapter", ["all", *statements.subjects])
        verdicts = ["all", "not yet checked", *statements.verdicts]
        self.verdict = _filter("Verdict (tells the answer)", verdicts)
        for control in (self.subject, self.verdict):
            control.observe(lambda _: self.sift(), "value")
        title = widgets.HTML(f"<strong>{escape(statements.title)}</strong>")
        self.box = widgets.VBox([title, self.subject, self.verdict, self.score])
        self._tell()

    def group(self, group: StatementGroup) -> widgets.VBox:
        """Return the widgets of one group."""
        made = [(one, self._statement(one)) for one in group.statements]
        self.rows += made
        return widgets.VBox([box for _, box in made])

    def sift(self) -> None:
        """Show the statements that the filters let through."""
        for one, box in self.rows:
            fits = {"all": True, "not yet checked": one.name not in self.guessed}.get(
                self.verdict.value, self.verdict.value == one.verdict
            ) and self.subject.value in ("all", one.subject)
            box.layout.display = None if fits else "none"

    def _tell(self) -> None:
        self.score.value = f'<p aria-live="polite">{self._said()}</p>'

    def _said(self) -> str:
        right, count = sum(self.guessed.values()), len(self.guessed)
        if not count:
            return f"You have checked none of {len(self.statements)} statements."
        return (
            f"You have checked {count} of {len(self.statements)} statements "
            f"and guessed {right} of them right."
        )

    def _statement(self, one: Statement) -> widgets.VBox:
        said = widgets.HTML(
            f"<small>{escape(one.name.upper())}, {escape(one.by)}</small><br>"
            f"<strong>{escape(one.text)}</strong>"
        )
        verdicts = self.statements.verdicts
        options = [(verdict.capitalize(), verdict) for verdict in verdicts]
        radio = widgets.RadioButtons(
            options=options, index=None, layout=widgets.Layout(width="auto")
        )
        button = widgets.Button(description="Check my guess", layout=widgets.Layout(width="auto"))
        found = widgets.HTML()

        def check(_: object) -> None:
            if radio.value is None:
                found.value = '<p aria-live="polite">Choose a verdict first.</p>'
                return
            # The first guess counts; any group may show the same statement again.
            right = self.guessed.setdefault(one.name, radio.value == one.verdict)
            radio.disabled = button.disabled = True
            self._tell()
            table = one.numbers.to_html(index=False, border=0)
            found.value = (
                f'<p aria-live="polite">{"Right." if right else "Not quite."} The statement '
                f"<strong>{escape(one.verdict)}</strong>. {escape(one.why)} {self._said()}</p>"
                f"{table}"
            )

        button.on_click(check)
        return widgets.VBox([said, radio, button, found])


def _filter(label: str, options: list[str]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=options, style=_STYLE, layout=_WIDE)
