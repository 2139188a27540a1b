"""`needs at least 20`: with fewer rows a period has no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl import model as m
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.words import say_value
from sladsl.checker.scope import Scope
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.plan import Commitment
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Needs(CommitmentClause):
    rows: int
    span: Span

    def plan(self, made: Commitment) -> Commitment:
        return replace(made, needs=self.rows)

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        return f"judged only where at least {self.rows} count"

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        """A volume with fewer rows than needed has no verdict, whatever its target."""
        if not kpi.is_count:
            return
        low, high = c.limits
        labels, file = [Label(c.target.span, "the target")], c.origin.file
        if isinstance(high, Decimal) and self.rows > high:
            message = f"`{c.kpi}` can never be met: with the {self.rows} rows that it needs it is above {say_value(high)}"
            help = "leave `needs at least` out: a small volume is a volume"
            yield diagnostic("SLA423", message, self.span, file, help=help, labels=labels)
        elif isinstance(low, Decimal):
            over = f", even when it is above {say_value(low)}" if self.rows > low else ", and never missed"
            message = f"with fewer than {self.rows} rows `{c.kpi}` is insufficient{over}"
            help = "leave `needs at least` out: a small volume is a volume, and can be judged"
            yield diagnostic("SLA424", message, self.span, file, help=help, labels=labels)


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Needs | None:
    (rows,) = node.parts
    if rows.value != rows.value.to_integral_value():
        whole = max(1, int(rows.value))
        scope.report(
            "SLA108", rows.span, "rows are counted in whole numbers", help=f"write `needs at least {whole}`"
        )
        return None
    if rows.value >= 1:
        return Needs(int(rows.value), rows.span)
    scope.report(
        "SLA316",
        rows.span,
        "`needs at least 0` asks for nothing",
        label="expected a whole number from 1",
        help="leave it out, or say how many rows a verdict takes; for a period without rows, `none counts as met`",
    )
    return None


KIND = CommitmentKind(
    rule="needs",
    words="needs at least",
    clause=Needs,
    check=_check,
    help={"needs at least": "with fewer rows there is no verdict"},
    proposal=lambda kpi: "" if kpi.is_count else "needs at least 20",
    snippet=lambda kpi: "needs at least ${:20}" if kpi.is_share else "",
)
