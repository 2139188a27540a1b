"""A run at a glance: a small table for a console, a notebook, a chat or a pull request, and a line of figures beside the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl.calendars import zone
from sladsl.outcomes import TOLD_APART
from sladsl.plan import Status
from sladsl.reports import outlook_words
from sladsl.reports.figure_words import called, counted, ends, in_doubt, in_full, interval
from sladsl.reports.markdown import escaped
from sladsl.reports.problems import LISTINGS, PROBLEMS
from sladsl.reports.table import Head, Painted, html_table, html_text, table
from sladsl.reports.terminal import safe
from sladsl.reports.verdict_marks import mark
from sladsl.reports.words import as_of_doubts, as_of_words, rows_of, sample_words
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Judged, Verdict

SHOWN_PERIODS = 3
HEADS = (
    Head("owes"),
    Head("commitment"),
    Head("period"),
    Head("verdict"),
    Head("figure", right=True),
    Head("counted"),
)


def plain(run: Run) -> str:
    """A few lines of text."""
    rows = [tuple(safe(cell) for cell in cells) for _, cells in _rows(run)]
    title = safe(f"{run.plan.name}, {_when(run)}")
    return "\n".join([title, *(table(HEADS, rows) if rows else ["no commitments"]), *_rest(run)])


def html(run: Run, everything: bool = False) -> str:
    """The verdicts as a table of HTML, with what needs attention below."""
    rest = "".join(f"<div>{html_text(line)}</div>" for line in _rest(run))
    table = html_table(HEADS, [list(_cells(judged, cells)) for judged, cells in _rows(run, everything)])
    return f"<div><div><strong>{html_text(run.plan.name)}</strong>, {html_text(_when(run))}</div>{table}{rest}</div>"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
body > div {{ overflow-x: auto; margin-bottom: 2rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(runs: Sequence[Run], everything: bool = False) -> str:
    """A page of HTML that stands alone: the tables of one run or several."""
    title = html_text(", ".join(run.plan.name for run in runs))
    return _PAGE.format(title=title, body="\n".join(html(run, everything) for run in runs))


def _when(run: Run) -> str:
    return f"as of {as_of_words(run.outcomes.as_of, zone(run.plan.zone))}"


def _rows(run: Run, everything: bool = False) -> Iterator[tuple[Judged, tuple[str, ...]]]:
    for result in run.commitments:
        c = result.commitment
        for judged in result.periods if everything else result.periods[-SHOWN_PERIODS:]:
            m = judged.measured
            value = in_full(run.plan, result.figure, m, (c.bound, c.warn))
            made = ", ".join(x for x in (counted(m), in_doubt(judged.in_doubt)) if x)
            yield judged, (c.owner, called(c), m.period.label, judged.word, value, made)


def _cells(judged: Judged, cells: tuple[str, ...]) -> Iterator[str | Painted]:
    look = mark(judged.verdict)
    for head, cell in zip(HEADS, cells, strict=True):
        yield Painted(cell, look.shared) if head.title == "verdict" and look is not None else cell


def _rest(run: Run) -> Iterator[str]:
    yield from as_of_doubts(run.outcomes.as_of, zone(run.plan.zone))
    late = sum(len(breaches) for breaches in run.outcomes.breaches.values())
    problems = sum(p.count for p in run.problems)
    told = [f"{late:,} late" if late else "", rows_of(problems, "data problem") if problems else ""]
    if any(told):
        yield ", ".join(x for x in told if x)


# --- for a chat or a pull request


def markdown(run: Run, everything: bool = False) -> str:
    """The verdicts, with what needs attention folded below."""
    return "\n".join(_markdown_lines(run, everything)) + "\n"


def _markdown_lines(run: Run, everything: bool) -> Iterator[str]:
    where = zone(run.plan.zone)
    yield f"### {escaped(run.plan.name)}"
    yield ""
    yield f"as of {escaped(as_of_words(run.outcomes.as_of, where))}"
    yield ""
    for doubt in as_of_doubts(run.outcomes.as_of, where):
        yield f"**{escaped(doubt)}**"
        yield ""
    if run.sample is not None:
        yield f"**{sample_words(run.sample, run.outcomes.rows)}**"
        yield ""
    yield "| owes | commitment | target | period | verdict | figure | counted | 95% interval |"
    yield "|---|---|---|---|---|--:|---|---|"
    for result in run.commitments:
        for judged in result.periods if everything else result.periods[-SHOWN_PERIODS:]:
            m = judged.measured
            c = result.commitment.in_force(m.period.start)
            look = mark(judged.verdict)
            verdict = f"{look.sign} {judged.word}" if look else judged.word
            value = in_full(run.plan, result.figure, m, (c.bound, c.warn))
            verdict = ", ".join(x for x in (verdict, in_doubt(judged.in_doubt)) if x)
            made = "; ".join(x for x in (counted(m), outlook_words.in_full(run, result, judged)) if x)
            cells = (c.owner, called(c), c.target, m.period.label, verdict, value, made, interval(m))
            yield f"| {' | '.join(map(escaped, cells))} |"
    yield from _attention(run)


def _attention(run: Run) -> Iterator[str]:
    late = {called(c): len(run.outcomes.breaches.get(c.id, ())) for c in run.plan.commitments}
    told = [f"{escaped(name)}: {n:,} late" for name, n in late.items() if n]
    listed = [x for x in run.outcomes.listings if x.count]
    # Names and values come from others; in the words of our own, what stands in backticks is code here too.
    told += [
        f"{escaped(x.subject)}: {escaped(rows_of(x.count, x.record))}, {LISTINGS.get(x.kind) or escaped(x.kind)}"
        for x in listed
    ]
    for p in (p for p in run.problems if not p.change):
        about = f"{p.record}.{p.field}" if p.field else p.record
        hint = f"; {escaped(p.hint)}" if p.kind == TOLD_APART else ""
        kind = PROBLEMS.get(p.kind) or escaped(p.kind)
        told.append(f"{escaped(about)}: {escaped(rows_of(p.count, p.record))}, {kind}{hint}")
    if told:
        yield from ("", f"<details><summary>{len(told)} things need attention</summary>", "")
        yield from (f"- {line}" for line in told)
        yield from ("", "</details>")


# --- beside the text


def definition_lines(run: Run) -> dict[str, str]:
    """By name, how many rows match: `matches 1,426 of 7,980 lead rows`."""
    lines = {}
    for each in run.plan.definitions:
        members = run.outcomes.statuses.get(each.name, {}).get(Status.IN, 0)
        rows = run.outcomes.rows.get(each.record, 0)
        lines[each.name] = f"matches {members:,} of {rows:,} {each.record} rows"
    return lines


def commitment_lines(run: Run) -> dict[str, str]:
    """By id, how the last complete period ended: `2026-10: met, 96.6% (145 of 150)`."""
    return {result.commitment.id: _last_complete(run, result) for result in run.commitments}


def _last_complete(run: Run, result: CommitmentResult) -> str:
    judged = next((j for j in reversed(result.periods) if j.measured.over), None)
    runs = next((j for j in reversed(result.periods) if not j.measured.over), None)
    told = "" if runs is None else outlook_words.in_full(run, result, runs)
    running = f"{runs.measured.period.label}: {told}" if runs is not None and told else ""
    if judged is None:
        return running or "no complete period yet"
    m, bounds = judged.measured, (result.commitment.bound, result.commitment.warn)
    made = counted(m)
    line = f"{m.period.label}: {judged.word}, {in_full(run.plan, result.figure, m, bounds)}"
    line += f" ({made})" if made else ""
    line += f", {in_doubt(judged.in_doubt)}" if judged.in_doubt else ""
    open_to = ends(run.plan, result.figure, m, bounds) if judged.verdict is Verdict.PROVISIONAL else ""
    line = f"{line}, can still end at {open_to}" if open_to else line
    return f"{line}; {running}" if running else line
