"""Verdicts that are kept in a table of a Postgres: every run adds its rows, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import postgres_server
import pytest

from sladsl.addresses import Address
from sladsl.data import DataError
from sladsl.data.locations import Location, Remote, database_to_write
from sladsl.data.results import ColumnType, Results, append

COLUMNS = (
    ("commitment", ColumnType.TEXT),
    ("as_of", ColumnType.INSTANT),
    ("value", ColumnType.NUMBER),
    ("final", ColumnType.TRUTH),
)
AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ROWS = Results(COLUMNS, (('sales."fast"; %s ?', AT, 0.5, True), ("", AT, None, False)))


@pytest.fixture
def url() -> Iterator[str]:
    import psycopg

    url = postgres_server.url()
    yield url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")


def place(where: str) -> Location | Remote:
    found = database_to_write(Address(where), Path())
    assert found is not None
    return found


def test_rows_are_added(url: str) -> None:
    import psycopg

    append(ROWS, place(f"{url}#kept.sla"))
    append(ROWS, place(f"{url}#kept.sla"))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT * FROM kept.sla").fetchall() == [*ROWS.rows, *ROWS.rows]


def test_all_or_none(url: str) -> None:
    import psycopg

    append(ROWS, place(f"{url}#kept.sla"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE kept.sla ADD CHECK (value < 1)")
    more = Results(COLUMNS, (("a", AT, 0.1, True), ("b", AT, 7.0, True)))
    with pytest.raises(DataError, match="could not be written"):
        append(more, place(f"{url}#kept.sla"))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept.sla").fetchall() == [(2,)]


def test_a_server_that_is_not_there_keeps_its_secret() -> None:
    with pytest.raises(DataError) as told:
        append(ROWS, place("postgres://ann:hush@127.0.0.1:9/d#sla"))
    assert "could not be written" in str(told.value)
    assert "hush" not in str(told.value)
