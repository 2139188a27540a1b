"""Hooks for `python -m mkdocs build`: pages that are made, not written, and links that leave the documentation.

The overview is the README, and the page of errors is what `sla explain CODE` says of each code, so neither can go stale.
Where SLADSL_STUDIO names the folder of a built studio, that is a part of the site, and every example of the reference and the tutorial
opens in it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from posixpath import normpath
from typing import Any

from mkdocs.structure.files import File, Files

from sladsl.cli.doc import page_of
from sladsl.compiler import compile_text
from sladsl.diagnostics import CODES
from sladsl.reports import doc_page
from sladsl.reports.explain.markdown import markdown
from sladsl.reports.pages import AREAS, page

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from assistants import llms, llms_full  # noqa: E402 - beside this file, which mkdocs loads by its path
from live_examples import linked  # noqa: E402

from gallery.policies import Policy, policies  # noqa: E402 - of the checkout

REPOSITORY = "https://github.com/sladsl/sladsl/blob/main/"
STUDIO = os.environ.get("SLADSL_STUDIO")
LIVE = ("language.md", "tutorial.md")
_LINK = re.compile(r"(\]\()((?![a-z]+:|#)[^)\s]+)(\))")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are made."""
    files.append(File.generated(config, "index.md", content=overview()))
    files.append(File.generated(config, "errors.md", content=errors()))
    for policy in policies():
        files.append(File.generated(config, f"gallery/{policy.name}.md", content=of_policy(policy)))
    nav = dict(pages_of(config["nav"]))
    files.append(File.generated(config, "llms.txt", content=llms(nav)))
    files.append(File.generated(config, "llms-full.txt", content=llms_full(nav)))
    return files


def pages_of(nav: list[Any]) -> Iterator[tuple[str, str]]:
    """The pages of a navigation by their titles, in its order; what is elsewhere is none."""
    for entry in nav:
        for title, what in entry.items():
            if isinstance(what, list):
                yield from pages_of(what)
            elif what.endswith(".md"):
                yield title, what


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links to files beside `docs` lead to the repository; a file's name beside a block's language is above it. Where the policies of the
    gallery belong, they are listed."""
    markdown = markdown.replace("<!-- policies -->", listed())
    if STUDIO is not None and page.file.src_uri in LIVE:
        markdown = linked(markdown, "../studio/app/")
    if STUDIO is not None and page.file.src_uri == "studio.md":
        markdown = markdown.replace("\n", '\n\n<p class="live"><a href="app/">Open the studio</a></p>\n', 1)
    folder = Path("docs", page.file.src_uri).parent.as_posix()
    named = re.sub(r"^```(\w+) (\S+)$", r'```\1 title="\2"', markdown, flags=re.M)
    return _LINK.sub(lambda found: found[1] + _target(folder, found[2]) + found[3], named)


def on_post_build(config: Any) -> None:
    """The studio beside the page that is about it."""
    if STUDIO is not None:
        shutil.copytree(STUDIO, Path(config["site_dir"], "studio", "app"), dirs_exist_ok=True)


def _target(folder: str, link: str) -> str:
    path, hash_sign, anchor = link.partition("#")
    place = normpath(f"{folder}/{path}")
    if place.startswith("docs/") or not path:
        return link
    return f"{REPOSITORY}{place}{hash_sign}{anchor}"


def overview() -> str:
    """The README, as it stands in the documentation's folder."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    def moved(found: re.Match[str]) -> str:
        link = found[2]
        return (
            found[1] + (link.removeprefix("docs/") if link.startswith("docs/") else f"../{link}") + found[3]
        )

    return _LINK.sub(moved, text)


def errors() -> str:
    """A page of every code, by what they are about."""
    parts = [
        "# Errors, warnings and hints",
        "What `sla check` may say, by its code. `sla explain SLA203` shows the same in a terminal, and an editor links to it.",
    ]
    for area, codes in groupby(sorted(CODES), key=lambda code: code[3]):
        title = AREAS[area]
        parts.append(f"## {title[0].upper()}{title[1:]}")
        parts += [_section(code) for code in codes]
    return "\n\n".join(parts) + "\n"


def _section(code: str) -> str:
    """A code's page. Its own words are no data: what they have in backticks is code here."""
    return re.sub(r"^##", "###", markdown(page(code)).strip()).replace("\\`", "`")


def listed() -> str:
    """The policies of the gallery, each with a link to its page."""
    return "\n".join(f"- [{each.title}](gallery/{each.name}.md): {each.kind}" for each in policies())


def of_policy(policy: Policy) -> str:
    """A policy's page: what it says, the agreement with its tests, the same in plain English, and what any right one gives."""
    text = policy.reference.read_text(encoding="utf-8")
    words = doc_page.markdown(page_of(compile_text(text, policy.reference.name))).partition("\n## Signed")[0]
    words = re.sub(r"^  - ", "    - ", words, flags=re.M)  # what a list within another takes here
    outcomes, edit = (
        (policy.folder / name).read_text(encoding="utf-8") for name in ("outcomes.toml", "wrong.diff")
    )
    return "\n\n".join(
        [
            policy.text.strip(),
            "## The agreement",
            f"`sla init --from gallery/{policy.name}` writes it.",
            f"```sla\n{text}```",
            "## In plain English",
            "What `sla doc` prints of it:",
            re.sub(r"^#", "##", words.partition("\n")[2].strip(), flags=re.M),
            "## What any right agreement gives",
            f"```toml\n{outcomes}```",
            "## One rule changed",
            "With this edit it is wrong, and these outcomes show it:",
            f"```diff\n{edit}```\n",
        ]
    )
