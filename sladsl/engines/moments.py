"""The default as-of: which of the times in some data it is. The rule for both engines, which look the times up.

The latest time that the plan reads, save those later than the present where somebody says what that is: what has not happened cannot
have been known. A time that stands alone is what a slip in typing looks like. It is taken, since nobody can know, and named beside what
the as-of would be without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sladsl.calendars import DAY
from sladsl.outcomes import AsOf

ALONE = 30 * DAY
"""A time with nothing so long before it stands alone."""
_MOST_ALONE = 4
"""So many are looked at, one before the other: data that are all so far apart are no slips."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest value of a field, as an instant and as it is in the data."""

    instant: int
    record: str
    field: str
    value: int


@dataclass(frozen=True, slots=True)
class TimesHeld:
    """The times in a field of a table up to an instant: the first and the latest instant, and how many rows have one."""

    first: int
    latest: int
    rows: int


def the_default(
    latest: Callable[[int | None], Sequence[Latest]], row_of: Callable[[Latest], AsOf], now: int | None
) -> AsOf | None:
    """The latest time, and the row it is from; None when the data have no time at all, or none that is not later than `now`.

    `latest` gives for each of the plan's moments that has one its latest value at or before an instant (None: of all); of equally late
    ones the first is taken. `row_of` names the row of a value.
    """
    moments = latest(None)
    ahead = _last(moments)
    if now is None or ahead is None or ahead.instant <= now:
        return _with_what_stands_alone(moments, latest, row_of)
    at = _with_what_stands_alone(latest(now), latest, row_of)
    return None if at is None else replace(at, ahead=row_of(ahead))


def _with_what_stands_alone(
    moments: Sequence[Latest],
    latest: Callable[[int | None], Sequence[Latest]],
    row_of: Callable[[Latest], AsOf],
) -> AsOf | None:
    times = list(_one_before_the_other(moments, latest))
    at: AsOf | None = None
    for time in reversed(times):
        at = replace(row_of(time), otherwise=at)
    return at


def _one_before_the_other(
    moments: Sequence[Latest], latest: Callable[[int | None], Sequence[Latest]]
) -> Iterator[Latest]:
    """The latest time; where it stands alone the one before it, and so on."""
    for _ in range(_MOST_ALONE):
        last = _last(moments)
        if last is None:
            return
        yield last
        if any(0 < last.instant - x.instant <= ALONE for x in moments):
            return
        moments = latest(last.instant - 1)
        before = _last(moments)
        if before is not None and last.instant - before.instant <= ALONE:
            return


def _last(moments: Sequence[Latest]) -> Latest | None:
    return max(moments, key=lambda x: x.instant, default=None)
