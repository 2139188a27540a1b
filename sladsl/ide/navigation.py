"""Where a name was declared, where it is used, and what leads to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.compiler import resolve
from sladsl.ide.units import Unit
from sladsl.ide.view import KINDS, TEXTS, Declared, Place, Target, View
from sladsl.ide.workspace import Workspace
from sladsl.source import Span
from sladsl.syntax import ast


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
    if named is None or named.target.kind in ("function", *TEXTS):
        return []
    places = list(places_of(view, named_itself(view, named.target)))
    alone = all(place.file == view.name for place in places)
    return sorted(place.span for place in places) if alone and len(places) > 1 else []


def references(workspace: Workspace, view: View, offset: int, declaration: bool = True) -> list[Place]:
    """Every place that means what the name at an offset means, in every agreement that has it."""
    named = view.named_at(offset)
    if named is None:
        return []
    views = all_that_have(workspace, view, named.target)
    return sorted({place for each in views for place in each.uses_of(named.target, declaration)})


def all_that_have(workspace: Workspace, view: View, target: Target) -> list[View]:
    """The agreements in which a name means this: those that the file is a part of in which it is declared."""
    declared = view.declared(target)
    if declared is None:
        return [view]
    return [View(snapshot) for snapshot in workspace.snapshots(declared.file)]


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
    if named is None or named.target.kind in ("function", "party", *TEXTS):
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
        if use.kind not in ("function", "party", *TEXTS) and use.span != unit.name_span:
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
            case m.Never():
                return Item(value.label, "never", "never", name, whole, None)
            case m.Test():
                return Item(value.label, "test", "test", name, whole, None)
            case m.DataSource():
                return Item(value.name, "source", "source", name, whole, None)
            case m.Lifecycle():
                return Item(" -> ".join(value.steps), "lifecycle", "lifecycle", name, whole, None)
    return None


# --- the name itself, and every place of it


def named_itself(view: View, target: Target) -> Target:
    """The name itself: a child's field that nobody wrote is its parent's name."""
    record = view.model.records.get(target.record or "") if target.kind == "field" else None
    written = record.fields.get(target.name) if record else None
    if record is not None and written is not None and written.implied and record.link is not None:
        above = view.model.records.get(record.link.parent)
        return Target("spell" if above is not None and above.spell else "record", record.link.parent)
    return target


def places_of(view: View, target: Target) -> Iterable[Place]:
    places = dict.fromkeys(view.uses_of(target))
    if target.kind in ("record", "spell"):
        for record in view.model.records.values():
            implied = record.fields.get(target.name)
            if implied is not None and implied.implied:
                places |= dict.fromkeys(view.uses_of(Target("field", target.name, record.name), False))
    return places
