"""How a definition's condition stands to the one before: which of the two implies the other, as far as the checker's intervals prove it."""

from __future__ import annotations

from enum import StrEnum

from sladsl import model as m
from sladsl.checker.rules.knowledge import Knowledge


class Relation(StrEnum):
    """Of the condition now to the one before, over all rows that could be."""

    EQUIVALENT = "equivalent"
    STRONGER = "stronger"  # whatever meets it now met it before
    WEAKER = "weaker"  # whatever met it before meets it now


def relation(model: m.Model, now: m.Definition, before: m.Definition) -> Relation | None:
    """None where nothing is proven. All that the two name must mean the same in `model`, which has `now`, and they differ in their
    conditions alone."""
    if now.when is None or before.when is None:
        return None
    if isinstance(now.when, m.ByDate) or isinstance(before.when, m.ByDate):
        return None
    known = Knowledge(model)
    given, view, asked = known.base_facts(now), known.view(now.name), known.conditions
    if known.is_impossible(given):
        return None
    stronger = known.is_impossible(given, asked.is_true(now.when, view), asked.is_not_true(before.when, view))
    weaker = known.is_impossible(given, asked.is_true(before.when, view), asked.is_not_true(now.when, view))
    if stronger and weaker:
        return Relation.EQUIVALENT
    return Relation.STRONGER if stronger else Relation.WEAKER if weaker else None
