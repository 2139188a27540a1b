"""The set engine: a plan over tables, compiled with Ibis to the SQL of whatever database holds them.

`evaluate` is the way in. It settles the rows as they stood at the as-of, works out how far each function of time must reach, puts
all columns of a record into one table made once, and counts on that.
"""

from sladsl.engines.tables.evaluation import (
    columns,
    columns_of,
    default_as_of,
    evaluate,
    problems_of_rows,
    times_held,
)
from sladsl.engines.tables.outcome_rows import FigureRows, rows_of

__all__ = [
    "FigureRows",
    "columns",
    "columns_of",
    "default_as_of",
    "evaluate",
    "problems_of_rows",
    "rows_of",
    "times_held",
]
