"""Words for what became of a row (moments, margins, statuses), and conditions with their values as trees of phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sladsl import types as t
from sladsl.calendars import DAY, HOUR, MINUTE, SECOND, Zone, day_date
from sladsl.explaining import Phrase, RowFate, RowSeen, ScoreSeen
from sladsl.explaining.story import (
    BranchFate,
    BranchSeen,
    ClockTrace,
    DefinitionSeen,
    Fate,
    FieldSeen,
    FigureSeen,
    Membership,
    PromiseSeen,
    Standing,
    Undecided,
    Unjudged,
)
from sladsl.plan import State, Status
from sladsl.plan.rows import STATES_LEFT_OUT
from sladsl.reports.parts import Node
from sladsl.reports.terminal import Style
from sladsl.reports.values import shown
from sladsl.reports.words import local, plain_span

STYLES = {
    State.MET: Style.GOOD,
    State.MISSED: Style.ERROR,
}
"""Of how a clock stands; all else is a warning."""
REACHED = {
    State.MET: "became {goal}",
    State.MISSED: "did not become {goal} before the term was over",
    State.OPEN: "may still become {goal}",
    State.PAUSED: "may still become {goal}",
    State.UNDECIDED: "it is undecided whether it became {goal}",
}
"""Of a share that becomes something without a deadline of its own."""
IN_DOUBT = {Status.UNDATED, Status.MISLABELLED, Status.UNCLASSIFIABLE, Status.PENDING}
UNDECIDED = {
    Undecided.NO_START: "its start, {start}, is missing",
    Undecided.NOT_IN: "the row is not in {start}, which starts the clock",
    Undecided.NOBODY: "the row names nobody whose pauses count",
    Undecided.STOPPED_BEFORE: "{stop} lies before the start",
    Undecided.HOURS_UNKNOWN: "nobody knows in whose hours it runs, or in which zone",
}


def dated(at: int, zone: Zone) -> str:
    """`Mon 2026-10-19 14:00`, as the zone's clock shows it."""
    return f"{weekday(zone.date_of(at))} {local(at, zone)}"


def day(number: int) -> str:
    """`Mon 2026-10-19`."""
    return f"{weekday(number)} {day_date(number).isoformat()}"


def weekday(number: int) -> str:
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[(number + 3) % 7]


def moment(at: int, whole_day: bool, zone: Zone) -> str:
    return day(zone.date_of(at)) if whole_day else dated(at, zone)


def exact_span(value: int) -> str:
    """Open time, all of it: `3 h 30 min`, `26 min 33 s`; hours are not made days, since a day has no fixed number of open hours."""
    if value < 0:
        return "−" + exact_span(-value)
    hours, rest = divmod(value, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{rest // SECOND}" + (f".{rest % SECOND:06d}".rstrip("0") if rest % SECOND else "")
    parts = [
        f"{hours:,} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{seconds} s" if rest else "",
    ]
    return " ".join(part for part in parts if part) or "0 min"


# ------------------------------------------------------------------------------------------------------- definitions


def definition_status(d: DefinitionSeen, zone: Zone) -> str:
    """How the row stands to a definition, and why."""
    outside = "" if d.in_term else ", outside the agreement's term, so it does not count"
    return _status(d, zone) + outside


def _status(d: DefinitionSeen, zone: Zone) -> str:
    since = "its date" if d.since is None else d.since.words
    when = "" if d.since is None or d.since.at is None else moment(d.since.at, d.since.whole_day, zone)
    match d.status:
        case Status.IN:
            return "in it" if d.entry is None else f"in it since {moment(d.entry, _by_day(d), zone)}"
        case Status.OUT:
            return f"not in it ({_why_out(d, since)})"
        case Status.UNDATED:
            return f"undated (its condition holds, and {since} is missing)"
        case Status.MISLABELLED:
            return f"mislabelled ({since} says {when}, and {_not_holding(d)})"
        case Status.UNCLASSIFIABLE:
            return f"unclassifiable ({since} says {when}, and a value that its condition asks for is missing)"
        case Status.NOT_YET:
            return "not yet (what dates it is later than the as-of)"
        case Status.PENDING:
            return "not known yet (what decides it is still to come)"


def _by_day(d: DefinitionSeen) -> bool:
    return d.since is not None and d.since.whole_day


def _not_holding(d: DefinitionSeen) -> str:
    if d.when is None or d.when.value is not False:
        return f"the condition of {d.base}, which it builds on, does not hold"
    return "its condition does not hold"


def _why_out(d: DefinitionSeen, since: str) -> str:
    if d.base is not None and d.base_status is not Status.IN:
        return f"not in {d.base}, which it builds on"
    if d.when is not None and d.when.value is False:
        return "its condition does not hold"
    if d.when is not None and d.when.value is None:
        return f"{since} is missing, and so is a value that its condition asks for"
    return f"{since} is missing"


STATUS = {
    Status.IN: "in it",
    Status.OUT: "not in it",
    Status.UNDATED: "undated",
    Status.MISLABELLED: "mislabelled",
    Status.UNCLASSIFIABLE: "unclassifiable",
    Status.NOT_YET: "not yet",
    Status.PENDING: "not known yet",
}

# -------------------------------------------------------------------------------------------------------- populations


def outside(member: Membership, record: str) -> str:
    """Why a KPI is not about the row."""
    match member.standing:
        case Standing.NOT_IN:
            status = "not in it" if member.status is None else STATUS[member.status]
            return f"it is about {member.of}, and this {record} is {'not in it' if status == 'not in it' else f'{status} there'}"
        case Standing.UNDATED:
            return f"nothing says in which period this {record} counts"
        case Standing.OUTSIDE_TERM:
            return f"this {record} entered outside the agreement's term"
        case Standing.NOT_OWED:
            return f"it is not owed for {member.period.label if member.period else 'that time'}"
        case Standing.REFUSED:
            return "its `where` does not hold"
        case Standing.UNKNOWN:
            return "a value that its `where` asks for is missing"
        case Standing.IN | Standing.MAYBE:
            return ""


def counts_in(member: Membership) -> str:
    """`2026-10, as MQL`."""
    period = member.period.label if member.period else "no period"
    may = (
        " if its `where` turns out true"
        if member.standing is Standing.MAYBE and member.where is not None
        else ""
    )
    maybe = " once that is known" if member.standing is Standing.MAYBE and not may else ""
    return f"{period}, as {member.of}{may}{maybe}"


# ------------------------------------------------------------------------------------------------------------- clocks


def clock_status(p: PromiseSeen, record: str) -> str:
    """How a promise ended on this row: `missed: first_touch came 2 d 1 h late`."""
    clock = p.clock
    if clock.state is None:
        return f"does not judge this {record} ({outside(p.membership, record)})"
    stop = p.goal or clock.stop.words
    if p.goal is not None and clock.deadline is None:
        return "counts, and " + REACHED[clock.state].format(goal=p.goal)
    match clock.state:
        case State.MET:
            return f"met, {_early(p, stop)}"
        case State.MISSED:
            return f"missed, {_late(p, stop)}"
        case State.OPEN:
            return f"open, {_left(p, stop)}"
        case State.PAUSED:
            return f"open, paused, with no deadline before the pause is over; no {stop} so far"
        case State.NO_DEADLINE:
            return f"does not judge this {record} (it has no deadline to be held to)"
        case State.UNDECIDED:
            assert clock.undecided is not None
            return "undecided, " + UNDECIDED[clock.undecided].format(
                start=clock.start.words, stop=clock.stop.words
            )
        case _:
            assert clock.state in STATES_LEFT_OUT
            return f'{clock.state.word}, because "{clock.reason}"'


def _early(p: PromiseSeen, stop: str) -> str:
    if p.clock.deadline is None or p.margin is None:
        return f"{stop} came before the deadline"
    return f"{stop} came " + (
        "at the deadline itself" if p.margin == 0 else f"{span(-p.margin)} before the deadline"
    )


def _late(p: PromiseSeen, stop: str) -> str:
    if p.margin is None:
        return f"no {stop} by its deadline"
    if p.clock.stop.at is None:
        return f"no {stop}, overdue by {span(p.margin)}"
    return f"{stop} came {span(p.margin)} late"


def _left(p: PromiseSeen, stop: str) -> str:
    if p.margin is None:
        if any(b.fate is BranchFate.WAITS for b in p.clock.branches):
            return "which deadline applies is not settled yet"
        return f"no {stop} so far"
    if p.margin == 0 and p.clock.stop.at is None:
        return f"no {stop} so far, and the deadline is now"
    return (
        f"no {stop} so far, {span(-p.margin)} left" if p.margin < 0 else f"no {stop} that is certain so far"
    )


def span(value: int) -> str:
    """Whole days as days, else at most two units."""
    days, rest = divmod(abs(value), DAY)
    return f"{days} day{'' if days == 1 else 's'}" if not rest and days else plain_span(value)


def margin_words(p: PromiseSeen) -> str:
    """How late or early, by the clock and in open time."""
    if p.margin is None:
        return ""
    own = p.clock.deadline.calendar if p.clock.deadline else None
    business = f"; {exact_span(abs(p.open_margin))} of {own}" if p.open_margin is not None else ""
    return f"{span(abs(p.margin))} by the clock{business}"


def label_of(name: str, label: str) -> str:
    return f"{name} ({label})" if label else name


def called(p: PromiseSeen | FigureSeen | Unjudged) -> str:
    """What a promise is called between its parties: its KPI, and `of P1` where it is only about those rows."""
    return f"{p.kpi} of {p.narrowed_to}" if p.narrowed_to else p.kpi


def stop_words(clock: ClockTrace, zone: Zone) -> str:
    """When the clock stopped, and by what: `Wed 2026-10-21 15:07 (first_touch, activity 81000003229)`."""
    stop = clock.stop
    if stop.at is not None:
        row = next(
            (f", {c.record} {c.key}" for c in clock.candidates if c.record and c.fate is Fate.STOPPED), ""
        )
        return f"{moment(stop.at, stop.whole_day, zone)} ({stop.words}{row})"
    return f"later than the as-of ({stop.words})" if stop.hidden else f"not yet ({stop.words})"


# -------------------------------------------------------------------------------------------------- conditions as trees


SHOWN_ROWS = 6
LATER = "later than that"
JOINING = {"and", "or", "not"}
FATES = {
    RowFate.COUNTED: "counted",
    RowFate.LATER: "came later",
    RowFate.EARLIER: "came earlier",
    RowFate.UNDATED: "no time known",
    RowFate.OUTSIDE: "outside the time asked for",
    RowFate.REFUSED: "not matching",
    RowFate.UNKNOWN: "unknown",
}


def mark(value: object) -> str:
    return "yes" if value is True else "no" if value is False else "?"


def condition(phrase: Phrase, zone: Zone) -> Node:
    """A condition and the conditions it is made of; the others show the values behind them."""
    if phrase.op in JOINING and all(part.span != phrase.span for part in phrase.parts):
        return Node(mark(phrase.value), phrase.text, parts=tuple(condition(p, zone) for p in phrase.parts))
    rows = tuple(row for part in phrase.every() for row in _rows(part.rows, zone))
    if not isinstance(phrase.type, t.Boolean):
        said = f"{phrase.text} = {named(phrase, zone)}"
        return Node("", said, "; ".join(x for x in behind(phrase, zone) if x != said), rows)
    return Node(mark(phrase.value), phrase.text, "; ".join(behind(phrase, zone)), rows)


def named(x: Phrase | FieldSeen, zone: Zone) -> str:
    """A value, and of the key of a row what that row is called."""
    value = shown(x.value, x.type, zone)
    return f"{value} ({x.called})" if x.called else value


def behind(phrase: Phrase, zone: Zone) -> list[str]:
    """The values that a condition was decided by: `fit = 65`, `domain(email) = "acme.com"`, `3 counted`; each once."""
    return list(dict.fromkeys(_behind(phrase, zone, top=True)))


def _behind(phrase: Phrase, zone: Zone, top: bool = False) -> Iterator[str]:
    if phrase.constant:
        return
    if phrase.looked_at:
        yield _tally(phrase.rows) or f"no {phrase.looked_at} at all"
    elif not phrase.parts and not top:
        yield f"{phrase.text} = {LATER if phrase.later else named(phrase, zone)}"
    elif phrase.parts and phrase.op != "else" and not top and not isinstance(phrase.type, t.Boolean):
        yield f"{phrase.text} = {shown(phrase.value, phrase.type, zone)}"
        if phrase.value is not None:
            return
    for part in phrase.parts:
        yield from _behind(part, zone)


def _tally(rows: Sequence[RowSeen]) -> str:
    """`2 counted, 1 came later`."""
    by_fate = Counter(row.fate for row in rows)
    return ", ".join(f"{by_fate[fate]:,} {word}" for fate, word in FATES.items() if by_fate[fate])


def _rows(rows: Sequence[RowSeen], zone: Zone) -> Iterator[Node]:
    for row in rows[:SHOWN_ROWS]:
        when = "" if row.at is None else f"{dated(row.at, zone)}, "
        values = (
            ""
            if row.where is None or row.fate in {RowFate.LATER, RowFate.EARLIER, RowFate.UNDATED}
            else "; ".join(behind(row.where, zone))
        )
        counted = "+" if row.fate is RowFate.COUNTED else "·"
        yield Node(
            counted, f"{row.record} {row.key}", f"{when}{FATES[row.fate]}" + (f": {values}" if values else "")
        )
    if len(rows) > SHOWN_ROWS:
        yield Node("…", f"and {len(rows) - SHOWN_ROWS:,} more: {_tally(rows[SHOWN_ROWS:])}")


def score(seen: ScoreSeen, zone: Zone) -> Node:
    """A score by its clauses: the points that were added, and those that were not."""
    name = f"{seen.name} ({seen.label})" if seen.label else seen.name
    clauses = []
    for clause in seen.clauses:
        node = condition(clause.condition, zone)
        points = shown(abs(clause.points), t.Number(), zone)
        signed = f"{'−' if clause.points < 0 else '+'}{points}"
        would = f"would {'subtract' if clause.points < 0 else 'add'} {points}"
        note = "; ".join(x for x in ("" if clause.added else would, node.note) if x)
        clauses.append(
            Node(signed if clause.added else mark(clause.condition.value), node.text, note, node.parts)
        )
    return Node("", f"{name} = {shown(seen.total, t.Number(), zone)}", parts=tuple(clauses))


def branch(seen: BranchSeen, zone: Zone, to: str = "") -> Node:
    """A branch of a choice: what it gives, on what condition, and whether it applies."""
    words = {
        BranchFate.APPLIES: "yes",
        BranchFate.FALSE: "no",
        BranchFate.UNKNOWN: "?",
        BranchFate.NOT_ASKED: "·",
        BranchFate.WAITS: "?",
    }
    gives = f'{to}"{seen.gives}"' if to else seen.gives
    if seen.when is None:
        note = "not asked: an earlier one applies" if seen.fate is BranchFate.NOT_ASKED else ""
        note = "not chosen yet" if seen.fate is BranchFate.WAITS else note
        return Node(words[seen.fate], f"{gives} otherwise", note)
    if seen.fate is BranchFate.NOT_ASKED:
        return Node("·", f"{gives} when {seen.when.text}", "not asked: an earlier one applies")
    node = condition(seen.when, zone)
    return Node(words[seen.fate], f"{gives} when {node.text}", node.note, node.parts)
