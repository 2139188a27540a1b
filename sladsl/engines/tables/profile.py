"""Data at a glance: what has to be known of all the rows of a record before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from sladsl.calendars import DAY, Zone, zone
from sladsl.engines.tables.dialects import fingerprint
from sladsl.engines.tables.queries import Given
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.time_bounds import FIRST_DAY, LAST_DAY, Span
from sladsl.plan import FieldType, Plan, Record, RecordField

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

TIMED = frozenset({FieldType.TIME, FieldType.DATE})


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to where values are seen: instants, and days of a zone."""

    instant: int
    day: int
    zone: Zone


def limits(plan: Plan, as_of: int) -> Limits:
    """A date is seen once its midnight has come, which is once the local date of the as-of has reached it."""
    place = zone(plan.zone)
    return Limits(as_of, Given(place.date_of(as_of)), place)


@dataclass(frozen=True, slots=True)
class Profile:
    """One record's data at a glance: bounds of times and durations in all that was given; how many rows do not exist yet at the as-of;
    and of those that do, how many they are, how many have no key, how many keys are told apart by their fingerprints, and how many
    values of each required field (and of the one that names the parent) are missing. Where keys were not told apart each is one."""

    bounds: Mapping[str, Span]
    not_yet: int
    rows: int
    keyless: int
    apart: int
    missing: Mapping[str, int]


def profile(record: Record, table: ibis.Table, at: Limits, store: Store, apart: bool = True) -> Profile:
    """One query, since each costs a pass over the data. To tell keys `apart` takes memory for each."""
    there = exists(record, table, [f for f in record.fields if f.comes], at)
    keyed, key = any(f.key for f in record.fields), table[record.key]
    named = key.notnull() if keyed else None
    asked: dict[str, ir.Value] = {
        "given": table.count(),
        "rows": table.count(where=there),
        "keys": table.count(where=_both(there, named)),
    }
    if keyed and apart:
        asked["apart"] = fingerprint_of(record, table, store).nunique(where=_both(there, named))
    for n, f in enumerate(record.fields):
        if f.type in TIMED or f.type is FieldType.DURATION:
            asked[f"least {n}"], asked[f"greatest {n}"] = table[f.name].min(), table[f.name].max()
        if _required(record, f) or names_parent(record, f):
            asked[f"missing {n}"] = table.count(where=_both(there, table[f.name].isnull()))
    counts = store.row(table.aggregate(**asked))
    # How many there are of nothing at all is missing in some databases.
    given, rows, keys = (counts[name] or 0 for name in ("given", "rows", "keys"))
    told_apart = (counts["apart"] or 0) if keyed and apart else keys
    numbered = {f.name: n for n, f in enumerate(record.fields)}
    bounds = {
        name: (counts[f"least {n}"], counts[f"greatest {n}"])
        for name, n in numbered.items()
        if counts.get(f"least {n}") is not None
    }
    missing = {name: counts[f"missing {n}"] or 0 for name, n in numbered.items() if f"missing {n}" in counts}
    return Profile(bounds, given - rows, rows, rows - keys, told_apart, missing)


def _both(a: ir.BooleanValue | None, b: ir.BooleanValue | None) -> ir.BooleanValue | None:
    return b if a is None else a if b is None else a & b


def fingerprint_of(record: Record, table: ibis.Table, store: Store) -> ir.Value:
    """64 bits of a row's key."""
    return fingerprint(store.dialect, [table[record.key]])


def hidden(table: ibis.Table, f: RecordField, at: Limits) -> ir.BooleanValue:
    """Whether a time lies after the as-of."""
    return ibis.coalesce(table[f.name] > seen_between(f, at)[1], ibis.literal(False))


def exists(
    record: Record, table: ibis.Table, later: Sequence[RecordField], at: Limits
) -> ir.BooleanValue | None:
    """Whether a row exists yet: not all of its times are hidden, or it lacks one it must have; and its state is none of later. `later` are
    the fields that may hold a time after the as-of; None is that every row exists."""
    if not later:
        return None
    comes = [f for f in record.fields if f.comes]
    visible = (ibis.coalesce(table[f.name] <= seen_between(f, at)[1], ibis.literal(False)) for f in comes)
    dateless = (table[f.name].isnull() for f in comes if not f.optional)
    some = reduce(lambda a, b: a | b, (*visible, *dateless))
    there = some | ~reduce(lambda a, b: a | b, (hidden(table, f, at) for f in later))
    state = next((f for f in later if record.keep is not None and f.name == record.keep.field), None)
    return there if state is None else there & ~hidden(table, state, at)


def reading(table: ibis.Table, f: RecordField, at: Limits) -> ir.Value:
    """The value as it reads at the as-of: a time that is hidden or out of range is missing."""
    raw = table[f.name]
    if f.type not in TIMED:
        return raw
    lo, hi = seen_between(f, at)
    return ibis.ifelse((raw >= lo) & (raw <= hi), raw, ibis.null("int64"))


def _required(record: Record, f: RecordField) -> bool:
    return not (f.optional or f.key or names_parent(record, f))


def names_parent(record: Record, f: RecordField) -> bool:
    return record.link is not None and f.name == record.link.own


def bounds(
    records: Mapping[str, Record], profiles: Mapping[str, Profile], at: Limits
) -> dict[tuple[str, str], Span]:
    """The bounds of what is seen of each time, date and duration."""
    spans = {}
    for name, record in records.items():
        for f in record.fields:
            span = profiles[name].bounds.get(f.name)
            if span is None:
                continue
            lo, hi = seen_between(f, at)
            if span[0] <= hi and span[1] >= lo:
                spans[name, f.name] = (max(span[0], lo), min(span[1], hi))
    return spans


def seen_between(f: RecordField, at: Limits) -> Span:
    """The first value that is readable, and the last; that is not in the future, but for what is planned."""
    match f.type:
        case FieldType.TIME:
            last = (LAST_DAY + 1) * DAY - 1
            return FIRST_DAY * DAY, min(at.instant, last) if f.comes else last
        case FieldType.DATE:
            return FIRST_DAY, min(at.day, LAST_DAY) if f.comes else LAST_DAY
        case _:
            return -(2**62), 2**62
