"""What a figure can still end at, and whether a bound holds for all of it, some of it or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from sladsl.plan import Bound, BoundKind, Figure, Measure

Counters = Mapping[str, int | Decimal | None]

VOLUMES = frozenset({Measure.COUNT, Measure.SUM})
SHARES = frozenset({Measure.SHARE, Measure.RESPONSE, Measure.BECOME})


@dataclass(frozen=True, slots=True)
class Range:
    """The values from `low` to `high`; None is without an end. An open end is approached and not reached."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def point(self) -> Fraction | None:
        """The only value, if there is just one."""
        return self.low if self.low is not None and self.low == self.high else None


ANY = Range()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a period has come: whether it is over, and whether the term is (a term without an end never is)."""

    over: bool
    term_over: bool


def exactly(value: int | Decimal | Fraction) -> Range:
    return Range(Fraction(value), Fraction(value))


def count(counters: Counters, name: str) -> int:
    """A counter of rows; one that the figure does not have counts none."""
    return int(counters.get(name) or 0)


def range_of(figure: Figure, counters: Counters, progress: Progress) -> Range | None:
    """What the figure can still end at; None when it has no value and will not get one (nothing to divide by, or to rank)."""
    match figure.measure:
        case Measure.COUNT:
            return _count(counters, progress)
        case Measure.SUM:
            return _sum(counters, progress, figure.floor)
        case Measure.SHARE:
            return _share(counters, count(counters, "open")) if progress.over else ANY
        case Measure.RESPONSE:
            unsettled = count(counters, "open") + count(counters, "undecided")
            return _share(counters, unsettled) if progress.over else _running(counters)
        case Measure.BECOME:
            return _become(counters, progress)
        case Measure.AVERAGE | Measure.LEAST | Measure.GREATEST | Measure.MEDIAN | Measure.PERCENTILE:
            return _statistic(figure.measure, counters) if progress.over else ANY
        case _:
            assert_never(figure.measure)


def _count(counters: Counters, progress: Progress) -> Range:
    rows = count(counters, "rows")
    if not progress.over:
        return Range(Fraction(rows))
    return Range(Fraction(rows), Fraction(rows + count(counters, "maybe")))


def _sum(counters: Counters, progress: Progress, floor: bool) -> Range:
    total = Fraction(counters.get("value") or 0)
    if progress.over and not count(counters, "maybe") and not count(counters, "waiting"):
        return exactly(total)
    return Range(total) if floor else ANY


def _share(counters: Counters, unsettled: int) -> Range | None:
    """Over a period that is over: hits of all rows, where unsettled ones may still be hits and rows may still join, as hits or not."""
    rows, hit, maybe = (count(counters, name) for name in ("rows", "hit", "maybe"))
    if rows + maybe == 0:
        return None
    return Range(Fraction(hit, rows + maybe), Fraction(hit + unsettled + maybe, rows + maybe))


def _running(counters: Counters) -> Range:
    """While rows still join, a share may end anywhere between 0 and 1; at 1 only if nothing is missed so far, at 0 only if nothing is
    met."""
    rows, hit = count(counters, "rows"), count(counters, "hit")
    missed = rows - hit - count(counters, "open") - count(counters, "undecided")
    return Range(Fraction(0), Fraction(1), low_open=hit > 0, high_open=missed > 0)


def _become(counters: Counters, progress: Progress) -> Range | None:
    """Without a window a row may arrive until the term is over."""
    if not progress.over:
        return _running(counters)
    if progress.term_over:
        return _share(counters, count(counters, "open"))
    found = _share(counters, 0)
    return None if found is None else Range(found.low, Fraction(1))


def _statistic(measure: Measure, counters: Counters) -> Range | None:
    if count(counters, "maybe") or count(counters, "waiting"):
        return ANY
    known = count(counters, "known")
    if not known + count(counters, "undecided"):
        return None
    if measure in {Measure.MEDIAN, Measure.PERCENTILE}:
        return Range(_fraction(counters.get("low")), _fraction(counters.get("high")))
    value = _fraction(counters.get("value"))
    if value is None:
        return ANY
    return exactly(value / known if measure is Measure.AVERAGE else value)


def _fraction(value: int | Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


# ---------------------------------------------------------------------------------------------------------------- bounds


def _limits(bound: Bound) -> tuple[Fraction | None, Fraction | None]:
    value = Fraction(bound.value)
    match bound.kind:
        case BoundKind.AT_LEAST:
            return value, None
        case BoundKind.AT_MOST:
            return None, value
        case BoundKind.BETWEEN:
            return value, None if bound.high is None else Fraction(bound.high)
        case _:
            assert_never(bound.kind)


def satisfied(bound: Bound, values: Range) -> bool | None:
    """True when every value satisfies the bound, False when none does, None when it is not settled."""
    least, most = _limits(bound)
    above = least is None or (values.low is not None and values.low >= least)
    below = most is None or (values.high is not None and values.high <= most)
    if above and below:
        return True
    if least is not None and values.high is not None and _short(values.high, least, values.high_open):
        return False
    if most is not None and values.low is not None and _short(-values.low, -most, values.low_open):
        return False
    return None


def _short(end: Fraction, wanted: Fraction, is_open: bool) -> bool:
    return end < wanted or (is_open and end == wanted)
