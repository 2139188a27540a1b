"""The agreement's page (`sladsl.wording`) in each format that `sla doc` writes: HTML, Markdown, PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Any

from sladsl.reports.markdown import escaped
from sladsl.reports.page import WAY_STYLE
from sladsl.wording import Line, Page

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #555; --rule: #ccc; --paper: #fff; --accent: #0b5394 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #b0b0b0; --rule: #444; --paper: #16181c; --accent: #8ab4f8 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .75rem }
h2 { font-size: 1.05rem; color: var(--accent); border-bottom: 1px solid var(--rule); padding-bottom: .2rem; margin: 1.5rem 0 .5rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 }
dt { color: var(--soft) } dd { margin: 0 }
ul { margin: 0; padding-left: 1.1rem } li { margin: .25rem 0 } ul ul { color: var(--soft); font-size: .92em }
table { border-collapse: collapse; width: 100% } th, td { border-bottom: 1px solid var(--rule); padding: .5rem; text-align: left }
.signed td { height: 2.5rem } footer { margin-top: 1.5rem; color: var(--soft); font-size: .8rem }
@media print { body { max-width: none; padding: 0; font-size: 8.5pt; line-height: 1.3 } h1 { font-size: 15pt }
  h2 { font-size: 10pt; margin: .6rem 0 .2rem; break-after: avoid } li { margin: .12rem 0; break-inside: avoid } th, td { padding: .3rem }
  .two { columns: 2; column-gap: 2rem; margin-top: .5rem } .signed td { height: 2rem } footer { margin-top: .5rem; font-size: 7pt }
  @page { margin: 12mm } }
"""


def html(page: Page, above: str = "") -> str:
    """One HTML file: no script, nothing fetched, to be printed on one sheet or read on a phone, by day or by night. `above` is the way to
    the other pages of a site."""
    return "\n".join(_html_lines(page, above)) + "\n"


def _html_lines(page: Page, above: str) -> Iterator[str]:
    title = escape(page.title)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{STYLE}{WAY_STYLE if above else ''}</style>\n</head>\n<body>\n{above}"
    yield f"<header>\n<h1>{title}</h1>\n<dl>"
    yield from (f"<dt>{escape(word)}</dt><dd>{escape(said)}</dd>" for word, said in page.facts)
    yield '</dl>\n</header>\n<main>\n<div class="two">'
    for section in page.sections:
        yield f"<section>\n<h2>{escape(section.title)}</h2>\n<ul>"
        for item in section.items:
            below = "".join(f"<li>{_html_line(line)}</li>" for line in item.below)
            yield f"<li>{_html_line(item.line)}{f'<ul>{below}</ul>' if below else ''}</li>"
        yield "</ul>\n</section>"
    yield "</div>"
    yield from _signed(page.signers)
    yield "</main>"
    if page.stamp:
        yield f"<footer>{escape(page.stamp)}</footer>"
    yield "</body>\n</html>"


def _html_line(line: Line) -> str:
    return "".join(f"<strong>{escape(p.text)}</strong>" if p.strong else escape(p.text) for p in line)


def _signed(signers: tuple[str, ...]) -> Iterator[str]:
    yield '<section>\n<h2>Signed</h2>\n<table class="signed">'
    yield '<thead><tr><th scope="col">for</th><th scope="col">name</th><th scope="col">date</th><th scope="col">signature</th></tr></thead>'
    yield "<tbody>"
    yield from (f'<tr><th scope="row">{escape(s)}</th><td></td><td></td><td></td></tr>' for s in signers)
    yield "</tbody></table>\n</section>"


# --- Markdown


def markdown(page: Page) -> str:
    """Markdown, for a wiki or a pull request."""
    return "\n".join(_markdown_lines(page)).rstrip() + "\n"


def _markdown_lines(page: Page) -> Iterator[str]:
    yield from (f"# {escaped(page.title)}", "")
    yield from (f"- **{word}:** {escaped(said)}" for word, said in page.facts)
    for section in page.sections:
        yield from ("", f"## {escaped(section.title)}", "")
        for item in section.items:
            yield f"- {_markdown_line(item.line)}"
            yield from (f"  - {_markdown_line(below)}" for below in item.below)
    yield from ("", "## Signed", "", "| for | name | date | signature |", "|---|---|---|---|")
    yield from (f"| {escaped(signer)} | | | |" for signer in page.signers)
    if page.stamp:
        yield from ("", escaped(page.stamp))


def _markdown_line(line: Line) -> str:
    return "".join(f"**{escaped(p.text)}**" if p.strong else escaped(p.text) for p in line)


# --- PDF


def pdf(page: Page, paper: str = "a4") -> bytes:
    """A PDF of tagged text, set by Typst; the same page is the same bytes. `ModuleNotFoundError` where Typst is not installed."""
    import typst

    template = files("sladsl.reports").joinpath("doc.typ").read_bytes()
    made: bytes = typst.compile(
        template, format="pdf", sys_inputs={"page": json.dumps(_pdf_values(page, paper))}
    )
    return made


def _pdf_values(page: Page, paper: str) -> dict[str, Any]:
    return {
        "title": page.title,
        "facts": [list(fact) for fact in page.facts],
        "sections": [
            {
                "title": s.title,
                "items": [
                    {"line": _pdf_line(i.line), "below": [_pdf_line(x) for x in i.below]} for i in s.items
                ],
            }
            for s in page.sections
        ],
        "signers": list(page.signers),
        "stamp": page.stamp,
        "paper": paper,
    }


def _pdf_line(line: Line) -> list[dict[str, Any]]:
    return [{"text": p.text, "strong": p.strong} for p in line]
