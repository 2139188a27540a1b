"""Which values and rows of a file do not count: `missing "", "n/a"`, `skip when "Test" is "yes"`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.clauses import Kind, SourceClause
from sladsl.plan import Source
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Missing(SourceClause):
    texts: tuple[str, ...]
    span: Span

    def plan(self, made: Source) -> Source:
        """An empty cell is missing whatever else is."""
        return replace(made, missing=tuple(dict.fromkeys(("", *self.texts))))


@dataclass(frozen=True, slots=True)
class Skip(SourceClause):
    column: str
    values: tuple[str, ...]
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, skip=(*made.skip, (self.column, self.values)))


def _missing(scope: Scope, record: m.Record, node: ast.Clause) -> Missing:
    return Missing(tuple(text.value for text in node.parts), node.span)


def _skip(scope: Scope, record: m.Record, node: ast.Clause) -> Skip:
    column, values = node.parts
    return Skip(column.value, tuple(text.value for text in values), node.span)


KINDS = (
    Kind(
        rule="missing",
        words="missing",
        clause=Missing,
        check=_missing,
        help={"missing": "what stands for a missing value"},
    ),
    Kind(
        rule="skip",
        words="skip when",
        clause=Skip,
        check=_skip,
        help={"skip when": "rows that do not count"},
        once=False,
    ),
)
