"""`zone "America/New_York"`: where days and months begin, and where a calendar's clock hangs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import CalendarRules
from sladsl.checker.scope import Scope
from sladsl.checker.setting import check_zone
from sladsl.clauses import AgreementClause, AgreementKind, CalendarClause, CalendarKind, Told
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.source import Source, Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Zone(AgreementClause):
    name: str
    span: Span

    fact = "Periods"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, zone=self.name)

    def said(self, a: m.Agreement) -> str:
        return f"begin at midnight in {self.name}"


@dataclass(frozen=True, slots=True)
class ZoneOfHours(CalendarClause):
    name: str
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        return replace(made, zone=self.name)

    def said(self) -> tuple[Told, str]:
        return Told.WEEK, self.name


def _of_agreement(scope: Scope, made: m.Agreement, node: ast.Clause) -> Zone:
    (zone,) = node.parts
    return Zone(check_zone(scope.ctx, scope.source, zone) or "UTC", node.span)


def _of_calendar(scope: Scope, name: str, node: ast.Clause) -> ZoneOfHours | None:
    (zone,) = node.parts
    found = check_zone(scope.ctx, scope.source, zone)
    return None if found is None else ZoneOfHours(found, node.span)


def _none(scope: Scope, made: m.Agreement) -> Zone:
    """No zone is guessed: one that is needed and not there is an error."""
    at = made.origin.name_span
    if scope.ctx.needs_a_zone:
        scope.report(
            "SLA437",
            at,
            "this agreement does not say in which time zone its days and months begin",
            label="no `zone`",
            help='add a line such as `zone "America/New_York"`, or `zone "UTC"`',
            fixes=(
                Fix(
                    'add `zone "UTC"`',
                    (Edit(_after_header(scope.source, at.end), '\n  zone "UTC"'),),
                    Safety.NEEDS_A_LOOK,
                ),
            ),
        )
    return Zone("UTC", at)


def _after_header(source: Source, at: int) -> Span:
    """Just after the colon that ends an agreement's first line."""
    colon = source.text.find(":", at)
    return Span(colon + 1, colon + 1) if colon >= 0 else Span(at, at)


KIND = AgreementKind(
    rule="zone",
    words="zone",
    clause=Zone,
    check=_of_agreement,
    absent=_none,
    help={"zone": "the time zone in which days and months begin"},
)
OF_HOURS = CalendarKind(rule="zone", words="zone", clause=ZoneOfHours, check=_of_calendar, help={})
