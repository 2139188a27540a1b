"""`open monday to friday 09:00 to 17:00`, `open 2026-12-24 09:00 to 13:00`: the hours of a calendar, by the week and of a date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sladsl import model as m
from sladsl.calendars import CalendarRules, Spans, day_date, day_number
from sladsl.checker.rules.report import diagnostic, label_in, remove
from sladsl.checker.rules.setting import is_own, outside_the_term
from sladsl.checker.scope import Scope
from sladsl.clauses import CalendarClause, CalendarKind, Told
from sladsl.diagnostics import Diagnostic, Label
from sladsl.language.closure import Closure
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording import names

_SECOND = 1_000_000
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Hours:
    """Seconds after midnight; what closes past 24:00 closes on the next date."""

    opens: int
    closes: int
    span: Span


@dataclass(frozen=True, slots=True)
class WeeklyHours(CalendarClause):
    """`days` are those that it names, Monday is 0."""

    days: tuple[int, ...]
    hours: tuple[Hours, ...]
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        hours = _spans(self.hours)
        weekly = [
            tuple(sorted((*spans, *hours * self.days.count(day)))) for day, spans in enumerate(made.weekly)
        ]
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = weekly
        return replace(made, weekly=(monday, tuesday, wednesday, thursday, friday, saturday, sunday))

    def said(self) -> tuple[Told, str]:
        return Told.WEEK, ""


@dataclass(frozen=True, slots=True)
class DatedHours(CalendarClause):
    day: int
    hours: tuple[Hours, ...]
    date_span: Span
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        return replace(made, openings=(*made.openings, (self.day, _spans(self.hours))))

    def said(self) -> tuple[Told, str]:
        return Told.OPEN, f"{names.day(self.day)} {names.hours(_spans(self.hours))}"

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        yield from self._closed(calendar)
        if is_own(model, calendar):
            yield from outside_the_term(model, calendar, self.day, self.day, self.span)

    def _closed(self, calendar: m.Calendar) -> Iterator[Diagnostic]:
        file = calendar.origin.file
        for closure in calendar.clauses:
            if isinstance(closure, Closure) and closure.covers(self.day, _spans(self.hours)):
                yield diagnostic(
                    "SLA523",
                    f"the hours of {day_date(self.day)} never apply: "
                    "the date is closed, and a closed date is closed whatever else is said",
                    self.span,
                    file,
                    labels=[label_in(file, file, closure.span, "closed here")],
                    help="leave one of the two out",
                    fixes=[remove(self.span, "remove the hours")],
                )
                return


def _spans(hours: Sequence[Hours]) -> Spans:
    return tuple(sorted((each.opens * _SECOND, each.closes * _SECOND) for each in hours))


def _weekly(scope: Scope, name: str, node: ast.Clause) -> WeeklyHours:
    days, spans = node.parts
    named = ((each.first + step) % 7 for each in days for step in range((each.last - each.first) % 7 + 1))
    return WeeklyHours(tuple(named), _hours(scope, spans), node.span)


def _dated(scope: Scope, name: str, node: ast.Clause) -> DatedHours:
    date, spans = node.parts
    hours = _hours(scope, spans)
    _report_overlaps(scope, hours, set())
    return DatedHours(day_number(date.value), hours, date.span, node.span)


def _hours(scope: Scope, spans: Sequence[ast.ClockSpan]) -> tuple[Hours, ...]:
    """Hours that close before they open run past midnight; they belong to the day they start on."""
    hours: list[Hours] = []
    for span in spans:
        opens, closes = span.start.seconds, span.end.seconds
        words = scope.source.slice(span.span)
        if opens == closes or opens >= _DAY:
            scope.report(
                "SLA504",
                span.span,
                f"`{words}` is no time at all: it closes when it opens"
                if opens == closes
                else f"`{words}` opens when the day is over",
                help="a whole day is `00:00 to 24:00`",
            )
            continue
        hours.append(Hours(opens, closes if closes > opens else closes + _DAY, span.span))
    return tuple(hours)


def _weekly_together(scope: Scope, clauses: Sequence[CalendarClause]) -> None:
    """Hours that overlap on one day, or reach past midnight into the next day's."""
    weekly: list[list[Hours]] = [[] for _ in range(7)]
    for clause in clauses:
        assert isinstance(clause, WeeklyHours)
        for day in clause.days:
            weekly[day] += clause.hours
    reported: set[Span] = set()
    for day, hours in enumerate(weekly):
        night = [each for each in hours if each.closes > _DAY]
        early = [Hours(each.opens + _DAY, each.closes + _DAY, each.span) for each in weekly[(day + 1) % 7]]
        _report_overlaps(scope, hours, reported)
        _report_overlaps(scope, [*night, *early] if night else [], reported)


def _dated_together(scope: Scope, clauses: Sequence[CalendarClause]) -> None:
    first: dict[int, DatedHours] = {}
    for clause in clauses:
        assert isinstance(clause, DatedHours)
        if first.setdefault(clause.day, clause) is not clause:
            scope.report(
                "SLA202",
                clause.date_span,
                f"{day_date(clause.day)} is given hours twice",
                labels=(Label(first[clause.day].date_span, "the first time"),),
                help="several spans of one day stand in one line: `09:00 to 12:00, 13:00 to 17:00`",
            )


def _report_overlaps(scope: Scope, hours: Sequence[Hours], reported: set[Span]) -> None:
    ordered = sorted(hours, key=lambda each: (each.opens, each.closes))
    for one, other in pairwise(ordered):
        first, second = sorted((one.span, other.span))
        if other.opens >= one.closes or second in reported:
            continue
        reported.add(second)
        scope.report(
            "SLA505",
            second,
            f"`{scope.source.slice(second)}` overlaps hours of the same time",
            labels=() if first == second else (Label(first, "already open here"),),
            help="hours that run past midnight reach into the next day"
            if max(one.closes, other.closes) > _DAY
            else "",
        )


KINDS = (
    CalendarKind(
        rule="weekly_opening",
        words="open",
        clause=WeeklyHours,
        check=_weekly,
        together=_weekly_together,
        once=False,
        help={"open": "weekly hours, or the hours of one date", "every day": "Monday to Sunday"},
    ),
    CalendarKind(
        rule="dated_opening",
        words="open",
        clause=DatedHours,
        check=_dated,
        together=_dated_together,
        once=False,
        help={},
    ),
)
