"""`if missed 2 in a row escalate to "CRO"`: what follows a period that is missed after missed ones.

A period without a verdict of its own (`no data`, `insufficient`, `suspended`) breaks the row; after a provisional one it waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import plan as p
from sladsl.checker.scope import Scope
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic
from sladsl.language.consequences import Action, actions_of, followed_by
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class InARow(CommitmentClause):
    count: int
    actions: tuple[Action, ...]
    span: Span

    def plan(self, made: p.Commitment) -> p.Commitment:
        added = p.InARow(self.count, tuple(p.Action(a.verb, a.to) for a in self.actions))
        return replace(made, in_a_row=(*made.in_a_row, added))

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        before = "a missed one" if self.count == 2 else f"{self.count - 1} missed ones in a row"
        return f"If a {c.period} is missed after {before}: {joined(a.said(model) for a in self.actions)}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(InARow) if q._what == self._what)
        if first is not self:
            yield followed_by(c, self.span, first.span)

    @property
    def _what(self) -> object:
        return self.count, tuple(a.what for a in self.actions)


MOST = 100
"""Periods that a row of missed ones may ask for."""


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> InARow | None:
    _, count, *actions = node.parts
    if count.value == int(count.value) and 2 <= count.value <= MOST:
        made = actions_of(scope, kpi, actions, of_row=False)
        return None if made is None else InARow(int(count.value), made, node.span)
    scope.report(
        "SLA677",
        count.span,
        f"`{scope.words(count.span)} in a row` is no row of missed periods",
        label=f"expected a whole number from 2 to {MOST}",
        help="what follows every missed period is `if missed …`",
    )
    return None


KIND = CommitmentKind(
    rule="in_a_row",
    words="if missed 2 in a row",
    clause=InARow,
    check=_check,
    once=False,
    help={"in a row": "follows a period that is missed after missed ones"},
)
