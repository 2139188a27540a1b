"""What goes into an evaluation: records, sources, calendars, the term, and the moments that set the default as-of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import assert_never

from sladsl import model as m
from sladsl import plan as p
from sladsl import types as t
from sladsl.lowering.builder import EPOCH_DAY, Builder


def term(b: Builder) -> p.Term:
    """The agreement's dates as instants in its zone; the last date is included."""
    agreement = b.model.agreement
    if agreement is None:
        return p.Term()
    first = None if agreement.first is None else agreement.first.toordinal() - EPOCH_DAY
    last = None if agreement.last is None else agreement.last.toordinal() - EPOCH_DAY
    return p.Term(
        None if first is None else b.zone.midnight(first),
        None if last is None else b.zone.midnight(last + 1),
        first,
        last,
    )


def record(r: m.Record) -> p.Record:
    """The record with its implied link field last."""
    fields = sorted(r.fields.values(), key=lambda f: f.implied)
    link = None
    if r.link is not None:
        implied = r.fields[r.link.own].implied if r.link.own in r.fields else True
        link = p.Link(r.link.parent, r.link.own, r.link.theirs, implied)
    moment, accountable = r.moment, r.accountable
    return p.Record(
        r.name,
        r.label,
        tuple(_field(f) for f in fields),
        link,
        moment.name if moment else None,
        accountable.name if accountable else None,
    )


def _field(f: m.Field) -> p.RecordField:
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


def source(s: m.DataSource) -> p.Source:
    mappings = tuple(
        p.Mapping(x.field, x.column, x.constant, x.format, x.translate, x.at) for x in s.mappings
    )
    base = str(PurePath(s.origin.file).parent)
    blank = dict.fromkeys(("", *s.missing))  # an empty cell is missing whatever else is
    return p.Source(s.name, s.record, s.where, base, mappings, s.zone, s.ignore_offsets, tuple(blank), s.skip)


Read = tuple[str, str]


def moments(model: m.Model) -> tuple[Read, ...]:
    """The fields whose latest value is the default as-of: every moment that a KPI reads, however far away it is declared."""
    return tuple(dict.fromkeys(x for kpi in model.kpis.values() for x in _of_kpi(model, kpi)))


def _of_kpi(model: m.Model, kpi: m.Kpi) -> Iterator[Read]:
    match kpi.measure:
        case m.TimeBetween(start=start, end=end):
            yield from _of_moment(model, start)
            yield from _of_moment(model, end)
        case m.Become(population=population, goal=goal):
            yield from _of_population(model, population)
            yield from _of_definition(model, goal)
        case (
            m.Count(population=population)
            | m.Whose(population=population)
            | m.Statistic(population=population)
        ):
            yield from _of_population(model, population)


def _of_population(model: m.Model, population: m.Population) -> Iterator[Read]:
    if population.definition is not None:
        return _of_definition(model, population.definition)
    return _of_record(model, population.record)


def _of_record(model: m.Model, record: str) -> Iterator[Read]:
    own = model.records[record].moment
    if own is not None:
        yield (record, own.name)


def _of_definition(model: m.Model, name: str) -> Iterator[Read]:
    d = model.definitions[name]
    if d.since is not None:
        yield from _of_moment(model, d.since)
    if d.base is not None:
        yield from _of_definition(model, d.base)
    elif d.since is None:
        yield from _of_record(model, d.record)


def _of_moment(model: m.Model, moment: m.Moment) -> Iterator[Read]:
    match moment:
        case m.FieldUse():
            yield (moment.record, moment.field)
        case m.EntryUse():
            yield from _of_definition(model, moment.definition)
        case m.EventUse():
            pick = model.events[moment.event].pick
            if isinstance(pick, m.NthRow):
                yield (pick.record, pick.by)
            else:
                for part in pick.moments:
                    yield from _of_moment(model, part)
        case _:
            assert_never(moment)
