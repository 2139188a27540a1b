"""A calendar's rules as intervals on the UTC line.

The open instants are those whose clock reading in the calendar's zone lies in its hours. So hours are first
laid out on the local line, each shift with the day it starts on, closures are cut out of them there, and the
rest is carried to the UTC line stretch by stretch of one offset: an hour that the clock skips vanishes, and
one that it shows twice is open twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sladsl.calendars.instants import DAY, Instant, Zone, day_date
from sladsl.calendars.rules import CalendarRules, Spans, holiday_days


@dataclass(frozen=True, slots=True)
class OpenIntervals:
    """The open time of a stretch of days, complete for instants in `[lo, hi]`.

    Interval k is `[starts[k], ends[k])`; `before[k]` and `after[k]` are the open time, in microseconds, up to
    its start and its end, counted from the anchor. `shifts` holds each day's own intervals: those of the shifts
    that start on it. `open_days` are the days that count as business days: a closed date is none, though the
    tail of the shift that would have started on it may be open.
    """

    lo: Instant
    hi: Instant
    first_day: int
    last_day: int
    starts: list[Instant]
    ends: list[Instant]
    before: list[int]
    after: list[int]
    open_days: list[int]
    shifts: dict[int, Spans]

    def open_day(self, day: int, later: int) -> int | None:
        """The open day that many open days after a day with shifts; that day itself for none. None where it is
        not worked out so far."""
        if later == 0:
            return day
        at = bisect_right(self.open_days, day) + later - 1
        return self.open_days[at] if at < len(self.open_days) else None

    def open_until(self, t: Instant) -> int:
        """Open time from the anchor to `t`."""
        k = bisect_right(self.starts, t) - 1
        if k < 0:
            return self.before[0] if self.before else 0
        return min(self.before[k] + t - self.starts[k], self.after[k])


def work_out(rules: CalendarRules, where: Zone, first: int, last: int, anchor: Instant) -> OpenIntervals:
    """The open time of the shifts that start on the days `first` to `last`, counted from `anchor`."""
    days = list(_shifts(rules, where, first, last))
    shifts = {day: spans for day, spans, _ in days}
    starts: list[Instant] = []
    ends: list[Instant] = []
    for opens, closes in sorted(span for spans in shifts.values() for span in spans):
        if ends and opens <= ends[-1]:
            ends[-1] = max(ends[-1], closes)
        else:
            starts.append(opens)
            ends.append(closes)
    before: list[int] = []
    total = 0
    for opens, closes in zip(starts, ends, strict=True):
        before.append(total)
        total += closes - opens
    after = [*before[1:], total] if before else []
    # The tail of the night before `first` is missing, so two days are left at the front; one at the end,
    # since midnight may come twice.
    lo, hi = where.midnight(first + 2), where.midnight(last)
    open_days = [day for day, _, counts in days if counts]
    counted = OpenIntervals(lo, hi, first, last, starts, ends, before, after, open_days, shifts)
    zero = counted.open_until(anchor)
    before[:] = [value - zero for value in before]
    after[:] = [value - zero for value in after]
    return counted


def _shifts(rules: CalendarRules, where: Zone, first: int, last: int) -> Iterator[tuple[int, Spans, bool]]:
    """Each day with open time, the intervals of the shifts that start on it as instants, and whether it counts as a business day."""
    closed = {day for start, end in rules.closed for day in range(max(start, first), min(end, last + 1) + 1)}
    years = day_date(first).year, day_date(last + 1).year
    shut = closed.union(*(holiday_days(rule, *years) for rule in rules.holidays))
    dated: dict[int, Spans] = {}
    for day, spans in rules.openings:
        dated[day] = dated.get(day, ()) + spans
    own_hours = {day: _merged(spans) for day, spans in dated.items()}
    merged = cache(_merged)
    closings = _closings(rules)
    changes = where.transitions((first - 2) * DAY, (last + 3) * DAY)
    unsteady = {change // DAY + near for change in changes for near in range(-3, 4)}
    offset, settled = 0, False
    for day in range(first, last + 1):
        dated_hours = own_hours.get(day)
        shut_here = shut if dated_hours is None else closed
        hours = _cut(merged(rules.weekly_on(day)) if dated_hours is None else dated_hours, day, shut_here)
        if day in closings:
            hours = _without(hours, closings[day])
        if day in unsteady:
            settled = False
            spans = carried(hours, day, where)
        else:
            if not settled:
                offset, settled = where.offset(day * DAY), True
            midnight = day * DAY - offset
            spans = tuple((midnight + opens, midnight + closes) for opens, closes in hours)
        if spans:
            # A date that is closed by the hour until its 24:00 is closed, whatever tail its night keeps.
            yield day, spans, day not in shut_here and hours[0][0] < DAY


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """Ascending and disjoint, with those that touch made one."""
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], closes)
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _cut(hours: Spans, day: int, closed: set[int]) -> Spans:
    """A day's hours without what falls on a closed date: the day's own part, and the tail after its 24:00."""
    if day not in closed and day + 1 not in closed:
        return hours
    floor = DAY if day in closed else 0
    ceiling = DAY if day + 1 in closed else 2 * DAY
    kept = ((max(opens, floor), min(closes, ceiling)) for opens, closes in hours)
    return tuple((opens, closes) for opens, closes in kept if opens < closes)


def _closings(rules: CalendarRules) -> dict[int, list[tuple[int, int]]]:
    """The closed hours that may fall into each day's shifts, after that day's 00:00: its own, those of the night before and those of the
    next date."""
    closings: dict[int, list[tuple[int, int]]] = {}
    for each in rules.closed_hours:
        for later in (-1, 0, 1):
            closing = each.opens - later * DAY, each.closes - later * DAY
            closings.setdefault(each.day + later, []).append(closing)
    return closings


def _without(hours: Spans, closings: Iterable[tuple[int, int]]) -> Spans:
    """A day's hours without those that are closed."""
    for begins, ends in closings:
        parts = (
            part
            for opens, closes in hours
            for part in ((opens, min(closes, begins)), (max(opens, ends), closes))
        )
        hours = tuple((opens, closes) for opens, closes in parts if opens < closes)
    return hours


def carried(hours: Spans, day: int, where: Zone) -> Spans:
    """A day's hours as instants, where the zone's offset may change among them."""
    lo, hi = (day - 2) * DAY, (day + 4) * DAY
    stretches = [lo, *where.transitions(lo, hi), hi]
    carried: list[tuple[Instant, Instant]] = []
    for start, end in pairwise(stretches):
        midnight = day * DAY - where.offset(start)
        clipped = ((max(midnight + opens, start), min(midnight + closes, end)) for opens, closes in hours)
        carried += (span for span in clipped if span[0] < span[1])
    return _merged(carried)
