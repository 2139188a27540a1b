"""Rows of a query as a file: CSV, Parquet or JSON Lines, written by the database itself, so that they never stand in memory; and, for
who wants them there, as a table in memory.

Every whole number of such a query is an instant in microseconds. In CSV and JSON Lines instants are ISO 8601 in UTC with `Z`, in Parquet
timestamps in UTC.

A CSV is opened in spreadsheets, which run a cell as a formula when it begins with one of `= + - @`, a tab or a carriage return; and what
such a cell holds may come from a web form. So in a CSV such a text gets an apostrophe in front, unless it is a plain number (`-7`,
`+4930123`), which no spreadsheet runs. Parquet and JSON Lines hold every text to the letter.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data import sql
from sladsl.data.errors import DataError, listed
from sladsl.engines import sandbox
from sladsl.engines.rows import MemoryTable
from sladsl.outcomes import Instance
from sladsl.workspace import aside

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

_FORMATS = {
    ".csv": "FORMAT csv, HEADER",
    ".parquet": "FORMAT parquet, COMPRESSION zstd",
    ".jsonl": "FORMAT json",
}
_RUN_BY_SPREADSHEETS = r"^[=+\-@\t\r]"
_PLAIN_NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?$"


def cell_text(text: str) -> str:
    """A text as a cell of a CSV, which no spreadsheet runs."""
    return f"'{text}" if re.match(_RUN_BY_SPREADSHEETS, text) and not re.match(_PLAIN_NUMBER, text) else text


def check_ending(path: Path) -> None:
    """`DataError` for a file whose ending says no format that can be written."""
    if path.suffix.lower() not in _FORMATS:
        raise DataError(f"`{path}` has no ending that says how to write it: expected {listed(_FORMATS)}")


def write_rows(table: ibis.Table, path: Path) -> None:
    """Writes a query's rows in its order; the file appears whole or not at all. `DataError` when it cannot be written."""
    check_ending(path)
    if isinstance(table, MemoryTable):
        _write_in_memory(table, path)
        return
    from sladsl.engines.tables.queries import declared, of

    table, ending = of(table), path.suffix.lower()
    connection, rows = _here(table)
    cells = ", ".join(
        f"{_cell(ending, sql.name(name), type)} AS {sql.name(name)}" for name, type in declared(table).items()
    )
    query = f"SELECT {cells} FROM {rows}"
    try:
        with aside(path) as place:
            # The engine reaches no file but those that it reads, and its own folder.
            folder = sandbox.spilled_to(connection)
            assert folder is not None, "who asks for rows made the connection with a folder"
            made = folder / f"rows{ending}"
            try:
                sql.rows(connection, f"COPY ({query}) TO {sql.text(str(made))} ({_FORMATS[ending]})")
                shutil.copyfile(made, place)
            finally:
                made.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"`{path}` could not be written: {(error.strerror or str(error)).lower()}") from None


def _write_in_memory(table: MemoryTable, path: Path) -> None:
    """The same bytes as DuckDB's, by Python; Parquet has no other writer."""
    if path.suffix.lower() == ".parquet":
        raise DataError(
            f"`{path}` cannot be written without DuckDB, which is not used here: name a .csv or .jsonl file"
        )
    write = _csv_line if path.suffix.lower() == ".csv" else _json_line
    try:
        with aside(path) as place, place.open("w", encoding="utf-8", newline="") as file:
            if write is _csv_line:
                file.write(",".join(table.columns) + "\n")
            file.writelines(write([(name, row[name]) for name in table.columns]) for row in table.rows)
    except OSError as error:
        raise DataError(f"`{path}` could not be written: {(error.strerror or str(error)).lower()}") from None


_QUOTED = re.compile('[,"\n\r#]')


def _csv_line(row: Sequence[tuple[str, Any]]) -> str:
    return ",".join(map(_csv_cell, (value for _, value in row))) + "\n"


def _csv_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case int():
            return instant_text(value)
        case Decimal():
            return re.sub(r"\.?0+$", "", f"{value:.6f}")
    text = cell_text(str(value))
    return '"' + text.replace('"', '""') + '"' if not text or _QUOTED.search(text) else text


def _json_line(row: Sequence[tuple[str, Any]]) -> str:
    return "{" + ",".join(f"{_json_text(name)}:{_json_value(value)}" for name, value in row) + "}\n"


def _json_value(value: Any) -> str:
    match value:
        case int():
            return _json_text(instant_text(value))
        case Decimal():
            return f"{value:.6f}"
    return "null" if value is None else _json_text(str(value))


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _json_text(text: str) -> str:
    escaped = re.sub(r'["\\\x00-\x1f]', lambda x: _ESCAPES.get(x[0], f"\\u{ord(x[0]):04X}"), text)
    return f'"{escaped}"'


def instant_text(instant: int) -> str:
    """ISO 8601 in UTC with `Z`, and six places of a second where it is no whole one."""
    at = datetime(1970, 1, 1) + timedelta(microseconds=instant)
    return f"{at:%Y-%m-%dT%H:%M:%S}{f'.{at:%f}' if at.microsecond else ''}Z"


def _here(table: ibis.Table) -> tuple[Any, str]:
    """A connection of DuckDB, which writes files, and the rows there."""
    from sladsl.engines.tables.connections import fetched, store_of

    backend = table.get_backend()
    if backend.name == "duckdb" and sandbox.spilled_to(backend.con) is not None:
        return backend.con, f"({store_of(backend).written(table)})"
    from sladsl.data.loading import connect

    connection = connect().con
    sandbox.close_off(connection)
    connection.register("sla_rows", fetched(table))
    return connection, "sla_rows"


def _cell(ending: str, column: str, type: object) -> str:
    kind = str(type)
    if kind.startswith("int64"):
        return _instant(ending, column)
    if ending == ".csv" and kind.startswith("decimal"):
        return f"regexp_replace(CAST({column} AS VARCHAR), '\\.?0+$', '')"
    if ending == ".csv" and kind.startswith("string"):
        run = f"regexp_matches({column}, {sql.text(_RUN_BY_SPREADSHEETS)})"
        number = f"regexp_matches({column}, {sql.text(_PLAIN_NUMBER)})"
        return f"CASE WHEN {run} AND NOT {number} THEN '''' || {column} ELSE {column} END"
    return column


def _instant(ending: str, column: str) -> str:
    at = f"make_timestamp({column})"
    if ending == ".parquet":
        return f"CAST({at} AS TIMESTAMP WITH TIME ZONE)"
    rest = f"CASE WHEN {column} % 1000000 = 0 THEN 'Z' ELSE strftime({at}, '.%fZ') END"
    return f"strftime({at}, '%Y-%m-%dT%H:%M:%S') || {rest}"


# ------------------------------------------------------------------------------------------------------ tables in memory


def row_table(table: ibis.Table) -> pa.Table:
    """A query's rows in memory: instants as timestamps in UTC."""
    from sladsl.engines.tables.connections import fetched

    rows = fetched(table)
    for n, field in enumerate(rows.schema):
        if str(field.type) == "int64":
            rows = rows.set_column(n, field.name, _timestamps(rows[field.name]))
    return rows


def breach_table(breaches: Iterable[Instance]) -> pa.Table:
    """Late rows as a table, in their order: instants as timestamps in UTC."""
    times = ("entered", "started", "due", "stopped")
    names = ("commitment", "record", "key", "owner", *times)
    columns: dict[str, list[object]] = {name: [] for name in names}
    for x in breaches:
        for name, values in columns.items():
            values.append(getattr(x, name))
    return table_of(columns, times)


def table_of(
    columns: Mapping[str, Sequence[object]],
    times: Collection[str],
    numbers: Collection[str] = (),
    counts: Collection[str] = (),
    flags: Collection[str] = (),
) -> pa.Table:
    """Columns of texts as a table; `times` are of instants, and become timestamps in UTC, `numbers` of floats, `counts` of whole numbers,
    `flags` of booleans."""
    import pyarrow as pa

    types = {
        **dict.fromkeys((*times, *counts), pa.int64()),
        **dict.fromkeys(numbers, pa.float64()),
        **dict.fromkeys(flags, pa.bool_()),
    }
    arrays = {
        name: pa.chunked_array([pa.array(values, types.get(name, pa.string()))])
        for name, values in columns.items()
    }
    return pa.table({name: _timestamps(a) if name in times else a for name, a in arrays.items()})


def _timestamps(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return instants.cast(pa.timestamp("us", "UTC"))
