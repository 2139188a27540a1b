"""The pygls server with our session in it, and the place that a request is about."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdoutWriter
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from sladsl_lsp import lazy_ide
from sladsl_lsp.convert import Lines
from sladsl_lsp.figure_process import Columns, Figures, Proofs
from sladsl_lsp.inbox import Inbox
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.diagnostics import Diagnostic
    from sladsl.ide.proofs import Hint
    from sladsl.ide.view import View

    Wrong = Diagnostic | Hint

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is JSON already (ASCII), put together from what was kept."""

    text: str


class _Protocol(LanguageServerProtocol):
    """Texts are ours: pygls would keep each a second time, and split it into lines at every change.

    Every request is answered, whatever it is, and no answer shows the inside of the server: what went wrong is in its log.
    """

    _server: SlaServer  # pyright: ignore[reportIncompatibleVariableOverride] - it is given one

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def take(self, message: dict[str, Any], outdated: lsp.ResponseError | None) -> None:
        """Handle one message; `outdated` is the answer to a request that nobody waits for any more."""
        number, method = message.get("id"), message.get("method")
        asks = "id" in message and "method" in message
        refusal = self._refusal(message) or (outdated if asks else None)
        if refusal is not None:
            if asks or "unread" in message:
                self._send_response(number, error=refusal)
            return
        try:
            structured = cast(
                Any, self.structure_message(message)
            )  # pygls types it more narrowly than what it takes
        except JsonRpcException:
            if asks:
                words = f"the parameters are not those of `{method}`"
                self._send_response(number, error=_error(lsp.ErrorCodes.InvalidParams, words))
            return
        if method == lsp.INITIALIZE:
            self._server.begun = True
        self.handle_message(structured)

    def _refusal(self, message: dict[str, Any]) -> lsp.ResponseError | None:
        """Why a message is not taken at all, if so."""
        if "unread" in message:
            return _error(lsp.ErrorCodes.ParseError, message["unread"])
        method = message.get("method")
        if message.get("jsonrpc") != self.VERSION or not ("id" in message or "method" in message):
            return _error(lsp.ErrorCodes.InvalidRequest, "this is no JSON-RPC 2.0 message")
        if method is None or method == lsp.EXIT:
            return None
        if self._shutdown or self._server.ended:
            return _error(
                lsp.ErrorCodes.InvalidRequest, "the session has ended: after `shutdown` comes `exit`"
            )
        if self._server.begun and method == lsp.INITIALIZE:
            return _error(lsp.ErrorCodes.InvalidRequest, "the session has begun: `initialize` is sent once")
        if not self._server.begun and method != lsp.INITIALIZE:
            return _error(lsp.ErrorCodes.ServerNotInitialized, "the session begins with `initialize`")
        return None

    def _handle_notification(self, method_name: str, params: Any) -> None:
        """pygls keeps what it began for a notification, by an id of its own, for as long as it lives: some kilobytes a key."""
        began = set(self._request_futures)
        super()._handle_notification(method_name, params)
        for number in self._request_futures.keys() - began:
            self._request_futures[number].add_done_callback(partial(self._forget, number))

    def _forget(self, number: Any, _: Any) -> None:
        self._request_futures.pop(number, None)

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        failure = None if future.cancelled() else future.exception()
        if failure is None:
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        if isinstance(failure, JsonRpcException):
            error = _error(failure.code, failure.message)
        elif isinstance(failure, OSError | ValueError):
            reason = failure.strerror if isinstance(failure, OSError) and failure.strerror else str(failure)
            error = _error(lsp.ErrorCodes.InvalidParams, f"the file cannot be read: {reason}")
        else:
            logger.error("a request failed", exc_info=failure)
            error = _error(lsp.ErrorCodes.InternalError, "`sla lsp` failed at this; its log says how")
        self._send_response(msg_id, error=error)

    def _send_response(self, msg_id: Any, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        if error is None and isinstance(result, Raw):
            self._result_types.pop(msg_id, None)
            self._write(f'{{"jsonrpc": "2.0", "id": {json.dumps(msg_id)}, "result": {result.text}}}')
            return
        if error is not None and not isinstance(error.data, lsp.DiagnosticServerCancellationData):
            error = _error(error.code, error.message)  # pygls puts tracebacks into the data
        super()._send_response(msg_id, result, error)

    def _write(self, body: str) -> None:
        assert self.writer is not None
        self.writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii"))


def _error(code: int, message: str) -> lsp.ResponseError:
    return lsp.ResponseError(int(code), message)


class SlaServer(LanguageServer):
    """`session` is there once the client has said who it is."""

    session: Session

    def __init__(self) -> None:
        super().__init__("sla", _version(), protocol_cls=_Protocol)
        self.published: dict[str, tuple[int | None, tuple[Wrong, ...]]] = {}  # by name: what was last sent
        self.told: dict[
            str, tuple[tuple[Wrong, ...], str]
        ] = {}  # by name: what it was last told when it asked
        self.has_pulled = False
        self.pushes_after_all = False  # it could ask what is wrong, and does not
        self.kept: list[Forgetful] = []  # what is kept of files that are open
        self.background: asyncio.Task[None] | None = None
        self.sweep: asyncio.TimerHandle | None = None
        self.figures = Figures()
        self.proofs: Proofs  # there once the server knows how to tell of them
        self.columns = Columns()
        self.inbox = Inbox()
        self.begun = False  # the client has said who it is
        self.ended = False  # the client has said that it is done

    def serve(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Take messages from one stream and answer on another until the client is done."""
        self.protocol.set_writer(StdoutWriter(stdout))
        try:
            asyncio.run(self._serve(stdin))
        except (BrokenPipeError, KeyboardInterrupt, SystemExit):
            pass
        finally:
            self.shutdown()  # type: ignore[no-untyped-call]

    async def _serve(self, stdin: BinaryIO) -> None:
        self.inbox.read_from(stdin)
        await self.answer()

    async def answer(self) -> None:
        """Take messages out of the inbox and answer them, until its end."""
        protocol = self.protocol
        assert isinstance(protocol, _Protocol)
        while (message := await self.inbox.next()) is not None:
            protocol.take(message, self.inbox.outdated(message) if "id" in message else None)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sladsl")
    except PackageNotFoundError:
        return "from a checkout"


class Forgetful(Protocol):
    """What keeps something of each file."""

    def forget(self, name: str) -> None: ...


class AtPlace(Protocol):
    """A request about a place in a file."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


def hints_of(ls: SlaServer, name: str) -> tuple[Hint, ...]:
    """What was proven or found of a file, by the agreements that have it."""
    made: dict[Hint, None] = {}
    for agreement in ls.proofs.names:
        view = ls.session.view(ls.session.uri(agreement))
        if name in view.checked.sources:
            answer = ls.proofs.known(ls.session, view)
            made |= dict.fromkeys(lazy_ide.proofs.hints(view, answer, name))
    return tuple(made)


def place_of(ls: SlaServer, params: AtPlace) -> tuple[View, int, Lines]:
    """The file that a request is about, and the place in it."""
    view = ls.session.view(params.text_document.uri)
    lines = ls.session.lines(view.name)
    return view, lines.offset(params.position), lines
