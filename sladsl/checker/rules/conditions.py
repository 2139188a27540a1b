"""When a condition is true, false or unknown, as facts about the row.

Each of its four questions is asked of the parts with the three-valued tables: a conjunction is true when all parts are, not true when
one is not true, and so on. At the leaves a comparison is a set of values of one subject, and *unknown* is that subject being missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from sladsl import model as m
from sladsl.calendars import Duration, DurationKind
from sladsl.checker.rules.domains import KNOWN, MISSING, AllBut, Domain, Some, Values
from sladsl.checker.rules.facts import (
    ALWAYS,
    NEVER,
    UNKNOWN,
    Facts,
    Subject,
    all_of,
    any_of,
    both,
    either,
    fact,
)
from sladsl.checker.rules.intervals import END, START, Stretch, complement, line, point
from sladsl.checker.rules.subjects import Subjects
from sladsl.model.traversal import walk
from sladsl.types import Date, OneOf, Text, Time


class Answer(StrEnum):
    """What is asked of a condition. `NOT_TRUE` is false or unknown."""

    TRUE = "true"
    FALSE = "false"
    NOT_TRUE = "not true"
    NOT_FALSE = "not false"


_DENIED = {
    Answer.TRUE: Answer.FALSE,
    Answer.FALSE: Answer.TRUE,
    Answer.NOT_TRUE: Answer.NOT_FALSE,
    Answer.NOT_FALSE: Answer.NOT_TRUE,
}
_YES = (Answer.TRUE, Answer.NOT_FALSE)
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_SIGNS = {"<": (-1,), "<=": (-1, 0), "=": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}
_TEXT_TESTS = ("contains", "starts with", "ends with", "matches")
_SMALLEST_PLACE = -6
"""Numbers have six decimal places; what a literal with more means beside them is not for us to say."""

Entered = Callable[[str], Facts]
"""What is known of a row that is in a definition."""


class Conditions:
    """`asked(condition, answer, view)` for one model. `entered` says what being in a definition means."""

    def __init__(self, subjects: Subjects, entered: Entered) -> None:
        self.subjects = subjects
        self.entered = entered
        self._found: dict[tuple[int, Answer, str], tuple[m.Expression, Facts]] = {}

    def asked(self, e: m.Expression, answer: Answer, view: str) -> Facts:
        """What holds when the condition has this answer in this view."""
        key = (id(e), answer, view)
        if key not in self._found:
            # The expression is kept beside its facts, so that its id is not given to another.
            self._found[key] = (e, self._asked(e, answer, view))
        return self._found[key][1]

    def is_true(self, e: m.Expression, view: str) -> Facts:
        return self.asked(e, Answer.TRUE, view)

    def is_not_true(self, e: m.Expression, view: str) -> Facts:
        return self.asked(e, Answer.NOT_TRUE, view)

    def _asked(self, e: m.Expression, answer: Answer, view: str) -> Facts:
        if not _joins(e) and any(isinstance(inner, m.Invalid) for inner in walk(e)):
            return UNKNOWN
        match e:
            case m.Literal(value=bool()):
                return ALWAYS if bool(e.value) == (answer in _YES) else NEVER
            case m.Operation():
                return self._operation(e, answer, view)
            case m.RowsTest():
                return self._rows_test(e, answer, view)
            case m.MemberUse():
                return self._member(e, answer, view)
            case m.FieldUse():
                subject = self.subjects.value(e, view)
                assert subject is not None
                return _atom(subject, Some(frozenset({1})), answer)
            case _:
                return self._opaque(e, answer, view)

    def _opaque(self, e: m.Expression, answer: Answer, view: str) -> Facts:
        return _atom(self.subjects.truth(e, view), Some(frozenset({1})), answer)

    def _member(self, e: m.MemberUse, answer: Answer, view: str) -> Facts:
        own = self._opaque(e, answer, view)
        return both(own, self.entered(e.definition)) if answer is Answer.TRUE else own

    def _rows_test(self, e: m.RowsTest, answer: Answer, view: str) -> Facts:
        count = Decimal(e.count)
        match e.quantifier:
            case m.Quantifier.ANY | m.Quantifier.AT_LEAST:
                wanted = line([((count, 0), END)])
            case _:
                wanted = line([(START, (count, 1))])
        return _atom(self.subjects.count(e.rows, view), wanted, answer)

    def _operation(self, e: m.Operation, answer: Answer, view: str) -> Facts:
        match e.op:
            case "and" | "or":
                wants_all = (e.op == "and") == (answer in _YES)
                parts = (self.asked(a, answer, view) for a in e.args)
                return all_of(parts) if wants_all else any_of(parts)
            case "not":
                return self.asked(e.args[0], _DENIED[answer], view)
            case "is known" | "is missing":
                return self._presence(e.args[0], (e.op == "is known") == (answer in _YES), view)
            case "=" | "!=" | "<" | "<=" | ">" | ">=":
                return self._comparison(e, e.op, e.args[0], e.args[1], answer, view)
            case "in":
                return self._in(e, answer, view)
            case "else":
                return self._defaulted(e, lambda part: self.asked(part, answer, view), view)
            case _ if e.op in _TEXT_TESTS:
                return self._text_test(e, answer, view)
            case _:
                return self._opaque(e, answer, view)

    def _presence(self, e: m.Expression, known: bool, view: str) -> Facts:
        match e:
            case m.Literal() | m.SetValue():
                return ALWAYS if known else NEVER
            case m.Operation(op="else"):
                parts = (self._presence(a, known, view) for a in e.args)
                return any_of(parts) if known else all_of(parts)
            case _:
                subject = self.subjects.value(e, view)
                assert subject is not None
                return fact(subject, KNOWN if known else MISSING)

    def _defaulted(self, e: m.Operation, ask: Callable[[m.Expression], Facts], view: str) -> Facts:
        """`(value else default)`: the first where it is known, the second where it is not."""
        value, default = e.args
        known, missing = self._presence(value, True, view), self._presence(value, False, view)
        return either(both(known, ask(value)), both(missing, ask(default)))

    def _comparison(
        self, e: m.Operation, op: str, left: m.Expression, right: m.Expression, answer: Answer, view: str
    ) -> Facts:
        match left, right:
            case m.Literal(), m.Literal():
                return UNKNOWN
            case m.Literal(), _:
                return self._comparison(e, _FLIPPED[op], right, left, answer, view)
            case _, m.Literal(value=bool()) if op in ("=", "!="):
                same = bool(right.value) == (op == "=")
                return self.asked(left, answer if same else _DENIED[answer], view)
            case m.Operation(op="else"), m.Literal():
                return self._defaulted(
                    left, lambda v: self._default_compared(e, op, v, right, answer, view), view
                )
            case _, m.Literal():
                wanted = wanted_values(op, left, right)
                subject = self.subjects.value(left, view)
                if wanted is None or subject is None:
                    return self._opaque(e, answer, view)
                return _atom(subject, wanted, answer)
            case _:
                return self._two_values(e, op, left, right, answer, view)

    def _default_compared(
        self, e: m.Operation, op: str, value: m.Expression, other: m.Literal, answer: Answer, view: str
    ) -> Facts:
        if isinstance(value, m.Literal):
            truth = _literals(op, value, other)
            return UNKNOWN if truth is None else ALWAYS if truth == (answer in _YES) else NEVER
        return self._comparison(e, op, value, other, answer, view)

    def _two_values(
        self, e: m.Operation, op: str, left: m.Expression, right: m.Expression, answer: Answer, view: str
    ) -> Facts:
        """Two values of one row: less, equal or greater, whatever they are."""
        if any(isinstance(inner, m.SetValue | m.Invalid) for inner in (left, right)):
            return self._opaque(e, answer, view)
        if type(left.type) is not type(right.type) and {Date, Time} == {type(left.type), type(right.type)}:
            return self._opaque(e, answer, view)  # compared as dates: not the order of the two themselves
        subject = self.subjects.signs(left, right, view)
        other = self.subjects.signs(right, left, view)
        if other.key < subject.key:
            op, subject = _FLIPPED[op], other
        return _atom(subject, Some(frozenset(_SIGNS[op])), answer)

    def _in(self, e: m.Operation, answer: Answer, view: str) -> Facts:
        value, *rest = e.args
        items = rest[0].items if len(rest) == 1 and isinstance(rest[0], m.SetValue) else tuple(rest)
        if isinstance(value, m.Operation) and value.op == "else":
            # Written out: in the set is equal to one of its items.
            equal = tuple(m.Operation("=", (value, i), e.type, e.span, e.op_span) for i in items)
            return self._operation(m.Operation("or", equal, e.type, e.span, e.op_span), answer, view)
        subject = self.subjects.value(value, view)
        literals = [i for i in items if isinstance(i, m.Literal)]
        wanted = [wanted_values("=", value, i) for i in literals]
        if subject is None or len(literals) < len(items) or any(w is None for w in wanted):
            return self._opaque(e, answer, view)
        return _atom(subject, _union([w for w in wanted if w is not None]), answer)

    def _text_test(self, e: m.Operation, answer: Answer, view: str) -> Facts:
        value, operand = e.args
        subject = self.subjects.value(value, view)
        is_default = isinstance(value, m.Operation) and value.op == "else"
        if (
            subject is None
            or is_default
            or not isinstance(operand, m.Literal)
            or not isinstance(operand.value, str)
        ):
            return self._opaque(e, answer, view)
        return _atom(subject, AllBut(passes=frozenset({(e.op, operand.value)})), answer)


def wanted_values(op: str, value: m.Expression, literal: m.Literal) -> Values | None:
    """The values for which `value op literal` is true; None when that is not for us to say."""
    if isinstance(literal.value, str):
        if not isinstance(value.type, Text | OneOf):
            return None
        return _wanted_texts(op, literal.value)
    stretch = _stretch(value, literal)
    if stretch is None:
        return None
    low, high = stretch
    match op:
        case "=":
            return line([stretch])
        case "!=":
            return complement(line([stretch]))
        case "<":
            return line([(START, low)])
        case "<=":
            return line([(START, high)])
        case ">":
            return line([(high, END)])
        case _:
            return line([(low, END)])


def _wanted_texts(op: str, text: str) -> Values:
    match op:
        case "=":
            return Some(frozenset({text}))
        case "!=":
            return AllBut(frozenset({text}))
        case _:
            return AllBut(passes=frozenset({(op, text)}))


def _stretch(value: m.Expression, literal: m.Literal) -> Stretch | None:
    """Where a literal lies on the value's line: a point, or a whole day where a date stands beside a time."""
    match literal.value:
        case Decimal():
            exponent = literal.value.normalize().as_tuple().exponent
            return point(literal.value) if isinstance(exponent, int) and exponent >= _SMALLEST_PLACE else None
        case dt.datetime() if isinstance(value.type, Date):
            return point(Decimal(literal.value.toordinal()))
        case dt.datetime() if isinstance(value.type, Time):
            return point(_microseconds(literal.value))
        case dt.date() if isinstance(value.type, Date):
            return point(Decimal(literal.value.toordinal()))
        case dt.date() if isinstance(value.type, Time):
            midnight = dt.datetime.combine(literal.value, dt.time())
            return (_microseconds(midnight), 0), (_microseconds(midnight) + 86_400_000_000, 0)
        case Duration(kind=DurationKind.ABSOLUTE):
            return point(Decimal(literal.value.amount))
        case _:
            return None


def _joins(e: m.Expression) -> bool:
    """Whether it is made of conditions, each of which is looked at by itself."""
    return isinstance(e, m.Operation) and e.op in ("and", "or", "not")


def _microseconds(clock: dt.datetime) -> Decimal:
    return Decimal((clock - dt.datetime(1, 1, 1)) // dt.timedelta(microseconds=1))


def _literals(op: str, left: m.Literal, right: m.Literal) -> bool | None:
    """Whether a comparison of two literals is true; None when they are not of one kind."""
    a, b = left.value, right.value
    match a, b:
        case (Decimal(), Decimal()) | (str(), str()):
            sign = (a > b) - (a < b)  # type: ignore[operator]
            return sign in _SIGNS[op]
        case _:
            return None


def _union(wanted: list[Values]) -> Values:
    lines = [w for w in wanted if not isinstance(w, Some | AllBut)]
    if lines:
        return line([s for w in lines for s in w.stretches], any(w.whole for w in lines))
    return Some(frozenset(v for w in wanted if isinstance(w, Some) for v in w.values))


def _others(values: Values) -> Values:
    """Every other value. Of texts only for what a single test wants."""
    match values:
        case Some():
            return AllBut(values.values)
        case AllBut():
            return Some(frozenset(values.excluded)) if values.excluded else AllBut(fails=values.passes)
        case _:
            return complement(values)


def _atom(subject: Subject, wanted: Values, answer: Answer) -> Facts:
    match answer:
        case Answer.TRUE:
            return fact(subject, Domain(wanted, False))
        case Answer.FALSE:
            return fact(subject, Domain(_others(wanted), False))
        case Answer.NOT_TRUE:
            return fact(subject, Domain(_others(wanted), True))
        case Answer.NOT_FALSE:
            return fact(subject, Domain(wanted, True))
