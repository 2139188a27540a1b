"""`sla run`: the verdicts of an agreement on data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.options import as_of_option, binding, data_option, out_option

if TYPE_CHECKING:
    from sladsl.plan import Plan
    from sladsl.runner import Run

IN_DOCUMENT = "-"
"""`--leads` without a file."""
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
    "--leads",
    is_flag=False,
    flag_value=IN_DOCUMENT,
    metavar="[FILE]",
    help="What became of each row, for every figure: to a .csv, .parquet or .jsonl file; without one, into the JSON document.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="missed",
    help="Which verdict gives the exit status 1.",
)
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    agreement: str,
    data: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    everything: bool,
    form: str,
    out: str,
    leads: str | None,
    fail_on: str,
) -> int:
    """Judge an agreement on data: verdicts, breaches, and what has to be done."""
    from sladsl.cli.files import colour, write_out
    from sladsl.cli.reading import plan_of
    from sladsl.reports.run_json import document_text
    from sladsl.reports.run_text import report

    rows = _rows(leads, form, out)
    result = _evaluate(plan_of(agreement), data, as_of, period, rows)
    painted = out == "-" and colour(sys.stdout)
    write_out(out, document_text(result) if form == "json" else report(result, everything, painted))
    return 1 if result.verdicts() & FAIL_ON[fail_on] else 0


def _rows(leads: str | None, form: str, out: str) -> bool | Path:
    if leads is None:
        return False
    if leads == IN_DOCUMENT:
        if form != "json":
            raise click.BadParameter(
                "only a JSON document holds them: add `--format json`, or name a .csv, .parquet or .jsonl file",
                param_hint="--leads",
            )
        return True
    if out != "-" and Path(out).resolve() == Path(leads).resolve():
        raise click.BadParameter(f"`{leads}` is where `--out` goes: name another file", param_hint="--leads")
    return Path(leads)


def _evaluate(
    plan: Plan, bindings: tuple[str, ...], as_of: str | None, period: str | None, rows: bool | Path
) -> Run:
    from sladsl.cli.progress import progress
    from sladsl.data import DataError
    from sladsl.runner import RunError, run

    named = [binding(text) for text in bindings]
    try:
        with progress() as tell:
            return run(plan, named, as_of=as_of, period=period, rows=rows, progress=tell)
    except (DataError, RunError) as error:
        raise click.ClickException(str(error)) from None
