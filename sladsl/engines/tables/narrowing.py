"""The rows of which somebody asks, with all that belongs to them, before anything is worked out.

Who asks which clocks run asks few rows of many. A condition over a row's own values says of most of them that they are not meant: they
were stopped, so no deadline makes them run. The others stay with their families: the rows above them, everything below those, and whatever
shares a key with one of them, so that of rows with one key the same one is kept. What is worked out of a family needs no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from sladsl.engines.tables.column_joins import widen
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.maps import TimeTables
from sladsl.engines.tables.profile import Limits
from sladsl.engines.tables.settle import plain
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.wide_table import Context, value
from sladsl.plan import (
    Children,
    Expression,
    Field,
    Following,
    Hidden,
    Inside,
    Lookup,
    OfAsker,
    Outside,
    Plan,
    Record,
    Ref,
    Referred,
    Stretches,
    TimeFunction,
)
from sladsl.plan.bounds import may_be_true
from sladsl.plan.made import made_of
from sladsl.plan.shorthand import FALSE, TRUE, any_of
from sladsl.plan.traversal import reached

if TYPE_CHECKING:
    import ibis

Tables: TypeAlias = "Mapping[str, ibis.Table]"
MANY, FEW = 100_000, 4
"""Rows of a tree of records of which it pays to take some out, where one in so many or fewer is meant."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The `tables` of the records of which only some rows were taken, and by record the condition that is true of all that are meant: of
    others their families may be incomplete."""

    tables: Tables = field(default_factory=dict)
    meant: Mapping[str, Expression] = field(default_factory=dict)


def in_business_time(e: Expression) -> bool:
    """Whether it is looked up in tables of time."""
    return isinstance(e, Lookup | Outside | Inside)


def any_may_be_true(
    shape: Shape, conditions: Iterable[Expression], dear: Callable[[Expression], bool]
) -> Expression:
    """What is true wherever one of the conditions is, and reads nothing dear."""
    mays = (may_be_true(e, lambda x: shape.columns[x.record, x.column], dear) for e in conditions)
    return any_of(*dict.fromkeys(mays))


def narrowed(
    shape: Shape, tables: Tables, at: Limits, asked: Mapping[str, Sequence[Expression]], store: Store
) -> Narrowed:
    """The rows for which one of the conditions that are asked may be true, with their families. Only records in `asked` have rows that
    are meant; an empty list is that all of them are."""
    plan = shape.plan
    whole = {name for e in _every(shape, asked) for name in _read_by_key(plan, e)}
    whole |= {r for r, conditions in asked.items() if not conditions}
    meant: dict[str, Expression] = {}
    taken: dict[str, ibis.Table] = {}
    for tree in _trees(plan):
        mays = {r.name: _of_own_values(shape, r, asked.get(r.name, ())) for r in tree}
        sources = {plan.source_row(name, "")[0].name for name in asked if plan.record(name).made is not None}
        own = {r.name for r in tree}
        if TRUE in mays.values() or own & whole or own & sources or set(mays.values()) == {FALSE}:
            continue
        families = _Families(shape, tree, tables, mays, at, store)
        if families.are_few():
            taken |= families.taken()
            meant |= mays
    return Narrowed(taken, meant)


def _of_own_values(shape: Shape, record: Record, conditions: Sequence[Expression]) -> Expression:
    def dear(e: Expression) -> bool:
        beside = isinstance(e, Children | Following | OfAsker | Referred)
        return (
            beside or in_business_time(e) or (isinstance(e, Field | Hidden | Ref) and e.record != record.name)
        )

    return any_may_be_true(shape, conditions, dear)


# ---------------------------------------------------------------------------------------------------------- what is a family


def _trees(plan: Plan) -> Iterator[list[Record]]:
    """The records that belong to one another, each after the one it belongs to."""
    for root in (r for r in plan.given if r.link is None):
        tree = [root]
        for above in tree:
            tree += [r for r in plan.given if r.link is not None and r.link.parent == above.name]
        yield tree


def _every(shape: Shape, asked: Mapping[str, Sequence[Expression]]) -> Iterator[Expression]:
    expressions = (*shape.every, *(e for some in asked.values() for e in some))
    return reached(expressions, lambda x: shape.columns[x.record, x.column].value)


def _read_by_key(plan: Plan, e: Expression) -> Iterator[str]:
    """The records of sources whose rows are found otherwise than by belonging to one row."""
    match e:
        case Referred(record=record):
            yield from _sources(plan, record)
        case Outside(stretches=stretches) | Inside(stretches=stretches):
            for s in stretches:
                if not _is_of_family(plan, s):
                    yield from _sources(plan, s.record)
        case _:
            return


def _is_of_family(plan: Plan, s: Stretches) -> bool:
    link = plan.record(s.record).link
    return (
        link is not None
        and s.own == Field(s.record, link.own)
        and s.theirs == Field(link.parent, link.theirs)
    )


def _sources(plan: Plan, record: str) -> Iterator[str]:
    made = plan.record(record).made
    if made is None:
        yield record
    else:
        for name in made_of(made):
            yield from _sources(plan, name)


@dataclass
class _Families:
    """The rows of a tree of records that are meant, by what each record's own values say, with their families."""

    shape: Shape
    tree: Sequence[Record]
    tables: Tables
    mays: Mapping[str, Expression]
    at: Limits
    store: Store
    meant: dict[str, ibis.Table] = field(default_factory=dict)
    """By record the rows that may be meant: their keys, and what names those that they belong to."""

    def are_few(self) -> bool:
        """Whether so few rows may be meant that it pays to take them out."""
        every = self._count(self.tables[r.name] for r in self.tree)
        if every < MANY:
            return False
        for r in self.tree:
            self.meant[r.name] = self.store.keep(self._may_be_meant(r))
        return self._count(self.meant.values()) * FEW <= every

    def _count(self, tables: Iterable[ibis.Table]) -> int:
        return sum(self.store.row(t.aggregate(n=t.count()))["n"] for t in tables)

    def _may_be_meant(self, r: Record) -> ibis.Table:
        may, ctx = self.mays[r.name], self._of_rows_alone()
        rows = plain(r, self.tables[r.name], self.at).wide()
        wide = widen(ctx, rows, [may, *(Field(r.name, name) for name in _names(r))])
        return _named(r, wide.table.filter(value(ctx, wide, may)))

    def _of_rows_alone(self) -> Context:
        """What is asked of a row's own values needs no other rows, and no tables of time."""
        nothing = TimeTables(_no_time, lambda _, rows: self.store.keep(rows))
        return Context(self.shape, self.at.instant, self.store.dialect, {}, nothing)

    def taken(self) -> Tables:
        """The rows by record."""
        above: dict[str, list[ibis.Table]] = {r.name: [] for r in self.tree}
        needed: dict[str, ibis.Table] = {}
        for r in reversed(self.tree):
            parts = [self.meant[r.name], *(_named(r, x) for x in above[r.name])]
            rows = self.store.keep(reduce(lambda a, b: a.union(b), parts).distinct())
            needed[r.name] = self._of_same_keys(r, rows)
            if r.link is not None:
                parents, values = self.tables[r.link.parent], needed[r.name].select(value="own").distinct()
                above[r.link.parent].append(
                    parents.semi_join(values, parents[r.link.theirs] == values["value"])
                )
        kept: dict[str, ibis.Table] = {}
        for r in self.tree:
            rows, table = needed[r.name], self.tables[r.name]
            if r.link is not None:
                theirs = kept[r.link.parent].select(value=r.link.theirs)
                values = theirs.union(rows.select(value="own")).distinct()
                below = table.semi_join(values, table[r.link.own] == values["value"])
                rows = rows.union(_named(r, below))
            keys = self.store.keep(rows.select("key").distinct())
            kept[r.name] = self.store.keep(table.semi_join(keys, table[r.key] == keys["key"]))
        return kept

    def _of_same_keys(self, r: Record, rows: ibis.Table) -> ibis.Table:
        """With all rows that have the key of one of these: which of them is kept is not known yet, and each may belong to another row."""
        if r.link is None or not any(f.key for f in r.fields):
            return rows
        table, keys = self.tables[r.name], rows.select("key").distinct()
        return self.store.keep(
            rows.union(_named(r, table.semi_join(keys, table[r.key] == keys["key"]))).distinct()
        )


def _named(r: Record, rows: ibis.Table) -> ibis.Table:
    """The keys of rows, and what names those that they belong to."""
    key, own = _names(r)
    return rows.select(key=rows[key], own=rows[own])


def _names(r: Record) -> tuple[str, str]:
    return r.key, r.key if r.link is None else r.link.own


def _no_time(asked: TimeFunction) -> NoReturn:
    raise AssertionError(f"{asked} is dear")
