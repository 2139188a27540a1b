"""Whether a target is of the same kind as what its KPI measures: a count, a share, a length of time, a clock for each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.checker import budgets, constants, expressions, moments
from sladsl.checker.context import elsewhere
from sladsl.checker.scope import Scope
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.source import Span
from sladsl.syntax import ast

Value = Decimal | Duration
_Written = ast.Number | ast.Percent | ast.Duration


class FigureKind(StrEnum):
    """What a KPI's figure is."""

    COUNT = "a count"
    SHARE = "a share"
    CLOCK = "a time for each row"
    NUMBER = "a number"
    LENGTH = "a length of time"


def figure_of(measure: m.Measure) -> FigureKind:
    """What kind of figure a KPI gives."""
    match measure:
        case m.Count():
            return FigureKind.COUNT
        case m.Become() | m.Whose():
            return FigureKind.SHARE
        case m.TimeBetween():
            return FigureKind.CLOCK
        case m.Statistic():
            return FigureKind.LENGTH if isinstance(measure.value.type, t.Duration) else FigureKind.NUMBER
        case _:
            assert_never(measure)


def target(scope: Scope, kpi: m.Kpi, node: ast.Target) -> m.Target | None:
    """The target as the model holds it; None when it does not fit the KPI, which is then reported."""
    match node:
        case ast.Limit():
            limit = _limit(scope, kpi, node)
            return None if limit is None else m.Limit(node.op == "at least", limit, node.span)
        case ast.Range():
            return _range(scope, kpi, node)
        case ast.Deadline():
            return _deadline(scope, kpi, node)
        case ast.Limits():
            return target(scope, kpi, node.branches[0].limit)
        case _:
            assert_never(node)


def _limit(scope: Scope, kpi: m.Kpi, node: ast.Limit) -> Value | None:
    figure = figure_of(kpi.measure)
    if figure is FigureKind.CLOCK:
        _report_clock(scope, kpi, node)
        return None
    return amount(scope, kpi, node.value)


def _report_clock(scope: Scope, kpi: m.Kpi, node: ast.Limit) -> None:
    """`response_time at most 4 business hours`: each row has a deadline, so the word is `within`."""
    if isinstance(node.value, ast.Duration) and node.op == "at most":
        budget = scope.source.slice(node.value.span)
        scope.report(
            "SLA307",
            node.span,
            f"`{kpi.name}` is a time for each row, and it is kept by a deadline",
            label="expected `within`",
            help=f"say how many rows it holds for, too: `within {budget} for 95%`; all of them if unsaid",
            fixes=(
                Fix(f"write `within {budget}`", (Edit(node.span, f"within {budget}"),), Safety.NEEDS_A_LOOK),
            ),
        )
        return
    advice = f"say by when, and for how many: `within 4 hours for {scope.words(node.value.span)}`"
    if not isinstance(node.value, ast.Percent):
        advice = f"say by when: `within 4 hours for 95%`; to count rows, declare `kpi … = count of …`, not `{kpi.name}`"
    scope.report(
        "SLA306",
        node.span,
        f"`{kpi.name}` is a time for each row, and `{scope.words(node.span)}` says nothing about a time",
        label="expected `within …`",
        labels=(scope.label_in(kpi.origin, "declared here"),),
        help=advice,
    )


def _range(scope: Scope, kpi: m.Kpi, node: ast.Range) -> m.Range | None:
    if figure_of(kpi.measure) is FigureKind.CLOCK:
        scope.report(
            "SLA306",
            node.span,
            f"`{kpi.name}` is a time for each row, and it is kept by a deadline",
            label="expected `within …`",
            help=f"write `{kpi.name} within 4 hours for 90% per month`",
        )
        return None
    low, high = amount(scope, kpi, node.low), amount(scope, kpi, node.high)
    if low is None or high is None:
        return None
    if _size(low) > _size(high):
        words = scope.words(node.span)
        scope.report(
            "SLA316", node.span, f"`{words}` holds for nothing", help="the smaller value comes first"
        )
        return None
    return m.Range(low, high, node.span)


def _size(value: Value) -> Decimal:
    if isinstance(value, Decimal):
        return value
    days = {"": 1, "day": 86_400_000_000, "week": 7 * 86_400_000_000}
    return Decimal(value.amount * days[value.unit])


def amount(
    scope: Scope, kpi: m.Kpi, node: ast.Amount | ast.Reference, figure: FigureKind | None = None
) -> Value | None:
    """A value that the KPI's figure is held against, in the figure's own kind; a share is a fraction."""
    figure = figure or figure_of(kpi.measure)
    if isinstance(node, ast.Reference):
        scope.report(
            "SLA761",
            node.span,
            f"`{scope.words(node.span)}` differs from row to row, and here stands one value for all of them",
            help="a target is read from a row only where it is judged for each of them: `kpi for each owner at least owner.quota`",
        )
        return None
    if isinstance(node, ast.Name):
        constant = constants.value_for_good(scope, node)
        return None if constant is None else amount(scope, kpi, constant, figure)
    match figure, node:
        case ((FigureKind.SHARE | FigureKind.CLOCK), ast.Percent()):
            return node.value / 100
        case ((FigureKind.COUNT | FigureKind.NUMBER), ast.Number()):
            return node.value
        case FigureKind.LENGTH, ast.Duration():
            return _length(scope, kpi, node)
        case _:
            _report_amount(scope, kpi, figure, node)
            return None


def _length(scope: Scope, kpi: m.Kpi, node: ast.Duration) -> Duration | None:
    length = budgets.elapsed(scope, node)
    value = kpi.measure.value.type if isinstance(kpi.measure, m.Statistic) else None
    if length is None or not isinstance(value, t.Duration) or value.business == node.business:
        return length
    measured = "business time" if value.business else "time by the clock"
    given = "business time" if node.business else "time by the clock"
    in_minutes = node.unit in {"minute", "hour"}
    advice = (
        f"write `{scope.words(node.span).replace(node.unit, f'business {node.unit}')}`"
        if value.business and in_minutes
        else "write business hours or business minutes"
        if value.business
        else "to measure business time, let the `time` KPI end in `in business hours`"
    )
    scope.report(
        "SLA305",
        node.span,
        f"`{kpi.name}` is {measured}, but `{scope.words(node.span)}` is {given}",
        labels=(scope.label_in(kpi.origin, "declared here"),),
        help=advice,
        fixes=(budgets.business_fix(scope, node),) if value.business and in_minutes else (),
    )
    return None


_WANTED = {
    FigureKind.COUNT: "a number, such as `120`",
    FigureKind.SHARE: "a percentage, such as `60%`",
    FigureKind.CLOCK: "a percentage, such as `95%`",
    FigureKind.NUMBER: "a number, such as `50`",
    FigureKind.LENGTH: "a length of time, such as `4 hours`",
}


def _report_amount(scope: Scope, kpi: m.Kpi, figure: FigureKind, node: _Written) -> None:
    given = {ast.Percent: "a percentage", ast.Number: "a number", ast.Duration: "a length of time"}[
        type(node)
    ]
    what = "the share of rows on time" if figure is FigureKind.CLOCK else f"`{kpi.name}`"
    kind = "a share" if figure is FigureKind.CLOCK else figure.value
    fixes = _amount_fix(figure, node)
    scope.report(
        "SLA306",
        node.span,
        f"{what} is {kind}, but `{scope.words(node.span)}` is {given}",
        label=f"expected {_WANTED[figure]}",
        help=fixes[0].title if fixes else f"write {_WANTED[figure]}",
        labels=(scope.label_in(kpi.origin, f"`{kpi.name}` is declared here"),),
        fixes=fixes,
    )


def _amount_fix(figure: FigureKind, node: _Written) -> tuple[Fix, ...]:
    if not isinstance(node, ast.Number) or figure not in {FigureKind.SHARE, FigureKind.CLOCK}:
        return ()
    percent = node.value * 100 if 0 < node.value <= 1 else node.value
    if not 0 <= percent <= 100:
        return ()
    text = f"{percent.normalize():f}%"
    return (Fix(f"write `{text}`", (Edit(node.span, text),), Safety.NEEDS_A_LOOK),)


# ----------------------------------------------------------------------------------------------------------- deadlines


def _deadline(scope: Scope, kpi: m.Kpi, node: ast.Deadline) -> m.Within | None:
    if not isinstance(kpi.measure, m.TimeBetween):
        _report_no_clock(scope, kpi, node)
        return None
    inside = scope.of(kpi.record)
    by_choice = [tuple(_by_date(inside, kpi.measure, n)) for n in node.choices]
    branches = [x for each in by_choice for x in each]
    choices = tuple(c for x in branches if (c := _choice(inside, kpi.measure, x)) is not None)
    share = Decimal(1)
    if node.share is not None:
        share = node.share.percent.value / 100
    if len(choices) < len(branches) or not all(by_choice):
        return None
    return m.Within(choices, share, node.span)


@dataclass(frozen=True, slots=True)
class _Branch:
    """A branch of a target; `since` is the day from which its constant has the value that stands here, for rows that start then."""

    node: ast.Choice
    since: dt.date | None
    words: str


def _by_date(scope: Scope, measure: m.TimeBetween, node: ast.Choice) -> Iterator[_Branch]:
    """A branch for each value of its budget, the last one first: a row has the one that is in force when it starts."""
    for day in (*reversed(constants.dates(scope, node)), None):
        written = constants.fixed(scope, node, day)
        if written is not None:
            yield _Branch(written, day, constants.written(scope, node.span, node, day))


def _choice(scope: Scope, measure: m.TimeBetween, branch: _Branch) -> m.Choice | None:
    node = branch.node
    due = _due(scope, measure, node.due)
    when = None if node.when is None else expressions.condition(scope, node.when)
    if branch.since is not None:
        when = _since(measure.start, branch.since, node.span, when)
    return None if due is None else m.Choice(due, when, node.span, branch.words, branch.since)


def _since(start: m.Moment, day: dt.date, span: Span, when: m.Expression | None) -> m.Expression:
    """That a row starts on a day or after it, and what else is asked of it."""
    begun = m.Operation(
        ">=", (replace(start, span=span), m.Literal(day, t.DATE, span)), t.BOOLEAN, span, span
    )
    return begun if when is None else m.Operation("and", (begun, when), t.BOOLEAN, span, span)


def _due(
    scope: Scope, measure: m.TimeBetween, node: ast.Budget | ast.DueField
) -> m.Budget | m.AnyField | None:
    if isinstance(node, ast.Budget):
        return budgets.budget(scope, node, measure.start.type)
    moment = moments.moment(scope, node.field, moments.Takes.PLANS_TOO)
    if moment is None:
        return None
    if isinstance(moment, m.AnyField):
        if not t.is_event(moment.type):
            return moment
        _report_not_planned(scope, node, moment)
        return None
    scope.report(
        "SLA313",
        node.field.span,
        f"`{scope.words(node.field.span)}` is not a field",
        label="expected a `planned time` or `planned date` field that holds the deadline",
        help="declare the field in its record, `due_at  planned time`, and write `by due_at`",
    )
    return None


def _report_not_planned(scope: Scope, node: ast.DueField, field: m.AnyField) -> None:
    """A deadline is known before it comes; a plain time is not seen until it has."""
    declared = scope.ctx.symbols[field.record]
    assert isinstance(declared.node, ast.Record)
    type = next(f.type for f in declared.node.fields if f.name.text == field.field)
    word = "date" if isinstance(field.type, t.Date) else "time"
    here = declared.source.name == scope.source.name
    scope.report(
        "SLA451",
        node.span,
        f"`{field.field}` is {field.type}, which is not seen before it has come, and a deadline is known in advance",
        label="expected a `planned time` or `planned date`",
        labels=(elsewhere(declared.source, type.span, "declared here", scope.source),),
        help=f"declare it as `planned {word}` in `record {field.record}`",
        fixes=(
            Fix(
                f"make `{field.field}` a `planned {word}`",
                (Edit(Span(type.span.start, type.span.start), "planned "),),
                Safety.NEEDS_A_LOOK,
            ),
        )
        if here
        else (),
    )


def _report_no_clock(scope: Scope, kpi: m.Kpi, node: ast.Deadline) -> None:
    figure = figure_of(kpi.measure)
    place = _first_word(scope, node)
    labels = (scope.label_in(kpi.origin, f"`{kpi.name}` is declared here"),)
    if isinstance(kpi.measure, m.Become):
        advice = "the window of a share stands in the KPI, `… that become … within 5 days`, and its target is `at least 60%`"
    elif figure is FigureKind.LENGTH:
        advice = "hold a length of time against `at most 4 hours`"
    else:
        advice = f"hold it against {_WANTED[figure].replace(', such as', ':')}"
    scope.report(
        "SLA306",
        place,
        f"`{kpi.name}` is {figure.value}, and only a `time from … to …` KPI has a deadline for each row",
        label="expected `at least`, `at most` or `between`",
        labels=labels,
        help=advice,
    )


def _first_word(scope: Scope, node: ast.Deadline) -> Span:
    return node.choices[0].due.span if node.choices else node.span
