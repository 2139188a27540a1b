"""Several agreements judged together: what became of each at a glance, then each as by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sladsl.reports import junit
from sladsl.reports.documents import document, document_text
from sladsl.reports.figure_words import called
from sladsl.reports.markdown import escaped
from sladsl.reports.run import glance, json
from sladsl.reports.run import text as one
from sladsl.reports.run.document import RunDocument
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe
from sladsl.runner import Run
from sladsl.verdicts import Verdict

SHOWN = (Verdict.MET, Verdict.MISSED)
HEADS = (
    Head("agreement"),
    Head("file"),
    *(Head(str(v), right=True) for v in SHOWN),
    Head("other", right=True),
    Head("missed by"),
)


@document(
    "sladsl.runs/1",
    title="sla run --format json of several agreements",
    about="The document of each agreement, in the order in which they were given.",
)
class RunsDocument:
    runs: tuple[RunDocument, ...]


def report(runs: Sequence[Run], form: str, everything: bool = False, colour: bool = False) -> str:
    """All of them in a format: text, json, markdown or junit."""
    match form:
        case "json":
            return document_text(RunsDocument(runs=tuple(map(json.document, runs))))
        case "markdown":
            return "\n".join([_markdown_summary(runs), *(glance.markdown(run, everything) for run in runs)])
        case "junit":
            return junit.of_runs(runs)
        case _:
            return "\n".join([_summary(runs, colour), *(one.report(run, everything, colour) for run in runs)])


def _summary(runs: Sequence[Run], colour: bool) -> str:
    """The verdict of each commitment's last complete period, counted by agreement."""
    title = f"{len(runs)} agreements: last complete periods"
    lines = [
        paint(title, Style.STRONG, colour),
        "",
        *table(HEADS, [tuple(_row(run)) for run in runs], indent=2),
    ]
    return "\n".join(lines) + "\n"


def _markdown_summary(runs: Sequence[Run]) -> str:
    rows = [
        [head.title for head in HEADS],
        ["---"] * len(HEADS),
        *([escaped(x) for x in _row(r)] for r in runs),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"## {len(runs)} agreements: last complete periods\n\n{table}\n"


def _row(run: Run) -> Iterator[str]:
    last = {
        called(c.commitment): j.verdict
        for c in run.commitments
        if (j := one.last_complete(c.periods)) is not None
    }
    counts = Counter(last.values())
    yield from (safe(run.plan.name), safe(run.plan.file))
    yield from (str(counts[v]) for v in SHOWN)
    yield str(sum(counts.values()) - sum(counts[v] for v in SHOWN))
    yield safe(", ".join(name for name, verdict in last.items() if verdict is Verdict.MISSED))
