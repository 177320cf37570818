"""What an explorable and a question are: one declaration, three forms.

An :class:`Explorable` names its controls and one pure function ``draw`` that turns a setting of
them into a :class:`View`: a figure, words and a table. Shown as the last line of a cell, it takes
the form that the environment variable ``MUTUALAID_FORM`` asks for:

``live`` (default)
    ipywidgets and a plotly FigureWidget that call ``draw`` directly, in a running kernel.
``page``
    HTML with every state computed beforehand, for a built book without a server.
``print``
    Plain text: title, states, sums and a digest. It is what a notebook stores.
"""

from mutualaid.explore.declare import (
    FORMS,
    MAX_STATES,
    Answer,
    Choice,
    Explorable,
    Preset,
    Question,
    Slider,
    Switch,
    View,
    form,
)
from mutualaid.explore.statements import Statement, StatementGroup, Statements

__all__ = [
    "FORMS",
    "MAX_STATES",
    "Answer",
    "Choice",
    "Explorable",
    "Preset",
    "Question",
    "Slider",
    "Statement",
    "StatementGroup",
    "Statements",
    "Switch",
    "View",
    "form",
]
