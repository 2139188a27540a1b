"""A second, slow evaluator of plans over rows in memory, written from the definitions and sharing no code with the engine.

Rows are dictionaries. It exists to be compared with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from sladsl.calendars import DAY, DurationKind, OpenTime, Periods, add_local, zone
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
    Hidden,
    LocalDay,
    Lookup,
    Midnight,
    OpenUntil,
    PeriodEnd,
    PeriodStart,
    Plan,
    Record,
    Ref,
    TimeFunction,
)

Row = dict[str, Any]
Data = Mapping[str, Sequence[Row]]
Here = dict[str, Row]
"""The rows in scope, by record: the row at hand and its parents."""


def fitting(value: Decimal, places: int = 6) -> Decimal | None:
    with localcontext() as context:
        context.prec = 100
        rounded = value.scaleb(places).to_integral_value(ROUND_HALF_UP).scaleb(-places)
        return rounded if abs(rounded) < 10**12 else None


@dataclass
class Oracle:
    plan: Plan
    data: Data
    as_of: int

    def __post_init__(self) -> None:
        self.zone = zone(self.plan.zone)
        self.periods = Periods(self.zone, self.plan.year_starts)
        self.open = {c.name: OpenTime(c) for c in self.plan.calendars}
        self.today = self.zone.date_of(self.as_of)
        self.rows = {r.name: self.settle(r) for r in self.plan.records}

    # ------------------------------------------------------------------------------------------------------- rows

    def limit(self, kind: FieldType) -> int:
        return self.today if kind is FieldType.DATE else self.as_of

    def settle(self, r: Record) -> list[Row]:
        timed = [f for f in r.fields if f.type in (FieldType.TIME, FieldType.DATE)]
        others = [f for f in r.fields if f not in timed and not f.key]
        keyed = any(f.key for f in r.fields)
        kept: dict[Any, tuple[Any, Row]] = {}
        for raw in self.data[r.name]:
            hidden = {f.name for f in timed if raw[f.name] is not None and raw[f.name] > self.limit(f.type)}
            row = {name: None if name in hidden else value for name, value in raw.items()}
            if raw.get(r.key) is None or (hidden and all(row[f.name] is None for f in timed)):
                continue
            row["hidden"] = hidden
            order = (
                [(row[f.name] is None, row[f.name] or 0) for f in timed],
                [(row[f.name] is None, "" if row[f.name] is None else row[f.name]) for f in others],
                [f.name not in hidden for f in timed],
                row[r.key],
            )
            same = row[r.key] if keyed else tuple(row[f.name] for f in r.fields)
            if same not in kept or order < kept[same][0]:
                kept[same] = order, row
        return sorted((row for _, row in kept.values()), key=lambda row: str(row[r.key]))

    def parents(self, record: str, row: Row) -> Here:
        """The row with its parents; of several, the one with the smallest key."""
        here = {record: row}
        link = self.plan.record(record).link
        while link is not None:
            found = [
                p
                for p in self.rows[link.parent]
                if row[link.own] is not None and p[link.theirs] == row[link.own]
            ]
            if not found:
                break
            row = found[0]
            here[link.parent] = row
            link = self.plan.record(link.parent).link
        return here

    def table(self, record: str) -> list[Row]:
        """Every column of every row."""
        names = [c for c in self.plan.columns if c.record == record]
        found: list[Any] = []
        for row in self.rows[record]:
            here = self.parents(record, row)
            shown = {key: value for key, value in row.items() if key != "hidden"}
            found.append({**shown, **{c.name: self.value(c.value, here, record) for c in names}})
        return found

    # ------------------------------------------------------------------------------------------------- expressions

    def value(self, e: Expression, here: Here, record: str) -> Any:
        match e:
            case Const(value=value):
                return value
            case AsOf():
                return self.as_of
            case Field():
                return here[e.record][e.name] if e.record in here else None
            case Hidden():
                return e.record in here and e.name in here[e.record]["hidden"]
            case Ref():
                if e.record not in here:
                    return None
                return self.value(self.plan.column(e.record, e.column).value, here, e.record)
            case Case(arms=arms, otherwise=otherwise):
                for when, then in arms:
                    if self.value(when, here, record) is True:
                        return self.value(then, here, record)
                return self.value(otherwise, here, record)
            case Lookup():
                at = self.value(e.at, here, record)
                return None if at is None else self.function(e.function, at)
            case Children():
                return self.children(e, here, record)
            case Apply():
                return self.apply(e.op, [self.value(a, here, record) for a in e.args])

    def function(self, f: TimeFunction, t: int) -> int:
        match f:
            case Deadline(duration, calendar):
                clock = self.open.get(calendar or "")
                match duration.kind:
                    case DurationKind.ABSOLUTE:
                        return t + duration.amount
                    case DurationKind.LOCAL:
                        return add_local(t, duration, self.zone)
                    case DurationKind.BUSINESS:
                        assert clock
                        return clock.deadline(t, duration.amount)
                    case DurationKind.BUSINESS_DAYS:
                        assert clock
                        return clock.add_business_days(t, duration.amount)
                    case DurationKind.CLOSE_OF_BUSINESS:
                        assert clock
                        return clock.close_of_business_day(t, duration.amount)
            case OpenUntil(calendar):
                return self.open[calendar].elapsed(0, t)
            case PeriodStart(period):
                return self.periods.containing(period, t).start
            case PeriodEnd(period):
                return self.periods.containing(period, t).end
            case LocalDay():
                return self.zone.date_of(t)
            case Midnight():
                return self.zone.midnight(t)

    def children(self, e: Children, here: Here, record: str) -> Any:
        found: list[Any] = []
        for below in self.below(e.record, here, record):
            if e.where is None or self.value(e.where, below, e.record) is True:
                found.append(None if e.of is None else self.value(e.of, below, e.record))
        match e.aggregate:
            case Aggregate.COUNT:
                return Decimal(len(found))
            case Aggregate.NTH | Aggregate.LAST:
                known = sorted(x for x in found if x is not None)
                if e.aggregate is Aggregate.LAST:
                    return known[-1] if known else None
                return known[e.n - 1] if len(known) >= e.n else None
        if None in found:
            return None

        match e.aggregate:
            case Aggregate.SUM:
                return sum(found)
            case Aggregate.LEAST:
                return min(found, default=None)
            case Aggregate.GREATEST:
                return max(found, default=None)
            case Aggregate.AVERAGE:
                if not found:
                    return None
                with localcontext() as context:
                    context.prec = 100
                    mean = Decimal(sum(found)) / len(found)
                return (
                    fitting(mean)
                    if isinstance(found[0], Decimal)
                    else int(mean.to_integral_value(ROUND_HALF_UP))
                )

    def below(self, child: str, here: Here, record: str) -> list[Here]:
        """The child's rows that belong to the row at hand, each in scope beside it and what lies between."""
        link = self.plan.record(child).link
        assert link is not None
        above = [here] if link.parent == record else self.below(link.parent, here, record)
        return [
            {**scope, child: row}
            for scope in above
            for row in self.rows[child]
            if row[link.own] is not None and row[link.own] == scope[link.parent][link.theirs]
        ]

    def apply(self, op: str, a: list[Any]) -> Any:
        match op:
            case "and":
                return False if False in a else None if None in a else True
            case "or":
                return True if True in a else None if None in a else False
            case "is known":
                return a[0] is not None
            case "is missing" | "is unknown":
                return a[0] is None
            case "is true":
                return a[0] is True
            case "else":
                return a[1] if a[0] is None else a[0]
            case "earliest":
                return min((x for x in a if x is not None), default=None)
        return None if None in a else PROPAGATING[op](*a)


def _divide(a: Decimal, b: Decimal) -> Decimal | None:
    with localcontext() as context:
        context.prec = 100
        return None if b == 0 else fitting(a / b)


def _plus(a: Any, b: Any) -> Any:
    return fitting(a + b) if isinstance(a, Decimal) else a + b


def _minus(a: Any, b: Any) -> Any:
    return fitting(a - b) if isinstance(a, Decimal) else a - b


def _times(a: Decimal, b: Decimal) -> Decimal | None:
    with localcontext() as context:
        context.prec = 100
        return fitting(a * b)


PROPAGATING: dict[str, Any] = {
    "not": lambda a: not a,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, *items: a in items,
    "contains": lambda a, b: b in a,
    "starts with": lambda a, b: a.startswith(b),
    "ends with": lambda a, b: a.endswith(b),
    "matches": lambda a, b: re.search(b, a, re.ASCII) is not None,
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divide,
    "domain": lambda a: a.rpartition("@")[2] if "@" in a else None,
    "lower": lambda a: "".join(c.lower() if c.isascii() else c for c in a),
    "length": lambda a: Decimal(len(a)),
    "round": lambda a, places=Decimal(0): fitting(a, int(places)) if places < 6 else a,
    "least": min,
    "greatest": max,
    "visible": lambda a, b: a if a <= b else None,
    "until": lambda a, b: b - a,
    "days until": lambda a, b: (b - a) * DAY,
}
