"""Functions of time, asked of the calendars themselves: no table stands between an instant and its answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import assert_never

from sladsl.calendars import (
    Duration,
    DurationKind,
    NeverOpen,
    OpenTime,
    OutOfReach,
    Period,
    PeriodKind,
    Spans,
    add_local,
    zone,
)
from sladsl.plan import (
    Deadline,
    LocalDay,
    Midnight,
    OpenUntil,
    PeriodEnd,
    PeriodStart,
    Plan,
    TimeFunction,
)

_KEPT = 100_000
"""Answers that are kept for a function, since rows share instants and columns share functions."""


class Times:
    """The functions of time of one plan. An answer outside the years that calendars know is missing."""

    def __init__(self, plan: Plan) -> None:
        self.zone = zone(plan.zone)
        self.periods = plan.periods
        self.open = {c.name: OpenTime(c) for c in plan.calendars}
        self._known_periods: dict[PeriodKind, tuple[list[int], list[Period]]] = {}

    def function(self, f: TimeFunction) -> Callable[[int], int | None]:
        """The function of an instant (of a day, for `Midnight`), with its answers kept."""
        ask = self._plain(f)
        known: dict[int, int | None] = {}

        def answer(at: int) -> int | None:
            if at in known:
                return known[at]
            if len(known) >= _KEPT:
                known.clear()
            try:
                known[at] = ask(at)
            except (OutOfReach, NeverOpen, OverflowError):
                known[at] = None
            return known[at]

        return answer

    def _plain(self, f: TimeFunction) -> Callable[[int], int]:
        match f:
            case Deadline(duration, calendar):
                return self._deadline(duration, None if calendar is None else self.open[calendar])
            case OpenUntil(calendar):
                return self.open[calendar].open_time_until
            case PeriodStart(kind):
                return lambda at: self.period(kind, at).start
            case PeriodEnd(kind):
                return lambda at: self.period(kind, at).end
            case LocalDay():
                return self.zone.date_of
            case Midnight():
                return self.zone.midnight
            case _:
                assert_never(f)

    def _deadline(self, duration: Duration, own: OpenTime | None) -> Callable[[int], int]:
        amount = duration.amount
        match duration.kind:
            case DurationKind.ABSOLUTE:
                return lambda at: at + amount
            case DurationKind.LOCAL:
                return lambda at: add_local(at, duration, self.zone)
            case _ if own is None:
                raise ValueError("business time needs a calendar")
            case DurationKind.BUSINESS:
                return lambda at: own.deadline(at, amount)
            case DurationKind.BUSINESS_DAYS:
                return lambda at: own.add_business_days(at, amount)
            case DurationKind.CLOSE_OF_BUSINESS:
                return lambda at: own.close_of_business_day(at, amount)

    def open_between(self, calendar: str, a: int, b: int) -> Spans:
        """The open intervals of `[a, b)`; none outside the years that calendars know."""
        try:
            return self.open[calendar].intervals(a, b)
        except OutOfReach:
            return ()

    def period(self, kind: PeriodKind, at: int) -> Period:
        """The period that contains an instant, in the agreement's zone and year."""
        starts, periods = self._known_periods.setdefault(kind, ([], []))
        k = bisect_right(starts, at) - 1
        if k >= 0 and at < periods[k].end:
            return periods[k]
        found = self.periods.containing(kind, at)
        starts.insert(k + 1, found.start)
        periods.insert(k + 1, found)
        return found
