"""A plan over rows in memory: settle them, work the columns out, count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from sladsl.calendars import DAY, zone
from sladsl.engines.moments import Latest, the_default
from sladsl.engines.rows import counting
from sladsl.engines.rows.counting import Frames, Within, shown
from sladsl.engines.rows.frames import Families, Frame
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.rows.scalars import Function
from sladsl.engines.rows.settle import LAST_DAY, Data, settle
from sladsl.outcomes import AsOf, OutcomeRow, Outcomes
from sladsl.plan import Expression, Field, FieldType, Plan, Ref, RowOutcome, Subject, ValueType
from sladsl.plan import rows as plan_rows
from sladsl.plan.rows import subjects


class Evaluation:
    """A plan over the rows of some data as they stood at an instant. Nothing is worked out before it is asked for.

    `data` has the rows of each record: every field by its name (text as `str`, numbers as `Decimal`, booleans, dates as days since
    1970-01-01, times and durations as microseconds; missing is None) and the key, which is `row` where the record declares none.
    """

    def __init__(self, plan: Plan, data: Data, as_of: AsOf, *, examples: int = 5) -> None:
        self.plan, self.as_of, self.examples = plan, as_of, examples
        self.settled, self.problems = settle(plan, data, as_of.instant, examples)
        self.families = Families(plan, {name: s.rows for name, s in self.settled.items()})
        self.evaluator = Evaluator(plan, as_of.instant, self.families)
        self._frames: dict[str, list[Frame]] = {}
        self._ready: dict[str, set[int]] = {}

    def frames(self, record: str) -> list[Frame]:
        """The record's rows in the order of their keys, each beside those above it, with all their columns worked out."""
        return self.ready(record, [Ref(c.record, c.name) for c in self.plan.columns if c.record == record])

    def ready(self, record: str, asked: Iterable[Expression]) -> list[Frame]:
        """The record's rows, with the columns worked out that these expressions read."""
        if record not in self._frames:
            rows = self.settled[record].rows
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
        return {(r.name, f.key): f for r in self.plan.records for f in self.frames(r.name)}

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
        asked = {r.name: counting.asked(plan, r.name) for r in plan.records}
        rows = {
            record: self.ready(record, expressions) for record, expressions in asked.items() if expressions
        }
        return Outcomes(
            as_of=self.as_of,
            rows={name: len(s.rows) for name, s in self.settled.items()},
            not_yet={name: s.not_yet for name, s in self.settled.items()},
            figures={f.id: counting.counted(ev, f, rows[f.record], period) for f in plan.figures},
            statuses={d.name: counting.statuses(ev, d, rows[d.record]) for d in plan.definitions},
            routes={r.definition: counting.routed(ev, r, rows[r.record]) for r in plan.routes},
            breaches={
                c.id: counting.breaches(
                    ev, c, c.clock, rows[c.clock.record], counting.around(plan, c.figure, period)
                )
                for c in plan.commitments
                if c.clock is not None
            },
            listings=tuple(counting.listed(ev, x, rows[x.record], self.examples) for x in plan.listings),
            problems=tuple(self.problems),
            passed={
                c.id: counting.passed(
                    ev,
                    c,
                    plan.figure(c.figure),
                    rows[plan.figure(c.figure).record],
                    counting.around(plan, c.figure, period),
                )
                for c in plan.commitments
                if c.passings
            },
        )

    def outcome_rows(self, period: tuple[int, int] | None = None) -> Iterator[OutcomeRow]:
        """What became of every row of every figure: by commitment, then KPI, in each by period and key."""
        for subject in subjects(self.plan):
            yield from outcome_rows(self.evaluator, subject, self.frames(subject.figure.record), period)


def default_as_of(plan: Plan, data: Data, now: int | None = None) -> AsOf | None:
    """The latest instant among the plan's moments (up to `now`, where that is given), and the row it is from (of several, the first
    field and the smallest key).

    None when the data have no moment at all. Times after 2189 are typing errors, and not looked at."""

    def row_of(found: Latest) -> AsOf:
        key = plan.record(found.record).key
        keys = [r[key] for r in data[found.record] if r[found.field] == found.value]
        return AsOf(
            found.instant, found.record, found.field, min((k for k in keys if k is not None), default=None)
        )

    return the_default(lambda until: list(_latest(plan, data, until)), row_of, now)


def _latest(plan: Plan, data: Data, until: int | None) -> Iterator[Latest]:
    place = zone(plan.zone)
    for record, name in plan.moments:
        day = plan.record(record).field(name).type is FieldType.DATE
        last = LAST_DAY if day else (LAST_DAY + 1) * DAY - 1
        if until is not None:
            last = min(place.date_of(until) if day else until, last)
        found = [r[name] for r in data.get(record, ()) if r[name] is not None and r[name] <= last]
        if found:
            value = max(found)
            yield Latest(place.midnight(value) if day else value, record, name, value)


def evaluate(
    plan: Plan, data: Data, as_of: AsOf, *, period: tuple[int, int] | None = None, examples: int = 5
) -> Outcomes:
    """Everything the plan counts over rows in memory: the same values as the set engine's `evaluate`."""
    return Evaluation(plan, data, as_of, examples=examples).outcomes(period)


__all__ = ["Evaluation", "default_as_of", "evaluate"]


# ----------------------------------------------------------------------------------------------- what became of each row


def outcome_rows(ev: Evaluator, subject: Subject, frames: Frames, within: Within) -> list[OutcomeRow]:
    """The rows of one figure by period, then by key; with `within`, those of the periods that overlap it."""
    f = subject.figure
    read = _Reader(ev, subject)
    found = []
    for frame in frames:
        became, entered = read.outcome(frame), read.entered(frame)
        if became is None or entered is None:
            continue
        period = ev.times.period(f.period, entered)
        if within is None or (period.start < within[1] and period.end > within[0]):
            found.append(read.row(frame, RowOutcome(became), entered, period.label, period.start))
    return sorted(found, key=lambda r: (r.period_start, r.key))


class _Reader:
    """What is shown of a figure's rows, as functions of a row."""

    def __init__(self, ev: Evaluator, subject: Subject) -> None:
        f, plan = subject.figure, ev.plan
        course = f.course
        self.subject, self.ev = subject, ev
        self.outcome = self._function(plan_rows.outcome(f))
        self.entered = self._function(Ref(f.record, f.entry))
        accountable = plan.record(f.record).accountable
        self.owner = self._function(None if accountable is None else Field(f.record, accountable))
        self.by = [(e, self._function(e)) for e in f.by]
        self.value = self._function(plan_rows.value(plan, f))
        self.is_span = plan_rows.value_type(plan, f) is ValueType.SPAN
        self.started = self._function(course.start if course else None)
        self.due = self._function(course.due if course else None)
        self.stopped = self._function(course.stop if course else None)
        self.elapsed = self._function(course.elapsed if course else None)
        self.branch = self._function(plan_rows.branch(f))

    def _function(self, e: Expression | None) -> Function:
        return _nothing if e is None else self.ev.function(e, self.subject.figure.record)

    def row(self, frame: Frame, became: RowOutcome, entered: int, period: str, start: int) -> OutcomeRow:
        value = self.value(frame)
        owner = self.owner(frame)
        return OutcomeRow(
            commitment=self.subject.commitment,
            kpi=self.subject.figure.kpi,
            record=frame.record,
            key=frame.key,
            owner=None if owner is None else str(owner),
            period=period,
            period_start=start,
            by=tuple(shown(self.ev.plan, e, part(frame)) for e, part in self.by),
            outcome=became,
            value=_seconds(value) if self.is_span else value,
            entered=entered,
            started=self.started(frame),
            due=self.due(frame),
            stopped=self.stopped(frame),
            elapsed=_seconds(self.elapsed(frame)),
            branch=self.branch(frame),
        )


def _seconds(span: int | None) -> Decimal | None:
    return None if span is None else Decimal(span).scaleb(-6)


def _nothing(_: Frame) -> None:
    return None
