"""A clock as it ran on a row: when it started, was due and stopped, in the order of time, and the rows that did not stop it."""

from __future__ import annotations

from sladsl.plan import State
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import safe
from sladsl.reports.tests_drawing import Drawing
from sladsl.reports.words import plain_span
from sladsl.testing import Against, Answer, ClockSeen

_MOST_ANSWERS = 10


def timeline(clock: ClockSeen, d: Drawing) -> list[str]:
    begun = "the clock starts" if clock.start is not None else "the clock has not started"
    found = [(clock.start, clock.starts, begun)]
    if clock.due is not None or clock.state not in {State.UNDECIDED, State.NO_DEADLINE}:
        found.append((clock.due, "due", clock.budget))
    found.append((clock.stop, clock.stops, _lateness(clock)))
    if d.as_of is not None:
        found.append((d.as_of, "as of", ""))
    known = sorted((x for x in found if x[0] is not None), key=lambda x: x[0] or 0)
    rest = [x for x in found if x[0] is None]
    cells = [(safe(name), d.local(at) if at is not None else "—", note) for at, name, note in (*known, *rest)]
    return table([Head("")] * 3, cells)[1:]


def _lateness(clock: ClockSeen) -> str:
    if clock.stop is None:
        return "there is none"
    if clock.due is None:
        return ""
    gap = plain_span(abs(clock.stop - clock.due))
    if clock.stop == clock.due:
        return "at the deadline itself, which is on time"
    return f"{gap} late" if clock.stop > clock.due else f"{gap} before the deadline"


def answers(clock: ClockSeen, d: Drawing) -> list[str]:
    """The rows that did not stop a clock which was not stopped in time, and why not."""
    if clock.state is State.MET:
        return []
    against = [a for a in clock.answers if a.against is not Against.NOTHING]
    more = [f"and {len(against) - _MOST_ANSWERS} more"] if len(against) > _MOST_ANSWERS else []
    return [*(_answer(a, d) for a in against[:_MOST_ANSWERS]), *more]


def _answer(a: Answer, d: Drawing) -> str:
    at = f" at {d.local(a.at)}" if a.at is not None else ""
    match a.against:
        case Against.EARLY:
            return f"{safe(a.key)}{at} does not count: it is before the start"
        case Against.AT_START:
            return f"{safe(a.key)}{at} does not count: it is at the start itself"
        case Against.REFUSED if a.where is not None and a.where.value is None:
            return f"{safe(a.key)}{at} does not count, as it cannot be told: {d.facts(a.where)}"
        case Against.REFUSED if a.where is not None:
            return f"{safe(a.key)}{at} does not count: {d.facts(a.where)}"
        case _:
            return f"{safe(a.key)}{at} does not count: it has no time"
