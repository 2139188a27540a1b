"""What one subject (a field, a score, a number of child rows) can still be: a set of values, and whether it can be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from sladsl.checker.rules.intervals import Line, intersect

TextTest: TypeAlias = tuple[str, str]
"""An operator over text and its literal: `("starts with", "DE")`."""


@dataclass(frozen=True, slots=True)
class Some:
    """These values and no other."""

    values: frozenset[str | int]


@dataclass(frozen=True, slots=True)
class AllBut:
    """Any value but these, that passes every test of `passes` and none of `fails`. With no arguments: anything, of whatever kind."""

    excluded: frozenset[str | int] = frozenset()
    passes: frozenset[TextTest] = frozenset()
    fails: frozenset[TextTest] = frozenset()


Values: TypeAlias = Line | Some | AllBut
ANYTHING, NOTHING = AllBut(), Some(frozenset())


@dataclass(frozen=True, slots=True)
class Domain:
    """`missing`: whether having no value is among the possibilities."""

    values: Values
    missing: bool

    @property
    def is_empty(self) -> bool:
        return not self.missing and not has_values(self.values)


FREE = Domain(ANYTHING, True)
KNOWN = Domain(ANYTHING, False)
MISSING = Domain(NOTHING, True)
EMPTY = Domain(NOTHING, False)


def one_of(*values: str | int, missing: bool = False) -> Domain:
    return Domain(Some(frozenset(values)), missing)


def meet(a: Domain, b: Domain) -> Domain:
    """What is possible under both."""
    return Domain(meet_values(a.values, b.values), a.missing and b.missing)


def meet_values(a: Values, b: Values) -> Values:
    match a, b:
        case Line(), Line():
            return intersect(a, b)
        case Some(), Some():
            return Some(a.values & b.values)
        case AllBut(), AllBut():
            return AllBut(a.excluded | b.excluded, a.passes | b.passes, a.fails | b.fails)
        case (Some(), AllBut()) | (AllBut(), Some()):
            some, rest = (a, b) if isinstance(a, Some) else (b, a)
            assert isinstance(some, Some)
            assert isinstance(rest, AllBut)
            return Some(frozenset(v for v in some.values if _may_be(v, rest)))
        case (Line(), AllBut()):
            return a
        case (AllBut(), Line()):
            return b
        case (Line(), Some()) | (Some(), Line()):
            return NOTHING
        case _:
            raise AssertionError(f"{a} and {b}")


def has_values(values: Values) -> bool:
    """Whether a value is possible. Of texts that only fail or pass tests, True unless two of them contradict each other outright."""
    match values:
        case Line():
            return not values.is_empty
        case Some():
            return bool(values.values)
        case AllBut():
            return not (values.passes & values.fails)
        case _:
            assert_never(values)


def _may_be(value: str | int, rest: AllBut) -> bool:
    if value in rest.excluded:
        return False
    if not isinstance(value, str):
        return True
    return all(passes(value, t) is not False for t in rest.passes) and all(
        passes(value, t) is not True for t in rest.fails
    )


def passes(value: str, test: TextTest) -> bool | None:
    """Whether a text passes a test; None where only an engine can say (`matches`)."""
    operator, operand = test
    match operator:
        case "contains":
            return operand in value
        case "starts with":
            return value.startswith(operand)
        case "ends with":
            return value.endswith(operand)
        case "<":
            return value < operand
        case "<=":
            return value <= operand
        case ">":
            return value > operand
        case ">=":
            return value >= operand
        case "in lower case":
            return not any("A" <= c <= "Z" for c in value)
        case "without @":
            return "@" not in value
        case _:
            return None
