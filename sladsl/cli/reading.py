"""From a path on the command line to a compilation, and from there to a plan."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.files import STDIN, Unreadable, colour, decode, read_bytes, read_text, workspace

if TYPE_CHECKING:
    from sladsl.compiler import Compilation, Read
    from sladsl.plan import Plan

STDIN_NAME = "<stdin>"


def compile_file(path: str, as_of: dt.date | None = None) -> Compilation:
    """Compile a file (`-` is standard input) and what it imports; a file that cannot be read ends the command."""
    from sladsl.compiler import compile_text

    try:
        text = read_text(path)
    except Unreadable as error:
        raise click.ClickException(f"{called(path)} {error.reason}") from None
    root = workspace(path)
    # Names stay as the reader wrote them; only from another drive is there no relative way to say the root.
    absolute = Path(path).is_absolute() or Path(root).drive != Path.cwd().drive
    shown = str(root) if absolute else os.path.relpath(root).replace(os.sep, "/")
    name = STDIN_NAME if path == STDIN else path
    return compile_text(text, name, read=_reader(root), root=shown, as_of=as_of)


def plan_of(path: str) -> Plan:
    """The plan of an agreement; without one the reader is shown why, and the command ends."""
    compilation = compile_file(path)
    if compilation.plan is None:
        _refuse(compilation)
        raise click.exceptions.Exit(2)
    return compilation.plan


def date_of(text: str) -> dt.date:
    """A `--as-of` of the checker: a date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is not a date: expected one like 2026-11-01") from None


def _reader(root: Path) -> Read:
    inside = root.resolve()

    def read(name: str) -> str:
        """A link may not lead where a path may not."""
        if not Path(name).resolve().is_relative_to(inside):
            raise ValueError("it is a link that leads outside the workspace")
        return decode(read_bytes(name))

    return read


def called(path: str) -> str:
    """A file as an error names it."""
    return "standard input" if path == STDIN else f"`{path}`"


def _refuse(compilation: Compilation) -> None:
    from sladsl.diagnostics import Severity
    from sladsl.reports.diagnostics import draw, summary

    name = compilation.source.name
    errors = [d for d in compilation.diagnostics if d.severity is Severity.ERROR]
    for diagnostic in errors:
        click.echo(draw(diagnostic, compilation.sources, colour(sys.stderr)) + "\n", err=True)
    if errors:
        click.echo(f"error: {summary(errors, name)}, so there is nothing to run", err=True)
    else:
        click.echo(f"error: `{name}` has no `agreement`, so there is nothing to run", err=True)
