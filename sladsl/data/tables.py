"""Tables that have types already: Parquet files and DuckDB databases, which are scanned where they lie, and data that are in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sladsl.data import sql
from sladsl.data.columns import Column, Kind
from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.locations import Location
from sladsl.data.native import kind_of, microseconds
from sladsl.data.textfile import ROW
from sladsl.engines import sandbox
from sladsl.plan import Record, Source

FILE = "#file"


@dataclass(frozen=True, slots=True)
class Table:
    """A typed table: `relation` scans it, with `row` and `file` as SQL of a row's place (None where it has none)."""

    shown: str
    relation: str
    columns: tuple[Column, ...]
    row: str | None
    file: str | None = None
    parquet: tuple[Location, ...] = ()
    ordered: bool = True
    """Whether `row` is an order that the data themselves have; a query's rows may come in another one each time."""

    def scan(self, needed: Sequence[Column]) -> str:
        """A query of the needed columns under our own names, behind `#row` (and `#file`)."""
        places = [f"{self.row or 'NULL'} AS {sql.name(ROW)}", f"{self.file or 'NULL'} AS {sql.name(FILE)}"]
        columns = [f"{sql.name(c.there)} AS {c.sql}" for c in needed]
        return f"(SELECT {', '.join(places + columns)} FROM {self.relation})"


def open_parquet(connection: Any, locations: Sequence[Location]) -> tuple[Table, ...]:
    """Parquet files; those with the same columns are one table."""
    alike: dict[tuple[Column, ...], list[Location]] = {}
    for location in locations:
        alike.setdefault(_describe_parquet(connection, location), []).append(location)
    return tuple(_parquet_table(columns, group) for columns, group in alike.items())


def _describe_parquet(connection: Any, location: Location) -> tuple[Column, ...]:
    import duckdb

    try:
        columns = describe_columns(connection, _read_parquet([location]))
        if not any(_NUMBERED.search(c.name) for c in columns):
            return columns
        return tuple(
            replace(c, name=name, own=c.name)
            for c, name in zip(columns, _parquet_names(connection, location), strict=True)
        )
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise DataError(
            f"`{location.shown}` is not a Parquet file, or was cut off ({said}): write it again"
        ) from None


_NUMBERED = re.compile(r"_[0-9]+$")
"""How DuckDB ends a name that is, but for its case, another column's too."""


def _parquet_names(connection: Any, location: Location) -> Iterator[str]:
    """The names of the columns as the file has them; of a column with parts, its own."""
    query = f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({sql.text(str(location.path))})"
    inside = 0  # parts that are still to come of the column before
    for name, parts in sql.rows(connection, query)[1:]:
        if not inside:
            yield str(name)
        inside += int(parts) - (1 if inside else 0)


def _read_parquet(locations: Sequence[Location], options: str = "") -> str:
    files = sql.texts(str(location.path) for location in locations)
    return f"read_parquet([{files}], hive_partitioning = false{options})"


def _parquet_table(columns: tuple[Column, ...], group: Sequence[Location]) -> Table:
    shown = group[0].shown if len(group) == 1 else f"{group[0].shown} … {group[-1].shown}"
    options, file = ", file_row_number = true", None
    if len(group) > 1:
        options += f", filename = {sql.text(FILE)}"
        arms = " ".join(
            f"WHEN {sql.text(str(location.path))} THEN {sql.text(location.shown)}" for location in group
        )
        file = f"CASE {sql.name(FILE)} {arms} END"
    return Table(shown, _read_parquet(group, options), columns, "file_row_number + 1", file, tuple(group))


def numbered(connection: Any, table: Table, name: str) -> Table:
    """A copy whose rows have numbers that stay: those of a view may come in another order each time."""
    sql.rows(connection, f"CREATE TABLE {sql.name(name)} AS SELECT * FROM {table.relation}")
    return replace(table, relation=sql.name(name), row="rowid + 1")


def with_bounds(connection: Any, table: Table, needed: Sequence[Column]) -> Table:
    """The table with the bounds of the needed columns, as far as its file knows them without reading rows (or nearly so)."""
    texts = _first_texts(connection, table)
    known = {}
    for column in needed:
        low, high = _bounds(connection, table, column, texts)
        known[column.sql] = replace(column, low=low, high=high)
    return replace(table, columns=tuple(known.get(column.sql, column) for column in table.columns))


def _bounds(
    connection: Any, table: Table, column: Column, texts: Mapping[str, str]
) -> tuple[int | str | None, int | str | None]:
    """Parquet's footers and DuckDB's own statistics answer `min` and `max` at once."""
    c = sql.name(column.there)
    match column.kind:
        case Kind.TEXT:
            return texts.get(column.name), None
        case Kind.INTEGER:
            ends = f"min({c}), max({c})"
        case Kind.DATE:
            ends = f"min({c}) - DATE '1970-01-01', max({c}) - DATE '1970-01-01'"
        case Kind.LOCAL | Kind.INSTANT:
            ends = f"{microseconds(column, f'min({c})')}, {microseconds(column, f'max({c})')}"
        case _:
            return None, None
    try:
        low, high = sql.row(connection, f"SELECT {ends} FROM {table.relation}")
    except duckdb_error():  # an infinite date has no day number
        return None, None
    return low, high


def _first_texts(connection: Any, table: Table) -> dict[str, str]:
    """A lower bound of each text column of Parquet files, where every row group has one."""
    if not table.parquet:
        return {}
    files = sql.texts(str(location.path) for location in table.parquet)
    bounds = sql.rows(
        connection,
        f"SELECT path_in_schema, min(stats_min_value) FROM parquet_metadata([{files}]) "
        "GROUP BY 1 HAVING bool_and(stats_min_value IS NOT NULL)",
    )
    return {str(name): str(first) for name, first in bounds if not str(first).startswith("\\")}


@contextmanager
def undamaged(named: Iterable[str]) -> Iterator[None]:
    """Around what reads the rows of files, which are `named` as a reader knows them: a damaged part is come upon when it is read, and not
    when its file is opened. `DataError` then."""
    try:
        yield
    except duckdb_error() as error:
        if not sandbox.tells_of_damage(error):
            raise
        reason = str(error).splitlines()[0]
        raise DataError(
            f"{listed(dict.fromkeys(named))} cannot be read to the end ({reason}): write it again"
        ) from None


def duckdb_error() -> type[Exception]:
    """What DuckDB raises, without importing it before it is needed."""
    import duckdb

    error: type[Exception] = duckdb.Error
    return error


def _column(name: str, type: str, at: int) -> Column:
    return Column(name, f"c{at}", kind_of(type), type)


def _describe(connection: Any, relation: str) -> tuple[tuple[str, str], ...]:
    rows = sql.rows(connection, f"DESCRIBE SELECT * FROM {relation}")
    return tuple((str(row[0]), str(row[1])) for row in rows)


def describe_columns(
    connection: Any, relation: str, names: Sequence[str] | None = None
) -> tuple[Column, ...]:
    """The columns of a relation, under names of ours; `names` are what they are called where they come from, if not as there."""
    columns = tuple(
        _column(name, type, at) for at, (name, type) in enumerate(_describe(connection, relation))
    )
    if names is None:
        return columns
    return tuple(replace(c, name=name, own=c.name) for c, name in zip(columns, names, strict=True))


def open_database(connection: Any, location: Location) -> Table:
    """A table or view of a DuckDB database, which is attached read-only."""
    catalog = _attach(connection, location)
    rows = sql.rows(
        connection,
        "SELECT schema_name, table_name, true FROM duckdb_tables() WHERE database_name = ? UNION ALL "
        "SELECT schema_name, view_name, false FROM duckdb_views() WHERE database_name = ? AND NOT internal ORDER BY 1, 2",
        [catalog, catalog],
    )
    schema, name, stored = _choose(rows, location)
    relation = ".".join(sql.name(part) for part in (catalog, schema, name))
    shown = f"{location.shown}#{name if schema == 'main' else f'{schema}.{name}'}"
    try:
        columns = describe_columns(connection, relation)
    except duckdb_error() as error:
        if stored:
            raise
        raise DataError(_refused_view(shown, str(error).splitlines()[0])) from None
    return Table(shown, relation, columns, "rowid + 1" if stored else None)


def _refused_view(shown: str, said: str) -> str:
    """Of a view in a given database, which is a query that somebody else wrote."""
    copy = "copy its rows to a table there (`CREATE TABLE … AS FROM …`), and name that"
    if said.startswith(sandbox.FORBIDDEN):
        return f"`{shown}` is a view that reads files or a network, and a view that is given may read its own database alone: {copy}"
    return f"`{shown}` is a view that cannot be read ({said}): {copy}"


def _attach(connection: Any, location: Location) -> str:
    import duckdb

    path = str(location.path.resolve())
    known = sql.rows(connection, "SELECT database_name FROM duckdb_databases() WHERE path = ?", [path])
    if known:
        return str(known[0][0])
    with location.path.open("rb") as file:
        if file.read(16).startswith(b"SQLite format 3"):
            raise DataError(f"`{location.shown}` is a SQLite database: export its table to CSV or Parquet")
    count = sql.row(connection, "SELECT count(*) FROM duckdb_databases()")[0]
    catalog = f"sla_database_{count}"
    try:
        sql.rows(connection, f"ATTACH {sql.text(path)} AS {catalog} (READ_ONLY)")
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        why = (
            "is open in another program for writing: close it there"
            if "lock" in said.lower()
            else f"is not a DuckDB database ({said})"
        )
        raise DataError(f"`{location.shown}` {why}") from None
    return catalog


def _choose(tables: Sequence[tuple[str, str, bool]], location: Location) -> tuple[str, str, bool]:
    names = [name if schema == "main" else f"{schema}.{name}" for schema, name, _ in tables]
    if not tables:
        raise DataError(f"`{location.shown}` holds no table")
    if location.part is None:
        if len(tables) == 1:
            return tables[0]
        raise DataError(
            f"`{location.shown}` holds several tables: say which, as in `{location.shown}#{names[0]}`; it has {listed(names)}"
        )
    wanted = location.part
    for table, name in zip(tables, names, strict=True):
        if wanted in (name, f"{table[0]}.{table[1]}"):
            return table
    raise DataError(
        f"`{location.shown}` has no table `{wanted}`{did_you_mean(wanted, names)} — it has {listed(names)}"
    )


# --------------------------------------------------------------------------------------- data that are in memory already

# Data frames, Arrow and Ibis tables, and rows as dictionaries. They are copied into the engine once, so that they stay as they were when
# they were given, and then read like any typed table: through the record's source if it has one, by the same rules. What a frame has lost
# before it came here (the last digits of an id that became a floating-point number) is refused, as it is in a Parquet file.

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
