"""A plan by its names, and what an expression depends on: the columns of its own row, of other rows, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from sladsl.engines.tables.choices import Choice, choice_of
from sladsl.plan import (
    Aggregate,
    Children,
    Column,
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
    ValueType,
)
from sladsl.plan.made import expressions
from sladsl.plan.traversal import asked_of_rows, operands, walk, with_refs

Leaf: TypeAlias = Field | Hidden | Ref | Lookup | Children | Following | OfAsker | Referred | Outside | Inside
"""What a table holds a column for; everything else is computed from leaves in place."""


def leaves(e: Expression) -> Iterator[Leaf]:
    """The leaves an expression reads; those that a look-up or an aggregate reads in turn are not its own."""
    if isinstance(e, Leaf):
        yield e
        return
    for operand in operands(e):
        yield from leaves(operand)


def below(node: Following) -> Children:
    """The rows of `node` as they are looked at from the row that they belong to."""
    return Children(node.record, Aggregate.NTH, node.where, node.of)


@dataclass(frozen=True)
class Shape:
    """A plan's records and columns by name.

    With `choosing`, columns that choose among many functions of time are `choices`, for whoever can ask the rows first which of them they
    need. With `sharing`, of columns that say the same the first is worked out, and the others are it."""

    plan: Plan
    choosing: bool = False
    sharing: bool = False

    @cached_property
    def records(self) -> dict[str, Record]:
        return {r.name: r for r in self.plan.records}

    @cached_property
    def columns(self) -> dict[tuple[str, str], Column]:
        if not self.sharing:
            return {(c.record, c.name): c for c in self.plan.columns}
        columns: dict[tuple[str, str], Column] = {}
        first: dict[tuple[str, ValueType, Expression], Ref] = {}
        for c in self.plan.columns:
            own, value = Ref(c.record, c.name), self._from_first(c.value)
            # Types are equal where values are: a constant says its own.
            self._same[own] = first.setdefault((c.record, c.type, value), own)
            columns[c.record, c.name] = replace(c, value=value if self._same[own] == own else self._same[own])
        return columns

    def same(self, e: Expression) -> Expression:
        """What an expression is worked out as: made from the first of those columns that say the same."""
        return self._from_first(e) if self.columns else e

    def _from_first(self, e: Expression) -> Expression:
        return with_refs(e, lambda ref: self._same.get(ref, ref))

    @cached_property
    def _same(self) -> dict[Ref, Ref]:
        return {}

    @cached_property
    def every(self) -> tuple[Expression, ...]:
        """All that columns are, and all that is asked of rows to make others of them."""
        made = (e for r in self.plan.records if r.made is not None for e in expressions(r.made))
        return (*(c.value for c in self.columns.values()), *made)

    @cached_property
    def order(self) -> dict[tuple[str, str], int]:
        return {key: at for at, key in enumerate(self.columns)}

    @cached_property
    def choices(self) -> dict[tuple[str, str], Choice]:
        choices = ((key, choice_of(c.value)) for key, c in self.columns.items() if self.choosing)
        return {key: choice for key, choice in choices if choice is not None}

    def reads(self, ref: Ref) -> frozenset[Leaf]:
        """The leaves that a column is made from: of a choice, not the look-ups that it makes itself."""
        key = ref.record, ref.column
        if key not in self._leaves:
            made = self.choices[key].reads() if key in self.choices else (self.value(ref),)
            self._leaves[key] = frozenset(x for e in made for x in leaves(e))
        return self._leaves[key]

    @cached_property
    def _leaves(self) -> dict[tuple[str, str], frozenset[Leaf]]:
        return {}

    def made_from(self, e: Expression) -> int:
        """The columns of the plan that an expression is made from, however many lie between, as bits by their `order`."""
        bits = 0
        for x in walk(e):
            if isinstance(x, Ref):
                bits |= self._made_from[x.record, x.column]
        return bits

    @cached_property
    def _made_from(self) -> dict[tuple[str, str], int]:
        """Each column with those it is made from, which are earlier ones."""
        made: dict[tuple[str, str], int] = {}
        self.__dict__["_made_from"] = made
        for n, (key, column) in enumerate(self.columns.items()):
            # One that is another column is not worked out.
            own = 0 if isinstance(column.value, Ref) else 1 << n
            made[key] = self.made_from(column.value) | own
        return made

    def value(self, ref: Ref) -> Expression:
        """The expression of the column that is referred to."""
        return self.columns[ref.record, ref.column].value

    def ancestors(self, record: str) -> tuple[str, ...]:
        """Parent, grandparent, …"""
        parents: list[str] = []
        link = self.records[record].link
        while link is not None:
            parents.append(link.parent)
            link = self.records[link.parent].link
        return tuple(parents)

    def top(self, node: Children, record: str) -> str:
        """The record whose rows those of the node belong to, as a row of `record` asks for them: `record` itself, or one above it."""
        above = self.ancestors(node.record)
        return node.top or next(r for r in (record, *self.ancestors(record)) if r in above)

    def path(self, node: Children, record: str) -> tuple[str, ...]:
        """The records from just below the one whose rows those of the node belong to, down to theirs."""
        up = (node.record, *self.ancestors(node.record))
        return tuple(reversed(up[: up.index(self.top(node, record))]))

    def shared(self, node: Following) -> Field:
        """The field of the row above that tells which rows of `node` belong to it: the one they name, or its key where one of them can
        belong to several and is asked for something of each."""
        link = self.records[node.record].link
        assert link is not None
        return Field(link.parent, self.records[link.parent].key if self.is_paired(node) else link.theirs)

    def is_paired(self, node: Following) -> bool:
        """Whether its rows are looked at once for each row that they belong to."""
        link = self.records[node.record].link
        assert link is not None
        several = link.theirs != self.records[link.parent].key
        return several and bool(self.outer(below(node), link.parent))

    def carried(self, node: Children, record: str) -> dict[Leaf, Expression]:
        """What an aggregate's rows have to be told of the row of `record` that asks, and what each leaf is there."""
        relative = self.top(node, record) != record
        outer = self.outer(node, record)
        return {
            x: x.value if isinstance(x, OfAsker) and relative and x.depth == node.depth else x for x in outer
        }

    def outer(self, node: Children, record: str) -> frozenset[Leaf]:
        """The leaves of `record` and its parents that an aggregate's expressions read, through columns too, and those of rows that ask.

        A look-up that depends on these rows alone is such a leaf itself: made once a parent, not once a child."""
        within = frozenset(self.path(node, record))
        leaves: set[Leaf] = set()
        seen: set[tuple[Expression, int]] = set()
        # A column asks for relatives by itself: only outside of columns is one of the rows that ask meant that stand around.
        open_ends = [(e, within, node.depth) for e in asked_of_rows(node)]
        while open_ends:
            e, inner, depth = open_ends.pop()
            if (e, depth) in seen:
                continue
            seen.add((e, depth))
            match e:
                case OfAsker() if e.depth <= depth:
                    leaves.add(e)
                case OfAsker():
                    open_ends.append((e.value, inner, depth))
                case Field() | Hidden() | Ref() if e.record not in inner:
                    leaves.add(e)
                case Ref() if (e.record, e.column) in self.choices:
                    open_ends.extend((x, inner, 0) for x in self.reads(e))
                case Ref():
                    open_ends.append((self.value(e), inner, 0))
                case Lookup() | Referred() if not self._reads(e, inner):
                    leaves.add(e)
                case Children():
                    deeper = inner | self._below(e.record, inner)
                    leaves.update(self._shared_above(e, inner))
                    open_ends.extend((x, deeper, depth) for x in asked_of_rows(e))
                case Following() | Outside() | Inside() if not self._reads(e, inner):
                    leaves.add(e)
                case Following():
                    open_ends.extend((x, inner, depth) for x in (*operands(e), self.shared(e)))
                case _:
                    open_ends.extend((x, inner, depth) for x in operands(e))
        return frozenset(leaves)

    def gathers(self, e: Expression) -> bool:
        """Whether it takes a GROUP BY to find the value, of child rows."""
        match e:
            case Children() | Following() | Outside() | Inside():
                return True
            case Ref():
                return (e.record, e.column) in self._gathering
            case _:
                return any(self.gathers(x) for x in operands(e))

    @cached_property
    def _gathering(self) -> set[tuple[str, str]]:
        """The columns that do; each is decided by earlier ones."""
        gathering: set[tuple[str, str]] = set()
        self.__dict__["_gathering"] = gathering
        for key, column in self.columns.items():
            if self.gathers(column.value):
                gathering.add(key)
        return gathering

    def _reads(self, e: Expression, inner: frozenset[str]) -> bool:
        """Whether the expression depends on a row of one of these records, itself or through child rows."""
        match e:
            case Field() | Hidden() | Ref():
                return e.record in inner
            case Children() | OfAsker():
                return True
            case Following():
                return any(self._reads(x, inner) for x in (*operands(e), self.shared(e)))
            case _:
                return any(self._reads(x, inner) for x in operands(e))

    def _below(self, record: str, inner: frozenset[str]) -> frozenset[str]:
        """`record` and its ancestors down from the innermost of `inner`; where a row of `inner` can belong to several, down from what it
        has in common with them: whose rows are meant, only the row that asks can tell."""
        stops = set(inner)
        if self._belongs_to_several(inner):
            stops.update(above for r in inner for above in self.ancestors(r))
        records = [record]
        for parent in self.ancestors(record):
            if parent in stops:
                break
            records.append(parent)
        return frozenset(records)

    def _shared_above(self, node: Children, inner: frozenset[str]) -> Iterator[Field]:
        """What tells the relatives of a row of `inner` that can belong to several: of that row above it through which it is looked at."""
        if not self._belongs_to_several(inner):
            return
        top = self._below(node.record, inner)
        for record in top:
            link = self.records[record].link
            if link is not None and link.parent not in top and link.parent not in inner:
                yield Field(link.parent, link.theirs)

    def _belongs_to_several(self, records: frozenset[str]) -> bool:
        links = (self.records[r].link for r in records)
        return any(x is not None and x.theirs != self.records[x.parent].key for x in links)
