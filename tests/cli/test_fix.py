"""`sla check --fix`: what is safe is written into the files, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Sla, runner

WRONG = """agreement "Fixed":
  zone: "UTC"
  effective 2026-01-01 to 2026-12-31

calendar spare:
  open monday 09:00 to 17:00

record lead:
  id    key text
  size  optional number
  at    time

kpi volume = count of lead where sise > 3
kpi average_size =
average of size over lead
"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def test_what_is_safe_is_done(sla: Sla, tmp_path: Path) -> None:
    """A `:` that stands for nothing goes, a line is indented; a misspelt name needs a look, and stays."""
    file = tmp_path / "a.sla"
    file.write_text(WRONG, encoding="utf-8")
    done = sla("check", "--fix", "--format", "short", "a.sla")
    text = file.read_text(encoding="utf-8")
    assert "\n  average of size over lead\n" in text
    assert '  zone "UTC"\n' in text
    assert "sise > 3" in text
    assert "a.sla: 2 fixed" in done.err
    assert done.status == 1
    assert [line.split(": ", 1)[1] for line in done.out.splitlines() if "error" in line] == [
        "error[SLA201]: `sise` is not a field of `lead`, and nothing of that name is declared"
    ]


def test_nothing_to_do_changes_nothing(sla: Sla, tmp_path: Path) -> None:
    file = tmp_path / "a.sla"
    file.write_text("let a = 1\r\n", encoding="utf-8", newline="")
    done = sla("check", "--fix", "a.sla")
    assert (done.status, done.err) == (0, "")
    assert file.read_bytes() == b"let a = 1\r\n"


def test_standard_input_is_no_file(sla: Sla) -> None:
    done = sla("check", "--fix", "-")
    assert done.status == 2
    assert "standard input is none" in done.err
