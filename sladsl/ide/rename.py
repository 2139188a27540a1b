"""Another name for a declaration, a field or a party, everywhere at once; and imports that follow a file that moves."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from sladsl.compiler import resolve
from sladsl.diagnostics import Edit
from sladsl.ide.navigation import links
from sladsl.ide.view import FileEdits, Named, Place, Target, View
from sladsl.syntax.words import RESERVED

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RENAMED = frozenset({"record", "field", "let", "score", "define", "event", "kpi", "calendar", "party"})


class NoRename(ValueError):
    """Why something cannot have another name; its text is for the reader."""


def prepare(view: View, offset: int) -> Named | None:
    """The name at an offset that can be changed, None when there is none."""
    named = view.named_at(offset)
    if named is None or named.target.kind not in _RENAMED or view.declared(named.target) is None:
        return None
    return Named(_own(view, named.target), named.span)


def rename(view: View, offset: int, new: str) -> FileEdits:
    """The edits that give a new name to what the name at an offset means, in every file. Raises `NoRename`."""
    named = prepare(view, offset)
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
        return Target("record", record.link.parent)
    return target


def _places(view: View, target: Target) -> Iterable[Place]:
    places = dict.fromkeys(view.uses_of(target))
    if target.kind == "record":
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
