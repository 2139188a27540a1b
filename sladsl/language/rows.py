"""Which values and rows of a file count: `missing "", "n/a"`, `skip when "Test" in {"yes"}`, `only when "Field" in {"Status"}`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.clauses import Kind, SourceClause
from sladsl.plan import RowTest, Source
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
class Rows(SourceClause):
    """One of these clauses; each leaves out what fails it."""

    test: RowTest
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, tests=(*made.tests, self.test))


def _missing(scope: Scope, record: m.Record, node: ast.Clause) -> Missing:
    return Missing(tuple(text.value for text in node.parts), node.span)


def _skip(scope: Scope, record: m.Record, node: ast.Clause) -> Rows:
    return _rows(node, only=False)


def _only(scope: Scope, record: m.Record, node: ast.Clause) -> Rows:
    return _rows(node, only=True)


def _rows(node: ast.Clause, *, only: bool) -> Rows:
    column, values = node.parts
    return Rows(RowTest(column.value, tuple(text.value for text in values), only), node.span)


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
        clause=Rows,
        check=_skip,
        help={"skip when": "rows that do not count"},
        once=False,
    ),
    Kind(
        rule="only",
        words="only when",
        clause=Rows,
        check=_only,
        help={"only when": "the rows that count; all others are left out"},
        once=False,
    ),
)
