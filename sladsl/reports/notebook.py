"""A run at a glance, for a notebook or a console: each commitment in its latest periods."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sladsl.calendars import zone
from sladsl.reports.figure_words import called, counted, in_doubt, in_full
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import safe
from sladsl.reports.words import as_of_doubts, as_of_words, rows_of
from sladsl.runner import Run
from sladsl.verdicts import Judged, Verdict

SHOWN_PERIODS = 3
HEADS = (
    Head("owes"),
    Head("commitment"),
    Head("period"),
    Head("verdict"),
    Head("figure", right=True),
    Head("counted"),
)
# Read on white and on black alike; everything else has the page's own colours.
COLOURS = {Verdict.MET: "#2e9e5b", Verdict.MISSED: "#d9534f", Verdict.PROVISIONAL: "#b8860b"}


def plain(run: Run) -> str:
    """A few lines of text."""
    rows = [tuple(safe(cell) for cell in cells) for _, cells in _rows(run)]
    title = safe(f"{run.plan.name}, {_when(run)}")
    return "\n".join([title, *(table(HEADS, rows) if rows else ["no commitments"]), *_rest(run)])


def html(run: Run) -> str:
    """A table: escaped, without scripts or styles from outside, and readable on dark pages."""
    head = "".join(f"<th style='text-align:{_side(h)}'>{escape(h.title)}</th>" for h in HEADS)
    body = "".join(f"<tr>{''.join(_cells(judged, cells))}</tr>" for judged, cells in _rows(run))
    rest = "".join(f"<div>{escape(line)}</div>" for line in _rest(run))
    return (
        f"<div><div><strong>{escape(run.plan.name)}</strong>, {escape(_when(run))}</div>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}</div>"
    )


def _when(run: Run) -> str:
    return f"as of {as_of_words(run.outcomes.as_of, zone(run.plan.zone))}"


def _rows(run: Run) -> Iterator[tuple[Judged, tuple[str, ...]]]:
    for result in run.commitments:
        c = result.commitment
        for judged in result.periods[-SHOWN_PERIODS:]:
            m = judged.measured
            verdict = str(judged.verdict) if judged.verdict is not None else "not judged"
            value = in_full(run.plan, result.figure, m, (c.bound, c.warn))
            made = ", ".join(x for x in (counted(m), in_doubt(judged.in_doubt)) if x)
            yield judged, (c.owner, called(c), m.period.label, verdict, value, made)


def _cells(judged: Judged, cells: tuple[str, ...]) -> Iterator[str]:
    colour = COLOURS.get(judged.verdict) if judged.verdict is not None else None
    for head, cell in zip(HEADS, cells, strict=True):
        style = f"text-align:{_side(head)}"
        if head.title == "verdict" and colour is not None:
            style += f";color:{colour};font-weight:600"
        yield f"<td style='{style}'>{escape(cell)}</td>"


def _side(head: Head) -> str:
    return "right" if head.right else "left"


def _rest(run: Run) -> Iterator[str]:
    yield from as_of_doubts(run.outcomes.as_of, zone(run.plan.zone))
    late = sum(len(found) for found in run.outcomes.breaches.values())
    problems = sum(p.count for p in run.problems)
    told = [f"{late:,} late" if late else "", rows_of(problems, "data problem") if problems else ""]
    if any(told):
        yield ", ".join(x for x in told if x)
