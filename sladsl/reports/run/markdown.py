"""`sla run --format markdown`: the verdicts for a chat or a pull request, with what needs attention folded below."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.calendars import zone
from sladsl.outcomes import TOLD_APART
from sladsl.reports.figure_words import called, counted, in_doubt, in_full, interval
from sladsl.reports.markdown import escaped
from sladsl.reports.problems import LISTINGS, PROBLEMS
from sladsl.reports.words import as_of_doubts, as_of_words, rows_of, sample_words
from sladsl.runner import Run
from sladsl.verdicts import Verdict

SHOWN_PERIODS = 3
_SIGNS = {Verdict.MET: "✅", Verdict.MISSED: "❌", Verdict.PROVISIONAL: "⏳"}


def report(run: Run, everything: bool = False) -> str:
    return "\n".join(_lines(run, everything)) + "\n"


def _lines(run: Run, everything: bool) -> Iterator[str]:
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
        c = result.commitment
        for judged in result.periods if everything else result.periods[-SHOWN_PERIODS:]:
            m = judged.measured
            verdict = (
                "not judged"
                if judged.verdict is None
                else f"{_SIGNS.get(judged.verdict, '')} {judged.verdict}".strip()
            )
            value = in_full(run.plan, result.figure, m, (c.bound, c.warn))
            verdict = ", ".join(x for x in (verdict, in_doubt(judged.in_doubt)) if x)
            cells = (c.owner, called(c), c.target, m.period.label, verdict, value, counted(m), interval(m))
            yield f"| {' | '.join(map(escaped, cells))} |"
    yield from _attention(run)


def _attention(run: Run) -> Iterator[str]:
    late = {called(c): len(run.outcomes.breaches.get(c.id, ())) for c in run.plan.commitments}
    told = [f"{name}: {n:,} late" for name, n in late.items() if n]
    listed = [x for x in run.outcomes.listings if x.count]
    told += [f"{x.subject}: {rows_of(x.count, x.record)}, {LISTINGS.get(x.kind, x.kind)}" for x in listed]
    for p in (p for p in run.problems if not p.change):
        about = f"{p.record}.{p.field}" if p.field else p.record
        hint = f"; {p.hint}" if p.kind == TOLD_APART else ""
        told.append(f"{about}: {rows_of(p.count, p.record)}, {PROBLEMS.get(p.kind, p.kind)}{hint}")
    if told:
        yield from ("", f"<details><summary>{len(told)} things need attention</summary>", "")
        yield from (f"- {escaped(line)}" for line in told)
        yield from ("", "</details>")
