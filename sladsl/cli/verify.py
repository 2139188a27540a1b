"""`sla verify`: what holds of all rows that there could be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sladsl.cli import completing, several
from sladsl.cli.options import form_of, out_option
from sladsl.cli.printing import colour, echo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sladsl.compiler import Compilation
    from sladsl.proving.answers import Answers
    from sladsl.proving.questions import Limits, Verified

FORMATS = ("text", "json", "sarif")
ENDINGS = {".txt": "text", ".json": "json", ".sarif": "sarif"}


@click.command("verify", short_help="Prove what holds of all rows, or show a row.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True, shell_complete=completing.files)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one question may take.",
)
@click.option(
    "--within",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long all questions of an agreement may take.",
)
@click.option(
    "--cache",
    metavar="DIR",
    help="Keep answers of the solver there, so that only what changed is asked again; else in your own cache.",
)
@click.option("--no-cache", is_flag=True, help="Ask everything, and keep nothing.")
@click.option("--as-test", "tests", is_flag=True, help="Print the rows alone, as tests of the agreement.")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Text, JSON or SARIF 2.1.0; else as the ending of --out says, else text.",
)
@out_option
def command(
    agreements: tuple[str, ...],
    timeout: float,
    within: float,
    cache: str | None,
    no_cache: bool,
    tests: bool,
    format: str | None,
    out: str,
) -> int:
    """Prove what holds of all rows that there could be, or show a row of which it does not hold. No data are read.

    It asks whether what the agreement says never is can be; and of every agreement whether a definition can be met, whether two are one,
    which lines of a choice never apply or hold together, and what a score can come to.
    Exit status 1 where something is wrong that `sla check` cannot see.
    """
    from sladsl.cli.files import refuse_over, write_out
    from sladsl.cli.kept_answers import kept_in, usual_folder
    from sladsl.cli.reading import files_read
    from sladsl.proving.questions import Limits

    form = form_of(out, format, ENDINGS, "text")
    if tests and form != "text":
        raise click.UsageError(f"tests are text, and {form} is not: leave `--as-test` or `--format` out")
    named = click.get_current_context().get_parameter_source("cache")
    if no_cache and named is ParameterSource.COMMANDLINE:
        raise click.UsageError("`--cache` says where answers are kept, and `--no-cache` that none are")
    meant = several.meant(agreements)
    limits = Limits(timeout, within)
    kept = kept_in(None if no_cache else Path(cache) if cache else usual_folder())
    each = []
    for compilation in meant:
        refuse_over(out, files_read(compilation))
    try:
        for compilation in meant:
            with several.about(compilation, meant):
                each.append((compilation, _verified(compilation, limits, kept.answers)))
    finally:
        kept.save()
    write_out(out, _drawn(each, form, tests, out == "-" and colour(sys.stdout)))
    return 1 if any(x.is_wrong for _, verified in each for x in verified.findings) else 0


def _verified(compilation: Compilation, limits: Limits, answers: Answers) -> Verified:
    from time import monotonic

    from sladsl.cli.progress import progress
    from sladsl.proving.questions import verify

    with progress() as tell:
        return verify(compilation, limits, monotonic, tell, answers)


def _drawn(each: Sequence[tuple[Compilation, Verified]], form: str, tests: bool, painted: bool) -> str:
    from sladsl.reports import verified

    if tests:
        if any(x.cut for _, x in each):
            echo(verified.NO_TIME, err=True)
        return verified.tests(each)
    match form:
        case "json":
            return verified.json_text(each)
        case "sarif":
            return verified.sarif_text(each)
        case _:
            return verified.report(each, painted)
