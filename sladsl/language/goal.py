"""`goal "…"`: what an agreement is for. It is printed, not judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Goal(AgreementClause):
    text: str
    span: Span

    fact = "Goal"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, goal=self.text)

    def said(self, a: m.Agreement) -> str:
        return self.text


def _check(scope: Scope, made: m.Agreement, node: ast.Clause) -> Goal:
    (text,) = node.parts
    return Goal(text.value, node.span)


KIND = AgreementKind(
    rule="goal",
    words="goal",
    clause=Goal,
    check=_check,
    help={"goal": "what the agreement is for: printed, not judged"},
)
