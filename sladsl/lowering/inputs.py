"""What goes into an evaluation: records, sources, calendars, the term, and the moments that set the default as-of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePath

from sladsl import model as m
from sladsl import plan as p
from sladsl import types as t
from sladsl.calendars import day_number
from sladsl.clauses import clauses_of_source
from sladsl.lowering.builder import Builder


def term(b: Builder) -> p.Term:
    """The agreement's dates as instants in its zone; the last date is included."""
    agreement = b.model.agreement
    return p.Term() if agreement is None else _between(b, agreement.first, agreement.last)


def dates(b: Builder, c: m.Commitment) -> p.Term:
    """The same of the periods that a commitment is about."""
    return _between(b, c.first, c.last)


def _between(b: Builder, begins: dt.date | None, ends: dt.date | None) -> p.Term:
    first, last = (None if day is None else day_number(day) for day in (begins, ends))
    return p.Term(
        None if first is None else b.zone.midnight(first),
        None if last is None else b.zone.midnight(last + 1),
        first,
        last,
    )


def record(model: m.Model, r: m.Record) -> p.Record:
    """The record with its implied link field last, and behind it the time of its rows' states where its sources keep one of them."""
    fields = sorted(r.fields.values(), key=lambda f: f.implied)
    link = None
    if r.link is not None:
        implied = r.fields[r.link.own].implied if r.link.own in r.fields else True
        link = p.Link(r.link.parent, r.link.own, r.link.theirs, implied)
    moment, accountable = r.moment, r.accountable
    keep = kept(model, r.name)
    state = () if keep is None else (p.RecordField(keep.name, p.FieldType.TIME),)
    return p.Record(
        r.name,
        r.label,
        (*(_field(model, r.name, f) for f in fields), *state),
        link,
        moment.name if moment else None,
        accountable.name if accountable else None,
        None if keep is None else p.Keep(keep.name, keep.latest),
    )


def kept(model: m.Model, record: str) -> m.Keep | None:
    """Which state of a record's rows is kept: its sources say the same."""
    return next((s.keep for s in model.sources if s.record == record and s.keep is not None), None)


def _field(model: m.Model, record: str, f: m.Field) -> p.RecordField:
    values = f.type.values if isinstance(f.type, t.OneOf) else ()
    unit = f.type.unit if isinstance(f.type, t.Number) else ""
    return p.RecordField(
        f.name,
        _FIELD_TYPES[type(f.type)],
        f.label,
        f.key,
        f.optional or f.implied,
        f.accountable,
        values,
        unit,
        isinstance(f.type, t.Time | t.Date) and f.type.planned,
        f.type.key_of if isinstance(f.type, t.Text) else "",
        any((c.record, c.zone_field) == (record, f.name) for c in model.calendars.values()),
    )


_FIELD_TYPES: dict[type, p.FieldType] = {
    t.Text: p.FieldType.TEXT,
    t.Number: p.FieldType.NUMBER,
    t.Boolean: p.FieldType.BOOLEAN,
    t.Date: p.FieldType.DATE,
    t.Time: p.FieldType.TIME,
    t.Duration: p.FieldType.DURATION,
    t.OneOf: p.FieldType.ONE_OF,
}


def source(model: m.Model, s: m.DataSource) -> p.Source:
    mappings = tuple(
        p.Mapping(x.field, x.column, x.constant, x.format, x.translate, x.at) for x in s.mappings
    )
    state = kept(model, s.record)
    if state is not None and s.keep is not None:
        # The time of a state fills a field of its own, whatever its column is called in each source.
        mappings = (*mappings, p.Mapping(state.name, s.keep.column, None, s.keep.format))
    made = p.Source(s.name, s.record, s.where, str(PurePath(s.origin.file).parent), mappings, newest=s.newest)
    for clause in clauses_of_source(s):
        made = clause.plan(made)
    return made


def moments(model: m.Model, read: Iterable[p.Expression]) -> tuple[tuple[str, str], ...]:
    """The fields whose latest value is the default as-of: every time that the plan reads, in the order of their declarations.

    `read` is everything in the plan's expressions. Child rows that are asked for are there, or not, by their own moment, whether or not
    their condition names it. A deadline that the row holds itself is a plan, and says nothing of when the data were written.
    """
    fields: set[tuple[str, str]] = set()
    children: set[str] = set()
    for e in read:
        if isinstance(e, p.Field | p.Hidden):
            fields.add((e.record, e.name))
        if isinstance(e, p.Children) and e.record in model.records:
            children.add(e.record)
    for name in children:
        fields.update(list(_telling(model.records[name], fields)))
    fields -= set(_promised(model))
    timed: list[tuple[str, str]] = []
    for r in model.given:
        own = [(r.name, f.name) for f in _timed(r) if (r.name, f.name) in fields]
        keep = kept(model, r.name)
        # Which state of a row is seen is decided by when it was one.
        if keep is not None and (own or r.name in children):
            own.append((r.name, keep.name))
        timed += own
    return tuple(timed)


def _telling(record: m.Record, read: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The times by which rows of a record are there: its own moment; without one those that are read, or else all."""
    own = record.moment
    if own is not None:
        yield record.name, own.name
    elif not any((record.name, f.name) in read for f in _timed(record)):
        yield from ((record.name, f.name) for f in _timed(record))


def _timed(record: m.Record) -> list[m.Field]:
    return [f for f in record.fields.values() if isinstance(f.type, t.Time | t.Date) and not f.type.planned]


def _promised(model: m.Model) -> Iterator[tuple[str, str]]:
    for c in model.commitments:
        if isinstance(c.target, m.Within):
            dues = (x.due for x in c.target.choices)
            yield from ((due.record, due.field) for due in dues if not isinstance(due, m.Budget))
