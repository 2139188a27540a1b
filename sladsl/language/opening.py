"""`open monday to friday 09:00 to 17:00`, `open 2026-12-24 09:00 to 13:00`: the hours of a calendar, by the week and of a date.

Weekly hours may hold `from` a date on, or `until` one: they stand in place of what else is said of the days that they name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sladsl import model as m
from sladsl.calendars import CalendarRules, day_date, day_number
from sladsl.calendars.rules import DatedWeek, Week
from sladsl.checker.dates import A_DAY, Hours, hours_of, report_backwards, spans_of
from sladsl.checker.rules.report import diagnostic, label_in, remove
from sladsl.checker.rules.setting import is_own, outside_the_term
from sladsl.checker.scope import Scope
from sladsl.clauses import CalendarClause, CalendarKind, Told
from sladsl.diagnostics import Diagnostic, Label
from sladsl.language.closure import Closure
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording import names


@dataclass(frozen=True, slots=True)
class WeeklyHours(CalendarClause):
    """`days` are those that it names, Monday is 0; `first` and `last` the dates between which it holds, both included."""

    days: tuple[int, ...]
    hours: tuple[Hours, ...]
    first: int | None
    last: int | None
    span: Span

    @property
    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None

    @property
    def week(self) -> Week:
        """What it gives each day of the week."""
        weekly = [spans_of(self.hours) * self.days.count(day) for day in range(7)]
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = weekly
        return monday, tuesday, wednesday, thursday, friday, saturday, sunday

    def plan(self, made: CalendarRules) -> CalendarRules:
        week = self.week
        if self.first is not None or self.last is not None:
            return replace(made, weeks=(*made.weeks, DatedWeek(self.first, self.last, week)))
        both = [tuple(sorted((*before, *added))) for before, added in zip(made.weekly, week, strict=True)]
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = both
        return replace(made, weekly=(monday, tuesday, wednesday, thursday, friday, saturday, sunday))

    def said(self) -> tuple[Told, str]:
        begins = "" if self.first is None else f"from {names.day(self.first)} on"
        ends = "" if self.last is None else f"until {names.day(self.last)}"
        when = " ".join(part for part in (begins.removesuffix(" on") if ends else begins, ends) if part)
        return Told.CHANGE if self.is_dated else Told.WEEK, f"{when}: {'; '.join(names.week(self.week))}"

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        if self.is_dated and is_own(model, calendar):
            yield from outside_the_term(model, calendar, self.first, self.last, self.span)


@dataclass(frozen=True, slots=True)
class DatedHours(CalendarClause):
    day: int
    hours: tuple[Hours, ...]
    date_span: Span
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        return replace(made, openings=(*made.openings, (self.day, spans_of(self.hours))))

    def said(self) -> tuple[Told, str]:
        return Told.OPEN, f"{names.day(self.day)} {names.hours(spans_of(self.hours))}"

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        yield from self._closed(calendar)
        if is_own(model, calendar):
            yield from outside_the_term(model, calendar, self.day, self.day, self.span)

    def _closed(self, calendar: m.Calendar) -> Iterator[Diagnostic]:
        file = calendar.origin.file
        for closure in calendar.clauses:
            if isinstance(closure, Closure) and closure.covers(self.day, spans_of(self.hours)):
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


def _weekly(scope: Scope, name: str, node: ast.Clause) -> WeeklyHours:
    days, spans, first, last = node.parts
    if first is not None and last is not None:
        report_backwards(scope, first, last, "what holds between these dates")
    named = ((each.first + step) % 7 for each in days for step in range((each.last - each.first) % 7 + 1))
    begins, ends = (None if each is None else day_number(each.value) for each in (first, last))
    return WeeklyHours(tuple(named), hours_of(scope, spans), begins, ends, node.span)


def _dated(scope: Scope, name: str, node: ast.Clause) -> DatedHours:
    date, spans = node.parts
    hours = hours_of(scope, spans)
    _report_overlaps(scope, hours, set())
    return DatedHours(day_number(date.value), hours, date.span, node.span)


def _weekly_together(scope: Scope, clauses: Sequence[CalendarClause]) -> None:
    """Hours that overlap on one day, or reach past midnight into the next day's, in each of the weeks that come to hold."""
    weekly = [clause for clause in clauses if isinstance(clause, WeeklyHours)]
    if _report_ambiguous(scope, weekly):
        return
    begins = {clause.first for clause in weekly} | {
        clause.last + 1 for clause in weekly if clause.last is not None
    }
    reported: set[Span] = set()
    for day in (None, *sorted(day for day in begins if day is not None)):
        _report_overlaps_of_week(scope, [_in_force(weekly, weekday, day) for weekday in range(7)], reported)


def _in_force(weekly: Sequence[WeeklyHours], weekday: int, day: int | None) -> list[Hours]:
    """The hours of a weekday from a day on (None: from the beginning of time): of the dated ones that began last, else of the others."""
    of_day = [clause for clause in weekly if weekday in clause.days]
    dated = [
        clause
        for clause in of_day
        if clause.is_dated
        and (clause.first is None or (day is not None and clause.first <= day))
        and (clause.last is None or day is None or day <= clause.last)
    ]
    latest = max((clause.first for clause in dated if clause.first is not None), default=None)
    chosen = (
        [clause for clause in dated if clause.first == latest]
        if dated
        else [c for c in of_day if not c.is_dated]
    )
    return [hours for clause in chosen for hours in clause.hours * clause.days.count(weekday)]


def _report_ambiguous(scope: Scope, weekly: Sequence[WeeklyHours]) -> bool:
    """Two that name one day, begin on one date and end on different ones: neither began later."""
    dated = [clause for clause in weekly if clause.is_dated]
    for at, clause in enumerate(dated):
        for other in dated[:at]:
            if (
                clause.first == other.first
                and clause.last != other.last
                and set(clause.days) & set(other.days)
            ):
                begin = "without a beginning" if clause.first is None else f"from {day_date(clause.first)} on"
                scope.report(
                    "SLA730",
                    clause.span,
                    f"two lines give the same days hours {begin}, and do not say which of them holds",
                    labels=(Label(other.span, "the other one"),),
                    help="of the hours of one day those hold that began last: give one of the two another `from`",
                )
                return True
    return False


def _report_overlaps_of_week(scope: Scope, week: Sequence[Sequence[Hours]], reported: set[Span]) -> None:
    for day, hours in enumerate(week):
        night = [each for each in hours if each.closes > A_DAY]
        early = [Hours(each.opens + A_DAY, each.closes + A_DAY, each.span) for each in week[(day + 1) % 7]]
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
            if max(one.closes, other.closes) > A_DAY
            else "let one end before the other begins, or write both as one",
        )


KINDS = (
    CalendarKind(
        rule="weekly_opening",
        words="open",
        clause=WeeklyHours,
        check=_weekly,
        together=_weekly_together,
        once=False,
        help={
            "open": "weekly hours, or the hours of one date",
            "every day": "Monday to Sunday",
            "until": "the last date on which it holds",
        },
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
