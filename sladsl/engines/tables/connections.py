"""Which store goes with a connection."""

from __future__ import annotations

import ibis

from sladsl.engines.tables.store import DuckStore, Store


def store_of(con: ibis.BaseBackend) -> Store:
    """The store for a connection of Ibis."""
    if con.name == "postgres":
        from sladsl.engines.tables.postgres import PostgresStore

        return PostgresStore(con)
    return DuckStore(con)
