"""Rows that are made of others, as `sladsl.plan.made` says: worked out once for an evaluation, whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING, assert_never

from sladsl.calendars import DAY, HOUR, MINUTE, SECOND
from sladsl.engines.tables.children import paired
from sladsl.engines.tables.column_joins import widen
from sladsl.engines.tables.dialects import floor_div, unused
from sladsl.engines.tables.settle import flag
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.plan import (
    Aggregate,
    Children,
    EndsOf,
    Expression,
    Field,
    Hidden,
    InstantsOf,
    Link,
    OfAsker,
    PeriodEnd,
    Record,
    RowsOf,
    StretchesOf,
)
from sladsl.plan.made import AT, BEGAN, ENDED

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis


def with_made(ctx: Context) -> Context:
    """The same, with the rows of the records that are made beside those that are settled."""
    made = [r for r in ctx.shape.plan.records if r.made is not None]
    if not made:
        return ctx
    settled = dict(ctx.settled)
    whole = replace(ctx, settled=settled)
    kept: dict[str, ibis.Table] = {}
    settled.update({r.name: partial(_anew, whole, r, kept) for r in made})
    return whole


def counted_rows(ctx: Context, store: Store) -> dict[str, int]:
    """How many rows there are of each record that is made."""
    made = {r.name: ctx.settled[r.name]().table for r in ctx.shape.plan.made}
    return {name: store.row(rows.aggregate(many=rows.count()))["many"] for name, rows in made.items()}


def _anew(ctx: Context, record: Record, kept: dict[str, ibis.Table]) -> WideTable:
    if record.name not in kept:
        assert ctx.keep is not None, "rows are made once"
        kept[record.name] = ctx.keep(_query(ctx, record))
        if isinstance(record.made, InstantsOf):
            kept[record.name] = ctx.keep(_told(ctx, record, kept[record.name]))
    wide = _wide_table(ctx, record, kept[record.name].view())
    names = {e: name for name, e in _asked_of(ctx, record).items()}
    return replace(wide, names=dict(wide.names) | names, origin=partial(_anew, ctx, record, kept))


def _asked_of(ctx: Context, record: Record) -> dict[str, Expression]:
    """What is worked out of instants once, since rows are made of it and the rows that have none of these are listed by it."""
    made = [
        r.made for r in ctx.shape.plan.made if isinstance(r.made, StretchesOf) and r.made.of == record.name
    ]
    asked = dict.fromkeys(e for x in made for e in (x.holds, *(value for _, value in x.values)))
    taken = {_link(record).own.lower(), AT}
    return {unused(taken, f"asked_{n}"): e for n, e in enumerate(asked)}


def _told(ctx: Context, record: Record, bare: ibis.Table) -> ibis.Table:
    """Instants with what is asked of each."""
    wide = replace(
        _wide_table(ctx, record, bare.view()), origin=lambda: _wide_table(ctx, record, bare.view())
    )
    asked = _asked_of(ctx, record)
    told = widen(ctx, wide, asked.values())
    own = (_link(record).own, AT)
    return told.table.select(**{name: told.table[name] for name in own}, **_columns(ctx, told, asked))


def _wide_table(ctx: Context, record: Record, table: ibis.Table) -> WideTable:
    """The rows with their key, and none of their times hidden."""
    if not isinstance(record.made, RowsOf):
        of = BEGAN if isinstance(record.made, StretchesOf) else AT
        named = table[_link(record).own].concat("#", _iso(ctx.dialect, table[of]))
        table = table.mutate(**{record.key: named})
    names: dict[Expression, str] = {Field(record.name, record.key): record.key}
    for f in record.fields:
        names[Field(record.name, f.name)] = f.name
        if f.comes:
            names[Hidden(record.name, f.name)] = flag(f)
    table = table.mutate(**{flag(f): ibis.literal(False) for f in record.fields if f.comes})
    row = (_link(record).own, AT) if isinstance(record.made, InstantsOf) else (record.key,)
    return WideTable(record.name, table, names, row)


def _link(record: Record) -> Link:
    assert record.link is not None, "rows that are made belong to others"
    return record.link


def _query(ctx: Context, record: Record) -> ibis.Table:
    match record.made:
        case RowsOf() as made:
            return _rows_of(ctx, made)
        case InstantsOf() as made:
            return _instants(ctx, record, made)
        case StretchesOf() as made:
            return _stretches(ctx, record, made)
        case EndsOf() as made:
            return _ends(ctx, record, made)
        case None:
            raise AssertionError("a source gives the other records' rows")
        case _:
            assert_never(record.made)


def _rows_of(ctx: Context, made: RowsOf) -> ibis.Table:
    asked = [e for _, e in made.values] + ([] if made.where is None else [made.where])
    wide = widen(ctx, ctx.settled[made.of](), asked)
    columns = _columns(ctx, wide, dict(made.values))
    if made.where is None:
        return wide.table.select(**columns)
    found = wide.table.select(**columns, counts=_is_true(ctx, wide, made.where))
    return found.filter(found["counts"]).drop("counts")


def _columns(ctx: Context, wide: WideTable, asked: Mapping[str, Expression]) -> dict[str, ir.Value]:
    return {name: value(ctx, wide, e) for name, e in asked.items()}


def _is_true(ctx: Context, wide: WideTable, e: Expression) -> ir.BooleanValue:
    return ibis.coalesce(value(ctx, wide, e), ibis.literal(False))


# ------------------------------------------------------------------------------------------------------------- instants


def _instants(ctx: Context, record: Record, made: InstantsOf) -> ibis.Table:
    changes: dict[tuple[str, bool], list[Expression]] = {(made.of, False): [made.since]}
    for change in made.changes:
        itself = change.record == made.of and not change.beside
        changes.setdefault((change.record, not itself), []).append(change.at)
    parts = [part for (of, other), asked in changes.items() for part in _times(ctx, made, of, asked, other)]
    every = reduce(lambda a, b: a.union(b), parts)
    there = every.filter(every["at"] >= every["since"], every["at"] < ibis.literal(ctx.as_of, "int64"))
    return there.select(**{_link(record).own: there["owner"], AT: there["at"]}).distinct()


def _times(
    ctx: Context, made: InstantsOf, record: str, asked: list[Expression], other: bool
) -> Iterable[ibis.Table]:
    """The instants that rows of a record give (`other` ones than the row itself), beside the row they are of (`owner`) and since when that
    row asks (`since`)."""
    rows = ctx.settled[made.of]()
    begins: Expression = made.since
    key = Field(made.of, ctx.shape.records[made.of].key)
    if not other:
        wide = widen(ctx, rows, [key, made.since, *asked])
        owner = wide.table[wide.names[key]]
    else:
        node = Children(record, Aggregate.COUNT)
        path = ctx.shape.path(node, made.of)
        if ctx.shape.top(node, made.of) != made.of:
            # Rows beside the one whose instants these are do not see it by themselves.
            begins = OfAsker(made.of, made.since, 1)
        nodes = [Children(record, Aggregate.LEAST, of=e, depth=1) for e in (begins, *asked)]
        pairs = paired(ctx, rows, path, nodes, widen)
        wide = widen(ctx, pairs.wide, [*pairs.read, begins, *asked])
        (group,) = pairs.group
        owner = wide.table[group]
    since = value(ctx, wide, begins)
    for e in asked:
        yield wide.table.select(owner=owner, since=since, at=value(ctx, wide, e))


# ----------------------------------------------------------------------------------------------------------------- ends


def _ends(ctx: Context, record: Record, made: EndsOf) -> ibis.Table:
    """A row that lasts, with each end of a period in the table of these that lies in its time."""
    asked = {
        _link(record).own: Field(made.of, ctx.shape.records[made.of].key),
        "since": made.since,
        "until": made.until,
    }
    wide = widen(ctx, ctx.settled[made.of](), [*asked.values()])
    rows = wide.table.select(**_columns(ctx, wide, asked))
    function = PeriodEnd(made.period)
    (times,) = ctx.times.of([function])
    column = f"base_{times.functions.index(function)}"
    every = times.table.view()
    ends = every.select(end=every[column]).filter(lambda x: x["end"].notnull()).distinct()
    inside = [
        rows["since"] < ends["end"],
        (rows["until"].isnull()) | (ends["end"] <= rows["until"]),
        ends["end"] <= ibis.literal(ctx.as_of, "int64"),
    ]
    pairs = rows.inner_join(ends, inside)
    return pairs.select(**{_link(record).own: rows[_link(record).own], AT: ends["end"] - 1})


# ------------------------------------------------------------------------------------------------------------ stretches


def _stretches(ctx: Context, record: Record, made: StretchesOf) -> ibis.Table:
    """Gaps and islands: a run begins where the condition holds and something is another than it was at the instant before."""
    own = _link(ctx.shape.records[made.of]).own
    asked = {"owner": Field(made.of, own), "at": Field(made.of, AT), "later_than": made.after}
    values = {f"value_{n}": e for n, (_, e) in enumerate(made.values)}
    wide = widen(ctx, ctx.settled[made.of](), [*asked.values(), made.holds, *values.values()])
    columns = _columns(ctx, wide, asked | values)
    line = wide.table.select(**columns, holds=_is_true(ctx, wide, made.holds))
    before = {f"previous_{name}": _neighbour(line, name, back=True) for name in ("holds", *values)}
    line = line.mutate(**before, following=_neighbour(line, "at", back=False))
    same = reduce(and_, (_same(line, name) for name in values), line["previous_holds"])
    line = line.mutate(begins=line["holds"] & ~ibis.coalesce(same, ibis.literal(False)))
    so_far = ibis.cumulative_window(group_by="owner", order_by="at")
    line = line.mutate(run=_counted(line["begins"]).sum().over(so_far))
    line = line.filter(line["holds"])
    run = ibis.window(group_by=["owner", "run"])
    line = line.mutate(
        lasts=_counted(line["following"].isnull()).max().over(run),
        until=line["following"].max().over(run),
    )
    first = line.filter(line["begins"], line["at"] > line["later_than"])
    ended = ibis.ifelse(first["lasts"] == 0, first["until"], ibis.null("int64"))
    kept = {name: first[f"value_{n}"] for n, (name, _) in enumerate(made.values)}
    return first.select(**{_link(record).own: first["owner"], BEGAN: first["at"], ENDED: ended, **kept})


def _counted(holds: ir.BooleanValue) -> ir.IntegerValue:
    return ibis.ifelse(holds, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _neighbour(line: ibis.Table, name: str, back: bool) -> ir.Value:
    """What the instant before has, or the one after."""
    in_order = ibis.window(group_by=line["owner"], order_by=line["at"])
    return (line[name].lag() if back else line[name].lead()).over(in_order)


def _same(line: ibis.Table, name: str) -> ir.BooleanValue:
    """Whether a value is the one that it was: missing is the same as missing."""
    now, then = line[name], line[f"previous_{name}"]
    return ibis.coalesce(now == then, ibis.literal(False)) | (now.isnull() & then.isnull())


# ----------------------------------------------------------------------------------------------------------------- keys

_YEARS_BEFORE_1970 = 719_528 * DAY
"""From the year 0 on instants are counted up, so that they can be divided."""


def _iso(dialect: str, at: ir.IntegerValue) -> ir.StringValue:
    """An instant as `sladsl.calendars.iso` writes it."""
    since_0 = at + _YEARS_BEFORE_1970
    days = floor_div(dialect, since_0, DAY)
    rest = since_0 - days * DAY
    day = (ibis.date(1970, 1, 1) + (days - _YEARS_BEFORE_1970 // DAY).as_interval("D")).strftime("%Y-%m-%d")
    parts = [
        _digits(floor_div(dialect, rest, HOUR), 2),
        _digits(floor_div(dialect, rest, MINUTE) % 60, 2),
        _digits(floor_div(dialect, rest, SECOND) % 60, 2),
    ]
    micro = rest % SECOND
    fraction = ibis.ifelse(micro == 0, ibis.literal(""), ibis.literal(".").concat(_digits(micro, 6)))
    return day.concat("T", parts[0], ":", parts[1], ":", parts[2], fraction, "Z")


def _digits(number: ir.IntegerValue, many: int) -> ir.StringValue:
    return number.cast("string").lpad(many, "0")
