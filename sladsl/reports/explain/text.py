"""`sla explain` for a terminal: at most 100 columns, in the agreement's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import assert_never

from sladsl.explaining import Story
from sladsl.reports.explain.sections import sections
from sladsl.reports.parts import Block, Facts, Grid, Line, Node, Section, Tree, Verbatim
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, columns, pad, paint, safe

WIDTH = 100
MARKS = {"yes": Style.GOOD, "no": Style.ERROR, "?": Style.WARNING}


def report(story: Story, colour: bool = False) -> str:
    """The story, ending with a line feed."""
    return text(sections(story), colour)


def text(told: Iterable[Section], colour: bool = False) -> str:
    lines: list[str] = []
    before: Section | None = None
    for section in told:
        close = before is not None and before.level == section.level and not (before.blocks or section.blocks)
        if lines and not close:
            lines.append("")
        lines += _section(section, colour)
        before = section
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _section(section: Section, colour: bool) -> Iterator[str]:
    indent = 2 * (section.level - 1)
    yield from _title(section, indent, colour)
    for at, block in enumerate(section.blocks):
        if at and _stands_apart(block, section.blocks[at - 1]):
            yield ""
        yield from _block(block, indent + 2, colour)


def _stands_apart(block: Block, before: Block) -> bool:
    match block:
        case Line():
            return not isinstance(before, Line)
        case Tree(title=title):
            return bool(title)
        case Facts() | Grid() | Verbatim():
            return True
        case _:
            assert_never(block)


def _title(section: Section, indent: int, colour: bool) -> Iterator[str]:
    title, status = safe(section.title), safe(section.status)
    whole = f"{title}: {status}" if status else title
    first, *rest = wrap(whole, WIDTH - indent, subsequent_indent="    ", break_long_words=False)
    if first.startswith(title):
        painted = paint(title, Style.STRONG, colour)
        ended = first[len(title) :]
        first = painted + (ended if section.style is None else _coloured(ended, section.style, colour))
    for line in (first, *rest):
        yield " " * indent + line


def _coloured(ended: str, style: Style, colour: bool) -> str:
    """The verdict's words, before its first comma or bracket, in its colour."""
    match = re.match(r"(: )([^,(]*[^,( ])(.*)", ended, re.DOTALL)
    return ended if match is None else match[1] + paint(match[2], style, colour) + match[3]


def _block(block: Block, indent: int, colour: bool) -> Iterator[str]:
    match block:
        case Line(said):
            yield from _wrapped(safe(said), indent, indent + 2)
        case Facts(rows):
            wide = max((columns(word) for word, _ in rows), default=0)
            for word, said in rows:
                head = " " * indent + pad(safe(word), wide) + "   "
                yield from _wrapped(safe(said), len(head), len(head) + 2, head)
        case Tree(nodes, title):
            if title:
                yield from _wrapped(safe(title), indent, indent + 2)
            yield from _nodes(nodes, indent, colour)
        case Grid(title, heads, rows):
            if title:
                yield from _wrapped(safe(title), indent, indent + 2)
            first, *rest = _grid(heads, [tuple(safe(cell) for cell in row) for row in rows], indent + 2)
            yield paint(first, Style.FAINT, colour)
            yield from rest
        case Verbatim(said, title):
            if title:
                yield from _wrapped(safe(title), indent, indent + 2)
            yield from (" " * (indent + 2) + safe(line) for line in said.splitlines())
        case _:
            assert_never(block)


def _grid(heads: Sequence[Head], rows: Sequence[tuple[str, ...]], indent: int) -> Iterator[str]:
    """The rows lined up; the last column, which is prose, goes on below where it is too long."""
    before = table(heads[:-1], [row[:-1] for row in rows], indent=indent)
    wide = max(columns(line) for line in before)
    for line, said in zip(before, (heads[-1].title, *(row[-1] for row in rows)), strict=True):
        lead = pad(line, wide + 3) if said else line
        yield from _wrapped(said, len(lead), len(lead), lead)


def _nodes(nodes: tuple[Node, ...], indent: int, colour: bool) -> Iterator[str]:
    wide = max((columns(n.mark) for n in nodes), default=0)
    for node in nodes:
        lead = " " * indent + (pad(node.mark, wide) + "  " if node.mark else "")
        said = safe(node.text) + (f"   {safe(node.note)}" if node.note else "")
        first, *rest = list(_wrapped(said, len(lead), len(lead) + 4, lead))
        style = MARKS.get(node.mark)
        if style is not None:
            first = first.replace(node.mark, paint(node.mark, style, colour), 1)
        yield first
        yield from rest
        yield from _nodes(node.parts, len(lead) if node.mark else len(lead) + 2, colour)


def _wrapped(said: str, indent: int, more: int, head: str | None = None) -> Iterator[str]:
    """The text, with `head` before it; a line that is too long goes on below. Blanks between its words are kept where it fits."""
    begin = " " * indent if head is None else head
    if columns(begin + said) <= WIDTH:
        yield begin + said
        return
    yield from wrap(said, WIDTH, initial_indent=begin, subsequent_indent=" " * more, break_long_words=False)
