"""KPIs as figures: named counters over columns, per period.

One function a kind of KPI. `verdicts` knows what range of values each kind can still end at; here it is only said what to count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import PeriodKind
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, ClockOf, Until, up_to
from sladsl.lowering.clocks import (
    NO_CODE,
    StartAndStop,
    Tiers,
    Way,
    arrived,
    measured,
    reached,
    run,
    state_of,
    tiers,
)
from sladsl.lowering.columns import ClockColumns, DeadlineColumns, PausedColumns, PopulationColumns
from sladsl.lowering.conditions import Scope, lower, membership, rows_seen, settled_at
from sladsl.lowering.definitions import descends
from sladsl.lowering.ladders import Ladder
from sladsl.lowering.passings import Settling, settling
from sladsl.lowering.pauses import backwards, pause_of, paused_clock, whose
from sladsl.lowering.populations import (
    ALWAYS,
    Population,
    dated,
    in_parts,
    narrowed,
    of_definition,
    of_moment,
    part,
    period_end,
    scope_of,
    where,
)
from sladsl.lowering.reading import LONG_AGO, decided, latest
from sladsl.lowering.stocks import at_period_end
from sladsl.plan import (
    LEFT,
    Action,
    Apply,
    AsOf,
    Clock,
    Const,
    Counter,
    Course,
    Expression,
    Figure,
    Listing,
    Measure,
    Ref,
    Rung,
    State,
    Status,
    Term,
    ValueType,
    recipients,
)
from sladsl.plan.rows import STATES_LEFT_OUT, counter_of, listed_as, lists_unsure
from sladsl.plan.shorthand import (
    FALSE,
    NO_INSTANT,
    all_of,
    any_of,
    choose,
    code,
    compare,
    day_end,
    is_code,
    is_true,
    is_unknown,
    known,
    missing,
    negate,
)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A figure with the listings it gives rise to and, for a promise on single rows, its clock."""

    figure: Figure
    settling: Settling
    listings: tuple[Listing, ...] = ()
    clock: Clock | None = None
    late: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """What a figure is made for: its id, the KPI, the period, and the definition that narrows it (`of P1`), and what
    its clock stands still for and what follows on its way."""

    id: str
    kpi: m.Kpi
    period: PeriodKind
    by: str | None
    term: Term
    exclusions: tuple[m.Exclusion, ...] = ()
    pauses: tuple[m.Pause, ...] = ()
    rungs: tuple[m.Rung, ...] = ()
    late: tuple[m.Action, ...] = ()
    dates: Term = ALWAYS  # of a commitment that is about some periods only
    group: m.AnyField | None = None  # by which it is judged, in place of what the KPI is reported by

    @property
    def by_fields(self) -> tuple[m.Reported, ...]:
        return self.kpi.for_each if self.group is None else (self.group,)


def figure(b: Builder, asked: FigureRequest) -> Lowered:
    """A KPI's own figure; a time KPI's is the median of its elapsed time."""
    measure = asked.kpi.measure
    match measure:
        case m.Count():
            return _count(b, asked, measure)
        case m.Become():
            return _become(b, asked, measure)
        case m.Whose():
            return _whose(b, asked, measure)
        case m.Statistic():
            return _statistic(b, asked, measure)
        case m.TimeBetween():
            return _elapsed(b, asked, 50, measure)
        case _:
            assert_never(measure)


def _rows(b: Builder, asked: FigureRequest, of: m.Population) -> tuple[Population, tuple[Listing, ...]]:
    p, lost = narrowed(b, of, asked.by, asked.id, asked.term, asked.dates)
    return in_parts(b, p, asked.id, asked.by_fields), lost


def _clocked(
    b: Builder, asked: FigureRequest, clock: m.TimeBetween
) -> tuple[Population, tuple[Listing, ...]]:
    p, lost = clocked(b, asked, clock)
    return in_parts(b, p, asked.id, asked.by_fields), lost


def _figure(
    b: Builder, asked: FigureRequest, p: Population, measure: Measure, counters: list[Counter], **more: object
) -> Figure:
    rows = [Counter("rows", p.member), Counter("maybe", p.maybe)]
    if p.settled is not None and asked.term.start is None:
        rows.append(Counter(LEFT, _left(p, p.settled)))
    b.handles.populations[asked.id] = PopulationColumns(Ref(p.record, names.member(p.name)), p.where)
    return Figure(
        id=asked.id,
        kpi=asked.kpi.name,
        label=asked.kpi.label,
        record=p.record,
        measure=measure,
        period=asked.period,
        entry=p.entry.column,
        counters=(*rows, *counters),
        by=tuple(part(b, p, asked.id, f) for f in asked.by_fields),
        by_names=tuple(m.spelt(f) for f in asked.by_fields),
        by_keys=tuple(f.type.key_of if isinstance(f.type, t.Text) else "" for f in asked.by_fields),
        population=p.name,
        since=asked.dates.start,
        until=asked.dates.end,
        **more,  # type: ignore[arg-type]  # the caller names Figure's own fields
    )


def _left(p: Population, settled: Ref) -> Expression:
    """The rows that were waited for and do not belong. Where an agreement has no first date, the first period is that of the first row: it
    stays that, whatever becomes of the row."""
    return all_of(negate(is_true(p.member)), negate(is_true(p.maybe)), compare(">", settled, p.at.end))


def _count(b: Builder, asked: FigureRequest, measure: m.Count) -> Lowered:
    if measure.at_period_end:
        of, period = measure.population, asked.period
        p, lost = at_period_end(b, of, asked.by, asked.id, period, asked.term, asked.dates)
    else:
        p, lost = _rows(b, asked, measure.population)
    figure = _figure(b, asked, p, Measure.COUNT, [], at_end=measure.at_period_end)
    return Lowered(figure, settling(figure, p), lost)


def _states(p: Population, state: Ref, due: Ref | None, pauses: bool = False) -> list[Counter]:
    """`matured` rows have their deadline behind them: only among these is an estimate fair to early and late rows alike."""
    opens = (State.OPEN, State.PAUSED) if pauses else (State.OPEN,)
    counters = [
        Counter("hit", all_of(p.member, is_code(state, State.MET))),
        Counter("open", all_of(p.member, is_code(state, *opens))),
        Counter("undecided", all_of(p.member, is_code(state, State.UNDECIDED))),
    ]
    if pauses:
        counters.append(Counter("paused", all_of(p.member, is_code(state, State.PAUSED))))
    if due is None:
        return counters
    behind = compare("<", due, AsOf())
    judged = is_code(state, State.MET, State.MISSED)
    matured = Counter("matured", all_of(p.member, judged, behind))
    return [*counters, matured, Counter("matured_hit", all_of(p.member, is_code(state, State.MET), behind))]


def _become(b: Builder, asked: FigureRequest, measure: m.Become) -> Lowered:
    p, lost = _rows(b, asked, measure.population)
    way = Way(p.record, asked.by or measure.population.definition, measure.goal)
    state, due = reached(b, asked.id, p.at, way, measure.within, asked.term)
    b.handles.deadlines[asked.id] = DeadlineColumns(state, due)
    kind = Measure.RESPONSE if measure.within is not None else Measure.BECOME
    course = Course(p.entry, arrived(b, way, p.at), due)
    figure = _figure(b, asked, p, kind, _states(p, state, due), course=course)
    end = NO_INSTANT if asked.term.end is None else Const(asked.term.end, ValueType.INSTANT)
    dated = isinstance(b.model.definitions[measure.goal].entry_type, t.Date)
    closes = end if due is None else day_end(due) if dated else due
    settled = settling(figure, p, course.stop, closes, _arrival_settled(b, measure.goal, closes))
    if measure.within is not None and measure.within.zone is not None:
        nowhere = all_of(p.member, is_code(state, State.UNDECIDED))
        lost = (*lost, Listing("hours unknown", asked.id, p.record, nowhere))
    return Lowered(figure, settled, lost)


def _arrival_settled(b: Builder, goal: str, closes: Expression) -> Expression | None:
    """Since when it is settled whether a row arrived in time: one that enters later than that is late whatever its goal asks."""
    at, d = settled_at(b, goal), b.model.definitions[goal]
    if at is None or d.entry_type is None:
        return at
    late = is_true(compare(">", Ref(d.record, names.entry(goal)), closes))
    return choose((late, LONG_AGO), otherwise=at)


def _whose(b: Builder, asked: FigureRequest, measure: m.Whose) -> Lowered:
    of, period, at_end = measure.population, asked.period, measure.at_period_end
    if at_end:
        p, lost = at_period_end(b, of, asked.by, asked.id, period, asked.term, asked.dates)
        scope = scope_of(p, p.until, asked.id)
    else:
        p, lost = _rows(b, asked, of)
        scope = scope_of(p, period_end(p, period), asked.id)
    condition = decided(lower(b, measure.condition, scope), scope.until)
    holds = b.column(p.record, names.part(asked.id, "holds"), ValueType.BOOLEAN, condition.value, asked.id)
    waits = is_true(condition.open)
    unsure = all_of(p.member, is_unknown(holds))
    counters = [
        Counter("hit", all_of(p.member, is_true(holds))),
        Counter("open", all_of(unsure, waits)),
        Counter("unknown", all_of(unsure, negate(waits))),
    ]
    listing = Listing("condition unknown", asked.id, p.record, all_of(unsure, negate(waits)))
    figure = _figure(b, asked, p, Measure.SHARE, counters, at_end=at_end)
    return Lowered(figure, settling(figure, p, decided=condition.at), (*lost, listing))


_STATISTICS = {
    "sum": Measure.SUM,
    "average": Measure.AVERAGE,
    "median": Measure.MEDIAN,
    "percentile": Measure.PERCENTILE,
    "least": Measure.LEAST,
    "greatest": Measure.GREATEST,
}
_AGGREGATES = {"sum": "sum", "average": "sum", "least": "least", "greatest": "greatest"}


def _statistic(b: Builder, asked: FigureRequest, measure: m.Statistic) -> Lowered:
    if isinstance(measure.value, m.ElapsedUse) and measure.function in {"median", "percentile"}:
        return _elapsed(b, asked, measure.percent, measured(b, measure.value.kpi)[1], measure)
    p, lost = _rows(b, asked, measure.population)
    until = period_end(p, asked.period)
    span = isinstance(measure.value.type, t.Duration)
    read = lower(b, measure.value, scope_of(p, until, asked.id))
    value = b.column(
        p.record,
        names.part(asked.id, "value"),
        ValueType.SPAN if span else ValueType.NUMBER,
        read.value,
        asked.id,
    )
    counted = all_of(p.member, known(value))
    kind = _STATISTICS[measure.function]
    if kind in {Measure.MEDIAN, Measure.PERCENTILE}:
        ends = [Counter(e, counted, "rank", value, measure.percent) for e in ("low", "high")]
    else:
        ends = [Counter("value", counted, _AGGREGATES[measure.function], value)]
    waits = FALSE if read.waits == FALSE else is_true(read.waits)
    lacking = all_of(p.member, missing(value), negate(waits))
    counters = [Counter("known", counted), Counter("unknown", lacking), *ends]
    if waits != FALSE:
        counters.append(Counter("waiting", all_of(p.member, missing(value), waits)))
    figure = _figure(
        b,
        asked,
        p,
        kind,
        counters,
        unit=_unit(b, measure.value),
        percent=measure.percent,
        floor=kind is Measure.SUM and never_falls(b, measure.value, scope_of(p, until, asked.id)),
    )
    listing = Listing("value missing", asked.id, p.record, lacking)
    return Lowered(figure, settling(figure, p, decided=read.at), (*lost, listing))


def _unit(b: Builder, value: m.Expression) -> str:
    if isinstance(value, m.ElapsedUse):
        return measured(b, value.kpi)[1].unit
    if isinstance(value.type, t.Duration):
        return "hours"
    return value.type.unit if isinstance(value.type, t.Number) else ""


def never_falls(b: Builder, value: m.Expression, scope: Scope) -> bool:
    """Whether a row adds at least zero, and never less than it did: only then does a sum have a floor while its period runs."""
    match value:
        case m.RowsValue(function="count"):
            return not rows_seen(b, value.rows, scope).leave
        case m.Literal(value=x):
            return not isinstance(x, str | bool) and _positive(x)
        case m.Operation(op="+" | "*", args=args):
            return all(never_falls(b, a, scope) for a in args)
        case _:
            return False


def _positive(x: object) -> bool:
    return isinstance(x, Decimal) and x >= 0


def _elapsed(
    b: Builder, asked: FigureRequest, percent: int, clock: m.TimeBetween, statistic: m.Statistic | None = None
) -> Lowered:
    """Percentiles of elapsed time. An unanswered row counts: from its elapsed so far up to no end; and one that is undecided from nothing
    up to no end."""
    lost: tuple[Listing, ...] = ()
    kpi = asked.kpi.name
    if statistic is not None:
        assert isinstance(statistic.value, m.ElapsedUse)
        kpi = statistic.value.kpi
        p, lost = _rows(b, asked, statistic.population)
    else:
        p, lost = _clocked(b, asked, clock)
    b.ask(ClockOf(kpi, None))
    undecided = Ref(p.record, names.clock(kpi, "undecided"))
    counted = all_of(p.member, negate(undecided))
    elapsed, at_least = (Ref(p.record, names.clock(kpi, c)) for c in ("elapsed", "elapsed_at_least"))
    counters = [
        Counter("known", counted),
        Counter("undecided", all_of(p.member, undecided)),
        Counter("open", all_of(counted, missing(elapsed))),
        Counter("low", p.member, "rank", at_least, percent),
        Counter("high", p.member, "rank", elapsed, percent),
    ]
    kind = Measure.MEDIAN if percent == 50 else Measure.PERCENTILE
    r = run(b, kpi)
    figure = _figure(
        b,
        asked,
        p,
        kind,
        counters,
        unit=clock.unit,
        percent=percent,
        calendar=clock.calendar,
        course=Course(r.start.start, r.stop.start, elapsed=elapsed),
    )
    by_day = r.start.day is not None or r.stop.day is not None
    return Lowered(figure, settling(figure, p, running=None if by_day else r.start.start), lost)


def clocked(b: Builder, asked: FigureRequest, clock: m.TimeBetween) -> tuple[Population, tuple[Listing, ...]]:
    """The rows a time KPI judges: those of `of P`, else those that have its start. Where no moment dates P, rows are in it or not as
    things stood at that start."""
    by = asked.by
    if by is not None and b.model.definitions[by].entry_type is not None:
        return dated(b, of_definition(b, by), asked.id, asked.dates), ()
    started = dated(b, of_moment(b, clock.start, clock.record, asked.term), asked.id, asked.dates)
    if by is None:
        return started, ()
    inside = membership(b, by, scope_of(started, started.until, asked.id))
    return where(b, started, asked.id, decided(inside, started.until))


def _not_started(b: Builder, asked: FigureRequest, clock: m.TimeBetween) -> Expression:
    """True for rows of `of P` that are not in the definition whose entry starts the clock."""
    if asked.by is None or not isinstance(clock.start, m.EntryUse):
        return FALSE
    started = clock.start.definition
    if descends(b, asked.by, started):
        return FALSE
    status = Ref(b.model.definitions[started].record, names.status(started))
    return negate(is_code(status, Status.IN))


def _bound(b: Builder, asked: FigureRequest, p: Population, due: Tiers, state: Ref) -> Population:
    """The rows that have a deadline to be held to; one that may still turn out to have none may be among them."""
    if due.unbound == FALSE:
        return p
    unbound = is_code(state, State.NO_DEADLINE)
    inside = is_true(all_of(p.member, negate(unbound), negate(is_true(due.wavering))))
    member = b.column(p.record, names.part(asked.id, "bound"), ValueType.BOOLEAN, inside, asked.id)
    if due.wavering == FALSE:
        return replace(p, member=member)
    maybe = any_of(p.maybe, is_true(all_of(p.member, due.wavering)))
    return replace(
        p,
        member=member,
        maybe=b.column(p.record, names.part(asked.id, "may be bound"), ValueType.BOOLEAN, maybe, asked.id),
    )


def _in_doubt(
    asked: FigureRequest,
    p: Population,
    state: Ref,
    waits: Expression,
    nowhere: Expression,
    nobody: Expression,
) -> list[Listing]:
    """Rows that cannot be held to their deadline, by the cause: their clock stopped before it started, or has not started (`waits`), is
    to run in hours that nobody knows, or is paused by nobody knows whom."""
    unsettled = all_of(p.member, is_code(state, State.UNDECIDED))
    nowhere = nowhere if FALSE in (waits, nowhere) else all_of(nowhere, negate(waits))
    rest = [negate(x) for x in (waits, nowhere) if x != FALSE]
    nobody = nobody if nobody == FALSE else all_of(nobody, *rest)
    others = [x for x in (waits, nowhere, nobody) if x != FALSE]
    early = all_of(unsettled, *(negate(x) for x in others))
    causes = (("not started", waits), ("hours unknown", nowhere), ("pauses unknown", nobody))
    return [
        Listing("undecided", asked.id, p.record, early),
        *(Listing(kind, asked.id, p.record, all_of(unsettled, x)) for kind, x in causes if x != FALSE),
    ]


@dataclass(frozen=True, slots=True)
class _Excluded:
    """Rows that an agreement leaves out: `state` is the clock's with that in it. `reason` is a code, missing for a row that stays, `unsure`
    says of which nobody knows, by what they would become, and `at` is since when it is settled. `reason` and `at` are None where no clause
    leaves any out."""

    state: Expression
    reason: Ref | None = None
    unsure: Mapping[State, Expression] = field(default_factory=dict)
    at: Expression | None = None


def _becomes(exclusion: m.Exclusion) -> State:
    return next(x for x in STATES_LEFT_OUT if x.word == exclusion.becomes)


def closing(figure: str, record: str) -> Until:
    """Up to when what leaves a row out sees the world: the earlier of its stop and its deadline."""
    return up_to(f"close of {figure}", Ref(record, names.part(figure, "close")))


def _excluded(
    b: Builder,
    asked: FigureRequest,
    p: Population,
    r: StartAndStop,
    due: Ref,
    clock: Expression,
    told: Expression | None,
) -> _Excluded:
    """The first clause whose condition is true leaves a row out; one that is unknown does not. A clause that is not settled keeps the row
    open, whatever those after it say: the reason may not change either. Nor is a row left out before
    its deadline and its stop are `told`: a branch of deadlines, and what it stops with, may wait for other clocks."""
    if not asked.exclusions:
        return _Excluded(clock)
    record, figure = p.record, asked.id
    state = b.column(record, names.part(figure, "clock"), ValueType.STATE, clock, figure)
    close = Apply("earliest", (r.stop.end, _closes(r, due)))
    b.column(record, names.part(figure, "close"), ValueType.INSTANT, close, figure)
    until = closing(figure, record)
    judged = is_code(state, State.MET, State.MISSED)
    arms: list[tuple[Expression, Expression]] = []
    reasons: list[tuple[Expression, Expression]] = []
    unsure: dict[State, list[Expression]] = {}
    settled: list[tuple[Expression, Expression]] = []
    at: Expression = latest(until.at, told) or until.at
    for i, exclusion in enumerate(asked.exclusions):
        when = decided(lower(b, exclusion.when, Scope(record, until, figure, judged)), until)
        becomes = _becomes(exclusion)
        named = b.column(record, names.part(figure, f"except {i + 1}"), ValueType.BOOLEAN, when.value, figure)
        arms += [
            (all_of(judged, is_true(when.open)), code(State.OPEN)),
            (all_of(judged, is_true(named)), code(becomes)),
        ]
        reasons += [(is_true(when.open), NO_CODE), (is_true(named), code(i))]
        unsure.setdefault(becomes, []).append(is_unknown(named))
        at = latest(at, when.at) or at
        settled.append((is_true(named), at))
    whole = choose(*arms, otherwise=state)
    reason = choose((negate(judged), NO_CODE), *reasons, otherwise=NO_CODE)
    because = b.column(record, names.part(figure, "reason"), ValueType.CODE, reason, figure)
    # One that is undecided is asked nothing, and neither is one that is no row of the population: that is known from the first.
    asked_of = all_of(judged, any_of(p.member, p.maybe))
    since = choose((negate(asked_of), LONG_AGO), *settled, otherwise=at)
    return _Excluded(whole, because, {x: any_of(*each) for x, each in unsure.items()}, since)


def _closes(r: StartAndStop, due: Ref) -> Expression:
    """The last instant that is in time."""
    return due if r.stop.day is None else day_end(due)


def _kept(b: Builder, asked: FigureRequest, p: Population, state: Ref, excluded: _Excluded) -> Population:
    """The rows that are not left out."""
    if excluded.at is None:
        return p
    out = is_code(state, *excluded.unsure)

    def column(part: str, of: Ref) -> Ref:
        return b.column(
            p.record,
            names.part(asked.id, part),
            ValueType.BOOLEAN,
            is_true(all_of(of, negate(out))),
            asked.id,
        )

    settled = latest(p.settled, excluded.at)
    assert settled is not None
    at = b.column(p.record, names.part(asked.id, "settled for good"), ValueType.INSTANT, settled, asked.id)
    return replace(p, member=column("kept", p.member), maybe=column("may be kept", p.maybe), settled=at)


def response(b: Builder, asked: FigureRequest, within: m.Within) -> Lowered:
    """A time KPI held to deadlines: met, missed, open or undecided, row by row; rows that have no deadline, or that a clause leaves out,
    are counted apart."""
    _, clock = measured(b, asked.kpi.name)
    p, lost = _clocked(b, asked, clock)
    r = run(b, asked.kpi.name)
    called = "due without pauses" if asked.pauses else "due"
    without = due = tiers(b, scope_of(p, p.until, asked.id), r.start, within.choices, called)
    outside = _not_started(b, asked, clock)
    nobody = whose(b, asked.pauses, r.start.start)
    undecided = any_of(r.undecided, outside, is_true(due.nowhere), nobody)
    elapsed = Ref(p.record, names.clock(asked.kpi.name, "elapsed"))
    paused = None
    if asked.pauses:
        standing = paused_clock(b, asked.id, r, within, due, asked.pauses)
        paused = standing.columns(undecided, known(elapsed))
        due, elapsed = replace(due, due=paused.due), paused.elapsed
    stands = state_of(r, due.due, undecided, due, FALSE if paused is None else paused.held_up)
    end, closes = clock.end, _closes(r, due.due)
    arrival = _arrival_settled(b, end.definition, closes) if isinstance(end, m.EntryUse) else None
    excluded = _excluded(b, asked, p, r, due.due, stands, latest(due.chosen, arrival))
    state = b.column(p.record, names.part(asked.id, "state"), ValueType.STATE, excluded.state, asked.id)
    b.handles.deadlines[asked.id] = DeadlineColumns(state, due.due, paused)
    columns = b.handles.clocks[asked.kpi.name]
    start, stop = columns.start, columns.stop
    waits = is_true(any_of(missing(r.start.start), outside)) if asked.by is not None else FALSE
    listings = [*lost, *_in_doubt(asked, p, state, waits, is_true(due.nowhere), nobody)]
    if due.tier is not None:
        listings.append(Listing("branch unknown", asked.id, p.record, all_of(p.member, is_true(due.unsure))))
    stretches = tuple(pause_of(b, x, r.start.start) for x in asked.pauses)
    way = Ladder(b, asked.id, r, within.choices, without, due.due, state, stretches, asked.exclusions)
    judged = _clock(b, p, columns, due, state, way.rungs(asked.rungs))
    b.ask(ClockOf(asked.kpi.name, None))
    course = _course(asked, within, columns, due, elapsed, paused, excluded.reason)
    if paused is not None:
        listings += backwards(asked.id, asked.pauses)
    held = _kept(b, asked, _bound(b, asked, p, due, state), state, excluded)
    apart, told = _apart(asked, p, state, due, excluded)
    counters = [*_states(held, state, due.due, paused is not None), *apart]
    figure = _figure(b, asked, held, Measure.RESPONSE, counters, course=course)
    asks = latest(start, due.chosen, arrival)
    settled = settling(figure, replace(p, settled=held.settled), stop, closes, asks)
    late = tuple(way.action(a, due.due, "when late") for a in asked.late)
    nobody_told = _nobody(asked.id, p, state, late, judged.rungs)
    return Lowered(figure, settled, (*listings, *told, *nobody_told), judged, late)


def _nobody(
    figure: str, p: Population, state: Ref, late: tuple[Action, ...], rungs: tuple[Rung, ...]
) -> Iterator[Listing]:
    """Rows of which something follows, and no field says to whom."""
    asked = [(is_code(state, State.MISSED), late), *((known(Ref(p.record, r.at)), r.actions) for r in rungs)]
    lacking = [
        all_of(p.member, follows, missing(Ref(p.record, column)))
        for follows, actions in asked
        for column in recipients(actions)
    ]
    if lacking:
        yield Listing("no recipient", figure, p.record, is_true(any_of(*lacking)))


def _clock(
    b: Builder, p: Population, columns: ClockColumns, due: Tiers, state: Ref, rungs: tuple[Rung, ...]
) -> Clock:
    accountable = b.model.records[p.record].accountable
    return Clock(
        record=p.record,
        member=p.member.column,
        entry=p.entry.column,
        start=columns.start.column,
        due=due.due.column,
        stop=columns.stop.column,
        state=state.column,
        accountable=accountable.name if accountable else None,
        tier=due.tier.column if due.tier else None,
        rungs=rungs,
    )


def _course(
    asked: FigureRequest,
    within: m.Within,
    clock: ClockColumns,
    due: Tiers,
    elapsed: Ref,
    paused: PausedColumns | None,
    excluded: Ref | None,
) -> Course:
    return Course(
        clock.start,
        clock.stop,
        due.due,
        elapsed,
        paused=None if paused is None else paused.stood,
        running=None if paused is None else paused.running,
        tier=due.tier,
        branches=tuple(c.words for c in within.choices) if due.tier else (),
        excluded=excluded,
        reasons=tuple(x.because for x in asked.exclusions),
    )


def _apart(
    asked: FigureRequest, p: Population, state: Ref, due: Tiers, excluded: _Excluded
) -> tuple[list[Counter], list[Listing]]:
    """The rows that are not in the figure, counted and listed by the cause; and those that stay since nobody knows."""
    counters: list[Counter] = []
    listings: list[Listing] = []
    if due.unbound != FALSE:
        unbound = all_of(p.member, is_code(state, State.NO_DEADLINE))
        counters.append(Counter("no_deadline", unbound))
        listings.append(Listing("no deadline", asked.id, p.record, unbound))
    for becomes, unsure in excluded.unsure.items():
        assert excluded.reason is not None
        out = all_of(p.member, is_code(state, becomes))
        counters.append(Counter(counter_of(becomes.outcome), out))
        listings += [
            Listing(
                listed_as(becomes.outcome, x.because),
                asked.id,
                p.record,
                all_of(out, compare("=", excluded.reason, code(i))),
            )
            for i, x in enumerate(asked.exclusions)
            if _becomes(x) is becomes
        ]
        stays = all_of(p.member, is_code(state, State.MET, State.MISSED), unsure)
        listings.append(Listing(lists_unsure(becomes.outcome), asked.id, p.record, stays))
    return counters, listings


__all__ = ["FigureRequest", "Lowered", "descends", "figure", "response"]
