"""The reference interpreter as an engine (`sladsl.engines.engine`): a plan over tables in memory, and what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, TypeVar

from sladsl.calendars import PeriodKind, zone
from sladsl.engines.differing import Columns, Differing, OtherRows, differing
from sladsl.engines.moments import TimesHeld
from sladsl.engines.rows.evaluation import Evaluation, latest_of, rows_of_figure
from sladsl.engines.rows.evaluation import default_as_of as _default_as_of
from sladsl.engines.rows.memory_tables import MemoryTable
from sladsl.engines.rows.settle import Data, settle
from sladsl.outcomes import AsOf, OutcomeRow, Outcomes, Problem
from sladsl.plan import Expression, FieldType, Plan, Subject
from sladsl.plan.rows import breakdown, subjects

Tables = Mapping[str, MemoryTable]
T = TypeVar("T")
_NONE: Mapping[str, Sequence[Expression]] = MappingProxyType({})
BY = "by_"


def _data(tables: Tables) -> Data:
    return {name: table.rows for name, table in tables.items()}


@dataclass(slots=True)
class InMemory:
    """The engine. It keeps its last evaluation, since a run asks for the same rows more than once."""

    _last: tuple[Plan, Tables, AsOf, int, Evaluation] | None = None
    _counted: dict[tuple[int, int] | None, Outcomes] = field(default_factory=dict)

    def default_as_of(self, plan: Plan, tables: Tables, now: int | None = None) -> AsOf | None:
        return _default_as_of(plan, _data(tables), now)

    def times_held(self, plan: Plan, record: str, table: MemoryTable, until: int) -> TimesHeld | None:
        asked = [f.name for f in plan.record(record).fields if f.comes]
        held = [x for x in latest_of(plan, record, asked, table.rows, until) if x.instant <= until]
        if not held:
            return None
        last = max(held, key=lambda x: x.instant)
        values = [x for row in table.rows if (x := row[last.field]) is not None and x <= last.value]
        first = min(values)
        if plan.record(record).field(last.field).type is FieldType.DATE:
            first = zone(plan.zone).midnight(first)
        return TimesHeld(first, last.instant, len(values))

    def evaluate(  # noqa: PLR0913 - as every engine
        self,
        plan: Plan,
        tables: Tables,
        as_of: AsOf,
        *,
        period: tuple[int, int] | None = None,
        examples: int = 5,
        rows_to: Callable[[Any], None] | None = None,
        beside: Mapping[str, Iterable[Expression]] = _NONE,
        only: Mapping[str, Sequence[Expression]] = _NONE,
        progress: Callable[[str], None] | None = None,
    ) -> Outcomes:
        """`beside` and `only` are what need not be worked out otherwise; here whatever is asked is worked out when it is."""
        tell = progress or (lambda _: None)
        evaluation = self._evaluation(plan, tables, as_of, examples)
        tell("counting")
        if period not in self._counted:
            self._counted[period] = evaluation.outcomes(period)
        outcomes = self._counted[period]
        if rows_to is not None:
            rows_to(MemoryRows(evaluation, outcomes))
        return outcomes

    def problems_of_rows(self, plan: Plan, some: Tables, tables: Tables, as_of: AsOf) -> tuple[Problem, ...]:
        return tuple(settle(plan, _data(some), as_of.instant, 1, _data(tables))[1])

    def rows_of(self, plan: Plan, table: MemoryTable) -> Iterator[OutcomeRow]:
        names = {s.commitment or f" {s.kpi}": breakdown(s.figure) for s in subjects(plan)}
        own = [f.name for f in fields(OutcomeRow) if f.name != "by"]
        for row in table.rows:
            by = names[row["commitment"] or f" {row['kpi']}"]
            yield OutcomeRow(**{name: row[name] for name in own}, by=tuple(row[BY + name] for name in by))

    def _evaluation(self, plan: Plan, tables: Tables, as_of: AsOf, examples: int) -> Evaluation:
        last = self._last
        if last is not None and last[0] is plan and last[1] is tables and last[2:4] == (as_of, examples):
            return last[4]
        made = Evaluation(plan, _data(tables), as_of, examples=examples)
        self._last, self._counted = (plan, tables, as_of, examples, made), {}
        return made


@dataclass(frozen=True, slots=True)
class MemoryRows:
    """`FigureRows` of an evaluation in memory."""

    evaluation: Evaluation
    outcomes: Outcomes
    _earlier: Mapping[str, MemoryRows] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self.evaluation.plan

    def with_earlier(self, earlier: Mapping[str, MemoryRows], outcomes: Outcomes) -> MemoryRows:
        return replace(self, outcomes=outcomes, _earlier=earlier)

    def all(self) -> MemoryTable:
        tables = [self.of(s).order_by("period_start", "key") for s in subjects(self.plan)]
        return MemoryTable(self._columns(), [row for table in tables for row in table.rows])

    def of(self, s: Subject, more: Mapping[str, Expression] = MappingProxyType({})) -> MemoryTable:
        if s.figure.id in self._earlier:
            return self._earlier[s.figure.id].of(s, more)
        ev, record = self.evaluation.evaluator, s.figure.record
        frames = self.evaluation.frames(record)
        counted = self._starts()[s.figure.period]
        names: dict[str, str | None] = dict.fromkeys(
            BY + name for f in self.plan.figures for name in breakdown(f)
        )
        own = [BY + name for name in breakdown(s.figure)]
        added = {name: ev.function(e, record) for name, e in more.items()}
        rows = []
        for frame, row in rows_of_figure(ev, s, frames):
            if row.period_start in counted:
                shown: dict[str, Any] = {f.name: getattr(row, f.name) for f in fields(row) if f.name != "by"}
                shown["outcome"] = str(row.outcome)
                shown |= {**names, **dict(zip(own, row.by, strict=True))}
                shown |= {name: value(frame) for name, value in added.items()}
                rows.append(shown)
        return MemoryTable((*self._columns(), *more), rows)

    def apart(
        self, record: str, some: Iterable[T], reads: Callable[[T], Iterable[Expression]]
    ) -> Iterator[list[T]]:
        every = list(some)
        if every:
            yield every

    def of_record(self, record: str, columns: Mapping[str, Expression]) -> MemoryTable:
        ev = self.evaluation.evaluator
        frames = self.evaluation.ready(record, columns.values())
        made = {name: ev.function(e, record) for name, e in columns.items()}
        return MemoryTable(
            tuple(columns), [{name: value(frame) for name, value in made.items()} for frame in frames]
        )

    def rows(self, query: MemoryTable) -> Sequence[Mapping[str, Any]]:
        return query.rows

    def columns(self, query: MemoryTable) -> Columns:
        return {name: [row[name] for row in query.rows] for name in query.columns}

    def differing(self, own: MemoryTable, other: OtherRows, theirs: Any) -> Differing:
        return differing(self.columns(own), other.columns(theirs))

    def _columns(self) -> tuple[str, ...]:
        by = dict.fromkeys(BY + name for f in self.plan.figures for name in breakdown(f))
        own = [f.name for f in fields(OutcomeRow) if f.name != "by"]
        at = own.index("period_start") + 1
        return (*own[:at], *by, *own[at:])

    def _starts(self) -> dict[PeriodKind, set[int]]:
        """The periods that were counted."""
        starts: dict[PeriodKind, set[int]] = {}
        for f in self.plan.figures:
            starts.setdefault(f.period, set()).update(c.start for c in self.outcomes.figures[f.id])
        return starts
