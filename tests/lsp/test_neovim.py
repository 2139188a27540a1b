"""Neovim, driven without a screen: diagnostics arrive, and renaming works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = """agreement "A":
  between marketing and sales
  zone "UTC"

record lead:
  size optional number

define Big:
  lead when sise > 100

define Huge:
  Big when size > 1_000
"""


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_diagnostics_and_renaming_in_neovim(tmp_path: Path) -> None:
    file, out = tmp_path / "a.sla", tmp_path / "found.json"
    file.write_text(TEXT)
    arguments = {
        "file": str(file),
        "folder": str(tmp_path),
        "command": [sys.executable, "-m", "sladsl", "lsp"],
        "line": 12,
        "column": 3,
        "name": "Large",
        "out": str(out),
    }
    script = Path(__file__).with_name("neovim.lua")
    environment = {**os.environ, "SLA_NEOVIM": json.dumps(arguments), "HOME": str(tmp_path)}
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {script}"]
    subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True)
    found = json.loads(out.read_text())
    [diagnostic] = found["diagnostics"]
    assert (diagnostic["line"], diagnostic["column"]) == (9, 13)
    assert "did you mean `size`?" in diagnostic["message"]
    assert found["text"][7] == "define Large:"
    assert found["text"][11] == "  Large when size > 1_000"
