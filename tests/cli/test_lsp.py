"""`sla lsp` without its extra says what to install."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from command_line import runner


def test_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sladsl_lsp"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    done = runner(tmp_path, monkeypatch, capsys)("lsp")
    assert done.status == 2
    assert done.err == 'error: this needs `pygls`, which is not installed: pip install "sladsl[lsp]"\n'
