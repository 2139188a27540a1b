"""What follows a figure beyond its target: `if below 99% do "credit 10%"`. Several clauses add up; the steps of one are a choice, of which
the last that the figure passes counts: `if below 99% do "credit 10%", below 95% do "credit 25%"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, zip_longest

from sladsl import model as m
from sladsl import plan as p
from sladsl.calendars import Duration
from sladsl.checker import targets
from sladsl.checker.rules.commitments import is_less, type_of
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.words import say_value
from sladsl.checker.scope import Scope
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.language.consequences import Action, actions_of, followed_by
from sladsl.lowering.durations import plain
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.quantities import quantity


@dataclass(frozen=True, slots=True)
class Step:
    """`below 95% do "credit 25%"`."""

    side: str  # below, above
    value: Decimal | Duration
    actions: tuple[Action, ...]
    span: Span

    def is_before(self, other: Step) -> bool:
        """Whether a figure that leaves its target passes this one first, for certain."""
        return is_less(other.value, self.value) if self.side == "below" else is_less(self.value, other.value)

    def written(self, c: m.Commitment, kpi: m.Kpi) -> str:
        return f"{self.side} {say_value(self.value, type_of(c, kpi))}"

    def said(self, kpi: m.Kpi, model: m.Model) -> str:
        return f"{self.side} {quantity(kpi, self.value)}: {joined(a.said(model) for a in self.actions)}"


@dataclass(frozen=True, slots=True)
class Steps(CommitmentClause):
    """In the order in which a figure passes them."""

    steps: tuple[Step, ...]
    span: Span

    def plan(self, made: p.Commitment) -> p.Commitment:
        added = (
            p.Step(
                step.side == "below",
                plain(step.value),
                tuple(p.Action(a.verb, a.to) for a in step.actions),
                None if further is None else plain(further.value),
            )
            for step, further in zip_longest(self.steps, self.steps[1:])
        )
        return replace(made, steps=(*made.steps, *added))

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        first, *others = (step.said(kpi, model) for step in self.steps)
        instead = "".join(f"; if it is {other}, instead" for other in others)
        return f"If a {c.period} is {first}{instead}."

    def amounts(self) -> Iterator[tuple[Decimal | Duration, Span]]:
        yield from ((step.value, step.span) for step in self.steps)

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(Steps) if q._what == self._what)
        if first is not self:
            yield followed_by(c, self.span, first.span)
        for before, step in pairwise(self.steps):
            yield from self._out_of_order(c, kpi, before, step)
        yield from self._inside_the_target(c, kpi, self.steps[0])
        yield from self._adds_up(c, kpi)

    def _adds_up(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        """Credits of two clauses: what falls below the second gets both, where most contracts mean the greater one alone."""
        clauses = list(c.every(Steps))
        before = next((q for q in clauses[: clauses.index(self)] if q._credits(self.steps[0].side)), None)
        if before is not None and self._credits(self.steps[0].side):
            first, second = before.steps[-1].written(c, kpi), self.steps[0].written(c, kpi)
            message = f"these credits add up: a {c.period} {second} has those of `if {first}` too"
            help = f"where only the last step counts, write one clause: `if {first} do …, {second} do …`"
            labels = [Label(before.span, "these as well")]
            yield diagnostic("SLA549", message, self.span, c.origin.file, labels=labels, help=help)

    def _credits(self, side: str) -> bool:
        """Whether it says what is paid, on that side of the target."""
        actions = (a for s in self.steps if s.side == side for a in s.actions)
        return any(a.verb == "do" and re.search(r"%|credit", a.to, re.IGNORECASE) for a in actions)

    @property
    def _what(self) -> object:
        return tuple((s.side, s.value, tuple(a.what for a in s.actions)) for s in self.steps)

    def _out_of_order(self, c: m.Commitment, kpi: m.Kpi, before: Step, step: Step) -> Iterator[Diagnostic]:
        """Steps of a choice go one way, and each lies further from the target than the one before it."""
        this, other = step.written(c, kpi), before.written(c, kpi)
        if step.side != before.side:
            message = f"a choice of steps goes one way: `{this}` stands behind `{other}`"
            code, help = "SLA672", f"give it a clause of its own: `if {this} …`"
        elif step.value == before.value:
            message = f"`{this}` is given twice in one choice, of which a single step counts"
            code, help = "SLA671", "keep one of them; it may have several actions, with `and` between them"
        elif step.is_before(before):
            message = f"a figure passes `{this}` before `{other}`, so the step behind it would never count"
            code, help = "SLA670", f"begin with the step nearest the target: `if {this} …, {other} …`"
        else:
            return
        labels = [Label(before.span, "the step before it")]
        yield diagnostic(code, message, step.span, c.origin.file, labels=labels, help=help)

    def _inside_the_target(self, c: m.Commitment, kpi: m.Kpi, step: Step) -> Iterator[Diagnostic]:
        """A step lies beyond a missed target: on the other side it follows periods that were met."""
        low, high = c.limits
        words = step.written(c, kpi)
        limit = low if step.side == "below" else high
        if isinstance(c.target, m.GroupLimit) and (step.side == "below") == c.target.at_least:
            return  # each group has a target of its own
        if limit is None:
            worse = "below" if low is not None else "above"
            message = f"`if {words}` follows periods that met the target: `{c.kpi}` is missed {worse} it"
            help = f"a step beyond the target is `if {worse} …`"
        elif is_less(limit, step.value) if step.side == "below" else is_less(step.value, limit):
            target = say_value(limit, type_of(c, kpi))
            message = f"`if {words}` also follows periods that met the target of {target}"
            help = f"choose a value {step.side} the target, or the target itself"
        else:
            return
        labels = [Label(c.target.span, "the target")]
        yield diagnostic("SLA426", message, self.span, c.origin.file, labels=labels, help=help)


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Steps | None:
    """Actions that stand between two steps belong to the first of them."""
    words, amount, *rest = node.parts
    steps: list[Step] = []
    span = words.span.to(amount.span)
    written: list[tuple[str, ast.Amount, list[ast.Action], Span]] = [(words.text, amount, [], span)]
    for part in rest:
        if isinstance(part, ast.Action):
            written[-1][2].append(part)
        else:
            side, value, action = part.parts
            written.append((side.text, value, [action], side.span.to(value.span)))
    for side, value, actions, at in written:
        held = targets.amount(scope, kpi, value)
        made = actions_of(scope, kpi, actions, of_row=False)
        if held is not None and made is not None:
            steps.append(Step(side.removeprefix("if "), held, made, at))
    return Steps(tuple(steps), node.span) if len(steps) == len(written) else None


KIND = CommitmentKind(
    rule="steps",
    words="if below",
    clause=Steps,
    check=_check,
    once=False,
    help={
        "if below": "follows a figure that falls below this",
        "if above": "follows a figure that rises above this",
        "below": "the next step of a choice: its actions, instead of those before",
        "above": "the next step of a choice: its actions, instead of those before",
        "and": "both; between actions, one more",
    },
)
