"""Where a file's header is: the first line that has all the columns that are asked for.

Exports often begin with lines of their own (a title, when it was made, by whom). Nothing is guessed of them: a source names its columns,
so the line that names them is the header. Where no line does, the one that has most of them is, and the error says what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_LINES = 100
"""Lines among which a header is looked for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of a file before it is read: columns that it must have, as they are written (`named`) or in any case (`alike`), the
    number of the line that `header at` names, and the encoding of its text. For a `draft` nothing is known, and a title may be guessed."""

    named: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    header: int | None = None
    encoding: str | None = None
    draft: bool = False

    def found(self, names: Sequence[str]) -> int:
        """How many of the columns that are asked for are among these."""
        any_case = {name.casefold() for name in names}
        return sum(name in names for name in self.named) + sum(
            name.casefold() in any_case for name in self.alike
        )

    @property
    def wanted(self) -> int:
        """How many columns are asked for."""
        return len(self.named) + len(self.alike)


UNKNOWN = Layout()
"""Of a file of which nothing is known."""
DRAFT = Layout(draft=True)
"""Of a file that somebody wants a first draft for."""


def header_among(lines: Iterable[Sequence[str]], layout: Layout) -> tuple[int, int]:
    """(the place of the header among these lines, how many columns it has that are asked for): the first that has all of them, else the
    first of those that have most."""
    best, most = 0, -1
    for at, names in enumerate(lines):
        count = layout.found(names)
        if count > most:
            best, most = at, count
        if count == layout.wanted:
            break
    return best, most


def below_titles(top: Sequence[Sequence[str]]) -> int:
    """The header of a file of which nothing is known: below lines that say one thing, where the header has three names or more."""
    for at, names in enumerate(top):
        if len({name for name in names if name}) > 1:
            titled = at > 0 and len(names) > 2 and all(names) and len(set(names)) == len(names)
            return at if titled else 0
    return 0
