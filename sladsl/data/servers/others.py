"""Servers and warehouses that Ibis connects to: small tables are brought, and no run is made there."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from sladsl.data.locations import Remote
from sladsl.data.native import kind_of
from sladsl.data.servers.server import ColumnThere, Server, There
from sladsl.engines import sandbox

if TYPE_CHECKING:
    import ibis
    import ibis.expr.datatypes as dt
    import pyarrow as pa


class IbisServer(Server):
    """Any of them. What their drivers raise has nothing in common, so whatever is raised is taken for a complaint of theirs."""

    driver: ClassVar[str]
    """The module that it needs."""

    def __init__(self, remote: Remote) -> None:
        super().__init__(remote)
        import_module(self.driver)
        self._con = self._connected(remote.url)

    def _connected(self, url: str) -> Any:
        import ibis

        return ibis.connect(url)

    @classmethod
    def errors(cls) -> tuple[type[Exception], ...]:
        return (Exception,)

    def find(self, table: str | None) -> There:
        names, database = list(self._con.list_tables()), None
        if table is not None and table not in names and "." in table:
            *above, _ = table.split(".")
            database = above[0] if len(above) == 1 else tuple(above)
            names = [".".join([*above, name]) for name in self._con.list_tables(database=database)]
        name = self.chosen(sorted(names), table)
        relation = self._con.table(name.rpartition(".")[2] if database else name, database=database)
        columns = tuple(self._column(name, relation[name]) for name in relation.columns)
        return There(f"{self.remote.shown}#{name}", relation, columns)

    def _column(self, name: str, column: ibis.Column) -> ColumnThere:
        here = self.travelling(column)[0]
        return ColumnThere(name, str(column.type()).removeprefix("!"), here, kind_of(here))

    def count(self, there: There) -> int:
        return int(there.relation.count().to_pyarrow().as_py())

    def stream(self, there: There, names: Sequence[str]) -> pa.RecordBatchReader:
        import pyarrow as pa

        ways = {name: self.travelling(there.relation[name]) for name in names}
        asked = there.relation.select(**{name: expression for name, (_, expression) in ways.items()})
        schema = pa.schema([(name, _arrow(here, expression)) for name, (here, expression) in ways.items()])
        rows: pa.Table = asked.to_pyarrow().cast(schema)
        return rows.to_reader()

    def travelling(self, column: ibis.Column) -> tuple[str, ibis.Value]:
        """A column's type here, and as what its values come: numbers as texts, since some drivers put them into doubles on the way."""
        type = column.type()
        if type.is_boolean():
            return "BOOLEAN", column
        if type.is_integer():
            return ("BIGINT" if type.is_signed_integer() or type.nbytes < 8 else "UBIGINT"), column.cast(
                "string"
            )
        if type.is_decimal() and type.precision is not None and type.precision <= 38:
            return f"DECIMAL({type.precision}, {type.scale or 0})", column.cast("string")
        if type.is_floating():
            return "DOUBLE", column
        if type.is_date():
            return "DATE", column
        if type.is_timestamp():
            return ("TIMESTAMP" if type.timezone is None else "TIMESTAMP WITH TIME ZONE"), column
        return "VARCHAR", column if type.is_string() else column.cast("string")

    def close(self) -> None:
        self._con.disconnect()


def _arrow(here: str, expression: ibis.Value) -> pa.DataType:
    import pyarrow as pa

    if here == "TIMESTAMP WITH TIME ZONE":
        return pa.timestamp("us", "UTC")
    type: dt.DataType = expression.type()
    return pa.timestamp("us") if type.is_timestamp() else type.to_pyarrow()


class MySQL(IbisServer):
    """MySQL and MariaDB. Dates and times come as texts: the driver makes NULL of `0000-00-00`, which is a value that nobody can read."""

    driver = "MySQLdb"

    def _connected(self, url: str) -> Any:
        made = super()._connected(url)
        # Ibis asks for the zone by its name, which a server knows only where somebody loaded its table of zones.
        made.con.cursor().execute("SET time_zone = '+00:00'")
        return made

    def travelling(self, column: ibis.Column) -> tuple[str, ibis.Value]:
        type = column.type()
        if type.is_date():
            return "VARCHAR", column.cast("string")
        if type.is_timestamp():
            # The session's clock is UTC, in which a TIMESTAMP is given; a DATETIME is what somebody's clock said.
            return "VARCHAR", column.cast("string") + ("" if type.timezone is None else "Z")
        return super().travelling(column)


class ClickHouse(IbisServer):
    """Every time there is an instant, whatever zone it is shown in."""

    driver = "clickhouse_connect"

    def travelling(self, column: ibis.Column) -> tuple[str, ibis.Value]:
        if not column.type().is_timestamp():
            return super().travelling(column)
        return "TIMESTAMP WITH TIME ZONE", _microseconds(column)


def _microseconds(column: ibis.Column) -> ibis.Value:
    import ibis

    def of(x: Any) -> Any:
        raise NotImplementedError("only the signature is read")

    def at(x: Any, places: Any) -> Any:
        raise NotImplementedError("only the signature is read")

    type = column.type()
    fine = ibis.udf.scalar.builtin(at, name="toDateTime64", signature=((type, "int8"), type))
    since = ibis.udf.scalar.builtin(of, name="toUnixTimestamp64Micro", signature=((type,), "int64"))
    microseconds: ibis.Value = since(fine(column, 6))
    return microseconds


class Snowflake(IbisServer):
    """Ibis would make functions of its own there, which an account that only reads may not."""

    driver = "snowflake.connector"

    def _connected(self, url: str) -> Any:
        import ibis

        return ibis.connect(url, create_object_udfs=False)


class BigQuery(IbisServer):
    """`bigquery://project/dataset`."""

    driver = "google.cloud.bigquery"


class Trino(IbisServer):
    """`trino://user@host/catalog/schema`."""

    driver = "trino"


class Databricks(IbisServer):
    """`databricks://host/sql/1.0/warehouses/…`; what the address leaves out comes from `DATABRICKS_…` in the environment."""

    driver = "databricks.sql"

    def _connected(self, url: str) -> Any:
        import ibis

        address = urlsplit(url)
        parameters = dict(parse_qsl(address.query))
        return ibis.databricks.connect(
            server_hostname=address.hostname,
            http_path=address.path if address.path.strip("/") else None,
            access_token=address.password,
            **parameters,
        )


class MotherDuck(IbisServer):
    """`md:database`; the token comes from `motherduck_token` in the environment."""

    driver = "duckdb"

    def _connected(self, url: str) -> Any:
        return sandbox.service(url.removeprefix("motherduck://"))
