"""One wide table a record, made once: everything the queries after it count, list or show.

The table holds finished values (conditions as booleans, codes as bytes) and not what they were made from, so that it is narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, or_
from typing import TypeVar

from sladsl.engines.tables.column_joins import in_common, widen
from sladsl.engines.tables.counters import period_of, reads
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
    Passing,
    Ref,
    State,
    ValueType,
    recipients,
)
from sladsl.plan.shorthand import code

T = TypeVar("T")


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
    return list(dict.fromkeys(e for together in asked(shape, record) for e in together))


def asked(shape: Shape, record: str) -> list[list[Expression]]:
    """The same by who asks: what stands in one list is asked of one table."""
    plan, own = shape.plan, key(shape, record)
    asked: list[list[Expression]] = [reads(f) for f in plan.figures if f.record == record]
    asked.extend([Ref(record, d.status)] for d in plan.definitions if d.record == record)
    asked.extend([Ref(record, r.member), Ref(record, r.column)] for r in plan.routes if r.record == record)
    listed = [x.when for x in plan.listings if x.record == record]
    asked += [[when] for when in listed]
    for c in plan.commitments:
        breach = late(shape, c)
        if breach is not None and breach.clock.record == record:
            asked += [each.reads() for each in (breach, *ways(shape, c))]
    for c in plan.commitments:
        of = ((plan.figure(p.figure or c.figure), p) for p in c.passings)
        asked += [[*passing_reads(p), period_of(f)] for f, p in of if f.record == record]
    named = (c.groups for c in plan.commitments if c.groups is not None and c.groups.record == record)
    asked += [[*groups.reads, own] for groups in named if groups.reads]
    asked += [[when, own] for when in listed]
    return asked


def passing_reads(p: Passing) -> list[Expression]:
    return [e for e in (p.when, p.at, p.rows, p.left, p.group) if e is not None]


MOST_COLUMNS = 60
"""Of the plan, that one table of facts is made from: what compilers and databases take for a query grows faster than its width, and a
database may try joins of a few dozen tables in every order."""


def in_parts(shape: Shape, asked: Iterable[Sequence[Expression]]) -> list[list[Expression]]:
    """What is asked of a record, as each of its tables of facts has to have it: one table, unless it were too wide.

    Who asks for what another one asks for too stands with that one, so that little is worked out twice."""
    parts: list[_Part] = []
    for together in asked:
        made_from = _made_from(shape, together)
        part = min((x for x in parts if x.takes(made_from)), key=lambda x: x.lacks(made_from), default=None)
        if part is None:
            part = _Part(made_from.bit_count())
            parts.append(part)
        part.made_from |= made_from
        part.asked |= dict.fromkeys(together)
    return [list(part.asked) for part in parts]


@dataclass(slots=True)
class _Part:
    """Expressions that one table of facts has to have, and the columns that they are made from, as bits. What the `first` is made from may
    be what all others stand on: that much is no reason for another table."""

    first: int
    made_from: int = 0
    asked: dict[Expression, None] = field(default_factory=dict)

    def lacks(self, made_from: int) -> int:
        """How many of some columns it is not made from."""
        return (made_from & ~self.made_from).bit_count()

    def takes(self, made_from: int) -> bool:
        """Whether there is room for what is made from some columns: a little for what belongs to it, beyond what is room for all."""
        lacks, room = self.lacks(made_from), self.first + MOST_COLUMNS - self.made_from.bit_count()
        return lacks <= room or lacks == 0 or (4 * lacks <= made_from.bit_count() and room > -MOST_COLUMNS)


class Facts:
    """A record's facts, in one or more tables of all its rows. Whatever one figure or one clock asks for stands in one of them."""

    def __init__(self, parts: Sequence[WideTable]) -> None:
        self.parts = tuple(parts)
        self._holders: dict[Expression, int] = {}
        for n, part in enumerate(self.parts):
            for e in part.names:
                self._holders[e] = self._holders.get(e, 0) | 1 << n

    def of(self, asked: Iterable[Expression]) -> WideTable:
        """The table that has all these."""
        return self.parts[self._holder(asked)]

    def apart(
        self, some: Iterable[T], reads: Callable[[T], Iterable[Expression]]
    ) -> list[tuple[WideTable, list[T]]]:
        """Each table with those whose expressions it has, each of which is in one."""
        by_part: dict[int, list[T]] = {}
        for x in some:
            by_part.setdefault(self._holder(reads(x)), []).append(x)
        return [(self.parts[n], own) for n, own in by_part.items()]

    def _holder(self, asked: Iterable[Expression]) -> int:
        holders = (1 << len(self.parts)) - 1
        for e in asked:
            holders &= self._having(e)
        assert holders, "what is asked together is in one table"
        return (holders & -holders).bit_length() - 1

    def _having(self, e: Expression) -> int:
        if e not in self._holders:
            holders = (1 << len(self.parts)) - 1
            for leaf in leaves(e):
                holders &= self._holders.get(leaf, 0)
            self._holders[e] = holders
        return self._holders[e]


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


def staged(
    ctx: Context, rows: Callable[[], WideTable], parts: Sequence[Sequence[Expression]]
) -> Callable[[], WideTable]:
    """The rows from which tables of facts are made. What several of them look up or gather is worked out once, in a table of its own,
    unless that were too wide in turn."""
    if len(parts) == 1 or ctx.keep is None:
        return rows
    shape, own = ctx.shape, rows()
    asked = [[shape.same(e) for e in _narrow(shape, part)] for part in parts]
    common = in_common(ctx, own, asked)
    made_from = [_made_from(shape, part) for part in asked]
    more = _made_from(shape, common) & ~reduce(and_, made_from)
    if not common or more.bit_count() > MOST_COLUMNS:
        return rows
    wide = widen(ctx, own, common)
    columns = dict.fromkeys([*(wide.names[e] for e in common), *wide.row])
    names = {e: wide.names[e] for e in common}
    kept = ctx.keep(wide.table.select(*columns))
    return lambda: WideTable(wide.record, kept.view(), names, wide.row)


def _made_from(shape: Shape, asked: Iterable[Expression]) -> int:
    """The columns of the plan that these are made from, as bits."""
    return reduce(or_, map(shape.made_from, asked), 0)


def facts(ctx: Context, rows: WideTable, asked: Iterable[Expression]) -> WideTable:
    """A record's rows with a column for each expression, and none besides; of those that say the same, one."""
    shape = ctx.shape
    asked = _narrow(shape, asked)
    made = {e: shape.same(e) for e in asked}
    wide = widen(ctx, rows, made.values())
    taken: set[str] = set()
    names: dict[Expression, str] = {}
    columns = {}
    for e, same in made.items():
        if same not in names:
            names[same] = name = unused(taken, _stem(e))
            column = value(ctx, wide, same)
            small = isinstance(e, Ref) and shape.columns[e.record, e.column].type in _CODES
            columns[name] = column.cast("int16") if small else column
        names[e] = names[same]
    return WideTable(rows.record, wide.table.select(**columns), names, ())
