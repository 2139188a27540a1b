"""The templates for build servers, the README and the documentation: what they run are commands and options that there are."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from sladsl import __version__
from sladsl.cli import sla

ROOT = Path(__file__).parent.parent
FILES = (
    "action.yml",
    "ci/gitlab.yml",
    "Dockerfile",
    ".pre-commit-hooks.yaml",
    "README.md",
    *(str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").rglob("*.md"))),
    *(str(page.relative_to(ROOT)) for page in sorted((ROOT / "examples").rglob("*.md"))),
)
"""Pages that show commands: those that run theirs (`cli/test_transcripts.py`) and those that need what is not here, such as a server."""
EXAMPLE = "examples/handoff/handoff.sla"
_COMMAND = re.compile(
    r"(?<![\w/-])sla ((?:init|check|fmt|test|run|diff|due|actions|explain|doc|review|verify|plan|sql|config|doctor|lsp|mcp)\b[^\n`|;&)>]*)"
)


def commands() -> list[str]:
    found = [c for name in FILES for c in _COMMAND.findall((ROOT / name).read_text(encoding="utf-8"))]
    said = {re.split(r"\s+# ", c)[0].strip().rstrip(",.") for c in found}
    return sorted(said)


@pytest.mark.parametrize("line", commands())
def test_a_command_of_a_template_is_one(line: str) -> None:
    name, *words = shlex.split(line.replace('"', ""))
    command = sla.get_command(click.Context(sla), name)
    assert command is not None
    known = {option for p in command.params for option in p.opts}
    assert {w for w in words if re.match("--?[a-z]", w)} <= known
    values = {p.opts[0]: p.type.choices for p in command.params if hasattr(p.type, "choices")}
    for option, value in pairwise(words):
        assert option not in values or value in values[option]


def test_there_are_some() -> None:
    assert len(commands()) > 100


def test_templates_install_the_version_they_belong_to() -> None:
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert '"${PACKAGE:-$ACTION[run]}"' in action
    assert 'ACTION: "${{ github.action_path }}"' in action
    pages = [
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("ci/gitlab.yml", "docs/ci.md", "docs/howto/scheduling.md")
    ]
    versions = [v for page in pages for v in re.findall(r"\bv(\d+\.\d+\.\d+)\b", page)]
    assert len(versions) == 5
    assert set(versions) == {__version__}


def test_what_is_installed_can_be_until_there_is_a_release() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = [page for page in pages if 'install "sladsl' in page.read_text(encoding="utf-8")]
    assert len(named) > 6
    assert [p.name for p in named if "There is no release yet" not in p.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_a_shell(shell: str) -> None:
    program = "import sys; sys.argv[0] = 'sla'; from sladsl.cli import sla; sla(prog_name='sla')"
    environment = {"_SLA_COMPLETE": f"{shell}_source", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert "_SLA_COMPLETE" in done.stdout


def test_bash_completes_commands_options_codes_and_names() -> None:
    program = "import sys; sys.argv[0] = 'sla'; from sladsl.cli import sla; sla(prog_name='sla')"
    for words, expected in (
        ("sla re", "review"),
        ("sla run --fo", "--format"),
        ("sla run a.sla --format x", "xlsx"),
        ("sla explain SLA20", "SLA203"),
        (f"sla explain {EXAMPLE} key --commitment sales.r", "sales.response_time"),
        (f"sla explain {EXAMPLE} key --record le", "lead"),
        (f"sla run {EXAMPLE} --data le", "lead="),
    ):
        environment = {
            "_SLA_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        }
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert f"plain,{expected}" in done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["check", "exam"], "exam"),
        (["run", "exam"], "exam"),
        (["explain", "exam"], "exam"),
        (["run", EXAMPLE, "--data", "lead=exam"], "exam"),
        (["explain", "gone.sla", "x", "--commitment", ""], None),
        (["explain", "README.md", "x", "--commitment", ""], None),
    ],
)
def test_files_are_the_shells(
    words: list[str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    asked = ShellComplete(sla, {}, "sla", "_SLA_COMPLETE").get_completions(words[:-1], words[-1])
    assert [(item.type, item.value) for item in asked] == ([] if expected is None else [("file", expected)])
