"""What lies outside and inside of stretches of a line, as window functions.

The rows that ask are joined with the stretches that belong to them, and each stretch is cut to what the row can see of it. Stretches that
overlap or touch are made one (gaps and islands), those of a kind with a `most` are cut off there, and what is left of all kinds is made
one again. A running sum along them says of each how much of the line lies outside before it: it counts where that is less than the row
asks for. All is arithmetic on whole numbers; a stretch that lasts ends at `LASTS`, and so does what it holds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from sladsl.engines.tables.by_days import in_zones
from sladsl.engines.tables.queries import is_join
from sladsl.engines.tables.wide_table import (
    Context,
    Widen,
    WideTable,
    apart,
    beside,
    value,
    with_columns,
)
from sladsl.plan import Expression, HoursOf, Inside, OpenUntil, Outside, Stretches
from sladsl.plan.traversal import operands

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

LASTS = 2**61
"""The end of a stretch without one: far beyond all instants, and small enough to be added to them."""


def stretched(ctx: Context, wide: WideTable, nodes: Sequence[Outside | Inside], widen: Widen) -> WideTable:
    """The table with a column for each node; what they read of its own rows are columns already."""
    if ctx.keep is not None:
        # What follows reads the rows twice: to ask, and to have the answers beside them.
        wide = replace(wide, table=ctx.keep(wide.table), depth=0)
    # Where no table can be made on the way, what the rows ask is worked out anew: a query that holds another twice, and that one a third
    # twice, soon is too large.
    asking = wide
    if ctx.keep is None and wide.origin is not None:
        asking = widen(ctx, wide.origin(), [e for node in nodes for e in operands(node)])
    groups = [f"group_{n}" for n in range(len(wide.row))]
    named = apart(wide, nodes)
    if is_join(wide.table):
        # Ibis would put these joins into the one before, and lose which of its columns is meant.
        wide = replace(wide, table=wide.table.select(*wide.table.columns))
    pair, lengths = wide.table, []
    for n, node in enumerate(nodes):
        apart_from_others = {f"asked_{n}_{i}": g for i, g in enumerate(groups)} | {f"length_{n}": "length"}
        sums = _summed(ctx, asking, node, groups, widen).rename(apart_from_others)
        right, names = beside(wide.table, sums)
        same = [(c, names[f"asked_{n}_{i}"]) for i, c in enumerate(wide.row)]
        pair = pair.left_join(right, same)
        lengths.append(names[f"length_{n}"])
    there, answers = replace(wide, table=pair), {}
    for node, length in zip(nodes, lengths, strict=True):
        inside = ibis.coalesce(pair[length], 0)
        answers[named[node]] = (
            _place(ctx, there, node, inside)
            if isinstance(node, Outside)
            else _length(ctx, there, node, inside)
        )
    return with_columns(wide, pair.select(*wide.table.columns, **answers), named)


def _summed(
    ctx: Context, asking: WideTable, node: Outside | Inside, groups: list[str], widen: Widen
) -> ibis.Table:
    """How much of its line each row leaves out (`length`), for the rows that leave any out."""
    kinds = [_kind(ctx, asking, node, s, groups, widen) for s in node.stretches]
    counting = kinds[0] if len(kinds) == 1 else _islands(reduce(lambda a, b: a.union(b), kinds), groups)
    length = counting["last"] - counting["first"]
    if isinstance(node, Outside):
        before = length.sum().over(_earlier(groups, "first"))
        counting = counting.mutate(length=length, before=ibis.coalesce(before, 0))
        outside = counting["first"] - counting["since"] - counting["before"]
        counting = counting.filter(outside < counting["amount"])
        length = counting["length"]
    return counting.group_by(groups).aggregate(length=_whole(length.sum()))


def _place(ctx: Context, wide: WideTable, node: Outside, inside: ir.IntegerValue) -> ir.Value:
    since, amount, now = (value(ctx, wide, e) for e in (node.since, node.amount, node.now))
    there = (inside < LASTS // 2) & now.notnull()
    return ibis.ifelse(there, since + amount + inside, ibis.null("int64"))


def _length(ctx: Context, wide: WideTable, node: Inside, inside: ir.IntegerValue) -> ir.Value:
    known = [value(ctx, wide, e).notnull() for e in (node.since, node.until)]
    return ibis.ifelse(known[0] & known[1], inside, ibis.null("int64"))


def _kind(
    ctx: Context, wide: WideTable, node: Outside | Inside, s: Stretches, groups: list[str], widen: Widen
) -> ibis.Table:
    """The stretches of a kind that count, disjoint, each from `first` to `last` beside what the row that it counts for asks."""
    asked: dict[str, Expression] = {"theirs": s.theirs, "since": node.since, "until": node.until}
    if isinstance(node, Outside):
        asked |= {"amount": node.amount, "now": node.now}
    if s.hours is not None:
        asked["zone"] = s.hours.zone
    rows = wide.table.select(
        **{g: wide.table[c] for g, c in zip(groups, wide.row, strict=True)},
        **{name: value(ctx, wide, e) for name, e in asked.items()},
    )
    if isinstance(node, Inside):
        rows = rows.mutate(amount=ibis.literal(0, "int64"), now=rows["until"])
    there = widen(ctx, ctx.settled[s.record](), [s.own, s.began, s.ended])
    spans = there.table.select(
        own=value(ctx, there, s.own), began=value(ctx, there, s.began), ended=value(ctx, there, s.ended)
    )
    spans = spans.filter(spans["own"].notnull(), spans["began"].notnull())
    pair = rows.inner_join(spans, rows["theirs"] == spans["own"])
    if s.hours is not None:
        pair = _on_the_line(ctx, pair.select(*rows.columns, "began", "ended"), s.hours)
    kept = ("since", "amount", "now")
    lasts = ibis.literal(LASTS, "int64")
    cut = pair.select(
        **{c: pair[c] for c in (*groups, *kept)},
        first=ibis.greatest(pair["began"], pair["since"]),
        last=ibis.least(ibis.coalesce(pair["ended"], lasts), ibis.coalesce(pair["until"], lasts)),
    )
    cut = cut.filter(*(cut[c].notnull() for c in kept), cut["first"] < cut["last"])
    islands = _islands(cut, groups)
    return islands if s.most is None else _up_to(islands, groups, s.most)


def _on_the_line(ctx: Context, pair: ibis.Table, hours: HoursOf) -> ibis.Table:
    """Instants at which stretches begin and end, as places of open time in the zone of the row that asks; those of no zone are gone."""
    until = OpenUntil(hours.calendar)
    rest = [c for c in pair.columns if c not in ("began", "ended")]
    began, first = in_zones(ctx, pair, lambda t: t["zone"], lambda t: t["began"], until)
    ended, last = in_zones(ctx, began, lambda t: t["zone"], lambda t: t["ended"], until)
    placed = ended.select(*rest, began=ended[first], ended=ended[last])
    return placed.filter(placed["began"].notnull())


def _islands(spans: ibis.Table, groups: list[str]) -> ibis.Table:
    """Those that overlap or touch as one, row by row."""
    before = spans["last"].max().over(_earlier(groups, "first", "last"))
    marked = spans.mutate(before=before)
    apart_from_it = ibis.coalesce(marked["first"] > marked["before"], ibis.literal(True))
    marked = marked.mutate(begins=ibis.ifelse(apart_from_it, 1, 0))
    so_far = ibis.cumulative_window(group_by=groups, order_by=["first", "last"])
    numbered = marked.mutate(island=marked["begins"].sum().over(so_far))
    kept = ("since", "amount", "now")
    joined = numbered.group_by([*groups, "island"]).aggregate(
        **{c: numbered[c].max() for c in kept}, first=numbered["first"].min(), last=numbered["last"].max()
    )
    return joined.select(*groups, *kept, "first", "last")


def _up_to(islands: ibis.Table, groups: list[str], most: int) -> ibis.Table:
    """The first `most` of them; one that lasts has not used that up before `now` has come so far."""
    limit = ibis.literal(most, "int64")
    long = islands.mutate(length=islands["last"] - islands["first"])
    before = long["length"].sum().over(_earlier(groups, "first"))
    long = long.mutate(left=limit - ibis.least(ibis.coalesce(before, 0), limit))
    lasts = (long["last"] == LASTS) & (long["now"] - long["first"] < long["left"])
    end = ibis.ifelse(lasts, long["last"], ibis.least(long["last"], long["first"] + long["left"]))
    cut = long.mutate(last=end)
    kept = cut.filter(cut["first"] < cut["last"])
    return kept.select(*islands.columns)


def _whole(total: ir.NumericValue) -> ir.Value:
    """A sum of whole numbers as one: databases make it wider, which Ibis does not know."""
    return total.cast("decimal(38, 0)").cast("int64")


def _earlier(groups: list[str], *order: str) -> ibis.expr.builders.LegacyWindowBuilder:
    """The rows of a group before this one."""
    return ibis.window(group_by=groups, order_by=list(order), preceding=(None, 1))
