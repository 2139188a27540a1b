"""Calendars beside the deadlines that they decide: never open, not open long enough; and what a clause of one asks about its place."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl.calendars import DAY, CalendarRules, DurationKind, Spans, day_date, day_number, describe, is_zone
from sladsl.checker.rules.report import diagnostic, label_in
from sladsl.clauses import clauses_of_agreement, clauses_of_calendar
from sladsl.diagnostics import Diagnostic
from sladsl.source import Span

FAR_AFTER = 366
"""Days after the term within which a closure may still move a deadline."""


def check_agreement(model: m.Model) -> Iterator[Diagnostic]:
    """What its clauses say of themselves."""
    if model.agreement is not None:
        for clause in clauses_of_agreement(model.agreement):
            yield from clause.rules(model)


def check_hours(model: m.Model) -> Iterator[Diagnostic]:
    budgets = _budgets(model)
    for calendar in model.calendars.values():
        if not is_zone(calendar.rules.zone):
            continue
        if not _opens(calendar.rules):
            yield diagnostic(
                "SLA520",
                f"`{calendar.name}` is never open, so no deadline in it is ever due",
                calendar.origin.name_span,
                calendar.origin.file,
                help="give it weekly hours: `open monday to friday 09:00 to 17:00`",
            )
            continue
        used = budgets.get(calendar.name)
        if used:
            yield from _reach(model, calendar, used)
        for clause in clauses_of_calendar(calendar):
            yield from clause.rules(model, calendar)


def is_counted_in(model: m.Model, calendar: m.Calendar) -> bool:
    """Whether a deadline is."""
    return any(budget.calendar == calendar.name for budget, _ in _deadlines(model))


def is_own(model: m.Model, calendar: m.Calendar) -> bool:
    """Whether the agreement's own file has it: a shared one lists other years, and holidays that fall on a Sunday, on purpose."""
    return model.agreement is not None and model.agreement.origin.file == calendar.origin.file


def outside_the_term(
    model: m.Model, calendar: m.Calendar, start: int | None, end: int | None, span: Span
) -> Iterator[Diagnostic]:
    """Dates of another year than the term's; None for a stretch without a beginning, or without an end."""
    agreement = model.agreement
    if agreement is None or agreement.first is None:
        return
    first = day_number(agreement.first)
    last = None if agreement.last is None else day_number(agreement.last) + FAR_AFTER
    early = end is not None and end < first
    if early or (last is not None and start is not None and start > last):
        side = "before the term begins" if early else "long after the term ends"
        day = start if start is not None else end
        assert day is not None
        yield diagnostic(
            "SLA904",
            f"{day_date(day)} is {side}, so it decides no deadline",
            span,
            calendar.origin.file,
            help=f"check the year: the term is {agreement.first} to {agreement.last or 'no end'}",
        )


def _opens(rules: CalendarRules) -> bool:
    return (
        any(rules.weekly)
        or bool(rules.weeks)
        or any(spans and not _covering(rules, day, spans) for day, spans in rules.openings)
    )


def _covering(rules: CalendarRules, day: int, spans: tuple[tuple[int, int], ...]) -> list[int]:
    """The closures that leave nothing of the hours that start on a day."""
    if any(closes > DAY for _, closes in spans):
        return []  # the tail after midnight stays open
    return [i for i, (first, last) in enumerate(rules.closed) if first <= day <= last]


def _is_closed(rules: CalendarRules, day: int) -> bool:
    return any(first <= day <= last for first, last in rules.closed)


def _budgets(model: m.Model) -> dict[str, list[tuple[m.Budget, str]]]:
    """Every business-time deadline by its calendar, with the file it stands in."""
    budgets: dict[str, list[tuple[m.Budget, str]]] = {}
    for budget, file in _deadlines(model):
        if budget.calendar is not None:
            budgets.setdefault(budget.calendar, []).append((budget, file))
    return budgets


def _deadlines(model: m.Model) -> Iterator[tuple[m.Budget, str]]:
    for c in model.commitments:
        if isinstance(c.target, m.Within):
            for choice in c.target.choices:
                if isinstance(choice.due, m.Budget):
                    yield choice.due, c.origin.file
    for kpi in model.kpis.values():
        if isinstance(kpi.measure, m.Become) and kpi.measure.within is not None:
            yield kpi.measure.within, kpi.origin.file


def _reach(model: m.Model, calendar: m.Calendar, used: list[tuple[m.Budget, str]]) -> Iterator[Diagnostic]:
    """A calendar must be open long enough after the term's last day; with weekly hours that have no end it always is."""
    if any(calendar.rules.weekly) or any(week.last is None for week in calendar.rules.weeks):
        return
    last = model.agreement.last if model.agreement else None
    label = label_in(used[0][1], calendar.origin.file, calendar.origin.name_span, "the calendar")
    if last is None:
        until = max((week.last for week in calendar.rules.weeks if week.last is not None), default=None)
        only = "on single dates only" if until is None else f"until {day_date(until)} only"
        message = f"`{calendar.name}` is open {only}, and the agreement has no last day"
        help = "give the calendar weekly hours, or the agreement an end"
        yield diagnostic("SLA521", message, used[0][0].span, used[0][1], labels=[label], help=help)
        return
    for budget, file in used:
        if not _is_due(calendar.rules, budget, day_number(last)):
            yield diagnostic(
                "SLA521",
                f"`{calendar.name}` is not open for {describe(budget.duration)} after the term's last day, {last}",
                budget.span,
                file,
                labels=[label],
                help="a row of the last day is judged to its deadline: give the calendar weekly hours, or dates after it",
            )
            return


def _of_weeks(rules: CalendarRules, last: int) -> Iterator[tuple[int, Spans]]:
    """The days from the term's last one on that weekly hours with an end still give hours."""
    own = {day for day, _ in rules.openings}
    ends = max((week.last for week in rules.weeks if week.last is not None), default=last)
    yield from ((day, rules.weekly_on(day)) for day in range(last, ends + 1) if day not in own)


def _is_due(rules: CalendarRules, budget: m.Budget, last: int) -> bool:
    """Whether single dates after the last day are enough for the budget of a row that comes in at its end."""
    dated = [*rules.openings, *_of_weeks(rules, last)]
    after = [spans for day, spans in dated if day > last and spans and not _covering(rules, day, spans)]
    night = any(closes > DAY for day, spans in dated if day == last for _, closes in spans)
    match budget.duration.kind:
        case DurationKind.BUSINESS:
            return (
                night
                or sum(closes - opens for spans in after for opens, closes in spans) >= budget.duration.amount
            )
        case DurationKind.BUSINESS_DAYS | DurationKind.CLOSE_OF_BUSINESS:
            # Outside open hours a start first moves to the next opening, and that day is not counted.
            counted = [spans for day, spans in dated if day > last and spans and not _is_closed(rules, day)]
            return night or len(counted) > budget.duration.amount
        case _:
            return True
