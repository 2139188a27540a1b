"""The monthly review of an agreement, as values: what became of it in one period, and how that compares with those before.

The figures are the run's own, and what stands behind them are its rows of the period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, assert_never

from sladsl import model as m
from sladsl.calendars import SECOND, DurationKind, Period, PeriodKind, day_number, describe, zone
from sladsl.data import did_you_mean
from sladsl.data.selection import within
from sladsl.engines.engine import read
from sladsl.outcomes import Instance, Listed
from sladsl.plan import (
    SHARES,
    BoundKind,
    Commitment,
    Expression,
    Field,
    FieldType,
    Listing,
    Plan,
    Record,
    RecordField,
    RowOutcome,
    ValueType,
)
from sladsl.plan.rows import APART, PENDING, breakdown, subjects, value_type
from sladsl.reviewing.asked import NOTHING, ReviewKpis, Way, asked
from sladsl.reviewing.build_up import build_ups
from sladsl.reviewing.pack import (
    Breakdown,
    Bucket,
    BuildUp,
    Changed,
    Conversion,
    Distribution,
    Funnel,
    Headline,
    Measuring,
    Pack,
    Point,
    Share,
    Step,
    Trend,
)
from sladsl.runner import (
    Asked,
    Run,
    RunError,
    as_known,
    of_outcomes,
    parse_period,
    problems_within,
    working,
)
from sladsl.runner import run as judged
from sladsl.verdicts import NO_TARGET, CommitmentResult, Judged
from sladsl.verdicts.statistics import wilson

if TYPE_CHECKING:
    import ibis

    from sladsl.engines.engine import FigureRows

__all__ = ["asked", "months", "review", "reviews"]

PERIODS = 12


def review(
    plan: Plan,
    model: m.Model,
    label: str | None,
    extra: ReviewKpis = NOTHING,
    by: Sequence[str] = (),
    bindings: Iterable[tuple[str, object]] = (),
    **how: Any,
) -> Pack:
    """The review of the period with this label, or of the last complete month. The plan is the model's with what is `extra` asked below
    it; `by` are fields to break commitments down by, beside those that the agreement's review names; `bindings` and `how` are for `run`.

    `RunError` for a label that is none, or a period in which nothing of the agreement happened, and where `run` has it.
    """

    def chosen(counted: Run) -> Sequence[Period]:
        return (_period(plan, label, counted.outcomes.as_of.instant),)

    _, made = reviews(plan, model, chosen, extra, by, bindings, **how)
    return made[0]


def reviews(
    plan: Plan,
    model: m.Model,
    chosen: Callable[[Run], Sequence[Period]],
    extra: ReviewKpis = NOTHING,
    by: Sequence[str] = (),
    bindings: Iterable[tuple[str, object]] = (),
    **how: Any,
) -> tuple[Run, tuple[Pack, ...]]:
    """The reviews of the periods that are `chosen` once it is known what the run has of them, and the run that they are made of, which
    counts once for all. The other arguments are those of `review`, and so are the errors."""
    fields = _fields(plan, model, by)
    told: list[_Told] = []

    def take(rows: FigureRows) -> None:
        counted = of_outcomes(plan, rows.outcomes)
        told.extend(_told(plan, model, rows, counted, period, extra, fields) for period in chosen(counted))

    made = _without(judged(plan, bindings, rows=Asked(take, _beside(plan, fields)), **how), extra)
    assert made.loaded is not None, "a review is made of a run on data"
    with working(made.loaded):
        return made, tuple(_pack(made, model, of_rows) for of_rows in told)


def _pack(made: Run, model: m.Model, of_rows: _Told) -> Pack:
    period = of_rows.period
    since = _review_before(made, model, period)
    headlines = tuple(_headlines(made, period))
    late = _late(made, headlines)
    return Pack(
        made,
        period,
        headlines,
        tuple(_trend(made, c, period) for c in made.commitments),
        tuple(_measured(made, period)),
        tuple(_named(made, b) for b in of_rows.breakdowns),
        of_rows.distributions,
        late,
        of_rows.funnels,
        of_rows.conversions,
        since,
        tuple(_changed(made, as_known(made, since))),
        of_rows.doubts,
        problems_within(made, period),
        _all_called(made, late, of_rows.doubts),
        of_rows.build_ups,
    )


def months(run: Run, most: int) -> tuple[Period, ...]:
    """The last months in which a commitment has a period that had begun, the running one among them, the latest first."""
    known, at = run.plan.periods, run.outcomes.as_of.instant
    begun = [j.measured.period.start for c in run.commitments for j in c.periods]
    found: list[Period] = []
    month = known.containing(PeriodKind.MONTH, at - 1)
    while begun and len(found) < most and month.end > min(begun):
        if any(_headlines(run, month)):
            found.append(month)
        month = known.containing(PeriodKind.MONTH, month.start - 1)
    return tuple(found)


def _period(plan: Plan, label: str | None, as_of: int) -> Period:
    if label is not None:
        return parse_period(label, plan)
    months = plan.periods
    return months.containing(PeriodKind.MONTH, months.containing(PeriodKind.MONTH, as_of).start - 1)


def _measured(run: Run, period: Period) -> Iterator[Measuring]:
    """The KPIs that nothing is promised of, in their own period of that time and in the one before."""
    for result in run.without_target():
        at = _place([m.period for m in result.periods], period)
        if at is not None:
            before = result.periods[at - 1] if at else None
            yield Measuring(result.figure, result.periods[at], before)


def _late(run: Run, headlines: Sequence[Headline]) -> tuple[Instance, ...]:
    """The rows that are late in the period, the latest deadline first."""
    rows = (
        x for h in headlines for x in run.outcomes.breaches.get(h.commitment.id, ()) if _inside(x.entered, h)
    )
    return tuple(sorted(rows, key=lambda x: (-(x.due or 0), x.key)))


def _without(run: Run, extra: ReviewKpis) -> Run:
    """The run without the KPIs that the agreement does not have."""
    names = {name for way in extra.ways for name in (way.share, way.time)}
    listings = tuple(x for x in run.outcomes.listings if x.subject not in names)
    figures = tuple(x for x in run.figures if x.figure.kpi not in names)
    return replace(run, figures=figures, outcomes=replace(run.outcomes, listings=listings))


def _headlines(run: Run, period: Period) -> Iterator[Headline]:
    for c in run.commitments:
        at = _place([j.measured.period for j in c.periods], period)
        if at is not None:
            own = c.commitment.in_force(c.periods[at].measured.period.start)
            yield Headline(own, c.figure, c.periods[at], c.periods[at - 1] if at else None)


def _place(periods: Sequence[Period], period: Period) -> int | None:
    """Where the one is in which the reviewed one ends."""
    return next((n for n, own in enumerate(periods) if own.start < period.end <= own.end), None)


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
    if measured.begins_after_data:
        return Point(measured.period.label, None, None, None, j.word)
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
    """Periods that were over then and had another verdict or figure; what was still to come of a running one is no change."""
    before = {c.commitment.id: c for c in then.commitments}
    for c in now.commitments:
        known = (
            {j.measured.period.label: j for j in before[c.commitment.id].periods}
            if c.commitment.id in before
            else {}
        )
        for j in c.periods:
            old = known.get(j.measured.period.label)
            if old is None or not old.measured.over:
                continue
            if (old.verdict, old.measured.now) != (j.verdict, j.measured.now):
                yield Changed(c.commitment, c.figure, old, j)


# ---------------------------------------------------------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class _Told:
    """What the rows of the figures tell of a period."""

    period: Period
    breakdowns: tuple[Breakdown, ...]
    distributions: tuple[Distribution, ...]
    funnels: tuple[Funnel, ...]
    conversions: tuple[Conversion, ...]
    doubts: tuple[Listed, ...]
    build_ups: tuple[BuildUp, ...]


def _told(
    plan: Plan,
    model: m.Model,
    rows: FigureRows,
    counted: Run,
    period: Period,
    extra: ReviewKpis,
    fields: Sequence[str],
) -> _Told:
    headlines = tuple(_headlines(counted, period))
    if not headlines:
        raise RunError(
            f"no commitment has a period that overlaps `{period.label}`: `sla run --all` shows the periods there are"
        )
    asked = _Rows(plan, rows)
    distributions = tuple(_distributions(model, headlines, asked))
    return _Told(
        period,
        tuple(breakdowns(asked, headlines, fields)),
        distributions,
        tuple(funnels(asked, model, extra, period)),
        tuple(conversions(asked, model, extra, distributions, _year(plan, period))),
        tuple(_doubts(_without(counted, extra), rows, period)),
        tuple(
            build_ups(
                plan,
                headlines,
                lambda h: _now(asked.of(commitment=h.commitment.id), h),
                asked.ask,
                rows.outcomes.known_until,
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What became of the rows of each commitment, and of each KPI that nothing is promised of."""

    plan: Plan
    rows: FigureRows

    def of(self, *, commitment: str | None = None, kpi: str = "", fields: Sequence[str] = ()) -> ibis.Table:
        """Those of one of them; with fields of their record, each in a column `over_…`."""
        subject = next(
            s for s in subjects(self.plan) if (s.commitment, "" if commitment else s.kpi) == (commitment, kpi)
        )
        record = self.plan.record(subject.figure.record)
        return self.rows.of(
            subject, {_OVER + f.name: Field(record.name, f.name) for f in _shared(record, fields)}
        )

    def ask(self, query: ibis.Table) -> Sequence[Row]:
        return self.rows.rows(query)


def _shared(record: Record, fields: Sequence[str]) -> list[RecordField]:
    return [f for f in record.fields if f.name in fields and f.type not in UNSHARED]


def _beside(plan: Plan, fields: Sequence[str]) -> dict[str, list[Expression]]:
    """What is asked of the rows of each record: those fields where it has a figure, and when they were where rows may be listed."""
    measured, listed = ({x.record for x in some} for some in (plan.figures, plan.listings))
    return {
        r.name: [
            Field(r.name, f.name)
            for f in (
                *(_shared(r, fields) if r.name in measured else ()),
                *(_comes(r) if r.name in listed else ()),
            )
        ]
        for r in plan.records
    }


def _comes(record: Record) -> list[RecordField]:
    return [f for f in record.fields if f.comes]


def _doubts(run: Run, rows: FigureRows, period: Period) -> Iterator[Listed]:
    """The listings of the rows that have a time in the period, or none that is known; with the first of them."""
    plan, known = run.plan, {(x.kind, x.subject, x.record) for x in run.outcomes.listings if x.count}
    asked: dict[str, list[Listing]] = {}
    for x in plan.listings:
        if (x.kind, x.subject, x.record) in known:
            asked.setdefault(x.record, []).append(x)
    counts: dict[Listing, Listed] = {}
    for name, of_record in asked.items():
        record = plan.record(name)
        for listings in rows.apart(
            name, of_record, lambda x: (x.when, Field(x.record, plan.record(x.record).key))
        ):
            columns: dict[str, Expression] = {f"at_{f.name}": Field(name, f.name) for f in _comes(record)}
            columns |= {f"when_{n}": x.when for n, x in enumerate(listings)} | {
                "key": Field(name, record.key)
            }
            own = within(
                rows.of_record(name, columns), plan, {f"at_{f.name}": f.type for f in _comes(record)}, period
            )
            made = {f"n_{n}": own.count(where=own[f"when_{n}"]) for n, _ in enumerate(listings)}
            made |= {f"first_{n}": own["key"].min(where=own[f"when_{n}"]) for n, _ in enumerate(listings)}
            (row,) = rows.rows(own.aggregate(**made))
            for n, x in enumerate(listings):
                first = row[f"first_{n}"]
                keys = () if first is None else (first,)
                counts[x] = Listed(x.kind, x.subject, x.record, row[f"n_{n}"], keys)
    yield from (counts[x] for x in plan.listings if x in counts and counts[x].count)


def _fields(plan: Plan, model: m.Model, by: Sequence[str]) -> tuple[str, ...]:
    """What the agreement's review is over, and what is asked for besides."""
    known = {f.name: f for r in plan.records for f in r.fields}
    for name in by:
        if name not in known:
            raise RunError(f"no record has a field `{name}`{did_you_mean(name, list(known))}")
        if known[name].type in UNSHARED:
            raise RunError(
                f"`{name}` is a {known[name].type}, which hardly two rows share: name another field"
            )
    review = model.agreement.review if model.agreement is not None else None
    return tuple(dict.fromkeys((*(review.over if review is not None else ()), *by)))


def _year(plan: Plan, period: Period) -> Period:
    """Twelve months to the end of the period, as far as they are of the agreement's term; its label is the first of them."""
    months = plan.periods
    last = months.index(PeriodKind.MONTH, period.end - 1)
    begin = max(months.start(PeriodKind.MONTH, last - PERIODS + 1), plan.term.start or 0)
    return replace(months.containing(PeriodKind.MONTH, begin), end=period.end)


def _distributions(model: m.Model, headlines: Iterable[Headline], rows: _Rows) -> Iterator[Distribution]:
    promised = {c.id: c for c in model.commitments}
    for h in headlines:
        target = promised[h.commitment.base].target
        if not isinstance(target, m.Within) or h.commitment.group is not None:
            continue
        took = [
            row["elapsed"] for row in rows.ask(_now(rows.of(commitment=h.commitment.id), h).select("elapsed"))
        ]
        answered = tuple(float(x) for x in took if x is not None)
        if answered:
            business = _in_business_time(model, h.commitment.kpi)
            yield Distribution(
                h.commitment,
                business,
                answered,
                tuple(_deadlines(target, DurationKind.BUSINESS if business else DurationKind.ABSOLUTE)),
                len(took) - len(answered),
            )


def _now(own: ibis.Table, h: Headline) -> ibis.Table:
    """The commitment's rows of the period."""
    return own.filter(own["outcome"].notin(_APART), own["period_start"] == h.now.measured.period.start)


def _in_business_time(model: m.Model, kpi: str) -> bool:
    measure = model.kpis[kpi].measure
    return isinstance(measure, m.TimeBetween) and measure.calendar is not None


def _deadlines(target: m.Within, kind: DurationKind) -> Iterator[tuple[str, float]]:
    """Those that are lengths of the time in which answers are measured: a business hour is none of plain time."""
    for choice in target.choices:
        if isinstance(choice.due, m.Budget) and choice.due.duration.kind is kind:
            yield describe(choice.due.duration), choice.due.duration.amount / SECOND


# --- Who kept a commitment: its rows of a period by whoever is accountable, and by fields of their record.

Row = Mapping[str, Any]
_OVER = "over_"
_APART = sorted(map(str, APART))
_OPEN = sorted(map(str, PENDING - APART))
UNSHARED = frozenset({FieldType.TIME, FieldType.DURATION})
"""Fields that hardly two rows have the same value of."""


def breakdowns(rows: _Rows, headlines: Iterable[Headline], fields: Sequence[str]) -> Iterator[Breakdown]:
    """By the one who is accountable, by each field that the KPI is reported by and by those of the review; shares only, which add up."""
    for h in headlines:
        if h.figure.measure not in SHARES or h.commitment.group is not None:
            continue
        own = rows.of(commitment=h.commitment.id, fields=fields)
        own = own.filter(own["outcome"].notin(_APART))
        now = h.now.measured.period.start
        before = h.before.measured.period.start if h.before is not None else None
        for by, column, named in _columns(rows.plan, h, fields):
            counted = _counted(rows, own, column, [now] if before is None else [now, before])
            then = {name: share for (start, name), share in counted.items() if start == before}
            shares = [
                replace(s, before=then.get(name)) for (start, name), s in counted.items() if start == now
            ]
            if any(s.name is not None for s in shares):
                yield Breakdown(
                    h.commitment, by, tuple(sorted(shares, key=lambda s: (-s.rows, s.name or ""))), named
                )


def _columns(plan: Plan, h: Headline, fields: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each once: what it is called, its column, and the record whose rows it names by their keys."""
    record = plan.record(h.figure.record)
    own = {f.name: f for f in record.fields}
    if record.accountable is not None:
        yield record.accountable, "owner", own[record.accountable].key_of
    shown = zip(breakdown(h.figure), h.figure.by_keys, strict=True)
    reported = dict(zip(h.figure.by_names, shown, strict=True))
    for name, (column, named) in reported.items():
        if name != record.accountable:
            yield name, f"by_{column}", named
    for f in _shared(record, fields):
        if f.name != record.accountable and f.name not in reported:
            yield f.name, _OVER + f.name, f.key_of


def _counted(
    rows: _Rows, own: ibis.Table, column: str, starts: Sequence[int]
) -> dict[tuple[int, str | None], Share]:
    """The rows by the period's start and the value."""
    one = own["outcome"].cast("string")
    placed = own.filter(own["period_start"].isin(starts)).select(
        start=own["period_start"],
        name=own[column],
        met=(one == str(RowOutcome.MET)).ifelse(1, 0),
        open=one.isin(_OPEN).ifelse(1, 0),
        paused=own["paused"],
        ran=own["paused"].isnull().ifelse(None, own["running"]),
    )
    query = placed.group_by("start", "name").agg(
        rows=placed.count(),
        **{name: placed[name].sum() for name in ("met", "open", "paused", "ran")},
    )
    return {
        (row["start"], name): Share(name, row["rows"], int(row["met"]), int(row["open"]), paused=_paused(row))
        for row in rows.ask(query)
        for name in [_text(row["name"])]
    }


def _paused(row: Row) -> float | None:
    """The share of the time for which the rows' clocks stood still."""
    if row["paused"] is None or row["ran"] is None:
        return None
    still, ran = float(row["paused"]), float(row["ran"])
    return still / (still + ran) if still + ran else None


def _named(run: Run, b: Breakdown) -> Breakdown:
    """With what the rows are called whose keys the shares are named by."""
    if not b.record:
        return b
    return replace(b, called=called_rows(run, b.record, [s.name for s in b.shares if s.name is not None]))


def called_rows(run: Run, name: str, keys: Sequence[str]) -> dict[str, str]:
    """What the rows of a record with these keys are called, by key."""
    record = run.plan.record(name)
    if record.called_by is None or not keys or record.made is not None:
        return {}
    assert run.loaded is not None, "a review is made of a run on data"
    rows = run.loaded.tables[name]
    asked = rows.filter(rows[record.key].isin(list(keys)))
    labels = read(asked.select(key=rows[record.key], label=rows[record.called_by]))
    return {row["key"]: row["label"] for row in labels if row["label"] is not None}


MOST_CALLED = 1_020
"""Of so many late rows it is looked up what they are called."""


def _all_called(run: Run, late: Sequence[Instance], doubts: Sequence[Listed]) -> dict[str, dict[str, str]]:
    keys: dict[str, dict[str, None]] = {}
    shown: list[tuple[str, tuple[str, ...]]] = [(x.record, (x.key,)) for x in late[:MOST_CALLED]]
    shown += [(x.record, x.examples[:1]) for x in (*doubts, *run.outcomes.listings)]
    for name, some in shown:
        record = run.plan.record(name)
        if record.called_by != record.accountable:  # whoever has a row is no name for it
            keys.setdefault(name, {}).update(dict.fromkeys(some))
    return {record: called_rows(run, record, list(some)) for record, some in keys.items()}


def _text(value: object) -> str | None:
    """A value as a reader knows it; what the agreement itself breaks down by is text already."""
    match value:
        case None | str():
            return value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


# --- How rows went through a lifecycle: a funnel of those that entered in the period, and whether the fast answered went farther.
#
# All of it is asked of the rows of a run's figures where they are, and only counts come here.

_HALF, _MOST = 50, 90  # per cent
_LATER = (2, 6)
"""Answers after the last deadline are told apart at so many times its length."""


def funnels(rows: _Rows, model: m.Model, asked: ReviewKpis, period: Period) -> Iterator[Funnel]:
    for lifecycle in model.lifecycles:
        steps = lifecycle.steps
        ways = [asked.way(steps[0], end) for end in steps[1:]]
        if ways and all(ways):
            yield Funnel(lifecycle.record, tuple(_steps(rows, steps, asked, period)))


def _steps(rows: _Rows, steps: Sequence[str], asked: ReviewKpis, period: Period) -> Iterator[Step]:
    cohort: ibis.Table | None = None
    for before, end in pairwise(steps):
        way = asked.way(steps[0], end)
        assert way is not None
        own = _of(rows, way, period.start, period.end)
        counts = {x["outcome"]: x["n"] for x in rows.ask(own.group_by("outcome").agg(n=own.count()))}
        if cohort is None:
            cohort = own.select("key")
            yield Step(steps[0], sum(counts.values()), 0)
        took = _times(rows, cohort, asked.way(before, end))
        met, still = (counts.get(str(each), 0) for each in (RowOutcome.MET, RowOutcome.OPEN))
        yield Step(end, met, still, _rank(took, _HALF), _rank(took, _MOST))


def _of(rows: _Rows, way: Way, first: int, end: int) -> ibis.Table:
    """The rows that entered the way's start in a stretch of time."""
    own = rows.of(kpi=way.share)
    return own.filter(
        own["entered"] >= first,
        own["entered"] < end,
        own["outcome"] != str(RowOutcome.MAY_COUNT),
    )


def _times(rows: _Rows, cohort: ibis.Table, way: Way | None) -> list[float]:
    """How long those rows took that have arrived, in seconds, the shortest first."""
    if way is None or way.time is None:
        return []
    own = rows.of(kpi=way.time)
    arrived = own.filter(own["stopped"].notnull()).semi_join(cohort, "key")
    return sorted(float(x["elapsed"]) for x in rows.ask(arrived.select("elapsed")))


def _rank(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest rank, as the language's own `median` and `p90` have it."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


def conversions(
    rows: _Rows, model: m.Model, asked: ReviewKpis, answering: Sequence[Distribution], year: Period
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
    rows: _Rows, commitment: str, way: Way, deadlines: Sequence[float], year: Period
) -> Iterator[Bucket]:
    bounds = [*deadlines, *(times * deadlines[-1] for times in _LATER)]
    answered = rows.of(commitment=commitment).select("key", "elapsed")
    entered = _of(rows, way, year.start, year.end)
    gone = entered.select("key", came=entered["outcome"] == str(RowOutcome.MET))
    both = answered.inner_join(gone, "key")
    seconds = both["elapsed"].cast("float64")
    place: Any = len(bounds)
    for n, bound in reversed(list(enumerate(bounds))):
        place = (seconds <= bound).ifelse(n, place)
    place = seconds.isnull().ifelse(-1, place)
    placed = both.select("came", place=place)
    counts = placed.group_by("place").agg(n=placed.count(), came=placed["came"].cast("int64").sum())
    edges = [0.0, *bounds, None]
    by_place = {x["place"]: x for x in rows.ask(counts)}
    for n in [*range(len(bounds) + 1), -1]:
        if n in by_place:
            of, came = by_place[n]["n"], int(by_place[n]["came"])
            low, high = wilson(came, of) or (0.0, 1.0)
            least, most = (edges[n], edges[n + 1]) if n >= 0 else (None, None)
            yield Bucket(least, most, of, came, low, high)
