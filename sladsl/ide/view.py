"""One file as a reader sees it: what stands at a place, and where what it means was declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sladsl import model as m
from sladsl.diagnostics import Edit
from sladsl.ide.incremental_check import Checked
from sladsl.ide.stable_offsets import Layout
from sladsl.ide.unit_results import UnitResult
from sladsl.ide.units import Unit
from sladsl.ide.workspace import Snapshot
from sladsl.source import Span


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file's text, in code points."""

    file: str
    span: Span


@dataclass(frozen=True, slots=True)
class Target:
    """What a name means: its kind (as a `Use` has it), the name, and the record of a field."""

    kind: str
    name: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A name at a place of the text, and what it means."""

    target: Target
    span: Span


KINDS = {
    "record": "records",
    "spell": "records",
    "let": "lets",
    "derived": "derived",
    "score": "scores",
    "define": "definitions",
    "event": "events",
    "kpi": "kpis",
    "calendar": "calendars",
}
"""The model's table of each kind of declaration that names can mean."""

WORDS = {
    "record": "record",
    "spell": "spell",
    "field": "field",
    "let": "constant",
    "derived": "derived field",
    "score": "score",
    "define": "definition",
    "event": "event",
    "kpi": "KPI",
    "calendar": "calendar",
    "party": "party",
    "function": "function",
}


TEXTS = {"value": "value", "destination": "destination", "recipient": "recipient"}
"""What the texts are called that mean the same wherever they stand."""


_UNKNOWN = UnitResult()


@dataclass(frozen=True)
class View:
    """A snapshot with the questions that every feature asks. Offsets and spans that come in and go out are of the text."""

    snapshot: Snapshot

    @property
    def name(self) -> str:
        return self.snapshot.name

    @property
    def checked(self) -> Checked:
        return self.snapshot.checked

    @property
    def model(self) -> m.Model:
        return self.checked.model

    @property
    def layout(self) -> Layout:
        return self.checked.layouts[self.name]

    @property
    def text(self) -> str:
        return self.layout.source.text

    def units_at(self, offset: int) -> tuple[Unit, ...]:
        """The units of the part that an offset is in or right behind."""
        placed = self.layout.part_at(offset)
        if placed is None or offset > placed[1] + len(placed[0].text):
            return ()
        return placed[0].units

    def result(self, unit: Unit) -> UnitResult:
        return self.checked.results.get(unit, _UNKNOWN)

    @cached_property
    def usage(self) -> Mapping[tuple[str, str], int]:
        """How many units of the agreement use each name; by its kind and itself."""
        return Counter(name for result in self.checked.results.values() for name in result.names)

    def real(self, span: Span) -> Span:
        """A stretch of this file's shelf in its text."""
        return self.layout.real(span) or Span(0, 0)

    def place(self, file: str, span: Span) -> Place | None:
        """A stretch of some file's shelf in its text."""
        layout = self.checked.layouts.get(file)
        real = layout.real(span) if layout else None
        return Place(file, real) if real is not None else None

    # --- names

    def named_at(self, offset: int) -> Named | None:
        """The name that an offset is in, or right behind."""
        at = self.layout.shelved(offset)
        if at is None:
            return None
        names = [
            (span, target)
            for unit in self.units_at(offset)
            for span, target in self.names_in(unit)
            if span.start <= at <= span.end
        ]
        if not names:
            return None
        span, target = max(names, key=lambda each: each[0].start)
        return Named(target, self.real(span))

    def names_in(self, unit: Unit) -> Iterator[tuple[Span, Target]]:
        """Every name of a unit, those it declares first; places are the shelf's."""
        result = self.result(unit)
        for table, value in result.entries:
            yield from _declared(table, value)
        if self.model.agreement is not None and unit.span.start <= self.model.agreement.origin.span.start:
            agreement = self.model.agreement
            if agreement.origin.file == unit.file and agreement.origin.span.start <= unit.span.end:
                yield from ((party.span, Target("party", party.name)) for party in agreement.parties)
        for use in result.uses:
            if use.file == unit.file:
                yield use.span, Target(use.kind, use.name, use.record)

    def uses_of(self, target: Target, declaration: bool = True) -> list[Place]:
        """Where a name is used in the whole agreement, in order; with `declaration` also where it is declared."""
        places: dict[Place, None] = {}
        if declaration and (declared := self.declared(target)) is not None:
            places[declared] = None
        for unit in self.checked.units:
            for use in self.result(unit).uses:
                if use.name == target.name and Target(use.kind, use.name, use.record) == target:
                    place = self.place(use.file, use.span)
                    if place is not None:
                        places[place] = None
        return sorted(places)

    def declared(self, target: Target) -> Place | None:
        """Where the name itself stands in its declaration."""
        if target.kind == "party":
            agreement = self.model.agreement
            parties = agreement.parties if agreement else ()
            party = next((each for each in parties if each.name == target.name), None)
            return self.place(agreement.origin.file, party.span) if agreement and party else None
        if target.kind == "field":
            record = self.model.records.get(target.record or "")
            written = record.fields.get(target.name) if record else None
            return self.place(record.origin.file, written.span) if record and written else None
        if target.kind in TEXTS:
            return self._first_written(target)
        value = self.value(target)
        return self.place(value.origin.file, value.origin.name_span) if value is not None else None

    def _first_written(self, target: Target) -> Place | None:
        """Where a text is declared that means the same wherever it stands: in its record or route; of a recipient its first place."""
        record = self.model.records.get((target.record or "").partition(".")[0])
        route = next((each for each in self.model.routes if each.definition == target.record), None)
        origin = record.origin if target.kind == "value" and record else route.origin if route else None
        whole = self.place(origin.file, origin.span) if origin else None
        places = self.uses_of(target, declaration=False)
        inside = (
            x
            for x in places
            if whole and x.file == whole.file and whole.span.start <= x.span.start < whole.span.end
        )
        return next(inside, None) if target.kind != "recipient" else next(iter(places), None)

    def whole(self, target: Target) -> Place | None:
        """The whole declaration of a name."""
        if target.kind in ("party", "field", *TEXTS):
            return self.declared(target)
        value = self.value(target)
        return self.place(value.origin.file, value.origin.span) if value is not None else None

    def value(self, target: Target) -> Declared | None:
        """The model's declaration of a name; the last one that could be read where it is broken now."""
        table = KINDS.get(target.kind)
        if table is None:
            return None
        declared: Declared | None = getattr(self.model, table).get(target.name)
        return declared

    def written(self, place: Place) -> str:
        """The text at a place."""
        return self.checked.layouts[place.file].source.slice(place.span)


Declared = m.Record | m.Let | m.Derived | m.Score | m.Definition | m.Event | m.Kpi | m.Calendar
FileEdits = dict[str, list[Edit]]
"""Edits by file; their spans are of the text."""


def _declared(table: str, value: object) -> Iterator[tuple[Span, Target]]:
    if isinstance(value, Declared):
        kind = next(kind for kind, name in KINDS.items() if name == table)
        if isinstance(value, m.Record) and value.spell is not None:
            kind = "spell"
        yield value.origin.name_span, Target(kind, value.name)
    if isinstance(value, m.Record):
        for each in value.fields.values():
            if not each.implied:
                yield each.span, Target("field", each.name, value.name)
