"""What tests reach, for people: a figure, and each condition of which they never saw a side."""

from __future__ import annotations

from collections.abc import Mapping

from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe, shorten
from sladsl.source import Source
from sladsl.testing.coverage import Coverage, Seen

_TEXT = 50


def report(found: Coverage, name: str, sources: Mapping[str, Source], colour: bool = False) -> str:
    """`coverage of handoff.sla: 70%, …` and below it what no test reaches, by file and line."""
    number = paint(f"{found.percent}%", Style.STRONG, colour)
    conditions = f"{len(found.conditions)} {'condition' if len(found.conditions) == 1 else 'conditions'}"
    head = f"coverage of {safe(name)}: {number}, {found.reached} of the {found.sides} sides of {conditions}"
    unreached = [_unreached(c, sources[c.file]) for c in found.conditions if c.never]
    heads = [Head("no test reaches"), Head("in"), Head("condition"), Head("never")]
    return "\n".join([head, *(table(heads, unreached, indent=2) if unreached else [])])


def _unreached(c: Seen, source: Source) -> list[str]:
    place = f"{safe(c.file)}:{source.position(c.span.start).line}"
    sides = c.never[0] if len(c.never) == 1 else f"{', '.join(c.never[:-1])} or {c.never[-1]}"
    return [place, c.owner, shorten(safe(c.text), _TEXT), sides]
