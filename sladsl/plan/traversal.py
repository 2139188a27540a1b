"""What is inside an expression of the plan. A new kind of expression says here what it is made of, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, assert_never

from sladsl.plan.columns import (
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Expression,
    Field,
    Following,
    Hidden,
    HoursOf,
    Inside,
    Lookup,
    OfAsker,
    Outside,
    Ref,
    Referred,
    Stretches,
)


def operands(e: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside that are asked of the same row."""
    match e:
        case Const() | Field() | Hidden() | Ref() | AsOf() | Children() | OfAsker():
            return ()
        case Apply(args=args):
            return args
        case Case(arms=arms, otherwise=otherwise):
            return (*(x for arm in arms for x in arm), otherwise)
        case Lookup(at=at, zone=zone):
            return (at,) if zone is None else (at, zone)
        case Referred(key=key):
            return (key,)
        case Following(since=since, until=until):
            return (since,) if until is None else (since, until)
        case Outside(stretches=stretches, since=since, amount=amount, until=until, now=now):
            return (since, amount, until, now, *(x for s in stretches for x in _asked_of_the_asker(s)))
        case Inside(stretches=stretches, since=since, until=until):
            return (since, until, *(x for s in stretches for x in _asked_of_the_asker(s)))
        case _:
            assert_never(e)


def _asked_of_the_asker(s: Stretches) -> tuple[Expression, ...]:
    return (s.theirs,) if s.hours is None else (s.theirs, s.hours.zone)


def asked_of_rows(e: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside that are asked of other rows: of each child row, of each row that follows, or of the row that asks
    for them."""
    match e:
        case Children(where=where, of=of, by=by):
            return tuple(x for x in (where, of, by) if x is not None)
        case Following(where=where, of=of):
            return tuple(x for x in (where, of) if x is not None)
        case OfAsker(value=value) | Referred(value=value):
            return (value,)
        case Outside(stretches=stretches) | Inside(stretches=stretches):
            return tuple(x for s in stretches for x in (s.own, s.began, s.ended))
        case Const() | Field() | Hidden() | Ref() | AsOf() | Apply() | Case() | Lookup():
            return ()
        case _:
            assert_never(e)


def children(e: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside, those that are asked of other rows included."""
    return (*operands(e), *asked_of_rows(e))


def field_of(e: Expression) -> Field | None:
    """The field that an expression is, of the row in scope or of one that it names, there or not; None where it is none."""
    match e:
        case Field():
            return e
        case Referred(value=value):
            return field_of(value)
        case Case(arms=((_, then),), otherwise=Const(value=None)) | Apply(op="visible", args=(then, _)):
            return field_of(then)
        case _:
            return None


_ENDS = frozenset({Const, Field, Hidden, Ref, AsOf})
"""What nothing is inside of."""


def walk(e: Expression) -> Iterator[Expression]:
    """The expression and all that is inside it; the columns that it reads are not."""
    waiting = [e]
    while waiting:
        x = waiting.pop()
        yield x
        if type(x) not in _ENDS:
            waiting += reversed(children(x))


def with_refs(e: Expression, other: Callable[[Ref], Expression]) -> Expression:
    """The same with something else in the place of each column, wherever it is asked."""
    made: Expression = _with_refs(e, other)
    return made


@cache
def _names_of(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def _with_refs(x: Any, other: Callable[[Ref], Expression]) -> Any:
    match x:
        case Ref():
            return other(x)
        case tuple():
            parts = tuple(_with_refs(part, other) for part in x)
            return x if all(a is b for a, b in zip(x, parts, strict=True)) else parts
        case Const() | Field() | Hidden() | AsOf():
            return x
        case (
            Apply()
            | Case()
            | Lookup()
            | Children()
            | Following()
            | OfAsker()
            | Referred()
            | Outside()
            | Inside()
            | Stretches()
            | HoursOf()
        ):
            kind: Any = type(x)
            had = [getattr(x, name) for name in _names_of(kind)]
            made = [_with_refs(part, other) for part in had]
            return x if all(a is b for a, b in zip(had, made, strict=True)) else kind(*made)
        case _:
            return x


def reached(expressions: Iterable[Expression], value_of: Callable[[Ref], Expression]) -> Iterator[Expression]:
    """Everything that expressions are made of, however many columns lie between; each column once, by `value_of`."""
    seen: set[Ref] = set()
    waiting = list(expressions)
    while waiting:
        for e in walk(waiting.pop()):
            yield e
            if isinstance(e, Ref) and e not in seen:
                seen.add(e)
                waiting.append(value_of(e))
