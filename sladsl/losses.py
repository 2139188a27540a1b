"""Which rows are lost to which figures: those of which something that the figure reads could not be read.

A value that cannot be read is missing from then on, and a missing moment takes its row out of a figure without a word. So what may not be
lost in silence is looked up: for each figure the rows with such a cell, and the rows that belong to them or that they belong to, as far
as the figure reads across. A row that is counted is lost to its period. One that is not counted, though what could not be read says
whether or when it counts, may belong to the periods near its other times; one without any, to all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sladsl.calendars import DAY
from sladsl.data import Loaded
from sladsl.freshness import evaluated
from sladsl.outcomes import AsOf
from sladsl.plan import SHARES, Field, FieldType, Figure, Hidden, Measure, Plan, Record, Ref, RowOutcome
from sladsl.plan.rows import LEFT_OUT, PENDING, subjects
from sladsl.plan.traversal import reached
from sladsl.verdicts import Losses

if TYPE_CHECKING:
    from sladsl.engines.engine import FigureRows
    from sladsl.plan import Expression

MOST = 20_000
"""Rows of a record that are looked up with all that belongs to them; those beyond may belong anywhere."""
NEAR = 31 * DAY
"""How far from a row's other times a moment that cannot be read may lie."""

Cell: TypeAlias = tuple[str, str]
"""A record and a field."""
Rows: TypeAlias = Mapping[str, list[dict[str, Any]]]
_MOMENTS = (FieldType.TIME, FieldType.DATE)


@dataclass(slots=True)
class _Kin:
    """The rows with lost cells, their families, and which rows of a record are touched by which cells."""

    plan: Plan
    lost: Mapping[Cell, Sequence[str]]
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def add(self, rows: Rows) -> None:
        for name, of_record in rows.items():
            key = self.plan.record(name).key
            self.rows.setdefault(name, {}).update((r[key], r) for r in of_record if r[key] is not None)

    def touched(self, record: Record, cell: Cell) -> Iterator[str]:
        """The keys of a record's rows that have the cell, or whose child or parent, however far, has it; or which name a row that
        has it."""
        for name, keys in self._naming(cell[0], set(self.lost[cell])):
            yield from self._related_keys(record, name, keys)

    def _naming(self, record: str, keys: set[str]) -> Iterator[tuple[str, set[str]]]:
        """The rows with these keys, and those that name one of them, or one that does."""
        waiting, seen = [(record, keys)], {(record, key) for key in keys}
        while waiting:
            named, some = waiting.pop()
            yield named, some
            for r in self.plan.given:
                for f in (f for f in r.fields if f.key_of == named):
                    rows = self.rows.get(r.name, {}).items()
                    new = {key for key, row in rows if row[f.name] in some and (r.name, key) not in seen}
                    seen |= {(r.name, key) for key in new}
                    if new:
                        waiting.append((r.name, new))

    def _related_keys(self, record: Record, name: str, keys: set[str]) -> Iterator[str]:
        if name == record.name:
            yield from keys
            return
        if (down := self._between(record.name, name)) is not None:
            for child, parent in reversed(down):
                keys = self._parents(child, parent, keys)
        elif (up := self._between(name, record.name)) is not None:
            for child, parent in up:
                keys = self._children(child, parent, keys)
        else:
            return
        yield from keys

    def _between(self, above: str, below: str) -> list[tuple[str, str]] | None:
        """(child, parent) from just below `above` down to `below`; None when it is not below it."""
        steps: list[tuple[str, str]] = []
        while below != above:
            link = self.plan.record(below).link
            if link is None:
                return None
            steps.append((below, link.parent))
            below = link.parent
        return steps[::-1]

    def _parents(self, child: str, parent: str, keys: Iterable[str]) -> set[str]:
        link = self.plan.record(child).link
        assert link is not None
        named = {self.rows[child][k][link.own] for k in keys if k in self.rows.get(child, {})} - {None}
        return {key for key, row in self.rows.get(parent, {}).items() if row[link.theirs] in named}

    def _children(self, child: str, parent: str, keys: Iterable[str]) -> set[str]:
        link = self.plan.record(child).link
        assert link is not None
        theirs = {self.rows[parent][k][link.theirs] for k in keys if k in self.rows.get(parent, {})} - {None}
        return {key for key, row in self.rows.get(child, {}).items() if row[link.own] in theirs}

    def times(self, record: Record, key: str) -> list[int]:
        """What is known of when the row was: its own times, else those of the rows it belongs to and that belong to it."""
        row = self.rows.get(record.name, {}).get(key)
        if row is None:
            return []
        own = self._own_times(record, row)
        if own:
            return own
        kin: list[int] = []
        for other in self.plan.given:
            if self._between(record.name, other.name) or self._between(other.name, record.name):
                named = self._related(record, key, other)
                kin += (t for k in named for t in self._own_times(other, self.rows[other.name][k]))
        return kin

    def _related(self, record: Record, key: str, other: Record) -> set[str]:
        keys = {key}
        if (down := self._between(record.name, other.name)) is not None:
            for child, parent in down:
                keys = self._children(child, parent, keys)
            return keys
        for child, parent in reversed(self._between(other.name, record.name) or ()):
            keys = self._parents(child, parent, keys)
        return keys

    @staticmethod
    def _own_times(record: Record, row: Mapping[str, Any]) -> list[int]:
        values = ((f, row[f.name]) for f in record.fields if f.type in _MOMENTS)
        return [v * DAY if f.type is FieldType.DATE else v for f, v in values if v is not None]


def losses(plan: Plan, loaded: Loaded, as_of: AsOf) -> Mapping[str, Losses]:
    """The lost rows of each figure that has some, by its id."""
    lost = loaded.lost_cells()
    if not lost:
        return {}
    asked = {f.id: cells for f in plan.figures if (cells := _asked(plan, f, lost)).all}
    if not asked:
        return {}
    kin = _Kin(plan, lost)
    for record in dict.fromkeys(record for record, _ in lost):
        keys = dict.fromkeys(k for cell, some in lost.items() if cell[0] == record for k in some)
        kin.add(loaded.families(plan, record, list(keys)[:MOST]))
        for name, naming in loaded.naming(plan, record, list(keys)[:MOST]).items():
            kin.add(loaded.families(plan, name, sorted(naming)[:MOST]))
    touched = {
        id: {cell: set(kin.touched(plan.record(plan.figure(id).record), cell)) for cell in cells.all}
        for id, cells in asked.items()
    }
    counted = _counted(plan, loaded, as_of, touched)
    return {
        id: _of_figure(plan, plan.figure(id), asked[id], touched[id], counted.get(id, {}), kin)
        for id in asked
    }


# ----------------------------------------------------------------------------------------------- what a figure reads


@dataclass(frozen=True, slots=True)
class _CellsRead:
    """The lost cells that a figure reads, and those of them that say whether and when a row counts."""

    all: frozenset[Cell]
    membership: frozenset[Cell]
    group: frozenset[Cell] = frozenset()
    """Those that say of which group a row is, where groups are judged."""


def _asked(plan: Plan, figure: Figure, lost: Mapping[Cell, Sequence[str]]) -> _CellsRead:
    counters = {c.name: c for c in figure.counters}
    member = [counters["rows"].when, Ref(figure.record, figure.entry)]
    rest = [e for c in figure.counters for e in (c.when, c.of) if e is not None]
    judged = any(c.groups is not None and c.figure == figure.id for c in plan.commitments)
    groups = list(figure.by) if judged else []
    return _CellsRead(
        frozenset(_fields(plan, [*member, *rest, *groups]) & lost.keys()),
        frozenset(_fields(plan, member) & lost.keys()),
        frozenset(_fields(plan, groups) & lost.keys()),
    )


def _fields(plan: Plan, expressions: Iterable[Expression]) -> set[Cell]:
    """The fields of the data that expressions are made of, however many columns lie between."""
    made = reached(expressions, lambda ref: plan.column(ref.record, ref.column).value)
    return {(e.record, e.name) for e in made if isinstance(e, Field | Hidden)}


# -------------------------------------------------------------------------------------------- what became of the rows


Counted: TypeAlias = dict[str, dict[str, tuple[int, RowOutcome]]]
"""By figure, then key: the first instant of the row's period, and what became of it."""


def _counted(
    plan: Plan, loaded: Loaded, as_of: AsOf, touched: Mapping[str, Mapping[Cell, set[str]]]
) -> Counted:
    wanted: dict[str, set[str]] = {}
    for id, cells in touched.items():
        wanted.setdefault(plan.figure(id).record, set()).update(k for keys in cells.values() for k in keys)
    outcomes: Counted = {}

    def take(rows: FigureRows) -> None:
        for s in subjects(plan):
            keys = wanted.get(s.figure.record)
            if not keys:
                continue
            table = rows.of(s)
            own = table.filter(table["key"].isin(sorted(keys))).select("key", "period_start", "outcome")
            outcomes.setdefault(s.figure.id, {}).update(
                (row["key"], (row["period_start"], RowOutcome(row["outcome"]))) for row in rows.rows(own)
            )

    evaluated(
        plan,
        as_of,
        lambda at, rows_to: loaded.engine.evaluate(plan, loaded.tables, at, rows_to=rows_to),
        take,
    )
    return outcomes


def _of_figure(
    plan: Plan,
    figure: Figure,
    asked: _CellsRead,
    touched: Mapping[Cell, set[str]],
    counted: Mapping[str, tuple[int, RowOutcome]],
    kin: _Kin,
) -> Losses:
    record = plan.record(figure.record)
    hits: Counter[int] = Counter()
    others: Counter[int] = Counter()
    stretches: list[tuple[int, int]] = []
    anywhere = 0
    for key in sorted({k for keys in touched.values() for k in keys}):
        cells = [cell for cell, keys in touched.items() if key in keys]
        if key in counted:
            period, outcome = counted[key]
            if outcome in LEFT_OUT:
                stretches.append((period, period))  # it might have stayed
            elif any(cell in asked.group for cell in cells):
                stretches.append((period, period))  # of some group, and nobody knows of which
            elif _may_be_otherwise(figure, cells, outcome):
                (hits if outcome is RowOutcome.MET else others)[period] += 1
        elif any(cell in asked.membership for cell in cells):
            times = kin.times(record, key)
            if not times:
                anywhere += 1
            else:
                near = NEAR if any(_is_moment(plan, cell) for cell in cells) else 0
                stretches.append((min(times) - near, max(times) + near))
    firsts, lasts = sorted(a for a, _ in stretches), sorted(b for _, b in stretches)
    return Losses(hits, others, tuple(firsts), tuple(lasts), anywhere)


def _may_be_otherwise(figure: Figure, cells: Sequence[Cell], outcome: RowOutcome) -> bool:
    """Whether what could not be read might have made another outcome of a row that is counted."""
    if figure.measure is Measure.COUNT:
        return False
    if figure.measure not in SHARES:
        return outcome is not RowOutcome.MAY_COUNT
    if outcome is RowOutcome.MET and figure.measure is not Measure.SHARE:
        # Another answer would not undo the one that came in time; another branch of the target might.
        return any(record == figure.record for record, _ in cells)
    return outcome not in PENDING


def _is_moment(plan: Plan, cell: Cell) -> bool:
    return plan.record(cell[0]).field(cell[1]).type in _MOMENTS
