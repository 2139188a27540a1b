"""Countries whose holidays differ between their parts: named alone, a country has those that all of them have."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl.calendars import (
    CalendarRules,
    day_date,
    holiday_days,
    holiday_parts,
    holidays_of_many_parts,
)
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.suggest import listed, quoted, replacement
from sladsl.diagnostics import Diagnostic

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
