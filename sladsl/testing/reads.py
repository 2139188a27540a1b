"""Which fields an agreement reads to say what becomes of a row."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl.model.traversal import walk

Read = tuple[str, str]


def reads(model: m.Model) -> set[Read]:
    """The fields that conditions, clocks and the cuts in time between them read, as (record, field)."""
    found = {(u.record, u.field) for e in _expressions(model) for u in _fields(e)}
    found |= {x for moment in _moments(model) for x in _of_moment(moment)}
    found |= {(r.name, r.moment.name) for r in model.records.values() if r.moment is not None}
    # A deadline that the row holds itself: `by target`.
    return found | {(c.due.record, c.due.field) for c in _choices(model) if isinstance(c.due, m.FieldUse)}


def _choices(model: m.Model) -> Iterator[m.Choice]:
    for c in model.commitments:
        if isinstance(c.target, m.Within):
            yield from c.target.choices


def _expressions(model: m.Model) -> Iterator[m.Expression]:
    yield from (c.when for s in model.scores.values() for c in s.clauses)
    yield from (d.when for d in model.definitions.values() if d.when is not None)
    yield from (c.when for c in _choices(model) if c.when is not None)
    yield from (c.when for r in model.routes for c in r.cases if c.when is not None)
    for event in model.events.values():
        if isinstance(event.pick, m.NthRow) and event.pick.where is not None:
            yield event.pick.where
    for kpi in model.kpis.values():
        measure = kpi.measure
        if not isinstance(measure, m.TimeBetween) and measure.population.where is not None:
            yield measure.population.where
        if isinstance(measure, m.Whose):
            yield measure.condition


def _moments(model: m.Model) -> Iterator[m.Moment]:
    yield from (d.since for d in model.definitions.values() if d.since is not None)
    for kpi in model.kpis.values():
        if isinstance(kpi.measure, m.TimeBetween):
            yield from (kpi.measure.start, kpi.measure.end)
    for event in model.events.values():
        if isinstance(event.pick, m.NthRow):
            by = model.records[event.pick.record].fields[event.pick.by]
            yield m.FieldUse(event.pick.record, by.name, by.type, by.span)
        else:
            yield from event.pick.moments


def _fields(e: m.Expression) -> Iterator[m.FieldUse]:
    return (x for x in walk(e) if isinstance(x, m.FieldUse))


def _of_moment(moment: m.Moment) -> Iterator[Read]:
    if isinstance(moment, m.FieldUse):
        yield moment.record, moment.field
