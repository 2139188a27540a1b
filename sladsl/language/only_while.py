"""`only while mql_volume at most 150`: a promise that stands only in periods in which another figure is as agreed. In others it is
*suspended*, which is no miss."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import plan as p
from sladsl.checker import commitments, targets
from sladsl.checker.scope import Scope
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.lowering.commitments import bound
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording import names
from sladsl.wording.quantities import quantity


@dataclass(frozen=True, slots=True)
class OnlyWhile(CommitmentClause):
    kpi: str
    target: m.Limit | m.Range
    span: Span

    def plan(self, made: p.Commitment) -> p.Commitment:
        return replace(made, only_while=(*made.only_while, p.OnlyWhile(self.kpi, bound(self.target))))

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        asked = model.kpis[self.kpi]
        match self.target:
            case m.Limit(at_least=at_least, value=value):
                so = f"{'at least' if at_least else 'at most'} {quantity(asked, value)}"
            case m.Range(low=low, high=high):
                so = f"between {quantity(asked, low)} and {quantity(asked, high)}"
        return f"It stands only in a {c.period} in which {names.titled(model, asked.name, asked.label)} is {so}; in others it is suspended."


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> OnlyWhile | None:
    name, written = node.parts
    asked = commitments.find_kpi(scope, name)
    if asked is None:
        return None
    if targets.figure_of(asked.measure) is FigureKind.CLOCK:
        scope.report(
            "SLA678",
            name.span,
            f"`{asked.name}` is a time for each row, and `only while` asks for one figure of a period",
            labels=(scope.label_in(asked.origin, "declared here"),),
            help=f"declare what it comes to, such as `kpi … = median of {asked.name} over …`",
        )
        return None
    if asked.name == kpi.name:
        scope.report(
            "SLA679",
            name.span,
            f"a promise of `{kpi.name}` cannot stand on `{kpi.name}` itself",
            help="name the figure that the other party owes, such as how many leads it hands over",
        )
        return None
    commitments.check_measure(scope, asked, name.span)
    target = targets.target(scope, asked, written)
    return OnlyWhile(asked.name, target, node.span) if isinstance(target, m.Limit | m.Range) else None


KIND = CommitmentKind(
    rule="only_while",
    words="only while",
    clause=OnlyWhile,
    check=_check,
    once=False,
    help={"only while": "suspends the promise in periods in which another figure is not so"},
)
