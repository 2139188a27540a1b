"""Calendars: never open, not open long enough for the deadlines they decide, rules that change nothing, holidays that differ by region;
and the term of an agreement: the periods it cuts, and the reviews it should have seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sladsl import model as m
from sladsl.calendars import (
    DAY,
    CalendarRules,
    DurationKind,
    PeriodKind,
    day_date,
    day_number,
    describe,
    holiday_days,
    holiday_parts,
    holiday_years,
    holidays_of_many_parts,
    is_holiday_region,
    is_zone,
)
from sladsl.checker.rules import words
from sladsl.checker.rules.report import diagnostic, label_in, remove
from sladsl.checker.suggest import listed, quoted, replacement
from sladsl.diagnostics import Diagnostic, Label
from sladsl.source import Span

FAR_AFTER = 366
"""Days after the term within which a closure may still move a deadline."""


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
            yield from _holidays(model, calendar)
        yield from check_regions(model.agreement, calendar)
        yield from _dead_openings(calendar)
        if model.agreement is not None and model.agreement.origin.file == calendar.origin.file:
            # A shared calendar lists other years, and holidays that fall on a Sunday, on purpose.
            yield from _idle_closures(calendar)
            yield from _outside(model.agreement, calendar)


def _opens(rules: CalendarRules) -> bool:
    return any(rules.weekly) or any(
        spans and not _covering(rules, day, spans) for day, spans in rules.openings
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
    """A calendar must be open long enough after the term's last day; with weekly hours it always is."""
    if any(calendar.rules.weekly):
        return
    last = model.agreement.last if model.agreement else None
    label = label_in(used[0][1], calendar.origin.file, calendar.origin.name_span, "the calendar")
    if last is None:
        message = f"`{calendar.name}` is open on single dates only, and the agreement has no last day"
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


def _is_due(rules: CalendarRules, budget: m.Budget, last: int) -> bool:
    """Whether single dates after the last day are enough for the budget of a row that comes in at its end."""
    after = [
        spans for day, spans in rules.openings if day > last and spans and not _covering(rules, day, spans)
    ]
    night = any(closes > DAY for day, spans in rules.openings if day == last for _, closes in spans)
    match budget.duration.kind:
        case DurationKind.BUSINESS:
            return (
                night
                or sum(closes - opens for spans in after for opens, closes in spans) >= budget.duration.amount
            )
        case DurationKind.BUSINESS_DAYS | DurationKind.CLOSE_OF_BUSINESS:
            # Outside open hours a start first moves to the next opening, and that day is not counted.
            counted = [
                spans for day, spans in rules.openings if day > last and spans and not _is_closed(rules, day)
            ]
            return night or len(counted) > budget.duration.amount
        case _:
            return True


def _holidays(model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
    agreement = model.agreement
    if agreement is None or agreement.first is None:
        return
    for rule in calendar.rules.holidays:
        if not is_holiday_region(rule.region):
            continue
        first, last = holiday_years(rule.region)
        before, after = (
            agreement.first.year < first,
            agreement.last is not None and agreement.last.year > last,
        )
        if before or after:
            runs = f"begins on {agreement.first}" if before else f"ends on {agreement.last}"
            yield diagnostic(
                "SLA522",
                f'holidays of "{rule.region}" are known for the years {first} to {last}, and the agreement {runs}',
                calendar.origin.name_span,
                calendar.origin.file,
                help="outside those years they close nothing: write the dates, as `closed 2027-01-01`",
            )


def _dead_openings(calendar: m.Calendar) -> Iterator[Diagnostic]:
    file, rules = calendar.origin.file, calendar.rules
    for i, (day, spans) in enumerate(rules.openings):
        covering = _covering(rules, day, spans)
        if spans and covering:
            at = _span(calendar.opening_spans, i, calendar)
            closure = _span(calendar.closure_spans, covering[0], calendar)
            yield diagnostic(
                "SLA523",
                f"the hours of {day_date(day)} never apply: the date is closed, and a closed date is closed whatever else is said",
                at,
                file,
                labels=[label_in(file, file, closure, "closed here")],
                help="leave one of the two out",
                fixes=[remove(at, "remove the hours")],
            )


def _idle_closures(calendar: m.Calendar) -> Iterator[Diagnostic]:
    rules = calendar.rules
    own_hours = {day for day, _ in rules.openings}
    for i, (first, last) in enumerate(rules.closed):
        if last - first < 7 and all(_is_shut(rules, day, own_hours) for day in range(first, last + 1)):
            at = _span(calendar.closure_spans, i, calendar)
            weekday = f"{day_date(first):%A}"
            message = f"`{calendar.name}` is not open on {day_date(first)} anyway: it is a {weekday}"
            if first < last:
                message = f"`{calendar.name}` is not open from {day_date(first)} to {day_date(last)} anyway"
            yield diagnostic(
                "SLA903",
                message,
                at,
                calendar.origin.file,
                help="check the date",
                fixes=[remove(at, "remove it")],
            )


def _is_shut(rules: CalendarRules, day: int, own_hours: set[int]) -> bool:
    """Without hours of its own, and without a tail of the night before."""
    before = rules.weekly[(day + 2) % 7]
    if day in own_hours or day - 1 in own_hours or any(closes > DAY for _, closes in before):
        return False
    return not rules.weekly[(day + 3) % 7]


def _outside(agreement: m.Agreement, calendar: m.Calendar) -> Iterator[Diagnostic]:
    """Dates of another year than the term's."""
    if agreement.first is None:
        return
    first = day_number(agreement.first)
    last = None if agreement.last is None else day_number(agreement.last) + FAR_AFTER
    dated = [(a, b, calendar.closure_spans, i) for i, (a, b) in enumerate(calendar.rules.closed)]
    dated += [(day, day, calendar.opening_spans, i) for i, (day, _) in enumerate(calendar.rules.openings)]
    for start, end, spans, i in dated:
        if end < first or (last is not None and start > last):
            side = "before the term begins" if end < first else "long after the term ends"
            yield diagnostic(
                "SLA904",
                f"{day_date(start)} is {side}, so it decides no deadline",
                _span(spans, i, calendar),
                calendar.origin.file,
                help=f"check the year: the term is {agreement.first} to {agreement.last or 'no end'}",
            )


def _span(spans: tuple[Span, ...], index: int, calendar: m.Calendar) -> Span:
    return spans[index] if index < len(spans) else calendar.origin.name_span


# ----------------------------------------------------------------------------------------- holidays of a country's parts


_USUAL_YEAR = 2026
_MOST_FIXES = 30
_MOST_SHOWN = 9


def check_regions(agreement: m.Agreement | None, calendar: m.Calendar) -> Iterator[Diagnostic]:
    """A hint where many parts of a country are closed on days on which this calendar is open."""
    first = _USUAL_YEAR if agreement is None or agreement.first is None else agreement.first.year
    years, rules = range(first, first + 2), calendar.rules
    for rule, span in zip(rules.holidays, calendar.region_spans, strict=False):
        country, parts = rule.region, holiday_parts(rule.region)
        if any(other.region in parts for other in rules.holidays):
            continue
        added: dict[str, set[str]] = {}
        for day, name, closed_in in holidays_of_many_parts(country, years):
            if _is_open(rules, day):
                added.setdefault(name, set()).update(closed_in)
        if not added:
            continue
        most = all(2 * len(some) > len(parts) for some in added.values())
        whose = f"most of {country} also has" if most else f"many parts of {country} also have"
        where = "; ".join(f'"{name}" in {_cut(sorted(some))}' for name, some in added.items())
        yield diagnostic(
            "SLA540",
            f"{whose} {listed((quoted([name]) for name in added), 'and')}",
            span,
            calendar.origin.file,
            help=f'"{country}" alone has the holidays that all its parts have; name the part, as in '
            f'`closed holidays "{_most(added)}"`: {where}',
            fixes=[replacement(country, part, span, quote=True) for part in parts[:_MOST_FIXES]],
        )


def _is_open(rules: CalendarRules, day: int) -> bool:
    """Whether weekly hours start on the day, and nothing else closes it or gives it hours of its own."""
    if not rules.weekly[(day + 3) % 7] or any(day == dated for dated, _ in rules.openings):
        return False
    if any(first <= day <= last for first, last in rules.closed):
        return False
    year = day_date(day).year
    return not any(day in holiday_days(rule, year, year) for rule in rules.holidays)


def _most(added: dict[str, set[str]]) -> str:
    """The part that has most of the days, the first of several."""
    parts = sorted(set().union(*added.values()))
    return max(parts, key=lambda part: sum(part in some for some in added.values()))


def _cut(parts: list[str]) -> str:
    shown = ", ".join(parts[:_MOST_SHOWN])
    return f"{shown} and {len(parts) - _MOST_SHOWN} more" if len(parts) > _MOST_SHOWN else shown


# ------------------------------------------------------------------------------------------------------------- the term


def check_terms(model: m.Model) -> Iterator[Diagnostic]:
    """Volumes of periods that the term cuts are not judged: one warning for each length of period."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or not is_zone(agreement.zone):
        return
    if agreement.last is not None and agreement.last < agreement.first:
        return  # the term itself is wrong, which is said where it is read
    volumes: dict[PeriodKind, list[m.Commitment]] = {kind: [] for kind in PeriodKind}
    for commitment in model.commitments:
        if _is_volume(model, commitment):
            volumes[commitment.period].append(commitment)
    for kind, of_kind in volumes.items():
        if of_kind:
            yield from _cut_periods(agreement, kind, of_kind)


def _is_volume(model: m.Model, commitment: m.Commitment) -> bool:
    kpi = model.kpis.get(commitment.kpi)
    return kpi is not None and kpi.is_volume


def _cut_periods(
    agreement: m.Agreement, kind: PeriodKind, volumes: list[m.Commitment]
) -> Iterator[Diagnostic]:
    assert agreement.first is not None
    periods = agreement.periods
    first, last = day_number(agreement.first), None if agreement.last is None else day_number(agreement.last)
    opening = periods.index_of_day(kind, first)
    cut = [opening] if periods.first_day(kind, opening) != first else []
    whole = True
    if last is not None:
        closing = periods.index_of_day(kind, last)
        if periods.first_day(kind, closing + 1) != last + 1 and closing not in cut:
            cut.append(closing)
        whole = closing - opening + 1 > len(cut)
    if not cut:
        return
    names = list(dict.fromkeys(f"`{c.kpi}`" for c in volumes))
    shown = words.listed([periods.label(kind, index) for index in cut])
    judged = "is" if len(names) == 1 else "are"
    never = "" if whole else f": no {kind} is whole, so no verdict is ever given"
    runs = f"{agreement.first} to {agreement.last}" if agreement.last else f"from {agreement.first}"
    yield diagnostic(
        "SLA524",
        f"the term ({runs}) cuts {shown}, for which {words.listed(names)} {judged} not judged{never}",
        agreement.effective_span or agreement.origin.name_span,
        agreement.origin.file,
        labels=[
            Label(
                c.period_span or c.origin.name_span,
                f"judged only for whole {kind}s",
                _elsewhere(agreement, c),
            )
            for c in volumes
        ],
        help=f"begin and end the term with a {kind}, or accept that a part of one has no volume to hold against its target",
    )


def _elsewhere(agreement: m.Agreement, commitment: m.Commitment) -> str | None:
    file = commitment.origin.file
    return None if file == agreement.origin.file else file


def check_reviews(model: m.Model, as_of: dt.date) -> Iterator[Diagnostic]:
    """A review is overdue once a whole period has gone by without one; the term's first day counts as held."""
    agreement = model.agreement
    if agreement is None or agreement.review is None or not is_zone(agreement.zone):
        return
    held = [day for day in agreement.reviewed if day <= as_of]
    since = max(held, default=agreement.first)
    if since is None or since > as_of:
        return
    until = min(as_of, agreement.last + dt.timedelta(days=1)) if agreement.last else as_of
    kind, periods = agreement.review.cadence, agreement.periods
    missing = range(
        periods.index_of_day(kind, day_number(since)) + 1, periods.index_of_day(kind, day_number(until))
    )
    if not missing:
        return
    by = f" by {agreement.review.by}" if agreement.review.by else ""
    last = (
        f"the last one was on {max(held)}" if held else f"none is recorded since {since}, when the term began"
    )
    many = "the review" if len(missing) == 1 else f"{len(missing)} reviews"
    verb = "is" if len(missing) == 1 else "are"
    message = f"{many}{by} {verb} overdue: {last}"
    yield diagnostic(
        "SLA525",
        message,
        agreement.review_span or agreement.origin.name_span,
        agreement.origin.file,
        help="hold it, and record it: `reviewed` and its date",
    )
