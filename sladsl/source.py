"""A text and places in it.

Nothing else in the package counts characters: everyone else holds a `Span` (two offsets into one text) and asks a `Source` where that is.
Offsets are counted in Unicode code points, as Python counts them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch `[start, end)` of one source's text, in code points."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this one to the end of `other`."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def shift(self, by: int) -> Span:
        """The same stretch `by` code points further on."""
        return Span(self.start + by, self.end + by)


NOWHERE = Span(0, 0)


def as_text(value: str) -> str:
    """A value as an agreement writes it: a text in quotes."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place a person would name: line and column, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True)
class Source:
    """One text and the name it is known by (a path as the user gave it, or a URI)."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first character of every line; a line ends after its line feed."""
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> Position:
        """The line and column of `offset`; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a line and column, clamped to the text."""
        if position.line > len(self.line_starts):
            return len(self.text)
        start = self.line_starts[position.line - 1]
        return min(start + position.column - 1, start + len(self.line(position.line)))

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def slice(self, span: Span) -> str:
        """The text that `span` covers."""
        return self.text[span.start : span.end]

    def one_line(self, span: Span) -> OneLine:
        """The text that `span` covers, on one line: line ends and indents become a blank, comments go."""
        text, at = "", dict[int, int]()
        quoted = comment = False
        for offset in range(span.start, span.end):
            sign = self.text[offset]
            comment = (comment or (sign == "#" and not quoted)) and sign != "\n"
            if sign == '"' and not comment and self.text[offset - 1] != "\\":
                quoted = not quoted
            at[offset] = len(text)
            if not comment and (quoted or not sign.isspace()):
                text += sign
            elif text and not text.endswith(" "):
                text += " "
        return OneLine(text.rstrip(), at)


@dataclass(frozen=True, slots=True)
class OneLine:
    """A stretch of a text on one line; `at` is where in it each offset of the source went."""

    text: str
    at: Mapping[int, int]
