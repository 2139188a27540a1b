"""Annotations of GitHub's workflows: a line each, which the site shows at its place in the changed files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sladsl.calendars import zone
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.reports.check_documents import found
from sladsl.reports.figure_words import called, counted, in_doubt, in_full
from sladsl.reports.problems import broken_by, nevers
from sladsl.reports.words import stale
from sladsl.runner import Run
from sladsl.source import Source
from sladsl.verdicts import Verdict

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def of_diagnostics(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    lines = []
    for d in diagnostics:
        at = found(d, sources)
        about: dict[str, object] = {"file": at.file, "title": d.code}
        if at.start is not None and at.end is not None:
            about |= {"line": at.start.line, "col": at.start.column, "endLine": at.end.line}
        lines.append(_command(_COMMANDS[d.severity], about, d.message + (f"\n{d.help}" if d.help else "")))
    return "".join(lines)


def of_run(run: Run) -> str:
    """The last complete period of each commitment: an error where it is missed, a warning where the agreement warns, or where
    rows that could not be read leave it in doubt; before them a warning for each source whose data are old, behind them an error for
    each `never` that rows break."""
    lines = [
        _command("warning", {"title": f"old data: {end.source}"}, stale(end, zone(run.plan.zone)))
        for end in run.outcomes.as_of.ends
        if end.stale
    ]
    for result in run.commitments:
        over = [j for j in result.periods if j.measured.over]
        if not over:
            continue
        judged = over[-1]
        m = judged.measured
        c = result.commitment.in_force(m.period.start)
        value = in_full(run.plan, result.figure, m, (c.bound, c.warn))
        told = f"{value} in {m.period.label}, {c.target}" + (f" ({counted(m)})" if counted(m) else "")
        doubt = in_doubt(judged.in_doubt)
        told += f"; {doubt}" if doubt else ""
        if judged.verdict is Verdict.MISSED:
            lines.append(_command("error", {"title": f"{c.owner} missed {called(c)}"}, told))
        elif judged.warning:
            lines.append(_command("warning", {"title": f"{c.owner} is near the limit of {called(c)}"}, told))
        elif doubt:
            lines.append(_command("warning", {"title": f"{called(c)}: {judged.verdict}, in doubt"}, told))
        else:
            said = f"{called(c)}: {judged.word}"
            lines.append(_command("notice", {"title": said}, told))
    lines += [
        _command("error", {"title": f"never: {x.subject}"}, broken_by(x)) for x in nevers(run) if x.count
    ]
    return "".join(lines)


def _command(name: str, about: Mapping[str, object], text: str) -> str:
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in about.items())
    return f"::{name} {properties}::{_escaped(text)}\n"


def _escaped(text: str, more: str = "") -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
