"""Moments: a time field, a definition's entry, an event — as the instants a row's moment spans.

A time is one instant. A date is that whole local day: it starts at its midnight and ends a microsecond before the next, which is what
lets dates and times be compared as dates without a second set of rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, EventOf
from sladsl.plan import Expression, Field, Ref, Referred
from sladsl.plan.shorthand import day_end, day_start, local_day


@dataclass(frozen=True, slots=True)
class At:
    """`start` and `end` are instants, both included and equal for a time; `day` is the day number of a date."""

    start: Expression
    end: Expression
    day: Expression | None = None


def day_at(day: Expression) -> At:
    start = day_start(day)
    return At(start, day_end(start), day)


def dated(value: Expression, type: t.Type) -> At:
    """A moment whose value is a day where its type is a date, else an instant."""
    return day_at(value) if isinstance(type, t.Date) else At(value, value)


def moment_at(b: Builder, moment: m.Moment) -> At:
    """The instants of a moment of the row."""
    match moment:
        case m.FieldUse() | m.PathUse():
            return dated(field_value(moment), moment.type)
        case m.EntryUse():
            return entry_at(b, moment.definition)
        case m.EventUse():
            b.ask(EventOf(moment.event, moment.record))
            column = Ref(moment.record, names.event(moment.event))
            return dated(column, moment.type)
        case _:
            assert_never(moment)


def field_value(e: m.AnyField) -> Expression:
    """A field of the row, or of the row that it names, as it is at the as-of."""
    own = Field(e.record, e.field)
    return Referred(e.record, field_value(e.through), own) if isinstance(e, m.PathUse) else own


def entry_at(b: Builder, definition: str) -> At:
    """When rows entered a definition; where a date is among its moments, the entry lasts to that day's end."""
    d = b.model.definitions[definition]
    start = Ref(d.record, names.entry(definition))
    if isinstance(d.entry_type, t.Date):
        return At(start, Ref(d.record, names.entry_end(definition)), local_day(start))
    return At(start, start)
