"""An oracle: conditions evaluated on one row with the three-valued tables, written straight from the language reference.

A row is a mapping from field names to values, None for a missing one; the child rows of `call` stand under `calls`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sladsl import model as m
from sladsl.source import Span
from sladsl.types import BOOLEAN, NUMBER, TEXT, Boolean, Number, OneOf, Text, Type

Row = Mapping[str, Any]
Truth = bool | None

COLOURS = ("red", "green", "blue")
FIELDS: dict[str, tuple[Type, bool]] = {
    "size": (Number(), True),
    "age": (Number(), False),
    "colour": (OneOf(COLOURS), True),
    "shade": (OneOf(COLOURS), False),
    "name": (Text(), True),
    "flag": (Boolean(), True),
}
_AT = iter(range(10, 10**9, 10))


def place() -> Span:
    """A place of its own for every node, as in a text."""
    start = next(_AT)
    return Span(start, start + 5)


def use(name: str) -> m.FieldUse:
    return m.FieldUse("lead", name, FIELDS[name][0], place())


def literal(value: str | bool | int) -> m.Literal:
    match value:
        case bool():
            return m.Literal(value, BOOLEAN, place())
        case int():
            return m.Literal(Decimal(value), NUMBER, place())
        case _:
            return m.Literal(value, TEXT, place())


def op(name: str, *args: m.Expression, type: Type = BOOLEAN) -> m.Operation:
    return m.Operation(name, args, type, place(), place())


def rows(quantifier: m.Quantifier, count: int, where: m.Expression | None = None) -> m.RowsTest:
    return m.RowsTest(quantifier, count, m.Rows("call", None, where, place()), BOOLEAN, place())


def value(e: m.Expression, row: Row, scores: Mapping[str, m.Score]) -> Any:
    """The value of an expression, None when it is missing or unknown."""
    match e:
        case m.Literal():
            return e.value
        case m.FieldUse():
            return row[e.field]
        case m.ScoreUse():
            clauses = scores[e.score].clauses
            return sum((c.points for c in clauses if value(c.when, row, scores) is True), Decimal(0))
        case m.RowsTest():
            where = e.rows.where
            count = sum(1 for call in row["calls"] if where is None or value(where, call, scores) is True)
            few = e.quantifier in (m.Quantifier.NO, m.Quantifier.AT_MOST)
            return count <= e.count if few else count >= e.count
        case m.Operation():
            return _operation(e.op, [value(a, row, scores) for a in e.args])
        case _:
            raise AssertionError(e)


def _operation(name: str, args: list[Any]) -> Any:
    match name:
        case "and":
            return False if False in args else None if None in args else True
        case "or":
            return True if True in args else None if None in args else False
        case "is known":
            return args[0] is not None
        case "is missing":
            return args[0] is None
        case "else":
            return args[1] if args[0] is None else args[0]
        case _:
            return None if None in args else _OF_KNOWN[name](*args)


_OF_KNOWN: dict[str, Callable[..., Any]] = {
    "not": operator.not_,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, *items: value in items,
    "starts with": str.startswith,
    "contains": operator.contains,
    "lower": str.lower,
    "length": lambda text: Decimal(len(text)),
}
