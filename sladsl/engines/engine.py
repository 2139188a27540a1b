"""What an engine is, whichever it is: the questions that a run asks of tables, and of what became of each of their rows.

There are two: `sladsl.engines.tables`, where tables are Ibis' (DuckDB, Postgres, Spark), and `sladsl.engines.rows.in_memory`, where they
are `MemoryTable`s. Both give the same (`docs/two-engines.md`). What is asked of tables themselves is spelt as Ibis spells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, TypeVar

from sladsl.engines.differing import Columns, Differing, OtherRows
from sladsl.engines.moments import TimesHeld
from sladsl.outcomes import AsOf, OutcomeRow, Outcomes, Problem
from sladsl.plan import Expression, Plan, Subject

Table: TypeAlias = Any
"""An Ibis table or a `MemoryTable`."""
Tables: TypeAlias = Mapping[str, Table]
T = TypeVar("T")
NONE: Mapping[str, Sequence[Expression]] = MappingProxyType({})


class FigureRows(Protocol):
    """What became of the rows of the periods that were counted, for whoever asks until the engine goes on.

    Columns are those of `OutcomeRow`, with one `by_…` for each name that any figure is broken down by.
    """

    @property
    def outcomes(self) -> Outcomes: ...
    @property
    def plan(self) -> Plan: ...
    def with_earlier(self, earlier: Mapping[str, Any], outcomes: Outcomes) -> FigureRows:
        """The same with the rows of some figures from evaluations as of earlier instants, and what all then come to."""
        ...

    def all(self) -> Table:
        """All of them, by subject (commitments first), period and key."""
        ...

    def of(self, s: Subject, more: Mapping[str, Expression] = MappingProxyType({})) -> Table:
        """Those of one subject, in no order; with `more` columns of what the evaluation was asked for."""
        ...

    def apart(
        self, record: str, some: Iterable[T], reads: Callable[[T], Iterable[Expression]]
    ) -> Iterator[list[T]]:
        """Those that one `of_record` can be asked of together."""
        ...

    def of_record(self, record: str, columns: Mapping[str, Expression]) -> Table:
        """All rows there are of a record, with columns of expressions that the evaluation was asked for."""
        ...

    def rows(self, query: Table) -> Sequence[Mapping[str, Any]]:
        """The rows of a query over these."""
        ...

    def columns(self, query: Table) -> Columns:
        """The same as columns."""
        ...

    def differing(self, own: Table, other: OtherRows, theirs: Table) -> Differing:
        """What differs between two queries, one over these and one over the `other`, that have the same columns, none of them missing: a
        `key`, which no two rows share, and values."""
        ...


class Engine(Protocol):
    """Who evaluates a plan over tables. The arguments, and what comes of them, are those of `sladsl.engines.tables`."""

    def default_as_of(self, plan: Plan, tables: Tables, now: int | None = None) -> AsOf | None: ...
    def times_held(self, plan: Plan, record: str, table: Table, until: int) -> TimesHeld | None: ...
    def evaluate(  # noqa: PLR0913 - who asks for more than the counts says what
        self,
        plan: Plan,
        tables: Tables,
        as_of: AsOf,
        *,
        period: tuple[int, int] | None = None,
        examples: int = 5,
        rows_to: Callable[[Any], None] | None = None,
        beside: Mapping[str, Iterable[Expression]] = NONE,
        only: Mapping[str, Sequence[Expression]] = NONE,
        progress: Callable[[str], None] | None = None,
    ) -> Outcomes: ...
    def problems_of_rows(
        self, plan: Plan, some: Tables, tables: Tables, as_of: AsOf
    ) -> tuple[Problem, ...]: ...
    def rows_of(self, plan: Plan, table: Table) -> Iterator[OutcomeRow]: ...


def read(query: Table) -> list[dict[str, Any]]:
    """The rows of a query over either engine's tables."""
    from sladsl.engines.rows.memory_tables import MemoryTable

    if isinstance(query, MemoryTable):
        return [dict(row) for row in query.rows]
    from sladsl.engines.tables.connections import rows_of

    return rows_of(query)


def columns_of(query: Table, size: int) -> Iterator[list[list[Any]]]:
    """The values of each column of a query, of so many rows at a time: not all of them are in memory."""
    from sladsl.engines.rows.memory_tables import MemoryTable

    if isinstance(query, MemoryTable):
        for start in range(0, len(query.rows), size):
            some = query.rows[start : start + size]
            yield [[row[name] for row in some] for name in query.columns]
        return
    from sladsl.engines.tables.connections import streamed

    for batch in streamed(query, size):
        yield [column.to_pylist() for column in batch.columns]


def fingerprint(table: Table, column: str) -> Any:
    """A number of a text that is the same each time on one kind of database, as a column."""
    from sladsl.engines.rows.memory_tables import MemoryTable

    if isinstance(table, MemoryTable):
        return table[column].hash()
    from sladsl.engines.tables import dialects

    return dialects.fingerprint(table.get_backend().name, [table[column]])
