"""`sla test`: the tests in agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sladsl.cli.tests import Options


@click.command("test", short_help="Run the tests in agreements.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--only", metavar="TEXT", help="Only the tests in whose name this occurs, upper or lower case.")
@click.option("-v", "--verbose", is_flag=True, help="Name every test, not only those that fail.")
@click.option(
    "--coverage", is_flag=True, help="Also say which conditions the tests never saw true, false or missing."
)
@click.option(
    "--fail-under",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="With a coverage below this the exit status is 1; implies --coverage.",
)
@click.option("--junit", metavar="FILE", help="Also write a JUnit XML report there.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text, or JSON.")
@click.option("--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C.")
@click.option("--from-lead", "key", metavar="ID", help="Write a test from this row of the data instead.")
@click.option("--record", metavar="NAME", help="With --from-lead: the record that ID is a row of.")
@click.option(
    "--as-of", metavar="T", help="With --from-lead: as things stood then; else the latest in the data."
)
@click.option(
    "--data",
    "bindings",
    multiple=True,
    metavar="NAME=WHERE",
    help="With --from-lead: as in `sla run`. Repeat it.",
)
@click.option(
    "--out", default="-", metavar="FILE", help="With --from-lead: add the test at the end of this file."
)
def command(paths: tuple[str, ...], key: str | None, watch: bool, **given: Any) -> int:
    """Run the tests in agreements, and say why one fails and what would have made it pass.

    PATH is a file, a folder (every .sla file in it) or - for standard input. Exit status: 0 all tests pass, 1 a test fails or the
    coverage is too low, 2 there is no test, or an agreement has errors.
    """
    lead = {name: given.pop(name) for name in ("record", "as_of", "bindings", "out")}
    if key is not None:
        from sladsl.cli.from_lead import write_test

        return write_test(_only_one(paths), key, **lead)
    _refuse_leftovers(lead)
    from sladsl.cli.tests import Options, run_once

    options = Options(**given)
    return _watch(paths, options) if watch else run_once(paths, options).status


def _watch(paths: tuple[str, ...], options: Options) -> int:
    from sladsl.cli.tests import run_once
    from sladsl.cli.watching import watch

    return watch(lambda: run_once(paths, options), paths)


def _only_one(paths: tuple[str, ...]) -> str:
    path, *others = paths
    if others:
        raise click.UsageError("`--from-lead` takes one agreement")
    return path


def _refuse_leftovers(lead: dict[str, Any]) -> None:
    for name, value in lead.items():
        if value and value != "-":
            option = "--data" if name == "bindings" else f"--{name.replace('_', '-')}"
            raise click.UsageError(f"`{option}` goes with `--from-lead ID`")
