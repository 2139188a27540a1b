"""A row's own outcome under a commitment, against what a test expects: the clock, its deadline, and what stopped it or did not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DAY
from sladsl.engines.rows import Frame
from sladsl.explaining import Phrase, Reader
from sladsl.explaining.phrases import above
from sladsl.lowering import names, scopes
from sladsl.plan import Commitment, State, Status
from sladsl.testing.cases import Case
from sladsl.testing.remedies import to_enter
from sladsl.testing.results import Absent, Against, Answer, Branch, Flip, VerdictFailed
from sladsl.testing.standing import column, moment_words, standing
from sladsl.testing.trials import remedy

VERDICTS = {State.MET: "met", State.MISSED: "missed", State.OPEN: "open", State.UNDECIDED: "undecided"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row's outcome: `state` is None where it is not judged."""

    state: State | None
    due: int | None


def outcome(reader: Reader, commitment: m.Commitment, row: Frame) -> Outcome:
    """What became of a row of the commitment's record."""
    lowered = _lowered(reader, commitment)
    figure = reader.meaning.plan.figure(lowered.figure)
    rows = next(c.when for c in figure.counters if c.name == "rows")
    if reader.evaluation.evaluator.value(rows, row) is not True:
        return Outcome(None, None)
    due = _column(reader, row, names.part(figure.id, "due"))
    state = _column(reader, row, names.part(figure.id, "state"))
    return Outcome(State(state) if state is not None else None, due)


def fits(case: Case, expected: m.ExpectVerdict) -> bool:
    """Whether the row's outcome is as expected."""
    commitment, row = _asked_of(case, expected)
    if row is None:
        return False
    found = outcome(case.reader, commitment, row)
    due = None if expected.due is None else due_span(case.reader, expected.due)
    on_time = due is None or (found.due is not None and due[0] <= found.due <= due[1])
    return found.state is not None and VERDICTS[found.state] == expected.verdict and on_time


def failed(case: Case, expected: m.ExpectVerdict) -> VerdictFailed | Absent:
    """Why the row's outcome is not as expected."""
    reader = case.reader
    commitment, row = _asked_of(case, expected)
    kpi = reader.model.kpis[commitment.kpi]
    if row is None:
        return Absent(kpi.record, later=False)
    found = outcome(reader, commitment, row)
    due = None if expected.due is None else due_span(reader, expected.due)
    asked = _Asked(case, commitment, kpi, expected.verdict, due)
    if isinstance(kpi.measure, m.TimeBetween):
        return _of_clock(asked, kpi.measure, row, found)
    assert isinstance(kpi.measure, m.Become)
    return _of_goal(asked, kpi.measure, row, found)


def _asked_of(case: Case, expected: m.ExpectVerdict) -> tuple[m.Commitment, Frame | None]:
    """The commitment, and the row it is asked of: the test's own or, where there is one, the row above it."""
    model = case.reader.model
    commitment = next(c for c in model.commitments if c.id == expected.commitment)
    assert case.frame is not None
    return commitment, row_of(case.frame, model.kpis[commitment.kpi].record)


def row_of(frame: Frame, record: str) -> Frame | None:
    try:
        return above(frame, record)
    except LookupError:
        return None


def due_span(reader: Reader, due: dt.date | dt.datetime) -> tuple[int, int]:
    """The instants that fit: a clock reading is one, a date all of that local day."""
    zone = reader.meaning.builder.zone
    if isinstance(due, dt.datetime):
        at = zone.to_instant(due)[0]
        return at, at
    day = due.toordinal() - dt.date(1970, 1, 1).toordinal()
    return zone.midnight(day), zone.midnight(day + 1) - 1


@dataclass(frozen=True, slots=True)
class _Asked:
    case: Case
    commitment: m.Commitment
    kpi: m.Kpi
    verdict: str
    due: tuple[int, int] | None

    @property
    def words(self) -> str:
        """`response_time`, `response of P1`: what is expected of the row."""
        of = self.commitment.population
        return self.kpi.name if of is None else f"{self.kpi.name} of {of}"


def _lowered(reader: Reader, commitment: m.Commitment) -> Commitment:
    return next(c for c in reader.meaning.plan.commitments if c.id == commitment.id)


def _column(reader: Reader, row: Frame, name: str) -> int | None:
    if (row.record, name) not in reader.meaning.builder.columns:
        return None
    return column(reader, row.record, name, row)


# ------------------------------------------------------------------------------------------------------ time … within


def _of_clock(asked: _Asked, clock: m.TimeBetween, row: Frame, found: Outcome) -> VerdictFailed:
    reader = asked.case.reader
    start = _column(reader, row, names.clock(asked.kpi.name, "start"))
    stop = _column(reader, row, names.clock(asked.kpi.name, "stop"))
    population = asked.commitment.population
    if population is None and isinstance(clock.start, m.EntryUse):
        population = clock.start.definition
    judged = found.state is not None
    outside = None if judged or population is None else standing(reader, population, row)
    branch = _branch(reader, asked.commitment, row) if judged else None
    answers = tuple(_answers(reader, clock, row, start)) if judged else ()
    return VerdictFailed(
        kpi=asked.words,
        expected=asked.verdict,
        due_expected=asked.due,
        state=found.state,
        start=start,
        due=found.due,
        stop=stop,
        starts=moment_words(clock.start),
        stops=moment_words(clock.end),
        branch=branch,
        answers=answers,
        outside=outside,
        remedy=None if outside is None else _to_be_judged(asked, outside.name, row),
    )


def _to_be_judged(asked: _Asked, definition: str, row: Frame) -> tuple[Flip, ...] | None:
    """What would have brought the row to be judged at all."""

    def judged(case: Case) -> bool:
        there = None if case.frame is None else row_of(case.frame, asked.kpi.record)
        return there is not None and outcome(case.reader, asked.commitment, there).state is not None

    return remedy(asked.case, to_enter(asked.case.reader, definition, row), judged)


def _branch(reader: Reader, commitment: m.Commitment, row: Frame) -> Branch | None:
    """The branch that gave the deadline: the first whose condition is true, else the one for the rest."""
    target = commitment.target
    assert isinstance(target, m.Within)
    scope = scopes.branches(reader.meaning.builder, commitment)
    file = commitment.origin.file
    refused: list[Phrase] = []
    for choice in target.choices:
        words = reader.text(file, choice.due.span)
        if choice.when is None:
            return Branch(words, None, tuple(refused))
        when = reader.phrase(choice.when, row, scope, file)
        if when.value is True:
            return Branch(words, when, tuple(refused))
        refused.append(when)
    return None


def _answers(reader: Reader, clock: m.TimeBetween, row: Frame, start: int | None) -> Iterator[Answer]:
    """The rows that the event at the clock's end is picked from, in the order of time, and what stands against each."""
    event = reader.model.events[clock.end.event] if isinstance(clock.end, m.EventUse) else None
    if event is None or not isinstance(event.pick, m.NthRow):
        return
    pick = event.pick
    scope = scopes.event(event, event.name)
    found = []
    for child in reader.evaluation.evaluator.below(pick.record, row):
        written = child.values[pick.by]
        at = None if written is None else _instant(reader, pick, written)
        last = None if at is None else at + (DAY - 1 if _by_day(reader, pick) else 0)
        where = None if pick.where is None else reader.phrase(pick.where, child, scope, event.origin.file)
        if where is not None and where.value is not True:
            found.append(Answer(pick.record, child.key, at, Against.REFUSED, where))
        elif last is not None and start is not None and last < start:
            found.append(Answer(pick.record, child.key, at, Against.EARLY))
        else:
            found.append(
                Answer(pick.record, child.key, at, Against.UNDATED if at is None else Against.NOTHING)
            )
    yield from sorted(found, key=lambda a: (a.at is None, a.at or 0, a.key))


def _by_day(reader: Reader, pick: m.NthRow) -> bool:
    return isinstance(reader.model.records[pick.record].fields[pick.by].type, t.Date)


def _instant(reader: Reader, pick: m.NthRow, value: int) -> int:
    return reader.meaning.builder.zone.midnight(value) if _by_day(reader, pick) else value


# ------------------------------------------------------------------------------------------- share … become … within


def _of_goal(asked: _Asked, become: m.Become, row: Frame, found: Outcome) -> VerdictFailed:
    reader = asked.case.reader
    population = asked.commitment.population or become.population.definition
    outside = None
    narrowed = None
    goal = standing(reader, become.goal, row)
    entry = names.entry(population or asked.kpi.record)
    if found.state is None:
        outside = None if population is None else standing(reader, population, row)
        if outside is None or (outside.status is Status.IN and outside.in_term):
            outside, narrowed = None, _narrowed(asked, become, row)
    return VerdictFailed(
        kpi=asked.words,
        expected=asked.verdict,
        due_expected=asked.due,
        state=found.state,
        start=_column(reader, row, entry),
        due=found.due,
        stop=goal.entered if goal.status is Status.IN else None,
        starts=population or asked.kpi.record,
        stops=become.goal,
        outside=outside,
        goal=goal,
        narrowed=narrowed,
        remedy=None if outside is None else _to_be_judged(asked, outside.name, row),
    )


def _narrowed(asked: _Asked, become: m.Become, row: Frame) -> Phrase | None:
    """The KPI's `where`, if it leaves the row out."""
    where = become.population.where
    if where is None:
        return None
    reader, by = asked.case.reader, asked.commitment.population
    scope = scopes.population(reader.meaning.builder, become.population, by, asked.kpi.name)
    found = reader.phrase(where, row, scope, asked.kpi.origin.file)
    return None if found.value is True else found
