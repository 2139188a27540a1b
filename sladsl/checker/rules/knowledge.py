"""What can be known of rows: of those in a definition, and whether any row can satisfy some facts at all.

That asks as well whether some choice of a score's clauses gives the total that the facts ask for, together with all else that they say.
A row decides for each clause whether it applies. The search goes through the clauses, the weightiest first, and stops at the first choice
that fits; it is bounded, and what it does not get to the end of counts as possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from sladsl import model as m
from sladsl.checker.rules.conditions import Conditions
from sladsl.checker.rules.domains import meet, one_of
from sladsl.checker.rules.facts import (
    ALWAYS,
    UNKNOWN,
    Conjunction,
    Facts,
    Subject,
    all_of,
    both,
    fact,
    merge,
)
from sladsl.checker.rules.intervals import Line
from sladsl.checker.rules.subjects import Subjects
from sladsl.source import NOWHERE
from sladsl.types import BOOLEAN, NUMBER

MOST_STEPS = 400
"""Of one search."""
MOST_STEPS_IN_ALL = 8_000
"""Of all searches in one agreement, so that none takes more than moments to check."""
MOST_STEPS_FOR_A_MESSAGE = 4_000

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Witness:
    """An alternative that nothing speaks against; `exact` when such a row certainly exists."""

    row: Conjunction
    exact: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """What holds when it applies and when it does not; what the clauses from this one on add at least and at most."""

    points: Decimal
    on: Facts
    off: Facts
    least: Decimal
    most: Decimal


class Totals:
    """The searches of one model."""

    def __init__(self, model: m.Model, conditions: Conditions) -> None:
        self.model, self.conditions = model, conditions
        self.steps_left = MOST_STEPS_IN_ALL
        self._found: dict[tuple[frozenset[object], bool], Witness | None] = {}
        self._clauses: dict[Subject, tuple[Clause, ...]] = {}

    def reach(self, row: Conjunction, declared: bool) -> Witness | None:
        """The row with a choice of clauses that gives its scores the totals they must have; None when there is none.

        With `declared`, for data that are as the records declare them.
        """
        key = (frozenset(row.items()), declared)
        if key not in self._found:
            self._found[key] = self._reach(row, declared)
        return self._found[key]

    def extremes(self, subject: Subject) -> tuple[Decimal, Decimal] | None:
        """The least and the most that the points add up to; None when there are too many choices to tell."""
        search = _Search(subject, self.clauses(subject), False, MOST_STEPS_FOR_A_MESSAGE)
        totals = list(search.totals({}, ZERO, 0))
        return (min(totals), max(totals)) if totals and search.steps >= 0 else None

    def clauses(self, subject: Subject) -> tuple[Clause, ...]:
        """The clauses of a score, the weightiest first, since they decide soonest."""
        if subject not in self._clauses:
            self._clauses[subject] = tuple(self._read(subject))
        return self._clauses[subject]

    def _read(self, subject: Subject) -> Iterator[Clause]:
        assert subject.score is not None
        name, view = subject.score
        score = self.model.scores.get(name)
        clauses = sorted(score.clauses, key=lambda c: -abs(c.points)) if score else []
        left = [c.points for c in reversed(clauses)]
        least = list(accumulate(min(p, ZERO) for p in left))[::-1]
        most = list(accumulate(max(p, ZERO) for p in left))[::-1]
        for c, low, high in zip(clauses, least, most, strict=True):
            on, off = self.conditions.is_true(c.when, view), self.conditions.is_not_true(c.when, view)
            yield Clause(c.points, on, off, low, high)

    def _reach(self, row: Conjunction, declared: bool) -> Witness | None:
        if not _fits(row, declared):
            return None
        at, exact, done = row, True, dict[Subject, object]()
        # A clause may ask for another score, so the row can have new ones after a search.
        while subject := next((s for s in at if s.score is not None and s not in done), None):
            search = _Search(subject, self.clauses(subject), declared, min(MOST_STEPS, self.steps_left))
            budget = search.steps
            witness = search.reach(at, ZERO, 0)
            self.steps_left -= budget - max(search.steps, 0)
            if witness is None:
                return None
            at, exact = witness.row, exact and witness.exact
            done[subject] = at[subject]
        return Witness(at, exact and all(at[s] == asked for s, asked in done.items()))


class _Search:
    """One search, with its own budget of steps."""

    def __init__(self, subject: Subject, clauses: tuple[Clause, ...], declared: bool, steps: int) -> None:
        self.subject, self.clauses, self.declared, self.steps = subject, clauses, declared, steps

    def reach(self, row: Conjunction, total: Decimal, at: int) -> Witness | None:
        self.steps -= 1
        if self.steps < 0:
            return Witness(row, exact=False)
        wanted = row[self.subject].values
        assert isinstance(wanted, Line)
        left = at < len(self.clauses)
        low = total + (self.clauses[at].least if left else ZERO)
        high = total + (self.clauses[at].most if left else ZERO)
        if not any(lo < (high, 1) and (low, 0) < hi for lo, hi in wanted.stretches):
            return None
        if any(lo <= (low, 0) and (high, 1) <= hi for lo, hi in wanted.stretches):
            return Witness(row, exact=True)  # whatever the clauses that are left do
        clause = self.clauses[at]
        tries = ((clause.on, clause.points), (clause.off, ZERO))
        rises = (total, 0) < wanted.stretches[0][0]
        for facts, more in tries if rises == (clause.points > 0) else tries[::-1]:
            for joined in self._joined(row, facts):
                witness = self.reach(joined, total + more, at + 1)
                if witness is not None:
                    return Witness(witness.row, witness.exact and facts.exact)
        return None

    def totals(self, row: Conjunction, total: Decimal, at: int) -> Iterator[Decimal]:
        """Every total that some row has, perhaps several times."""
        self.steps -= 1
        if self.steps < 0:
            return
        if at == len(self.clauses):
            yield total
            return
        clause = self.clauses[at]
        for facts, more in ((clause.on, clause.points), (clause.off, ZERO)):
            for joined in self._joined(row, facts):
                yield from self.totals(joined, total + more, at + 1)

    def _joined(self, row: Conjunction, facts: Facts) -> Iterator[Conjunction]:
        for alternative in facts.alternatives:
            joined = merge(row, alternative)
            if joined is not None and _fits(joined, self.declared):
                yield joined


def _fits(row: Conjunction, declared: bool) -> bool:
    if declared and any(meet(d, s.declared).is_empty for s, d in row.items()):
        return False
    return all(_fits_within(row, s) for s in row if s.within is not None)


def _fits_within(row: Conjunction, subject: Subject) -> bool:
    """`no activity` leaves no room for `any activity where …`."""
    every = subject.within
    if every is None or every not in row or row[subject].missing or row[every].missing:
        return True
    some, most = row[subject].values, row[every].values
    return not (isinstance(some, Line) and isinstance(most, Line)) or some.low <= most.high


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
            definitions: dict[str, m.Definition] = {}
            at: str | None = definition
            while at is not None and at in self.model.definitions and at not in definitions:
                definitions[at] = self.model.definitions[at]
                at = definitions[at].base
            self._chains[definition] = tuple(definitions.values())
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
        declaration = self.model.records.get(record)
        return f"{record}.{declaration.moment.name}" if declaration and declaration.moment else record

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
            witness = self.totals.reach(row, declared)
            if witness is not None:
                yield Witness(witness.row, witness.exact and facts.exact)

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
        case m.PathUse():
            return f"{_moment_key(moment.through)}.{moment.field}"
        case m.EntryUse():
            return f"entry of {moment.definition}"
        case m.EventUse():
            return f"event {moment.record}.{moment.event}"
