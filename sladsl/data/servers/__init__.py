"""Tables of servers: small ones are brought into the engine, and a run on large ones is made where they are."""

from __future__ import annotations

from importlib import import_module

from sladsl.data.locations import Remote
from sladsl.data.servers.bringing import Opened
from sladsl.data.servers.server import Server, asking

_BY_SCHEME = {
    "postgres": ("postgres", "Postgres"),
    "postgresql": ("postgres", "Postgres"),
    "spark": ("spark", "Spark"),
    "sc": ("spark", "Spark"),
    "mysql": ("others", "MySQL"),
    "clickhouse": ("others", "ClickHouse"),
    "snowflake": ("others", "Snowflake"),
    "bigquery": ("others", "BigQuery"),
    "trino": ("others", "Trino"),
    "databricks": ("others", "Databricks"),
    "motherduck": ("others", "MotherDuck"),
}


class Servers:
    """The servers of one run: each is connected to once, and read as it is at that moment."""

    def __init__(self) -> None:
        self._open: dict[str, Server] = {}

    def opened(self, remote: Remote, record: str) -> Opened:
        """The table, found and counted; `DataError` where it cannot be."""
        kind = _kind(remote)
        with asking(kind, remote, record):
            server = self._open.get(remote.url) or kind(remote)
            self._open[remote.url] = server
            there = server.find(remote.part)
            return Opened(remote, server, there, server.count(there))

    def close(self) -> None:
        """Let go of all of them."""
        for server in self._open.values():
            server.close()
        self._open.clear()


def _kind(remote: Remote) -> type[Server]:
    module, name = _BY_SCHEME[remote.url.partition(":")[0]]
    found: type[Server] = getattr(import_module(f"sladsl.data.servers.{module}"), name)
    return found
