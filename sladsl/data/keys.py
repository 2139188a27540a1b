"""Which records have a row of a key, and which keys are near one that nobody has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sladsl.plan import Plan

if TYPE_CHECKING:
    import ibis

MOST = 5
CHANGED = 2
"""So many characters differ at most in a key that is mistyped."""


def records_with(plan: Plan, tables: Mapping[str, ibis.Table], key: str) -> list[str]:
    """The records that declare a key and have a row with this one, the plan's order kept, those above first."""
    keyed = [r for r in plan.records if any(f.key for f in r.fields)]
    keyed.sort(key=lambda r: r.link is not None)
    return [r.name for r in keyed if has_key(tables[r.name], r.key, key)]


def has_key(table: ibis.Table, column: str, key: str) -> bool:
    from sladsl.engines.tables.connections import fetched

    return bool(fetched(table.filter(table[column] == key).select(column).limit(1)).num_rows)


def near_keys(table: ibis.Table, column: str, key: str) -> list[str]:
    """Keys that differ in capitals and blanks only; else those that have it in them; else those mistyped by a character or two."""
    own = table[column]
    folded = own.strip().lower()
    asked = key.strip().lower()
    if not asked:
        return []
    for alike in (folded == asked, own.contains(key.strip())):
        if found := _first(table.filter(alike), column):
            return found
    for changed in range(1, CHANGED + 1):
        if found := _first(table.filter(folded.levenshtein(asked) == changed), column):
            return found
    return []


def first_keys(table: ibis.Table, column: str) -> list[str]:
    """A few keys, to show what they look like."""
    return _first(table, column)


def _first(table: ibis.Table, column: str) -> list[str]:
    from sladsl.engines.tables.connections import fetched

    known = table.filter(table[column].notnull()).select(column).distinct().order_by(column).limit(MOST)
    found: list[str] = fetched(known)[column].to_pylist()
    return found
