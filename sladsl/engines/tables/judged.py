"""Counters to verdicts as queries, for a database that keeps the result without us. The rules are those of `sladsl.verdicts`, which judges
every run; a test holds that both say the same of any counters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from sladsl.engines.tables import numbers
from sladsl.plan import Bound, BoundKind, Commitment, Figure, Measure, Term

SHARES = frozenset({Measure.SHARE, Measure.RESPONSE, Measure.BECOME})
_VOLUMES = frozenset({Measure.COUNT, Measure.SUM})
_RANKS = frozenset({Measure.MEDIAN, Measure.PERCENTILE})
_ONE = "decimal(18, 0)"
_PLACES = 6
_FINE = "decimal(38, 12)"
End = tuple[ir.Value, ir.Value | None]
"""A number as a fraction: above and below the line, the latter positive; None for 1."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Between which values a figure can still end; None is without an end."""

    low: End | None = None
    high: End | None = None
    low_open: ir.BooleanValue | None = None
    high_open: ir.BooleanValue | None = None


Arms = Sequence[tuple[ir.BooleanValue, Ends | None]]
"""The first condition that holds says which ends there are; None where the figure has no value and gets none."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A table with a figure's counters, a row a period, and how far each period has come."""

    figure: Figure
    table: ibis.Table
    over: ir.BooleanValue
    term_over: ir.BooleanValue

    def many(self, name: str) -> ir.IntegerValue:
        """A counter of rows; one that the figure does not have counts none."""
        return (
            ibis.coalesce(self.table[name].cast("int64"), 0) if self._has(name) else ibis.literal(0, "int64")
        )

    def amount(self, name: str) -> ir.Value:
        """A counter of values, missing where there is none."""
        return self.table[name] if self._has(name) else ibis.null(numbers.WIDE)

    def _has(self, name: str) -> bool:
        return name in self.table.columns


def is_over(term: Term, as_of: ir.IntegerValue) -> ir.BooleanValue:
    """Whether the term is over; one without an end never is."""
    return ibis.literal(False) if term.end is None else as_of >= term.end


def _whole(many: ir.IntegerValue) -> End:
    return many, None


def _exactly(end: End) -> Ends:
    return Ends(end, end)


def arms(x: Counted) -> Arms:
    """What the figure can still end at, as `verdicts.ranges.range_of` has it."""
    rows, maybe, yes = x.many("rows"), x.many("maybe"), ibis.literal(True)
    unsettled = maybe + x.many("waiting")
    match x.figure.measure:
        case Measure.COUNT:
            return [(x.over, Ends(_whole(rows), _whole(rows + maybe))), (yes, Ends(_whole(rows)))]
        case Measure.SUM:
            total = _whole(ibis.coalesce(x.amount("value"), 0))
            return [
                (x.over & (unsettled == 0), _exactly(total)),
                (yes, Ends(total) if x.figure.floor else Ends()),
            ]
        case Measure.SHARE:
            return [*_share(x, x.over, x.many("open")), (yes, Ends())]
        case Measure.RESPONSE:
            return [*_share(x, x.over, x.many("open") + x.many("undecided")), (yes, _running(x))]
        case Measure.BECOME:
            ended = _share(x, x.over & x.term_over, x.many("open"))
            kept = [
                (when, None if ends is None else Ends(ends.low, _whole(ibis.literal(1, "int64"))))
                for when, ends in _share(x, x.over, ibis.literal(0, "int64"))
            ]
            return [*ended, *kept, (yes, _running(x))]
        case _:
            return [
                (~x.over | (unsettled > 0), Ends()),
                (x.many("known") + x.many("undecided") == 0, None),
                *_statistic(x),
            ]


def _share(x: Counted, when: ir.BooleanValue, unsettled: ir.IntegerValue) -> Arms:
    rows, hit, maybe = x.many("rows"), x.many("hit"), x.many("maybe")
    of = rows + maybe
    return [(when & (rows + maybe == 0), None), (when, Ends((hit, of), (hit + unsettled + maybe, of)))]


def _running(x: Counted) -> Ends:
    hit = x.many("hit")
    missed = x.many("rows") - hit - x.many("open") - x.many("undecided")
    none, one = _whole(ibis.literal(0, "int64")), _whole(ibis.literal(1, "int64"))
    return Ends(none, one, hit > 0, missed > 0)


def _statistic(x: Counted) -> Arms:
    yes = ibis.literal(True)
    if x.figure.measure in _RANKS:
        return [(yes, Ends(_whole(x.amount("low")), _whole(x.amount("high"))))]
    value = x.amount("value")
    of = x.many("known") if x.figure.measure is Measure.AVERAGE else None
    return [(value.isnull(), Ends()), (yes, _exactly((value, of)))]


# ------------------------------------------------------------------------------------------------------------- verdicts


def _least_and_most(bound: Bound) -> tuple[Decimal | None, Decimal | None]:
    match bound.kind:
        case BoundKind.AT_LEAST:
            return bound.value, None
        case BoundKind.AT_MOST:
            return None, bound.value
        case BoundKind.BETWEEN:
            return bound.value, bound.high


def _asked(
    end: End | None, limit: Decimal, holds: Callable[[ir.Value, ir.Value], ir.BooleanValue]
) -> ir.BooleanValue:
    """How an end stands to a limit; an end that there is not does not hold."""
    if end is None:
        return ibis.literal(False)
    # A share's target may have more places than numbers have; what it is compared with are counts then.
    type = numbers.WIDE if int(limit.as_tuple().exponent) >= -_PLACES else _FINE
    wanted = ibis.literal(limit, type)
    if end[1] is not None:
        wanted = (wanted * end[1].cast(_ONE)).cast(type)
    return ibis.coalesce(holds(end[0].cast(type), wanted), ibis.literal(False))


def satisfied(bound: Bound, ends: Ends) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Whether every value satisfies the bound, and whether none does."""
    least, most = _least_and_most(bound)
    yes, no = ibis.literal(True), ibis.literal(False)
    if least is not None:
        yes &= _asked(ends.low, least, lambda a, b: a >= b)
        no |= _asked(ends.high, least, lambda a, b: a < b)
        if ends.high_open is not None:
            no |= ends.high_open & _asked(ends.high, least, lambda a, b: a == b)
    if most is not None:
        yes &= _asked(ends.high, most, lambda a, b: a <= b)
        no |= _asked(ends.low, most, lambda a, b: a > b)
        if ends.low_open is not None:
            no |= ends.low_open & _asked(ends.low, most, lambda a, b: a == b)
    return yes, no


def _by_range(bound: Bound, x: Counted) -> ir.StringValue:
    found = []
    for when, ends in arms(x):
        if ends is None:
            found.append((when, ibis.literal("no data")))
            continue
        yes, no = satisfied(bound, ends)
        found.append((when, ibis.cases((yes, "met"), (no, "missed"), else_="provisional")))
    return ibis.cases(*found, else_="provisional")


def verdict(c: Commitment, x: Counted, cut: ir.BooleanValue) -> ir.StringValue:
    """The verdict on each period; missing where a volume's period is cut by the term."""
    volume, rows, maybe = x.figure.measure in _VOLUMES, x.many("rows"), x.many("maybe")
    over, running = x.over, ~x.over
    found: list[tuple[ir.BooleanValue, ir.Value]] = []
    if volume:
        found.append((cut, ibis.null("string")))
    else:
        none = rows == 0
        found += [
            (over & none & (maybe > 0), ibis.literal("provisional")),
            (over & none, ibis.literal(c.none_counts_as or "no data")),
            (running & none, ibis.literal("provisional")),
        ]
    if c.needs is not None:
        short = rows < c.needs
        found += [
            (over & short & (rows + maybe < c.needs), ibis.literal("insufficient")),
            (short, ibis.literal("provisional")),
        ]
    return ibis.cases(*found, (ibis.literal(True), _by_range(c.bound, x)))


def now(x: Counted) -> End:
    """What the figure is now, as a fraction; missing where it has no value."""
    if x.figure.measure in SHARES:
        return x.many("hit"), x.many("rows").nullif(0)
    if x.figure.measure is Measure.COUNT:
        return _whole(x.many("rows"))
    if x.figure.measure is Measure.SUM:
        return _whole(ibis.coalesce(x.amount("value"), 0))
    known = x.many("known").nullif(0)
    if x.figure.measure is Measure.AVERAGE:
        return x.amount("value"), known
    there = known.notnull()
    if x.figure.measure in _RANKS:
        low, high = x.amount("low"), x.amount("high")
        return _whole(ibis.ifelse(there & (low == high), low, ibis.null(low.type())))
    value = x.amount("value")
    return _whole(ibis.ifelse(there, value, ibis.null(value.type())))


def near(c: Commitment, x: Counted, verdict: ir.StringValue) -> ir.BooleanValue:
    """Whether the commitment is met, but near its target."""
    if c.warn is None:
        return ibis.literal(False)
    value = high = now(x)
    if x.figure.measure in SHARES:
        high = (x.many("hit") + x.many("open") + x.many("undecided"), value[1])
    no = satisfied(c.warn, Ends(value, high))[1]
    there = value[0].notnull() if value[1] is None else value[0].notnull() & value[1].notnull()
    return ibis.coalesce((verdict == "met") & there & no, ibis.literal(False))
