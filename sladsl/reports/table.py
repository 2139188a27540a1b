"""Columns of text that line up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sladsl.reports.terminal import columns, pad, shorten


@dataclass(frozen=True, slots=True)
class Head:
    """A column's title, and whether its cells stand at its right edge, as figures do."""

    title: str
    right: bool = False


def table(
    heads: Sequence[Head], rows: Sequence[Sequence[str]], indent: int = 0, width: int | None = None
) -> list[str]:
    """A title line and one line a row; a column in which no row has anything is left out, and the last is cut to fit `width`."""
    used = [i for i in range(len(heads)) if any(row[i] for row in rows)]
    wide = {i: max(columns(heads[i].title), *(columns(row[i]) for row in rows)) for i in used}
    lines = []
    for row in ([h.title for h in heads], *rows):
        cells = [pad(row[i], wide[i], heads[i].right) for i in used]
        line = (" " * indent + "   ".join(cells)).rstrip()
        lines.append(line if width is None else shorten(line, width))
    return lines
