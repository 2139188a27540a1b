"""A plan over given tables: prepare, make the facts, count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING

from sladsl.calendars import DAY, zone
from sladsl.engines.moments import Latest, TimesHeld, the_default
from sladsl.engines.naming import keys_shown
from sladsl.engines.tables import outcome_rows
from sladsl.engines.tables import rows as counting
from sladsl.engines.tables.column_joins import widen
from sladsl.engines.tables.connections import store_of
from sladsl.engines.tables.counters import Counts, counted, passes, reads
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.facts import Facts, asked, facts, in_parts, late, staged, ways
from sladsl.engines.tables.made import counted_rows, with_made
from sladsl.engines.tables.maps import TimeTables, open_times, time_map
from sladsl.engines.tables.narrowing import Narrowed, any_may_be_true, in_business_time, narrowed
from sladsl.engines.tables.outcome_rows import FigureRows
from sladsl.engines.tables.problems import no_zones, nowhere, orphans
from sladsl.engines.tables.profile import Limits, Profile, bounds, limits, profile
from sladsl.engines.tables.queries import Given, of
from sladsl.engines.tables.settle import of_all, settled
from sladsl.engines.tables.store import Store
from sladsl.engines.tables.time_bounds import LAST_DAY, TimeBounds
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.outcomes import AsOf, Instance, Listed, Outcomes, Problem
from sladsl.plan import Apply, Expression, Field, FieldType, Figure, Listing, Plan, Ref
from sladsl.plan.shorthand import TRUE, all_of

if TYPE_CHECKING:
    import ibis


def default_as_of(plan: Plan, tables: Mapping[str, ibis.Table], now: int | None = None) -> AsOf | None:
    """The latest instant among the plan's moments (up to `now`, where that is given), and the row it is from (of several, the first
    field and the smallest key).

    None when the data have no moment at all. Times after 2189 are typing errors, and not looked at."""
    tables = _queries(tables)
    store = store_of(next(iter(tables.values())).get_backend())
    records = list(dict.fromkeys(record for record, _ in plan.moments))

    def latest(until: int | None) -> list[Latest]:
        return [x for r in records for x in _latest(plan, tables[r], r, store, until)]

    def row_of(latest: Latest) -> AsOf:
        table = tables[latest.record]
        rows = table.filter(table[latest.field] == latest.value)
        key = store.row(rows.aggregate(key=rows[plan.record(latest.record).key].min()))["key"]
        return AsOf(latest.instant, latest.record, latest.field, key)

    return the_default(latest, row_of, now)


def _queries(tables: Mapping[str, ibis.Table]) -> dict[str, ibis.Table]:
    """The tables as queries are put together here, whoever made them."""
    return {name: of(table) for name, table in tables.items()}


def _latest(plan: Plan, table: ibis.Table, record: str, store: Store, until: int | None) -> Iterator[Latest]:
    """For each moment of a record that has a value up to an instant: the latest."""
    asked = [name for owner, name in plan.moments if owner == record]
    yield from _latest_of(plan, table, record, asked, store, until)


def times_held(plan: Plan, record: str, table: ibis.Table, until: int) -> TimesHeld | None:
    """Of the times and dates in rows of a record that say what happened, the field with the latest instant up to another; None where there
    is no such instant."""
    table = of(table)
    store = store_of(table.get_backend())
    asked = [f.name for f in plan.record(record).fields if f.comes]
    held = _latest_of(plan, table, record, asked, store, until) if asked else ()
    latest = [x for x in held if x.instant <= until]
    if not latest:
        return None
    last = max(latest, key=lambda x: x.instant)
    value = table[last.field]
    of_field = store.row(table.filter(value <= last.value).aggregate(first=value.min(), rows=value.count()))
    first, rows = of_field["first"], of_field["rows"]
    if _is_date(plan, record, last.field):
        first = zone(plan.zone).midnight(first)
    return TimesHeld(first, last.instant, rows)


def _is_date(plan: Plan, record: str, field: str) -> bool:
    return plan.record(record).field(field).type is FieldType.DATE


def _latest_of(
    plan: Plan, table: ibis.Table, record: str, asked: Sequence[str], store: Store, until: int | None
) -> Iterator[Latest]:
    place = zone(plan.zone)
    days = {name: _is_date(plan, record, name) for name in asked}
    last_day, last = LAST_DAY, (LAST_DAY + 1) * DAY - 1
    if until is not None:
        last_day, last = Given(min(place.date_of(until), last_day)), min(until, last)
    looked_at = {n: table[n] <= (last_day if days[n] else last) for n in asked}
    query = table.aggregate(**{n: table[n].max(where=looked_at[n]) for n in asked})
    for name, newest in store.row(query).items():
        if newest is not None:
            yield Latest(place.midnight(newest) if days[name] else newest, record, name, Given(newest))


@dataclass(frozen=True, slots=True)
class _Stood:
    """The rows of every record as they stood, what is known of their values, and what is wrong with them."""

    known: Mapping[str, Profile]
    wide_tables: Mapping[str, Callable[[], WideTable]]
    problems: tuple[Problem, ...]
    rows: Mapping[str, int]
    not_yet: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What an evaluation works with. `meant`: of records that have some rows only, what is true of those that are asked for."""

    context: Context
    problems: tuple[Problem, ...]
    rows: Mapping[str, int]
    not_yet: Mapping[str, int]
    meant: Mapping[str, Expression]


def _stood(
    plan: Plan,
    tables: Mapping[str, ibis.Table],
    named: Mapping[str, ibis.Table],
    at: Limits,
    store: Store,
    examples: int,
    whole: Mapping[str, ibis.Table] = MappingProxyType({}),
) -> _Stood:
    """`named` are the tables in which the rows stand that others name. Of the records in `whole`, which are all rows, `tables` have some:
    then what is wrong with values is told of all, and what takes a look at other rows only of those."""
    known = {r.name: profile(r, tables[r.name], at, store) for r in plan.given}
    problems: list[Problem] = []
    wide_tables: dict[str, Callable[[], WideTable]] = {}
    rows: dict[str, int] = {}
    not_yet: dict[str, int] = {}
    for r in plan.given:
        stood = settled(r, tables[r.name], known[r.name], at, store, examples)
        every = stood.rows, stood.not_yet, stood.problems
        if r.name in whole:
            every = of_all(r, whole[r.name], at, store, examples)
        wide_tables[r.name], (rows[r.name], not_yet[r.name], of_values) = stood.wide, every
        problems += [*of_values, *stood.repeated]
    for r in plan.given:
        if r.link is not None:
            problems += orphans(r, wide_tables[r.name](), named[r.link.parent], store, examples)
        for f in (f for f in r.fields if f.is_zone):
            problems += no_zones(r, f, wide_tables[r.name](), store, examples)
        for f in (f for f in r.fields if f.key_of):
            keys = named[f.key_of], plan.record(f.key_of).key
            problems += nowhere(r, f, wide_tables[r.name](), *keys, store, examples)
    return _Stood(known, wide_tables, tuple(problems), rows, not_yet)


def problems_of_rows(
    plan: Plan, some: Mapping[str, ibis.Table], tables: Mapping[str, ibis.Table], as_of: AsOf
) -> tuple[Problem, ...]:
    """What is wrong with `some` of the rows of each record; `tables` are all rows."""
    tables = _queries(tables)
    with store_of(next(iter(tables.values())).get_backend()) as store:
        return _stood(plan, _queries(some), tables, limits(plan, as_of.instant), store, 1).problems


def _prepare(
    plan: Plan,
    tables: Mapping[str, ibis.Table],
    as_of: int,
    store: Store,
    examples: int,
    asked: Iterable[Expression],
    keep: Callable[[ibis.Table], ibis.Table],
    meant: Mapping[str, Sequence[Expression]] = MappingProxyType({}),
) -> _Prepared:
    """The rows as they stood, and the functions of time as far as these data ask them. `meant` are conditions of which one is true of each
    row that is asked for, by record; an empty list is that all rows of it are."""
    shape, at = Shape(plan, choosing=True, sharing=True), limits(plan, as_of)
    few = narrowed(shape, tables, at, meant, store) if any(meant.values()) else Narrowed()
    whole = {name: tables[name] for name in few.tables}
    stood = _stood(plan, {**tables, **few.tables}, {**tables, **few.tables}, at, store, examples, whole)
    calendars = open_times(plan)
    within = bounds({r.name: r for r in plan.given}, stood.known, at)
    asked_of_time = TimeBounds(shape, as_of, within, calendars)
    spans = asked_of_time.of_functions([*shape.every, *asked])
    times = TimeTables(
        lambda f: time_map(plan, calendars, f, *spans[f]), lambda _, form: store.keep_times(form)
    )
    context = Context(shape, as_of, store.dialect, stood.wide_tables, times, calendars, keep, store)
    return _Prepared(with_made(context), stood.problems, stood.rows, stood.not_yet, few.meant)


def columns(plan: Plan, tables: Mapping[str, ibis.Table], as_of: AsOf, record: str) -> ibis.Table:
    """Every field and column of a record, a row each, under the plan's names.

    The tables of time it reads live as long as the connection."""
    return columns_of(plan, tables, as_of, (record,))[record]


def columns_of(
    plan: Plan, tables: Mapping[str, ibis.Table], as_of: AsOf, records: Sequence[str]
) -> dict[str, ibis.Table]:
    """`columns` for several records, whose rows are settled once."""
    tables = _queries(tables)
    store = store_of(next(iter(tables.values())).get_backend())
    own = {r: [Ref(c.record, c.name) for c in plan.columns if c.record == r] for r in records}
    ctx = _prepare(
        plan, tables, as_of.instant, store, 0, [e for x in own.values() for e in x], store.staged
    ).context
    shown_tables = {}
    for record in records:
        named = dict.fromkeys([plan.record(record).key, *(f.name for f in plan.record(record).fields)])
        shown: dict[str, Expression] = {name: Field(record, name) for name in named}
        shown |= {ref.column: ref for ref in own[record]}
        wide = widen(ctx, ctx.settled[record](), shown.values())
        shown_tables[record] = wide.table.select(**{name: value(ctx, wide, e) for name, e in shown.items()})
    return shown_tables


def evaluate(  # noqa: PLR0913 - who asks for more than the counts says what
    plan: Plan,
    tables: Mapping[str, ibis.Table],
    as_of: AsOf,
    *,
    period: tuple[int, int] | None = None,
    examples: int = 5,
    rows_to: Callable[[FigureRows], None] | None = None,
    beside: Mapping[str, Iterable[Expression]] = MappingProxyType({}),
    only: Mapping[str, Sequence[Expression]] = MappingProxyType({}),
    progress: Callable[[str], None] | None = None,
) -> Outcomes:
    """Everything the plan counts, over one table a record, all on one connection.

    Columns are the record's field names: text as text, numbers as DECIMAL(18, 6), dates as days since 1970-01-01, times and
    durations as microseconds; a record without a key has a text column `row`. `period` is `[start, end)` in instants: figures
    are given for the periods that overlap it, breaches for rows that entered in one of those. `rows_to` is given what became of every
    row, which can be asked until it returns; `beside` are expressions by record that it will ask for as well. Of the records in `only`
    a row for which none of these conditions is true, and that is not listed, may be left out of what is counted and asked. `progress` is
    told what is being worked out.
    """
    tables = _queries(tables)
    con = next(iter(tables.values())).get_backend()
    with store_of(con) as store:
        shape = Shape(plan, choosing=True, sharing=True)
        asked = {
            r.name: in_parts(shape, _asked(shape, r.name, rows_to is not None, beside, only))
            for r in plan.records
        }
        every = [e for parts in asked.values() for part in parts for e in part]
        looked_at = {r: _looked_at(plan, r, beside, only) for r, parts in asked.items() if parts}
        ready = _prepare(plan, tables, as_of.instant, store, examples, every, store.keep, looked_at)
        tell = progress or (lambda _: None)
        ctx = replace(ready.context, tell=tell)
        made = {}
        for record, parts in asked.items():
            if parts:
                tell(f"working out the rows of {record}")
                conditions = looked_at.get(record, ())
                rows = _those(ctx, record, conditions, ready.meant.get(record, TRUE))
                rows = staged(ctx, rows, parts)
                wides = [facts(ctx, rows(), part) for part in parts]
                only_those = conditions if len(parts) == 1 else ()
                made[record] = Facts([_kept(ctx, wide, only_those) for wide in wides])
        tell("counting")
        outcomes = _counted(ready, made, as_of, period, examples, store)
        if rows_to is not None:
            rows_to(outcome_rows.figure_rows(ctx, made, store, outcomes))
        return outcomes


def _asked(
    shape: Shape,
    record: str,
    of_rows: bool,
    beside: Mapping[str, Iterable[Expression]],
    only: Mapping[str, Sequence[Expression]],
) -> list[list[Expression]]:
    """What is asked of a record, by who asks; what became of its rows besides, with what is asked beside that of any of them."""
    together = asked(shape, record)
    if of_rows:
        own = [*beside.get(record, ()), *only.get(record, ())]
        together = [[*asked, *own] for asked in (*together, *outcome_rows.reads(shape, record))] or [own]
    return [asked for asked in together if asked]


def _looked_at(
    plan: Plan,
    record: str,
    beside: Mapping[str, Iterable[Expression]],
    only: Mapping[str, Sequence[Expression]],
) -> tuple[Expression, ...]:
    """The conditions of which one is true of each row that has to be there; none, where all have to be."""
    asked = {*beside, *(f.record for f in plan.figures), *(d.record for d in plan.definitions)}
    if (
        not only
        or record in asked - {*only}
        or any(c.groups and c.groups.record == record for c in plan.commitments)
    ):
        return ()
    return (*only.get(record, ()), *(x.when for x in plan.listings if x.record == record))


def _those(
    ctx: Context, record: str, conditions: Sequence[Expression], meant: Expression
) -> Callable[[], WideTable]:
    """The rows of a record that are meant, and of those the ones of which a glance says that one of the conditions may be true: business
    time is looked up for these alone."""
    if not conditions:
        return ctx.settled[record]
    may_be = all_of(meant, any_may_be_true(ctx.shape, conditions, in_business_time))
    if may_be == TRUE:
        return ctx.settled[record]
    rows = ctx.settled[record]()
    store, wide = ctx.store, widen(ctx, rows, [may_be, *rows.names])
    assert store is not None, "rows are asked"
    kept = store.keep(wide.table.filter(value(ctx, wide, may_be)))
    return lambda: replace(wide, table=kept.view(), origin=None, depth=0)


def _kept(ctx: Context, wide: WideTable, looked_at: Sequence[Expression]) -> WideTable:
    store, table = ctx.store, wide.table
    assert store is not None, "rows are asked"
    if looked_at:
        table = table.filter(reduce(or_, (value(ctx, wide, Apply("is true", (e,))) for e in looked_at)))
    return WideTable(wide.record, store.keep(table), wide.names, ())


def _counted(
    ready: _Prepared,
    made: Mapping[str, Facts],
    as_of: AsOf,
    period: tuple[int, int] | None,
    examples: int,
    store: Store,
) -> Outcomes:
    ctx = ready.context
    plan = ctx.shape.plan
    figures: Counts = {f.id: [] for f in plan.figures}
    standing: dict[str, counting.StatusCounts] = {}
    listings: dict[Listing, Listed] = {}
    for record, facts_of in made.items():
        for wide, own in facts_of.apart([f for f in plan.figures if f.record == record], reads):
            for p in passes(ctx.shape, own):
                for id, rows in counted(ctx, wide, p, store, _widest(plan, p.figures, period)).items():
                    figures[id] += rows
        standing[record] = counting.standings(ctx, facts_of, *standings_asked(plan, record), store)
        asked = [x for x in plan.listings if x.record == record]
        listings |= counting.listed(ctx, facts_of, standing[record], asked, store, examples)
    late_rows: dict[str, Sequence[Instance]] = {}
    owners: dict[str, Sequence[str | None]] = {}
    rungs: dict[str, tuple[Sequence[Instance], ...]] = {}
    for c in plan.commitments:
        breach, between = late(ctx.shape, c), _around(plan, plan.figure(c.figure), period)
        if breach is not None:
            instances = counting.breaches(ctx, made, breach, between, store)
            late_rows[c.id], owners[c.id] = instances, instances.owners
        rungs[c.id] = tuple(counting.breaches(ctx, made, x, between, store) for x in ways(ctx.shape, c))
    passed = {}
    for c in plan.commitments:
        if c.passings:
            passed[c.id] = tuple(counting.passed(ctx, made, c, period, store))
    groups = {
        c.id: counting.group_rows(ctx, made[c.groups.record], c.groups, store)
        for c in plan.commitments
        if c.groups is not None and c.groups.record is not None and c.groups.reads
    }
    return Outcomes(
        as_of=as_of,
        rows={**ready.rows, **counted_rows(ctx, store)},
        not_yet={**ready.not_yet, **{r.name: 0 for r in plan.made}},
        figures={id: tuple(rows) for id, rows in figures.items()},
        statuses={d.name: counting.statuses(standing[d.record], d) for d in plan.definitions},
        routes={r.definition: counting.routed(standing[r.record], r) for r in plan.routes},
        breaches=late_rows,
        listings=tuple(listings[x] for x in plan.listings),
        problems=ready.problems,
        passed=passed,
        groups=groups,
        labels=_labels(ctx, keys_shown(plan, figures, owners, groups), store),
        rungs={id: reached for id, reached in rungs.items() if reached},
        some_of=tuple(ready.meant),
    )


_MANY = 1000
"""Beyond so many keys all rows are read: a query has no list of them."""


def _labels(ctx: Context, shown: Mapping[str, set[str]], store: Store) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, keys in shown.items():
        record, rows = ctx.shape.records[name], ctx.settled[name]().table
        if record.called_by is None:
            continue
        asked = rows if len(keys) > _MANY else rows.filter(rows[record.key].isin(sorted(keys)))
        asked = asked.select(key=asked[record.key], label=asked[record.called_by])
        read = store.rows(asked.filter(asked["label"].notnull()))
        found[name] = {row["key"]: row["label"] for row in read if row["key"] in keys}
    return found


def standings_asked(plan: Plan, record: str) -> tuple[list[Expression], list[tuple[Ref, Ref]]]:
    """What statuses, listings and routes ask of a record: expressions, and pairs of which the second is asked of members only."""
    singles: list[Expression] = [Ref(record, d.status) for d in plan.definitions if d.record == record]
    singles += [x.when for x in plan.listings if x.record == record]
    routes = [r for r in plan.routes if r.record == record]
    return singles, [(Ref(record, r.member), Ref(record, r.column)) for r in routes]


def _widest(plan: Plan, figures: Sequence[Figure], period: tuple[int, int] | None) -> tuple[int, int] | None:
    """What the figures of one pass, which have one kind of period, count together."""
    each = [x for f in figures if (x := plan.counted_within(f.id, period)) is not None]
    return (min(x[0] for x in each), max(x[1] for x in each)) if each else None


def _around(plan: Plan, figure: Figure, period: tuple[int, int] | None) -> tuple[int, int] | None:
    """The figure's whole periods that overlap `period`."""
    if period is None:
        return None
    periods, kind = plan.periods, figure.period
    return periods.containing(kind, period[0]).start, periods.containing(kind, period[1] - 1).end
