"""A table in Postgres, brought into the engine: the columns that the agreement asks for, with the types that they have.

Only small tables are brought, and it is said how many rows they have. A connection reads only, and leaves nothing behind. Who one is comes
from the URL, the environment (`PGUSER`, `PGPASSWORD`, …) or `~/.pgpass`, as for every client of Postgres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sladsl.data import sql
from sladsl.data.columns import Column, Kind, resolve, skip_columns
from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.locations import Remote
from sladsl.data.native import kind_of
from sladsl.data.tables import Table, describe_columns
from sladsl.plan import Record, Source

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 2_000_000
"""Beyond this a table is not brought over a network."""
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


def open_remote(
    connection: Any,
    record: Record,
    source: Source | None,
    remote: Remote,
    name: str,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """The table as one of the engine's, called `name`. `DataError` for a server or table that cannot be read, or that is too large."""
    import psycopg

    try:
        with opened(remote) as server:
            there = There.found(server, remote)
            return _brought(connection, server, there, record, source, name, progress)
    except psycopg.Error as error:
        raise failure(remote, record, error) from None


def opened(remote: Remote) -> Any:
    """A connection that only reads."""
    import psycopg

    server = psycopg.connect(remote.url, connect_timeout=10)
    server.read_only = True
    return server


def failure(remote: Remote, record: Record, error: Exception) -> DataError:
    """What the server or its driver says, in one line, and of which table."""
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    return DataError(f"`{remote.named}` cannot be read for `{record.name}`: {said}")


@dataclass(frozen=True, slots=True)
class There:
    """A table or view of the server, and the names and types of its columns."""

    shown: str
    relation: str
    columns: tuple[tuple[str, str], ...]

    @classmethod
    def found(cls, server: Any, remote: Remote) -> There:
        tables = server.execute(
            "SELECT n.nspname, c.relname, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
            "AND n.nspname NOT LIKE 'pg_toast%' AND has_schema_privilege(n.oid, 'USAGE') ORDER BY 1, 2"
        ).fetchall()
        schema, name, number = _choose(tables, remote)
        columns = server.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [number],
        ).fetchall()
        shown = f"{remote.shown}#{_called(schema, name)}"
        return cls(shown, f"{sql.name(schema)}.{sql.name(name)}", tuple(columns))

    def rows(self, server: Any) -> int:
        """How many there are."""
        return int(server.execute(f"SELECT count(*) FROM {self.relation}").fetchone()[0])

    def described(self) -> tuple[Column, ...]:
        """The columns, with the kinds that they would have once brought."""
        types = [(name, type, _TYPES.get(type, ("VARCHAR", ""))[0]) for name, type in self.columns]
        return tuple(
            Column(name, f"c{n}", Kind.DECIMAL if type == "numeric" else kind_of(here), type)
            for n, (name, type, here) in enumerate(types)
        )


def _called(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"


def _choose(tables: Sequence[tuple[str, str, int]], remote: Remote) -> tuple[str, str, int]:
    names = [_called(schema, name) for schema, name, _ in tables]
    if not tables:
        raise DataError(f"`{remote.shown}` has no table that may be read")
    if remote.part is None:
        raise DataError(
            f"`{remote.shown}` holds tables: say which, as in `{remote.shown}#{names[0]}`; it has {listed(names)}"
        )
    for table, name in zip(tables, names, strict=True):
        if remote.part in (name, f"{table[0]}.{table[1]}"):
            return table
    raise DataError(
        f"`{remote.shown}` has no table `{remote.part}`{did_you_mean(remote.part, names)} — it has {listed(names)}"
    )


def _brought(
    connection: Any,
    server: Any,
    there: There,
    record: Record,
    source: Source | None,
    name: str,
    progress: Callable[[str], None] | None,
) -> Table:
    relation = sql.name(name)
    declared = ", ".join(f"{sql.name(c)} {_TYPES.get(type, ('VARCHAR', ''))[0]}" for c, type in there.columns)
    sql.rows(connection, f"CREATE TABLE {relation} ({declared})")
    columns = describe_columns(connection, relation)
    asked = [s.column for s in resolve(record, columns, source, there.shown) if s.column]
    asked += [column for column, _ in skip_columns(columns, source, there.shown)]
    needed = list(dict.fromkeys(c.name for c in asked)) or [there.columns[0][0]]
    many = there.rows(server)
    if many > MOST_ROWS:
        raise DataError(
            f"`{there.shown}` has {many:,} rows, and no more than {MOST_ROWS:,} are brought from a server: "
            "name a view with those that the agreement is about, or export the table as Parquet"
        )
    if progress:
        progress(f"bringing {many:,} rows of {there.shown}")
    import pyarrow as pa

    stream = pa.RecordBatchReader.from_batches(_schema(there, needed), _batches(server, there, needed))
    connection.register("sla_brought", stream)
    try:
        into = ", ".join(sql.name(c) for c in needed)
        sql.rows(connection, f"INSERT INTO {relation} ({into}) SELECT * FROM sla_brought")
    finally:
        connection.unregister("sla_brought")
    return Table(there.shown, relation, columns, "rowid + 1")


def _schema(there: There, needed: Sequence[str]) -> pa.Schema:
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
    types = dict(there.columns)
    here = {c: _TYPES.get(types[c], ("VARCHAR", ""))[0] for c in needed}
    return pa.schema([(c, kinds.get(here[c], pa.string())) for c in needed])


def _batches(server: Any, there: There, needed: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows in batches, read through a cursor of the server's, so that they never stand here all at once."""
    import pyarrow as pa

    types = dict(there.columns)
    travelling = [_TYPES.get(types[c], ("", "{c}::text"))[1].format(c=sql.name(c)) for c in needed]
    schema = _schema(there, needed)
    with server.cursor(name="sla_rows") as cursor:
        cursor.execute(f"SELECT {', '.join(travelling)} FROM {there.relation}")
        while rows := cursor.fetchmany(_AT_ONCE):
            arrays = [
                pa.array(values, field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
