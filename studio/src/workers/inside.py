"""The command line and the language server inside a worker of a browser: one process for many commands, without threads and sockets."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sladsl.cli import INTERRUPTED, progress, status_of, stopping

if TYPE_CHECKING:
    from sladsl_lsp.connection import SlaServer

Ran = tuple[int, str, str]
"""An exit status, standard output and standard error."""


def version() -> str:
    from importlib.metadata import version as version_of

    return version_of("sladsl")


def run(arguments: Sequence[str], folder: str, tell: Callable[[str], None]) -> Ran:
    """Run `sla` with these arguments in a folder. `tell` is told what is being done, as a terminal would show it."""
    out, err = _stream(), _stream()
    os.chdir(folder)
    stopping.forget()
    stopping.listen()
    try:
        with redirect_stdout(out), redirect_stderr(err), progress.told_to(tell):
            status = status_of(list(arguments))
    except KeyboardInterrupt:  # it came while the first was told, or between two lines
        status = INTERRUPTED
    return stopping.status() or status, _text(out), _text(err)


def draw_with(draw: Callable[[str], str]) -> None:
    """From now on pages have charts: `draw` makes an SVG of a specification in JSON, as the extra `review` does elsewhere."""
    module = ModuleType("vl_convert")
    vars(module)["vegalite_to_svg"] = lambda specification: draw(json.dumps(specification))
    sys.modules["vl_convert"] = module


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode("utf-8", "replace")


class Editing:
    """A language server that is given messages, and gives its answers to `send`."""

    def __init__(self, send: Callable[[str], None]) -> None:
        from sladsl_lsp.server import create

        self._server: SlaServer = create()
        self._server.columns.ask = _of_a_file
        self._server.protocol.set_writer(_Writer(send))
        self._answering = asyncio.ensure_future(self._server.answer())

    def take(self, message: str) -> None:
        self._server.inbox.put(message)


async def _of_a_file(question: dict[str, str]) -> dict[str, Any]:
    """What a process of its own answers elsewhere: a worker of a page is one already."""
    from sladsl.cli.figure_worker import answer

    return answer(question)


class _Writer:
    """What pygls writes to: each message has a head, which only a stream needs."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send

    def write(self, data: bytes) -> None:
        self._send(data.partition(b"\r\n\r\n")[2].decode("utf-8"))

    def close(self) -> None:
        """Nothing is open."""


sys.argv = ["sla"]
