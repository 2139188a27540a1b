"""What is still in it for a figure that is not final: headroom, exactly, from what was counted; and its pace, a statistic. Neither decides
a verdict.

Headroom is reckoned from what is there now, as if the rows that are open come out well, and others that may still join do not.

| target | `room` | `missing` |
|---|---|---|
| a share of at least t | how many more rows may fail, whichever they are, and it is still met | how many in a row must not |
| a share of at most t | how many more rows may count | how many in a row must not |
| a volume or a sum of at least t | | what it lacks |
| a volume or a sum of at most t | how much more may come | |
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from sladsl.calendars import CalendarRules, NeverOpen, OpenTime, OutOfReach, Period, zone
from sladsl.plan import SHARES, VOLUMES, Bound, BoundKind, Commitment, Figure, Measure, Plan
from sladsl.plan.verdicts import Verdict
from sladsl.verdicts.judging import Judged, Measured
from sladsl.verdicts.ranges import count


@dataclass(frozen=True, slots=True)
class Headroom:
    """See the table above: rows, and of a sum an amount. `days_left` are the days of the period that are not over."""

    room: Fraction | None
    missing: Fraction | None
    days_left: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What a figure would end at if the rest of its period went on as its days so far, which are `days`."""

    value: Fraction
    days: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """`business`: days are business days, those of the agreement's hours."""

    headroom: Headroom | None = None
    pace: Pace | None = None
    business: bool = False


NOTHING = Outlook()
FIRST_PART = Fraction(1, 10)
"""Of a period: up to there it has no pace."""


def outlook(plan: Plan, c: Commitment, figure: Figure, judged: Judged, until: int) -> Outlook:
    """Of a period that is not final, as of the instant until which it is known; of a whole that is judged by groups there is none."""
    m = judged.measured
    if judged.verdict is not Verdict.PROVISIONAL or c.groups is not None or m.cut:
        return NOTHING
    days = days_of(plan)
    left = len(days.within(max(until, m.period.start), m.period.end)) if until < m.period.end else 0
    room, missing = _headroom(c.in_force(m.period.start), figure, m)
    headroom = None if room is None and missing is None else Headroom(room, missing, left)
    return Outlook(headroom, None if m.over else _pace(figure, m, days, until), days.open_time is not None)


# ------------------------------------------------------------------------------------------------------------ headroom

Amounts = tuple[Fraction | None, Fraction | None]
"""Room, and what is missing."""


def _headroom(c: Commitment, figure: Figure, m: Measured) -> Amounts:
    if m.now is None or m.now.low is None or (c.needs is not None and m.rows < c.needs):
        return None, None
    if figure.measure in VOLUMES:
        return _of_amount(c.bound, m.now.low, figure.measure is Measure.COUNT)
    if figure.measure not in SHARES or m.now.high is None or not m.rows:
        return None, None
    # Both ends are of all rows that are there.
    hits, may_hit = int(m.now.low * m.rows), int(m.now.high * m.rows)
    target = Fraction(c.bound.value)
    if c.bound.kind is BoundKind.AT_LEAST:
        return _of_share(target, may_hit, may_hit - hits, m.rows)
    if c.bound.kind is BoundKind.AT_MOST:
        return _of_share(1 - target, m.rows - hits, may_hit - hits, m.rows)
    return None, None


def _of_share(target: Fraction, good: int, open: int, rows: int) -> Amounts:
    """Of a share of `good` rows that is to be at least the target, with `open` of these not settled.

    A row that fails and is counted already costs more than one that is still to come, so those are reckoned to fail first."""
    if good < target * rows:
        lacks = target * rows - good
        return None, (Fraction(ceil(lacks / (1 - target))) if target < 1 else None)
    room = floor(good - target * rows)
    if room < open:
        return Fraction(room), None
    kept = good - open
    return (Fraction(open + floor(kept / target - rows)), None) if target else (None, None)


def _of_amount(bound: Bound, amount: Fraction, whole: bool) -> Amounts:
    least = None if bound.kind is BoundKind.AT_MOST else Fraction(bound.value)
    most = bound.value if bound.kind is BoundKind.AT_MOST else bound.high
    high = None if most is None else Fraction(most)
    if least is not None and amount < least:
        return None, Fraction(ceil(least - amount)) if whole else least - amount
    if high is None or amount > high:
        return None, None
    return Fraction(floor(high - amount)) if whole else high - amount, None


# ----------------------------------------------------------------------------------------------------------------- pace


def _pace(figure: Figure, m: Measured, days: Days, until: int) -> Pace | None:
    gone = days.share(m.period, until)
    if gone is None or gone < FIRST_PART:
        return None
    value = _at_this_pace(figure, m, gone)
    return None if value is None else Pace(value, len(days.within(m.period.start, until)))


def _at_this_pace(figure: Figure, m: Measured, gone: Fraction) -> Fraction | None:
    """Volumes and sums grow on; a share stays what it is among the rows that are settled: of those with a deadline, whose deadline has
    passed, since early successes among the others would flatter."""
    if figure.at_end:
        return None
    if figure.measure is Measure.COUNT:
        return m.rows / gone
    if figure.measure is Measure.SUM:
        return None if m.value is None else m.value / gone
    if figure.measure is Measure.RESPONSE:
        settled, hits = count(m.counters, "matured"), count(m.counters, "matured_hit")
    elif figure.measure is Measure.SHARE:
        settled, hits = m.rows - m.tallies.open, count(m.counters, "hit")
    else:
        return None
    return Fraction(hits, settled) if settled else None


# ----------------------------------------------------------------------------------------------------------------- days


@dataclass(frozen=True, slots=True)
class Days:
    """The business days of the agreement's hours; without hours, days of its zone."""

    open_time: OpenTime | None
    zone: str

    def within(self, start: int, end: int) -> list[int]:
        """Those that have a part in a stretch of time, as day numbers."""
        if self.open_time is None:
            where = zone(self.zone)
            return list(range(where.date_of(start), where.date_of(end - 1) + 1)) if start < end else []
        known = self.open_time.covering(start, end)
        return [day for day in known.open_days if any(a < end and b > start for a, b in known.shifts[day])]

    def share(self, period: Period, until: int) -> Fraction | None:
        """How much of the time of a period is over; None where it has none."""
        if self.open_time is None:
            return Fraction(until - period.start, period.end - period.start)
        try:
            whole = self.open_time.elapsed(period.start, period.end)
            return Fraction(self.open_time.elapsed(period.start, until), whole) if whole else None
        except (OutOfReach, NeverOpen):
            return None


def days_of(plan: Plan) -> Days:
    rules = next((c for c in plan.calendars if c.name == plan.hours), None)
    return Days(None if rules is None else _open_time(rules), plan.zone)


@lru_cache(maxsize=16)
def _open_time(rules: CalendarRules) -> OpenTime:
    return OpenTime(rules)
