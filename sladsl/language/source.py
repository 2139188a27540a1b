"""The clauses of a source: how its file is written, the zone of its times, which of several states of a row and which values and rows of it
count, and how far its data are trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.checker import budgets
from sladsl.checker.literals import check_time_format
from sladsl.checker.scope import Scope
from sladsl.checker.setting import check_zone
from sladsl.checker.suggest import nearest, quoted, replacement
from sladsl.clauses import Kind, SourceClause
from sladsl.encodings import ENCODINGS, is_encoding
from sladsl.lowering.durations import microseconds
from sladsl.numerals import EXAMPLE_HELP, ExampleError, read_example
from sladsl.plan import RowTest, Source
from sladsl.source import Span
from sladsl.syntax import ast

# ----------------------------------------------------------------------------------------------------------------------------------
# How a file is written: `numbers "1.234,56"`, `encoding "windows-1252"`, `header at 3`.

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


_WRITTEN_KINDS = (
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


# ----------------------------------------------------------------------------------------------------------------------------------
# `times in "America/New_York"`: the zone of times in the data that carry none.


@dataclass(frozen=True, slots=True)
class TimesIn(SourceClause):
    zone: str | None  # None where that was reported
    ignoring_offsets: bool
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, zone=self.zone, ignore_offsets=self.ignoring_offsets)


def _check_times(scope: Scope, record: m.Record, node: ast.Clause) -> TimesIn:
    zone, ignoring = node.parts
    return TimesIn(check_zone(scope.ctx, scope.source, zone), ignoring is not None, node.span)


_TIMES_KIND = Kind(
    rule="times_in",
    words="times in",
    clause=TimesIn,
    check=_check_times,
    help={
        "times in": "the zone of times that carry none",
        "ignoring offsets": "an offset in the data is not believed",
    },
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `keep latest by "Updated"`: the rows of one key are states of one thing, and one of them counts.


@dataclass(frozen=True, slots=True)
class Keep(SourceClause):
    what: m.Keep
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, keep=self.what.words)

    @property
    def state(self) -> m.Keep:
        return self.what


def _check_keep(scope: Scope, record: m.Record, node: ast.Clause) -> Keep | None:
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


_KEEP_KIND = Kind(
    rule="keep",
    words="keep",
    clause=Keep,
    check=_check_keep,
    help={
        "keep latest by": "of the rows of one key, which are states of it, only the latest counts",
        "keep first by": "of the rows of one key, which are states of it, only the first counts",
    },
)


# ----------------------------------------------------------------------------------------------------------------------------------
# How far a source's data are trusted: `fresh within 2 days`, `readable at least 95%`.


@dataclass(frozen=True, slots=True)
class Fresh(SourceClause):
    within: Duration
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, fresh=microseconds(self.within))


@dataclass(frozen=True, slots=True)
class Readable(SourceClause):
    share: Decimal
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, readable=self.share)


def _fresh(scope: Scope, record: m.Record, node: ast.Clause) -> Fresh | None:
    (length,) = node.parts
    within = budgets.duration(scope, length)
    if within is None:
        return None
    if within.is_business or not within.is_length or within.amount == 0:
        scope.report(
            "SLA780",
            length.span,
            f"`{scope.words(length.span)}` does not say how old data may be",
            label="expected hours, days or weeks by the clock",
            help="weekends and holidays are a part of it: data of Friday that are looked at on Monday are `fresh within 3 days`",
        )
        return None
    if not any(t.is_event(f.type) for f in record.fields.values()):
        scope.report(
            "SLA781",
            node.span,
            f"nothing of `{record.name}` says when its data end: it has no `time` and no `date`",
            help="leave `fresh within` out, or declare a field that says when a row came: `created_at time`",
        )
        return None
    return Fresh(within, node.span)


def _readable(scope: Scope, record: m.Record, node: ast.Clause) -> Readable | None:
    (share,) = node.parts
    if 50 < share.value <= 100:
        return Readable(share.value / 100, node.span)
    scope.report(
        "SLA782",
        share.span,
        f"`{scope.words(share.span)}` is no share of a column that may be asked for",
        label="expected more than 50%, and no more than 100%",
        help="a run stops anyhow where less than half of a column can be read: `readable at least 95%`",
    )
    return None


_TRUSTED_KINDS = (
    Kind(
        rule="fresh",
        words="fresh within",
        clause=Fresh,
        check=_fresh,
        help={
            "fresh within": "how old the latest of its rows may be before nothing is judged that needs later ones"
        },
    ),
    Kind(
        rule="readable",
        words="readable at least",
        clause=Readable,
        check=_readable,
        help={"readable at least": "a run stops where less than this share of a column can be read"},
    ),
)


# ----------------------------------------------------------------------------------------------------------------------------------
# Which values and rows of a file count: `missing "", "n/a"`, `skip when "Test" in {"yes"}`, `only when "Field" in {"Status"}`.


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


_ROWS_KINDS = (
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


KINDS = (_TIMES_KIND, *_WRITTEN_KINDS, *_ROWS_KINDS, _KEEP_KIND, *_TRUSTED_KINDS)
