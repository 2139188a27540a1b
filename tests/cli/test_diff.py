"""`sla diff`: files, folders and revisions, what it ends with, and that nothing of a repository runs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_line import Sla, runner

from sladsl.reports.diff.document import DiffDocument
from sladsl.reports.documents import json_schema

HOURS = """calendar office:
  zone "UTC"
  open monday to friday 09:00 to 17:00
"""
AGREEMENT = """import "shared/hours.sla"

agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"
  hours office

record lead:
  id        key text
  size      number
  came_at   time
  answered  optional time

define Big:
  lead when size >= 100
  since came_at

kpi volume = count of Big
kpi answer = time from Big to answered

marketing owes sales:
  volume at least 2 per month

sales owes marketing:
  answer within 4 business hours for 50% of Big per month
"""
LEADS = """id,size,came_at,answered
a,100,2026-03-02T09:00Z,2026-03-02T10:00Z
b,150,2026-03-03T09:00Z,2026-03-03T12:30Z
c,200,2026-03-04T09:00Z,2026-03-04T15:00Z
d,50,2026-03-05T09:00Z,2026-03-05T10:00Z
e,300,2026-04-01T09:00Z,2026-04-01T09:30Z
"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "hours.sla").write_text(HOURS)
    (tmp_path / "handoff.sla").write_text(AGREEMENT)
    (tmp_path / "lead.csv").write_text(LEADS)
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def git(tmp_path: Path, sla: Sla) -> Callable[..., str]:
    """A repository in which what is there was committed."""
    alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        named = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        done = subprocess.run(
            ["git", *named, *arguments], cwd=tmp_path, env=alone, capture_output=True, text=True, check=True
        )
        return done.stdout

    run("init", "-q", "-b", "main")
    run("add", "-A")
    run("commit", "-qm", "one")
    return run


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


# ------------------------------------------------------------------------------------------------------------------ words


def test_nothing_differs(sla: Sla) -> None:
    done = sla("diff", "--words", "handoff.sla", "handoff.sla")
    assert (done.status, done.out) == (0, "Handoff (handoff.sla): no difference in meaning\n")


def test_standard_input_is_the_file_that_it_is_held_against(
    sla: Sla, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for words in (("handoff.sla", "-"), ("-", "handoff.sla")):
        monkeypatch.setattr(
            "sys.stdin", io.TextIOWrapper(io.BytesIO(AGREEMENT.replace("least 2", "least 3").encode()))
        )
        done = sla("diff", "--words", *words)
        assert done.status == 1
        assert done.out.startswith("Handoff (handoff.sla): 1 changed\n")


def test_an_empty_folder_has_no_agreement(sla: Sla, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert sla("diff", "one", "two").out == "no agreement in either\n"
    (tmp_path / "two" / "a.sla").write_text(
        AGREEMENT.removeprefix('import "shared/hours.sla"\n') + f"\n{HOURS}"
    )
    done = sla("diff", "one", "two")
    assert done.status == 1
    assert done.out.startswith("Handoff (a.sla): a new agreement\n")
    assert sla("diff", "two", "one").out.startswith("Handoff (a.sla): this agreement is gone\n")


def test_what_changed_in_words_is_status_1(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "new.sla").write_text(AGREEMENT.replace("size >= 100", "size >= 200"))
    done = sla("diff", "--words", "handoff.sla", "new.sla")
    assert done.status == 1
    assert "  definition Big\n    when: size is at least 100 → size is at least 200\n" in done.out


def test_a_rename_is_status_0(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "new.sla").write_text(AGREEMENT.replace("Big", "Large"))
    done = sla("diff", "--words", "handoff.sla", "new.sla")
    assert done.status == 0
    assert "Renamed\n  definition Big → Large\n" in done.out


def test_a_folder_sees_what_was_added_renamed_and_taken_away(sla: Sla, tmp_path: Path) -> None:
    other, same, third = (AGREEMENT.replace('"Handoff"', f'"{name}"') for name in ("Other", "Same", "New"))
    old = {"a.sla": AGREEMENT, "b.sla": other, "same.sla": same}
    new = {
        "handoff.sla": AGREEMENT.replace("least 2", "least 3"),
        "c.sla": third,
        "same.sla": f"{same}# a comment\n",
    }
    for name, files in (("old", old), ("new", new)):
        (tmp_path / name / "shared").mkdir(parents=True)
        (tmp_path / name / "shared" / "hours.sla").write_text(HOURS)
        for file, text in files.items():
            (tmp_path / name / file).write_text(text)
    done = sla("diff", "--words", "--format", "json", "old", "new")
    jsonschema.validate(done.json, json_schema(DiffDocument))
    told = {
        (
            x["name"],
            x["whole"],
            x["old"] and x["old"]["file"],
            x["new"] and x["new"]["file"],
            len(x["changes"]) == 1,
        )
        for x in done.json["agreements"]
    }
    assert told == {
        ("New", "added", None, "c.sla", False),
        ("Handoff", "changed", "a.sla", "handoff.sla", True),
        ("Same", "changed", "same.sla", "same.sla", False),
        ("Other", "removed", "b.sla", None, False),
    }
    assert done.status == 1
    markdown = sla("diff", "--words", "--format", "markdown", "old", "new").out
    assert markdown.startswith("<!-- sla diff -->\n")
    assert "**Handoff (handoff.sla)**: was a.sla; 1 changed" in markdown
    assert markdown.endswith("No difference in meaning in 1 agreement.\n")


def test_a_file_and_a_folder_are_not_compared(sla: Sla) -> None:
    done = sla("diff", "handoff.sla", "shared")
    assert done.status == 2
    assert "a folder is compared with a folder" in done.err


def test_errors_in_one_of_them_are_shown(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "new.sla").write_text(AGREEMENT.replace("size >= 100", "sice >= 100"))
    done = sla("diff", "--words", "handoff.sla", "new.sla")
    assert done.status == 2
    assert "there is nothing to compare" in done.err
    assert done.out == ""


def test_words_and_data_exclude_one_another(sla: Sla) -> None:
    done = sla("diff", "--words", "--data", "lead=lead.csv", "handoff.sla", "handoff.sla")
    assert done.status == 2
    assert "`--words` reads no data" in done.err


# ---------------------------------------------------------------------------------------------------------------- on data


def test_data_that_are_not_there_are_told_where_nobody_asked_for_them(sla: Sla, tmp_path: Path) -> None:
    sourced = AGREEMENT + '\nsource leads for lead from "gone.csv"\n'
    for name in ("a.sla", "b.sla"):
        (tmp_path / name).write_text(sourced)
    done = sla("diff", "a.sla", "b.sla")
    assert done.status == 0
    assert "Not judged on data: " in done.out
    assert "gone.csv" in done.out
    asked = sla("diff", "--as-of", "2026-05-01", "a.sla", "b.sla")
    assert asked.status == 2
    assert "gone.csv" in asked.err


def test_a_name_of_data_that_neither_has(sla: Sla) -> None:
    done = sla("diff", "--data", "deal=lead.csv", "handoff.sla", "handoff.sla")
    assert done.status == 2
    assert "neither has a record or source `deal`" in done.err


def test_a_verdict_that_stays_is_status_0(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "new.sla").write_text(AGREEMENT.replace("within 4", "within 5"))
    done = sla("diff", "--data", "lead=lead.csv", "--as-of", "2026-05-01", "handoff.sla", "new.sla")
    assert done.status == 0
    assert "no verdict changes" in done.out


def test_one_period_alone(sla: Sla, tmp_path: Path) -> None:
    """March turns with three instead of four hours, April does not: what is told of one is not told of the other."""
    (tmp_path / "new.sla").write_text(AGREEMENT.replace("within 4", "within 3"))

    def told(*more: str) -> Any:
        return sla(
            "diff", "--data", "lead=lead.csv", "--as-of", "2026-05-01", *more, "handoff.sla", "new.sla"
        )

    def figures(*more: str) -> list[tuple[str, list[dict[str, Any]]]]:
        (made,) = told("--format", "json", *more).json["agreements"]
        own = made["on_data"]
        return [
            (name, [x for each in places for x in each["figures"] if x["id"] == "sales.answer"])
            for name, places in (("all", [own]), ("causes", own["causes"]))
        ]

    whole, march, april = figures(), figures("--period", "2026-03"), figures("--period", "2026-04")
    assert march == whole != april == [("all", []), ("causes", [])]
    assert (told("--period", "2026-03").status, told("--period", "2026-04").status) == (1, 0)
    assert "2026-04 alone" in told("--period", "2026-04").out
    assert told("--period", "March").status == 2
    assert told("--words", "--period", "2026-03").status == 2


# -------------------------------------------------------------------------------------------------------------- revisions


def test_a_revision_is_compared_with_the_working_tree(
    sla: Sla, git: Callable[..., str], tmp_path: Path
) -> None:
    change(tmp_path / "shared" / "hours.sla", "17:00", "18:00")
    done = sla("diff", "--words", "main:handoff.sla", "handoff.sla")
    assert done.status == 1
    assert "calendar office" in done.out, "what is imported is that of the revision"
    git("commit", "-qam", "two")
    assert sla("diff", "--words", "main:handoff.sla", "handoff.sla").status == 0
    assert sla("diff", "--words", "HEAD~1:.", "main:.").status == 1


def test_a_path_is_from_the_working_folder(
    sla: Sla, git: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "shared")
    assert sla("diff", "--words", "main:hours.sla", "hours.sla").status == 0
    done = sla("diff", "--words", "main:handoff.sla", "hours.sla")
    assert done.status == 2
    assert "from the working folder" in done.err


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("--upload-pack=touch x:handoff.sla", "begins with `-`"),
        ("-x:handoff.sla", "begins with `-`"),
        ("main:-handoff.sla", "begins with `-`"),
        ("nowhere:handoff.sla", "there is no revision `nowhere`"),
        ("main:gone.sla", "`gone.sla` is not there in `main`"),
        (":handoff.sla", "names no revision"),
        ("main:link.sla", "a link, which is not followed"),
        ("main:/etc/passwd", "git finds no repository here"),
        ("main:lead.csv\nx", "has a character"),
    ],
)
def test_what_is_no_revision_is_refused(
    sla: Sla, git: Callable[..., str], tmp_path: Path, old: str, said: str
) -> None:
    (tmp_path / "link.sla").symlink_to("handoff.sla")
    git("add", "-A")
    git("commit", "-qm", "link")
    done = sla("diff", "--words", "--", old, "handoff.sla")
    assert done.status == 2
    assert said in done.err


def test_outside_of_a_repository(sla: Sla, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    done = sla("diff", "--words", "main:handoff.sla", "handoff.sla")
    assert done.status == 2
    assert "git finds no repository here" in done.err


def test_without_git(sla: Sla, git: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = sla("diff", "--words", "main:handoff.sla", "handoff.sla")
    assert done.status == 2
    assert "`git`, which is not installed here" in done.err


TRAPPED = """core.fsmonitor core.pager core.sshCommand core.askPass core.editor filter.evil.smudge filter.evil.process diff.evil.textconv
diff.evil.command pager.cat-file pager.ls-tree alias.cat-file alias.rev-parse remote.origin.uploadpack"""


def test_nothing_of_a_repository_runs(sla: Sla, git: Callable[..., str], tmp_path: Path) -> None:
    """Whatever its configuration and its hooks say is to be called."""
    trap = tmp_path / "trap.py"
    trap.write_text(f"#!{sys.executable}\nopen({str(tmp_path / 'sprung')!r}, 'w')\n")
    trap.chmod(0o755)
    (tmp_path / ".gitattributes").write_text("*.sla filter=evil diff=evil\n")
    for name in TRAPPED.split():
        git("config", name, str(trap))
    git("config", "remote.origin.url", f"ext::{trap}")
    git("config", "remote.origin.promisor", "true")
    git("config", "protocol.allow", "always")
    git("config", "extensions.partialClone", "origin")
    for hook in (
        "post-checkout",
        "pre-commit",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        (tmp_path / ".git" / "hooks" / hook).write_text(trap.read_text())
        (tmp_path / ".git" / "hooks" / hook).chmod(0o755)
    assert sla("diff", "--words", "main:.", ".").status == 0
    blob = git("rev-parse", "main:handoff.sla").strip()
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    missing = sla("diff", "--words", "main:handoff.sla", "handoff.sla")
    assert missing.status == 2
    assert "cannot be read" in missing.err
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script of a shell")
def test_git_is_never_the_one_of_the_working_folder(
    sla: Sla, git: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\ntouch started\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", os.environ["PATH"]]))
    assert sla("diff", "--words", "HEAD:handoff.sla", "handoff.sla").status == 0
    assert not (tmp_path / "started").exists()
