"""Every feature of the editor's brain on files a reader can read: `golden/ide/<feature>.md`.

A heading names a case; the block marked `sla` below it is a file with a `<CURSOR>` in it, or a selection between `<FROM>` and `<TO>`, and
the block marked `text` is what the feature answers. A block marked `sla shared` stands before every case of its file, with an empty line
between. `pytest --golden` writes the answers anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest

from sladsl.diagnostics import Edit
from sladsl.ide import (
    actions,
    completion,
    formatting,
    hover,
    inlay_hints,
    lenses,
    navigation,
    outline,
    renaming,
    signature_help,
    tokens,
)
from sladsl.ide.view import FileEdits, View
from sladsl.ide.workspace import Workspace
from sladsl.source import Position, Span

FOLDER = Path(__file__).parent.parent / "golden" / "ide"
NAME = "/folder/agreement.sla"
OTHER = "/folder/shared.sla"
CASE = re.compile(r"```sla\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.S)
SHARED = re.compile(r"```sla shared\n(.*?)```\n", re.S)
MARKS = re.compile(r"<CURSOR>|<FROM>|<TO>")


def opened(text: str) -> tuple[Workspace, View, Span]:
    """A workspace with the text open, marks taken out, and where they stood."""
    places: list[int] = []
    plain = text
    while (found := MARKS.search(plain)) is not None:
        places.append(found.start())
        plain = plain[: found.start()] + plain[found.end() :]

    def read(name: str) -> str:
        if name == OTHER:
            return 'calendar shared_hours:\n  zone "UTC"\n  open every day 00:00 to 24:00\n'
        raise FileNotFoundError

    workspace = Workspace(read, lambda _: "/folder")
    workspace.listed([OTHER] if "shared.sla" in plain else [])
    workspace.open(NAME, 1, plain)
    start, end = (places[0], places[-1]) if places else (0, 0)
    return workspace, View(workspace.snapshot(NAME)), Span(start, end)


# --- how each feature's answer is written down


def _place(view: View, file: str, span: Span) -> str:
    source = view.checked.layouts[file].source
    at = source.position(span.start)
    return f"{file.removeprefix('/folder/')}:{at}  {source.line(at.line).strip()}"


def _hover(_: Workspace, view: View, at: Span) -> str:
    found = hover.hover(view, at.start)
    return "\n".join([found.code, "", *found.notes]) if found else "nothing"


def _definition(_: Workspace, view: View, at: Span) -> str:
    found = navigation.definition(view, at.start)
    return _place(view, found.name.file, found.name.span) if found else "nothing"


def _references(workspace: Workspace, view: View, at: Span) -> str:
    return "\n".join(
        _place(view, each.file, each.span) for each in navigation.references(workspace, view, at.start)
    )


def _calls(_: Workspace, view: View, at: Span) -> str:
    item = navigation.prepare_calls(view, at.start)
    if item is None or item.target is None:
        return "nothing"
    above = [
        f"named by {call.item.title} ({call.item.kind})" for call in navigation.dependents(view, item.target)
    ]
    below = [f"names {call.item.title} ({call.item.kind})" for call in navigation.needs(view, item.target)]
    return "\n".join([f"{item.title} ({item.kind})", *above, *below])


def _completion(_: Workspace, view: View, at: Span) -> str:
    found = completion.complete(view, at.start, ["shared.sla"])
    lines = [f"{each.label}  [{each.kind}] {each.detail or each.help}".rstrip() for each in found.items[:24]]
    more = ["…"] if len(found.items) > 24 else []
    return "\n".join([f"in the place of `{view.text[found.span.start : found.span.end]}`:", *lines, *more])


def _diff(view: View, edits: FileEdits) -> str:
    shown = []
    for file, made in edits.items():
        before = view.checked.layouts[file].source.text
        after = actions.applied(before, made)
        lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        shown += [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(f"  {line}" for line in shown)


def _actions(workspace: Workspace, view: View, at: Span) -> str:
    found = actions.actions(view, at, workspace.diagnostics(NAME))
    return "\n".join(
        f"{each.title} [{each.kind}{', safe' if each.safe else ''}]\n{_diff(view, each.edits)}"
        for each in found
    )


def _rename(workspace: Workspace, view: View, at: Span) -> str:
    try:
        return _diff(view, renaming.rename(workspace, view, at.start, "renamed"))
    except renaming.NoRename as error:
        return str(error)


def _symbols(_: Workspace, view: View, __: Span) -> str:
    lines = []
    for each in outline.symbols(view):
        lines.append(f"{each.kind}  {each.title}  {each.detail}".rstrip())
        lines += [f"  {inside.kind}  {inside.title}  {inside.detail}".rstrip() for inside in each.children]
    return "\n".join(lines)


def _folds(_: Workspace, view: View, __: Span) -> str:
    return "\n".join(
        f"{fold.first + 1} to {fold.last + 1} {fold.kind}".rstrip() for fold in outline.folds(view)
    )


def _selections(_: Workspace, view: View, at: Span) -> str:
    spans = outline.selections(view, at.start)
    return "\n".join(" ".join(view.text[span.start : span.end].split())[:90] for span in spans)


def _tokens(_: Workspace, view: View, __: Span) -> str:
    return "\n".join(
        f"{view.text[each.span.start : each.span.end]}  {each.type}{' declaration' if each.modifiers & 1 else ''}"
        for each in tokens.tokens(view)
    )


def _signature(_: Workspace, view: View, at: Span) -> str:
    found = signature_help.signature_help(view, at.start)
    if found is None:
        return "nothing"
    chosen = found.signatures[found.active]
    start, end = chosen.parameters[found.parameter]
    return f"{chosen.label[:start]}«{chosen.label[start:end]}»{chosen.label[end:]}\n{chosen.help}"


def _hints(_: Workspace, view: View, __: Span) -> str:
    text = view.text
    for hint in reversed(inlay_hints.hints(view, Span(0, len(text)))):
        text = f"{text[: hint.offset]}«{hint.text}»{text[hint.offset :]}"
    return "\n".join(line for line in text.splitlines() if "«" in line)


def _lenses(_: Workspace, view: View, __: Span) -> str:
    return "\n".join(f"{view.layout.source.position(e.span.start)} {e.title}" for e in lenses.lenses(view))


def _links(_: Workspace, view: View, __: Span) -> str:
    return "\n".join(
        f"{view.text[each.span.start : each.span.end]} -> {each.file}" for each in navigation.links(view)
    )


def _formatting(_: Workspace, view: View, at: Span) -> str:
    """The selection, or the whole file where nothing is selected."""
    source = view.layout.source
    return _put(view, formatting.within(source, at) if at.end else formatting.whole(source))


def _typing(_: Workspace, view: View, at: Span) -> str:
    return _put(view, formatting.after_newline(view.layout.source, at.start))


def _put(view: View, edits: list[Edit]) -> str:
    """The text after the edits, spaces on an empty line as `·`, and how many edits they were."""
    after = actions.applied(view.text, edits).removesuffix("\n")
    shown = [line if line.strip() else "·" * len(line) for line in after.split("\n")]
    return "\n".join([*shown, f"({len(edits)} edits)"])


FEATURES: dict[str, Callable[[Workspace, View, Span], str]] = {
    "hover": _hover,
    "definition": _definition,
    "references": _references,
    "calls": _calls,
    "completion": _completion,
    "actions": _actions,
    "rename": _rename,
    "rename_texts": _rename,
    "symbols": _symbols,
    "folding": _folds,
    "selection": _selections,
    "tokens": _tokens,
    "signature": _signature,
    "hints": _hints,
    "lenses": _lenses,
    "links": _links,
    "formatting": _formatting,
    "typing": _typing,
}


@pytest.mark.parametrize("feature", FEATURES)
def test_feature(feature: str, golden: Callable[[Path, str], None]) -> None:
    path = FOLDER / f"{feature}.md"
    text = path.read_text(encoding="utf-8")
    shared = SHARED.search(text)
    before = shared.group(1) + "\n" if shared else ""

    def answered(case: re.Match[str]) -> str:
        workspace, view, at = opened(before + case.group(1))
        answer = FEATURES[feature](workspace, view, at)
        return f"```sla\n{case.group(1)}```\n\n```text\n{answer}\n```\n"

    golden(path, CASE.sub(answered, text))


def test_every_file_is_a_feature() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(FEATURES)


def test_a_position_is_a_position() -> None:
    """The marks of these files are taken out before anything is asked."""
    _, view, at = opened("let a = <CURSOR>1\n")
    assert view.text == "let a = 1\n"
    assert view.layout.source.position(at.start) == Position(1, 9)
