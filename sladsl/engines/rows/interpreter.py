"""Expressions of the plan as functions of a row: the definition of what each node means.

`Evaluator.function(e, record)` gives a function of a `Frame` of that record.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, assert_never

from sladsl.calendars import (
    Duration,
    DurationKind,
    NeverOpen,
    OpenTime,
    OutOfReach,
    Period,
    PeriodKind,
    Spans,
    add_local,
    at_reading,
    is_zone,
    zone,
)
from sladsl.engines.rows import stretches
from sladsl.engines.rows.frames import Families, Frame, row_above
from sladsl.engines.rows.scalars import Function, Leaf, Scalars, both, through
from sladsl.engines.rows.values import Value, aggregate
from sladsl.functions import FUNCTIONS, Kind
from sladsl.plan import (
    Aggregate,
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Deadline,
    Expression,
    Field,
    FieldType,
    Following,
    Hidden,
    HoursOf,
    Inside,
    LocalDay,
    Lookup,
    Midnight,
    OfAsker,
    OpenAt,
    OpenUntil,
    Outside,
    PeriodEnd,
    PeriodStart,
    Plan,
    Ref,
    Referred,
    Stretches,
    TimeFunction,
    ValueType,
)
from sladsl.plan.traversal import operands


class Evaluator(Scalars):
    """The expressions of one plan, at one as-of, over given rows."""

    def __init__(self, plan: Plan, as_of: int, families: Families) -> None:
        super().__init__()
        self.plan, self.as_of, self.families = plan, as_of, families
        self.times = Times(plan)
        self._columns = {(c.record, c.name): (n, c) for n, c in enumerate(plan.columns)}
        self._above = {r.name: _above(plan, r.name) for r in plan.records}
        self.askers: dict[
            int, Frame
        ] = {}  # the row whose relatives are looked at, by the depth of the `Children`
        self._time: dict[TimeFunction, Callable[[int], int | None]] = {}
        self._spans: dict[object, dict[Value, list[stretches.Span]]] = {}
        self._lists: dict[tuple[str, Expression, Expression | None], int] = {}

    def value(self, e: Expression, frame: Frame) -> Value:
        """The expression's value on a row."""
        value: Value = self.function(e, frame.record)(frame)
        return value

    def fill(self, frame: Frame, columns: Iterable[tuple[int, Function]]) -> None:
        """Work columns out in the plan's order, so that none has to wait for another."""
        known = frame.columns
        for place, work_out in columns:
            if place not in known:
                known[place] = work_out(frame)

    def in_order(self, record: str, wanted: Iterable[Expression]) -> list[tuple[int, Function]]:
        """How the record's own columns that the expressions read are worked out, in the plan's order."""
        columns: dict[int, Expression] = {}
        waiting = list(wanted)
        seen: set[Expression] = set()
        while waiting:
            e = waiting.pop()
            if e in seen:
                continue
            seen.add(e)
            if isinstance(e, Ref) and e.record == record:
                place, column = self._columns[record, e.column]
                columns[place] = column.value
                waiting.append(column.value)
            waiting += operands(e)
        # In the plan's order too, so that making one never has to make the whole chain of those before it.
        return [(place, self.function(value, record)) for place, value in sorted(columns.items())]

    def below(self, child: str, frame: Frame, top: str = "") -> list[Frame]:
        """The rows of a record that belong to the frame's, however far below, or those of them beside it: its relatives. With `top` those
        that belong to the row of that record above it."""
        return self._gathered(*self._path(child, frame.record, top), frame)

    @contextmanager
    def asking(self, depth: int, frame: Frame) -> Iterator[None]:
        """While a row asks for its relatives: the row that an `OfAsker` of this depth is asked of."""
        before = self.askers.get(depth)
        self.askers[depth] = frame
        try:
            yield
        finally:
            if before is None:
                del self.askers[depth]
            else:
                self.askers[depth] = before

    def _path(self, child: str, record: str, top: str = "") -> tuple[str, tuple[str, ...]]:
        """The record that both belong to (`record` itself where rows of `child` belong to its rows), and those from just below it down to
        `child`."""
        up = [child, *self._above[child]]
        top = top or next(r for r in (record, *self._above[record]) if r in up[1:])
        return top, tuple(reversed(up[: up.index(top)]))

    def _gathered(self, top: str, path: tuple[str, ...], frame: Frame) -> list[Frame]:
        shared = row_above(frame, top)
        frames = [] if shared is None else self.families.below(shared, path[0])
        for step in path[1:]:
            frames = [row for f in frames for row in self.families.below(f, step)]
        return frames

    def is_number(self, e: Expression) -> bool:
        """Whether the expression's values are numbers, which have decimals, rather than instants, days or spans."""
        match e:
            case Const(type=type):
                return type is ValueType.NUMBER
            case Field():
                fields = self.plan.record(e.record).fields
                return any(f.name == e.name and f.type is FieldType.NUMBER for f in fields)
            case Ref():
                return self._columns[e.record, e.column][1].type is ValueType.NUMBER
            case Case(otherwise=otherwise):
                return self.is_number(otherwise)
            case Referred(value=value):
                return self.is_number(value)
            case Children(aggregate=made, of=of):
                return made is Aggregate.COUNT or of is None or self.is_number(of)
            case OfAsker(value=value):
                return self.is_number(value)
            case Apply(op=op, args=args):
                results = {s.result for s in FUNCTIONS[op].signatures}
                depends = len(results) > 1 or Kind.SAME in results
                return self.is_number(args[0]) if depends else Kind.NUMBER in results
            case AsOf() | Hidden() | Lookup() | Following() | Outside() | Inside():
                return False
            case _:
                assert_never(e)

    # --------------------------------------------------------------------------------------------------------- making

    def leaf(self, e: Leaf, record: str) -> Function:
        match e:
            case AsOf():
                as_of = self.as_of
                return lambda _: as_of
            case Field(name=name):
                return self._of_row(e.record, record, lambda frame: frame.values[name], None)
            case Hidden(name=name):
                return self._of_row(e.record, record, lambda frame: name in frame.hidden, False)
            case Ref():
                return self._of_row(e.record, record, self._column(e), None)
            case Lookup(function=function, at=at, zone=None):
                return through(self._time_function(function), self.function(at, record))
            case Lookup(function=function, at=at, zone=zone):
                assert zone is not None
                here, where = self.function(at, record), self.function(zone, record)
                return both(self.times.in_zone(function), here, where)
            case Children():
                return self._children(e, record)
            case Following():
                return self._following(e, record)
            case OfAsker(depth=depth):
                get, askers = self.function(e.value, e.record), self.askers
                return lambda _: get(askers[depth])
            case Referred():
                return self._referred(e, record)
            case Outside():
                return self._outside(e, record)
            case Inside():
                return self._inside(e, record)
            case _:
                assert_never(e)

    def _of_row(self, owner: str, record: str, get: Function, lacking: Value) -> Function:
        """`get` of the row of `owner` in scope: the row itself, or one so many steps above it; `lacking` where there is none."""
        if owner == record:
            return get
        if owner not in self._above[record]:
            return lambda _: lacking
        steps = self._above[record].index(owner) + 1

        def above(frame: Frame) -> Value:
            at: Frame | None = frame
            for _ in range(steps):
                at = at.parent if at is not None else None
            return lacking if at is None else get(at)

        return above

    def _column(self, ref: Ref) -> Function:
        place, column = self._columns[ref.record, ref.column]
        work_out = self.function(column.value, ref.record)

        def get(frame: Frame) -> Value:
            known = frame.columns
            try:
                value: Value = known[place]
            except KeyError:
                value = known[place] = work_out(frame)
            return value

        return get

    def _time_function(self, f: TimeFunction) -> Callable[[int], int | None]:
        if f not in self._time:
            self._time[f] = self.times.function(f)
        return self._time[f]

    def _children(self, e: Children, record: str) -> Function:
        where = None if e.where is None else self.function(e.where, e.record)
        of = None if e.of is None else self.function(e.of, e.record)
        zero: Value = Decimal(0) if self.is_number(e) else 0
        by = None if e.by is None else self.function(e.by, e.record)
        top, path = self._path(e.record, record, e.top)

        def gather(frame: Frame) -> Value:
            rows = self._gathered(top, path, frame)
            if where is not None:
                rows = [row for row in rows if where(row) is True]
            if by is not None and of is not None:
                known = sorted((at, row.key, row) for row in rows if (at := by(row)) is not None)
                place = -1 if e.aggregate is Aggregate.LAST else e.n - 1
                return of(known[place][2]) if place < len(known) and known else None
            values = rows if of is None else [of(row) for row in rows]
            return aggregate(e.aggregate, values, e.n, zero)

        def gather_relatives(frame: Frame) -> Value:
            with self.asking(e.depth, frame):
                return gather(frame)

        return gather if top == record else gather_relatives

    def _outside(self, e: Outside, record: str) -> Function:
        kinds = [self._stretches(s, record) for s in e.stretches]
        since, amount, until, now = (self.function(x, record) for x in (e.since, e.amount, e.until, e.now))

        def place(frame: Frame) -> Value:
            start, length, today = since(frame), amount(frame), now(frame)
            if start is None or length is None or today is None:
                return None
            return stretches.outside((kind(frame) for kind in kinds), start, length, until(frame), today)

        return place

    def left_out(self, e: Outside, frame: Frame) -> list[stretches.Span]:
        """The parts of its line that a row's place leaves out."""
        start, until, today = (self.function(x, frame.record)(frame) for x in (e.since, e.until, e.now))
        if start is None or today is None:
            return []
        kinds = (self._stretches(s, frame.record)(frame) for s in e.stretches)
        return stretches.counting(kinds, start, until, today)

    def belonging(self, s: Stretches, frame: Frame) -> list[Frame]:
        """The rows whose stretches those of a row are."""
        asked, rows = self.value(s.theirs, frame), self.families.rows(s.record)
        frames = (self.families.frame(s.record, row) for row in rows)
        return [] if asked is None else [row for row in frames if self.value(s.own, row) == asked]

    def _inside(self, e: Inside, record: str) -> Function:
        kinds = [self._stretches(s, record) for s in e.stretches]
        since, until = (self.function(x, record) for x in (e.since, e.until))

        def length(frame: Frame) -> Value:
            start, end = since(frame), until(frame)
            if start is None or end is None:
                return None
            return stretches.inside((kind(frame) for kind in kinds), start, end)

        return length

    def _stretches(self, s: Stretches, record: str) -> Callable[[Frame], stretches.Stretch]:
        """The stretches of a kind as a function of the row that asks; those of one value are worked out once."""
        theirs = self.function(s.theirs, record)
        own, began, ended = (self.function(x, s.record) for x in (s.own, s.began, s.ended))
        place = s.record, s.own, s.began, s.ended
        in_hours = None if s.hours is None else self._in_hours(s.hours, record)

        def of(frame: Frame) -> stretches.Stretch:
            if place not in self._spans:
                spans: dict[Value, list[stretches.Span]] = {}
                for row in self.families.rows(s.record):
                    stretch = self.families.frame(s.record, row)
                    belongs, start = own(stretch), began(stretch)
                    if belongs is not None and start is not None:
                        spans.setdefault(belongs, []).append((start, ended(stretch)))
                self._spans[place] = spans
            asked = theirs(frame)
            there = () if asked is None else self._spans[place].get(asked, ())
            return stretches.Stretch(tuple(there if in_hours is None else in_hours(frame, there)), s.most)

        return of

    def _in_hours(
        self, hours: HoursOf, record: str
    ) -> Callable[[Frame, Iterable[stretches.Span]], Iterator[stretches.Span]]:
        """Stretches of time, on the line of open time in the zone of the row that asks."""
        zone, line = self.function(hours.zone, record), self.times.in_zone(OpenUntil(hours.calendar))

        def places(frame: Frame, there: Iterable[stretches.Span]) -> Iterator[stretches.Span]:
            where = zone(frame)
            if where is None:
                return
            for began, ended in there:
                first = line(began, where)
                if first is not None:
                    yield first, None if ended is None else line(ended, where)

        return places

    def _following(self, e: Following, record: str) -> Function:
        since = self.function(e.since, record)
        until = None if e.until is None else self.function(e.until, record)
        in_order = self._in_order(e)
        find = bisect_right if e.strict else bisect_left
        above = self.plan.record(e.record).link
        assert above is not None

        def pick(frame: Frame) -> Value:
            start = since(frame)
            shared = row_above(frame, above.parent)
            if start is None or shared is None:
                return None
            values = in_order(shared)
            first = find(values, start)
            end = len(values)
            if until is not None:
                last = until(frame)
                end = 0 if last is None else bisect_right(values, last)
            place = first + e.n - 1 if e.n > 0 else end + e.n
            return values[place] if first <= place < end else None

        return pick

    def _referred(self, e: Referred, record: str) -> Function:
        key, value = self.function(e.key, record), self.function(e.value, e.record)

        def named(frame: Frame) -> Value:
            row = self.families.named(e.record, key(frame))
            return None if row is None else value(row)

        return named

    def _in_order(self, e: Following) -> Callable[[Frame], list[Any]]:
        """The values that count below a row of the parent record, in order; worked out once a row."""
        asked = (e.record, e.of, e.where)
        place = self._lists.setdefault(asked, -1 - len(self._lists))
        of = self.function(e.of, e.record)
        where = None if e.where is None else self.function(e.where, e.record)

        def in_order(shared: Frame) -> list[Any]:
            ordered: list[Any] | None = shared.columns.get(place)
            if ordered is None:
                rows = self.families.below(shared, e.record)
                values = [of(row) for row in rows if where is None or where(row) is True]
                ordered = shared.columns[place] = sorted(v for v in values if v is not None)
            return ordered

        return in_order


def _above(plan: Plan, record: str) -> list[str]:
    """Parent, grandparent, …"""
    parents: list[str] = []
    link = plan.record(record).link
    while link is not None:
        parents.append(link.parent)
        link = plan.record(link.parent).link
    return parents


# ----------------------------------------------------------------------------- functions of time, asked of the calendars

_KEPT = 100_000
"""Answers that are kept for a function, since rows share instants and columns share functions."""


class Times:
    """The functions of time of one plan. An answer outside the years that calendars know is missing."""

    def __init__(self, plan: Plan) -> None:
        self.zone = zone(plan.zone)
        self.periods = plan.periods
        self.open = {c.name: OpenTime(c) for c in plan.calendars if not c.zone_of}
        self._of_rows = {c.name: c for c in plan.calendars if c.zone_of}
        self._members: dict[tuple[str, str], OpenTime] = {}
        self._known_periods: dict[PeriodKind, tuple[list[int], list[Period]]] = {}

    def function(self, f: TimeFunction) -> Callable[[int], int | None]:
        """The function of an instant (of a day, for `Midnight`), with its answers kept."""
        return self._kept(self._plain(f))

    def _kept(self, ask: Callable[[int], int]) -> Callable[[int], int | None]:
        known: dict[int, int | None] = {}

        def answer(at: int) -> int | None:
            if at in known:
                return known[at]
            if len(known) >= _KEPT:
                known.clear()
            try:
                known[at] = ask(at)
            except (OutOfReach, NeverOpen, OverflowError):
                known[at] = None
            return known[at]

        return answer

    def hours(self, calendar: str, zone: str | None) -> OpenTime:
        """A calendar's hours; of a calendar of rows, those in a zone."""
        if calendar in self.open or zone is None:
            return self.open[calendar]
        if (calendar, zone) not in self._members:
            self._members[calendar, zone] = OpenTime(replace(self._of_rows[calendar], zone=zone))
        return self._members[calendar, zone]

    def in_zone(self, f: TimeFunction) -> Callable[[int, str], int | None]:
        """A function of a calendar of rows, of an instant (of a place on its line) and a zone; missing of what is no zone."""
        assert isinstance(f, Deadline | OpenUntil | OpenAt), "only these are in the hours of a row"
        assert f.calendar is not None, "and they are a calendar's"
        calendar = f.calendar
        known: dict[str, Callable[[int], int | None]] = {}

        def answer(at: int, zone: str) -> int | None:
            if zone not in known:
                if not is_zone(zone):
                    return None
                known[zone] = self._kept(self._plain(f, self.hours(calendar, zone)))
            return known[zone](at)

        return answer

    def of(self, f: OpenAt, zone: str) -> Callable[[int], int | None]:
        """The instants of a calendar's places; of a calendar of rows, in a zone."""
        if f.calendar in self.open:
            return self.function(f)
        ask = self.in_zone(f)
        return lambda place: ask(place, zone)

    def _plain(self, f: TimeFunction, hours: OpenTime | None = None) -> Callable[[int], int]:
        """`hours` are those of the function's calendar, where a row's zone says them."""
        match f:
            case Deadline(duration, calendar):
                own = self.open[calendar] if hours is None and calendar is not None else hours
                return self._deadline(duration, own)
            case OpenUntil(calendar):
                return (hours or self.open[calendar]).open_time_until
            case OpenAt(calendar):
                return (hours or self.open[calendar]).reaching
            case PeriodStart(kind):
                return lambda at: self.period(kind, at).start
            case PeriodEnd(kind):
                return lambda at: self.period(kind, at).end
            case LocalDay():
                return self.zone.date_of
            case Midnight():
                return self.zone.midnight
            case _:
                assert_never(f)

    def _deadline(self, duration: Duration, own: OpenTime | None) -> Callable[[int], int]:
        amount = duration.amount
        match duration.kind:
            case DurationKind.ABSOLUTE:
                return lambda at: at + amount
            case DurationKind.LOCAL:
                return lambda at: at_reading(add_local(at, duration, self.zone), duration, self.zone)
            case _ if own is None:
                raise ValueError("business time needs a calendar")
            case DurationKind.BUSINESS:
                return lambda at: own.deadline(at, amount)
            case DurationKind.BUSINESS_DAYS:
                return lambda at: at_reading(own.add_business_days(at, amount), duration, own.zone)
            case DurationKind.CLOSE_OF_BUSINESS:
                return lambda at: own.close_of_business_day(at, amount)

    def open_between(self, calendar: str, a: int, b: int, zone: str | None = None) -> Spans:
        """The open intervals of `[a, b)`; none outside the years that calendars know."""
        try:
            return self.hours(calendar, zone).intervals(a, b)
        except OutOfReach:
            return ()

    def period(self, kind: PeriodKind, at: int) -> Period:
        """The period that contains an instant, in the agreement's zone and year."""
        starts, periods = self._known_periods.setdefault(kind, ([], []))
        k = bisect_right(starts, at) - 1
        if k >= 0 and at < periods[k].end:
            return periods[k]
        period = self.periods.containing(kind, at)
        starts.insert(k + 1, period.start)
        periods.insert(k + 1, period)
        return period
