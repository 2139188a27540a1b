"""What is inside an expression of the model. A new kind of expression says here what it is made of, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, assert_never, get_args

from sladsl.model.expressions import (
    ByDate,
    DatedValue,
    DerivedUse,
    During,
    ElapsedUse,
    EntryUse,
    EventUse,
    Expression,
    FieldUse,
    Invalid,
    Literal,
    MemberUse,
    MovedMoment,
    OfAsker,
    Operation,
    PathUse,
    Picked,
    Recent,
    RowsTest,
    RowsValue,
    ScoreUse,
    SetValue,
    SpellUse,
    WithinUse,
)


def operands(e: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside that are asked of the same row, the moment that bounds child rows among them."""
    match e:
        case Operation(args=args):
            return args
        case SetValue(items=items):
            return items
        case RowsTest(rows=rows) | RowsValue(rows=rows) | Picked(rows=rows):
            moment = None if rows.bounds is None else rows.bounds.moment
            return () if moment is None else (moment,)
        case Recent(moment=moment) | During(moment=moment) | MovedMoment(moment=moment):
            return (moment,)
        case DatedValue(value=value, later=later) | ByDate(value=value, later=later):
            return (value, *(each for _, each in later))
        case PathUse(through=through):
            return (through,)
        case Literal() | DerivedUse() | FieldUse() | ScoreUse() | MemberUse() | SpellUse() | EntryUse():
            return ()
        case WithinUse(budget=budget):
            return () if budget.zone is None else (budget.zone,)
        case EventUse() | ElapsedUse() | OfAsker() | Invalid():
            return ()
        case _:
            assert_never(e)


def asked_of_others(e: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside that are asked of other rows: the value and the condition of each child row, and what is asked of
    the row that looks at it."""
    match e:
        case RowsTest(rows=rows):
            return () if rows.where is None else (rows.where,)
        case RowsValue(rows=rows, value=value) | Picked(rows=rows, value=value):
            return tuple(x for x in (value, rows.where) if x is not None)
        case OfAsker(value=value):
            return (value,)
        case (
            Operation()
            | SetValue()
            | DatedValue()
            | ByDate()
            | Literal()
            | FieldUse()
            | PathUse()
            | ScoreUse()
            | MemberUse()
        ):
            return ()
        case (
            EntryUse()
            | EventUse()
            | SpellUse()
            | DerivedUse()
            | Recent()
            | During()
            | MovedMoment()
            | WithinUse()
            | ElapsedUse()
            | Invalid()
        ):
            return ()
        case _:
            assert_never(e)


def children(e: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside, those that are asked of child rows included. What a name stands for is not inside."""
    return (*operands(e), *asked_of_others(e))


def walk(e: Expression) -> Iterator[Expression]:
    """The expression and all that is inside it, before what it is inside of is left; child rows' conditions included."""
    yield e
    for child in children(e):
        yield from walk(child)


def walk_row(e: Expression) -> Iterator[Expression]:
    """The expression and all that is inside it and asked of the same row."""
    yield e
    for operand in operands(e):
        yield from walk_row(operand)


def expressions_in(node: Any) -> Iterator[Expression]:
    """Every expression that stands in a node of the model, or in a whole model, those inside others included."""
    if isinstance(node, get_args(Expression)):
        yield from walk(node)
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from expressions_in(value)
    elif isinstance(node, tuple):
        for value in node:
            yield from expressions_in(value)
    elif is_dataclass(node):
        for each in fields(node):
            yield from expressions_in(getattr(node, each.name))
