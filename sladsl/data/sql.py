"""The few pieces of DuckDB's SQL that the readers put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sladsl.formats import SPACES


def text(value: str) -> str:
    """A text constant."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A column's or table's name."""
    return '"' + value.replace('"', '""') + '"'


def texts(values: Iterable[str]) -> str:
    """The inside of `IN (…)`."""
    return ", ".join(text(value) for value in values)


BLANKS = f" \t\r\n{SPACES}"
"""What counts as blank around a value."""


def trimmed(x: str) -> str:
    """The text without blanks around it. Trimming is slow and rarely needed, so a comparison asks first: blanks sort below `!`, and a text
    with other spaces has more bytes than letters."""
    ends = " OR ".join(f"ends_with({x}, {text(blank)})" for blank in " \t\r\n")
    return (
        f"CASE WHEN {x} < '!' OR {_is_beyond_ascii(x)} OR {ends} THEN trim({x}, {text(BLANKS)}) ELSE {x} END"
    )


def plain_spaces(x: str) -> str:
    """The text with a plain space for every other one."""
    return f"CASE WHEN {_is_beyond_ascii(x)} THEN translate({x}, {text(SPACES)}, {text(' ' * len(SPACES))}) ELSE {x} END"


def _is_beyond_ascii(x: str) -> str:
    return f"strlen({x}) <> length({x})"


Stage = Sequence[tuple[str, str]]
"""Columns that are computed together: (name, expression), each reading only earlier stages."""


def staged(relation: str, stages: Iterable[Stage]) -> str:
    """A query over `relation` that adds each stage's columns, one level a stage, so that each expression is evaluated once."""
    query = f"SELECT * FROM {relation}"
    for stage in stages:
        if stage:
            added = ", ".join(f"{expression} AS {name(column)}" for column, expression in stage)
            query = f"SELECT *, {added} FROM ({query})"
    return query


def rows(connection: Any, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query. They are fetched to the last: an unfinished result would block the connection."""
    return list(connection.execute(query, list(parameters)).fetchall())


def row(connection: Any, query: str) -> tuple[Any, ...]:
    """The one row of a query."""
    return rows(connection, query)[0]
