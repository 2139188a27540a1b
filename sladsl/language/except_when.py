"""`except when withdrawn because "the customer withdrew it"`: rows that are in no figure of a commitment, and are counted by their reason.

The condition is read when a row's clock is over, at the earlier of its stop and its deadline: what comes after a breach undoes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sladsl import model as m
from sladsl.checker import expressions, targets
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.scope import Scope
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.plan import Commitment
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.conditions import condition
from sladsl.wording.names import quoted


@dataclass(frozen=True, slots=True)
class ExceptWhen(CommitmentClause):
    when: m.Expression
    because: str
    span: Span

    def plan(self, made: Commitment) -> Commitment:
        """What is excluded is out of the figure already."""
        return made

    def excludes(self) -> m.Exclusion:
        return m.Exclusion(self.when, self.because, self.span)

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        when = condition(model, self.when)
        return f"Left out as {quoted(self.because)} is one for which, when its clock stops or its deadline comes, {when}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        """One reason may stand for several conditions, joined with `or`; two clauses of one reason could not be told apart."""
        first = next(x for x in c.every(ExceptWhen) if x.because == self.because)
        if first is not self:
            labels = [Label(first.span, "the same reason")]
            message = f'"{self.because}" is the reason of two clauses, and rows are counted by their reason'
            help = "join the conditions with `or`, or give each a reason of its own"
            yield diagnostic("SLA674", message, self.span, c.origin.file, labels=labels, help=help)
        if isinstance(kpi.measure, m.TimeBetween) and self._is_not_stopped(kpi.measure.end):
            message = f"this leaves out every row whose clock of `{kpi.name}` has not stopped, so that none is ever missed"
            help = "say what is different about the rows to leave out when their clock is over"
            yield diagnostic("SLA676", message, self.when.span, c.origin.file, help=help)

    def _is_not_stopped(self, end: m.Moment) -> bool:
        match self.when, end:
            case m.Operation(op="is missing", args=(m.FieldUse() as asked,)), m.FieldUse():
                return (asked.record, asked.field) == (end.record, end.field)
            case m.Operation(op="is missing", args=(m.EventUse() as asked,)), m.EventUse():
                return asked.event == end.event
            case _:
                return False


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> ExceptWhen | None:
    written, because = node.parts
    figure = targets.figure_of(kpi.measure)
    if figure is not FigureKind.CLOCK:
        scope.report(
            "SLA673",
            node.span,
            f"`except when` leaves out rows that are held to a deadline, and `{kpi.name}` is {figure.value}",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="narrow what the KPI is over: `… of R where not (…)`, or a definition with the condition",
        )
        return None
    if not because.value.strip():
        message = "a reason is missing: excluded rows are counted by it"
        scope.report("SLA675", because.span, message, help='write why: `because "test lead"`')
        return None
    return ExceptWhen(expressions.condition(scope.of(kpi.record), written), because.value, node.span)


KIND = CommitmentKind(
    rule="except_when",
    words="except when",
    clause=ExceptWhen,
    check=_check,
    once=False,
    help={
        "except when": "rows that are left out, as things stand when their clock is over",
        "because": "the reason, by which they are counted",
        "excluded": "left out, for a reason that the commitment names",
    },
)
