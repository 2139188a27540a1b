"""From the model to the plan: sugar goes, and every choice about missing values, cuts in time and periods is written down.

The parts (definitions, clocks, figures) refer to each other's columns by name and ask for those that nobody declared; this driver
makes them all and puts the columns in an order in which each reads only earlier ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import chain
from typing import assert_never

from sladsl import model as m
from sladsl.lowering import inputs, names, scopes, spells
from sladsl.lowering.builder import Builder, ClockOf, EventOf
from sladsl.lowering.clocks import NO_CODE, clock_column
from sladsl.lowering.columns import ColumnHandles
from sladsl.lowering.commitments import all_figures
from sladsl.lowering.conditions import Scope, event_column, lower
from sladsl.lowering.definitions import define, listings
from sladsl.lowering.populations import base_of
from sladsl.lowering.reading import decided
from sladsl.plan import (
    Children,
    Column,
    Deadline,
    Expression,
    Field,
    Figure,
    Following,
    Listing,
    Lookup,
    OpenUntil,
    Party,
    Plan,
    Record,
    Ref,
    Route,
    Term,
    ValueType,
)
from sladsl.plan.made import expressions, made_of
from sladsl.plan.rows import BROKEN, MAYBE_BROKEN, NOT_SETTLED
from sladsl.plan.shorthand import (
    FALSE,
    all_of,
    any_of,
    choose,
    code,
    compare,
    is_true,
    is_unknown,
    missing,
    negate,
    number,
)
from sladsl.plan.traversal import walk


@dataclass(frozen=True)
class Meaning:
    """A model's plan, and what any phrase of the model is in it.

    `asked` are the expressions that were asked for beside the agreement's own, in their order.
    """

    model: m.Model
    plan: Plan
    asked: tuple[Expression, ...]
    builder: Builder = field(repr=False)

    @property
    def columns(self) -> ColumnHandles:
        """The plan's columns that belong to definitions, clocks and figures."""
        return self.builder.handles

    def of(self, phrase: m.Expression, scope: Scope) -> Expression:
        """The plan's expression for a phrase of the model, which must be part of one that was lowered in this scope."""
        return lower(self.builder, phrase, scope).value


def lower_model(model: m.Model, file: str) -> Plan:
    """The plan of a complete model (one without `Invalid`), whose agreement stands in `file`."""
    return meaning(model, file).plan


def meaning(model: m.Model, file: str, asked: Iterable[tuple[m.Expression, str]] = ()) -> Meaning:
    """A complete model's plan. `asked` are more conditions on rows of a record, read as things are at the as-of, whose columns the
    plan is to have too: what the tests in an agreement expect."""
    b = Builder(model)
    term = inputs.term(b)
    for event in model.events.values():
        _event(b, event)
    definitions = tuple(define(b, d, term) for d in model.definitions.values())
    shown = [x for d in model.definitions.values() for x in listings(b, d)]
    figures, commitments, lost = all_figures(b, term)
    routed = [_route(b, r) for r in model.routes]
    never = [x for n, each in enumerate(model.nevers, 1) for x in _never(b, each, n, term)]
    stood = [spells.records(b, r) for r in model.records.values()]
    made = (*(r for several, _ in stood for r in several), *b.made_records.values())
    without = [x for _, lost_rows in stood for x in lost_rows]
    more = tuple(lower(b, condition, scopes.now(record)).value for condition, record in asked)
    _make_what_was_asked(b)
    agreement = model.agreement
    columns = _ordered(b, made)
    listed = (
        *shown,
        *lost,
        *(x for _, unrouted in routed for x in unrouted),
        *never,
        *without,
        *_divisions(b),
        *_undated(b),
    )
    read = [*chain.from_iterable(map(walk, _expressions(made, columns, figures, listed)))]
    _check_hours(model, read)
    plan = Plan(
        name=agreement.label if agreement else file,
        file=file,
        zone=agreement.zone if agreement else "UTC",
        parties=tuple(Party(x.name, x.label) for x in agreement.parties) if agreement else (),
        term=term,
        year_starts=agreement.year_starts if agreement else 1,
        records=made,
        calendars=tuple(c.rules for c in model.calendars.values()),
        columns=columns,
        definitions=definitions,
        lifecycles=tuple(x.steps for x in model.lifecycles),
        figures=figures,
        commitments=commitments,
        routes=tuple(r for r, _ in routed),
        listings=listed,
        moments=inputs.moments(model, read),
        week_starts=agreement.week_starts if agreement else 0,
        hours=agreement.hours if agreement else None,
        sources=tuple(inputs.source(model, s) for s in model.sources),
    )
    return Meaning(model, plan, more, b)


def _check_hours(model: m.Model, read: Iterable[Expression]) -> None:
    """Hours of a row are never asked without their zone: the checker lets them stand only where one is told."""
    own = {c.name for c in model.calendars.values() if c.record is not None}
    for e in read if own else ():
        if isinstance(e, Lookup) and isinstance(e.function, Deadline | OpenUntil) and e.zone is None:
            assert e.function.calendar not in own, f"`{e.function.calendar}` is asked without a zone"


def _event(b: Builder, e: m.Event) -> None:
    """An event of its own record; `next` is found only from a start on, which not every row has."""
    after = isinstance(e.pick, m.NthRow) and e.pick.next
    if not after or b.model.records[e.record].moment is not None:
        b.ask(EventOf(e.name, e.record))
        _make_what_was_asked(b)


def _route(b: Builder, route: m.Route) -> tuple[Route, list[Listing]]:
    d = b.model.definitions[route.definition]
    scope = scopes.route(b, route)
    arms: list[tuple[Expression, Expression]] = []
    unknown: list[Expression] = []
    waits = False
    otherwise: Expression = code(-1)
    for i, case in enumerate(route.cases):
        if case.when is None:
            otherwise = code(i)
            break
        when = decided(lower(b, case.when, scope), scope.until)
        arms += [(when.value, code(i)), (when.open, NO_CODE)]
        unknown.append(is_unknown(when.value))
        waits |= when.open != FALSE
    value = choose(*arms, otherwise=otherwise) if arms else otherwise
    column = b.column(d.record, f"route {d.name}", ValueType.CODE, value, d.name)
    member = names.member(d.name)
    destinations = tuple(c.destination for c in route.cases)
    rest = all_of(Ref(d.record, member), compare("=", column, otherwise))
    unsure = is_true(all_of(rest, any_of(*unknown)))
    listed = [Listing("no route", d.name, d.record, rest)] if otherwise == code(-1) else []
    if arms:
        listed.append(Listing("branch unknown", d.name, d.record, unsure))
    if waits:
        open = all_of(Ref(d.record, member), missing(column))
        listed.append(Listing("not routed yet", d.name, d.record, open))
    return Route(d.name, d.record, member, column.column, destinations), listed


def _never(b: Builder, never: m.Never, number: int, term: Term) -> Iterator[Listing]:
    """The rows that break it, those of which nobody knows, and those that may still: what is read at their entry is not settled yet."""
    p = base_of(b, m.Population(never.record, never.definition), term)
    read = decided(lower(b, never.when, scopes.never(b, never)), p.until)
    when = b.column(p.record, names.never(number), ValueType.BOOLEAN, read.value, never.label)
    unknown = all_of(p.member, is_unknown(when), negate(is_true(read.open)))
    yield Listing(BROKEN, never.label, p.record, all_of(p.member, is_true(when)))
    yield Listing(MAYBE_BROKEN, never.label, p.record, unknown)
    if read.open != FALSE:
        yield Listing(NOT_SETTLED, never.label, p.record, all_of(p.member, is_true(read.open)))


def _divisions(b: Builder) -> list[Listing]:
    """Rows for which a division counts and has a divisor of zero."""
    divisors: dict[tuple[str, str], dict[Expression, None]] = {}
    for x in b.divisions:
        zero = all_of(x.among, compare("=", x.divisor, number(0)))
        divisors.setdefault((x.record, x.subject), {})[zero] = None
    return [
        Listing("division by zero", subject, record, any_of(*tests))
        for (record, subject), tests in divisors.items()
    ]


def _undated(b: Builder) -> list[Listing]:
    """Rows that no condition finds, since no time of theirs is known."""
    return [Listing("no time known", record, record, lost) for record, lost in b.undated.items()]


def _make_what_was_asked(b: Builder) -> None:
    while (request := b.next_request()) is not None:
        match request:
            case ClockOf():
                clock_column(b, request)
            case EventOf():
                event_column(b, request)
            case _:
                assert_never(request)


def _ordered(b: Builder, records: Iterable[Record]) -> tuple[Column, ...]:
    """Columns so that each reads only earlier ones, and rows that are made of earlier ones; otherwise as they were made."""
    made = {r.name: r.made for r in records if r.made is not None}
    graph: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
    for name, how in made.items():
        graph.add((name, ""), *(x for e in expressions(how) for x in _read(e, made)))
        graph.add((name, ""), *((of, "") for of in made_of(how) if of in made))
    for (record, name), column in b.columns.items():
        graph.add((record, name), *_read(column.value, made), *([(record, "")] if record in made else []))
    return tuple(b.columns[key] for key in graph.static_order() if key in b.columns)


def _read(e: Expression, made: Collection[str]) -> Iterator[tuple[str, str]]:
    """Every column that an expression reads, and every record that is made whose rows it looks at (without the name of a column)."""
    for part in walk(e):
        match part:
            case Ref():
                yield part.record, part.column
            case Field() | Children() | Following() if part.record in made:
                yield part.record, ""
            case _:
                pass


def _expressions(
    records: Iterable[Record], columns: Iterable[Column], figures: Iterable[Figure], listed: Iterable[Listing]
) -> Iterator[Expression]:
    """Everything a plan asks of rows."""
    yield from (e for r in records if r.made is not None for e in expressions(r.made))
    yield from (c.value for c in columns)
    for f in figures:
        yield from f.by
        asked = (e for c in f.counters for e in (c.when, c.of))
        course = (f.course.start, f.course.stop, f.course.due) if f.course else ()
        yield from (e for e in (*asked, *course) if e is not None)
    yield from (x.when for x in listed)
