"""Columns that pick one of many functions of time: `within 4 business hours of us_hours when …, within 1 business day of eu_hours when …`.

A table for each function, and a join with each, would cost what the agreement's branches cost. A row takes one branch: so the rows say
which function they ask, on which day, and one table holds the pieces of just these functions on just these days. It is one join,
whatever the number of branches, and the table is no larger than the rows are many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sladsl.plan import Case, Const, Deadline, Expression, Lookup, OpenUntil, TimeFunction, ValueType
from sladsl.plan.traversal import operands

FEW = 8
"""So many functions of one instant share a table that is made once, and cost no more than one."""


@dataclass(frozen=True)
class Choice:
    """A case whose arms look up more than a few functions, each arm one, at one instant `at`."""

    case: Case
    at: Expression
    functions: tuple[TimeFunction, ...]

    @cached_property
    def which(self) -> Expression:
        """The function that a row's arm looks up, as its place in `functions`; -1 where it looks up none."""
        arms = tuple((when, self._code(then)) for when, then in self.case.arms)
        return Case(arms, self._code(self.case.otherwise))

    def _code(self, then: Expression) -> Const:
        asked = (self.chosen[x] for x in lookups(then) if x in self.chosen)
        return Const(next(asked, -1), ValueType.CODE)

    @cached_property
    def chosen(self) -> dict[Lookup, int]:
        """The look-ups of which a row makes one, with the place of their function."""
        return {Lookup(f, self.at): n for n, f in enumerate(self.functions)}

    @cached_property
    def after(self) -> tuple[Lookup, ...]:
        """Look-ups in the arms that read what was chosen (the end of the day it lies in), in an order in which each reads earlier ones."""
        lookups_chosen = (x for then in _values(self.case) for x in lookups(then) if x not in self.chosen)
        return tuple(dict.fromkeys(x for x in lookups_chosen if any(c in self.chosen for c in lookups(x.at))))

    @cached_property
    def own(self) -> frozenset[Lookup]:
        """The look-ups that are made here, and nowhere else for it."""
        return frozenset((*self.chosen, *self.after))

    def reads(self) -> Iterator[Expression]:
        """Expressions whose leaves must be there before a row can choose."""
        yield self.at
        for when, _ in self.case.arms:
            yield when
        open_ends = list(_values(self.case))
        while open_ends:
            e = open_ends.pop()
            if isinstance(e, Lookup) and e in self.own:
                open_ends += [] if e in self.chosen else [e.at]
            elif isinstance(e, Lookup) or not operands(e):
                yield e
            else:
                open_ends += operands(e)


def _values(case: Case) -> Iterator[Expression]:
    for _, then in case.arms:
        yield then
    yield case.otherwise


def lookups(e: Expression) -> list[Lookup]:
    """The look-ups in an expression of one row, innermost first."""
    inner = [x for part in operands(e) for x in lookups(part)]
    return [*inner, e] if isinstance(e, Lookup) else inner


def choice_of(e: Expression) -> Choice | None:
    """What a column chooses; None for one that does not, or only between a few functions."""
    if not isinstance(e, Case) or len(e.arms) < FEW:
        return None
    if any(x.zone is not None for then in _values(e) for x in lookups(then)):
        return None  # What is in the hours of a row asks the rows by itself.
    asked: dict[Expression, dict[TimeFunction, None]] = defaultdict(dict)
    for then in _values(e):
        called = {(x.at, x.function) for x in lookups(then) if isinstance(x.function, Deadline | OpenUntil)}
        if len({at for at, _ in called}) < len(called):
            return None  # An arm that looks up two of them at one instant has no one function.
        for at, function in called:
            asked[at][function] = None
    many = [(at, tuple(functions)) for at, functions in asked.items() if len(functions) > FEW]
    return Choice(e, *many[0]) if many else None
