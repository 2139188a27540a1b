"""Tables of a Postgres server that are too large to be brought: read where they are, as queries that the engine builds upon.

What a column holds must be what its field is, since nothing is parsed there: a view of the server can see to that. What does not fit is
missing, counted and listed, as in every other table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sladsl.data import sql
from sladsl.data.columns import FieldSource, Kind, resolve, skip_columns
from sladsl.data.errors import DataError
from sladsl.data.locations import Remote
from sladsl.data.postgres import There, failure, opened
from sladsl.outcomes import Example, Problem
from sladsl.plan import FieldType, Plan, Record, Source

if TYPE_CHECKING:
    import ibis

Given = Sequence[tuple[Record, Source | None, Remote]]
_EXAMPLES = 5
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_TYPES = {
    FieldType.TEXT: "string",
    FieldType.ONE_OF: "string",
    FieldType.NUMBER: "decimal(18, 6)",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "int64",
    FieldType.TIME: "int64",
}


@dataclass(frozen=True, slots=True)
class _Read:
    """A field as SQL of its column, and what is wrong where there is a value there and none here: a condition for each kind."""

    field: str
    value: str
    flaws: tuple[tuple[str, str], ...] = ()


def pushed(
    given: Given, most: int, progress: Callable[[str], None] | None
) -> tuple[Any, dict[str, ibis.Table], list[Problem]] | None:
    """A connection, tables by record and what is wrong in them; None where every table has at most so many rows and is better brought.

    `DataError` for a server or table that cannot be read, or holds what would have to be parsed.
    """
    import psycopg

    remote = given[0][2]
    try:
        with opened(remote) as server:
            theres = [There.found(server, x) for _, _, x in given]
            if all(there.rows(server) <= most for there in theres):
                return None
            reads = [_table(r, s, there) for (r, s, _), there in zip(given, theres, strict=True)]
            problems: list[Problem] = []
            for (record, source, _), there, (fields, skip) in zip(given, theres, reads, strict=True):
                if progress:
                    progress(f"looking at {there.shown}")
                problems += _problems(server, record, source, there, fields, skip)
        backend = _connected(remote)
    except psycopg.Error as error:
        raise failure(remote, given[0][0], error) from None
    tables = {
        record.name: _query(backend, record, there, fields, skip)
        for (record, _, _), there, (fields, skip) in zip(given, theres, reads, strict=True)
    }
    return backend, tables, problems


def in_one_server(plan: Plan, given: Given) -> bool:
    """Whether every record has one table, and all of them are in one database."""
    names = [record.name for record, _, _ in given]
    return names == [r.name for r in plan.records] and len({remote.url for _, _, remote in given}) == 1


def _connected(remote: Remote) -> Any:
    import ibis

    return ibis.connect(remote.url)


def _query(backend: Any, record: Record, there: There, fields: Sequence[_Read], skip: str) -> ibis.Table:
    import ibis

    columns = [f"{f.value} AS {sql.name(f.field)}" for f in fields]
    types = {f.name: _TYPES[f.type] for f in record.fields}
    where = f" WHERE NOT ({skip})" if skip else ""
    query = f"SELECT {', '.join(columns)} FROM {there.relation}{where}"
    table: ibis.Table = backend.sql(query, schema=ibis.schema(types))
    return table


def _table(record: Record, source: Source | None, there: There) -> tuple[list[_Read], str]:
    if not any(f.key for f in record.fields):
        raise DataError(
            f"`{there.shown}` is too large to be brought, and `{record.name}` has no key by which its rows could be told apart there: "
            "declare one (`id key text`)"
        )
    columns = there.described()
    fields = [_field(x, there.shown) for x in resolve(record, columns, source, there.shown)]
    tests = [
        f"coalesce({sql.name(column.name)}::text, '') IN ({sql.texts(values)})"
        for column, values in skip_columns(columns, source, there.shown)
        if values
    ]
    return fields, " OR ".join(tests)


def _field(x: FieldSource, shown: str) -> _Read:
    field, column = x.field, x.column
    if column is None:
        if x.constant is None:
            return _Read(field.name, f"CAST(NULL AS {_null(field.type)})")
        if field.type in (FieldType.TEXT, FieldType.ONE_OF):
            return _Read(field.name, f'{sql.text(x.constant)} COLLATE "C"')
        raise _unfit(x, shown)
    c = sql.name(column.name)
    match field.type:
        case FieldType.TEXT if column.kind is not Kind.FLOAT:
            return _Read(field.name, f'({_clean(x, c)}) COLLATE "C"')
        case FieldType.ONE_OF if column.kind is not Kind.FLOAT:
            known = f"({_clean(x, c)}) IN ({sql.texts(field.values)})"
            value = f'(CASE WHEN {known} THEN {_clean(x, c)} END) COLLATE "C"'
            return _Read(field.name, value, (("unknown value", f"NOT ({known})"),))
        case FieldType.NUMBER if column.kind in _NUMBERS:
            return _number(
                field.name, f"{c}::text::numeric" if column.kind is Kind.FLOAT else f"{c}::numeric"
            )
        case FieldType.BOOLEAN if column.kind is Kind.BOOLEAN:
            return _Read(field.name, c)
        case FieldType.DATE if column.kind is Kind.DATE:
            inside = f"{c} BETWEEN DATE '1900-01-01' AND DATE '9999-12-31'"
            value = f"CASE WHEN {inside} THEN ({c} - DATE '1970-01-01')::bigint END"
            return _Read(field.name, value, (("unreadable value", f"NOT ({inside})"),))
        case FieldType.TIME if column.kind is Kind.INSTANT:
            inside = (
                f"{c} BETWEEN '1900-01-01 00:00Z'::timestamptz AND '9999-12-31 23:59:59.999999Z'::timestamptz"
            )
            value = f"CASE WHEN {inside} THEN (extract(epoch FROM {c}) * 1000000)::bigint END"
            return _Read(field.name, value, (("unreadable value", f"NOT ({inside})"),))
        case _:
            raise _unfit(x, shown)


def _null(type: FieldType) -> str:
    return {
        FieldType.NUMBER: "numeric(18, 6)",
        FieldType.BOOLEAN: "boolean",
        FieldType.TEXT: "text",
        FieldType.ONE_OF: "text",
    }.get(type, "bigint")


def _number(name: str, c: str) -> _Read:
    odd = f"{c} IN ('NaN', 'Infinity', '-Infinity')"
    fits = f"abs(round({c}, 6)) < 1000000000000"
    value = f"(CASE WHEN {odd} THEN NULL WHEN {fits} THEN round({c}, 6) END)::numeric(18, 6)"
    large = f"CASE WHEN {odd} THEN false ELSE NOT ({fits}) END"
    return _Read(name, value, (("unreadable value", odd), ("number out of range", large)))


def _clean(x: FieldSource, c: str) -> str:
    """The text without what is only spelling, as `values.clean_text` has it."""
    raw, rules = f"{c}::text", x.rules
    arms = []
    if rules.missing:
        tokens = sql.texts(dict.fromkeys([*rules.missing, *(t.strip(sql.BLANKS) for t in rules.missing)]))
        arms.append(
            f"WHEN {raw} IN ({tokens}) OR btrim({raw}, {sql.text(sql.BLANKS)}) IN ({tokens}) THEN NULL"
        )
    arms += [f"WHEN {raw} = {sql.text(theirs)} THEN {sql.text(ours)}" for theirs, ours in rules.translate]
    return f"CASE {' '.join(arms)} ELSE {raw} END" if arms else raw


def _unfit(x: FieldSource, shown: str) -> DataError:
    name = x.column.name if x.column else x.constant
    kind = x.column.type if x.column else "always the same"
    return DataError(
        f"`{shown}` is too large to be brought, and `{name}` ({kind}) cannot be read there as `{x.field.name}`, which is {x.field.type}: "
        f"name a view in which it is {_WANTED.get(x.field.type, x.field.type.value)}"
    )


_WANTED = {
    FieldType.TIME: "a timestamp with time zone",
    FieldType.DATE: "a date",
    FieldType.NUMBER: "a number",
    FieldType.BOOLEAN: "a boolean",
    FieldType.DURATION: "left out; lengths of time are not read there yet",
    FieldType.TEXT: "a text",
    FieldType.ONE_OF: "a text",
}


def _problems(
    server: Any, record: Record, source: Source | None, there: There, fields: Sequence[_Read], skip: str
) -> Iterator[Problem]:
    """What is left out or wrong, counted in one pass; then a few keys of what there is."""
    flaws = [(f.field, kind, test) for f in fields for kind, test in f.flaws]
    kept = f"NOT ({skip})" if skip else "true"
    counts = [f"count(*) FILTER (WHERE {kept} AND ({test}))" for _, _, test in flaws]
    asked = ", ".join([f"count(*) FILTER (WHERE NOT ({kept}))", *counts])
    left, *found = server.execute(f"SELECT {asked} FROM {there.relation}").fetchone()
    if left:
        yield Problem(record.name, "skipped row", left, file=there.shown)
    key = next(f.value for f in fields if f.field == record.key)
    for (name, kind, test), many in zip(flaws, found, strict=True):
        if many:
            keys = server.execute(
                f"SELECT {key} FROM {there.relation} WHERE {kept} AND ({test}) ORDER BY 1 LIMIT {_EXAMPLES}"
            ).fetchall()
            examples = tuple(Example(key=k, file=there.shown, field=name) for (k,) in keys)
            yield Problem(record.name, kind, many, name, there.shown, examples)
