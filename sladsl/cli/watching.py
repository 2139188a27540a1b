"""Running something again whenever one of its files changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sladsl.cli.tests import Done

PAUSE = 0.3
"""Seconds between looks: soon enough for a person, and nothing to a machine."""

Stamps = tuple[tuple[str, float | None, int], ...]


def watch(
    run: Callable[[], Done], paths: tuple[str, ...], pause: Callable[[], None] = lambda: time.sleep(PAUSE)
) -> int:
    """Runs, then again after each change to a file that was read or that is new in a folder; Ctrl-C ends it with status 0."""
    try:
        while True:
            # Taken before the run: a change while it runs is one that it has not seen.
            before = state(_files(paths))
            files = _run(run) or _files(paths)
            seen = state(files)
            if state(_files(paths)) != before:
                continue
            click.echo("watching, Ctrl-C ends it", err=True)
            while state(files) == seen and state(_files(paths)) == before:
                pause()
    except (KeyboardInterrupt, click.Abort):
        return 0


def state(files: Iterable[str]) -> Stamps:
    """What tells that a file has changed; one that is not there, as when it is being saved, has no time."""
    return tuple((file, *_stamp(file)) for file in files)


def _stamp(file: str) -> tuple[float | None, int]:
    try:
        found = os.stat(file)
    except OSError:
        return None, 0
    return found.st_mtime, found.st_size


def _files(paths: tuple[str, ...]) -> tuple[str, ...]:
    from sladsl.cli.files import agreement_files

    try:
        return tuple(agreement_files(paths))
    except click.ClickException:
        return paths


def _run(run: Callable[[], Done]) -> tuple[str, ...]:
    """The files that a run read; what stops one run does not stop the watching."""
    click.clear()
    try:
        return run().files
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}", err=True)
        return ()
