"""`sla diff` as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from sladsl.comparing import What
from sladsl.comparing.on_data import OnData
from sladsl.reports.diff import words
from sladsl.reports.diff.words import Agreements
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe

WIDTH = 120
SHOWN = 12


def report(each: Sequence[Agreements], everything: bool = False, colour: bool = False) -> str:
    """All of it, ending with a line feed; `everything` shows every figure and row that changes, not the first few."""
    if not each:
        return "no agreement in either\n"
    return "\n".join("\n".join(x.rstrip() for x in _of_one(x, everything, colour)) + "\n" for x in each)


def _of_one(x: Agreements, everything: bool, colour: bool) -> Iterator[str]:
    named = f"{x.name} ({x.file})" if x.name else x.file
    yield f"{paint(safe(named), Style.STRONG, colour)}: {safe(words.summary(x))}"
    brief = x.whole is not What.CHANGED and not everything
    for heading, changes in words.sections(x):
        yield from ("", paint(heading, Style.STRONG, colour))
        for c in changes:
            yield from _wrapped(words.change(c), 2)
            for part in () if brief else words.parts(c):
                yield from _wrapped(part, 4)
    for heading, lines in words.in_passing(x):
        yield from ("", paint(heading, Style.STRONG, colour))
        for line in lines:
            yield from _wrapped(line, 2)
    if x.on_data is not None:
        yield from _on_data(x.on_data, everything, colour)
    elif x.unjudged:
        yield ""
        yield from _wrapped(f"Not judged on data: {x.unjudged}", 0)


def _on_data(d: OnData, everything: bool, colour: bool) -> Iterator[str]:
    yield from ("", paint(words.as_of(d), Style.STRONG, colour))
    turned = words.turned(d)
    for line in turned or ["no verdict changes"]:
        yield from (paint(x, Style.WARNING if turned else Style.GOOD, colour) for x in _wrapped(line, 2))
    if d.figures:
        yield ""
        rows = [
            (safe(words.place(d, x)), *map(safe, words.values(x)))
            for x in sorted(d.figures, key=lambda x: x.verdicts is None)
        ]
        shown = rows if everything else rows[:SHOWN]
        lines = table((Head("figure"), Head("before"), Head("after")), shown, indent=2)
        yield paint(lines[0], Style.FAINT, colour)
        yield from lines[1:]
        yield from _more(rows, shown)
    if d.rows:
        yield from ("", paint("Rows that come to something else", Style.STRONG, colour))
        told = d.rows if everything else d.rows[:SHOWN]
        for each in told:
            yield from _wrapped(words.rows(d, each), 2)
        yield from _more(d.rows, told)
    if d.causes:
        yield from ("", paint("By cause, each with what it adds", Style.STRONG, colour))
    for cause in d.causes:
        yield from _wrapped("; ".join(cause.titles), 2)
        added = list(words.cause(d, cause))
        shown_lines = added if everything else added[:SHOWN]
        for line in shown_lines:
            yield from _wrapped(line, 4)
        yield from (f"  {line}" for line in _more(added, shown_lines))


def _more(every: Sequence[object], shown: Sequence[object]) -> Iterator[str]:
    if len(shown) < len(every):
        yield f"  and {len(every) - len(shown):,} more (--all)"


def _wrapped(text: str, indent: int) -> list[str]:
    own = " " * indent
    return wrap(
        safe(text), WIDTH, initial_indent=own, subsequent_indent=f"{own}  ", break_long_words=False, break_on_hyphens=False
    )  # fmt: skip
