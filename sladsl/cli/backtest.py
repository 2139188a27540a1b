"""`sla backtest`: what an agreement would have come to with other values."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing
from sladsl.cli.options import as_of_option, data_option, form_of, out_option
from sladsl.cli.printing import colour, echo

if TYPE_CHECKING:
    from sladsl.backtesting import Backtest, Variation, Wish
    from sladsl.compiler import Compilation

FORMATS = ("text", "json", "csv", "html")
ENDINGS = {".txt": "text", ".json": "json", ".csv": "csv", ".html": "html", ".htm": "html"}
OF_LIST = ("text", "json")


@click.command("backtest", short_help="Try other targets, deadlines and thresholds on the data.")
@click.argument("agreement", metavar="AGREEMENT", shell_complete=completing.files)
@click.option(
    "--vary",
    multiple=True,
    metavar="CONSTANT VALUES",
    shell_complete=completing.constants,
    help="A constant and the values it takes, in the words of the agreement: `sales.response_time within 1..8 business hours`, `quota "
    "100..200 by 10`, `sales.response_time for in 90%, 95%, 99%`. Repeat it: all combinations are tried.",
)
@click.option("--list", "listing", is_flag=True, help="List the constants of the agreement, and try nothing.")
@click.option(
    "--suggest",
    metavar="WISH",
    help="Name the strictest of the values that was kept so often: `met in 11 of 12`, the last twelve periods that are final; "
    "`sales.acceptance met in 3 of 4` where several commitments change.",
)
@data_option
@as_of_option
@click.option(
    "--all", "everything", is_flag=True, help="Show every period, not the last ones that fit on a line."
)
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Text, JSON, CSV (a row a combination, commitment and period) or HTML (a page with a curve for each period); else as the ending "
    "of --out says, else text.",
)
@out_option
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    agreement: str,
    vary: tuple[str, ...],
    listing: bool,
    suggest: str | None,
    data: tuple[str, ...],
    as_of: str | None,
    everything: bool,
    format: str | None,
    out: str,
) -> int:
    """Try other values in the place of an agreement's constants: what every period would have come to.

    A target, a deadline, a `let`, points, a threshold in a definition: whatever number, percentage, length of time or date stands in the
    agreement. `--list` says how each is called.
    """
    from sladsl.cli.files import refuse_over, write_out
    from sladsl.cli.reading import compiled, files_read

    form = form_of(out, format, ENDINGS, "text")
    if listing:
        if vary or suggest:
            raise click.UsageError("`--list` tries nothing: leave `--vary` and `--suggest` out")
        if form not in OF_LIST:
            raise click.UsageError(f"a list is text or JSON, and not {form}")
        compilation = compiled(agreement)
        refuse_over(out, files_read(compilation, data))
        write_out(out, _listed(compilation, form, out == "-" and colour(sys.stdout)))
        return 0
    if not vary:
        raise click.UsageError(
            f"say what is to be varied: `--vary 'quota 100..200 by 10'`; `sla backtest {agreement} --list` says what can be"
        )
    compilation = compiled(agreement)
    refuse_over(out, files_read(compilation, data))
    made = _tried(compilation, vary, suggest, data, as_of)
    write_out(out, _drawn(made, form, everything, out == "-" and colour(sys.stdout)))
    return 0


def _listed(compilation: Compilation, form: str, painted: bool) -> str:
    from sladsl.backtesting import constants
    from sladsl.reports.backtest import json, text

    every = constants(compilation)
    return (
        json.constants_report(compilation, every)
        if form == "json"
        else text.listing(compilation, every, painted)
    )


def _tried(
    compilation: Compilation, vary: Sequence[str], suggest: str | None, data: Sequence[str], as_of: str | None
) -> Backtest:
    from sladsl.backtesting import Impossible, backtest
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of, binding, data_of, refuse
    from sladsl.present import now

    wished = None if suggest is None else _wish(suggest)
    variations = _variations(compilation, vary)
    bindings = data_of(compilation, [binding(text) for text in data])
    try:
        with on_data() as tell:
            return backtest(
                compilation,
                variations,
                bindings,
                as_of=as_of_of(compilation, as_of),
                now=now(),
                progress=tell,
                turn=_Estimate().tell,
                wished=wished,
            )
    except Impossible as error:
        refuse(error.compilation, "run")
        echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(2) from None


LONG = 10.0
"""Seconds that are said before."""


class _Estimate:
    """Says after the first of several evaluations how long the others will take, if that is long."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def tell(self, done: int, of: int) -> None:
        left = (time.monotonic() - self._began) * (of - done)
        if done == 1 and left > LONG:
            rough = f"{left:.0f} seconds" if left < 100 else f"{left / 60:.0f} minutes"
            echo(f"what is varied takes {of} runs, one after the other: about {rough} more", err=True)


def _variations(compilation: Compilation, vary: Sequence[str]) -> tuple[Variation, ...]:
    from sladsl.backtesting import varied
    from sladsl.runner import RunError

    try:
        return varied(compilation, vary)
    except RunError as error:
        raise click.BadParameter(str(error), param_hint="--vary") from None


def _wish(suggest: str) -> Wish:
    from sladsl.backtesting import wish
    from sladsl.runner import RunError

    try:
        return wish(suggest)
    except RunError as error:
        raise click.BadParameter(str(error), param_hint="--suggest") from None


def _drawn(made: Backtest, form: str, everything: bool, painted: bool) -> str:
    from sladsl.reports.backtest import json, page, sheet, text

    match form:
        case "json":
            return json.report(made)
        case "csv":
            return sheet.csv_text(made)
        case "html":
            return page.document_text(made)
        case _:
            return text.report(made, everything, painted)
