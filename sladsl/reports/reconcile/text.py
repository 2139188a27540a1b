"""`sla reconcile` as text: how the sides stand, why they differ, and the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from sladsl.reconciling import Difference, Reconciliation
from sladsl.reports.problems import problems
from sladsl.reports.reconcile import words
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe

WIDTH = 100
SHOWN = 5


def report(x: Reconciliation, everything: bool = False, colour: bool = False) -> str:
    """All of it, ending with a line feed; `everything` shows every row, not the first few of each cause."""
    return "\n".join(line.rstrip() for line in _lines(x, everything, colour)) + "\n"


def _lines(x: Reconciliation, everything: bool, colour: bool) -> Iterator[str]:
    yield paint(safe(x.run.plan.name), Style.STRONG, colour)
    yield safe(words.title(x))
    yield from wrap(safe(x.promise), WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield words.when(x)
    for note in words.notes(x):
        yield from (
            paint(line, Style.WARNING, colour) for line in wrap(safe(note), WIDTH, subsequent_indent="  ")
        )
    yield from wrap(safe(words.how_read(x)), WIDTH, subsequent_indent="  ")
    yield paint(words.summary(x), Style.ERROR if x.differ else Style.GOOD, colour)
    if x.pairs:
        across, down = words.pairs(x)
        heads = [Head("here"), *(Head(f"there {word}", right=True) for word in across)]
        rows = [(here, *(f"{n:,}" if n else "·" for n in counts)) for here, counts in down]
        yield from ("", *table(heads, rows, indent=2))
    if x.differ:
        yield from _causes(x, colour)
        yield from _rows(x, everything, colour)
    block = problems(x.run, everything)
    if block:
        yield from ("", paint("Data problems", Style.STRONG, colour), *(f"  {line}" for line in block))


def _causes(x: Reconciliation, colour: bool) -> Iterator[str]:
    yield from ("", paint("Why they differ", Style.STRONG, colour))
    wide = max(len(f"{c.explains:,}") for c in x.causes)
    for c in x.causes:
        yield from wrap(
            safe(words.cause(c)),
            WIDTH,
            initial_indent=f"  {c.explains:>{wide},}  ",
            subsequent_indent=" " * (wide + 4),
        )
        told = words.beside(c, x)
        if told:
            indent = " " * (wide + 6)
            yield from (
                paint(s, Style.FAINT, colour)
                for s in wrap(told, WIDTH, initial_indent=indent, subsequent_indent=indent)
            )
    if x.asked:
        yield from (
            paint(s, Style.FAINT, colour)
            for s in wrap(words.about_causes(x), WIDTH, initial_indent="  ", subsequent_indent="  ")
        )


def _rows(x: Reconciliation, everything: bool, colour: bool) -> Iterator[str]:
    for c in x.causes:
        own = [d for d in x.differences if d.cause == c.words]
        shown = own if everything else own[:SHOWN]
        yield from ("", paint(safe(words.cause(c)), Style.STRONG, colour))
        yield from _table(shown, x, colour)
        if len(shown) < len(own):
            yield f"  and {len(own) - len(shown):,} more (--all)"


def _table(shown: Sequence[Difference], x: Reconciliation, colour: bool) -> Iterator[str]:
    heads = (Head(x.record), Head("here"), Head("there"), Head("as we read it"))
    rows = [
        (safe(d.key), safe(words.here(d, x)), safe(words.there(d, x)), ", ".join(words.facts(d, x)))
        for d in shown
    ]
    lines = table(heads, rows, indent=2)
    yield paint(lines[0], Style.FAINT, colour)
    yield from lines[1:]
