"""Running `sla` in the test's own process: quick, and every way out is seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sladsl.cli import status_of


@dataclass(frozen=True)
class Done:
    """What one command line gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Sla = Callable[..., Done]


def runner(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    """`sla("check", "a.sla")` in the folder. A traceback in what a user sees is a failure of any test."""
    monkeypatch.chdir(folder)
    for name in ("NO_COLOR", "SLA_DEBUG", "SLA_RUN_AS_OF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLA_VERIFY_CACHE", str(folder / ".cache"))

    def sla(*arguments: str | Path) -> Done:
        capsys.readouterr()
        status = status_of([str(a) for a in arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err + shown.out
        assert "not your doing" not in shown.err, shown.err
        return Done(status, shown.out, shown.err)

    return sla
