"""Durations in words, holiday regions, and what rules may not say."""

from __future__ import annotations

import doctest
from datetime import date
from importlib import import_module

import holidays
import pytest

from sladsl.calendars import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    CalendarRules,
    Duration,
    DurationKind,
    HolidayRule,
    day_number,
    describe,
    has_holiday,
    holiday_days,
    holiday_names,
    holiday_years,
    is_holiday_region,
    regions,
)

K = DurationKind


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (Duration(K.ABSOLUTE, 24 * HOUR), "24 hours"),
        (Duration(K.ABSOLUTE, 90 * MINUTE), "90 minutes"),
        (Duration(K.ABSOLUTE, 1 * SECOND), "1 second"),
        (Duration(K.ABSOLUTE, 1_500_000), "1.5 seconds"),
        (Duration(K.ABSOLUTE, 0), "0 hours"),
        (Duration(K.BUSINESS, 4 * HOUR), "4 business hours"),
        (Duration(K.BUSINESS, HOUR), "1 business hour"),
        (Duration(K.BUSINESS, 30 * MINUTE), "30 business minutes"),
        (Duration(K.LOCAL, 30, "day"), "30 days"),
        (Duration(K.LOCAL, 1, "month"), "1 month"),
        (Duration(K.BUSINESS_DAYS, 2), "2 business days"),
        (Duration(K.CLOSE_OF_BUSINESS, 1), "1 business day, by close"),
    ],
)
def test_durations_in_words(duration: Duration, words: str) -> None:
    assert describe(duration) == words


@pytest.mark.parametrize(
    ("kind", "amount", "unit"),
    [(K.LOCAL, 1, ""), (K.LOCAL, 1, "hour"), (K.BUSINESS, 1, "day"), (K.ABSOLUTE, -1, "")],
)
def test_durations_that_mean_nothing(kind: DurationKind, amount: int, unit: str) -> None:
    with pytest.raises(ValueError, match="a duration"):
        Duration(kind, amount, unit)


@pytest.mark.parametrize("region", ["US", "DE", "DE-BE", "US-CA", "NYSE"])
def test_regions_with_holidays(region: str) -> None:
    assert is_holiday_region(region)
    assert region in regions()
    assert holiday_days(HolidayRule(region), 2026, 2026)


@pytest.mark.parametrize("region", ["", "XX", "DE-XX", "US-", "us", "DEU", "NYSE-CA"])
def test_other_regions_are_refused(region: str) -> None:
    assert not is_holiday_region(region)
    with pytest.raises(ValueError, match="no holidays are known for"):
        holiday_days(HolidayRule(region), 2026, 2026)


@pytest.mark.parametrize("region", ["US", "US-CA", "DE-BE", "GB-SCT", "IN", "HK", "PR", "GU", "AX", "SJ"])
def test_a_country_loaded_by_itself_has_the_librarys_holidays(region: str) -> None:
    """Some of these are made from another country's class."""
    country, _, part = region.partition("-")
    for year in (2021, 2026):
        library = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False)
        assert holiday_days(HolidayRule(region), year, year) == {day_number(date) for date in library}
        english = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
        assert {name for date in english for name in english.get_list(date)} <= set(
            holiday_names(region, [year])
        )


def test_a_name_is_known_when_one_of_the_years_has_it() -> None:
    assert has_holiday("US", "Juneteenth National Independence Day", [2019, 2026])
    assert not has_holiday("US", "Juneteenth National Independence Day", [2019])
    assert not has_holiday("US", "Karfreitag", range(2020, 2030))


def on(*days: str) -> set[int]:
    return {day_number(date.fromisoformat(day)) for day in days}


def test_holidays_of_the_united_states_in_2026() -> None:
    assert holiday_days(HolidayRule("US", ("Columbus Day",)), 2026, 2026) == on(
        *("2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03"),
        *("2026-07-04", "2026-09-07", "2026-11-11", "2026-11-26", "2026-12-25"),
    )


def test_an_exception_covers_the_observed_date_and_may_be_in_either_language() -> None:
    everything = holiday_days(HolidayRule("US"), 2026, 2026)
    kept = holiday_days(HolidayRule("US", ("Independence Day",)), 2026, 2026)
    assert everything - kept == on("2026-07-03", "2026-07-04")
    for name in ("Karfreitag", "Good Friday"):
        assert name in holiday_names("DE-BE", [2026])
        assert on("2026-04-03").isdisjoint(holiday_days(HolidayRule("DE-BE", (name,)), 2026, 2026))


def test_names_do_not_depend_on_the_machines_language(monkeypatch: pytest.MonkeyPatch) -> None:
    from sladsl.calendars import rules

    names = []
    for language in ("de_DE.UTF-8", "uk_UA.UTF-8"):
        for variable in ("LANGUAGE", "LC_ALL", "LANG"):
            monkeypatch.setenv(variable, language)
        rules._holidays_of.cache_clear()
        names.append(holiday_names("DE-BE", [2026]))
    assert names[0] == names[1]
    assert {"Neujahr", "New Year's Day"} <= set(names[0])


def test_the_years_a_region_is_known_for() -> None:
    first, last = holiday_years("US")
    assert first <= 1900
    assert last >= 2090


@pytest.mark.parametrize(
    "hours", [(9 * HOUR, 9 * HOUR), (17 * HOUR, 9 * HOUR), (DAY, DAY + HOUR), (-1, HOUR), (0, DAY + 1)]
)
def test_hours_that_cannot_be(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="hours open between"):
        CalendarRules("desk", "UTC", ((hours,), (), (), (), (), (), ()))
    with pytest.raises(ValueError, match="hours open between"):
        CalendarRules("desk", "UTC", ((), (), (), (), (), (), ()), openings=((0, (hours,)),))


def test_a_closure_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="a closure ends before it begins"):
        CalendarRules("desk", "UTC", ((), (), (), (), (), (), ()), closed=((2, 1),))


def test_the_examples_in_the_documentation_are_true() -> None:
    results = doctest.testmod(import_module("sladsl.calendars.calendar"))
    assert results.attempted >= 15
    assert results.failed == 0
