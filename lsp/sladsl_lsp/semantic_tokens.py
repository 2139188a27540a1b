"""Semantic tokens: coloured words as the protocol sends them, five numbers a word, each relative to the word before."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from sladsl.ide import colours
from sladsl_lsp import lazy_ide
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.convert import Lines

if TYPE_CHECKING:
    from sladsl.ide.tokens import Token

_NUMBER = {name: number for number, name in enumerate(colours.TYPES)}


@dataclass(frozen=True, slots=True)
class Encoded:
    """The numbers of a whole file, and a word that stands for exactly these."""

    data: list[int]
    result: str


def encode(tokens: list[Token], lines: Lines) -> Encoded:
    """Words in order, none of which goes on over a line's end."""
    data: list[int] = []
    line = column = 0
    for token in tokens:
        at = lines.position(token.span.start)
        column = at.character - (column if at.line == line else 0)
        data += (at.line - line, column, lines.length(token.span), _NUMBER[token.type], token.modifiers)
        line, column = at.line, at.character
    return Encoded(data, sha256(repr(data).encode()).hexdigest()[:16])


def since(before: Encoded, now: Encoded) -> list[lsp.SemanticTokensEdit]:
    """What changed: one stretch of numbers, in whole words, put in the place of another."""
    old, new = before.data, now.data
    if old == new:
        return []
    start = 0
    most = min(len(old), len(new))
    while start < most and old[start : start + 5] == new[start : start + 5]:
        start += 5
    end = 0
    while (
        end < most - start
        and old[len(old) - end - 5 : len(old) - end] == new[len(new) - end - 5 : len(new) - end]
    ):
        end += 5
    return [lsp.SemanticTokensEdit(start, len(old) - start - end, new[start : len(new) - end])]


def register(server: SlaServer) -> None:
    legend = lsp.SemanticTokensLegend(list(colours.TYPES), list(colours.MODIFIERS))
    known: dict[str, Encoded] = {}

    def now(ls: SlaServer, uri: str) -> Encoded:
        view = ls.session.view(uri)
        return encode(lazy_ide.tokens.tokens(view), ls.session.lines(view.name))

    @server.feature(
        lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        lsp.SemanticTokensRegistrationOptions(
            legend=legend, full=lsp.SemanticTokensFullDelta(True), range=True
        ),
    )
    async def on_tokens(ls: SlaServer, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        made = known[params.text_document.uri] = now(ls, params.text_document.uri)
        return lsp.SemanticTokens(made.data, made.result)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA)
    async def on_delta(
        ls: SlaServer, params: lsp.SemanticTokensDeltaParams
    ) -> lsp.SemanticTokens | lsp.SemanticTokensDelta:
        before = known.get(params.text_document.uri)
        made = known[params.text_document.uri] = now(ls, params.text_document.uri)
        if before is None or before.result != params.previous_result_id:
            return lsp.SemanticTokens(made.data, made.result)
        return lsp.SemanticTokensDelta(since(before, made), made.result)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE)
    async def on_range(ls: SlaServer, params: lsp.SemanticTokensRangeParams) -> lsp.SemanticTokens:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        return lsp.SemanticTokens(encode(lazy_ide.tokens.tokens(view, lines.span(params.range)), lines).data)
