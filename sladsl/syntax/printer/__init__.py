"""The formatter: one canonical layout for a text, with every comment where it belongs.

A declaration is laid out by itself, from its words and comments alone, so a range or one declaration is formatted as the whole
text would be. One that does not parse stays as it is. What comes out is read again: unless every word and every comment is
there, in the same order, the text is given back unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sladsl.diagnostics import Diagnostic, Edit
from sladsl.source import Source, Span
from sladsl.syntax.parser import parse
from sladsl.syntax.printer.segments import Segment, content, declarations, segments
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
