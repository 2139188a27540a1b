"""Folding: from words with marks between them to lines of at most `WIDTH` columns, where that can be.

A group stands on one line if it fits there. Else it is broken: a block at every break of its own, a fill only where the
next stretch no longer fits. Breaks of the groups inside are decided when it is their turn. (Oppen, "Prettyprinting", 1980.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

WIDTH = 100


class Style(Enum):
    """What becomes of a group's own breaks."""

    FLAT = "none is taken"
    BLOCK = "each is taken"
    FILL = "those are taken that must be"


@dataclass(frozen=True, slots=True)
class Text:
    """A word, or the space between two."""

    text: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; nothing may follow it on its line, and it does not count to the line's length."""

    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """A group begins. Its lines begin `by` columns right of where it does if it is `aligned`, else of where its clause does."""

    style: Style
    aligned: bool
    by: int


@dataclass(frozen=True, slots=True)
class Close:
    """The group that was opened last ends."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place to fold: `flat` stands there when it is not taken. The new line begins `extra` columns further right."""

    flat: str = " "
    extra: int = 0
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A new line that begins in column `indent` and belongs to no group; `blank` puts an empty one before it."""

    indent: int
    blank: bool = False


Mark = Text | Comment | Open | Close | Break | Line

_CONTINUED = 4  # columns that the rest of a clause is indented by where nothing else says so


def render(marks: Sequence[Mark]) -> list[str]:
    """The lines of one declaration, without white space at their ends."""
    page = _Page()
    for at, mark in enumerate(marks):
        match mark:
            case Text(text):
                page.current += text
            case Comment(text):
                page.current += text if page.current.isspace() or not page.current else f"  {text}"
            case Open():
                page.open(mark, flat=_fits(marks, at + 1, len(page.current), inside=True))
            case Close():
                page.groups.pop()
            case Break():
                page.fold(mark, fits=_fits(marks, at + 1, len(page.current) + len(mark.flat), inside=False))
            case Line():
                page.line(mark)
    return [*page.lines, page.current.rstrip()]


@dataclass
class _Page:
    """What has been written, and the groups that are open: what becomes of their breaks and where their lines begin."""

    lines: list[str] = field(default_factory=list)
    current: str = ""
    indent: int = 0
    groups: list[tuple[Style, int]] = field(default_factory=lambda: [(Style.BLOCK, _CONTINUED)])

    def open(self, group: Open, *, flat: bool) -> None:
        style = Style.FLAT if flat or self.groups[-1][0] is Style.FLAT else group.style
        self.groups.append((style, (len(self.current) if group.aligned else self.indent) + group.by))

    def fold(self, mark: Break, *, fits: bool) -> None:
        style, indent = self.groups[-1]
        if mark.forced or style is Style.BLOCK or (style is Style.FILL and not fits):
            self._next(indent + mark.extra)
        else:
            self.current += mark.flat

    def line(self, mark: Line) -> None:
        self._next(mark.indent)
        if mark.blank and self.lines and self.lines[-1]:
            self.lines.append("")
        self.indent = mark.indent
        self.groups = [(Style.BLOCK, mark.indent + _CONTINUED)]

    def _next(self, indent: int) -> None:
        if self.current.strip():
            self.lines.append(self.current.rstrip())
        self.current = " " * indent


def _fits(marks: Sequence[Mark], at: int, column: int, *, inside: bool) -> bool:
    """Whether what follows stays within the width up to the next place where a line may end.

    `inside` a group just opened, all of it must stand on one line; between the parts of a fill a group that is broken may follow.
    """
    depth = 1 if inside else 0
    while at < len(marks) and column <= WIDTH:
        match marks[at]:
            case Text(text):
                column += len(text)
            case Open():
                depth += 1
            case Close():
                depth -= 1
            case Break() as fold:
                if depth <= 0 or (fold.forced and not inside):
                    return True
                if fold.forced:
                    return False
                column += len(fold.flat)
            case Comment():
                if depth <= 0 or not inside:
                    return True
            case Line():
                return True
        at += 1
    return column <= WIDTH
