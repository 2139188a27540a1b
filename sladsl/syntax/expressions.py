"""From the parts of a rule of the grammar to the node it stands for: literals, expressions, populations."""

from __future__ import annotations

from typing import Literal, TypeVar

from sladsl.source import Span
from sladsl.syntax import ast, literals
from sladsl.syntax.problems import Problems, problem
from sladsl.syntax.split import Word

Choice = TypeVar("Choice", bound=str)


def choose(word: Word, *options: Choice) -> Choice:
    """The option that the word spells, whatever the space between its parts."""
    spelled = " ".join(word.text.split())
    return next(option for option in options if option == spelled)


def part(word: Word, number: int) -> Word:
    """One word of a phrase: `sum` of `sum of`."""
    return Word(word.kind, word.text.split()[number], word.span)


class ExpressionBuilder:
    """What the rules of conditions and values build; `problems` collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: Problems = []

    # --- literals

    def plain_number(self, span: Span, minus: Word | None, number: ast.Number) -> ast.Number:
        return ast.Number(-number.value, span) if minus else number

    def boolean(self, span: Span, word: Word) -> ast.Boolean:
        return ast.Boolean(word.text == "true", span)

    def duration(self, span: Span, amount: ast.Number, business: Word | None, unit: Word) -> ast.Duration:
        return literals.duration(amount, business is not None, unit, span, self.problems)

    constant_number = plain_number
    constant_boolean = boolean
    constant_duration = duration

    def set(self, span: Span, *items: ast.Expression) -> ast.SetLiteral:
        return ast.SetLiteral(items, span)

    # --- expressions

    def reference(self, span: Span, first: ast.Name, second: ast.Name | None) -> ast.Reference:
        return ast.Reference(second, first, span) if second else ast.Reference(first, None, span)

    def or_(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("or", left, right, op.span, span)

    def and_(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("and", left, right, op.span, span)

    def not_(self, span: Span, operand: ast.Expression) -> ast.Unary:
        return ast.Unary("not", operand, span)

    def negative(self, span: Span, _minus: Word, operand: ast.Expression) -> ast.Unary:
        return ast.Unary("-", operand, span)

    def plus(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("+" if op.kind == "PLUS" else "-", left, right, op.span, span)

    def times(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("*" if op.kind == "TIMES" else "/", left, right, op.span, span)

    def compare(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        spelled: ast.BinaryOp = choose(
            op, "=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with", "matches"
        )
        return ast.Binary(spelled, left, right, op.span, span)

    def between(
        self, span: Span, value: ast.Expression, low: ast.Expression, high: ast.Expression
    ) -> ast.Between:
        return ast.Between(value, low, high, span)

    def in_(self, span: Span, value: ast.Expression, options: ast.Expression) -> ast.In:
        return ast.In(value, options, False, span)

    def not_in(self, span: Span, value: ast.Expression, options: ast.Expression) -> ast.In:
        return ast.In(value, options, True, span)

    def presence(self, span: Span, value: ast.Expression, word: Word) -> ast.Presence:
        return ast.Presence(value, word.kind == "IS_KNOWN", span)

    def kpi_within(self, span: Span, kpi: ast.Name, budget: ast.Budget) -> ast.KpiWithin:
        return ast.KpiWithin(kpi, budget, span)

    def plain_budget(self, span: Span, duration: ast.Duration, calendar: ast.Name | None) -> ast.Budget:
        return ast.Budget(duration, calendar, False, span)

    def default(self, span: Span, value: ast.Expression, default: ast.Expression) -> ast.Default:
        return ast.Default(value, default, span)

    def call(self, span: Span, function: ast.Name, *arguments: ast.Expression | None) -> ast.Call:
        return ast.Call(function, tuple(each for each in arguments if each), span)

    # --- child records

    def child_test(self, span: Span, quantifier: Word, *rest: object) -> ast.ChildTest:
        word = choose(quantifier, "any", "no", "at least", "at most")
        count = rest[0] if isinstance(rest[0], ast.Number) else None
        record, bounds, where = rest[-3:]
        if count and (count.value != count.value.to_integral_value()):
            self.problems.append(problem("SLA108", "rows are counted in whole numbers", count.span))
        return ast.ChildTest(word, count, record, bounds, where, span)  # type: ignore[arg-type]

    def aggregate(self, span: Span, *parts: object) -> ast.ChildAggregate:
        *head, record, bounds, where = parts
        if not head:
            return ast.ChildAggregate("count", None, record, bounds, where, span)  # type: ignore[arg-type]
        word, value = head
        assert isinstance(word, Word)
        function: Literal["sum", "average", "least", "greatest"] = choose(
            part(word, 0), "sum", "average", "least", "greatest"
        )
        return ast.ChildAggregate(function, value, record, bounds, where, span)  # type: ignore[arg-type]

    def bounds(
        self, span: Span, duration: ast.Duration, direction: Word, moment: ast.Reference
    ) -> ast.Bounds:
        return ast.Bounds(duration, choose(direction, "before", "after"), moment, span)
