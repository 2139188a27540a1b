"""Help beside the text: the values a function takes, hints for what is not written, and lenses above declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sladsl import model as m
from sladsl.functions import CALLS, FUNCTIONS
from sladsl.ide.view import View
from sladsl.ide.words import function_help, signature_words, type_words
from sladsl.source import Span
from sladsl.syntax import ast

# --- signature help


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function; `parameters` are stretches of `label`."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    help: str


@dataclass(frozen=True, slots=True)
class SignatureHelp:
    signatures: tuple[Signature, ...]
    active: int
    parameter: int


_CALL = re.compile(r"([A-Za-z_]\w*)\s*$")


def signature_help(view: View, offset: int) -> SignatureHelp | None:
    """The function whose parentheses an offset is in, and which of its values is being written."""
    found = view.layout.part_at(offset)
    if found is None:
        return None
    text = re.sub(r'"(?:\\["\\]|[^"\n])*"?', lambda s: "x" * len(s.group()), view.text[found[1] : offset])
    depth, commas = 0, 0
    for at in range(len(text) - 1, -1, -1):
        letter = text[at]
        if letter in ")}":
            depth += 1
        elif letter in "({":
            if depth == 0:
                name = _CALL.search(text, 0, at)
                return _signatures(name.group(1), commas) if letter == "(" and name else None
            depth -= 1
        elif letter == "," and depth == 0:
            commas += 1
    return None


def _signatures(name: str, commas: int) -> SignatureHelp | None:
    if name not in CALLS:
        return None
    function = FUNCTIONS[name]
    made, active = [], 0
    for number, each in enumerate(function.signatures):
        label, args = signature_words(function, each)
        at, parameters = len(name) + 1, []
        for arg in args:
            at = label.index(arg, at)
            parameters.append((at, at + len(arg)))
            at += len(arg)
        made.append(Signature(label, tuple(parameters), function_help(name)))
        if len(args) <= commas and not each.variadic and number + 1 < len(function.signatures):
            active = number + 1
    most = max(0, len(made[active].parameters) - 1)
    return SignatureHelp(tuple(made), active, min(commas, most))


# --- inlay hints


@dataclass(frozen=True, slots=True)
class Hint:
    """Words shown in the text at `offset` that are not in it."""

    offset: int
    text: str
    tooltip: str


def hints(view: View, within: Span) -> list[Hint]:
    """What the agreement says without writing it: the type of a constant, the calendar of business time, a share of 100%."""
    found: list[Hint] = []
    for part, start in zip(view.layout.parts, view.layout.starts, strict=True):
        if start <= within.end and start + len(part.text) >= within.start:
            for unit in part.units:
                for _, value in view.result(unit).entries:
                    found += _hints(view, value)
            for node in part.file.declarations:
                found += _calendars(view, node)
    return sorted((h for h in found if within.start <= h.offset <= within.end), key=lambda h: h.offset)


def _hints(view: View, value: object) -> Iterator[Hint]:
    match value:
        case m.Let() if not isinstance(value.value, m.Invalid):
            at = view.real(value.origin.name_span).end
            yield Hint(at, f": {type_words(value.value.type)}", "the type of this constant")
        case m.Commitment(target=m.Within() as target) if (
            target.share == 1 and value.origin.file == view.name
        ):
            period = value.period_span
            if period is not None and " for " not in f" {value.words} ":
                yield Hint(view.real(period).start, "for 100% ", "every row has to be on time")
        case _:
            return


def _calendars(view: View, node: ast.Declaration) -> Iterator[Hint]:
    """The calendar of business time where none is named."""
    hours = view.model.agreement.hours if view.model.agreement else None
    if hours is None:
        return
    for budget in _budgets(node):
        if budget.duration.business and budget.calendar is None:
            yield Hint(view.real(budget.duration.span).end, f" of {hours}", "the agreement's hours")


def _budgets(node: ast.Declaration) -> Iterator[ast.Budget]:
    match node:
        case ast.Owes():
            for commitment in node.commitments:
                if isinstance(commitment.target, ast.Deadline):
                    for choice in commitment.target.choices:
                        if isinstance(choice.due, ast.Budget):
                            yield choice.due
        case ast.Kpi(measure=ast.ShareBecome(within=ast.Budget() as budget)):
            yield budget
        case _:
            return


# --- lenses


@dataclass(frozen=True, slots=True)
class Lens:
    """A line above a declaration: `command` is what a click does, empty when it only says something."""

    span: Span
    title: str
    command: str = ""
    argument: str = ""


def lenses(view: View) -> list[Lens]:
    """Run this test; how many things stand on a definition or a KPI."""
    found: list[Lens] = []
    counts: dict[tuple[str, str], int] = {}
    for result in view.checked.results.values():
        for name in result.names:
            counts[name] = counts.get(name, 0) + 1
    for part in view.layout.parts:
        for node in part.file.declarations:
            match node:
                case ast.Test():
                    found.append(Lens(view.real(node.span), "run this test", "sla.runTest", node.label.value))
                case ast.Define() | ast.Kpi() | ast.Score() | ast.Event():
                    kind = type(node).__name__.lower()
                    count = counts.get((kind, node.name.text), 0)
                    words = "used by nothing" if not count else f"used by {count}"
                    found.append(Lens(view.real(node.name.span), words, "sla.showReferences", node.name.text))
                case _:
                    pass
    return found
