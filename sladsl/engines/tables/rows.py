"""Rows counted by how they stand, listed where they must be shown, and named where their clock ran out."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from sladsl.engines.tables.counters import period_of
from sladsl.engines.tables.dialects import least_few
from sladsl.engines.tables.facts import Facts, Late, key, passing_reads
from sladsl.engines.tables.store import ArrowColumn, Store
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.outcomes import GroupRow, Instance, Listed, Passed
from sladsl.plan import (
    Commitment,
    Definition,
    Expression,
    Field,
    Figure,
    Groups,
    Listing,
    Passing,
    Ref,
    Route,
    Status,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

StatusCounts = dict[tuple[Expression, object], int]


def standings(
    ctx: Context,
    made: Facts,
    asked: Sequence[Expression],
    pairs: Sequence[tuple[Ref, Ref]],
    store: Store,
) -> StatusCounts:
    """How many rows have each value of each expression; for a pair, of the second where the first is true.

    One GROUP BY over all that stand in one table: the values that occur together are few, since they are codes and conditions.
    """
    tally: Tally[tuple[Expression, object]] = Tally()
    # Two listings may ask the same.
    questions: list[tuple[Expression, ...]] = [*((e,) for e in dict.fromkeys(asked)), *pairs]
    for wide, own in made.apart(questions, lambda question: question):
        query, names = standing(ctx, wide, list(dict.fromkeys(e for question in own for e in question)))
        for row in store.rows(query):
            for question in own:
                *among, e = question
                if all(row[names[x]] is True for x in among):
                    tally[e, row[names[e]]] += row["rows"]
    return tally


def standing(
    ctx: Context, wide: WideTable, asked: Sequence[Expression]
) -> tuple[ibis.Table, dict[Expression, str]]:
    """The query for how many rows have which values, and the column of each expression."""
    names = {e: f"standing_{n}" for n, e in enumerate(asked)}
    rows = wide.table.select(**{name: value(ctx, wide, e) for e, name in names.items()})
    return rows.group_by(list(names.values())).aggregate(rows=rows.count()), names


def statuses(standing: StatusCounts, d: Definition) -> dict[Status, int]:
    return {status: standing.get((Ref(d.record, d.status), int(status)), 0) for status in Status}


def routed(standing: StatusCounts, r: Route) -> dict[str, int]:
    """Rows by destination; two branches may share one."""
    counts = dict.fromkeys(r.destinations, 0)
    for code, destination in enumerate(r.destinations):
        counts[destination] += standing.get((Ref(r.record, r.column), code), 0)
    return counts


def listed(
    ctx: Context,
    made: Facts,
    standing: StatusCounts,
    asked: Sequence[Listing],
    store: Store,
    examples: int,
) -> dict[Listing, Listed]:
    """The listings of a record: how many rows each has, and the first keys, found for all of one table in one query."""
    counts = {x: standing.get((x.when, True), 0) for x in asked}
    named: dict[Listing, tuple[str, ...]] = {}
    own_key = {x.record: key(ctx.shape, x.record) for x in asked}
    for wide, shown in made.apart((x for x in asked if counts[x]), lambda x: (x.when, own_key[x.record])):
        names = {f"keys_{n}": x for n, x in enumerate(shown)}
        own = value(ctx, wide, own_key[shown[0].record])
        first = {n: least_few(ctx.dialect, own, examples, value(ctx, wide, x.when)) for n, x in names.items()}
        keys = store.row(wide.table.aggregate(**first))
        named |= {x: tuple(keys[name][:examples]) for name, x in names.items()}
    return {x: Listed(x.kind, x.subject, x.record, counts[x], named.get(x, ())) for x in asked}


def passed(
    ctx: Context,
    made: Mapping[str, Facts],
    c: Commitment,
    period: tuple[int, int] | None,
    store: Store,
) -> list[Passed]:
    """From when on each bound of a commitment is passed, in each period in which it is; with `period`, in those that are counted then."""
    plan = ctx.shape.plan
    passings = []
    for n, p in enumerate(c.passings):
        figure = plan.figure(p.figure or c.figure)
        between = p.within(plan.counted_within(figure.id, period))
        wide = made[figure.record].of([*passing_reads(p), period_of(figure)])
        rows = store.rows(passing(ctx, wide, figure, p, between))
        passings += [Passed(row["period"], n, row["at"], row.get("of_group")) for row in rows]
    return sorted(passings, key=lambda x: (x.start, x.passing, x.group or ""))


def passing(
    ctx: Context,
    wide: WideTable,
    figure: Figure,
    p: Passing,
    between: tuple[int | None, int | None] = (None, None),
) -> ibis.Table:
    """The query for when a bound was passed, a row a period: the first row at which the running total is above the limit. Either end of the
    starts of periods may be missing."""

    def holds(e: Expression) -> ir.BooleanValue:
        return ibis.coalesce(value(ctx, wide, e), ibis.literal(False))

    per, share, none = (ibis.literal(x, "int64") for x in (p.per, p.share, 0))
    left = none if p.left is None else ibis.ifelse(holds(p.left), share, none)
    group = {} if p.group is None else {"of_group": value(ctx, wide, p.group)}
    rows = wide.table.select(
        **group,
        period=value(ctx, wide, period_of(figure)),
        at=value(ctx, wide, p.at),
        weight=ibis.ifelse(holds(p.when), per, left),
        part=ibis.ifelse(holds(p.rows), share, none),
    )
    by = ["period", *group]
    rows = rows.filter(*(rows[x].notnull() for x in by))
    first, last = between
    rows = rows if first is None else rows.filter(rows["period"] >= first)
    rows = rows if last is None else rows.filter(rows["period"] < last)
    counted = rows.mutate(weight=ibis.ifelse(rows["at"].isnull(), none, rows["weight"]))
    among = [counted[x] for x in by]
    whole = counted["part"].sum().over(group_by=among)
    so_far = ibis.window(
        group_by=among, order_by=counted["at"].asc(nulls_first=False), preceding=None, following=0
    )
    totals = counted.mutate(limit=whole, total=counted["weight"].sum().over(so_far))
    limit, step = totals["limit"] + p.more, totals["weight"] > 0
    above = totals.filter((limit < 0) | (step & (totals["total"] > limit)))
    at = ibis.ifelse(above["limit"] + p.more < 0, above["period"], above["at"])
    return above.group_by(by).aggregate(at=at.min())


def group_rows(ctx: Context, made: Facts, groups: Groups, store: Store) -> tuple[GroupRow, ...]:
    """What the rows that name groups say of them, by key."""
    record = groups.record
    assert record is not None, "no row names the other groups"
    wide = made.of([*groups.reads, key(ctx.shape, record)])
    columns = {"key": value(ctx, wide, key(ctx.shape, record))}
    if groups.since is not None:
        columns["since"] = value(ctx, wide, Field(record, groups.since))
    if groups.target is not None:
        columns["target"] = value(ctx, wide, groups.target)
    rows = store.rows(wide.table.select(**columns))
    return tuple(
        sorted((GroupRow(x["key"], x.get("since"), x.get("target")) for x in rows), key=lambda x: x.key)
    )


def breaches(
    ctx: Context, made: Mapping[str, Facts], late: Late, between: tuple[int, int] | None, store: Store
) -> Instances:
    """The instances past their deadline, by key; with `between`, those that entered in it."""
    wide = made[late.clock.record].of(late.reads())
    columns = store.columns(late_rows(ctx, wide, late, between))
    return Instances(late.commitment.id, late.clock.record, columns, len(columns["key"]))


def late_rows(ctx: Context, wide: WideTable, late: Late, between: tuple[int, int] | None) -> ibis.Table:
    """The query for them."""
    c, record = late.clock, late.clock.record
    columns = {
        "key": late.key,
        "owner": late.owner,
        "entered": Ref(record, c.entry),
        "started": Ref(record, c.start),
        "due": Ref(record, c.due),
        "stopped": Ref(record, c.stop),
        "tier": None if c.tier is None else Ref(record, c.tier),
        **{f"told {n}": Ref(record, x) for n, x in enumerate(late.told)},
        **{f"row {n}": x for n, x in enumerate(late.row)},
    }
    rows = wide.table.filter(value(ctx, wide, late.when))
    there = WideTable(record, rows, wide.names, ())
    shown = rows.select(**{name: value(ctx, there, e) for name, e in columns.items() if e is not None})
    if between is not None:
        shown = shown.filter((shown["entered"] >= between[0]) & (shown["entered"] < between[1]))
    return shown.order_by("key")


@dataclass(frozen=True, slots=True)
class Instances(Sequence[Instance]):
    """Instances as columns; each is made when it is asked for, since there may be millions and most reports show a few."""

    commitment: str
    record: str
    columns: Mapping[str, Sequence[Any]]
    size: int

    @property
    def owners(self) -> list[str | None]:
        """Who is accountable for them, each once."""
        column = self.columns.get("owner", ())
        return column.distinct() if isinstance(column, ArrowColumn) else list(dict.fromkeys(column))

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, at: int) -> Instance: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Instance, ...]: ...
    def __getitem__(self, at: int | slice) -> Instance | tuple[Instance, ...]:
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(self.size)))
        place = at + self.size if at < 0 else at
        if not 0 <= place < self.size:
            raise IndexError(at)
        return next(self._between(place, 1))

    def __iter__(self) -> Iterator[Instance]:
        for start in range(0, self.size, _AT_ONCE):
            yield from self._between(start, _AT_ONCE)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((self.commitment, self.size))

    def _between(self, start: int, size: int) -> Iterator[Instance]:
        parts = {name: column[start : start + size] for name, column in self.columns.items()}
        lacking = [None] * len(parts["key"])
        told, row = (
            list(zip(*values, strict=True)) if values else [()] * len(lacking)
            for values in ([v for name, v in parts.items() if name.startswith(x)] for x in ("told ", "row "))
        )
        shown = zip(*(parts.get(name, lacking) for name in _SHOWN), told, row, strict=True)
        return (Instance(self.commitment, self.record, *row) for row in shown)


_SHOWN = ("key", "owner", "entered", "started", "due", "stopped", "tier")
_AT_ONCE = 10_000
