"""The plan as named queries that a database keeps: what a run would count and judge, for data that it reads itself.

Each is over tables that the others are named after. The as-of is not known when they are written: it is a row of the model `as_of`, so
every query is compiled as of two moments, and where they differ stands what that row says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from ibis.backends.sql import compilers
from sqlglot import exp

from sladsl.calendars import DAY, HOUR, TimeMap, date_map, midnight_map, zone
from sladsl.engines.tables import numbers, outcome_rows
from sladsl.engines.tables.counters import Pass, counting, period_of
from sladsl.engines.tables.dependencies import Shape
from sladsl.engines.tables.dialects import readable
from sladsl.engines.tables.facts import facts, key, wanted
from sladsl.engines.tables.made import with_made
from sladsl.engines.tables.maps import Daily, Quantum, TimeLookups, TimeTables, joined
from sladsl.engines.tables.profile import Limits
from sladsl.engines.tables.queries import Columns, real
from sladsl.engines.tables.scalars import Row, scalar
from sladsl.engines.tables.settle import kept, once
from sladsl.engines.tables.statements import compiling, horizon, reachable, record_table, within
from sladsl.engines.tables.wide_table import Context, WideTable, value
from sladsl.plan import (
    LEFT,
    SHARES,
    VOLUMES,
    Commitment,
    Expression,
    Field,
    FieldType,
    Figure,
    Groups,
    LocalDay,
    Midnight,
    Plan,
    Term,
    TimeFunction,
    ValueType,
)
from sladsl.plan import rows as plan_rows
from sladsl.plan import verdicts as rules
from sladsl.plan.verdicts import AMOUNTS, COUNTS, LIMIT, FigureKind, Ratio, Requirement, beside, counter_of

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

PERIODS, MOMENT, AS_OF, OUTCOMES, ATTAINMENT = "periods", "latest_moment", "as_of", "outcomes", "attainment"
Tree: TypeAlias = Any
"""A query as sqlglot holds it, which does not export its types."""
_AFTERWARDS = 400 * DAY
"""How long after the end of its term an agreement may be looked at: what was late is counted for long."""
_TRIALS = ((1_000_000_000_000_003, 70_003), (1_000_000_000_000_007, 70_007))
"""Instants and their days that a query is compiled as of: whatever differs between the two is the as-of."""


_OF_PERIODS = {"kind": "string", "label": "string", "starts": "int64", "ends": "int64", "cut": "int64"}


@dataclass(frozen=True, slots=True)
class Seed:
    """A small table of time: what it has to do with, and its rows."""

    name: str
    about: str
    rows: Columns


@dataclass(frozen=True, slots=True)
class DbtModel:
    """A query, with a mark for each name of another model that it reads (`Models.marks`)."""

    name: str
    about: str
    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Models:
    """What a database is given, in the order in which they need one another. `marks` are texts that occur nowhere else."""

    seeds: tuple[Seed, ...]
    models: tuple[DbtModel, ...]
    marks: Mapping[str, str]
    reach: tuple[int, int]


def _stage(number: int) -> str:
    return f"stage_{number}"


def _settled(record: str) -> str:
    return f"settled_{record}"


def staged(record: str) -> str:
    """The model with a record's rows, as a run takes them."""
    return f"stg_{record}"


def models(plan: Plan, dialect: str) -> Models:
    """Every model but those that read the data themselves (`staged`). `ValueError` for a dialect that is not known."""
    with compiling(dialect) as (name, compiler):
        return _Compiled(plan, name, compiler).all()


@dataclass
class _Trial:
    """Everything as of one of the two moments."""

    context: Context
    rows: Mapping[str, ibis.Table]
    stages: list[ibis.Table]
    made: dict[str, WideTable] = field(default_factory=dict)


class _Compiled:
    def __init__(self, plan: Plan, dialect: str, compiler: compilers.SQLGlotCompiler) -> None:
        self.plan, self.dialect, self.compiler = plan, dialect, compiler
        self.shape, self.until = Shape(plan), horizon(plan) + (0 if plan.term.end is None else _AFTERWARDS)
        self.periods = plan.periods
        self.seeds: list[Seed] = []
        self.marks: dict[str, str] = {}
        self.times = TimeTables(self._maps().__getitem__, self._seed, most=0)
        self.trials = [self._trial(*at) for at in _TRIALS]

    def all(self) -> Models:
        self._mark(*(staged(r.name) for r in self.plan.given), MOMENT, AS_OF)
        records = [r.name for r in self.plan.records]
        models = [
            self._model(MOMENT, "the latest moment in the data", lambda _: self._latest()),
            self._model(
                AS_OF,
                "the instant as of which everything is judged, and its local date",
                lambda _: self._as_of(),
            ),
            *(
                self._model(_settled(r), f"{r}: the rows as they stood, each once", partial(_rows, r))
                for r in (r.name for r in self.plan.given)
            ),
            *(m for r in records if (asked := self._asked(r)) for m in self._facts(r, asked)),
        ]
        seed = self._periods_seed()
        if self.plan.figures:
            models.append(self._model(OUTCOMES, "what became of each row, for every figure", self._outcomes))
        if self.plan.commitments:
            about = "every commitment in every period: counts, figure and verdict"
            models.append(self._model(ATTAINMENT, about, self._attainment))
        return Models((*self.seeds, seed), tuple(models), self.marks, within(self.plan, self.until))

    def _asked(self, record: str) -> list[Expression]:
        of_rows = (e for together in outcome_rows.reads(self.shape, record) for e in together)
        return list(dict.fromkeys([*wanted(self.shape, record), *of_rows]))

    # ------------------------------------------------------------------------------------------------------- the pieces

    def _trial(self, instant: int, day: int) -> _Trial:
        at = Limits(instant, day, zone(self.plan.zone))
        rows = {r.name: once(r, record_table(r, staged(r.name)), at) for r in self.plan.given}
        settled = {
            r.name: partial(kept, r, ibis.table(rows[r.name].schema(), name=_settled(r.name)))
            for r in self.plan.given
        }
        stages: list[ibis.Table] = []

        def keep(query: ibis.Table) -> ibis.Table:
            stages.append(query)
            return ibis.table(query.schema(), name=_stage(len(stages)))

        return _Trial(
            with_made(Context(self.shape, instant, self.dialect, settled, self.times, keep=keep)),
            rows,
            stages,
        )

    def _maps(self) -> dict[TimeFunction, TimeMap]:
        """Also what the as-of itself asks: its local date, and the midnight of a latest date."""
        lo, hi = within(self.plan, self.until)
        where = zone(self.plan.zone)
        return {
            **reachable(self.shape, self.until),
            LocalDay(): date_map(where, lo, hi + 1),
            Midnight(): midnight_map(where, lo // DAY, hi // DAY),
        }

    def _seed(self, about: str, form: Quantum | Daily) -> ibis.Table:
        name, rows = f"time_{len(self.seeds) + 1}", form.rows
        self.seeds.append(Seed(name, about, rows))
        self._mark(name)
        return ibis.table(rows.types, name=name)

    def _periods_seed(self) -> Seed:
        lo, hi = within(self.plan, self.until)
        start, end = self.plan.term.start, self.plan.term.end
        first = start if start is not None else lo
        kinds = dict.fromkeys(f.period for f in self.plan.figures)
        last = end if end is not None else hi
        periods = [period for kind in kinds for period in self.periods.between(kind, first, last)]
        cut = [(start is not None and p.start < start) or (end is not None and p.end > end) for p in periods]
        rows: dict[str, list[Any]] = {
            "kind": [str(p.kind) for p in periods],
            "label": [p.label for p in periods],
            "starts": [p.start for p in periods],
            "ends": [p.end for p in periods],
            "cut": [int(x) for x in cut],
        }
        self._mark(PERIODS)
        return Seed(PERIODS, "the periods of the term", Columns(_OF_PERIODS, rows))

    def _periods(self) -> ibis.Table:
        return ibis.table(_OF_PERIODS, name=PERIODS)

    def _latest(self) -> ibis.Table:
        """As a run finds it: of dates, their midnight; times that are typing errors are not looked at."""
        instants = []
        for record, name in dict.fromkeys(self.plan.moments):
            table = record_table(self.plan.record(record), staged(record))
            days = self.plan.record(record).field(name).type is FieldType.DATE
            hi = within(self.plan, self.until)[1]
            last = table.filter(table[name] <= (hi // DAY if days else hi)).aggregate(at=table[name].max())
            instants.append(
                self._looked_up(last, "at", Midnight(), "instant").select("instant")
                if days
                else last.select(instant=last["at"])
            )
        every = (
            _together(instants)
            if instants
            else ibis.memtable({"instant": [None]}, schema={"instant": "int64"})
        )
        return every.aggregate(instant=every["instant"].max())

    def _as_of(self) -> ibis.Table:
        """No later than the calendar's seeds reach, which a test of the project tells."""
        moment = ibis.table({"instant": "int64"}, name=MOMENT)
        known = moment.select(instant=ibis.least(moment["instant"], within(self.plan, self.until)[1]))
        return self._looked_up(known, "instant", LocalDay(), "day")

    def _looked_up(self, table: ibis.Table, column: str, function: TimeFunction, name: str) -> ibis.Table:
        (time,) = self.times.of([function])
        return joined(table, [column], [TimeLookups(time, table[column], {function: name})], self.dialect)

    def _facts(self, record: str, asked: Sequence[Expression]) -> Iterator[DbtModel]:
        name = f"facts_of_{record}"
        made = len(self.trials[0].stages)

        def query(trial: _Trial) -> ibis.Table:
            wide = facts(trial.context, trial.context.settled[record](), asked)
            trial.made[record] = WideTable(record, ibis.table(wide.table.schema(), name=name), wide.names, ())
            return wide.table

        queries = [query(trial) for trial in self.trials]
        for n in range(made, len(self.trials[0].stages)):
            about = f"{record}: values that others are made of"
            yield self._of(_stage(n + 1), about, [trial.stages[n] for trial in self.trials])
        yield self._of(name, f"{record}: everything that is counted", queries)

    def _outcomes(self, trial: _Trial) -> ibis.Table:
        periods, ctx = self._periods(), trial.context
        tables = []
        for s in plan_rows.subjects(self.plan):
            labels = periods.filter(periods["kind"] == str(s.figure.period)).select("starts", "label")
            rows = outcome_rows.of_subject(ctx, trial.made[s.figure.record], labels, s)
            tables.append(rows.order_by("period_start", "key"))
        return _together(tables)

    def _attainment(self, trial: _Trial) -> ibis.Table:
        tables = [self._of_commitment(trial, c) for c in self.plan.commitments]
        return _together(tables)

    def _of_commitment(self, trial: _Trial, c: Commitment) -> ibis.Table:
        f, as_of = self.plan.figure(c.figure), ibis.literal(trial.context.as_of, "int64")
        periods = self._reported(self._periods(), self._counts(trial, f, ""), f, as_of)
        if c.groups is not None:
            return self._of_groups(trial, c, c.groups, periods)
        return self._attained(trial, c, self._judged(trial, c, self._standing(trial, c, periods)))

    def _standing(self, trial: _Trial, c: Commitment, table: ibis.Table) -> ibis.Table:
        """With the counters of the figures that a commitment stands on."""
        for n, g in enumerate(self.plan.standing(c)):
            counts = self._counts(trial, g, beside(n, ""))
            table = table.left_join(counts, table["starts"] == counts[f"{beside(n, '')}starts_of"])
        return table

    def _judged(
        self, trial: _Trial, c: Commitment, table: ibis.Table, limit: Expression | None = None
    ) -> ibis.Table:
        """With the verdict, the target in its words and whether the figure is near it. `limit` is a column, each row's own target."""
        f, standing = self.plan.figure(c.figure), self.plan.standing(c)
        versions = [(v.since, c.in_force(v.since)) for v in c.versions[1:] if v.since is not None]
        first = c.in_force(versions[0][0] - 1) if versions else c.in_force(0)
        asked = Requirement.by(first, f, standing, limit)
        states = self._states(trial, table)
        if limit is not None:
            states[LIMIT.name] = table[LIMIT.name]
        x = PeriodTable(table, states, self.dialect)

        def by_period(of_first: ibis.Value, of_version: Callable[[Commitment], ibis.Value]) -> ibis.Value:
            """What holds in each period, of a target that changes with the date."""
            later = [(table["starts"] >= since, of_version(v)) for since, v in reversed(versions)]
            return ibis.cases(*later, else_=of_first) if later else of_first

        verdict = by_period(
            x(rules.verdict(asked)), lambda v: x(rules.verdict(Requirement.by(v, f, standing)))
        )
        target = by_period(ibis.literal(first.target), lambda v: ibis.literal(v.target))
        table = table.mutate(verdict=verdict, over=states["over"], target_of=target)
        x = PeriodTable(table, states | {"over": table["over"], "verdict": table["verdict"]}, self.dialect)
        return table.mutate(near=x(rules.near_target(asked)))

    def _states(self, trial: _Trial, table: ibis.Table) -> dict[str, ir.Value]:
        """How far each period has come."""
        as_of = ibis.literal(trial.context.as_of, "int64")
        return {
            "over": as_of >= table["ends"],
            "term over": is_over(self.plan.term, as_of),
            "cut": table["cut"] == 1,
        }

    def _attained(
        self, trial: _Trial, c: Commitment, table: ibis.Table, id: ir.StringValue | None = None
    ) -> ibis.Table:
        f = self.plan.figure(c.figure)
        x = PeriodTable(table, self._states(trial, table), self.dialect)
        share = f.measure in SHARES
        span = plan_rows.value_type(self.plan, f) is ValueType.SPAN and not share
        none = ibis.null("int64")
        return table.select(
            commitment=ibis.literal(c.id) if id is None else id,
            owner=ibis.literal(c.owner),
            counterparty=ibis.literal(c.counterparty),
            kpi=ibis.literal(c.kpi),
            target=table["target_of"],
            period=table["label"],
            period_start=table["starts"],
            period_end=table["ends"],
            rows_counted=x.many("rows"),
            numerator=x.many("hit") if share else none,
            denominator=x.many("rows") if share else none,
            **{f"{t.name}_rows": x.tally(t) for t in plan_rows.TALLIES},
            may_count=x.many("maybe"),
            value=_as_double(x, rules.value(FigureKind.of(f)), span),
            verdict=table["verdict"],
            near_target=table["near"],
        )

    # ----------------------------------------------------------------------------------------------------------- groups

    def _of_groups(self, trial: _Trial, c: Commitment, groups: Groups, periods: ibis.Table) -> ibis.Table:
        """A commitment that is judged by groups: the whole of it, and each group by itself."""
        f, as_of = self.plan.figure(c.figure), ibis.literal(trial.context.as_of, "int64")
        each = f"for each {groups.by} "
        versions = tuple(replace(x, target=x.target.replace(each, "")) for x in c.versions)
        own = replace(c, groups=None, target=c.target.replace(each, ""), versions=versions)
        cells = self._standing(trial, c, self._cells(trial, f, groups, periods))
        over = as_of >= cells["ends"]
        begun = ibis.coalesce(cells["since"] < cells["ends"], ibis.literal(False))
        judged = self._judged(trial, own, cells, None if groups.target is None else LIMIT)
        if groups.target is not None:
            says = judged[LIMIT.name].notnull() & (begun if groups.since is not None else ibis.literal(True))
            waits = ~over & ~begun if groups.since is not None else ibis.literal(False)
            unsaid = waits.ifelse(ibis.literal(str(rules.Verdict.PROVISIONAL)), ibis.null("string"))
            judged = judged.mutate(
                verdict=says.ifelse(judged["verdict"], unsaid),
                near=says & judged["near"],
                target_of=self._target_words(f, groups, judged[LIMIT.name]),
            )
        parts = self._attained(trial, own, judged, ibis.literal(f"{c.id} for ") + judged["group"])
        return _together([self._attained(trial, c, self._whole(c, groups, periods, parts, as_of)), parts])

    def _whole(
        self, c: Commitment, groups: Groups, periods: ibis.Table, parts: ibis.Table, as_of: ir.IntegerValue
    ) -> ibis.Table:
        """Every period with the verdict on all groups together: the first of `TOGETHER` that one of them has."""
        place = ibis.cases(
            *((parts["verdict"] == str(v), n) for n, v in enumerate(rules.TOGETHER)), else_=ibis.null("int64")
        )
        counted = parts.mutate(place=place.cast("int64")).group_by(whole_starts="period_start")
        so_far = counted.aggregate(
            groups=lambda x: x.count(),
            place=lambda x: x["place"].min(),
            warned=lambda x: x["near_target"].ifelse(1, 0).max(),
        )
        table = periods.left_join(so_far, periods["starts"] == so_far["whole_starts"])
        waits = ibis.literal(not groups.values) & (as_of < table["ends"])
        provisional = rules.TOGETHER.index(rules.Verdict.PROVISIONAL)
        first = waits.ifelse(
            ibis.least(ibis.coalesce(table["place"], provisional), provisional), table["place"]
        )
        nobody = (
            table["groups"].isnull().ifelse(ibis.literal(str(rules.Verdict.NO_DATA)), ibis.null("string"))
        )
        verdict: ir.Value = ibis.cases(
            *((first == n, str(v)) for n, v in enumerate(rules.TOGETHER)), else_=nobody
        )
        if self.plan.figure(c.figure).measure in VOLUMES:
            verdict = (table["cut"] == 1).ifelse(ibis.null("string"), verdict)
        versions = [(v.since, v.target) for v in c.versions[1:] if v.since is not None]
        later = [(table["starts"] >= since, target) for since, target in reversed(versions)]
        own = c.in_force(versions[0][0] - 1) if versions else c.in_force(0)
        table = table.mutate(
            verdict=verdict,
            target_of=ibis.cases(*later, else_=own.target) if later else ibis.literal(own.target),
        )
        warned = ibis.coalesce(table["warned"], 0) == 1
        return table.mutate(near=ibis.coalesce(table["verdict"] == str(rules.Verdict.MET), False) & warned)

    def _cells(self, trial: _Trial, f: Figure, groups: Groups, periods: ibis.Table) -> ibis.Table:
        """Every period of every group, with what is counted of it, since when the row is there that names it, and what it is held to."""
        parts, base = self._parts(trial, f), periods.select("label", "starts", "ends", "cut")
        there = parts.select("part_starts", "part_of")
        occurring = base.inner_join(there, base["starts"] == there["part_starts"])
        named = [base.mutate(group=ibis.literal(x)) for x in groups.values] or [
            occurring.select("label", "starts", "ends", "cut", group="part_of")
        ]
        rows = None if groups.record is None or not groups.reads else self._naming(trial, groups)
        if rows is not None and groups.since is not None:
            begun = base.inner_join(rows, rows["since"] < base["ends"])
            named.append(begun.select("label", "starts", "ends", "cut", group="named"))
        cells = ibis.union(*named, distinct=True) if len(named) > 1 else named[0]
        cells = cells.left_join(
            parts, [cells["starts"] == parts["part_starts"], cells["group"] == parts["part_of"]]
        )
        if rows is not None:
            return cells.left_join(rows, cells["group"] == rows["named"])
        limit = ibis.null(numbers.WIDE)
        if groups.target is not None:
            known = Row(lambda e: cells["group"] if isinstance(e, Field) else None, 0, self.dialect)
            limit = scalar(groups.target, known).cast(numbers.WIDE)
        return cells.mutate(**{"since": ibis.null("int64"), LIMIT.name: limit})

    def _naming(self, trial: _Trial, groups: Groups) -> ibis.Table:
        """The rows that name groups, by their keys."""
        assert groups.record is not None, "no row names the other groups"
        ctx, wide = trial.context, trial.made[groups.record]
        since, target = ibis.null("int64"), ibis.null(numbers.WIDE)
        if groups.since is not None:
            since = value(ctx, wide, Field(groups.record, groups.since))
        if groups.target is not None:
            target = value(ctx, wide, groups.target).cast(numbers.WIDE)
        return wide.table.select(
            **{"named": value(ctx, wide, key(ctx.shape, groups.record)), "since": since, LIMIT.name: target}
        )

    def _parts(self, trial: _Trial, f: Figure) -> ibis.Table:
        """A figure's counters by period and group, where anything is counted but rows that turned out not to belong."""
        query, names, (by,) = counting(
            trial.context, trial.made[f.record], Pass(f.record, (f,), period_of(f), f.by)
        )
        columns = {x.name: query[names[x]] for x in f.counters}
        parts = query.select(part_starts=query["period"], part_of=query[by], **columns)
        some = [ibis.coalesce(parts[n].cast("float64"), 0) != 0 for n in columns if n != LEFT]
        return parts.filter(parts["part_of"].notnull(), ibis.or_(*some))

    def _target_words(self, f: Figure, groups: Groups, limit: ir.DecimalValue) -> ir.StringValue:
        """What a group is held to: `at least 80 per month`."""
        unit = f" {f.unit}" if f.unit else ""
        if f.measure in SHARES:
            limit, unit = (limit * 100).cast(numbers.WIDE), "%"
        elif plan_rows.value_type(self.plan, f) is ValueType.SPAN:
            limit, unit = numbers.divide(self.dialect, limit, ibis.literal(HOUR, numbers.WIDE)), " hours"
        said = limit.cast(numbers.WIDE).cast("string").re_replace(r"\.?0+$", "")
        words = ibis.literal(f"{groups.side} ") + said + ibis.literal(f"{unit} per {f.period}")
        return ibis.coalesce(words, ibis.literal(rules.NO_TARGET))

    def _counts(self, trial: _Trial, f: Figure, before: str) -> ibis.Table:
        """A figure's counters by period, each by its name with something before it."""
        query, names, _ = counting(
            trial.context, trial.made[f.record], Pass(f.record, (f,), period_of(f), ())
        )
        columns = {f"{before}{x.name}": query[names[x]] for x in f.counters}
        return query.select(**{f"{before}starts_of": query["period"], **columns})

    def _reported(
        self, periods: ibis.Table, counts: ibis.Table, figure: Figure, as_of: ir.IntegerValue
    ) -> ibis.Table:
        """The periods to report, those without rows included."""
        term = figure.within(self.plan.term)
        own = periods.filter(periods["kind"] == str(figure.period))
        last = as_of if term.end is None else ibis.least(as_of, term.end - 1)
        if term.start is not None:
            # A period that the term begins in is one of its own.
            own = own.filter(last >= term.start, own["ends"] > term.start)
        else:
            nonzero = [
                ibis.coalesce(counts[n].cast("float64"), 0) != 0 for n in counts.columns if n != "starts_of"
            ]
            some = counts.filter(ibis.or_(*nonzero))
            own = own.filter(own["starts"] >= some["starts_of"].min().as_scalar())
        own = own.filter(own["starts"] <= last)
        return own.left_join(counts, own["starts"] == counts["starts_of"])

    # --------------------------------------------------------------------------------------------------------- compiling

    def _mark(self, *names: str) -> None:
        for name in names:
            self.marks.setdefault(name, f"model_{uuid4().hex}")

    def _model(self, name: str, about: str, query: Callable[[_Trial], ibis.Table]) -> DbtModel:
        return self._of(name, about, [query(trial) for trial in self.trials])

    def _of(self, name: str, about: str, queries: Sequence[ibis.Table]) -> DbtModel:
        """A model from its query as of the two moments."""
        # Copies, since Ibis may use one piece in several places.
        trees = [self.compiler.to_sqlglot(real(q)).copy() for q in queries]
        self._mark(name)
        tree = readable(self.dialect, _as_of_between(trees, self._scalar))
        text = self._named(tree).sql(self.compiler.dialect, pretty=True)
        return DbtModel(name, about, str(text), tuple(queries[0].columns))

    def _scalar(self, name: str) -> Tree:
        return exp.Subquery(this=exp.select(exp.column(name, quoted=True)).from_(exp.to_table(AS_OF)))

    def _named(self, tree: Tree) -> Tree:
        """Each model's name as its mark, which no text of the agreement can be."""

        def marked(node: Tree) -> Tree:
            if isinstance(node, exp.Table) and node.name in self.marks and not isinstance(node.this, exp.Var):
                node.set("this", exp.Var(this=self.marks[node.name]))
            return node

        return tree.transform(marked, copy=False)


def _rows(record: str, trial: _Trial) -> ibis.Table:
    return trial.rows[record]


def _together(queries: Sequence[ibis.Table]) -> ibis.Table:
    return ibis.union(*queries) if len(queries) > 1 else queries[0]


def _as_double(x: PeriodTable, value: Ratio, span: bool) -> ir.FloatingValue:
    """The value of a figure; one that is a length of time in seconds."""
    number = x(value.of).cast("float64")
    if value.by != rules.ONE:
        # A database may evaluate the quotient also where there is no value.
        number = number / x(value.by).nullif(0)
    return number / 1_000_000 if span else number


def _as_of_between(trees: Sequence[Tree], scalar: Callable[[str], Tree]) -> Tree:
    """The first tree, with the as-of where the two differ: its instant or its local day."""
    first, second = trees
    differing = []
    for a, b in zip_longest(_literals(first), _literals(second)):
        assert a is not None and b is not None, "both are the same query"  # noqa: PT018
        if a.this != b.this:
            days = [str(day) for _, day in _TRIALS]
            instants = [str(instant) for instant, _ in _TRIALS]
            assert [a.this, b.this] in (days, instants), "nothing but the as-of differs"
            differing.append((a, "day" if a.this in days else "instant"))
    for literal, name in differing:
        literal.replace(scalar(name))
    return first


def _literals(tree: Tree) -> Iterable[exp.Literal]:
    literals: Iterator[exp.Literal] = tree.find_all(exp.Literal)
    return literals


# --------------------------------------------------------------------------------------------------- verdicts as queries

# The rules of `sladsl.plan.verdicts` over a table of counters.


@dataclass(frozen=True, slots=True)
class PeriodTable:
    """A table with a figure's counters, a row a period. `states` are the rules' other fields: how far each period has come."""

    table: ibis.Table
    states: dict[str, ir.Value]
    dialect: str

    def __call__(self, e: Expression) -> ir.Value:
        """An expression of the rules over the table."""
        return scalar(e, Row(self._known, 0, self.dialect))

    def tally(self, of: plan_rows.Tally) -> ir.IntegerValue:
        """The counters of a tally that the figure has, added up."""
        first, *others = [x for x in of.counters if x in self.table.columns] or of.counters[:1]
        return sum(map(self.many, others), self.many(first))

    def many(self, name: str) -> ir.IntegerValue:
        """A counter of rows; one that the figure does not have counts none."""
        if name not in self.table.columns:
            return ibis.literal(0, "int64")
        return ibis.coalesce(self.table[name].cast("int64"), 0)

    def _known(self, e: Expression) -> ir.Value | None:
        if not isinstance(e, Field):
            return None
        if counter_of(e.name) in COUNTS:
            return self.many(e.name)
        if counter_of(e.name) in AMOUNTS:
            amount = self.table[e.name] if e.name in self.table.columns else ibis.null(numbers.WIDE)
            return amount.cast(numbers.WIDE)
        return self.states[e.name]


def is_over(term: Term, as_of: ir.IntegerValue) -> ir.BooleanValue:
    """Whether the term is over; one without an end never is."""
    return ibis.literal(False) if term.end is None else as_of >= term.end
