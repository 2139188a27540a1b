"""The site: built by one command, whole, and without anything that is fetched from elsewhere."""

from __future__ import annotations

import base64
import json
import os
import re
import runpy
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from sladsl.diagnostics import CODES

ROOT = Path(__file__).parent.parent
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\bsrc=\"?(https?:)|<link[^>]*\brel=\"?(?:stylesheet|preconnect|preload)\"?[^>]*href=\"?(https?:)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Strict: a link to a page or a heading that is not there ends the build."""
    made, studio = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("studio")
    (studio / "index.html").write_text("<!doctype html><title>a built studio</title>", encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(made)]
    environment = {**os.environ, "SLADSL_STUDIO": str(studio)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return made


def test_every_page_of_the_documentation_is_in_it(site: Path) -> None:
    for path in (ROOT / "docs").glob("**/*.md"):
        page = path.relative_to(ROOT / "docs").with_suffix("")
        assert (site / page / "index.html").exists(), f"{page} is not in the navigation"
    assert "Run the example" in (site / "index.html").read_text(encoding="utf-8")


def test_assistants_have_the_same_in_one_text(site: Path) -> None:
    short, full = ((site / name).read_text(encoding="utf-8") for name in ("llms.txt", "llms-full.txt"))
    assert "- [The language](language/): " in short
    for page in re.findall(r"\]\((\S+)\)", short):
        assert (site / page / "index.html").exists(), page
    assert "## route" in full
    assert "# What the figures mean" in full


def test_the_skill_says_what_the_documentation_says() -> None:
    """`python ci/assistants.py` makes it anew."""
    made = runpy.run_path(str(ROOT / "ci" / "assistants.py"))
    assert made["SKILL"].read_text(encoding="utf-8") == made["skill"]()


def test_every_code_is_on_the_page_of_errors(site: Path) -> None:
    text = (site / "errors" / "index.html").read_text(encoding="utf-8")
    assert [code for code in CODES if f">{code}, " not in text] == []


def test_every_policy_has_a_page(site: Path) -> None:
    listed = (site / "gallery" / "index.html").read_text(encoding="utf-8")
    for policy in (ROOT / "gallery").glob("*/policy.md"):
        name = policy.parent.name
        assert f'href="{name}/"' in listed
        page = (site / "gallery" / name / "index.html").read_text(encoding="utf-8")
        assert f"sla init --from gallery/{name}" in page
        assert "What any right agreement gives" in page


def test_agreements_are_coloured(site: Path) -> None:
    text = (site / "tutorial" / "index.html").read_text(encoding="utf-8")
    assert '<span class="k' in text


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.glob("**/*.html"):
        assert FETCHED.search(page.read_text(encoding="utf-8")) is None, page
    for sheet in site.glob("**/*.css"):
        assert "url(http" not in sheet.read_text(encoding="utf-8"), sheet


def test_links_that_leave_the_documentation_lead_to_the_repository(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    left = re.findall(r'href="https://github.com/sladsl/sladsl/blob/main/([^"#]+)', text)
    assert "ARCHITECTURE.md" in left
    assert [path for path in left if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", ["language", "tutorial"])
def test_every_example_opens_in_the_studio(site: Path, page: str) -> None:
    live = runpy.run_path(str(ROOT / "ci" / "live_examples.py"))
    expected = [
        dict(each.files) for each in live["examples"]((ROOT / "docs" / f"{page}.md").read_text("utf-8"))
    ]
    text = (site / page / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+)#a=([\w-]+)"', text)
    assert [opened(packed)["files"] for _, packed in links] == expected
    for address, _ in links:
        assert (site / page / address / "index.html").resolve().is_file()


def opened(packed: str) -> dict[str, dict[str, str]]:
    """What the studio reads in a link."""
    text = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), -15)
    read: dict[str, dict[str, str]] = json.loads(text)
    return read


def test_the_tutorials_agreement_is_open_with_what_it_imports() -> None:
    live = runpy.run_path(str(ROOT / "ci" / "live_examples.py"))
    tutorial = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    assert [list(each.files) for each in live["examples"](tutorial)] == [
        ["handoff.sla"], ["mistake.sla", "handoff.sla"],
    ]  # fmt: skip
