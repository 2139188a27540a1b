"""`times in "America/New_York"`: the zone of times in the data that carry none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.checker.setting import check_zone
from sladsl.clauses import Kind, SourceClause
from sladsl.plan import Source
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class TimesIn(SourceClause):
    zone: str | None  # None where that was reported
    ignoring_offsets: bool
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, zone=self.zone, ignore_offsets=self.ignoring_offsets)


def _check(scope: Scope, record: m.Record, node: ast.Clause) -> TimesIn:
    zone, ignoring = node.parts
    return TimesIn(check_zone(scope.ctx, scope.source, zone), ignoring is not None, node.span)


KIND = Kind(
    rule="times_in",
    words="times in",
    clause=TimesIn,
    check=_check,
    help={
        "times in": "the zone of times that carry none",
        "ignoring offsets": "an offset in the data is not believed",
    },
)
