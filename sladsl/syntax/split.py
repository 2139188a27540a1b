"""Cutting a text: into declarations, and a declaration into words.

A line that begins in column 0 begins a declaration, unless it is blank, a comment or closes a bracket. Each
declaration is then parsed by itself, so one that is broken costs one error and leaves the others alone, and
one that has not changed need not be parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sladsl.source import Span

BYTE_ORDER_MARK = "\ufeff"

_SPACE = " \t\r\n"
_PIECE_START = re.compile(r"^(?![ \t\r\n#)}]|\Z)", re.MULTILINE)
_WORD = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<text>"(?:\\["\\]|[^"\n])*")
      | (?P<number>\d[\w.:%]*(?:-\d[\d]*)*)
      | (?P<name>[^\W\d]\w*)
      | (?P<sign>->|!=|<=|>=|[^ \t\r\n])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One declaration's text (without what trails it) and where it starts."""

    text: str
    start: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


@dataclass(frozen=True, slots=True)
class Word:
    """A word, value or sign as it stands in the text; `kind` is a terminal of the grammar, or a group name of
    `words`.
    """

    kind: str
    text: str
    span: Span


def cut(text: str) -> tuple[Piece, ...]:
    """The pieces of a text in their order.

    What stands before the first line that begins in column 0 is a piece of its own, if there is more to it
    than comments; it is the only one whose text can begin with a space.
    """
    begin = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    starts = [match.start() for match in _PIECE_START.finditer(text, begin)]
    if begin and _begins_piece(text, begin) and begin not in starts:
        starts.insert(0, begin)
    first = starts[0] if starts else len(text)
    pieces = [
        Piece(text[at:end].rstrip(_SPACE), at)
        for at, end in zip(starts, [*starts[1:], len(text)], strict=False)
    ]
    if words(text[begin:first]):
        pieces.insert(0, Piece(text[begin:first].rstrip(_SPACE), begin))
    return tuple(pieces)


def piece_start(text: str, offset: int) -> int:
    """Where the piece that holds an offset starts; 0 where none does."""
    at = text.rfind("\n", 0, max(0, offset)) + 1 if offset > 0 else 0
    while at > 0 and not _begins_piece(text, at):
        at = text.rfind("\n", 0, at - 1) + 1
    return at


def piece_end(text: str, offset: int) -> int:
    """Where the next piece behind an offset starts; the text's end where none does."""
    match = _PIECE_START.search(text, offset)
    return match.start() if match else len(text)


def _begins_piece(text: str, at: int) -> bool:
    return at < len(text) and text[at] not in " \t\r\n#)}"


def words(text: str, *, limit: int | None = None) -> tuple[Word, ...]:
    """The words of a text (at most `limit`), without comments, roughly: any text has them, agreement or not."""
    matches = (each for each in _WORD.finditer(text) if each.lastgroup != "comment")
    return tuple(
        Word(each.lastgroup or "", each.group(), Span(*each.span())) for each in islice(matches, limit)
    )


def comments(text: str) -> Iterator[Span]:
    """Where the comments of a text stand, from `#` to the end of the line."""
    return (Span(*each.span()) for each in _WORD.finditer(text) if each.lastgroup == "comment")


T = TypeVar("T")


def shifted(node: T, by: int) -> T:
    """The same tree `by` code points further on: every `Span` in it moves."""
    return node if by == 0 else moved(node, lambda span: span.shift(by))


def moved(node: T, to: Callable[[Span], Span]) -> T:
    """The same tree at other places: every `Span` in it moves."""
    same: T = _moved(node, to)
    return same


def _moved(node: Any, to: Callable[[Span], Span]) -> Any:
    if isinstance(node, Span):
        return to(node)
    if isinstance(node, tuple):
        return tuple(_moved(item, to) for item in node)
    names = _field_names(node.__class__)
    return type(node)(*[_moved(getattr(node, name), to) for name in names]) if names else node


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def split_at(parts: tuple[Word, ...], offset: int) -> tuple[tuple[Word, ...], int]:
    """The words cut so that one begins at `offset`, and its number (the number of words, if all come before)."""
    for number, word in enumerate(parts):
        if word.span.start >= offset:
            return parts, number
        if word.span.end > offset:
            middle = offset - word.span.start
            halves = (
                Word(word.kind, word.text[:middle], Span(word.span.start, offset)),
                Word(word.kind, word.text[middle:], Span(offset, word.span.end)),
            )
            return (*parts[:number], *halves, *parts[number + 1 :]), number + 1
    return parts, len(parts)
