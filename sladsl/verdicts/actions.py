"""What follows from verdicts and breaches, as data: nothing here calls anything."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sladsl.calendars import Period, iso, zone
from sladsl.outcomes import Instance, Outcomes
from sladsl.plan import ENOUGH, Action, Bound, Commitment, FieldType, Plan, RecordField, recipients
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

    `id` names it in every run: a digest of the agreement's name, the commitment, the period, the group, the record and key (of a row
    without one, what it says), the cause, the verb and which one of this verb it is there, and `at`. To whom is no part of it.
    """

    id: str
    commitment: str
    cause: str
    verb: str
    to: str
    at: int
    owner: str | None
    record: str | None = None
    key: str | None = None
    period: Period | None = None


def actions(plan: Plan, outcomes: Outcomes, results: Sequence[CommitmentResult]) -> Iterator[Due]:
    """Every action, by commitment: late rows first, then what lies on the way of rows, then periods in order. One at a time, since late
    rows may be many. Whatever is given stays as data grow: a row is late once its deadline has passed and it counts for certain, and what
    follows a period follows only what its figure ends at whatever comes."""
    for result in results:
        yield from _of_rows(plan, result.commitment, outcomes)
        if result.commitment.groups is not None:
            continue  # what follows a period follows that of a group
        known = (*result.before, *result.periods)
        for n in range(len(result.before), len(known)):
            yield from _of_period(plan, result, known[: n + 1], outcomes)


@dataclass(frozen=True, slots=True)
class _Named:
    """An action with what tells it from others of the same cause: which one of its verb it is. Another verb beside it changes nothing."""

    action: Action
    place: int


def _named(steps: Iterable[tuple[str, Sequence[Action]]]) -> Iterator[tuple[_Named, ...]]:
    """The actions of each step of a commitment, by its cause."""
    before: Counter[tuple[str, str]] = Counter()
    for cause, each in steps:
        made = []
        for a in each:
            made.append(_Named(a, before[cause, a.verb]))
            before[cause, a.verb] += 1
        yield tuple(made)


def _of_rows(plan: Plan, c: Commitment, outcomes: Outcomes) -> Iterator[Due]:
    """What follows late rows, and rows before their deadlines and some time after: rung by rung, in the order of the agreement."""
    rungs = c.clock.rungs if c.clock is not None else ()
    late, *ways = _named([("late", c.if_late), *((x.cause, x.actions) for x in rungs)])
    rows = (x for x in outcomes.breaches.get(c.id, ()) if x.due is not None)
    yield from _follow(plan, c, "late", late, rows)
    for rung, way, instances in zip(rungs, ways, outcomes.rungs.get(c.id, ()), strict=bool(rungs)):
        yield from _follow(plan, c, rung.cause, way, instances)


def _follow(
    plan: Plan, c: Commitment, cause: str, actions: Sequence[_Named], rows: Iterable[Instance]
) -> Iterator[Due]:
    """The actions that follow some rows, each once. Where a field says to whom and is missing, it is the party."""
    if not actions:
        return
    named = recipients([x.action for x in actions])
    alike: Counter[str] = Counter()
    for row in rows:
        assert row.due is not None, "an instance is there for its instant"
        name: str | tuple[str, int] = row.key
        if row.row:
            said = row_digest(plan, row.record, row.row, row.due)
            name, alike[said] = (
                (said, alike[said]),
                alike[said] + 1,
            )  # those that say the same are told apart by how many they are
        once: dict[tuple[str, str], _Named] = {}
        for x in actions:
            column = x.action.column
            to = x.action.to if column is None else row.told[named.index(column)] or c.owner
            once.setdefault((x.action.verb, to), x)
        for (verb, to), x in once.items():
            id = digest(plan.name, c.id, None, None, row.record, name, cause, verb, x.place, iso(row.due))
            yield Due(id, c.id, cause, verb, to, row.due, row.owner, row.record, row.key)


def _of_period(
    plan: Plan, result: CommitmentResult, known: Sequence[Judged], outcomes: Outcomes
) -> Iterator[Due]:
    """What follows the last of some periods, which are in order."""
    c, judged = result.commitment, known[-1]
    period = judged.measured.period
    group = None if c.group is None else c.group.value
    for x, actions in zip(c.follows, _named((x.cause, x.actions) for x in c.follows), strict=True):
        passed = [period] if x.passed is not None and _passed(x, x.passed, result, judged) else []
        periods = _in_a_row(x.missed, known) if x.missed else passed
        asked = ((result.held(p), p) for p in periods)
        sure = (_since(h, cause, p, outcomes) for h, p in asked for cause in (*x.causes, *h.stands_since))
        at = max(sure, default=None)
        if at is None or at > outcomes.known_until(result.figure.id):
            continue
        for each in actions:
            a = each.action
            id = digest(
                plan.name, c.base, period.label, group, None, None, x.cause, a.verb, each.place, iso(at)
            )
            yield Due(id, c.id, x.cause, a.verb, a.to, at, c.owner, period=period)


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


# ------------------------------------------------------------------------------------------- what an action is named by

DIGITS = 24
"""Hexadecimal digits: among ten million actions two alike by chance are one in 10^15."""


def digest(*parts: object) -> str:
    """Hexadecimal digits of SHA-256 over some texts, numbers and None; no two sequences of them are written alike."""
    written = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:DIGITS]


def row_digest(plan: Plan, record: str, row: Sequence[object], at: int) -> str:
    """What stands for the key of a row that has none: what it says, as it was known before an instant. A time that comes then or later is
    left out, so that what is written into the row afterwards (when it was answered) makes no other row of it."""
    fields = plan.record(record).fields
    said = ((f.name, _said(plan, f, value, at)) for f, value in zip(fields, row, strict=True))
    return digest(*(list(x) for x in said if x[1] is not None))


def _said(plan: Plan, f: RecordField, value: Any, at: int) -> str | None:
    """A value as text; None where nothing was known of it before an instant."""
    if value is None:
        return None
    if f.comes:
        # A date may come until its day is over.
        there = value if f.type is FieldType.TIME else zone(plan.zone).midnight(value + 1)
        if there >= at:
            return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return iso(value) if f.type is FieldType.TIME else str(value)
