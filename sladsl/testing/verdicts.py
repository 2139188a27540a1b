"""A row's own outcome under a commitment, against what a test expects: the clock, its deadline, and what stopped it or did not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sladsl import model as m
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining import Phrase, Reader
from sladsl.lowering import scopes
from sladsl.plan import Commitment, Ref, State, Status
from sladsl.testing.cases import Case
from sladsl.testing.clocks import clock_seen
from sladsl.testing.columns import column
from sladsl.testing.remedies import to_enter
from sladsl.testing.results import Absent, Branch, ClockSeen, Flip, VerdictFailed
from sladsl.testing.standing import standing
from sladsl.testing.trials import remedy

VERDICTS = {
    State.MET: "met",
    State.MISSED: "missed",
    State.OPEN: "open",
    State.UNDECIDED: "undecided",
    State.NO_DEADLINE: "without a deadline",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row's outcome: `state` is None where it is none of the commitment's rows."""

    state: State | None
    due: int | None


def outcome(reader: Reader, commitment: m.Commitment, row: Frame) -> Outcome:
    """What became of a row of the commitment's record."""
    lowered = _lowered(reader, commitment)
    figure = reader.meaning.plan.figure(lowered.figure)
    asked = [c.when for c in figure.counters if c.name in {"rows", "no_deadline"}]
    if all(reader.evaluation.evaluator.value(when, row) is not True for when in asked):
        return Outcome(None, None)
    columns = reader.meaning.columns.deadlines[figure.id]
    due, state = column(reader, columns.due, row), column(reader, columns.state, row)
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
    """The commitment, and the row it is asked of: the test's own, the row above it, or the one below it."""
    model = case.reader.model
    commitment = next(c for c in model.commitments if c.id == expected.commitment)
    return commitment, _row_of(case, model.kpis[commitment.kpi].record)


def _row_of(case: Case, record: str) -> Frame | None:
    """The row of a record that a test is about."""
    assert case.frame is not None
    above = row_above(case.frame, record)
    model, at = case.reader.model, case.reader.model.records[record].link
    while at is not None and at.parent != case.frame.record:
        at = model.records[at.parent].link
    if above is not None or at is None:
        return above
    rows = case.reader.evaluation.evaluator.below(record, case.frame)
    return rows[0] if len(rows) == 1 else None


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


# ------------------------------------------------------------------------------------------------------ time … within


def _of_clock(asked: _Asked, measure: m.TimeBetween, row: Frame, found: Outcome) -> VerdictFailed:
    reader = asked.case.reader
    population = asked.commitment.population
    if population is None and isinstance(measure.start, m.EntryUse):
        population = measure.start.definition
    judged = found.state is not None
    outside = None if judged or population is None else standing(reader, population, row)
    branch = _branch(reader, asked.commitment, row) if judged else None
    budget = branch.words if branch is not None else ""
    return VerdictFailed(
        kpi=asked.words,
        expected=asked.verdict,
        due_expected=asked.due,
        clock=clock_seen(reader, asked.kpi, row, found.state, found.due, budget),
        branch=branch,
        outside=outside,
        remedy=None if outside is None else _to_be_judged(asked, outside.name, row),
    )


def _to_be_judged(asked: _Asked, definition: str, row: Frame) -> tuple[Flip, ...] | None:
    """What would have brought the row to be judged at all."""

    def judged(case: Case) -> bool:
        there = None if case.frame is None else _row_of(case, asked.kpi.record)
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


# ------------------------------------------------------------------------------------------- share … become … within


def _of_goal(asked: _Asked, become: m.Become, row: Frame, found: Outcome) -> VerdictFailed:
    reader = asked.case.reader
    population = asked.commitment.population or become.population.definition
    outside = None
    narrowed = None
    goal = standing(reader, become.goal, row)
    figure = reader.meaning.plan.figure(_lowered(reader, asked.commitment).figure)
    if found.state is None:
        outside = None if population is None else standing(reader, population, row)
        if outside is None or (outside.status is Status.IN and outside.in_term):
            outside, narrowed = None, _narrowed(asked, become, row)
    return VerdictFailed(
        kpi=asked.words,
        expected=asked.verdict,
        due_expected=asked.due,
        clock=ClockSeen(
            state=found.state,
            start=column(reader, Ref(figure.record, figure.entry), row),
            due=found.due,
            stop=goal.entered if goal.status is Status.IN else None,
            starts=population or asked.kpi.record,
            stops=become.goal,
        ),
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
