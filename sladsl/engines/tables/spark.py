"""A Spark session as the store of an evaluation."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from sladsl.engines.tables.dialects import readable
from sladsl.engines.tables.store import Store


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

    def keep(self, what: ibis.Table | pa.Table, ordered: bool = False) -> ibis.Table:
        name = ibis.util.gen_name("sladsl")
        if isinstance(what, pa.Table):
            schema, frame = ibis.Schema.from_pyarrow(what.schema), self._session.createDataFrame(what)
        else:
            schema, frame = what.schema(), self._session.sql(self.written(what))
        self._show(name, frame)
        self._made.append(name)
        return ibis.table(schema, name=name)

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        name = to.get_name()
        self._show(name, self._session.table(name).unionAll(self._session.sql(self.written(what))))

    def _show(self, name: str, frame: Any) -> None:
        # Worked out here and now: a view alone would be worked out anew by every query that names it.
        frame.localCheckpoint().createOrReplaceTempView(name)

    def given(self, kept: ibis.Table) -> ibis.Table:
        return self.con.table(kept.get_name())

    def close(self) -> None:
        while self._made:
            self._session.catalog.dropTempView(self._made.pop())
