"""Postgres, by psycopg. Who one is comes from the URL, the environment (`PGUSER`, `PGPASSWORD`, …) or `~/.pgpass`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sladsl.data import sql
from sladsl.data.columns import Kind
from sladsl.data.locations import Remote
from sladsl.data.native import kind_of
from sladsl.data.servers.server import ColumnThere, RunningServer, There
from sladsl.data.servers.words import Words
from sladsl.plan import FieldType

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 50_000
_EPOCH = (
    "(CASE WHEN {c} = 'infinity' THEN 9223372036854775807 WHEN {c} = '-infinity' THEN -9223372036854775807 "
    + ("ELSE (extract(epoch FROM {c}) * 1000000)::bigint END)")
)
_DAYS = "(CASE WHEN {c} = 'infinity' THEN 2147483647 WHEN {c} = '-infinity' THEN -2147483647 ELSE {c} - DATE '1970-01-01' END)"
_TYPES = {
    "boolean": ("BOOLEAN", "{c}"),
    "smallint": ("BIGINT", "{c}"),
    "integer": ("BIGINT", "{c}"),
    "bigint": ("BIGINT", "{c}"),
    "real": ("FLOAT", "{c}"),
    "double precision": ("DOUBLE", "{c}"),
    "date": ("DATE", _DAYS),
    "timestamp without time zone": ("TIMESTAMP", _EPOCH),
    "timestamp with time zone": ("TIMESTAMP WITH TIME ZONE", _EPOCH),
}
"""A column's type there, here, and how its values travel; every other type travels as text, decimals too, which loses nothing."""
_ONE_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ"
"""All tables are read as they were at one moment, so that a lead and its activities fit together; nothing is ever committed."""
_GONE = (
    "SELECT set_config(name, '10s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'"
)
"""A query whose client was killed ends; without it Postgres would finish it for nobody."""


class _PostgresWords(Words):
    null_types: ClassVar = {
        FieldType.NUMBER: "numeric(18, 6)",
        FieldType.BOOLEAN: "boolean",
        FieldType.TEXT: "text",
        FieldType.ONE_OF: "text",
        FieldType.DATE: "bigint",
        FieldType.TIME: "bigint",
        FieldType.DURATION: "bigint",
    }

    def name(self, name: str) -> str:
        return sql.name(name)

    def text(self, value: str) -> str:
        return sql.text(value)

    def as_text(self, c: str) -> str:
        return f"{c}::text"

    def trimmed(self, c: str) -> str:
        return f"btrim({c}, {sql.text(sql.BLANKS)})"

    def by_code_points(self, c: str) -> str:
        return f'({c}) COLLATE "C"'

    def matching(self, c: str, pattern: str) -> str:
        return f"{c} ~ {sql.text(f'^(?:{pattern})$')}"

    def exact(self, c: str, kind: Kind) -> str:
        return f"{c}::text::numeric" if kind is Kind.FLOAT else f"{c}::numeric"

    def odd(self, c: str, kind: Kind) -> str:
        return f"{self.exact(c, kind)} IN ('NaN', 'Infinity', '-Infinity')"

    def stored(self, c: str) -> str:
        return f"round({c}, 6)::numeric(18, 6)"

    def day(self, c: str) -> str:
        return f"({c} - DATE '1970-01-01')::bigint"

    def instant(self, c: str, kind: Kind) -> str:
        return f"(extract(epoch FROM {c}) * 1000000)::bigint"

    def dates_between(self, c: str) -> str:
        return f"{c} BETWEEN DATE '1900-01-01' AND DATE '9999-12-31'"

    def times_between(self, c: str, kind: Kind) -> str:
        if kind is Kind.LOCAL:
            return f"{c} BETWEEN TIMESTAMP '1900-01-01 00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999'"
        return f"{c} BETWEEN '1900-01-01 00:00Z'::timestamptz AND '9999-12-31 23:59:59.999999Z'::timestamptz"


class Postgres(RunningServer):
    """One server, read as it was at one moment."""

    words = _PostgresWords()

    def __init__(self, remote: Remote) -> None:
        import psycopg

        super().__init__(remote)
        self._handed_over = False
        self._con = psycopg.connect(remote.url, connect_timeout=10, autocommit=True)
        self._con.execute(_GONE)
        self._con.execute(_ONE_MOMENT)

    @classmethod
    def errors(cls) -> tuple[type[Exception], ...]:
        import psycopg

        return (psycopg.Error,)

    def find(self, table: str | None) -> There:
        tables = self._con.execute(
            "SELECT n.nspname, c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
            "AND n.nspname NOT LIKE 'pg_toast%' AND has_schema_privilege(n.oid, 'USAGE') ORDER BY 1, 2"
        ).fetchall()
        by_name = {_called(schema, name): (schema, name, number) for schema, name, number in tables}
        whole = {f"{schema}.{name}": _called(schema, name) for schema, name, _ in tables}
        wanted = whole.get(table, table) if table is not None and table not in by_name else table
        schema, name, number = by_name[self.chosen(list(by_name), wanted)]
        columns = self._con.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [number],
        ).fetchall()
        shown = f"{self.remote.shown}#{_called(schema, name)}"
        return There(shown, f"{sql.name(schema)}.{sql.name(name)}", tuple(_column(*c) for c in columns))

    def count(self, there: There) -> int:
        return int(self.ask(f"SELECT count(*) FROM {there.relation}")[0][0])

    def ask(self, query: str) -> list[Sequence[Any]]:
        return list(self._con.execute(query.encode()).fetchall())

    def stream(self, there: There, names: Sequence[str]) -> pa.RecordBatchReader:
        import pyarrow as pa

        columns = {c.name: c for c in there.columns}
        schema = pa.schema([(name, _arrow(columns[name].here)) for name in names])
        travelling = [_TYPES.get(columns[n].type, ("", "{c}::text"))[1].format(c=sql.name(n)) for n in names]
        query = f"SELECT {', '.join(travelling)} FROM {there.relation}"
        return pa.RecordBatchReader.from_batches(schema, self._batches(query, schema))

    def _batches(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows in batches, read through a cursor of the server's, so that they never stand here all at once."""
        import pyarrow as pa

        with self._con.cursor(name="sla_rows") as cursor:
            cursor.execute(query.encode())
            while rows := cursor.fetchmany(_AT_ONCE):
                arrays = [
                    pa.array(values, field.type)
                    for values, field in zip(zip(*rows, strict=True), schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def engine(self) -> Any:
        import ibis

        self._con.execute("ROLLBACK")  # a run has a moment of its own
        self._handed_over = True
        return ibis.postgres.from_connection(self._con)

    def close(self) -> None:
        if not self._handed_over:
            self._con.close()


def _called(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"


def _column(name: str, type: str) -> ColumnThere:
    here = _TYPES.get(type, ("VARCHAR", ""))[0]
    return ColumnThere(name, type, here, Kind.DECIMAL if type == "numeric" else kind_of(here))


def _arrow(here: str) -> pa.DataType:
    import pyarrow as pa

    kinds = {
        "BOOLEAN": pa.bool_(),
        "BIGINT": pa.int64(),
        "FLOAT": pa.float32(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
    }
    return kinds.get(here, pa.string())
