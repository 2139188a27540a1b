"""Verdicts as queries, for a database that keeps the result without us: the rules of `sladsl.plan.verdicts` over a table of counters."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from sladsl.engines.tables import numbers
from sladsl.engines.tables.scalars import Row, scalar
from sladsl.plan import Expression, Field, Term
from sladsl.plan.verdicts import AMOUNTS, COUNTS


@dataclass(frozen=True, slots=True)
class PeriodTable:
    """A table with a figure's counters, a row a period. `states` are the rules' other fields: how far each period has come."""

    table: ibis.Table
    states: dict[str, ir.Value]
    dialect: str

    def __call__(self, e: Expression) -> ir.Value:
        """An expression of the rules over the table."""
        return scalar(e, Row(self._known, 0, self.dialect))

    def many(self, name: str) -> ir.IntegerValue:
        """A counter of rows; one that the figure does not have counts none."""
        if name not in self.table.columns:
            return ibis.literal(0, "int64")
        return ibis.coalesce(self.table[name].cast("int64"), 0)

    def _known(self, e: Expression) -> ir.Value | None:
        if not isinstance(e, Field):
            return None
        if e.name in COUNTS:
            return self.many(e.name)
        if e.name in AMOUNTS:
            found = self.table[e.name] if e.name in self.table.columns else ibis.null(numbers.WIDE)
            return found.cast(numbers.WIDE)
        return self.states[e.name]


def is_over(term: Term, as_of: ir.IntegerValue) -> ir.BooleanValue:
    """Whether the term is over; one without an end never is."""
    return ibis.literal(False) if term.end is None else as_of >= term.end
