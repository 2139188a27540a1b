"""`closed 2026-12-24 to 2027-01-01`: dates on which a calendar is closed, whatever else it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import DAY, CalendarRules, Spans, day_date, day_number
from sladsl.checker.dates import report_backwards
from sladsl.checker.rules.report import diagnostic, remove
from sladsl.checker.rules.setting import is_own, outside_the_term
from sladsl.checker.scope import Scope
from sladsl.clauses import CalendarClause, CalendarKind, Told
from sladsl.diagnostics import Diagnostic
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording import names


@dataclass(frozen=True, slots=True)
class Closure(CalendarClause):
    """Both days included."""

    first: int
    last: int
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        return replace(made, closed=(*made.closed, (self.first, self.last)))

    def said(self) -> tuple[Told, str]:
        first, last = names.day(self.first), names.day(self.last)
        return Told.CLOSED, first if self.first == self.last else f"{first} to {last}"

    def covers(self, day: int, hours: Spans) -> bool:
        """Whether it leaves nothing of hours that start on a day: the tail after midnight stays open."""
        return self.first <= day <= self.last and bool(hours) and all(closes <= DAY for _, closes in hours)

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        if not is_own(model, calendar):
            return
        yield from self._idle(calendar)
        yield from outside_the_term(model, calendar, self.first, self.last, self.span)

    def _idle(self, calendar: m.Calendar) -> Iterator[Diagnostic]:
        first, last, rules = self.first, self.last, calendar.rules
        if last - first >= 7 or not all(_is_shut(rules, day) for day in range(first, last + 1)):
            return
        message = f"`{calendar.name}` is not open on {day_date(first)} anyway: it is a {day_date(first):%A}"
        if first < last:
            message = f"`{calendar.name}` is not open from {day_date(first)} to {day_date(last)} anyway"
        yield diagnostic(
            "SLA903",
            message,
            self.span,
            calendar.origin.file,
            help="check the date",
            fixes=[remove(self.span, "remove it")],
        )


def _is_shut(rules: CalendarRules, day: int) -> bool:
    """Without hours of its own, and without a tail of the night before."""
    own_hours = {day for day, _ in rules.openings}
    before = rules.weekly[(day + 2) % 7]
    if day in own_hours or day - 1 in own_hours or any(closes > DAY for _, closes in before):
        return False
    return not rules.weekly[(day + 3) % 7]


def _check(scope: Scope, name: str, node: ast.Clause) -> Closure:
    first, last = node.parts
    if last is not None:
        report_backwards(scope, first, last, "the closure")
    return Closure(day_number(first.value), day_number((last or first).value), node.span)


KIND = CalendarKind(
    rule="closure",
    words="closed",
    clause=Closure,
    check=_check,
    once=False,
    help={"closed": "a date, or several, on which nobody is there"},
)
