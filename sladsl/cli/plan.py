"""`sla plan`: what an agreement computes, column by column."""

from __future__ import annotations

import json

import click

from sladsl.cli import completing
from sladsl.cli.printing import echo


@click.command("plan", short_help="Show what a run computes.")
@click.argument("agreement", metavar="AGREEMENT", shell_complete=completing.files)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="Text, or JSON.")
def command(agreement: str, format: str) -> int:
    """Show the plan of an agreement: every column, figure and commitment that a run computes."""
    from sladsl.cli.reading import plan_of
    from sladsl.plan_dump import show, to_json
    from sladsl.reports.inert import inert_json

    plan = plan_of(agreement)
    echo(
        inert_json(json.dumps(to_json(plan), indent=2, ensure_ascii=False))
        if format == "json"
        else show(plan).rstrip("\n")
    )
    return 0
