"""What is known: the tables of the ``data`` folder, each value with its source.

A value is addressed by its key, ``table/column/column/...``, over the key columns of its table:
``notices/2021-12-1/critical/share``. Contradicting values are separate rows of one key. At most
one of them has the status *used*; ``key@source`` addresses another.

Tables are read once, checked cell by cell against their schema in ``datapackage.json`` (a
Frictionless data package), and refused with file, line and column if anything is wrong.
"""

from mutualaid.history.facts import (
    Fact,
    Source,
    fact,
    facts,
    keys,
    number_of,
    recompute,
    series,
    source,
    written,
)
from mutualaid.history.rates import helped_per_million
from mutualaid.history.tables import (
    DATA,
    STATUSES,
    DataError,
    notices,
    plan_terms,
    platforms,
    read_table,
    schema,
    table,
    tables,
    timeline,
)

__all__ = [
    "DATA",
    "STATUSES",
    "DataError",
    "Fact",
    "Source",
    "fact",
    "facts",
    "helped_per_million",
    "keys",
    "notices",
    "number_of",
    "plan_terms",
    "platforms",
    "read_table",
    "recompute",
    "schema",
    "series",
    "source",
    "table",
    "tables",
    "timeline",
    "written",
]
