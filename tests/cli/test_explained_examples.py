"""`sla explain` on the handoff example, as the documentation shows it and as a sales manager would ask. `pytest --golden` plays it anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import runner
from test_transcripts import BLOCK, played

ROOT = Path(__file__).parents[2]
PLAYED = [ROOT / "docs" / "explain.md", *sorted((ROOT / "tests" / "golden" / "explain").glob("*.md"))]


@pytest.mark.parametrize("path", PLAYED, ids=lambda p: p.stem)
def test_what_it_says(
    path: Path,
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sla = runner(ROOT, monkeypatch, capsys)
    text = path.read_text(encoding="utf-8")
    golden(path, BLOCK.sub(lambda block: played(block, sla, ROOT), text))
