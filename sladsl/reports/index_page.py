"""The page that leads to the pages of several agreements: a row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from string import ascii_letters, digits

from sladsl.reports.doc_page import STYLE
from sladsl.reports.figure_words import called
from sladsl.reports.markdown import escaped
from sladsl.reviewing.pack import Pack
from sladsl.verdicts import Verdict
from sladsl.wording import Page

_PLAIN = frozenset(f"{ascii_letters}{digits}-._~")
_STYLE = """
a { color: var(--accent) }
@media (max-width: 40rem) { table, tbody, tr, th, td { display: block } thead { display: none } td { border: 0; padding: 0 .5rem }
  td:empty { display: none } td::before { content: attr(data-head) ": "; color: var(--soft) } tr { padding-bottom: .75rem }
  th { border: 0; padding-bottom: .1rem } }
"""


@dataclass(frozen=True, slots=True)
class Index:
    """`rows` begin with the name of what is led to, whose place is in `links`."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]


def of_reviews(packs: Sequence[Pack], links: Sequence[str]) -> Index:
    heads = ("agreement", "period", "met", "missed", "other", "missed by")
    return Index(f"{len(packs)} reviews", heads, tuple(tuple(_review(p)) for p in packs), tuple(links))


def _review(pack: Pack) -> Iterator[str]:
    """What became of each commitment, a group not by itself."""
    whole = [h for h in pack.headlines if h.commitment.group is None]
    counts = Counter(h.now.verdict for h in whole)
    met, missed = counts[Verdict.MET], counts[Verdict.MISSED]
    yield from (pack.run.plan.name, pack.period.label, str(met), str(missed), str(len(whole) - met - missed))
    yield ", ".join(called(h.commitment) for h in whole if h.now.verdict is Verdict.MISSED)


def of_pages(pages: Sequence[Page], links: Sequence[str]) -> Index:
    heads = ("agreement", "between", "term")
    rows = tuple((p.title, *(dict(p.facts).get(x, "") for x in ("Between", "Term"))) for p in pages)
    return Index(f"{len(pages)} agreements", heads, rows, tuple(links))


def html(index: Index) -> str:
    """One HTML file, as the pages that it leads to are."""
    return "\n".join(_html_lines(index)) + "\n"


def _html_lines(index: Index) -> Iterator[str]:
    title = escape(index.title)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>{STYLE}{_STYLE}</style>\n</head>\n<body>"
    yield f"<main>\n<h1>{title}</h1>\n<table role='table'>"
    heads = "".join(f'<th scope="col" role="columnheader">{escape(head)}</th>' for head in index.heads)
    yield f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">'
    for link, (name, *cells) in zip(index.links, index.rows, strict=True):
        told = "".join(
            f'<td role="cell" data-head="{escape(head)}">{escape(cell)}</td>'
            for head, cell in zip(index.heads[1:], cells, strict=True)
        )
        yield f'<tr role="row"><th scope="row" role="rowheader"><a href="{escape(_path(link))}">{escape(name)}</a></th>{told}</tr>'
    yield "</tbody></table>\n</main>\n</body>\n</html>"


def markdown(index: Index) -> str:
    """The same as Markdown."""
    return "\n".join(_markdown_lines(index)) + "\n"


def _markdown_lines(index: Index) -> Iterator[str]:
    yield from (f"# {index.title}", "", f"| {' | '.join(index.heads)} |", "|---" * len(index.heads) + "|")
    for link, (name, *cells) in zip(index.links, index.rows, strict=True):
        yield f"| [{escaped(name)}]({_path(link)}) | {' | '.join(map(escaped, cells))} |"


def _path(link: str) -> str:
    """A file's name as an address has it."""
    spelt = link.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in spelt)
