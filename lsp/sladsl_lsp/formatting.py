"""Requests for the canonical layout. They ask for the text alone, so none waits for a check."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from sladsl.diagnostics import Edit
from sladsl.source import Source
from sladsl_lsp import lazy_ide
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.convert import Lines


def register(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def on_formatting(ls: SlaServer, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        lines, source = _text(ls, params.text_document.uri)
        return _edits(lines, lazy_ide.formatting.whole(source))

    @server.feature(lsp.TEXT_DOCUMENT_RANGE_FORMATTING)
    async def on_range(ls: SlaServer, params: lsp.DocumentRangeFormattingParams) -> list[lsp.TextEdit]:
        lines, source = _text(ls, params.text_document.uri)
        return _edits(lines, lazy_ide.formatting.within(source, lines.span(params.range)))

    @server.feature(lsp.TEXT_DOCUMENT_ON_TYPE_FORMATTING, lsp.DocumentOnTypeFormattingOptions("\n"))
    async def on_type(ls: SlaServer, params: lsp.DocumentOnTypeFormattingParams) -> list[lsp.TextEdit]:
        lines, source = _text(ls, params.text_document.uri)
        return _edits(lines, lazy_ide.formatting.after_newline(source, lines.offset(params.position)))


def _text(ls: SlaServer, uri: str) -> tuple[Lines, Source]:
    """The file as it is now, its agreement unasked."""
    name = ls.session.name(uri)
    lines = ls.session.lines(name)
    return lines, Source(name, lines.text)


def _edits(lines: Lines, edits: Sequence[Edit]) -> list[lsp.TextEdit]:
    return [lsp.TextEdit(lines.range(edit.span), edit.text) for edit in edits]
