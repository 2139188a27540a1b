"""`sla test AGREEMENT --from-lead ID`: a test from a row of the data, tried before it is given out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.files import STDIN, read_text, write_out
from sladsl.cli.reading import compile_file, refuse
from sladsl.workspace import Unreadable

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.outcomes import AsOf
    from sladsl.plan import Plan
    from sladsl.testing.writing import Rows


def write_test(
    path: str, key: str, record: str | None, as_of: str | None, bindings: tuple[str, ...], out: str
) -> int:
    """Writes the test; 1 when it does not pass as written, since the language cannot say all that the row holds."""
    from sladsl.testing.given import Unfit
    from sladsl.testing.writing import write

    compilation = compile_file(path)
    plan = compilation.plan
    if plan is None:
        refuse(compilation, "test")
        return 2
    about = _record(plan, record)
    rows, at = _family(plan, about, key, as_of, bindings)
    try:
        block = write(compilation, rows, about, key, at)
    except Unfit as why:
        raise click.ClickException(str(why)) from None
    write_out(out, _in_place(out, path, block + "\n"))
    return _tried(path, compilation, block)


def _record(plan: Plan, named: str | None) -> str:
    """The record the key is of: the one that is named, or the only one that belongs to none."""
    records = [r.name for r in plan.records]
    if named is not None and named not in records:
        raise click.BadParameter(
            f"there is no record `{named}`: the agreement has {', '.join(f'`{r}`' for r in records)}",
            param_hint="--record",
        )
    tops = [r.name for r in plan.records if r.link is None]
    if named is None and len(tops) != 1:
        raise click.UsageError(
            f"say with `--record` what the key is of: {' or '.join(f'`{r}`' for r in tops or records)}"
        )
    return named or tops[0]


def _family(
    plan: Plan, record: str, key: str, as_of: str | None, bindings: tuple[str, ...]
) -> tuple[Rows, AsOf]:
    """The row with all that belongs to it, and the moment to look at it."""
    from sladsl.cli.options import binding
    from sladsl.cli.progress import on_data
    from sladsl.present import now
    from sladsl.runner import loaded_at

    named = [binding(text) for text in bindings]
    with on_data() as tell:
        loaded, at = loaded_at(plan, named, base=None, as_of=as_of, now=now(), progress=tell)
        return loaded.families(plan, record, [key]), at


def _in_place(out: str, agreement: str, block: str) -> str:
    """What the file will hold: the test below what is there, or below an import of the agreement in a new file."""
    if out == STDIN:
        return block
    if not Path(out).exists():
        name = os.path.relpath(agreement, Path(out).parent).replace(os.sep, "/")
        return f'import "{name}"\n\n{block}'
    try:
        there = read_text(out)
    except Unreadable as error:
        raise click.ClickException(f"`{out}` {error.reason}") from None
    return f"{there.rstrip()}\n\n{block}" if there.strip() else block


def _tried(path: str, compilation: Compilation, block: str) -> int:
    """Runs the test as it was written, below the agreement as it was read."""
    from sladsl.reports.testing.text import failure
    from sladsl.testing import run_tests

    start = len(compilation.source.text)
    again = compile_file(path, below="\n" + block + "\n")
    if again.plan is None:
        refuse(again, "test")
        return 1
    name = again.source.name
    run = run_tests(again, lambda t: t.origin.file == name and t.origin.span.start >= start)
    for test in run.tests:
        if not test.passed:
            click.echo(
                "note: the test does not pass as it is written, since a test cannot say all of it", err=True
            )
            click.echo(failure(test, again.sources, run.zone), err=True)
    return 0 if run.passed else 1
