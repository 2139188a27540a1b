"""What rows become: whether the event that takes them there is looked for from where they start."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl.checker.context import Context
from sladsl.checker.events import counts_from_a_start
from sladsl.checker.scope import Scope
from sladsl.source import Span


def check_start(scope: Scope, population: str | None, goal: str, span: Span) -> bool:
    """Whether rows of the population (all of the record where it is None) may become `goal`; reported where not.

    An event that is looked for from the row's own moment, or its base's entry, on may lie before the row entered a population that it
    enters later: it would be no answer, and the one that is would never be seen.
    """
    ctx = scope.ctx
    late = None if population is None else _enters_late(ctx, population)
    if late is None:
        return True
    for d in _chain(ctx, goal):
        if population in {x.name for x in _chain(ctx, d.name)}:
            continue
        event = ctx.events.get(d.since.event) if isinstance(d.since, m.EventUse) else None
        if event is None or d.since is None or not counts_from_a_start(scope, event, d.record):
            continue
        scope.report(
            "SLA447",
            span,
            f"`{goal}` looks for `{event.name}` from before a row is `{population}`: what happened earlier would be no answer, "
            "and what answers it would not be seen",
            labels=(
                scope.label_in(d.origin, f"looks for `{event.name}`"),
                scope.label_in(late.origin, "is entered later than its row's own moment"),
            ),
            help=f"build it on what the rows are: `define …: {population} since {event.name}`, "
            f"or promise a time: `time from {population} to {event.name}`",
        )
        return False
    return True


def _chain(ctx: Context, name: str) -> Iterator[m.Definition]:
    """The definition and those that it is added to."""
    at: str | None = name
    while at is not None and at in ctx.definitions:
        yield ctx.definitions[at]
        at = ctx.definitions[at].base


def _enters_late(ctx: Context, population: str) -> m.Definition | None:
    """The definition of the population's chain that names another moment than the row's own."""
    for d in _chain(ctx, population):
        own = ctx.records[d.record].moment
        match d.since:
            case m.FieldUse(record=record, field=field) if own is not None:
                late = (record, field) != (d.record, own.name)
            case _:
                late = d.since is not None
        if late:
            return d
    return None
