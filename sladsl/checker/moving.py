"""Moments that become others while data grow: no row may enter by one, and no clock that is promised may hang on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.context import Context
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a
from sladsl.diagnostics import Label
from sladsl.model import traversal
from sladsl.source import Span


class Mover(Enum):
    """What makes a moment another one."""

    LATER_ROW = auto()  # it is, or may be, a `last` row's
    CLOCK = auto()  # a running clock decides which row it is
    NEXT_ROW = auto()  # … or a row that comes later than it

    @property
    def words(self) -> str:
        return "a later row decides" if self is Mover.NEXT_ROW else "a running clock decides"


@dataclass(frozen=True, slots=True)
class Moving:
    """An event that moves: the one that says so itself, which another may be the first of, and the record whose rows it picks from."""

    by: Mover
    event: m.Event
    rows: str


def moving(ctx: Context, moment: m.Moment) -> Moving | None:
    """Whether a moment may become another one, and which event makes it that."""
    e = ctx.events.get(moment.event) if isinstance(moment, m.EventUse) else None
    match e.pick if e is not None else None:
        case m.NthRow(record=rows, position=position, where=where):
            assert e is not None
            if position < 0:
                return Moving(Mover.LATER_ROW, e, rows)
            cause = None if where is None else waits_for(ctx, where)
            return None if cause is None else Moving(cause, e, rows)
        case m.OneOfSeveral(moments=several):
            parts = (x for x in several if not isinstance(x, m.MovedMoment))
            every = [x for x in (moving(ctx, one) for one in parts) if x is not None]
            return next((x for x in every if x.by is Mover.LATER_ROW), every[0] if every else None)
        case None:
            return None


def check_since(scope: Scope, since: m.Moment) -> None:
    """A row enters a definition once, and stays in the period in which it did."""
    cause, words = moving(scope.ctx, since), scope.words(since.span)
    match None if cause is None else cause.by:
        case Mover.LATER_ROW:
            scope.report(
                "SLA433",
                since.span,
                f"`{words}` is a `last` event, which a later row moves: "
                "a row would leave the definition and enter it again as data come in",
                help="use a `first` event, or a `time` field",
            )
        case Mover.CLOCK | Mover.NEXT_ROW:
            assert cause is not None
            scope.report(
                "SLA433",
                since.span,
                f"which `{cause.rows}` `{words}` is, {cause.by.words}: "
                "until it has, nobody knows in which period a row counts",
                labels=(_declared(scope, cause),),
                help=f"count those rows themselves, each from its own moment on: `define …: {cause.rows} when …`",
            )
        case None:
            pass


def report_moving(scope: Scope, span: Span, kpi: m.Kpi, clock: m.TimeBetween, at_stake: str) -> bool:
    """Whether a clock runs to or from a moment that moves, which is then reported. A stop may wait for another clock: the row is open
    as long. A start may not: with another one the row has another deadline, and counts in another period. `at_stake` would change."""
    for moment in (clock.start, clock.end):
        cause = moving(scope.ctx, moment)
        if cause is None or (cause.by is not Mover.LATER_ROW and moment is not clock.start):
            continue
        assert isinstance(moment, m.EventUse)
        if cause.by is Mover.LATER_ROW:
            message = f"`{kpi.name}` runs to or from `{moment.event}`, a `last` event: a later row would change {at_stake}"
            advice = "let it run between `first` events, or `time` fields"
        else:
            decides = "another clock decides" if cause.by is Mover.CLOCK else cause.by.words
            message = (
                f"`{kpi.name}` runs from `{moment.event}`, and which `{cause.rows}` that is, {decides}: "
                f"it would change {at_stake}"
            )
            advice = f"let it run from {a(cause.rows)} that a definition takes in, or from an event that asks no clock"
        scope.report("SLA433", span, message, labels=(_declared(scope, cause),), help=advice)
        return True
    return False


def _declared(scope: Scope, cause: Moving) -> Label:
    what = {
        Mover.LATER_ROW: "picks the `last` row",
        Mover.CLOCK: "asks a clock",
        Mover.NEXT_ROW: "asks for a `next` row",
    }
    return scope.label_in(cause.event.origin, what[cause.by])


def waits_for(ctx: Context, condition: m.Expression) -> Mover | None:
    """What a condition waits for beyond the instant at which it is read, itself or through what it names: a clock, which it asks by its
    deadline, or a row that comes later."""
    seen: set[str] = set()
    waiting = [condition]
    while waiting:
        for e in traversal.walk(waiting.pop()):
            if isinstance(e, m.WithinUse):
                return Mover.CLOCK
            if isinstance(e, m.Picked) and e.looks_ahead:
                return Mover.NEXT_ROW
            name = _named(e)
            if name is not None and name not in seen:
                seen.add(name)
                waiting += _asked_by(ctx, name)
    return None


def _named(e: m.Expression) -> str | None:
    match e:
        case m.MemberUse(definition=name) | m.ScoreUse(score=name) | m.EventUse(event=name):
            return name
        case m.DerivedUse(name=name):
            return name
        case _:
            return None


def _asked_by(ctx: Context, name: str) -> Iterator[m.Expression]:
    """All that a declaration asks, what it is added to or made of included."""
    if (d := ctx.definitions.get(name)) is not None:
        if d.when is not None:
            yield d.when
        if d.base is not None:
            yield m.MemberUse(d.base, t.BOOLEAN, d.origin.name_span)
    elif (derived := ctx.derived.get(name)) is not None:
        yield derived.value
    elif (score := ctx.scores.get(name)) is not None:
        yield from (clause.when for clause in score.clauses)
    elif (event := ctx.events.get(name)) is not None:
        match event.pick:
            case m.NthRow(where=where):
                yield from () if where is None else (where,)
            case m.OneOfSeveral(moments=several):
                yield from (x.moment if isinstance(x, m.MovedMoment) else x for x in several)
            case _:
                assert_never(event.pick)
