"""`zone "America/New_York"`: where days and months begin, and where a calendar's clock hangs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import CalendarRules
from sladsl.checker.records import find_field, find_record
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


@dataclass(frozen=True, slots=True)
class ZoneOfRows(CalendarClause):
    """`zone time_zone`: each row's own, in a calendar `of rep`."""

    record: str
    field: str
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        return replace(made, zone="UTC", zone_of=f"{self.record}.{self.field}")

    def said(self) -> tuple[Told, str]:
        return Told.WEEK, f"each {self.record.replace('_', ' ')}'s own {self.field.replace('_', ' ')}"


def _of_agreement(scope: Scope, made: m.Agreement, node: ast.Clause) -> Zone:
    (zone,) = node.parts
    return Zone(check_zone(scope.ctx, scope.source, zone) or "UTC", node.span)


def _of_calendar(scope: Scope, name: str, node: ast.Clause) -> ZoneOfHours | None:
    (zone,) = node.parts
    found = check_zone(scope.ctx, scope.source, zone)
    return None if found is None else ZoneOfHours(found, node.span)


def _of_rows(scope: Scope, name: str, node: ast.Clause) -> ZoneOfRows | None:
    (word,) = node.parts
    symbol = scope.ctx.symbols[name]
    assert isinstance(symbol.node, ast.Calendar)
    if symbol.node.record is None:
        scope.report(
            "SLA612",
            word.span,
            f"`{word.text}` is a field of a record, and this calendar belongs to no record",
            label="expected a zone in quotes",
            help=f'say whose calendar it is, `calendar {name} of rep:`, or name one zone: `zone "America/New_York"`',
        )
        return None
    record = find_record(
        scope.ctx, scope.source, symbol.node.record, "the record whose rows have the calendar"
    )
    field = None if record is None else find_field(scope.ctx, scope.source, word, record)
    if record is None or field is None:
        return None
    if symbol.node.has("zone"):
        scope.report(
            "SLA612", word.span, "a calendar has one zone", help="keep one of the two `zone` clauses"
        )
        return None
    if not isinstance(field.type, t.Text) or field.type.key_of:
        scope.report(
            "SLA612",
            word.span,
            f'`{field.name}` is {field.type}, and a zone is named by text such as "America/New_York"',
            label="expected a `text` field",
            help=f"declare `{field.name}  text`, or name the field that holds the zone",
        )
        return None
    return ZoneOfRows(record.name, field.name, node.span)


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
OF_ROWS = CalendarKind(rule="zone_field", words="zone", clause=ZoneOfRows, check=_of_rows, help={})
OF_HOURS = CalendarKind(rule="zone", words="zone", clause=ZoneOfHours, check=_of_calendar, help={})
