"""Rows of one key: alike, or with different values.

Nearly always there are none, and finding that out must be cheap: the profile counts how many different fingerprints of 64 bits the keys
have. Only when those are fewer than the rows is anything asked here, and only rows whose fingerprint occurs again are looked at closely;
two different keys may share one, which costs that look and changes nothing.

Rows are compared as the data have them, hidden or not, so that another as-of keeps no other row. Those alike in every field are the same
row. Of others the one with the earliest time is kept (one without any was always there), or the state that `keep` asks for; of equally
early ones the one that stands first, or for the latest state last; and where that is not known, the smallest by its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

import ibis
import ibis.expr.types as ir

from sladsl.calendars import DAY, Zone, midnight_map
from sladsl.engines.tables.problems import counted
from sladsl.engines.tables.profile import TIMED, Limits, fingerprint_of
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.time_bounds import FIRST_DAY, LAST_DAY, Span
from sladsl.outcomes import Problem
from sladsl.plan import PLACE, FieldType, Record, RecordField

_MARK = "fingerprint_of_row"
_OF_KEY = "number_within_key"
_ALIKE = "number_among_alike"
_AT = "earliest_time"
_USUAL = (3652, 29_220)
"""1980 to 2050, in days: where dates are looked for in data that nobody has seen."""


def flag(f: RecordField) -> str:
    """The column that says whether a time is hidden."""
    return f"{f.name}_is_hidden"


def each_once(
    record: Record, rows: ibis.Table, spans: Mapping[str, Span], at: Limits, store: Store, examples: int
) -> tuple[ibis.Table, list[Problem]]:
    """The rows as they are in the data, each once, and what was left out. Asked only where fingerprints of keys occur again."""
    mark = fingerprint_of(record, rows, store)
    marks = rows.select(**{_MARK: mark})
    repeated = store.keep(marks.group_by(_MARK).having(marks.count() > 1).aggregate())
    marked = rows.mutate(**{_MARK: mark})
    once = marked.anti_join(repeated, _MARK)
    numbered = store.keep(_numbered(record, marked.semi_join(repeated, _MARK), spans, at))
    kept = numbered.filter((numbered[_OF_KEY] == 0) & (numbered[_ALIKE] == 0))
    other = "key used twice" if record.keep is None else "other state"
    kinds: dict[tuple[str, str | None], ir.BooleanValue] = {
        ("equal rows", record.key): numbered[_ALIKE] > 0,
        (other, record.key): (numbered[_OF_KEY] > 0) & (numbered[_ALIKE] == 0),
    }
    problems = [
        _placed(p, kept, store) if p.kind == other else p
        for p in counted(record, numbered, kinds, store, examples)
    ]
    return once.select(*rows.columns).union(kept.select(*rows.columns)), problems


def alone(record: Record, rows: ibis.Table, at: Limits) -> ibis.Table:
    """The rows, each once, for data nobody has looked at: every row is numbered among those of its key."""
    numbered = _numbered(record, rows, {}, at)
    first = numbered.filter((numbered[_OF_KEY] == 0) & (numbered[_ALIKE] == 0))
    return first.select(*rows.columns)


def _placed(problem: Problem, kept: ibis.Table, store: Store) -> Problem:
    """With where the rows stand that are kept."""
    if PLACE not in kept.columns:
        return problem
    keys = [e.key for e in problem.examples]
    key = problem.field
    assert key is not None, "rows of one key have a key"
    found = store.rows(kept.filter(kept[key].isin(keys)).select(key=kept[key], place=kept[PLACE]))
    where = {row["key"]: row["place"] for row in found}
    return replace(problem, examples=tuple(replace(e, row=where.get(e.key)) for e in problem.examples))


def _numbered(record: Record, rows: ibis.Table, spans: Mapping[str, Span], at: Limits) -> ibis.Table:
    """Rows numbered in the order in which the first is kept: among those alike, and among the first of those that share a key.

    The order is whole: a database numbers rows that are equal in any order, and in another one each time."""
    rows = rows.mutate(**{_AT: _earliest(record, rows, spans, at)})
    alike = [rows[f.name] for f in record.fields]
    rows = rows.mutate(**{_ALIKE: ibis.row_number().over(group_by=alike, order_by=_order(record, rows))})
    apart = [rows[record.key], rows[_ALIKE] == 0]
    return rows.mutate(**{_OF_KEY: ibis.row_number().over(group_by=apart, order_by=_order(record, rows))})


def _order(record: Record, rows: ibis.Table) -> list[ir.Value]:
    back = record.keep is not None and record.keep.latest
    order = [rows[_AT].desc(nulls_first=False) if back else rows[_AT].asc(nulls_first=record.keep is None)]
    if PLACE in rows.columns:
        place = rows[PLACE]
        order.append(place.desc(nulls_first=False) if back else place.asc(nulls_first=False))
    times = [f for f in record.fields if f.type in TIMED]
    others = [f for f in record.fields if f.type not in TIMED and not f.key]
    return [*order, *(rows[f.name].asc(nulls_first=False) for f in (*times, *others))]


def _earliest(record: Record, rows: ibis.Table, spans: Mapping[str, Span], at: Limits) -> ir.Value:
    """The row's state, or the earliest of its times as an instant; missing where there is none that can be read."""
    if record.keep is not None:
        state = rows[record.keep.field]
        return ibis.ifelse(state >= FIRST_DAY * DAY, state, ibis.null("int64"))
    times = [f for f in record.fields if f.comes]
    if not times:
        return ibis.null("int64")
    found = [
        _instant(f, rows, spans.get(f.name, _USUAL), at, all(x.type is FieldType.DATE for x in times))
        for f in times
    ]
    # The least of some values is missing in some databases as soon as one is.
    known = [ibis.coalesce(x, *(y for y in found if y is not x)) for x in found]
    earliest = reduce(ibis.least, known)
    dateless = [rows[f.name].isnull() for f in times if not f.optional]
    return (
        ibis.ifelse(reduce(lambda a, b: a | b, dateless), ibis.null("int64"), earliest)
        if dateless
        else earliest
    )


def _instant(f: RecordField, rows: ibis.Table, span: Span, at: Limits, days: bool) -> ir.Value:
    """A time as an instant, a date as its start where others are times (`days`: among dates they are as good); missing if it is too
    long ago to be read."""
    value = rows[f.name]
    if f.type is not FieldType.DATE:
        return ibis.ifelse(value >= FIRST_DAY * DAY, value, ibis.null("int64"))
    start = value if days else value * DAY + _behind(at.zone, value, max(span[0], FIRST_DAY), span[1])
    return ibis.ifelse(value >= FIRST_DAY, start, ibis.null("int64"))


def _behind(zone: Zone, day: ir.Value, first: int, last: int) -> ir.Value:
    """How much later than in UTC a date starts in a zone, in microseconds."""
    starts = midnight_map(zone, first, max(first, min(last, LAST_DAY))).values
    found = [start - (first + n) * DAY for n, start in enumerate(starts)]
    changes = [n for n in range(1, len(found)) if found[n] != found[n - 1]]
    arms = [(day < first + n, ibis.literal(found[n - 1], "int64")) for n in changes]
    last_one = ibis.literal(found[-1], "int64")
    return ibis.cases(*arms, else_=last_one) if arms else last_one
