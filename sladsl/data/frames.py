"""Data that are in memory already: data frames, Arrow and Ibis tables, and rows as dictionaries.

They are copied into the engine once, so that they stay as they were when they were given, and then read like any typed table: through
the record's source if it has one, by the same rules. What a frame has lost before it came here (the last digits of an id that became
a floating-point number) is refused, as it is in a Parquet file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sladsl.data import sql
from sladsl.data.errors import DataError
from sladsl.data.tables import Table, describe_columns
from sladsl.plan import Record, Source

ACCEPTED = "a path, a pandas or polars data frame, a pyarrow table, an Ibis table of DuckDB, or a list of dictionaries"


@dataclass(frozen=True, slots=True)
class Held:
    """Data in memory, given for a record or a source of this name."""

    name: str
    data: object

    @property
    def shown(self) -> str:
        """`lead (data frame)`: what stands where a file's name would."""
        return f"{self.name} ({_called(self.data)})"


def open_held(connection: Any, record: Record, source: Source | None, held: Held, name: str) -> Table:
    """The data as a table of the connection's; `DataError` for what is no table, or has columns that hold a mixture."""
    rows = _arrow(record, source, held)
    sql_name = sql.name(name)
    names = rows.column_names
    connection.register("sla_held", rows.rename_columns([f"c{n}" for n in range(len(names))]))
    try:
        sql.rows(connection, f"CREATE TABLE {sql_name} AS SELECT * FROM sla_held")
    finally:
        connection.unregister("sla_held")
    return Table(held.shown, sql_name, describe_columns(connection, sql_name, names), "rowid + 1")


def _called(data: object) -> str:
    match _library(data):
        case "pandas" | "polars":
            return "data frame"
        case "pyarrow" | "ibis":
            return "table"
        case _:
            return "rows" if isinstance(data, Sequence | Mapping) else type(data).__name__


def _library(data: object) -> str:
    return type(data).__module__.partition(".")[0]


def _arrow(record: Record, source: Source | None, held: Held) -> Any:
    import pyarrow as pa

    try:
        return _as_arrow(pa, record, source, held)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError) as error:
        said = str(error).splitlines()[0]
        raise DataError(
            f"`{held.shown}` has a column whose values are not of one type ({said}): give each column one type"
        ) from None


def _as_arrow(pa: Any, record: Record, source: Source | None, held: Held) -> Any:
    data: Any = held.data
    match _library(data):
        case "pandas" if hasattr(data, "columns"):
            if len(set(data.columns)) < len(data.columns):
                raise DataError(f"`{held.shown}` has two columns of one name: give each its own")
            return pa.Table.from_pandas(data, preserve_index=False)
        case "polars" if hasattr(data, "to_arrow"):
            return data.to_arrow()
        case "polars" if hasattr(data, "collect"):
            return data.collect().to_arrow()
        case "pyarrow" if hasattr(data, "schema"):
            return data if isinstance(data, pa.Table) else _of_batches(pa, data)
        case "ibis" if hasattr(data, "get_backend"):
            return _of_ibis(data, held)
    rows = isinstance(data, Sequence) and not isinstance(data, str | bytes)
    if rows and all(isinstance(row, Mapping) for row in data):
        return _of_rows(pa, data, record, source)
    raise DataError(f"`{held.name}` cannot be read from {_a(data)}: give {ACCEPTED}")


def _a(data: object) -> str:
    return "nothing" if data is None else f"a `{type(data).__name__}`"


def _of_batches(pa: Any, data: Any) -> Any:
    return data.read_all() if hasattr(data, "read_all") else pa.Table.from_batches([data])


def _of_ibis(data: Any, held: Held) -> Any:
    backend = data.get_backend()
    if backend.name != "duckdb":
        raise DataError(
            f"`{held.name}` is an Ibis table of {backend.name}, and only those of DuckDB can be read: "
            "fetch its rows with `.to_pyarrow()`"
        )
    return data.to_pyarrow()


def _of_rows(pa: Any, data: Sequence[Mapping[str, object]], record: Record, source: Source | None) -> Any:
    """Rows by the names that any of them has; of no rows at all, by the names that the record asks for."""
    names = list(dict.fromkeys(name for row in data for name in row))
    if not data:
        mapped = {m.field: m.column for m in source.mappings} if source else {}
        names = [mapped.get(f.name) or f.name for f in record.fields]
        return pa.table({name: pa.array([], pa.string()) for name in names})
    return pa.table({name: pa.array([row.get(name) for row in data]) for name in names})
