"""A few rows with all that belongs to them: what the reference interpreter needs to say what became of those rows, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sladsl.plan import Plan, Record

if TYPE_CHECKING:
    import ibis

Rows = dict[str, list[dict[str, Any]]]


def families(plan: Plan, tables: Mapping[str, ibis.Table], record: str, keys: Iterable[str]) -> Rows:
    """The rows of `record` with these keys, the rows above them, and everything below those; by record, each with every field.

    Rows that share a key are all there, so that the one that is kept is the one that a whole run would keep.
    """
    records = {r.name: r for r in plan.records}
    found: Rows = {name: [] for name in records}
    own = records[record]
    found[record] = _where(tables[record], own.key, keys)
    top = own
    while (link := top.link) is not None:
        named = {row[link.own] for row in found[top.name]}
        top = records[link.parent]
        found[top.name] = _sharing(tables[top.name], top, _where(tables[top.name], link.theirs, named))
    for child in _below(plan, top.name):
        assert child.link is not None
        theirs = {row[child.link.theirs] for row in found[child.link.parent]}
        below = _sharing(tables[child.name], child, _where(tables[child.name], child.link.own, theirs))
        # A row whose parent is not in the data is below nothing, and there nevertheless.
        known = {row[child.key] for row in below}
        found[child.name] = [*below, *(row for row in found[child.name] if row[child.key] not in known)]
    return found


def _where(table: ibis.Table, column: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    from sladsl.engines.tables.connections import fetched

    known = sorted({v for v in values if v is not None})
    if not known:
        return []
    found: list[dict[str, Any]] = fetched(table.filter(table[column].isin(known))).to_pylist()
    return found


def _sharing(table: ibis.Table, record: Record, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All rows that have the key of one of these."""
    if not any(f.key for f in record.fields):
        return rows
    keys = {row[record.key] for row in rows}
    return [*_where(table, record.key, keys), *(row for row in rows if row[record.key] is None)]


def _below(plan: Plan, record: str) -> list[Record]:
    """The records below one, each after the one it belongs to."""
    found: list[Record] = []
    names = {record}
    waiting = [r for r in plan.records if r.link is not None]
    while ready := [r for r in waiting if r.link is not None and r.link.parent in names]:
        found += ready
        names |= {r.name for r in ready}
        waiting = [r for r in waiting if r not in ready]
    return found
