"""`sla diff` as Markdown: a comment on a change of an agreement. It begins with a mark by which whoever posts it finds the one that is
there already, and writes it anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl.comparing import What
from sladsl.comparing.on_data import OnData
from sladsl.reports.diff import words
from sladsl.reports.diff.words import Agreements
from sladsl.reports.markdown import escaped

MARK = "<!-- sla diff -->"
SHOWN = 10


def report(each: Sequence[Agreements], everything: bool = False) -> str:
    """All of it, ending with a line feed; `everything` shows every figure and row that changes, not the first few."""
    told = [x for x in each if everything or x.whole is not What.CHANGED or not x.comparison.is_same or x.was]
    same = len(each) - len(told)
    lines = [MARK, *(line for x in told for line in _of_one(x, everything))]
    if same or not each:
        agreements = "1 agreement" if same == 1 else f"{same:,} agreements"
        lines += [
            "",
            f"{words.NOTHING[:1].upper()}{words.NOTHING[1:]}" + (f" in {agreements}." if each else "."),
        ]
    return "\n".join(lines) + "\n"


def _of_one(x: Agreements, everything: bool) -> Iterator[str]:
    named = f"{x.name} ({x.file})" if x.name else x.file
    yield from ("", f"**{escaped(named)}**: {escaped(words.summary(x))}")
    if x.on_data is not None:
        turned = words.turned(x.on_data)
        yield from ("", f"{escaped(words.as_of(x.on_data))}:", "")
        yield from (f"- **{escaped(line)}**" for line in turned or ["no verdict changes"])
    brief = x.whole is not What.CHANGED and not everything
    for heading, changes in words.sections(x):
        yield from ("", f"**{heading}**", "")
        for c in changes:
            yield f"- {escaped(words.change(c))}"
            yield from (f"  - {escaped(part)}" for part in (() if brief else words.parts(c)))
    for heading, lines in words.in_passing(x):
        yield from ("", f"**{heading}**", "", *(f"- {escaped(line)}" for line in lines))
    if x.on_data is not None:
        yield from _on_data(x.on_data, everything)
    elif x.unjudged:
        yield from ("", f"Not judged on data: {escaped(x.unjudged)}")


def _on_data(d: OnData, everything: bool) -> Iterator[str]:
    if d.figures:
        figures = sorted(d.figures, key=lambda x: x.verdicts is None)
        shown = figures if everything else figures[:SHOWN]
        yield from ("", "| figure | before | after |", "|---|---|---|")
        for x in shown:
            yield f"| {' | '.join(map(escaped, (words.place(d, x), *words.values(x))))} |"
        yield from _more(figures, shown, "")
    if d.rows:
        told = d.rows if everything else d.rows[:SHOWN]
        yield from ("", "**Rows that come to something else**", "")
        yield from (f"- {escaped(words.rows(d, x))}" for x in told)
        yield from _more(d.rows, told, "- ")
    if d.causes:
        yield from ("", "<details><summary>By cause, each with what it adds</summary>", "")
        for cause in d.causes:
            added = list(words.cause(d, cause))
            lines = added if everything else added[:SHOWN]
            yield f"- {escaped('; '.join(cause.titles))}"
            yield from (f"  - {escaped(line)}" for line in lines)
            yield from _more(added, lines, "  - ")
        yield from ("", "</details>")


def _more(every: Sequence[object], shown: Sequence[object], mark: str) -> Iterator[str]:
    if len(shown) < len(every):
        yield from (*([""] if not mark else []), f"{mark}and {len(every) - len(shown):,} more")
