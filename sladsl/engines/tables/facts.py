"""One wide table a record, made once: everything the queries after it count, list or show.

The table holds finished values (conditions as booleans, codes as bytes) and not what they were made from, so that it is narrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sladsl.engines.tables.column_joins import widen
from sladsl.engines.tables.counters import reads
from sladsl.engines.tables.dependencies import Shape, leaves
from sladsl.engines.tables.dialects import unused
from sladsl.engines.tables.maps import describe
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.plan import (
    Apply,
    Clock,
    Commitment,
    Expression,
    Field,
    Lookup,
    Ref,
    State,
    ValueType,
    recipients,
)
from sladsl.plan.shorthand import code


@dataclass(frozen=True, slots=True)
class Late:
    """What a breach is made of, for one commitment."""

    commitment: Commitment
    clock: Clock
    when: Expression
    owner: Expression | None
    key: Expression
    told: tuple[str, ...] = ()  # the columns that say who is told of it
    row: tuple[Field, ...] = ()  # the fields by which what follows names a row that has no key

    def reads(self) -> list[Expression]:
        c = self.clock
        shown = (Ref(c.record, x) for x in (c.entry, c.start, c.due, c.stop, c.tier) if x is not None)
        told = (Ref(c.record, x) for x in self.told)
        owner = [] if self.owner is None else [self.owner]
        return [self.when, self.key, *shown, *told, *self.row, *owner]


def late(shape: Shape, commitment: Commitment) -> Late | None:
    c = commitment.clock
    if c is None:
        return None
    missed = Apply("=", (Ref(c.record, c.state), code(State.MISSED)))
    when = Apply("is true", (Apply("and", (Ref(c.record, c.member), missed)),))
    owner = None if c.accountable is None else Field(c.record, c.accountable)
    told = recipients(commitment.if_late)
    return Late(
        commitment, c, when, owner, key(shape, c.record), told, _row(shape, c, bool(commitment.if_late))
    )


def _row(shape: Shape, c: Clock, followed: bool) -> tuple[Field, ...]:
    return tuple(Field(c.record, name) for name in shape.records[c.record].names_rows_by(followed))


def ways(shape: Shape, commitment: Commitment) -> tuple[Late, ...]:
    """The same of each rung of its clock: the rows that it follows, with the instant in the place of the deadline."""
    c, made = commitment.clock, late(shape, commitment)
    if c is None or made is None:
        return ()
    return tuple(
        replace(
            made,
            clock=replace(c, due=rung.at),
            when=_follows(c, rung.at),
            told=recipients(rung.actions),
            row=_row(shape, c, bool(rung.actions)),
        )
        for rung in c.rungs
    )


def _follows(c: Clock, column: str) -> Expression:
    there = Apply("is known", (Ref(c.record, column),))
    return Apply("is true", (Apply("and", (Ref(c.record, c.member), there)),))


def key(shape: Shape, record: str) -> Field:
    return Field(record, shape.records[record].key)


def wanted(shape: Shape, record: str) -> list[Expression]:
    """Every expression that figures, statuses, routes, listings and breaches of a record ask for."""
    plan = shape.plan
    asked: list[Expression] = []
    for f in plan.figures:
        if f.record == record:
            asked += reads(f)
    asked += [Ref(record, d.status) for d in plan.definitions if d.record == record]
    for r in plan.routes:
        if r.record == record:
            asked += [Ref(record, r.member), Ref(record, r.column)]
    listed = [x.when for x in plan.listings if x.record == record]
    asked += listed
    for c in plan.commitments:
        breach = late(shape, c)
        if breach is not None and breach.clock.record == record:
            asked += [e for found in (breach, *ways(shape, c)) for e in found.reads()]
    asked += [
        e for p in plan.passings(record) for e in (p.when, p.at, p.rows, p.left, p.group) if e is not None
    ]
    named = (c.groups for c in plan.commitments if c.groups is not None and c.groups.record == record)
    read = [e for groups in named for e in groups.reads]
    asked += [*read, key(shape, record)] if read else ()
    if listed:
        asked.append(key(shape, record))
    return list(dict.fromkeys(asked))


_CODES = frozenset({ValueType.CODE, ValueType.STATUS, ValueType.STATE})


def _narrow(shape: Shape, asked: Iterable[Expression]) -> list[Expression]:
    """What to store, so that all these can be had. Dozens of conditions are made of a few codes and conditions: those are stored, and
    what is made of them is worked out again where it is counted."""
    stored: dict[Expression, None] = {}
    for e in asked:
        parts = tuple(leaves(e))
        small = all(
            isinstance(x, Ref) and shape.columns[x.record, x.column].type in {ValueType.BOOLEAN, *_CODES}
            for x in parts
        )
        stored |= dict.fromkeys(parts if small else (e,))
    return list(stored)


def _stem(e: Expression) -> str:
    match e:
        case Field(name=name) | Ref(column=name):
            return name
        case Lookup(function=function):
            return describe(function)
        case _:
            return "condition"


def facts(ctx: Context, record: str, asked: Iterable[Expression]) -> WideTable:
    """The record's rows with a column for each expression, and none besides."""
    asked = _narrow(ctx.shape, asked)
    wide = widen(ctx, ctx.settled[record](), asked)
    taken: set[str] = set()
    names: dict[Expression, str] = {e: unused(taken, _stem(e)) for e in asked}
    columns = {}
    for e, name in names.items():
        column = value(ctx, wide, e)
        small = isinstance(e, Ref) and ctx.shape.columns[e.record, e.column].type in _CODES
        columns[name] = column.cast("int16") if small else column
    return WideTable(record, wide.table.select(**columns), names, ())
