"""Why an expectation of a test does not hold, in lines: the phrase with its values, the clock as it ran, what stands behind it, and what
would have passed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from sladsl.calendars import Zone, day_date
from sladsl.explaining import Candidate, ClockTrace, Fate, Phrase, RowFate, RowSeen, ScoreSeen
from sladsl.explaining.story import BranchFate, Undecided
from sladsl.functions import CALLS
from sladsl.nouns import joined
from sladsl.plan import State, Status
from sladsl.plan.rows import LEFT_OUT, STATES_LEFT_OUT
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import columns, pad, safe, shorten
from sladsl.reports.values import shown
from sladsl.reports.words import local, number, plain_span
from sladsl.source import Source
from sladsl.testing import (
    Absent,
    ConditionFailed,
    DefinitionStatus,
    Flip,
    NeverBroken,
    RouteFailed,
    VerdictFailed,
)
from sladsl.testing.verdicts import VERDICTS

_ORDERED = ("=", "<", "<=", ">", ">=")
_MOST_ROWS = 10


def absent(why: Absent) -> Iterator[str]:
    if why.later:
        yield f"there is no {why.record} at the `as of`: all its times come later"
    elif why.number is not None:
        there = "none" if not why.there else f"only {why.there}"
        yield f"this is asked of `{why.record}` number {why.number}, and there is {there}"
    else:
        yield f"this is asked of a `{why.record}`, and the test gives none"


def condition(why: ConditionFailed, d: Drawing) -> Iterator[str]:
    if why.phrase.parts or not why.behind:
        yield from d.phrase(why.phrase)
    yield from behind(why.phrase, d, why.clocks)
    for n, s in enumerate(why.behind):
        yield from [""] * (n > 0 or bool(why.phrase.parts))
        yield from definition_status(s, d)
    # That the whole condition should hold, no more, was said by the expectation.
    echo = [f.text for f in why.remedy or () if f.clock is None] == [why.phrase.text]
    if why.remedy is not None and not echo:
        yield from remedy(why.remedy, d)
    if why.remedy is None:
        yield from _out_of_reach(why.phrase)


def route(why: RouteFailed, d: Drawing) -> Iterator[str]:
    if why.outside is not None:
        yield "it goes nowhere"
        yield from definition_status(why.outside, d)
    else:
        yield (
            f'it goes to "{safe(why.taken)}"' if why.taken is not None else "it goes nowhere: no case applies"
        )
        ends: set[str | None] = {why.expected, why.taken}
        for destination, when in why.cases:
            yield ""
            yield f'to "{safe(destination)}" ' + ("otherwise" if when is None else "when")
            yield from ([] if when is None else (f"  {line}" for line in d.phrase(when)))
            yield from ([] if when is None else behind(when, d))
            ends -= {destination}
            if not ends - {None}:
                break
    yield from remedy(why.remedy, d, "pass" if why.outside is None else f"be in `{why.definition}`")


def never(why: NeverBroken, d: Drawing) -> Iterator[str]:
    yield f"no row may be this, and the {why.record} `{safe(why.key)}` is"
    yield from d.phrase(why.phrase)
    yield from behind(why.phrase, d)


def definition_status(s: DefinitionStatus, d: Drawing) -> Iterator[str]:
    """How the row stands to a definition, with the conditions along its chain that decide it; in full once a test."""
    if not d.first(("definition", s.name)):
        yield f"{_stands(s, d)}, as above"
        return
    yield _stands(s, d)
    if s.status is Status.NOT_YET or (s.status is Status.IN and not s.in_term):
        return
    for name, phrase in s.steps:
        if phrase.value is True and s.status is not Status.IN:
            continue
        yield f"  {name} when"
        yield from (f"    {line}" for line in d.phrase(phrase))
        yield from (f"  {line}".rstrip() for line in behind(phrase, d, s.clocks))


def _stands(s: DefinitionStatus, d: Drawing) -> str:
    lacks = " and ".join(f"`{name}`" for name in s.missing)
    lacking = f"{lacks} {'is' if len(s.missing) == 1 else 'are'} missing"
    match s.status:
        case Status.IN if s.in_term:
            return f"it is in `{s.name}`" + ("" if s.entered is None else f" since {d.local(s.entered)}")
        case Status.IN:
            return f"it is in `{s.name}` since {d.local(s.entered)}, which is outside the agreement's term"
        case Status.UNDATED:
            return f"it is not in `{s.name}`: it meets the condition, but {lacking}"
        case Status.MISLABELLED:
            return (
                f"it is not in `{s.name}`: it has the moment, but does not meet {_whose_condition(s, False)}"
            )
        case Status.UNCLASSIFIABLE:
            return f"it cannot be told whether it is in `{s.name}`: {_whose_condition(s, None)} is unknown"
        case Status.NOT_YET:
            return f"it is not in `{s.name}` yet: its moment is later than the `as of`"
        case Status.PENDING:
            why = "a clock that it asks is still running" if s.clocks else "what decides it is still to come"
            return f"it cannot be told yet whether it is in `{s.name}`: {why}"
        case Status.OUT:
            return f"it is not in `{s.name}`" + (f": {lacking}" if s.missing else "")
        case _:
            assert_never(s.status)


def _whose_condition(s: DefinitionStatus, value: bool | None) -> str:
    """`the condition`, or that of the definition below which decides."""
    deciding = next((name for name, phrase in s.steps if phrase.value is value), s.name)
    return "the condition" if deciding == s.name else f"the condition of `{deciding}`"


def behind(phrase: Phrase, d: Drawing, clocks: Sequence[ClockTrace] = ()) -> Iterator[str]:
    """The child rows, the scores and the clocks that make a condition what it is."""
    for part in telling(phrase):
        for clock in clocks:
            if clock.asked == part.text and d.first(("clock", clock)):
                yield from ("", f"`{safe(part.text)}`")
                yield from (f"  {line}" for line in (*timeline(clock, d), *answers(clock, d)))
        if part.rows:
            yield from rows(part, d)
        if part.score is not None:
            yield from score(part.score, d, _gap(phrase, part))


def score(seen: ScoreSeen, d: Drawing, gap: str = "") -> Iterator[str]:
    """A score by its clauses; in full once a test for each total it has."""
    yield ""
    if not d.first(("score", seen.name, seen.total)):
        yield f"{seen.name} is {_points(seen.total)}{gap}, as above"
        return
    yield f"{seen.name} is {_points(seen.total)}{gap}"
    texts = [safe(c.condition.text) for c in seen.clauses]
    wide = min(60, max(map(len, texts)))
    for clause, text in zip(seen.clauses, texts, strict=True):
        points = _points(clause.points).rjust(5)
        state = "added    " if clause.added else "not added"
        yield f"  {state} {points}  {pad(text, wide)}  ({d.facts(clause.condition)})".rstrip()


def rows(phrase: Phrase, d: Drawing) -> Iterator[str]:
    """The child rows that a phrase looked at."""
    yield ""
    yield f"`{safe(phrase.text)}` looks at"
    for row in phrase.rows[:_MOST_ROWS]:
        at = "" if row.at is None else d.local(row.at)
        yield f"  {safe(row.key)}  {at}  {_fate(row, d)}".rstrip()
    if len(phrase.rows) > _MOST_ROWS:
        yield f"  and {len(phrase.rows) - _MOST_ROWS} more"


def _fate(row: RowSeen, d: Drawing) -> str:
    match row.fate:
        case RowFate.COUNTED:
            return "counts"
        case RowFate.LATER:
            return "does not count: it came later than the condition sees"
        case RowFate.EARLIER:
            return "does not count: it came earlier, and the next one is asked for"
        case RowFate.UNDATED:
            return "does not count: none of its times is known"
        case RowFate.OUTSIDE:
            return "does not count: it is outside the days asked for"
        case RowFate.REFUSED:
            return f"does not count: {d.facts(row.where)}" if row.where else "does not count"
        case RowFate.UNKNOWN:
            return f"cannot be told: {d.facts(row.where)}" if row.where else "cannot be told"
        case _:
            assert_never(row.fate)


def remedy(flips: Sequence[Flip] | None, d: Drawing, what: str = "pass") -> Iterator[str]:
    """`it would pass with … and without …`: the fewest conditions that would have to turn."""
    if not flips:
        return
    wanted = [_flip(f, d) for f in flips if f.want]
    unwanted = [_flip(f, d) for f in flips if not f.want]
    parts = [f"{word} {joined(texts)}" for word, texts in (("with", wanted), ("without", unwanted)) if texts]
    yield ""
    yield f"it would {what} {' and '.join(parts)}"


def _flip(flip: Flip, d: Drawing) -> str:
    if flip.clock is not None and flip.clock.due is not None and flip.text == flip.clock.asked:
        return f"`{flip.clock.stop.name}` {_in_time(flip.clock.due, d)}"
    now = d.facts(flip.phrase) if flip.phrase is not None else ""
    return f"`{safe(flip.text)}`" + (f" ({now})" if now else "")


def _in_time(due: int | None, d: Drawing) -> str:
    """Until when something would have to come: what lies at the as-of or later is not seen."""
    if d.as_of is not None and (due is None or d.as_of <= due):
        return f"before the `as of` of {d.local(d.as_of)}"
    return f"by {d.local(due)}"


def _gap(condition: Phrase, score: Phrase) -> str:
    """How far a score is from what is asked of it: `, 10 points short of 65`."""
    for asked in condition.every():
        if asked.op not in _ORDERED or len(asked.parts) != 2 or asked.parts[0] is not score:
            continue
        bound = asked.parts[1].value
        if isinstance(score.value, Decimal) and isinstance(bound, Decimal) and asked.value is not True:
            gap = score.value - bound
            points = _points(abs(gap)) + (" point" if abs(gap) == 1 else " points")
            return f", {points} {'over' if gap > 0 else 'short of'} {_points(bound)}" if gap else ""
    return ""


def _out_of_reach(phrase: Phrase) -> Iterator[str]:
    """A total that a score cannot have, whatever its row is like."""
    seen = phrase.parts[0].score if phrase.op == "=" else None
    bound = phrase.parts[1].value if seen is not None else None
    if seen is None or not isinstance(bound, Decimal):
        return
    totals = {Decimal(0)}
    for clause in seen.clauses:
        totals |= {total + clause.points for total in totals}
    if bound not in totals:
        yield ""
        yield f"no choice of its clauses adds up to {_points(bound)}"


def _points(value: object) -> str:
    return number(Fraction(value)) if isinstance(value, Decimal) else "missing"


# ------------------------------------------------------------------------------------------------------------ a verdict


def verdict(why: VerdictFailed, d: Drawing) -> Iterator[str]:
    if not why.judged:
        yield f"`{why.kpi}` is not judged for this row"
        yield from _outside(why, d)
        return
    yield _headline(why, d)
    yield from (f"  {line}" for line in timeline(why.clock, d))
    if why.due_expected is not None and not _is_due(why):
        yield from _branch(why.clock, d)
    if why.goal is not None and why.goal.status is not Status.IN:
        yield ""
        yield from definition_status(why.goal, d)
    if why.expected == "met":
        yield from (f"  {line}" for line in answers(why.clock, d))
    yield ""
    yield from _advice(why, d)


def _is_due(why: VerdictFailed) -> bool:
    """Whether the deadline is the expected one."""
    return (
        why.due_expected is not None
        and why.clock.due is not None
        and why.due_expected[0] <= why.clock.due <= why.due_expected[1]
    )


def _headline(why: VerdictFailed, d: Drawing) -> str:
    assert why.clock.state is not None
    word = VERDICTS[why.clock.state]
    if word != why.expected:
        return f"it is {word}"
    return f"it is {word}, but {_off(why, d)}"


def _off(why: VerdictFailed, d: Drawing) -> str:
    """How the deadline differs from the one that is expected."""
    if why.due_expected is None:
        return ""
    if why.clock.due is None:
        return "it has no deadline"
    first, last = why.due_expected
    if first != last:
        return f"due on another day: {d.local(why.clock.due)}"
    # The end of a day is held as its last microsecond; to a reader it is the midnight behind it.
    gap = plain_span(abs(why.clock.due + d.ends_a_day(why.clock.due) - first - d.ends_a_day(first)))
    return (
        f"due {d.local(why.clock.due)}, {gap} {'later' if why.clock.due > first else 'earlier'} than expected"
    )


def _branch(clock: ClockTrace, d: Drawing) -> Iterator[str]:
    """Why this branch gave the deadline and none before it."""
    applied = next((n for n, b in enumerate(clock.branches) if b.fate is BranchFate.APPLIES), None)
    if applied is None or clock.deadline is None:
        return
    own = clock.branches[applied].when
    before = [b.when for b in clock.branches[:applied] if b.when is not None]
    if own is None and not before:
        return
    yield f"`{safe(clock.deadline.text)}` applies" + (" to the rest, since" if own is None else ", since")
    for phrase in before if own is None else (own,):
        yield from (f"  {line}" for line in d.phrase(phrase))
        yield from (f"  {line}".rstrip() for line in behind(phrase, d))


def _outside(why: VerdictFailed, d: Drawing) -> Iterator[str]:
    if why.narrowed is not None:
        yield "the `where` of the kpi leaves it out:"
        yield from (f"  {line}" for line in d.phrase(why.narrowed))
    if why.outside is not None:
        yield from definition_status(why.outside, d)
    elif why.narrowed is None:
        at = (
            "has no"
            if why.clock.start.at is None
            else f"{d.local(why.clock.start.at)} is outside the agreement's term:"
        )
        yield (
            f"it {at} `{why.clock.start.name}`"
            if why.clock.start.at is None
            else f"{at} `{why.clock.start.name}`"
        )
    yield from remedy(why.remedy, d, "be judged")


_LEFT_OUT = {str(x): clause for x, clause in LEFT_OUT.items()}


def _advice(why: VerdictFailed, d: Drawing) -> Iterator[str]:
    """What would have made it pass."""
    due = d.local(why.clock.due)
    match why.clock.state, why.expected:
        case State.UNDECIDED, _:
            yield _undecided(why, d)
        case State.NO_DEADLINE, _:
            yield f"it has no deadline to be held to, so it cannot be {why.expected}"
        case state, _ if state in STATES_LEFT_OUT:
            yield f'"{why.clock.reason}" leaves it out, so it cannot be {why.expected}'
        case _, word if word in _LEFT_OUT and not why.clock.exclusions:
            yield f"nothing leaves it out: the commitment has no `{_LEFT_OUT[word]}`, or its clock still runs"
        case _, word if word in _LEFT_OUT:
            named = joined(f'"{x.gives}"' for x in why.clock.exclusions)
            yield f"when its clock was over, nothing that would leave it out was so: {named}"
        case State.PAUSED, _:
            yield f"it is paused at the `as of`, so it is open and has no deadline: {_after_the_pause(why)}"
        case State.OPEN, _ if why.clock.due is None:
            yield f"it can be {why.expected} only once it is settled which deadline applies"
        case (State.MET, "met") | (State.MISSED, "missed") | (State.OPEN, "open"):
            said = d.day(why.clock.due) if why.clock.due is not None and d.ends_a_day(why.clock.due) else due
            yield f"it would pass with `due {said}`"
        case ((State.MISSED | State.OPEN), "met"):
            yield f"it would be met with `{why.clock.stop.name}` {_in_time(why.clock.due, d)}"
        case State.MET, "missed":
            yield f"it would be missed with no `{why.clock.stop.name}` up to {due}"
        case State.OPEN, "missed":
            yield f"it would be missed with an `as of` from {due} on, or without one"
        case State.MET, _:
            yield f"it would be open with an `as of` before the `{why.clock.stop.name}` of {d.local(why.clock.stop.at)}"
        case _:
            ends = "" if d.as_of is not None else ": without one, a test is read after every deadline"
            yield f"it would be open with an `as of` before {due}{ends}"
    wrong = why.clock.state is not None and VERDICTS[why.clock.state] != why.expected
    if wrong and why.due_expected is not None and not _is_due(why):
        yield f"and {'it is ' if why.clock.due is not None else ''}{_off(why, d)}"


def _after_the_pause(why: VerdictFailed) -> str:
    lasting = next((x for x in why.clock.pauses if x.ended is None), None)
    which = "the pause" if lasting is None else f"its `{lasting.record}`"
    return f"it can be {why.expected} once {which} is over"


def _undecided(why: VerdictFailed, d: Drawing) -> str:
    if why.clock.start.at is None:
        return (
            f"it can be {why.expected} only once the clock has started: `{why.clock.start.name}` is missing"
        )
    if why.clock.stop.at is not None and why.clock.stop.at < why.clock.start.at:
        return f"`{why.clock.stop.name}` lies before the start, so it can be neither met nor missed: give a later one"
    if why.clock.undecided is Undecided.HOURS_UNKNOWN:
        return 'it runs in hours that are not known: give the row that has them, with a zone such as "America/New_York"'
    return f"the row is not in `{why.clock.start.name}`, which starts the clock, so it can be neither met nor missed"


# -------------------------------------------------------------------------------------------------------------- a clock


_MOST_ANSWERS = 10


def timeline(clock: ClockTrace, d: Drawing) -> list[str]:
    begun = "the clock starts" if clock.start.at is not None else "the clock has not started"
    moments = [(clock.start.at, clock.start.name, begun)]
    if clock.due is not None or clock.state not in {State.UNDECIDED, State.NO_DEADLINE}:
        moments.append((clock.due, "due", _budget(clock)))
    moments.append((clock.stop.at, clock.stop.name, _lateness(clock)))
    if d.as_of is not None:
        moments.append((d.as_of, "as of", ""))
    known = sorted((x for x in moments if x[0] is not None), key=lambda x: x[0] or 0)
    rest = [x for x in moments if x[0] is None]
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
        case Fate.NO_TIME:
            return ": it has no time"
        case Fate.HIDDEN:
            return ": its time is later than the `as of`"
        case _:
            return ""


# ----------------------------------------------------------------------------------------------- how values are written


@dataclass(frozen=True)
class Drawing:
    """One test being drawn: the texts that phrases stand in, the zone that instants are read in, when it looks (None:
    after everything), and what was `told` already."""

    sources: Mapping[str, Source]
    zone: Zone
    as_of: int | None = None
    told: set[object] = field(default_factory=set)

    def first(self, what: object) -> bool:
        """Whether this is told for the first time: several expectations of a test may fail for one reason."""
        fresh = what not in self.told
        self.told.add(what)
        return fresh

    def phrase(self, phrase: Phrase) -> list[str]:
        return draw(phrase, self.sources[phrase.file], self.zone)

    def local(self, at: int | None) -> str:
        """A clock reading; the last instant of a day, where deadlines in days from a date fall, as that day's end."""
        if at is None:
            return "missing"
        return f"the end of {self.day(at)}" if self.ends_a_day(at) else local(at, self.zone)

    def ends_a_day(self, at: int) -> bool:
        return at + 1 == self.zone.midnight(self.zone.date_of(at) + 1)

    def day(self, at: int) -> str:
        return day_date(self.zone.date_of(at)).isoformat()

    def facts(self, phrase: Phrase) -> str:
        return ", ".join(facts(phrase, self.zone))


# -------------------------------------------------------------------------------------------- phrases with their values


if TYPE_CHECKING:
    from sladsl.explaining import Phrase
    from sladsl.source import OneLine, Source

WIDTH = 96
_LONGEST = 40
_GAP = 2


def value_of(phrase: Phrase, zone: Zone) -> str:
    """The phrase's value as it is shown; a long text is cut."""
    return shorten(safe(shown(phrase.value, phrase.type, zone)), _LONGEST)


def draw(phrase: Phrase, source: Source, zone: Zone) -> list[str]:
    """The phrase on one line and the values below it; one that is too long for a line is folded at its `and` or `or`."""
    line = source.one_line(phrase.span)
    if columns(safe(line.text)) <= WIDTH:
        return [safe(line.text), *_bars(_placed(line, phrase, source, zone))]
    if phrase.op not in {"and", "or"} or is_between(phrase):
        return [shorten(safe(line.text), WIDTH), f"is {value_of(phrase, zone)}", *_named(phrase, zone)]
    lines: list[str] = []
    for n, part in enumerate(phrase.parts):
        grouped = part.op in {"and", "or"} and not is_between(part)
        lead = ("" if n == 0 else f"{phrase.op} ") + "(" * grouped
        first, *rest = draw(part, source, zone)
        lines += [lead + first + ")" * grouped, *(" " * len(lead) + x for x in rest)]
    return [*lines, f"together: {value_of(phrase, zone)}"]


def is_between(phrase: Phrase) -> bool:
    return phrase.op == "and" and all(p.span == phrase.span for p in phrase.parts)


def telling(phrase: Phrase) -> Iterator[Phrase]:
    """The phrases in a condition that make it what it is: of an `and` that is false only what is not true, of an `or` what is not
    false, and so on down to the leaves."""
    parts = phrase.parts
    if phrase.op == "and" and phrase.value is not True:
        parts = tuple(p for p in parts if p.value is phrase.value) or parts
    if phrase.op == "or" and phrase.value is not False:
        parts = tuple(p for p in parts if p.value is phrase.value) or parts
    yield phrase
    for part in parts:
        yield from telling(part)


def facts(phrase: Phrase, zone: Zone) -> list[str]:
    """What stands behind a condition in a few words: `company_size is 40`, `2 of 5 activity count`."""
    return list(dict.fromkeys(_facts(phrase, zone)))


_ROWS = re.compile(r"(any|no|at\s+(least|most)\s+\d+)\s+\w")
_CALLS = frozenset(CALLS)


def _facts(phrase: Phrase, zone: Zone) -> Iterator[str]:
    if phrase.constant:
        return
    if phrase.rows or _ROWS.match(phrase.text):
        yield _counted(phrase)
    elif not phrase.parts or (phrase.op in _CALLS and phrase.value is not None):
        yield f"{safe(phrase.text)} is {value_of(phrase, zone)}"
    else:
        for part in phrase.parts:
            yield from _facts(part, zone)


def _counted(phrase: Phrase) -> str:
    if not phrase.rows:
        return "there is none"
    count = sum(r.fate == "counted" for r in phrase.rows)
    later = sum(r.fate == "later" for r in phrase.rows)
    words = f"{count} of {len(phrase.rows)} `{phrase.rows[0].record}` {'counts' if count == 1 else 'count'}"
    return words + (f", and {later} came later" if later else "")


def _named(phrase: Phrase, zone: Zone) -> Iterator[str]:
    yield from (f"  {fact}" for fact in facts(phrase, zone))


@dataclass(frozen=True, slots=True)
class _Mark:
    column: int
    text: str


def _placed(line: OneLine, phrase: Phrase, source: Source, zone: Zone) -> list[_Mark]:
    """One mark a phrase, by column; where two phrases begin together the outer one's is left out."""
    by_column: dict[int, str] = {}
    for offset, part in _marks(phrase, source):
        column = columns(safe(line.text[: line.at.get(offset, 0)]))
        by_column.setdefault(column, value_of(part, zone))
    return [_Mark(column, text) for column, text in sorted(by_column.items())]


def _marks(phrase: Phrase, source: Source) -> Iterator[tuple[int, Phrase]]:
    """Each phrase and where its value belongs: an operator's below its own word, the rest where they begin."""
    if phrase.constant:
        return
    if is_between(phrase):
        value, low = phrase.parts[0].parts
        high = phrase.parts[1].parts[1]
        yield from (mark for part in (value, low, high) for mark in _marks(part, source))
        yield _after(value, source), phrase
        return
    if phrase.op == "not" and phrase.parts[0].span == phrase.span:  # `x not in {…}`
        inner = phrase.parts[0].parts
        yield from (mark for part in inner for mark in _marks(part, source))
        yield _after(inner[0], source), phrase
        return
    yield from (mark for part in phrase.parts for mark in _marks(part, source))
    first = phrase.parts[0] if phrase.parts else None
    infix = first is not None and first.span.start == phrase.span.start and first.span.end < phrase.span.end
    inside = first is not None and source.text[phrase.span.start] == "("
    if first is not None and (infix or inside) and phrase.op not in {"not"}:
        yield _after(first, source), phrase
    else:
        yield phrase.span.start, phrase


def _after(phrase: Phrase, source: Source) -> int:
    """Where the next word begins."""
    at = phrase.span.end
    while at < len(source.text) and (source.text[at].isspace() or source.text[at] == ")"):
        at += 1
    return at


def _bars(marks: Sequence[_Mark]) -> list[str]:
    """The values, the right ones first: each below its bar, as high as it fits."""
    lines = [_row([(m.column, "|") for m in marks])] if marks else []
    waiting = list(marks)
    while waiting:
        cells: list[tuple[int, str]] = []
        still: list[_Mark] = []
        limit = WIDTH * 9
        for mark in reversed(waiting):
            if mark.column + columns(mark.text) + _GAP <= limit:
                cells.append((mark.column, mark.text))
            else:
                cells.append((mark.column, "|"))
                still.append(mark)
            limit = mark.column
        lines.append(_row(list(reversed(cells))))
        waiting = list(reversed(still))
    return lines


def _row(cells: Sequence[tuple[int, str]]) -> str:
    line = ""
    for column, text in cells:
        line += " " * (column - columns(line)) + text
    return line
