"""What is being done, on a terminal's standard error, once it has taken a second; nothing otherwise."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

PATIENCE = 1.0
_told: list[Callable[[str], None]] = []


@contextmanager
def told_to(tell: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, what is being done is told to `tell` at once: to who runs commands in its own process, and shows it."""
    _told.append(tell)
    try:
        yield
    finally:
        _told.remove(tell)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Gives a function that is told what is being done."""
    from sladsl.cli.printing import colour

    if _told:
        yield _told[-1]
        return
    if not colour(sys.stderr):
        yield lambda _: None
        return
    spinner = _Spinner()
    try:
        yield spinner.tell
    finally:
        spinner.stop()


@contextmanager
def on_data() -> Iterator[Callable[[str], None]]:
    """`progress` around work on data; what is wrong with the data, or cannot be asked of it, is an error of the command."""
    from sladsl.data import DataError
    from sladsl.runner import RunError

    try:
        with progress() as tell:
            yield tell
    except (DataError, RunError) as error:
        raise click.ClickException(str(error)) from None


class _Spinner:
    """A spinner that starts when the work has taken a while, so that a quick command stays quiet."""

    def __init__(self) -> None:
        from rich.console import Console

        self._status = Console(stderr=True).status("")
        self._timer = threading.Timer(PATIENCE, self._status.start)
        self._timer.daemon = True
        self._timer.start()

    def tell(self, what: str) -> None:
        self._status.update(what + " …")

    def stop(self) -> None:
        self._timer.cancel()
        self._timer.join()
        self._status.stop()
