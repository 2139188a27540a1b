"""The agreement's page as Markdown, for a wiki or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.reports.markdown import escaped
from sladsl.wording import Line, Page


def document_text(page: Page) -> str:
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from (f"# {escaped(page.title)}", "")
    yield from (f"- **{word}:** {escaped(said)}" for word, said in page.facts)
    for section in page.sections:
        yield from ("", f"## {escaped(section.title)}", "")
        for item in section.items:
            yield f"- {_line(item.line)}"
            yield from (f"  - {_line(below)}" for below in item.below)
    yield from ("", "## Signed", "", "| for | name | date | signature |", "|---|---|---|---|")
    yield from (f"| {escaped(signer)} | | | |" for signer in page.signers)
    if page.stamp:
        yield from ("", escaped(page.stamp))


def _line(line: Line) -> str:
    return "".join(f"**{escaped(p.text)}**" if p.strong else escaped(p.text) for p in line)
