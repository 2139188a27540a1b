"""`keep latest by "Updated"`: the rows of one key are states of one thing, and one of them counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.literals import check_time_format
from sladsl.checker.scope import Scope
from sladsl.clauses import Kind, SourceClause
from sladsl.plan import Source
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Keep(SourceClause):
    what: m.Keep
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, keep=self.what.words)

    @property
    def state(self) -> m.Keep:
        return self.what


def _check(scope: Scope, record: m.Record, node: ast.Clause) -> Keep | None:
    which, column, pattern = node.parts
    if pattern is not None:
        check_time_format(scope, pattern)
    kept = m.Keep(column.value, "latest" in which.text, None if pattern is None else pattern.value, node.span)
    if any(f.key for f in record.fields.values()):
        return Keep(kept, node.span)
    scope.report(
        "SLA526",
        node.span,
        f"`{record.name}` has no key, so nothing says which rows are states of the same one",
        help="declare the field that does: `id key text`",
    )
    return None


KIND = Kind(
    rule="keep",
    words="keep",
    clause=Keep,
    check=_check,
    help={
        "keep latest by": "of the rows of one key, which are states of it, only the latest counts",
        "keep first by": "of the rows of one key, which are states of it, only the first counts",
    },
)
