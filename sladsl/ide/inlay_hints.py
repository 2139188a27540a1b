"""Inlay hints: what an agreement says without writing it, shown in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sladsl import model as m
from sladsl.ide.view import View
from sladsl.ide.words import type_words
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Hint:
    """Words shown in the text at `offset` that are not in it."""

    offset: int
    text: str
    tooltip: str


def hints(view: View, within: Span) -> list[Hint]:
    """What the agreement says without writing it: the type of a constant, the calendar of business time, a share of 100%."""
    hints_within: list[Hint] = []
    for part, start in zip(view.layout.parts, view.layout.starts, strict=True):
        if start <= within.end and start + len(part.text) >= within.start:
            for unit in part.units:
                for _, value in view.result(unit).entries:
                    hints_within += _hints(view, value)
            for node in part.file.declarations:
                hints_within += _calendars(view, node)
    return sorted((h for h in hints_within if within.start <= h.offset <= within.end), key=lambda h: h.offset)


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
        if isinstance(budget.duration, ast.Duration) and budget.duration.business and budget.calendar is None:
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
