"""A clock as it ran on a row: when it started, was due and stopped, in the order of time, and the rows that did not stop it."""

from __future__ import annotations

from sladsl.explaining import Candidate, ClockTrace, Fate
from sladsl.explaining.story import BranchFate
from sladsl.plan import State
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import safe
from sladsl.reports.testing.drawing import Drawing
from sladsl.reports.words import plain_span

_MOST_ANSWERS = 10


def timeline(clock: ClockTrace, d: Drawing) -> list[str]:
    begun = "the clock starts" if clock.start.at is not None else "the clock has not started"
    found = [(clock.start.at, clock.start.name, begun)]
    if clock.due is not None or clock.state not in {State.UNDECIDED, State.NO_DEADLINE}:
        found.append((clock.due, "due", _budget(clock)))
    found.append((clock.stop.at, clock.stop.name, _lateness(clock)))
    if d.as_of is not None:
        found.append((d.as_of, "as of", ""))
    known = sorted((x for x in found if x[0] is not None), key=lambda x: x[0] or 0)
    rest = [x for x in found if x[0] is None]
    cells = [(safe(name), d.local(at) if at is not None else "—", note) for at, name, note in (*known, *rest)]
    return table([Head("")] * 3, cells)[1:]


def _budget(clock: ClockTrace) -> str:
    """What the clock is given; of a window in which a row is to become something, the KPI has said it."""
    if any(b.fate is BranchFate.WAITS for b in clock.branches):
        return "not chosen yet"
    given = clock.deadline is not None and (clock.branches or clock.asked)
    return clock.deadline.text if clock.deadline is not None and given else ""


def _lateness(clock: ClockTrace) -> str:
    stop, due = clock.stop.at, clock.due
    if stop is None:
        return "there is none"
    if due is None:
        return ""
    gap = plain_span(abs(stop - due))
    if stop == due:
        return "at the deadline itself, which is on time"
    return f"{gap} late" if stop > due else f"{gap} before the deadline"


def answers(clock: ClockTrace, d: Drawing) -> list[str]:
    """The rows that did not stop a clock which was not stopped in time, and why not."""
    if clock.state is State.MET:
        return []
    against = [(c, why) for c in clock.candidates if c.record and (why := _against(c, d))]
    told = [
        f"{safe(c.key)}{'' if c.at is None else f' at {d.local(c.at)}'} does not count{why}"
        for c, why in against[:_MOST_ANSWERS]
    ]
    return [*told, *([f"and {len(against) - len(told)} more"] if len(against) > len(told) else [])]


def _against(c: Candidate, d: Drawing) -> str:
    """What stands against a row as the one that stops a clock: its own condition before its time; empty for one that could."""
    if c.where is not None and c.where.value is not True:
        return f"{', as it cannot be told' if c.where.value is None else ''}: {d.facts(c.where)}"
    match c.fate:
        case Fate.BEFORE:
            return ": it is before the start"
        case Fate.AT_START:
            return ": it is at the start itself"
        case Fate.NO_TIME | Fate.HIDDEN:
            return ": it has no time"
        case _:
            return ""
