"""The reference interpreter: a plan over rows in memory, in plain Python. It is the definition of what a plan means.

Every row is taken by itself, with the rows that belong to it, and every column is worked out as its expression says: no table, no join,
no SQL. Times and calendars are asked directly. So it is slow beside the set engine, it can be read beside `semantics`, it says why a
value is what it is (`trace`), and it needs no data library: tests in agreements and explanations of single rows run on it.
"""

from sladsl.engines.rows.evaluation import Evaluation, default_as_of, evaluate
from sladsl.engines.rows.frames import Frame, row_above
from sladsl.engines.rows.in_memory import InMemory
from sladsl.engines.rows.interpreter import Evaluator, Times
from sladsl.engines.rows.memory_tables import MemoryTable
from sladsl.engines.rows.settle import Data, Raw
from sladsl.engines.rows.trace import RowStep, Step, trace

__all__ = [
    "Data",
    "Evaluation",
    "Evaluator",
    "Frame",
    "InMemory",
    "MemoryTable",
    "Raw",
    "RowStep",
    "Step",
    "Times",
    "default_as_of",
    "evaluate",
    "row_above",
    "trace",
]
