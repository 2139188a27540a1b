"""Figures beside the text of an agreement: a line for each definition and each commitment, in the words of `sla run`."""

from __future__ import annotations

from sladsl.plan import Status
from sladsl.reports.figure_words import counted, ends, in_doubt, in_full
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Verdict


def definitions(run: Run) -> dict[str, str]:
    """By name, how many rows match: `matches 1,426 of 7,980 lead rows`."""
    found = {}
    for each in run.plan.definitions:
        members = run.outcomes.statuses.get(each.name, {}).get(Status.IN, 0)
        rows = run.outcomes.rows.get(each.record, 0)
        found[each.name] = f"matches {members:,} of {rows:,} {each.record} rows"
    return found


def commitments(run: Run) -> dict[str, str]:
    """By id, how the last complete period ended: `2026-10: met, 96.6% (145 of 150)`."""
    return {result.commitment.id: _last(run, result) for result in run.commitments}


def _last(run: Run, result: CommitmentResult) -> str:
    judged = next((j for j in reversed(result.periods) if j.measured.over), None)
    if judged is None:
        return "no complete period yet"
    m, bounds = judged.measured, (result.commitment.bound, result.commitment.warn)
    verdict = str(judged.verdict) if judged.verdict is not None else "not judged"
    made = counted(m)
    line = f"{m.period.label}: {verdict}, {in_full(run.plan, result.figure, m, bounds)}"
    line += f" ({made})" if made else ""
    line += f", {in_doubt(judged.in_doubt)}" if judged.in_doubt else ""
    open_to = ends(run.plan, result.figure, m, bounds) if judged.verdict is Verdict.PROVISIONAL else ""
    return f"{line}, can still end at {open_to}" if open_to else line
