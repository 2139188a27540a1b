"""Whether a moment that is reckoned from what has happened is still to come: of a row that waits for it nobody says that it lacks it."""

from __future__ import annotations

from sladsl import model as m
from sladsl import types as t
from sladsl.lowering import names
from sladsl.lowering.builder import Builder
from sladsl.lowering.conditions import part_at
from sladsl.lowering.events import Part, asked_by
from sladsl.lowering.moments import At, comes_later, moved
from sladsl.plan import Expression, Hidden, Ref, Status
from sladsl.plan.shorthand import FALSE, all_of, any_of, is_code, is_true, known, missing


def ahead(b: Builder, e: m.Event, record: str, since: At | None = None) -> Expression:
    """Whether an event of a row of `record` is known to come later than the as-of: what it is reckoned from has happened."""
    if isinstance(e.pick, m.NthRow):
        return FALSE
    parts = asked_by(e, e.pick.moments, record)
    coming = tuple(part_ahead(b, x, record, since, e.pick.latest) for x in parts)
    if all(x == FALSE for x in coming):
        return FALSE
    if not e.pick.latest:
        there = (part_at(b, x, record, since, False, e.name) for x in parts)
        return is_true(all_of(any_of(*coming), *(missing(at.start) for at in there)))
    sure = (
        any_of(known(part_at(b, x, record, since, True, e.name).start), later)
        for x, later in zip(parts, coming, strict=True)
    )
    return is_true(all_of(any_of(*coming), *sure))


def part_ahead(b: Builder, x: Part, record: str, since: At | None, fields: bool) -> Expression:
    """The same of one moment of an event; of what is no event itself where `fields` asks for it."""
    match x:
        case m.MovedMoment():
            value = moved(b, x, part_at(b, x.moment, record, since, True, ""), record)
            return any_of(is_true(comes_later(value, x.type)), part_ahead(b, x.moment, record, since, True))
        case m.FieldUse() if fields and t.is_event(x.type):
            return Hidden(x.record, x.field)
        case m.EntryUse() if fields:
            d = b.model.definitions[x.definition]
            return is_code(Ref(d.record, names.status(d.name)), Status.NOT_YET)
        case m.EventUse() if x.record == record:
            return ahead(b, b.model.events[x.event], record, since)
        case _:
            return FALSE
