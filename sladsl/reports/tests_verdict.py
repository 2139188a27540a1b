"""Why a row's outcome is not the one a test expects: the clock as it ran, and what would have made it come out so."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.plan import State, Status
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import safe
from sladsl.reports.tests_why import Drawing, behind, remedy, standing
from sladsl.reports.words import plain_span
from sladsl.testing import Against, Answer, VerdictFailed

_MOST_ANSWERS = 10
_WORDS = {State.MET: "met", State.MISSED: "missed", State.OPEN: "open", State.UNDECIDED: "undecided"}


def verdict(why: VerdictFailed, d: Drawing, as_of: int | None) -> Iterator[str]:
    if why.state is None:
        yield f"`{why.kpi}` is not judged for this row"
        yield from _outside(why, d)
        return
    yield _headline(why, d)
    yield from (f"  {line}" for line in _timeline(why, d, as_of))
    if why.branch is not None and why.due_expected is not None and not _is_due(why):
        yield from _branch(why, d)
    if why.goal is not None and why.goal.status is not Status.IN:
        yield ""
        yield from standing(why.goal, d)
    yield from (f"  {line}" for line in _answers(why, d))
    yield ""
    yield from _advice(why, d, as_of)


def _is_due(why: VerdictFailed) -> bool:
    """Whether the deadline is the expected one."""
    return (
        why.due_expected is not None
        and why.due is not None
        and why.due_expected[0] <= why.due <= why.due_expected[1]
    )


def _headline(why: VerdictFailed, d: Drawing) -> str:
    assert why.state is not None
    word = _WORDS[why.state]
    if word != why.expected:
        return f"it is {word}"
    return f"it is {word}, but {_off(why, d)}"


def _off(why: VerdictFailed, d: Drawing) -> str:
    """How the deadline differs from the one that is expected."""
    if why.due_expected is None:
        return ""
    if why.due is None:
        return "it has no deadline"
    first, last = why.due_expected
    if first != last:
        return f"due on another day: {d.local(why.due)}"
    gap = plain_span(abs(why.due - first))
    return f"due {d.local(why.due)}, {gap} {'later' if why.due > first else 'earlier'} than expected"


def _timeline(why: VerdictFailed, d: Drawing, as_of: int | None) -> list[str]:
    """When the clock started, when it was due and what stopped it, in the order of time."""
    found = [
        (why.start, why.starts, "the clock starts" if why.start is not None else "the clock has not started")
    ]
    if why.due is not None or why.state is not State.UNDECIDED:
        found.append((why.due, "due", why.branch.words if why.branch is not None else ""))
    found.append((why.stop, why.stops, _lateness(why)))
    if as_of is not None:
        found.append((as_of, "as of", ""))
    known = sorted((x for x in found if x[0] is not None), key=lambda x: x[0] or 0)
    rest = [x for x in found if x[0] is None]
    cells = [(safe(name), d.local(at) if at is not None else "—", note) for at, name, note in (*known, *rest)]
    return table([Head("")] * 3, cells)[1:]


def _lateness(why: VerdictFailed) -> str:
    if why.stop is None:
        return "there is none"
    if why.due is None:
        return ""
    gap = plain_span(abs(why.stop - why.due))
    if why.stop == why.due:
        return "at the deadline itself, which is on time"
    return f"{gap} late" if why.stop > why.due else f"{gap} before the deadline"


def _branch(why: VerdictFailed, d: Drawing) -> Iterator[str]:
    """Why this branch gave the deadline and none before it."""
    branch = why.branch
    assert branch is not None
    if branch.when is None and not branch.refused:
        return
    phrases = branch.refused if branch.when is None else (branch.when,)
    yield f"`{safe(branch.words)}` applies" + (" to the rest, since" if branch.when is None else ", since")
    for phrase in phrases:
        yield from (f"  {line}" for line in d.phrase(phrase))
        yield from (f"  {line}".rstrip() for line in behind(phrase, d))


def _answers(why: VerdictFailed, d: Drawing) -> list[str]:
    """The rows that did not stop a clock that should have been stopped, and why not."""
    against = [a for a in why.answers if a.against is not Against.NOTHING]
    if why.state is State.MET or why.expected != "met":
        return []
    more = [f"and {len(against) - _MOST_ANSWERS} more"] if len(against) > _MOST_ANSWERS else []
    return [*(_answer(a, d) for a in against[:_MOST_ANSWERS]), *more]


def _answer(a: Answer, d: Drawing) -> str:
    at = f" at {d.local(a.at)}" if a.at is not None else ""
    match a.against:
        case Against.EARLY:
            return f"{safe(a.key)}{at} does not count: it is before the start"
        case Against.REFUSED if a.where is not None and a.where.value is None:
            return f"{safe(a.key)}{at} does not count, as it cannot be told: {d.facts(a.where)}"
        case Against.REFUSED if a.where is not None:
            return f"{safe(a.key)}{at} does not count: {d.facts(a.where)}"
        case _:
            return f"{safe(a.key)}{at} does not count: it has no time"


def _outside(why: VerdictFailed, d: Drawing) -> Iterator[str]:
    if why.narrowed is not None:
        yield "the `where` of the kpi leaves it out:"
        yield from (f"  {line}" for line in d.phrase(why.narrowed))
    if why.outside is not None:
        yield from standing(why.outside, d)
    elif why.narrowed is None:
        at = "has no" if why.start is None else f"{d.local(why.start)} is outside the agreement's term:"
        yield f"it {at} `{why.starts}`" if why.start is None else f"{at} `{why.starts}`"
    yield from remedy(why.remedy, d, "be judged")


def _advice(why: VerdictFailed, d: Drawing, as_of: int | None) -> Iterator[str]:
    """What would have made it pass."""
    due = d.local(why.due)
    match why.state, why.expected:
        case State.UNDECIDED, _:
            yield _undecided(why, d)
        case (State.MET, "met") | (State.MISSED, "missed") | (State.OPEN, "open"):
            said = d.day(why.due) if why.due is not None and d.ends_a_day(why.due) else due
            yield f"it would pass with `due {said}`"
        case ((State.MISSED | State.OPEN), "met"):
            yield f"it would be met with `{why.stops}` by {due}"
        case State.MET, "missed":
            yield f"it would be missed with no `{why.stops}` up to {due}"
        case State.OPEN, "missed":
            yield f"it would be missed with an `as of` from {due} on, or without one"
        case State.MET, _:
            yield f"it would be open with an `as of` before the `{why.stops}` of {d.local(why.stop)}"
        case _:
            ends = "" if as_of is not None else ": without one, a test is read after every deadline"
            yield f"it would be open with an `as of` before {due}{ends}"
    wrong = why.state is not None and _WORDS[why.state] != why.expected
    if wrong and why.due_expected is not None and not _is_due(why):
        yield f"and {'it is ' if why.due is not None else ''}{_off(why, d)}"


def _undecided(why: VerdictFailed, d: Drawing) -> str:
    if why.start is None:
        return f"it can be {why.expected} only once the clock has started: `{why.starts}` is missing"
    if why.stop is not None and why.stop < why.start:
        return f"`{why.stops}` lies before the start, so it can be neither met nor missed: give a later one"
    return "it has no deadline to be held to, so it can be neither met nor missed"
