"""From when on a commitment's period is missed, or past a step, for good: what the engines find the instant by.

A row settles at an instant that the data hold: a miss at its deadline, a success at its stop, a row of a volume at its entry. So the
instant is the same whenever one looks. What has no such instants (a sum, an average) is dated by the period's end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from math import ceil, floor

from sladsl.calendars import Duration, DurationKind
from sladsl.lowering.populations import Population
from sladsl.lowering.reading import latest
from sladsl.plan import (
    ENOUGH,
    VOLUMES,
    Bound,
    BoundKind,
    Commitment,
    Const,
    Expression,
    Figure,
    Measure,
    OnlyWhile,
    Passing,
    Ref,
    ValueType,
)
from sladsl.plan.outputs import MISSED
from sladsl.plan.shorthand import FALSE, TRUE, all_of, choose, compare, deadline, is_true, negate


@dataclass(frozen=True, slots=True)
class Settling:
    """A figure's rows: which are in it, which are successes or failures of a share, which turned out not to belong to it (None where that
    is sure at once), and since when each of these is sure."""

    rows: Expression
    rows_at: Expression
    hit: Expression
    hit_at: Expression
    missed: Expression
    missed_at: Expression
    left: Expression | None = None
    last: Expression | None = (
        None  # since when a row is settled in whatever it counts for, where a clock decides that
    )
    running: Expression | None = None  # the start of the clock whose elapsed time is measured


def settling(
    f: Figure,
    p: Population,
    hit_at: Expression | None = None,
    missed_at: Expression | None = None,
    decided: Expression | None = None,
    running: Expression | None = None,
) -> Settling:
    """Nothing is sure of a row before its entry, nor before it is sure that it belongs. `hit_at` and `missed_at` are when it became the one
    or the other, `decided` since when a clock that is asked of it has spoken."""
    counters = {c.name: c.when for c in f.counters}
    rows, maybe, hit = counters["rows"], counters["maybe"], counters.get("hit", FALSE)
    others = (hit, *(counters[name] for name in ("open", "undecided") if name in counters))
    missed = all_of(rows, *(negate(is_true(x)) for x in others))
    # A row that a date dates may come in until that day is over.
    there = latest(Ref(f.record, f.entry) if p.at.day is None else p.at.end, p.settled)
    assert there is not None
    hits, misses = (latest(there, decided, at) or there for at in (hit_at, missed_at))
    left = None if p.settled is None else all_of(negate(is_true(rows)), negate(is_true(maybe)))
    if f.excludes:
        rows = all_of(rows, *(negate(is_true(counters[name])) for name in ("open", "undecided")))
    last = None if p.settled is None and decided is None else latest(there, decided)
    return Settling(rows, there, is_true(hit), hits, missed, misses, left, last, running)


def passings(
    c: Commitment,
    f: Figure,
    s: Settling,
    asked_later: bool = False,
    held_to: Sequence[Bound] = (),
    read: bool = False,
) -> tuple[Passing, ...]:
    """Those of a commitment: of its target where something follows a missed period (here, or in the one that takes its place), and of each
    bound by which something follows. Where it is judged by groups, of each by itself: `held_to` are the bounds that groups have of their
    own, and where some are `read` from rows, a period of such a group is sure once all of its rows are."""
    follows = asked_later or any(x.missed for x in c.follows)
    own = bool(held_to) or read
    sides = list(_of_target(c, f, s)) if follows and not own else []
    if follows:
        sides += (replace(p, of=bound) for bound in held_to for p in _sides(MISSED, bound, f, s))
        sides += _all_settled(MISSED, s) if read else ()
    if follows and c.is_missed_without_rows and s.left is not None:
        sides.append(Passing(MISSED, FALSE, s.rows_at, TRUE, share=1, more=-1, left=s.left, early=False))
    for x in c.follows:
        sides += _sides(x.cause, x.passed, f, s) if x.passed is not None else ()
        sides += _reached(x.keeps, x.kept, f, s) if x.kept is not None else ()
    if c.needs is not None and (s.left is not None or any(x.early for x in sides)):
        sides.append(Passing(ENOUGH, s.rows, s.rows_at, FALSE, more=c.needs - 1))
    if c.groups is None:
        return tuple(sides)
    (group,) = f.by
    return tuple(replace(p, group=group) for p in sides)


def kept(x: OnlyWhile, f: Figure, s: Settling) -> tuple[Passing, ...]:
    """From when on a figure keeps a bound for good, by its sides; one that no row is left of has none to break it."""
    found: list[Passing] = []
    for side in x.sides:
        found += _reached(x.cause(side), side, f, s)
        if s.left is not None and f.measure not in VOLUMES:
            found.append(
                Passing(x.cause(side), FALSE, s.rows_at, TRUE, share=1, more=-1, left=s.left, early=False)
            )
    return tuple(replace(p, figure=f.id) for p in found)


def _of_target(c: Commitment, f: Figure, s: Settling) -> Iterator[Passing]:
    """Those of the target, or of each that comes to hold."""
    if not c.versions:
        yield from _sides(MISSED, c.bound, f, s)
    for x, after in zip_longest(c.versions, c.versions[1:]):
        until = None if after is None else after.since
        yield from (replace(p, since=x.since, until=until) for p in _sides(MISSED, x.bound, f, s))


def _sides(cause: str, bound: Bound, f: Figure, s: Settling) -> Iterator[Passing]:
    low = bound.value if bound.kind is not BoundKind.AT_MOST else None
    high = bound.value if bound.kind is BoundKind.AT_MOST else bound.high
    match f.measure:
        case Measure.COUNT:
            if high is not None:
                yield Passing(cause, s.rows, s.rows_at, FALSE, more=floor(high))
            if low is not None and s.left is not None:
                yield Passing(
                    cause, FALSE, s.rows_at, TRUE, share=1, more=-ceil(low), left=s.left, early=False
                )
        case Measure.SHARE | Measure.RESPONSE | Measure.BECOME:
            if low is not None:
                yield _share(cause, s.missed, s.missed_at, s, 1 - low, f)
            if high is not None:
                yield _share(cause, s.hit, s.hit_at, s, high, f)
        case Measure.MEDIAN | Measure.PERCENTILE if s.running is not None:
            if high is not None:
                yield _rank(cause, s.running, int(high), f, s)
            if low is not None:
                yield _quick(cause, ceil(low) - 1, f, s)
        case _:
            yield from _all_settled(cause, s)


def _reached(cause: str, bound: Bound, f: Figure, s: Settling) -> Iterator[Passing]:
    """From when on a bound with one side is reached for good: as many rows as it takes are settled on its side."""
    least = bound.kind is BoundKind.AT_LEAST
    match f.measure:
        case Measure.COUNT if least:
            yield Passing(cause, s.rows, s.rows_at, FALSE, more=ceil(bound.value) - 1)
        case Measure.COUNT:
            if s.left is not None:
                most = floor(bound.value)
                yield Passing(
                    cause, FALSE, s.rows_at, TRUE, share=1, more=-most - 1, left=s.left, early=False
                )
        case Measure.SHARE | Measure.RESPONSE | Measure.BECOME if least:
            yield replace(_share(cause, s.hit, s.hit_at, s, bound.value, f), more=-1, early=False)
        case Measure.SHARE | Measure.RESPONSE | Measure.BECOME:
            yield replace(_share(cause, s.missed, s.missed_at, s, 1 - bound.value, f), more=-1, early=False)
        case Measure.MEDIAN | Measure.PERCENTILE if s.running is not None and least:
            yield _rank(cause, s.running, ceil(bound.value) - 1, f, s)
        case Measure.MEDIAN | Measure.PERCENTILE if s.running is not None:
            yield _quick(cause, int(bound.value), f, s)
        case _:
            yield from _all_settled(cause, s)


def _all_settled(cause: str, s: Settling) -> Iterator[Passing]:
    """Where no row settles a figure by itself, as none does a sum: it is what it is once all rows are."""
    if s.last is not None:
        yield Passing(cause, TRUE, s.last, TRUE, share=1, more=-1, early=False)


def _share(cause: str, when: Expression, at: Expression, s: Settling, allowed: Decimal, f: Figure) -> Passing:
    """Broken by more rows than the share that is allowed; where none is, by the first one, while the period runs."""
    part, whole = max(allowed, Decimal(0)).as_integer_ratio()
    early = part == 0 and f.measure is not Measure.SHARE
    if s.left is None:
        return Passing(cause, when, at, s.rows, per=whole, share=part, early=early)
    either = choose((when, at), otherwise=s.rows_at)
    return Passing(cause, when, either, TRUE, per=whole, share=part, left=s.left, early=early)


def _rank(cause: str, start: Expression, most: int, f: Figure, s: Settling) -> Passing:
    """A percentile is too long once more rows take longer than are left above it: each from the instant at which it does."""
    assert f.course is not None
    assert f.course.elapsed is not None
    kind = DurationKind.ABSOLUTE if f.calendar is None else DurationKind.BUSINESS
    at = latest(s.rows_at, deadline(start, Duration(kind, max(most + 1, 0)), f.calendar))
    assert at is not None
    undecided = next(c.when for c in f.counters if c.name == "undecided")
    short = is_true(compare("<=", f.course.elapsed, Const(most, ValueType.SPAN)))
    when = all_of(s.rows, negate(is_true(undecided)), negate(short))
    rows = s.rows if s.left is None else TRUE
    either = at if s.left is None else choose((when, at), otherwise=s.rows_at)
    share = 100 - f.percent
    return Passing(cause, when, either, rows, per=100, share=share, left=s.left, early=False)


def _quick(cause: str, most: int, f: Figure, s: Settling) -> Passing:
    """A percentile is no more than that once as many rows as stand at or before it took no more: each from its stop on."""
    assert f.course is not None
    assert f.course.elapsed is not None
    at = latest(s.rows_at, f.course.stop)
    assert at is not None
    when = all_of(s.rows, is_true(compare("<=", f.course.elapsed, Const(most, ValueType.SPAN))))
    rows = s.rows if s.left is None else TRUE
    either = at if s.left is None else choose((when, at), otherwise=s.rows_at)
    return Passing(cause, when, either, rows, per=100, share=f.percent, more=-1, left=s.left, early=False)
