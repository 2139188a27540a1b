"""Durations as the plan has them: plain lengths."""

from __future__ import annotations

from decimal import Decimal

from sladsl.calendars import Duration, DurationKind

DAY_MICROSECONDS = 86_400_000_000


def microseconds(duration: Duration) -> int:
    """A duration as a plain length; a day counts 24 hours where no start is at hand (a `duration` field, a target on a median)."""
    if duration.kind is DurationKind.LOCAL:
        return duration.amount * {"day": 1, "week": 7}[duration.unit] * DAY_MICROSECONDS
    return duration.amount


def plain(limit: Decimal | Duration) -> Decimal:
    """A limit as a number: a duration in microseconds."""
    return Decimal(microseconds(limit)) if isinstance(limit, Duration) else limit
