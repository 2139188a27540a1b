"""Which store goes with a connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sladsl.engines.tables.store import DuckStore, Store

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa


def store_of(con: ibis.BaseBackend) -> Store:
    """The store for a connection of Ibis."""
    if con.name == "postgres":
        from sladsl.engines.tables.postgres import postgres_store

        return postgres_store(con)
    if con.name == "pyspark":
        from sladsl.engines.tables.spark import SparkStore

        return SparkStore(con)
    return DuckStore(con)


def fetched(query: ibis.Table) -> pa.Table:
    """The rows of a query, as they are: Ibis' own way brings them through pandas for some databases, where whole numbers beside missing
    ones become doubles."""
    return store_of(query.get_backend()).arrow(query)


def streamed(query: ibis.Table, size: int) -> Iterator[pa.RecordBatch]:
    """The same, so many at a time: not all of them are in memory. Nothing else is asked until the last one was taken."""
    return store_of(query.get_backend()).batches(query, size)


def rows_of(query: ibis.Table) -> list[dict[str, Any]]:
    """The same as rows, where they are few."""
    return store_of(query.get_backend()).rows(query)
