"""Functions of an instant as small tables.

Every function of an instant that an agreement needs (open time until it, its deadline, its period, its date,
…) is piecewise linear with slope 0 or 1. So it compiles to one table of pieces, and an engine needs integer
arithmetic and a join, never a calendar: what this module says is what every engine does.

A maker takes the reach `[lo, hi)` that will be asked about, in microseconds, and widens it to whole UTC days,
so that `quantum` stays as coarse as the calendar. It collects every place where the function may bend (too
many do no harm), evaluates the function itself at both ends of each stretch between two of them, and joins
pieces that continue each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from math import gcd
from typing import assert_never

from sladsl.calendars.calendar import OpenTime, OutOfReach
from sladsl.calendars.durations import Duration, DurationKind
from sladsl.calendars.instants import DAY, Instant, Zone, day_date, zone
from sladsl.calendars.intervals import OpenIntervals
from sladsl.calendars.periods import (
    DAYS_OF,
    MONTHS_OF,
    PeriodKind,
    Periods,
    add_local,
    at_reading,
    first_of_month,
    month_of,
)


@dataclass(frozen=True, slots=True)
class TimeMap:
    """A piecewise linear function of t. With u = t - offset, piece i covers `starts[i] <= u < starts[i + 1]`,
    the last one ends at `end`, and on it the function is `values[i] + slopes[i] * (u - starts[i])`.

    `offset` is 0, or 1 where pieces are closed on the right: a deadline jumps just *after* the instant whose
    deadline is a closing. `starts` ascend; a slope is 0 or 1. `starts`, `end` and `values` are microseconds
    or, in maps of dates, days.
    """

    offset: int
    starts: tuple[int, ...]
    end: int
    values: tuple[int, ...]
    slopes: tuple[int, ...]

    def __call__(self, t: int) -> int | None:
        """The function at t; None outside the pieces."""
        u = t - self.offset
        piece = bisect_right(self.starts, u) - 1
        if piece < 0 or u >= self.end:
            return None
        return self.values[piece] + self.slopes[piece] * (u - self.starts[piece])

    @property
    def quantum(self) -> int:
        """The largest number that divides every start and the end: each bucket of that size lies within one
        piece."""
        return gcd(*self.starts, self.end)


def open_time_map(open_time: OpenTime, lo: Instant, hi: Instant) -> TimeMap:
    """Instant -> open time until it (`OpenTime.open_time_until`): elapsed time is a difference of two."""
    lo, hi = _whole_days(lo, hi)
    known = open_time.covering(lo, hi)
    points = _inside(chain(known.starts, known.ends), lo, hi)
    return _compile(known.open_until, points, hi)


def open_at_map(open_time: OpenTime, lo: int, hi: int) -> TimeMap:
    """Open time -> the earliest instant until which so much of it lies behind (`OpenTime.reaching`). Where the calendar closes, it
    jumps to the next opening just after the open time until the closing."""
    lo, hi = _whole_days(lo - 1, hi)
    try:
        known = open_time.covering(open_time.reaching(lo + 1), open_time.reaching(hi))
    except OutOfReach:
        known = open_time.all_of_it()
        lo, hi = max(lo, known.open_until(known.lo)), min(hi, known.open_until(known.hi))
    points = _inside(known.after, lo, hi)
    values = tuple(open_time.reaching(point + 1) for point in points)
    return TimeMap(1, tuple(points), hi, values, (1,) * len(points))


def deadline_map(
    open_time: OpenTime | None, where: Zone | str, duration: Duration, lo: Instant, hi: Instant
) -> TimeMap:
    """Instant -> its deadline. A LOCAL duration is of the zone `where`; the business ones need `open_time`,
    and take its zone."""
    place = zone(where)
    match duration.kind:
        case DurationKind.ABSOLUTE:
            lo, hi = _whole_days(lo, hi)
            return TimeMap(0, (lo,), hi, (lo + duration.amount,), (1,))
        case DurationKind.LOCAL:
            lo, hi = _whole_days(lo, hi)
            bends = chain(_local_bends(place, duration, lo, hi), _days_begin(place, duration, lo, hi))
            points = _inside(bends, lo, hi)
            return _compile(lambda t: at_reading(add_local(t, duration, place), duration, place), points, hi)
        case DurationKind.BUSINESS:
            return _open_time_deadlines(_needed(open_time, duration), duration.amount, lo, hi)
        case DurationKind.BUSINESS_DAYS:
            calendar = _needed(open_time, duration)
            lo, hi = _whole_days(lo, hi)
            own = calendar.zone
            bends = chain(
                _business_day_bends(calendar, duration.amount, lo, hi), _days_begin(own, duration, lo, hi)
            )
            return _compile(
                lambda t: at_reading(calendar.add_business_days(t, duration.amount), duration, own),
                _inside(bends, lo, hi),
                hi,
            )
        case DurationKind.CLOSE_OF_BUSINESS:
            calendar = _needed(open_time, duration)
            lo, hi = _whole_days(lo, hi)
            points = _inside(_shift_bounds(calendar, lo, hi), lo, hi)
            return _compile(lambda t: calendar.close_of_business_day(t, duration.amount), points, hi)
        case _:
            assert_never(duration.kind)


def period_start_map(periods: Periods, kind: PeriodKind, lo: Instant, hi: Instant) -> TimeMap:
    """Instant -> the start of the period that contains it."""
    return _period_map(periods, kind, lo, hi, lambda index: periods.start(kind, index))


def period_end_map(periods: Periods, kind: PeriodKind, lo: Instant, hi: Instant) -> TimeMap:
    """Instant -> the end of the period that contains it, which is the start of the next."""
    return _period_map(periods, kind, lo, hi, lambda index: periods.start(kind, index + 1))


def period_index_map(periods: Periods, kind: PeriodKind, lo: Instant, hi: Instant) -> TimeMap:
    """Instant -> the index of the period that contains it."""
    return _period_map(periods, kind, lo, hi, lambda index: index)


def date_map(where: Zone | str, lo: Instant, hi: Instant) -> TimeMap:
    """Instant -> its local date, as days since 1970-01-01."""
    place = zone(where)
    lo, hi = _whole_days(lo, hi)
    midnights = (day * DAY for day in range(lo // DAY - 2, hi // DAY + 3))
    points = _inside(chain(_instants_of(place, midnights), place.transitions(lo, hi)), lo, hi)
    return _compile(place.date_of, points, hi)


def midnight_map(where: Zone | str, first_day: int, last_day: int) -> TimeMap:
    """Local date, as days since 1970-01-01 from `first_day` to `last_day` inclusive -> the instant at which
    it starts."""
    place = zone(where)
    days = range(first_day, last_day + 1)
    return TimeMap(0, tuple(days), last_day + 1, tuple(map(place.midnight, days)), (0,) * len(days))


def local_to_instant_map(where: Zone | str, lo_local: int, hi_local: int) -> TimeMap:
    """Clock reading (a local value) -> instant; see `Zone.to_instant`."""
    place = zone(where)
    return _reading_map(place, lo_local, hi_local, lambda local: place.to_instant(local)[0])


def local_reading_map(where: Zone | str, lo_local: int, hi_local: int) -> TimeMap:
    """Clock reading -> what it means, as the number of a `ClockReading`: 0 clear, 1 nonexistent, 2 ambiguous."""
    place = zone(where)
    return _reading_map(place, lo_local, hi_local, lambda local: int(place.to_instant(local)[1]))


def other_reading_map(where: Zone | str, lo_local: int, hi_local: int) -> TimeMap:
    """Clock reading -> the other instant it could have meant; see `Zone.other_reading`."""
    place = zone(where)
    return _reading_map(place, lo_local, hi_local, place.other_reading)


def _whole_days(lo: int, hi: int) -> tuple[int, int]:
    if lo >= hi:
        raise ValueError("a reach ends after it begins")
    return lo // DAY * DAY, -(-hi // DAY) * DAY


def _inside(points: Iterable[int], lo: int, hi: int) -> list[int]:
    """The points within `(lo, hi)`, and `lo`, ascending."""
    return sorted({lo, *(point for point in points if lo < point < hi)})


def _compile(function: Callable[[int], int], points: list[int], end: int) -> TimeMap:
    """The table of a function that is linear with slope 0 or 1 from each point to before the next; the points
    ascend."""
    starts: list[int] = []
    values: list[int] = []
    slopes: list[int] = []
    for start, after in pairwise([*points, end]):
        value = function(start)
        rise = function(after - 1) - value if after - start > 1 else 0
        if rise not in (0, after - 1 - start):
            raise AssertionError(f"the function bends between {start} and {after}")
        _add(starts, values, slopes, start, value, 1 if rise else 0)
    return TimeMap(0, tuple(starts), end, tuple(values), tuple(slopes))


def _add(starts: list[int], values: list[int], slopes: list[int], start: int, value: int, slope: int) -> None:
    """Adds a piece, unless it continues the one before."""
    if starts and slopes[-1] == slope and values[-1] + slope * (start - starts[-1]) == value:
        return
    starts.append(start)
    values.append(value)
    slopes.append(slope)


def _needed(open_time: OpenTime | None, duration: Duration) -> OpenTime:
    if open_time is None:
        raise ValueError(f"a duration of kind `{duration.kind}` needs a calendar")
    return open_time


def _open_time_deadlines(calendar: OpenTime, budget: int, lo: Instant, hi: Instant) -> TimeMap:
    """Deadlines in open time. On a right-closed piece `(p, q]` that is open the deadline runs along with t,
    on a closed one it stands; it jumps to the next opening after an instant whose deadline is a closing."""
    lo, hi = _whole_days(lo - 1, hi)
    if budget == 0:
        return TimeMap(0, (lo,), hi, (lo,), (1,))
    due = calendar.deadline(hi, budget)
    known = calendar.covering(lo, due)
    starts, ends, before, after = known.starts, known.ends, known.before, known.after

    def reaching(wanted: int) -> Instant:
        interval = bisect_left(after, wanted)
        return starts[interval] + wanted - before[interval]

    first, last = (bisect_right(after, known.open_until(at) + budget) for at in (lo, hi))
    jumps = (reaching(closing - budget) for closing in after[first:last])
    bounds = (x[bisect_right(x, lo) : bisect_left(x, hi)] for x in (starts, ends))
    starts_of_pieces: list[int] = []
    values: list[int] = []
    slopes: list[int] = []
    for point in _inside(chain(*bounds, jumps), lo, hi):
        interval = bisect_right(starts, point) - 1
        slope = 1 if interval >= 0 and point < ends[interval] else 0
        wanted = known.open_until(point) + budget + slope
        _add(starts_of_pieces, values, slopes, point, reaching(wanted), slope)
    return TimeMap(1, tuple(starts_of_pieces), hi, tuple(values), tuple(slopes))


def _days_begin(place: Zone, duration: Duration, lo: Instant, hi: Instant) -> Iterator[Instant]:
    """Where what ends at a clock reading ends on another day: at the start's midnights."""
    if duration.reading is not None:
        yield from _instants_of(place, (day * DAY for day in range(lo // DAY - 2, hi // DAY + 3)))


def _local_bends(place: Zone, duration: Duration, lo: Instant, hi: Instant) -> Iterator[Instant]:
    """Where `add_local` may bend: the clock changes at the start or at the target, or a month overflows."""
    yield from place.transitions(lo, hi)
    changed = _changed_readings(place, lo - 2 * DAY, add_local(hi, duration, place) + 40 * DAY)
    yield from _instants_of(place, chain.from_iterable(_origins(duration, reading) for reading in changed))
    if duration.unit in MONTHS_OF:
        days = range(lo // DAY - 2, hi // DAY + 3)
        yield from _instants_of(place, (day * DAY for day in days if day_date(day).day in (1, 29, 30, 31)))


def _origins(duration: Duration, reading: int) -> Iterator[int]:
    """The clock readings that a local duration may carry to this one, and some that it does not."""
    if duration.unit in DAYS_OF:
        yield reading - duration.amount * DAYS_OF[duration.unit] * DAY
        return
    day, time = divmod(reading, DAY)
    first = first_of_month(month_of(day) - duration.amount * MONTHS_OF[duration.unit])
    number = day_date(day).day
    # What is rounded down to the last day of a short month comes from any of the days up to the 31st.
    for origin in range(number, 32 if number >= 28 else number + 1):
        yield (first + origin - 1) * DAY + time


def _business_day_bends(calendar: OpenTime, days: int, lo: Instant, hi: Instant) -> Iterator[Instant]:
    """Where `add_business_days` may bend: a shift's bounds, on the start's day or, at the same clock reading,
    on the target's."""
    place = calendar.zone
    yield from place.transitions(lo, hi)
    yield from _shift_bounds(calendar, lo, hi)
    latest = calendar.close_of_business_day(hi, days)
    known = calendar.covering(lo, latest)
    changed = list(_changed_readings(place, lo - 4 * DAY, latest + 4 * DAY))
    for day in _shift_days(known, lo, hi):
        target = known.open_day(day, days)
        if target is None:
            return
        near = changed[bisect_left(changed, (day - 2) * DAY) : bisect_left(changed, (target + 4) * DAY)]
        moved, shifts = (target - day) * DAY, known.shifts[target]
        if not near and shifts == tuple(
            (opens + moved, closes + moved) for opens, closes in known.shifts[day]
        ):
            continue  # the same hours on both days: their bounds are bends already
        bounds = chain.from_iterable(shifts)
        # With the offset of two days before: a skipped reading, which is moved forward by the gap.
        steps = (-2 * DAY, -1, 0)
        readings = {bound + place.offset(bound + step) for bound in bounds for step in steps}
        yield from _instants_of(place, (reading - moved for reading in readings.union(near)))


def _shift_bounds(calendar: OpenTime, lo: Instant, hi: Instant) -> Iterator[Instant]:
    known = calendar.covering(lo, hi)
    for day in _shift_days(known, lo, hi):
        yield from chain.from_iterable(known.shifts[day])


def _shift_days(known: OpenIntervals, lo: Instant, hi: Instant) -> Iterator[int]:
    """The days whose shifts may hold an instant of `[lo, hi]`."""
    return (day for day in known.shifts if lo // DAY - 3 <= day <= hi // DAY + 2)


def _changed_readings(place: Zone, lo: Instant, hi: Instant) -> Iterator[int]:
    """The clock readings between which a clock is put forward or back, ascending."""
    for change in place.transitions(lo, hi):
        yield from sorted((place.local(change - 1) + 1, place.local(change)))


def _instants_of(place: Zone, readings: Iterable[int]) -> Iterator[Instant]:
    """Every instant that a clock reading may mean."""
    for reading in readings:
        first, _ = place.to_instant(reading)
        yield first
        yield place.other_reading(reading)


def _period_map(
    periods: Periods, kind: PeriodKind, lo: Instant, hi: Instant, value: Callable[[int], int]
) -> TimeMap:
    lo, hi = _whole_days(lo, hi)
    first, last = periods.index(kind, lo), periods.index(kind, hi)
    points = _inside((periods.start(kind, index) for index in range(first, last + 1)), lo, hi)
    return _compile(lambda t: value(periods.index(kind, t)), points, hi)


def _reading_map(place: Zone, lo: int, hi: int, function: Callable[[int], int]) -> TimeMap:
    lo, hi = _whole_days(lo, hi)
    return _compile(function, _inside(_changed_readings(place, lo - 2 * DAY, hi + 2 * DAY), lo, hi), hi)
