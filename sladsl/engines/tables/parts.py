"""Reading expressions: what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from sladsl.plan import (
    Aggregate,
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Expression,
    Field,
    Following,
    Hidden,
    Lookup,
    Ref,
)

Leaf: TypeAlias = Field | Hidden | Ref | Lookup | Children | Following
"""What a table holds a column for; everything else is computed from leaves in place."""


def parts(e: Expression) -> tuple[Expression, ...]:
    """What an expression is made of, on the same row: not what it asks of child rows."""
    match e:
        case Const() | Field() | Hidden() | Ref() | AsOf() | Children():
            return ()
        case Apply(args=args):
            return args
        case Case(arms=arms, otherwise=otherwise):
            return (*(x for arm in arms for x in arm), otherwise)
        case Lookup(at=at):
            return (at,)
        case Following():
            return (e.since,) if e.until is None else (e.since, e.until)
        case _:
            assert_never(e)


def leaves(e: Expression) -> Iterator[Leaf]:
    """The leaves an expression reads; those that a look-up or an aggregate reads in turn are not its own."""
    if isinstance(e, Leaf):
        yield e
        return
    for part in parts(e):
        yield from leaves(part)


def inside(node: Children | Following) -> tuple[Expression, ...]:
    """What an aggregate asks of the child rows, or what is asked of the rows that follow."""
    return tuple(x for x in (node.where, node.of) if x is not None)


def below(node: Following) -> Children:
    """The rows of `node` as they are looked at from the row that they belong to."""
    return Children(node.record, Aggregate.NTH, node.where, node.of)


def everything(e: Expression) -> Iterator[Expression]:
    """The expression and all in it, the child rows' expressions included."""
    yield e
    for part in (*parts(e), *(inside(e) if isinstance(e, Children | Following) else ())):
        yield from everything(part)
