"""Clocks: from a row's start to its stop, against a deadline.

| state | when |
|---|---|
| undecided | it has not started, or its one-valued stop lies before its start, or it has no deadline to be held to |
| met | it stopped by its deadline, the deadline's own instant included |
| open | not stopped in time so far, the deadline still ahead of the as-of |
| missed | otherwise, whether or not it was answered later |
"""

from __future__ import annotations

from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DurationKind
from sladsl.lowering import names
from sladsl.lowering.builder import (
    FALSE,
    NO_INSTANT,
    TRUE,
    Builder,
    ClockOf,
    all_of,
    any_of,
    choose,
    code,
    compare,
    day_end,
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
from sladsl.lowering.conditions import Scope, asked_rows, lower
from sladsl.lowering.moments import At, day_at, entry_at, event_rows, moment_at
from sladsl.plan import (
    Apply,
    AsOf,
    Const,
    Expression,
    Hidden,
    Lookup,
    OpenUntil,
    Ref,
    State,
    Status,
    Term,
    ValueType,
)

NO_SPAN = Const(None, ValueType.SPAN)


@dataclass(frozen=True, slots=True)
class Run:
    """A time KPI's start and stop on its record's rows; `undecided` is the column that says they cannot be compared."""

    record: str
    start: At
    stop: At
    undecided: Ref


def measured(b: Builder, kpi: str) -> tuple[m.Kpi, m.TimeBetween]:
    k = b.model.kpis[kpi]
    assert isinstance(k.measure, m.TimeBetween)
    return k, k.measure


def run(b: Builder, kpi: str) -> Run:
    """Start and stop of a time KPI, as columns `kpi.start`, `kpi.stop`."""
    k, measure = measured(b, kpi)
    # Rows of another population than the start's own are sorted out where the figure is made (`response`): were the start to wait
    # for its definition's condition, what follows it could not be gathered in the same pass as what that condition asks.
    start = _as_column(b, k, "start", moment_at(b, measure.start))
    event = b.model.events[measure.end.event] if isinstance(measure.end, m.EventUse) else None
    if event is not None and isinstance(event.pick, m.NthRow):
        rows = event_rows(b, event, asked_rows(b, event, k.name).where, start)
        stop = _event_stop(b, k, event, rows)
        undecided = missing(start.start)
    else:
        stop = _as_column(b, k, "stop", _occurred(b, measure.end))
        early = Apply("is true", (compare("<", stop.end, start.start),))
        undecided = any_of(missing(start.start), early)
    flag = b.column(k.record, names.clock(k.name, "undecided"), ValueType.BOOLEAN, undecided, k.name)
    return Run(k.record, start, stop, flag)


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


def _occurred(b: Builder, moment: m.Moment) -> At:
    """A moment as a clock's end: a definition's entry counts only for rows that are in it."""
    at = moment_at(b, moment)
    if not isinstance(moment, m.EntryUse):
        return at
    return At(entered(b, moment.definition), at.end, at.day)


def entered(b: Builder, definition: str) -> Expression:
    """When a row entered a definition; missing for one that is not in it, and where entries have no time."""
    d = b.model.definitions[definition]
    if d.entry_type is None:
        return NO_INSTANT
    inside = is_code(Ref(d.record, names.status(d.name)), Status.IN)
    return choose((inside, entry_at(b, definition).start), otherwise=NO_INSTANT)


def elapsed_columns(b: Builder, request: ClockOf) -> None:
    """`kpi.elapsed` (missing while unanswered) and `kpi.elapsed_so_far`, in the calendar its statistics are measured in."""
    k, measure = measured(b, request.kpi)
    r = run(b, request.kpi)
    so_far = _between(r, measure.calendar, first_known(r.stop.start, AsOf()))
    running = b.column(
        k.record,
        names.clock(k.name, "elapsed_so_far"),
        ValueType.SPAN,
        choose((r.undecided, NO_SPAN), otherwise=so_far),
        k.name,
    )
    answered = choose((known(r.stop.start), running), otherwise=NO_SPAN)
    b.column(k.record, names.clock(k.name, "elapsed"), ValueType.SPAN, answered, k.name)


def _between(r: Run, calendar: str | None, stop: Expression) -> Expression:
    if r.start.day is not None or r.stop.day is not None:
        return Apply("days until", (local_day(r.start.start), local_day(stop)))
    if calendar is None:
        return Apply("until", (r.start.start, stop))
    open_until = OpenUntil(calendar)
    return Apply("-", (Lookup(open_until, stop), Lookup(open_until, r.start.start)))


def due_at(b: Builder, start: At, due: m.Budget | m.FieldUse) -> Expression:
    """The deadline. From a date, days run to the end of the day; a field's date likewise."""
    if isinstance(due, m.FieldUse):
        return moment_at(b, due).end
    instant = deadline(start.start, due.duration, due.calendar)
    if start.day is not None and due.duration.kind in {DurationKind.LOCAL, DurationKind.BUSINESS_DAYS}:
        return day_end(instant)
    return instant


def state_of(
    stop: Expression, due: Expression, undecided: Expression, ahead: Expression = FALSE
) -> Expression:
    """`ahead`: the deadline is a field of the row and lies later than the as-of, where its value cannot be read yet."""
    return choose(
        (undecided, code(State.UNDECIDED)),
        (all_of(ahead, known(stop)), code(State.MET)),
        (ahead, code(State.OPEN)),
        (missing(due), code(State.UNDECIDED)),
        (compare("<=", stop, due), code(State.MET)),
        (compare(">", due, AsOf()), code(State.OPEN)),
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
    state = state_of(r.stop.start, due, r.undecided)
    b.column(k.record, names.part(name, "state"), ValueType.CODE, state, k.name)


@dataclass(frozen=True, slots=True)
class Tiers:
    """A choice of deadlines: the due instant, which branch gave it, and whether an unknown condition decided."""

    due: Ref
    tier: Ref | None
    unsure: Expression
    ahead: Expression


def tiers(b: Builder, scope: Scope, start: At, choices: tuple[m.Choice, ...]) -> Tiers:
    """The first branch whose condition is true; `otherwise` takes the rest, unknown included."""
    record, figure = scope.record, scope.subject
    arms: list[tuple[Expression, Expression]] = []
    indexes: list[tuple[Expression, Expression]] = []
    unsure: list[Expression] = []
    later: list[tuple[Expression, Expression]] = []
    rest: Expression = NO_INSTANT
    rest_later: Expression = FALSE
    last = -1
    for i, choice in enumerate(choices):
        due = due_at(b, start, choice.due)
        if choice.when is None:
            rest, rest_later, last = due, _ahead(choice.due), i
            break
        when = lower(b, choice.when, scope).value
        named = b.column(record, names.part(figure, f"branch {i + 1}"), ValueType.BOOLEAN, when, figure)
        arms.append((named, due))
        later.append((named, _ahead(choice.due)))
        indexes.append((named, code(i)))
        unsure.append(is_unknown(named))
    value = choose(*arms, otherwise=rest) if arms else rest
    column = b.column(record, names.part(figure, "due"), ValueType.INSTANT, value, figure)
    if not arms:
        return Tiers(column, None, FALSE, rest_later)
    tier = b.column(
        record, names.part(figure, "tier"), ValueType.CODE, choose(*indexes, otherwise=code(last)), figure
    )
    promised = any(then != FALSE for _, then in later) or rest_later != FALSE
    ahead = choose(*later, otherwise=rest_later) if promised else FALSE
    return Tiers(column, tier, all_of(compare("=", tier, code(last)), any_of(*unsure)), ahead)


def _ahead(due: m.Budget | m.FieldUse) -> Expression:
    return Hidden(due.record, due.field) if isinstance(due, m.FieldUse) else FALSE


def _before_end(instant: Expression, end: int) -> Expression:
    return compare("<", instant, Const(end, ValueType.INSTANT))


def reached(
    b: Builder, figure: str, start: At, goal: str, within: m.Budget | None, term: Term
) -> tuple[Ref, Ref | None]:
    """`share … become`: the state of a row on its way to `goal`, and its due. One that is there already has become it."""
    d = b.model.definitions[goal]
    status = Ref(d.record, names.status(goal))
    entry = moment_at(b, m.EntryUse(goal, d.entry_type, d.origin.name_span)) if d.entry_type else None
    inside = is_code(status, Status.IN)
    waits = is_code(status, Status.PENDING)
    due: Ref | None = None
    record = d.record
    if within is None or entry is None:
        # Without a window a row has until the term's end: later arrivals would change what was final then.
        in_time = TRUE if term.end is None or entry is None else _before_end(entry.start, term.end)
        over = FALSE if term.end is None else compare(">=", AsOf(), Const(term.end, ValueType.INSTANT))
        state = choose(
            (all_of(inside, in_time), code(State.MET)),
            (all_of(over, negate(is_true(all_of(waits, in_time)))), code(State.MISSED)),
            otherwise=code(State.OPEN),
        )
    else:
        due = b.column(record, names.part(figure, "due"), ValueType.INSTANT, due_at(b, start, within), figure)
        state = choose(
            (all_of(inside, compare("<=", entry.start, due)), code(State.MET)),
            (any_of(waits, compare(">", due, AsOf())), code(State.OPEN)),
            otherwise=code(State.MISSED),
        )
    return b.column(record, names.part(figure, "state"), ValueType.CODE, state, figure), due
