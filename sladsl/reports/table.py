"""Columns of text that line up, and the same in HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from sladsl.reports.terminal import columns, pad, safe, shorten


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


@dataclass(frozen=True, slots=True)
class Painted:
    """A cell in a colour of CSS."""

    text: str
    colour: str


def html_table(heads: Sequence[Head], rows: Iterable[Sequence[str | Painted]]) -> str:
    """A table in HTML: escaped, without scripts or styles from outside, and readable on dark pages."""
    sides = [f"text-align:{'right' if h.right else 'left'}" for h in heads]
    titles = "".join(
        f"<th style='{side}'>{html_text(h.title)}</th>" for h, side in zip(heads, sides, strict=True)
    )
    lines = "".join(f"<tr>{''.join(map(_cell, row, sides))}</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def html_text(text: str) -> str:
    """A text that is nothing else in HTML, and commands nothing there."""
    return escape(safe(text))


def _cell(cell: str | Painted, side: str) -> str:
    if isinstance(cell, Painted):
        return f"<td style='{side};color:{cell.colour};font-weight:600'>{html_text(cell.text)}</td>"
    return f"<td style='{side}'>{html_text(cell)}</td>"
