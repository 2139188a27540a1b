"""The servers of a run, and a table of one brought into the engine: the columns that the agreement asks for, with the types that they have.

Only small tables are brought, and it is said how many rows they have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sladsl.data import sql
from sladsl.data.columns import resolve, row_tests
from sladsl.data.errors import DataError
from sladsl.data.locations import Remote
from sladsl.data.servers.server import Server, There, asking
from sladsl.data.tables import Table, describe_columns
from sladsl.plan import Record, Source

_BY_SCHEME = {
    "postgres": ("postgres", "Postgres"),
    "postgresql": ("postgres", "Postgres"),
    "spark": ("spark", "Spark"),
    "sc": ("spark", "Spark"),
    "mysql": ("others", "MySQL"),
    "clickhouse": ("others", "ClickHouse"),
    "snowflake": ("others", "Snowflake"),
    "bigquery": ("others", "BigQuery"),
    "trino": ("others", "Trino"),
    "databricks": ("others", "Databricks"),
    "motherduck": ("others", "MotherDuck"),
}
MOST_ROWS = 2_000_000
"""Beyond this a table is not brought over a network."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A server's table that was found, with the number of its rows."""

    remote: Remote
    server: Server
    there: There
    rows: int

    @property
    def shown(self) -> str:
        """The server and the table, as it may be printed."""
        return self.there.shown

    @property
    def small(self) -> bool:
        """Whether it may be brought."""
        return self.rows <= MOST_ROWS


class Servers:
    """The servers of one run: each is connected to once, and read as it is at that moment."""

    def __init__(self) -> None:
        self._open: dict[str, Server] = {}

    def opened(self, remote: Remote, record: str) -> Opened:
        """The table, found and counted; `DataError` where it cannot be."""
        kind = _kind(remote)
        with asking(kind, remote, record):
            server = self._open.get(remote.url) or kind(remote)
            self._open[remote.url] = server
            there = server.find(remote.part)
            return Opened(remote, server, there, server.count(there))

    def close(self) -> None:
        """Let go of all of them."""
        for server in self._open.values():
            server.close()
        self._open.clear()


def _kind(remote: Remote) -> type[Server]:
    module, name = _BY_SCHEME[remote.url.partition(":")[0]]
    server: type[Server] = getattr(import_module(f"sladsl.data.servers.{module}"), name)
    return server


def open_remote(
    connection: Any,
    record: Record,
    source: Source | None,
    opened: Opened,
    name: str,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """The table as one of the engine's, called `name`. `DataError` for one that cannot be read, or that is too large."""
    if not opened.small:
        raise DataError(
            f"`{opened.shown}` has {opened.rows:,} rows, and no more than {MOST_ROWS:,} are brought from a server: "
            "name a view with those that the agreement is about, or export the table as Parquet"
        )
    if progress:
        progress(f"bringing {opened.rows:,} rows of {opened.shown}")
    there, relation = opened.there, sql.name(name)
    sql.rows(
        connection,
        f"CREATE TABLE {relation} ({', '.join(f'c{n} {c.here}' for n, c in enumerate(there.columns))})",
    )
    columns = describe_columns(connection, relation, [c.name for c in there.columns])
    asked = [s.column for s in resolve(record, columns, source, there.shown) if s.column]
    asked += [t.column for t in row_tests(columns, source, there.shown)]
    needed = list(dict.fromkeys(c.name for c in asked)) or [there.columns[0].name]
    if not any(
        f.key for f in record.fields
    ):  # rows without a key are one where they are equal in every column
        needed = [c.name for c in there.columns]
    with asking(type(opened.server), opened.remote, record.name):
        _fill(connection, relation, opened, needed)
    return Table(there.shown, relation, columns, "rowid + 1", ordered=False)


def _fill(connection: Any, relation: str, opened: Opened, needed: list[str]) -> None:
    import pyarrow as pa

    here = {c.name: (f"c{n}", c.here) for n, c in enumerate(opened.there.columns)}
    names = [here[name][0] for name in needed]
    cast = ", ".join(f"CAST({c} AS {type})" for c, type in (here[name] for name in needed))
    stream = opened.server.stream(opened.there, needed)
    schema = pa.schema([field.with_name(c) for field, c in zip(stream.schema, names, strict=True)])
    batches = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in stream)
    connection.register("sla_brought", pa.RecordBatchReader.from_batches(schema, batches))
    try:
        sql.rows(connection, f"INSERT INTO {relation} ({', '.join(names)}) SELECT {cast} FROM sla_brought")
    finally:
        connection.unregister("sla_brought")
