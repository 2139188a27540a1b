"""`sla doc`: the agreement as a page in plain English, for both teams to read and to sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing, several
from sladsl.cli.options import form_of
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.wording import Page

ENDINGS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".pdf": "pdf"}


@click.command("doc", short_help="Print an agreement in plain English.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True, shell_complete=completing.files)
@click.option(
    "--format",
    type=click.Choice(["markdown", "html", "pdf"]),
    help="Markdown, HTML or PDF; else as the ending of --out says, else Markdown; in a folder, else HTML.",
)
@click.option(
    "--paper",
    type=click.Choice(["a4", "us-letter"]),
    default="a4",
    help="The paper of a PDF.",
    show_default=True,
)
@click.option(
    "--out",
    default="-",
    metavar="FILE|FOLDER",
    help="Write there; the file appears whole or not at all. Of several agreements the folder of their pages.",
)
def command(agreements: tuple[str, ...], format: str | None, paper: str, out: str) -> int:
    """Print an agreement as a page in plain English: who owes what to whom, what counts, the hours, and a place to sign.

    Every sentence is made from the agreement, and nothing that is promised is left out. Of several agreements, or a folder of them, a page
    each, and one that leads to them.
    """
    from sladsl.cli.files import STDIN, refuse_over, write_out
    from sladsl.cli.reading import files_read

    meant = several.meant(agreements)
    read = [path for compilation in meant for path in files_read(compilation)]
    if len(meant) > 1 and (out != STDIN or format not in {None, "markdown"}):
        _write_folder(meant, several.into_folder(out, "page.html"), format or "html", paper, read)
        return 0
    form = form_of(out, format, ENDINGS, "markdown")
    if form == "pdf" and out == STDIN:
        raise click.UsageError("a PDF needs a file: give it with `--out agreement.pdf`")
    refuse_over(out, read)
    if len(meant) > 1:
        write_out(out, "\n".join(str(_drawn(page_of(c), form, paper)) for c in meant))
    else:
        write_out(out, _drawn(page_of(meant[0]), form, paper))
    return 0


def _write_folder(
    meant: Sequence[Compilation], folder: Path, form: str, paper: str, read: Sequence[Path]
) -> None:
    from sladsl.reports import index_page

    pages = [page_of(c) for c in meant]
    names = several.page_names(
        [c.source.name for c in meant], {"markdown": ".md", "html": ".html", "pdf": ".pdf"}[form]
    )
    index = index_page.of_pages(pages, names)
    ending, text = (
        (".md", index_page.markdown(index)) if form == "markdown" else (".html", index_page.html(index))
    )
    drawn = [(name, _drawn(page, form, paper)) for name, page in zip(names, pages, strict=True)]
    several.write_pages(folder, [*drawn, (f"{several.INDEX}{ending}", text)], read)
    echo(f"wrote {len(meant)} pages, and {folder / several.INDEX}{ending}")


def page_of(compilation: Compilation) -> Page:
    """The page of an agreement, with what it was made from."""
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
