"""What pages of HTML that stand alone are made of: their style, sections, tables. They print, and read on a phone and at night."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from html import escape

from sladsl.reports.verdict_marks import MARKS


def document(title: str, head: Iterable[str], main: Iterable[str], above: str | None = None) -> str:
    """A page of what stands in its header and below; `above` is the way to the other pages of a site (`way`), None outside of any."""
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{style(above is not None)}</style>\n</head>\n<body>{above or ''}",
        f"<header>\n<h1>{escape(title)}</h1>",
        *head,
        "</header>",
        "<main>",
        *main,
        "</main>\n</body>\n</html>",
    ]
    return "\n".join(parts) + "\n"


def way(links: Sequence[tuple[str, str]], here: str, around: Sequence[tuple[str, str]] = ()) -> str:
    """How a page of a site was come to: pairs of an address and a name, and the name of the page itself; `around` are its neighbours."""
    up = "".join(f'<a href="{escape(to)}">{escape(name)}</a> › ' for to, name in links)
    beside = "".join(f' <a href="{escape(to)}">{escape(name)}</a>' for to, name in around)
    return f'<nav class="way" aria-label="Site">{up}<span aria-current="page">{escape(here)}</span>{beside}</nav>\n'


def section(title: str, lines: Iterable[str]) -> list[str]:
    shown = list(lines)
    return [f"<section>\n<h2>{title}</h2>", *shown, "</section>"] if shown else []


def when(text: str) -> str:
    return f'<span class="when">{text}</span>'


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int] = (),
    stacked: bool = False,
) -> str:
    """Cells are HTML; the caption and the heads are text. A column in which no row has anything is left out. `stacked`: where there is
    little room, a row is a few lines, each cell beside its head, and nothing has to be moved sideways; roles are said since a browser
    forgets a table that is drawn otherwise."""
    used = [n for n in range(len(heads)) if any(row[n] for row in rows)]
    side = {n: ' class="number"' if n in numbers else "" for n in used}
    head = "".join(f'<th scope="col" role="columnheader"{side[n]}>{escape(heads[n])}</th>' for n in used)
    body = "\n".join(
        '<tr role="row">'
        + "".join(f'<td role="cell"{side[n]} data-head="{escape(heads[n])}">{row[n]}</td>' for n in used)
        + "</tr>"
        for row in rows
    )
    drawn = ' class="stacked"' if stacked else ""
    inside = (
        f'<table role="table"{drawn}><caption>{escape(caption)}</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">{inside}</div>'


_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def figure(svg: str, caption: str, told: str) -> str:
    """The drawing is one picture to a reader who hears the page, and its caption stands below it."""
    named = _ROLES.sub("", svg).replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1)
    return f"<figure>{named}<figcaption>{escape(caption)}</figcaption></figure>"


STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #595959; --rule: #d0d0d0; --paper: #fff; --card: #f6f7f9; --accent: #0b5394;
  %(day)s; --other: #595959 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #b0b0b0; --rule: #444; --paper: #16181c; --card: #1f2227;
  --accent: #8ab4f8; %(night)s; --other: #b0b0b0 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem } header p { color: var(--soft); margin: 0 }
h2 { font-size: 1.15rem; color: var(--accent); border-bottom: 1px solid var(--rule); padding-bottom: .2rem; margin: 2rem 0 .75rem }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem }
.card { background: var(--card); border-left: .35rem solid var(--other); border-radius: .4rem; padding: .75rem 1rem }
.card h3, .card p { margin: 0 } .card h3 { font-size: 1rem } .owner, .soft { color: var(--soft); font-size: .85rem }
.figure { font-size: 1.9rem; font-weight: 650; line-height: 1.3 } .verdict { font-weight: 650; color: var(--other) }
%(classes)s
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1rem }
figure { margin: 0; break-inside: avoid } figure svg { width: 100%; max-width: 34rem;
  height: auto; color: var(--ink) }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: 1rem }
.multiples ~ .wide .number { white-space: nowrap }
figcaption { font-size: .85rem; color: var(--soft) }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1rem 2rem }
.wide { overflow-x: auto; margin: 0 0 1rem } .wide:focus-visible { outline: 2px solid var(--accent) }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal }
caption { text-align: left; font-weight: 650; padding: .25rem 0 }
th, td { border-bottom: 1px solid var(--rule); padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.bar { display: block; width: min(14rem, 25vw); background: var(--card) } .bar span { display: block; height: .4rem;
  background: var(--accent) }
.when { white-space: nowrap } code { font-size: .8rem; overflow-wrap: anywhere } summary { cursor: pointer; color: var(--accent) }
td .verdict { font-size: inherit }
@media (max-width: 40rem) { body { padding: 1rem } table { font-size: .85rem } th, td { padding-right: .45rem }
  .stacked, .stacked caption, .stacked tbody, .stacked tr, .stacked td { display: block; width: 100% } .stacked thead { display: none }
  .stacked tr { border-bottom: 1px solid var(--rule); padding: .3rem 0 } .stacked td { border: 0; padding: 0; text-align: left }
  .stacked td:empty { display: none } .stacked td::before { content: attr(data-head) ": "; color: var(--soft) }
  .stacked td:first-child { font-weight: 650 } }
@media print { body { max-width: none; padding: 0; font-size: 9pt } .card, figure, tr { break-inside: avoid } @page { margin: 14mm } }
"""


def style(in_site: bool) -> str:
    """The style sheet, with a class and a colour for each verdict that has a mark."""
    classes = "\n".join(
        f".{v} {{ border-color: var(--{v}) }} .{v} .verdict {{ color: var(--{v}) }}" for v in MARKS
    )
    day = "; ".join(f"--{v}: {x.day}" for v, x in MARKS.items())
    night = "; ".join(f"--{v}: {x.night}" for v, x in MARKS.items())
    return STYLE.replace("%(day)s", day).replace("%(night)s", night).replace("%(classes)s", classes) + (
        WAY_STYLE if in_site else ""
    )


WAY_STYLE = """
.way { margin: 0 0 1rem; font-size: .9rem; color: var(--soft) } a { color: var(--accent) } .way span + a { margin-left: 1rem }
.stacked td:first-child .soft { font-weight: 400 }
@media print { .way { display: none } }
"""
