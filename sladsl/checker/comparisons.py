"""Comparing two values: which kinds go together, units, business time, and the values of an enumeration."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind
from sladsl.checker import literals, moments, patterns
from sladsl.checker.events import can_hold
from sladsl.checker.scope import Scope
from sladsl.checker.signatures import fitting
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Places:
    """The whole comparison, and the operator's own word."""

    span: Span
    op: Span


def compare(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places) -> m.Expression:
    """`left op right` as a condition; what does not go together is reported once."""
    left, right = _as_moments(scope, left, right)
    if not _go_together(scope, op, left, right) or not can_hold(scope, op, left, right, at.span):
        return m.Invalid(t.BOOLEAN, at.span)
    return m.Operation(op, (left, right), t.BOOLEAN, at.span, at.op)


def one_of(scope: Scope, value: m.Expression, options: m.Expression, at: Places) -> m.Expression:
    """`value in {…}`: the value first, then the set's items."""
    if isinstance(options, m.Invalid) or isinstance(options.type, t.Unknown):
        return m.Invalid(t.BOOLEAN, at.span)
    if not isinstance(options, m.SetValue):
        scope.report(
            "SLA301",
            options.span,
            f"`in` looks into a set, but `{scope.words(options.span)}` is {options.type}",
            label="expected a set",
            help='a set is written {"US", "CA"}',
        )
        return m.Invalid(t.BOOLEAN, at.span)
    fine = [_go_together(scope, "=", value, item) for item in options.items]
    if not all(fine):
        return m.Invalid(t.BOOLEAN, at.span)
    return m.Operation("in", (value, *options.items), t.BOOLEAN, at.span, at.op)


def text_test(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places) -> m.Expression:
    """`contains`, `starts with`, `ends with`, `matches`."""
    for side in (left, right):
        if not isinstance(side.type, t.Text | t.OneOf | t.Unknown):
            scope.report(
                "SLA301",
                side.span,
                f"`{op}` looks at text, but `{scope.words(side.span)}` is {side.type}",
                label="expected text",
            )
            return m.Invalid(t.BOOLEAN, at.span)
    if op == "matches" and not patterns.check(scope, right):
        return m.Invalid(t.BOOLEAN, at.span)
    return m.Operation(op, (left, right), t.BOOLEAN, at.span, at.op)


def _as_moments(scope: Scope, left: m.Expression, right: m.Expression) -> tuple[m.Expression, m.Expression]:
    """Beside a time, a definition's name is the moment at which the row entered it."""
    if isinstance(left, m.MemberUse) and isinstance(right.type, t.Time | t.Date):
        left = moments.entry_use(scope, left.definition, left.span) or m.Invalid(t.UNKNOWN, left.span)
    elif isinstance(right, m.MemberUse) and isinstance(left.type, t.Time | t.Date):
        right = moments.entry_use(scope, right.definition, right.span) or m.Invalid(t.UNKNOWN, right.span)
    return left, right


def _go_together(scope: Scope, op: str, left: m.Expression, right: m.Expression) -> bool:
    """Whether two values can be compared; reported where they cannot."""
    a, b = left.type, right.type
    if isinstance(a, t.Unknown) or isinstance(b, t.Unknown):
        return True
    if isinstance(a, t.OneOf) and isinstance(right, m.Literal) and isinstance(right.value, str):
        return literals.check_listed(
            scope, "SLA302", f"`{scope.words(left.span)}`", a, right.value, right.span
        )
    if isinstance(b, t.OneOf) and isinstance(left, m.Literal) and isinstance(left.value, str):
        return literals.check_listed(
            scope, "SLA302", f"`{scope.words(right.span)}`", b, left.value, left.span
        )
    if not t.comparable(a, b):
        _report_mismatch(scope, left, right)
        return False
    if isinstance(a, t.Duration):
        return elapsed_only(scope, left) and elapsed_only(scope, right)
    dated = isinstance(a, t.Date | t.Time) and isinstance(b, t.Date | t.Time)
    if not dated and fitting(op, (a, b)) is None:
        scope.report(
            "SLA301",
            left.span.to(right.span),
            f"`{scope.words(left.span)}` is {a}, and `{op}` needs values that have an order",
            help="a condition is true or false: use `=`, or say it with `and`, `or`, `not`",
        )
        return False
    return True


def elapsed_only(scope: Scope, value: m.Expression) -> bool:
    """Where lengths of time are compared or added, months and business days have no fixed length."""
    if not isinstance(value, m.Literal) or not isinstance(value.value, Duration):
        return True
    length = value.value
    loose = length.unit in {"month", "quarter", "year"}
    if loose or length.kind in {DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS}:
        word = f"a {length.unit}" if loose else "a business day"
        scope.report(
            "SLA315",
            value.span,
            f"{word} is not a fixed length of time",
            label="some are longer than others",
            help="say it in days or hours" if loose else "say it in business hours",
        )
        return False
    return True


def _report_mismatch(scope: Scope, left: m.Expression, right: m.Expression) -> None:
    a, b = left.type, right.type
    x, y = scope.words(left.span), scope.words(right.span)
    span = left.span.to(right.span)
    match a, b:
        case t.Number(unit=u), t.Number(unit=v):
            scope.report(
                "SLA304", span, f"`{x}` is in {u}, but `{y}` is in {v}", help="compare values of one unit"
            )
        case t.Duration(), t.Duration():
            scope.report(
                "SLA305",
                span,
                f"`{x}` is {a}, but `{y}` is {b}",
                help="an hour on the clock is not a business hour: say both in the same kind of time",
                fixes=_clock_fix(scope, left, right),
            )
        case (t.Percent(), t.Number()) | (t.Number(), t.Percent()):
            scope.report(
                "SLA310",
                span,
                f"`{x}` is {a}, but `{y}` is {b}",
                help="95% and 0.95 are not the same here: write a number beside a number",
            )
        case _:
            scope.report(
                "SLA301",
                span,
                f"`{x}` is {a}, but `{y}` is {b}",
                label="these cannot be compared",
                fixes=_fixes(scope, left, right),
                help=_advice(left, right),
            )


def _clock_fix(scope: Scope, left: m.Expression, right: m.Expression) -> tuple[Fix, ...]:
    """A literal in business time beside plain time, said in plain time; the reverse would guess at a calendar."""
    for one in (left, right):
        words = " ".join(scope.source.slice(one.span).split())
        if isinstance(one, m.Literal) and " business " in words and not words.endswith(("day", "days")):
            plain = words.replace(" business ", " ")
            return (Fix(f"write `{plain}`", (Edit(one.span, plain),), Safety.NEEDS_A_LOOK),)
    return ()


def _advice(left: m.Expression, right: m.Expression) -> str:
    for one, other in ((left, right), (right, left)):
        if isinstance(one.type, t.SetOf):
            return "to look into a set, use `in`"
        if (
            isinstance(one, m.Literal)
            and isinstance(one.type, t.Number)
            and isinstance(other.type, t.Text | t.OneOf)
        ):
            return "text is written in quotes"
    return ""


def _fixes(scope: Scope, left: m.Expression, right: m.Expression) -> tuple[Fix, ...]:
    for one, other in ((left, right), (right, left)):
        words = scope.source.slice(one.span)
        if not isinstance(one, m.Literal):
            continue
        if isinstance(one.type, t.Number) and isinstance(other.type, t.Text):
            return (Fix(f'write "{words}"', (Edit(one.span, f'"{words}"'),), Safety.NEEDS_A_LOOK),)
        if isinstance(one.value, str) and isinstance(other.type, t.Number) and literals.is_number(one.value):
            return (Fix(f"write {one.value}", (Edit(one.span, one.value),), Safety.NEEDS_A_LOOK),)
    return ()
