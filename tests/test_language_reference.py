"""Every example of the language reference is run: it parses, and it means something."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import Severity
from sladsl.source import Source
from sladsl.syntax.parser import parse

ROOT = Path(__file__).parents[1]
LIVE = runpy.run_path(str(ROOT / "ci" / "live_examples.py"))
"""How a block becomes a whole agreement is said once, for these tests and for the links of the site."""
EXAMPLES: list[Any] = list(LIVE["examples"]((ROOT / "docs" / "language.md").read_text(encoding="utf-8")))
BLOCKS = [pytest.param(each, id=f"line {each.line}") for each in EXAMPLES]


@pytest.mark.parametrize("example", BLOCKS)
def test_an_example_parses_without_a_diagnostic(example: Any) -> None:
    source = Source(f"language.md, block at line {example.line}", example.text)
    file, diagnostics = parse(source)
    assert [(str(source.position(each.span.start)), each.message) for each in diagnostics] == []
    assert file.declarations


@pytest.mark.parametrize("example", BLOCKS)
def test_an_example_has_no_error_and_no_warning(example: Any) -> None:
    name = f"language.md, block at line {example.line}"
    made = compile_text(example.whole, name, read=example.files.__getitem__, root=".")
    assert [
        (each.code, each.message) for each in made.diagnostics if each.severity is not Severity.HINT
    ] == []
    assert made.plan is not None


def test_the_reference_has_an_example_of_every_kind_of_declaration() -> None:
    declared = {
        type(each).__name__
        for example in EXAMPLES
        for each in parse(Source("", example.text))[0].declarations
    }
    assert declared == {
        "Agreement", "Calendar", "Record", "Let", "Score", "Define", "Lifecycle", "Event", "Spell", "Kpi", "Owes", "Route", "Never",
        "DataSource", "Import", "Test",
    }  # fmt: skip
