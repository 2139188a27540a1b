"""`sla explain`: what became of one row and why, or what a diagnostic code is about."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing
from sladsl.cli.options import as_of_option, data_option, form_of, out_option
from sladsl.cli.printing import colour

if TYPE_CHECKING:
    from sladsl.explaining import Story

ENDINGS = {".txt": "text", ".json": "json", ".md": "markdown"}
CODE = re.compile(r"[A-Za-z]{2,4}-?\d{1,4}")


@click.command("explain", short_help="Say what became of one row, and why.")
@click.argument("agreement", metavar="AGREEMENT|CODE", shell_complete=completing.files_or_codes)
@click.argument("key", metavar="[KEY]", required=False)
@click.option(
    "--record",
    metavar="R",
    help="The record of the row, where several have the key.",
    shell_complete=completing.records,
)
@click.option(
    "--commitment",
    metavar="ID",
    help="Tell only this one, such as sales.response_time.",
    shell_complete=completing.commitments,
)
@data_option
@as_of_option
@click.option(
    "--format",
    type=click.Choice(["text", "json", "markdown"]),
    help="Text, JSON, or Markdown for a pull request or a chat; else as the ending of --out says, else text.",
)
@out_option
def command(
    agreement: str,
    key: str | None,
    record: str | None,
    commitment: str | None,
    data: tuple[str, ...],
    as_of: str | None,
    format: str | None,
    out: str,
) -> int:
    """Say what became of one row, and why: every condition with its values, every clock with each interval that was counted.

    KEY is the row's key, in whichever record has it. With a diagnostic CODE alone, such as SLA203, its page is shown.
    """
    from sladsl.cli.files import refuse_over, write_out

    painted = out == "-" and colour(sys.stdout)
    form = form_of(out, format, ENDINGS, "text")
    if key is None:
        write_out(out, _page(agreement, form, painted))
        return 0
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of, binding, compiled, data_of, files_read
    from sladsl.explaining.explain_row import explain
    from sladsl.present import now

    compilation = compiled(agreement)
    named = data_of(compilation, [binding(text) for text in data])
    refuse_over(out, files_read(compilation, data))
    with on_data() as tell:
        story = explain(
            compilation,
            key,
            named,
            record=record,
            commitment=commitment,
            as_of=as_of_of(compilation, as_of),
            now=now(),
            progress=tell,
        )
    write_out(out, _drawn(story, form, painted))
    return 0


def _page(code: str, form: str, painted: bool) -> str:
    from sladsl.diagnostics import CODES
    from sladsl.reports.explain.markdown import markdown
    from sladsl.reports.explain.text import text
    from sladsl.reports.pages import near_codes, page, page_document

    if not CODE.fullmatch(code) or Path(code).exists():
        raise click.UsageError(f"which row of `{code}` is meant? Give its KEY after the agreement.")
    known = code.upper().replace("-", "")
    if known not in CODES:
        near = near_codes(known)
        mean = f": did you mean {' or '.join(f'`{x}`' for x in near)}?" if near else ""
        raise click.ClickException(f"there is no diagnostic code `{code}`{mean}")
    if form == "json":
        return page_document(known)
    return markdown(page(known)) if form == "markdown" else text(page(known), painted)


def _drawn(story: Story, form: str, painted: bool) -> str:
    from sladsl.reports.explain import json, markdown, text

    match form:
        case "json":
            return json.report(story)
        case "markdown":
            return markdown.report(story)
        case _:
            return text.report(story, painted)
