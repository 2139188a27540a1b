"""What is shown in the text and beside it: coloured words, hints, and lenses above declarations."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from sladsl_lsp import lazy_ide
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.convert import Lines
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide.lenses import Lens
    from sladsl.ide.tokens import Token


def register(server: SlaServer) -> None:
    _tokens(server)
    _hints_and_lenses(server)


# --- semantic tokens: five numbers a word, each relative to the word before


# In the order in which a client is told them.
TYPES = (
    "keyword", "string", "number", "comment", "operator", "class", "property", "variable", "function", "event", "type", "namespace",
)  # fmt: skip
MODIFIERS = ("declaration", "readonly")
_NUMBER = {name: number for number, name in enumerate(TYPES)}


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


def _tokens(server: SlaServer) -> None:
    legend = lsp.SemanticTokensLegend(list(TYPES), list(MODIFIERS))
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


# --- hints and lenses


def _hints_and_lenses(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def on_hints(ls: SlaServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        hints = lazy_ide.inlay_hints.hints(view, lines.span(params.range))
        return [lsp.InlayHint(lines.position(each.offset), each.text, tooltip=each.tooltip) for each in hints]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def on_lenses(ls: SlaServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        """Figures come when they are worked out: then the client is told to ask again."""
        uri = params.text_document.uri
        view = ls.session.view(uri)
        lines = ls.session.lines(view.name)
        figures = lazy_ide.lenses.figure_lenses(view, ls.figures.ask(ls, ls.session, view))
        return [_lens(ls.session, uri, lines, each) for each in [*lazy_ide.lenses.lenses(view), *figures]]


def _lens(session: Session, uri: str, lines: Lines, lens: Lens) -> lsp.CodeLens:
    place = lines.range(lens.span)
    start = {"line": place.start.line, "character": place.start.character}
    arguments: list[Any] = [uri, lens.argument, start]
    # An editor that does not know the command would fail at a click: to it the lens only tells.
    command = lens.command if lens.command in session.commands else ""
    return lsp.CodeLens(place, lsp.Command(lens.title, command, arguments=arguments))
