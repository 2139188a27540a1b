"""From when on a commitment's period is missed, or past a step, for good: what the engines find the instant by.

A row settles at an instant that the data hold: a miss at its deadline, a success at its stop, a row of a volume at its entry. So the
instant is the same whenever one looks. What has no such instants (a sum, an average) is dated by the period's end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from sladsl.lowering.builder import FALSE, all_of, is_true, negate
from sladsl.plan import (
    ENOUGH,
    Apply,
    Bound,
    BoundKind,
    Commitment,
    Expression,
    Figure,
    Measure,
    Passing,
    Ref,
)


@dataclass(frozen=True, slots=True)
class Settling:
    """A figure's rows: which are in it, which are successes or failures of a share, and since when each of these is sure."""

    rows: Expression
    entry: Expression
    hit: Expression
    hit_at: Expression
    missed: Expression
    missed_at: Expression


def settling(f: Figure, hit_at: Expression | None = None, missed_at: Expression | None = None) -> Settling:
    """By default both are sure at the row's entry, as far as they are before the period's end; never are they before it."""
    counters = {c.name: c.when for c in f.counters}
    entry, rows, hit = Ref(f.record, f.entry), counters["rows"], counters.get("hit", FALSE)
    others = (hit, *(counters[name] for name in ("open", "undecided") if name in counters))
    missed = all_of(rows, *(negate(is_true(x)) for x in others))
    hit_at, missed_at = (entry if x is None else Apply("greatest", (entry, x)) for x in (hit_at, missed_at))
    return Settling(rows, entry, is_true(hit), hit_at, missed, missed_at)


def passings(c: Commitment, f: Figure, s: Settling) -> tuple[Passing, ...]:
    """Those of a commitment: of its target where something follows a missed period, and of each of its steps."""
    found = list(_sides("missed", c.bound, f, s)) if c.if_missed else []
    for step in c.steps:
        kind = BoundKind.AT_LEAST if step.below else BoundKind.AT_MOST
        found += _sides(step.cause, Bound(kind, step.threshold), f, s)
    if c.needs is not None and any(x.early for x in found):
        found.append(Passing(ENOUGH, s.rows, s.entry, s.rows, more=c.needs - 1))
    return tuple(found)


def _sides(cause: str, bound: Bound, f: Figure, s: Settling) -> Iterator[Passing]:
    low = bound.value if bound.kind is not BoundKind.AT_MOST else None
    high = bound.value if bound.kind is BoundKind.AT_MOST else bound.high
    match f.measure:
        case Measure.COUNT:
            if high is not None:
                yield Passing(cause, s.rows, s.entry, s.rows, more=floor(high))
        case Measure.SHARE | Measure.RESPONSE | Measure.BECOME:
            if low is not None:
                yield _share(cause, s.missed, s.missed_at, s.rows, 1 - low, f)
            if high is not None:
                yield _share(cause, s.hit, s.hit_at, s.rows, high, f)
        case _:
            return


def _share(
    cause: str, when: Expression, at: Expression, rows: Expression, allowed: Decimal, f: Figure
) -> Passing:
    """Broken by more rows than the share that is allowed; where none is, by the first one, while the period runs."""
    part, whole = max(allowed, Decimal(0)).as_integer_ratio()
    early = part == 0 and f.measure is not Measure.SHARE
    return Passing(cause, when, at, rows, per=whole, share=part, early=early)
