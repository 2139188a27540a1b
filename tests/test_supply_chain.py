"""What CI, the container and a release install and run is named by what it is: versions with hashes, actions and images by digest."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(lock: str) -> dict[str, Version]:
    """The versions of a lock by the names of their packages; each has a hash."""
    text = (ROOT / "locks" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    versions = {}
    for line in text.splitlines():
        match = re.match(r"([\w.-]+)==(\S+)", line)
        assert match, line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), match[1]
        versions[match[1]] = Version(match[2])
    return versions


def wanted(extras: set[str]) -> Iterator[Requirement]:
    """What the project and its extras ask for, extras of extras included."""
    yield from map(Requirement, PROJECT["dependencies"])
    for extra in extras:
        for said in map(Requirement, PROJECT["optional-dependencies"][extra]):
            if said.name == "sladsl":
                yield from wanted(set(said.extras))
            else:
                yield said


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("dev.txt", {"dev"}),
        ("container.txt", {"run", "excel", "doc", "review", "post"}),
        ("studio.txt", {"lsp", "excel"}),
    ],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, extras: set[str]) -> None:
    held = pins(lock)
    for asked in wanted(extras):
        name = re.sub(r"[-_.]+", "-", asked.name).lower()
        assert name in held, f"{asked} is not in locks/{lock}: make it anew, as locks/README.md says"
        assert held[name] in asked.specifier, (
            f"locks/{lock} has {name} {held[name]}, and {asked} is asked for"
        )


def test_a_release_is_built_with_what_the_build_asks_for() -> None:
    held = pins("build.txt")
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    for asked in map(Requirement, [*build, *(ROOT / "locks" / "build.in").read_text().splitlines()]):
        assert held[asked.name] in asked.specifier


@pytest.mark.parametrize("workflow", ["ci.yml", "release.yml"])
def test_actions_are_named_by_their_commit(workflow: str) -> None:
    used = re.findall(r"uses: (\S+)", (ROOT / ".github" / "workflows" / workflow).read_text(encoding="utf-8"))
    assert used
    assert [x for x in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", x)] == []


@pytest.mark.parametrize(("file", "word"), [("Dockerfile", "FROM "), ("ci/gitlab.yml", "image: ")])
def test_images_are_named_by_their_digest(file: str, word: str) -> None:
    images = re.findall(rf"^\s*{word}(\S+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert images
    assert [x for x in images if not re.fullmatch(r"[\w.:/-]+@sha256:[0-9a-f]{64}", x)] == []
