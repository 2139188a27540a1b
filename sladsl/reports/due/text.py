"""`sla due` as text: a table for each kind of clock, or for each who is accountable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from sladsl.calendars import Zone, zone
from sladsl.open_clocks import OpenClock, OpenClocks, Running
from sladsl.reports.due import words
from sladsl.reports.problems import doubts, problems
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe

WIDTH = 100
SHOWN = 20


def report(
    each: Sequence[OpenClocks], by: str | None = None, everything: bool = False, colour: bool = False
) -> str:
    """All of it, ending with a line feed; `everything` shows every clock, not the first few of each table."""
    return "\n".join("\n".join(x.rstrip() for x in _of_one(x, by, everything, colour)) + "\n" for x in each)


def _of_one(clocks: OpenClocks, by: str | None, everything: bool, colour: bool) -> Iterator[str]:
    run = clocks.run
    yield paint(safe(run.plan.name), Style.STRONG, colour)
    yield words.when(clocks)
    for note in words.notes(clocks):
        yield from (paint(x, Style.WARNING, colour) for x in wrap(safe(note), WIDTH, subsequent_indent="  "))
    late = clocks.count(Running.LATE)
    yield paint(words.summary(clocks), Style.ERROR if late else Style.GOOD, colour)
    for title, own in words.groups(clocks, by):
        yield ""
        yield paint(safe(title), Style.STRONG, colour)
        yield from _table(own, by, zone(run.plan.zone), everything, colour)
    for title, block in (("Rows in doubt", doubts(run)), ("Data problems", problems(run, everything))):
        if block:
            yield from ("", paint(title, Style.STRONG, colour), *(f"  {line}" for line in block))
    if unchecked := words.unchecked(clocks):
        yield ""
        yield from (paint(x, Style.FAINT, colour) for x in wrap(safe(unchecked), WIDTH))


def _table(
    own: Sequence[OpenClock], by: str | None, where: Zone, everything: bool, colour: bool
) -> Iterator[str]:
    shown = own if everything else own[:SHOWN]
    records = {x.record for x in shown}
    heads = (
        Head("status"),
        Head(next(iter(records)) if len(records) == 1 else "row"),
        Head("due"),
        Head("late by" if by is None and own[0].status is Running.LATE else "left"),
        Head("used", right=True),
        Head("owner"),
        Head("promise"),
    )
    lines = table(heads, [_row(x, by, where) for x in shown], indent=2)
    yield paint(lines[0], Style.FAINT, colour)
    yield from lines[1:]
    if len(shown) < len(own):
        yield f"  and {len(own) - len(shown):,} more (--all)"


def _row(x: OpenClock, by: str | None, where: Zone) -> tuple[str, ...]:
    late = "late by " if by is not None and x.status is Running.LATE else ""
    return (
        str(x.status) if by is not None else "",
        safe(words.row(x)),
        words.due(x, where),
        f"{late}{words.left(x)}" if words.left(x) else "",
        words.used(x),
        "" if by == "owner" else safe(words.owner(x)),
        safe(words.promise(x)),
    )
