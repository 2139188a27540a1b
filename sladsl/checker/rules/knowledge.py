"""What can be known of rows: of those in a definition, and whether any row can satisfy some facts at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sladsl import model as m
from sladsl.checker.rules.conditions import Conditions
from sladsl.checker.rules.domains import one_of
from sladsl.checker.rules.facts import (
    ALWAYS,
    UNKNOWN,
    Facts,
    all_of,
    both,
    fact,
)
from sladsl.checker.rules.intervals import Line
from sladsl.checker.rules.subjects import Subjects
from sladsl.checker.rules.totals import Totals, Witness
from sladsl.source import NOWHERE
from sladsl.types import BOOLEAN, NUMBER


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a condition: where it stands, and how a message calls it (`words` where it was not written as a condition)."""

    condition: m.Expression
    file: str
    view: str
    definition: str = ""
    words: str = ""


LONGEST_CHAIN = 20
"""Definitions over definitions that are looked at together; every one more costs as much as all before it."""


class Knowledge:
    """Everything derived from one model, each thing once; `chosen` are the declarations of it that are looked at."""

    def __init__(self, model: m.Model, chosen: m.Model | None = None) -> None:
        self.model, self.chosen = model, model if chosen is None else chosen
        self.subjects = Subjects(model)
        self.conditions = Conditions(self.subjects, self.entered)
        self.totals = Totals(model, self.conditions)
        self._entered: dict[str, Facts] = {}
        self._chains: dict[str, tuple[m.Definition, ...]] = {}
        self._views: dict[str, str] = {}

    # ------------------------------------------------------------------------------------------------- definitions

    def chain(self, definition: str | None) -> tuple[m.Definition, ...]:
        """The definition and those it stands on, nearest first; cut where one is not known or comes again."""
        if definition is None or definition not in self.model.definitions:
            return ()
        if definition not in self._chains:
            found: dict[str, m.Definition] = {}
            at: str | None = definition
            while at is not None and at in self.model.definitions and at not in found:
                found[at] = self.model.definitions[at]
                at = found[at].base
            self._chains[definition] = tuple(found.values())
        return self._chains[definition]

    def view(self, definition: str) -> str:
        """From where a definition's condition is read: the entry, which is the latest of the chain's own moments."""
        if definition not in self._views:
            chain = self.chain(definition)
            moments = {_moment_key(d.since) for d in chain if d.since is not None}
            if chain and chain[-1].since is None:
                moments.add(self.record_view(chain[-1].record))
            self._views[definition] = " + ".join(sorted(moments))
        return self._views[definition]

    def record_view(self, record: str) -> str:
        """From where a row of the record is seen when it comes in."""
        found = self.model.records.get(record)
        return f"{record}.{found.moment.name}" if found and found.moment else record

    def parts(self, definition: str) -> Iterator[Part]:
        """What being in a definition asks for, nearest first: its condition in parts, its `since`, and the same of what it stands on."""
        view = self.view(definition)
        for d in self.chain(definition)[:LONGEST_CHAIN]:
            own = self.view(d.name)
            if d.when is not None:
                for piece in pieces(d.when):
                    yield Part(piece, d.origin.file, own, d.name)
            if isinstance(d.since, m.FieldUse):
                span, name = d.since.span, d.since.field
                known = m.Operation("is known", (d.since,), BOOLEAN, span, span)
                yield Part(known, d.origin.file, view, d.name, f"since {name}")
            if d.base is not None and d.base in self.model.definitions:
                base = self.model.definitions[d.base]
                member = m.MemberUse(d.base, BOOLEAN, base.origin.name_span)
                yield Part(member, base.origin.file, view, d.base, d.base)

    def entered(self, definition: str) -> Facts:
        """What holds for a row in the definition."""
        if definition not in self.model.definitions:
            return UNKNOWN
        if definition not in self._entered:
            self._entered[definition] = UNKNOWN  # what a cycle finds, which is reported elsewhere
            held = (self.holds(part) for part in self.parts(definition))
            self._entered[definition] = all_of((self._beyond(definition), *held))
        return self._entered[definition]

    def base_facts(self, d: m.Definition) -> Facts:
        """What holds for a row that a definition's own condition is asked of: it is in the base, and has the `since`."""
        given = (self.holds(part) for part in self.parts(d.name) if part.definition != d.name or part.words)
        return all_of((self._beyond(d.name), *given))

    def _beyond(self, definition: str) -> Facts:
        """What is known of the definitions too far down the chain to be looked at: nothing, and so nothing is proven of them."""
        return UNKNOWN if len(self.chain(definition)) > LONGEST_CHAIN else ALWAYS

    def member_facts(self, definition: str) -> Facts:
        """`entered`, and that the row is in the definition when it is looked at."""
        subject = self.subjects.truth(m.MemberUse(definition, BOOLEAN, NOWHERE), self.view(definition))
        return both(self.entered(definition), fact(subject, one_of(1)))

    def population_facts(self, population: m.Population) -> Facts:
        """What holds for the rows of a population before its `where`."""
        return ALWAYS if population.definition is None else self.member_facts(population.definition)

    def population_view(self, population: m.Population) -> str:
        if population.definition is None:
            return self.record_view(population.record)
        return self.view(population.definition)

    def holds(self, part: Part) -> Facts:
        """What holds where the part is true."""
        if isinstance(part.condition, m.MemberUse) and part.words:
            # Being in a base: what that asks for is among the parts itself.
            return fact(self.subjects.truth(part.condition, part.view), one_of(1))
        return self.conditions.is_true(part.condition, part.view)

    # ------------------------------------------------------------------------------------------------ possibility

    def is_impossible(self, *facts: Facts) -> bool:
        """Proof that no row satisfies all of these."""
        return next(self.witnesses(all_of(facts)), None) is None

    def witnesses(self, facts: Facts, declared: bool = False) -> Iterator[Witness]:
        """The alternatives that nothing speaks against; with `declared`, for data that are as the records declare them."""
        for row in facts.alternatives:
            found = self.totals.reach(row, declared)
            if found is not None:
                yield Witness(found.row, found.exact and facts.exact)

    def range_of(self, score: str, view: str) -> tuple[Decimal, Decimal] | None:
        """The least and the most that a score's points add up to; None when there are too many combinations."""
        subject = self.subjects.value(m.ScoreUse(score, NUMBER, NOWHERE), view)
        assert subject is not None
        assert isinstance(subject.base.values, Line)
        return self.totals.extremes(subject)


def pieces(condition: m.Expression) -> list[m.Expression]:
    """What an `and` joins, at any depth; a `between` stays whole."""
    if isinstance(condition, m.Operation) and condition.op == "and" and not m.is_between(condition):
        return [piece for part in condition.args for piece in pieces(part)]
    return [condition]


def _moment_key(moment: m.Moment) -> str:
    match moment:
        case m.FieldUse():
            return f"{moment.record}.{moment.field}"
        case m.EntryUse():
            return f"entry of {moment.definition}"
        case m.EventUse():
            return f"event {moment.record}.{moment.event}"
