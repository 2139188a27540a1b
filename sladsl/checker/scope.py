"""What names mean at one place: the row in view is of one record; its fields come first, then its parents'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.context import Context, Symbol
from sladsl.diagnostics import Fix, Label
from sladsl.source import Source, Span
from sladsl.syntax import ast

_QUOTE_OR_COMMENT = re.compile(r'("(?:\\["\\]|[^"\n])*")|#[^\n]*')


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field of the row in view, or of one of its parents."""

    record: str
    field: m.Field


@dataclass(frozen=True, slots=True)
class Scope:
    """`record` is the row in view; None when it could not be resolved, and then every name is taken as it is.

    `asking` are the rows that look at the one in view, inside a `where`: the outermost first. `at` is the record of the row at whose
    moment the condition is read, where that is not the asking one's.
    """

    ctx: Context
    source: Source
    record: str | None
    asking: tuple[str | None, ...] = ()
    at: str | None = None

    def of(self, record: str | None) -> Scope:
        """The scope of a row that nobody looks at but the condition itself."""
        return replace(self, record=record, asking=(), at=None)

    def inside(self, record: str | None) -> Scope:
        """The scope of a row that this one looks at, inside its `where`."""
        return replace(self, record=record, asking=(*self.asking, self.record))

    def asker(self, about: str) -> str | None:
        """The record of the row that asks for something of a row of `about`: the outermost that is one, or belongs to one."""
        rows = (*self.asking, self.record)
        return next((r for r in rows if r is not None and self.ctx.is_within(r, about)), None)

    @property
    def is_whole(self) -> bool:
        """Whether a name that is not found is unknown for certain."""
        return self.record is not None and self.ctx.is_whole(self.record)

    def reader(self, about: str) -> str | None:
        """The record of the row at whose moment something of a row of `about` is read."""
        return self.at if self.at is not None else self.asker(about)

    def words(self, span: Span) -> str:
        """The reader's own words, on one line and cut where they are long."""
        text = " ".join(self.source.slice(span).split())
        return text if len(text) <= 60 else text[:57] + "…"

    def written(self, span: Span) -> str:
        """What stands there, on one line and without comments."""
        text = self.source.slice(span)
        return " ".join(_QUOTE_OR_COMMENT.sub(lambda match: match.group(1) or " ", text).split())

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        label: str = "",
        labels: tuple[Label, ...] = (),
        help: str = "",
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        self.ctx.report(code, self.source, span, message, label=label, labels=labels, help=help, fixes=fixes)

    def label_in(self, origin: m.Origin, text: str) -> Label:
        """A label at a declaration's name, in its own file."""
        return Label(origin.name_span, text, None if origin.file == self.source.name else origin.file)

    def lookup(self, ref: ast.Reference) -> FoundField | Symbol | None:
        """What a reference means here; None when nothing has the name or the record it is asked of."""
        name = ref.name.text
        start = ref.record.text if ref.record is not None else self.record
        if start is None:
            constant = self.ctx.symbols.get(name)
            return constant if constant is not None and constant.kind == "let" else None
        if ref.record is not None and not self.sees(start):
            return None
        lineage = self.ctx.lineage(start)
        for record in lineage[:1] if ref.record is not None else lineage:
            if name in record.fields:
                return FoundField(record.name, record.fields[name])
            if self.ctx.about.get(name) == record.name:
                return self.ctx.symbols[name]
        return None if ref.record is not None else self.ctx.symbols.get(name)

    def sees(self, record: str) -> bool:
        """Whether the row in view is of `record` or belongs to a row of it."""
        return self.record is not None and self.ctx.is_within(self.record, record)

    def names(self) -> Iterator[str]:
        """Every name that a condition may say here, nearest first: what `did you mean` chooses from."""
        seen = self.ctx.lineage(self.record) if self.record is not None else ()
        for record in seen:
            yield from record.fields
        visible = {r.name for r in seen}
        for symbol in self.ctx.symbols.values():
            if symbol.kind == "let" or self.ctx.about.get(symbol.name) in visible:
                yield symbol.name
