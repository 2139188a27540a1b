"""What follows from verdicts and breaches, as data: nothing here calls anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sladsl.calendars import Period
from sladsl.outcomes import Instance, Outcomes
from sladsl.plan import ENOUGH, Action, Bound, Commitment, recipients
from sladsl.plan.outputs import Follow
from sladsl.plan.verdicts import HELD, FigureKind, Verdict
from sladsl.verdicts.judging import CommitmentResult, Judged
from sladsl.verdicts.ranges import judged_for_good, passed, stays


@dataclass(frozen=True, slots=True)
class Due:
    """An action that is due. `cause` says why: `late`, `missed`, `missed 2 in a row`, a rung of a ladder as it is
    written (`at 75%`), or the step that was passed (`below
    0.99`).

    `at` is the deadline of a late row; of a period, the instant from which it was sure, whenever one looks. A late row has
    `record`, `key` and its own `owner`; a period has `period`, and the owner is the party's.
    """

    commitment: str
    cause: str
    verb: str
    to: str
    at: int
    owner: str | None
    record: str | None = None
    key: str | None = None
    period: Period | None = None


def actions(outcomes: Outcomes, results: Sequence[CommitmentResult]) -> Iterator[Due]:
    """Every action, by commitment: late rows first, then what lies on the way of rows, then periods in order. One at a time, since late
    rows may be many."""
    for result in results:
        for instance in outcomes.breaches.get(result.commitment.id, ()):
            yield from _late(result.commitment, instance)
        yield from _on_the_way(result.commitment, outcomes)
        if result.commitment.groups is not None:
            continue  # what follows a period follows that of a group
        known = (*result.before, *result.periods)
        for n in range(len(result.before), len(known)):
            yield from _of_period(result, known[: n + 1], outcomes)


def _late(c: Commitment, instance: Instance) -> Iterator[Due]:
    if instance.due is None:
        return
    yield from _of_row(c, "late", c.if_late, instance, instance.due)


def _of_row(c: Commitment, cause: str, actions: Sequence[Action], row: Instance, at: int) -> Iterator[Due]:
    """The actions that follow a row, each once. Where a field says to whom and is missing, it is the party."""
    named = recipients(actions)
    asked = (
        (a.verb, a.to if a.column is None else row.told[named.index(a.column)] or c.owner) for a in actions
    )
    for verb, to in dict.fromkeys(asked):
        yield Due(c.id, cause, verb, to, at, row.owner, row.record, row.key)


def _on_the_way(c: Commitment, outcomes: Outcomes) -> Iterator[Due]:
    """What follows rows before their deadlines, and some time after: rung by rung, in the order of the agreement."""
    rungs = c.clock.rungs if c.clock is not None else ()
    for rung, instances in zip(rungs, outcomes.rungs.get(c.id, ()), strict=bool(rungs)):
        for x in instances:
            assert x.due is not None, "an instance is there for its instant"
            yield from _of_row(c, rung.cause, rung.actions, x, x.due)


def _of_period(result: CommitmentResult, known: Sequence[Judged], outcomes: Outcomes) -> Iterator[Due]:
    """What follows the last of some periods, which are in order."""
    c, judged = result.commitment, known[-1]
    period = judged.measured.period
    for x in c.follows:
        passed = [period] if x.passed is not None and _passed(x, x.passed, result, judged) else []
        periods = _in_a_row(x.missed, known) if x.missed else passed
        asked = ((result.held(p), p) for p in periods)
        sure = (_since(h, cause, p, outcomes) for h, p in asked for cause in (*x.causes, *h.stands_since))
        at = max(sure, default=None)
        if at is not None and at <= outcomes.known_until(result.figure.id):
            yield from (Due(c.id, x.cause, a.verb, a.to, at, c.owner, period=period) for a in x.actions)


def _in_a_row(count: int, known: Sequence[Judged]) -> list[Period]:
    """The last `count` of the periods, where all of them are missed and each begins where the one before it ends; else none."""
    last = known[-count:]
    periods = [j.measured.period for j in last]
    follow = all(a.end == b.start for a, b in pairwise(periods))
    missed = all(j.verdict is Verdict.MISSED for j in last)
    return periods if len(last) == count and follow and missed else []


def _since(c: Commitment, cause: str, period: Period, outcomes: Outcomes) -> int:
    """From when on it was sure: the earliest passing of one side of the bound, once there were rows enough; else the period's end."""
    sides, enough = [], []
    own = [p.of for p in c.passings if p.cause == cause and p.of == c.bound]
    group = None if c.group is None else c.group.value
    for x in outcomes.passed.get(c.base, ()):
        p = c.passings[x.passing]
        if (
            x.group not in {None, group}
            or (p.of is not None and p.of != c.bound)
            or (own and p.of is None and p.cause == cause)
        ):
            continue
        if x.start == period.start and p.cause == cause and p.holds(period.start):
            sides.append(x.at if p.early else max(x.at, period.end))
        elif x.start == period.start and p.cause == ENOUGH:
            enough.append(x.at)
    return max(min(sides, default=period.end), *enough, 0)


def _passed(x: Follow, bound: Bound, result: CommitmentResult, judged: Judged) -> bool:
    """Whether the figure ends on the wrong side of the bound, and not of the next one of its choice, whatever data come. Too few rows
    pass nothing."""
    row = judged.measured.row
    if judged.verdict not in HELD or not judged_for_good(result.requirement)(row):
        return False
    if judged.verdict is Verdict.PROVISIONAL and not judged.measured.rows:
        return False
    kind = FigureKind.of(result.figure)
    if x.kept is not None and stays(kind, x.kept)(row) is not True:
        return False
    return passed(kind, bound)(row) is True
