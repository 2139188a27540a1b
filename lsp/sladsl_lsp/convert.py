"""Our places and the protocol's.

We count code points from the start of a text. A client counts lines, and in a line UTF-16 code units, bytes or code points, as was
agreed when it connected; its lines end at `\\n`, `\\r\\n` or a lone `\\r`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from sladsl.diagnostics import Diagnostic, Severity
from sladsl.source import Span
from sladsl_lsp import lazy_ide

if TYPE_CHECKING:
    from sladsl.ide.proofs import Hint

_LINE_END = re.compile(r"\r\n|\n|\r")

SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.HINT: lsp.DiagnosticSeverity.Hint,
}


@dataclass(frozen=True)
class Lines:
    """A text whose places are spoken of in lines, with columns in units of `encoding`."""

    text: str
    encoding: str

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [0, *(line_end.end() for line_end in _LINE_END.finditer(self.text))]

    @cached_property
    def _plain(self) -> bool:
        return self.encoding == lsp.PositionEncodingKind.Utf32 or self.text.isascii()

    def offset(self, position: lsp.Position) -> int:
        """The code point at a position; one past a line's end is its end."""
        if position.line >= len(self.starts):
            return len(self.text)
        start = self.starts[position.line]
        end = self._line_end(position.line)
        if self._plain:
            return min(start + position.character, end)
        line = self.text[start:end]
        at, units = 0, 0
        while at < len(line) and units < position.character:
            units += self._units(line[at])
            at += 1
        # A client that points into the middle of a character means its beginning.
        return start + (at - 1 if units > position.character else at)

    def position(self, offset: int) -> lsp.Position:
        line = bisect_right(self.starts, offset) - 1
        start = self.starts[line]
        if self._plain:
            return lsp.Position(line, offset - start)
        return lsp.Position(line, sum(self._units(letter) for letter in self.text[start:offset]))

    def range(self, span: Span) -> lsp.Range:
        return lsp.Range(self.position(span.start), self.position(span.end))

    def span(self, range: lsp.Range) -> Span:
        start = self.offset(range.start)
        return Span(start, max(start, self.offset(range.end)))

    def length(self, span: Span) -> int:
        """How long a stretch is, in the client's units."""
        if self._plain:
            return span.end - span.start
        return sum(self._units(letter) for letter in self.text[span.start : span.end])

    @property
    def whole(self) -> lsp.Range:
        return lsp.Range(lsp.Position(0, 0), self.position(len(self.text)))

    def _line_end(self, line: int) -> int:
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1]
        return end - (2 if self.text[max(0, end - 2) : end] == "\r\n" else 1)

    def _units(self, letter: str) -> int:
        if self.encoding == lsp.PositionEncodingKind.Utf8:
            return len(letter.encode("utf-8", "surrogatepass"))
        return 2 if ord(letter) > 0xFFFF else 1


def edited(lines: Lines, change: lsp.TextDocumentContentChangeEvent) -> Lines:
    """The text after one change."""
    if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
        return Lines(change.text, lines.encoding)
    span = lines.span(change.range)
    made = Lines(lines.text[: span.start] + change.text + lines.text[span.end :], lines.encoding)
    if "\r" not in change.text and "\r" not in lines.text:
        made.__dict__["starts"] = _spliced(lines.starts, span, change.text)
    return made


def _spliced(starts: list[int], span: Span, text: str) -> list[int]:
    """The lines' starts after an edit: those before it stay, those after it move."""
    first = bisect_right(starts, span.start)
    rest = bisect_right(starts, span.end)
    moved = len(text) - (span.end - span.start)
    new = [span.start + line_end.end() for line_end in _LINE_END.finditer(text)]
    after = starts[rest:] if moved == 0 else [start + moved for start in starts[rest:]]
    return [*starts[:first], *new, *after]


def message(diagnostic: Diagnostic) -> str:
    """A diagnostic's own words, with what to do below them."""
    return f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message


def hint(told: Hint, lines: Lines, tags: bool) -> lsp.Diagnostic:
    """What was proven or found of all rows: faint, a line that never applies greyed where the client does that."""
    unused = tags and told.code == lazy_ide.proofs.SHADOWED
    return lsp.Diagnostic(
        range=lines.range(told.span),
        message=told.text,
        severity=lsp.DiagnosticSeverity.Hint,
        code=told.code,
        source="sla verify",
        tags=[lsp.DiagnosticTag.Unnecessary] if unused else None,
    )


def code(text: str) -> str:
    return f"```sla\n{text}\n```"
