"""What is wrong with a record's rows, counted, with the keys of the first: nothing is left out without one of these."""

from __future__ import annotations

from collections.abc import Iterator

import ibis

from sladsl.engines.tables.profile import TIMED, Limits, Profile, names_parent, seen_between
from sladsl.engines.tables.scope import Scope
from sladsl.outcomes import Example, Problem
from sladsl.plan import Record


def lacking(record: Record, table: ibis.Table, known: Profile, examples: int) -> Iterator[Problem]:
    if known.keyless:
        yield Problem(record.name, "no key", known.keyless, record.key)
    for f in record.fields:
        count = known.missing.get(f.name, 0)
        if count:
            kind = "no parent named" if names_parent(record, f) else "missing value"
            rows = table.filter(table[f.name].isnull())
            yield Problem(record.name, kind, count, f.name, None, examples_of(record, rows, f.name, examples))


def orphans(record: Record, child: Scope, parent: ibis.Table, examples: int) -> Iterator[Problem]:
    """Rows whose parent is not in the data at all; one that only lies in the future is no problem."""
    assert record.link is not None
    own, theirs = record.link.own, record.link.theirs
    parents = parent.select(own=parent[theirs])
    rows = child.table.filter(child.table[own].notnull())
    rows = rows.anti_join(parents, rows[own] == parents["own"])
    count = rows.count().to_pyarrow().as_py()
    if count:
        found = examples_of(record, rows, own, examples)
        yield Problem(record.name, "parent not found", count, own, None, found)


def unreadable(
    record: Record, table: ibis.Table, known: Profile, at: Limits, examples: int
) -> Iterator[Problem]:
    for f in record.fields:
        span, (lo, _) = known.bounds.get(f.name), seen_between(f, at)
        if f.type in TIMED and span is not None and span[0] < lo:
            rows = table.filter(table[f.name] < lo)
            count = rows.count().to_pyarrow().as_py()
            found = examples_of(record, rows, f.name, examples)
            yield Problem(record.name, "time out of range", count, f.name, None, found)


def examples_of(record: Record, rows: ibis.Table, name: str | None, limit: int) -> tuple[Example, ...]:
    """The first keys of these rows."""
    keys = rows.filter(rows[record.key].notnull()).select(key=rows[record.key]).distinct()
    found = keys.order_by("key").limit(limit).to_pyarrow().to_pylist()
    return tuple(Example(key=row["key"], field=name) for row in found)
