"""The pages of the documentation that are told beside a text, by assistants' servers and skills; and the gallery."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


def page(name: str) -> str:
    """A page of the documentation: as it was installed, or where it is written in a checkout."""
    installed = files("sladsl").joinpath(f"reference/{name}.md")
    written = Path(__file__).parents[2] / "docs" / f"{name}.md"
    return (installed if installed.is_file() else written).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """The parts of a page by their titles, without these."""
    parts = _SECTION.split(text)
    return {title: body.strip() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def gallery() -> Mapping[str, Traversable]:
    """The folders of the gallery by their names: as they were installed, or as they stand in a checkout."""
    installed = files("sladsl").joinpath("gallery")
    place = installed if installed.is_dir() else Path(__file__).parents[2] / "gallery"
    policies = (
        (each for each in place.iterdir() if each.joinpath("policy.md").is_file()) if place.is_dir() else ()
    )
    return {each.name: each for each in sorted(policies, key=lambda each: each.name)}
