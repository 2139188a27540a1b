"""`sla run`: the verdicts of an agreement on data."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.addresses import Address
from sladsl.cli import completing, several
from sladsl.cli.options import as_of_option, data_option, form_of
from sladsl.cli.printing import colour, echo

if TYPE_CHECKING:
    from sladsl.cli.reading import Planned
    from sladsl.data.locations import Location, Remote
    from sladsl.runner import Progress, Reads, Run

IN_DOCUMENT = "-"
"""`--leads` without a file."""
FORMATS = ("text", "json", "csv", "tsv", "xlsx", "parquet", "markdown", "html", "junit", "github")
ONE_EACH = ("xlsx",)
"""Formats that hold one agreement."""
OF_A_SAMPLE = ("text", "json", "markdown")
"""Formats that say of what they are."""
ENDINGS = {
    ".txt": "text",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".md": "markdown",
    ".html": "html",
    ".xml": "junit",
}
IN_A_FILE = {
    "xlsx": "a workbook needs a file: give it with `--out review.xlsx`",
    "parquet": "Parquet needs a file: give it with `--out verdicts.parquet`",
}
_SIZE = re.compile(r"[1-9]\d{0,6}(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)
FAIL_ON = {
    "missed": {"missed"},
    "provisional": {"missed", "provisional"},
    "doubt": {"missed"},
    "stale": {"missed"},
    "restated": {"missed"},
    "broken": {"missed"},
    "never": set[str](),
}


@click.command("run", short_help="Judge an agreement on data.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True, shell_complete=completing.files)
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
    help="Text, JSON, CSV, TSV or Parquet (a row a commitment and period), XLSX (a workbook), Markdown, HTML, JUnit XML "
    "or GitHub's annotations; else as the ending of --out says, else text.",
)
@click.option(
    "--out",
    default="-",
    metavar="FILE|TABLE",
    help="Write there; the file appears whole or not at all. The table of a database, `results.duckdb#sla` or "
    "`postgres://host/db#schema.sla`, gets a row a commitment and period more at each run.",
)
@click.option(
    "--leads",
    is_flag=False,
    flag_value=IN_DOCUMENT,
    metavar="[FILE]",
    help="What became of each row, for every figure: to a .csv, .parquet or .jsonl file; without one, into the JSON or the workbook.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    help="What the engine may hold, such as 4GB; what does not fit goes to a temporary folder. Else 1500MB.",
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
    help="Which verdict gives the exit status 1; `doubt`: missed, or one that rows which cannot be read leave in doubt; `stale`: missed, "
    "or data of a source that end before its `fresh within`; `restated`: missed, or a closed figure that comes out differently; `broken`: "
    "missed, or a row that breaks a `never`. With `never` no verdict does.",
)
@click.option(
    "--explain-time",
    is_flag=True,
    help="Say on standard error where the time went, and what of it an earlier run had kept.",
)
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    agreements: tuple[str, ...],
    data: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    everything: bool,
    format: str | None,
    out: str,
    leads: str | None,
    memory: str | None,
    sample: int | None,
    fail_on: str,
    explain_time: bool,
) -> int:
    """Judge an agreement on data: verdicts, breaches, and what has to be done.

    Several agreements, or a folder of them, are judged one after the other, with a summary.
    """
    from sladsl.cli.progress import TimeSpent, told_to

    asked = (agreements, data, as_of, period, everything, format, out, leads, memory, sample, fail_on)
    if not explain_time:
        return _judge(*asked, lambda _: None)[0]
    spent = TimeSpent()
    with told_to(spent.begin):
        status, meant = _judge(*asked, spent.begin)
    echo(spent.told(_kept_of(meant)), err=True)
    return status


def _kept_of(meant: Sequence[Planned]) -> str:
    """What of a run was worked out by earlier ones, in words."""
    from sladsl.prepared import Prepared, is_off

    if is_off():
        return "nothing is kept from run to run: SLA_CACHE is off"
    # Queries are written by a library, which is brought in for one that nobody has written before.
    kept = {
        "the agreement": all(isinstance(c, Prepared) for c in meant),
        "how its queries are written": "ibis" not in sys.modules,
    }
    parts = [
        f"{said}: {', '.join(what for what, known in kept.items() if known is so)}"
        for said, so in (("kept from an earlier run", True), ("worked out anew, for the next run", False))
        if so in kept.values()
    ]
    return "\n".join(parts)


def _judge(  # noqa: PLR0913, PLR0917 - those of the command
    agreements: tuple[str, ...],
    data: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    everything: bool,
    format: str | None,
    out: str,
    leads: str | None,
    memory: str | None,
    sample: int | None,
    fail_on: str,
    tell: Progress,
) -> tuple[int, list[Planned]]:
    """The exit status of the command, and what was judged."""
    from sladsl.cli.files import refuse_over, write_out
    from sladsl.cli.reading import binding, files_read
    from sladsl.data.locations import Location
    from sladsl.runner import Reads

    table = _table(out, format)
    form = "table" if table is not None else form_of(out, format, ENDINGS, "text")
    if form in IN_A_FILE and out == "-":
        raise click.UsageError(IN_A_FILE[form])
    if sample is not None and form not in OF_A_SAMPLE:
        raise click.UsageError(
            f"a sample has no verdicts to report as {form}: leave `--format` out, or give one of {', '.join(OF_A_SAMPLE)}"
        )
    _check_size(memory)
    rows = _rows(leads, form, out)
    tell("reading the agreement")
    meant = several.plans_meant(agreements)
    if fail_on == "stale":
        _check_stale(as_of, meant)
    for compilation in meant:
        read = files_read(compilation, data)
        refuse_over(str(table.path) if isinstance(table, Location) else out, read)
        refuse_over(str(rows) if isinstance(rows, Path) else None, read, "--leads")
    if len(meant) > 1:
        _refuse_for_several(form, rows)
    bindings = several.bindings_of([binding(text) for text in data], meant)
    reads = Reads()
    results = []
    for compilation, named in zip(meant, bindings, strict=True):
        with several.about(compilation, meant):
            results.append(_evaluate(compilation, named, as_of, period, rows, sample, memory, reads))
    tell("writing the report")
    if table is not None or form == "parquet":
        _keep(results, meant, table or Path(out))
    else:
        drawn = _drawn(results, form, everything, out == "-" and colour(sys.stdout))
        write_out(out, drawn, annotations=form == "github")
    return (1 if any(_falls_short(r, fail_on) for r in results) else 0), meant


def _falls_short(run: Run, fail_on: str) -> bool:
    if (fail_on == "stale" and run.stale) or (fail_on == "doubt" and run.in_doubt()):
        return True
    if (fail_on == "restated" and run.restated) or (fail_on == "broken" and run.breaks_never()):
        return True
    return bool(run.verdicts() & FAIL_ON[fail_on])


def _check_stale(as_of: str | None, meant: Sequence[Planned]) -> None:
    """`--fail-on stale` asks for something."""
    from sladsl.cli.reading import as_of_of

    if any(as_of_of(c, as_of) is None for c in meant):
        raise click.UsageError(
            "`--fail-on stale` needs `--as-of`: without one a run looks from the latest time in the data, and they are never old"
        )
    if not any(s.fresh for c in meant if c.plan is not None for s in c.plan.sources):
        raise click.UsageError("`--fail-on stale` asks how old data are, and no source says `fresh within …`")


def _refuse_for_several(form: str, rows: bool | Path) -> None:
    if form in ONE_EACH:
        raise click.UsageError(
            f"{form} holds one agreement: give them one by one, or write text, JSON, CSV, TSV, Markdown, HTML, JUnit, Parquet or a table"
        )
    if isinstance(rows, Path):
        raise click.UsageError(
            "`--leads FILE` holds the rows of one agreement: give them one by one, or `--format json --leads`"
        )


def _table(out: str, format: str | None) -> Location | Remote | None:
    """The table that the rows are added to; None where `--out` is a file."""
    if out == "-":
        return None
    from sladsl.data import DataError
    from sladsl.data.locations import database_to_write

    try:
        place = database_to_write(Address(out), Path())
    except DataError as error:
        raise click.BadParameter(str(error), param_hint="--out") from None
    if place is not None and format is not None:
        raise click.UsageError("a table gets rows, whatever the format: leave `--format` out")
    return place


def _keep(runs: Sequence[Run], meant: Sequence[Planned], place: Location | Remote | Path) -> None:
    from sladsl.data import DataError
    from sladsl.data.results import Results, append, write
    from sladsl.digest import promised
    from sladsl.reports.run.sheets import results

    each = [results(run, promised(c.sources.values())) for run, c in zip(runs, meant, strict=True)]
    rows = Results(each[0].columns, tuple(row for x in each for row in x.rows))
    try:
        if isinstance(place, Path):
            write(rows, place)
        else:
            append(rows, place)
    except DataError as error:
        raise click.ClickException(str(error)) from None


def _drawn(results: Sequence[Run], form: str, everything: bool, painted: bool) -> str | bytes:
    """Each report is imported where it is drawn: a run needs one of them."""
    if form in {"csv", "tsv"}:
        from sladsl.reports.run import sheets

        return sheets.csv_text(results, "," if form == "csv" else "\t")
    if form == "github":
        from sladsl.reports import github

        return "".join(map(github.of_run, results))
    if form == "html":
        from sladsl.reports.run import glance

        return glance.page(results, everything)
    if len(results) > 1:
        from sladsl.reports.run import together

        return together.report(results, form, everything, painted)
    (result,) = results
    return _drawn_one(result, form, everything, painted)


def _drawn_one(result: Run, form: str, everything: bool, painted: bool) -> str | bytes:
    match form:
        case "json":
            from sladsl.reports.run import json

            return json.report(result)
        case "xlsx":
            from sladsl.reports.run import sheets

            return sheets.workbook(result)
        case "markdown":
            from sladsl.reports.run import glance

            return glance.markdown(result, everything)
        case "junit":
            from sladsl.reports import junit

            return junit.of_run(result)
        case _:
            from sladsl.reports.run import text

            return text.report(result, everything, painted)


def _check_size(memory: str | None) -> None:
    if memory is not None and not _SIZE.fullmatch(memory):
        raise click.BadParameter(
            f"`{memory}` is no size: expected one such as 4GB or 800MB", param_hint="--memory"
        )


def _rows(leads: str | None, form: str, out: str) -> bool | Path:
    from sladsl.cli.files import is_same

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
    if out != "-" and is_same(out, leads):
        raise click.BadParameter(f"`{leads}` is where `--out` goes: name another file", param_hint="--leads")
    return Path(leads)


def _evaluate(
    compilation: Planned,
    bindings: Sequence[tuple[str, Address]],
    as_of: str | None,
    period: str | None,
    rows: bool | Path,
    sample: int | None,
    memory: str | None,
    reads: Reads,
) -> Run:
    from sladsl.cli.closed_books import with_closed
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of
    from sladsl.present import now
    from sladsl.runner import run

    with on_data() as tell:
        made = run(
            several.plan_of(compilation),
            bindings,
            as_of=as_of_of(compilation, as_of),
            period=period,
            rows=rows,
            sample=sample,
            memory=memory,
            now=now(),
            progress=tell,
            reads=reads,
        )
        return with_closed(made, compilation)
