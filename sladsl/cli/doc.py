"""`sla doc`: the agreement as a page in plain English, for both teams to read and to sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.options import form_of, out_option

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.wording import Page

ENDINGS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".pdf": "pdf"}


@click.command("doc", short_help="Print an agreement in plain English.")
@click.argument("agreement", metavar="AGREEMENT")
@click.option(
    "--format",
    type=click.Choice(["markdown", "html", "pdf"]),
    help="Markdown, HTML or PDF; else as the ending of --out says, else Markdown.",
)
@click.option(
    "--paper",
    type=click.Choice(["a4", "us-letter"]),
    default="a4",
    help="The paper of a PDF.",
    show_default=True,
)
@out_option
def command(agreement: str, format: str | None, paper: str, out: str) -> int:
    """Print an agreement as a page in plain English: who owes what to whom, what counts, the hours, and a place to sign.

    Every sentence is made from the agreement, and nothing that is promised is left out.
    """
    from sladsl.cli.files import STDIN, refuse_over, write_out
    from sladsl.cli.reading import compiled, files_read

    form = form_of(out, format, ENDINGS, "markdown")
    if form == "pdf" and out == STDIN:
        raise click.UsageError("a PDF needs a file: give it with `--out agreement.pdf`")
    compilation = compiled(agreement)
    refuse_over(out, files_read(compilation))
    write_out(out, _drawn(_page(compilation), form, paper))
    return 0


def _page(compilation: Compilation) -> Page:
    from sladsl.digest import promised
    from sladsl.wording import page

    names = ", ".join(Path(name).name for name in compilation.sources)
    return page(
        compilation.model, f"Made from {names}; what is promised: {promised(compilation.sources.values())}"
    )


def _drawn(page: Page, form: str, paper: str) -> str | bytes:
    from sladsl.reports import doc_page

    match form:
        case "pdf":
            return doc_page.pdf(page, paper)
        case "html":
            return doc_page.html(page)
        case _:
            return doc_page.markdown(page)
