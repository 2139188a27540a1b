"""The tables of a review, as HTML."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from html import escape

from sladsl.calendars import zone
from sladsl.reports.figure_words import NO_VALUE, called, in_full
from sladsl.reports.problems import LISTINGS, PROBLEMS, place
from sladsl.reports.words import local, plain_span, rows_of, share
from sladsl.reviewing import Breakdown, Bucket, Conversion, Funnel, Pack, Share
from sladsl.verdicts import Judged

SHOWN_LATE = 200
SHOWN_GROUPS = 20
SHOWN_CHANGES = 40


def funnels(pack: Pack) -> Iterator[str]:
    for f in pack.funnels:
        yield _table(
            f"{rows_of(f.steps[0].reached, f.record)} that became {f.steps[0].name} in {pack.period.label}, as things stand",
            (
                "step",
                "came here",
                "of the first",
                "of the step before",
                "may still come",
                "half came within",
                "nine in ten within",
            ),
            [*_steps(f)],
            numbers={1, 2, 3, 4, 5, 6},
        )


def _steps(f: Funnel) -> Iterator[tuple[str, ...]]:
    first = f.steps[0].reached
    for n, step in enumerate(f.steps):
        before = f.steps[n - 1].reached if n else 0
        width = round(100 * step.reached / first) if first else 0
        bar = f'<span class="bar" aria-hidden="true"><span style="width:{width}%"></span></span>'
        yield (
            f"{escape(step.name)}{bar}",
            f"{step.reached:,}",
            _share(step.reached, first) if n else "",
            _share(step.reached, before) if n else "",
            f"{step.open:,}" if step.open else "",
            *("" if x is None else plain_span(round(x * 1_000_000)) for x in (step.half, step.most)),
        )


def _share(part: int, of: int) -> str:
    return share(Fraction(part, of)) if of else NO_VALUE


def buckets(c: Conversion) -> list[tuple[str, Bucket]]:
    """Each with its words, in hours: `1 to 4`."""
    return [(_bucket(b), b) for b in c.buckets]


def _bucket(b: Bucket) -> str:
    if b.least is None:
        return "no answer"
    if b.most is None:
        return f"over {b.least / 3600:g}"
    return f"up to {b.most / 3600:g}" if b.least == 0 else f"{b.least / 3600:g} to {b.most / 3600:g}"


def breakdowns(found: Sequence[Breakdown]) -> Iterator[str]:
    yield from ('<div class="tables">',) if found else ()
    for b in found:
        rows = [
            (
                escape(s.name if s.name is not None else "missing"),
                _kept(s),
                f"{s.met:,} of {s.rows:,}",
                f"{s.open:,}" if s.open else "",
                _kept(s.before) if s.before is not None else "",
            )
            for s in b.shares[:SHOWN_GROUPS]
        ]
        more = len(b.shares) - len(rows)
        caption = f"{called(b.commitment)} by {b.by}" + (
            f", the {len(rows)} with the most rows of {len(b.shares):,}" if more else ""
        )
        yield _table(caption, (b.by, "met", "counted", "open", "period before"), rows, numbers={1, 2, 3, 4})
    yield from ("</div>",) if found else ()


def _kept(s: Share) -> str:
    """What the rows have kept: from what to what, while some are open."""
    return " to ".join(dict.fromkeys((_share(s.met, s.rows), _share(s.met + s.open, s.rows))))


def changed(pack: Pack) -> Iterator[str]:
    rows = []
    for x in pack.changed[-SHOWN_CHANGES:]:
        bounds = (x.commitment.bound, x.commitment.warn)
        then, now = (in_full(pack.run.plan, x.figure, j.measured, bounds) for j in (x.then, x.now))
        rows.append(
            (
                escape(called(x.commitment)),
                escape(x.now.measured.period.label),
                escape(f"{then}, {_verdict(x.then)}"),
                escape(f"{now}, {_verdict(x.now)}"),
            )
        )
    if rows:
        more = len(pack.changed) - len(rows)
        yield _table(
            "what was known then, and what is known now"
            + (f"; the last {len(rows)} of {len(pack.changed):,}" if more else ""),
            ("commitment", "period", "then", "now"),
            rows,
        )


def _verdict(judged: Judged) -> str:
    return "not judged" if judged.verdict is None else str(judged.verdict)


def late(pack: Pack) -> Iterator[str]:
    where = zone(pack.run.plan.zone)
    names = {c.id: called(c) for c in pack.run.plan.commitments}
    rows = []
    for x in sorted(pack.late, key=lambda x: (-(x.due or 0), x.key))[:SHOWN_LATE]:
        at = [local(t, where) if t is not None else "" for t in (x.due, x.stopped)]
        ask = shlex.join(["sla", "explain", pack.run.plan.file, x.key, "--commitment", x.commitment])
        rows.append(
            (
                escape(x.key),
                escape(names[x.commitment]),
                escape(x.owner or ""),
                _when(at[0]),
                _when(at[1] or "not yet"),
                f"<code>{escape(ask)}</code>",
            )
        )
    if rows:
        heads = ("row", "commitment", "owner", "due", "answered", "why")
        more = len(pack.late) - len(rows)
        yield _table(f"{len(pack.late):,} late" + (f", the {len(rows)} latest" if more else ""), heads, rows)


def _when(text: str) -> str:
    return f'<span class="when">{text}</span>'


def doubts(pack: Pack) -> Iterator[str]:
    rows = [
        (
            f"{x.count:,}",
            escape(x.subject),
            escape(LISTINGS.get(x.kind, x.kind)),
            escape(x.examples[0] if x.examples else ""),
        )
        for x in pack.run.outcomes.listings
        if x.count
    ]
    if rows:
        yield _table("of all periods", ("rows", "in", "what", "such as"), rows, numbers={0})


def problems(pack: Pack) -> Iterator[str]:
    rows = []
    for p in (p for p in pack.run.problems if not p.change):
        about = f"{p.record}.{p.field}" if p.field else p.record
        where = place(p.examples[0], p) if p.examples else ""
        rows.append((f"{p.count:,}", escape(about), escape(PROBLEMS.get(p.kind, p.kind)), escape(where)))
    if rows:
        yield _table(
            rows_of(sum(p.count for p in pack.run.problems), "row"),
            ("rows", "in", "what", "such as"),
            rows,
            numbers={0},
        )


def _table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int] = (),
) -> str:
    """Cells are HTML; the caption and the heads are text."""
    side = [' class="number"' if n in numbers else "" for n in range(len(heads))]
    head = "".join(f'<th scope="col"{side[n]}>{escape(h)}</th>' for n, h in enumerate(heads))
    body = "\n".join(
        "<tr>" + "".join(f"<td{side[n]}>{cell}</td>" for n, cell in enumerate(row)) + "</tr>" for row in rows
    )
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">{table}</div>'
