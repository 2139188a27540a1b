"""Why a row's outcome is not the one a test expects: the clock as it ran, and what would have made it come out so."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.explaining import ClockTrace
from sladsl.explaining.story import BranchFate
from sladsl.plan import State, Status
from sladsl.reports.terminal import safe
from sladsl.reports.testing.clock import answers, timeline
from sladsl.reports.testing.drawing import Drawing
from sladsl.reports.testing.failures import behind, remedy, standing
from sladsl.reports.words import plain_span
from sladsl.testing import VerdictFailed

_WORDS = {
    State.MET: "met",
    State.MISSED: "missed",
    State.OPEN: "open",
    State.UNDECIDED: "undecided",
    State.NO_DEADLINE: "without a deadline",
}


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
        yield from standing(why.goal, d)
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
    word = _WORDS[why.clock.state]
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
    gap = plain_span(abs(why.clock.due - first))
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
        yield from standing(why.outside, d)
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


def _advice(why: VerdictFailed, d: Drawing) -> Iterator[str]:
    """What would have made it pass."""
    due = d.local(why.clock.due)
    match why.clock.state, why.expected:
        case State.UNDECIDED, _:
            yield _undecided(why, d)
        case State.NO_DEADLINE, _:
            yield f"it has no deadline to be held to, so it cannot be {why.expected}"
        case State.OPEN, _ if why.clock.due is None:
            yield f"it can be {why.expected} only once it is settled which deadline applies"
        case (State.MET, "met") | (State.MISSED, "missed") | (State.OPEN, "open"):
            said = d.day(why.clock.due) if why.clock.due is not None and d.ends_a_day(why.clock.due) else due
            yield f"it would pass with `due {said}`"
        case ((State.MISSED | State.OPEN), "met"):
            yield f"it would be met with `{why.clock.stop.name}` by {due}"
        case State.MET, "missed":
            yield f"it would be missed with no `{why.clock.stop.name}` up to {due}"
        case State.OPEN, "missed":
            yield f"it would be missed with an `as of` from {due} on, or without one"
        case State.MET, _:
            yield f"it would be open with an `as of` before the `{why.clock.stop.name}` of {d.local(why.clock.stop.at)}"
        case _:
            ends = "" if d.as_of is not None else ": without one, a test is read after every deadline"
            yield f"it would be open with an `as of` before {due}{ends}"
    wrong = why.clock.state is not None and _WORDS[why.clock.state] != why.expected
    if wrong and why.due_expected is not None and not _is_due(why):
        yield f"and {'it is ' if why.clock.due is not None else ''}{_off(why, d)}"


def _undecided(why: VerdictFailed, d: Drawing) -> str:
    if why.clock.start.at is None:
        return (
            f"it can be {why.expected} only once the clock has started: `{why.clock.start.name}` is missing"
        )
    if why.clock.stop.at is not None and why.clock.stop.at < why.clock.start.at:
        return f"`{why.clock.stop.name}` lies before the start, so it can be neither met nor missed: give a later one"
    return f"the row is not in `{why.clock.start.name}`, which starts the clock, so it can be neither met nor missed"
