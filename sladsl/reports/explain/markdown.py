"""`sla explain --format markdown`: for a pull request or a chat. Nothing in the data can become markup, a link or a mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from sladsl.explaining import Story
from sladsl.reports.explain.sections import sections
from sladsl.reports.markdown import escaped
from sladsl.reports.parts import Block, Facts, Grid, Line, Node, Section, Tree, Verbatim
from sladsl.reports.terminal import safe

MARKS = {"yes": "✓", "no": "✗"}


def report(story: Story) -> str:
    """The story, ending with a line feed."""
    return markdown(sections(story))


def markdown(told: Iterable[Section]) -> str:
    lines: list[str] = []
    for number, section in enumerate(told):
        lines += [*([""] if number else []), *_section(section, first=number == 0)]
    return "\n".join(lines) + "\n"


def _section(section: Section, first: bool) -> Iterator[str]:
    title, status = escaped(section.title), escaped(section.status)
    if section.level == 1:
        yield f"{'##' if first else '###'} {title}"
    else:
        yield f"**{title}**" + (f": {status}" if status else "")
    for block in section.blocks:
        yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Line(said):
            yield escaped(said)
        case Facts(rows):
            yield from (f"- {escaped(word)}: {escaped(said)}" for word, said in rows)
        case Tree(nodes, title):
            if title:
                yield from (escaped(title), "")
            for node in nodes:
                yield from _node(node, 0)
        case Grid(title, heads, rows):
            if title:
                yield from (escaped(title), "")
            used = [i for i in range(len(heads)) if any(row[i] for row in rows)]
            yield "| " + " | ".join(escaped(heads[i].title) for i in used) + " |"
            yield "|" + "|".join("---:" if heads[i].right else "---" for i in used) + "|"
            for row in rows:
                yield "| " + " | ".join(escaped(row[i]) for i in used) + " |"
        case Verbatim(said, title, language):
            if title:
                yield from (escaped(title), "")
            fence = _fence(said, least=3)
            yield from (f"{fence}{language}", *(safe(line) for line in said.splitlines()), fence)
        case _:
            assert_never(block)


def _node(node: Node, depth: int) -> Iterator[str]:
    mark = MARKS.get(node.mark, escaped(node.mark))
    said = f"{mark} {_code(node.text)}" if mark else _code(node.text)
    note = f" — {escaped(node.note)}" if node.note else ""
    yield f"{'  ' * depth}- {said}{note}"
    for part in node.parts:
        yield from _node(part, depth + 1)


def _code(text: str) -> str:
    """The agreement's own text, as code."""
    plain, fence = safe(text), _fence(text, least=1)
    blank = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{blank}{plain}{blank}{fence}"


def _fence(text: str, least: int) -> str:
    """More backticks than any run of them in the text."""
    return "`" * max(least, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
