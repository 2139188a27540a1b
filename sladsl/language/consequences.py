"""What follows: `if late reassign to "pool"` one row past its deadline, `if missed …` a missed period, `if below 99% …` a step beyond the
target. Several add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl import model as m
from sladsl import plan as p
from sladsl.calendars import Duration
from sladsl.checker import targets
from sladsl.checker.rules.commitments import is_less, type_of
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.words import say_value
from sladsl.checker.scope import Scope
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.lowering.durations import plain
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.names import quoted
from sladsl.wording.quantities import quantity


@dataclass(frozen=True, slots=True)
class Action:
    verb: str
    to: str
    span: Span

    def said(self) -> str:
        """`reassign to “inbound pool”`, `notify “duty manager”`, `“credit 10%”`."""
        verb = {"do": "", "reassign": "reassign to ", "escalate": "escalate to "}.get(
            self.verb, f"{self.verb} "
        )
        return f"{verb}{quoted(self.to)}"


@dataclass(frozen=True, slots=True)
class Consequence(CommitmentClause):
    """trigger: late, missed, below, above; `value` for the last two."""

    trigger: str
    value: Decimal | Duration | None
    actions: tuple[Action, ...]
    span: Span

    def plan(self, made: p.Commitment) -> p.Commitment:
        actions = tuple(p.Action(a.verb, a.to) for a in self.actions)
        match self.trigger:
            case "late":
                return replace(made, if_late=(*made.if_late, *actions))
            case "missed":
                return replace(made, if_missed=(*made.if_missed, *actions))
            case _:
                assert self.value is not None
                step = p.Step(self.trigger == "below", plain(self.value), actions)
                return replace(made, steps=(*made.steps, step))

    def said(self, c: m.Commitment, kpi: m.Kpi) -> str:
        match self.trigger:
            case "late":
                when = "If one is late"
            case "missed":
                when = f"If a {c.period} is missed"
            case _:
                assert self.value is not None
                when = f"If a {c.period} is {self.trigger} {quantity(kpi, self.value)}"
        return f"{when}: {joined(a.said() for a in self.actions)}."

    def amounts(self) -> Iterator[tuple[Decimal | Duration, Span]]:
        if self.value is not None:
            yield self.value, self.span

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        yield from self._repeated(c)
        yield from self._inside_the_target(c, kpi)

    def _repeated(self, c: m.Commitment) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(Consequence) if q._what == self._what)
        if first is not self:
            labels = [Label(first.span, "the same consequence")]
            message, file = "this consequence stands twice", c.origin.file
            yield diagnostic("SLA407", message, self.span, file, labels=labels, help="leave one of them out")

    @property
    def _what(self) -> object:
        return self.trigger, self.value, tuple((a.verb, a.to) for a in self.actions)

    def _inside_the_target(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        """A step lies beyond a missed target: on the other side it follows periods that were met."""
        if self.value is None:
            return
        low, high = c.limits
        value = say_value(self.value, type_of(c, kpi))
        limit = low if self.trigger == "below" else high
        if limit is None:
            worse = "below" if low is not None else "above"
            message = f"`if {self.trigger} {value}` follows periods that met the target: `{c.kpi}` is missed {worse} it"
            help = f"a step beyond the target is `if {worse} …`"
        elif is_less(limit, self.value) if self.trigger == "below" else is_less(self.value, limit):
            target = say_value(limit, type_of(c, kpi))
            message = f"`if {self.trigger} {value}` also follows periods that met the target of {target}"
            help = f"choose a value {self.trigger} the target, or the target itself"
        else:
            return
        labels = [Label(c.target.span, "the target")]
        yield diagnostic("SLA426", message, self.span, c.origin.file, labels=labels, help=help)


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Consequence | None:
    words, *rest = node.parts
    trigger = words.text.removeprefix("if ")
    value = None
    if trigger in {"below", "above"}:
        value = targets.amount(scope, kpi, rest.pop(0))
        if value is None:
            return None
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
    actions = tuple(Action(a.kind, a.text.value, a.span) for a in rest)
    return Consequence(trigger, value, actions, node.span)


KIND = CommitmentKind(
    rule="consequence",
    words="if",
    clause=Consequence,
    check=_check,
    once=False,
    help={
        "if late": "follows one row past its deadline",
        "if missed": "follows a missed period",
        "if below": "follows each step that the figure falls below",
        "if above": "follows each step that the figure rises above",
        "reassign to": "somebody else takes it",
        "notify": "somebody is told",
        "escalate to": "somebody decides",
        "tag": "the row is marked",
        "do": "anything else",
    },
    snippet=lambda kpi: 'if late notify "${:the owner}"' if kpi.is_clock else "",
)
