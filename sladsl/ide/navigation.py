"""Where a name was declared, where it is used, what leads to it; and another name for it, everywhere at once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.compiler import resolve
from sladsl.diagnostics import Edit
from sladsl.ide.units import Unit
from sladsl.ide.view import KINDS, Declared, FileEdits, Named, Place, Target, View
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.words import RESERVED


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name leads: from the word at `origin` to `name`, a part of the whole declaration `whole`."""

    origin: Span
    name: Place
    whole: Place


def definition(view: View, offset: int) -> Definition | None:
    """The declaration of the name at an offset; the file of an import."""
    named = view.named_at(offset)
    if named is not None:
        name, whole = view.declared(named.target), view.whole(named.target)
        return Definition(named.span, name, whole) if name and whole else None
    for link in links(view):
        if link.span.start <= offset <= link.span.end and link.file in view.checked.layouts:
            top = Place(link.file, Span(0, 0))
            return Definition(link.span, top, top)
    return None


def type_definition(view: View, offset: int) -> Definition | None:
    """The record that a name is about: of a field that names a row that row's record, of anything else its own."""
    named = view.named_at(offset)
    if named is None:
        return None
    target = named.target
    owner = view.model.records.get(target.record or "")
    field = owner.fields.get(target.name) if owner is not None else None
    if field is not None:
        record = field.type.key_of if isinstance(field.type, t.Text) else ""
    else:
        record = getattr(view.value(target), "record", None) or ""
    about = view.model.records.get(record)
    if about is None:
        return None
    meant = Target("record" if about.spell is None else "spell", record)
    name, whole = view.declared(meant), view.whole(meant)
    return Definition(named.span, name, whole) if name and whole else None


def linked(view: View, offset: int) -> list[Span]:
    """The places that are typed at once: every mention of a name of which no other file speaks, itself among them."""
    named = view.named_at(offset)
    if named is None or named.target.kind == "function":
        return []
    places = list(_places(view, _own(view, named.target)))
    alone = all(place.file == view.name for place in places)
    return sorted(place.span for place in places) if alone and len(places) > 1 else []


def references(view: View, offset: int, declaration: bool = True) -> list[Place]:
    """Every place of the agreement that means what the name at an offset means."""
    named = view.named_at(offset)
    return view.uses_of(named.target, declaration) if named is not None else []


@dataclass(frozen=True, slots=True)
class Highlight:
    """One mention in the file at hand; `writes` where it is the declaration."""

    span: Span
    writes: bool


def highlights(view: View, offset: int) -> list[Highlight]:
    """The mentions of the name at an offset in this file."""
    named = view.named_at(offset)
    if named is None:
        return []
    declared = view.declared(named.target)
    places = view.uses_of(named.target)
    return [Highlight(each.span, each == declared) for each in places if each.file == view.name]


@dataclass(frozen=True, slots=True)
class Link:
    """A text that names a file, by its name in the workspace."""

    span: Span
    file: str
    kind: str  # import, source


def links(view: View) -> list[Link]:
    """The files that this one names: its imports, and where its sources are read from."""
    paths = []
    for part in view.layout.parts:
        for node in part.file.declarations:
            match node:
                case ast.Import():
                    paths.append((node.path, "import"))
                case ast.DataSource():
                    paths.append((node.location, "source"))
                case _:
                    pass
    inside = [(view.real(text.span), text.value, kind) for text, kind in paths]
    return [
        Link(Span(span.start + 1, span.end - 1), resolve(view.name, path), kind)
        for span, path, kind in inside
        if path.strip() and "://" not in path and "\\" not in path
    ]


# --- call hierarchy: what stands on what


@dataclass(frozen=True, slots=True)
class Item:
    """Something that stands on others: a declaration, or a commitment (then `target` is its KPI)."""

    title: str
    detail: str
    kind: str
    name: Place
    whole: Place
    target: Target | None


@dataclass(frozen=True, slots=True)
class Call:
    """One item that another one names, and the places where."""

    item: Item
    spans: tuple[Span, ...]


def prepare_calls(view: View, offset: int) -> Item | None:
    """What the name at an offset means, as the start of a hierarchy."""
    named = view.named_at(offset)
    if named is None or named.target.kind in ("function", "party"):
        return None
    return item_of(view, named.target)


def item_of(view: View, target: Target) -> Item | None:
    name, whole = view.declared(target), view.whole(target)
    if name is None or whole is None:
        return None
    return Item(target.name, target.record or target.kind, target.kind, name, whole, target)


def dependents(view: View, target: Target) -> list[Call]:
    """What names it: definitions, KPIs, commitments, routes, tests. The answer to: what changes with this?"""
    calls: list[Call] = []
    for unit in view.checked.units:
        spans = [
            use.span
            for use in view.result(unit).uses
            if Target(use.kind, use.name, use.record) == target and use.span != unit.name_span
        ]
        item = _item(view, unit) if spans else None
        if item is not None and item.target != target:
            real = (view.place(unit.file, span) for span in spans)
            calls.append(Call(item, tuple(each.span for each in real if each is not None)))
    return calls


def needs(view: View, target: Target) -> list[Call]:
    """What it names."""
    unit = next((each for each in view.checked.units if _target(view, each) == target), None)
    if unit is None:
        return []
    spans: dict[Target, list[Span]] = {}
    for use in view.result(unit).uses:
        if use.kind not in ("function", "party") and use.span != unit.name_span:
            place = view.place(unit.file, use.span)
            if place is not None:
                spans.setdefault(Target(use.kind, use.name, use.record), []).append(place.span)
    called = ((item_of(view, each), where) for each, where in spans.items())
    return [Call(item, tuple(where)) for item, where in called if item is not None]


def _target(view: View, unit: Unit) -> Target | None:
    """What a unit declares under a name."""
    for table, value in view.result(unit).entries:
        if isinstance(value, Declared):
            return Target(next(kind for kind, name in KINDS.items() if name == table), value.name)
    return None


def _item(view: View, unit: Unit) -> Item | None:
    """A unit as something that depends on others."""
    target = _target(view, unit)
    if target is not None:
        return item_of(view, target)
    for _, value in view.result(unit).entries:
        origin = value.origin
        name, whole = view.place(origin.file, origin.name_span), view.place(origin.file, origin.span)
        if name is None or whole is None:
            return None
        match value:
            case m.Commitment():
                return Item(value.id, value.words, "commitment", name, whole, Target("commitment", value.id))
            case m.Route():
                return Item(f"route {value.definition}", "", "route", name, whole, None)
            case m.Test():
                return Item(value.label, "test", "test", name, whole, None)
            case m.DataSource():
                return Item(value.name, "source", "source", name, whole, None)
            case m.Lifecycle():
                return Item(" -> ".join(value.steps), "lifecycle", "lifecycle", name, whole, None)
    return None


# --- another name; and imports that follow a file that moves


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RENAMED = frozenset(
    {"record", "spell", "field", "let", "derived", "score", "define", "event", "kpi", "calendar", "party"}
)


class NoRename(ValueError):
    """Why something cannot have another name; its text is for the reader."""


def prepare_rename(view: View, offset: int) -> Named | None:
    """The name at an offset that can be changed, None when there is none."""
    named = view.named_at(offset)
    if named is None or named.target.kind not in _RENAMED or view.declared(named.target) is None:
        return None
    return Named(_own(view, named.target), named.span)


def rename(view: View, offset: int, new: str) -> FileEdits:
    """The edits that give a new name to what the name at an offset means, in every file. Raises `NoRename`."""
    named = prepare_rename(view, offset)
    if named is None:
        raise NoRename("there is no name here that can be changed")
    target = named.target
    if not _NAME.fullmatch(new):
        raise NoRename(f"`{new}` is no name: names are made of the letters a to z, digits and `_`")
    if new in RESERVED:
        raise NoRename(f"`{new}` is never a name")
    if new != target.name and (taken := _taken(view, target, new)) is not None:
        raise NoRename(f"`{new}` is already {taken}")
    edits: FileEdits = {}
    for place in _places(view, target):
        edits.setdefault(place.file, []).append(Edit(place.span, new))
    return edits


def _own(view: View, target: Target) -> Target:
    """The name itself: a child's field that nobody wrote is its parent's name."""
    record = view.model.records.get(target.record or "") if target.kind == "field" else None
    written = record.fields.get(target.name) if record else None
    if record is not None and written is not None and written.implied and record.link is not None:
        above = view.model.records.get(record.link.parent)
        return Target("spell" if above is not None and above.spell else "record", record.link.parent)
    return target


def _places(view: View, target: Target) -> Iterable[Place]:
    places = dict.fromkeys(view.uses_of(target))
    if target.kind in ("record", "spell"):
        for record in view.model.records.values():
            implied = record.fields.get(target.name)
            if implied is not None and implied.implied:
                places |= dict.fromkeys(view.uses_of(Target("field", target.name, record.name), False))
    return places


def _taken(view: View, target: Target, new: str) -> str | None:
    """What already has a name, where the new one would be taken for it."""
    model = view.model
    if target.kind == "party":
        parties = model.agreement.parties if model.agreement else ()
        return "a party" if any(each.name == new for each in parties) else None
    if target.kind == "field":
        own = model.records.get(target.record or "")
        if own is not None and new in own.fields:
            return f"a field of `{own.name}`"
    tables: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("a record", model.records),
        ("a constant", model.lets),
        ("a score", model.scores),
        ("a definition", model.definitions),
        ("an event", model.events),
        ("a KPI", model.kpis),
        ("a calendar", model.calendars),
    )
    declared = next((words for words, table in tables if new in table), None)
    if declared is not None or target.kind == "field":
        return declared
    fields = (record.name for record in model.records.values() if new in record.fields)
    record = next(fields, None)
    return f"a field of `{record}`" if record is not None else None


def moved(views: Iterable[View], old: str, new: str) -> FileEdits:
    """The imports, and the sources' files, that have to be written anew when a file moves; its own imports too."""
    edits: FileEdits = {}
    for view in views:
        here = new if view.name == old else view.name
        for link in links(view):
            to = new if link.file == old else link.file
            path = _relative(here, to)
            if resolve(here, view.text[link.span.start : link.span.end]) != to:
                edits.setdefault(view.name, []).append(Edit(link.span, path))
    return edits


def _relative(importer: str, file: str) -> str:
    return posixpath.relpath(file, posixpath.dirname(importer) or ".")
