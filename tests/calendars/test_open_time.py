"""Open time against the minute oracle, and the laws that hold for every calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Case, aware, cases, moments

from sladsl.calendars import DAY, HOUR, CalendarRules, OpenTime, day_number, instant

BUDGETS = st.one_of(st.sampled_from((0, 1, 4 * HOUR, 8 * HOUR, 24 * HOUR)), st.integers(0, 40 * HOUR))


@settings(max_examples=50, deadline=None)
@given(cases(), st.data())
def test_open_time_is_what_walking_the_clock_counts(case: Case, data: st.DataObject) -> None:
    desk, oracle = OpenTime(case.rules), case.oracle
    for _ in range(3):
        a, b = sorted((data.draw(moments(case, 10)), data.draw(moments(case, 10))))
        budget = timedelta(microseconds=data.draw(BUDGETS))
        assert desk.is_open(instant(a)) == oracle.is_open(a)
        assert aware(desk.elapsed(instant(a), instant(b))) == aware(0) + oracle.elapsed(a, b)
        if (opening := oracle.next_open(a)) is not None:
            assert aware(desk.next_open(instant(a))) == opening
        if (due := oracle.deadline(a, budget)) is not None:
            assert aware(desk.deadline(instant(a), budget // timedelta(microseconds=1))) == due


@settings(max_examples=30, deadline=None)
@given(cases(), st.data())
def test_business_days_are_what_the_rule_says_in_words(case: Case, data: st.DataObject) -> None:
    desk, oracle = OpenTime(case.rules), case.oracle
    for _ in range(3):
        a, days = data.draw(moments(case, 9)), data.draw(st.integers(1, 3))
        if (due := oracle.business_days(a, days)) is not None:
            assert aware(desk.add_business_days(instant(a), days)) == due
        if (due := oracle.close_of_business(a, days - 1)) is not None:
            assert aware(desk.close_of_business_day(instant(a), days - 1)) == due


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_laws(case: Case, data: st.DataObject) -> None:
    assume(any(case.rules.weekly))
    desk = OpenTime(case.rules)
    at = st.integers(case.first, case.last)
    a, b, c = data.draw(at), data.draw(at), data.draw(at)
    budget = data.draw(BUDGETS)
    due = desk.deadline(a, budget)

    assert due >= a
    assert desk.elapsed(a, due) == budget
    assert budget == 0 or desk.elapsed(a, due - 1) == budget - 1
    assert desk.deadline(a, 0) == a == desk.add_business_days(a, 0)
    assert desk.elapsed(a, b) + desk.elapsed(b, c) == desk.elapsed(a, c)
    assert desk.elapsed(b, a) == -desk.elapsed(a, b)
    assert desk.elapsed(min(a, b), max(a, b)) >= 0
    assert desk.elapsed(a, b) == desk.open_time_until(b) - desk.open_time_until(a)
    if a <= b:
        assert due <= desk.deadline(b, budget)
    wanted = data.draw(st.integers(-60 * HOUR, 60 * HOUR))
    reached = desk.reaching(wanted)
    assert (desk.open_time_until(reached - 1), desk.open_time_until(reached)) == (wanted - 1, wanted)


@settings(max_examples=40, deadline=None)
@given(cases(), st.data())
def test_a_closure_never_makes_a_deadline_in_open_time_earlier(case: Case, data: st.DataObject) -> None:
    assume(any(case.rules.weekly))
    first = data.draw(st.integers(case.first // DAY - 1, case.last // DAY))
    closure = (first, first + data.draw(st.integers(0, 3)))
    desk = OpenTime(case.rules)
    closed = OpenTime(replace(case.rules, closed=(*case.rules.closed, closure)))
    a, budget = data.draw(st.integers(case.first, case.last)), data.draw(BUDGETS)
    assert closed.deadline(a, budget) >= desk.deadline(a, budget)


@settings(max_examples=25, deadline=None)
@given(cases(), st.data())
def test_answers_do_not_depend_on_what_was_asked_before(case: Case, data: st.DataObject) -> None:
    assume(any(case.rules.weekly))
    a, b = data.draw(st.integers(case.first, case.last)), data.draw(st.integers(case.first, case.last))
    asked, fresh = OpenTime(case.rules, case.first, case.last), OpenTime(case.rules)
    for elsewhere in data.draw(st.lists(st.integers(-900, 900), max_size=3)):
        asked.next_open(case.first + elsewhere * DAY)
    assert asked.elapsed(a, b) == fresh.elapsed(a, b)
    assert asked.open_time_until(case.first) == 0
    assert asked.deadline(a, 50 * HOUR) == fresh.deadline(a, 50 * HOUR)
    assert asked.add_business_days(a, 3) == fresh.add_business_days(a, 3)


@pytest.mark.parametrize("day", range(7))
def test_so_much_open_time_lies_behind_an_instant_however_far_away(day: int) -> None:
    """Open on Mondays from 9 to 17: so many times eight hours are complete when a Monday closes, before the anchor as after it."""
    rules = CalendarRules("desk", "UTC", (((9 * HOUR, 17 * HOUR),), (), (), (), (), (), ()))
    closing = day_number(date(2026, 1, 5)) * DAY + 17 * HOUR
    desk = OpenTime(rules, closing + day * DAY)
    for weeks in sorted(range(-150, 150), key=abs):
        assert desk.reaching(weeks * 8 * HOUR) == closing + weeks * 7 * DAY
        assert desk.reaching(weeks * 8 * HOUR + 1) == closing + (weeks + 1) * 7 * DAY - 8 * HOUR + 1
