"""Conditions of an agreement as formulas of a solver, over all rows that data could have.

Three-valued as the language is: a `Term` is a value and whether it is known. Numbers count millionths, since that is the precision of the
language; times count microseconds, dates count days. Data are taken to be as their records declare them: an enumeration has its values, and
what is not optional is there.

What has no formula (a calendar, a clock, an event, a row that is picked by its place) stands as an unknown of its own: the same one where
the same is asked at the same instant, and any value else. So whatever is proven holds of all rows, and a row that the solver finds may be
none: each is asked of the reference interpreter before it is shown. Where conditions are read (`view`) is said by whoever asks, since a
count of rows, or whether a time had come, may be another at another instant.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

import cvc5
from cvc5 import pythonic as smt

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind, Zone
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.words import identity, say
from sladsl.model.traversal import walk
from sladsl.proving.answers import Answers, Solver

MILLION = 1_000_000
LIMIT = 10**18
"""Of a number, in millionths: what is beyond has no value."""
MOST_REGIONS = 4
"""Conditions on child rows of one kind of which all combinations are counted."""


@dataclass(frozen=True, slots=True)
class Term:
    """A value of the solver's, and whether there is one; of a condition the value is a Boolean. `written` is the text that the value has
    in lower case."""

    known: Any
    value: Any
    written: Any = None

    @property
    def true(self) -> Any:
        return smt.And(self.known, self.value)

    @property
    def false(self) -> Any:
        return smt.And(self.known, smt.Not(self.value))


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A field of the row, or of one above it, that the formulas ask for."""

    record: str
    field: m.Field
    term: Term


@dataclass(frozen=True, slots=True)
class Counted:
    """How many child rows meet a condition; None is all of them."""

    rows: m.Rows
    where: m.Expression | None
    number: Any


@dataclass(frozen=True, slots=True)
class Region:
    """How many child rows meet exactly these conditions of those that are asked of them."""

    rows: m.Rows
    met: tuple[m.Expression, ...]
    unmet: tuple[m.Expression, ...]
    number: Any


@dataclass
class Translation:
    """The formulas of one question. `facts` hold of all rows; `unsaid` is what stands as an unknown, in the agreement's words; `operations`
    are what was asked for."""

    knowledge: Knowledge
    zone: Zone
    answers: Answers = field(default_factory=Answers)
    facts: list[Any] = field(default_factory=list)
    fields: dict[tuple[str, str], FieldTerm] = field(default_factory=dict)
    unsaid: dict[str, None] = field(default_factory=dict)
    regions: list[Region] = field(default_factory=list)
    operations: list[m.Operation] = field(default_factory=list)
    _terms: dict[tuple[str, str], Term] = field(default_factory=dict)
    _days: dict[str, Any] = field(default_factory=dict)  # by view
    _counted: dict[tuple[str, ...], dict[str, Counted]] = field(default_factory=dict)
    _fresh: int = 0

    @property
    def model(self) -> m.Model:
        return self.knowledge.model

    # --- what holds of rows in a definition

    def inside(self, definition: str) -> Any:
        """That a row was in a definition when it entered: its conditions, each where it is read, and its own moments."""
        parts = []
        for d in self.knowledge.chain(definition):
            if d.when is not None:
                parts.append(self.term(d.when, self.knowledge.view(d.name)).true)
            if isinstance(d.since, m.FieldUse):
                parts.append(self.field(d.since).known)
        return smt.And(*parts) if parts else smt.BoolVal(True)

    def apart(self, inner: str, outer: str) -> Any:
        """That a row was in one definition and not in another."""
        return smt.And(self.inside(inner), smt.Not(self.inside(outer)))

    def solver(self, milliseconds: int, *conditions: Any) -> Solver:
        """A solver that gives up after so long, with what holds of all rows and these conditions; no more can be said of them then."""
        self._count_regions()
        solver = Solver(self.answers, milliseconds)
        solver.add(*self.facts, *conditions)
        return solver

    # --- expressions

    def term(self, e: m.Expression, view: str) -> Term:
        """An expression as it is read there."""
        key = identity(e), view
        if key not in self._terms:
            if isinstance(e, m.Operation):
                self.operations.append(e)
            self._terms[key] = self._made(e, view)
        return self._terms[key]

    def _made(self, e: m.Expression, view: str) -> Term:
        match e:
            case m.Literal():
                return self._literal(e, view)
            case m.FieldUse() if isinstance(e.type, t.Time | t.Date):
                return self._moment(e, view)
            case m.FieldUse():
                return self.field(e)
            case m.Operation(op="and" | "or" | "not" | "is known" | "is missing" | "else" | "in"):
                return self._logic(e, view)
            case m.Operation():
                return self._operation(e, view)
            case m.ScoreUse(score=name):
                return self._score(name, view)
            case m.MemberUse(definition=name):
                return self._member(e, name, view)
            case m.DerivedUse(name=name) if _is_of_the_row(self.model.derived[name].value):
                return self.term(self.model.derived[name].value, view)
            case m.RowsTest():
                return self._rows_test(e, view)
            case m.RowsValue(function="count"):
                counted, known = self._count(e.rows, view)
                return Term(known, counted.number * MILLION)
            case m.DatedValue() | m.ByDate():
                return self._on_its_day(e, view)
            case _:
                return self._unknown(e, view)

    def field(self, e: m.FieldUse) -> Term:
        """A field of the row, as it is in the data."""
        key = e.record, e.field
        if key not in self.fields:
            declared = self.model.records[e.record].fields[e.field]
            made = Term(smt.Bool(self._name("known")), self._variable(declared.type))
            if not declared.optional and not declared.implied:
                self.facts.append(made.known)
            self._declare(declared.type, made)
            self.fields[key] = FieldTerm(e.record, declared, made)
        return self.fields[key].term

    def _declare(self, type: t.Type, made: Term) -> None:
        match type:
            case t.OneOf(values=values):
                self.facts.append(smt.Or(*(made.value == smt.StringVal(x) for x in values)))
            case t.Text():
                self.facts.append(made.value != smt.StringVal(""))
            case t.Number() | t.Percent():
                self.facts.append(smt.And(made.value > -LIMIT, made.value < LIMIT))

    def _moment(self, e: m.FieldUse, view: str) -> Term:
        """A time or a date at an instant: one that comes later is not there yet, and then it is unknown."""
        whole = self.field(e)
        come = smt.Bool(self._name("come"))
        return Term(smt.And(whole.known, come), whole.value)

    def _literal(self, e: m.Literal, view: str) -> Term:
        match e.value:
            case bool():
                return _sure(smt.BoolVal(e.value))
            case str():
                return _sure(smt.StringVal(e.value))
            case Decimal():
                exact = e.value * MILLION
                whole = exact == exact.to_integral_value() and abs(exact) < LIMIT
                return _sure(smt.IntVal(int(exact))) if whole else self._unknown(e, view)
            case dt.datetime():
                return _sure(smt.IntVal(self.zone.to_instant(e.value)[0]))
            case dt.date():
                return _sure(smt.IntVal((e.value - dt.date(1970, 1, 1)).days))
            case Duration(kind=DurationKind.ABSOLUTE, amount=amount):
                return _sure(smt.IntVal(amount))
            case _:
                return self._unknown(e, view)

    def _on_its_day(self, e: m.DatedValue | m.ByDate, view: str) -> Term:
        """What holds from dates on: which of the versions is in force is said by the day of reading, whatever that is."""
        if view not in self._days:
            self._days[view] = smt.Int(self._name("day"))
        made = self.term(e.value, view)
        for since, later in e.later:
            held = self._days[view] >= (since - dt.date(1970, 1, 1)).days
            other = self.term(later, view)
            made = Term(
                smt.If(held, other.known, made.known),
                smt.If(held, other.value, made.value),
            )
        return made

    def _logic(self, e: m.Operation, view: str) -> Term:
        terms = [self.term(x, view) for x in e.args]
        match e.op:
            case "and":
                no = smt.Or(*(x.false for x in terms))
                yes = smt.And(*(x.true for x in terms))
                return Term(smt.Or(no, yes), yes)
            case "or":
                yes = smt.Or(*(x.true for x in terms))
                no = smt.And(*(x.false for x in terms))
                return Term(smt.Or(yes, no), yes)
            case "not":
                return Term(terms[0].known, smt.Not(terms[0].value))
            case "is known":
                return _sure(terms[0].known)
            case "is missing":
                return _sure(smt.Not(terms[0].known))
            case "else":
                first, second = terms
                return Term(smt.Or(first.known, second.known), smt.If(first.known, first.value, second.value))
            case _:
                alike = _of_lower_case(e, terms[0])
                if alike is None:
                    alike = smt.Or(*(terms[0].value == x.value for x in terms[1:]))
                return Term(smt.And(*(x.known for x in terms)), alike)

    def _operation(self, e: m.Operation, view: str) -> Term:
        terms = [self.term(x, view) for x in e.args]
        known = smt.And(*(x.known for x in terms))
        values = [x.value for x in terms]
        kinds = {_sort(x.type) for x in e.args}
        of_lower_case = _of_lower_case(e, terms[0])
        if of_lower_case is not None:
            return Term(known, of_lower_case)
        if e.op in _COMPARED:
            return Term(known, _COMPARED[e.op](*values)) if len(kinds) == 1 else self._unknown(e, view)
        if e.op in _TEXTS:
            return Term(known, _TEXTS[e.op](*values))
        if e.op in _SUMS and kinds <= {"number"}:
            made = _SUMS[e.op](*values)
            return Term(smt.And(known, made > -LIMIT, made < LIMIT), made)
        if e.op in _SUMS:
            return Term(known, _SUMS[e.op](*values))
        match e.op:
            case "*" | "/":
                return self._rounded(e, terms, view)
            case "least" | "greatest":
                made = values[0]
                for x in values[1:]:
                    made = smt.If((x < made) if e.op == "least" else (x > made), x, made)
                return Term(known, made)
            case "length":
                return Term(known, smt.Length(values[0]) * MILLION)
            case "domain":
                return self._domain(terms[0])
            case "lower":
                return Term(known, _in_lower_case(values[0]), written=values[0])
            case "matches":
                pattern, small = e.args[1], terms[0].written
                text = values[0] if small is None else small
                found = None
                if isinstance(pattern, m.Literal):
                    found = _Pattern(str(pattern.value), small is not None).found()
                return self._unknown(e, view) if found is None else Term(known, smt.InRe(text, found))
            case _:
                return self._unknown(e, view)

    def _rounded(self, e: m.Operation, terms: Sequence[Term], view: str) -> Term:
        """A product or a quotient with a number that is written out: the nearest millionth, of two the one that is further from zero."""
        first, second = e.args
        if e.op == "*" and isinstance(first, m.Literal):
            terms, second = [terms[1], terms[0]], first
        by = second.value if isinstance(second, m.Literal) else None
        if not isinstance(by, Decimal) or by == 0 or by * MILLION != (by * MILLION).to_integral_value():
            return self._unknown(e, view)
        made, times = smt.Int(self._name("rounded")), int(by * MILLION)
        whole, by_what = (
            (terms[0].value * times, MILLION)
            if e.op == "*"
            else (terms[0].value * (MILLION if times > 0 else -MILLION), abs(times))
        )
        off = 2 * (made * by_what - whole)
        up, down = smt.And(off <= by_what, off > -by_what), smt.And(off < by_what, off >= -by_what)
        self.facts.append(smt.If(whole >= 0, up, down))
        known = smt.And(*(x.known for x in terms), made > -LIMIT, made < LIMIT)
        return Term(known, made)

    def _domain(self, address: Term) -> Term:
        """What follows the last `@`; missing where there is none."""
        if address.written is not None:  # in lower case or not, it begins at the same place
            made = self._domain(Term(address.known, address.written))
            return Term(made.known, _in_lower_case(made.value), written=made.value)
        before, after = smt.String(self._name("before")), smt.String(self._name("after"))
        mark = smt.StringVal("@")
        there = smt.Contains(address.value, mark)
        parted = smt.And(address.value == smt.Concat(before, mark, after), smt.Not(smt.Contains(after, mark)))
        self.facts.append(smt.Implies(there, parted))
        return Term(smt.And(address.known, there), after)

    def _score(self, name: str, view: str) -> Term:
        """The points of the clauses that are true: an unknown one adds nothing, and one that a clock still decides leaves no total."""
        total = smt.IntVal(0)
        for clause in self.model.scores[name].clauses:
            points = int(clause.points * MILLION)
            total = total + smt.If(self.term(clause.when, view).true, smt.IntVal(points), smt.IntVal(0))
        if all(_is_settled(clause.when) for clause in self.model.scores[name].clauses):
            return _sure(total)
        return Term(smt.Bool(self._name("known")), total)

    def _member(self, e: m.MemberUse, name: str, view: str) -> Term:
        """Being in a definition by then asks for its conditions; not being in it may mean that the moment has not come."""
        made = Term(smt.Bool(self._name("known")), smt.Bool(self._name("member")))
        self._terms[identity(e), view] = made  # what stands on itself is reported elsewhere
        self.facts.append(smt.Implies(made.true, self.inside(name)))
        return made

    def _unknown(self, e: m.Expression, view: str) -> Term:
        """What has no formula: any value."""
        self.unsaid.setdefault(say(e))
        made = Term(smt.Bool(self._name("known")), self._variable(e.type))
        self._declare(e.type, made)
        return made

    # --- child rows

    def _rows_test(self, e: m.RowsTest, view: str) -> Term:
        counted, known = self._count(e.rows, view)
        match e.quantifier:
            case m.Quantifier.ANY | m.Quantifier.AT_LEAST:
                return Term(known, counted.number >= e.count)
            case m.Quantifier.NO:
                return Term(known, counted.number == 0)
            case _:
                return Term(known, counted.number <= e.count)

    def _count(self, rows: m.Rows, view: str) -> tuple[Counted, Any]:
        """How many rows there are, and whether that is known: not where a moment bounds them, or what is asked of them may be open."""
        bounds = "" if rows.bounds is None else _bounds(rows.bounds)
        group = self._counted.setdefault((rows.record, bounds, rows.beside or "", view), {})
        asked = "" if rows.where is None else identity(rows.where)
        if asked not in group:
            number = smt.Int(self._name("rows"))
            self.facts.append(number >= 0)
            group[asked] = Counted(rows, rows.where, number)
        plain = rows.bounds is None and rows.beside is None and (rows.where is None or _is_plain(rows.where))
        return group[asked], smt.BoolVal(True) if plain else smt.Bool(self._name("known"))

    def counted(self) -> Iterator[Counted]:
        """The child rows that the formulas count."""
        for group in self._counted.values():
            yield from group.values()

    def _count_regions(self) -> None:
        """That counts of the same rows by several conditions fit together: each row meets some of them and not others."""
        if self.regions:
            return  # a second solver is of the same rows
        for (record, _, _, _), group in self._counted.items():
            asked = [x for x in group.values() if x.where is not None]
            if len(asked) > MOST_REGIONS:
                whole = group.get("")
                if whole is not None:
                    self.facts += [x.number <= whole.number for x in asked]
                continue
            regions = list(self._regions(record, asked))
            for x in group.values():
                among = [r.number for r in regions if x.where is None or x.where in r.met]
                self.facts.append(x.number == (smt.Sum(among) if among else smt.IntVal(0)))
            self.regions += regions

    def _regions(self, record: str, asked: Sequence[Counted]) -> Iterator[Region]:
        rows = m.Rows(record, None, None, _NOWHERE) if not asked else asked[0].rows
        conditions = [x.where for x in asked if x.where is not None]
        for signs in product((True, False), repeat=len(conditions)):
            met = tuple(c for c, yes in zip(conditions, signs, strict=True) if yes)
            unmet = tuple(c for c, yes in zip(conditions, signs, strict=True) if not yes)
            if conditions and not self._is_possible(met, unmet):
                continue
            number = smt.Int(self._name("region"))
            self.facts.append(number >= 0)
            yield Region(rows, met, unmet, number)

    def _is_possible(self, met: Sequence[m.Expression], unmet: Sequence[m.Expression]) -> bool:
        """Whether some child row meets these conditions and not those; what the rows above it hold may be anything."""
        child = Translation(self.knowledge, self.zone, self.answers)
        asked = [child.term(x, "").true for x in met] + [smt.Not(child.term(x, "").true) for x in unmet]
        return bool(child.solver(1000, *asked).check() != smt.unsat)

    # --- variables

    def _variable(self, type: t.Type) -> Any:
        sort = _sort(type)
        name = self._name(sort)
        match sort:
            case "text":
                return smt.String(name)
            case "boolean":
                return smt.Bool(name)
            case _:
                return smt.Int(name)

    def _name(self, what: str) -> str:
        """A name that is not taken; `what` says of which sort it is, as `Solver` needs it."""
        self._fresh += 1
        return f"{what}_{self._fresh}"


_CLASSES = {
    "d": (("0", "9"),),
    "w": (("a", "z"), ("A", "Z"), ("0", "9"), ("_", "_")),
    "s": ((" ", " "), ("\t", "\r")),
}


def _in_lower_case(text: Any) -> Any:
    """A–Z as a–z and all else as it is, which is what the solver's own function does."""
    return smt.StringRef(text.ctx.tm.mkTerm(cvc5.Kind.STRING_TO_LOWER, text.ast), text.ctx)


def _of_lower_case(e: m.Operation, first: Term) -> Any:
    """What is asked of a text in lower case, as a language of texts that are written in either: the solver comes to an end with that, and
    not with its own function. None where something else is asked."""
    texts = [x.value for x in e.args[1:] if isinstance(x, m.Literal) and isinstance(x.value, str)]
    if first.written is None or e.op not in _AROUND or len(texts) < len(e.args) - 1:
        return None
    before, after = _AROUND[e.op]
    rest = smt.Star(_any())
    each = [
        smt.Concat(
            rest if before else _nothing(),
            *(_signs([(x, x)], small=True) for x in text),
            rest if after else _nothing(),
        )
        for text in texts
    ]
    found = smt.InRe(first.written, each[0] if len(each) == 1 else smt.Union(*each))
    return smt.Not(found) if e.op == "!=" else found


class _NoFormula(Exception):
    """A pattern that no regular language says by itself, such as one with an anchor inside."""


@dataclass
class _Pattern:
    """A pattern of `matches` as a language of whole texts; the subset is that of `sladsl.engines.rows.patterns`. `small`: it is asked of
    the text in lower case."""

    text: str
    small: bool = False
    at: int = 0

    def found(self) -> Any:
        """The texts in which it is found; None where an anchor stands elsewhere than at an end of the whole or of an alternative."""
        try:
            found = self._anchored()
            while self._peek() == "|":
                self.at += 1
                found = smt.Union(found, self._anchored())
        except _NoFormula:
            return None
        return found

    def _anchored(self) -> Any:
        starts = self._peek() == "^"
        self.at += starts
        inner = self._sequence()
        ends = self._peek() == "$"
        self.at += ends
        if self._peek() not in {"", "|"}:
            raise _NoFormula
        anything = smt.Star(_any())
        return smt.Concat(*([] if starts else [anything]), inner, _nothing(), *([] if ends else [anything]))

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def _alternatives(self) -> Any:
        made = self._sequence()
        while self._peek() == "|":
            self.at += 1
            made = smt.Union(made, self._sequence())
        return made

    def _sequence(self) -> Any:
        made = _nothing()
        while self._peek() not in {"", "|", ")", "$"}:
            made = smt.Concat(made, self._repeated(self._atom()))
        return made

    def _repeated(self, one: Any) -> Any:
        match self._peek():
            case "?":
                made = smt.Option(one)
            case "*":
                made = smt.Star(one)
            case "+":
                made = smt.Plus(one)
            case "{":
                end = self.text.index("}", self.at)
                low, comma, high = self.text[self.at + 1 : end].partition(",")
                self.at = end
                least = [one] * int(low)
                more = smt.Star(one) if comma and not high else None
                options = [smt.Option(one)] * (int(high) - int(low)) if high else []
                made = smt.Concat(_nothing(), _nothing(), *least, *options, *([] if more is None else [more]))
            case _:
                return one
        self.at += 1
        return made

    def _atom(self) -> Any:
        match self._take():
            case "(":
                if self._peek() == "?":
                    self.at += 2
                made = self._alternatives()
                if self._peek() != ")":
                    raise _NoFormula
                self.at += 1
                return made
            case "^":
                raise _NoFormula
            case ".":
                return smt.Diff(_any(), self._signs([("\n", "\n")]))
            case "[":
                return self._class()
            case "\\":
                return self._escaped(self._take())
            case sign:
                return self._signs([(sign, sign)])

    def _class(self) -> Any:
        negated = self._peek() == "^"
        self.at += negated
        made = []
        while (sign := self._take()) != "]":
            low = self._take() if sign == "\\" else sign
            if sign == "\\" and low.lower() in _CLASSES:
                made.append(self._escaped(low))
            elif self._peek() == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                high = self._take()
                made.append(self._signs([(low, self._take() if high == "\\" else high)]))
            else:
                made.append(self._signs([(low, low)]))
        whole = made[0] if len(made) == 1 else smt.Union(*made)
        return smt.Diff(_any(), whole) if negated else whole

    def _signs(self, stretches: Sequence[tuple[str, str]]) -> Any:
        return _signs(stretches, self.small)

    def _escaped(self, sign: str) -> Any:
        """`\\d` and the like, or a sign that stands for itself."""
        known = _CLASSES.get(sign.lower())
        if known is None:
            return self._signs([(sign, sign)])
        return self._signs(known) if sign.islower() else smt.Diff(_any(), self._signs(known))


def _any() -> Any:
    return smt.AllChar()


def _nothing() -> Any:
    """The empty text."""
    return smt.Re(smt.StringVal(""))


def _signs(stretches: Sequence[tuple[str, str]], small: bool = False) -> Any:
    """One sign of some stretches, or one that is of them in lower case."""
    if small:
        stretches = [
            (low.upper(), high.upper()) if (first, last) == ("a", "z") else (low, high)
            for one, other in stretches
            for first, last in (("\0", "@"), ("[", chr(sys.maxunicode)), ("a", "z"))
            for low, high in [(max(one, first), min(other, last))]
            if low <= high
        ]
    made = [smt.Range(smt.StringVal(low), smt.StringVal(high)) for low, high in stretches]
    if not made:
        return smt.Diff(_any(), _any())
    return made[0] if len(made) == 1 else smt.Union(*made)


_NOWHERE: Any = None
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_TEXTS: dict[str, Callable[[Any, Any], Any]] = {
    "contains": smt.Contains,
    "starts with": lambda a, b: smt.PrefixOf(b, a),
    "ends with": lambda a, b: smt.SuffixOf(b, a),
}
_AROUND = {
    "=": (False, False),
    "!=": (False, False),
    "in": (False, False),
    "contains": (True, True),
    "starts with": (False, True),
    "ends with": (True, False),
}
"""Whether more may stand before and behind what a text is compared with."""
_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": lambda a, b: a + b, "-": lambda a, b: a - b}


def _sure(value: Any) -> Term:
    return Term(smt.BoolVal(True), value)


def _sort(type: t.Type) -> str:
    match type:
        case t.Text() | t.OneOf():
            return "text"
        case t.Boolean():
            return "boolean"
        case t.Number() | t.Percent():
            return "number"
        case t.Date():
            return "date"
        case t.Time():
            return "time"
        case _:
            return "duration"


def _bounds(bounds: m.Bounds) -> str:
    moment = "" if bounds.moment is None else identity(bounds.moment)
    return f"{bounds.duration} {bounds.before} {bounds.calendar} {moment}"


_OF_THE_ROW = m.Literal | m.Operation | m.SetValue | m.DatedValue | m.FieldUse


def _is_of_the_row(e: m.Expression) -> bool:
    """Whether it asks for fields alone, so that it is the same whoever reads it at that moment."""
    return all(isinstance(x, _OF_THE_ROW) for x in walk(e))


def _is_settled(e: m.Expression) -> bool:
    """Whether nothing in it waits for a clock or for what another declaration waits for."""
    return all(isinstance(x, _OF_THE_ROW | m.RowsTest | m.RowsValue) for x in walk(e))


def _is_plain(e: m.Expression) -> bool:
    """Whether it is settled as soon as the row is there: no times that may come later, and nothing that waits for them."""
    return all(
        isinstance(x, m.Literal | m.Operation | m.SetValue)
        or (isinstance(x, m.FieldUse) and not isinstance(x.type, t.Time | t.Date))
        for x in walk(e)
    )
