"""Sets of points on an ordered line, as unions of intervals whose ends may be open, closed or infinite.

A *cut* lies just before or just after a point, so that open and closed ends need no cases: `[5, 8)` is what lies between the cut before 5
and the cut before 8. Numbers, dates (days), times and durations (microseconds) are all points on such a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

Cut: TypeAlias = tuple[Decimal, int]
"""(5, 0) is just before 5, (5, 1) just after it."""
Stretch: TypeAlias = tuple[Cut, Cut]

INFINITY = Decimal("Infinity")
START: Cut = (-INFINITY, 1)
END: Cut = (INFINITY, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """Ascending stretches that do not touch. `whole`: only whole numbers count (a count of rows, a length, a date)."""

    stretches: tuple[Stretch, ...]
    whole: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.stretches

    @property
    def low(self) -> Decimal:
        """The lower bound, whether it belongs to the set or not; only of a set that is not empty."""
        return self.stretches[0][0][0]

    @property
    def high(self) -> Decimal:
        """The upper bound, whether it belongs to the set or not; only of a set that is not empty."""
        return self.stretches[-1][1][0]


def line(stretches: Iterable[Stretch], whole: bool = False) -> Line:
    """The union of stretches in any order; empty ones are dropped."""
    merged: list[Stretch] = []
    for lo, hi in sorted(_whole(s) for s in stretches) if whole else sorted(stretches):
        if lo >= hi:
            continue
        if merged and lo <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return Line(tuple(merged), whole)


def point(value: Decimal) -> Stretch:
    return (value, 0), (value, 1)


def intersect(a: Line, b: Line) -> Line:
    """The points in both; whole as soon as one of them is."""
    shared = ((max(lo, low), min(hi, high)) for lo, hi in a.stretches for low, high in b.stretches)
    return line(shared, a.whole or b.whole)


def complement(a: Line) -> Line:
    """Every other point of the line."""
    cuts = [START, *(cut for stretch in a.stretches for cut in stretch), END]
    return line(zip(cuts[::2], cuts[1::2], strict=True), a.whole)


def _whole(stretch: Stretch) -> Stretch:
    """The same whole numbers, between a cut before the first and one after the last."""
    (low, after_low), (high, after_high) = stretch
    if low.is_finite():
        first = low.to_integral_value(ROUND_CEILING)
        low, after_low = (first + 1 if after_low and first == low else first), 0
    if high.is_finite():
        last = high.to_integral_value(ROUND_FLOOR)
        high, after_high = (last - 1 if not after_high and last == high else last), 1
    return (low, after_low), (high, after_high)
