"""Durations as an agreement writes them: four kinds that are four different clocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from sladsl.calendars.instants import HOUR, MINUTE, SECOND


class DurationKind(StrEnum):
    """Which clock a duration runs on."""

    ABSOLUTE = "absolute"
    """Seconds, minutes, hours: `24 hours` is 24 hours across any change of the clocks."""
    LOCAL = "local"
    """Days, weeks, months, quarters, years of a zone's calendar: `1 day` is the same clock reading
    tomorrow."""
    BUSINESS = "business"
    """Open time of a calendar: `4 business hours`."""
    BUSINESS_DAYS = "business days"
    """The same clock reading so many open days later."""
    CLOSE_OF_BUSINESS = "close of business"
    """The last close of the so-manieth open day: `2 business days, by close`."""


LOCAL_UNITS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time.

    `amount` is microseconds where the kind is ABSOLUTE or BUSINESS, else a count; it is never negative.
    `unit` is the calendar unit of a LOCAL duration (`day`, `week`, `month`, `quarter`, `year`) and empty for
    the rest. Days and business days may end at a clock `reading` of the day on which they end, in microseconds after its midnight:
    `1 business day, by 10:00`.
    """

    kind: DurationKind
    amount: int
    unit: str = ""
    reading: int | None = None

    def __post_init__(self) -> None:
        if self.reading is not None and self.kind not in {DurationKind.LOCAL, DurationKind.BUSINESS_DAYS}:
            raise ValueError(f"a duration of kind `{self.kind}` ends at no clock reading")
        if self.amount < 0:
            raise ValueError("a duration cannot be negative")
        if (self.kind is DurationKind.LOCAL) != (self.unit in LOCAL_UNITS) or (
            self.kind is not DurationKind.LOCAL and self.unit
        ):
            raise ValueError(f"a duration of kind `{self.kind}` cannot have the unit `{self.unit}`")

    @property
    def is_business(self) -> bool:
        """Whether it is of a calendar's open time."""
        return self.kind not in {DurationKind.ABSOLUTE, DurationKind.LOCAL}

    @property
    def is_length(self) -> bool:
        """Whether it is as long from any start: months differ, and so do business days."""
        match self.kind:
            case DurationKind.ABSOLUTE | DurationKind.BUSINESS:
                return True
            case DurationKind.LOCAL:
                return self.unit in {"day", "week"}
            case DurationKind.BUSINESS_DAYS | DurationKind.CLOSE_OF_BUSINESS:
                return False
            case _:
                assert_never(self.kind)


def describe(duration: Duration) -> str:
    """The duration in the language's words: `4 business hours`, `2 business days, by close`, `30 days`."""
    match duration.kind:
        case DurationKind.ABSOLUTE:
            return _clock_time(duration.amount, "")
        case DurationKind.BUSINESS:
            return _clock_time(duration.amount, "business ")
        case DurationKind.LOCAL:
            return _count(duration.amount, duration.unit) + _by(duration.reading)
        case DurationKind.BUSINESS_DAYS:
            return _count(duration.amount, "business day") + _by(duration.reading)
        case DurationKind.CLOSE_OF_BUSINESS:
            return _count(duration.amount, "business day") + ", by close"
        case _:
            assert_never(duration.kind)


def _by(reading: int | None) -> str:
    if reading is None:
        return ""
    hours, seconds = divmod(reading, HOUR)
    minutes, rest = divmod(seconds, MINUTE)
    return f", by {hours:02}:{minutes:02}" + (f":{rest // SECOND:02}" if rest else "")


def _clock_time(amount: int, business: str) -> str:
    for size, unit in ((HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")):
        if amount % size == 0:
            return _count(amount // size, business + unit)
    whole, part = divmod(amount, SECOND)
    return f"{whole}.{part:06d}".rstrip("0") + f" {business}seconds"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
