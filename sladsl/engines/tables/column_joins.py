"""Columns of the plan as joins and projections.

Leaves are put in *levels*: fields and what is computed from them alone are level 0; a look-up, or an aggregate of child rows,
is one level above what it reads. A level costs at most one projection, one chain of joins for all its look-ups, and one join
and GROUP BY for each child record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sladsl.engines.tables.by_days import by_days, in_zones
from sladsl.engines.tables.children import followed, gathered
from sladsl.engines.tables.choices import Choice
from sladsl.engines.tables.dependencies import Leaf, Shape, leaves
from sladsl.engines.tables.maps import TimeLookups, joined
from sladsl.engines.tables.queries import is_join
from sladsl.engines.tables.stretches import stretched
from sladsl.engines.tables.wide_table import (
    Context,
    WideTable,
    apart,
    beside,
    in_stages,
    unique,
    value,
    with_columns,
)
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
    TimeFunction,
)
from sladsl.plan.traversal import operands

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis


def widen(ctx: Context, wide: WideTable, wanted: Iterable[Expression]) -> WideTable:
    """The table with a column for every leaf that the expressions read; the rows stay as they are.

    Of the columns it had, those that nothing reads any more are gone, but for the ones that name a row.
    """
    wanted = tuple(wanted)
    levels = _Levels(ctx.shape, wide)
    for e in wanted:
        levels.of(e)
    if levels.above:
        wide = _with_parent(ctx, wide, levels.above)
    leaves_by_level = sorted(levels.known.items(), key=lambda item: item[1])
    left = _Left(ctx, wanted, [leaf for leaf, _ in leaves_by_level])
    for level in range(levels.highest + 1):
        here = [leaf for leaf, at in leaves_by_level if at == level]
        for leaf in here:
            if isinstance(leaf, Ref) and (leaf.record, leaf.column) in ctx.shape.choices:
                wide = _picked(ctx, wide, leaf, left)
        for leaf in here:
            if isinstance(leaf, Lookup) and leaf.zone is not None:
                wide = _in_zones(ctx, wide, leaf, left)
        lookups = [leaf for leaf in here if isinstance(leaf, Lookup) and leaf.zone is None]
        if lookups:
            wide = _looked_up(ctx, wide, lookups, left)
        named = [leaf for leaf in here if isinstance(leaf, Referred)]
        if named:
            wide = _beside_named(ctx, wide, named)
        children = [leaf for leaf in here if isinstance(leaf, Children)]
        if children:
            wide = gathered(ctx, wide, children, widen)
        later = [leaf for leaf in here if isinstance(leaf, Following)]
        if later:
            wide = followed(ctx, wide, later, widen)
        stretches = [leaf for leaf in here if isinstance(leaf, Outside | Inside)]
        if stretches:
            wide = stretched(ctx, wide, stretches, widen)
        wide = _projected(
            ctx, wide, [leaf for leaf in here if isinstance(leaf, Ref) and leaf not in wide.names], left
        )
    return wide


def in_common(ctx: Context, wide: WideTable, parts: Sequence[Sequence[Expression]]) -> list[Expression]:
    """What several of some tables of the same rows would work out, as far as it is read behind that: of these columns alone each of them
    can be made. None where what they have in common is made from the row's own values, which each of them reads as fast as a column."""
    shape, record = ctx.shape, wide.record
    made = [_Levels(shape, wide) for _ in parts]
    for levels, wanted in zip(made, parts, strict=True):
        for e in wanted:
            levels.of(e)
    by = Counter(leaf for levels in made for leaf in (*levels.known, *levels.above))
    common = {leaf for leaf, count in by.items() if count > 1}
    if all(
        levels.known.get(leaf) == 0
        for levels in made
        for leaf in (*levels.known, *levels.above)
        if leaf in common
    ):
        return []
    left = _Left(ctx, (), [])
    read: dict[Expression, None] = {}
    for levels, wanted in zip(made, parts, strict=True):
        read |= dict.fromkeys(x for e in wanted for x in leaves(e))
        for leaf in levels.known.keys() - common:
            read |= dict.fromkeys(left._reads(record, leaf))
    link = shape.records[record].link
    if link is not None:
        read[Field(record, link.own)] = None
    return sorted((e for e in read if e in common or e in wide.names), key=repr)


@dataclass
class _Left:
    """What is still to be made, and so which columns are still read. Columns carried along for nothing are most of what a long chain
    of queries consists of."""

    ctx: Context
    wanted: tuple[Expression, ...]
    leaves: list[Leaf]

    def kept(self, wide: WideTable, made: Iterable[Leaf] = ()) -> tuple[list[str], dict[Expression, str]]:
        """The table's columns that are read once these leaves are made, and what they hold."""
        read = set(self.asked)
        done = {*wide.names, *made}
        for leaf in self.leaves:
            if leaf not in done:
                read |= self._reads(wide.record, leaf)
        columns = {wide.names[x] for x in read if x in wide.names} | set(wide.row)
        names = {e: name for e, name in wide.names.items() if name in columns}
        own = set(wide.names.values())
        return [c for c in wide.table.columns if c in columns or c not in own], names

    @cached_property
    def asked(self) -> frozenset[Leaf]:
        """What the expressions at the end of it all read."""
        return frozenset(x for e in self.wanted for x in leaves(e))

    def _to_join_parents(self, record: str, read: Iterable[Leaf]) -> Set[Leaf]:
        """What finds a row's parents, where these are read once more."""
        link = self.ctx.shape.records[record].link
        beside = any(isinstance(x, Field | Ref) and x.record != record for x in read)
        return {Field(record, link.own)} if beside and link is not None else set()

    def _reads(self, record: str, leaf: Leaf) -> Set[Leaf]:
        match leaf:
            case Lookup():
                return {x for e in operands(leaf) for x in leaves(e)}
            case Referred(key=key):
                return set(leaves(key))
            case Ref():
                return self.ctx.shape.reads(leaf)
            case Children():
                below = self.ctx.shape.path(leaf, record)[0]
                link = self.ctx.shape.records[below].link
                assert link is not None
                carried = self.ctx.shape.carried(leaf, record).values()
                read = {*(x for e in carried for x in leaves(e)), Field(link.parent, link.theirs)}
                return read | self._to_join_parents(record, read)
            case Following():
                return {*(x for e in operands(leaf) for x in leaves(e)), self.ctx.shape.shared(leaf)}
            case Outside() | Inside():
                return {x for e in operands(leaf) for x in leaves(e)}
            case _:
                return set()


@dataclass
class _Levels:
    """The level of each leaf that is still to be made, in an order in which each reads only earlier ones."""

    shape: Shape
    wide: WideTable
    known: dict[Leaf, int] = field(default_factory=dict)
    above: set[Leaf] = field(default_factory=set)
    highest: int = 0

    def of(self, e: Expression) -> int:
        match e:
            case (
                Field()
                | Hidden()
                | Ref()
                | Lookup()
                | Children()
                | Following()
                | OfAsker()
                | Referred()
                | Outside()
                | Inside()
            ):
                return self._leaf(e)
            case _:
                return max((self.of(x) for x in operands(e)), default=0)

    def _leaf(self, e: Leaf) -> int:
        if e in self.wide.names or e in self.above:
            return 0
        if e not in self.known:
            level = self._made(e)
            if level is None:
                self.above.add(e)
                return 0
            self.known[e] = level
            self.highest = max(self.highest, level)
        return self.known[e]

    def _made(self, e: Leaf) -> int | None:
        """None when a parent's row has it."""
        record = self.wide.record
        match e:
            case Lookup():
                return 1 + max(self.of(x) for x in operands(e))
            case Referred():
                return 1 + self.of(e.key)
            case Children():
                return 1 + max((self.of(x) for x in self.shape.carried(e, record).values()), default=0)
            case Following():
                return 1 + max(self.of(x) for x in (*operands(e), self.shape.shared(e)))
            case Outside() | Inside():
                return 1 + max(self.of(x) for x in operands(e))
            case Ref() if e.record == record and (e.record, e.column) in self.shape.choices:
                return 1 + max(self.of(x) for x in self.shape.reads(e))
            case Ref() if e.record == record:
                return self.of(self.shape.value(e))
            case _:
                return None


def _projected(ctx: Context, wide: WideTable, refs: list[Ref], left: _Left) -> WideTable:
    """Adds columns of the plan, those that read one another in several steps."""
    waiting = sorted(refs, key=lambda r: ctx.shape.order[r.record, r.column])
    while waiting:
        wide = in_stages(ctx, wide)
        ready = [r for r in waiting if wide.names.keys() >= ctx.shape.reads(r)]
        alike = {r: ctx.shape.value(r) for r in ready if ctx.shape.value(r) in wide.names}
        if alike:
            # A column that is another one under a name of its own costs nothing.
            wide = replace(wide, names={**wide.names, **{r: wide.names[e] for r, e in alike.items()}})
            waiting = [r for r in waiting if r not in alike]
            continue
        named = apart(wide, ready)
        added = {named[r]: value(ctx, wide, ctx.shape.value(r)) for r in ready}
        columns, names = left.kept(wide, ready)
        wide = with_columns(wide, wide.table.select(*columns, **added), named, names)
        waiting = [r for r in waiting if r not in named]
    return wide


def _picked(ctx: Context, wide: WideTable, ref: Ref, left: _Left) -> WideTable:
    """Adds a column that chooses among many functions of time."""
    choice, column = ctx.shape.choices[ref.record, ref.column], ctx.shape.columns[ref.record, ref.column]
    ctx.tell(f"working out the deadlines of {column.about or column.name}")
    columns, names = left.kept(wide)
    inner = chosen(ctx, replace(wide, table=wide.table.select(*columns), names=names), choice)
    waiting = list(choice.after)
    while waiting:
        ready = [x for x in waiting if all(leaf in inner.names for leaf in leaves(x.at))]
        inner = _looked_up(ctx, inner, ready, None)
        waiting = [x for x in waiting if x not in ready]
    named = apart(wide, [ref])
    columns, names = left.kept(wide, [ref])
    table = inner.table.select(*columns, **{named[ref]: value(ctx, inner, column.value)})
    return with_columns(wide, table, named, names)


def _looked_up(ctx: Context, wide: WideTable, lookups: list[Lookup], left: _Left | None) -> WideTable:
    """Joins the tables of time, one for all functions that ask for one instant."""
    wide = _apart(wide)
    asked: dict[Expression | str, dict[TimeFunction, Lookup]] = {}
    for leaf in lookups:
        # Instants that are one column of the table, under several names of the plan, are looked up once.
        asked.setdefault(_at(wide, leaf), {}).setdefault(leaf.function, leaf)
    made = apart(wide, (leaf for alike in asked.values() for leaf in alike.values()))
    joins = []
    for alike in asked.values():
        at = value(ctx, wide, next(iter(alike.values())).at)
        for times in ctx.times.of(alike):
            joins.append(TimeLookups(times, at, {f: made[alike[f]] for f in times.functions}))
    named: dict[Leaf, str] = {leaf: made[asked[_at(wide, leaf)][leaf.function]] for leaf in lookups}
    columns, kept = (wide.table.columns, wide.names) if left is None else left.kept(wide, lookups)
    return with_columns(wide, joined(wide.table, columns, joins, ctx.dialect), named, kept)


def _apart(wide: WideTable) -> WideTable:
    """The same, so that joins are not put into the one before: Ibis would lose which of its columns is meant."""
    if not is_join(wide.table):
        return wide
    return replace(wide, table=wide.table.select(*wide.table.columns))


def _at(wide: WideTable, leaf: Lookup) -> Expression | str:
    """What a look-up asks for: the table's column that holds it, where one does."""
    return wide.names.get(leaf.at, leaf.at)


def _with_parent(ctx: Context, wide: WideTable, leaves: set[Leaf]) -> WideTable:
    """Adds what is read from the parents' rows: one join, whatever their number and depth."""
    link = ctx.shape.records[wide.record].link
    if link is None:
        raise KeyError(f"`{wide.record}` has no parent that could have {leaves}")
    wanted = sorted(leaves, key=repr)
    key = Field(link.parent, link.theirs)
    parent = widen(ctx, ctx.settled[link.parent](), [*wanted, key])
    theirs = parent.names[key]
    named = apart(wide, wanted)
    columns = {name: parent.table[parent.names[leaf]] for leaf, name in named.items()}
    right = parent.table.select(**{"parent_link": parent.table[theirs], **columns})
    if not unique(ctx.shape, link):
        right = _first_by_key(ctx, parent, link, columns)
    left = wide.table
    right, names = beside(left, right)
    own = left[wide.names[Field(wide.record, link.own)]]
    pair = left.left_join(right, own == right[names["parent_link"]])
    of_parents = {names[n]: _of_parent(leaf, pair[names[n]]) for leaf, n in named.items()}
    table = pair.select(*left.columns, **of_parents)
    return with_columns(wide, table, {leaf: names[n] for leaf, n in named.items()})


def _of_parent(leaf: Leaf, value: ir.Value) -> ir.Value:
    """What a row without a parent reads of one is missing; only whether a value is hidden is never that."""
    return ibis.coalesce(value, ibis.literal(False)) if isinstance(leaf, Hidden) else value


def _beside_named(ctx: Context, wide: WideTable, leaves: list[Referred]) -> WideTable:
    """Adds what is read of rows that these rows name, a join for each key."""
    for record, key in dict.fromkeys((leaf.record, leaf.key) for leaf in leaves):
        wanted = [leaf for leaf in leaves if (leaf.record, leaf.key) == (record, key)]
        own = Field(record, ctx.shape.records[record].key)
        rows = widen(ctx, ctx.settled[record](), [own, *(leaf.value for leaf in wanted)])
        wide = _apart(wide)
        named = apart(wide, wanted)
        columns = {named[leaf]: value(ctx, rows, leaf.value) for leaf in wanted}
        right = rows.table.select(own_key=rows.table[rows.names[own]], **columns)
        right, names = beside(wide.table, right)
        pair = wide.table.left_join(right, value(ctx, wide, key) == right[names["own_key"]])
        found = {name: pair[names[name]] for name in named.values()}
        wide = with_columns(wide, pair.select(*wide.table.columns, **found), dict(named))
    return wide


def _first_by_key(ctx: Context, parent: WideTable, link: Link, columns: Mapping[str, ir.Value]) -> ibis.Table:
    """Of several parents with one value of the linked field, the one with the smallest key."""
    table = parent.table
    theirs = table[parent.names[Field(link.parent, link.theirs)]]
    rank = ibis.row_number().over(group_by=theirs, order_by=[table[c] for c in parent.row])
    ranked = table.select(**{"parent_link": theirs, "rank": rank, **columns})
    return ranked.filter(ranked["rank"] == 0).drop("rank")


# ---------------------------------------------------------------------------------- choices among many functions of time

# The rows are asked what they choose, and one table is made of what they need.


def chosen(ctx: Context, wide: WideTable, choice: Choice) -> WideTable:
    """The table with one column more, which every look-up that may be chosen is called by: so it is theirs on rows that choose them, and
    theirs alone. What the choice reads are columns already."""
    table, column = by_days(
        ctx,
        wide.table,
        lambda table: value(ctx, replace(wide, table=table), choice.which),
        lambda table: value(ctx, replace(wide, table=table), choice.at),
        choice.functions,
        ctx.calendars,
    )
    return replace(wide, table=table, names={**wide.names, **dict.fromkeys(choice.chosen, column)}, depth=1)


def _in_zones(ctx: Context, wide: WideTable, leaf: Lookup, left: _Left) -> WideTable:
    """Adds a look-up in a calendar of rows."""
    zone = leaf.zone
    assert zone is not None
    columns, names = left.kept(wide)
    wide = replace(wide, table=wide.table.select(*columns), names=names)
    table, column = in_zones(
        ctx,
        wide.table,
        lambda table: value(ctx, replace(wide, table=table), zone),
        lambda table: value(ctx, replace(wide, table=table), leaf.at),
        leaf.function,
    )
    return replace(wide, table=table, names=dict[Expression, str](wide.names) | {leaf: column}, depth=1)
