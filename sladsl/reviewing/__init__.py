"""The monthly review of an agreement, as values: what became of it in one period, and how that compares with those before.

The figures are the run's own, and what stands behind them are its rows of the period.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, assert_never

from sladsl import model as m
from sladsl.calendars import DAY, SECOND, DurationKind, Period, PeriodKind, day_number, describe, zone
from sladsl.data import did_you_mean, row_table
from sladsl.plan import SHARES, BoundKind, Commitment, FieldType, RowOutcome, ValueType
from sladsl.plan.rows import APART, PENDING, breakdown, value_type
from sladsl.plan.traversal import field_of
from sladsl.reviewing.asked import NOTHING, ReviewKpis, Way, asked
from sladsl.reviewing.pack import (
    Breakdown,
    Bucket,
    Changed,
    Conversion,
    Distribution,
    Funnel,
    Headline,
    Pack,
    Point,
    Share,
    Step,
    Trend,
)
from sladsl.runner import Run, RunError, as_known, outcome_rows, parse_period
from sladsl.verdicts import NO_TARGET, CommitmentResult, Judged
from sladsl.verdicts.statistics import wilson

if TYPE_CHECKING:
    import ibis

__all__ = ["asked", "gather"]

PERIODS = 12
_LENGTHS = {DurationKind.ABSOLUTE, DurationKind.BUSINESS}


def gather(
    run: Run, model: m.Model, label: str | None, extra: ReviewKpis = NOTHING, by: Sequence[str] = ()
) -> Pack:
    """The review of the period with this label, or of the last complete month. The run must be of all periods, and of the model's plan
    with what is `extra` asked below it; `by` are fields to break commitments down by, beside those that the agreement's review names.

    `RunError` for a label that is none, or a period in which nothing of the agreement happened.
    """
    period = parse_period(label, run.plan) if label is not None else _last_month(run)
    headlines = tuple(_headlines(run, period))
    if not headlines:
        raise RunError(
            f"no commitment has a period that overlaps `{period.label}`: `sla run --all` shows the periods there are"
        )
    since = _review_before(run, model, period)
    from_rows = _found(run, model, extra, period, headlines, _fields(run, model, by))
    return Pack(
        _without(run, extra),
        period,
        headlines,
        tuple(_trend(run, c, period) for c in run.commitments),
        from_rows.breakdowns,
        from_rows.distributions,
        tuple(
            x
            for h in headlines
            for x in run.outcomes.breaches.get(h.commitment.id, ())
            if _inside(x.entered, h)
        ),
        from_rows.funnels,
        from_rows.conversions,
        since,
        tuple(_changed(run, as_known(run, since))),
    )


def _without(run: Run, extra: ReviewKpis) -> Run:
    """The run without what is said of the KPIs that the agreement does not have."""
    names = {name for way in extra.ways for name in (way.share, way.time)}
    listings = tuple(x for x in run.outcomes.listings if x.subject not in names)
    return replace(run, outcomes=replace(run.outcomes, listings=listings))


def _last_month(run: Run) -> Period:
    months = run.plan.periods
    now = months.containing(PeriodKind.MONTH, run.outcomes.as_of.instant)
    return months.containing(PeriodKind.MONTH, now.start - 1)


def _headlines(run: Run, period: Period) -> Iterator[Headline]:
    for c in run.commitments:
        at = _period_of(c, period)
        if at is not None:
            own = c.commitment.in_force(c.periods[at].measured.period.start)
            yield Headline(own, c.figure, c.periods[at], c.periods[at - 1] if at else None)


def _period_of(c: CommitmentResult, period: Period) -> int | None:
    """Where the commitment's own period is in which the reviewed one ends."""
    positions = [
        i for i, j in enumerate(c.periods) if j.measured.period.start < period.end <= j.measured.period.end
    ]
    return positions[0] if positions else None


def _inside(instant: int, h: Headline) -> bool:
    own = h.now.measured.period
    return own.start <= instant < own.end


# -------------------------------------------------------------------------------------------------------------- trends


def _trend(run: Run, c: CommitmentResult, period: Period) -> Trend:
    until = [j for j in c.periods if j.measured.period.start < period.end]
    scale = SECOND if value_type(run.plan, c.figure) is ValueType.SPAN else 1
    # Against one target: periods that had another are not held to this one.
    now = c.commitment.in_force(until[-1].measured.period.start) if until else c.commitment
    until = [j for j in until if c.commitment.in_force(j.measured.period.start) == now]
    least, most = _limits(now, scale)
    share = c.figure.measure in SHARES
    return Trend(now, c.figure, share, least, most, tuple(_point(j, scale) for j in until[-PERIODS:]))


def _point(j: Judged, scale: int) -> Point:
    measured = j.measured
    value, (low, high) = None, measured.interval or (None, None)
    if measured.now is not None and measured.now.point is not None:
        value = float(measured.now.point / scale)
    elif measured.now is not None:
        low, high = (None if x is None else float(x / scale) for x in (measured.now.low, measured.now.high))
    return Point(measured.period.label, value, low, high, j.word)


def _limits(c: Commitment, scale: int) -> tuple[float | None, float | None]:
    if c.groups is not None or c.target == NO_TARGET:
        return None, None  # each group has its own
    value = float(c.bound.value / scale) if scale != 1 else float(c.bound.value)
    high = None if c.bound.high is None else float(c.bound.high / scale)
    match c.bound.kind:
        case BoundKind.AT_LEAST:
            return value, None
        case BoundKind.AT_MOST:
            return None, value
        case BoundKind.BETWEEN:
            return value, high
        case _:
            assert_never(c.bound.kind)


# ------------------------------------------------------------------------------------------------------------- changes


def _review_before(run: Run, model: m.Model, period: Period) -> int:
    """The midnight before the last review that is recorded; where none is, the end of the period before."""
    now, where = run.outcomes.as_of.instant, zone(run.plan.zone)
    recorded = model.agreement.reviewed if model.agreement is not None else ()
    held = [where.midnight(day_number(day)) for day in recorded]
    return max((at for at in held if at < now), default=period.start)


def _changed(now: Run, then: Run) -> Iterator[Changed]:
    """Periods that had another verdict or figure; those that there were not yet are no change."""
    before = {c.commitment.id: c for c in then.commitments}
    for c in now.commitments:
        known = (
            {j.measured.period.label: j for j in before[c.commitment.id].periods}
            if c.commitment.id in before
            else {}
        )
        for j in c.periods:
            old = known.get(j.measured.period.label)
            if old is not None and (old.verdict, old.measured.now) != (j.verdict, j.measured.now):
                yield Changed(c.commitment, c.figure, old, j)


# ---------------------------------------------------------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class _Found:
    """What the rows of the figures tell."""

    breakdowns: tuple[Breakdown, ...]
    distributions: tuple[Distribution, ...]
    funnels: tuple[Funnel, ...]
    conversions: tuple[Conversion, ...]


def _found(
    run: Run,
    model: m.Model,
    extra: ReviewKpis,
    period: Period,
    headlines: Sequence[Headline],
    fields: Sequence[str],
) -> _Found:
    kept: list[_Found] = []

    def take(rows: ibis.Table) -> None:
        own = rows_of(run, rows, headlines, fields)
        distributions = tuple(_distributions(model, headlines, own))
        kept.append(
            _Found(
                tuple(breakdowns(run, headlines, own, fields)),
                distributions,
                tuple(funnels(rows, model, extra, period)),
                tuple(conversions(rows, model, extra, distributions, _year(run, period))),
            )
        )

    outcome_rows(run, take)
    return kept[0]


def _fields(run: Run, model: m.Model, by: Sequence[str]) -> tuple[str, ...]:
    """What the agreement's review is over, and what is asked for besides."""
    known = {f.name: f for r in run.plan.records for f in r.fields}
    for name in by:
        if name not in known:
            raise RunError(f"no record has a field `{name}`{did_you_mean(name, list(known))}")
        if known[name].type in UNSHARED:
            raise RunError(
                f"`{name}` is a {known[name].type}, which hardly two rows share: name another field"
            )
    review = model.agreement.review if model.agreement is not None else None
    return tuple(dict.fromkeys((*(review.over if review is not None else ()), *by)))


def _year(run: Run, period: Period) -> Period:
    """Twelve months to the end of the period, as far as they are of the agreement's term; its label is the first of them."""
    months = run.plan.periods
    last = months.index(PeriodKind.MONTH, period.end - 1)
    begin = max(months.start(PeriodKind.MONTH, last - PERIODS + 1), run.plan.term.start or 0)
    return replace(months.containing(PeriodKind.MONTH, begin), end=period.end)


def _distributions(
    model: m.Model, headlines: Iterable[Headline], rows: Sequence[Row]
) -> Iterator[Distribution]:
    promised = {c.id: c for c in model.commitments}
    for h in headlines:
        target = promised[h.commitment.base].target
        if not isinstance(target, m.Within) or h.commitment.group is not None:
            continue
        own = rows_in(rows, h.commitment, h.now)
        took = tuple(float(row["elapsed"]) for row in own if row["elapsed"] is not None)
        if took:
            yield Distribution(
                h.commitment,
                _in_business_time(model, h.commitment.kpi),
                took,
                tuple(_deadlines(target)),
                len(own) - len(took),
            )


def _in_business_time(model: m.Model, kpi: str) -> bool:
    measure = model.kpis[kpi].measure
    return isinstance(measure, m.TimeBetween) and measure.calendar is not None


def _deadlines(target: m.Within) -> Iterator[tuple[str, float]]:
    """Those that are lengths of time: a business day has none."""
    for choice in target.choices:
        if isinstance(choice.due, m.Budget) and choice.due.duration.kind in _LENGTHS:
            yield describe(choice.due.duration), choice.due.duration.amount / SECOND


# --- Who kept a commitment: its rows of a period by whoever is accountable, and by fields of their record.

Row = Mapping[str, Any]
_OVER = "over_"
_APART = sorted(map(str, APART))
UNSHARED = frozenset({FieldType.TIME, FieldType.DURATION})
"""Fields that hardly two rows have the same value of."""


def rows_of(run: Run, rows: ibis.Table, headlines: Sequence[Headline], fields: Sequence[str]) -> list[Row]:
    """What became of each row in the periods of the headlines and in those before; with the record's own fields of these names, each in
    a column `over_…` of text."""
    gathered: list[Row] = []
    for h in headlines:
        starts = [j.measured.period.start for j in (h.now, h.before) if j is not None]
        own = rows.filter(
            rows["commitment"] == h.commitment.id,
            rows["period_start"].isin(starts),
            rows["outcome"].notin(_APART),
        )
        gathered += row_table(_with_fields(run, own, h.figure.record, fields)).to_pylist()
    return gathered


def _with_fields(run: Run, own: ibis.Table, record: str, fields: Sequence[str]) -> ibis.Table:
    declared = next(r for r in run.plan.records if r.name == record)
    asked = [f for f in declared.fields if f.name in fields and f.type not in UNSHARED]
    if not asked:
        return own
    assert run.loaded is not None, "a review is made of a run on data"
    table = run.loaded.tables[record]
    # Of two rows with one key, which is a data problem that is listed, either may speak for it.
    first = table.group_by(key=table[declared.key].cast("string")).agg(
        **{_OVER + f.name: _one_of(table[f.name], f.type) for f in asked}
    )
    return own.left_join(first, "key").drop("key_right")


def _one_of(column: ibis.Value, type: FieldType) -> ibis.Value:
    match type:
        case FieldType.BOOLEAN:
            return column.any()
        case FieldType.DATE:
            return column.min() * DAY
        case _:
            return column.min()


def rows_in(rows: Iterable[Row], commitment: Commitment, judged: Judged) -> list[Row]:
    label = judged.measured.period.label
    return [row for row in rows if (row["commitment"], row["period"]) == (commitment.id, label)]


def breakdowns(
    run: Run, headlines: Iterable[Headline], rows: Sequence[Row], fields: Sequence[str]
) -> Iterator[Breakdown]:
    """By the one who is accountable, by each field that the KPI is reported by and by those of the review; shares only, which add up."""
    for h in headlines:
        if h.figure.measure not in SHARES or h.commitment.group is not None:
            continue
        own = rows_in(rows, h.commitment, h.now)
        earlier = rows_in(rows, h.commitment, h.before) if h.before is not None else []
        for by, column in _columns(run, h, fields):
            if any(row.get(column) is not None for row in own):
                then = {share.name: share for share in _shares(earlier, column)}
                now = (replace(s, before=then.get(s.name)) for s in _shares(own, column))
                shares = tuple(now)
                yield Breakdown(h.commitment, by, shares, _called(run, h, by, [s.name for s in shares]))


def _columns(run: Run, h: Headline, fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each once: what it is called, and its column."""
    record = next(r for r in run.plan.records if r.name == h.figure.record)
    yield record.accountable or "owner", "owner"
    reported = dict(zip(h.figure.by_names, breakdown(h.figure), strict=True))
    yield from ((name, f"by_{column}") for name, column in reported.items())
    yield from (
        (name, _OVER + name) for name in fields if name != record.accountable and name not in reported
    )


def _called(run: Run, h: Headline, by: str, names: Sequence[str | None]) -> dict[str, str]:
    """What rows of another record are called, whose keys are among the names; where `by` holds such keys."""
    record = run.plan.record(h.figure.record)
    fields = {f.name: f for f in record.fields}
    fields |= {
        name: run.plan.record(field.record).field(field.name)
        for name, e in zip(h.figure.by_names, h.figure.by, strict=True)
        if (field := field_of(e)) is not None
    }
    if by not in fields or not fields[by].key_of:
        return {}
    named = run.plan.record(fields[by].key_of)
    if named.called_by is None:
        return {}
    assert run.loaded is not None, "a review is made of a run on data"
    rows = run.loaded.tables[named.name]
    asked = rows.filter(rows[named.key].isin([n for n in names if n is not None]))
    read = row_table(asked.select(key=rows[named.key], label=rows[named.called_by])).to_pylist()
    return {row["key"]: row["label"] for row in read if row["label"] is not None}


def _shares(rows: Sequence[Row], column: str) -> Iterator[Share]:
    counted: dict[str | None, Counter[str]] = {}
    for row in rows:
        name = _text(row[column])
        counted.setdefault(name, Counter())[row["outcome"]] += 1
    made = [
        Share(
            name,
            sum(n.values()),
            n[str(RowOutcome.MET)],
            sum(n[str(x)] for x in PENDING - APART),
            paused=_paused(row for row in rows if _text(row[column]) == name),
        )
        for name, n in counted.items()
    ]
    yield from sorted(made, key=lambda s: (-s.rows, s.name or ""))


def _paused(rows: Iterable[Row]) -> float | None:
    """The share of the time for which the rows' clocks stood still."""
    times = [(row["paused"], row["running"]) for row in rows if row["paused"] is not None]
    still, ran = (sum(float(x) for x in part) for part in zip(*times, strict=True)) if times else (0, 0)
    return still / (still + ran) if still + ran else None


def _text(value: object) -> str | None:
    """A value as a reader knows it; what the agreement itself breaks down by is text already."""
    match value:
        case None | str():
            return value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case dt.datetime():
            return value.date().isoformat()
        case _:
            return str(value)


# --- How rows went through a lifecycle: a funnel of those that entered in the period, and whether the fast answered went farther.
#
# All of it is asked of the rows of a run's figures (`sladsl.runner.outcome_rows`) where they are, and only counts come here.

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
            buckets = tuple(_buckets(rows, d.commitment.id, way, bounds, year))
            if buckets:
                yield Conversion(d.commitment, way.end, d.business, year.label, buckets)


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
