"""Clocks on single rows, as they ran: of response times, of `become … within`, and of conditions that ask one.

The start, the deadline and how it came about, the stop, and every event that could have stopped it. All is asked of the reference
interpreter, here and nowhere else: explanations and tests read one `ClockTrace`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import (
    DAY,
    Closed,
    Duration,
    DurationKind,
    OpenTime,
    OutOfReach,
    Spans,
    Zone,
    closed_between,
    describe,
    is_dated_opening,
    is_zone,
    why_closed,
)
from sladsl.clauses import exclusions_of
from sladsl.engines.rows import Frame, Step, row_above, trace
from sladsl.explaining.contributions import Promise, counts, ladder, late_actions, membership
from sladsl.explaining.definitions import branches, seen, status_of
from sladsl.explaining.phrases import Phrase, Reader, is_hidden, name_of
from sladsl.explaining.story import (
    BranchSeen,
    Candidate,
    ClockTrace,
    DayCounted,
    DeadlineSeen,
    Fate,
    Held,
    Membership,
    MomentSeen,
    PauseSeen,
    PromiseSeen,
    Skip,
    Standing,
    Stretch,
    Undecided,
)
from sladsl.lowering import scopes
from sladsl.lowering.ahead import part_ahead
from sladsl.lowering.clocks import run
from sladsl.lowering.columns import DeadlineColumns, PausedColumns
from sladsl.lowering.conditions import event_value, part_at
from sladsl.lowering.definitions import descends
from sladsl.lowering.events import Part, asked_by, looks_for_rows
from sladsl.lowering.moments import dated
from sladsl.model.traversal import walk_row
from sladsl.plan import Case, Deadline, Figure, Lookup, OpenAt, Outside, Ref, State, Status
from sladsl.plan.rows import HELD, STATES_LEFT_OUT


def promise_seen(reader: Reader, promise: Promise, frame: Frame) -> PromiseSeen:
    """The promise on the frame's row."""
    figure, kpi, c = promise.figure, promise.kpi, promise.commitment
    goal = kpi.measure.goal if isinstance(kpi.measure, m.Become) else None
    member, clock = promised_rows(reader, promise, frame), promised_clock(reader, promise, frame)
    margin, open_margin = _margins(reader, clock)
    missed = clock.state is State.MISSED and member.standing is Standing.IN
    return PromiseSeen(
        id=c.id if c else figure.id,
        kpi=kpi.name,
        label=kpi.label,
        narrowed_to=promise.narrowed_to,
        owner=c.owner if c else "",
        counterparty=c.counterparty if c else "",
        promise=c.words if c else _measured_words(reader, kpi),
        membership=member,
        clock=clock,
        margin=margin,
        open_margin=open_margin,
        goal=goal,
        goal_status=None if goal is None else status_of(reader, goal, frame),
        follows=late_actions(reader, figure, frame) if c and missed else (),
        ladder=ladder(reader, figure, frame) if c and member.standing is Standing.IN else (),
    )


def promised_rows(reader: Reader, promise: Promise, frame: Frame) -> Membership:
    """How the frame's row stands to the rows that a promise is about."""
    measure = promise.kpi.measure
    population = measure.population if isinstance(measure, m.Become) else None
    return membership(reader, promise.figure, population, promise.narrowed_to, frame)


def promised_clock(reader: Reader, promise: Promise, frame: Frame) -> ClockTrace:
    """The clock of a promise on a row of its record."""
    columns = reader.meaning.columns.deadlines[promise.figure.id]
    judged = counts(reader, promise.figure, frame) is not None
    measure = promise.kpi.measure
    if isinstance(measure, m.TimeBetween):
        assert promise.commitment is not None
        run = _run(reader, promise.kpi, measure, frame, promise.narrowed_to)
        return run.promised(promise.commitment, promise.figure, columns, judged)
    assert isinstance(measure, m.Become)
    return _becoming(reader, promise, measure, columns, frame, judged)


def clocks_asked(reader: Reader, e: m.Expression, frame: Frame, file: str) -> tuple[ClockTrace, ...]:
    """The clocks that a condition written in `file` asks of the frame's row: `response_time within 1 business hour`."""
    return tuple(_asked(reader, e, frame, file))


def _asked(reader: Reader, e: m.Expression, frame: Frame, file: str) -> Iterator[ClockTrace]:
    for use in walk_row(e):
        if not isinstance(use, m.WithinUse):
            continue
        kpi = reader.model.kpis[use.kpi]
        row = row_above(frame, kpi.record)
        if row is not None:
            assert isinstance(kpi.measure, m.TimeBetween)
            yield _run(reader, kpi, kpi.measure, row).asked(use, file)


# ---------------------------------------------------------------------------------------------------- response times


def _run(reader: Reader, kpi: m.Kpi, measure: m.TimeBetween, frame: Frame, by: str | None = None) -> _Run:
    """A time KPI's start and stop on a row of its record; `by` is the definition that a commitment narrows it to."""
    columns, file = reader.meaning.columns.clocks[kpi.name], kpi.origin.file
    start, stop = (
        MomentSeen(
            reader.text(file, moment.span),
            name_of(moment),
            reader.column(column, frame),
            isinstance(moment.type, t.Date),
            isinstance(moment, m.FieldUse) and is_hidden(frame, moment),
        )
        for moment, column in ((measure.start, columns.start), (measure.end, columns.stop))
    )
    return _Run(reader, kpi, measure, frame, by, start, stop)


@dataclass(frozen=True, slots=True)
class _Run:
    """A time KPI's clock on a row, before it is held against a deadline."""

    reader: Reader
    kpi: m.Kpi
    measure: m.TimeBetween
    frame: Frame
    by: str | None
    start: MomentSeen
    stop: MomentSeen

    def promised(self, c: m.Commitment, figure: Figure, columns: DeadlineColumns, judged: bool) -> ClockTrace:
        """Against the deadlines of a commitment, of which each row has one."""
        reader = self.reader
        assert isinstance(c.target, m.Within)
        scope, file = scopes.branches(reader.meaning.builder, c), c.origin.file
        choices = c.target.choices
        course = figure.course
        tier = None if course is None else course.tier
        # One that asks what is not settled yet has no branch.
        chosen = tier is None or reader.evaluation.evaluator.value(tier, self.frame) is not None
        told, applied = branches(
            [
                (
                    _given(reader, choice, file),
                    _asked_of_start(reader.phrase(choice.when, self.frame, scope, file), choice),
                )
                if choice.when is not None
                else (_given(reader, choice, file), None)
                for choice in choices
            ],
            chosen,
        )
        due = None if applied is None else choices[applied].due
        deadline = None if due is None else _deadline(reader, due, columns, self.start, file, self.frame)
        state = _state(reader, columns, self.frame) if judged else None
        left_out = self._exclusions(c) if state in _OVER else ()
        if columns.paused is None or applied is None or deadline is None:
            return replace(self._traced(state, deadline, told), exclusions=left_out)
        deadline = _with_pauses(reader, columns.paused, applied, deadline, self.start.at, self.frame)
        return replace(
            self._traced(state, deadline, told),
            exclusions=left_out,
            elapsed=reader.column(columns.paused.elapsed, self.frame),
            elapsed_calendar=deadline.calendar,
            stood=reader.column(columns.paused.stood, self.frame),
            pauses=tuple(
                x for x in _pauses(reader, columns.paused, applied, self.frame) if self._falls_in(x, deadline)
            ),
        )

    def _falls_in(self, pause: PauseSeen, deadline: DeadlineSeen) -> bool:
        """Whether a stretch has any part of the time from the start to the deadline: other holidays are no answer."""
        start, end = self.start.at, deadline.at
        before = start is not None and pause.ended is not None and pause.ended <= start
        after = end is not None and pause.began >= end
        return not (before or after)

    def _exclusions(self, c: m.Commitment) -> tuple[BranchSeen, ...]:
        """What may leave the row out, asked once its clock is over."""
        asked = exclusions_of(c)
        scope = scopes.exclusions(self.reader.meaning.builder, c) if asked else None
        phrases = (self.reader.phrase(x.when, self.frame, scope, c.origin.file) for x in asked if scope)
        return branches([(x.because, phrase) for x, phrase in zip(asked, phrases, strict=True)], True)[0]

    def asked(self, use: m.WithinUse, file: str) -> ClockTrace:
        """Against the deadline of a condition."""
        columns = self.reader.meaning.columns.budget(use.kpi, use.budget)
        deadline = _deadline(self.reader, use.budget, columns, self.start, file, self.frame)
        made = self._traced(_state(self.reader, columns, self.frame), deadline)
        return replace(made, asked=self.reader.text(file, use.span))

    def _traced(
        self, state: State | None, deadline: DeadlineSeen | None, branches: tuple[BranchSeen, ...] = ()
    ) -> ClockTrace:
        return ClockTrace(
            kpi=self.kpi.name,
            state=state,
            start=self.start,
            stop=self.stop,
            branches=branches,
            deadline=deadline,
            candidates=candidates(self.reader, self.kpi, self.measure, self.start.at, self.frame),
            elapsed=self.reader.column(self.reader.meaning.columns.clocks[self.kpi.name].elapsed, self.frame),
            elapsed_calendar=self.measure.calendar,
            undecided=self._why_undecided(deadline) if state is State.UNDECIDED else None,
        )

    def _why_undecided(self, deadline: DeadlineSeen | None) -> Undecided:
        if self.start.at is None:
            return Undecided.NO_START
        if self.by is not None and isinstance(self.measure.start, m.EntryUse):
            started = self.measure.start.definition
            inside = descends(self.reader.meaning.builder, self.by, started)
            if not inside and status_of(self.reader, started, self.frame) is not Status.IN:
                return Undecided.NOT_IN
        early = self.stop.at is not None and self.stop.at < self.start.at
        lost = deadline is not None and deadline.at is None and not early
        if lost and deadline is not None and deadline.without_pauses is not None:
            return Undecided.NOBODY
        return Undecided.HOURS_UNKNOWN if lost else Undecided.STOPPED_BEFORE


# ----------------------------------------------------------------------------------------------------------- becoming


def _becoming(
    reader: Reader, promise: Promise, measure: m.Become, columns: DeadlineColumns, frame: Frame, judged: bool
) -> ClockTrace:
    """From what a row is to the definition that it is to become."""
    figure, goal = promise.figure, reader.model.definitions[measure.goal]
    assert figure.course is not None
    reached = reader.evaluation.evaluator.value(figure.course.stop, frame)
    dated = isinstance(goal.entry_type, t.Date)
    stop = MomentSeen(goal.name, goal.name, reached if isinstance(reached, int) else None, dated)
    base = reader.model.definitions.get(figure.population)
    whole_day = base is not None and isinstance(base.entry_type, t.Date)
    entry = reader.column(Ref(figure.record, figure.entry), frame)
    start = MomentSeen(figure.population, figure.population, entry, whole_day)
    deadline = None
    if measure.within is not None and goal.entry_type is not None:
        deadline = _deadline(reader, measure.within, columns, start, promise.kpi.origin.file, frame)
    state = _state(reader, columns, frame) if judged else None
    return ClockTrace(
        kpi=promise.kpi.name,
        state=state,
        start=start,
        stop=stop,
        deadline=deadline,
        undecided=Undecided.HOURS_UNKNOWN if state is State.UNDECIDED else None,
    )


# ---------------------------------------------------------------------------------------------------------- in common


def _state(reader: Reader, columns: DeadlineColumns, frame: Frame) -> State | None:
    code = reader.column(columns.state, frame)
    return None if code is None else State(code)


def _given(reader: Reader, choice: m.Choice, file: str) -> str:
    """A branch's deadline in the agreement's words; where a constant stands there, with its value."""
    if isinstance(choice.due, m.Budget) and reader.text(file, choice.span) != choice.words:
        return f"within {describe(choice.due.duration)}"
    return _words(reader, choice.due, file)


def _asked_of_start(when: Phrase, choice: m.Choice) -> Phrase:
    """What a branch asks; that a row starts when a constant has its value nobody wrote there."""
    if choice.since is None:
        return when
    own = when.parts[1] if when.op == "and" and when.parts[0].span == when.span else None
    since = f"it starts on {choice.since} or later"
    return replace(
        when,
        text=since if own is None else f"{since} and {own.text}",
        parts=() if own is None else (own,),
        op="",
    )


def _words(reader: Reader, due: m.Budget | m.AnyField, file: str) -> str:
    text = reader.text(file, due.span)
    return f"within {text}" if isinstance(due, m.Budget) else f"by {text}"


def _measured_words(reader: Reader, kpi: m.Kpi) -> str:
    """A KPI's own words, after its `=`."""
    return reader.text(kpi.origin.file, kpi.origin.span).partition("=")[2].strip()


_OVER = {State.MET, State.MISSED, *STATES_LEFT_OUT}
"""How a clock stands that is over, so that what may leave its row out is asked."""


def _margins(reader: Reader, clock: ClockTrace) -> tuple[int | None, int | None]:
    """From the deadline to the stop, or to the as-of: by the clock, and in the deadline's calendar."""
    deadline, stop = clock.deadline, clock.stop
    if deadline is None or deadline.at is None or clock.state not in HELD:
        return None, None
    times, at = reader.evaluation.evaluator.times, stop.at
    if at is not None and stop.whole_day:
        return (times.zone.date_of(at) - times.zone.date_of(deadline.at)) * DAY, None
    reached = reader.evaluation.as_of.instant if at is None else at
    desk = None if deadline.calendar is None else times.hours(deadline.calendar, deadline.zone)
    return reached - deadline.at, None if desk is None else _open_margin(desk, deadline.at, reached)


def _deadline(
    reader: Reader,
    due: m.Budget | m.AnyField,
    columns: DeadlineColumns,
    start: MomentSeen,
    file: str,
    frame: Frame,
) -> DeadlineSeen:
    """How the deadline of a row came about."""
    assert columns.due is not None
    step = trace(reader.evaluation.evaluator, columns.due, frame)
    at = step.value if isinstance(step.value, int) else None
    times, text = reader.evaluation.evaluator.times, reader.text(file, due.span)
    if not isinstance(due, m.Budget):
        return DeadlineSeen(text, at, zone=times.zone.name, end_of_day=isinstance(due.type, t.Date))
    duration = due.duration
    own = due.calendar if duration.kind not in {DurationKind.ABSOLUTE, DurationKind.LOCAL} else None
    named = None if due.zone is None else _zone_read(step)
    if due.zone is not None and (named is None or not is_zone(named)):
        return DeadlineSeen(text, None, duration, zone=times.zone.name)
    desk = None if own is None else times.hours(own, named)
    where = times.zone if desk is None else desk.zone
    day_kinds = {DurationKind.LOCAL, DurationKind.BUSINESS_DAYS}
    deadline = DeadlineSeen(
        text, at, duration, own, where.name, end_of_day=start.whole_day and duration.kind in day_kinds
    )
    if at is None or start.at is None:
        return deadline
    changes = _clock_changes(where, start.at, at)
    if desk is None:
        return replace(deadline, shifts=changes)
    return replace(
        deadline,
        counted_from=_counted_from(desk, start.at, duration),
        timeline=_timeline(desk, start.at, _open_counted(step)),
        days=_days_counted(desk, start.at, at, duration),
        shifts=changes,
    )


def _place(reader: Reader, columns: PausedColumns, branch: int) -> Outside:
    ref = columns.places[branch]
    place = reader.meaning.plan.column(ref.record, ref.column).value
    assert isinstance(place, Outside)
    return place


def _pauses(reader: Reader, columns: PausedColumns, branch: int, frame: Frame) -> tuple[PauseSeen, ...]:
    """The rows that pause a clock, in the order of time."""
    ev, asked = reader.evaluation.evaluator, []
    for s in _place(reader, columns, branch).stretches:
        began, ended = (x.at if isinstance(x, Lookup) else x for x in (s.began, s.ended))
        for row in ev.belonging(s, frame):
            first, last = (ev.function(x, row.record)(row) for x in (began, ended))
            if first is not None:
                asked.append(PauseSeen(s.record, row.key, first, last))
    return tuple(sorted(asked, key=lambda x: (x.began, x.record, x.key)))


def _with_pauses(
    reader: Reader,
    columns: PausedColumns,
    branch: int,
    deadline: DeadlineSeen,
    start: int | None,
    frame: Frame,
) -> DeadlineSeen:
    """The deadline with what it would be without pauses; the open time on the way, where pauses moved it."""
    without = reader.column(columns.without, frame)
    deadline = replace(deadline, without_pauses=without)
    if deadline.calendar is None or start is None or deadline.at == without:
        return deadline
    ev, as_of = reader.evaluation.evaluator, reader.evaluation.as_of.instant
    desk = ev.times.hours(deadline.calendar, deadline.zone)
    instant = ev.times.of(OpenAt(deadline.calendar), deadline.zone)
    end = max(as_of, start) if deadline.at is None else deadline.at
    spans = ev.left_out(_place(reader, columns, branch), frame)
    # A place is where open time ends and the next begins: the pause begins after the one, and ends with the other.
    held = [((instant(b + 1) or end) - 1, end if e is None else (instant(e) or end)) for b, e in spans]
    kept = tuple((max(b, start), min(e, end)) for b, e in held if b < end)
    return replace(deadline, timeline=_standing_timeline(desk, start, end, kept), days=())


def _standing_timeline(
    desk: OpenTime, start: int, end: int, held: Spans
) -> tuple[Stretch | Skip | Held, ...]:
    """The open time from the start to the end, what of it was paused and what lies between."""
    told: list[Stretch | Skip | Held] = []
    at, total = start, 0
    for opens, closes in desk.intervals(start, end):
        if at < opens:
            told.append(Skip(at, opens, closed_between(desk, at, opens)))
        for first, last, still in _parts(opens, closes, held):
            total += 0 if still else last - first
            own = is_dated_opening(desk, first)
            told.append(Held(first, last) if still else Stretch(first, last, total, own))
        at = closes
    return tuple(told)


def _parts(opens: int, closes: int, held: Spans) -> Iterator[tuple[int, int, bool]]:
    """An open interval cut at pauses: each part, and whether the clock stood still in it."""
    at = opens
    for began, ended in held:
        first, last = max(began, at), min(ended, closes)
        if first >= last:
            continue
        if at < first:
            yield at, first, False
        yield first, last, True
        at = last
    if at < closes:
        yield at, closes, False


def _open_counted(step: Step) -> Spans:
    """The open intervals that the deadline behind a due column counted: of the branch that was chosen."""
    return _looked_up(step).open


def _zone_read(step: Step) -> str | None:
    """The zone that the deadline behind a due column was looked up in, of a calendar of rows."""
    parts = _looked_up(step).parts
    return parts[1].value if len(parts) > 1 and isinstance(parts[1].value, str) else None


def _looked_up(step: Step) -> Step:
    while step.parts:
        match step.expression:
            case Lookup(function=f, zone=zone) if isinstance(f, Deadline) or zone is not None:
                break
            case Ref() | Case():
                step = step.parts[-1]
            case _:
                step = step.parts[0]
    return step


# -------------------------------------------------------------------------------------------- how a deadline came about


def _timeline(desk: OpenTime, start: int, spans: Spans) -> tuple[Stretch | Skip, ...]:
    """Open intervals after `start` as they were counted, with what lies between."""
    stretches: list[Stretch | Skip] = []
    at, total = start, 0
    for opens, closes in spans:
        if at < opens:
            stretches.append(Skip(at, opens, closed_between(desk, at, opens)))
        total += closes - opens
        stretches.append(Stretch(opens, closes, total, is_dated_opening(desk, opens)))
        at = closes
    return tuple(stretches)


def _counted_from(desk: OpenTime, start: int, duration: Duration) -> int | None:
    """Where business days are counted from, when that is not the start itself."""
    if duration.kind not in {DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS}:
        return None
    if duration.kind is DurationKind.BUSINESS_DAYS and duration.amount == 0:
        return None
    opens = desk.next_open(start)
    return opens if opens != start else None


def _days_counted(desk: OpenTime, start: int, due: int, duration: Duration) -> tuple[DayCounted, ...]:
    """The days from the start's own to the one that the deadline belongs to; none for other durations than business days."""
    if duration.kind not in {DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS}:
        return ()
    return tuple(_days(desk, desk.open_day_of(start), due, duration.amount))


def _days(desk: OpenTime, first: int, due: int, amount: int) -> Iterator[DayCounted]:
    number, day = 0, first
    counting = {first, *desk.covering(min(due, desk.zone.midnight(first)), due).open_days}
    while True:
        if day in counting:
            yield DayCounted(day, number)
            if number == amount:
                return
            number += 1
        else:
            yield DayCounted(day, None, _whole(desk, day))
        day += 1


def _whole(desk: OpenTime, day: int) -> Closed:
    why, name = why_closed(desk, day)
    return Closed(desk.zone.midnight(day), desk.zone.midnight(day + 1), day, why, name)


def _clock_changes(where: Zone, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The instants after `start` and up to `end` at which the clock is changed, and by how much."""
    return tuple(
        (at, where.offset(at) - where.offset(at - 1)) for at in where.transitions(start + 1, end + 1)
    )


def _open_margin(desk: OpenTime, due: int, stop: int) -> int | None:
    """Open time from the deadline to the stop, negative when early."""
    try:
        return desk.elapsed(due, stop)
    except OutOfReach:
        return None


# ------------------------------------------------------------------------------------------- what could have stopped it


def candidates(
    reader: Reader, kpi: m.Kpi, clock: m.TimeBetween, start: int | None, frame: Frame
) -> tuple[Candidate, ...]:
    """What could have stopped a time KPI's clock on the frame's row: rows of an event, or moments of the row itself."""
    event = picked(reader, clock, frame.record)
    if event is not None and isinstance(event.pick, m.NthRow):
        return _rows(reader, kpi, event, event.pick, start, frame)
    if event is not None and isinstance(event.pick, m.OneOfSeveral):
        of, file = asked_by(event, event.pick.moments, frame.record), event.origin.file
        return _moments(reader, kpi, of, file, start, frame, event.pick.latest)
    return _moments(reader, kpi, (clock.end,), kpi.origin.file, start, frame)


def picked(reader: Reader, clock: m.TimeBetween, record: str) -> m.Event | None:
    """The event that stops the clock of a row of `record`, where it is looked for from the clock's start on."""
    end = clock.end
    return reader.model.events[end.event] if isinstance(end, m.EventUse) and end.record == record else None


def looked_at(reader: Reader, event: m.Event, pick: m.NthRow, frame: Frame) -> list[Frame]:
    """The rows among which the frame's row looks for an event: those below it, or below the row above that has the event."""
    has = row_above(frame, event.record)
    rows = [] if has is None else reader.evaluation.evaluator.below(pick.record, has)
    return [row for row in rows if (row.record, row.key) != (frame.record, frame.key)]


# -------------------------------------------------------------------------------------------------------- child rows


@dataclass(frozen=True, slots=True)
class _Row:
    """A child row with the moment that the event goes by: an instant, and the value that is compared (a day of a date)."""

    frame: Frame
    at: int | None
    value: int | None
    hidden: bool
    where: Phrase | None


def _rows(
    reader: Reader, kpi: m.Kpi, event: m.Event, pick: m.NthRow, start: int | None, frame: Frame
) -> tuple[Candidate, ...]:
    scope = scopes.event(event, kpi.name)
    zone = reader.evaluation.evaluator.times.zone
    day = isinstance(event.type, t.Date)
    rows: list[_Row] = []
    for row in looked_at(reader, event, pick, frame):
        value = row.values[pick.by]
        at = None if value is None else zone.midnight(value) if day else value
        where = None if pick.where is None else reader.phrase(pick.where, row, scope, event.origin.file)
        rows.append(_Row(row, at, value, pick.by in row.hidden, where))
    rows.sort(key=lambda r: (r.value is None, r.value or 0, r.frame.key))
    first = None if start is None else zone.date_of(start) if day else start
    fates = {id(r): _alone(r, first, pick.next) for r in rows}
    matching = [r for r in rows if fates[id(r)] is Fate.COUNTED]
    return tuple(_candidate(pick, r, fates[id(r)], matching) for r in rows)


def _alone(row: _Row, start: int | None, after: bool) -> Fate:
    """What becomes of a row by itself; `COUNTED` when it qualifies."""
    if row.hidden:
        return Fate.HIDDEN
    if row.value is None:
        return Fate.NO_TIME
    if start is None:
        return Fate.NOT_STARTED
    if row.value < start:
        return Fate.BEFORE
    if after and row.value == start:
        return Fate.AT_START
    if row.where is None or row.where.value is True:
        return Fate.COUNTED
    return Fate.REFUSED if row.where.value is False else Fate.UNKNOWN


def _candidate(pick: m.NthRow, row: _Row, fate: Fate, matching: list[_Row]) -> Candidate:
    """The row's place among those that qualify: the how-manieth is asked for, the last one where `position` is negative."""
    number = 0
    if fate is Fate.COUNTED:
        number = matching.index(row) + 1
        wanted = pick.position if pick.position > 0 else len(matching)
        if number == wanted:
            fate = Fate.STOPPED
        elif number > wanted:
            fate = Fate.SAME_INSTANT if row.value == matching[wanted - 1].value else Fate.AFTER
    return Candidate(pick.record, row.frame.key, row.at, fate, row.where, number)


# ------------------------------------------------------------------------------------------------ moments of the row


def _moments(
    reader: Reader,
    kpi: m.Kpi,
    moments: tuple[Part, ...],
    file: str,
    start: int | None,
    frame: Frame,
    latest: bool = False,
) -> tuple[Candidate, ...]:
    """The earliest of the moments stops the clock, or the latest once all are known; before the start it stops nothing."""
    moments_seen = [_seen(reader, kpi, x, reader.text(file, x.span), frame, latest) for x in moments]
    known = [x.at for x in moments_seen if x.at is not None]
    stop = (max if latest else min)(known) if known and not (latest and len(known) < len(moments)) else None
    made: list[Candidate] = []
    for x in sorted(moments_seen, key=lambda x: (x.at is None, x.at or 0)):
        if x.hidden:
            fate = Fate.HIDDEN
        elif x.at is None:
            fate = Fate.NO_TIME
        elif start is None:
            fate = Fate.NOT_STARTED
        elif _end(reader, x.at, x.whole_day) < start and not latest:
            fate = Fate.BEFORE
        else:
            fate = Fate.STOPPED if x.at == stop else Fate.EARLIER if latest else Fate.AFTER
            if fate is Fate.STOPPED and any(c.fate is fate for c in made):
                fate = Fate.SAME_INSTANT
        made.append(Candidate("", x.words, x.at, fate))
    return tuple(made)


def _seen(reader: Reader, kpi: m.Kpi, moment: Part, words: str, frame: Frame, latest: bool) -> MomentSeen:
    """A moment of the row; an event that is looked for from the clock's start on, as it is found from there."""
    b = reader.meaning.builder
    if latest or isinstance(moment, m.MovedMoment):
        start = run(b, kpi.name).start
        at = reader.evaluation.evaluator.value(
            part_at(b, moment, frame.record, start, latest, kpi.name).start, frame
        )
        later = reader.evaluation.evaluator.value(part_ahead(b, moment, frame.record, start, True), frame)
        return MomentSeen(
            words, words, at if isinstance(at, int) else None, isinstance(moment.type, t.Date), later is True
        )
    if not (isinstance(moment, m.EventUse) and moment.record == frame.record and looks_for_rows(b, moment)):
        return seen(reader, moment, words, frame)
    moment_column = event_value(
        b, reader.model.events[moment.event], moment.record, run(b, kpi.name).start, kpi.name
    )
    at = reader.evaluation.evaluator.value(dated(moment_column, moment.type).start, frame)
    return MomentSeen(
        words, name_of(moment), at if isinstance(at, int) else None, isinstance(moment.type, t.Date)
    )


def _end(reader: Reader, at: int, whole_day: bool) -> int:
    """The last instant that still belongs to a moment."""
    zone = reader.evaluation.evaluator.times.zone
    return zone.midnight(zone.date_of(at) + 1) - 1 if whole_day else at
