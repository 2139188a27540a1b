"""The statements a database would run, compiled without one.

They are those of `evaluation`, over tables called like the agreement's records, with the columns that `evaluate` asks for. What a run
learns from the data first is taken as given here: no row occurs twice, any time may lie after the as-of, and times lie in the term (or
in the ten years before the as-of). Tables of time are written out as values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from ibis import dtype, options
from ibis.backends.sql import compilers
from ibis.config import Config

from sladsl.calendars import DAY, TimeMap, day_number, iso, zone
from sladsl.engines.tables.counters import counting, passes
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.dialects import readable
from sladsl.engines.tables.evaluation import standings_asked
from sladsl.engines.tables.facts import facts, late, wanted, ways
from sladsl.engines.tables.made import with_made
from sladsl.engines.tables.maps import Daily, Quantum, TimeTables, open_times, time_map
from sladsl.engines.tables.profile import Limits, limits
from sladsl.engines.tables.queries import real
from sladsl.engines.tables.rows import late_rows, standing
from sladsl.engines.tables.scalars import TYPES
from sladsl.engines.tables.settle import kept, once, plain
from sladsl.engines.tables.time_bounds import Span, TimeBounds
from sladsl.engines.tables.wide_table import Context, WideTable
from sladsl.plan import FieldType, Plan, Record, TimeFunction, ValueType

if TYPE_CHECKING:
    import ibis
else:
    from sladsl.engines.tables.queries import ibis

_COMPILERS: dict[str, tuple[str, Callable[[], compilers.SQLGlotCompiler]]] = {
    "duckdb": ("duckdb", compilers.DuckDBCompiler),
    "postgres": ("postgres", compilers.PostgresCompiler),
    "snowflake": ("snowflake", compilers.SnowflakeCompiler),
    "bigquery": ("bigquery", compilers.BigQueryCompiler),
    "spark": ("pyspark", compilers.PySparkCompiler),
    "databricks": ("databricks", compilers.DatabricksCompiler),
    "trino": ("trino", compilers.TrinoCompiler),
}
DIALECTS = tuple(_COMPILERS)


class _Spark(Config):  # type: ignore[misc]  # Ibis has no types
    """Spark's options as Ibis has them once pyspark is imported, which writing its SQL does not need."""

    treat_nan_as_null: bool = False


_FIELDS = {
    FieldType.TEXT: ValueType.TEXT,
    FieldType.ONE_OF: ValueType.TEXT,
    FieldType.NUMBER: ValueType.NUMBER,
    FieldType.BOOLEAN: ValueType.BOOLEAN,
    FieldType.DATE: ValueType.DAY,
    FieldType.TIME: ValueType.INSTANT,
    FieldType.DURATION: ValueType.SPAN,
}


def sql(plan: Plan, dialect: str, as_of: int | None = None) -> list[tuple[str, str]]:
    """Titles and statements, in the order to run them. Without an `as_of` it is the end of the term (of 2030, without one).

    Errors: `ValueError` for a dialect that is not among `DIALECTS`.
    """
    with compiling(dialect) as (name, compiler):
        return _Statements(plan, name, compiler, horizon(plan) if as_of is None else as_of).all()


def assumed(plan: Plan) -> str:
    """What the statements take for granted of the tables they read, for people: lines without a mark of comment."""
    tables = "".join(f"\n  {r.name}: {', '.join(f'{f.name} {f.type}' for f in r.fields)}" for r in plan.given)
    cleared = ", ".join(dict.fromkeys(f"`{s.name}`" for s in plan.sources))
    sources = (
        f"\nWhat the sources say of names, words, clocks and rows to skip is not in the statements: the tables hold what {cleared} gave."
        if cleared
        else ""
    )
    return (
        "Reads one table for each record, with a column for each field: dates as days, times and durations as microseconds since"
        f"\n1970-01-01 UTC, numbers as decimals, and nothing where a text is blank.{tables}{sources}"
    )


@contextmanager
def compiling(dialect: str) -> Iterator[tuple[str, compilers.SQLGlotCompiler]]:
    """What Ibis calls a dialect, and its compiler, with the settings under which statements are for people to read. `ValueError` for a
    dialect that is not among `DIALECTS`."""
    if dialect not in _COMPILERS:
        known = ", ".join(f"`{name}`" for name in DIALECTS)
        raise ValueError(f"`{dialect}` is not a dialect: expected one of {known}")
    name, compiler = _COMPILERS[dialect]
    fused, options.sql.fuse_selects = options.sql.fuse_selects, True
    spark, options.pyspark = options.pyspark, options.pyspark or _Spark()
    try:
        yield name, compiler()
    finally:
        options.sql.fuse_selects, options.pyspark = fused, spark


PLANS_AHEAD = 3660 * DAY
"""How far after the end of everything a planned time may lie."""


def horizon(plan: Plan) -> int:
    """Up to when statements that know no data can tell the time: the end of the term, or of 2030."""
    return (
        plan.term.end if plan.term.end is not None else zone(plan.zone).midnight(day_number(date(2031, 1, 1)))
    )


def _settled(record: Record, at: Limits) -> Callable[[], WideTable]:
    """The rows as they stood: of states those that count, and of others each is taken to be there once."""
    if record.keep is None:
        return plain(record, record_table(record), at).wide
    return partial(kept, record, once(record, record_table(record), at))


class _Statements:
    """Collects the statements of one plan in one dialect."""

    def __init__(self, plan: Plan, name: str, compiler: compilers.SQLGlotCompiler, as_of: int) -> None:
        self.plan, self.compiler, self.as_of = plan, compiler, as_of
        self.statements: list[tuple[str, str]] = []
        self.shape, at = Shape(plan), limits(plan, as_of)
        settled = {r.name: _settled(r, at) for r in plan.given}
        # A piece a day: far fewer rows to write out than one a half-hour.
        times = TimeTables(reachable(self.shape, as_of).__getitem__, self._time_table, most=0)
        self.context = with_made(Context(self.shape, as_of, name, settled, times, keep=self._stage))

    def all(self) -> list[tuple[str, str]]:
        made = {r.name: self._facts(r.name) for r in self.plan.records if wanted(self.shape, r.name)}
        for p in passes(self.shape, self.plan.figures):
            words = ", ".join(f.id for f in p.figures) + (
                " by " + ", ".join(p.figures[0].by_names) if p.by else ""
            )
            query, names, _ = counting(self.context, made[p.record], p)
            legend = ", ".join(f"{column} = {c.name}" for c, column in names.items())
            self._add(f"figures of {words}: {legend}", query)
        for record, wide in made.items():
            asked, pairs = standings_asked(self.plan, record)
            every = list(dict.fromkeys([*asked, *(e for pair in pairs for e in pair)]))
            if every:
                self._add(f"how the rows of {record} stand", standing(self.context, wide, every)[0])
        for c in self.plan.commitments:
            breach = late(self.shape, c)
            if breach is not None:
                rows = late_rows(self.context, made[breach.clock.record], breach, None)
                self._add(f"rows late for {c.id}", rows)
            for rung, way in zip(() if c.clock is None else c.clock.rungs, ways(self.shape, c), strict=True):
                rows = late_rows(self.context, made[way.clock.record], way, None)
                self._add(f"rows of {c.id}: {rung.cause}", rows)
        return self.statements

    def _time_table(self, words: str, form: Quantum | Daily) -> ibis.Table:
        name, rows = f"time_{len(self.statements) + 1}", form.rows
        names = ", ".join(rows.types)
        columns = ", ".join(f"{c} {self._type('int64')}" for c in rows.types)
        values = ",\n".join(
            "  (" + ", ".join("NULL" if v is None else str(v) for v in row) + ")" for row in rows.rows()
        )
        title = f"a table of time, microseconds since 1970: {words}"
        self.statements.append((title, f"CREATE TABLE {name} ({columns})"))
        self.statements.append((f"its {len(rows)} pieces", f"INSERT INTO {name} ({names}) VALUES\n{values}"))
        return ibis.table(rows.types, name=name)

    def _stage(self, query: ibis.Table) -> ibis.Table:
        name = f"stage_{len(self.statements) + 1}"
        title = "values that others are made of"
        self.statements.append((title, f"CREATE TABLE {name} AS\n{self._compiled(query)}"))
        return ibis.table(query.schema(), name=name)

    def _facts(self, record: str) -> WideTable:
        name = f"facts_of_{record}"
        wide = facts(self.context, self.context.settled[record](), wanted(self.shape, record))
        title = f"{record}: everything that is counted, as of {iso(self.as_of)}"
        self.statements.append((title, f"CREATE TABLE {name} AS\n{self._compiled(wide.table)}"))
        return WideTable(record, ibis.table(wide.table.schema(), name=name), wide.names, ())

    def _add(self, title: str, query: ibis.Table) -> None:
        self.statements.append((title, self._compiled(query)))

    def _compiled(self, query: ibis.Table) -> str:
        tree = readable(self.context.dialect, self.compiler.to_sqlglot(real(query)))
        return str(tree.sql(self.compiler.dialect, pretty=True))

    def _type(self, kind: str) -> str:
        return str(self.compiler.type_mapper.to_string(dtype(kind)))


def reachable(shape: Shape, until: int) -> dict[TimeFunction, TimeMap]:
    """Every function of time that the plan asks, as far as times of the term (or of the ten years before `until`) reach it."""
    plan, reach = shape.plan, within(shape.plan, until)
    days = reach[0] // DAY, reach[1] // DAY
    fields = {}
    for r in plan.given:
        for f in r.fields:
            ahead = PLANS_AHEAD if f.planned else 0
            if f.type is FieldType.TIME:
                fields[r.name, f.name] = reach[0], reach[1] + ahead
            if f.type is FieldType.DATE:
                fields[r.name, f.name] = days[0], days[1] + ahead // DAY
            if f.type is FieldType.DURATION:
                fields[r.name, f.name] = (-400 * DAY, 400 * DAY)
    calendars = open_times(plan)
    every = list(shape.every)
    every += [e for r in plan.records for e in wanted(shape, r.name)]
    spans = TimeBounds(shape, until, fields, calendars).of_functions(every)
    return {f: time_map(plan, calendars, f, *span) for f, span in spans.items()}


def within(plan: Plan, until: int) -> Span:
    """Between which instants times may lie."""
    start = plan.term.start if plan.term.start is not None else until - 3660 * DAY
    return min(start, until) - 400 * DAY, until


def record_table(record: Record, name: str | None = None) -> ibis.Table:
    """A record's rows as a run takes them."""
    columns = {f.name: TYPES[_FIELDS[f.type]] for f in record.fields}
    columns.setdefault(record.key, "string")
    return ibis.table(columns, name=name or record.name)
