"""Run the world's largest mutual-aid plan: sources, rules, sharing, churn, explorables.

The modules are floors of one house, and imports point down only:

``money``, ``periods``
    Whole fen, and the half-month calendar of the notices.
``history``
    What is known: the tables of the ``data`` folder, each value with its source.
``rules``
    What the plans promised: whom they admit, which claims they pay, and who decides.
``sharing``
    Who pays what for one notice, to the fen; the books of a plan and their audit.
``churn``
    The plan over time, as expected numbers in cells.
``members``
    The same plan drawn, with the history of each member and the books of any periods.
``shutdown``
    What stopping costs, and where members go.
``alternatives``
    What else a person could buy or hope for: cost, payment, promise.
``assertions``
    Public statements about the plan, each with a function that checks it.
``figures``
    Plotly figures from results. No model lives here.
``explore``
    What an explorable and a question are, in their three forms.
``explorables``
    The book's own explorables and questions, one function each.
"""

__version__ = "0.1.0"
