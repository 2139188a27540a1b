"""Whether some choice of a score's clauses gives the total that facts ask for, together with all else that they say.

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
from sladsl.checker.rules.domains import meet
from sladsl.checker.rules.facts import Conjunction, Facts, Subject, merge
from sladsl.checker.rules.intervals import Line

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
            found = search.reach(at, ZERO, 0)
            self.steps_left -= budget - max(search.steps, 0)
            if found is None:
                return None
            at, exact = found.row, exact and found.exact
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
                found = self.reach(joined, total + more, at + 1)
                if found is not None:
                    return Witness(found.row, found.exact and facts.exact)
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
