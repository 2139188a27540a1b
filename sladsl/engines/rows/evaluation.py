"""A plan over rows in memory: settle them, work the columns out, count."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, assert_never

from sladsl.calendars import DAY, day_date, iso, zone
from sladsl.engines.moments import Latest, the_default
from sladsl.engines.naming import keys_shown
from sladsl.engines.rows.frames import Families, Frame
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.rows.scalars import Function
from sladsl.engines.rows.settle import LAST_DAY, Data, Raw, Row, settle
from sladsl.engines.rows.values import total
from sladsl.outcomes import AsOf, GroupRow, Instance, Listed, OutcomeRow, Outcomes, Passed, PeriodCounts
from sladsl.plan import (
    Clock,
    Commitment,
    Counter,
    Definition,
    EndsOf,
    Expression,
    Field,
    FieldType,
    Figure,
    Groups,
    InstantsOf,
    Listing,
    Passing,
    Plan,
    Record,
    Ref,
    Route,
    RowOutcome,
    RowsOf,
    Rung,
    State,
    Status,
    StretchesOf,
    Subject,
    recipients,
)
from sladsl.plan import rows as plan_rows
from sladsl.plan.made import AT, BEGAN, ENDED, expressions
from sladsl.plan.rows import subjects
from sladsl.plan.traversal import field_of


class Evaluation:
    """A plan over the rows of some data as they stood at an instant. Nothing is worked out before it is asked for.

    `data` has the rows of each record: every field by its name (text as `str`, numbers as `Decimal`, booleans, dates as days since
    1970-01-01, times and durations as microseconds; missing is None) and the key, which is `row` where the record declares none.
    """

    def __init__(self, plan: Plan, data: Data, as_of: AsOf, *, examples: int = 5) -> None:
        self.plan, self.as_of, self.examples = plan, as_of, examples
        self.settled, self.problems = settle(plan, data, as_of.instant, examples)
        settled = {name: s.rows for name, s in self.settled.items()}
        self.families = Families(plan, settled, lambda record: made_rows(self.evaluator, record))
        self.evaluator = Evaluator(plan, as_of.instant, self.families)
        self._frames: dict[str, list[Frame]] = {}
        self._ready: dict[str, set[int]] = {}

    def frames(self, record: str) -> list[Frame]:
        """The record's rows in the order of their keys, each beside those above it, with all their columns worked out."""
        return self.ready(record, [Ref(c.record, c.name) for c in self.plan.columns if c.record == record])

    def ready(self, record: str, asked: Iterable[Expression]) -> list[Frame]:
        """The record's rows, with the columns worked out that these expressions read."""
        if record not in self._frames:
            rows = self.families.rows(record)
            self._frames[record] = [self.families.frame(record, row) for row in rows]
        known = self._ready.setdefault(record, set())
        order = [(n, column) for n, column in self.evaluator.in_order(record, asked) if n not in known]
        known |= {n for n, _ in order}
        for frame in self._frames[record]:
            self.evaluator.fill(frame, order)
        return self._frames[record]

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Frame]:
        """Every row by its record and key."""
        return {(r.name, f.key): f for r in (*self.plan.given, *self.plan.made) for f in self.frames(r.name)}

    def columns(self, record: str) -> list[dict[str, Any]]:
        """Every field and column of a record's rows, under the plan's names."""
        made = [(c.name, Ref(c.record, c.name)) for c in self.plan.columns if c.record == record]
        return [
            {**frame.values, **{name: self.evaluator.value(ref, frame) for name, ref in made}}
            for frame in self.frames(record)
        ]

    def outcomes(self, period: tuple[int, int] | None = None) -> Outcomes:
        """Everything the plan counts; `period` is `[start, end)` in instants, as in the set engine."""
        plan, ev = self.plan, self.evaluator
        reads = {r.name: asked(plan, r.name) for r in plan.records}
        rows = {
            record: self.ready(record, expressions) for record, expressions in reads.items() if expressions
        }
        figures = {
            f.id: counted(ev, f, rows[f.record], plan.counted_within(f.id, period)) for f in plan.figures
        }
        late = {
            c.id: breaches(ev, c, c.clock, rows[c.clock.record], around(plan, c.figure, period))
            for c in plan.commitments
            if c.clock is not None
        }
        groups = {
            c.id: group_rows(ev, c.groups, rows[c.groups.record])
            for c in plan.commitments
            if c.groups is not None and c.groups.record is not None and c.groups.reads
        }
        return Outcomes(
            as_of=self.as_of,
            rows={r.name: len(self.families.rows(r.name)) for r in (*plan.given, *plan.made)},
            not_yet={name: s.not_yet for name, s in self.settled.items()} | {r.name: 0 for r in plan.made},
            figures=figures,
            statuses={d.name: statuses(ev, d, rows[d.record]) for d in plan.definitions},
            routes={r.definition: routed(ev, r, rows[r.record]) for r in plan.routes},
            breaches=late,
            rungs={
                c.id: tuple(
                    followed(ev, c, c.clock, rung, rows[c.clock.record], around(plan, c.figure, period))
                    for rung in c.clock.rungs
                )
                for c in plan.commitments
                if c.clock is not None and c.clock.rungs
            },
            listings=tuple(listed(ev, x, rows[x.record], self.examples) for x in plan.listings),
            problems=tuple(self.problems),
            passed={
                c.id: tuple(
                    sorted(
                        (
                            x
                            for f in map(plan.figure, dict.fromkeys(p.figure or c.figure for p in c.passings))
                            for x in passed(ev, c, f, rows[f.record], plan.counted_within(f.id, period))
                        ),
                        key=lambda x: (x.start, x.passing, x.group or ""),
                    )
                )
                for c in plan.commitments
                if c.passings
            },
            groups=groups,
            labels=self._labels(
                keys_shown(plan, figures, {id: [x.owner for x in own] for id, own in late.items()}, groups)
            ),
        )

    def _labels(self, shown: Mapping[str, set[str]]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, keys in shown.items():
            record = self.plan.record(name)
            rows = [row.values for row in self.settled[name].rows if row.values[record.key] in keys]
            label = record.called_by
            found[name] = {
                r[record.key]: r[label] for r in rows if label is not None and r[label] is not None
            }
        return found

    def outcome_rows(self, period: tuple[int, int] | None = None) -> Iterator[OutcomeRow]:
        """What became of every row of every figure: by commitment, then KPI, in each by period and key."""
        for subject in subjects(self.plan):
            yield from outcome_rows(self.evaluator, subject, self.frames(subject.figure.record), period)


def default_as_of(plan: Plan, data: Data, now: int | None = None) -> AsOf | None:
    """The latest instant among the plan's moments (up to `now`, where that is given), and the row it is from (of several, the first
    field and the smallest key).

    None when the data have no moment at all. Times after 2189 are typing errors, and not looked at."""

    def row_of(latest: Latest) -> AsOf:
        key = plan.record(latest.record).key
        keys = [r[key] for r in data[latest.record] if r[latest.field] == latest.value]
        return AsOf(
            latest.instant, latest.record, latest.field, min((k for k in keys if k is not None), default=None)
        )

    return the_default(lambda until: list(_latest(plan, data, until)), row_of, now)


def _latest(plan: Plan, data: Data, until: int | None) -> Iterator[Latest]:
    for record, name in plan.moments:
        yield from latest_of(plan, record, [name], data.get(record, ()), until)


def latest_of(
    plan: Plan, record: str, names: Iterable[str], rows: Sequence[Raw], until: int | None
) -> Iterator[Latest]:
    """For each of these times and dates of a record that has a value up to an instant: the latest."""
    place = zone(plan.zone)
    for name in names:
        day = plan.record(record).field(name).type is FieldType.DATE
        last = LAST_DAY if day else (LAST_DAY + 1) * DAY - 1
        if until is not None:
            last = min(place.date_of(until) if day else until, last)
        values = [x for row in rows if (x := row[name]) is not None and x <= last]
        if values:
            value = max(values)
            yield Latest(place.midnight(value) if day else value, record, name, value)


def evaluate(
    plan: Plan, data: Data, as_of: AsOf, *, period: tuple[int, int] | None = None, examples: int = 5
) -> Outcomes:
    """Everything the plan counts over rows in memory: the same values as the set engine's `evaluate`."""
    return Evaluation(plan, data, as_of, examples=examples).outcomes(period)


# ----------------------------------------------------------------------------------------------- what became of each row


def outcome_rows(ev: Evaluator, subject: Subject, frames: Frames, within: Within) -> list[OutcomeRow]:
    """The rows of one figure by period, then by key; with `within`, those of the periods that overlap it."""
    rows = [row for _, row in rows_of_figure(ev, subject, frames, within)]
    return sorted(rows, key=lambda r: (r.period_start, r.key))


def rows_of_figure(
    ev: Evaluator, subject: Subject, frames: Frames, within: Within = None
) -> Iterator[tuple[Frame, OutcomeRow]]:
    """What became of each row of a figure, in the order of their keys."""
    read = _Reader(ev, subject)
    for frame in frames:
        became, entered = (read.columns[name](frame) for name in ("outcome", "entered"))
        if became is None or entered is None:
            continue
        period = ev.times.period(subject.figure.period, entered)
        if within is None or (period.start < within[1] and period.end > within[0]):
            yield frame, read.row(frame, period.label, period.start)


class _Reader:
    """What is shown of a figure's rows, as functions of a row."""

    def __init__(self, ev: Evaluator, subject: Subject) -> None:
        f, plan = subject.figure, ev.plan
        self.subject, self.ev = subject, ev
        self.by = [(e, self._function(e)) for e in f.by]
        self.columns = {name: self._function(e) for name, e in plan_rows.columns(plan, f).items()}
        self.spans = plan_rows.spans(plan, f)

    def _function(self, e: Expression | None) -> Function:
        return _nothing if e is None else self.ev.function(e, self.subject.figure.record)

    def row(self, frame: Frame, period: str, start: int) -> OutcomeRow:
        told = {name: column(frame) for name, column in self.columns.items()}
        told |= {name: _seconds(told[name]) for name in self.spans}
        owner = told["owner"]
        told |= {"outcome": RowOutcome(told["outcome"]), "owner": None if owner is None else str(owner)}
        return OutcomeRow(
            commitment=self.subject.commitment,
            kpi=self.subject.kpi,
            record=frame.record,
            key=frame.key,
            period=period,
            period_start=start,
            by=tuple(shown(self.ev.plan, e, part(frame)) for e, part in self.by),
            **told,
        )


def _seconds(span: int | None) -> Decimal | None:
    return None if span is None else Decimal(span).scaleb(-6)


def _nothing(_: Frame) -> None:
    return None


# ----------------------------------------------------------------------------------- counted, listed and late, row by row

Frames = Sequence[Frame]
Within = tuple[int, int] | None


def asked(plan: Plan, record: str) -> list[Expression]:
    """What everything that is counted and listed asks of each of the record's rows."""
    expressions: list[Expression] = []
    for f in plan.figures:
        if f.record == record:
            of = (c.of for c in f.counters if c.of is not None)
            expressions += [Ref(record, f.entry), *f.by, *(c.when for c in f.counters), *of]
    expressions += [Ref(record, d.status) for d in plan.definitions if d.record == record]
    expressions += [Ref(record, x) for r in plan.routes if r.record == record for x in (r.member, r.column)]
    expressions += [x for p in plan.passings(record) for x in passing_reads(p)]
    clocks = [c.clock for c in plan.commitments if c.clock is not None and c.clock.record == record]
    for clock in clocks:
        told = (x for rung in clock.rungs for x in recipients(rung.actions))
        columns = (clock.member, clock.state, *(rung.at for rung in clock.rungs), *told)
        expressions += [Ref(record, x) for x in columns]
    late = [c for c in plan.commitments if c.clock is not None and c.clock.record == record]
    expressions += [Ref(record, x) for c in late for x in recipients(c.if_late)]
    named = (c.groups for c in plan.commitments if c.groups is not None and c.groups.record == record)
    expressions += [e for groups in named for e in groups.reads]
    return expressions + [x.when for x in plan.listings if x.record == record]


# -------------------------------------------------------------------------------------------------------------- figures


def counted(ev: Evaluator, f: Figure, frames: Frames, within: Within) -> tuple[PeriodCounts, ...]:
    """The counters of a figure in each period in which it counts anything: of all rows, and by its breakdown."""
    entry = ev.function(Ref(f.record, f.entry), f.record)
    by = [(e, ev.function(e, f.record)) for e in f.by]
    groups: dict[tuple[int, tuple[str | None, ...]], list[Frame]] = {}
    for frame in frames:
        at = entry(frame)
        if at is None:
            continue
        period = ev.times.period(f.period, at)
        if within is not None and not (period.start < within[1] and period.end > within[0]):
            continue
        for parts in dict.fromkeys(((), tuple(shown(ev.plan, e, part(frame)) for e, part in by))):
            groups.setdefault((period.start, parts), []).append(frame)
    made = []
    for (start, parts), rows in groups.items():
        counters = {c.name: _counter(ev, f.record, c, rows) for c in f.counters}
        if any(counters.values()):
            made.append(PeriodCounts(start, counters, parts))
    made.sort(key=lambda r: (len(r.by), r.start, tuple((v is None, v or "") for v in r.by)))
    return tuple(made)


def _counter(ev: Evaluator, record: str, c: Counter, rows: Iterable[Frame]) -> int | Decimal | None:
    when = ev.function(c.when, record)
    there = [row for row in rows if when(row) is True]
    if c.of is None:
        return len(there)
    of = ev.function(c.of, record)
    values = [of(row) for row in there]
    known = sorted(x for x in values if x is not None)
    match c.aggregate:
        case "count":
            return len(known)
        case "sum":
            zero: Decimal | int = Decimal(0) if ev.is_number(c.of) else 0
            return _plain(total(known, zero)) if known else 0
        case "least":
            return _plain(known[0]) if known else None
        case "greatest":
            return _plain(known[-1]) if known else None
        case "rank":
            # Nearest rank among all of them: one without a value stands last, and a rank that falls on it has none.
            place = -(-len(values) * c.percent // 100)
            return _plain(known[place - 1]) if 0 < place <= len(known) else None
        case _:
            raise ValueError(f"`{c.aggregate}` is not a counter's aggregate")


def _plain(number: Any) -> int | Decimal:
    if isinstance(number, int):
        return number
    assert isinstance(number, Decimal)
    return number


def shown(plan: Plan, e: Expression, value: Any) -> str | None:
    """A breakdown's value as text."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case int() if (field := field_of(e)) is not None:
            kind = plan.record(field.record).field(field.name).type
            if kind is FieldType.DATE:
                return day_date(value).isoformat()
            return iso(value) if kind is FieldType.TIME else str(value)
        case _:
            return str(value)


# ------------------------------------------------------------------------------------------------- statuses and listings


def statuses(ev: Evaluator, d: Definition, frames: Frames) -> dict[Status, int]:
    status = ev.function(Ref(d.record, d.status), d.record)
    tally = collections.Counter(status(frame) for frame in frames)
    return {s: tally[int(s)] for s in Status}


def routed(ev: Evaluator, r: Route, frames: Frames) -> dict[str, int]:
    """Rows by destination; two branches may share one."""
    member, column = (ev.function(Ref(r.record, c), r.record) for c in (r.member, r.column))
    codes = collections.Counter(column(frame) for frame in frames if member(frame) is True)
    counts = dict.fromkeys(r.destinations, 0)
    for code, destination in enumerate(r.destinations):
        counts[destination] += codes[code]
    return counts


def listed(ev: Evaluator, x: Listing, frames: Frames, examples: int) -> Listed:
    when = ev.function(x.when, x.record)
    keys = [frame.key for frame in frames if when(frame) is True]
    return Listed(x.kind, x.subject, x.record, len(keys), tuple(keys[:examples]))


def group_rows(ev: Evaluator, groups: Groups, frames: Frames) -> tuple[GroupRow, ...]:
    """What the rows that name groups say of them, by key."""
    record = groups.record
    assert record is not None, "no row names the other groups"
    since = None if groups.since is None else ev.function(Field(record, groups.since), record)
    target = None if groups.target is None else ev.function(groups.target, record)
    return tuple(
        GroupRow(x.key, None if since is None else since(x), None if target is None else target(x))
        for x in frames
    )


# ------------------------------------------------------------------------------------------------------ passed bounds


def passing_reads(p: Passing) -> list[Expression]:
    """What a passing asks of its figure's rows."""
    return [e for e in (p.when, p.at, p.rows, p.left, p.group) if e is not None]


def passed(ev: Evaluator, c: Commitment, f: Figure, frames: Frames, between: Within) -> tuple[Passed, ...]:
    """From when on each bound of a commitment that is about a figure is passed, in each period in which it is."""
    entry = ev.function(Ref(f.record, f.entry), f.record)
    periods: dict[int, list[Frame]] = {}
    for frame in frames if c.passings else ():
        at = entry(frame)
        if at is not None and (between is None or between[0] <= at < between[1]):
            periods.setdefault(ev.times.period(f.period, at).start, []).append(frame)
    passings = (
        Passed(start, n, at, group)
        for start in sorted(periods)
        for n, p in enumerate(c.passings)
        if (p.figure or c.figure) == f.id and p.holds(start)
        for group, rows in _grouped(ev, f.record, p, periods[start])
        if (at := _passed(ev, f.record, p, rows, start)) is not None
    )
    return tuple(passings)


def _grouped(
    ev: Evaluator, record: str, p: Passing, frames: list[Frame]
) -> Iterator[tuple[str | None, list[Frame]]]:
    """The rows by the group of which a passing is asked, each by itself."""
    if p.group is None:
        yield None, frames
        return
    group = ev.function(p.group, record)
    by_value: dict[str, list[Frame]] = {}
    for frame in frames:
        if (value := group(frame)) is not None:
            by_value.setdefault(value, []).append(frame)
    yield from by_value.items()


def _passed(ev: Evaluator, record: str, p: Passing, frames: Iterable[Frame], start: int) -> int | None:
    when, at, rows = (ev.function(e, record) for e in (p.when, p.at, p.rows))
    left = ev.function(p.left, record) if p.left is not None else None
    limit, steps = p.more, []
    for frame in frames:
        limit += p.share if rows(frame) is True else 0
        weight = p.per if when(frame) is True else p.share if left is not None and left(frame) is True else 0
        if weight and at(frame) is not None:
            steps.append((at(frame), weight))
    total = 0
    if total > limit:
        return start
    for instant, weight in sorted(steps):
        total += weight
        if total > limit:
            return int(instant)
    return None


# ----------------------------------------------------------------------------------------------------------- late rows


def breaches(
    ev: Evaluator, c: Commitment, clock: Clock, frames: Frames, between: Within
) -> tuple[Instance, ...]:
    """The instances past their deadline, by key; with `between`, those that entered in it."""
    member, state = (ev.function(Ref(clock.record, x), clock.record) for x in (clock.member, clock.state))
    instances = (
        instance(ev, c, clock, frame, recipients(c.if_late), bool(c.if_late))
        for frame in frames
        if member(frame) is True and state(frame) == State.MISSED
    )
    return tuple(i for i in instances if _entered(i, between))


def _entered(i: Instance, between: Within) -> bool:
    return between is None or (i.entered is not None and between[0] <= i.entered < between[1])


def followed(
    ev: Evaluator, c: Commitment, clock: Clock, rung: Rung, frames: Frames, between: Within
) -> tuple[Instance, ...]:
    """The instances that a rung follows, by key, with its instant in the place of the deadline."""
    member, at = (ev.function(Ref(clock.record, x), clock.record) for x in (clock.member, rung.at))
    own = replace(clock, due=rung.at)
    instances = (
        instance(ev, c, own, frame, recipients(rung.actions), bool(rung.actions))
        for frame in frames
        if member(frame) is True and at(frame) is not None
    )
    return tuple(i for i in instances if _entered(i, between))


def instance(
    ev: Evaluator, c: Commitment, clock: Clock, frame: Frame, told: Sequence[str] = (), followed: bool = False
) -> Instance:
    """One row's clock for one commitment; `told` are the columns that say who is told of it, where something follows it (`followed`)."""

    def column(name: str | None) -> Any:
        return None if name is None else ev.value(Ref(clock.record, name), frame)

    owner = None if clock.accountable is None else ev.value(Field(clock.record, clock.accountable), frame)
    return Instance(
        commitment=c.id,
        record=clock.record,
        key=frame.key,
        owner=None if owner is None else str(owner),
        entered=column(clock.entry),
        started=column(clock.start),
        due=column(clock.due),
        stopped=column(clock.stop),
        tier=column(clock.tier),
        told=tuple(column(x) for x in told),
        row=tuple(
            ev.value(Field(clock.record, name), frame)
            for name in ev.plan.record(clock.record).names_rows_by(followed)
        ),
    )


def around(plan: Plan, figure: str, period: Within) -> Within:
    """The figure's whole periods that overlap `period`."""
    if period is None:
        return None
    periods, kind = plan.periods, plan.figure(figure).period
    return periods.containing(kind, period[0]).start, periods.containing(kind, period[1] - 1).end


# -------------------------------------------------------------------------------- records that a plan makes of others


_NOTHING: frozenset[str] = frozenset()


def made_rows(ev: Evaluator, record: Record) -> list[Row]:
    """The rows of a record that is made, in the order of their keys."""
    made = record.made
    assert made is not None, "a source gives the other records' rows"
    frames = ev.families.all(made.of)
    if not isinstance(made, InstantsOf):
        order = ev.in_order(made.of, expressions(made))
        for frame in frames:
            ev.fill(frame, order)
    match made:
        case RowsOf():
            found = list(_rows_of(ev, made, frames))
        case InstantsOf():
            found = [row for frame in frames for row in _instants(ev, record, made, frame)]
        case EndsOf():
            found = [row for frame in frames for row in _ends(ev, record, made, frame)]
        case StretchesOf():
            found = list(_stretches(ev, record, made, frames))
        case _:
            assert_never(made)
    return sorted((Row(values, _NOTHING) for values in found), key=lambda row: row.values[record.key])


def _rows_of(ev: Evaluator, made: RowsOf, frames: Sequence[Frame]) -> Iterator[dict[str, Any]]:
    where = None if made.where is None else ev.function(made.where, made.of)
    values = [(name, ev.function(e, made.of)) for name, e in made.values]
    for frame in frames:
        if where is None or where(frame) is True:
            yield {name: work_out(frame) for name, work_out in values}


def _instants(ev: Evaluator, record: Record, made: InstantsOf, frame: Frame) -> Iterator[dict[str, Any]]:
    since = ev.value(made.since, frame)
    if not isinstance(since, int):
        return
    times = {since}
    for change in made.changes:
        at = ev.function(change.at, change.record)
        itself = change.record == made.of and not change.beside
        rows = [frame] if itself else ev.below(change.record, frame)
        times |= {at(row) for row in rows} - {None}
    for instant in times:
        if since <= instant < ev.as_of:
            yield {**_named(record, frame.key, instant), AT: instant}


def _ends(ev: Evaluator, record: Record, made: EndsOf, frame: Frame) -> Iterator[dict[str, Any]]:
    end, until = ev.value(made.first, frame), ev.value(made.until, frame)
    while isinstance(end, int) and end <= ev.as_of and not (isinstance(until, int) and end > until):
        yield {**_named(record, frame.key, end - 1), AT: end - 1}
        end = ev.times.period(made.period, end).end


def _stretches(
    ev: Evaluator, record: Record, made: StretchesOf, frames: Sequence[Frame]
) -> Iterator[dict[str, Any]]:
    link = ev.plan.record(made.of).link
    assert link is not None, "instants are of a row"
    at, holds = (ev.function(e, made.of) for e in (Field(made.of, AT), made.holds))
    values = [(name, ev.function(e, made.of)) for name, e in made.values]
    after = ev.function(made.after, made.of)

    def state(frame: Frame) -> tuple[Any, ...]:
        """What stays the same during a stretch; nothing outside of them."""
        if holds(frame) is not True:
            return ()
        return (True, *(work_out(frame) for _, work_out in values))

    in_line = sorted(frames, key=lambda frame: (frame.values[link.own], at(frame)))
    for owner, line in groupby(in_line, key=lambda frame: frame.values[link.own]):
        runs = [(key, next(run)) for key, run in groupby(line, key=state)]
        for (key, first), following in pairwise([*runs, ((), None)]):
            began = at(first)
            if not key or began <= after(first):
                continue
            ended = None if following[1] is None else at(following[1])
            kept = zip((name for name, _ in values), key[1:], strict=True)
            yield {**_named(record, owner, began), BEGAN: began, ENDED: ended, **dict(kept)}


def _named(record: Record, owner: str, instant: int) -> dict[str, Any]:
    """The fields that say of which row an instant or a stretch is, and which of that row's it is."""
    assert record.link is not None, "instants and stretches are of a row"
    return {record.link.own: owner, record.key: f"{owner}#{iso(instant)}"}


__all__ = ["Evaluation", "default_as_of", "evaluate"]
