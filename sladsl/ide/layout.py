"""A text in parts that stay where they are while the text around them is edited.

An edit moves everything below it. If places were counted in the text, every declaration below would be another value after each
keystroke, and would have to be parsed and checked anew. So each declaration is put on a *shelf*, the same text with room to spare
behind every declaration, and places are counted there:

    text    kpi a = …       shelf   kpi a = …
            kpi b = …                              room for `a` to grow without moving `b`
                                    kpi b = …

Only what is shown to somebody is translated: `real` from the shelf to the text, `shelved` the other way. What stands higher in the
text stands higher on the shelf.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sladsl.diagnostics import Diagnostic
from sladsl.ide.units import Unit, units_of
from sladsl.source import Source, Span
from sladsl.syntax import ast, faults
from sladsl.syntax.parser import parse
from sladsl.syntax.pieces import Piece, cut, shifted

_ROOM = 1_000
"""Characters that a part has to grow into."""


@dataclass(frozen=True, eq=False)
class Part:
    """A declaration and the stray lines below it, at `base` on the shelf; `file` is what they parse to."""

    text: str
    base: int
    file: ast.File
    problems: tuple[Diagnostic, ...]
    units: tuple[Unit, ...]

    @property
    def span(self) -> Span:
        return Span(self.base, self.base + len(self.text))


@dataclass(frozen=True, eq=False)
class Layout:
    """One text; `starts` is where each part stands in it, `shelf` where their places are counted."""

    source: Source
    shelf: Source
    parts: tuple[Part, ...]
    starts: tuple[int, ...]

    @cached_property
    def _bases(self) -> list[int]:
        return [part.base for part in self.parts]

    def real(self, span: Span) -> Span | None:
        """A stretch of the shelf in the text; None when nothing stands there."""
        at = bisect_right(self._bases, span.start) - 1
        if at < 0:
            return span if span.start == 0 else None
        part = self.parts[at]
        return None if span.start > part.span.end else span.shift(self.starts[at] - part.base)

    def part_at(self, offset: int) -> tuple[Part, int] | None:
        """The part that an offset of the text stands in or after, and where it starts in the text."""
        at = bisect_right(self.starts, offset) - 1
        return (self.parts[at], self.starts[at]) if at >= 0 else None

    def shelved(self, offset: int) -> int | None:
        """An offset of the text on the shelf; None between parts."""
        found = self.part_at(offset)
        if found is None or offset > found[1] + len(found[0].text):
            return None
        return offset - found[1] + found[0].base


@dataclass(frozen=True)
class Change:
    """A layout, and the parts that came and went since the one before it."""

    layout: Layout
    gone: tuple[Part, ...]
    new: tuple[Part, ...]


def laid_out(source: Source) -> Change:
    """A text for the first time."""
    empty = Layout(source, Source(source.name, " "), (), ())
    return _put(empty, source, 0, 0, _groups(source.text, 0))


def edited(before: Layout, source: Source) -> Change:
    """The same text after an edit: parts that the edit did not touch keep their places."""
    if source.text == before.source.text:
        return Change(before, (), ())
    low, high = _kept(before, source.text)
    moved = len(source.text) - len(before.source.text)
    while True:
        begin = before.starts[low] if low else 0
        end = before.starts[high] + moved if high < len(before.parts) else len(source.text)
        pieces = _groups(source.text[begin:end], begin)
        if high == len(before.parts) or sum(len(each.text) + 1 for each in pieces) <= _room(
            before, low, high
        ):
            return _put(before, source, low, high, pieces)
        low, high = max(0, low - 1), high + 1  # those beside them make room


def _room(layout: Layout, low: int, high: int) -> int:
    begin = layout.parts[low - 1].span.end + 1 if low else 1
    return layout.parts[high].base - begin


def _put(before: Layout, source: Source, low: int, high: int, pieces: tuple[Piece, ...]) -> Change:
    """Put pieces on the shelf where parts `[low:high]` were, with what room there is spread evenly behind them."""
    begin = before.parts[low - 1].span.end + 1 if low else 1
    needed = sum(len(piece.text) + 1 for piece in pieces)
    at_end = high == len(before.parts)
    end = begin + needed + _ROOM * len(pieces) if at_end else before.parts[high].base
    gap = (end - begin - needed) // max(1, len(pieces))
    written, new, base = [], [], begin
    for piece in pieces:
        new.append(_part(source.name, piece, base))
        written.append(piece.text.ljust(len(piece.text) + 1 + gap))
        base += len(piece.text) + 1 + gap
    shelf = before.shelf.text
    text = shelf[:begin] + "".join(written).ljust(end - begin) + ("" if at_end else shelf[end:])
    moved = len(source.text) - len(before.source.text)
    after = before.starts[high:] if moved == 0 else tuple(start + moved for start in before.starts[high:])
    layout = Layout(
        source,
        Source(source.name, text),
        (*before.parts[:low], *new, *before.parts[high:]),
        (*before.starts[:low], *(piece.start for piece in pieces), *after),
    )
    return Change(layout, before.parts[low:high], tuple(new))


def _part(name: str, piece: Piece, base: int) -> Part:
    file, problems = shifted(_parsed(name, piece.text), base)
    return Part(piece.text, base, file, problems, units_of(name, piece.text, base, file))


@lru_cache(maxsize=512)
def _parsed(name: str, text: str) -> tuple[ast.File, tuple[Diagnostic, ...]]:
    return parse(Source(name, text))


def _groups(text: str, start: int) -> tuple[Piece, ...]:
    """The pieces of a text, each with those below it that begin no declaration: what is parsed together."""
    pieces = cut(text)
    if not pieces:
        return ()
    first = [n for n, piece in enumerate(pieces) if n == 0 or _begins(piece.text)]
    ends = [*first[1:], len(pieces)]
    return tuple(
        Piece(text[pieces[at].start : pieces[end - 1].span.end], start + pieces[at].start)
        for at, end in zip(first, ends, strict=True)
    )


_begins = lru_cache(maxsize=8192)(faults.begins)


def _kept(before: Layout, text: str) -> tuple[int, int]:
    """Parts `[:low]` and `[high:]` are the same in the edited text. A part next to the edit may have grown, and is read anew."""
    old = before.source.text
    same = _common(old, text)
    rest = _common_end(old, text, same)
    low = max(0, bisect_right(before.starts, same) - 2)
    high = bisect_right(before.starts, len(old) - rest) + 1
    return low, max(low, min(high, len(before.parts)))


def _common(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(a: str, b: str, begun: int) -> int:
    """How many characters two texts end with alike, those they begin with aside."""
    low, high = 0, min(len(a), len(b)) - begun
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
