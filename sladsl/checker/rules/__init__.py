"""What an agreement means, and where it contradicts itself, says something that never applies, or leaves something open."""

from __future__ import annotations

import datetime as dt

from sladsl.checker.rules.branches import check_branches
from sladsl.checker.rules.commitments import check_commitments
from sladsl.checker.rules.definitions import check_definitions, check_lifecycles
from sladsl.checker.rules.hours import check_hours
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.kpis import check_events, check_kpis, check_scores
from sladsl.checker.rules.report import in_order
from sladsl.checker.rules.terms import check_reviews, check_terms
from sladsl.checker.rules.unused import check_unused
from sladsl.diagnostics import Diagnostic
from sladsl.model import Model

__all__ = ["check_rules"]

_CHECKS = (
    check_definitions,
    check_lifecycles,
    check_scores,
    check_events,
    check_kpis,
    check_branches,
    check_commitments,
    check_hours,
    check_terms,
    check_unused,
)


def check_rules(model: Model, as_of: dt.date | None = None) -> tuple[Diagnostic, ...]:
    """Everything that can be said of a model whose names and types were checked, in the order of its files and places.

    A model may hold `Invalid` expressions: nothing is concluded from them, so that a mistake that was reported is not reported again.
    Reviews are only looked at with an `as_of` date, since no clock is read.
    """
    knowledge = Knowledge(model)
    found = [diagnostic for check in _CHECKS for diagnostic in check(knowledge)]
    if as_of is not None:
        found += check_reviews(knowledge, as_of)
    return in_order(found)
