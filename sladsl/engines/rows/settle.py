"""The rows there are: data as they stood at the as-of, each once. The rules are those of `sladsl.engines.tables.settle`.

What is later than the as-of does not exist; alike rows are one row; of those that share a key and differ, the smallest by times
(missing last), then by the other fields, is kept. Whatever is left out, or missing though required, is a problem, never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sladsl.calendars import DAY, day_number, zone
from sladsl.outcomes import Example, Problem
from sladsl.plan import FieldType, Plan, Record, RecordField

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
    """The rows of one record, by key, and what was wrong with its data."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def settle(plan: Plan, data: Data, as_of: int, examples: int = 5) -> tuple[dict[str, Settled], list[Problem]]:
    """Every record's rows, and the problems of all of them in the order an evaluation gives them."""
    today = zone(plan.zone).date_of(as_of)
    found: dict[str, Settled] = {}
    for record in plan.records:
        limits = {f.name: _seen_between(f, as_of, today) for f in record.fields if f.type in TIMED}
        found[record.name] = _settled(record, data.get(record.name, ()), limits, examples)
    problems = [p for s in found.values() for p in s.problems]
    for record in plan.records:
        if record.link is not None:
            problems += _orphans(record, found[record.name].rows, data.get(record.link.parent, ()), examples)
    return found, problems


Limits: TypeAlias = Mapping[str, tuple[int, int]]


def _seen_between(f: RecordField, as_of: int, today: int) -> tuple[int, int]:
    """The first value that is readable, and the last that is not in the future."""
    if f.type is FieldType.DATE:
        return FIRST_DAY, min(today, LAST_DAY)
    return FIRST_DAY * DAY, min(as_of, (LAST_DAY + 1) * DAY - 1)


def _settled(record: Record, rows: Iterable[Raw], limits: Limits, examples: int) -> Settled:
    there = [r for r in rows if _exists(r, limits)]
    problems = [*_lacking(record, there, examples), *_unreadable(record, there, limits, examples)]
    key = record.key
    read = _as_they_stood([r for r in there if r[key] is not None], limits)
    kept, repeated = _each_once(record, read, examples)
    kept.sort(key=lambda row: row.values[key])
    return Settled(tuple(kept), (*problems, *repeated))


def _exists(row: Raw, limits: Limits) -> bool:
    """A row all of whose times are later than the as-of does not exist yet."""
    times = [(row[name], last) for name, (_, last) in limits.items() if row[name] is not None]
    return not times or any(value <= last for value, last in times)


def _as_they_stood(rows: Iterable[Raw], limits: Limits) -> list[Row]:
    bounds = [(name, first, last) for name, (first, last) in limits.items()]
    found = []
    for row in rows:
        unseen = {
            name: value > last
            for name, first, last in bounds
            if (value := row[name]) is not None and not first <= value <= last
        }
        if unseen:
            hidden = frozenset(name for name, later in unseen.items() if later)
            found.append(Row({**row, **dict.fromkeys(unseen)}, hidden))
        else:
            found.append(Row(row, _NOTHING))
    return found


_NOTHING: frozenset[str] = frozenset()


# ---------------------------------------------------------------------------------------------------------- each once


def _each_once(record: Record, rows: Sequence[Row], examples: int) -> tuple[list[Row], list[Problem]]:
    """Rows alike in every field are one; of those that share a key, the first in order is kept."""
    keyed, key = any(f.key for f in record.fields), record.key
    fields = itemgetter(*(f.name for f in record.fields))
    single, equal = _firsts(rows, lambda row: fields(row.values), lambda row: _last_resort(record, row))
    problems = _problem(record, "equal rows", equal, key if keyed else None, examples)
    if not keyed:
        return single, list(problems)
    kept, others = _firsts(single, lambda row: row.values[key], lambda row: _order(record, row))
    return kept, [*problems, *_problem(record, "key used twice", others, key, examples)]


def _firsts(
    rows: Sequence[Row], same: Callable[[Row], Any], order: Callable[[Row], Any]
) -> tuple[list[Row], list[Row]]:
    """Of the rows that are the same in something, the first in order; and the others."""
    asked = [same(row) for row in rows]
    if len(set(asked)) == len(asked):
        return list(rows), []
    groups: dict[Any, list[Row]] = {}
    for what, row in zip(asked, rows, strict=True):
        groups.setdefault(what, []).append(row)
    first: list[Row] = []
    others: list[Row] = []
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=order)
            others += group[1:]
        first.append(group[0])
    return first, others


def _order(record: Record, row: Row) -> tuple[Any, ...]:
    times = [row.values[f.name] for f in record.fields if f.type in TIMED]
    others = [row.values[f.name] for f in record.fields if f.type not in TIMED and not f.key]
    return (
        *((v is None, 0 if v is None else v) for v in times),
        *map(_last_when_missing, others),
        _last_resort(record, row),
    )


def _last_when_missing(value: Any) -> tuple[bool, Any]:
    return (True, "") if value is None else (False, value)


def _last_resort(record: Record, row: Row) -> tuple[Any, ...]:
    """Of rows that read alike, one that hides a value stands for them: the value is missing in none of them for good."""
    return (*(f.name not in row.hidden for f in record.fields if f.type in TIMED), row.values[record.key])


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
    for name, (first, _) in limits.items():
        odd = [r[record.key] for r in rows if r[name] is not None and r[name] < first]
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


def _problem(
    record: Record, kind: str, rows: Sequence[Row], field: str | None, examples: int
) -> Iterator[Problem]:
    if rows:
        keys = (r.values[record.key] for r in rows)
        yield Problem(record.name, kind, len(rows), field, None, _examples(keys, field, examples))


def _examples(keys: Iterable[str | None], field: str | None, limit: int) -> tuple[Example, ...]:
    """The first keys, each once."""
    known = sorted({k for k in keys if k is not None})
    return tuple(Example(key=k, field=field) for k in known[:limit])
