"""Data at a glance: what has to be known of all the rows of a record before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from sladsl.calendars import DAY, zone
from sladsl.engines.tables.reach import FIRST_DAY, LAST_DAY, Span
from sladsl.engines.tables.store import Store
from sladsl.plan import FieldType, Plan, Record, RecordField

TIMED = frozenset({FieldType.TIME, FieldType.DATE})


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to where values are seen: instants, and days."""

    instant: int
    day: int


def limits(plan: Plan, as_of: int) -> Limits:
    """A date is seen once its midnight has come, which is once the local date of the as-of has reached it."""
    return Limits(as_of, zone(plan.zone).date_of(as_of))


@dataclass(frozen=True, slots=True)
class Profile:
    """One record's data at a glance: rows, rows without a key, bounds of times and durations, and how many values of each required
    field (and of the one that names the parent) are missing."""

    rows: int
    keyless: int
    bounds: Mapping[str, Span]
    missing: Mapping[str, int]


def profile(record: Record, table: ibis.Table, store: Store) -> Profile:
    """One query, which Parquet answers from its statistics."""
    asked: dict[str, ir.Value] = {"rows": table.count(), "keys": table[record.key].count()}
    for n, f in enumerate(record.fields):
        if f.type in TIMED or f.type is FieldType.DURATION:
            asked[f"least {n}"], asked[f"greatest {n}"] = table[f.name].min(), table[f.name].max()
        if _required(record, f) or names_parent(record, f):
            asked[f"known {n}"] = table[f.name].count()
    found = store.row(table.aggregate(**asked))
    bounds = {
        f.name: (found[f"least {n}"], found[f"greatest {n}"])
        for n, f in enumerate(record.fields)
        if found.get(f"least {n}") is not None
    }
    missing = {
        f.name: found["rows"] - found[f"known {n}"]
        for n, f in enumerate(record.fields)
        if f"known {n}" in found
    }
    keyless = found["rows"] - found["keys"]
    return Profile(found["rows"], keyless, bounds, missing)


def _required(record: Record, f: RecordField) -> bool:
    return not (f.optional or f.key or names_parent(record, f))


def names_parent(record: Record, f: RecordField) -> bool:
    return record.link is not None and f.name == record.link.own


def bounds(
    records: Mapping[str, Record], profiles: Mapping[str, Profile], at: Limits
) -> dict[tuple[str, str], Span]:
    """The bounds of what is seen of each time, date and duration."""
    found = {}
    for name, record in records.items():
        for f in record.fields:
            span = profiles[name].bounds.get(f.name)
            if span is None:
                continue
            lo, hi = seen_between(f, at)
            if span[0] <= hi and span[1] >= lo:
                found[name, f.name] = (max(span[0], lo), min(span[1], hi))
    return found


def seen_between(f: RecordField, at: Limits) -> Span:
    """The first value that is readable, and the last that is not in the future."""
    match f.type:
        case FieldType.TIME:
            return FIRST_DAY * DAY, min(at.instant, (LAST_DAY + 1) * DAY - 1)
        case FieldType.DATE:
            return FIRST_DAY, min(at.day, LAST_DAY)
        case _:
            return -(2**62), 2**62
