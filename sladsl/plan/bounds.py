"""Conditions that are cheap to ask, and true of every row of which another one is true.

Of a condition that reads what is dear to work out (a deadline in business hours), only what is cheap is kept. What a dear value is, nobody
knows before it was worked out; but a comparison tells only on which side of something cheap it lies. So a condition over it may be true
where it is true for the value missing, or for one value of each stretch between the cheap ones that it is compared with. A clock that
stopped, to name one, is not open whatever its deadline is: for none of the few it comes out so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TypeGuard

from sladsl.calendars import HOUR, PeriodKind
from sladsl.plan.columns import (
    Apply,
    AsOf,
    Case,
    Column,
    Const,
    Expression,
    Lookup,
    PeriodEnd,
    Ref,
    ValueType,
)
from sladsl.plan.shorthand import (
    FALSE,
    MICROSECOND,
    NO_INSTANT,
    TRUE,
    all_of,
    any_of,
    is_true,
    missing,
    negate,
)
from sladsl.plan.traversal import children, walk

_COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">="})
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DECIDED = frozenset({"is true", "is known", "is missing", "is unknown"})
_LONG_AGO = Const(-(2**62), ValueType.INSTANT)
_DAY = Const(49 * HOUR, ValueType.SPAN)
"""No local day is longer: of two that were one, where a date line was moved, neither is."""
_MOST_POINTS, _MOST_WAYS, _MOST_NODES = 64, 32, 4_000


def may_be_true(
    e: Expression, column: Callable[[Ref], Column], dear: Callable[[Expression], bool]
) -> Expression:
    """A condition, never missing, that reads nothing `dear` and is true wherever `e` is; `TRUE` where nothing is known. `column` is what is
    referred to, and `dear` is asked of every expression inside."""
    cost = _Cost(column, dear)
    if not cost.is_dear(e):
        return is_true(e)
    found = _any(*dict.fromkeys(_Ways(cost, points).of(e).true for points in _points(cost, e)))
    return TRUE if _is_large(found) else found


def _is_large(e: Expression) -> bool:
    return any(n > _MOST_NODES for n, _ in enumerate(walk(e)))


@dataclass
class _Cost:
    """What is dear, however many columns lie between."""

    column: Callable[[Ref], Column]
    dear: Callable[[Expression], bool]
    known: dict[Ref, bool] = field(default_factory=dict)

    def value_of(self, ref: Ref) -> Expression:
        return self.column(ref).value

    def is_dear(self, e: Expression) -> bool:
        if isinstance(e, Ref):
            if e not in self.known:
                self.known[e] = self.dear(e) or self.is_dear(self.value_of(e))
            return self.known[e]
        return self.dear(e) or any(map(self.is_dear, children(e)))

    def named(self, e: Expression) -> Expression:
        """The column that a column is, where it is one under another name."""
        while isinstance(e, Ref) and isinstance(value := self.value_of(e), Ref):
            e = value
        return e

    def is_instant(self, e: Expression) -> bool:
        return isinstance(e, Ref) and self.column(e).type is ValueType.INSTANT


def _all(*conditions: Expression) -> Expression:
    return all_of(*dict.fromkeys(x for e in conditions for x in (e.args if _is(e, "and") else (e,))))


def _any(*conditions: Expression) -> Expression:
    return any_of(*dict.fromkeys(x for e in conditions for x in (e.args if _is(e, "or") else (e,))))


def _negated(e: Expression) -> Expression:
    return e.args[0] if _is(e, "not") and _is_decided(e.args[0]) else negate(e)


def _is(e: Expression, op: str) -> TypeGuard[Apply]:
    return isinstance(e, Apply) and e.op == op


# ---------------------------------------------------------------------------------------- which values a dear one stands for


def _points(cost: _Cost, e: Expression) -> Iterator[Mapping[Expression, Expression]]:
    """For each of the ways in which the dear values lie between the cheap ones that they are compared with: a value of each."""
    several = {term: _values(beside) for term, beside in _compared(cost, e).items()}
    chosen: dict[Expression, tuple[Expression, ...]] = {}
    many = 1
    for term, values in sorted(several.items(), key=lambda item: len(item[1])):
        if many * len(values) <= _MOST_POINTS:
            chosen[term] = values
            many *= len(values)
    for values in product(*chosen.values()):
        yield dict(zip(chosen, values, strict=True))


def _values(beside: Mapping[Expression, None]) -> tuple[Expression, ...]:
    """Missing, one before all of those, each of them, and one between each and the next: instants are whole numbers."""
    return (NO_INSTANT, _LONG_AGO, *(x for at in beside for x in (at, Apply("+", (at, MICROSECOND)))))


def _compared(cost: _Cost, e: Expression) -> dict[Expression, dict[Expression, None]]:
    """The dear instants that are compared with cheap ones, each with those."""
    compared: dict[Expression, dict[Expression, None]] = {}
    seen: set[Expression] = set()
    waiting = [e]
    while waiting:
        for x in _own(waiting.pop()):
            if isinstance(x, Ref) and x not in seen:
                seen.add(x)
                waiting.append(cost.value_of(x))
            if isinstance(x, Apply) and x.op in _COMPARED:
                for dear, cheap in (x.args, x.args[::-1]):
                    term, beside = _term(cost, dear, cheap)
                    if cost.is_instant(term) and cost.is_dear(term) and not cost.is_dear(cheap):
                        compared.setdefault(term, {}).update(dict.fromkeys(beside))
    return compared


def _own(e: Expression) -> Iterator[Expression]:
    """An expression with what is inside it and asked of the same row."""
    match e:
        case Apply(args=args):
            yield e
            for x in args:
                yield from _own(x)
        case Case(arms=arms, otherwise=otherwise):
            for x in (*(x for arm in arms for x in arm), otherwise):
                yield from _own(x)
        case _:
            yield e


def _term(cost: _Cost, dear: Expression, cheap: Expression) -> tuple[Expression, tuple[Expression, ...]]:
    """What is compared, and where it lies then: a dear value itself, or one whose day's end is looked up."""
    of = _of_day(dear)
    if of is None:
        return cost.named(dear), (cheap,)
    return cost.named(of), (cheap, Apply("-", (cheap, _DAY)))


def _of_day(e: Expression) -> Expression | None:
    """The instant of whose local day it is the last microsecond; None for what is no such end."""
    match e:
        case Apply(op="-", args=(Lookup(function=PeriodEnd(period=PeriodKind.DAY), at=at), by)) if (
            by == MICROSECOND
        ):
            return at
        case _:
            return None


# ----------------------------------------------------------------------------------------------------- what it may come to


@dataclass(frozen=True, slots=True)
class _May:
    """Where a condition may be true, false, unknown: conditions that are never missing. `exact`: it is
    true wherever it may be, and false likewise."""

    true: Expression = TRUE
    false: Expression = TRUE
    unknown: Expression = TRUE
    exact: bool = False

    @property
    def not_true(self) -> Expression:
        return _negated(self.true) if self.exact else _any(self.false, self.unknown)


_ANYTHING = _May()
_Values = tuple[tuple[Expression, Expression | None], ...]
"""What a value may be, each with where: cheap expressions, None for what nobody knows."""
_NOTHING_KNOWN: _Values = ((TRUE, None),)


@dataclass
class _Ways:
    """What expressions may come to where the dear values are those of one point."""

    cost: _Cost
    point: Mapping[Expression, Expression]
    known: dict[Ref, _May] = field(default_factory=dict)

    def of(self, e: Expression) -> _May:
        """Of a condition."""
        if not self.cost.is_dear(e):
            return _of_cheap(e)
        match e:
            case Ref():
                if e not in self.known:
                    self.known[e] = self.of(self.cost.value_of(e))
                return self.known[e]
            case Case(arms=arms, otherwise=otherwise):
                return self._of_choice(arms, otherwise)
            case Apply():
                return self._of_operation(e)
            case _:
                return _ANYTHING

    def _of_operation(self, e: Apply) -> _May:
        match e.op:
            case "and":
                parts = [self.of(x) for x in e.args]
                return _May(
                    _all(*(x.true for x in parts)),
                    _any(*(x.false for x in parts)),
                    _any(*(x.unknown for x in parts)),
                    all(x.exact for x in parts),
                )
            case "or":
                parts = [self.of(x) for x in e.args]
                return _May(
                    _any(*(x.true for x in parts)),
                    _all(*(x.false for x in parts)),
                    _any(*(x.unknown for x in parts)),
                    all(x.exact for x in parts),
                )
            case "not":
                (part,) = (self.of(x) for x in e.args)
                return _May(part.false, part.true, part.unknown, part.exact)
            case "is true":
                (part,) = (self.of(x) for x in e.args)
                return _May(part.true, part.not_true, FALSE, part.exact)
            case "is known" | "is missing":
                return self._of_presence(e)
            case _ if e.op in _COMPARED:
                return self._of_comparison(e.op, *e.args)
            case _:
                return _ANYTHING

    def _of_presence(self, e: Apply) -> _May:
        return _joined(
            _May(*_presence(where, x, e.op == "is known")) for where, x in self._compared(e.args[0])
        )

    def _of_comparison(self, op: str, left: Expression, right: Expression) -> _May:
        if self.cost.is_dear(left) and not self.cost.is_dear(right):
            by_day = self._beside_day_end(op, left, right)
        else:
            by_day = self._beside_day_end(_MIRRORED.get(op, op), right, left)
        if by_day is not None:
            return by_day
        if self.cost.is_dear(left) and self.cost.is_dear(right):
            return _ANYTHING
        pairs = [(_all(a, b), x, y) for a, x in self._compared(left) for b, y in self._compared(right)]
        if len(pairs) > _MOST_WAYS:
            return _ANYTHING
        return _joined(
            _May(where, where, where)
            if x is None or y is None
            else _within(where, _of_cheap(Apply(op, (x, y))))
            for where, x, y in pairs
        )

    def _beside_day_end(self, op: str, dear: Expression, cheap: Expression) -> _May | None:
        """What the end of a day is compared with: the day holds the instant that was asked, and is no longer than a day can be."""
        of = _of_day(dear)
        if of is None or op not in _MIRRORED or self.cost.is_dear(cheap):
            return None
        below, above = (
            self._of_comparison(op, of, cheap),
            self._of_comparison(op, of, Apply("-", (cheap, _DAY))),
        )
        if op in {">", ">="}:
            return _May(above.true, below.false)
        return _May(below.true, above.false)

    def _of_choice(self, arms: tuple[tuple[Expression, Expression], ...], otherwise: Expression) -> _May:
        return _joined(_within(where, self.of(then)) for where, then in self._arms(arms, otherwise))

    def _arms(
        self, arms: tuple[tuple[Expression, Expression], ...], otherwise: Expression
    ) -> Iterator[tuple[Expression, Expression]]:
        """What may be chosen, with where. That an arm before was not is said only of what is known exactly: leaving it out widens it."""
        before: Expression = TRUE
        for when, then in arms:
            may = self.of(when)
            yield _all(before, may.true), then
            if may.not_true == FALSE:
                return
            before = _all(before, may.not_true) if may.exact else before
        yield before, otherwise

    def _compared(self, e: Expression) -> _Values:
        """Of a value that is compared with a cheap one, or asked whether it is there: a point stands for it only there."""
        named = self.cost.named(e)
        return ((TRUE, self.point[named]),) if named in self.point else self.values(e)

    def values(self, e: Expression) -> _Values:
        """Of any value."""
        if not self.cost.is_dear(e):
            return ((TRUE, e),)
        match e:
            case Ref():
                return self.values(self.cost.value_of(e))
            case Case(arms=arms, otherwise=otherwise):
                merged: dict[Expression | None, list[Expression]] = {}
                for where, then in self._arms(arms, otherwise):
                    for inner, x in self.values(then) if where != FALSE else ():
                        merged.setdefault(x, []).append(_all(where, inner))
                few = len(merged) <= _MOST_WAYS
                return tuple((_any(*where), x) for x, where in merged.items()) if few else _NOTHING_KNOWN
            case Apply(op="earliest" as op, args=args):
                return self._of_arguments(op, args)
            case _:
                return _NOTHING_KNOWN

    def _of_arguments(self, op: str, args: tuple[Expression, ...]) -> _Values:
        ways = list(product(*map(self.values, args)))
        if len(ways) > _MOST_WAYS or any(x is None for way in ways for _, x in way):
            return _NOTHING_KNOWN
        return tuple(
            (_all(*(where for where, _ in way)), Apply(op, tuple(x for _, x in way if x is not None)))
            for way in ways
        )


def _within(where: Expression, may: _May) -> _May:
    if where == TRUE:
        return may
    return _May(_all(where, may.true), _all(where, may.false), _all(where, may.unknown))


def _joined(each: Iterator[_May]) -> _May:
    every = [x for x in each if (x.true, x.false, x.unknown) != (FALSE, FALSE, FALSE)]
    if len(every) == 1:
        return every[0]
    return _May(
        _any(*(x.true for x in every)),
        _any(*(x.false for x in every)),
        _any(*(x.unknown for x in every)),
    )


def _presence(
    where: Expression, x: Expression | None, known: bool
) -> tuple[Expression, Expression, Expression]:
    if x is None:
        return where, where, FALSE
    lacks = _lacks(x)
    there = _all(where, _negated(lacks))
    return (there, _all(where, lacks), FALSE) if known else (_all(where, lacks), there, FALSE)


def _of_cheap(e: Expression) -> _May:
    """What a condition that reads nothing dear is, exactly."""
    match e:
        case Const(value=value):
            true, false, unknown = (TRUE if value is x else FALSE for x in (True, False, None))
            return _May(true, false, unknown, exact=True)
        case Apply(op=op, args=args) if op in _COMPARED and any(
            isinstance(x, Const) and x.value is None for x in args
        ):
            return _May(FALSE, FALSE, TRUE, exact=True)
        case Apply(op="=" | "!=" as op, args=(Const(value=a), Const(value=b))):
            return _of_cheap(Const((a == b) is (op == "="), ValueType.BOOLEAN))
        case Apply(op=op, args=(left, right)) if op in _COMPARED and _LONG_AGO in (left, right):
            # All else is later, where it is known.
            lacks = _lacks(right if left == _LONG_AGO else left)
            later = op in ({"<", "<=", "!="} if left == _LONG_AGO else {">", ">=", "!="})
            there = _negated(lacks)
            return _May(there if later else FALSE, FALSE if later else there, lacks, exact=True)
        case Apply(op=op, args=(left, right)) if op in _COMPARED and left == right:
            lacks, same = _lacks(left), op in {"=", "<=", ">="}
            there = _negated(lacks)
            return _May(there if same else FALSE, FALSE if same else there, lacks, exact=True)
        case Apply(op="not", args=(inner,)) if _is_decided(inner):
            return _May(e, inner, FALSE, exact=True)
        case _ if _is_decided(e):
            return _May(e, negate(e), FALSE, exact=True)
        case _:
            return _May(is_true(e), is_true(negate(e)), missing(e), exact=True)


def _is_decided(e: Expression) -> bool:
    return isinstance(e, Apply) and e.op in _DECIDED


def _lacks(x: Expression) -> Expression:
    match x:
        case Const(value=value):
            return TRUE if value is None else FALSE
        case AsOf():
            return FALSE
        case _:
            return missing(x)
