"""Random plans and data, small enough to meet often: equal times, missing values, rows without parents, a change of the clocks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from engines.builders import DESK, RECORDS, apply, at, complete, day, instant, number, span, text, truth
from sladsl.calendars import DAY, HOUR, MINUTE, Duration, DurationKind, PeriodKind
from sladsl.plan import (
    Aggregate,
    AsOf,
    Case,
    Children,
    Column,
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
    Record,
    Ref,
    ValueType,
)

B, N, T, I, D, S = (  # noqa: E741
    ValueType.BOOLEAN,
    ValueType.NUMBER,
    ValueType.TEXT,
    ValueType.INSTANT,
    ValueType.DAY,
    ValueType.SPAN,
)
KINDS = {
    FieldType.TEXT: T,
    FieldType.ONE_OF: T,
    FieldType.NUMBER: N,
    FieldType.BOOLEAN: B,
    FieldType.TIME: I,
    FieldType.DATE: D,
    FieldType.DURATION: S,
}
BY_NAME = {r.name: r for r in RECORDS}
CHILDREN = {"lead": ("call", "note", "deal"), "call": ("note",), "note": (), "deal": ()}
PARENTS = {"lead": (), "call": ("lead",), "note": ("call", "lead"), "deal": ("lead",)}

START, AS_OF = at("2026-03-05 08:00"), at("2026-03-11 12:00")
instants = st.sampled_from([START + n * 5 * HOUR + 7 * (n % 2) for n in range(40)])
days = st.sampled_from([day("2026-03-06") + n for n in range(8)])
numbers = st.sampled_from(
    [Decimal(x) for x in ("0", "1", "2.5", "-2.5", "0.000001", "3", "7", "999999999999.999999", "-40")]
)
texts = st.sampled_from(
    ["", "a", "A", "Ä", "a@b@gmail.com", "@", "retail", "software", "e\u0301", "call 12", "100%_"]
)
spans = st.sampled_from([0, 1, 90 * MINUTE, 26 * HOUR, -HOUR])
VALUES: dict[ValueType, st.SearchStrategy[Any]] = {
    B: st.booleans(),
    N: numbers,
    T: texts,
    I: instants,
    D: days,
    S: spans,
}

DURATIONS = [
    (Duration(DurationKind.BUSINESS, 4 * HOUR), DESK.name),
    (Duration(DurationKind.BUSINESS, 8 * HOUR), DESK.name),
    (Duration(DurationKind.BUSINESS_DAYS, 1), DESK.name),
    (Duration(DurationKind.CLOSE_OF_BUSINESS, 1), DESK.name),
    (Duration(DurationKind.LOCAL, 1, "day"), None),
    (Duration(DurationKind.LOCAL, 1, "month"), None),
    (Duration(DurationKind.ABSOLUTE, DAY), None),
]


# ----------------------------------------------------------------------------------------------------------------- data


@st.composite
def data(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows of every record. Keys are few, so that some occur twice and some parents are not there."""
    return {r.name: complete(r, draw(st.lists(_row(r), max_size=7))) for r in RECORDS}


@st.composite
def _row(draw: st.DrawFn, record: Record) -> dict[str, Any]:
    row = {}
    for f in record.fields:
        values = VALUES[KINDS[f.type]]
        if f.key or f.name in BY_NAME:
            values = st.sampled_from(["1", "2", "3", "4"])
        if f.name == "industry":
            values = st.sampled_from(["software", "retail"])
        row[f.name] = draw(st.none() | values if draw(st.integers(0, 3)) == 0 else values)
    return row


# ---------------------------------------------------------------------------------------------------------- expressions


class Gen:
    """Draws expressions of one type over the row of a record, its parents, and columns made before."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.columns: list[Column] = []

    def pick(self, options: list[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def expression(self, kind: ValueType, record: str, depth: int) -> Expression:
        options = [self.leaf, self.leaf]
        if depth > 0:
            options += [self.choice, getattr(self, f"make_{kind.value}"), getattr(self, f"make_{kind.value}")]
            if CHILDREN[record] and kind is not B and kind is not T:
                options.append(self.children)
        found: Expression = self.pick(options)(kind, record, depth - 1)
        return found

    def leaf(self, kind: ValueType, record: str, depth: int) -> Expression:
        here = (record, *PARENTS[record])
        options: list[Expression] = [
            Field(name, f.name) for name in here for f in BY_NAME[name].fields if KINDS[f.type] is kind
        ]
        columns = [Ref(c.record, c.name) for c in self.columns if c.record in here and c.type is kind]
        options += columns * 3
        if kind is B:
            options += [
                Hidden(name, f.name)
                for name in here
                for f in BY_NAME[name].fields
                if f.type in (FieldType.TIME, FieldType.DATE)
            ]
        if kind is I:
            options.append(AsOf())
        options.append(Const(self.draw(st.none() | VALUES[kind]), kind))
        found: Expression = self.pick(options)
        return found

    def choice(self, kind: ValueType, record: str, depth: int) -> Expression:
        arms = tuple(
            (self.expression(B, record, depth), self.expression(kind, record, depth))
            for _ in range(self.draw(st.integers(1, 2)))
        )
        return Case(arms, self.expression(kind, record, depth))

    def children(self, kind: ValueType, record: str, depth: int) -> Expression:
        child = self.pick(list(CHILDREN[record]))
        where = self.expression(B, child, depth) if self.draw(st.booleans()) else None
        options = [Aggregate.LEAST, Aggregate.GREATEST]
        if kind is N:
            options += [Aggregate.COUNT, Aggregate.SUM, Aggregate.AVERAGE]
        if kind is S:
            options += [Aggregate.SUM, Aggregate.AVERAGE]
        if kind is I or kind is D:
            options = [Aggregate.NTH, Aggregate.NTH, Aggregate.LAST]
        aggregate = self.pick(options)
        of = None if aggregate is Aggregate.COUNT else self.expression(kind, child, depth)
        n = self.draw(st.integers(1, 3)) if aggregate is Aggregate.NTH else 1
        return Children(child, aggregate, where, of, n)

    def make_boolean(self, kind: ValueType, record: str, depth: int) -> Expression:
        e, x = self.expression, self.pick([T, N, I, D, S])
        op = self.pick(["and", "or", "not", "compare", "compare", "asks", "text", "in", "matches"])
        match op:
            case "and" | "or":
                return apply(op, *(e(B, record, depth) for _ in range(2)))
            case "not":
                return apply(self.pick(["not", "is true", "is unknown"]), e(B, record, depth))
            case "compare":
                return apply(
                    self.pick(["=", "!=", "<", "<=", ">", ">="]), e(x, record, depth), e(x, record, depth)
                )
            case "asks":
                return apply(self.pick(["is known", "is missing"]), e(x, record, depth))
            case "text":
                op = self.pick(["contains", "starts with", "ends with"])
                return apply(op, e(T, record, depth), e(T, record, depth))
            case "in":
                items = [Const(v, x) for v in self.draw(st.lists(VALUES[x], min_size=1, max_size=3))]
                more = [e(x, record, depth)] if self.draw(st.integers(0, 3)) == 0 else []
                return apply("in", e(x, record, depth), *items, *more)
            case _:
                pattern = self.pick(["^a", r"\d+", "[a-c@]", r"\w\s\d", "m$", "x|l", "a.*m", r"[\d%]_"])
                return apply("matches", e(T, record, depth), text(pattern))

    def make_number(self, kind: ValueType, record: str, depth: int) -> Expression:
        e = self.expression
        op = self.pick(["+", "-", "*", "/", "round", "round to", "least", "greatest", "else", "length"])
        match op:
            case "length":
                return apply(op, e(T, record, depth))
            case "round":
                return apply(op, e(N, record, depth))
            case "round to":
                return apply("round", e(N, record, depth), number(self.draw(st.integers(-3, 7))))
            case _:
                return apply(op, e(N, record, depth), e(N, record, depth))

    def make_text(self, kind: ValueType, record: str, depth: int) -> Expression:
        if self.draw(st.booleans()):
            return apply(self.pick(["lower", "domain"]), self.expression(T, record, depth))
        return apply("else", self.expression(T, record, depth), self.expression(T, record, depth))

    def make_instant(self, kind: ValueType, record: str, depth: int) -> Expression:
        e = self.expression
        match self.pick(["look", "look", "look", "midnight", "move", "extreme", "else"]):
            case "look":
                period = self.pick([PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH])
                function = self.pick(
                    [Deadline(*x) for x in DURATIONS] + [PeriodStart(period), PeriodEnd(period)]
                )
                return Lookup(function, e(I, record, depth))
            case "midnight":
                return Lookup(Midnight(), e(D, record, depth))
            case "move":
                by = span(self.draw(spans)) if self.draw(st.booleans()) else e(S, record, 0)
                return apply(self.pick(["+", "-"]), e(I, record, depth), by)
            case "extreme":
                op = self.pick(["least", "greatest", "earliest", "visible"])
                return apply(op, e(I, record, depth), e(I, record, depth))
            case _:
                return apply("else", e(I, record, depth), e(I, record, depth))

    def make_day(self, kind: ValueType, record: str, depth: int) -> Expression:
        if self.draw(st.booleans()):
            return Lookup(LocalDay(), self.expression(I, record, depth))
        op = self.pick(["earliest", "visible", "greatest", "else"])
        return apply(op, self.expression(D, record, depth), self.expression(D, record, depth))

    def make_span(self, kind: ValueType, record: str, depth: int) -> Expression:
        e = self.expression
        match self.pick(["until", "days", "open", "+", "-"]):
            case "until":
                return apply("until", e(I, record, depth), e(I, record, depth))
            case "days":
                return apply("days until", e(D, record, depth), e(D, record, depth))
            case "open":
                a, b = (Lookup(OpenUntil(DESK.name), e(I, record, depth)) for _ in range(2))
                return apply("-", a, b)
            case op:
                return apply(op, e(S, record, depth), e(S, record, depth))


@st.composite
def columns(draw: st.DrawFn, depth: int = 3) -> tuple[Column, ...]:
    """Columns of all records, each over the ones before."""
    gen = Gen(draw)
    for n in range(draw(st.integers(3, 9))):
        record = draw(st.sampled_from(["lead", "lead", "call", "note", "deal"]))
        kind = draw(st.sampled_from([B, N, T, I, I, D, S]))
        gen.columns.append(Column(record, f"c{n}", kind, gen.expression(kind, record, depth)))
    return tuple(gen.columns)


__all__ = ["AS_OF", "columns", "data", "instant", "truth"]
