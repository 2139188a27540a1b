"""What is being done, on a terminal's standard error, once it has taken a second, and how long it took; nothing otherwise."""

from __future__ import annotations

import sys
import threading
import time
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


class TimeSpent:
    """Processor time of this process by what was being done, in seconds, in the order in which it was begun. What was done before anybody
    looked is `starting`."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._what, self._since = "starting", 0.0

    def begin(self, what: str) -> None:
        """From here on something else is done; several steps of one name are one."""
        at = time.process_time()
        self.steps[self._what] = self.steps.get(self._what, 0.0) + at - self._since
        self._what, self._since = what, at

    def told(self, kept: str) -> str:
        """What was spent up to here, a line a step, with the whole; and what of it an earlier run had kept."""
        self.begin(self._what)
        whole = sum(self.steps.values())
        rows = [(f"{what}", f"{spent:,.2f} s") for what, spent in (*self.steps.items(), ("in all", whole))]
        first, last = (max(len(row[n]) for row in rows) for n in (0, 1))
        lines = [f"  {what:<{first}}  {spent:>{last}}" for what, spent in rows]
        return "\n".join(["processor time", *lines, kept])


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
