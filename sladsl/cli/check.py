"""`sla check`: what is wrong with agreements, drawn where it is wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from os.path import normpath
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.diagnostics import Diagnostic
    from sladsl.source import Source

FORMATS = ("text", "short", "json", "sarif", "github")


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    help="Text with the lines in question, a line each, JSON, SARIF 2.1.0, or GitHub's annotations.",
)
@click.option(
    "--fix", "fixing", is_flag=True, help="First apply the fixes that keep the meaning for certain."
)
@click.option("--as-of", metavar="DATE", help="Also say what is overdue on that date, such as a review.")
def command(paths: tuple[str, ...], format: str, fixing: bool, as_of: str | None) -> int:
    """Say what is wrong with agreements, and where.

    PATH is a file, a folder (every .sla file in it) or - for standard input.
    """
    from sladsl.cli.files import agreement_files
    from sladsl.cli.reading import compile_file, date_of

    day = date_of(as_of) if as_of is not None else None
    files = agreement_files(paths)
    if fixing:
        from sladsl.cli.fixing import fix

        fix(files, day)
    compilations = roots([compile_file(path, day) for path in files])
    diagnostics = list(dict.fromkeys(d for c in compilations for d in c.diagnostics))
    sources = {name: source for c in compilations for name, source in c.sources.items()}
    match format:
        case "json":
            click.echo(_json([c.source.name for c in compilations], diagnostics, sources))
        case "sarif":
            from sladsl.reports.check_sarif import document_text

            click.echo(document_text(diagnostics, sources), nl=False)
        case "github":
            from sladsl.reports.github import of_diagnostics

            click.echo(of_diagnostics(diagnostics, sources), nl=False)
        case _:
            _print(format, compilations, diagnostics, sources)
    return 1 if any(d.severity == "error" for d in diagnostics) else 0


def roots(compilations: Sequence[Compilation]) -> Sequence[Compilation]:
    """Those that no other one imports, and of a circle its first: a file is checked where it is used, with the names it relies on."""
    files = [{normpath(name) for name in c.sources} for c in compilations]
    own = [normpath(c.source.name) for c in compilations]
    imported = {name for mine, names in zip(own, files, strict=True) for name in names if name != mine}
    roots = [c for c, mine in zip(compilations, own, strict=True) if mine not in imported]
    covered = {normpath(name) for c in roots for name in c.sources}
    for c, mine, names in zip(compilations, own, files, strict=True):
        if mine not in covered:
            roots.append(c)
            covered |= names
    return roots


def _print(
    form: str,
    compilations: Sequence[Compilation],
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
) -> None:
    from sladsl.cli.files import colour
    from sladsl.reports.diagnostics import draw, short, summary

    for diagnostic in diagnostics:
        drawn = draw(diagnostic, sources, colour(sys.stdout)) + "\n"
        click.echo(short(diagnostic, sources) if form == "short" else drawn, color=colour(sys.stdout))
    files = sorted({d.file for d in diagnostics}) or [c.source.name for c in compilations]
    if form == "text":
        click.echo(summary(diagnostics, files[0] if len(files) == 1 else f"{len(files)} files"))


def _json(files: Sequence[str], diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    from sladsl.diagnostics import Severity
    from sladsl.reports.diagnostics import as_json

    found = [d.severity for d in diagnostics]
    document = {
        "schema": "sladsl.check/1",
        "files": files,
        "summary": {f"{severity}s": found.count(severity) for severity in Severity},
        "diagnostics": as_json(diagnostics, sources),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
