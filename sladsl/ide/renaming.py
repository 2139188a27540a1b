"""Another name for something, everywhere at once; and imports that follow a file that moves."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sladsl import model as m
from sladsl import types as t
from sladsl.compiler import compile_text, resolve
from sladsl.diagnostics import Diagnostic, Edit, Severity
from sladsl.ide.actions import applied
from sladsl.ide.navigation import all_that_have, links, named_itself, places_of
from sladsl.ide.view import TEXTS, FileEdits, Named, Target, View
from sladsl.ide.workspace import Workspace
from sladsl.model.traversal import expressions_in
from sladsl.source import as_text
from sladsl.syntax.words import RESERVED

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RENAMED = frozenset(
    {"record", "spell", "field", "let", "derived", "score", "define", "event", "kpi", "calendar", "party"}
)
_WHOLE = frozenset({"=", "!=", "in", "else", "is known", "is missing"})
"""What is asked of a value as a whole, so that it may be spelled in another way."""


class NoRename(ValueError):
    """Why something cannot have another name; its text is for the reader."""


def prepare_rename(view: View, offset: int) -> Named | None:
    """The name at an offset that can be changed, or the text that means the same wherever it stands; None when there is none."""
    named = view.named_at(offset)
    if named is None or view.declared(named.target) is None:
        return None
    if named.target.kind not in _RENAMED and named.target.kind not in TEXTS:
        return None
    return Named(named_itself(view, named.target), named.span)


def rename(workspace: Workspace, view: View, offset: int, new: str) -> FileEdits:
    """The edits that give a new name to what the name at an offset means, in every file of every agreement that has it. Raises
    `NoRename`."""
    named = prepare_rename(view, offset)
    if named is None:
        raise NoRename("there is no name here that can be changed")
    target = named.target
    views = all_that_have(workspace, view, target)
    written = _text_of(views, target, new) if target.kind in TEXTS else _name_of(views, target, new)
    edits: FileEdits = {}
    for each in views:
        _add(edits, ((place.file, Edit(place.span, written)) for place in places_of(each, target)))
    if target.kind == "value" and new != target.name:
        for each in views:
            _add(edits, _read_as(each, target, new))
            _add(edits, _constants(workspace, each, target, new, edits))
    return edits


def _add(edits: FileEdits, more: Iterable[tuple[str, Edit]]) -> None:
    """What several agreements share is edited once."""
    for file, edit in more:
        known = edits.setdefault(file, [])
        if edit not in known:
            known.append(edit)


# --- names


def _name_of(views: Sequence[View], target: Target, new: str) -> str:
    if not _NAME.fullmatch(new):
        raise NoRename(f"`{new}` is no name: names are made of the letters a to z, digits and `_`")
    if new in RESERVED:
        raise NoRename(f"`{new}` is never a name")
    for view in views:
        if new != target.name and (taken := _taken(view, target, new)) is not None:
            raise NoRename(f"`{new}` is already {taken}")
    return new


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


# --- texts that mean the same wherever they stand


def _text_of(views: Sequence[View], target: Target, new: str) -> str:
    """What stands between the quotes."""
    if not new.strip() or not new.isprintable():
        raise NoRename(f"a {TEXTS[target.kind]} is a text on one line")
    if new != target.name and target.kind != "recipient":
        for view in views:
            if view.uses_of(Target(target.kind, new, target.record)):
                raise NoRename(f'"{new}" is already a {TEXTS[target.kind]} of `{target.record}`')
    if target.kind == "value" and new != target.name:
        for view in views:
            _check_taken_whole(view, target)
    return as_text(new)[1:-1]


def _check_taken_whole(view: View, target: Target) -> None:
    """A value that is compared by its letters, or with other fields, means something by how it is spelled."""
    for asked in expressions_in(view.model):
        if not isinstance(asked, m.Operation):
            continue
        of = [isinstance(x.type, t.OneOf) and x.type.of == target.record for x in asked.args]
        beside = [
            x for x, own in zip(asked.args, of, strict=True) if not own and not isinstance(x, m.Literal)
        ]
        if any(of) and (asked.op not in _WHOLE or (beside and asked.op not in ("is known", "is missing"))):
            raise NoRename(
                f"`{asked.op}` asks how the values of `{target.record}` are spelled, or holds them beside another field: "
                "what it gives would change"
            )


def _read_as(view: View, target: Target, new: str) -> Iterator[tuple[str, Edit]]:
    """Data go on having the old word: where a source reads the column as it is, it says what the word means."""
    record, _, field = (target.record or "").partition(".")
    for source in view.model.sources:
        for mapping in source.mappings if source.record == record else ():
            said = mapping.column is None or any(word == target.name for word, _ in mapping.translate)
            place = None if mapping.field != field or said else view.place(source.origin.file, mapping.span)
            if place is not None:
                end = type(place.span)(place.span.end, place.span.end)
                joint = "," if mapping.translate else " where"
                yield place.file, Edit(end, f"{joint} {as_text(target.name)} means {as_text(new)}")


def _constants(
    workspace: Workspace, view: View, target: Target, new: str, edits: FileEdits
) -> Iterator[tuple[str, Edit]]:
    """The value in constants that it is looked up in. One that is looked up for something else too keeps it, and then there is no other
    name for the value."""
    wrong = _made_wrong(workspace, view, edits)
    if wrong is None:
        return
    more: FileEdits = {file: list(made) for file, made in edits.items()}
    for let in view.model.lets.values():
        items = let.value.items if isinstance(let.value, m.SetValue) else (let.value,)
        for item in items:
            place = view.place(let.origin.file, item.span) if isinstance(item, m.Literal) else None
            if place is not None and isinstance(item, m.Literal) and item.value == target.name:
                edit = Edit(place.span, as_text(new))
                _add(more, [(place.file, edit)])
                yield place.file, edit
    wrong = _made_wrong(workspace, view, more)
    if wrong is not None:
        raise NoRename(f"then this would be wrong: {wrong.message}")


def _made_wrong(workspace: Workspace, view: View, edits: FileEdits) -> Diagnostic | None:
    """An error that the agreement has after the edits and did not have before."""
    after = {name: source.text for name, source in view.checked.sources.items()}
    after |= {name: applied(after[name], made) for name, made in edits.items() if name in after}
    root = view.checked.name

    def read(name: str) -> str:
        return after[name] if name in after else workspace.text(name)

    made = compile_text(after[root], root, read=read, root=workspace.root_of(root))
    before = sum(each.severity is Severity.ERROR for each in view.checked.diagnostics)
    errors = [each for each in made.diagnostics if each.severity is Severity.ERROR]
    return errors[-1] if len(errors) > before else None


# --- files that move


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
