"""How the conditions of a declaration stand to those before: which of the two implies the other, as far as that is proven, and rows by
which they differ.

Every condition over rows is asked in the same way, wherever it stands (`conditions`): as a `Condition`, which says whose rows it is asked
of and where it is read. The checker's intervals are asked first, then the solver of `sla verify` where it is installed; a row is told where
the reference interpreter says that one condition is true of it and the other is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import zone
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.words import say_value
from sladsl.clauses import clauses_of, exclusions_of
from sladsl.comparing.meaning import DEFINITION, DERIVED, RECORD, SPELL
from sladsl.compiler import Compilation
from sladsl.language.only_while import OnlyWhile
from sladsl.model.traversal import walk
from sladsl.source import NOWHERE
from sladsl.wording import names, points
from sladsl.wording.promises import due_of, own_target

if TYPE_CHECKING:
    from sladsl.testing.cases import Case


class Relation(StrEnum):
    """Of the condition now to the one before, over all rows that could be."""

    EQUIVALENT = "equivalent"
    STRONGER = "stronger"  # whatever meets it now met it before
    WEAKER = "weaker"  # whatever met it before meets it now
    INCOMPARABLE = "incomparable"  # some meet it that did not, and some do no more


@dataclass(frozen=True, slots=True)
class Related:
    """What is known of a condition beside the one before. `title` says which of a declaration's conditions it is, "" for its only one;
    `relation` is None where nothing is proven. `lost` is a row that met it before and does not now, `gained` one that meets it now and did
    not, each as its fields in the agreement's words; "" where none was made."""

    title: str
    relation: Relation | None
    lost: str = ""
    gained: str = ""
    of: str = "row"  # or of a period's figure


@dataclass(frozen=True, slots=True)
class Condition:
    """What is asked of the rows of a record, or of those in a `definition`. `declared` is the definition whose own condition it is: that is
    read when a row enters it; others are read at some moment, and the two of a pair at the same. `figure` is the KPI of which the row is a
    figure, in `only while`."""

    title: str
    record: str
    definition: str | None
    when: m.Expression
    declared: m.Definition | None = None
    figure: m.Kpi | None = None


_ALWAYS = m.Literal(True, t.BOOLEAN, NOWHERE)
_BEFORE = "before!"
"""A name that no definition has."""
_READ = "read!"
"""Where a condition is read that is no definition's own."""
_MILLISECONDS = 1_000


# ------------------------------------------------------------------------------------------- the conditions of a declaration


def conditions(model: m.Model, node: Any) -> Iterator[Condition]:
    """Every condition over rows that a declaration has, tests aside; one that is not written is always true."""
    match node:
        case m.Definition():
            yield Condition("", node.record, node.base, node.when or _ALWAYS, declared=node)
        case m.Never():
            yield Condition("", node.record, node.definition, node.when)
        case m.Derived() if isinstance(node.value.type, t.Boolean):
            yield Condition("", node.record, None, node.value)
        case m.Record(spell=m.Stretch(condition=when), link=m.Link(parent=parent)):
            yield Condition("", parent, None, when)
        case m.Event(pick=m.NthRow(record=record, where=where)):
            yield Condition("where", record, None, where or _ALWAYS)
        case m.Score():
            for clause in node.clauses:
                if clause.number < 2:
                    yield Condition("".join(points(model, clause)[:1]), node.record, None, clause.when)
        case m.Route():
            record = model.definitions[node.definition].record
            for case in node.cases:
                if case.when is not None:
                    yield Condition(
                        f"to {names.quoted(case.destination)}", record, node.definition, case.when
                    )
        case m.Kpi():
            yield from _of_kpi(node)
        case m.Commitment():
            yield from _of_commitment(model, node)


def _of_kpi(kpi: m.Kpi) -> Iterator[Condition]:
    if isinstance(kpi.measure, m.TimeBetween):
        return
    population = kpi.measure.population
    yield Condition("where", kpi.record, population.definition, population.where or _ALWAYS)
    if isinstance(kpi.measure, m.Whose):
        yield Condition("whose", kpi.record, population.definition, kpi.measure.condition)


def _of_commitment(model: m.Model, c: m.Commitment) -> Iterator[Condition]:
    kpi = model.kpis[c.kpi]
    definition = c.population or kpi.definition
    if c.population is not None:
        yield Condition("about", kpi.record, c.population, _ALWAYS)
    match c.target:
        case m.Within(choices=choices):
            for choice in choices:
                if choice.when is not None:
                    yield Condition(due_of(model, choice), kpi.record, definition, choice.when)
        case m.GroupLimit(branches=branches, at_least=at_least):
            limit = "at least" if at_least else "at most"
            for branch in branches:
                if branch.when is not None:
                    title = f"{limit} {own_target(model, kpi, branch)}"
                    yield Condition(title, kpi.record, None, branch.when)
    for x in exclusions_of(c):
        yield Condition(f"left out as {names.quoted(x.because)}", kpi.record, definition, x.when)
    for clause in clauses_of(c):
        if isinstance(clause, OnlyWhile):
            asked = model.kpis[clause.kpi]
            words = f"only while {names.titled(model, asked.name, asked.label)}"
            yield Condition(words, asked.name, None, _limited(asked, clause.target), figure=asked)


def _limited(kpi: m.Kpi, target: m.Limit | m.Range) -> m.Expression:
    """A limit of a figure as a condition on it."""
    figure = _figure(kpi)
    use = m.FieldUse(kpi.name, figure.name, figure.type, NOWHERE)

    def limit(op: str, value: Any) -> m.Expression:
        return m.Operation(op, (use, m.Literal(value, figure.type, NOWHERE)), t.BOOLEAN, NOWHERE, NOWHERE)

    match target:
        case m.Limit(at_least=at_least, value=value):
            return limit(">=" if at_least else "<=", value)
        case m.Range(low=low, high=high):
            both = limit(">=", low), limit("<=", high)
            return m.Operation("and", both, t.BOOLEAN, NOWHERE, NOWHERE)


def _figure(kpi: m.Kpi) -> m.Field:
    """A figure as the one field of a row."""
    of_value = kpi.measure.value.type if isinstance(kpi.measure, m.Statistic) else t.NUMBER
    return m.Field(kpi.name, "", t.PERCENT if kpi.is_share else of_value, NOWHERE)


def paired(now: Sequence[Condition], before: Sequence[Condition]) -> Iterator[tuple[Condition, Condition]]:
    """Each condition with the one in whose place it stands: that of the same title, else what is left in the same order, where as many
    are."""
    left, rest = list(before), []
    for x in now:
        same = next((y for y in left if y.title == x.title), None)
        if same is None:
            rest.append(x)
        else:
            left.remove(same)
            yield x, same
    if len(rest) == len(left):
        yield from zip(rest, left, strict=True)


# ----------------------------------------------------------------------------------------------------------- how they stand


def related(new: Compilation, now: Condition, before: Condition) -> Related | None:
    """How a condition stands to the one before; None where nothing is known. All that the two name must mean the same in `new`."""
    model = _with_both(new.model, now, before)
    known = Knowledge(model)
    if now.declared is not None and any(
        known.is_impossible(known.entered(name)) for name in (now.declared.name, _BEFORE)
    ):
        return None
    asking = _Asking(new, model, known, now, before)
    stronger, gained = asking.apart(now, before)
    weaker, lost = asking.apart(before, now)
    relation = _RELATIONS.get((stronger, weaker))
    if relation is None and lost and gained:
        relation = Relation.INCOMPARABLE
    if relation is None and not lost and not gained:
        return None
    return Related(now.title, relation, lost, gained, "row" if now.figure is None else "period")


_RELATIONS = {
    (True, True): Relation.EQUIVALENT,
    (True, False): Relation.STRONGER,
    (False, True): Relation.WEAKER,
}


def _with_both(model: m.Model, now: Condition, before: Condition) -> m.Model:
    """The model with what only this question needs: the definition before, under another name, and a figure as a row."""
    if before.declared is not None:
        was = replace(before.declared, name=_BEFORE)
        return replace(model, definitions={**model.definitions, _BEFORE: was})
    if now.figure is not None:
        kpi, field = now.figure, _figure(now.figure)
        row = m.Record(kpi.name, "", {field.name: field}, kpi.origin)
        return replace(model, records={**model.records, row.name: row})
    return model


@dataclass(frozen=True)
class _Asking:
    """Two conditions, and whether some row meets one and not the other."""

    new: Compilation
    model: m.Model
    known: Knowledge
    now: Condition
    before: Condition

    def apart(self, one: Condition, other: Condition) -> tuple[bool, str]:
        """Whether it is proven that no row meets the one and not the other; else a row that does, "" where none was made."""
        if self._is_inside(one, other):
            return True, ""
        if find_spec("cvc5") is None:
            return False, ""
        return self._by_solver(one, other)

    def _name(self, x: Condition) -> str | None:
        """Of a definition's own condition: what it is called in the model with both."""
        if x.declared is None:
            return None
        return _BEFORE if x is self.before else x.declared.name

    def _view(self, x: Condition) -> str:
        name = self._name(x)
        return _READ if name is None else self.known.view(name)

    def _is_inside(self, inner: Condition, outer: Condition) -> bool:
        """By the checker's intervals."""
        if isinstance(outer.when, m.ByDate) or isinstance(inner.when, m.ByDate):
            return False
        if inner.definition != outer.definition:
            return False
        beyond = self.known.conditions.is_not_true(outer.when, self._view(outer))
        name = self._name(inner)
        if name is not None:
            return self.known.is_impossible(self.known.entered(name), beyond)
        given = () if inner.definition is None else (self.known.entered(inner.definition),)
        return self.known.is_impossible(
            *given, self.known.conditions.is_true(inner.when, self._view(inner)), beyond
        )

    def _by_solver(self, one: Condition, other: Condition) -> tuple[bool, str]:
        from cvc5 import pythonic as smt

        from sladsl.proving.translation import Translation

        agreement = self.model.agreement
        about = Translation(self.known, zone("UTC" if agreement is None else agreement.zone))

        def met(x: Condition) -> Any:
            inside = [] if x.definition is None else [about.inside(x.definition)]
            return smt.And(*inside, about.term(x.when, self._view(x)).true)

        solver = about.solver(_MILLISECONDS, met(one), smt.Not(met(other)))
        answer = solver.check()
        return bool(answer == smt.unsat), self._row(about, solver, one, other) if answer == smt.sat else ""

    def _row(self, about: Any, solver: Any, one: Condition, other: Condition) -> str:
        """A row of which the interpreter says that it meets the one and not the other."""
        from sladsl.engines.rows import row_above
        from sladsl.lowering import meaning, scopes
        from sladsl.proving.witnesses import witness

        means = meaning(
            self.model, self.new.source.name, [(x.when, x.record) for x in (one, other) if x.declared is None]
        )

        def is_in(case: Case, name: str) -> bool:
            frame = None if case.frame is None else row_above(case.frame, one.record)
            member = means.columns.definitions[name].member
            return frame is not None and case.reader.column(member, frame) == 1

        def meets(case: Case, x: Condition) -> bool:
            name = self._name(x)
            if name is not None:
                return is_in(case, name)
            frame = None if case.frame is None else row_above(case.frame, x.record)
            inside = x.definition is None or is_in(case, x.definition)
            return (
                inside
                and frame is not None
                and case.reader.value(x.when, frame, scopes.now(x.record)) is True
            )

        asked = {*about.fields}
        made = witness(
            self.new,
            means,
            about,
            solver,
            one.record,
            lambda case: meets(case, one) and not meets(case, other),
        )
        return "" if made is None else _told(made.given, asked)


def _told(given: Sequence[m.Given], asked: Collection[tuple[str, str]]) -> str:
    """`size 100, country "US"; 3 × call: outcome "yes"`: of the row what was asked for, then the rows above and below it but for their
    times."""
    top, *others = given
    own = [x for x in top.values if (top.record, x[0]) in asked]
    told = [_values(own or top.values)]
    rows = Counter(
        f"{row.record}: {_values(x for x in row.values if not isinstance(x[1].type, t.Time))}".removesuffix(
            ": "
        )
        for row in others
    )
    told += [f"{count} × {row}" if count > 1 else row for row, count in rows.items()]
    return "; ".join(x for x in told if x)


def _values(each: Iterable[tuple[str, m.Literal]]) -> str:
    return ", ".join(f"{name} {say_value(x.value, x.type)}" for name, x in each)


# ------------------------------------------------------------------------------------------------------------ what they name


_OF_FIELDS = m.Literal | m.Operation | m.SetValue | m.FieldUse | m.PathUse | m.RowsTest | m.RowsValue


def asks_for_fields_alone(e: m.Expression) -> bool:
    """Whether no calendar, zone or date can change what it is worth."""
    return all(
        isinstance(x, _OF_FIELDS)
        and not isinstance(x.type, t.Time | t.Date)
        and not (isinstance(x, m.RowsTest | m.RowsValue) and x.rows.bounds is not None)
        for x in walk(e)
    )


def named_in(e: m.Expression) -> Iterator[tuple[str, str]]:
    """The declarations that a condition names, by their kind and name; of a field its record. What a constant is worth stands in it."""
    for x in walk(e):
        match x:
            case m.ScoreUse(score=name):
                yield "score", name
            case m.MemberUse(definition=name) | m.EntryUse(definition=name):
                yield DEFINITION, name
            case m.EventUse(event=name):
                yield "event", name
            case m.SpellUse(spell=name):
                yield SPELL, name
            case m.DerivedUse(name=name):
                yield DERIVED, name
            case m.WithinUse(kpi=name) | m.ElapsedUse(kpi=name):
                yield "kpi", name
            case m.FieldUse(record=name) | m.PathUse(record=name):
                yield RECORD, name
            case m.RowsTest(rows=rows) | m.RowsValue(rows=rows) | m.Picked(rows=rows):
                yield RECORD, rows.record
            case _:
                pass
