"""A Spark session as the store of an evaluation."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sladsl.engines.tables.dialects import readable
from sladsl.engines.tables.queries import Columns, declared, of
from sladsl.engines.tables.store import Store

if TYPE_CHECKING:
    import ibis
else:
    from sladsl.engines.tables.queries import ibis


_NAMES = count()


class SparkStore(Store):
    """Over Ibis' connection to a session. What is kept is a view of rows that were worked out once; nothing is written anywhere."""

    def __init__(self, con: ibis.BaseBackend) -> None:
        super().__init__(con)
        self._session = con._session
        # A product of two decimals keeps all its places; what does not fit is an error, and not a rounded value.
        self._session.conf.set("spark.sql.decimalOperations.allowPrecisionLoss", "false")

    def compiled(self, query: ibis.Table) -> str:
        return str(readable("pyspark", self.con.compiler.to_sqlglot(query)).sql(dialect=self.con.dialect))

    def arrow(self, query: ibis.Table) -> pa.Table:
        return pa.Table.from_pylist(self.rows(query), schema=query.schema().to_pyarrow())

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        rows = self._session.sql(self.written(query)).collect()
        return [dict(zip(query.columns, row, strict=True)) for row in rows]

    def keep(self, what: ibis.Table | Columns, ordered: bool = False) -> ibis.Table:
        name = f"sladsl_{next(_NAMES)}"
        if isinstance(what, Columns):
            types, frame = what.types, self._session.createDataFrame(_arrow(what))
        else:
            types, frame = declared(what), self._session.sql(self.written(what))
        self._show(name, frame)
        self._made.append(name)
        return ibis.table(types, name=name)

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        name = to.get_name()
        self._show(name, self._session.table(name).unionAll(self._session.sql(self.written(what))))

    def _show(self, name: str, frame: Any) -> None:
        # Worked out here and now: a view alone would be worked out anew by every query that names it.
        frame.localCheckpoint().createOrReplaceTempView(name)

    def given(self, kept: ibis.Table) -> ibis.Table:
        return of(self.con.table(kept.get_name()))

    def close(self) -> None:
        while self._made:
            self._session.catalog.dropTempView(self._made.pop())


def _arrow(rows: Columns) -> pa.Table:
    from ibis import dtype

    return pa.table(
        {
            name: pa.array(list(values), dtype(rows.types[name]).to_pyarrow())
            for name, values in rows.values.items()
        }
    )
