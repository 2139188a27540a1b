"""`sla due`: the clocks that run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing, several
from sladsl.cli.options import as_of_option, data_option, form_of, out_option
from sladsl.cli.printing import colour

if TYPE_CHECKING:
    from sladsl.addresses import Address
    from sladsl.calendars import Duration
    from sladsl.compiler import Compilation
    from sladsl.open_clocks import OpenClocks
    from sladsl.runner import Reads

FORMATS = ("text", "json", "csv", "markdown")
ENDINGS = {".txt": "text", ".json": "json", ".csv": "csv", ".md": "markdown"}
WITH_TITLES = ("text", "markdown")


@click.command("due", short_help="List what is late and still open, and what is due.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True, shell_complete=completing.files)
@data_option
@as_of_option
@click.option(
    "--within",
    metavar="LENGTH",
    help="Of what is due only what is due by then: `4 business hours`, `1 business day`, `90 minutes`, `2 days`. Business time is that of "
    "each row's own deadline.",
)
@click.option(
    "--by",
    type=click.Choice(["owner", "commitment"]),
    help="Under a title for each who is accountable, or each commitment, with counts; in text and Markdown.",
)
@click.option("--all", "everything", is_flag=True, help="Show every row, not the first few of each table.")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Text, JSON, CSV (a row a clock) or Markdown for a chat; else as the ending of --out says, else text.",
)
@out_option
def command(
    agreements: tuple[str, ...],
    data: tuple[str, ...],
    as_of: str | None,
    within: str | None,
    by: str | None,
    everything: bool,
    format: str | None,
    out: str,
) -> int:
    """List the clocks that run: what is late and still open, what is due, what stands still; with the time left and who is accountable.

    `--as-of now` asks what is so at this moment. Exit status 1 where something is late and still open. Of several agreements, or a
    folder of them, one after the other.
    """
    from sladsl.cli.files import refuse_over, write_out
    from sladsl.cli.reading import binding, files_read
    from sladsl.open_clocks import Running
    from sladsl.runner import Reads

    form = form_of(out, format, ENDINGS, "text")
    if by is not None and form not in WITH_TITLES:
        raise click.UsageError(f"{form} has one list, whose rows say `{by}`: leave `--by` out")
    window = None if within is None else _window(within)
    meant = several.meant(agreements)
    for compilation in meant:
        refuse_over(out, files_read(compilation, data))
    bindings = several.bindings_of([binding(text) for text in data], meant)
    reads = Reads()
    each = []
    for compilation, named in zip(meant, bindings, strict=True):
        with several.about(compilation, meant):
            each.append(_clocks(compilation, named, as_of, window, reads))
    write_out(out, _drawn(each, form, by, everything, out == "-" and colour(sys.stdout)))
    return 1 if any(x.count(Running.LATE) for x in each) else 0


def _window(text: str) -> Duration:
    from sladsl.open_clocks import duration_of
    from sladsl.runner import RunError

    try:
        return duration_of(text)
    except RunError as error:
        raise click.BadParameter(str(error), param_hint="--within") from None


def _clocks(
    compilation: Compilation,
    bindings: Sequence[tuple[str, Address]],
    as_of: str | None,
    window: Duration | None,
    reads: Reads,
) -> OpenClocks:
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of
    from sladsl.open_clocks import open_clocks
    from sladsl.present import now

    at = as_of_of(compilation, as_of)
    with on_data() as tell:
        return open_clocks(
            compilation, bindings, within=window, as_of=at, now=now(), progress=tell, reads=reads
        )


def _drawn(each: Sequence[OpenClocks], form: str, by: str | None, everything: bool, painted: bool) -> str:
    from sladsl.reports.due import json, markdown, sheet, text

    match form:
        case "json":
            return json.report(each)
        case "csv":
            return sheet.csv_text(each)
        case "markdown":
            return markdown.report(each, by, everything)
        case _:
            return text.report(each, by, everything, painted)
