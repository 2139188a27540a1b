"""Commitments that are judged by groups: which these are, what each is held to, and which rows are of none.

A group's target is read from a row of the record that names it, or else worked out from its own value. Fields of such a row that are no
time have the value that they have today, as everywhere; whether the row is there is asked at the end of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sladsl import model as m
from sladsl import types as t
from sladsl.lowering import names
from sladsl.lowering.builder import NOW, Builder
from sladsl.lowering.conditions import Scope, lower
from sladsl.lowering.durations import plain
from sladsl.lowering.kpis import Lowered
from sladsl.plan import Bound, BoundKind, Const, Expression, Groups, Listing, ValueType
from sladsl.plan.shorthand import all_of, choose, is_true, missing, number

NO_GROUP = "no group"
NO_TARGET = "no target"


def groups(b: Builder, c: m.Commitment) -> Groups | None:
    """By what a commitment is judged; None where it is judged as a whole."""
    if c.group is None:
        return None
    kind = c.group.type
    named = kind.key_of if isinstance(kind, t.Text) else ""
    made = Groups(m.spelt(c.group), record=named or None)
    if isinstance(kind, t.OneOf):
        made = replace(made, values=kind.values)
    if named:
        moment = b.model.records[named].moment
        made = replace(made, since=None if moment is None else moment.name)
    if not isinstance(c.target, m.GroupLimit):
        return made
    side = BoundKind.AT_LEAST if c.target.at_least else BoundKind.AT_MOST
    target = _target(b, c.group, named, c.target)
    if named:
        target = b.column(named, names.part(c.id, "target"), ValueType.NUMBER, target, c.id)
    return replace(made, side=side, target=target)


def _target(b: Builder, group: m.AnyField, named: str, limit: m.GroupLimit) -> Expression:
    """The value of the first branch that is for a group; missing where none is, or where its row does not say."""
    record = named or group.record
    scope = Scope(record, NOW, "")

    def asked(e: m.Expression) -> Expression:
        return lower(b, _of_row(b, group, named, e), scope).value

    arms: list[tuple[Expression, Expression]] = []
    none: Expression = Const(None, ValueType.NUMBER)
    for x in limit.branches:
        value = asked(x.value) if isinstance(x.value, m.PathUse) else number(plain(x.value))
        if x.when is None:
            return choose(*arms, otherwise=value) if arms else value
        arms.append((is_true(asked(x.when)), value))
    return choose(*arms, otherwise=none)


def _of_row(b: Builder, group: m.AnyField, named: str, e: m.Expression) -> m.Expression:
    """What is asked of a row of some group, asked of the row that names the group; without one, of the group's value by its field."""
    match e:
        case m.PathUse(through=through) if through == replace(group, span=through.span):
            return m.FieldUse(e.record, e.field, e.type, e.span)
        case m.FieldUse() | m.PathUse() if named:
            key = b.model.records[named].key
            assert key is not None, "a key of a record that has none is an error"
            return m.FieldUse(named, key.name, e.type, e.span)
        case m.PathUse():
            return m.FieldUse(e.record, e.field, e.type, e.span)
        case m.Operation(args=args):
            return replace(e, args=tuple(_of_row(b, group, named, x) for x in args))
        case _:
            return e


def bounds_of_groups(c: m.Commitment) -> tuple[tuple[Bound, ...], bool]:
    """The bounds that groups are held to, as far as the agreement itself says them, each once; and whether some are said by rows."""
    if not isinstance(c.target, m.GroupLimit):
        return (), False
    side = BoundKind.AT_LEAST if c.target.at_least else BoundKind.AT_MOST
    said = (plain(x.value) for x in c.target.branches if not isinstance(x.value, m.PathUse))
    read = any(isinstance(x.value, m.PathUse) for x in c.target.branches)
    return tuple(dict.fromkeys(Bound(side, x) for x in said)), read


def by_group(c: m.Commitment, made: Groups | None, lowered: Lowered) -> Lowered:
    """With the rows listed that are of no group, and the rows that say nothing of what their group is held to."""
    return (
        lowered
        if made is None
        else replace(lowered, listings=(*lowered.listings, *_listed(c, made, lowered)))
    )


def _listed(c: m.Commitment, made: Groups, lowered: Lowered) -> Iterator[Listing]:
    f = lowered.figure
    member = next(x.when for x in f.counters if x.name == "rows")
    (by,) = f.by
    yield Listing(NO_GROUP, c.id, f.record, all_of(member, missing(by)))
    if made.record is not None and made.target is not None:
        yield Listing(NO_TARGET, c.id, made.record, missing(made.target))
