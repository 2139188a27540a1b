"""A repository of agreements: what a changed file is a part of is checked too, and build servers read paths from its root."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
from command_line import Sla, runner

from sladsl import workspace

ROOT = Path(__file__).parents[2]
HOOKS = dict(
    re.findall(
        r"^- id: (\S+)$.*?^  entry: (.+?)$",
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
RECORDS = """record lead:
  id    key text
  size  optional number
"""
DEFINITIONS = """import "records.sla"

define Large:
  lead when size > 10
"""
AGREEMENT = """import "../shared/definitions.sla"

agreement "Sizes":
  between marketing and sales
  zone "UTC"

test "twenty is large":
  given lead: size 20
  expect Large
"""
OTHER = """import "../shared/records.sla"

define Small:
  lead when size < 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of which others are made, one through the other, and one that stands alone."""
    texts = {
        "shared/records.sla": RECORDS,
        "shared/definitions.sla": DEFINITIONS,
        "eu/sizes.sla": AGREEMENT,
        "eu/other.sla": OTHER,
        "eu/alone.sla": "record lead:\n  id  key text\n",
        ".git/HEAD": "ref: refs/heads/main\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def sla(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return runner(folder, monkeypatch, capsys)


def hook(sla: Sla, name: str, *files: str) -> int:
    """The exit status with which pre-commit would see a hook end."""
    program, *arguments = shlex.split(HOOKS[name])
    assert program == "sla"
    return sla(*arguments, *files).status


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_hooks_pass_where_nothing_is_wrong(sla: Sla) -> None:
    assert list(HOOKS) == ["sla-check", "sla-fmt", "sla-test"]
    for name in HOOKS:
        assert hook(sla, name, "shared/records.sla") == 0
        assert hook(sla, name, "eu/alone.sla", "eu/sizes.sla") == 0


def test_a_changed_file_is_checked_in_all_that_imports_it(sla: Sla, folder: Path) -> None:
    change(folder / "shared" / "records.sla", "size  optional", "seats  optional")
    assert sla("check", "shared/records.sla").status == 0
    assert hook(sla, "sla-check", "shared/records.sla") == 1
    assert hook(sla, "sla-check", "eu/alone.sla") == 0
    found = sla("check", "--importers", "shared/records.sla", "--format", "json").json
    assert found["files"] == ["eu/other.sla", "eu/sizes.sla"]
    assert {d["file"] for d in found["diagnostics"]} == {
        "eu/other.sla",
        "shared/definitions.sla",
        "eu/sizes.sla",
    }


def test_from_another_folder_and_by_its_whole_path_too(
    sla: Sla, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder / "shared" / "records.sla", "size  optional", "seats  optional")
    whole = sla("check", "--importers", folder / "shared" / "records.sla", "--format", "json").json
    assert whole["files"] == [f"{folder}/eu/other.sla", f"{folder}/eu/sizes.sla"]
    monkeypatch.chdir(folder / "shared")
    beside = sla("check", "--importers", "records.sla", "--format", "json").json
    assert beside["files"] == ["../eu/other.sla", "../eu/sizes.sla"]
    assert len(beside["diagnostics"]) == len(whole["diagnostics"]) == 3


def test_a_file_that_was_renamed_is_missed_where_it_is_imported(sla: Sla, folder: Path) -> None:
    (folder / "shared" / "definitions.sla").rename(folder / "shared" / "words.sla")
    assert hook(sla, "sla-check", "shared/words.sla") == 1


def test_a_changed_file_is_tested_in_what_imports_it(sla: Sla, folder: Path) -> None:
    change(folder / "shared" / "definitions.sla", "> 10", "> 100")
    assert hook(sla, "sla-test", "shared/definitions.sla") == 1
    assert hook(sla, "sla-test", "eu/other.sla", "eu/alone.sla") == 0
    assert sla("test", "eu/other.sla").status == 2


def test_an_agreement_with_errors_is_no_agreement_without_tests(sla: Sla, folder: Path) -> None:
    change(folder / "eu" / "sizes.sla", "expect Large", "expect Lage")
    assert hook(sla, "sla-test", "eu/sizes.sla") == 2


@pytest.mark.parametrize("given", ["beside", "below", "above", "whole"])
def test_build_servers_read_paths_from_the_root(
    sla: Sla, folder: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    change(folder / "shared" / "records.sla", "size  optional", "size  optionl")
    start, path = {
        "beside": ("shared", "records.sla"),
        "below": (".", "shared"),
        "above": ("eu", "../shared/records.sla"),
        "whole": ("eu", str(folder / "shared")),
    }[given]
    monkeypatch.chdir(folder / start)
    annotations = sla("check", path, "--format", "github").out.splitlines()
    results = sla("check", path, "--format", "sarif").json["runs"][0]["results"]
    issues = sla("check", path, "--format", "gitlab").json
    files = [
        *(line.split("file=")[1].split(",")[0] for line in annotations),
        *(r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results),
        *(issue["location"]["path"] for issue in issues),
    ]
    assert len(files) > 2
    assert set(files) == {"shared/records.sla"}


def test_a_report_of_tests_too(sla: Sla, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "eu")
    sla("test", "sizes.sla", "--junit", folder / "report.xml")
    [suite] = parse(folder / "report.xml").getroot()
    assert suite.get("file") == "eu/sizes.sla"


def test_without_a_repository_the_servers_folder_is_the_root(
    sla: Sla, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git" / "HEAD").unlink()
    (folder / ".git").rmdir()
    change(folder / "eu" / "alone.sla", "key text", "key txt")
    monkeypatch.chdir(folder / "eu")
    assert [x["location"]["path"] for x in sla("check", "alone.sla", "--format", "gitlab").json] == [
        "alone.sla"
    ]
    monkeypatch.setenv("CI_PROJECT_DIR", str(folder))
    assert [x["location"]["path"] for x in sla("check", "alone.sla", "--format", "gitlab").json] == [
        "eu/alone.sla"
    ]
    monkeypatch.chdir(folder / "shared")
    monkeypatch.delenv("CI_PROJECT_DIR")
    [result] = sla("check", "../eu/alone.sla", "--format", "sarif").json["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (folder / "eu" / "alone.sla").as_uri()


def test_code_quality(sla: Sla, folder: Path) -> None:
    change(folder / "eu" / "alone.sla", "key text\n", "key txt\n\nrecord call:\n  id  key txt\n")
    path = folder / "eu" / "alone.sla"
    issues = sla("check", "eu", "--format", "gitlab").json
    assert {tuple(issue) for issue in issues} == {
        ("description", "check_name", "fingerprint", "severity", "location")
    }
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    marks = [issue["fingerprint"] for issue in issues]
    assert len(set(marks)) == len(marks) > 1
    path.write_text("# one line more\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    moved = json.loads(sla("check", "eu", "--format", "gitlab").out)
    assert [issue["fingerprint"] for issue in moved] == marks
    assert [x["location"]["lines"]["begin"] - 1 for x in moved] == [
        x["location"]["lines"]["begin"] for x in issues
    ]


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links there")
def test_a_folder_may_be_named_by_a_link(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "real" / ".git").mkdir(parents=True)
    (tmp_path / "real" / "records.sla").write_text("record lead:\n  id  key text\n")
    (tmp_path / "real" / "a.sla").write_text(
        'import "records.sla"\nagreement "A":\n  between a and b\n  zone "UTC"\n'
    )
    (tmp_path / "way").symlink_to("real")
    for folder in ("real", "way"):
        assert sla("check", tmp_path / folder / "a.sla").out.endswith("a.sla: ok\n")
    assert (
        str(tmp_path / "way" / "a.sla") in sla("check", "--importers", tmp_path / "way" / "records.sla").out
    )


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links there")
def test_what_imports_a_file_is_looked_for_through_no_link(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inside" / ".git").mkdir(parents=True)
    (tmp_path / "inside" / "a.sla").write_text("record lead:\n  id  key text\n")
    (tmp_path / "outside.sla").write_text('import "inside/a.sla"\n')
    (tmp_path / "inside" / "link.sla").symlink_to("../outside.sla")
    read = list[str]()

    def read_bytes(path: str) -> bytes:
        read.append(path)
        return Path(path).read_bytes()

    monkeypatch.setattr(workspace, "read_bytes", read_bytes)
    assert sla("check", "--importers", "inside/a.sla").status == 0
    assert {Path(path).name for path in read} == {"a.sla"}


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links there")
@pytest.mark.parametrize(
    "line",
    [
        "check inside",
        "fmt --diff inside",
        "test inside",
        "doc inside",
        "run inside",
        "diff inside inside --words",
    ],
)
def test_a_folder_is_left_through_no_link(sla: Sla, tmp_path: Path, line: str) -> None:
    """Whoever sends a change could have a build server show a file of its own."""
    (tmp_path / "inside" / "deep").mkdir(parents=True)
    (tmp_path / "inside" / ".git").mkdir()
    (tmp_path / "inside" / "a.sla").write_text("record lead:\n  id  key text\n")
    (tmp_path / "inside" / "deep" / "own.sla").symlink_to("../a.sla")
    assert "link" not in sla(*line.split()).err
    (tmp_path / "keys").write_text("nobody-named-this\n")
    (tmp_path / "inside" / "deep" / "link.sla").symlink_to("../../keys")
    done = sla(*line.split())
    assert "nobody-named-this" not in done.out + done.err
    assert done.status == 2
    assert (
        "`inside/deep/link.sla` is a link that leads out of `inside`: name it to have it read, or" in done.err
    )
