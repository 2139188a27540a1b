"""`sla fmt`: what it writes, what it leaves, and with which status."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from command_line import Sla, runner

from sladsl.syntax import printer

LOOSE = "let  a=1 # one\n"
TIDY = "let a = 1  # one\n"
BROKEN = "kpi  b = cuont of c\n"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def given_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_file_is_written_in_place(sla: Sla, tmp_path: Path) -> None:
    file = tmp_path / "a.sla"
    file.write_text(LOOSE)
    file.chmod(0o640)
    done = sla("fmt", "a.sla")
    assert (done.status, done.out, done.err) == (0, "formatted a.sla\n1 file formatted\n", "")
    assert file.read_text() == TIDY
    assert file.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.sla"]


def test_a_file_that_is_formatted_is_not_touched(sla: Sla, tmp_path: Path) -> None:
    file = tmp_path / "a.sla"
    file.write_text(TIDY)
    os.utime(file, (1, 1))
    before = file.stat()
    done = sla("fmt", "a.sla")
    assert (done.status, done.out) == (0, "1 file left as it was\n")
    assert (file.stat().st_mtime, file.stat().st_ino) == (1, before.st_ino)


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + TIDY.encode(), TIDY.replace("\n", "\r\n").encode(), TIDY[:-1].encode()]
)
def test_bytes_that_no_reader_sees_are_put_right(data: bytes, sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_bytes(data)
    assert sla("fmt", "--check", "a.sla").status == 1
    assert sla("fmt", "a.sla").status == 0
    assert (tmp_path / "a.sla").read_bytes() == TIDY.encode()


def test_check_writes_nothing_and_names_the_files(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(LOOSE)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.sla").write_text(LOOSE)
    (tmp_path / "deep" / "c.sla").write_text(TIDY)
    done = sla("fmt", "--check", "a.sla", "deep")
    b = Path("deep") / "b.sla"
    assert (done.status, done.err) == (1, "")
    assert (
        done.out
        == f"would format a.sla\nwould format {b}\n2 files would be formatted, 1 file left as it was\n"
    )
    assert (tmp_path / "a.sla").read_text() == LOOSE
    assert sla("fmt", "--check", "deep/c.sla").status == 0


def test_diff_writes_nothing_and_shows_the_lines(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(LOOSE + "let b = 2")
    done = sla("fmt", "--diff", "a.sla")
    assert done.status == 1
    assert done.out == (
        "--- a.sla\n+++ a.sla (formatted)\n@@ -1,2 +1,2 @@\n"
        "-let  a=1 # one\n-let b = 2\n\\ No newline at end of file\n+let a = 1  # one\n+let b = 2\n"
    )
    assert (tmp_path / "a.sla").read_text() == LOOSE + "let b = 2"


def test_standard_input_goes_to_standard_output(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    given_input(monkeypatch, LOOSE.encode())
    done = sla("fmt", "-")
    assert (done.status, done.out, done.err) == (0, TIDY, "")
    given_input(monkeypatch, LOOSE.encode())
    done = sla("fmt", "--check", "-")
    assert (done.status, done.out) == (1, "would format <stdin>\n")


def test_what_does_not_parse_stays_and_the_rest_is_formatted(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sla").write_text("\n\n" + LOOSE + BROKEN)
    done = sla("fmt", "a.sla")
    assert (done.status, done.out) == (2, "formatted a.sla\n1 file formatted\n")
    assert "--> a.sla:2:10\n" in done.err, "the place in the file as it is now"
    assert done.err.endswith("error: 1 error in a.sla; what does not parse stays as it is\n")
    assert (tmp_path / "a.sla").read_text() == TIDY + BROKEN
    given_input(monkeypatch, (LOOSE + BROKEN).encode())
    assert (sla("fmt", "-").out, sla("fmt", "--check", "a.sla").status) == (TIDY + BROKEN, 2)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_bytes(b"let a = 1\n\xff")
    (tmp_path / "b.sla").write_text(LOOSE)
    done = sla("fmt", ".", "gone.sla")
    assert (done.status, done.out) == (2, "formatted b.sla\n1 file formatted\n")
    assert done.err == (
        "error: `a.sla` is not UTF-8 text (line 2 has the byte 0xff): save it as UTF-8\nerror: `gone.sla` is not there\n"
    )


def test_a_mistake_of_the_formatter_changes_nothing(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sla").write_text(LOOSE)
    monkeypatch.setattr(printer, "_applied", lambda text, _: text.replace("# one", ""))
    done = sla("fmt", "a.sla")
    assert (done.status, done.out) == (2, "1 file left as it was\n")
    assert done.err.startswith(
        "error: `a.sla` was left as it is: formatting it would have changed a word or a comment"
    )
    assert (tmp_path / "a.sla").read_text() == LOOSE
