"""Emacs with eglot, driven without a screen: the mode colours, diagnostics arrive, and renaming works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_neovim import TEXT

MODE = Path(__file__).parents[2] / "lsp" / "emacs" / "sla-mode.el"


def has_eglot() -> bool:
    return (
        shutil.which("emacs") is not None
        and not subprocess.run(
            ["emacs", "--batch", "--eval", "(require 'eglot)"], capture_output=True, check=False
        ).returncode
    )


@pytest.mark.skipif(not has_eglot(), reason="Emacs with eglot is not installed")
def test_diagnostics_and_renaming_in_emacs(tmp_path: Path) -> None:
    file, out = tmp_path / "a.sla", tmp_path / "found.json"
    file.write_text(TEXT)
    arguments = {
        "mode": str(MODE),
        "file": str(file),
        "command": [sys.executable, "-m", "sladsl", "lsp"],
        "line": 12,
        "column": 3,
        "name": "Large",
        "out": str(out),
    }
    script = Path(__file__).with_name("emacs.el")
    environment = {**os.environ, "SLA_EMACS": json.dumps(arguments), "HOME": str(tmp_path)}
    command = ["emacs", "--batch", "--load", str(script)]
    subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True)
    found = json.loads(out.read_text())
    assert (found["mode"], found["face"]) == ("sla-mode", "font-lock-keyword-face")
    [diagnostic] = found["diagnostics"]
    assert diagnostic["line"] == 9
    assert "did you mean `size`?" in diagnostic["message"]
    lines = found["text"].split("\n")
    assert lines[7] == "define Large:"
    assert lines[11] == "  Large when size > 1_000"
