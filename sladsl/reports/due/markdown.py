"""`sla due` as Markdown: a list that fits a message in a chat, where tables are not drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl.calendars import Zone, zone
from sladsl.open_clocks import OpenClock, OpenClocks, Running
from sladsl.reports.due import words
from sladsl.reports.markdown import escaped
from sladsl.reports.words import rows_of

SHOWN = 10


def report(each: Sequence[OpenClocks], by: str | None = None, everything: bool = False) -> str:
    """All of it, ending with a line feed; `everything` shows every clock, not the first few under each title."""
    return "\n".join("\n".join(_of_one(x, by, everything)) + "\n" for x in each)


def _of_one(clocks: OpenClocks, by: str | None, everything: bool) -> Iterator[str]:
    plan = clocks.run.plan
    yield f"**{escaped(plan.name)}**, {escaped(words.when(clocks))}: {escaped(words.summary(clocks))}"
    for note in words.notes(clocks):
        yield from ("", escaped(note))
    for title, own in words.groups(clocks, by):
        yield from ("", f"**{escaped(title)}**", "")
        shown = own if everything else own[:SHOWN]
        yield from (f"- {_line(x, by, zone(plan.zone))}" for x in shown)
        if len(shown) < len(own):
            yield f"- and {len(own) - len(shown):,} more"
    doubtful = sum(x.count for x in clocks.run.outcomes.listings)
    wrong = sum(p.count for p in clocks.run.problems)
    told = [
        f"{rows_of(doubtful, 'row')} in doubt" if doubtful else "",
        rows_of(wrong, "data problem") if wrong else "",
    ]
    if any(told):
        yield from ("", f"{', '.join(x for x in told if x)}: `sla due` as text lists them")
    if unchecked := words.unchecked(clocks):
        yield from ("", escaped(unchecked))


def _line(x: OpenClock, by: str | None, where: Zone) -> str:
    who = "" if by == "owner" or x.owner is None else f", {escaped(words.owner(x))}"
    return f"**{escaped(words.row(x))}**{who}: {escaped(_state(x, where))} ({escaped(words.promise(x))})"


def _state(x: OpenClock, where: Zone) -> str:
    left, due = words.left(x), words.due(x, where)
    match x.status:
        case Running.LATE:
            return f"late by {left}, was due {due}" if left else f"late, was due {due}"
        case Running.DUE:
            return f"due {due}, {left} left" if left else f"due {due}"
        case Running.WAITING:
            return "not settled yet" if x.due is None else f"not settled yet, due {due}"
        case Running.PAUSED:
            return f"paused, {left} left" if left else "paused"
