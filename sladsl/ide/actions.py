"""What can be done about a mistake, or with what is selected: fixes and refactorings, as edits of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sladsl.diagnostics import Diagnostic, Edit, Safety
from sladsl.ide import fix_undeclared, refactor
from sladsl.ide.view import FileEdits, View
from sladsl.source import Span

_NO_UNIT = "expected a unit of time"


@dataclass(frozen=True, slots=True)
class Action:
    """`kind` is the protocol's family (`quickfix`, `refactor.extract`, …); `mends` is the diagnostic it answers."""

    title: str
    kind: str
    edits: FileEdits
    mends: Diagnostic | None = None
    safe: bool = False
    preferred: bool = False


def actions(view: View, selection: Span, found: Sequence[Diagnostic]) -> list[Action]:
    """What can be done in a stretch of the text; `found` is what is wrong in this file."""
    here = [d for d in found if d.span.start <= selection.end and d.span.end >= selection.start]
    made = [action for d in here for action in _fixes(view, d)]
    titles = {action.title for action in made}
    changes = (each for each in refactor.refactorings(view, selection) if each.title not in titles)
    made += [Action(each.title, each.kind, each.edits) for each in changes]
    safe = fix_all(view, found)
    return [*made, safe] if safe is not None else made


def _fixes(view: View, d: Diagnostic) -> Iterator[Action]:
    """The diagnostic's own fixes first, then what could be declared so that it is none."""
    for number, fix in enumerate(d.fixes):
        edits = {d.file: list(fix.edits)}
        yield Action(fix.title, "quickfix", edits, d, fix.safety is Safety.SAFE, number == 0)
    for each in fix_undeclared.missing(view, d):
        yield Action(each.title, "quickfix", each.edits, d)
    if d.message.startswith(_NO_UNIT) and d.file == view.name:
        # The diagnostic stands at the word after the number, or at the number where nothing follows.
        end = len(view.text[: d.span.start].rstrip()) if d.code == "SLA103" else d.span.end
        for unit in ("business hours", "hours", "business days", "days"):
            yield Action(f"count in {unit}", "quickfix", {d.file: [Edit(Span(end, end), f" {unit}")]}, d)


def fix_all(view: View, found: Iterable[Diagnostic]) -> Action | None:
    """All fixes of the file that keep its meaning for certain, at once; None when there is none."""
    edits = safe_edits(d for d in found if d.file == view.name)
    return Action("fix all that is safe", "source.fixAll", {view.name: edits}, safe=True) if edits else None


def safe_edits(found: Iterable[Diagnostic]) -> list[Edit]:
    """The edits of the first safe fix of each diagnostic, as far as they do not touch one another; of one file, in order."""
    chosen: list[Edit] = []
    for d in found:
        fix = next((fix for fix in d.fixes if fix.safety is Safety.SAFE), None)
        if fix is not None and not any(_touch(one, other) for one in fix.edits for other in chosen):
            chosen += fix.edits
    return sorted(chosen, key=lambda edit: edit.span)


def _touch(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits whose places are all of the text before them."""
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
