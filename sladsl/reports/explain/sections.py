"""A row's story as sections, in the order in which a person would tell it: how it ended, the promises, then what lies behind them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sladsl import types as t
from sladsl.calendars import DAY, Closed, Duration, DurationKind, Why, Zone, day_date, describe, zone
from sladsl.explaining.story import (
    BranchFate,
    Candidate,
    ClockTrace,
    Counted,
    DayCounted,
    DeadlineSeen,
    DefinitionSeen,
    Fate,
    FieldSeen,
    FigureSeen,
    Held,
    PauseSeen,
    PeriodEndSeen,
    ProblemSeen,
    PromiseSeen,
    RouteSeen,
    RungSeen,
    Skip,
    SpellSeen,
    Standing,
    Story,
    Stretch,
    Unjudged,
)
from sladsl.outcomes import DataEnd
from sladsl.plan import Action, Measure, RowOutcome, State, Status
from sladsl.plan.rows import BROKEN, lists_left_out
from sladsl.reports.explain.words import (
    IN_DOUBT,
    STYLES,
    behind,
    branch,
    called,
    clock_status,
    condition,
    counts_in,
    dated,
    day,
    definition_status,
    exact_span,
    label_of,
    margin_words,
    moment,
    named,
    outside,
    score,
    stop_words,
    weekday,
)
from sladsl.reports.parts import Block, Facts, Grid, Line, Node, Section, Tree
from sladsl.reports.problems import LISTINGS, PROBLEMS
from sladsl.reports.table import Head
from sladsl.reports.terminal import Style
from sladsl.reports.values import shown
from sladsl.reports.words import as_of_doubts, as_of_words, local, rows_of

SHOWN_ENDS = 12
"""Of a figure of what lasts at each day's end a spell may be in hundreds."""


def sections(story: Story) -> Iterator[Section]:
    """The whole story; the first section has its head."""
    where = zone(story.zone)
    yield _head(story, where)
    yield from _owed(story, where)
    if story.definitions:
        yield Section("Definitions", level=1)
        yield from (_definition(d, where) for d in story.definitions)
    if story.routes:
        yield Section("Route", level=1)
        yield from (_route(r, story, where) for r in story.routes)
    measured = [p for p in story.promises if not p.owner]
    if measured:
        yield Section("Measured, without a target", level=1)
        yield from (_promise(story, p, where) for p in measured)
    if story.answers:
        rows = (
            (f"{called(x.promise)} of {x.record} {x.key}", candidate_fate(x.event, where))
            for x in story.answers
        )
        yield Section("As an answer", level=1, blocks=(Facts(tuple(rows)),))
    if story.spells:
        spells = tuple((x.spell, _spell(x, where)) for x in story.spells)
        yield Section("Spells, in the order of time", level=1, blocks=(Facts(spells),))
    if story.ends:
        ends = tuple((figure, said) for figure, said in _ends(story.ends))
        yield Section("Counted at the ends of periods", level=1, blocks=(Facts(ends),))
    yield _row(story, where)
    problems = [*(_problem(p) for p in story.problems), *(_other(x, where) for x in story.others)]
    if problems:
        yield Section("Data problems", level=1, blocks=tuple(Line(x) for x in problems))


# --------------------------------------------------------------------------------------------------------------- head


def _head(story: Story, where: Zone) -> Section:
    blocks: list[Block] = [Facts(tuple(_origin(story, where)))]
    told = list(in_short(story, where))
    if told:
        blocks.append(Facts(tuple(told)))
    return Section(f"{story.record} {story.key}", level=1, blocks=tuple(blocks))


def _origin(story: Story, where: Zone) -> Iterator[tuple[str, str]]:
    yield "agreement", story.agreement
    at = story.as_of
    yield "as of", as_of_words(at, where)
    yield from (("note", doubt) for doubt in as_of_doubts(at, where))
    for end in (end for end in at.ends if not end.stale and end.latest is not None):
        yield (
            "note",
            f"data of {end.source} end on {local(end.latest or 0, where)}: what happened later is not known",
        )
    if story.places:
        files = [f"{_base(p.file)}:{p.line}" if p.line is not None else _base(p.file) for p in story.places]
        yield "stands in", ", ".join(files)
    for above in story.above:
        yield (
            "belongs to",
            f"{above.record} {above.key}" + ("" if above.there else ", which is not in the data"),
        )
    if any(n for _, n in story.below):
        yield "has", ", ".join(rows_of(n, record) for record, n in story.below if n)


def in_short(story: Story, where: Zone) -> Iterator[tuple[str, str]]:
    """What became of it: what is spoken of, and what is said of that."""
    for d in story.definitions:
        if d.status is Status.IN or d.status in IN_DOUBT:
            yield d.name, definition_status(d, where)
    for r in story.routes:
        if r.member:
            yield (
                f"route {r.definition}",
                _goes_to(r),
            )
    for c in story.clocks:
        if c.owner and c.clock.state is not None:
            yield called(c), f"{clock_status(c, story.record)} (owed by {c.owner})"
    names = {p.id: called(p) for p in story.promises}
    for x in story.listings:
        if x.kind == BROKEN:
            yield "never", f"broken: {x.subject}"
        elif x.kind not in {
            "mislabelled",
            "undated",
            "unclassifiable",
            "undecided",
            "not started",
            "hours unknown",
            "no deadline",
        } and not lists_left_out(x.kind):
            yield "in doubt", f"{names.get(x.subject, x.subject)}: {LISTINGS.get(x.kind, x.kind)}"


def _base(file: str) -> str:
    return posixpath.basename(file.replace("\\", "/"))


# ----------------------------------------------------------------------------------------------------------- promises


def _owed(story: Story, where: Zone) -> Iterator[Section]:
    owed = [p for p in story.promises if p.owner]
    for owner, counterparty in dict.fromkeys((p.owner, p.counterparty) for p in owed):
        yield Section(f"What {owner} owes {counterparty}", level=1)
        yield from (
            _promise(story, p, where) for p in owed if (p.owner, p.counterparty) == (owner, counterparty)
        )


def _promise(story: Story, p: PromiseSeen | FigureSeen | Unjudged, where: Zone) -> Section:
    match p:
        case PromiseSeen():
            return promise_section(story, p)
        case FigureSeen():
            return _figure(p, story, where)
        case _:
            why = f"not judged, this {story.record} came later: {_reach(p.end, where)}"
            return Section(label_of(called(p), p.label), why)


def _reach(end: DataEnd, where: Zone) -> str:
    """Up to when a promise is told that rests on data which end before the as-of."""
    if end.latest is None:
        return f"there are no data of {end.source}"
    return f"data of {end.source} end on {local(end.latest, where)}"


def _figure(f: FigureSeen, story: Story, where: Zone) -> Section:
    blocks: list[Block] = []
    inside = f.membership.standing in {Standing.IN, Standing.MAYBE}
    if inside:
        facts = [("promise" if f.owner else "measures", f.promise), ("counts in", counts_in(f.membership))]
        if f.end is not None:
            facts.append(("known until", _reach(f.end, where)))
        told = ", ".join(_field_value(x, where) for x in f.by)
        if f.held_to is not None:
            facts.append(("in the group", f"{told}, held to {f.held_to}"))
        elif f.by:
            facts.append(("in the breakdown", told))
        blocks.append(Facts(tuple(facts)))
    if f.membership.where is not None and f.membership.standing is not Standing.NOT_IN:
        blocks.append(Tree((condition(f.membership.where, where),)))
    if inside and f.condition is not None:
        stood = _by_then(f, story, where)
        nodes = [] if f.condition.score is not None else [condition(f.condition, where)]
        nodes += [
            score(x, where) for x in {p.score.name: p.score for p in f.condition.every() if p.score}.values()
        ]
        blocks.append(Tree(tuple(nodes), stood))
    return Section(label_of(called(f), f.label), _counted(f, where, story.record), None, tuple(blocks))


def _by_then(f: FigureSeen, story: Story, where: Zone) -> str:
    """Up to when a figure's condition sees the world: the end of the row's period, or the as-of before it."""
    if f.until is None:
        return ""
    if f.until >= _known_until(story, f):
        return "As things are so far:"
    return f"As things stood at the end of its period, {dated(f.until + 1, where)}:"


def _known_until(story: Story, p: PromiseSeen | FigureSeen) -> int:
    return story.as_of.instant if p.end is None else p.end.until


def _counted(f: FigureSeen, where: Zone, record: str) -> str:
    match f.counted:
        case None:
            if f.membership.standing is Standing.MAYBE:
                return f"not known yet whether this {record} counts (what decides it is still to come)"
            return f"does not count this {record} ({outside(f.membership, record)})"
        case Counted.ONE:
            return "counts as one" if f.measure is Measure.COUNT else "counts"
        case Counted.HIT:
            return "counts, and the condition holds"
        case Counted.NOT:
            return "counts, and the condition does not hold"
        case Counted.UNKNOWN:
            what = "the condition is unknown" if f.measure is Measure.SHARE else "without a value"
            return f"counts, and {what} (a value that it asks for is missing)"
        case Counted.OPEN:
            so_far = "" if f.value is None else f", {_value(f, where)} so far"
            return f"counts, and is still open{so_far}"
        case Counted.UNDECIDED:
            return "undecided, stopped before it started"
        case Counted.VALUE:
            return f"counts with {_value(f, where)}"


def _value(f: FigureSeen, where: Zone) -> str:
    if f.type is None:
        return "its value"
    if isinstance(f.value, int) and isinstance(f.type, t.Duration) and f.calendar:
        return f"{exact_span(f.value)} of {f.calendar}"
    return shown(f.value, f.type, where)


# -------------------------------------------------------------------------------------------------------- definitions


def _definition(d: DefinitionSeen, where: Zone) -> Section:
    style = Style.GOOD if d.status is Status.IN else Style.WARNING if d.status in IN_DOUBT else None
    blocks: list[Block] = []
    # A row that is not in what a definition builds on, and that nothing dates, is told in a line.
    short = d.status is Status.OUT and d.base is not None and d.base_status is not Status.IN
    if d.when is not None and not short:
        nodes = (condition(d.when, where), *(score(x, where) for x in d.scores))
        blocks.append(Tree(nodes, _stood(d, where)))
    return Section(label_of(d.name, d.label), definition_status(d, where), style, tuple(blocks))


def _stood(d: DefinitionSeen, where: Zone) -> str:
    condition = "Its condition" if d.text_from is None else f"Its condition from {d.text_from} on"
    if d.until is None or d.entry is None:
        return f"{condition}, as things are:"
    if d.since is not None and d.since.whole_day:
        return f"{condition}, as things stood at the end of {day_date(where.date_of(d.until)).isoformat()}:"
    return f"{condition}, as things stood at {dated(d.until, where)}:"


def _goes_to(r: RouteSeen) -> str:
    if r.destination:
        return f'"{r.destination}"'
    waits = any(b.fate is BranchFate.WAITS for b in r.branches)
    return "not chosen yet" if waits else "no line of the route takes it"


def _route(r: RouteSeen, story: Story, where: Zone) -> Section:
    if not r.member:
        entered = any(d.name == r.definition and d.status is Status.IN for d in story.definitions)
        why = (
            f"entered {r.definition} outside the agreement's term" if entered else f"is not in {r.definition}"
        )
        return Section(f"route {r.definition}", f"does not apply (this {story.record} {why})")
    return Section(
        f"route {r.definition}",
        _goes_to(r),
        blocks=(Tree(tuple(branch(b, where, "to ") for b in r.branches)),),
    )


# --------------------------------------------------------------------------------------------------------------- row


def _row(story: Story, where: Zone) -> Section:
    rows = tuple((f"{f.name} ({f.label})" if f.label else f.name, _seen(f, where)) for f in story.fields)
    return Section(f"The {story.record} itself", level=1, blocks=(Facts(rows),))


def _spell(x: SpellSeen, where: Zone) -> str:
    began = dated(x.began, where)
    told = f"since {began}" if x.ended is None else f"{began} to {_to(x.began, x.ended, where)}"
    values = ", ".join(_field_value(f, where) for f in x.values)
    counted = "; ".join(f"{figure} {said}" for figure, said in _ends(x.ends))
    return told + (f", {values}" if values else "") + (f"; at period ends in {counted}" if counted else "")


def _ends(ends: Sequence[PeriodEndSeen]) -> Iterator[tuple[str, str]]:
    """By figure, in which periods: `2026-01, 2026-02`; in a share what became of it: `2026-01 met`."""
    for figure in dict.fromkeys(x.figure for x in ends):
        own = [x for x in ends if x.figure == figure]
        said = [x.period if x.outcome is RowOutcome.COUNTED else f"{x.period} {x.outcome}" for x in own]
        more = f" and {len(said) - SHOWN_ENDS:,} more" if len(said) > SHOWN_ENDS else ""
        yield figure, ", ".join(said[:SHOWN_ENDS]) + more


def _seen(f: FieldSeen, where: Zone) -> str:
    return "later than the as-of, so not seen" if f.hidden else named(f, where)


def _field_value(f: FieldSeen, where: Zone) -> str:
    return f"{f.name} {named(f, where)}"


def _problem(p: ProblemSeen) -> str:
    x = p.problem
    places = []
    for e in x.examples:
        line = f"{_base(e.file or x.file or '')}:{e.line}" if e.line is not None else ""
        places.append(
            " ".join(part for part in (line, f'"{e.value}"' if e.value is not None else "") if part)
        )
    seen = ", ".join(dict.fromkeys(x for x in places if x))
    row = f"{x.record} {p.key}" if p.key is not None else x.record
    about = f"{row}, {x.field}" if x.field else row
    return f"{about}: {PROBLEMS.get(x.kind, x.kind)}" + (f" ({seen})" if seen else "")


def _other(fields: tuple[FieldSeen, ...], where: Zone) -> str:
    values = "; ".join(f"{f.name} = {_seen(f, where)}" for f in fields)
    return f"not kept, a row of the same key that says otherwise: {values}"


# ------------------------------------------------------------------------------------------------- a promise on one row


FIRST, LAST = 8, 6
"""Lines of a long timeline that are shown, from either end."""
SHOWN_EVENTS, MOST_BEFORE, DAYS_BY_NAME = 12, 3, 6
REASONS = {Why.CLOSED: "closed", Why.NO_HOURS: "no hours", Why.BREAK: "break", Why.OUTSIDE: "outside hours"}


def promise_section(story: Story, p: PromiseSeen) -> Section:
    where, clock = zone(story.zone), p.clock
    style = None if clock.state is None or clock.deadline is None else STYLES.get(clock.state, Style.WARNING)
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
    if clock.pauses:
        yield Tree(tuple(_pause(x, where) for x in clock.pauses), "Stretches that pause it:")
    if p.ladder:
        until = _known_until(story, p)
        yield Tree(tuple(_rung(x, until, where) for x in p.ladder), "What follows on the way:")
    if clock.deadline is not None:
        yield from _how(clock.deadline, clock.start.at)
    if clock.candidates:
        yield from _events(clock, where)
    if clock.exclusions:
        nodes = tuple(branch(b, where, "as ") for b in clock.exclusions)
        yield Tree(nodes, "Whether it is left out, as things stood when its clock was over:")


def _facts(story: Story, p: PromiseSeen, where: Zone) -> Iterator[tuple[str, str]]:
    clock, start = p.clock, p.clock.start
    yield "promise", p.promise
    yield "counts in", counts_in(p.membership)
    yield "known until", "" if p.end is None else _reach(p.end, where)
    yield "started", "" if start.at is None else f"{moment(start.at, start.whole_day, where)} ({start.words})"
    if clock.deadline is not None:
        yield "deadline", _deadline(clock, clock.deadline, where)
        without = clock.deadline.without_pauses
        moved = without is not None and without != clock.deadline.at
        yield "without pauses", dated(without, where) if without is not None and moved else ""
    if clock.stood:
        own = f" of {clock.deadline.calendar}" if clock.deadline and clock.deadline.calendar else ""
        yield "stood still", f"{exact_span(clock.stood)}{own}"
    yield "stopped", stop_words(clock, where)
    word = "late by" if clock.state is State.MISSED else "left" if clock.stop.at is None else "early by"
    yield word, margin_words(p) if p.margin else ""
    if clock.elapsed is not None:
        whole = clock.elapsed % DAY == 0 and clock.stop.whole_day
        own = f" of {clock.elapsed_calendar}" if clock.elapsed_calendar else ""
        yield "took", f"{clock.elapsed // DAY} days" if whole else f"{exact_span(clock.elapsed)}{own}"
    yield "accountable", _accountable(story.accountable, p.owner, where) if p.owner else ""
    yield (
        "follows",
        "; ".join(map(_action, p.follows)),
    )


def _accountable(person: FieldSeen | None, owner: str, where: Zone) -> str:
    if person is None:
        return owner
    who = "nobody is named" if person.value is None else shown(person.value, person.type, where).strip('"')
    called = f", {person.called}" if person.called else ""
    return f"{who}{called} ({person.name}), for {owner}"


def _deadline(clock: ClockTrace, deadline: DeadlineSeen, where: Zone) -> str:
    if clock.state is State.PAUSED:
        return f"none before the pause is over ({deadline.words})"
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
        moved = deadline.without_pauses not in {None, deadline.at}
        asked = replace(deadline, duration=None) if moved else deadline
        yield from (Line(text) for text in _remarks(asked, start, deadline.at, where))


def _remarks(deadline: DeadlineSeen, start: int, due: int, where: Zone) -> Iterator[str]:
    if deadline.counted_from is not None:
        yield f"It began outside open hours, so it counts from the next opening, {dated(deadline.counted_from, where)}."
    match deadline.duration:
        case Duration(reading=int()) as length:
            yield f"{describe(length).partition(', ')[2].capitalize()} of the last day, {dated(due, where)}."
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


def _rung(x: RungSeen, until: int, where: Zone) -> Node:
    when = "" if x.at is None else f"  {dated(x.at, where)}"
    if x.followed:
        return Node("+", x.words + when, "; ".join(map(_action, x.actions)))
    late = x.at is not None and x.at < until
    why = "the clock did not run then" if late else "not yet" if x.at is not None else "there is no such time"
    return Node("·", x.words + when, why)


def _action(a: Action) -> str:
    return f'{a.verb} "{a.to}"' if a.verb in {"do", "tag", "notify"} else f'{a.verb} to "{a.to}"'


def _pause(x: PauseSeen, where: Zone) -> Node:
    until = "not over yet" if x.ended is None else f"to {_to(x.began, x.ended, where)}"
    return Node("·", f"{x.record} {x.key}", f"{dated(x.began, where)} {until}")


def _stretch(x: Stretch | Skip | Held, where: Zone) -> tuple[str, ...]:
    start, end = dated(x.start, where), _to(x.start, x.end, where)
    if isinstance(x, Held):
        return start, end, "", "", "paused"
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
    days_by_reason: dict[str, list[str]] = {}
    long = len({c.day for c in closed}) > DAYS_BY_NAME
    for c in closed:
        if c.why not in {Why.OUTSIDE, Why.BREAK}:
            days = days_by_reason.setdefault(_why(c), [])
            days.append(day(c.day) if long else weekday(c.day))
    if days_by_reason:
        return "; ".join(f"{', '.join(dict.fromkeys(days))} {why}" for why, days in days_by_reason.items())
    return REASONS[Why.BREAK if any(c.why is Why.BREAK for c in closed) else Why.OUTSIDE]


def _why(closed: Closed) -> str:
    """`Labor Day`, `closed (CRM outage)`, `no hours`."""
    if closed.why is Why.HOLIDAY:
        return closed.name
    return f"{REASONS[closed.why]} ({closed.name})" if closed.name else REASONS[closed.why]


def _day(x: DayCounted) -> tuple[str, ...]:
    if x.closed is not None:
        return day(x.day), "", _why(x.closed)
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
