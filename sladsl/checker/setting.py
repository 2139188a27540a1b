"""The setting of an agreement: its parties, its term, its zone and its hours; calendars and zones: names that exist, hours that make
sense, dates in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import assert_never

from sladsl import model as m
from sladsl.calendars import (
    CalendarRules,
    HolidayRule,
    PeriodKind,
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
from sladsl.checker import budgets
from sladsl.checker.context import Context, Symbol, elsewhere
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import nearest, quoted, replacement
from sladsl.diagnostics import Edit, Fix, Label, Safety
from sladsl.source import Source, Span
from sladsl.syntax import ast

Files = Sequence[tuple[Source, ast.File]]

_CADENCES = {
    "daily": PeriodKind.DAY,
    "weekly": PeriodKind.WEEK,
    "monthly": PeriodKind.MONTH,
    "quarterly": PeriodKind.QUARTER,
    "yearly": PeriodKind.YEAR,
}
_NEED_A_ZONE = ast.Kpi | ast.Owes | ast.Test | ast.Define | ast.Route


def check_agreement(ctx: Context, files: Files) -> None:
    """Fill `ctx.agreement` from the first one; a second is an error. Calendars and records are known by name only."""
    agreements = [(s, d) for s, f in files for d in f.declarations if isinstance(d, ast.Agreement)]
    if not agreements:
        return
    source, node = agreements[0]
    for other, again in agreements[1:]:
        ctx.report(
            "SLA202",
            other,
            again.label.span,
            "there are two agreements",
            labels=[elsewhere(source, node.label.span, "the first one", other)],
            help="one agreement is checked at a time; what several share goes into a file that they import",
        )
    term = node.effective
    ctx.agreement = m.Agreement(
        node.label.value,
        m.Origin(source.name, node.span, node.label.span),
        _parties(ctx, source, node),
        node.goal.value if node.goal else "",
        term.first.value if term else None,
        term.last.value if term and term.last else None,
        _zone(ctx, source, node, files),
        None,
        node.year_starts.month if node.year_starts else 1,
        None,
        tuple(d.value for d in node.reviewed),
        week_starts=node.week_starts.day if node.week_starts else 0,
    )


def complete_agreement(ctx: Context, files: Files) -> None:
    """What names other declarations: the hours, and the review's fields."""
    agreement = next(((s, d) for s, f in files for d in f.declarations if isinstance(d, ast.Agreement)), None)
    if agreement is None or ctx.agreement is None:
        return
    source, node = agreement
    a = ctx.agreement
    hours = None if node.hours is None else budgets.find_calendar(Scope(ctx, source, None), node.hours)
    ctx.broken_hours = node.hours is not None and hours is None
    ctx.agreement = m.Agreement(
        a.label,
        a.origin,
        a.parties,
        a.goal,
        a.first,
        a.last,
        a.zone,
        hours,
        a.year_starts,
        _review(ctx, source, node),
        a.reviewed,
        node.effective.span if node.effective else None,
        node.review.span if node.review else None,
        a.week_starts,
    )


def _parties(ctx: Context, source: Source, node: ast.Agreement) -> tuple[m.Party, ...]:
    parties: dict[str, m.Party] = {}
    for party in node.parties:
        name = party.name.text
        if name in parties:
            ctx.report(
                "SLA207",
                source,
                party.name.span,
                f"an agreement is between two parties, and both are `{name}`",
                labels=[Label(parties[name].span, "the first party")],
            )
        parties.setdefault(name, m.Party(name, party.label.value if party.label else "", party.name.span))
    return tuple(parties.values())


def _zone(ctx: Context, source: Source, node: ast.Agreement, files: Files) -> str:
    """The agreement's zone. No zone is guessed: one that is needed and not there is an error."""
    if node.zone is not None:
        return check_zone(ctx, source, node.zone) or "UTC"
    needed = any(
        isinstance(d, _NEED_A_ZONE) or (isinstance(d, ast.Calendar) and d.zone is None)
        for _, file in files
        for d in file.declarations
    )
    if needed:
        end = node.label.span.end
        ctx.report(
            "SLA437",
            source,
            node.label.span,
            "this agreement does not say in which time zone its days and months begin",
            label="no `zone`",
            help='add a line such as `zone "America/New_York"`, or `zone "UTC"`',
            fixes=[
                Fix(
                    'add `zone "UTC"`',
                    (Edit(_after_header(source, end), '\n  zone "UTC"'),),
                    Safety.NEEDS_A_LOOK,
                )
            ],
        )
    return "UTC"


def _after_header(source: Source, at: int) -> Span:
    """Just after the colon that ends an agreement's first line."""
    colon = source.text.find(":", at)
    return Span(colon + 1, colon + 1) if colon >= 0 else Span(at, at)


def _review(ctx: Context, source: Source, node: ast.Agreement) -> m.Review | None:
    if node.review is None:
        return None
    over: list[str] = []
    for name in node.review.over:
        records = [r for r in ctx.records.values() if name.text in r.fields]
        if records:
            ctx.use(source, name.span, "field", name.text, records[0].name)
            over.append(name.text)
        elif not ctx.misses_a_record:
            known = dict.fromkeys(f for r in ctx.records.values() for f in r.fields)
            ctx.report_unknown(
                "SLA203",
                source,
                name,
                f"no record has a field `{name.text}`",
                known,
                help="a review is broken down by fields of the records",
            )
    by = node.review.by.value if node.review.by else ""
    return m.Review(_CADENCES[node.review.cadence], by, tuple(over))


# ------------------------------------------------------------------------------------------------------------ calendars

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
        hours: Hours = []
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
            hours.append((start, end if end > start else end + _DAY, span.span))
        return hours

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
