"""The connection of one evaluation: queries that it asks, and tables that it makes for itself and drops again."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import ibis
import pyarrow as pa


class Store:
    """Asks a DuckDB connection, and makes temporary tables on it that are dropped when it is closed.

    Ibis writes a query as SQL, and DuckDB runs it as it is. Ibis' own way to run one compiles it again for each question about it and
    brings pandas in, which costs more than most of these queries.
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

    def arrow(self, query: ibis.Table) -> pa.Table:
        """The rows as columns."""
        found: pa.Table = self.con.con.sql(self._written(query)).to_arrow_table()
        return found

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        """The rows, each by the names of its columns."""
        names, found = query.columns, self.con.con.execute(self._written(query)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]

    def row(self, query: ibis.Table) -> dict[str, Any]:
        """The only row."""
        (found,) = self.rows(query)
        return found

    def keep(self, what: ibis.Table | pa.Table) -> ibis.Table:
        """A temporary table with these rows."""
        name = ibis.util.gen_name("sladsl")
        if isinstance(what, pa.Table):
            schema = ibis.Schema.from_pyarrow(what.schema)
            self.con.con.register(f"{name}_rows", what)
            self._make(name, schema, f'FROM "{name}_rows"')
            self.con.con.unregister(f"{name}_rows")
        else:
            schema = what.schema()
            self._make(name, schema, self._written(what))
        return ibis.table(schema, name=name)

    def _make(self, name: str, schema: ibis.Schema, rows: str) -> None:
        """The types are said, since DuckDB's own may differ from those Ibis goes on with: a sum of BIGINT is a HUGEINT."""
        columns = ", ".join(d.sql(self.con.dialect) for d in schema.to_sqlglot_column_defs(self.con.dialect))
        self.con.con.execute(f'CREATE TEMP TABLE "{name}" ({columns})')
        self._made.append(name)
        self.con.con.execute(f'INSERT INTO "{name}" {rows}')

    def _written(self, query: ibis.Table) -> str:
        # Fusing nested SELECTs doubles the time it takes to compile, and databases do it anyway.
        fused, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
        try:
            return str(self.con.compile(query))
        finally:
            ibis.options.sql.fuse_selects = fused

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        """Rows behind those of a table that was kept before."""
        self.con.con.execute(f'INSERT INTO "{to.get_name()}" {self._written(what)}')

    def given(self, kept: ibis.Table) -> ibis.Table:
        """A table that was kept, for somebody who asks it without this store, before it is closed."""
        return self.con.table(kept.get_name(), database=("temp", "main"))

    def close(self) -> None:
        while self._made:
            self.con.con.execute(f'DROP TABLE IF EXISTS "{self._made.pop()}"')
