"""From a run on data to a review: the figures are the run's own, and what stands behind them are its rows of the period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from sladsl import model as m
from sladsl.calendars import SECOND, DurationKind, Period, PeriodKind, Periods, describe
from sladsl.data import row_table
from sladsl.plan import BoundKind, Commitment, RowOutcome, ValueType
from sladsl.plan.rows import value_type
from sladsl.reviewing.pack import Breakdown, Distribution, Headline, Pack, Point, Share, Trend
from sladsl.runner import Run, RunError, outcome_rows, parse_period
from sladsl.verdicts import CommitmentResult, Judged
from sladsl.verdicts.ranges import SHARES

PERIODS = 12
Row = Mapping[str, Any]
_LENGTHS = {DurationKind.ABSOLUTE, DurationKind.BUSINESS}


def gather(run: Run, model: m.Model, label: str | None) -> Pack:
    """The review of the period with this label, or of the last complete month. The run must be of all periods, and of the model's plan.

    `RunError` for a label that is none, or a period in which nothing of the agreement happened.
    """
    period = parse_period(label, run.plan) if label is not None else _last_month(run)
    headlines = tuple(_headlines(run, period))
    if not headlines:
        raise RunError(
            f"no commitment has a period that overlaps `{period.label}`: `sla run --all` shows the periods there are"
        )
    rows = _rows(run, headlines)
    return Pack(
        run,
        period,
        headlines,
        tuple(_trend(run, c, period) for c in run.commitments),
        tuple(_breakdowns(headlines, rows)),
        tuple(_distributions(run, model, headlines, rows)),
        tuple(
            x
            for h in headlines
            for x in run.outcomes.breaches.get(h.commitment.id, ())
            if _inside(x.entered, h)
        ),
    )


def _last_month(run: Run) -> Period:
    months = Periods(run.plan.zone, run.plan.year_starts)
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
    low, high = found.interval or (None, None)
    value = None if found.value is None else float(found.value / scale)
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


# ---------------------------------------------------------------------------------------------------------------- rows


def _rows(run: Run, headlines: Sequence[Headline]) -> list[Row]:
    """What became of each row in the periods of the headlines."""
    start = min(h.now.measured.period.start for h in headlines)
    end = max(h.now.measured.period.end for h in headlines)
    within = Period(PeriodKind.MONTH, 0, "", start, end)
    found: list[Row] = []
    outcome_rows(replace(run, period=within), lambda table: found.extend(row_table(table).to_pylist()))
    labels = {(h.commitment.id, h.now.measured.period.label) for h in headlines}
    return [row for row in found if (row["commitment"], row["period"]) in labels]


def _breakdowns(headlines: Iterable[Headline], rows: Sequence[Row]) -> Iterator[Breakdown]:
    """By the one who is accountable, and by each field that the KPI is reported by; shares only, which add up."""
    for h in headlines:
        if h.figure.measure not in SHARES:
            continue
        own = [row for row in rows if row["commitment"] == h.commitment.id]
        for by, column in (("owner", "owner"), *((name, f"by_{name}") for name in h.figure.by_names)):
            if any(row[column] is not None for row in own):
                yield Breakdown(h.commitment, by, _shares(own, column))


def _shares(rows: Sequence[Row], column: str) -> tuple[Share, ...]:
    counted: dict[str | None, Counter[str]] = {}
    for row in rows:
        counted.setdefault(row[column], Counter())[row["outcome"]] += 1
    made = [
        Share(
            name,
            sum(n.values()),
            n[str(RowOutcome.MET)],
            n[str(RowOutcome.OPEN)] + n[str(RowOutcome.UNDECIDED)],
        )
        for name, n in counted.items()
    ]
    return tuple(sorted(made, key=lambda s: (-s.rows, s.name or "")))


def _distributions(
    run: Run, model: m.Model, headlines: Iterable[Headline], rows: Sequence[Row]
) -> Iterator[Distribution]:
    promised = {c.id: c for c in model.commitments}
    for h in headlines:
        target = promised[h.commitment.id].target
        if not isinstance(target, m.Within):
            continue
        own = [row for row in rows if row["commitment"] == h.commitment.id]
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
