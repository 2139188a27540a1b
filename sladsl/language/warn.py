"""`warn below 130`: a period that is met, but near its target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl import model as m
from sladsl.calendars import Duration
from sladsl.checker import targets
from sladsl.checker.rules.commitments import is_less, type_of
from sladsl.checker.rules.report import diagnostic, remove
from sladsl.checker.rules.words import say_value
from sladsl.checker.scope import Scope
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.lowering.durations import plain
from sladsl.plan import Bound, BoundKind, Commitment
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.quantities import quantity


@dataclass(frozen=True, slots=True)
class Warn(CommitmentClause):
    below: bool
    value: Decimal | Duration
    span: Span

    def plan(self, made: Commitment) -> Commitment:
        """Near the target is what is not at least 130."""
        kind = BoundKind.AT_LEAST if self.below else BoundKind.AT_MOST
        return replace(made, warn=Bound(kind, plain(self.value)))

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        return f"a warning is given {'below' if self.below else 'above'} {quantity(kpi, self.value)}"

    def amounts(self) -> Iterator[tuple[Decimal | Duration, Span]]:
        yield self.value, self.span

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        """It marks what is met but near its target, so it lies strictly inside what meets it."""
        low, high = c.limits
        near, far = (low, high) if self.below else (high, low)
        side, other = ("below", "above") if self.below else ("above", "below")
        value = say_value(self.value, type_of(c, kpi))
        labels = [Label(c.target.span, "the target")]
        file, at = c.origin.file, self.span
        if isinstance(c.target, m.GroupLimit) and self.below == c.target.at_least:
            return  # each group has a target of its own
        if near is None:
            message = f"`warn {side} {value}` is on the wrong side: `{c.kpi}` gets worse the further it is {other} its target"
            help = f"a warning comes before the target is missed: `warn {other} …`"
            yield diagnostic("SLA421", message, at, file, help=help, labels=labels)
            return
        target = say_value(near, type_of(c, kpi))
        if is_less(self.value, near) if self.below else is_less(near, self.value):
            message = f"`warn {side} {value}` comes too late: the target of {target} is missed by then"
            help = f"a warning comes before the target is missed: choose a value {other} {target}"
            yield diagnostic("SLA421", message, at, file, help=help, labels=labels)
        elif self.value == near:
            message = f"`warn {side} {value}` never warns: {side} {target} the target is missed"
            help = f"choose a value {other} {target}, or leave the warning out"
            fixes = [remove(at, "remove the warning")]
            yield diagnostic("SLA422", message, at, file, help=help, labels=labels, fixes=fixes)
        elif far is not None and (is_less(far, self.value) if self.below else is_less(self.value, far)):
            message = f"`warn {side} {value}` always warns: whatever meets the target is {side} it"
            yield diagnostic(
                "SLA421", message, at, file, help="choose a value inside the target", labels=labels
            )


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Warn | None:
    words, written = node.parts
    value = targets.amount(scope, kpi, written)
    return None if value is None else Warn(words.text == "warn below", value, node.span)


KIND = CommitmentKind(
    rule="warn",
    words="warn",
    clause=Warn,
    check=_check,
    help={"warn below": "met, but near the target", "warn above": "met, but near the target"},
    snippet=lambda kpi: "" if kpi.is_clock or kpi.is_share else "warn below ${:110}",
)
