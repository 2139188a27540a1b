"""Dates that go together: the first is no later than the last."""

from __future__ import annotations

from sladsl.checker.scope import Scope
from sladsl.syntax import ast


def report_backwards(scope: Scope, first: ast.Date, last: ast.Date, what: str) -> bool:
    """Whether `what` ends before it begins, which is then reported."""
    if last.value >= first.value:
        return False
    scope.report(
        "SLA107",
        first.span.to(last.span),
        f"{what} ends before it begins",
        help=f"write the earlier date first: `{last.value}` to `{first.value}`",
    )
    return True
