"""Promises for each group of rows: by which field they are judged, and what each group is held to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import expressions, references, targets
from sladsl.checker.context import Symbol
from sladsl.checker.scope import FoundField, Scope
from sladsl.model.traversal import operands
from sladsl.source import Span
from sladsl.syntax import ast

_ASKED = (m.Operation, m.Literal, m.SetValue)
"""What a condition about a group may be made of besides the group itself."""


def group_of(scope: Scope, node: ast.Reference) -> m.AnyField | None:
    """The field by whose values a promise is judged, each by itself; None where it is none, which is then reported."""
    words = scope.words(node.span)
    match scope.lookup(node):
        case FoundField(field=field) as found:
            use = references.field_use(scope, node, found)
            if isinstance(field.type, t.OneOf | t.Unknown):
                return use
            if isinstance(field.type, t.Text):
                if not field.type.key_of:
                    scope.report(
                        "SLA766",
                        node.span,
                        f"`{words}` is text, so only groups that occur in a period are judged in it: one that lacks rows is not missed",
                        help="declare its values, `one of …`, or the record of which it holds a key, `key of …`",
                    )
                return use
            _report_no_group(scope, node.span, f"`{words}` is {field.type}")
        case Symbol(node=None):
            pass
        case Symbol(kind="derived"):
            references.remember(scope, node, "derived")
            _report_no_group(
                scope,
                node.span,
                f"`{words}` has another value at every instant",
                f"a spell keeps the value that it has: declare one with `for each {words}`, and promise a KPI of its rows",
            )
        case Symbol() as symbol:
            references.remember(scope, node, symbol.kind)
            _report_no_group(scope, node.span, f"`{words}` is {symbol.words}")
        case None:
            references.report_unknown(scope, node)
    return None


def _report_no_group(
    scope: Scope,
    span: Span,
    what: str,
    instead: str = "write such a field of the rows that are counted: `for each region at least 80 per month`",
) -> None:
    scope.report(
        "SLA760",
        span,
        f"{what}, and a promise is judged by the values of a field that each row keeps",
        label="expected a field that is `one of …`, `key of …` or `text`",
        help=instead,
    )


def target(scope: Scope, kpi: m.Kpi, group: m.AnyField | None, node: ast.Target) -> m.Target | None:
    """The target; where it has branches, or is read from the row that names a group, a limit for each group."""
    if isinstance(node, ast.Limit) and isinstance(node.value, ast.Reference):
        branches: Sequence[ast.LimitBranch] = (ast.LimitBranch(node, None, True, node.span),)
    elif isinstance(node, ast.Limits):
        branches = node.branches
    else:
        return targets.target(scope, kpi, node)
    if targets.figure_of(kpi.measure) is targets.FigureKind.CLOCK:
        return targets.target(scope, kpi, branches[0].limit)
    if group is None:
        if isinstance(node, ast.Limit) and isinstance(node.value, ast.Reference):
            _report_no_groups(scope, node.value)
        return None
    if not _one_way(scope, branches):
        return None
    inside = scope.of(kpi.record)
    made = tuple(x for branch in branches if (x := _branch(inside, kpi, group, branch)) is not None)
    return (
        m.GroupLimit(branches[0].limit.op == "at least", made, node.span)
        if len(made) == len(branches)
        else None
    )


def _report_no_groups(scope: Scope, node: ast.Reference) -> None:
    """A target that is read from a row, of a promise that is judged as a whole."""
    first = node.record.text if node.record is not None else node.name.text
    scope.report(
        "SLA761",
        node.span,
        f"`{scope.words(node.span)}` differs from row to row, and this is one target for all of them",
        help=f"judge each group by its own: `for each {first}` before the target",
    )


def _one_way(scope: Scope, branches: Sequence[ast.LimitBranch]) -> bool:
    """Whether all groups are held to a least, or all to a most; and no branch follows one that takes the rest."""
    first = branches[0].limit
    other = next((x for x in branches if x.limit.op != first.op), None)
    if other is not None:
        scope.report(
            "SLA764",
            other.limit.span,
            f"some groups would be held to `{first.op}` a value and others to `{other.limit.op}` one",
            help="declare a KPI for each of the two, narrowed with `where`",
        )
        return False
    rest = next((i for i, x in enumerate(branches) if x.otherwise), len(branches))
    if rest < len(branches) - 1:
        scope.report(
            "SLA764",
            branches[rest + 1].span,
            "no group comes to this branch: `otherwise` takes all that are left",
            help="let `otherwise` stand last",
        )
        return False
    return True


def _branch(scope: Scope, kpi: m.Kpi, group: m.AnyField, node: ast.LimitBranch) -> m.GroupBranch | None:
    written = node.limit.value
    value = (
        _quota(scope, kpi, group, written)
        if isinstance(written, ast.Reference)
        else targets.amount(scope, kpi, written)
    )
    when = None if node.when is None else expressions.condition(scope, node.when)
    if when is not None and not _about_the_group(scope, group, when):
        return None
    return None if value is None else m.GroupBranch(value, when, node.span)


def _quota(scope: Scope, kpi: m.Kpi, group: m.AnyField, node: ast.Reference) -> m.PathUse | None:
    """A field of the row that a group names, which holds what the group is held to."""
    found = scope.lookup(node)
    if not isinstance(found, FoundField):
        references.value(scope, node)
        return None
    use = references.field_use(scope, node, found)
    words = scope.words(node.span)
    if not isinstance(use, m.PathUse) or not same_field(use.through, group):
        scope.report(
            "SLA761",
            node.span,
            f"`{words}` is no field of the row that `{m.spelt(group)}` names, so the rows of one group may differ in it",
            label=f"expected `{m.spelt(group)}.…`",
            help=f"write a field of that row, `{m.spelt(group)}.quota`, or a number for all of them",
        )
        return None
    figure, kind = targets.figure_of(kpi.measure), use.type
    own = kpi.measure.value.type if isinstance(kpi.measure, m.Statistic) else t.NUMBER
    number = figure in {targets.FigureKind.COUNT, targets.FigureKind.NUMBER} and isinstance(kind, t.Number)
    if isinstance(kind, t.Number) and number and (not kind.unit or kind == own):
        return use
    if not isinstance(kind, t.Unknown):
        held = f"in {own.unit}" if number and isinstance(own, t.Number) and own.unit else figure.value
        scope.report(
            "SLA765",
            node.span,
            f"`{words}` is {kind}, and `{kpi.name}` is {held}",
            label="expected a `number` field, for a KPI that is a number",
            help=f"name a field that is a number in the same unit as `{kpi.name}`, or write the limit itself: `at least 80`"
            if number
            else "a percentage or a length of time stands in the agreement: `at least 60% when …`",
        )
    return None


def _about_the_group(scope: Scope, group: m.AnyField, when: m.Expression) -> bool:
    """Whether a condition is the same for all rows of a group, and stays what it is."""
    other = next(_other(group, when), None)
    if other is None:
        return True
    if not isinstance(other, m.Invalid):
        scope.report(
            "SLA762",
            other.span,
            f"`{scope.words(other.span)}` may differ among the rows of a group, or change: a group's target depends on the group alone",
            help=f"ask for `{m.spelt(group)}`"
            + (f", or for a field of the row that it names: `{m.spelt(group)}.…`" if is_key(group) else ""),
        )
    return False


def _other(group: m.AnyField, e: m.Expression) -> Iterator[m.Expression]:
    """What a condition asks besides the group and the row that it names."""
    if isinstance(e, m.FieldUse | m.PathUse):
        of_row = isinstance(e, m.PathUse) and same_field(e.through, group) and not t.is_event(e.type)
        if not of_row and not same_field(e, group):
            yield e
        return
    if not isinstance(e, _ASKED):
        yield e
        return
    for each in operands(e):
        yield from _other(group, each)


def is_key(group: m.AnyField) -> bool:
    """Whether a group is a row of another record."""
    return isinstance(group.type, t.Text) and bool(group.type.key_of)


def same_field(one: m.AnyField, other: m.AnyField) -> bool:
    """Whether both are one field, wherever they stand."""
    if isinstance(one, m.PathUse) and isinstance(other, m.PathUse):
        return (one.record, one.field) == (other.record, other.field) and same_field(
            one.through, other.through
        )
    return (
        isinstance(one, m.FieldUse)
        and isinstance(other, m.FieldUse)
        and (one.record, one.field) == (other.record, other.field)
    )
