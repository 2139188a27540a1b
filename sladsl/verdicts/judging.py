"""Figures period by period, and the verdict of each commitment on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from sladsl.calendars import Period, PeriodKind, Periods
from sladsl.outcomes import Outcomes, PeriodCounts
from sladsl.plan import Commitment, Figure, Plan, Term
from sladsl.verdicts.doubt import NOTHING, Losses, Lost, is_no_number, widened
from sladsl.verdicts.ranges import SHARES, VOLUMES, Counters, Progress, Range, count, range_of, satisfied
from sladsl.verdicts.statistics import wilson


class Verdict(StrEnum):
    """The five words, used everywhere."""

    MET = "met"
    MISSED = "missed"
    PROVISIONAL = "provisional"
    NO_DATA = "no data"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure in one period, for all its rows or (`by`) for one value of its breakdown.

    `value` is what it is now, exactly: a share's is its `numerator` ÷ `denominator`, which are of all rows; None where there is none.
    `now` is what it ends at if no more rows come, with those that are open or undecided one way or the other: `value` is its low end,
    and the only one once nothing is open. `range` is what it can still end at, None when it has no value and gets none; `now` lies in it.
    `estimate` is what a response comes to among the rows whose deadline has passed, while some are open; no verdict uses it.
    `interval` is Wilson's of the share, once nothing is open. `cut` says that the term covers only a part of the period. `lost` are rows
    that could not be read.
    """

    period: Period
    by: tuple[str | None, ...]
    counters: Counters
    over: bool
    cut: bool
    rows: int
    value: Fraction | None
    now: Range | None
    range: Range | None
    numerator: int | None = None
    denominator: int | None = None
    interval: tuple[float, float] | None = None
    estimate: Fraction | None = None
    lost: Lost = field(default_factory=Lost)
    in_doubt: int = 0
    """Rows that could not be read and without which a sum or a statistic is no number."""

    @property
    def open(self) -> int:
        return count(self.counters, "open") + count(self.counters, "waiting")

    @property
    def undecided(self) -> int:
        return count(self.counters, "undecided")

    @property
    def unknown(self) -> int:
        return count(self.counters, "unknown")

    @property
    def no_deadline(self) -> int:
        """Rows that are not in it: they have no deadline to be held to."""
        return count(self.counters, "no_deadline")

    @property
    def maybe(self) -> int:
        return count(self.counters, "maybe")


@dataclass(frozen=True, slots=True)
class FigureResult:
    """A figure in every period to report, in order, and broken down where it asks for that."""

    figure: Figure
    periods: tuple[Measured, ...]
    breakdown: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One period of a commitment. `verdict` is None for a period that is not judged: a volume in one that the term cuts.

    `warning`: met, but near the target. `doubt`: the verdict could be another one if the measured's `lost` rows could be read.
    """

    measured: Measured
    verdict: Verdict | None
    warning: bool = False
    doubt: bool = False

    @property
    def in_doubt(self) -> int:
        """The rows for which the verdict or its figure is in doubt."""
        return self.measured.lost.rows if self.doubt else self.measured.in_doubt

    @property
    def final(self) -> bool:
        """Whether the verdict stays as it is, whatever data come."""
        return self.verdict is not None and self.verdict is not Verdict.PROVISIONAL


@dataclass(frozen=True, slots=True)
class CommitmentResult:
    commitment: Commitment
    figure: Figure
    periods: tuple[Judged, ...]


Span = tuple[int, int]


def measure(
    plan: Plan,
    outcomes: Outcomes,
    period: Span | None = None,
    losses: Mapping[str, Losses] = MappingProxyType({}),
) -> tuple[FigureResult, ...]:
    """Every figure of the plan, in every period from the first of the term (or the first that has rows) to the one of the as-of; with
    `period`, an interval of instants, in those that overlap it. `losses` are those of each figure, by its id."""
    periods = plan.periods
    found = (_figure(plan.term, periods, outcomes, f, period) for f in plan.figures)
    return tuple(_with_losses(r, losses.get(r.figure.id, NOTHING)) for r in found)


def judge(
    plan: Plan,
    outcomes: Outcomes,
    period: Span | None = None,
    losses: Mapping[str, Losses] = MappingProxyType({}),
) -> tuple[CommitmentResult, ...]:
    """Every commitment of the plan, in the same periods as its figure."""
    measured = {r.figure.id: r for r in measure(plan, outcomes, period, losses)}
    ended = plan.term.end is not None and outcomes.as_of.instant >= plan.term.end
    found = []
    for c in plan.commitments:
        figure, periods = measured[c.figure].figure, measured[c.figure].periods
        verdicts = (judged(c, figure, m) for m in periods)
        marked = tuple(replace(j, doubt=_in_doubt(c, figure, j, ended)) for j in verdicts)
        found.append(CommitmentResult(c, figure, marked))
    return tuple(found)


def _with_losses(result: FigureResult, losses: Losses) -> FigureResult:
    if losses is NOTHING:
        return result
    lost = [(m, losses.within(m.period)) for m in result.periods]
    marked = (
        replace(m, lost=found, in_doubt=found.rows if is_no_number(result.figure, found) else 0)
        for m, found in lost
    )
    return replace(result, periods=tuple(marked))


def _in_doubt(c: Commitment, figure: Figure, j: Judged, term_over: bool) -> bool:
    """Whether a final verdict would be another one if the lost rows all counted for it, or against it."""
    if not j.final or not j.measured.lost.rows:
        return False
    counters = widened(figure, j.measured.counters, j.measured.lost)
    values = range_of(figure, counters, Progress(j.measured.over, term_over))
    return _verdict(c, figure, replace(j.measured, counters=counters, range=values)) is not j.verdict


# -------------------------------------------------------------------------------------------------------------- measuring


def _figure(
    term: Term, periods: Periods, outcomes: Outcomes, figure: Figure, only: Span | None
) -> FigureResult:
    rows = outcomes.figures.get(figure.id, ())
    as_of = outcomes.as_of.instant
    whole = {r.start: r for r in rows if not r.by}
    found: list[Measured] = []
    broken: list[Measured] = []
    for period in reported(term, periods, figure.period, rows, as_of):
        if only is not None and not (period.start < only[1] and period.end > only[0]):
            continue
        counted = whole.get(period.start) or PeriodCounts(period.start, {})
        found.append(measured_in(term, figure, period, counted, as_of))
        parts = (r for r in rows if r.by and r.start == period.start)
        broken += (measured_in(term, figure, period, part, as_of) for part in parts)
    return FigureResult(figure, tuple(found), tuple(broken))


def reported(
    term: Term, periods: Periods, kind: PeriodKind, rows: tuple[PeriodCounts, ...], as_of: int
) -> Iterator[Period]:
    """The periods to report, those without rows included: a month in which nobody became an MQL is a month."""
    starts = [r.start for r in rows]
    if term.start is not None:
        first = term.start
    elif starts:
        first = min(starts)
    else:
        return
    last = as_of if term.end is None else min(as_of, term.end - 1)
    if last < first:
        return
    for index in range(periods.index(kind, first), periods.index(kind, last) + 1):
        yield periods.period(kind, index)


def measured_in(term: Term, figure: Figure, period: Period, counted: PeriodCounts, as_of: int) -> Measured:
    """One figure in one period, as of an instant."""
    counters = counted.counters
    progress = Progress(as_of >= period.end, term.end is not None and as_of >= term.end)
    rows, hit = count(counters, "rows"), count(counters, "hit")
    share = figure.measure in SHARES
    is_open = share and count(counters, "open") > 0
    now = _now(figure, counters, progress)
    return Measured(
        period=period,
        by=counted.by,
        counters=counters,
        over=progress.over,
        cut=_cut(term, period),
        rows=rows,
        value=None if now is None else now.low if share else now.point,
        now=now,
        range=range_of(figure, counters, progress),
        numerator=hit if share else None,
        denominator=rows if share else None,
        interval=wilson(hit, rows) if share and not is_open else None,
        # Early successes among rows whose deadline is ahead would flatter: failures there cannot show yet.
        estimate=_quotient(counters, "matured_hit", "matured") if is_open else None,
    )


def _cut(term: Term, period: Period) -> bool:
    before = term.start is not None and period.start < term.start
    return before or (term.end is not None and period.end > term.end)


def _quotient(counters: Counters, over: str, by: str) -> Fraction | None:
    of = count(counters, by)
    return Fraction(count(counters, over), of) if of else None


def _now(figure: Figure, counters: Counters, progress: Progress) -> Range | None:
    """As if the period ended here, and the rows that may still join did not."""
    if figure.measure in SHARES:
        rows, hit = count(counters, "rows"), count(counters, "hit")
        unsettled = count(counters, "open") + count(counters, "undecided")
        return Range(Fraction(hit, rows), Fraction(hit + unsettled, rows)) if rows else None
    settled = {name: found for name, found in counters.items() if name != "maybe"}
    return range_of(figure, settled, Progress(True, progress.term_over))


# ---------------------------------------------------------------------------------------------------------------- judging


def judged(c: Commitment, figure: Figure, m: Measured) -> Judged:
    """The verdict on one period."""
    verdict = _verdict(c, figure, m)
    warning = (
        verdict is Verdict.MET
        and c.warn is not None
        and m.now is not None
        and m.value is not None
        and satisfied(c.warn, m.now) is False
    )
    return Judged(m, verdict, warning)


def _verdict(c: Commitment, figure: Figure, m: Measured) -> Verdict | None:
    volume = figure.measure in VOLUMES
    if volume and m.cut:
        return None
    if m.over:
        short = _without_rows(c, m) if not volume else None
        return short or _too_few(c, m) or _by_range(c, m)
    # While the period runs, what is too little now may still be enough.
    if (m.rows == 0 and not volume) or m.rows < (c.needs or 0):
        return Verdict.PROVISIONAL
    return _by_range(c, m)


def _without_rows(c: Commitment, m: Measured) -> Verdict | None:
    if m.rows:
        return None
    if m.maybe:
        return Verdict.PROVISIONAL
    return Verdict.NO_DATA if c.none_counts_as is None else Verdict(c.none_counts_as)


def _too_few(c: Commitment, m: Measured) -> Verdict | None:
    if c.needs is None or m.rows >= c.needs:
        return None
    return Verdict.INSUFFICIENT if m.rows + m.maybe < c.needs else Verdict.PROVISIONAL


def _by_range(c: Commitment, m: Measured) -> Verdict:
    if m.range is None:
        return Verdict.NO_DATA
    match satisfied(c.bound, m.range):
        case True:
            return Verdict.MET
        case False:
            return Verdict.MISSED
        case None:
            return Verdict.PROVISIONAL
