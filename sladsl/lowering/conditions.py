"""Expressions of the model as expressions of the plan.

What is decided here, once: up to when a condition sees the world (`until`), how a date stands beside a time, which child rows exist,
and what a definition's name is worth as a condition. The scope's record is where the row lives; a parent's fields and columns are
reached by naming the parent. `reading` says what a `Reading` is, and how it may still change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, ClockOf, Division, EventOf, Until, up_to
from sladsl.lowering.durations import microseconds
from sladsl.lowering.events import Part, any_row, asked_by, deepest, event_row, top
from sladsl.lowering.moments import (
    At,
    comes_later,
    compared,
    counted_at,
    dated,
    day_at,
    entry_at,
    moment_at,
    moved,
)
from sladsl.lowering.reading import (
    CHANGE,
    FIXED,
    LONG_AGO,
    Decided,
    May,
    Reading,
    RowsSeen,
    Seen,
    bounded,
    by_date,
    decided,
    field,
    in_force,
    is_there_by_dates,
    latest,
    literal,
    never_there,
    next_row,
    nothing,
    operation,
    row_there,
    seen,
    waiting,
)
from sladsl.model.traversal import children
from sladsl.plan import (
    Aggregate,
    Apply,
    AsOf,
    Children,
    Const,
    Expression,
    Field,
    Following,
    Lookup,
    OfAsker,
    OpenUntil,
    Ref,
    State,
    Status,
    ValueType,
)
from sladsl.plan.made import BEGAN, ENDED
from sladsl.plan.shorthand import (
    FALSE,
    MICROSECOND,
    TRUE,
    UNKNOWN,
    all_of,
    any_of,
    choose,
    compare,
    day_end,
    deadline,
    first_known,
    is_code,
    is_true,
    local_day,
    negate,
    number,
)
from sladsl.plan.traversal import walk


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is read: the row's record, up to when, which declaration it belongs to, and for which rows it counts; and the
    rows that look at this one though it does not belong to them, the outermost first. An instant of a row stands for the row, whose
    record is `stands_for`; so does a row that a derived field of one above it is read on. Of one of the `askers`, `looks` says whether it
    looks at rows beside it in its own words, and not only since it stands for another."""

    record: str
    until: Until
    subject: str
    among: Expression = TRUE
    askers: tuple[Scope, ...] = ()
    stands_for: str | None = None
    looks: bool = True

    @property
    def row(self) -> str:
        """The record of the row that is meant."""
        return self.stands_for or self.record

    def looks_beside(self, rows: m.Rows) -> bool:
        """Whether the rows do not belong to this one: they belong to one that it belongs to."""
        return rows.beside is not None or self.stands_for is not None

    def told(self, e: Expression) -> Expression:
        """What an expression over this row is worth where rows beside it are looked at."""
        return e if isinstance(e, Const | AsOf) else OfAsker(self.record, e, len(self.askers) + 1)

    def over(self, rows: m.Rows) -> Scope:
        """The scope of the rows that this one looks at."""
        if not self.looks_beside(rows):
            return replace(self, record=rows.record)
        until = replace(self.until, at=self.told(self.until.at))
        asker = replace(self, looks=rows.beside is not None)
        return Scope(rows.record, until, self.subject, TRUE, (*self.askers, asker))


def lower(b: Builder, e: m.Expression, scope: Scope) -> Reading:
    """The reading of `e` as things stood at the scope's `until`."""
    match e:
        case m.Literal():
            return Reading(literal(b, e))
        case m.DatedValue() | m.ByDate():
            return _on_its_date(b, e, scope)
        case m.FieldUse() | m.PathUse():
            read = field(b, e, scope.until)
            return read.reading if isinstance(read, Seen) else read
        case m.ScoreUse() | m.MemberUse():
            return _named(b, e, scope)
        case m.SpellUse():
            return _lasting(b, e, scope)
        case m.EntryUse() | m.EventUse():
            return moment_seen(b, e, scope.until, scope.record).reading
        case m.Operation():
            return _operation(b, e, scope)
        case m.RowsTest():
            return _rows_test(b, e, scope)
        case m.RowsValue() | m.Picked():
            return _rows_value(b, e, scope) if isinstance(e, m.RowsValue) else _picked(b, e, scope)
        case m.Recent() | m.During() | m.MovedMoment():
            return _of_moments(b, e, scope)
        case m.DerivedUse():
            return _derived(b, e, scope)
        case m.WithinUse() | m.ElapsedUse():
            return _clock(b, e, scope.until)
        case m.OfAsker():
            return _of_asker(b, e, scope)
        case m.SetValue() | m.Invalid():
            raise AssertionError("a set stands only after `in`, and an invalid model is not lowered")
        case _:
            assert_never(e)


def _named(b: Builder, e: m.ScoreUse | m.MemberUse, scope: Scope) -> Reading:
    if isinstance(e, m.ScoreUse):
        return _score(b, e.score, scope.until)
    return membership(b, e.definition, scope)


def _on_its_date(b: Builder, e: m.DatedValue | m.ByDate, scope: Scope) -> Reading:
    """What is in force at the instant of reading."""
    if isinstance(e, m.DatedValue):
        return Reading(in_force(b, e, scope.until.at))
    later = [(day, lower(b, x, scope)) for day, x in e.later]
    return by_date(lower(b, e.value, scope), later, b, scope.until)


def _of_asker(b: Builder, e: m.OfAsker, scope: Scope) -> Reading:
    """What the row that looks at this one has, as it reads it itself."""
    asker = [x for x in scope.askers if x.looks][-e.up]
    r = lower(b, e.value, asker)
    return Reading(
        asker.told(r.value), r.may, asker.told(r.waits), None if r.at is None else asker.told(r.at)
    )


def _derived(b: Builder, e: m.DerivedUse, scope: Scope) -> Reading:
    """A derived field: a column where its own row reads it, and written out where a row below does, at a moment of its own."""
    d = b.model.derived[e.name]
    if d.record != scope.record:
        return lower(b, d.value, replace(scope, stands_for=d.record, subject=d.name))
    if scope.askers:
        return lower(b, d.value, replace(scope, stands_for=None, subject=d.name))
    key, column = ("derived", d.name, scope.until.label), names.derived(d.name, scope.until.label)
    if key not in b.made:
        r = lower(b, d.value, Scope(d.record, scope.until, d.name))
        value = b.column(d.record, column, nothing(d.type).type, r.value, d.name)
        waits, at = r.waits, r.at
        if waits not in {TRUE, FALSE}:
            waits = b.column(d.record, names.part(column, "waits"), ValueType.BOOLEAN, is_true(waits), d.name)
        if at is not None:
            at = b.column(d.record, names.settled(column), ValueType.INSTANT, at, d.name)
        b.made[key] = Reading(value, r.may, waits, at)
    reading: Reading = b.made[key]
    return reading


def _of_moments(b: Builder, e: m.Recent | m.During | m.MovedMoment, scope: Scope) -> Reading:
    if isinstance(e, m.MovedMoment):
        since = moment_seen(b, e.moment, scope.until, scope.record)
        return replace(since.reading, value=compared(e, since.at))
    return _recent(b, e, scope) if isinstance(e, m.Recent) else _during(b, e, scope)


def _recent(b: Builder, e: m.Recent, scope: Scope) -> Reading:
    """Whether a moment lies no further back than a duration reaches; a date lasts from its beginning on."""
    seen_at, at = moment_seen(b, e.moment, scope.until, scope.record), scope.until.at
    start = replace(seen_at.reading, value=seen_at.at.start)
    reach = replace(start, value=deadline(start.value, e.duration, e.calendar))
    began = operation("<=", (start, Reading(at)), t.BOOLEAN)
    return joined(began, operation(">", (reach, Reading(at)), t.BOOLEAN))


def _during(b: Builder, e: m.During, scope: Scope) -> Reading:
    """Whether some of the microsecond that begins at a moment is open time."""
    seen_at = moment_seen(b, e.moment, scope.until, scope.record)
    open_until, start = OpenUntil(e.calendar), seen_at.at.start
    after = Lookup(open_until, Apply("+", (start, MICROSECOND)))
    is_open = compare(">", after, Lookup(open_until, start))
    return replace(seen_at.reading, value=is_open)


def moment_seen(b: Builder, moment: m.Moment, until: Until, here: str) -> Seen:
    """A moment of the row of `here`, as far as it is there at the instant."""
    match moment:
        case m.FieldUse() | m.PathUse():
            field_seen = field(b, moment, until)
            assert isinstance(field_seen, Seen)
            return field_seen
        case m.EntryUse():
            return seen(entry_at(b, moment.definition), until)
        case m.EventUse():
            return _event_seen(b, moment, until, here)
        case _:
            assert_never(moment)


def _event_seen(b: Builder, use: m.EventUse, until: Until, here: str) -> Seen:
    """A `first` event that has happened stays; which row is the `last` one, later rows say anew at each instant."""
    e, record = b.model.events[use.event], use.record
    if isinstance(e.pick, m.OneOfSeveral):
        return _earliest_seen(b, e, record, until, here)
    rows, last = asked_rows(b, e), _last(e, until)
    at = moment_at(b, use)
    if e.pick.position < 0 and not until.is_now:
        at = dated(event_row(b, e, record, None, rows.where, until=last, below=here != record), e.type)
    moment = seen(at, until)
    moves = e.pick.position < 0 or May.LEAVE_TRUE in rows.may
    if rows.waits == FALSE:
        return replace(moment, may=(CHANGE if moves else May.APPEAR) | (moment.may & May.DAY))
    at_last = _event_settled(b, e, here, rows.at, last)
    waits = any_row(b, e, record, None, rows.waits, last, below=here != record)
    return replace(_waiting_for(moment, waits), settled=at_last)


def _event_settled(
    b: Builder, e: m.Event, here: str, at: Expression | None, last: Expression
) -> Expression | None:
    """From when on it was settled of every row up to the `last` moment whether it is one of the event's."""
    if at is None:
        return None
    assert isinstance(e.pick, m.NthRow)
    rows, moment, depth = e.pick.record, Field(e.pick.record, e.pick.by), deepest(last)
    above = ""
    if here != e.record:
        depth, above = depth + 1, top(b.model, here, e.record, rows)
        last = last if isinstance(last, Const | AsOf) else OfAsker(here, last, depth)
    early = compare("<=", moment, last)
    return first_known(Children(rows, Aggregate.GREATEST, early, at, depth=depth, top=above), LONG_AGO)


def _last(e: m.Event, until: Until) -> Expression:
    """The last moment of an event that is there at an instant: an instant, or a day."""
    return local_day(until.at) if isinstance(e.type, t.Date) else until.at


def _waiting_for(moment: Seen, waits: Expression) -> Seen:
    """A moment that is missing while a clock decides which row it is."""
    start, end = (choose((waits, nothing(t.TIME)), otherwise=x) for x in (moment.at.start, moment.at.end))
    day = None if moment.at.day is None else choose((waits, nothing(t.DATE)), otherwise=moment.at.day)
    return Seen(At(start, end, day), CHANGE, waits)


def _earliest_seen(b: Builder, e: m.Event, record: str, until: Until, here: str) -> Seen:
    assert isinstance(e.pick, m.OneOfSeveral)
    every = asked_by(e, e.pick.moments, record)
    parts = [part_seen(b, x, until, here, e.pick.latest, record) for x in every]
    value = one_of(e.pick, tuple(p.reading.value for p in parts))
    may, waits = FIXED, any_of(*(p.waits for p in parts))
    for p in parts:
        may |= p.may
    earliest = Seen(dated(value, e.type), may)
    settled = latest(*(p.settled for p in parts))
    return earliest if waits == FALSE else replace(_waiting_for(earliest, waits), settled=settled)


def part_seen(b: Builder, x: Part, until: Until, here: str, counted: bool, record: str) -> Seen:
    """A moment that an event is one of, as far as it is there at the instant; a definition's entry only of rows in it, where that
    is asked."""
    if isinstance(x, m.EntryUse) and counted:
        return seen(counted_at(b, x), until)
    if isinstance(x, m.MovedMoment):
        return seen(part_at(b, x, record, None, counted, ""), until)
    return moment_seen(b, x, until, here)


def _score(b: Builder, name: str, until: Until) -> Reading:
    """A score's total as things stood: an unknown clause adds nothing, as every scoring tool counts; one that a clock still decides
    leaves the total open."""
    key = ("score", name, until.label)
    if key not in b.made:
        score = b.model.scores[name]
        scope = Scope(score.record, until, score.name)
        clauses = [(clause, lower(b, clause.when, scope)) for clause in score.clauses]
        total: Expression = number(0)
        for clause, when in clauses:
            points = choose((when.value, number(clause.points)), otherwise=number(0))
            total = points if total == number(0) else Apply("+", (total, points))
        waits = any_of(*(waiting(when) for _, when in clauses))
        value = choose((waits, nothing(t.NUMBER)), otherwise=total)
        column = names.score(name, until.label or None)
        made = b.column(score.record, column, ValueType.NUMBER, value, name)
        may = FIXED
        for _, when in clauses:
            may |= CHANGE | when.may if when.may else FIXED
        at = latest(*(when.at for _, when in clauses))
        if at is not None:
            at = b.column(score.record, names.settled(column), ValueType.INSTANT, at, name)
        b.made[key] = Reading(made, may, TRUE if waits != FALSE else FALSE, at)
    reading: Reading = b.made[key]
    return reading


def membership(b: Builder, definition: str, scope: Scope) -> Reading:
    """Whether the row is in the definition, as things stood.

    A row that entered later was not in it yet. One that cannot be classified, or has no date, is unknown.
    """
    d = b.model.definitions[definition]
    if d.entry_type is None:
        here = replace(scope, record=d.record)
        own = [lower(b, d.when, here)] if d.when is not None else []
        reading = joined(*([membership(b, d.base, here)] if d.base else []), *own)
        return reading if d.record == scope.record else _of_row_above(b, d, reading, scope.until)
    status = Ref(d.record, names.status(definition))
    day = May.DAY if isinstance(d.entry_type, t.Date) else FIXED
    pending, inside = is_code(status, Status.PENDING), is_code(status, Status.IN)
    if scope.until.is_now:
        unknown = is_code(status, Status.UNCLASSIFIABLE, Status.PENDING, Status.UNDATED)
        today = choose((inside, TRUE), (unknown, UNKNOWN), otherwise=FALSE)
        return Reading(today, May.LEAVE_FALSE, pending, settled_at(b, definition))
    there = compare("<=", Ref(d.record, names.entry(definition)), scope.until.at)
    unknown = is_code(status, Status.UNCLASSIFIABLE, Status.PENDING)
    value = choose((all_of(inside, there), TRUE), (all_of(unknown, there), UNKNOWN), otherwise=FALSE)
    may = May.LEAVE_FALSE | May.APPEAR | day
    settled: Expression | None = settled_at(b, definition)
    if settled is not None:
        # A row that entered later is not in it, whatever is settled of it then.
        settled = choose((there, settled), otherwise=LONG_AGO)
    return Reading(value, may, all_of(pending, there), settled)


def settled_at(b: Builder, definition: str) -> Ref | None:
    """From when on it was settled whether a row is in a definition; None where that is the entry: no clock decides it, and no date."""
    d = b.model.definitions[definition]
    return Ref(d.record, names.settled(definition)) if _settles_late(b, d) else None


def _settles_late(b: Builder, d: m.Definition) -> bool:
    key = ("settles late", d.name, "")
    if key not in b.made:
        own = d.when is not None and _waits_beyond(b, d.when, d.entry_type is not None)
        b.made[key] = own or (d.base is not None and _settles_late(b, b.model.definitions[d.base]))
    return bool(b.made[key])


def _waits_beyond(b: Builder, e: m.Expression, dated: bool) -> bool:
    """Whether an expression asks a clock or, where it is read at an instant, a date, which may come until its day is over; itself or
    through what it names."""
    match e:
        case m.WithinUse():
            return True
        case m.MemberUse():
            d = b.model.definitions[e.definition]
            return _settles_late(b, d) or (dated and isinstance(d.entry_type, t.Date))
        case m.ScoreUse():
            return any(_waits_beyond(b, c.when, dated) for c in b.model.scores[e.score].clauses)
        case m.EventUse() if _event_waits(b, b.model.events[e.event]):
            return True
        case m.FieldUse() | m.PathUse() | m.EntryUse() | m.EventUse():
            return dated and isinstance(e.type, t.Date) and t.is_event(e.type)
        case m.DerivedUse():
            return _waits_beyond(b, b.model.derived[e.name].value, dated)
        case m.Picked() if e.looks_ahead:
            return True
        case m.Picked() if dated and isinstance(b.model.records[e.rows.record].fields[e.by].type, t.Date):
            return True
        case m.RowsTest() | m.RowsValue() | m.Picked() if dated and is_there_by_dates(
            b.model.records[e.rows.record]
        ):
            return True
        case _:
            return any(_waits_beyond(b, x, dated) for x in children(e))


def _event_waits(b: Builder, e: m.Event) -> bool:
    """Whether a clock decides which row an event is."""
    if isinstance(e.pick, m.NthRow):
        return e.pick.where is not None and _waits_beyond(b, e.pick.where, dated=False)
    moments = (x.moment if isinstance(x, m.MovedMoment) else x for x in e.pick.moments)
    return any(_waits_beyond(b, x, dated=False) for x in moments)


def _of_row_above(b: Builder, d: m.Definition, r: Reading, until: Until) -> Reading:
    """A condition of a row above that looks at rows there: worked out there, as a column."""
    if not any(isinstance(x, Children | Following) for x in walk(r.value)):
        return r
    name = names.membership(d.name, until.label)
    value, at = b.column(d.record, name, ValueType.BOOLEAN, r.value, d.name), r.at
    if at is not None:
        at = b.column(d.record, names.settled(name), ValueType.INSTANT, at, d.name)
    if r.waits in {TRUE, FALSE}:
        return replace(r, value=value, at=at)
    waits = b.column(d.record, names.part(name, "waits"), ValueType.BOOLEAN, is_true(r.waits), d.name)
    return replace(r, value=value, waits=waits, at=at)


def joined(*conditions: Reading) -> Reading:
    """All of several conditions."""
    kept = tuple(c for c in conditions if c.value != TRUE)
    if len(kept) < 2:
        return kept[0] if kept else Reading(TRUE)
    return replace(operation("and", kept, t.BOOLEAN), value=all_of(*(c.value for c in kept)))


def _clock(b: Builder, e: m.WithinUse | m.ElapsedUse, until: Until) -> Reading:
    return _within(b, e, until) if isinstance(e, m.WithinUse) else _elapsed(b, e, until)


def _within(b: Builder, e: m.WithinUse, until: Until) -> Reading:
    """A clock that had begun by then, asked by its deadline, which may lie later."""
    b.ask(ClockOf(e.kpi, e.budget))
    clock, record = names.budget_clock(e.kpi, e.budget), b.model.kpis[e.kpi].record
    state, begun = Ref(record, names.part(clock, "state")), _begun(b, e.kpi, until)
    met, missed, open = (all_of(begun, is_code(state, s)) for s in (State.MET, State.MISSED, State.OPEN))
    due, stop = Ref(record, names.part(clock, "due")), Ref(record, names.clock(e.kpi, "stop"))
    measure = b.model.kpis[e.kpi].measure
    dated = isinstance(measure, m.TimeBetween) and isinstance(measure.end.type, t.Date)
    at = choose((met, stop), (missed, day_end(due) if dated else due), otherwise=LONG_AGO)
    return Reading(choose((met, TRUE), (missed, FALSE), otherwise=UNKNOWN), May.APPEAR, open, at)


def _begun(b: Builder, kpi: str, until: Until) -> Expression:
    start = Ref(b.model.kpis[kpi].record, names.clock(kpi, "start"))
    return TRUE if until.is_now else compare("<=", start, until.at)


def _elapsed(b: Builder, e: m.ElapsedUse, until: Until) -> Reading:
    """How long a row took that was answered by then."""
    b.ask(ClockOf(e.kpi, None))
    record = b.model.kpis[e.kpi].record
    took = Ref(record, names.clock(e.kpi, "elapsed"))
    if until.is_now:
        return Reading(took, May.APPEAR)
    answered = compare("<=", Ref(record, names.clock(e.kpi, "stop")), until.at)
    return Reading(choose((answered, took), otherwise=nothing(e.type)), May.APPEAR)


# ------------------------------------------------------------------------------------------------------- operations


def _operation(b: Builder, e: m.Operation, scope: Scope) -> Reading:
    if e.op in {"+", "-"} and isinstance(e.args[0].type, t.Time | t.Date):
        return _moved(b, e, scope)
    args = [lower(b, a, scope) for a in e.args]
    reading = operation(e.op, tuple(args), e.type)
    if e.op == "/":
        b.divisions.append(Division(scope.record, scope.subject, args[1].value, scope.among))
        if scope.askers and deepest(args[0].value):
            return reading  # no column of the rows that are looked at: who looks, has a part in it
        return replace(reading, value=b.quotient(scope.record, scope.subject, args[0].value, args[1].value))
    if e.op == "date":
        return replace(reading, value=local_day(args[0].value))
    kinds = [a.type for a in e.args]
    if any(isinstance(k, t.Date) for k in kinds) and any(isinstance(k, t.Time) for k in kinds):
        days = zip(args, kinds, strict=True)
        beside = [replace(a, value=local_day(a.value)) if isinstance(k, t.Time) else a for a, k in days]
        return operation(e.op, tuple(beside), e.type)
    return reading


def _moved(b: Builder, e: m.Operation, scope: Scope) -> Reading:
    """`mql_at + 2 days`: a moment moved by a duration, by the rule of the duration's kind."""
    start, by = lower(b, e.args[0], scope), e.args[1]
    if not (isinstance(by, m.Literal) and isinstance(by.value, Duration)):
        return operation(e.op, (start, lower(b, by, scope)), e.type)
    if e.op == "-":
        return replace(start, value=Apply("-", (start.value, Const(microseconds(by.value), ValueType.SPAN))))
    agreement = b.model.agreement
    return replace(start, value=deadline(start.value, by.value, agreement.hours if agreement else None))


# ------------------------------------------------------------------------------------------------------- child rows


def _rows_test(b: Builder, e: m.RowsTest, scope: Scope) -> Reading:
    rows = rows_seen(b, e.rows, scope)
    count = rows.matching(Aggregate.COUNT)
    joins, leaves = May.LEAVE_FALSE, May.LEAVE_TRUE if rows.leave else FIXED
    match e.quantifier:
        case m.Quantifier.ANY | m.Quantifier.AT_LEAST:
            holds = compare(">=", count, number(e.count))
            decides = holds
        case m.Quantifier.NO | m.Quantifier.AT_MOST:
            none = e.quantifier is m.Quantifier.NO
            holds = compare("=" if none else "<=", count, number(e.count))
            decides = negate(holds)
            joins, leaves = May.LEAVE_TRUE, May.LEAVE_FALSE if rows.leave else FIXED
        case _:
            assert_never(e.quantifier)
    asking = rows.asking()
    waits = FALSE if asking == FALSE else all_of(asking, negate(decides))
    value = choose((rows.unbounded, UNKNOWN), (waits, UNKNOWN), otherwise=holds)
    may = joins | leaves | rows.day | (FIXED if rows.bound is None else May.APPEAR)
    at = rows.settled()
    if at is not None and rows.condition is not None:
        enough = e.count if e.quantifier in {m.Quantifier.ANY, m.Quantifier.AT_LEAST} else e.count + 1
        nth = rows.matching(Aggregate.NTH, rows.condition.at, enough)
        at = choose((decides, nth), otherwise=at)
    return Reading(value, may, any_of(rows.bound_waits, waits), at)


def _rows_value(b: Builder, e: m.RowsValue, scope: Scope) -> Reading:
    rows = rows_seen(b, e.rows, scope)
    of = None if e.value is None else lower(b, e.value, scope.over(e.rows))
    aggregated = rows.matching(Aggregate(e.function), None if of is None else of.value)
    return _of_rows(rows, aggregated, of, e.type)


def _picked(b: Builder, e: m.Picked, scope: Scope) -> Reading:
    """A value of the row that stands there among those with a moment that had come, or of the first that comes later."""
    rows, below = rows_seen(b, e.rows, scope), scope.over(e.rows)
    if e.looks_ahead:
        return next_row(rows, lower(b, e.value, below).value, Field(e.rows.record, e.by), below.until.at, e)
    of, declared = lower(b, e.value, below), b.model.records[e.rows.record].fields[e.by]
    order = field(b, m.FieldUse(e.rows.record, e.by, declared.type, e.span), below.until)
    assert isinstance(order, Seen), "rows are put in order by what happens"
    last = e.position < 0
    aggregate, n = (Aggregate.LAST, 1) if last else (Aggregate.NTH, e.position)
    picked = rows.matching(aggregate, of.value, n, order.reading.value)
    r = _of_rows(rows, picked, of, e.type)
    return replace(r, may=r.may | (order.may & May.DAY))


def _of_rows(rows: RowsSeen, aggregated: Children, of: Reading | None, type: t.Type) -> Reading:
    """What is made of rows: missing where that is not known yet, or cannot be."""
    asking = rows.asking()
    if of is not None and of.waits != FALSE:
        unread = rows.looked_at(Aggregate.COUNT, all_of(rows.all(), waiting(of)))
        asking = any_of(asking, compare(">=", unread, number(1)))
    lacking = nothing(type)
    value = choose((rows.unbounded, lacking), (asking, lacking), otherwise=aggregated)
    day = rows.day if of is None else rows.day | (of.may & May.DAY)
    at = latest(rows.settled(), None if of is None else rows.settled(of))
    return Reading(value, CHANGE | day, any_of(rows.bound_waits, asking), at)


def _lasting(b: Builder, e: m.SpellUse, scope: Scope) -> Reading:
    """Whether the row has a spell at the instant: one that has begun and not ended by then."""
    link = b.model.records[e.spell].link
    assert link is not None, "a spell is of a row"
    below = scope.over(
        m.Rows(e.spell, None, None, e.span, None if link.parent == scope.record else link.parent)
    )
    began, ended, at = Field(e.spell, BEGAN), Field(e.spell, ENDED), below.until.at
    here = all_of(compare("<=", began, at), negate(is_true(compare("<=", ended, at))))
    lasting = Children(e.spell, Aggregate.COUNT, here, depth=len(below.askers))
    return Reading(compare(">=", lasting, number(1)), CHANGE)


def rows_seen(b: Builder, rows: m.Rows, scope: Scope) -> RowsSeen:
    """Which rows match: those there were by then, inside the bounds, whose condition is true; never the row itself."""
    child, below = b.model.records[rows.record], scope.over(rows)
    own = Field(rows.record, child.moment.name) if child.moment else None
    beside = scope.looks_beside(rows)
    here = scope.record if beside else rows.record
    moment = None if rows.bounds is None else rows.bounds.moment
    bound = None if moment is None else moment_seen(b, moment, scope.until, here)
    told = scope.told if beside else (lambda e: e)
    inside: Expression | None = None
    if rows.bounds is not None and own is not None:
        reach = deadline(own, rows.bounds.duration, rows.bounds.calendar)
        recent = compare(">", reach, below.until.at)
        inside = recent if bound is None else bounded(rows.bounds, bound.at, own, told)
    condition = None if rows.where is None else lower(b, rows.where, below)
    there = row_there(child, below.until)
    other = None
    if rows.record == scope.row:
        key = Field(rows.record, record_key(child))
        other = compare("!=", key, told(key))
    if there is not None and (lost := never_there(child)) is not None:
        b.undated[child.name] = lost
    by_dates = is_there_by_dates(child)
    depth, above = len(below.askers), top(b.model, scope.record, scope.row, rows.record)
    return RowsSeen(rows.record, depth, above, other, there, inside, condition, bound, by_dates)


def record_key(r: m.Record) -> str:
    """The name of a record's key: of one without a field for it, which its rows have by their places."""
    return r.key.name if r.key is not None else "row"


# ------------------------------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class AskedRows:
    """What the child rows of an event are asked: `where` is true of those it is picked from, `open` of those that may still become
    one or cease to be, `waits` of those of which a running clock decides."""

    where: Expression | None
    open: Expression
    waits: Expression
    may: May
    at: Expression | None = None  # from when on it was settled of a row


def event_scope(e: m.Event, subject: str) -> Scope:
    """An event's child rows are read as things stood when each happened: what came later does not make it an answer."""
    pick = e.pick
    assert isinstance(pick, m.NthRow)
    field = Field(pick.record, pick.by)
    happened = day_at(field).end if isinstance(e.type, t.Date) else field
    return Scope(pick.record, up_to(f"{pick.record}.{pick.by}", happened), subject)


def asked_rows(b: Builder, e: m.Event, subject: str = "") -> AskedRows:
    """The condition of an event's child rows."""
    pick = e.pick
    assert isinstance(pick, m.NthRow)
    if pick.where is None:
        return AskedRows(None, FALSE, FALSE, FIXED)
    scope = event_scope(e, subject or e.name)
    r = lower(b, pick.where, scope)
    made = decided(r, scope.until)
    return AskedRows(is_true(r.value), made.open, waiting(r), r.may, made.at)


def event_column(b: Builder, request: EventOf) -> None:
    """The event as a column of a record whose rows have it, or ask for it."""
    e, record = b.model.events[request.event], request.record
    type = ValueType.DAY if isinstance(e.type, t.Date) else ValueType.INSTANT
    b.column(record, names.event(e.name), type, event_value(b, e, record, None, e.name), e.name)


def event_value(b: Builder, e: m.Event, record: str, since: At | None, subject: str) -> Expression:
    """The event of a row of `record`: an instant, or a day where its moments are dates. `since` is the start that was given."""
    if isinstance(e.pick, m.NthRow):
        return event_row(b, e, record, since, asked_rows(b, e, subject).where)
    moments: list[Expression] = []
    for x in asked_by(e, e.pick.moments, record):
        at = part_at(b, x, record, since, e.pick.latest, subject)
        moments.append(at.start if at.day is None else at.day)
    return one_of(e.pick, tuple(moments))


def one_of(pick: m.OneOfSeveral, moments: tuple[Expression, ...]) -> Expression:
    """The earliest of the moments that are known, or the latest once all are."""
    if len(moments) == 1:
        return moments[0]
    return Apply("greatest" if pick.latest else "earliest", moments)


def part_at(b: Builder, x: Part, record: str, since: At | None, counted: bool, subject: str) -> At:
    """A moment that an event of a row of `record` is one of, as far as it is there at the as-of. Of a definition's entry `counted` asks
    whether the row is in it."""
    if isinstance(x, m.MovedMoment):
        value = moved(b, x, part_at(b, x.moment, record, since, True, subject), record)
        return dated(choose((comes_later(value, x.type), nothing(x.type)), otherwise=value), x.type)
    if since is not None and isinstance(x, m.EventUse) and x.record == record:
        return dated(event_value(b, b.model.events[x.event], record, since, subject), x.type)
    return counted_at(b, x) if counted else moment_at(b, x)


__all__ = ["Decided", "Reading", "Scope", "decided", "lower"]
