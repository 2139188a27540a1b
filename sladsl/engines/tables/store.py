"""The connection of one evaluation: queries that it asks, and tables that it makes for itself and drops again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sladsl.engines.tables.maps import NOWHERE, Daily, Quantum
from sladsl.engines.tables.queries import Columns, declared, of, statement, table_of

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
else:
    from sladsl.engines.tables.queries import ibis


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

    def columns(self, query: ibis.Table) -> Mapping[str, Sequence[Any]]:
        """The rows as columns, of which a slice is a list."""
        table = self.arrow(query)
        return {name: ArrowColumn(table[name]) for name in table.column_names}

    def held(self, query: ibis.Table) -> Columns:
        """The rows as columns that another store can keep."""
        rows = self.rows(query)
        return Columns(declared(query), {name: [row[name] for row in rows] for name in query.columns})

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
    def keep(self, what: ibis.Table | Columns, ordered: bool = False) -> ibis.Table:
        """A table with these rows; `ordered` when they are to be `given` in the order in which they were put in."""

    def keep_times(self, form: Quantum | Daily) -> ibis.Table:
        """A table of time."""
        return self.keep(form.rows)

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
        return statement(query, self.dialect, self._write)

    def _write(self, query: ibis.Table) -> str:
        import ibis as library

        # Fusing nested SELECTs doubles the time it takes to compile, and databases do it anyway.
        fused, library.options.sql.fuse_selects = library.options.sql.fuse_selects, False
        try:
            return self.compiled(query)
        finally:
            library.options.sql.fuse_selects = fused

    def compiled(self, query: ibis.Table) -> str:
        """As Ibis writes what is a query of its own."""
        return str(self.con.compile(query))


class ArrowColumn(Sequence[Any]):
    """A column of many values, which are made when they are asked for."""

    def __init__(self, values: pa.ChunkedArray) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            start, stop, _ = at.indices(len(self._values))
            return self._values.slice(start, max(0, stop - start)).to_pylist()
        return self._values[at].as_py()

    def distinct(self) -> list[Any]:
        """Each value once."""
        return list(self._values.unique().to_pylist())


_NAMES = count()


class TableStore(Store):
    """Keeps rows in temporary tables, which are dropped when it is closed."""

    number = ""
    """A column more, for a database whose tables do not keep the order of their rows."""

    def keep(self, what: ibis.Table | Columns, ordered: bool = False) -> ibis.Table:
        # The types are said, since a database's own may differ from those Ibis goes on with: DuckDB's sum of BIGINT is a HUGEINT.
        types = what.types if isinstance(what, Columns) else declared(what)
        name = self._new(types, self.number if ordered else "")
        if isinstance(what, Columns):
            self.fill(name, what)
        else:
            self.put(name, what)
        return ibis.table(types, name=name)

    def _new(self, types: Mapping[str, str], more: str = "") -> str:
        """A table with columns of these types."""
        name = f"sladsl_{next(_NAMES)}"
        self.execute(f'CREATE TEMP TABLE "{name}" ({self.declaration(types)}{more})')
        self._made.append(name)
        return name

    def append(self, to: ibis.Table, what: ibis.Table) -> None:
        self.put(to.get_name(), what)

    def close(self) -> None:
        while self._made:
            self.execute(f'DROP TABLE IF EXISTS "{self._made.pop()}"')

    @abstractmethod
    def declaration(self, types: Mapping[str, str]) -> str:
        """Names and types, as a table is declared with them."""

    def put(self, name: str, what: ibis.Table) -> None:
        """Rows of a query into a table that was made for them."""
        names = ", ".join(f'"{column}"' for column in what.columns)
        self.execute(f'INSERT INTO "{name}" ({names}) {self.written(what)}')

    @abstractmethod
    def execute(self, statement: str) -> None:
        """Run a statement that gives no rows."""

    @abstractmethod
    def fill(self, name: str, rows: Columns) -> None:
        """Put rows that are here into a table that was made for them."""


_TYPES = {
    "boolean": "BOOLEAN",
    "string": "TEXT",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint64": "UBIGINT",
    "float64": "DOUBLE",
    "array<string>": "TEXT[]",
}
"""Types as Ibis calls them and as DuckDB does; decimals are called the same."""
_FEW = 20_000
"""So many rows are taken as they are; more of them as columns of Arrow, which need a fraction of the room."""


class DuckStore(TableStore):
    """DuckDB, in this process."""

    def arrow(self, query: ibis.Table) -> pa.Table:
        table: pa.Table = self.con.con.sql(self.written(query)).to_arrow_table()
        return table

    def columns(self, query: ibis.Table) -> Mapping[str, Sequence[Any]]:
        names = query.columns
        asked = self.con.con.execute(self.written(query))
        rows = asked.fetchmany(_FEW)
        if len(rows) == _FEW:
            # DuckDB 2 asks nothing else before a result was taken to its end, or given up.
            getattr(asked, "abort", lambda: None)()
            return super().columns(query)
        rows += asked.fetchall()
        columns = zip(*rows, strict=True) if rows else [()] * len(names)
        return dict(zip(names, map(list, columns), strict=True))

    def batches(self, query: ibis.Table, size: int) -> Iterator[pa.RecordBatch]:
        yield from self.con.con.sql(self.written(query)).to_arrow_reader(size)

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        names, rows = query.columns, self.con.con.execute(self.written(query)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def execute(self, statement: str) -> None:
        self.con.con.execute(statement)

    def declaration(self, types: Mapping[str, str]) -> str:
        return ", ".join(f'"{name}" {_of_duckdb(str(kind))}' for name, kind in types.items())

    def fill(self, name: str, rows: Columns) -> None:
        lists = ", ".join(
            f"unnest($c{n}::{_of_duckdb(kind)}[])" for n, kind in enumerate(rows.types.values())
        )
        values = {f"c{n}": list(column) for n, column in enumerate(rows.values.values())}
        self.con.con.execute(f'INSERT INTO "{name}" SELECT {lists}', values)

    def keep_times(self, form: Quantum | Daily) -> ibis.Table:
        if isinstance(form, Daily):
            return self.keep(form.rows)
        name = self._new(types := dict.fromkeys(form.names, "int64"))
        self.con.con.execute(*_buckets(name, form))
        return ibis.table(types, name=name)

    def given(self, kept: ibis.Table) -> ibis.Table:
        return of(self.con.table(kept.get_name(), database=("temp", "main")))


def _of_duckdb(kind: str) -> str:
    kind = kind.removeprefix("!")
    return _TYPES.get(kind) or (kind if kind.startswith("decimal") else _other(kind))


def _other(kind: str) -> str:
    import ibis as library
    from ibis.backends.sql.datatypes import DuckDBType

    return str(DuckDBType.to_string(library.dtype(kind)))


def _buckets(name: str, form: Quantum) -> tuple[str, dict[str, list[int]]]:
    """The statement that fills a table of time from the pieces of its functions, and what it is given. The buckets of a piece are made by
    the database: they are many times as many."""
    values: dict[str, list[int]] = {}
    columns: list[str] = []
    joins: list[str] = []
    for n, pieces in enumerate(form.pieces()):
        values |= {f"{what}{n}": column for what, column in zip("kebs", pieces, strict=True)}
        lists = ", ".join(f"unnest(${what}{n}::BIGINT[]) AS {what}" for what in "kebs")
        joins.append(
            f"LEFT JOIN (SELECT unnest(range(k, e)) AS k, b, s FROM (SELECT {lists})) AS p{n} ON p{n}.k = r.k"
        )
        columns.append(f"p{n}.b")
        if form.slopes[n] is None:
            columns.append(f"p{n}.s")
        else:
            del values[f"s{n}"]
            joins[-1] = (
                joins[-1]
                .replace(f", unnest($s{n}::BIGINT[]) AS s", "")
                .replace("AS k, b, s FROM", "AS k, b FROM")
            )
    size = (form.end - form.first) // form.quantum
    buckets = f"SELECT r.k, {', '.join(columns)} FROM range({size}) AS r(k) {' '.join(joins)}"
    nowhere = f"SELECT {NOWHERE}, {', '.join(['NULL'] * len(columns))}"
    return f'INSERT INTO "{name}" {buckets} UNION ALL {nowhere}', values


class Duck:
    """A connection to DuckDB, which goes for one of Ibis' where one of these is asked for: the library is brought in when somebody asks
    what only it can say."""

    name = "duckdb"

    def __init__(self, con: Any) -> None:
        self.con = con

    @cached_property
    def real(self) -> Any:
        """Ibis' own connection. It sets nothing, since nothing may be set any more once the connection is closed off."""
        from ibis.backends.duckdb import Backend

        backend = Backend()
        backend._can_reconnect = False
        backend.con = self.con
        backend._record_batch_readers_consumed = {}
        return backend

    def table(self, name: str, database: object = None) -> ibis.Table:
        """A table or view, as a query."""
        quoted = name.replace('"', '""')
        columns = self.con.execute(f'DESCRIBE SELECT * FROM "{quoted}"').fetchall()
        types = {column: _of_ibis(kind) for column, kind, *_ in columns}
        if all(types.values()):
            return table_of(self, name, {column: str(kind) for column, kind in types.items()})
        return of(self.real.table(name, **({} if database is None else {"database": database})))

    def compile(self, query: ibis.Table) -> str:
        """The query as SQL."""
        return statement(query, self.name, lambda made: str(self.real.compile(made)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def _of_ibis(kind: str) -> str | None:
    """What Ibis calls a type of DuckDB's; None for what no row of a record has."""
    if kind.startswith("DECIMAL"):
        return kind.lower().replace(",", ", ")
    return {"VARCHAR": "string", "BIGINT": "int64", "BOOLEAN": "boolean"}.get(kind)
