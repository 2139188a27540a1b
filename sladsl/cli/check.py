"""`sla check`: what is wrong with agreements, drawn where it is wrong."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing
from sladsl.cli.options import importers_option
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.diagnostics import Diagnostic
    from sladsl.source import Source

FORMATS = ("text", "short", "json", "sarif", "github", "gitlab")


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", shell_complete=completing.files)
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    help="Text with the lines in question, a line each, JSON, SARIF 2.1.0, GitHub's annotations, or GitLab's code quality. The last three "
    "name files from the root of the repository.",
)
@click.option(
    "--fix", "fixing", is_flag=True, help="First apply the fixes that keep the meaning for certain."
)
@click.option("--as-of", metavar="DATE", help="Also say what is overdue on that date, such as a review.")
@importers_option
@click.option("--strict", is_flag=True, help="A warning gives the exit status 1 as an error does.")
def command(
    paths: tuple[str, ...], format: str, fixing: bool, as_of: str | None, importers: bool, strict: bool
) -> int:
    """Say what is wrong with agreements, and where.

    PATH is a file, a folder (every .sla file in it) or - for standard input. A comment `# sla: ignore SLA409` leaves out what would be
    said of its line.
    """
    from sladsl.cli.files import agreement_files
    from sladsl.cli.reading import compile_file, date_of, roots, settings_of, with_importers
    from sladsl.ignoring import said_by_all

    day = date_of(as_of) if as_of is not None else None
    files = agreement_files(paths)
    if importers:
        files = with_importers(files)
    if fixing:
        _fix(files, day, paths)
    compilations = roots([compile_file(path, day) for path in files])
    sources = {name: source for c in compilations for name, source in c.sources.items()}
    settings = {name: settings_of(name) for name in sources}
    every = said_by_all((c.sources, c.diagnostics) for c in compilations)
    diagnostics = [own for d in every if (own := settings[d.file].taken(d)) is not None]
    strictly = {name for name, own in settings.items() if strict or own.strict}
    match format:
        case "json":
            from sladsl.reports.check_documents import report

            echo(report([c.source.name for c in compilations], diagnostics, sources), nl=False)
        case "sarif":
            from sladsl.reports.check_documents import sarif

            echo(sarif(*_in_repository(diagnostics, sources)), nl=False)
        case "github":
            from sladsl.reports.github import of_diagnostics

            echo(of_diagnostics(*_in_repository(diagnostics, sources)), nl=False, annotations=True)
        case "gitlab":
            from sladsl.reports.check_documents import code_quality

            echo(code_quality(*_in_repository(diagnostics, sources)), nl=False)
        case _:
            _print(format, compilations, diagnostics, sources)
    return 1 if any(_falls_short(d, d.file in strictly) for d in diagnostics) else 0


def _falls_short(d: Diagnostic, strictly: bool) -> bool:
    return d.severity == "error" or (strictly and d.severity == "warning")


def _in_repository(
    diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]
) -> tuple[Sequence[Diagnostic], Mapping[str, Source]]:
    """The same with files named as build servers name them."""
    from sladsl.cli.files import in_repository

    names = {name: in_repository(name) for name in sources}
    renamed = [
        replace(
            d,
            file=names.get(d.file, d.file),
            labels=tuple(replace(x, file=names.get(x.file or d.file, x.file)) for x in d.labels),
        )
        for d in diagnostics
    ]
    return renamed, {names[name]: source for name, source in sources.items()}


def _print(
    form: str,
    compilations: Sequence[Compilation],
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
) -> None:
    from sladsl.cli.printing import colour
    from sladsl.reports.diagnostics import draw, short, summary

    for diagnostic in diagnostics:
        drawn = draw(diagnostic, sources, colour(sys.stdout)) + "\n"
        echo(short(diagnostic, sources) if form == "short" else drawn)
    files = sorted({d.file for d in diagnostics}) or [c.source.name for c in compilations]
    if form == "text":
        echo(summary(diagnostics, files[0] if len(files) == 1 else f"{len(files)} files"))


# --- `--fix`: the fixes that keep an agreement's meaning for certain, written into its files

_MOST_ROUNDS = 10
"""A fix may show the next one; more rounds than this are fixes that undo one another."""


def _fix(paths: Sequence[str], day: dt.date | None, given: Sequence[str]) -> None:
    """Apply every safe fix of these files and of what they import, until there is none, and say how many."""
    from sladsl.cli.files import STDIN
    from sladsl.cli.reading import compile_file

    if STDIN in paths:
        raise click.UsageError("--fix writes into files, and standard input is none")
    counts: dict[str, int] = {}
    for _ in range(_MOST_ROUNDS):
        changed = [_fix_once(compile_file(path, day), counts, given) for path in paths]
        if not any(changed):
            break
    for name, count in counts.items():
        echo(f"{name}: {count} fixed", err=True)


def _fix_once(compilation: Compilation, counts: dict[str, int], given: Sequence[str]) -> bool:
    from sladsl.cli.files import refuse_link, write_exactly
    from sladsl.ide.actions import applied, safe_edits

    changed = False
    for name, source in compilation.sources.items():
        edits = safe_edits(d for d in compilation.diagnostics if d.file == name)
        if edits:
            refuse_link(name, given)
            write_exactly(name, applied(source.text, edits))
            counts[name] = counts.get(name, 0) + len(edits)
            changed = True
    return changed
