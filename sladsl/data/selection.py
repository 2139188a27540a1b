"""Some of the rows that were loaded: a few with all that belongs to them, a part for a first look, those of a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from sladsl.calendars import Period, zone
from sladsl.engines.engine import Table, fingerprint, read
from sladsl.plan import FieldType, Plan, Record

Rows = dict[str, list[dict[str, Any]]]
_MOST_KEYS = 5
_MOST_CHANGED = 2
"""So many characters differ at most in a key that is mistyped."""
_FEWEST = 3
"""Fewer letters are in too many texts."""


# ------------------------------------------------------------------------------------ rows with all that belongs to them

# What the reference interpreter needs to say what became of those rows, and no more.


def families(plan: Plan, tables: Mapping[str, Table], record: str, keys: Iterable[str]) -> Rows:
    """The rows of `record` with these keys (those they are made of, where its rows are made), the rows above them, and everything below
    those, with what they name by a key; by record that a source gives, each with every field.

    Rows that share a key are all there, so that the one that is kept is the one that a whole run would keep.
    """
    records = {r.name: r for r in plan.given}
    rows_of: Rows = {name: [] for name in records}
    asked = [plan.source_row(record, key) for key in keys]
    own = asked[0][0] if asked else plan.source_row(record, "")[0]
    rows_of[own.name] = _where(tables[own.name], own.key, (key for _, key in asked))
    top = own
    while (link := top.link) is not None:
        named = {row[link.own] for row in rows_of[top.name]}
        top = records[link.parent]
        rows_of[top.name] = _sharing(tables[top.name], top, _where(tables[top.name], link.theirs, named))
    for child in _below(plan, top.name):
        assert child.link is not None
        theirs = {row[child.link.theirs] for row in rows_of[child.link.parent]}
        below = _sharing(tables[child.name], child, _where(tables[child.name], child.link.own, theirs))
        # A row whose parent is not in the data is below nothing, and there nevertheless.
        known = {row[child.key] for row in below}
        rows_of[child.name] = [*below, *(row for row in rows_of[child.name] if row[child.key] not in known)]
    _add_named(plan, tables, rows_of)
    return rows_of


def _add_named(plan: Plan, tables: Mapping[str, Table], found: Rows) -> None:
    """Adds the rows that are named by their key, with what belongs to them (their days off may pause a clock), and those that these name
    or belong to in turn."""
    named_by_key = {f.key_of for r in plan.given for f in r.fields if f.key_of}
    below_named = {x.name: x for name in named_by_key for x in _below(plan, name)}
    asked = {(r.name, r.key): {row[r.key] for row in found[r.name]} for r in plan.given}
    new: Rows = {name: list(rows) for name, rows in found.items()}
    while any(new.values()):
        wanted: dict[tuple[str, str], set[Any]] = {}
        for r in plan.given:
            steps = [(f.name, f.key_of, plan.record(f.key_of).key) for f in r.fields if f.key_of]
            if r.link is not None and any(f.key_of == r.name for x in plan.given for f in x.fields):
                steps.append((r.link.own, r.link.parent, r.link.theirs))
            for own, named, theirs in steps:
                keys = {row[own] for row in new[r.name]} - asked.get((named, theirs), set()) - {None}
                wanted.setdefault((named, theirs), set()).update(keys)
        new = {name: [] for name in found}
        for (named, theirs), keys in wanted.items():
            asked.setdefault((named, theirs), set()).update(keys)
            known = {row[plan.record(named).key] for row in found[named]}
            rows = [
                row for row in _where(tables[named], theirs, keys) if row[plan.record(named).key] not in known
            ]
            new[named] += rows
            found[named] = [*found[named], *rows]
        for child in _in_order(plan, below_named):
            rows = _new_below(tables[child.name], child, new, found[child.name])
            new[child.name] += rows
            found[child.name] = [*found[child.name], *rows]


def _in_order(plan: Plan, chosen: Mapping[str, Record]) -> list[Record]:
    """Each after the one it belongs to."""
    roots = [r.name for r in plan.given if r.link is None]
    return [x for root in roots for x in _below(plan, root) if x.name in chosen]


def _new_below(table: Table, child: Record, new: Rows, there: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `child` that belong to new rows and are not there yet."""
    assert child.link is not None
    known = {row[child.key] for row in there}
    theirs = {row[child.link.theirs] for row in new[child.link.parent]}
    return [row for row in _where(table, child.link.own, theirs) if row[child.key] not in known]


def naming(plan: Plan, tables: Mapping[str, Table], record: str, keys: Iterable[str]) -> dict[str, set[str]]:
    """The keys of the rows that name one of these by its key, or one that does, by record."""
    found: dict[str, set[str]] = {}
    waiting = [(record, set(keys))]
    while waiting:
        named, some = waiting.pop()
        for r in plan.given:
            for f in (f for f in r.fields if f.key_of == named):
                new = {row[r.key] for row in _where(tables[r.name], f.name, some)} - {None}
                new -= found.setdefault(r.name, set())
                found[r.name] |= new
                if new:
                    waiting.append((r.name, new))
    return {name: keys for name, keys in found.items() if keys}


def _where(table: Table, column: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    known = sorted({v for v in values if v is not None})
    return read(table.filter(table[column].isin(known))) if known else []


def _sharing(table: Table, record: Record, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All rows that have the key of one of these."""
    if not any(f.key for f in record.fields):
        return rows
    keys = {row[record.key] for row in rows}
    return [*_where(table, record.key, keys), *(row for row in rows if row[record.key] is None)]


def _below(plan: Plan, record: str) -> list[Record]:
    """The records below one, each after the one it belongs to."""
    below: list[Record] = []
    names = {record}
    waiting = [r for r in plan.given if r.link is not None]
    while ready := [r for r in waiting if r.link is not None and r.link.parent in names]:
        below += ready
        names |= {r.name for r in ready}
        waiting = [r for r in waiting if r not in ready]
    return below


# ----------------------------------------------------------------------------------------------- a part for a first look


def sampled(plan: Plan, tables: Mapping[str, Table], one_in: int) -> dict[str, Table]:
    """About one row in so many of each record that is below no other, and the rows below those. The same keys are taken each time on one
    kind of database, so that what was seen can be looked at again."""
    samples: dict[str, Table] = {}
    waiting = list(plan.given)
    while waiting:
        r = waiting.pop(0)
        table = tables[r.name]
        if r.link is None:
            samples[r.name] = table.filter(fingerprint(table, r.key) % one_in == 0)
        elif r.link.parent in samples:
            above = samples[r.link.parent]
            samples[r.name] = table.semi_join(above, [(r.link.own, r.link.theirs)])
        else:
            waiting.append(r)
    return {r.name: samples[r.name] for r in plan.given}


# ------------------------------------------------------------------------------------------------------------------ keys


def records_with(plan: Plan, tables: Mapping[str, Table], key: str) -> list[str]:
    """The records that declare a key and have a row with this one, the plan's order kept, those above first."""
    keyed = [r for r in plan.given if any(f.key for f in r.fields)]
    keyed.sort(key=lambda r: r.link is not None)
    return [r.name for r in keyed if has_key(tables[r.name], r.key, key)]


def has_key(table: Table, column: str, key: str) -> bool:
    return bool(read(table.filter(table[column] == key).select(column).limit(1)))


def alike_keys(table: Table, column: str, key: str) -> list[str]:
    """Keys that differ in capitals and blanks only; else those that have it in them."""
    own = table[column]
    asked = key.strip().lower()
    if not asked:
        return []
    for alike in (own.strip().lower() == asked, own.contains(key.strip())):
        if keys := _first(table.filter(alike), column):
            return keys
    return []


def keys_by_text(table: Table, record: Record, text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The first field beside the key that has a text in it, in capitals or not, with the keys of a few such rows and what they say there:
    a person knows a lead by its company or its e-mail."""
    asked = text.strip().lower()
    for f in (f for f in record.fields if f.type is FieldType.TEXT and not f.key and len(asked) >= _FEWEST):
        rows = table.filter(table[f.name].lower().contains(asked) & table[record.key].notnull())
        known = read(rows.select(record.key, f.name).distinct().order_by(record.key).limit(_MOST_KEYS))
        if known:
            return f.name, [(row[record.key], row[f.name]) for row in known]
    return None


def mistyped_keys(table: Table, column: str, key: str) -> list[str]:
    """Keys that differ by a character or two."""
    folded, asked = table[column].strip().lower(), key.strip().lower()
    for changed in range(1, _MOST_CHANGED + 1):
        if keys := _first(table.filter(folded.levenshtein(asked) == changed), column):
            return keys
    return []


def first_keys(table: Table, column: str) -> list[str]:
    """A few keys, to show what they look like."""
    return _first(table, column)


def _first(table: Table, column: str) -> list[str]:
    known = table.filter(table[column].notnull()).select(column).distinct().order_by(column).limit(_MOST_KEYS)
    return [row[column] for row in read(known)]


def of_period(plan: Plan, tables: Mapping[str, Table], period: Period) -> dict[str, Table]:
    """The rows of each record that have a time in a period, or none that is known."""
    return {
        r.name: within(tables[r.name], plan, {f.name: f.type for f in r.fields if f.comes}, period)
        for r in plan.given
    }


def within(rows: Table, plan: Plan, moments: Mapping[str, FieldType], period: Period) -> Table:
    """Without the rows all of whose moments, which are columns, lie outside a period; a row of which none is known stays."""
    if not moments:
        return rows
    where = zone(plan.zone)
    ends = {
        FieldType.DATE: (where.date_of(period.start), where.date_of(period.end - 1)),
        FieldType.TIME: (period.start, period.end - 1),
    }
    inside = [rows[name].between(*ends[type]) for name, type in moments.items()]
    unknown = [rows[name].isnull() for name in moments]
    return rows.filter(reduce(or_, inside) | reduce(and_, unknown))
