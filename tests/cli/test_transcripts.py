"""What a reader sees, whole: `golden/cli/*.md`, and the pages of `docs` that show commands.

A fenced block with a file's name (```` ```sla agreement.sla ````) is that file. In a `console` block every line after `$` is
run in a folder that holds those files, and what follows is what it printed: standard output, standard error, and its status
where that is not 0. `pytest --golden` writes the output anew.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Sla, runner

ROOT = Path(__file__).parents[2]
TRANSCRIPTS = [
    *sorted((ROOT / "tests" / "golden" / "cli").glob("*.md")),
    *(
        ROOT / "docs" / name
        for name in (
            "diff.md",
            "backtest.md",
            "due.md",
            "gallery.md",
            "testing.md",
            "tutorial.md",
            "verify.md",
            "semantics.md",
            "howto/hubspot.md",
            "howto/salesforce.md",
            "howto/exports.md",
            "howto/trusting.md",
        )
    ),
]
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda p: p.stem)
def test_transcript(
    path: Path,
    tmp_path: Path,
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = path.read_text(encoding="utf-8")
    for _, name, content in BLOCK.findall(text):
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
    sla = runner(tmp_path, monkeypatch, capsys)
    golden(path, BLOCK.sub(lambda block: played(block, sla, tmp_path), text))


def played(block: re.Match[str], sla: Sla, folder: Path) -> str:
    language, _, content = block.groups()
    if language != "console":
        return block[0]
    commands = [line for line in content.splitlines() if line.startswith("$ ")]
    return "```console\n" + "\n".join(_output(line, sla, folder) for line in commands) + "```"


def _output(line: str, sla: Sla, folder: Path) -> str:
    program, *arguments = shlex.split(line.removeprefix("$ "))
    if program == "cat":
        return f"{line}\n{(folder / arguments[0]).read_text(encoding='utf-8')}"
    assert program == "sla", f"a transcript runs `sla` and `cat`, not `{program}`"
    done = sla(*arguments)
    status = f"[status {done.status}]\n" if done.status else ""
    return f"{line}\n{done.out}{done.err}{status}"
