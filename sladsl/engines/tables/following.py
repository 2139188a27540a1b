"""The first, second, … of the rows that share a row above with the one that asks, from a moment on.

Rows that could be found and moments that are asked for stand in one line under the row above them. How many rows lie before a moment is
counted along that line, and the row wanted is so many places further: two sorts and a join of equals, however many rows one has beside it.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from sladsl.engines.tables.children import paired
from sladsl.engines.tables.dependencies import below
from sladsl.engines.tables.scope import Context, Scope, Widen, apart, beside, unused, value, with_columns
from sladsl.plan import Expression, Field, Following
from sladsl.plan.traversal import operands

_Line = tuple[str, Expression, Expression | None]
_Asked = tuple[_Line, Expression, bool, Expression | None]


def followed(ctx: Context, scope: Scope, nodes: list[Following], widen: Widen) -> Scope:
    """The scope with a column for each node; what they read of its own rows are columns already."""
    lines: dict[_Line, ibis.Table] = {}
    asked: dict[_Asked, list[Following]] = {}
    for node in nodes:
        line = (node.record, node.of, node.where)
        if line not in lines:
            lines[line] = _line(ctx, node, widen)
        asked.setdefault((line, node.since, node.strict, node.until), []).append(node)
    for (line, *_), alike in asked.items():
        scope = _beside(ctx, scope, lines[line], alike, widen)
    return scope


def _line(ctx: Context, node: Following, widen: Widen) -> ibis.Table:
    """The rows that count, by what they share (`shared`), and the moment of each (`at`)."""
    link = ctx.shape.records[node.record].link
    assert link is not None
    own = Field(node.record, link.own)
    asked = [node.of, *([] if node.where is None else [node.where])]
    if ctx.shape.is_paired(node):
        found = paired(ctx, ctx.settled[link.parent](), (node.record,), [below(node)], widen)
        rows = widen(ctx, found.scope, asked)
        shared = rows.table[found.group[0]]
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


def _beside(ctx: Context, scope: Scope, line: ibis.Table, nodes: list[Following], widen: Widen) -> Scope:
    """One moment that is asked for: its answers joined to the rows that ask."""
    first, reads = nodes[0], operands(nodes[0])
    theirs = ctx.shape.shared(first)
    heavy = scope.origin is None or any(ctx.shape.gathers(e) for e in reads)
    start = scope if heavy or scope.origin is None else scope.origin()
    asking = widen(ctx, start, [*reads, theirs])
    columns = dict(zip(("since", "until"), (value(ctx, asking, e) for e in reads), strict=False))
    asks = asking.table.select(asked_in=asking.table[asking.names[theirs]], **columns)
    asks = asks.filter(*(asks[c].notnull() for c in asks.columns)).distinct()
    counted = _counted(asks, line, first)
    found: dict[Following, str] = {}
    for n, node in enumerate(nodes):
        counted = _found(counted, line, node, f"found_{n}")
        found[node] = f"found_{n}"
    named = apart(scope, nodes)
    taken = {c.lower() for c in scope.table.columns}
    own = {c: unused(taken, f"asked {c}") for c in columns}
    asked = scope.table.mutate(**{own[c]: value(ctx, scope, e) for c, e in zip(columns, reads, strict=True)})
    right, names = beside(asked, counted)
    same = [(scope.names[theirs], names["asked_in"]), *((own[c], names[c]) for c in columns)]
    pair = asked.left_join(right, same)
    made = {named[node]: pair[names[column]] for node, column in found.items()}
    return with_columns(scope, pair.select(*scope.table.columns, **made), named)


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
