"""Twenty commits over copies of the examples, in a repository: every change in words, none missing and none invented.

`golden/diff/history.md` has them. An `edit` block is what stands in a file wherever it does, `=>` and what is written in its place; a `new`
block is a file. The names below are written by hand; what is said is written by `pytest --golden`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import runner

ROOT = Path(__file__).parents[2]
HISTORY = ROOT / "tests" / "golden" / "diff" / "history.md"
COMMIT = re.compile(r"^## \d+\. ([^\n]*)\n(.*?)(?=^## |\Z)", re.M | re.S)
EDIT = re.compile(r"^```edit (\S+)\n(.*?)\n=>\n(.*?)^```$", re.M | re.S)
NEW = re.compile(r"^```new (\S+)\n(.*?)^```$", re.M | re.S)
SAID = re.compile(r"^```text\n.*?^```$", re.M | re.S)


def test_a_history(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[Path, str], None],
) -> None:
    for path in ROOT.glob("examples/*/*.sla"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / path.parent.name)
    commit(tmp_path, first=True)
    sla, text = runner(tmp_path, monkeypatch, capsys), HISTORY.read_text(encoding="utf-8")
    commits = COMMIT.findall(text)
    assert len(commits) == 20
    for title, body in commits:
        edit(tmp_path, body)
        commit(tmp_path)
        file = re.search(r"^Names, in `(\S+)`", body, re.M)[1]  # type: ignore[index]
        paths = f"HEAD~1:{file}", f"HEAD:{file}"
        said = sla("diff", "--words", *paths).out
        assert sorted(named(said)) == sorted(re.findall(r"^- (.*)$", body, re.M)), title
        there = SAID.search(body)
        assert there is not None, title
        text = text.replace(body, body.replace(there[0], f"```text\n{said}```"))
    golden(HISTORY, text)


HEADINGS = {
    "Changed": "changed",
    "Added": "added",
    "Taken away": "removed",
    "Changed by that alone": "through",
    "Renamed": "renamed",
    "Moved": "moved",
}


def named(said: str) -> Iterator[str]:
    """What stands under each heading, but for what is said of it."""
    heading = ""
    for line in said.splitlines():
        heading = HEADINGS.get(line, heading if line.startswith(" ") else "")
        if heading and re.match(r"  \S", line):
            name = re.split(r" → |: (?!\S+ \()|, through ", line.strip())[0]
            yield f"{heading}: {name}"


def edit(folder: Path, body: str) -> None:
    for name, text in NEW.findall(body):
        (folder / name).write_text(text, encoding="utf-8")
    for name, before, after in EDIT.findall(body):
        path = folder / name
        text, line = path.read_text(encoding="utf-8"), after.removesuffix("\n")
        assert before in text, before
        path.write_text(
            text.replace(before, line) if line else text.replace(f"{before}\n", ""), encoding="utf-8"
        )


def commit(folder: Path, *, first: bool = False) -> None:
    alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "gc.auto=0")
    for arguments in ((("init", "-q"),) if first else ()) + (("add", "-A"), ("commit", "-qm", "next")):
        subprocess.run(["git", *who, *arguments], cwd=folder, env=alone, check=True)
