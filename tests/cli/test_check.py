"""`sla check`: what it says, where, and with which status."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import small
from command_line import Sla, runner

from sladsl.reports.check_documents import CheckDocument
from sladsl.reports.documents import json_schema

GOOD = 'let x "A constant" = 1\n'
BAD = "define MQL: lead\n"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def test_a_good_file(sla: Sla, tmp_path: Path) -> None:
    small.write(tmp_path)
    done = sla("check", "agreement.sla")
    assert (done.status, done.out, done.err) == (0, "agreement.sla: ok\n", "")


def test_a_bad_file_is_drawn(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(BAD)
    done = sla("check", "a.sla")
    assert done.status == 1
    assert done.out.startswith("error[SLA201]: there is no record or definition `lead`\n --> a.sla:1:13\n")
    assert "1 | define MQL: lead\n  |             ^^^^" in done.out
    assert done.out.endswith("1 error in a.sla\n")


def test_short(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(BAD)
    done = sla("check", "a.sla", "--format", "short")
    assert done.out == "a.sla:1:13: error[SLA201]: there is no record or definition `lead`\n"


def test_json(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(BAD)
    done = sla("check", "a.sla", "--format", "json")
    (found,) = done.json["diagnostics"]
    assert done.status == 1
    assert done.json["summary"] == {"errors": 1, "warnings": 0, "hints": 0}
    assert (found["code"], found["file"], found["start"]) == ("SLA201", "a.sla", {"line": 1, "column": 13})
    jsonschema.validate(done.json, json_schema(CheckDocument), cls=jsonschema.Draft202012Validator)


def test_a_folder_stands_for_its_files(sla: Sla, tmp_path: Path) -> None:
    for name in ("b/deep/x.sla", "a.sla", ".hidden/no.sla"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BAD)
    done = sla("check", ".", "--format", "short")
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["a.sla", "b/deep/x.sla"]


def test_an_imported_file_is_checked_where_it_is_used(sla: Sla, tmp_path: Path) -> None:
    """By itself a file of definitions names records that it does not have."""
    record, mark, rest = small.AGREEMENT.partition("define MQL")
    meaning, end, sources = rest.partition("source leads")
    (tmp_path / "meaning.sla").write_text(mark + meaning)
    (tmp_path / "agreement.sla").write_text('import "meaning.sla"\n\n' + record + end + sources)
    assert sla("check", "meaning.sla").status == 1
    assert sla("check", ".").out == "agreement.sla: ok\n"
    (tmp_path / "meaning.sla").write_text(mark + meaning + "define Other: led\n")
    twice = sla("check", ".", "meaning.sla", "--format", "short").out.splitlines()
    assert len([line for line in twice if "`led`" in line]) == 1


def test_standard_input(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    done = sla("check", "-", "--format", "short")
    assert (done.status, done.out.split(":")[0]) == (1, "<stdin>")


def test_windows_line_ends_and_a_byte_order_mark(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_bytes(b"\xef\xbb\xbf" + (GOOD + BAD).replace("\n", "\r\n").encode())
    assert sla("check", "a.sla", "--format", "short").out.startswith("a.sla:2:13: error")


def test_an_import_from_a_folder_above_but_inside_the_workspace(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "x.sla").write_text('let x "Used" = 1\n')
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "a.sla").write_text('import "../shared/x.sla"\n' + BAD)
    expected = "a.sla:2:13: error[SLA201]: there is no record or definition `lead`\n"
    assert sla("check", "team/a.sla", "--format", "short").out == "team/" + expected
    monkeypatch.chdir(tmp_path / "team")
    assert sla("check", "a.sla", "--format", "short").out == expected


def test_an_overdue_review_is_said_when_asked_for(sla: Sla, tmp_path: Path) -> None:
    reviewed = small.AGREEMENT.replace(
        "  hours office\n", '  hours office\n  review monthly by "RevOps"\n  reviewed 2026-02-03\n'
    )
    (tmp_path / "agreement.sla").write_text(reviewed)
    assert sla("check", "agreement.sla").out == "agreement.sla: ok\n"
    assert "review" in sla("check", "agreement.sla", "--as-of", "2026-10-01").out
    assert sla("check", "agreement.sla", "--as-of", "31 February").status == 2


def test_help_and_check_start_light(tmp_path: Path) -> None:
    """Neither an engine nor an editor library is imported."""
    small.write(tmp_path)
    heavy = ["ibis", "duckdb", "pandas", "pyarrow", "pygls", "rich"]
    code = f"""
import sys
from sladsl.cli import status_of
for arguments in (["--help"], ["check", "agreement.sla"]):
    assert status_of(arguments) == 0
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.endswith("agreement.sla: ok\n[]\n"), done.stdout + done.stderr
