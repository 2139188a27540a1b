"""The folder `closed` beside an agreement: what is recorded there of its periods, and what a run makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.cli.reading import STDIN_NAME

if TYPE_CHECKING:
    from sladsl.cli.reading import Planned
    from sladsl.closing import Close, Shown
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


def books_of(plan: Plan, name: str) -> list[tuple[Path, tuple[Close, ...]]]:
    """The files of closed periods beside an agreement that have closes of it, with these; an error of the command for one that cannot be
    read."""
    books = [(path, book(path)) for path in _files(plan, folder_of(name))]
    own = [(path, tuple(c for c in closes if c.agreement == plan.name)) for path, closes in books]
    return [(path, closes) for path, closes in own if closes]


def with_closed(run: Run, compilation: Planned) -> Run:
    """The run with what of closed periods comes out differently in it."""
    from sladsl.closing import figures_of, restated
    from sladsl.data import DataError
    from sladsl.digest import promised
    from sladsl.runner import RunError

    if compilation.source.name == STDIN_NAME or run.sample is not None:
        return run
    own = books_of(run.plan, compilation.source.name)
    if not own:
        return run
    told: list[Restated] = []
    figures = {x.place: x for x in figures_of(run, None, shown_of(run.plan))}
    digits = promised(compilation.sources.values())
    for path, (*_, close) in own:
        rows = None if close.rows_file is None else path.parent / Path(close.rows_file).name
        try:
            told += restated(
                run, digits, close, figures, rows if rows is not None and rows.is_file() else None
            )
        except (DataError, RunError) as error:
            raise click.ClickException(str(error)) from None
    return replace(run, restated=tuple(told))


def _files(plan: Plan, folder: Path) -> Iterator[Path]:
    """The files that are named by a period; whatever else lies in the folder is somebody else's."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == ".json" and path.is_file():
            try:
                plan.periods.parse(path.stem)
            except ValueError:
                continue
            yield path


def shown_of(plan: Plan) -> Shown:
    """How a figure is said in a record: as reports say it."""
    from sladsl.reports.figure_words import now

    return lambda figure, m: now(plan, figure, m)
