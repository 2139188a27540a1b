"""What an agreement means, and where it contradicts itself, says something that never applies, or leaves something open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from sladsl.checker.rules.branches import check_branches
from sladsl.checker.rules.commitments import check_commitments
from sladsl.checker.rules.definitions import (
    check_definitions,
    check_events,
    check_kpis,
    check_lifecycles,
    check_nevers,
    check_scores,
)
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.later import check_later, check_states
from sladsl.checker.rules.report import in_order
from sladsl.checker.rules.setting import check_agreement, check_hours
from sladsl.checker.rules.unused import Named, check_unused, used
from sladsl.clauses import clauses_of_agreement
from sladsl.diagnostics import Diagnostic
from sladsl.model import Model

__all__ = ["check_each", "check_rules", "check_together"]

_OF_EACH = (
    check_definitions,
    check_lifecycles,
    check_scores,
    check_events,
    check_kpis,
    check_branches,
    check_nevers,
    check_commitments,
    check_later,
)


def check_rules(model: Model, as_of: dt.date | None = None) -> tuple[Diagnostic, ...]:
    """Everything that can be said of a model whose names and types were checked, in the order of its files and places.

    A model may hold `Invalid` expressions: nothing is concluded from them, so that a mistake that was reported is not reported again.
    Reviews are only looked at with an `as_of` date, since no clock is read.
    """
    return in_order([*check_each(model), *check_together(model, used(model)), *_overdue(model, as_of)])


def check_each(model: Model, chosen: Model | None = None) -> Iterator[Diagnostic]:
    """What can be said of each declaration (of each in `chosen`) from what it names; it stands at the declaration."""
    knowledge = Knowledge(model, chosen)
    for check in _OF_EACH:
        yield from check(knowledge)


def check_together(model: Model, names: Collection[Named]) -> Iterator[Diagnostic]:
    """What depends on everything that uses a declaration; `names` are those that something uses."""
    yield from check_hours(model)
    yield from check_agreement(model)
    yield from check_states(model)
    yield from check_unused(model, names)


def _overdue(model: Model, as_of: dt.date | None) -> Iterator[Diagnostic]:
    """What should have been done by that date; nothing without one, since no clock is read."""
    if as_of is not None and model.agreement is not None:
        for clause in clauses_of_agreement(model.agreement):
            yield from clause.overdue(model, as_of)
