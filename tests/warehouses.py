"""Databases that the models of a dbt project are made in: each takes tables and queries, and gives rows back."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import subprocess
from abc import ABC, abstractmethod
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import postgres_server
import pyarrow as pa
import pytest
import spark_session
from sqlglot import exp

Row = dict[str, Any]
_AT_ONCE = 500
FAKESNOW = os.environ.get("SLADSL_FAKESNOW")
"""A Python that has fakesnow."""


class Warehouse(ABC):
    """One database, of a dialect of `sla sql`."""

    dialect: str

    @abstractmethod
    def table(self, name: str, rows: pa.Table) -> None:
        """A table with these rows, in the place of any of that name."""

    @abstractmethod
    def model(self, name: str, query: str) -> None:
        """A table with the rows of a query."""

    @abstractmethod
    def rows(self, name: str) -> list[Row]:
        """What is in a table: instants as `datetime`, exact numbers as `Decimal` or `int`."""

    def usual(self, name: str) -> str:
        """How somebody's own table or column is called who does not quote names."""
        return name

    def name(self, name: str) -> str:
        """A quoted name."""
        dialect = {"spark": "databricks"}.get(self.dialect, self.dialect)
        return exp.to_identifier(name, quoted=True).sql(dialect)


class DuckDB(Warehouse):
    dialect = "duckdb"

    def __init__(self, connection: Any = None) -> None:
        self.connection = connection if connection is not None else duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")

    def table(self, name: str, rows: pa.Table) -> None:
        self.connection.register("given", rows)
        self.connection.execute(f"CREATE OR REPLACE TABLE {self.name(name)} AS FROM given")
        self.connection.unregister("given")

    def model(self, name: str, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {self.name(name)} AS {query}")

    def rows(self, name: str) -> list[Row]:
        return list(self.connection.sql(f"FROM {self.name(name)}").to_arrow_table().to_pylist())


class Spoken(Warehouse):
    """A database that is told everything in words."""

    types: ClassVar[dict[str, str]]
    """What an Arrow type is called there."""

    @abstractmethod
    def say(self, statement: str) -> tuple[list[str], list[list[Any]]]:
        """Run a statement: the names of its columns, and its rows."""

    def __init__(self) -> None:
        self._there: dict[str, pa.Table] = {}

    def table(self, name: str, rows: pa.Table) -> None:
        if name in self._there and self._there[name].equals(rows):
            return  # nothing changes what was told, and telling a calendar takes long
        self._there[name] = rows
        columns = ", ".join(f"{self.name(f.name)} {self.types[_kind(f.type)]}" for f in rows.schema)
        self.say(f"DROP TABLE IF EXISTS {self.name(name)}{self.cascade}")
        self.say(f"CREATE TABLE {self.name(name)} ({columns})")
        found = rows.to_pylist()
        for start in range(0, len(found), _AT_ONCE):
            lists = ", ".join(
                f"({', '.join(self.constant(x) for x in row.values())})"
                for row in found[start : start + _AT_ONCE]
            )
            self.say(f"INSERT INTO {self.name(name)} VALUES {lists}")

    cascade = ""

    def model(self, name: str, query: str) -> None:
        self.say(f"DROP TABLE IF EXISTS {self.name(name)}{self.cascade}")
        self.say(f"CREATE TABLE {self.name(name)} AS {query}")

    def rows(self, name: str) -> list[Row]:
        names, found = self.say(f"SELECT * FROM {self.name(name)}")
        return [dict(zip(names, row, strict=True)) for row in found]

    def constant(self, value: object) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, bool | int | Decimal):
            return str(value)
        return exp.Literal.string(value.isoformat() if isinstance(value, dt.date) else str(value)).sql(
            self.dialect
        )


class Postgres(Spoken):
    dialect = "postgres"
    cascade = " CASCADE"
    types: ClassVar = {
        "text": 'TEXT COLLATE "C"',
        "int": "BIGINT",
        "time": "TIMESTAMPTZ",
        "local": "TIMESTAMP",
        "date": "DATE",
        "decimal": "NUMERIC(18, 6)",
        "bool": "BOOLEAN",
    }

    def __init__(self) -> None:
        url = postgres_server.url()
        import psycopg

        super().__init__()
        self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        atexit.register(self.connection.close)
        self.connection.execute("CREATE SCHEMA IF NOT EXISTS models; SET search_path TO models")

    def say(self, statement: str) -> tuple[list[str], list[list[Any]]]:
        cursor = self.connection.execute(statement.encode())
        if cursor.description is None:
            return [], []
        return [c.name for c in cursor.description], [list(row) for row in cursor.fetchall()]


class Snowflake(Spoken):
    """fakesnow, which speaks it over DuckDB."""

    dialect = "snowflake"
    types: ClassVar = {
        "text": "VARCHAR",
        "int": "NUMBER(38, 0)",
        "time": "TIMESTAMP_NTZ",
        "local": "TIMESTAMP_NTZ",
        "date": "DATE",
        "decimal": "NUMBER(18, 6)",
        "bool": "BOOLEAN",
    }

    def __init__(self) -> None:
        super().__init__()
        assert FAKESNOW is not None, "asked only where there is one"
        program = str(Path(__file__).with_name("fakesnow_process.py"))
        environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        self._process = subprocess.Popen(
            [FAKESNOW, "-W", "ignore", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def usual(self, name: str) -> str:
        return name.upper()

    def rows(self, name: str) -> list[Row]:
        return [{column.lower(): value for column, value in row.items()} for row in super().rows(name)]

    def say(self, statement: str) -> tuple[list[str], list[list[Any]]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(statement) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline(), object_hook=_read)
        if "error" in answer:
            raise RuntimeError(f"{answer['error']}\n{statement[:20_000]}")
        return answer["names"], answer["rows"]

    def constant(self, value: object) -> str:
        if isinstance(value, dt.datetime):
            return f"'{value.replace(tzinfo=None).isoformat(sep=' ')}'"
        return super().constant(value)


def _read(found: dict[str, Any]) -> Any:
    if set(found) == {"time"}:
        return dt.datetime.fromisoformat(found["time"])
    return Decimal(found["decimal"]) if set(found) == {"decimal"} else found


class Spark(Warehouse):
    dialect = "spark"

    def __init__(self) -> None:
        self.session = spark_session.connection()._session

    def table(self, name: str, rows: pa.Table) -> None:
        self.session.createDataFrame(rows).createOrReplaceTempView(name)

    def model(self, name: str, query: str) -> None:
        self.session.sql(query).localCheckpoint().createOrReplaceTempView(name)

    def rows(self, name: str) -> list[Row]:
        return [row.asDict() for row in self.session.table(name).collect()]


def _kind(type: pa.DataType) -> str:
    found = str(type)
    if found.startswith("timestamp") and "tz=" not in found:
        return "local"
    for start, kind in (
        ("string", "text"),
        ("int", "int"),
        ("timestamp", "time"),
        ("date", "date"),
        ("decimal", "decimal"),
    ):
        if found.startswith(start):
            return kind
    return found


@cache
def warehouse(dialect: str) -> Warehouse:
    """The database of a dialect; the test is skipped where there is none."""
    match dialect:
        case "spark" if not spark_session.IS_THERE:
            pytest.skip("SLADSL_SPARK=1 runs this where pyspark and Java are installed")
        case "snowflake" if FAKESNOW is None:
            pytest.skip("SLADSL_FAKESNOW names a Python that has fakesnow")
    kinds: dict[str, type[Warehouse]] = {
        "duckdb": DuckDB,
        "postgres": Postgres,
        "spark": Spark,
        "snowflake": Snowflake,
    }
    return kinds[dialect]()
