"""Events as values of a row: which rows count, from when on, and which of them it is.

A row sees the rows below it and those below its ancestors. An event over its own rows is found among all of them; one over rows of an
ancestor, and every `next`, from the row's own moment on. Where a start is given (the clock of a time KPI, the base of a definition) it
takes that moment's place. A row is never its own event.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.lowering import names
from sladsl.lowering.builder import Builder
from sladsl.lowering.moments import At, moment_at
from sladsl.plan import Aggregate, Children, Const, Expression, Field, Following, OfAsker, ValueType
from sladsl.plan.shorthand import all_of, choose, compare, is_true, local_day, number
from sladsl.plan.traversal import walk

EVER = Const(-(2**62), ValueType.INSTANT)
"""Before all moments, and before all days."""


def deepest(e: Expression) -> int:
    """The depth of the innermost row that asks for relatives and of which the expression reads something; 0 where it reads of none."""
    return max((x.depth for x in walk(e) if isinstance(x, OfAsker)), default=0)


def own_moment(b: Builder, record: str) -> At | None:
    own = b.model.records[record].moment
    return None if own is None else moment_at(b, m.FieldUse(record, own.name, own.type, own.span))


Part = m.Moment | m.MovedMoment
"""What an event may be the earliest, or the latest, of."""


def is_relative(b: Builder, use: Part) -> bool:
    """Whether a moment is an event that depends on from when on it is looked for."""
    if isinstance(use, m.MovedMoment):
        return is_relative(b, use.moment)
    if not isinstance(use, m.EventUse):
        return False
    e = b.model.events[use.event]
    if isinstance(e.pick, m.NthRow):
        return e.pick.next or use.record != e.record
    return any(is_relative(b, x) for x in asked_by(e, e.pick.moments, use.record))


def looks_for_rows(b: Builder, use: m.EventUse) -> bool:
    """Whether an event is found among rows of which a start leaves some out, and not only among moments of the row that asks."""
    e = b.model.events[use.event]
    if isinstance(e.pick, m.NthRow):
        return True
    named = (unmoved(x) for x in asked_by(e, e.pick.moments, use.record))
    asked = (x for x in named if isinstance(x, m.EventUse))
    return any(x.record == use.record and looks_for_rows(b, x) for x in asked)


def unmoved(part: Part) -> m.Moment:
    """The moment that is named."""
    return part.moment if isinstance(part, m.MovedMoment) else part


def is_of_a_row_above(b: Builder, moment: Part, record: str) -> bool:
    """Whether a moment of a row of `record` is one of the row that it belongs to, however far above, itself or through an event; or of
    another that it names."""
    match moment:
        case m.MovedMoment():
            return is_of_a_row_above(b, moment.moment, record)
        case m.FieldUse():
            return moment.record != record
        case m.PathUse():
            return True
        case m.EntryUse():
            return b.model.definitions[moment.definition].record != record
        case m.EventUse():
            if moment.record != record:
                return True
            e = b.model.events[moment.event]
            return isinstance(e.pick, m.OneOfSeveral) and any(
                is_of_a_row_above(b, x, record) for x in asked_by(e, e.pick.moments, record)
            )
        case _:
            assert_never(moment)


def asked_by(e: m.Event, moments: tuple[Part, ...], record: str) -> tuple[Part, ...]:
    """The moments that an event is the earliest, or the latest, of, as the rows of `record` ask for them."""

    def asked(x: m.Moment) -> m.Moment:
        return replace(x, record=record) if isinstance(x, m.EventUse) and x.record == e.record else x

    return tuple(
        replace(x, moment=asked(x.moment)) if isinstance(x, m.MovedMoment) else asked(x) for x in moments
    )


def starts(b: Builder, e: m.Event, record: str, since: At | None) -> At | None:
    """From when on a row of `record` looks for an event: the start that was given, else its own moment; None for all rows there are."""
    assert isinstance(e.pick, m.NthRow)
    relative = e.pick.next or record != e.record
    return own_moment(b, record) if since is None and relative else since


def after_start(e: m.Event, start: At) -> Expression:
    """Whether a row of an event comes at or after a start; only after it, where the next one is asked for."""
    assert isinstance(e.pick, m.NthRow)
    return compare(">=" if not e.pick.next else ">", Field(e.pick.record, e.pick.by), _bound(e, start))


def _bound(e: m.Event, start: At) -> Expression:
    assert isinstance(e.pick, m.NthRow)
    bound = start.end if e.pick.next else start.start
    return local_day(bound) if isinstance(e.type, t.Date) else bound


def event_row(
    b: Builder,
    e: m.Event,
    record: str,
    since: At | None,
    where: Expression | None,
    n: int | None = None,
    until: Expression | None = None,
    below: bool = False,
) -> Expression:
    """The event's own moment, or the `n`-th, for a row of `record`: among the event's rows for which `where` is true, a `last` one among
    those up to `until`. `below` says that it is read on a row below that one."""
    pick = e.pick
    assert isinstance(pick, m.NthRow)
    n = pick.position if n is None else n
    field, start = Field(pick.record, pick.by), starts(b, e, record, since)
    if record == e.record and below:
        bound = EVER if start is None else _bound(e, start)
        return Following(pick.record, field, bound, where, n, start is not None and pick.next, until)
    if record == e.record:
        after = None if start is None else after_start(e, start)
        by_then = None if until is None else compare("<=", field, until)
        asked = [x for x in (after, by_then, where) if x is not None]
        matching = all_of(*asked) if asked else None
        depth = 0 if until is None else deepest(until)
        if n < 0:
            return Children(pick.record, Aggregate.LAST, where=matching, of=field, depth=depth)
        return Children(pick.record, Aggregate.NTH, where=matching, of=field, n=n, depth=depth)
    assert start is not None, "a row without a moment was refused"
    bound = _bound(e, start)
    following = Following(pick.record, field, bound, where, n, pick.next, until)
    if record != pick.record:
        return following
    # The row is one of those it looks at. Where it stands among the first n, the one after them is wanted. Which of several at one
    # instant is the row itself makes no difference: the instant is the same.
    other = Following(pick.record, field, bound, where, n + 1 if n > 0 else n - 1, pick.next, until)
    by_then = None if until is None else compare("<=", field, until)
    itself = all_of(
        _counts(b, e, where),
        after_start(e, start),
        by_then,
        compare("<=" if n > 0 else ">=", field, following),
    )
    return choose((itself, other), otherwise=following)


def _counts(b: Builder, e: m.Event, where: Expression | None) -> Expression | None:
    """Whether a row itself is one of an event's: a column of its own, where that is found among further rows."""
    assert isinstance(e.pick, m.NthRow)
    if where is None or not any(isinstance(x, Children | Following) for x in walk(where)):
        return where
    number, name = 1, names.part(e.name, "counts")
    while (e.pick.record, name) in b.columns and b.columns[e.pick.record, name].value != where:
        number += 1
        name = names.part(e.name, f"counts {number}")
    return b.column(e.pick.record, name, ValueType.BOOLEAN, where, e.name)


def any_row(
    b: Builder,
    e: m.Event,
    record: str,
    since: At | None,
    where: Expression,
    until: Expression,
    below: bool = False,
) -> Expression:
    """Whether one of the event's rows for which `where` is true comes no later than `until`, an instant, or a day where the event's
    moments are dates. `below` as in `event_row`."""
    assert isinstance(e.pick, m.NthRow)
    if record == e.record and not below:
        start, field = starts(b, e, record, since), Field(e.pick.record, e.pick.by)
        early = compare("<=", field, until)
        asked = all_of(None if start is None else after_start(e, start), early, where)
        count = Children(e.pick.record, Aggregate.COUNT, where=asked, depth=deepest(until))
        return compare(">=", count, number(1))
    first = event_row(b, e, record, since, where, 1, below=below)
    return is_true(compare("<=", first, until))


def top(model: m.Model, record: str, row: str, rows: str) -> str:
    """The record whose rows those of `rows` belong to, where a row of `record` that stands for one of `row` looks at them, and that is
    not the nearest above it."""
    above = lineage(model, rows)[1:]
    nearest = next((r for r in lineage(model, record) if r in above), None)
    meant = next(r for r in lineage(model, row) if r in above)
    return "" if nearest in {None, meant} else meant


def lineage(model: m.Model, record: str) -> tuple[str, ...]:
    """The record and those that its rows belong to, the nearest first."""
    known = model.records.get(record)  # instants of a row are no record that is declared
    link = None if known is None else known.link
    return (record,) if link is None else (record, *lineage(model, link.parent))
