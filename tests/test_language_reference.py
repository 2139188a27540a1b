"""Every example of the language reference is run: it parses, and it means something.

A block that declares an agreement stands by itself; any other is read as if it stood below the first block, the whole agreement.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import Severity
from sladsl.source import Source
from sladsl.syntax.parser import parse

REFERENCE = Path(__file__).parents[1] / "docs" / "language.md"


def blocks() -> list[tuple[int, str]]:
    """The line and the text of each fenced `sla` block."""
    text = REFERENCE.read_text(encoding="utf-8")
    found = re.finditer(r"^```sla\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(text.count("\n", 0, block.start(1)) + 1, block.group(1)) for block in found]


BLOCKS = [pytest.param(*block, id=f"line {block[0]}") for block in blocks()]


@pytest.mark.parametrize(("line", "text"), BLOCKS)
def test_an_example_parses_without_a_diagnostic(line: int, text: str) -> None:
    source = Source(f"language.md, block at line {line}", text)
    file, diagnostics = parse(source)
    assert [(str(source.position(each.span.start)), each.message) for each in diagnostics] == []
    assert file.declarations


@pytest.mark.parametrize(("line", "text"), BLOCKS)
def test_an_example_has_no_error_and_no_warning(line: int, text: str) -> None:
    whole = text if text.startswith("agreement ") else f"{blocks()[0][1]}\n{text}"
    calendars = "calendar nights:\n  open every day 22:00 to 06:00\n"
    made = compile_text(
        whole, f"language.md, block at line {line}", read={"calendars.sla": calendars}.__getitem__, root="."
    )
    assert [
        (each.code, each.message) for each in made.diagnostics if each.severity is not Severity.HINT
    ] == []
    assert made.plan is not None


def test_the_reference_has_an_example_of_every_kind_of_declaration() -> None:
    declared = {
        type(each).__name__ for _, text in blocks() for each in parse(Source("", text))[0].declarations
    }
    assert declared == {
        "Agreement", "Calendar", "Record", "Let", "Score", "Define", "Lifecycle", "Event", "Spell", "Kpi", "Owes", "Route", "Never",
        "DataSource", "Import", "Test",
    }  # fmt: skip
