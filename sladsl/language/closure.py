"""`closed 2026-12-24 to 2027-01-01`, `closed 2026-03-03 09:00 to 13:00 because "CRM outage"`: dates, or hours of dates, on which a
calendar is closed, whatever else it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import DAY, CalendarRules, ClosedHours, Spans, day_date, day_number
from sladsl.checker.dates import Hours, hours_of, report_backwards, spans_of
from sladsl.checker.rules.report import diagnostic, remove
from sladsl.checker.rules.setting import is_own, outside_the_term
from sladsl.checker.scope import Scope
from sladsl.clauses import CalendarClause, CalendarKind, Told
from sladsl.diagnostics import Diagnostic
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording import names


@dataclass(frozen=True, slots=True)
class Closure(CalendarClause):
    """`dates` are stretches of days, both ends included; without `hours` the whole dates are closed."""

    dates: tuple[tuple[int, int], ...]
    hours: tuple[Hours, ...]
    because: str
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        if not self.hours:
            why = tuple((first, last, self.because) for first, last in self.dates if self.because)
            return replace(made, closed=(*made.closed, *self.dates), reasons=(*made.reasons, *why))
        closed = tuple(
            ClosedHours(day, opens, closes, self.because)
            for day in self._days
            for opens, closes in spans_of(self.hours)
        )
        return replace(made, closed_hours=(*made.closed_hours, *closed))

    @property
    def _days(self) -> tuple[int, ...]:
        return tuple(day for first, last in self.dates for day in range(first, last + 1))

    def said(self) -> tuple[Told, str]:
        dates = joined(
            names.day(first) if first == last else f"{names.day(first)} to {names.day(last)}"
            for first, last in self.dates
        )
        hours = f" {names.hours(spans_of(self.hours))}" if self.hours else ""
        because = f" ({self.because})" if self.because else ""
        return Told.CLOSED, f"{dates}{hours}{because}"

    def covers(self, day: int, hours: Spans) -> bool:
        """Whether it leaves nothing of hours that start on a day: the tail after midnight stays open."""
        if self.hours or not hours or any(closes > DAY for _, closes in hours):
            return False
        return any(first <= day <= last for first, last in self.dates)

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        if not is_own(model, calendar):
            return
        yield from self._idle(calendar)
        yield from self._halves(calendar)
        for first, last in self.dates:
            yield from outside_the_term(model, calendar, first, last, self.span)

    def _idle(self, calendar: m.Calendar) -> Iterator[Diagnostic]:
        """Dates that it closes although nothing is open on them, and hours of such dates."""
        for first, last in self.dates:
            if last - first >= 7 or not all(
                self._is_idle(calendar.rules, day) for day in range(first, last + 1)
            ):
                continue
            if self.hours:
                message = f"`{calendar.name}` is not open at these hours of {day_date(first)} anyway"
            elif first < last:
                message = f"`{calendar.name}` is not open from {day_date(first)} to {day_date(last)} anyway"
            else:
                message = (
                    f"`{calendar.name}` is not open on {day_date(first)} anyway: it is a {day_date(first):%A}"
                )
            alone = len(self.dates) == 1
            yield diagnostic(
                "SLA903",
                message,
                self.span,
                calendar.origin.file,
                help="check the date",
                fixes=[remove(self.span, "remove it")] if alone else [],
            )

    def _halves(self, calendar: m.Calendar) -> Iterator[Diagnostic]:
        """Dates that part the nights at their midnights: whoever closes a night means one of them, from its beginning to its end."""
        for first, last in self.dates if not self.hours else ():
            night = next((x for x in _hours(calendar.rules, last) if x[1] > DAY), None)
            if night is None:
                continue
            opens, closes = names.clock(night[0]), names.clock(night[1] - DAY)
            dates = f"{day_date(first)}" if first == last else f"{day_date(first)} to {day_date(last)}"
            yield diagnostic(
                "SLA550",
                f"`closed {dates}` ends at midnight: in the night that began at {opens} on {day_date(last)}, `{calendar.name}` is open "
                f"from 24:00 to {closes}",
                self.span,
                calendar.origin.file,
                label="closes halves of nights",
                help=f"to close the {'night that begins' if first == last else 'nights that begin'} then, write "
                f"`closed {dates} {opens} to {closes}`",
            )

    def _is_idle(self, rules: CalendarRules, day: int) -> bool:
        if not self.hours:
            return _is_shut(rules, day)
        around = [
            (opens + later * DAY, closes + later * DAY)
            for later in (-1, 0, 1)
            for opens, closes in _hours(rules, day + later)
        ]
        return not any(
            opens < ends and begins < closes
            for begins, ends in spans_of(self.hours)
            for opens, closes in around
        )


def _hours(rules: CalendarRules, day: int) -> Spans:
    own = [spans for date, spans in rules.openings if date == day]
    return tuple(span for spans in own for span in spans) if own else rules.weekly_on(day)


def _is_shut(rules: CalendarRules, day: int) -> bool:
    """Without hours of its own, and without a tail of the night before."""
    own_hours = {day for day, _ in rules.openings}
    before = rules.weekly_on(day - 1)
    if day in own_hours or day - 1 in own_hours or any(closes > DAY for _, closes in before):
        return False
    return not rules.weekly_on(day)


def _check(scope: Scope, name: str, node: ast.Clause) -> Closure:
    written, spans, because = node.parts
    if isinstance(written, ast.Clause):
        first, last = written.parts
        report_backwards(scope, first, last, "the closure")
        dates: tuple[tuple[int, int], ...] = ((day_number(first.value), day_number(last.value)),)
    else:
        dates = tuple((day, day) for day in (day_number(date.value) for date in written))
    hours = hours_of(scope, spans or ())
    return Closure(dates, hours, because.value if because else "", node.span)


KIND = CalendarKind(
    rule="closure",
    words="closed",
    clause=Closure,
    check=_check,
    once=False,
    help={
        "closed": "a date, or several, on which nobody is there; or hours of them",
        "because": "the reason: it is printed, not judged",
    },
)
