"""What is wrong with a record's rows, counted, with the keys of the first: nothing is left out without one of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING

from sladsl.calendars import is_zone
from sladsl.engines.tables.dialects import how_many, least_few
from sladsl.engines.tables.profile import TIMED, Limits, Profile, names_parent, seen_between
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.wide_table import WideTable
from sladsl.outcomes import Example, Problem
from sladsl.plan import Record, RecordField

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

Kind = tuple[str, str | None]
"""What a problem is called, and its field."""


def of_values(
    record: Record, table: ibis.Table, known: Profile, at: Limits, store: Store, examples: int
) -> Iterator[Problem]:
    """Values and keys that are missing, and times out of range, in the rows that exist."""
    if known.keyless:
        yield Problem(record.name, "no key", known.keyless, record.key)
    kinds: dict[Kind, ir.BooleanValue] = {}
    for f in record.fields:
        if known.missing.get(f.name, 0):
            kind = "no parent named" if names_parent(record, f) else "missing value"
            kinds[kind, f.name] = table[f.name].isnull()
    for f in record.fields:
        span, (first, last) = known.bounds.get(f.name), seen_between(f, at)
        if f.type not in TIMED or span is None:
            continue
        if span[0] < first or (span[1] > last and not f.comes):
            early, late = table[f.name] < first, table[f.name] > last
            kinds["time out of range", f.name] = early if f.comes else early | late
    yield from counted(record, table, kinds, store, examples)


def orphans(
    record: Record, child: WideTable, parent: ibis.Table, store: Store, examples: int
) -> Iterator[Problem]:
    """Rows whose parent is not in the data at all; one that only lies in the future is no problem."""
    assert record.link is not None
    own, theirs = record.link.own, record.link.theirs
    parents = parent.select(own=parent[theirs])
    rows = child.table.filter(child.table[own].notnull())
    rows = rows.anti_join(parents, rows[own] == parents["own"])
    # Counting alone reads no keys, and nearly always there are none of these rows.
    if store.row(rows.aggregate(many=rows.count()))["many"]:
        yield from counted(record, rows, {("parent not found", own): rows[own].notnull()}, store, examples)


def nowhere(
    record: Record, f: RecordField, rows: WideTable, named: ibis.Table, key: str, store: Store, examples: int
) -> Iterator[Problem]:
    """Rows that name a row of another record which is not in the data at all."""
    keys = named.select(own=named[key])
    asked = rows.table.filter(rows.table[f.name].notnull())
    asked = asked.anti_join(keys, asked[f.name] == keys["own"])
    if store.row(asked.aggregate(many=asked.count()))["many"]:
        yield from counted(record, asked, {("no such row", f.name): asked[f.name].notnull()}, store, examples)


def no_zones(
    record: Record, f: RecordField, rows: WideTable, store: Store, examples: int
) -> Iterator[Problem]:
    """Rows whose hours are in a zone that does not exist."""
    zones = rows.table.select(zone=rows.table[f.name]).distinct()
    odd = sorted(x["zone"] for x in store.rows(zones) if x["zone"] is not None and not is_zone(x["zone"]))
    if odd:
        kinds: dict[Kind, ir.BooleanValue] = {("no such zone", f.name): rows.table[f.name].isin(odd)}
        yield from counted(record, rows.table, kinds, store, examples)


def counted(
    record: Record, rows: ibis.Table, kinds: Mapping[Kind, ir.BooleanValue], store: Store, examples: int
) -> Iterator[Problem]:
    """A problem for each condition that holds for any row, with the first keys: one query for all of them."""
    if not kinds:
        return
    names = {kind: f"problem_{n}" for n, kind in enumerate(kinds)}
    asked = rows.select(key=rows[record.key], **{names[kind]: when for kind, when in kinds.items()})
    asked = asked.filter(reduce(lambda a, b: a | b, (asked[name] for name in names.values())))
    # By key first: rows may share one, and an example is shown once.
    keys = asked.group_by("key").aggregate(
        **{name: how_many(store.dialect, asked, asked[name]) for name in names.values()}
    )
    parts = {name: keys[name].sum() for name in names.values()}
    parts |= {
        f"{n}_keys": least_few(store.dialect, keys["key"], examples, keys[n] > 0) for n in names.values()
    }
    counts = store.row(keys.aggregate(**parts))
    for (kind, field), name in names.items():
        if counts[name]:
            shown = tuple(Example(key=key, field=field) for key in (counts[f"{name}_keys"] or ())[:examples])
            yield Problem(record.name, kind, counts[name], field, None, shown)
