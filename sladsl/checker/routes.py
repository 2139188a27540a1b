"""Routes: where rows of a definition go, the first true case first."""

from __future__ import annotations

from sladsl import model as m
from sladsl.checker import definitions, expressions
from sladsl.checker.context import Context
from sladsl.checker.scope import Scope
from sladsl.source import Source
from sladsl.syntax import ast


def check_route(ctx: Context, source: Source, node: ast.Route) -> None:
    """`route MQL:` and its cases."""
    found = definitions.find_population(ctx, source, node.definition)
    scope = Scope(ctx, source, found[0] if found is not None else None)
    cases = tuple(
        m.RouteCase(
            c.destination.value, None if c.when is None else expressions.condition(scope, c.when), c.span
        )
        for c in node.cases
    )
    if found is None:
        return
    if found[1] is None:
        scope.report(
            "SLA204",
            node.definition.span,
            f"`{node.definition.text}` is a record, and a route is for rows of a definition",
            label="expected a definition",
            help=f"define the rows that are routed: `define …: {node.definition.text} when …`",
        )
        return
    first = next((r for r in ctx.routes if r.definition == found[1]), None)
    if first is not None:
        scope.report(
            "SLA202",
            node.definition.span,
            f"there are two routes for `{found[1]}`",
            labels=(scope.label_in(first.origin, "the first one"),),
            help="put their cases into one route: the first true case applies",
        )
        return
    ctx.routes.append(m.Route(found[1], cases, m.Origin(source.name, node.span, node.definition.span)))
