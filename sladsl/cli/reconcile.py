"""`sla reconcile`: our outcome of each row beside what another report says of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing
from sladsl.cli.options import as_of_option, data_option, form_of, out_option
from sladsl.cli.printing import colour

if TYPE_CHECKING:
    from sladsl.reconciling import Reconciliation, StatedColumn

FORMATS = ("text", "json", "csv", "markdown")
ENDINGS = {".txt": "text", ".json": "json", ".csv": "csv", ".md": "markdown"}
VERDICTS = ("met", "missed", "open", "excluded", "counted", "none")


@click.command("reconcile", short_help="Hold outcomes against a column of the CRM or an older report.")
@click.argument("agreement", metavar="AGREEMENT", shell_complete=completing.files)
@click.option(
    "--against",
    metavar='RECORD."COLUMN"',
    required=True,
    help="The column of the record's file, as its header has it; it need not be a field. Of several files a source's name says which.",
)
@click.option(
    "--commitment",
    metavar="ID",
    help="Which one it speaks of, such as sales.response_time; needed where several are about the record.",
    shell_complete=completing.commitments,
)
@click.option(
    "--means",
    type=(str, click.Choice(VERDICTS)),
    multiple=True,
    metavar="TEXT VERDICT",
    help='What a text of the column stands for: --means "On time" met. VERDICT is met, missed, open, excluded, counted or none. Repeat it.',
)
@click.option(
    "--as",
    "written",
    metavar="HOW",
    help='How the column is written: a unit (minutes, hours, …) or, of due dates, a form such as "DD.MM.YYYY HH:mm".',
)
@click.option("--zone", metavar="ZONE", help="Whose clock its times are of; else that of its source.")
@click.option(
    "--ask",
    metavar="N",
    type=click.IntRange(1),
    default=2_000,
    show_default=True,
    help="Of how many differences, and of as many rows that agree, the causes are asked.",
)
@data_option
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Show every row, not the first few of each cause.")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Text, JSON, CSV (a row a difference) or Markdown; else as the ending of --out says, else text.",
)
@out_option
def command(  # noqa: PLR0913, PLR0917 - one an option
    agreement: str,
    against: str,
    commitment: str | None,
    means: tuple[tuple[str, str], ...],
    written: str | None,
    zone: str | None,
    ask: int,
    data: tuple[str, ...],
    as_of: str | None,
    everything: bool,
    format: str | None,
    out: str,
) -> int:
    """Hold what becomes of each row under a commitment against what a column of the data says of it, and say why they differ.

    The column holds verdicts (--means says what its texts stand for), due dates, or lengths of time. Each difference is explained by what
    would make both sides equal: other hours or holidays, another start or stop, another zone, whole minutes. Exit status 1 where rows
    differ.
    """
    from sladsl.cli.files import refuse_over, write_out
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of, binding, compiled, data_of, files_read
    from sladsl.present import now
    from sladsl.reconciling import reconcile

    form = form_of(out, format, ENDINGS, "text")
    column = _column(against, means, written, zone)
    compilation = compiled(agreement)
    named = data_of(compilation, [binding(text) for text in data])
    refuse_over(out, files_read(compilation, data))
    with on_data() as tell:
        result = reconcile(
            compilation,
            column,
            named,
            commitment=commitment,
            most=ask,
            as_of=as_of_of(compilation, as_of),
            now=now(),
            progress=tell,
        )
    write_out(out, _drawn(result, form, everything, out == "-" and colour(sys.stdout)))
    return 1 if result.differ else 0


def _column(
    against: str, means: tuple[tuple[str, str], ...], written: str | None, zone: str | None
) -> StatedColumn:
    from sladsl.calendars import is_zone
    from sladsl.reconciling import stated_column
    from sladsl.runner import RunError

    if zone is not None and not is_zone(zone):
        raise click.BadParameter(
            f"there is no zone `{zone}`: expected a name such as `Europe/Berlin`", param_hint="--zone"
        )
    if means and written is not None:
        raise click.UsageError(
            "`--means` is of verdicts, `--as` of due dates and lengths of time: leave one of them out"
        )
    try:
        return stated_column(against, means, written, zone)
    except RunError:
        raise click.BadParameter(
            f"""`{against}` names no column: write it as in `--against 'lead."MQL SLA"'`""",
            param_hint="--against",
        ) from None


def _drawn(result: Reconciliation, form: str, everything: bool, painted: bool) -> str:
    from sladsl.reports.reconcile import json, markdown, sheet, text

    match form:
        case "json":
            return json.report(result)
        case "csv":
            return sheet.csv_text(result)
        case "markdown":
            return markdown.report(result, everything)
        case _:
            return text.report(result, everything, painted)
