"""From a run on data to a review: the figures are the run's own, and what stands behind them are its rows of the period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from sladsl import model as m
from sladsl.calendars import SECOND, DurationKind, Period, PeriodKind, day_number, describe, zone
from sladsl.data import did_you_mean
from sladsl.plan import SHARES, BoundKind, Commitment, ValueType
from sladsl.plan.rows import value_type
from sladsl.reviewing.asked import NOTHING, ReviewKpis
from sladsl.reviewing.pack import (
    Breakdown,
    Changed,
    Conversion,
    Distribution,
    Funnel,
    Headline,
    Pack,
    Point,
    Trend,
)
from sladsl.reviewing.people import UNSHARED, Row, breakdowns, rows_in, rows_of
from sladsl.reviewing.stages import conversions, funnels
from sladsl.runner import Run, RunError, as_known, outcome_rows, parse_period
from sladsl.verdicts import CommitmentResult, Judged

if TYPE_CHECKING:
    import ibis

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
    found = _found(run, model, extra, period, headlines, _fields(run, model, by))
    return Pack(
        _without(run, extra),
        period,
        headlines,
        tuple(_trend(run, c, period) for c in run.commitments),
        found.breakdowns,
        found.distributions,
        tuple(
            x
            for h in headlines
            for x in run.outcomes.breaches.get(h.commitment.id, ())
            if _inside(x.entered, h)
        ),
        found.funnels,
        found.conversions,
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
            yield Headline(c.commitment, c.figure, c.periods[at], c.periods[at - 1] if at else None)


def _period_of(c: CommitmentResult, period: Period) -> int | None:
    """Where the commitment's own period is in which the reviewed one ends."""
    found = [
        i for i, j in enumerate(c.periods) if j.measured.period.start < period.end <= j.measured.period.end
    ]
    return found[0] if found else None


def _inside(instant: int, h: Headline) -> bool:
    own = h.now.measured.period
    return own.start <= instant < own.end


# -------------------------------------------------------------------------------------------------------------- trends


def _trend(run: Run, c: CommitmentResult, period: Period) -> Trend:
    until = [j for j in c.periods if j.measured.period.start < period.end]
    scale = SECOND if value_type(run.plan, c.figure) is ValueType.SPAN else 1
    least, most = _limits(c.commitment, scale)
    share = c.figure.measure in SHARES
    return Trend(
        c.commitment, c.figure, share, least, most, tuple(_point(j, scale) for j in until[-PERIODS:])
    )


def _point(j: Judged, scale: int) -> Point:
    found = j.measured
    value, (low, high) = None, found.interval or (None, None)
    if found.now is not None and found.now.point is not None:
        value = float(found.now.point / scale)
    elif found.now is not None:
        low, high = (None if x is None else float(x / scale) for x in (found.now.low, found.now.high))
    return Point(found.period.label, value, low, high, "not judged" if j.verdict is None else str(j.verdict))


def _limits(c: Commitment, scale: int) -> tuple[float | None, float | None]:
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
    for c, before in zip(now.commitments, then.commitments, strict=True):
        known = {j.measured.period.label: j for j in before.periods}
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
        target = promised[h.commitment.id].target
        if not isinstance(target, m.Within):
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
