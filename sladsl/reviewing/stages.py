"""How rows went through a lifecycle: a funnel of those that entered in the period, and whether the fast answered went farther.

All of it is asked of the rows of a run's figures (`sladsl.runner.outcome_rows`) where they are, and only counts come here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sladsl import model as m
from sladsl.calendars import Period
from sladsl.plan import RowOutcome
from sladsl.reviewing.asked import ReviewKpis, Way
from sladsl.reviewing.pack import Bucket, Conversion, Distribution, Funnel, Step
from sladsl.verdicts.statistics import wilson

if TYPE_CHECKING:
    import ibis

_HALF, _MOST = 50, 90  # per cent
_LATER = (2, 6)
"""Answers after the last deadline are told apart at so many times its length."""


def funnels(rows: ibis.Table, model: m.Model, asked: ReviewKpis, period: Period) -> Iterator[Funnel]:
    for lifecycle in model.lifecycles:
        steps = lifecycle.steps
        ways = [asked.way(steps[0], end) for end in steps[1:]]
        if ways and all(ways):
            yield Funnel(lifecycle.record, tuple(_steps(rows, steps, asked, period)))


def _steps(rows: ibis.Table, steps: Sequence[str], asked: ReviewKpis, period: Period) -> Iterator[Step]:
    from sladsl.engines.tables.connections import fetched

    cohort: ibis.Table | None = None
    for before, end in pairwise(steps):
        way = asked.way(steps[0], end)
        assert way is not None
        own = _of(rows, way, period.start, period.end)
        counts = {
            x["outcome"]: x["n"] for x in fetched(own.group_by("outcome").agg(n=own.count())).to_pylist()
        }
        if cohort is None:
            cohort = own.select("key")
            yield Step(steps[0], sum(counts.values()), 0)
        took = _times(rows, cohort, asked.way(before, end))
        met, still = (counts.get(str(each), 0) for each in (RowOutcome.MET, RowOutcome.OPEN))
        yield Step(end, met, still, _rank(took, _HALF), _rank(took, _MOST))


def _of(rows: ibis.Table, way: Way, first: int, end: int) -> ibis.Table:
    """The rows that entered the way's start in a stretch of time."""
    return rows.filter(
        rows["commitment"].isnull(),
        rows["kpi"] == way.share,
        rows["entered"] >= first,
        rows["entered"] < end,
        rows["outcome"] != str(RowOutcome.MAY_COUNT),
    )


def _times(rows: ibis.Table, cohort: ibis.Table, way: Way | None) -> list[float]:
    """How long those rows took that have arrived, in seconds, the shortest first."""
    from sladsl.engines.tables.connections import fetched

    if way is None or way.time is None:
        return []
    arrived = rows.filter(rows["kpi"] == way.time, rows["stopped"].notnull()).semi_join(cohort, "key")
    return sorted(float(x) for x in fetched(arrived.select("elapsed"))["elapsed"].to_pylist())


def _rank(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest rank, as the language's own `median` and `p90` have it."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


def conversions(
    rows: ibis.Table, model: m.Model, asked: ReviewKpis, answering: Sequence[Distribution], year: Period
) -> Iterator[Conversion]:
    """`answering` are the commitments to answer, `year` the time whose rows are looked at."""
    promised = {c.id: c for c in model.commitments}
    for d in answering:
        start = _starts_at(model, promised[d.commitment.id])
        bounds = sorted({seconds for _, seconds in d.deadlines})
        for way in (way for way in asked.ways if way.start == start and bounds):
            found = tuple(_buckets(rows, d.commitment.id, way, bounds, year))
            if found:
                yield Conversion(d.commitment, way.end, d.business, year.label, found)


def _starts_at(model: m.Model, c: m.Commitment) -> str | None:
    """The definition whose rows are to be answered."""
    if c.population is not None:
        return c.population
    measure = model.kpis[c.kpi].measure
    start = measure.start if isinstance(measure, m.TimeBetween) else None
    return start.definition if isinstance(start, m.EntryUse) else None


def _buckets(
    rows: ibis.Table, commitment: str, way: Way, deadlines: Sequence[float], year: Period
) -> Iterator[Bucket]:
    import ibis

    from sladsl.engines.tables.connections import fetched

    bounds = [*deadlines, *(times * deadlines[-1] for times in _LATER)]
    answered = rows.filter(rows["commitment"] == commitment).select("key", "elapsed")
    gone = _of(rows, way, year.start, year.end).select("key", came=rows["outcome"] == str(RowOutcome.MET))
    both = answered.inner_join(gone, "key")
    seconds = both["elapsed"].cast("float64")
    place: Any = ibis.cases(
        (seconds.isnull(), -1), *((seconds <= bound, n) for n, bound in enumerate(bounds)), else_=len(bounds)
    )
    placed = both.select("came", place=place)
    counts = placed.group_by("place").agg(n=placed.count(), came=placed["came"].cast("int64").sum())
    edges = [0.0, *bounds, None]
    by_place = {x["place"]: x for x in fetched(counts).to_pylist()}
    for n in [*range(len(bounds) + 1), -1]:
        if n in by_place:
            of, came = by_place[n]["n"], int(by_place[n]["came"])
            low, high = wilson(came, of) or (0.0, 1.0)
            least, most = (edges[n], edges[n + 1]) if n >= 0 else (None, None)
            yield Bucket(least, most, of, came, low, high)
