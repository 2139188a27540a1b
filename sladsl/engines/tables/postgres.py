"""A Postgres database as the store of an evaluation."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from psycopg.pq import TransactionStatus

from sladsl.engines.tables.store import TableStore

_AT_ONCE = 10_000
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
        schema = query.schema().to_pyarrow()
        return pa.Table.from_pylist(self.rows(query), schema=schema)

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        with self.con.con.cursor() as cursor:
            found = cursor.execute(self.written(query)).fetchall()
        return [dict(zip(query.columns, row, strict=True)) for row in found]

    def columns(self, schema: ibis.Schema) -> str:
        mapper = self.con.compiler.type_mapper
        return ", ".join(
            f'"{name}" {mapper.to_string(type)}' + (' COLLATE "C"' if type.is_string() else "")
            for name, type in schema.items()
        )

    number = f', "{_NUMBER}" bigint GENERATED ALWAYS AS IDENTITY'

    def keep(self, what: ibis.Table | pa.Table, ordered: bool = False) -> ibis.Table:
        kept = super().keep(what, ordered)
        self.execute(f'ANALYZE "{kept.get_name()}"')
        return kept

    def execute(self, statement: str) -> None:
        with self.con.con.cursor() as cursor:
            cursor.execute(statement)

    def fill(self, name: str, rows: pa.Table) -> None:
        names = ", ".join(f'"{column}"' for column in rows.column_names)
        with self.con.con.cursor() as cursor, cursor.copy(f'COPY "{name}" ({names}) FROM STDIN') as copy:
            for batch in rows.to_batches(max_chunksize=_AT_ONCE):
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    copy.write_row(row)

    def given(self, kept: ibis.Table) -> ibis.Table:
        names = ", ".join(f'"{name}"' for name in kept.columns)
        query = f'SELECT {names} FROM "{kept.get_name()}" ORDER BY "{_NUMBER}"'
        return self.con.sql(query, schema=kept.schema())
