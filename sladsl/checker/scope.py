"""What names mean at one place: the row in view is of one record; its fields come first, then its parents'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.context import Context, Symbol
from sladsl.diagnostics import Fix, Label
from sladsl.source import Source, Span
from sladsl.syntax import ast

_QUOTE_OR_COMMENT = re.compile(r'("(?:\\["\\]|[^"\n])*")|#[^\n]*')


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field of the row in view, of one of its parents, or of the row whose key is the value of `through`."""

    record: str
    field: m.Field
    through: m.AnyField | None = None

    def use(self, span: Span) -> m.AnyField:
        own = self.record, self.field.name, self.field.type, span
        return m.FieldUse(*own) if self.through is None else m.PathUse(self.through, *own)


def is_plain(field: m.Field) -> bool:
    """Whether a field's value is no key of another record, for certain."""
    return not isinstance(field.type, t.Unknown) and not (
        isinstance(field.type, t.Text) and field.type.key_of
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """`record` is the row in view; None when it could not be resolved, and then every name is taken as it is.

    `outer` is the scope of the row that looks at the one in view, inside a `where`; `beside` the record that rows of both belong to, where
    the one in view does not belong to the one that looks at it. `at` is the record of the row at whose moment the condition is read, where
    that is not the asking one's.
    """

    ctx: Context
    source: Source
    record: str | None
    outer: Scope | None = None
    beside: str | None = None
    at: str | None = None

    def of(self, record: str | None) -> Scope:
        """The scope of a row that nobody looks at but the condition itself."""
        return replace(self, record=record, outer=None, beside=None, at=None)

    def inside(self, record: str | None) -> Scope:
        """The scope of a row that this one looks at, inside its `where`."""
        beside = None
        if record is not None and self.record is not None and not self.is_below(record, self.record):
            beside = self.ctx.shared(record, self.record)
        return replace(self, record=record, outer=self, beside=beside)

    def is_below(self, record: str, ancestor: str) -> bool:
        return record != ancestor and self.ctx.is_within(record, ancestor)

    def asker(self, about: str) -> tuple[str, int] | None:
        """The record of the row that asks for something of a row of `about`: the outermost that is one, or belongs to one; and past how
        many rows that look at others beside them it is found."""
        asking, up = None, 0
        scope: Scope | None = self
        while scope is not None:
            if scope.record is not None and self.ctx.is_within(scope.record, about):
                asking = scope.record, up
            if scope.beside is not None:
                if about in scope._own():
                    break  # the row looked at has one of its own, whatever the row that looks has
                up += 1
            scope = scope.outer
        return asking

    def _own(self) -> tuple[str, ...]:
        """The records of the row in view and of those it belongs to, up to what it shares with the row that looks at it."""
        lineage = tuple(r.name for r in self.ctx.lineage(self.record)) if self.record is not None else ()
        shared = self.beside or (self.outer.record if self.outer is not None else None)
        return lineage[: lineage.index(shared)] if shared in lineage else lineage

    def home(self, ref: ast.Reference) -> tuple[int, Scope]:
        """Where a name is looked up: of the row in view, else of the one that looks at it; and past how many rows that look at others
        beside them that is. A name with the record's own in front, inside a look at other rows of it, is the row's that looks."""
        if self.outer is None or self.record is None or self._has(self.parts(ref)[0]):
            return 0, self
        up, there = self.outer.home(ref)
        ref = there.parts(ref)[0]
        known = there.lookup(ref) if ref.record is None else None
        if ref.record is not None:
            record = ref.record.text if there.sees(ref.record.text) else None
        elif isinstance(known, FoundField):
            record = known.record
        else:
            record = None if known is None else self.ctx.about.get(ref.name.text)
        if record is None or (up == 0 and self.sees(record) and record not in self._own()):
            return 0, self
        return up + (self.beside is not None), there

    def _has(self, ref: ast.Reference) -> bool:
        own = self._own()
        if ref.record is not None:
            outer = self.outer._own() if self.outer is not None and self.beside is not None else ()
            return ref.record.text in own and ref.record.text not in outer
        return any(
            ref.name.text in self.ctx.records[r].fields or self.ctx.about.get(ref.name.text) == r for r in own
        )

    @property
    def askers(self) -> int:
        """How many rows there are around that look at rows which do not belong to them."""
        return (self.beside is not None) + (self.outer.askers if self.outer is not None else 0)

    @property
    def is_whole(self) -> bool:
        """Whether a name that is not found is unknown for certain."""
        return self.record is not None and self.ctx.is_whole(self.record)

    def reader(self, about: str) -> str | None:
        """The record of the row at whose moment something of a row of `about` is read."""
        if self.at is not None:
            return self.at
        asking = self.asker(about)
        return None if asking is None else asking[0]

    def words(self, span: Span) -> str:
        """The reader's own words, on one line and cut where they are long."""
        text = " ".join(self.source.slice(span).split())
        return text if len(text) <= 60 else text[:57] + "…"

    def written(self, span: Span) -> str:
        """What stands there, on one line and without comments."""
        return self.plain(self.source.slice(span))

    def plain(self, text: str) -> str:
        """A stretch of an agreement on one line and without comments."""
        return " ".join(_QUOTE_OR_COMMENT.sub(lambda match: match.group(1) or " ", text).split())

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        help: str,
        label: str = "",
        labels: tuple[Label, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        self.ctx.report(code, self.source, span, message, label=label, labels=labels, help=help, fixes=fixes)

    def label_in(self, origin: m.Origin, text: str) -> Label:
        """A label at a declaration's name, in its own file."""
        return Label(origin.name_span, text, None if origin.file == self.source.name else origin.file)

    def parts(self, ref: ast.Reference) -> tuple[ast.Reference, tuple[ast.Name, ...]]:
        """What stands first in a reference, a field or whatever else has a name, and the steps from the row that it names."""
        if ref.record is None or self.sees(ref.record.text) or not self.has_field(ref.record.text):
            return (replace(ref, steps=()), ref.steps) if ref.steps else (ref, ())
        return ast.Reference(ref.record, None, ref.record.span), (ref.name, *ref.steps)

    def has_field(self, name: str) -> bool:
        """Whether the row in view or one of its parents has a field of this name."""
        return self.record is not None and any(name in r.fields for r in self.ctx.lineage(self.record))

    def lookup(self, ref: ast.Reference) -> FoundField | Symbol | None:
        """What a reference means here; None when nothing has the name or the record it is asked of."""
        first, steps = self.parts(ref)
        found = self._first(first)
        end = first.span
        for step in steps:
            if not isinstance(found, FoundField):
                return found if isinstance(found, Symbol) and found.node is None else None
            named = self.named(found.field)
            if named is None:
                return None if is_plain(found.field) else self._unread(step)
            if step.text not in named.fields:
                return None if self.ctx.is_whole(named.name) else self._unread(step)
            found = FoundField(named.name, named.fields[step.text], found.use(first.span.to(end)))
            end = step.span
        return found

    def named(self, field: m.Field) -> m.Record | None:
        """The record of which a field names a row."""
        return self.ctx.records.get(field.type.key_of) if isinstance(field.type, t.Text) else None

    def _unread(self, name: ast.Name) -> Symbol:
        """What could not be read: whatever it may be was reported where it is declared."""
        return Symbol("", name.text, self.source, name.span, None)

    def _first(self, ref: ast.Reference) -> FoundField | Symbol | None:
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
        if self.beside is not None and self.outer is not None:
            yield from self.outer.names()
