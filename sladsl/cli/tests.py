"""One run of `sla test` over some paths: compile, run, report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from os.path import normpath
from typing import TYPE_CHECKING

import click

from sladsl.cli.files import agreement_files, colour, write_out
from sladsl.cli.reading import compile_file, refuse
from sladsl.testing import TestRun, has_tests, named, run_tests

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.model import Test
    from sladsl.testing.coverage import Coverage

PASSED, FAILED, NOTHING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Options:
    only: str | None = None
    verbose: bool = False
    coverage: bool = False
    fail_under: int | None = None
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
    from sladsl.cli.check import roots

    compilations = roots([compile_file(path) for path in agreement_files(tuple(paths))])
    files = tuple(dict.fromkeys(name for c in compilations for name in c.sources))
    if _refused(compilations):
        return Done(NOTHING, files)
    ran = _run(compilations, options)
    if not any(run.tests for _, run in ran.runs):
        _say_there_is_none(compilations, options)
        return Done(NOTHING, files)
    _show(ran, options)
    if options.junit is not None:
        from sladsl.reports.junit import document_text

        write_out(options.junit, document_text([(run, c.sources) for c, run in ran.runs]))
    return Done(_status(ran, options), files)


def _refused(compilations: Sequence[Compilation]) -> bool:
    """Shows what keeps tests from being run: errors, or no agreement whose zone and hours they could be read in."""
    broken = [c for c in compilations if c.has_errors]
    parts = [c for c in compilations if not c.has_errors and c.plan is None and has_tests(c)]
    for compilation in broken:
        refuse(compilation, "test")
    for part in parts:
        name = part.source.name
        click.echo(
            f"error: `{name}` has tests and no `agreement`: test the agreement that imports it", err=True
        )
    return bool(broken or parts)


def _run(compilations: Sequence[Compilation], options: Options) -> _Ran:
    """Each test once: a file that several agreements import is tested in the first of them."""
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

        covered = [(found, c.sources) for c, found in ran.covered]
        click.echo(document_text(tests_document(runs, covered)), nl=False)
        return
    from sladsl.reports.testing.text import Look, coverage_report, report, summary

    painted = colour(sys.stdout)
    look = Look(options.verbose, painted, _signs())
    for run, sources in runs:
        text = report(run, sources, look)
        if text:
            click.echo(text, color=painted)
    for c, found in ran.covered:
        text = coverage_report(found, c.source.name, c.sources, painted)
        click.echo(text + "\n", color=painted)
    click.echo(summary([t for run, _ in runs for t in run.tests], painted), color=painted)


def _signs() -> tuple[str, str]:
    """Passed and failed, as far as the terminal can show it."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return ("✓", "✗") if encoding.startswith("utf") else ("ok", "FAILED")


def _status(ran: _Ran, options: Options) -> int:
    if not all(run.passed for _, run in ran.runs):
        return FAILED
    for compilation, found in ran.covered:
        if options.fail_under is not None and found.percent < options.fail_under:
            click.echo(
                f"error: the tests of `{compilation.source.name}` reach {found.percent}% of its conditions, and "
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
        click.echo(f"error: no test in {where} has `{options.only}` in its name", err=True)
    else:
        click.echo(
            f'error: there is no test in {where}: write one, as in `test "what it shows":`, or make one from a lead '
            "with `--from-lead`",
            err=True,
        )
