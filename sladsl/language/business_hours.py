"""`hours desk`: the calendar of business time where a duration names none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker import budgets
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Hours(AgreementClause):
    calendar: str
    span: Span

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, hours=self.calendar)

    def said(self, a: m.Agreement) -> str:
        """The calendar's own entry on the page says it."""
        return ""


def _check(scope: Scope, made: m.Agreement, node: ast.Clause) -> Hours | None:
    (name,) = node.parts
    calendar = budgets.find_calendar(scope, name)
    if calendar is not None and not budgets.is_every_rows(
        scope, ast.Reference(name, None, name.span), calendar
    ):
        return None
    scope.ctx.broken_hours = calendar is None
    return None if calendar is None else Hours(calendar, node.span)


KIND = AgreementKind(
    rule="hours",
    words="hours",
    clause=Hours,
    check=_check,
    resolves=True,
    help={"hours": "the calendar of business time"},
)
