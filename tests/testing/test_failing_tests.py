"""What `sla test` says of tests that pass and fail: `golden/testing/*.sla`, and beside each what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sladsl.compiler import Compilation, compile_text
from sladsl.reports.testing.text import Look, report, summary
from sladsl.testing import has_tests, run_tests

FOLDER = Path(__file__).parent.parent / "golden" / "testing"
FILES = sorted(p for p in FOLDER.glob("*.sla") if p.name != "agreement.sla")


def compiled(path: Path) -> Compilation:
    def read(name: str) -> str:
        return (path.parent / name).read_text(encoding="utf-8")

    made = compile_text(read(path.name), path.name, read=read, root=".")
    assert [d.message for d in made.diagnostics if d.severity == "error"] == []
    return made


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_what_is_said(path: Path, golden: Callable[[Path, str], None]) -> None:
    compilation = compiled(path)
    run = run_tests(compilation)
    said = report(run, compilation.sources, Look(verbose=True))
    golden(path.with_suffix(".txt"), f"{said}\n{summary(run.tests)}\n")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_file_passes_or_fails_as_a_whole(path: Path) -> None:
    """`passing….sla` hold what passes; everywhere else every single expectation fails, but for what cannot be run."""
    tests = run_tests(compiled(path)).tests
    if path.stem.startswith("passing"):
        assert [t.label for t in tests if not t.passed] == []
    else:
        assert [c.text for t in tests for c in t.checks if c.passed] == []
        assert [t.label for t in tests if t.passed] == []


def test_a_file_without_tests_has_none() -> None:
    alone = compiled(FOLDER / "agreement.sla")
    assert not has_tests(alone)
    assert run_tests(alone).tests == ()
