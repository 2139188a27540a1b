"""A calendar's rules as plain data, and the public holidays they refer to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sladsl.calendars.instants import DAY, day_date, day_number

if TYPE_CHECKING:
    from holidays import HolidayBase

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Opening and closing times of one day, in microseconds after its local 00:00; a closing past 24:00 is on the
next date."""


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """The public holidays of a region (`US`, `DE-BE`, `NYSE`) but for those named; a name covers its observed
    date too."""

    region: str
    except_names: tuple[str, ...] = ()


Week: TypeAlias = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""The hours of each day, Monday first."""


@dataclass(frozen=True, slots=True)
class DatedWeek:
    """Weekly hours that stand in place of others from its first day to its last, both included (None: without a beginning, without an end),
    on those days of the week that have hours in it."""

    first: int | None
    last: int | None
    hours: Week

    def holds(self, day: int) -> bool:
        """Whether it gives that day its hours, unless one that began later does."""
        if not self.hours[(day + 3) % 7]:
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class ClosedHours:
    """Hours closed on one date, in microseconds after its 00:00; a closing past 24:00 is on the next date."""

    day: int
    opens: int
    closes: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """When a calendar is open. Every part is in the clock of `zone`.

    What is more specific wins: of the weekly hours those that began last (`weeks`, then `weekly`); `openings` replace the weekly hours that
    start on their date and stand against a holiday rule; `closed` and `closed_hours` stand against everything. A closed date or a holiday
    is closed from its 00:00 to its 24:00, the tail of the night before included; the tail of the shift that would have started on it stays.

    Errors: `ValueError` for hours that do not lie between 00:00 and 24:00 of their day, that are empty, or
    that last longer than 24 hours.
    """

    name: str
    zone: str
    weekly: Week
    holidays: tuple[HolidayRule, ...] = ()
    closed: tuple[tuple[int, int], ...] = ()
    """First and last day of each closure, as days since 1970-01-01, both inclusive."""
    openings: tuple[tuple[int, Spans], ...] = field(default=())
    """Days with hours of their own."""
    weeks: tuple[DatedWeek, ...] = ()
    closed_hours: tuple[ClosedHours, ...] = ()
    reasons: tuple[tuple[int, int, str], ...] = ()
    """Why dates are closed, where that is said: the first and the last of them."""
    zone_of: str = ""
    """Where each row of a record has its own zone: `record.field`, which holds its name. `zone` then stands for none of them."""

    def __post_init__(self) -> None:
        weeks = (spans for week in self.weeks for spans in week.hours)
        for spans in (*self.weekly, *weeks, *(spans for _, spans in self.openings)):
            for opens, closes in spans:
                if not (0 <= opens < DAY and opens < closes <= opens + DAY):
                    raise ValueError(
                        "hours open between 00:00 and 24:00 and close within 24 hours, after they open"
                    )
        if any(first > last for first, last in self.closed):
            raise ValueError("a closure ends before it begins")

    @property
    def has_hours(self) -> bool:
        """Whether it is ever open, closures aside."""
        return any(self.weekly) or bool(self.weeks) or any(spans for _, spans in self.openings)

    def weekly_on(self, day: int) -> Spans:
        """The weekly hours of a day: those in force that began last."""
        holding = [week for week in self.weeks if week.holds(day)]
        weekday = (day + 3) % 7
        if not holding:
            return self.weekly[weekday]
        latest = max(holding, key=_begins).first
        return tuple(sorted(span for week in holding if week.first == latest for span in week.hours[weekday]))

    def reason(self, day: int) -> str:
        """Why a date is closed, where that is said."""
        return next((why for first, last, why in self.reasons if first <= day <= last), "")


def _begins(week: DatedWeek) -> float:
    return -math.inf if week.first is None else week.first


def holiday_days(rule: HolidayRule, first_year: int, last_year: int) -> set[int]:
    """The days a holiday rule closes in these years (inclusive)."""
    excepted = set(rule.except_names)
    return {
        day
        for year in range(first_year, last_year + 1)
        for day, names in _holidays_of(rule.region, year)
        if any(excepted.isdisjoint(called) for called in names)
    }


def holiday_called(rule: HolidayRule, day: int) -> str | None:
    """The English name of the holiday for which the rule closes a day; None when it does not."""
    excepted = set(rule.except_names)
    holidays = dict(_holidays_of(rule.region, day_date(day).year)).get(day, ())
    return next((called[0] for called in holidays if excepted.isdisjoint(called)), None)


def holiday_names(region: str, years: Iterable[int]) -> tuple[str, ...]:
    """Every name that `except` may use for a holiday of these years, sorted: in English, and in the region's
    own language."""
    return tuple(sorted({name for year in years for name in _names_in(region, year)}))


def has_holiday(region: str, name: str, years: Iterable[int]) -> bool:
    """Whether `name` is among the `holiday_names` of these years; they are looked through only until it is found."""
    return any(name in _names_in(region, year) for year in years)


def is_holiday_region(region: str) -> bool:
    """Whether holidays are known for `region`: a country (`US`), one of its parts (`US-CA`, `DE-BE`), or a
    market (`NYSE`)."""
    country, dash, part = region.partition("-")
    if country in _countries():
        return not dash or part in _subdivisions(country)
    return region in _markets()


def require_region(region: str) -> None:
    """`ValueError` when `is_holiday_region` says no."""
    if not is_holiday_region(region):
        expected = "a country such as `US`, or a part of one such as `DE-BE`"
        raise ValueError(f"no holidays are known for `{region}`: expected {expected}")


def regions() -> tuple[str, ...]:
    """Every holiday region, sorted."""
    parts = (f"{country}-{part}" for country in _countries() for part in _subdivisions(country))
    return tuple(sorted({*_countries(), *parts, *_markets()}))


def country_names() -> Mapping[str, str]:
    """The English name of each country that has holidays, by its code."""
    from holidays.registry import COUNTRIES

    return {codes[1]: module.replace("_", " ").title() for module, codes in COUNTRIES.items()}


def holiday_parts(region: str) -> tuple[str, ...]:
    """The parts of a country that have holidays of their own rules (`DE-BE` of `DE`), sorted; none of anything else."""
    if region not in _countries():
        return ()
    return tuple(sorted(f"{region}-{part}" for part in _subdivisions(region)))


def holidays_of_many_parts(
    country: str, years: Iterable[int]
) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """The days on which a third of a country's parts or more have a holiday and the country has none: each with the holiday's English name
    and those parts. In a country whose parts hardly differ (the United States) there is no such day."""
    return tuple(day for year in years for day in _of_many_parts(country, year))


@lru_cache(maxsize=100)
def _of_many_parts(country: str, year: int) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Asked again with every key that somebody types."""
    parts = holiday_parts(country)
    common = {day for day, _ in _holidays_of(country, year)}
    own: dict[int, dict[str, str]] = {}
    for part in parts:
        for day, names in _holidays_of(part, year):
            if day not in common:
                own.setdefault(day, {})[part] = _plain_name(names[0])
    return tuple(
        (day, min(named.values(), key=lambda name: (len(name), name)), tuple(named))
        for day, named in sorted(own.items())
        if 3 * len(named) >= len(parts)
    )


def _plain_name(called: tuple[str, ...]) -> str:
    """A holiday's English name without `(observed)`."""
    return next((name for name in called[1:] if called[0].startswith(name)), called[0])


def holiday_years(region: str) -> tuple[int, int]:
    """The first and the last year for which the region's holidays are known. Outside them a holiday rule
    closes nothing."""
    entity = _entity(region, None, None)
    return int(entity.start_year), int(entity.end_year)


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, str]]:
    """Country code → its module and its class. The registry names them without loading the holidays of any country."""
    from holidays.registry import COUNTRIES

    return {codes[1]: (module, codes[0]) for module, codes in COUNTRIES.items()}


@cache
def _country(code: str) -> type[HolidayBase]:
    """The class of a country, from its module alone: imported in the usual way, the package loads the holidays of every country there
    is, and `sla check` would spend a quarter of its time on that."""
    import holidays

    module, name = _countries()[code]
    folders = [str(Path(folder) / "countries") for folder in holidays.__path__]
    spec = PathFinder.find_spec(f"holidays.countries.{module}", folders)
    assert spec is not None
    assert spec.loader is not None
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    country: type[HolidayBase] = getattr(loaded, name)
    return country


def _subdivisions(country: str) -> tuple[str, ...]:
    return tuple(_country(country).subdivisions)


@lru_cache(maxsize=1)
def _markets() -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_supported_financial())


def _entity(region: str, year: int | None, language: str | None) -> HolidayBase:
    import holidays

    require_region(region)
    country, _, part = region.partition("-")
    years = () if year is None else year
    if country in _countries():
        return _country(country)(subdiv=part or None, years=years, language=language, expand=False)
    return holidays.financial_holidays(region, years=years, language=language, expand=False)


@lru_cache(maxsize=4096)
def _holidays_of(region: str, year: int) -> tuple[tuple[int, tuple[tuple[str, ...], ...]], ...]:
    """Each day of the year that is a holiday, with its holidays, each as the names it goes by: in English first."""
    own_language = _entity(region, None, "en_US").default_language or "en_US"
    # The language is always said: left out, the names would depend on the locale of the machine.
    spoken = [_entity(region, year, language) for language in dict.fromkeys(("en_US", own_language))]
    strips = [_without_label(entity) for entity in spoken]

    def names(translations: tuple[str, ...]) -> tuple[str, ...]:
        stripped = (strip(name) for strip, name in zip(strips, translations, strict=True))
        return tuple(dict.fromkeys((*translations, *stripped)))

    return tuple(
        (day_number(date), tuple(map(names, zip(*(entity.get_list(date) for entity in spoken), strict=True))))
        for date in sorted(spoken[0])
    )


def _names_in(region: str, year: int) -> set[str]:
    return {name for _, names in _holidays_of(region, year) for called in names for name in called}


def _without_label(entity: HolidayBase) -> Callable[[str], str]:
    """Takes `(observed)` and the like, in the entity's language, off a holiday's name."""
    labels = (
        getattr(entity, kind, None)
        for kind in ("observed_label", "estimated_label", "observed_estimated_label")
    )
    ends = [entity.tr(label).split("%s") for label in labels if label]

    def strip(name: str) -> str:
        for head, tail in ends:
            if head + tail and name.startswith(head) and name.endswith(tail):
                return name[len(head) : len(name) - len(tail)]
        return name

    return strip


def versions() -> tuple[str, str]:
    """The versions of the data on zones (`tzdata`) and of the library of holidays."""
    from importlib.metadata import version

    return version("tzdata"), version("holidays")
