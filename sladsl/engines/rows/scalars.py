"""Expressions of the plan as functions of a row: what is made of leaves, whose values a subclass gives.

A condition is True, False or None (unknown). What an operator does about a missing value, `sladsl.functions` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeAlias, assert_never

from sladsl.engines.rows.values import PLAIN, Value
from sladsl.plan import (
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Expression,
    Field,
    Following,
    Hidden,
    Inside,
    Lookup,
    OfAsker,
    Outside,
    Ref,
    Referred,
)

Function: TypeAlias = Callable[[Any], Any]
"""Of a row, in whatever form a subclass of `Scalars` takes rows."""

Leaf: TypeAlias = (
    AsOf | Field | Hidden | Ref | Lookup | Children | Following | OfAsker | Referred | Outside | Inside
)


class Scalars(ABC):
    """Expressions as functions of a row of a record. Each is made into a function once."""

    def __init__(self) -> None:
        self._made: dict[tuple[Expression, str], Function] = {}

    @abstractmethod
    def leaf(self, e: Leaf, record: str) -> Function:
        """A leaf as a function of a row of `record`."""

    def function(self, e: Expression, record: str) -> Function:
        """The expression as a function of a row of `record`."""
        known = self._made.get((e, record))
        if known is None:
            known = self._made[e, record] = self._make(e, record)
        return known

    def _make(self, e: Expression, record: str) -> Function:
        match e:
            case Const(value=value):
                return lambda _: value
            case Case():
                return self._case(e, record)
            case Apply():
                return self._apply(e, record)
            case (
                AsOf()
                | Field()
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
                return self.leaf(e, record)
            case _:
                assert_never(e)

    def _case(self, e: Case, record: str) -> Function:
        arms = [(self.function(w, record), self.function(t, record)) for w, t in e.arms]
        otherwise = self.function(e.otherwise, record)
        if len(arms) == 1:
            (first, chosen), *_ = arms
            return lambda row: chosen(row) if first(row) is True else otherwise(row)

        def choose(row: Any) -> Any:
            for when, then in arms:
                if when(row) is True:
                    return then(row)
            return otherwise(row)

        return choose

    def _apply(self, e: Apply, record: str) -> Function:
        if e.op == "in" and all(isinstance(i, Const) and i.value is not None for i in e.args[1:]):
            items = frozenset(i.value for i in e.args[1:] if isinstance(i, Const))
            return through(lambda a: a in items, self.function(e.args[0], record))
        args = [self.function(a, record) for a in e.args]
        asking = _ASKING.get(e.op)
        if asking is not None:
            return asking(*args)
        plain = PLAIN[e.op]
        if len(args) == 1:
            return through(plain, args[0])
        second = e.args[1]
        if len(args) == 2 and isinstance(second, Const) and second.value is not None:
            return _beside(plain, args[0], second.value)
        return both(plain, *args) if len(args) == 2 else _propagating(plain, args)


# ------------------------------------------------------------------------------- what a missing argument makes missing


def through(f: Callable[[Any], Value], x: Function) -> Function:
    def one(row: Any) -> Value:
        a = x(row)
        return None if a is None else f(a)

    return one


def _beside(f: Callable[[Any, Any], Value], x: Function, known: Value) -> Function:
    """The second argument is a constant: a status, a state or a tier that is this one, a size above that."""

    def first(row: Any) -> Value:
        a = x(row)
        return None if a is None else f(a, known)

    return first


def both(f: Callable[[Any, Any], Value], x: Function, y: Function) -> Function:
    """`f` of two values; missing where one is."""

    def two(row: Any) -> Value:
        a = x(row)
        if a is None:
            return None
        b = y(row)
        return None if b is None else f(a, b)

    return two


def _propagating(f: Callable[..., Value], args: list[Function]) -> Function:
    def several(row: Any) -> Value:
        values = []
        for x in args:
            a = x(row)
            if a is None:
                return None
            values.append(a)
        return f(*values)

    return several


# ---------------------------------------------------------------------------------- what looks at missingness itself


def _and(*args: Function) -> Function:
    def all_of(row: Any) -> bool | None:
        truth: bool | None = True
        for x in args:
            a = x(row)
            if a is False:
                return False
            if a is None:
                truth = None
        return truth

    return all_of


def _or(*args: Function) -> Function:
    def any_of(row: Any) -> bool | None:
        truth: bool | None = False
        for x in args:
            a = x(row)
            if a is True:
                return True
            if a is None:
                truth = None
        return truth

    return any_of


def _else(x: Function, other: Function) -> Function:
    def first_known(row: Any) -> Value:
        a: Value = x(row)
        return other(row) if a is None else a

    return first_known


def _earliest(*args: Function) -> Function:
    return lambda row: min((a for x in args if (a := x(row)) is not None), default=None)


_ASKING: dict[str, Callable[..., Function]] = {
    "and": _and,
    "or": _or,
    "is known": lambda x: lambda row: x(row) is not None,
    "is missing": lambda x: lambda row: x(row) is None,
    "is unknown": lambda x: lambda row: x(row) is None,
    "is true": lambda x: lambda row: x(row) is True,
    "else": _else,
    "earliest": _earliest,
}
"""The functions of which the function table says that they are three-valued or ask about missingness."""
