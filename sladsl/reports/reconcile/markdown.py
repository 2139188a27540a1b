"""`sla reconcile` as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.reconciling import Reconciliation
from sladsl.reports.markdown import escaped
from sladsl.reports.reconcile import words

SHOWN = 5


def report(x: Reconciliation, everything: bool = False) -> str:
    """All of it, ending with a line feed; `everything` shows every row, not the first few of each cause."""
    return "\n".join(_lines(x, everything)) + "\n"


def _lines(x: Reconciliation, everything: bool) -> Iterator[str]:
    yield f"**{escaped(words.title(x))}**, {escaped(words.when(x))}: {escaped(words.summary(x))}"
    for note in (words.how_read(x), *words.notes(x)):
        yield from ("", escaped(note))
    if x.pairs:
        across, down = words.pairs(x)
        yield from (
            "",
            f"| here | {' | '.join(f'there {escaped(word)}' for word in across)} |",
            "|---|" + "--:|" * len(across),
        )
        yield from (
            f"| {escaped(here)} | {' | '.join(f'{n:,}' if n else '·' for n in counts)} |"
            for here, counts in down
        )
    if not x.differ:
        return
    yield from ("", "| rows | why they differ | |", "|--:|---|---|")
    yield from (
        f"| {c.explains:,} | {escaped(words.cause(c))} | {escaped(words.beside(c, x))} |" for c in x.causes
    )
    if x.asked:
        yield from ("", escaped(words.about_causes(x)))
    for c in x.causes:
        own = [d for d in x.differences if d.cause == c.words]
        shown = own if everything else own[:SHOWN]
        yield from (
            "",
            f"**{escaped(words.cause(c))}**",
            "",
            f"| {escaped(x.record)} | here | there | as we read it |",
            "|---|---|---|---|",
        )
        for d in shown:
            cells = (d.key, words.here(d, x), words.there(d, x), ", ".join(words.facts(d, x)))
            yield f"| {' | '.join(map(escaped, cells))} |"
        if len(shown) < len(own):
            yield from ("", f"and {len(own) - len(shown):,} more")
