"""Rows of files for databases, which know no order: which of equally early rows of a key counts is settled before they are moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sladsl.calendars import DAY
from sladsl.plan import PLACE, FieldType, Record

_ALWAYS, _NEVER = -(2**62), 2**62


def without_ties(record: Record, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of equally early rows of one key the first; of equally late states, where the latest counts, the last."""
    backwards = record.keep is not None and record.keep.latest
    ordered = sorted(rows, key=lambda row: row.get(PLACE) or 0, reverse=not backwards)  # the last one stays
    kept: dict[object, dict[str, Any]] = {}
    for n, row in enumerate(ordered):
        key = row.get(record.key)
        kept[n if key is None else (key, _early(record, row))] = row
    return list(kept.values())


def _early(record: Record, row: dict[str, Any]) -> int:
    """The row's state, or the earliest of its times, in microseconds."""
    if record.keep is not None:
        state: int | None = row[record.keep.field]
        return _NEVER if state is None else state
    times = [f for f in record.fields if f.comes]
    if any(row[f.name] is None and not f.optional for f in times):
        return _ALWAYS
    known = [row[f.name] * (DAY if f.type is FieldType.DATE else 1) for f in times if row[f.name] is not None]
    return min(known, default=_NEVER)
