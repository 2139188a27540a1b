"""What a choice among many functions of time gives: the rows are asked, and one table is made of what they need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from sladsl.calendars import DAY, OpenTime, TimeMap
from sladsl.engines.tables.choices import Choice
from sladsl.engines.tables.dialects import floor_div
from sladsl.engines.tables.maps import NOWHERE, by_days, column, time_map
from sladsl.engines.tables.scope import Context, Scope, unused, value
from sladsl.engines.tables.time_bounds import FIRST_DAY, LAST_DAY
from sladsl.plan import Deadline, OpenUntil, Plan, TimeFunction

_STRIDE = 1_000_000
"""Between the keys of one function and the next: more than there are days."""
_GAP = 30
"""Days that lie nearer to one another are worked out in one go."""


def chosen(ctx: Context, scope: Scope, choice: Choice) -> Scope:
    """The scope with one column more, which every look-up that may be chosen is called by: so it is theirs on rows that choose them, and
    theirs alone. What the choice reads are columns already."""
    store, keep = ctx.store, ctx.keep
    assert store is not None, "rows that are not there yet cannot be asked what they choose"
    assert keep is not None, "and what they say is kept"
    taken = {name.lower() for name in scope.table.columns}
    key, found = unused(taken, "choice"), unused(taken, "chosen")
    which, at = value(ctx, scope, choice.which), value(ctx, scope, choice.at)
    rows = keep(scope.table.select(*scope.table.columns, **{key: _key(which, at, ctx.dialect)}))
    # Postgres divides whole numbers into decimals.
    asked = [int(row[key]) for row in store.rows(rows.select(key).distinct())]
    times = store.keep(_pieces(ctx.shape.plan, ctx.calendars, choice.functions, asked)).view()
    at = value(ctx, replace(scope, table=rows), choice.at)
    there = ibis.coalesce(at, ibis.literal(0, "int64"))
    pair = rows.inner_join(
        times,
        [rows[key] == times["k"], there >= times["start"], there < times["stop"]],
    )
    table = pair.select(
        *(rows[c] for c in scope.table.columns), (times["base"] + times["slope"] * at).name(found)
    )
    return replace(scope, table=table, names={**scope.names, **dict.fromkeys(choice.chosen, found)}, depth=1)


def _key(which: ir.IntegerValue, at: ir.IntegerValue, dialect: str) -> ir.IntegerValue:
    """The function and the UTC day as one number; `NOWHERE` for rows that ask nothing, or outside the years that are known."""
    day = floor_div(dialect, at, DAY)
    inside = (which >= 0) & (at >= FIRST_DAY * DAY) & (at < (LAST_DAY + 1) * DAY)
    key = which.cast("int64") * _STRIDE + (day - FIRST_DAY)
    return ibis.ifelse(inside, key, ibis.literal(NOWHERE, "int64"))


def _pieces(
    plan: Plan, calendars: Mapping[str, OpenTime], functions: Sequence[TimeFunction], keys: Iterable[int]
) -> pa.Table:
    """A table (k, start, stop, base, slope) of the pieces of each function on the days that are asked: on `[start, stop)` of the day that
    the key k names, it is `base + slope * t`. The row of `NOWHERE` has no value."""
    asked: dict[int, list[int]] = defaultdict(list)
    for key in sorted(k for k in keys if k != NOWHERE):
        number, day = divmod(key, _STRIDE)
        asked[number].append(day + FIRST_DAY)
    _foresee(functions, calendars, asked)
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("k", "start", "stop", "base", "slope")}
    for number, days in asked.items():
        for first, last in _runs(days):
            part = by_days(_map(plan, calendars, functions[number], first, last))
            needed = np.isin(part["day"], days)
            columns["k"].append(number * _STRIDE + part["day"][needed] - FIRST_DAY)
            for name in ("start", "stop", "base", "slope"):
                columns[name].append(part[name][needed])
    found = {
        name: column(np.concatenate([np.array([], np.int64), *parts])) for name, parts in columns.items()
    }
    nowhere = {"k": NOWHERE, "start": -(2**63), "stop": 2**63 - 1}
    return pa.table(
        {
            name: pa.concat_arrays([values, pa.array([nowhere.get(name)], pa.int64())])
            for name, values in found.items()
        }
    )


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
