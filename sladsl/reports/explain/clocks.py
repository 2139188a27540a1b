"""A promise on one row, told: the start, the deadline and how it came about, every event that could have stopped the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl.calendars import DAY, Closed, Duration, DurationKind, Why, Zone, describe, zone
from sladsl.explaining.story import (
    Candidate,
    ClockTrace,
    DayCounted,
    DeadlineSeen,
    Fate,
    FieldSeen,
    PromiseSeen,
    Skip,
    Standing,
    Story,
    Stretch,
)
from sladsl.plan import State
from sladsl.reports.explain.nodes import behind, branch, condition
from sladsl.reports.explain.words import (
    STYLES,
    called,
    clock_status,
    counts_in,
    dated,
    day,
    exact_span,
    label_of,
    margin_words,
    moment,
    stop_words,
    weekday,
)
from sladsl.reports.parts import Block, Facts, Grid, Line, Node, Section, Tree
from sladsl.reports.table import Head
from sladsl.reports.values import shown
from sladsl.reports.words import local

FIRST, LAST = 8, 6
"""Lines of a long timeline that are shown, from either end."""
SHOWN_EVENTS, MOST_BEFORE, DAYS_BY_NAME = 12, 3, 6
REASONS = {Why.CLOSED: "closed", Why.NO_HOURS: "no hours", Why.BREAK: "break", Why.OUTSIDE: "outside hours"}


def promise_section(story: Story, p: PromiseSeen) -> Section:
    where, clock = zone(story.zone), p.clock
    style = None if clock.state is None or clock.deadline is None else STYLES[clock.state]
    return Section(
        label_of(called(p), p.label),
        clock_status(p, story.record),
        style,
        tuple(_blocks(story, p, where)) if clock.state is not None else tuple(_not_judged(p, where)),
    )


def _not_judged(p: PromiseSeen, where: Zone) -> Iterator[Block]:
    if p.membership.standing in {Standing.REFUSED, Standing.UNKNOWN} and p.membership.where is not None:
        yield Tree((condition(p.membership.where, where),))


def _blocks(story: Story, p: PromiseSeen, where: Zone) -> Iterator[Block]:
    clock = p.clock
    yield Facts(tuple((word, text) for word, text in _facts(story, p, where) if text))
    if p.membership.where is not None:
        yield Tree((condition(p.membership.where, where),))
    if clock.choice:
        yield Tree(tuple(branch(b, where) for b in clock.choice), "Which deadline applies:")
    if clock.deadline is not None:
        yield from _how(clock.deadline, clock.start.at)
    if clock.candidates:
        yield from _events(clock, where)


def _facts(story: Story, p: PromiseSeen, where: Zone) -> Iterator[tuple[str, str]]:
    clock, start = p.clock, p.clock.start
    yield "promise", p.promise
    yield "counts in", counts_in(p.membership)
    yield "started", "" if start.at is None else f"{moment(start.at, start.whole_day, where)} ({start.words})"
    if clock.deadline is not None:
        yield "deadline", _deadline(clock.deadline, where)
    yield "stopped", stop_words(clock, where)
    word = "late by" if clock.state is State.MISSED else "left" if clock.stop.at is None else "early by"
    yield word, margin_words(clock) if clock.margin else ""
    if clock.elapsed is not None:
        whole = clock.elapsed % DAY == 0 and clock.stop.whole_day
        own = f" of {clock.elapsed_calendar}" if clock.elapsed_calendar else ""
        yield "took", f"{clock.elapsed // DAY} days" if whole else f"{exact_span(clock.elapsed)}{own}"
    yield "accountable", _accountable(story.accountable, p.owner, where) if p.owner else ""
    yield (
        "follows",
        "; ".join(
            f'{a.verb} "{a.to}"' if a.verb in {"do", "tag", "notify"} else f'{a.verb} to "{a.to}"'
            for a in p.follows
        ),
    )


def _accountable(person: FieldSeen | None, owner: str, where: Zone) -> str:
    if person is None:
        return owner
    named = "nobody is named" if person.value is None else shown(person.value, person.type, where).strip('"')
    return f"{named} ({person.name}), for {owner}"


def _deadline(deadline: DeadlineSeen, where: Zone) -> str:
    if deadline.at is None:
        return f"none ({deadline.words})"
    end = ", the end of that day" if deadline.end_of_day else ""
    own = (
        f", {local(deadline.at, zone(deadline.zone))} in {deadline.zone}"
        if deadline.zone != where.name
        else ""
    )
    at = day(where.date_of(deadline.at)) if deadline.end_of_day else dated(deadline.at, where)
    return f"{at}{end}{own} ({deadline.words})"


# --------------------------------------------------------------------------------------------- how a deadline came about


def _how(deadline: DeadlineSeen, start: int | None) -> Iterator[Block]:
    where = zone(deadline.zone)
    if deadline.timeline:
        yield Grid(
            f"Open time of {deadline.calendar} ({deadline.zone}) that was counted:",
            (
                Head("from"),
                Head("to"),
                Head("counted", right=True),
                Head("in all", right=True),
                Head("skipped"),
            ),
            _cut([_stretch(x, where) for x in deadline.timeline]),
        )
    if deadline.days:
        yield Grid(
            f"Days of {deadline.calendar} ({deadline.zone}) that were counted:",
            (Head("day"), Head("counted", right=True), Head("skipped")),
            _cut([_day(x) for x in deadline.days]),
        )
    if deadline.at is not None and start is not None:
        yield from (Line(text) for text in _remarks(deadline, start, deadline.at, where))


def _remarks(deadline: DeadlineSeen, start: int, due: int, where: Zone) -> Iterator[str]:
    if deadline.counted_from is not None:
        yield f"It began outside open hours, so it counts from the next opening, {dated(deadline.counted_from, where)}."
    match deadline.duration:
        case Duration(DurationKind.BUSINESS_DAYS) if not deadline.end_of_day:
            yield _same_reading(deadline.counted_from or start, due, where)
        case Duration(DurationKind.CLOSE_OF_BUSINESS):
            yield f"By close: the last close of the last day, {dated(due, where)}."
        case Duration(DurationKind.LOCAL) as length:
            yield f"{describe(length)} of the calendar in {deadline.zone}, weekends and holidays included."
        case Duration(DurationKind.ABSOLUTE) as length:
            yield f"{describe(length)} by the clock, nights and weekends included."
        case _:
            pass
    for at, by in deadline.shifts:
        moved = f"{'forward' if by > 0 else 'back'} by {exact_span(abs(by))}"
        yield f"On the way the clocks went {moved}: {dated(at, where)}."


def _same_reading(counted_from: int, due: int, where: Zone) -> str:
    """Business days end at the clock reading at which they began, if that is open."""
    reading, reached = (local(at, where).partition(" ")[2] for at in (counted_from, due))
    if reading == reached:
        return f"The same clock reading on the last day: {dated(due, where)}."
    return (
        f"{reading} is not open on the last day, so its next opening, or its last close: {dated(due, where)}."
    )


def _stretch(x: Stretch | Skip, where: Zone) -> tuple[str, ...]:
    start, end = dated(x.start, where), _to(x.start, x.end, where)
    if isinstance(x, Skip):
        return start, end, "", "", reasons(x.closed)
    own = "hours of this date" if x.own_hours else ""
    return start, end, exact_span(x.end - x.start), exact_span(x.total), own


def _to(start: int, end: int, where: Zone) -> str:
    """The end of a stretch: only its time on the start's day, and 24:00 for the midnight that ends it."""
    if where.date_of(start) == where.date_of(end):
        return local(end, where).partition(" ")[2]
    if end == where.midnight(where.date_of(start) + 1):
        return "24:00"
    return dated(end, where)


def reasons(closed: Sequence[Closed]) -> str:
    """Why a stretch is closed: `Sat, Sun no hours; Mon Labor Day`, or only that it is night, or lunch."""
    found: dict[str, list[str]] = {}
    long = len({c.day for c in closed}) > DAYS_BY_NAME
    for c in closed:
        if c.why not in {Why.OUTSIDE, Why.BREAK}:
            days = found.setdefault(c.name if c.why is Why.HOLIDAY else REASONS[c.why], [])
            days.append(day(c.day) if long else weekday(c.day))
    if found:
        return "; ".join(f"{', '.join(dict.fromkeys(days))} {why}" for why, days in found.items())
    return REASONS[Why.BREAK if any(c.why is Why.BREAK for c in closed) else Why.OUTSIDE]


def _day(x: DayCounted) -> tuple[str, ...]:
    if x.closed is not None:
        return day(x.day), "", x.closed.name if x.closed.why is Why.HOLIDAY else REASONS[x.closed.why]
    return day(x.day), "start" if x.number == 0 else str(x.number), ""


def _cut(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """All rows, or of many the first and the last."""
    if len(rows) <= FIRST + LAST + 1:
        return tuple(rows)
    gap = (f"… {len(rows) - FIRST - LAST} more lines", *("" for _ in rows[0][1:]))
    return (*rows[:FIRST], gap, *rows[-LAST:])


# ------------------------------------------------------------------------------------------------------------- events


def _events(clock: ClockTrace, where: Zone) -> Iterator[Block]:
    """What could have stopped the clock, in the order of time; of many that came before the start, how many and the last."""
    before = [c for c in clock.candidates if c.fate is Fate.BEFORE]
    rest = [c for c in clock.candidates if c.fate is not Fate.BEFORE]
    nodes: list[Node] = []
    if len(before) > MOST_BEFORE:
        nodes.append(Node("·", f"{len(before) - 1:,} earlier ones", "before the start"))
        before = before[-1:]
    nodes += [_candidate(c, clock, where) for c in (*before, *rest[:SHOWN_EVENTS])]
    if len(rest) > SHOWN_EVENTS:
        nodes.append(Node("·", f"{len(rest) - SHOWN_EVENTS:,} more"))
    yield Tree(tuple(nodes), "Looked at, in the order of time:")


def candidate_fate(c: Candidate, where: Zone) -> str:
    """What became of an event, and the values that decided it."""
    fate = f"counted as number {c.number}" if c.fate is Fate.COUNTED else str(c.fate)
    because = "" if c.where is None or c.fate in {Fate.BEFORE, Fate.AFTER} else "; ".join(_deciding(c, where))
    return fate + (f": {because}" if because else "")


def _candidate(c: Candidate, clock: ClockTrace, where: Zone) -> Node:
    name = f"{c.record} {c.key}" if c.record else c.key
    when = "" if c.at is None else f"{moment(c.at, clock.stop.whole_day, where)}  "
    mark = "+" if c.fate in {Fate.STOPPED, Fate.COUNTED} else "·"
    return Node(mark, when + name, candidate_fate(c, where))


def _deciding(c: Candidate, where: Zone) -> list[str]:
    """The values that decided; of a refused event only those of the phrases that are not true."""
    assert c.where is not None
    if c.fate in {Fate.REFUSED, Fate.UNKNOWN} and c.where.op == "and":
        return [x for part in c.where.parts if part.value is not True for x in behind(part, where)]
    return behind(c.where, where)
