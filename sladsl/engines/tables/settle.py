"""The rows there are: data as they stood at the as-of, each once.

* What is later than the as-of does not exist: such a `time` or `date` reads as missing and is *hidden*; a row all of whose times
  are hidden does not exist yet, and is counted, unless it lacks a time it must have, for which it is listed. What is planned is never
  hidden. A time before 1901, or one that is planned for after 2189, is a typing error: it reads as missing, and is listed.
* Of rows that share a key one is kept (`repeats`); rows without a key have been told apart when they were read.
* A row without a key is left out. Whatever is left out, or missing though required, is a problem, never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import ibis
import ibis.expr.types as ir

from sladsl.engines.tables.problems import of_values
from sladsl.engines.tables.profile import TIMED, Limits, Profile, exists, hidden, reading, seen_between
from sladsl.engines.tables.repeats import alone, each_once, flag
from sladsl.engines.tables.scope import Scope
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.time_bounds import Span
from sladsl.outcomes import Problem
from sladsl.plan import Expression, Field, Hidden, Record


@dataclass(frozen=True, slots=True)
class Settled:
    """A record's rows as they stood (made anew at each call), how many they are, how many do not exist yet, and what was wrong."""

    scope: Callable[[], Scope]
    rows: int = 0
    not_yet: int = 0
    problems: tuple[Problem, ...] = ()


def plain(record: Record, table: ibis.Table, at: Limits) -> Settled:
    """The record's rows at the as-of for data nobody has looked at: as if any time might be hidden, and no row occurred twice."""
    return Settled(lambda: _anew(record, table, _unknown(record), True, at))


def _unknown(record: Record) -> dict[str, Span]:
    return {f.name: (-(2**62), 2**62) for f in record.fields if f.type in TIMED}


def once(record: Record, table: ibis.Table, at: Limits) -> ibis.Table:
    """The same rows for data that may hold a key twice, as a query to be kept (`kept`)."""
    if not any(f.key for f in record.fields):
        return plain(record, table, at).scope().table
    spans = _unknown(record)
    there = _existing(record, table, spans, at)
    return _seen(record, alone(record, there.filter(there[record.key].notnull()), at), spans, at)


def kept(record: Record, table: ibis.Table) -> Scope:
    """The rows that `once` gave."""
    return _scope(record, table)


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
    return Settled(lambda: _scope(record, seen), left, known.not_yet, (*problems, *repeated))


def _anew(record: Record, table: ibis.Table, spans: Mapping[str, Span], keyless: bool, at: Limits) -> Scope:
    rows = table.view()
    seen = _seen(record, _existing(record, rows, spans, at), spans, at)
    scope = _scope(record, seen.filter(seen[record.key].notnull()) if keyless else seen)
    return replace(scope, origin=partial(_anew, record, table, spans, keyless, at))


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


def _scope(record: Record, table: ibis.Table) -> Scope:
    names: dict[Expression, str] = {}
    for f in record.fields:
        names[Field(record.name, f.name)] = f.name
        if f.comes:
            names[Hidden(record.name, f.name)] = flag(f)
    names[Field(record.name, record.key)] = record.key
    return Scope(record.name, table, names, (record.key,))
