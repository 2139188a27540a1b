"""Why an expectation of a test does not hold, in lines: the phrase with its values, what stands behind it, and what would have passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from sladsl.explaining import ClockTrace, Phrase, RowFate, RowSeen, ScoreSeen
from sladsl.nouns import joined
from sladsl.plan import Status
from sladsl.reports.terminal import pad, safe
from sladsl.reports.testing.assertion import telling
from sladsl.reports.testing.clock import answers, timeline
from sladsl.reports.testing.drawing import Drawing
from sladsl.reports.words import number
from sladsl.testing import Absent, ConditionFailed, Flip, RouteFailed, Standing

_ORDERED = ("=", "<", "<=", ">", ">=")
_MOST_ROWS = 10


def absent(why: Absent) -> Iterator[str]:
    if why.later:
        yield f"there is no {why.record} at the `as of`: all its times come later"
    else:
        yield f"this is asked of a `{why.record}`, and the test gives none"


def condition(why: ConditionFailed, d: Drawing) -> Iterator[str]:
    if why.phrase.parts or not why.behind:
        yield from d.phrase(why.phrase)
    yield from behind(why.phrase, d, why.clocks)
    for n, s in enumerate(why.behind):
        yield from [""] * (n > 0 or bool(why.phrase.parts))
        yield from standing(s, d)
    # That the whole condition should hold, no more, was said by the expectation.
    echo = [f.text for f in why.remedy or () if f.clock is None] == [why.phrase.text]
    if why.remedy is not None and not echo:
        yield from remedy(why.remedy, d)
    if why.remedy is None:
        yield from _out_of_reach(why.phrase)


def route(why: RouteFailed, d: Drawing) -> Iterator[str]:
    if why.outside is not None:
        yield "it goes nowhere"
        yield from standing(why.outside, d)
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


def standing(s: Standing, d: Drawing) -> Iterator[str]:
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


def _stands(s: Standing, d: Drawing) -> str:
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
            return f"it is not in `{s.name}`: it has the moment, but does not meet the condition"
        case Status.UNCLASSIFIABLE:
            return f"it cannot be told whether it is in `{s.name}`: the condition is unknown"
        case Status.NOT_YET:
            return f"it is not in `{s.name}` yet: its moment is later than the `as of`"
        case Status.PENDING:
            return f"it cannot be told yet whether it is in `{s.name}`: a clock that it asks is still running"
        case Status.OUT:
            return f"it is not in `{s.name}`" + (f": {lacking}" if s.missing else "")
        case _:
            assert_never(s.status)


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


def score(found: ScoreSeen, d: Drawing, gap: str = "") -> Iterator[str]:
    """A score by its clauses; in full once a test for each total it has."""
    yield ""
    if not d.first(("score", found.name, found.total)):
        yield f"{found.name} is {_points(found.total)}{gap}, as above"
        return
    yield f"{found.name} is {_points(found.total)}{gap}"
    texts = [safe(c.condition.text) for c in found.clauses]
    wide = min(60, max(map(len, texts)))
    for clause, text in zip(found.clauses, texts, strict=True):
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
        return f"`{flip.clock.stop.name}` by {d.local(flip.clock.due)}"
    now = d.facts(flip.phrase) if flip.phrase is not None else ""
    return f"`{safe(flip.text)}`" + (f" ({now})" if now else "")


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
