"""What `sla verify` proves or finds of an agreement that is being written: hints at lines that another one shadows, and at definitions
inside others, each with a row that shows it.

Nothing is proven here, and not in the editor's process: a question and its answer are plain values, which go to another process and come
back (`sladsl.cli.figure_worker`). An answer names declarations and not places, so that it holds as long as the agreement means the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from sladsl import model as m
from sladsl.diagnostics import Edit, Severity
from sladsl.ide.actions import Action
from sladsl.ide.hover import Hover
from sladsl.ide.incremental_check import Checked
from sladsl.ide.lenses import Question, asked_of
from sladsl.ide.view import View
from sladsl.source import Span

SOLVER = "cvc5"
SHOWN = ("never", "empty", "branch", "same", "inside", "overlap")
"""The questions of `sla verify` whose answer is a hint."""
SHADOWED = "verify/branch"
"""The code of a line that never applies."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One finding at a stretch of a file's text; `row` is the row that shows it, as a test of the agreement, empty where there is none."""

    code: str
    span: Span
    text: str
    row: str


def question(checked: Checked) -> Question | None:
    """What to ask; None where there is no solver, or nothing without errors to ask of."""
    model = checked.model
    if model.agreement is None or not model.definitions or find_spec(SOLVER) is None:
        return None
    if any(d.severity is Severity.ERROR for d in checked.diagnostics):
        return None
    return asked_of(checked, (), "proofs")


def places(model: m.Model) -> Iterator[tuple[str, str, Span]]:
    """What findings are about: a name for each that stays the same when text is added elsewhere, its file and its place."""
    for definition in model.definitions.values():
        yield f"definition {definition.name}", definition.origin.file, definition.origin.name_span
    for never in model.nevers:
        yield f"never {never.label}", never.origin.file, never.origin.name_span
    for number, route in enumerate(model.routes):
        for line, case in enumerate(route.cases):
            yield f"route {number} {line}", route.origin.file, case.span
    for commitment in model.commitments:
        if isinstance(commitment.target, m.Within):
            for line, choice in enumerate(commitment.target.choices):
                yield f"commitment {commitment.id} {line}", commitment.origin.file, choice.span


def hints(view: View, answer: Mapping[str, Any], file: str) -> list[Hint]:
    """What an answer says of a file of the agreement, in the order of the text."""
    where = {about: view.place(file, span) for about, own, span in places(view.model) if own == file}
    made = [
        Hint(f"verify/{x['kind']}", place.span, x["text"], x["test"])
        for x in answer.get("findings", ())
        if (place := where.get(x["about"])) is not None
    ]
    return sorted(made, key=lambda each: (each.span, each.code, each.text))


def at(told: Sequence[Hint], place: Span) -> list[Hint]:
    """Those that touch a stretch of the text."""
    return [each for each in told if each.span.start <= place.end and place.start <= each.span.end]


def told(hovered: Hover | None, hint: Hint) -> Hover:
    """What is said of a place, with a hint that stands there and its row."""
    rows = (hint.row,) if hint.row else ()
    if hovered is None:
        return Hover(hint.span, hint.text.replace("`", ""), (), rows)
    return replace(hovered, notes=(*hovered.notes, f"{hint.text}."), rows=(*hovered.rows, *rows))


def tests(view: View, told: Sequence[Hint], selection: Span) -> Iterator[tuple[Hint, Action]]:
    """For the hints in a stretch of the text: their row as a test, at the end of the file."""
    for hint in at(told, selection):
        if hint.row:
            end = len(view.text.rstrip())
            edit = Edit(Span(end, len(view.text)), f"\n\n{hint.row}\n")
            yield hint, Action("write this row as a test", "quickfix", {view.name: [edit]})
