"""`sla test` over several files, and its exit status; what a run looks like is in `golden/cli/test.md`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from command_line import Sla, runner

from sladsl.reports.documents import json_schema
from sladsl.reports.testing.json import DocumentOfTests

RECORDS = """record lead:
  id    key text
  size  optional number

define Large:
  lead when size > 10

test "in a part":
  given lead: size {size}
  expect Large
"""
AGREEMENT = 'import "part.sla"\n\nagreement "{name}":\n  between marketing and sales\n  zone "UTC"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        own = f'\ntest "in {name}":\n  given lead: size 4\n  expect not Large\n'
        text = AGREEMENT.format(name=name) + own
        (tmp_path / f"{name}.sla").write_text(text, encoding="utf-8")
    (tmp_path / "part.sla").write_text(RECORDS.format(size=20), encoding="utf-8")
    return tmp_path


@pytest.fixture
def sla(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(folder, monkeypatch, capsys)


def ran(sla: Sla, *arguments: str) -> list[tuple[str, str]]:
    return [(t["file"], t["name"]) for t in sla("test", *arguments, "--format", "json").json["tests"]]


def test_a_part_is_tested_once_in_the_first_that_imports_it(sla: Sla) -> None:
    assert ran(sla, ".") == [("a.sla", "in a"), ("part.sla", "in a part"), ("b.sla", "in b")]


def test_one_agreement_brings_the_tests_of_what_it_imports(sla: Sla) -> None:
    assert ran(sla, "b.sla") == [("b.sla", "in b"), ("part.sla", "in a part")]


def test_a_file_given_twice_is_tested_once(sla: Sla) -> None:
    assert len(ran(sla, "a.sla", "./a.sla", ".")) == 3


def test_one_failure_fails_the_run(sla: Sla, folder: Path) -> None:
    assert sla("test", ".").status == 0
    (folder / "part.sla").write_text(RECORDS.format(size=2), encoding="utf-8")
    assert sla("test", ".").status == 1


def test_an_error_anywhere_stops_all_of_it(sla: Sla, folder: Path) -> None:
    """What is not understood may be what the tests are about: nothing is reported as passed beside it."""
    (folder / "b.sla").write_text('import "part.sla"\n\ndefine Large: leed\n', encoding="utf-8")
    done = sla("test", ".")
    assert done.status == 2
    assert done.out == ""
    assert "so there is nothing to test" in done.err


def test_coverage_is_counted_for_each_agreement(sla: Sla) -> None:
    found = sla("test", ".", "--coverage", "--format", "json").json["coverage"]
    assert [(c["text"], c["never"]) for c in found["conditions"]] == [
        ("size > 10", ["missing"]),
        ("size > 10", ["true", "missing"]),
    ]
    assert (found["reached"], found["sides"], found["percent"]) == (3, 6, 50)


@pytest.mark.parametrize(("percent", "status"), [(66, 0), (67, 1)])
def test_the_threshold_is_reached_or_not(sla: Sla, percent: int, status: int) -> None:
    assert sla("test", "a.sla", "--fail-under", str(percent)).status == status


def test_the_report_is_written_whole_before_the_status_is_given(sla: Sla, folder: Path) -> None:
    assert sla("test", "a.sla", "--fail-under", "100", "--junit", "out.xml").status == 1
    assert (folder / "out.xml").read_text(encoding="utf-8").endswith("</testsuites>\n")


def test_a_terminal_without_unicode_gets_words(folder: Path) -> None:
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "sladsl", "test", "a.sla", "-v"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    assert "  ok in a" in done.stdout.decode("ascii")


GOLDEN = Path(__file__).parents[1] / "golden" / "testing"


def test_the_document_is_that_of_its_schema(sla: Sla) -> None:
    """Of tests that fail in every way there is, and of those that pass."""
    schema = json_schema(DocumentOfTests)
    for path in sorted(GOLDEN.glob("*.sla")):
        done = sla("test", path, "--coverage", "--format", "json")
        if done.status != 2:
            jsonschema.validate(done.json, schema)
    passing = sla("test", "a.sla", "--format", "json").json
    jsonschema.validate(passing, schema)
    assert "coverage" not in passing
    failing = sla("test", GOLDEN / "kpis.sla", "--coverage", "--format", "json").json
    assert failing["summary"]["failed"] > 0
    assert failing["coverage"]["conditions"]
