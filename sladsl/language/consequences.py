"""What follows: `if late reassign to "pool"` one row past its deadline, `if missed …` a missed period. Several add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import plan as p
from sladsl.checker import targets
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.scope import Scope
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.names import quoted


@dataclass(frozen=True, slots=True)
class Action(m.Action):
    def said(self) -> str:
        """`reassign to “inbound pool”`, `notify “duty manager”`, `“credit 10%”`."""
        verb = {"do": "", "reassign": "reassign to ", "escalate": "escalate to "}.get(
            self.verb, f"{self.verb} "
        )
        return f"{verb}{quoted(self.to)}"


def actions_of(nodes: Sequence[ast.Action]) -> tuple[Action, ...]:
    return tuple(Action(a.kind, a.text.value, a.span) for a in nodes)


def followed_by(c: m.Commitment, span: Span, first: Span) -> Diagnostic:
    """That a consequence stands there already."""
    labels, file = [Label(first, "the same consequence")], c.origin.file
    return diagnostic(
        "SLA407",
        "this consequence stands twice",
        span,
        file,
        labels=labels,
        help="leave one of them out",
    )


@dataclass(frozen=True, slots=True)
class Consequence(CommitmentClause):
    trigger: str  # late, missed
    actions: tuple[Action, ...]
    span: Span

    def plan(self, made: p.Commitment) -> p.Commitment:
        actions = tuple(p.Action(a.verb, a.to) for a in self.actions)
        if self.trigger == "late":
            return replace(made, if_late=(*made.if_late, *actions))
        return replace(made, if_missed=(*made.if_missed, *actions))

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        when = "one is late" if self.trigger == "late" else f"a {c.period} is missed"
        return f"If {when}: {joined(a.said() for a in self.actions)}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(Consequence) if q._what == self._what)
        if first is not self:
            yield followed_by(c, self.span, first.span)

    @property
    def _what(self) -> object:
        return self.trigger, tuple((a.verb, a.to) for a in self.actions)


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Consequence | None:
    words, *actions = node.parts
    trigger = words.text.removeprefix("if ")
    figure = targets.figure_of(kpi.measure)
    if trigger == "late" and figure is not FigureKind.CLOCK:
        scope.report(
            "SLA434",
            words.span,
            f"a single row can be late only against a deadline, and `{kpi.name}` is {figure.value}",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="`if missed` follows a period that fell short; for single rows, promise a `time from … to …` KPI `within …`",
        )
        return None
    return Consequence(trigger, actions_of(actions), node.span)


KIND = CommitmentKind(
    rule="consequence",
    words="if",
    clause=Consequence,
    check=_check,
    once=False,
    help={
        "if late": "follows one row past its deadline",
        "if missed": "follows a missed period",
        "reassign to": "somebody else takes it",
        "notify": "somebody is told",
        "escalate to": "somebody decides",
        "tag": "the row is marked",
        "do": "anything else",
    },
    snippet=lambda kpi: 'if late notify "${:the owner}"' if kpi.is_clock else "",
)
