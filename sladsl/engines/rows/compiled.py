"""Expressions of the plan as functions of a row: the definition of what each node means.

`Evaluator.function(e, record)` gives a function of a `Frame` of that record. A condition is True, False or None (unknown).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias, assert_never

from sladsl.engines.rows.frames import Families, Frame, row_above
from sladsl.engines.rows.times import Times
from sladsl.engines.rows.values import PLAIN, Value, aggregate
from sladsl.functions import FUNCTIONS, Kind
from sladsl.plan import (
    Aggregate,
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Expression,
    Field,
    FieldType,
    Following,
    Hidden,
    Lookup,
    Plan,
    Ref,
    TimeFunction,
    ValueType,
)
from sladsl.plan.traversal import operands

Function: TypeAlias = Callable[[Frame], Any]


class Evaluator:
    """The expressions of one plan, at one as-of, over given rows. Each is made into a function once."""

    def __init__(self, plan: Plan, as_of: int, families: Families) -> None:
        self.plan, self.as_of, self.families = plan, as_of, families
        self.times = Times(plan)
        self._columns = {(c.record, c.name): (n, c) for n, c in enumerate(plan.columns)}
        self._above = {r.name: _above(plan, r.name) for r in plan.records}
        self._made: dict[tuple[Expression, str], Function] = {}
        self._time: dict[TimeFunction, Callable[[int], int | None]] = {}
        self._lists: dict[tuple[str, Expression, Expression | None], int] = {}

    def value(self, e: Expression, frame: Frame) -> Value:
        """The expression's value on a row."""
        found: Value = self.function(e, frame.record)(frame)
        return found

    def function(self, e: Expression, record: str) -> Function:
        """The expression as a function of a row of `record`."""
        known = self._made.get((e, record))
        if known is None:
            known = self._made[e, record] = self._make(e, record)
        return known

    def fill(self, frame: Frame, columns: Iterable[tuple[int, Function]]) -> None:
        """Work columns out in the plan's order, so that none has to wait for another."""
        known = frame.columns
        for place, work_out in columns:
            if place not in known:
                known[place] = work_out(frame)

    def in_order(self, record: str, wanted: Iterable[Expression]) -> list[tuple[int, Function]]:
        """How the record's own columns that the expressions read are worked out, in the plan's order."""
        found: dict[int, Expression] = {}
        waiting = list(wanted)
        seen: set[Expression] = set()
        while waiting:
            e = waiting.pop()
            if e in seen:
                continue
            seen.add(e)
            if isinstance(e, Ref) and e.record == record:
                place, column = self._columns[record, e.column]
                found[place] = column.value
                waiting.append(column.value)
            waiting += operands(e)
        # In the plan's order too, so that making one never has to make the whole chain of those before it.
        return [(place, self.function(value, record)) for place, value in sorted(found.items())]

    def below(self, child: str, frame: Frame) -> list[Frame]:
        """The rows of a record below the frame's that belong to it, however far below."""
        return self._gathered(self._path(child, frame.record), frame)

    def _path(self, child: str, record: str) -> tuple[str, ...]:
        """The records from just below `record` down to `child`."""
        up = [child, *self._above[child]]
        return tuple(reversed(up[: up.index(record)]))

    def _gathered(self, path: tuple[str, ...], frame: Frame) -> list[Frame]:
        frames = self.families.below(frame, path[0])
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
            case Children(aggregate=made, of=of):
                return made is Aggregate.COUNT or of is None or self.is_number(of)
            case Apply(op=op, args=args):
                results = {s.result for s in FUNCTIONS[op].signatures}
                depends = len(results) > 1 or Kind.SAME in results
                return self.is_number(args[0]) if depends else Kind.NUMBER in results
            case AsOf() | Hidden() | Lookup() | Following():
                return False
            case _:
                assert_never(e)

    # --------------------------------------------------------------------------------------------------------- making

    def _make(self, e: Expression, record: str) -> Function:
        match e:
            case Const(value=value):
                return lambda _: value
            case AsOf():
                as_of = self.as_of
                return lambda _: as_of
            case Field(name=name):
                return self._of_row(e.record, record, lambda frame: frame.values[name], None)
            case Hidden(name=name):
                return self._of_row(e.record, record, lambda frame: name in frame.hidden, False)
            case Ref():
                return self._of_row(e.record, record, self._column(e), None)
            case Case():
                return self._case(e, record)
            case Lookup(function=function, at=at):
                return _through(self._time_function(function), self.function(at, record))
            case Children():
                return self._children(e, record)
            case Following():
                return self._following(e, record)
            case Apply():
                return self._apply(e, record)
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
                found: Value = known[place]
            except KeyError:
                found = known[place] = work_out(frame)
            return found

        return get

    def _case(self, e: Case, record: str) -> Function:
        arms = [(self.function(w, record), self.function(t, record)) for w, t in e.arms]
        otherwise = self.function(e.otherwise, record)
        if len(arms) == 1:
            (first, chosen), *_ = arms
            return lambda frame: chosen(frame) if first(frame) is True else otherwise(frame)

        def choose(frame: Frame) -> Any:
            for when, then in arms:
                if when(frame) is True:
                    return then(frame)
            return otherwise(frame)

        return choose

    def _time_function(self, f: TimeFunction) -> Callable[[int], int | None]:
        if f not in self._time:
            self._time[f] = self.times.function(f)
        return self._time[f]

    def _children(self, e: Children, record: str) -> Function:
        where = None if e.where is None else self.function(e.where, e.record)
        of = None if e.of is None else self.function(e.of, e.record)
        zero: Value = Decimal(0) if self.is_number(e) else 0
        path = self._path(e.record, record)

        def gather(frame: Frame) -> Value:
            rows = self._gathered(path, frame)
            if where is not None:
                rows = [row for row in rows if where(row) is True]
            found = rows if of is None else [of(row) for row in rows]
            return aggregate(e.aggregate, found, e.n, zero)

        return gather

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

    def _in_order(self, e: Following) -> Callable[[Frame], list[Any]]:
        """The values that count below a row of the parent record, in order; worked out once a row."""
        asked = (e.record, e.of, e.where)
        place = self._lists.setdefault(asked, -1 - len(self._lists))
        of = self.function(e.of, e.record)
        where = None if e.where is None else self.function(e.where, e.record)

        def in_order(shared: Frame) -> list[Any]:
            found: list[Any] | None = shared.columns.get(place)
            if found is None:
                rows = self.families.below(shared, e.record)
                values = [of(row) for row in rows if where is None or where(row) is True]
                found = shared.columns[place] = sorted(v for v in values if v is not None)
            return found

        return in_order

    def _apply(self, e: Apply, record: str) -> Function:
        if e.op == "in" and all(isinstance(i, Const) and i.value is not None for i in e.args[1:]):
            items = frozenset(i.value for i in e.args[1:] if isinstance(i, Const))
            return _through(lambda a: a in items, self.function(e.args[0], record))
        args = [self.function(a, record) for a in e.args]
        asking = _ASKING.get(e.op)
        if asking is not None:
            return asking(*args)
        plain = PLAIN[e.op]
        if len(args) == 1:
            return _through(plain, args[0])
        second = e.args[1]
        if len(args) == 2 and isinstance(second, Const) and second.value is not None:
            return _beside(plain, args[0], second.value)
        return _both(plain, *args) if len(args) == 2 else _propagating(plain, args)


def _above(plan: Plan, record: str) -> list[str]:
    """Parent, grandparent, …"""
    found: list[str] = []
    link = plan.record(record).link
    while link is not None:
        found.append(link.parent)
        link = plan.record(link.parent).link
    return found


# ------------------------------------------------------------------------------- what a missing argument makes missing


def _through(f: Callable[[Any], Value], x: Function) -> Function:
    def one(frame: Frame) -> Value:
        a = x(frame)
        return None if a is None else f(a)

    return one


def _beside(f: Callable[[Any, Any], Value], x: Function, known: Value) -> Function:
    """The second argument is a constant: a status, a state or a tier that is this one, a size above that."""

    def first(frame: Frame) -> Value:
        a = x(frame)
        return None if a is None else f(a, known)

    return first


def _both(f: Callable[[Any, Any], Value], x: Function, y: Function) -> Function:
    def two(frame: Frame) -> Value:
        a = x(frame)
        if a is None:
            return None
        b = y(frame)
        return None if b is None else f(a, b)

    return two


def _propagating(f: Callable[..., Value], args: list[Function]) -> Function:
    def several(frame: Frame) -> Value:
        found = []
        for x in args:
            a = x(frame)
            if a is None:
                return None
            found.append(a)
        return f(*found)

    return several


# ---------------------------------------------------------------------------------- what looks at missingness itself


def _and(*args: Function) -> Function:
    def all_of(frame: Frame) -> bool | None:
        found: bool | None = True
        for x in args:
            a = x(frame)
            if a is False:
                return False
            if a is None:
                found = None
        return found

    return all_of


def _or(*args: Function) -> Function:
    def any_of(frame: Frame) -> bool | None:
        found: bool | None = False
        for x in args:
            a = x(frame)
            if a is True:
                return True
            if a is None:
                found = None
        return found

    return any_of


def _else(x: Function, other: Function) -> Function:
    def first_known(frame: Frame) -> Value:
        a: Value = x(frame)
        return other(frame) if a is None else a

    return first_known


def _earliest(*args: Function) -> Function:
    return lambda frame: min((a for x in args if (a := x(frame)) is not None), default=None)


_ASKING: dict[str, Callable[..., Function]] = {
    "and": _and,
    "or": _or,
    "is known": lambda x: lambda frame: x(frame) is not None,
    "is missing": lambda x: lambda frame: x(frame) is None,
    "is unknown": lambda x: lambda frame: x(frame) is None,
    "is true": lambda x: lambda frame: x(frame) is True,
    "else": _else,
    "earliest": _earliest,
}
"""The functions of which the function table says that they are three-valued or ask about missingness."""
