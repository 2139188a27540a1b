"""A period as it built up: what was counted day by day beside the line of the target, and of a share the range as it narrowed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sladsl.calendars import MINUTE, SECOND, day_date, zone
from sladsl.plan import BoundKind, Measure, Plan, RowOutcome, ValueType
from sladsl.plan.rows import value_type
from sladsl.reviewing.pack import BuildUp, Built, Headline
from sladsl.verdicts import days_of

if TYPE_CHECKING:
    import ibis

SLOT = 15 * MINUTE
"""Rows are counted by quarters of an hour, of which every day of every zone has a whole number."""
FEWEST = 3
"""With fewer days there is nothing to see."""


def build_ups(
    plan: Plan,
    headlines: Iterable[Headline],
    own: Callable[[Headline], ibis.Table],
    ask: Callable[[ibis.Table], Sequence[Mapping[str, Any]]],
    until: Callable[[str], int],
) -> Iterator[BuildUp]:
    """Of each commitment on a volume, a sum or answers in time that has one target; `until` says up to when a figure is known."""
    for h in headlines:
        c, m = h.commitment, h.now.measured
        by_days = h.figure.measure in {Measure.COUNT, Measure.SUM, Measure.RESPONSE} and not h.figure.at_end
        whole = c.group is None and c.groups is None and c.bound.kind is not BoundKind.BETWEEN
        if not by_days or not whole or m.cut or m.begins_after_data:
            continue
        dates = days_of(plan)
        days = _days(plan, h, dates.within(m.period.start, m.period.end))
        if len(days) < FEWEST:
            continue
        rows, known, share = _Counted(own(h), ask), until(h.figure.id), h.figure.measure is Measure.RESPONSE
        built = _share(h, days, rows, known) if share else _volume(plan, h, days, rows, known)
        if any(x.low is not None for x in built):
            target = float(c.bound.value) / _scale(plan, h)
            yield BuildUp(c, share, dates.open_time is not None, target, built)


class _Counted:
    """Rows by when something befell them."""

    def __init__(self, rows: ibis.Table, ask: Callable[[ibis.Table], Sequence[Mapping[str, Any]]]) -> None:
        self.rows, self.ask = rows, ask

    def by(
        self, moment: str, outcome: RowOutcome | None = None, value: bool = False
    ) -> Callable[[int], float]:
        """How many rows (how much of their `value`) had the moment before an instant."""
        rows = self.rows if outcome is None else self.rows.filter(self.rows["outcome"] == str(outcome))
        rows = rows.filter(rows[moment].notnull())
        at = rows[moment] - rows[moment] % SLOT
        slots = rows.select(at=at, of=rows["value"]) if value else rows.select(at=at)
        counted = slots.group_by("at").aggregate(n=slots["of"].sum() if value else slots.count())
        found = sorted((int(row["at"]), float(row["n"] or 0)) for row in self.ask(counted))
        starts, totals = [at for at, _ in found], [0.0, *accumulate(n for _, n in found)]
        return lambda instant: totals[bisect_right(starts, instant - 1)]


Day = tuple[str, int, int]
"""A label, and the instants between which what comes is counted with a day."""


def _days(plan: Plan, h: Headline, open_days: Sequence[int]) -> list[Day]:
    """What comes on a day without business is of the next one, and at the end of a period of the last."""
    where, period = zone(plan.zone), h.now.measured.period
    ends = [*(where.midnight(day + 1) for day in open_days[:-1]), period.end]
    labels = [f"{day_date(day):%b} {day_date(day).day}" for day in open_days]
    return list(zip(labels, [period.start, *ends[:-1]], ends, strict=True))


def _volume(plan: Plan, h: Headline, days: Sequence[Day], rows: _Counted, until: int) -> tuple[Built, ...]:
    """What there was at the end of each day that has begun."""
    bound, amount = h.commitment.bound, rows.by("entered", value=h.figure.measure is Measure.SUM)
    target = float(bound.value) / _scale(plan, h)
    built = []
    for n, (label, start, end) in enumerate(days, start=1):
        value = amount(end) if start <= until else None
        line = target if bound.kind is BoundKind.AT_MOST else target * n / len(days)
        built.append(Built(label, value, value, line))
    return tuple(built)


def _share(h: Headline, days: Sequence[Day], rows: _Counted, until: int) -> tuple[Built, ...]:
    """What was known at the end of each day: an answer since it came, a row that is late since its deadline. The last is what is known
    now, where that is more."""
    entered, met = rows.by("entered"), rows.by("stopped", RowOutcome.MET)
    late = rows.by("due", RowOutcome.MISSED)
    built = []
    for label, start, end in days:
        of = entered(end) if start <= until else 0
        built.append(Built(label, met(end) / of, 1 - late(end) / of) if of else Built(label, None, None))
    now, last = h.now.measured.now, built[-1]
    if h.now.measured.over and now is not None and now.low is not None and now.high is not None:
        ends = float(now.low), float(now.high)
        built += [Built("now", *ends)] if (last.low, last.high) != ends else []
    return tuple(built)


def _scale(plan: Plan, h: Headline) -> int:
    return SECOND if value_type(plan, h.figure) is ValueType.SPAN else 1
