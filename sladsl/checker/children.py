"""Child rows in a condition: which record they are of, how far they are looked for, and what is made of them."""

from __future__ import annotations

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import budgets, moments, records
from sladsl.checker.context import elsewhere
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a
from sladsl.syntax import ast


def child_record(scope: Scope, name: ast.Name) -> m.Record | None:
    """The record whose rows belong to the row in view; None when it is not one, which is then reported."""
    found = records.find_record(scope.ctx, scope.source, name, "a record whose rows belong to this one")
    if found is None or scope.record is None or scope.record not in scope.ctx.records:
        return None
    if found.name != scope.record and scope.ctx.is_within(found.name, scope.record):
        return found
    if found.name in scope.ctx.rootless or not scope.ctx.is_whole(found.name):
        return None
    here = scope.record
    own = found.name == here
    scope.report(
        "SLA431",
        name.span,
        f"a row of `{here}` has no rows of `{found.name}`"
        if not own
        else f"`{here}` is the row itself, not its rows",
        labels=(
            elsewhere(
                scope.ctx.symbols[found.name].source, found.origin.name_span, "declared here", scope.source
            ),
        ),
        help=_instead(scope, found, here),
    )
    return None


def _instead(scope: Scope, found: m.Record, here: str) -> str:
    """What can be asked of rows that do not belong to this one."""
    if found.link is not None and scope.ctx.is_within(here, found.link.parent):
        beside = "another row of it" if found.name == here else f"{a(found.name)} beside it"
        return f"ask for {beside} with an event, which is looked for from its own moment on: `event …: next {found.name}`"
    return (
        f"say that {a(found.name)} belongs to one: `record {found.name} of {here}:`"
        if found.name != here
        else ""
    )


def bounds(scope: Scope, node: ast.Bounds | None, child: m.Record | None) -> tuple[m.Bounds | None, bool]:
    """`within 30 days before mql_at`, and whether it is fine (None is, too)."""
    if node is None:
        return None, True
    length = budgets.duration(scope, node.duration)
    calendar, resolved = budgets.calendar_of(scope, None, node.duration)
    moment = moments.moment(scope, node.moment, moments.Takes.PLANS_TOO)
    if child is not None and child.moment is None:
        moments.report_no_moment(
            scope, child.name, None, node.span, f"`{scope.words(node.span)}` asks when {a(child.name)} was"
        )
        return None, False
    if length is None or moment is None or child is None or not resolved:
        return None, False
    if not budgets.check_from_date(scope, length, node.duration, moment.type):
        return None, False
    return m.Bounds(length, node.direction == "before", moment, calendar, node.span), True


def test(node: ast.ChildTest, rows: m.Rows) -> m.Expression:
    return m.RowsTest(m.Quantifier(node.quantifier), how_many(node), rows, t.BOOLEAN, node.span)


def how_many(node: ast.ChildTest) -> int:
    """The number of `at least 3 activity`; 1 for `any` and 0 for `no`."""
    if node.count is None:
        return 1 if node.quantifier == "any" else 0
    return int(node.count.value)


def aggregate(
    scope: Scope, node: ast.ChildAggregate, rows: m.Rows, value: m.Expression | None
) -> m.Expression:
    """`(count of R …)`, `(sum of X over R …)`."""
    if value is None:
        return m.RowsValue("count", None, rows, t.NUMBER, node.span)
    if isinstance(value.type, t.Unknown):
        return m.Invalid(t.UNKNOWN, node.span)
    ordered = node.function in {"least", "greatest"} and isinstance(value.type, t.Time | t.Date)
    if not ordered and not isinstance(value.type, t.Number | t.Duration):
        wanted = (
            "numbers, durations, dates or times"
            if node.function in {"least", "greatest"}
            else "numbers or durations"
        )
        scope.report(
            "SLA317",
            value.span,
            f"`{node.function} of` needs {wanted}, but `{scope.words(value.span)}` is {value.type}",
            label=f"expected {wanted}",
        )
        return m.Invalid(t.UNKNOWN, node.span)
    return m.RowsValue(node.function, value, rows, value.type, node.span)
