"""What every part of the checker shares: the declarations, the tables filled so far, what was reported and what was referred to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sladsl import model as m
from sladsl.checker.suggest import nearest
from sladsl.checker.unknown import Unknown
from sladsl.clauses import Language
from sladsl.diagnostics import Diagnostic, Fix, Label, Severity
from sladsl.source import Source, Span
from sladsl.syntax import ast

Declared = ast.Record | ast.Let | ast.Score | ast.Define | ast.Event | ast.Spell | ast.Kpi | ast.Calendar

KIND_WORDS = {
    "record": "a record",
    "let": "a constant",
    "derived": "a derived field",
    "score": "a score",
    "define": "a definition",
    "event": "an event",
    "spell": "a spell",
    "kpi": "a KPI",
    "calendar": "a calendar",
}

_EXPLAINED_BY_A_MISSING_IMPORT = frozenset({"SLA201", "SLA206", "SLA438", "SLA703", "SLA705"})
_MOST_GUESSES = 200
"""A text with more unknown words than this is not an agreement with slips in it, and guessing takes time."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared name. `node` is None when its declaration could not be read: it swallows what refers to it, and its kind may be
    empty."""

    kind: str
    name: str
    source: Source
    span: Span
    node: Declared | None

    @property
    def words(self) -> str:
        return KIND_WORDS[self.kind]

    def may_be(self, *kinds: str) -> bool:
        """Whether it is of one of these kinds; what could not be read may be of any, and a spell is a record."""
        return self.node is None or self.kind in kinds or (self.kind == "spell" and "record" in kinds)


@dataclass
class Context:
    """The state of one check. Tables hold what is resolved; a name that is declared but in no table was reported already."""

    language: Language[Any]  # its clauses, each checked in a `Scope`
    symbols: dict[str, Symbol] = field(default_factory=dict)
    versions: dict[str, list[tuple[Source, ast.Define]]] = field(default_factory=dict)
    """The definitions that are given again from dates on, beside the first text of that name."""
    about: dict[str, str] = field(
        default_factory=dict
    )  # derived, score, define, event, kpi -> the record it is about
    incomplete: bool = False  # an import is missing, and with it any name
    is_fragment: bool = False  # sources and calendars only: the records they speak of are its importer's
    broken_agreement: bool = False  # there is one, and it could not be read
    needs_a_zone: bool = False  # days and months, or a calendar's clock, are asked for
    broken_hours: bool = False  # the agreement names a calendar that was reported
    unfinished_commitments: set[str] = field(
        default_factory=set
    )  # KPIs owed by a commitment that was reported
    broken_routes: set[str] = field(default_factory=set)  # definitions whose route could not be read
    rootless: set[str] = field(
        default_factory=set
    )  # records whose parent is not known: any name may be its field
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    uses: list[m.Use] = field(default_factory=list)

    _guesses: dict[str, str | None] = field(default_factory=dict)  # by message
    agreement: m.Agreement | None = None
    calendars: dict[str, m.Calendar] = field(default_factory=dict)
    records: dict[str, m.Record] = field(default_factory=dict)
    lets: dict[str, m.Let] = field(default_factory=dict)
    derived: dict[str, m.Derived] = field(default_factory=dict)
    scores: dict[str, m.Score] = field(default_factory=dict)
    definitions: dict[str, m.Definition] = field(default_factory=dict)
    lifecycles: list[m.Lifecycle] = field(default_factory=list)
    events: dict[str, m.Event] = field(default_factory=dict)
    kpis: dict[str, m.Kpi] = field(default_factory=dict)
    commitments: list[m.Commitment] = field(default_factory=list)
    routes: list[m.Route] = field(default_factory=list)
    nevers: list[m.Never] = field(default_factory=list)
    sources: list[m.DataSource] = field(default_factory=list)
    tests: list[m.Test] = field(default_factory=list)

    def report(
        self,
        code: str,
        source: Source,
        span: Span,
        message: str,
        *,
        help: str,
        label: str = "",
        labels: Sequence[Label] = (),
        fixes: Sequence[Fix] = (),
    ) -> None:
        """Add one diagnostic, whose `help` says what to write; what a missing import would explain is not said again."""
        if self.incomplete and code in _EXPLAINED_BY_A_MISSING_IMPORT:
            return
        made = Diagnostic(code, message, span, source.name, label, tuple(labels), help, tuple(fixes))
        self.diagnostics.append(made)

    def report_unknown(
        self,
        code: str,
        source: Source,
        name: ast.Name | ast.Text,
        message: str,
        candidates: Iterable[str],
        help: str,
        of: str = "",
    ) -> None:
        """Add a place where a word means nothing, with the nearest word that does; the check ends with one error for each word.

        `of` is the record of which a field was looked for, "" where none was.

        `message` tells one set of `candidates` from another: the same message is about the same word among the same ones.
        """
        if self.incomplete and code in _EXPLAINED_BY_A_MISSING_IMPORT:
            return
        word = name.text if isinstance(name, ast.Name) else name.value
        if message not in self._guesses and len(self._guesses) < _MOST_GUESSES:
            self._guesses[message] = nearest(word, candidates)
        guess = self._guesses.get(message)
        quoted = isinstance(name, ast.Text)
        self.unknown.append(Unknown(code, message, source.name, name.span, word, quoted, guess, help, of))

    @property
    def errors(self) -> int:
        """How many errors were reported so far: what is only warned of is there all the same."""
        of_diagnostics = sum(d.severity is Severity.ERROR for d in self.diagnostics)
        return of_diagnostics + len(self.unknown)

    def use(self, source: Source, span: Span, kind: str, name: str, record: str | None = None) -> None:
        """Remember one reference for the editor; what could not be read and is of no known kind leads nowhere."""
        if kind:
            self.uses.append(m.Use(source.name, span, kind, name, record))

    def use_text(self, source: Source, span: Span, kind: str, text: str, of: str | None = None) -> None:
        """Remember a text in quotes that means the same wherever it stands: `of` whom, such as the field whose value it is."""
        self.uses.append(m.Use(source.name, Span(span.start + 1, span.end - 1), kind, text, of))

    @property
    def misses_a_record(self) -> bool:
        """Whether a record could not be read: any name may be its field."""
        return any(s.node is None and s.kind in ("record", "spell", "") for s in self.symbols.values())

    def lineage(self, record: str) -> tuple[m.Record, ...]:
        """The record and its ancestors, nearest first."""
        records: list[m.Record] = []
        at: str | None = record
        while at is not None and at in self.records and len(records) <= len(self.records):
            records.append(self.records[at])
            link = self.records[at].link
            at = link.parent if link else None
        return tuple(records)

    def is_whole(self, record: str) -> bool:
        """Whether every field that a row of `record` can see is known."""
        return record in self.records and not any(r.name in self.rootless for r in self.lineage(record))

    def is_spell(self, record: str) -> bool:
        """Whether a record was declared as a spell, though what it is made of may be wrong."""
        return record in self.symbols and isinstance(self.symbols[record].node, ast.Spell)

    def is_within(self, record: str, ancestor: str) -> bool:
        """Whether rows of `record` are, or belong to, rows of `ancestor`."""
        return any(r.name == ancestor for r in self.lineage(record))

    def shared(self, record: str, other: str) -> str | None:
        """The record that rows of `record` belong to, and a row of `other` too: the nearest."""
        above = {r.name for r in self.lineage(record)[1:]}
        return next((r.name for r in self.lineage(other) if r.name in above), None)


def elsewhere(source: Source, span: Span, text: str, here: Source) -> Label:
    """A label at a second place; it names its file when that is another one."""
    return Label(span, text, None if source.name == here.name else source.name)
