"""`sla test --watch`: a run after every change, until Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sladsl.cli.test import Options, keep_running, run_once

AGREEMENT = """import "lead.sla"

agreement "Handoff":
  between marketing and sales
  zone "UTC"

test "a large lead":
  given lead: size 20
  expect size > 10
"""
LEAD = """record lead:
  id    key text
  size  optional number
"""


class Person:
    """Does one thing at each pause, then presses Ctrl-C."""

    def __init__(self, *things: Callable[[], object]) -> None:
        self._things: Iterator[Callable[[], object]] = iter(things)

    def __call__(self) -> None:
        thing = next(self._things, None)
        if thing is None:
            raise KeyboardInterrupt
        thing()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agreement.sla").write_text(AGREEMENT, encoding="utf-8")
    (tmp_path / "lead.sla").write_text(LEAD, encoding="utf-8")
    return tmp_path


def write(path: Path, text: str) -> Callable[[], object]:
    """Writes it at a time that no file had: a clock may be coarser than a test is quick."""

    def change() -> None:
        path.write_text(text, encoding="utf-8")
        later = max(p.stat().st_mtime for p in path.parent.iterdir()) + 1
        os.utime(path, (later, later))

    return change


def watched(path: str, *things: Callable[[], object]) -> list[int]:
    """The status of every run."""
    statuses = []

    def run() -> object:
        done = run_once([path], Options())
        statuses.append(done.status)
        return done

    assert keep_running(run, (path,), Person(*things)) == 0  # type: ignore[arg-type]  # a run gives what `run_once` gave
    return statuses


def test_it_runs_again_when_the_agreement_changes(folder: Path) -> None:
    smaller = AGREEMENT.replace("size 20", "size 5")
    file = folder / "agreement.sla"
    assert watched("agreement.sla", write(file, smaller), write(file, AGREEMENT)) == [0, 1, 0]


def test_it_runs_again_when_an_import_changes(folder: Path) -> None:
    renamed = LEAD.replace("size", "employees")
    assert watched("agreement.sla", write(folder / "lead.sla", renamed)) == [0, 2]


def test_nothing_runs_while_nothing_changes(folder: Path) -> None:
    assert watched("agreement.sla", lambda: None, lambda: None) == [0]


def test_a_new_file_in_a_folder_is_seen(folder: Path) -> None:
    new = 'import "agreement.sla"\n\ntest "a small lead":\n  given lead: size 5\n  expect size > 10\n'
    assert watched(".", write(folder / "new.sla", new)) == [0, 1]


def test_a_file_that_goes_and_comes_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "agreement.sla"
    assert watched("agreement.sla", file.unlink, write(file, AGREEMENT)) == [0, 0]
    assert "`agreement.sla` is not there" in capsys.readouterr().err
