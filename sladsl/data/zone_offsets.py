"""Local clock readings → instants, as SQL over integers.

The agreement's engines must agree to the microsecond, so a database's own time zone functions are not asked: the zone's changes of
offset come from `sladsl.calendars` and become a step function of the local reading. Beside a change at instant T from offset o to p,
readings in [T+o, T+p) do not exist (p > o) and those in [T+p, T+o) occur twice (p < o). In both cases o holds until T + max(o, p):
a reading that does not exist moves forward by the gap, and of one that occurs twice the first is taken (`semantics.md`, Time).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sladsl.calendars.instants import DAY, ClockReading, Zone, day_number

Steps = Sequence[tuple[int, int]]
"""(local reading from which on, value), ascending; the first value also holds before."""


@dataclass(frozen=True, slots=True)
class ZoneOffsets:
    """A zone's clock within some years: `offsets` and `readings` (values of `ClockReading`) as functions of the local reading."""

    offsets: Steps
    readings: Steps
    _at: Callable[[int], int] = field(init=False, repr=False, compare=False)
    _means: Callable[[int], int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_at", _step(self.offsets))
        object.__setattr__(self, "_means", _step(self.readings))

    def instant(self, local: str) -> str:
        """SQL of the instant of a local reading."""
        return f"({local} - {step_sql(local, self.offsets)})"

    def reading(self, local: str) -> str:
        """SQL of what the local reading means: a value of `ClockReading`."""
        return step_sql(local, self.readings)

    def instant_of(self, local: int) -> int:
        """The instant of a local reading."""
        return local - self._at(local)

    def meaning_of(self, local: int) -> int:
        """What the local reading means: a value of `ClockReading`."""
        return self._means(local)


def clock(zone: Zone, years: Iterable[int]) -> ZoneOffsets:
    """The clock of `zone` for local readings in these years; for others its answers mean nothing."""
    offsets: list[tuple[int, int]] = []
    readings: list[tuple[int, int]] = [(0, ClockReading.CLEAR)]
    for first, last in _runs(sorted(set(years))):
        start, end = _new_year(first) - 2 * DAY, _new_year(last + 1) + 2 * DAY
        before = zone.offset(start)
        offsets.append((start, before))
        for change in zone.transitions(start, end):
            after = zone.offset(change)
            offsets.append((change + max(before, after), after))
            kind = ClockReading.NONEXISTENT if after > before else ClockReading.AMBIGUOUS
            readings += [
                (change + min(before, after), kind),
                (change + max(before, after), ClockReading.CLEAR),
            ]
            before = after
    return ZoneOffsets(offsets or [(0, zone.offset(0))], readings[:1] + sorted(readings[1:]))


def step_sql(x: str, steps: Steps) -> str:
    """A step function as a balanced tree of comparisons: depth log2 of the steps, and nothing to join."""
    if len(steps) == 1:
        return str(int(steps[0][1]))
    middle = len(steps) // 2
    low, high = step_sql(x, steps[:middle]), step_sql(x, steps[middle:])
    return f"CASE WHEN {x} < {steps[middle][0]} THEN {low} ELSE {high} END"


def _step(steps: Steps) -> Callable[[int], int]:
    starts, values = [start for start, _ in steps[1:]], [value for _, value in steps]
    return lambda x: values[bisect_right(starts, x)]


def _runs(years: list[int]) -> list[tuple[int, int]]:
    """Consecutive years together: 2019, 2020, 2021, 9999 → (2019, 2021), (9999, 9999)."""
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] >= year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs


def _new_year(year: int) -> int:
    from datetime import date

    if year > 9999:
        return (day_number(date(9999, 12, 31)) + 1) * DAY
    return day_number(date(year, 1, 1)) * DAY
