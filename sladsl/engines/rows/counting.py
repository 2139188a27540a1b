"""What an evaluation counts, lists and finds late, row by row."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sladsl.calendars import day_date, iso
from sladsl.engines.rows.frames import Frame
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.rows.scalars import Function
from sladsl.engines.rows.values import total
from sladsl.outcomes import Instance, Listed, Passed, PeriodCounts
from sladsl.plan import (
    Clock,
    Commitment,
    Counter,
    Definition,
    Expression,
    Field,
    FieldType,
    Figure,
    Listing,
    Passing,
    Plan,
    Ref,
    Route,
    State,
    Status,
)
from sladsl.plan.traversal import field_of

Frames = Sequence[Frame]
Within = tuple[int, int] | None


def asked(plan: Plan, record: str) -> list[Expression]:
    """What everything that is counted and listed asks of each of the record's rows."""
    found: list[Expression] = []
    for f in plan.figures:
        if f.record == record:
            of = (c.of for c in f.counters if c.of is not None)
            found += [Ref(record, f.entry), *f.by, *(c.when for c in f.counters), *of]
    found += [Ref(record, d.status) for d in plan.definitions if d.record == record]
    found += [Ref(record, x) for r in plan.routes if r.record == record for x in (r.member, r.column)]
    found += [x for c in plan.commitments if plan.figure(c.figure).record == record for x in passing_reads(c)]
    clocks = [c.clock for c in plan.commitments if c.clock is not None and c.clock.record == record]
    found += [Ref(record, x) for clock in clocks for x in (clock.member, clock.state)]
    return found + [x.when for x in plan.listings if x.record == record]


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
    found = [of(row) for row in there]
    known = sorted(x for x in found if x is not None)
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
            place = -(-len(found) * c.percent // 100)
            return _plain(known[place - 1]) if 0 < place <= len(known) else None
        case _:
            raise ValueError(f"`{c.aggregate}` is not a counter's aggregate")


def _plain(found: Any) -> int | Decimal:
    if isinstance(found, int):
        return found
    assert isinstance(found, Decimal)
    return found


def shown(plan: Plan, e: Expression, found: Any) -> str | None:
    """A breakdown's value as text."""
    match found:
        case None:
            return None
        case bool():
            return "true" if found else "false"
        case Decimal():
            return f"{found.normalize():f}"
        case int() if (field := field_of(e)) is not None:
            kind = plan.record(field.record).field(field.name).type
            if kind is FieldType.DATE:
                return day_date(found).isoformat()
            return iso(found) if kind is FieldType.TIME else str(found)
        case _:
            return str(found)


# ------------------------------------------------------------------------------------------------- statuses and listings


def statuses(ev: Evaluator, d: Definition, frames: Frames) -> dict[Status, int]:
    status = ev.function(Ref(d.record, d.status), d.record)
    found = Tally(status(frame) for frame in frames)
    return {s: found[int(s)] for s in Status}


def routed(ev: Evaluator, r: Route, frames: Frames) -> dict[str, int]:
    """Rows by destination; two branches may share one."""
    member, column = (ev.function(Ref(r.record, c), r.record) for c in (r.member, r.column))
    codes = Tally(column(frame) for frame in frames if member(frame) is True)
    found = dict.fromkeys(r.destinations, 0)
    for code, destination in enumerate(r.destinations):
        found[destination] += codes[code]
    return found


def listed(ev: Evaluator, x: Listing, frames: Frames, examples: int) -> Listed:
    when = ev.function(x.when, x.record)
    keys = [frame.key for frame in frames if when(frame) is True]
    return Listed(x.kind, x.subject, x.record, len(keys), tuple(keys[:examples]))


# ------------------------------------------------------------------------------------------------------ passed bounds


def passing_reads(c: Commitment) -> list[Expression]:
    """What the passings of a commitment ask of its figure's rows."""
    return [e for p in c.passings for e in (p.when, p.at, p.rows, p.left) if e is not None]


def passed(ev: Evaluator, c: Commitment, f: Figure, frames: Frames, between: Within) -> tuple[Passed, ...]:
    """From when on each bound of a commitment is passed, in each period in which it is."""
    entry = ev.function(Ref(f.record, f.entry), f.record)
    periods: dict[int, list[Frame]] = {}
    for frame in frames if c.passings else ():
        at = entry(frame)
        if at is not None and (between is None or between[0] <= at < between[1]):
            periods.setdefault(ev.times.period(f.period, at).start, []).append(frame)
    found = (
        Passed(start, n, at)
        for start in sorted(periods)
        for n, p in enumerate(c.passings)
        if (at := _passed(ev, f.record, p, periods[start])) is not None
    )
    return tuple(found)


def _passed(ev: Evaluator, record: str, p: Passing, frames: Iterable[Frame]) -> int | None:
    when, at, rows = (ev.function(e, record) for e in (p.when, p.at, p.rows))
    left = ev.function(p.left, record) if p.left is not None else None
    limit, steps = p.more, []
    for frame in frames:
        limit += p.share if rows(frame) is True else 0
        weight = p.per if when(frame) is True else p.share if left is not None and left(frame) is True else 0
        if weight and at(frame) is not None:
            steps.append((at(frame), weight))
    total = 0
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
    found = (
        instance(ev, c, clock, frame)
        for frame in frames
        if member(frame) is True and state(frame) == State.MISSED
    )
    return tuple(
        i
        for i in found
        if between is None or (i.entered is not None and between[0] <= i.entered < between[1])
    )


def instance(ev: Evaluator, c: Commitment, clock: Clock, frame: Frame) -> Instance:
    """One row's clock for one commitment."""

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
    )


def around(plan: Plan, figure: str, period: Within) -> Within:
    """The figure's whole periods that overlap `period`."""
    if period is None:
        return None
    periods, kind = plan.periods, plan.figure(figure).period
    return periods.containing(kind, period[0]).start, periods.containing(kind, period[1] - 1).end


__all__ = [
    "Function",
    "around",
    "asked",
    "breaches",
    "counted",
    "instance",
    "listed",
    "passed",
    "routed",
    "shown",
    "statuses",
]
