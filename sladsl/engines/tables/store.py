"""Tables that one evaluation makes for itself: small tables of time, and results that several queries read."""

from __future__ import annotations

from types import TracebackType

import ibis
import pyarrow as pa


class Store:
    """Makes temporary tables on a connection and drops them when it is closed."""

    def __init__(self, con: ibis.BaseBackend) -> None:
        self.con = con
        self._made: list[str] = []
        self._fused = ibis.options.sql.fuse_selects

    def __enter__(self) -> Store:
        # Fusing nested SELECTs doubles the time it takes to compile, and databases do it anyway.
        self._fused, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        ibis.options.sql.fuse_selects = self._fused
        self.close()

    def keep(self, what: ibis.Table | pa.Table) -> ibis.Table:
        """A temporary table with these rows."""
        rows = ibis.memtable(what) if isinstance(what, pa.Table) else what
        name = ibis.util.gen_name("sladsl")
        made = self.con.create_table(name, obj=rows, temp=True)
        self._made.append(name)
        return made

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        """Rows behind those of a table that was kept before."""
        # Not Ibis' `insert`, which looks for temporary tables where they are not.
        self.con.raw_sql(f"INSERT INTO {to.get_name()} {self.con.compile(what)}")

    def close(self) -> None:
        while self._made:
            self.con.drop_table(self._made.pop(), force=True)
