"""Clocks: from a row's start to its stop, against a deadline.

| state | when |
|---|---|
| no deadline | the row plans none where its target asks for that, or no branch of its target's choice applies |
| undecided | it has not started, or its one-valued stop lies before its start |
| paused | it stands still at the as-of, and has no deadline before that is over |
| open | which row stopped it is not settled, its branch is not chosen, or it has not stopped and its deadline is not yet behind the as-of |
| met | it stopped by its deadline, the deadline's own instant included |
| missed | otherwise, whether or not it was answered later |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DurationKind
from sladsl.lowering import names
from sladsl.lowering.builder import NOW, Builder, ClockOf, not_behind, up_to
from sladsl.lowering.columns import ClockColumns, DeadlineColumns
from sladsl.lowering.conditions import Scope, asked_rows, event_value, lower, membership, moment_seen
from sladsl.lowering.definitions import descends, since_at
from sladsl.lowering.events import Part, asked_by, event_row, is_of_a_row_above, looks_for_rows
from sladsl.lowering.moments import At, counted_at, day_at, entered, entry_at, field_value, moment_at
from sladsl.lowering.reading import LONG_AGO, May, Reading, Seen, decided, field, latest
from sladsl.plan import (
    Apply,
    AsOf,
    Const,
    Expression,
    Lookup,
    OpenUntil,
    Ref,
    State,
    Status,
    Term,
    ValueType,
)
from sladsl.plan.shorthand import (
    FALSE,
    NO_INSTANT,
    TRUE,
    all_of,
    any_of,
    choose,
    code,
    compare,
    day_end,
    day_start,
    deadline,
    first_known,
    is_code,
    is_true,
    is_unknown,
    known,
    local_day,
    missing,
    negate,
)

NO_SPAN = Const(None, ValueType.SPAN)
NO_CODE = Const(None, ValueType.CODE)


@dataclass(frozen=True, slots=True)
class StartAndStop:
    """A time KPI's start and stop on its record's rows; `undecided` is the column that says they cannot be compared."""

    record: str
    start: At
    stop: At
    undecided: Ref
    candidate: (
        Expression  # when what may still come to stop it, or cease to, happened: missing where all is settled
    )


def measured(b: Builder, kpi: str) -> tuple[m.Kpi, m.TimeBetween]:
    k = b.model.kpis[kpi]
    assert isinstance(k.measure, m.TimeBetween)
    return k, k.measure


def run(b: Builder, kpi: str) -> StartAndStop:
    """Start and stop of a time KPI, as columns `kpi.start`, `kpi.stop`."""
    k, measure = measured(b, kpi)
    # Rows of another population than the start's own are sorted out where the figure is made (`response`): were the start to wait
    # for its definition's condition, what follows it could not be gathered in the same pass as what that condition asks.
    start = _as_column(b, k, "start", moment_at(b, measure.start))
    end = measure.end
    if isinstance(end, m.EventUse) and end.record == k.record and looks_for_rows(b, end):
        event = b.model.events[end.event]
        stop = _event_stop(b, k, event, event_value(b, event, k.record, start, k.name))
        candidate = _unsettled(b, k, event, start, stop)
        single = isinstance(event.pick, m.OneOfSeveral)
    else:
        stop = _as_column(b, k, "stop", counted_at(b, end))
        candidate = _may_come(b, end, stop, k.record)
        single = True
    undecided = missing(start.start)
    if single:
        undecided = any_of(undecided, is_true(compare("<", stop.end, start.start)))
    if candidate != NO_INSTANT:
        candidate = b.column(k.record, names.clock(k.name, "candidate"), ValueType.INSTANT, candidate, k.name)
    flag = b.column(k.record, names.clock(k.name, "undecided"), ValueType.BOOLEAN, undecided, k.name)
    assert isinstance(start.start, Ref)
    assert isinstance(stop.start, Ref)
    b.handles.clocks.setdefault(k.name, ClockColumns(start.start, stop.start))
    return StartAndStop(k.record, start, stop, flag, candidate)


def _unsettled(b: Builder, k: m.Kpi, e: m.Event, start: At, stop: At) -> Expression:
    """The earliest row, no later than the stop, that may still come to count, or cease to; missing where there is none."""
    if isinstance(e.pick, m.OneOfSeveral) and e.pick.latest:
        # While a part may cease to count, or come, at the as-of, so may the latest of all.
        ceasing = any(_ceases(b, x, k) for x in asked_by(e, e.pick.moments, k.record))
        return choose((not_behind(stop.end), stop.start), otherwise=NO_INSTANT) if ceasing else NO_INSTANT
    if isinstance(e.pick, m.OneOfSeveral):
        ends = []
        for x in asked_by(e, e.pick.moments, k.record):
            if isinstance(x, m.EventUse):
                part = b.model.events[x.event]
                own = x.record == k.record and looks_for_rows(b, x)
                ends.append(_unsettled(b, k, part, start, stop) if own else _may_come(b, x, stop, k.record))
        ends = [x for x in ends if x != NO_INSTANT]
        return ends[0] if len(ends) == 1 else Apply("earliest", tuple(ends)) if ends else NO_INSTANT
    open = asked_rows(b, e, k.name).open
    if open == FALSE:
        return NO_INSTANT
    first = event_row(b, e, k.record, start, is_true(open), 1)
    first = first if stop.day is None else day_start(first)
    return choose((compare(">", first, stop.start), NO_INSTANT), otherwise=first)


def _ceases(b: Builder, part: Part, k: m.Kpi) -> bool:
    """Whether a moment may cease to be there with other rows of its own instant."""
    if not isinstance(part, m.EventUse):
        return False
    event = b.model.events[part.event]
    if isinstance(event.pick, m.NthRow) and part.record == k.record:
        return event.pick.position < 0 or May.LEAVE_TRUE in asked_rows(b, event, k.name).may
    return May.LEAVE_TRUE in moment_seen(b, part, NOW, k.record).may


def _may_come(b: Builder, end: m.Moment, stop: At, here: str) -> Expression:
    """When a stop that is no event of child rows would be, while it may still come to be one, or cease to."""
    match end:
        case m.FieldUse() | m.PathUse():
            return NO_INSTANT
        case m.EntryUse():
            status = Ref(b.model.definitions[end.definition].record, names.status(end.definition))
            entered = entry_at(b, end.definition).start
            return choose((is_code(status, Status.PENDING), entered), otherwise=NO_INSTANT)
        case m.EventUse():
            seen = moment_seen(b, end, NOW, here)
            if May.LEAVE_TRUE not in seen.may:
                return NO_INSTANT
            return choose((not_behind(stop.end), stop.start), otherwise=NO_INSTANT)
        case _:
            assert_never(end)


def _event_stop(b: Builder, k: m.Kpi, event: m.Event, rows: Expression) -> At:
    if isinstance(event.type, t.Date):
        day = b.column(k.record, names.clock(k.name, "stop day"), ValueType.DAY, rows, k.name)
        return _as_column(b, k, "stop", day_at(day))
    return _as_column(b, k, "stop", At(rows, rows))


def _as_column(b: Builder, k: m.Kpi, part: str, at: At) -> At:
    start = b.column(k.record, names.clock(k.name, part), ValueType.INSTANT, at.start, k.name)
    return At(
        start, start if at.day is None else day_end(start), None if at.day is None else local_day(start)
    )


def elapsed_columns(b: Builder, request: ClockOf) -> None:
    """`kpi.elapsed` (missing while unanswered), `kpi.elapsed_so_far`, and `kpi.elapsed_at_least` (nothing for an undecided row), in the
    calendar its statistics are measured in."""
    k, measure = measured(b, request.kpi)
    r = run(b, request.kpi)
    stop = r.stop.start if r.candidate == NO_INSTANT else Apply("earliest", (r.candidate, r.stop.start))
    so_far = _between(r, measure.calendar, first_known(stop, AsOf()))
    running = b.column(
        k.record,
        names.clock(k.name, "elapsed_so_far"),
        ValueType.SPAN,
        choose((r.undecided, NO_SPAN), otherwise=so_far),
        k.name,
    )
    settled = TRUE if r.candidate == NO_INSTANT else missing(r.candidate)
    answered = choose((all_of(known(r.stop.start), settled), running), otherwise=NO_SPAN)
    elapsed = b.column(k.record, names.clock(k.name, "elapsed"), ValueType.SPAN, answered, k.name)
    b.handles.clocks[k.name] = replace(b.handles.clocks[k.name], elapsed=elapsed)
    at_least = choose((r.undecided, Const(0, ValueType.SPAN)), otherwise=running)
    b.column(k.record, names.clock(k.name, "elapsed_at_least"), ValueType.SPAN, at_least, k.name)


def _between(r: StartAndStop, calendar: str | None, stop: Expression) -> Expression:
    if r.start.day is not None or r.stop.day is not None:
        return Apply("days until", (local_day(r.start.start), local_day(stop)))
    if calendar is None:
        return Apply("until", (r.start.start, stop))
    open_until = OpenUntil(calendar)
    return Apply("-", (Lookup(open_until, stop), Lookup(open_until, r.start.start)))


def due_at(b: Builder, start: At, due: m.Budget | m.AnyField) -> Expression:
    """The deadline. From a date, days run to the end of the day; a field's date likewise."""
    if not isinstance(due, m.Budget):
        return _planned_at(b, start, due).end
    zone = None if due.zone is None else zone_at(b, due.zone, start)
    instant = deadline(start.start, due.duration, due.calendar, zone)
    days = due.duration.reading is None and due.duration.kind in {
        DurationKind.LOCAL,
        DurationKind.BUSINESS_DAYS,
    }
    if start.day is not None and days:
        return day_end(instant)
    return instant


def _planned_at(b: Builder, start: At, due: m.AnyField) -> At:
    """What is planned by the row, or by one that it names and that is there when the clock starts."""
    read = field(b, due, up_to("start", start.start))
    assert isinstance(read, Seen), "a deadline is a moment"
    return read.at


def zone_at(b: Builder, zone: m.AnyField, start: At) -> Expression:
    """The zone of a row's calendar, as it is named when a clock starts."""
    read = field(b, zone, up_to("start", start.start))
    assert isinstance(read, Reading)
    return read.value


def nowhere(b: Builder, start: At, due: m.Budget | m.AnyField) -> Expression:
    """Whether a deadline cannot be told, since it is in the hours of a row that is not there or has no zone."""
    if not isinstance(due, m.Budget) or due.zone is None:
        return FALSE
    return missing(due_at(b, start, due))


def state_of(
    r: StartAndStop,
    due: Expression,
    undecided: Expression,
    tiers: Tiers | None = None,
    paused: Expression = FALSE,
) -> Expression:
    """How the clock stands against a deadline, or a choice of them. A row of the deadline's own instant may still come while the
    as-of is not later; where the stop is a date, one of the deadline's own day."""
    stop, closes = r.stop.start, due if r.stop.day is None else day_end(due)
    unbound, unchosen = (FALSE, FALSE) if tiers is None else (tiers.unbound, tiers.unchosen)
    return choose(
        (unbound, code(State.NO_DEADLINE)),
        (undecided, code(State.UNDECIDED)),
        (unchosen, code(State.OPEN)),
        (paused, code(State.PAUSED)),
        (FALSE if r.candidate == NO_INSTANT else compare("<=", r.candidate, due), code(State.OPEN)),
        (compare("<=", stop, due), code(State.MET)),
        (not_behind(closes), code(State.OPEN)),
        otherwise=code(State.MISSED),
    )


def clock_column(b: Builder, request: ClockOf) -> None:
    """A request's columns: elapsed time for statistics, or the state against one budget for a condition."""
    if request.budget is None:
        elapsed_columns(b, request)
        return
    k, _ = measured(b, request.kpi)
    r = run(b, request.kpi)
    name = names.budget_clock(k.name, request.budget)
    due = b.column(
        k.record, names.part(name, "due"), ValueType.INSTANT, due_at(b, r.start, request.budget), k.name
    )
    undecided = r.undecided if request.budget.zone is None else any_of(r.undecided, missing(due))
    state = b.column(
        k.record, names.part(name, "state"), ValueType.STATE, state_of(r, due, undecided), k.name
    )
    b.handles.add_budget(k.name, request.budget, DeadlineColumns(state, due))


@dataclass(frozen=True, slots=True)
class Tiers:
    """A choice of deadlines: the due instant, which branch gave it, and whether an unknown condition decided.

    `unbound`: the row has no deadline, whatever became of it. `unchosen`: a branch asks what is not settled yet; until it is, the row has
    neither a branch nor a deadline. `wavering`: among the branches that are left is one that gives it none. `nowhere`: its
    deadline is in hours that nobody knows. `chosen`: since when it has
    its branch, where a clock decides that.
    """

    due: Ref
    tier: Ref | None
    unsure: Expression
    unbound: Expression
    unchosen: Expression
    wavering: Expression
    nowhere: Expression
    chosen: Expression | None = None


def tiers(b: Builder, scope: Scope, start: At, choices: tuple[m.Choice, ...], called: str = "due") -> Tiers:
    """The first branch whose condition is true; `otherwise` takes the rest, unknown included. `called` names the column of the due."""
    record, figure = scope.record, scope.subject
    arms: list[tuple[Expression, Expression]] = []
    indexes: list[tuple[Expression, Expression]] = []
    unsure: list[Expression] = []
    unbound: list[tuple[Expression, Expression]] = []
    unknown_hours: list[tuple[Expression, Expression]] = []
    open: list[tuple[Expression, Expression]] = []
    chosen: list[tuple[Expression, Expression]] = []
    asked: Expression | None = None
    rest: Expression = NO_INSTANT
    rest_unbound: Expression = TRUE
    rest_nowhere: Expression = FALSE
    last = -1
    for i, choice in enumerate(choices):
        due = due_at(b, start, choice.due)
        if choice.when is None:
            rest, rest_unbound, last = due, _unplanned(b, start, choice.due), i
            rest_nowhere = nowhere(b, start, choice.due)
            break
        when = decided(lower(b, choice.when, scope), scope.until)
        named = b.column(record, names.part(figure, f"branch {i + 1}"), ValueType.BOOLEAN, when.value, figure)
        arms += [(named, due), (when.open, NO_INSTANT)]
        unbound += [(named, _unplanned(b, start, choice.due)), (when.open, FALSE)]
        unknown_hours += [(named, nowhere(b, start, choice.due)), (when.open, FALSE)]
        indexes += [(named, code(i)), (when.open, NO_CODE)]
        open += [(named, FALSE), (when.open, TRUE)]
        unsure.append(is_unknown(named))
        asked = latest(asked, when.at)
        chosen.append((named, LONG_AGO if asked is None else asked))
    value = choose(*arms, otherwise=rest) if arms else rest
    column = b.column(record, names.part(figure, called), ValueType.INSTANT, value, figure)
    if not arms:
        return Tiers(column, None, FALSE, rest_unbound, FALSE, FALSE, rest_nowhere)
    tier = b.column(
        record, names.part(figure, "tier"), ValueType.CODE, choose(*indexes, otherwise=code(last)), figure
    )
    none = choose(*unbound, otherwise=rest_unbound)
    unchosen = choose(*open, otherwise=FALSE)
    if unchosen != FALSE:
        unchosen = b.column(record, names.part(figure, "unchosen"), ValueType.BOOLEAN, unchosen, figure)
    wavering = all_of(unchosen, any_of(*(x for _, x in unbound), rest_unbound))
    unsure_rest = all_of(compare("=", tier, code(last)), any_of(*unsure))
    since = None if asked is None else choose(*chosen, otherwise=asked)
    lost = choose(*unknown_hours, otherwise=rest_nowhere)
    return Tiers(column, tier, unsure_rest, none, unchosen, wavering, lost, since)


def _unplanned(b: Builder, start: At, due: m.Budget | m.AnyField) -> Expression:
    """Whether the row has no deadline by this; one whose clock does not start is undecided."""
    if isinstance(due, m.Budget):
        return FALSE
    if isinstance(due, m.FieldUse):
        return missing(field_value(due))
    return all_of(known(start.start), missing(_planned_at(b, start, due).end))


def _before_end(instant: Expression, end: int) -> Expression:
    return compare("<", instant, Const(end, ValueType.INSTANT))


@dataclass(frozen=True, slots=True)
class Way:
    """From what a row of `record` is (a definition, None for any row of its record) to the definition it is to become, which may be one of
    the row that it is a spell of."""

    record: str
    population: str | None
    goal: str


def not_before(b: Builder, way: Way, start: At) -> Expression:
    """Whether nothing on the way happened before the row itself: what befell a row above it earlier was another row's answer."""
    met: list[Expression] = []
    if b.model.definitions[way.goal].record != way.record:
        # A spell's row may have become it during an earlier one.
        met.append(is_true(compare(">=", entry_at(b, way.goal).end, start.start)))
    at: str | None = way.goal
    while at is not None and not (way.population is not None and descends(b, way.population, at)):
        d = b.model.definitions[at]
        if d.since is not None and is_of_a_row_above(b, d.since, d.record):
            met.append(is_true(compare(">=", since_at(b, d, d.since).end, start.start)))
        at = d.base
    return all_of(*met)


def arrived(b: Builder, way: Way, start: At) -> Expression:
    """When a row became its goal; missing for one that did not."""
    when = not_before(b, way, start)
    entry = entered(b, way.goal)
    return entry if when == TRUE else choose((when, entry), otherwise=NO_INSTANT)


def reached(
    b: Builder, figure: str, start: At, way: Way, within: m.Budget | None, term: Term
) -> tuple[Ref, Ref | None]:
    """`share … become`: the state of a row on its way to a goal, and its due. One that is there already has become it."""
    goal = way.goal
    d = b.model.definitions[goal]
    status = Ref(d.record, names.status(goal))
    inside = all_of(is_code(status, Status.IN), not_before(b, way, start))
    waits = is_code(status, Status.PENDING)
    due: Ref | None = None
    record = way.record
    over = FALSE if term.end is None else compare(">=", AsOf(), Const(term.end, ValueType.INSTANT))
    if d.entry_type is None:
        return b.column(
            record,
            names.part(figure, "state"),
            ValueType.STATE,
            _reached_by_the_end(b, figure, d, term),
            figure,
        ), None
    entry = moment_at(b, m.EntryUse(goal, d.entry_type, d.origin.name_span))
    if within is None:
        # Without a window a row has until the term's end: later arrivals would change what was final then.
        in_time = TRUE if term.end is None else _before_end(entry.start, term.end)
        state = choose(
            (all_of(inside, in_time), code(State.MET)),
            (all_of(over, negate(is_true(all_of(waits, in_time)))), code(State.MISSED)),
            otherwise=code(State.OPEN),
        )
    else:
        due = b.column(record, names.part(figure, "due"), ValueType.INSTANT, due_at(b, start, within), figure)
        # One that enters later than that is late whatever its goal asks of it.
        may = all_of(waits, negate(is_true(compare(">", entry.start, due))))
        state = choose(
            (FALSE if within.zone is None else missing(due), code(State.UNDECIDED)),
            (all_of(inside, compare("<=", entry.start, due)), code(State.MET)),
            (any_of(may, not_behind(due if entry.day is None else day_end(due))), code(State.OPEN)),
            otherwise=code(State.MISSED),
        )
    return b.column(record, names.part(figure, "state"), ValueType.STATE, state, figure), due


def _reached_by_the_end(b: Builder, figure: str, d: m.Definition, term: Term) -> Expression:
    """The state of a row on its way to a definition that rows never enter at an instant: whether they are in it at the end of the term."""
    end = AsOf() if term.end is None else Const(term.end - 1, ValueType.INSTANT)
    until = up_to("" if term.end is None else "end of the term", end)
    inside = decided(membership(b, d.name, Scope(d.record, until, figure)), until)
    settled = FALSE if term.end is None else negate(any_of(not_behind(end), is_true(inside.open)))
    return choose(
        (is_true(inside.value), code(State.MET)), (settled, code(State.MISSED)), otherwise=code(State.OPEN)
    )
