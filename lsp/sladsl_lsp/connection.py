"""The pygls server with our session in it, and the place that a request is about."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from sladsl_lsp.convert import Lines
from sladsl_lsp.figure_process import Figures
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide.view import View


class _Protocol(LanguageServerProtocol):
    """Texts are ours: pygls would keep each a second time, and split it into lines at every change."""

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class SlaServer(LanguageServer):
    """`session` is there once the client has said who it is."""

    session: Session

    def __init__(self) -> None:
        super().__init__("sla", _version(), protocol_cls=_Protocol)
        self.published: dict[str, str] = {}  # by name: the result last given
        self.sweep: asyncio.TimerHandle | None = None
        self.figures = Figures()
        self.ended = False  # the client has said that it is done


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sladsl")
    except PackageNotFoundError:
        return "from a checkout"


class AtPlace(Protocol):
    """A request about a place in a file."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


def place_of(ls: SlaServer, params: AtPlace) -> tuple[View, int, Lines]:
    """The file that a request is about, and the place in it."""
    view = ls.session.view(params.text_document.uri)
    lines = ls.session.lines(view.name)
    return view, lines.offset(params.position), lines
