"""Promises on single rows: response times, and `become … within`. The start, the deadline and how it came about, the stop."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DAY, DurationKind, Spans
from sladsl.engines.rows import Frame, Step, trace
from sladsl.explaining import timeline
from sladsl.explaining.candidates import candidates
from sladsl.explaining.definitions import branches, status_of
from sladsl.explaining.phrases import Reader, is_hidden
from sladsl.explaining.populations import membership
from sladsl.explaining.story import (
    ClockSeen,
    DeadlineSeen,
    MomentSeen,
    Standing,
    Undecided,
)
from sladsl.lowering import scopes
from sladsl.lowering.kpis import descends
from sladsl.plan import Action, Case, Deadline, Figure, Lookup, Measure, Ref, State, Status


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure that is made of clocks, and the commitment that promises it, if one does."""

    figure: Figure
    kpi: m.Kpi
    commitment: m.Commitment | None


def is_clock(figure: Figure) -> bool:
    return figure.measure in {Measure.RESPONSE, Measure.BECOME}


def clock_seen(reader: Reader, promise: Promise, frame: Frame) -> ClockSeen:
    """The promise on the frame's row."""
    made = _Clock(reader, promise, frame)
    measure = promise.kpi.measure
    if isinstance(measure, m.TimeBetween):
        return made.response(measure)
    assert isinstance(measure, m.Become)
    return made.become(measure)


@dataclass(frozen=True, slots=True)
class _Clock:
    reader: Reader
    promise: Promise
    frame: Frame

    # ------------------------------------------------------------------------------------------------ response times

    def response(self, measure: m.TimeBetween) -> ClockSeen:
        kpi, c = self.promise.kpi, self.promise.commitment
        assert c is not None
        assert isinstance(c.target, m.Within)
        columns = self.reader.meaning.columns.clocks[kpi.name]
        start, stop = self._moment(measure.start, columns.start), self._moment(measure.end, columns.stop)
        scope, file = scopes.branches(self.reader.meaning.builder, c), c.origin.file
        told, applied = branches(
            [
                (
                    self._due_words(choice.due),
                    None if choice.when is None else self.reader.phrase(choice.when, self.frame, scope, file),
                )
                for choice in c.target.choices
            ],
            self._chosen(),
        )
        due = None if applied is None else c.target.choices[applied].due
        deadline = None if due is None else self._deadline(due, start, self._due_words(due))
        return self._told(
            start,
            stop,
            deadline,
            branches=told if len(told) > 1 else (),
            by=c.population,
            candidates=candidates(self.reader, kpi, measure, start.at, self.frame),
            elapsed=self._instant(columns.elapsed),
            elapsed_calendar=measure.calendar,
        )

    def _chosen(self) -> bool:
        """Whether the row has its branch: one that asks what is not settled yet has not."""
        course = self.promise.figure.course
        if course is None or course.tier is None:
            return True
        return self.reader.evaluation.evaluator.value(course.tier, self.frame) is not None

    def _due_words(self, due: m.Budget | m.FieldUse) -> str:
        kpi, c = self.promise.kpi, self.promise.commitment
        text = self.reader.text((c or kpi).origin.file, due.span)
        return f"by {text}" if isinstance(due, m.FieldUse) else f"within {text}"

    # --------------------------------------------------------------------------------------------------- becoming

    def become(self, measure: m.Become) -> ClockSeen:
        goal = self.reader.model.definitions[measure.goal]
        status = status_of(self.reader, goal.name, self.frame)
        dated = isinstance(goal.entry_type, t.Date)
        figure = self.promise.figure
        assert figure.course is not None
        reached = self.reader.evaluation.evaluator.value(figure.course.stop, self.frame)
        stop = MomentSeen(goal.name, reached if isinstance(reached, int) else None, dated)
        base = self.reader.model.definitions.get(figure.population)
        whole_day = base is not None and isinstance(base.entry_type, t.Date)
        start = MomentSeen(figure.population, self._instant(Ref(figure.record, figure.entry)), whole_day)
        deadline = None
        if measure.within is not None and goal.entry_type is not None:
            words = self.reader.text(self.promise.kpi.origin.file, measure.within.span)
            deadline = self._deadline(measure.within, start, f"within {words}")
        c = self.promise.commitment
        told = self._told(
            start, stop, deadline, population=measure.population, by=c.population if c else None
        )
        return replace(told, goal=goal.name, goal_status=status)

    # ----------------------------------------------------------------------------------------------------- in common

    def _told(
        self,
        start: MomentSeen,
        stop: MomentSeen,
        deadline: DeadlineSeen | None,
        *,
        population: m.Population | None = None,
        by: str | None = None,
        **more: object,
    ) -> ClockSeen:
        figure, kpi, c = self.promise.figure, self.promise.kpi, self.promise.commitment
        member = membership(self.reader, figure, population, by, self.frame)
        judged = member.standing in {Standing.IN, Standing.MAYBE}
        code = self._instant(self.reader.meaning.columns.deadlines[figure.id].state)
        state = State(code) if judged and code is not None else None
        margin, open_margin = self._margins(stop, deadline, state)
        return ClockSeen(
            id=c.id if c else figure.id,
            kpi=kpi.name,
            label=kpi.label,
            narrowed_to=c.population if c else None,
            owner=c.owner if c else "",
            counterparty=c.counterparty if c else "",
            promise=c.words if c else self._measured_words(),
            membership=member,
            state=state,
            start=start,
            stop=stop,
            deadline=deadline,
            margin=margin,
            open_margin=open_margin,
            undecided=self._why_undecided(start, deadline, by) if state is State.UNDECIDED else None,
            follows=_late_actions(c)
            if c and state is State.MISSED and member.standing is Standing.IN
            else (),
            **more,  # type: ignore[arg-type]  # the caller names ClockSeen's own fields
        )

    def _measured_words(self) -> str:
        """A KPI's own words, after its `=`."""
        origin = self.promise.kpi.origin
        return self.reader.text(origin.file, origin.span).partition("=")[2].strip()

    def _moment(self, moment: m.Moment, column: Ref) -> MomentSeen:
        """A moment as the clock takes it: its own words, at the instant that the plan has."""
        words = self.reader.text(self.promise.kpi.origin.file, moment.span)
        hidden = isinstance(moment, m.FieldUse) and is_hidden(self.frame, moment)
        return MomentSeen(words, self._instant(column), isinstance(moment.type, t.Date), hidden)

    def _margins(
        self, stop: MomentSeen, deadline: DeadlineSeen | None, state: State | None
    ) -> tuple[int | None, int | None]:
        if deadline is None or deadline.at is None or state in {None, State.UNDECIDED, State.NO_DEADLINE}:
            return None, None
        times, at = self.reader.evaluation.evaluator.times, stop.at
        if at is not None and stop.whole_day:
            return (times.zone.date_of(at) - times.zone.date_of(deadline.at)) * DAY, None
        reached = self.reader.evaluation.as_of.instant if at is None else at
        desk = None if deadline.calendar is None else times.open[deadline.calendar]
        return reached - deadline.at, None if desk is None else timeline.open_margin(
            desk, deadline.at, reached
        )

    def _why_undecided(self, start: MomentSeen, deadline: DeadlineSeen | None, by: str | None) -> Undecided:
        kpi = self.promise.kpi
        if start.at is None:
            return Undecided.NO_START
        measure = kpi.measure
        if by is not None and isinstance(measure, m.TimeBetween) and isinstance(measure.start, m.EntryUse):
            started = measure.start.definition
            inside = descends(self.reader.meaning.builder, by, started)
            if not inside and status_of(self.reader, started, self.frame) is not Status.IN:
                return Undecided.NOT_IN
        return Undecided.STOPPED_BEFORE

    # ---------------------------------------------------------------------------------------------------- the deadline

    def _deadline(self, due: m.Budget | m.FieldUse, start: MomentSeen, words: str) -> DeadlineSeen:
        column = self.reader.meaning.columns.deadlines[self.promise.figure.id].due
        assert column is not None
        step = trace(self.reader.evaluation.evaluator, column, self.frame)
        at = step.value if isinstance(step.value, int) else None
        times = self.reader.evaluation.evaluator.times
        if isinstance(due, m.FieldUse):
            return DeadlineSeen(words, at, zone=times.zone.name, end_of_day=isinstance(due.type, t.Date))
        duration = due.duration
        own = due.calendar if duration.kind not in {DurationKind.ABSOLUTE, DurationKind.LOCAL} else None
        desk = None if own is None else times.open[own]
        where = times.zone if desk is None else desk.zone
        day_kinds = {DurationKind.LOCAL, DurationKind.BUSINESS_DAYS}
        found = DeadlineSeen(
            words, at, duration, own, where.name, end_of_day=start.whole_day and duration.kind in day_kinds
        )
        if at is None or start.at is None:
            return found
        changes = timeline.clock_changes(where, start.at, at)
        if desk is None:
            return replace(found, shifts=changes)
        return replace(
            found,
            counted_from=timeline.counted_from(desk, start.at, duration),
            timeline=timeline.timeline(desk, start.at, _open_counted(step)),
            days=timeline.days(desk, start.at, at, duration),
            shifts=changes,
        )

    def _instant(self, column: Ref | None) -> int | None:
        found = None if column is None else self.reader.evaluation.evaluator.value(column, self.frame)
        return found if isinstance(found, int) else None


def _late_actions(c: m.Commitment) -> tuple[Action, ...]:
    late = (x for x in c.consequences if x.trigger == "late")
    return tuple(Action(a.verb, a.to) for x in late for a in x.actions)


def _open_counted(step: Step) -> Spans:
    """The open intervals that the deadline behind a due column counted: of the branch that was chosen."""
    while step.parts:
        match step.expression:
            case Lookup(function=Deadline()):
                break
            case Ref() | Case():
                step = step.parts[-1]
            case _:
                step = step.parts[0]
    return step.open
