"""What became of every row of every figure, row by row."""

from __future__ import annotations

from decimal import Decimal

from sladsl.engines.rows.counting import Frames, Within, shown
from sladsl.engines.rows.frames import Frame
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.rows.scalars import Function
from sladsl.outcomes import OutcomeRow
from sladsl.plan import Expression, Field, Ref, RowOutcome, Subject, ValueType
from sladsl.plan import rows as plan_rows


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
