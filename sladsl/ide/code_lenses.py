"""Code lenses: lines above declarations, with what a click does."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl.ide.view import View
from sladsl.source import Span
from sladsl.syntax import ast


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
