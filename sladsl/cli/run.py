"""`sla run`: the verdicts of an agreement on data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sladsl.cli.options import as_of_option, binding, data_option, out_option

if TYPE_CHECKING:
    from sladsl.plan import Plan
    from sladsl.runner import Run

FAIL_ON = {"missed": {"missed"}, "provisional": {"missed", "provisional"}, "never": set[str]()}


@click.command("run", short_help="Judge an agreement on data.")
@click.argument("agreement", metavar="AGREEMENT")
@data_option
@as_of_option
@click.option(
    "--period", metavar="P", help="Only what touches this period: 2026-10, 2026-Q4, 2026-W41, 2026."
)
@click.option(
    "--all", "everything", is_flag=True, help="Show every period, breach and key, not the latest few."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text, or JSON.")
@out_option
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="missed",
    help="Which verdict gives the exit status 1.",
)
def command(
    agreement: str,
    data: tuple[str, ...],
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

    result = _evaluate(plan_of(agreement), data, as_of, period)
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
