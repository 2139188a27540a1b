"""Calendars and zones: names that exist, hours that make sense, dates in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import assert_never

from sladsl import model as m
from sladsl.calendars import (
    CalendarRules,
    HolidayRule,
    day_number,
    has_holiday,
    holiday_names,
    holiday_parts,
    holidays_of_many_parts,
    is_holiday_region,
    is_zone,
    regions,
    zone_names,
)
from sladsl.checker.context import Context, Symbol
from sladsl.checker.suggest import nearest, quoted, replacement
from sladsl.diagnostics import Label
from sladsl.source import Source, Span
from sladsl.syntax import ast

Hours = list[tuple[int, int, Span]]
"""Opening and closing seconds after midnight, and where they are written."""

_SECOND = 1_000_000
_DAY = 86_400
_HOLIDAY_YEARS = sorted(range(2000, 2051), key=lambda year: abs(year - 2025))
"""A holiday's name is looked for in all of these years, from the middle on, where nearly every name is found at once: a name that
a law dropped or brought in is still a name."""
_USUAL_YEARS = (2025, 2026)

_USUAL_ZONES = {
    "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York", "EST5EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago", "CST6CDT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver", "MT": "America/Denver", "MST7MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "PST8PDT": "America/Los_Angeles", "GMT": "UTC", "Z": "UTC", "ETC/UTC": "UTC", "ETC/GMT": "UTC", "ZULU": "UTC",
    "BST": "Europe/London", "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "EET": "Europe/Helsinki",
    "WET": "Europe/Lisbon", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "AEST": "Australia/Sydney",
}  # fmt: skip

_USUAL_REGIONS = {
    "USA": "US",
    "UK": "GB",
    "ENGLAND": "GB-ENG",
    "GERMANY": "DE",
    "FRANCE": "FR",
    "SPAIN": "ES",
    "ITALY": "IT",
}


def check_zone(ctx: Context, source: Source, node: ast.Text) -> str | None:
    """The zone's name; None when there is no such zone, which is then reported with the one that may be meant."""
    if is_zone(node.value):
        return node.value
    guess = _likely_zone(node.value)
    fixes = [] if guess is None else [replacement(node.value, guess, node.span, quote=True)]
    advice = f'did you mean "{guess}"? ' if guess is not None else ""
    upper = node.value.upper()
    if (upper in _USUAL_ZONES and "/" not in upper) or node.value[:1] in "+-" or upper.startswith("ETC/GMT"):
        why = "an abbreviation or a fixed offset does not say when the clocks change"
    else:
        why = 'a zone is named by continent and city, such as "America/New_York", or is "UTC"'
    message = (
        f'there is no time zone "{node.value}"'
        if upper not in _USUAL_ZONES
        else f'"{node.value}" is not a time zone'
    )
    ctx.report("SLA501", source, node.span, message, help=advice + why, fixes=fixes)
    return None


def _likely_zone(word: str) -> str | None:
    usual = _USUAL_ZONES.get(word.upper())
    if usual is not None:
        return usual
    folded = word.strip().replace(" ", "_").casefold()
    cities = {name.rpartition("/")[2].casefold(): name for name in zone_names()}
    city = cities.get(folded.rpartition("/")[2])
    return (
        city
        if city is not None and folded
        else nearest(word, (n for n in zone_names() if n[:1].casefold() == folded[:1]))
    )


def check_calendar(ctx: Context, symbol: Symbol, node: ast.Calendar) -> None:
    """Turn a calendar's lines into its rules; a calendar with an error in it is left out of the model."""
    before = ctx.reports
    own = None if node.zone is None else check_zone(ctx, symbol.source, node.zone)
    zone = own if node.zone is not None else ctx.agreement.zone if ctx.agreement else "UTC"
    reader = _Reader(ctx, symbol.source)
    for rule in node.rules:
        reader.read(rule)
    reader.check_overlaps()
    if ctx.reports > before or zone is None:
        return
    weekly = tuple(_spans(day) for day in reader.weekly)
    rules = CalendarRules(
        symbol.name,
        zone,
        (weekly[0], weekly[1], weekly[2], weekly[3], weekly[4], weekly[5], weekly[6]),
        tuple(reader.holidays),
        tuple(reader.closed),
        tuple((day, _spans(hours)) for day, (hours, _) in reader.openings.items()),
    )
    origin = m.Origin(symbol.source.name, node.span, symbol.span)
    ctx.calendars[symbol.name] = m.Calendar(
        symbol.name,
        node.label.value if node.label else "",
        rules,
        origin,
        tuple(reader.closure_spans),
        tuple(reader.opening_spans),
        tuple(reader.region_spans),
    )


def _spans(hours: Hours) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((start * _SECOND, end * _SECOND) for start, end, _ in hours))


class _Reader:
    """What one calendar's lines add up to."""

    def __init__(self, ctx: Context, source: Source) -> None:
        self.ctx, self.source = ctx, source
        self.weekly: list[Hours] = [[] for _ in range(7)]
        self.openings: dict[int, tuple[Hours, Span]] = {}
        self.closed: list[tuple[int, int]] = []
        self.holidays: list[HolidayRule] = []
        self.closure_spans: list[Span] = []
        self.opening_spans: list[Span] = []
        self.region_spans: list[Span] = []

    def read(self, rule: ast.CalendarRule) -> None:
        match rule:
            case ast.WeeklyOpening():
                hours = self.hours(rule.hours)
                for days in rule.days:
                    for step in range((days.last - days.first) % 7 + 1):
                        self.weekly[(days.first + step) % 7] += hours
            case ast.DatedOpening():
                self.dated(rule)
            case ast.Closure():
                self.closure(rule)
            case ast.HolidayClosure():
                self.holiday_closure(rule)
            case _:
                assert_never(rule)

    def hours(self, spans: Sequence[ast.ClockSpan]) -> Hours:
        """Hours that close before they open run past midnight; they belong to the day they start on."""
        found: Hours = []
        for span in spans:
            start, end = span.start.seconds, span.end.seconds
            words = self.source.slice(span.span)
            if start == end or start >= _DAY:
                self.ctx.report(
                    "SLA504",
                    self.source,
                    span.span,
                    f"`{words}` is no time at all: it closes when it opens"
                    if start == end
                    else f"`{words}` opens when the day is over",
                    help="a whole day is `00:00 to 24:00`",
                )
                continue
            found.append((start, end if end > start else end + _DAY, span.span))
        return found

    def dated(self, rule: ast.DatedOpening) -> None:
        day = day_number(rule.date.value)
        hours = self.hours(rule.hours)
        if day in self.openings:
            self.ctx.report(
                "SLA202",
                self.source,
                rule.date.span,
                f"{rule.date.value} is given hours twice",
                labels=[Label(self.openings[day][1], "the first time")],
                help="several spans of one day stand in one line: `09:00 to 12:00, 13:00 to 17:00`",
            )
            return
        self.openings[day] = (hours, rule.date.span)
        self.opening_spans.append(rule.span)

    def closure(self, rule: ast.Closure) -> None:
        last = rule.last if rule.last is not None else rule.first
        self.closed.append((day_number(rule.first.value), day_number(last.value)))
        self.closure_spans.append(rule.span)

    def holiday_closure(self, rule: ast.HolidayClosure) -> None:
        region = rule.region.value
        if not is_holiday_region(region):
            self.unknown_region(rule.region)
            return
        fine = True
        for name in rule.exceptions:
            if not has_holiday(region, name.value, _HOLIDAY_YEARS):
                fine = False
                names = holiday_names(region, _HOLIDAY_YEARS)
                self.ctx.report_unknown(
                    "SLA503",
                    self.source,
                    name,
                    f'"{region}" has no holiday "{name.value}"',
                    names,
                    help="its holidays are " + ", ".join(names[:12]) + ("" if len(names) <= 12 else ", …"),
                )
        if fine:
            self.holidays.append(HolidayRule(region, tuple(name.value for name in rule.exceptions)))
            self.region_spans.append(rule.region.span)

    def unknown_region(self, region: ast.Text) -> None:
        """Offers what may be meant: a country, and its parts where they have more holidays than the country has."""
        guess = _likely_region(region.value)
        if guess is None:
            offered: tuple[str, ...] = ()
            help = 'a region is a country such as "US", or a part of one such as "DE-BE"'
        else:
            parts = holiday_parts(guess) if holidays_of_many_parts(guess, _USUAL_YEARS) else ()
            offered = (guess, *parts)
            help = f'did you mean "{guess}"?'
            if parts:
                help += f" Its parts have holidays of their own: {quoted(parts, 30)}"
        self.ctx.report(
            "SLA502",
            self.source,
            region.span,
            f'no holidays are known for "{region.value}"',
            help=help,
            fixes=[replacement(region.value, name, region.span, quote=True) for name in offered],
        )

    def check_overlaps(self) -> None:
        """Hours that overlap on one day, or reach past midnight into the next day's."""
        reported: set[Span] = set()
        for day, hours in enumerate(self.weekly):
            early = [(start + _DAY, end + _DAY, span) for start, end, span in self.weekly[(day + 1) % 7]]
            night = [h for h in hours if h[1] > _DAY]
            self._report_overlaps(hours, reported)
            self._report_overlaps([*night, *early] if night else [], reported)
        for hours, _ in self.openings.values():
            self._report_overlaps(hours, reported)

    def _report_overlaps(self, hours: Hours, reported: set[Span]) -> None:
        ordered = sorted(hours, key=lambda h: h[:2])
        for one, other in pairwise(ordered):
            first, second = sorted((one[2], other[2]))
            if other[0] >= one[1] or second in reported:
                continue
            reported.add(second)
            same = first == second
            self.ctx.report(
                "SLA505",
                self.source,
                second,
                f"`{self.source.slice(second)}` overlaps hours of the same time",
                labels=() if same else [Label(first, "already open here")],
                help="hours that run past midnight reach into the next day"
                if max(one[1], other[1]) > _DAY
                else "",
            )


def _likely_region(region: str) -> str | None:
    """The region that is likely meant: by another usual name, in other capitals, or another part of the same country."""
    upper = region.upper()
    usual = _USUAL_REGIONS.get(upper, upper)
    if is_holiday_region(usual):
        return usual
    country = upper.partition("-")[0]
    return nearest(upper, (r for r in regions() if r.startswith(country + "-")))
