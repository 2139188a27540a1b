"""Child rows, and the rows beside one.

An aggregate of child rows is: child JOIN what is read of its parents, filter, GROUP BY parent, LEFT JOIN back.
All aggregates over one child record that are ready at the same level share one such pass, each with its own condition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from sladsl.engines.tables import numbers
from sladsl.engines.tables.dependencies import Leaf, below
from sladsl.engines.tables.dialects import floor_div, how_many, of_those, unused
from sladsl.engines.tables.wide_table import (
    Context,
    Widen,
    WideTable,
    apart,
    beside,
    unique,
    value,
    with_columns,
)
from sladsl.plan import Aggregate, Children, Expression, Field, Following
from sladsl.plan.traversal import asked_of_rows, operands

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis


def gathered(ctx: Context, wide: WideTable, nodes: list[Children], widen: Widen) -> WideTable:
    """The table with a column for each aggregate; what they read of its own rows are columns already."""
    for path in dict.fromkeys(ctx.shape.path(n, wide.record) for n in nodes):
        wide = _gathered(ctx, wide, [n for n in nodes if ctx.shape.path(n, wide.record) == path], widen)
    return wide


def _gathered(ctx: Context, wide: WideTable, nodes: list[Children], widen: Widen) -> WideTable:
    record = nodes[0].record
    path = ctx.shape.path(nodes[0], wide.record)
    carried = _carried(ctx, wide.record, nodes)
    link = ctx.shape.records[record].link
    assert link is not None
    if path == (record,) and link.parent == wide.record and not carried:
        # Nothing of the parent is read, so the child's own link groups as well as a join with the parent would.
        child = ctx.settled[record]()
        own = Field(record, link.own)
        pairs = Pairs(child, (child.names[own],), (own,))
        back: tuple[str, ...] = (wide.names[Field(link.parent, link.theirs)],)
    else:
        pairs = paired(ctx, wide, path, nodes, widen)
        back = wide.row
    aggregated = _aggregated(ctx, pairs, nodes, widen)
    named = apart(wide, nodes)
    right, names = beside(wide.table, aggregated.table)
    groups = [names[_group(n)] for n in range(len(back))]
    pair = wide.table.left_join(right, [wide.table[c] == right[g] for c, g in zip(back, groups, strict=True)])
    columns = {
        named[n]: _result(ctx, n, {part: pair[names[c]] for part, c in aggregated.made[n].items()})
        for n in nodes
    }
    return with_columns(wide, pair.select(*wide.table.columns, **columns), named)


def _carried(ctx: Context, record: str, nodes: Iterable[Children]) -> dict[Leaf, Expression]:
    """What the rows are told of the row that asks, in an order that is the same each time."""
    read = {leaf: e for n in nodes for leaf, e in ctx.shape.carried(n, record).items()}
    return dict(sorted(read.items(), key=lambda item: repr(item[0])))


def _group(number: int) -> str:
    return f"group_{number}"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Child rows, each beside a row they belong to, which the columns `group` name."""

    wide: WideTable
    group: tuple[str, ...]
    read: tuple[
        Field, ...
    ] = ()  # fields behind `group` that nothing else may read, and that must be kept for it


def paired(
    ctx: Context, wide: WideTable, path: tuple[str, ...], nodes: list[Children], widen: Widen
) -> Pairs:
    """Joins down the path, record by record, with what is still read of the rows above. A path that begins beside the row, at one that it
    belongs to, gives each of its rows beside every row that asks."""
    group = wide.row
    for step, record in enumerate(path):
        if step:
            nodes = [replace(n, top="") for n in nodes]  # from here on they are rows below
        carried = _carried(ctx, wide.record, nodes)
        heavy = wide.origin is None or any(ctx.shape.gathers(e) for e in carried.values())
        link = ctx.shape.records[record].link
        assert link is not None
        start = wide if heavy or wide.origin is None else wide.origin()
        above = widen(ctx, start, [*carried.values(), Field(link.parent, link.theirs)])
        child = ctx.settled[record]()
        named = apart(child, carried)
        columns = {name: value(ctx, above, carried[leaf]) for leaf, name in named.items()}
        groups = {_group(n): above.table[c] for n, c in enumerate(group)}
        theirs = above.table[above.names[Field(link.parent, link.theirs)]]
        left = child.table
        right, names = beside(left, above.table.select(parent_link=theirs, **groups, **columns))
        pair = left.inner_join(
            right, left[child.names[Field(record, link.own)]] == right[names["parent_link"]]
        )
        kept = [names[c] for c in (*groups, *columns)]
        table = pair.select(*left.columns, *kept)
        named = {leaf: names[name] for leaf, name in named.items()}
        group = tuple(names[g] for g in groups)
        one_parent = unique(ctx.shape, link) and len(wide.row) == 1 and link.parent == wide.record
        wide = with_columns(child, table, named)
        wide = replace(wide, row=child.row if one_parent else (*child.row, *group), origin=None)
    return Pairs(wide, group)


# ---------------------------------------------------------------------------------------------------------- aggregating


@dataclass(frozen=True, slots=True)
class _Aggregated:
    """One row a group; `made` says which columns hold the parts of each aggregate."""

    table: ibis.Table
    made: dict[Children, dict[str, str]] = field(default_factory=dict)


def _aggregated(ctx: Context, pairs: Pairs, nodes: list[Children], widen: Widen) -> _Aggregated:
    wide = widen(ctx, pairs.wide, [*pairs.read, *(e for n in nodes for e in asked_of_rows(n))])
    columns: dict[str, ir.Value] = {_group(i): wide.table[c] for i, c in enumerate(pairs.group)}
    for i, node in enumerate(nodes):
        holds = ibis.literal(True) if node.where is None else value(ctx, wide, node.where)
        columns[f"where_{i}"] = holds if node.where is None else ibis.coalesce(holds, ibis.literal(False))
        if node.of is not None:
            columns[f"of_{i}"] = value(ctx, wide, node.of)
        if node.by is not None:
            columns[f"by_{i}"] = value(ctx, wide, node.by)
            columns[f"key_{i}"] = wide.table[
                wide.names[Field(node.record, ctx.shape.records[node.record].key)]
            ]
    rows = wide.table.select(**columns)
    if all(n.where is not None for n in nodes):
        rows = rows.filter(reduce(lambda a, b: a | b, (rows[f"where_{i}"] for i in range(len(nodes)))))
    groups = [_group(i) for i in range(len(pairs.group))]
    rows = rows.filter(*(rows[g].notnull() for g in groups))
    rows = _ranked(rows, groups, nodes)
    made: dict[Children, dict[str, str]] = {}
    aggregates: dict[str, ir.Value] = {}
    for i, node in enumerate(nodes):
        made[node] = {}
        for part, aggregate in _parts(ctx, rows, i, node).items():
            made[node][part] = f"{part}_{i}"
            aggregates[f"{part}_{i}"] = aggregate
    return _Aggregated(rows.group_by(groups).aggregate(**aggregates), made)


def _ranked(rows: ibis.Table, groups: list[str], nodes: list[Children]) -> ibis.Table:
    """Numbers the rows of aggregates that pick the second, third, … of them. Where the value picked is the moment that orders them,
    which of two equal ones comes first does not matter."""
    ranks = {}
    for i, node in enumerate(nodes):
        if node.by is not None:
            by = [rows[f"by_{i}"], rows[f"key_{i}"]]
            counts = rows[f"where_{i}"] & rows[f"by_{i}"].notnull()
            ranks[f"rank_{i}"] = ibis.row_number().over(
                group_by=[*(rows[g] for g in groups), counts],
                order_by=[ibis.desc(x) for x in by] if node.aggregate is Aggregate.LAST else by,
            )
        elif node.aggregate is Aggregate.NTH and node.n > 1:
            counts = rows[f"where_{i}"] & rows[f"of_{i}"].notnull()
            order = ibis.row_number().over(
                group_by=[*(rows[g] for g in groups), counts], order_by=rows[f"of_{i}"]
            )
            ranks[f"rank_{i}"] = order
    return rows.mutate(**ranks) if ranks else rows


def _parts(ctx: Context, rows: ibis.Table, i: int, node: Children) -> dict[str, ir.Value]:
    """What is asked of each group: the value, and what says whether it may be known."""
    where = None if node.where is None else rows[f"where_{i}"]
    if node.of is None:
        return {"count": how_many(ctx.dialect, rows, where)}
    of = rows[f"of_{i}"]
    lacking = of.isnull() if where is None else where & of.isnull()
    missing = how_many(ctx.dialect, rows, lacking)
    match node.aggregate:
        case _ if node.by is not None:
            here = rows[f"where_{i}"] & rows[f"by_{i}"].notnull() & (rows[f"rank_{i}"] == node.n - 1)
            return {"picked": _only(of, here)}
        case Aggregate.COUNT:
            return {"count": how_many(ctx.dialect, rows, where)}
        case Aggregate.SUM:
            return {"sum": _sum(of, where), "missing": missing}
        case Aggregate.AVERAGE:
            return {"sum": _sum(of, where), "count": how_many(ctx.dialect, rows, where), "missing": missing}
        case Aggregate.LEAST:
            return {"least": of_those(of, where).min(), "missing": missing}
        case Aggregate.GREATEST:
            return {"greatest": of_those(of, where).max(), "missing": missing}
        case Aggregate.NTH if node.n > 1:
            here = rows[f"rank_{i}"] == node.n - 1
            return {"nth": of_those(of, here if where is None else where & here).max()}
        case Aggregate.NTH:
            return {"first": of_those(of, where).min()}
        case Aggregate.LAST:
            return {"last": of_those(of, where).max()}
        case _:
            assert_never(node.aggregate)


def _only(of: ir.Value, where: ir.BooleanValue) -> ir.Value:
    """The value of the one row for which `where` is true. Not every database has a greatest boolean."""
    if of.type().is_boolean():
        return of_those(of.cast("int32"), where).max() == 1
    return of_those(of, where).max()


def _sum(of: ir.NumericValue, where: ir.BooleanValue | None) -> ir.NumericValue:
    if of.type().is_decimal():
        return of_those(of.cast(numbers.WIDE), where).sum()
    return of_those(of, where).sum().cast("int64")


def _result(ctx: Context, node: Children, part: dict[str, ir.Value]) -> ir.Value:
    """The aggregate beside its parent's row, where a parent without matching rows found nothing to join with."""
    match node.aggregate:
        case Aggregate.COUNT:
            return ibis.coalesce(part["count"], 0).cast(numbers.NUMBER)
        case Aggregate.SUM:
            total = ibis.coalesce(part["sum"], ibis.literal(0).cast(part["sum"].type()))
            return _unless_missing(part, total)
        case Aggregate.AVERAGE:
            return _unless_missing(part, _average(ctx, part["sum"], part["count"]))
        case Aggregate.LEAST | Aggregate.GREATEST:
            return _unless_missing(part, part[str(node.aggregate)])
        case Aggregate.NTH | Aggregate.LAST:
            (picked,) = part.values()
            return picked
        case _:
            assert_never(node.aggregate)


def _unless_missing(part: dict[str, ir.Value], aggregate: ir.Value) -> ir.Value:
    return ibis.ifelse(ibis.coalesce(part["missing"], 0) == 0, aggregate, ibis.null(aggregate.type()))


def _average(ctx: Context, total: ir.NumericValue, count: ir.IntegerValue) -> ir.NumericValue:
    if total.type().is_decimal():
        return numbers.mean(total, count)
    whole = floor_div(ctx.dialect, total.abs() * 2 + count, count * 2)
    return ibis.ifelse(total < 0, -whole, whole)


# ------------------------------------------------------------------------------------------ rows that follow one of them

# The first, second, … of the rows that share a row above with the one that asks, from a moment on. Rows that could be found and moments
# that are asked for stand in one line under the row above them. How many rows lie before a moment is counted along that line, and the row
# wanted is so many places further: two sorts and a join of equals, however many rows one has beside it.


_Line = tuple[str, Expression, Expression | None]
_Asked = tuple[_Line, Expression, bool, Expression | None]


def followed(ctx: Context, wide: WideTable, nodes: list[Following], widen: Widen) -> WideTable:
    """The table with a column for each node; what they read of its own rows are columns already."""
    lines: dict[_Line, ibis.Table] = {}
    asked: dict[_Asked, list[Following]] = {}
    for node in nodes:
        line = (node.record, node.of, node.where)
        if line not in lines:
            lines[line] = _line(ctx, node, widen)
        asked.setdefault((line, node.since, node.strict, node.until), []).append(node)
    for (line, *_), alike in asked.items():
        wide = _beside(ctx, wide, lines[line], alike, widen)
    return wide


def _line(ctx: Context, node: Following, widen: Widen) -> ibis.Table:
    """The rows that count, by what they share (`shared`), and the moment of each (`at`)."""
    link = ctx.shape.records[node.record].link
    assert link is not None
    own = Field(node.record, link.own)
    asked = [node.of, *([] if node.where is None else [node.where])]
    if ctx.shape.is_paired(node):
        pairs = paired(ctx, ctx.settled[link.parent](), (node.record,), [below(node)], widen)
        rows = widen(ctx, pairs.wide, asked)
        shared = rows.table[pairs.group[0]]
    else:
        rows = widen(ctx, ctx.settled[node.record](), [own, *asked])
        shared = rows.table[rows.names[own]]
    columns = {"shared": shared, "at": value(ctx, rows, node.of)}
    if node.where is not None:
        columns["counts"] = value(ctx, rows, node.where)
    table = rows.table.select(**columns)
    known = [table["shared"].notnull(), table["at"].notnull()]
    table = table.filter(*known, *([] if node.where is None else [table["counts"]]))
    return table.select("shared", "at")


def _places(line: ibis.Table, backwards: bool) -> ibis.Table:
    """Where each row stands in its line (`place`, from 0), counted from its beginning or from its end."""
    order = ibis.desc(line["at"]) if backwards else line["at"]
    place = ibis.row_number().over(group_by=line["shared"], order_by=order)
    return line.select(found_in=line["shared"], found=line["at"], place=place.cast("int64"))


def _beside(
    ctx: Context, wide: WideTable, line: ibis.Table, nodes: list[Following], widen: Widen
) -> WideTable:
    """One moment that is asked for: its answers joined to the rows that ask."""
    first, reads = nodes[0], operands(nodes[0])
    theirs = ctx.shape.shared(first)
    heavy = wide.origin is None or any(ctx.shape.gathers(e) for e in reads)
    start = wide if heavy or wide.origin is None else wide.origin()
    asking = widen(ctx, start, [*reads, theirs])
    columns = dict(zip(("since", "until"), (value(ctx, asking, e) for e in reads), strict=False))
    asks = asking.table.select(asked_in=asking.table[asking.names[theirs]], **columns)
    asks = asks.filter(*(asks[c].notnull() for c in asks.columns)).distinct()
    counted = _counted(asks, line, first)
    columns_of: dict[Following, str] = {}
    for n, node in enumerate(nodes):
        counted = _found(counted, line, node, f"found_{n}")
        columns_of[node] = f"found_{n}"
    named = apart(wide, nodes)
    taken = {c.lower() for c in wide.table.columns}
    own = {c: unused(taken, f"asked {c}") for c in columns}
    asked = wide.table.mutate(**{own[c]: value(ctx, wide, e) for c, e in zip(columns, reads, strict=True)})
    right, names = beside(asked, counted)
    same = [(wide.names[theirs], names["asked_in"]), *((own[c], names[c]) for c in columns)]
    pair = asked.left_join(right, same)
    made = {named[node]: pair[names[column]] for node, column in columns_of.items()}
    return with_columns(wide, pair.select(*wide.table.columns, **made), named)


def _counted(asks: ibis.Table, line: ibis.Table, node: Following) -> ibis.Table:
    """How many rows of the line lie before each moment (`before`); a row at the moment itself does when only later ones count, and where
    the moment is the last that does."""
    asked = "since" if node.until is None else "until"
    first, second = (0, 1) if node.strict or node.until is not None else (1, 0)
    rest = {c: ibis.null("int64") for c in asks.columns if c not in {"asked_in", asked}}
    rows = line.select(asked_in=line["shared"], **{asked: line["at"]}, **rest, turn=_int(first), row=_int(1))
    both = rows.union(asks.select(*rows.columns[:-2], turn=_int(second), row=_int(0)))
    so_far = ibis.cumulative_window(group_by="asked_in", order_by=[asked, "turn"])
    both = both.mutate(before=both["row"].sum().over(so_far).cast("int64"))
    return both.filter(both["row"] == 0).select(*asks.columns, "before")


def _int(value: int) -> ir.IntegerScalar:
    return ibis.literal(value, "int64")


def _found(counted: ibis.Table, line: ibis.Table, node: Following, name: str) -> ibis.Table:
    """The table with the node's own answer beside each moment."""
    backwards = node.n < 0 and node.until is None
    places = _places(line, backwards)
    wanted = counted["before"] + (node.n - 1 if node.n > 0 else node.n)
    asks = counted.mutate(wanted=_int(-node.n - 1) if backwards else wanted)
    pair = asks.left_join(places, [("asked_in", "found_in"), ("wanted", "place")])
    answer: ir.Value = pair["found"]
    if node.n < 0:
        late = pair["found"] > pair["since"] if node.strict else pair["found"] >= pair["since"]
        answer = ibis.ifelse(late, pair["found"], ibis.null(pair["found"].type()))
    return pair.select(*counted.columns, **{name: answer})
