"""What a figure can still end at, by the rules of the plan (`sladsl.plan.verdicts`), evaluated by the reference interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from operator import itemgetter
from typing import Any, TypeAlias

from sladsl.engines.rows.scalars import Function, Leaf, Scalars
from sladsl.plan import Bound, Expression, Field
from sladsl.plan import verdicts as rules
from sladsl.plan.rows import TALLIES, Tallies
from sladsl.plan.verdicts import AMOUNTS, COUNTS, PERIOD, Arms, Ends, FigureKind, Ratio, Requirement, Verdict

Counters: TypeAlias = Mapping[str, int | Decimal | None]
PeriodRow: TypeAlias = Mapping[str, Any]
"""A period of a figure, as the rules read it: their fields by name."""


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a period has come: whether it is over, whether the term is (a term without an end never is), and whether the term covers
    only a part of it."""

    over: bool
    term_over: bool
    cut: bool = False


def count(counters: Counters, name: str) -> int:
    """A counter of rows; one that the figure does not have counts none."""
    return int(counters.get(name) or 0)


_TALLIED = [(x.name, x.counters) for x in TALLIES]


def tallied(counters: Counters) -> Tallies:
    """What the counters of rows come to, one beside the other."""
    get = counters.get
    return Tallies(**{name: sum([int(get(x) or 0) for x in of]) for name, of in _TALLIED})


def period_row(counters: Counters, progress: Progress) -> PeriodRow:
    """The fields of the rules but `verdict`."""
    get = counters.get
    row: dict[str, Any] = {name: int(get(name) or 0) for name in COUNTS}
    row.update((name, get(name)) for name in AMOUNTS)
    row["over"], row["term over"], row["cut"] = progress.over, progress.term_over, progress.cut
    return row


class _OfPeriods(Scalars):
    """Expressions as functions of a `PeriodRow`."""

    def leaf(self, e: Leaf, record: str) -> Function:
        assert isinstance(e, Field), "the rules read the fields of a period"
        return itemgetter(e.name)


def evaluated(e: Expression) -> Function:
    """The expression as a function of a `PeriodRow`."""
    return _OfPeriods().function(e, PERIOD)


# -------------------------------------------------------------------------------- the rules, as functions; each made once


@dataclass(frozen=True, slots=True)
class FigureRules:
    """Functions of a `PeriodRow`: where a figure can still end, where it ends if no more rows come, and its value."""

    ends: tuple[tuple[Function, _EndsAt | None], ...]
    ends_now: tuple[tuple[Function, _EndsAt | None], ...]
    value: _Quotient

    def range(self, row: PeriodRow) -> Range | None:
        """What the figure can still end at; None when it has no value and will not get one (nothing to divide by, or to rank)."""
        return _first(self.ends, row)

    def now(self, row: PeriodRow) -> Range | None:
        """What it ends at if the period ends here and the rows that may still join do not."""
        return _first(self.ends_now, row)


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """Functions of a `PeriodRow`: a commitment's verdict, and whether it is met but near its target."""

    verdict_word: Function
    near_target: Function

    def verdict(self, row: PeriodRow) -> Verdict | None:
        word = self.verdict_word(row)
        return None if word is None else Verdict(word)

    def is_near(self, row: PeriodRow, verdict: Verdict | None) -> bool:
        return self.near_target({**row, "verdict": verdict}) is True


@cache
def figure_rules(f: FigureKind) -> FigureRules:
    return FigureRules(_arms(rules.ends(f)), _arms(rules.ends_now(f)), _Quotient.of(rules.value(f)))


@cache
def verdict_rules(r: Requirement) -> VerdictRules:
    return VerdictRules(evaluated(rules.verdict(r)), evaluated(rules.near_target(r)))


@cache
def judged_for_good(r: Requirement) -> Function:
    """Whether a commitment is judged in the period whatever comes."""
    return evaluated(rules.judged_for_good(r))


@cache
def passed(f: FigureKind, bound: Bound) -> Function:
    """Whether a figure ends on the wrong side of a bound, whatever data come."""
    return evaluated(rules.passed(f, bound))


@cache
def stays(f: FigureKind, bound: Bound) -> Function:
    """Whether a figure ends on the right side of a bound, whatever data come."""
    return evaluated(rules.stays(f, bound))


@dataclass(frozen=True, slots=True)
class _Quotient:
    """A fraction as a function of a `PeriodRow`; None where its numerator is missing."""

    numerator: Function
    denominator: Function

    @classmethod
    def of(cls, ratio: Ratio) -> _Quotient:
        return cls(evaluated(ratio.of), evaluated(ratio.by))

    def __call__(self, row: PeriodRow) -> Fraction | None:
        of = self.numerator(row)
        if of is None:
            return None
        by = self.denominator(row)
        return Fraction(of, by) if isinstance(of, int) else Fraction(of) / by


@dataclass(frozen=True, slots=True)
class _EndsAt:
    low: _Quotient | None
    high: _Quotient | None
    low_open: Function
    high_open: Function

    @classmethod
    def of(cls, e: Ends) -> _EndsAt:
        low, high = (None if x is None else _Quotient.of(x) for x in (e.low, e.high))
        return cls(low, high, evaluated(e.low_open), evaluated(e.high_open))

    def __call__(self, row: PeriodRow) -> Range:
        low = None if self.low is None else self.low(row)
        high = None if self.high is None else self.high(row)
        return Range(low, high, self.low_open(row), self.high_open(row))


def _arms(arms: Arms) -> tuple[tuple[Function, _EndsAt | None], ...]:
    return tuple((evaluated(when), None if e is None else _EndsAt.of(e)) for when, e in arms)


def _first(arms: tuple[tuple[Function, _EndsAt | None], ...], row: PeriodRow) -> Range | None:
    ends_at = next(e for when, e in arms if when(row) is True)
    return None if ends_at is None else ends_at(row)
