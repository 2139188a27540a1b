"""`sla run`: the verdicts of an agreement on data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.options import as_of_option, binding, data_option, out_option

if TYPE_CHECKING:
    from sladsl.plan import Plan
    from sladsl.runner import Run

IN_DOCUMENT = "-"
"""`--leads` without a file."""
FORMATS = ("text", "json", "csv", "xlsx", "markdown", "junit", "github")
OF_A_SAMPLE = ("text", "json", "markdown")
"""Formats that say of what they are."""
ENDINGS = {".json": "json", ".csv": "csv", ".xlsx": "xlsx", ".md": "markdown", ".xml": "junit"}
FAIL_ON = {
    "missed": {"missed"},
    "provisional": {"missed", "provisional"},
    "doubt": {"missed"},
    "never": set[str](),
}


@click.command("run", short_help="Judge an agreement on data.")
@click.argument("agreement", metavar="AGREEMENT")
@data_option
@as_of_option
@click.option(
    "--period", metavar="P", help="Only what touches this period: 2026-10, 2026-Q4, 2026-W41, 2026."
)
@click.option(
    "--all", "everything", is_flag=True, help="Show every period, breach and key, not the latest few."
)
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Text, JSON, CSV (a row a commitment and period), XLSX (a workbook), Markdown, JUnit XML or GitHub's annotations; else as the "
    "ending of --out says, else text.",
)
@out_option
@click.option(
    "--leads",
    is_flag=False,
    flag_value=IN_DOCUMENT,
    metavar="[FILE]",
    help="What became of each row, for every figure: to a .csv, .parquet or .jsonl file; without one, into the JSON or the workbook.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=2),
    metavar="N",
    help="For a first look: about one row in N, with all that belongs to it. Figures are estimates, and nothing is judged.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="missed",
    help="Which verdict gives the exit status 1; `doubt`: missed, or one that rows which cannot be read leave in doubt.",
)
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    agreement: str,
    data: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    everything: bool,
    format: str | None,
    out: str,
    leads: str | None,
    sample: int | None,
    fail_on: str,
) -> int:
    """Judge an agreement on data: verdicts, breaches, and what has to be done."""
    from sladsl.cli.files import colour, write_out
    from sladsl.cli.reading import plan_of

    form = format or ENDINGS.get(Path(out).suffix.lower(), "text")
    if form == "xlsx" and out == "-":
        raise click.UsageError("a workbook needs a file: give it with `--out review.xlsx`")
    if sample is not None and form not in OF_A_SAMPLE:
        raise click.UsageError(
            f"a sample has no verdicts to report as {form}: leave `--format` out, or give one of {', '.join(OF_A_SAMPLE)}"
        )
    rows = _rows(leads, form, out)
    result = _evaluate(plan_of(agreement), data, as_of, period, rows, sample)
    write_out(out, _drawn(result, form, everything, out == "-" and colour(sys.stdout)))
    doubted = fail_on == "doubt" and result.in_doubt()
    return 1 if doubted or result.verdicts() & FAIL_ON[fail_on] else 0


def _drawn(result: Run, form: str, everything: bool, painted: bool) -> str | bytes:
    from sladsl.reports import github
    from sladsl.reports.run import json, junit, markdown, sheets, text

    match form:
        case "json":
            return json.report(result)
        case "csv":
            return sheets.csv_text(result)
        case "xlsx":
            return sheets.workbook(result)
        case "markdown":
            return markdown.report(result, everything)
        case "junit":
            return junit.report(result)
        case "github":
            return github.of_run(result)
        case _:
            return text.report(result, everything, painted)


def _rows(leads: str | None, form: str, out: str) -> bool | Path:
    if leads is None:
        return False
    if leads == IN_DOCUMENT:
        if form not in {"json", "xlsx"}:
            raise click.BadParameter(
                "only a JSON document or a workbook holds them: add `--format json`, or name a .csv, .parquet or .jsonl file",
                param_hint="--leads",
            )
        return True
    if leads.endswith(".sla"):
        raise click.BadParameter(
            f"`{leads}` is taken for the file to write: put `--leads` last, or write `--leads=rows.csv`",
            param_hint="--leads",
        )
    if out != "-" and Path(out).resolve() == Path(leads).resolve():
        raise click.BadParameter(f"`{leads}` is where `--out` goes: name another file", param_hint="--leads")
    return Path(leads)


def _evaluate(
    plan: Plan,
    bindings: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    rows: bool | Path,
    sample: int | None,
) -> Run:
    from sladsl.cli.progress import on_data
    from sladsl.present import now
    from sladsl.runner import run

    named = [binding(text) for text in bindings]
    with on_data() as tell:
        return run(
            plan,
            named,
            as_of=as_of,
            period=period,
            rows=rows,
            sample=sample,
            now=now(),
            progress=tell,
        )
