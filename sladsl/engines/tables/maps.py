"""Functions of time as tables to join with, as far as they are asked.

A function of time is piecewise linear (`sladsl.calendars.TimeMap`). It becomes one of two tables, joined by equality
because every SQL engine does that well (ASOF joins are slower, and several lack them):

* *quantum form*: time is cut into buckets of g, the largest length that divides every place where the function bends, so each
  bucket lies within one piece. The key is the bucket's number, a dense integer; the value is `base + slope * u`.
* *day form*, where there would be more than a million buckets (a bend at an odd second): pieces are cut at UTC days, and the key
  is the day, with the piece found by its bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import gcd
from typing import TYPE_CHECKING

from sladsl.calendars import (
    DAY,
    OpenTime,
    TimeMap,
    date_map,
    deadline_map,
    midnight_map,
    open_at_map,
    open_time_map,
    period_end_map,
    period_start_map,
    zone,
)
from sladsl.calendars import describe as in_words
from sladsl.engines.tables.dialects import floor_div, unused
from sladsl.engines.tables.queries import Columns, is_column
from sladsl.plan import (
    Deadline,
    LocalDay,
    Midnight,
    OpenAt,
    OpenUntil,
    PeriodEnd,
    PeriodStart,
    Plan,
    TimeFunction,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

MOST_BUCKETS = 1_000_000
"""Beyond this DuckDB leaves its dense hash join, and the day form is faster."""


def open_times(plan: Plan) -> dict[str, OpenTime]:
    """Each calendar's open time, shared by all its functions so that they count from one origin."""
    return {rules.name: OpenTime(rules) for rules in plan.calendars}


def time_map(
    plan: Plan, calendars: Mapping[str, OpenTime], function: TimeFunction, lo: int, hi: int
) -> TimeMap:
    """The function from `lo` to `hi`, both included (days for `Midnight`, else instants)."""
    where, periods = zone(plan.zone), plan.periods
    match function:
        case Deadline(duration, calendar):
            own = calendars[calendar] if calendar is not None else None
            return deadline_map(own, where, duration, lo, hi + 1)
        case OpenUntil(calendar):
            return open_time_map(calendars[calendar], lo, hi + 1)
        case OpenAt(calendar):
            return open_at_map(calendars[calendar], lo, hi + 1)
        case PeriodStart(period):
            return period_start_map(periods, period, lo, hi + 1)
        case PeriodEnd(period):
            return period_end_map(periods, period, lo, hi + 1)
        case LocalDay():
            return date_map(where, lo, hi + 1)
        case Midnight():
            return midnight_map(where, lo, hi)


@dataclass(frozen=True, slots=True)
class Quantum:
    """A table (k, base_0[, slope_0], base_1, …) of several functions: with u = t - offset and k = (u - first) ÷ quantum, the n-th
    function's value is `base_n + slope_n * u`. `slopes` has the one slope of all its pieces where they share it, and then there is
    no such column."""

    maps: tuple[TimeMap, ...]
    offset: int
    first: int
    end: int
    quantum: int
    slopes: tuple[int | None, ...]

    @property
    def names(self) -> list[str]:
        """Its columns."""
        own = (
            [f"base_{n}"] if slope is not None else [f"base_{n}", f"slope_{n}"]
            for n, slope in enumerate(self.slopes)
        )
        return ["k", *chain.from_iterable(own)]

    def pieces(self) -> Iterator[tuple[list[int], list[int], list[int], list[int]]]:
        """Of each function its pieces: their first buckets, those after their last, bases and slopes."""
        for m in self.maps:
            bounds = [(x - self.first) // self.quantum for x in (*m.starts, m.end)]
            bases = [v - s * start for v, s, start in zip(m.values, m.slopes, m.starts, strict=True)]
            yield bounds[:-1], bounds[1:], bases, list(m.slopes)

    @property
    def rows(self) -> Columns:
        """Every bucket, and the one that is `NOWHERE`."""
        size = (self.end - self.first) // self.quantum
        columns: dict[str, list[int | None]] = {"k": [*range(size), NOWHERE]}
        for n, (begins, ends, bases, slopes) in enumerate(self.pieces()):
            base: list[int | None] = [None] * (size + 1)
            slope = list(base)
            for k, end, b, s in zip(begins, ends, bases, slopes, strict=True):
                base[k:end], slope[k:end] = [b] * (end - k), [s] * (end - k)
            columns[f"base_{n}"] = base
            if self.slopes[n] is None:
                columns[f"slope_{n}"] = slope
        return Columns.of_integers(columns)


@dataclass(frozen=True, slots=True)
class Daily:
    """A table (k, start, stop, base_0, slope_0) of one function: u lies in `[start, stop)` on day k = (u - first) ÷ 24 h."""

    map: TimeMap
    offset: int
    first: int
    end: int

    @property
    def rows(self) -> Columns:
        """Every piece of a day, and the row of `NOWHERE`."""
        days = pieces_by_day(self.map, self.first)
        columns = {
            "k": days["day"],
            "start": days["start"],
            "stop": days["stop"],
            "base_0": days["base"],
            "slope_0": days["slope"],
        }
        nowhere = {"k": NOWHERE, "start": -(2**63), "stop": 2**63 - 1}
        return Columns.of_integers({name: [*values, nowhere.get(name)] for name, values in columns.items()})


NOWHERE = -1
"""The key of the row that missing instants, and those outside the table, join with: its value is missing. So the join can be
an inner one, which DuckDB does three times as fast as one that keeps rows without a partner, and still loses no row."""


def tabulate(maps: Sequence[TimeMap], most: int = MOST_BUCKETS) -> Quantum | Daily | None:
    """The maps, of one offset, as one table; None when that would have too many buckets, and each needs its own."""
    first, end = min(m.starts[0] for m in maps), max(m.end for m in maps)
    quantum = gcd(*(p - first for m in maps for p in (*m.starts, m.end)))
    if (end - first) // quantum > most:
        (only,) = maps if len(maps) == 1 else (None,)
        return None if only is None else Daily(only, only.offset, only.starts[0], only.end)
    slopes = tuple(m.slopes[0] if len(set(m.slopes)) == 1 else None for m in maps)
    return Quantum(tuple(maps), maps[0].offset, first, end, quantum, slopes)


def pieces_by_day(m: TimeMap, first: int | None = None) -> dict[str, list[int]]:
    """The pieces cut at days, each with its day: counted from `first`, in u, or else since 1970 and in t, whatever the map's offset."""
    shift, origin = (m.offset, 0) if first is None else (0, first)
    pieces: dict[str, list[int]] = {name: [] for name in ("day", "start", "stop", "base", "slope")}
    day, begins, stops, bases, slopes = pieces.values()
    for start, end, at, slope in zip(m.starts, (*m.starts[1:], m.end), m.values, m.slopes, strict=True):
        days = range((start + shift - origin) // DAY, (end + shift - 1 - origin) // DAY + 1)
        day += days
        begins += [start + shift] * len(days)
        stops += [end + shift] * len(days)
        bases += [at - slope * (start + shift)] * len(days)
        slopes += [slope] * len(days)
    return pieces


# ----------------------------------------------------------------------------------------------------------------- joining


@dataclass(frozen=True, slots=True)
class TimeTable:
    """Functions of time as one table of the database."""

    functions: tuple[TimeFunction, ...]
    form: Quantum | Daily
    table: ir.Table


class TimeTables:
    """The tables of time of one evaluation, each made when it is first asked for.

    Functions that are asked for one instant share a table where they can, since every join costs a pass over the rows.
    """

    def __init__(
        self,
        make: Callable[[TimeFunction], TimeMap],
        keep: Callable[[str, Quantum | Daily], ir.Table],
        most: int = MOST_BUCKETS,
    ) -> None:
        self._map = cache(make)
        self._keep = keep
        self._most = most
        self._made: dict[tuple[TimeFunction, ...], TimeTable] = {}

    def of(self, functions: Iterable[TimeFunction]) -> list[TimeTable]:
        """Tables that have all these functions between them."""
        apart: dict[int, list[TimeFunction]] = {}
        for function in dict.fromkeys(functions):
            apart.setdefault(self._map(function).offset, []).append(function)
        return [table for group in apart.values() for table in self._together(tuple(group))]

    def _together(self, functions: tuple[TimeFunction, ...]) -> list[TimeTable]:
        if functions not in self._made:
            form = tabulate([self._map(f) for f in functions], self._most)
            if form is None:
                return [table for f in functions for table in self._together((f,))]
            name = " and ".join(describe(f) for f in functions)
            self._made[functions] = TimeTable(functions, form, self._keep(name, form))
        return [self._made[functions]]


def describe(function: TimeFunction) -> str:
    """A function of time in words: `deadline of 4 business hours of us_hours`."""
    match function:
        case Deadline(duration, calendar):
            return f"deadline of {in_words(duration)}" + (f" of {calendar}" if calendar else "")
        case OpenUntil(calendar):
            return f"open time of {calendar}"
        case OpenAt(calendar):
            return f"instant at open time of {calendar}"
        case PeriodStart(period):
            return f"start of the {period}"
        case PeriodEnd(period):
            return f"end of the {period}"
        case LocalDay():
            return "local date"
        case Midnight():
            return "midnight of a date"


@dataclass(frozen=True, slots=True)
class TimeLookups:
    """Look-ups in one table: what is asked, over the rows' table, and the name of the column to add for each function."""

    table: TimeTable
    at: ir.IntegerValue
    names: Mapping[TimeFunction, str]


def joined(left: ir.Table, kept: Sequence[str], asked: Sequence[TimeLookups], dialect: str) -> ir.Table:
    """The columns `kept` of `left` with one more for each look-up: never fewer or more rows, since keys are unique and every row has
    one."""
    # What is asked for is a column first: it is worked out once, and a join on a value of a subquery (the as-of of a model) would be one
    # of every row with every other.
    taken = {name.lower() for name in left.columns}
    worked_out = [(x, x.at.get_name() if is_column(x.at) else unused(taken, "asked_of")) for x in asked]
    new = {name: x.at for x, name in worked_out if name not in left.columns}
    pair = left = left.mutate(**new) if new else left
    values = []
    for x, name in worked_out:
        # A view, since one table may be joined several times over.
        view, form = x.table.table.view(), x.table.form
        at = left[name]
        u = at - form.offset if form.offset else at
        on = [_bucket(at, form, dialect) == view["k"]]
        if isinstance(form, Daily):
            there = ibis.coalesce(u, ibis.literal(0, "int64"))
            on += [there >= view["start"], there < view["stop"]]
        pair = pair.inner_join(view, on)
        values += [
            _value(view, u, form, x.table.functions.index(f)).name(name) for f, name in x.names.items()
        ]
    return pair.select(*(left[c] for c in kept), *values)


def _value(view: ir.Table, u: ir.IntegerValue, form: Quantum | Daily, n: int) -> ir.IntegerValue:
    slope = form.slopes[n] if isinstance(form, Quantum) else None
    base = view[f"base_{n}"]
    if slope is None:
        return base + view[f"slope_{n}"] * u
    return base + u if slope else base


def _bucket(at: ir.IntegerValue, form: Quantum | Daily, dialect: str) -> ir.IntegerValue:
    steps = at - (form.first + form.offset)
    width = form.quantum if isinstance(form, Quantum) else DAY
    bucket = floor_div(dialect, steps, width) if width > 1 else steps
    inside = (steps >= 0) & (steps < form.end - form.first)
    return ibis.ifelse(inside, bucket, ibis.literal(NOWHERE, "int64"))
