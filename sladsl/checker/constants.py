"""Constants where an amount or a duration stands: `at least quota`, `within answer_time`. A dated one has the value in force on a day.

What is given back is the tree of what could have been written in its place, so that there is one way to check an amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from sladsl import model as m
from sladsl.checker.context import elsewhere
from sladsl.checker.scope import Scope
from sladsl.source import Span
from sladsl.syntax import ast

Node = TypeVar("Node")
_Value = ast.Number | ast.Percent | ast.Duration


def dates(scope: Scope, node: object) -> tuple[dt.date, ...]:
    """The days on which a constant of these amounts becomes another, in order."""
    changes = {day for name in _named(node) for day in _changes(scope, name.text, frozenset())}
    return tuple(sorted(changes))


def has_constants(node: object) -> bool:
    """Whether an amount or a duration in it is a name."""
    return any(True for _ in _named(node))


def fixed(scope: Scope, node: Node, day: dt.date | None) -> Node | None:
    """The node with the values that are in force on a day (None: before all others) in place of constants; None where there is no such
    constant, which is then reported."""
    if not has_constants(node):
        return node
    replaced: dict[str, object] = {}
    for name, value in _amounts(node):
        if isinstance(value, ast.Name):
            constant = value_of(scope, value, day)
            if constant is None:
                return None
            replaced[name] = constant
        elif isinstance(value, tuple):
            items = [fixed(scope, item, day) for item in value]
            if any(item is None for item in items):
                return None
            replaced[name] = tuple(items)
        else:
            inner = fixed(scope, value, day)
            if inner is None:
                return None
            replaced[name] = inner
    return replace(node, **replaced)  # type: ignore[type-var]


def written(scope: Scope, span: Span, node: object, day: dt.date | None) -> str:
    """What stands there, with the values that are in force on a day in place of constants."""
    text, end = [], span.start
    for name in sorted(_named(node), key=lambda each: each.span):
        text += [scope.source.text[end : name.span.start], _words(scope, name.text, day)]
        end = name.span.end
    return scope.plain("".join([*text, scope.source.text[end : span.end]]))


def value_of(scope: Scope, name: ast.Name, day: dt.date | None) -> _Value | None:
    """What a constant is on a day, at the place where it is used; None where it is no amount or there is none, which is then reported."""
    ctx = scope.ctx
    symbol = ctx.symbols.get(name.text)
    if symbol is None:
        lets = [s.name for s in ctx.symbols.values() if s.kind == "let"]
        help = f"declare it with `let {name.text} = …`"
        ctx.report_unknown("SLA201", scope.source, name, f"there is no constant `{name.text}`", lets, help)
        return None
    ctx.use(scope.source, name.span, symbol.kind, name.text)
    if symbol.node is None or (symbol.kind == "let" and name.text not in ctx.lets):
        return None
    if symbol.kind == "let" and isinstance(ctx.lets[name.text].value, m.Invalid):
        return None
    if isinstance(symbol.node, ast.Let):
        value = _in_force(symbol.node, day)
        if isinstance(value, ast.Reference):
            return value_of(scope, ast.Name(value.name.text, name.span), day)
        if isinstance(value, ast.Unary) and isinstance(value.operand, ast.Number):
            return ast.Number(-value.operand.value, name.span)
        if isinstance(value, ast.Number | ast.Percent | ast.Duration):
            return replace(value, span=name.span)
        wrong = f"`{name.text}` is neither a number nor a percentage nor a length of time"
    else:
        wrong = f"`{name.text}` is {symbol.words}, and here stands a fixed value"
    scope.report(
        "SLA731",
        name.span,
        wrong,
        labels=(elsewhere(symbol.source, symbol.span, "declared here", scope.source),),
        help="write the value itself, or the name of a constant: `let quota = 120`",
    )
    return None


def value_for_good(scope: Scope, name: ast.Name) -> _Value | None:
    """What a constant is where its value may not change; None where it does, which is then reported."""
    days = tuple(sorted(_changes(scope, name.text, frozenset())))
    if days:
        scope.report(
            "SLA735",
            name.span,
            f"`{name.text}` changes on {days[0]}, and what stands here holds on all days",
            help="a constant that changes with the date stands in a target, in a deadline or in a condition",
        )
        return None
    return value_of(scope, name, None)


def _in_force(node: ast.Let, day: dt.date | None) -> ast.Expression:
    held = [later.value for later in node.later if day is not None and later.since.value <= day]
    return held[-1] if held else node.value


def _changes(scope: Scope, name: str, seen: frozenset[str]) -> Iterator[dt.date]:
    symbol = scope.ctx.symbols.get(name)
    if symbol is None or not isinstance(symbol.node, ast.Let) or name in seen:
        return
    yield from (later.since.value for later in symbol.node.later)
    for value in (symbol.node.value, *(later.value for later in symbol.node.later)):
        if isinstance(value, ast.Reference):
            yield from _changes(scope, value.name.text, seen | {name})


def _words(scope: Scope, name: str, day: dt.date | None) -> str:
    """A constant's value as it is written where it is declared."""
    symbol = scope.ctx.symbols.get(name)
    if symbol is None or not isinstance(symbol.node, ast.Let):
        return name
    value = _in_force(symbol.node, day)
    return (
        _words(scope, value.name.text, day)
        if isinstance(value, ast.Reference)
        else symbol.source.slice(value.span)
    )


def _amounts(node: object) -> Iterator[tuple[str, object]]:
    """The parts of a target, a budget or a clause's amount in which a constant may stand, or that hold such parts."""
    match node:
        case ast.Limit():
            yield "value", node.value
        case ast.Limits():
            yield "branches", node.branches
        case ast.LimitBranch():
            yield "limit", node.limit
        case ast.Range():
            yield from (("low", node.low), ("high", node.high))
        case ast.Budget():
            yield "duration", node.duration
        case ast.Choice() if isinstance(node.due, ast.Budget):
            yield "due", node.due
        case ast.Deadline():
            yield "choices", node.choices
        case _:
            return


def _named(node: object) -> Iterator[ast.Name]:
    for _, value in _amounts(node):
        if isinstance(value, ast.Name):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                yield from _named(item)
        else:
            yield from _named(value)
