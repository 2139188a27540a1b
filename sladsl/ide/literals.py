"""What a value that is written out means here: a share, a date, a length of time, a zone, the holidays of a region, an import."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sladsl.calendars import (
    MINUTE,
    HolidayRule,
    country_names,
    day_date,
    holiday_called,
    holiday_days,
    instant,
    is_holiday_region,
    is_zone,
    zone,
    zone_countries,
)
from sladsl.ide.navigation import links
from sladsl.ide.view import View
from sladsl.source import Span
from sladsl.syntax.split import words

_SHARE = re.compile(r"(\d[\d_.]*)%")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNITS = re.compile(r"(minute|hour|day|week|month|quarter|year)s?")
_MOST = 12


@dataclass(frozen=True, slots=True)
class Meaning:
    """The stretch that is meant, as it is written, and sentences about it."""

    span: Span
    code: str
    notes: tuple[str, ...]


def literal_at(view: View, offset: int) -> Meaning | None:
    """What the value at an offset means; None where there is none, or nothing to say of it."""
    placed = view.layout.part_at(offset)
    if placed is None:
        return None
    part, start = placed
    read = words(part.text)
    for number, word in enumerate(read):
        if word.span.start <= offset - start <= word.span.end:
            before = [each.text for each in read[max(0, number - 3) : number]]
            after = [each.text for each in read[number + 1 : number + 4]]
            meaning = _meant(view, word.text, before, after, offset)
            if meaning is not None:
                code, notes = meaning
                return Meaning(word.span.shift(start), code, tuple(notes))
    return None


def _meant(
    view: View, text: str, before: list[str], after: list[str], offset: int
) -> tuple[str, list[str]] | None:
    share = _SHARE.fullmatch(text)
    if share is not None:
        return text, [f"{share[1]} of 100"]
    if _DATE.fullmatch(text):
        return _date(text)
    if text[:1].isdigit() and (length := _length(view, text, after)) is not None:
        return length
    if text[:1] != '"':
        return None
    value = text.strip('"')
    if before[-1:] == ["zone"] or before[-2:] == ["times", "in"]:
        return (value, list(_zone(view, value))) if is_zone(value) else None
    if before[-1:] == ["holidays"]:
        left_out = ["without those behind `except`"] if after[:1] == ["except"] else []
        return (value, [*_holidays(view, value), *left_out]) if is_holiday_region(value) else None
    if before[-1:] == ["import"]:
        return _import(view, offset)
    return None


def _date(text: str) -> tuple[str, list[str]] | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return text, [f"{day:%A}, {day.day} {day:%B %Y}"]


def _length(view: View, number: str, after: list[str]) -> tuple[str, list[str]] | None:
    """`4 business hours of desk` and the like."""
    business = after[:1] == ["business"]
    unit = after[1:2] if business else after[:1]
    if not unit or not _UNITS.fullmatch(unit[0]):
        return None
    if not business:
        return f"{number} {unit[0]}", ["of the clock on the wall, nights and weekends included"]
    named = after[3:4] if after[2:3] == ["of"] else []
    hours = named[0] if named else view.model.agreement.hours if view.model.agreement else None
    code = f"{number} business {unit[0]}"
    if unit[0].startswith("day"):
        return code, [f"days on which `{hours}` is open" if hours else "days on which the calendar is open"]
    return code, [f"only while `{hours}` is open" if hours else "only while the calendar is open"]


def _year(view: View) -> int:
    """The year that examples are of: the first of the agreement."""
    first = view.model.agreement.first if view.model.agreement else None
    return first.year if first is not None else 2026


def _zone(view: View, name: str) -> Iterator[str]:
    country = zone_countries().get(name)
    if country:
        yield country
    year = _year(view)
    offsets = [_offset(name, dt.date(year, month, 15)) for month in (1, 7)]
    if offsets[0] == offsets[1]:
        yield f"UTC{offsets[0]} all through {year}"
    else:
        yield f"UTC{offsets[0]} in January, UTC{offsets[1]} in July {year}"


def _offset(name: str, day: dt.date) -> str:
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    minutes = zone(name).offset(instant(noon)) // MINUTE
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _holidays(view: View, region: str) -> Iterator[str]:
    year = _year(view)
    rule = HolidayRule(region)
    country = country_names().get(region.partition("-")[0])
    days = sorted(day for day in holiday_days(rule, year, year) if day_date(day).year == year)
    yield f"{len(days)} days in {year}" + (f", {country}" if country else "")
    for day in days[:_MOST]:
        date = day_date(day)
        yield f"{date} {date:%A}: {holiday_called(rule, day)}"
    if len(days) > _MOST:
        yield f"and {len(days) - _MOST} more"


def _import(view: View, offset: int) -> tuple[str, list[str]] | None:
    link = next((each for each in links(view) if each.span.start - 1 <= offset <= each.span.end + 1), None)
    layout = view.checked.layouts.get(link.file) if link is not None else None
    if link is None or layout is None:
        return None
    names = [unit.name_span for part in layout.parts for unit in part.units]
    shown = [layout.shelf.slice(span) for span in names if span is not None]
    brought = ", ".join(f"`{name}`" for name in shown[:_MOST]) or "nothing"
    return view.text[link.span.start : link.span.end], [f"brings in {brought}"]
