"""A Postgres database as the store of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from psycopg.pq import TransactionStatus

from sladsl.engines import sandbox
from sladsl.engines.tables.queries import Columns, of
from sladsl.engines.tables.store import Duck, DuckStore, TableStore

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
else:
    from sladsl.engines.tables.queries import ibis

_NAMES = count()
_NUMBER = "number_of_row"


class PostgresStore(TableStore):
    """Over Ibis' connection, which psycopg makes.

    Texts are compared by code points, so every column of text has the collation "C": those of the tables that are kept here, and
    those of the tables that are evaluated (see `collated`).
    """

    def __init__(self, con: ibis.BaseBackend) -> None:
        super().__init__(con)
        self._begun = False
        # Its planner takes what a long query makes on the way for a row or two, and then looks each up again and again.
        self.execute("SET enable_nestloop = off")
        self.execute("SET jit = off")  # compiling such a query takes longer than running it

    def __enter__(self) -> PostgresStore:
        """One evaluation sees its tables as they were at one moment; what it makes is never committed."""
        if self.con.con.info.transaction_status == TransactionStatus.IDLE:
            self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            self._begun = True
        return self

    def close(self) -> None:
        if not self._begun:
            super().close()
        elif not self.con.con.closed:
            self._made.clear()
            self.execute("ROLLBACK")
        self._begun = False

    def arrow(self, query: ibis.Table) -> pa.Table:
        import pyarrow as pa

        schema = query.schema().to_pyarrow()
        return pa.Table.from_pylist(self.rows(query), schema=schema)

    def batches(self, query: ibis.Table, size: int) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        schema, names = query.schema().to_pyarrow(), query.columns
        with self.con.con.transaction(), self.con.con.cursor(name=f"sladsl_{next(_NAMES)}") as cursor:
            cursor.execute(self.written(query))
            while rows := cursor.fetchmany(size):
                some = [dict(zip(names, row, strict=True)) for row in rows]
                yield pa.RecordBatch.from_pylist(some, schema=schema)

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        with self.con.con.cursor() as cursor:
            rows = cursor.execute(self.written(query)).fetchall()
        return [dict(zip(query.columns, row, strict=True)) for row in rows]

    def declaration(self, types: Mapping[str, str]) -> str:
        return ", ".join(
            f'"{name}" {self._type(kind)}' + (' COLLATE "C"' if kind.endswith("string") else "")
            for name, kind in types.items()
        )

    def _type(self, kind: str) -> str:
        import ibis as library

        return str(self.con.compiler.type_mapper.to_string(library.dtype(str(kind))))

    number = f', "{_NUMBER}" bigint GENERATED ALWAYS AS IDENTITY'

    def keep(self, what: ibis.Table | Columns, ordered: bool = False) -> ibis.Table:
        kept = super().keep(what, ordered)
        self.execute(f'ANALYZE "{kept.get_name()}"')
        return kept

    def execute(self, statement: str) -> None:
        with self.con.con.cursor() as cursor:
            cursor.execute(statement)

    def fill(self, name: str, rows: Columns) -> None:
        names = ", ".join(f'"{column}"' for column in rows.types)
        with self.con.con.cursor() as cursor, cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as copy:
            for row in rows.rows():
                copy.write_row(row)

    def given(self, kept: ibis.Table) -> ibis.Table:
        names = ", ".join(f'"{name}"' for name in kept.columns)
        query = f'SELECT {names} FROM "{kept.get_name()}" ORDER BY "{_NUMBER}"'
        return of(self.con.sql(query, schema=kept.schema()))


_MAY_MAKE = (
    "SELECT has_database_privilege(current_database(), 'TEMP') AND NOT pg_is_in_recovery() "
    "AND current_setting('transaction_read_only') = 'off'"
)


def postgres_store(con: ibis.BaseBackend) -> PostgresStore:
    """The store for a connection: one that makes temporary tables where the account and the server let it."""
    with con.con.cursor() as cursor:
        (may,) = cursor.execute(_MAY_MAKE).fetchone()
    return PostgresStore(con) if may else ReadingStore(con)


def _memory() -> Duck:
    """A DuckDB that reaches no file."""
    con = Duck(sandbox.opened())
    sandbox.close_off(con.con)
    return con


class ReadingStore(PostgresStore):
    """For a standby, or an account that may make nothing: small tables are part of each query, what is worked out is worked out by each
    query that needs it, and rows that are to be given in an order are kept in this process."""

    def __init__(self, con: ibis.BaseBackend) -> None:
        super().__init__(con)
        self._here: DuckStore | None = None
        # On the connection, since a query of one store may be asked by the next (`evaluation.columns`).
        self._small: dict[str, str] = con.__dict__.setdefault("small_tables", {})
        self._own: list[str] = []

    def keep(self, what: ibis.Table | Columns, ordered: bool = False) -> ibis.Table:
        if ordered:
            self._here = self._here or DuckStore(_memory())
            return self._here.keep(what if isinstance(what, Columns) else self.held(what), ordered)
        return self._part_of_queries(what) if isinstance(what, Columns) else what

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        assert self._here is not None, "what is appended to was kept before"
        self._here.fill(to.get_name(), self.held(what))

    def given(self, kept: ibis.Table) -> ibis.Table:
        assert self._here is not None, "what is given was kept before"
        return self._here.given(kept)

    def staged(self, query: ibis.Table) -> ibis.Table:
        return query

    def close(self) -> None:
        super().close()
        while self._own:
            del self._small[self._own.pop()]
        if self._here is not None:
            self._here.close()

    def written(self, query: ibis.Table) -> str:
        """With the small tables that it reads in front."""
        text = super().written(query)
        read = ", ".join(f'"{name}" AS ({rows})' for name, rows in self._small.items() if f'"{name}"' in text)
        if not read:
            return text
        return f"WITH {read}, {text[5:]}" if text.startswith("WITH ") else f"WITH {read} {text}"

    def _part_of_queries(self, rows: Columns) -> ibis.Table:
        name = f"sladsl_{next(_NAMES)}"
        columns = ", ".join(
            f'CAST("{column}" AS {self._type(kind)})'
            + (' COLLATE "C"' if kind == "string" else "")
            + f' AS "{column}"'
            for column, kind in rows.types.items()
        )
        lists = ", ".join(
            f"({', '.join(map(_literal, row))})" for row in [*rows.rows()] or [(None,) * len(rows.types)]
        )
        names = ", ".join(f'"{column}"' for column in rows.types)
        none = "" if len(rows) else " WHERE false"
        self._own.append(name)
        self._small[name] = f"SELECT {columns} FROM (VALUES {lists}) AS given({names}){none}"
        return ibis.table(rows.types, name=name)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "''") + "'" if isinstance(value, str) else str(value)
