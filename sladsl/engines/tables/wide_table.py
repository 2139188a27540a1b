"""A table in the making: rows of one record, with a column for each leaf known so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias, assert_never

from sladsl.calendars import OpenTime
from sladsl.engines.tables.dependencies import Leaf, Shape
from sladsl.engines.tables.dialects import unused
from sladsl.engines.tables.maps import TimeTables, describe
from sladsl.engines.tables.scalars import Row, scalar
from sladsl.engines.tables.store import Store
from sladsl.plan import (
    Children,
    Expression,
    Field,
    Following,
    Hidden,
    Inside,
    Link,
    Lookup,
    OfAsker,
    Outside,
    Ref,
    Referred,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Context:
    """What every table of one evaluation is made from."""

    shape: Shape
    as_of: int
    dialect: str
    settled: Mapping[str, Callable[[], WideTable]]
    """A record's rows, made anew for each use: what is used twice becomes a CTE, which a database would write out with all that any
    use reads, instead of reading a few columns of the data twice."""
    times: TimeTables
    calendars: Mapping[str, OpenTime] = field(default_factory=dict)
    keep: Callable[[ibis.Table], ibis.Table] | None = None
    """Makes a table of a query, where queries of any depth can be made in stages."""
    store: Store | None = None
    """Asks the rows; None where there are none yet."""
    tell: Callable[[str], None] = lambda _: None
    """Told what is being worked out, in the agreement's words."""
    zoned: dict[tuple[str, str], OpenTime] = field(default_factory=dict)
    """Of calendars of rows, by calendar and zone: all functions of one count its open time from one origin."""


@dataclass(frozen=True, slots=True)
class WideTable:
    """`table` has one row for each row of `record` (below other rows, in an aggregate's pairs); `names` says which column holds
    an expression (leaves, as a rule), and the columns `row` together name a row. `origin` makes the wide before anything was joined to
    it: what needs little of a row starts there, since a database cannot leave out a join that somebody else asked for."""

    record: str
    table: ibis.Table
    names: Mapping[Expression, str]
    row: tuple[str, ...]
    origin: Callable[[], WideTable] | None = None
    depth: int = 0
    """How many queries lie within one another in `table`, at least."""

    def known(self, e: Expression) -> ir.Value | None:
        name = self.names.get(e)
        return None if name is None else self.table[name]


Widen: TypeAlias = Callable[[Context, WideTable, Iterable[Expression]], WideTable]
"""Gives a wide table a column for every leaf that the expressions read; the rows stay as they are."""


def value(ctx: Context, wide: WideTable, e: Expression) -> ir.Value:
    """The expression over the wide table, whose leaves are columns already."""
    return scalar(e, Row(wide.known, ctx.as_of, ctx.dialect))


def unique(shape: Shape, link: Link) -> bool:
    """Whether a child has at most one parent: not when it names another field of its parent than the key."""
    return link.theirs == shape.records[link.parent].key


def with_columns(
    wide: WideTable,
    table: ibis.Table,
    named: Mapping[Leaf, str],
    kept: Mapping[Expression, str] | None = None,
) -> WideTable:
    """The wide table over another table, which has these columns beside those it had (or beside those `kept`)."""
    had = wide.names if kept is None else kept
    names = dict[Expression, str](had) | dict[Expression, str](named.items())
    origin = wide.origin or (lambda: wide)
    return replace(wide, table=table, names=names, origin=origin, depth=wide.depth + 1)


DEEP = 40
"""Queries within one another, before a table is made of them: compilers and databases take them apart by recursion."""


def in_stages(ctx: Context, wide: WideTable) -> WideTable:
    """The same, over a table that was made of it once its query is deep."""
    if wide.depth < DEEP or ctx.keep is None:
        return wide
    return replace(wide, table=ctx.keep(wide.table), depth=0)


def beside(left: ibis.Table, right: ibis.Table) -> tuple[ibis.Table, dict[str, str]]:
    """`right` with columns renamed so that none is called like one of `left`, and the new name of each.

    The two can then be joined and every column named by text. Ibis also takes columns of the joined tables, but finds the wrong one
    where both sides descend from one table, as a child's pairs and its parent's rows do.
    """
    taken = {name.lower() for name in left.columns}
    names = {name: unused(taken, name) for name in right.columns}
    return right.rename({new: old for old, new in names.items()}), names


def apart(wide: WideTable, leaves: Iterable[Leaf]) -> dict[Leaf, str]:
    """A name for each leaf's column: reads like the plan, and is apart from all others."""
    taken = {name.lower() for name in wide.table.columns}
    return {leaf: unused(taken, _stem(wide.record, leaf)) for leaf in leaves}


def _stem(record: str, leaf: Leaf) -> str:
    match leaf:
        case Field(record=own, name=name):
            return name if own == record else f"{own} {name}"
        case Hidden(record=own, name=name):
            return f"{own} {name} is hidden"
        case Ref(record=own, column=column):
            return column if own == record else f"{own} {column}"
        case Lookup(function=function):
            return describe(function)
        case Children(record=child, aggregate=aggregate):
            return f"{aggregate} of {child}"
        case Following(record=beside):
            return f"following {beside}"
        case OfAsker(value=told):
            return f"asking {_stem(record, told) if isinstance(told, Leaf) else leaf.record}"
        case Referred(record=named, value=Field(name=name)):
            return f"{name} of {named}"
        case Referred(record=named):
            return f"of {named}"
        case Outside(stretches=stretches):
            return f"outside of {' and '.join(s.record for s in stretches)}"
        case Inside(stretches=stretches):
            return f"inside of {' and '.join(s.record for s in stretches)}"
        case _:
            assert_never(leaf)
