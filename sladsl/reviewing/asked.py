"""What a review asks that the agreement does not: how far and how fast rows go through its lifecycles.

It is asked in the language itself, as KPIs below the agreement, so that a funnel's counts mean what every other figure means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sladsl import model as m
from sladsl import types as t


@dataclass(frozen=True, slots=True)
class Way:
    """From one step of a lifecycle to a later one. `share` is the KPI that counts the rows that go it, `time` the one that says how long
    they take; that one is asked of steps that follow each other, and only of those whose moments are times."""

    start: str
    end: str
    share: str
    time: str | None


@dataclass(frozen=True, slots=True)
class ReviewKpis:
    """`text` is what to compile below the agreement, `ways` what its KPIs are about."""

    text: str = ""
    ways: tuple[Way, ...] = ()

    def way(self, start: str, end: str) -> Way | None:
        return next((w for w in self.ways if (w.start, w.end) == (start, end)), None)


NOTHING = ReviewKpis()


def asked(model: m.Model) -> ReviewKpis:
    """The KPIs for every lifecycle of a model that has no error."""
    prefix = _free(model)
    ways = tuple(dict.fromkeys(w for lifecycle in model.lifecycles for w in _ways(model, lifecycle, prefix)))
    lines = [line for way in ways for line in _kpis(way)]
    return ReviewKpis("\n".join(["", *lines, ""]) if lines else "", ways)


def _free(model: m.Model) -> str:
    """The beginning of a name that nothing has."""
    tables = (
        model.kpis,
        model.definitions,
        model.events,
        model.scores,
        model.lets,
        model.records,
        model.calendars,
    )
    taken = [name for table in tables for name in table]
    prefix = "review_"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return prefix


def _ways(model: m.Model, lifecycle: m.Lifecycle, prefix: str) -> Iterator[Way]:
    steps = lifecycle.steps
    dates = [model.definitions[step].entry_type for step in steps]
    if any(date is None for date in dates):
        return  # rows without a moment are in no period
    timed = {step for step, date in zip(steps, dates, strict=True) if isinstance(date, t.Time)}
    pairs = [
        *pairwise(steps),
        *((start, steps[-1]) for start in steps[:-1]),
        *((steps[0], end) for end in steps[1:]),
    ]
    following = set(pairwise(steps))
    for start, end in dict.fromkeys(pairs):
        name = f"{prefix}{start}_to_{end}"
        has_time = (start, end) in following and {start, end} <= timed
        yield Way(start, end, name, f"{name}_time" if has_time else None)


def _kpis(way: Way) -> Iterator[str]:
    yield f"kpi {way.share} = share of {way.start} that become {way.end}"
    if way.time is not None:
        yield f"kpi {way.time} = time from {way.start} to {way.end}"
