"""Where a name was declared, where it is used, and what leads to it."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl import model as m
from sladsl.compiler import resolve
from sladsl.ide.units import Unit
from sladsl.ide.view import KINDS, Declared, Place, Target, View
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
    found = []
    for part in view.layout.parts:
        for node in part.file.declarations:
            match node:
                case ast.Import():
                    found.append((node.path, "import"))
                case ast.DataSource():
                    found.append((node.location, "source"))
                case _:
                    pass
    inside = [(view.real(text.span), text.value, kind) for text, kind in found]
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
    found: list[Call] = []
    for unit in view.checked.units:
        spans = [
            use.span
            for use in view.result(unit).uses
            if Target(use.kind, use.name, use.record) == target and use.span != unit.name_span
        ]
        item = _item(view, unit) if spans else None
        if item is not None and item.target != target:
            real = (view.place(unit.file, span) for span in spans)
            found.append(Call(item, tuple(each.span for each in real if each is not None)))
    return found


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
    found = ((item_of(view, each), where) for each, where in spans.items())
    return [Call(item, tuple(where)) for item, where in found if item is not None]


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
