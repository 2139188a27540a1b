"""The rows there are: data as they stood at the as-of, each once.

* What is later than the as-of does not exist: such a `time` or `date` reads as missing and is *hidden*; a row all of whose times
  are hidden does not exist yet, and is counted, unless it lacks a time it must have, for which it is listed. What is planned is never
  hidden. A time before 1901, or one that is planned for after 2189, is a typing error: it reads as missing, and is listed.
* Of rows that share a key one is kept; rows without a key have been told apart when they were read.
* A row without a key is left out. Whatever is left out, or missing though required, is a problem, never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING

from sladsl.calendars import DAY, Zone, midnight_map
from sladsl.engines.tables.problems import counted, of_values
from sladsl.engines.tables.profile import (
    TIMED,
    Limits,
    Profile,
    exists,
    fingerprint_of,
    hidden,
    profile,
    reading,
    seen_between,
)
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.time_bounds import FIRST_DAY, LAST_DAY, Span
from sladsl.engines.tables.wide_table import WideTable
from sladsl.outcomes import Problem
from sladsl.plan import PLACE, Expression, Field, FieldType, Hidden, Record, RecordField

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis


@dataclass(frozen=True, slots=True)
class Settled:
    """A record's rows as they stood (made anew at each call), how many they are, how many do not exist yet, and what was wrong: with
    their values, and with rows that share a key."""

    wide: Callable[[], WideTable]
    rows: int = 0
    not_yet: int = 0
    problems: tuple[Problem, ...] = ()
    repeated: tuple[Problem, ...] = ()


def plain(record: Record, table: ibis.Table, at: Limits) -> Settled:
    """The record's rows at the as-of for data nobody has looked at: as if any time might be hidden, and no row occurred twice."""
    return Settled(lambda: _anew(record, table, _unknown(record), True, at))


def _unknown(record: Record) -> dict[str, Span]:
    return {f.name: (-(2**62), 2**62) for f in record.fields if f.type in TIMED}


def once(record: Record, table: ibis.Table, at: Limits) -> ibis.Table:
    """The same rows for data that may hold a key twice, as a query to be kept (`kept`)."""
    if not any(f.key for f in record.fields):
        return plain(record, table, at).wide().table
    spans = _unknown(record)
    there = _existing(record, table, spans, at)
    return _seen(record, alone(record, there.filter(there[record.key].notnull()), at), spans, at)


def kept(record: Record, table: ibis.Table) -> WideTable:
    """The rows that `once` gave."""
    return _wide_table(record, table)


def settled(
    record: Record, table: ibis.Table, known: Profile, at: Limits, store: Store, examples: int
) -> Settled:
    """The record's rows at the as-of."""
    there = _existing(record, table, known.bounds, at)
    problems = list(of_values(record, there, known, at, store, examples))
    keyed = known.rows - known.keyless
    anew = partial(_anew, record, table, known.bounds, known.keyless > 0, at)
    if known.apart == keyed:
        return Settled(anew, keyed, known.not_yet, tuple(problems))
    named = there.filter(there[record.key].notnull()) if known.keyless else there
    once, repeated = each_once(record, named, known.bounds, at, store, examples)
    left = keyed - sum(p.count for p in repeated)
    seen = _seen(record, once, known.bounds, at)
    return Settled(lambda: _wide_table(record, seen), left, known.not_yet, tuple(problems), tuple(repeated))


def of_all(
    record: Record, table: ibis.Table, at: Limits, store: Store, examples: int
) -> tuple[int, int, tuple[Problem, ...]]:
    """How many rows there are, how many do not exist yet, and what is wrong with their values: for who settles only some of them."""
    known = profile(record, table, at, store, apart=False)
    there = _existing(record, table, known.bounds, at)
    problems = tuple(of_values(record, there, known, at, store, examples))
    return known.rows - known.keyless, known.not_yet, problems


def _anew(
    record: Record, table: ibis.Table, spans: Mapping[str, Span], keyless: bool, at: Limits
) -> WideTable:
    rows = table.view()
    seen = _seen(record, _existing(record, rows, spans, at), spans, at)
    wide = _wide_table(record, seen.filter(seen[record.key].notnull()) if keyless else seen)
    return replace(wide, origin=partial(_anew, record, table, spans, keyless, at))


def _existing(record: Record, table: ibis.Table, spans: Mapping[str, Span], at: Limits) -> ibis.Table:
    """Without the rows that do not exist yet."""
    comes = [f for f in record.fields if f.comes and f.name in spans]
    there = exists(record, table, [f for f in comes if spans[f.name][1] > seen_between(f, at)[1]], at)
    return table if there is None else table.filter(there)


def _seen(record: Record, table: ibis.Table, spans: Mapping[str, Span], at: Limits) -> ibis.Table:
    """Values as they read at the as-of, and beside each time whether it is hidden."""
    columns: dict[str, ir.Value] = {}
    for f in record.fields:
        span = spans.get(f.name)
        columns[f.name] = table[f.name]
        if f.type not in TIMED:
            continue
        lo, hi = seen_between(f, at)
        if span is not None and (span[0] < lo or span[1] > hi):
            columns[f.name] = reading(table, f, at)
        if f.comes:
            later = span is not None and span[1] > hi
            columns[flag(f)] = hidden(table, f, at) if later else ibis.literal(False)
    columns.setdefault(record.key, table[record.key])
    return table.select(**columns)


def _wide_table(record: Record, table: ibis.Table) -> WideTable:
    names: dict[Expression, str] = {}
    for f in record.fields:
        names[Field(record.name, f.name)] = f.name
        if f.comes:
            names[Hidden(record.name, f.name)] = flag(f)
    names[Field(record.name, record.key)] = record.key
    return WideTable(record.name, table, names, (record.key,))


# ------------------------------------------------------------------------------------------------------- rows of one key

# Nearly always there are none, and finding that out must be cheap: the profile counts how many different fingerprints of 64 bits the keys
# have. Only when those are fewer than the rows is anything asked here, and only rows whose fingerprint occurs again are looked at closely;
# two different keys may share one, which costs that look and changes nothing.
#
# Rows are compared as the data have them, hidden or not, so that another as-of keeps no other row. Those alike in every field are the same
# row. Of others the one with the earliest time is kept (one without any was always there), or the state that `keep` asks for; of equally
# early ones the one that stands first, or for the latest state last; and where that is not known, the smallest by its values.


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
    rows = store.rows(kept.filter(kept[key].isin(keys)).select(key=kept[key], place=kept[PLACE]))
    where = {row["key"]: row["place"] for row in rows}
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
    instants = [
        _instant(f, rows, spans.get(f.name, _USUAL), at, all(x.type is FieldType.DATE for x in times))
        for f in times
    ]
    # The least of some values is missing in some databases as soon as one is.
    known = [ibis.coalesce(x, *(y for y in instants if y is not x)) for x in instants]
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
    offsets = [start - (first + n) * DAY for n, start in enumerate(starts)]
    changes = [n for n in range(1, len(offsets)) if offsets[n] != offsets[n - 1]]
    arms = [(day < first + n, ibis.literal(offsets[n - 1], "int64")) for n in changes]
    last_one = ibis.literal(offsets[-1], "int64")
    return ibis.cases(*arms, else_=last_one) if arms else last_one
