"""A condition of an agreement with the value of each of its phrases on one row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, day_number
from sladsl.compiler import Compilation
from sladsl.engines.rows import Evaluation, Frame, row_above
from sladsl.engines.rows.values import Value
from sladsl.lowering import Meaning
from sladsl.lowering.builder import NOW
from sladsl.lowering.conditions import Scope, rows_seen
from sladsl.lowering.events import top
from sladsl.lowering.reading import RowsSeen, coming, never_there
from sladsl.plan import Field, Ref
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is written, at its place, and its value on a row.

    `value` is as the plan has it (an instant in microseconds, a number as `Decimal`; None is missing, or unknown for a condition), and
    `type` says how it reads. `parts` are the phrases in it, `rows` the child rows, of the record `looked_at`, that it looked at, `score`
    what a score's name stands for. A constant has no parts and `constant` set. A moment that is missing only because it is later than
    what the phrase sees has `later` set.
    """

    text: str
    file: str
    span: Span
    value: Value
    type: t.Type
    parts: tuple[Phrase, ...] = ()
    rows: tuple[RowSeen, ...] = ()
    looked_at: str = ""
    score: ScoreSeen | None = None
    constant: bool = False
    later: bool = False
    op: str = ""  # the operator that joins the parts, as in `sladsl.functions`
    called: str = ""  # the row that it names, where it is the key of one

    def every(self) -> Iterator[Phrase]:
        """The phrase and all phrases in it, on the same row."""
        yield self
        for part in self.parts:
            yield from part.every()


class RowFate(StrEnum):
    """What became of a child row that a phrase looked at."""

    COUNTED = "counted"
    LATER = "later"  # it came after the moment up to which the condition sees
    EARLIER = "earlier"  # … or no later than the moment after which the next one is looked for
    UNDATED = "undated"  # no time is known that would say whether it had come
    OUTSIDE = "outside"  # its moment is not inside the bounds
    REFUSED = "refused"  # its `where` is false
    UNKNOWN = "unknown"  # its `where` asks for a value that is missing


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A child row that a phrase looked at: when it was (an instant, if its record has a moment), and why it counted or not."""

    record: str
    key: str
    at: int | None
    fate: RowFate
    where: Phrase | None


@dataclass(frozen=True, slots=True)
class ClauseSeen:
    """`add 40 when …`: the points it would give (negative for `subtract`), and its condition."""

    points: Decimal
    condition: Phrase

    @property
    def added(self) -> bool:
        return self.condition.value is True


@dataclass(frozen=True, slots=True)
class ScoreSeen:
    name: str
    label: str
    total: Value
    clauses: tuple[ClauseSeen, ...]


@dataclass(frozen=True)
class Reader:
    """Reads phrases of one agreement on rows of one evaluation, which must be of the meaning's plan."""

    compilation: Compilation
    meaning: Meaning
    evaluation: Evaluation

    @property
    def model(self) -> m.Model:
        return self.meaning.model

    def value(self, e: m.Expression, frame: Frame, scope: Scope) -> Value:
        """What an expression is worth on the row; None for a duration whose length depends on where it starts."""
        if isinstance(e, m.Literal) and isinstance(e.value, Duration) and not e.value.is_length:
            return None
        return self.evaluation.evaluator.value(self.meaning.of(e, scope), frame)

    def column(self, asked: Ref | None, frame: Frame) -> int | None:
        """A column of instants, spans, codes or conditions on the frame's row; missing where the plan has none."""
        value = None if asked is None else self.evaluation.evaluator.value(asked, frame)
        assert value is None or isinstance(value, int)
        return value

    def called(self, type: t.Type, value: Value) -> str:
        """What the row is called that a value names, where it is the key of one."""
        if not (isinstance(type, t.Text) and type.key_of and isinstance(value, str)):
            return ""
        label = self.meaning.plan.record(type.key_of).called_by
        row = self.evaluation.families.named(type.key_of, value)
        return "" if row is None or label is None else row.values[label] or ""

    def text(self, file: str, span: Span) -> str:
        """What stands there, on one line."""
        source = self.compilation.sources.get(file)
        return "" if source is None else source.one_line(span).text

    def phrase(self, e: m.Expression, frame: Frame, scope: Scope, file: str) -> Phrase:
        """The phrase `e`, written in `file`, on the frame's row."""
        whole = Phrase(self.text(file, e.span), file, e.span, self.value(e, frame, scope), e.type)
        match e:
            case m.Literal():
                return replace(whole, constant=True)
            case m.Operation(op=op, args=args):
                return replace(whole, op=op, parts=tuple(self.phrase(a, frame, scope, file) for a in args))
            case m.RowsTest(rows=rows) | m.RowsValue(rows=rows) | m.Picked(rows=rows):
                after = e.by if isinstance(e, m.Picked) and e.looks_ahead else None
                seen = tuple(self.rows(rows, frame, scope, file, after))
                return replace(whole, rows=seen, looked_at=rows.record)
            case m.ScoreUse(score=name):
                return replace(whole, score=self.score(self.model.scores[name], frame, scope))
            case m.FieldUse() | m.PathUse() | m.EntryUse() | m.EventUse():
                later = whole.value is None and self._comes_later(e, frame, scope)
                return replace(whole, later=later, called=self.called(e.type, whole.value))
            case m.MemberUse() | m.SpellUse() | m.WithinUse() | m.ElapsedUse() | m.DatedValue():
                return whole
            case m.Recent(moment=moment) | m.During(moment=moment) | m.MovedMoment(moment=moment):
                return replace(whole, parts=(self.phrase(moment, frame, scope, file),))
            case m.ByDate():
                return self.phrase(self.in_force(e, frame, scope)[1], frame, scope, file)
            case m.DerivedUse(name=name):
                return replace(whole, parts=(self._derived(self.model.derived[name], frame, scope),))
            case m.OfAsker(value=asked, up=up):
                place, asker = [(n, x) for n, x in enumerate(scope.askers, 1) if x.looks][-up]
                return self.phrase(asked, self.evaluation.evaluator.askers[place], asker, file)
            case m.SetValue() | m.Invalid():
                raise AssertionError("a set stands only after `in`, and an invalid model is not lowered")
            case _:
                assert_never(e)

    def in_force(self, e: m.Expression, frame: Frame, scope: Scope) -> tuple[dt.date | None, m.Expression]:
        """Of the conditions of a definition that is given again the one that holds at the instant of reading, and the day from which on it
        does; any other condition itself."""
        if not isinstance(e, m.ByDate):
            return None, e
        at, zone = self.evaluation.evaluator.value(scope.until.at, frame), self.meaning.builder.zone
        for day, when in reversed(e.later):
            if isinstance(at, int) and at >= zone.midnight(day_number(day)):
                return day, when
        return None, e.value

    def _derived(self, d: m.Derived, frame: Frame, scope: Scope) -> Phrase:
        """How a derived field came about, read at the scope's instant."""
        above = d.record if d.record != scope.record else None
        return self.phrase(d.value, frame, replace(scope, stands_for=above), d.origin.file)

    def _comes_later(self, e: m.Moment, frame: Frame, scope: Scope) -> bool:
        """Whether a moment that is missing here is known, or hidden, at the as-of."""
        hidden = isinstance(e, m.FieldUse) and is_hidden(frame, e)
        now = Scope(scope.record, NOW, scope.subject)
        return hidden or (not scope.until.is_now and self.value(e, frame, now) is not None)

    def score(self, score: m.Score, frame: Frame, scope: Scope) -> ScoreSeen | None:
        """A score by its clauses, as it counted where the scope reads it; None where the data lack the row above that has it."""
        row = row_above(frame, score.record)
        if row is None:
            return None
        here = Scope(score.record, scope.until, score.name)
        clauses = tuple(self._clause(several, row, here, score.origin.file) for several in _together(score))
        total = sum((c.points for c in clauses if c.added), Decimal(0))
        return ScoreSeen(score.name, score.label, total, clauses)

    def _clause(self, several: list[m.ScoreClause], row: Frame, here: Scope, file: str) -> ClauseSeen:
        """A clause, with the points that it made where it counts rows."""
        first, *more = several
        made = sum((c.points for c in more if self.value(c.when, row, here) is True), first.points)
        return ClauseSeen(made, self.phrase(first.when, row, here, file))

    def rows(
        self, rows: m.Rows, frame: Frame, scope: Scope, file: str, after: str | None = None
    ) -> list[RowSeen]:
        """Each child row that a phrase looks at, in the order of time; those without a moment first. With `after` it looks at those whose
        time in that field is later than it."""
        asked = rows_seen(self.meaning.builder, rows, scope)
        if after is not None:
            asked = coming(asked, Field(rows.record, after), scope.over(rows).until.at)
        looked_at = []
        for row, below in self.looked_at(rows, frame, scope):
            where = None if rows.where is None else self.phrase(rows.where, row, below, file)
            looked_at.append(
                RowSeen(rows.record, row.key, self.moment(row), self._fate(asked, where, row, after), where)
            )
        return sorted(looked_at, key=lambda r: (r.at is not None, r.at or 0, r.key))

    def looked_at(self, rows: m.Rows, frame: Frame, scope: Scope) -> Iterator[tuple[Frame, Scope]]:
        """The rows that a row looks at, each with the scope of what it is asked, which can be worked out until the next one is taken."""
        evaluator, below = self.evaluation.evaluator, scope.over(rows)
        beside = len(below.askers) > len(scope.askers)
        with evaluator.asking(len(below.askers), frame) if beside else nullcontext():
            above = top(self.model, scope.record, scope.row, rows.record)
            for row in evaluator.below(rows.record, frame, above):
                if rows.beside is None or (row.record, row.key) != (frame.record, frame.key):
                    yield row, below

    def moment(self, row: Frame) -> int | None:
        """The row's own moment, if its record has one."""
        own = self.model.records[row.record].moment
        at = None if own is None else row.values[own.name]
        return at if isinstance(at, int) else None

    def _fate(self, asked: RowsSeen, where: Phrase | None, row: Frame, after: str | None) -> RowFate:
        ev = self.evaluation.evaluator
        if asked.there is not None and ev.value(asked.there, row) is not True:
            if after is not None:
                return RowFate.UNDATED if row.values[after] is None else RowFate.EARLIER
            lost = never_there(self.model.records[row.record])
            return RowFate.LATER if lost is None or ev.value(lost, row) is not True else RowFate.UNDATED
        if asked.inside is not None and ev.value(asked.inside, row) is not True:
            return RowFate.OUTSIDE
        if where is None or where.value is True:
            return RowFate.COUNTED
        return RowFate.REFUSED if where.value is False else RowFate.UNKNOWN


def _together(score: m.Score) -> Iterator[list[m.ScoreClause]]:
    """The clauses of a score, those together that one `for each` stands for."""
    several: list[m.ScoreClause] = []
    for clause in score.clauses:
        if several and clause.number < 2:
            yield several
            several = []
        several.append(clause)
    if several:
        yield several


def is_hidden(frame: Frame, field: m.FieldUse) -> bool:
    """Whether the field's value lies after the as-of."""
    row = row_above(frame, field.record)
    return row is not None and field.field in row.hidden


def name_of(moment: m.Moment) -> str:
    """What the agreement calls a moment: the field, the definition or the event that it is."""
    match moment:
        case m.PathUse():
            return m.spelt(moment)
        case m.FieldUse(field=name) | m.EntryUse(definition=name) | m.EventUse(event=name):
            return name
