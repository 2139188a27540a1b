"""`sla review`: the pack for the monthly meeting, as one HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sladsl.cli.options import as_of_option, binding, data_option
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.reviewing.pack import Pack


@click.command("review", short_help="Write the pack for the monthly review.")
@click.argument("agreement", metavar="AGREEMENT")
@click.option(
    "--period", metavar="P", help="What is reviewed: 2026-10, 2026-Q4; else the last complete month."
)
@data_option
@as_of_option
@click.option(
    "--out",
    default="review.html",
    metavar="FILE",
    help="Where to write; - is standard output.",
    show_default=True,
)
@click.option(
    "--by",
    metavar="FIELD,…",
    help="Fields to break commitments down by, beside those that the agreement's review names.",
)
def command(
    agreement: str, period: str | None, data: tuple[str, ...], as_of: str | None, out: str, by: str | None
) -> int:
    """Write the pack for the monthly review: verdicts, trends, who kept it, what was late, what cannot be trusted.

    One HTML file that opens from a mail: nothing in it is fetched, and no script runs.
    """
    from sladsl.cli.files import STDIN, refuse_over, write_out
    from sladsl.cli.reading import compiled, files_read
    from sladsl.reports.review_html import document_text

    compilation = compiled(agreement)
    refuse_over(out, files_read(compilation, data))
    write_out(out, document_text(_pack(compilation, period, data, as_of, _names(by))))
    if out != STDIN:
        echo(f"wrote {out}")
    return 0


def _names(by: str | None) -> list[str]:
    return [name for name in (part.strip() for part in (by or "").split(",")) if name]


def _pack(
    compilation: Compilation, period: str | None, data: tuple[str, ...], as_of: str | None, by: list[str]
) -> Pack:
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import with_below
    from sladsl.present import now
    from sladsl.reviewing import asked, review

    extra = asked(compilation.model)
    plan = with_below(compilation, extra.text).plan
    assert plan is not None, "what a review asks is part of the language"
    named = [binding(text) for text in data]
    with on_data() as tell:
        return review(
            plan, compilation.model, period, extra, by, named, as_of=as_of, now=now(), progress=tell
        )
