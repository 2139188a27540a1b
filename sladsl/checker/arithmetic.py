"""`+ − × ÷`, the functions, and `(value else default)`: typed by the one table, with units looked after here."""

from __future__ import annotations

from decimal import Decimal

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import budgets, signatures
from sladsl.checker.comparisons import Places, elapsed_only
from sladsl.checker.literals import check_listed
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import listed
from sladsl.functions import CALLED, CALLED_ELSEWHERE, CALLS
from sladsl.model.traversal import walk_row
from sladsl.syntax import ast


def combine(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places) -> m.Expression:
    """`left op right` for `+ - * /`."""
    a, b = left.type, right.type
    if isinstance(a, t.Unknown) or isinstance(b, t.Unknown):
        return m.Invalid(t.UNKNOWN, at.span)
    signature = signatures.fitting(op, (a, b))
    if signature is None:
        _report_operands(scope, op, left, right, at)
        return m.Invalid(t.UNKNOWN, at.span)
    result = _result(scope, op, left, right, at, signatures.type_of(signature.result))
    if isinstance(result, t.Unknown):
        return m.Invalid(t.UNKNOWN, at.span)
    of_others = m.OfAsker | m.DerivedUse if scope.askers else m.OfAsker
    asker = next((x for x in walk_row(right) if isinstance(x, of_others)), None)
    if op == "/" and asker is not None:
        scope.report(
            "SLA632",
            asker.span,
            f"rows cannot be divided yet by `{scope.words(asker.span)}`, which the row has that looks at them",
            help="multiply the other side of the comparison instead, or divide outside of the test",
        )
        return m.Invalid(t.UNKNOWN, at.span)
    return m.Operation(op, (left, right), result, at.span, at.op)


def _result(
    scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places, result: t.Type
) -> t.Type:
    a, b = left.type, right.type
    match a, b:
        case t.Number(unit=u), t.Number(unit=v):
            return _number(scope, op, left, right, at, u, v)
        case t.Duration(), t.Duration():
            if a.business != b.business:
                _report_clocks(scope, left, right, at)
                return t.UNKNOWN
            return a if elapsed_only(scope, left) and elapsed_only(scope, right) else t.UNKNOWN
        case t.Time(), t.Duration():
            return _moved(scope, op, right)
        case _:
            return result


def _number(
    scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places, u: str, v: str
) -> t.Type:
    if op == "/":
        return t.Number("" if v else u)
    if op == "*":
        return t.Number("" if u and v else u or v)
    if u and v and u != v:
        scope.report(
            "SLA304",
            at.span,
            f"`{scope.words(left.span)}` is in {u}, but `{scope.words(right.span)}` is in {v}",
            label="these cannot be added" if op == "+" else "these cannot be subtracted",
            help="values of different units are never put together: convert them before they come in",
        )
        return t.UNKNOWN
    return t.Number(u or v)


def _report_clocks(scope: Scope, left: m.Expression, right: m.Expression, at: Places) -> None:
    scope.report(
        "SLA305",
        at.span,
        f"`{scope.words(left.span)}` is {left.type}, but `{scope.words(right.span)}` is {right.type}",
        help="an hour on the clock is not a business hour: say both in the same kind of time",
    )


def _moved(scope: Scope, op: str, by: m.Expression) -> t.Type:
    """A time moved by a duration: forward by any, backward by a length of time only."""
    if not isinstance(by.type, t.Duration):
        return t.TIME
    if op == "-":
        if by.type.business:
            scope.report(
                "SLA315",
                by.span,
                f"business time cannot be counted backwards: `{scope.words(by.span)}` runs forward from a start",
                help="count it forward from the earlier moment, or go back by a length of time such as `2 days`",
            )
            return t.UNKNOWN
        return t.TIME if elapsed_only(scope, by) else t.UNKNOWN
    if by.type.business:
        _, resolved = budgets.agreement_hours(scope, by.span)
        return t.TIME if resolved else t.UNKNOWN
    return t.TIME


def _report_operands(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places) -> None:
    a, b = left.type, right.type
    x, y = scope.words(left.span), scope.words(right.span)
    moments = (t.Time, t.Date)
    if op == "-" and any(isinstance(x, moments) and x.planned for x in (a, b)):
        advice = "move one of them by a duration and compare: `placed + 3 days >= promised`"
    elif op == "-" and isinstance(a, moments) and isinstance(b, moments):
        advice = "the time between two moments is a KPI: `kpi … = time from … to …`"
    elif isinstance(a, t.Percent) or isinstance(b, t.Percent):
        advice = "write a number: 0.1 for 10%"
    elif op in {"+", "-"}:
        advice = f"`{op}` takes two numbers, two durations, or a time and a duration"
    else:
        advice = f"`{op}` takes two numbers"
    scope.report(
        "SLA301",
        at.span,
        f"`{x}` is {a}, and `{y}` is {b}",
        label=f"`{op}` does not go with these",
        help=advice,
    )


def negative(scope: Scope, operand: m.Expression, at: Places) -> m.Expression:
    """`-x` is `0 - x`; of a literal, the literal."""
    if not isinstance(operand.type, t.Number | t.Unknown):
        scope.report(
            "SLA301",
            operand.span,
            f"`-` takes a number, but `{scope.words(operand.span)}` is {operand.type}",
            help="leave the `-` out, or write a number behind it",
        )
        return m.Invalid(t.NUMBER, at.span)
    if isinstance(operand, m.Literal) and isinstance(operand.value, Decimal):
        return m.Literal(-operand.value, operand.type, at.span)
    zero = m.Literal(Decimal(0), t.NUMBER, at.op)
    return m.Operation("-", (zero, operand), operand.type, at.span, at.op)


def is_function(scope: Scope, function: ast.Name) -> bool:
    """Whether there is such a function; what there is not is reported, and then its arguments are not looked at: they may be what stands
    there elsewhere, such as `TRUE`."""
    name = function.text
    if name in CALLS:
        return True
    scope.ctx.report_unknown(
        "SLA212",
        scope.source,
        function,
        f"there is no function `{name}`",
        () if name.lower() in CALLED_ELSEWHERE else CALLS,
        help=CALLED_ELSEWHERE.get(name.lower(), f"the functions are {listed(CALLS, 'and')}"),
    )
    return False


def call(scope: Scope, node: ast.Call, args: tuple[m.Expression, ...]) -> m.Expression:
    """`domain(email)`, `greatest(a, b, c)`."""
    name = node.function.text
    scope.ctx.use(scope.source, node.function.span, "function", name)
    if not _right_number(scope, node, name, len(args)):
        return m.Invalid(t.UNKNOWN, node.span)
    if any(isinstance(a.type, t.Unknown) for a in args):
        return m.Invalid(t.UNKNOWN, node.span)
    types = [a.type for a in args]
    signature = signatures.fitting(name, types)
    if signature is None:
        _report_arguments(scope, name, args)
        return m.Invalid(t.UNKNOWN, node.span)
    result = signatures.type_of(signature.result)
    units = dict.fromkeys(a.unit for a in types if isinstance(a, t.Number) and a.unit)
    if name in {"least", "greatest"} and len(units) > 1:
        scope.report(
            "SLA304",
            node.span,
            f"`{name}` of values in {listed(units, 'and')}",
            help="compare values of one unit",
        )
        return m.Invalid(t.UNKNOWN, node.span)
    if isinstance(result, t.Number) and name != "length":
        result = t.Number(next(iter(units), ""))
    if isinstance(result, t.Duration) and not all(elapsed_only(scope, a) for a in args):
        return m.Invalid(t.UNKNOWN, node.span)
    return m.Operation(name, args, result, node.span, node.function.span)


def _right_number(scope: Scope, node: ast.Call, name: str, given: int) -> bool:
    least, most = signatures.arity(name)
    if given >= least and (most is None or given <= most):
        return True
    wanted = f"at least {least}" if most is None else str(least) if least == most else f"{least} or {most}"
    values = "value" if wanted == "1" else "values"
    scope.report(
        "SLA309",
        node.span,
        f"`{name}` takes {wanted} {values}, but here it is given {given or 'none'}",
        help=f"write it as {CALLED[name]}",
    )
    return False


def _report_arguments(scope: Scope, name: str, args: tuple[m.Expression, ...]) -> None:
    for place, arg in enumerate(args):
        alone: list[t.Type] = [t.UNKNOWN] * len(args)
        alone[place] = arg.type
        if signatures.fitting(name, alone) is None:
            wanted = signatures.wanted_words(name, place)
            scope.report(
                "SLA309",
                arg.span,
                f"`{name}` takes {wanted}, but `{scope.words(arg.span)}` is {arg.type}",
                label=f"expected {wanted}",
                help=f"write it as {CALLED[name]}",
            )
            return
    kinds = listed(dict.fromkeys(str(a.type) for a in args), "and")
    scope.report(
        "SLA309",
        args[0].span.to(args[-1].span),
        f"`{name}` takes values of one kind, but these are {kinds}",
        help=f"give it numbers alone, lengths of time alone or moments alone, as in {CALLED[name]}",
    )


def default(scope: Scope, value: m.Expression, other: m.Expression, at: Places) -> m.Expression:
    """`(value else default)`: an enumeration may take a default that is none of its values."""
    a, b = value.type, other.type
    if isinstance(a, t.Unknown) or isinstance(b, t.Unknown):
        return m.Invalid(b if isinstance(a, t.Unknown) else a, at.span)
    if isinstance(a, t.SetOf) or not t.comparable(a, b) or isinstance(a, t.Date) != isinstance(b, t.Date):
        scope.report(
            "SLA301",
            other.span,
            f"`{scope.words(value.span)}` is {a}, but its default `{scope.words(other.span)}` is {b}",
            label=f"expected {a}",
            help=f"what stands for a missing value is {a} too: write such a value behind `else`",
        )
        return m.Invalid(a, at.span)
    if not (elapsed_only(scope, value) and elapsed_only(scope, other)):
        return m.Invalid(a, at.span)
    if isinstance(a, t.OneOf) and isinstance(other, m.Literal) and other.value in a.values:
        check_listed(scope, "SLA302", f"`{scope.words(value.span)}`", a, str(other.value), other.span)
    return m.Operation("else", (value, other), _widened(a, other), at.span, at.op)


def _widened(a: t.Type, other: m.Expression) -> t.Type:
    if isinstance(a, t.OneOf):
        match other:
            case m.Literal(value=str() as text):
                return a if text in a.values else t.OneOf((*a.values, text), a.of)
            case _:
                return a if a == other.type else t.TEXT
    if isinstance(a, t.Number) and isinstance(other.type, t.Number):
        return t.Number(a.unit or other.type.unit)
    return a
