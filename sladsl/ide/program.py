"""One agreement under an editor's hands: after each edit, what `sla check` says of it, at the cost of what the edit touches.

What was found of a unit is kept until something it depends on changes. Then the checker looks at that unit again, together with all
that it needs, exactly as it looks at a whole agreement: there is no second checker, only a smaller part given to the one there is.
Units with an error are looked at after every edit, since what they lack may have come in anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sladsl import model as m
from sladsl.checker import check
from sladsl.checker.context import Declared
from sladsl.checker.rules import check_each, check_together
from sladsl.checker.rules.unused import Named, named_by
from sladsl.compiler import Compilation, Gathered, Read, compile_text, gather, in_order
from sladsl.diagnostics import Diagnostic, Edit, Fix, Label, Severity
from sladsl.ide.layout import Layout, Part, edited, laid_out
from sladsl.ide.units import AGREEMENT, Index, Unit, changed_words
from sladsl.source import Source, Span
from sladsl.syntax import ast, faults

_MOST_BROKEN = 90
"""With more declarations that do not parse than this the parser gives hints to the first ones only, and the text is read as a whole."""
_TABLES = ("calendars", "records", "lets", "scores", "definitions", "events", "kpis")
_LISTS = ("lifecycles", "commitments", "routes", "sources", "tests")


Entry = (
    m.Calendar | m.Record | m.Let | m.Score | m.Definition | m.Event | m.Kpi
    | m.Lifecycle | m.Commitment | m.Route | m.DataSource | m.Test
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one unit; places are the shelf's. `names` are those it uses, itself aside."""

    diagnostics: tuple[Diagnostic, ...] = ()
    entries: tuple[tuple[str, Entry], ...] = ()
    uses: tuple[m.Use, ...] = ()
    names: frozenset[Named] = frozenset()
    has_errors: bool = False


@dataclass(frozen=True, eq=False)
class State:
    """Everything known of one version of an agreement. `model` and `facts` count places on the shelves, `diagnostics` in the texts."""

    name: str
    layouts: Mapping[str, Layout]
    units: tuple[Unit, ...]
    facts: Mapping[Unit, Facts]
    model: m.Model
    diagnostics: tuple[Diagnostic, ...]

    @property
    def sources(self) -> dict[str, Source]:
        """The texts of the agreement, its own first."""
        return {name: layout.source for name, layout in self.layouts.items()}

    @property
    def layout(self) -> Layout:
        return self.layouts[self.name]


@dataclass
class Program:
    """The agreement that begins at the file `name`; `root` is the folder its imports may not leave."""

    name: str
    root: str | None
    _layouts: dict[str, Layout] = field(default_factory=dict)
    _index: Index = field(default_factory=Index)
    _facts: dict[Unit, Facts] = field(default_factory=dict)
    _before: object = None
    _hidden: bool = False
    _agreement: m.Agreement | None = None

    def update(self, text: str, read: Read | None) -> State:
        """The state of the agreement now that its own file holds `text`; `read` gives the files it imports, as they are now."""
        try:
            return self._update(Source(self.name, text), read)
        except (_WholeText, RecursionError):
            self._forget()
            return _plainly(compile_text(text, self.name, read=read, root=self.root))

    def _forget(self) -> None:
        self._layouts, self._index, self._facts, self._before = {}, Index(), {}, None

    def _update(self, source: Source, read: Read | None) -> State:
        reading = _Reading(self._layouts)
        gathered = gather(source, read, self.root, reading.parse)
        layouts = reading.layouts
        kept = set(layouts)
        gone = [
            *reading.gone,
            *(p for name, lay in self._layouts.items() if name not in kept for p in lay.parts),
        ]
        self._layouts = layouts
        units = tuple(u for layout in layouts.values() for part in layout.parts for u in part.units)
        self._settle(
            gathered, units, [u for p in gone for u in p.units], [u for p in reading.new for u in p.units]
        )
        return self._state(gathered, units)

    # --- what has to be looked at again

    def _settle(
        self, gathered: Gathered, units: Sequence[Unit], gone: Sequence[Unit], new: Sequence[Unit]
    ) -> None:
        self._index.change(gone, new)
        for unit in gone:
            self._facts.pop(unit, None)
        wrong = [unit for unit, facts in self._facts.items() if facts.has_errors]
        surroundings = _surroundings(gathered)
        before, self._before = self._before, surroundings
        if before == surroundings and not gone and not new:
            return
        touched = self._index.dependents(changed_words(gone, new))
        again = {**dict.fromkeys(new), **touched, **dict.fromkeys(wrong), **self._pointing_at(gone)}
        hidden, self._hidden = self._hidden, _misses_a_record(gathered, units)
        if hidden != self._hidden:
            again |= {unit: None for unit in units if self._index.lacks(unit)}
        whole = before != surroundings or any(AGREEMENT in u.declares for u in (*gone, *new, *touched))
        if not whole:
            whole = not self._look(gathered, units, again)
        if whole:
            self._look(gathered, units, None)

    def _pointing_at(self, gone: Sequence[Unit]) -> dict[Unit, None]:
        """Units with something to say that points at a place of a unit that is gone."""
        places = _Places(gone)
        return {
            unit: None
            for unit, facts in self._facts.items()
            for d in facts.diagnostics
            if any(places.unit_at(label.file or d.file, label.span.start) for label in d.labels)
        }

    def _look(self, gathered: Gathered, units: Sequence[Unit], again: Mapping[Unit, None] | None) -> bool:
        """Check some units with all that they need (None: every one). False when that takes a look at the whole."""
        part = None if again is None else _part(gathered, self._index.needs(again))
        model, found = check(gathered.files, incomplete=gathered.incomplete, part=part)
        if part is not None and any(d.code == "SLA209" for d in found):
            return False  # where a circle is reported depends on all that lead into it
        chosen = units if again is None else again
        self._facts |= _facts(chosen, model, found)
        self._agreement = model.agreement
        return True

    # --- what is known now

    def _state(self, gathered: Gathered, units: tuple[Unit, ...]) -> State:
        facts = {unit: self._facts[unit] for unit in units}
        complete = not gathered.has_errors and not any(each.has_errors for each in facts.values())
        model = _model(self._agreement, facts.values(), complete)
        names = frozenset[Named]().union(*(each.names for each in facts.values()))
        own = [d for each in facts.values() for d in each.diagnostics]
        found = (*gathered.diagnostics, *own, *check_together(model, names))
        real = [_real(self._layouts, d) for d in found]
        diagnostics = in_order([d for d in real if d is not None], list(self._layouts))
        return State(self.name, self._layouts, units, facts, model, diagnostics)


class _WholeText(Exception):
    """A text that is not read declaration by declaration."""


class _Reading:
    """Parses the files of an agreement from the layouts they had before."""

    def __init__(self, before: Mapping[str, Layout]) -> None:
        self.before = before
        self.layouts: dict[str, Layout] = {}
        self.new: list[Part] = []
        self.gone: list[Part] = []

    def parse(self, source: Source) -> tuple[Source, ast.File, Sequence[Diagnostic]]:
        if faults.whole_text(source.text) is not None:
            raise _WholeText
        known = self.before.get(source.name)
        change = laid_out(source) if known is None else edited(known, source)
        layout = change.layout
        self.layouts[source.name] = layout
        self.new += change.new
        self.gone += change.gone
        troubled = [part for part in layout.parts if part.problems]
        if len(troubled) > _MOST_BROKEN:
            raise _WholeText
        declared = tuple(d for part in layout.parts for d in part.file.declarations)
        broken = tuple(name for part in troubled for name in part.file.broken)
        file = ast.File(declared, Span(0, len(source.text)), broken)
        return layout.shelf, file, [problem for part in troubled for problem in part.problems]


def _surroundings(gathered: Gathered) -> object:
    """What every unit depends on without naming it; when it changes, all are looked at again."""
    declared = [d for _, file in gathered.files for d in file.declarations]
    shared = ast.DataSource | ast.Calendar | ast.Let | ast.Import
    fragment = all(isinstance(d, shared) for d in declared)
    # Without a zone it depends on all the others whether one is needed.
    zoneless = any(isinstance(d, ast.Agreement) and d.zone is None for d in declared)
    return gathered.incomplete, fragment, [s.name for s, _ in gathered.files], zoneless and object()


def _misses_a_record(gathered: Gathered, units: Sequence[Unit]) -> bool:
    """Whether a record did not parse, or what may be one: it may have any field (see `Context.misses_a_record`)."""
    kinds: dict[str, str] = {}
    for unit in units:
        for each in unit.unread:
            if each.name is not None:
                kinds.setdefault(each.name.text, each.kind)
    suspects = {name for name, kind in kinds.items() if kind in ("record", "")}
    if not suspects:
        return False
    declared = (d for _, file in gathered.files for d in file.declarations)
    return bool(suspects - {d.name.text for d in declared if isinstance(d, Declared)})


def _part(gathered: Gathered, units: Collection[Unit]) -> list[tuple[Source, ast.File]]:
    """The files with only these units in them."""
    wanted: dict[int, list[ast.Commitment]] = {}
    for unit in units:
        if unit.declaration is not None:
            several = wanted.setdefault(id(unit.declaration), [])
            several += [unit.commitment] if unit.commitment else []
    part = []
    for source, file in gathered.files:
        chosen: list[ast.Declaration] = []
        for node in file.declarations:
            some = wanted.get(id(node))
            if some is not None:
                chosen.append(_narrowed(node, some) if some else node)
        part.append((source, replace(file, declarations=tuple(chosen))))
    return part


def _narrowed(node: ast.Declaration, some: list[ast.Commitment]) -> ast.Declaration:
    assert isinstance(node, ast.Owes)
    return replace(node, commitments=tuple(sorted(some, key=lambda each: each.span)))


# --- what was found, unit by unit


def _facts(units: Iterable[Unit], model: m.Model, found: Sequence[Diagnostic]) -> dict[Unit, Facts]:
    """What was found, put to the units that were looked at."""
    places = _Places(units)
    wrong: set[Unit] = set()
    for d in found:
        if d.severity is Severity.ERROR:
            # One error may stand for several places: whoever is among them may be its first place soon.
            around = (places.unit_at(label.file or d.file, label.span.start) for label in d.labels)
            wrong |= {u for u in (places.unit_at(d.file, d.span.start), *around) if u is not None}
    entries = _by_unit(places, ((e, e[1].origin.file, e[1].origin.span) for e in _entries(model)))
    uses = _by_unit(places, ((use, use.file, use.span) for use in model.uses))
    chosen = _model(None, [Facts(entries=tuple(each)) for each in entries.values()], model.complete)
    said = [*found, *check_each(model, chosen)]
    diagnostics = _by_unit(places, ((d, d.file, d.span) for d in said))
    return {
        unit: Facts(
            tuple(diagnostics.get(unit, ())),
            tuple(entries.get(unit, ())),
            tuple(uses.get(unit, ())),
            _names(unit, uses.get(unit, ())),
            unit in wrong,
        )
        for unit in places.units
    }


T = TypeVar("T")


def _by_unit(places: _Places, things: Iterable[tuple[T, str, Span]]) -> dict[Unit, list[T]]:
    """Things by the unit that they stand in; those of other units are left out."""
    found: dict[Unit, list[T]] = {}
    for thing, file, span in things:
        unit = places.unit_at(file, span.start)
        if unit is not None:
            found.setdefault(unit, []).append(thing)
    return found


def _names(unit: Unit, uses: Iterable[m.Use]) -> frozenset[Named]:
    own = unit.name_span
    return frozenset(name for use in uses if use.span != own for name in named_by(use, unit.fills))


class _Places:
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


def _model(agreement: m.Agreement | None, facts: Iterable[Facts], complete: bool) -> m.Model:
    """The model of the whole agreement, put together from what is known of its units."""
    made: dict[str, list[Entry]] = {table: [] for table in (*_TABLES, *_LISTS)}
    uses: list[m.Use] = []
    for each in facts:
        uses += each.uses
        for table, value in each.entries:
            made[table].append(value)
    tables = {table: {value.name: value for value in made[table]} for table in _TABLES}  # type: ignore[union-attr]
    lists = {table: tuple(made[table]) for table in _LISTS}
    return m.Model(agreement, **tables, **lists, uses=tuple(uses), complete=complete)  # type: ignore[arg-type]


# --- from the shelf to the text


def _real(layouts: Mapping[str, Layout], d: Diagnostic) -> Diagnostic | None:
    def place(file: str, span: Span) -> Span | None:
        layout = layouts.get(file)
        return span if layout is None else layout.real(span)

    span = place(d.file, d.span)
    if span is None:
        return None
    labels = tuple(Label(at, x.text, x.file) for x in d.labels if (at := place(x.file or d.file, x.span)))
    fixes = tuple(
        Fix(
            fix.title, tuple(Edit(at, e.text) for e in fix.edits if (at := place(d.file, e.span))), fix.safety
        )
        for fix in d.fixes
    )
    return replace(d, span=span, labels=labels, fixes=fixes)


def _plainly(compilation: Compilation) -> State:
    """The state of an agreement that was compiled as a whole: one unit a file, and the shelf is the text."""
    layouts, units = {}, []
    facts: dict[Unit, Facts] = {}
    for name, source in compilation.sources.items():
        whole = Span(0, len(source.text))
        unit = Unit(name, whole, None, None, frozenset(), frozenset())
        part = Part(source.text, 0, ast.File((), whole), (), (unit,))
        layouts[name] = Layout(source, source, (part,), (0,))
        units.append(unit)
        facts[unit] = Facts(uses=tuple(use for use in compilation.model.uses if use.file == name))
    return State(
        compilation.source.name, layouts, tuple(units), facts, compilation.model, compilation.diagnostics
    )
