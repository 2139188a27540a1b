"""Verdicts as rows that are kept: a Parquet file, or a table of a database that each run adds its rows to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data import sql
from sladsl.data.errors import DataError
from sladsl.data.locations import Location, Remote
from sladsl.data.servers.server import said
from sladsl.engines import sandbox
from sladsl.workspace import aside

if TYPE_CHECKING:
    import pyarrow as pa

Value = str | int | float | bool | dt.datetime | None


class ColumnType(StrEnum):
    """What a column holds, by its name in SQL, which DuckDB and Postgres share."""

    TEXT = "text"
    COUNT = "bigint"
    NUMBER = "double precision"
    TRUTH = "boolean"
    INSTANT = "timestamp with time zone"


_ADDED_LATER = frozenset({"reason", "room", "missing", "days_left", "pace", "pace_days", "closed_as"})
"""Columns that a table of earlier runs does not have yet."""


@dataclass(frozen=True, slots=True)
class Results:
    """Rows under typed columns."""

    columns: tuple[tuple[str, ColumnType], ...]
    rows: tuple[tuple[Value, ...], ...]


def write(results: Results, path: Path) -> None:
    """A Parquet file of the rows; it appears whole or not at all. `DataError` when it cannot be written."""
    import pyarrow.parquet

    try:
        with aside(path) as place:
            pyarrow.parquet.write_table(_arrow(results), place)
    except OSError as error:
        raise DataError(f"`{path}` could not be written: {(error.strerror or str(error)).lower()}") from None


def append(results: Results, place: Location | Remote) -> None:
    """Adds the rows to a table, which is made where there is none; all of them or none. `DataError` where that cannot be done."""
    if isinstance(place, Location):
        _append_to_file(results, place)
    else:
        _append_to_server(results, place)


def _append_to_file(results: Results, place: Location) -> None:
    import duckdb

    path, new = place.path.resolve(), not place.path.exists()
    with sandbox.opened() as connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            sandbox.close_off(connection, databases=[path])
            sql.rows(connection, f"ATTACH {sql.text(str(path))} AS sla_results")
            sql.rows(connection, "USE sla_results")
            connection.begin()
            _add(results, place, lambda query, values=(): sql.rows(connection, query, values))
            connection.commit()
        except BaseException as error:
            if new:
                connection.close()
                for begun in sandbox.with_beside(path):
                    begun.unlink(missing_ok=True)
            if not isinstance(error, duckdb.Error | OSError):
                raise
            reason = str(error).splitlines()[0]
            raise DataError(f"`{place.shown}#{place.part}` could not be written: {reason}") from None


def _append_to_server(results: Results, place: Remote) -> None:
    import psycopg

    def ask(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        done = connection.execute(query.replace("?", "%s").encode(), list(values))
        return list(done.fetchall()) if done.description else []

    try:
        with psycopg.connect(place.url, connect_timeout=10) as connection:
            _add(results, place, ask)
    except psycopg.Error as error:
        raise DataError(f"`{place.named}` could not be written: {said(error, place)}") from None


def _add(results: Results, place: Location | Remote, ask: Callable[..., list[tuple[Any, ...]]]) -> None:
    """In one transaction, which the caller ends."""
    assert place.part is not None
    schema, _, table = place.part.rpartition(".")
    name = ".".join(map(sql.name, filter(None, (schema, table))))
    if schema:
        ask(f"CREATE SCHEMA IF NOT EXISTS {sql.name(schema)}")
    typed = ", ".join(f"{sql.name(column)} {type}" for column, type in results.columns)
    ask(f"CREATE TABLE IF NOT EXISTS {name} ({typed})")
    wanted = [column for column, _ in results.columns]
    there = _columns(ask, schema, table)
    lacking = [column for column in wanted if column not in there]
    if _ADDED_LATER.issuperset(lacking):
        for column in lacking:
            ask(f"ALTER TABLE {name} ADD COLUMN {sql.name(column)} {dict(results.columns)[column]}")
    else:
        raise DataError(
            f"the table `{place.part}` of `{place.shown}` has no column `{lacking[0]}`, so no run made it: name another table"
        )
    columns, marks = ", ".join(map(sql.name, wanted)), ", ".join("?" for _ in wanted)
    for row in results.rows:
        ask(f"INSERT INTO {name} ({columns}) VALUES ({marks})", row)


def _columns(ask: Callable[..., list[tuple[Any, ...]]], schema: str, table: str) -> set[str]:
    where, values = ("?", [table, schema]) if schema else ("current_schema()", [table])
    query = (
        f"SELECT column_name FROM information_schema.columns WHERE table_name = ? AND table_schema = {where}"
    )
    return {str(row[0]) for row in ask(query, values)}


def _arrow(results: Results) -> pa.Table:
    import pyarrow as pa

    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.COUNT: pa.int64(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.TRUTH: pa.bool_(),
        ColumnType.INSTANT: pa.timestamp("us", "UTC"),
    }
    columns: Iterable[tuple[Value, ...]] = (
        zip(*results.rows, strict=True) if results.rows else ((),) * len(results.columns)
    )
    return pa.table(
        {
            name: pa.array(values, types[type])
            for (name, type), values in zip(results.columns, columns, strict=True)
        }
    )
