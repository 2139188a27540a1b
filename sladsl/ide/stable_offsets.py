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
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sladsl.diagnostics import Diagnostic
from sladsl.ide.units import Unit, units_of
from sladsl.source import Source, Span
from sladsl.syntax import ast, syntax_errors
from sladsl.syntax.parser import parse
from sladsl.syntax.split import Piece, cut, shifted

_ROOM = 1_000
"""Characters that a part has to grow into."""
_MOST_KEPT = 256
"""Versions of declarations that are kept for when an edit is taken back: what a server may grow by, however long somebody types."""


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
        placed = self.part_at(offset)
        if placed is None or offset > placed[1] + len(placed[0].text):
            return None
        return offset - placed[1] + placed[0].base


@dataclass(frozen=True)
class Change:
    """A layout, and the parts that came and went since the one before it."""

    layout: Layout
    gone: tuple[Part, ...]
    new: tuple[Part, ...]


def laid_out(source: Source) -> Change:
    """A text for the first time."""
    pieces = _groups(source.text, 0)
    empty = Layout(source, Source(source.name, " "), (), ())
    starts = tuple(piece.start for piece in pieces)
    return _put(empty, source, starts, 0, 0, [piece.text for piece in pieces])


def edited(before: Layout, source: Source) -> Change:
    """The same text after an edit: parts that the edit did not touch keep their places."""
    if source.text == before.source.text:
        return Change(before, (), ())
    low, high = _kept(before, source.text)
    moved = len(source.text) - len(before.source.text)
    begin = before.starts[low] if low else 0
    end = before.starts[high] + moved if high < len(before.parts) else len(source.text)
    pieces = _groups(source.text[begin:end], begin)
    after = before.starts[high:] if moved == 0 else tuple(start + moved for start in before.starts[high:])
    starts = (*before.starts[:low], *(piece.start for piece in pieces), *after)
    texts = [piece.text for piece in pieces]
    first, last = _alike([part.text for part in before.parts[low:high]], texts)
    low, high, texts = low + first, high - last, texts[first : len(texts) - last]
    while high < len(before.parts) and _length(texts) > before.parts[high].base - _behind(before, low):
        wider = max(0, low - 1), high + 1  # those beside them make room
        left, right = before.parts[wider[0] : low], before.parts[high : wider[1]]
        texts = [*(part.text for part in left), *texts, *(part.text for part in right)]
        low, high = wider
    return _put(before, source, starts, low, high, texts)


def _alike(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many texts two lists begin with, and end with, alike."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] != new[n]), most)
    last = next((n for n in range(most - first) if old[-1 - n] != new[-1 - n]), most - first)
    return first, last


def _behind(layout: Layout, low: int) -> int:
    """The first place of the shelf that is free behind the parts before `low`."""
    return layout.parts[low - 1].span.end + 1 if low else 1


def _length(texts: list[str]) -> int:
    return sum(len(text) + 1 for text in texts)


def _put(
    before: Layout, source: Source, starts: tuple[int, ...], low: int, high: int, texts: list[str]
) -> Change:
    """Put texts on the shelf where parts `[low:high]` were, with what room there is spread evenly behind them."""
    begin, needed = _behind(before, low), _length(texts)
    at_end = high == len(before.parts)
    end = begin + needed + _ROOM * len(texts) if at_end else before.parts[high].base
    bases = _bases(before.parts[low:high], texts, begin, end)
    old_parts = {part.base: part for part in before.parts[low:high]}
    new = [
        _as_before(_part(source.name, text, base), old_parts.get(base))
        for text, base in zip(texts, bases, strict=True)
    ]
    ends = [*bases[1:], end][: len(bases)]
    written = [text.ljust(to - base) for text, base, to in zip(texts, bases, ends, strict=True)]
    old = before.shelf.text
    head = old[:begin].ljust(bases[0]) if bases else old[:begin].ljust(end)
    shelf = head + "".join(written) + ("" if at_end else old[end:])
    parts = (*before.parts[:low], *new, *before.parts[high:])
    layout = Layout(source, Source(source.name, shelf), parts, starts)
    return Change(layout, before.parts[low:high], tuple(new))


def _bases(old: tuple[Part, ...], texts: list[str], begin: int, end: int) -> list[int]:
    """Where each text goes between two places: where the part that it replaces was, so that an edit that is taken back leaves no trace;
    spread evenly where there is no room for that.
    """
    places = [part.base for part in old[: len(texts)]]
    for text in texts[len(places) - 1 : -1] if places else ():
        places.append(places[-1] + len(text) + 1)
    fits = zip(texts, places, [*places[1:], end], strict=False)
    if len(places) == len(texts) and all(base + len(text) < to for text, base, to in fits):
        return places
    gap = (end - begin - _length(texts)) // max(1, len(texts))
    places = []
    for text in texts:
        places.append(begin)
        begin += len(text) + 1 + gap
    return places


def _as_before(part: Part, old: Part | None) -> Part:
    """A part with the very declarations and units of the one that was there, where only what trails them changed."""
    declarations = part.file.declarations
    if old is None or not declarations or declarations != old.file.declarations:
        return part
    known = [unit for unit in old.units if unit.declaration is not None]
    stray = [unit for unit in part.units if unit.declaration is None]
    file = replace(part.file, declarations=old.file.declarations)
    return Part(part.text, part.base, file, part.problems, (*known, *stray))


@lru_cache(maxsize=_MOST_KEPT)
def _part(name: str, text: str, base: int) -> Part:
    """What stands at a place of a shelf; the very same when an edit is taken back."""
    file, problems = shifted(_parsed(name, text), base)
    return Part(text, base, file, problems, units_of(name, text, base, file))


@lru_cache(maxsize=_MOST_KEPT)
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


_begins = lru_cache(maxsize=4 * _MOST_KEPT)(syntax_errors.begins)


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
