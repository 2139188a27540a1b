"""The deadline of a made-up row: what a commitment's budget comes to, on a Friday afternoon of its first week."""

from __future__ import annotations

import datetime as dt

from sladsl import model as m
from sladsl.calendars import (
    HOUR,
    Duration,
    DurationKind,
    Instant,
    NeverOpen,
    OpenTime,
    OutOfReach,
    Zone,
    add_local,
    local_time,
    zone,
)

_FRIDAY = 4
_START = dt.time(16)
_EPOCH = dt.datetime(1970, 1, 1)


def due_notes(model: m.Model, commitment: m.Commitment) -> list[str]:
    """A sentence for each choice of a commitment that is due within a time; none for other commitments."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or not isinstance(commitment.target, m.Within):
        return []
    where = zone(agreement.zone)
    friday = agreement.first + dt.timedelta(days=(_FRIDAY - agreement.first.weekday()) % 7)
    start = where.to_instant(local_time(dt.datetime.combine(friday, _START)))[0]
    notes = []
    for choice in commitment.target.choices:
        if isinstance(choice.due, m.Budget) and (due := _due(model, choice.due, start, where)) is not None:
            notes.append(f"{choice.words}: from {_shown(start, where)}, due {_shown(due, where)}")
    return notes


def _due(model: m.Model, budget: m.Budget, start: Instant, where: Zone) -> Instant | None:
    """None where a calendar that could not be read, or is never open, is asked for."""
    duration = budget.duration
    if duration.kind is DurationKind.ABSOLUTE:
        return start + duration.amount
    if duration.kind is DurationKind.LOCAL:
        return add_local(start, duration, where)
    calendar = model.calendars.get(budget.calendar or "")
    if calendar is None:
        return None
    try:
        return _open(OpenTime(calendar.rules, start, start + HOUR), duration, start)
    except (NeverOpen, OutOfReach):
        return None


def _open(calendar: OpenTime, duration: Duration, start: Instant) -> Instant:
    if duration.kind is DurationKind.BUSINESS:
        return calendar.deadline(start, duration.amount)
    if duration.kind is DurationKind.BUSINESS_DAYS:
        return calendar.add_business_days(start, duration.amount)
    return calendar.close_of_business_day(start, duration.amount)


def _shown(at: Instant, where: Zone) -> str:
    local = _EPOCH + dt.timedelta(microseconds=where.local(at))
    return f"{local:%A %Y-%m-%d %H:%M}"
