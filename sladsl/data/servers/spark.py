"""Spark: the session that its settings give (`spark://`), a cluster's master (`spark://host:7077`), or Spark Connect (`sc://host:15002`)."""

from __future__ import annotations

import re
import socket
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from sladsl.data import sql
from sladsl.data.columns import Kind
from sladsl.data.locations import Remote
from sladsl.data.servers.server import ColumnThere, RunningServer, There
from sladsl.data.servers.words import Words
from sladsl.data.values import FIRST_LOCAL, LAST_LOCAL
from sladsl.plan import FieldType

if TYPE_CHECKING:
    import pyarrow as pa

_UTC = "spark.sql.session.timeZone"
_CONNECT_PORT = 15_002
_PATIENCE = 10.0
"""Seconds in which a server of Spark Connect must answer."""
_TYPES = {
    "tinyint": ("BIGINT", Kind.INTEGER),
    "smallint": ("BIGINT", Kind.INTEGER),
    "int": ("BIGINT", Kind.INTEGER),
    "bigint": ("BIGINT", Kind.INTEGER),
    "float": ("FLOAT", Kind.FLOAT),
    "double": ("DOUBLE", Kind.FLOAT),
    "boolean": ("BOOLEAN", Kind.BOOLEAN),
    "date": ("DATE", Kind.DATE),
    "timestamp": ("TIMESTAMP WITH TIME ZONE", Kind.INSTANT),
    "timestamp_ntz": ("TIMESTAMP", Kind.LOCAL),
    "string": ("VARCHAR", Kind.TEXT),
}
"""A column's type there, here, and what it holds; `decimal(…)` is the same here, and every other type travels as text."""


class SparkWords(Words):
    """Spark's SQL, with texts in the order of their bytes, which is that of code points."""

    null_types: ClassVar = {
        FieldType.NUMBER: "decimal(18, 6)",
        FieldType.BOOLEAN: "boolean",
        FieldType.TEXT: "string",
        FieldType.ONE_OF: "string",
        FieldType.DATE: "bigint",
        FieldType.TIME: "bigint",
        FieldType.DURATION: "bigint",
    }

    def name(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def as_text(self, c: str) -> str:
        return f"CAST({c} AS STRING)"

    def trimmed(self, c: str) -> str:
        return f"trim(BOTH {self.text(sql.BLANKS)} FROM {c})"

    def by_code_points(self, c: str) -> str:
        return c

    def matching(self, c: str, pattern: str) -> str:
        return f"{c} RLIKE {self.text(f'^(?:{pattern})$')}"

    def exact(self, c: str, kind: Kind) -> str:
        return f"try_cast(CAST({c} AS STRING) AS DECIMAL(38, 18))" if kind is Kind.FLOAT else c

    def odd(self, c: str, kind: Kind) -> str:
        return f"(isnan({c}) OR abs({c}) = double('inf'))" if kind is Kind.FLOAT else "false"

    def stored(self, c: str) -> str:
        return f"CAST({c} AS DECIMAL(18, 6))"

    def day(self, c: str) -> str:
        return f"CAST(unix_date({c}) AS BIGINT)"

    def instant(self, c: str, kind: Kind) -> str:
        return f"unix_micros(CAST({c} AS TIMESTAMP))"

    def dates_between(self, c: str) -> str:
        return f"{c} BETWEEN DATE '1900-01-01' AND DATE '9999-12-31'"

    def times_between(self, c: str, kind: Kind) -> str:
        return f"{self.instant(c, kind)} BETWEEN {FIRST_LOCAL} AND {LAST_LOCAL}"


class Spark(RunningServer):
    """One session."""

    words = SparkWords()

    def __init__(self, remote: Remote) -> None:
        super().__init__(remote)
        self._session = _session(remote.url)
        self._session.conf.set(_UTC, "UTC")

    @classmethod
    def errors(cls) -> tuple[type[Exception], ...]:
        from pyspark.errors import PySparkException  # pyright: ignore[reportMissingImports]

        try:
            from py4j.protocol import Py4JError  # pyright: ignore[reportMissingImports]
        except ModuleNotFoundError:  # a client of Spark Connect alone has none
            return (PySparkException, RuntimeError, OSError)
        return (PySparkException, Py4JError, RuntimeError, OSError)

    def find(self, table: str | None) -> There:
        names = [table] if table and self._session.catalog.tableExists(_quoted(table)) else self._names(table)
        name = self.chosen(names, table)
        relation = _quoted(name)
        columns = self._session.sql(f"SELECT * FROM {relation} LIMIT 0").schema.fields
        return There(
            f"{self.remote.shown}#{name}",
            relation,
            tuple(_column(c.name, c.dataType.simpleString()) for c in columns),
        )

    def _names(self, wanted: str | None) -> list[str]:
        """The tables of the database that is asked for, else of the one in use."""
        database = wanted.rpartition(".")[0] if wanted else ""
        at = f" IN {_quoted(database)}" if database else ""
        before = f"{database}." if database else ""
        return [f"{before}{row['tableName']}" for row in self._session.sql(f"SHOW TABLES{at}").collect()]

    def count(self, there: There) -> int:
        return int(self.ask(f"SELECT count(*) FROM {there.relation}")[0][0])

    def ask(self, query: str) -> list[Sequence[Any]]:
        return list(self._session.sql(query).collect())

    def stream(self, there: There, names: Sequence[str]) -> pa.RecordBatchReader:
        here = {c.name: c.here for c in there.columns}
        asked = ", ".join(
            f"CAST({_name(n)} AS STRING) AS {_name(n)}" if here[n] == "VARCHAR" else _name(n) for n in names
        )
        rows: pa.Table = self._session.sql(f"SELECT {asked} FROM {there.relation}").toArrow()
        return rows.to_reader()

    def engine(self) -> Any:
        import ibis

        return ibis.pyspark.connect(self._session)

    def close(self) -> None:
        """The session may be somebody else's, and goes with the process."""


def _session(url: str) -> Any:
    from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports]

    # It says so at every step, and what we ask of pandas through it is nothing.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")

    builder = SparkSession.builder.appName("sla")
    if url.startswith("sc://"):
        _reached(url)
        return builder.remote(url).getOrCreate()
    if address := url.removeprefix("spark://").strip("/"):
        builder = builder.master(f"spark://{address}")
    quiet = SparkSession.getActiveSession() is None
    session = builder.getOrCreate()
    if quiet:
        session.sparkContext.setLogLevel("ERROR")
    return session.newSession()  # with settings of its own: a session that is already there keeps its clock


def _reached(url: str) -> None:
    """`OSError` for a place where nobody answers, which Spark's client would ask again for minutes."""
    address = urlsplit(url)
    with socket.create_connection(
        (address.hostname or "localhost", address.port or _CONNECT_PORT), _PATIENCE
    ):
        pass


def _name(name: str) -> str:
    return SparkWords().name(name)


def _quoted(table: str) -> str:
    """`sales.leads` → `` `sales`.`leads` ``; a part that holds a dot is given in backticks."""
    parts = re.findall(r"`((?:[^`]|``)+)`|([^.`]+)", table)
    return ".".join(_name((quoted or plain).replace("``", "`")) for quoted, plain in parts)


def _column(name: str, type: str) -> ColumnThere:
    if match := re.fullmatch(r"decimal\((\d+),(\d+)\)", type):
        return ColumnThere(name, type, f"DECIMAL({match[1]}, {match[2]})", Kind.DECIMAL)
    here, kind = _TYPES.get(type, ("VARCHAR", Kind.OTHER if "<" in type else Kind.TEXT))
    return ColumnThere(name, type, here, kind)
