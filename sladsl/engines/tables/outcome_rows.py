"""What became of every row of every figure, from the facts: one table, which a database can write where it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sladsl.calendars import PeriodKind
from sladsl.engines.differing import Columns as ColumnsHere
from sladsl.engines.differing import Differing, OtherRows, differing
from sladsl.engines.tables import numbers
from sladsl.engines.tables.connections import fetched
from sladsl.engines.tables.counters import period_of
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.facts import Facts, key
from sladsl.engines.tables.queries import Columns
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.outcomes import OutcomeRow, Outcomes
from sladsl.plan import Expression, FieldType, Figure, Plan, Ref, RowOutcome, Subject, ValueType
from sladsl.plan import rows as plan_rows
from sladsl.plan.traversal import field_of

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

T = TypeVar("T")
BY = "by_"
_MILLIONTH = ibis.literal(Decimal("0.000001"), numbers.WIDE)


def reads(shape: Shape, record: str) -> list[list[Expression]]:
    """What the rows of each of a record's figures are made of."""
    return [_reads(shape, s.figure) for s in plan_rows.subjects(shape.plan) if s.figure.record == record]


def _reads(shape: Shape, f: Figure) -> list[Expression]:
    shown = (*_shown(shape, f).values(), *f.by)
    return [period_of(f), *(e for e in shown if e is not None)]


@dataclass(frozen=True, slots=True)
class FigureRows:
    """What became of the rows of the periods that were counted, for whoever asks while the store is there.

    Columns are those of `OutcomeRow`, with one `by_…` for each name that any figure is broken down by. Instants are int64 microseconds;
    nothing else is a whole number.
    """

    outcomes: Outcomes
    _ctx: Context
    _made: Mapping[str, Facts]
    _store: Store
    _labels: Mapping[PeriodKind, ibis.Table]
    _earlier: Mapping[str, FigureRows] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self._ctx.shape.plan

    def with_earlier(self, earlier: Mapping[str, FigureRows], outcomes: Outcomes) -> FigureRows:
        """The same with the rows of some figures from evaluations as of earlier instants on this connection, and what all then come to."""
        return replace(self, outcomes=outcomes, _earlier=earlier)

    def all(self) -> ibis.Table:
        """All of them, by subject (commitments first), period and key: a table that is there while the store is."""
        kept: ibis.Table | None = None
        # One figure after the other: sorting all of them at once would need memory for all of them.
        for s in plan_rows.subjects(self._ctx.shape.plan):
            rows = self.of(s).order_by("period_start", "key")
            if kept is None:
                kept = self._store.keep(rows, ordered=True)
            else:
                self._store.append(kept, rows)
        return self._store.given(kept if kept is not None else _none(self._store))

    def of(self, s: Subject, more: Mapping[str, Expression] = MappingProxyType({})) -> ibis.Table:
        """Those of one subject, in no order, as a query for `rows`; with `more` columns of what the evaluation was asked for."""
        f = s.figure
        if f.id in self._earlier:
            return self._earlier[f.id].of(s, more)
        wide = self._made[f.record].of([*_reads(self._ctx.shape, f), *more.values()])
        return of_subject(self._ctx, wide, self._labels[f.period], s, more)

    def apart(
        self, record: str, some: Iterable[T], reads: Callable[[T], Iterable[Expression]]
    ) -> Iterator[list[T]]:
        """Those that one `of_record` can be asked of together."""
        yield from (own for _, own in self._made[record].apart(some, reads))

    def of_record(self, record: str, columns: Mapping[str, Expression]) -> ibis.Table:
        """All rows there are of a record, as a query for `rows`, with columns of expressions that the evaluation was asked for."""
        wide = self._made[record].of(columns.values())
        return wide.table.select(**{name: value(self._ctx, wide, e) for name, e in columns.items()})

    def rows(self, query: ibis.Table) -> list[dict[str, Any]]:
        """The rows of a query over these."""
        return self._store.rows(query)

    def columns(self, query: ibis.Table) -> ColumnsHere:
        """The same as columns."""
        return self._store.columns(query)

    def differing(self, own: ibis.Table, other: OtherRows, theirs: Any) -> Differing:
        """As every engine says. On one connection the database holds the rows against each other."""
        if not isinstance(other, FigureRows) or other._store.con is not self._store.con:
            return differing(self.columns(own), other.columns(theirs))
        return self._differing(own, theirs)

    def _differing(self, own: ibis.Table, theirs: ibis.Table) -> Differing:
        values = [name for name in own.columns if name != "key"]
        was, now = (
            query.select(**{f"{side}{n}": query[name] for n, name in enumerate(["key", *values])})
            for side, query in (("was", own), ("now", theirs))
        )
        both = was.outer_join(now, was["was0"] == now["now0"])
        pairs = [(both[f"was{n}"], both[f"now{n}"]) for n, _ in enumerate(values, start=1)]
        there = both["was0"].notnull() & both["now0"].notnull()
        both = both.filter(~there | reduce(or_, (a != b for a, b in pairs)))
        found = self._store.columns(both)
        columns = [found[f"{side}{n}"] for side in ("was", "now") for n in range(1 + len(values))]
        for start in range(0, len(columns[0]), _AT_ONCE):
            for row in zip(*(column[start : start + _AT_ONCE] for column in columns), strict=True):
                (key, *before), (again, *after) = row[: 1 + len(values)], row[1 + len(values) :]
                yield (
                    again if key is None else key,
                    None if key is None else tuple(before),
                    None if again is None else tuple(after),
                )


def figure_rows(ctx: Context, made: Mapping[str, Facts], store: Store, outcomes: Outcomes) -> FigureRows:
    plan = ctx.shape.plan
    starts: dict[PeriodKind, set[int]] = {}
    for f in plan.figures:
        starts.setdefault(f.period, set()).update(c.start for c in outcomes.figures[f.id])
    labels = {kind: store.keep(_labels(plan, kind, ids)) for kind, ids in starts.items()}
    return FigureRows(outcomes, ctx, made, store, labels)


def rows_of(plan: Plan, table: ibis.Table) -> Iterator[OutcomeRow]:
    """The query's rows as values."""
    names = {s.commitment: plan_rows.breakdown(s.figure) for s in plan_rows.subjects(plan) if s.commitment}
    tracked = {s.kpi: plan_rows.breakdown(s.figure) for s in plan_rows.subjects(plan) if not s.commitment}
    for batch in fetched(table).to_batches(max_chunksize=_AT_ONCE):
        for row in batch.to_pylist():
            values = {name: x for name, x in row.items() if not name.startswith(BY)}
            by = names[row["commitment"]] if row["commitment"] is not None else tracked[row["kpi"]]
            values["outcome"] = RowOutcome(row["outcome"])
            yield OutcomeRow(**values, by=tuple(row[BY + name] for name in by))


_AT_ONCE = 10_000


def _none(store: Store) -> ibis.Table:
    """The rows of an agreement that measures nothing."""
    names = (
        "commitment",
        "kpi",
        "record",
        "key",
        "owner",
        "period",
        "period_start",
        *(n for n in _TYPES if n != "owner"),
    )
    return store.keep(Columns(dict.fromkeys(names, "string"), {name: [] for name in names}), ordered=True)


def _labels(plan: Plan, kind: PeriodKind, starts: Iterable[int]) -> Columns:
    periods = plan.periods
    ordered = sorted(starts)
    labels = [periods.containing(kind, start).label for start in ordered]
    return Columns({"starts": "int64", "label": "string"}, {"starts": ordered, "label": labels})


def _shown(shape: Shape, f: Figure) -> dict[str, Expression | None]:
    return {"key": key(shape, f.record), **plan_rows.columns(shape.plan, f)}


_IN_TABLES = {ValueType.TEXT: "string", ValueType.INSTANT: "int64"}
_TYPES = {name: _IN_TABLES.get(kind, numbers.WIDE) for name, kind in plan_rows.COLUMNS.items()}


def of_subject(
    ctx: Context,
    wide: WideTable,
    labels: ibis.Table,
    s: Subject,
    more: Mapping[str, Expression] = MappingProxyType({}),
) -> ibis.Table:
    """One figure's rows, with `more` columns of this name."""
    f, plan = s.figure, ctx.shape.plan
    spans = plan_rows.spans(plan, f)
    columns: dict[str, ir.Value] = {"starts": value(ctx, wide, period_of(f))}
    for name, e in _shown(ctx.shape, f).items():
        column = ibis.null() if e is None else value(ctx, wide, e)
        columns[name] = (
            seconds(column) if name in spans and e is not None else column.cast(_TYPES.get(name, "string"))
        )
    own = dict(zip(plan_rows.breakdown(f), f.by, strict=True))
    for name in _all_names(plan):
        by = own.get(name)
        columns[BY + name] = ibis.null("string") if by is None else _as_text(ctx, by, value(ctx, wide, by))
    columns |= {name: value(ctx, wide, e) for name, e in more.items()}
    rows = wide.table.select(**columns)
    rows = rows.filter(rows["outcome"].notnull())
    joined = rows.inner_join(labels, "starts")
    return joined.select(
        commitment=ibis.literal(s.commitment, "string"),
        kpi=ibis.literal(s.kpi, "string"),
        record=ibis.literal(f.record, "string"),
        key=joined["key"],
        owner=joined["owner"],
        period=joined["label"],
        period_start=joined["starts"],
        **{BY + name: joined[BY + name] for name in _all_names(plan)},
        **{name: joined[name] for name in _TYPES if name != "owner"},
        **{name: joined[name] for name in more},
    )


def _all_names(plan: Plan) -> Sequence[str]:
    return tuple(dict.fromkeys(name for f in plan.figures for name in plan_rows.breakdown(f)))


def seconds(span: ir.IntegerValue) -> ir.DecimalValue:
    """Microseconds as seconds, exactly."""
    return (span.cast(numbers.WIDE) * _MILLIONTH).cast(numbers.WIDE)


def _kind(ctx: Context, e: Expression) -> FieldType | ValueType:
    """What a KPI is broken down by: a field, or a column that holds what it was when a row entered."""
    if isinstance(e, Ref):
        return ctx.shape.columns[e.record, e.column].type
    field = field_of(e)
    assert field is not None, "a KPI is broken down by fields"
    return ctx.shape.records[field.record].field(field.name).type


def _as_text(ctx: Context, e: Expression, value: ir.Value) -> ir.StringValue:
    """A breakdown's value as `figures` shows it."""
    match _kind(ctx, e):
        case FieldType.NUMBER | ValueType.NUMBER:
            return value.cast("string").re_replace(r"\.?0+$", "")
        case FieldType.DATE:  # by days: few databases know microseconds since 1970
            return (ibis.date(1970, 1, 1) + value.as_interval("D")).strftime("%Y-%m-%d")
        case _:
            return value.cast("string")
