"""A text in parts that stay where they are while the text around them is edited.

An edit moves everything below it. If places were counted in the text, every declaration below would be another value after each
keystroke, and would have to be parsed and checked anew. So each declaration is put on a *shelf* when it is first read, a text that
only grows, and its places are counted there:

    text    kpi a = …        text    # new
            kpi b = …                kpi a = …      both parts keep their places on the shelf
                                     kpi b = …

Only what is shown to somebody is translated: `real` from the shelf to the text, `shelved` the other way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sladsl.diagnostics import Diagnostic
from sladsl.ide.units import Unit, units_of
from sladsl.source import Source, Span
from sladsl.syntax import ast, faults
from sladsl.syntax.parser import parse
from sladsl.syntax.pieces import Piece, cut, shifted

_MOST_WASTE = 2_000_000
"""Characters of parts that are gone, beyond which the shelf is begun anew."""


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
    def _by_base(self) -> tuple[list[int], list[int]]:
        order = sorted(range(len(self.parts)), key=lambda n: self.parts[n].base)
        return [self.parts[n].base for n in order], order

    def real(self, span: Span) -> Span | None:
        """A stretch of the shelf in the text; None when it is of a part that is gone."""
        bases, order = self._by_base
        at = bisect_right(bases, span.start) - 1
        if at < 0:
            return span if span.start == 0 else None
        part = self.parts[order[at]]
        if span.start > part.span.end:
            return None
        return span.shift(self.starts[order[at]] - part.base)

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
    shelf = _Shelf("\n")
    pieces = _groups(source.text, 0)
    parts = tuple(shelf.put(source.name, piece) for piece in pieces)
    layout = Layout(source, Source(source.name, shelf.text), parts, tuple(piece.start for piece in pieces))
    return Change(layout, (), parts)


def edited(before: Layout, source: Source) -> Change:
    """The same text after an edit: parts that the edit did not touch keep their places."""
    if source.text == before.source.text:
        return Change(before, (), ())
    if len(before.shelf.text) - len(before.source.text) > _MOST_WASTE:
        fresh = laid_out(source)
        return Change(fresh.layout, before.parts, fresh.new)
    low, high = _kept(before, source.text)
    moved = len(source.text) - len(before.source.text)
    begin = before.starts[low] if low else 0
    end = before.starts[high] + moved if high < len(before.parts) else len(source.text)
    pieces = _groups(source.text[begin:end], begin)
    shelf = _Shelf(before.shelf.text)
    gone = before.parts[low:high]
    for part in gone:
        shelf.drop(part)
    new = tuple(shelf.put(source.name, piece) for piece in pieces)
    parts = (*before.parts[:low], *new, *before.parts[high:])
    starts = (
        *before.starts[:low],
        *(piece.start for piece in pieces),
        *((start + moved for start in before.starts[high:]) if moved else before.starts[high:]),
    )
    return Change(Layout(source, Source(source.name, shelf.text), parts, starts), gone, new)


class _Shelf:
    """The shelf's text: parts that are gone leave blanks, so that only living ones are ever read."""

    def __init__(self, text: str) -> None:
        self._pieces = [text]
        self._length = len(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def put(self, name: str, piece: Piece) -> Part:
        base = self._length
        self._pieces += [piece.text, "\n"]
        self._length += len(piece.text) + 1
        parsed = _parsed(name, piece.text)
        file, problems = shifted(parsed, base)
        return Part(piece.text, base, file, problems, units_of(name, piece.text, base, file))

    def drop(self, part: Part) -> None:
        whole = self.text
        self._pieces = [whole[: part.base], " " * len(part.text), whole[part.base + len(part.text) :]]


@lru_cache(maxsize=512)
def _parsed(name: str, text: str) -> tuple[ast.File, tuple[Diagnostic, ...]]:
    return parse(Source(name, text))


def _groups(text: str, start: int) -> tuple[Piece, ...]:
    """The pieces of a text, each with those below it that begin no declaration: what is parsed together."""
    pieces = cut(text)
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


def all_units(layouts: Iterable[Layout]) -> list[Unit]:
    """The units of several texts in their order."""
    return [unit for layout in layouts for part in layout.parts for unit in part.units]


def declarations(parts: Sequence[Part]) -> tuple[ast.Declaration, ...]:
    return tuple(declaration for part in parts for declaration in part.file.declarations)
