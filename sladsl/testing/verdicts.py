"""A row's own outcome under a commitment, against what a test expects: the clock, its deadline, and what stopped it or did not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sladsl import model as m
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining import Reader
from sladsl.explaining.clock_trace import promised_clock, promised_rows
from sladsl.explaining.contributions import Promise, counts
from sladsl.explaining.story import Standing
from sladsl.plan import State, Status
from sladsl.testing.cases import Case
from sladsl.testing.definition_status import definition_status
from sladsl.testing.remedies import remedy, to_enter
from sladsl.testing.results import Absent, Flip, VerdictFailed

VERDICTS = {**{x: x.word for x in State}, State.NO_DEADLINE: "without a deadline"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row's outcome: `state` is None where it is none of the commitment's rows."""

    state: State | None
    due: int | None


def outcome(reader: Reader, commitment: m.Commitment, row: Frame) -> Outcome:
    """What became of a row of the commitment's record."""
    figure = _promise(reader, commitment).figure
    if counts(reader, figure, row) is not Standing.IN:
        return Outcome(None, None)
    columns = reader.meaning.columns.deadlines[figure.id]
    due, state = reader.column(columns.due, row), reader.column(columns.state, row)
    return Outcome(State(state) if state is not None else None, due)


def fits(case: Case, expected: m.ExpectVerdict) -> bool:
    """Whether the row's outcome is as expected."""
    commitment, row = _asked_of(case, expected)
    if row is None:
        return False
    outcome_of_row = outcome(case.reader, commitment, row)
    due = None if expected.due is None else due_span(case.reader, expected.due)
    on_time = due is None or (outcome_of_row.due is not None and due[0] <= outcome_of_row.due <= due[1])
    if outcome_of_row.state is State.PAUSED and expected.verdict == "open":
        return on_time
    return outcome_of_row.state is not None and VERDICTS[outcome_of_row.state] == expected.verdict and on_time


def failed(case: Case, expected: m.ExpectVerdict) -> VerdictFailed | Absent:
    """Why the row's outcome is not as expected."""
    reader = case.reader
    commitment, row = _asked_of(case, expected)
    kpi = reader.model.kpis[commitment.kpi]
    if row is None:
        return Absent(kpi.record, False, expected.number, len(_rows_below(case, kpi.record)))
    due = None if expected.due is None else due_span(reader, expected.due)
    asked = _ExpectedVerdict(case, commitment, kpi, expected.verdict, due, expected.number)
    if isinstance(kpi.measure, m.TimeBetween):
        return _of_clock(asked, kpi.measure, row)
    assert isinstance(kpi.measure, m.Become)
    return _of_goal(asked, kpi.measure, row)


def _asked_of(case: Case, expected: m.ExpectVerdict) -> tuple[m.Commitment, Frame | None]:
    """The commitment, and the row it is asked of: the test's own, the row above it, or the one below it. Of commitments that follow one
    another it is the one that judges the row."""
    model = case.reader.model
    named = next(c for c in model.commitments if c.id == expected.commitment)
    row = _row_of(case, model.kpis[named.kpi].record, expected.number)
    same = [c for c in model.commitments if c.promise == named.promise] if row is not None else []
    judging = (c for c in same if row is not None and outcome(case.reader, c, row).state is not None)
    return next(judging, named), row


def _row_of(case: Case, record: str, number: int | None) -> Frame | None:
    """The row of a record that a test is about: that of a number in the order of their moments, or the only one."""
    assert case.frame is not None
    above = row_above(case.frame, record)
    if above is not None:
        return above
    rows = _rows_below(case, record)
    if number is None:
        return rows[0] if len(rows) == 1 else None
    return rows[number - 1] if number <= len(rows) else None


def _rows_below(case: Case, record: str) -> list[Frame]:
    """The rows of a record that belong to the test's own row, in the order of their moments."""
    assert case.frame is not None
    model, at = case.reader.model, case.reader.model.records[record].link
    while at is not None and at.parent != case.frame.record:
        at = model.records[at.parent].link
    if at is None:
        return []
    rows = case.reader.evaluation.evaluator.below(record, case.frame)
    return sorted(rows, key=lambda row: (case.reader.moment(row) or 0, row.key))


def due_span(reader: Reader, due: dt.date | dt.datetime) -> tuple[int, int]:
    """The instants that fit: a clock reading is one, a date all of that local day."""
    zone = reader.meaning.builder.zone
    if isinstance(due, dt.datetime):
        at = zone.to_instant(due)[0]
        return at, at
    day = due.toordinal() - dt.date(1970, 1, 1).toordinal()
    return zone.midnight(day), zone.midnight(day + 1) - 1


@dataclass(frozen=True, slots=True)
class _ExpectedVerdict:
    case: Case
    commitment: m.Commitment
    kpi: m.Kpi
    verdict: str
    due: tuple[int, int] | None
    number: int | None

    @property
    def words(self) -> str:
        """`response_time`, `response of P1`: what is expected of the row."""
        of = self.commitment.population
        return self.kpi.name if of is None else f"{self.kpi.name} of {of}"


def _promise(reader: Reader, commitment: m.Commitment) -> Promise:
    plan = reader.meaning.plan
    lowered = next(c for c in plan.commitments if c.id == commitment.id)
    return Promise(plan.figure(lowered.figure), reader.model.kpis[commitment.kpi], commitment)


# ------------------------------------------------------------------------------------------------------ time … within


def _of_clock(asked: _ExpectedVerdict, measure: m.TimeBetween, row: Frame) -> VerdictFailed:
    reader, promise = asked.case.reader, _promise(asked.case.reader, asked.commitment)
    population = asked.commitment.population
    if population is None and isinstance(measure.start, m.EntryUse):
        population = measure.start.definition
    judged = promised_rows(reader, promise, row).standing is Standing.IN
    outside = None if judged or population is None else definition_status(reader, population, row)
    return VerdictFailed(
        kpi=asked.words,
        expected=asked.verdict,
        due_expected=asked.due,
        clock=promised_clock(reader, promise, row),
        judged=judged,
        outside=outside,
        remedy=None if outside is None else _to_be_judged(asked, outside.name, row),
    )


def _to_be_judged(asked: _ExpectedVerdict, definition: str, row: Frame) -> tuple[Flip, ...] | None:
    """What would have brought the row to be judged at all."""

    def judged(case: Case) -> bool:
        there = None if case.frame is None else _row_of(case, asked.kpi.record, asked.number)
        return there is not None and outcome(case.reader, asked.commitment, there).state is not None

    return remedy(asked.case, to_enter(asked.case.reader, definition, row), judged)


# ------------------------------------------------------------------------------------------- share … become … within


def _of_goal(asked: _ExpectedVerdict, become: m.Become, row: Frame) -> VerdictFailed:
    reader, promise = asked.case.reader, _promise(asked.case.reader, asked.commitment)
    rows = promised_rows(reader, promise, row)
    population = asked.commitment.population or become.population.definition
    judged = rows.standing is Standing.IN
    outside, narrowed = None, None
    if not judged:
        outside = None if population is None else definition_status(reader, population, row)
        if outside is None or (outside.status is Status.IN and outside.in_term):
            where = rows.where
            outside, narrowed = None, None if where is None or where.value is True else where
    return VerdictFailed(
        kpi=asked.words,
        expected=asked.verdict,
        due_expected=asked.due,
        clock=promised_clock(reader, promise, row),
        judged=judged,
        outside=outside,
        goal=definition_status(reader, become.goal, row),
        narrowed=narrowed,
        remedy=None if outside is None else _to_be_judged(asked, outside.name, row),
    )
