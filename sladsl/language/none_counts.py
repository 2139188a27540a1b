"""`none counts as met`: the verdict of a period without rows.

Without it such a period has none (`no data`), and nothing follows it. A volume counts nothing then, which is the number 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.rules.report import diagnostic, insert, remove
from sladsl.checker.scope import Scope
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic
from sladsl.language.consequences import Consequence
from sladsl.plan import Commitment
from sladsl.source import Span
from sladsl.syntax import ast


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


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> NoneCounts:
    (verdict,) = node.parts
    return NoneCounts(verdict.text, node.span)


KIND = CommitmentKind(
    rule="none_counts",
    words="none counts as",
    clause=NoneCounts,
    check=_check,
    left_out=_left_out,
    help={
        "none counts as": "the verdict of a period without rows",
        "met": "the promise was kept",
        "missed": "the promise was broken",
    },
    proposal=lambda kpi: "" if kpi.is_count else "none counts as met",
    snippet=lambda kpi: "none counts as ${:met}" if kpi.is_clock or kpi.is_share else "",
)
