"""`year starts february`, `week starts sunday`: where years, with their quarters, and weeks begin."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.literals import DAYS, MONTHS
from sladsl.wording import names


@dataclass(frozen=True, slots=True)
class YearStarts(AgreementClause):
    """January is 1."""

    month: int
    span: Span

    fact = "Periods"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, year_starts=self.month)

    def said(self, a: m.Agreement) -> str:
        return f"years begin in {names.MONTHS[self.month - 1]}" if self.month != 1 else ""


@dataclass(frozen=True, slots=True)
class WeekStarts(AgreementClause):
    """Monday is 0."""

    day: int
    span: Span

    fact = "Periods"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, week_starts=self.day)

    def said(self, a: m.Agreement) -> str:
        return f"weeks begin on {names.WEEK[self.day]}" if self.day else ""


def _year(scope: Scope, made: m.Agreement, node: ast.Clause) -> YearStarts:
    (month,) = node.parts
    return YearStarts(MONTHS.index(month.text) + 1, node.span)


def _week(scope: Scope, made: m.Agreement, node: ast.Clause) -> WeekStarts:
    (day,) = node.parts
    return WeekStarts(DAYS.index(day.text), node.span)


KINDS = (
    AgreementKind(
        rule="year_starts",
        words="year starts",
        clause=YearStarts,
        check=_year,
        help={"year starts": "the month in which the year begins; quarters move with it"},
    ),
    AgreementKind(
        rule="week_starts",
        words="week starts",
        clause=WeekStarts,
        check=_week,
        help={"week starts": "the day with which the week begins; Monday, unless it is said"},
    ),
)
