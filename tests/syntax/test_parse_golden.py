"""Whole texts and their trees, side by side in `tests/golden/parse`."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import GOLDEN, Golden

from sladsl.source import Source
from sladsl.syntax.dump import dump
from sladsl.syntax.parser import parse

TEXTS = sorted((GOLDEN / "parse").glob("*.sla"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_the_tree_of_a_text_is_the_golden_one(path: Path, golden: Golden) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    file, diagnostics = parse(source)
    errors = [f"{source.position(each.span.start)} {each.code} {each.message}\n" for each in diagnostics]
    golden(path.with_suffix(".ast"), dump(file) + "".join(errors))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_only_the_broken_text_has_errors(path: Path) -> None:
    _, diagnostics = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert bool(diagnostics) == (path.stem == "broken")
