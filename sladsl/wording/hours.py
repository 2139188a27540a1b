"""When there is somebody to answer, in words: weekly hours, and the days that differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from sladsl import model as m
from sladsl.calendars import day_number
from sladsl.calendars.rules import CalendarRules, HolidayRule, Spans, holiday_called, holiday_days
from sladsl.nouns import joined
from sladsl.wording import names
from sladsl.wording.lines import Item, Line, line, sentence, strong

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_HOLIDAYS_NAMED = 40


def calendar(model: m.Model, found: m.Calendar, used_by_default: bool) -> Item:
    rules = found.rules
    own = " (business time, unless another is named)" if used_by_default else ""
    week = "; ".join(_week(rules))
    head = line(
        strong(names.calendar_called(model, found.name)), f"{own}: {week or 'never open'}, {rules.zone} time."
    )
    return Item(head, tuple(_exceptions(rules, *_years(model))))


def _years(model: m.Model) -> tuple[dt.date, dt.date] | tuple[None, None]:
    """The term, if it has an end: then its holidays can be named."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or agreement.last is None:
        return None, None
    return agreement.first, agreement.last


def _week(rules: CalendarRules) -> Iterator[str]:
    for spans, days in groupby(range(7), key=lambda d: rules.weekly[d]):
        numbers = list(days)
        if spans:
            first, last = WEEK[numbers[0]], WEEK[numbers[-1]]
            called = first if len(numbers) == 1 else f"{first} {'and' if len(numbers) == 2 else 'to'} {last}"
            yield f"{called} {_spans(spans)}"


def _spans(spans: Spans) -> str:
    return joined(f"{names.clock(a)} to {names.clock(b)}" for a, b in spans)


def _exceptions(rules: CalendarRules, first: dt.date | None, last: dt.date | None) -> Iterator[Line]:
    closed = [_holidays(rule) for rule in rules.holidays]
    closed += [names.day(a) if a == b else f"{names.day(a)} to {names.day(b)}" for a, b in rules.closed]
    if closed:
        yield line(sentence(f"closed on {'; on '.join(closed)}"))
    if rules.openings:
        opened = (f"{names.day(day)} {_spans(spans) if spans else 'closed'}" for day, spans in rules.openings)
        yield line(sentence(f"open on {joined(opened)}"))
    if first is not None and last is not None and rules.holidays:
        yield from _named(rules, first, last)


def _holidays(rule: HolidayRule) -> str:
    but = f" except {joined(rule.except_names)}" if rule.except_names else ""
    return f"{rule.region} holidays{but}"


def _named(rules: CalendarRules, first: dt.date, last: dt.date) -> Iterator[Line]:
    start, end = day_number(first), day_number(last)
    days: dict[int, str] = {}
    for rule in rules.holidays:
        for day in holiday_days(rule, first.year, last.year):
            if start <= day <= end:
                days.setdefault(day, holiday_called(rule, day) or rule.region)
    found = [f"{_short(day)} {days[day]}" for day in sorted(days)]
    if 0 < len(found) <= MOST_HOLIDAYS_NAMED:
        yield line(f"Holidays in the term: {', '.join(found)}.")


def _short(day: int) -> str:
    full = names.day(day).split()
    return f"{full[0]} {full[1][:3]}"
