"""The command line and the language server inside a worker of a browser: one process for many commands, without threads, sockets and
processes."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING

from sladsl.cli import ALLOCATIONS, INTERRUPTED, progress, status_of, stopping

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
    gc.set_threshold(ALLOCATIONS)
    stopping.forget()
    stopping.listen()
    try:
        with redirect_stdout(out), redirect_stderr(err), progress.told_to(tell):
            status = status_of(list(arguments))
    except KeyboardInterrupt:  # it came while the first was told, or between two lines
        status = INTERRUPTED
    return stopping.status() or status, _text(out), _text(err)


_SMALL = {
    "small.sla": """agreement "A small one":
  between marketing and sales
  zone "UTC"
  hours office
calendar office:
  open monday to friday 09:00 to 17:00
record lead:
  id key text
  at time
  answered_at optional time
event answer:
  first of answered_at
kpi response = time from lead to answer in business hours
sales owes marketing:
  response within 4 business hours for 80% per month
source leads for lead from "lead.csv"
""",
    "lead.csv": "id,at,answered_at\n1,2026-01-05T10:00Z,2026-01-05T11:00Z\n",
}


def warm() -> int:
    """Judge a small agreement, so that all that judging imports is there when somebody waits for it; the exit status."""
    with TemporaryDirectory() as folder:
        for name, text in _SMALL.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        status, _, _ = run(["run", "small.sla", "--format", "json"], folder, lambda _: None)
        os.chdir("/")
    tidy()
    return status


def tidy() -> None:
    """Between two commands: what the last one left takes memory that the next one may want."""
    gc.collect()


def draw_with(draw: Callable[[str], str]) -> None:
    """From now on pages have charts: `draw` makes an SVG of a specification in JSON, as the extra `review` does elsewhere."""
    module = ModuleType("vl_convert")
    module.__spec__ = ModuleSpec(module.__name__, None)  # so that it counts as installed
    vars(module)["vegalite_to_svg"] = lambda specification: draw(json.dumps(specification))
    sys.modules["vl_convert"] = module


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode("utf-8", "replace")


async def _here(arguments: list[str], text: str, folder: str | None) -> tuple[str, str]:
    """What `python -m MODULE …` would write, and its complaints."""
    module = arguments[1]
    with _standard_input(text):
        if module == "sladsl":
            _, out, err = run(arguments[2:], folder or os.getcwd(), lambda _: None)
            return out, err
        from sladsl.cli.figure_worker import answer

        try:
            return json.dumps(answer(json.loads(text))), ""
        except Exception as error:  # of what is not installed here; a process would end
            return "", f"{type(error).__name__}\n"


@contextmanager
def _standard_input(text: str) -> Iterator[None]:
    before, sys.stdin = (
        sys.stdin,
        io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8"),
    )
    try:
        yield
    finally:
        sys.stdin = before


class Editing:
    """A language server that is given messages, and gives its answers to `send`."""

    def __init__(self, send: Callable[[str], None]) -> None:
        from sladsl_lsp.figure_process import ask_instead
        from sladsl_lsp.server import create

        ask_instead(_here)
        self._server: SlaServer = create()
        self._server.protocol.set_writer(_Writer(send))
        self._answering = asyncio.ensure_future(self._server.answer())

    def take(self, message: str) -> None:
        self._server.inbox.put(message)


class _Writer:
    """What pygls writes to: each message has a head, which only a stream needs."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send

    def write(self, data: bytes) -> None:
        self._send(data.partition(b"\r\n\r\n")[2].decode("utf-8"))

    def close(self) -> None:
        """Nothing is open."""
