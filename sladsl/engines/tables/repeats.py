"""Rows that occur more than once: alike, or with one key and different values.

Nearly always there are none, and finding that out must be cheap: the profile counts how many different fingerprints of 64 bits there
are (of the key, or of all fields of a record that has none). Only when those are fewer than the rows is anything asked here, and only
rows whose fingerprint occurs again are looked at closely; two different rows may share one, which costs that look and changes nothing.
"""

from __future__ import annotations

import ibis

from sladsl.engines.tables.problems import counted
from sladsl.engines.tables.profile import TIMED, Limits, fingerprint_of
from sladsl.engines.tables.store import Store
from sladsl.outcomes import Problem
from sladsl.plan import Record, RecordField

_MARK = "fingerprint_of_row"
_OF_KEY = "number_within_key"
_OF_READING = "number_among_alike"


def flag(f: RecordField) -> str:
    """The column that says whether a time is hidden."""
    return f"{f.name}_is_hidden"


def each_once(
    record: Record, seen: ibis.Table, at: Limits, store: Store, examples: int
) -> tuple[ibis.Table, list[Problem]]:
    """The rows, each once, and what was left out. Asked only where fingerprints occur again."""
    keyed = any(f.key for f in record.fields)
    mark = fingerprint_of(record, seen, at, store)
    marks = seen.select(**{_MARK: mark})
    repeated = store.keep(marks.group_by(_MARK).having(marks.count() > 1).aggregate())
    marked = seen.mutate(**{_MARK: mark})
    once = marked.anti_join(repeated, _MARK)
    numbered = store.keep(_numbered(record, marked.semi_join(repeated, _MARK), keyed))
    kept = numbered.filter((numbered[_OF_KEY] == 0) & (numbered[_OF_READING] == 0))
    field = record.key if keyed else None
    kinds = {
        ("equal rows", field): numbered[_OF_READING] > 0,
        ("key used twice", field): (numbered[_OF_KEY] > 0) & (numbered[_OF_READING] == 0),
    }
    problems = list(counted(record, numbered, kinds, store, examples))
    return once.select(*seen.columns).union(kept.select(*seen.columns)), problems


def alone(record: Record, seen: ibis.Table) -> ibis.Table:
    """The rows, each once, for data nobody has looked at: every row is numbered among those like it."""
    numbered = _numbered(record, seen, any(f.key for f in record.fields))
    first = numbered.filter((numbered[_OF_KEY] == 0) & (numbered[_OF_READING] == 0))
    return first.select(*seen.columns)


def _numbered(record: Record, rows: ibis.Table, keyed: bool) -> ibis.Table:
    """Rows numbered in the order in which the first is kept: among all of one key, and among those that read alike."""
    times = [f for f in record.fields if f.type in TIMED]
    others = [f for f in record.fields if f.type not in TIMED and not f.key]
    # Of rows that read alike, one that hides a value stands for them: the value is missing in none of them for good.
    last = [*(rows[flag(f)].desc() for f in times), rows[record.key].asc()]
    alike = [rows[f.name] for f in record.fields]
    rows = rows.mutate(**{_OF_READING: ibis.row_number().over(group_by=alike, order_by=last)})
    of_key = ibis.literal(0, "int64")
    if keyed:
        # Among those of one key that differ, so that the order is whole: a database numbers rows that are equal in any order, and in
        # another one each time.
        apart = [rows[record.key], rows[_OF_READING] == 0]
        order = [rows[f.name].asc(nulls_first=False) for f in (*times, *others)]
        of_key = ibis.row_number().over(group_by=apart, order_by=order)
    return rows.mutate(**{_OF_KEY: of_key})
