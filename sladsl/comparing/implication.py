"""How a definition's condition stands to the one before: which of the two implies the other, as far as that is proven.

The checker's intervals are asked first, then the solver of `sla verify` where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from importlib.util import find_spec

from sladsl import model as m
from sladsl.calendars import zone
from sladsl.checker.rules.knowledge import Knowledge


class Relation(StrEnum):
    """Of the condition now to the one before, over all rows that could be."""

    EQUIVALENT = "equivalent"
    STRONGER = "stronger"  # whatever meets it now met it before
    WEAKER = "weaker"  # whatever met it before meets it now


_BEFORE = "before!"
"""A name that no definition has."""
_MILLISECONDS = 1_000
Implies = Callable[[m.Definition, m.Definition], bool]
"""Whether it is proven that every row in the first definition is in the second."""


def relation(model: m.Model, now: m.Definition, before: m.Definition) -> Relation | None:
    """None where nothing is proven. All that the two name must mean the same in `model`, which has `now`, and they differ in their
    conditions alone."""
    if now.when is None or before.when is None:
        return None
    was = replace(before, name=_BEFORE)
    known = Knowledge(replace(model, definitions={**model.definitions, _BEFORE: was}))
    if known.is_impossible(known.entered(now.name)) or known.is_impossible(known.entered(_BEFORE)):
        return None
    stronger = _is_inside(known, now, was)
    weaker = _is_inside(known, was, now)
    if stronger and weaker:
        return Relation.EQUIVALENT
    return Relation.STRONGER if stronger else Relation.WEAKER if weaker else None


def _is_inside(known: Knowledge, inner: m.Definition, outer: m.Definition) -> bool:
    return any(implies(inner, outer) for implies in (_by_intervals(known), _by_solver(known)))


def _by_intervals(known: Knowledge) -> Implies:
    def implies(inner: m.Definition, outer: m.Definition) -> bool:
        if isinstance(outer.when, m.ByDate) or outer.when is None:
            return False
        beyond = known.conditions.is_not_true(outer.when, known.view(outer.name))
        return known.is_impossible(known.entered(inner.name), beyond)

    return implies


def _by_solver(known: Knowledge) -> Implies:
    def implies(inner: m.Definition, outer: m.Definition) -> bool:
        if find_spec("cvc5") is None:
            return False
        from cvc5 import pythonic as smt

        from sladsl.proving.translation import Translation

        agreement = known.model.agreement
        about = Translation(known, zone("UTC" if agreement is None else agreement.zone))
        return bool(about.solver(_MILLISECONDS, about.apart(inner.name, outer.name)).check() == smt.unsat)

    return implies
