"""Everything that a condition sees is read at an instant, and may change as long as rows up to that instant may still come.

`lower` gives a `Reading` and takes a `Scope` whose `until` is required: a bare field or moment is not one, so a part that forgets the
cut does not type. A moment is a `Seen`, which only `field` and the functions beside it make.

Two things can change what is read. *Growth*: rows and times at or after the as-of come in; what is read at an instant is settled once
the as-of is later than that instant. *Clocks*: `response within 2 hours` looks beyond the instant, to its deadline. While a clock
decides, a value is missing, so that `and` and `or` find by themselves whether the rest decides without it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Flag, auto
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, day_number
from sladsl.lowering.builder import EPOCH_DAY, Builder, Until
from sladsl.lowering.durations import microseconds
from sladsl.lowering.moments import At, dated
from sladsl.plan import Aggregate, Apply, AsOf, Children, Const, Expression, Field, Referred, ValueType
from sladsl.plan.shorthand import (
    FALSE,
    NO_INSTANT,
    TRUE,
    UNKNOWN,
    all_of,
    any_of,
    choose,
    compare,
    deadline,
    first_known,
    is_true,
    is_unknown,
    known,
    local_day,
    missing,
    negate,
    number,
)


class May(Flag):
    """How a value may still change while rows up to its instant may be added. Of a condition, what it may cease to be; of any
    other value, whether a missing one may become known (`APPEAR`), or a known one become another (either of the first two)."""

    LEAVE_TRUE = auto()
    LEAVE_FALSE = auto()
    APPEAR = auto()
    DAY = auto()  # … by dates of the instant's day, until that is over


LONG_AGO = Const(-4 * 10**15, ValueType.INSTANT)
"""Before every time that is read."""

FIXED = May(0)
CHANGE = May.LEAVE_TRUE | May.LEAVE_FALSE | May.APPEAR


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it is read at an instant. While `waits` is true and the value is missing, a running clock decides it; once it is
    settled, `at` is the instant from which it was (None where that is the instant of reading)."""

    value: Expression
    may: May = FIXED
    waits: Expression = FALSE
    at: Expression | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment as it is read at an instant: missing while it lies beyond it, unless it is planned. `may`, `waits` and `settled` are as
    `may`, `waits` and `at` of a `Reading`."""

    at: At
    may: May = May.APPEAR
    waits: Expression = FALSE
    settled: Expression | None = None

    @property
    def reading(self) -> Reading:
        return Reading(
            self.at.start if self.at.day is None else self.at.day, self.may, self.waits, self.settled
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition as far as it is settled: `value` is unknown where it is `open`, that is, may still become another. `at` is as in a
    `Reading`."""

    value: Expression
    open: Expression
    at: Expression | None = None


def decided(r: Reading, until: Until) -> Decided:
    """A condition with what may still change taken out of it."""
    by_a_day = May.DAY in r.may and until.day_end is not None
    # Which dates of the day had come by an instant in it nobody can tell afterwards: all of it is waited for, whatever is there by then.
    tie = is_true(until.unsettled_day if by_a_day else all_of(until.unsettled, _changeable(r)))
    waiting = FALSE if r.waits == FALSE else all_of(is_unknown(r.value), is_true(r.waits))
    at = latest(r.at, until.day_end) if by_a_day else r.at
    return Decided(choose((tie, UNKNOWN), otherwise=r.value), any_of(tie, waiting), at)


def _changeable(r: Reading) -> Expression:
    if CHANGE in r.may:
        return TRUE
    return any_of(
        is_true(r.value) if May.LEAVE_TRUE in r.may else FALSE,
        is_true(negate(r.value)) if May.LEAVE_FALSE in r.may else FALSE,
        is_unknown(r.value) if May.APPEAR in r.may else FALSE,
    )


def waiting(r: Reading) -> Expression:
    """Whether a running clock decides the value."""
    return FALSE if r.waits == FALSE else all_of(missing(r.value), is_true(r.waits))


def nothing(type: t.Type) -> Const:
    """A missing value of a type."""
    match type:
        case t.Boolean():
            return Const(None, ValueType.BOOLEAN)
        case t.Number() | t.Percent():
            return Const(None, ValueType.NUMBER)
        case t.Date():
            return Const(None, ValueType.DAY)
        case t.Time():
            return Const(None, ValueType.INSTANT)
        case t.Duration():
            return Const(None, ValueType.SPAN)
        case _:
            return Const(None, ValueType.TEXT)


def literal(b: Builder, e: m.Literal) -> Const:
    """A constant; a date is its day number, a local clock reading its instant in the agreement's zone."""
    match e.value:
        case bool():
            return Const(e.value, ValueType.BOOLEAN)
        case str():
            return Const(e.value, ValueType.TEXT)
        case Decimal():
            return Const(e.value, ValueType.NUMBER)
        case dt.datetime():
            return Const(b.zone.to_instant(e.value)[0], ValueType.INSTANT)
        case dt.date():
            return Const(e.value.toordinal() - EPOCH_DAY, ValueType.DAY)
        case Duration():
            return Const(microseconds(e.value), ValueType.SPAN)
        case _:
            assert_never(e.value)


def in_force(b: Builder, e: m.DatedValue, at: Expression) -> Expression:
    """The value that holds at an instant; missing where there is no instant."""
    later = [
        (Const(b.zone.midnight(day_number(day)), ValueType.INSTANT), literal(b, x)) for day, x in e.later
    ]
    arms = [(compare(">=", at, since), x) for since, x in reversed(later)]
    return choose((missing(at), nothing(e.type)), *arms, otherwise=literal(b, e.value))


def by_date(first: Reading, later: list[tuple[dt.date, Reading]], b: Builder, until: Until) -> Reading:
    """The reading that is in force at the instant of reading: each of the later ones from its day on, the first before them all."""
    since = [Const(b.zone.midnight(day_number(day)), ValueType.INSTANT) for day, _ in later]
    held, every = [compare(">=", until.at, x) for x in since], (first, *(r for _, r in later))

    def chosen(of: Callable[[Reading], Expression]) -> Expression:
        arms = zip(reversed(held), (of(r) for _, r in reversed(later)), strict=True)
        return choose(*arms, otherwise=of(first))

    may = FIXED
    for r in every:
        may |= r.may
    waits = FALSE if all(r.waits == FALSE for r in every) else chosen(lambda r: r.waits)
    at = None if all(r.at is None for r in every) else chosen(lambda r: r.at or LONG_AGO)
    return Reading(chosen(lambda r: r.value), may, waits, at)


# ------------------------------------------------------------------------------------------------------------ moments


def field(b: Builder, e: m.AnyField, until: Until) -> Seen | Reading:
    """A field: a time or a date up to the instant, anything else, and what is planned, as it is today."""
    value, may = _held_by(b, e, until)
    if not isinstance(e.type, t.Time | t.Date):
        return Reading(value, may)
    at = dated(value, e.type)
    if not t.is_event(e.type):
        return Seen(at, may)
    read = seen(at, until)
    return replace(read, may=read.may | may)


def _held_by(b: Builder, e: m.AnyField, until: Until) -> tuple[Expression, May]:
    """A field's value, whenever it is from, and how it may change: a row that is named is there from its own moment on, and before
    it has nothing. One without a moment of its own is there like the row that names it."""
    own = Field(e.record, e.field)
    if isinstance(e, m.FieldUse):
        return own, FIXED
    key, may = _held_by(b, e.through, until)
    value: Expression = Referred(e.record, key, own)
    moment = b.model.records[e.record].moment
    if moment is None:
        return value, may
    if not until.is_now:
        entered = Referred(e.record, key, Field(e.record, moment.name))
        value = choose((compare("<=", entered, until.at), value), otherwise=nothing(e.type))
    return value, may | May.APPEAR


def seen(at: At, until: Until) -> Seen:
    """A moment up to the instant: one that is later is not there yet. A date counts from the start of its day."""
    if until.is_now:
        return Seen(at)
    if at.day is None:
        cut = Apply("visible", (at.start, until.at))
        return Seen(At(cut, cut))
    day = Apply("visible", (at.day, local_day(until.at)))
    there = known(day)
    start, end = (choose((there, x), otherwise=NO_INSTANT) for x in (at.start, at.end))
    return Seen(At(start, end, day), May.APPEAR | May.DAY)


def row_there(record: m.Record, until: Until) -> Expression | None:
    """Whether a child row was there at the instant: from its own moment on, or from the earliest of its times where it has none of
    its own; what is planned is none. None where it is always there: it has no time at all, or everything is looked at."""
    if until.is_now:
        return None
    if record.moment is not None:
        return compare("<=", Field(record.name, record.moment.name), until.at)
    own = [(Field(record.name, f.name), isinstance(f.type, t.Date)) for f in _timed(record)]
    began = [compare("<=", x, local_day(until.at) if is_day else until.at) for x, is_day in own]
    return any_of(*began) if began else None


def never_there(record: m.Record) -> Expression | None:
    """Whether none of the times is known by which `row_there` tells when a row was there; None for a record that needs none."""
    timed = () if record.moment is not None else tuple(_timed(record))
    return all_of(*(missing(Field(record.name, f.name)) for f in timed)) if timed else None


def is_there_by_dates(record: m.Record) -> bool:
    """Whether rows without a moment of their own are there from a date on."""
    return record.moment is None and any(isinstance(f.type, t.Date) for f in _timed(record))


def _timed(record: m.Record) -> Iterator[m.Field]:
    return (f for f in record.fields.values() if t.is_event(f.type))


# --------------------------------------------------------------------------------------------------------- operations


def operation(op: str, args: tuple[Reading, ...], type: t.Type) -> Reading:
    """An operator or function over readings."""
    value: Expression = Apply(op, tuple(a.value for a in args))
    waits = any_of(*(a.waits for a in args))
    return Reading(_held(op, args, value, type), _may(op, args), waits, _settled(op, args))


def latest(*instants: Expression | None) -> Expression | None:
    """The latest of the instants given."""
    kept = tuple(dict.fromkeys(x for x in instants if x is not None))
    return (kept[0] if len(kept) == 1 else Apply("greatest", kept)) if kept else None


def _settled(op: str, args: tuple[Reading, ...]) -> Expression | None:
    """From when on a value was settled: as soon as one side of an `and` or `or` decides it, else once all are."""
    every = latest(*(a.at for a in args))
    if every is None or op not in {"and", "or"}:
        return every
    decides = ((is_true(negate(a.value) if op == "and" else a.value), a.at or LONG_AGO) for a in args)
    early = tuple(choose((when, at), otherwise=NO_INSTANT) for when, at in decides)
    return first_known(early[0] if len(early) == 1 else Apply("earliest", early), every)


def _held(op: str, args: tuple[Reading, ...], value: Expression, type: t.Type) -> Expression:
    """What looks at missingness itself has to wait for a clock; everything else is missing by itself then."""
    if op not in {"is known", "is missing", "else"}:
        return value
    return choose((waiting(args[0]), nothing(type)), otherwise=value)


def _may(op: str, args: tuple[Reading, ...]) -> May:
    every = FIXED
    for a in args:
        every |= a.may
    if every == FIXED:
        return FIXED
    changes, day = every & (May.LEAVE_TRUE | May.LEAVE_FALSE), every & May.DAY
    match op:
        case "and" | "or":
            return changes | May.APPEAR | day
        case "not":
            swapped = {May.LEAVE_TRUE: May.LEAVE_FALSE, May.LEAVE_FALSE: May.LEAVE_TRUE}
            return swapped.get(changes, changes) | (every & May.APPEAR) | day
        case "is known" | "is missing" if changes:
            return May.LEAVE_TRUE | May.LEAVE_FALSE | day
        case "is known":
            return May.LEAVE_FALSE | day
        case "is missing":
            return May.LEAVE_TRUE | day
        case "else":
            return CHANGE | day
        case _:
            return (CHANGE if changes else May.APPEAR) | day


# -------------------------------------------------------------------------------------------------------- rows looked at


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """What a row of `record` must meet to match, condition by condition; None where nothing is asked. `depth` and `top` are those of its
    `Children`."""

    record: str
    depth: int
    top: str
    other: Expression | None  # it is not the row that asks
    there: Expression | None  # it was there by then
    inside: Expression | None  # its moment lies inside the bounds
    condition: Reading | None  # its `where`
    bound: Seen | None = None  # the moment that bounds it
    dated: bool = False  # it is there from a date on

    @property
    def day(self) -> May:
        """Whether a date decides of it."""
        asked = (x.may for x in (self.bound, self.condition) if x is not None)
        return May.DAY if self.dated or any(May.DAY in may for may in asked) else FIXED

    @property
    def where(self) -> Expression | None:
        return None if self.condition is None else self.condition.value

    @property
    def leave(self) -> bool:
        """Whether a row that matches may come to match no more, as rows up to the instant are added."""
        moves = self.bound is not None and bool(self.bound.may & (May.LEAVE_TRUE | May.LEAVE_FALSE))
        return moves or (self.condition is not None and May.LEAVE_TRUE in self.condition.may)

    @property
    def unbounded(self) -> Expression:
        """Whether the moment that bounds the rows is missing: then nothing can be said of them."""
        return FALSE if self.bound is None else missing(self.bound.at.start)

    @property
    def bound_waits(self) -> Expression:
        return FALSE if self.bound is None else self.bound.waits

    def seen(self, *also: Expression | None) -> Expression | None:
        """Whether a row is among those of which the condition is asked, and meets `also`."""
        asked = [x for x in (self.other, self.there, self.inside, *also) if x is not None]
        return all_of(*asked) if asked else None

    def all(self) -> Expression | None:
        return self.seen(None if self.where is None else is_true(self.where))

    def looked_at(
        self,
        made: Aggregate,
        where: Expression | None,
        of: Expression | None = None,
        n: int = 1,
        by: Expression | None = None,
    ) -> Children:
        """What is made of the rows that the row which asks looks at, as far as `where` is true of them."""
        return Children(self.record, made, where, of, n, self.depth, by, self.top)

    def matching(
        self, made: Aggregate, of: Expression | None = None, n: int = 1, by: Expression | None = None
    ) -> Children:
        return self.looked_at(made, self.all(), of, n, by)

    def settled(self, of: Reading | None = None) -> Expression | None:
        """From when on it was settled of every row whether it matches, or what `of` it is."""
        asked = self.condition if of is None else of
        bound = None if self.bound is None else self.bound.settled
        if asked is None or asked.at is None:
            return bound
        rows = first_known(self.looked_at(Aggregate.GREATEST, self.seen(), asked.at), LONG_AGO)
        return latest(rows, bound)

    def asking(self) -> Expression:
        """Whether a running clock decides of one of the rows if it matches."""
        if self.condition is None or self.condition.waits == FALSE:
            return FALSE
        there = self.seen(waiting(self.condition))
        return compare(">=", self.looked_at(Aggregate.COUNT, there), number(1))


def bounded(
    bounds: m.Bounds, at: At, own: Expression, told: Callable[[Expression], Expression]
) -> Expression:
    """Rows no further from the moment than the duration, both ends included. `told` is how they know the moment of the row that asks.

    Backwards is asked forwards (`own + d` reaches the moment), so that one table of deadlines serves both directions.
    """
    if bounds.before:
        reach = deadline(own, bounds.duration, bounds.calendar)
        return all_of(compare("<=", own, told(at.end)), compare(">=", reach, told(at.start)))
    reach = deadline(at.end, bounds.duration, bounds.calendar)
    return all_of(compare(">=", own, told(at.start)), compare("<=", own, told(reach)))


def coming(rows: RowsSeen, order: Expression, until: Expression) -> RowsSeen:
    """The same rows, as far as they are later than the instant of reading."""
    return replace(rows, there=compare(">", order, until))


def next_row(rows: RowsSeen, of: Expression, order: Expression, until: Expression, e: m.Picked) -> Reading:
    """The value of the first row that is later than the instant of reading. Rows may still come between the two until one has, and all
    that may come lies at the as-of or later: so it is settled once a row lies before the as-of, or once all that its bounds allow does."""
    later = coming(rows, order, until)
    came = compare(">=", later.looked_at(Aggregate.COUNT, all_of(later.all(), _behind(order))), number(1))
    closes = _closes(rows, e.rows.bounds)
    over = FALSE if closes is None else is_true(_behind(closes))
    waits = negate(any_of(came, over, rows.unbounded))
    lacking = nothing(e.type)
    value = choose(
        (any_of(rows.unbounded, waits), lacking), otherwise=later.matching(Aggregate.NTH, of, 1, order)
    )
    at = choose(
        (came, later.matching(Aggregate.NTH, order)),
        otherwise=LONG_AGO if closes is None else first_known(closes, LONG_AGO),
    )
    settled = latest(rows.settled(), at)
    return Reading(value, CHANGE | rows.day, any_of(rows.bound_waits, waits), settled)


def _behind(instant: Expression) -> Expression:
    """Whether the as-of is later than an instant, so that nothing up to it may still come."""
    return compare("<", instant, AsOf())


def _closes(rows: RowsSeen, bounds: m.Bounds | None) -> Expression | None:
    """The last instant at which a row may lie inside its bounds; None without any."""
    if bounds is None or rows.bound is None:
        return None
    end = rows.bound.at.end
    return end if bounds.before else deadline(end, bounds.duration, bounds.calendar)
