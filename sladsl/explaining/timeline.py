"""How a deadline came about: the open time that was counted, what was skipped on the way, the days that were."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.calendars import (
    Closed,
    Duration,
    DurationKind,
    OpenTime,
    OutOfReach,
    Spans,
    Zone,
    closed_between,
    is_dated_opening,
    why_closed,
)
from sladsl.explaining.story import DayCounted, Skip, Stretch


def timeline(desk: OpenTime, start: int, spans: Spans) -> tuple[Stretch | Skip, ...]:
    """Open intervals after `start` as they were counted, with what lies between."""
    found: list[Stretch | Skip] = []
    at, total = start, 0
    for opens, closes in spans:
        if at < opens:
            found.append(Skip(at, opens, closed_between(desk, at, opens)))
        total += closes - opens
        found.append(Stretch(opens, closes, total, is_dated_opening(desk, opens)))
        at = closes
    return tuple(found)


def counted_from(desk: OpenTime, start: int, duration: Duration) -> int | None:
    """Where business days are counted from, when that is not the start itself."""
    if duration.kind not in {DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS}:
        return None
    if duration.kind is DurationKind.BUSINESS_DAYS and duration.amount == 0:
        return None
    opens = desk.next_open(start)
    return opens if opens != start else None


def days(desk: OpenTime, start: int, due: int, duration: Duration) -> tuple[DayCounted, ...]:
    """The days from the start's own to the one that the deadline belongs to; none for other durations than business days."""
    if duration.kind not in {DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS}:
        return ()
    return tuple(_days(desk, desk.open_day_of(start), due, duration.amount))


def _days(desk: OpenTime, first: int, due: int, amount: int) -> Iterator[DayCounted]:
    number, day = 0, first
    counting = {first, *desk.covering(min(due, desk.zone.midnight(first)), due).open_days}
    while True:
        if day in counting:
            yield DayCounted(day, number)
            if number == amount:
                return
            number += 1
        else:
            yield DayCounted(day, None, _whole(desk, day))
        day += 1


def _whole(desk: OpenTime, day: int) -> Closed:
    why, name = why_closed(desk, day)
    return Closed(desk.zone.midnight(day), desk.zone.midnight(day + 1), day, why, name)


def clock_changes(where: Zone, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The instants after `start` and up to `end` at which the clock is changed, and by how much."""
    return tuple(
        (at, where.offset(at) - where.offset(at - 1)) for at in where.transitions(start + 1, end + 1)
    )


def open_margin(desk: OpenTime, due: int, stop: int) -> int | None:
    """Open time from the deadline to the stop, negative when early."""
    try:
        return desk.elapsed(due, stop)
    except OutOfReach:
        return None
