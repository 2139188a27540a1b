"""The how-tos on data and schedules: what they say happens, and what cannot be run here is at least written in the language it claims."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest

from sladsl.cli import Commands, status_of

HOWTOS = Path(__file__).parent.parent / "docs" / "howto"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    text = (HOWTOS / page).read_text(encoding="utf-8")
    return [content for spoken, _, content in BLOCK.findall(text) if spoken == language]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page on exports."""
    for _, name, content in BLOCK.findall((HOWTOS / "exports.md").read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_encoding_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = folder / "report.csv"
    report.write_bytes(report.read_text(encoding="utf-8").encode("windows-1252"))
    assert status_of(["run", "report.sla", "--as-of", "2026-04-01"]) == 2
    [said] = [block for block in blocks("exports.md", "text") if block.startswith("error")]
    assert capsys.readouterr().err == said
    agreement = folder / "report.sla"
    text = agreement.read_text(encoding="utf-8")
    agreement.write_text(f'{text}  encoding "windows-1252"\n', encoding="utf-8")
    assert status_of(["run", "report.sla", "--as-of", "2026-04-01"]) == 0


def test_a_row_for_each_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [program] = blocks("exports.md", "python")
    exec(program, {})
    data = ("--data", "calls=calls_by_contact.csv")
    assert status_of(["run", "calls.sla", "--as-of", "2026-04-01", *data]) == 0
    shown = capsys.readouterr().out
    assert "2 of 3" in shown
    assert "parent not in the data" not in shown


@pytest.mark.parametrize("page", ["dlt.md", "scheduling.md"])
def test_programs_are_python(page: str) -> None:
    programs = blocks(page, "python")
    assert programs
    for program in programs:
        ast.parse(program)


def test_commands_that_act_have_the_options_that_are_written() -> None:
    text = (HOWTOS / "acting.md").read_text(encoding="utf-8")
    written = re.findall(r"\bsla (due|actions) ([^\n`|]*)", text)
    assert len(written) >= 6
    for name, arguments in written:
        command = Commands().get_command(click.Context(click.Group()), name)
        assert command is not None
        known = {option for param in command.params for option in param.opts}
        assert set(re.findall(r"--[a-z-]+", arguments)) <= known
