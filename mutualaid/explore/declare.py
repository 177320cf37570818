"""The declarations: controls, views, explorables and questions."""

from __future__ import annotations

import inspect
import itertools
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import plotly.graph_objects as go

FORMS = ("live", "page", "print")
#: The most states that a page form may hold.
MAX_STATES = 400

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CONTROL = re.compile(r"(?!title$)[a-z][a-z0-9_]*")
_SLOT = re.compile(r"\{(\w+)\}")


def form() -> str:
    """Return the form that the environment asks for: ``live``, ``page`` or ``print``.

    Raises
    ------
    ValueError
        If ``MUTUALAID_FORM`` names no form.
    """
    wanted = os.environ.get("MUTUALAID_FORM", "live")
    if wanted not in FORMS:
        raise ValueError(f"MUTUALAID_FORM must be one of {', '.join(FORMS)}, got {wanted!r}")
    return wanted


def check_name(name: str) -> None:
    """Refuse a name that is not words joined by hyphens, as an address on a page must be."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"name must match {_NAME.pattern}, got {name!r}")


def show(value: object) -> str:
    """Write a value for a reader: thousands apart, at most two decimals unless it is text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}"


# ---- controls -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slider:
    """A row of stops.

    Parameters
    ----------
    name : str
        Name of the argument of ``draw``.
    stops : sequence
        Values from left to right, numbers or text. They lie where things change.
    label : str
        What the reader sees; the name, if empty.
    unit : str
        Unit behind the value, in plain words.
    start : object
        First setting; the first stop, if None.
    step : float, optional
        For numbers: the step of the live form, which takes any value between the outer stops.
        Without it the live form takes the stops only.
    format : callable
        Writes a value for the reader.
    """

    name: str
    stops: Sequence[Any]
    label: str = ""
    unit: str = ""
    start: Any = None
    step: float | None = None
    format: Callable[[Any], str] = show

    def __post_init__(self) -> None:
        object.__setattr__(self, "stops", tuple(self.stops))
        _check_control(self)
        numbers = all(isinstance(stop, int | float) for stop in self.stops)
        if self.step is not None and not (numbers and self.step > 0):
            raise ValueError(
                f"step of {self.name} must be above 0 and its stops numbers, got step {self.step!r}"
            )


@dataclass(frozen=True, slots=True)
class Choice:
    """A list of options of which one holds.

    Parameters
    ----------
    name : str
        Name of the argument of ``draw``.
    options : mapping of value to str
        The words for each value, in order.
    label, start
        As in :class:`Slider`.
    """

    name: str
    options: Mapping[Any, str]
    label: str = ""
    start: Any = None
    unit: str = ""

    def __post_init__(self) -> None:
        _check_control(self)

    @property
    def stops(self) -> tuple[Any, ...]:
        """The values, in order."""
        return tuple(self.options)

    def format(self, value: Any) -> str:
        """Return the words for a value."""
        return self.options[value]


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off.

    Parameters
    ----------
    name : str
        Name of the argument of ``draw``.
    label : str
        What is switched on; the name, if empty.
    start : bool
        First setting.
    """

    name: str
    label: str = ""
    start: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        _check_control(self)

    @property
    def stops(self) -> tuple[bool, bool]:
        """False and True."""
        return (False, True)

    def format(self, value: bool) -> str:
        """Return ``on`` or ``off``."""
        return "on" if value else "off"


Control = Slider | Choice | Switch


def text_of(control: Control, value: Any) -> str:
    """Write a setting of a control for the reader, with its unit."""
    return f"{control.format(value)} {control.unit}".strip()


def _check_control(control: Control) -> None:
    if not _CONTROL.fullmatch(control.name):
        raise ValueError(f"control name must match {_CONTROL.pattern}, got {control.name!r}")
    if len(control.stops) < 2 or len(set(control.stops)) < len(control.stops):
        raise ValueError(
            f"{control.name} must have at least two different stops, got {list(control.stops)}"
        )
    if control.start is None:
        object.__setattr__(control, "start", control.stops[0])
    if control.start not in control.stops:
        raise ValueError(
            f"start of {control.name} must be one of its stops "
            f"({control.stops[0]!r} ... {control.stops[-1]!r}), got {control.start!r}"
        )
    if not control.label:
        object.__setattr__(control, "label", control.name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Preset:
    """Several controls set at once.

    Parameters
    ----------
    label : str
        What the button says.
    settings : mapping of str to value
        A value for each control that it sets; the others stay.
    note : str
        What a reader should know of it. Shown where presets are a list, see
        :attr:`Explorable.around`.
    step : bool
        In such a list: one step from an earlier preset, to which the steps from here belong.
    """

    label: str
    settings: Mapping[str, Any]
    note: str = ""
    step: bool = False


# ---- what is shown ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one setting shows.

    Attributes
    ----------
    figure : plotly Figure
        Drawn with fixed axes, so that a change can be seen.
    words : mapping of str to str or number
        Fills the slots of the explorable's sentence.
    table : DataFrame
        The drawn series as a table, units in the column names.
    """

    figure: go.Figure
    words: Mapping[str, Any]
    table: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Explorable:
    """A figure that answers: controls, one function, three forms.

    Parameters
    ----------
    name : str
        Short id, words joined by hyphens; part of the link that restores a state.
    title : str
        What it shows, or asks.
    controls : tuple
        :class:`Slider`, :class:`Choice` and :class:`Switch`; none for a plain figure.
    draw : callable
        Takes each control's value by name and returns a :class:`View`. Pure.
    words : str
        A sentence with slots in braces for the controls and for the view's words.
    presets : tuple of Preset
        Named settings.
    compare : bool
        Offer a second setting beside the first.
    around : bool
        For more controls than a page can hold every setting of. The page then holds the presets
        and, from each that is no step itself, one control at another stop; presets are a list from
        which each panel starts. A kernel takes any setting.

    Raises
    ------
    ValueError
        If a name is malformed, controls and arguments of ``draw`` differ, a preset sets what is
        not there, or the grid has more than ``MAX_STATES`` states. With `around`, also if a preset
        leaves a control open, the first is not the start, or a step is none.
    """

    name: str
    title: str
    controls: tuple[Control, ...] = ()
    draw: Callable[..., View]
    words: str
    presets: tuple[Preset, ...] = ()
    compare: bool = False
    around: bool = False
    _slots: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        names = [control.name for control in self.controls]
        arguments = list(inspect.signature(self.draw).parameters)
        if sorted(names) != sorted(arguments):
            raise ValueError(
                f"controls of {self.name} must be the arguments of draw, {arguments}, got {names}"
            )
        if not self.around:
            self._check_states(math.prod(len(control.stops) for control in self.controls))
        for preset in self.presets:
            for name, value in preset.settings.items():
                stops = next((c.stops for c in self.controls if c.name == name), None)
                if stops is None:
                    raise ValueError(f"preset {preset.label!r} must set {names}, got {name!r}")
                if value not in stops:
                    raise ValueError(
                        f"preset {preset.label!r} must set {name} to one of its stops, "
                        f"got {value!r}"
                    )
        if self.around:
            self._check_around()
            self._check_states(sum(1 for _ in self.settings()))
        if self.compare and not self.controls:
            raise ValueError(f"{self.name} has no controls, so compare must be False")
        # The page's script fills slots too, and knows no other use of braces.
        if re.search(r"[{}]", _SLOT.sub("", self.words)):
            raise ValueError(f"words of {self.name} may hold braces only as {{slot}}")
        object.__setattr__(self, "_slots", frozenset(_SLOT.findall(self.words)))

    def _check_states(self, states: int) -> None:
        if states > MAX_STATES:
            raise ValueError(f"{self.name} must have at most {MAX_STATES} states, got {states}")

    def _check_around(self) -> None:
        names = {control.name for control in self.controls}
        if not self.presets or self.presets[0].settings != self.start:
            raise ValueError(f"the first preset of {self.name} must be its start, {self.start}")
        for preset in self.presets:
            if left := names - preset.settings.keys():
                raise ValueError(
                    f"preset {preset.label!r} must set all controls, got none for {sorted(left)}"
                )
            if preset.step and self.center_of(preset) is None:
                raise ValueError(
                    f"preset {preset.label!r} must be one step from a preset that is none"
                )

    @property
    def start(self) -> dict[str, Any]:
        """The first setting: a value for each control."""
        return {control.name: control.start for control in self.controls}

    def center_of(self, preset: Preset) -> Preset | None:
        """Return the preset to which the steps from a preset belong; None if there is none."""
        if not preset.step:
            return preset
        for other in self.presets:
            apart = sum(other.settings[name] != value for name, value in preset.settings.items())
            if not other.step and apart == 1:
                return other
        return None

    def settings(self) -> Iterator[dict[str, Any]]:
        """Yield every setting that the page holds, each once.

        All there are, the last control moving fastest; or, where the grid lies ``around`` the
        presets, each preset that is no step, followed by its steps, control by control.
        """
        if self.around:
            yield from self._settings_around()
            return
        names = [control.name for control in self.controls]
        for values in itertools.product(*(control.stops for control in self.controls)):
            yield dict(zip(names, values, strict=True))

    def _settings_around(self) -> Iterator[dict[str, Any]]:
        seen: set[tuple[Any, ...]] = set()
        for preset in self.presets:
            if preset.step:
                continue
            center = {control.name: preset.settings[control.name] for control in self.controls}
            steps = [{**center, c.name: stop} for c in self.controls for stop in c.stops]
            for setting in (center, *steps):
                if tuple(setting.values()) not in seen:
                    seen.add(tuple(setting.values()))
                    yield setting

    def view(self, **settings: Any) -> View:
        """Draw one setting; controls that are not named keep their start.

        Raises
        ------
        TypeError
            If a setting names no control.
        ValueError
            If ``draw`` leaves a slot of the sentence empty, or an empty table.
        """
        unknown = settings.keys() - self.start.keys()
        if unknown:
            raise TypeError(f"{self.name} has no control {', '.join(sorted(unknown))}")
        view = self.draw(**{**self.start, **settings})
        missing = self._slots - view.words.keys() - self.start.keys()
        if missing:
            raise ValueError(f"draw of {self.name} must give the words {sorted(missing)}")
        if view.table.empty:
            raise ValueError(f"draw of {self.name} must give a table with at least one row")
        return view

    def slots(self, view: View, settings: Mapping[str, Any]) -> dict[str, str]:
        """Return the words for each slot of the sentence in one setting."""
        setting = {**self.start, **settings}
        words = {c.name: c.format(setting[c.name]) for c in self.controls}
        words |= {name: show(value) for name, value in view.words.items()}
        return {name: words[name] for name in sorted(self._slots)}

    def sentence(self, view: View, settings: Mapping[str, Any]) -> str:
        """Return the words that stand below the figure in one setting."""
        return self.words.format(**self.slots(view, settings))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if (wanted := form()) == "page":
            from mutualaid.explore.page import explorable_html

            return {"text/html": explorable_html(self), "text/plain": self.title}
        if wanted == "print":
            from mutualaid.explore.grid import explorable_text

            return {"text/plain": explorable_text(self)}
        from mutualaid.explore.live import explorable_widget

        return explorable_widget(self)._repr_mimebundle_(**kwargs)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question.

    Parameters
    ----------
    text : str
        The answer.
    feedback : str
        What the reader is told who chose it: why it is right, or what misled them.
    right : bool
        Whether it is the right one.
    """

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Predict first, or check yourself: native radio buttons with feedback on each answer.

    Parameters
    ----------
    name : str
        Short id, words joined by hyphens.
    prompt : str
        The question.
    answers : tuple of Answer
        Two to six; exactly one is right, each has its feedback.

    Raises
    ------
    ValueError
        If the name is malformed or the answers break these rules.
    """

    name: str
    prompt: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        check_name(self.name)
        if not 2 <= len(self.answers) <= 6:
            raise ValueError(f"{self.name} must have 2 to 6 answers, got {len(self.answers)}")
        right = sum(answer.right for answer in self.answers)
        if right != 1:
            raise ValueError(f"{self.name} must have exactly one right answer, got {right}")
        if not all(answer.text and answer.feedback for answer in self.answers):
            raise ValueError(f"every answer of {self.name} must have a text and a feedback")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if (wanted := form()) == "page":
            from mutualaid.explore.page import question_html

            return {"text/html": question_html(self), "text/plain": self.prompt}
        if wanted == "print":
            from mutualaid.explore.grid import question_text

            return {"text/plain": question_text(self)}
        from mutualaid.explore.live import question_widget

        return question_widget(self)._repr_mimebundle_(**kwargs)
