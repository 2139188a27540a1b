"""The rows there are: data as they stood at the as-of, each once. The rules are those of `sladsl.engines.tables.settle`.

What is later than the as-of does not exist; of rows that share a key, those alike are one and of those that differ the earliest is kept,
or the state that `keep` asks for. Whatever is left out, or missing though required, is a problem, never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sladsl.calendars import DAY, Zone, day_number, is_zone, zone
from sladsl.outcomes import Example, Problem
from sladsl.plan import PLACE, FieldType, Plan, Record, RecordField

Raw: TypeAlias = Mapping[str, Any]
Data: TypeAlias = Mapping[str, Sequence[Raw]]
"""Rows by record: every field by its name, as `sladsl.engines.rows.values` represents it, and the record's key."""

TIMED = frozenset({FieldType.TIME, FieldType.DATE})
FIRST_DAY, LAST_DAY = day_number(date(1901, 1, 1)), day_number(date(2189, 12, 31))
"""Times outside these are taken as unreadable."""


class Row(NamedTuple):
    """A row as it stood: `values` by field, and the names of the times and dates that are there but later than the as-of."""

    values: Mapping[str, Any]
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows of one record, by key, what was wrong with its data, and how many rows do not exist yet."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    not_yet: int = 0


def settle(
    plan: Plan, data: Data, as_of: int, examples: int = 5, named: Data | None = None
) -> tuple[dict[str, Settled], list[Problem]]:
    """The rows of every record that a source gives, and the problems of all of them in the order an evaluation gives them. `named` are the
    rows among which those stand that others name, where these are not all."""
    there = data if named is None else named
    place = zone(plan.zone)
    today = place.date_of(as_of)
    settled: dict[str, Settled] = {}
    for record in plan.given:
        limits = {f.name: _seen_between(f, as_of, today) for f in record.fields if f.type in TIMED}
        settled[record.name] = _settled(record, data.get(record.name, ()), limits, place, examples)
    problems = [p for s in settled.values() for p in s.problems]
    for record in plan.given:
        if record.link is not None:
            problems += _orphans(
                record, settled[record.name].rows, there.get(record.link.parent, ()), examples
            )
        for f in (f for f in record.fields if f.is_zone):
            problems += _no_zones(record, f, settled[record.name].rows, examples)
        for f in (f for f in record.fields if f.key_of):
            keys = there.get(f.key_of, ()), plan.record(f.key_of).key
            problems += _nowhere(record, f, settled[record.name].rows, *keys, examples)
    return settled, problems


Limits: TypeAlias = Mapping[str, tuple[int, int]]


def _seen_between(f: RecordField, as_of: int, today: int) -> tuple[int, int]:
    """The first value that is readable, and the last; that is not in the future, but for what is planned."""
    last, now = (LAST_DAY, today) if f.type is FieldType.DATE else ((LAST_DAY + 1) * DAY - 1, as_of)
    return FIRST_DAY * (1 if f.type is FieldType.DATE else DAY), min(now, last) if f.comes else last


def _settled(record: Record, rows: Iterable[Raw], limits: Limits, place: Zone, examples: int) -> Settled:
    given = list(rows)
    there = [r for r in given if _exists(record, r, limits)]
    problems = [*_lacking(record, there, examples), *_unreadable(record, there, limits, examples)]
    key = record.key
    kept, repeated = _each_once(record, [r for r in there if r[key] is not None], place, examples)
    read = _as_they_stood(record, kept, limits)
    read.sort(key=lambda row: row.values[key])
    return Settled(tuple(read), (*problems, *repeated), len(given) - len(there))


def _exists(record: Record, row: Raw, limits: Limits) -> bool:
    """A row all of whose times are later than the as-of does not exist yet, and neither does a later state; one that lacks a time it must
    have is listed for that."""
    if (
        record.keep is not None
        and (state := row[record.keep.field]) is not None
        and state > limits[record.keep.field][1]
    ):
        return False
    comes = [(f, row[f.name]) for f in record.fields if f.comes]
    times = [(value, limits[f.name][1]) for f, value in comes if value is not None]
    dateless = any(value is None and not f.optional for f, value in comes)
    return not times or dateless or any(value <= last for value, last in times)


def _as_they_stood(record: Record, rows: Iterable[Raw], limits: Limits) -> list[Row]:
    bounds = [(f.name, *limits[f.name], f.comes) for f in record.fields if f.name in limits]
    stood = []
    for raw in rows:
        row = {name: value for name, value in raw.items() if name != PLACE} if PLACE in raw else raw
        unseen = {
            name: comes and value > last
            for name, first, last, comes in bounds
            if (value := row[name]) is not None and not first <= value <= last
        }
        if unseen:
            hidden = frozenset(name for name, later in unseen.items() if later)
            stood.append(Row({**row, **dict.fromkeys(unseen)}, hidden))
        else:
            stood.append(Row(row, _NOTHING))
    return stood


_NOTHING: frozenset[str] = frozenset()


# ---------------------------------------------------------------------------------------------------------- each once


def _each_once(
    record: Record, rows: Sequence[Raw], place: Zone, examples: int
) -> tuple[list[Raw], list[Problem]]:
    """Of rows that share a key one: those alike in every field are the same row, and of others the first in order is kept.

    What is compared is what the data say, hidden or not, so that another as-of keeps no other row. Rows without a key have been told apart
    when they were read.
    """
    if not any(f.key for f in record.fields):
        return list(rows), []
    key = record.key
    fields = itemgetter(*(f.name for f in record.fields))
    single, equal = _firsts(rows, fields, lambda row: _order(record, row, place))
    kept, others = _firsts(single, itemgetter(key), lambda row: _order(record, row, place))
    where = {row[key]: row.get(PLACE) for row in kept}
    kind = "key used twice" if record.keep is None else "other state"
    problems = _repeated(record, "equal rows", equal, {}, examples)
    return kept, [*problems, *_repeated(record, kind, others, where, examples)]


def _firsts(
    rows: Sequence[Raw], same: Callable[[Raw], Any], order: Callable[[Raw], Any]
) -> tuple[list[Raw], list[Raw]]:
    """Of the rows that are the same in something, the first in order; and the others."""
    asked = [same(row) for row in rows]
    if len(set(asked)) == len(asked):
        return list(rows), []
    groups: dict[Any, list[Raw]] = {}
    for what, row in zip(asked, rows, strict=True):
        groups.setdefault(what, []).append(row)
    first: list[Raw] = []
    others: list[Raw] = []
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=order)
            others += group[1:]
        first.append(group[0])
    return first, others


def _order(record: Record, row: Raw, place: Zone) -> tuple[Any, ...]:
    """In which order the first of some rows of one key is kept: by the earliest of their times, plans apart (one without any was always
    there), or by their states; then by where they stand, and where that is not known by their values."""
    stands = row.get(PLACE)
    if record.keep is None:
        dateless = any(f.comes and not f.optional and row[f.name] is None for f in record.fields)
        at = (
            None
            if dateless
            else min(
                (
                    _instant(f, row[f.name], place)
                    for f in record.fields
                    if f.comes and _is_readable(f, row[f.name])
                ),
                default=None,
            )
        )
        first: tuple[Any, ...] = (at is not None, at or 0)
    else:
        state = row[record.keep.field]
        lost = not _is_readable(record.field(record.keep.field), state)
        way = -1 if record.keep.latest else 1
        first = (lost, 0 if lost else way * state)
        stands = None if stands is None else way * stands
    times = [row[f.name] for f in record.fields if f.type in TIMED]
    others = [row[f.name] for f in record.fields if f.type not in TIMED and not f.key]
    return (
        *first,
        stands is None,
        stands or 0,
        *map(_last_when_missing, times),
        *map(_last_when_missing, others),
    )


def _is_readable(f: RecordField, value: int | None) -> bool:
    if f.type not in TIMED or value is None:
        return False
    return value >= (FIRST_DAY if f.type is FieldType.DATE else FIRST_DAY * DAY)


def _instant(f: RecordField, value: int, place: Zone) -> int:
    return place.midnight(value) if f.type is FieldType.DATE else value


def _last_when_missing(value: Any) -> tuple[bool, Any]:
    return (True, "") if value is None else (False, value)


# ----------------------------------------------------------------------------------------------------------- problems


def _lacking(record: Record, rows: Sequence[Raw], examples: int) -> Iterator[Problem]:
    key = record.key
    without = sum(1 for r in rows if r[key] is None)
    if without:
        yield Problem(record.name, "no key", without, key)
    for f in record.fields:
        link = record.link is not None and f.name == record.link.own
        if not link and (f.optional or f.key):
            continue
        missing = [r for r in rows if r[f.name] is None]
        if missing:
            kind = "no parent named" if link else "missing value"
            keys = (r[record.key] for r in missing)
            yield Problem(record.name, kind, len(missing), f.name, None, _examples(keys, f.name, examples))


def _unreadable(record: Record, rows: Sequence[Raw], limits: Limits, examples: int) -> Iterator[Problem]:
    for f in (f for f in record.fields if f.name in limits):
        name, (first, last) = f.name, limits[f.name]
        given = [(r[record.key], r[name]) for r in rows if r[name] is not None]
        odd = [key for key, value in given if value < first or (value > last and not f.comes)]
        if odd:
            yield Problem(
                record.name, "time out of range", len(odd), name, None, _examples(odd, name, examples)
            )


def _orphans(record: Record, rows: Sequence[Row], parents: Sequence[Raw], examples: int) -> Iterator[Problem]:
    """Rows whose parent is not in the data at all; one that only lies in the future is no problem."""
    assert record.link is not None
    own, known = record.link.own, {p[record.link.theirs] for p in parents}
    lost = [r.values[record.key] for r in rows if r.values[own] is not None and r.values[own] not in known]
    if lost:
        yield Problem(record.name, "parent not found", len(lost), own, None, _examples(lost, own, examples))


def _nowhere(
    record: Record, f: RecordField, rows: Sequence[Row], named: Sequence[Raw], key: str, examples: int
) -> Iterator[Problem]:
    """Rows that name a row of another record which is not in the data at all."""
    known = {r[key] for r in named}
    lost = [
        r.values[record.key] for r in rows if r.values[f.name] is not None and r.values[f.name] not in known
    ]
    if lost:
        yield Problem(record.name, "no such row", len(lost), f.name, None, _examples(lost, f.name, examples))


def _no_zones(record: Record, f: RecordField, rows: Sequence[Row], examples: int) -> Iterator[Problem]:
    """Rows whose hours are in a zone that does not exist."""
    odd = [
        r.values[record.key] for r in rows if r.values[f.name] is not None and not is_zone(r.values[f.name])
    ]
    if odd:
        yield Problem(record.name, "no such zone", len(odd), f.name, None, _examples(odd, f.name, examples))


def _repeated(
    record: Record, kind: str, rows: Sequence[Raw], where: Mapping[str, int | None], examples: int
) -> Iterator[Problem]:
    if rows:
        shown = _examples((r[record.key] for r in rows), record.key, examples)
        shown = tuple(replace(e, row=where.get(e.key or "")) for e in shown)
        yield Problem(record.name, kind, len(rows), record.key, None, shown)


def _examples(keys: Iterable[str | None], field: str | None, limit: int) -> tuple[Example, ...]:
    """The first keys, each once."""
    known = sorted({k for k in keys if k is not None})
    return tuple(Example(key=k, field=field) for k in known[:limit])
