"""The result of checking each unit, and a model put together from the results."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sladsl import model as m
from sladsl.checker.rules import check_each
from sladsl.checker.rules.unused import Named, named_by
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.ide.units import Unit
from sladsl.source import Span

_TABLES = ("calendars", "records", "lets", "derived", "scores", "definitions", "events", "kpis")
_LISTS = ("lifecycles", "commitments", "routes", "nevers", "sources", "tests")


Entry = (
    m.Calendar | m.Record | m.Let | m.Derived | m.Score | m.Definition | m.Event | m.Kpi
    | m.Lifecycle | m.Commitment | m.Route | m.Never | m.DataSource | m.Test
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What is known of one unit; places are the shelf's. `names` are those it uses, itself aside."""

    diagnostics: tuple[Diagnostic, ...] = ()
    entries: tuple[tuple[str, Entry], ...] = ()
    uses: tuple[m.Use, ...] = ()
    names: frozenset[Named] = frozenset()
    has_errors: bool = False


class UnitResults:
    """The results of every unit; which of them have errors, and which names are used, are kept along with them."""

    def __init__(self) -> None:
        self.results: dict[Unit, UnitResult] = {}
        self.wrong: dict[Unit, None] = {}
        self._names: dict[Named, int] = {}

    def copy(self) -> UnitResults:
        made = UnitResults()
        made.results, made.wrong, made._names = dict(self.results), dict(self.wrong), dict(self._names)
        return made

    @property
    def names(self) -> Collection[Named]:
        return self._names.keys()

    def put(self, results: Mapping[Unit, UnitResult]) -> None:
        for unit, known in results.items():
            self.drop(unit)
            self.results[unit] = known
            if known.has_errors:
                self.wrong[unit] = None
            for name in known.names:
                self._names[name] = self._names.get(name, 0) + 1

    def drop(self, unit: Unit) -> None:
        known = self.results.pop(unit, None)
        if known is None:
            return
        self.wrong.pop(unit, None)
        for name in known.names:
            left = self._names[name] - 1
            if left:
                self._names[name] = left
            else:
                del self._names[name]


def results_of(
    units: Iterable[Unit], model: m.Model, from_check: Sequence[Diagnostic]
) -> dict[Unit, UnitResult]:
    """What was found, put to the units that were looked at."""
    places = Places(units)
    wrong: set[Unit] = set()
    for d in from_check:
        if d.severity is Severity.ERROR:
            # One error may stand for several places: whoever is among them may be its first place soon.
            around = (places.unit_at(label.file or d.file, label.span.start) for label in d.labels)
            wrong |= {u for u in (places.unit_at(d.file, d.span.start), *around) if u is not None}
    entries = _by_unit(places, ((e, e[1].origin.file, e[1].origin.span) for e in _entries(model)))
    uses = _by_unit(places, ((use, use.file, use.span) for use in model.uses))
    chosen = put_together(
        None, [UnitResult(entries=tuple(each)) for each in entries.values()], model.complete
    )
    said = [*from_check, *check_each(model, chosen)]
    diagnostics = _by_unit(places, ((d, d.file, d.span) for d in said))
    return {
        unit: UnitResult(
            tuple(diagnostics.get(unit, ())),
            tuple(entries.get(unit, ())),
            tuple(uses.get(unit, ())),
            _names(unit, uses.get(unit, ())),
            unit in wrong,
        )
        for unit in places.units
    }


T = TypeVar("T")


def _by_unit(places: Places, things: Iterable[tuple[T, str, Span]]) -> dict[Unit, list[T]]:
    """Things by the unit that they stand in; those of other units are left out."""
    by_unit: dict[Unit, list[T]] = {}
    for thing, file, span in things:
        unit = places.unit_at(file, span.start)
        if unit is not None:
            by_unit.setdefault(unit, []).append(thing)
    return by_unit


def _names(unit: Unit, uses: Iterable[m.Use]) -> frozenset[Named]:
    own = unit.name_span
    return frozenset(name for use in uses if use.span != own for name in named_by(use, unit.fills))


class Places:
    """Finds the unit, of a few, that a place belongs to."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = list(units)
        self._sorted: dict[str, list[tuple[int, int]]] = {}
        for number, unit in enumerate(self.units):
            self._sorted.setdefault(unit.file, []).append((unit.span.start, number))
        for places in self._sorted.values():
            places.sort()

    def unit_at(self, file: str, offset: int) -> Unit | None:
        places = self._sorted.get(file, [])
        at = bisect_right(places, (offset, len(self.units))) - 1
        unit = self.units[places[at][1]] if at >= 0 else None
        return unit if unit is not None and offset <= unit.span.end else None


def _entries(model: m.Model) -> Iterable[tuple[str, Entry]]:
    for table in _TABLES:
        for value in getattr(model, table).values():
            yield table, value
    for table in _LISTS:
        for value in getattr(model, table):
            yield table, value


def put_together(agreement: m.Agreement | None, results: Iterable[UnitResult], complete: bool) -> m.Model:
    """The model of the whole agreement, put together from what is known of its units."""
    made: dict[str, list[Entry]] = {table: [] for table in (*_TABLES, *_LISTS)}
    uses: list[m.Use] = []
    for each in results:
        uses += each.uses
        for table, value in each.entries:
            made[table].append(value)
    tables = {table: {value.name: value for value in made[table]} for table in _TABLES}  # type: ignore[union-attr]
    lists = {table: tuple(made[table]) for table in _LISTS}
    return m.Model(agreement, **tables, **lists, uses=tuple(uses), complete=complete)  # type: ignore[arg-type]
