"""The set engine: a plan over tables, compiled with Ibis to the SQL of whatever database holds them.

`evaluate` is the way in. It settles the rows as they stood at the as-of, works out how far each function of time must reach, puts
all columns of a record into one table made once, and counts on that.
"""

from sladsl.engines.tables.evaluation import columns, columns_of, default_as_of, evaluate
from sladsl.engines.tables.outcome_rows import rows_of
from sladsl.engines.tables.statements import DIALECTS, assumed, sql

__all__ = ["DIALECTS", "assumed", "columns", "columns_of", "default_as_of", "evaluate", "rows_of", "sql"]
