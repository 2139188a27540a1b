"""The clocks that run: what is late and still open, what is due, what stands still.

Which rows these are the engine says; only they leave it. What is told of each is reckoned here, in the hours of its own deadline: how much
time is left, and how much of what was given is used. Nothing here reads a clock: the as-of is that of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl import model as m
from sladsl.calendars import Duration, NeverOpen, OutOfReach, describe
from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import Severity
from sladsl.engines.rows import Times
from sladsl.freshness import ends_of_figures
from sladsl.lowering import Meaning, meaning
from sladsl.lowering.clocks import run as clock_of
from sladsl.lowering.moments import At
from sladsl.lowering.pauses import Line
from sladsl.outcomes import AsOf
from sladsl.plan import (
    Apply,
    Commitment,
    Const,
    Deadline,
    Expression,
    Field,
    Figure,
    Plan,
    Record,
    Ref,
    RowOutcome,
    ValueType,
)
from sladsl.plan.rows import Subject, breakdown, outcome
from sladsl.prepared import answering
from sladsl.runner import Asked, Progress, Reads, Run, RunError, loaded_at, rows_asked, working

if TYPE_CHECKING:
    from sladsl.data import Loaded
    from sladsl.engines.engine import FigureRows

Hours = tuple[str | None, str | None]
"""What a clock counts: open time of a calendar, of one of rows in a zone; plain time where there is none."""


class Running(StrEnum):
    """How a clock stands that runs, the most pressing first."""

    LATE = "late"  # its deadline is behind the as-of, and nothing stopped it
    DUE = "due"
    WAITING = "waiting"  # which deadline applies, or whether what came stops it, is not settled
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A promise on one row whose clock runs at the as-of. Instants and spans are microseconds.

    `owner` is who is accountable, the key of a row or a name, `owner_called` what that row is called, and `called` what this one is.
    `group` is the one that it counts in, of a promise by groups. `promise` is what was promised of it, in the agreement's words.
    `left` is from the as-of to the deadline in what the clock counts: open time of `calendar` (in `zone`, of one of rows), or plain time;
    it is negative where that is behind, and of a paused clock what it has left once it goes on. `left_plain` is the same by the clock.
    `budget` is what it was given, `used` how much of that it ran. Each is None where nothing says. `known_until`: the as-of, or where the
    data end that it rests on.
    """

    commitment: Commitment
    status: Running
    record: str
    key: str
    called: str | None
    owner: str | None
    owner_called: str | None
    group: str | None
    promise: str
    period: str
    started: int | None
    due: int | None
    left: int | None
    left_plain: int | None
    calendar: str | None
    zone: str | None
    budget: int | None
    used: int | None
    known_until: int

    @property
    def share_used(self) -> Fraction | None:
        """How much of what was given is used: 1 at the deadline."""
        return Fraction(self.used, self.budget) if self.budget and self.used is not None else None


@dataclass(frozen=True, slots=True)
class OpenClocks:
    """The clocks of an agreement that run. `run` has the as-of, and what is wrong with the rows that they are about; nothing is judged in
    it. `later` of them are due after the window of `within`, and are not among `clocks`."""

    run: Run
    clocks: tuple[OpenClock, ...]
    within: Duration | None = None
    later: int = 0

    def count(self, status: Running) -> int:
        return sum(x.status is status for x in self.clocks)


def duration_of(text: str) -> Duration:
    """A length of time as the language reads it. `RunError` where it is none."""
    read = compile_text(f"let due_within = {text}\n") if "\n" not in text else None
    errors = [] if read is None else [d for d in read.diagnostics if d.severity is Severity.ERROR]
    let = None if read is None or errors else read.model.lets.get("due_within")
    if let is not None and isinstance(let.value, m.Literal) and isinstance(let.value.value, Duration):
        return let.value.value
    why = f" ({errors[0].message})" if errors and errors[0].code in _OF_LENGTHS else ""
    raise RunError(
        f"`{text}` is no length of time{why}: write it as in an agreement, such as `4 business hours`, `1 business day`, "
        "`90 minutes` or `2 days`"
    )


_OF_LENGTHS = ("SLA108", "SLA316")
"""What says more than that it is no length of time."""


def open_clocks(
    compilation: Compilation,
    bindings: Iterable[tuple[str, object]] = (),
    *,
    within: Duration | None = None,
    base: Path | None = None,
    as_of: str | None = None,
    now: int | None = None,
    progress: Progress | None = None,
    reads: Reads | None = None,
) -> OpenClocks:
    """The clocks of a compilation that has a plan; with `within`, those that are due by then, or late, or have no deadline yet. The other
    arguments, and errors, are those of `runner.run`."""
    plan = compilation.plan
    assert plan is not None, "an agreement with errors has no plan"
    _check(compilation.model, within)
    with answering(plan):
        loaded, at = loaded_at(
            plan, bindings, base=base, as_of=as_of, now=now, progress=progress, reads=reads
        )
        (progress or (lambda _: None))("looking for clocks that run")
        return of_loaded(compilation, loaded, at, within)


def of_loaded(
    compilation: Compilation, loaded: Loaded, at: AsOf, within: Duration | None = None
) -> OpenClocks:
    """The same of data that are loaded, and were made for the compilation's plan."""
    _check(compilation.model, within)
    mean = meaning(compilation.model, compilation.source.name)
    promises = [x for c in compilation.model.commitments if (x := _promise(mean, c)) is not None]
    ends = ends_of_figures(mean.plan, at)
    times = Times(mean.plan)
    clocks: list[OpenClock] = []

    def take(rows: FigureRows) -> None:
        for p in promises:
            end = ends.get(p.figure.id)
            told = _Told(mean.plan, p, times, at.instant if end is None else end.until)
            clocks.extend(map(told.clock, rows.rows(_open(p, rows))))
        clocks[:] = _named(mean.plan, rows, clocks)

    plan = _of_clocks(mean.plan, promises)
    with working(loaded):
        run = rows_asked(plan, loaded, at, Asked(take, _beside(plan, promises), _only(plan, promises)))
    every = OpenClocks(run, tuple(sorted(clocks, key=_pressing)))
    return every if within is None else due_within(compilation, every, within)


def due_within(compilation: Compilation, every: OpenClocks, within: Duration) -> OpenClocks:
    """All clocks of a compilation without those that are due after a window. `RunError` for one in business time where a clock counts plain
    time, and the agreement has no hours."""
    _check(compilation.model, within)
    agreement, run = compilation.model.agreement, every.run
    hours = None if agreement is None else agreement.hours
    window = _Window(Times(run.plan), within, run.outcomes.as_of.instant, hours)
    shown = tuple(x for x in every.clocks if x.status is not Running.DUE or window.holds(x))
    return OpenClocks(run, shown, within, len(every.clocks) - len(shown))


_ORDER = {status: n for n, status in enumerate(Running)}


def _pressing(x: OpenClock) -> tuple[int, bool, int, str, str]:
    """The most pressing first: what was late last, what is due next; those without a deadline by what they have left."""
    at = x.left if x.due is None else -x.due if x.status is Running.LATE else x.due
    return _ORDER[x.status], at is None, at or 0, x.commitment.id, x.key


# ------------------------------------------------------------------------------------------------- promises with clocks


@dataclass(frozen=True, slots=True)
class _Promise:
    """A commitment on rows that have deadlines, and its figure. By branch of its choice: what the deadline counts (`lines`, with the
    column of the row's zone where each row has its own), and what was promised (`words`). `without` is the deadline as it would be
    without pauses."""

    commitment: Commitment
    figure: Figure
    lines: tuple[Line, ...]
    words: tuple[str, ...]
    without: Expression | None = None

    @property
    def more(self) -> dict[str, Expression]:
        """What is asked of its rows beside what became of them."""
        course = self.figure.course
        assert course is not None, "it has a deadline"
        asked = {"tier": course.tier, "without": self.without, "ran": course.running}
        zones = {f"zone {n}": line.zone for n, line in enumerate(self.lines)}
        return {name: e for name, e in {**asked, **zones}.items() if e is not None}


def _promise(mean: Meaning, c: m.Commitment) -> _Promise | None:
    """None where its rows have no deadline."""
    made = next(x for x in mean.plan.commitments if x.id == c.id)
    figure, kpi = mean.plan.figure(made.figure), mean.builder.model.kpis[c.kpi]
    course = figure.course
    if course is None or course.due is None:
        return None
    columns = mean.columns.deadlines[figure.id]
    without = None if columns.paused is None else columns.paused.without
    if isinstance(c.target, m.Within):
        start = clock_of(mean.builder, kpi.name).start
        dues = [x.due for x in c.target.choices]
        lines = [Line.of(mean.builder, x, start) if isinstance(x, m.Budget) else Line(None) for x in dues]
        words = course.branches or tuple(map(_words, dues))
        return _Promise(made, figure, tuple(lines), words, without)
    assert isinstance(kpi.measure, m.Become)
    budget = kpi.measure.within
    assert budget is not None, "else it has no deadline"
    entry = Ref(figure.record, figure.entry)
    line = Line.of(mean.builder, budget, At(entry, entry))
    return _Promise(made, figure, (line,), (_words(budget),), without)


def _words(due: m.Budget | m.AnyField) -> str:
    return f"within {describe(due.duration)}" if isinstance(due, m.Budget) else f"by {m.spelt(due)}"


def _of_clocks(plan: Plan, promises: Sequence[_Promise]) -> Plan:
    """The plan without what says nothing of these clocks: other figures, what follows, where rows go; with the listings of their rows."""
    ids = {p.commitment.id for p in promises}
    commitments = tuple(replace(c, clock=None, passings=()) for c in plan.commitments if c.id in ids)
    figures = {p.figure.id for p in promises} | {f.id for c in commitments for f in plan.standing(c)}
    base = {d.name: d.base for d in plan.definitions}
    asked: set[str | None] = {p.figure.population for p in promises}
    subjects: set[str | None] = set()
    while asked - subjects:
        subjects |= asked
        asked = {base.get(name or "") for name in asked}
    subjects |= {p.figure.id for p in promises}
    return replace(
        plan,
        figures=tuple(f for f in plan.figures if f.id in figures),
        commitments=commitments,
        definitions=(),
        routes=(),
        listings=tuple(x for x in plan.listings if x.subject in subjects),
    )


def _beside(plan: Plan, promises: Sequence[_Promise]) -> dict[str, list[Expression]]:
    """What is asked of rows, by record: of the clocks' own rows, and of those that are accountable."""
    asked: dict[str, dict[Expression, None]] = {}
    for p in promises:
        record = plan.record(p.figure.record)
        asked.setdefault(record.name, {}).update(dict.fromkeys({**p.more, **_called(record)}.values()))
        named = _accountable(plan, record.name)
        if named is not None:
            asked.setdefault(named, {}).update(dict.fromkeys(_names(plan, named).values()))
    return {record: list(expressions) for record, expressions in asked.items()}


def _only(plan: Plan, promises: Sequence[_Promise]) -> dict[str, list[Expression]]:
    """The conditions of the rows whose clock runs, by record: all others need not be kept. Of a record that names who is accountable every
    row is asked."""
    named = {_accountable(plan, p.figure.record) for p in promises}
    asked: dict[str, list[Expression]] = {}
    for p in promises:
        if p.figure.record not in named:
            asked.setdefault(p.figure.record, []).append(_runs(p.figure))
    return asked


def _runs(figure: Figure) -> Expression:
    """Whether the clock of a row runs: it is open, or late and was never stopped."""
    assert figure.course is not None, "it has a deadline"
    is_any = [_is(figure, x) for x in (RowOutcome.OPEN, RowOutcome.PAUSED)]
    unstopped = Apply("not", (Apply("is known", (figure.course.stop,)),))
    return Apply("or", (*is_any, Apply("and", (_is(figure, RowOutcome.MISSED), unstopped))))


def _is(figure: Figure, word: RowOutcome) -> Expression:
    return Apply("=", (outcome(figure), Const(str(word), ValueType.TEXT)))


def _accountable(plan: Plan, record: str) -> str | None:
    """The record of whose rows one is accountable for a row, where its rows are called something."""
    own = plan.record(record)
    named = own.field(own.accountable).key_of if own.accountable is not None else ""
    return named if named and plan.record(named).called_by is not None else None


def _names(plan: Plan, record: str) -> dict[str, Expression]:
    own = plan.record(record)
    assert own.called_by is not None, "its rows are called something"
    return {"key": Field(record, own.key), "label": Field(record, own.called_by)}


# ------------------------------------------------------------------------------------------------------- what is asked


def _called(record: Record) -> dict[str, Expression]:
    """What its rows are called; who is accountable for them is told anyway."""
    named = record.called_by
    return {} if named is None or named == record.accountable else {"called": Field(record.name, named)}


def _open(p: _Promise, rows: FigureRows) -> Any:
    """The query for the rows of a promise whose clock runs: those that are open, and those that are late and were never stopped."""
    called = _called(rows.plan.record(p.figure.record))
    asked = rows.of(Subject(p.figure, p.commitment.id), {**p.more, **called})
    late = (asked["outcome"] == str(RowOutcome.MISSED)) & asked["stopped"].isnull()
    running = asked.filter(asked["outcome"].isin([str(RowOutcome.OPEN), str(RowOutcome.PAUSED)]) | late)
    group = breakdown(p.figure)[0] if p.commitment.groups is not None else None
    names = ("key", "owner", "period", "outcome", "started", "due", "stopped", *p.more, *called)
    own = {name: running[name] for name in names}
    return running.select(**own, **({} if group is None else {"group": running[f"by_{group}"]}))


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of the rows of a promise, as of an instant."""

    plan: Plan
    promise: _Promise
    times: Times
    at: int

    def clock(self, row: Mapping[str, Any]) -> OpenClock:
        p, due, started, at = self.promise, row["due"], row["started"], self.at
        tier: int = -1 if row.get("tier", 0) is None else row.get("tier", 0)
        chosen = 0 <= tier < len(p.lines)
        hours = (p.lines[tier].calendar, row.get(f"zone {tier}")) if chosen else (None, None)
        whole = row["without"] if p.without is not None else due
        budget = self._between(hours, started, whole)
        used = row["ran"] if "ran" in row else self._between(hours, started, at)
        left = self._between(hours, at, due)
        status = self._status(row, due)
        if status is Running.PAUSED and budget is not None and used is not None:
            left = budget - used
        return OpenClock(
            commitment=p.commitment,
            status=status,
            record=p.figure.record,
            key=row["key"],
            called=row.get("called"),
            owner=row["owner"],
            owner_called=None,
            group=row.get("group"),
            promise=p.words[tier] if chosen else p.commitment.target,
            period=row["period"],
            started=started,
            due=due,
            left=left,
            left_plain=None if due is None else due - at,
            calendar=hours[0],
            zone=hours[1],
            budget=budget if budget is None or budget > 0 else None,
            used=used,
            known_until=at,
        )

    def _status(self, row: Mapping[str, Any], due: int | None) -> Running:
        match row["outcome"]:
            case RowOutcome.PAUSED:
                return Running.PAUSED
            case RowOutcome.MISSED:
                return Running.LATE
            case _:
                settled = due is not None and due >= self.at and row["stopped"] is None
                return Running.DUE if settled else Running.WAITING

    def _between(self, hours: Hours, start: int | None, end: int | None) -> int | None:
        """From one instant to another in what a clock counts; None where one is missing, or too far off."""
        if start is None or end is None:
            return None
        calendar, where = hours
        if calendar is None:
            return end - start
        try:
            return self.times.hours(calendar, where).elapsed(start, end)
        except (OutOfReach, NeverOpen):
            return None


def _named(plan: Plan, rows: FigureRows, clocks: Sequence[OpenClock]) -> Iterator[OpenClock]:
    """With what those are called who are accountable."""
    labels: dict[str, dict[str, str]] = {}
    for record in {x.record for x in clocks}:
        named = _accountable(plan, record)
        keys = sorted({x.owner for x in clocks if x.record == record and x.owner is not None})
        if named is not None and keys:
            query = rows.of_record(named, _names(plan, named))
            query = query.filter(query["label"].notnull())
            asked = query if len(keys) > _MANY else query.filter(query["key"].isin(keys))
            labels[record] = {x["key"]: x["label"] for x in rows.rows(asked)}
    for x in clocks:
        yield replace(x, owner_called=labels.get(x.record, {}).get(x.owner or ""))


_MANY = 1000
"""Beyond so many keys all rows are read: a query has no list of them."""

# ---------------------------------------------------------------------------------------------------------- the window


def _check(model: m.Model, within: Duration | None) -> None:
    """`RunError` for a window in business time where a clock counts plain time, and the agreement has no hours."""
    if within is None or not within.is_business or model.agreement is None or model.agreement.hours:
        return
    for c in model.commitments:
        measure = model.kpis[c.kpi].measure
        dues = [x.due for x in c.target.choices] if isinstance(c.target, m.Within) else []
        dues += [measure.within] if isinstance(measure, m.Become) and measure.within is not None else []
        if any(not isinstance(x, m.Budget) or x.calendar is None for x in dues):
            raise RunError(
                f"a window in business time needs to know when business is open: `{c.id}` runs by the clock, and the agreement has no "
                "`hours`; give the window by the clock, such as `2 hours` or `1 day`"
            )


@dataclass(frozen=True, slots=True)
class _Window:
    """Which clocks are due within a length of time from the as-of: in the hours of each one's own deadline; of those that count plain time,
    in the agreement's."""

    times: Times
    within: Duration
    at: int
    hours: str | None
    _until: dict[Hours, int | None] = field(default_factory=dict)

    def holds(self, x: OpenClock) -> bool:
        """Whether it is due by then; a window without an end that is known holds all."""
        own = (x.calendar or self.hours, x.zone) if self.within.is_business else (None, None)
        if own not in self._until:
            self._until[own] = self._end(*own)
        until = self._until[own]
        return until is None or (x.due is not None and x.due <= until)

    def _end(self, calendar: str | None, where: str | None) -> int | None:
        length = Deadline(self.within, calendar)
        return (
            self.times.function(length)(self.at)
            if where is None
            else self.times.in_zone(length)(self.at, where)
        )
