"""What is shown in the text and beside it: coloured words, hints, and lenses above declarations."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from sladsl_lsp import lazy_ide
from sladsl_lsp.connection import Raw, SlaServer
from sladsl_lsp.convert import Lines
from sladsl_lsp.per_declaration import PerDeclaration, Placed, joined, json_of, range_of

if TYPE_CHECKING:
    from sladsl.ide.lenses import Lens
    from sladsl.ide.stable_offsets import Part
    from sladsl.ide.tokens import Token
    from sladsl.ide.view import View


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


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Numbers of one declaration's words, the first of which is at `first`; the last is at `last`. Places are lines and columns of it."""

    data: list[int]
    first: tuple[int, int]
    last: tuple[int, int]


def _chunk(tokens: Iterable[Token], lines: Lines, start: int = 0, column: int = 0) -> _Chunk | None:
    """Words in order, none of which goes on over a line's end; `lines` begin at `start` of the text, in this column."""
    data: list[int] = []
    first = before = (0, 0)
    for token in tokens:
        at = lines.position(token.span.start - start)
        here = at.line, at.character + (column if at.line == 0 else 0)
        if not data:
            first = before = here
        line, width = here[0] - before[0], lines.length(token.span.shift(-start))
        data += (
            line,
            here[1] - before[1] if line == 0 else here[1],
            width,
            _NUMBER[token.type],
            token.modifiers,
        )
        before = here
    return _Chunk(data, first, before) if data else None


def _joined(chunks: Iterable[tuple[int, _Chunk | None]]) -> list[int]:
    """The numbers of a file, from those of its declarations and the lines they begin in."""
    data: list[int] = []
    before = (0, 0)
    for line, chunk in chunks:
        if chunk is not None:
            begin, at = len(data), (line + chunk.first[0], chunk.first[1])
            data += chunk.data
            data[begin] = at[0] - before[0]
            data[begin + 1] = at[1] - before[1] if at[0] == before[0] else at[1]
            before = line + chunk.last[0], chunk.last[1]
    return data


def _tokens_rest_on(view: View, part: Part) -> tuple[object, ...]:
    return lazy_ide.tokens.rests_on(view, part)


def _made(view: View, placed: Placed, lines: Lines) -> _Chunk | None:
    tokens = lazy_ide.tokens.tokens_of(view, placed.part, placed.start)
    return _chunk(tokens, Lines(placed.part.text, lines.encoding), placed.start, placed.column)


def since(before: Encoded, now: Encoded) -> list[lsp.SemanticTokensEdit]:
    """What changed: one stretch of numbers, in whole words, put in the place of another."""
    old, new = before.data, now.data
    if old == new:
        return []
    most = min(len(old), len(new)) // 5
    start = 5 * _alike(most, lambda low, high: old[5 * low : 5 * high] == new[5 * low : 5 * high])
    ends = len(old), len(new)
    end = 5 * _alike(
        most - start // 5,
        lambda low, high: (
            old[ends[0] - 5 * high : ends[0] - 5 * low] == new[ends[1] - 5 * high : ends[1] - 5 * low]
        ),
    )
    return [lsp.SemanticTokensEdit(start, len(old) - start - end, new[start : len(new) - end])]


def _alike(most: int, same: Callable[[int, int], bool]) -> int:
    """How many words are the same, where a stretch of them can be asked at once."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(low, middle) else (low, middle - 1)
    return low


def _tokens(server: SlaServer) -> None:
    legend = lsp.SemanticTokensLegend(list(TYPES), list(MODIFIERS))
    known: dict[str, Encoded] = {}
    numbers = count(1)
    kept = PerDeclaration(_made, _tokens_rest_on, by_line=False)
    server.kept.append(kept)

    def now(ls: SlaServer, uri: str) -> Encoded:
        view = ls.session.view(uri)
        lines = ls.session.lines(view.name)
        above = _chunk(lazy_ide.tokens.tokens_above(view), lines)
        begun = [bisect_right(lines.starts, start) - 1 for start in view.layout.starts]
        data = _joined([(0, above), *zip(begun, kept.of(view, lines), strict=True)])
        before = known.get(uri)
        if before is None or before.data != data:
            before = Encoded(data, str(next(numbers)))
        return before

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
        tokens = lazy_ide.tokens.tokens(view, lines.span(params.range))
        return lsp.SemanticTokens(_joined([(0, _chunk(tokens, lines))]))


# --- hints and lenses


def _lenses_rest_on(view: View, part: Part) -> tuple[object, ...]:
    return lazy_ide.lenses.rests_on(view, part)


def _hints_and_lenses(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def on_hints(ls: SlaServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        hints = lazy_ide.inlay_hints.hints(view, lines.span(params.range))
        return [lsp.InlayHint(lines.position(each.offset), each.text, tooltip=each.tooltip) for each in hints]

    def made(view: View, placed: Placed, lines: Lines) -> str:
        return json_of(
            [_lens(ls, view, lines, each) for each in lazy_ide.lenses.lenses_of(view, placed.part)]
        )

    ls = server
    kept = PerDeclaration(made, _lenses_rest_on)
    server.kept.append(kept)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def on_lenses(ls: SlaServer, params: lsp.CodeLensParams) -> Raw:
        """Figures come when they are worked out: then the client is told to ask again."""
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        figures = lazy_ide.lenses.figure_lenses(view, ls.figures.ask(ls, ls.session, view))
        return joined([*kept.of(view, lines), json_of([_lens(ls, view, lines, each) for each in figures])])


def _lens(ls: SlaServer, view: View, lines: Lines, lens: Lens) -> dict[str, Any]:
    place = range_of(lines, lens.span)
    # An editor that does not know the command would fail at a click: to it the lens only tells.
    command = lens.command if lens.command in ls.session.commands else ""
    arguments = [ls.session.uri(view.name), lens.argument, place["start"]]
    return {"range": place, "command": {"title": lens.title, "command": command, "arguments": arguments}}
