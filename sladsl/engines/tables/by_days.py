"""Functions of time of which each row says the one it asks: of several deadlines, of the hours of a row's own zone.

The rows are asked which of them they need on which day, and one table is made of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from sladsl.calendars import DAY, OpenTime, TimeMap, is_zone
from sladsl.engines.tables.dialects import floor_div, unused
from sladsl.engines.tables.maps import NOWHERE, pieces_by_day, time_map
from sladsl.engines.tables.queries import Columns
from sladsl.engines.tables.time_bounds import FIRST_DAY, LAST_DAY
from sladsl.engines.tables.wide_table import Context
from sladsl.plan import Deadline, OpenAt, OpenUntil, Plan, TimeFunction

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

Of: TypeAlias = "Callable[[ibis.Table], ir.IntegerValue]"
"""A value of the rows of a table, which is made anew on the way."""
_STRIDE = 1_000_000
"""Between the keys of one function and the next: more than there are days."""
_GAP = 30
"""Days that lie nearer to one another are worked out in one go."""


def in_zones(
    ctx: Context, table: ibis.Table, zone: Callable[[ibis.Table], ir.Value], at: Of, f: TimeFunction
) -> tuple[ibis.Table, str]:
    """The table with a function of a calendar of rows beside, and the column's name: one function for each zone that the rows name."""
    assert isinstance(f, Deadline | OpenUntil | OpenAt), "only these are in the hours of a row"
    if ctx.store is None:
        raise ValueError(
            f"`{f.calendar}` is in the zone of each row, which is known once the rows are there: `sla run` judges such an agreement, and "
            "no SQL that is written beforehand does"
        )
    zones = [x["zone"] for x in ctx.store.rows(table.select(zone=zone(table)).distinct())]
    known = sorted(z for z in zones if z is not None and is_zone(z))
    rules = next(c for c in ctx.shape.plan.calendars if c.name == f.calendar)
    for z in known:
        if (rules.name, z) not in ctx.zoned:
            ctx.zoned[rules.name, z] = OpenTime(replace(rules, zone=z))
    hours = {f"{rules.name} in {z}": ctx.zoned[rules.name, z] for z in known}
    nowhere = ibis.literal(-1, "int64")

    def which(table: ibis.Table) -> ir.IntegerValue:
        where = zone(table)
        numbers = [(where == z, ibis.literal(n, "int64")) for n, z in enumerate(known)]
        return ibis.cases(*numbers, else_=nowhere) if numbers else nowhere

    return by_days(ctx, table, which, at, [replace(f, calendar=name) for name in hours], hours)


def by_days(
    ctx: Context,
    table: ibis.Table,
    which: Of,
    at: Of,
    functions: Sequence[TimeFunction],
    calendars: Mapping[str, OpenTime],
) -> tuple[ibis.Table, str]:
    """The table with one column more, and its name: of each row the function of that number, -1 for none, at the instant."""
    store, keep = ctx.store, ctx.keep
    assert store is not None, "rows that are not there yet cannot be asked what they choose"
    assert keep is not None, "and what they say is kept"
    taken = {name.lower() for name in table.columns}
    key, answer = unused(taken, "choice"), unused(taken, "chosen")
    rows = keep(table.select(*table.columns, **{key: _key(which(table), at(table), ctx.dialect)}))
    # Postgres divides whole numbers into decimals.
    asked = [int(row[key]) for row in store.rows(rows.select(key).distinct())]
    times = store.keep(_pieces(ctx.shape.plan, calendars, functions, asked)).view()
    instant = at(rows)
    there = ibis.coalesce(instant, ibis.literal(0, "int64"))
    pair = rows.inner_join(
        times,
        [rows[key] == times["k"], there >= times["start"], there < times["stop"]],
    )
    made = pair.select(
        *(rows[c] for c in table.columns), (times["base"] + times["slope"] * instant).name(answer)
    )
    return made, answer


def _key(which: ir.IntegerValue, at: ir.IntegerValue, dialect: str) -> ir.IntegerValue:
    """The function and the UTC day as one number; `NOWHERE` for rows that ask nothing, or outside the years that are known."""
    known = (
        at - FIRST_DAY * DAY
    )  # from 0 up wherever it is divided: databases round what is negative, as before 1970, the other way
    inside = (which >= 0) & (known >= 0) & (known < (LAST_DAY + 1 - FIRST_DAY) * DAY)
    key = which.cast("int64") * _STRIDE + floor_div(dialect, known, DAY)
    return ibis.ifelse(inside, key, ibis.literal(NOWHERE, "int64"))


def _pieces(
    plan: Plan, calendars: Mapping[str, OpenTime], functions: Sequence[TimeFunction], keys: Iterable[int]
) -> Columns:
    """A table (k, start, stop, base, slope) of the pieces of each function on the days that are asked: on `[start, stop)` of the day that
    the key k names, it is `base + slope * t`. The row of `NOWHERE` has no value."""
    asked: dict[int, list[int]] = defaultdict(list)
    for key in sorted(k for k in keys if k != NOWHERE):
        number, day = divmod(key, _STRIDE)
        asked[number].append(day + FIRST_DAY)
    _foresee(functions, calendars, asked)
    columns: dict[str, list[int | None]] = {name: [] for name in ("k", "start", "stop", "base", "slope")}
    for number, days in asked.items():
        wanted = frozenset(days)
        for first, last in _runs(days):
            part = pieces_by_day(_map(plan, calendars, functions[number], first, last))
            needed = [n for n, day in enumerate(part["day"]) if day in wanted]
            columns["k"] += [number * _STRIDE + part["day"][n] - FIRST_DAY for n in needed]
            for name in ("start", "stop", "base", "slope"):
                columns[name] += [part[name][n] for n in needed]
    nowhere = {"k": NOWHERE, "start": -(2**63), "stop": 2**63 - 1}
    return Columns.of_integers({name: [*values, nowhere.get(name)] for name, values in columns.items()})


def _map(plan: Plan, calendars: Mapping[str, OpenTime], f: TimeFunction, first: int, last: int) -> TimeMap:
    return time_map(plan, calendars, f, first * DAY, (last + 1) * DAY - 1)


def _foresee(
    functions: Sequence[TimeFunction], calendars: Mapping[str, OpenTime], asked: Mapping[int, Sequence[int]]
) -> None:
    """Has each calendar worked out once for all the days it is asked about, and not again for every stretch of them."""
    reach: dict[str, tuple[int, int]] = {}
    for number, days in asked.items():
        f = functions[number]
        if isinstance(f, Deadline | OpenUntil) and f.calendar is not None:
            lo, hi = reach.get(f.calendar, (days[0], days[-1]))
            reach[f.calendar] = min(lo, days[0]), max(hi, days[-1])
    for name, (lo, hi) in reach.items():
        calendars[name].covering((lo - 1) * DAY, (hi + 2) * DAY)


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of days, first and last, that together hold all of these, which ascend."""
    first = days[0]
    for day, following in pairwise([*days, days[-1] + _GAP + 1]):
        if following - day > _GAP:
            yield first, day
            first = following
