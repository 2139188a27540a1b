"""The connection of one evaluation: queries that it asks, and tables that it makes for itself and drops again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import ibis
import pyarrow as pa


class Store(ABC):
    """Asks a database, and keeps rows in it for as long as it is open.

    Ibis writes a query as SQL, and the database's driver runs it as it is. Ibis' own way to run one compiles it again for each question
    about it and brings pandas in, which costs more than most of these queries.
    """

    def __init__(self, con: ibis.BaseBackend) -> None:
        self.con = con
        self._made: list[str] = []

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    @property
    def dialect(self) -> str:
        """What SQL is written in."""
        return str(self.con.name)

    @abstractmethod
    def arrow(self, query: ibis.Table) -> pa.Table:
        """The rows as columns."""

    def batches(self, query: ibis.Table, size: int) -> Iterator[pa.RecordBatch]:
        """The rows as columns, so many at a time, without all of them in memory where the database gives them so. Nothing else is asked
        until the last one was taken."""
        yield from self.arrow(query).to_batches(max_chunksize=size)

    @abstractmethod
    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        """The rows, each by the names of its columns."""

    def row(self, query: ibis.Table) -> dict[str, Any]:
        """The only row."""
        (row,) = self.rows(query)
        return row

    @abstractmethod
    def keep(self, what: ibis.Table | pa.Table, ordered: bool = False) -> ibis.Table:
        """A table with these rows; `ordered` when they are to be `given` in the order in which they were put in."""

    @abstractmethod
    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        """Rows behind those of a table that was kept before."""

    @abstractmethod
    def given(self, kept: ibis.Table) -> ibis.Table:
        """A table that was kept, for somebody who asks it without this store, before it is closed."""

    def staged(self, query: ibis.Table) -> ibis.Table:
        """What a query gives, worked out once, for queries over it that somebody asks without this store."""
        return self.given(self.keep(query, ordered=True))

    @abstractmethod
    def close(self) -> None:
        """Forget what was kept."""

    def written(self, query: ibis.Table) -> str:
        """The query in the database's own words."""
        # Fusing nested SELECTs doubles the time it takes to compile, and databases do it anyway.
        fused, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
        try:
            return self.compiled(query)
        finally:
            ibis.options.sql.fuse_selects = fused

    def compiled(self, query: ibis.Table) -> str:
        """As Ibis writes it."""
        return str(self.con.compile(query))


class TableStore(Store):
    """Keeps rows in temporary tables, which are dropped when it is closed."""

    number = ""
    """A column more, for a database whose tables do not keep the order of their rows."""

    def keep(self, what: ibis.Table | pa.Table, ordered: bool = False) -> ibis.Table:
        name = ibis.util.gen_name("sladsl")
        schema = ibis.Schema.from_pyarrow(what.schema) if isinstance(what, pa.Table) else what.schema()
        # The types are said, since a database's own may differ from those Ibis goes on with: DuckDB's sum of BIGINT is a HUGEINT.
        self.execute(f'CREATE TEMP TABLE "{name}" ({self.columns(schema)}{self.number if ordered else ""})')
        self._made.append(name)
        if isinstance(what, pa.Table):
            self.fill(name, what)
        else:
            self.put(name, what)
        return ibis.table(schema, name=name)

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        self.put(to.get_name(), what)

    def close(self) -> None:
        while self._made:
            self.execute(f'DROP TABLE IF EXISTS "{self._made.pop()}"')

    def columns(self, schema: ibis.Schema) -> str:
        """Names and types, as a table is declared with them."""
        return ", ".join(d.sql(self.con.dialect) for d in schema.to_sqlglot_column_defs(self.con.dialect))

    def put(self, name: str, what: ibis.Table) -> None:
        """Rows of a query into a table that was made for them."""
        names = ", ".join(f'"{column}"' for column in what.columns)
        self.execute(f'INSERT INTO "{name}" ({names}) {self.written(what)}')

    @abstractmethod
    def execute(self, statement: str) -> None:
        """Run a statement that gives no rows."""

    @abstractmethod
    def fill(self, name: str, rows: pa.Table) -> None:
        """Put rows that are here into a table that was made for them."""


class DuckStore(TableStore):
    """DuckDB, in this process."""

    def arrow(self, query: ibis.Table) -> pa.Table:
        table: pa.Table = self.con.con.sql(self.written(query)).to_arrow_table()
        return table

    def batches(self, query: ibis.Table, size: int) -> Iterator[pa.RecordBatch]:
        yield from self.con.con.sql(self.written(query)).to_arrow_reader(size)

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        names, rows = query.columns, self.con.con.execute(self.written(query)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def execute(self, statement: str) -> None:
        self.con.con.execute(statement)

    def fill(self, name: str, rows: pa.Table) -> None:
        self.con.con.register(f"{name}_rows", rows)
        self.execute(f'INSERT INTO "{name}" FROM "{name}_rows"')
        self.con.con.unregister(f"{name}_rows")

    def given(self, kept: ibis.Table) -> ibis.Table:
        return self.con.table(kept.get_name(), database=("temp", "main"))
