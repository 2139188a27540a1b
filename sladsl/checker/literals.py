"""Plain values, and whether one fits a field."""

from __future__ import annotations

import re
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import budgets
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import nearest, quoted, replacement
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.formats import FormatError, read_format
from sladsl.source import Span, as_text
from sladsl.syntax import ast


def literal(scope: Scope, node: ast.Literals) -> m.Literal | m.Invalid:
    """The value as the model holds it."""
    match node:
        case ast.Text():
            return m.Literal(node.value, t.TEXT, node.span)
        case ast.Number():
            return m.Literal(node.value, t.NUMBER, node.span)
        case ast.Percent():
            return m.Literal(node.value / 100, t.PERCENT, node.span)
        case ast.Boolean():
            return m.Literal(node.value, t.BOOLEAN, node.span)
        case ast.Date():
            return m.Literal(node.value, t.DATE, node.span)
        case ast.DateTime():
            return m.Literal(node.value, t.TIME, node.span)
        case ast.TimeOfDay():
            return _clock(scope, node)
        case ast.Duration():
            length = budgets.duration(scope, node)
            type = t.Duration(node.business)
            return m.Invalid(type, node.span) if length is None else m.Literal(length, type, node.span)
        case _:
            assert_never(node)


def _clock(scope: Scope, node: ast.TimeOfDay) -> m.Invalid:
    scope.report(
        "SLA301",
        node.span,
        f"`{scope.words(node.span)}` is a reading of the clock without a date",
        label="expected a value such as `2026-03-07 15:00`",
        help=f"say the day too: `2026-03-07 {scope.words(node.span)}`",
    )
    return m.Invalid(t.UNKNOWN, node.span)


def check_fits(scope: Scope, code: str, what: str, type: t.Type, value: m.Literal) -> bool:
    """Whether a plain value can stand in a field of `type`; `what` names the field in the error."""
    if isinstance(type, t.OneOf) and isinstance(value.value, str):
        return check_listed(scope, code, what, type, value.value, value.span)
    if fits(type, value.type):
        return True
    fixes = _quoting(scope, type, value)
    scope.report(
        code,
        value.span,
        f"{what} is {type}, but `{scope.words(value.span)}` is {value.type}",
        label=f"expected {type}",
        help=fixes[0].title if fixes else _example(type),
        fixes=fixes,
    )
    return False


def _example(type: t.Type) -> str:
    written = {
        t.Text: '`"Berlin"`, in quotes',
        t.Number: "`120` or `0.5`",
        t.Boolean: "`true` or `false`",
        t.Date: "`2026-03-07`",
        t.Time: "`2026-03-07 15:00`",
        t.Duration: "`2 days` or `15 minutes`",
    }
    return f"write it as {written[kind]}" if (kind := type.__class__) in written else ""


def fits(type: t.Type, given: t.Type) -> bool:
    """Whether a plain value of type `given` can be stored as `type`: unlike comparing, a date is no time."""
    match type, given:
        case (t.Unknown(), _) | (_, t.Unknown()):
            return True
        case ((t.Text() | t.OneOf()), (t.Text() | t.OneOf())):
            return True
        case (t.Time(), t.Time()) | (t.Date(), t.Date()):
            return True
        case t.Number(), t.Number():
            return True
        case t.Duration(), t.Duration(business=business):
            return not business
        case _:
            return type == given


def check_listed(scope: Scope, code: str, what: str, type: t.OneOf, value: str, span: Span) -> bool:
    """Whether an enumeration has a value; names its values when it does not."""
    written = scope.source.text.startswith('"', span.start)
    if value in type.values:
        if written:
            scope.ctx.use_text(scope.source, span, "value", value, type.of)
        return True
    guess = nearest(value, type.values)
    scope.report(
        code,
        span,
        f'{what} has no value "{value}"',
        label=f"expected {quoted(type.values)}",
        help=f'did you mean "{guess}"?'
        if guess is not None
        else f"write one of its values: {quoted(type.values)}",
        fixes=(Fix(f'replace with "{guess}"', (Edit(span, as_text(guess)),), Safety.NEEDS_A_LOOK),)
        if guess and written
        else (),
    )
    return False


def _quoting(scope: Scope, type: t.Type, value: m.Literal) -> tuple[Fix, ...]:
    """Quotes put around what should be text, or taken off a number that was quoted."""
    words = scope.source.slice(value.span)
    if isinstance(type, t.Text) and isinstance(value.type, t.Number):
        return (Fix(f'write "{words}"', (Edit(value.span, f'"{words}"'),), Safety.NEEDS_A_LOOK),)
    if isinstance(type, t.Number) and isinstance(value.value, str) and is_number(value.value):
        return (Fix(f"write {value.value}", (Edit(value.span, value.value),), Safety.NEEDS_A_LOOK),)
    if isinstance(value.value, str) and (bare := unquoted(type, value.value)):
        return (Fix(f"write `{bare}`", (Edit(value.span, bare),), Safety.NEEDS_A_LOOK),)
    if isinstance(type, t.Time) and isinstance(value.type, t.Date):
        new = f"{words} 00:00"
        return (Fix(f"write `{new}`", (Edit(value.span, new),), Safety.NEEDS_A_LOOK),)
    return ()


_DAY = re.compile(r"\d\d\d\d-\d\d-\d\d")
_INSTANT = re.compile(r"(\d\d\d\d-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)")


def unquoted(type: t.Type, text: str) -> str:
    """How a value of `type` that stands in quotes is written; "" where it is none."""
    if isinstance(type, t.Boolean):
        return text.lower() if text.lower() in ("true", "false") else ""
    if isinstance(type, t.Time | t.Date):
        instant = _INSTANT.fullmatch(text)
        return text if _DAY.fullmatch(text) else " ".join(instant.groups()) if instant else ""
    return ""


def is_number(text: str) -> bool:
    """Whether a text could be written as a number literal."""
    head, dot, tail = text.partition(".")
    return head.isascii() and head.isdigit() and (not dot or (tail.isascii() and tail.isdigit()))


def check_time_format(scope: Scope, format: ast.Text) -> None:
    """Report a format by which no date and no time can be read."""
    try:
        read_format(format.value)
    except FormatError as error:
        fixes = (replacement(format.value, error.meant, format.span, quote=True),) if error.meant else ()
        help = (
            f'did you mean "{error.meant}"?'
            if error.meant
            else 'it is made of YYYY, MM, DD, HH, mm and ss, such as "DD.MM.YYYY HH:mm"'
        )
        scope.report("SLA605", format.span, error.message, help=help, fixes=fixes)
