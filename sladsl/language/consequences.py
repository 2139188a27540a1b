"""What follows: `if late reassign to "pool"` one row past its deadline, `if missed …` a missed period. Several add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import plan as p
from sladsl import types as t
from sladsl.checker import references, targets
from sladsl.checker.moving import waits_for
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.scope import Scope
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Edit, Fix, Label, Safety
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.conditions import value
from sladsl.wording.names import quoted


@dataclass(frozen=True, slots=True)
class Action(m.Action):
    def said(self, model: m.Model) -> str:
        """`reassign to “inbound pool”`, `notify “duty manager”`, `“credit 10%”`, `notify its owner's manager`."""
        verb = {"do": "", "reassign": "reassign to ", "escalate": "escalate to "}.get(
            self.verb, f"{self.verb} "
        )
        return f"{verb}{quoted(self.to) if self.named is None else f'its {value(model, self.named)}'}"

    @property
    def what(self) -> object:
        """What it is, wherever it stands."""
        return self.verb, self.to, self.named is None


def actions_of(
    scope: Scope, kpi: m.Kpi, nodes: Sequence[ast.Action], of_row: bool
) -> tuple[Action, ...] | None:
    """The actions; None where one was reported. Only what follows a row (`of_row`) may go to whom a field of it names."""
    made = [_action(scope, kpi, node, of_row) for node in nodes]
    actions = tuple(a for a in made if a is not None)
    return actions if len(actions) == len(made) else None


def _action(scope: Scope, kpi: m.Kpi, node: ast.Action, of_row: bool) -> Action | None:
    if isinstance(node.to, ast.Text):
        scope.ctx.use_text(scope.source, node.to.span, "recipient", node.to.value)
        return Action(node.kind, node.to.value, node.span)
    words, span = scope.words(node.to.span), node.to.span
    row = scope.of(kpi.record)
    text = Fix(f'write `"{words}"`', (Edit(span, f'"{words}"'),), Safety.NEEDS_A_LOOK)
    if not of_row:
        scope.report(
            "SLA753",
            span,
            f"what follows a period is about many rows, so no field says who `{words}` is",
            label="expected a text in quotes",
            help=f'write `"{words}"`; only what follows one row, such as `if late`, may go to whom a field of it names',
            fixes=(text,),
        )
        return None
    if node.to.record is None and row.lookup(node.to) is None:
        scope.report(
            "SLA754",
            span,
            f"`{words}` is not a field of `{kpi.record}`, and a fixed word stands in quotes",
            help=f'did you mean `"{words}"`?',
            fixes=(text,),
        )
        return None
    named = references.value(row, node.to)
    if waits_for(scope.ctx, named) is not None:
        scope.report(
            "SLA754",
            span,
            f"`{words}` is settled later than the instant at which somebody is told",
            label="asks for what comes after it",
            help="name a field that is known by then, or write who it is in quotes",
        )
        return None
    if isinstance(named, m.FieldUse | m.PathUse | m.DerivedUse) and isinstance(named.type, t.Text | t.OneOf):
        return Action(node.kind, words, node.span, named)
    if not isinstance(named, m.Invalid) and not isinstance(named.type, t.Unknown):
        scope.report(
            "SLA754",
            span,
            f"`{words}` is {named.type}, which names nobody",
            label="expected a field that holds a text",
            help=f'a fixed word stands in quotes: `"{words}"`',
            fixes=(text,),
        )
    return None


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
        """What follows late rows is in the plan already, which lowering makes of `late`."""
        if self.trigger == "late":
            return made
        return replace(made, if_missed=(*made.if_missed, *(p.Action(a.verb, a.to) for a in self.actions)))

    def late(self) -> Iterator[m.Action]:
        if self.trigger == "late":
            yield from self.actions

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        when = "one is late" if self.trigger == "late" else f"a {c.period} is missed"
        return f"If {when}: {joined(a.said(model) for a in self.actions)}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(Consequence) if q._what == self._what)
        if first is not self:
            yield followed_by(c, self.span, first.span)

    @property
    def _what(self) -> object:
        return self.trigger, tuple(a.what for a in self.actions)


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
    made = actions_of(scope, kpi, actions, of_row=trigger == "late")
    return None if made is None else Consequence(trigger, made, node.span)


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
