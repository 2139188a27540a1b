"""Verdicts from counted rows, by the table of ranges, in exact fractions. Shares no code with the package under test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

Accept = Callable[[Fraction], bool]


@dataclass
class Share:
    """What was counted in one period: rows, those that made it, those still open, those that cannot be decided."""

    rows: int = 0
    hit: int = 0
    open: int = 0
    undecided: int = 0

    @property
    def missed(self) -> int:
        return self.rows - self.hit - self.open - self.undecided


def at_least(target: str) -> Accept:
    return lambda value: value >= Fraction(target)


def at_most(target: str) -> Accept:
    return lambda value: value <= Fraction(target)


def of_volume(value: Fraction, accept: Accept, over: bool) -> str:
    """A volume can only grow while its period runs; `accept` is an `at least`."""
    if over:
        return "met" if accept(value) else "missed"
    return "met" if accept(value) else "provisional"


def of_share(counts: Share, accept: Accept, over: bool, needs: int = 0, empty: str = "no data") -> str:
    """A share with deadlines, judged by an `at least`: while its period runs more rows can only pull it towards 0 or 1."""
    if not over:
        # Rows may still come without end, so only 100 % can be lost early (and 0 % is always kept).
        impossible = accept(Fraction(1)) and not accept(Fraction(999_999, 1_000_000)) and counts.missed > 0
        return "missed" if impossible else "met" if accept(Fraction(0)) else "provisional"
    if counts.rows == 0:
        return empty
    if counts.rows < needs:
        return "insufficient"
    low = Fraction(counts.hit, counts.rows)
    high = Fraction(counts.hit + counts.open + counts.undecided, counts.rows)
    return "met" if accept(low) else "provisional" if accept(high) else "missed"
