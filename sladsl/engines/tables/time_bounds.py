"""How far each function of time will be asked: from the least to the greatest value its argument can have in these data.

A table of a function reaches exactly that far, so no look-up falls outside it and none is larger than the data need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import TypeAlias, assert_never

from sladsl.calendars import DAY, OpenTime, day_number
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.maps import time_map
from sladsl.plan import (
    Aggregate,
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Deadline,
    EndsOf,
    Expression,
    Field,
    Following,
    Hidden,
    Inside,
    InstantsOf,
    LocalDay,
    Lookup,
    Midnight,
    OfAsker,
    OpenAt,
    OpenUntil,
    Outside,
    PeriodEnd,
    PeriodStart,
    Ref,
    Referred,
    RowsOf,
    Stretches,
    StretchesOf,
    TimeFunction,
    ValueType,
)
from sladsl.plan.made import AT, BEGAN, ENDED
from sladsl.plan.traversal import walk

Span: TypeAlias = tuple[int, int]
"""The least and the greatest value, both included."""

FIRST_DAY, LAST_DAY = day_number(date(1901, 1, 1)), day_number(date(2189, 12, 31))
"""Times outside these are taken as unreadable: calendars end a decade later, which leaves room for deadlines."""
_SLACK = 3 * DAY
_YEAR = 400 * DAY
_OTHER_ZONES = 2 * DAY
"""Of a calendar of rows the bounds are asked in one zone: places and instants of any other lie at most so far from there."""


@dataclass
class TimeBounds:
    """Bounds of the time-like expressions of one plan over given data. Found once, kept by expression."""

    shape: Shape
    as_of: int
    fields: Mapping[tuple[str, str], Span]
    calendars: Mapping[str, OpenTime]
    _known: dict[Expression, Span | None] = field(default_factory=dict)

    def of_functions(self, expressions: Iterable[Expression]) -> dict[TimeFunction, Span]:
        """Every function of time in these expressions, with all that it will be asked for."""
        spans: dict[TimeFunction, Span] = {}
        for e in expressions:
            for part in walk(e):
                if isinstance(part, Lookup):
                    asked = _asked(part.function, self.of(part.at) or self._here(part.function))
                    known = spans.get(part.function, asked)
                    spans[part.function] = _union(known, asked)
        return spans

    def _here(self, function: TimeFunction) -> Span:
        """Some place that a function can be asked about."""
        match function:
            case Midnight():
                return self.as_of // DAY, self.as_of // DAY
            case OpenAt():
                return 0, 0
            case _:
                return self.as_of, self.as_of

    def of(self, e: Expression) -> Span | None:
        """The expression's bounds; None when it has no value, or none that is a time."""
        if e not in self._known:
            self._known[e] = self._find(e)
        return self._known[e]

    def _find(self, e: Expression) -> Span | None:
        match e:
            case Const(value=value, type=kind):
                timed = kind in {ValueType.INSTANT, ValueType.DAY, ValueType.SPAN}
                return (value, value) if timed and isinstance(value, int) else None
            case AsOf():
                return self.as_of, self.as_of
            case Field():
                return self._of_field(e)
            case Hidden():
                return None
            case Ref():
                return self.of(self.shape.value(e))
            case Case(arms=arms, otherwise=otherwise):
                return self._any_of(*(value for _, value in arms), otherwise)
            case Apply():
                return self._applied(e)
            case Lookup():
                return self._looked_up(e)
            case Following(of=of):
                return self.of(of)
            case OfAsker(value=value) | Referred(value=value):
                return self.of(value)
            case Outside():
                return self._outside(e)
            case Inside(since=since, until=until):
                began, ended = self.of(since), self.of(until)
                return None if began is None or ended is None else (0, max(ended[1] - began[0], 0))
            case Children(aggregate=aggregate, of=of):
                if of is None or aggregate is Aggregate.COUNT:
                    return None
                bounds = self.of(of)
                # A sum of spans has no bound to speak of; nothing asks a calendar about one.
                return None if aggregate is Aggregate.SUM else bounds
            case _:
                assert_never(e)

    def _of_field(self, e: Field) -> Span | None:
        match self.shape.records[e.record].made:
            case None:
                return self.fields.get((e.record, e.name))
            case InstantsOf(since=since, changes=changes):
                return self._any_of(since, *(x.at for x in changes)) if e.name == AT else None
            case EndsOf() as made:
                return self._any_of(made.first, AsOf()) if e.name == AT else None
            case StretchesOf(of=of) if e.name in {BEGAN, ENDED}:
                return self.of(Field(of, AT))
            case RowsOf(values=values) | StretchesOf(values=values):
                return next((self.of(x) for name, x in values if name == e.name), None)

    def _any_of(self, *values: Expression) -> Span | None:
        return reduce(_either, (self.of(v) for v in values), None)

    def _applied(self, e: Apply) -> Span | None:
        match e.op:
            case "visible":
                return self.of(e.args[0])
            case "else" | "least" | "greatest" | "earliest":
                return self._any_of(*e.args)
            case "portion":
                whole = self.of(e.args[0])
                return None if whole is None else (min(whole[0], 0), max(whole[1], 0))
            case "+" | "-" | "until" | "days until":
                a, b = (self.of(x) for x in e.args)
                if a is None or b is None:
                    return None
                if e.op == "+":
                    return a[0] + b[0], a[1] + b[1]
                if e.op == "-":
                    return a[0] - b[1], a[1] - b[0]
                scale = DAY if e.op == "days until" else 1
                return (b[0] - a[1]) * scale, (b[1] - a[0]) * scale
            case _:
                return None

    def _outside(self, e: Outside) -> Span | None:
        """From the soonest, with no stretch, to so much after all of them."""
        since, amount = self.of(e.since), self.of(e.amount)
        if since is None or amount is None:
            return None
        ends = [self.of(x) for x in (e.until, e.now, *map(_end, e.stretches))]
        # A stretch that has no end is counted up to `most`, which it has used up by now.
        last = max(since[1], *(end[1] for end in ends if end is not None))
        return since[0] + amount[0], last + amount[1]

    def _looked_up(self, e: Lookup) -> Span | None:
        asked = self.of(e.at)
        if asked is None:
            return None
        lo, hi = _asked(e.function, asked)
        zones = 0 if e.zone is None else _OTHER_ZONES
        match e.function:
            case Deadline():
                last = time_map(self.shape.plan, self.calendars, e.function, hi, hi)(hi)
                return lo, (hi if last is None else last) + _SLACK
            case OpenUntil(calendar):
                known = self.calendars[calendar].covering(lo // DAY * DAY, hi)
                return known.open_until(lo) - zones, known.open_until(hi) + zones
            case OpenAt():
                reached = time_map(self.shape.plan, self.calendars, e.function, lo - zones, hi + zones)
                return reached.values[0] - zones, reached.values[-1] + _SLACK + zones
            case PeriodStart():
                return lo - _YEAR, hi
            case PeriodEnd():
                return lo, hi + _YEAR
            case LocalDay():
                return lo // DAY - 1, hi // DAY + 1
            case Midnight():
                return (lo - 2) * DAY, (hi + 2) * DAY
            case _:
                assert_never(e.function)


def _end(s: Stretches) -> Expression:
    """The place at which a stretch ends."""
    return s.ended if s.hours is None else Lookup(OpenUntil(s.hours.calendar), s.ended, s.hours.zone)


def _either(a: Span | None, b: Span | None) -> Span | None:
    if a is None or b is None:
        return a or b
    return _union(a, b)


def _union(a: Span, b: Span) -> Span:
    return min(a[0], b[0]), max(a[1], b[1])


def _asked(function: TimeFunction, span: Span) -> Span:
    """As far as a function can be asked: within the years that are known; of open time, whose origin is among them, any amount."""
    return span if isinstance(function, OpenAt) else _clamped(span, isinstance(function, Midnight))


def _clamped(span: Span, days: bool) -> Span:
    unit = 1 if days else DAY
    lo, hi = FIRST_DAY * unit, (LAST_DAY + 1) * unit - 1
    return min(max(span[0], lo), hi), min(max(span[1], lo), hi)
