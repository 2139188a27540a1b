"""How a file is written: `numbers "1.234,56"`, `encoding "windows-1252"`, `header at 3`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import nearest, quoted, replacement
from sladsl.clauses import Kind, SourceClause
from sladsl.encodings import ENCODINGS, is_encoding
from sladsl.numerals import EXAMPLE_HELP, ExampleError, read_example
from sladsl.plan import Source
from sladsl.source import Span
from sladsl.syntax import ast

MOST_LINES = 1_000
"""Lines within which a header is looked for."""


@dataclass(frozen=True, slots=True)
class Numbers(SourceClause):
    example: str
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, numbers=self.example)


@dataclass(frozen=True, slots=True)
class Encoding(SourceClause):
    name: str
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, encoding=self.name)


@dataclass(frozen=True, slots=True)
class HeaderAt(SourceClause):
    line: int
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, header=self.line)


def _numbers(scope: Scope, record: m.Record, node: ast.Clause) -> Numbers | None:
    (example,) = node.parts
    try:
        read_example(example.value)
    except ExampleError as error:
        scope.report("SLA530", example.span, str(error), help=EXAMPLE_HELP)
        return None
    return Numbers(example.value, node.span)


def _encoding(scope: Scope, record: m.Record, node: ast.Clause) -> Encoding | None:
    (name,) = node.parts
    if is_encoding(name.value):
        return Encoding(name.value, node.span)
    guess = nearest(name.value, ENCODINGS)
    scope.report(
        "SLA215",
        name.span,
        f'there is no encoding "{name.value}"',
        help=f'did you mean "{guess}"?' if guess else f"known ones are {quoted(ENCODINGS)}",
        fixes=() if guess is None else (replacement(name.value, guess, name.span, quote=True),),
    )
    return None


def _header_at(scope: Scope, record: m.Record, node: ast.Clause) -> HeaderAt | None:
    (line,) = node.parts
    if line.value == int(line.value) and 1 <= line.value <= MOST_LINES:
        return HeaderAt(int(line.value), node.span)
    scope.report(
        "SLA216",
        line.span,
        f"`{scope.source.slice(line.span)}` is no line that a header stands in",
        help=f"lines are counted from 1, and a header stands within the first {MOST_LINES}: `header at 3`",
    )
    return None


KINDS = (
    Kind(
        rule="numbers",
        words="numbers",
        clause=Numbers,
        check=_numbers,
        help={"numbers": "how numbers are written, by an example"},
    ),
    Kind(
        rule="encoding",
        words="encoding",
        clause=Encoding,
        check=_encoding,
        help={"encoding": "how a text file is encoded, where it is not UTF-8"},
    ),
    Kind(
        rule="header_at",
        words="header at",
        clause=HeaderAt,
        check=_header_at,
        help={"header at": "the line with the names of the columns"},
    ),
)
