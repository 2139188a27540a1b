"""The folder `closed` beside an agreement: what is recorded there of its periods, and what a run makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.reading import STDIN_NAME

if TYPE_CHECKING:
    from sladsl.closing import Close, Shown
    from sladsl.compiler import Compilation
    from sladsl.plan import Plan
    from sladsl.runner import Restated, Run

FOLDER = "closed"


def folder_of(name: str) -> Path:
    """Where the closed periods of an agreement are recorded."""
    return Path(name).parent / FOLDER


def book(path: Path) -> tuple[Close, ...]:
    """The closes that a file records; an error of the command where it is no such file."""
    from sladsl.reports.closed import Malformed, read
    from sladsl.workspace import Unreadable, contents, decode

    try:
        return read(decode(contents(str(path))))[1]
    except (Unreadable, Malformed) as error:
        reason = error.reason if isinstance(error, Unreadable) else str(error)
        raise click.ClickException(
            f"`{path}` {reason}: take it back from where it is kept, or away"
        ) from None


def with_closed(run: Run, compilation: Compilation) -> Run:
    """The run with what of closed periods comes out differently in it."""
    from sladsl.closing import restated
    from sladsl.data import DataError
    from sladsl.digest import promised
    from sladsl.runner import RunError

    if compilation.source.name == STDIN_NAME or run.sample is not None:
        return run
    told: list[Restated] = []
    for path in _files(folder_of(compilation.source.name)):
        own = [c for c in book(path) if c.agreement == run.plan.name]
        if own:
            close = own[-1]
            rows = None if close.rows_file is None else path.parent / Path(close.rows_file).name
            if rows is not None and not rows.is_file():
                rows = None
            digits = promised(compilation.sources.values())
            try:
                told += restated(run, digits, close, shown_of(run.plan), rows)
            except (DataError, RunError) as error:
                raise click.ClickException(str(error)) from None
    return replace(run, restated=tuple(told)) if told else run


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if p.suffix == ".json" and p.is_file())


def shown_of(plan: Plan) -> Shown:
    """How a figure is said in a record: as reports say it."""
    from sladsl.reports.figure_words import now

    return lambda figure, m: now(plan, figure, m)
