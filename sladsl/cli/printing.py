"""The one way in which a command prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from sladsl.reports.inert import inert


def echo(text: str = "", *, err: bool = False, nl: bool = True, annotations: bool = False) -> None:
    """Prints a text for readers, in which nothing commands; with `annotations` those are GitHub's, and meant."""
    painted = colour(sys.stderr if err else sys.stdout)
    click.echo(inert(text, painted=painted, annotations=annotations), err=err, nl=nl)


def echo_exactly(text: str) -> None:
    """Prints a text that is kept, such as an agreement: to the letter, but on a terminal."""
    shown = inert(text) if getattr(sys.stdout, "isatty", lambda: False)() else text
    click.echo(shown, nl=False)


def colour(stream: object) -> bool:
    """Whether output to this stream may have colour: a terminal, and nobody asked for none (https://no-color.org)."""
    is_terminal: Callable[[], bool] = getattr(stream, "isatty", lambda: False)
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
