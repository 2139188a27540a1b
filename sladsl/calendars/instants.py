"""Instants and zones.

An instant is an `int`: microseconds since 1970-01-01T00:00:00Z. A *local* value is an `int` too: what a wall
clock shows, as microseconds since a local 1970-01-01 00:00. Days are counted from 1970-01-01 (day 0). Nothing
here reads a clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from io import BytesIO
from pkgutil import get_data
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import pendulum

Instant: TypeAlias = int

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


def instant(moment: datetime) -> Instant:
    """The instant of an aware datetime; `ValueError` for a naive one, whose instant nobody can know."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"`{moment.isoformat(sep=' ')}` has no time zone, and an instant needs one")
    return local_time(moment) - microseconds(offset)


def moment(at: Instant, zone: str = "UTC") -> pendulum.DateTime:
    """The instant as an aware datetime in `zone`, exact to the microsecond."""
    import pendulum

    return pendulum.instance(_EPOCH + timedelta(microseconds=at)).in_timezone(_pendulum_zone(zone))


@lru_cache(maxsize=64)
def _pendulum_zone(name: str) -> pendulum.Timezone:
    import pendulum

    return _read_zone(pendulum.Timezone, name)


_Z = TypeVar("_Z", bound=ZoneInfo)


def _read_zone(kind: type[_Z], name: str) -> _Z:
    """The zone's data as the `tzdata` package has them, never the operating system's: the same agreement on
    the same data must mean the same on every machine, and systems lag behind (or were built with other rules
    for the past)."""
    if not is_zone(name):
        raise ValueError(
            f"`{name}` is not a time zone: expected an IANA name such as `America/New_York`, or `UTC`"
        )
    return kind.from_file(BytesIO(_tzdata(f"zoneinfo/{name}")), key=name)


def _tzdata(path: str) -> bytes:
    data = get_data("tzdata", path)
    if data is None:
        raise FileNotFoundError(f"the package `tzdata` has no `{path}`")
    return data


def iso(at: Instant) -> str:
    """`2026-03-09T13:00:00Z`; microseconds are shown only when there are some."""
    shown = (_NAIVE_EPOCH + timedelta(microseconds=at)).isoformat()
    return shown + "Z"


def local_time(clock: datetime) -> int:
    """The local value of a clock reading; its `tzinfo` is not looked at."""
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return day_number(clock) * DAY + seconds * SECOND + clock.microsecond


def microseconds(length: timedelta) -> int:
    """A `timedelta` as a whole number."""
    # Not `length // …`: pendulum's durations override it, and only for one another.
    return timedelta.__floordiv__(length, _MICROSECOND)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def day_date(day: int) -> date:
    """The inverse of `day_number`."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


class ClockReading(IntEnum):
    """What a clock reading means in a zone."""

    CLEAR = 0
    NONEXISTENT = 1
    """The clock jumped over it: it is moved forward by the gap."""
    AMBIGUOUS = 2
    """The clock showed it twice: the first of the two is taken."""


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every zone an agreement may name, sorted."""
    listed = _tzdata("zones").decode().split()
    return tuple(sorted({"UTC", *(name for name in listed if "/" in name and not name.startswith("Etc/"))}))


@lru_cache(maxsize=1)
def zone_countries() -> Mapping[str, str]:
    """The English name of the country of each zone that has one."""
    lines = _tzdata("zoneinfo/iso3166.tab").decode().splitlines()
    names = dict(line.split("\t")[:2] for line in lines if not line.startswith("#"))
    rows = (line.split("\t") for line in _tzdata("zoneinfo/zone.tab").decode().splitlines())
    return {row[2]: names[row[0]] for row in rows if len(row) > 2 and not row[0].startswith("#")}


def is_zone(name: str) -> bool:
    """Whether `name` is `UTC` or an IANA name with a `/`.

    `EST`, `+05:00` and `Etc/GMT+5` are refused: they have no daylight saving, and the sign of the last is the
    opposite of what it seems.
    """
    names = zone_names()
    at = bisect_left(names, name)
    return at < len(names) and names[at] == name


@lru_cache(maxsize=1024)
def _zone(name: str) -> Zone:
    return Zone(name)


def zone(name: str | Zone) -> Zone:
    """The zone of that name; one object a name. `ValueError` when `is_zone` says no."""
    return name if isinstance(name, Zone) else _zone(name)


_CHUNK = 2**29 * SECOND
"""Offsets are looked up in stretches of 17 years, each found once."""
_PROBE = 5 * 24 * 3600
"""Seconds between probes: in the whole of the IANA data two changes of one zone's offset are at least 167
hours apart."""
_FIRST_PROBE, _LAST_PROBE = -62_135_424_000, 253_402_128_000
"""A day inside what `datetime` can hold; further out, a zone keeps the offset it has there."""
_WIDEST = 36 * HOUR
"""More than any offset from UTC has ever been, and than any jump of one."""


class Zone:
    """The offsets of one IANA zone. Use `zone(name)`, which keeps one of each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._info = _read_zone(ZoneInfo, name)
        self._epoch = datetime(1970, 1, 1, tzinfo=self._info)
        self._chunks: dict[int, tuple[list[Instant], list[int]]] = {}

    def __repr__(self) -> str:
        return f"zone({self.name!r})"

    def local(self, at: Instant) -> int:
        """What a wall clock shows at this instant."""
        return at + self.offset(at)

    def offset(self, at: Instant) -> int:
        """Microseconds to add to UTC at this instant."""
        starts, offsets = self._chunk(at // _CHUNK)
        return offsets[bisect_right(starts, at) - 1]

    def date_of(self, at: Instant) -> int:
        """The local date as days since 1970-01-01."""
        return self.local(at) // DAY

    def to_instant(self, local: datetime | int) -> tuple[Instant, ClockReading]:
        """The instant at which a wall clock shows `local`.

        A reading that does not exist is moved forward by the gap; of a reading that occurs twice the first is
        taken.
        """
        first, _, reading = self._readings(local)
        return first, reading

    def other_reading(self, local: datetime | int) -> Instant:
        """What else the reading could have meant: the second of an ambiguous one; a nonexistent one moved
        back by the gap; of a clear one the same instant."""
        return self._readings(local)[1]

    def _readings(self, local: datetime | int) -> tuple[Instant, Instant, ClockReading]:
        clock = local_time(local) if isinstance(local, datetime) else local
        before, after = self.offset(clock - _WIDEST), self.offset(clock + _WIDEST)
        early, late = clock - before, clock - after
        if before == after:
            return early, early, ClockReading.CLEAR
        existed, exists = self.offset(early) == before, self.offset(late) == after
        if existed and exists:
            return early, late, ClockReading.AMBIGUOUS
        if existed or exists:
            only = early if existed else late
            return only, only, ClockReading.CLEAR
        return early, late, ClockReading.NONEXISTENT

    def midnight(self, day: int) -> Instant:
        """The start of a local date: the first instant whose local date is `day` or later."""
        first, other, reading = self._readings(day * DAY)
        if reading is ClockReading.NONEXISTENT:
            return self.transitions(other, first + 1)[0]
        return first

    def transitions(self, lo: Instant, hi: Instant) -> tuple[Instant, ...]:
        """The instants in `[lo, hi)` at which the offset changes."""
        instants: list[Instant] = []
        for chunk in range(lo // _CHUNK, (hi - 1) // _CHUNK + 1):
            starts, offsets = self._chunk(chunk)
            instants += [
                start
                for at, start in enumerate(starts)
                if lo <= start < hi and (at > 0 or offsets[0] != self.offset(start - 1))
            ]
        return tuple(instants)

    def _chunk(self, number: int) -> tuple[list[Instant], list[int]]:
        known = self._chunks.get(number)
        if known is None:
            known = self._chunks[number] = self._find_chunk(number)
        return known

    def _find_chunk(self, number: int) -> tuple[list[Instant], list[int]]:
        """The stretches of one offset within a chunk: where each starts, and its offset."""
        known, last = number * _CHUNK // SECOND, (number + 1) * _CHUNK // SECOND - 1
        offset = self._probe(known)
        starts, offsets = [known * SECOND], [microseconds(offset)]
        while known < last:
            ahead = min(known + _PROBE, last)
            offset_ahead = self._probe(ahead)
            if offset_ahead != offset:
                offset = offset_ahead
                starts.append(self._change(known, ahead, offset) * SECOND)
                offsets.append(microseconds(offset))
            known = ahead
        return starts, offsets

    def _change(self, before: int, after: int, offset: timedelta) -> int:
        """The first second in `(before, after]` that has `offset`."""
        while after - before > 1:
            middle = (before + after) // 2
            if self._probe(middle) == offset:
                after = middle
            else:
                before = middle
        return after

    def _probe(self, second: int) -> timedelta:
        """The offset at a second since the epoch."""
        at = self._epoch + timedelta(seconds=min(max(second, _FIRST_PROBE), _LAST_PROBE))
        return self._info.fromutc(at).utcoffset() or timedelta()
