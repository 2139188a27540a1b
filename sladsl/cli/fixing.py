"""`sla check --fix`: the fixes that keep an agreement's meaning for certain, written into its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sladsl.cli.files import STDIN, write_out
from sladsl.cli.reading import compile_file

if TYPE_CHECKING:
    from sladsl.compiler import Compilation

_MOST_ROUNDS = 10
"""A fix may show the next one; more rounds than this are fixes that undo one another."""


def fix(paths: Sequence[str], day: dt.date | None) -> None:
    """Apply every safe fix of these files and of what they import, until there is none, and say how many."""
    if STDIN in paths:
        raise click.UsageError("--fix writes into files, and standard input is none")
    counts: dict[str, int] = {}
    for _ in range(_MOST_ROUNDS):
        changed = [_fix_once(compile_file(path, day), counts) for path in paths]
        if not any(changed):
            break
    for name, count in counts.items():
        click.echo(f"{name}: {count} fixed", err=True)


def _fix_once(compilation: Compilation, counts: dict[str, int]) -> bool:
    from sladsl.ide.actions import applied, safe_edits

    changed = False
    for name, source in compilation.sources.items():
        edits = safe_edits(d for d in compilation.diagnostics if d.file == name)
        if edits:
            write_out(name, applied(source.text, edits))
            counts[name] = counts.get(name, 0) + len(edits)
            changed = True
    return changed
