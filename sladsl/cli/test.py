"""`sla test`: the tests in agreements, run once or after every change, and a test from a row of the data."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sladsl.cli import completing
from sladsl.cli.files import (
    STDIN,
    agreement_files,
    in_repository,
    read_text,
    refuse_over,
    write_exactly,
    write_out,
)
from sladsl.cli.options import importers_option
from sladsl.cli.printing import colour, echo
from sladsl.cli.reading import (
    as_of_of,
    binding,
    compile_file,
    data_of,
    data_read,
    refuse,
    roots,
    with_importers,
)
from sladsl.workspace import Unreadable

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.model import Test
    from sladsl.outcomes import AsOf
    from sladsl.plan import Plan
    from sladsl.testing import TestRun
    from sladsl.testing.coverage import Coverage
    from sladsl.testing.writing import Rows

PASSED, FAILED, NOTHING = 0, 1, 2
PAUSE = 0.3
"""Seconds between looks: soon enough for a person, and nothing to a machine."""

Stamps = tuple[tuple[str, float | None, int], ...]


@click.command("test", short_help="Run the tests in agreements.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", shell_complete=completing.files)
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
@importers_option
@click.option(
    "--pass-without-tests", "none_passes", is_flag=True, help="Where there is no test the exit status is 0."
)
@click.option("--junit", metavar="FILE", help="Also write a JUnit XML report there.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Text, or JSON.")
@click.option("--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C.")
@click.option("--from-lead", "key", metavar="ID", help="Write a test from this row of the data instead.")
@click.option(
    "--record",
    metavar="NAME",
    help="With --from-lead: the record that ID is a row of.",
    shell_complete=completing.records,
)
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
        return write_test(_only_one(paths), key, **lead)
    _refuse_leftovers(lead)
    options = Options(**given)
    return keep_running(lambda: run_once(paths, options), paths) if watch else run_once(paths, options).status


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


# ---------------------------------------------------------------------------------------------------- a run of the tests


@dataclass(frozen=True, slots=True)
class Options:
    only: str | None = None
    verbose: bool = False
    coverage: bool = False
    fail_under: int | None = None
    importers: bool = False
    none_passes: bool = False
    junit: str | None = None
    form: str = "text"

    @property
    def covers(self) -> bool:
        return self.coverage or self.fail_under is not None


@dataclass(frozen=True, slots=True)
class Done:
    """The exit status, and the files that were read."""

    status: int
    files: tuple[str, ...] = ()


@dataclass
class _Ran:
    runs: list[tuple[Compilation, TestRun]] = field(default_factory=list)
    covered: list[tuple[Compilation, Coverage]] = field(default_factory=list)


def run_once(paths: Sequence[str], options: Options) -> Done:
    """Runs the tests of all agreements at the paths, shows what became of them, and gives the status."""
    named = agreement_files(tuple(paths))
    wanted = with_importers(named) if options.importers else named
    compilations = roots([compile_file(path) for path in wanted])
    files = tuple(dict.fromkeys(name for c in compilations for name in c.sources))
    refuse_over(options.junit, files, "--junit")
    if _refused(compilations):
        return Done(NOTHING, files)
    ran = _run(compilations, options)
    if not any(run.tests for _, run in ran.runs):
        _say_there_is_none(compilations, options)
        return Done(PASSED if options.none_passes else NOTHING, files)
    _show(ran, options)
    if options.junit is not None:
        from sladsl.reports.junit import of_tests

        write_out(options.junit, of_tests([(run, c.sources) for c, run in ran.runs], in_repository))
    return Done(_status(ran, options), files)


def _refused(compilations: Sequence[Compilation]) -> bool:
    """Shows what keeps tests from being run: errors, or no agreement whose zone and hours they could be read in."""
    from sladsl.testing import has_tests

    broken = [c for c in compilations if c.has_errors]
    parts = [c for c in compilations if not c.has_errors and c.plan is None and has_tests(c)]
    for compilation in broken:
        refuse(compilation, "test")
    for part in parts:
        name = part.source.name
        echo(f"error: `{name}` has tests and no `agreement`: test the agreement that imports it", err=True)
    return bool(broken or parts)


def _run(compilations: Sequence[Compilation], options: Options) -> _Ran:
    """Each test once: a file that several agreements import is tested in the first of them."""
    from sladsl.testing import has_tests, named, run_tests

    ran = _Ran()
    done: set[str] = set()
    wanted = named(options.only)
    for compilation in compilations:
        own = {name for name in compilation.sources if normpath(name) not in done}
        done |= {normpath(name) for name in own}
        if not has_tests(compilation) or compilation.plan is None:
            continue

        def chosen(test: Test, own: set[str] = own) -> bool:
            return test.origin.file in own and wanted(test)

        ran.runs.append((compilation, run_tests(compilation, chosen)))
        if options.covers:
            from sladsl.testing.coverage import coverage

            ran.covered.append((compilation, coverage(compilation, chosen)))
    return ran


def _show(ran: _Ran, options: Options) -> None:
    runs = [(run, c.sources) for c, run in ran.runs]
    if options.form == "json":
        from sladsl.reports.documents import document_text
        from sladsl.reports.testing.json import tests_document

        covered = [(coverage, c.sources) for c, coverage in ran.covered]
        echo(document_text(tests_document(runs, covered)), nl=False)
        return
    from sladsl.reports.testing.text import Look, coverage_report, report, summary

    painted = colour(sys.stdout)
    look = Look(options.verbose, painted, _signs())
    for run, sources in runs:
        text = report(run, sources, look)
        if text:
            echo(text)
    for c, coverage in ran.covered:
        text = coverage_report(coverage, c.source.name, c.sources, painted)
        echo(text + "\n")
    echo(summary([t for run, _ in runs for t in run.tests], painted))


def _signs() -> tuple[str, str]:
    """Passed and failed, as far as the terminal can show it."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return ("✓", "✗") if encoding.startswith("utf") else ("ok", "FAILED")


def _status(ran: _Ran, options: Options) -> int:
    if not all(run.passed for _, run in ran.runs):
        return FAILED
    for compilation, coverage in ran.covered:
        if options.fail_under is not None and coverage.percent < options.fail_under:
            echo(
                f"error: the tests of `{compilation.source.name}` reach {coverage.percent}% of its conditions, and "
                f"`--fail-under` asks for {options.fail_under}%",
                err=True,
            )
            return FAILED
    return PASSED


def _say_there_is_none(compilations: Sequence[Compilation], options: Options) -> None:
    names = [f"`{c.source.name}`" for c in compilations]
    where = names[0] if len(names) == 1 else f"these {len(names)} agreements"
    labels = [t.label for c in compilations for t in c.model.tests]
    if options.only is not None and labels:
        echo(f"error: no test in {where} has `{options.only}` in its name", err=True)
    else:
        echo(
            f'error: there is no test in {where}: write one, as in `test "what it shows":`, or make one from a lead '
            "with `--from-lead`",
            err=True,
        )


# ----------------------------------------------------------------------------------------- again whenever a file changes


def keep_running(
    run: Callable[[], Done], paths: tuple[str, ...], pause: Callable[[], None] = lambda: time.sleep(PAUSE)
) -> int:
    """Runs, then again after each change to a file that was read or that is new in a folder; Ctrl-C ends it with status 0."""
    try:
        while True:
            # Taken before the run: a change while it runs is one that it has not seen.
            before = state(_files(paths))
            files = _files_of(run) or _files(paths)
            seen = state(files)
            if state(_files(paths)) != before:
                continue
            echo("watching, Ctrl-C ends it", err=True)
            while state(files) == seen and state(_files(paths)) == before:
                pause()
    except (KeyboardInterrupt, click.Abort):
        return 0


def state(files: Iterable[str]) -> Stamps:
    """What tells that a file has changed; one that is not there, as when it is being saved, has no time."""
    return tuple((file, *_stamp(file)) for file in files)


def _stamp(file: str) -> tuple[float | None, int]:
    try:
        status = os.stat(file)
    except OSError:
        return None, 0
    return status.st_mtime, status.st_size


def _files(paths: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(agreement_files(paths))
    except click.ClickException:
        return paths


def _files_of(run: Callable[[], Done]) -> tuple[str, ...]:
    """The files that a run read; what stops one run does not stop the watching."""
    click.clear()
    try:
        return run().files
    except click.ClickException as error:
        echo(f"error: {error.format_message()}", err=True)
        return ()


# ----------------------------------------------------------- a test from a row of the data, tried before it is given out


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
    refuse_over(out, data_read(compilation, bindings))
    about = _record(plan, record)
    rows, at = _family(compilation, about, key, as_of, bindings)
    try:
        block = write(compilation, rows, about, key, at)
    except Unfit as why:
        raise click.ClickException(str(why)) from None
    write_exactly(out, _in_place(out, path, block + "\n"))
    return _tried(path, compilation, block)


def _record(plan: Plan, named: str | None) -> str:
    """The record the key is of: the one that is named, or the only one that belongs to none."""
    records = [r.name for r in plan.given]
    if named is not None and named not in records:
        raise click.BadParameter(
            f"there is no record `{named}`: the agreement has {', '.join(f'`{r}`' for r in records)}",
            param_hint="--record",
        )
    tops = [r.name for r in plan.given if r.link is None]
    if named is None and len(tops) != 1:
        raise click.UsageError(
            f"say with `--record` what the key is of: {' or '.join(f'`{r}`' for r in tops or records)}"
        )
    return named or tops[0]


def _family(
    compilation: Compilation, record: str, key: str, as_of: str | None, bindings: tuple[str, ...]
) -> tuple[Rows, AsOf]:
    """The row with all that belongs to it, and the moment to look at it."""
    from sladsl.cli.progress import on_data
    from sladsl.present import now
    from sladsl.runner import loaded_at, working

    plan = compilation.plan
    assert plan is not None, "a row is looked up for an agreement that has one"
    named = data_of(compilation, [binding(text) for text in bindings])
    as_of = as_of_of(compilation, as_of)
    with on_data() as tell:
        loaded, at = loaded_at(plan, named, base=None, as_of=as_of, now=now(), progress=tell)
        with working(loaded):
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
            echo("note: the test does not pass as it is written, since a test cannot say all of it", err=True)
            echo(failure(test, again.sources, run.zone), err=True)
    return 0 if run.passed else 1
