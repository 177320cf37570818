"""Run the world's largest mutual-aid plan: money, periods, sources, rules, figures, explorables.

The modules are floors of one house, and imports point down only:

``money``, ``periods``
    Whole fen, and the half-month calendar of the notices.
``history``
    What is known: the tables of the ``data`` folder, each value with its source.
``rules``
    What the plans promised: whom they admit, which claims they pay, and who decides.
``figures``
    Plotly figures from results. No model lives here.
``explore``
    What an explorable and a question are, in their three forms.
``explorables``
    The book's own explorables and questions, one function each.
"""

__version__ = "0.1.0"
