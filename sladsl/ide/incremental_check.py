"""One agreement under an editor's hands: after each edit, what `sla check` says of it, at the cost of what the edit touches.

The result of a unit is kept until something it depends on changes. Then the checker looks at that unit again, together with all
that it needs, exactly as it looks at a whole agreement: there is no second checker, only a smaller part given to the one there is.
Units with an error are looked at after every edit, since what they lack may have come in anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sladsl import model as m
from sladsl.checker import check
from sladsl.checker.context import Declared
from sladsl.checker.rules import check_together
from sladsl.compiler import Compilation, Gathered, Read, compile_text, gather, in_order
from sladsl.diagnostics import Diagnostic, Edit, Fix, Label
from sladsl.ide.stable_offsets import Layout, Part, edited, laid_out
from sladsl.ide.unit_results import Places, UnitResult, UnitResults, put_together, results_of
from sladsl.ide.units import AGREEMENT, Index, Unit
from sladsl.language import LANGUAGE
from sladsl.source import Source, Span
from sladsl.syntax import ast, syntax_errors

_MOST_BROKEN = 90
"""With more declarations that do not parse than this the parser gives hints to the first ones only, and the text is read as a whole."""


@dataclass(frozen=True, eq=False)
class Checked:
    """Everything known of one version of an agreement. `model` and `results` count places on the shelves, `diagnostics` in the texts."""

    name: str
    layouts: Mapping[str, Layout]
    units: tuple[Unit, ...]
    results: Mapping[Unit, UnitResult]
    model: m.Model
    diagnostics: tuple[Diagnostic, ...]

    @property
    def sources(self) -> dict[str, Source]:
        """The texts of the agreement, its own first."""
        return {name: layout.source for name, layout in self.layouts.items()}

    @property
    def layout(self) -> Layout:
        return self.layouts[self.name]


_State = tuple[Mapping[str, Layout], Index, UnitResults, Hashable, bool, m.Agreement | None]


@dataclass
class IncrementalCheck:
    """The agreement that begins at the file `name`; `root` is the folder its imports may not leave."""

    name: str
    root: str | None
    _layouts: Mapping[str, Layout] = field(default_factory=dict)
    _index: Index = field(default_factory=Index)
    _known: UnitResults = field(default_factory=UnitResults)
    _before: Hashable = None
    _hidden: bool = False
    _agreement: m.Agreement | None = None
    _left: tuple[str, _State] | None = None  # the text before the last edit, and all that was known then

    def update(self, text: str, read: Read | None) -> Checked:
        """What is known of the agreement now that its own file holds `text`; `read` gives the files it imports, as they are now."""
        self._turn_to(text)
        try:
            return self._update(Source(self.name, text), read)
        except (_WholeText, RecursionError):
            self._layouts, self._index, self._known, self._before = {}, Index(), UnitResults(), None
            self._left = None
            return _plainly(compile_text(text, self.name, read=read, root=self.root))

    def _turn_to(self, text: str) -> None:
        """Keep what is known for when the next edit is taken back; where this text is the one before the last edit, go back to it."""
        if self.name not in self._layouts or self._layouts[self.name].source.text == text:
            return
        left = self._left
        known = self._index.copy(), self._known.copy()
        now = self._layouts, *known, self._before, self._hidden, self._agreement
        self._left = self._layouts[self.name].source.text, now
        if left is not None and left[0] == text:
            self._layouts, self._index, self._known, self._before, self._hidden, self._agreement = left[1]

    def _update(self, source: Source, read: Read | None) -> Checked:
        reading = _Reading(self._layouts)
        gathered = gather(source, read, self.root, reading.parse)
        closed = (p for name, lay in self._layouts.items() if name not in reading.layouts for p in lay.parts)
        before = dict.fromkeys(u for part in (*reading.gone, *closed) for u in part.units)
        now = dict.fromkeys(u for part in reading.new for u in part.units)
        gone = [u for u in before if u not in now]
        new = [u for u in now if u not in before]
        self._layouts = reading.layouts
        units = tuple(u for layout in self._layouts.values() for part in layout.parts for u in part.units)
        owed = self._owed(gathered, units, gone, new)
        if owed and not self._look(gathered, owed):
            self._look(gathered, None)
        return self._checked(gathered, units)

    # --- what has to be looked at again

    def _owed(
        self, gathered: Gathered, units: Sequence[Unit], gone: Sequence[Unit], new: Sequence[Unit]
    ) -> list[Unit]:
        """The units that what came and went has to do with."""
        self._index.change(gone, new)
        for unit in gone:
            self._known.drop(unit)
        surroundings = _surroundings(gathered)
        before, self._before = self._before, surroundings
        if before == surroundings and not gone and not new:
            return []
        touched = self._index.dependents({word for unit in (*gone, *new) for word in unit.declares})
        owed = {**dict.fromkeys(new), **touched, **self._known.wrong, **self._pointing_at(gone)}
        hidden, self._hidden = self._hidden, _misses_a_record(gathered, units)
        if hidden != self._hidden:
            owed |= {unit: None for unit in units if self._index.lacks(unit)}
        if not any(isinstance(unit.declaration, ast.Agreement) for unit in units):
            self._agreement = None  # it may be that nothing has to be looked at
        if before != surroundings or any(AGREEMENT in u.declares for u in (*gone, *new, *touched)):
            return list(units)
        return list(owed)

    def _pointing_at(self, gone: Sequence[Unit]) -> dict[Unit, None]:
        """Units with something to say that points at a place of a unit that is gone."""
        places = Places(gone)
        return {
            unit: None
            for unit, result in self._known.results.items()
            for d in result.diagnostics
            if any(places.unit_at(label.file or d.file, label.span.start) for label in d.labels)
        }

    def _look(self, gathered: Gathered, chosen: Sequence[Unit] | None) -> bool:
        """Check some units with all that they need (None: every one). False when that takes a look at the whole."""
        part = None if chosen is None else _part(gathered, self._index.needs(chosen))
        model, diagnostics = check(gathered.files, LANGUAGE, incomplete=gathered.incomplete, part=part)
        if part is not None and any(d.code == "SLA209" for d in diagnostics):
            return False  # where a circle is reported depends on all that lead into it
        every = (u for layout in self._layouts.values() for part in layout.parts for u in part.units)
        self._known.put(results_of(every if chosen is None else chosen, model, diagnostics))
        self._agreement = model.agreement
        return True

    # --- what is known now

    def _checked(self, gathered: Gathered, units: tuple[Unit, ...]) -> Checked:
        results = {unit: self._known.results[unit] for unit in units}
        complete = not gathered.has_errors and not self._known.wrong
        model = put_together(self._agreement, results.values(), complete)
        own = [d for each in results.values() for d in each.diagnostics]
        shelved = (*gathered.diagnostics, *own, *check_together(model, self._known.names))
        real = [_real(self._layouts, d) for d in shelved]
        diagnostics = in_order([d for d in real if d is not None], [x.source for x in self._layouts.values()])
        return Checked(self.name, self._layouts, units, results, model, diagnostics)


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
        if syntax_errors.whole_text(source.text) is not None:
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


def _surroundings(gathered: Gathered) -> Hashable:
    """What every unit depends on without naming it; when it changes, all are looked at again."""
    declared = [d for _, file in gathered.files for d in file.declarations]
    shared = ast.DataSource | ast.Calendar | ast.Let | ast.Import
    fragment = all(isinstance(d, shared) for d in declared)
    # Without a zone it depends on all the others whether one is needed.
    zoneless = any(isinstance(d, ast.Agreement) and not d.has("zone") for d in declared)
    return gathered.incomplete, fragment, tuple(s.name for s, _ in gathered.files), zoneless and object()


def _misses_a_record(gathered: Gathered, units: Sequence[Unit]) -> bool:
    """Whether a record did not parse, or what may be one: it may have any field (see `Context.misses_a_record`)."""
    kinds: dict[str, str] = {}
    for unit in units:
        for each in unit.unread:
            if each.name is not None:
                kinds.setdefault(each.name.text, each.kind)
    suspects = {name for name, kind in kinds.items() if kind in ("record", "spell", "")}
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


def _plainly(compilation: Compilation) -> Checked:
    """What is known of an agreement that was compiled as a whole: one unit a file, and the shelf is the text."""
    layouts, units = {}, []
    results: dict[Unit, UnitResult] = {}
    for name, source in compilation.sources.items():
        whole = Span(0, len(source.text))
        unit = Unit(name, whole, None, None, frozenset(), frozenset())
        part = Part(source.text, 0, ast.File((), whole), (), (unit,))
        layouts[name] = Layout(source, source, (part,), (0,))
        units.append(unit)
        results[unit] = UnitResult(uses=tuple(use for use in compilation.model.uses if use.file == name))
    return Checked(
        compilation.source.name, layouts, tuple(units), results, compilation.model, compilation.diagnostics
    )
