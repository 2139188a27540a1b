"""One plan over the same rows on both engines, and everything in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import ibis
import pyarrow as pa

from sladsl.engines import rows as interpreter
from sladsl.engines import tables as sets
from sladsl.engines.tables.connections import fetched, store_of
from sladsl.engines.tables.queries import Columns
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import FieldType, Outside, Plan, Record, ValueType
from sladsl.runner import Run, of_outcomes

Rows = Mapping[str, list[dict[str, Any]]]

_ARROW = {
    FieldType.TEXT: pa.string(),
    FieldType.ONE_OF: pa.string(),
    FieldType.NUMBER: pa.decimal128(18, 6),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.int64(),
    FieldType.TIME: pa.int64(),
    FieldType.DURATION: pa.int64(),
}


def _columns(schema: pa.Schema, rows: list[dict[str, Any]]) -> Columns:
    types = {name: str(kind) for name, kind in ibis.Schema.from_pyarrow(schema).items()}
    return Columns(types, {name: [row.get(name) for row in rows] for name in types})


def tables(plan: Plan, rows: Rows, database: str | None = None) -> dict[str, ibis.Table]:
    """The rows as tables on a connection of their own, with the columns that the data layer gives: in DuckDB, or as temporary tables of the
    database with this URL."""
    if database is not None:
        store = store_of(_connected(database))
        made = {r.name: _columns(_schema(r), rows.get(r.name, [])) for r in plan.given}
        return {name: store.given(store.keep(table, ordered=True)) for name, table in made.items()}
    con = ibis.duckdb.connect(threads=1)
    made = {}
    for record in plan.given:
        con.con.register("given", pa.Table.from_pylist(rows.get(record.name, []), _schema(record)))
        con.con.execute(f'CREATE TABLE "{record.name}" AS FROM given')
        made[record.name] = con.table(record.name)
    return made


def _connected(database: str) -> ibis.BaseBackend:
    if not database.startswith(("spark://", "sc://")):
        return ibis.connect(database)
    from sladsl.data.locations import Remote
    from sladsl.data.servers.spark import Spark

    made: ibis.BaseBackend = Spark(Remote(database, database, None)).engine()
    return made


def _schema(record: Record) -> pa.Schema:
    kinds = {f.name: _ARROW[f.type] for f in record.fields}
    kinds.setdefault(record.key, pa.string())
    return pa.schema(list(kinds.items()))


def differences(plan: Plan, rows: Rows, as_of: int, database: str | None = None) -> list[str]:
    """What the engines give differently over these rows, in words."""
    given = tables(plan, rows, database)
    try:
        return compared(plan, rows, given, AsOf(as_of))
    finally:
        backend = next(iter(given.values())).get_backend()
        if backend.name != "pyspark":  # whose session is the whole process's
            backend.disconnect()


def compared(plan: Plan, rows: Rows, given: Mapping[str, ibis.Table], at: AsOf) -> list[str]:
    """`differences` where the rows are in tables already: every column of every row, all that is counted, and what is judged."""
    expected = interpreter.Evaluation(plan, rows, at)
    fused, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False  # half the time to compile
    try:
        differences = list(_of_columns(plan, expected, given, at))
        one, other = expected.outcomes(), sets.evaluate(plan, given, at)
    finally:
        ibis.options.sql.fuse_selects = fused
    return [
        *differences,
        *_of_outcomes(one, other),
        *_of_runs(of_outcomes(plan, one), of_outcomes(plan, other)),
    ]


def _of_columns(
    plan: Plan, expected: interpreter.Evaluation, given: Mapping[str, ibis.Table], at: AsOf
) -> Iterator[str]:
    # A place on the line of a calendar's open time counts from where the engine began that; what is made of it is compared.
    places = {
        (c.record, c.name) for c in plan.columns if isinstance(c.value, Outside) and c.type is ValueType.SPAN
    }
    for name, table in sets.columns_of(plan, given, at, [r.name for r in (*plan.given, *plan.made)]).items():
        key = plan.record(name).key
        theirs = {row[key]: row for row in fetched(table).to_pylist()}
        ours = {row[key]: row for row in expected.columns(name)}
        for k in sorted({*theirs, *ours}):
            if k not in theirs or k not in ours:
                yield f"{name} {k}: only the {'interpreter' if k in ours else 'set engine'} has it"
                continue
            for column, value in ours[k].items():
                if theirs[k][column] != value and (name, column) not in places:
                    yield f"{name} {k}: `{column}` is {value!r} row by row, {theirs[k][column]!r} as sets"


def _of_outcomes(one: Outcomes, other: Outcomes) -> Iterator[str]:
    for f in fields(Outcomes):
        ours, theirs = getattr(one, f.name), getattr(other, f.name)
        if isinstance(ours, Mapping):
            for key in ours:
                if ours[key] != theirs.get(key):
                    yield f"{f.name} of {key}: {ours[key]!r} row by row, {theirs.get(key)!r} as sets"
        elif ours != theirs:
            yield f"{f.name}: {ours!r} row by row, {theirs!r} as sets"


def _of_runs(one: Run, other: Run) -> Iterator[str]:
    """Verdicts, ranges, actions."""
    for name in ("figures", "commitments"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            if a != b:
                yield f"judged {name}: {a!r} row by row, {b!r} as sets"
    if list(one.due()) != list(other.due()):
        yield f"actions: {list(one.due())!r} row by row, {list(other.due())!r} as sets"
