"""`sla run` as text: what both teams would paste into a message, in the agreement's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from sladsl.calendars import day_date, zone
from sladsl.reports.attention import attention
from sladsl.reports.figure_words import called, counted, ends, interval, now, unreadable
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe
from sladsl.reports.untargeted_kpis import tracked
from sladsl.reports.words import as_of_doubts, as_of_words, sample_words
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Judged, Verdict

WIDTH = 100
SHOWN_PERIODS = 3
SHOWN_MISSED = 6
STYLES = {Verdict.MET: Style.GOOD, Verdict.MISSED: Style.ERROR, Verdict.PROVISIONAL: Style.WARNING}
NOT_JUDGED = "not judged"
HEADS = (
    Head("period"),
    Head("verdict"),
    Head("figure", right=True),
    Head("counted"),
    Head("open"),
    Head("can still end at"),
    Head("Wilson 95% interval"),
    Head("in doubt"),
)


def report(run: Run, everything: bool = False, colour: bool = False) -> str:
    """The whole report, ending with a line feed; `everything` shows all periods and rows, not the latest few."""
    lines = list(_head(run, colour))
    for owner, counterparty in dict.fromkeys((c.owner, c.counterparty) for c in run.plan.commitments):
        lines += ["", paint(f"What {owner} owes {counterparty}", Style.STRONG, colour)]
        for result in run.commitments:
            if (result.commitment.owner, result.commitment.counterparty) == (owner, counterparty):
                lines += _commitment(run, result, everything, colour)
    lines += tracked(run, everything, colour)
    lines += attention(run, everything, colour)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(run: Run, colour: bool) -> Iterator[str]:
    plan, as_of = run.plan, run.outcomes.as_of
    yield paint(safe(plan.name), Style.STRONG, colour)
    parties = " and ".join(f"{p.name} ({safe(p.label)})" if p.label else p.name for p in plan.parties)
    first, last = plan.term.first, plan.term.last
    term = f" from {day_date(first)}" if first is not None else ""
    term += f" to {day_date(last)}" if last is not None else ""
    told = ", ".join(x for x in (f"between {parties}" if parties else "", term.strip()) if x)
    if told:
        yield told
    where = zone(plan.zone)
    yield f"as of {as_of_words(as_of, where)}"
    for doubt in as_of_doubts(as_of, where):
        yield from (paint(x, Style.WARNING, colour) for x in wrap(doubt, WIDTH, subsequent_indent="  "))
    waiting = [f"{n:,} of {name}" for name, n in run.outcomes.not_yet.items() if n]
    if waiting:
        yield f"not yet: {', '.join(waiting)} (rows all of whose times are later)"
    if run.period is not None:
        yield f"only what touches {run.period.label}"
    if run.sample is not None:
        yield from (
            paint(line, Style.WARNING, colour)
            for line in wrap(sample_words(run.sample, run.outcomes.rows), WIDTH)
        )
        return
    found = Counter(j.verdict for c in run.commitments if (j := _last_complete(c.periods)) is not None)
    if found:
        yield "last complete periods: " + ", ".join(f"{found[v]} {v}" for v in Verdict if found[v])
    missed = _periods(run, "missed", lambda j: j.verdict is Verdict.MISSED)
    doubt = _periods(run, "in doubt, for rows that cannot be read", lambda j: j.in_doubt > 0)
    for told in (missed, doubt):
        yield from wrap(told, WIDTH, subsequent_indent="  ")


def _periods(run: Run, what: str, holds: Callable[[Judged], bool]) -> str:
    """`missed: response_time 2026-03, 2026-07`: why the status is what it is, though most periods are not shown."""
    found = []
    for c in run.commitments:
        labels = [j.measured.period.label for j in c.periods if holds(j)]
        if labels:
            shown, before = labels[-SHOWN_MISSED:], len(labels) - SHOWN_MISSED
            more = f" and {before} before" if before > 0 else ""
            found.append(f"{called(c.commitment)} {', '.join(shown)}{more}")
    return f"{what}: " + "; ".join(found) if found else ""


def _last_complete(periods: Sequence[Judged]) -> Judged | None:
    return next((j for j in reversed(periods) if j.measured.over), None)


def _commitment(run: Run, result: CommitmentResult, everything: bool, colour: bool) -> Iterator[str]:
    yield ""
    promise = safe(f"{called(result.commitment)} {result.commitment.target}")
    yield from wrap(promise, WIDTH, initial_indent="  ", subsequent_indent="      ")
    shown = result.periods if everything else result.periods[-SHOWN_PERIODS:]
    if not shown:
        yield "    no period of the term has begun"
        return
    lines = table(HEADS, [_row(run, result, j) for j in shown], indent=4)
    yield paint(lines[0], Style.FAINT, colour)
    for line, judged in zip(lines[1:], shown, strict=True):
        word = _verdict(judged)
        style = STYLES.get(judged.verdict) if judged.verdict else None
        yield line.replace(word, paint(word, style, colour), 1) if style else line
    hidden = len(result.periods) - len(shown)
    if hidden:
        first = result.periods[0].measured.period.label
        yield f"    and {hidden} before, from {first} on (--all, --period {first})"


def _verdict(judged: Judged) -> str:
    if judged.verdict is None:
        return NOT_JUDGED
    return f"{judged.verdict}, near" if judged.warning else str(judged.verdict)


def _row(run: Run, result: CommitmentResult, judged: Judged) -> tuple[str, ...]:
    m, c = judged.measured, result.commitment
    bounds = (c.bound, c.warn)
    return (
        m.period.label,
        _verdict(judged),
        now(run.plan, result.figure, m, bounds),
        counted(m),
        f"{m.open:,}" if m.open else "",
        ends(run.plan, result.figure, m, bounds) if judged.verdict is Verdict.PROVISIONAL else "",
        interval(m),
        unreadable(judged.in_doubt),
    )
