"""How a period's counters become a verdict, as expressions that every engine evaluates: there is no other statement of these rules.

A figure has *ends*: the values between which it can still end. A bound is asked of the ends: every value between them satisfies it → `met`;
none does → `missed`; else `provisional`. A verdict that is not provisional is final: on data that only grow it never changes.

The row is a period of a figure, of the record `PERIOD`. Its fields are the figure's counters and how far the period has come:

| fields | type | value |
|---|---|---|
| `COUNTS` | whole number | rows; 0 where the figure counts nothing of the kind, never missing |
| `AMOUNTS` | number or span | missing where there is none |
| `over`, `term over` | boolean | the as-of is at or after the end of the period, of the term |
| `cut` | boolean | the term covers only a part of the period |
| `verdict` | text | the period's verdict, for `near_target` |
| `while 0 rows`, … | as `rows`, … | the counters in this period of the first figure that the commitment stands on (`beside`) |

A share is never divided: it is compared with its target as a fraction, exactly (the functions `ratio <`, `ratio >=`, …).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import TypeAlias, assert_never

from sladsl.plan.columns import Apply, Case, Const, Expression, Field, ValueType
from sladsl.plan.outputs import RANKS, SHARES, VOLUMES, Bound, BoundKind, Commitment, Figure, Measure
from sladsl.plan.rows import TALLIES
from sladsl.plan.shorthand import (
    FALSE,
    TRUE,
    all_of,
    any_of,
    choose,
    compare,
    first_known,
    is_true,
    known,
    missing,
    negate,
)

PERIOD = "period"
"""The record of which the rules' fields are."""

_OF_TALLIES = tuple(name for x in TALLIES for name in x.counters)
COUNTS = ("rows", "maybe", "hit", "matured", "matured_hit", "known", *_OF_TALLIES)
AMOUNTS = ("value", "low", "high")


class Verdict(StrEnum):
    """The six words, used everywhere."""

    MET = "met"
    MISSED = "missed"
    PROVISIONAL = "provisional"
    NO_DATA = "no data"
    INSUFFICIENT = "insufficient"
    SUSPENDED = "suspended"


HELD = frozenset({Verdict.MET, Verdict.MISSED, Verdict.PROVISIONAL})
"""What a figure that is held to its target comes to; in the others there is nothing to hold to it."""
NOT_JUDGED = "not judged"
"""What is said of a period that has no verdict, and gets none."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number as a fraction, `of` ÷ `by`; `by` is a whole number above 0."""

    of: Expression
    by: Expression


@dataclass(frozen=True, slots=True)
class Ends:
    """The values from `low` to `high`, both included, or all but an open end. There is no end that is None, or whose `of` is missing."""

    low: Ratio | None = None
    high: Ratio | None = None
    low_open: Expression = FALSE
    high_open: Expression = FALSE


Arms: TypeAlias = Sequence[tuple[Expression, Ends | None]]
"""The first condition that is true says which ends there are; None where the figure has no value and gets none."""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """What of a figure decides about its ends. `floor`: a sum that cannot fall as rows are added. `at_end`: there is none before the period
    ends."""

    measure: Measure
    floor: bool
    at_end: bool = False

    @classmethod
    def of(cls, f: Figure) -> FigureKind:
        return cls(f.measure, f.floor, f.at_end)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a commitment asks of its figure in each period."""

    of: FigureKind
    bound: Bound
    warn: Bound | None
    needs: int | None
    none_counts_as: str | None
    excludes: bool = False  # a row that is open or undecided may still be left out
    only_while: tuple[tuple[FigureKind, Bound], ...] = ()  # what else has to be so in the period
    limit: Expression | None = (
        None  # where each group has one of its own: what stands in place of the bound's value
    )

    @classmethod
    def by(
        cls, c: Commitment, f: Figure, standing: Sequence[Figure] = (), limit: Expression | None = None
    ) -> Requirement:
        """`standing` are the figures of its `only_while`, in their order."""
        stands = tuple((FigureKind.of(g), x.bound) for g, x in zip(standing, c.only_while, strict=True))
        return cls(FigureKind.of(f), c.bound, c.warn, c.needs, c.none_counts_as, f.excludes, stands, limit)


# ------------------------------------------------------------------------------------------------------- what was counted


def _whole(value: int) -> Const:
    return Const(value, ValueType.CODE)


def _text(verdict: str | None) -> Const:
    return Const(None if verdict is None else str(verdict), ValueType.TEXT)


LIMIT = Field(PERIOD, "limit")
NO_TARGET = "no target"
"""What is said in place of a target that a group does not have."""
TOGETHER = (
    Verdict.MISSED,
    Verdict.PROVISIONAL,
    Verdict.MET,
    Verdict.INSUFFICIENT,
    Verdict.SUSPENDED,
    Verdict.NO_DATA,
)
"""The first of these that a group has is the verdict of the whole."""

ZERO, ONE = _whole(0), _whole(1)
NO_NUMBER = Const(None, ValueType.NUMBER)


def _plus(*counts: Expression) -> Expression:
    """The sum of counts, without those that are 0."""
    added, *rest = [c for c in counts if c != ZERO] or [ZERO]
    for c in rest:
        added = Apply("+", (added, c))
    return added


ROWS, HIT, OPEN, UNDECIDED, KNOWN, WAITING = (
    Field(PERIOD, name) for name in ("rows", "hit", "open", "undecided", "known", "waiting")
)
TERM_OVER, CUT, VERDICT = (Field(PERIOD, name) for name in ("term over", "cut", "verdict"))
VALUE, LOW, HIGH = (Field(PERIOD, name) for name in AMOUNTS)


@dataclass(frozen=True, slots=True)
class _Period:
    """How far a period has come, and how many rows may still turn out to belong."""

    over: Expression
    maybe: Expression

    @property
    def may_count(self) -> Expression:
        """Rows that count, or may still turn out to."""
        return _plus(ROWS, self.maybe)

    @property
    def settled(self) -> Expression:
        """Whether no row may still join, and no running clock decides a row's value."""
        return compare("=", _plus(self.maybe, WAITING), ZERO)


_SO_FAR = _Period(Field(PERIOD, "over"), Field(PERIOD, "maybe"))
_AS_IF_OVER = _Period(TRUE, ZERO)
"""As if the period ended here, and the rows that may still join did not."""


def _first(arms: Sequence[tuple[Expression, Expression]], otherwise: Expression) -> Expression:
    """The value of the first arm that is true; those after one that always is are left out."""
    kept = list(takewhile(lambda arm: arm[0] != TRUE, arms))
    return choose(*kept, otherwise=otherwise if len(kept) == len(arms) else arms[len(kept)][1])


def _number(of: Expression) -> Ratio:
    return Ratio(of, ONE)


def _exactly(value: Ratio) -> Ends:
    return Ends(value, value)


# ------------------------------------------------------------------------------------------- what a figure can still end at


def ends(f: FigureKind) -> Arms:
    """What the figure can still end at."""
    return _ends(f, _SO_FAR)


def ends_now(f: FigureKind) -> Arms:
    """What it ends at if no more rows come, with those that are open or undecided one way or the other."""
    x = _AS_IF_OVER
    if f.at_end:
        return [(negate(_SO_FAR.over), None), *_ends(f, x)]
    if f.measure not in SHARES:
        return _ends(f, x)
    return _share(x, _plus(OPEN, UNDECIDED))


def _ends(f: FigureKind, x: _Period) -> Arms:
    match f.measure:
        case Measure.COUNT:
            return [
                (x.over, Ends(_number(ROWS), _number(x.may_count))),
                (TRUE, Ends(_number(ROWS))),
            ]
        case Measure.SUM:
            total = _number(first_known(VALUE, ZERO))
            return [(all_of(x.over, x.settled), _exactly(total)), (TRUE, Ends(total) if f.floor else Ends())]
        case Measure.SHARE:
            return [*_when(x.over, _share(x, OPEN)), (TRUE, Ends())]
        case Measure.RESPONSE:
            return [*_when(x.over, _share(x, _plus(OPEN, UNDECIDED))), (TRUE, _running(x))]
        case Measure.BECOME:
            # Without a window a row may arrive until the term is over.
            arriving = [
                (when, None if e is None else replace(e, high=_number(ONE))) for when, e in _share(x, ZERO)
            ]
            return [
                *_when(all_of(x.over, TERM_OVER), _share(x, OPEN)),
                *_when(x.over, arriving),
                (TRUE, _running(x)),
            ]
        case Measure.AVERAGE | Measure.LEAST | Measure.GREATEST | Measure.MEDIAN | Measure.PERCENTILE:
            return [(negate(all_of(x.over, x.settled)), Ends()), *_statistic(f.measure, x)]
        case _:
            assert_never(f.measure)


def _when(condition: Expression, arms: Arms) -> Arms:
    return [(all_of(condition, when), ends) for when, ends in arms]


def _share(x: _Period, unsettled: Expression) -> Arms:
    """Of a period that is over: hits of all rows, where unsettled ones may still be hits and rows may still join, as hits or not."""
    high = _plus(HIT, unsettled, x.maybe)
    return [
        (compare("=", x.may_count, ZERO), None),
        (TRUE, Ends(Ratio(HIT, x.may_count), Ratio(high, x.may_count))),
    ]


def _running(x: _Period) -> Ends:
    """While rows still join, a share may end anywhere between 0 and 1; at 1 only if nothing is missed so far, at 0 only if nothing is
    met."""
    not_missed = _plus(HIT, OPEN, UNDECIDED)
    return Ends(_number(ZERO), _number(ONE), compare(">", HIT, ZERO), compare(">", ROWS, not_missed))


def _statistic(measure: Measure, x: _Period) -> Arms:
    none = (compare("=", _plus(KNOWN, UNDECIDED), ZERO), None)
    if measure in RANKS:
        return [none, (TRUE, Ends(_number(LOW), _number(HIGH)))]
    value = Ratio(VALUE, KNOWN if measure is Measure.AVERAGE else ONE)
    return [none, (missing(VALUE), Ends()), (TRUE, _exactly(value))]


def value(f: FigureKind) -> Ratio:
    """What the figure is now, of a share its low end; `of` is missing where it has no value."""
    points = [(when, None if e is None else _point(e, f.measure in SHARES)) for when, e in ends_now(f)]
    by = next(point.by for _, point in points if point is not None)
    return Ratio(_first([(when, NO_NUMBER if p is None else p.of) for when, p in points], NO_NUMBER), by)


def _point(e: Ends, share: bool) -> Ratio | None:
    """The only value between the ends, if there is just one."""
    if e.low is None or e.high is None:
        return None
    if share or e.low == e.high:
        return e.low
    return replace(e.low, of=choose((compare("=", e.low.of, e.high.of), e.low.of), otherwise=NO_NUMBER))


# ---------------------------------------------------------------------------------------------------------------- bounds


def _is(op: str, end: Ratio | None, limit: Expression) -> Expression:
    """How an end stands to a limit; false of an end that there is not."""
    if end is None:
        return FALSE
    return is_true(Apply(f"ratio {op}", (end.of, end.by, limit)))


def satisfied(bound: Bound, e: Ends, limit: Expression | None = None) -> tuple[Expression, Expression]:
    """Whether every value between the ends satisfies the bound, and whether none does; neither where it is not settled. A `limit` stands in
    place of the bound's value."""
    least, most = _limits(bound, limit)
    yes: list[Expression] = []
    no: list[Expression] = []
    if least is not None:
        yes.append(_is(">=", e.low, least))
        no += [_is("<", e.high, least), all_of(e.high_open, _is("=", e.high, least))]
    if most is not None:
        yes.append(_is("<=", e.high, most))
        no += [_is(">", e.low, most), all_of(e.low_open, _is("=", e.low, most))]
    return all_of(*yes), any_of(*no)


def _limits(bound: Bound, limit: Expression | None) -> tuple[Expression | None, Expression | None]:
    value = limit or Const(bound.value, ValueType.NUMBER)
    match bound.kind:
        case BoundKind.AT_LEAST:
            return value, None
        case BoundKind.AT_MOST:
            return None, value
        case BoundKind.BETWEEN:
            return value, Const(bound.high, ValueType.NUMBER)
        case _:
            assert_never(bound.kind)


def passed(f: FigureKind, bound: Bound) -> Expression:
    """Whether the figure ends on the wrong side of a bound, whatever data come."""
    return _never(ends(f), bound)


def stays(f: FigureKind, bound: Bound) -> Expression:
    """Whether the figure ends on the right side of a bound, whatever data come."""
    return _first([(when, FALSE if e is None else satisfied(bound, e)[0]) for when, e in ends(f)], FALSE)


def _never(arms: Arms, bound: Bound) -> Expression:
    return _first([(when, FALSE if e is None else satisfied(bound, e)[1]) for when, e in arms], FALSE)


# --------------------------------------------------------------------------------------------------------------- verdicts


def verdict(r: Requirement) -> Expression:
    """The period's verdict, a text of `Verdict`; missing where it is not judged: a volume in a period that the term cuts."""
    x = _SO_FAR
    arms: list[tuple[Expression, Expression]] = []
    # A part of a period does not compare with what is meant of a whole one.
    if any(kind.measure in VOLUMES for kind in (r.of, *(kind for kind, _ in r.only_while))):
        arms.append((CUT, _text(None)))
    arms += _suspended(r)
    if r.of.measure not in VOLUMES:
        arms += _without_rows(r, x)
    if r.needs is not None:
        arms += _too_few(r.needs, _may_leave(r), x)
    arms += [(when, _by_ends(r, end)) for when, end in ends(r.of)]
    return _first(arms, _text(Verdict.PROVISIONAL))


def _may_leave(r: Requirement) -> Expression:
    """How many of the rows may still be left out: of those that are undecided, the clock may not have started."""
    return _plus(OPEN, UNDECIDED) if r.excludes else ZERO


def judged_for_good(r: Requirement) -> Expression:
    """Whether a commitment is judged in the period whatever comes: nothing suspends it, and as many rows as it needs count for good, at
    least one where a row may be left out."""
    least = max(r.needs or 0, 1 if r.excludes else 0)
    enough = compare(">=", ROWS, _plus(_whole(least), _may_leave(r))) if least else TRUE
    return all_of(*(_stands(i, *x) for i, x in enumerate(r.only_while)), enough)


def beside(number: int, name: str) -> str:
    """The field of the rules for a counter of another figure, by its number among those that a commitment stands on."""
    return f"while {number} {name}"


def counter_of(name: str) -> str:
    """Which counter a field holds, of whichever figure."""
    return name.split(" ", 2)[2] if name.startswith("while ") else name


def _suspended(r: Requirement) -> list[tuple[Expression, Expression]]:
    """Suspended where a figure that it stands on breaks its bound for good; while one may still break it, nobody knows."""
    if not r.only_while:
        return []
    broken = any_of(*(_beside(i, _never(ends(kind), bound)) for i, (kind, bound) in enumerate(r.only_while)))
    stands = all_of(*(_stands(i, *x) for i, x in enumerate(r.only_while)))
    return [(broken, _text(Verdict.SUSPENDED)), (negate(stands), _text(Verdict.PROVISIONAL))]


def _stands(number: int, kind: FigureKind, bound: Bound) -> Expression:
    """A figure that has no value and gets none suspends nothing."""
    arms = [(when, TRUE if e is None else satisfied(bound, e)[0]) for when, e in ends(kind)]
    return _beside(number, _first(arms, FALSE))


_OF_ALL = frozenset({"over", "term over", "cut"})


def _beside(number: int, e: Expression) -> Expression:
    """The same rule, asked of another figure's counters in the period."""
    match e:
        case Field(record=record, name=name) if name not in _OF_ALL:
            return Field(record, beside(number, name))
        case Apply(op=op, args=args):
            return Apply(op, tuple(_beside(number, x) for x in args))
        case Case(arms=arms, otherwise=otherwise):
            asked = tuple((_beside(number, when), _beside(number, then)) for when, then in arms)
            return Case(asked, _beside(number, otherwise))
        case _:
            return e


def _without_rows(r: Requirement, x: _Period) -> list[tuple[Expression, Expression]]:
    """While the period runs, and while rows may still join or be left out, what is too little now may still be enough, or nothing."""
    leaving = _may_leave(r)
    waits = any_of(negate(x.over), compare(">", _plus(x.maybe, leaving), ZERO))
    return [
        (all_of(compare("=", ROWS, leaving), waits), _text(Verdict.PROVISIONAL)),
        (compare("=", ROWS, ZERO), _text(r.none_counts_as or Verdict.NO_DATA)),
    ]


def _too_few(needs: int, leaving: Expression, x: _Period) -> list[tuple[Expression, Expression]]:
    short = compare("<", ROWS, _plus(_whole(needs), leaving))
    for_good = compare("<", x.may_count, _whole(needs))
    return [
        (all_of(x.over, short, for_good), _text(Verdict.INSUFFICIENT)),
        (short, _text(Verdict.PROVISIONAL)),
    ]


def _by_ends(r: Requirement, e: Ends | None) -> Expression:
    if e is None:
        return _text(Verdict.NO_DATA)
    yes, no = satisfied(r.bound, e, r.limit)
    return choose(
        (yes, _text(Verdict.MET)), (no, _text(Verdict.MISSED)), otherwise=_text(Verdict.PROVISIONAL)
    )


def near_target(r: Requirement) -> Expression:
    """Whether the commitment is met, and its figure is now on the wrong side of the `warn`."""
    if r.warn is None:
        return FALSE
    met = is_true(compare("=", VERDICT, _text(Verdict.MET)))
    return all_of(met, known(value(r.of).of), _never(ends_now(r.of), r.warn))
