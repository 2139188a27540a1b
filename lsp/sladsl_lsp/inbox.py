"""Messages of the client, read by a thread of their own: what is no longer wanted is known before it is computed.

A request that a message further back in the queue calls off, or whose text a message further back changes, is answered so at once.
Messages are taken one at a time, in their order. Background work waits in `quiet` until the client has been silent for a moment.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from lsprotocol import types as lsp

_QUIET = 0.12  # seconds without a message after which background work goes on
_KEPT = frozenset(
    [
        lsp.TEXT_DOCUMENT_RENAME,
        lsp.TEXT_DOCUMENT_FORMATTING,
        lsp.TEXT_DOCUMENT_RANGE_FORMATTING,
        lsp.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        lsp.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL,
    ]
)
"""What somebody asked for by name is answered, however the text moves on: the client sees by the versions what it is about."""

Message = dict[str, Any]


@dataclass
class Inbox:
    """What the client sent and nobody has looked at yet, oldest first."""

    _waiting: deque[Message | None] = field(default_factory=deque)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _last: float = 0.0

    def read_from(self, stream: BinaryIO) -> None:
        """Read a stream to its end in a thread; the end is a message None."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            message: Message | None = {}
            while message is not None:
                message = read_message(stream)
                self._waiting.append(message)
                try:
                    loop.call_soon_threadsafe(self._arrived.set)
                except RuntimeError:
                    return  # the loop has ended

        threading.Thread(target=read, name="sla-inbox", daemon=True).start()

    def put(self, text: str) -> None:
        """Take a message of a client that has no stream, such as a page of a browser; called where the loop runs."""
        self._waiting.append(message_of(text))
        self._arrived.set()

    async def next(self) -> Message | None:
        """The next message, when there is one."""
        await asyncio.sleep(0)  # what was begun goes on
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        self._last = time.monotonic()
        return self._waiting.popleft()

    def outdated(self, message: Message) -> lsp.ResponseError | None:
        """Why a request that has just been taken out need not be answered any more, if so."""
        uri, number = _about(message), message.get("id")
        for later in list(self._waiting):
            if later is None:
                continue
            method = later.get("method")
            if method == lsp.CANCEL_REQUEST and _params(later).get("id") == number:
                return lsp.ResponseError(lsp.LSPErrorCodes.RequestCancelled, "the request was called off")
            if method == lsp.TEXT_DOCUMENT_DID_CHANGE and uri is not None and uri == _about(later):
                if message.get("method") in _KEPT:
                    continue
                if message.get("method") == lsp.TEXT_DOCUMENT_DIAGNOSTIC:
                    again = lsp.DiagnosticServerCancellationData(retrigger_request=True)
                    return lsp.ResponseError(lsp.LSPErrorCodes.ServerCancelled, "the text has changed", again)
                return lsp.ResponseError(lsp.LSPErrorCodes.ContentModified, "the text has changed")
        return None

    def changes_again(self, uri: str) -> bool:
        """Whether a newer text of this file is waiting here."""
        return any(
            later is not None and later.get("method") == lsp.TEXT_DOCUMENT_DID_CHANGE and _about(later) == uri
            for later in list(self._waiting)
        )

    async def quiet(self) -> None:
        """Wait until nothing is waiting and nobody has asked for a moment."""
        while (rest := self._last + _QUIET - time.monotonic()) > 0 or self._waiting:
            await asyncio.sleep(_QUIET if self._waiting else rest)


def read_message(stream: BinaryIO) -> Message | None:
    """One message from a stream, None at its end; what is no message is a dictionary with `unread` for what is wrong with it."""
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
    if not line:
        return None
    return message_of(stream.read(length))


def message_of(text: str | bytes) -> Message:
    """A message as it was sent; what is none is a dictionary with `unread` for what is wrong with it."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {"unread": "this is no JSON"}
    return message if isinstance(message, dict) else {"unread": "this is no message"}


def _params(message: Message) -> Message:
    params = message.get("params")
    return params if isinstance(params, dict) else {}


def _about(message: Message) -> str | None:
    """The URI of the text that a message is about, if it is about one."""
    document = _params(message).get("textDocument")
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None
