"""What was made of each declaration for the last answer, given again where nothing that it rests on has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sladsl.source import Span
from sladsl_lsp.connection import Raw
from sladsl_lsp.convert import Lines

if TYPE_CHECKING:
    from sladsl.ide.stable_offsets import Part
    from sladsl.ide.view import View

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placed:
    """A declaration where it stands: at `start` of the text, which is this line (from 0) and column."""

    part: Part
    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    """`rests_on` are the very things, and not copies of them: while they are kept here, nothing else can be where they are."""

    rests_on: tuple[object, ...]
    key: tuple[Hashable, ...]
    made: T


@dataclass
class PerDeclaration(Generic[T]):
    """`make` gives what is wanted of a declaration; it may read the declaration, what is known of its units, what `rests_on` names, and
    the line that the declaration is in if `by_line`.

    Of a file only what the last answer was made of is kept.
    """

    make: Callable[[View, Placed, Lines], T]
    rests_on: Callable[[View, Part], tuple[object, ...]]
    by_line: bool = True
    _known: dict[str, dict[Part, _Known[T]]] = field(default_factory=dict)

    def of(self, view: View, lines: Lines) -> list[T]:
        """What is made of each declaration of a file, in order."""
        known = self._known.get(view.name, {})
        now: dict[Part, _Known[T]] = {}
        for part, start in zip(view.layout.parts, view.layout.starts, strict=True):
            at = lines.position(start)
            rests_on = (*(view.result(unit) for unit in part.units), *self.rests_on(view, part))
            key = at.line if self.by_line else None, at.character, *map(id, rests_on)
            before = known.get(part)
            if before is None or before.key != key:
                made = self.make(view, Placed(part, start, at.line, at.character), lines)
                before = _Known(rests_on, key, made)
            now[part] = before
        self._known[view.name] = now
        return [each.made for each in now.values()]

    def forget(self, name: str) -> None:
        """A file that is closed."""
        self._known.pop(name, None)


# --- answers as JSON, so that what was kept need not be written again


def json_of(items: list[dict[str, Any]]) -> str:
    """The items of a list, without its brackets."""
    return json.dumps(items)[1:-1]


def joined(lists: Iterable[str]) -> Raw:
    return Raw("[" + ", ".join(each for each in lists if each) + "]")


def range_of(lines: Lines, span: Span) -> dict[str, dict[str, int]]:
    start, end = lines.position(span.start), lines.position(span.end)
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }
