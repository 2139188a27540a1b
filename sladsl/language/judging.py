"""How a period is judged that is near its target, has too few rows for a verdict, or none at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl import model as m
from sladsl.calendars import Duration
from sladsl.checker import targets
from sladsl.checker.rules.commitments import is_less, type_of
from sladsl.checker.rules.report import diagnostic, insert, remove
from sladsl.checker.rules.words import say_value
from sladsl.checker.scope import Scope
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.language.consequences import Consequence
from sladsl.lowering.durations import plain
from sladsl.plan import Bound, BoundKind, Commitment
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.quantities import quantity

# ----------------------------------------------------------------------------------------------------------------------------------
# `warn below 130`: a period that is met, but near its target.


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


def _check_warn(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Warn | None:
    words, written = node.parts
    value = targets.amount(scope, kpi, written)
    return None if value is None else Warn(words.text == "warn below", value, node.span)


_WARN_KIND = CommitmentKind(
    rule="warn",
    words="warn",
    clause=Warn,
    check=_check_warn,
    help={"warn below": "met, but near the target", "warn above": "met, but near the target"},
    snippet=lambda kpi: "" if kpi.is_clock or kpi.is_share else "warn below ${:110}",
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `needs at least 20`: with fewer rows a period has no verdict.


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


def _check_needs(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Needs | None:
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


_NEEDS_KIND = CommitmentKind(
    rule="needs",
    words="needs at least",
    clause=Needs,
    check=_check_needs,
    help={"needs at least": "with fewer rows there is no verdict"},
    proposal=lambda kpi: "" if kpi.is_count else "needs at least 20",
    snippet=lambda kpi: "needs at least ${:20}" if kpi.is_share else "",
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `none counts as met`: the verdict of a period without rows.
#
# Without it such a period has none (`no data`), and nothing follows it. A volume counts nothing then, which is the number 0.


@dataclass(frozen=True, slots=True)
class NoneCounts(CommitmentClause):
    verdict: str  # met, missed
    span: Span

    def plan(self, made: Commitment) -> Commitment:
        return replace(made, none_counts_as=self.verdict)

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        return f"a {c.period} in which none counts is {self.verdict}"

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        if kpi.is_volume:
            message = f"`none counts as {self.verdict}` says nothing here: with no rows `{c.kpi}` is 0, which is judged like any volume"
            fixes = [remove(self.span, "remove it")]
            yield diagnostic("SLA424", message, self.span, c.origin.file, help="leave it out", fixes=fixes)


def _left_out(c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A warning and not an error: a period without rows has a meaning, but whoever wrote what follows a missed one should know that an
    empty one escapes it."""
    missed = next((q for q in c.every(Consequence) if q.trigger == "missed"), None)
    if missed is not None and not kpi.is_volume:
        yield diagnostic(
            "SLA425",
            f"a {c.period} without any row of `{c.kpi}` is neither met nor missed, so `if missed` does not follow it",
            missed.span,
            c.origin.file,
            help="say what such a period is: `none counts as met` or `none counts as missed`",
            fixes=[
                insert(missed.span.end, f"\n    none counts as {v}", f"add `none counts as {v}`")
                for v in ("met", "missed")
            ],
        )


def _check_none_counts(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> NoneCounts:
    (verdict,) = node.parts
    return NoneCounts(verdict.text, node.span)


_NONE_COUNTS_KIND = CommitmentKind(
    rule="none_counts",
    words="none counts as",
    clause=NoneCounts,
    check=_check_none_counts,
    left_out=_left_out,
    help={
        "none counts as": "the verdict of a period without rows",
        "met": "the promise was kept",
        "missed": "the promise was broken",
    },
    proposal=lambda kpi: "" if kpi.is_count else "none counts as met",
    snippet=lambda kpi: "none counts as ${:met}" if kpi.is_clock or kpi.is_share else "",
)


KINDS = (_WARN_KIND, _NEEDS_KIND, _NONE_COUNTS_KIND)
