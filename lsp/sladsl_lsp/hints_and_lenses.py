"""What is shown beside the text: hints in it, and lenses above declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from sladsl_lsp import lazy_ide
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.convert import Lines
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide.code_lenses import Lens


def register(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def on_hints(ls: SlaServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        found = lazy_ide.inlay_hints.hints(view, lines.span(params.range))
        return [lsp.InlayHint(lines.position(each.offset), each.text, tooltip=each.tooltip) for each in found]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def on_lenses(ls: SlaServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        """Figures come when they are worked out: then the client is told to ask again."""
        uri = params.text_document.uri
        view = ls.session.view(uri)
        lines = ls.session.lines(view.name)
        figures = lazy_ide.live_figures.lenses(view, ls.figures.ask(ls, ls.session, view))
        return [
            _lens(ls.session, uri, lines, each) for each in [*lazy_ide.code_lenses.lenses(view), *figures]
        ]


def _lens(session: Session, uri: str, lines: Lines, lens: Lens) -> lsp.CodeLens:
    place = lines.range(lens.span)
    start = {"line": place.start.line, "character": place.start.character}
    arguments: list[Any] = [uri, lens.argument, start]
    # An editor that does not know the command would fail at a click: to it the lens only tells.
    command = lens.command if lens.command in session.commands else ""
    return lsp.CodeLens(place, lsp.Command(lens.title, command, arguments=arguments))
