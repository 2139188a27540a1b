"""`sla run`: the verdicts of an agreement on data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sladsl.plan import Plan
    from sladsl.runner import Run

FAIL_ON = {"missed": {"missed"}, "provisional": {"missed", "provisional"}, "never": set[str]()}


@click.command("run", short_help="Judge an agreement on data.")
@click.argument("agreement", metavar="AGREEMENT")
@click.option(
    "--data",
    "bindings",
    multiple=True,
    metavar="NAME=WHERE",
    help="Read the rows of a record from here: a CSV, TSV, Parquet, JSON Lines or XLSX file, or a URL. Repeat it.",
)
@click.option(
    "--as-of", metavar="T", help="A date, a local time or an instant with Z; else the latest in the data."
)
@click.option(
    "--period", metavar="P", help="Only what touches this period: 2026-10, 2026-Q4, 2026-W41, 2026."
)
@click.option(
    "--all", "everything", is_flag=True, help="Show every period, breach and key, not the latest few."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text, or JSON.")
@click.option("--out", default="-", metavar="FILE", help="Write there; the file appears whole or not at all.")
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="missed",
    help="Which verdict gives the exit status 1.",
)
def command(
    agreement: str,
    bindings: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    everything: bool,
    form: str,
    out: str,
    fail_on: str,
) -> int:
    """Judge an agreement on data: verdicts, breaches, and what has to be done."""
    from sladsl.cli.files import colour, write_out
    from sladsl.cli.reading import plan_of
    from sladsl.reports.run_json import document_text
    from sladsl.reports.run_text import report

    result = _evaluate(plan_of(agreement), bindings, as_of, period)
    painted = out == "-" and colour(sys.stdout)
    write_out(out, document_text(result) if form == "json" else report(result, everything, painted))
    return 1 if result.verdicts() & FAIL_ON[fail_on] else 0


def _evaluate(plan: Plan, bindings: tuple[str, ...], as_of: str | None, period: str | None) -> Run:
    from sladsl.cli.progress import progress
    from sladsl.data import DataError
    from sladsl.runner import RunError, run

    named = [binding(text) for text in bindings]
    try:
        with progress() as tell:
            return run(plan, named, as_of=as_of, period=period, progress=tell)
    except (DataError, RunError) as error:
        raise click.ClickException(str(error)) from None


def binding(text: str) -> tuple[str, str]:
    """A `--data NAME=WHERE` as its two halves."""
    name, equals, where = text.partition("=")
    if not (name and equals and where):
        raise click.BadParameter(
            f"`{text}` is not of the form NAME=WHERE, such as lead=leads.csv", param_hint="--data"
        )
    return name, where
