"""`sla review`: the pack for the monthly meeting, as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from sladsl.cli import completing, several
from sladsl.cli.options import as_of_option, data_option, form_of
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.addresses import Address
    from sladsl.compiler import Compilation
    from sladsl.plan import Plan
    from sladsl.reviewing.asked import ReviewKpis
    from sladsl.reviewing.pack import Pack
    from sladsl.runner import Reads

ONE = "review.html"
ENDINGS = {".html": "html", ".htm": "html"}


@click.command("review", short_help="Write the pack for the monthly review.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True, shell_complete=completing.files)
@click.option(
    "--period", metavar="P", help="What is reviewed: 2026-10, 2026-Q4; else the last complete month."
)
@data_option
@as_of_option
@click.option(
    "--out",
    metavar="FILE|FOLDER",
    help="Where to write, else to review.html; - is standard output. Of several agreements the folder of their reviews, else `reviews`.",
)
@click.option(
    "--by",
    metavar="FIELD,…",
    help="Fields to break commitments down by, beside those that the agreement's review names.",
)
def command(
    agreements: tuple[str, ...],
    period: str | None,
    data: tuple[str, ...],
    as_of: str | None,
    out: str | None,
    by: str | None,
) -> int:
    """Write the pack for the monthly review: verdicts, trends, who kept it, what was late, what cannot be trusted.

    One HTML file that opens from a mail: nothing in it is fetched, and no script runs. Of several agreements, or a folder of them, a file
    each, and one that leads to them.
    """
    from sladsl.cli.files import STDIN, refuse_over, write_out
    from sladsl.cli.reading import binding, files_read
    from sladsl.reports import index_page
    from sladsl.reports.review_html import document_text
    from sladsl.runner import Reads

    meant = several.meant(agreements)
    folder = several.into_folder(out or "reviews", ONE) if len(meant) > 1 else None
    read = [path for compilation in meant for path in files_read(compilation, data)]
    if folder is None:
        refuse_over(out or ONE, read)
        form_of(out or ONE, None, ENDINGS, "html")
    packs, texts, reads = [], [], Reads()
    for compilation, named in zip(meant, several.bindings_of([binding(x) for x in data], meant), strict=True):
        with several.about(compilation, meant):
            pack = _pack(compilation, period, named, as_of, _names(by), reads)
        packs.append(pack)
        texts.append(document_text(pack))
    if folder is None:
        write_out(out or ONE, texts[0])
    else:
        names = several.page_names([c.source.name for c in meant], ".html")
        index = index_page.html(index_page.of_reviews(packs, names))
        several.write_pages(folder, [*zip(names, texts, strict=True), (f"{several.INDEX}.html", index)], read)
    if out != STDIN:
        echo(
            f"wrote {out or ONE}"
            if folder is None
            else f"wrote {len(meant)} reviews, and {folder / several.INDEX}.html"
        )
    return 0


def _names(by: str | None) -> list[str]:
    return [name for name in (part.strip() for part in (by or "").split(",")) if name]


def _pack(
    compilation: Compilation,
    period: str | None,
    named: Sequence[tuple[str, Address]],
    as_of: str | None,
    by: list[str],
    reads: Reads,
) -> Pack:
    from sladsl.cli.closed_books import with_closed
    from sladsl.cli.progress import on_data
    from sladsl.reviewing import review

    plan, extra, how = asked_of(compilation, as_of, reads)
    with on_data() as tell:
        pack = review(plan, compilation.model, period, extra, by, named, progress=tell, **how)
        # What is asked below it for the review is no part of what was closed.
        return replace(pack, run=with_closed(pack.run, compilation))


def asked_of(
    compilation: Compilation, as_of: str | None, reads: Reads
) -> tuple[Plan, ReviewKpis, dict[str, Any]]:
    """The plan with what a review asks below it, what that is, and how it is run."""
    from sladsl.cli.reading import as_of_of, with_below
    from sladsl.present import now
    from sladsl.reviewing import asked

    extra = asked(compilation.model)
    plan = with_below(compilation, extra.text).plan
    assert plan is not None, "what a review asks is part of the language"
    return plan, extra, {"as_of": as_of_of(compilation, as_of), "now": now(), "reads": reads}
