"""The formatter: one canonical layout for a text, with every comment where it belongs.

A declaration is laid out by itself, from its words and comments alone, so a range or one declaration is formatted as the whole
text would be. One that does not parse stays as it is. What comes out is read again: unless every word and every comment is
there, in the same order, the text is given back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sladsl.diagnostics import Diagnostic, Edit
from sladsl.source import Source, Span
from sladsl.syntax.parser import CACHED_LENGTH, parse, shape
from sladsl.syntax.printer.comments import Between, between, comments
from sladsl.syntax.printer.declaration import laid_out
from sladsl.syntax.printer.rules import STANDING_TOGETHER
from sladsl.syntax.shape import Written
from sladsl.syntax.split import Piece, cut, words
from sladsl.syntax.syntax_errors import whole_text

__all__ = ["Formatted", "format_range", "format_text"]


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text in its canonical layout, and the edits that make it so (in order, apart from one another).

    `problems` are the text's syntax errors; what they are in was left as it is. `refused` says that a word or a comment would have
    changed, which is a mistake of the formatter: nothing was done.
    """

    text: str
    edits: tuple[Edit, ...]
    problems: tuple[Diagnostic, ...]
    refused: bool = False


def format_text(source: Source) -> Formatted:
    """The whole text in its canonical layout. Raises for no text."""
    return _formatted(source, Span(0, len(source.text)))


def format_range(source: Source, span: Span) -> Formatted:
    """The declarations that a stretch touches, and what stands between them, in their canonical layout; the rest as it is."""
    return _formatted(source, span)


def _formatted(source: Source, span: Span) -> Formatted:
    problems = parse(source)[1]
    if whole_text(source.text):
        return Formatted(source.text, (), problems)
    declared = declarations(source.text)
    edits = tuple(_edits(source.text, segments(source.text, declared), span))
    text = _applied(source.text, edits)
    if edits and content(text, declarations(text)) != content(source.text, declared):
        return Formatted(source.text, (), problems, refused=True)
    return Formatted(text, edits, problems)


def _edits(text: str, parts: Sequence[Segment], span: Span) -> Iterator[Edit]:
    for part in parts:
        if part.touches(span) and part.text != text[part.span.start : part.span.end]:
            yield Edit(part.span, part.text)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    done, at = [], 0
    for edit in edits:
        done += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*done, text[at:]])


# ------------------------------------------------------------------------------------------------------------- segments


_ENDING = re.compile(r"[ \t\r]*#[^\n]*")
_BELOW = re.compile(r"(?:[ \t\r]*\n)+[ \t\r]+#[^\n]*")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text and what stands there in the canonical layout: a declaration, or what is between two."""

    span: Span
    text: str
    is_gap: bool

    def touches(self, span: Span) -> bool:
        """Whether formatting this range formats the segment: a declaration it touches, and a gap it holds."""
        if self.is_gap:
            return span.start <= self.span.start and self.span.end <= span.end
        return span.start <= self.span.end and self.span.start <= span.end


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration with the comments that trail it; `written` is None where it does not parse."""

    piece: Piece
    written: Written | None
    end: int

    @property
    def rule(self) -> str:
        return self.written.shape.rule if self.written else ""


def declarations(text: str) -> list[Declared]:
    """The declarations of a text in their order."""
    pieces = cut(text)
    limits = [*(piece.start for piece in pieces[1:]), len(text)]
    declared = []
    for piece, limit in zip(pieces, limits, strict=False):
        written = _written(piece.text)
        last = written.words[-1] if written else words(piece.text)[-1]
        declared.append(Declared(piece, written, _end(text, piece.start + last.span.end, limit)))
    return declared


def segments(text: str, declared: Sequence[Declared]) -> list[Segment]:
    """All of the text, in order: a gap (which may be empty) before and after each of its declarations."""
    if not declared:
        return [_gap(text, 0, len(text), apart=False)]
    parts = [_gap(text, 0, declared[0].piece.start, apart=False)]
    for each, following in zip(declared, [*declared[1:], None], strict=True):
        parts.append(Segment(Span(each.piece.start, each.end), _declaration(text, each), is_gap=False))
        start = following.piece.start if following else len(text)
        apart = following is not None and _apart(each, following)
        parts.append(_gap(text, each.end, start, apart=apart))
    return parts


Content = tuple[list[tuple[tuple[str, str], ...] | str], list[str]]


def content(text: str, declared: Sequence[Declared]) -> Content:
    """What formatting may not change: the words of each declaration, or its text where it does not parse, and every comment."""
    read: list[tuple[tuple[str, str], ...] | str] = [
        tuple((word.kind, word.text) for word in each.written.words)
        if each.written
        else _declaration(text, each)
        for each in declared
    ]
    return read, comments(text)


def _end(text: str, at: int, limit: int) -> int:
    """Where a declaration ends whose last word ends at `at`: after the comment on its line and indented ones below."""
    ending = _ENDING.match(text, at, limit)
    at = ending.end() if ending else at
    while below := _BELOW.match(text, at, limit):
        at = below.end()
    return at


def _declaration(text: str, each: Declared) -> str:
    if each.written is None:
        return text[each.piece.start : each.end].replace("\r\n", "\n").rstrip(" \t\r")
    after = each.piece.start + each.written.words[-1].span.end
    trailing = between(text, after, each.end)
    if len(each.piece.text) > CACHED_LENGTH:
        return laid_out(each.piece.text, each.written, trailing)
    return _laid_out(each.piece.text, trailing)


@lru_cache(maxsize=4096)
def _laid_out(text: str, trailing: Between) -> str:
    written = _written(text)
    return laid_out(text, written, trailing) if written else text


def _written(text: str) -> Written | None:
    return shape(text) if len(text) > CACHED_LENGTH else _short(text)


_short = lru_cache(maxsize=4096)(shape)


def _apart(above: Declared, below: Declared) -> bool:
    """Whether a blank line stands between two declarations whatever was written; next to one that does not parse nothing is put in."""
    if not above.rule or not below.rule:
        return False
    return above.rule != below.rule or above.rule not in STANDING_TOGETHER


def _gap(text: str, start: int, end: int, *, apart: bool) -> Segment:
    """Line ends, and the comments in column 0 between two declarations, with at most one blank line in a row."""
    return Segment(Span(start, end), "".join(_gap_lines(text, start, end, apart=apart)), is_gap=True)


def _gap_lines(text: str, start: int, end: int, *, apart: bool) -> Iterator[str]:
    gap = between(text, start, end)
    at_start, at_end = start == 0, end == len(text)
    if not at_start:
        yield "\n"
    for number, remark in enumerate(gap.remarks):
        first = number == 0
        if (remark.blank or (first and apart)) and not (first and at_start):
            yield "\n"
        yield f"{remark.text}\n"
    if not at_end and (gap.blank or (apart and not gap.remarks)) and not (at_start and not gap.remarks):
        yield "\n"
