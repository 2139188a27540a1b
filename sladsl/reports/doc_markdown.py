"""The agreement's page as Markdown, for a wiki or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sladsl.wording import Line, Page

_SIGNS = re.compile(r"([\\`*_\[\]<>|])")


def document_text(page: Page) -> str:
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from (f"# {_safe(page.title)}", "")
    yield from (f"- **{word}:** {_safe(said)}" for word, said in page.facts)
    for section in page.sections:
        yield from ("", f"## {_safe(section.title)}", "")
        for item in section.items:
            yield f"- {_line(item.line)}"
            yield from (f"  - {_line(below)}" for below in item.below)
    yield from ("", "## Signed", "", "| for | name | date | signature |", "|---|---|---|---|")
    yield from (f"| {_safe(signer)} | | | |" for signer in page.signers)
    if page.stamp:
        yield from ("", _safe(page.stamp))


def _line(line: Line) -> str:
    return "".join(f"**{_safe(p.text)}**" if p.strong else _safe(p.text) for p in line)


def _safe(text: str) -> str:
    """Text of an agreement is never markup."""
    return _SIGNS.sub(r"\\\1", text)
