"""The things in a row that have one value each: which they are, what they can be, and what depends on time.

A condition is read as things stood at some moment, its *view*: the same time field, call or score can be missing in the view of one
definition and known in that of a later one. So what depends on time is a different subject in each view; plain fields, which have
today's value, are the same in all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl.checker.rules import words
from sladsl.checker.rules.domains import ANYTHING, AllBut, Domain, Some, Values
from sladsl.checker.rules.facts import Subject
from sladsl.checker.rules.intervals import END, START, line
from sladsl.functions import FUNCTIONS, Missing
from sladsl.model.traversal import walk
from sladsl.types import Boolean, Date, Duration, Number, OneOf, Percent, Time, Type

TRUTH = Some(frozenset({0, 1}))
SIGNS = Some(frozenset({-1, 0, 1}))
COUNTS = line([((Decimal(0), 0), END)], whole=True)


class Subjects:
    """The subjects of one model; the same place in the same view is the same subject."""

    def __init__(self, model: m.Model) -> None:
        self.model = model
        self._timed_scores: dict[str, bool] = {}

    def value(self, e: m.Expression, view: str) -> Subject | None:
        """The subject an expression is; None for what has no value of its own (a literal, a set)."""
        match e:
            case m.Literal() | m.SetValue():
                return None
            case m.FieldUse():
                return self._field(e, view)
            case m.ScoreUse():
                return self._score(e, view)
            case m.RowsValue(function="count"):
                return self.count(e.rows, view)
            case m.Operation():
                return self._operation(e, view)
            case _:
                domain = Domain(values_of(e.type), True)
                return Subject(self._key(e, view), domain, domain, words.say(e), e.type)

    def truth(self, e: m.Expression, view: str) -> Subject:
        """The subject that a condition is, when nothing is known of what is inside it."""
        free = Domain(TRUTH, True)
        return Subject(
            "whether " + self._key(e, view), free, free, words.say(e), leaves=self._leaves(e, view)
        )

    def count(self, rows: m.Rows, view: str) -> Subject:
        """How many child rows there are; with bounds it is not known when their moment is not."""
        domain = Domain(COUNTS, rows.bounds is not None)
        counted = m.RowsValue("count", None, rows, Number(), rows.span)
        every = None
        if rows.where is not None or rows.bounds is not None:
            every = self.count(m.Rows(rows.record, None, None, rows.span, rows.beside), view)
        shown = words.say(counted).removeprefix("(").removesuffix(")")
        free = Domain(COUNTS, False)
        key = self._key(counted, view)
        return Subject(key, domain, free, shown, plain=True, rows=rows.record, within=every)

    def signs(self, left: m.Expression, right: m.Expression, view: str) -> Subject:
        """Whether the left value is less than (-1), equal to (0) or greater than (1) the right one."""
        leaves = tuple(s for s in (self.value(left, view), self.value(right, view)) if s is not None)
        free = Domain(SIGNS, True)
        key = f"{self._key(left, view)} <> {self._key(right, view)}"
        return Subject(key, free, free, words.say(left), leaves=leaves)

    def is_timed(self, e: m.Expression) -> bool:
        """Whether its value depends on the moment from which it is seen."""
        return any(self._is_timed(inner) for inner in walk(e))

    def _is_timed(self, e: m.Expression) -> bool:
        match e:
            case m.FieldUse():
                return isinstance(e.type, Date | Time)
            case m.PathUse():
                named = self.model.records.get(e.record)
                return isinstance(e.type, Date | Time) or named is None or named.moment is not None
            case m.ScoreUse():
                return self._is_timed_score(e.score)
            case m.Literal() | m.SetValue() | m.Operation() | m.Invalid():
                return False
            case m.Picked() | m.Recent() | m.During() | m.MovedMoment() | m.DerivedUse():
                return True
            case m.OfAsker():
                return False  # what it is a value of is inside it
            case m.RowsTest() | m.RowsValue() | m.MemberUse() | m.EntryUse() | m.EventUse():
                return True
            case m.SpellUse() | m.DatedValue() | m.ByDate():
                return True
            case m.WithinUse() | m.ElapsedUse():
                return True
            case _:
                assert_never(e)

    def _is_timed_score(self, name: str) -> bool:
        if name not in self._timed_scores:
            self._timed_scores[name] = True  # what a cycle would find, which is reported elsewhere
            score = self.model.scores.get(name)
            self._timed_scores[name] = score is None or any(self.is_timed(c.when) for c in score.clauses)
        return self._timed_scores[name]

    def _key(self, e: m.Expression, view: str) -> str:
        return words.identity(e) + (f" @ {view}" if self.is_timed(e) else "")

    def _field(self, e: m.FieldUse, view: str) -> Subject:
        record = self.model.records.get(e.record)
        declared = record.fields.get(e.field) if record else None
        values = values_of(e.type)
        optional = declared is None or declared.optional
        return Subject(
            self._key(e, view),
            Domain(values, True),
            Domain(values, optional),
            words.say(e),
            e.type,
            plain=True,
        )

    def _score(self, e: m.ScoreUse, view: str) -> Subject:
        score = self.model.scores.get(e.score)
        clauses = score.clauses if score else ()
        low = sum((min(c.points, Decimal(0)) for c in clauses), Decimal(0))
        high = sum((max(c.points, Decimal(0)) for c in clauses), Decimal(0))
        domain = Domain(line([((low, 0), (high, 1))] if score else [(START, END)]), False)
        return Subject(self._key(e, view), domain, domain, e.score, plain=True, score=(e.score, view))

    def _operation(self, e: m.Operation, view: str) -> Subject:
        values = values_of(e.type)
        match e.op:
            case "length":
                values = COUNTS
            case "lower":
                values = AllBut(passes=frozenset({("in lower case", "")}))
            case "domain":
                values = AllBut(passes=frozenset({("without @", "")}))
            case _:
                pass
        domain = Domain(values, True)
        plain = e.op in ("length", "lower", "domain") and isinstance(e.args[0], m.FieldUse)
        return Subject(self._key(e, view), domain, domain, words.say(e), e.type, plain, self._leaves(e, view))

    def _leaves(self, e: m.Expression, view: str) -> tuple[Subject, ...]:
        """What must be known for the expression to be: every part of an operator that passes a missing value on."""
        match e:
            case m.Operation() if e.op in FUNCTIONS and FUNCTIONS[e.op].missing is Missing.PROPAGATES:
                parts = (self.value(a, view) for a in e.args if not isinstance(a, m.SetValue))
                return tuple(part for part in parts if part is not None)
            case _:
                return ()


def values_of(type: Type) -> Values:
    """Every value of a type, as far as it is a set of something."""
    match type:
        case Number() | Percent() | Time() | Duration():
            return line([(START, END)])
        case Date():
            return line([(START, END)], whole=True)
        case OneOf():
            return Some(frozenset(type.values))
        case Boolean():
            return TRUTH
        case _:
            return ANYTHING
