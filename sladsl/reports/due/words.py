"""The clocks that run in words: what a table in a terminal and a message in a chat have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from sladsl.calendars import HOUR, MINUTE, Zone, describe, zone
from sladsl.open_clocks import OpenClock, OpenClocks, Running
from sladsl.reports.explain.words import exact_span
from sladsl.reports.figure_words import NO_VALUE, called
from sladsl.reports.words import as_of_doubts, as_of_words, local, plain_span

BY = ("owner", "commitment")
NOBODY = "nobody is named"
_LONG_SINCE = 10


def title(clocks: OpenClocks, status: Running) -> str:
    """What those of a kind have in common."""
    match status:
        case Running.LATE:
            return "Late and still open"
        case Running.DUE:
            return "Due" if clocks.within is None else f"Due within {describe(clocks.within)}"
        case Running.WAITING:
            return "Not settled yet: which deadline applies, or whether what came stops the clock"
        case Running.PAUSED:
            return "Paused: no deadline before that is over"


def when(clocks: OpenClocks) -> str:
    return f"as of {as_of_words(clocks.run.outcomes.as_of, zone(clocks.run.plan.zone))}"


def summary(clocks: OpenClocks) -> str:
    """`1 late, 3 due within 4 business hours, 1 paused; 12 more are due later`."""
    within = "" if clocks.within is None else f" within {describe(clocks.within)}"
    told = [
        f"{n:,} {x}{within if x is Running.DUE else ''}"
        for x, n in _by_status(clocks.clocks)
        if n or x is Running.LATE
    ]
    if not clocks.run.plan.commitments:
        return "no commitment is about rows with deadlines, so no clock runs"
    if not clocks.clocks and not clocks.later:
        return "no clock runs"
    later = (
        f"; {clocks.later:,} more {'is' if clocks.later == 1 else 'are'} due later" if clocks.later else ""
    )
    return ", ".join(told) + later


def _by_status(clocks: Sequence[OpenClock]) -> list[tuple[Running, int]]:
    counts = Counter(x.status for x in clocks)
    return [(x, counts[x]) for x in Running]


def notes(clocks: OpenClocks) -> Iterator[str]:
    """What is odd about the as-of, and which promises are told as of an earlier instant."""
    outcomes, where = clocks.run.outcomes, zone(clocks.run.plan.zone)
    yield from as_of_doubts(outcomes.as_of, where)
    for c in clocks.run.plan.commitments:
        end = outcomes.ends.get(c.figure)
        if end is not None:
            yield f"{called(c)} is told as of {local(end.until, where)}: {end.said}"


def unchecked(clocks: OpenClocks) -> str:
    """What was not looked for in rows whose clock cannot run; nothing where every row was looked at."""
    records = clocks.run.outcomes.some_of
    if not records:
        return ""
    return (
        f"Of {', '.join(records)} only rows whose clock may run were looked at closely: whether others share a key, or name a row that "
        "is not there, sla run tells"
    )


def groups(clocks: OpenClocks, by: str | None) -> Iterator[tuple[str, Sequence[OpenClock]]]:
    """The clocks under a title each: by what they are, or by who is accountable or which commitment it is, with counts; of these the one
    with most that are late first."""
    if by is None:
        for status, alike in groupby(clocks.clocks, key=lambda x: x.status):
            yield title(clocks, status), list(alike)
        return
    named: dict[str, list[OpenClock]] = {}
    for x in clocks.clocks:
        named.setdefault((owner(x) or NOBODY) if by == "owner" else called(x.commitment), []).append(x)

    def pressing(item: tuple[str, list[OpenClock]]) -> tuple[object, ...]:
        return (*(-n for _, n in _by_status(item[1])), item[0] == NOBODY, item[0])

    for name, own in sorted(named.items(), key=pressing):
        yield f"{name}: {', '.join(f'{n:,} {x}' for x, n in _by_status(own) if n)}", own


def row(x: OpenClock) -> str:
    """Its key, with what it is called."""
    return x.key if x.called is None else f"{x.key} ({x.called})"


def owner(x: OpenClock) -> str:
    if x.owner is None:
        return ""
    return x.owner if x.owner_called is None else f"{x.owner} ({x.owner_called})"


def promise(x: OpenClock) -> str:
    """`response_time within 4 business hours`, with the group that the row counts in."""
    group = "" if x.group is None else f", for {x.group}"
    return f"{called(x.commitment)} {x.promise}{group}"


def due(x: OpenClock, where: Zone) -> str:
    return NO_VALUE if x.due is None else local(x.due, where)


def left(x: OpenClock) -> str:
    """`1 h 30 min of office`: in what the clock counts, without a sign."""
    if x.left is None or x.status is Running.WAITING:
        return ""
    if not x.calendar:
        return plain_span(abs(x.left))
    whole = abs(x.left)
    return f"{exact_span(whole if whole < HOUR else whole - whole % MINUTE)} of {x.calendar}"


def used(x: OpenClock) -> str:
    """How much of what was given is used, in whole percent (what is not all is never `100%`); of what is late since long that it is more
    than ten times that."""
    share = x.share_used
    if share is None:
        return ""
    return f"{int(share * 100)}%" if share < _LONG_SINCE else f"over {_LONG_SINCE * 100:,}%"
