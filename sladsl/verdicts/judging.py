"""Figures period by period, and the verdict of each commitment on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import takewhile
from types import MappingProxyType

from sladsl.calendars import Period, PeriodKind, Periods
from sladsl.outcomes import DataEnd, Outcomes, PeriodCounts
from sladsl.plan import LEFT, SHARES, Commitment, Figure, Plan, Term, ValueType
from sladsl.plan import verdicts as rules
from sladsl.plan.rows import Tallies, value_type
from sladsl.plan.verdicts import NOT_JUDGED, FigureKind, Requirement, Verdict
from sladsl.verdicts.doubt import NOTHING, Losses, Lost, is_no_number, widened
from sladsl.verdicts.groups import Members, of_group, together
from sladsl.verdicts.ranges import (
    Counters,
    PeriodRow,
    Progress,
    Range,
    count,
    figure_rules,
    period_row,
    tallied,
    verdict_rules,
)
from sladsl.verdicts.statistics import wilson


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
    progress: Progress
    row: PeriodRow = field(repr=False)
    rows: int
    tallies: Tallies
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
    end: DataEnd | None = None
    """Where the data end that it rests on, if that is before the as-of."""

    @property
    def over(self) -> bool:
        return self.progress.over

    @property
    def cut(self) -> bool:
        return self.progress.cut

    @property
    def maybe(self) -> int:
        return count(self.counters, "maybe")

    @property
    def begins_after_data(self) -> bool:
        """Whether nothing is known of any of it: the data end before it begins."""
        return self.end is not None and self.period.start > self.end.until

    @property
    def waits(self) -> bool:
        """Whether more data may change it."""
        return not self.over or bool(self.tallies.open or self.tallies.undecided or self.maybe)


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
    end: DataEnd | None = None
    """Where the data end for which it is not judged."""

    @property
    def word(self) -> str:
        """The verdict as it is said."""
        return NOT_JUDGED if self.verdict is None else str(self.verdict)

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
    """`before` are periods that are not reported, by which it is known what follows the first that is: of a run of one period, or those of
    the commitments that held before this one, which are `earlier`, the last one first."""

    commitment: Commitment
    figure: Figure
    periods: tuple[Judged, ...]
    before: tuple[Judged, ...] = ()
    standing: tuple[Figure, ...] = ()  # the figures of its `only_while`
    earlier: tuple[tuple[Commitment, Figure], ...] = ()

    @property
    def requirement(self) -> Requirement:
        return Requirement.by(self.commitment, self.figure, self.standing)

    def held(self, period: Period) -> Commitment:
        """The commitment that was in force in a period: this one, or one before it."""
        return next((c for c, f in self.earlier if f.covers(period)), self.commitment)


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
    judged = {c.figure for c in plan.commitments if c.groups is not None}
    results = (_figure(plan.term, periods, outcomes, f, period, f.id not in judged) for f in plan.figures)
    return tuple(_with_losses(r, losses.get(r.figure.id, NOTHING)) for r in results)


def judge(
    plan: Plan,
    outcomes: Outcomes,
    period: Span | None = None,
    losses: Mapping[str, Losses] = MappingProxyType({}),
) -> tuple[CommitmentResult, ...]:
    """Every commitment of the plan, in the same periods as its figure."""
    return judge_figures(plan, outcomes, measure(plan, outcomes, period, losses))


def judge_figures(
    plan: Plan, outcomes: Outcomes, figures: Iterable[FigureResult]
) -> tuple[CommitmentResult, ...]:
    """The same of what was measured before: all figures of the plan."""
    measured = {r.figure.id: r for r in figures}
    results: list[CommitmentResult] = []
    for c in plan.commitments:
        figure, periods = measured[c.figure].figure, measured[c.figure].periods
        standing = plan.standing(c)
        verdicts = (judged_in(plan, outcomes, c, m) for m in periods)
        marked = tuple(replace(j, doubt=_in_doubt(c, figure, standing, j)) for j in verdicts)
        held = [(x, plan.figure(x.figure)) for x in plan.held(c)]
        if c.groups is not None:
            results += _by_groups(plan, outcomes, held, periods)
            continue
        before = _before(plan, outcomes, held, periods)
        results.append(CommitmentResult(c, figure, marked, before, standing, tuple(held[1:])))
    return tuple(results)


def _by_groups(
    plan: Plan, outcomes: Outcomes, held: Sequence[tuple[Commitment, Figure]], periods: Sequence[Measured]
) -> Iterator[CommitmentResult]:
    """The whole of a commitment that is judged by groups, then each group."""
    c, figure = held[0]
    assert c.groups is not None, "it is judged as a whole"
    alike = list(takewhile(lambda x: x[0].groups is not None and x[0].groups.by == c.groups.by, held))  # type: ignore[union-attr]
    parts = {x.id: _parts(outcomes, f) for x, f in alike}
    members = Members.of(c, outcomes)
    standing = plan.standing(c)
    results = []
    for value in members.all(by for _, by in parts[c.id]):
        judged_by = [(_of_group(plan, Members.of(x, outcomes), f, value), f) for x, f in alike]
        own = judged_by[0][0]
        judged_periods = []
        for m in periods:
            counted = parts[c.id].get((m.period.start, value))
            if members.is_there(value, m.period, counted is not None):
                part = _part(plan, outcomes, figure, m.period, value, counted)
                judged_periods.append(_of_part(plan, outcomes, members, own, _lost_in(figure, part, m)))
        before = _before(
            plan,
            outcomes,
            judged_by,
            periods,
            {x.id: parts[base.id] for (x, _), (base, _) in zip(judged_by, alike, strict=True)},
        )
        results.append(
            CommitmentResult(own, figure, tuple(judged_periods), before, standing, tuple(judged_by[1:]))
        )
    by_period: dict[int, list[Judged]] = {}
    for result in results:
        for j in result.periods:
            by_period.setdefault(j.measured.period.start, []).append(j)
    whole = tuple(_whole(members, figure, m, by_period.get(m.period.start, ())) for m in periods)
    yield CommitmentResult(c, figure, whole, (), standing, tuple(held[1:]))
    yield from results


def _whole(members: Members, figure: Figure, m: Measured, groups: Sequence[Judged]) -> Judged:
    """What the verdicts on the groups come to."""
    words = [j.verdict for j in groups]
    verdict = together(figure, m.cut, words, members.may_come(m.over))
    near = verdict is Verdict.MET and any(j.warning for j in groups)
    end = m.end if verdict is Verdict.PROVISIONAL else None
    return Judged(m, verdict, near, any(j.doubt for j in groups), end=end)


_Parts = Mapping[tuple[int, str], PeriodCounts]


def _parts(outcomes: Outcomes, figure: Figure) -> _Parts:
    """What is counted of each group in each period, where anything is but rows that turned out not to belong."""
    rows = outcomes.figures.get(figure.id, ())
    return {(r.start, r.by[0]): r for r in rows if r.by and r.by[0] is not None and _counts(r)}


def _part(
    plan: Plan, outcomes: Outcomes, figure: Figure, period: Period, value: str, counted: PeriodCounts | None
) -> Measured:
    counted = counted or PeriodCounts(period.start, {}, (value,))
    measured = measured_in(plan.term, figure, period, counted, outcomes.known_until(figure.id))
    return replace(measured, end=outcomes.ends.get(figure.id))


def _of_group(plan: Plan, members: Members, figure: Figure, value: str) -> Commitment:
    span = value_type(plan, figure) is ValueType.SPAN
    return of_group(members.commitment, figure, value, members.target(value), span)


def _of_part(plan: Plan, outcomes: Outcomes, members: Members, c: Commitment, m: Measured) -> Judged:
    """The verdict on one group in one period; there is none where nothing says what it is held to, once that is sure."""
    assert c.group is not None, "it is judged as a whole"
    if not members.says(c.group.value, m.period):
        waits = not m.over and members.may_begin(c.group.value, m.period)
        return Judged(m, Verdict.PROVISIONAL if waits else None)
    j = judged_in(plan, outcomes, c, m)
    return replace(j, doubt=_in_doubt(c, plan.figure(c.figure), plan.standing(c), j))


def _lost_in(figure: Figure, m: Measured, whole: Measured) -> Measured:
    """A group's figure, with the rows that could not be read: any of them may be of the group."""
    lost = whole.lost
    if not lost.rows:
        return m
    hits, others = (
        min(lost.hits, count(m.counters, "hit")),
        min(lost.others, m.rows - count(m.counters, "hit")),
    )
    own = Lost(hits, others, lost.rows - hits - others)
    return replace(m, lost=own, in_doubt=own.rows if is_no_number(figure, own) else 0)


def _before(
    plan: Plan,
    outcomes: Outcomes,
    held: Sequence[tuple[Commitment, Figure]],
    periods: Sequence[Measured],
    parts: Mapping[str, _Parts] = MappingProxyType({}),
) -> tuple[Judged, ...]:
    """The periods before the first, as far as what follows it asks for them: each by the commitment that was in force, of a commitment and
    those before it."""
    found: list[Judged] = []
    at = periods[0].period if periods else None
    for _ in range(held[0][0].looks_back if at is not None else 0):
        assert at is not None
        at = plan.periods.containing(at.kind, at.start - 1)
        if plan.term.start is not None and at.end <= plan.term.start:
            break
        c, figure = next((x for x in held if x[1].covers(at)), (None, None))
        if c is None or figure is None:
            break
        found.insert(0, _judged_before(plan, outcomes, c, figure, at, parts))
    return tuple(found)


def _judged_before(
    plan: Plan, outcomes: Outcomes, c: Commitment, figure: Figure, period: Period, parts: Mapping[str, _Parts]
) -> Judged:
    if c.group is None:
        return judged_in(plan, outcomes, c, _measured_whole(plan, outcomes, figure, period))
    members = Members.of(next(x for x in plan.commitments if x.id == c.base), outcomes)
    counted = parts[c.id].get((period.start, c.group.value))
    if not members.is_there(c.group.value, period, counted is not None):
        return Judged(_part(plan, outcomes, figure, period, c.group.value, None), None)
    return _of_part(plan, outcomes, members, c, _part(plan, outcomes, figure, period, c.group.value, counted))


def _with_losses(result: FigureResult, losses: Losses) -> FigureResult:
    if losses is NOTHING:
        return result
    lost = [(m, losses.within(m.period)) for m in result.periods]
    marked = (
        replace(m, lost=loss, in_doubt=loss.rows if is_no_number(result.figure, loss) else 0)
        for m, loss in lost
    )
    return replace(result, periods=tuple(marked))


def _in_doubt(c: Commitment, figure: Figure, standing: Sequence[Figure], j: Judged) -> bool:
    """Whether a final verdict would be another one if the lost rows all counted for it, or against it."""
    if not j.final or not j.measured.lost.rows:
        return False
    counters = widened(figure, j.measured.counters, j.measured.lost)
    row = {**j.measured.row, **period_row(counters, j.measured.progress)}
    asked = Requirement.by(c.in_force(j.measured.period.start), figure, standing)
    return verdict_rules(asked).verdict(row) is not j.verdict


# -------------------------------------------------------------------------------------------------------------- measuring


def _figure(
    term: Term,
    periods: Periods,
    outcomes: Outcomes,
    figure: Figure,
    only: Span | None,
    broken_down: bool = True,
) -> FigureResult:
    rows = outcomes.figures.get(figure.id, ())
    as_of, end = outcomes.known_until(figure.id), outcomes.ends.get(figure.id)
    whole = {r.start: r for r in rows if not r.by}
    parts: dict[int, list[PeriodCounts]] = {}
    for r in rows:
        if broken_down and r.by and _counts(r):
            parts.setdefault(r.start, []).append(r)
    measured: list[Measured] = []
    broken: list[Measured] = []
    for period in reported(figure.within(term), periods, figure.period, rows, outcomes.as_of.instant):
        if only is not None and not (period.start < only[1] and period.end > only[0]):
            continue
        counted = whole.get(period.start) or PeriodCounts(period.start, {})
        measured.append(replace(measured_in(term, figure, period, counted, as_of), end=end))
        broken += (
            replace(measured_in(term, figure, period, x, as_of), end=end) for x in parts.get(period.start, ())
        )
    return FigureResult(figure, tuple(measured), tuple(broken))


def _counts(part: PeriodCounts) -> bool:
    """Whether there is anything in a part but rows that turned out not to belong."""
    return any(n for name, n in part.counters.items() if name != LEFT)


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
    yield from periods.between(kind, first, last)


def measured_in(term: Term, figure: Figure, period: Period, counted: PeriodCounts, as_of: int) -> Measured:
    """One figure in one period, as of an instant."""
    counters = counted.counters
    progress = Progress(as_of >= period.end, term.end is not None and as_of >= term.end, _cut(term, period))
    kind, row = figure_rules(FigureKind.of(figure)), period_row(counters, progress)
    rows, hit = count(counters, "rows"), count(counters, "hit")
    share = figure.measure in SHARES
    is_open = share and count(counters, "open") > 0
    return Measured(
        period=period,
        by=counted.by,
        counters=counters,
        progress=progress,
        row=row,
        rows=rows,
        tallies=tallied(counters),
        value=kind.value(row),
        now=kind.now(row),
        range=kind.range(row),
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


# ---------------------------------------------------------------------------------------------------------------- judging


def judged(
    c: Commitment,
    figure: Figure,
    m: Measured,
    standing: Sequence[Measured] = (),
    figures: Sequence[Figure] = (),
) -> Judged:
    """The verdict on one period. `standing` is what the commitment stands on in it, measured, and `figures` its figures."""
    beside = {rules.beside(n, name): value for n, x in enumerate(standing) for name, value in x.row.items()}
    row = {**m.row, **beside}
    asked = verdict_rules(Requirement.by(c.in_force(m.period.start), figure, figures))
    verdict = asked.verdict(row)
    ends = [x.end for x in (m, *standing) if x.end is not None and verdict is Verdict.PROVISIONAL]
    end = min(ends, key=lambda x: x.until, default=None)
    return Judged(replace(m, row=row), verdict, asked.is_near(row, verdict), end=end)


def judged_in(plan: Plan, outcomes: Outcomes, c: Commitment, m: Measured) -> Judged:
    """The verdict on one period, with what the commitment stands on in it."""
    figures = plan.standing(c)
    standing = [_measured_whole(plan, outcomes, f, m.period) for f in figures]
    return judged(c, plan.figure(c.figure), m, standing, figures)


def _measured_whole(plan: Plan, outcomes: Outcomes, figure: Figure, period: Period) -> Measured:
    rows = outcomes.figures.get(figure.id, ())
    whole = next((r for r in rows if not r.by and r.start == period.start), PeriodCounts(period.start, {}))
    measured = measured_in(plan.term, figure, period, whole, outcomes.known_until(figure.id))
    return replace(measured, end=outcomes.ends.get(figure.id))
