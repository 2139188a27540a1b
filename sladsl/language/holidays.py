"""`closed holidays "US" except "Columbus Day"`: the public holidays of a country, of a part of one, or of a market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import (
    CalendarRules,
    HolidayRule,
    country_names,
    day_date,
    has_holiday,
    holiday_days,
    holiday_names,
    holiday_parts,
    holiday_years,
    holidays_of_many_parts,
    is_holiday_region,
    regions,
)
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.setting import is_counted_in
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import listed, nearest, quoted, replacement
from sladsl.clauses import CalendarClause, CalendarKind, Told
from sladsl.diagnostics import Diagnostic
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast

_HOLIDAY_YEARS = sorted(range(2000, 2051), key=lambda year: abs(year - 2025))
"""A holiday's name is looked for in all of these years, from the middle on, where nearly every name is found at once: a name that
a law dropped or brought in is still a name."""
_USUAL_YEARS = (2025, 2026)

_USUAL_REGIONS = {
    "USA": "US",
    "UK": "GB",
    "ENGLAND": "GB-ENG",
    "DEUTSCHLAND": "DE",
    "ÖSTERREICH": "AT",
    "SCHWEIZ": "CH",
    "SUISSE": "CH",
    "ESPAÑA": "ES",
    "ITALIA": "IT",
}


_USUAL_YEAR = 2026
_MOST_FIXES = 30
_MOST_SHOWN = 9


@dataclass(frozen=True, slots=True)
class HolidayClosure(CalendarClause):
    rule: HolidayRule
    region_span: Span
    span: Span

    def plan(self, made: CalendarRules) -> CalendarRules:
        return replace(made, holidays=(*made.holidays, self.rule))

    def said(self) -> tuple[Told, str]:
        but = f" except {joined(self.rule.except_names)}" if self.rule.except_names else ""
        return Told.CLOSED, f"{self.rule.region} holidays{but}"

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        if is_counted_in(model, calendar):
            yield from self._unknown_years(model, calendar)
        yield from self._regions(model.agreement, calendar)

    def _unknown_years(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        agreement = model.agreement
        if agreement is None or agreement.first is None:
            return
        first, last = holiday_years(self.rule.region)
        before, after = (
            agreement.first.year < first,
            agreement.last is not None and agreement.last.year > last,
        )
        if before or after:
            runs = f"begins on {agreement.first}" if before else f"ends on {agreement.last}"
            yield diagnostic(
                "SLA522",
                f'holidays of "{self.rule.region}" are known for the years {first} to {last}, and the agreement {runs}',
                calendar.origin.name_span,
                calendar.origin.file,
                help="outside those years they close nothing: write the dates, as `closed 2027-01-01`",
            )

    def _regions(self, agreement: m.Agreement | None, calendar: m.Calendar) -> Iterator[Diagnostic]:
        """A hint where many parts of a country are closed on days on which this calendar is open."""
        first = _USUAL_YEAR if agreement is None or agreement.first is None else agreement.first.year
        years, rules = range(first, first + 2), calendar.rules
        country, parts = self.rule.region, holiday_parts(self.rule.region)
        if any(other.region in parts for other in rules.holidays):
            return
        added: dict[str, set[str]] = {}
        for day, name, closed_in in holidays_of_many_parts(country, years):
            if _is_open(rules, day):
                added.setdefault(name, set()).update(closed_in)
        if not added:
            return
        most = all(2 * len(some) > len(parts) for some in added.values())
        whose = f"most of {country} also has" if most else f"many parts of {country} also have"
        where = "; ".join(f'"{name}" in {_cut(sorted(some))}' for name, some in added.items())
        yield diagnostic(
            "SLA540",
            f"{whose} {listed((quoted([name]) for name in added), 'and')}",
            self.region_span,
            calendar.origin.file,
            help=f'"{country}" alone has the holidays that all its parts have; name the part, as in '
            f'`closed holidays "{_most(added)}"`: {where}',
            fixes=[replacement(country, part, self.region_span, quote=True) for part in parts[:_MOST_FIXES]],
        )


def _is_open(rules: CalendarRules, day: int) -> bool:
    """Whether weekly hours start on the day, and nothing else closes it or gives it hours of its own."""
    if not rules.weekly_on(day) or any(day == dated for dated, _ in rules.openings):
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


def _check(scope: Scope, name: str, node: ast.Clause) -> HolidayClosure | None:
    region, exceptions = node.parts
    if not is_holiday_region(region.value):
        _unknown_region(scope, region)
        return None
    fine = True
    for holiday in exceptions or ():
        if not has_holiday(region.value, holiday.value, _HOLIDAY_YEARS):
            fine = False
            names = holiday_names(region.value, _HOLIDAY_YEARS)
            scope.ctx.report_unknown(
                "SLA503",
                scope.source,
                holiday,
                f'"{region.value}" has no holiday "{holiday.value}"',
                names,
                help="its holidays are " + ", ".join(names[:12]) + ("" if len(names) <= 12 else ", …"),
            )
    rule = HolidayRule(region.value, tuple(holiday.value for holiday in exceptions or ()))
    return HolidayClosure(rule, region.span, node.span) if fine else None


def _unknown_region(scope: Scope, region: ast.Text) -> None:
    """Offers what may be meant: a country, and its parts where they have more holidays than the country has."""
    guess = _likely_region(region.value)
    if guess is None:
        offered: tuple[str, ...] = ()
        help = 'write the code of a country such as "US" or "DE", or of a part of one such as "DE-BE"'
    else:
        parts = holiday_parts(guess) if holidays_of_many_parts(guess, _USUAL_YEARS) else ()
        offered = (guess, *parts)
        help = f'did you mean "{guess}"?'
        if parts:
            help += f" Its parts have holidays of their own: {quoted(parts, 30)}"
    scope.report(
        "SLA502",
        region.span,
        f'no holidays are known for "{region.value}"',
        help=help,
        fixes=tuple(replacement(region.value, name, region.span, quote=True) for name in offered),
    )


def _likely_region(region: str) -> str | None:
    """The region that is likely meant: by another usual name, in other capitals, or another part of the same country."""
    upper = region.upper()
    called = next((code for code, name in country_names().items() if name.upper() == upper), upper)
    usual = _USUAL_REGIONS.get(upper, called)
    if is_holiday_region(usual):
        return usual
    country = upper.partition("-")[0]
    return nearest(upper, (r for r in regions() if r.startswith(country + "-")))


KIND = CalendarKind(
    rule="holiday_closure",
    words="closed holidays",
    clause=HolidayClosure,
    check=_check,
    once=False,
    help={
        "closed holidays": "the public holidays of a country or a part of it",
        "except": "holidays on which it is open after all",
    },
)
