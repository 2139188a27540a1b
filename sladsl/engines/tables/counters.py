"""Counters of figures: one GROUP BY for all figures that count the same rows in the same periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sladsl.calendars import day_date, iso
from sladsl.engines.tables import numbers
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.dialects import floor_div, has_nearest_rank, how_many, nearest_rank, of_those
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.outcomes import PeriodCounts
from sladsl.plan import Counter, Expression, FieldType, Figure, Lookup, PeriodStart, Ref
from sladsl.plan.traversal import field_of

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis


@dataclass(frozen=True, slots=True)
class Pass:
    """Figures that one GROUP BY counts: of one record, by one entry, period and breakdown."""

    record: str
    figures: tuple[Figure, ...]
    period: Expression
    by: tuple[Expression, ...]


def passes(shape: Shape, figures: Iterable[Figure]) -> list[Pass]:
    """Each figure as a whole and, where it has a breakdown, by that too."""
    members_of: dict[tuple[str, Expression, tuple[Expression, ...]], list[Figure]] = {}
    for f in figures:
        period = shape.same(period_of(f))
        for by in dict.fromkeys(((), tuple(map(shape.same, f.by)))):
            members_of.setdefault((f.record, period, by), []).append(f)
    return [Pass(record, tuple(members), period, by) for (record, period, by), members in members_of.items()]


def period_of(f: Figure) -> Lookup:
    return Lookup(PeriodStart(f.period), Ref(f.record, f.entry))


def reads(f: Figure) -> list[Expression]:
    """Every expression the figure is counted from."""
    counted = (e for c in f.counters for e in (c.when, c.of) if e is not None)
    return [period_of(f), *f.by, *counted]


Counts = dict[str, list[PeriodCounts]]


def counted(
    ctx: Context, wide: WideTable, p: Pass, store: Store, between: tuple[int, int] | None = None
) -> Counts:
    """The counters of each figure in each period (and each value of the breakdown) in which it counts anything; with `between`, in the
    periods that begin in `[first, end)`, and no other row is counted."""
    query, names, by = counting(ctx, wide, p, between)
    counts: Counts = {f.id: [] for f in p.figures}
    for row in store.rows(query):
        values = tuple(_shown(ctx, e, row[name]) for name, e in zip(by, p.by, strict=True))
        for f in p.figures:
            counters = {c.name: _plain(c, row[names[c]]) for c in f.counters}
            if any(counters.values()):
                counts[f.id].append(PeriodCounts(row["period"], counters, values))
    for rows in counts.values():
        rows.sort(key=lambda r: (r.start, tuple((v is None, v or "") for v in r.by)))
    return counts


def counting(
    ctx: Context, wide: WideTable, p: Pass, between: tuple[int, int] | None = None
) -> tuple[ibis.Table, Mapping[Counter, str], list[str]]:
    """The query of a pass: the column of each counter, and those of the breakdown."""
    counters = list(dict.fromkeys(c for f in p.figures for c in f.counters))
    by = [f"by_{n}" for n in range(len(p.by))]
    columns = {"period": value(ctx, wide, p.period)}
    columns |= {name: value(ctx, wide, e) for name, e in zip(by, p.by, strict=True)}
    for n, c in enumerate(counters):
        columns[f"when_{n}"] = ibis.coalesce(value(ctx, wide, c.when), ibis.literal(False))
        if c.of is not None:
            columns[f"of_{n}"] = value(ctx, wide, c.of)
    rows = wide.table.select(**columns)
    rows = rows.filter(rows["period"].notnull())
    if between is not None:
        rows = rows.filter(rows["period"] >= between[0], rows["period"] < between[1])
    groups = ["period", *by]
    ranks = {n: c for n, c in enumerate(counters) if c.aggregate == "rank"}
    if ranks and not has_nearest_rank(ctx.dialect):
        rows = rows.mutate(**_numbered(ctx, rows, groups, ranks))
    names = {c: f"counter_{n}" for n, c in enumerate(counters)}
    aggregates = {names[c]: _aggregate(ctx, rows, n, c) for n, c in enumerate(counters)}
    return rows.group_by(groups).aggregate(**aggregates), names, by


def _aggregate(ctx: Context, rows: ibis.Table, n: int, c: Counter) -> ir.Value:
    when = rows[f"when_{n}"]
    if c.of is None:
        return how_many(ctx.dialect, rows, when)
    of = rows[f"of_{n}"]
    match c.aggregate:
        case "count":
            return how_many(ctx.dialect, rows, when & of.notnull())
        case "sum":
            # A sum of spans outgrows 64 bits.
            exact = of.cast(numbers.WIDE) if of.type().is_decimal() else of
            total = of_those(exact, when).sum()
            return total if of.type().is_decimal() else total.cast("decimal(38, 0)")
        case "least":
            return of_those(of, when).min()
        case "greatest":
            return of_those(of, when).max()
        case "rank":
            return _rank(ctx, rows, n, c)
        case _:
            raise ValueError(f"`{c.aggregate}` is not a counter's aggregate")


# ------------------------------------------------------------------------------------------------------------------ ranks

_LAST = {True: 2**63 - 1, False: Decimal(10) ** 20}


def _rank(ctx: Context, rows: ibis.Table, n: int, c: Counter) -> ir.Value:
    """The nearest-rank percentile, where rows without a value stand last: a rank that falls on one has no value."""
    when, of = rows[f"when_{n}"], rows[f"of_{n}"]
    if not has_nearest_rank(ctx.dialect):
        return of_those(of, when & rows[f"ranked_{n}"]).max()
    whole = of.type().is_integer()
    last = ibis.literal(_LAST[whole], "int64" if whole else numbers.WIDE)
    filled = ibis.coalesce(of if whole else of.cast(numbers.WIDE), last)
    return nearest_rank(filled, c.percent, when).nullif(last)


def _numbered(
    ctx: Context, rows: ibis.Table, groups: list[str], ranks: Mapping[int, Counter]
) -> dict[str, ir.BooleanValue]:
    """For each rank, whether a row is the k-th of those counted: k = ⌈percent x n / 100⌉, in integers."""
    ranked = {}
    for n, c in ranks.items():
        when = rows[f"when_{n}"]
        among = [*(rows[g] for g in groups), when]
        order = rows[f"of_{n}"].asc(nulls_first=False)
        place = ibis.row_number().over(group_by=among, order_by=order) + 1
        many = rows.count().over(group_by=among)
        ranked[f"ranked_{n}"] = place == floor_div(ctx.dialect, many * c.percent + 99, 100)
    return ranked


# ---------------------------------------------------------------------------------------------------------------- as text


def _shown(ctx: Context, e: Expression, value: object) -> str | None:
    """A breakdown's value as text."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case int() if (field := field_of(e)) is not None:
            kind = ctx.shape.records[field.record].field(field.name).type
            if kind is FieldType.DATE:
                return day_date(value).isoformat()
            return iso(value) if kind is FieldType.TIME else str(value)
        case _:
            return str(value)


def _plain(c: Counter, value: object) -> int | Decimal | None:
    if value is None:
        return 0 if c.aggregate == "sum" else None
    if isinstance(value, int):
        return value
    assert isinstance(value, Decimal)
    return int(value) if value.as_tuple().exponent == 0 else value
